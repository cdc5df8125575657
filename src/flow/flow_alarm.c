/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_alarm.h"

#include "flow/flow_notice.h"
#include "flow/flow_route.h"
#include "flow/flow_score.h"
#include "flow/flow_task.h"

enum { HEAD_MINUTES = 30 };

/* One alarm of one call. */
struct ring {
    struct desk *desk;
    struct lead lead;
    struct task call;
    struct sla_norm norm;
    struct cal cal;
    struct messages *out;
};

static enum err call_keep(struct ctx *c, struct db_tx *tx, struct ring *r)
{
    r->call.alarm_at = task_sla_alarm(&r->norm, &r->cal, r->call.due_at, r->call.alarms).at;
    return task_put(c, tx, &r->call);
}

static enum err remind(struct ctx *c, struct db_tx *tx, struct ring *r)
{
    struct desk_person *who = flow_desk_find(r->desk, r->call.assignee);
    struct notice_of n = { .desk = r->desk, .what = NOTICE_REMINDER, .lead = &r->lead, .task = &r->call, .mark = r->call.due_at };
    enum err e;

    if (who) {
        n.to = &who->user;
        if ((e = flow_notice(c, tx, &n, r->out)))
            return e;
    }
    if ((e = flow_notice_event(c, tx, r->desk, "task.reminded", &r->lead, &r->call, r->call.due_at, r->out)))
        return e;
    if (r->out)
        messages_add(r->out, (struct message){ .kind = MESSAGE_TASK_REMINDED, .lead = r->call.lead, .task = r->call.id,
                                               .user = r->call.assignee });
    return call_keep(c, tx, r);
}

static enum err tell_head(struct ctx *c, struct db_tx *tx, struct ring *r)
{
    struct desk_person *head = flow_head_on_duty(r->desk, c->now);
    struct task alert = { .kind = TASK_LATE, .lead = r->lead.id, .due_at = c->now + HEAD_MINUTES * MINUTE_US };
    struct desk_person *holder = flow_desk_find(r->desk, r->call.assignee);
    struct notice_of n = { .desk = r->desk, .what = NOTICE_LATE, .lead = &r->lead, .task = &alert };
    struct tasks open;
    enum err e = flow_task_open_list(c, tx, r->lead.id, TASK_LATE, &open);

    if (e || open.count || !head)
        return e;
    alert.assignee = head->user.id;
    alert.title = task_title(TASK_LATE, (enum lang)r->desk->setting.lang);
    if ((e = task_add(c, tx, &alert)))
        return e;
    n.to = &head->user;
    n.mark = alert.id.v;
    n.other = holder ? holder->user.name : STR("");
    if ((e = flow_notice(c, tx, &n, r->out)) || (e = flow_notice_event(c, tx, r->desk, "task.late", &r->lead, &r->call, alert.id.v, r->out)))
        return e;
    flow_task_tell(r->out, &alert);
    return ERR_NONE;
}

static enum err escalate(struct ctx *c, struct db_tx *tx, struct ring *r)
{
    enum err e = tell_head(c, tx, r);

    return e ? e : call_keep(c, tx, r);
}

/* When nobody else may take it, it stays where it is, and the head knows. */
static enum err reassign(struct ctx *c, struct db_tx *tx, struct ring *r)
{
    struct user_id silent = r->call.assignee;
    struct route_how how = { .reason = STR("silent"), .except = silent, .or_stay = true };
    struct history history;
    bool served;
    enum err e = r->norm.escalate < 0 ? ERR_NONE : tell_head(c, tx, r);

    if (e || (e = flow_history(c, tx, r->lead.id, INSTANT_NEVER, &history))
        || (e = flow_route(c, tx, r->desk, &history, &r->lead, &r->call, how, r->out, &served)))
        return e;
    if (!served)
        return call_keep(c, tx, r);
    if ((e = route_declined_add(c, tx, r->lead.id, silent, STR("silent"))))
        return e;
    if (r->out)
        messages_add(r->out, (struct message){ .kind = MESSAGE_TASK_CHANGED, .lead = r->lead.id, .task = r->call.id,
                                               .user = r->call.assignee, .before = silent });
    return ERR_NONE;
}

static enum err (*const steps[SLA_STEPS])(struct ctx *c, struct db_tx *tx, struct ring *r) = {
    [SLA_REMIND] = remind, [SLA_REASSIGN] = reassign, [SLA_ESCALATE] = escalate,
};

static enum err ring(struct ctx *c, struct db_tx *tx, struct desk *desk, const struct task *call, struct messages *out)
{
    struct ring r = { .desk = desk, .call = *call, .out = out };
    struct desk_person *p = flow_desk_find(desk, call->assignee);
    struct sla_alarm alarm;
    enum err e = lead_get(c, tx, call->lead, &r.lead);

    if (e)
        return e;
    r.norm = flow_norm(desk, &r.lead, call->sla_minutes);
    r.cal = p ? cal_without(p->cal, p->absences, p->absence_count, c->arena) : cal_always(zone_find(STR("UTC")));
    alarm = task_sla_alarm(&r.norm, &r.cal, call->due_at, call->alarms);
    /* A calendar or a norm has changed since it was set: it rings when it does by those of now. */
    if (alarm.at > c->now)
        return call_keep(c, tx, &r);
    r.call.alarms |= 1u << alarm.step;
    return steps[alarm.step](c, tx, &r);
}

static enum err calls_lock(struct ctx *c, struct db_tx *tx, const struct tasks *calls)
{
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, calls->count + 1);

    for (size_t i = 0; i < calls->count; i++)
        ids[i] = calls->items[i].lead;
    return lead_lock_many(c, tx, ids, calls->count);
}

enum err flow_alarm(struct ctx *c, struct db_tx *tx, int64_t limit, struct messages *out)
{
    struct tasks list;
    struct desk desk;
    enum err e = task_alarm_list(c, tx, c->now, limit, &list);

    if (e || list.count == 0)
        return e;
    /* Leads first, then distribution; and read again under its lock: another program may have rung them meanwhile. */
    if ((e = calls_lock(c, tx, &list)) || (e = flow_desk_open(c, tx, DESK_DECIDE, &desk)) || (e = task_alarm_list(c, tx, c->now, limit, &list))
        || (e = calls_lock(c, tx, &list)))
        return e;
    for (size_t i = 0; i < list.count && !e; i++)
        e = ring(c, tx, &desk, &list.items[i], out);
    return e;
}

enum err flow_alarm_next(struct ctx *c, struct db_tx *tx, instant *at)
{
    return task_alarm_next(c, tx, at);
}

enum err flow_alarm_end(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct messages *out)
{
    return flow_task_end_all(c, tx, lead, TASK_LATE, STR("answered"), NULL, out);
}
