/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/fairness.h"

#include <stdlib.h>

#include "noun/candidate.h"
#include "stat/place.h"

/* Kinds of tasks are those of task/: 0 call_now. */
static const char sql_decisions[] =
    "SELECT d.id, d.lead_id, d.manager_id, d.user_id, d.at, d.policy, d.reason, d.pool_id, coalesce(m.amount, 0), "
    "coalesce(t.kind, -1), d.lot_seed, d.lot, b.assignment_id, d.candidates, x.root_id, d.packed, d.frame_id FROM v_decision d "
    "JOIN v_lead_root x ON x.lead_id = d.lead_id LEFT JOIN v_lead_amount m ON m.lead_id = x.root_id "
    "LEFT JOIN v_task t ON t.id = d.task_id LEFT JOIN v_turn_back b ON b.assignment_id = d.id "
    "WHERE d.at >= $1 AND d.at < $2 AND ($3 = 0 OR d.pool_id = $3) ORDER BY d.at, d.id LIMIT $4";

static const char sql_frame[] = "SELECT body FROM v_candidate_frame WHERE id = $1";

/* As a decision lies there (route/kept.h). */
struct lying {
    struct str text, bytes;
    int64_t frame;
};
struct frame {
    int64_t id;
    struct candidates list;
};
struct frames {
    struct frame *items;
    size_t count;
};

static enum err not_ours(struct ctx *c)
{
    return fault_set(c, ERR_INTERNAL, "the candidates of a decision cannot be read");
}

/* Decisions over one frame follow each other. */
static enum err frame_get(struct ctx *c, struct db_tx *tx, struct frames *known, int64_t id, struct candidates *list)
{
    struct frame one = { .id = id };
    struct db_rows *row;
    bool ours;
    enum err e;

    *list = (struct candidates){ NULL, 0 };
    for (size_t i = known->count; id && i-- > 0;)
        if (known->items[i].id == id) {
            *list = known->items[i].list;
            return ERR_NONE;
        }
    if (!id || (e = db_one(c, tx, sql_frame, DB_ARGS(db_int(id)), &row)))
        return id ? e : ERR_NONE;
    ours = candidate_unpack(c->arena, db_col_view(row, 0), *list, &one.list);
    db_end(row);
    if (!ours)
        return not_ours(c);
    known->items = arena_more(c->arena, known->items, known->count, sizeof *known->items);
    known->items[known->count++] = one;
    *list = one.list;
    return ERR_NONE;
}

/* scratch: whatever the reading needs; what is asked of the candidates stays in c->arena. */
static enum err candidates_read(struct ctx *c, struct ctx *scratch, const struct lying *from, struct candidates frame, struct fair_decision *d)
{
    struct candidates list;
    enum err e = from->bytes.ptr ? ERR_NONE : candidate_read(scratch, from->text, &list);

    if (e)
        return e;
    if (from->bytes.ptr && !candidate_unpack(scratch->arena, from->bytes, frame, &list))
        return not_ours(scratch);
    d->candidates = ARENA_ARRAY(c->arena, struct fair_candidate, list.count + 1);
    for (size_t i = 0; i < list.count; i++) {
        const struct candidate *one = &list.items[i];
        bool may = one->why == CANDIDATE_OK;

        if (!may && one->owner)
            continue; /* passed over as the owner: counted where the pool was asked */
        d->candidates[d->count++] = (struct fair_candidate){ .user = one->user, .may = may, .why = candidate_word(one),
                                                             .weight = one->weight < 1 ? 1 : one->weight, .probability = one->probability };
    }
    return ERR_NONE;
}

static enum err all_candidates(struct ctx *c, struct db_tx *tx, const struct lying *from, struct fair_decision *list, size_t n)
{
    struct frames known = { NULL, 0 };
    struct ctx scratch = *c;
    struct candidates frame;
    enum err e = ERR_NONE;

    scratch.arena = arena_new(0);
    for (size_t i = 0; i < n && !e; i++) {
        arena_reset(scratch.arena);
        if (!(e = frame_get(c, tx, &known, from[i].frame, &frame)) && (e = candidates_read(c, &scratch, &from[i], frame, &list[i])))
            c->fault = scratch.fault;
    }
    arena_free(scratch.arena);
    return e;
}

enum err report_fair_decisions(struct ctx *c, struct db_tx *tx, const struct fair_question *q, struct fair_decision **list, size_t *count)
{
    struct fair_decision *all = NULL;
    struct lying *lying = NULL;
    struct db_rows *rows;
    size_t n = 0;
    enum err e = db_rows(c, tx, sql_decisions, DB_ARGS(db_int(q->from), db_int(q->until), db_int(q->pool.v), db_int(FAIR_DECISIONS_MAX)), &rows);

    if (e)
        return e;
    while (db_next(rows, &e)) {
        all = arena_more(c->arena, all, n, sizeof *all);
        lying = arena_more(c->arena, lying, n, sizeof *lying);
        all[n] = (struct fair_decision){
            .id = { db_col_int(rows, 0) }, .lead = { db_col_int(rows, 1) }, .root = { db_col_int(rows, 14) }, .manager = { db_col_int(rows, 2) }, .by = { db_col_int(rows, 3) },
            .at = db_col_at(rows, 4), .policy = db_col_str(rows, 5, c->arena), .reason = db_col_str(rows, 6, c->arena),
            .pool = { db_col_int(rows, 7) }, .amount = db_col_int(rows, 8), .urgent = db_col_int(rows, 9) == 0,
            .drawn = !db_col_null(rows, 10), .lot = db_col_int(rows, 11) == 1, .back = !db_col_null(rows, 12),
        };
        lying[n++] = (struct lying){ db_col_str(rows, 13, c->arena), db_col_str(rows, 15, c->arena), db_col_int(rows, 16) };
    }
    db_end(rows);
    *list = all;
    *count = n;
    return e ? e : all_candidates(c, tx, lying, all, n);
}

/* ---- the ledger ---- */

const char *const report_fair_ways[FAIR_WAYS + 1] = { "policy", "kept", "hand", "claim", NULL };

enum fair_way report_fair_way(const struct fair_decision *d)
{
    if (str_eq(d->policy, STR("owner")) || str_eq(d->policy, STR("company")))
        return FAIR_KEPT;
    if (str_eq(d->policy, STR("manual")))
        return FAIR_HAND;
    if (str_eq(d->reason, STR("claimed")))
        return FAIR_CLAIM;
    return d->by.v ? FAIR_HAND : FAIR_POLICY;
}

struct book {
    struct fair_row *rows;
    size_t count;
    struct arena *a;
};

static struct fair_row *row_of(struct book *b, struct user_id user)
{
    for (size_t i = 0; i < b->count; i++)
        if (b->rows[i].user.v == user.v)
            return &b->rows[i];
    b->rows = arena_more(b->a, b->rows, b->count, sizeof *b->rows);
    b->rows[b->count] = (struct fair_row){ .user = user };
    return &b->rows[b->count++];
}

static void pass_count(struct fair_row *row, struct str why)
{
    for (size_t i = 0; i < row->whys; i++)
        if (str_eq(row->passed[i].why, why)) {
            row->passed[i].n++;
            return;
        }
    if (row->whys == FAIR_WHYS)
        return;
    row->passed[row->whys].why = why;
    row->passed[row->whys++].n = 1;
}

/* The part of a lead that is due to candidate k; rest: what the division leaves over, for the first of them. */
static fix part_of(const struct fair_decision *d, const struct fair_candidate *k, fix *rest)
{
    bool weighted = str_eq(d->policy, STR("weighted"));
    int64_t sum = 0;
    fix part, given = 0;

    if (k->probability > 0) {
        *rest = 0;
        return k->probability;
    }
    for (size_t i = 0; i < d->count; i++)
        if (d->candidates[i].may)
            sum += weighted ? d->candidates[i].weight : 1;
    for (size_t i = 0; i < d->count; i++)
        if (d->candidates[i].may)
            given += fix_muldiv(FIX_ONE, weighted ? d->candidates[i].weight : 1, sum);
    part = fix_muldiv(FIX_ONE, weighted ? k->weight : 1, sum);
    *rest = FIX_ONE - given;
    return part;
}

static void decision_count(struct book *b, const struct fair_decision *d)
{
    bool first = true;

    for (size_t i = 0; i < d->count; i++) {
        const struct fair_candidate *k = &d->candidates[i];
        struct fair_row *row = row_of(b, k->user);

        row->asked++;
        row->could += k->may;
        if (k->may) {
            fix rest, part = part_of(d, k, &rest);

            row->due += part + (first ? rest : 0);
            first = false;
        }
        if (k->user.v != d->manager.v)
            pass_count(row, k->why);
    }
}

static int by_due(const void *a, const void *b)
{
    const struct fair_row *x = a, *y = b;

    if (x->due != y->due)
        return x->due > y->due ? -1 : 1;
    if (x->got[FAIR_POLICY] != y->got[FAIR_POLICY])
        return x->got[FAIR_POLICY] > y->got[FAIR_POLICY] ? -1 : 1;
    return x->user.v < y->user.v ? -1 : x->user.v > y->user.v;
}

static void whys_sort(struct fair_row *row)
{
    for (size_t i = 1; i < row->whys; i++)
        for (size_t k = i; k > 0 && row->passed[k].n > row->passed[k - 1].n; k--) {
            struct str why = row->passed[k].why;
            int64_t n = row->passed[k].n;

            row->passed[k] = row->passed[k - 1];
            row->passed[k - 1].why = why;
            row->passed[k - 1].n = n;
        }
}

static void evenness(struct fair_ledger *l, struct arena *a)
{
    int64_t *ratio = ARENA_ARRAY(a, int64_t, l->count + 1);

    for (size_t i = 0; i < l->count; i++)
        if (l->rows[i].due >= FAIR_LEAST)
            ratio[l->compared++] = fix_muldiv(l->rows[i].got[FAIR_POLICY] * FIX_ONE, 1000, l->rows[i].due);
    l->jain = place_jain(ratio, (size_t)l->compared);
    l->gini = place_gini(ratio, (size_t)l->compared);
}

struct fair_ledger report_fair_ledger(const struct fair_decision *list, size_t n, struct arena *a)
{
    struct fair_ledger l = { .count = 0 };
    struct book b = { .a = a };

    for (size_t i = 0; i < n; i++) {
        const struct fair_decision *d = &list[i];
        enum fair_way way = report_fair_way(d);
        struct fair_row *row = row_of(&b, d->manager);

        row->got[way]++;
        row->urgent += d->urgent;
        row->money += d->amount;
        row->known += d->amount > 0;
        row->lots += d->lot;
        row->back += d->back;
        l.decisions[way]++;
        l.drawn += d->drawn;
        l.lots += d->lot;
        l.back += d->back;
        if (way == FAIR_POLICY)
            decision_count(&b, d);
    }
    if (b.count > 1)
        qsort(b.rows, b.count, sizeof *b.rows, by_due);
    for (size_t i = 0; i < b.count; i++)
        whys_sort(&b.rows[i]);
    l.rows = b.rows;
    l.count = b.count;
    evenness(&l, a);
    return l;
}

/* ---- the decisions of a figure ---- */

static bool got_in(const struct fair_decision *d, struct str bucket)
{
    if (str_starts(bucket, STR("got."))) {
        struct str way = str_sub(bucket, 4, bucket.len - 4);

        return str_eq(way, str_of(report_fair_ways[report_fair_way(d)]));
    }
    return str_eq(bucket, STR("got")) || (str_eq(bucket, STR("urgent")) && d->urgent) || (str_eq(bucket, STR("lot")) && d->lot)
           || (str_eq(bucket, STR("drawn")) && d->drawn) || (str_eq(bucket, STR("back")) && d->back);
}

bool report_fair_in(const struct fair_decision *d, struct user_id user, struct str bucket)
{
    const struct fair_candidate *k = NULL;

    if ((!user.v || d->manager.v == user.v) && got_in(d, bucket))
        return true;
    if (!user.v || report_fair_way(d) != FAIR_POLICY)
        return false;
    for (size_t i = 0; i < d->count; i++)
        if (d->candidates[i].user.v == user.v)
            k = &d->candidates[i];
    if (!k)
        return false;
    if (str_starts(bucket, STR("passed.")))
        return d->manager.v != user.v && str_eq(str_sub(bucket, 7, bucket.len - 7), k->why);
    return str_eq(bucket, STR("asked")) || (str_eq(bucket, STR("could")) && k->may)
           || (str_eq(bucket, STR("passed")) && d->manager.v != user.v);
}
