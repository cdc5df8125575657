/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* feature.h - what is known of a lead, as columns that can be learnt from.
 *
 * A row is a list of named values: facts as they stood when the lead is judged, counts of what it did, times each criterion counted. A schema is
 * made from many rows without a look at their outcomes: which names become columns, which numbers share a bin, which texts are levels of their own
 * and which are too rare and stand together as "other". What is not known is a level (a bin) of its own, never an average.
 *
 * Left out, with the reason kept: names that hardly any row has, that say the same of everybody, texts that are nearly all different (free text),
 * serial numbers (whole, all different) and dates: they say when, and a forecast by them is a memory.
 *
 * Pure. Texts are views of the rows; learn_schema copies what it keeps.
 */
#ifndef LEARN_FEATURE_H
#define LEARN_FEATURE_H

#include "base/buf.h"
#include "stat/fit.h"

enum learn_value_kind { LEARN_NUMBER, LEARN_TEXT };
struct learn_value {
    struct str name;
    int kind;
    double number;           /* LEARN_NUMBER */
    struct str text;         /* LEARN_TEXT */
};
struct learn_row {
    const struct learn_value *values; /* each name once */
    size_t count;
};

enum learn_left_out { LEARN_KEPT, LEARN_RARE, LEARN_SAME, LEARN_FREE_TEXT, LEARN_SERIAL, LEARN_DATE, LEARN_TOO_MANY, LEARN_LEFT_OUTS };
/* "kept", "rare", "same", "free_text", "serial", "date", "too_many" */
extern const char *const learn_left_out_names[];

/* LEVEL_CHARS: of a longer text its beginning is the level. */
enum { LEARN_COLUMNS = 120, LEARN_LEVELS = 120, LEARN_LEVEL_CHARS = 100, LEARN_BINS = 10, LEARN_FINE_BINS = 48 };

/* Codes: 0 not known; of a number 1 + its bin; of levels 1 + the level, and behind the last one "other". */
struct learn_column {
    struct str name;
    bool levels;
    struct str *level;       /* level_count */
    int level_count;
    struct fit_bins bins, fine; /* of a number: wide ones for a sum of effects, narrow ones for trees */
};

struct learn_skipped {
    struct str name;
    enum learn_left_out why;
};

struct learn_schema {
    struct learn_column *columns;
    size_t count;
    struct learn_skipped *skipped;
    size_t skipped_count;
};

/* Everything lives in a. */
struct learn_schema learn_schema(struct arena *a, const struct learn_row *rows, size_t n);

/* How many codes a column has, 0 included. */
int learn_codes_of(const struct learn_column *c, bool fine);
/* The row as codes, schema->count of each; either may be NULL. */
void learn_encode(const struct learn_schema *s, const struct learn_row *row, uint8_t *wide, uint8_t *fine);

/* A number given as text counts as one: "12.5". */
bool learn_number_of(struct str text, double *number);

#endif
