/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* feature_row.h - one lead at one instant as a row of named values (feature.h).
 *
 *   fact.NAME         what is known of it; not who it is (name, e-mail, phone, ids)
 *   criterion.ID      how often the criterion counts
 *   event.NAME        how often it did that
 *   count.pages .events .events_7d .days    pages, deeds of its own, those of the last week, days on which it did any
 *
 * Counts are of what the lead did itself: what salespeople did is part of the outcome, and bots do not count. Of time alone (age, weeks since) there is
 * no column, and none of a criterion of silence: leads that ended are looked at when they ended, and their age says so.
 */
#ifndef LEARN_FEATURE_ROW_H
#define LEARN_FEATURE_ROW_H

#include "learn/feature.h"
#include "noun/history.h"

struct learn_fact {
    struct str name;
    const struct json *value;
};
struct learn_times {
    struct str criterion;    /* id */
    int64_t count;
};

/* h: what had happened and was known; what lies behind `at` is not looked at. Texts are views. The row lives in a. */
struct learn_row learn_row_of(struct arena *a, const struct learn_fact *facts, size_t fact_count, const struct history *h, instant at,
                              const struct learn_times *times, size_t times_count);

/* Facts alone, under their own names. Leans on nothing. */
struct learn_row learn_row_of_facts(struct arena *a, const struct learn_fact *facts, size_t n);
/* A copy that leans on nothing. */
struct learn_row learn_row_keep(struct arena *a, const struct learn_row *row);

/* What forms and other systems write where nothing is known: "Select", "unknown", "не указано". Whichever way a lead came by, it teaches what an empty
 * cell does: a file's mapping leaves such words out where it was told to (the look at a file names those that stand in it), the API and events have none.
 * The one table of such words. */
bool learn_says_nothing(struct str text);
/* Does the fact say who it is, rather than what it is like? */
bool learn_is_identity(struct str fact);

#endif
