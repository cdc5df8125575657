/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* simulate.c - how many leads a second are lived through again: every decision asked of the whole pool, calls by habit, alarms, the queue.
 *
 *   simulate LEADS MANAGERS
 *
 * Four weeks of leads by day and night, managers in three zones with a break at noon, absences for one in ten, capacity, quotas for one in ten,
 * weights 1 to 5; a rule sends half of the leads to a pool by shares with the pool of everybody behind it, the rest go to the least loaded. Nothing is on
 * record, so every lead goes its own way: the dearest case.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "route/simulate.h"

enum { DAYS = 28, QUANTILES = 200 };

static uint64_t seed = 1;

static int64_t below(int64_t n)
{
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return (int64_t)(seed % (uint64_t)n);
}

static double cpu_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct cal office(const char *zone)
{
    struct cal cal = { .zone = zone_find(str_of(zone)) };

    for (int day = 0; day < 5; day++)
        cal.week[day] = (struct cal_day){ .shifts = { { 9 * 60, 13 * 60 }, { 14 * 60, 18 * 60 } }, .count = 2 };
    return cal;
}

static void people(struct arena *a, struct sim_person *list, size_t n, instant from)
{
    static const char *const zones[] = { "Europe/Moscow", "Europe/Berlin", "Asia/Yekaterinburg" };
    struct cal *cals = ARENA_ARRAY(a, struct cal, countof(zones));

    for (size_t z = 0; z < countof(zones); z++)
        cals[z] = office(zones[z]);
    for (size_t i = 0; i < n; i++) {
        struct sim_facts *f = ARENA_NEW(a, struct sim_facts);
        struct cal_span *away = ARENA_NEW(a, struct cal_span);
        int64_t *response = ARENA_ARRAY(a, int64_t, QUANTILES);

        *away = (struct cal_span){ from + below(DAYS) * DAY_US, 0 };
        away->until = away->from + 5 * DAY_US;
        f->p = (struct person){ .user = { (int64_t)i + 1 }, .active = true, .on_duty = true, .back_at = INSTANT_NEVER, .cal = &cals[i % countof(zones)],
                                .absences = away, .absence_count = i % 10 == 0, .level = LEVEL_REGULAR, .weight = 1 + below(5), .capacity = 20 + below(40),
                                .hour_quota = i % 10 == 5 ? 6 : 0, .last_at = INSTANT_NONE };
        f->whole = cal_without(f->p.cal, away, f->p.absence_count, a);
        for (int k = 0; k < QUANTILES; k++)
            response[k] = (k + 1) * 6 * SECOND_US;
        list[i] = (struct sim_person){ .facts = f, .count = 1, .response = response, .response_count = QUANTILES, .open_mean = 500, .ratio = FIX_ONE };
    }
}

static void pool(struct arena *a, struct sim_pool *p, enum policy policy, bool everyone, size_t people)
{
    int64_t *weight = ARENA_ARRAY(a, int64_t, people + 1);
    struct sim_pool_state *state = ARENA_NEW(a, struct sim_pool_state);

    *state = (struct sim_pool_state){ .policy = policy, .everyone = everyone, .weight = weight };
    *p = (struct sim_pool){ .id = { everyone ? 1 : 2 }, .twin = -1, .states = state, .count = 1 };
}

static int deed_cmp(const void *pa, const void *pb)
{
    const struct sim_deed *x = pa, *y = pb;

    return x->at < y->at ? -1 : x->at > y->at;
}

int main(int argc, char **argv)
{
    size_t leads = argc == 3 ? strtoul(argv[1], NULL, 10) : 0, managers = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    struct arena *a = arena_new((size_t)8 << 30), *work = arena_new((size_t)8 << 30);
    instant from = 1772409600 * SECOND_US; /* a Monday */
    struct sim_person *list = ARENA_ARRAY(a, struct sim_person, managers + 1);
    struct sim_pool *pools = ARENA_ARRAY(a, struct sim_pool, 2);
    struct sim_lead *who = ARENA_ARRAY(a, struct sim_lead, leads + 1);
    struct sim_deed *deeds = ARENA_ARRAY(a, struct sim_deed, 2 * leads + 1);
    struct sim_input in = { .people = list, .people_count = managers, .pools = pools, .pool_count = 2, .leads = who, .lead_count = leads,
                            .deeds = deeds, .deed_count = 2 * leads, .until = from + DAYS * DAY_US, .claim_us = INT64_MAX, .hot_units = 2 };
    struct sim_output out;
    double began, best = 1e9;
    size_t given = 0, called = 0;

    if (!leads || !managers) {
        fprintf(stderr, "usage: simulate LEADS MANAGERS\n");
        return 2;
    }
    people(a, list, managers, from);
    pool(a, &pools[0], POLICY_LEAST_LOADED, true, managers);
    pool(a, &pools[1], POLICY_WEIGHTED, false, managers);
    for (size_t i = 0; i < leads; i++) {
        struct sim_way way = { .rule = (int32_t)(i % 2) - 1, .pool = (int32_t)(i % 2), .fallback = i % 2 ? 0 : -1, .minutes = 5, .reassign = 10 };
        instant at = from + below(DAYS * DAY_US);

        who[i] = (struct sim_lead){ .lead = { (int64_t)i + 1 }, .owner = -1, .quantile = below(1000) };
        deeds[2 * i] = (struct sim_deed){ .at = at, .kind = SIM_ENTERED, .lead = (int32_t)i, .from = -1, .to = -1, .called_at = INSTANT_NEVER, .then = way,
                                          .other = way, .rule_was = -2 };
        deeds[2 * i + 1] = (struct sim_deed){ .at = at + DAY_US + below(DAY_US), .kind = SIM_UNITS, .lead = (int32_t)i, .from = -1, .to = -1 };
    }
    qsort(deeds, 2 * leads, sizeof *deeds, deed_cmp);
    for (size_t i = 0; i < 2 * leads; i++)
        deeds[i].id = (int64_t)i + 1;
    for (int round = 0; round < 3; round++) {
        double took;

        arena_reset(work);
        began = cpu_s();
        if (!route_simulate(&in, SIM_RUN, true, work, NULL, NULL, &out))
            return 1;
        took = cpu_s() - began;
        best = took < best ? took : best;
    }
    for (size_t i = 0; i < out.spell_count; i++) {
        given += out.spells[i].given_at != INSTANT_NEVER;
        called += out.spells[i].called_at != INSTANT_NEVER;
    }
    printf("leads: %zu\ngiven: %zu\ncalled: %zu\nmicroseconds_a_lead: %.1f\nleads_per_s: %.0f\n", leads, given, called, 1e6 * best / (double)leads,
           (double)leads / best);
    arena_free(a);
    arena_free(work);
    return 0;
}
