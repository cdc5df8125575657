/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ends.h - how many leads have no outcome yet.
 */
#ifndef REPORT_ENDS_H
#define REPORT_ENDS_H

#include "db/db.h"

/* Open leads, and of them those born after `since`. Walks the whole list. */
NODISCARD enum err report_open(struct ctx *c, struct db_tx *tx, instant since, int64_t *open, int64_t *young);

#endif
