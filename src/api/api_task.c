/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_task.h"

#include "base/limits.h"
#include "flow/flow_person.h"
#include "lead/lead.h"
#include "team/audit.h"

enum { CLAIMS_SHOWN = 100 };

/* ---- list ---- */

struct list_ask {
    struct page_query page;
    struct str assignee;
    int state, kind;
    int64_t lead;
    instant due_before;
};
/* The words of the enums and one more: any. */
static const char *const state_asks[] = { "open", "done", "cancelled", "any", NULL };

#define L(member) offsetof(struct list_ask, member)
const struct field task_list_query[] = {
    { .name = "assignee", .kind = FIELD_TEXT, .offset = L(assignee), .max = 20, .help = "me, none or a user's id" },
    { .name = "state", .kind = FIELD_ENUM, .offset = L(state), .names = state_asks, .help = "open unless said" },
    { .name = "kind", .kind = FIELD_ENUM, .offset = L(kind), .names = task_kinds, .help = "one kind only" },
    { .name = "lead", .kind = FIELD_ID, .offset = L(lead), .prefix = PREFIX_LEAD, .help = "of one lead" },
    { .name = "due_before", .kind = FIELD_INSTANT, .offset = L(due_before), .help = "with a deadline before this instant" },
    PAGE_FIELDS(struct list_ask),
    { 0 }
};

static enum err ask_assignee(struct call *call, struct str text, struct task_query *q)
{
    struct user_id only = team_sees_only(&call->ctx.actor);
    enum err e = ERR_NONE;

    if (str_eq(text, STR("me")))
        q->assignee = call_user(call);
    else if (text.len && !id_parse(PREFIX_USER, text, &q->assignee.v))
        e = fault_at(&call->ctx, ERR_BAD_QUERY, STR("assignee"), "me or a user's id");
    /* Whoever sees only what is his own asks for his own, whatever he asked for. Of his own leads he sees all tasks. */
    if (!e && only.v && !q->lead.v) {
        if (q->assignee.v && q->assignee.v != only.v)
            q->assignee.v = -1;
        else
            q->assignee = only;
    }
    return e;
}

static enum err ask_lead(struct call *call, struct lead_id id)
{
    struct lead lead;
    enum err e;

    if (!id.v)
        return ERR_NONE;
    e = lead_get(&call->ctx, call->tx, id, &lead);
    if (e)
        return e;
    return team_may_see(&call->ctx.actor, lead.owner) ? ERR_NONE : ERR_NOT_FOUND;
}

static enum err reply_tasks(struct call *call, const struct tasks *list, struct str next, int64_t total)
{
    struct task_view *views = ARENA_ARRAY(call->ctx.arena, struct task_view, list->count + 1);
    struct model *m;
    enum err e = flow_model(call->house->flow, &call->ctx, call->tx, &m);

    if (e)
        return e;
    e = task_views(&call->ctx, call->tx, m, list->items, list->count, views);
    score_model_drop(m);
    return e ? e : reply_list(call, views, list->count, sizeof *views, next, total);
}

enum err task_list_get(struct call *call)
{
    struct list_ask ask = { .state = TASK_OPEN, .kind = -1, .due_before = INSTANT_NEVER };
    struct task_query q;
    struct cursor after;
    struct tasks list;
    struct str next = STR_NULL;
    int64_t limit, total = -1;
    enum err e;

    if ((e = query_read(call, &ask)) || (e = page_read(call, &ask.page, &limit, &after)))
        return e;
    q = (struct task_query){ .lead = { ask.lead }, .state = ask.state == TASK_STATES ? -1 : ask.state,
                             .kind = ask.kind, .after = after.stands, .after_key = after.key,
                             .after_id = after.id, .limit = limit + 1 };
    q.due_by = ask.due_before == INSTANT_NEVER ? INSTANT_NEVER : ask.due_before - 1;
    if ((e = ask_lead(call, q.lead)) || (e = ask_assignee(call, ask.assignee, &q))
        || (e = task_list(&call->ctx, call->tx, &q, &list)))
        return e;
    if ((int64_t)list.count > limit) {
        const struct task *last = &list.items[limit - 1];
        struct cursor at = { .stands = true, .key = task_key(&q, last), .id = last->id.v };

        list.count = (size_t)limit;
        next = cursor_print(call, &at);
    }
    if (after.stands)
        total = -1;
    else if (!next.ptr)
        total = (int64_t)list.count;
    else if (q.state == TASK_OPEN && !q.lead.v && q.kind < 0
             && (e = task_count_open(&call->ctx, call->tx, q.assignee, q.due_by, &total)))
        return e;
    return reply_tasks(call, &list, next, total);
}

/* ---- one task ---- */

struct draft {
    int64_t lead_id, assignee_id;
    int kind;
    struct str title, reason;
    instant due_at;
};
#define D(member) offsetof(struct draft, member)
const struct field task_draft_fields[] = {
    { .name = "lead_id", .kind = FIELD_ID, .offset = D(lead_id), .prefix = PREFIX_LEAD, .flags = FIELD_REQUIRED, .help = "whom it is about" },
    { .name = "kind", .kind = FIELD_ENUM, .offset = D(kind), .names = task_kinds, .flags = FIELD_REQUIRED, .help = "call, meeting, letter, other; the rest are the house's own" },
    { .name = "title", .kind = FIELD_TEXT, .offset = D(title), .max = LIMIT_NAME_CHARS, .help = "the kind's own unless said" },
    { .name = "due_at", .kind = FIELD_INSTANT, .offset = D(due_at), .help = "the deadline; none unless said" },
    { .name = "assignee_id", .kind = FIELD_ID, .offset = D(assignee_id), .prefix = PREFIX_USER, .help = "the lead's owner unless said" },
    { 0 }
};
enum { SET_TITLE, SET_DUE, SET_ASSIGNEE, SET_REASON };
const struct field task_patch_fields[] = {
    [SET_TITLE] = { .name = "title", .kind = FIELD_TEXT, .offset = D(title), .min = 1, .max = LIMIT_NAME_CHARS, .help = "what is to be done" },
    [SET_DUE] = { .name = "due_at", .kind = FIELD_INSTANT, .offset = D(due_at), .flags = FIELD_NULLABLE, .help = "null: no deadline; that of an urgent call only a head puts off" },
    [SET_ASSIGNEE] = { .name = "assignee_id", .kind = FIELD_ID, .offset = D(assignee_id), .prefix = PREFIX_USER, .help = "who is to do it" },
    [SET_REASON] = { .name = "reason", .kind = FIELD_TEXT, .offset = D(reason), .max = LIMIT_NAME_CHARS, .help = "why an urgent call is put off; kept in the audit" },
    { 0 }
};

/* Giving work to somebody else is the right of who distributes leads. */
static enum err may_give_to(struct call *call, int64_t user)
{
    if (user == 0 || user == call_user(call).v || team_right_has(&call->ctx.actor, RIGHT_LEAD_ASSIGN))
        return ERR_NONE;
    return fault_at(&call->ctx, ERR_FORBIDDEN, STR("/assignee_id"), "only a head gives tasks to others");
}

static struct task_plan plan_of(const struct draft *d, struct lead_id lead)
{
    return (struct task_plan){ .lead = lead, .kind = (enum task_kind)d->kind, .title = str_trim(d->title),
                               .due_at = d->due_at == INSTANT_NONE ? INSTANT_NEVER : d->due_at,
                               .assignee = { d->assignee_id } };
}

enum err task_create(struct call *call)
{
    struct draft d = { .due_at = INSTANT_NEVER };
    struct task_plan plan;
    struct task t;
    enum err e = body_read(call, &d, NULL);

    if (e || (e = ask_lead(call, (struct lead_id){ d.lead_id })) || (e = may_give_to(call, d.assignee_id)))
        return e;
    if (d.kind == TASK_CALL_NOW || task_is_alert(d.kind)) /* an urgent call is there once, with the norm's deadline */
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/kind"), "the house's own kind");
    plan = plan_of(&d, (struct lead_id){ d.lead_id });
    e = flow_task_add(call->house->flow, &call->ctx, call->tx, &plan, &t, &call->messages);
    return e ? e : task_reply(call, &t, true);
}

enum err task_get_one(struct call *call)
{
    struct task t;
    enum err e = task_of_call(call, &t);

    return e ? e : task_reply(call, &t, false);
}

/* The deadline of an urgent call is the house's: sooner is anybody's own affair, later is a head's, who says why. */
static bool puts_off(const struct task *t, const struct draft *d, uint64_t set)
{
    return set >> SET_DUE & 1 && t->kind == TASK_CALL_NOW && !t->made_by.v && d->due_at != INSTANT_NONE && d->due_at > t->due_at;
}

static enum err may_put_off(struct call *call, const struct draft *d)
{
    if (!team_right_has(&call->ctx.actor, RIGHT_LEAD_ASSIGN))
        return fault_at(&call->ctx, ERR_FORBIDDEN, STR("/due_at"), "an urgent call is put off by a head, who says why");
    return str_trim(d->reason).len ? ERR_NONE : fault_at(&call->ctx, ERR_MISSING, STR("/reason"), "why an urgent call is put off");
}

static enum err note_put_off(struct call *call, const struct task *t, instant was, struct str reason)
{
    struct buf b = buf_new(call->ctx.arena, LIMIT_BODY_BYTES);
    struct json_out o = json_to(&b);

    json_begin(&o);
    json_key(&o, "from");
    json_put_instant(&o, was);
    json_key(&o, "to");
    json_put_instant(&o, t->due_at);
    json_key(&o, "reason");
    json_put_text(&o, str_trim(reason));
    json_end(&o);
    return team_audit_add(&call->ctx, call->tx, "task.put_off", PREFIX_TASK, t->id.v, buf_str(&b));
}

enum err task_patch(struct call *call)
{
    struct draft d = { .due_at = INSTANT_NEVER };
    struct task_plan plan;
    struct task t;
    uint64_t set = 0;
    unsigned parts = 0;
    instant was;
    bool later;
    enum err e;

    if ((e = body_read(call, &d, &set)) || (e = task_of_call(call, &t)) || (e = match_version(call, t.version))
        || (e = may_give_to(call, d.assignee_id)))
        return e;
    if (set >> SET_ASSIGNEE & 1 && !d.assignee_id)
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/assignee_id"), "a task is given to somebody, never taken from all");
    was = t.due_at;
    later = puts_off(&t, &d, set);
    if (later && (e = may_put_off(call, &d)))
        return e;
    parts |= set >> SET_TITLE & 1 ? TASK_SET_TITLE : 0;
    parts |= set >> SET_DUE & 1 ? TASK_SET_DUE : 0;
    parts |= set >> SET_ASSIGNEE & 1 ? TASK_SET_ASSIGNEE : 0;
    plan = plan_of(&d, t.lead);
    e = flow_task_set(call->house->flow, &call->ctx, call->tx, &t, parts, &plan, &call->messages);
    if (!e && later)
        e = note_put_off(call, &t, was, d.reason);
    return e ? e : task_reply(call, &t, false);
}

/* ---- results ---- */

struct complete_ask {
    int result;
    struct str note;
    const struct json *next;
};
#define C(member) offsetof(struct complete_ask, member)
static const char *const result_asks[] = { "reached", "no_answer", "call_back", "wrong_number", "done", NULL };
const struct field task_complete_fields[] = {
    { .name = "result", .kind = FIELD_ENUM, .offset = C(result), .names = result_asks, .flags = FIELD_REQUIRED, .help = "how it went" },
    { .name = "note", .kind = FIELD_TEXT, .offset = C(note), .max = LIMIT_NOTE_CHARS, .help = "what was said" },
    { .name = "next", .kind = FIELD_JSON, .offset = C(next), .help = "the next step: {kind, title?, due_at, assignee_id?}" },
    { 0 }
};
static const struct field next_fields[] = {
    { .name = "kind", .kind = FIELD_ENUM, .offset = D(kind), .names = task_kinds, .flags = FIELD_REQUIRED },
    { .name = "title", .kind = FIELD_TEXT, .offset = D(title), .max = LIMIT_NAME_CHARS },
    { .name = "due_at", .kind = FIELD_INSTANT, .offset = D(due_at), .flags = FIELD_REQUIRED },
    { .name = "assignee_id", .kind = FIELD_ID, .offset = D(assignee_id), .prefix = PREFIX_USER },
    { 0 }
};

struct completed {
    struct str task, next_task; /* JSON */
};
const struct field task_completed_fields[] = {
    { .name = "task", .kind = FIELD_RAW, .offset = offsetof(struct completed, task), .help = "as it stands" },
    { .name = "next_task", .kind = FIELD_RAW, .offset = offsetof(struct completed, next_task), .flags = FIELD_NULLABLE, .help = "made with the result" },
    { 0 }
};

/* The pointers of faults inside `next` begin with it. */
static enum err next_read(struct call *call, const struct json *from, struct draft *d)
{
    int first = call->ctx.fault.count;
    enum err e = field_read(&call->ctx, next_fields, from, d, NULL);

    for (int i = first; i < call->ctx.fault.count && i < FAULTS_MAX; i++) {
        struct fault_item *item = &call->ctx.fault.items[i];
        struct str moved = str_print(call->ctx.arena, "/next%s", item->field);

        if (moved.len < sizeof item->field)
            memcpy(item->field, moved.ptr, moved.len + 1);
    }
    if (!e && (d->kind == TASK_CALL_NOW || task_is_alert(d->kind)))
        e = fault_at(&call->ctx, ERR_BAD_FIELD, STR("/next/kind"), "the house's own kind");
    return e ? e : may_give_to(call, d->assignee_id);
}

static struct str view_text(struct ctx *c, const struct task_view *view)
{
    struct buf b = buf_new(c->arena, LIMIT_BODY_BYTES);
    struct json_out o = json_to(&b);

    field_write(&o, task_view_fields, view);
    return buf_str(&b);
}

static enum err reply_completed(struct call *call, const struct task *t, const struct task *next)
{
    struct task both[2] = { *t, *next };
    struct task_view views[2];
    struct completed done = { .next_task = STR("null") };
    struct model *m;
    enum err e = flow_model(call->house->flow, &call->ctx, call->tx, &m);

    if (e)
        return e;
    e = task_views(&call->ctx, call->tx, m, both, next->id.v ? 2 : 1, views);
    score_model_drop(m);
    if (e)
        return e;
    done.task = view_text(&call->ctx, &views[0]);
    if (next->id.v)
        done.next_task = view_text(&call->ctx, &views[1]);
    return reply_ok(call, &done);
}

enum err task_complete(struct call *call)
{
    struct complete_ask ask = { .next = NULL };
    struct draft d = { .due_at = INSTANT_NEVER };
    struct task_outcome outcome;
    struct task_plan next;
    struct task t, next_task;
    enum err e;

    if ((e = body_read(call, &ask, NULL)) || (e = task_of_call(call, &t)) || (e = match_version(call, t.version)))
        return e;
    outcome = (struct task_outcome){ .result = (enum task_result)(ask.result + TASK_REACHED), .note = ask.note };
    if (ask.next && !json_is(ask.next, JSON_NULL)) {
        if ((e = next_read(call, ask.next, &d)))
            return e;
        next = plan_of(&d, t.lead);
        outcome.next = &next;
    }
    e = flow_task_complete(call->house->flow, &call->ctx, call->tx, &t, &outcome, &next_task, &call->messages);
    return e ? e : reply_completed(call, &t, &next_task);
}

enum err task_reopen(struct call *call)
{
    struct task t;
    enum err e = task_of_call(call, &t);

    if (e || (e = match_version(call, t.version))
        || (e = flow_task_reopen(call->house->flow, &call->ctx, call->tx, &t, &call->messages)))
        return e;
    return task_reply(call, &t, false);
}

struct decline_ask {
    struct str reason;
};
const struct field task_decline_fields[] = {
    { .name = "reason", .kind = FIELD_TEXT, .offset = offsetof(struct decline_ask, reason), .flags = FIELD_REQUIRED, .min = 1,
      .max = LIMIT_NAME_CHARS, .help = "why; the lead is never offered to this person again" },
    { 0 }
};

enum err task_decline(struct call *call)
{
    struct decline_ask ask = { .reason = STR_NULL };
    struct task t;
    enum err e = body_read(call, &ask, NULL);

    if (e || (e = task_of_call(call, &t)) || (e = match_version(call, t.version)))
        return e;
    if (t.assignee.v != call_user(call).v && !team_right_has(&call->ctx.actor, RIGHT_LEAD_ASSIGN))
        return ERR_FORBIDDEN;
    e = flow_task_decline(call->house->flow, &call->ctx, call->tx, &t, ask.reason, &call->messages);
    return e ? e : reply_none(call);
}

enum err claim_list_get(struct call *call)
{
    struct tasks list;
    enum err e = flow_claims(&call->ctx, call->tx, (struct user_id){ call->ctx.actor.id }, CLAIMS_SHOWN, &list);

    return e ? e : reply_tasks(call, &list, STR_NULL, (int64_t)list.count);
}

enum err task_claim(struct call *call)
{
    struct task_id id;
    struct task t;
    enum err e = param_id(call, "id", PREFIX_TASK, &id.v);

    /* What may be claimed is nobody's yet, so that nobody sees it otherwise: the walk says whose it may become. */
    if (e || (e = task_get(&call->ctx, call->tx, id, &t)) || (t.assignee.v && (e = task_of_call(call, &t)))
        || (e = match_version(call, t.version))
        || (e = flow_task_claim(call->house->flow, &call->ctx, call->tx, &t, &call->messages)))
        return e;
    return task_reply(call, &t, false);
}
