/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "db/list.h"

#include <string.h>

enum err db_take(struct ctx *c, struct db_rows *rows, struct db_into into)
{
    char *items = NULL;
    size_t n = 0;
    enum err e = ERR_NONE;

    while (db_next(rows, &e)) {
        items = arena_more(c->arena, items, n, into.item_size);
        into.read(rows, c->arena, items + n++ * into.item_size);
    }
    db_end(rows);
    if (e)
        return e;
    memcpy(into.items, &items, sizeof items); /* a pointer to whatever they are */
    *into.count = n;
    return ERR_NONE;
}

enum err db_list(struct ctx *c, struct db_tx *tx, const char *sql, struct db_args args, struct db_into into)
{
    struct db_rows *rows;
    enum err e = db_rows(c, tx, sql, args, &rows);

    return e ? e : db_take(c, rows, into);
}

enum err db_get(struct ctx *c, struct db_tx *tx, const char *sql, struct db_args args, db_reader *read, void *item)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, sql, args, &row);

    if (e)
        return e;
    read(row, c->arena, item);
    db_end(row);
    return ERR_NONE;
}

enum err db_find(struct ctx *c, struct db_tx *tx, const char *sql, struct db_args args, db_reader *read, void *item)
{
    enum err e = db_get(c, tx, sql, args, read, item);

    return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

void db_int_of_row(const struct db_rows *r, UNUSED struct arena *a, void *number)
{
    int64_t v = db_col_int(r, 0);

    memcpy(number, &v, sizeof v);
}

void db_str_of_row(const struct db_rows *r, struct arena *a, void *text)
{
    *(struct str *)text = db_col_str(r, 0, a);
}
