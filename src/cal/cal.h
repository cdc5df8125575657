/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cal.h - working time: when somebody is at work, and what an hour of work comes to on the clock.
 *
 * One engine serves routing, deadlines and reports. A calendar is hours for each weekday (several shifts, so that a break is the
 * space between two), holidays, days with hours of their own, a time zone, and absences of one person.
 *
 * What it means to be open
 *   A shift belongs to the local date on which it begins and may run past midnight. It is a stretch of the wall's clock; t is open
 *   when the wall shows a time inside a shift and no absence covers t. So a night shift has an hour less when clocks go forward
 *   and an hour more when they go back, and a shift inside a skipped hour does not take place. A holiday takes away the
 *   shifts that begin on it; a day of its own hours replaces them, and wins over a holiday.
 *
 * Limits
 *   Nobody is looked for further than CAL_HORIZON_DAYS of unbroken closure: then the answer is INSTANT_NEVER.
 *
 * Invariants
 *   1. cal_between(t, cal_add(t, w)) = w when w > 0 and the answer is not INSTANT_NEVER, and no earlier instant has that property.
 *   2. cal_between is additive: (a, b) + (b, c) = (a, c).
 *
 * Units: instants and microseconds; shifts in minutes of the local day. Pure but for the reading of JSON: any thread.
 */
#ifndef CAL_CAL_H
#define CAL_CAL_H

#include "base/json.h"
#include "sys/zone.h"

#define CAL_HORIZON_DAYS 1100
#define CAL_SHIFTS       8    /* of one day */
#define CAL_DAYS_MAX     2000 /* holidays, and days of their own hours */

/* From from_min (0..1439) until until_min (> from_min, at most from_min + 1440) of the local day it begins on. */
struct cal_shift {
    int32_t from_min, until_min;
};

struct cal_day {
    struct cal_shift shifts[CAL_SHIFTS];
    int32_t count;
};

/* Hours of one date; count 0: closed. */
struct cal_own_day {
    int64_t date; /* days since 1970-01-01 */
    struct cal_day hours;
};

/* [from, until) */
struct cal_span {
    instant from, until;
};

struct cal {
    const struct zone *zone;
    struct cal_day week[7];             /* Monday first */
    const int64_t *holidays;            /* dates, rising */
    size_t holiday_count;
    const struct cal_own_day *own_days; /* by date, rising */
    size_t own_day_count;
    const struct cal_span *absences;    /* apart, rising */
    size_t absence_count;
};

/* Open at every instant, in this zone: what a person without a calendar has. */
struct cal cal_always(const struct zone *zone);
/* The same calendar without the time of these absences, which may overlap and come in any order. */
struct cal cal_without(const struct cal *cal, const struct cal_span *absences, size_t count,
                       struct arena *a);

bool cal_is_open(const struct cal *cal, instant t);
/* t itself when open, else the next opening; INSTANT_NEVER when there is none within the horizon. */
instant cal_next_open(const struct cal *cal, instant t);
/* t itself when closed, else the next closing; INSTANT_NEVER when it stays open for the horizon. */
instant cal_next_close(const struct cal *cal, instant t);
/* The earliest instant by which work_us of working time have passed since t: a deadline. t when work_us <= 0. INSTANT_NEVER when a
 * closure outlasts the horizon. */
instant cal_add(const struct cal *cal, instant t, int64_t work_us);
/* Working time within [a, b); 0 when b <= a. */
int64_t cal_between(const struct cal *cal, instant a, instant b);
/* The first stretch of working time that ends after t, cut to begin no earlier than t. from INSTANT_NEVER: none. */
struct cal_span cal_stretch(const struct cal *cal, instant t);

/* {"zone":"Europe/Moscow","hours":{"mon":[["09:00","13:00"],["14:00","18:00"]],...},"holidays":["2026-01-01"],
 *  "days":{"2026-11-28":[["10:00","16:00"]]}}. A day that is not named is closed. A shift whose end is not after its beginning runs past
 * midnight; "24:00" is the end of the day. Shifts of a day must not overlap. Other members are the caller's affair. Each fault is noted
 * with its JSON pointer, all of them in one go: ERR_BAD_FIELD, ERR_UNKNOWN_FIELD, ERR_MISSING, ERR_OUT_OF_RANGE; the first is
 * returned. The result lives in c->arena. */
NODISCARD enum err cal_parse(struct ctx *c, const struct json *from, struct cal *cal);
/* The members "zone", "hours", "holidays", "days" into an object that the caller has begun. */
void cal_print(const struct cal *cal, struct json_out *o);

#endif
