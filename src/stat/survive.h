/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* survive.h - how long something takes when some of it has not ended yet.
 *
 * A case that has not ended is no failure and no success: all that is known is that it took longer than it has been watched. To drop such
 * cases makes everything look faster than it is (the slow ones are the ones still open); to count them as ended now makes it look as if they had
 * been. So the share that has ended by t is told by the product of Kaplan and Meier (1958), its variance by Greenwood (1926), its interval on the
 * scale of log(-log), which stays within [0, 1] (Kalbfleisch and Prentice 1980). At one time, ends come before cases that are let go
 * (the usual convention). Pure.
 */
#ifndef STAT_SURVIVE_H
#define STAT_SURVIVE_H

#include "stat/sample.h"

struct survive_case {
    int64_t time; /* 0 or more, any unit: to the end, or as long as it was watched */
    bool ended;
};

/* One time at which something ended. */
struct survive_step {
    int64_t time;
    int64_t watched, ended; /* still open just before it; ended at it */
    double open;            /* share still open after it */
    double spread;          /* Greenwood's sum up to it */
};

struct survive {
    struct survive_step *steps; /* by time, rising */
    size_t count;
    const struct survive_case *cases; /* sorted */
    size_t n;
};

/* cases are sorted by time, and stay where they are as long as the result is asked. The steps live in a. */
struct survive survive_of(struct arena *a, struct survive_case *cases, size_t n);
/* The share that has ended by t, t itself with it. Nothing has ended by t: 0, with Wilson's upper end for
 * those that were watched that long. */
struct sample_figure survive_ended_by(const struct survive *s, int64_t t, double z);
/* The first time by which at least `share` has ended; -1: it has not. */
int64_t survive_time(const struct survive *s, double share);

#endif
