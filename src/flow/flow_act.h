/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_act.h - moves carried out: a lead that has become hot gets a task, a person and a deadline, in the transaction that made it hot.
 *
 * All three walks join here: an event's, the clock's, a person's. Entering hot makes one call_now task for the crossing and one
 * decision on who gets it, or a place in the queue with a promise, and the head of sales is told. Leaving hot leaves the task
 * open (somebody was promised a call) and marks it cooled. Cold and warm leads are not handed over.
 *
 * A second entry into hot while the call of the first is still open makes its own task and cancels the older one as superseded: the
 * new clock runs, and the old task says why it ended.
 *
 * A change of model is nothing that the lead did. One that is hot by it alone is called if nobody has called since the lead's last event, or since
 * it became hot by itself; else its crossing has a task that ended at once, and the house plans a next step. What such a change withdraws
 * ends by TASK_BY_MODEL.
 */
#ifndef FLOW_FLOW_ACT_H
#define FLOW_FLOW_ACT_H

#include "db/db.h"
#include "noun/change.h"
#include "noun/history.h"

/* What decisions look at (flow_route.h). */
struct desk;

/* Carries out the moves of one lead. history: what rules may ask about, as the walk has it. Adds to out what screens must be told.
 * Doing the same moves twice changes nothing: a crossing that has its task is passed over.
 * desk: points to NULL at first; opened when a decision is to be made, and kept for other leads of this walk (same c, same tx). */
NODISCARD enum err flow_act(struct ctx *c, struct db_tx *tx, struct desk **desk, const struct history *history,
                            const struct moves *moves, struct messages *out);

/* Offers what waits in the queue again. due_by: only leads for whom somebody may have become free by then (c->now for the clock);
 * INSTANT_NEVER: all of them, because somebody came on duty or capacity was freed. At most limit leads; *served says how many found a
 * person. */
NODISCARD enum err flow_drain(struct ctx *c, struct db_tx *tx, instant due_by, int64_t limit,
                              struct messages *out, int64_t *served);
/* When flow_drain has something to do by the clock alone; INSTANT_NEVER: not before something happens. */
NODISCARD enum err flow_drain_next(struct ctx *c, struct db_tx *tx, instant *at);

#endif
