/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "task/sla.h"
#include "task/task.h"

static void sla_first_row_that_fits_decides(void **state)
{
    struct sla_norm rows[] = {
        { BAND_HOT, STR("tender"), 60 },
        { -1, STR("partner"), 30 },
        { BAND_HOT, STR_NULL, 10 },
    };
    const struct sla_norms norms = { rows, 3 }, none = { NULL, 0 };

    (void)state;
    assert_int_equal(task_sla_norm(&norms, BAND_HOT, STR("tender"), 0).minutes, 60);
    assert_int_equal(task_sla_norm(&norms, BAND_WARM, STR("partner"), 0).minutes, 30);
    assert_int_equal(task_sla_norm(&norms, BAND_HOT, STR("site"), 0).minutes, 10);
    assert_int_equal(task_sla_norm(&norms, BAND_COLD, STR("site"), 0).minutes, 0);
    assert_int_equal(task_sla_norm(&none, BAND_HOT, STR_NULL, 0).minutes, 5);
    assert_int_equal(task_sla_norm(&none, BAND_WARM, STR_NULL, 0).minutes, 480);
    assert_int_equal(task_sla_norm(&none, BAND_COLD, STR_NULL, 0).minutes, 0);
}

static void sla_deadline_is_in_working_time(void **state)
{
    struct cal cal = { .zone = zone_find(STR("Europe/Moscow")) };
    struct cal closed = cal;
    instant friday, monday;

    (void)state;
    for (int day = 0; day < 5; day++) {
        cal.week[day].shifts[0] = (struct cal_shift){ 9 * 60, 18 * 60 };
        cal.week[day].count = 1;
    }
    assert_true(instant_parse(STR("2026-11-20T14:58:00Z"), &friday));
    assert_true(instant_parse(STR("2026-11-23T06:03:00Z"), &monday));
    assert_int_equal(task_sla_due(&cal, friday, 5), monday);
    /* A calendar that never opens still gives a hot lead a deadline. */
    assert_int_equal(task_sla_due(&closed, friday, 5), friday + 5 * MINUTE_US);
}

static void task_moves_by_its_table(void **state)
{
    (void)state;
    assert_true(task_may(TASK_OPEN, TASK_DONE));
    assert_true(task_may(TASK_OPEN, TASK_CANCELLED));
    assert_true(task_may(TASK_DONE, TASK_OPEN));
    assert_false(task_may(TASK_DONE, TASK_CANCELLED));
    assert_false(task_may(TASK_DONE, TASK_DONE));
    assert_false(task_may(TASK_OPEN, TASK_OPEN));
}

static void task_title_is_told_in_the_readers_language(void **state)
{
    struct task t = { .kind = TASK_CALL_NOW, .title = STR("Срочно звонить: клиент готов!") };

    (void)state;
    assert_true(str_eq(task_shown_title(&t, LANG_RU), STR("Срочно звонить: клиент готов!")));
    assert_true(str_eq(task_shown_title(&t, LANG_EN), STR("Call at once: the client is ready")));
    t = (struct task){ .kind = TASK_CALL, .title = STR("Спросить про смету") };
    assert_true(str_eq(task_shown_title(&t, LANG_EN), STR("Спросить про смету")));
    t.title = STR("");
    assert_true(str_eq(task_shown_title(&t, LANG_EN), STR("Call")));
    t = (struct task){ .kind = TASK_OTHER, .title = STR("x") };
    assert_true(str_eq(task_shown_title(&t, LANG_RU), STR("x")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sla_first_row_that_fits_decides),
        cmocka_unit_test(sla_deadline_is_in_working_time),
        cmocka_unit_test(task_moves_by_its_table),
        cmocka_unit_test(task_title_is_told_in_the_readers_language),
    };

    return cmocka_run_group_tests_name("sla", tests, NULL, NULL);
}
