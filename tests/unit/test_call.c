/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Urgent calls by who had them: since when the lead is late, and whose breaches there were; in seconds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/board.h"

enum { ANNA = 1, BORIS = 2, QUEUE = 0, STILL = -1, NO = -2, STAYS = 4 };

struct one {
    const char *what;
    struct {
        int64_t by, from, until, due;
    } stays[STAYS];
    size_t count;
    int64_t now;
    int64_t late_at, late_by, got_at;
    struct {
        int64_t by, at;
    } breaches[STAYS];
    size_t breach_count;
};
static const struct one table[] = {
    { "open, in time", { { ANNA, 0, STILL, 300 } }, 1, 299, NO, 0, 0, { { 0, 0 } }, 0 },
    { "open at its very deadline", { { ANNA, 0, STILL, 300 } }, 1, 300, 300, ANNA, 0, { { ANNA, 300 } }, 1 },
    { "done at its very deadline", { { ANNA, 0, 300, 300 } }, 1, 900, NO, 0, 0, { { 0, 0 } }, 0 },
    { "done late", { { ANNA, 0, 301, 300 } }, 1, 900, 300, ANNA, 0, { { ANNA, 300 } }, 1 },
    { "late, then another's with a deadline of his own, kept", { { ANNA, 0, 400, 300 }, { BORIS, 400, 600, 700 } }, 2, 900, 300, ANNA, 400,
      { { ANNA, 300 } }, 1 },
    { "late, then another's, missed too", { { ANNA, 0, 400, 300 }, { BORIS, 400, STILL, 700 } }, 2, 900, 300, ANNA, 400,
      { { ANNA, 300 }, { BORIS, 700 } }, 2 },
    { "late, then another's with the same deadline", { { ANNA, 0, 400, 300 }, { BORIS, 400, STILL, 300 } }, 2, 900, 300, ANNA, 400, { { ANNA, 300 } }, 1 },
    { "declined in time: the lead is late by its first deadline, nobody has failed", { { ANNA, 0, 200, 300 }, { BORIS, 200, 450, 500 } }, 2, 900, 300, BORIS,
      200, { { 0, 0 } }, 0 },
    { "put off by whoever has it", { { ANNA, 0, 100, 300 }, { ANNA, 100, STILL, 900 } }, 2, 600, 300, ANNA, 0, { { ANNA, 300 } }, 1 },
    { "put off, and missed again", { { ANNA, 0, 100, 300 }, { ANNA, 100, STILL, 900 } }, 2, 950, 300, ANNA, 0, { { ANNA, 300 }, { ANNA, 900 } }, 2 },
    { "put off after it had passed", { { ANNA, 0, 400, 300 }, { ANNA, 400, STILL, 900 } }, 2, 600, 300, ANNA, 0, { { ANNA, 300 } }, 1 },
    { "a promise that is kept by another", { { QUEUE, 0, 200, 300 }, { BORIS, 200, 290, 500 } }, 2, 900, NO, 0, 200, { { 0, 0 } }, 0 },
    { "a promise that nobody kept", { { QUEUE, 0, 400, 300 }, { BORIS, 400, 450, 700 } }, 2, 900, 300, QUEUE, 400, { { QUEUE, 300 } }, 1 },
    { "a promise brought nearer", { { QUEUE, 0, 100, 900 }, { QUEUE, 100, STILL, 300 } }, 2, 400, 300, QUEUE, 0, { { QUEUE, 300 } }, 1 },
    { "answered in time, taken back after the deadline", { { ANNA, 0, 200, 300 }, { ANNA, 800, STILL, 300 } }, 2, 900, 800, ANNA, 0, { { ANNA, 800 } }, 1 },
    { "a deadline set in the past", { { ANNA, 500, STILL, 300 } }, 1, 600, 500, ANNA, 500, { { ANNA, 500 } }, 1 },
    { "no deadline at all", { { ANNA, 0, STILL, STILL } }, 1, 600, NO, 0, 0, { { 0, 0 } }, 0 },
};

static instant at(int64_t seconds)
{
    return seconds == STILL ? INSTANT_NEVER : seconds == NO ? INSTANT_NONE : seconds * SECOND_US;
}

static void a_call_is_late_for_its_lead_and_broken_by_whose_deadline_passed(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(table); i++) {
        struct arena *a = arena_new(0);
        const struct one *o = &table[i];
        struct board_call call = { .created_at = at(o->stays[0].from) };
        struct board_stay stays[STAYS];

        print_message("%s\n", o->what);
        for (size_t k = 0; k < o->count; k++)
            stays[k] = (struct board_stay){ { o->stays[k].by }, at(o->stays[k].from), at(o->stays[k].until), at(o->stays[k].due) };
        report_call_judge(&call, stays, o->count, at(o->now), a);
        assert_true(call.late_at == at(o->late_at));
        assert_int_equal(call.late_by.v, o->late_by);
        assert_true(call.got_at == at(o->got_at));
        assert_int_equal(call.breach_count, o->breach_count);
        for (size_t k = 0; k < o->breach_count; k++) {
            assert_int_equal(call.breaches[k].by.v, o->breaches[k].by);
            assert_true(call.breaches[k].at == at(o->breaches[k].at));
        }
        arena_free(a);
    }
}

static void a_lead_given_twice_is_one_and_what_was_taken_back_is_none(void **state)
{
    struct board_deed list[] = {
        { { ANNA }, { 10 }, 1 }, { { ANNA }, { 10 }, 5 }, { { ANNA }, { 11 }, 2 }, { { BORIS }, { 10 }, 3 }, { { BORIS }, { 11 }, 4 },
    };
    const int64_t back[] = { 2, 3 };

    (void)state;
    assert_int_equal(report_deeds_once(list, countof(list), back, countof(back)), 2);
    assert_int_equal(list[0].lead.v, 10);
    assert_int_equal(list[1].user.v, BORIS);
    assert_int_equal(list[1].lead.v, 11);
    assert_int_equal(report_deeds_once(list, 0, NULL, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_late_for_its_lead_and_broken_by_whose_deadline_passed),
        cmocka_unit_test(a_lead_given_twice_is_one_and_what_was_taken_back_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
