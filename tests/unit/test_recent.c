/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which outcomes the running correction goes by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "learn/recent.h"

enum { MOST = 4000 };
static struct outcome list[MOST];
static const instant now = (instant)1750000000 * SECOND_US;

static size_t one_by_one(size_t n, size_t from, instant newest, int64_t apart_us)
{
    for (size_t i = 0; i < n; i++)
        list[from + i] = (struct outcome){ .lead = { (int64_t)(from + i) + 1 }, .state = OUTCOME_LOST, .known_at = newest - (instant)i * apart_us };
    return from + n;
}

/* A file sorted by outcome: the first third of its rows sold. Transactions of 500 rows, a second apart; the last of them is the newest. */
static size_t file(size_t n, size_t from, instant newest)
{
    for (size_t i = 0; i < n; i++)
        list[from + i] = (struct outcome){ .lead = { (int64_t)(from + i) + 1 }, .state = i >= n * 2 / 3 ? OUTCOME_WON : OUTCOME_LOST,
                                           .known_at = newest - (instant)((i + 499 - (n - 1) % 500) / 500) * SECOND_US };
    return from + n;
}

static void however_fast_they_come_one_by_one_the_newest_are_gone_by(void **state)
{
    size_t n = one_by_one(3000, 0, now, SECOND_US / 100);

    (void)state;
    assert_false(learn_recent_has_bulk(list, n));
    assert_int_equal(learn_recent_choose(list, n), LEARN_WINDOW);
    for (int64_t i = 0; i < LEARN_WINDOW; i++)
        assert_int_equal(list[i].lead.v, i + 1);
    assert_int_equal(learn_recent_choose(list, one_by_one(7, 0, now, DAY_US)), 7);
    assert_int_equal(learn_recent_choose(list, 0), 0);
}

static void of_a_file_all_parts_are_gone_by(void **state)
{
    size_t n = file(3020, 0, now), kept, won = 0;

    (void)state;
    assert_true(learn_recent_has_bulk(list, n));
    kept = learn_recent_choose(list, n);
    for (size_t i = 0; i < kept; i++)
        won += list[i].state == OUTCOME_WON;
    assert_true(kept > LEARN_WINDOW * 8 / 10 && kept <= LEARN_WINDOW);
    assert_true(won * 3 > kept * 8 / 10 && won * 3 < kept * 12 / 10);
}

static void what_came_one_by_one_behind_a_file_comes_first(void **state)
{
    size_t n = file(2000, one_by_one(100, 0, now, MINUTE_US), now - DAY_US), kept = learn_recent_choose(list, n);

    (void)state;
    for (int64_t i = 0; i < 100; i++)
        assert_int_equal(list[i].lead.v, i + 1);
    assert_true(kept > 300 && kept <= LEARN_WINDOW);
    assert_int_equal(learn_recent_choose(list, file(200, 0, now)), 200); /* a small one is taken whole */
}

static void losses_are_told_where_four_in_five_are(void **state)
{
    (void)state;
    assert_true(learn_losses_are_told(80, 100) && learn_losses_are_told(0, 0));
    assert_false(learn_losses_are_told(79, 100) || learn_losses_are_told(0, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(however_fast_they_come_one_by_one_the_newest_are_gone_by),
        cmocka_unit_test(of_a_file_all_parts_are_gone_by),
        cmocka_unit_test(what_came_one_by_one_behind_a_file_comes_first),
        cmocka_unit_test(losses_are_told_where_four_in_five_are),
    };

    return cmocka_run_group_tests_name("recent", tests, NULL, NULL);
}
