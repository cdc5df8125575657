/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sla.h - how soon a lead must be contacted, as a deadline in the working time of whoever must do it.
 *
 * Rows are asked in order and the first that fits decides; when none does, the hot are owed an answer in 5 minutes, the warm in a
 * working day of 8 hours, and the cold nothing. Pure.
 */
#ifndef TASK_SLA_H
#define TASK_SLA_H

#include "cal/cal.h"
#include "noun/change.h"

#define SLA_HOT_MINUTES  5
#define SLA_WARM_MINUTES 480

struct sla_row {
    int band;          /* enum band, or -1: any */
    struct str source; /* empty: any */
    int64_t minutes;   /* of working time, 1 or more */
};

/* Minutes owed to a lead of this band and source; 0: nothing is owed. */
int64_t task_sla_minutes(const struct sla_row *rows, size_t count, enum band band, struct str source);
/* The deadline: minutes of cal's working time after from. If the calendar never opens, minutes of the clock after from: a hot
 * lead without a deadline must not exist. */
instant task_sla_due(const struct cal *cal, instant from, int64_t minutes);

#endif
