/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* instant.h - points in time: microseconds since 1970 UTC. Durations are int64_t microseconds too, named *_us.
 *
 * Zones and calendars are not known here (sys/zone.h, cal/cal.h). Source of the text form: RFC 3339.
 */
#ifndef BASE_INSTANT_H
#define BASE_INSTANT_H

#include "base/str.h"

typedef int64_t instant;

#define INSTANT_NONE  INT64_MIN /* not known, has not happened */
#define INSTANT_NEVER INT64_MAX /* will not happen */

#define SECOND_US ((int64_t)1000000)
#define MINUTE_US (60 * SECOND_US)
#define HOUR_US   (60 * MINUTE_US)
#define DAY_US    (24 * HOUR_US)

/* RFC 3339 with any offset, 'T' or space, up to 9 decimals (cut to 6); also a date alone (its midnight UTC) and years
 * 0001 to 9999. false if it is none of these. */
bool instant_parse(struct str s, instant *at);
#define INSTANT_TEXT_MAX 32
/* "2026-11-22T11:02:03.000001Z", decimals only when there are any. */
struct str instant_print(instant at, char out[INSTANT_TEXT_MAX]);

/* Days since 1970-01-01 of a civil date in the proleptic Gregorian calendar, and back (Hinnant, "chrono-compatible
 * low-level date algorithms"). month 1..12, day 1..31. */
int64_t date_to_days(int year, int month, int day);
void date_of_days(int64_t days, int *year, int *month, int *day);
/* a + b without overflow: stays at INSTANT_NONE / INSTANT_NEVER. */
instant instant_add(instant at, int64_t span_us);

#endif
