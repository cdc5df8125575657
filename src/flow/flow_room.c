/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_room.h"

#include "flow/flow_film.h"
#include "flow/flow_model.h"
#include "flow/flow_route.h"
#include "score/threshold.h"

const char *const flow_threshold_names[] = { "told", "no_quotas", "few", "nowhere", NULL };

/* ---- the team ---- */

/* Calls that a person may be given in so much working time of one day; 0: no quota says. */
static int64_t calls_of(const struct manager *m, int64_t work_us)
{
    int64_t hourly = m->hourly_quota * work_us / HOUR_US;

    if (!m->daily_quota || !m->hourly_quota)
        return m->daily_quota ? m->daily_quota : hourly;
    return hourly < m->daily_quota ? hourly : m->daily_quota;
}

static int64_t work_of(const struct desk_person *p, instant from, instant until)
{
    enum { HOURS_WITHOUT_CALENDAR = 8 };

    return p->manager.calendar.v ? cal_between(p->cal, from, until) : HOURS_WITHOUT_CALENDAR * HOUR_US;
}

/* Somebody who gets leads when nobody is named. */
static bool is_of_team(const struct desk *d, const struct desk_person *p)
{
    return p->user.state == USER_ACTIVE && flow_desk_everyone(d, p);
}

static struct team_day day_of(const struct desk *d, instant from, instant until)
{
    struct team_day day = { 0 };

    for (size_t i = 0; i < d->count; i++) {
        const struct desk_person *p = &d->people[i];
        int64_t work = is_of_team(d, p) ? work_of(p, from, until) : 0;

        day.works |= work > 0;
        day.calls += work > 0 ? calls_of(&p->manager, work) : 0;
    }
    return day;
}

struct team_span flow_team_span(const struct team_room *room, int64_t days)
{
    struct team_span span = { 0 };

    for (int64_t i = 0; i < days && i < FLOW_ROOM_DAYS; i++) {
        span.working_days += room->days[i].works;
        span.calls += room->days[i].calls;
    }
    return span;
}

static int64_t rounded(int64_t n, int64_t by)
{
    return by ? (n + by / 2) / by : 0;
}

enum err flow_team_room(struct ctx *c, struct db_tx *tx, struct team_room *room)
{
    bool limits = true;
    struct team_span all;
    instant from, until;
    struct desk d;
    enum err e = flow_desk_open(c, tx, DESK_SHOW, &d);

    *room = (struct team_room){ .quotas = true };
    if (e)
        return e;
    for (size_t i = 0; i < d.count; i++) {
        const struct manager *m = &d.people[i].manager;

        if (!is_of_team(&d, &d.people[i]))
            continue;
        room->quotas &= m->daily_quota || m->hourly_quota;
        limits &= m->capacity > 0;
        room->holds_hot += m->capacity / flow_load_units(BAND_HOT);
    }
    zone_day(zone_or_utc(d.setting.zone), c->now, &from, &until);
    for (int day = 0; day < FLOW_ROOM_DAYS; day++) {
        zone_day(zone_or_utc(d.setting.zone), from - 1, &from, &until);
        room->days[day] = day_of(&d, from, until);
    }
    if (!limits)
        room->holds_hot = 0;
    all = flow_team_span(room, FLOW_ROOM_DAYS);
    room->working_days = all.working_days;
    room->calls_a_day = room->quotas ? rounded(all.calls, all.working_days) : 0;
    room->calls_a_week = room->quotas ? rounded(7 * all.calls, FLOW_ROOM_DAYS) : 0;
    return ERR_NONE;
}

/* ---- the threshold ---- */

struct playing {
    const struct flow_film *film;
    const struct model *m;
    instant from;
    size_t *leads, count; /* of the film: those that may turn hot */
    bool *ever, parted;
    fix hot;
    int64_t turns, turned; /* turned: leads, each once */
};

static void play_one(void *x, size_t i, struct arena *a)
{
    struct playing *p = x;
    int64_t turns = score_hot_turns(p->m, &p->film->leads[p->leads[i]].h, p->hot, p->from, p->film->as_of, a, &p->ever[i]);

    __atomic_fetch_add(&p->turns, turns, __ATOMIC_RELAXED);
    __atomic_fetch_add(&p->turned, turns > 0, __ATOMIC_RELAXED);
}

static int64_t play(struct playing *p, fix hot)
{
    p->hot = hot;
    p->turns = p->turned = 0;
    flow_film_each(p->count, play_one, p);
    return p->turns;
}

/* The lowest threshold comes first: who does not turn hot there is not asked again. */
static int64_t turns_at(void *x, int64_t hot)
{
    struct playing *p = x;
    int64_t turns = play(p, hot * FIX_ONE);
    size_t kept = 0;

    if (p->parted)
        return turns;
    for (size_t i = 0; i < p->count; i++)
        if (p->ever[i])
            p->leads[kept++] = p->leads[i];
    p->count = kept;
    p->parted = true;
    return turns;
}

static void playing_begin(struct ctx *c, const struct flow_film *film, const struct model *m, struct playing *p)
{
    size_t step = flow_preview_step(film);

    *p = (struct playing){ .film = film, .m = m, .leads = ARENA_ARRAY(c->arena, size_t, film->count / step + 1),
                           .ever = ARENA_ARRAY(c->arena, bool, film->count / step + 1) };
    for (size_t i = 0; i < film->count; i += step)
        p->leads[p->count++] = i;
}

static void search(struct ctx *c, const struct flow_film *film, const struct model *m, const struct team_room *room, struct flow_threshold *t)
{
    struct score_threshold at;
    struct playing p;
    int64_t first, last, most;

    playing_begin(c, film, m, &p);
    t->played = (int64_t)p.count;
    t->all_leads = film->all_leads;
    t->days = flow_film_days(film, FLOW_ROOM_DAYS);
    struct team_span lived = flow_team_span(room, t->days);
    t->working_days = lived.working_days;
    if (t->days < FLOW_THRESHOLD_DAYS || !lived.working_days) {
        t->is = THRESHOLD_FEW;
        return;
    }
    p.from = film->as_of - t->days * DAY_US;
    int64_t of_days = lived.working_days * t->played;
    t->now_a_day = fix_muldiv(play(&p, m->hot) * FIX_ONE, film->all_leads, of_days);
    t->now_leads = p.turned;
    most = fix_muldiv(t->by_quotas ? lived.calls : t->calls_a_day * lived.working_days, t->played, film->all_leads);
    score_threshold_room(m, &first, &last);
    if (!score_threshold_find(first, last, most, turns_at, &p, &at)) {
        t->is = THRESHOLD_NOWHERE;
        return;
    }
    t->is = (at.below < 0 ? at.turns : at.below) < FLOW_THRESHOLD_TURNS ? THRESHOLD_FEW : THRESHOLD_TOLD;
    t->hot = at.hot;
    t->a_day = fix_muldiv(at.turns * FIX_ONE, film->all_leads, of_days);
    t->below_a_day = at.below < 0 ? -1 : fix_muldiv(at.below * FIX_ONE, film->all_leads, of_days);
    (void)play(&p, at.hot * FIX_ONE);
    t->leads = p.turned;
    if (at.below >= 0)
        (void)play(&p, (at.hot - 1) * FIX_ONE);
    t->below_leads = at.below < 0 ? 0 : p.turned;
}

enum err flow_threshold(struct flow *f, struct ctx *c, struct db_tx *tx, const struct model *draft, int64_t calls_a_day, bool quick,
                        struct flow_threshold *out)
{
    struct flow_film *film;
    struct team_room room;
    struct model *live;
    enum err e = flow_team_room(c, tx, &room);

    if (e)
        return e;
    *out = (struct flow_threshold){ .is = THRESHOLD_NO_QUOTAS, .calls_a_day = calls_a_day ? calls_a_day : room.calls_a_day,
                                    .by_quotas = !calls_a_day && room.calls_a_day, .working_days = room.working_days };
    if (!out->calls_a_day)
        return ERR_NONE;
    if ((e = flow_model(f, c, tx, &live)))
        return e;
    if (!(e = flow_film_get(f, c, tx, live, draft, quick, &film))) {
        search(c, film, draft, &room, out);
        flow_film_drop(film);
    }
    score_model_drop(live);
    return e;
}
