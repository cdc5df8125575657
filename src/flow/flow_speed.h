/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_speed.h - the leads of a question about speed (report/speed.h), each with its wait in the asked time and with what became of it:
 * report/ knows what happened, team/ who works when, learn/ which leads are old enough to be judged.
 */
#ifndef FLOW_FLOW_SPEED_H
#define FLOW_FLOW_SPEED_H

#include "report/speed.h"

enum flow_clock { FLOW_WORKING, FLOW_WALL };

struct flow_speed_ask {
    struct speed_question question;
    enum flow_clock clock;
    int band;                  /* -1: any; today's */
    bool by_source;            /* only those of `source` (empty: unknown) */
    struct str source;
    struct user_id who;        /* 0: anybody */
    int hours;                 /* -1: any; else the group of the day */
};

/* In c->arena. *cut: there were more than SPEED_ROWS_MAX, and these are the first of them. */
NODISCARD enum err flow_speed(struct ctx *c, struct db_tx *tx, const struct flow_speed_ask *ask, struct speed_lead **leads, size_t *count, bool *cut);

#endif
