/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_merge.h - merges, their undoing, and what every room does about them: one table, a row a room.
 */
#ifndef FLOW_FLOW_MERGE_H
#define FLOW_FLOW_MERGE_H

#include "flow/flow.h"
#include "lead/identity.h"
#include "noun/change.h"

/* What each room does when child has come to parent (score rows, tasks, ...); the walk calls it for merges that identities
 * caused, flow_merge for those that people ask for. */
NODISCARD enum err flow_merge_rooms(struct ctx *c, struct db_tx *tx, struct lead_id child,
                                    struct lead_id parent, struct messages *messages);

/* A person joins two leads. ERR_CONFLICT when one is merged already. */
NODISCARD enum err flow_merge(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id child,
                              struct lead_id parent, struct merge_id *merge, struct messages *messages);
/* Both leads as they would be had they never been joined, with all that has happened since. */
NODISCARD enum err flow_unmerge(struct flow *f, struct ctx *c, struct db_tx *tx, struct merge_id merge,
                                struct lead_merge *undone, struct messages *messages);

#endif
