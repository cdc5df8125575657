/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* transfer.h - many leads handed over at once: a backlog given out, a leaver's whole base, a balance struck; kept, so that it can be undone.
 *
 * Which lead goes to whom is the best assignment there is (stat/match.h) under three limits: who may have which lead, how much each can
 * still take, and that nobody gets more than a quarter over an even share. What a pair is worth is what the lead's score says of it times how
 * well the person fits: a stated sum, route_fit_worth(). Pure but for the store.
 */
#ifndef ROUTE_TRANSFER_H
#define ROUTE_TRANSFER_H

#include "db/db.h"
#include "route/eligible.h"

enum transfer_kind { TRANSFER_BACKLOG, TRANSFER_HANDOVER, TRANSFER_BALANCE, TRANSFER_CERTIFICATE, TRANSFER_KINDS };
extern const char *const route_transfer_kinds[TRANSFER_KINDS + 1]; /* "backlog", "handover", "balance", "certificate", NULL */

/* How well a person fits a lead, in per cent of the usual: 100, and 20 for each of product, region and language that the lead has and the person
 * names (who names none takes all, but is no specialist), and 10 for a senior with a hot lead. The "best match" policy goes by it too. */
int64_t route_fit(const struct person *p, const struct need *need);

/* What is to be given to whom. may[lead x people]: fit in per cent, 0: not this one. worth[lead]: 1 to 1,000. room[people]: how many more
 * leads fit. leads x people below a million. */
struct transfer_problem {
    size_t leads, people;
    const int64_t *may, *worth, *room;
};
struct transfer_answer {
    int32_t *to;            /* leads: person, or -1: stays */
    size_t placed;
    int64_t sum, in_turn;   /* worth x fit of the answer, and of giving out in turn, the worthiest first */
};
/* Pure. The answer lives in a. */
struct transfer_answer route_transfer_best(const struct transfer_problem *p, struct arena *a);

/* Jain's index of fairness (Jain, Chiu and Hawe 1984), in per mille: 1000 when all x are equal, 1000 / n when one has all. 1000 when there is
 * nothing to share. x[i] >= 0. */
int64_t route_fairness(const int64_t *x, size_t n);

struct transfer {
    struct transfer_id id;
    instant at;
    struct user_id by, from;
    enum transfer_kind kind;
    struct product_id product; /* TRANSFER_CERTIFICATE: of which one */
    int64_t leads;
    instant undone_at;      /* INSTANT_NONE: it stands */
};
struct transfer_lead {
    struct lead_id lead;
    struct user_id from, to;
};
/* Fills id and at. */
NODISCARD enum err route_transfer_add(struct ctx *c, struct db_tx *tx, struct transfer *t, const struct transfer_lead *leads, size_t n);
/* ERR_NOT_FOUND. */
NODISCARD enum err route_transfer_get(struct ctx *c, struct db_tx *tx, struct transfer_id id, struct transfer *t);
/* Newest first. */
NODISCARD enum err route_transfer_list(struct ctx *c, struct db_tx *tx, int64_t limit, struct transfer **list, size_t *count);
NODISCARD enum err route_transfer_leads(struct ctx *c, struct db_tx *tx, struct transfer_id id, struct transfer_lead **list, size_t *count);
NODISCARD enum err route_transfer_undone(struct ctx *c, struct db_tx *tx, struct transfer_id id);

#endif
