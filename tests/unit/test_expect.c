/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What deals in work may bring within a month: the part of a chance by the ages of buyers, against a count of them; sums and their intervals. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/instant.h"
#include "stat/expect.h"

static void near(double got, double want, double by)
{
    if (!(fabs(got - want) <= by))
        fail_msg("%g is not within %g of %g", got, by, want);
}

static void the_part_of_a_chance_is_the_share_of_later_buyers_who_bought_in_time(void **state)
{
    int64_t ages[101];

    (void)state;
    for (int i = 0; i < 101; i++) /* so many days, more and more apart */
        ages[i] = (int64_t)i * i / 100 * DAY_US;
    for (int age = 0; age < 120; age += 7)
        for (int left = 0; left < 40; left += 3) {
            int later = 0, in_time = 0;

            for (int k = 0; k < 100000; k++) { /* buyers, evenly between the quantiles */
                double at = k / 1000.0;
                double days = (double)ages[(int)at] / DAY_US + (at - (int)at) * (double)(ages[(int)at + 1] - ages[(int)at]) / DAY_US;

                later += days > age;
                in_time += days > age && days <= age + left;
            }
            near((double)expect_part(ages, 101, age * DAY_US, left * DAY_US) / FIX_ONE, later ? (double)in_time / later : 0, 0.01);
        }
    assert_int_equal(expect_part(ages, 101, 200 * DAY_US, DAY_US), 0);
    assert_int_equal(expect_part(ages, 101, 0, 100 * DAY_US), FIX_ONE);
    assert_int_equal(expect_part(NULL, 0, 5, 5), FIX_ONE); /* nothing is known of ages */
}

static void sums_are_told_with_what_they_rest_on(void **state)
{
    struct expect f = { .n = 0 };
    struct expect_range money, count;

    (void)state;
    expect_add(&f, FIX_ONE / 2, 1000, 400);
    expect_add(&f, FIX_ONE / 4, 0, 400);
    money = expect_money(&f);
    count = expect_count(&f);
    assert_int_equal(f.n, 2);
    assert_int_equal(f.assumed, 1);
    assert_int_equal(f.without, 0);
    assert_int_equal(money.value, 600);
    assert_int_equal(money.low, 0);
    assert_int_equal(money.high, llround(600 + 1.959963984540054 * sqrt(0.25 * 1000 * 1000 + 0.1875 * 400 * 400)));
    assert_int_equal(count.value, 75);
    expect_add(&f, FIX_ONE, 0, 0);
    assert_int_equal(f.without, 1);
    assert_int_equal(expect_money(&f).value, 600);
    assert_int_equal(expect_count(&f).value, 175);
}

static uint64_t seed = 9;
static double below_one(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) / 9007199254740992.0;
}

static void the_interval_holds_what_independent_deals_bring(void **state)
{
    int held = 0, rounds = 2000;

    (void)state;
    for (int round = 0; round < rounds; round++) {
        struct expect f = { .n = 0 };
        int64_t came = 0;

        for (int i = 0; i < 80; i++) {
            double chance = below_one() * 0.6;
            int64_t amount = 1 + (int64_t)(below_one() * 100000);

            expect_add(&f, (fix)(chance * FIX_ONE), amount, 0);
            came += below_one() < chance ? amount : 0;
        }
        held += came >= expect_money(&f).low && came <= expect_money(&f).high;
    }
    near((double)held / rounds, 0.95, 0.02);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_part_of_a_chance_is_the_share_of_later_buyers_who_bought_in_time),
        cmocka_unit_test(sums_are_told_with_what_they_rest_on),
        cmocka_unit_test(the_interval_holds_what_independent_deals_bring),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
