/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/contest.h"

#include "db/list.h"
#include "learn/calibrate.h"
#include "learn/calibrate_store.h"
#include "learn/outcome.h"

const char *const learn_contest_states[] = { "running", "decided", "stopped", NULL };
const char *const learn_contest_metrics[] = { "won", "accepted", NULL };
const char *const learn_contest_winners[] = { "champion", "challenger", "neither", NULL };

/* ---- pure ---- */

struct learn_standing learn_contest_judge(const struct learn_contest *k, const struct learn_success *list, size_t n,
                                          const int64_t leads[2])
{
    struct learn_standing s = { .leads = { leads[0], leads[1] }, .verdict = -1 };
    double alpha = (double)k->alpha / 1e6, ratio, low, high, margin = 1 + (double)k->margin / 1e6;
    struct sequence q;

    sequence_start(&q);
    for (size_t i = 0; i < n; i++)
        sequence_add(&q, list[i].arm == CONTEST_CHALLENGER, (double)list[i].chance / 1e6);
    sequence_ratio(&q, alpha, &ratio, &low, &high);
    s.successes[0] = q.first;
    s.successes[1] = q.second;
    s.has_ratio = n > 0 && learn_fix(ratio, &s.ratio) && learn_fix(low, &s.low) && learn_fix(high, &s.high);
    if (!learn_fix(sequence_p(&q), &s.p))
        s.p = FIX_ONE;
    if (sequence_p(&q) <= alpha)
        s.verdict = ratio > 1 ? CONTEST_CHALLENGER : CONTEST_CHAMPION;
    else if (n && low > 1 / margin && high < margin)
        s.verdict = CONTEST_NEITHER;
    return s;
}

/* ---- contests ---- */

#define COLUMNS                                                                                    \
    "id, name, champion_id, challenger_id, share, metric, alpha, margin, state, winner, made_by, started_at, ended_at"

static void contest_of_row(const struct db_rows *r, struct arena *a, void *contest)
{
    *(struct learn_contest *)contest = (struct learn_contest){
        .id = { db_col_int(r, 0) }, .name = db_col_str(r, 1, a), .champion = { db_col_int(r, 2) },
        .challenger = { db_col_int(r, 3) }, .share = db_col_int(r, 4), .metric = (int)db_col_int(r, 5), .alpha = db_col_int(r, 6),
        .margin = db_col_int(r, 7), .state = (int)db_col_int(r, 8), .winner = db_col_null(r, 9) ? -1 : (int)db_col_int(r, 9),
        .made_by = { db_col_int(r, 10) }, .started_at = db_col_at(r, 11), .ended_at = db_col_at(r, 12),
    };
}

enum err learn_contest_add(struct ctx *c, struct db_tx *tx, struct learn_contest *k)
{
    k->id.v = db_new_id(tx);
    k->started_at = c->now;
    k->ended_at = INSTANT_NONE;
    k->state = CONTEST_RUNS;
    k->winner = -1;
    return db_run(c, tx,
                  "INSERT INTO contest (id, name, champion_id, challenger_id, share, metric, alpha, margin, state, made_by, started_at)"
                  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10)",
                  DB_ARGS(db_int(k->id.v), db_str(k->name.ptr ? k->name : STR("")), db_int(k->champion.v), db_int(k->challenger.v),
                          db_int(k->share), db_int(k->metric), db_int(k->alpha), db_int(k->margin), db_id(k->made_by.v),
                          db_at(k->started_at)),
                  NULL);
}

enum err learn_contest_get(struct ctx *c, struct db_tx *tx, struct contest_id id, struct learn_contest *k)
{
    return db_get(c, tx, "SELECT " COLUMNS " FROM contest WHERE id = $1", DB_ARGS(db_int(id.v)), contest_of_row, k);
}

enum err learn_contest_running(struct ctx *c, struct db_tx *tx, struct learn_contest *k)
{
    *k = (struct learn_contest){ .id = { 0 } };
    return db_find(c, tx, "SELECT " COLUMNS " FROM contest WHERE state = 0", DB_NO_ARGS, contest_of_row, k);
}

enum err learn_contest_list(struct ctx *c, struct db_tx *tx, int limit, struct learn_contest **list, size_t *count)
{
    return db_list(c, tx, "SELECT " COLUMNS " FROM contest ORDER BY id DESC LIMIT $1", DB_ARGS(db_int(limit)),
                   DB_ITEMS(contest_of_row, list, count));
}

enum err learn_contest_end(struct ctx *c, struct db_tx *tx, struct contest_id id, int winner)
{
    int64_t changed;
    enum err e = db_run(c, tx, "UPDATE contest SET state = $2, winner = $3, ended_at = $4 WHERE id = $1 AND state = 0",
                        DB_ARGS(db_int(id.v), db_int(winner < 0 ? CONTEST_STOPPED : CONTEST_DECIDED),
                                winner < 0 ? db_null() : db_int(winner), db_at(c->now)),
                        &changed);

    if (!e && !changed)
        return fault_set(c, ERR_CONFLICT, "the contest is over");
    return e;
}

/* ---- arms ---- */

enum err learn_contest_arms(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, struct learn_arm *arms)
{
    struct db_value *v = ARENA_ARRAY(c->arena, struct db_value, n + 1);
    struct db_rows *r;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        arms[i] = (struct learn_arm){ .lead = leads[i] };
        v[i] = db_int(leads[i].v);
    }
    if (!n)
        return ERR_NONE;
    e = db_rows_many(c, tx, "SELECT contest_id, arm, chance, at FROM contest_arm WHERE lead_id = $1", v, n, 1, &r);
    if (e)
        return e;
    while (db_next(r, &e)) {
        struct learn_arm *a = &arms[db_row_index(r)];

        a->contest.v = db_col_int(r, 0);
        a->arm = (int)db_col_int(r, 1);
        a->chance = db_col_int(r, 2);
        a->at = db_col_at(r, 3);
    }
    db_end(r);
    return e;
}

enum err learn_contest_draw(struct ctx *c, struct db_tx *tx, const struct learn_contest *k, struct lead_id lead, uint64_t random, int *arm)
{
    *arm = (int64_t)(((unsigned __int128)random * (unsigned)FIX_ONE) >> 64) < k->share ? CONTEST_CHALLENGER : CONTEST_CHAMPION;
    return db_run(c, tx,
                  "INSERT INTO contest_arm (lead_id, contest_id, arm, chance, at) VALUES ($1, $2, $3, $4, $5)"
                  " ON CONFLICT (lead_id) DO UPDATE SET contest_id = $2, arm = $3, chance = $4, at = $5",
                  DB_ARGS(db_int(lead.v), db_int(k->id.v), db_int(*arm), db_int(k->share), db_at(c->now)), NULL);
}

enum err learn_contest_counts(struct ctx *c, struct db_tx *tx, struct contest_id id, int64_t leads[2])
{
    struct db_rows *r;
    enum err e = db_rows(c, tx, "SELECT arm, count(*) FROM contest_arm WHERE contest_id = $1 GROUP BY arm", DB_ARGS(db_int(id.v)), &r);

    leads[0] = leads[1] = 0;
    if (e)
        return e;
    while (db_next(r, &e))
        leads[db_col_int(r, 0) == CONTEST_CHALLENGER] = db_col_int(r, 1);
    db_end(r);
    return e;
}

static void arm_of_row(const struct db_rows *r, UNUSED struct arena *a, void *arm)
{
    *(struct learn_arm *)arm = (struct learn_arm){ { db_col_int(r, 0) }, { db_col_int(r, 1) }, (int)db_col_int(r, 2), db_col_int(r, 3), db_col_at(r, 4) };
}

enum err learn_contest_leads(struct ctx *c, struct db_tx *tx, struct contest_id id, struct lead_id after, int limit,
                             struct learn_arm **arms, size_t *count)
{
    return db_list(c, tx,
                   "SELECT lead_id, contest_id, arm, chance, at FROM contest_arm WHERE contest_id = $1 AND lead_id > $2 ORDER BY lead_id LIMIT $3",
                   DB_ARGS(db_int(id.v), db_int(after.v), db_int(limit)), DB_ITEMS(arm_of_row, arms, count));
}

enum err learn_contest_arm_leads(struct ctx *c, struct db_tx *tx, struct contest_id id, int arm, struct lead_id **leads, size_t *count)
{
    return db_list(c, tx, "SELECT lead_id FROM contest_arm WHERE contest_id = $1 AND arm = $2 ORDER BY lead_id", DB_ARGS(db_int(id.v), db_int(arm)),
                   DB_ITEMS(db_int_of_row, leads, count));
}

/* A sale is a success when the lead stands as won; an acceptance when the last word on the lead is one. */
static const char won_sql[] = "SELECT o.known_at, a.lead_id, a.arm, a.chance FROM contest_arm a JOIN outcome o ON o.lead_id = a.lead_id"
                              " WHERE a.contest_id = $1 AND o.state = $2 AND o.known_at >= a.at ORDER BY o.known_at, a.lead_id";
static const char accepted_sql[] =
    "SELECT f.at, a.lead_id, a.arm, a.chance FROM contest_arm a JOIN feedback f ON f.lead_id = a.lead_id"
    " WHERE a.contest_id = $1 AND f.verdict = $2 AND f.at >= a.at"
    " AND NOT EXISTS (SELECT 1 FROM feedback g WHERE g.lead_id = f.lead_id AND g.id > f.id) ORDER BY f.at, a.lead_id";

static void success_of_row(const struct db_rows *r, UNUSED struct arena *a, void *success)
{
    *(struct learn_success *)success = (struct learn_success){ db_col_at(r, 0), { db_col_int(r, 1) }, (int)db_col_int(r, 2), db_col_int(r, 3) };
}

enum err learn_contest_successes(struct ctx *c, struct db_tx *tx, const struct learn_contest *k, struct learn_success **list,
                                 size_t *count)
{
    bool won = k->metric == CONTEST_WON;

    return db_list(c, tx, won ? won_sql : accepted_sql, DB_ARGS(db_int(k->id.v), db_int(won ? OUTCOME_WON : FEEDBACK_ACCEPTED)),
                   DB_ITEMS(success_of_row, list, count));
}
