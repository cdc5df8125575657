/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* wal.h - a way to files for SQLite that writes its log in large pieces.
 *
 * SQLite writes each page of a transaction into the log by two system calls, 24 bytes and 4096; a commit of sixty events is six hundred of
 * them, a quarter of the writer's time. Here what follows on what was written before is held, and goes down in one call before anything
 * could miss it: before the log is synced, read where it is held, cut, measured or closed.
 *
 * Nothing of what SQLite promises changes under synchronous = FULL, which is what every connection of ours has: a commit syncs the log
 * before it tells other connections, through the shared index, that there is more of it; so what others may read is down, and what is
 * acknowledged is on the disk. Under a lower setting others would be told before the log is synced: then this must not be used.
 *
 * A write that fails is told by the call that put it down; SQLite takes the transaction back, as it does when a sync fails.
 */
#ifndef DB_WAL_H
#define DB_WAL_H

#include <sqlite3.h>
#include <stdbool.h>

#define WAL_VFS "gradus-wal"

/* Once a program, before the first connection. */
void wal_register(void);

#endif
