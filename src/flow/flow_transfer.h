/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_transfer.h - many leads to many people at once: planned, shown, carried out as decisions of their own, and taken back.
 *
 *   backlog    leads that nobody owns
 *   handover   the whole base of one person, clients too: a leaver's
 *   balance    from whoever has too much
 *   certificate  the open leads of one product that a person may not have any more
 *
 * Who may have a lead is asked as for a single one: rules, pools, skills, level, capacity; that somebody is at work just now is asked for the
 * hot alone. Which of those gets it: route/transfer.h. Undoing gives back those that their new owners still have.
 */
#ifndef FLOW_FLOW_TRANSFER_H
#define FLOW_FLOW_TRANSFER_H

#include "flow/flow_route.h"
#include "route/transfer.h"

enum { TRANSFER_LEADS = 2000 }; /* at once: more in several */

struct transfer_ask {
    enum transfer_kind kind;
    struct user_id from;         /* handover, balance, certificate: whose leads */
    struct product_id product;   /* certificate: of which product */
    const struct user_id *to;    /* empty: whoever the rules allow */
    size_t to_count;
    int64_t limit;               /* leads; 0: TRANSFER_LEADS */
};
struct transfer_share {          /* what it means for one person */
    struct desk_person *person;
    int64_t leads, amount;       /* that would come */
};
struct transfer_plan {
    struct transfer_ask ask;
    struct desk desk;
    struct lead *leads;
    size_t count;
    bool more;                   /* there are leads beyond the limit */
    struct transfer_answer answer; /* to: index in desk.people */
    struct transfer_share *shares; /* desk.count */
};
/* Reads only with DESK_SHOW. ERR_BAD_FIELD. */
NODISCARD enum err flow_transfer_plan(struct ctx *c, struct db_tx *tx, enum desk_use use, const struct transfer_ask *ask,
                                      struct transfer_plan *plan);
/* Carries out a plan made in this transaction with DESK_DECIDE. Fills t. */
NODISCARD enum err flow_transfer_do(struct ctx *c, struct db_tx *tx, struct transfer_plan *plan, struct transfer *t,
                                    struct messages *out);
/* ERR_CONFLICT when it was undone already. *back: how many leads went back. */
NODISCARD enum err flow_transfer_undo(struct ctx *c, struct db_tx *tx, struct transfer_id id, int64_t *back, struct messages *out);

#endif
