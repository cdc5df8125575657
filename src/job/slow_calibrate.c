/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "job/slow_calibrate.h"

#include "flow/flow_calibrate.h"
#include "learn/report.h"
#include "sys/clock.h"

enum { PUT_LEADS = 10000, TELL_US = 1000000 };

enum err job_calibrate_due(struct ctx *c, struct db_tx *tx, bool *due)
{
    struct learn_calibration k;
    enum err e = learn_calibration_next(c, tx, &k);

    *due = !e && k.id.v != 0;
    return e;
}

struct making {
    struct job_slow_call *call;
    struct learn_calibration k;
    int64_t told_us, total;
};

/* Short writing, in a scratch arena of its own. */
static enum err write_step(struct making *m, int64_t done, int64_t total)
{
    struct ctx c = { .arena = arena_new(0), .now = clock_now(), .actor = { .kind = ACTOR_HOUSE } };
    struct db_tx *tx;
    enum err e = db_write(&c, m->call->db, &tx);

    if (!e) {
        e = learn_calibration_step(&c, tx, m->k.id, done, total);
        if (e)
            db_drop(tx);
        else
            e = db_commit(&c, tx);
    }
    arena_free(c.arena);
    return e;
}

static void tell(struct making *m, const char *state, int64_t done, int64_t total)
{
    struct arena *a = arena_new(0);
    struct buf b = buf_new(a, 1024);
    struct json_out o = json_to(&b);

    json_begin(&o);
    json_key(&o, "id");
    json_put_id(&o, PREFIX_REPORT, m->k.id.v);
    json_key(&o, "kind");
    json_put_text(&o, STR("calibration"));
    json_key(&o, "state");
    json_put_text(&o, str_of(state));
    json_key(&o, "done");
    json_put_int(&o, done);
    json_key(&o, "rows");
    json_put_int(&o, total);
    json_end(&o);
    job_slow_tell(m->call, "job.progress", m->k.made_by, buf_str(&b));
    arena_free(a);
}

static bool go_on(void *x, int64_t done, int64_t total)
{
    struct making *m = x;
    int64_t now = clock_mono_us();

    m->total = total;
    if (now - m->told_us >= TELL_US) {
        m->told_us = now;
        /* How far it is is a courtesy: a busy database is no reason to stop. */
        (void)!write_step(m, done, total);
        tell(m, "running", done, total);
    }
    return !job_slow_stopping(m->call);
}

/* One piece of a list, in a transaction of its own: the writers of the house are never long behind it. */
static enum err put_piece(struct making *m, const struct flow_bucket *b, size_t from)
{
    struct ctx c = { .arena = arena_new(0), .now = clock_now(), .actor = { .kind = ACTOR_HOUSE } };
    size_t n = b->count - from < PUT_LEADS ? b->count - from : PUT_LEADS;
    struct db_tx *tx;
    enum err e = db_write(&c, m->call->db, &tx);

    if (!e) {
        e = learn_report_put_at(&c, tx, m->k.id, b->name, b->places + from, b->leads + from, b->marks + from, n);
        if (!e)
            e = learn_calibration_step(&c, tx, m->k.id, m->total, m->total);
        if (e)
            db_drop(tx);
        else
            e = db_commit(&c, tx);
    }
    arena_free(c.arena);
    return e;
}

/* What an earlier try left goes first. */
static enum err clear(struct making *m, struct str body, struct str why, bool finish)
{
    struct ctx c = { .arena = arena_new(0), .now = clock_now(), .actor = { .kind = ACTOR_HOUSE } };
    struct db_tx *tx;
    bool more = true;
    enum err e = db_write(&c, m->call->db, &tx);

    if (!e) {
        if (!finish)
            e = learn_report_del(&c, tx, m->k.id);
        else if (!(e = learn_calibration_end(&c, tx, m->k.id, body, why)))
            e = learn_calibration_cut(&c, tx, &more);
        if (e)
            db_drop(tx);
        else
            e = db_commit(&c, tx);
    }
    arena_free(c.arena);
    return e;
}

static enum err keep(struct making *m, const struct flow_calibrated *out)
{
    enum err e = clear(m, STR_NULL, STR_NULL, false);

    for (size_t i = 0; i < out->bucket_count && !e; i++)
        for (size_t from = 0; from < out->buckets[i].count && !e; from += PUT_LEADS)
            e = job_slow_stopping(m->call) ? ERR_AWAY : put_piece(m, &out->buckets[i], from);
    return e ? e : clear(m, out->body, STR_NULL, true);
}

/* The next report, if it is ours to make; id 0: there is none, or another program was quicker. */
static enum err claim(struct making *m)
{
    struct ctx *c = &m->call->ctx;
    struct db_tx *tx;
    enum err e = db_write(c, m->call->db, &tx);

    if (e)
        return e;
    c->now = clock_now();
    e = learn_calibration_next(c, tx, &m->k);
    if (!e && m->k.id.v)
        e = learn_calibration_claim(c, tx, m->k.id);
    if (e) {
        db_drop(tx);
        m->k.id.v = 0;
        return e == ERR_BUSY ? ERR_NONE : e;
    }
    return db_commit(c, tx);
}

enum err job_calibrate(struct job_slow_call *call)
{
    struct making m = { .call = call };
    struct flow_calibrated out;
    struct db_tx *tx;
    enum err e = claim(&m);

    if (e || !m.k.id.v || (e = db_read(&call->ctx, call->db, &tx)))
        return e;
    call->ctx.now = clock_now();
    e = flow_calibrate(&call->ctx, tx, &m.k, go_on, &m, &out);
    db_drop(tx);
    if (!e)
        e = keep(&m, &out);
    else if (e != ERR_AWAY && e != ERR_BUSY)
        (void)!clear(&m, STR_NULL, str_of(err_slug(e)), true); /* it would fail again: said so, and out of the way */
    tell(&m, e ? "failed" : "done", m.k.total, m.k.total);
    return e;
}
