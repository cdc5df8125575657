/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record.h - the decisions of a period as they were kept, with whoever was considered: what is lived through again (simulate.h).
 */
#ifndef ROUTE_RECORD_H
#define ROUTE_RECORD_H

#include "route/route.h"

/* Decisions made in [from, until), by id, all of what is kept but notes and names. In c->arena. */
NODISCARD enum err route_record_list(struct ctx *c, struct db_tx *tx, instant from, instant until, struct assignments *list);

struct route_stay {
    int64_t id;
    struct lead_id lead;
    instant since, until;    /* until INSTANT_NONE: it still waits */
    struct rule_id rule;     /* that held as it began, and its name then; 0: none, or not known */
    struct str rule_name;
    struct str why;          /* its last reason */
    struct route_kin kin;    /* as its beginning saw it */
    struct route_kept kept;  /* its candidates; empty where it began before they were kept */
};
/* Stays in the queue that began in [from, until), by id. In c->arena. */
NODISCARD enum err route_stay_list(struct ctx *c, struct db_tx *tx, instant from, instant until, struct route_stay **list, size_t *count);

/* The latest of one lead, newest first. In c->arena. */
NODISCARD enum err route_stay_list_of(struct ctx *c, struct db_tx *tx, struct lead_id lead, int64_t limit, struct route_stay **list, size_t *count);

struct route_refusal {
    struct lead_id lead;
    struct user_id user;
    instant at;
};
/* Who gave back what before `until`, by lead, then time. In c->arena. */
NODISCARD enum err route_refusal_list(struct ctx *c, struct db_tx *tx, instant until, struct route_refusal **list, size_t *count);
/* Who had each of n leads by the last decision before `before`, and when it was made; 0: there was none. In c->arena. */
NODISCARD enum err route_had_before(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, instant before,
                                    struct given **had);

#endif
