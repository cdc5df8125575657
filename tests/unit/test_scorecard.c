/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Suggested points on planted leads: a useless criterion and a harmful one are told apart, held-out order and lift rise, facts are offered. */
#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "learn/scorecard.h"
#include "stat/fit.h"

static struct arena *a;

enum { GOOD, USELESS, HARMFUL, RARE, REPEATED, CRITERIA };
static const fix points[CRITERIA] = { 20 * FIX_ONE, 20 * FIX_ONE, 20 * FIX_ONE, 15 * FIX_ONE, 5 * FIX_ONE };
static const int group[CRITERIA] = { 0, 0, 1, 1, 0 };

static struct learn_card_example *plant(size_t n, uint64_t s, bool spread_in_time)
{
    struct learn_card_example *e = ARENA_ARRAY(a, struct learn_card_example, n);

    for (size_t i = 0; i < n; i++) {
        struct learn_value *v = ARENA_ARRAY(a, struct learn_value, 3);
        double *x = ARENA_ARRAY(a, double, CRITERIA), seconds = (double)(sample_random(&s) % 1000), z;
        bool fair = sample_random(&s) % 3 == 0;

        x[GOOD] = sample_random(&s) % 3 == 0;
        x[USELESS] = sample_random(&s) % 2;
        x[HARMFUL] = sample_random(&s) % 4 == 0;
        x[RARE] = i % 1000 == 7;
        x[REPEATED] = (double)(sample_random(&s) % 5);
        v[0] = (struct learn_value){ STR("seconds"), LEARN_NUMBER, seconds, STR_NULL };
        v[1] = (struct learn_value){ STR("met_at"), LEARN_TEXT, 0, fair ? STR("Fair") : STR("Site") };
        v[2] = (struct learn_value){ STR("weekday"), LEARN_NUMBER, (double)(sample_random(&s) % 7), STR_NULL };
        z = -2.5 + 1.5 * x[GOOD] - 1.5 * x[HARMFUL] + 0.35 * x[REPEATED] + (seconds > 600 ? 1.2 : 0) + (fair ? 0.8 : 0);
        e[i] = (struct learn_card_example){ .times = x, .row = { v, 3 }, .won = sample_chance(&s) < fit_sigmoid(z), .order = (int64_t)i,
                                            .judged_at = spread_in_time ? (instant)i * HOUR_US : 5 };
        for (int c = 0; c < CRITERIA; c++)
            e[i].total += (fix)(x[c] * (double)points[c]);
    }
    return e;
}

static struct learn_card card_of(size_t n, uint64_t seed, bool in_time, bool monotone)
{
    struct learn_card_ask ask = { .points = points, .criteria = CRITERIA, .hot = 50 * FIX_ONE, .monotone = monotone, .group = group, .groups = 2 };
    struct learn_card card;

    assert_true(learn_card_make(a, plant(n, seed, in_time), n, &ask, &card));
    return card;
}

static void useless_and_harmful_criteria_are_told_apart(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct learn_card k = card_of(2500, seed, seed % 2, false);

        assert_true(k.items[GOOD].points > 5 && k.items[GOOD].low > 0);
        assert_true(labs(k.items[USELESS].points) <= 3);
        assert_true(k.items[USELESS].points || k.items[USELESS].why == CARD_USELESS);
        assert_true(k.items[HARMFUL].points < -3 && k.items[HARMFUL].why == CARD_TURNED && k.items[HARMFUL].high < 0);
        assert_true(k.items[RARE].why == CARD_FEW && k.items[RARE].points == 15 && k.items[RARE].count < LEARN_CARD_FEW);
        assert_true(k.items[REPEATED].points > 0);
        assert_int_equal(k.by_time, seed % 2);
    }
}

static void held_out_order_and_lift_rise(void **state)
{
    struct learn_card k = card_of(4000, 3, true, false);

    (void)state;
    assert_true(k.auc > k.auc_now && k.change_low > 0);
    assert_true(k.lift > k.lift_now);
    assert_true(k.auc_low < k.auc && k.auc < k.auc_high && k.auc_now_low < k.auc_now);
    assert_true(k.held_n > 1200 && k.held_won > 100 && k.n == 4000);
}

static void facts_that_tell_are_offered_and_others_are_not(void **state)
{
    struct learn_card k = card_of(4000, 4, false, false);
    bool border = false, fair = false;

    (void)state;
    for (size_t i = 0; i < k.offer_count; i++) {
        const struct learn_card_offer *o = &k.offers[i];

        assert_false(str_eq(o->fact, STR("weekday")));
        assert_true(o->points >= 1 && o->low <= o->points && o->points <= o->high);
        if (o->number) {
            assert_true(o->points < 6 || (o->has_from && o->from > 540 * FIX_ONE)); /* the bins are tenths, and a border may lie beside the truth */
            border = border || o->points >= 6;
        } else {
            assert_true(str_eq(o->level, STR("Fair")));
            fair = true;
        }
    }
    assert_true(border && fair);
}

static void bins_rise_throughout_when_asked(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 6; seed++) {
        struct learn_card k = card_of(1500, seed, false, true);

        for (size_t i = 0; i < k.offer_count; i++)
            for (size_t j = 0; j < k.offer_count; j++) {
                const struct learn_card_offer *x = &k.offers[i], *y = &k.offers[j];

                if (x->number && y->number && (y->has_from ? y->from : INT64_MIN) > (x->has_from ? x->from : INT64_MIN))
                    assert_true(y->points >= x->points);
            }
    }
}

/* Forty pages from which one in twelve buys, a dozen or two leads each, and one from which a half does. */
static struct learn_card_example *plant_pages(size_t n, uint64_t s)
{
    struct learn_card_example *e = ARENA_ARRAY(a, struct learn_card_example, n);

    for (size_t i = 0; i < n; i++) {
        struct learn_value *v = ARENA_ARRAY(a, struct learn_value, 1);
        uint64_t page = sample_random(&s) % 50;

        v[0] = (struct learn_value){ STR("page"), LEARN_TEXT, 0, page < 40 ? str_print(a, "page-%d", (int)page) : STR("good") };
        e[i] = (struct learn_card_example){ .times = ARENA_ARRAY(a, double, CRITERIA), .row = { v, 1 }, .order = (int64_t)i,
                                            .won = sample_chance(&s) < (page < 40 ? 0.08 : 0.5), .judged_at = 5 };
    }
    return e;
}

/* A level of a dozen leads of whom nobody bought is not worth more than the worst of them: that cannot be told. */
static void what_cannot_be_told_from_the_lowest_is_not_offered(void **state)
{
    struct learn_card_ask ask = { .points = points, .criteria = CRITERIA, .hot = 50 * FIX_ONE, .group = group, .groups = 2 };
    size_t others = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct learn_card k;
        bool good = false;

        assert_true(learn_card_make(a, plant_pages(1000, seed), 1000, &ask, &k));
        for (size_t i = 0; i < k.offer_count; i++) {
            assert_true(k.offers[i].low >= 0);
            good = good || str_eq(k.offers[i].level, STR("good"));
            others += !str_eq(k.offers[i].level, STR("good"));
        }
        assert_true(good);
    }
    assert_true(others <= 12); /* of 240; one of forty by chance */
}

/* Of two levels that are all there is, each alone is known no better than the mean; the difference is known well. */
static void the_interval_is_of_the_difference_to_the_zero(void **state)
{
    struct learn_card k = card_of(4000, 4, false, false);
    size_t seen = 0;

    (void)state;
    for (size_t i = 0; i < k.offer_count; i++)
        if (!k.offers[i].number) {
            assert_true(k.offers[i].low > 0 && 2 * (k.offers[i].high - k.offers[i].low) < 3 * k.offers[i].points);
            seen++;
        }
    assert_int_equal(seen, 1);
}

static void points_reach_the_threshold_as_often_as_today(void **state)
{
    size_t n = 3000, now = 0;
    struct learn_card_example *e = plant(n, 9, false);
    struct learn_card k = card_of(n, 9, false, false);

    (void)state;
    for (size_t i = 0; i < n; i++)
        now += e[i].total >= 50 * FIX_ONE;
    assert_true(now > 0 && k.offers_top > 0 && k.group_top[0] >= k.items[GOOD].points);
    assert_true(k.group_bottom[1] <= k.items[HARMFUL].points);
}

/* The memory is that of what leads did, not of all that a large model asks. */
static void a_model_of_many_criteria_is_fitted_in_little_memory(void **state)
{
    enum { MANY = 500, LEADS = 4000 };
    struct learn_card_example *e = plant(LEADS, 5, true);
    struct arena *own = arena_new(64 << 20);
    fix *many_points = ARENA_ARRAY(a, fix, MANY);
    struct learn_card_ask ask = { .points = many_points, .criteria = MANY, .hot = 50 * FIX_ONE, .group = ARENA_ARRAY(a, int, MANY), .groups = 1 };
    struct learn_card card;

    (void)state;
    for (size_t i = 0; i < LEADS; i++) {
        double *times = ARENA_ARRAY(a, double, MANY);

        memcpy(times, e[i].times, CRITERIA * sizeof *times);
        e[i].times = times;
    }
    for (int c = 0; c < MANY; c++)
        many_points[c] = c < CRITERIA ? points[c] : FIX_ONE;
    assert_true(learn_card_make(own, e, LEADS, &ask, &card));
    assert_true(card.items[GOOD].points > 5 && card.items[HARMFUL].points < 0 && card.items[MANY - 1].why == CARD_FEW);
    arena_free(own);
}

static void one_outcome_gives_no_points(void **state)
{
    struct learn_card_ask ask = { .points = points, .criteria = CRITERIA, .hot = 50 * FIX_ONE, .group = group, .groups = 2 };
    struct learn_card_example *e = plant(300, 2, false);
    struct learn_card card;

    (void)state;
    for (size_t i = 0; i < 300; i++)
        e[i].won = 0;
    assert_false(learn_card_make(a, e, 300, &ask, &card));
    assert_false(learn_card_make(a, e, 0, &ask, &card));
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

#define CASE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(useless_and_harmful_criteria_are_told_apart),
        CASE(held_out_order_and_lift_rise),
        CASE(facts_that_tell_are_offered_and_others_are_not),
        CASE(bins_rise_throughout_when_asked),
        CASE(what_cannot_be_told_from_the_lowest_is_not_offered),
        CASE(the_interval_is_of_the_difference_to_the_zero),
        CASE(points_reach_the_threshold_as_often_as_today),
        CASE(one_outcome_gives_no_points),
        CASE(a_model_of_many_criteria_is_fitted_in_little_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
