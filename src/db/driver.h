/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* driver.h - what db.c asks of a database, and what its own files share. Nobody outside db/ includes it.
 *
 *   db.c          pools of connections, transactions, savepoints, counting, trace: what both databases do alike
 *   node.c        the lease of a node number, and ids
 *   db_sqlite.c   the driver of SQLite                db_pg.c   that of PostgreSQL
 *   migrate.c     applies sql/
 *
 * A connection is used by one thread at a time: whoever took it from its pool. So a connection, its statements and its
 * cursors need no locks; the pools have one. A connection's statements live in its own arena and die with it.
 *
 * A statement is found by the address of its literal in a table of the connection: no text is hashed or compared. A cursor is
 * a part of its statement, so that beginning a query takes no memory; while it stands, the same literal gets a twin.
 */
#ifndef DB_DRIVER_H
#define DB_DRIVER_H

#include <pthread.h>
#include <stdatomic.h>

#include "db/db.h"

enum { DB_SAVES_MAX = 8, DB_PARAMS_MAX = 64 };

struct db_conn;

/* Savepoints by their depth: begun, kept, undone. Compared by address too. */
extern const char *const db_sql_save[DB_SAVES_MAX], *const db_sql_release[DB_SAVES_MAX], *const db_sql_back[DB_SAVES_MAX];

/* One prepared statement of one connection, and the cursor over its answer. Drivers put their own behind it. */
struct db_rows {
    struct db_conn *conn;
    const char *sql;
    struct db_rows *twin;              /* another one of the same literal */
    struct db_rows *next, **back;      /* among the connection's standing cursors */
    bool open;
    bool ready;                        /* db_one: the first row stands already */
    struct ctx *ctx;                   /* of the query that stands, for its errors */
    const struct db_value *values;     /* db_rows_many: what is still to be asked */
    size_t rows, columns, index;
};

struct db_tx {
    struct db_conn *conn;
    bool write;
    bool broken; /* the database has given it up: nothing but db_drop is left */
    int depth;   /* savepoints that stand */
    int last_at; /* 1 + how many stood when its last key was locked; 0: it was not. From then on no key is waited for */
};

struct db_pool {
    struct db_conn *idle;
    int count, max; /* connections that exist, and may */
    bool write;
    pthread_cond_t freed;
    uint64_t tickets, served; /* who came first has the next one: whoever gives one back and comes again at once stands behind those who waited */
};

struct db_conn {
    struct db *db;
    struct db_pool *pool;
    struct db_conn *next;
    struct arena *arena;
    struct db_rows **slots; /* open addressing by the literal's address */
    size_t slot_count, slot_used;
    struct db_rows *open;
    struct db_tx tx;
    int64_t statements; /* since tx began */
};

enum db_save_step { DB_SAVE_BEGIN, DB_SAVE_KEEP, DB_SAVE_UNDO };

struct db_driver {
    enum db_kind kind;
    /* Once a database: checks the address, fills db->home. */
    enum err (*open)(struct ctx *c, struct db *db);
    void (*close)(struct db *db);
    enum err (*connect)(struct ctx *c, struct db *db, struct arena *a, bool write,
                        struct db_conn **conn);
    void (*disconnect)(struct db_conn *k);
    /* An idle connection is about to be used: false if it is dead. */
    bool (*alive)(struct db_conn *k);
    enum err (*begin)(struct ctx *c, struct db_conn *k, bool write);
    /* *commit stays 0 where it is on the disk when this returns, and for a snapshot. */
    enum err (*commit)(struct ctx *c, struct db_conn *k, int64_t *commit);
    enum err (*settle)(struct ctx *c, struct db *db, int64_t commit);
    void (*rollback)(struct db_conn *k);
    enum err (*save)(struct ctx *c, struct db_conn *k, enum db_save_step step, int depth);
    enum err (*run)(struct ctx *c, struct db_conn *k, const char *sql, struct db_args args,
                    int64_t *changed);
    enum err (*many)(struct ctx *c, struct db_conn *k, const char *sql,
                     const struct db_value *values, size_t rows, size_t columns, int64_t *changed);
    enum err (*query)(struct ctx *c, struct db_conn *k, const char *sql,
                      const struct db_value *values, size_t rows, size_t columns,
                      struct db_rows **out);
    bool (*next)(struct db_rows *r, enum err *e);
    void (*end)(struct db_rows *r);
    bool (*is_null)(const struct db_rows *r, int column);
    int64_t (*integer)(const struct db_rows *r, int column);
    /* A view, valid until the next row; only for what is not NULL. */
    struct str (*text)(const struct db_rows *r, int column);
    /* Several statements without parameters (a migration). */
    enum err (*script)(struct ctx *c, struct db_conn *k, struct str text);
    /* Until the transaction ends nobody else has them. wait false: ERR_BUSY when somebody has one. */
    enum err (*lock)(struct ctx *c, struct db_conn *k, const int64_t *keys, size_t count, bool wait);
    enum err (*has_table)(struct ctx *c, struct db_conn *k, const char *name, bool *has);
    enum err (*backup)(struct ctx *c, struct db_conn *k, const char *path);
    /* place as in struct db, which is not open. */
    enum err (*restore)(struct ctx *c, const char *place, const char *path, const char **kept);
    /* The disk was full: may it be tried again? */
    bool (*room)(struct db *db);
    /* Does another program wait for who writes here? NULL: nobody waits for another. */
    bool (*wanted)(struct db *db);
    /* NULL: a database that looks after itself. */
    enum err (*check)(struct ctx *c, struct db_conn *k, bool (*more)(void *), void *self);
    enum err (*limit)(struct ctx *c, struct db_conn *k, int64_t limit_us);
};

struct db {
    const struct db_driver *driver;
    struct arena *arena;
    const char *place; /* SQLite: the path; PostgreSQL: the address */
    void *home;        /* the driver's own, shared by its connections */
    bool trace;
    atomic_llong statements;
    atomic_int trouble; /* enum db_trouble */
    atomic_bool checked;

    pthread_mutex_t lock; /* pools */
    struct db_pool readers, writers;

    pthread_mutex_t id_lock; /* ids and the lease */
    struct id_maker ids;
    instant leased_until; /* 0: no node is leased */
    instant id_floor;     /* ids begin after it: the term of whoever had the node before */
    int64_t last_id;
    char holder[96];
};

extern const struct db_driver db_driver_sqlite, db_driver_pg;

/* A trouble that was seen; a worse one stays. */
void db_trouble_note(struct db *db, enum db_trouble what);
/* DB_FULL is over. */
void db_trouble_over(struct db *db);

/* The statement of this literal that is free now, or NULL. O(1). */
struct db_rows *db_stmt_find(const struct db_conn *k, const char *sql);
void db_stmt_add(struct db_conn *k, struct db_rows *r);
/* r begins to stand / stands no more. */
void db_stmt_open(struct db_conn *k, struct db_rows *r);
void db_stmt_close(struct db_rows *r);

/* Takes a node number or makes the lease longer, when it is time, on a connection outside of any transaction. */
enum err db_node_keep(struct ctx *c, struct db_conn *k);
void db_node_free(struct db *db);

/* A migration: its file's name and text. */
struct db_file {
    const char *name;
    struct str text;
};
/* db_migrate with files from elsewhere than the pack (tests). */
NODISCARD enum err db_migrate_files(struct ctx *c, struct db *db, const struct db_file *files, size_t count);
/* The files of the program: at most *count in c->arena. */
struct db_file *db_files(struct arena *a, size_t *count);
/* The SHA-256 of a text, in hex. */
struct str db_hash(struct arena *a, struct str text);
/* The text in the words of that database: for PostgreSQL INTEGER is BIGINT and BLOB is BYTEA, outside of quotes and comments. */
struct str db_dialect(struct arena *a, enum db_kind kind, struct str sql);

/* A connection of its pool, outside of any transaction; given back. */
enum err db_conn_take(struct ctx *c, struct db *db, bool write, struct db_conn **k);
void db_conn_give(struct db_conn *k);

#endif
