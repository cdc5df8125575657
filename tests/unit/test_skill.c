/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Certificates, questions and tests, as far as they are pure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "team/matrix.h"

static struct ctx c;

static int begin(void **state)
{
    (void)state;
    c = (struct ctx){ .arena = arena_new(0), .actor = { .kind = ACTOR_HOUSE } };
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(c.arena);
    return 0;
}

static uint64_t seed = 11;
static int64_t below(int64_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((seed >> 33) % (uint64_t)n);
}

/* ---- certificates ---- */

static void a_skill_holds_from_its_first_instant_to_the_one_before_its_last(void **state)
{
    const struct skill list[] = {
        { { 1 }, { 7 }, 100, 200, INSTANT_NONE }, { { 1 }, { 8 }, 0, INSTANT_NEVER, INSTANT_NONE }, { { 1 }, { 7 }, 300, 400, 350 },
    };
    const struct { int64_t product; instant at; bool holds; } cases[] = {
        { 7, 99, false },  { 7, 100, true },  { 7, 199, true },  { 7, 200, false }, { 7, 299, false }, { 7, 300, true },
        { 7, 349, true },  { 7, 350, false }, { 8, 0, true },    { 8, INSTANT_NEVER - 1, true }, { 9, 150, false },
    };

    (void)state;
    for (size_t i = 0; i < countof(cases); i++)
        assert_int_equal(cases[i].holds, team_skill_at(list, countof(list), (struct product_id){ cases[i].product }, cases[i].at));
}

/* Against asking every instant. */
static void its_end_is_the_first_instant_without_it(void **state)
{
    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct skill list[5];
        size_t n = (size_t)below(6);
        instant at = below(40), until;

        for (size_t i = 0; i < n; i++) {
            list[i] = (struct skill){ { 1 }, { 1 + below(2) }, below(30), 0, below(3) ? INSTANT_NONE : below(40) };
            list[i].until = list[i].from + 1 + below(20);
        }
        until = team_skill_until(list, n, (struct product_id){ 1 }, at);
        for (instant t = at; t < until; t++)
            assert_true(team_skill_at(list, n, (struct product_id){ 1 }, t));
        assert_false(team_skill_at(list, n, (struct product_id){ 1 }, until));
    }
}

/* However late a clock comes: no step twice, the end always, a warning never after a later one nor from before the beginning. */
static void the_clock_warns_thrice_and_ends_once(void **state)
{
    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct certificate x = { .from = 0, .until = (1 + below(100)) * DAY_US, .revoked_at = INSTANT_NONE };
        instant now = 0;
        unsigned seen = 0;
        int last = -1;

        while (now < x.until + 50 * DAY_US) {
            enum certificate_step step;
            unsigned told;
            instant due = team_certificate_next(&x).at;

            now = below(2) && due != INSTANT_NEVER && due > now ? due : now + below(20) * DAY_US + 1;
            if (!team_certificate_ring(&x, now, &step, &told)) {
                assert_true(team_certificate_next(&x).at > now);
                continue;
            }
            assert_true((int)step > last);
            assert_false(seen >> step & 1);
            assert_true(step != CERTIFICATE_MONTH || x.until >= CERTIFICATE_MONTH_US);
            assert_true(step != CERTIFICATE_WEEK || x.until >= CERTIFICATE_WEEK_US);
            assert_true(step != CERTIFICATE_DAY || x.until >= DAY_US);
            assert_true(step == CERTIFICATE_ENDED || now < x.until);
            seen |= 1u << step;
            last = (int)step;
            x.told = told;
        }
        assert_true(seen >> CERTIFICATE_ENDED & 1);
        assert_true(team_certificate_next(&x).at == INSTANT_NEVER);
    }
}

static void a_revoked_one_and_one_without_end_never_ring(void **state)
{
    const struct certificate revoked = { .from = 0, .until = 50 * DAY_US, .revoked_at = 3 }, forever = { .until = INSTANT_NEVER, .revoked_at = INSTANT_NONE };

    (void)state;
    assert_true(team_certificate_next(&revoked).at == INSTANT_NEVER);
    assert_true(team_certificate_next(&forever).at == INSTANT_NEVER);
    assert_int_equal(CERTIFICATE_VALID, team_certificate_state(&revoked, 2));
    assert_int_equal(CERTIFICATE_REVOKED, team_certificate_state(&revoked, 3));
    assert_int_equal(CERTIFICATE_VALID, team_certificate_state(&forever, INSTANT_NEVER - 1));
}

/* ---- questions ---- */

static void questions_are_checked_as_a_whole(void **state)
{
    const struct { int kind; const char *text, *options, *answer, *topics; int64_t weight; const char *bad; } cases[] = {
        { QUESTION_ONE, "q", "[\"a\",\"b\"]", "[1]", "[]", 1, NULL },
        { QUESTION_ONE, " ", "[\"a\",\"b\"]", "[1]", "[]", 1, "/text" },
        { QUESTION_ONE, "q", "[\"a\"]", "[0]", "[]", 1, "/options" },
        { QUESTION_ONE, "q", "[\"a\",\" A \"]", "[0]", "[]", 1, "/options/1" },
        { QUESTION_ONE, "q", "[\"a\",3]", "[0]", "[]", 1, "/options/1" },
        { QUESTION_ONE, "q", "[\"a\",\"b\"]", "[2]", "[]", 1, "/answer" },
        { QUESTION_ONE, "q", "[\"a\",\"b\"]", "[0,1]", "[]", 1, "/answer" },
        { QUESTION_ONE, "q", "[\"a\",\"b\"]", "[]", "[]", 1, "/answer" },
        { QUESTION_SEVERAL, "q", "[\"a\",\"b\"]", "[1,0]", "[\"x\"]", 10, NULL },
        { QUESTION_SEVERAL, "q", "[\"a\",\"b\"]", "[0,0]", "[]", 1, "/answer" },
        { QUESTION_NUMBER, "q", "[]", "{\"value\":1.5}", "[]", 1, NULL },
        { QUESTION_NUMBER, "q", "[\"a\",\"b\"]", "{\"value\":1.5}", "[]", 1, "/options" },
        { QUESTION_NUMBER, "q", "[]", "{\"value\":1.5,\"within\":-1}", "[]", 1, "/answer" },
        { QUESTION_NUMBER, "q", "[]", "[1]", "[]", 1, "/answer" },
        { QUESTION_TEXT, "q", "[]", "[\"да\",\"yes\"]", "[]", 1, NULL },
        { QUESTION_TEXT, "q", "[]", "[]", "[]", 1, "/answer" },
        { QUESTION_TEXT, "q", "[]", "[\"a\"]", "[\"\"]", 1, "/topics/0" },
        { QUESTION_TEXT, "q", "[]", "[\"a\"]", "[]", 0, "/weight" },
        { QUESTION_TEXT, "q", "[]", "[\"a\"]", "[]", 11, "/weight" },
        { QUESTION_KINDS, "q", "[]", "[\"a\"]", "[]", 1, "/kind" },
    };

    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct question q = { .kind = cases[i].kind, .text = str_of(cases[i].text), .options = str_of(cases[i].options),
                              .answer = str_of(cases[i].answer), .topics = str_of(cases[i].topics), .weight = cases[i].weight };
        enum err e = team_question_check(&c, &q);

        if ((e != ERR_NONE) != (cases[i].bad != NULL))
            fail_msg("case %zu: %s", i, err_slug(e));
        if (cases[i].bad)
            assert_string_equal(cases[i].bad, c.fault.items[0].field);
        fault_clear(&c);
    }
}

static void answers_are_right_as_people_mean_them(void **state)
{
    const struct { int kind; const char *options, *answer, *given; bool right; } cases[] = {
        { QUESTION_ONE, "[\"a\",\"b\",\"c\"]", "[1]", "1", true },
        { QUESTION_ONE, "[\"a\",\"b\",\"c\"]", "[1]", "2", false },
        { QUESTION_ONE, "[\"a\",\"b\",\"c\"]", "[1]", "null", false },
        { QUESTION_SEVERAL, "[\"a\",\"b\",\"c\"]", "[0,2]", "[2,0]", true },
        { QUESTION_SEVERAL, "[\"a\",\"b\",\"c\"]", "[0,2]", "[0]", false },
        { QUESTION_SEVERAL, "[\"a\",\"b\",\"c\"]", "[0,2]", "[0,1,2]", false },
        { QUESTION_SEVERAL, "[\"a\",\"b\",\"c\"]", "[0,2]", "[]", false },
        { QUESTION_NUMBER, "[]", "{\"value\":12.5,\"within\":0.5}", "\"12\"", true },
        { QUESTION_NUMBER, "[]", "{\"value\":12.5,\"within\":0.5}", "\" 13,0 \"", true },
        { QUESTION_NUMBER, "[]", "{\"value\":12.5,\"within\":0.5}", "\"13,000001\"", false },
        { QUESTION_NUMBER, "[]", "{\"value\":1200,\"within\":0}", "\"1 200\"", true },
        { QUESTION_NUMBER, "[]", "{\"value\":-3,\"within\":0}", "\"\u22123\"", true },
        { QUESTION_NUMBER, "[]", "{\"value\":3,\"within\":0}", "\"три\"", false },
        { QUESTION_NUMBER, "[]", "{\"value\":3,\"within\":0}", "\"\"", false },
        { QUESTION_TEXT, "[]", "[\"Ёжик Петя\"]", "\" «ЕЖИК   петя». \"", true },
        { QUESTION_TEXT, "[]", "[\"Ёжик Петя\"]", "\"ёжикпетя\"", false },
        { QUESTION_TEXT, "[]", "[\"C++\",\"си плюс плюс\"]", "\"c++\"", true },
        { QUESTION_TEXT, "[]", "[\"a\"]", "\"...\"", false },
    };

    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct question q = { .kind = cases[i].kind, .options = str_of(cases[i].options), .answer = str_of(cases[i].answer) };
        struct json *given;

        assert_int_equal(ERR_NONE, json_read(&c, str_of(cases[i].given), &given));
        if (team_question_right(&c, &q, given) != cases[i].right)
            fail_msg("case %zu: %s", i, cases[i].given);
        assert_true(team_question_fits(&q, given, c.arena));
    }
}

static void a_question_is_the_same_after_the_table(void **state)
{
    const struct question list[] = {
        { .kind = QUESTION_ONE, .text = STR("a|b;\"c\""), .options = STR("[\"x|y\",\"\\\\\",\"z\"]"), .answer = STR("[1]"), .topics = STR("[\"t|1\",\"u\"]"), .weight = 3, .active = true },
        { .kind = QUESTION_SEVERAL, .text = STR("s"), .options = STR("[\"1\",\"2\"]"), .answer = STR("[0,1]"), .topics = STR("[]"), .weight = 1 },
        { .kind = QUESTION_NUMBER, .text = STR("n"), .options = STR("[]"), .answer = STR("{\"value\":-1.25,\"within\":0.5}"), .topics = STR("[]"), .weight = 10, .active = true },
        { .kind = QUESTION_TEXT, .text = STR("t"), .options = STR("[]"), .answer = STR("[\"да\",\"a\\\\|b\"]"), .topics = STR("[]"), .weight = 1, .active = true },
    };
    struct str heading[QUESTION_COLUMNS];
    int places[QUESTION_COLUMNS];

    (void)state;
    for (int i = 0; i < QUESTION_COLUMNS; i++)
        heading[i] = str_of(team_question_columns[i]);
    assert_true(team_question_heading(heading, QUESTION_COLUMNS, places));
    assert_false(team_question_heading(heading, 3, places));
    assert_true(team_question_heading(heading, QUESTION_COLUMNS, places));
    for (size_t i = 0; i < countof(list); i++) {
        struct question q = list[i], back;
        struct str cells[QUESTION_COLUMNS];

        assert_int_equal(ERR_NONE, team_question_check(&c, &q));
        assert_int_equal(ERR_NONE, team_question_to_cells(&c, &q, cells));
        assert_int_equal(ERR_NONE, team_question_of_cells(&c, cells, QUESTION_COLUMNS, places, &back));
        assert_true(str_eq(q.text, back.text) && str_eq(q.options, back.options) && str_eq(q.answer, back.answer) && str_eq(q.topics, back.topics));
        assert_true(q.kind == back.kind && q.weight == back.weight && q.active == back.active);
    }
}

/* ---- tests ---- */

static void a_draw_is_the_same_for_a_seed_and_fair_over_seeds(void **state)
{
    enum { N = 10, TAKE = 4, ROUNDS = 20000 };
    size_t picked[N], again[N];
    int64_t times[N] = { 0 };

    (void)state;
    for (uint64_t s = 1; s <= ROUNDS; s++) {
        unsigned seen = 0;

        team_exam_draw(s, N, TAKE, picked);
        team_exam_draw(s, N, TAKE, again);
        assert_memory_equal(picked, again, sizeof picked);
        for (int i = 0; i < TAKE; i++) {
            assert_false(seen >> picked[i] & 1);
            seen |= 1u << picked[i];
            times[picked[i]]++;
        }
    }
    /* 8,000 each expected; five standard deviations are 350. */
    for (int i = 0; i < N; i++)
        assert_true(times[i] > 7650 && times[i] < 8350);
}

static void shuffled_options_keep_the_right_answer(void **state)
{
    const struct question q = { .kind = QUESTION_SEVERAL, .options = STR("[\"a\",\"b\",\"c\",\"d\"]"), .answer = STR("[0,3]"), .weight = 1 };
    bool moved = false;

    (void)state;
    for (uint64_t s = 1; s < 200; s++) {
        struct attempt_item item;
        struct json *options, *right;

        assert_int_equal(ERR_NONE, team_exam_item(&c, s, 2, &q, &item));
        assert_int_equal(ERR_NONE, json_read(&c, item.question.options, &options));
        assert_int_equal(ERR_NONE, json_read(&c, item.question.answer, &right));
        assert_int_equal(2, right->count);
        for (uint32_t i = 0; i < 2; i++) {
            struct str text = json_text(&options->as.items[right->as.items[i].as.integer]);

            assert_true(str_eq(text, STR("a")) || str_eq(text, STR("d")));
        }
        moved |= !str_eq(item.question.options, q.options);
    }
    assert_true(moved);
}

static void who_may_begin_a_test_is_told_with_the_instant(void **state)
{
    const struct product p = { .attempts = 2, .cooldown_h = 5 };
    const instant now = 1000 * DAY_US;
    const struct attempt runs = { .id = { 9 }, .started_at = now - HOUR_US, .finished_at = INSTANT_NONE };
    const struct attempt failed = { .started_at = now - 2 * HOUR_US, .finished_at = now - HOUR_US };
    const struct attempt old = { .started_at = now - 20 * DAY_US, .finished_at = now - 20 * DAY_US };
    const struct attempt passed = { .started_at = now - 10 * DAY_US, .finished_at = now - 10 * DAY_US, .passed = true };
    const struct { struct attempt list[3]; size_t n, questions; instant reset, held; enum exam_may may; instant again; int64_t used, left; } cases[] = {
        { { passed }, 0, 5, INSTANT_NONE, now, EXAM_MAY, INSTANT_NEVER, 0, 2 },
        { { passed }, 0, 0, INSTANT_NONE, now, EXAM_EMPTY, INSTANT_NEVER, 0, 2 },
        { { runs, failed }, 2, 5, INSTANT_NONE, now, EXAM_RUNS, INSTANT_NEVER, 1, 1 },
        { { failed }, 1, 5, INSTANT_NONE, now, EXAM_COOLING, now + 4 * HOUR_US, 1, 1 },
        { { old }, 1, 5, INSTANT_NONE, now, EXAM_MAY, INSTANT_NEVER, 1, 1 },
        { { old, old }, 2, 5, INSTANT_NONE, now, EXAM_USED_UP, INSTANT_NEVER, 2, 0 },
        { { old, old }, 2, 5, now - DAY_US, now, EXAM_MAY, INSTANT_NEVER, 0, 2 },
        { { old, passed, old }, 3, 5, INSTANT_NONE, now, EXAM_MAY, INSTANT_NEVER, 1, 1 },
        { { passed }, 1, 5, INSTANT_NONE, now + 40 * DAY_US, EXAM_HELD, now + 10 * DAY_US, 0, 2 },
        { { passed }, 1, 5, INSTANT_NONE, now + 30 * DAY_US, EXAM_MAY, INSTANT_NEVER, 0, 2 },
        { { passed }, 1, 5, INSTANT_NONE, INSTANT_NEVER, EXAM_HELD, INSTANT_NEVER, 0, 2 },
    };

    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct exam_state s = team_exam_state(&p, cases[i].questions, cases[i].list, cases[i].n, cases[i].reset, cases[i].held, now);

        if (s.may != cases[i].may || s.again_at != cases[i].again || s.used != cases[i].used || s.left != cases[i].left)
            fail_msg("case %zu: %s, used %d, left %d", i, team_exam_mays[s.may], (int)s.used, (int)s.left);
    }
    assert_true(team_exam_passed(7, 10, 70));
    assert_false(team_exam_passed(69, 100, 70));
    assert_false(team_exam_passed(0, 0, 1));
}

/* ---- figures of a question ---- */

static void a_question_that_goes_with_the_rest_discriminates(void **state)
{
    struct item_answer good[100], none[100], few[19];
    struct item_figures f;

    (void)state;
    for (int i = 0; i < 100; i++) {
        good[i] = (struct item_answer){ i >= 50, i / 10, 10 };
        none[i] = (struct item_answer){ i % 2, i / 10, 10 };
    }
    memset(few, 0, sizeof few);
    f = item_look(good, 100);
    assert_true(f.enough && f.tells && f.share == 500 && f.low == 404 && f.high == 596); /* Wilson, 50 of 100 */
    assert_true(f.discrimination > 800);
    f = item_look(none, 100);
    assert_true(f.tells && f.discrimination > -100 && f.discrimination < 100);
    f = item_look(few, countof(few));
    assert_true(!f.enough && f.shown == 19);
    for (int i = 0; i < 100; i++)
        good[i].right = true;
    f = item_look(good, 100);
    assert_true(f.enough && !f.tells && f.share == 1000);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_skill_holds_from_its_first_instant_to_the_one_before_its_last),
        T(its_end_is_the_first_instant_without_it),
        T(the_clock_warns_thrice_and_ends_once),
        T(a_revoked_one_and_one_without_end_never_ring),
        T(questions_are_checked_as_a_whole),
        T(answers_are_right_as_people_mean_them),
        T(a_question_is_the_same_after_the_table),
        T(a_draw_is_the_same_for_a_seed_and_fair_over_seeds),
        T(shuffled_options_keep_the_right_answer),
        T(who_may_begin_a_test_is_told_with_the_instant),
        T(a_question_that_goes_with_the_rest_discriminates),
    };

    return cmocka_run_group_tests_name("skill", tests, NULL, NULL);
}
