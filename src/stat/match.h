/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* match.h - a backlog given out at once: who gets which, so that the sum is the best there is.
 *
 * Rows (leads) each want one column (a person) of limited room, or to wait. Among all ways that keep the room, the one with the smallest
 * sum of costs is found, and the prices that prove it: the transportation problem with unit supplies.
 *
 * Successive shortest paths with prices (Jonker and Volgenant 1987, for columns with room Volgenant 1996): rows are placed one after
 * another; a row that finds its column full pushes another row on, along the cheapest chain of moves, found by Dijkstra over
 * columns alone. From a column j the cheapest move to k is kept in a table, the least cost[i][k] - cost[i][j] of its rows. So a row costs
 * at most columns squared, and far less while there is room: 10,000 rows and 500 columns are a matter of seconds, not of a linear program.
 *
 * Integers throughout: the sum is exact, and the same input gives the same answer on any machine. Ties go to the earlier column; a caller
 * who wants them to go to whoever has waited longest puts that one first.
 */
#ifndef STAT_MATCH_H
#define STAT_MATCH_H

#include "base/arena.h"

#define MATCH_NEVER    INT64_MAX         /* a cost: this row may not have this column */
#define MATCH_COST_MAX ((int64_t)1 << 48) /* of any other cost, sign aside */
#define MATCH_WAITS    (-1)              /* a column: none */

struct match {
    size_t rows, columns;   /* at most 1,000,000 and 10,000 */
    const int64_t *cost;    /* rows x columns, by row */
    const int64_t *wait;    /* rows: the cost of leaving the row where it is; never MATCH_NEVER */
    const int64_t *room;    /* columns: how many rows each can hold, 0 or more */
};

struct matched {
    int32_t *column;        /* rows: its column, or MATCH_WAITS */
    int64_t sum;            /* of the costs, waiting included */
    size_t placed;          /* rows that do not wait */
    int64_t *price;         /* columns: what one more place there would save, 0 or more; 0 where room is left */
};

/* The best of all. The answer and the work space lie in a: columns squared x 12 bytes. Pure. */
struct matched match_best(const struct match *m, struct arena *a);
/* Whether prices prove the answer: room is kept, no row would rather be elsewhere at these prices, and only full columns have one. By the
 * duality of linear programs this holds for the best answers and for no others. */
bool match_proved(const struct match *m, const struct matched *answer, struct arena *a);

#endif
