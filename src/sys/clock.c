/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/clock.h"

#include <stdatomic.h>
#include <time.h>

/* A rule broken on purpose (S4): the process has one clock. */
static _Atomic int64_t test_at = INSTANT_NONE;     /* what the test clock showed ... */
static _Atomic int64_t test_from = 0;              /* ... when the running clock showed this; 0: it stands */

static _Atomic int64_t spent = INSTANT_NONE;       /* the latest of clock_spend() */

static int64_t read_us(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * SECOND_US + t.tv_nsec / 1000;
}

int64_t clock_mono_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

instant clock_wall(void)
{
    return read_us(CLOCK_REALTIME);
}

static instant read_now(void)
{
    instant at = atomic_load(&test_at);
    int64_t from = atomic_load(&test_from);

    if (at == INSTANT_NONE)
        return read_us(CLOCK_REALTIME);
    return from ? at + (clock_mono_us() - from) : at;
}

instant clock_unspent(instant at)
{
    instant last = atomic_load(&spent);

    return last >= at && last - at < SECOND_US ? last + 1 : at;
}

instant clock_now(void)
{
    return clock_unspent(read_now());
}

void clock_spend(instant at)
{
    instant last = atomic_load(&spent), now = read_now();

    if (at > now + SECOND_US || at < now - HOUR_US)
        return; /* of another time: a test's own, or that of a demonstration */
    while ((last < at || last - now >= SECOND_US) && !atomic_compare_exchange_weak(&spent, &last, at)) {
    }
}

void clock_test_set(instant at, bool runs)
{
    atomic_store(&test_from, runs ? clock_mono_us() : 0);
    atomic_store(&test_at, at);
    atomic_store(&spent, INSTANT_NONE);
}

bool clock_is_test(void)
{
    return atomic_load(&test_at) != INSTANT_NONE;
}

void clock_sleep_us(int64_t span_us)
{
    struct timespec t = { span_us / SECOND_US, span_us % SECOND_US * 1000 };

    nanosleep(&t, NULL);
}
