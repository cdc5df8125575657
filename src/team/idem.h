/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* idem.h - answers kept for a day, so that a repeated POST gets the same one. */
#ifndef TEAM_IDEM_H
#define TEAM_IDEM_H

#include "db/db.h"

struct idem {
    struct str actor, path, key; /* which */
    struct str body;             /* SHA-256 of the body that came with it */
    int64_t status;
    struct str etag, reply;
};

/* ERR_NOT_FOUND: not seen. place: actor, path, key. */
NODISCARD enum err team_idem_get(struct ctx *c, struct db_tx *tx, const struct idem *place, struct idem *kept);
/* ERR_TWICE: another writer was first. */
NODISCARD enum err team_idem_add(struct ctx *c, struct db_tx *tx, const struct idem *kept);
/* Those older than a day. */
NODISCARD enum err team_idem_clean(struct ctx *c, struct db_tx *tx, int64_t *gone);

#endif
