/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/contest.h"

#include <math.h>

#include "base/map.h"
#include "base/utf8.h"
#include "db/list.h"
#include "learn/calibrate.h"
#include "learn/calibrate_store.h"
#include "learn/outcome.h"

const char *const learn_contest_states[] = { "running", "decided", "stopped", NULL };
const char *const learn_contest_metrics[] = { "won", "accepted", NULL };
const char *const learn_contest_winners[] = { "champion", "challenger", "neither", NULL };

/* ---- pure ---- */

bool learn_urn_is_empty(const struct learn_urn *u)
{
    return u->left[0] + u->left[1] == 0;
}

void learn_urn_fill(struct learn_urn *u, int64_t block, fix share, uint32_t random)
{
    fix owed = CONTEST_BLOCK * share;

    u->block = block;
    u->lots[1] = owed / FIX_ONE + ((int64_t)((uint64_t)random * FIX_ONE >> 32) < owed % FIX_ONE);
    u->lots[0] = CONTEST_BLOCK - u->lots[1];
    memcpy(u->left, u->lots, sizeof u->left);
}

int learn_urn_draw(struct learn_urn *u, uint32_t random, fix *chance)
{
    int64_t left = u->left[0] + u->left[1];
    int arm = (int64_t)((uint64_t)random * (uint64_t)left >> 32) < u->left[1] ? CONTEST_CHALLENGER : CONTEST_CHAMPION;

    *chance = u->left[1] * FIX_ONE / left;
    u->left[arm]--;
    return arm;
}

void learn_contest_chances(struct arena *a, struct learn_success *list, size_t n)
{
    struct map blocks = map_new(a, n);

    for (size_t i = 0; i < n; i++) {
        struct learn_success *s = &list[i];
        struct str key = { (const char *)&s->block, sizeof s->block };
        int64_t *left;

        if (!s->block)
            continue;
        if (!(left = map_find(&blocks, key))) {
            left = ARENA_ARRAY(a, int64_t, 2);
            memcpy(left, s->lots, sizeof s->lots);
            map_put(&blocks, key, left);
        }
        s->chance = (double)left[1] / (double)(left[0] + left[1]);
        left[s->arm]--;
    }
}

/* The ratio of the shares that succeed, when one of the paces is `pace` and of the champion's a share p does: 1 - (1 - p)^pace of the challenger's.
 * Ends that are only "at least that far" stay. */
static double share_ratio(double pace, double p)
{
    return pace <= SEQUENCE_LEAST || pace >= SEQUENCE_MOST ? pace : -expm1(pace * log1p(-p)) / p;
}

struct learn_standing learn_contest_judge(const struct learn_contest *k, const struct learn_success *list, size_t n,
                                          const int64_t leads[2])
{
    struct learn_standing s = { .leads = { leads[0], leads[1] }, .verdict = -1 };
    double alpha = (double)k->alpha / 1e6, ratio, low, high, margin = 1 + (double)k->margin / 1e6, p;
    struct sequence q;

    sequence_start(&q);
    for (size_t i = 0; i < n; i++)
        sequence_add(&q, list[i].arm == CONTEST_CHALLENGER, list[i].chance);
    sequence_ratio(&q, alpha, &ratio, &low, &high);
    p = ((double)q.first + .5) / ((double)(leads[0] > q.first ? leads[0] : q.first) + 1);
    ratio = share_ratio(ratio, p);
    low = share_ratio(low, p);
    high = share_ratio(high, p);
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

static void urn_of_row(const struct db_rows *r, UNUSED struct arena *a, void *urn)
{
    *(struct learn_urn *)urn = (struct learn_urn){ db_col_int(r, 0), { db_col_int(r, 1), db_col_int(r, 2) }, { db_col_int(r, 3), db_col_int(r, 4) } };
}

/* The urn of the stratum, made empty when it is the first time, and held until tx ends: two who draw at once draw one after the other. */
static enum err urn_hold(struct ctx *c, struct db_tx *tx, struct contest_id id, struct str stratum, struct learn_urn *u)
{
    return db_get(c, tx,
                  "INSERT INTO contest_urn (contest_id, stratum, block, firsts, seconds, firsts_left, seconds_left) VALUES ($1, $2, 0, 0, 0, 0, 0)"
                  " ON CONFLICT (contest_id, stratum) DO UPDATE SET block = contest_urn.block RETURNING block, firsts, seconds, firsts_left, seconds_left",
                  DB_ARGS(db_int(id.v), db_str(stratum)), urn_of_row, u);
}

static enum err urn_keep(struct ctx *c, struct db_tx *tx, struct contest_id id, struct str stratum, const struct learn_urn *u)
{
    return db_run(c, tx,
                  "UPDATE contest_urn SET block = $3, firsts = $4, seconds = $5, firsts_left = $6, seconds_left = $7 WHERE contest_id = $1 AND stratum = $2",
                  DB_ARGS(db_int(id.v), db_str(stratum), db_int(u->block), db_int(u->lots[0]), db_int(u->lots[1]), db_int(u->left[0]), db_int(u->left[1])),
                  NULL);
}

enum err learn_contest_draw(struct ctx *c, struct db_tx *tx, const struct learn_contest *k, struct lead_id lead, struct str source, enum band band,
                            uint64_t random, int *arm)
{
    struct str stratum = str_print(c->arena, STR_FMT "/%s", STR_ARG(utf8_cut(source, 100)), band_names[band]);
    struct learn_urn u;
    fix chance;
    enum err e = urn_hold(c, tx, k->id, stratum, &u);

    if (e)
        return e;
    if (learn_urn_is_empty(&u))
        learn_urn_fill(&u, db_new_id(tx), k->share, (uint32_t)random);
    *arm = learn_urn_draw(&u, (uint32_t)(random >> 32), &chance);
    if ((e = urn_keep(c, tx, k->id, stratum, &u)))
        return e;
    return db_run(c, tx,
                  "INSERT INTO contest_arm (lead_id, contest_id, arm, chance, stratum, at, block, firsts, seconds) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
                  " ON CONFLICT (lead_id) DO UPDATE SET contest_id = $2, arm = $3, chance = $4, stratum = $5, at = $6, block = $7, firsts = $8, seconds = $9",
                  DB_ARGS(db_int(lead.v), db_int(k->id.v), db_int(*arm), db_int(chance), db_str(stratum), db_at(c->now), db_int(u.block),
                          db_int(u.lots[0]), db_int(u.lots[1])),
                  NULL);
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
static const char won_sql[] = "SELECT o.known_at, a.lead_id, a.arm, a.chance, a.block, a.firsts, a.seconds FROM contest_arm a JOIN outcome o ON o.lead_id = a.lead_id"
                              " WHERE a.contest_id = $1 AND o.state = $2 AND o.known_at >= a.at ORDER BY o.known_at, a.lead_id";
static const char accepted_sql[] =
    "SELECT f.at, a.lead_id, a.arm, a.chance, a.block, a.firsts, a.seconds FROM contest_arm a JOIN feedback f ON f.lead_id = a.lead_id"
    " WHERE a.contest_id = $1 AND f.verdict = $2 AND f.at >= a.at"
    " AND NOT EXISTS (SELECT 1 FROM feedback g WHERE g.lead_id = f.lead_id AND g.id > f.id) ORDER BY f.at, a.lead_id";

static void success_of_row(const struct db_rows *r, UNUSED struct arena *a, void *success)
{
    *(struct learn_success *)success = (struct learn_success){
        .known_at = db_col_at(r, 0), .lead = { db_col_int(r, 1) }, .arm = (int)db_col_int(r, 2), .chance = (double)db_col_int(r, 3) / 1e6,
        .block = db_col_int(r, 4), .lots = { db_col_int(r, 5), db_col_int(r, 6) },
    };
}

enum err learn_contest_successes(struct ctx *c, struct db_tx *tx, const struct learn_contest *k, struct learn_success **list,
                                 size_t *count)
{
    bool won = k->metric == CONTEST_WON;
    enum err e = db_list(c, tx, won ? won_sql : accepted_sql, DB_ARGS(db_int(k->id.v), db_int(won ? OUTCOME_WON : FEEDBACK_ACCEPTED)),
                         DB_ITEMS(success_of_row, list, count));

    if (!e)
        learn_contest_chances(c->arena, *list, *count);
    return e;
}
