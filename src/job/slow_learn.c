/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "job/slow_learn.h"

#include "flow/flow_correct.h"
#include "flow/flow_learn.h"
#include "flow/flow_suggest.h"
#include "job/slow_put.h"
#include "sys/clock.h"
#include "sys/log.h"

static bool go_on(void *x, int64_t done, int64_t total)
{
    (void)done;
    (void)total;
    return !job_slow_stopping(x);
}

/* ---- trials ---- */

enum err job_learn_due(struct ctx *c, struct db_tx *tx, bool *due)
{
    return flow_learn_due(c, tx, due);
}

static enum err take_id(UNUSED struct ctx *c, struct db_tx *tx, void *what)
{
    ((struct learn_predictor *)what)->id.v = db_new_id(tx);
    return ERR_NONE;
}

static enum err drop_leads(struct ctx *c, struct db_tx *tx, void *what)
{
    return learn_report_del(c, tx, (struct report_id){ ((const struct learn_predictor *)what)->id.v });
}

static enum err put_predictor(struct ctx *c, struct db_tx *tx, void *what)
{
    return flow_learn_keep(c, tx, what);
}

static enum err put_off(struct ctx *c, struct db_tx *tx, void *what)
{
    return learn_put_off(c, tx, *(instant *)what);
}

enum err job_learn(struct job_slow_call *call)
{
    struct flow_tried out = { 0 };
    struct learn_predictor *is = &out.trial.is;
    struct db_tx *tx;
    bool tried;
    instant seen;
    enum err e = db_read(&call->ctx, call->db, &tx);

    if (e)
        return e;
    call->ctx.now = seen = clock_now();
    e = flow_learn(call->flow, &call->ctx, tx, go_on, call, &out, &tried);
    db_drop(tx);
    if (e)
        return e;
    if (!tried)
        return job_slow_write(call, put_off, &seen);
    if ((e = job_slow_write(call, take_id, is)))
        return e;
    if ((e = job_slow_put(call, (struct report_id){ is->id.v }, out.buckets, out.bucket_count, NULL, NULL)) || (e = job_slow_write(call, put_predictor, is))) {
        (void)!job_slow_write(call, drop_leads, is);
        return e;
    }
    if (is->id.v)
        log_info(&call->ctx, "predictor.tried", LOG_INT("version", is->version), LOG_INT("leads", is->n),
                 LOG_STR("state", str_of(learn_predictor_states[is->state])), LOG_STR("why", str_of(learn_why_names[is->why])));
    return ERR_NONE;
}

/* ---- the running correction ---- */

enum err job_correction_due(struct ctx *c, struct db_tx *tx, bool *due)
{
    return flow_correction_due(c, tx, due);
}

static enum err put_correction(struct ctx *c, struct db_tx *tx, void *what)
{
    const struct learn_correction *k = what;
    struct learn_predictor live;
    enum err e = learn_predictor_live(c, tx, false, &live);

    return e || live.id.v != k->predictor.v ? e : learn_correction_put(c, tx, k);
}

enum err job_correction(struct job_slow_call *call)
{
    struct learn_correction k;
    struct db_tx *tx;
    enum err e = db_read(&call->ctx, call->db, &tx);

    if (e)
        return e;
    call->ctx.now = clock_now();
    e = flow_correction(call->flow, &call->ctx, tx, &k);
    db_drop(tx);
    return e || !k.predictor.v ? e : job_slow_write(call, put_correction, &k);
}

/* ---- suggested points ---- */

enum err job_suggest_due(struct ctx *c, struct db_tx *tx, bool *due)
{
    struct learn_suggestion s;
    enum err e = learn_suggestion_next(c, tx, &s);

    *due = !e && s.id != 0;
    return e;
}

enum { TELL_US = 1000000 };

struct suggesting {
    struct job_slow_call *call;
    struct learn_suggestion ask;
    struct flow_suggested out;
    int64_t told_us;
    bool stopped;
};

static void tell_suggestion(const struct suggesting *s, const char *state)
{
    const struct job_slow_news news = { PREFIX_MODEL, s->ask.model.v, "suggestion", s->ask.made_by };

    job_slow_tell(s->call, &news, state, s->ask.done, s->ask.total ? s->ask.total : -1);
}

static enum err step_suggestion(struct ctx *c, struct db_tx *tx, void *what)
{
    struct suggesting *s = what;
    bool stands;
    enum err e = learn_suggestion_step(c, tx, s->ask.id, s->ask.done, s->ask.total, &stands);

    s->stopped |= !e && !stands;
    return e;
}

/* At the first lead too, so that one who looks sees that it has begun. */
static bool go_on_suggesting(void *x, int64_t done, int64_t total)
{
    struct suggesting *s = x;
    int64_t now = clock_mono_us();

    s->ask.done = done;
    s->ask.total = total;
    if (now - s->told_us >= TELL_US) {
        s->told_us = now;
        /* How far it is is a courtesy: a busy database is no reason to stop. */
        (void)!job_slow_write(s->call, step_suggestion, s);
        tell_suggestion(s, "running");
    }
    return !s->stopped && !job_slow_stopping(s->call);
}

/* What was stopped meanwhile leaves no lists; what another program has ended leaves its own. */
static enum err put_suggestion(struct ctx *c, struct db_tx *tx, void *what)
{
    struct suggesting *s = what;
    struct learn_suggestion old;
    bool stands, gone;
    enum err e = learn_suggestion_of(c, tx, s->ask.model, SUGGESTION_DONE, &old);

    if (e || (e = learn_suggestion_end(c, tx, s->ask.id, s->out.body, s->out.draft, &stands, &gone)))
        return e;
    s->stopped |= !stands;
    if (gone)
        return learn_report_del(c, tx, (struct report_id){ s->ask.id });
    return stands && old.id && s->out.body.ptr ? learn_report_del(c, tx, (struct report_id){ old.id }) : ERR_NONE; /* the newest alone is shown */
}

enum err job_suggest(struct job_slow_call *call)
{
    struct suggesting s = { .call = call };
    struct db_tx *tx;
    enum err e = db_read(&call->ctx, call->db, &tx);

    if (e)
        return e;
    call->ctx.now = clock_now();
    if (!(e = learn_suggestion_next(&call->ctx, tx, &s.ask)) && s.ask.id)
        e = flow_suggest(&call->ctx, tx, &s.ask, go_on_suggesting, &s, &s.out);
    db_drop(tx);
    if (!s.ask.id || (!s.stopped && (e == ERR_AWAY || e == ERR_BUSY)))
        return e;
    if (s.stopped) {
        fault_clear(&call->ctx);
        tell_suggestion(&s, "stopped");
        return ERR_NONE;
    }
    if (e)
        s.out = (struct flow_suggested){ 0 }; /* it would fail again: said so, and out of the way */
    if (s.out.bucket_count
        && (e = job_slow_put(call, (struct report_id){ s.ask.id }, s.out.buckets, s.out.bucket_count, step_suggestion, &s)))
        return e;
    (void)!job_slow_write(call, put_suggestion, &s);
    tell_suggestion(&s, s.stopped ? "stopped" : e ? "failed" : "done");
    return e;
}
