/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* wal.h - ways to files for SQLite: its log is written in large pieces, and by whom it is carried over, the database in small ones.
 *
 * SQLite writes each page of a transaction into the log by two system calls, 24 bytes and 4096; a commit of sixty events is six hundred of
 * them, a quarter of the writer's time. Here what follows on what was written before is held, and goes down in one call before anything
 * could miss it: before the log is synced, read where it is held, cut, measured or closed.
 *
 * Every connection of ours has synchronous = FULL. By itself nothing of what SQLite promises changes then: a commit syncs the log before it tells other
 * connections, through the shared index, that there is more of it; so what others may read is down, and what is acknowledged is on the disk. For the
 * connection that writes, a commit's sync may be left to settle.h: then others may read what is down and not on the disk yet. Under a lower setting others
 * would be told before it is down: then this must not be used.
 *
 * A write that fails is told by the call that put it down; SQLite takes the transaction back, as it does when a sync fails.
 *
 * Who carries the log over (checkpoint.h) writes thousands of pages all over the file, and syncs them at the end. A disk that is given them all at
 * once has the writer's next commits wait behind them, tens of milliseconds. By the second way the file is synced whenever half a MiB
 * of it has been written: never more than that stands before a commit, and the last sync finds little left to do.
 *
 * A sync that fails may lose what was written before it, and the next one says that all is well. So what was written is kept until it has been
 * synced, and written again when a sync fails; at the end of a pass that is before SQLite takes the pages to be carried over, when
 * they are still read from the log. Until a sync holds nobody else may write into the database: what was kept would come down over it.
 */
#ifndef DB_WAL_H
#define DB_WAL_H

#include <sqlite3.h>
#include <stdbool.h>

#include "db/settle.h"

#define WAL_VFS "gradus-wal"
#define PIECE_VFS "gradus-piece" /* for a connection that does nothing but carry the log over */
enum { PIECE_SYNC = 4711 };      /* sqlite3_file_control() of such a connection: all that it wrote is on the disk, or what went wrong */

/* The log at place of a connection to WAL_VFS that is in that mode already: what it commits is kept by s, which outlives it. false: the log is not
 * there, or no file of ours; nothing has changed. */
bool wal_settle(sqlite3 *writer, struct settle *s, const char *place);

/* Once a program, before the first connection. */
void wal_register(void);

#endif
