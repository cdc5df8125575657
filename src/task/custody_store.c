/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "task/custody.h"

#include "db/list.h"

static const char sql_now[] = "SELECT 1 FROM hot_spell WHERE lead_id = $1 AND until_at IS NULL";
static const char sql_begin[] = "INSERT INTO hot_spell (id, lead_id, since) VALUES ($1, $2, $3)";
static const char sql_end[] = "UPDATE hot_spell SET until_at = $2, why = $3 WHERE lead_id = $1 AND until_at IS NULL";
static const char sql_since[] =
    "SELECT min(since) FROM hot_spell WHERE lead_id = $1 "
    "AND since >= coalesce((SELECT max(until_at) FROM hot_spell WHERE lead_id = $1 AND why <> '" TASK_BY_MODEL "'), 0)";
static const char sql_leads[] =
    "SELECT DISTINCT lead_id FROM hot_spell WHERE lead_id > $1 AND since < $3 AND (until_at IS NULL OR until_at > $2) "
    "ORDER BY lead_id LIMIT $4";
static const char sql_ends[] =
    "SELECT lead_id, until_at, why FROM hot_spell WHERE until_at >= $1 AND until_at < $2 ORDER BY until_at, lead_id";
/* By the task's own count of changes: clocks of several programs may disagree. */
static const char sql_holds[] =
    "SELECT task_id, version, kind, since, holder_id, due_at FROM task_hold WHERE lead_id = $1 ORDER BY task_id, version";
static const char sql_spells[] = "SELECT since, until_at FROM hot_spell WHERE lead_id = $1 ORDER BY since, id";

enum err task_hot_is(struct ctx *c, struct db_tx *tx, struct lead_id lead, bool *hot)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, sql_now, DB_ARGS(db_int(lead.v)), &row);

    if (e && e != ERR_NOT_FOUND)
        return e;
    *hot = e == ERR_NONE;
    if (*hot)
        db_end(row);
    else
        fault_clear(c);
    return ERR_NONE;
}

enum err task_hot_since(struct ctx *c, struct db_tx *tx, struct lead_id lead, instant *since)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, sql_since, DB_ARGS(db_int(lead.v)), &row);

    if (e)
        return e;
    *since = db_col_null(row, 0) ? INSTANT_NEVER : db_col_int(row, 0);
    db_end(row);
    return ERR_NONE;
}

enum err task_hot_begin(struct ctx *c, struct db_tx *tx, struct lead_id lead, bool *new)
{
    bool hot;
    enum err e = task_hot_is(c, tx, lead, &hot);

    if (e)
        return e;
    *new = !hot;
    return hot ? ERR_NONE : db_run(c, tx, sql_begin, DB_ARGS(db_int(db_new_id(tx)), db_int(lead.v), db_at(c->now)), NULL);
}

enum err task_hot_end(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, struct str why)
{
    enum { COLUMNS = 3 };
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, COLUMNS * n + 1);

    for (size_t i = 0; i < n; i++) {
        values[COLUMNS * i] = db_int(leads[i].v);
        values[COLUMNS * i + 1] = db_at(c->now);
        values[COLUMNS * i + 2] = db_str(why);
    }
    return db_many(c, tx, sql_end, values, n, COLUMNS, NULL);
}

enum err task_hot_leads(struct ctx *c, struct db_tx *tx, instant from, instant to, struct lead_id after, int64_t limit,
                        struct lead_id **leads, size_t *count)
{
    return db_list(c, tx, sql_leads, DB_ARGS(db_int(after.v), db_int(from), db_int(to), db_int(limit)),
                   DB_ITEMS(db_int_of_row, leads, count));
}

static void spell_of_row(const struct db_rows *r, UNUSED struct arena *a, void *spell)
{
    *(struct custody_span *)spell = (struct custody_span){ db_col_at(r, 0), db_col_null(r, 1) ? INSTANT_NEVER : db_col_int(r, 1) };
}

enum err task_hot_spells(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct custody_span **spells, size_t *count)
{
    return db_list(c, tx, sql_spells, DB_ARGS(db_int(lead.v)), DB_ITEMS(spell_of_row, spells, count));
}

static void end_of_row(const struct db_rows *r, struct arena *a, void *end)
{
    *(struct hot_end *)end = (struct hot_end){ { db_col_int(r, 0) }, db_col_at(r, 1), db_col_str(r, 2, a) };
}

enum err task_hot_ends(struct ctx *c, struct db_tx *tx, instant from, instant until, struct hot_end **list, size_t *count)
{
    return db_list(c, tx, sql_ends, DB_ARGS(db_int(from), db_int(until)), DB_ITEMS(end_of_row, list, count));
}

static void held_of_row(const struct db_rows *r, UNUSED struct arena *a, void *held)
{
    *(struct custody_held *)held = (struct custody_held){
        .task = { db_col_int(r, 0) }, .supplied = db_col_int(r, 1) < 0, .urgent = db_col_int(r, 2) == TASK_CALL_NOW,
        .span = { db_col_int(r, 3), INSTANT_NEVER }, .hold = { { db_col_int(r, 4) }, db_col_at(r, 5) },
    };
}

enum err task_held_list(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct custody_held **list, size_t *count)
{
    enum err e = db_list(c, tx, sql_holds, DB_ARGS(db_int(lead.v)), DB_ITEMS(held_of_row, list, count));

    for (size_t i = 1; !e && i < *count; i++)
        if ((*list)[i - 1].task.v == (*list)[i].task.v)
            (*list)[i - 1].span.until = (*list)[i].span.from;
    return e;
}
