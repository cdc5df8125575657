/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* wire.h - a word from program to program, where several serve one database.
 *
 * On PostgreSQL by LISTEN and NOTIFY, on a connection of its own. What is said reaches those who listen at that moment, in order, once, and
 * is kept nowhere: it is for screens, never for what must happen. One's own words are not heard. A lost connection is made again
 * by itself; whoever waits is told, because meanwhile anything may have been said.
 *
 * Threads: one owns the wire and waits; any may wake it.
 */
#ifndef DB_WIRE_H
#define DB_WIRE_H

#include "db/db.h"

struct db_wire;

enum { DB_WIRE_BYTES = 7900 }; /* of one word, without NUL */

/* *wire is NULL on SQLite: there is nobody to talk to. The connection is made by the first db_wire_wait. */
void db_wire_open(struct db *db, struct db_wire **wire);
void db_wire_close(struct db_wire *wire);
/* Ends the wait that runs, or the next one. */
void db_wire_wake(struct db_wire *wire);
/* Waits for words, for timeout_us at most; hear is called with each, its text lives for the call. false: between the last wait and now the
 * connection was not there. */
bool db_wire_wait(struct db_wire *wire, int64_t timeout_us, void (*hear)(void *self, struct str text), void *self);
/* To all the others, now. false: it was not said. */
bool db_wire_say(struct db_wire *wire, struct str text);

#endif
