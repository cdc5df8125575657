/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* trial.h - drafts that are tried over the whole history (flow/flow_trial.h does it): what is asked, how far it is, what came of it.
 *
 * waits -> runs -> done, stopped or failed. Stopping is a wish noted in the row: whoever runs it sees that it runs no more.
 */
#ifndef SCORE_TRIAL_H
#define SCORE_TRIAL_H

#include "db/db.h"
#include "noun/ids.h"

enum score_trial_state { TRIAL_WAITS, TRIAL_RUNS, TRIAL_DONE, TRIAL_STOPPED, TRIAL_FAILED, TRIAL_STATES };
/* "waiting", "running", "done", "stopped", "failed", NULL */
extern const char *const score_trial_states[];

enum { SCORE_TRIALS_KEPT = 20 };

struct score_trial {
    struct report_id id;
    struct model_id model;
    struct str body;           /* of the model that is tried */
    instant from, until;       /* INSTANT_NONE: from the beginning, up to the latest that is known */
    int state;                 /* enum score_trial_state */
    int64_t done, total;       /* leads */
    struct str why;
    struct user_id made_by;
    instant made_at, finished_at;
    struct str report;         /* JSON; absent until it is done */
};

/* Gives id, state, made_at. */
NODISCARD enum err score_trial_add(struct ctx *c, struct db_tx *tx, struct score_trial *t);
/* ERR_NOT_FOUND. */
NODISCARD enum err score_trial_get(struct ctx *c, struct db_tx *tx, struct report_id id, struct score_trial *t);
/* Newest first, without bodies and reports; of one model, or (0) of any. */
NODISCARD enum err score_trial_list(struct ctx *c, struct db_tx *tx, struct model_id model, int limit, struct score_trial **list,
                                    size_t *count);
/* The oldest that waits or runs; id 0: none. */
NODISCARD enum err score_trial_next(struct ctx *c, struct db_tx *tx, struct score_trial *t);
/* How far it is. *stands false: somebody has stopped it. */
NODISCARD enum err score_trial_step(struct ctx *c, struct db_tx *tx, struct report_id id, int64_t done, int64_t total, bool *stands);
/* Ends one that waits or runs; nothing happens to others (*changed false). */
NODISCARD enum err score_trial_end(struct ctx *c, struct db_tx *tx, struct report_id id, enum score_trial_state state, struct str report,
                                   struct str why, bool *changed);
/* Beyond the newest SCORE_TRIALS_KEPT: one is forgotten, its id told (0: none is too many). */
NODISCARD enum err score_trial_cut(struct ctx *c, struct db_tx *tx, struct report_id *gone);

#endif
