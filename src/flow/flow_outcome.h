/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_outcome.h - a lead's stage and outcome, as its deeds of stage tell them.
 *
 * A deed "Stage Changed" ({"properties":{"from","to","amount"?,"reason"?}}) stands in the history like any other, so whose stage it is follows from whose
 * history it is. Of a family the deeds of all are read in their own order:
 *   to won or lost      decides. Said again in the same sense it changes nothing: the first time is when it was decided.
 *   to an open stage    opens a decided lead again only if the deed says that it came `from` there (or does not say from where, as an
 *                       import's): when two people turn out to be one, an older purchase is not undone by where the other one stood.
 */
#ifndef FLOW_FLOW_OUTCOME_H
#define FLOW_FLOW_OUTCOME_H

#include "db/db.h"
#include "learn/outcome.h"
#include "noun/change.h"
#include "noun/history.h"

#define FLOW_STAGE_DEED "Stage Changed"

/* Pure. h: with bodies, at least of the deeds. *stage: enum lead_stage. o->lead is left 0. */
void flow_outcome_fold(const struct history *h, struct outcome *o, int *stage);

/* Pure. The lead itself has done nothing after that instant: no event but deeds of people here, what programs did, and the facts that the house was told
 * together with what happened then. told_with: the instant at which it learned of that; INSTANT_NONE: nothing came with it. */
bool flow_silent_since(const struct history *h, instant at, instant told_with);

/* The stage and the outcome of each of n roots, set right from the history; and what follows for the urgent calls of hot ones. out may be NULL. */
NODISCARD enum err flow_outcome_settle(struct ctx *c, struct db_tx *tx, const struct lead_id *roots, size_t n, struct messages *out);

/* Leads of before outcomes were kept: the next at most limit; *done: all have been walked. */
NODISCARD enum err flow_outcome_walk(struct ctx *c, struct db_tx *tx, int limit, struct messages *out, bool *done);

#endif
