/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "job/slow_calibrate.h"

#include "job/slow_put.h"
#include "learn/report.h"
#include "sys/clock.h"

enum { TELL_US = 1000000 };

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
    int64_t told_us, done, total;
    bool stopped;
};

static void tell(struct making *m, const char *state, int64_t done)
{
    const struct job_slow_news news = { PREFIX_REPORT, m->k.id.v, "calibration", m->k.made_by };

    job_slow_tell(m->call, &news, state, done, m->total);
}

static enum err put_step(struct ctx *c, struct db_tx *tx, void *what)
{
    struct making *m = what;
    bool stands;
    enum err e = learn_calibration_step(c, tx, m->k.id, m->done, m->total, &stands);

    m->stopped |= !e && !stands;
    return e;
}

static bool go_on(void *x, int64_t done, int64_t total)
{
    struct making *m = x;
    int64_t now = clock_mono_us();

    m->done = done;
    m->total = total;
    if (now - m->told_us >= TELL_US) {
        m->told_us = now;
        /* How far it is is a courtesy: a busy database is no reason to stop. */
        (void)!job_slow_write(m->call, put_step, m);
        tell(m, "running", done);
    }
    return !m->stopped && !job_slow_stopping(m->call);
}

struct ending {
    struct report_id id;
    struct str body, why;
    bool changed;
};

static enum err put_end(struct ctx *c, struct db_tx *tx, void *what)
{
    struct ending *end = what;
    bool more = true;
    enum err e = learn_calibration_end(c, tx, end->id, end->body, end->why, &end->changed);

    if (e)
        return e;
    return end->changed ? learn_calibration_cut(c, tx, &more) : learn_report_del(c, tx, end->id); /* stopped meanwhile: its lists are nobody's */
}

static enum err keep(struct making *m, const struct flow_calibrated *out)
{
    struct ending end = { m->k.id, out->body, STR_NULL, false };
    enum err e;

    m->done = m->total;
    if (!(e = job_slow_put(m->call, m->k.id, out->buckets, out->bucket_count, put_step, m)))
        e = job_slow_write(m->call, put_end, &end);
    m->stopped |= !e && !end.changed;
    return e;
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
    else if (!m.stopped && e != ERR_AWAY && e != ERR_BUSY)
        (void)!job_slow_write(call, put_end, &(struct ending){ m.k.id, STR_NULL, str_of(err_slug(e)), false }); /* it would fail again: said so, and out of the way */
    if (m.stopped) {
        tell(&m, "stopped", 0);
        return ERR_NONE;
    }
    m.total = m.k.total;
    tell(&m, e ? "failed" : "done", m.total);
    return e;
}
