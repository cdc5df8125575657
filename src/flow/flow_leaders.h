/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_leaders.h - what each salesperson did in a period, brought together: report/ counts, team/ knows the people, lead/ what they hold.
 *
 * Who is told of: active people who may be given leads, and whoever did something in the period. Speed is that of leads that turned hot in the
 * period, in working time; what became of leads is of those that came in it (report/speed.h says whose a lead is).
 */
#ifndef FLOW_FLOW_LEADERS_H
#define FLOW_FLOW_LEADERS_H

#include "flow/flow_speed.h"
#include "report/leaders.h"
#include "stat/place.h"

struct flow_leader {
    struct user_id user;
    struct str name;
    bool active;
    int64_t processed, sold, money, unknown; /* unknown: of the sold, sums not known */
    struct speed_figures speed;
    int64_t given, decided, won;
    struct speed_share share;              /* won of decided */
    int64_t load, capacity, hot;
    struct place by_processed, by_money, by_speed, by_share;
};
struct flow_leaders_ask {
    instant from, until;
    int64_t fast_us;
};
/* By user. In c->arena. */
NODISCARD enum err flow_leaders(struct ctx *c, struct db_tx *tx, const struct flow_leaders_ask *ask, struct flow_leader **list, size_t *count);

#endif
