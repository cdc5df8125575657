/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "job/slow_simulate.h"

#include "flow/flow_past.h"
#include "flow/flow_simulate.h"
#include "job/slow_ask.h"
#include "route/simulation.h"
#include "sys/clock.h"

enum err job_simulate_due(struct ctx *c, struct db_tx *tx, bool *due)
{
    struct simulation s;
    enum err e = route_simulation_next(c, tx, &s);

    *due = !e && s.id.v != 0;
    return e;
}

static enum err end(struct ctx *c, struct db_tx *tx, struct report_id id, bool failed, struct str report, struct str why, bool *changed)
{
    return route_simulation_end(c, tx, id, failed ? SIMULATION_FAILED : SIMULATION_DONE, report, why, changed);
}

static const struct job_ask ask_row = { "simulation", route_simulation_step, end, route_simulation_cut };

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

static enum err simulate(struct job_asked *w, const struct simulation *s, struct db_tx *tx, struct flow_simulated *out)
{
    struct flow_simulate_ask ask = { .from = s->from, .until = s->until };
    struct ctx *c = &w->call->ctx;
    enum err e;

    if ((e = flow_past_rules(c, s->rules, &ask.rules)) || (e = policies_read(c, s->policies, &ask)))
        return e;
    return flow_simulate(w->call->flow, c, tx, &ask, job_asked_go_on, w, out);
}

enum err job_simulate(struct job_slow_call *call)
{
    struct job_asked w = { .call = call, .ask = &ask_row };
    struct simulation s;
    struct flow_simulated out;
    struct db_tx *tx;
    enum err e = db_read(&call->ctx, call->db, &tx);

    if (e)
        return e;
    call->ctx.now = clock_now();
    e = route_simulation_next(&call->ctx, tx, &s);
    if (!e && s.id.v) {
        w.id = s.id;
        w.made_by = s.made_by;
        w.total = s.total;
        e = simulate(&w, &s, tx, &out);
    }
    db_drop(tx);
    if (!w.id.v)
        return e;
    if (!e)
        e = job_asked_keep(&w, out.report, out.buckets, out.bucket_count);
    return job_asked_end(&w, e);
}
