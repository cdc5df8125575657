/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "stat/sample.h"
#include "stat/sequence.h"

/* A contest: leads come, a lot gives each an arm, some buy; the evidence is looked at after every sale. */
struct contest {
    double share, buys, ratio; /* the second arm's leads buy `ratio` times as often */
    int leads;
    bool trend; /* the base rate falls and rises over time */
};

struct end {
    bool decided, second_better;
    int leads;
    double value, low, high;
};

static struct end run(struct contest k, double alpha, uint64_t *seed)
{
    struct sequence s;
    struct end end = { 0 };

    sequence_start(&s);
    for (int i = 0; i < k.leads && !end.decided; i++) {
        double p = k.share, buys = k.buys * (k.trend ? 1 + .8 * sin(i / 200.0) : 1);
        bool arm = sample_chance(seed) < p;
        end.leads = i + 1;
        if (sample_chance(seed) >= buys * (arm ? k.ratio : 1))
            continue;
        sequence_add(&s, arm, p);
        end.decided = sequence_p(&s) <= alpha;
    }
    sequence_ratio(&s, alpha, &end.value, &end.low, &end.high);
    end.second_better = end.value > 1;
    return end;
}

/* Looked at after each sale, equal models are called different no oftener than said. */
static void equals_are_told_apart_no_oftener_than_said(void **state)
{
    const struct contest kinds[] = {
        { .5, .05, 1, 4000, false }, { .5, .3, 1, 4000, true }, { .2, .1, 1, 4000, true }, { .05, .1, 1, 4000, false },
    };
    uint64_t seed = 1;

    (void)state;
    for (size_t i = 0; i < countof(kinds); i++) {
        int wrong = 0;
        for (int r = 0; r < 1000; r++)
            wrong += run(kinds[i], .05, &seed).decided;
        assert_in_range(wrong, 0, 50);
    }
}

static void a_better_one_is_found_and_named(void **state)
{
    uint64_t seed = 2;
    int found = 0, right = 0;

    (void)state;
    for (int r = 0; r < 200; r++) {
        struct end e = run((struct contest){ .5, .08, r % 2 ? 1.5 : 1 / 1.5, 20000, false }, .05, &seed);
        found += e.decided;
        right += e.decided && e.second_better == (r % 2 == 1);
    }
    assert_in_range(found, 196, 200);
    assert_in_range(right, 194, 200);
}

/* The confidence sequence holds the true ratio at all times: at the end of contests that were never stopped. */
static void the_interval_holds_the_truth(void **state)
{
    uint64_t seed = 3;
    int inside = 0;

    (void)state;
    for (int r = 0; r < 400; r++) {
        struct end e = run((struct contest){ .3, .1, 1.4, 1500 + r * 5, false }, .05, &seed);
        inside += e.low <= 1.4 && 1.4 <= e.high && e.low <= e.value && e.value <= e.high;
    }
    /* Stopped when decided: the worst moment to look, and still within. */
    assert_in_range(inside, 380, 400);
}

static void nothing_seen_says_nothing(void **state)
{
    struct sequence s;
    double value, low, high;

    (void)state;
    sequence_start(&s);
    assert_true(sequence_p(&s) == 1 && fabs(sequence_log_evidence(&s)) < 1e-12);
    sequence_ratio(&s, .05, &value, &low, &high);
    assert_true(value == 1 && low < .126 && high > 7.9);
    sequence_add(&s, true, .5);
    assert_true(sequence_p(&s) <= 1 && s.second == 1 && s.first == 0);
}

/* The interval only narrows, holds the value, and leaves 1 out exactly when the test is decided. */
static void the_interval_says_what_the_test_says(void **state)
{
    uint64_t seed = 6;

    (void)state;
    for (int r = 0; r < 60; r++) {
        double ratio = exp((sample_chance(&seed) - .5) * 2), before_low = 0, before_high = 100;
        struct sequence s;
        sequence_start(&s);
        for (int i = 0; i < 400; i++) {
            double p = .2 + .6 * sample_chance(&seed), value, low, high;
            sequence_add(&s, sample_chance(&seed) < ratio * p / (ratio * p + 1 - p), p);
            sequence_ratio(&s, .05, &value, &low, &high);
            assert_true(low >= before_low && high <= before_high && low <= value && value <= high);
            assert_int_equal(low > 1 || high < 1, sequence_p(&s) <= .05);
            before_low = low, before_high = high;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_are_told_apart_no_oftener_than_said),
        cmocka_unit_test(a_better_one_is_found_and_named),
        cmocka_unit_test(the_interval_holds_the_truth),
        cmocka_unit_test(nothing_seen_says_nothing),
        cmocka_unit_test(the_interval_says_what_the_test_says),
    };

    return cmocka_run_group_tests_name("sequence", tests, NULL, NULL);
}
