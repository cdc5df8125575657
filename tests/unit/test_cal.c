/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The calendar engine against a model that reads the wall's clock minute by minute, and cases counted by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cal/cal.h"

static instant at(const char *text)
{
    instant t;

    assert_true(instant_parse(str_of(text), &t));
    return t;
}

static const struct zone *zone(const char *name)
{
    const struct zone *z = zone_find(str_of(name));

    assert_non_null(z);
    return z;
}

/* 09:00-18:00 with an hour off, Monday to Friday. */
static struct cal office(const char *zone_text)
{
    struct cal cal = { .zone = zone(zone_text) };

    for (int day = 0; day < 5; day++) {
        cal.week[day].shifts[0] = (struct cal_shift){ 9 * 60, 13 * 60 };
        cal.week[day].shifts[1] = (struct cal_shift){ 14 * 60, 18 * 60 };
        cal.week[day].count = 2;
    }
    return cal;
}

/* ---- the model ---- */

static bool model_day_has(const struct cal *cal, int64_t date, int64_t minute)
{
    const struct cal_day *day = &cal->week[((date + 3) % 7 + 7) % 7];
    bool own = false;

    for (size_t i = 0; i < cal->own_day_count; i++)
        if (cal->own_days[i].date == date) {
            day = &cal->own_days[i].hours;
            own = true;
        }
    for (size_t i = 0; !own && i < cal->holiday_count; i++)
        if (cal->holidays[i] == date)
            return false;
    for (int i = 0; i < day->count; i++)
        if (day->shifts[i].from_min <= minute && minute < day->shifts[i].until_min)
            return true;
    return false;
}

static bool model_open(const struct cal *cal, instant t)
{
    int64_t local = t + zone_offset_us(cal->zone, t);
    int64_t date = local >= 0 ? local / DAY_US : -((-local + DAY_US - 1) / DAY_US);
    int64_t minute = (local - date * DAY_US) / MINUTE_US;

    for (size_t i = 0; i < cal->absence_count; i++)
        if (cal->absences[i].from <= t && t < cal->absences[i].until)
            return false;
    return model_day_has(cal, date, minute) || model_day_has(cal, date - 1, minute + 24 * 60);
}

static uint64_t seed = 20200101;
static int64_t below(int64_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((seed >> 33) % (uint64_t)n);
}

static void random_day(struct cal_day *day)
{
    int32_t minute = (int32_t)below(600);

    day->count = 0;
    if (below(5) == 0)
        return;
    while (day->count < 4 && minute < 24 * 60) {
        int32_t until = minute + 1 + (int32_t)below(500);

        day->shifts[day->count++] = (struct cal_shift){ minute, until };
        minute = until + (int32_t)below(200);
        if (until > 24 * 60)
            break;
    }
}

#define WINDOW_DAYS 8

static struct cal random_cal(struct arena *a, instant from)
{
    static const char *const names[] = { "Europe/Moscow", "Europe/Berlin", "America/New_York",
                                         "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia",
                                         "America/St_Johns" };
    struct cal cal = { .zone = zone(names[below(countof(names))]) };
    int64_t date = from / DAY_US;
    int64_t *holidays = ARENA_ARRAY(a, int64_t, 2);
    struct cal_own_day *own = ARENA_ARRAY(a, struct cal_own_day, 2);
    struct cal_span absences[3];

    for (int i = 0; i < 7; i++)
        random_day(&cal.week[i]);
    for (int i = 0; i < 2; i++)
        holidays[i] = date + 4 * i + below(4);
    cal.holidays = holidays;
    cal.holiday_count = (size_t)below(3);
    for (int i = 0; i < 2; i++) {
        own[i].date = date + 4 * i + below(4);
        random_day(&own[i].hours);
    }
    cal.own_days = own;
    cal.own_day_count = (size_t)below(3);
    for (int i = 0; i < 3; i++) {
        absences[i].from = from + below(WINDOW_DAYS * 24 * 60) * MINUTE_US;
        absences[i].until = absences[i].from + below(2 * 24 * 60) * MINUTE_US;
    }
    return cal_without(&cal, absences, (size_t)below(4), a);
}

static instant random_start(void)
{
    /* Half of them shortly before clocks change somewhere. */
    static const char *const near[] = { "2026-03-27T00:00:00Z", "2026-10-23T00:00:00Z",
                                        "2026-03-06T00:00:00Z", "2026-10-30T00:00:00Z",
                                        "2026-04-03T00:00:00Z", "2026-10-02T00:00:00Z",
                                        "2011-12-28T00:00:00Z", "2010-03-26T00:00:00Z" };

    if (below(2))
        return at(near[below(countof(near))]) + below(24 * 60) * MINUTE_US;
    return at("2009-01-01T00:00:00Z") + below(20 * 365 * 24 * 60) * MINUTE_US;
}

static void compare_with_model(struct arena *a)
{
    instant from = random_start();
    struct cal cal = random_cal(a, from);
    int minutes = WINDOW_DAYS * 24 * 60;
    int64_t *worked = ARENA_ARRAY(a, int64_t, (size_t)minutes + 1); /* since from */
    bool *open = ARENA_ARRAY(a, bool, (size_t)minutes);

    for (int i = 0; i < minutes; i++) {
        open[i] = model_open(&cal, from + i * MINUTE_US);
        worked[i + 1] = worked[i] + (open[i] ? MINUTE_US : 0);
    }
    for (int i = 0; i < 300; i++) {
        int x = (int)below(minutes), y = (int)below(minutes);
        instant tx = from + x * MINUTE_US, ty = from + y * MINUTE_US;
        int next = x;

        assert_int_equal(cal_is_open(&cal, tx), open[x]);
        assert_int_equal(cal_between(&cal, tx, ty), x < y ? worked[y] - worked[x] : 0);
        while (next < minutes && !open[next])
            next++;
        if (next < minutes)
            assert_int_equal(cal_next_open(&cal, tx), from + next * MINUTE_US);
        next = x;
        while (next < minutes && open[next])
            next++;
        if (next < minutes)
            assert_int_equal(cal_next_close(&cal, tx), from + next * MINUTE_US);
        if (x < y && worked[y] > worked[x]) {
            int64_t work = worked[y] - worked[x];
            int done = x;

            while (worked[done] - worked[x] < work)
                done++;
            assert_int_equal(cal_add(&cal, tx, work), from + done * MINUTE_US);
            /* Seconds, too: the instant at which half of the last minute is done. */
            assert_int_equal(cal_add(&cal, tx, work - 30 * SECOND_US),
                             from + done * MINUTE_US - 30 * SECOND_US);
        }
    }
}

static void cal_agrees_with_a_reader_of_the_wall(void **state)
{
    struct arena *a = arena_new(0);

    (void)state;
    for (int i = 0; i < 1500; i++) {
        compare_with_model(a);
        arena_reset(a);
    }
    arena_free(a);
}

static void cal_adds_over_break_night_and_weekend(void **state)
{
    struct cal cal = office("Europe/Moscow");
    static const struct {
        const char *from;
        int64_t minutes;
        const char *due;
    } cases[] = {
        { "2026-11-20T12:00:00Z", 5, "2026-11-20T12:05:00Z" },   /* Friday 15:00 */
        { "2026-11-20T09:58:00Z", 5, "2026-11-20T11:03:00Z" },   /* 12:58, over the break */
        { "2026-11-20T14:58:00Z", 5, "2026-11-23T06:03:00Z" },   /* Friday 17:58 -> Monday 09:03 */
        { "2026-11-20T14:55:00Z", 5, "2026-11-20T15:00:00Z" },   /* exactly until the end */
        { "2026-11-21T12:00:00Z", 480, "2026-11-23T15:00:00Z" }, /* a whole Monday */
        { "2026-11-20T12:00:00Z", 0, "2026-11-20T12:00:00Z" },
    };

    (void)state;
    for (size_t i = 0; i < countof(cases); i++)
        assert_int_equal(cal_add(&cal, at(cases[i].from), cases[i].minutes * MINUTE_US),
                         at(cases[i].due));
}

static void cal_night_shift_follows_the_wall(void **state)
{
    struct cal cal = { .zone = zone("Europe/Berlin") };

    (void)state;
    /* Saturday 22:00 until Sunday 06:00. */
    cal.week[5].shifts[0] = (struct cal_shift){ 22 * 60, 30 * 60 };
    cal.week[5].count = 1;
    assert_int_equal(cal_between(&cal, at("2026-03-28T00:00:00Z"), at("2026-03-30T00:00:00Z")),
                     7 * HOUR_US); /* an hour is skipped */
    assert_int_equal(cal_between(&cal, at("2026-10-24T00:00:00Z"), at("2026-10-26T00:00:00Z")),
                     9 * HOUR_US); /* an hour comes twice */
    assert_int_equal(cal_between(&cal, at("2026-11-07T00:00:00Z"), at("2026-11-09T00:00:00Z")),
                     8 * HOUR_US);
}

static void cal_shift_inside_a_skipped_hour_does_not_take_place(void **state)
{
    struct cal cal = { .zone = zone("Europe/Berlin") };

    (void)state;
    cal.week[6].shifts[0] = (struct cal_shift){ 2 * 60 + 10, 2 * 60 + 50 };
    cal.week[6].count = 1;
    assert_int_equal(cal_between(&cal, at("2026-03-29T00:00:00Z"), at("2026-03-30T00:00:00Z")), 0);
    assert_int_equal(cal_between(&cal, at("2026-10-25T00:00:00Z"), at("2026-10-26T00:00:00Z")),
                     80 * MINUTE_US);
}

static void cal_closure_beyond_the_horizon_is_never(void **state)
{
    struct arena *a = arena_new(0);
    struct cal cal = office("Europe/Moscow");
    struct cal closed = { .zone = zone("Europe/Moscow") };
    instant from = at("2026-01-12T06:00:00Z");
    struct cal_span year = { from, from + 366 * DAY_US }, ages = { from, from + 2000 * DAY_US };
    struct cal away = cal_without(&cal, &year, 1, a), gone = cal_without(&cal, &ages, 1, a);

    (void)state;
    assert_int_equal(cal_next_open(&away, from), at("2027-01-13T06:00:00Z"));
    assert_int_equal(cal_add(&away, from, MINUTE_US), at("2027-01-13T06:01:00Z"));
    assert_int_equal(cal_next_open(&gone, from), INSTANT_NEVER);
    assert_int_equal(cal_add(&gone, from, MINUTE_US), INSTANT_NEVER);
    assert_int_equal(cal_next_open(&closed, from), INSTANT_NEVER);
    assert_int_equal(cal_add(&closed, from, 1), INSTANT_NEVER);
    assert_int_equal(cal_between(&closed, from, from + 400 * DAY_US), 0);
    arena_free(a);
}

static void cal_always_is_always_open(void **state)
{
    struct cal cal = cal_always(zone("America/New_York"));
    instant from = at("2026-03-01T00:00:00Z");

    (void)state;
    assert_int_equal(cal_between(&cal, from, from + 30 * DAY_US), 30 * DAY_US);
    assert_int_equal(cal_next_open(&cal, from), from);
    assert_int_equal(cal_next_close(&cal, from), INSTANT_NEVER);
    assert_int_equal(cal_add(&cal, from, 1000 * HOUR_US), from + 1000 * HOUR_US);
}

/* ---- JSON ---- */

static enum err parse(struct ctx *c, const char *text, struct cal *cal)
{
    struct json *tree;

    fault_clear(c);
    assert_int_equal(json_read(c, str_of(text), &tree), ERR_NONE);
    return cal_parse(c, tree, cal);
}

/* Round the clock all week, in one shift a day or in several that pass midnight: it closes at what stands in the way, and else never. */
static void cal_round_the_clock_closes_only_where_something_is_in_the_way(void **state)
{
    struct cal whole = cal_always(zone("Europe/Berlin")), shifts = whole;
    int64_t date = at("2026-11-28T00:00:00Z") / DAY_US;
    struct cal_span away = { at("2026-12-24T12:00:00Z"), at("2026-12-25T12:00:00Z") };
    struct cal_own_day own = { .date = date };
    instant t = at("2026-03-20T08:00:00Z");

    (void)state;
    for (int i = 0; i < 7; i++) {
        shifts.week[i].shifts[0] = (struct cal_shift){ 6 * 60, 14 * 60 };
        shifts.week[i].shifts[1] = (struct cal_shift){ 14 * 60, 22 * 60 };
        shifts.week[i].shifts[2] = (struct cal_shift){ 22 * 60, 30 * 60 };
        shifts.week[i].count = 3;
    }
    for (int k = 0; k < 2; k++) {
        struct cal cal = k ? shifts : whole;

        assert_true(cal_next_close(&cal, t) == INSTANT_NEVER);
        assert_true(cal_stretch(&cal, t).until == INSTANT_NEVER);
        cal.holidays = &date;
        cal.holiday_count = 1;
        assert_true(cal_next_close(&cal, t) == at(k ? "2026-11-28T05:00:00Z" : "2026-11-27T23:00:00Z"));
        assert_true(cal_next_close(&cal, at("2026-11-30T00:00:00Z")) == INSTANT_NEVER);
        cal.holiday_count = 0;
        cal.own_days = &own;
        cal.own_day_count = 1;
        assert_true(cal_next_close(&cal, t) == at(k ? "2026-11-28T05:00:00Z" : "2026-11-27T23:00:00Z"));
        cal.own_day_count = 0;
        cal.absences = &away;
        cal.absence_count = 1;
        assert_true(cal_next_close(&cal, t) == away.from);
        assert_true(cal_next_close(&cal, away.until) == INSTANT_NEVER);
        cal.absence_count = 0;
        cal.week[6].shifts[0].from_min += 1; /* a minute on Sundays */
        assert_true(cal_next_close(&cal, t) != INSTANT_NEVER);
    }
}

static void cal_prints_what_it_parsed(void **state)
{
    static const char text[] =
        "{\"zone\":\"Asia/Kathmandu\",\"hours\":{\"mon\":[[\"09:00\",\"13:00\"],[\"14:00\",\"18:00\"]],\"tue\":[],"
        "\"wed\":[[\"22:00\",\"06:00\"]],\"thu\":[],\"fri\":[[\"00:00\",\"24:00\"]],\"sat\":[],\"sun\":[]},"
        "\"holidays\":[\"2026-01-01\",\"2026-05-09\"],\"days\":{\"2026-11-28\":[[\"10:00\",\"16:00\"]]}}";
    struct ctx c = { .arena = arena_new(0) };
    struct buf buf = buf_new(c.arena, 10000);
    struct json_out o = json_to(&buf);
    struct cal cal;

    (void)state;
    assert_int_equal(parse(&c, text, &cal), ERR_NONE);
    assert_int_equal(cal.week[2].shifts[0].until_min, 30 * 60);
    json_begin(&o);
    cal_print(&cal, &o);
    json_end(&o);
    assert_int_equal(buf_str(&buf).len, sizeof(text) - 1);
    assert_memory_equal(buf_str(&buf).ptr, text, sizeof(text) - 1);
    arena_free(c.arena);
}

static void cal_names_the_place_of_each_fault(void **state)
{
    static const struct {
        const char *text, *field;
        enum err code;
    } cases[] = {
        { "{\"hours\":{}}", "/zone", ERR_MISSING },
        { "{\"zone\":\"Mars/Base\",\"hours\":{}}", "/zone", ERR_BAD_FIELD },
        { "{\"zone\":\"GMT+3\",\"hours\":{}}", "/zone", ERR_BAD_FIELD },
        { "{\"zone\":\"UTC\"}", "/hours", ERR_MISSING },
        { "{\"zone\":\"UTC\",\"hours\":{\"monday\":[]}}", "/hours/monday", ERR_UNKNOWN_FIELD },
        { "{\"zone\":\"UTC\",\"hours\":{\"mon\":[[\"9:00\",\"10:00\"]]}}", "/hours/mon/0/0", ERR_BAD_FIELD },
        { "{\"zone\":\"UTC\",\"hours\":{\"mon\":[[\"09:00\",\"24:01\"]]}}", "/hours/mon/0/1", ERR_BAD_FIELD },
        { "{\"zone\":\"UTC\",\"hours\":{\"mon\":[[\"24:00\",\"08:00\"]]}}", "/hours/mon/0", ERR_OUT_OF_RANGE },
        { "{\"zone\":\"UTC\",\"hours\":{\"mon\":[[\"09:00\",\"12:00\"],[\"11:00\",\"13:00\"]]}}", "/hours/mon",
          ERR_BAD_FIELD },
        { "{\"zone\":\"UTC\",\"hours\":{\"mon\":[[\"09:00\"]]}}", "/hours/mon/0", ERR_BAD_FIELD },
        { "{\"zone\":\"UTC\",\"hours\":{},\"holidays\":[\"2026-02-30\"]}", "/holidays/0", ERR_BAD_FIELD },
        { "{\"zone\":\"UTC\",\"hours\":{},\"days\":{\"soon\":[]}}", "/days/soon", ERR_BAD_FIELD },
    };
    struct ctx c = { .arena = arena_new(0) };
    struct cal cal;

    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        assert_int_equal(parse(&c, cases[i].text, &cal), cases[i].code);
        assert_int_equal(c.fault.items[0].code, cases[i].code);
        assert_string_equal(c.fault.items[0].field, cases[i].field);
    }
    assert_int_equal(parse(&c, "{\"hours\":{\"mon\":1,\"tue\":2}}", &cal), ERR_MISSING);
    assert_int_equal(c.fault.count, 3);
    arena_free(c.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cal_agrees_with_a_reader_of_the_wall),
        cmocka_unit_test(cal_adds_over_break_night_and_weekend),
        cmocka_unit_test(cal_night_shift_follows_the_wall),
        cmocka_unit_test(cal_shift_inside_a_skipped_hour_does_not_take_place),
        cmocka_unit_test(cal_closure_beyond_the_horizon_is_never),
        cmocka_unit_test(cal_always_is_always_open),
        cmocka_unit_test(cal_round_the_clock_closes_only_where_something_is_in_the_way),
        cmocka_unit_test(cal_prints_what_it_parsed),
        cmocka_unit_test(cal_names_the_place_of_each_fault),
    };

    return cmocka_run_group_tests_name("cal", tests, NULL, NULL);
}
