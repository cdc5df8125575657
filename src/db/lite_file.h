/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lite_file.h - what is done to a SQLite file as a whole: a copy, a look at every page, the way back from a copy (restore.c).
 *
 * A page that a disk has spoiled in the middle of a text is no page that is badly built: only the sum of the whole file tells. So a copy has
 * its SHA-256 beside it, in the form of sha256sum, and is not taken back without it. */
#ifndef DB_LITE_FILE_H
#define DB_LITE_FILE_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/ctx.h"

/* As db_backup and db_check (db.h). ERR_CONFLICT of the second: a page is damaged; the note says where. */
NODISCARD enum err lite_backup(struct ctx *c, sqlite3 *handle, const char *path);
NODISCARD enum err lite_check(struct ctx *c, sqlite3 *handle, bool (*more)(void *self), void *self);
/* path.sha256, in c->arena. */
const char *lite_sum_path(struct ctx *c, const char *path);

#endif
