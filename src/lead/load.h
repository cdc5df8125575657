/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* load.h - how much each person has in hand: their open leads by band, counted as leads change, not when somebody asks.
 *
 * Whoever decides who gets a lead asks it of everybody, so it must not cost what all leads cost. Every change of owner, stage or band goes through
 * lead.c and merge.c, which tell here what the row was and what it is, in the same transaction.
 *
 * Where several programs write, two of them would wait for each other over a popular owner's row, in no order. There a change is a row of its own;
 * the next decision that finds enough of them, alone under the lock of distribution, adds them up. What a row was is asked with
 * the row held: else another program could change it between the question and the change.
 *
 * The counters are a cache: lead_load_recount() counts anew, and `gradus replay` holds one against the other.
 */
#ifndef LEAD_LOAD_H
#define LEAD_LOAD_H

#include "db/db.h"
#include "noun/band.h"
#include "noun/ids.h"

/* What of a lead's row is counted. */
struct lead_hand {
    bool there; /* a lead that is part of another has no row, whatever is set of it */
    struct user_id owner;
    int stage;
    enum band band;
};
/* The rows as they are, held until the commit. */
NODISCARD enum err lead_load_hold(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, struct lead_hand *hands);
/* n rows were as before says and are as after says. */
NODISCARD enum err lead_load_moved(struct ctx *c, struct db_tx *tx, const struct lead_hand *before, const struct lead_hand *after, size_t n);

/* What an owner has in hand: leads in open stages, by band. */
struct lead_load {
    struct user_id owner;
    int64_t count[BANDS];
};
/* LOAD_FOLD: what has gathered is added up too; only under the lock of distribution (route_lock). */
enum lead_load_use { LOAD_READ, LOAD_FOLD };
/* By owner, in c->arena. Some may have nothing. */
NODISCARD enum err lead_load_list(struct ctx *c, struct db_tx *tx, enum lead_load_use use, struct lead_load **list, size_t *count);
/* The same counted from all leads. */
NODISCARD enum err lead_load_recount(struct ctx *c, struct db_tx *tx, struct lead_load **list, size_t *count);
/* The counters become what a count gives, whoever writes meanwhile. */
NODISCARD enum err lead_load_mend(struct ctx *c, struct db_tx *tx);

#endif
