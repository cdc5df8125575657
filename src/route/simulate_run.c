/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a run does of its own: calls that are made by habit, alarms of those that are not, the queue. */
#include "route/simulate_inner.h"

#include <string.h>

/* ---- timers: a heap, the earliest first ---- */

static bool earlier(const struct sim_timer *a, const struct sim_timer *b)
{
    return a->at != b->at ? a->at < b->at : a->place < b->place;
}

static void swap(struct sim_timer *a, struct sim_timer *b)
{
    struct sim_timer t = *a;

    *a = *b;
    *b = t;
}

static void timer_add(struct sim *s, instant at, int32_t lead, enum sim_bell bell)
{
    size_t i = s->timer_count;

    if (at == INSTANT_NEVER || at >= s->in->until)
        return;
    if (s->timer_count == s->timer_cap) {
        size_t cap = s->timer_cap ? 2 * s->timer_cap : 64;

        s->timers = arena_grow(s->a, s->timers, s->timer_cap * sizeof *s->timers, cap * sizeof *s->timers);
        s->timer_cap = cap;
    }
    s->timers[s->timer_count++] = (struct sim_timer){ at, s->timer_place++, lead, bell, s->leads[lead].turn };
    for (; i && earlier(&s->timers[i], &s->timers[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&s->timers[i], &s->timers[(i - 1) / 2]);
}

static struct sim_timer timer_take(struct sim *s)
{
    struct sim_timer first = s->timers[0];

    s->timers[0] = s->timers[--s->timer_count];
    for (size_t i = 0;;) {
        size_t least = i;

        for (size_t k = 2 * i + 1; k <= 2 * i + 2 && k < s->timer_count; k++)
            if (earlier(&s->timers[k], &s->timers[least]))
                least = k;
        if (least == i)
            return first;
        swap(&s->timers[i], &s->timers[least]);
        i = least;
    }
}

/* ---- calls ---- */

static struct sim_spell *spell_of(struct sim *s, const struct sim_state *l)
{
    return l->spell >= 0 ? &s->out->spells[l->spell] : NULL;
}

/* When this person, who gets it now, would call: the same place in their own distribution, longer as more calls are in hand than usual. */
static instant habit(const struct sim *s, int32_t person, int32_t lead, instant now)
{
    const struct sim_person *p = &s->in->people[person];
    bool own = p->response_count > 0;
    const int64_t *list = own ? p->response : s->in->team_response;
    size_t n = own ? p->response_count : s->in->team_response_count;
    size_t place = n ? (size_t)(s->in->leads[lead].quantile * (int64_t)n / 1000) : 0;
    int64_t mean = own ? p->open_mean : s->in->team_open_mean, work;

    if (!n)
        return INSTANT_NEVER;
    work = list[place < n ? place : n - 1];
    if (work == INT64_MAX)
        return INSTANT_NEVER;
    work = fix_muldiv(work, 1000 + 1000 * s->people[person].calls, 1000 + mean);
    return cal_add(&s->people[person].facts->whole, now, work);
}

static void call_ends(struct sim *s, struct sim_state *l)
{
    if (l->open)
        s->people[l->holder].calls--;
    l->open = false;
    l->turn++;
}

/* The call is theirs from now on. called: when they will; minutes and alarms by the way. */
static void call_begins(struct sim *s, int32_t lead, int32_t person, instant now, instant called, bool alarms)
{
    struct sim_state *l = &s->leads[lead];
    struct sim_spell *spell = spell_of(s, l);
    const struct cal *whole = &s->people[person].facts->whole;
    const struct sim_way *way = l->deed ? route_sim_way_of(s, l->deed) : NULL;
    instant due = route_sim_due(whole, now, way ? way->minutes : 0);

    call_ends(s, l);
    l->waiting = l->claim = false;
    l->holder = person;
    l->open = true;
    s->out->open_sum[person] += s->people[person].calls++;
    s->out->got[person]++;
    if (spell) {
        spell->hands++;
        if (spell->first < 0) {
            spell->first = person;
            spell->given_at = now;
            spell->due = due;
            spell->rule = way ? way->rule : -1;
        }
    }
    timer_add(s, called, lead, SIM_CALL);
    if (alarms && way && way->reassign >= 0)
        timer_add(s, route_sim_due(whole, due, way->reassign), lead, SIM_ALARM);
}

/* From the first difference on those who wait are offered by the run's own clock, not by what really happened to them. */
static void drift(struct sim *s, struct sim_state *l, instant now)
{
    struct sim_spell *spell = spell_of(s, l);

    for (size_t i = 0; s->drifts == 0 && i < s->waiter_count; i++)
        timer_add(s, now, s->waiters[i], SIM_RETRY);
    l->drifted = true;
    s->drifts++;
    if (spell)
        spell->drifted = true;
}

/* ---- the queue ---- */

static void waiter_add(struct sim *s, int32_t lead)
{
    if (s->waiter_count == s->waiter_cap) {
        size_t cap = s->waiter_cap ? 2 * s->waiter_cap : 64;

        s->waiters = arena_grow(s->a, s->waiters, s->waiter_cap * sizeof *s->waiters, cap * sizeof *s->waiters);
        s->waiter_cap = cap;
    }
    s->waiters[s->waiter_count++] = lead;
}

static void claim_timer(struct sim *s, int32_t lead, const struct sim_ask *ask)
{
    instant usual = s->in->claim_us == INT64_MAX ? INSTANT_NEVER : ask->need.at + s->in->claim_us;

    timer_add(s, usual < ask->claim_by ? usual : ask->claim_by, lead, SIM_RETRY);
}

static void wait_begins(struct sim *s, int32_t lead, const struct sim_ask *ask, bool as_it_was)
{
    struct sim_state *l = &s->leads[lead];
    struct sim_spell *spell = spell_of(s, l);

    call_ends(s, l);
    if (!l->waiting)
        waiter_add(s, lead);
    l->waiting = true;
    l->claim = ask->claim;
    if (spell && !ask->claim)
        spell->waited = true;
    if (as_it_was && !s->drifts)
        return;
    if (!ask->claim) {
        timer_add(s, ask->again_at, lead, SIM_RETRY);
        return;
    }
    claim_timer(s, lead, ask);
}

/* Of its own, at an instant between deeds; rung: by its own timer. */
static void serve(struct sim *s, int32_t lead, instant now, bool rung)
{
    struct sim_state *l = &s->leads[lead];
    struct sim_ask ask = route_sim_ask_of(s, l->deed, false, lead, now);
    enum sim_why why;

    ask.claim_over = l->claim;
    why = route_sim_choose(s, &ask);
    if (!why && ask.claim && !l->claim) { /* now there is somebody who can take it */
        l->claim = true;
        l->turn++;
        claim_timer(s, lead, &ask);
        return;
    }
    if (why || ask.picked < 0) {
        if (rung) {
            l->claim = false;
            timer_add(s, ask.again_at, lead, SIM_RETRY);
        }
        return;
    }
    if (!l->drifted)
        drift(s, l, now);
    route_sim_got(s, &ask, l);
    call_begins(s, lead, ask.picked, now, habit(s, ask.picked, lead, now), true);
}

/* Whether the one who was freed may have it now: the others could not before. */
static bool may_help(struct sim *s, int32_t lead, int32_t freed, instant now)
{
    return freed < 0 || route_sim_may(s, lead, freed, now);
}

void route_sim_run_offer(struct sim *s, int32_t freed, instant now)
{
    size_t kept = 0, n = s->waiter_count;

    for (size_t i = 0; i < n; i++) {
        int32_t lead = s->waiters[i];
        struct sim_state *l = &s->leads[lead];

        if (l->waiting && !l->claim && s->drifts && may_help(s, lead, freed, now))
            serve(s, lead, now, false);
        if (l->waiting)
            s->waiters[kept++] = lead;
    }
    s->waiter_count = kept;
}

/* ---- timers ring ---- */

static void alarm(struct sim *s, int32_t lead, instant now)
{
    struct sim_state *l = &s->leads[lead];
    struct sim_ask ask = route_sim_ask_of(s, l->deed, false, lead, now);
    int32_t freed;

    ask.except = l->holder;
    if (route_sim_choose(s, &ask) || ask.picked < 0)
        return;
    freed = l->holder;
    route_sim_refuse(s, l, freed);
    route_sim_got(s, &ask, l);
    call_begins(s, lead, ask.picked, now, habit(s, ask.picked, lead, now), true);
    route_sim_run_offer(s, freed, now);
}

static void called(struct sim *s, int32_t lead, instant now)
{
    struct sim_state *l = &s->leads[lead];
    struct sim_spell *spell = spell_of(s, l);

    if (spell && spell->called_at == INSTANT_NEVER) {
        spell->called_at = now;
        spell->caller = l->holder;
    }
    call_ends(s, l);
}

static void ring(struct sim *s, const struct sim_timer *t)
{
    struct sim_state *l = &s->leads[t->lead];

    if (t->turn != l->turn)
        return;
    if (route_sim_advance(s, t->at))
        route_sim_run_offer(s, -1, t->at);
    if (t->turn != l->turn)
        return;
    if (t->bell == SIM_CALL && l->open)
        called(s, t->lead, t->at);
    else if (t->bell == SIM_ALARM && l->open)
        alarm(s, t->lead, t->at);
    else if (t->bell == SIM_RETRY && l->waiting)
        serve(s, t->lead, t->at, true);
}

void route_sim_run_until(struct sim *s, instant at)
{
    while (s->timer_count && s->timers[0].at < at) {
        struct sim_timer t = timer_take(s);

        ring(s, &t);
    }
}

/* ---- deeds ---- */

void route_sim_run_begin(struct sim *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->in->deed_count; i++)
        n += s->in->deeds[i].kind == SIM_ENTERED;
    s->out->open_sum = ARENA_ARRAY(s->a, int64_t, s->in->people_count + 1);
    s->out->got = ARENA_ARRAY(s->a, int64_t, s->in->people_count + 1);
    s->out->spells = ARENA_ARRAY(s->a, struct sim_spell, n + 1);
}

void route_sim_run_entered(struct sim *s, const struct sim_deed *d, size_t at, struct sim_state *l)
{
    if (sim_by_record(s))
        return;
    call_ends(s, l);
    l->waiting = l->claim = l->drifted = false;
    l->spell = (int32_t)s->out->spell_count;
    s->out->spells[s->out->spell_count++] = (struct sim_spell){
        .lead = d->lead, .deed = (int32_t)at, .at = d->at, .first = -1, .caller = -1, .given_at = INSTANT_NEVER, .due = INSTANT_NEVER,
        .called_at = INSTANT_NEVER, .rule = -1,
    };
}

bool route_sim_run_follows(const struct sim *s, const struct sim_deed *d, const struct sim_state *l)
{
    if (sim_by_record(s) || d->kind == SIM_ENTERED)
        return true;
    if (d->kind == SIM_OFFERED)
        return l->waiting;
    if (d->kind == SIM_LEFT)
        return l->owner == d->from || (l->open && l->holder == d->from);
    return l->open && l->holder == d->from && (!l->drifted || !d->stays);
}

void route_sim_run_after(struct sim *s, const struct sim_deed *d, struct sim_state *l, const struct sim_ask *ask, bool same)
{
    bool before = l->drifted;

    l->deed = d;
    if (!same)
        drift(s, l, d->at);
    if (d->stays)
        route_sim_refuse(s, l, d->from);
    if (ask->picked < 0) {
        wait_begins(s, d->lead, ask, same && !before);
        return;
    }
    route_sim_got(s, ask, l);
    if (same && !before)
        call_begins(s, d->lead, ask->picked, d->at, d->called_at, false);
    else
        call_begins(s, d->lead, ask->picked, d->at, habit(s, ask->picked, d->lead, d->at), true);
}

void route_sim_run_by_hand(struct sim *s, const struct sim_deed *d, struct sim_state *l)
{
    bool call = l->open || l->waiting;

    if (l->drifted || d->to < 0 || !s->people[d->to].facts)
        return;
    route_sim_hand(s, l, d->to, d->counted, d->at);
    if (call)
        call_begins(s, d->lead, d->to, d->at, d->called_at, false);
}

void route_sim_run_units(struct sim *s, const struct sim_deed *d, struct sim_state *l)
{
    if (sim_by_record(s))
        return;
    if (l->waiting) {
        l->waiting = l->claim = false;
        l->turn++;
    }
    if (l->owner >= 0)
        route_sim_run_offer(s, l->owner, d->at);
}
