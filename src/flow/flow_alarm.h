/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_alarm.h - what follows when the call of a hot lead is not made in time: a reminder, another person, the head of sales.
 *
 * When is decided by task/sla.h; here it is carried out, each alarm once for each person who holds the call. Another person is found as the
 * first one was; the silent one is ruled out for this lead from then on. The head is told at the latest when a lead is taken from
 * somebody, by a task of their own that ends with the call.
 */
#ifndef FLOW_FLOW_ALARM_H
#define FLOW_FLOW_ALARM_H

#include "db/db.h"
#include "noun/change.h"

/* Rings what is due by c->now, at most limit calls. */
NODISCARD enum err flow_alarm(struct ctx *c, struct db_tx *tx, int64_t limit, struct messages *out);
/* When it has something to do; INSTANT_NEVER. */
NODISCARD enum err flow_alarm_next(struct ctx *c, struct db_tx *tx, instant *at);
/* The call has been made, or is owed no more: the head need not see to it. */
NODISCARD enum err flow_alarm_end(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct messages *out);

#endif
