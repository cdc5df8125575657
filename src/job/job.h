/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* job.h - work by the clock, on one thread.
 *
 * A row of jobs.c is a function that does a bounded piece of work in a transaction that the runner opens, commits, and follows with what
 * screens are told. It is called when it is due: each `every_us`, or at the instant that its `next` names (asked a few times a second,
 * because what happens meanwhile may bring it forward). A job that has more to do says so and is called again after all others that are
 * due had their turn; so a long import does not hold up the clock.
 *
 * A failing job is logged, tried again later, and never stops the others. ERR_BUSY is a race lost: tried again at once.
 */
#ifndef JOB_JOB_H
#define JOB_JOB_H

#include "flow/flow.h"
#include "noun/change.h"
#include "team/key.h"

enum { JOB_KEPT = 3 };

/* Whom the runner tells: set by app/, because live streams are a door of their own. */
struct job_ear {
    void *self;
    void (*publish)(void *self, const struct messages *messages);
    void (*posted)(void *self); /* a letter waits */
    void (*tell)(void *self, const char *event, struct user_id user, struct str json);
    /* Keys of programs that were used since the last call. */
    size_t (*used_keys)(void *self, struct key_use *keys, size_t max);
};

/* What a piece of work is handed. */
struct job_call {
    struct ctx ctx;
    struct db_tx *tx;
    struct flow *flow;
    struct messages messages;
    const struct job_ear *ear;
    int64_t kept[JOB_KEPT];  /* what the job notes for its next call; as it was when the call fails; zeros at the start */
    bool more;               /* set by the job: there is more to do now */
    int64_t done;            /* set by the job: for the log; 0 is not logged */
    /* Screens are told this after the commit, and only then (progress of an import). NULL: nothing. */
    const char *tell_event;
    struct user_id tell_user;
    struct str tell_json;
};

struct job {
    const char *name;        /* ended by a row without one */
    int64_t every_us;        /* 0: by next */
    enum err (*next)(struct ctx *c, struct db_tx *tx, const int64_t kept[JOB_KEPT], instant *at);
    enum err (*step)(struct job_call *call);
    const char *help;
};

struct jobs;

NODISCARD enum err job_start(struct ctx *c, const struct job *table, struct db *db, struct flow *flow,
                             const struct job_ear *ear, struct jobs **jobs);
/* Ends after the piece of work in hand. */
void job_stop(struct jobs *jobs);

/* The one table. */
extern const struct job job_table[];

#endif
