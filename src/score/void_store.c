/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* void_store.c - crossings whose cause turned out not to count: said beside the record, which stays. */
#include "score/score_store.h"

enum err score_void_list(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct crossing_void **voids, size_t *count)
{
    struct db_rows *rows;
    enum err e = db_rows(c, tx, "SELECT crossing_id, at, lifted_at FROM crossing_void WHERE lead_id = $1 ORDER BY crossing_id",
                         DB_ARGS(db_int(lead.v)), &rows);

    *voids = NULL;
    *count = 0;
    if (e)
        return e;
    while (db_next(rows, &e)) {
        *voids = arena_more(c->arena, *voids, *count, sizeof **voids);
        (*voids)[(*count)++] = (struct crossing_void){
            { db_col_int(rows, 0) }, db_col_int(rows, 1), db_col_null(rows, 2) ? INSTANT_NONE : db_col_int(rows, 2),
        };
    }
    db_end(rows);
    return e;
}

enum err score_void_put(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct crossing_id crossing, bool lifted)
{
    if (lifted)
        return db_run(c, tx, "UPDATE crossing_void SET lifted_at = $2 WHERE crossing_id = $1",
                      DB_ARGS(db_int(crossing.v), db_int(c->now)), NULL);
    return db_run(c, tx,
                  "INSERT INTO crossing_void (crossing_id, lead_id, at, lifted_at) VALUES ($1, $2, $3, NULL)"
                  " ON CONFLICT (crossing_id) DO UPDATE SET at = excluded.at, lifted_at = NULL",
                  DB_ARGS(db_int(crossing.v), db_int(lead.v), db_int(c->now)), NULL);
}
