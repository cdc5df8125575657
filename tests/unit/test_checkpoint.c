/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* checkpoint.h and wal.h: the log is carried over beside the writer, and no sync waits for much. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/checkpoint.h"
#include "db/wal.h"

/* ---- the system's files, watched: what is written into the database and not synced yet ---- */

struct watched {
    sqlite3_file base;
    bool database;
};

static pthread_t writer;
static atomic_long open_bytes;                       /* written since the last sync of the database */
static long most_by_writer, most_by_other;           /* what a sync found */
static int syncs_by_writer, syncs_by_other;
static atomic_int failing; /* that sync of the other from now on fails */
/* What a sync that fails takes back: the pages as they were at the one before it. */
enum { PAGE = 4096, PAGES = 4096 };
static struct {
    sqlite3_int64 at;
    char bytes[PAGE];
} before[PAGES];
static size_t before_count;

static sqlite3_file *real(sqlite3_file *f)
{
    return (sqlite3_file *)((struct watched *)f + 1);
}

static int w_close(sqlite3_file *f) { return real(f)->pMethods->xClose(real(f)); }
static int w_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at) { return real(f)->pMethods->xRead(real(f), to, n, at); }
static int w_truncate(sqlite3_file *f, sqlite3_int64 n) { return real(f)->pMethods->xTruncate(real(f), n); }
static int w_size(sqlite3_file *f, sqlite3_int64 *n) { return real(f)->pMethods->xFileSize(real(f), n); }
static int w_lock(sqlite3_file *f, int l) { return real(f)->pMethods->xLock(real(f), l); }
static int w_unlock(sqlite3_file *f, int l) { return real(f)->pMethods->xUnlock(real(f), l); }
static int w_reserved(sqlite3_file *f, int *out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); }
static int w_control(sqlite3_file *f, int op, void *arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); }
static int w_sector(sqlite3_file *f) { return real(f)->pMethods->xSectorSize(real(f)); }
static int w_device(sqlite3_file *f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
static int w_map(sqlite3_file *f, int i, int n, int e, void volatile **to) { return real(f)->pMethods->xShmMap(real(f), i, n, e, to); }
static int w_shm_lock(sqlite3_file *f, int o, int n, int l) { return real(f)->pMethods->xShmLock(real(f), o, n, l); }
static void w_barrier(sqlite3_file *f) { real(f)->pMethods->xShmBarrier(real(f)); }
static int w_unmap(sqlite3_file *f, int del) { return real(f)->pMethods->xShmUnmap(real(f), del); }

static int w_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
    if (((struct watched *)f)->database) {
        atomic_fetch_add(&open_bytes, n);
        if (failing && n == PAGE && before_count < PAGES) {
            before[before_count].at = at;
            real(f)->pMethods->xRead(real(f), before[before_count++].bytes, PAGE, at);
        }
    }
    return real(f)->pMethods->xWrite(real(f), from, n, at);
}

static int fail_sync(sqlite3_file *f)
{
    while (before_count) {
        before_count--;
        real(f)->pMethods->xWrite(real(f), before[before_count].bytes, PAGE, before[before_count].at);
    }
    return SQLITE_IOERR_FSYNC;
}

/* Whether something was synced is counted; the disk is left alone. */
static int w_sync(sqlite3_file *f, int flags)
{
    bool own = pthread_equal(pthread_self(), writer);
    long bytes, *most = own ? &most_by_writer : &most_by_other;

    if (((struct watched *)f)->database) {
        bytes = atomic_exchange(&open_bytes, 0);
        *most = bytes > *most ? bytes : *most;
        own ? syncs_by_writer++ : syncs_by_other++;
        if (!own && failing && atomic_fetch_sub(&failing, 1) == 1)
            return fail_sync(f);
        before_count = 0;
    }
    (void)flags;
    return SQLITE_OK;
}

static const sqlite3_io_methods watching = {
    .iVersion = 2, .xClose = w_close, .xRead = w_read, .xWrite = w_write, .xTruncate = w_truncate, .xSync = w_sync, .xFileSize = w_size,
    .xLock = w_lock, .xUnlock = w_unlock, .xCheckReservedLock = w_reserved, .xFileControl = w_control, .xSectorSize = w_sector,
    .xDeviceCharacteristics = w_device, .xShmMap = w_map, .xShmLock = w_shm_lock, .xShmBarrier = w_barrier, .xShmUnmap = w_unmap,
};

static int w_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
    sqlite3_vfs *system = v->pAppData;
    int rc = system->xOpen(system, name, real(f), flags, out);

    *(struct watched *)f = (struct watched){ .database = flags & SQLITE_OPEN_MAIN_DB };
    if (real(f)->pMethods)
        f->pMethods = &watching;
    return rc;
}

static int group_begin(void **state)
{
    static sqlite3_vfs vfs;
    sqlite3_vfs *system = sqlite3_vfs_find(NULL);

    (void)state;
    writer = pthread_self();
    vfs = *system;
    vfs.pNext = NULL;
    vfs.zName = "watched";
    vfs.szOsFile = system->szOsFile + (int)sizeof(struct watched);
    vfs.pAppData = system;
    vfs.xOpen = w_open;
    assert_int_equal(sqlite3_vfs_register(&vfs, 1), SQLITE_OK);
    wal_register(); /* over the watched one */
    return 0;
}

/* ---- a database of 2,500 pages, of which each transaction changes fifty anywhere ---- */

enum { ROWS = 20000, CHANGES = 50 };

struct base {
    char dir[64], path[96], log[112];
    struct arena *arena;
    sqlite3 *db;
    struct checkpoint *carrier;
    uint64_t seed;
    int64_t sum; /* of what the rows hold */
};

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static int64_t ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s;
    int64_t n;

    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    n = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return n;
}

static int base_new(void **state)
{
    struct base *b = calloc(1, sizeof *b);

    strcpy(b->dir, "/tmp/gradus-checkpoint-XXXXXX");
    assert_non_null(mkdtemp(b->dir));
    snprintf(b->path, sizeof b->path, "%s/base.db", b->dir);
    snprintf(b->log, sizeof b->log, "%s-wal", b->path);
    b->arena = arena_new(0);
    b->seed = 5;
    assert_int_equal(sqlite3_open_v2(b->path, &b->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, WAL_VFS), SQLITE_OK);
    run(b->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
               "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, pad BLOB NOT NULL);"
               "WITH RECURSIVE i(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM i WHERE x < 20000)"
               "INSERT INTO t SELECT x, 0, zeroblob(480) FROM i;");
    b->carrier = checkpoint_start(b->arena, b->path, PIECE_VFS, b->db);
    assert_non_null(b->carrier);
    assert_int_equal(checkpoint_all(b->carrier), SQLITE_OK);
    most_by_writer = most_by_other = syncs_by_writer = syncs_by_other = 0;
    failing = 0;
    atomic_store(&open_bytes, 0);
    *state = b;
    return 0;
}

static int base_end(void **state)
{
    struct base *b = *state;
    char path[128];

    checkpoint_stop(b->carrier);
    sqlite3_close(b->db);
    arena_free(b->arena);
    snprintf(path, sizeof path, "%s-shm", b->path);
    unlink(path);
    unlink(b->log);
    unlink(b->path);
    rmdir(b->dir);
    free(b);
    return 0;
}

/* By a connection that has read nothing yet. */
static int64_t file_sum(struct base *b)
{
    sqlite3 *db;
    int64_t sum;

    assert_int_equal(sqlite3_open_v2(b->path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, WAL_VFS), SQLITE_OK);
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sum = ask(db, "SELECT sum(n) FROM t");
    sqlite3_close(db);
    return sum;
}

/* As the driver does it. What the step after the commit said. */
static int change(struct base *b)
{
    char sql[96];

    assert_int_equal(checkpoint_finish(b->carrier), SQLITE_OK);
    run(b->db, "BEGIN IMMEDIATE");
    for (int i = 0; i < CHANGES; i++) {
        b->seed = b->seed * 6364136223846793005u + 1442695040888963407u;
        snprintf(sql, sizeof sql, "UPDATE t SET n = n + 1 WHERE id = %d", (int)(b->seed >> 33) % ROWS + 1);
        run(b->db, sql);
    }
    run(b->db, "COMMIT");
    b->sum += CHANGES;
    return checkpoint_step(b->carrier);
}

static void the_writer_never_waits_for_much(void **state)
{
    struct base *b = *state;
    struct stat is;

    for (int i = 0; i < 3600; i++) {
        assert_int_equal(change(b), SQLITE_OK);
        usleep(300); /* as a disk would: without, the thread might not come after */
    }
    assert_true(syncs_by_writer >= 2);                     /* the log has begun anew more than once */
    assert_true(syncs_by_other > 4 * syncs_by_writer);
    assert_in_range(most_by_other, 1, 600 * 1024);
    assert_in_range(most_by_writer, 1, 4 * 1024 * 1024);   /* of the ten that a pass writes */
    assert_int_equal(stat(b->log, &is), 0);
    assert_in_range(is.st_size, 1, 300 * 1024 * 1024);     /* not the 700 MiB that were written */
    assert_int_equal(checkpoint_all(b->carrier), SQLITE_OK);
    assert_int_equal(ask(b->db, "SELECT sum(n) FROM t"), b->sum);
}

/* Wherever in a pass or behind it that was. Which syncs a pass makes is the scheduler's to say, and one that fails at the end of a pass is made good
 * there and not told: so the next one is chosen when the last has come, and this ends when enough were told. */
static void a_sync_of_the_other_that_fails_is_told_and_loses_nothing(void **state)
{
    struct base *b = *state;
    int told = 0, chosen = 0;

    for (int i = 0; told < 3 || chosen < 8; i++) {
        int rc;

        assert_in_range(i, 0, 40000);
        if (!failing)
            failing = 1 + 5 * chosen++ % 24; /* not from the first on, one by one: each is somewhere else in its pass */
        rc = change(b);
        told += rc != SQLITE_OK;
        if (rc != SQLITE_OK) { /* as the driver does before anything else */
            assert_int_equal(rc & 0xff, SQLITE_IOERR);
            assert_int_equal(checkpoint_all(b->carrier), SQLITE_OK);
            assert_int_equal(file_sum(b), b->sum);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_writer_never_waits_for_much, base_new, base_end),
        cmocka_unit_test_setup_teardown(a_sync_of_the_other_that_fails_is_told_and_loses_nothing, base_new, base_end),
    };

    return cmocka_run_group_tests(tests, group_begin, NULL);
}
