/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A backlog given out at once: within room, nobody far over an even share, never worse than in turn; and how fairly things are shared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "route/transfer.h"

static uint64_t seed = 3;
static int64_t below(int64_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((seed >> 33) % (uint64_t)n);
}

static void transfer_keeps_room_and_shares_and_is_never_worse_than_in_turn(void **state)
{
    (void)state;
    for (int round = 0; round < 400; round++) {
        struct arena *a = arena_new(64 << 20);
        size_t leads = (size_t)below(60), people = 1 + (size_t)below(8);
        int64_t *may = ARENA_ARRAY(a, int64_t, leads * people + 1), *worth = ARENA_ARRAY(a, int64_t, leads + 1);
        int64_t *room = ARENA_ARRAY(a, int64_t, people + 1), *got = ARENA_ARRAY(a, int64_t, people + 1), sum = 0;
        size_t placed = 0;
        struct transfer_problem p = { leads, people, may, worth, room };
        struct transfer_answer answer;

        for (size_t i = 0; i < leads * people; i++)
            may[i] = below(5) ? 100 + 10 * below(4) : 0;
        for (size_t i = 0; i < leads; i++)
            worth[i] = 10 + below(90);
        for (size_t k = 0; k < people; k++)
            room[k] = below(20);
        answer = route_transfer_best(&p, a);
        for (size_t i = 0; i < leads; i++) {
            if (answer.to[i] < 0)
                continue;
            assert_true(may[i * people + (size_t)answer.to[i]] > 0);
            got[answer.to[i]]++;
            sum += worth[i] * may[i * people + (size_t)answer.to[i]];
            placed++;
        }
        for (size_t k = 0; k < people; k++)
            assert_true(got[k] <= room[k]);
        assert_int_equal(answer.sum, sum);
        assert_int_equal(answer.placed, placed);
        assert_true(answer.sum >= answer.in_turn);
        arena_free(a);
    }
}

/* Ten equal people, room for all: nobody gets more than a quarter over an even share. */
static void transfer_shares_evenly_among_equals(void **state)
{
    struct arena *a = arena_new(64 << 20);
    int64_t *may = ARENA_ARRAY(a, int64_t, 1000), worth[100], room[10], got[10] = { 0 };
    struct transfer_problem p = { 100, 10, may, worth, room };
    struct transfer_answer answer;

    (void)state;
    for (int i = 0; i < 1000; i++)
        may[i] = 100;
    for (int i = 0; i < 100; i++)
        worth[i] = 50;
    for (int k = 0; k < 10; k++)
        room[k] = 1000;
    answer = route_transfer_best(&p, a);
    assert_int_equal(answer.placed, 100);
    for (int i = 0; i < 100; i++)
        got[answer.to[i]]++;
    for (int k = 0; k < 10; k++)
        assert_true(got[k] <= 13);
    arena_free(a);
}

/* Thousands of leads among hundreds of people: places in the turn never outweigh what a pair is worth. Each lead has one who knows its product. */
static void transfer_of_thousands_gives_each_to_who_fits_it(void **state)
{
    enum { LEADS = 3000, PEOPLE = 400 };
    struct arena *a = arena_new(0);
    int64_t *may = ARENA_ARRAY(a, int64_t, LEADS * PEOPLE), *worth = ARENA_ARRAY(a, int64_t, LEADS), *room = ARENA_ARRAY(a, int64_t, PEOPLE), sum = 0;
    struct transfer_problem p = { LEADS, PEOPLE, may, worth, room };
    struct transfer_answer answer;

    (void)state;
    for (int i = 0; i < LEADS; i++) {
        worth[i] = 1 + below(TRANSFER_WORTH_MAX);
        for (int k = 0; k < PEOPLE; k++)
            may[i * PEOPLE + k] = k == i % PEOPLE ? 101 : 100;
        sum += worth[i] * 101;
    }
    for (int k = 0; k < PEOPLE; k++)
        room[k] = LEADS;
    answer = route_transfer_best(&p, a);
    assert_int_equal(LEADS, answer.placed);
    for (int i = 0; i < LEADS; i++)
        assert_int_equal(i % PEOPLE, answer.to[i]);
    assert_int_equal(sum, answer.sum);
    assert_true(answer.sum > answer.in_turn);
    arena_free(a);
}

static void fairness_is_jains_index(void **state)
{
    const int64_t equal[] = { 7, 7, 7, 7 }, one[] = { 5, 0, 0, 0 }, none[] = { 0, 0 }, some[] = { 1, 2, 3 };
    const int64_t money[] = { 900000000000000, 900000000000000 };

    (void)state;
    assert_int_equal(route_fairness(equal, 4), 1000);
    assert_int_equal(route_fairness(one, 4), 250);
    assert_int_equal(route_fairness(none, 2), 1000);
    assert_int_equal(route_fairness(some, 3), 36 * 1000 / (14 * 3));
    assert_int_equal(route_fairness(money, 2), 1000);
}

static void fit_adds_what_a_person_is_named_for(void **state)
{
    struct str saas = STR("saas"), ru = STR("ru");
    struct person p = { .products = { &saas, 1 }, .languages = { &ru, 1 }, .level = LEVEL_SENIOR };
    struct need n = { .band = BAND_WARM, .product = saas, .region = STR("east"), .language = ru };

    (void)state;
    assert_int_equal(route_fit(&p, &n), 140);
    n.band = BAND_HOT;
    assert_int_equal(route_fit(&p, &n), 150);
    assert_int_equal(route_fit(&(struct person){ .level = LEVEL_REGULAR }, &n), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transfer_keeps_room_and_shares_and_is_never_worse_than_in_turn),
        cmocka_unit_test(transfer_shares_evenly_among_equals),
        cmocka_unit_test(transfer_of_thousands_gives_each_to_who_fits_it),
        cmocka_unit_test(fairness_is_jains_index),
        cmocka_unit_test(fit_adds_what_a_person_is_named_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
