/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_mend.h - what a replay found wrong in a saved base is made right from what is kept.
 *
 * Scores, bands, rows of lists, cards, stages, outcomes and what owners have in hand are caches of what happened; an older program may have left them
 * wrong, and the next publishing alone would tell scores anew. Mended, they are what a replay gives, which finds no difference then.
 *
 * Nothing of the past is made up for: no crossing is made or taken out, no task for a crossing that was missed. A crossing by which the lead would not
 * have been hot is void, as after any judgement (flow_void.h). But a lead that is hot now is somebody's affair from now on, as every
 * hot lead is: who has no step planned gets one, or a place in the queue; and one that is not hot now leaves custody.
 */
#ifndef FLOW_FLOW_MEND_H
#define FLOW_FLOW_MEND_H

#include "flow/flow_replay.h"
#include "noun/change.h"

/* One lead, as it is now: what was right meanwhile stays as it is. The caller owns the transaction. ERR_BUSY: another program is at it; again. */
NODISCARD enum err flow_mend(struct flow *f, struct ctx *c, struct db_tx *tx, const struct replay_wrong *wrong, struct messages *messages);

#endif
