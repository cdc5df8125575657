/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/grid.h"

#include "db/list.h"
#include "stat/sample.h"

/* Kept states of an outcome: 1 won, 2 lost. */
static const char sql_grid[] =
    "SELECT n.cell, count(*), coalesce(sum(CASE WHEN o.state = 1 THEN 1 ELSE 0 END), 0), count(o.state) FROM v_lead_cell n "
    "LEFT JOIN v_outcome o ON o.lead_id = n.lead_id GROUP BY n.cell ORDER BY n.cell";

static void share_fill(struct grid_cell *cell)
{
    cell->enough = cell->decided >= GRID_ENOUGH;
    if (!cell->enough)
        return;
    struct sample_figure f = sample_wilson(cell->won, cell->decided, SAMPLE_Z95);
    cell->share = fix_muldiv(cell->won, FIX_ONE, cell->decided);
    cell->low = (fix)(f.low * FIX_ONE);
    cell->high = (fix)(f.high * FIX_ONE);
}

enum err report_grid(struct ctx *c, struct db_tx *tx, struct grid_cell *cells)
{
    struct db_rows *rows;
    enum err e = db_rows(c, tx, sql_grid, DB_NO_ARGS, &rows);

    memset(cells, 0, GRID_CELLS * sizeof *cells);
    if (e)
        return e;
    while (db_next(rows, &e)) {
        int64_t at = db_col_int(rows, 0);
        if (at < 0 || at >= GRID_CELLS)
            continue;
        cells[at].leads = db_col_int(rows, 1);
        cells[at].won = db_col_int(rows, 2);
        cells[at].decided = db_col_int(rows, 3);
        share_fill(&cells[at]);
    }
    db_end(rows);
    return e;
}

static const char sql_decided[] = "SELECT n.lead_id FROM v_lead_cell n JOIN v_outcome o ON o.lead_id = n.lead_id"
                                  " WHERE n.cell = $1 AND ($2 = 0 OR o.state = 1) ORDER BY n.lead_id";

enum err report_grid_decided(struct ctx *c, struct db_tx *tx, int cell, bool won, struct lead_id **leads, size_t *count)
{
    return db_list(c, tx, sql_decided, DB_ARGS(db_int(cell), db_int(won)), DB_ITEMS(db_int_of_row, leads, count));
}
