/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* target.h - what a head wants sold in a month: by the company, by each person; in money, in deals, or in both.
 *
 * A month is of the company's calendar, as year * 100 + month. All targets of a month are put at once: what is not among them is no more.
 */
#ifndef TEAM_TARGET_H
#define TEAM_TARGET_H

#include "db/db.h"
#include "noun/ids.h"

enum { TARGETS_MAX = 2000 };

struct target {
    struct user_id user;  /* 0: the company */
    int64_t money, deals; /* minor units, counts; 0: none */
};
struct targets {
    struct target *items;
    size_t count;
};
/* By user, the company first. In c->arena. */
NODISCARD enum err team_target_list(struct ctx *c, struct db_tx *tx, int month, struct targets *list);
NODISCARD enum err team_target_put_all(struct ctx *c, struct db_tx *tx, int month, const struct targets *list);

#endif
