/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* mark_store.c - marks as they are kept. */
#include "intake/mark.h"

#include "db/list.h"

#define COLUMNS "id, kind, value, person, reason, made_by, at, undone_at, undone_by, place, done, total"
enum { MARK_LEADS_MAX = 1000000, MARKS_MAX = 100000 };

static void mark_of_row(const struct db_rows *r, struct arena *a, void *mark)
{
    *(struct intake_mark *)mark = (struct intake_mark){
        .id = { db_col_int(r, 0) },
        .kind = (int)db_col_int(r, 1),
        .value = db_col_str(r, 2, a),
        .person = db_col_int(r, 3) != 0,
        .reason = db_col_str(r, 4, a),
        .made_by = { db_col_int(r, 5) },
        .at = db_col_int(r, 6),
        .undone_at = db_col_null(r, 7) ? INSTANT_NONE : db_col_int(r, 7),
        .undone_by = { db_col_int(r, 8) },
        .place = { db_col_int(r, 9) },
        .done = db_col_int(r, 10),
        .total = db_col_int(r, 11),
    };
}

/* A number that no transaction has had before, one that was dropped neither: a snapshot taken within it is then nobody's. */
static enum err stamp_raise(struct ctx *c, struct db_tx *tx)
{
    return db_run(c, tx, "UPDATE mark_stamp SET stamp = $1 WHERE id = 1", DB_ARGS(db_int(db_new_id(tx))), NULL);
}

enum err intake_mark_add(struct ctx *c, struct db_tx *tx, struct intake_mark *m)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, "SELECT id FROM mark WHERE kind = $1 AND value = $2 AND person = $3 AND undone_at IS NULL",
                        DB_ARGS(db_int(m->kind), db_str(m->value), db_bool(m->person)), &row);

    if (e == ERR_NONE) {
        db_end(row);
        return fault_set(c, ERR_CONFLICT, "the same mark stands already");
    }
    if (e != ERR_NOT_FOUND)
        return e;
    fault_clear(c);
    m->id.v = db_new_id(tx);
    m->at = c->now;
    m->undone_at = INSTANT_NONE;
    m->made_by.v = ctx_user(c);
    e = db_run(c, tx,
               "INSERT INTO mark (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, NULL, $8, $9, $10)",
               DB_ARGS(db_int(m->id.v), db_int(m->kind), db_str(m->value), db_bool(m->person), db_str(m->reason),
                       db_id(m->made_by.v), db_int(m->at), db_int(m->place.v), db_int(m->done), db_int(m->total)), NULL);
    return e ? e : stamp_raise(c, tx);
}

enum err intake_mark_get(struct ctx *c, struct db_tx *tx, struct mark_id id, struct intake_mark *m)
{
    return db_get(c, tx, "SELECT " COLUMNS " FROM mark WHERE id = $1", DB_ARGS(db_int(id.v)), mark_of_row, m);
}

enum err intake_mark_list(struct ctx *c, struct db_tx *tx, bool standing, int64_t before, int64_t limit,
                          struct intake_mark **marks, size_t *count)
{
    return db_list(c, tx,
                   "SELECT " COLUMNS " FROM mark WHERE id < $1 AND ($2 = 0 OR undone_at IS NULL)"
                   " ORDER BY id DESC LIMIT $3",
                   DB_ARGS(db_int(before ? before : INT64_MAX), db_bool(standing), db_int(limit)), DB_ITEMS(mark_of_row, marks, count));
}

enum err intake_mark_undo(struct ctx *c, struct db_tx *tx, struct intake_mark *m)
{
    int64_t changed;
    enum err e;

    m->undone_at = c->now;
    m->undone_by.v = ctx_user(c);
    e = db_run(c, tx,
               "UPDATE mark SET undone_at = $2, undone_by = $3, place = $4, done = $5, total = $6"
               " WHERE id = $1 AND undone_at IS NULL",
               DB_ARGS(db_int(m->id.v), db_int(c->now), db_id(m->undone_by.v), db_int(m->place.v), db_int(m->done),
                       db_int(m->total)), &changed);
    if (e)
        return e;
    return changed ? stamp_raise(c, tx) : fault_set(c, ERR_CONFLICT, "the mark is undone already");
}

enum err intake_mark_advance(struct ctx *c, struct db_tx *tx, const struct intake_mark *m)
{
    return db_run(c, tx, "UPDATE mark SET place = $2, done = $3, total = $4 WHERE id = $1",
                  DB_ARGS(db_int(m->id.v), db_int(m->place.v), db_int(m->done), db_int(m->total)), NULL);
}

enum err intake_mark_due(struct ctx *c, struct db_tx *tx, struct intake_mark *m)
{
    return db_get(c, tx, "SELECT " COLUMNS " FROM mark WHERE place < 9223372036854775807 ORDER BY id LIMIT 1", DB_NO_ARGS, mark_of_row, m);
}

enum err intake_mark_was(struct ctx *c, struct db_tx *tx, int kind, struct str value, bool *was)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, "SELECT 1 FROM mark WHERE kind = $1 AND value = $2 LIMIT 1",
                        DB_ARGS(db_int(kind), db_str(value)), &row);

    *was = e == ERR_NONE;
    if (e == ERR_NONE)
        db_end(row);
    else if (e == ERR_NOT_FOUND)
        fault_clear(c);
    return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

enum err intake_mark_hold_leads(struct ctx *c, struct db_tx *tx, const struct intake_held_lead *held, size_t n, bool *new)
{
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, 2 * n + 1);
    int64_t *changed = ARENA_ARRAY(c->arena, int64_t, n + 1);
    bool any = false;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        values[2 * i] = db_int(held[i].lead.v);
        values[2 * i + 1] = db_int(held[i].mark.v);
    }
    if ((e = db_many(c, tx, "INSERT INTO mark_lead (lead_id, mark_id) VALUES ($1, $2) ON CONFLICT (lead_id, mark_id) DO NOTHING",
                     values, n, 2, changed)))
        return e;
    for (size_t i = 0; i < n; i++)
        any = any || changed[i];
    if (new)
        *new = any;
    return any ? stamp_raise(c, tx) : ERR_NONE;
}

enum err intake_mark_holds_any(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, bool *held)
{
    enum err e = ERR_NONE;

    *held = false;
    for (size_t i = 0; i < n && !e && !*held; i++) {
        struct db_rows *r;

        e = db_rows(c, tx,
                    "SELECT l.mark_id FROM mark_lead l JOIN mark m ON m.id = l.mark_id WHERE l.lead_id = $1 AND m.undone_at IS NULL"
                    " AND m.person = 0 LIMIT 1",
                    DB_ARGS(db_int(leads[i].v)), &r);
        if (e)
            return e;
        *held = db_next(r, &e);
        db_end(r);
    }
    return e;
}

enum err intake_mark_leads(struct ctx *c, struct db_tx *tx, struct mark_id mark, struct lead_id after, int64_t limit,
                           struct lead_id **leads, size_t *count)
{
    return db_list(c, tx, "SELECT lead_id FROM mark_lead WHERE mark_id = $1 AND lead_id > $2 ORDER BY lead_id LIMIT $3",
                   DB_ARGS(db_int(mark.v), db_int(after.v), db_int(limit)), DB_ITEMS(db_int_of_row, leads, count));
}

enum err intake_marks_stamp_get(struct ctx *c, struct db_tx *tx, int64_t *stamp)
{
    return db_get(c, tx, "SELECT stamp FROM mark_stamp WHERE id = 1", DB_NO_ARGS, db_int_of_row, stamp);
}

static void held_of_row(const struct db_rows *r, UNUSED struct arena *a, void *held)
{
    *(struct intake_held_lead *)held = (struct intake_held_lead){ { db_col_int(r, 0) }, { db_col_int(r, 1) } };
}

static enum err load_held(struct ctx *c, struct db_tx *tx, struct intake_held_lead **held, size_t *count)
{
    return db_list(c, tx,
                   "SELECT l.lead_id, l.mark_id FROM mark_lead l JOIN mark m ON m.id = l.mark_id"
                   " WHERE m.undone_at IS NULL ORDER BY l.lead_id LIMIT $1",
                   DB_ARGS(db_int(MARK_LEADS_MAX)), DB_ITEMS(held_of_row, held, count));
}

enum err intake_marks_load(struct ctx *c, struct db_tx *tx, struct intake_marks **m)
{
    struct intake_held_lead *held;
    struct intake_mark *marks;
    size_t n, held_count;
    int64_t stamp;
    enum err e;

    if ((e = intake_marks_stamp_get(c, tx, &stamp)) || (e = intake_mark_list(c, tx, true, 0, MARKS_MAX, &marks, &n))
        || (e = load_held(c, tx, &held, &held_count)))
        return e;
    *m = intake_marks_new(stamp, marks, n, held, held_count);
    return ERR_NONE;
}
