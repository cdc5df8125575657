/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* compare.h - two scores of the same leads, held against what became of them: which of the two orders buyers better?
 *
 * Figures are millionths. Without LEARN_ENOUGH who bought and as many who did not there are counts and nothing else. The difference
 * of the areas is paired (the same leads under both), so it is far surer than two areas side by side. Pure.
 */
#ifndef LEARN_COMPARE_H
#define LEARN_COMPARE_H

#include "base/arena.h"
#include "base/json.h"

struct learn_pair {
    fix before, after; /* scores at the instant at which the lead is judged */
    bool won;
};
struct learn_interval {
    fix value, low, high;
};
struct learn_compared {
    int64_t n, won;
    bool enough;
    struct learn_interval auc[2], auc_change; /* before, after; after less before */
    fix p;                                    /* two-sided, of the change being chance */
    fix lift10[2], lift20[2];                 /* share of buyers in the top tenth (fifth) over that of all */
    struct learn_interval lift10_range[2];
    struct learn_interval found20[2];         /* share of all buyers that the top fifth holds */
};

struct learn_compared learn_compare(struct arena *a, const struct learn_pair *pairs, size_t n);

/* Members of an open object: n, won, enough, need; when enough auc {before, after: {value, low, high}}, auc_change {value, low, high}, p, lift10,
 * lift20 {before, after}, lift10_range {before, after: {value, low, high}}, found20 {before, after: {value, low, high}}. */
void learn_compared_json(struct json_out *o, const struct learn_compared *k);
/* {value, low, high, n, won, enough}: a share with its interval by Wilson; figures are null where there are too few of its own, or of the whole
 * that it is a part of (told: learn_compared's enough). */
void learn_share_json(struct json_out *o, int64_t won, int64_t n, bool told);

#endif
