/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sample.h - what a sample says: shares and their intervals, curves, calibration, drift.
 *
 * Pure: numbers in, numbers out, no clock and no chance but a seeded one. A share is between 0 and 1. An interval is two-sided, of
 * level 95 % where a `z` or `level` is not asked for. Where a figure cannot be had (no trial, one outcome only), value is NAN and the
 * interval is the whole range of the figure; who shows figures asks for enough cases first.
 *
 * A `struct sample_point` is one case: what was foretold (any number that orders cases; a probability for Brier, log loss and
 * ECE) and whether it came true. Equal scores are ties and are treated as such everywhere: half a step in AUC, one step in
 * the curves, shared evenly by the border of "the top 10 %" and by the borders of bins of equal count; so no figure hangs on the order of equal rows.
 *
 * Sources. Wilson 1927; Newcombe 1998 (Statistics in Medicine 17, method 10); Clopper and Pearson 1934; Katz et al. 1978 (ratio of
 * shares); Mantel and Haenszel 1959 with the variances of Greenland and Robins 1985 and of Sato 1989; DeLong, DeLong and Clarke-Pearson 1988 by
 * the midranks of Sun and Xu 2014; average precision as the step-wise sum of precision over recall; PSI with half a case
 * added to each bin.
 */
#ifndef STAT_SAMPLE_H
#define STAT_SAMPLE_H

#include "base/arena.h"

#define SAMPLE_Z95 1.959963984540054

struct sample_figure {
    double value, low, high;
};

struct sample_point {
    double score;
    bool won;
};

/* Two groups of one stratum: won of n with a property, won of n without it. */
struct sample_table {
    int64_t won_with, with, won_without, without;
};

/* ---- shares ---- */

/* won of n, 0 <= won <= n. */
struct sample_figure sample_wilson(int64_t won, int64_t n, double z);
struct sample_figure sample_clopper(int64_t won, int64_t n, double level);
/* Share of the first less share of the second. */
struct sample_figure sample_newcombe(int64_t won1, int64_t n1, int64_t won2, int64_t n2, double z);
/* Share with over share without; half a case is added to each cell when one is empty. value NAN if a group is empty. */
struct sample_figure sample_ratio(struct sample_table t, double z);
/* The ratio common to the strata: what the property does among cases that are alike otherwise. Strata where one group is empty add
 * nothing; NAN when none is left or nobody won. */
struct sample_figure sample_ratio_common(const struct sample_table *strata, size_t n, double z);
/* The same as a difference of shares, with less without: Mantel and Haenszel's, with the variance of Sato 1989, which holds for many small strata
 * and for few large ones. Within [-1, 1]. */
struct sample_figure sample_difference_common(const struct sample_table *strata, size_t n, double z);

/* The mean of n numbers, with its interval by the normal law (for n = 1 and 0 as wide as nothing: low = high = value). 0 of none. */
struct sample_figure sample_mean(const int64_t *x, size_t n, double z);
/* The product of two independent figures, each with the interval of z: the variance of a b is a^2 var b + b^2 var a + var a var b (Goodman
 * 1960). */
struct sample_figure sample_product(struct sample_figure a, struct sample_figure b, double z);

/* x with P(X <= x) = p, X of Beta(a, b); a, b > 0. */
double sample_beta_quantile(double p, double a, double b);
/* z with P(Z <= z) = p, Z standard normal; 0 < p < 1. */
double sample_normal_quantile(double p);
/* P(|Z| >= |z|). */
double sample_normal_tails(double z);

/* ---- order ---- */

/* Highest score first; equal ones keep their order. */
void sample_sort(struct arena *a, struct sample_point *points, size_t n);

/* The area under the ROC curve: the chance that one who won stands above one who did not, ties half. Interval by DeLong on the
 * logit scale, within [0, 1]. Any order. NAN if all or none won. */
struct sample_figure sample_auc(struct arena *a, const struct sample_point *points, size_t n);
/* Of the same cases under two scores: AUC of the second less AUC of the first. `p` (may be NULL) is two-sided. first[i] and second[i] are one
 * case: their `won` must agree. */
struct sample_figure sample_auc_change(struct arena *a, const struct sample_point *first, const struct sample_point *second,
                                       size_t n, double *p);
/* Average precision. Sorted points. */
double sample_average_precision(const struct sample_point *sorted, size_t n);

/* One step of a curve: everybody with at least this score. */
struct sample_step {
    double score;
    int64_t won, lost; /* of them */
};
/* The steps at which the curves turn, highest score first; at most `max` of them (evenly thinned by count of cases; the last one,
 * everybody, always stays). ROC: x = lost / all lost, y = won / all won. PR: x = won / all won, y = won / (won + lost). */
size_t sample_steps(struct arena *a, const struct sample_point *sorted, size_t n, size_t max, struct sample_step **steps);

/* Share of those who won among the top `share` of cases, over their share among all. */
double sample_lift(const struct sample_point *sorted, size_t n, double share);
/* Share of all who won that the top `share` of cases holds. */
double sample_found(const struct sample_point *sorted, size_t n, double share);
/* The same with its interval: Wilson's, of as many cases as would give the variance of `rounds` resamplings from `seed` (a percentile of the resamplings
 * has no width when all who won are among the top, be they five); of as many as won when that is nothing. Where the
 * share is 0 or 1 the mean of the resamplings stands for it in that count. */
struct sample_figure sample_found_interval(struct arena *a, const struct sample_point *sorted, size_t n, double share,
                                           unsigned rounds, uint64_t seed);
/* Of several shares by the same resamplings, which are what costs; out[count]. */
void sample_found_intervals(struct arena *a, const struct sample_point *sorted, size_t n, const double *shares, size_t count, unsigned rounds,
                            uint64_t seed, struct sample_figure *out);
/* The lift of that top, with the interval of what it holds. */
struct sample_figure sample_lift_of(struct sample_figure found, double share);

/* ---- probabilities ---- */

double sample_brier(const struct sample_point *points, size_t n);
/* Natural logarithm; a probability is kept within [1e-15, 1 - 1e-15]. */
double sample_log_loss(const struct sample_point *points, size_t n);
/* Expected calibration error over `bins` bins of equal count (the first n mod bins hold one more), lowest score first; a tie that a
 * border cuts gives both sides its mean. Any order. */
double sample_ece(struct arena *a, const struct sample_point *points, size_t n, size_t bins);
/* The same over bins of equal width of [0, 1]. Any order. */
double sample_ece_width(const struct sample_point *points, size_t n, size_t bins);

/* ---- drift ---- */

/* Population stability index of counts against counts of a reference, over the same bins. 0.10 is a shift worth a look, 0.25 another
 * population. 0 if either is empty. */
double sample_psi(const int64_t *reference, const int64_t *now, size_t bins);

/* What the index of two samples of one population, of n and m cases, stays under 99 times in 100: (1/n + 1/m) times a quantile of
 * chi-square with bins - 1 degrees (Yurdakul 2018). Under it an index says nothing. */
double sample_psi_noise(int64_t n, int64_t m, size_t bins);

/* ---- chance ---- */

/* The next of a stream of 64 bits (splitmix64; Steele, Lea, Flood 2014): equal seeds, equal streams on every machine. */
uint64_t sample_random(uint64_t *state);
/* The first of the stream of x: a number that looks random and is the same each time. */
uint64_t sample_scatter(uint64_t x);
/* The next number in [0, 1). */
double sample_chance(uint64_t *state);

#endif
