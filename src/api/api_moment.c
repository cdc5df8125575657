/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the house held about a lead at an instant: the tasks that were open, who had it and why, the crossings before and after, and what had just
 * happened. Beside GET /leads/{id}/score?at=. */
#include "api/api_axes.h"

#include "api/api_lead.h"
#include "api/lead_view.h"
#include "flow/flow_lead.h"
#include "flow/flow_score.h"
#include "route/route.h"
#include "score/score_store.h"

enum { TASKS_MAX = 500, ASSIGNMENTS_MAX = 500 };

struct moment_ask {
    instant at;
};
const struct field moment_query[] = {
    { .name = "at", .kind = FIELD_INSTANT, .offset = offsetof(struct moment_ask, at), .help = "the instant asked about; now unless said" },
    { 0 },
};

struct moment_view {
    instant at;
    struct str tasks, owner, crossing, next_crossing, event, next_event;
};
#define M(member, words) \
    { .name = #member, .kind = FIELD_RAW, .offset = offsetof(struct moment_view, member), .flags = FIELD_NULLABLE, .help = words }
const struct field moment_fields[] = {
    { .name = "at", .kind = FIELD_INSTANT, .offset = offsetof(struct moment_view, at) },
    M(tasks, "[{id, kind, title, created_at, due_at, done_at, assignee_name}]: those that were open then"),
    M(owner, "{manager_id, name, at, policy, reason, rule}: the hand-over that stood then"),
    M(crossing, "{at, total, cause}: the latest one up to then; cause: the event's id"),
    M(next_crossing, "the next one after it"),
    M(event, "{id, at, kind, name, path}: the latest thing that the lead did, or that became known of it"),
    M(next_event, "the next one after it"),
    { 0 },
};

/* ---- tasks ---- */

static bool was_open(const struct task *t, instant at)
{
    return t->created_at <= at && (t->state == TASK_OPEN || t->done_at > at);
}

static enum err tasks_json(struct call *call, struct lead_id lead, instant at, const struct names *names, struct str *out)
{
    struct ctx *c = &call->ctx;
    struct task_query q = { .lead = lead, .state = -1, .kind = -1, .due_by = INSTANT_NEVER, .limit = TASKS_MAX };
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);
    struct tasks list;
    enum err e = task_list(c, call->tx, &q, &list);

    if (e)
        return e;
    json_list(&o);
    for (size_t i = 0; i < list.count; i++) {
        const struct task *t = &list.items[i];
        if (!was_open(t, at))
            continue;
        json_begin(&o);
        json_add_id(&o, "id", PREFIX_TASK, t->id.v);
        json_add_text(&o, "kind", str_of(task_kinds[t->kind]));
        json_add_text(&o, "title", task_shown_title(t, c->lang));
        json_add_instant(&o, "created_at", t->created_at);
        json_add_instant(&o, "due_at", t->due_at);
        json_add_instant(&o, "done_at", t->state == TASK_OPEN ? INSTANT_NONE : t->done_at);
        json_add_text(&o, "assignee_name", names_find(names, t->assignee.v));
        json_end(&o);
    }
    json_list_end(&o);
    *out = buf_str(&b);
    return ERR_NONE;
}

/* ---- the hand-over ---- */

static enum err owner_json(struct call *call, struct lead_id lead, instant at, const struct names *names, struct str *out)
{
    struct ctx *c = &call->ctx;
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);
    const struct assignment *stood = NULL;
    struct assignments list;
    enum err e = route_assignment_list(c, call->tx, lead, ASSIGNMENTS_MAX, &list);

    *out = STR("null");
    for (size_t i = 0; !e && i < list.count; i++)
        if (list.items[i].at <= at && (!stood || list.items[i].at > stood->at))
            stood = &list.items[i];
    if (e || !stood)
        return e;
    json_begin(&o);
    json_add_id(&o, "manager_id", PREFIX_USER, stood->manager.v);
    json_add_text(&o, "name", names_find(names, stood->manager.v));
    json_add_instant(&o, "at", stood->at);
    json_add_text(&o, "policy", stood->policy);
    json_add_text(&o, "reason", stood->reason);
    json_add_text(&o, "rule", stood->rule_name);
    json_end(&o);
    *out = buf_str(&b);
    return ERR_NONE;
}

/* ---- crossings ---- */

static struct str crossing_json(struct ctx *c, const struct crossing_row *x)
{
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    if (!x)
        return STR("null");
    json_begin(&o);
    json_add_instant(&o, "at", x->is.at);
    json_key(&o, "total");
    json_put_int(&o, fix_round(x->is.total));
    json_add_id(&o, "cause", PREFIX_EVENT, x->is.cause.v);
    json_end(&o);
    return buf_str(&b);
}

static enum err crossings_json(struct call *call, struct lead_id lead, struct moment_view *v)
{
    struct crossing_row *before, *after;
    size_t n, m;
    enum err e;

    if ((e = score_crossing_page(&call->ctx, call->tx, lead, v->at, (struct crossing_id){ INT64_MAX }, 1, &before, &n))
        || (e = score_crossing_after(&call->ctx, call->tx, lead, v->at, &after, &m)))
        return e;
    v->crossing = crossing_json(&call->ctx, n ? before : NULL);
    v->next_crossing = crossing_json(&call->ctx, m ? after : NULL);
    return ERR_NONE;
}

/* ---- what happened ---- */

struct happened {
    instant at;
    const struct past_event *event; /* NULL: a change of the profile */
};

static struct str happened_json(struct ctx *c, const struct happened *x)
{
    static const char *const kinds[EVENT_KINDS] = { "track", "page", "screen", "identify", "group", "alias", "deed" };
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    if (x->at == INSTANT_NONE || x->at == INSTANT_NEVER)
        return STR("null");
    json_begin(&o);
    json_add_id(&o, "id", PREFIX_EVENT, x->event ? x->event->id : 0);
    json_add_instant(&o, "at", x->at);
    json_add_text(&o, "kind", x->event ? str_of(kinds[x->event->kind]) : STR("profile"));
    json_add_text(&o, "name", x->event ? x->event->name : STR_NULL);
    json_add_text(&o, "path", x->event ? x->event->path : STR_NULL);
    json_end(&o);
    return buf_str(&b);
}

static void happened_take(struct happened *before, struct happened *after, instant at, const struct past_event *e, instant asked)
{
    /* Profile changes come first: an event of the same instant tells more than the facts it brought. */
    if (at <= asked && (before->at == INSTANT_NONE || at >= before->at))
        *before = (struct happened){ at, e };
    if (at > asked && at <= after->at)
        *after = (struct happened){ at, e };
}

static enum err events_json(struct call *call, struct lead_id lead, struct moment_view *v)
{
    struct happened before = { INSTANT_NONE, NULL }, after = { INSTANT_NEVER, NULL };
    struct history h;
    enum err e = flow_history_for(&call->ctx, call->tx, lead, false, &h);

    if (e)
        return e;
    for (size_t i = 0; i < h.profile_count; i++)
        happened_take(&before, &after, h.profiles[i].at, NULL, v->at);
    for (size_t i = 0; i < h.event_count; i++)
        if (!h.events[i].bot)
            happened_take(&before, &after, h.events[i].at, &h.events[i], v->at);
    v->event = happened_json(&call->ctx, &before);
    v->next_event = happened_json(&call->ctx, &after);
    return ERR_NONE;
}

enum err lead_moment(struct call *call)
{
    struct moment_ask ask = { .at = call->ctx.now };
    struct moment_view v;
    struct names names;
    struct lead lead;
    enum err e;

    if ((e = query_read(call, &ask)) || (e = lead_of_call(call, &lead)) || (e = names_read(call, &names)))
        return e;
    v.at = ask.at;
    if ((e = tasks_json(call, lead.id, ask.at, &names, &v.tasks)) || (e = owner_json(call, lead.id, ask.at, &names, &v.owner))
        || (e = crossings_json(call, lead.id, &v)) || (e = events_json(call, lead.id, &v)))
        return e;
    return reply_ok(call, &v);
}
