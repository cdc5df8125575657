/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the live streams tell, one row a kind of message. */
#include "api/live.h"

#include "api/lead_view.h"
#include "api/task_view.h"
#include "flow/flow.h"

enum { JSON_BYTES = 32 * 1024 };

/* The leads of n messages as rows of a list; lead.id.v is 0 for one that is gone. Sets whom each concerns. */
static enum err read_leads(struct call *call, struct message *m, size_t n, struct lead_view *views)
{
    struct lead *leads = ARENA_ARRAY(call->ctx.arena, struct lead, n);
    struct lead_id *ids = ARENA_ARRAY(call->ctx.arena, struct lead_id, n);
    size_t *at = ARENA_ARRAY(call->ctx.arena, size_t, n), found = 0;
    struct lead_view *seen = ARENA_ARRAY(call->ctx.arena, struct lead_view, n);
    enum err e;

    for (size_t i = 0; i < n; i++)
        ids[i] = m[i].lead;
    e = lead_get_many(&call->ctx, call->tx, ids, n, leads);
    for (size_t i = 0; i < n && e == ERR_NONE; i++) {
        if (leads[i].id.v == 0)
            continue;
        if (m[i].user.v == 0)
            m[i].user = leads[i].owner;
        at[found] = i;
        leads[found++] = leads[i];
    }
    if (e == ERR_NONE && found > 0)
        e = lead_views(call, leads, found, seen);
    for (size_t k = 0; k < found && e == ERR_NONE; k++)
        views[at[k]] = seen[k];
    return e;
}

static enum err render_changed(struct call *call, struct message *m, size_t n, struct str *json)
{
    struct lead_view *views = ARENA_ARRAY(call->ctx.arena, struct lead_view, n);
    enum err e = read_leads(call, m, n, views);

    for (size_t i = 0; i < n && e == ERR_NONE; i++) {
        struct buf b = buf_new(call->ctx.arena, JSON_BYTES);
        struct json_out o = json_to(&b);

        if (views[i].id == 0)
            continue;
        json_begin(&o);
        json_key(&o, "id");
        json_put_id(&o, PREFIX_LEAD, views[i].id);
        json_key(&o, "v");
        json_put_int(&o, views[i].version);
        json_key(&o, "patch");
        field_write(&o, lead_view_fields, &views[i]);
        json_end(&o);
        json[i] = buf_str(&b);
    }
    return e;
}

/* The tasks of n messages; view.id is 0 for one that is gone (a next step taken back). */
static enum err read_tasks(struct call *call, const struct message *m, size_t n, struct task_view *views)
{
    struct task *tasks = ARENA_ARRAY(call->ctx.arena, struct task, n);
    struct task_view *seen = ARENA_ARRAY(call->ctx.arena, struct task_view, n);
    size_t *at = ARENA_ARRAY(call->ctx.arena, size_t, n), found = 0;
    struct model *model;
    enum err e = flow_model(call->house->flow, &call->ctx, call->tx, &model);

    if (e)
        return e;
    for (size_t i = 0; i < n && e == ERR_NONE; i++) {
        e = m[i].task.v ? task_get(&call->ctx, call->tx, m[i].task, &tasks[found]) : ERR_NOT_FOUND;
        if (e == ERR_NONE)
            at[found++] = i;
        else if (e == ERR_NOT_FOUND)
            e = ERR_NONE;
    }
    if (e == ERR_NONE && found > 0)
        e = task_views(&call->ctx, call->tx, model, tasks, found, seen);
    score_model_drop(model);
    for (size_t k = 0; k < found && e == ERR_NONE; k++)
        views[at[k]] = seen[k];
    return e;
}

/* {lead, task, reasons}: enough for the banner, and to dial. */
static enum err render_hot(struct call *call, struct message *m, size_t n, struct str *json)
{
    struct lead_view *views = ARENA_ARRAY(call->ctx.arena, struct lead_view, n);
    struct task_view *tasks = ARENA_ARRAY(call->ctx.arena, struct task_view, n);
    enum err e = read_leads(call, m, n, views);

    if (e == ERR_NONE)
        e = read_tasks(call, m, n, tasks);
    for (size_t i = 0; i < n && e == ERR_NONE; i++) {
        struct buf b = buf_new(call->ctx.arena, JSON_BYTES);
        struct json_out o = json_to(&b);

        if (views[i].id == 0)
            continue;
        json_begin(&o);
        json_key(&o, "lead");
        field_write(&o, lead_view_fields, &views[i]);
        json_key(&o, "task");
        if (tasks[i].id)
            field_write(&o, task_view_fields, &tasks[i]);
        else
            json_put_null(&o);
        json_key(&o, "reasons");
        json_put_raw(&o, views[i].reasons);
        json_end(&o);
        json[i] = buf_str(&b);
    }
    return e;
}

/* {task}: as in /tasks/{id}. One that is gone is told by its id alone, as cancelled. */
static enum err render_task(struct call *call, struct message *m, size_t n, struct str *json)
{
    struct task_view *views = ARENA_ARRAY(call->ctx.arena, struct task_view, n);
    enum err e = read_tasks(call, m, n, views);

    for (size_t i = 0; i < n && e == ERR_NONE; i++) {
        struct buf b = buf_new(call->ctx.arena, JSON_BYTES);
        struct json_out o = json_to(&b);

        json_begin(&o);
        json_key(&o, "task");
        if (views[i].id) {
            field_write(&o, task_view_fields, &views[i]);
        } else {
            json_begin(&o);
            json_key(&o, "id");
            json_put_id(&o, PREFIX_TASK, m[i].task.v);
            json_key(&o, "lead_id");
            json_put_id(&o, PREFIX_LEAD, m[i].lead.v);
            json_key(&o, "state");
            json_put_text(&o, str_of(task_states[TASK_CANCELLED]));
            json_end(&o);
        }
        json_end(&o);
        json[i] = buf_str(&b);
    }
    return e;
}

static enum err render_ids(struct call *call, struct message *m, size_t n, struct str *json)
{
    for (size_t i = 0; i < n; i++) {
        struct buf b = buf_new(call->ctx.arena, JSON_BYTES);
        struct json_out o = json_to(&b);

        json_begin(&o);
        json_key(&o, "id");
        json_put_id(&o, PREFIX_LEAD, m[i].lead.v);
        json_key(&o, "task_id");
        json_put_id(&o, PREFIX_TASK, m[i].task.v);
        json_key(&o, "manager_id");
        json_put_id(&o, PREFIX_USER, m[i].user.v);
        json_end(&o);
        json[i] = buf_str(&b);
    }
    return ERR_NONE;
}

/* {user_id}: certificates of this person, or what is to become of their leads. */
static enum err render_skill(struct call *call, struct message *m, size_t n, struct str *json)
{
    char id[ID_TEXT_MAX];

    for (size_t i = 0; i < n; i++)
        json[i] = str_print(call->ctx.arena, "{\"user_id\":\"" STR_FMT "\"}", STR_ARG(id_print(PREFIX_USER, m[i].user.v, id)));
    return ERR_NONE;
}

static enum err render_model(struct call *call, struct message *m, size_t n, struct str *json)
{
    char at[INSTANT_TEXT_MAX];

    (void)m;
    for (size_t i = 0; i < n; i++)
        json[i] = str_print(call->ctx.arena, "{\"at\":\"" STR_FMT "\"}", STR_ARG(instant_print(call->ctx.now, at)));
    return ERR_NONE;
}

const struct live_kind live_kinds[MESSAGE_KINDS] = {
    [MESSAGE_LEAD_CHANGED] = { "lead.changed", false, render_changed },
    [MESSAGE_LEAD_HOT] = { "lead.hot", false, render_hot },
    [MESSAGE_LEAD_ASSIGNED] = { "lead.assigned", false, render_ids },
    [MESSAGE_LEAD_WAITING] = { "lead.waiting", false, render_ids },
    [MESSAGE_TASK_CHANGED] = { "task.changed", false, render_task },
    [MESSAGE_TASK_REMINDED] = { "task.reminded", false, render_task },
    [MESSAGE_SKILL_CHANGED] = { "skill.changed", false, render_skill },
    [MESSAGE_MODEL_PUBLISHED] = { "model.published", true, render_model },
};
