/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "job/slow_put.h"

#include "learn/report.h"

enum { PUT_LEADS = 10000 };

struct piece {
    struct report_id report;
    const struct flow_bucket *bucket;
    size_t from, count;
    job_slow_deed *also;
    void *what;
};

static enum err put_piece(struct ctx *c, struct db_tx *tx, void *what)
{
    const struct piece *p = what;
    const struct flow_bucket *b = p->bucket;
    enum err e = learn_report_put_at(c, tx, p->report, b->name, b->places + p->from, b->leads + p->from, b->marks + p->from, p->count);

    return e || !p->also ? e : p->also(c, tx, p->what);
}

static enum err clear(struct ctx *c, struct db_tx *tx, void *what)
{
    return learn_report_del(c, tx, *(const struct report_id *)what);
}

enum err job_slow_put(const struct job_slow_call *call, struct report_id report, const struct flow_bucket *buckets, size_t count,
                      job_slow_deed *also, void *what)
{
    enum err e = job_slow_write(call, clear, &report);

    for (size_t i = 0; i < count && !e; i++)
        for (size_t from = 0; from < buckets[i].count && !e; from += PUT_LEADS) {
            size_t left = buckets[i].count - from;
            struct piece p = { report, &buckets[i], from, left < PUT_LEADS ? left : PUT_LEADS, also, what };

            e = job_slow_stopping(call) ? ERR_AWAY : job_slow_write(call, put_piece, &p);
        }
    return e;
}
