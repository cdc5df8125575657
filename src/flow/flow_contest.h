/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_contest.h - a contest of two models begun, watched and ended (learn/contest.h says how it is judged).
 *
 * While one runs nothing is published: what is compared must stand still, and a new live model would end the comparison without anybody having
 * said so. Stop the contest first. When it is over all leads are scored by the live model again (job rescore); a challenger that has won is
 * offered, and published by a person (a copy of it, as when rolling back).
 */
#ifndef FLOW_FLOW_CONTEST_H
#define FLOW_FLOW_CONTEST_H

#include "flow/flow.h"
#include "learn/contest.h"
#include "noun/change.h"

/* The live model is the champion. ERR_CONFLICT: one runs already, or the challenger is no draft and no retired version. */
NODISCARD enum err flow_contest_start(struct ctx *c, struct db_tx *tx, struct learn_contest *k);
/* winner -1: stopped by a person. ERR_CONFLICT: it does not run. */
NODISCARD enum err flow_contest_end(struct ctx *c, struct db_tx *tx, const struct learn_contest *k, int winner, struct messages *messages);
/* How it stands, counted now. A verdict that was given stays, whatever has come since. */
NODISCARD enum err flow_contest_stand(struct ctx *c, struct db_tx *tx, const struct learn_contest *k, struct learn_standing *s);
/* Ends the one that runs when it is decided. */
NODISCARD enum err flow_contest_watch(struct ctx *c, struct db_tx *tx, struct messages *messages, bool *ended);
/* The verdict as a sentence, in a. */
struct str flow_contest_verdict(struct arena *a, enum lang lang, const struct learn_contest *k, const struct learn_standing *s);

#endif
