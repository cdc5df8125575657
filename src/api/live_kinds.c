/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the live streams tell, one row a kind of message. */
#include "api/live.h"

static enum err render_lead(struct ctx *c, struct db_tx *tx, const struct message *m, struct json_out *o)
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
    [MESSAGE_LEAD_CHANGED] = { "lead.changed", render_lead, false },
    [MESSAGE_LEAD_HOT] = { "lead.hot", render_lead, false },
    [MESSAGE_LEAD_ASSIGNED] = { "lead.assigned", render_lead, false },
    [MESSAGE_LEAD_WAITING] = { "lead.waiting", render_lead, false },
    [MESSAGE_TASK_CHANGED] = { "task.changed", render_lead, false },
    [MESSAGE_MODEL_PUBLISHED] = { "model.published", render_model, true },
};
