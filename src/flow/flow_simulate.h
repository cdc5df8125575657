/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_simulate.h - the last weeks of distribution lived through again (route/simulate.h): what happened, what the rules of then give, and what
 * others would have given.
 *
 * Every real decision of the period is first derived again from the state as it was; what does not come out as it did is named with its reason, so
 * that the simulator's word can be trusted, and where not. Then the period is run under the rules of then and under those that are tried.
 *
 * The report is a function of what is kept and of the question alone; asked again it is the same bytes, as long as nothing of the period
 * is learned later (a call made since, a sale).
 */
#ifndef FLOW_FLOW_SIMULATE_H
#define FLOW_FLOW_SIMULATE_H

#include "flow/flow_calibrate.h"
#include "flow/flow_foretell.h"
#include "flow/flow_route.h"

struct flow_simulate_ask {
    instant from, until;       /* decisions in [from, until) */
    struct rules rules;        /* those that are tried */
    const struct pool_policy *policies; /* pools whose policy is tried too */
    size_t policy_count;
};
struct flow_simulated {
    struct str report;         /* JSON */
    struct flow_bucket *buckets;
    size_t bucket_count;
    int64_t decisions;
};

/* told(x, done, total) now and then; false stops it: ERR_AWAY. Results live in c->arena. */
NODISCARD enum err flow_simulate(struct flow *f, struct ctx *c, struct db_tx *tx, const struct flow_simulate_ask *ask, flow_progress *told,
                                 void *x, struct flow_simulated *out);

#endif
