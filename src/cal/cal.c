/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cal/cal.h"

#include <stdlib.h>

#define CAL_HORIZON_US (CAL_HORIZON_DAYS * DAY_US)

/* A time during which it is open, or closed, all along. The next one may be of the same kind. */
struct cal_piece {
    bool open;
    instant until; /* after its beginning */
};

struct cal cal_always(const struct zone *zone)
{
    struct cal cal = { .zone = zone };

    for (int i = 0; i < 7; i++) {
        cal.week[i].shifts[0] = (struct cal_shift){ 0, 24 * 60 };
        cal.week[i].count = 1;
    }
    return cal;
}

static int cal_span_cmp(const void *a, const void *b)
{
    const struct cal_span *x = a, *y = b;

    return x->from < y->from ? -1 : x->from > y->from;
}

struct cal cal_without(const struct cal *cal, const struct cal_span *absences, size_t count,
                       struct arena *a)
{
    struct cal less = *cal;
    size_t all = cal->absence_count + count, kept = 0;
    struct cal_span *spans = ARENA_ARRAY(a, struct cal_span, all ? all : 1);

    for (size_t i = 0; i < cal->absence_count; i++)
        spans[i] = cal->absences[i];
    for (size_t i = 0; i < count; i++)
        spans[cal->absence_count + i] = absences[i];
    qsort(spans, all, sizeof(*spans), cal_span_cmp);
    for (size_t i = 0; i < all; i++) {
        if (spans[i].from >= spans[i].until)
            continue;
        if (kept && spans[i].from <= spans[kept - 1].until) {
            if (spans[i].until > spans[kept - 1].until)
                spans[kept - 1].until = spans[i].until;
        } else {
            spans[kept++] = spans[i];
        }
    }
    less.absences = spans;
    less.absence_count = kept;
    return less;
}

static int64_t date_of_local(int64_t local_us)
{
    return local_us / DAY_US - (local_us % DAY_US < 0);
}

static bool is_holiday(const struct cal *cal, int64_t date)
{
    size_t low = 0, high = cal->holiday_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (cal->holidays[middle] < date)
            low = middle + 1;
        else
            high = middle;
    }
    return low < cal->holiday_count && cal->holidays[low] == date;
}

static const struct cal_day *hours_of(const struct cal *cal, int64_t date)
{
    static const struct cal_day closed = { .count = 0 };
    size_t low = 0, high = cal->own_day_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (cal->own_days[middle].date < date)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < cal->own_day_count && cal->own_days[low].date == date)
        return &cal->own_days[low].hours;
    if (is_holiday(cal, date))
        return &closed;
    return &cal->week[((date + 3) % 7 + 7) % 7]; /* 1970-01-01 was a Thursday */
}

/* The latest end of the shifts that cover this local time; INSTANT_NONE when none does. */
static int64_t covered_until(const struct cal *cal, int64_t local_us)
{
    int64_t today = date_of_local(local_us), until = INSTANT_NONE;

    for (int64_t date = today - 1; date <= today; date++) {
        const struct cal_day *day = hours_of(cal, date);

        for (int32_t i = 0; i < day->count; i++) {
            int64_t from = date * DAY_US + day->shifts[i].from_min * MINUTE_US;
            int64_t end = date * DAY_US + day->shifts[i].until_min * MINUTE_US;

            if (from <= local_us && local_us < end && end > until)
                until = end;
        }
    }
    return until;
}

/* The first beginning of a shift after this local time; INSTANT_NEVER beyond the horizon. */
static int64_t next_beginning(const struct cal *cal, int64_t local_us)
{
    int64_t today = date_of_local(local_us);

    for (int64_t date = today; date <= today + CAL_HORIZON_DAYS + 1; date++) {
        const struct cal_day *day = hours_of(cal, date);

        for (int32_t i = 0; i < day->count; i++) {
            int64_t from = date * DAY_US + day->shifts[i].from_min * MINUTE_US;

            if (from > local_us)
                return from;
        }
    }
    return INSTANT_NEVER;
}

/* The absence that covers t, or the first after it; absence_count if none. */
static size_t absence_at(const struct cal *cal, instant t)
{
    size_t low = 0, high = cal->absence_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (cal->absences[middle].until <= t)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct cal_piece piece_at(const struct cal *cal, instant t)
{
    size_t i = absence_at(cal, t);
    instant absent = i < cal->absence_count ? cal->absences[i].from : INSTANT_NEVER;
    instant change = zone_next_change(cal->zone, t);
    int64_t offset = zone_offset_us(cal->zone, t);
    struct cal_piece piece;
    int64_t until;

    if (absent <= t)
        return (struct cal_piece){ false, cal->absences[i].until };
    until = covered_until(cal, t + offset);
    piece.open = until != INSTANT_NONE;
    if (!piece.open)
        until = next_beginning(cal, t + offset);
    piece.until = until == INSTANT_NEVER ? INSTANT_NEVER : until - offset;
    if (piece.until > change)
        piece.until = change;
    if (piece.open && piece.until > absent)
        piece.until = absent;
    return piece;
}

bool cal_is_open(const struct cal *cal, instant t)
{
    size_t i = absence_at(cal, t);

    if (i < cal->absence_count && cal->absences[i].from <= t)
        return false;
    return covered_until(cal, t + zone_offset_us(cal->zone, t)) != INSTANT_NONE;
}

/* Nothing but the hours of the week is left from t on, and they leave no minute out: a clock that is changed leaves none out either. Who works round the clock
 * would else be followed day by day to the horizon, at each decision. */
static bool is_round_the_clock(const struct cal *cal, instant t)
{
    int64_t local = t + zone_offset_us(cal->zone, t), today = date_of_local(local), week_later = (today + 8) * DAY_US;

    if (absence_at(cal, t) < cal->absence_count
        || (cal->holiday_count && cal->holidays[cal->holiday_count - 1] >= today - 1)
        || (cal->own_day_count && cal->own_days[cal->own_day_count - 1].date >= today - 1))
        return false;
    while (local != INSTANT_NONE && local < week_later)
        local = covered_until(cal, local);
    return local != INSTANT_NONE;
}

/* From t on, the first instant at which it is open (or closed); INSTANT_NEVER beyond the horizon. */
static instant next_state(const struct cal *cal, instant t, bool open)
{
    instant limit = instant_add(t, CAL_HORIZON_US);

    if (!open && is_round_the_clock(cal, t))
        return INSTANT_NEVER;

    while (t <= limit) {
        struct cal_piece piece = piece_at(cal, t);

        if (piece.open == open)
            return t;
        t = piece.until;
    }
    return INSTANT_NEVER;
}

instant cal_next_open(const struct cal *cal, instant t)
{
    return next_state(cal, t, true);
}

instant cal_next_close(const struct cal *cal, instant t)
{
    return next_state(cal, t, false);
}

struct cal_span cal_stretch(const struct cal *cal, instant t)
{
    struct cal_span span = { cal_next_open(cal, t), INSTANT_NEVER };

    if (span.from != INSTANT_NEVER)
        span.until = cal_next_close(cal, span.from);
    return span;
}

instant cal_add(const struct cal *cal, instant t, int64_t work_us)
{
    instant worked = t; /* when work was last done, or the beginning */

    if (work_us <= 0)
        return t;
    for (;;) {
        struct cal_piece piece = piece_at(cal, t);

        if (piece.open) {
            if (piece.until - t >= work_us)
                return t + work_us;
            work_us -= piece.until - t;
            worked = piece.until;
        }
        t = piece.until;
        if (t > instant_add(worked, CAL_HORIZON_US))
            return INSTANT_NEVER;
    }
}

int64_t cal_between(const struct cal *cal, instant a, instant b)
{
    int64_t sum = 0;

    while (a < b) {
        struct cal_piece piece = piece_at(cal, a);

        if (piece.until > b)
            piece.until = b;
        if (piece.open)
            sum += piece.until - a;
        a = piece.until;
    }
    return sum;
}
