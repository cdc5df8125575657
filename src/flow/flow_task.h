/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_task.h - the open tasks of one kind that a lead has, and their end by the house; what screens are told of a task.
 */
#ifndef FLOW_FLOW_TASK_H
#define FLOW_FLOW_TASK_H

#include "noun/change.h"
#include "task/task.h"

/* The task has changed. out may be NULL. */
void flow_task_tell(struct messages *out, const struct task *t);
/* Open ones, newest first, at most 100. */
NODISCARD enum err flow_task_open_list(struct ctx *c, struct db_tx *tx, struct lead_id lead, enum task_kind kind, struct tasks *list);
/* The open urgent call of t->lead; else t is made one, due at t->due_at until a decision says it better: whoever takes the lead over is to call. */
NODISCARD enum err flow_task_call(struct ctx *c, struct db_tx *tx, enum lang lang, struct task *t);
/* All of these are cancelled for that reason. *ended (may be NULL): how many there were. out may be NULL. */
NODISCARD enum err flow_task_end_all(struct ctx *c, struct db_tx *tx, struct lead_id lead, enum task_kind kind, struct str reason,
                                     size_t *ended, struct messages *out);

#endif
