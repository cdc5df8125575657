/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_replay.h - everything derived, made again from what is kept, and held against what stands.
 *
 * For each lead: the score (total, band, re-arming, next instant of change, bytes of the state) from its whole history by the live model; the
 * row of the lists; the facts of the card; and that each crossing has its one task. For each owner: what they have in hand. Reads only. Both sides are brought to the
 * same instant, so a clock job that is late is no difference.
 */
#ifndef FLOW_FLOW_REPLAY_H
#define FLOW_FLOW_REPLAY_H

#include "flow/flow.h"

/* One difference, told in English: "ld_...: total is 70, must be 71". */
typedef void flow_difference(void *x, struct str text);

/* A lead of which something derived is not what it must be; what that is. */
struct replay_wrong {
    struct lead_id lead;
    bool part; /* of another: has no score of its own */
    bool score, facts, outcome;
};

struct replay_sum {
    int64_t leads, events, crossings, differences;
    bool loads;                 /* differences of what owners have in hand */
    struct arena *arena;        /* the caller's, of the next; NULL: they are not wanted */
    struct replay_wrong *wrong;
    size_t wrong_count;
};

/* What each owner is counted to have in hand (lead/load.h), held against a count of all leads. Adds to *sum. */
NODISCARD enum err flow_replay_loads(struct ctx *c, struct db_tx *tx, flow_difference *told, void *x, struct replay_sum *sum);
/* The next at most limit leads after *after; moves *after on; *more: there are others. Adds to *sum. */
NODISCARD enum err flow_replay(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id *after,
                               int limit, flow_difference *told, void *x, struct replay_sum *sum, bool *more);

#endif
