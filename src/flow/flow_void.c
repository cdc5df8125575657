/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_void.h"

#include "flow/flow_act.h"
#include "flow/flow_custody.h"
#include "flow/flow_route.h"
#include "flow/flow_score.h"
#include "flow/flow_task.h"
#include "lead/identity.h"
#include "score/replay.h"
#include "score/score_store.h"

#define WITHDRAWN_REASON "automatic"

/* The model a crossing was told by: m, or an older one, compiled for this look. */
static enum err model_of(struct ctx *c, struct db_tx *tx, const struct model *m, struct model_id id, struct model **own,
                         const struct model **of)
{
    struct model_row row;
    enum err e;

    *of = m;
    if (id.v == m->id.v || (*own && (*own)->id.v == id.v)) {
        *of = id.v == m->id.v ? m : *own;
        return ERR_NONE;
    }
    if (*own)
        score_model_drop(*own);
    *own = NULL;
    if ((e = score_model_get(c, tx, id, &row)) || (e = score_model_parse(c, row.body, own)))
        return e;
    (*own)->id = id;
    *of = *own;
    return ERR_NONE;
}

static const struct crossing_void *void_of(const struct crossing_void *voids, size_t n, struct crossing_id id)
{
    for (size_t i = 0; i < n; i++)
        if (voids[i].crossing.v == id.v)
            return &voids[i];
    return NULL;
}

/* One crossing: would the lead have been hot then? */
static enum err weigh(struct ctx *c, struct db_tx *tx, const struct model *of, const struct history *h,
                      const struct crossing_row *x, const struct crossing_void *now, bool *lifted)
{
    struct history known = score_known(h, x->is.at, c->arena);
    bool hot = score_at(of, &known, x->is.at, c->arena).band == BAND_HOT;
    bool is_void = now && now->lifted_at == INSTANT_NONE;

    if (hot != is_void)
        return ERR_NONE;
    *lifted = *lifted || hot;
    return score_void_put(c, tx, x->lead, x->id, hot);
}

static enum err weigh_all(struct ctx *c, struct db_tx *tx, const struct model *m, struct lead_id root, const struct history *h,
                          bool *lifted)
{
    struct crossing_void *voids;
    struct crossing_row *rows;
    struct model *own = NULL;
    size_t n, void_count;
    enum err e;

    *lifted = false;
    if ((e = score_crossing_list(c, tx, root, &rows, &n)) || !n || (e = score_void_list(c, tx, root, &voids, &void_count)))
        return e;
    for (size_t i = 0; i < n && !e; i++) {
        const struct model *of;

        if (!(e = model_of(c, tx, m, rows[i].model, &own, &of)))
            e = weigh(c, tx, of, h, &rows[i], void_of(voids, void_count, rows[i].id), lifted);
    }
    if (own)
        score_model_drop(own);
    return e;
}

static struct score_crossing *crossing_now(struct ctx *c, const struct model *m, const struct history *h, enum band from)
{
    struct score_crossing *x = ARENA_NEW(c->arena, struct score_crossing);
    struct score s = score_at(m, h, c->now, c->arena);

    *x = (struct score_crossing){ .at = c->now, .from = from, .total = s.total, .lines = score_lines_json(m, &s, 12, c->arena) };
    return x;
}

enum err flow_void_walk(struct ctx *c, struct db_tx *tx, const struct model *m, struct lead_id root,
                        const struct score_kept *before, struct score_walked *w)
{
    enum band from = before ? before->band.band : BAND_COLD;
    bool armed = !before || before->band.armed, lifted;
    struct history h;
    enum err e;

    if ((e = flow_history(c, tx, root, INSTANT_NEVER, &h)) || (e = weigh_all(c, tx, m, root, &h, &lifted)))
        return e;
    *w = score_rebuild(m, &h, c->now, c->arena);
    w->kept.due = w->kept.next_change;
    w->due_moved = true;
    w->crossings = NULL;
    w->crossing_count = 0;
    if (w->kept.band.band == BAND_HOT && from != BAND_HOT && armed && !lifted) {
        w->crossings = crossing_now(c, m, &h, from);
        w->crossing_count = 1;
    }
    return ERR_NONE;
}

enum err flow_void_turns(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, struct lead_id root)
{
    struct lead_id *all;
    size_t count, others = 0;
    enum err e = lead_family_ever(c, tx, leads, n, &all, &count);

    for (size_t i = 0; i < count && !e; i++)
        if (all[i].v != root.v)
            all[others++] = all[i];
    return e ? e : score_turns_lose(c, tx, all, others);
}

/* ---- tasks ---- */

static enum err withdraw(struct ctx *c, struct db_tx *tx, struct task *t, struct messages *out)
{
    struct task_step step = { .to = TASK_CANCELLED, .reason = STR(WITHDRAWN_REASON) };
    bool waited = !t->assignee.v;
    enum err e = task_move(c, tx, step, t);

    flow_task_tell(out, t);
    return e || !waited ? e : flow_wait_end(c, tx, t->lead, out);
}

/* The call was never made: it is owed from now. */
static enum err reopen(struct ctx *c, struct db_tx *tx, struct task *t, struct messages *out)
{
    struct history history;
    struct desk desk;
    struct lead lead;
    bool served;
    enum err e;

    if ((e = task_move(c, tx, (struct task_step){ .to = TASK_OPEN }, t)) || (e = lead_get(c, tx, t->lead, &lead))
        || (e = flow_desk_open(c, tx, DESK_DECIDE, &desk)))
        return e;
    t->cooled_at = INSTANT_NONE;
    t->due_at = c->now + desk.setting.sla_minutes * MINUTE_US;
    if (t->assignee.v)
        flow_alarm_set(c, &desk, &lead, t);
    e = task_put(c, tx, t);
    flow_task_tell(out, t);
    if (e || t->assignee.v || (e = flow_history(c, tx, t->lead, INSTANT_NEVER, &history)))
        return e;
    return flow_route(c, tx, &desk, &history, &lead, t, (struct route_how){ STR("by_policy") }, out, &served);
}

/* Tasks of the house for one void crossing, or for the hot spell that it began. */
static enum err withdraw_all(struct ctx *c, struct db_tx *tx, struct lead_id root, instant since, struct messages *out)
{
    struct task_query q = { .lead = root, .state = TASK_OPEN, .kind = -1, .due_by = INSTANT_NEVER, .limit = 100 };
    struct tasks open;
    enum err e = task_list(c, tx, &q, &open);

    for (size_t i = 0; i < open.count && !e; i++) {
        struct task *t = &open.items[i];

        if (!t->made_by.v && t->created_at >= since && (t->kind == TASK_CALL_NOW || t->kind == TASK_CALL))
            e = withdraw(c, tx, t, out);
    }
    return e;
}

static enum err reopen_one(struct ctx *c, struct db_tx *tx, struct crossing_id crossing, struct messages *out)
{
    struct task t;
    enum err e = task_find_by_crossing(c, tx, crossing, &t);

    if (e || !t.id.v || t.state != TASK_CANCELLED || !str_eq(t.reason, STR(WITHDRAWN_REASON)))
        return e;
    return reopen(c, tx, &t, out);
}

enum err flow_void_tasks(struct ctx *c, struct db_tx *tx, struct lead_id root, enum band band, struct messages *messages)
{
    struct crossing_void *voids;
    struct crossing_row *rows;
    size_t n, void_count;
    enum err e;

    if ((e = score_void_list(c, tx, root, &voids, &void_count)) || !void_count || (e = score_crossing_list(c, tx, root, &rows, &n)))
        return e;
    for (size_t i = 0; i < n && !e; i++) {
        const struct crossing_void *v = void_of(voids, void_count, rows[i].id);

        if (!v)
            continue;
        if (band != BAND_HOT && v->lifted_at == INSTANT_NONE && v->at == c->now)
            e = withdraw_all(c, tx, root, rows[i].is.at, messages);
        /* Of several only the latest is called about. */
        if (band == BAND_HOT && v->lifted_at == c->now && i + 1 == n)
            e = reopen_one(c, tx, rows[i].id, messages);
    }
    return e;
}

/* ---- in no list ---- */

/* Nobody should have been called at all: each crossing is void. */
static enum err void_all(struct ctx *c, struct db_tx *tx, struct lead_id root)
{
    struct crossing_void *voids;
    struct crossing_row *rows;
    size_t n, void_count;
    enum err e = score_crossing_list(c, tx, root, &rows, &n);

    if (e || !n || (e = score_void_list(c, tx, root, &voids, &void_count)))
        return e;
    for (size_t i = 0; i < n && !e; i++) {
        const struct crossing_void *now = void_of(voids, void_count, rows[i].id);

        if (!now || now->lifted_at != INSTANT_NONE)
            e = score_void_put(c, tx, root, rows[i].id, false);
    }
    return e;
}

enum err flow_void_leave(struct ctx *c, struct db_tx *tx, struct lead_id root, struct messages *messages)
{
    enum err e;

    if ((e = void_all(c, tx, root)) || (e = flow_void_tasks(c, tx, root, BAND_COLD, messages)) || (e = score_forget(c, tx, root)))
        return e;
    return score_turns_lose(c, tx, &root, 1);
}
