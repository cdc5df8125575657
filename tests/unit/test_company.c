/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The score of a company by each rule: a table of cases, and contributions that always add up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "score/company.h"

static void each_rule_gives_its_score_and_parts_that_add_up(void **state)
{
    (void)state;
    static const struct {
        int rule;
        int64_t cap, shown[5], is, parts[5];
        size_t n;
    } cases[] = {
        { COMPANY_MAX, 0, { 80, 40 }, 80, { 80, 0 }, 2 },
        { COMPANY_MAX, 0, { -5 }, -5, { -5 }, 1 },
        { COMPANY_SUM_TOP3, 0, { 60, 30, 20, 10 }, 100, { 60, 30, 10, 0 }, 4 },
        { COMPANY_SUM_TOP3, 150, { 60, 30, 20, 10 }, 110, { 60, 30, 20, 0 }, 4 },
        { COMPANY_SUM_TOP3, 0, { 10, -20 }, 10, { 10, 0 }, 2 },
        { COMPANY_MEAN, 0, { 10, 5, 0 }, 5, { 3, 2, 0 }, 3 },
        { COMPANY_MEAN, 0, { 1, 0 }, 1, { 1, 0 }, 2 },
        { COMPANY_MEAN, 0, { -1, -2 }, -2, { -1, -1 }, 2 },
        { COMPANY_MAX, 0, { 0 }, 0, { 0 }, 0 },
    };

    for (size_t i = 0; i < countof(cases); i++) {
        struct model m = { .company_rule = cases[i].rule, .company_cap = cases[i].cap, .ceiling = 100 * FIX_ONE };
        int64_t parts[5] = { 0 };

        assert_int_equal(score_company(&m, cases[i].shown, cases[i].n, parts), cases[i].is);
        for (size_t k = 0; k < cases[i].n; k++)
            assert_int_equal(parts[k], cases[i].parts[k]);
    }
}

static void parts_add_up_for_any_people(void **state)
{
    (void)state;
    unsigned seed = 3;

    for (int round = 0; round < 20000; round++) {
        struct model m = { .company_rule = round % 3, .company_cap = rand_r(&seed) % 200, .ceiling = 100 * FIX_ONE };
        int64_t shown[12], parts[12], sum = 0, last = 200;
        size_t n = 1 + (size_t)(rand_r(&seed) % 12);

        for (size_t i = 0; i < n; i++)
            last = shown[i] = last - rand_r(&seed) % 40;
        int64_t is = score_company(&m, shown, n, parts);
        for (size_t i = 0; i < n; i++)
            sum += parts[i];
        assert_int_equal(sum, is);
        assert_int_equal(score_company(&m, shown, n, NULL), is);
    }
}

static void the_rule_is_read_and_printed(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        const char *out; /* NULL: refused */
    } cases[] = {
        { "{}", "{}" },
        { "{\"company\":{\"rule\":\"mean\"}}", "{\"company\":{\"rule\":\"mean\"}}" },
        { "{\"company\":{\"rule\":\"sum_top3\",\"cap\":90}}", "{\"company\":{\"rule\":\"sum_top3\",\"cap\":90}}" },
        { "{\"company\":{\"rule\":\"max\",\"cap\":90}}", NULL },
        { "{\"company\":{\"rule\":\"sum_top3\",\"cap\":0}}", NULL },
        { "{\"company\":{\"rule\":\"best\"}}", NULL },
        { "{\"company\":{}}", NULL },
        { "{\"company\":{\"rule\":\"max\",\"more\":1}}", NULL },
        { "{\"company\":[]}", NULL },
    };

    for (size_t i = 0; i < countof(cases); i++) {
        struct ctx c = { .arena = arena_new(0) };
        struct model m = { 0 };
        struct json *body;

        assert_int_equal(json_read(&c, str_of(cases[i].body), &body), ERR_NONE);
        enum err e = score_company_read(&c, body, STR(""), &m);
        assert_int_equal(e != ERR_NONE, cases[i].out == NULL);
        if (!e) {
            struct buf b = buf_new(c.arena, 1000);
            struct json_out o = json_to(&b);

            json_begin(&o);
            score_company_put(&o, &m);
            json_end(&o);
            assert_true(str_eq(buf_str(&b), str_of(cases[i].out)));
        }
        arena_free(c.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_gives_its_score_and_parts_that_add_up),
        cmocka_unit_test(parts_add_up_for_any_people),
        cmocka_unit_test(the_rule_is_read_and_printed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
