/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cut.h - thresholds for scores that were given new points.
 *
 * By room, not by precision: a team can call so many leads and no more, and the best of them come first whatever the thresholds are named. So hot begins
 * at the whole number of points that most nearly LEARN_CUT_HOT per cent of the leads reach, warm where LEARN_CUT_WARM per cent do; what of
 * each band bought is told beside it, with its interval, so that whoever wants fewer and surer ones sees what that would cost.
 *
 * Pure; doubles stay inside, figures leave as millionths.
 */
#ifndef LEARN_CUT_H
#define LEARN_CUT_H

#include "base/arena.h"
#include "base/fix.h"

enum { LEARN_CUT_HOT = 10, LEARN_CUT_WARM = 30 };

struct learn_cut_band {
    int64_t leads, won;
    fix share, low, high; /* of them that bought; of nobody: 0 to 1 */
};
struct learn_cuts {
    int64_t warm, hot; /* points */
    struct learn_cut_band cold_is, warm_is, hot_is;
};

/* totals: n scores within [floor, ceiling]; won: a case each. false: no two thresholds part them (hardly any scores differ). */
bool learn_cuts_make(struct arena *a, const fix *totals, const unsigned char *won, size_t n, fix floor, fix ceiling, struct learn_cuts *cuts);

#endif
