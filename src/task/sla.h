/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sla.h - how soon a lead must be contacted, as a deadline in the working time of whoever must do it, and what follows when it is not.
 *
 * Norms are asked in order and the first that fits decides; when none does, the hot are owed an answer in the company's minutes, the warm
 * in a working day of 8 hours, and the cold nothing.
 *
 * A call that is not made sets off three alarms, each at most once for a person who holds it:
 *   remind     before the deadline, whoever holds it is told
 *   reassign   after it, the lead goes to another, by the same rules as the first time; the silent one is not offered it again
 *   escalate   after it, the head at work is told
 * By default: 2 minutes before, 2 after, 5 after. Alarms ring in working time only.
 *
 * The decisions are pure; the store keeps the norms.
 */
#ifndef TASK_SLA_H
#define TASK_SLA_H

#include "cal/cal.h"
#include "db/db.h"
#include "noun/change.h"

#define SLA_HOT_MINUTES  5
#define SLA_WARM_MINUTES 480
#define SLA_OFF          (-1)

struct sla_norm {
    int band;          /* enum band, or -1: any */
    struct str source; /* empty: any */
    int64_t minutes;   /* of working time, 1 or more; 0: nothing is owed */
    int64_t remind;    /* minutes before the deadline; 0: never */
    int64_t reassign, escalate; /* working minutes after it; SLA_OFF: never */
};
struct sla_norms {
    struct sla_norm *items;
    size_t count;
};

/* What is owed to a lead of this band and source. hot_minutes: the company's own for the hot when no norm fits; 0: SLA_HOT_MINUTES. */
struct sla_norm task_sla_norm(const struct sla_norms *norms, enum band band, struct str source, int64_t hot_minutes);
/* The deadline: minutes of cal's working time after from. If the calendar never opens, minutes of the clock after from: a hot
 * lead without a deadline must not exist. */
instant task_sla_due(const struct cal *cal, instant from, int64_t minutes);

enum sla_step { SLA_REMIND, SLA_REASSIGN, SLA_ESCALATE, SLA_STEPS };
struct sla_alarm {
    instant at;         /* INSTANT_NEVER: none is left */
    enum sla_step step;
};
/* The next alarm of a call due at `due`, by the calendar of who holds it. done: bits 1 << step of those that have rung. */
struct sla_alarm task_sla_alarm(const struct sla_norm *norm, const struct cal *cal, instant due, unsigned done);

/* In order. In c->arena. */
NODISCARD enum err task_sla_list(struct ctx *c, struct db_tx *tx, struct sla_norms *norms);
/* All of them at once. */
NODISCARD enum err task_sla_put_all(struct ctx *c, struct db_tx *tx, const struct sla_norms *norms);

#endif
