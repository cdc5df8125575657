/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* trial.h - what a trial finds for each lead, and the report made of it. flow_trial.c and trial_report.c alone include this, and the test of the report.
 *
 * Sides: 0 the model before (live), 1 the one after (the draft).
 */
#ifndef FLOW_TRIAL_H
#define FLOW_TRIAL_H

#include "flow/flow_trial.h"
#include "learn/report.h"
#include "noun/band.h"

struct trial_lead {
    struct lead_id lead;
    instant created_at, decided_at, judged_at, known_until;
    bool undated;
    int state;              /* OUTCOME_*, as known at until */
    enum learn_mark mark;
    fix judged[2], total[2];
    bool judged_hot[2];     /* hot just before it was decided */
    enum band band[2];
    instant first[2];       /* of its crossings in the period; INSTANT_NONE */
    instant *crossings[2];
    uint32_t crossing_count[2];
};

struct trial {
    struct flow_trial_ask ask; /* until is set */
    struct trial_lead *leads;  /* by id */
    size_t count;
    int64_t events;
    int maturity_days;
    bool aged;                 /* flow_many_aged */
    struct str zone;           /* whose days are counted */
};

/* The report and the lists behind it, in a. */
void flow_trial_report(struct arena *a, const struct trial *t, struct flow_trial_out *out);

#endif
