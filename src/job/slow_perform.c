/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "job/slow_perform.h"

#include "flow/flow_perform.h"
#include "job/slow_put.h"
#include "sys/clock.h"

enum err job_perform_due(struct ctx *c, struct db_tx *tx, bool *due)
{
    return flow_perform_due(c, tx, due);
}

static bool go_on(void *x, int64_t done, int64_t total)
{
    (void)done;
    (void)total;
    return !job_slow_stopping(x);
}

static enum err begin(struct ctx *c, struct db_tx *tx, void *what)
{
    struct flow_performed *p = what;

    return learn_performance_begin(c, tx, &p->head);
}

static enum err end(struct ctx *c, struct db_tx *tx, void *what)
{
    const struct flow_performed *p = what;
    enum err e = learn_performance_end(c, tx, &p->head, p->is.rows, p->is.count);

    return e ? e : learn_performance_cut(c, tx);
}

enum err job_perform(struct job_slow_call *call)
{
    struct flow_performed p;
    struct db_tx *tx;
    enum err e = db_read(&call->ctx, call->db, &tx);

    if (e)
        return e;
    call->ctx.now = clock_now();
    e = flow_perform(call->flow, &call->ctx, tx, go_on, call, &p);
    db_drop(tx);
    if (e || (e = job_slow_write(call, begin, &p))
        || (e = job_slow_put(call, p.head.id, p.buckets, p.bucket_count, NULL, NULL)))
        return e;
    return job_slow_write(call, end, &p);
}
