/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "learn/cut.h"
#include "stat/sample.h"

enum { LEADS = 1000 };

static void a_tenth_is_hot_and_a_third_of_the_rest_is_warm(void **state)
{
    struct arena *a = arena_new(0);
    fix totals[LEADS];
    unsigned char won[LEADS];
    struct learn_cuts k;

    (void)state;
    for (int i = 0; i < LEADS; i++) {
        totals[i] = (fix)(i * 7 % LEADS) * FIX_ONE / 10; /* 0 .. 99.9, each once */
        won[i] = totals[i] >= 80 * FIX_ONE;
    }
    assert_true(learn_cuts_make(a, totals, won, LEADS, 0, 100 * FIX_ONE, &k));
    assert_int_equal(k.hot, 90);
    assert_int_equal(k.warm, 70);
    assert_true(k.hot_is.leads == 100 && k.hot_is.won == 100 && k.hot_is.low > 950000);
    assert_true(k.warm_is.leads == 200 && k.warm_is.won == 100 && k.warm_is.low < 500000 && k.warm_is.high > 500000);
    assert_true(k.cold_is.leads == 700 && k.cold_is.won == 0 && k.cold_is.share == 0);
    arena_free(a);
}

/* Any scores: thresholds part them into three that are all of them, none but cold empty unless nothing lies between; each threshold is the best. */
static void whatever_the_scores_no_other_threshold_comes_nearer(void **state)
{
    uint64_t seed = 3;

    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct arena *a = arena_new(0);
        size_t n = sample_random(&seed) % 60, most = n;
        int64_t values = 1 + (int64_t)(sample_random(&seed) % 30), reached = 0;
        fix totals[60];
        unsigned char won[60];
        struct learn_cuts k;
        bool two = false;

        for (size_t i = 0; i < n; i++) {
            totals[i] = (fix)(sample_random(&seed) % (uint64_t)values) * FIX_ONE - 5 * FIX_ONE;
            won[i] = sample_random(&seed) % 2;
        }
        two = learn_cuts_make(a, totals, won, n, -20 * FIX_ONE, 60 * FIX_ONE, &k);
        for (size_t i = 0; two && i < n; i++)
            reached += totals[i] >= k.hot * FIX_ONE;
        for (int64_t t = -19; two && t <= 60; t++) {
            size_t r = 0, part = n * LEARN_CUT_HOT / 100;
            for (size_t i = 0; i < n; i++)
                r += totals[i] >= t * FIX_ONE;
            if (r && r < n)
                most = (r > part ? r - part : part - r) < most ? (r > part ? r - part : part - r) : most;
        }
        if (two) {
            size_t part = n * LEARN_CUT_HOT / 100, is = (size_t)reached;
            assert_true((is > part ? is - part : part - is) == most);
            assert_true(k.warm < k.hot && k.hot <= 60 && k.warm > -20);
            assert_int_equal(k.hot_is.leads + k.warm_is.leads + k.cold_is.leads, n);
            assert_true(k.hot_is.leads > 0 && k.cold_is.leads > 0);
        }
        arena_free(a);
    }
}

static void where_all_are_equal_nothing_is_told(void **state)
{
    struct arena *a = arena_new(0);
    fix totals[5] = { 0 };
    unsigned char won[5] = { 1 };
    struct learn_cuts k;

    (void)state;
    assert_false(learn_cuts_make(a, totals, won, 5, 0, 100 * FIX_ONE, &k));
    assert_false(learn_cuts_make(a, totals, won, 0, 0, 100 * FIX_ONE, &k));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tenth_is_hot_and_a_third_of_the_rest_is_warm),
        cmocka_unit_test(whatever_the_scores_no_other_threshold_comes_nearer),
        cmocka_unit_test(where_all_are_equal_nothing_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
