/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* boost.h - a sum of small trees, each fitted to what the ones before got wrong (gradient boosting of the log loss).
 *
 * What a straight sum of effects cannot say (a call helps young clients in March alone) small trees can; it was taken in because it was measured:
 * on the bank's campaigns the same facts give an AUC of 0.80 by trees and 0.77 by a sum of effects.
 *
 * Columns come as codes of a byte: bins of a number in their order, or levels in no order; code 0 is "not known". A split of a number sends codes up to
 * one to the left and chooses the side of the unknown; a split of levels sends a set of them, found by sorting the levels by their gradient
 * (Fisher 1958). Leaves take a Newton step with a ridge. Rows and columns are sampled by a seeded stream, so a fit is the same on every machine.
 *
 * Sources: Friedman 2001; Chen and Guestrin 2016 (gain and leaf with a ridge); Lundberg, Erion, Lee 2018 (effects by Shapley's values, here by their
 * definition over the few columns of one path).
 */
#ifndef STAT_BOOST_H
#define STAT_BOOST_H

#include "base/arena.h"

enum { BOOST_CODES = 256, BOOST_DEPTH = 6 };

struct boost_column {
    const uint8_t *codes;    /* a row each */
    int count;               /* codes are 0 .. count - 1 */
    bool levels;             /* in no order */
};

struct boost_options {
    int trees, depth;
    double rate;             /* of each step: 0.05 */
    double ridge;            /* of a leaf */
    double level_ridge;      /* added for splits by levels, which fit chance more easily */
    double least;            /* Hessian that a leaf must hold */
    double row_share, column_share;
    uint64_t seed;
};

struct boost_node {
    uint64_t left_set[4];    /* codes that go left */
    int32_t left, right;     /* nodes; a leaf has left -1 */
    int32_t column;
    double value;            /* of a leaf, the rate in it */
    double cover;            /* Hessian of the rows that came here */
};

struct boost {
    double base;             /* logit of the share won */
    int trees;
    int32_t *roots;          /* trees */
    struct boost_node *nodes;
    size_t node_count;
};

/* Fits to the rows named by rows[0..n). held: rows on which progress is told, may be none: held_z, held x (trees / every), row-major by row, is the
 * value of each held row after every `every` trees. Lives in a. */
struct boost boost_fit(struct arena *a, const struct boost_column *columns, size_t column_count, const unsigned char *won,
                       const uint32_t *rows, size_t n, const struct boost_options *o, const uint32_t *held, size_t held_count,
                       int every, float *held_z);

/* The value (a logit) of one row of codes. */
double boost_value(const struct boost *b, const uint8_t *codes);
/* What each column adds to it, against the average row: effects has column_count numbers; they and *mean sum up to boost_value. */
void boost_effects(const struct boost *b, const uint8_t *codes, size_t column_count, double *effects, double *mean);

#endif
