/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which part of the board is asked. */
#include "api/api_manager.h"

#include "base/sorted.h"
#include "team/setting.h"

enum { QUEUE_MOST = 10000, PERIOD_DAYS_MOST = 366 };
enum { PERIOD_TODAY, PERIOD_YESTERDAY, PERIOD_WEEK };
const char *const board_periods[] = { "today", "yesterday", "week", NULL };

/* Days since the Monday of the week that the local date of `day` is in. */
static int days_of_week(const struct zone *z, instant day)
{
    return (int)((day + zone_offset_us(z, day)) / DAY_US + 3) % 7; /* 1970 began with a Thursday */
}

/* By the company's clock. */
static void named_period(const struct zone *z, instant now, int period, instant *from, instant *until)
{
    instant day, next;
    int back;

    zone_day(z, now, &day, &next);
    back = period == PERIOD_WEEK ? days_of_week(z, day) : period == PERIOD_YESTERDAY;
    if (period == PERIOD_YESTERDAY)
        next = day;
    while (back-- > 0) {
        instant end;

        zone_day(z, day - 1, &day, &end);
    }
    *from = day;
    *until = next;
}

static enum err period_put(struct call *call, const struct board_ask *ask, struct board_scope *s)
{
    struct setting setting;
    enum err e = team_setting_get(&call->ctx, call->tx, &setting);

    if (e)
        return e;
    named_period(zone_or_utc(setting.zone), call->ctx.now, ask->period < 0 ? PERIOD_TODAY : ask->period, &s->from, &s->until);
    if (ask->period >= 0 || ask->from == INSTANT_NONE)
        return ERR_NONE;
    s->from = ask->from;
    s->until = ask->until == INSTANT_NONE ? call->ctx.now + 1 : ask->until;
    if (s->until <= s->from || s->until - s->from > PERIOD_DAYS_MOST * DAY_US)
        return fault_field(&call->ctx, ERR_BAD_QUERY, "until");
    return ERR_NONE;
}

static enum err queue_put(struct call *call, struct board_scope *s)
{
    struct waitings list;
    int64_t *tasks;
    enum err e = route_waiting_list(&call->ctx, call->tx, INSTANT_NEVER, QUEUE_MOST, &list);

    if (e)
        return e;
    tasks = ARENA_ARRAY(call->ctx.arena, int64_t, list.count + 1);
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].pool.v == s->pool.v)
            tasks[s->queue_count++] = list.items[i].task.v;
    s->queue_count = sorted_once(tasks, s->queue_count, sizeof *tasks, SORTED_RISING);
    s->queue = tasks;
    return ERR_NONE;
}

static enum err team_put(struct call *call, struct board_scope *s)
{
    struct pool_members members;
    int64_t *people;
    struct pool pool;
    enum err e = route_pool_get(&call->ctx, call->tx, s->pool, &pool);

    if (e == ERR_NOT_FOUND) {
        fault_clear(&call->ctx);
        return fault_field(&call->ctx, ERR_BAD_QUERY, "pool");
    }
    if (e || pool.everyone) /* the pool of everybody is no team */
        return e;
    if ((e = route_member_list(&call->ctx, call->tx, s->pool, &members)))
        return e;
    s->team = true;
    people = ARENA_ARRAY(call->ctx.arena, int64_t, members.count + 1);
    for (size_t i = 0; i < members.count; i++)
        if (members.items[i].member)
            people[s->people_count++] = members.items[i].user.v;
    s->people_count = sorted_once(people, s->people_count, sizeof *people, SORTED_RISING);
    s->people = people;
    return queue_put(call, s);
}

enum err board_scope_read(struct call *call, const struct board_ask *ask, struct board_scope *s)
{
    enum err e;

    *s = (struct board_scope){ .pool = { ask->pool } };
    e = period_put(call, ask, s);
    return e || !ask->pool ? e : team_put(call, s);
}

bool board_scope_has(const struct board_scope *s, struct user_id user)
{
    return !s->team || sorted_find(s->people, s->people_count, sizeof *s->people, user.v);
}

bool board_scope_task(const struct board_scope *s, struct task_id task, struct user_id assignee)
{
    return board_scope_has(s, assignee) || (!assignee.v && sorted_find(s->queue, s->queue_count, sizeof *s->queue, task.v));
}

size_t board_scope_calls(const struct board_scope *s, struct board_call *calls, size_t count)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++)
        if (board_scope_task(s, calls[i].task, calls[i].assignee))
            calls[n++] = calls[i];
    return n;
}
