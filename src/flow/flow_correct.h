/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_correct.h - the running correction of the predictor in use, by the newest outcomes that it had not learnt from.
 *
 * Where losses are told (learn/recent.h), by the outcomes that became known since. Where they are not, by all leads that came of age since, sold or not: they are as
 * they are, while what becomes known there is sales alone.
 *
 * The job keeps it; whoever asks for a probability in between works the few outcomes in that came since (flow_learnt_now): what an outcome teaches holds for the very
 * next lead. What the predictor had said of each stays in memory with the snapshot, so that one more outcome costs one lead.
 */
#ifndef FLOW_FLOW_CORRECT_H
#define FLOW_FLOW_CORRECT_H

#include "flow/flow_foretell.h"

/* Is what is kept behind the outcomes. */
NODISCARD enum err flow_correction_due(struct ctx *c, struct db_tx *tx, bool *due);
/* k->predictor 0: there is none to put right. */
NODISCARD enum err flow_correction(struct flow *f, struct ctx *c, struct db_tx *tx, struct learn_correction *k);
/* As flow_learnt, put right by all that is known in tx, unless too much has come for one call. */
NODISCARD enum err flow_learnt_now(struct flow *f, struct ctx *c, struct db_tx *tx, struct flow_learnt **l);

#endif
