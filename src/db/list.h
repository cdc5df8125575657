/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* list.h - what a query answers, as values: all its rows as a list, or one of them.
 *
 * A store says what it asks and how a row becomes a value; the cursor, the list that grows in the arena and the error in the middle are here
 * once. Whoever does something else with a row than keep it (adds up, matches it with another list, refuses it) walks by db_next.
 *
 *   static void word_of_row(const struct db_rows *r, struct arena *a, void *word)
 *   {
 *       *(struct word *)word = (struct word){ .id = db_col_int(r, 0), .text = db_col_str(r, 1, a) };
 *   }
 *   return db_list(c, tx, sql_words, DB_ARGS(db_int(limit)), DB_LIST(word_of_row, list));    list: { struct word *items; size_t count; }
 *   return db_get(c, tx, sql_word, DB_ARGS(db_int(id)), word_of_row, &word);
 *
 * The reader and the list are of one type: the compiler cannot see it. Outputs are written on success only; an empty list is NULL, 0. A list is for what
 * is known to be short, by its table or by LIMIT: all of it stands in c->arena, and the places it outgrew too (as much again).
 */
#ifndef DB_LIST_H
#define DB_LIST_H

#include "db/db.h"

/* Fills item, which holds anything, from the row that stands; texts are copied into a. */
typedef void db_reader(const struct db_rows *r, struct arena *a, void *item);

/* Where a list goes, and what reads a row of it. */
struct db_into {
    db_reader *read;
    size_t item_size;
    void *items; /* the address of the pointer */
    size_t *count;
};
/* A struct with members items and count; an array and its length apart. */
#define DB_LIST(read, list)         DB_ITEMS(read, &(list)->items, &(list)->count)
#define DB_ITEMS(read, items, count) ((struct db_into){ (read), sizeof **(items), (items), (count) })

/* Every row that sql answers, in its order. */
NODISCARD enum err db_list(struct ctx *c, struct db_tx *tx, const char *sql, struct db_args args, struct db_into into);
/* Every row that is still to come of a query begun elsewhere (db_rows, db_rows_many), which is ended. */
NODISCARD enum err db_take(struct ctx *c, struct db_rows *rows, struct db_into into);
/* The first row, or ERR_NOT_FOUND. */
NODISCARD enum err db_get(struct ctx *c, struct db_tx *tx, const char *sql, struct db_args args, db_reader *read, void *item);
/* The first row; item stays what it was when there is none. */
NODISCARD enum err db_find(struct ctx *c, struct db_tx *tx, const char *sql, struct db_args args, db_reader *read, void *item);

/* The reader of a lone id or number in the first column: int64_t, or a struct that is an id. */
void db_int_of_row(const struct db_rows *r, struct arena *a, void *number);
/* The reader of a lone text in the first column: struct str. */
void db_str_of_row(const struct db_rows *r, struct arena *a, void *text);

#endif
