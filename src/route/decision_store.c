/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Decisions kept whole, and the queue. */
#include "route/route.h"

#include <stdlib.h>

#include "db/list.h"

static const char sql_assignment_add[] =
    "INSERT INTO assignment (id, lead_id, task_id, moved_task_id, manager_id, at, policy, reason, note, "
    "rule_id, rule_name, pool_id, user_id, counted, candidates, packed, frame_id, probability, lot_share, lot_seed, lot, "
    "kin_owner_id, kin_client, kin_score, kin_band) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)";
static const char sql_assignment_list[] =
    "SELECT id, lead_id, task_id, moved_task_id, manager_id, at, policy, reason, note, rule_id, "
    "rule_name, pool_id, user_id, candidates, counted, probability, lot_share, lot_seed, lot, "
    "(SELECT b.at FROM turn_back b WHERE b.assignment_id = assignment.id AND b.undone_at IS NULL), packed, frame_id "
    "FROM assignment WHERE lead_id = $1 ORDER BY id DESC LIMIT $2";
static const char sql_assignment_has[] = "SELECT count(*) FROM assignment WHERE task_id = $1";
static const char sql_given_list[] =
    "SELECT a.manager_id, a.at, b.at FROM assignment a LEFT JOIN given_back b ON b.assignment_id = a.id "
    "WHERE a.counted = 1 AND a.at > $1 ORDER BY a.manager_id, a.at";
static const char sql_given_of[] =
    "SELECT manager_id, at, NULL FROM assignment WHERE manager_id = $1 AND counted = 1 AND at > $2 "
    "AND NOT EXISTS (SELECT 1 FROM given_back b WHERE b.assignment_id = assignment.id) ORDER BY at DESC LIMIT $3";
/* Of those that were taken back none is left out: more may seem to have been given than was, never less. */
static const char sql_given_to[] =
    "SELECT at FROM assignment WHERE manager_id = $1 AND counted = 1 AND at > $2 ORDER BY at DESC LIMIT 1 OFFSET $3";
/* The decision by which the transfer that begins at $3 gave the lead: with its own word, or as one of those that a leaver still had. */
static const char sql_give_back[] =
    "INSERT INTO given_back (assignment_id, lead_id, manager_id, given_at, at) SELECT id, lead_id, manager_id, at, $5 FROM assignment "
    "WHERE lead_id = $1 AND manager_id = $2 AND at >= $3 AND reason IN ($4, 'left') ORDER BY id DESC LIMIT 1 ON CONFLICT DO NOTHING";
static const char sql_given_back_list[] =
    "SELECT lead_id, manager_id, given_at, at FROM given_back WHERE at >= $1 AND at < $2 ORDER BY at, assignment_id";

#define WAITING_COLUMNS                                                                            \
    "id, lead_id, task_id, rule_id, pool_id, since, until_at, promise_due, next_at, why, alert_id"
static const char sql_waiting_add[] =
    "INSERT INTO waiting (" WAITING_COLUMNS ", packed, frame_id, kin_owner_id, kin_client, kin_score, kin_band, first_rule_id, first_rule_name) "
    "VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $4, $17)";
static const char sql_waiting_set[] =
    "UPDATE waiting SET task_id = $2, rule_id = $3, pool_id = $4, promise_due = $5, next_at = $6, "
    "why = $7, alert_id = $8 WHERE id = $1 AND until_at IS NULL";
static const char sql_waiting_close[] =
    "UPDATE waiting SET until_at = $2 WHERE id = $1 AND until_at IS NULL";
static const char sql_waiting_list[] =
    "SELECT " WAITING_COLUMNS " FROM waiting WHERE until_at IS NULL AND next_at <= $1 "
    "ORDER BY promise_due, id LIMIT $2";
static const char sql_waiting_find[] =
    "SELECT " WAITING_COLUMNS " FROM waiting WHERE until_at IS NULL AND lead_id = $1";
static const char sql_waiting_of[] =
    "SELECT " WAITING_COLUMNS " FROM waiting WHERE lead_id = $1 ORDER BY since, id";
static const char sql_waiting_count[] =
    "SELECT count(*) FROM waiting WHERE until_at IS NULL AND alert_id = $1";
static const char sql_waiting_next[] = "SELECT min(next_at) FROM waiting WHERE until_at IS NULL";

void route_candidates_print(struct candidates list, struct json_out *o)
{
    json_list(o);
    for (size_t i = 0; i < list.count; i++) {
        const struct candidate *one = &list.items[i];

        json_begin(o);
        json_key(o, "manager_id");
        json_put_id(o, PREFIX_USER, one->user.v);
        json_key(o, "eligible");
        json_put_bool(o, one->why == CANDIDATE_OK);
        json_key(o, "why");
        json_put_text(o, candidate_word(one));
        json_key(o, "load");
        json_put_int(o, one->load);
        json_key(o, "capacity");
        json_put_int(o, one->capacity);
        json_key(o, "weight");
        json_put_int(o, one->weight);
        if (one->fit) {
            json_key(o, "fit");
            json_put_int(o, one->fit);
        }
        if (one->value) {
            json_key(o, one->money ? "value" : "sales");
            one->money ? json_put_int(o, one->value) : json_put_fix(o, one->value);
        }
        if (one->probability) {
            json_key(o, "probability");
            json_put_fix(o, one->probability);
        }
        if (one->owner) {
            json_key(o, "owner");
            json_put_bool(o, true);
        }
        if (one->fallback) {
            json_key(o, "fallback");
            json_put_bool(o, true);
        }
        if (one->kin) {
            json_key(o, "company");
            json_put_bool(o, true);
        }
        if (one->pass) {
            json_key(o, "pass");
            json_put_int(o, one->pass);
        }
        if (one->credit) {
            json_key(o, "credit");
            json_put_int(o, one->credit);
        }
        if (one->last_at != INSTANT_NONE) {
            json_key(o, "last_at");
            json_put_instant(o, one->last_at);
        }
        if (one->again_at != INSTANT_NEVER) {
            json_key(o, "again_at");
            json_put_instant(o, one->again_at);
        }
        json_end(o);
    }
    json_list_end(o);
}

static struct db_value kin_client(const struct route_kin *kin)
{
    return kin->looked ? db_bool(kin->client) : db_null();
}

static struct db_value kin_scored(const struct route_kin *kin, int64_t v)
{
    return kin->scored ? db_int(v) : db_null();
}

enum err route_assignment_add(struct ctx *c, struct db_tx *tx, struct assignment *a)
{
    struct route_kept kept;
    enum err e = route_kept_make(c, tx, a->candidates, a->frame, &kept);
    int64_t id;

    if (e)
        return e;
    id = db_new_id(tx);
    e = db_run(c, tx, sql_assignment_add,
               DB_ARGS(db_int(id), db_int(a->lead.v), db_id(a->task.v), db_id(a->moved_task.v),
                       db_int(a->manager.v), db_at(a->at), db_str(a->policy), db_str(a->reason),
                       db_str(a->note), db_id(a->rule.v), db_str(a->rule_name), db_id(a->pool.v),
                       db_id(a->by.v), db_bool(a->counted), db_blob(kept.bytes), db_id(kept.frame_id),
                       db_int(a->probability ? a->probability : FIX_ONE), db_int(a->lot_share), db_id(a->lot_seed), db_bool(a->lot),
                       db_id(a->kin.owner.v), kin_client(&a->kin), kin_scored(&a->kin, a->kin.score), kin_scored(&a->kin, a->kin.band)),
               NULL);
    if (!e)
        a->id.v = id;
    return e;
}

enum err route_assignment_has(struct ctx *c, struct db_tx *tx, struct task_id task, bool *has)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, sql_assignment_has, DB_ARGS(db_int(task.v)), &row);

    if (e)
        return e;
    *has = db_col_int(row, 0) > 0;
    db_end(row);
    return ERR_NONE;
}

enum err route_assignment_list(struct ctx *c, struct db_tx *tx, struct lead_id lead, int64_t limit,
                               struct assignments *list)
{
    struct assignments all = { NULL, 0 };
    struct db_rows *rows;
    enum err e = db_rows(c, tx, sql_assignment_list, DB_ARGS(db_int(lead.v), db_int(limit)), &rows);

    if (e)
        return e;
    while (db_next(rows, &e)) {
        all.items = arena_more(c->arena, all.items, all.count, sizeof(struct assignment));
        all.items[all.count++] = (struct assignment){
            .id = { db_col_int(rows, 0) },
            .lead = { db_col_int(rows, 1) },
            .task = { db_col_int(rows, 2) },
            .moved_task = { db_col_int(rows, 3) },
            .manager = { db_col_int(rows, 4) },
            .at = db_col_at(rows, 5),
            .policy = db_col_str(rows, 6, c->arena),
            .reason = db_col_str(rows, 7, c->arena),
            .note = db_col_str(rows, 8, c->arena),
            .rule = { db_col_int(rows, 9) },
            .rule_name = db_col_str(rows, 10, c->arena),
            .pool = { db_col_int(rows, 11) },
            .by = { db_col_int(rows, 12) },
            .kept = { .text = db_col_str(rows, 13, c->arena), .bytes = db_col_str(rows, 20, c->arena), .frame_id = db_col_int(rows, 21) },
            .counted = db_col_int(rows, 14) == 1,
            .probability = db_col_int(rows, 15),
            .lot_share = db_col_int(rows, 16),
            .lot_seed = db_col_int(rows, 17),
            .lot = db_col_int(rows, 18) == 1,
            .turn_back_at = db_col_at(rows, 19),
        };
    }
    db_end(rows);
    if (!e && all.count)
        e = route_kept_frames(c, tx, &all.items[0].kept, all.count, sizeof *all.items);
    if (!e)
        *list = all;
    return e;
}

static void given_of_row(const struct db_rows *r, UNUSED struct arena *a, void *given)
{
    *(struct given *)given = (struct given){ { db_col_int(r, 0) }, db_col_at(r, 1), db_col_at(r, 2) };
}

enum err route_give_back(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct user_id from, instant since, struct str reason)
{
    return db_run(c, tx, sql_give_back, DB_ARGS(db_int(lead.v), db_int(from.v), db_at(since), db_str(reason), db_at(c->now)), NULL);
}

static void given_back_of_row(const struct db_rows *r, UNUSED struct arena *a, void *back)
{
    *(struct given_back *)back = (struct given_back){ { db_col_int(r, 0) }, { db_col_int(r, 1) }, db_col_at(r, 2), db_col_at(r, 3) };
}

enum err route_given_back_list(struct ctx *c, struct db_tx *tx, instant from, instant until, struct given_back **list, size_t *count)
{
    return db_list(c, tx, sql_given_back_list, DB_ARGS(db_at(from), db_at(until)), DB_ITEMS(given_back_of_row, list, count));
}

/* Each one's part of the list, the latest first, becomes the earliest first. */
static void turn_parts(struct given *list, size_t count)
{
    for (size_t from = 0, end; from < count; from = end) {
        for (end = from + 1; end < count && list[end].user.v == list[from].user.v; end++)
            ;
        for (size_t i = from, k = end - 1; i < k; i++, k--) {
            struct given swap = list[i];

            list[i] = list[k];
            list[k] = swap;
        }
    }
}

enum err route_given_list(struct ctx *c, struct db_tx *tx, instant since, struct given **list, size_t *count)
{
    return db_list(c, tx, sql_given_list, DB_ARGS(db_int(since)), DB_ITEMS(given_of_row, list, count));
}

/* A row of three numbers, the i-th that is asked. */
enum { ASK_COLUMNS = 3 };
static void ask_put(struct db_value *values, size_t i, int64_t user, int64_t since, int64_t number)
{
    values[ASK_COLUMNS * i] = db_int(user);
    values[ASK_COLUMNS * i + 1] = db_int(since);
    values[ASK_COLUMNS * i + 2] = db_int(number);
}

enum err route_given_of(struct ctx *c, struct db_tx *tx, const struct given_ask *asks, size_t n, instant since, struct given **list,
                        size_t *count)
{
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, ASK_COLUMNS * n + 1);
    struct db_rows *rows;
    enum err e;

    *list = NULL;
    *count = 0;
    for (size_t i = 0; i < n; i++)
        ask_put(values, i, asks[i].user.v, since, asks[i].most);
    if (!n || (e = db_rows_many(c, tx, sql_given_of, values, n, ASK_COLUMNS, &rows)) || (e = db_take(c, rows, DB_ITEMS(given_of_row, list, count))))
        return n ? e : ERR_NONE;
    turn_parts(*list, *count);
    return ERR_NONE;
}

enum err route_given_reach(struct ctx *c, struct db_tx *tx, const struct given_reach *asks, size_t n, bool *reached)
{
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, ASK_COLUMNS * n + 1);
    struct db_rows *rows;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        ask_put(values, i, asks[i].user.v, asks[i].since, asks[i].times > 0 ? asks[i].times - 1 : 0);
        reached[i] = asks[i].times <= 0;
    }
    if (!n || (e = db_rows_many(c, tx, sql_given_to, values, n, ASK_COLUMNS, &rows)))
        return n ? e : ERR_NONE;
    while (db_next(rows, &e))
        reached[db_row_index(rows)] = true;
    db_end(rows);
    return e;
}

enum err route_turn_list(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, struct route_turn **list, size_t *count)
{
    struct route_turn *all = NULL;
    size_t have = 0;
    enum err e = ERR_NONE;

    for (size_t i = 0; i < n && !e; i++) {
        struct db_rows *r;

        e = db_rows(c, tx,
                    "SELECT a.id, a.lead_id, a.manager_id, a.pool_id, b.assignment_id FROM assignment a"
                    " LEFT JOIN turn_back b ON b.assignment_id = a.id AND b.undone_at IS NULL"
                    " WHERE a.lead_id = $1 AND a.counted = 1 AND a.pool_id IS NOT NULL AND a.policy IN ('round_robin', 'weighted') ORDER BY a.id",
                    DB_ARGS(db_int(leads[i].v)), &r);
        if (e)
            return e;
        while (db_next(r, &e)) {
            all = arena_more(c->arena, all, have, sizeof *all);
            all[have++] = (struct route_turn){ { db_col_int(r, 0) }, { db_col_int(r, 1) }, { db_col_int(r, 2) }, { db_col_int(r, 3) },
                                               !db_col_null(r, 4) };
        }
        db_end(r);
    }
    *list = all;
    *count = have;
    return e;
}

enum err route_turn_set(struct ctx *c, struct db_tx *tx, const struct route_turn *turn, bool back)
{
    enum err e;

    if (back)
        e = db_run(c, tx,
                   "INSERT INTO turn_back (assignment_id, lead_id, at, undone_at) VALUES ($1, $2, $3, NULL)"
                   " ON CONFLICT (assignment_id) DO UPDATE SET at = excluded.at, undone_at = NULL",
                   DB_ARGS(db_int(turn->id.v), db_int(turn->lead.v), db_at(c->now)), NULL);
    else
        e = db_run(c, tx, "UPDATE turn_back SET undone_at = $2 WHERE assignment_id = $1", DB_ARGS(db_int(turn->id.v), db_at(c->now)), NULL);
    return e ? e
             : db_run(c, tx, "UPDATE pool_member SET credit = credit + $3 WHERE pool_id = $1 AND user_id = $2",
                      DB_ARGS(db_int(turn->pool.v), db_int(turn->manager.v), db_int(back ? 1 : -1)), NULL);
}

enum err route_had_list(struct ctx *c, struct db_tx *tx, struct lead_id from, struct lead_id to, struct route_had **list, size_t *count)
{
    struct route_had *all = NULL;
    struct db_rows *rows;
    size_t n = 0;
    enum err e = db_rows(c, tx,
                         "SELECT lead_id, manager_id, at, reason FROM assignment WHERE lead_id >= $1 AND lead_id <= $2 "
                         "AND NOT EXISTS (SELECT 1 FROM given_back b WHERE b.assignment_id = assignment.id) ORDER BY lead_id, id",
                         DB_ARGS(db_int(from.v), db_int(to.v)), &rows);

    if (e)
        return e;
    while (db_next(rows, &e)) {
        all = arena_more(c->arena, all, n, sizeof(*all));
        all[n++] = (struct route_had){ { db_col_int(rows, 0) }, { db_col_int(rows, 1) }, db_col_at(rows, 2),
                                       str_eq(db_col_view(rows, 3), STR("undone")) };
    }
    db_end(rows);
    *list = all;
    *count = n;
    return e;
}

static struct waiting waiting_of_row(const struct db_rows *r, struct arena *a)
{
    return (struct waiting){
        .id = db_col_int(r, 0),
        .lead = { db_col_int(r, 1) },
        .task = { db_col_int(r, 2) },
        .rule = { db_col_int(r, 3) },
        .pool = { db_col_int(r, 4) },
        .since = db_col_at(r, 5),
        .until = db_col_at(r, 6),
        .promise_due = db_col_at(r, 7),
        .next_at = db_col_at(r, 8),
        .why = db_col_str(r, 9, a),
        .alert = { db_col_int(r, 10) },
    };
}

enum err route_waiting_put(struct ctx *c, struct db_tx *tx, struct waiting *w)
{
    struct route_kept kept;
    int64_t id;
    enum err e;

    if (w->id)
        return db_run(c, tx, sql_waiting_set,
                      DB_ARGS(db_int(w->id), db_int(w->task.v), db_id(w->rule.v), db_id(w->pool.v),
                              db_int(w->promise_due), db_int(w->next_at), db_str(w->why),
                              db_id(w->alert.v)),
                      NULL);
    e = route_kept_make(c, tx, w->candidates, w->frame, &kept);
    if (e)
        return e;
    id = db_new_id(tx);
    e = db_run(c, tx, sql_waiting_add,
               DB_ARGS(db_int(id), db_int(w->lead.v), db_int(w->task.v), db_id(w->rule.v),
                       db_id(w->pool.v), db_at(w->since), db_int(w->promise_due), db_int(w->next_at),
                       db_str(w->why), db_id(w->alert.v), db_blob(kept.bytes), db_id(kept.frame_id),
                       db_id(w->kin.owner.v), kin_client(&w->kin), kin_scored(&w->kin, w->kin.score), kin_scored(&w->kin, w->kin.band),
                       db_str(w->rule_name)),
               NULL);
    if (!e)
        w->id = id;
    return e;
}

enum err route_waiting_close(struct ctx *c, struct db_tx *tx, int64_t id)
{
    return db_run(c, tx, sql_waiting_close, DB_ARGS(db_int(id), db_at(c->now)), NULL);
}

static enum err waiting_rows(struct ctx *c, struct db_tx *tx, const char *sql, struct db_args args, struct waitings *list)
{
    struct waitings all = { NULL, 0 };
    struct db_rows *rows;
    enum err e = db_rows(c, tx, sql, args, &rows);

    if (e)
        return e;
    while (db_next(rows, &e)) {
        all.items = arena_more(c->arena, all.items, all.count, sizeof(struct waiting));
        all.items[all.count++] = waiting_of_row(rows, c->arena);
    }
    db_end(rows);
    if (!e)
        *list = all;
    return e;
}

enum err route_waiting_list(struct ctx *c, struct db_tx *tx, instant due_by, int64_t limit, struct waitings *list)
{
    return waiting_rows(c, tx, sql_waiting_list, DB_ARGS(db_int(due_by), db_int(limit)), list);
}

enum err route_waiting_of(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct waitings *list)
{
    return waiting_rows(c, tx, sql_waiting_of, DB_ARGS(db_int(lead.v)), list);
}

enum err route_waiting_find(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct waiting *w)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, sql_waiting_find, DB_ARGS(db_int(lead.v)), &row);

    if (e == ERR_NOT_FOUND) {
        fault_clear(c);
        *w = (struct waiting){ .id = 0 };
        return ERR_NONE;
    }
    if (e)
        return e;
    *w = waiting_of_row(row, c->arena);
    db_end(row);
    return ERR_NONE;
}

enum err route_waiting_count(struct ctx *c, struct db_tx *tx, struct task_id alert, int64_t *count)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, sql_waiting_count, DB_ARGS(db_int(alert.v)), &row);

    if (e)
        return e;
    *count = db_col_int(row, 0);
    db_end(row);
    return ERR_NONE;
}

enum err route_waiting_next(struct ctx *c, struct db_tx *tx, instant *at)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, sql_waiting_next, DB_NO_ARGS, &row);

    if (e)
        return e;
    *at = db_col_null(row, 0) ? INSTANT_NEVER : db_col_int(row, 0);
    db_end(row);
    return ERR_NONE;
}
