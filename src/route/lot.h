/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lot.h - a stated share of decisions is drawn by lot among all who may, so that what is learnt of people does not merely confirm itself:
 * whoever is new or had bad luck gets leads too, and what another policy would have brought can be told from what came of the draws.
 *
 * One number is drawn for a decision, u from 0 to FIX_ONE - 1. Below FIX_ONE - share the policy's choice stands. The rest is cut into equal whole
 * parts, one for each who may, in the order of the list; what is left over by the division is the policy's choice's again. So the
 * chances are whole millionths that sum to FIX_ONE, and the kept probability is the exact one, not near it.
 *
 * The seed is kept with the decision: whoever has it and the candidates can draw again and must find the same person. Pure.
 */
#ifndef ROUTE_LOT_H
#define ROUTE_LOT_H

#include "base/fix.h"
#include "noun/change.h"

enum { ROUTE_EXPLORE_MOST = 50 }; /* per cent of a rule's decisions by lot */

/* Sets the probability of each candidate: of those with why CANDIDATE_OK as above, 0 of others. first: the policy's choice, one who may.
 * share: millionths, 0 to FIX_ONE. */
void route_lot_chances(struct candidate *candidates, size_t count, ptrdiff_t first, fix share);
/* Who it is. *lot: the draw decided, which may have fallen on the policy's choice. share 0: first. */
ptrdiff_t route_lot_draw(const struct candidate *candidates, size_t count, ptrdiff_t first, fix share, int64_t seed, bool *lot);
/* The seed of a decision about a lead at an instant: positive, the same when the decision is made again, and nobody chooses it. */
int64_t route_lot_seed(struct lead_id lead, instant at);

#endif
