/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stat/survive.h"

static struct arena *arena;

static void near(double got, double want, double by)
{
    if (!(fabs(got - want) <= by))
        fail_msg("got %.9f, want %.9f", got, want);
}

/* Remission under 6-MP (Freireich et al. 1963), the example of every textbook; a minus: still in remission. */
static void the_curve_is_that_of_the_textbooks(void **state)
{
    static const int weeks[] = { 6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35 };
    static const struct { int64_t time; double open; } want[] = {
        { 6, .8571 }, { 7, .8067 }, { 10, .7529 }, { 13, .6902 }, { 16, .6275 }, { 22, .5378 }, { 23, .4482 },
    };
    struct survive_case cases[countof(weeks)];
    struct survive s;
    struct sample_figure by10;

    (void)state;
    for (size_t i = 0; i < countof(weeks); i++)
        cases[countof(weeks) - 1 - i] = (struct survive_case){ labs(weeks[i]), weeks[i] > 0 };
    s = survive_of(arena, cases, countof(weeks));
    assert_int_equal(s.count, countof(want));
    for (size_t i = 0; i < s.count; i++) {
        assert_int_equal(s.steps[i].time, want[i].time);
        near(s.steps[i].open, want[i].open, 5e-5);
    }
    near(s.steps[2].open * sqrt(s.steps[2].spread), .0963, 5e-5);
    by10 = survive_ended_by(&s, 12, SAMPLE_Z95);
    near(by10.value, 1 - .7529, 5e-5);
    near(by10.low, 1 - .8894, 5e-4); /* log(-log) limits, as published */
    near(by10.high, 1 - .5032, 5e-4);
    assert_int_equal(survive_time(&s, .5), 23);
    assert_int_equal(survive_time(&s, .6), -1);
}

/* Without open cases the share is the plain one, at each time. */
static void with_nothing_open_it_is_the_plain_share(void **state)
{
    uint64_t seed = 3;

    (void)state;
    for (int round = 0; round < 200; round++) {
        struct survive_case cases[40];
        size_t n = 1 + (size_t)(sample_random(&seed) % 40);
        struct survive s;

        for (size_t i = 0; i < n; i++)
            cases[i] = (struct survive_case){ (int64_t)(sample_random(&seed) % 15), true };
        s = survive_of(arena, cases, n);
        for (int64_t t = 0; t < 15; t++) {
            int64_t by = 0;

            for (size_t i = 0; i < n; i++)
                by += cases[i].time <= t;
            near(survive_ended_by(&s, t, SAMPLE_Z95).value, (double)by / (double)n, 1e-12);
        }
    }
}

/* The product written out anew for each time, from the definition. */
static void open_cases_count_as_long_as_they_were_watched(void **state)
{
    uint64_t seed = 4;

    (void)state;
    for (int round = 0; round < 200; round++) {
        struct survive_case cases[30];
        size_t n = 1 + (size_t)(sample_random(&seed) % 30);
        struct survive s;

        for (size_t i = 0; i < n; i++)
            cases[i] = (struct survive_case){ (int64_t)(sample_random(&seed) % 12), sample_random(&seed) % 3 > 0 };
        s = survive_of(arena, cases, n);
        for (int64_t t = 0; t < 12; t++) {
            double open = 1;

            for (int64_t u = 0; u <= t; u++) {
                int64_t watched = 0, ended = 0;

                for (size_t i = 0; i < n; i++) {
                    watched += cases[i].time >= u;
                    ended += cases[i].time == u && cases[i].ended;
                }
                if (watched)
                    open *= 1 - (double)ended / (double)watched;
            }
            near(survive_ended_by(&s, t, SAMPLE_Z95).value, 1 - open, 1e-12);
        }
    }
}

/* Answers of a known law, watched for a random while: what was dropped would make it look faster, the interval does not miss it. */
static void the_true_share_is_covered_where_dropping_misses_it(void **state)
{
    enum { ROUNDS = 1500, N = 120 };
    int covered = 0, dropped_covered = 0;
    uint64_t seed = 5;
    double truth = 1 - exp(-300. / 1000);

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct survive_case cases[N];
        int64_t kept = 0, fast = 0;
        struct sample_figure f, d;
        struct survive s;

        for (size_t i = 0; i < N; i++) {
            int64_t answer = (int64_t)(-1000 * log(1 - sample_chance(&seed)));
            int64_t watched = (int64_t)(1200 * sample_chance(&seed));

            cases[i] = (struct survive_case){ answer < watched ? answer : watched, answer < watched };
            kept += cases[i].ended;
            fast += cases[i].ended && cases[i].time <= 300;
        }
        s = survive_of(arena, cases, N);
        f = survive_ended_by(&s, 300, SAMPLE_Z95);
        d = sample_wilson(fast, kept, SAMPLE_Z95);
        covered += f.low <= truth && truth <= f.high;
        dropped_covered += d.low <= truth && truth <= d.high;
    }
    near((double)covered / ROUNDS, .95, .02);
    assert_true(dropped_covered < ROUNDS / 10);
}

static void edges_are_told_as_they_are(void **state)
{
    struct survive_case open[3] = { { 5, false }, { 6, false }, { 7, false } }, all[4] = { { 1, true }, { 1, true }, { 2, true }, { 2, true } };
    struct survive none = survive_of(arena, NULL, 0), still = survive_of(arena, open, 3), done = survive_of(arena, all, 4);

    (void)state;
    assert_true(survive_ended_by(&none, 10, SAMPLE_Z95).high == 1);
    assert_true(survive_ended_by(&still, 10, SAMPLE_Z95).value == 0 && survive_time(&still, .01) == -1);
    assert_true(survive_ended_by(&done, 2, SAMPLE_Z95).value == 1 && survive_ended_by(&done, 2, SAMPLE_Z95).low < 1);
    assert_int_equal(survive_time(&done, .5), 1);
    assert_int_equal(survive_time(&done, 1), 2);
    near(survive_ended_by(&done, 0, SAMPLE_Z95).high, sample_wilson(0, 4, SAMPLE_Z95).high, 1e-12);
    near(survive_ended_by(&still, 6, SAMPLE_Z95).high, sample_wilson(0, 2, SAMPLE_Z95).high, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_curve_is_that_of_the_textbooks),
        cmocka_unit_test(with_nothing_open_it_is_the_plain_share),
        cmocka_unit_test(open_cases_count_as_long_as_they_were_watched),
        cmocka_unit_test(the_true_share_is_covered_where_dropping_misses_it),
        cmocka_unit_test(edges_are_told_as_they_are),
    };
    int failed;

    arena = arena_new(256 * 1024 * 1024);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
