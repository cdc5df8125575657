/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_model.h - a draft tried on real leads before it is published.
 *
 * The preview scores a base (all leads, or an even sample of them when there are more than asked for) by the live model and by the draft at
 * one instant, and tells who moves.
 */
#ifndef FLOW_FLOW_MODEL_H
#define FLOW_FLOW_MODEL_H

#include "flow/flow.h"
#include "noun/band.h"

enum { PREVIEW_BINS = 12, PREVIEW_MOVERS = 50 };

struct preview_mover {
    struct lead_id lead;
    struct str name;
    int64_t before, after;
    enum band band_before, band_after;
};
struct preview {
    int64_t leads;               /* looked at */
    bool sampled;                /* not all there are */
    int64_t bands[BANDS][2];     /* before, after */
    int64_t bins[PREVIEW_BINS][2];
    int64_t from, width;         /* of bin i: from + i x width, as shown */
    int64_t into_hot, out_of_hot;
    struct preview_mover movers[PREVIEW_MOVERS];
    size_t mover_count;          /* the largest moves between bands */
};

/* At most `most` leads. Reads only. */
NODISCARD enum err flow_preview(struct flow *f, struct ctx *c, struct db_tx *tx, const struct model *draft,
                                int64_t most, struct preview *p);
/* How many of at most `most` leads each criterion of m counts for now: hits[criterion]. */
NODISCARD enum err flow_hits(struct ctx *c, struct db_tx *tx, const struct model *m, int64_t most,
                             int64_t *hits, int64_t *leads);

#endif
