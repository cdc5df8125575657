/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* zone.h - time zones by their IANA names, from ICU's tables.
 *
 * A zone is loaded once: every change of its offset from 1900 to 2100 is laid into an array, and after that ICU is not asked
 * again. Before 1900 the first offset holds, after 2100 the last. A loaded zone is immutable, lives as long as the process and
 * may be used by any thread.
 *
 * A local time is microseconds since 1970-01-01 00:00 on the wall's own clock.
 */
#ifndef SYS_ZONE_H
#define SYS_ZONE_H

#include "base/instant.h"

struct zone;

/* NULL unless name is a canonical or alias IANA name that ICU knows ("Europe/Moscow", "UTC"). */
const struct zone *zone_find(struct str name);
/* The same, of those a person may choose: without "Factory", which says that none was, and which browsers do not know. */
const struct zone *zone_choose(struct str name);
/* The same, and UTC where it knows none: never NULL. */
const struct zone *zone_or_utc(struct str name);
/* The name it was found by. */
struct str zone_name(const struct zone *z);
/* Local time minus UTC at this instant. */
int64_t zone_offset_us(const struct zone *z, instant at);
/* The first instant after `at` from which another offset holds; INSTANT_NEVER if none. */
instant zone_next_change(const struct zone *z, instant at);

enum zone_fit {
    ZONE_ONE,     /* the wall shows this local time once */
    ZONE_GAP,     /* never: clocks were put forward over it */
    ZONE_OVERLAP  /* twice: clocks were put back */
};

/* The instant of a local time. ONE: first = last. GAP: both are the instant of the change. OVERLAP: the two of them. */
struct zone_instant {
    enum zone_fit fit;
    instant first, last;
};
struct zone_instant zone_at_local(const struct zone *z, int64_t local_us);

/* The instant at which the local date of `at` began, and the next one will. */
void zone_day(const struct zone *z, instant at, instant *from, instant *until);

#endif
