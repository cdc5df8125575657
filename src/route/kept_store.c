/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "route/kept.h"

/* So few stand by themselves. */
enum { ALONE = 16 };

static const char sql_last[] = "SELECT id, body, step FROM candidate_frame WHERE pool_id = $1 ORDER BY id DESC LIMIT 1";
static const char sql_add[] = "INSERT INTO candidate_frame (id, pool_id, body, step) VALUES ($1, $2, $3, 0)";
static const char sql_step[] = "UPDATE candidate_frame SET step = $2 WHERE id = $1 AND step = 0";
static const char sql_body[] = "SELECT body FROM candidate_frame WHERE id = $1";

static enum err not_ours(struct ctx *c)
{
    return fault_set(c, ERR_INTERNAL, "the candidates of a decision cannot be read");
}

/* ---- written ---- */

static enum err frame_find(struct ctx *c, struct db_tx *tx, struct route_frame *f)
{
    struct db_rows *row;
    enum err e;
    bool ours;

    if (f->known)
        return ERR_NONE;
    f->known = true;
    e = db_one(c, tx, sql_last, DB_ARGS(db_int(f->pool.v)), &row);
    if (e == ERR_NOT_FOUND) {
        fault_clear(c);
        return ERR_NONE;
    }
    if (e)
        return e;
    f->id = db_col_int(row, 0);
    f->bytes = (int64_t)db_col_view(row, 1).len;
    f->step = db_col_int(row, 2);
    ours = candidate_unpack(c->arena, db_col_view(row, 1), (struct candidates){ NULL, 0 }, &f->list);
    db_end(row);
    return ours ? ERR_NONE : not_ours(c);
}

static bool worn_out(const struct route_frame *f, int64_t bytes)
{
    int64_t grown = bytes - f->step;

    return !f->id || (grown > 0 && f->step && grown * grown > 2 * f->bytes * f->step) || (!f->step && bytes > f->bytes / 2);
}

static enum err frame_new(struct ctx *c, struct db_tx *tx, struct candidates list, struct route_frame *f)
{
    struct str body = candidate_pack(c->arena, list, (struct candidates){ NULL, 0 });
    struct candidate *own = arena_alloc(c->arena, (list.count + 1) * sizeof *own);

    memcpy(own, list.items, list.count * sizeof *own);
    f->id = db_new_id(tx);
    f->list = (struct candidates){ own, list.count };
    f->bytes = (int64_t)body.len;
    f->step = 0;
    return db_run(c, tx, sql_add, DB_ARGS(db_int(f->id), db_int(f->pool.v), db_blob(body)), NULL);
}

enum err route_kept_make(struct ctx *c, struct db_tx *tx, struct candidates list, struct route_frame *f, struct route_kept *kept)
{
    enum err e;

    *kept = (struct route_kept){ .frame = f };
    if (!f || !f->pool.v || list.count < ALONE) {
        kept->frame = NULL;
        kept->bytes = candidate_pack(c->arena, list, (struct candidates){ NULL, 0 });
        return ERR_NONE;
    }
    if ((e = frame_find(c, tx, f)))
        return e;
    kept->bytes = candidate_pack(c->arena, list, f->list);
    if (worn_out(f, (int64_t)kept->bytes.len)) {
        if ((e = frame_new(c, tx, list, f)))
            return e;
        kept->bytes = candidate_pack(c->arena, list, f->list);
    } else if (!f->step) {
        f->step = (int64_t)kept->bytes.len;
        e = db_run(c, tx, sql_step, DB_ARGS(db_int(f->id), db_int(f->step)), NULL);
    }
    kept->frame_id = f->id;
    return e;
}

/* ---- read ---- */

static enum err frame_get(struct ctx *c, struct db_tx *tx, int64_t id, struct route_frame *f)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, sql_body, DB_ARGS(db_int(id)), &row);
    bool ours;

    if (e)
        return e;
    *f = (struct route_frame){ .id = id };
    ours = candidate_unpack(c->arena, db_col_view(row, 0), (struct candidates){ NULL, 0 }, &f->list);
    db_end(row);
    return ours ? ERR_NONE : not_ours(c);
}

/* Frames that were read, those of the last decisions at the end: where the next one's is most likely. */
struct known {
    struct route_frame **items;
    size_t count;
};

static enum err frame_of(struct ctx *c, struct db_tx *tx, struct known *known, int64_t id, const struct route_frame **out)
{
    struct route_frame *new;
    enum err e;

    for (size_t i = known->count; i-- > 0;)
        if (known->items[i]->id == id) {
            *out = known->items[i];
            return ERR_NONE;
        }
    new = ARENA_NEW(c->arena, struct route_frame);
    if ((e = frame_get(c, tx, id, new)))
        return e;
    known->items = arena_more(c->arena, known->items, known->count, sizeof *known->items);
    known->items[known->count++] = new;
    *out = new;
    return ERR_NONE;
}

enum err route_kept_frames(struct ctx *c, struct db_tx *tx, struct route_kept *first, size_t count, size_t step_bytes)
{
    struct known known = { NULL, 0 };
    enum err e = ERR_NONE;

    for (size_t i = 0; i < count && !e; i++) {
        struct route_kept *kept = (struct route_kept *)(void *)((char *)first + i * step_bytes);

        if (kept->frame_id)
            e = frame_of(c, tx, &known, kept->frame_id, &kept->frame);
    }
    return e;
}

enum err route_kept_read(struct ctx *c, const struct route_kept *kept, struct candidates *list)
{
    *list = (struct candidates){ NULL, 0 };
    if (!kept->bytes.ptr)
        return kept->text.len ? candidate_read(c, kept->text, list) : ERR_NONE;
    return candidate_unpack(c->arena, kept->bytes, kept->frame ? kept->frame->list : *list, list) ? ERR_NONE : not_ours(c);
}
