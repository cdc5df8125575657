/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* matrix.h - people by products: where each stands, for whoever looks at the team, or at oneself.
 *
 * Read once, then each cell is a pure function of what was read. A cell is
 *   valid     a certificate holds, for more than 30 days still (or without end)
 *   expiring  it holds, and ends within 30 days
 *   failed    none holds, and the last thing that happened is a test that was not passed
 *   revoked, expired   none holds, and the latest one ended so
 *   none      nothing yet
 */
#ifndef TEAM_MATRIX_H
#define TEAM_MATRIX_H

#include "team/exam.h"
#include "team/exam_order.h"

enum skill_cell_state { CELL_NONE, CELL_VALID, CELL_EXPIRING, CELL_FAILED, CELL_EXPIRED, CELL_REVOKED, SKILL_CELL_STATES };
extern const char *const team_cell_states[SKILL_CELL_STATES + 1]; /* "none", "valid", "expiring", "failed", "expired", "revoked", NULL */

struct skill_matrix {
    struct products products;
    struct certificates certificates; /* by user, product, newest first */
    struct attempts attempts;         /* the same */
    struct attempt_reset *resets;
    size_t reset_count;
    struct product_count *counts;
    size_t count_count;
    struct exam_order *orders;        /* open ones */
    size_t order_count;
};
struct skill_cell {
    enum skill_cell_state state;
    instant until;                    /* VALID, EXPIRING: by all certificates together; else INSTANT_NONE */
    const struct certificate *latest; /* the one that holds longest, else the newest; NULL */
    const struct attempt *last;       /* the newest test that is over; NULL */
    struct exam_state exam;
    const struct exam_order *order;   /* the test is to be taken; NULL */
};
/* user 0: of everybody. */
NODISCARD enum err team_matrix_read(struct ctx *c, struct db_tx *tx, struct user_id user, struct skill_matrix *m);
/* Pure; a is for work. */
struct skill_cell team_matrix_cell(const struct skill_matrix *m, struct user_id user, const struct product *p, instant now, struct arena *a);
/* Active questions of the product's bank. */
int64_t team_matrix_questions(const struct skill_matrix *m, struct product_id product);

#endif
