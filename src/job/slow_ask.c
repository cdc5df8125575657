/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "job/slow_ask.h"

#include "flow/flow_report.h"
#include "learn/report.h"
#include "sys/clock.h"

enum { TELL_US = 500000 };

static void tell(const struct job_asked *w, const char *state, int64_t done, int64_t total)
{
    const struct job_slow_news news = { PREFIX_REPORT, w->id.v, w->ask->kind, w->made_by };

    job_slow_tell(w->call, &news, state, done, total);
}

struct step {
    const struct job_asked *w;
    int64_t done, total;
    bool stands;
};

static enum err put_step(struct ctx *c, struct db_tx *tx, void *what)
{
    struct step *s = what;

    return s->w->ask->step(c, tx, s->w->id, s->done, s->total, &s->stands);
}

bool job_asked_go_on(void *self, int64_t done, int64_t total)
{
    struct job_asked *w = self;
    struct step s = { w, done, total, true };
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
    const struct job_asked *w;
    bool failed;
    struct str report, why;
    bool changed;
};

static enum err put_end(struct ctx *c, struct db_tx *tx, void *what)
{
    struct ending *end = what;
    const struct job_ask *ask = end->w->ask;
    struct report_id gone;
    int64_t swept;
    enum err e = ask->end(c, tx, end->w->id, end->failed, end->report, end->why, &end->changed);

    if (!e && !end->changed) /* stopped meanwhile: its lists are nobody's; or ended by another program, and they are its own */
        return flow_report_sweep(c, tx, &swept);
    if (e || (e = ask->cut(c, tx, &gone)) || !gone.v)
        return e;
    return learn_report_del(c, tx, gone);
}

enum err job_asked_keep(struct job_asked *w, struct str report, const struct flow_bucket *buckets, size_t count)
{
    struct ending end = { w, false, report, STR_NULL, false };
    enum err e = job_slow_put(w->call, w->id, buckets, count, NULL, NULL);

    if (!e)
        e = job_slow_write(w->call, put_end, &end);
    w->stopped |= !e && !end.changed; /* between the last step and the end of it */
    return e;
}

enum err job_asked_end(struct job_asked *w, enum err e)
{
    if (w->stopped) {
        tell(w, "stopped", 0, 0);
        return ERR_NONE;
    }
    if (e && e != ERR_AWAY && e != ERR_BUSY) { /* it would fail again: said so, and out of the way */
        struct ending end = { w, true, STR_NULL, str_of(err_slug(e)), false };

        (void)!job_slow_write(w->call, put_end, &end);
    }
    tell(w, e ? "failed" : "done", w->total, w->total);
    return e;
}
