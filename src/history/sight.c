/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sight.c - which events count: what those see who judge it, and their verdicts kept. */
#include "history/history.h"

#include "base/fault.h"

#define SQL_SIGHT                                                                                  \
    "SELECT lead_id, id, at, kind, flags, source_id, mark_id, signal, name, body, path FROM event"        \
    " WHERE lead_id = $1 AND at >= $2 AND at <= $3 AND kind <> $4 AND (flags & 4) = 0"              \
    " ORDER BY at, id"

struct sights {
    struct history_sight *items;
    size_t count, cap;
};

static void sight_add(struct arena *a, struct sights *list, struct history_sight one)
{
    if (list->count == list->cap) {
        size_t cap = list->cap ? 2 * list->cap : 64;

        list->items = arena_grow(a, list->items, list->cap * sizeof one, cap * sizeof one);
        list->cap = cap;
    }
    list->items[list->count++] = one;
}

static enum err sight_read(struct ctx *c, struct db_rows *rows, struct history_sight *s)
{
    struct json *body = NULL;
    enum err e = ERR_NONE;

    *s = (struct history_sight){
        .lead = { db_col_int(rows, 0) },
        .id = db_col_int(rows, 1),
        .at = db_col_int(rows, 2),
        .kind = (enum event_kind)db_col_int(rows, 3),
        .flags = (int)db_col_int(rows, 4),
        .source_id = db_col_int(rows, 5),
        .mark_id = db_col_int(rows, 6),
        .signal = (int)db_col_int(rows, 7),
        .name = db_col_str(rows, 8, c->arena),
        .path = db_col_str(rows, 10, c->arena),
    };
    if (!db_col_null(rows, 9))
        e = json_read(c, db_col_str(rows, 9, c->arena), &body);
    s->body = body;
    return e;
}

enum err history_sights(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, instant from,
                        instant to, struct history_sight **sights, size_t *count)
{
    struct sights list = { 0 };
    enum err e = ERR_NONE;

    for (size_t i = 0; i < n && !e; i++) {
        struct db_rows *rows;

        e = db_rows(c, tx, SQL_SIGHT, DB_ARGS(db_int(leads[i].v), db_int(from), db_int(to), db_int(EVENT_DEED)), &rows);
        if (e)
            return e;
        while (db_next(rows, &e)) {
            struct history_sight one;

            if ((e = sight_read(c, rows, &one)))
                break;
            sight_add(c->arena, &list, one);
        }
        db_end(rows);
    }
    *sights = list.items;
    *count = list.count;
    return e;
}

enum err history_judge(struct ctx *c, struct db_tx *tx, const struct history_sight *sights, size_t n)
{
    enum { EVENT_COLUMNS = 6, PATCH_COLUMNS = 4 };
    struct db_value *events = ARENA_ARRAY(c->arena, struct db_value, EVENT_COLUMNS * n + 1);
    struct db_value *patches = ARENA_ARRAY(c->arena, struct db_value, PATCH_COLUMNS * n + 1);

    for (size_t i = 0; i < n; i++) {
        const struct history_sight *s = &sights[i];
        bool idle = s->flags & (HISTORY_BOT | HISTORY_HELD);
        struct db_value *e = events + EVENT_COLUMNS * i, *p = patches + PATCH_COLUMNS * i;

        e[0] = p[0] = db_int(s->lead.v);
        e[1] = p[1] = db_int(s->at);
        e[2] = p[2] = db_int(s->id);
        e[3] = db_int(s->flags);
        e[4] = db_id(s->mark_id);
        e[5] = db_id(s->signal);
        p[3] = db_int(idle ? 2 : 0);
    }
    enum err e = db_many(c, tx, "UPDATE event SET flags = $4, mark_id = $5, signal = $6 WHERE lead_id = $1 AND at = $2 AND id = $3",
                         events, n, EVENT_COLUMNS, NULL);
    if (e)
        return e;
    return db_many(c, tx,
                   "UPDATE profile_change SET undone = $4"
                   " WHERE lead_id = $1 AND at = $2 AND event_id = $3 AND undone <> 1",
                   patches, n, PATCH_COLUMNS, NULL);
}

/* Cuts leads to those for which sql (of a lead, and of what) has a row. */
static enum err cut(struct ctx *c, struct db_tx *tx, const char *sql, struct db_value what, struct lead_id *leads, size_t *n)
{
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, 2 * *n + 1);
    struct lead_id *found = ARENA_ARRAY(c->arena, struct lead_id, *n + 1);
    struct db_rows *rows;
    size_t count = 0;
    enum err e;

    for (size_t i = 0; i < *n; i++) {
        values[2 * i] = db_int(leads[i].v);
        values[2 * i + 1] = what;
    }
    if ((e = db_rows_many(c, tx, sql, values, *n, 2, &rows)))
        return e;
    while (db_next(rows, &e))
        found[count++].v = db_col_int(rows, 0);
    db_end(rows);
    memcpy(leads, found, count * sizeof *found);
    *n = count;
    return e;
}

enum err history_with_source(struct ctx *c, struct db_tx *tx, int64_t source_id, struct lead_id *leads, size_t *n)
{
    return cut(c, tx, "SELECT lead_id FROM event WHERE lead_id = $1 AND source_id = $2 LIMIT 1", db_int(source_id), leads, n);
}

enum err history_with_piece(struct ctx *c, struct db_tx *tx, struct str piece, struct lead_id *leads, size_t *n)
{
    struct str like = str_print(c->arena, "%%" STR_FMT "%%", STR_ARG(piece));

    return cut(c, tx, "SELECT lead_id FROM event WHERE lead_id = $1 AND lower(body) LIKE $2 LIMIT 1", db_str(like), leads, n);
}

enum err history_of_mark(struct ctx *c, struct db_tx *tx, int64_t mark_id, struct lead_id after, int64_t limit,
                         struct lead_id *leads, size_t *n)
{
    struct db_rows *rows;
    enum err e = db_rows(c, tx,
                         "SELECT DISTINCT lead_id FROM event WHERE mark_id = $1 AND lead_id > $2 ORDER BY lead_id LIMIT $3",
                         DB_ARGS(db_int(mark_id), db_int(after.v), db_int(limit)), &rows);

    *n = 0;
    if (e)
        return e;
    while (db_next(rows, &e))
        leads[(*n)++].v = db_col_int(rows, 0);
    db_end(rows);
    return e;
}

enum err history_find(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, int64_t event_id,
                      struct history_sight *sight)
{
    struct db_rows *row;
    enum err e = ERR_NOT_FOUND;

    for (size_t i = 0; i < n && e == ERR_NOT_FOUND; i++) {
        e = db_one(c, tx,
                   "SELECT lead_id, id, at, kind, flags, source_id, mark_id, signal, name, body, path FROM event"
                   " WHERE lead_id = $1 AND id = $2 AND (flags & 4) = 0",
                   DB_ARGS(db_int(leads[i].v), db_int(event_id)), &row);
        if (e)
            continue;
        e = sight_read(c, row, sight);
        db_end(row);
        return e;
    }
    return e;
}

enum err history_held_by(struct ctx *c, struct db_tx *tx, struct history_held *marks, size_t n)
{
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, n + 1);
    struct db_rows *rows;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        values[i] = db_int(marks[i].key);
        marks[i] = (struct history_held){ .key = marks[i].key, .last = INSTANT_NONE };
    }
    if ((e = db_rows_many(c, tx,
                          "SELECT count(*), count(DISTINCT lead_id), max(at) FROM event WHERE mark_id = $1", values, n, 1, &rows)))
        return e;
    while (db_next(rows, &e)) {
        struct history_held *m = &marks[db_row_index(rows)];

        m->events = db_col_int(rows, 0);
        m->leads = db_col_int(rows, 1);
        if (!db_col_null(rows, 2))
            m->last = db_col_int(rows, 2);
    }
    db_end(rows);
    return e;
}

enum err history_signals(struct ctx *c, struct db_tx *tx, struct history_held *signals, size_t n, size_t *count)
{
    struct db_rows *rows;
    enum err e = db_rows(c, tx,
                         "SELECT signal, count(*), count(DISTINCT lead_id), max(at) FROM event WHERE signal IS NOT NULL"
                         " GROUP BY signal ORDER BY signal",
                         DB_NO_ARGS, &rows);

    *count = 0;
    if (e)
        return e;
    while (db_next(rows, &e) && *count < n)
        signals[(*count)++] = (struct history_held){ db_col_int(rows, 0), db_col_int(rows, 1), db_col_int(rows, 2), db_col_int(rows, 3) };
    db_end(rows);
    return e;
}
