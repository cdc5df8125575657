/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* index.h - who of a model listens to what. score/ alone includes this.
 *
 * A unit is a criterion (its number) or, behind them, a gate with a condition (criterion_count + its number), or behind those a
 * condition of the ideal customer.
 */
#ifndef SCORE_INDEX_H
#define SCORE_INDEX_H

#include "score/model.h"

struct unit_list {
    uint16_t *units; /* rising */
    uint32_t count;
    bool body; /* one of them looks into bodies */
};

struct index_slot {
    struct str name; /* absent: a free slot */
    uint64_t hash;
    struct unit_list heard;
};

struct model_index {
    struct index_slot *slots;
    uint32_t cap;            /* a power of two */
    struct unit_list any;    /* listeners to every act: also part of each slot's list */
    struct unit_list facts;  /* units that listen to any fact */
    struct unit_list births; /* units to which the instant of birth matters */
    struct cond **conds;     /* of each unit; NULL for one that is disabled or has none */
    uint32_t unit_count;
};

void score_index_build(struct model *m);
/* Who listens to an event that goes by name. */
const struct unit_list *score_index_find(const struct model_index *x, struct str name);

#endif
