/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_clock.h - the clock's walk: scores that change by time alone.
 *
 * The next instant at which anything can change is known for each lead (score_state.next_change), so the clock sleeps until the
 * earliest of them and walks just those leads. Nothing is polled and nothing waits for the night.
 */
#ifndef FLOW_FLOW_CLOCK_H
#define FLOW_FLOW_CLOCK_H

#include "flow/flow.h"
#include "noun/change.h"

/* Walks at most limit leads that are due at c->now, fewer when somebody else waits to write; then offers what waits in the queue and is due. *done
 * is how many were walked; *more: others are due already. */
NODISCARD enum err flow_clock(struct flow *f, struct ctx *c, struct db_tx *tx, int limit,
                              struct messages *messages, int *done, bool *more);
/* When there is work by the clock next: scores and queues. INSTANT_NEVER if nothing waits. */
NODISCARD enum err flow_clock_next(struct ctx *c, struct db_tx *tx, instant *at);
/* After a model was published: walks at most limit leads after *after that are still scored by another model, fewer when somebody else waits to write,
 * and moves *after on; *done is how many were looked at, 0 when all have been. */
NODISCARD enum err flow_rescore(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id *after,
                                int limit, struct messages *messages, int *done);

#endif
