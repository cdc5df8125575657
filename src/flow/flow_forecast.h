/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_forecast.h - a month of the company: what is to be sold, what has been, and what the deals in work may still bring (report/forecast.h).
 *
 * A win is of whoever owns the lead now, in the month in which it was decided. Foretold is the running month alone, and only when a predictor is in use:
 * else the reason is told and nothing is made up. Deals in work are leads from the stage of a first contact on; of more than
 * FLOW_DEALS_MOST the dearest are counted, and that is said.
 */
#ifndef FLOW_FLOW_FORECAST_H
#define FLOW_FLOW_FORECAST_H

#include "flow/flow.h"
#include "lead/lead.h"
#include "report/forecast.h"
#include "stat/expect.h"
#include "team/target.h"

enum { FLOW_DEALS_MOST = 5000, FLOW_MONTH_DAYS = 31 };

enum flow_silence { FORECAST_TOLD, FORECAST_NO_PREDICTOR, FORECAST_NOT_NOW };
extern const char *const flow_silences[]; /* "told", "no_predictor", "not_now", NULL */

struct flow_plan_row {
    struct user_id user;         /* 0: the company; of nobody's deals there is no row */
    struct target target;
    int64_t won, money, unknown; /* unknown: of the won, sums not known */
    struct expect more;          /* of deals in work */
    int64_t averaged;            /* of those deals: too little is known of them, each counts as the average lead (flow_foretell.h) */
};
struct flow_plan {
    int month;
    instant from, until;
    bool summed;                 /* the company's target is the sum of people's: it has none of its own */
    enum flow_silence silence;
    bool cut;
    int64_t mean;                /* at which deals without a sum are counted; 0: none */
    struct flow_plan_row all, *items; /* of people who have a target, a win or a deal, by id */
    size_t count;
    struct {
        int64_t won, money;
    } days[FLOW_MONTH_DAYS];     /* each for itself, by the company's calendar */
    int day_count, today;        /* today: of the days, from 0; -1: not in this month */
};
/* month: year * 100 + month of a year 1970 to 9999, 0: the running one. ERR_OUT_OF_RANGE. */
NODISCARD enum err flow_plan(struct flow *f, struct ctx *c, struct db_tx *tx, int month, struct flow_plan *p);

/* The leads behind it: won in the month, or in work now; user 0: everybody's. In c->arena. */
NODISCARD enum err flow_plan_won(struct ctx *c, struct db_tx *tx, int month, struct user_id user, struct lead_id **leads, size_t *count);
NODISCARD enum err flow_plan_deals(struct ctx *c, struct db_tx *tx, struct user_id user, struct lead_id **leads, size_t *count);

#endif
