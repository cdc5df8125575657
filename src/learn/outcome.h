/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* outcome.h - how a lead ended: won, lost, or not yet; and what that means for learning.
 *
 * Outcomes are derived: flow/flow_outcome.h folds the deeds of stage of a root's whole family and keeps the result here, in the transaction
 * that brought the deed. So merges, their undoing and withdrawn imports are followed, and `gradus replay` compares.
 *
 * To learn from leads each one must be called bought or not. A lost lead has not; an open one that is old enough has not either, for of
 * those who buy nearly all have bought by that age (the maturity); a younger one is not counted: it is no loss, only not yet known. A win that
 * came later than the maturity counts as none, or old leads would look better than young ones can. Of one whose date was not told nobody knows that: it counts, and
 * says nothing of how soon wins come.
 */
#ifndef LEARN_OUTCOME_H
#define LEARN_OUTCOME_H

#include "db/db.h"
#include "noun/ids.h"

enum { OUTCOME_OPEN, OUTCOME_WON, OUTCOME_LOST, OUTCOME_STATES };
/* "open", "won", "lost"; NULL-terminated. */
extern const char *const learn_outcome_names[];

struct outcome {
    struct lead_id lead;     /* 0: none */
    int state;               /* OUTCOME_OPEN: the lead has no row */
    instant at, known_at;
    int64_t amount;          /* minor units; 0: not known */
    struct str reason;       /* empty: none told */
    bool undated;            /* a file told of it and not when: `at` is when the file was taken, and how long it took is not known */
};

/* ---- pure ---- */

enum learn_label { LABEL_YOUNG, LABEL_NOT, LABEL_WON };

/* What a lead born at `born` counts as at `now`. o: NULL or OUTCOME_OPEN for an open one. maturity_us > 0. */
enum learn_label learn_label(const struct outcome *o, instant born, instant now, int64_t maturity_us);

/* The instant at which a lead is judged: the last one before its outcome, for one without (or whose win came too late) its maturity or now,
 * whichever is earlier. What happened later does not exist for it. Never before born. */
instant learn_judged_at(const struct outcome *o, instant born, instant now, int64_t maturity_us);
/* What became known of it behind this instant does not exist either, even if it is dated before: of a decided lead the one at which the house learned of
 * the end (or is judged, if that is later); of an open one there is none. One rule for the calibration, the workshop's figures, the replay and the
 * predictor, so that they tell the same of the same model. */
instant learn_known_until(const struct outcome *o, instant judged_at);

/* The ages at which leads bought, in 101 steps from the youngest to the oldest. */
enum { LEARN_AGES = 101 };
struct learn_ages {
    int64_t us[LEARN_AGES];
    bool any;                /* false: nobody bought; then no age is drawn */
};
/* ages: any order; they are sorted. */
struct learn_ages learn_ages_of(int64_t *ages, size_t n);
/* The instant at which a lead that did not buy is looked at when it is learnt from: at the age at which some buyer was, drawn by its id. Buyers are
 * looked at when they buy; if the others were looked at when they had long gone quiet, to have gone quiet would foretell everything. Never behind
 * `at`, at which it is judged (its own end, or its coming of age). */
instant learn_looked_at(const struct learn_ages *ages, struct lead_id lead, instant born, instant at);

enum { LEARN_MATURITY_LEAST = 7, LEARN_MATURITY_MOST = 365, LEARN_MATURITY_UNKNOWN = 90 };
/* Days by which nine of ten of n known wins had come; between the two limits; LEARN_MATURITY_UNKNOWN when there are none. ages: from birth
 * to win, in microseconds, any order; they are sorted. */
int learn_maturity_days(int64_t *ages, size_t n);

/* ---- store ---- */

/* Rows behind lead `after`, by lead, at most limit. In c->arena. */
NODISCARD enum err learn_outcome_list(struct ctx *c, struct db_tx *tx, struct lead_id after, int limit,
                                      struct outcome **list, size_t *count);
/* Of each of n leads, in the order asked; state OUTCOME_OPEN where there is no row. */
NODISCARD enum err learn_outcomes_of(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n,
                                     struct outcome *out);
/* The newest `limit` outcomes decided at or before `until`, newest first. */
NODISCARD enum err learn_outcome_latest(struct ctx *c, struct db_tx *tx, instant until, int limit, struct outcome **list,
                                        size_t *count);
/* The newest `limit` that became known after `since`, newest first. */
NODISCARD enum err learn_outcome_fresh(struct ctx *c, struct db_tx *tx, instant since, int limit, struct outcome **list, size_t *count);
/* Kept as they are, of leads that differ; an open one loses its row. */
NODISCARD enum err learn_outcomes_put(struct ctx *c, struct db_tx *tx, const struct outcome *list, size_t n);
NODISCARD enum err learn_outcome_count(struct ctx *c, struct db_tx *tx, int64_t *won, int64_t *lost);
/* How many are in a state, counted up to `most`. */
NODISCARD enum err learn_outcome_some(struct ctx *c, struct db_tx *tx, int state, int64_t most, int64_t *count);

/* How far leads of before this room were walked; INT64_MAX: all. */
NODISCARD enum err learn_walked_get(struct ctx *c, struct db_tx *tx, struct lead_id *last);
NODISCARD enum err learn_walked_put(struct ctx *c, struct db_tx *tx, struct lead_id last);

#endif
