/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "job/slow_transfer.h"

#include "flow/flow_transfer.h"
#include "sys/clock.h"

struct drafting {
    struct job_slow_call *call;
    struct transfer t;
};

enum err job_transfer_due(struct ctx *c, struct db_tx *tx, bool *due)
{
    struct transfer t;
    enum err e = route_transfer_next(c, tx, TRANSFER_PLANNING, TRANSFER_PLANNING, &t);

    *due = !e && t.id.v != 0;
    return e;
}

static void tell(const struct drafting *w, enum transfer_state state, int64_t done, int64_t total)
{
    const struct job_slow_news news = { PREFIX_TRANSFER, w->t.id.v, "transfer", w->t.by };

    job_slow_tell(w->call, &news, route_transfer_states[state], done, total);
}

static bool go_on(void *self, int64_t done, int64_t total)
{
    const struct drafting *w = self;

    if (done % 1000 == 0)
        tell(w, TRANSFER_PLANNING, done, total);
    return !job_slow_stopping(w->call);
}

static enum err put_plan(struct ctx *c, struct db_tx *tx, void *what)
{
    const struct transfer_plan *plan = what;
    bool stands; /* forgotten meanwhile: nothing is put */

    return route_transfer_planned(c, tx, &plan->t, plan->leads, plan->count, &stands);
}

static enum err put_failed(struct ctx *c, struct db_tx *tx, void *what)
{
    const struct transfer_id *id = what;
    bool moved;

    return route_transfer_step(c, tx, *id, TRANSFER_PLANNING, TRANSFER_FAILED, &moved);
}

enum err job_transfer_plan(struct job_slow_call *call)
{
    struct drafting w = { .call = call };
    struct transfer_plan plan;
    struct db_tx *tx;
    enum err e = db_read(&call->ctx, call->db, &tx);

    if (e)
        return e;
    call->ctx.now = clock_now();
    e = route_transfer_next(&call->ctx, tx, TRANSFER_PLANNING, TRANSFER_PLANNING, &w.t);
    if (!e && w.t.id.v)
        e = flow_transfer_plan(&call->ctx, tx, &w.t, go_on, &w, &plan);
    db_drop(tx);
    if (!w.t.id.v)
        return e;
    if (!e)
        e = job_slow_write(call, put_plan, &plan);
    if (e && e != ERR_AWAY && e != ERR_BUSY) /* it would fail again: said so, and out of the way */
        (void)!job_slow_write(call, put_failed, &w.t.id);
    tell(&w, e ? TRANSFER_FAILED : TRANSFER_PLANNED, e ? 0 : plan.t.looked, e ? -1 : plan.t.looked);
    return e;
}
