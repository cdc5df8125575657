/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* checkpoint.h - SQLite's log is carried into the database file beside the writer, not in its place.
 *
 * A checkpoint of ten thousand pages takes a tenth of a second, and everybody who has sent an event meanwhile waits for it. So a thread with a
 * connection of its own carries over what has been committed while the writer goes on; what came in the meantime is little, and
 * the writer carries that over by itself between two transactions, so that its next page begins the log anew.
 *
 * It waits there for as little as can be. SQLite syncs the database only when it has reached the end of the log, which the thread never does; so the
 * thread syncs it itself, piece by piece (wal.h), or else all that it wrote would be waited for by the writer: 10 to 130 ms each time. It makes
 * passes until what is left is about a transaction's worth. And the writer's own pass comes before its next transaction, when those of the
 * last one have their answers.
 *
 * SQLite takes a page to be carried over when it has been written, synced or not. So when a sync of the thread fails, the log, which has these pages
 * still, would be begun anew over them. What was to be synced is kept and written again, and nobody carries on before that holds.
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
/* After each commit, before it is told. SQLITE_OK, or what went wrong with a pass of the thread since the last time. */
int checkpoint_step(struct checkpoint *k);
/* Before each transaction that writes: the writer's own pass, when the thread has left it one. SQLITE_OK, or what went wrong. */
int checkpoint_finish(struct checkpoint *k);
/* Everything is carried over and the log cut to nothing, whoever is at it. SQLITE_BUSY: somebody reads. */
int checkpoint_all(struct checkpoint *k);
/* Ends the thread. NULL is allowed. */
void checkpoint_stop(struct checkpoint *k);

#endif
