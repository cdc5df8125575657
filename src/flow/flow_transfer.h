/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_transfer.h - many leads to many people at once: planned, shown, carried out as decisions of their own, and taken back.
 *
 *   backlog    leads that nobody owns; cold ones only for who asks for them, for they are not handed over
 *   handover   the whole base of one person, clients too: a leaver's
 *   balance    from whoever has too much
 *   certificate  the open leads of one product that a person may not have any more
 *
 * Who may have a lead is asked as for a single one: rules, pools, skills, level, capacity; that somebody is at work just now is asked for the
 * hot alone. Which of those gets it: route/transfer.h. A plan is made on a snapshot, beside the house's other work; what is carried out
 * is the plan that was shown, piece by piece, each lead looked at again under the lock of distribution: one that has changed hands, or whose new
 * owner may not have it any more, is passed over. Undoing gives back those that their new owners still have, but no open lead of a product that
 * is closed to the former owner by now; each that does not go back says why, and the plan how many would not.
 */
#ifndef FLOW_FLOW_TRANSFER_H
#define FLOW_FLOW_TRANSFER_H

#include "flow/flow_route.h"
#include "route/transfer.h"

enum { TRANSFER_LEADS = 20000 }; /* at once: more in several */

/* Asks for a plan: kind, from, product, most (0: TRANSFER_LEADS), to and cold of t; fills the rest. ERR_BAD_FIELD. */
NODISCARD enum err flow_transfer_ask(struct ctx *c, struct db_tx *tx, struct transfer *t);

struct transfer_plan {
    struct transfer t;           /* with looked, more and gain */
    struct transfer_lead *leads; /* those that would get somebody */
    size_t count;
};
/* Reads only. Progress is told now and then: false ends it with ERR_AWAY. */
typedef bool transfer_go_on(void *self, int64_t done, int64_t total);
NODISCARD enum err flow_transfer_plan(struct ctx *c, struct db_tx *tx, const struct transfer *t, transfer_go_on *go_on, void *self,
                                      struct transfer_plan *plan);
/* Of the open leads that get somebody by a plan: how many in each band, as they stand now. */
NODISCARD enum err flow_transfer_bands(struct ctx *c, struct db_tx *tx, struct transfer_id id, int64_t counts[BANDS]);
/* The next piece of the oldest that runs or is undone. t->id 0: there is none. */
NODISCARD enum err flow_transfer_part(struct ctx *c, struct db_tx *tx, int64_t limit, struct transfer *t, struct messages *out);

#endif
