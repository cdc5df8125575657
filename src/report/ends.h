/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ends.h - how many leads have no outcome yet, and how many of those that have one are old enough to tell.
 */
#ifndef REPORT_ENDS_H
#define REPORT_ENDS_H

#include "db/db.h"

/* Young: born after `since`, and the house did not learn of its end within at_once_us of the birth. All others with an outcome, and those born before, count; a win
 * as one when it came within maturity_us of the birth; won: the state that says so. Walks the whole list. */
struct report_ends_ask {
    instant since;
    int64_t maturity_us, at_once_us;
    int won;
};
struct report_ends {
    int64_t open;
    int64_t young_open, young_won, young_lost;
    int64_t counted, counted_won;
};
NODISCARD enum err report_ends(struct ctx *c, struct db_tx *tx, const struct report_ends_ask *ask, struct report_ends *ends);
/* The ages at which the young were decided. In c->arena. */
struct report_age {
    int64_t us;
    bool lost;
};
NODISCARD enum err report_young_ages(struct ctx *c, struct db_tx *tx, const struct report_ends_ask *ask, struct report_age **ages, size_t *count);

/* Leads born at or before `since` without an outcome, counted up to `most`. */
NODISCARD enum err report_open_since(struct ctx *c, struct db_tx *tx, instant since, int64_t most, int64_t *count);

/* Leads born after `after` and no later than `until`, the youngest first, at most limit. In c->arena. */
struct report_born {
    int64_t lead;
    instant born;
};
NODISCARD enum err report_born_between(struct ctx *c, struct db_tx *tx, instant after, instant until, int limit, struct report_born **list, size_t *count);

#endif
