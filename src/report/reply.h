/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* reply.h - what came of quick replies: of the leads that a script was first used on, how many did something themselves within three days, and
 * how many bought.
 *
 * A lead counts once a script, by its first use. One used less than three days ago and silent so far is not counted yet: it is too young
 * to be called silent. Shares have Wilson's interval (stat/sample.h) and are told from REPLY_ENOUGH leads on. They are no proof that the
 * script did it: who gets which script is not drawn by lot.
 */
#ifndef REPORT_REPLY_H
#define REPORT_REPLY_H

#include "base/fix.h"
#include "db/db.h"
#include "noun/ids.h"

enum { REPLY_ENOUGH = 20 };
#define REPLY_WINDOW_US (3 * DAY_US)

struct report_share {
    int64_t n, hits;
    fix value, low, high; /* 0..1; 0 unless enough */
    bool enough;
};
struct report_reply {
    struct script_id script;
    int64_t uses, automatic; /* times; of these by itself */
    struct report_share answered, won; /* won: of those that are decided */
};
/* By script id; those never used are not there. In c->arena. */
NODISCARD enum err report_replies(struct ctx *c, struct db_tx *tx, struct report_reply **list, size_t *count);

#endif
