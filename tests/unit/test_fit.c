/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Fits against truths that were planted: coefficients and the coverage of their intervals, bins, maps, trees and their effects. */
#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "stat/boost.h"
#include "stat/fit.h"
#include "stat/sample.h"

static struct arena *a;

static double normal(uint64_t *s)
{
    return sample_normal_quantile(sample_chance(s) * 0.999998 + 0.000001);
}

/* Rows of two numbers and a constant under a known truth. */
struct planted {
    struct fit_design d;
    unsigned char *won;
    double *penalty;
};

static struct planted plant(size_t n, const double *truth, uint64_t *s)
{
    struct planted p = { .d = { .n = n, .p = 3 } };
    uint32_t *start = ARENA_ARRAY(a, uint32_t, n + 1), *index = ARENA_ARRAY(a, uint32_t, 2 * n);
    double *value = ARENA_ARRAY(a, double, 2 * n);

    p.won = ARENA_ARRAY(a, unsigned char, n);
    p.penalty = ARENA_ARRAY(a, double, 9);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < 2; k++) {
            index[2 * i + k] = (uint32_t)k + 1;
            value[2 * i + k] = normal(s);
        }
        start[i + 1] = (uint32_t)(2 * i + 2);
    }
    p.d.start = start;
    p.d.index = index;
    p.d.value = value;
    for (size_t i = 0; i < n; i++)
        p.won[i] = sample_chance(s) < fit_sigmoid(fit_row_value(&p.d, truth, i));
    return p;
}

static void a_fit_ends_where_the_gradient_vanishes(void **state)
{
    static const double truth[] = { -1, 0.8, -0.5 };
    uint64_t s = 1;
    struct planted p = plant(500, truth, &s);
    struct fit_line line;

    (void)state;
    fit_ridge(p.penalty, 3, 1, 2);
    fit_tie(p.penalty, 3, 1, 2, 3);
    line = fit_logistic(a, &p.d, p.won, NULL, NULL, p.penalty);
    assert_true(line.converged);
    for (size_t k = 0; k < 3; k++) {
        double g = 0;

        for (size_t i = 0; i < p.d.n; i++)
            g += (fit_sigmoid(fit_row_value(&p.d, line.beta, i)) - p.won[i]) * (k ? p.d.value[2 * i + k - 1] : 1);
        for (size_t j = 0; j < 3; j++)
            g += p.penalty[3 * k + j] * line.beta[j];
        assert_true(fabs(g) < 1e-3);
    }
}

static void intervals_hold_the_truth_as_often_as_they_say(void **state)
{
    static const double truth[] = { -1, 0.8, -0.5 };
    uint64_t s = 2;
    int held = 0, all = 0;

    (void)state;
    for (int round = 0; round < 400; round++) {
        struct planted p = plant(400, truth, &s);
        struct fit_line line = fit_logistic(a, &p.d, p.won, NULL, NULL, p.penalty);

        for (size_t k = 0; k < 3; k++, all++)
            held += fabs(line.beta[k] - truth[k]) < SAMPLE_Z95 * sqrt(line.cov[3 * k + k]);
    }
    assert_true(held > 0.93 * all && held < 0.97 * all);
}

static void outcomes_that_a_column_tells_apart_end_the_fit_too(void **state)
{
    static const uint32_t start[] = { 0, 1, 2, 2, 2 }, index[] = { 1, 1 };
    static const unsigned char won[] = { 1, 1, 0, 0 };
    double penalty[4] = { 0, 0, 0, 1 };
    struct fit_design d = { 4, 2, start, index, NULL };
    struct fit_line line = fit_logistic(a, &d, won, NULL, NULL, penalty);

    (void)state;
    assert_true(line.beta[1] > 0.5 && line.beta[1] < 20 && isfinite(line.cov[3]));
    penalty[3] = 0; /* no ridge: the best is at infinity, and it stops all the same */
    line = fit_logistic(a, &d, won, NULL, NULL, penalty);
    assert_true(isfinite(line.beta[1]) && line.beta[1] > 5);
}

static void bins_keep_equal_numbers_together(void **state)
{
    double values[1000];
    struct fit_bins b;
    int64_t count[FIT_BINS] = { 0 };

    (void)state;
    for (int i = 0; i < 1000; i++)
        values[i] = i % 10 == 0 ? NAN : i < 500 ? 0 : i;
    b = fit_bins_even(a, values, 1000, 8, 40);
    assert_true(b.count > 2 && b.count <= 8);
    for (int i = 0; i < 1000; i++) {
        int k = fit_bin_of(&b, values[i]);

        assert_true(isnan(values[i]) ? k == -1 : k >= 0 && k < b.count);
        if (k >= 0)
            count[k]++;
        assert_true(isnan(values[i]) || values[i] != 0 || k == 0);
    }
    for (int k = 0; k < b.count; k++)
        assert_true(count[k] >= 40);
    b = fit_bins_even(a, values, 0, 8, 1);
    assert_int_equal(b.count, 0);
    assert_int_equal(fit_bin_of(&b, 3), -1);
}

static void bins_that_cannot_be_told_apart_are_joined(void **state)
{
    struct fit_bins b = { 5, { 1, 2, 3, 4 } };
    int64_t won[] = { 10, 11, 50, 49, 5 }, total[] = { 100, 100, 100, 100, 100 };
    struct fit_bins m = b;
    int64_t won2[] = { 10, 30, 20, 60, 40 }, total2[] = { 100, 100, 100, 100, 100 };

    (void)state;
    fit_bins_join(&b, won, total, 0);
    assert_int_equal(b.count, 3);
    assert_true(b.cuts[0] == 2 && b.cuts[1] == 4 && won[1] == 99 && total[2] == 100);
    fit_bins_join(&m, won2, total2, 1);
    for (int k = 0; k + 1 < m.count; k++)
        assert_true(won2[k] * total2[k + 1] < won2[k + 1] * total2[k]);
    assert_true(m.count >= 2);
}

static void isotonic_never_falls_and_keeps_the_mean(void **state)
{
    uint64_t s = 5;

    (void)state;
    for (int round = 0; round < 200; round++) {
        double v[30], w[30], sum = 0, after = 0, weights[30];

        for (int i = 0; i < 30; i++) {
            v[i] = normal(&s);
            w[i] = weights[i] = 1 + (double)(sample_random(&s) % 5);
            sum += v[i] * w[i];
        }
        fit_isotonic(v, w, 30);
        for (int i = 0; i < 30; i++) {
            assert_true(i == 0 || v[i] >= v[i - 1]);
            after += v[i] * weights[i];
        }
        assert_true(fabs(after - sum) < 1e-9);
    }
}

/* A score that is twice too sure of itself, and too high. */
static void maps_put_a_wrong_score_right(void **state)
{
    enum { N = 4000 };
    double *z = ARENA_ARRAY(a, double, N), *right = ARENA_ARRAY(a, double, N), last;
    unsigned char *won = ARENA_ARRAY(a, unsigned char, N);
    uint64_t s = 9;

    (void)state;
    for (int i = 0; i < N; i++) {
        right[i] = -1 + normal(&s);
        z[i] = 2 * right[i] + 1.5;
        won[i] = sample_chance(&s) < fit_sigmoid(right[i]);
    }
    for (int kind = FIT_MAP_LINE; kind <= FIT_MAP_STEPS; kind++) {
        struct fit_map m = kind == FIT_MAP_LINE ? fit_map_line(a, z, won, NULL, N, 4, 4)
                           : kind == FIT_MAP_BETA ? fit_map_beta(a, z, won, N) : fit_map_steps(a, z, won, N);
        double off = 0;

        assert_int_equal(m.kind, kind);
        for (int i = 0; i < N; i++)
            off += fabs(fit_sigmoid(fit_map_value(&m, z[i])) - fit_sigmoid(right[i])) / N;
        assert_true(off < 0.02);
        last = -INFINITY;
        for (double x = -12; x < 12; x += 0.01) {
            double v = fit_map_value(&m, x);

            assert_true(v >= last - 1e-9);
            last = v;
        }
    }
    for (int i = 0; i < N; i++)
        z[i] = -z[i];
    assert_true(fit_map_line(a, z, won, NULL, N, 4, 4).b > 0);
}

/* Won only where exactly one of two things holds: no sum of effects sees it. */
static struct boost_column xor_columns[3];
static unsigned char *xor_plant(size_t n)
{
    uint8_t *codes[3];
    unsigned char *won = ARENA_ARRAY(a, unsigned char, n);
    uint64_t s = 11;

    for (int c = 0; c < 3; c++) {
        codes[c] = ARENA_ARRAY(a, uint8_t, n);
        xor_columns[c] = (struct boost_column){ codes[c], 5, c == 1 };
    }
    for (size_t i = 0; i < n; i++) {
        for (int c = 0; c < 3; c++)
            codes[c][i] = (uint8_t)(sample_random(&s) % 5);
        won[i] = sample_chance(&s) < ((codes[0][i] > 2) != (codes[1][i] == 1 || codes[1][i] == 4) ? 0.8 : 0.1);
    }
    return won;
}

static void trees_see_what_two_things_mean_together(void **state)
{
    enum { N = 3000 };
    unsigned char *won = xor_plant(N);
    uint32_t *rows = ARENA_ARRAY(a, uint32_t, N), *held = ARENA_ARRAY(a, uint32_t, N);
    float *told = ARENA_ARRAY(a, float, N * 5);
    struct boost_options o = { .trees = 100, .depth = 3, .rate = 0.1, .ridge = 3, .level_ridge = 5, .least = 3,
                               .row_share = 0.8, .column_share = 1, .seed = 3 };
    struct sample_point *p = ARENA_ARRAY(a, struct sample_point, N / 3);
    struct boost b, again;

    (void)state;
    for (uint32_t i = 0; i < N; i++)
        *(i % 3 ? &rows[i - i / 3 - 1] : &held[i / 3]) = i;
    b = boost_fit(a, xor_columns, 3, won, rows, N - N / 3, &o, held, N / 3, 20, told);
    again = boost_fit(a, xor_columns, 3, won, rows, N - N / 3, &o, NULL, 0, 20, NULL);
    for (uint32_t i = 0; i < N / 3; i++) {
        uint8_t codes[3] = { xor_columns[0].codes[held[i]], xor_columns[1].codes[held[i]], xor_columns[2].codes[held[i]] };
        double effects[3], mean, z = boost_value(&b, codes);

        assert_true(z == boost_value(&again, codes));
        assert_true(fabs(z - told[i * 5 + 4]) < 1e-4);
        boost_effects(&b, codes, 3, effects, &mean);
        assert_true(fabs(mean + effects[0] + effects[1] + effects[2] - z) < 1e-9);
        p[i] = (struct sample_point){ z, won[held[i]] };
    }
    assert_true(sample_auc(a, p, N / 3).value > 0.8);
}

static int begin(void **state)
{
    (void)state;
    a = arena_new(0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_fit_ends_where_the_gradient_vanishes, begin, end),
        cmocka_unit_test_setup_teardown(intervals_hold_the_truth_as_often_as_they_say, begin, end),
        cmocka_unit_test_setup_teardown(outcomes_that_a_column_tells_apart_end_the_fit_too, begin, end),
        cmocka_unit_test_setup_teardown(bins_keep_equal_numbers_together, begin, end),
        cmocka_unit_test_setup_teardown(bins_that_cannot_be_told_apart_are_joined, begin, end),
        cmocka_unit_test_setup_teardown(isotonic_never_falls_and_keeps_the_mean, begin, end),
        cmocka_unit_test_setup_teardown(maps_put_a_wrong_score_right, begin, end),
        cmocka_unit_test_setup_teardown(trees_see_what_two_things_mean_together, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
