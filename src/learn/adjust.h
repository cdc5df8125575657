/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* adjust.h - what each criterion does beside all the others: one logistic regression on which criteria a lead has.
 *
 * It serves to make like leads comparable: the layers in which a criterion is judged are those of the risk that the other criteria give (the
 * disease risk score of Miettinen 1976). The rest of the score would not do: points set wrong elsewhere would mix unlike leads.
 * Sparse: the work grows with the lines that leads have, not with leads times criteria. Newton with a ridge of 1 on each
 * coefficient (a prior of deviation 1 in log odds), Cholesky; ends when a step moves no coefficient by more than 1e-6, or after 30 steps.
 * Pure.
 */
#ifndef LEARN_ADJUST_H
#define LEARN_ADJUST_H

#include "learn/calibrate.h"

/* b[0..k-1]: log odds of each criterion; the intercept is not given (layers do not need it). `counted`: places of the n cases that count.
 * false, b all zero, when all or none won, or k is over LEARN_ADJUST_MOST. */
enum { LEARN_ADJUST_MOST = 300 };
bool learn_adjust(struct arena *a, const struct learn_case *cases, const size_t *counted, size_t n, size_t k, double *b);

#endif
