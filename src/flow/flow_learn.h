/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_learn.h - leads whose end is known, as examples; and a trial of a new predictor on them.
 *
 * A lead is looked at as it stood just before its end was known (learn/outcome.h): its facts folded up to that instant, the criteria of a model as they
 * counted then, what it had done by then; one that did not buy as it stood at the age of some buyer (learn_looked_at). Who counts as bought, as not bought, and who is too young to tell is the calibration report's own rule
 * (learn_mark_cases). A base of more than FLOW_LEARN_MOST such leads is sampled evenly by the hash of the id.
 */
#ifndef FLOW_FLOW_LEARN_H
#define FLOW_FLOW_LEARN_H

#include "flow/flow.h"
#include "flow/flow_calibrate.h"
#include "lead/lead.h"
#include "learn/feature_row.h"
#include "learn/outcome.h"
#include "learn/predict.h"

enum { FLOW_LEARN_MOST = 40000 };

/* The facts as they stood then. Values are views of the history. */
size_t flow_facts_at(struct arena *a, const struct history *h, instant at, struct learn_fact **facts);
/* What is known of a lead at an instant as a row. h: all that was known then; m: whose criteria are among the columns. In c->arena. */
NODISCARD enum err flow_learn_row(struct ctx *c, const struct model *m, const struct history *h, instant at, struct learn_row *row);

/* The history of a lead as far as it was known before its end, and the instant at which it is judged. */
NODISCARD enum err flow_judged(struct ctx *c, struct db_tx *tx, const struct lead *lead, const struct outcome *o, int64_t maturity_us,
                               struct history *known, instant *at);

/* One lead whose end is known: what a visitor is told. Its texts and lists live until it returns. */
struct flow_example {
    struct lead_id lead;
    const struct outcome *outcome;
    const struct history *known;
    instant born, judged_at, known_at;
    int64_t brought;         /* the import that made it; 0: none */
    unsigned char won;
};
typedef enum err flow_example_visit(void *x, struct ctx *c, const struct flow_example *e);
/* Calls one for each example, in the order of ids, with a scratch arena in c. told as in flow_calibrate. from, until: births; INSTANT_NONE: any. */
NODISCARD enum err flow_examples(struct ctx *c, struct db_tx *tx, instant from, instant until, flow_progress *told, void *told_x,
                                 flow_example_visit *one, void *x);

/* How many leads have which end. */
struct flow_ends {
    int64_t won, lost, open, young;
    int64_t counted_won, counted_not; /* by the calibration report's own rule: what can be learnt from */
    int maturity_days;
};
NODISCARD enum err flow_ends(struct ctx *c, struct db_tx *tx, struct flow_ends *ends);

/* Is a trial due: enough leads for the first, enough news for another. */
NODISCARD enum err flow_learn_due(struct ctx *c, struct db_tx *tx, bool *due);
/* A trial on what tx sees, without the facts that seem to know the end (flow_leak.h); which, stands in trial->is.left_out.
 * One that was learnt before such facts were left out is no rival, and is tried anew at once: what it knew too well, it would win by. Nor is one that takes
 * a fact of which this has become known since; and when nothing is left to foretell by, it goes all the same (LEARN_ONLY_LEAKS). *tried false: too few
 * are new, and nothing is to be kept. The result lives in c->arena. */
struct flow_tried {
    struct learn_trial trial;
    struct flow_bucket buckets[2]; /* "held", "all": the leads behind its figures, under the version's id, before it is kept */
    size_t bucket_count;
};
NODISCARD enum err flow_learn(struct flow *f, struct ctx *c, struct db_tx *tx, flow_progress *told, void *x, struct flow_tried *out, bool *tried);

/* Keeps what was tried, the leads behind its figures having been put under its id: so no version is ever seen without them. When another program has tried later
 * it is not kept, its leads go, and is->id is 0. */
NODISCARD enum err flow_learn_keep(struct ctx *c, struct db_tx *tx, struct learn_predictor *is);

#endif
