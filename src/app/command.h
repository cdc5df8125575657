/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* command.h - the commands of the program: one table, a function each.
 *
 *   static int run_explain(struct front *front, struct args *args)
 *   {
 *       const char *lead = args_next(args);
 *       struct db_tx *tx;
 *
 *       if (!lead)
 *           return command_usage(front);
 *       ...db_read(&front->ctx, front->db, &tx)...
 *       return 0;
 *   }
 *
 * A command has a database that is opened and migrated before it runs, unless its row says it needs none; so it works whether or not
 * the server runs. What it prints for people and programs goes to standard output; the return is the exit code: 0 good, 1 the
 * answer is no (replay found a difference), 2 the command was not understood or could not be done.
 */
#ifndef APP_COMMAND_H
#define APP_COMMAND_H

#include <stdio.h>

#include "app/config.h"
#include "db/db.h"

struct flow;
struct command;

/* What a command is handed. */
struct front {
    struct ctx ctx;      /* actor: the house; an arena for the whole run */
    struct config config;
    struct db *db;       /* NULL when the row says so */
    const struct command *command; /* the row that runs */
};

struct command {
    const char *name;    /* "key add"; ended by a row without one */
    int (*run)(struct front *front, struct args *args);
    bool no_database;
    const char *usage;   /* what follows the name */
    const char *help;
    bool begins;         /* an empty database may be made for it; others want one that is there */
};

/* The one table: command.c. */
extern const struct command commands[];

/* Prints the fault on standard error; returns 2. */
int command_failed(struct front *front, enum err e);
/* What the command that runs wants, on standard error; returns 2. */
int command_usage(const struct front *front);
const struct command *command_find(struct args *args);
/* What each command that begins with word wants; all of them where none does, or word is NULL. */
void command_list(FILE *to, const char *word);

/* Of the program. */
const char *serve_version(void);
int run_serve(struct front *front, struct args *args);
/* ERR_CONFLICT: a server runs on that SQLite file. Otherwise none can begin until this process ends. */
NODISCARD enum err serve_be_alone(struct front *front);
/* Where the database is, as db_open wants it. */
const char *front_database(struct front *front);

#endif
