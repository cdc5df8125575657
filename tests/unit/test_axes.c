/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Fit and engagement, the cell, the ideal customer: defaults, what is refused and where, what is printed back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "score/diff.h"
#include "score/ledger.h"

#define BODY                                                                                        \
    "\"groups\":[{\"name\":\"who\",\"ceiling\":30},{\"name\":\"did\"},{\"name\":\"quiet\"}],"       \
    "\"criteria\":["                                                                                \
    "{\"id\":\"title\",\"group\":\"who\",\"points\":20,\"when\":{\"fact\":\"title\",\"op\":\"has\",\"value\":\"CEO\"}}," \
    "{\"id\":\"size\",\"group\":\"who\",\"points\":20,\"when\":{\"fact\":\"employees\",\"op\":\">=\",\"value\":50}}," \
    "{\"id\":\"demo\",\"group\":\"did\",\"points\":15,\"max_times\":2,\"when\":{\"event\":\"Demo\"}}," \
    "{\"id\":\"gone\",\"group\":\"quiet\",\"points\":-10,\"when\":{\"silent\":{},\"days\":30}}]"

static struct ctx c;

static int setup(void **state)
{
    (void)state;
    c = (struct ctx){.arena = arena_new(0)};
    return 0;
}
static int teardown(void **state)
{
    (void)state;
    arena_free(c.arena);
    return 0;
}

static struct model *model_of(const char *more)
{
    struct model *m;
    struct str text = str_print(c.arena, "{" BODY "%s}", more);
    assert_int_equal(score_model_parse(&c, text, &m), ERR_NONE);
    return m;
}

static void groups_that_look_at_no_event_are_of_fit_unless_said(void **state)
{
    (void)state;
    struct model *m = model_of("");
    assert_int_equal(m->groups[0].axis, AXIS_FIT);
    assert_int_equal(m->groups[1].axis, AXIS_ENGAGEMENT);
    assert_int_equal(m->groups[2].axis, AXIS_ENGAGEMENT);
    /* fit reaches its ceiling of 30, engagement two demos of 15 */
    assert_int_equal(m->borders[AXIS_FIT][0], 10 * FIX_ONE);
    assert_int_equal(m->borders[AXIS_FIT][1], 20 * FIX_ONE);
    assert_int_equal(m->borders[AXIS_ENGAGEMENT][1], 20 * FIX_ONE);
    score_model_drop(m);
    m = model_of(",\"axes\":{\"fit_groups\":[\"did\"],\"engagement\":[1,2]}");
    assert_int_equal(m->groups[0].axis, AXIS_NONE);
    assert_int_equal(m->groups[1].axis, AXIS_FIT);
    assert_int_equal(m->borders[AXIS_ENGAGEMENT][0], FIX_ONE);
    score_model_drop(m);
}

static void a_cell_is_told_by_the_borders(void **state)
{
    static const struct {
        int fit, engagement;
        const char *cell;
    } rows[] = {{20, 20, "A1"}, {19, 20, "B1"}, {10, 9, "B3"}, {9, 10, "C2"}, {-5, -5, "C3"}, {30, 0, "A3"}};
    struct model *m = model_of("");

    (void)state;
    for (size_t i = 0; i < countof(rows); i++) {
        int cell = score_cell_of(m, rows[i].fit * FIX_ONE, rows[i].engagement * FIX_ONE);
        assert_string_equal(score_cell_names[cell], rows[i].cell);
        assert_int_equal(score_cell_find(str_of(rows[i].cell)), cell);
    }
    assert_int_equal(score_cell_find(STR("D1")), -1);
    score_model_drop(m);
}

static void a_match_is_the_weight_that_holds(void **state)
{
    struct json *patch;
    struct model *m = model_of(",\"icp\":{\"conditions\":["
                               "{\"title\":{\"ru\":\"Город\"},\"when\":{\"fact\":\"city\",\"op\":\"eq\",\"value\":\"Москва\"},\"weight\":2},"
                               "{\"when\":{\"fact\":\"employees\",\"op\":\">=\",\"value\":50}}]}");
    struct past_profile p[2] = {{.at = 10 * DAY_US, .known_at = 10 * DAY_US}, {.at = 20 * DAY_US, .known_at = 20 * DAY_US}};
    struct history h = {.born = 10 * DAY_US, .profiles = p, .profile_count = 2};

    (void)state;
    assert_int_equal(json_read(&c, STR("{\"city\":\"москва\"}"), &patch), ERR_NONE);
    p[0].patch = patch;
    assert_int_equal(json_read(&c, STR("{\"employees\":80}"), &patch), ERR_NONE);
    p[1].patch = patch;
    struct score s = score_at(m, &h, 15 * DAY_US, c.arena);
    assert_int_equal(s.icp, 67);
    assert_true(s.ideal[0].met && !s.ideal[1].met);
    assert_int_equal(s.ideal[0].since, 10 * DAY_US);
    s = score_at(m, &h, 20 * DAY_US, c.arena);
    assert_int_equal(s.icp, 100);
    assert_int_equal(s.fit, 20 * FIX_ONE);
    assert_string_equal(score_cell_names[s.cell], "A3");
    score_model_drop(m);
}

static void what_was_given_is_printed_back_and_nothing_else(void **state)
{
    static const char *const rows[] = {
        "",
        ",\"axes\":{\"fit\":[5,7.5]}",
        ",\"axes\":{\"fit_groups\":[\"who\",\"did\"],\"engagement_groups\":[\"quiet\"],\"fit\":[-1,2],\"engagement\":[3,4]}",
        ",\"axes\":{\"engagement_groups\":[]}",
        ",\"icp\":{\"conditions\":[{\"title\":{\"ru\":\"a\",\"en\":\"b\"},\"when\":{\"fact\":\"x\",\"op\":\"exists\"},\"weight\":3},"
        "{\"when\":{\"silent\":{},\"days\":3}}]}",
    };

    (void)state;
    for (size_t i = 0; i < countof(rows); i++) {
        struct model *again, *m = model_of(rows[i]);
        struct str text = score_model_print(m, c.arena);
        size_t tail = strlen(rows[i]);
        assert_int_equal(score_model_parse(&c, text, &again), ERR_NONE);
        assert_true(str_eq(text, score_model_print(again, c.arena)));
        assert_true(text.len > tail + 1 && memcmp(text.ptr + text.len - 1 - tail, rows[i], tail) == 0);
        score_model_drop(again);
        score_model_drop(m);
    }
}

static void faults_name_their_place(void **state)
{
    static const struct {
        const char *more, *place;
        enum err code;
    } rows[] = {
        {",\"axes\":1", "/axes", ERR_BAD_FIELD},
        {",\"axes\":{\"x\":1}", "/axes/x", ERR_UNKNOWN_FIELD},
        {",\"axes\":{\"fit_groups\":[\"none\"]}", "/axes/fit_groups/0", ERR_BAD_FIELD},
        {",\"axes\":{\"fit_groups\":[\"who\"],\"engagement_groups\":[\"who\"]}", "/axes/engagement_groups/0", ERR_TWICE},
        {",\"axes\":{\"fit\":[1]}", "/axes/fit", ERR_BAD_FIELD},
        {",\"axes\":{\"fit\":[2,2]}", "/axes/fit", ERR_BAD_FIELD},
        {",\"axes\":{\"engagement\":[1,2000000]}", "/axes/engagement", ERR_OUT_OF_RANGE},
        {",\"icp\":{}", "/icp/conditions", ERR_MISSING},
        {",\"icp\":{\"conditions\":[]}", "/icp/conditions", ERR_BAD_FIELD},
        {",\"icp\":{\"conditions\":[{\"weight\":1}]}", "/icp/conditions/0/when", ERR_MISSING},
        {",\"icp\":{\"conditions\":[{\"when\":{\"event\":\"A\"}}]}", "/icp/conditions/0/when", ERR_BAD_FIELD},
        {",\"icp\":{\"conditions\":[{\"when\":{\"fact\":\"x\",\"op\":\"is\"}}]}", "/icp/conditions/0/when/op", ERR_BAD_FIELD},
        {",\"icp\":{\"conditions\":[{\"when\":{\"fact\":\"x\",\"op\":\"exists\"},\"weight\":0}]}", "/icp/conditions/0/weight", ERR_OUT_OF_RANGE},
    };

    (void)state;
    for (size_t i = 0; i < countof(rows); i++) {
        struct model *m;
        fault_clear(&c);
        enum err e = score_model_parse(&c, str_print(c.arena, "{" BODY "%s}", rows[i].more), &m);
        if (e != rows[i].code || !strcmp(c.fault.items[0].field, rows[i].place) == 0)
            print_error("%s\n", rows[i].more);
        assert_int_equal(e, rows[i].code);
        assert_true(strcmp(c.fault.items[0].field, rows[i].place) == 0);
    }
}

static void a_difference_is_told_in_words(void **state)
{
    struct model *x = model_of(""), *y = model_of(",\"axes\":{\"fit\":[5,25]},\"icp\":{\"conditions\":["
                                                  "{\"title\":{\"ru\":\"Город\",\"en\":\"City\"},\"when\":{\"fact\":\"city\",\"op\":\"exists\"},\"weight\":3}]}");
    static const struct {
        enum lang lang;
        const char *axis, *icp;
    } rows[] = {
        {LANG_RU, "Соответствие «who»; границы 10 и 20 → «who»; границы 5 и 25", "Идеальный клиент, добавлено: «Город»: " STR_FMT ", вес 3"},
        {LANG_EN, "Fit “who”; borders 10 and 20 → “who”; borders 5 and 25", "Ideal customer, added: “City”: " STR_FMT ", weight 3"},
    };
    size_t n;

    (void)state;
    for (size_t i = 0; i < countof(rows); i++) {
        struct score_change *list = score_diff(x, y, rows[i].lang, c.arena, &n);
        struct str words = cond_explain(y->icp[0].when, rows[i].lang, c.arena);
        assert_int_equal(n, 2);
        assert_true(str_eq(list[0].text, str_of(rows[i].axis)));
        assert_true(str_eq(list[1].text, str_print(c.arena, rows[i].icp, STR_ARG(words))));
    }
    score_diff(y, y, LANG_RU, c.arena, &n);
    assert_int_equal(n, 0);
    (void)score_diff(y, x, LANG_RU, c.arena, &n);
    assert_int_equal(n, 2);
    score_model_drop(x);
    score_model_drop(y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_that_look_at_no_event_are_of_fit_unless_said),
        cmocka_unit_test(a_cell_is_told_by_the_borders),
        cmocka_unit_test(a_match_is_the_weight_that_holds),
        cmocka_unit_test(what_was_given_is_printed_back_and_nothing_else),
        cmocka_unit_test(faults_name_their_place),
        cmocka_unit_test(a_difference_is_told_in_words),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
