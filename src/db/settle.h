/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* settle.h - what SQLite has committed and the disk does not have yet.
 *
 * Under synchronous = FULL a commit has the one writing connection until the disk has said that the log is down, from half a millisecond to ten of them,
 * and the next transaction waits for that without need: its pages go behind those in the log all the same. So here these are two steps. A commit
 * puts its pages into the log, as far as the system's memory; other connections see them and the next transaction begins. Whoever committed waits, without
 * the connection, for a sync that began after its commit. One sync is for all who wait.
 *
 * What holds:
 *   1. A commit is told to nobody outside of the program before it has settled (db_commit, db_settle). Between the two those who read this database see it.
 *   2. After a loss of power the log is read from its front up to the first page that is not whole: no commit is there without all before it. So a
 *      commit that read what had not settled, and has settled itself, has it with it.
 *   3. The database file is never ahead of the log: who carries it over (checkpoint.h) syncs the log first, and a log that begins anew has its
 *      new header on the disk before a page follows (wal.c).
 *   4. A sync that fails may lose what was written before it, and the next one says that all is well. So what goes into the log is kept until a sync of it
 *      held, and written again when one failed: then the next may be believed. Who was told of the failure may find the change there
 *      all the same, as after any answer that was lost.
 *
 * Called by the thread that has the writing connection, but for settle_wait, which is for all. Numbers of commits begin with 1; one that wrote
 * nothing has the number of the one before, for it may have read it.
 */
#ifndef DB_SETTLE_H
#define DB_SETTLE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* SQLite's own way to files writes less than 128 KiB at once. What the log begins with: other numbers each time it begins anew. */
enum { SETTLE_ROOM_BYTES = 120 * 1024, SETTLE_HEADER_BYTES = 32 };

/* A stretch of the log. */
struct settle_room {
    struct settle_room *next;
    sqlite3_int64 from; /* where bytes[0] belongs */
    size_t fill;
    char header[SETTLE_HEADER_BYTES]; /* of the log when it was put down */
    char bytes[SETTLE_ROOM_BYTES];
};

struct settle;

/* The log of one database in this program. It lives in a; closed by settle_close, when nobody has the log open through wal.h. */
struct settle *settle_new(struct arena *a);
/* The log is there: place is its name. false: it cannot be opened. */
bool settle_open(struct settle *s, const char *place);
void settle_close(struct settle *s);

/* An empty stretch, or NULL: no memory. */
struct settle_room *settle_room(struct settle *s);
/* Writes a stretch through f, and keeps it. SQLITE_OK, or what went wrong; r is gone. */
int settle_put(struct settle *s, sqlite3_file *f, struct settle_room *r);
/* Are syncs that SQLite asks for left to settle_wait? On for the time of a COMMIT that carries nothing over. */
void settle_later(struct settle *s, bool on);
bool settle_is_later(const struct settle *s);

/* A COMMIT has been done: its number. */
int64_t settle_commit(struct settle *s);
/* Until that commit is on the disk. 0, or the errno of a sync that failed. Any thread. */
int settle_wait(struct settle *s, int64_t commit);

#endif
