/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* priority.h - how soon a lead deserves a hand, raised and lowered by what happens to it, with the reason.
 *
 * The rule. A lead of an open stage starts at the level of its band: cold low, warm normal, hot high. Then, one level each:
 *   up    its score has risen by PRIORITY_RISE points or more in PRIORITY_DAYS days
 *   up    it matches the ideal customer by PRIORITY_LIKE per cent or more
 *   down  its score has fallen by PRIORITY_RISE points or more in those days
 *   down  PRIORITY_UNLIKE per cent of the ideal customer's weight, or more, is known to be otherwise (what is not known lowers nobody)
 *   down  it has done nothing for PRIORITY_SILENT days
 *   down  it has been ours for PRIORITY_OLD days and is still open
 * and the sum stays between low and urgent. A closed lead is low, for that one reason. The band is what the score says; the priority is who
 * of those goes first.
 *
 * Pure.
 */
#ifndef SCORE_PRIORITY_H
#define SCORE_PRIORITY_H

#include "base/fix.h"
#include "base/instant.h"
#include "noun/band.h"

enum {
    PRIORITY_DAYS = 3,
    PRIORITY_RISE = 15,
    PRIORITY_LIKE = 80,
    PRIORITY_UNLIKE = 50,
    PRIORITY_SILENT = 14,
    PRIORITY_OLD = 90
};

enum priority_level { PRIORITY_LOW, PRIORITY_NORMAL, PRIORITY_HIGH, PRIORITY_URGENT, PRIORITY_LEVELS };
extern const char *const score_priority_names[]; /* "low", "normal", "high", "urgent", NULL */

enum priority_why {
    PRIORITY_CLOSED, PRIORITY_ROSE, PRIORITY_FITS, PRIORITY_FELL, PRIORITY_STRANGE, PRIORITY_QUIET, PRIORITY_AGED, PRIORITY_WHYS
};
extern const char *const score_priority_why_names[]; /* "closed", "rose", "icp", "fell", "not_icp", "silent", "old", NULL */

struct priority_case {
    enum band band;
    bool open;         /* of an open stage */
    int64_t change;    /* of the shown score over PRIORITY_DAYS days */
    int icp, unlike;   /* per cent that holds; that is known to be otherwise; below 0: there is no ideal customer */
    instant born, seen_at; /* seen_at INSTANT_NONE: never; counted from born then */
    instant now;
};
struct priority_reason {
    enum priority_why why;
    int step;      /* +1 or -1 */
    int64_t value; /* points, per cent, or whole days */
};
struct priority {
    enum priority_level base, level;
    struct priority_reason reasons[PRIORITY_WHYS];
    int reason_count;
};
struct priority score_priority(const struct priority_case *x);

#endif
