/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* checkpoint.h - SQLite's log is carried into the database file beside the writer, not in its place.
 *
 * A checkpoint of ten thousand pages takes a tenth of a second, and everybody who has sent an event meanwhile waits for it. So a thread with a
 * connection of its own carries over what has been committed while the writer goes on; what came in the meantime is little, and
 * the writer carries that over by itself between two commits, so that its next page begins the log anew.
 *
 * SQLite before 3.51.3 may lose pages when a checkpoint begins at the instant at which a writer begins the log anew. That cannot happen here: a
 * log is begun anew only when all of it has been carried over, nobody but the two of us carries (the file has one owner, db_sqlite.c), a
 * pass begins only while there are committed pages that were not carried over, and the two never run passes at once.
 *
 * All functions are called by the thread that has the writing connection.
 */
#ifndef DB_CHECKPOINT_H
#define DB_CHECKPOINT_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/arena.h"

struct checkpoint;

/* For the writing connection to the file place, whose own checkpoints must be off. It lives in a, until checkpoint_stop. NULL: no thread or
 * no connection; then the writer has to do it all. */
struct checkpoint *checkpoint_start(struct arena *a, const char *place, const char *vfs, sqlite3 *writer);
/* After each commit. SQLITE_OK, or what went wrong with a pass since the last time. */
int checkpoint_step(struct checkpoint *k);
/* Everything is carried over and the log cut to nothing, whoever is at it. SQLITE_BUSY: somebody reads. */
int checkpoint_all(struct checkpoint *k);
/* Ends the thread. NULL is allowed. */
void checkpoint_stop(struct checkpoint *k);

#endif
