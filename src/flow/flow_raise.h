/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_raise.h - what a person does to make a lead hotter, and which lead comes first: checklists answered, priorities told, what would make
 * it hot, the moment beside a score.
 */
#ifndef FLOW_FLOW_RAISE_H
#define FLOW_FLOW_RAISE_H

#include "flow/flow_score.h"
#include "lead/lead.h"
#include "score/checklist.h"
#include "score/priority.h"
#include "score/raise.h"

/* The deed that an answer is kept as; its properties: item, answer, text. */
#define FLOW_CHECKLIST_DEED "Checklist Answered"

/* Keeps an answer: a deed in the history, and the fact (checklist.h). ANSWER_NONE and ANSWER_UNKNOWN clear the fact. ERR_MISSING: ANSWER_TEXT
 * without a text. */
NODISCARD enum err flow_checklist_answer(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id lead,
                                         const struct checklist_item *item, enum checklist_answer answer,
                                         struct str text, struct messages *messages);

/* The latest answer that a person gave to an item. */
struct flow_answered {
    const struct checklist_item *item;
    enum checklist_answer answer;
    struct user_id by;
    instant at;
};
/* Of every item that was ever answered; count below that of all items. */
NODISCARD enum err flow_checklist_deeds(struct ctx *c, struct db_tx *tx, struct lead_id lead,
                                        struct flow_answered **list, size_t *count);

/* Priorities of n leads at c->now. Histories are read of those alone whose score may have moved in these days. */
NODISCARD enum err flow_priorities(struct ctx *c, struct db_tx *tx, const struct model *m, const struct lead *leads,
                                   size_t n, struct priority *out);

/* What would make the lead hot now, by the live model. *m is held for the caller. */
NODISCARD enum err flow_raise(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id lead, struct model **m,
                              struct raise *r);

#endif
