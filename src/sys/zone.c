/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/zone.h"

#include <pthread.h>
#include <stdlib.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#define ZONE_NAME_MAX 64
#define ZONE_FROM_MS  (-2208988800000.0) /* 1900-01-01 */
#define ZONE_UNTIL_MS 4102444800000.0    /* 2100-01-01 */

/* Offset `offset_us` holds from `from` until the next one's from. The first one's from is INSTANT_NONE. */
struct zone_step {
    instant from;
    int64_t offset_us;
};

struct zone {
    struct zone *next;
    struct zone_step *steps;
    size_t count;
    size_t name_len;
    char name[ZONE_NAME_MAX];
};

/* The one mutable global here, on purpose: zones are the operating system's, not a request's, they only ever appear, and ICU
 * knows about 600 names, so that it is bounded. */
static pthread_rwlock_t zones_lock = PTHREAD_RWLOCK_INITIALIZER;
static struct zone *zones;

static const struct zone *zone_known(struct str name)
{
    const struct zone *z;

    pthread_rwlock_rdlock(&zones_lock);
    for (z = zones; z; z = z->next)
        if (str_eq((struct str){ z->name, z->name_len }, name))
            break;
    pthread_rwlock_unlock(&zones_lock);
    return z;
}

static int64_t zone_icu_offset_us(UCalendar *cal, UErrorCode *status)
{
    int64_t ms = ucal_get(cal, UCAL_ZONE_OFFSET, status);

    ms += ucal_get(cal, UCAL_DST_OFFSET, status);
    return ms * 1000;
}

static void zone_add_step(struct zone *z, size_t *cap, instant from, int64_t offset_us)
{
    if (z->count && z->steps[z->count - 1].offset_us == offset_us)
        return;
    if (z->count == *cap) {
        *cap = *cap ? *cap * 2 : 64;
        z->steps = realloc(z->steps, *cap * sizeof(*z->steps));
        if (!z->steps)
            abort();
    }
    z->steps[z->count++] = (struct zone_step){ from, offset_us };
}

static bool zone_load(struct zone *z, UCalendar *cal)
{
    UErrorCode status = U_ZERO_ERROR;
    size_t cap = 0;
    UDate at;

    ucal_setMillis(cal, ZONE_FROM_MS, &status);
    zone_add_step(z, &cap, INSTANT_NONE, zone_icu_offset_us(cal, &status));
    while (U_SUCCESS(status) &&
           ucal_getTimeZoneTransitionDate(cal, UCAL_TZ_TRANSITION_NEXT, &at, &status) &&
           at < ZONE_UNTIL_MS) {
        ucal_setMillis(cal, at, &status);
        zone_add_step(z, &cap, (int64_t)at * 1000, zone_icu_offset_us(cal, &status));
    }
    return U_SUCCESS(status);
}

/* NULL unless ICU has the zone in its own tables (it would take "GMT+3" and quietly make GMT of anything else). */
static UCalendar *zone_open(struct str name)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar id[ZONE_NAME_MAX], canonical[ZONE_NAME_MAX];
    int32_t len = 0;
    UBool system = 0;
    UCalendar *cal;

    u_strFromUTF8(id, ZONE_NAME_MAX, &len, name.ptr, (int32_t)name.len, &status);
    ucal_getCanonicalTimeZoneID(id, len, canonical, ZONE_NAME_MAX, &system, &status);
    if (U_FAILURE(status) || !system)
        return NULL;
    cal = ucal_open(id, len, "en_US", UCAL_GREGORIAN, &status);
    return U_SUCCESS(status) ? cal : NULL;
}

const struct zone *zone_find(struct str name)
{
    const struct zone *known;
    struct zone *z;
    UCalendar *cal;
    bool loaded;

    if (name.len == 0 || name.len >= ZONE_NAME_MAX)
        return NULL;
    known = zone_known(name);
    if (known)
        return known;
    cal = zone_open(name);
    if (!cal)
        return NULL;
    z = calloc(1, sizeof(*z));
    if (!z)
        abort();
    memcpy(z->name, name.ptr, name.len);
    z->name_len = name.len;
    loaded = zone_load(z, cal);
    ucal_close(cal);
    if (!loaded) {
        free(z->steps);
        free(z);
        return NULL;
    }
    /* Two threads may have loaded the same name: both are right, and the second is found first from now on. */
    pthread_rwlock_wrlock(&zones_lock);
    z->next = zones;
    zones = z;
    pthread_rwlock_unlock(&zones_lock);
    return z;
}

const struct zone *zone_choose(struct str name)
{
    return str_eq(name, STR("Factory")) ? NULL : zone_find(name);
}

const struct zone *zone_or_utc(struct str name)
{
    const struct zone *zone = zone_find(name);

    return zone ? zone : zone_find(STR("UTC"));
}

struct str zone_name(const struct zone *z)
{
    return (struct str){ z->name, z->name_len };
}

/* The last step that begins at or before `at`. */
static size_t zone_step_at(const struct zone *z, instant at)
{
    size_t low = 0, high = z->count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (z->steps[middle].from <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

int64_t zone_offset_us(const struct zone *z, instant at)
{
    return z->steps[zone_step_at(z, at)].offset_us;
}

instant zone_next_change(const struct zone *z, instant at)
{
    size_t i = zone_step_at(z, at) + 1;

    return i < z->count ? z->steps[i].from : INSTANT_NEVER;
}

struct zone_instant zone_at_local(const struct zone *z, int64_t local_us)
{
    /* Offsets lie within two days of each other, so only steps around the naive instant can show this time. */
    size_t i = zone_step_at(z, instant_add(local_us, -2 * DAY_US));
    struct zone_instant found = { ZONE_GAP, INSTANT_NONE, INSTANT_NONE };

    for (; i < z->count; i++) {
        instant from = z->steps[i].from;
        instant until = i + 1 < z->count ? z->steps[i + 1].from : INSTANT_NEVER;
        instant at = instant_add(local_us, -z->steps[i].offset_us);

        if (from != INSTANT_NONE && from > instant_add(local_us, 2 * DAY_US))
            break;
        if (at >= from && at < until) {
            if (found.first == INSTANT_NONE)
                found = (struct zone_instant){ ZONE_ONE, at, at };
            else
                found = (struct zone_instant){ ZONE_OVERLAP, found.first, at };
        } else if (at >= until && found.first == INSTANT_NONE && i + 1 < z->count &&
                   instant_add(local_us, -z->steps[i + 1].offset_us) < until) {
            found = (struct zone_instant){ ZONE_GAP, until, until };
            break;
        }
    }
    return found;
}

void zone_day(const struct zone *z, instant at, instant *from, instant *until)
{
    int64_t local = at + zone_offset_us(z, at);
    int64_t date = local / DAY_US - (local % DAY_US < 0);

    *from = zone_at_local(z, date * DAY_US).first;
    *until = zone_at_local(z, (date + 1) * DAY_US).first;
}
