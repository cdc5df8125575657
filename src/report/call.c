/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/call.h"

#include "db/list.h"

/* Kinds and states are those of task/: 0 call_now; 0 open, 1 done, 2 cancelled. The open ones have an index, and so have the ended ones: each half is found by its
 * own, which is why a deadline is asked for that all have, and why the order is that of +id, an order by id itself would be had by walking over all tasks. */
#define CALLS                                                                                      \
    "SELECT id, lead_id, assignee_id, created_at, due_at, done_at, state FROM v_task WHERE state = 0 AND due_at >= 0 AND kind = 0 "  \
    "UNION ALL SELECT id, lead_id, assignee_id, created_at, due_at, done_at, state FROM v_task "   \
    "WHERE state > 0 AND done_at >= $1 AND kind = 0 AND void = 0"
static const char sql_calls[] =
    "SELECT t.id, x.root_id, t.assignee_id, t.created_at, t.due_at, t.done_at, t.state FROM (" CALLS ") AS t "
    "JOIN v_lead_root x ON x.lead_id = t.lead_id ORDER BY +t.id DESC LIMIT $2";
static const char sql_stays[] =
    "SELECT h.task_id, h.since, h.holder_id, h.due_at FROM (SELECT * FROM (" CALLS ") AS t ORDER BY +id DESC LIMIT $2) AS t "
    "JOIN v_task_hold h ON h.lead_id = t.lead_id AND h.task_id = t.id ORDER BY h.task_id DESC, h.version";

/* ---- the judgement ---- */

/* When the deadline passed within the stay, or had passed before it; INSTANT_NONE: it did not. */
static instant passed(const struct board_stay *s, instant due, instant now)
{
    bool broken = s->until == INSTANT_NEVER ? due <= now : due < s->until;

    if (!broken || due == INSTANT_NEVER || due == INSTANT_NONE)
        return INSTANT_NONE;
    return due > s->from ? due : s->from;
}

static void late_from(struct board_call *call, instant at, struct user_id by)
{
    if (at == INSTANT_NONE || (call->late_at != INSTANT_NONE && call->late_at <= at))
        return;
    call->late_at = at;
    call->late_by = by;
}

void report_call_judge(struct board_call *call, const struct board_stay *stays, size_t count, instant now, struct arena *a)
{
    struct board_breach *list = ARENA_ARRAY(a, struct board_breach, 2 * count + 1);
    instant broken = INSTANT_NONE; /* the deadline that has passed last */
    bool first_hands = true;
    size_t n = 0;

    call->got_at = call->created_at;
    call->first_due = call->late_at = INSTANT_NONE;
    call->late_by = (struct user_id){ 0 };
    for (size_t i = 0; i < count; i++) {
        const struct board_stay *s = &stays[i];
        instant own = passed(s, s->due, now), first;

        if (i == 0 || s->by.v != stays[i - 1].by.v)
            call->got_at = s->from;
        first_hands &= s->by.v == stays[0].by.v;
        if (call->first_due == INSTANT_NONE && s->due != INSTANT_NEVER)
            call->first_due = s->due;
        first = call->first_due == INSTANT_NONE ? INSTANT_NONE : passed(s, call->first_due, now);
        late_from(call, first, s->by);
        late_from(call, own, s->by);
        if (first != INSTANT_NONE && first_hands && n == 0 && call->first_due != s->due)
            list[n++] = (struct board_breach){ s->by, first };
        if (own != INSTANT_NONE && s->due != broken) {
            list[n++] = (struct board_breach){ s->by, own };
            broken = s->due;
        }
    }
    call->breaches = list;
    call->breach_count = n;
}

instant report_call_broken(const struct board_call *call, struct user_id by, instant from)
{
    for (size_t i = 0; i < call->breach_count; i++)
        if (call->breaches[i].by.v == by.v && call->breaches[i].at >= from)
            return call->breaches[i].at;
    return INSTANT_NONE;
}

/* ---- the store ---- */

static void call_of_row(const struct db_rows *r, UNUSED struct arena *a, void *call)
{
    int64_t state = db_col_int(r, 6);

    *(struct board_call *)call = (struct board_call){
        .task = { db_col_int(r, 0) },
        .lead = { db_col_int(r, 1) },
        .assignee = { db_col_int(r, 2) },
        .created_at = db_col_at(r, 3),
        .due_at = db_col_at(r, 4),
        .done_at = state == 1 ? db_col_at(r, 5) : INSTANT_NONE,
        .ended_at = state ? db_col_at(r, 5) : INSTANT_NONE,
        .cancelled = state == 2,
    };
}

/* One row of v_task_hold. */
struct hold {
    int64_t task;
    struct board_stay stay; /* due INSTANT_NONE: it had ended */
};

static void hold_of_row(const struct db_rows *r, UNUSED struct arena *a, void *hold)
{
    *(struct hold *)hold = (struct hold){ db_col_int(r, 0), { { db_col_int(r, 2) }, db_col_at(r, 1), INSTANT_NEVER, db_col_at(r, 3) } };
}

/* The stays of one call out of its n holds: each lasts until the next begins. */
static size_t stays_of(const struct hold *holds, size_t n, struct board_stay *stays)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        stays[count] = holds[i].stay;
        if (i + 1 < n)
            stays[count].until = holds[i + 1].stay.from;
        count += holds[i].stay.due != INSTANT_NONE;
    }
    return count;
}

enum err report_call_list(struct ctx *c, struct db_tx *tx, instant since, int64_t limit, struct board_call **calls, size_t *count)
{
    struct db_args args = DB_ARGS(db_int(since), db_int(limit));
    struct board_stay *stays;
    struct hold *holds;
    size_t hold_count, k = 0;
    enum err e = db_list(c, tx, sql_calls, args, DB_ITEMS(call_of_row, calls, count));

    if (e || (e = db_list(c, tx, sql_stays, args, DB_ITEMS(hold_of_row, &holds, &hold_count))))
        return e;
    stays = ARENA_ARRAY(c->arena, struct board_stay, hold_count + 1);
    for (size_t i = 0; i < *count; i++) {
        struct board_call *call = &(*calls)[i];
        size_t from = k;

        while (k < hold_count && holds[k].task == call->task.v)
            k++;
        report_call_judge(call, stays, stays_of(holds + from, k - from, stays), c->now, c->arena);
    }
    return ERR_NONE;
}
