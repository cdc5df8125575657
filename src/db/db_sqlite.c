/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "db/checkpoint.h"
#include "db/driver.h"
#include "db/lite_file.h"
#include "db/page_cache.h"
#include "db/settle.h"
#include "db/wal.h"
#include "sys/clock.h"

/* One writing connection with its checkpointer (checkpoint.h), and some that read. What each setting is worth was measured on two
 * cores with the three statements of an event in batches of 1,000 (see db.h).
 *
 * Another program on the same file (a command beside the server) writes too, but leaves the checkpoints to the owner: whoever
 * holds the lock on PATH-owner. An owner that dies loses it to the kernel, and the next writer that asks has it.
 *
 * SQLite knows no queue: who waits for the file looks now and then whether it is free, and one who writes transaction upon transaction leaves it
 * free for microseconds. So whoever wants to write takes the turn first (a lock on one byte of PATH-owner, which is nobody's for longer than the wait),
 * and gives it back when its transaction has begun: who has just written stands behind who waited, as threads do before the connection. */
#define CHECKPOINT_PAGES "10000"
#define LOG_BYTES        "167772160" /* to which the log is cut when it begins anew: what it grows to under load, or each time its blocks are given back and taken */
#define BUSY_US          10000000
#define LOOK_US          1000 /* between two looks whether the file is free: whoever has the turn is waited for */
#define RESERVE_BYTES    (64 * 1024 * 1024)
#define OWNER_EVERY      64   /* commits after which one who is not the owner asks again */
#define RESERVE_EVERY    1024 /* writing transactions after which a spent reserve is made anew */
#define LITTLE_BYTES     (4 * 1024 * 1024)  /* left at the start: the disk is full */
#define ENOUGH_BYTES     (16 * 1024 * 1024) /* beside a spent reserve: it is no more */
#define LIMIT_STEPS      20000 /* of SQLite's machine, between two looks at the clock */

struct lite_home {
    int owner_fd; /* and of the turn */
    bool owner;
    const char *reserve_path;
    bool reserve; /* the file is there */
    bool spent;   /* it was, and its room has not come back */
    bool stopped; /* who has the turn does not go on; the writer's */
    bool sick;    /* an I/O error or a full disk was seen: a checkpoint comes before the next transaction */
    struct settle *settle;
};

struct lite_conn {
    struct db_conn base;
    sqlite3 *handle;
    struct checkpoint *carrier; /* the writer's, when the file is ours */
    int64_t begun, committed;
    int64_t busy_us;  /* of the running clock: since when it waits for the file */
    int64_t until_us; /* of the running clock: the snapshot's statements may run; 0: as long as they like */
    bool late;
};

struct lite_stmt {
    struct db_rows base;
    sqlite3_stmt *stmt;
    size_t count;                 /* the highest $n */
    uint8_t index[DB_PARAMS_MAX]; /* $n+1 -> SQLite's number; 0: not in the text */
};

static const char sql_begin_read[] = "BEGIN";
static const char sql_begin_write[] = "BEGIN IMMEDIATE";
static const char sql_commit[] = "COMMIT";
static const char sql_rollback[] = "ROLLBACK";

static struct lite_conn *lite_of(struct db_conn *k)
{
    return (struct lite_conn *)k;
}

static struct lite_home *home_of(const struct lite_conn *k)
{
    return k->base.db->home;
}

/* ---- errors ---- */

static enum err lite_code(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_CONSTRAINT:
        return rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY ||
                       rc == SQLITE_CONSTRAINT_ROWID
                   ? ERR_TWICE
                   : ERR_INTERNAL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_READONLY:
    case SQLITE_CORRUPT:
    case SQLITE_INTERRUPT:
    case SQLITE_NOTADB:
        return ERR_AWAY;
    default:
        return ERR_INTERNAL;
    }
}

/* The disk is full: the reserve gives room for a checkpoint, and for people to sign in and see why. */
static void reserve_spend(struct lite_home *home)
{
    if (home->reserve && unlink(home->reserve_path) == 0)
        home->reserve = false, home->spent = true;
}

static uint64_t room_bytes(const struct lite_home *home)
{
    struct statvfs fs;
    return fstatvfs(home->owner_fd, &fs) == 0 ? (uint64_t)fs.f_bavail * fs.f_frsize : 0;
}

static void reserve_make(struct lite_home *home)
{
    int fd = open(home->reserve_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    bool room = room_bytes(home) > 3 * (uint64_t)RESERVE_BYTES;
    home->reserve = lseek(fd, 0, SEEK_END) >= RESERVE_BYTES ||
                    (room && posix_fallocate(fd, 0, RESERVE_BYTES) == 0);
    close(fd);
    if (home->reserve)
        home->spent = false;
    else
        unlink(home->reserve_path);
}

static bool lite_room(struct db *db)
{
    struct lite_home *home = db->home;
    bool room = home->owner_fd < 0 || room_bytes(home) >= ENOUGH_BYTES + (home->spent ? (uint64_t)RESERVE_BYTES : 0);
    if (room)
        db_trouble_over(db);
    return room;
}

static enum err lite_fail(struct ctx *c, struct lite_conn *k, int rc, const char *sql)
{
    enum err e = lite_code(rc);
    bool full = (rc & 0xff) == SQLITE_FULL || ((rc & 0xff) == SQLITE_IOERR && sqlite3_system_errno(k->handle) == ENOSPC);
    if (full) {
        reserve_spend(home_of(k));
        db_trouble_note(k->base.db, DB_FULL);
    }
    if ((rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB) {
        db_trouble_note(k->base.db, DB_DAMAGED);
        return fault_set(c, e, "the database file is damaged (gradus restore FILE brings back a copy): %s (%d): %.60s",
                         sqlite3_errmsg(k->handle), rc, sql);
    }
    if (rc == SQLITE_INTERRUPT && k->late)
        return fault_set(c, e, "a question that takes longer than it may: %.80s", sql);
    if ((rc & 0xff) == SQLITE_FULL || (rc & 0xff) == SQLITE_IOERR)
        home_of(k)->sick = true;
    if (k->base.tx.conn && sqlite3_get_autocommit(k->handle))
        k->base.tx.broken = true;
    return fault_set(c, e, "%s (%d): %.80s", sqlite3_errmsg(k->handle), rc, sql);
}

/* ---- statements ---- */

static enum err lite_prepare(struct ctx *c, struct lite_conn *k, const char *sql,
                             struct lite_stmt **out)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v3(k->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
    if (rc != SQLITE_OK)
        return lite_fail(c, k, rc, sql);
    struct lite_stmt *s = ARENA_NEW(k->base.arena, struct lite_stmt);
    s->base.sql = sql;
    s->stmt = stmt;
    int count = sqlite3_bind_parameter_count(stmt);
    for (int i = 1; i <= count; i++) {
        int64_t n = 0;
        const char *name = sqlite3_bind_parameter_name(stmt, i);
        bool numbered = name && name[0] == '$' && str_to_int(str_of(name + 1), &n);
        assert(numbered && n >= 1 && n <= DB_PARAMS_MAX);
        s->index[n - 1] = (uint8_t)i;
        if ((size_t)n > s->count)
            s->count = (size_t)n;
    }
    db_stmt_add(&k->base, &s->base);
    *out = s;
    return ERR_NONE;
}

static inline enum err lite_stmt(struct ctx *c, struct lite_conn *k, const char *sql,
                                 struct lite_stmt **out)
{
    struct db_rows *r = db_stmt_find(&k->base, sql);
    if (!r)
        return lite_prepare(c, k, sql, out);
    *out = (struct lite_stmt *)r;
    return ERR_NONE;
}

/* Nothing is copied: values stay where they are until the statement is reset. */
static inline void lite_bind(const struct lite_stmt *s, const struct db_value *v, size_t count)
{
    assert(count == s->count); /* as many values as the text has placeholders */
    for (size_t i = 0; i < count; i++, v++) {
        int at = s->index[i];
        if (v->type == DB_INT)
            sqlite3_bind_int64(s->stmt, at, v->integer);
        else if (v->type == DB_TEXT)
            sqlite3_bind_text(s->stmt, at, v->text.ptr, (int)v->text.len, SQLITE_STATIC);
        else if (v->type == DB_BLOB)
            sqlite3_bind_blob(s->stmt, at, v->text.ptr, (int)v->text.len, SQLITE_STATIC);
        else
            sqlite3_bind_null(s->stmt, at);
    }
}

/* Binds, runs to the end, and readies the statement for the next values. */
static inline int lite_once(const struct lite_stmt *s, const struct db_value *v, size_t count)
{
    int rc;
    lite_bind(s, v, count);
    while ((rc = sqlite3_step(s->stmt)) == SQLITE_ROW)
        continue;
    int again = sqlite3_reset(s->stmt);
    return rc == SQLITE_DONE ? again : rc;
}

static enum err lite_run(struct ctx *c, struct db_conn *base, const char *sql, struct db_args args,
                         int64_t *changed)
{
    struct lite_conn *k = lite_of(base);
    struct lite_stmt *s;
    enum err e = lite_stmt(c, k, sql, &s);
    if (e)
        return e;
    int rc = lite_once(s, args.values, args.count);
    if (rc != SQLITE_OK)
        return lite_fail(c, k, rc, sql);
    if (changed)
        *changed = sqlite3_changes64(k->handle);
    return ERR_NONE;
}

static enum err lite_many(struct ctx *c, struct db_conn *base, const char *sql,
                          const struct db_value *values, size_t rows, size_t columns,
                          int64_t *changed)
{
    struct lite_conn *k = lite_of(base);
    struct lite_stmt *s;
    enum err e = lite_stmt(c, k, sql, &s);
    if (e)
        return e;
    for (size_t i = 0; i < rows; i++, values += columns) {
        int rc = lite_once(s, values, columns);
        if (rc != SQLITE_OK)
            return lite_fail(c, k, rc, sql);
        if (changed)
            changed[i] = sqlite3_changes64(k->handle);
    }
    return ERR_NONE;
}

static enum err lite_exec(struct ctx *c, struct lite_conn *k, const char *sql)
{
    return lite_run(c, &k->base, sql, DB_NO_ARGS, NULL);
}

/* ---- cursors ---- */

static enum err lite_query(struct ctx *c, struct db_conn *k, const char *sql,
                           const struct db_value *values, size_t rows, size_t columns,
                           struct db_rows **out)
{
    struct lite_stmt *s;
    enum err e = lite_stmt(c, lite_of(k), sql, &s);
    if (e)
        return e;
    struct db_rows *r = &s->base;
    r->ctx = c;
    r->values = values;
    r->rows = rows;
    r->columns = columns;
    r->index = 0;
    if (rows)
        lite_bind(s, values, columns);
    db_stmt_open(k, r);
    *out = r;
    return ERR_NONE;
}

static bool lite_next(struct db_rows *r, enum err *e)
{
    struct lite_stmt *s = (struct lite_stmt *)r;
    *e = ERR_NONE;
    while (r->index < r->rows) {
        int rc = sqlite3_step(s->stmt);
        if (rc == SQLITE_ROW)
            return true;
        if (rc != SQLITE_DONE) {
            *e = lite_fail(r->ctx, lite_of(r->conn), rc, r->sql);
            r->index = r->rows;
            return false;
        }
        sqlite3_reset(s->stmt);
        if (++r->index < r->rows)
            lite_bind(s, r->values + r->index * r->columns, r->columns);
    }
    return false;
}

static void lite_end(struct db_rows *r)
{
    sqlite3_reset(((struct lite_stmt *)r)->stmt);
}

static bool lite_is_null(const struct db_rows *r, int column)
{
    return sqlite3_column_type(((const struct lite_stmt *)r)->stmt, column) == SQLITE_NULL;
}

static int64_t lite_integer(const struct db_rows *r, int column)
{
    return sqlite3_column_int64(((const struct lite_stmt *)r)->stmt, column);
}

static struct str lite_text(const struct db_rows *r, int column)
{
    sqlite3_stmt *stmt = ((const struct lite_stmt *)r)->stmt;
    const char *ptr = sqlite3_column_type(stmt, column) == SQLITE_BLOB
                          ? sqlite3_column_blob(stmt, column)
                          : (const char *)sqlite3_column_text(stmt, column);
    size_t len = (size_t)sqlite3_column_bytes(stmt, column);
    return (struct str){ ptr ? ptr : "", len };
}

/* ---- the turn to write ---- */

static int turn(const struct lite_home *home, int how, short type, struct flock *it)
{
    *it = (struct flock){ .l_type = type, .l_whence = SEEK_SET, .l_len = 1 };
    return fcntl(home->owner_fd, how, it);
}

/* A program that is stopped while it waits has the turn until it goes on. It is waited for once, and then no more before the turn was free again. */
static void turn_take(struct lite_home *home)
{
    int64_t since = clock_mono_us();
    struct flock it;
    int rc;
    while ((rc = turn(home, F_OFD_SETLK, F_WRLCK, &it)) != 0 && !home->stopped && (errno == EAGAIN || errno == EACCES || errno == EINTR) &&
           clock_mono_us() - since < BUSY_US)
        clock_sleep_us(LOOK_US);
    home->stopped = rc != 0;
}

static void turn_give(const struct lite_home *home)
{
    struct flock it;
    (void)turn(home, F_OFD_SETLK, F_UNLCK, &it);
}

/* Does another program wait for the file? */
static bool lite_wanted(struct db *db)
{
    const struct lite_home *home = db->home;
    struct flock it;
    return !home->stopped && turn(home, F_OFD_GETLK, F_WRLCK, &it) == 0 && it.l_type != F_UNLCK;
}

static int on_busy(void *self, int times)
{
    struct lite_conn *k = self;
    int64_t now = clock_mono_us();
    if (times == 0)
        k->busy_us = now;
    if (now - k->busy_us >= BUSY_US)
        return 0;
    clock_sleep_us(LOOK_US);
    return 1;
}

/* ---- the file and its owner ---- */

static bool owner_try(struct lite_home *home)
{
    if (!home->owner && home->owner_fd >= 0)
        home->owner = flock(home->owner_fd, LOCK_EX | LOCK_NB) == 0;
    return home->owner;
}

static void lite_settings_once(void)
{
    /* Connections are used by one thread at a time, and nobody asks SQLite how much memory it has. */
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    page_cache_register(); /* without it all is right, and slower */
    wal_register();
}

static enum err lite_open(struct ctx *c, struct db *db)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, lite_settings_once);

    struct lite_home *home = ARENA_NEW(db->arena, struct lite_home);
    home->owner_fd = -1;
    home->settle = settle_new(db->arena);
    db->home = home;
    home->reserve_path = str_print(db->arena, "%s-reserve", db->place).ptr;
    /* Made here so that only its owner may read it; SQLite gives -wal and -shm the same mode. */
    int fd = open(db->place, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return fault_set(c, ERR_AWAY, "cannot open the database file %.100s", db->place);
    close(fd);
    home->owner_fd = open(str_print(db->arena, "%s-owner", db->place).ptr,
                          O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (!owner_try(home))
        return ERR_NONE;
    reserve_make(home);
    if (home->reserve && room_bytes(home) < LITTLE_BYTES) {
        reserve_spend(home); /* without it not even the index of the log could be made */
        db_trouble_note(db, DB_FULL);
    }
    return ERR_NONE;
}

static void lite_close(struct db *db)
{
    struct lite_home *home = db->home;
    if (!home)
        return;
    settle_close(home->settle);
    if (home->owner_fd >= 0)
        close(home->owner_fd);
}

static enum err lite_pragmas(struct ctx *c, struct lite_conn *k, const char *text)
{
    int rc = sqlite3_exec(k->handle, text, NULL, NULL, NULL);
    return rc == SQLITE_OK ? ERR_NONE : lite_fail(c, k, rc, text);
}

/* The writer's checkpoints, when they are ours. */
static enum err lite_own(struct ctx *c, struct lite_conn *k)
{
    if (!owner_try(home_of(k)))
        return ERR_NONE;
    sqlite3_db_config(k->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    if (!k->carrier)
        k->carrier = checkpoint_start(k->base.arena, k->base.db->place, PIECE_VFS, k->handle);
    return k->carrier ? ERR_NONE : lite_pragmas(c, k, "PRAGMA wal_autocheckpoint = " CHECKPOINT_PAGES);
}

static enum err lite_checkpoint(struct ctx *c, struct lite_conn *k)
{
    int rc = k->carrier ? checkpoint_all(k->carrier)
                        : sqlite3_wal_checkpoint_v2(k->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    if (rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY) /* busy: a reader of another program; nothing is lost by waiting */
        return ERR_NONE;
    return lite_fail(c, k, rc, "wal_checkpoint(TRUNCATE)");
}

static enum err lite_set_up(struct ctx *c, struct lite_conn *k, bool write)
{
    sqlite3_extended_result_codes(k->handle, 1);
    sqlite3_busy_handler(k->handle, on_busy, k);
    sqlite3_db_config(k->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    enum err e = lite_pragmas(c, k,
                              "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                              "PRAGMA secure_delete = OFF; PRAGMA temp_store = MEMORY;"
                              "PRAGMA mmap_size = 0; PRAGMA foreign_keys = ON;"
                              "PRAGMA journal_size_limit = " LOG_BYTES "; PRAGMA wal_autocheckpoint = 0;");
    if (e)
        return e;
    if (!write)
        return lite_pragmas(c, k, "PRAGMA cache_size = -4096; PRAGMA query_only = ON;");
    if ((e = lite_pragmas(c, k, "PRAGMA cache_size = -98304;")) != ERR_NONE)
        return e;
    (void)wal_settle(k->handle, home_of(k)->settle, str_print(c->arena, "%s-wal", k->base.db->place).ptr); /* else SQLite syncs each commit */
    if ((e = lite_own(c, k)) != ERR_NONE)
        return e;
    if (!home_of(k)->owner || (e = lite_checkpoint(c, k)) == ERR_NONE)
        return ERR_NONE;
    /* The disk filled while the server ran, and the reserve went then: the log holds what the file has no room for, and reading sees both.
     * The first transaction that writes carries it over, when there is room again. */
    return db_trouble_of(k->base.db) == DB_FULL ? ERR_NONE : e;
}

static enum err lite_connect(struct ctx *c, struct db *db, struct arena *a, bool write,
                             struct db_conn **out)
{
    struct lite_conn *k = ARENA_NEW(a, struct lite_conn);
    k->base.db = db;
    k->base.arena = a;
    int rc = sqlite3_open_v2(db->place, &k->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, WAL_VFS);
    enum err e = rc == SQLITE_OK ? lite_set_up(c, k, write) : lite_fail(c, k, rc, "open");
    if (e) {
        sqlite3_close_v2(k->handle);
        return e;
    }
    *out = &k->base;
    return ERR_NONE;
}

static void lite_disconnect(struct db_conn *base)
{
    struct lite_conn *k = lite_of(base);
    sqlite3_stmt *stmt;
    checkpoint_stop(k->carrier);
    while ((stmt = sqlite3_next_stmt(k->handle, NULL)))
        sqlite3_finalize(stmt);
    sqlite3_close_v2(k->handle);
}

static bool lite_alive(struct db_conn *k)
{
    (void)k;
    return true;
}

/* ---- transactions ---- */

static int on_steps(void *self)
{
    struct lite_conn *k = self;
    return k->late = clock_mono_us() > k->until_us;
}

static enum err lite_limit(struct ctx *c, struct db_conn *base, int64_t limit_us)
{
    struct lite_conn *k = lite_of(base);
    (void)c;
    k->until_us = clock_mono_us() + limit_us;
    sqlite3_progress_handler(k->handle, LIMIT_STEPS, on_steps, k);
    return ERR_NONE;
}

static void limit_end(struct lite_conn *k)
{
    if (k->until_us)
        sqlite3_progress_handler(k->handle, 0, NULL, NULL);
    k->until_us = 0;
    k->late = false;
}

static enum err lite_begin(struct ctx *c, struct db_conn *base, bool write)
{
    struct lite_conn *k = lite_of(base);
    struct lite_home *home = home_of(k);
    if (!write)
        return lite_exec(c, k, sql_begin_read);
    if (k->carrier && !home->sick && checkpoint_finish(k->carrier) != SQLITE_OK)
        home->sick = true;
    if (home->sick && home->owner) {
        enum err e = lite_checkpoint(c, k);
        if (e)
            return e;
        home->sick = false;
    }
    bool again = ++k->begun % RESERVE_EVERY == 0 || (home->spent && room_bytes(home) > 3 * (uint64_t)RESERVE_BYTES);
    if (again && home->owner && !home->reserve)
        reserve_make(home);
    turn_take(home);
    enum err e = lite_exec(c, k, sql_begin_write);
    turn_give(home);
    return e;
}

static void lite_rollback(struct db_conn *base)
{
    struct lite_conn *k = lite_of(base);
    struct lite_stmt *s;
    struct ctx none = { .arena = base->arena };
    limit_end(k);
    if (!sqlite3_get_autocommit(k->handle) && lite_stmt(&none, k, sql_rollback, &s) == ERR_NONE)
        lite_once(s, NULL, 0);
}

/* Without a carrier the owner's COMMIT carries the log over, and what is carried over must be on the disk. */
static enum err commit_now(struct ctx *c, struct lite_conn *k)
{
    struct settle *s = home_of(k)->settle;
    settle_later(s, k->carrier || !home_of(k)->owner);
    enum err e = lite_exec(c, k, sql_commit);
    settle_later(s, false);
    return e;
}

static enum err lite_commit(struct ctx *c, struct db_conn *base, int64_t *commit)
{
    struct lite_conn *k = lite_of(base);
    bool write = base->tx.write;
    limit_end(k);
    enum err e = write ? commit_now(c, k) : lite_exec(c, k, sql_commit);
    if (e) {
        lite_rollback(base);
        return e == ERR_INTERNAL ? ERR_AWAY : e;
    }
    if (write)
        *commit = settle_commit(home_of(k)->settle);
    if (write && k->carrier && checkpoint_step(k->carrier) != SQLITE_OK) {
        /* All of the log is carried over before anything else. A sync of the other thread that failed may have been of pages that this
         * transaction had put down, and the system takes them to be clean since: whoever waits is told nothing good. */
        home_of(k)->sick = true;
        return fault_set(c, ERR_AWAY, "the log could not be carried over: this commit may not be on the disk");
    }
    /* A failure to become the owner is no failure of what was committed. */
    if (write && !home_of(k)->owner && ++k->committed % OWNER_EVERY == 0 && lite_own(c, k) != ERR_NONE)
        fault_clear(c);
    return ERR_NONE;
}

static enum err lite_settle(struct ctx *c, struct db *db, int64_t commit)
{
    struct lite_home *home = db->home;
    int no = settle_wait(home->settle, commit);
    if (no == ENOSPC)
        db_trouble_note(db, DB_FULL);
    return no ? fault_set(c, ERR_AWAY, "the log could not be synced (%s): this commit may not be on the disk", strerror(no)) : ERR_NONE;
}

static enum err lite_save(struct ctx *c, struct db_conn *base, enum db_save_step step, int depth)
{
    struct lite_conn *k = lite_of(base);
    if (step == DB_SAVE_BEGIN)
        return lite_exec(c, k, db_sql_save[depth]);
    enum err e = step == DB_SAVE_UNDO ? lite_exec(c, k, db_sql_back[depth]) : ERR_NONE;
    return e ? e : lite_exec(c, k, db_sql_release[depth]);
}

/* ---- the rest ---- */

static enum err lite_script(struct ctx *c, struct db_conn *k, struct str text)
{
    return lite_pragmas(c, lite_of(k), str_cz(c->arena, text));
}

static enum err lite_lock(struct ctx *c, struct db_conn *k, const int64_t *keys, size_t count, bool wait)
{
    (void)c, (void)k, (void)keys, (void)count, (void)wait;
    return ERR_NONE; /* BEGIN IMMEDIATE has it */
}

static const char sql_has_table[] =
    "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1";

static enum err lite_has_table(struct ctx *c, struct db_conn *base, const char *name, bool *has)
{
    struct db_value v = db_str(str_of(name));
    struct db_rows *r;
    enum err e = lite_query(c, base, sql_has_table, &v, 1, 1, &r);
    if (e)
        return e;
    *has = lite_next(r, &e);
    db_end(r);
    return e;
}

static enum err lite_file_backup(struct ctx *c, struct db_conn *k, const char *path)
{
    return lite_backup(c, lite_of(k)->handle, path);
}

static enum err lite_file_check(struct ctx *c, struct db_conn *k, bool (*more)(void *), void *self)
{
    enum err e = lite_check(c, lite_of(k)->handle, more, self);
    if (e == ERR_CONFLICT)
        db_trouble_note(k->db, DB_DAMAGED);
    return e;
}

const struct db_driver db_driver_sqlite = {
    .kind = DB_SQLITE,
    .open = lite_open,
    .close = lite_close,
    .connect = lite_connect,
    .disconnect = lite_disconnect,
    .alive = lite_alive,
    .begin = lite_begin,
    .commit = lite_commit,
    .settle = lite_settle,
    .rollback = lite_rollback,
    .save = lite_save,
    .run = lite_run,
    .many = lite_many,
    .query = lite_query,
    .next = lite_next,
    .end = lite_end,
    .is_null = lite_is_null,
    .integer = lite_integer,
    .text = lite_text,
    .script = lite_script,
    .lock = lite_lock,
    .has_table = lite_has_table,
    .backup = lite_file_backup,
    .restore = lite_restore,
    .room = lite_room,
    .check = lite_file_check,
    .wanted = lite_wanted,
    .limit = lite_limit,
};
