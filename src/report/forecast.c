/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/forecast.h"

#include "db/list.h"

/* Of outcomes 1 is won. */
static const char sql_wins[] =
    "SELECT l.owner_id, o.lead_id, o.at, coalesce(o.amount, m.amount, 0) FROM v_outcome o JOIN v_lead l ON l.lead_id = o.lead_id "
    "LEFT JOIN v_lead_amount m ON m.lead_id = o.lead_id WHERE o.at >= $1 AND o.at < $2 AND o.state = 1 ORDER BY o.at, o.lead_id LIMIT $3";
static const char sql_last[] =
    "SELECT coalesce(o.amount, m.amount, 0) FROM v_outcome o LEFT JOIN v_lead_amount m ON m.lead_id = o.lead_id "
    "WHERE o.at < $1 AND o.state = 1 ORDER BY o.at DESC, o.lead_id DESC LIMIT $2";

static void win_of_row(const struct db_rows *r, UNUSED struct arena *a, void *win)
{
    *(struct forecast_win *)win = (struct forecast_win){ { db_col_int(r, 0) }, { db_col_int(r, 1) }, db_col_at(r, 2), db_col_int(r, 3) };
}

enum err report_win_list(struct ctx *c, struct db_tx *tx, instant from, instant until, struct forecast_win **list, size_t *count)
{
    return db_list(c, tx, sql_wins, DB_ARGS(db_int(from), db_int(until), db_int(FORECAST_WINS)), DB_ITEMS(win_of_row, list, count));
}

enum err report_mean_deal(struct ctx *c, struct db_tx *tx, instant until, int64_t *mean)
{
    int64_t *sums, n = 0, sum = 0;
    size_t count;
    enum err e = db_list(c, tx, sql_last, DB_ARGS(db_int(until), db_int(FORECAST_MEAN_OF)), DB_ITEMS(db_int_of_row, &sums, &count));

    if (e)
        return e;
    for (size_t i = 0; i < count; i++) {
        n += sums[i] > 0;
        sum += sums[i] > 0 ? sums[i] : 0;
    }
    *mean = n >= FORECAST_MEAN_LEAST ? (sum + n / 2) / n : 0;
    return ERR_NONE;
}
