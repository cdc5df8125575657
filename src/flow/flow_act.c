/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_act.h"

#include "flow/flow_alarm.h"
#include "flow/flow_custody.h"
#include "flow/flow_notice.h"
#include "flow/flow_outcome.h"
#include "flow/flow_route.h"
#include "flow/flow_score.h"
#include "flow/flow_task.h"
#include "learn/outcome.h"

enum { DRAIN_LEADS = 20, CALLS_LOOKED_AT = 100 };

/* The desk of this walk, opened by the first who needs it. */
static enum err desk_of_walk(struct ctx *c, struct db_tx *tx, struct desk **desk)
{
    struct desk *new;
    enum err e;

    if (*desk)
        return ERR_NONE;
    new = ARENA_NEW(c->arena, struct desk);
    e = flow_desk_open(c, tx, DESK_DECIDE, new);
    if (!e)
        *desk = new;
    return e;
}

/* Won or lost, and nothing the lead did since: an old lead that came with its end, say. There is nobody to call. */
static enum err is_over(struct ctx *c, struct db_tx *tx, const struct lead *lead, const struct history *history, bool *over)
{
    struct outcome o;
    enum err e;

    *over = false;
    if (lead->stage < STAGE_WON || (e = learn_outcomes_of(c, tx, &lead->id, 1, &o)) || o.state == OUTCOME_OPEN)
        return lead->stage < STAGE_WON ? ERR_NONE : e;
    *over = flow_silent_since(history, o.at, o.known_at);
    return ERR_NONE;
}

/* Has somebody called since it last did anything, or since it became hot, when only models have had it out since? */
static enum err is_answered(struct ctx *c, struct db_tx *tx, struct lead_id lead, const struct history *history, bool *answered)
{
    struct task_query q = { .lead = lead, .state = TASK_DONE, .kind = -1, .due_by = INSTANT_NEVER, .limit = CALLS_LOOKED_AT };
    instant called = INSTANT_NONE, hot_since;
    struct tasks done;
    enum err e = task_list(c, tx, &q, &done);

    if (e || (e = task_hot_since(c, tx, lead, &hot_since)))
        return e;
    for (size_t i = 0; i < done.count; i++)
        if ((done.items[i].kind == TASK_CALL_NOW || done.items[i].kind == TASK_CALL) && done.items[i].done_at > called)
            called = done.items[i].done_at;
    *answered = called != INSTANT_NONE && (called >= hot_since || flow_silent_since(history, called, INSTANT_NONE));
    return ERR_NONE;
}

/* Each crossing has its task, also when nothing is to be done: nobody is sought for it. */
static enum err enter_over(struct ctx *c, struct db_tx *tx, const struct move *move, struct str reason)
{
    const struct task_step over = { .to = TASK_CANCELLED, .reason = reason };
    struct task t = { .lead = move->lead, .kind = TASK_CALL_NOW, .due_at = c->now, .crossing = move->crossing };
    struct setting setting;
    enum err e = team_setting_get(c, tx, &setting);

    if (e)
        return e;
    t.title = task_title(TASK_CALL_NOW, (enum lang)setting.lang);
    e = task_add(c, tx, &t);
    return e ? e : task_move(c, tx, over, &t);
}

static enum err warm_again(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct messages *out);

static enum err enter_hot(struct ctx *c, struct db_tx *tx, struct desk **desk, const struct history *history,
                          const struct move *move, struct messages *out)
{
    struct task t, known;
    struct lead lead;
    struct str instead = move->by_model ? STR(TASK_BY_MODEL) : STR("superseded");
    bool served, over, answered = false;
    enum err e = task_find_by_crossing(c, tx, move->crossing, &known);

    if (e || known.id.v)
        return e;
    if ((e = lead_get(c, tx, move->lead, &lead)) || (e = is_over(c, tx, &lead, history, &over))
        || (move->by_model && !over && (e = is_answered(c, tx, move->lead, history, &answered))))
        return e;
    if (answered)
        return (e = enter_over(c, tx, move, STR(TASK_BY_MODEL))) ? e : warm_again(c, tx, move->lead, out);
    if ((!over && (e = flow_custody_begin(c, tx, move->lead))) || (e = flow_task_end_all(c, tx, move->lead, TASK_CALL_NOW, instead, NULL, out)) /* the new clock runs */
        || over || (e = desk_of_walk(c, tx, desk)))
        return e ? e : enter_over(c, tx, move, STR("decided"));
    t = (struct task){
        .lead = move->lead,
        .kind = TASK_CALL_NOW,
        .title = task_title(TASK_CALL_NOW, (enum lang)(*desk)->setting.lang),
        .due_at = c->now + (*desk)->setting.sla_minutes * MINUTE_US, /* until the decision says it better */
        .crossing = move->crossing,
    };
    if ((e = task_add(c, tx, &t)) || (e = flow_notice_event(c, tx, *desk, "lead.hot", &lead, &t, move->crossing.v, out)))
        return e;
    return flow_route(c, tx, *desk, history, &lead, &t, (struct route_how){ STR("by_policy") }, out, &served);
}

/* Hot again without a new crossing: nobody is called twice, but a call that was marked cooled is as urgent as it was, and a lead whose call
 * has been made gets a next step. */
static enum err warm_again(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct messages *out)
{
    struct tasks calls;
    struct task step;
    enum err e = flow_custody_begin(c, tx, lead);

    if (e || (e = flow_task_open_list(c, tx, lead, TASK_CALL_NOW, &calls)))
        return e;
    for (size_t i = 0; i < calls.count && !e; i++) {
        struct task *t = &calls.items[i];

        if (t->cooled_at == INSTANT_NONE)
            continue;
        t->cooled_at = INSTANT_NONE;
        e = task_put(c, tx, t);
        flow_task_tell(out, t);
    }
    return e ? e : flow_custody_keep(c, tx, lead, NULL, &step, out);
}

/* Somebody who has the call keeps it, marked; a call that still waits in the queue ends, for warm leads are not handed over. */
static enum err leave_hot(struct ctx *c, struct db_tx *tx, const struct move *move, struct messages *out)
{
    struct str why = move->by_model ? STR(TASK_BY_MODEL) : STR("cooled");
    struct task_step step = { .to = TASK_CANCELLED, .reason = why };
    struct tasks calls;
    struct lead lead;
    enum err e = task_hot_end(c, tx, &move->lead, 1, why);

    if (e || (e = lead_get(c, tx, move->lead, &lead))
        || (e = flow_notice_event(c, tx, NULL, "lead.cooled", &lead, NULL, move->at, out))
        || (e = flow_alarm_end(c, tx, move->lead, out)) || (e = flow_task_open_list(c, tx, move->lead, TASK_CALL_NOW, &calls)))
        return e;
    for (size_t i = 0; i < calls.count && !e; i++) {
        struct task *t = &calls.items[i];

        if (t->assignee.v) {
            t->cooled_at = move->at;
            e = task_put(c, tx, t);
        } else if (!(e = task_move(c, tx, step, t))) {
            e = flow_wait_end(c, tx, move->lead, out);
        }
        flow_task_tell(out, t);
    }
    return e;
}

enum err flow_act(struct ctx *c, struct db_tx *tx, struct desk **desk, const struct history *history,
                  const struct moves *moves, struct messages *out)
{
    bool freed = false;
    int64_t served;

    for (size_t i = 0; i < moves->count; i++) {
        const struct move *move = &moves->items[i];
        enum err e = ERR_NONE;

        if (move->to == BAND_HOT && move->crossing.v) {
            e = enter_hot(c, tx, desk, history, move, out);
        } else if (move->to == BAND_HOT) {
            e = warm_again(c, tx, move->lead, out);
        } else if (move->from == BAND_HOT) {
            e = leave_hot(c, tx, move, out);
            freed = true;
        }
        if (e)
            return e;
    }
    if (!freed)
        return ERR_NONE;
    /* Loads have changed: whoever decides next looks anew. */
    *desk = NULL;
    return flow_drain(c, tx, INSTANT_NEVER, DRAIN_LEADS, out, &served);
}

static enum err drain_one(struct ctx *c, struct db_tx *tx, struct desk *desk, const struct waiting *w,
                          struct messages *out, bool *served)
{
    struct history history;
    struct lead lead;
    struct task t;
    enum err e;

    if ((e = task_get(c, tx, w->task, &t)) || (e = lead_get(c, tx, w->lead, &lead)))
        return e;
    if (t.state != TASK_OPEN || t.assignee.v)
        return flow_wait_end(c, tx, w->lead, out);
    e = flow_history(c, tx, w->lead, INSTANT_NEVER, &history);
    return e ? e : flow_route(c, tx, desk, &history, &lead, &t, (struct route_how){ STR("from_queue") }, out, served);
}

static enum err waiting_lock(struct ctx *c, struct db_tx *tx, const struct waitings *list)
{
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, list->count + 1);

    for (size_t i = 0; i < list->count; i++)
        ids[i] = list->items[i].lead;
    return lead_lock_many(c, tx, ids, list->count);
}

enum err flow_drain(struct ctx *c, struct db_tx *tx, instant due_by, int64_t limit, struct messages *out,
                    int64_t *served)
{
    struct waitings list;
    struct desk desk;
    enum err e = route_waiting_list(c, tx, due_by, limit, &list);

    *served = 0;
    if (e || list.count == 0)
        return e;
    /* Leads first, then distribution; and the list is read again under its lock: another program may have served it meanwhile. */
    if ((e = waiting_lock(c, tx, &list)) || (e = flow_desk_open(c, tx, DESK_DECIDE, &desk)) || (e = route_waiting_list(c, tx, due_by, limit, &list))
        || (e = waiting_lock(c, tx, &list)))
        return e;
    for (size_t i = 0; i < list.count && !e; i++) {
        bool one = false;

        e = drain_one(c, tx, &desk, &list.items[i], out, &one);
        *served += one;
    }
    return e;
}

enum err flow_drain_next(struct ctx *c, struct db_tx *tx, instant *at)
{
    return route_waiting_next(c, tx, at);
}
