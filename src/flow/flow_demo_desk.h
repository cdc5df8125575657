/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_demo_desk.h - what the salespeople of the demonstration company did: calls made, some in time and some late, answers, next steps, stages.
 *
 * Everything goes the way that a person's clicks go (flow_person.h, flow_lead.h), at its own instant and under the person's own name.
 * The same lead and the same task give the same behaviour.
 */
#ifndef FLOW_FLOW_DEMO_DESK_H
#define FLOW_FLOW_DEMO_DESK_H

#include "flow/flow.h"
#include "noun/change.h"

/* Everybody does what they would have done by c->now; tasks younger than a person's pace are left. */
NODISCARD enum err flow_demo_desk(struct flow *f, struct ctx *c, struct db_tx *tx, struct messages *messages);

/* What is left for the one who looks: tasks of today for each of the managers, late and early ones, and two leads that have just become
 * hot. */
NODISCARD enum err flow_demo_today(struct flow *f, struct ctx *c, struct db_tx *tx, const struct user_id *managers,
                                   size_t count, struct messages *messages);

#endif
