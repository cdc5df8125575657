/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The day's queue of one person: what runs against the clock, what is late, hot leads without a step, what is planned for today. */
#include "api/api_task.h"

#include <stdlib.h>

#include "api/api_axes.h"
#include "flow/flow_raise.h"
#include "lead/lead.h"
#include "report/board.h"
#include "sys/zone.h"
#include "team/user.h"

enum { DAY_TASKS = 500, DAY_LEADS = 200 };

struct day {
    struct field_list items;
    int64_t no_step_warm;
};
const struct field day_fields[] = {
    { .name = "items", .kind = FIELD_LIST, .offset = offsetof(struct day, items), .fields = today_fields,
      .item_size = sizeof(struct task_view), .help = "in the order in which to do them" },
    { .name = "no_step_warm", .kind = FIELD_INT, .offset = offsetof(struct day, no_step_warm),
      .help = "own warm leads for which nothing is planned" },
    { 0 }
};

static enum task_group group_of(const struct task *t, instant now)
{
    if (t->kind == TASK_CALL_NOW && t->cooled_at == INSTANT_NONE)
        return GROUP_SLA;
    return t->due_at <= now ? GROUP_OVERDUE : GROUP_TODAY;
}

/* Own hot leads, in open stages, for which no task is open. */
static enum err hot_without_step(struct call *call, struct lead **leads, size_t *count)
{
    struct lead_filter f = { .bands = 1u << BAND_HOT, .stages = (1u << STAGE_WON) - 1, .owner = call_user(call),
                             .limit = DAY_LEADS };
    struct ctx *c = &call->ctx;
    struct lead_page page;
    struct lead_id *ids;
    struct task *next;
    size_t n = 0;
    enum err e = lead_list(c, call->tx, &f, &page);

    if (e)
        return e;
    ids = ARENA_ARRAY(c->arena, struct lead_id, page.count + 1);
    next = ARENA_ARRAY(c->arena, struct task, page.count + 1);
    for (size_t i = 0; i < page.count; i++)
        ids[i] = page.items[i].id;
    if ((e = task_next_of(c, call->tx, ids, page.count, next)))
        return e;
    for (size_t i = 0; i < page.count; i++)
        if (next[i].id.v == 0)
            page.items[n++] = page.items[i];
    *leads = page.items;
    *count = n;
    return ERR_NONE;
}

static enum err end_of_day(struct call *call, instant *until)
{
    struct user user;
    instant from;
    enum err e = team_user_get(&call->ctx, call->tx, call_user(call), &user);

    if (e)
        return e;
    zone_day(zone_or_utc(user.zone), call->ctx.now, &from, until);
    return ERR_NONE;
}

/* A hot lead without a step, as the call it asks for. */
static struct task step_wanted(const struct lead *lead)
{
    return (struct task){ .lead = lead->id, .kind = TASK_CALL, .due_at = INSTANT_NEVER, .done_at = INSTANT_NONE,
                          .created_at = INSTANT_NONE, .cooled_at = INSTANT_NONE, .assignee = lead->owner };
}

static size_t of_group(const struct tasks *open, enum task_group group, instant now, struct task *to)
{
    size_t n = 0;

    for (size_t i = 0; i < open->count; i++)
        if (group_of(&open->items[i], now) == group)
            to[n++] = open->items[i];
    return n;
}

/* A row of the day before it has its place. */
struct ranked {
    struct task_view view;
    enum priority_level level;
    size_t place;
};

/* Groups as they come; what runs against the clock by its deadline; in the others the leads that deserve it first, then by deadline. */
static int ranked_order(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    if (x->view.group == y->view.group && x->view.group != GROUP_SLA && x->level != y->level)
        return x->level > y->level ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static enum err day_rank(struct call *call, const struct model *m, const struct task *tasks, size_t n,
                         struct task_view *views)
{
    struct ctx *c = &call->ctx;
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, n + 1);
    struct lead *leads = ARENA_ARRAY(c->arena, struct lead, n + 1);
    struct priority *priorities = ARENA_ARRAY(c->arena, struct priority, n + 1);
    struct ranked *rows = ARENA_ARRAY(c->arena, struct ranked, n + 1);
    enum err e;

    for (size_t i = 0; i < n; i++)
        ids[i] = tasks[i].lead;
    if ((e = lead_get_many(c, call->tx, ids, n, leads)) || (e = flow_priorities(c, call->tx, m, leads, n, priorities)))
        return e;
    for (size_t i = 0; i < n; i++) {
        rows[i] = (struct ranked){ views[i], priorities[i].level, i };
        rows[i].view.priority = priority_text(c, &priorities[i]);
    }
    if (n)
        qsort(rows, n, sizeof *rows, ranked_order);
    for (size_t i = 0; i < n; i++)
        views[i] = rows[i].view;
    return ERR_NONE;
}

static enum err day_views(struct call *call, const struct task *tasks, const int *groups, size_t n, struct day *day)
{
    struct task_view *views = ARENA_ARRAY(call->ctx.arena, struct task_view, n + 1);
    struct model *m;
    enum err e = flow_model(call->house->flow, &call->ctx, call->tx, &m);

    if (e)
        return e;
    e = task_views(&call->ctx, call->tx, m, tasks, n, views);
    for (size_t i = 0; i < n; i++)
        views[i].group = groups[i];
    e = e ? e : day_rank(call, m, tasks, n, views);
    score_model_drop(m);
    day->items = (struct field_list){ views, n };
    return e;
}

enum err today_get(struct call *call)
{
    static const enum task_group order[] = { GROUP_SLA, GROUP_OVERDUE, GROUP_HOT_NO_STEP, GROUP_TODAY };
    struct task_query q = { .assignee = call_user(call), .state = TASK_OPEN, .kind = -1, .limit = DAY_TASKS };
    struct ctx *c = &call->ctx;
    struct day day = { .no_step_warm = 0 };
    struct lead *hot;
    size_t hot_count, n = 0;
    struct task *tasks;
    struct tasks open;
    int *groups;
    enum err e;

    if ((e = end_of_day(call, &q.due_by)) || (e = task_list(c, call->tx, &q, &open))
        || (e = hot_without_step(call, &hot, &hot_count))
        || (e = report_stepless(c, call->tx, q.assignee, BAND_WARM, STAGE_WON, &day.no_step_warm)))
        return e;
    tasks = ARENA_ARRAY(c->arena, struct task, open.count + hot_count + 1);
    groups = ARENA_ARRAY(c->arena, int, open.count + hot_count + 1);
    for (size_t g = 0; g < countof(order); g++) {
        size_t before = n;

        if (order[g] == GROUP_HOT_NO_STEP)
            for (size_t i = 0; i < hot_count; i++)
                tasks[n++] = step_wanted(&hot[i]);
        else
            n += of_group(&open, order[g], c->now, tasks + n);
        for (size_t i = before; i < n; i++)
            groups[i] = (int)order[g];
    }
    e = day_views(call, tasks, groups, n, &day);
    return e ? e : reply_ok(call, &day);
}
