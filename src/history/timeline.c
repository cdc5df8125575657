/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* timeline.c - the newest events of a family, for people's eyes. */
#include "history/history.h"

#include <stdlib.h>

#define SQL_HEAD "SELECT lead_id, id, at, known_at, kind, flags, name, path, source_id, user_id, mark_id, signal"

static void row_read(struct ctx *c, struct db_rows *rows, struct history_row *r)
{
    *r = (struct history_row){
        .lead = { db_col_int(rows, 0) },
        .id = db_col_int(rows, 1),
        .at = db_col_int(rows, 2),
        .known_at = db_col_int(rows, 3),
        .kind = (enum event_kind)db_col_int(rows, 4),
        .flags = (int)db_col_int(rows, 5),
        .name = db_col_str(rows, 6, c->arena),
        .path = db_col_str(rows, 7, c->arena),
        .source_id = db_col_int(rows, 8),
        .user_id = db_col_int(rows, 9),
        .mark_id = db_col_int(rows, 10),
        .signal = (int)db_col_int(rows, 11),
    };
}

static int newest_first(const void *a, const void *b)
{
    const struct history_row *x = a, *y = b;

    if (x->at != y->at)
        return x->at > y->at ? -1 : 1;
    return x->id > y->id ? -1 : x->id < y->id;
}

/* One lead's newest rows, at most limit of the wanted kinds. */
static enum err list_one(struct ctx *c, struct db_tx *tx, struct lead_id lead, unsigned kinds,
                         instant before, int64_t before_id, int limit, struct history_row *out,
                         size_t *count)
{
    struct db_rows *rows;
    enum err e = db_rows(c, tx,
                         SQL_HEAD ", body FROM event WHERE lead_id = $1 AND (at < $2 OR (at = $2 AND id < $3))"
                                 " AND (flags & 4) = 0 ORDER BY at DESC, id DESC",
                         DB_ARGS(db_int(lead.v), db_int(before), db_int(before_id)), &rows);

    *count = 0;
    if (e)
        return e;
    while (*count < (size_t)limit && db_next(rows, &e)) {
        if (kinds && !(kinds & 1u << db_col_int(rows, 4)))
            continue;
        row_read(c, rows, &out[*count]);
        out[(*count)++].body = db_col_str(rows, 12, c->arena);
    }
    db_end(rows);
    return e;
}

enum err history_list(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n,
                      unsigned kinds, instant before, int64_t before_id, int limit,
                      struct history_row **rows, size_t *count)
{
    struct history_row *all = ARENA_ARRAY(c->arena, struct history_row, n * (size_t)limit + 1);
    size_t total = 0;

    for (size_t i = 0; i < n; i++) {
        size_t got;
        enum err e = list_one(c, tx, leads[i], kinds, before, before_id, limit, all + total, &got);

        if (e)
            return e;
        total += got;
    }
    qsort(all, total, sizeof *all, newest_first);
    *rows = all;
    *count = total < (size_t)limit ? total : (size_t)limit;
    return ERR_NONE;
}

enum err history_last(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n,
                      struct history_row *out)
{
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, n + 1);
    struct db_rows *rows;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        values[i] = db_int(leads[i].v);
        out[i] = (struct history_row){ 0 };
    }
    e = db_rows_many(c, tx,
                     SQL_HEAD " FROM event WHERE lead_id = $1 AND flags < 2 ORDER BY at DESC, id DESC LIMIT 1",
                     values, n, 1, &rows);
    if (e)
        return e;
    while (db_next(rows, &e))
        row_read(c, rows, &out[db_row_index(rows)]);
    db_end(rows);
    return e;
}
