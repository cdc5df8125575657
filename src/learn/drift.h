/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* drift.h - are the leads of late still those that the score was made for? Cohorts by birth, and sources.
 *
 * A cohort is the leads born in one week (while all births lie within 120 days) or one month, UTC. Its score is the early one, of equal age
 * for all, so that a young cohort is not "other" merely because it has done less yet. The population stability index holds its scores against
 * the reference: the first cohorts that together hold a third of the leads. Under 0.10 the population stands, from 0.25 on it is another.
 * Cohorts with leads that are too young are maturing: their conversion is of those that count, and to be drawn so that it is seen.
 *
 * When all leads were born within an hour (a file without dates) there is no time to speak of: `timeless`, and no cohort.
 * Pure.
 */
#ifndef LEARN_DRIFT_H
#define LEARN_DRIFT_H

#include "learn/calibrate.h"

enum { LEARN_COHORTS = 60, LEARN_SOURCES = 30, LEARN_ENOUGH_DRIFT = 50 };

enum learn_level { LEARN_STABLE, LEARN_SHIFTED, LEARN_OTHER, LEARN_LEVEL_COUNT };
extern const char *const learn_level_names[]; /* "stable", "shifted", "other", NULL */

struct learn_cohort {
    instant from, until;       /* born in [from, until) */
    struct learn_share is;
    bool maturing, reference;
    bool has_psi;              /* enough leads here and in the reference */
    double psi, psi_source;    /* of the early scores; of the mix of sources */
    enum learn_level level;    /* by the larger of those that are above what chance gives (sample_psi_noise) */
};

struct learn_source {
    struct str name;           /* empty: not known; the last one may be all others together: rest */
    bool rest;
    struct learn_share is;
    struct sample_figure auc;  /* value NAN unless it has LEARN_ENOUGH_PART of each outcome */
    double mean;               /* score at judging, points */
};

struct learn_drift {
    bool timeless, weeks;
    struct learn_cohort *cohorts; /* oldest first; when there are more than LEARN_COHORTS, the latest */
    size_t cohort_count;
    struct learn_source *sources; /* most leads first */
    size_t source_count;
};

/* cases: marked. cohort and source (n of each, may be NULL) get each case's index + 1, 0 for none. */
struct learn_drift learn_drift_of(struct arena *a, const struct learn_case *cases, size_t n, unsigned char *cohort,
                                  unsigned char *source);

#endif
