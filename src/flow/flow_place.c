/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_place.h"

#include "flow/flow_choice.h"
#include "flow/flow_worth.h"

enum { USUAL_SCORE = 80 };

/* Asked of one person whom no quota need stop: a desk knows of others. */
static enum err given_fill(struct ctx *c, struct db_tx *tx, struct user_id user, struct queue_place *list, size_t count)
{
    struct given *given;
    size_t n;
    enum err e = route_given_of(c, tx, &(struct given_ask){ user, INT64_MAX }, 1, c->now - DAY_US, &given, &n);

    for (size_t k = 0; k < count && !e; k++)
        for (size_t i = 0; i < n; i++) {
            list[k].given_day++;
            list[k].given_hour += given[i].at > c->now - HOUR_US;
        }
    return e;
}

/* The place of the one at `self` among the people of a pool. */
static void place_fill(const struct choice *x, const struct desk_person *p, struct person *people, struct candidate *candidates, size_t count,
                       size_t self, struct queue_place *place)
{
    ptrdiff_t first;

    *place = (struct queue_place){ .pool = x->pool, .before = -1, .first_last_at = INSTANT_NONE,
                                   .day_quota = p->manager.daily_quota, .hour_quota = p->manager.hourly_quota };
    for (size_t i = 0; i < count; i++) {
        candidates[i] = route_eligible(&people[i], &x->need);
        place->of += candidates[i].why == CANDIDATE_OK;
    }
    place->self = candidates[self];
    place->self.pass = people[self].pass;
    first = route_first(x->pool.policy, people, candidates, count);
    if (first >= 0) {
        place->first_last_at = people[first].last_at;
        place->first_load = people[first].load;
        place->first_capacity = people[first].capacity;
        place->turns = (int64_t)((__int128)(people[self].pass - people[first].pass) * FIX_ONE / ROUTE_STRIDE);
    }
    if (x->pool.policy != POLICY_CLAIM)
        place->before = (int64_t)route_before(x->pool.policy, people, candidates, count, self);
}

enum err flow_place(struct ctx *c, struct db_tx *tx, struct desk *d, struct user_id user, struct queue_place **list, size_t *count)
{
    struct choice x = { .desk = d, .need = { .at = c->now, .band = BAND_HOT, .units = flow_load_units(BAND_HOT), .now = true } };
    struct person *people = ARENA_ARRAY(c->arena, struct person, d->count + 1);
    struct candidate *candidates = ARENA_ARRAY(c->arena, struct candidate, d->count + 1);
    struct desk_person **who = ARENA_ARRAY(c->arena, struct desk_person *, d->count + 1), *self = flow_desk_find(d, user);
    struct pools pools;
    size_t n = 0;
    enum err e = self ? route_pool_list(c, tx, &pools) : ERR_NOT_FOUND;

    if (e)
        return e;
    *list = ARENA_ARRAY(c->arena, struct queue_place, pools.count + 1);
    for (size_t k = 0; k < pools.count; k++) {
        size_t there;

        if ((e = flow_choice_pool(c, tx, &x, pools.items[k].id)))
            return e;
        there = flow_choice_people(c, &x, people, who);
        /* Of a lead of no source that has a name: whose hands are best for it hangs on nothing else. */
        if (x.pool.policy == POLICY_VALUE && (e = flow_worth(c, tx, d, &(struct lead){ .score = USUAL_SCORE }, NULL, c->now, people, there)))
            return e;
        for (size_t i = 0; i < there; i++)
            if (who[i] == self)
                place_fill(&x, self, people, candidates, there, i, &(*list)[n++]);
    }
    *count = n;
    return given_fill(c, tx, user, *list, n);
}
