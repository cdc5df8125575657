/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* clock.h - the only reader of clocks. Everyone else is told c->now.
 *
 * With the test clock time stands where a test puts it and moves when told; without it, it is the system's. Any thread.
 */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include "base/instant.h"

/* UTC, or the test clock; later than what was spent. */
instant clock_now(void);
/* Something was told at this instant that nothing else may share, whatever the grain of the clock or if it stands: clock_now() is later from now
 * on. A clock that was put back by a second or more is followed all the same. */
void clock_spend(instant at);
/* at, or the first instant behind what was spent. */
instant clock_unspent(instant at);
/* UTC by the system's clock, also under the test clock: for ids and leases, which programs share. */
instant clock_wall(void);
/* Microseconds of a clock that only runs forward: for durations and deadlines of the program itself. */
int64_t clock_mono_us(void);
/* From now on clock_now() is `at`, running on from there when runs, else standing still. */
void clock_test_set(instant at, bool runs);
bool clock_is_test(void);
void clock_sleep_us(int64_t span_us);

#endif
