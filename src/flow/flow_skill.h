/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_skill.h - certificates given and lost, and what becomes of the leads.
 *
 * A product is closed to a person from the second at which no certificate holds, for that is asked of the certificates at every decision
 * (flow_choice.h). What happens beside, at that second, in one transaction of the clock (or of who revokes): the person is told; of the person's
 * open leads that ask for the product the hot ones are decided anew by the rules, so that each has somebody else, or a place in the queue with a
 * promise, and no second is uncovered; the others stay in name, and a plan is made for them, of which a head is told by a task. The plan is carried
 * out as a transfer of kind "certificate", with its preview and its way back.
 *
 * When a product becomes gated, leads of it are with people who have no certificate: each of them gets a plan of the same kind at once, hot leads too,
 * for nobody has lost anything that second, and who is to have them is for the head to say. Opening it again closes those plans. The same holds when a
 * published rule names a product, and when none does any more.
 *
 * A lead asks for a product when it names a gated one, or when the rule that holds for it names one.
 */
#ifndef FLOW_FLOW_SKILL_H
#define FLOW_FLOW_SKILL_H

#include "flow/flow_route.h"
#include "team/exam.h"
#include "team/exam_order.h"

/* Adds the certificate (user, product, from, until, and where it is from), tells the person, and offers the queue again. A plan about the same
 * person and product is closed. Audited. */
NODISCARD enum err flow_skill_give(struct ctx *c, struct db_tx *tx, struct certificate *x, struct messages *out);
/* ERR_CONFLICT when it is not valid any more. Audited. */
NODISCARD enum err flow_skill_revoke(struct ctx *c, struct db_tx *tx, struct certificate *x, struct str reason, struct messages *out);
/* Ends a test; one that was passed gives its certificate, from the instant of its end on. Does nothing to one that is over. */
NODISCARD enum err flow_exam_finish(struct ctx *c, struct db_tx *tx, struct attempt *a, struct messages *out);

/* The product has become gated, or is so no more. *plans: how many people have leads of it and no certificate; *leads: these leads. */
NODISCARD enum err flow_skill_gated(struct ctx *c, struct db_tx *tx, const struct product *product, struct messages *out, int64_t *plans, int64_t *leads);
/* The live rules are others: products that rules have come to name, or name for other leads, get such plans; those that none names any more, and that are
 * not gated, lose them. Call it after the rules were put, last: it locks distribution. */
NODISCARD enum err flow_skill_ruled(struct ctx *c, struct db_tx *tx, const struct rules *before, const struct rules *after, struct messages *out, int64_t *plans,
                                    int64_t *leads);
/* A test is to be taken: the person is told. Attempts that were used up count no more. ERR_CONFLICT: there is nothing to be asked. Audited. */
NODISCARD enum err flow_exam_order(struct ctx *c, struct db_tx *tx, struct exam_order *o, struct messages *out);

/* Does a lead, as it would be decided now, ask for a certificate of the product? */
NODISCARD enum err flow_skill_asked(struct ctx *c, struct db_tx *tx, struct desk *d, const struct lead *lead, struct product_id product, bool *asks);
/* Leads of a plan were handed over; left: how many were not. */
NODISCARD enum err flow_skill_handed(struct ctx *c, struct db_tx *tx, struct user_id user, struct product_id product, int64_t left,
                                     struct messages *out);
/* The plan is closed, and so is the head's task. why: a word of team_plan_close. */
NODISCARD enum err flow_skill_plan_end(struct ctx *c, struct db_tx *tx, const struct skill_plan *plan, struct str why, struct messages *out);

/* The clock's part: tests whose time is over, words of warning, certificates that end. */
NODISCARD enum err flow_skill_clock(struct ctx *c, struct db_tx *tx, int64_t limit, struct messages *out);
NODISCARD enum err flow_skill_next(struct ctx *c, struct db_tx *tx, instant *at);

#endif
