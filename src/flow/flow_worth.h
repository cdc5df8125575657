/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_worth.h - what a lead is expected to bring in the hands of each person, for the policy that goes by it.
 *
 * The lead's chance is the one that its card tells: by the predictor in use, from what is known of it at that moment; while there is none, or too little is known of the lead for it to say anything, by the curve
 * over its score that stands in the newest report on people (learn/perform.h). (The curve alone was too crude: of hot leads of one score it said 0.9999
 * where the predictor said 0.65, so in good hands, whose ratio is above 1, all of them were worth the same.) People's ratio and average deal
 * are those of the lead's source, where the person had enough leads of it, else of all, from that report. Whoever is new is as the team is. Without a
 * report, or with one that has too few leads to tell, everybody is worth the same. Report and predictor are read once a desk.
 */
#ifndef FLOW_FLOW_WORTH_H
#define FLOW_FLOW_WORTH_H

#include "flow/flow_route.h"

/* Reads the report into the desk unless it is there. */
NODISCARD enum err flow_worth_read(struct ctx *c, struct db_tx *tx, struct desk *d);
/* And the predictor. */
NODISCARD enum err flow_worth_predictor(struct ctx *c, struct db_tx *tx, struct desk *d);
/* The lead's own chance; *is false: neither a predictor nor a curve is there to tell it by. known: as below. */
NODISCARD enum err flow_worth_chance(struct ctx *c, struct db_tx *tx, struct desk *d, const struct lead *lead, const struct history *known, instant at,
                                     fix *chance, bool *is);
/* Sets value of each. known: of the lead at `at`; NULL: it is read. A lead without an id is any of its score. */
NODISCARD enum err flow_worth(struct ctx *c, struct db_tx *tx, struct desk *d, const struct lead *lead, const struct history *known, instant at,
                              struct person *people, size_t count);

#endif
