/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A period lived through again: by hand what is easily told, and at random what must always hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "route/simulate.h"

enum { PEOPLE = 5, LEADS = 60, QUANTILES = 4 };
#define MONDAY ((instant)1772409600 * SECOND_US) /* 2026-03-02, UTC */

static uint64_t seed = 3;
static int64_t below(int64_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((seed >> 33) % (uint64_t)n);
}

/* One pool of everybody; each calls a minute after they got a lead, unless a test says otherwise. */
struct company {
    struct arena *a;
    struct cal office, always;
    struct sim_facts facts[PEOPLE];
    int64_t response[PEOPLE][QUANTILES];
    struct sim_person people[PEOPLE];
    struct sim_pool_state state;
    struct sim_pool pool;
    struct sim_lead leads[LEADS];
    struct sim_deed deeds[3 * LEADS];
    struct sim_input in;
};

static void founded(struct company *c, size_t people, enum policy policy)
{
    static int64_t weight[PEOPLE];

    *c = (struct company){ .a = arena_new(0), .state = { .policy = policy, .everyone = true, .weight = weight } };
    c->always = cal_always(zone_find(STR("UTC")));
    c->office = (struct cal){ .zone = zone_find(STR("UTC")) };
    for (int day = 0; day < 5; day++)
        c->office.week[day] = (struct cal_day){ .shifts = { { 9 * 60, 18 * 60 } }, .count = 1 };
    for (size_t i = 0; i < people; i++) {
        for (int k = 0; k < QUANTILES; k++)
            c->response[i][k] = MINUTE_US;
        c->facts[i] = (struct sim_facts){ .p = { .user = { (int64_t)i + 1 }, .active = true, .on_duty = true, .back_at = INSTANT_NEVER, .cal = &c->always,
                                                 .level = LEVEL_REGULAR, .weight = 1, .capacity = 100, .last_at = INSTANT_NONE },
                                          .whole = c->always };
        c->people[i] = (struct sim_person){ .facts = &c->facts[i], .count = 1, .response = c->response[i], .response_count = QUANTILES, .ratio = FIX_ONE };
    }
    c->pool = (struct sim_pool){ .id = { 1 }, .twin = -1, .states = &c->state, .count = 1 };
    c->in = (struct sim_input){ .people = c->people, .people_count = people, .pools = &c->pool, .pool_count = 1, .leads = c->leads, .deeds = c->deeds,
                                .until = MONDAY + 7 * DAY_US, .claim_us = INT64_MAX, .hot_units = 2 };
}

static void enters(struct company *c, instant at)
{
    struct sim_way way = { .rule = -1, .pool = 0, .fallback = -1, .minutes = 5, .reassign = 2 };
    int32_t lead = (int32_t)c->in.lead_count++;

    c->leads[lead] = (struct sim_lead){ .lead = { lead + 1 }, .owner = -1 };
    c->deeds[c->in.deed_count++] = (struct sim_deed){ .id = (int64_t)c->in.deed_count, .at = at, .kind = SIM_ENTERED, .lead = lead, .from = -1, .to = -1,
                                                      .called_at = INSTANT_NEVER, .rule_was = -2, .then = way, .other = way };
}

static struct sim_output run(struct company *c)
{
    struct sim_output out;

    assert_true(route_simulate(&c->in, SIM_RUN, true, c->a, NULL, NULL, &out));
    assert_int_equal(out.spell_count, c->in.lead_count);
    return out;
}

static void simulate_gives_a_lead_and_calls_by_habit(void **state)
{
    struct company c;
    struct sim_output out;

    (void)state;
    founded(&c, 1, POLICY_LEAST_LOADED);
    enters(&c, MONDAY);
    out = run(&c);
    assert_int_equal(out.spells[0].first, 0);
    assert_int_equal(out.spells[0].given_at, MONDAY);
    assert_int_equal(out.spells[0].due, MONDAY + 5 * MINUTE_US);
    assert_int_equal(out.spells[0].called_at, MONDAY + MINUTE_US);
    assert_false(out.spells[0].waited);
    arena_free(c.a);
}

/* More calls in hand than usual make the next one later; and it never comes after the period. */
static void simulate_calls_later_with_more_in_hand(void **state)
{
    struct company c;
    struct sim_output out;

    (void)state;
    founded(&c, 1, POLICY_LEAST_LOADED);
    enters(&c, MONDAY);
    enters(&c, MONDAY);
    c.in.until = MONDAY + 90 * SECOND_US;
    out = run(&c);
    assert_int_equal(out.spells[0].called_at, MONDAY + MINUTE_US);
    assert_int_equal(out.spells[1].called_at, INSTANT_NEVER); /* two minutes */
    c.in.until = MONDAY + DAY_US;
    assert_int_equal(run(&c).spells[1].called_at, MONDAY + 2 * MINUTE_US);
    arena_free(c.a);
}

static void simulate_waits_for_the_morning(void **state)
{
    struct company c;
    struct sim_output out;

    (void)state;
    founded(&c, 2, POLICY_ROUND_ROBIN);
    for (int i = 0; i < 2; i++) {
        c.facts[i].p.cal = &c.office;
        c.facts[i].whole = c.office;
    }
    enters(&c, MONDAY + HOUR_US);
    enters(&c, MONDAY + 2 * HOUR_US);
    assert_int_equal(run(&c).spells[0].given_at, INSTANT_NEVER); /* as the record has it: to nobody all week */
    c.deeds[0].to = 0; /* really somebody got it: so the run goes its own way */
    out = run(&c);
    for (int i = 0; i < 2; i++) {
        assert_true(out.spells[i].waited);
        assert_int_equal(out.spells[i].given_at, MONDAY + 9 * HOUR_US);
        assert_int_equal(out.spells[i].called_at, MONDAY + 9 * HOUR_US + MINUTE_US);
    }
    assert_int_not_equal(out.spells[0].first, out.spells[1].first);
    arena_free(c.a);
}

/* Whoever never calls loses the lead two minutes after the deadline, and it is called by the other. */
static void simulate_hands_on_what_is_not_called(void **state)
{
    struct company c;
    struct sim_output out;

    (void)state;
    founded(&c, 2, POLICY_LEAST_LOADED);
    for (int k = 0; k < QUANTILES; k++)
        c.response[0][k] = INT64_MAX;
    c.people[1].load = 50;
    enters(&c, MONDAY);
    out = run(&c);
    assert_int_equal(out.spells[0].first, 0);
    assert_int_equal(out.spells[0].caller, 1);
    assert_int_equal(out.spells[0].hands, 2);
    assert_int_equal(out.spells[0].called_at, MONDAY + 8 * MINUTE_US);
    arena_free(c.a);
}

/* A lead that goes as it went is called when it was; under a policy that gives it elsewhere, by that person's habit. */
static void simulate_repeats_what_happened_until_the_rules_differ(void **state)
{
    static const struct sim_seen seen[] = { { .person = 0, .why = CANDIDATE_OK, .load = 4, .probability = FIX_ONE, .last_at = INSTANT_NONE },
                                            { .person = 1, .why = CANDIDATE_OK, .load = 8, .last_at = MONDAY - DAY_US } };
    static int64_t weight[PEOPLE];
    struct company c;
    struct sim_pool_state turn = { .policy = POLICY_ROUND_ROBIN, .everyone = true, .weight = weight };
    struct sim_place places[PEOPLE] = { { .last_at = MONDAY - HOUR_US, .known = true }, { .last_at = MONDAY - DAY_US, .known = true } };
    struct sim_pool pools[2];
    struct sim_output out;

    (void)state;
    founded(&c, 2, POLICY_LEAST_LOADED);
    enters(&c, MONDAY);
    pools[0] = c.pool;
    pools[1] = (struct sim_pool){ .id = { -1 }, .twin = -1, .states = &turn, .count = 1, .places = places };
    c.in.pools = pools;
    c.in.pool_count = 2;
    c.deeds[0].to = 0;
    c.deeds[0].counted = true;
    c.deeds[0].seen = seen;
    c.deeds[0].seen_count = 2;
    c.deeds[0].rule_was = -1;
    c.deeds[0].called_at = MONDAY + 3 * HOUR_US;
    c.deeds[0].other.pool = 1;
    assert_true(route_simulate(&c.in, SIM_PROVE, false, c.a, NULL, NULL, &out));
    assert_int_equal(out.decided, 1);
    assert_int_equal(out.same, 1);
    assert_true(route_simulate(&c.in, SIM_RUN, false, c.a, NULL, NULL, &out));
    assert_int_equal(out.spells[0].called_at, MONDAY + 3 * HOUR_US);
    assert_false(out.spells[0].drifted);
    out = run(&c);
    assert_int_equal(out.spells[0].first, 1);
    assert_int_equal(out.spells[0].called_at, MONDAY + MINUTE_US);
    assert_true(out.spells[0].drifted);
    /* What the tried rules would have done had no chance in the record. */
    assert_true(route_simulate(&c.in, SIM_ASK, true, c.a, NULL, NULL, &out));
    assert_int_equal(out.choices[0].picked, 1);
    assert_int_equal(out.choices[0].unreached, FIX_ONE);
    assert_true(route_simulate(&c.in, SIM_ASK, false, c.a, NULL, NULL, &out));
    assert_int_equal(out.choices[0].target, FIX_ONE);
    assert_int_equal(out.choices[0].unreached, 0);
    /* A record that has another reason for somebody is no longer the same decision, and says of whom. */
    c.facts[1].p.capacity = 8;
    assert_true(route_simulate(&c.in, SIM_PROVE, false, c.a, NULL, NULL, &out));
    assert_int_equal(out.checks[0].why, SIM_ELIGIBLE);
    assert_int_equal(out.checks[0].person, 1);
    arena_free(c.a);
}

/* Whatever comes: nobody above capacity, nobody called before they got it, two runs the same to the byte. */
static void simulate_keeps_the_rules_at_random(void **state)
{
    (void)state;
    for (int round = 0; round < 200; round++) {
        struct company c;
        struct sim_output out, again;
        instant ends[LEADS];

        founded(&c, 1 + (size_t)below(PEOPLE), (enum policy)below(POLICY_BEST_MATCH + 1));
        for (size_t i = 0; i < c.in.people_count; i++) {
            c.facts[i].p.capacity = 2 + 2 * below(6);
            c.facts[i].p.weight = 1 + below(3);
            c.facts[i].p.cal = below(2) ? &c.office : &c.always;
            c.facts[i].whole = *c.facts[i].p.cal;
            for (int k = 0; k < QUANTILES; k++)
                c.response[i][k] = (k ? c.response[i][k - 1] : 0) + below(20) * MINUTE_US;
        }
        for (instant at = MONDAY; c.in.lead_count < LEADS; at += below(90) * MINUTE_US)
            enters(&c, at);
        for (size_t i = 0; i < c.in.deed_count; i++) {
            c.deeds[i].then.reassign = c.deeds[i].other.reassign = -1;
            c.leads[i].quantile = below(1000);
            ends[i] = INSTANT_NEVER;
        }
        out = run(&c);
        again = run(&c);
        assert_memory_equal(out.spells, again.spells, out.spell_count * sizeof *out.spells);
        for (size_t i = 0; i < out.spell_count; i++) {
            const struct sim_spell *s = &out.spells[i];
            int64_t held = 0;

            assert_true(s->given_at >= s->at && s->called_at >= s->given_at);
            if (s->first < 0)
                continue;
            assert_true(cal_is_open(c.facts[s->first].p.cal, s->given_at));
            for (size_t k = 0; k < out.spell_count; k++)
                held += 2 * (out.spells[k].first == s->first && out.spells[k].given_at <= s->given_at && ends[k] > s->given_at);
            assert_true(held <= c.facts[s->first].p.capacity);
        }
        arena_free(c.a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(simulate_gives_a_lead_and_calls_by_habit),
        cmocka_unit_test(simulate_calls_later_with_more_in_hand),
        cmocka_unit_test(simulate_waits_for_the_morning),
        cmocka_unit_test(simulate_hands_on_what_is_not_called),
        cmocka_unit_test(simulate_repeats_what_happened_until_the_rules_differ),
        cmocka_unit_test(simulate_keeps_the_rules_at_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
