/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_demo_skill.h - the demonstration company's products, banks of questions and tests: taken at the beginning of its history, so that what
 * warns and expires in the meantime does so by the clock, as in any company.
 */
#ifndef FLOW_FLOW_DEMO_SKILL_H
#define FLOW_FLOW_DEMO_SKILL_H

#include "flow/flow.h"
#include "flow/flow_skill.h"

/* csv: the packed demo/questions.csv. ERR_BAD_FIELD when it is not what it was. */
NODISCARD enum err flow_demo_skill_begin(struct ctx *c, struct db_tx *tx, struct str csv, const struct user_id *managers, size_t count,
                                         struct messages *out);
/* The present: one who renews, one who fails, and one whose certificate is revoked, with leads that are to be handed over. */
NODISCARD enum err flow_demo_skill_now(struct flow *f, struct ctx *c, struct db_tx *tx, const struct user_id *managers, size_t count, struct messages *out);

#endif
