/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_place.h - somebody's own place in the queue for leads: in each pool they belong to, how many go before them, and the figures by which they can
 * check it.
 *
 * A hot lead that asks for nothing in particular and comes now is what the place is told of. Of the others only numbers are told, never who.
 */
#ifndef FLOW_FLOW_PLACE_H
#define FLOW_FLOW_PLACE_H

#include "flow/flow_route.h"

struct queue_place {
    struct pool pool;
    struct candidate self;        /* why not, until when, and the figures */
    int64_t of;                   /* people who may get a lead now */
    int64_t before;               /* ... and go before this person; who may not now is told where they would stand; -1: nobody is picked (claim) */
    int64_t turns;                /* weighted: how far behind the first, in millionths of a turn of weight 1; below 0: ahead of the first */
    instant first_last_at;        /* of who is next; INSTANT_NONE: never, or nobody may */
    int64_t first_load, first_capacity;
    int64_t given_day, given_hour;/* in the last 24 hours and 60 minutes, of all pools */
    int64_t day_quota, hour_quota;/* 0: none */
};
/* By name of pool. d: opened for showing. ERR_NOT_FOUND: nobody who gets leads. */
NODISCARD enum err flow_place(struct ctx *c, struct db_tx *tx, struct desk *d, struct user_id user, struct queue_place **list, size_t *count);

#endif
