/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The calendar as JSON: every fault is noted with its place, so that a form can mark all of them at once. */
#include "cal/cal.h"

#include <stdlib.h>

static const char *const weekdays[7] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

/* Notes the fault and keeps the first code. */
static void note(struct ctx *c, enum err *first, enum err code, struct str at, const char *what)
{
    enum err e = fault_at(c, code, at, "%s", what);

    if (!*first)
        *first = e;
}

static bool digits(struct str s, size_t from, size_t count, int *value)
{
    *value = 0;
    for (size_t i = from; i < from + count; i++) {
        if (i >= s.len || s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        *value = *value * 10 + (s.ptr[i] - '0');
    }
    return true;
}

/* "HH:MM", 00:00 to 24:00, as minutes. */
static bool minutes_parse(struct str s, int32_t *minutes)
{
    int hour, minute;

    if (s.len != 5 || s.ptr[2] != ':' || !digits(s, 0, 2, &hour) || !digits(s, 3, 2, &minute))
        return false;
    if (minute > 59 || hour * 60 + minute > 24 * 60)
        return false;
    *minutes = hour * 60 + minute;
    return true;
}

/* "YYYY-MM-DD" as days since 1970, real dates only. */
static bool date_parse(struct str s, int64_t *date)
{
    int year, month, day, y, m, d;

    if (s.len != 10 || s.ptr[4] != '-' || s.ptr[7] != '-' || !digits(s, 0, 4, &year) ||
        !digits(s, 5, 2, &month) || !digits(s, 8, 2, &day))
        return false;
    if (year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    *date = date_to_days(year, month, day);
    date_of_days(*date, &y, &m, &d);
    return y == year && m == month && d == day;
}

static enum err shift_parse(struct ctx *c, const struct json *from, struct str at,
                            struct cal_shift *shift)
{
    if (!json_is(from, JSON_ARRAY) || from->count != 2)
        return fault_at(c, ERR_BAD_FIELD, at, "a shift is [\"HH:MM\", \"HH:MM\"]");
    for (uint32_t i = 0; i < 2; i++)
        if (!minutes_parse(json_text(&from->as.items[i]), i ? &shift->until_min : &shift->from_min))
            return fault_at(c, ERR_BAD_FIELD, str_print(c->arena, STR_FMT "/%u", STR_ARG(at), i),
                            "a time is HH:MM from 00:00 to 24:00");
    if (shift->from_min == 24 * 60)
        return fault_at(c, ERR_OUT_OF_RANGE, at, "a shift begins before 24:00");
    if (shift->until_min <= shift->from_min)
        shift->until_min += 24 * 60;
    return ERR_NONE;
}

static int shift_cmp(const void *a, const void *b)
{
    return ((const struct cal_shift *)a)->from_min - ((const struct cal_shift *)b)->from_min;
}

static enum err day_parse(struct ctx *c, const struct json *from, struct str at, struct cal_day *day)
{
    enum err first = ERR_NONE;

    if (!json_is(from, JSON_ARRAY))
        return fault_at(c, ERR_BAD_FIELD, at, "a day is a list of shifts");
    if (from->count > CAL_SHIFTS)
        return fault_at(c, ERR_OUT_OF_RANGE, at, "a day has at most %d shifts", CAL_SHIFTS);
    for (uint32_t i = 0; i < from->count; i++) {
        enum err e = shift_parse(c, &from->as.items[i],
                                 str_print(c->arena, STR_FMT "/%u", STR_ARG(at), i), &day->shifts[i]);

        if (e && !first)
            first = e;
    }
    if (first)
        return first;
    day->count = (int32_t)from->count;
    qsort(day->shifts, (size_t)day->count, sizeof(day->shifts[0]), shift_cmp);
    for (int32_t i = 1; i < day->count; i++)
        if (day->shifts[i].from_min < day->shifts[i - 1].until_min)
            return fault_at(c, ERR_BAD_FIELD, at, "shifts overlap");
    return ERR_NONE;
}

static void hours_parse(struct ctx *c, const struct json *from, struct cal *cal, enum err *first)
{
    if (!json_is(from, JSON_OBJECT)) {
        note(c, first, from ? ERR_BAD_FIELD : ERR_MISSING, STR("/hours"),
             "hours are an object: mon, tue, wed, thu, fri, sat, sun");
        return;
    }
    for (uint32_t i = 0; i < from->count; i++) {
        const struct json_member *member = &from->as.members[i];
        struct str at = str_print(c->arena, "/hours/" STR_FMT, STR_ARG(member->key));
        int day = 0;

        while (day < 7 && !str_eq(member->key, str_of(weekdays[day])))
            day++;
        if (day == 7) {
            note(c, first, ERR_UNKNOWN_FIELD, at, "not a weekday");
            continue;
        }
        enum err e = day_parse(c, &member->value, at, &cal->week[day]);
        if (e && !*first)
            *first = e;
    }
}

static int date_cmp(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static void holidays_parse(struct ctx *c, const struct json *from, struct cal *cal, enum err *first)
{
    int64_t *dates;
    size_t count = 0;

    if (!from || json_is(from, JSON_NULL))
        return;
    if (!json_is(from, JSON_ARRAY)) {
        note(c, first, ERR_BAD_FIELD, STR("/holidays"), "holidays are a list of dates");
        return;
    }
    if (from->count > CAL_DAYS_MAX) {
        note(c, first, ERR_OUT_OF_RANGE, STR("/holidays"), "at most 2000 holidays");
        return;
    }
    dates = ARENA_ARRAY(c->arena, int64_t, from->count + 1);
    for (uint32_t i = 0; i < from->count; i++)
        if (!date_parse(json_text(&from->as.items[i]), &dates[i]))
            note(c, first, ERR_BAD_FIELD, str_print(c->arena, "/holidays/%u", i),
                 "a date is YYYY-MM-DD");
    qsort(dates, from->count, sizeof(*dates), date_cmp);
    for (uint32_t i = 0; i < from->count; i++)
        if (count == 0 || dates[count - 1] != dates[i])
            dates[count++] = dates[i];
    cal->holidays = dates;
    cal->holiday_count = count;
}

static int own_day_cmp(const void *a, const void *b)
{
    return date_cmp(&((const struct cal_own_day *)a)->date, &((const struct cal_own_day *)b)->date);
}

static void own_days_parse(struct ctx *c, const struct json *from, struct cal *cal, enum err *first)
{
    struct cal_own_day *days;

    if (!from || json_is(from, JSON_NULL))
        return;
    if (!json_is(from, JSON_OBJECT)) {
        note(c, first, ERR_BAD_FIELD, STR("/days"), "days are an object: date -> shifts");
        return;
    }
    if (from->count > CAL_DAYS_MAX) {
        note(c, first, ERR_OUT_OF_RANGE, STR("/days"), "at most 2000 days");
        return;
    }
    days = ARENA_ARRAY(c->arena, struct cal_own_day, from->count + 1);
    for (uint32_t i = 0; i < from->count; i++) {
        const struct json_member *member = &from->as.members[i];
        struct str at = str_print(c->arena, "/days/" STR_FMT, STR_ARG(member->key));
        enum err e;

        if (!date_parse(member->key, &days[i].date)) {
            note(c, first, ERR_BAD_FIELD, at, "a date is YYYY-MM-DD");
            continue;
        }
        e = day_parse(c, &member->value, at, &days[i].hours);
        if (e && !*first)
            *first = e;
    }
    qsort(days, from->count, sizeof(*days), own_day_cmp);
    cal->own_days = days;
    cal->own_day_count = from->count;
}

enum err cal_parse(struct ctx *c, const struct json *from, struct cal *cal)
{
    struct cal read = { .zone = NULL };
    const struct json *zone = json_find(from, STR("zone"));
    enum err first = ERR_NONE;

    if (!json_is(from, JSON_OBJECT))
        return fault_at(c, ERR_BAD_FIELD, STR(""), "a calendar is an object");
    read.zone = zone_find(json_text(zone));
    if (!read.zone)
        note(c, &first, zone ? ERR_BAD_FIELD : ERR_MISSING, STR("/zone"),
             "a time zone by its IANA name, as Europe/Moscow");
    hours_parse(c, json_find(from, STR("hours")), &read, &first);
    holidays_parse(c, json_find(from, STR("holidays")), &read, &first);
    own_days_parse(c, json_find(from, STR("days")), &read, &first);
    if (first)
        return first;
    *cal = read;
    return ERR_NONE;
}

static void minutes_print(struct json_out *o, int32_t minutes)
{
    char text[5];

    if (minutes > 24 * 60)
        minutes -= 24 * 60;
    text[0] = (char)('0' + minutes / 600);
    text[1] = (char)('0' + minutes / 60 % 10);
    text[2] = ':';
    text[3] = (char)('0' + minutes % 60 / 10);
    text[4] = (char)('0' + minutes % 10);
    json_put_text(o, (struct str){ text, 5 });
}

static void day_print(struct json_out *o, const struct cal_day *day)
{
    json_list(o);
    for (int32_t i = 0; i < day->count; i++) {
        json_list(o);
        minutes_print(o, day->shifts[i].from_min);
        minutes_print(o, day->shifts[i].until_min);
        json_list_end(o);
    }
    json_list_end(o);
}

static struct str date_print(int64_t date, char out[10])
{
    int year, month, day;

    date_of_days(date, &year, &month, &day);
    for (int i = 3; i >= 0; i--, year /= 10)
        out[i] = (char)('0' + year % 10);
    out[4] = out[7] = '-';
    out[5] = (char)('0' + month / 10);
    out[6] = (char)('0' + month % 10);
    out[8] = (char)('0' + day / 10);
    out[9] = (char)('0' + day % 10);
    return (struct str){ out, 10 };
}

void cal_print(const struct cal *cal, struct json_out *o)
{
    char text[10];

    json_key(o, "zone");
    json_put_text(o, zone_name(cal->zone));
    json_key(o, "hours");
    json_begin(o);
    for (int i = 0; i < 7; i++) {
        json_key(o, weekdays[i]);
        day_print(o, &cal->week[i]);
    }
    json_end(o);
    json_key(o, "holidays");
    json_list(o);
    for (size_t i = 0; i < cal->holiday_count; i++)
        json_put_text(o, date_print(cal->holidays[i], text));
    json_list_end(o);
    json_key(o, "days");
    json_begin(o);
    for (size_t i = 0; i < cal->own_day_count; i++) {
        json_key_str(o, date_print(cal->own_days[i].date, text));
        day_print(o, &cal->own_days[i].hours);
    }
    json_end(o);
}
