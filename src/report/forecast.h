/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* forecast.h - what a month has brought and what of the deals in work it may still bring.
 *
 * A deal in work buys with the chance that the predictor gives it, some day; how much of that chance falls into the rest of the month, is told by the ages at
 * which leads have bought: of those that bought later than the deal is old, the share that did before the month's end. What is expected is the
 * sum of chance x amount; where the amount is not known, the mean deal of the last wins, if enough of their sums are known, else the deal counts in
 * numbers alone. The interval holds if deals are decided each for itself; what is not in it is leads that are still to become deals.
 *
 * The arithmetic is stat/expect.h's; here is what is read for it.
 */
#ifndef REPORT_FORECAST_H
#define REPORT_FORECAST_H

#include "db/db.h"
#include "noun/ids.h"

struct forecast_win {
    struct user_id owner;     /* 0: nobody's */
    struct lead_id lead;
    instant at;
    int64_t amount;           /* 0: not known */
};
enum { FORECAST_WINS = 100000, FORECAST_MEAN_OF = 200, FORECAST_MEAN_LEAST = 5 };
/* Won in [from, until), by time; the first FORECAST_WINS. In c->arena. */
NODISCARD enum err report_win_list(struct ctx *c, struct db_tx *tx, instant from, instant until, struct forecast_win **list, size_t *count);
/* Of the last FORECAST_MEAN_OF wins before `until`, those with a sum; 0: fewer than FORECAST_MEAN_LEAST. */
NODISCARD enum err report_mean_deal(struct ctx *c, struct db_tx *tx, instant until, int64_t *mean);

#endif
