/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "db/driver.h"
#include "sys/clock.h"

const char *const db_sql_save[DB_SAVES_MAX] = {
    "SAVEPOINT s0", "SAVEPOINT s1", "SAVEPOINT s2", "SAVEPOINT s3",
    "SAVEPOINT s4", "SAVEPOINT s5", "SAVEPOINT s6", "SAVEPOINT s7",
};
const char *const db_sql_release[DB_SAVES_MAX] = {
    "RELEASE s0", "RELEASE s1", "RELEASE s2", "RELEASE s3",
    "RELEASE s4", "RELEASE s5", "RELEASE s6", "RELEASE s7",
};
const char *const db_sql_back[DB_SAVES_MAX] = {
    "ROLLBACK TO s0", "ROLLBACK TO s1", "ROLLBACK TO s2", "ROLLBACK TO s3",
    "ROLLBACK TO s4", "ROLLBACK TO s5", "ROLLBACK TO s6", "ROLLBACK TO s7",
};

/* ---- pools ---- */

/* Takes an idle connection, or makes one, or waits for one. */
enum err db_conn_take(struct ctx *c, struct db *db, bool write, struct db_conn **out)
{
    struct db_pool *pool = write ? &db->writers : &db->readers;
    struct db_conn *k = NULL;

    pthread_mutex_lock(&db->lock);
    uint64_t ticket = pool->tickets++;
    while (ticket != pool->served || (!pool->idle && pool->count >= pool->max))
        pthread_cond_wait(&pool->freed, &db->lock);
    pool->served++;
    if (pool->served != pool->tickets)
        pthread_cond_broadcast(&pool->freed); /* for the next there may be one, too */
    if (pool->idle) {
        k = pool->idle;
        pool->idle = k->next;
    } else {
        pool->count++;
    }
    pthread_mutex_unlock(&db->lock);

    if (k && !db->driver->alive(k)) {
        struct arena *a = k->arena;
        db->driver->disconnect(k);
        arena_free(a);
        k = NULL;
    }
    if (!k) {
        struct arena *a = arena_new(0);
        enum err e = db->driver->connect(c, db, a, write, &k);
        if (e) {
            arena_free(a);
            pthread_mutex_lock(&db->lock);
            pool->count--;
            pthread_cond_broadcast(&pool->freed);
            pthread_mutex_unlock(&db->lock);
            return e;
        }
        k->db = db;
        k->pool = pool;
        k->arena = a;
    }
    *out = k;
    return ERR_NONE;
}

void db_conn_give(struct db_conn *k)
{
    struct db *db = k->db;
    atomic_fetch_add_explicit(&db->statements, k->statements, memory_order_relaxed);
    k->statements = 0;
    pthread_mutex_lock(&db->lock);
    k->next = k->pool->idle;
    k->pool->idle = k;
    if (k->pool->served != k->pool->tickets)
        pthread_cond_broadcast(&k->pool->freed);
    pthread_mutex_unlock(&db->lock);
}

bool db_is_wanted(const struct db_tx *tx)
{
    struct db_pool *pool = tx->conn->pool;
    struct db *db = tx->conn->db;
    pthread_mutex_lock(&db->lock);
    bool wanted = pool->served != pool->tickets;
    pthread_mutex_unlock(&db->lock);
    return wanted || (db->driver->wanted && db->driver->wanted(db));
}

static void pool_close(struct db *db, struct db_pool *pool)
{
    while (pool->idle) {
        struct db_conn *k = pool->idle;
        struct arena *a = k->arena;
        pool->idle = k->next;
        db->driver->disconnect(k);
        arena_free(a);
        pool->count--;
    }
    assert(pool->count == 0); /* a transaction outlives its database */
    pthread_cond_destroy(&pool->freed);
}

/* ---- open, close ---- */

static bool trace_wanted(void)
{
    struct str rest = str_of(getenv("GRADUS_TRACE")), piece;
    while (str_next(&rest, ',', &piece))
        if (str_eq(piece, STR("sql")))
            return true;
    return false;
}

static const struct db_driver *driver_of(struct str url, struct str *place)
{
    if (str_starts(url, STR("sqlite:"))) {
        *place = str_sub(url, 7, url.len);
        return place->len ? &db_driver_sqlite : NULL;
    }
    *place = url;
    if (str_starts(url, STR("postgresql://")) || str_starts(url, STR("postgres://")))
        return &db_driver_pg;
    return NULL;
}

static const char no_driver[] = "the database is neither sqlite:PATH nor postgresql://...";

enum err db_open(struct ctx *c, const char *url, int readers, struct db **out)
{
    struct str place;
    const struct db_driver *driver = driver_of(str_of(url), &place);
    if (!driver)
        return fault_set(c, ERR_AWAY, "%s", no_driver);

    struct arena *a = arena_new(0);
    struct db *db = ARENA_NEW(a, struct db);
    db->driver = driver;
    db->arena = a;
    db->place = str_cz(a, place);
    db->trace = trace_wanted();
    db->readers.max = readers > 0 ? readers : 1;
    db->writers.max = driver->kind == DB_SQLITE ? 1 : 40;
    pthread_mutex_init(&db->lock, NULL);
    pthread_mutex_init(&db->id_lock, NULL);
    pthread_cond_init(&db->readers.freed, NULL);
    pthread_cond_init(&db->writers.freed, NULL);

    enum err e = driver->open(c, db);
    struct db_conn *k;
    if (!e && !(e = db_conn_take(c, db, true, &k))) /* so that a wrong address is told now */
        db_conn_give(k);
    if (e) {
        db_close(db);
        return e;
    }
    *out = db;
    return ERR_NONE;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    db_node_free(db);
    pool_close(db, &db->readers);
    pool_close(db, &db->writers);
    db->driver->close(db);
    pthread_mutex_destroy(&db->lock);
    pthread_mutex_destroy(&db->id_lock);
    arena_free(db->arena);
}

enum db_kind db_kind_of(const struct db *db)
{
    return db->driver->kind;
}

enum db_trouble db_trouble_of(struct db *db)
{
    return (enum db_trouble)atomic_load(&db->trouble);
}

void db_trouble_note(struct db *db, enum db_trouble what)
{
    int was = atomic_load(&db->trouble);
    while (was < (int)what && !atomic_compare_exchange_weak(&db->trouble, &was, (int)what))
        continue;
}

void db_trouble_over(struct db *db)
{
    int full = DB_FULL;
    atomic_compare_exchange_strong(&db->trouble, &full, DB_WELL);
}

bool db_was_checked(const struct db_tx *tx)
{
    return atomic_load(&tx->conn->db->checked);
}

enum err db_check(struct ctx *c, struct db *db, bool (*more)(void *self), void *self)
{
    struct db_conn *k;
    enum err e = ERR_NONE;
    if (db->driver->check) {
        if ((e = db_conn_take(c, db, false, &k)) != ERR_NONE)
            return e;
        e = db->driver->check(c, k, more, self);
        db_conn_give(k);
    }
    atomic_store(&db->checked, e == ERR_NONE || e == ERR_CONFLICT); /* else it was not looked at to its end */
    return e;
}

int64_t db_size_bytes(const struct db *db)
{
    struct stat s;
    return db->driver->kind == DB_SQLITE && stat(db->place, &s) == 0 ? (int64_t)s.st_size : 0;
}

int64_t db_statements(const struct db *db)
{
    return atomic_load_explicit(&db->statements, memory_order_relaxed);
}

/* ---- statements of a connection ---- */

static size_t slot_of(const struct db_conn *k, const char *sql)
{
    uint64_t h = (uint64_t)(uintptr_t)sql * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(h >> 32) & (k->slot_count - 1);
}

struct db_rows *db_stmt_find(const struct db_conn *k, const char *sql)
{
    if (!k->slot_count)
        return NULL;
    for (size_t i = slot_of(k, sql); k->slots[i]; i = (i + 1) & (k->slot_count - 1)) {
        struct db_rows *r = k->slots[i];
        if (r->sql != sql)
            continue;
        while (r && r->open)
            r = r->twin;
        return r;
    }
    return NULL;
}

static void slots_put(struct db_conn *k, struct db_rows *r)
{
    size_t i = slot_of(k, r->sql);
    while (k->slots[i] && k->slots[i]->sql != r->sql)
        i = (i + 1) & (k->slot_count - 1);
    if (k->slots[i]) {
        r->twin = k->slots[i]->twin;
        k->slots[i]->twin = r;
    } else {
        k->slots[i] = r;
        k->slot_used++;
    }
}

void db_stmt_add(struct db_conn *k, struct db_rows *r)
{
    r->conn = k;
    if (k->slot_used * 2 >= k->slot_count) {
        struct db_rows **old = k->slots;
        size_t n = k->slot_count;
        k->slot_count = n ? n * 2 : 256;
        k->slots = ARENA_ARRAY(k->arena, struct db_rows *, k->slot_count);
        k->slot_used = 0;
        for (size_t i = 0; i < n; i++) {
            if (!old[i])
                continue;
            size_t at = slot_of(k, old[i]->sql);
            while (k->slots[at])
                at = (at + 1) & (k->slot_count - 1);
            k->slots[at] = old[i]; /* with its twins */
            k->slot_used++;
        }
    }
    slots_put(k, r);
}

void db_stmt_open(struct db_conn *k, struct db_rows *r)
{
    r->open = true;
    r->next = k->open;
    r->back = &k->open;
    if (r->next)
        r->next->back = &r->next;
    k->open = r;
}

void db_stmt_close(struct db_rows *r)
{
    r->open = false;
    *r->back = r->next;
    if (r->next)
        r->next->back = r->back;
}

/* ---- transactions ---- */

/* May be written now? Whoever comes after the disk was full finds out whether it still is. */
static enum err trouble_check(struct ctx *c, struct db *db, bool small)
{
    switch (atomic_load(&db->trouble)) {
    case DB_DAMAGED:
        return fault_set(c, ERR_AWAY, "the database file is damaged: gradus restore FILE brings back a copy");
    case DB_FULL:
        return small || db->driver->room(db) ? ERR_NONE : fault_set(c, ERR_AWAY, "the disk is full");
    default:
        return ERR_NONE;
    }
}

static enum err tx_open(struct ctx *c, struct db *db, bool write, bool small, struct db_tx **out)
{
    struct db_conn *k;
    enum err e = write ? trouble_check(c, db, small) : ERR_NONE;
    if (!e)
        e = db_conn_take(c, db, write, &k);
    if (e)
        return e;
    if (write)
        e = db_node_keep(c, k);
    if (!e)
        e = db->driver->begin(c, k, write);
    if (e) {
        db_conn_give(k);
        return e;
    }
    k->tx = (struct db_tx){ .conn = k, .write = write };
    *out = &k->tx;
    return ERR_NONE;
}

enum err db_read(struct ctx *c, struct db *db, struct db_tx **tx)
{
    return tx_open(c, db, false, false, tx);
}

enum err db_write(struct ctx *c, struct db *db, struct db_tx **tx)
{
    return tx_open(c, db, true, false, tx);
}

enum err db_write_small(struct ctx *c, struct db *db, struct db_tx **tx)
{
    return tx_open(c, db, true, true, tx);
}

enum err db_limit(struct ctx *c, struct db_tx *tx, int64_t limit_us)
{
    return limit_us > 0 ? tx->conn->db->driver->limit(c, tx->conn, limit_us) : ERR_NONE;
}

/* A room that returned early may have left its cursor standing. */
static void cursors_end(struct db_conn *k)
{
    while (k->open)
        db_end(k->open);
}

enum err db_commit_soon(struct ctx *c, struct db_tx *tx, int64_t *commit)
{
    struct db_conn *k = tx->conn;
    enum err e;
    *commit = 0;
    cursors_end(k);
    if (tx->broken) {
        k->db->driver->rollback(k);
        e = fault_set(c, ERR_AWAY, "the transaction was given up by the database before its commit");
    } else {
        e = k->db->driver->commit(c, k, commit);
    }
    db_conn_give(k);
    return e;
}

enum err db_settle(struct ctx *c, struct db *db, int64_t commit)
{
    return commit ? db->driver->settle(c, db, commit) : ERR_NONE;
}

enum err db_commit(struct ctx *c, struct db_tx *tx)
{
    struct db *db = tx->conn->db;
    int64_t commit;
    enum err e = db_commit_soon(c, tx, &commit);
    return e ? e : db_settle(c, db, commit);
}

void db_drop(struct db_tx *tx)
{
    struct db_conn *k = tx->conn;
    cursors_end(k);
    k->db->driver->rollback(k);
    db_conn_give(k);
}

enum err db_save(struct ctx *c, struct db_tx *tx)
{
    assert(tx->depth < DB_SAVES_MAX);
    enum err e = tx->conn->db->driver->save(c, tx->conn, DB_SAVE_BEGIN, tx->depth);
    if (!e)
        tx->depth++;
    return e;
}

enum err db_save_keep(struct ctx *c, struct db_tx *tx)
{
    assert(tx->depth > 0);
    tx->depth--;
    if (tx->last_at > tx->depth + 1)
        tx->last_at = tx->depth + 1; /* it is of what stands around the savepoint now */
    return tx->conn->db->driver->save(c, tx->conn, DB_SAVE_KEEP, tx->depth);
}

void db_save_undo(struct ctx *c, struct db_tx *tx)
{
    assert(tx->depth > 0);
    cursors_end(tx->conn);
    tx->depth--;
    if (tx->last_at > tx->depth + 1)
        tx->last_at = 0; /* PostgreSQL lets go of what was locked behind the savepoint */
    if (tx->conn->db->driver->save(c, tx->conn, DB_SAVE_UNDO, tx->depth) != ERR_NONE)
        tx->broken = true;
}

/* ---- statements ---- */

static int64_t trace_begin(const struct db_conn *k)
{
    return k->db->trace ? clock_mono_us() : 0;
}

/* Text and cost, never values: those are people's. For queries, the time until the first answer. */
static void trace_end(const struct db_conn *k, int64_t began, const char *sql, size_t rows,
                      enum err e)
{
    if (!k->db->trace)
        return;
    int64_t spent_us = trace_begin(k) - began;
    fprintf(stderr, "sql %6lld us  x%zu  %s%s%s\n", (long long)spent_us, rows, sql,
            e ? "  -- " : "", e ? err_slug(e) : "");
}

enum err db_run(struct ctx *c, struct db_tx *tx, const char *sql, struct db_args args,
                int64_t *changed)
{
    struct db_conn *k = tx->conn;
    int64_t began = trace_begin(k);
    k->statements++;
    enum err e = k->db->driver->run(c, k, sql, args, changed);
    trace_end(k, began, sql, 1, e);
    return e;
}

enum err db_many(struct ctx *c, struct db_tx *tx, const char *sql, const struct db_value *values,
                 size_t rows, size_t columns, int64_t *changed)
{
    struct db_conn *k = tx->conn;
    if (rows == 0)
        return ERR_NONE;
    int64_t began = trace_begin(k);
    k->statements++;
    enum err e = k->db->driver->many(c, k, sql, values, rows, columns, changed);
    trace_end(k, began, sql, rows, e);
    return e;
}

enum err db_rows_many(struct ctx *c, struct db_tx *tx, const char *sql,
                      const struct db_value *values, size_t rows, size_t columns,
                      struct db_rows **out)
{
    struct db_conn *k = tx->conn;
    int64_t began = trace_begin(k);
    k->statements++;
    enum err e = k->db->driver->query(c, k, sql, values, rows, columns, out);
    trace_end(k, began, sql, rows, e);
    return e;
}

enum err db_rows(struct ctx *c, struct db_tx *tx, const char *sql, struct db_args args,
                 struct db_rows **rows)
{
    return db_rows_many(c, tx, sql, args.values, 1, args.count, rows);
}

bool db_next(struct db_rows *r, enum err *e)
{
    if (r->ready) {
        r->ready = false;
        *e = ERR_NONE;
        return true;
    }
    return r->conn->db->driver->next(r, e);
}

void db_end(struct db_rows *r)
{
    r->conn->db->driver->end(r);
    r->ready = false;
    db_stmt_close(r);
}

enum err db_one(struct ctx *c, struct db_tx *tx, const char *sql, struct db_args args,
                struct db_rows **row)
{
    struct db_rows *r;
    enum err e = db_rows(c, tx, sql, args, &r);
    if (e)
        return e;
    if (db_next(r, &e)) {
        *row = r;
        return ERR_NONE;
    }
    db_end(r);
    return e ? e : ERR_NOT_FOUND;
}

size_t db_row_index(const struct db_rows *r)
{
    return r->index;
}

bool db_col_null(const struct db_rows *r, int column)
{
    return r->conn->db->driver->is_null(r, column);
}

int64_t db_col_int(const struct db_rows *r, int column)
{
    return r->conn->db->driver->integer(r, column);
}

instant db_col_at(const struct db_rows *r, int column)
{
    return db_col_null(r, column) ? INSTANT_NONE : db_col_int(r, column);
}

struct str db_col_view(const struct db_rows *r, int column)
{
    return db_col_null(r, column) ? STR_NULL : r->conn->db->driver->text(r, column);
}

struct str db_col_str(const struct db_rows *r, int column, struct arena *a)
{
    struct str s = db_col_view(r, column);
    if (str_is_null(s))
        return s;
    char *copy = arena_alloc(a, s.len + 1);
    memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    return (struct str){ copy, s.len };
}

/* ---- the rest ---- */

static int by_key(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

bool db_has_rivals(const struct db_tx *tx)
{
    return tx->conn->db->driver->kind != DB_SQLITE;
}

enum err db_lock_many(struct ctx *c, struct db_tx *tx, const int64_t *keys, size_t count)
{
    if (count == 0 || tx->conn->db->driver->kind == DB_SQLITE)
        return ERR_NONE; /* there is one writer */
    int64_t *sorted = ARENA_ARRAY(c->arena, int64_t, count);
    memcpy(sorted, keys, count * sizeof *keys);
    qsort(sorted, count, sizeof *sorted, by_key); /* so that two who lock the same do not wait for each other */
    tx->conn->statements++;
    return tx->conn->db->driver->lock(c, tx->conn, sorted, count, !tx->last_at);
}

enum err db_lock_last(struct ctx *c, struct db_tx *tx, int64_t key)
{
    enum err e;

    if (tx->last_at || tx->conn->db->driver->kind == DB_SQLITE)
        return ERR_NONE; /* it has it */
    tx->conn->statements++;
    e = tx->conn->db->driver->lock(c, tx->conn, &key, 1, true);
    if (!e)
        tx->last_at = tx->depth + 1;
    return e;
}

enum err db_restore(struct ctx *c, const char *url, const char *path, const char **kept)
{
    struct str place;
    const struct db_driver *driver = driver_of(str_of(url), &place);
    return driver ? driver->restore(c, str_cz(c->arena, place), path, kept) : fault_set(c, ERR_AWAY, "%s", no_driver);
}

enum err db_backup(struct ctx *c, struct db *db, const char *path)
{
    struct db_conn *k;
    enum err e = db_conn_take(c, db, false, &k);
    if (e)
        return e;
    e = db->driver->backup(c, k, path);
    db_conn_give(k);
    return e;
}
