/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fit.h - numbers fitted to outcomes: logistic regression, bins of a number, and maps from a score to a probability.
 *
 * Pure: the same input gives the same bits. A fit minimises the sum of w log(1 + exp(-y z)) plus half of beta' P beta, where z is the row's
 * value and P a penalty of the caller: a ridge, and ties between neighbouring bins, so that a number's effect is smooth. It is done by Newton's
 * method with Cholesky and step halving: for a few hundred columns that is exact (the gradient vanishes), needs no tuning, and leaves the inverse
 * of the Hessian, which is the covariance that intervals are made of (the delta method). A library of coordinate descent (liblinear) was left
 * out: it is made for millions of columns, stops by a tolerance, and gives no covariance.
 *
 * A design is sparse: a row names the columns that are not zero. Column 0 is the constant: it stands in every row by itself, unpenalised unless P
 * says so, and is not listed.
 *
 * Sources: Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 4.4 (Newton), 5 (smoothing penalties); Platt 1999 with targets
 * as they are and a ridge instead; Kull, Filho, Flach 2017 (beta calibration); Ayer et al. 1955 (pooling adjacent violators).
 */
#ifndef STAT_FIT_H
#define STAT_FIT_H

#include "base/arena.h"

/* 1 / (1 + exp(-z)), and its inverse with p kept within [1e-9, 1 - 1e-9]. */
double fit_sigmoid(double z);
double fit_logit(double p);

struct fit_design {
    size_t n, p;             /* rows; columns with the constant */
    const uint32_t *start;   /* n + 1 */
    const uint32_t *index;   /* 1 .. p - 1 */
    const double *value;     /* NULL: all are 1 */
};

struct fit_line {
    size_t p;
    double *beta;            /* p */
    double *cov;             /* p x p */
    double loss;             /* mean log loss, without the penalty */
    int steps;
    bool converged;
};

/* penalty: p x p, symmetric, not negative. weight, offset: one a row, or NULL. Everything lives in a. */
struct fit_line fit_logistic(struct arena *a, const struct fit_design *d, const unsigned char *won, const double *weight,
                             const double *offset, const double *penalty);
/* The value of row i. */
double fit_row_value(const struct fit_design *d, const double *beta, size_t i);

/* Adds to a penalty: strength x beta_i^2 / 2, and strength x (beta_i - beta_j)^2 / 2. */
void fit_ridge(double *penalty, size_t p, size_t i, double strength);
void fit_tie(double *penalty, size_t p, size_t i, size_t j, double strength);

/* Solves A x = b for symmetric positive A (n x n, overwritten by its Cholesky factor); false if it is not positive. x may be b. */
bool fit_solve(double *a, size_t n, const double *b, double *x);

/* ---- bins ---- */

enum { FIT_BINS = 64 };
/* Bin k holds what is above cuts[k - 1] and not above cuts[k]. A missing number (NAN) has none. */
struct fit_bins {
    int count;               /* bins; 0: nothing but missing */
    double cuts[FIT_BINS - 1];
};

/* At most `most` bins of about equal count, each of at least `least` cases; equal numbers stay together. Blind to outcomes. */
struct fit_bins fit_bins_even(struct arena *a, const double *values, size_t n, int most, size_t least);
/* The bin of a number; -1 for NAN. */
int fit_bin_of(const struct fit_bins *b, double value);
/* Neighbouring bins joined as long as their shares won cannot be told apart (two-sided 5 %), or, when monotone is +1 or -1, run against that
 * direction (pooling adjacent violators). won, total: a bin each; rewritten. */
void fit_bins_join(struct fit_bins *b, int64_t *won, int64_t *total, int monotone);

/* The nearest non-decreasing sequence, by weighted squares; values are rewritten. Both lists positive and of length n. */
void fit_isotonic(double *values, double *weights, size_t n);

/* ---- from a score to a probability ---- */

enum fit_map_kind { FIT_MAP_LINE, FIT_MAP_BETA, FIT_MAP_STEPS };
enum { FIT_MAP_KNOTS = 64 };
/* LINE: logit p = a + b z. BETA: logit p = a + b ln q - c ln (1 - q) with q = sigmoid z. STEPS: p by knots, straight between them. */
struct fit_map {
    int kind;
    double a, b, c;
    double cov[3];           /* LINE: var a, cov a b, var b */
    int knots;
    double at[FIT_MAP_KNOTS], p[FIT_MAP_KNOTS];
};

/* z of n cases with their outcomes. hold, hold_slope: how many cases' worth of belief that the score
 * is right already: in its level (a = 0), in its spread (b = 1). */
struct fit_map fit_map_line(struct arena *a, const double *z, const unsigned char *won, const double *weight, size_t n, double hold,
                            double hold_slope);
struct fit_map fit_map_beta(struct arena *a, const double *z, const unsigned char *won, size_t n);
struct fit_map fit_map_steps(struct arena *a, const double *z, const unsigned char *won, size_t n);
/* logit of the probability that the map gives to a score. Never falls as z rises. */
double fit_map_value(const struct fit_map *m, double z);

#endif
