/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* slow.h - long work on two threads of low priority, beside the clock's (job.h): what somebody has asked for and waits for (reports over the
 * whole base), and what the house does by itself (learning), which may take minutes and must not stand before the other.
 *
 * A row of slow_table.c asks, on a snapshot, whether there is work; then does it as its own frame: it opens a snapshot (db_read) and
 * reads as long as it likes, so that no writer waits, and puts what it found in short transactions (db_write). What it works on is
 * a row in the database that says so; killed in between, the row is still there, and the next program begins it anew.
 *
 * A long piece asks job_slow_stopping now and then and ends with ERR_AWAY when the house closes. Other failures are logged, the row rests for
 * a while, and it is for `work` to mark what can never succeed as failed. Programs on one database may do the same work twice: so what
 * is put is put once (ERR_TWICE, or a state that no longer fits, ends the second).
 */
#ifndef JOB_SLOW_H
#define JOB_SLOW_H

#include "job/job.h"

struct job_slow_call {
    struct ctx ctx;             /* its arena is empty when work begins */
    struct db *db;
    struct flow *flow;
    const struct job_ear *ear;
    void *jobs;
};

struct job_slow {
    const char *name;           /* ended by a row without one */
    enum err (*due)(struct ctx *c, struct db_tx *tx, bool *due);
    enum err (*work)(struct job_slow_call *call);
    bool by_itself;             /* nobody waits for it: on the second thread */
    const char *help;
};

struct slow_jobs;

bool job_slow_stopping(const struct job_slow_call *call);
/* One short writing: a deed in a transaction and a scratch arena of its own, at the instant at which its turn came. */
typedef enum err job_slow_deed(struct ctx *c, struct db_tx *tx, void *what);
NODISCARD enum err job_slow_write(const struct job_slow_call *call, job_slow_deed *deed, void *what);

/* How far work is, for the screens of whoever asked for it: told at once as "job.progress". */
struct job_slow_news {
    const char *prefix;         /* of the id */
    int64_t id;
    const char *kind;           /* "calibration" */
    struct user_id user;
};
/* total < 0: neither is told. */
void job_slow_tell(const struct job_slow_call *call, const struct job_slow_news *news, const char *state, int64_t done, int64_t total);

NODISCARD enum err job_slow_start(struct ctx *c, const struct job_slow *table, struct db *db, struct flow *flow,
                                  const struct job_ear *ear, struct slow_jobs **jobs);
/* Waits until the work in hand has seen that it must stop. */
void job_slow_stop(struct slow_jobs *jobs);

/* The one table. */
extern const struct job_slow job_slow_table[];

#endif
