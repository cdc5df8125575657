/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_calibrate.h - the calibration report made: every lead judged as it stood before its outcome was known, by the model asked for.
 *
 * Scores are not those that are kept: each lead's history up to its judging instant is scored anew, so that any model can be asked about
 * leads of before it, and nothing that came with the outcome is in the score. "Known" is taken strictly where it can be: of a decided lead, what
 * the house learned only after it had learned of the outcome does not exist, even if it is dated before.
 *
 * A base of more than FLOW_JUDGED_MOST leads is sampled evenly by the hash of the id, and the report says so.
 */
#ifndef FLOW_FLOW_CALIBRATE_H
#define FLOW_FLOW_CALIBRATE_H

#include "flow/flow.h"
#include "learn/calibrate.h"
#include "learn/calibrate_store.h"
#include "learn/outcome.h"
#include "noun/change.h"
#include "score/model.h"

enum { FLOW_JUDGED_MOST = 200000, FLOW_JUDGED_STEP = 200 };

/* Told how far it is; false: stop (ERR_AWAY). */
typedef bool flow_progress(void *x, int64_t done, int64_t total);

/* The leads of one figure. */
struct flow_bucket {
    struct str name;
    int64_t *places;
    struct lead_id *leads;
    unsigned char *marks;
    size_t count;
};
struct flow_calibrated {
    struct str body;             /* the report as JSON */
    struct flow_bucket *buckets;
    size_t bucket_count;
};

/* Reads the whole base on tx. The result lives in c->arena. ERR_NOT_FOUND: no such model. */
NODISCARD enum err flow_calibrate(struct ctx *c, struct db_tx *tx, const struct learn_calibration *ask, flow_progress *told, void *x,
                                  struct flow_calibrated *out);

/* Of marked cases: more than a tenth of those that did not buy came of age without an end. They had long gone quiet by then, and buyers are judged as they
 * buy, so that points for silence flatter whatever tells the two apart. */
bool flow_many_aged(const struct learn_case *cases, size_t n);
/* It asks for silence: time alone fills it. */
bool flow_is_quiet(const struct criterion *k);
enum { FLOW_QUIET_BYTES = 1 << 20 };
/* [{id, ru, en}]: criteria of either model, the draft's first, that give points for silence, each once; [] unless many came of age. In a. */
struct str flow_quiet_json(struct arena *a, const struct model *before, const struct model *after, bool aged);

/* How old leads were when they bought. */
NODISCARD enum err flow_win_ages(struct ctx *c, struct db_tx *tx, struct learn_ages *ages, int *maturity_days);
/* Days by which nine of ten wins had come, or what the company has set (outcome_days). */
NODISCARD enum err flow_maturity(struct ctx *c, struct db_tx *tx, int *days);
/* The same, as it would be with sales that are not taken yet. */
struct flow_sale_ages {
    const int64_t *us;
    size_t count;
};
NODISCARD enum err flow_maturity_with(struct ctx *c, struct db_tx *tx, const struct flow_sale_ages *more, int *days);

/* A salesperson's word on a lead: a deed of its history, and a row. reason: enum of learn_feedback; for a rejection one is needed
 * (ERR_MISSING). */
NODISCARD enum err flow_feedback(struct flow *f, struct ctx *c, struct db_tx *tx, struct learn_feedback *feedback,
                                 struct messages *messages);
/* A lead that is in work again is no junk: when the newest word on it says so, it is taken back by another, with the turn. */
NODISCARD enum err flow_feedback_reopened(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id lead, struct messages *messages);

#endif
