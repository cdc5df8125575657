/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The stated rule of priority, and the words of checklists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "score/checklist.h"
#include "score/priority.h"

#define NOW (1000 * DAY_US)

static void a_level_is_the_band_moved_by_reasons(void **state)
{
    static const struct {
        struct priority_case x;
        enum priority_level level;
        int reasons;
        enum priority_why first;
    } rows[] = {
        {{BAND_WARM, true, 0, -1, -1, NOW - DAY_US, NOW, NOW}, PRIORITY_NORMAL, 0, 0},
        {{BAND_WARM, true, 14, 79, -1, NOW - DAY_US, NOW, NOW}, PRIORITY_NORMAL, 0, 0},
        {{BAND_WARM, true, 15, -1, -1, NOW - DAY_US, NOW, NOW}, PRIORITY_HIGH, 1, PRIORITY_ROSE},
        {{BAND_HOT, true, 40, 80, -1, NOW - DAY_US, NOW, NOW}, PRIORITY_URGENT, 2, PRIORITY_ROSE},
        {{BAND_HOT, true, -15, 50, 49, NOW - DAY_US, NOW, NOW}, PRIORITY_NORMAL, 1, PRIORITY_FELL},
        {{BAND_HOT, true, 0, 30, 50, NOW - DAY_US, NOW, NOW}, PRIORITY_NORMAL, 1, PRIORITY_STRANGE},
        {{BAND_HOT, true, 0, 0, 100, NOW - DAY_US, NOW, NOW}, PRIORITY_NORMAL, 1, PRIORITY_STRANGE},
        {{BAND_WARM, true, 0, -1, -1, NOW - 20 * DAY_US, NOW - 14 * DAY_US, NOW}, PRIORITY_LOW, 1, PRIORITY_QUIET},
        {{BAND_WARM, true, 0, -1, -1, NOW - 20 * DAY_US, NOW - 14 * DAY_US + 1, NOW}, PRIORITY_NORMAL, 0, 0},
        {{BAND_WARM, true, 0, -1, -1, NOW - 20 * DAY_US, INSTANT_NONE, NOW}, PRIORITY_LOW, 1, PRIORITY_QUIET},
        {{BAND_HOT, true, 0, -1, -1, NOW - 90 * DAY_US, NOW, NOW}, PRIORITY_NORMAL, 1, PRIORITY_AGED},
        {{BAND_COLD, true, -20, 10, 80, NOW - 100 * DAY_US, NOW - 50 * DAY_US, NOW}, PRIORITY_LOW, 4, PRIORITY_FELL},
        {{BAND_HOT, false, 40, 100, -1, NOW - DAY_US, NOW, NOW}, PRIORITY_LOW, 1, PRIORITY_CLOSED},
    };

    (void)state;
    for (size_t i = 0; i < countof(rows); i++) {
        struct priority p = score_priority(&rows[i].x);
        if (p.level != rows[i].level || p.reason_count != rows[i].reasons)
            print_error("row %zu: level %d, %d reasons\n", i, p.level, p.reason_count);
        assert_int_equal(p.level, rows[i].level);
        assert_int_equal(p.reason_count, rows[i].reasons);
        assert_true(!rows[i].reasons || p.reasons[0].why == rows[i].first);
    }
}

static void an_answer_is_told_by_the_facts_value(void **state)
{
    const struct {
        struct json v;
        enum checklist_answer is;
    } rows[] = {
        {{.type = JSON_NULL}, ANSWER_NONE},
        {{.type = JSON_BOOL, .as.truth = true}, ANSWER_YES},
        {{.type = JSON_BOOL, .as.truth = false}, ANSWER_NO},
        {{.type = JSON_TEXT, .as.text = STR("YES")}, ANSWER_YES},
        {{.type = JSON_TEXT, .as.text = STR("false")}, ANSWER_NO},
        {{.type = JSON_TEXT, .as.text = STR("")}, ANSWER_NONE},
        {{.type = JSON_TEXT, .as.text = STR("осенью")}, ANSWER_TEXT},
        {{.type = JSON_INT, .as.integer = 5}, ANSWER_TEXT},
    };
    const struct checklist *lists;
    size_t n;

    (void)state;
    for (size_t i = 0; i < countof(rows); i++)
        assert_int_equal(score_checklist_answer(&rows[i].v), rows[i].is);
    assert_int_equal(score_checklist_answer(NULL), ANSWER_NONE);
    lists = score_checklists(&n);
    for (size_t l = 0; l < n; l++)
        for (size_t i = 0; i < lists[l].count; i++) {
            assert_ptr_equal(score_checklist_find(str_of(lists[l].items[i].fact)), &lists[l].items[i]);
            assert_true(score_question(str_of(lists[l].items[i].fact), LANG_RU).len > 0);
            assert_true(score_question(str_of(lists[l].items[i].fact), LANG_EN).len > 0);
        }
    assert_null(score_checklist_find(STR("bant.price")));
    assert_true(score_question(STR("shoe_size"), LANG_EN).len == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_level_is_the_band_moved_by_reasons),
        cmocka_unit_test(an_answer_is_told_by_the_facts_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
