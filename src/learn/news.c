/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/news.h"

#include "db/list.h"
#include "learn/predict.h"

enum err learn_news_mark(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n)
{
    enum { COLUMNS = 2 };
    struct db_value *v;
    int64_t foretells = 0, stamp;
    /* The state is in the text: told beside it, SQLite makes the statement anew each time, for the index of the live one may serve or not. */
    static_assert(PREDICTOR_LIVE == 1, "as the statement has it");
    enum err e = n ? db_find(c, tx, "SELECT 1 FROM predictor WHERE state = 1 LIMIT 1", DB_NO_ARGS, db_int_of_row, &foretells) : ERR_NONE;

    if (e || !foretells)
        return e;
    v = ARENA_ARRAY(c->arena, struct db_value, n * COLUMNS);
    stamp = db_new_id(tx);
    for (size_t i = 0; i < n; i++) {
        v[i * COLUMNS] = db_int(leads[i].v);
        v[i * COLUMNS + 1] = db_int(stamp);
    }
    return db_many(c, tx, "INSERT INTO chance_news (lead_id, stamp) VALUES ($1, $2) ON CONFLICT (lead_id) DO UPDATE SET stamp = excluded.stamp",
                   v, n, COLUMNS, NULL);
}

enum err learn_news_of(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, int64_t *stamps)
{
    struct db_value *v = ARENA_ARRAY(c->arena, struct db_value, n + 1);
    struct db_rows *r;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        v[i] = db_int(leads[i].v);
        stamps[i] = 0;
    }
    if (!n)
        return ERR_NONE;
    if ((e = db_rows_many(c, tx, "SELECT stamp FROM chance_news WHERE lead_id = $1", v, n, 1, &r)))
        return e;
    while (db_next(r, &e))
        stamps[db_row_index(r)] = db_col_int(r, 0);
    db_end(r);
    return e;
}
