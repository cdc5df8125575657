/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Who gets the lead: fairness over whole intervals, not single picks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "route/policy.h"

#define PEOPLE 6

static uint64_t seed = 7;
static int64_t below(int64_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((seed >> 33) % (uint64_t)n);
}

struct pool_game {
    struct person people[PEOPLE];
    struct candidate candidates[PEOPLE];
    size_t count;
};

static struct pool_game game(size_t count)
{
    struct pool_game g = { .count = count };

    for (size_t i = 0; i < count; i++) {
        g.people[i] = (struct person){
            .user = { (int64_t)(100 - i) }, .weight = 1, .last_at = INSTANT_NONE, .capacity = 1000
        };
        g.candidates[i].why = CANDIDATE_OK;
    }
    return g;
}

/* Counts divided by weights, of two people over an interval in which both may get every lead, differ by at most one:
 * |n_a / w_a - n_b / w_b| <= 1, multiplied out. Others come and go. */
static void policy_weighted_shares_differ_by_at_most_one_lead(void **state)
{
    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct pool_game g = game(2 + (size_t)below(PEOPLE - 1));
        int64_t got[PEOPLE] = { 0 }, low = 0, high = 0;

        for (size_t i = 0; i < g.count; i++)
            g.people[i].weight = 1 + below(ROUTE_WEIGHT_MAX);
        for (int lead = 0; lead < 400; lead++) {
            int64_t wa = g.people[0].weight, wb = g.people[1].weight, apart;
            ptrdiff_t pick;

            for (size_t i = 2; i < g.count; i++)
                g.candidates[i].why = below(4) ? CANDIDATE_OK : CANDIDATE_CLOSED;
            pick = route_pick(POLICY_WEIGHTED, g.people, g.candidates, g.count, lead / 3);
            assert_in_range(pick, 0, g.count - 1);
            assert_int_equal(g.candidates[pick].why, CANDIDATE_OK);
            got[pick]++;
            /* From the start, and, by keeping the extremes, from any moment to any later one. */
            apart = got[0] * wb - got[1] * wa;
            if (apart < low)
                low = apart;
            if (apart > high)
                high = apart;
            assert_true(llabs(apart) <= wa * wb);
        }
        /* Any inner interval: the walk of the difference is never wider than one lead of each. */
        assert_true(high - low <= g.people[0].weight + g.people[1].weight);
    }
}

/* Whoever got junk is owed a turn; words are taken back too. When the debts are paid, counts without junk are as near as without any junk. */
static void policy_turns_that_went_on_junk_are_given_back(void **state)
{
    static const enum policy policies[] = { POLICY_ROUND_ROBIN, POLICY_WEIGHTED };

    (void)state;
    for (int round = 0; round < 300; round++) {
        enum policy policy = policies[round % 2];
        struct pool_game g = game(2 + (size_t)below(PEOPLE - 1));
        int64_t good[PEOPLE] = { 0 };
        size_t who[1500];
        bool junk[1500] = { false };

        for (size_t i = 0; i < g.count; i++)
            g.people[i].weight = policy == POLICY_WEIGHTED ? 1 + below(5) : 1;
        for (int lead = 0; lead < 1500; lead++) {
            ptrdiff_t pick = route_pick(policy, g.people, g.candidates, g.count, lead);
            int other = (int)below(lead + 1);

            assert_true(pick >= 0);
            who[lead] = (size_t)pick;
            good[pick]++;
            /* A word on some lead, or taken back; none after that, so that debts are paid. */
            if (lead < 150 && below(3) == 0) {
                junk[other] = !junk[other];
                g.people[who[other]].credit += junk[other] ? 1 : -1;
                good[who[other]] += junk[other] ? -1 : 1;
            }
        }
        for (size_t i = 0; i < g.count; i++)
            assert_int_equal(g.people[i].credit, 0);
        for (size_t i = 0; i < g.count; i++)
            for (size_t k = 0; k < i; k++)
                assert_true(llabs(good[i] * g.people[k].weight - good[k] * g.people[i].weight) <= g.people[i].weight * g.people[k].weight);
    }
}

/* Junk found at once: the next lead is the same person's, and nobody else notices. */
static void policy_a_turn_given_back_at_once_is_the_next(void **state)
{
    struct pool_game g = game(3);
    ptrdiff_t first = route_pick(POLICY_ROUND_ROBIN, g.people, g.candidates, g.count, 1);
    ptrdiff_t second = route_pick(POLICY_ROUND_ROBIN, g.people, g.candidates, g.count, 2);

    (void)state;
    g.people[second].credit = 1;
    assert_int_equal(route_pick(POLICY_ROUND_ROBIN, g.people, g.candidates, g.count, 3), second);
    assert_int_equal(g.people[second].credit, 0);
    assert_true(route_pick(POLICY_ROUND_ROBIN, g.people, g.candidates, g.count, 4) == 3 - first - second);
    assert_int_equal(route_pick(POLICY_ROUND_ROBIN, g.people, g.candidates, g.count, 5), first);
    assert_int_equal(route_pick(POLICY_ROUND_ROBIN, g.people, g.candidates, g.count, 6), second);
    /* Policies without turns do not look at it. */
    g.people[2].credit = 5;
    g.people[0].load = -1;
    assert_int_equal(route_pick(POLICY_LEAST_LOADED, g.people, g.candidates, g.count, 7), 0);
    assert_int_equal(g.people[2].credit, 5);
}

static void policy_weighted_gives_exact_shares_in_a_round(void **state)
{
    struct pool_game g = game(3);
    int64_t got[3] = { 0 };

    (void)state;
    g.people[0].weight = 1;
    g.people[1].weight = 2;
    g.people[2].weight = 3;
    for (int lead = 0; lead < 600; lead++)
        got[route_pick(POLICY_WEIGHTED, g.people, g.candidates, g.count, lead)]++;
    assert_int_equal(got[0], 100);
    assert_int_equal(got[1], 200);
    assert_int_equal(got[2], 300);
}

static void policy_whoever_returns_keeps_the_place_and_is_not_flooded(void **state)
{
    struct pool_game g = game(3);
    int64_t got = 0;

    (void)state;
    for (int lead = 0; lead < 30; lead++)
        (void)route_pick(POLICY_WEIGHTED, g.people, g.candidates, g.count, lead);
    g.candidates[2].why = CANDIDATE_ABSENT;
    for (int lead = 30; lead < 1030; lead++)
        assert_int_not_equal(route_pick(POLICY_WEIGHTED, g.people, g.candidates, g.count, lead), 2);
    g.candidates[2].why = CANDIDATE_OK;
    for (int lead = 1030; lead < 1060; lead++)
        got += route_pick(POLICY_WEIGHTED, g.people, g.candidates, g.count, lead) == 2;
    assert_in_range(got, 9, 11);
}

static void policy_round_robin_goes_to_the_longest_waiting(void **state)
{
    struct pool_game g = game(4);
    ptrdiff_t first[4];

    (void)state;
    for (int lead = 0; lead < 4; lead++)
        first[lead] = route_pick(POLICY_ROUND_ROBIN, g.people, g.candidates, g.count, 5);
    for (int lead = 4; lead < 400; lead++) /* the same order for ever, also within one instant */
        assert_int_equal(route_pick(POLICY_ROUND_ROBIN, g.people, g.candidates, g.count, 5),
                         first[lead % 4]);
}

static void policy_least_loaded_is_relative_to_capacity(void **state)
{
    struct pool_game g = game(3);

    (void)state;
    g.people[0].load = 10;
    g.people[0].capacity = 20;
    g.people[1].load = 11;
    g.people[1].capacity = 25;
    g.people[2].load = 9;
    g.people[2].capacity = 10;
    assert_int_equal(route_pick(POLICY_LEAST_LOADED, g.people, g.candidates, g.count, 1), 1);
    g.candidates[1].why = CANDIDATE_OFF_DUTY;
    assert_int_equal(route_pick(POLICY_LEAST_LOADED, g.people, g.candidates, g.count, 2), 0);
}

static void policy_tie_goes_to_the_longest_waiting_not_to_list_order(void **state)
{
    for (int policy = 0; policy < POLICIES; policy++) {
        struct pool_game g = game(3);

        (void)state;
        g.people[0].last_at = 50;
        g.people[1].last_at = 70;
        g.people[2].last_at = 20;
        assert_int_equal(route_pick((enum policy)policy, g.people, g.candidates, g.count, 100), 2);
    }
}

static void policy_picks_nobody_when_nobody_may(void **state)
{
    struct pool_game g = game(2);

    (void)state;
    g.candidates[0].why = CANDIDATE_FULL;
    g.candidates[1].why = CANDIDATE_LEVEL;
    for (int policy = 0; policy < POLICIES; policy++)
        assert_int_equal(route_pick((enum policy)policy, g.people, g.candidates, g.count, 1), -1);
    assert_int_equal(route_pick(POLICY_WEIGHTED, g.people, g.candidates, 0, 1), -1);
}

static void policy_table_has_a_word_for_each(void **state)
{
    (void)state;
    for (int i = 0; i < POLICIES; i++) {
        assert_string_equal(route_policies[i].name, route_policy_words[i]);
        assert_non_null(route_policies[i].help);
    }
    for (int weight = 1; weight <= ROUTE_WEIGHT_MAX; weight++)
        assert_int_equal(ROUTE_STRIDE % weight, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policy_weighted_shares_differ_by_at_most_one_lead),
        cmocka_unit_test(policy_turns_that_went_on_junk_are_given_back),
        cmocka_unit_test(policy_a_turn_given_back_at_once_is_the_next),
        cmocka_unit_test(policy_weighted_gives_exact_shares_in_a_round),
        cmocka_unit_test(policy_whoever_returns_keeps_the_place_and_is_not_flooded),
        cmocka_unit_test(policy_round_robin_goes_to_the_longest_waiting),
        cmocka_unit_test(policy_least_loaded_is_relative_to_capacity),
        cmocka_unit_test(policy_tie_goes_to_the_longest_waiting_not_to_list_order),
        cmocka_unit_test(policy_picks_nobody_when_nobody_may),
        cmocka_unit_test(policy_table_has_a_word_for_each),
    };

    return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
