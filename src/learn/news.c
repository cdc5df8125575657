/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/news.h"

#include "learn/predict.h"

enum err learn_news_mark(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n)
{
    enum { COLUMNS = 3 };
    struct db_value *v = ARENA_ARRAY(c->arena, struct db_value, n * COLUMNS + 1);
    int64_t stamp = n ? db_new_id(tx) : 0;

    for (size_t i = 0; i < n; i++) {
        v[i * COLUMNS] = db_int(leads[i].v);
        v[i * COLUMNS + 1] = db_int(stamp);
        v[i * COLUMNS + 2] = db_int(PREDICTOR_LIVE);
    }
    return n ? db_many(c, tx,
                       "INSERT INTO chance_news (lead_id, stamp) SELECT CAST($1 AS INTEGER), CAST($2 AS INTEGER)"
                       " WHERE EXISTS (SELECT 1 FROM predictor WHERE state = $3)"
                       " ON CONFLICT (lead_id) DO UPDATE SET stamp = $2",
                       v, n, COLUMNS, NULL)
             : ERR_NONE;
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
