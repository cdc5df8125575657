/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a decision looks at, brought together from the rooms team, lead and route. */
#include "flow/flow_past.h"

#include <stdlib.h>

#include "base/sorted.h"
#include "lead/company.h"
#include "lead/load.h"

#define USERS_MAX 5000
/* Of so many it is asked one by one what they were given; of more all that was given is read. */
enum { GIVEN_ASKED = 64 };
/* Who is so far from his quotas is not asked what he was given: a desk hardly gives one person as many. */
enum { GIVEN_AHEAD = 16 };

int64_t flow_load_units(enum band band)
{
    static const int64_t units[BANDS] = { [BAND_COLD] = 0, [BAND_WARM] = 1, [BAND_HOT] = 2 };

    return units[band];
}

int64_t flow_lead_units(const struct lead *lead)
{
    return lead->stage < STAGE_WON ? flow_load_units((enum band)lead->band) : 0;
}

static void let_go(void *cond)
{
    cond_free(cond);
}

enum err flow_cond(struct ctx *c, struct str text, struct cond **cond)
{
    struct json *tree;
    enum err e = json_read(c, text, &tree);

    if (e || (e = cond_compile(c, tree, STR(""), c->arena, cond)))
        return e;
    arena_with(c->arena, let_go, *cond);
    return ERR_NONE;
}

struct desk_person *flow_desk_find(const struct desk *d, struct user_id user)
{
    size_t low = 0, high = d->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (d->by_user[middle]->user.id.v < user.v)
            low = middle + 1;
        else
            high = middle;
    }
    return low < d->count && d->by_user[low]->user.id.v == user.v ? d->by_user[low] : NULL;
}

static int by_user(const void *a, const void *b)
{
    const struct desk_person *const *x = a, *const *y = b;

    return (*x)->user.id.v < (*y)->user.id.v ? -1 : (*x)->user.id.v > (*y)->user.id.v;
}

static bool has_active(const struct desk *d, int role)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->people[i].user.role == role && d->people[i].user.state == USER_ACTIVE)
            return true;
    return false;
}

static int everyone_role(const struct desk *d)
{
    static const int roles[] = { ROLE_MANAGER, ROLE_HEAD, ROLE_OWNER };

    for (size_t i = 0; i < countof(roles); i++)
        if (has_active(d, roles[i]))
            return roles[i];
    return -1;
}

bool flow_desk_everyone(const struct desk *d, const struct desk_person *p)
{
    return p->user.role == d->everyone_role;
}

enum manager_state flow_desk_state(const struct desk_person *p, instant now)
{
    return team_manager_state(p->manager.on_duty, p->cal, p->absences, p->absence_count, now);
}

/* What a person without a row is taken for: the defaults that team_manager_ensure() writes. */
static struct manager manager_of_none(struct user_id user)
{
    return (struct manager){ .user = user, .on_duty = true, .duty_at = INSTANT_NONE, .capacity = MANAGER_CAPACITY,
                             .level = LEVEL_REGULAR, .weight = 1, .products = STR("[]"), .sees = STR(""),
                             .regions = STR("[]"), .languages = STR("[]") };
}

static enum err people_read(struct ctx *c, struct db_tx *tx, enum desk_use use, struct desk *d)
{
    struct user *users;
    struct managers managers;
    size_t count;
    enum err e;

    if ((e = team_user_list(c, tx, USERS_MAX, &users, &count)) || (e = team_manager_list(c, tx, &managers)))
        return e;
    d->people = ARENA_ARRAY(c->arena, struct desk_person, count + 1);
    for (size_t i = 0; i < count && !e; i++) {
        const struct manager *m = sorted_find(managers.items, managers.count, sizeof *managers.items, users[i].id.v); /* the list comes by user */
        int role = users[i].role;

        /* A row may be left from a time when the role was another. */
        if (role != ROLE_MANAGER && role != ROLE_HEAD && role != ROLE_OWNER)
            continue;
        if (!m && use == DESK_DECIDE)
            e = team_manager_ensure(c, tx, users[i].id);
        d->people[d->count++] = (struct desk_person){
            .user = users[i], .manager = m ? *m : manager_of_none(users[i].id)
        };
    }
    d->everyone_role = everyone_role(d);
    d->by_user = ARENA_ARRAY(c->arena, struct desk_person *, d->count + 1);
    for (size_t i = 0; i < d->count; i++)
        d->by_user[i] = &d->people[i];
    if (d->count)
        qsort(d->by_user, d->count, sizeof(struct desk_person *), by_user);
    return e;
}

static enum err calendars_read(struct ctx *c, struct db_tx *tx, struct desk *d)
{
    struct cal *always = ARENA_NEW(c->arena, struct cal);
    struct cal_span *open;
    struct calendars list;
    enum err e = team_calendar_list(c, tx, &list);

    if (e)
        return e;
    *always = cal_always(zone_or_utc(d->setting.zone));
    /* Many work by the same hours: whether they are open is asked once. */
    open = ARENA_ARRAY(c->arena, struct cal_span, list.count + 1);
    for (size_t k = 0; k < list.count; k++)
        open[k] = cal_stretch(&list.items[k].cal, c->now);
    for (size_t i = 0; i < d->count; i++) {
        struct desk_person *p = &d->people[i];

        p->away_until = INSTANT_NONE;
        p->cal = always;
        for (size_t k = 0; k < list.count; k++)
            if (p->manager.calendar.v && list.items[k].id.v == p->manager.calendar.v) {
                p->cal = &list.items[k].cal;
                p->open = open[k];
            }
    }
    return ERR_NONE;
}

/* Duty as it is now, and what each is shown at all. */
static enum err duty_read(struct ctx *c, struct desk *d)
{
    for (size_t i = 0; i < d->count; i++) {
        struct desk_person *p = &d->people[i];
        enum err e;

        p->back_at = INSTANT_NEVER;
        if (p->manager.duty_mode == DUTY_AUTOMATIC && !p->manager.on_duty)
            p->back_at = team_manager_back(p->cal, p->manager.duty_at);
        p->manager.on_duty |= p->back_at <= c->now;
        if (p->manager.sees.len && (e = flow_cond(c, p->manager.sees, &p->sees)))
            return e;
    }
    return ERR_NONE;
}

/* The list comes by user: each person's part of it lies in one piece. */
static enum err absences_read(struct ctx *c, struct db_tx *tx, struct desk *d)
{
    struct absences list;
    struct cal_span *all;
    struct desk_person *p = NULL;
    enum err e = team_absence_list(c, tx, (struct user_id){ 0 }, c->now, &list);

    if (e)
        return e;
    all = ARENA_ARRAY(c->arena, struct cal_span, list.count + 1);
    for (size_t i = 0; i < list.count; i++) {
        const struct absence *a = &list.items[i];

        all[i] = (struct cal_span){ a->from, a->until };
        if (i == 0 || a->user.v != list.items[i - 1].user.v) {
            p = flow_desk_find(d, a->user);
            if (p)
                p->absences = &all[i];
        }
        if (!p)
            continue;
        p->absence_count++;
        if (a->from <= c->now && c->now < a->until && a->until > p->away_until) {
            p->away_until = a->until;
            p->away_why = a->reason;
        }
        p->catch_up |= a->catch_up && a->from <= c->now;
    }
    return ERR_NONE;
}

/* The list comes by user: each person's part of it lies in one piece. */
static void given_to(struct ctx *c, struct desk *d, const struct given *given, size_t count)
{
    instant *all = ARENA_ARRAY(c->arena, instant, count + 1);
    struct desk_person *p = NULL;

    for (size_t i = 0; i < count; i++) {
        if (i == 0 || given[i].user.v != given[i - 1].user.v) {
            p = flow_desk_find(d, given[i].user);
            if (p)
                p->given = &all[i];
        }
        if (p && given[i].back_at == INSTANT_NONE)
            p->given[p->given_count++] = given[i].at;
    }
}

static int64_t largest_quota(const struct manager *m)
{
    return m->daily_quota > m->hourly_quota ? m->daily_quota : m->hourly_quota;
}

/* Two questions a person: is either quota nearer than GIVEN_AHEAD? */
static enum err ahead_read(struct ctx *c, struct db_tx *tx, struct desk *d)
{
    struct given_reach *asks = ARENA_ARRAY(c->arena, struct given_reach, 2 * d->count + 1);
    struct desk_person **of = ARENA_ARRAY(c->arena, struct desk_person *, 2 * d->count + 1);
    bool *near = ARENA_ARRAY(c->arena, bool, 2 * d->count + 1);
    size_t n = 0;
    enum err e;

    for (size_t i = 0; i < d->count; i++) {
        struct desk_person *p = &d->people[i];
        const int64_t quotas[] = { p->manager.daily_quota, p->manager.hourly_quota }, spans[] = { DAY_US, HOUR_US };

        p->given_ahead = GIVEN_AHEAD;
        for (size_t k = 0; k < countof(quotas); k++)
            if (quotas[k] > 0) {
                of[n] = p;
                asks[n++] = (struct given_reach){ p->user.id, c->now - spans[k], quotas[k] - GIVEN_AHEAD };
            }
    }
    if ((e = route_given_reach(c, tx, asks, n, near)))
        return e;
    for (size_t i = 0; i < n; i++)
        if (near[i])
            of[i]->given_ahead = 0;
    return ERR_NONE;
}

enum err flow_desk_gave(struct ctx *c, struct db_tx *tx, struct desk *d, struct desk_person *p)
{
    struct given_ask ask = { p->user.id, largest_quota(&p->manager) };
    struct given *given;
    instant *more;
    size_t count;
    enum err e;

    if (ask.most <= 0 || (p->given_ahead > 0 && --p->given_ahead > 0))
        return ERR_NONE;
    if (!p->given_read) {
        p->given_read = true;
        p->given_count = 0;
        e = route_given_of(c, tx, &ask, 1, c->now - DAY_US, &given, &count);
        if (!e)
            given_to(c, d, given, count);
        return e;
    }
    more = ARENA_ARRAY(c->arena, instant, p->given_count + 1);
    for (size_t i = 0; i < p->given_count; i++)
        more[i] = p->given[i];
    more[p->given_count++] = c->now;
    p->given = more;
    return ERR_NONE;
}

/* What was given is asked of those alone whom a quota may stop: in a decision, of those whom it may stop soon. */
static enum err given_read(struct ctx *c, struct db_tx *tx, enum desk_use use, struct desk *d)
{
    struct given_ask *asks = ARENA_ARRAY(c->arena, struct given_ask, d->count + 1);
    struct given *given;
    size_t n = 0, count;
    enum err e = use == DESK_DECIDE ? ahead_read(c, tx, d) : ERR_NONE;

    if (e)
        return e;
    for (size_t i = 0; i < d->count; i++)
        if (largest_quota(&d->people[i].manager) > 0 && !d->people[i].given_ahead) {
            d->people[i].given_read = true;
            asks[n++] = (struct given_ask){ d->people[i].user.id, largest_quota(&d->people[i].manager) };
        }
    e = n > GIVEN_ASKED ? route_given_list(c, tx, c->now - DAY_US, &given, &count) : route_given_of(c, tx, asks, n, c->now - DAY_US, &given, &count);
    if (!e)
        given_to(c, d, given, count);
    return e;
}

static enum err loads_read(struct ctx *c, struct db_tx *tx, enum desk_use use, struct desk *d)
{
    struct lead_load *loads;
    size_t count;
    enum err e = lead_load_list(c, tx, use == DESK_DECIDE ? LOAD_FOLD : LOAD_READ, &loads, &count);

    if (e)
        return e;
    for (size_t i = 0; i < count; i++) {
        struct desk_person *p = flow_desk_find(d, loads[i].owner);

        for (int band = 0; p && band < BANDS; band++)
            p->load += loads[i].count[band] * flow_load_units((enum band)band);
        if (p)
            p->hot = loads[i].count[BAND_HOT];
    }
    return given_read(c, tx, use, d);
}

/* Certificates come by user: each person's lie in one piece. Without products nobody is asked for any. */
static enum err skills_read(struct ctx *c, struct db_tx *tx, struct desk *d)
{
    struct skill *all;
    size_t count;
    enum err e = team_product_list(c, tx, &d->products);

    if (e || d->products.count == 0 || (e = team_skill_list(c, tx, c->now, &all, &count)))
        return e;
    for (size_t i = 0; i < count; i++) {
        struct desk_person *p = flow_desk_find(d, all[i].user);

        if (!p)
            continue;
        if (!p->skills)
            p->skills = &all[i];
        p->skill_count++;
    }
    return ERR_NONE;
}

/* What the default pool is called when it is made. */
static const char *const everyone[] = { "Все менеджеры", "All managers" };

static void room_make(struct arena *a, struct desk *d)
{
    d->room.people = arena_alloc(a, (d->count + 1) * sizeof *d->room.people);
    d->room.who = arena_alloc(a, (d->count + 1) * sizeof(struct desk_person *));
    d->room.candidates = arena_alloc(a, (2 * d->count + 1 + LEAD_KIN_MOST) * sizeof *d->room.candidates);
}

enum err flow_desk_open(struct ctx *c, struct db_tx *tx, enum desk_use use, struct desk *d)
{
    enum err e;

    *d = (struct desk){ .count = 0 };
    if (use == DESK_DECIDE && (e = route_lock(c, tx)))
        return e;
    if ((e = team_setting_get(c, tx, &d->setting)) || (e = people_read(c, tx, use, d))
        || (e = calendars_read(c, tx, d)) || (e = duty_read(c, d)) || (e = absences_read(c, tx, d)) || (e = loads_read(c, tx, use, d))
        || (e = route_rule_list(c, tx, &d->rules)) || (e = task_sla_list(c, tx, &d->norms))
        || (e = skills_read(c, tx, d)))
        return e;
    room_make(c->arena, d);
    if (use == DESK_SHOW)
        return route_pool_find_default(c, tx, &d->everyone);
    e = route_pool_default(c, tx, str_of(everyone[d->setting.lang == LANG_EN]), &d->everyone);
    return e ? e : flow_past_keep(c, tx, d);
}
