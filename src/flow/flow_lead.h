/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_lead.h - leads as people see and change them: a card with its reasons, its last event and its next step; what a person edits.
 *
 * A change of a fact is a change of the profile (verified, by that user); a change of the stage or the owner is a deed, kept among
 * the events. Both go down the same walk as what comes from outside.
 */
#ifndef FLOW_FLOW_LEAD_H
#define FLOW_FLOW_LEAD_H

#include "flow/flow.h"
#include "history/history.h"
#include "lead/lead.h"
#include "noun/change.h"
#include "score/ledger.h"
#include "task/task.h"

enum { CARD_REASONS = 2 };
struct flow_card {
    struct lead lead;
    const struct model *model;       /* of the reasons; lives as long as the caller's hold */
    struct score_line reasons[CARD_REASONS]; /* the strongest, either sign */
    size_t reason_count;
    struct history_row last;         /* id 0: none */
    struct task next;                /* id 0: no step */
};

/* What surrounds each of n leads at c->now. */
NODISCARD enum err flow_cards(struct ctx *c, struct db_tx *tx, const struct model *m, const struct lead *leads,
                              size_t n, struct flow_card *cards);

/* A new lead, or new facts of one that is known by its e-mail, phone or external id. facts: an object as Segment's traits are. *made tells which. */
NODISCARD enum err flow_lead_add(struct flow *f, struct ctx *c, struct db_tx *tx, const struct json *facts,
                                 struct lead_id *lead, bool *made, struct messages *messages);
/* The same for many, in one walk. added has n items, in the order of facts; code: why one was refused. */
struct flow_lead_added {
    enum err code;
    struct lead_id lead;
    bool made;
};
NODISCARD enum err flow_lead_add_many(struct flow *f, struct ctx *c, struct db_tx *tx, const struct json *const *facts,
                                      size_t n, struct flow_lead_added *added, struct messages *messages);
/* Facts a person corrects: null clears. */
NODISCARD enum err flow_lead_facts(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id lead,
                                   const struct json *facts, struct messages *messages);
/* Stage and amount; kept as deeds. expected_version 0: any. (An owner is changed by an assignment, not here.) */
NODISCARD enum err flow_lead_set(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id lead,
                                 int64_t expected_version, const struct lead_change *change,
                                 struct messages *messages);

/* The whole arithmetic of a lead at an instant. then: as the house knew it then, by the model that was live then; else by what is known
 * today and today's model. *m is held for the caller; *h is the history it was told from. */
NODISCARD enum err flow_explain(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id lead,
                                instant at, bool then, struct model **m, struct history *h, struct score *score);

/* The model by which the lead is scored now (its arm's while a contest runs), held once by the caller. */
NODISCARD enum err flow_model_now(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id lead, struct model **m);

#endif
