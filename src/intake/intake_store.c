/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "intake/intake_store.h"

#include "db/list.h"

/* ---- imports ---- */

#define IMPORT_COLUMNS                                                                             \
    "id, version, kind, state, name, user_id, encoding, delimiter, bytes, parts, rows, position, " \
    "accepted, updated, repeated, refused, mapping, head, trouble, created_at, begun_at, ended_at"

static void import_of_row(const struct db_rows *r, struct arena *a, void *import)
{
    *(struct intake_import *)import = (struct intake_import){
        .id = { db_col_int(r, 0) },
        .version = db_col_int(r, 1),
        .kind = (int)db_col_int(r, 2),
        .state = (int)db_col_int(r, 3),
        .name = db_col_str(r, 4, a),
        .user = { db_col_int(r, 5) },
        .shape = { (enum csv_encoding)db_col_int(r, 6), (char)db_col_int(r, 7) },
        .bytes = db_col_int(r, 8),
        .parts = db_col_int(r, 9),
        .rows = db_col_int(r, 10),
        .position = db_col_int(r, 11),
        .counts = { db_col_int(r, 12), db_col_int(r, 13), db_col_int(r, 14), db_col_int(r, 15) },
        .mapping = db_col_str(r, 16, a),
        .head = db_col_str(r, 17, a),
        .trouble = db_col_str(r, 18, a),
        .created_at = db_col_at(r, 19),
        .begun_at = db_col_at(r, 20),
        .ended_at = db_col_at(r, 21),
    };
}

enum err intake_import_add(struct ctx *c, struct db_tx *tx, struct intake_import *one, struct str file)
{
    static const char *const add =
        "INSERT INTO import (" IMPORT_COLUMNS ") VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0,"
        " 0, 0, 0, 0, $11, $12, NULL, $13, NULL, NULL)";
    enum err e;

    one->id = (struct import_id){ db_new_id(tx) };
    one->version = 1;
    one->state = INTAKE_PREVIEW;
    one->created_at = c->now;
    one->begun_at = one->ended_at = INSTANT_NONE;
    one->bytes = (int64_t)file.len;
    one->parts = ((int64_t)file.len + INTAKE_PART_BYTES - 1) / INTAKE_PART_BYTES;
    e = db_run(c, tx, add,
               DB_ARGS(db_id(one->id.v), db_int(one->kind), db_int(one->state), db_str(one->name),
                       db_id(one->user.v), db_int(one->shape.encoding), db_int(one->shape.delimiter),
                       db_int(one->bytes), db_int(one->parts), db_int(one->rows), db_str(one->mapping),
                       db_str(one->head), db_at(one->created_at)),
               NULL);
    for (int64_t part = 0; e == ERR_NONE && part < one->parts; part++)
        e = db_run(c, tx, "INSERT INTO import_part (import_id, part, bytes) VALUES ($1, $2, $3)",
                   DB_ARGS(db_id(one->id.v), db_int(part),
                           db_blob(str_sub(file, (size_t)part * INTAKE_PART_BYTES, INTAKE_PART_BYTES))),
                   NULL);
    return e;
}

enum err intake_import_get(struct ctx *c, struct db_tx *tx, struct import_id id, struct intake_import *one)
{
    return db_get(c, tx, "SELECT " IMPORT_COLUMNS " FROM import WHERE id = $1", DB_ARGS(db_int(id.v)), import_of_row, one);
}

enum err intake_import_list(struct ctx *c, struct db_tx *tx, int64_t before, int64_t limit,
                            struct intake_import **list, size_t *count)
{
    return db_list(c, tx, "SELECT " IMPORT_COLUMNS " FROM import WHERE id < $1 ORDER BY id DESC LIMIT $2",
                   DB_ARGS(db_int(before ? before : INT64_MAX), db_int(limit)), DB_ITEMS(import_of_row, list, count));
}

enum err intake_import_set_mapping(struct ctx *c, struct db_tx *tx, struct intake_import *one,
                                   struct str mapping)
{
    int64_t changed = 0;
    enum err e = db_run(c, tx,
                        "UPDATE import SET mapping = $2, version = version + 1"
                        " WHERE id = $1 AND state IN (0, 3, 4) AND position = 0",
                        DB_ARGS(db_int(one->id.v), db_str(mapping)), &changed);

    if (e)
        return e;
    if (changed == 0)
        return fault_set(c, ERR_CONFLICT, "rows were taken by the mapping that it has");
    one->mapping = mapping;
    one->version++;
    return ERR_NONE;
}

enum err intake_import_move(struct ctx *c, struct db_tx *tx, struct intake_import *one, enum intake_state to,
                            struct str trouble)
{
    bool ends = to != INTAKE_RUNNING && to != INTAKE_UNDOING;
    int64_t changed = 0;

    if (!intake_may((enum intake_state)one->state, to))
        return fault_set(c, ERR_CONFLICT, "the import does not allow it, for it is: %s",
                         intake_state_names[one->state]);
    /* Undoing walks the rows from the beginning. */
    if (to == INTAKE_UNDOING)
        one->position = 0;
    if (to == INTAKE_RUNNING && one->begun_at == INSTANT_NONE)
        one->begun_at = c->now;
    one->ended_at = ends ? c->now : INSTANT_NONE;
    enum err e = db_run(c, tx,
                        "UPDATE import SET state = $3, trouble = $4, begun_at = $5, ended_at = $6,"
                        " position = $7, version = version + 1 WHERE id = $1 AND state = $2",
                        DB_ARGS(db_int(one->id.v), db_int(one->state), db_int(to), db_str(trouble),
                                db_at(one->begun_at), db_at(one->ended_at), db_int(one->position)),
                        &changed);
    if (e)
        return e;
    if (changed == 0)
        return fault_set(c, ERR_CONFLICT, "the import was moved by somebody else");
    one->state = to;
    one->trouble = trouble;
    one->version++;
    return ERR_NONE;
}

enum err intake_import_advance(struct ctx *c, struct db_tx *tx, struct intake_import *one)
{
    return db_run(c, tx,
                  "UPDATE import SET position = $2, accepted = $3, updated = $4, repeated = $5, refused = $6"
                  " WHERE id = $1",
                  DB_ARGS(db_int(one->id.v), db_int(one->position), db_int(one->counts[INTAKE_ACCEPTED]),
                          db_int(one->counts[INTAKE_UPDATED]), db_int(one->counts[INTAKE_REPEATED]),
                          db_int(one->counts[INTAKE_REFUSED])),
                  NULL);
}

enum err intake_import_due(struct ctx *c, struct db_tx *tx, struct intake_import *one)
{
    return db_get(c, tx, "SELECT " IMPORT_COLUMNS " FROM import WHERE state IN (1, 5) ORDER BY id LIMIT 1", DB_NO_ARGS, import_of_row, one);
}

enum err intake_part_get(struct ctx *c, struct db_tx *tx, struct import_id id, int64_t part,
                         struct str *bytes)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, "SELECT bytes FROM import_part WHERE import_id = $1 AND part = $2",
                        DB_ARGS(db_int(id.v), db_int(part)), &row);

    if (e)
        return e;
    *bytes = db_col_str(row, 0, c->arena);
    db_end(row);
    return ERR_NONE;
}

/* ---- rows ---- */

enum err intake_rows_add(struct ctx *c, struct db_tx *tx, struct import_id id,
                         const struct intake_kept_row *rows, size_t count)
{
    enum { COLUMNS = 6 };
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, count * COLUMNS + 1);

    for (size_t i = 0; i < count; i++) {
        struct db_value *v = values + i * COLUMNS;
        v[0] = db_int(id.v);
        v[1] = db_int(rows[i].row);
        v[2] = db_int(rows[i].status);
        v[3] = db_id(rows[i].lead.v);
        v[4] = db_str(rows[i].errors);
        v[5] = db_str(rows[i].cells);
    }
    if (count == 0)
        return ERR_NONE;
    return db_many(c, tx,
                   "INSERT INTO import_row (import_id, row, status, lead_id, errors, cells)"
                   " VALUES ($1, $2, $3, $4, $5, $6)",
                   values, count, COLUMNS, NULL);
}

static void kept_of_row(const struct db_rows *r, struct arena *a, void *kept)
{
    *(struct intake_kept_row *)kept = (struct intake_kept_row){ db_col_int(r, 0), (int)db_col_int(r, 1), { db_col_int(r, 2) },
                                                                db_col_str(r, 3, a), db_col_str(r, 4, a) };
}

enum err intake_rows_list(struct ctx *c, struct db_tx *tx, struct import_id id, int status, int64_t after,
                          int64_t limit, struct intake_kept_row **rows, size_t *count)
{
    struct db_into into = DB_ITEMS(kept_of_row, rows, count);

    if (status < 0)
        return db_list(c, tx,
                       "SELECT row, status, lead_id, errors, cells FROM import_row"
                       " WHERE import_id = $1 AND row > $2 ORDER BY row LIMIT $3",
                       DB_ARGS(db_int(id.v), db_int(after), db_int(limit)), into);
    return db_list(c, tx,
                   "SELECT row, status, lead_id, errors, cells FROM import_row"
                   " WHERE import_id = $1 AND row > $2 AND status = $4 ORDER BY row LIMIT $3",
                   DB_ARGS(db_int(id.v), db_int(after), db_int(limit), db_int(status)), into);
}

static void lead_of_row(const struct db_rows *r, UNUSED struct arena *a, void *lead)
{
    ((struct lead_id *)lead)->v = db_col_int(r, 0);
}

enum err intake_rows_leads(struct ctx *c, struct db_tx *tx, struct import_id id, int status, int64_t limit,
                           struct lead_id **leads, size_t *count)
{
    return db_list(c, tx,
                   "SELECT lead_id FROM import_row WHERE import_id = $1 AND lead_id IS NOT NULL AND status <> 3"
                   " AND ($2 < 0 OR status = $2) GROUP BY lead_id ORDER BY min(row) LIMIT $3",
                   DB_ARGS(db_int(id.v), db_int(status), db_int(limit)), DB_ITEMS(lead_of_row, leads, count));
}

struct str intake_faults_print(struct arena *a, const struct intake_row *row, const struct str *headings,
                               size_t count)
{
    struct buf b = buf_new(a, 64 * 1024);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < row->fault_count; i++) {
        const struct intake_cell_fault *f = &row->faults[i];
        bool known = f->column >= 0 && (size_t)f->column < count;
        json_begin(&o);
        json_key(&o, "column");
        json_put_text(&o, known ? headings[f->column] : STR_NULL);
        json_key(&o, "index");
        if (f->column >= 0)
            json_put_int(&o, f->column);
        else
            json_put_null(&o);
        json_key(&o, "code");
        json_put_text(&o, str_of(f->code));
        json_key(&o, "detail");
        json_put_text(&o, f->detail.len ? f->detail : STR_NULL);
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

/* ---- refused events ---- */

enum err intake_rejects_add(struct ctx *c, struct db_tx *tx, int64_t source_id,
                            const struct intake_refusal *refused, size_t count)
{
    enum { COLUMNS = 7 };
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, count * COLUMNS + 1);

    for (size_t i = 0; i < count; i++) {
        struct db_value *v = values + i * COLUMNS;
        v[0] = db_int(db_new_id(tx));
        v[1] = db_int(c->now);
        v[2] = db_id(source_id);
        v[3] = db_str(str_of(err_slug(refused[i].code)));
        v[4] = db_str(refused[i].field.ptr ? refused[i].field : STR(""));
        v[5] = db_str(refused[i].message_id);
        v[6] = db_str(refused[i].snippet);
    }
    if (count == 0)
        return ERR_NONE;
    return db_many(c, tx,
                   "INSERT INTO reject (id, at, source_id, code, detail, message_id, snippet)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                   values, count, COLUMNS, NULL);
}

static void reject_of_row(const struct db_rows *r, struct arena *a, void *reject)
{
    *(struct intake_reject *)reject = (struct intake_reject){
        db_col_int(r, 0), db_col_at(r, 1), db_col_int(r, 2), db_col_str(r, 3, a), db_col_str(r, 4, a), db_col_str(r, 5, a), db_col_str(r, 6, a),
    };
}

enum err intake_rejects_list(struct ctx *c, struct db_tx *tx, int64_t before, int64_t limit,
                             struct intake_reject **list, size_t *count)
{
    return db_list(c, tx,
                   "SELECT id, at, source_id, code, detail, message_id, snippet FROM reject"
                   " WHERE id < $1 ORDER BY id DESC LIMIT $2", DB_ARGS(db_int(before ? before : INT64_MAX), db_int(limit)),
                   DB_ITEMS(reject_of_row, list, count));
}

enum err intake_rejects_cut(struct ctx *c, struct db_tx *tx, int64_t keep)
{
    return db_run(c, tx,
                  "DELETE FROM reject WHERE id < (SELECT id FROM reject ORDER BY id DESC LIMIT 1 OFFSET $1)",
                  DB_ARGS(db_int(keep)), NULL);
}
