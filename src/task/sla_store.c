/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "task/sla.h"

#include "db/list.h"

static const char sql_list[] = "SELECT band, source, minutes, remind, reassign, escalate FROM sla_norm ORDER BY place";
static const char sql_clear[] = "DELETE FROM sla_norm";
static const char sql_add[] =
    "INSERT INTO sla_norm (place, band, source, minutes, remind, reassign, escalate) VALUES ($1, $2, $3, $4, $5, $6, $7)";

static void norm_of_row(const struct db_rows *r, struct arena *a, void *norm)
{
    *(struct sla_norm *)norm = (struct sla_norm){
        .band = (int)db_col_int(r, 0), .source = db_col_str(r, 1, a), .minutes = db_col_int(r, 2),
        .remind = db_col_int(r, 3), .reassign = db_col_int(r, 4), .escalate = db_col_int(r, 5),
    };
}

enum err task_sla_list(struct ctx *c, struct db_tx *tx, struct sla_norms *norms)
{
    return db_list(c, tx, sql_list, DB_NO_ARGS, DB_LIST(norm_of_row, norms));
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
