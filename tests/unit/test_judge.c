/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Policies whose true value is known, judged from what another did. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "stat/judge.h"

enum { DEEDS = 4, CONTEXTS = 3, ROUNDS = 2000, CASES_MOST = 4000 };

/* A world: what each deed brings in each context, what the log does, what the judged policies do. */
struct world {
    double buys[CONTEXTS][DEEDS], logged[CONTEXTS][DEEDS], policy[2][CONTEXTS][DEEDS], model[CONTEXTS][DEEDS];
};

static double value_of(const struct world *w, int which)
{
    double v = 0;

    for (int c = 0; c < CONTEXTS; c++)
        for (int a = 0; a < DEEDS; a++)
            v += w->policy[which][c][a] * w->buys[c][a] / CONTEXTS;
    return v;
}

static int draw(const double *p, uint64_t *seed)
{
    double u = sample_chance(seed);
    int a = 0;

    while (a < DEEDS - 1 && u >= p[a])
        u -= p[a++];
    return a;
}

static void cases_draw(const struct world *w, size_t n, struct judge_case *first, struct judge_case *second, uint64_t *seed)
{
    struct judge_case *sides[2] = { first, second };

    for (size_t i = 0; i < n; i++) {
        int c = (int)(sample_chance(seed) * CONTEXTS), a = draw(w->logged[c], seed);
        double reward = sample_chance(seed) < w->buys[c][a];

        for (int k = 0; k < 2; k++) {
            struct judge_case *one = &sides[k][i];

            *one = (struct judge_case){ .reward = reward, .logged = w->logged[c][a], .target = w->policy[k][c][a], .taken = w->model[c][a] };
            for (int b = 0; b < DEEDS; b++) {
                one->would += w->policy[k][c][b] * w->model[c][b];
                one->unreached += w->logged[c][b] > 0 ? 0 : w->policy[k][c][b];
            }
        }
    }
}

/* A log that mostly does the first thing and draws a fifth by lot, as a rule that explores does. */
static struct world planted(bool model)
{
    struct world w = { .buys = { { .10, .20, .15, .30 }, { .25, .12, .10, .18 }, { .05, .06, .20, .10 } } };

    for (int c = 0; c < CONTEXTS; c++)
        for (int a = 0; a < DEEDS; a++) {
            w.logged[c][a] = a == 0 ? .85 : .05;
            w.policy[0][c][a] = w.logged[c][a];
            w.policy[1][c][a] = .1 / DEEDS + (a == (c == 0 ? 3 : c == 1 ? 0 : 2) ? .9 : 0);
            w.model[c][a] = model ? .15 + .5 * (w.buys[c][a] - .15) : 0;
        }
    return w;
}

struct covered {
    int ips, snips, dr, told, refused, second, first;
    double width_ips, width_dr;
};

static struct covered play(const struct world *w, size_t n, uint64_t seed)
{
    static struct judge_case first[CASES_MOST], second[CASES_MOST];
    struct covered c = { 0 };
    double truth = value_of(w, 1);

    for (int i = 0; i < ROUNDS; i++) {
        struct judged j;
        struct judge_pair pair;

        cases_draw(w, n, first, second, &seed);
        j = judge(second, n, 0, 1);
        pair = judge_compare(first, second, n, 0, 1);
        c.refused += j.verdict != JUDGE_TOLD;
        assert_int_equal(pair.order == JUDGE_REFUSED, j.verdict != JUDGE_TOLD);
        if (j.verdict != JUDGE_TOLD) {
            assert_true(isnan(j.ips.value) && isnan(j.dr.value) && isnan(j.snips.value) && isnan(pair.change.value));
            continue;
        }
        c.told++;
        c.ips += j.ips.low <= truth && truth <= j.ips.high;
        c.snips += j.snips.low <= truth && truth <= j.snips.high;
        c.dr += j.dr.low <= truth && truth <= j.dr.high;
        c.width_ips += j.ips.high - j.ips.low;
        c.width_dr += j.dr.high - j.dr.low;
        c.second += pair.order == JUDGE_SECOND_BETTER;
        c.first += pair.order == JUDGE_FIRST_BETTER;
    }
    return c;
}

/* 2,000 rounds at 95 %: three standard deviations are 1.5 points. */
static void near_nominal(int covered, int of)
{
    assert_in_range((long)(1000.0 * covered / of), 932, 968);
}

static void judge_covers_the_true_value_at_its_rate(void **state)
{
    (void)state;
    for (int model = 0; model < 2; model++) {
        struct world w = planted(model);
        struct covered c = play(&w, 2000, 11);

        assert_int_equal(c.told, ROUNDS);
        near_nominal(c.ips, c.told);
        near_nominal(c.snips, c.told);
        near_nominal(c.dr, c.told);
        if (model)
            assert_true(c.width_dr < .98 * c.width_ips);
    }
}

static void judge_finds_the_better_policy_and_never_ranks_the_same_one(void **state)
{
    struct world w = planted(true);
    struct covered c = play(&w, 4000, 5);

    (void)state;
    assert_true(value_of(&w, 1) > value_of(&w, 0) + .05);
    assert_true(c.second > ROUNDS * 6 / 10);
    assert_in_range(c.first, 0, 2);
    /* A policy of another shape with the same value is called better or worse as rarely as is stated. */
    for (int k = 0; k < CONTEXTS; k++)
        for (int a = 0; a < DEEDS; a++)
            w.buys[k][a] = .2;
    c = play(&w, 2000, 6);
    assert_in_range(c.first + c.second, 0, ROUNDS * 68 / 1000);
}

static void judge_refuses_what_the_log_never_did(void **state)
{
    struct world w = planted(true);
    struct covered c;

    (void)state;
    for (int k = 0; k < CONTEXTS; k++) {
        w.logged[k][0] = .95;
        w.logged[k][3] = 0;
        w.logged[k][1] = .05;
        w.logged[k][2] = 0;
    }
    c = play(&w, 2000, 7);
    assert_int_equal(c.refused, ROUNDS);
    /* A log without chance says nothing of anybody but of itself. */
    for (int k = 0; k < CONTEXTS; k++)
        for (int a = 0; a < DEEDS; a++)
            w.logged[k][a] = a == 0;
    assert_int_equal(play(&w, 2000, 8).refused, ROUNDS);
    for (int k = 0; k < CONTEXTS; k++)
        for (int a = 0; a < DEEDS; a++)
            w.policy[0][k][a] = w.policy[1][k][a] = a == 0;
    c = play(&w, 2000, 9);
    assert_int_equal(c.told, ROUNDS);
    assert_int_equal(c.first + c.second, 0);
    near_nominal(c.ips, c.told);
}

static void judge_refuses_too_few(void **state)
{
    struct world w = planted(true);

    (void)state;
    assert_int_equal(play(&w, JUDGE_EFFECTIVE - 1, 10).refused, ROUNDS);
    assert_int_equal(judge(NULL, 0, 0, 1).verdict, JUDGE_NO_OVERLAP);
}

/* A little that was never done widens the interval by all it may hide. */
static void judge_counts_what_it_cannot_see(void **state)
{
    struct judge_case cases[200];
    struct judged seen, hidden;

    (void)state;
    for (int i = 0; i < 200; i++)
        cases[i] = (struct judge_case){ .reward = i % 4 == 0, .logged = .5, .target = .5 };
    seen = judge(cases, 200, 0, 1);
    cases[7].unreached = 1;
    cases[8].unreached = 1;
    hidden = judge(cases, 200, 0, 1);
    assert_int_equal(hidden.verdict, JUDGE_TOLD);
    assert_true(fabs(hidden.dr.high - seen.dr.high - .01) < 1e-9);
    assert_true(fabs(seen.dr.low - hidden.dr.low - .01) < 1e-9);
    for (int i = 0; i < 5; i++)
        cases[i].unreached = 1;
    assert_int_equal(judge(cases, 200, 0, 1).verdict, JUDGE_NO_OVERLAP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judge_covers_the_true_value_at_its_rate),
        cmocka_unit_test(judge_finds_the_better_policy_and_never_ranks_the_same_one),
        cmocka_unit_test(judge_refuses_what_the_log_never_did),
        cmocka_unit_test(judge_refuses_too_few),
        cmocka_unit_test(judge_counts_what_it_cannot_see),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
