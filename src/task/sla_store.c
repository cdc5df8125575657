/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "task/sla.h"

static const char sql_list[] = "SELECT band, source, minutes, remind, reassign, escalate FROM sla_norm ORDER BY place";
static const char sql_clear[] = "DELETE FROM sla_norm";
static const char sql_add[] =
    "INSERT INTO sla_norm (place, band, source, minutes, remind, reassign, escalate) VALUES ($1, $2, $3, $4, $5, $6, $7)";

enum err task_sla_list(struct ctx *c, struct db_tx *tx, struct sla_norms *norms)
{
    struct sla_norms all = { NULL, 0 };
    struct db_rows *rows;
    enum err e = db_rows(c, tx, sql_list, DB_NO_ARGS, &rows);

    if (e)
        return e;
    while (db_next(rows, &e)) {
        all.items = arena_more(c->arena, all.items, all.count, sizeof *all.items);
        all.items[all.count++] = (struct sla_norm){
            .band = (int)db_col_int(rows, 0), .source = db_col_str(rows, 1, c->arena), .minutes = db_col_int(rows, 2),
            .remind = db_col_int(rows, 3), .reassign = db_col_int(rows, 4), .escalate = db_col_int(rows, 5),
        };
    }
    db_end(rows);
    if (!e)
        *norms = all;
    return e;
}

enum err task_sla_put_all(struct ctx *c, struct db_tx *tx, const struct sla_norms *norms)
{
    enum err e = db_run(c, tx, sql_clear, DB_NO_ARGS, NULL);

    for (size_t i = 0; i < norms->count && !e; i++) {
        const struct sla_norm *n = &norms->items[i];

        e = db_run(c, tx, sql_add,
                   DB_ARGS(db_int((int64_t)i + 1), db_int(n->band), db_str(n->source.ptr ? n->source : STR("")),
                           db_int(n->minutes), db_int(n->remind), db_int(n->reassign), db_int(n->escalate)),
                   NULL);
    }
    return e;
}
