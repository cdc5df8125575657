/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_void.h - a lead of whose events some count no more, or count again: its score as if it had always been so, and what was done meanwhile.
 *
 * The score kept is that of score_rebuild: of the history as it counts now and nothing else, re-arming included; so it is the one that
 * `gradus replay` finds. What was done of it is not undone but told:
 *   a crossing into hot       stays a record. When at its instant, by its own model, with what was known then and counts now, the lead would not
 *                             have been hot, it is void; when it would again, that is lifted
 *   hot no more               the house's open calls made of void crossings are withdrawn, with the reason "automatic"
 *   hot again, by a crossing  the call that was withdrawn is opened again, with a deadline from now: it was never made
 *   that was void             and no second crossing is kept
 *   hot, and never was        a crossing now, with its task, as of a late event
 */
#ifndef FLOW_FLOW_VOID_H
#define FLOW_FLOW_VOID_H

#include "flow/flow.h"
#include "noun/change.h"
#include "score/band.h"

/* The score of root by m as the history counts now; voids and lifts its crossings. before NULL: none was kept. */
NODISCARD enum err flow_void_walk(struct ctx *c, struct db_tx *tx, const struct model *m, struct lead_id root,
                                  const struct score_kept *before, struct score_walked *w);
/* Before the moves are acted on: tasks withdrawn and opened again. */
NODISCARD enum err flow_void_tasks(struct ctx *c, struct db_tx *tx, struct lead_id root, enum band band, struct messages *messages);

/* Nothing of root counts any more and it has left the lists (lead_delist): its score goes, its crossings are void, and nobody is called. */
NODISCARD enum err flow_void_leave(struct ctx *c, struct db_tx *tx, struct lead_id root, struct messages *messages);

/* Of items of these leads some count otherwise than they did: root is told anew in this transaction. The others whose family they are or were part of keep
 * score and crossings, but those of the time before can no longer be told again from what is known. */
NODISCARD enum err flow_void_turns(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, struct lead_id root);

#endif
