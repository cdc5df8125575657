/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* void_store.c - crossings whose cause turned out not to count: said beside the record, which stays. */
#include "score/score_store.h"

#include "db/list.h"

static void void_of_row(const struct db_rows *r, UNUSED struct arena *a, void *one)
{
    *(struct crossing_void *)one = (struct crossing_void){ { db_col_int(r, 0) }, db_col_int(r, 1), db_col_at(r, 2) };
}

enum err score_void_list(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct crossing_void **voids, size_t *count)
{
    return db_list(c, tx, "SELECT crossing_id, at, lifted_at FROM crossing_void WHERE lead_id = $1 ORDER BY crossing_id",
                   DB_ARGS(db_int(lead.v)), DB_ITEMS(void_of_row, voids, count));
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
