/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* audit.h - who did what to users, keys, settings, models and rules: appended, never changed.
 *
 * Each row's chain is the SHA-256 of the chain before it and its own words, so a row that was edited or taken out is found by reading the
 * log once. (The last rows can still be cut off by who holds the database; the number of rows in a backup tells.)
 */
#ifndef TEAM_AUDIT_H
#define TEAM_AUDIT_H

#include "db/db.h"

#define PREFIX_AUDIT "au"

struct audit {
    int64_t id;
    instant at;
    int64_t actor_kind, actor_id;
    struct str actor_name;
    struct str action;   /* "user.added" */
    struct str subject;  /* an id in its text form, or absent */
    struct str detail;   /* JSON or absent */
};

/* By c->actor, at c->now. prefix, id: whom or what it was done to; 0: nothing of its own. */
NODISCARD enum err team_audit_add(struct ctx *c, struct db_tx *tx, const char *action, const char *prefix, int64_t id,
                             struct str detail);
/* Latest first, before the id `before` (0: from the end); at most limit. */
NODISCARD enum err team_audit_list(struct ctx *c, struct db_tx *tx, int64_t before, int64_t limit, struct audit **list,
                              size_t *count);
/* *broken: id of the first row whose chain does not fit; 0 when all do. */
NODISCARD enum err team_audit_check(struct ctx *c, struct db_tx *tx, int64_t *rows, int64_t *broken);

#endif
