/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "history/history.h"

enum err history_words(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, size_t each,
                       struct history_word **words, size_t *count)
{
    static const char sql[] = "SELECT DISTINCT kind, name, path FROM event WHERE lead_id = $1 AND kind <> $2 LIMIT $3";
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, n * 3 + 1);
    struct history_word *list = ARENA_ARRAY(c->arena, struct history_word, n * each + 1);
    struct db_rows *rows;
    size_t got = 0;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        values[i * 3] = db_int(leads[i].v);
        values[i * 3 + 1] = db_int(EVENT_DEED);
        values[i * 3 + 2] = db_int((int64_t)each);
    }
    if ((e = db_rows_many(c, tx, sql, values, n, 3, &rows)))
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
