/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stat/place.h"
#include "stat/sample.h"

enum { PEOPLE = 12 };

static void equals_share_a_place(void **state)
{
    const int64_t x[] = { 5, 9, 5, 0, 9 };
    static const struct place want[] = { { 3, 4 }, { 1, 2 }, { 3, 4 }, { 5, 5 }, { 1, 2 } };
    struct place got[5];

    (void)state;
    place_of_counts(x, 5, got);
    assert_memory_equal(got, want, sizeof want);
}

static void separated(struct place_share *x, size_t n, bool *any, struct place *places)
{
    place_of_shares(x, n, places);
    *any = false;
    for (size_t i = 0; i < n; i++)
        *any |= places[i].best != 1 || places[i].worst != (int64_t)n;
}

/* Twelve identical people with 20 leads each: told apart in at most one company of twenty; by the order of their figures they
 * would be each time. */
static void identical_people_are_not_told_apart(void **state)
{
    enum { ROUNDS = 3000 };
    struct place places[PEOPLE];
    int wrong = 0;
    uint64_t seed = 1;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct place_share x[PEOPLE];
        bool any;

        for (int i = 0; i < PEOPLE; i++) {
            x[i] = (struct place_share){ 0, 20 };
            for (int k = 0; k < 20; k++)
                x[i].won += sample_chance(&seed) < .25;
        }
        separated(x, PEOPLE, &any, places);
        wrong += any;
    }
    assert_true(wrong <= ROUNDS / 20);
}

/* Someone who sells twice as much as the others is found in large enough numbers, and is then first for sure. */
static void who_is_better_for_sure_is_first(void **state)
{
    enum { ROUNDS = 200, N = 600 };
    struct place places[PEOPLE];
    int first = 0;
    uint64_t seed = 2;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct place_share x[PEOPLE];

        for (int i = 0; i < PEOPLE; i++) {
            x[i] = (struct place_share){ 0, N };
            for (int k = 0; k < N; k++)
                x[i].won += sample_chance(&seed) < (i == 3 ? .4 : .2);
        }
        place_of_shares(x, PEOPLE, places);
        first += places[3].best == 1 && places[3].worst == 1;
    }
    assert_true(first > ROUNDS * 95 / 100);
}

static void who_has_nothing_has_no_place(void **state)
{
    struct place_share x[] = { { 0, 0 }, { 50, 100 }, { 5, 100 }, { 1, 3 } };
    struct place places[4];

    (void)state;
    place_of_shares(x, 4, places);
    assert_true(places[0].best == 0 && places[0].worst == 0);
    assert_true(places[1].best == 1 && places[1].worst == 2);
    assert_true(places[2].best == 2 && places[2].worst == 3);
    assert_true(places[3].best == 1 && places[3].worst == 3);
    place_of_shares(x, 1, places);
    assert_true(places[0].best == 0);
    place_of_shares(x + 1, 1, places);
    assert_true(places[0].best == 1 && places[0].worst == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_share_a_place),
        cmocka_unit_test(identical_people_are_not_told_apart),
        cmocka_unit_test(who_is_better_for_sure_is_first),
        cmocka_unit_test(who_has_nothing_has_no_place),
    };

    return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
