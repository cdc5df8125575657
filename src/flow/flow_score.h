/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_score.h - the part all walks share: leads that have something new are scored, their moves kept and acted on.
 */
#ifndef FLOW_FLOW_SCORE_H
#define FLOW_FLOW_SCORE_H

#include "flow/flow.h"
#include "noun/change.h"
#include "score/band.h"

/* One lead with what is new about it. */
struct flow_lead {
    struct lead_id root;
    struct score_item *items;   /* ids rising */
    size_t count, cap;
    instant born;               /* earliest instant among the new items; for a lead without a state */
    instant seen_at;            /* latest event of a person; INSTANT_NONE */
    bool made;                  /* by this walk: nothing was said of it before */
    bool stands;                /* in the lists, where it was read from: need not be asked */
    bool unlisted;              /* only programs have touched it: it stands in no list */
    bool listed;                /* it stood in none before this walk */
    bool walk;                  /* something listens: walk its score */
    bool whole;                 /* its history has changed as a whole (merge, undo, withdrawal): go by the history */
    bool anew;                  /* events that counted do not any more, or the other way round: everything as if it had always been so
                                   (flow_void.h) */
    bool mended;                /* with anew: what was kept was wrong; a crossing is not made of it */
    size_t place;               /* in the call, of the last that is new of it: leads act in this order, as they would have one by one */
};

/* Walks the scores of leads (those with walk set) at c->now, keeps rows and crossings, moves the lists, and acts. */
NODISCARD enum err flow_score(struct ctx *c, struct db_tx *tx, const struct model *m,
                              struct flow_lead *leads, size_t n, struct messages *messages);
/* One lead anew from its whole history, because items of it count no more: what was done on them is withdrawn (flow_void.h). */
NODISCARD enum err flow_score_whole(struct ctx *c, struct db_tx *tx, const struct model *m,
                                    struct lead_id root, struct messages *messages);
/* The same of a lead of which a wrong score was kept: nothing of the past is made up for (flow_mend.h). */
NODISCARD enum err flow_score_mend(struct ctx *c, struct db_tx *tx, const struct model *m, struct lead_id root, struct messages *messages);
/* The card's facts folded anew from the profile changes of the whole family; and whether it stands in the lists, by what of it counts
 * (lead_delist). */
NODISCARD enum err flow_facts(struct ctx *c, struct db_tx *tx, struct lead_id root);
/* Has the lead done or said anything that counts? *seen: when it last did something; INSTANT_NONE. */
bool flow_anything_counts(const struct history *h, instant *seen);
/* The history of a root's whole family, as known at `known`, with bodies where m looks into them. */
NODISCARD enum err flow_history(struct ctx *c, struct db_tx *tx, struct lead_id root, instant known,
                                struct history *h);
/* The same of a family that the caller has found, all that is known. */
NODISCARD enum err flow_history_of(struct ctx *c, struct db_tx *tx, struct lead_id root, const struct lead_id *family, size_t n,
                                   struct history *h);
/* The same for scoring alone: events have bodies only when they are asked for. */
NODISCARD enum err flow_history_for(struct ctx *c, struct db_tx *tx, struct lead_id root, bool bodies,
                                    struct history *h);

#endif
