/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_turn.h - turns that went on junk are given back.
 *
 * A lead is junk when the last word of its people on it was "junk" (learn/calibrate_store.h), or while a mark of people holds it
 * (flow_quarantine.h: a robot, one of the house's own). Whoever got it in turn, from a pool that goes by turn or by shares, is owed a turn there
 * (route/policy.h). When the word is taken back, so is the turn; one that has been used is owed in return.
 */
#ifndef FLOW_FLOW_TURN_H
#define FLOW_FLOW_TURN_H

#include "db/db.h"
#include "noun/ids.h"

/* Sets the turns of a root's family right, whatever was known of it before. */
NODISCARD enum err flow_turn_settle(struct ctx *c, struct db_tx *tx, struct lead_id root);

#endif
