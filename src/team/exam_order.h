/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* exam_order.h - a test that somebody is to take, by a head's word, until a day.
 *
 * One of a person and product is open at a time; another takes its place. It ends when the person has the product (a test was passed, or a
 * certificate given by hand), or is withdrawn. Whether it is late follows from due alone: no clock closes it.
 */
#ifndef TEAM_EXAM_ORDER_H
#define TEAM_EXAM_ORDER_H

#include "db/db.h"
#include "noun/ids.h"

ID_TYPE(exam_order);
#define PREFIX_EXAM_ORDER "eo"

struct exam_order {
    struct exam_order_id id;
    struct user_id user, by;
    struct product_id product;
    instant at, due;         /* due INSTANT_NEVER: no day was named */
};

/* By the actor, at c->now: fills id, by, at. The open one of the same person and product is closed for it ("anew"). */
NODISCARD enum err team_exam_order_add(struct ctx *c, struct db_tx *tx, struct exam_order *o);
/* Open ones by user, product; user 0: of everybody. */
NODISCARD enum err team_exam_order_list(struct ctx *c, struct db_tx *tx, struct user_id user, struct exam_order **list, size_t *count);
/* ERR_NOT_FOUND when it is not open. */
NODISCARD enum err team_exam_order_get(struct ctx *c, struct db_tx *tx, struct exam_order_id id, struct exam_order *o);
/* The open one of a person and product, if there is one. why: passed, given, withdrawn. */
NODISCARD enum err team_exam_order_close(struct ctx *c, struct db_tx *tx, struct user_id user, struct product_id product, struct str why);

#endif
