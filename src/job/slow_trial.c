/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "job/slow_trial.h"

#include "flow/flow_trial.h"
#include "learn/report.h"
#include "score/score_store.h"
#include "score/trial.h"
#include "sys/clock.h"

enum { PUT_LEADS = 10000, TELL_US = 500000 };

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

/* One short transaction. */
typedef enum err short_write(struct trying *w, struct ctx *c, struct db_tx *tx, void *x);

static enum err write_short(struct trying *w, short_write *does, void *x)
{
    struct ctx c = { .arena = arena_new(0), .now = clock_now(), .actor = { .kind = ACTOR_HOUSE } };
    struct db_tx *tx;
    enum err e = db_write(&c, w->call->db, &tx);

    if (!e) {
        c.now = clock_now();
        e = does(w, &c, tx, x);
        if (e)
            db_drop(tx);
        else
            e = db_commit(&c, tx);
    }
    arena_free(c.arena);
    return e;
}

static void tell(struct trying *w, const char *state, int64_t done, int64_t total)
{
    struct arena *a = arena_new(0);
    struct buf b = buf_new(a, 1024);
    struct json_out o = json_to(&b);

    json_begin(&o);
    json_key(&o, "id");
    json_put_id(&o, PREFIX_REPORT, w->t.id.v);
    json_key(&o, "kind");
    json_put_text(&o, STR("replay"));
    json_key(&o, "state");
    json_put_text(&o, str_of(state));
    json_key(&o, "done");
    json_put_int(&o, done);
    json_key(&o, "rows");
    json_put_int(&o, total);
    json_end(&o);
    job_slow_tell(w->call, "job.progress", w->t.made_by, buf_str(&b));
    arena_free(a);
}

struct step {
    int64_t done, total;
    bool stands;
};

static enum err step_write(struct trying *w, struct ctx *c, struct db_tx *tx, void *x)
{
    struct step *s = x;

    return score_trial_step(c, tx, w->t.id, s->done, s->total, &s->stands);
}

static bool go_on(void *x, int64_t done, int64_t total)
{
    struct trying *w = x;
    struct step s = { done, total, true };
    int64_t now = clock_mono_us();

    if (now - w->told_us < TELL_US && done < total)
        return !job_slow_stopping(w->call);
    w->told_us = now;
    if (!write_short(w, step_write, &s)) /* how far it is is a courtesy: a busy database is no reason to stop */
        w->stopped = !s.stands;
    tell(w, "running", done, total);
    return !w->stopped && !job_slow_stopping(w->call);
}

struct piece {
    const struct flow_bucket *bucket;
    size_t from, count;
};

static enum err piece_write(struct trying *w, struct ctx *c, struct db_tx *tx, void *x)
{
    const struct piece *p = x;
    const struct flow_bucket *b = p->bucket;

    return learn_report_put_at(c, tx, w->t.id, b->name, b->places + p->from, b->leads + p->from, b->marks + p->from, p->count);
}

/* What an earlier try left goes first. */
static enum err clear_write(struct trying *w, struct ctx *c, struct db_tx *tx, void *x)
{
    (void)x;
    return learn_report_del(c, tx, w->t.id);
}

struct ending {
    enum score_trial_state state;
    struct str report, why;
};

static enum err end_write(struct trying *w, struct ctx *c, struct db_tx *tx, void *x)
{
    const struct ending *end = x;
    struct report_id gone;
    bool changed;
    enum err e = score_trial_end(c, tx, w->t.id, end->state, end->report, end->why, &changed);

    if (e || (e = score_trial_cut(c, tx, &gone)) || !gone.v)
        return e;
    return learn_report_del(c, tx, gone);
}

static enum err keep(struct trying *w, const struct flow_trial_out *out)
{
    struct ending end = { TRIAL_DONE, out->report, STR_NULL };
    enum err e = write_short(w, clear_write, NULL);

    for (size_t i = 0; i < out->bucket_count && !e; i++)
        for (size_t from = 0; from < out->buckets[i].count && !e; from += PUT_LEADS) {
            struct piece p = { &out->buckets[i], from, out->buckets[i].count - from };
            p.count = p.count > PUT_LEADS ? PUT_LEADS : p.count;
            e = job_slow_stopping(w->call) ? ERR_AWAY : write_short(w, piece_write, &p);
        }
    return e ? e : write_short(w, end_write, &end);
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
        struct ending end = { TRIAL_FAILED, STR_NULL, str_of(err_slug(e)) };
        (void)!write_short(&w, end_write, &end);
    }
    tell(&w, e ? "failed" : "done", w.t.total, w.t.total);
    return e;
}
