/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_person.h"

#include "flow/flow_alarm.h"
#include "flow/flow_custody.h"
#include "flow/flow_event.h"
#include "flow/flow_notice.h"
#include "flow/flow_route.h"
#include "flow/flow_score.h"
#include "flow/flow_task.h"

#define OPEN_TASKS 200

static struct user_id actor_user(const struct ctx *c)
{
    return (struct user_id){ ctx_user(c) };
}

static void tell_task(struct messages *out, const struct task *t, struct user_id before)
{
    if (out)
        messages_add(out, (struct message){ .kind = MESSAGE_TASK_CHANGED, .lead = t->lead, .task = t->id,
                                            .user = t->assignee, .before = before });
}

static void tell_lead(struct messages *out, struct lead_id lead, struct user_id owner)
{
    if (out)
        messages_add(out, (struct message){ .kind = MESSAGE_LEAD_CHANGED, .lead = lead, .user = owner });
}

/* ---- deeds ---- */

struct word {
    const char *name;
    struct str text; /* empty: left out */
};

/* {name: text, ...} */
static const struct json *words(struct arena *a, const struct word *list, size_t count)
{
    struct json *object = ARENA_NEW(a, struct json);
    struct json_member *members = ARENA_ARRAY(a, struct json_member, count + 1);

    object->type = JSON_OBJECT;
    object->as.members = members;
    for (size_t i = 0; i < count; i++) {
        if (list[i].text.len == 0)
            continue;
        members[object->count].key = str_of(list[i].name);
        members[object->count].value.type = JSON_TEXT;
        members[object->count++].value.as.text = list[i].text;
    }
    return object;
}

static struct str id_text(struct arena *a, const char *prefix, int64_t id)
{
    char text[ID_TEXT_MAX];

    return str_dup(a, id_print(prefix, id, text));
}

/* ---- tasks ---- */

static enum err plan_assignee(struct ctx *c, struct db_tx *tx, const struct task_plan *plan, struct user_id *who)
{
    struct lead lead;
    struct user user;
    enum err e = lead_get(c, tx, plan->lead, &lead);

    if (e)
        return e;
    *who = plan->assignee.v ? plan->assignee : lead.owner.v ? lead.owner : actor_user(c);
    if (!plan->assignee.v)
        return ERR_NONE;
    e = team_user_get(c, tx, *who, &user);
    if (e == ERR_NOT_FOUND || (!e && user.state != USER_ACTIVE)) {
        fault_clear(c);
        return fault_at(c, ERR_BAD_FIELD, STR("/assignee_id"), "no such user");
    }
    return e;
}

static enum err task_of_plan(struct ctx *c, struct db_tx *tx, const struct task_plan *plan, struct task_id parent,
                             struct task *t, struct messages *out)
{
    struct setting setting;
    enum err e = team_setting_get(c, tx, &setting);

    *t = (struct task){ .lead = plan->lead, .kind = plan->kind, .title = plan->title, .due_at = plan->due_at,
                        .made_by = actor_user(c), .parent = parent };
    if (e || (e = plan_assignee(c, tx, plan, &t->assignee)))
        return e;
    if (t->title.len == 0 && t->kind == TASK_OTHER)
        return fault_at(c, ERR_MISSING, STR("/title"), "a task of this kind needs a title");
    if (t->title.len == 0)
        t->title = task_title(t->kind, (enum lang)setting.lang);
    if ((e = task_add(c, tx, t)))
        return e;
    tell_task(out, t, (struct user_id){ 0 });
    tell_lead(out, t->lead, t->assignee);
    return ERR_NONE;
}

enum err flow_task_add(struct flow *f, struct ctx *c, struct db_tx *tx, const struct task_plan *plan,
                       struct task *t, struct messages *out)
{
    (void)f;
    return task_of_plan(c, tx, plan, (struct task_id){ 0 }, t, out);
}

static enum err give_along(struct ctx *c, struct db_tx *tx, struct desk *d, struct lead *lead, struct task *t, struct by_hand hand,
                           struct messages *out)
{
    struct user_id before = lead->owner;
    enum err e = flow_give(c, tx, d, lead, t, hand, out);

    return e ? e : flow_tasks_go_along(c, tx, lead->id, t->id, before, hand.manager, out);
}

/* Another person for a call that is urgent: lead and task go together. For other tasks the assignee is a mere field. */
static enum err task_hand_over(struct ctx *c, struct db_tx *tx, struct task *t, struct user_id to,
                               struct messages *out)
{
    struct by_hand hand = { .manager = to, .by = actor_user(c), .policy = STR("manual"), .reason = STR("by_hand") };
    struct desk desk;
    struct lead lead;
    enum err e;

    if ((e = lead_lock_many(c, tx, &t->lead, 1)) || (e = flow_desk_open(c, tx, DESK_DECIDE, &desk)) || (e = lead_get(c, tx, t->lead, &lead)))
        return e;
    return give_along(c, tx, &desk, &lead, t, hand, out);
}

enum err flow_task_set(struct flow *f, struct ctx *c, struct db_tx *tx, struct task *t, unsigned set,
                       const struct task_plan *plan, struct messages *out)
{
    struct user_id before = t->assignee, to = before;
    struct task step;
    enum err e;

    (void)f;
    if (t->state != TASK_OPEN)
        return fault_set(c, ERR_CONFLICT, "the task is not open");
    if ((e = lead_lock_many(c, tx, &t->lead, 1)))
        return e;
    if (set & TASK_SET_TITLE)
        t->title = plan->title;
    if (set & TASK_SET_DUE) {
        /* Who was held to it is told from what stands here: custody over the past must not change. */
        if (plan->due_at == INSTANT_NEVER && t->due_at != INSTANT_NEVER)
            return fault_at(c, ERR_BAD_FIELD, STR("/due_at"), "a deadline can be moved, not removed");
        t->due_at = plan->due_at;
        t->sla_minutes = 0;
        t->alarm_at = t->kind == TASK_CALL_NOW ? c->now : INSTANT_NEVER; /* the clock looks when it is */
        t->alarms = 0;
    }
    if (set & TASK_SET_ASSIGNEE && (e = plan_assignee(c, tx, plan, &to)))
        return e;
    if (to.v != before.v && t->kind == TASK_CALL_NOW)
        return task_hand_over(c, tx, t, to, out);
    t->assignee = to;
    if ((e = task_put(c, tx, t)))
        return e;
    tell_task(out, t, before);
    return flow_custody_keep(c, tx, t->lead, NULL, &step, out);
}

static enum err deed_of_result(struct flow *f, struct ctx *c, struct db_tx *tx, const struct task *t,
                               const char *name, struct messages *out)
{
    struct word list[] = {
        { "task_id", id_text(c->arena, PREFIX_TASK, t->id.v) },
        { "task_kind", str_of(task_kinds[t->kind]) },
        { "result", t->result ? str_of(task_results[t->result]) : STR_NULL },
        { "note", t->note },
    };

    return flow_deed(f, c, tx, t->lead, str_of(name), words(c->arena, list, countof(list)), out);
}

static bool is_call(const struct task *t)
{
    return t->kind == TASK_CALL_NOW || t->kind == TASK_CALL;
}

enum err flow_task_complete(struct flow *f, struct ctx *c, struct db_tx *tx, struct task *t,
                            const struct task_outcome *outcome, struct task *next_task, struct messages *out)
{
    struct task_step step = { .to = TASK_DONE, .result = outcome->result, .note = outcome->note,
                              .by = actor_user(c) };
    struct user_id before = t->assignee;
    const instant done = c->now;
    struct task step_of_house;
    struct lead lead;
    enum err e;

    *next_task = (struct task){ .id = { 0 } };
    if ((e = lead_lock_many(c, tx, &t->lead, 1)))
        return e;
    if (t->state == TASK_OPEN && before.v == 0 && actor_user(c).v) {
        t->assignee = actor_user(c);
        if ((e = task_put(c, tx, t)))
            return e;
    }
    if ((e = task_move(c, tx, step, t)) || (e = lead_get(c, tx, t->lead, &lead))
        || (e = outreach_withdraw(c, tx, t->id, OUTREACH_KINDS, STR("done")))
        || (e = flow_notice_event(c, tx, NULL, "task.completed", &lead, t, t->version, out)))
        return e;
    if (t->kind == TASK_CALL_NOW
        && ((e = flow_wait_end(c, tx, t->lead, out)) || (e = flow_alarm_end(c, tx, t->lead, out))))
        return e;
    if ((e = deed_of_result(f, c, tx, t, is_call(t) ? "Call Logged" : "Task Completed", out)))
        return e;
    c->now = done; /* walks may have moved on by a microsecond each: what is planned next begins where this ended */
    tell_task(out, t, before);
    if (!outcome->next) {
        tell_lead(out, t->lead, t->assignee);
        /* What no person plans for a hot lead, the house does. */
        return flow_custody_keep(c, tx, t->lead, t, next_task, out);
    }
    struct task_plan next = *outcome->next;
    next.lead = t->lead;
    if (!next.assignee.v)
        next.assignee = t->assignee;
    e = task_of_plan(c, tx, &next, t->id, next_task, out);
    /* One without a deadline, or without a person, is no step for a hot lead. */
    return e ? e : flow_custody_keep(c, tx, t->lead, NULL, &step_of_house, out);
}

enum err flow_task_reopen(struct flow *f, struct ctx *c, struct db_tx *tx, struct task *t, struct messages *out)
{
    struct task gone;
    enum err e;

    if ((e = lead_lock_many(c, tx, &t->lead, 1)) || (e = task_del_next(c, tx, t->id, &gone)) || (e = task_move(c, tx, (struct task_step){ .to = TASK_OPEN }, t))
        || (e = deed_of_result(f, c, tx, t, is_call(t) ? "Call Log Undone" : "Task Reopened", out)))
        return e;
    if (gone.id.v) {
        gone.state = TASK_CANCELLED;
        tell_task(out, &gone, gone.assignee);
    }
    tell_task(out, t, (struct user_id){ 0 });
    tell_lead(out, t->lead, t->assignee);
    return ERR_NONE;
}

enum err flow_task_decline(struct flow *f, struct ctx *c, struct db_tx *tx, struct task *t, struct str reason,
                           struct messages *out)
{
    struct word list[] = { { "task_id", id_text(c->arena, PREFIX_TASK, t->id.v) }, { "reason", reason } };
    struct route_how how = { .reason = STR("declined") };
    struct user_id who = t->assignee;
    struct history history;
    struct desk desk;
    struct lead lead;
    bool served;
    enum err e;

    if (t->state != TASK_OPEN || t->kind != TASK_CALL_NOW || who.v == 0)
        return fault_set(c, ERR_CONFLICT, "only an open urgent call that somebody has can be declined");
    if ((e = lead_lock_many(c, tx, &t->lead, 1)) || (e = flow_desk_open(c, tx, DESK_DECIDE, &desk)) || (e = lead_get(c, tx, t->lead, &lead))
        || (e = route_declined_add(c, tx, t->lead, who, reason))
        || (e = flow_history(c, tx, t->lead, INSTANT_NEVER, &history)))
        return e;
    if (lead.owner.v == who.v) {
        struct desk_person *p = flow_desk_find(&desk, who);

        if ((e = lead_set_owner(c, tx, t->lead, (struct user_id){ 0 })))
            return e;
        if (p)
            p->load -= flow_load_units((enum band)lead.band);
        lead.owner.v = 0;
        how.before = who;
    }
    if ((e = flow_route(c, tx, &desk, &history, &lead, t, how, out, &served))
        || (e = flow_deed(f, c, tx, t->lead, STR("Lead Declined"), words(c->arena, list, countof(list)), out)))
        return e;
    tell_task(out, t, who);
    return ERR_NONE;
}

enum err flow_task_claim(struct flow *f, struct ctx *c, struct db_tx *tx, struct task *t, struct messages *out)
{
    struct by_hand hand = { .manager = actor_user(c), .by = actor_user(c), .policy = STR("claim"),
                            .reason = STR("claimed") };
    struct history history;
    struct desk desk;
    struct lead lead;
    enum err e;

    (void)f;
    if (t->state != TASK_OPEN || t->assignee.v)
        return fault_set(c, ERR_CONFLICT, "the task is not in the queue");
    if ((e = lead_lock_many(c, tx, &t->lead, 1)) || (e = flow_desk_open(c, tx, DESK_DECIDE, &desk)) || (e = lead_get(c, tx, t->lead, &lead))
        || (e = flow_history(c, tx, t->lead, INSTANT_NEVER, &history))
        || (e = flow_claim_may(c, tx, &desk, &history, &lead, actor_user(c))))
        return e;
    return give_along(c, tx, &desk, &lead, t, hand, out);
}

enum err flow_claims(struct ctx *c, struct db_tx *tx, struct user_id user, int64_t limit, struct tasks *list)
{
    struct waitings waits;
    struct desk desk;
    bool opened = false;
    enum err e;

    if ((e = route_waiting_list(c, tx, INSTANT_NEVER, limit, &waits)))
        return e;
    *list = (struct tasks){ ARENA_ARRAY(c->arena, struct task, waits.count + 1), 0 };
    for (size_t i = 0; i < waits.count; i++) {
        struct history history;
        struct lead lead;

        if (!str_eq(waits.items[i].why, STR("claim")))
            continue;
        /* Every screen asks every few seconds, and most often nothing is to be claimed: no desk is opened for that. */
        if (!opened && (e = flow_desk_open(c, tx, DESK_SHOW, &desk)))
            return e;
        opened = true;
        if ((e = lead_get(c, tx, waits.items[i].lead, &lead)) || (e = flow_history(c, tx, lead.id, INSTANT_NEVER, &history)))
            return e;
        e = flow_claim_may(c, tx, &desk, &history, &lead, user);
        if (!e)
            e = task_get(c, tx, waits.items[i].task, &list->items[list->count++]);
        else if (e == ERR_CONFLICT || e == ERR_NOT_FOUND)
            e = ERR_NONE;
        if (e)
            return e;
    }
    fault_clear(c);
    return ERR_NONE;
}

enum err flow_lead_assign(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id id, struct user_id manager,
                          struct str note, struct messages *out)
{
    struct by_hand hand = { .manager = manager, .by = actor_user(c), .policy = STR("manual"),
                            .reason = STR("by_hand"), .note = note, .tell = true };
    struct word list[] = { { "manager_id", id_text(c->arena, PREFIX_USER, manager.v) }, { "note", note } };
    struct desk desk;
    struct lead lead;
    enum err e;

    if ((e = lead_lock_many(c, tx, &id, 1)) || (e = flow_desk_open(c, tx, DESK_DECIDE, &desk)) || (e = lead_get(c, tx, id, &lead)))
        return e;
    /* One that stands in no list is put there, and scored, by the deed; before it has an owner. */
    if (lead.unlisted && (e = flow_deed(f, c, tx, id, STR("Lead Assigned"), words(c->arena, list, countof(list)), out)))
        return e;
    if ((e = flow_hand_over(c, tx, &desk, &lead, hand, out)) || lead.unlisted)
        return e;
    return flow_deed(f, c, tx, id, STR("Lead Assigned"), words(c->arena, list, countof(list)), out);
}

enum err flow_lead_pass(struct ctx *c, struct db_tx *tx, struct desk *d, struct lead *lead, struct str reason, struct messages *out,
                        bool *served)
{
    struct history history;
    struct task t = { .lead = lead->id, .due_at = c->now };
    enum err e;

    if ((e = lead_lock_many(c, tx, &lead->id, 1)) || (e = flow_task_call(c, tx, (enum lang)d->setting.lang, &t)) || (e = flow_history(c, tx, lead->id, INSTANT_NEVER, &history)))
        return e;
    return flow_route(c, tx, d, &history, lead, &t, (struct route_how){ .reason = reason }, out, served);
}

static enum err hand_on(struct ctx *c, struct db_tx *tx, struct desk *d, struct lead *lead, struct messages *out)
{
    struct route_how how = { .reason = STR("left"), .before = lead->owner };
    struct history history;
    struct task t = { .lead = lead->id, .due_at = c->now };
    bool served;
    enum err e;

    if ((e = lead_lock_many(c, tx, &lead->id, 1)) || (e = flow_task_call(c, tx, (enum lang)d->setting.lang, &t)) || (e = lead_set_owner(c, tx, lead->id, (struct user_id){ 0 }))
        || (e = flow_history(c, tx, lead->id, INSTANT_NEVER, &history)))
        return e;
    lead->owner.v = 0;
    return flow_route(c, tx, d, &history, lead, &t, how, out, &served);
}

/* The urgent call of a lead that belongs to somebody else: its owner stays, and has the call if they may. */
static enum err call_hand_on(struct ctx *c, struct db_tx *tx, struct desk *d, struct lead *lead, struct user_id user, struct messages *out)
{
    bool served;

    if (!lead->owner.v || lead->owner.v == user.v)
        return hand_on(c, tx, d, lead, out);
    return flow_lead_pass(c, tx, d, lead, STR("left"), out, &served);
}

/* Urgent calls of leads that have cooled, or belong to somebody else by now. */
static enum err calls_hand_on(struct ctx *c, struct db_tx *tx, struct desk *d, struct user_id user,
                              struct messages *out)
{
    struct task_query q = { .assignee = user, .state = TASK_OPEN, .kind = TASK_CALL_NOW, .due_by = INSTANT_NEVER,
                            .limit = OPEN_TASKS };
    struct tasks open;
    enum err e = task_list(c, tx, &q, &open);

    for (size_t i = 0; i < open.count && !e; i++) {
        struct lead lead;

        e = lead_get(c, tx, open.items[i].lead, &lead);
        if (!e)
            e = call_hand_on(c, tx, d, &lead, user, out);
    }
    return e;
}

/* What else they were to do: a hot lead of somebody else that only they were to see to. */
static enum err plans_cover(struct ctx *c, struct db_tx *tx, struct user_id user, struct messages *out)
{
    struct task_query q = { .assignee = user, .state = TASK_OPEN, .kind = -1, .due_by = INSTANT_NEVER, .limit = OPEN_TASKS };
    struct tasks open;
    enum err e;

    do {
        e = task_list(c, tx, &q, &open);
        for (size_t i = 0; i < open.count && !e; i++) {
            struct task step;

            e = task_is_alert(open.items[i].kind) ? ERR_NONE : flow_custody_keep(c, tx, open.items[i].lead, NULL, &step, out);
        }
        if (!e && open.count) {
            q.after = true;
            q.after_id = open.items[open.count - 1].id.v;
            q.after_key = task_key(&q, &open.items[open.count - 1]);
        }
    } while (!e && open.count == OPEN_TASKS);
    return e;
}

/* Those that are hot now; who becomes it meanwhile is tried for when it is their turn (hand_on). */
static enum err hot_lock(struct ctx *c, struct db_tx *tx, const struct lead_filter *f)
{
    struct lead_page page;
    struct lead_id *ids;
    enum err e = db_has_rivals(tx) ? lead_list(c, tx, f, &page) : ERR_NONE;

    if (e || !db_has_rivals(tx))
        return e;
    ids = ARENA_ARRAY(c->arena, struct lead_id, page.count + 1);
    for (size_t i = 0; i < page.count; i++)
        ids[i] = page.items[i].id;
    return lead_lock_many(c, tx, ids, page.count);
}

enum err flow_user_leave(struct ctx *c, struct db_tx *tx, struct user_id user, struct messages *out)
{
    struct lead_filter f = flow_leaves_behind(user, OPEN_TASKS);
    struct lead_page page;
    struct desk desk;
    enum err e = hot_lock(c, tx, &f);

    if (!e)
        e = flow_desk_open(c, tx, DESK_DECIDE, &desk);
    do {
        if (e || (e = lead_list(c, tx, &f, &page)))
            return e;
        for (size_t i = 0; i < page.count && !e; i++)
            e = hand_on(c, tx, &desk, &page.items[i], out);
    } while (!e && page.count);
    if (!e)
        e = calls_hand_on(c, tx, &desk, user, out);
    return e ? e : plans_cover(c, tx, user, out);
}
