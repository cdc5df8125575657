/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "stat/sample.h"

static struct arena *arena;

static void near(double got, double want, double by)
{
    if (!(fabs(got - want) <= by))
        fail_msg("got %.9f, want %.9f", got, want);
}

static void interval(struct sample_figure f, double value, double low, double high, double by)
{
    near(f.value, value, by);
    near(f.low, low, by);
    near(f.high, high, by);
}

/* The published examples of Newcombe 1998, both papers. */
static void intervals_are_those_of_the_papers(void **state)
{
    (void)state;
    interval(sample_wilson(81, 263, SAMPLE_Z95), .3080, .2553, .3662, 5e-5);
    interval(sample_wilson(15, 148, SAMPLE_Z95), .1014, .0624, .1605, 5e-5);
    interval(sample_wilson(0, 20, SAMPLE_Z95), 0, 0, .1611, 5e-5);
    interval(sample_wilson(1, 29, SAMPLE_Z95), .0345, .0061, .1718, 5e-5);
    interval(sample_wilson(20, 20, SAMPLE_Z95), 1, .8389, 1, 5e-5);
    interval(sample_clopper(81, 263, .95), .3080, .2527, .3676, 5e-5);
    interval(sample_clopper(0, 20, .95), 0, 0, .1684, 5e-5);
    interval(sample_clopper(1, 29, .95), .0345, .0009, .1776, 5e-5);
    interval(sample_newcombe(56, 70, 48, 80, SAMPLE_Z95), .2, .0524, .3339, 5e-5);
    interval(sample_newcombe(9, 10, 3, 10, SAMPLE_Z95), .6, .1705, .8090, 5e-5);
    interval(sample_newcombe(5, 56, 0, 29, SAMPLE_Z95), .0893, -.0381, .1926, 5e-5);
    interval(sample_newcombe(10, 10, 0, 10, SAMPLE_Z95), 1, .6075, 1, 5e-5);
    assert_true(isnan(sample_wilson(0, 0, SAMPLE_Z95).value));
    assert_true(isnan(sample_newcombe(1, 2, 0, 0, SAMPLE_Z95).value));
}

static void quantiles_undo_their_distributions(void **state)
{
    (void)state;
    near(sample_normal_quantile(.975), SAMPLE_Z95, 1e-9);
    near(sample_normal_tails(SAMPLE_Z95), .05, 1e-12);
    near(sample_beta_quantile(.5, 1, 1), .5, 1e-12);
    near(sample_beta_quantile(.25, 1, 2), 1 - sqrt(.75), 1e-12); /* 1 - (1 - x)^2 */
    near(sample_beta_quantile(.9, 3, 1), cbrt(.9), 1e-12);
    near(sample_beta_quantile(.025, 1e5, 1e5), .5 - SAMPLE_Z95 * sqrt(.25 / 2e5), 1e-6);
    assert_true(sample_beta_quantile(0, 2, 2) == 0 && sample_beta_quantile(1, 2, 2) == 1);
}

/* Wilson covers what it says, by exact sums over the binomial, on the average of shares. */
static void wilson_covers_on_the_average(void **state)
{
    double mean = 0;
    int shares = 0;

    (void)state;
    for (double p = .02; p < .99; p += .01, shares++) {
        double at = pow(1 - p, 50), cover = 0; /* P(X = 0) of n = 50 */
        for (int x = 0; x <= 50; x++) {
            struct sample_figure f = sample_wilson(x, 50, SAMPLE_Z95);
            if (f.low <= p && p <= f.high)
                cover += at;
            at *= (50.0 - x) / (x + 1.0) * p / (1 - p);
        }
        assert_true(cover > .83);
        mean += cover;
    }
    near(mean / shares, .95, .01);
}

/* One stratum is the plain ratio; a property that goes with another one only is seen through. */
static void a_ratio_common_to_strata_is_adjusted(void **state)
{
    struct sample_table one = { 30, 100, 20, 200 };
    struct sample_figure plain = sample_ratio(one, SAMPLE_Z95), common = sample_ratio_common(&one, 1, SAMPLE_Z95);
    /* In the first 50 % buy, in the second 10 %, with the property or without; the property is common in the first. */
    struct sample_table mixed[] = { { 400, 800, 100, 200 }, { 20, 200, 80, 800 } }, all = { 420, 1000, 180, 1000 };

    (void)state;
    near(plain.value, 3, 1e-12);
    /* Katz: exp(log 3 -+ z sqrt(1/30 - 1/100 + 1/20 - 1/200)) */
    interval(plain, 3, 3 * exp(-SAMPLE_Z95 * sqrt(.0683333333)), 3 * exp(SAMPLE_Z95 * sqrt(.0683333333)), 1e-6);
    interval(common, plain.value, plain.low, plain.high, 1e-9);
    near(sample_ratio(all, SAMPLE_Z95).value, 420.0 / 180, 1e-12);
    common = sample_ratio_common(mixed, 2, SAMPLE_Z95);
    near(common.value, 1, 1e-12);
    assert_true(common.low < 1 && common.high > 1);
    assert_true(isnan(sample_ratio_common(mixed, 0, SAMPLE_Z95).value));
    assert_true(isfinite(sample_ratio((struct sample_table){ 0, 10, 5, 10 }, SAMPLE_Z95).value));
}

/* 12 cases by hand: scores with ties. */
static const struct sample_point small[] = {
    { .9, true }, { .8, true }, { .8, false }, { .7, true }, { .6, false }, { .6, false },
    { .6, true }, { .4, false }, { .3, true }, { .2, false }, { .2, false }, { .1, false },
};

static void small_figures_are_those_counted_by_hand(void **state)
{
    struct sample_step *steps;
    size_t n = countof(small), count = sample_steps(arena, small, n, 100, &steps);

    (void)state;
    /* pairs won x lost: 5 x 7; .9: 7, .8: 6 + half, .7: 6, .6: 4 + 2 halves, .3: 3 */
    near(sample_auc(arena, small, n).value, (7 + 6.5 + 6 + 5 + 3) / 35, 1e-12);
    near(sample_average_precision(small, n), .2 * 1 + .2 * 2 / 3 + .2 * 3 / 4 + .2 * 4 / 7 + .2 * 5 / 9, 1e-12);
    near(sample_found(small, n, .25), (1 + 1) / 5.0, 1e-12);
    near(sample_found(small, n, 2.0 / 12), (1 + .5) / 5, 1e-12); /* the border cuts a tie of two, one of whom won */
    near(sample_lift(small, n, .25), .4 / .25, 1e-12);
    assert_int_equal(count, 8);
    assert_true(steps[1].won == 2 && steps[1].lost == 1 && steps[1].score == .8);
    assert_true(steps[7].won == 5 && steps[7].lost == 7);
    near(sample_brier((struct sample_point[]){ { .25, true }, { .5, false } }, 2), (.5625 + .25) / 2, 1e-12);
    near(sample_log_loss((struct sample_point[]){ { .25, true }, { .5, false } }, 2), (log(4) + log(2)) / 2, 1e-12);
    near(sample_ece(arena, (struct sample_point[]){ { .5, true }, { .1, false }, { .3, false } }, 3, 2), (.4 + .5) / 3, 1e-12);
    near(sample_ece_width((struct sample_point[]){ { .5, true }, { .1, false }, { 1, true } }, 3, 10), (.5 + .1 + 0) / 3, 1e-12);
    assert_true(isnan(sample_auc(arena, small, 2).value) && isnan(sample_average_precision(small + 9, 3)));
}

static void a_thinned_curve_keeps_its_end_and_its_shape(void **state)
{
    enum { N = 5000 };
    struct sample_point *p = ARENA_ARRAY(arena, struct sample_point, N);
    struct sample_step *steps;
    uint64_t seed = 7;
    size_t count;

    (void)state;
    for (int i = 0; i < N; i++) {
        p[i].score = sample_chance(&seed);
        p[i].won = sample_chance(&seed) < p[i].score;
    }
    sample_sort(arena, p, N);
    count = sample_steps(arena, p, N, 100, &steps);
    assert_in_range(count, 50, 101);
    for (size_t i = 0; i < count; i++) {
        int64_t won = 0, all = 0;
        for (int k = 0; k < N && p[k].score >= steps[i].score; k++, all++)
            won += p[k].won;
        assert_true(steps[i].won == won && steps[i].lost == all - won);
    }
    assert_int_equal(steps[count - 1].won + steps[count - 1].lost, N);
}

static double auc_by_pairs(const struct sample_point *p, size_t n)
{
    double sum = 0, pairs = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            if (p[i].won && !p[k].won) {
                pairs++;
                sum += p[i].score > p[k].score ? 1 : p[i].score == p[k].score ? .5 : 0;
            }
    return sum / pairs;
}

/* The area is that of all pairs; the interval holds the truth about as often as it says; a change of AUC between equals is found
 * significant about as often as it should be. */
static void delong_holds_what_it_says(void **state)
{
    enum { ROUNDS = 600, N = 150 };
    struct sample_point one[N], two[N];
    uint64_t seed = 11;
    int inside = 0, different = 0;
    double truth = 1 - .5 * (1 - .3) * (1 - .3); /* P(u + .3 > v), u and v uniform */

    (void)state;
    for (int r = 0; r < ROUNDS; r++) {
        double p;
        struct arena *a = arena_new(0);
        for (int i = 0; i < N; i++) {
            bool won = i % 3 == 0;
            one[i] = (struct sample_point){ sample_chance(&seed) + (won ? .3 : 0), won };
            two[i] = (struct sample_point){ (floor(sample_chance(&seed) * 20) / 20) + (won ? .3 : 0), won };
        }
        struct sample_figure f = sample_auc(a, one, N);
        near(f.value, auc_by_pairs(one, N), 1e-12);
        near(sample_auc(a, two, N).value, auc_by_pairs(two, N), 1e-12);
        inside += f.low <= truth && truth <= f.high;
        struct sample_figure d = sample_auc_change(a, one, two, N, &p);
        near(d.value, auc_by_pairs(two, N) - auc_by_pairs(one, N), 1e-12);
        different += p < .05;
        arena_free(a);
    }
    assert_in_range(inside, ROUNDS * 92 / 100, ROUNDS * 98 / 100);
    assert_in_range(different, ROUNDS * 2 / 100, ROUNDS * 9 / 100);
}

static void an_auc_without_overlap_is_not_certain(void **state)
{
    const struct sample_point p[] = { { 3, true }, { 2, true }, { 1, false }, { 0, false } };
    struct sample_figure f = sample_auc(arena, p, 4);

    (void)state;
    assert_true(f.value == 1 && f.high == 1 && f.low > 0 && f.low < .5);
    near(sample_auc_change(arena, p, p, 4, NULL).value, 0, 0);
}

static void found_interval_is_the_same_each_time_and_holds_the_figure(void **state)
{
    struct sample_figure a = sample_found_interval(arena, small, countof(small), .25, 300, 5);
    struct sample_figure b = sample_found_interval(arena, small, countof(small), .25, 300, 5);

    (void)state;
    assert_memory_equal(&a, &b, sizeof(a));
    /* Several by the same resamplings are what each is alone; a lift is its share of the top over the top's. */
    const double shares[] = { .1, .25 };
    struct sample_figure both[2], lift;
    sample_found_intervals(arena, small, countof(small), shares, 2, 300, 5, both);
    assert_memory_equal(&both[1], &a, sizeof a);
    lift = sample_lift_of(a, .25);
    near(lift.value, sample_lift(small, countof(small), .25), 1e-12);
    assert_true(lift.low == a.low / .25 && lift.high == a.high / .25 && lift.low < lift.value);
    assert_true(a.low <= a.value && a.value <= a.high && a.low >= 0 && a.high <= 1 && a.low < a.high);
}

/* Where all who won are among the top, that they are few must be seen; and the interval holds the truth about as often as it says. */
static void found_interval_does_not_collapse(void **state)
{
    struct sample_point *p = ARENA_ARRAY(arena, struct sample_point, 200000);
    uint64_t seed = 11;
    double truth = 0, held = 0;

    (void)state;
    for (size_t i = 0; i < 1000; i++)
        p[i] = (struct sample_point){ (double)(1000 - i), i < 86 };
    struct sample_figure f = sample_found_interval(arena, p, 1000, .2, 200, 7);
    assert_true(f.value == 1 && f.high == 1);
    near(f.low, sample_wilson(86, 86, SAMPLE_Z95).low, 1e-12);
    /* So, too, where samples lose some of them at the border: 200 of 1000 are the top, and the last of 190 who won is the 200th. */
    for (size_t i = 0; i < 1000; i++)
        p[i] = (struct sample_point){ (double)(1000 - i), i >= 10 && i < 200 };
    f = sample_found_interval(arena, p, 1000, .2, 200, 7);
    assert_true(f.value == 1 && f.high == 1 && f.low > .8 && f.low < .99);
    for (int round = -1; round < 400; round++) {
        size_t n = round < 0 ? 200000 : 300;

        for (size_t i = 0; i < n; i++) {
            bool won = sample_chance(&seed) < .1;
            p[i] = (struct sample_point){ sample_normal_quantile(sample_chance(&seed) + 1e-9) + (won ? 2.3 : 0), won };
        }
        sample_sort(arena, p, n);
        if (round < 0)
            truth = sample_found(p, n, .2);
        else {
            f = sample_found_interval(arena, p, n, .2, 100, 7);
            held += f.low <= truth && truth <= f.high;
        }
    }
    assert_true(held >= 400 * .92 && held <= 400 * .995);
}

/* Scores are whole points: many leads stand alike, and which of them came first in the file is nothing. */
static void calibration_does_not_hang_on_the_order_of_equals(void **state)
{
    struct sample_point p[100], turned[100];
    double both;

    (void)state;
    for (size_t i = 0; i < 100; i++)
        p[i] = (struct sample_point){ .12, i < 12 };
    near(sample_ece(arena, p, 100, 10), 0, 1e-12);
    for (size_t i = 0; i < 100; i++)
        p[i] = (struct sample_point){ i % 3 ? .3 : .1, i * 7 % 10 < 3 };
    for (size_t i = 0; i < 100; i++)
        turned[i] = p[99 - i];
    both = sample_ece(arena, p, 100, 10);
    near(sample_ece(arena, turned, 100, 10), both, 1e-12);
    assert_true(both > 0);
}

static void psi_knows_a_shift(void **state)
{
    const int64_t same[] = { 1000, 2000, 3000, 4000 }, half[] = { 500, 1000, 1500, 2000 }, other[] = { 4000, 3000, 2000, 1000 };

    (void)state;
    near(sample_psi(same, same, 4), 0, 1e-12);
    near(sample_psi(same, half, 4), 0, 1e-5);
    near(sample_psi(same, other, 4), 2 * (.3 * log(4) + .1 * log(1.5)), 1e-3);
    near(sample_psi(same, (const int64_t[]){ 0, 0, 0, 0 }, 4), 0, 0);
}

static void sorting_is_stable(void **state)
{
    enum { N = 1001 };
    struct sample_point *p = ARENA_ARRAY(arena, struct sample_point, N);
    int zeros = 0;

    (void)state;
    for (int i = 0; i < N; i++)
        p[i] = (struct sample_point){ i % 7, i % 2 };
    sample_sort(arena, p, N);
    for (int i = 1; i < N; i++)
        assert_true(p[i - 1].score >= p[i].score);
    for (int i = N - N / 7; i < N; i++)
        zeros += p[i].score == 0;
    for (int i = N - 143; i + 1 < N; i++)
        assert_true(p[i].score == 0 && p[i].won != p[i + 1].won);
    assert_int_equal(zeros, N / 7);
}

/* ---- the reference answers, where the data are at hand ---- */

struct golden {
    const char *file;
    int column;
    size_t n;
    double auc, average_precision, lift10, found20, brier, log_loss, ece10, ece10w;
};

static const struct golden golden[] = {
    { "x_education_scores_train.csv.gz", 2, 6424, .673054, .586099, 2.119376, .324795, .207046, .606753, .037184, .041615 },
    { "x_education_scores_train.csv.gz", 3, 6424, .822235, .760027, 2.314652, .422009, NAN, NAN, NAN, NAN },
    { "bank_scores_train.csv.gz", 2, 31711, .723807, .353459, 3.641826, .503393, .092093, .325371, .034660, .032697 },
    { "bank_scores_train.csv.gz", 3, 31711, .773258, .401654, 3.954614, .554374, NAN, NAN, NAN, NAN },
};

static size_t read_points(const char *folder, const struct golden *g, struct sample_point *to, size_t max)
{
    char path[512], line[256];
    size_t n = 0;

    snprintf(path, sizeof(path), "%s/expected/%s", folder, g->file);
    gzFile f = gzopen(path, "rb");
    assert_non_null(f);
    assert_non_null(gzgets(f, line, sizeof(line)));
    while (n < max && gzgets(f, line, sizeof(line))) {
        char *at = strchr(line, ',') + 1;
        to[n].won = *at == '1';
        for (int i = 1; i < g->column; i++)
            at = strchr(at, ',') + 1;
        to[n++].score = strtod(at, NULL);
    }
    gzclose(f);
    return n;
}

/* The same with no two alike: the reference parts equals by their order. */
static const struct sample_point *apart(const struct sample_point *points, size_t n)
{
    struct sample_point *p = ARENA_ARRAY(arena, struct sample_point, n);

    for (size_t i = 0; i < n; i++)
        p[i] = (struct sample_point){ points[i].score + (double)i * 1e-13, points[i].won };
    return p;
}

static void figures_of_the_data_are_the_reference_ones(void **state)
{
    const char *folder = getenv("GRADUS_TEST_DATA");

    (void)state;
    if (!folder)
        skip();
    for (size_t i = 0; i < countof(golden); i++) {
        const struct golden *g = &golden[i];
        struct sample_point *p = ARENA_ARRAY(arena, struct sample_point, 40000);
        size_t n = read_points(folder, g, p, 40000);
        assert_int_equal(n, g->n);
        if (!isnan(g->brier)) {
            near(sample_brier(p, n), g->brier, 6e-7);
            near(sample_log_loss(p, n), g->log_loss, 6e-7);
            near(sample_ece(arena, apart(p, n), n, 10), g->ece10, 6e-7);
            near(sample_ece_width(p, n, 10), g->ece10w, 6e-7);
        }
        near(sample_auc(arena, p, n).value, g->auc, 6e-7);
        sample_sort(arena, p, n);
        near(sample_average_precision(p, n), g->average_precision, 6e-7);
        near(sample_lift(p, n, .1), g->lift10, 6e-7);
        near(sample_found(p, n, .2), g->found20, 6e-7);
    }
}

static int open_arena(void **state)
{
    (void)state;
    arena = arena_new(0);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, open_arena, close_arena)

/* Strata of very different size and base rate with one true difference: the interval covers it as often as it says, and where the groups
 * are mixed unevenly over the strata the crude difference does not. */
static void a_common_difference_is_covered_by_its_interval(void **state)
{
    enum { STRATA = 12, ROUNDS = 2000 };
    const double step = .08;
    int covered = 0, crude_covered = 0;
    uint64_t seed = 7;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct sample_table t[STRATA] = { { 0 } }, all = { 0 };
        struct sample_figure f, crude;

        for (int i = 0; i < STRATA; i++) {
            double base = .05 + .6 * i / STRATA;
            t[i].with = 3 + 4 * i;
            t[i].without = 3 + 4 * (STRATA - i);
            for (int64_t k = 0; k < t[i].with; k++)
                t[i].won_with += sample_chance(&seed) < base + step;
            for (int64_t k = 0; k < t[i].without; k++)
                t[i].won_without += sample_chance(&seed) < base;
            all.with += t[i].with, all.won_with += t[i].won_with;
            all.without += t[i].without, all.won_without += t[i].won_without;
        }
        f = sample_difference_common(t, STRATA, SAMPLE_Z95);
        crude = sample_newcombe(all.won_with, all.with, all.won_without, all.without, SAMPLE_Z95);
        covered += f.low <= step && step <= f.high;
        crude_covered += crude.low <= step && step <= crude.high;
    }
    near((double)covered / ROUNDS, .95, .015);
    assert_true(crude_covered < ROUNDS / 2);
}

static void a_common_difference_of_one_stratum_is_the_difference(void **state)
{
    struct sample_table t[3] = { { 30, 100, 20, 100 }, { 5, 5, 0, 0 }, { 0, 0, 9, 9 } };
    struct sample_figure f = sample_difference_common(t, 3, SAMPLE_Z95), none = sample_difference_common(t + 1, 2, SAMPLE_Z95);

    (void)state;
    near(f.value, .1, 1e-12);
    near(f.high - f.value, SAMPLE_Z95 * sqrt(.3 * .7 / 100 + .2 * .8 / 100), .003);
    assert_true(isnan(none.value) && none.low == -1 && none.high == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(intervals_are_those_of_the_papers),
        CASE(quantiles_undo_their_distributions),
        CASE(wilson_covers_on_the_average),
        CASE(a_ratio_common_to_strata_is_adjusted),
        CASE(a_common_difference_is_covered_by_its_interval),
        CASE(a_common_difference_of_one_stratum_is_the_difference),
        CASE(small_figures_are_those_counted_by_hand),
        CASE(a_thinned_curve_keeps_its_end_and_its_shape),
        CASE(delong_holds_what_it_says),
        CASE(an_auc_without_overlap_is_not_certain),
        CASE(found_interval_does_not_collapse),
        CASE(calibration_does_not_hang_on_the_order_of_equals),
        CASE(found_interval_is_the_same_each_time_and_holds_the_figure),
        CASE(psi_knows_a_shift),
        CASE(sorting_is_stable),
        CASE(figures_of_the_data_are_the_reference_ones),
    };

    return cmocka_run_group_tests_name("sample", tests, NULL, NULL);
}
