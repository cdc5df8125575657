/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* grid.h - how many leads stand in each cell of fit and engagement, and how many of those that were decided bought.
 *
 * A lead is counted in the cell where it stands now, not where it stood when it was decided: the grid tells what the cells are worth as
 * they are filled today; calibration judges by the score of the judging instant. Leads that are still open are no losses: they are
 * not in n.
 */
#ifndef REPORT_GRID_H
#define REPORT_GRID_H

#include "base/fix.h"
#include "db/db.h"
#include "noun/ids.h"

enum { GRID_CELLS = 10, GRID_ENOUGH = 10 }; /* the tenth: not counted yet. A share needs so many decided leads */

struct grid_cell {
    int64_t leads, won, decided;
    bool enough;          /* the three below are told */
    fix share, low, high; /* won of decided, Wilson's interval of 95 % */
};
/* cells has GRID_CELLS entries. */
NODISCARD enum err report_grid(struct ctx *c, struct db_tx *tx, struct grid_cell *cells);
/* The decided leads of one cell, or those of them that bought, as counted there; by lead. In c->arena. */
NODISCARD enum err report_grid_decided(struct ctx *c, struct db_tx *tx, int cell, bool won, struct lead_id **leads, size_t *count);

#endif
