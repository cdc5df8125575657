/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The changed leads that wait to be told of (api/live_work.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "api/live_inner.h"

static void changed(struct changed *w, int64_t lead)
{
    struct message m = { .kind = MESSAGE_LEAD_CHANGED, .lead = { lead } };

    live_changed_add(w, &m);
}

static void what_was_told_goes_and_the_rest_waits_in_its_order(void **state)
{
    static struct changed w;

    (void)state;
    for (int64_t lead = 1; lead <= CHANGED_MAX; lead++)
        changed(&w, lead);
    live_changed_drop(&w, 32);
    assert_int_equal(w.count, CHANGED_MAX - 32);
    assert_int_equal(w.items[0].lead.v, 33);
    assert_int_equal(w.items[w.count - 1].lead.v, CHANGED_MAX);
    assert_false(w.stale);
}

static void a_lead_waits_once_and_after_it_was_told_again(void **state)
{
    static struct changed w;

    (void)state;
    for (int64_t lead = 1; lead <= 3; lead++)
        changed(&w, lead);
    live_changed_drop(&w, 1);
    changed(&w, 2);
    assert_int_equal(w.count, 2);
    changed(&w, 1);
    assert_int_equal(w.count, 3);
    assert_int_equal(w.items[2].lead.v, 1);
    live_changed_drop(&w, w.count);
    assert_int_equal(w.count, 0);
    changed(&w, 2);
    assert_int_equal(w.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_told_goes_and_the_rest_waits_in_its_order),
        cmocka_unit_test(a_lead_waits_once_and_after_it_was_told_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
