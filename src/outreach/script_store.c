/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* script_store.c - scripts and their uses as they are kept. */
#include "outreach/script.h"

#include <stdlib.h>

#include "db/list.h"

#define COLUMNS "id, version, place, name, kind, condition, subject, body, automatic, enabled, triggers, at, by_id"

static void script_of_row(const struct db_rows *r, struct arena *a, void *script)
{
    *(struct script *)script = (struct script){
        .id = { db_col_int(r, 0) }, .version = db_col_int(r, 1), .place = db_col_int(r, 2), .name = db_col_str(r, 3, a),
        .kind = (int)db_col_int(r, 4), .condition = db_col_str(r, 5, a), .subject = db_col_str(r, 6, a),
        .body = db_col_str(r, 7, a), .automatic = db_col_int(r, 8) != 0, .enabled = db_col_int(r, 9) != 0,
        .triggers = db_col_str(r, 10, a), .at = db_col_int(r, 11), .by = { db_col_int(r, 12) },
    };
}

enum err outreach_script_list(struct ctx *c, struct db_tx *tx, struct scripts *list)
{
    return db_list(c, tx, "SELECT " COLUMNS " FROM reply_script ORDER BY place, name, id", DB_NO_ARGS, DB_LIST(script_of_row, list));
}

enum err outreach_script_autos(struct ctx *c, struct db_tx *tx, struct scripts *list)
{
    return db_list(c, tx, "SELECT " COLUMNS " FROM reply_script WHERE automatic = 1 AND enabled = 1 ORDER BY place, name, id", DB_NO_ARGS,
                   DB_LIST(script_of_row, list));
}

enum err outreach_script_get(struct ctx *c, struct db_tx *tx, struct script_id id, struct script *s)
{
    return db_get(c, tx, "SELECT " COLUMNS " FROM reply_script WHERE id = $1", DB_ARGS(db_int(id.v)), script_of_row, s);
}

enum err outreach_script_put(struct ctx *c, struct db_tx *tx, struct script *s)
{
    if (!s->id.v)
        s->id.v = db_new_id(tx);
    s->version++;
    s->at = c->now;
    s->by.v = ctx_user(c);
    return db_run(c, tx,
                  "INSERT INTO reply_script (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
                  " ON CONFLICT (id) DO UPDATE SET version = excluded.version, place = excluded.place, name = excluded.name,"
                  " kind = excluded.kind, condition = excluded.condition, subject = excluded.subject, body = excluded.body,"
                  " automatic = excluded.automatic, enabled = excluded.enabled, triggers = excluded.triggers, at = excluded.at,"
                  " by_id = excluded.by_id",
                  DB_ARGS(db_int(s->id.v), db_int(s->version), db_int(s->place), db_str(s->name), db_int(s->kind),
                          db_str(s->condition), db_str(s->subject), db_str(s->body), db_bool(s->automatic), db_bool(s->enabled),
                          db_str(s->triggers), db_int(s->at), db_id(s->by.v)), NULL);
}

enum err outreach_script_del(struct ctx *c, struct db_tx *tx, struct script_id id)
{
    int64_t gone;
    enum err e = db_run(c, tx, "DELETE FROM reply_script WHERE id = $1", DB_ARGS(db_int(id.v)), &gone);

    return e ? e : gone ? ERR_NONE : ERR_NOT_FOUND;
}

/* ---- uses ---- */

enum err outreach_use_add(struct ctx *c, struct db_tx *tx, struct script_use *use)
{
    use->id = db_new_id(tx);
    use->at = c->now;
    return db_run(c, tx, "INSERT INTO reply_use (lead_id, id, script_id, user_id, at, letter_id) VALUES ($1, $2, $3, $4, $5, $6)",
                  DB_ARGS(db_int(use->lead.v), db_int(use->id), db_int(use->script.v), db_id(use->user.v), db_int(use->at),
                          db_id(use->letter)), NULL);
}

static enum err uses_of(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, const char *sql, struct db_rows **rows)
{
    struct db_value *args = ARENA_ARRAY(c->arena, struct db_value, n + 1);

    for (size_t i = 0; i < n; i++)
        args[i] = db_int(leads[i].v);
    return db_rows_many(c, tx, sql, args, n, 1, rows);
}

enum err outreach_use_last(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, struct script_id script,
                           instant *same, instant *any)
{
    struct db_rows *rows;
    enum err e = uses_of(c, tx, leads, n, "SELECT script_id, at FROM reply_use WHERE lead_id = $1 AND user_id IS NULL", &rows);

    if (e)
        return e;
    *same = *any = INSTANT_NONE;
    while (db_next(rows, &e)) {
        instant at = db_col_int(rows, 1);

        *any = at > *any ? at : *any;
        if (db_col_int(rows, 0) == script.v && at > *same)
            *same = at;
    }
    db_end(rows);
    return e;
}

static int newest_first(const void *a, const void *b)
{
    const struct script_use *x = a, *y = b;

    return x->id > y->id ? -1 : x->id < y->id;
}

static void use_of_row(const struct db_rows *r, struct arena *a, void *use)
{
    *(struct script_use *)use = (struct script_use){
        .lead = { db_col_int(r, 0) }, .id = db_col_int(r, 1), .script = { db_col_int(r, 2) }, .user = { db_col_int(r, 3) },
        .at = db_col_int(r, 4), .letter = db_col_int(r, 5), .name = db_col_str(r, 6, a),
    };
}

enum err outreach_use_list(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, int64_t limit,
                           struct script_use **uses, size_t *count)
{
    struct script_use *all;
    size_t got;
    struct db_rows *rows;
    enum err e = uses_of(c, tx, leads, n,
                         "SELECT u.lead_id, u.id, u.script_id, u.user_id, u.at, u.letter_id, s.name FROM reply_use u"
                         " LEFT JOIN reply_script s ON s.id = u.script_id WHERE u.lead_id = $1 ORDER BY u.id DESC", &rows);

    if (e || (e = db_take(c, rows, DB_ITEMS(use_of_row, &all, &got))))
        return e;
    if (got)
        qsort(all, got, sizeof *all, newest_first);
    *uses = all;
    *count = got < (size_t)limit ? got : (size_t)limit;
    return ERR_NONE;
}
