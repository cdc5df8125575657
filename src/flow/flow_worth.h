/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_worth.h - what a lead is expected to bring in the hands of each person, for the policy that goes by it.
 *
 * The lead's chance is the one by its score, people's ratio and average deal those of the lead's source, where the person had enough leads of
 * it, else of all: all three from the newest report on people (learn/perform.h), read once a desk. Whoever is new is as the team is. Without a report, or
 * with one that has too few leads to tell, everybody is worth the same.
 */
#ifndef FLOW_FLOW_WORTH_H
#define FLOW_FLOW_WORTH_H

#include "flow/flow_route.h"

/* Reads the report into the desk unless it is there. */
NODISCARD enum err flow_worth_read(struct ctx *c, struct db_tx *tx, struct desk *d);
/* Sets value of each. */
NODISCARD enum err flow_worth(struct ctx *c, struct db_tx *tx, struct desk *d, const struct lead *lead, struct person *people, size_t count);

#endif
