/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* slow_ask.h - long work that lives through the past for somebody who watches: a draft of a model, weeks under other rules. Each kind is a row of
 * functions of its store; what they do alike stands here: how far it is is kept and told now and then, whoever asked may stop it, the report is
 * put with the leads behind it, the oldest reports are forgotten, and what would fail again is said so and out of the way.
 *
 *   struct job_asked w = { .call = call, .ask = &replay, .id = t.id, .made_by = t.made_by, .total = t.total };
 *   e = ... job_asked_go_on(&w, done, total) ...;            the work, asking whether to go on
 *   if (!e) e = job_asked_keep(&w, report, buckets, count);
 *   return job_asked_end(&w, e);
 */
#ifndef JOB_SLOW_ASK_H
#define JOB_SLOW_ASK_H

#include "job/slow_put.h"

/* One kind. */
struct job_ask {
    const char *kind; /* of the news */
    enum err (*step)(struct ctx *c, struct db_tx *tx, struct report_id id, int64_t done, int64_t total, bool *stands);
    /* *changed: it stood until now. */
    enum err (*end)(struct ctx *c, struct db_tx *tx, struct report_id id, bool failed, struct str report, struct str why, bool *changed);
    enum err (*cut)(struct ctx *c, struct db_tx *tx, struct report_id *gone);
};

/* One piece in hand. */
struct job_asked {
    struct job_slow_call *call;
    const struct job_ask *ask;
    struct report_id id;
    struct user_id made_by;
    int64_t total;
    int64_t told_us; /* by clock_mono_us */
    bool stopped;    /* by a person */
};

/* self: a struct job_asked. false: the house closes, or a person has stopped it. */
bool job_asked_go_on(void *self, int64_t done, int64_t total);
NODISCARD enum err job_asked_keep(struct job_asked *w, struct str report, const struct flow_bucket *buckets, size_t count);
/* The work has ended with e: what the job ends with. */
NODISCARD enum err job_asked_end(struct job_asked *w, enum err e);

#endif
