/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_task.h"

enum { OPEN_TASKS = 100 };

void flow_task_tell(struct messages *out, const struct task *t)
{
    if (out)
        messages_add(out, (struct message){ .kind = MESSAGE_TASK_CHANGED, .lead = t->lead, .task = t->id,
                                            .user = t->assignee });
}

enum err flow_task_open_list(struct ctx *c, struct db_tx *tx, struct lead_id lead, enum task_kind kind, struct tasks *list)
{
    struct task_query q = { .lead = lead, .state = TASK_OPEN, .kind = kind, .due_by = INSTANT_NEVER, .limit = OPEN_TASKS };

    return task_list(c, tx, &q, list);
}

enum err flow_task_call(struct ctx *c, struct db_tx *tx, enum lang lang, struct task *t)
{
    struct tasks open;
    enum err e = flow_task_open_list(c, tx, t->lead, TASK_CALL_NOW, &open);

    if (e)
        return e;
    if (open.count) {
        *t = open.items[0];
        return ERR_NONE;
    }
    t->kind = TASK_CALL_NOW;
    t->title = task_title(TASK_CALL_NOW, lang);
    return task_add(c, tx, t);
}

enum err flow_task_end_all(struct ctx *c, struct db_tx *tx, struct lead_id lead, enum task_kind kind, struct str reason,
                           size_t *ended, struct messages *out)
{
    struct task_step step = { .to = TASK_CANCELLED, .reason = reason };
    struct tasks open;
    enum err e = flow_task_open_list(c, tx, lead, kind, &open);

    for (size_t i = 0; !e && i < open.count; i++) {
        e = task_move(c, tx, step, &open.items[i]);
        if (!e)
            flow_task_tell(out, &open.items[i]);
    }
    if (!e && ended)
        *ended = open.count;
    return e;
}
