/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sys/zone.h"

static instant at(const char *text)
{
    instant t;

    assert_true(instant_parse(str_of(text), &t));
    return t;
}

static void zone_knows_offsets(void **state)
{
    static const struct {
        const char *zone, *at;
        int64_t minutes;
    } cases[] = {
        { "UTC", "2026-01-01T00:00:00Z", 0 },
        { "Europe/Moscow", "2010-07-01T00:00:00Z", 240 },
        { "Europe/Moscow", "2012-01-01T00:00:00Z", 240 },
        { "Europe/Moscow", "2026-07-01T00:00:00Z", 180 },
        { "Europe/Berlin", "2026-03-29T00:59:59Z", 60 },
        { "Europe/Berlin", "2026-03-29T01:00:00Z", 120 },
        { "America/New_York", "2026-11-01T05:59:59Z", -240 },
        { "America/New_York", "2026-11-01T06:00:00Z", -300 },
        { "Asia/Kathmandu", "2026-06-01T00:00:00Z", 345 },
        { "Australia/Lord_Howe", "2026-01-15T00:00:00Z", 660 },
        { "Australia/Lord_Howe", "2026-06-15T00:00:00Z", 630 },
        { "Europe/Berlin", "2099-07-01T00:00:00Z", 120 },
    };

    (void)state;
    for (size_t i = 0; i < countof(cases); i++)
        assert_int_equal(zone_offset_us(zone_find(str_of(cases[i].zone)), at(cases[i].at)),
                         cases[i].minutes * MINUTE_US);
}

static void zone_refuses_what_is_none(void **state)
{
    static const char *const names[] = { "", "Moscow", "Europe/Nowhere", "GMT+3", "UTC ", "\xff",
                                         "Europe/Moscow\n", "../etc/passwd" };

    (void)state;
    for (size_t i = 0; i < countof(names); i++)
        assert_null(zone_find(str_of(names[i])));
    assert_null(zone_find(STR_NULL));
    assert_null(zone_choose(STR("Factory"))); /* ICU knows it, browsers do not */
    assert_non_null(zone_choose(STR("Europe/Moscow")));
}

static void zone_states_gaps_and_overlaps(void **state)
{
    const struct zone *z = zone_find(STR("Europe/Berlin"));
    struct zone_instant found;

    (void)state;
    found = zone_at_local(z, at("2026-03-29T02:30:00Z"));
    assert_int_equal(found.fit, ZONE_GAP);
    assert_int_equal(found.first, at("2026-03-29T01:00:00Z"));
    found = zone_at_local(z, at("2026-10-25T02:30:00Z"));
    assert_int_equal(found.fit, ZONE_OVERLAP);
    assert_int_equal(found.first, at("2026-10-25T00:30:00Z"));
    assert_int_equal(found.last, at("2026-10-25T01:30:00Z"));
    found = zone_at_local(z, at("2026-07-01T12:00:00Z"));
    assert_int_equal(found.fit, ZONE_ONE);
    assert_int_equal(found.first, at("2026-07-01T10:00:00Z"));
    /* Samoa had no 30 December 2011. */
    found = zone_at_local(zone_find(STR("Pacific/Apia")), at("2011-12-30T12:00:00Z"));
    assert_int_equal(found.fit, ZONE_GAP);
    assert_int_equal(found.first, at("2011-12-30T10:00:00Z"));
}

static void zone_local_time_and_back(void **state)
{
    static const char *const names[] = { "Europe/Moscow", "America/New_York", "Asia/Kathmandu",
                                         "Australia/Lord_Howe", "Pacific/Apia", "UTC" };
    instant begin = at("2009-01-01T00:00:00Z");

    (void)state;
    for (size_t i = 0; i < countof(names); i++) {
        const struct zone *z = zone_find(str_of(names[i]));

        for (int k = 0; k < 40000; k++) {
            instant t = begin + k * (5 * HOUR_US + 17 * MINUTE_US);
            struct zone_instant found = zone_at_local(z, t + zone_offset_us(z, t));

            assert_int_not_equal(found.fit, ZONE_GAP);
            assert_true(found.first == t || found.last == t);
        }
    }
}

static void zone_day_has_23_to_25_hours(void **state)
{
    const struct zone *z = zone_find(STR("Europe/Berlin"));
    instant from, until;

    (void)state;
    zone_day(z, at("2026-03-29T12:00:00Z"), &from, &until);
    assert_int_equal(from, at("2026-03-28T23:00:00Z"));
    assert_int_equal(until - from, 23 * HOUR_US);
    zone_day(z, at("2026-10-25T12:00:00Z"), &from, &until);
    assert_int_equal(until - from, 25 * HOUR_US);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zone_knows_offsets),
        cmocka_unit_test(zone_refuses_what_is_none),
        cmocka_unit_test(zone_states_gaps_and_overlaps),
        cmocka_unit_test(zone_local_time_and_back),
        cmocka_unit_test(zone_day_has_23_to_25_hours),
    };

    return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
