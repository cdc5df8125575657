/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lite_file.h - what is done to a SQLite file as a whole: a copy, a look at every page, the way back from a copy (lite_restore.c).
 */
#ifndef DB_LITE_FILE_H
#define DB_LITE_FILE_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/ctx.h"

/* As db_backup and db_check (db.h). ERR_CONFLICT of the second: a page is damaged; the note says where. */
NODISCARD enum err lite_backup(struct ctx *c, sqlite3 *handle, const char *path);
NODISCARD enum err lite_check(struct ctx *c, sqlite3 *handle, bool (*more)(void *self), void *self);
/* The file at place becomes what the copy at path holds: db_restore. */
NODISCARD enum err lite_restore(struct ctx *c, const char *place, const char *path, const char **kept);

#endif
