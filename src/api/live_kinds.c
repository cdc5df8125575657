/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the live streams tell, one row a kind of message. */
#include "api/live.h"

#include "api/task_view.h"
#include "flow/flow_lead.h"
#include "noun/band.h"
#include "score/score_store.h"

/* {id, v, patch}: the columns that lists and cards show. */
static enum err render_changed(struct ctx *c, struct db_tx *tx, const struct message *m, struct json_out *o)
{
    struct lead lead;
    enum err e = lead_get(c, tx, m->lead, &lead);

    if (e)
        return e;
    json_begin(o);
    json_key(o, "id");
    json_put_id(o, PREFIX_LEAD, lead.id.v);
    json_key(o, "v");
    json_put_int(o, lead.version);
    json_key(o, "patch");
    json_begin(o);
    json_key(o, "version");
    json_put_int(o, lead.version);
    json_key(o, "name");
    json_put_text(o, lead.name);
    json_key(o, "stage");
    json_put_text(o, str_of(lead_stage_names[lead.stage]));
    json_key(o, "band");
    json_put_text(o, str_of(band_names[lead.band]));
    json_key(o, "score");
    json_put_int(o, lead.score);
    json_key(o, "owner_id");
    json_put_id(o, PREFIX_USER, lead.owner.v);
    json_key(o, "seen_at");
    json_put_instant(o, lead.seen_at);
    json_end(o);
    json_end(o);
    return ERR_NONE;
}

static enum err render_assigned(struct ctx *c, struct db_tx *tx, const struct message *m, struct json_out *o)
{
    (void)c;
    (void)tx;
    json_begin(o);
    json_key(o, "id");
    json_put_id(o, PREFIX_LEAD, m->lead.v);
    json_key(o, "task_id");
    json_put_id(o, PREFIX_TASK, m->task.v);
    json_key(o, "manager_id");
    json_put_id(o, PREFIX_USER, m->user.v);
    json_end(o);
    return ERR_NONE;
}

static enum err view_of(struct ctx *c, struct db_tx *tx, struct task_id id, struct task_view *view)
{
    struct model *model;
    struct task t;
    enum err e = task_get(c, tx, id, &t);

    if (e || (e = score_model_live_compiled(c, tx, &model)))
        return e;
    e = task_views(c, tx, model, &t, 1, view);
    score_model_drop(model);
    return e;
}

/* {task}: as in /tasks/{id}. One that is gone (a next step taken back) is told by its id alone, as cancelled. */
static enum err render_task(struct ctx *c, struct db_tx *tx, const struct message *m, struct json_out *o)
{
    struct task_view view;
    enum err e = view_of(c, tx, m->task, &view);

    if (e && e != ERR_NOT_FOUND)
        return e;
    json_begin(o);
    json_key(o, "task");
    if (e) {
        fault_clear(c);
        json_begin(o);
        json_key(o, "id");
        json_put_id(o, PREFIX_TASK, m->task.v);
        json_key(o, "lead_id");
        json_put_id(o, PREFIX_LEAD, m->lead.v);
        json_key(o, "state");
        json_put_text(o, str_of(task_states[TASK_CANCELLED]));
        json_end(o);
    } else {
        field_write(o, task_view_fields, &view);
    }
    json_end(o);
    return ERR_NONE;
}

/* {lead, task, reasons}: enough for the banner, and to dial. */
static enum err render_hot(struct ctx *c, struct db_tx *tx, const struct message *m, struct json_out *o)
{
    struct task_view view;
    enum err e = view_of(c, tx, m->task, &view);

    if (e)
        return e;
    json_begin(o);
    json_key(o, "lead");
    json_begin(o);
    json_key(o, "id");
    json_put_id(o, PREFIX_LEAD, view.lead_id);
    json_key(o, "name");
    json_put_text(o, view.lead_name);
    json_key(o, "company");
    json_put_text(o, view.company);
    json_key(o, "phone");
    json_put_text(o, view.phone);
    json_key(o, "band");
    json_put_text(o, str_of(band_names[view.band]));
    json_key(o, "score");
    json_put_int(o, view.score);
    json_key(o, "owner_id");
    json_put_id(o, PREFIX_USER, m->user.v);
    json_end(o);
    json_key(o, "task");
    field_write(o, task_view_fields, &view);
    json_key(o, "reasons");
    json_put_raw(o, view.reasons);
    json_end(o);
    return ERR_NONE;
}

static enum err render_model(struct ctx *c, struct db_tx *tx, const struct message *m, struct json_out *o)
{
    (void)tx;
    (void)m;
    json_begin(o);
    json_key(o, "at");
    json_put_instant(o, c->now);
    json_end(o);
    return ERR_NONE;
}

const struct live_kind live_kinds[MESSAGE_KINDS] = {
    [MESSAGE_LEAD_CHANGED] = { "lead.changed", render_changed, false },
    [MESSAGE_LEAD_HOT] = { "lead.hot", render_hot, false },
    [MESSAGE_LEAD_ASSIGNED] = { "lead.assigned", render_assigned, false },
    [MESSAGE_LEAD_WAITING] = { "lead.waiting", render_assigned, false },
    [MESSAGE_TASK_CHANGED] = { "task.changed", render_task, false },
    [MESSAGE_MODEL_PUBLISHED] = { "model.published", render_model, true },
};
