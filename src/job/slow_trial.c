/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "job/slow_trial.h"

#include "flow/flow_trial.h"
#include "job/slow_put.h"
#include "learn/report.h"
#include "score/score_store.h"
#include "score/trial.h"
#include "sys/clock.h"

enum { TELL_US = 500000 };

struct trying {
    struct job_slow_call *call;
    struct score_trial t;
    int64_t told_us;
    bool stopped; /* by a person */
};

enum err job_trial_due(struct ctx *c, struct db_tx *tx, bool *due)
{
    struct score_trial t;
    enum err e = score_trial_next(c, tx, &t);

    *due = !e && t.id.v != 0;
    return e;
}

static void tell(const struct trying *w, const char *state, int64_t done, int64_t total)
{
    const struct job_slow_news news = { PREFIX_REPORT, w->t.id.v, "replay", w->t.made_by };

    job_slow_tell(w->call, &news, state, done, total);
}

struct step {
    struct report_id id;
    int64_t done, total;
    bool stands;
};

static enum err put_step(struct ctx *c, struct db_tx *tx, void *what)
{
    struct step *s = what;

    return score_trial_step(c, tx, s->id, s->done, s->total, &s->stands);
}

static bool go_on(void *x, int64_t done, int64_t total)
{
    struct trying *w = x;
    struct step s = { w->t.id, done, total, true };
    int64_t now = clock_mono_us();

    if (now - w->told_us < TELL_US && done < total)
        return !job_slow_stopping(w->call);
    w->told_us = now;
    if (!job_slow_write(w->call, put_step, &s)) /* how far it is is a courtesy: a busy database is no reason to stop */
        w->stopped = !s.stands;
    tell(w, "running", done, total);
    return !w->stopped && !job_slow_stopping(w->call);
}

struct ending {
    struct report_id id;
    enum score_trial_state state;
    struct str report, why;
};

static enum err put_end(struct ctx *c, struct db_tx *tx, void *what)
{
    const struct ending *end = what;
    struct report_id gone;
    bool changed;
    enum err e = score_trial_end(c, tx, end->id, end->state, end->report, end->why, &changed);

    if (e || (e = score_trial_cut(c, tx, &gone)) || !gone.v)
        return e;
    return learn_report_del(c, tx, gone);
}

static enum err keep(struct trying *w, const struct flow_trial_out *out)
{
    struct ending end = { w->t.id, TRIAL_DONE, out->report, STR_NULL };
    enum err e = job_slow_put(w->call, w->t.id, out->buckets, out->bucket_count, NULL, NULL);

    return e ? e : job_slow_write(w->call, put_end, &end);
}

static enum err try(struct trying *w, struct db_tx *tx, struct flow_trial_out *out)
{
    struct flow_trial_ask ask = { .from = w->t.from, .until = w->t.until };
    struct ctx *c = &w->call->ctx;
    struct model *live, *draft;
    enum err e = score_model_live_compiled(c, tx, &live);

    if (e)
        return e;
    if (!(e = score_model_parse(c, w->t.body, &draft))) {
        ask.before = live;
        ask.after = draft;
        e = flow_trial(c, tx, &ask, go_on, w, out);
        score_model_drop(draft);
    }
    score_model_drop(live);
    return e;
}

enum err job_trial(struct job_slow_call *call)
{
    struct trying w = { .call = call };
    struct flow_trial_out out;
    struct db_tx *tx;
    enum err e = db_read(&call->ctx, call->db, &tx);

    if (e)
        return e;
    call->ctx.now = clock_now();
    e = score_trial_next(&call->ctx, tx, &w.t);
    if (!e && w.t.id.v)
        e = try(&w, tx, &out);
    db_drop(tx);
    if (!w.t.id.v)
        return e;
    if (!e)
        e = keep(&w, &out);
    if (w.stopped) {
        tell(&w, "stopped", 0, 0);
        return ERR_NONE;
    }
    if (e && e != ERR_AWAY && e != ERR_BUSY) { /* it would fail again: said so, and out of the way */
        struct ending end = { w.t.id, TRIAL_FAILED, STR_NULL, str_of(err_slug(e)) };
        (void)!job_slow_write(call, put_end, &end);
    }
    tell(&w, e ? "failed" : "done", w.t.total, w.t.total);
    return e;
}
