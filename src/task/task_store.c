/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "task/task.h"

#include "db/list.h"

#define COLUMNS                                                                                    \
    "id, version, lead_id, kind, state, title, created_at, due_at, done_at, assignee_id, made_by, " \
    "done_by, result, note, reason, sla_minutes, crossing_id, parent_id, cooled_at, alarm_at, alarms"

static const char sql_add[] =
    "INSERT INTO task (" COLUMNS ") VALUES "
    "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)";
static const char sql_get[] = "SELECT " COLUMNS " FROM task WHERE id = $1";
static const char sql_by_crossing[] = "SELECT " COLUMNS " FROM task WHERE crossing_id = $1";
static const char sql_move[] =
    "UPDATE task SET version = version + 1, state = $3, done_at = $4, done_by = $5, result = $6, "
    "note = $7, reason = $8 WHERE id = $1 AND version = $2";
static const char sql_put[] =
    "UPDATE task SET version = version + 1, title = $3, due_at = $4, assignee_id = $5, "
    "sla_minutes = $6, cooled_at = $7, alarm_at = $8, alarms = $9 WHERE id = $1 AND version = $2 AND state = 0";
static const char sql_child[] =
    "SELECT " COLUMNS " FROM task WHERE parent_id = $1 ORDER BY id DESC LIMIT 1";
static const char sql_del[] = "DELETE FROM task WHERE id = $1";
static const char sql_hold[] =
    "INSERT INTO task_hold (lead_id, task_id, version, kind, since, holder_id, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
/* A text each for the ways in which lists are asked for, so that each has its index. */
static const char sql_open_of[] =
    "SELECT " COLUMNS " FROM task WHERE state = 0 AND assignee_id = $1 AND (kind = $2 OR $2 < 0) "
    "AND due_at <= $3 AND (due_at, id) > ($4, $5) ORDER BY due_at, id LIMIT $6";
static const char sql_open[] =
    "SELECT " COLUMNS " FROM task WHERE state = 0 AND (kind = $1 OR $1 < 0) "
    "AND due_at <= $2 AND (due_at, id) > ($3, $4) ORDER BY due_at, id LIMIT $5";
static const char sql_ended_of[] =
    "SELECT " COLUMNS " FROM task WHERE state > 0 AND assignee_id = $1 AND state = $2 "
    "AND (kind = $3 OR $3 < 0) AND (done_at, id) < ($4, $5) ORDER BY done_at DESC, id DESC LIMIT $6";
static const char sql_ended[] =
    "SELECT " COLUMNS " FROM task WHERE state > 0 AND state = $1 AND (kind = $2 OR $2 < 0) "
    "AND (done_at, id) < ($3, $4) ORDER BY done_at DESC, id DESC LIMIT $5";
static const char sql_of_lead[] =
    "SELECT " COLUMNS " FROM task WHERE lead_id = $1 AND (state = $2 OR $2 < 0) "
    "AND (kind = $3 OR $3 < 0) AND (assignee_id = $4 OR $4 = 0) AND due_at <= $5 AND id < $6 "
    "ORDER BY id DESC LIMIT $7";
static const char sql_of[] =
    "SELECT " COLUMNS " FROM task WHERE assignee_id = $1 AND (kind = $2 OR $2 < 0) AND id < $3 "
    "ORDER BY id DESC LIMIT $4";
static const char sql_any[] =
    "SELECT " COLUMNS " FROM task WHERE (kind = $1 OR $1 < 0) AND id < $2 ORDER BY id DESC LIMIT $3";
static const char sql_count_of[] =
    "SELECT count(*) FROM task WHERE state = 0 AND assignee_id = $1 AND due_at <= $2 AND kind < 5";
static const char sql_count[] =
    "SELECT count(*) FROM task WHERE state = 0 AND due_at <= $1 AND kind < 5";
static const char sql_alarms[] =
    "SELECT " COLUMNS " FROM task WHERE state = 0 AND alarm_at <= $1 AND alarm_at < 9223372036854775807 ORDER BY alarm_at, id LIMIT $2";
static const char sql_alarm_next[] = "SELECT min(alarm_at) FROM task WHERE state = 0 AND alarm_at < 9223372036854775807";
static const char sql_crossings[] =
    "SELECT " COLUMNS " FROM task WHERE created_at >= $1 AND created_at < $2 AND kind = 0 AND crossing_id IS NOT NULL ORDER BY id";
#define NEXT_LEADS 20
static const char sql_next_of[] =
    "SELECT " COLUMNS " FROM task WHERE state = 0 AND kind < 5 AND lead_id IN "
    "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";

static struct task_hold hold_of(const struct task *t)
{
    if (t->state != TASK_OPEN)
        return (struct task_hold){ { 0 }, INSTANT_NONE };
    return (struct task_hold){ t->assignee, t->due_at };
}

/* What custody will read of this change, in its transaction: a row when somebody else answers for the task, or by another deadline. */
static enum err hold_keep(struct ctx *c, struct db_tx *tx, struct task *t, struct task_hold now)
{
    if (task_is_alert(t->kind) || (now.by.v == t->held.by.v && now.due == t->held.due))
        return ERR_NONE;
    t->held = now;
    return db_run(c, tx, sql_hold,
                  DB_ARGS(db_int(t->lead.v), db_int(t->id.v), db_int(t->version), db_int(t->kind), db_int(c->now), db_id(now.by.v), db_at(now.due)),
                  NULL);
}

static void task_of_row(const struct db_rows *r, struct arena *a, void *task)
{
    struct task *t = task;

    *t = (struct task){
        .id = { db_col_int(r, 0) },
        .version = db_col_int(r, 1),
        .lead = { db_col_int(r, 2) },
        .kind = (enum task_kind)db_col_int(r, 3),
        .state = (enum task_state)db_col_int(r, 4),
        .title = db_col_str(r, 5, a),
        .created_at = db_col_at(r, 6),
        .due_at = db_col_at(r, 7),
        .done_at = db_col_at(r, 8),
        .assignee = { db_col_int(r, 9) },
        .made_by = { db_col_int(r, 10) },
        .done_by = { db_col_int(r, 11) },
        .result = (enum task_result)db_col_int(r, 12),
        .note = db_col_str(r, 13, a),
        .reason = db_col_str(r, 14, a),
        .sla_minutes = db_col_int(r, 15),
        .crossing = { db_col_int(r, 16) },
        .parent = { db_col_int(r, 17) },
        .cooled_at = db_col_at(r, 18),
        .alarm_at = db_col_at(r, 19),
        .alarms = (unsigned)db_col_int(r, 20),
    };
    t->held = hold_of(t);
}

static enum err task_row(struct ctx *c, struct db_tx *tx, const char *sql, int64_t key, struct task *t)
{
    return db_get(c, tx, sql, DB_ARGS(db_int(key)), task_of_row, t);
}

enum err task_add(struct ctx *c, struct db_tx *tx, struct task *t)
{
    struct task new = *t;
    enum err e;

    new.id.v = db_new_id(tx);
    new.version = 1;
    new.state = TASK_OPEN;
    new.created_at = c->now;
    new.done_at = INSTANT_NONE;
    new.cooled_at = INSTANT_NONE;
    new.alarm_at = INSTANT_NEVER;
    new.alarms = 0;
    new.held = (struct task_hold){ { 0 }, INSTANT_NONE };
    new.result = TASK_NO_RESULT;
    e = db_run(c, tx, sql_add,
               DB_ARGS(db_int(new.id.v), db_int(new.version), db_int(new.lead.v), db_int(new.kind),
                       db_int(new.state), db_str(new.title.ptr ? new.title : STR("")),
                       db_at(new.created_at), db_int(new.due_at), db_at(new.done_at),
                       db_id(new.assignee.v), db_id(new.made_by.v), db_id(0), db_int(new.result),
                       db_str(new.note), db_null(), db_int(new.sla_minutes), db_id(new.crossing.v),
                       db_id(new.parent.v), db_null(), db_int(new.alarm_at), db_int(new.alarms)),
               NULL);
    if (e || (new.assignee.v && (e = hold_keep(c, tx, &new, hold_of(&new)))))
        return e;
    *t = new;
    return ERR_NONE;
}

enum err task_get(struct ctx *c, struct db_tx *tx, struct task_id id, struct task *t)
{
    return task_row(c, tx, sql_get, id.v, t);
}

enum err task_find_by_crossing(struct ctx *c, struct db_tx *tx, struct crossing_id crossing,
                               struct task *t)
{
    enum err e = task_row(c, tx, sql_by_crossing, crossing.v, t);

    if (e == ERR_NOT_FOUND) {
        fault_clear(c);
        *t = (struct task){ .id = { 0 } };
        return ERR_NONE;
    }
    return e;
}

enum err task_move(struct ctx *c, struct db_tx *tx, struct task_step step, struct task *t)
{
    struct task moved = *t;
    int64_t changed = 0;
    enum err e;

    if (!task_may(t->state, step.to))
        return fault_set(c, ERR_CONFLICT, "the task does not allow it, for it is: %s", task_states[t->state]);
    moved.state = step.to;
    moved.version = t->version + 1;
    moved.done_at = step.to == TASK_OPEN ? INSTANT_NONE : c->now;
    moved.done_by = step.to == TASK_OPEN ? (struct user_id){ 0 } : step.by;
    moved.result = step.to == TASK_DONE ? step.result : TASK_NO_RESULT;
    moved.note = step.to == TASK_DONE ? step.note : t->note;
    moved.reason = step.to == TASK_CANCELLED ? step.reason : STR_NULL;
    e = db_run(c, tx, sql_move,
               DB_ARGS(db_int(t->id.v), db_int(t->version), db_int(moved.state), db_at(moved.done_at),
                       db_id(moved.done_by.v), db_int(moved.result), db_str(moved.note),
                       db_str(moved.reason)),
               &changed);
    if (e)
        return e;
    if (changed == 0)
        return fault_set(c, ERR_BUSY, "the task has changed meanwhile");
    if ((e = hold_keep(c, tx, &moved, hold_of(&moved))))
        return e;
    *t = moved;
    return ERR_NONE;
}

enum err task_put(struct ctx *c, struct db_tx *tx, struct task *t)
{
    int64_t changed = 0;
    enum err e = t->state == TASK_OPEN ? ERR_NONE : fault_set(c, ERR_CONFLICT, "the task is not open");

    if (!e)
        e = db_run(c, tx, sql_put,
                   DB_ARGS(db_int(t->id.v), db_int(t->version), db_str(t->title.ptr ? t->title : STR("")),
                           db_int(t->due_at), db_id(t->assignee.v), db_int(t->sla_minutes), db_at(t->cooled_at),
                           db_int(t->alarm_at), db_int(t->alarms)),
                   &changed);
    if (e)
        return e;
    if (changed == 0)
        return fault_set(c, ERR_BUSY, "the task has changed meanwhile");
    t->version++;
    return hold_keep(c, tx, t, hold_of(t));
}

enum err task_del_all(struct ctx *c, struct db_tx *tx, struct lead_id lead)
{
    return db_run(c, tx, "DELETE FROM task WHERE lead_id = $1", DB_ARGS(db_int(lead.v)), NULL);
}

enum err task_del_next(struct ctx *c, struct db_tx *tx, struct task_id parent, struct task *gone)
{
    struct task child;
    enum err e = task_row(c, tx, sql_child, parent.v, &child);

    if (e == ERR_NOT_FOUND) {
        fault_clear(c);
        *gone = (struct task){ .id = { 0 } };
        return ERR_NONE;
    }
    if (e)
        return e;
    if (child.version != 1)
        return fault_set(c, ERR_CONFLICT, "the next task has been touched already");
    child.version++;
    if ((e = db_run(c, tx, sql_del, DB_ARGS(db_int(child.id.v)), NULL)) || (e = hold_keep(c, tx, &child, (struct task_hold){ { 0 }, INSTANT_NONE })))
        return e;
    *gone = child;
    return ERR_NONE;
}

int64_t task_key(const struct task_query *q, const struct task *t)
{
    if (q->lead.v || q->state < 0)
        return 0;
    return q->state == TASK_OPEN ? t->due_at : t->done_at;
}

static enum err task_list_open(struct ctx *c, struct db_tx *tx, const struct task_query *q,
                               struct tasks *list)
{
    struct db_value key = db_int(q->after ? q->after_key : INT64_MIN);
    struct db_value id = db_int(q->after ? q->after_id : 0);

    if (q->assignee.v)
        return db_list(c, tx, sql_open_of, DB_ARGS(db_int(q->assignee.v), db_int(q->kind), db_int(q->due_by), key, id, db_int(q->limit)),
                       DB_LIST(task_of_row, list));
    return db_list(c, tx, sql_open, DB_ARGS(db_int(q->kind), db_int(q->due_by), key, id, db_int(q->limit)), DB_LIST(task_of_row, list));
}

static enum err task_list_ended(struct ctx *c, struct db_tx *tx, const struct task_query *q,
                                struct tasks *list)
{
    struct db_value key = db_int(q->after ? q->after_key : INT64_MAX);
    struct db_value id = db_int(q->after ? q->after_id : INT64_MAX);

    if (q->assignee.v)
        return db_list(c, tx, sql_ended_of, DB_ARGS(db_int(q->assignee.v), db_int(q->state), db_int(q->kind), key, id, db_int(q->limit)),
                       DB_LIST(task_of_row, list));
    return db_list(c, tx, sql_ended, DB_ARGS(db_int(q->state), db_int(q->kind), key, id, db_int(q->limit)), DB_LIST(task_of_row, list));
}

enum err task_list(struct ctx *c, struct db_tx *tx, const struct task_query *q, struct tasks *list)
{
    struct db_value id = db_int(q->after ? q->after_id : INT64_MAX);

    if (q->lead.v)
        return db_list(c, tx, sql_of_lead,
                       DB_ARGS(db_int(q->lead.v), db_int(q->state), db_int(q->kind), db_int(q->assignee.v), db_int(q->due_by), id, db_int(q->limit)),
                       DB_LIST(task_of_row, list));
    if (q->state == TASK_OPEN)
        return task_list_open(c, tx, q, list);
    if (q->state > 0)
        return task_list_ended(c, tx, q, list);
    if (q->assignee.v)
        return db_list(c, tx, sql_of, DB_ARGS(db_int(q->assignee.v), db_int(q->kind), id, db_int(q->limit)), DB_LIST(task_of_row, list));
    return db_list(c, tx, sql_any, DB_ARGS(db_int(q->kind), id, db_int(q->limit)), DB_LIST(task_of_row, list));
}

enum err task_count_open(struct ctx *c, struct db_tx *tx, struct user_id assignee, instant due_by,
                         int64_t *count)
{
    struct db_rows *row;
    enum err e = assignee.v
                     ? db_one(c, tx, sql_count_of, DB_ARGS(db_int(assignee.v), db_int(due_by)), &row)
                     : db_one(c, tx, sql_count, DB_ARGS(db_int(due_by)), &row);

    if (e)
        return e;
    *count = db_col_int(row, 0);
    db_end(row);
    return ERR_NONE;
}

enum err task_alarm_list(struct ctx *c, struct db_tx *tx, instant by, int64_t limit, struct tasks *list)
{
    return db_list(c, tx, sql_alarms, DB_ARGS(db_int(by), db_int(limit)), DB_LIST(task_of_row, list));
}

enum err task_crossing_list(struct ctx *c, struct db_tx *tx, instant from, instant until, struct tasks *list)
{
    return db_list(c, tx, sql_crossings, DB_ARGS(db_int(from), db_int(until)), DB_LIST(task_of_row, list));
}

enum err task_alarm_next(struct ctx *c, struct db_tx *tx, instant *at)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, sql_alarm_next, DB_NO_ARGS, &row);

    if (e)
        return e;
    *at = db_col_null(row, 0) ? INSTANT_NEVER : db_col_int(row, 0);
    db_end(row);
    return ERR_NONE;
}

static bool sooner(const struct task *a, const struct task *b)
{
    return a->due_at < b->due_at || (a->due_at == b->due_at && a->id.v < b->id.v);
}

enum err task_next_of(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t count,
                      struct task *out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = (struct task){ .id = { 0 } };
    for (size_t from = 0; from < count; from += NEXT_LEADS) {
        struct db_value ids[NEXT_LEADS];
        struct tasks found;
        enum err e;

        for (size_t i = 0; i < NEXT_LEADS; i++)
            ids[i] = db_int(from + i < count ? leads[from + i].v : 0);
        e = db_list(c, tx, sql_next_of, (struct db_args){ ids, NEXT_LEADS }, DB_LIST(task_of_row, &found));
        if (e)
            return e;
        for (size_t k = 0; k < found.count; k++)
            for (size_t i = from; i < count && i < from + NEXT_LEADS; i++)
                if (leads[i].v == found.items[k].lead.v &&
                    (out[i].id.v == 0 || sooner(&found.items[k], &out[i])))
                    out[i] = found.items[k];
    }
    return ERR_NONE;
}

enum err task_open_of(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, enum task_kind kind, bool *has)
{
    static const char sql[] = "SELECT 1 WHERE EXISTS (SELECT 1 FROM task WHERE lead_id = $1 AND kind = $2 AND state = 0)";
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, 2 * n + 1);
    struct db_rows *rows;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        values[2 * i] = db_int(leads[i].v);
        values[2 * i + 1] = db_int(kind);
        has[i] = false;
    }
    if ((e = db_rows_many(c, tx, sql, values, n, 2, &rows)))
        return e;
    while (db_next(rows, &e))
        has[db_row_index(rows)] = true;
    db_end(rows);
    return e;
}
