/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* view.h - saved views of the list of leads: a name for a query, one's own or the team's. */
#ifndef TEAM_VIEW_H
#define TEAM_VIEW_H

#include "db/db.h"
#include "noun/ids.h"

struct saved_view {
    struct view_id id;
    int64_t version;
    struct user_id user;
    struct str name, query;
    bool team, pinned;
};

enum { VIEWS_MAX = 100 }; /* of one user */

NODISCARD enum err team_view_add(struct ctx *c, struct db_tx *tx, struct saved_view *v);
/* ERR_NOT_FOUND also for another's own view. */
NODISCARD enum err team_view_get(struct ctx *c, struct db_tx *tx, struct view_id id, struct user_id user, struct saved_view *v);
/* Raises the version; ERR_STALE. */
NODISCARD enum err team_view_put(struct ctx *c, struct db_tx *tx, struct saved_view *v);
NODISCARD enum err team_view_del(struct ctx *c, struct db_tx *tx, struct view_id id);
/* Those of the team and the user's own: pinned first, then by name. */
NODISCARD enum err team_view_list(struct ctx *c, struct db_tx *tx, struct user_id user, struct saved_view **list, size_t *count);

#endif
