/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/speed.h"
#include "stat/sample.h"

static struct arena *arena;

static const instant monday = (instant)1763946000 * SECOND_US; /* 2025-11-24 01:00 UTC, 04:00 in Moscow */

static void near(double got, double want, double by)
{
    if (!(fabs(got - want) <= by))
        fail_msg("got %.9f, want %.9f", got, want);
}

/* ---- one lead ---- */

static struct cal day_of_nine_to_six(const struct zone *zone)
{
    struct cal cal = { .zone = zone };

    for (int day = 0; day < 5; day++)
        cal.week[day] = (struct cal_day){ .shifts = { { 9 * 60, 18 * 60 } }, .count = 1 };
    return cal;
}

static struct speed_row row_at(instant start)
{
    return (struct speed_row){ .lead = { 1 }, .start = start, .born = start, .answered = INSTANT_NONE, .asked = INSTANT_NONE,
                               .due = INSTANT_NONE, .dropped = INSTANT_NONE, .ended = INSTANT_NONE };
}

static void a_night_lead_waits_by_the_wall_and_not_by_the_calendar(void **state)
{
    const struct zone *moscow = zone_find(STR("Europe/Moscow"));
    struct cal cal = day_of_nine_to_six(moscow);
    struct speed_row r = row_at(monday);
    struct speed_lead wall, work;

    (void)state;
    r.answered = monday + 5 * HOUR_US + 3 * MINUTE_US; /* 09:03 */
    r.asked = monday;
    r.norm_minutes = 5;
    wall = report_speed_lead(&r, &cal, NULL, moscow, SPEED_YOUNG, monday + DAY_US);
    work = report_speed_lead(&r, &cal, &cal, moscow, SPEED_YOUNG, monday + DAY_US);
    assert_true(wall.wait_us == 5 * HOUR_US + 3 * MINUTE_US && work.wait_us == 3 * MINUTE_US);
    assert_true(wall.norm == SPEED_IN_TIME && wall.answered && wall.hours == 1 && !wall.weekend);
    assert_true(wall.week == monday - 4 * HOUR_US);
    assert_true(report_week(moscow, monday - 4 * HOUR_US - 1) == monday - 4 * HOUR_US - 7 * DAY_US);
    r.answered = monday + 5 * HOUR_US + 5 * MINUTE_US + 1;
    assert_true(report_speed_lead(&r, &cal, &cal, moscow, SPEED_YOUNG, monday + DAY_US).norm == SPEED_LATE);
    r.start = monday + 5 * DAY_US;
    assert_true(report_speed_lead(&r, &cal, NULL, moscow, SPEED_YOUNG, monday + 9 * DAY_US).weekend);
}

static void who_is_silent_keeps_the_lead_in_his_figures(void **state)
{
    struct speed_row r = row_at(monday);

    (void)state;
    r.owner.v = 3;
    assert_true(report_speed_who(&r).v == 3);
    r.answered_by.v = 2;
    assert_true(report_speed_who(&r).v == 2);
    r.given_to.v = 1;
    assert_true(report_speed_who(&r).v == 1);
}

static void what_is_not_answered_is_watched_until_it_ends(void **state)
{
    const struct zone *utc = zone_find(STR("UTC"));
    struct speed_row r = row_at(monday);
    struct speed_lead l;

    (void)state;
    r.asked = monday;
    r.due = monday + 10 * MINUTE_US;
    l = report_speed_lead(&r, NULL, NULL, utc, SPEED_YOUNG, monday + 4 * MINUTE_US);
    assert_true(!l.answered && l.wait_us == 4 * MINUTE_US && l.norm == SPEED_RUNNING);
    assert_true(report_speed_lead(&r, NULL, NULL, utc, SPEED_YOUNG, monday + 11 * MINUTE_US).norm == SPEED_LATE);
    r.end = 2;
    r.ended = monday + 7 * MINUTE_US;
    l = report_speed_lead(&r, NULL, NULL, utc, SPEED_NOT, monday + DAY_US);
    assert_true(l.wait_us == 7 * MINUTE_US && l.norm == SPEED_NO_NORM);
    r.end = 0;
    r.dropped = monday + 2 * MINUTE_US;
    assert_true(report_speed_lead(&r, NULL, NULL, utc, SPEED_NOT, monday + DAY_US).norm == SPEED_NO_NORM);
    r.dropped = monday + 12 * MINUTE_US;
    assert_true(report_speed_lead(&r, NULL, NULL, utc, SPEED_NOT, monday + DAY_US).norm == SPEED_LATE);
}

/* ---- figures ---- */

static struct speed_lead made(int64_t minutes, bool answered, enum speed_end end, int hours)
{
    return (struct speed_lead){ .lead = { 1 }, .wait_us = minutes * MINUTE_US, .answered = answered, .end = end, .hours = hours };
}

static void leads_still_open_are_not_dropped(void **state)
{
    struct speed_lead leads[20];
    struct speed_figures f;

    (void)state;
    for (int i = 0; i < 20; i++) /* half of them answered within five minutes, the others watched for a day without an answer */
        leads[i] = i % 2 ? made(3, true, SPEED_YOUNG, 3) : made(1440, false, SPEED_YOUNG, 3);
    f = report_speed_figures(leads, 20, 5 * MINUTE_US, arena);
    assert_true(f.leads == 20 && f.answered == 10 && f.fast.told && f.fast.value == FIX_ONE / 2);
    assert_true(f.median_us == 3 * MINUTE_US && f.p90_us == -1);
    assert_false(report_speed_figures(leads, SPEED_ENOUGH - 1, 5 * MINUTE_US, arena).fast.told);
}

/* Counted over again from the definitions. */
static void groups_and_buckets_hold_each_lead_once(void **state)
{
    enum { N = 400 };
    static struct speed_lead leads[N];
    struct speed_effect e;
    uint64_t seed = 11;

    (void)state;
    for (size_t i = 0; i < N; i++) {
        leads[i] = made((int64_t)(sample_random(&seed) % 3000), sample_random(&seed) % 4 > 0, (enum speed_end)(sample_random(&seed) % 3),
                        (int)(sample_random(&seed) % 8));
        leads[i].who.v = 1 + (int64_t)(sample_random(&seed) % 5);
        leads[i].band = (enum band)(sample_random(&seed) % 3);
        leads[i].source = sample_random(&seed) % 2 ? STR("site") : STR("phone");
        leads[i].week = (int64_t)(sample_random(&seed) % 4) * 7 * DAY_US;
    }
    for (int key = 0; key < SPEED_KEYS; key++) {
        struct speed_group *groups;
        size_t count;
        int64_t sum = 0;

        report_speed_groups(leads, N, (enum speed_key)key, 5 * MINUTE_US, arena, &groups, &count);
        for (size_t i = 0; i < count; i++)
            sum += groups[i].f.leads;
        assert_int_equal(sum, N);
        assert_int_equal(count, ((const size_t[]){ 3, 2, 5, 8, 4 })[key]);
    }
    e = report_speed_effect(leads, N, 5 * MINUTE_US, arena);
    assert_int_equal(e.classes, SPEED_CLASSES);
    for (size_t i = 0; i < N; i++) {
        int bins = 0, classes = 0;

        for (int k = 0; k < SPEED_BINS; k++)
            bins += report_speed_in(&leads[i], 5 * MINUTE_US, str_print(arena, "wait.%d", k));
        for (size_t k = 0; k < e.classes; k++)
            if (report_speed_in(&leads[i], 5 * MINUTE_US, str_print(arena, "class.%zu", k))) {
                classes++;
                e.class[k].leads--;
            }
        for (size_t k = 0; k < e.classes; k++)
            e.class[k].won -= report_speed_in(&leads[i], 5 * MINUTE_US, str_print(arena, "class.%zu:won", k));
        assert_int_equal(bins, leads[i].answered);
        assert_true(classes <= 1 && (classes || (!leads[i].answered && leads[i].wait_us <= 5 * MINUTE_US)));
        assert_true(report_speed_in(&leads[i], 1, STR("all")) && !report_speed_in(&leads[i], 1, STR("nonsense")));
    }
    for (size_t k = 0; k < e.classes; k++)
        assert_true(e.class[k].leads == 0 && e.class[k].won == 0);
}

/* ---- what goes along with it ---- */

/* A base in which nights are answered late and buy little; `gain`: by how much likelier the fast ones buy at every hour. */
static size_t company(struct speed_lead *leads, size_t n, double gain, uint64_t *seed)
{
    for (size_t i = 0; i < n; i++) {
        int hours = (int)(sample_random(seed) % 8);
        bool night = hours < 2 || hours == 7, fast = sample_chance(seed) < (night ? .1 : .7);
        double chance = (night ? .05 : .3) + (fast ? gain : 0);

        leads[i] = made(fast ? 3 : 90, true, sample_chance(seed) < chance ? SPEED_WON : SPEED_NOT, hours);
        leads[i].amount = leads[i].end == SPEED_WON ? 50000 + (int64_t)(sample_random(seed) % 100001) : 0;
    }
    return n;
}

static void hours_alone_do_not_make_speed_pay(void **state)
{
    enum { ROUNDS = 400, N = 600 };
    static struct speed_lead leads[N];
    int crude = 0, adjusted = 0, costs = 0;
    uint64_t seed = 21;

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct speed_effect e = report_speed_effect(leads, company(leads, N, 0, &seed), 5 * MINUTE_US, arena);

        assert_true(e.ratio.told && e.slow.enough);
        crude += e.crude.low > FIX_ONE;
        adjusted += e.ratio.low > FIX_ONE || e.ratio.high < FIX_ONE;
        costs += e.slow.money_low > 0 || e.slow.money_high < 0;
    }
    assert_true(crude > ROUNDS * 95 / 100); /* who does not mind hours is deceived nearly each time */
    near((double)adjusted / ROUNDS, .05, .03);
    near((double)costs / ROUNDS, .05, .03);
}

static void a_true_cost_is_covered_by_its_interval(void **state)
{
    enum { ROUNDS = 400, N = 1000 };
    static struct speed_lead leads[N];
    int covered = 0;
    uint64_t seed = 22;

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct speed_effect e = report_speed_effect(leads, company(leads, N, .15, &seed), 5 * MINUTE_US, arena);
        double truth = .15 * (double)e.slow.leads * 100000; /* amounts are even between 50,000 and 150,000 */

        covered += (double)e.slow.money_low <= truth && truth <= (double)e.slow.money_high;
        assert_true(e.slow.money_low <= e.slow.money && e.slow.money <= e.slow.money_high);
    }
    near((double)covered / ROUNDS, .95, .03);
}

static void little_is_told_as_little(void **state)
{
    static struct speed_lead leads[100];
    uint64_t seed = 23;
    struct speed_effect e = report_speed_effect(leads, company(leads, 30, .2, &seed), 5 * MINUTE_US, arena);

    (void)state;
    assert_false(e.slow.enough || e.ratio.told);
    e = report_speed_effect(leads, company(leads, 100, .2, &seed), 5 * MINUTE_US, arena);
    for (size_t i = 0; i < 100; i++)
        leads[i].amount = 0;
    e = report_speed_effect(leads, 100, 5 * MINUTE_US, arena);
    assert_true(e.slow.less.told && !e.slow.enough && e.deals == 0);
    e = report_speed_effect(leads, 0, 5 * MINUTE_US, arena);
    assert_true(!e.ratio.told && e.compared == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_night_lead_waits_by_the_wall_and_not_by_the_calendar),
        cmocka_unit_test(who_is_silent_keeps_the_lead_in_his_figures),
        cmocka_unit_test(what_is_not_answered_is_watched_until_it_ends),
        cmocka_unit_test(leads_still_open_are_not_dropped),
        cmocka_unit_test(groups_and_buckets_hold_each_lead_once),
        cmocka_unit_test(hours_alone_do_not_make_speed_pay),
        cmocka_unit_test(a_true_cost_is_covered_by_its_interval),
        cmocka_unit_test(little_is_told_as_little),
    };
    int failed;

    arena = arena_new(0);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
