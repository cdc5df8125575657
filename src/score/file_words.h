/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* file_words.h - a model's file as its readers see it: lines, the words of the line in hand, and where each part stands. Of file_*.c alone.
 *
 * A line is its text without its indent, and its level: two spaces each. Lines without a word are left out, but count in the numbers that
 * people are told. The reader stands on one line (`at`); what of it is not read yet is `rest`, which only moves on. Each word takes the one
 * space behind it; a space that ends a line is left, and so score_words_end finds it.
 *
 * What is not of the grammar is ERR_BAD_FIELD at "line:column" of where `rest` stands, columns being characters. After a fault the reader is of
 * no more use. Values are handed on as the JSON that they are written as.
 */
#ifndef SCORE_FILE_WORDS_H
#define SCORE_FILE_WORDS_H

#include "score/file.h"

struct score_line {
    struct str text;
    int number, level; /* from 1; from 0 */
};

struct score_words {
    struct ctx *c;
    struct score_line *lines;
    size_t count, at;
    struct str rest;
    struct model_fitted fitted; /* as far as it was read */
    struct score_file_place *places;
    size_t place_count;
};

/* A character of a name that needs no quotes. */
bool score_words_bare(char ch);

/* Cuts a whole file, which is valid UTF-8, into lines; at is the last of them. ERR_BAD_FIELD: an odd indent, a tab, too many lines. */
NODISCARD enum err score_words_cut(struct score_words *w, struct str file);

/* ERR_BAD_FIELD at rest; at another part of the line in hand. */
enum err score_words_wrong(struct score_words *w, const char *what);
enum err score_words_wrong_at(struct score_words *w, struct str rest, const char *what);

/* The part of that pointer begins at rest; at another part of the line in hand. */
void score_words_place(struct score_words *w, struct str pointer);
void score_words_place_at(struct score_words *w, struct str rest, struct str pointer);
/* The pointer of a member of place. */
struct str score_words_below(struct score_words *w, struct str place, const char *member);

/* n bytes of rest are read. */
void score_words_skip(struct score_words *w, size_t n);
/* Up to a space or a comma; empty: nothing is left, or one of these comes. */
struct str score_words_next(struct score_words *w);
/* The next word if it is that; else rest is as it was. */
bool score_words_take(struct score_words *w, const char *want);
NODISCARD enum err score_words_need(struct score_words *w, const char *want);
/* Nothing may be left of the line. */
NODISCARD enum err score_words_end(struct score_words *w);
/* One JSON text, number or truth as it is written. */
NODISCARD enum err score_words_scalar(struct score_words *w, struct str *json);
/* A bare word or a quoted text, as a JSON text. */
NODISCARD enum err score_words_name(struct score_words *w, struct str *json);
/* "a, b" as a JSON list, or as one value when there is one and `one` allows it. */
NODISCARD enum err score_words_scalars(struct score_words *w, bool one, struct json_out *o);

/* Goes on to the next line if it is at this level. */
bool score_words_line(struct score_words *w, int level);
/* The next line stands no deeper than the one in hand. */
NODISCARD enum err score_words_no_deeper(struct score_words *w);

/* A condition: the rest of the line in hand and the lines below it, which stand at level. place: its pointer. (file_when.c) */
NODISCARD enum err score_file_when(struct score_words *w, int level, struct str place, struct json_out *o);

#endif
