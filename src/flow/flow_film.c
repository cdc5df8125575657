/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_film.h"

#include <stdlib.h>

#include "flow/film_columns.h"
#include "flow/flow_calibrate.h"
#include "flow/flow_outcome.h"
#include "history/history.h"
#include "lead/lead.h"
#include "learn/calibrate.h"
#include "learn/outcome.h"
#include "sys/clock.h"

enum { PAGE = 2000, OUTCOMES_PAGE = 5000, QUICK_LEADS = 1500, EVENT_BYTES = 160, LEAD_BYTES = 400 };
static const int64_t film_bytes = 768ll * 1024 * 1024, body_bytes = 2500;
static const int64_t old_us = 10 * MINUTE_US, small_old_us = 0, idle_us = 15 * MINUTE_US;

/* ---- whose bodies ---- */

static void bodied_add(struct flow_film *film, const struct cond *when)
{
    const struct cond_listens *l = when ? cond_listens(when) : NULL;
    static char yes;

    if (!l || !l->properties)
        return;
    film->bodied_all |= l->any_event;
    for (size_t i = 0; i < l->event_count; i++)
        if (!map_find(film->bodied, l->events[i]))
            map_put(film->bodied, str_dup(film->arena, l->events[i]), &yes);
}

static void bodied_of(struct flow_film *film, const struct model *m)
{
    for (size_t i = 0; m && i < m->criterion_count; i++)
        if (m->criteria[i].enabled)
            bodied_add(film, m->criteria[i].when);
    for (size_t i = 0; m && i < m->gate_count; i++)
        bodied_add(film, m->gates[i].when);
}

static bool has_bodies(const struct flow_film *film, const struct cond *when)
{
    const struct cond_listens *l = when ? cond_listens(when) : NULL;

    if (!l || !l->properties || film->bodied_all)
        return true;
    if (l->any_event)
        return false;
    for (size_t i = 0; i < l->event_count; i++)
        if (!map_find(film->bodied, l->events[i]))
            return false;
    return true;
}

static bool serves(const struct flow_film *film, const struct model *m)
{
    for (size_t i = 0; m && i < m->criterion_count; i++)
        if (m->criteria[i].enabled && !has_bodies(film, m->criteria[i].when))
            return false;
    for (size_t i = 0; m && i < m->gate_count; i++)
        if (!has_bodies(film, m->gates[i].when))
            return false;
    return true;
}

static bool wants_body(void *x, enum event_kind kind, struct str name)
{
    const struct flow_film *film = x;

    return film->bodied_all || map_find(film->bodied, cond_event_name(kind, name)) != NULL;
}

/* ---- making one ---- */

struct making {
    struct ctx *c;
    struct db_tx *tx;
    struct flow_film *film;
    int64_t stride;      /* one lead of so many */
    struct map words;
    struct lead_part *parts;
    size_t part_count, cap;
    struct ctx inner;    /* of the film's arena */
};

static bool is_taken(const struct making *m, struct lead_id lead)
{
    uint64_t x = (uint64_t)lead.v * 0x9e3779b97f4a7c15u;

    return m->stride <= 1 || (x >> 33) % (uint64_t)m->stride == 0;
}

static struct film_lead *lead_find(const struct flow_film *film, struct lead_id lead)
{
    size_t lo = 0, hi = film->count;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (film->leads[mid].lead.v < lead.v)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < film->count && film->leads[lo].lead.v == lead.v ? &film->leads[lo] : NULL;
}

static void history_set(struct film_lead *l, const struct history_of *of)
{
    l->h = (struct history){ .events = of->events, .event_count = of->event_count, .profiles = of->profiles,
                             .profile_count = of->profile_count };
}

/* Items of one that is part of another go to it. */
static void items_give(struct making *m, const struct history_of *of)
{
    struct film_lead *l = lead_find(m->film, of->lead);
    size_t lo = 0, hi = m->part_count;

    if (!l) {
        while (lo < hi) {
            size_t mid = (lo + hi) / 2;
            if (m->parts[mid].lead.v < of->lead.v)
                lo = mid + 1;
            else
                hi = mid;
        }
        if (lo == m->part_count || m->parts[lo].lead.v != of->lead.v || !(l = lead_find(m->film, m->parts[lo].root)))
            return;
    }
    struct history_of to = { .events = (struct past_event *)(uintptr_t)l->h.events, .event_count = l->h.event_count,
                             .profiles = (struct past_profile *)(uintptr_t)l->h.profiles, .profile_count = l->h.profile_count };
    if (to.event_count || to.profile_count) {
        history_join(m->film->arena, &to, of);
        history_set(l, &to);
    } else {
        history_set(l, of);
    }
    m->film->events += (int64_t)of->event_count;
}

static enum err items_load(struct making *m, struct lead_id after, struct lead_id upto)
{
    struct history_sweep ask = { .after = after, .upto = upto, .body = m->film->bodied->count || m->film->bodied_all ? wants_body : NULL,
                                 .x = m->film, .imported_then = true, .words = &m->words };
    struct history_of *list;
    size_t n;
    enum err e = history_load_sweep(&m->inner, m->tx, &ask, &list, &n);

    for (size_t i = 0; i < n && !e; i++)
        items_give(m, &list[i]);
    if (e)
        m->c->fault = m->inner.fault;
    return e;
}

/* The leads themselves: all, or one of so many. */
static enum err leads_load(struct making *m)
{
    struct lead_birth page[PAGE];
    struct lead_id after = { 0 };
    size_t n = PAGE;
    enum err e = ERR_NONE;

    while (!e && n == PAGE) {
        e = lead_births(m->c, m->tx, after, PAGE, page, &n);
        for (size_t i = 0; i < n && !e; i++) {
            m->film->all_leads++;
            if (!is_taken(m, page[i].lead))
                continue;
            if (m->film->count == m->cap) {
                size_t cap = m->cap ? 2 * m->cap : PAGE;
                m->film->leads = arena_grow(m->film->arena, m->film->leads, m->cap * sizeof *m->film->leads,
                                            cap * sizeof *m->film->leads);
                m->cap = cap;
            }
            m->film->leads[m->film->count++] = (struct film_lead){ .lead = page[i].lead, .created_at = page[i].created_at };
        }
        if (n && !e)
            after = page[n - 1].lead;
    }
    m->film->part = m->film->count < (size_t)m->film->all_leads;
    return e;
}

static enum err histories_load(struct making *m)
{
    struct flow_film *film = m->film;
    struct lead_id after = { 0 };
    enum err e = lead_parts(m->c, m->tx, &m->parts, &m->part_count);

    if (!e && m->stride > 1) { /* one by one: most of the base is not asked for */
        for (size_t i = 0; i < film->count && !e; i++)
            e = items_load(m, (struct lead_id){ film->leads[i].lead.v - 1 }, film->leads[i].lead);
        for (size_t i = 0; i < m->part_count && !e; i++)
            if (lead_find(film, m->parts[i].root))
                e = items_load(m, (struct lead_id){ m->parts[i].lead.v - 1 }, m->parts[i].lead);
        return e;
    }
    for (size_t i = PAGE; i < film->count && !e; i += PAGE) {
        e = items_load(m, after, film->leads[i].lead);
        after = film->leads[i].lead;
    }
    return e ? e : items_load(m, after, (struct lead_id){ INT64_MAX });
}

static void history_close(struct film_lead *l)
{
    l->h.born = score_born(&l->h, INSTANT_NEVER, l->created_at);
}

static bool is_late(const struct film_lead *l)
{
    for (size_t i = 0; i < l->h.event_count; i++)
        if (l->h.events[i].told_at > l->known_until)
            return true;
    for (size_t i = 0; i < l->h.profile_count; i++)
        if (l->h.profiles[i].told_at > l->known_until)
            return true;
    return false;
}

/* How each ended, and when it is judged: by the rules of the calibration report. */
static enum err outcomes_load(struct making *m)
{
    struct flow_film *film = m->film;
    struct learn_case *cases = ARENA_ARRAY(m->c->arena, struct learn_case, film->count + 1);
    struct lead_id after = { 0 };
    struct outcome *list;
    size_t n = OUTCOMES_PAGE;
    enum err e = flow_maturity(m->c, m->tx, &film->maturity_days);

    while (!e && n == OUTCOMES_PAGE) {
        e = learn_outcome_list(m->c, m->tx, after, OUTCOMES_PAGE, &list, &n);
        for (size_t i = 0; i < n && !e; i++) {
            struct film_lead *l = lead_find(film, list[i].lead);
            if (l) {
                l->state = list[i].state;
                l->decided_at = list[i].at;
                l->undated = list[i].undated;
                l->known_until = list[i].known_at;
            }
        }
        if (n && !e)
            after = list[n - 1].lead;
    }
    for (size_t i = 0; i < film->count && !e; i++) {
        struct film_lead *l = &film->leads[i];
        struct outcome o = { .lead = l->lead, .state = l->state, .at = l->decided_at, .known_at = l->known_until, .undated = l->undated };
        l->judged_at = learn_judged_at(&o, l->created_at, film->as_of, film->maturity_days * DAY_US);
        l->known_until = learn_known_until(&o, l->judged_at);
        l->late = is_late(l);
        cases[i] = (struct learn_case){ .lead = l->lead, .born = l->created_at, .decided = l->state, .decided_at = l->decided_at,
                                        .decided_known = o.known_at, .undated = l->undated, .judged_at = l->judged_at };
    }
    if (!e)
        learn_mark_cases(cases, film->count, film->as_of, film->maturity_days * DAY_US);
    film->aged = !e && flow_many_aged(cases, film->count);
    for (size_t i = 0; i < film->count && !e; i++)
        film->leads[i].mark = cases[i].mark;
    return e;
}

static enum err base_size(struct ctx *c, struct db_tx *tx, bool quick, bool bodies, int64_t *stride)
{
    int64_t leads, events;
    enum err e = lead_count(c, tx, &leads);

    *stride = 1;
    if (!e && quick && leads > QUICK_LEADS) {
        *stride = leads / QUICK_LEADS;
        return ERR_NONE;
    }
    if (e || leads <= QUICK_LEADS || (e = history_count_events(c, tx, &events)))
        return e;
    int64_t bytes = leads * LEAD_BYTES + events * (bodies ? EVENT_BYTES + body_bytes : EVENT_BYTES);
    if (bytes > film_bytes)
        *stride = (bytes + film_bytes - 1) / film_bytes;
    return ERR_NONE;
}

static enum err film_make(struct ctx *c, struct db_tx *tx, const struct model *a, const struct model *b, bool quick,
                          struct flow_film **out)
{
    struct arena *arena = arena_new(8ull * 1024 * 1024 * 1024);
    struct flow_film *film = ARENA_NEW(arena, struct flow_film);
    struct making m = { .c = c, .tx = tx, .film = film, .words = map_new(arena, 256) };
    enum err e;

    film->arena = arena;
    film->holders = 1;
    film->as_of = c->now;
    film->bodied = ARENA_NEW(arena, struct map);
    *film->bodied = map_new(arena, 16);
    bodied_of(film, a);
    bodied_of(film, b);
    m.inner = *c;
    m.inner.arena = arena;
    e = base_size(c, tx, quick, film->bodied->count || film->bodied_all, &m.stride);
    if (!e)
        e = leads_load(&m);
    if (!e)
        e = histories_load(&m);
    for (size_t i = 0; i < film->count && !e; i++)
        history_close(&film->leads[i]);
    if (!e)
        e = outcomes_load(&m);
    if (e) {
        arena_free(arena);
        return e;
    }
    film->columns = flow_columns_new(film->count);
    *out = film;
    return ERR_NONE;
}

/* ---- the one that is kept ---- */

int64_t flow_film_days(const struct flow_film *film, int64_t most)
{
    instant first = film->as_of;
    int64_t days;

    for (size_t i = 0; i < film->count; i++)
        first = film->leads[i].h.born < first ? film->leads[i].h.born : first;
    days = (film->as_of - first) / DAY_US;
    return days < most ? days : most;
}

bool flow_film_decided(const struct film_lead *l)
{
    return l->state != OUTCOME_OPEN && flow_silent_since(&l->h, l->decided_at, l->known_until);
}

void flow_film_drop(struct flow_film *film)
{
    if (!film || __atomic_sub_fetch(&film->holders, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    flow_columns_free(film->columns);
    arena_free(film->arena);
}

/* A small base is read anew each time: that costs less than to wonder whether it has changed. */
static bool is_old(const struct flow_film *film, instant now)
{
    return now - film->as_of > (film->all_leads <= QUICK_LEADS ? small_old_us : old_us) || now < film->as_of;
}

static struct flow_film *held(struct flow *f, struct ctx *c, const struct model *a, const struct model *b, bool quick)
{
    struct flow_film *film = NULL;

    pthread_mutex_lock(&f->lock);
    if (f->film && !is_old(f->film, c->now) && serves(f->film, a) && serves(f->film, b) && (quick || !f->film_quick)) {
        film = f->film;
        __atomic_add_fetch(&film->holders, 1, __ATOMIC_RELAXED);
        f->film_used = clock_mono_us();
    }
    pthread_mutex_unlock(&f->lock);
    return film;
}

enum err flow_film_get(struct flow *f, struct ctx *c, struct db_tx *tx, const struct model *a, const struct model *b, bool quick,
                       struct flow_film **film)
{
    struct flow_film *made, *old;
    enum err e;

    if ((*film = held(f, c, a, b, quick)))
        return ERR_NONE;
    if (!quick)
        pthread_mutex_lock(&f->film_making); /* one makes it, others wait for it */
    if (!quick && (*film = held(f, c, a, b, quick))) {
        pthread_mutex_unlock(&f->film_making);
        return ERR_NONE;
    }
    e = film_make(c, tx, a, b, quick, &made);
    if (!e) {
        pthread_mutex_lock(&f->lock);
        old = f->film;
        f->film = made;
        f->film_quick = quick && made->part;
        f->film_used = clock_mono_us();
        made->holders = 2;
        pthread_mutex_unlock(&f->lock);
        flow_film_drop(old);
        *film = made;
    }
    if (!quick)
        pthread_mutex_unlock(&f->film_making);
    return e;
}

void flow_film_rest(struct flow *f)
{
    struct flow_film *old = NULL;

    pthread_mutex_lock(&f->lock);
    if (f->film && clock_mono_us() - f->film_used > idle_us) {
        old = f->film;
        f->film = NULL;
    }
    pthread_mutex_unlock(&f->lock);
    flow_film_drop(old);
}
