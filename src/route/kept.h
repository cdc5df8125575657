/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* kept.h - the candidates of decisions as they are kept: bytes over a frame (noun/candidate.h), or, of rows from before, JSON.
 *
 * A frame is a list of a pool that is kept whole. The decisions that follow tell what differs from it, which is the more the longer it stands: each
 * lead that is given out makes one more person differ. A new one is kept when that costs less: with F bytes for a frame and d more for each
 * decision, the sum of both is smallest when a frame is left at a difference of sqrt(2 F d). d is what the first decision behind the frame differed
 * by, so a pool whose figures are all different for each lead (how well each fits it) does not make a frame of each decision.
 * Among 500 people: a frame of 7 KiB, then some 300 bytes a decision, where the same as JSON were 84 KB.
 *
 * Frames are never changed and never removed. Lists of a few, and those that no pool was asked for, stand by themselves.
 */
#ifndef ROUTE_KEPT_H
#define ROUTE_KEPT_H

#include "db/db.h"
#include "noun/candidate.h"

/* The frame of a pool, held by whoever makes several decisions in one transaction. Begin with the pool alone. */
struct route_frame {
    struct pool_id pool;
    bool known;               /* it has been looked for */
    int64_t id;               /* 0: there is none */
    struct candidates list;
    int64_t bytes, step;      /* its length; what the first decision behind it differed by, 0: none came yet */
};

/* The candidates of a row, as they lie there. */
struct route_kept {
    struct str text;          /* JSON; empty: see bytes */
    struct str bytes;         /* absent: see text */
    int64_t frame_id;         /* 0: the bytes stand by themselves */
    const struct route_frame *frame;
};

/* The list as a row keeps it: kept->bytes and frame_id, in c->arena. f may be NULL: by itself. */
NODISCARD enum err route_kept_make(struct ctx *c, struct db_tx *tx, struct candidates list, struct route_frame *f, struct route_kept *kept);
/* Fills the frame of each, reading each frame once. In c->arena. step_bytes: how far it is from one to the next. */
NODISCARD enum err route_kept_frames(struct ctx *c, struct db_tx *tx, struct route_kept *first, size_t count, size_t step_bytes);
/* The candidates, in c->arena. ERR_BAD_JSON; ERR_INTERNAL: the bytes are none of ours. */
NODISCARD enum err route_kept_read(struct ctx *c, const struct route_kept *kept, struct candidates *list);

#endif
