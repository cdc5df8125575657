/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "route/record.h"

#include "db/list.h"

static const char sql_record[] =
    "SELECT id, lead_id, task_id, moved_task_id, manager_id, at, policy, reason, rule_id, pool_id, counted, candidates, packed, frame_id, probability, "
    "kin_owner_id, kin_client, kin_score, kin_band "
    "FROM assignment WHERE at >= $1 AND at < $2 ORDER BY id";
#define STAY                                                                                       \
    "SELECT id, lead_id, since, why, candidates, packed, frame_id, kin_owner_id, kin_client, kin_score, kin_band, until_at, first_rule_id, "   \
    "first_rule_name FROM waiting "
static const char sql_stay[] = STAY "WHERE since >= $1 AND since < $2 ORDER BY id";
static const char sql_stay_of[] = STAY "WHERE lead_id = $1 ORDER BY id DESC LIMIT $2";
static const char sql_refusal[] = "SELECT lead_id, user_id, at FROM declined WHERE at < $1 ORDER BY lead_id, at, user_id";
static const char sql_had[] =
    "SELECT manager_id, at FROM assignment WHERE lead_id = $1 AND at < $2 ORDER BY id DESC LIMIT 1";

static struct route_kin kin_of(const struct db_rows *r, int column)
{
    return (struct route_kin){ .looked = !db_col_null(r, column + 1), .client = db_col_int(r, column + 1) == 1, .owner = { db_col_int(r, column) },
                               .scored = !db_col_null(r, column + 2), .score = db_col_int(r, column + 2), .band = (int)db_col_int(r, column + 3) };
}

static void assignment_of_row(const struct db_rows *r, struct arena *a, void *assignment)
{
    *(struct assignment *)assignment = (struct assignment){
        .id = { db_col_int(r, 0) }, .lead = { db_col_int(r, 1) }, .task = { db_col_int(r, 2) }, .moved_task = { db_col_int(r, 3) },
        .manager = { db_col_int(r, 4) }, .at = db_col_at(r, 5), .policy = db_col_str(r, 6, a),
        .reason = db_col_str(r, 7, a), .rule = { db_col_int(r, 8) }, .pool = { db_col_int(r, 9) },
        .counted = db_col_int(r, 10) == 1, .probability = db_col_int(r, 14), .kin = kin_of(r, 15),
        .kept = { .text = db_col_str(r, 11, a), .bytes = db_col_str(r, 12, a), .frame_id = db_col_int(r, 13) },
    };
}

enum err route_record_list(struct ctx *c, struct db_tx *tx, instant from, instant until, struct assignments *list)
{
    enum err e = db_list(c, tx, sql_record, DB_ARGS(db_int(from), db_int(until)), DB_LIST(assignment_of_row, list));

    return e || !list->count ? e : route_kept_frames(c, tx, &list->items[0].kept, list->count, sizeof *list->items);
}

static void stay_of_row(const struct db_rows *r, struct arena *a, void *stay)
{
    *(struct route_stay *)stay = (struct route_stay){
        .id = db_col_int(r, 0), .lead = { db_col_int(r, 1) }, .since = db_col_at(r, 2), .why = db_col_str(r, 3, a), .kin = kin_of(r, 7),
        .until = db_col_at(r, 11), .rule = { db_col_int(r, 12) }, .rule_name = db_col_str(r, 13, a),
        .kept = { .text = db_col_str(r, 4, a), .bytes = db_col_str(r, 5, a), .frame_id = db_col_int(r, 6) },
    };
}

enum err route_stay_list(struct ctx *c, struct db_tx *tx, instant from, instant until, struct route_stay **list, size_t *count)
{
    enum err e = db_list(c, tx, sql_stay, DB_ARGS(db_int(from), db_int(until)), DB_ITEMS(stay_of_row, list, count));

    return e || !*count ? e : route_kept_frames(c, tx, &(*list)[0].kept, *count, sizeof **list);
}

enum err route_stay_list_of(struct ctx *c, struct db_tx *tx, struct lead_id lead, int64_t limit, struct route_stay **list, size_t *count)
{
    enum err e = db_list(c, tx, sql_stay_of, DB_ARGS(db_int(lead.v), db_int(limit)), DB_ITEMS(stay_of_row, list, count));

    return e || !*count ? e : route_kept_frames(c, tx, &(*list)[0].kept, *count, sizeof **list);
}

static void refusal_of_row(const struct db_rows *r, UNUSED struct arena *a, void *refusal)
{
    *(struct route_refusal *)refusal = (struct route_refusal){ { db_col_int(r, 0) }, { db_col_int(r, 1) }, db_col_at(r, 2) };
}

enum err route_refusal_list(struct ctx *c, struct db_tx *tx, instant until, struct route_refusal **list, size_t *count)
{
    return db_list(c, tx, sql_refusal, DB_ARGS(db_int(until)), DB_ITEMS(refusal_of_row, list, count));
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
