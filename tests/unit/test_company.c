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

/* A lead shown as 71 that has 70.6 is warm: so is its company, by every rule. */
static void a_company_of_one_is_what_its_lead_is(void **state)
{
    (void)state;
    static const struct {
        fix total;
        int64_t shown;
        enum band is;
    } leads[] = {
        { 70600000, 71, BAND_WARM }, { 71000000, 71, BAND_HOT },  { 71400000, 71, BAND_HOT },  { 70999999, 71, BAND_WARM }, { 30500000, 31, BAND_COLD },
        { 31000000, 31, BAND_WARM }, { 90000000, 90, BAND_WARM }, { 90000000, 90, BAND_COLD }, { -4000000, -4, BAND_COLD }, { 100000000, 100, BAND_HOT },
    };

    for (int rule = COMPANY_MAX; rule <= COMPANY_MEAN; rule++)
        for (size_t i = 0; i < countof(leads); i++) {
            struct model m = { .company_rule = rule, .warm = 31 * FIX_ONE, .hot = 71 * FIX_ONE, .ceiling = 100 * FIX_ONE };
            struct score_bounds shown = score_bounds_shown(&m, leads[i].shown, leads[i].is), exact = score_bounds_exact(&m, leads[i].total, leads[i].is);
            struct score_company_bands by_shown = score_company_bands(&m, &shown, 1), by_exact = score_company_bands(&m, &exact, 1);

            assert_int_equal(by_shown.least, leads[i].is);
            assert_int_equal(by_shown.most, leads[i].is);
            assert_int_equal(by_exact.least, leads[i].is);
            assert_int_equal(by_exact.most, leads[i].is);
        }
}

/* Three that show 24 may have 70.6 or 72 together: that must be looked at. */
static void the_band_is_by_exact_points_and_told_open_where_they_decide(void **state)
{
    (void)state;
    static const struct {
        int rule;
        int64_t cap, shown[3];
        fix total[3];
        size_t n;
        enum band least, most, is;
    } cases[] = {
        { COMPANY_SUM_TOP3, 0, { 24, 24, 23 }, { 23600000, 23600000, 23400000 }, 3, BAND_WARM, BAND_HOT, BAND_WARM },
        { COMPANY_SUM_TOP3, 0, { 24, 24, 23 }, { 24400000, 24000000, 23000000 }, 3, BAND_WARM, BAND_HOT, BAND_HOT },
        { COMPANY_SUM_TOP3, 0, { 20, 20, 20 }, { 20400000, 20400000, 20400000 }, 3, BAND_WARM, BAND_WARM, BAND_WARM },
        { COMPANY_SUM_TOP3, 60, { 30, 30, 30 }, { 30000000, 30000000, 30000000 }, 3, BAND_WARM, BAND_WARM, BAND_WARM },
        { COMPANY_SUM_TOP3, 0, { 30, 1, -9 }, { 30000000, 900000, -9000000 }, 3, BAND_COLD, BAND_WARM, BAND_COLD },
        { COMPANY_MEAN, 0, { 42, 20 }, { 41800000, 20199999 }, 2, BAND_COLD, BAND_WARM, BAND_COLD }, /* 30.9999995: not rounded up */
        { COMPANY_MEAN, 0, { 42, 20 }, { 41800000, 20200000 }, 2, BAND_COLD, BAND_WARM, BAND_WARM },
        { COMPANY_MAX, 0, { 71, 30 }, { 70600000, 30000000 }, 2, BAND_WARM, BAND_WARM, BAND_WARM },
    };

    for (size_t i = 0; i < countof(cases); i++) {
        struct model m = { .company_rule = cases[i].rule, .company_cap = cases[i].cap, .warm = 31 * FIX_ONE, .hot = 71 * FIX_ONE, .ceiling = 100 * FIX_ONE };
        struct score_bounds shown[3], exact[3];

        for (size_t k = 0; k < cases[i].n; k++) {
            enum band own = cases[i].total[k] >= m.hot ? BAND_HOT : cases[i].total[k] >= m.warm ? BAND_WARM : BAND_COLD;

            shown[k] = score_bounds_shown(&m, cases[i].shown[k], own);
            exact[k] = score_bounds_exact(&m, cases[i].total[k], own);
        }
        struct score_company_bands may = score_company_bands(&m, shown, cases[i].n), is = score_company_bands(&m, exact, cases[i].n);

        assert_int_equal(may.least, cases[i].least);
        assert_int_equal(may.most, cases[i].most);
        assert_int_equal(is.least, cases[i].is);
        assert_int_equal(is.most, cases[i].is);
    }
}

/* What is told by what people show holds for the exact points, whatever they are, and held back by gates or not. */
static void bounds_hold_what_is_exact(void **state)
{
    (void)state;
    unsigned seed = 5;

    for (int round = 0; round < 20000; round++) {
        struct model m = { .company_rule = round % 3, .company_cap = rand_r(&seed) % 200, .warm = 31 * FIX_ONE, .hot = 71 * FIX_ONE, .ceiling = 100 * FIX_ONE };
        struct score_bounds shown[6], exact[6];
        size_t n = 1 + (size_t)(rand_r(&seed) % 6);

        for (size_t i = 0; i < n; i++) {
            fix total = (fix)(rand_r(&seed) % 1100) * FIX_ONE / 10 - 10 * FIX_ONE;
            enum band own = total >= m.hot ? BAND_HOT : total >= m.warm ? BAND_WARM : BAND_COLD;

            own = own > BAND_COLD && rand_r(&seed) % 4 == 0 ? own - 1 : own;
            shown[i] = score_bounds_shown(&m, fix_round(total), own);
            exact[i] = score_bounds_exact(&m, total, own);
        }
        struct score_company_bands may = score_company_bands(&m, shown, n), is = score_company_bands(&m, exact, n);

        assert_true(is.least == is.most && may.least <= is.least && is.least <= may.most);
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
        cmocka_unit_test(a_company_of_one_is_what_its_lead_is),
        cmocka_unit_test(the_band_is_by_exact_points_and_told_open_where_they_decide),
        cmocka_unit_test(bounds_hold_what_is_exact),
        cmocka_unit_test(the_rule_is_read_and_printed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
