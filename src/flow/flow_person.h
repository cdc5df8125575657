/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_person.h - the third walk, a person's: what people do with tasks and leads that are to be called.
 *
 * Each is kept as a deed of the lead's history ("Call Logged", "Lead Assigned", ...) and joins the other walks at flow_route. Who may do
 * what is the door's affair; here it is asked whether it can be done: ERR_CONFLICT for a task that is not open.
 *
 * The caller owns the transaction. out may be NULL.
 */
#ifndef FLOW_FLOW_PERSON_H
#define FLOW_FLOW_PERSON_H

#include "flow/flow.h"
#include "flow/flow_route.h"
#include "noun/change.h"
#include "task/task.h"

struct task_plan {
    struct lead_id lead;
    enum task_kind kind;
    struct str title;        /* empty: the kind's own */
    instant due_at;          /* INSTANT_NEVER: none */
    struct user_id assignee; /* 0: the lead's owner, else who plans it */
};
/* A task by hand. */
NODISCARD enum err flow_task_add(struct flow *f, struct ctx *c, struct db_tx *tx, const struct task_plan *plan,
                                 struct task *t, struct messages *out);
/* Title, deadline, assignee of an open task, whichever of set's bits says. Another assignee of a call_now task is a decision and is kept as
 * one. */
enum { TASK_SET_TITLE = 1, TASK_SET_DUE = 2, TASK_SET_ASSIGNEE = 4 };
NODISCARD enum err flow_task_set(struct flow *f, struct ctx *c, struct db_tx *tx, struct task *t, unsigned set,
                                 const struct task_plan *plan, struct messages *out);

/* How it went, and what comes next (next NULL: nothing). Nobody's task becomes that of who did it. next_task->id is 0 without one. */
struct task_outcome {
    enum task_result result;
    struct str note;
    const struct task_plan *next;
};
NODISCARD enum err flow_task_complete(struct flow *f, struct ctx *c, struct db_tx *tx, struct task *t,
                                      const struct task_outcome *outcome, struct task *next_task,
                                      struct messages *out);
/* Takes the result back, and the next task made with it. ERR_CONFLICT when that one has been touched. */
NODISCARD enum err flow_task_reopen(struct flow *f, struct ctx *c, struct db_tx *tx, struct task *t,
                                    struct messages *out);
/* "Not me": never offered to this person again; goes to another, or into the queue. */
NODISCARD enum err flow_task_decline(struct flow *f, struct ctx *c, struct db_tx *tx, struct task *t,
                                     struct str reason, struct messages *out);
/* "Mine": a call that waits in the queue. ERR_CONFLICT when somebody has it. */
NODISCARD enum err flow_task_claim(struct flow *f, struct ctx *c, struct db_tx *tx, struct task *t,
                                   struct messages *out);
/* Calls in the queue that this person may claim, hottest promise first; at most limit. */
NODISCARD enum err flow_claims(struct ctx *c, struct db_tx *tx, struct user_id user, int64_t limit, struct tasks *list);
/* A lead goes to a manager by a person's word, its open tasks with it. */
NODISCARD enum err flow_lead_assign(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id lead,
                                    struct user_id manager, struct str note, struct messages *out);
/* The urgent call of a lead (a new one, when none is open) is decided anew by the rules, the rest of its open tasks goes along. The owner keeps the
 * client in name while nobody may take it. *served: it has a (new) person. */
NODISCARD enum err flow_lead_pass(struct ctx *c, struct db_tx *tx, struct desk *d, struct lead *lead, struct str reason,
                                  struct messages *out, bool *served);
/* The leads that flow_user_leave hands on: hot and undecided. A client is nobody's urgent call: when one is taken up again somebody is found
 * (flow_outcome.c). */
static inline struct lead_filter flow_leaves_behind(struct user_id user, int64_t limit)
{
    return (struct lead_filter){ .bands = 1u << BAND_HOT, .stages = (1u << STAGE_WON) - 1, .owner = user, .limit = limit };
}
/* Somebody leaves (is disabled, or gets no leads any more): the hot leads go to others at once, each with a call, so that none is
 * without a person. The rest of the base stays in name until it is handed over. Call it after the account has been changed. */
NODISCARD enum err flow_user_leave(struct ctx *c, struct db_tx *tx, struct user_id user, struct messages *out);

#endif
