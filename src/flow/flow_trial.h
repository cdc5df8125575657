/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_trial.h - a draft run over the whole history, day by day as it would have been then, beside the live model.
 *
 * Both models see each lead's items as the house learned of them (REPLAY_AS_KNOWN); what came in a file is taken as known when it happened,
 * but for the scores by which they are judged (flow_film.h says why).
 * Crossings are counted in (from, until]; temperatures and the histogram are those of `until`; how well each model told buyers from
 * others is judged by the scores just before each outcome (learn/outcome.h).
 *
 * The report is a function of the log and the two models alone: no clock, no chance, no order of threads; asked again it is the same bytes.
 * So the default of `until` is the latest instant at which the house learned anything, not now.
 *
 * Memory: a few hundred bytes a lead; histories are read a page of leads at a time.
 */
#ifndef FLOW_FLOW_TRIAL_H
#define FLOW_FLOW_TRIAL_H

#include "flow/flow_calibrate.h"
#include "score/model.h"

struct flow_trial_ask {
    const struct model *before, *after; /* the live model, the draft */
    instant from, until;                /* INSTANT_NONE: from the beginning; all that is known */
};

struct flow_trial_out {
    struct str report;          /* JSON */
    struct flow_bucket *buckets; /* what its figures count: trial_report.c names them */
    size_t bucket_count;
    int64_t leads;
    instant until;
};

/* told(x, done, total) after each page; false stops it: ERR_AWAY. The result lives in c->arena. */
NODISCARD enum err flow_trial(struct ctx *c, struct db_tx *tx, const struct flow_trial_ask *ask, flow_progress *told, void *x,
                              struct flow_trial_out *out);

#endif
