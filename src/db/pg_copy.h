/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pg_copy.h - a PostgreSQL database as a file: written by pg_dump, brought back by pg_restore, which come with PostgreSQL's client programs.
 *
 * They go where the connection of ours went: what it was told, from wherever it was told, they are told too, the password (and whatever else is
 * secret) by the environment, never among the words that everybody on the machine may read.
 *
 * The way back decides everything before it changes anything: the file is looked at without a database. An empty database is filled in one
 * transaction. One that is not empty keeps all it has, under another name: the copy becomes a database beside it, and two names change in
 * one transaction, in which PostgreSQL itself sees to it that nobody has either open. That wants a role that may make databases; filling an
 * empty one does not. Killed in between, the old one stands, and beside it NAME_restored, which the next restore refuses to touch.
 */
#ifndef DB_PG_COPY_H
#define DB_PG_COPY_H

#include <libpq-fe.h>

#include "base/ctx.h"

/* As db_backup and db_restore (db.h). handle: any connection to the database. */
NODISCARD enum err pg_copy_backup(struct ctx *c, PGconn *handle, const char *path);
NODISCARD enum err pg_copy_restore(struct ctx *c, const char *url, const char *path, const char **kept);

#endif
