/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "noun/candidate.h"
#include "route/eligible.h"
#include "team/manager.h"

#define NOON 1763974800000000 /* Monday 2025-11-24 09:00 UTC, 12:00 in Moscow */

static struct cal office(void)
{
    struct cal cal = { .zone = zone_find(STR("Europe/Moscow")) };

    for (int day = 0; day < 5; day++) {
        cal.week[day].shifts[0] = (struct cal_shift){ 9 * 60, 18 * 60 };
        cal.week[day].count = 1;
    }
    return cal;
}

static struct person anna(const struct cal *cal)
{
    return (struct person){ .user = { 1 },
                            .active = true,
                            .on_duty = true,
                            .back_at = INSTANT_NEVER,
                            .cal = cal,
                            .level = LEVEL_REGULAR,
                            .weight = 1,
                            .load = 3,
                            .capacity = 10,
                            .last_at = INSTANT_NONE };
}

static struct need hot(instant at)
{
    return (struct need){ .at = at, .band = BAND_HOT, .units = 2, .now = true };
}

static void eligible_says_why_not_and_until_when(void **state)
{
    static const struct str lathes[] = { { "lathes", 6 } };
    static const instant given[] = { NOON - 23 * HOUR_US, NOON - 40 * MINUTE_US, NOON - MINUTE_US };
    static const struct cal_span away = { NOON - HOUR_US, NOON + 20 * HOUR_US };
    struct cal cal = office();
    struct need need = hot(NOON);
    struct person p = anna(&cal);
    struct candidate c = route_eligible(&p, &need);

    (void)state;
    assert_int_equal(c.why, CANDIDATE_OK);
    assert_int_equal(c.again_at, INSTANT_NEVER);
    assert_int_equal(c.load, 3);

    p.active = false;
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_DISABLED);
    p = anna(&cal);
    p.declined = true;
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_DECLINED);
    p = anna(&cal);
    p.on_duty = false;
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_OFF_DUTY);
    assert_int_equal(route_eligible(&p, &need).again_at, INSTANT_NEVER);

    p = anna(&cal);
    p.level = LEVEL_TRAINEE;
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_LEVEL);
    need.band = BAND_WARM;
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_OK);
    need = hot(NOON);

    p = anna(&cal);
    p.products = (struct texts){ lathes, 1 };
    need.product = STR("Lathes");
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_OK);
    need.product = STR("mills");
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_PRODUCT);
    need = hot(NOON);

    p = anna(&cal);
    p.load = 8;
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_OK);
    p.load = 9;
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_FULL);
    p.capacity = 0;
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_OK);

    p = anna(&cal);
    p.given = given;
    p.given_count = 3;
    p.day_quota = 4;
    p.hour_quota = 3;
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_OK);
    p.day_quota = 3;
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_DAY_QUOTA);
    assert_int_equal(route_eligible(&p, &need).again_at, NOON + HOUR_US);
    p.day_quota = 0;
    p.hour_quota = 2;
    c = route_eligible(&p, &need);
    assert_int_equal(c.why, CANDIDATE_HOUR_QUOTA);
    assert_int_equal(c.again_at, NOON + 20 * MINUTE_US);
    need.at = c.again_at; /* and then it does */
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_OK);
    need = hot(NOON);

    p = anna(&cal);
    p.absences = &away;
    p.absence_count = 1;
    c = route_eligible(&p, &need);
    assert_int_equal(c.why, CANDIDATE_ABSENT);
    /* The absence ends on Tuesday at 08:00 in Moscow; work begins at 09:00. */
    assert_int_equal(c.again_at, NOON + 21 * HOUR_US);
    need.now = false;
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_OK);

    p = anna(&cal);
    need = hot(NOON + 9 * HOUR_US); /* 21:00 */
    c = route_eligible(&p, &need);
    assert_int_equal(c.why, CANDIDATE_CLOSED);
    assert_int_equal(c.again_at, NOON + 21 * HOUR_US);
}

/* Off duty until the next working day: no for now, and a promise. */
static void eligible_waits_for_duty_that_begins_by_itself(void **state)
{
    struct cal cal = office();
    struct need need = hot(NOON);
    struct person p = anna(&cal);
    struct candidate c;

    (void)state;
    p.on_duty = false;
    p.back_at = team_manager_back(&cal, NOON);
    assert_int_equal(p.back_at, NOON + 21 * HOUR_US); /* Tuesday 09:00 in Moscow */
    c = route_eligible(&p, &need);
    assert_int_equal(c.why, CANDIDATE_OFF_DUTY);
    assert_int_equal(c.again_at, p.back_at);
    need.at = c.again_at;
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_OK);
    need.at = c.again_at - 1;
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_OFF_DUTY);
    need.now = false; /* what is no emergency waits for them */
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_OK);
}

static void duty_begins_again_with_the_next_working_day(void **state)
{
    struct cal cal = office(), always = cal_always(zone_find(STR("Europe/Moscow"))), night = { .zone = always.zone }, never = night;
    const instant day = NOON - 12 * HOUR_US; /* Monday 00:00 in Moscow */

    (void)state;
    for (int i = 0; i < 5; i++) {
        cal.week[i].shifts[0] = (struct cal_shift){ 9 * 60, 13 * 60 };
        cal.week[i].shifts[1] = (struct cal_shift){ 14 * 60, 18 * 60 };
        cal.week[i].count = 2;
        night.week[i].shifts[0] = (struct cal_shift){ 22 * 60, 30 * 60 };
        night.week[i].count = 1;
    }
    /* In the morning, in the break, in the afternoon; early, before work begins; on Friday; for ever at work; through a night. */
    assert_int_equal(team_manager_back(&cal, day + 10 * HOUR_US), day + 33 * HOUR_US);
    assert_int_equal(team_manager_back(&cal, day + 13 * HOUR_US + 1), day + 33 * HOUR_US);
    assert_int_equal(team_manager_back(&cal, day + 17 * HOUR_US), day + 33 * HOUR_US);
    assert_int_equal(team_manager_back(&cal, day + 6 * HOUR_US), day + 33 * HOUR_US);
    assert_int_equal(team_manager_back(&cal, day + 20 * HOUR_US), day + 33 * HOUR_US);
    assert_int_equal(team_manager_back(&cal, day + 4 * DAY_US + 12 * HOUR_US), day + 7 * DAY_US + 9 * HOUR_US);
    assert_int_equal(team_manager_back(&always, NOON), day + DAY_US);
    assert_int_equal(team_manager_back(&night, day + 25 * HOUR_US), day + DAY_US + 22 * HOUR_US);
    assert_int_equal(team_manager_back(&never, NOON), INSTANT_NEVER);
}

static void eligible_is_nobody_who_is_not_shown_the_lead(void **state)
{
    struct cal cal = office();
    struct need need = hot(NOON);
    struct person p = anna(&cal);

    (void)state;
    p.hidden = true;
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_HIDDEN);
    assert_int_equal(route_eligible(&p, &need).again_at, INSTANT_NEVER);
    need.now = false;
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_HIDDEN);
}

/* An opening is a promise only from somebody who could take the lead then. */
static void eligible_promises_nothing_from_those_who_never_may(void **state)
{
    struct cal cal = office();
    struct need need = hot(NOON + 9 * HOUR_US);
    struct person p = anna(&cal);

    (void)state;
    p.level = LEVEL_TRAINEE;
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_LEVEL);
    assert_int_equal(route_eligible(&p, &need).again_at, INSTANT_NEVER);
    p = anna(&cal);
    p.on_duty = false;
    assert_int_equal(route_eligible(&p, &need).why, CANDIDATE_OFF_DUTY);
    assert_int_equal(route_eligible(&p, &need).again_at, INSTANT_NEVER);
}

static void eligible_again_is_true(void **state)
{
    uint64_t seed = 11;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        struct cal cal = office();
        struct cal_span absences[2];
        instant given[6];
        struct person p = anna(&cal);
        struct need need;
        struct candidate c;
        instant t = NOON;
#define BELOW(n) ((int64_t)((seed = seed * 6364136223846793005u + 1442695040888963407u) >> 33) % (n))

        need = hot(NOON + BELOW(14 * 24 * 60) * MINUTE_US);
        for (int i = 0; i < 2; i++) {
            absences[i].from = NOON + BELOW(14 * 24 * 60) * MINUTE_US;
            absences[i].until = absences[i].from + BELOW(3 * 24 * 60) * MINUTE_US;
        }
        p.absences = absences;
        p.absence_count = (size_t)BELOW(3);
        t = need.at - 26 * HOUR_US;
        for (int i = 0; i < 6; i++)
            given[i] = t += 1 + BELOW(4 * 60) * MINUTE_US;
        for (p.given_count = 0; p.given_count < 6 && given[p.given_count] <= need.at; p.given_count++)
            ;
        p.given = given;
        p.on_duty = BELOW(3) > 0;
        if (!p.on_duty)
            p.back_at = team_manager_back(&cal, need.at - BELOW(60) * HOUR_US);
        p.hour_quota = BELOW(3);
        p.day_quota = BELOW(5);
        c = route_eligible(&p, &need);
        if (c.why == CANDIDATE_OK)
            continue;
        assert_int_not_equal(c.again_at, INSTANT_NEVER);
        assert_true(c.again_at > need.at);
        need.at = c.again_at;
        /* The reason has passed; another may stand behind it, but never the same one at the same instant. */
        assert_int_not_equal(route_eligible(&p, &need).why, c.why);
    }
}

static void eligible_has_a_word_for_each_reason(void **state)
{
    (void)state;
    for (int i = 0; i < CANDIDATE_WHYS; i++)
        assert_non_null(candidate_why_word((enum candidate_why)i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eligible_says_why_not_and_until_when),
        cmocka_unit_test(eligible_promises_nothing_from_those_who_never_may),
        cmocka_unit_test(eligible_again_is_true),
        cmocka_unit_test(eligible_waits_for_duty_that_begins_by_itself),
        cmocka_unit_test(duty_begins_again_with_the_next_working_day),
        cmocka_unit_test(eligible_is_nobody_who_is_not_shown_the_lead),
        cmocka_unit_test(eligible_has_a_word_for_each_reason),
    };

    return cmocka_run_group_tests_name("eligible", tests, NULL, NULL);
}
