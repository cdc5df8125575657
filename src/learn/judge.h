/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* judge.h - two ways of giving out leads held against what came of the real decisions, by the chances that were kept with them (stat/judge.h).
 *
 * A decision counts when it is known whether its lead bought. What is foretold of it for the doubly robust figure is the lead's own chance times
 * the conversion of whoever has it. Figures are millionths: leads bought of leads given. Pure.
 */
#ifndef LEARN_JUDGE_H
#define LEARN_JUDGE_H

#include "base/arena.h"
#include "base/json.h"

struct learn_decision {
    bool won;
    fix logged;                  /* chance with which it fell as it did, > 0 */
    fix chance, ratio;           /* the lead's own; of whoever got it */
    fix target[2], unreached[2], would[2]; /* of each way: chance of doing the same; of what the log never did; ratio of whom it would take */
};
/* An object: n, need, first and second {verdict told|no_overlap|too_few, ips, snips, dr {value, low, high}, effective, unreached},
 * order first_better|second_better|no_order|refused, change {value, low, high}. Figures that are not told are null. */
void learn_judge_json(struct arena *a, const struct learn_decision *list, size_t n, struct json_out *o);

#endif
