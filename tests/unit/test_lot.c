/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The lot: its chances are exact, its draws follow them, and a draw can be made again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "route/lot.h"
#include "route/value.h"

#define PEOPLE 9

static uint64_t seed = 11;
static int64_t below(int64_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((seed >> 33) % (uint64_t)n);
}

/* Somebody may; the answer is who is first. */
static ptrdiff_t people(struct candidate *c, size_t n)
{
    ptrdiff_t first = (ptrdiff_t)below((int64_t)n);

    for (size_t i = 0; i < n; i++)
        c[i] = (struct candidate){ .user = { (int64_t)i + 1 }, .why = below(3) ? CANDIDATE_OK : CANDIDATE_FULL };
    c[first].why = CANDIDATE_OK;
    return first;
}

static void lot_chances_are_whole_and_sum_to_one(void **state)
{
    (void)state;
    for (int round = 0; round < 5000; round++) {
        struct candidate c[PEOPLE];
        size_t n = 1 + (size_t)below(PEOPLE);
        ptrdiff_t first = people(c, n);
        fix share = below(4) ? below(ROUTE_EXPLORE_MOST + 1) * FIX_ONE / 100 : below(FIX_ONE + 1), sum = 0;

        route_lot_chances(c, n, first, share);
        for (size_t i = 0; i < n; i++) {
            sum += c[i].probability;
            assert_true(c[i].why == CANDIDATE_OK || c[i].probability == 0);
            assert_true(c[i].probability <= c[first].probability || share == FIX_ONE);
        }
        assert_int_equal(sum, FIX_ONE);
    }
}

/* Of all the numbers that can be drawn, as many lead to a person as the kept probability says: seeds are many, so the counts are held to five
 * standard deviations. */
static void lot_draws_as_its_chances_say(void **state)
{
    enum { DRAWS = 200000 };

    (void)state;
    for (int round = 0; round < 8; round++) {
        struct candidate c[PEOPLE];
        size_t n = 2 + (size_t)below(PEOPLE - 1);
        ptrdiff_t first = people(c, n);
        fix share = (1 + below(50)) * FIX_ONE / 100;
        int64_t got[PEOPLE] = { 0 }, lots = 0;

        route_lot_chances(c, n, first, share);
        for (int64_t i = 0; i < DRAWS; i++) {
            bool lot = false;
            int64_t s = route_lot_seed((struct lead_id){ 1000 + i }, 1700000000000000 + round);
            ptrdiff_t pick = route_lot_draw(c, n, first, share, s, &lot);

            assert_int_equal(c[pick].why, CANDIDATE_OK);
            assert_true(lot || pick == first);
            got[pick]++;
            lots += lot;
        }
        for (size_t i = 0; i < n; i++) {
            int64_t off = got[i] * FIX_ONE - DRAWS * c[i].probability;

            /* off^2 <= 25 DRAWS p (1 - p), in millionths. */
            assert_true((double)off * (double)off <= 25.0 * DRAWS * (double)c[i].probability * (double)(FIX_ONE - c[i].probability) + 1);
        }
        assert_true(llabs(lots * FIX_ONE - DRAWS * share) < 5 * 224 * FIX_ONE);
    }
}

static void lot_is_drawn_again_to_the_same_person(void **state)
{
    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct candidate c[PEOPLE];
        ptrdiff_t first = people(c, PEOPLE);
        struct lead_id lead = { below(1000000) };
        int64_t s = route_lot_seed(lead, round);
        bool lot, again;

        assert_true(s >= 0 && s == route_lot_seed(lead, round));
        assert_int_equal(route_lot_draw(c, PEOPLE, first, FIX_ONE / 4, s, &lot),
                         route_lot_draw(c, PEOPLE, first, FIX_ONE / 4, s, &again));
        assert_int_equal(lot, again);
        assert_int_equal(route_lot_draw(c, PEOPLE, first, 0, s, &lot), first);
        assert_false(lot);
    }
}

static void value_is_chance_by_ratio_by_deal(void **state)
{
    static const struct {
        struct worth w;
        int64_t value;
    } cases[] = {
        { { 250000, FIX_ONE, 0 }, 250000 },
        { { 250000, 2 * FIX_ONE, 0 }, 500000 },
        { { 250000, 5 * FIX_ONE, 0 }, FIX_ONE },        /* nobody wins more than each */
        { { 250000, FIX_ONE, 10000000 }, 2500000 },
        { { 333333, 1100000, 9990 }, 3663 },
        { { 0, FIX_ONE, 10000000 }, 0 },
        { { FIX_ONE, 3 * FIX_ONE, INT64_MAX }, INT64_MAX },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(route_value(cases[i].w), cases[i].value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lot_chances_are_whole_and_sum_to_one),
        cmocka_unit_test(lot_draws_as_its_chances_say),
        cmocka_unit_test(lot_is_drawn_again_to_the_same_person),
        cmocka_unit_test(value_is_chance_by_ratio_by_deal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
