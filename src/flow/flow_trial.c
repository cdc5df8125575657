/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/trial.h"

#include <stdlib.h>

#include "flow/flow_film.h"
#include "history/history.h"
#include "lead/lead.h"
#include "learn/calibrate.h"
#include "learn/outcome.h"
#include "score/replay.h"
#include "team/setting.h"

enum { PAGE = 1000, OUTCOMES_PAGE = 5000 };

struct running {
    struct ctx *c;
    struct db_tx *tx;
    struct trial *t;
    size_t cap;
    struct lead_part *parts; /* by root */
    size_t part_count;
    /* of the page in hand */
    struct trial_lead *page;
    struct history_of *items;
    pthread_mutex_t lock;    /* of c->arena, while threads play a page */
};

static bool wants_body(void *x, enum event_kind kind, struct str name)
{
    const struct trial *t = x;
    bool before = false, after = false;

    return (score_listens_event(t->ask.before, kind, name, &before) && before)
           || (score_listens_event(t->ask.after, kind, name, &after) && after);
}

/* ---- one lead ---- */

static struct history history_until(const struct history_of *of, instant created_at, instant until, struct arena *a)
{
    struct history h = { .born = INSTANT_NEVER, .events = of->events, .event_count = of->event_count, .profiles = of->profiles,
                         .profile_count = of->profile_count };

    h = score_known(&h, until, a);
    h.born = score_born(&h, INSTANT_NEVER, created_at);
    return h;
}

static void crossings_keep(struct running *r, size_t i, int side, const struct replayed *played)
{
    struct trial_lead *l = &r->page[i];
    size_t n = 0;

    for (size_t k = 0; k < played->crossing_count; k++)
        n += played->crossings[k].at > r->t->ask.from;
    l->crossing_count[side] = (uint32_t)n;
    l->first[side] = INSTANT_NONE;
    if (!n)
        return;
    pthread_mutex_lock(&r->lock);
    l->crossings[side] = arena_alloc(r->c->arena, n * sizeof(instant));
    pthread_mutex_unlock(&r->lock);
    for (size_t k = 0, at = 0; k < played->crossing_count; k++)
        if (played->crossings[k].at > r->t->ask.from)
            l->crossings[side][at++] = played->crossings[k].at;
    l->first[side] = l->crossings[side][0];
}

static void play_one(void *x, size_t i, struct arena *a)
{
    struct running *r = x;
    struct trial_lead *l = &r->page[i];
    struct history h = history_until(&r->items[i], l->created_at, r->t->ask.until, a);
    struct history then = score_told(&h, l->known_until, a);

    for (int side = 0; side < 2; side++) {
        const struct model *m = side ? r->t->ask.after : r->t->ask.before;
        struct replayed played = score_replay(m, &h, REPLAY_AS_KNOWN, r->t->ask.until, a);
        struct score_sum judged = score_sum_of(score_fold(m, &then, l->judged_at, a), l->judged_at);
        l->total[side] = played.sum.total;
        l->band[side] = played.sum.band;
        l->judged[side] = judged.total;
        l->judged_hot[side] = judged.band == BAND_HOT;
        crossings_keep(r, i, side, &played);
    }
}

/* ---- pages ---- */

static int part_cmp(const void *pa, const void *pb)
{
    const struct lead_part *a = pa, *b = pb;

    if (a->root.v != b->root.v)
        return a->root.v < b->root.v ? -1 : 1;
    return (a->lead.v > b->lead.v) - (a->lead.v < b->lead.v);
}

/* Items of those that are part of a lead of the page. */
static enum err family_load(struct running *r, struct ctx *c, struct history_sweep *ask, size_t i)
{
    size_t lo = 0, hi = r->part_count;
    enum err e = ERR_NONE;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (r->parts[mid].root.v < r->page[i].lead.v)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < r->part_count && r->parts[lo].root.v == r->page[i].lead.v && !e; lo++) {
        struct history_of *list;
        size_t n;
        ask->after.v = r->parts[lo].lead.v - 1;
        ask->upto = r->parts[lo].lead;
        if (!(e = history_load_sweep(c, r->tx, ask, &list, &n)) && n)
            history_join(c->arena, &r->items[i], &list[0]);
    }
    return e;
}

static enum err items_load(struct running *r, struct ctx *c, struct lead_id after, size_t n)
{
    bool bodies = score_needs_bodies(r->t->ask.before) || score_needs_bodies(r->t->ask.after);
    struct history_sweep ask = { .after = after, .upto = r->page[n - 1].lead, .body = bodies ? wants_body : NULL, .x = r->t,
                                 .imported_then = true };
    struct history_of *list;
    size_t count, i = 0;
    enum err e = history_load_sweep(c, r->tx, &ask, &list, &count);

    if (e)
        return e;
    r->items = ARENA_ARRAY(c->arena, struct history_of, n + 1);
    for (size_t k = 0; k < count; k++) {
        while (i < n && r->page[i].lead.v < list[k].lead.v)
            i++;
        if (i < n && r->page[i].lead.v == list[k].lead.v)
            r->items[i] = list[k];
    }
    for (i = 0; i < n && !e; i++)
        e = family_load(r, c, &ask, i);
    for (i = 0; i < n && !e; i++)
        r->t->events += (int64_t)r->items[i].event_count;
    return e;
}

/* ---- the base ---- */

static struct trial_lead *lead_find(const struct trial *t, struct lead_id lead)
{
    size_t lo = 0, hi = t->count;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (t->leads[mid].lead.v < lead.v)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < t->count && t->leads[lo].lead.v == lead.v ? &t->leads[lo] : NULL;
}

/* Leads that were born after `until` are not of this base. */
static enum err leads_load(struct running *r)
{
    struct lead_birth *page = ARENA_ARRAY(r->c->arena, struct lead_birth, PAGE);
    struct trial *t = r->t;
    struct lead_id after = { 0 };
    size_t n = PAGE;
    enum err e = ERR_NONE;

    while (!e && n == PAGE) {
        e = lead_births(r->c, r->tx, after, PAGE, page, &n);
        for (size_t i = 0; i < n && !e; i++) {
            if (page[i].created_at > t->ask.until)
                continue;
            if (t->count == r->cap) {
                size_t cap = r->cap ? 2 * r->cap : 2 * PAGE;
                t->leads = arena_grow(r->c->arena, t->leads, r->cap * sizeof *t->leads, cap * sizeof *t->leads);
                r->cap = cap;
            }
            t->leads[t->count++] = (struct trial_lead){ .lead = page[i].lead, .created_at = page[i].created_at };
        }
        if (n && !e)
            after = page[n - 1].lead;
    }
    return e;
}

/* What was decided by `until`, when each is judged, and how it counts. */
static enum err outcomes_load(struct running *r)
{
    struct trial *t = r->t;
    struct learn_case *cases = ARENA_ARRAY(r->c->arena, struct learn_case, t->count + 1);
    struct lead_id after = { 0 };
    struct outcome *list;
    size_t n = OUTCOMES_PAGE;
    enum err e = flow_maturity(r->c, r->tx, &t->maturity_days);

    while (!e && n == OUTCOMES_PAGE) {
        e = learn_outcome_list(r->c, r->tx, after, OUTCOMES_PAGE, &list, &n);
        for (size_t i = 0; i < n && !e; i++) {
            struct trial_lead *l = lead_find(t, list[i].lead);
            if (l && list[i].at <= t->ask.until) {
                l->state = list[i].state;
                l->decided_at = list[i].at;
                l->undated = list[i].undated;
                l->known_until = list[i].known_at;
            }
        }
        if (n && !e)
            after = list[n - 1].lead;
    }
    for (size_t i = 0; i < t->count && !e; i++) {
        struct trial_lead *l = &t->leads[i];
        struct outcome o = { .lead = l->lead, .state = l->state, .at = l->decided_at, .known_at = l->known_until, .undated = l->undated };
        l->judged_at = learn_judged_at(&o, l->created_at, t->ask.until, t->maturity_days * DAY_US);
        l->known_until = learn_known_until(&o, l->judged_at);
        cases[i] = (struct learn_case){ .lead = l->lead, .born = l->created_at, .decided = l->state, .decided_at = l->decided_at,
                                        .decided_known = o.known_at, .undated = l->undated, .judged_at = l->judged_at };
    }
    if (e)
        return e;
    learn_mark_cases(cases, t->count, t->ask.until, t->maturity_days * DAY_US);
    t->aged = flow_many_aged(cases, t->count);
    for (size_t i = 0; i < t->count; i++)
        t->leads[i].mark = cases[i].mark;
    return ERR_NONE;
}

static enum err until_find(struct ctx *c, struct db_tx *tx, instant *until)
{
    enum err e = *until == INSTANT_NONE ? history_latest(c, tx, until) : ERR_NONE;

    if (!e && *until == INSTANT_NONE)
        *until = 0; /* nothing is known of anybody */
    return e;
}

static enum err pages_play(struct running *r, flow_progress *told, void *x)
{
    struct trial *t = r->t;
    struct ctx scratch = *r->c;
    struct lead_id after = { 0 };
    enum err e = ERR_NONE;

    scratch.arena = arena_new(0);
    for (size_t from = 0; from < t->count && !e; from += PAGE) {
        size_t n = t->count - from < PAGE ? t->count - from : PAGE;
        arena_reset(scratch.arena);
        r->page = t->leads + from;
        if ((e = items_load(r, &scratch, after, n)))
            break;
        after = r->page[n - 1].lead;
        flow_film_each(n, play_one, r);
        if (told && !told(x, (int64_t)(from + n), (int64_t)t->count))
            e = ERR_AWAY;
    }
    if (e)
        r->c->fault = scratch.fault;
    arena_free(scratch.arena);
    return e;
}

enum err flow_trial(struct ctx *c, struct db_tx *tx, const struct flow_trial_ask *ask, flow_progress *told, void *x,
                    struct flow_trial_out *out)
{
    struct trial t = { .ask = *ask };
    struct running r = { .c = c, .tx = tx, .t = &t };
    struct setting setting;
    enum err e = until_find(c, tx, &t.ask.until);

    if (e || (e = team_setting_get(c, tx, &setting)) || (e = leads_load(&r)) || (e = outcomes_load(&r))
        || (e = lead_parts(c, tx, &r.parts, &r.part_count)))
        return e;
    if (r.part_count)
        qsort(r.parts, r.part_count, sizeof *r.parts, part_cmp);
    t.zone = setting.zone;
    pthread_mutex_init(&r.lock, NULL);
    e = pages_play(&r, told, x);
    pthread_mutex_destroy(&r.lock);
    if (e)
        return e;
    *out = (struct flow_trial_out){ .leads = (int64_t)t.count, .until = t.ask.until };
    flow_trial_report(c->arena, &t, out);
    return ERR_NONE;
}
