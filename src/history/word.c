/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "history/history.h"

enum err history_words(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, size_t each,
                       struct history_word **words, size_t *count)
{
    static const char sql[] = "SELECT DISTINCT kind, name, path FROM event WHERE lead_id = $1 LIMIT $2";
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, n * 2 + 1);
    struct history_word *list = ARENA_ARRAY(c->arena, struct history_word, n * each + 1);
    struct db_rows *rows;
    size_t got = 0;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        values[i * 2] = db_int(leads[i].v);
        values[i * 2 + 1] = db_int((int64_t)each);
    }
    if ((e = db_rows_many(c, tx, sql, values, n, 2, &rows)))
        return e;
    while (got < n * each && db_next(rows, &e))
        list[got++] = (struct history_word){
            .lead = db_row_index(rows),
            .kind = (enum event_kind)db_col_int(rows, 0),
            .name = db_col_str(rows, 1, c->arena),
            .path = db_col_str(rows, 2, c->arena),
        };
    db_end(rows);
    *words = list;
    *count = got;
    return e;
}

enum err history_bodies(struct ctx *c, struct db_tx *tx, const struct history_ask *asks, size_t n, size_t each,
                        struct history_body **bodies, size_t *count)
{
    enum { COLUMNS = 4 };
    static const char sql[] = "SELECT body FROM event WHERE lead_id = $1 AND kind = $2 AND ($3 IS NULL OR name = $3) AND body IS NOT NULL"
                              " ORDER BY at DESC, id DESC LIMIT $4";
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, n * COLUMNS + 1);
    struct history_body *list = ARENA_ARRAY(c->arena, struct history_body, n * each + 1);
    struct db_rows *rows;
    size_t got = 0;
    enum err e;

    *bodies = list;
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        values[i * COLUMNS] = db_int(asks[i].lead.v);
        values[i * COLUMNS + 1] = db_int(asks[i].kind);
        values[i * COLUMNS + 2] = asks[i].name.ptr ? db_str(asks[i].name) : db_null();
        values[i * COLUMNS + 3] = db_int((int64_t)each);
    }
    if (!n)
        return ERR_NONE;
    if ((e = db_rows_many(c, tx, sql, values, n, COLUMNS, &rows)))
        return e;
    while (got < n * each && db_next(rows, &e)) {
        struct json *body;

        if ((e = json_read(c, db_col_str(rows, 0, c->arena), &body)))
            break;
        list[got++] = (struct history_body){ db_row_index(rows), body };
    }
    db_end(rows);
    *count = got;
    return e;
}
