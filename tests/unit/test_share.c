/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Shrunk shares and averages: planted skill is covered at the stated rate, alike groups are not told apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "stat/share.h"

#define MANAGERS 60

static uint64_t seed = 41;

static double chance(void)
{
    return sample_chance(&seed);
}

static double normal(void)
{
    return sample_normal_quantile(chance() * (1 - 2e-12) + 1e-12);
}

static double odds_moved(double p, double by)
{
    return 1 / (1 + exp(-(log(p / (1 - p)) + by)));
}

struct team {
    size_t count;
    struct share_group groups[MANAGERS];
    double truth[MANAGERS]; /* the true share of the group's own cases */
};

/* Managers of a skill (on the scale of odds) with cases whose chances are around `base`, alike (mix 0) or not. */
static struct team team_of(size_t count, int leads, double base, double mix, double skill, bool known)
{
    struct team t = { .count = count };
    double all_won = 0, all_n = 0;

    for (size_t g = 0; g < count; g++) {
        double by = skill * normal();

        for (int i = 0; i < leads; i++) {
            double p = mix > 0 ? odds_moved(base, mix * normal()) : base, q = odds_moved(p, by);
            bool won = chance() < q;

            t.groups[g].n += 1;
            t.groups[g].won += won;
            t.groups[g].expected += p;
            t.groups[g].spread += p * (1 - p);
            t.truth[g] += q / leads;
        }
        all_won += t.groups[g].won;
        all_n += t.groups[g].n;
    }
    /* Nothing is known of the cases but the share of all. */
    for (size_t g = 0; !known && g < count; g++) {
        double e = all_won > 0 ? all_won / all_n : 0.5 / all_n;

        t.groups[g].expected = e * t.groups[g].n;
        t.groups[g].spread = t.groups[g].n * e * (1 - e);
    }
    return t;
}

static void share_covers_planted_skill_at_the_stated_rate(void **state)
{
    static const struct {
        size_t count;
        int leads;
        double base, mix, skill;
        bool known;
    } cases[] = {
        { 10, 20, 0.3, 0, 0.5, false }, { 10, 60, 0.1, 0, 0.5, false }, { 25, 40, 0.2, 0, 0.3, false },
        { 8, 150, 0.05, 0, 0.4, false }, { 12, 50, 0.25, 1.0, 0.5, true }, { 20, 100, 0.15, 1.5, 0.6, true },
        { 40, 30, 0.4, 0.7, 0.2, true },
    };

    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        enum { TEAMS = 60 };
        double inside = 0, all = 0, nearer = 0;

        for (int r = 0; r < TEAMS; r++) {
            struct team t = team_of(cases[k].count, cases[k].leads, cases[k].base, cases[k].mix, cases[k].skill, cases[k].known);
            struct share_shrunk out[MANAGERS];

            share_shrink(t.groups, t.count, out);
            for (size_t g = 0; g < t.count; g++) {
                double raw = t.groups[g].won / t.groups[g].n;

                inside += out[g].rate.low <= t.truth[g] && t.truth[g] <= out[g].rate.high;
                nearer += pow(raw - t.truth[g], 2) - pow(out[g].rate.value - t.truth[g], 2);
                all++;
            }
        }
        print_message("case %zu: covered %.4f\n", k, inside / all);
        assert_true(inside / all > 0.92 && inside / all < 0.985);
        assert_true(nearer > 0); /* shrunk shares are nearer to the truth than raw ones */
    }
}

/* Twenty leads each, all alike: how often is anybody told apart, and how often are two intervals without a common point? */
static void share_does_not_tell_identical_managers_apart(void **state)
{
    static const struct {
        size_t count;
        int leads;
        double base, mix;
    } cases[] = { { 2, 20, 0.3, 0 }, { 5, 20, 0.2, 0 }, { 10, 20, 0.3, 0 }, { 20, 20, 0.15, 0 }, { 50, 20, 0.4, 0 }, { 10, 20, 0.2, 1.2 } };

    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        enum { TEAMS = 160 };
        int told = 0, split = 0;

        for (int r = 0; r < TEAMS; r++) {
            struct team t = team_of(cases[k].count, cases[k].leads, cases[k].base, cases[k].mix, 0, cases[k].mix > 0);
            struct share_shrunk out[MANAGERS];
            double low = 0, high = 1;
            bool any = false;

            share_shrink(t.groups, t.count, out);
            for (size_t g = 0; g < t.count; g++) {
                any |= out[g].verdict != SHARE_UNCLEAR;
                low = fmax(low, out[g].ratio.low);
                high = g ? fmin(high, out[g].ratio.high) : out[g].ratio.high;
            }
            told += any;
            split += low > high;
        }
        print_message("%zu managers: told apart %.4f, two intervals apart %.4f\n", cases[k].count, (double)told / TEAMS, (double)split / TEAMS);
        assert_true(told <= SHARE_ALPHA * TEAMS);
        assert_true(split <= SHARE_ALPHA * TEAMS);
    }
}

static void share_tells_great_skill(void **state)
{
    struct share_group g[4] = { { 200, 120, 60, 42 }, { 200, 30, 50, 37.5 }, { 200, 50, 60, 42 }, { 200, 40, 50, 37.5 } };
    struct share_shrunk out[4];

    (void)state;
    share_shrink(g, 4, out);
    assert_int_equal(out[0].verdict, SHARE_ABOVE);
    assert_true(out[0].ratio.low > 1.5 && out[0].ratio.value < 2);
    assert_true(out[2].ratio.value < 1 && out[2].verdict == SHARE_UNCLEAR);
    assert_int_equal(out[1].verdict, SHARE_BELOW);
}

static void share_goes_by_the_cases_when_there_are_many(void **state)
{
    (void)state;
    for (int r = 0; r < 100; r++) {
        struct team t = team_of(1 + (size_t)(chance() * 12), 1 + (int)(chance() * 80), 0.02 + 0.9 * chance(), chance(), chance(), true);
        struct share_shrunk out[MANAGERS], again[MANAGERS];
        struct share_group back[MANAGERS], many[MANAGERS];

        share_shrink(t.groups, t.count, out);
        for (size_t g = 0; g < t.count; g++) {
            const struct share_group *one = &t.groups[g];

            assert_true(out[g].rate.low < out[g].rate.value && out[g].rate.value < out[g].rate.high);
            assert_true(out[g].rate.low >= 0 && out[g].rate.high <= 1);
            back[t.count - 1 - g] = *one;
            many[g] = (struct share_group){ 1e6 * one->n, 1e6 * one->won, 1e6 * one->expected, 1e6 * one->spread };
        }
        share_shrink(back, t.count, again); /* the order says nothing */
        for (size_t g = 0; g < t.count; g++)
            assert_true(fabs(again[t.count - 1 - g].rate.low - out[g].rate.low) < 1e-4);
        share_shrink(many, t.count, again);
        for (size_t g = 0; g < t.count; g++)
            assert_true(fabs(again[g].rate.value - many[g].won / many[g].n) < 1e-3);
    }
}

static struct share_amounts amounts_of(int n, double mean, double deviation)
{
    struct share_amounts s = { .n = n };
    double sum = 0, squares = 0;

    for (int i = 0; i < n; i++) {
        double x = mean + deviation * normal();

        sum += x;
        squares += x * x;
    }
    if (n) {
        s.mean = sum / n;
        s.squares = squares - sum * sum / n;
    }
    return s;
}

static void share_averages_cover_planted_ones(void **state)
{
    static const struct {
        size_t count;
        int deals;
        double between, within;
    } cases[] = { { 10, 10, 0.3, 0.7 }, { 20, 6, 0.5, 1.0 }, { 6, 25, 0.2, 0.5 }, { 30, 15, 0.15, 0.8 } };

    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        enum { TEAMS = 60 };
        double inside = 0, all = 0, without = 0;

        for (int r = 0; r < TEAMS; r++) {
            struct share_amounts groups[MANAGERS];
            struct share_average out[MANAGERS];
            double truth[MANAGERS];

            for (size_t g = 0; g < cases[k].count; g++) {
                truth[g] = 11 + cases[k].between * normal();
                groups[g] = amounts_of(g ? cases[k].deals : 0, truth[g], cases[k].within);
            }
            assert_true(share_averages(groups, cases[k].count, out, NULL));
            for (size_t g = 0; g < cases[k].count; g++) {
                double average = exp(truth[g] + cases[k].within * cases[k].within / 2);
                bool in = out[g].amount.low <= average && average <= out[g].amount.high;

                if (g) {
                    inside += in;
                    all++;
                } else {
                    without += in;
                }
            }
        }
        print_message("averages %zu: covered %.4f, of those without a deal %.4f\n", k, inside / all, without / TEAMS);
        assert_true(inside / all > 0.925 && inside / all < 0.985);
        assert_true(without / TEAMS > 0.9);
    }
}

static void share_averages_do_not_tell_identical_managers_apart(void **state)
{
    enum { TEAMS = 300, COUNT = 12 };
    int told = 0;

    (void)state;
    for (int r = 0; r < TEAMS; r++) {
        struct share_amounts groups[COUNT];
        struct share_average out[COUNT];
        bool any = false;

        for (size_t g = 0; g < COUNT; g++)
            groups[g] = amounts_of(8, 12, 0.9);
        assert_true(share_averages(groups, COUNT, out, NULL));
        for (size_t g = 0; g < COUNT; g++)
            any |= out[g].verdict != SHARE_UNCLEAR;
        told += any;
    }
    print_message("averages told apart %.4f\n", (double)told / TEAMS);
    assert_true(told <= SHARE_ALPHA * TEAMS);
}

static void share_averages_want_amounts(void **state)
{
    struct share_amounts groups[3] = { { 1, 10, 0 }, { 1, 11, 0 }, { 0, 0, 0 } };
    struct share_average out[3];

    (void)state;
    assert_false(share_averages(groups, 3, out, NULL));
    assert_false(share_averages(groups, 0, out, NULL));
}

/* A score that parts buyers from others without fail makes every chance nearly sure. */
static void share_stands_chances_that_are_sure(void **state)
{
    static const struct share_group teams[][2] = {
        { { 1, 1, .9999, .0001 }, { 100, 0, .0001, .0001 } },
        { { 1, 1, 1 - 1e-12, 1e-12 }, { 1, 0, 1e-12, 1e-12 } },
        { { 1, 0, 1e-4, 1e-4 }, { 5000, 0, 1e-9, 1e-9 } },
        { { 3, 3, 3 - 1e-9, 1e-9 }, { 2, 2, 2 - 1e-9, 1e-9 } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof teams / sizeof *teams; i++) {
        struct share_shrunk out[2];

        share_shrink(teams[i], 2, out);
        for (int g = 0; g < 2; g++) {
            assert_true(out[g].rate.value >= 0 && out[g].rate.value <= 1);
            assert_true(out[g].rate.low >= 0 && out[g].rate.low <= out[g].rate.high && out[g].rate.high <= 1);
            assert_true(isfinite(out[g].ratio.value) && isfinite(out[g].ratio.high));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(share_covers_planted_skill_at_the_stated_rate),
        cmocka_unit_test(share_does_not_tell_identical_managers_apart),
        cmocka_unit_test(share_tells_great_skill),
        cmocka_unit_test(share_goes_by_the_cases_when_there_are_many),
        cmocka_unit_test(share_averages_cover_planted_ones),
        cmocka_unit_test(share_averages_do_not_tell_identical_managers_apart),
        cmocka_unit_test(share_averages_want_amounts),
        cmocka_unit_test(share_stands_chances_that_are_sure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
