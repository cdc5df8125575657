/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* db.h - one face on SQLite and PostgreSQL.
 *
 * One SQL text serves both: placeholders $1..$n, types INTEGER, TEXT, BLOB. Statements are prepared once a connection and
 * found again by the address of their literal. Rooms see no driver's codes: no row is ERR_NOT_FOUND, a broken UNIQUE is ERR_TWICE, a
 * lost connection, a full disk or a busy database ERR_AWAY, everything else ERR_INTERNAL.
 *
 *   struct db        an opened database: address, pools of connections, the maker of ids. Shared by threads.
 *   struct db_tx     one transaction on one connection, owned by one thread: snapshot (read) or writing.
 *   struct db_rows   a cursor over a statement's rows. Values that db_col_* return live until the next db_next.
 *
 * Only the frame that opened a transaction commits or drops it (dispatch, job, command): rooms never do.
 *
 * Rules for who calls
 *   1. sql is a string literal: its address is its name. The same placeholder may stand several times.
 *   2. Texts and blobs of args are not copied: they stay where they are until the call returns, or until db_end for a query.
 *   3. After any error inside a transaction only db_save_undo or db_drop may follow (PostgreSQL does nothing else then). Where
 *      "it is there already" is an answer, say ON CONFLICT DO NOTHING and look at *changed.
 *   4. PostgreSQL hands over a whole answer at once: page what is large.
 *   5. An id (db_new_id) needs a migrated database and a program that has opened a writing transaction once.
 *   6. One who waits for a second connection while he holds one may wait for himself.
 *
 * What it costs (two cores, 1,000 rows a db_many, microseconds a row; SQLite | PostgreSQL on a local socket): message id, ON CONFLICT
 * DO NOTHING 1.6 | 5.3; event of 300 bytes 2.4 | 6.6; state by primary key, db_rows_many 0.6 | 5.0; upsert of it 1.0 | 5.7; UPDATE by key
 * 0.7 | 8.5. A single statement on PostgreSQL is a round trip: 40. So what is done for many leads is asked for in one call.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/ctx.h"
#include "base/id.h"

struct db;
struct db_tx;
struct db_rows;

enum db_kind { DB_SQLITE, DB_POSTGRES };

/* Opens "sqlite:PATH" (a file; its folder must exist) or "postgresql://..." . connections: readers to keep. Applies no migrations.
 * ERR_AWAY with a note. The result is freed by db_close. */
NODISCARD enum err db_open(struct ctx *c, const char *url, int readers, struct db **db);
void db_close(struct db *db);
enum db_kind db_kind_of(const struct db *db);
/* Do several programs write at once here? On SQLite there is one writer. */
bool db_has_rivals(const struct db_tx *tx);

/* Does somebody wait for the connection that this transaction has, or another program for the file? Long work that can be parted asks now and then, and
 * ends its part: on SQLite there is one connection that writes, and who has sent an event waits for it. It is had in the order in which it was asked for;
 * the file, by programs, in turns. */
bool db_is_wanted(const struct db_tx *tx);

/* What keeps a database from being written. DB_FULL ends by itself when there is room again; DB_DAMAGED ends with this program. */
enum db_trouble { DB_WELL, DB_FULL, DB_DAMAGED };
enum db_trouble db_trouble_of(struct db *db);
/* Is the file whole? SQLite: each table and its indexes, page by page, a snapshot each; PostgreSQL answers for its own. What is found is kept
 * as DB_DAMAGED. more (may be NULL) is asked now and then: false ends it with ERR_AWAY. Once a program: db_was_checked. */
NODISCARD enum err db_check(struct ctx *c, struct db *db, bool (*more)(void *self), void *self);
bool db_was_checked(const struct db_tx *tx);
/* Of what is on the disk, without looking into it; 0 on PostgreSQL. */
int64_t db_size_bytes(const struct db *db);

/* A snapshot for reading / a transaction for writing (SQLite: BEGIN IMMEDIATE on the one writing connection; PostgreSQL:
 * a connection of the pool). Blocks until a connection is free. To write is ERR_AWAY while the database is in trouble; db_write_small is for the
 * little without which nobody could see why (signing in): a full disk has its reserve for that. */
NODISCARD enum err db_read(struct ctx *c, struct db *db, struct db_tx **tx);
NODISCARD enum err db_write(struct ctx *c, struct db *db, struct db_tx **tx);
NODISCARD enum err db_write_small(struct ctx *c, struct db *db, struct db_tx **tx);
/* From now on a statement of this snapshot that runs longer in all than so long ends with ERR_AWAY. */
NODISCARD enum err db_limit(struct ctx *c, struct db_tx *tx, int64_t limit_us);
/* Durable when it returns ERR_NONE (SQLite synchronous=FULL; PostgreSQL synchronous_commit on). tx is gone in any case. */
NODISCARD enum err db_commit(struct ctx *c, struct db_tx *tx);
/* The same in two steps, for who lets others begin meanwhile: the first ends tx and frees its connection, whereupon others see the change; it is durable,
 * and may be told, when the second has returned ERR_NONE for it (settle.h). Whatever was committed before is so, too. ERR_AWAY of the second: it
 * may have happened all the same. On PostgreSQL the first does it all. */
NODISCARD enum err db_commit_soon(struct ctx *c, struct db_tx *tx, int64_t *commit);
NODISCARD enum err db_settle(struct ctx *c, struct db *db, int64_t commit);
void db_drop(struct db_tx *tx);
/* A savepoint inside tx: begun, then kept or undone. Not nested deeper than 8. */
NODISCARD enum err db_save(struct ctx *c, struct db_tx *tx);
NODISCARD enum err db_save_keep(struct ctx *c, struct db_tx *tx);
void db_save_undo(struct ctx *c, struct db_tx *tx);

/* A new id, from the clock and the leased node. */
int64_t db_new_id(struct db_tx *tx);

/* One value for a placeholder. */
struct db_value {
    enum { DB_NULL, DB_INT, DB_TEXT, DB_BLOB } type;
    int64_t integer;
    struct str text;
};
static inline struct db_value db_int(int64_t v)
{
    return (struct db_value){ .type = DB_INT, .integer = v };
}
static inline struct db_value db_bool(bool v)
{
    return db_int(v ? 1 : 0);
}
/* 0, which is no id, becomes NULL. */
static inline struct db_value db_id(int64_t v)
{
    return v ? db_int(v) : (struct db_value){ .type = DB_NULL };
}
/* INSTANT_NONE becomes NULL. */
static inline struct db_value db_at(instant at)
{
    return at == INSTANT_NONE ? (struct db_value){ .type = DB_NULL } : db_int(at);
}
/* An absent view (ptr NULL) becomes NULL. */
static inline struct db_value db_str(struct str s)
{
    return s.ptr ? (struct db_value){ .type = DB_TEXT, .text = s } : (struct db_value){ .type = DB_NULL };
}
static inline struct db_value db_blob(struct str s)
{
    return s.ptr ? (struct db_value){ .type = DB_BLOB, .text = s } : (struct db_value){ .type = DB_NULL };
}
static inline struct db_value db_null(void)
{
    return (struct db_value){ .type = DB_NULL };
}

/* The values of one call: DB_ARGS(db_id(x), db_str(y)). */
struct db_args {
    const struct db_value *values;
    size_t count;
};
#define DB_ARGS(...)                                                                               \
    ((struct db_args){ (const struct db_value[]){ __VA_ARGS__ },                                   \
                       sizeof((const struct db_value[]){ __VA_ARGS__ }) / sizeof(struct db_value) })
#define DB_NO_ARGS ((struct db_args){ NULL, 0 })

/* Runs a statement that returns no rows; *changed (may be NULL) is the number of rows it touched. sql is a literal. */
NODISCARD enum err db_run(struct ctx *c, struct db_tx *tx, const char *sql, struct db_args args,
                          int64_t *changed);
/* The same statement for many rows of values: row-major, rows x columns. PostgreSQL: pipelined, one round trip. *changed (may be
 * NULL) has one number a row. Stops at the first error. */
NODISCARD enum err db_many(struct ctx *c, struct db_tx *tx, const char *sql,
                           const struct db_value *values, size_t rows, size_t columns,
                           int64_t *changed);
/* Begins a query. The caller ends it with db_end, also after an error of db_next. */
NODISCARD enum err db_rows(struct ctx *c, struct db_tx *tx, const char *sql, struct db_args args,
                           struct db_rows **rows);
/* true: a row stands; false: no more, or *e tells the error. */
bool db_next(struct db_rows *rows, enum err *e);
void db_end(struct db_rows *rows);
/* Exactly the first row, or ERR_NOT_FOUND; ended with db_end by the caller when ERR_NONE. */
NODISCARD enum err db_one(struct ctx *c, struct db_tx *tx, const char *sql, struct db_args args,
                          struct db_rows **row);

/* The same query for many rows of values, row-major; the answers come in the order of those rows. PostgreSQL: one round trip. */
NODISCARD enum err db_rows_many(struct ctx *c, struct db_tx *tx, const char *sql,
                                const struct db_value *values, size_t rows, size_t columns,
                                struct db_rows **out);
/* Which row of values the standing row answers, from 0. */
size_t db_row_index(const struct db_rows *r);

/* Until the transaction ends nobody else holds any of these keys: PostgreSQL, in one round trip and always in the same
 * order. On SQLite there is one writer, and nothing to do.
 *
 * Two who wait for each other are told so by PostgreSQL after a second. So keys have one order: many first, db_lock_last behind them. Behind that one
 * no key is waited for any more: ERR_BUSY at once when another has it, upon which the whole is done again, from the beginning, as after any lost
 * race. (A key that the transaction has already is had again.) */
NODISCARD enum err db_lock_many(struct ctx *c, struct db_tx *tx, const int64_t *keys, size_t count);
NODISCARD enum err db_lock_last(struct ctx *c, struct db_tx *tx, int64_t key);

bool db_col_null(const struct db_rows *r, int column);
int64_t db_col_int(const struct db_rows *r, int column); /* 0 when NULL */
instant db_col_at(const struct db_rows *r, int column);  /* INSTANT_NONE when NULL */
/* A view that lives until the next db_next or db_end; STR_NULL when NULL. Text and blobs alike. */
struct str db_col_view(const struct db_rows *r, int column);
/* A copy in a, with a NUL behind it; STR_NULL when NULL. */
struct str db_col_str(const struct db_rows *r, int column, struct arena *a);

/* Applies what is missing of the packed sql/, in order, each in a transaction under a lock. A changed or missing applied file is
 * ERR_CONFLICT. */
NODISCARD enum err db_migrate(struct ctx *c, struct db *db);

/* A copy of the whole database, as it is at one moment, in a new file while others work (SQLite: its file, in one backup step; PostgreSQL: what
 * pg_dump writes). ERR_CONFLICT: the file is there already. Beside it stands path.sha256, as sha256sum writes it. */
NODISCARD enum err db_backup(struct ctx *c, struct db *db, const char *path);
/* The database of url becomes what the copy at path holds. The copy is looked at first, whole: its sum, its pages (SQLite), its migrations;
 * ERR_CONFLICT with a note, and nothing has changed, when it is not what db_backup made, was made by a newer program, or somebody has the
 * database open (SQLite: for writing). What was there is kept beside it, *kept (c->arena) says where: another file, or another database of that server
 * (pg_copy.h). NULL where there was none, or an empty one. Nobody else may have the database open. */
NODISCARD enum err db_restore(struct ctx *c, const char *url, const char *path, const char **kept);

/* Statements run by the transactions that have ended (metrics, tests of cost). A db_many counts once. */
int64_t db_statements(const struct db *db);

#endif
