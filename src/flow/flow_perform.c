/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_perform.h"

#include <stdlib.h>

#include "flow/flow_foretell.h"
#include "flow/flow_learn.h"
#include "flow/flow_score.h"
#include "route/route.h"
#include "score/score_store.h"

enum { STEP = 200, EARLY_DAYS = 7 };
/* Reports are made no more often than this, and the less often the more rows the last one had to read. */
#define REST_US (10 * 1000000)
#define REST_LEAD_US 5000

enum err flow_perform_due(struct ctx *c, struct db_tx *tx, bool *due)
{
    struct learn_performance_head last;
    struct learn_performed *rows;
    struct learn_fresh fresh;
    int64_t won, lost;
    size_t n;
    enum err e = learn_performance_get(c, tx, &last);

    *due = false;
    if (e || (e = learn_outcome_some(c, tx, OUTCOME_WON, 1, &won)) || (e = learn_outcome_some(c, tx, OUTCOME_LOST, 1, &lost)) || won + lost == 0)
        return e;
    if ((e = learn_known_since(c, tx, last.made_at, 1, &fresh)))
        return e;
    if (!last.id.v || c->now - last.made_at >= DAY_US) {
        *due = !fresh.count || learn_is_calm(&fresh, c->now);
        return ERR_NONE;
    }
    if (!fresh.count || !learn_is_calm(&fresh, c->now) || (e = learn_performance_rows(c, tx, last.id, &rows, &n)))
        return e;
    *due = c->now - last.made_at >= REST_US + (n ? rows[0].leads * REST_LEAD_US : 0);
    return ERR_NONE;
}

/* ---- gathering ---- */

struct gathering {
    struct flow *f;
    struct ctx *c;
    struct db_tx *tx;
    struct model *m;
    struct flow_learnt *learnt;   /* NULL: there is none */
    int64_t maturity_us, taken_of_1024;
    struct learn_given *given;
    struct learn_case *cases;     /* beside it: for their marks */
    size_t n, cap;
};

static uint64_t mix(int64_t id)
{
    uint64_t z = (uint64_t)id * 0x9e3779b97f4a7c15u;

    return (z ^ (z >> 31)) * 0xbf58476d1ce4e5b9u >> 54;
}

static bool is_taken(const struct gathering *g, const struct lead *lead)
{
    return lead->id.v && !lead->merged_into.v && (int64_t)mix(lead->id.v) < g->taken_of_1024;
}

static void add(struct gathering *g, struct learn_given one, const struct lead *lead, const struct outcome *o)
{
    if (g->n == g->cap) {
        size_t cap = g->cap ? 2 * g->cap : 1024;

        g->given = arena_grow(g->c->arena, g->given, g->cap * sizeof *g->given, cap * sizeof *g->given);
        g->cases = arena_grow(g->c->arena, g->cases, g->cap * sizeof *g->cases, cap * sizeof *g->cases);
        g->cap = cap;
    }
    one.lead = lead->id;
    one.source = lead->source.len ? str_dup(g->c->arena, lead->source) : STR("");
    one.amount = o->state != OUTCOME_WON ? 0 : o->amount ? o->amount : lead->amount;
    g->given[g->n] = one;
    g->cases[g->n++] = (struct learn_case){ .lead = lead->id, .born = lead->created_at, .decided = o->state, .decided_at = o->at,
                                            .decided_known = o->known_at, .undated = o->undated };
}

/* Whose it was at `end`, and since when. had: decisions about the lead that stand, oldest first. user 0: nobody's. */
static struct user_id whose(const struct route_had *had, size_t n, const struct lead *lead, instant end, instant *since)
{
    size_t last = n, first;

    *since = lead->created_at + EARLY_DAYS * DAY_US;
    while (last > 0 && had[last - 1].at > end)
        last--;
    if (!last) /* before an undo, too, it was theirs to whom that brought it back */
        return n && had[0].undone ? had[0].manager : lead->owner;
    for (first = last - 1; first > 0 && had[first - 1].manager.v == had[last - 1].manager.v;)
        first--;
    if (!had[first].undone || had[first].at < *since)
        *since = had[first].at;
    return had[last - 1].manager;
}

/* The lead as it looked at the instant. */
static enum err look(const struct gathering *g, struct ctx *c, const struct history *known, instant at, struct learn_given *one)
{
    fix score = score_at(g->m, known, at, c->arena).total, chance = -1;
    struct learn_row row;
    enum err e;

    if (g->learnt) {
        if ((e = flow_learn_row(c, g->learnt->model, known, at, &row)))
            return e;
        chance = learn_chance_at(g->learnt->learner, &g->learnt->correction.map, &row).value;
    }
    learn_given_look(one, score, chance);
    return ERR_NONE;
}

static enum err gather(struct gathering *g, struct ctx *c, const struct lead *lead, const struct outcome *o, const struct route_had *had,
                       size_t had_count)
{
    struct learn_given one = { .amount = 0 };
    struct history known;
    instant since, judged;
    enum err e;

    one.user = whose(had, had_count, lead, o->state == OUTCOME_OPEN ? INSTANT_NEVER : o->at, &since);
    if (!one.user.v)
        return ERR_NONE;
    if ((e = flow_judged(c, g->tx, lead, o, g->maturity_us, &known, &judged)))
        return e;
    if ((e = look(g, c, &known, since < judged ? since : judged, &one)))
        return e;
    add(g, one, lead, o);
    return ERR_NONE;
}

static enum err gather_many(struct gathering *g, struct ctx *c, const struct lead_id *ids, size_t n)
{
    struct lead *leads = ARENA_ARRAY(c->arena, struct lead, n + 1);
    struct outcome *outcomes = ARENA_ARRAY(c->arena, struct outcome, n + 1);
    struct ctx one = *c;
    struct route_had *had;
    size_t had_count, at = 0;
    enum err e;

    if (!n)
        return ERR_NONE;
    if ((e = lead_get_many(c, g->tx, ids, n, leads)) || (e = learn_outcomes_of(c, g->tx, ids, n, outcomes))
        || (e = route_had_list(c, g->tx, ids[0], ids[n - 1], &had, &had_count)))
        return e;
    one.arena = arena_new(0);
    for (size_t i = 0; i < n && !e; i++) {
        size_t to;

        while (at < had_count && had[at].lead.v < ids[i].v)
            at++;
        for (to = at; to < had_count && had[to].lead.v == ids[i].v;)
            to++;
        arena_reset(one.arena);
        if (is_taken(g, &leads[i]))
            e = gather(g, &one, &leads[i], &outcomes[i], had + at, to - at);
    }
    arena_free(one.arena);
    return e;
}

static enum err gather_all(struct gathering *g, flow_progress *told, void *x)
{
    struct ctx scratch = *g->c;
    struct lead_id ids[STEP], after = { 0 };
    size_t n = STEP;
    int64_t total, seen = 0;
    enum err e = lead_count(g->c, g->tx, &total);

    g->taken_of_1024 = total > FLOW_PERFORM_MOST ? (int64_t)FLOW_PERFORM_MOST * 1024 / total : 1024;
    scratch.arena = arena_new(0);
    while (!e && n == STEP) {
        arena_reset(scratch.arena);
        if (!told(x, seen, total))
            e = fault_set(g->c, ERR_AWAY, "stopped");
        if (!e && !(e = lead_ids(&scratch, g->tx, after, STEP, ids, &n)))
            e = gather_many(g, &scratch, ids, n);
        if (!e && n)
            after = ids[n - 1];
        seen += (int64_t)n;
    }
    arena_free(scratch.arena);
    return e;
}

/* ---- the leads behind the figures ---- */

struct listing {
    struct arena *a;
    const struct learn_given *given;
    size_t n;
    struct flow_performed *out;
    size_t cap;
};

static bool belongs(const struct learn_given *g, const struct learn_performed *row, bool deals)
{
    return (!row->user.v || g->user.v == row->user.v) && (!row->segment || g->segment == row->segment)
           && (!deals || (g->mark == LEARN_MARK_WON && g->amount > 0));
}

static void list_row(struct listing *l, const struct learn_performed *row, bool deals)
{
    size_t room = (size_t)(deals ? row->deals : row->leads);
    char id[ID_TEXT_MAX];
    struct str who = row->user.v ? id_print(PREFIX_USER, row->user.v, id) : STR("all");
    struct flow_bucket *b;

    if (!room)
        return;
    if (l->out->bucket_count == l->cap) {
        size_t cap = l->cap ? 2 * l->cap : 64;

        l->out->buckets = arena_grow(l->a, l->out->buckets, l->cap * sizeof *b, cap * sizeof *b);
        l->cap = cap;
    }
    b = &l->out->buckets[l->out->bucket_count++];
    *b = (struct flow_bucket){ STR_NULL, ARENA_ARRAY(l->a, int64_t, room), ARENA_ARRAY(l->a, struct lead_id, room),
                               ARENA_ARRAY(l->a, unsigned char, room), 0 };
    b->name = str_print(l->a, "%s" STR_FMT, deals ? "d." : row->user.v ? "m." : "", STR_ARG(who));
    if (row->segment)
        b->name = str_print(l->a, STR_FMT ".%d", STR_ARG(b->name), row->segment);
    for (size_t i = 0; i < l->n && b->count < room; i++) {
        if (!belongs(&l->given[i], row, deals))
            continue;
        b->places[b->count] = (int64_t)i;
        b->leads[b->count] = l->given[i].lead;
        b->marks[b->count++] = (unsigned char)l->given[i].mark;
    }
}

static int newest_first(const void *x, const void *y)
{
    const struct learn_given *a = x, *b = y;

    return a->lead.v > b->lead.v ? -1 : a->lead.v < b->lead.v;
}

static void list_all(struct arena *a, struct learn_given *given, size_t n, struct flow_performed *out)
{
    struct listing l = { .a = a, .given = given, .n = n, .out = out };

    if (n)
        qsort(given, n, sizeof *given, newest_first);
    for (size_t i = 0; i < out->is.count; i++) {
        list_row(&l, &out->is.rows[i], false);
        list_row(&l, &out->is.rows[i], true);
    }
}

/* ---- the whole ---- */

static enum err perform(struct gathering *g, flow_progress *told, void *x, struct flow_performed *out)
{
    int days;
    enum err e = flow_maturity(g->c, g->tx, &days);

    if (e)
        return e;
    g->maturity_us = days * DAY_US;
    if ((e = gather_all(g, told, x)))
        return e;
    (void)learn_mark_cases(g->cases, g->n, g->c->now, g->maturity_us);
    for (size_t i = 0; i < g->n; i++)
        g->given[i].mark = g->cases[i].mark;
    out->is = learn_perform(g->c->arena, g->given, g->n);
    out->head = (struct learn_performance_head){ .made_at = g->c->now, .maturity_days = days, .by_chance = g->learnt != NULL,
                                                 .sampled = g->taken_of_1024 < 1024 };
    memcpy(out->head.curve, out->is.curve, sizeof out->head.curve);
    list_all(g->c->arena, g->given, g->n, out);
    return ERR_NONE;
}

enum err flow_perform(struct flow *f, struct ctx *c, struct db_tx *tx, flow_progress *told, void *x, struct flow_performed *out)
{
    struct gathering g = { .f = f, .c = c, .tx = tx };
    enum err e = flow_model(f, c, tx, &g.m);

    *out = (struct flow_performed){ .bucket_count = 0 };
    if (e)
        return e;
    if (!(e = flow_learnt(f, c, tx, &g.learnt)))
        e = perform(&g, told, x, out);
    flow_learnt_drop(f, g.learnt);
    score_model_drop(g.m);
    return e;
}
