/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* task_view.h - a task as the API shows it, with what is needed to act on it: whom to call, on which number, and why.
 */
#ifndef API_TASK_VIEW_H
#define API_TASK_VIEW_H

#include "api/endpoint.h"
#include "score/model.h"
#include "task/task.h"

struct task_view {
    int64_t id, version, lead_id;
    struct str lead_name, company, phone;
    int band, kind, state, result, group;
    int64_t score;
    struct str title;
    instant created_at, due_at, done_at, cooled_at;
    int64_t assignee_id;
    struct str assignee_name, note, reason;
    struct str reasons; /* JSON */
    int64_t sla_minutes;
    struct str priority; /* JSON; of the day's queue alone */
};

/* Where a task stands in the day's queue. */
enum task_group { GROUP_NONE, GROUP_SLA, GROUP_OVERDUE, GROUP_HOT_NO_STEP, GROUP_TODAY, GROUPS };
extern const char *const task_group_names[];

extern const struct field task_view_fields[];
extern const struct field today_fields[]; /* the same and the group */

/* What n tasks look like to a reader of c->lang. */
NODISCARD enum err task_views(struct ctx *c, struct db_tx *tx, const struct model *m, const struct task *tasks,
                              size_t n, struct task_view *views);
/* The task of the path's {id}, if this actor may see it: it is his, or its lead is. ERR_NOT_FOUND. */
NODISCARD enum err task_of_call(struct call *call, struct task *t);
/* Replies with t as it stands. */
NODISCARD enum err task_reply(struct call *call, const struct task *t, bool made);

#endif
