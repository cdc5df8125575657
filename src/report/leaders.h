/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* leaders.h - what each salesperson did in a period; which place that is, says stat/place.h.
 *
 *   processed   leads to which the person has logged a contact in the period (speed.h says what a contact is): each once
 *   sold        leads that were won in the period, of whom they are now, and their sums
 *   speed, and what became of leads that came in the period: speed.h
 */
#ifndef REPORT_LEADERS_H
#define REPORT_LEADERS_H

#include "db/db.h"
#include "noun/ids.h"

struct leader_lead {
    struct user_id user;
    struct lead_id lead;
    int64_t amount;            /* of a sold one, minor units; 0: not known */
};
/* By user, then lead. */
NODISCARD enum err report_processed(struct ctx *c, struct db_tx *tx, instant from, instant until, struct leader_lead **list, size_t *count);
NODISCARD enum err report_sold(struct ctx *c, struct db_tx *tx, instant from, instant until, struct leader_lead **list, size_t *count);

#endif
