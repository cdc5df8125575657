/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_suggest.h - suggested points for a model, and the model with them in it.
 *
 * Leads are looked at as for learning (flow_learn.h), by the model that was asked about. What comes out is the answer as it is shown, and the body of
 * a draft: the criteria with the suggested points, the offered ones in a group of their own, and the limits of groups no tighter than before.
 * Facts that raise the leak alarm (learn/leak.h) on what was known before the ends are not offered; the answer names them. A criterion that looks at
 * one already keeps its suggested points: that it is there is somebody's word, and the calibration report says what it leans on.
 */
#ifndef FLOW_FLOW_SUGGEST_H
#define FLOW_FLOW_SUGGEST_H

#include "flow/flow_learn.h"
#include "learn/cut.h"
#include "learn/scorecard.h"
#include "learn/suggest_store.h"

struct flow_suggested {
    struct str body, draft;  /* draft empty: too few leads have ended, or nothing could be fitted */
    struct flow_bucket *buckets; /* the leads behind its figures, under its id: "all", "held", "criterion.ID", "offer.N", "band.hot" */
    size_t bucket_count;
};
/* Reads the whole base on tx. In c->arena. */
NODISCARD enum err flow_suggest(struct ctx *c, struct db_tx *tx, const struct learn_suggestion *ask, flow_progress *told, void *x,
                                struct flow_suggested *out);
/* The draft of the newest suggestion of a model. ERR_NOT_FOUND: there is none, or it has no points. */
NODISCARD enum err flow_suggest_draft(struct ctx *c, struct db_tx *tx, struct model_id model, struct str name, struct str note,
                                      struct model_id *id);

/* What its figures counted. */
struct flow_suggest_of {
    const struct model *m;
    const struct learn_card *card;
    const struct learn_card_example *list; /* as the card has sorted it: card->n */
    const struct learn_cuts *cuts;         /* NULL: none */
    const fix *totals;                     /* by the draft: total_n, with the leads and how they ended */
    const struct lead_id *total_leads;
    const unsigned char *total_won;
    size_t total_n;
};
void flow_suggest_leads(struct arena *a, const struct flow_suggest_of *of, struct flow_suggested *out);

#endif
