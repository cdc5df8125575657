/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "route/transfer.h"

#include "db/list.h"

#define COLUMNS "id, at, by_id, kind, from_id, leads, undone_at, state, most, to_ids, looked, more, gain, moved, passed, back, product_id, closed, " \
    "word, clients, lost, leaver, leaver_was"

/* The column `word`, two answers of who asked: bit 0 struct transfer's word, bit 1 its cold. */
enum { ASKED_WORD = 1, ASKED_COLD = 2 };

static const char sql_add[] =
    "INSERT INTO transfer (id, at, by_id, kind, from_id, leads, state, most, to_ids, product_id, word, leaver) "
    "VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $7, $8, $9, $10)";
static const char sql_forget_leads[] =
    "DELETE FROM transfer_lead WHERE transfer_id IN (SELECT id FROM transfer WHERE by_id = $1 AND state IN (0, 1, 6))";
static const char sql_forget[] = "DELETE FROM transfer WHERE by_id = $1 AND state IN (0, 1, 6)";
static const char sql_del_leads[] = "DELETE FROM transfer_lead WHERE transfer_id = $1";
static const char sql_del[] = "DELETE FROM transfer WHERE id = $1 AND state IN (0, 1, 6)";
static const char sql_planned[] =
    "UPDATE transfer SET state = 1, leads = $2, looked = $3, more = $4, gain = $5, closed = $6, clients = $7, lost = $8 "
    "WHERE id = $1 AND state = 0";
static const char sql_add_lead[] =
    "INSERT INTO transfer_lead (transfer_id, lead_id, from_id, to_id, state, amount, why) VALUES ($1, $2, $3, $4, $6, $5, $7)";
static const char sql_went[] =
    "INSERT INTO transfer_lead (transfer_id, lead_id, from_id, to_id, state, amount) VALUES ($1, $2, $3, $4, $5, $6) "
    "ON CONFLICT (transfer_id, lead_id) DO UPDATE SET from_id = excluded.from_id, to_id = excluded.to_id, state = excluded.state, why = ''";
static const char sql_leaver[] = "UPDATE transfer SET leaver_was = $2, left_at = $3 WHERE id = $1";
static const char sql_left[] = "SELECT coalesce(max(left_at), 0) FROM transfer WHERE from_id = $1 AND left_at IS NOT NULL AND state IN (2, 3)";
static const char sql_step[] = "UPDATE transfer SET state = $3 WHERE id = $1 AND state = $2";
static const char sql_undone[] = "UPDATE transfer SET undone_at = $2 WHERE id = $1";
static const char sql_next[] = "SELECT " COLUMNS " FROM transfer WHERE state IN (0, 2, 4) AND (state = $1 OR state = $2) ORDER BY id LIMIT 1";
static const char sql_get[] = "SELECT " COLUMNS " FROM transfer WHERE id = $1";
static const char sql_list[] = "SELECT " COLUMNS " FROM transfer WHERE state IN (2, 3, 4, 5) ORDER BY id DESC LIMIT $1";
static const char sql_leads[] =
    "SELECT lead_id, from_id, to_id, amount, state, why FROM transfer_lead WHERE transfer_id = $1 AND (state = $2 OR ($2 < 0 AND state < 7) "
    "OR ($2 = 4 AND state IN (5, 6)) OR ($2 = 7 AND state = 2)) ORDER BY lead_id LIMIT $3";
static const char sql_whys[] =
    "SELECT why, count(*) FROM transfer_lead WHERE transfer_id = $1 AND state IN (2, 7) GROUP BY why ORDER BY count(*) DESC, why";
static const char sql_lead_set[] = "UPDATE transfer_lead SET state = $3, why = $4 WHERE transfer_id = $1 AND lead_id = $2";
static const char sql_count[] = "UPDATE transfer SET moved = $2, passed = $3, back = $4 WHERE id = $1";
static const char sql_states[] = "SELECT state, count(*) FROM transfer_lead WHERE transfer_id = $1 GROUP BY state ORDER BY state";
static const char sql_taken_back[] =
    "SELECT assignment_id FROM given_back WHERE at >= $1 AND given_at >= $1 ORDER BY assignment_id";
static const char sql_sums[] =
    "SELECT to_id, count(*), sum(amount) FROM transfer_lead WHERE transfer_id = $1 AND to_id > 0 GROUP BY to_id ORDER BY to_id";

enum err route_transfer_add(struct ctx *c, struct db_tx *tx, struct transfer *t)
{
    enum err e;

    t->id.v = db_new_id(tx);
    t->at = c->now;
    t->state = TRANSFER_PLANNING;
    t->undone_at = INSTANT_NONE;
    if (t->by.v && ((e = db_run(c, tx, sql_forget_leads, DB_ARGS(db_int(t->by.v)), NULL))
                    || (e = db_run(c, tx, sql_forget, DB_ARGS(db_int(t->by.v)), NULL))))
        return e;
    return db_run(c, tx, sql_add,
                  DB_ARGS(db_int(t->id.v), db_at(t->at), db_id(t->by.v), db_int(t->kind), db_id(t->from.v), db_int(t->most), db_str(t->to),
                          db_id(t->product.v), db_int((t->word ? ASKED_WORD : 0) | (t->cold ? ASKED_COLD : 0)), db_int(t->leaver)), NULL);
}

enum err route_transfer_planned(struct ctx *c, struct db_tx *tx, const struct transfer *t, const struct transfer_lead *leads, size_t n, bool *stands)
{
    enum { COLUMN_COUNT = 7 };
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, COLUMN_COUNT * n + 1), *v = values;
    int64_t changed;
    enum err e = db_run(c, tx, sql_planned,
                        DB_ARGS(db_int(t->id.v), db_int(t->leads), db_int(t->looked), db_bool(t->more), db_int(t->gain), db_int(t->closed),
                                db_int(t->clients), db_int(t->lost)), &changed);

    *stands = !e && changed;
    if (!*stands)
        return e;
    for (size_t i = 0; i < n; i++, v += COLUMN_COUNT) {
        v[0] = db_int(t->id.v);
        v[1] = db_int(leads[i].lead.v);
        v[2] = db_id(leads[i].from.v);
        v[3] = db_int(leads[i].to.v);
        v[4] = db_int(leads[i].amount);
        v[5] = db_int(leads[i].state);
        v[6] = db_str(leads[i].why.ptr ? leads[i].why : STR(""));
    }
    return n ? db_many(c, tx, sql_add_lead, values, n, COLUMN_COUNT, NULL) : ERR_NONE;
}

enum err route_transfer_step(struct ctx *c, struct db_tx *tx, struct transfer_id id, enum transfer_state from, enum transfer_state to, bool *moved)
{
    int64_t changed;
    enum err e = db_run(c, tx, sql_step, DB_ARGS(db_int(id.v), db_int(from), db_int(to)), &changed);

    *moved = !e && changed;
    return e || !changed || to != TRANSFER_UNDOING ? e : db_run(c, tx, sql_undone, DB_ARGS(db_int(id.v), db_at(c->now)), NULL);
}

enum err route_transfer_del(struct ctx *c, struct db_tx *tx, struct transfer_id id)
{
    int64_t gone;
    enum err e = db_run(c, tx, sql_del, DB_ARGS(db_int(id.v)), &gone);

    if (e)
        return e;
    return gone ? db_run(c, tx, sql_del_leads, DB_ARGS(db_int(id.v)), NULL) : fault_set(c, ERR_CONFLICT, "leads have moved by it");
}

static void of_row(const struct db_rows *r, struct arena *a, void *transfer)
{
    *(struct transfer *)transfer = (struct transfer){
        .id = { db_col_int(r, 0) }, .at = db_col_at(r, 1), .by = { db_col_int(r, 2) },
        .kind = (enum transfer_kind)db_col_int(r, 3), .from = { db_col_int(r, 4) }, .leads = db_col_int(r, 5),
        .undone_at = db_col_at(r, 6), .state = (enum transfer_state)db_col_int(r, 7), .most = db_col_int(r, 8), .to = db_col_str(r, 9, a),
        .looked = db_col_int(r, 10), .more = db_col_int(r, 11) == 1, .gain = db_col_int(r, 12), .moved = db_col_int(r, 13),
        .passed = db_col_int(r, 14), .back = db_col_int(r, 15), .product = { db_col_int(r, 16) },
        .closed = db_col_int(r, 17), .word = db_col_int(r, 18) & ASKED_WORD, .cold = db_col_int(r, 18) & ASKED_COLD, .clients = db_col_int(r, 19), .lost = db_col_int(r, 20),
        .leaver = (enum transfer_leaver)db_col_int(r, 21), .leaver_was = (unsigned)db_col_int(r, 22),
    };
}

static enum err one_row(struct ctx *c, struct db_tx *tx, const char *sql, struct db_args args, struct transfer *t)
{
    return db_get(c, tx, sql, args, of_row, t);
}

enum err route_transfer_next(struct ctx *c, struct db_tx *tx, enum transfer_state one, enum transfer_state other, struct transfer *t)
{
    enum err e = one_row(c, tx, sql_next, DB_ARGS(db_int(one), db_int(other)), t);

    if (e != ERR_NOT_FOUND)
        return e;
    fault_clear(c);
    t->id.v = 0;
    return ERR_NONE;
}

enum err route_transfer_get(struct ctx *c, struct db_tx *tx, struct transfer_id id, struct transfer *t)
{
    return one_row(c, tx, sql_get, DB_ARGS(db_int(id.v)), t);
}

enum err route_transfer_list(struct ctx *c, struct db_tx *tx, int64_t limit, struct transfer **list, size_t *count)
{
    return db_list(c, tx, sql_list, DB_ARGS(db_int(limit)), DB_ITEMS(of_row, list, count));
}

static void lead_of_row(const struct db_rows *r, struct arena *a, void *lead)
{
    *(struct transfer_lead *)lead = (struct transfer_lead){ { db_col_int(r, 0) }, { db_col_int(r, 1) }, { db_col_int(r, 2) }, db_col_int(r, 3),
                                        (enum transfer_lead_state)db_col_int(r, 4), db_col_str(r, 5, a) };
}

enum err route_transfer_leads(struct ctx *c, struct db_tx *tx, struct transfer_id id, int state, int64_t limit, struct transfer_lead **list,
                              size_t *count)
{
    return db_list(c, tx, sql_leads, DB_ARGS(db_int(id.v), db_int(state), db_int(limit)), DB_ITEMS(lead_of_row, list, count));
}

enum err route_transfer_lead_set(struct ctx *c, struct db_tx *tx, struct transfer_id id, struct lead_id lead, enum transfer_lead_state state,
                                 struct str why)
{
    return db_run(c, tx, sql_lead_set, DB_ARGS(db_int(id.v), db_int(lead.v), db_int(state), db_str(why.ptr ? why : STR(""))), NULL);
}

enum err route_transfer_lead_went(struct ctx *c, struct db_tx *tx, struct transfer_id id, const struct transfer_lead *one)
{
    return db_run(c, tx, sql_went,
                  DB_ARGS(db_int(id.v), db_int(one->lead.v), db_id(one->from.v), db_int(one->to.v), db_int(TRANSFER_LEAD_MOVED), db_int(one->amount)),
                  NULL);
}

enum err route_transfer_leaver_set(struct ctx *c, struct db_tx *tx, const struct transfer *t)
{
    return db_run(c, tx, sql_leaver, DB_ARGS(db_int(t->id.v), db_int(t->leaver_was), db_at(c->now)), NULL);
}

enum err route_transfer_left(struct ctx *c, struct db_tx *tx, struct user_id user, instant *at)
{
    return db_get(c, tx, sql_left, DB_ARGS(db_int(user.v)), db_int_of_row, at);
}

static void why_of_row(const struct db_rows *r, struct arena *a, void *why)
{
    *(struct transfer_why *)why = (struct transfer_why){ db_col_str(r, 0, a), db_col_int(r, 1) };
}

enum err route_transfer_whys(struct ctx *c, struct db_tx *tx, struct transfer_id id, struct transfer_why **list, size_t *count)
{
    return db_list(c, tx, sql_whys, DB_ARGS(db_int(id.v)), DB_ITEMS(why_of_row, list, count));
}

enum err route_transfer_count(struct ctx *c, struct db_tx *tx, const struct transfer *t)
{
    return db_run(c, tx, sql_count, DB_ARGS(db_int(t->id.v), db_int(t->moved), db_int(t->passed), db_int(t->back)), NULL);
}

enum err route_transfer_states_count(struct ctx *c, struct db_tx *tx, struct transfer_id id, int64_t counts[TRANSFER_LEAD_STATES])
{
    struct db_rows *rows;
    enum err e = db_rows(c, tx, sql_states, DB_ARGS(db_int(id.v)), &rows);

    for (int i = 0; i < TRANSFER_LEAD_STATES; i++)
        counts[i] = 0;
    if (e)
        return e;
    while (db_next(rows, &e))
        if (db_col_int(rows, 0) >= 0 && db_col_int(rows, 0) < TRANSFER_LEAD_STATES)
            counts[db_col_int(rows, 0)] = db_col_int(rows, 1);
    db_end(rows);
    return e;
}

static void sum_of_row(const struct db_rows *r, UNUSED struct arena *a, void *sum)
{
    *(struct transfer_sum *)sum = (struct transfer_sum){ { db_col_int(r, 0) }, db_col_int(r, 1), db_col_int(r, 2) };
}

enum err route_transfer_sums(struct ctx *c, struct db_tx *tx, struct transfer_id id, struct transfer_sum **list, size_t *count)
{
    return db_list(c, tx, sql_sums, DB_ARGS(db_int(id.v)), DB_ITEMS(sum_of_row, list, count));
}

enum err route_transfer_taken_back(struct ctx *c, struct db_tx *tx, instant since, struct assignment_id **list, size_t *count)
{
    return db_list(c, tx, sql_taken_back, DB_ARGS(db_int(since)), DB_ITEMS(db_int_of_row, list, count));
}
