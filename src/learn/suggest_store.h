/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* suggest_store.h - suggested points: asked for, made by the thread of long work, kept. The newest of each model counts.
 *
 *   waits -> done | failed | gone, when it was stopped
 */
#ifndef LEARN_SUGGEST_STORE_H
#define LEARN_SUGGEST_STORE_H

#include "db/db.h"
#include "noun/ids.h"

enum { SUGGESTION_WAITS, SUGGESTION_DONE, SUGGESTION_FAILED, SUGGESTION_STATES };
extern const char *const learn_suggestion_states[]; /* "waiting", "done", "failed" */

struct learn_suggestion {
    int64_t id;
    struct model_id model;
    int state;
    bool monotone;
    instant from, until;     /* births; INSTANT_NONE: any */
    struct user_id made_by;
    instant asked_at, made_at;
    int64_t done, total;     /* leads looked at, twice each; total 0: its turn has not come */
    struct str body, draft;  /* JSON: as it is shown; the model with the points in it */
};

/* id and asked_at are given here; one of the model that waits already is answered instead. */
NODISCARD enum err learn_suggestion_add(struct ctx *c, struct db_tx *tx, struct learn_suggestion *s);
/* The newest of a model in a state (-1: any); id 0: none. */
NODISCARD enum err learn_suggestion_of(struct ctx *c, struct db_tx *tx, struct model_id model, int state, struct learn_suggestion *s);
/* The oldest that waits; id 0: none. */
NODISCARD enum err learn_suggestion_next(struct ctx *c, struct db_tx *tx, struct learn_suggestion *s);
/* How far it is. *stands false: it was stopped, or another program has ended it. */
NODISCARD enum err learn_suggestion_step(struct ctx *c, struct db_tx *tx, int64_t id, int64_t done, int64_t total, bool *stands);
/* body NULL: failed. *stands false: nothing was kept, as with learn_suggestion_step; *gone: it was stopped. */
NODISCARD enum err learn_suggestion_end(struct ctx *c, struct db_tx *tx, int64_t id, struct str body, struct str draft, bool *stands, bool *gone);
/* The one of the model that waits or is being made goes, with what there is of its lists; the one before it stays. ERR_CONFLICT: there is none. */
NODISCARD enum err learn_suggestion_stop(struct ctx *c, struct db_tx *tx, struct model_id model);

#endif
