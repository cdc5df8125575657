/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "job/slow_trial.h"

#include "flow/flow_trial.h"
#include "job/slow_ask.h"
#include "score/score_store.h"
#include "score/trial.h"
#include "sys/clock.h"

enum err job_trial_due(struct ctx *c, struct db_tx *tx, bool *due)
{
    struct score_trial t;
    enum err e = score_trial_next(c, tx, &t);

    *due = !e && t.id.v != 0;
    return e;
}

static enum err end(struct ctx *c, struct db_tx *tx, struct report_id id, bool failed, struct str report, struct str why, bool *changed)
{
    return score_trial_end(c, tx, id, failed ? TRIAL_FAILED : TRIAL_DONE, report, why, changed);
}

static const struct job_ask ask_row = { "replay", score_trial_step, end, score_trial_cut };

static enum err try(struct job_asked *w, const struct score_trial *t, struct db_tx *tx, struct flow_trial_out *out)
{
    struct flow_trial_ask ask = { .from = t->from, .until = t->until };
    struct ctx *c = &w->call->ctx;
    struct model *live, *draft;
    enum err e = score_model_live_compiled(c, tx, &live);

    if (e)
        return e;
    if (!(e = score_model_parse(c, t->body, &draft))) {
        ask.before = live;
        ask.after = draft;
        e = flow_trial(c, tx, &ask, job_asked_go_on, w, out);
        score_model_drop(draft);
    }
    score_model_drop(live);
    return e;
}

enum err job_trial(struct job_slow_call *call)
{
    struct job_asked w = { .call = call, .ask = &ask_row };
    struct score_trial t;
    struct flow_trial_out out;
    struct db_tx *tx;
    enum err e = db_read(&call->ctx, call->db, &tx);

    if (e)
        return e;
    call->ctx.now = clock_now();
    e = score_trial_next(&call->ctx, tx, &t);
    if (!e && t.id.v) {
        w.id = t.id;
        w.made_by = t.made_by;
        w.total = t.total;
        e = try(&w, &t, tx, &out);
    }
    db_drop(tx);
    if (!w.id.v)
        return e;
    if (!e)
        e = job_asked_keep(&w, out.report, out.buckets, out.bucket_count);
    return job_asked_end(&w, e);
}
