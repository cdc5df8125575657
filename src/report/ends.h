/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ends.h - how many leads have no outcome yet, and how many of those that have one are old enough to tell.
 */
#ifndef REPORT_ENDS_H
#define REPORT_ENDS_H

#include "db/db.h"

/* Young: born after `since`. A win counts as one when it came within maturity_us of the birth; won: the state that says so. Walks the whole list. */
struct report_ends {
    int64_t open, young_open;
    int64_t old, old_won;               /* with an outcome or without */
    int64_t young_decided, young_won;
};
NODISCARD enum err report_ends(struct ctx *c, struct db_tx *tx, instant since, int64_t maturity_us, int won, struct report_ends *ends);

/* Leads born at or before `since` without an outcome, counted up to `most`. */
NODISCARD enum err report_open_since(struct ctx *c, struct db_tx *tx, instant since, int64_t most, int64_t *count);

#endif
