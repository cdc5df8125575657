/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* calibrate_store.h - calibration reports: asked for, made by the thread of long work, kept.
 *
 *   waits -> runs -> done
 *                \-> failed
 * One that waits or runs may be stopped: it is gone, and whoever makes it sees so at the next step.
 * Of several programs on one database one makes a report: who claims it beats, and one that has not beaten for CALIBRATION_SILENT_US was
 * left by a program that ended; the next one begins it anew. The newest CALIBRATION_KEPT stay; older ones go with
 * the lists of their leads.
 */
#ifndef LEARN_CALIBRATE_STORE_H
#define LEARN_CALIBRATE_STORE_H

#include "db/db.h"
#include "noun/ids.h"

enum { CALIBRATION_WAITS, CALIBRATION_RUNS, CALIBRATION_DONE, CALIBRATION_FAILED, CALIBRATION_STATES };
extern const char *const learn_calibration_states[]; /* "waiting", "running", "done", "failed", NULL */
enum { CALIBRATION_JUDGED, CALIBRATION_HANDED, CALIBRATION_MOMENTS };
extern const char *const learn_calibration_moments[]; /* "judged", "handed", NULL */

enum { CALIBRATION_KEPT = 20 };
#define CALIBRATION_SILENT_US MINUTE_US

struct learn_calibration {
    struct report_id id;
    struct model_id model;
    struct str source;           /* empty: any */
    instant from, until;         /* INSTANT_NONE: open */
    int moment, state;
    int64_t done, total;
    struct str why, body;
    struct user_id made_by;
    instant made_at, finished_at;
};

/* A new one that waits; id and made_at are set. */
NODISCARD enum err learn_calibration_add(struct ctx *c, struct db_tx *tx, struct learn_calibration *k);
NODISCARD enum err learn_calibration_get(struct ctx *c, struct db_tx *tx, struct report_id id, struct learn_calibration *k);
/* The newest of the same question (model, source, times, moment) in one of the states (bits 1 << state); id 0 when there is none. */
NODISCARD enum err learn_calibration_find(struct ctx *c, struct db_tx *tx, const struct learn_calibration *ask, unsigned states,
                                          struct learn_calibration *k);
/* The oldest that waits, or runs and has been silent too long; id 0 when there is none. */
NODISCARD enum err learn_calibration_next(struct ctx *c, struct db_tx *tx, struct learn_calibration *k);
/* It is the caller's to make. ERR_BUSY: another has it. */
NODISCARD enum err learn_calibration_claim(struct ctx *c, struct db_tx *tx, struct report_id id);
/* It runs, and has come so far: a beat. *stands: nobody has stopped it. */
NODISCARD enum err learn_calibration_step(struct ctx *c, struct db_tx *tx, struct report_id id, int64_t done, int64_t total, bool *stands);
/* body not null: done with it; else failed, and why. *changed: it was not over yet. */
NODISCARD enum err learn_calibration_end(struct ctx *c, struct db_tx *tx, struct report_id id, struct str body, struct str why, bool *changed);
/* Forgets one that waits or runs, with what there is of its lists. ERR_NOT_FOUND, ERR_CONFLICT: it is over. */
NODISCARD enum err learn_calibration_stop(struct ctx *c, struct db_tx *tx, struct report_id id);
/* Newest first, without bodies, at most limit. */
NODISCARD enum err learn_calibration_list(struct ctx *c, struct db_tx *tx, int limit, struct learn_calibration **list, size_t *count);
/* Forgets the oldest of those beyond CALIBRATION_KEPT; *more: there are others. */
NODISCARD enum err learn_calibration_cut(struct ctx *c, struct db_tx *tx, bool *more);

/* ---- feedback ---- */

enum { FEEDBACK_ACCEPTED, FEEDBACK_REJECTED, FEEDBACK_VERDICTS };
extern const char *const learn_feedback_verdicts[]; /* "accepted", "rejected", NULL */
enum { FEEDBACK_NO_REASON, FEEDBACK_NOT_FIT, FEEDBACK_NO_NEED, FEEDBACK_NO_BUDGET, FEEDBACK_NOT_NOW, FEEDBACK_UNREACHABLE,
       FEEDBACK_JUNK, FEEDBACK_OTHER, FEEDBACK_REASONS };
extern const char *const learn_feedback_reasons[]; /* "none", "not_fit", ..., NULL */
#define LEARN_ACCEPTED_DEED "Lead Accepted"
#define LEARN_REJECTED_DEED "Lead Rejected"
#define LEARN_DISPUTED_DEED "Score Disputed"

struct learn_feedback {
    int64_t id;
    struct lead_id lead;
    instant at;
    struct user_id user;
    int verdict, reason;
    struct str note;
    struct model_id model;
    int band;
    int64_t score;
};
/* id is set here. */
NODISCARD enum err learn_feedback_add(struct ctx *c, struct db_tx *tx, struct learn_feedback *f);
/* Newest first, behind id `before` (0: the newest), of one lead (0: of all), said by one user (0: by anybody), at most limit. */
NODISCARD enum err learn_feedback_list(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct user_id user, int64_t before, int limit,
                                       struct learn_feedback **list, size_t *count);

#endif
