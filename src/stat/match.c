/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stat/match.h"

/* The work space. Column `columns`, one past the last, stands for waiting: it has room for all. */
struct work {
    const struct match *m;
    size_t width;        /* columns + 1 */
    int64_t *bill;       /* width: minus the price of each column */
    int64_t *used;       /* width: rows there now */
    int32_t *column;     /* rows: column, -1 while not yet placed */
    int32_t *first;      /* width: its rows as a list, -1 at the end */
    int32_t *next;       /* rows */
    int64_t *step;       /* width x width: the cheapest move from one column to another */
    int32_t *mover;      /* width x width: the row that would make it */
    int32_t *lost;       /* width: columns whose mover has just left */
    int64_t *distance;   /* width: of the search under way */
    int32_t *from;       /* width: the column before it on the way, -1: the new row itself */
    bool *done;          /* width */
};

static int64_t cost_of(const struct match *m, size_t row, size_t column)
{
    return column == m->columns ? m->wait[row] : m->cost[row * m->columns + column];
}

static bool has_room(const struct work *w, size_t column)
{
    return column == w->m->columns || w->used[column] < w->m->room[column];
}

static int64_t step_cost(const struct work *w, int32_t row, size_t from, size_t to)
{
    int64_t there = cost_of(w->m, (size_t)row, to);

    return there == MATCH_NEVER ? MATCH_NEVER : there - cost_of(w->m, (size_t)row, from);
}

static void offer_step(struct work *w, size_t from, size_t to, int32_t row)
{
    int64_t cost = step_cost(w, row, from, to);

    if (cost < w->step[from * w->width + to]) {
        w->step[from * w->width + to] = cost;
        w->mover[from * w->width + to] = row;
    }
}

static void put(struct work *w, int32_t row, size_t column)
{
    w->column[row] = (int32_t)column;
    w->next[row] = w->first[column];
    w->first[column] = row;
    w->used[column]++;
    for (size_t k = 0; k < w->width; k++)
        offer_step(w, column, k, row);
}

/* Only the steps that this row would have made are found anew: of a column's rows each makes its share of them, so that this costs about
 * as much as putting one there. */
static void take(struct work *w, int32_t row)
{
    size_t column = (size_t)w->column[row], count = 0;
    int32_t *at = &w->first[column];

    while (*at != row)
        at = &w->next[*at];
    *at = w->next[row];
    w->used[column]--;
    for (size_t k = 0; k < w->width; k++)
        if (w->mover[column * w->width + k] == row) {
            w->step[column * w->width + k] = MATCH_NEVER;
            w->mover[column * w->width + k] = -1;
            w->lost[count++] = (int32_t)k;
        }
    for (int32_t other = w->first[column]; other >= 0; other = w->next[other])
        for (size_t i = 0; i < count; i++)
            offer_step(w, column, (size_t)w->lost[i], other);
}

/* The nearest column not done yet, or -1. */
static ptrdiff_t nearest(const struct work *w)
{
    ptrdiff_t best = -1;
    int64_t least = MATCH_NEVER;

    for (size_t k = 0; k < w->width; k++)
        if (!w->done[k] && w->distance[k] < least) {
            least = w->distance[k];
            best = (ptrdiff_t)k;
        }
    return best;
}

static void relax(struct work *w, size_t j)
{
    int64_t base = w->distance[j] + w->bill[j];
    const int64_t *step = &w->step[j * w->width];

    for (size_t k = 0; k < w->width; k++) {
        int64_t through;

        if (w->done[k] || step[k] == MATCH_NEVER)
            continue;
        through = base + step[k] - w->bill[k];
        if (through < w->distance[k]) {
            w->distance[k] = through;
            w->from[k] = (int32_t)j;
        }
    }
}

/* The nearest column with room, from a row that has none yet. Waiting always has room, so there is one. */
static size_t search(struct work *w, size_t row)
{
    for (size_t k = 0; k < w->width; k++) {
        int64_t cost = cost_of(w->m, row, k);

        w->distance[k] = cost == MATCH_NEVER || (!has_room(w, k) && w->used[k] == 0) ? MATCH_NEVER : cost - w->bill[k];
        w->from[k] = -1;
        w->done[k] = false;
    }
    for (;;) {
        size_t j = (size_t)nearest(w);

        w->done[j] = true;
        if (has_room(w, j))
            return j;
        relax(w, j);
    }
}

/* The columns passed on the way become dearer by as much as they were nearer than the end: every row stands where it is cheapest again. */
static void charge(struct work *w, size_t end)
{
    for (size_t k = 0; k < w->width; k++)
        if (w->done[k] && w->distance[k] < w->distance[end])
            w->bill[k] -= w->distance[end] - w->distance[k];
}

/* Each column on the way hands one row on; the first one takes the new row. The movers are read before any list changes. */
static void augment(struct work *w, int32_t row, size_t end, int32_t *movers)
{
    size_t count = 0, at = end;

    for (; w->from[at] >= 0; at = (size_t)w->from[at])
        movers[count++] = w->mover[(size_t)w->from[at] * w->width + at];
    at = end;
    for (size_t i = 0; i < count; i++) {
        size_t before = (size_t)w->from[at];

        take(w, movers[i]);
        put(w, movers[i], at);
        at = before;
    }
    put(w, row, at);
}

static struct work work_begin(const struct match *m, struct arena *a)
{
    size_t width = m->columns + 1;
    struct work w = { .m = m, .width = width };

    w.bill = ARENA_ARRAY(a, int64_t, width);
    w.used = ARENA_ARRAY(a, int64_t, width);
    w.column = ARENA_ARRAY(a, int32_t, m->rows + 1);
    w.first = ARENA_ARRAY(a, int32_t, width);
    w.next = ARENA_ARRAY(a, int32_t, m->rows + 1);
    w.step = ARENA_ARRAY(a, int64_t, width * width);
    w.mover = ARENA_ARRAY(a, int32_t, width * width);
    w.lost = ARENA_ARRAY(a, int32_t, width);
    w.distance = ARENA_ARRAY(a, int64_t, width);
    w.from = ARENA_ARRAY(a, int32_t, width);
    w.done = ARENA_ARRAY(a, bool, width);
    for (size_t k = 0; k < width; k++)
        w.first[k] = -1;
    for (size_t i = 0; i < width * width; i++) {
        w.step[i] = MATCH_NEVER;
        w.mover[i] = -1;
    }
    return w;
}

struct matched match_best(const struct match *m, struct arena *a)
{
    struct work w = work_begin(m, a);
    int32_t *movers = ARENA_ARRAY(a, int32_t, w.width + 1);
    struct matched answer = { .column = w.column, .price = ARENA_ARRAY(a, int64_t, m->columns + 1) };

    for (size_t row = 0; row < m->rows; row++) {
        size_t end = search(&w, row);

        charge(&w, end);
        augment(&w, (int32_t)row, end, movers);
    }
    for (size_t row = 0; row < m->rows; row++) {
        answer.sum += cost_of(m, row, (size_t)w.column[row]);
        if ((size_t)w.column[row] == m->columns)
            w.column[row] = MATCH_WAITS;
        else
            answer.placed++;
    }
    for (size_t k = 0; k < m->columns; k++)
        answer.price[k] = -w.bill[k];
    return answer;
}

static bool row_content(const struct match *m, const struct matched *answer, size_t row)
{
    int32_t at = answer->column[row];
    int64_t here = at == MATCH_WAITS ? m->wait[row] : m->cost[row * m->columns + (size_t)at];

    if (here == MATCH_NEVER)
        return false;
    here += at == MATCH_WAITS ? 0 : answer->price[at];
    if (m->wait[row] < here)
        return false;
    for (size_t k = 0; k < m->columns; k++) {
        int64_t there = m->cost[row * m->columns + k];

        /* What has no room at all has no price either: nobody can want it. */
        if (there != MATCH_NEVER && m->room[k] > 0 && there + answer->price[k] < here)
            return false;
    }
    return true;
}

bool match_proved(const struct match *m, const struct matched *answer, struct arena *a)
{
    int64_t *used = ARENA_ARRAY(a, int64_t, m->columns + 1);

    for (size_t row = 0; row < m->rows; row++) {
        if (answer->column[row] != MATCH_WAITS)
            used[answer->column[row]]++;
        if (!row_content(m, answer, row))
            return false;
    }
    for (size_t k = 0; k < m->columns; k++)
        if (used[k] > m->room[k] || answer->price[k] < 0 || (answer->price[k] > 0 && used[k] < m->room[k]))
            return false;
    return true;
}
