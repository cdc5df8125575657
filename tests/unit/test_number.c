/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Instants, ids, points: what must replay to the same bits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/fix.h"
#include "base/id.h"

static void instant_reads_rfc_3339(void **s)
{
    (void)s;
    static const struct { const char *text, *want; } cases[] = { /* want NULL: refused */
        { "2026-11-22T11:02:03.000001Z", "2026-11-22T11:02:03.000001Z" },
        { "2026-11-22T11:02:03Z", "2026-11-22T11:02:03Z" },
        { "2026-11-22t11:02:03.120z", "2026-11-22T11:02:03.12Z" },
        { "2026-11-22 14:02:03+03:00", "2026-11-22T11:02:03Z" },
        { "2026-11-22T11:02:03.123456789-00:30", "2026-11-22T11:32:03.123456Z" },
        { "2024-02-29", "2024-02-29T00:00:00Z" },
        { "1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z" },
        { "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z" },
        { "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z" },
        { "2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z" },
        { "2023-02-29", NULL }, { "1900-02-29", NULL }, { "2026-13-01", NULL }, { "2026-00-01", NULL },
        { "2026-04-31", NULL }, { "0000-01-01", NULL }, { "2026-11-22T24:00:00Z", NULL },
        { "2026-11-22T11:60:00Z", NULL }, { "2026-11-22T11:02:61Z", NULL }, { "2026-11-22T11:02:03", NULL },
        { "2026-11-22T11:02Z", NULL }, { "2026-11-22T11:02:03.Z", NULL }, { "2026-11-22T11:02:03.1234567890Z", NULL },
        { "2026-11-22T11:02:03+0300", NULL }, { "2026-11-22T11:02:03Z ", NULL }, { "", NULL }, { "26-11-22", NULL },
        { "9999-12-31T23:59:59-01:00", NULL }, { "0001-01-01T00:00:00+01:00", NULL }, { "2026-11-22T11:02:03+24:00", NULL },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        char text[INSTANT_TEXT_MAX];
        instant at;
        bool good = instant_parse(str_of(cases[i].text), &at);
        if (good != (cases[i].want != NULL))
            fail_msg("%s", cases[i].text);
        if (good)
            assert_string_equal(instant_print(at, text).ptr, cases[i].want);
    }
}

static void date_and_days_agree_over_four_centuries(void **s)
{
    (void)s;
    int year, month, day;
    assert_int_equal(date_to_days(1970, 1, 1), 0);
    assert_int_equal(date_to_days(2000, 3, 1), 11017);
    for (int64_t d = date_to_days(1, 1, 1); d < date_to_days(2401, 1, 1); d += 1) {
        date_of_days(d, &year, &month, &day);
        if (date_to_days(year, month, day) != d)
            fail_msg("%d-%d-%d", year, month, day);
    }
}

static void instant_add_stays_at_the_ends(void **s)
{
    (void)s;
    assert_int_equal(instant_add(5, -7), -2);
    assert_int_equal(instant_add(INSTANT_NONE, 1), INSTANT_NONE);
    assert_int_equal(instant_add(INSTANT_NEVER, -1), INSTANT_NEVER);
    assert_int_equal(instant_add(INT64_MAX - 5, 10), INSTANT_NEVER);
    assert_int_equal(instant_add(INT64_MIN + 5, -10), INSTANT_NONE);
}

static void id_rises_even_when_the_clock_goes_back(void **s)
{
    (void)s;
    struct id_maker m = { .node = 7 };
    instant wall = INT64_C(1790000000000000);
    int64_t last = 0;
    for (int i = 0; i < 100000; i++) {
        int64_t id = id_make(&m, wall - i % 3000);
        assert_true(id > last);
        assert_int_equal(id >> 14 & 255, 7);
        last = id;
    }
    assert_true(id_instant(last) - wall < 10 * 1000); /* seven milliseconds were borrowed */
    assert_int_equal(id_instant(id_make(&m, wall + DAY_US)), wall + DAY_US);
}

static void id_text_is_exact_and_typed(void **s)
{
    (void)s;
    char text[ID_TEXT_MAX];
    int64_t id = 0;
    assert_string_equal(id_print("ld", INT64_MAX, text).ptr, "ld_7zzzzzzzzzzzz");
    assert_true(id_parse("ld", str_of(text), &id));
    assert_int_equal(id, INT64_MAX);
    assert_int_equal(id_print("ld", 0, text).len, 0);
    static const char *const bad[] = {
        "", "ld_", "us_7zzzzzzzzzzzz", "ld_8000000000000", "ld_zzzzzzzzzzzzz", "ld_0000000000000",
        "ld_7zzzzzzzzzzz", "ld_7zzzzzzzzzzzzz", "ld_7ZZZZZZZZZZZZ", "ld_7zzzzzzzzzzzi", "ld-7zzzzzzzzzzzz",
        "ld_7zzzzzz zzzzz",
    };
    for (size_t i = 0; i < countof(bad); i++)
        if (id_parse("ld", str_of(bad[i]), &id))
            fail_msg("%s", bad[i]);
    assert_false(id_parse("ld", STR("ld_7zzzzzzzzzz\0z"), &id));
}

static void fix_muldiv_rounds_half_away_and_saturates(void **s)
{
    (void)s;
    static const struct { int64_t a, num, den, want; } cases[] = {
        { 1, 1, 2, 1 }, { -1, 1, 2, -1 }, { 1, 1, 3, 0 }, { 5, 3, 2, 8 }, { -5, 3, 2, -8 }, { 7, -1, 2, -4 },
        { INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX }, { INT64_MAX, 2, 1, INT64_MAX }, { INT64_MIN, 2, 1, INT64_MIN },
        { INT64_MIN, 1, 1, INT64_MIN }, { INT64_MIN, -1, 1, INT64_MAX }, { 0, INT64_MIN, 9, 0 },
        { INT64_MAX, INT64_MAX - 1, INT64_MAX, INT64_MAX - 1 },
    };
    for (size_t i = 0; i < countof(cases); i++)
        if (fix_muldiv(cases[i].a, cases[i].num, cases[i].den) != cases[i].want)
            fail_msg("case %zu", i);
}

/* Made with 60-digit decimals: value, age, half-life, answer. */
static const int64_t halvings[][4] = {
    { 20000000, 0, 1209600000000, 20000000 }, { 20000000, 1209600000000, 1209600000000, 10000000 },
    { 20000000, 604800000000, 1209600000000, 14142136 }, { 20000000, 86400000000, 1209600000000, 19033903 },
    { -15000000, 259200000000, 1209600000000, -12929592 }, { 1000000, 3, 7, 742997 },
    { 1000000000000, 1, 1000000, 999999306853 }, { 5, 10, 10, 3 }, { -5, 10, 10, -3 }, { 1, 10, 10, 1 },
    { 1, 11, 10, 0 }, { 40000000, 31536000000000, 1209600000000, 1 }, { 1000000, 100, 5, 1 }, { 1000000, 105, 5, 0 },
    { INT64_MAX, 0, 1, INT64_MAX }, { INT64_MIN, 0, 1, INT64_MIN }, { INT64_MAX, 100, 1, 0 },
};

static void fix_halve_gives_the_nearest_millionth(void **s)
{
    (void)s;
    for (size_t i = 0; i < countof(halvings); i++) {
        const int64_t *h = halvings[i];
        if (fix_halve(h[0], h[1], h[2]) != h[3])
            fail_msg("%zu: %lld", i, (long long)fix_halve(h[0], h[1], h[2]));
    }
}

static void fix_halve_never_rises_with_age(void **s)
{
    (void)s;
    static const int64_t lives[] = { 1, 3, 1000, 86400000000, 14 * DAY_US, 90 * DAY_US, INT64_MAX / 4 };
    for (size_t l = 0; l < countof(lives); l++) {
        for (int part = 0; part <= 256 * 3; part++) { /* around each joint of the tables */
            int64_t middle = fix_muldiv(lives[l], part, 256);
            fix last = INT64_MAX;
            for (int64_t age = middle > 50 ? middle - 50 : 0; age < middle + 50; age++) {
                fix v = fix_halve(INT64_MAX, age, lives[l]);
                assert_true(v <= last && v >= 0);
                last = v;
            }
        }
    }
}

static void fix_text_is_as_short_as_exact(void **s)
{
    (void)s;
    static const struct { const char *text, *want; } cases[] = { /* want NULL: refused */
        { "12.5", "12.5" }, { "-5", "-5" }, { "0.333333", "0.333333" }, { "-0.000001", "-0.000001" }, { "-0", "0" },
        { "1.500000000", "1.5" }, { "8999999999999.999999", "8999999999999.999999" }, { "00012", "12" },
        { "0.3333333", NULL }, { "9000000000000", NULL }, { "1e3", NULL }, { ".5", NULL }, { "5.", NULL }, { "", NULL },
        { "-", NULL }, { "+1", NULL }, { "1,5", NULL }, { " 1", NULL }, { "99999999999999999999", NULL },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        char text[FIX_TEXT_MAX];
        fix v;
        bool good = fix_parse(str_of(cases[i].text), &v);
        if (good != (cases[i].want != NULL))
            fail_msg("%s", cases[i].text);
        if (good)
            assert_string_equal(fix_print(v, text).ptr, cases[i].want);
    }
    char text[FIX_TEXT_MAX];
    assert_string_equal(fix_print(INT64_MIN, text).ptr, "-9223372036854.775808");
    assert_int_equal(fix_round(2500000), 3);
    assert_int_equal(fix_round(-2500000), -3);
    assert_int_equal(fix_round(2499999), 2);
    assert_int_equal(fix_clamp(7, 1, 5), 5);
    assert_int_equal(fix_clamp(-7, 1, 5), 1);
}

static void fix_cut_reads_any_number_of_json(void **s)
{
    (void)s;
    static const struct { const char *text; fix want; } cases[] = {
        { "0", 0 }, { "1", 1000000 }, { "-1.5", -1500000 }, { "0.1234567", 123456 }, { "-0.9999999", -999999 }, { "1e3", 1000000000 },
        { "1.5E+2", 150000000 }, { "12345e-2", 123450000 }, { "1e-6", 1 }, { "1e-7", 0 }, { "9e-999999999999", 0 }, { "0e999999999", 0 },
        { "9223372036854.775807", INT64_MAX }, { "9223372036854.775808", INT64_MAX }, { "1e300", INT64_MAX }, { "-1e300", -INT64_MAX },
        { "0.00000000000000000001e26", 1000000000000 }, { "123456789012345678901234567890e-25", 12345678901 },
    };
    for (size_t i = 0; i < countof(cases); i++)
        if (fix_cut(str_of(cases[i].text)) != cases[i].want)
            fail_msg("%s: %lld", cases[i].text, (long long)fix_cut(str_of(cases[i].text)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instant_reads_rfc_3339),
        cmocka_unit_test(date_and_days_agree_over_four_centuries),
        cmocka_unit_test(instant_add_stays_at_the_ends),
        cmocka_unit_test(id_rises_even_when_the_clock_goes_back),
        cmocka_unit_test(id_text_is_exact_and_typed),
        cmocka_unit_test(fix_muldiv_rounds_half_away_and_saturates),
        cmocka_unit_test(fix_halve_gives_the_nearest_millionth),
        cmocka_unit_test(fix_halve_never_rises_with_age),
        cmocka_unit_test(fix_text_is_as_short_as_exact),
        cmocka_unit_test(fix_cut_reads_any_number_of_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
