/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "task/custody.h"

static const char sql_now[] = "SELECT 1 FROM hot_spell WHERE lead_id = $1 AND until_at IS NULL";
static const char sql_begin[] = "INSERT INTO hot_spell (id, lead_id, since) VALUES ($1, $2, $3)";
static const char sql_end[] = "UPDATE hot_spell SET until_at = $2, why = $3 WHERE lead_id = $1 AND until_at IS NULL";
static const char sql_leads[] =
    "SELECT DISTINCT lead_id FROM hot_spell WHERE lead_id > $1 AND since < $3 AND (until_at IS NULL OR until_at > $2) "
    "ORDER BY lead_id LIMIT $4";
static const char sql_ends[] =
    "SELECT lead_id, until_at, why FROM hot_spell WHERE until_at >= $1 AND until_at < $2 ORDER BY until_at, lead_id";
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

enum err task_hot_begin(struct ctx *c, struct db_tx *tx, struct lead_id lead, bool *new)
{
    bool hot;
    enum err e = task_hot_is(c, tx, lead, &hot);

    if (e)
        return e;
    *new = !hot;
    return hot ? ERR_NONE : db_run(c, tx, sql_begin, DB_ARGS(db_int(db_new_id(tx)), db_int(lead.v), db_at(c->now)), NULL);
}

enum err task_hot_end(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct str why)
{
    return db_run(c, tx, sql_end, DB_ARGS(db_int(lead.v), db_at(c->now), db_str(why)), NULL);
}

enum err task_hot_leads(struct ctx *c, struct db_tx *tx, instant from, instant to, struct lead_id after, int64_t limit,
                        struct lead_id **leads, size_t *count)
{
    struct lead_id *all = ARENA_ARRAY(c->arena, struct lead_id, (size_t)limit + 1);
    struct db_rows *rows;
    size_t n = 0;
    enum err e = db_rows(c, tx, sql_leads, DB_ARGS(db_int(after.v), db_int(from), db_int(to), db_int(limit)), &rows);

    if (e)
        return e;
    while (db_next(rows, &e))
        all[n++].v = db_col_int(rows, 0);
    db_end(rows);
    *leads = all;
    *count = n;
    return e;
}

enum err task_hot_spells(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct custody_span **spells, size_t *count)
{
    struct custody_span *all = NULL;
    struct db_rows *rows;
    size_t n = 0;
    enum err e = db_rows(c, tx, sql_spells, DB_ARGS(db_int(lead.v)), &rows);

    if (e)
        return e;
    while (db_next(rows, &e)) {
        instant until = db_col_at(rows, 1);

        all = arena_more(c->arena, all, n, sizeof *all);
        all[n++] = (struct custody_span){ db_col_at(rows, 0), until == INSTANT_NONE ? INSTANT_NEVER : until };
    }
    db_end(rows);
    *spells = all;
    *count = n;
    return e;
}

enum err task_hot_ends(struct ctx *c, struct db_tx *tx, instant from, instant until, struct hot_end **list, size_t *count)
{
    struct hot_end *all = NULL;
    struct db_rows *rows;
    size_t n = 0;
    enum err e = db_rows(c, tx, sql_ends, DB_ARGS(db_int(from), db_int(until)), &rows);

    if (e)
        return e;
    while (db_next(rows, &e)) {
        all = arena_more(c->arena, all, n, sizeof *all);
        all[n++] = (struct hot_end){ { db_col_int(rows, 0) }, db_col_at(rows, 1), db_col_str(rows, 2, c->arena) };
    }
    db_end(rows);
    *list = all;
    *count = n;
    return e;
}
