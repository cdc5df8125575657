/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* learner.h - from leads whose end is known to a probability for any lead.
 *
 * Two forecasts are fitted to the same rows: a sum of effects (a coefficient a level or a bin, held small and, for a number, close to its neighbour's:
 * stat/fit.h), which needs few leads and gives the interval, and small trees (stat/boost.h), which see that two things together mean more. How much of
 * each is taken, how strongly they are held, how many trees, and by what curve the value becomes a probability is decided on leads that the fit has
 * not seen: each of several parts is forecast by a fit to the others. The figures that are shown come from those forecasts.
 *
 * Deterministic: chance is seeded, the same rows in the same order give the same learner to the bit.
 *
 * The interval (95 %) is of the probability, not of the outcome: the variance of the sum of effects at this row (delta method), which is wide where
 * a row's levels are rare, and the variance of the curve's own two numbers.
 */
#ifndef LEARN_LEARNER_H
#define LEARN_LEARNER_H

#include "learn/feature.h"
#include "stat/boost.h"
#include "stat/sample.h"

/* Figures on leads that the fit did not see. */
struct learn_figures {
    size_t n, won;
    struct sample_figure auc;
    double brier, ece, log_loss, base_loss; /* base_loss: of everybody at the share that won */
    struct sample_figure found20;
};

struct learner {
    struct learn_schema schema;
    uint32_t *offset;        /* of each column's code 0 among the coefficients */
    struct fit_line line;
    struct boost boost;
    double share;            /* of the sum of effects in the blend; the rest is the trees' */
    struct fit_map map;
    double *mean;            /* of each column's effect in the sum, over the rows it was fitted to */
    struct learn_figures figures;
    double ridge;
    int depth;
};

/* Asked between one part's fit and the next, each of which may take seconds: false ends the work. NULL: it goes on to its end. */
struct learn_patience {
    bool (*goes_on)(void *x);
    void *x;
};

struct learn_options {
    uint64_t seed;
    int folds;               /* 0: 5, or 10 when rows are few */
    bool line_only;          /* no trees (for comparison) */
    const struct learn_patience *patience;
};

/* rows and won: n leads. Everything lives in a; working memory is given back. NULL when nothing can be learnt (one outcome only, no column), or when
 * patience ended it. */
struct learner *learn_fit(struct arena *a, const struct learn_row *rows, const unsigned char *won, size_t n,
                          const struct learn_options *o);
/* Of the forecasts of unseen rows; z_held, when not NULL, gets n logits. */
struct learner *learn_fit_told(struct arena *a, const struct learn_row *rows, const unsigned char *won, size_t n,
                               const struct learn_options *o, double *z_held);

struct learn_forecast {
    double z;                /* logit of the probability */
    double variance;         /* of z */
    int facts, known;        /* facts it goes by; of them, known of this lead */
    int strange;             /* not known, though hardly any lead that it learnt from lacked them: of these the data say nothing */
};
struct learn_forecast learn_foretell(const struct learner *l, const struct learn_row *row);
/* A logit and its variance as a probability with its interval. */
struct sample_figure learn_probability(struct learn_forecast f);

/* What of the row moves the logit, against the average lead: schema.count numbers, the map's slope taken into account. */
void learn_effects(const struct learner *l, const struct learn_row *row, double *effects);

/* Figures of logits against outcomes. */
struct learn_figures learn_measure(struct arena *a, const double *z, const unsigned char *won, size_t n);

/* ---- running correction ---- */

enum { LEARN_WINDOW = 400 };
struct learn_recent {
    double z;
    unsigned char won;
};
/* The slope and intercept by which a learner's logits are put right, from the newest outcomes that it had not seen, oldest first; newer ones weigh more.
 * With few of them it stays near nothing (a = 0, b = 1). */
struct fit_map learn_correct(struct arena *a, const struct learn_recent *recent, size_t n);
/* A forecast put right. */
struct learn_forecast learn_corrected(const struct fit_map *m, struct learn_forecast f);

/* ---- as bytes ---- */

/* For keeping: numbers in little-endian order, exact. */
struct str learn_print(struct arena *a, const struct learner *l);
/* NULL when the bytes are not a learner of this format. Lives in a. */
struct learner *learn_parse(struct arena *a, struct str bytes);

#endif
