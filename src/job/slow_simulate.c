/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "job/slow_simulate.h"

#include "flow/flow_past.h"
#include "flow/flow_simulate.h"
#include "job/slow_put.h"
#include "learn/report.h"
#include "route/simulation.h"
#include "sys/clock.h"

enum { TELL_US = 500000 };

struct simulating {
    struct job_slow_call *call;
    struct simulation s;
    int64_t told_us;
    bool stopped; /* by a person */
};

enum err job_simulate_due(struct ctx *c, struct db_tx *tx, bool *due)
{
    struct simulation s;
    enum err e = route_simulation_next(c, tx, &s);

    *due = !e && s.id.v != 0;
    return e;
}

static void tell(const struct simulating *w, const char *state, int64_t done, int64_t total)
{
    const struct job_slow_news news = { PREFIX_REPORT, w->s.id.v, "simulation", w->s.made_by };

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

    return route_simulation_step(c, tx, s->id, s->done, s->total, &s->stands);
}

static bool go_on(void *x, int64_t done, int64_t total)
{
    struct simulating *w = x;
    struct step s = { w->s.id, done, total, true };
    int64_t now = clock_mono_us();

    if (now - w->told_us < TELL_US)
        return !job_slow_stopping(w->call);
    w->told_us = now;
    if (!job_slow_write(w->call, put_step, &s)) /* how far it is is a courtesy: a busy database is no reason to stop */
        w->stopped = !s.stands;
    tell(w, "running", done, total);
    return !w->stopped && !job_slow_stopping(w->call);
}

struct ending {
    struct report_id id;
    enum simulation_state state;
    struct str report, why;
    bool changed;
};

static enum err put_end(struct ctx *c, struct db_tx *tx, void *what)
{
    struct ending *end = what;
    struct report_id gone;
    enum err e = route_simulation_end(c, tx, end->id, end->state, end->report, end->why, &end->changed);

    if (e || (e = route_simulation_cut(c, tx, &gone)) || !gone.v)
        return e;
    return learn_report_del(c, tx, gone);
}

static enum err keep(struct simulating *w, const struct flow_simulated *out)
{
    struct ending end = { w->s.id, SIMULATION_DONE, out->report, STR_NULL, false };
    enum err e = job_slow_put(w->call, w->s.id, out->buckets, out->bucket_count, NULL, NULL);

    if (!e)
        e = job_slow_write(w->call, put_end, &end);
    w->stopped |= !e && !end.changed; /* between the last step and the end of it */
    return e;
}

/* {pool id: policy} */
static enum err policies_read(struct ctx *c, struct str text, struct flow_simulate_ask *ask)
{
    struct pool_policy *list;
    struct json *tree;
    enum err e = json_read(c, text, &tree);

    if (e || !json_is(tree, JSON_OBJECT))
        return e;
    list = ARENA_ARRAY(c->arena, struct pool_policy, tree->count + 1);
    for (uint32_t i = 0; i < tree->count; i++)
        for (int k = 0; k < POLICIES; k++)
            if (str_eq(json_text(&tree->as.members[i].value), str_of(route_policy_words[k]))
                && id_parse(PREFIX_POOL, tree->as.members[i].key, &list[ask->policy_count].pool.v))
                list[ask->policy_count++].policy = (enum policy)k;
    ask->policies = list;
    return ERR_NONE;
}

static enum err simulate(struct simulating *w, struct db_tx *tx, struct flow_simulated *out)
{
    struct flow_simulate_ask ask = { .from = w->s.from, .until = w->s.until };
    struct ctx *c = &w->call->ctx;
    enum err e;

    if ((e = flow_past_rules(c, w->s.rules, &ask.rules)) || (e = policies_read(c, w->s.policies, &ask)))
        return e;
    return flow_simulate(w->call->flow, c, tx, &ask, go_on, w, out);
}

enum err job_simulate(struct job_slow_call *call)
{
    struct simulating w = { .call = call };
    struct flow_simulated out;
    struct db_tx *tx;
    enum err e = db_read(&call->ctx, call->db, &tx);

    if (e)
        return e;
    call->ctx.now = clock_now();
    e = route_simulation_next(&call->ctx, tx, &w.s);
    if (!e && w.s.id.v)
        e = simulate(&w, tx, &out);
    db_drop(tx);
    if (!w.s.id.v)
        return e;
    if (!e)
        e = keep(&w, &out);
    if (w.stopped) {
        tell(&w, "stopped", 0, 0);
        return ERR_NONE;
    }
    if (e && e != ERR_AWAY && e != ERR_BUSY) { /* it would fail again: said so, and out of the way */
        struct ending end = { w.s.id, SIMULATION_FAILED, STR_NULL, str_of(err_slug(e)), false };

        (void)!job_slow_write(call, put_end, &end);
    }
    tell(&w, e ? "failed" : "done", w.s.total, w.s.total);
    return e;
}
