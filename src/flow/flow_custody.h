/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_custody.h - no hot lead is ever without somebody who answers for it and a deadline: kept so by the walks, and shown over any period.
 *
 * The urgent call of a crossing, or its stay in the queue, covers a hot lead first. When that has ended and the lead is still hot and
 * open, the house itself plans the next step if no person has: a call by the owner, in the owner's working time. A lead without an owner
 * is given out like a new one.
 */
#ifndef FLOW_FLOW_CUSTODY_H
#define FLOW_FLOW_CUSTODY_H

#include "db/db.h"
#include "noun/change.h"
#include "task/custody.h"
#include "task/task.h"

/* The lead has become hot. */
NODISCARD enum err flow_custody_begin(struct ctx *c, struct db_tx *tx, struct lead_id lead);
/* Plans the next step of a hot lead that has none. done: the task whose end left it so, NULL: none; its result says how much working time there
 * is, and the step is taken back with it. *step: id 0 when there was nothing to do. */
NODISCARD enum err flow_custody_keep(struct ctx *c, struct db_tx *tx, struct lead_id lead, const struct task *done,
                                     struct task *step, struct messages *out);

struct custody_gap {
    struct lead_id lead;
    struct custody_span span;
};
typedef void flow_custody_told(void *x, const struct custody_gap *gap);
struct custody_sum {
    int64_t leads, spells;
    int64_t hot_us, uncovered_us;
    int64_t gaps;
    int64_t breaches, breach_us; /* urgent calls open past their deadline, and for how long */
    int64_t supplied;            /* leads whose cover rests, in part, on what was known when holders began to be kept */
};

/* Custody over [from, to) of the next at most limit leads after *after; moves *after on; *more: there are others. Adds to *sum. Reads only. */
NODISCARD enum err flow_custody_check(struct ctx *c, struct db_tx *tx, instant from, instant to, struct lead_id *after, int limit,
                                      flow_custody_told *told, void *x, struct custody_sum *sum, bool *more);

#endif
