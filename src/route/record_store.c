/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "route/record.h"

static const char sql_record[] =
    "SELECT id, lead_id, task_id, moved_task_id, manager_id, at, policy, reason, rule_id, pool_id, counted, candidates, probability "
    "FROM assignment WHERE at >= $1 AND at < $2 ORDER BY id";
static const char sql_stay[] = "SELECT id, lead_id, since, why, candidates FROM waiting WHERE since >= $1 AND since < $2 ORDER BY id";
static const char sql_refusal[] = "SELECT lead_id, user_id, at FROM declined WHERE at < $1 ORDER BY lead_id, at, user_id";
static const char sql_had[] =
    "SELECT manager_id, at FROM assignment WHERE lead_id = $1 AND at < $2 ORDER BY id DESC LIMIT 1";

enum err route_record_list(struct ctx *c, struct db_tx *tx, instant from, instant until, struct assignments *list)
{
    struct assignments all = { NULL, 0 };
    struct db_rows *r;
    enum err e = db_rows(c, tx, sql_record, DB_ARGS(db_int(from), db_int(until)), &r);

    if (e)
        return e;
    while (db_next(r, &e)) {
        all.items = arena_more(c->arena, all.items, all.count, sizeof *all.items);
        all.items[all.count++] = (struct assignment){
            .id = { db_col_int(r, 0) }, .lead = { db_col_int(r, 1) }, .task = { db_col_int(r, 2) }, .moved_task = { db_col_int(r, 3) },
            .manager = { db_col_int(r, 4) }, .at = db_col_at(r, 5), .policy = db_col_str(r, 6, c->arena),
            .reason = db_col_str(r, 7, c->arena), .rule = { db_col_int(r, 8) }, .pool = { db_col_int(r, 9) },
            .counted = db_col_int(r, 10) == 1, .candidates_json = db_col_str(r, 11, c->arena), .probability = db_col_int(r, 12),
        };
    }
    db_end(r);
    *list = all;
    return e;
}

enum err route_stay_list(struct ctx *c, struct db_tx *tx, instant from, instant until, struct route_stay **list, size_t *count)
{
    struct route_stay *all = NULL;
    struct db_rows *r;
    size_t n = 0;
    enum err e = db_rows(c, tx, sql_stay, DB_ARGS(db_int(from), db_int(until)), &r);

    if (e)
        return e;
    while (db_next(r, &e)) {
        all = arena_more(c->arena, all, n, sizeof *all);
        all[n++] = (struct route_stay){ db_col_int(r, 0), { db_col_int(r, 1) }, db_col_at(r, 2), db_col_str(r, 3, c->arena),
                                        db_col_str(r, 4, c->arena) };
    }
    db_end(r);
    *list = all;
    *count = n;
    return e;
}

enum err route_refusal_list(struct ctx *c, struct db_tx *tx, instant until, struct route_refusal **list, size_t *count)
{
    struct route_refusal *all = NULL;
    struct db_rows *r;
    size_t n = 0;
    enum err e = db_rows(c, tx, sql_refusal, DB_ARGS(db_int(until)), &r);

    if (e)
        return e;
    while (db_next(r, &e)) {
        all = arena_more(c->arena, all, n, sizeof *all);
        all[n++] = (struct route_refusal){ { db_col_int(r, 0) }, { db_col_int(r, 1) }, db_col_at(r, 2) };
    }
    db_end(r);
    *list = all;
    *count = n;
    return e;
}

enum err route_had_before(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, instant before, struct given **had)
{
    struct given *all = ARENA_ARRAY(c->arena, struct given, n + 1);
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, 2 * n + 1);
    struct db_rows *r;
    enum err e;

    *had = all;
    if (n == 0)
        return ERR_NONE;
    for (size_t i = 0; i < n; i++) {
        values[2 * i] = db_int(leads[i].v);
        values[2 * i + 1] = db_int(before);
    }
    e = db_rows_many(c, tx, sql_had, values, n, 2, &r);
    if (e)
        return e;
    while (db_next(r, &e))
        all[db_row_index(r)] = (struct given){ { db_col_int(r, 0) }, db_col_at(r, 1) };
    db_end(r);
    return e;
}
