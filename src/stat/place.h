/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* place.h - who is which in an order, told no surer than it is.
 *
 * Of what is counted (leads, money) the greater goes first and equals share a place. A share is not counted, it is guessed from few cases: to
 * put people in the order of guesses is to draw lots for their places. So a share gives a range of places: the best is one behind all who are better
 * for sure, the worst one before all who are worse for sure; who cannot be told apart shares places. Two are told apart when
 * Newcombe's interval of their difference leaves out zero at a level by which all pairs together are wrong once in twenty companies
 * (Bonferroni): so of identical people any two are told apart in at most 5 % of reports.
 * Pure.
 */
#ifndef STAT_PLACE_H
#define STAT_PLACE_H

#include <stddef.h>
#include <stdint.h>

struct place_share {
    int64_t won, n;
};
/* From 1; both 0: nothing to place. */
struct place {
    int64_t best, worst;
};
void place_of_counts(const int64_t *x, size_t n, struct place *places);
void place_of_shares(const struct place_share *x, size_t n, struct place *places);

/* Jain's index of fairness (Jain, Chiu and Hawe 1984), in per mille: 1000 when all x are equal, 1000 / n when one has all; and Gini's
 * coefficient, in per mille: 0 when all are equal, 1000 (n - 1) / n when one has all. 1000 and 0 when there is nothing to share. x[i] >= 0. */
int64_t place_jain(const int64_t *x, size_t n);
int64_t place_gini(const int64_t *x, size_t n);

#endif
