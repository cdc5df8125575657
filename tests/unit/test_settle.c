/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* settle.h: what is committed is seen at once, and on the disk when it is told; a sync that fails loses nothing. */
#include <errno.h>
#include <fcntl.h>
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
#include <sqlite3.h>

#include "db/driver.h"

/* ---- the system's sync of a log, for all in this program: it can be held back, and fail ---- */

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER; /* held by the test: no sync ends */
static atomic_int begun, ended, failing;                 /* failing: that sync from now on */
static _Atomic off_t down;                               /* the log up to which a sync held */

static bool is_log(int fd, off_t *size)
{
    char link[40], name[256];
    struct stat is;
    ssize_t n;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, name, sizeof name - 1);
    if (n < 4 || strncmp(name + n - 4, "-wal", 4) != 0 || fstat(fd, &is) != 0)
        return false;
    *size = is.st_size;
    return true;
}

/* As the system may: what was not on the disk is read back as it was before. */
static int lose(int fd, off_t size)
{
    static const char zero[4096];

    for (off_t at = down; at < size; at += (off_t)sizeof zero)
        (void)!pwrite(fd, zero, (size_t)(size - at) < sizeof zero ? (size_t)(size - at) : sizeof zero, at);
    errno = EIO;
    return -1;
}

int fdatasync(int fd)
{
    off_t size;
    int rc = 0;

    if (!is_log(fd, &size))
        return 0;
    atomic_fetch_add(&begun, 1);
    pthread_mutex_lock(&gate);
    if (failing && atomic_fetch_sub(&failing, 1) == 1)
        rc = lose(fd, size);
    else
        down = size;
    pthread_mutex_unlock(&gate);
    atomic_fetch_add(&ended, 1);
    return rc;
}

/* ---- a database with one table ---- */

static const char sql_make[] = "CREATE TABLE t (id INTEGER PRIMARY KEY, pad BLOB NOT NULL)";
static const char sql_add[] = "INSERT INTO t (pad) VALUES ($1)";
static const char sql_count[] = "SELECT count(*) FROM t";

struct base {
    char dir[64], path[96];
    struct arena *arena;
    struct ctx c;
    struct db *db;
};

static void put(struct ctx *c, struct db *db, const char *sql, struct db_args args, int times, int64_t *commit)
{
    struct db_tx *tx;

    assert_int_equal(db_write(c, db, &tx), ERR_NONE);
    for (int i = 0; i < times; i++)
        assert_int_equal(db_run(c, tx, sql, args, NULL), ERR_NONE);
    assert_int_equal(db_commit_soon(c, tx, commit), ERR_NONE);
}

static int64_t rows(struct base *b)
{
    struct db_tx *tx;
    struct db_rows *r;
    int64_t n;

    assert_int_equal(db_read(&b->c, b->db, &tx), ERR_NONE);
    assert_int_equal(db_one(&b->c, tx, sql_count, DB_NO_ARGS, &r), ERR_NONE);
    n = db_col_int(r, 0);
    db_end(r);
    db_drop(tx);
    return n;
}

static int base_new(void **state)
{
    struct base *b = calloc(1, sizeof *b);
    char url[128];
    int64_t commit;

    strcpy(b->dir, "/tmp/gradus-settle-XXXXXX");
    assert_non_null(mkdtemp(b->dir));
    snprintf(b->path, sizeof b->path, "%s/gradus.db", b->dir);
    snprintf(url, sizeof url, "sqlite:%s", b->path);
    b->arena = arena_new(0);
    b->c = (struct ctx){ .arena = b->arena };
    failing = 0;
    down = 0;
    assert_int_equal(db_open(&b->c, url, 2, &b->db), ERR_NONE);
    put(&b->c, b->db, sql_make, DB_NO_ARGS, 1, &commit);
    assert_int_equal(db_settle(&b->c, b->db, commit), ERR_NONE);
    *state = b;
    return 0;
}

static int base_end(void **state)
{
    struct base *b = *state;
    static const char *const ends[] = { "", "-wal", "-shm", "-owner", "-reserve" };
    char path[128];

    db_close(b->db);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(path, sizeof path, "%s%s", b->path, ends[i]);
        unlink(path);
    }
    rmdir(b->dir);
    arena_free(b->arena);
    free(b);
    return 0;
}

static void copy(const char *from, const char *to)
{
    static char bytes[1 << 16];
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ssize_t n;

    assert_true(in >= 0 && out >= 0);
    while ((n = read(in, bytes, sizeof bytes)) > 0)
        assert_int_equal(write(out, bytes, (size_t)n), n);
    close(in);
    close(out);
}

/* What a program would find that began after a loss of power. */
static int64_t rows_found(struct base *b)
{
    char path[128], from[128], log[160], index[160];
    sqlite3 *db;
    sqlite3_stmt *s;
    int64_t n;

    snprintf(path, sizeof path, "%s/found.db", b->dir);
    snprintf(log, sizeof log, "%s-wal", path);
    snprintf(index, sizeof index, "%s-shm", path);
    copy(b->path, path);
    snprintf(from, sizeof from, "%s-wal", b->path);
    copy(from, log);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql_count, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    n = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    sqlite3_close(db);
    unlink(index);
    unlink(log);
    unlink(path);
    return n;
}

static char pad[3000];
#define PAD DB_ARGS(db_blob((struct str){ pad, sizeof pad }))

/* ---- those who wait ---- */

struct waiter {
    struct base *b;
    int64_t commit;
    pthread_t thread;
    enum err e;
};

static void *wait_for(void *self)
{
    struct waiter *w = self;
    struct arena *a = arena_new(0);
    struct ctx c = { .arena = a };

    w->e = db_settle(&c, w->b->db, w->commit);
    arena_free(a);
    return NULL;
}

static void the_next_begins_while_one_waits_for_the_disk(void **state)
{
    struct base *b = *state;
    struct waiter w[6];
    int before;

    pthread_mutex_lock(&gate);
    before = begun;
    for (int i = 0; i < 6; i++) {
        w[i] = (struct waiter){ .b = b };
        put(&b->c, b->db, sql_add, PAD, 1, &w[i].commit);
        assert_true(i == 0 || w[i].commit == w[i - 1].commit + 1);
        assert_int_equal(rows(b), i + 1); /* seen by others */
        assert_int_equal(pthread_create(&w[i].thread, NULL, wait_for, &w[i]), 0);
        while (begun == before)
            usleep(100);
    }
    assert_int_equal(begun, before + 1);
    pthread_mutex_unlock(&gate);
    for (int i = 0; i < 6; i++) {
        pthread_join(w[i].thread, NULL);
        assert_int_equal(w[i].e, ERR_NONE);
    }
    assert_int_equal(begun, before + 2); /* one that had begun, and one for all who came meanwhile */
    assert_int_equal(rows_found(b), 6);
}

static void nothing_written_has_nothing_of_its_own_to_wait_for(void **state)
{
    struct base *b = *state;
    int64_t first, second;
    int before;

    put(&b->c, b->db, sql_add, PAD, 1, &first);
    put(&b->c, b->db, sql_add, DB_NO_ARGS, 0, &second);
    assert_int_equal(second, first); /* but for what it may have read */
    before = begun;
    assert_int_equal(db_settle(&b->c, b->db, second), ERR_NONE);
    assert_int_equal(begun, before + 1);
    assert_int_equal(db_settle(&b->c, b->db, first), ERR_NONE);
    assert_int_equal(begun, before + 1);
}

static void a_sync_that_fails_is_told_and_loses_nothing(void **state)
{
    struct base *b = *state;
    int64_t commit;

    for (int i = 0; i < 3; i++)
        put(&b->c, b->db, sql_add, PAD, 20, &commit);
    failing = 1;
    assert_int_equal(db_settle(&b->c, b->db, commit), ERR_AWAY);
    assert_int_equal(rows_found(b), 60); /* written again, and not known to be down */
    put(&b->c, b->db, sql_add, PAD, 1, &commit);
    failing = 1;
    assert_int_equal(db_settle(&b->c, b->db, commit), ERR_AWAY);
    assert_int_equal(db_settle(&b->c, b->db, commit), ERR_NONE);
    assert_int_equal(rows_found(b), 61);
}

/* Another program carries the log over and begins it anew, while a sync of ours is still to come: what we kept has its place in the file, and others' pages
 * stand where it stood. */
static void a_log_that_another_program_began_anew_is_not_written_over(void **state)
{
    struct base *b = *state;
    sqlite3 *other;
    int64_t commit;

    put(&b->c, b->db, sql_add, PAD, 40, &commit);
    assert_int_equal(sqlite3_open(b->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "PRAGMA wal_checkpoint(RESTART); PRAGMA synchronous = FULL;"
                                         "INSERT INTO t (pad) SELECT zeroblob(3000) FROM t", NULL, NULL, NULL), SQLITE_OK);
    failing = 1;
    assert_int_equal(db_settle(&b->c, b->db, commit), ERR_AWAY);
    assert_int_equal(rows_found(b), 80);
    assert_int_equal(db_settle(&b->c, b->db, commit), ERR_NONE);
    assert_int_equal(rows(b), 80);
    sqlite3_close(other);
}

/* Sixty-four stretches are kept at most: behind that the log is synced while the transaction goes on. */
static void a_large_transaction_is_not_kept_whole(void **state)
{
    struct base *b = *state;
    int64_t commit;
    int before = begun;

    put(&b->c, b->db, sql_add, PAD, 60000, &commit); /* 240 MB, of which the cache holds 98 */
    assert_in_range(begun - before, 10, 60);
    assert_int_equal(db_settle(&b->c, b->db, commit), ERR_NONE);
    assert_int_equal(rows(b), 60000);
}

/* The log is carried over and begun anew meanwhile, transactions are taken back, and now and then a sync fails: what is found is what was put. */
static void whatever_comes_between_nothing_is_written_over(void **state)
{
    struct base *b = *state;
    int64_t commit, sum = 0, told = 0;

    for (int i = 0; i < 3000; i++) {
        struct db_tx *tx;

        if (i % 7 == 0)
            failing = 1 + i % 3;
        if (i % 5 == 0) {
            assert_int_equal(db_write(&b->c, b->db, &tx), ERR_NONE);
            assert_int_equal(db_run(&b->c, tx, sql_add, PAD, NULL), ERR_NONE);
            db_drop(tx);
        }
        if (db_write(&b->c, b->db, &tx) != ERR_NONE)
            continue;
        for (int k = 0; k < 20; k++)
            assert_int_equal(db_run(&b->c, tx, sql_add, PAD, NULL), ERR_NONE);
        if (db_commit_soon(&b->c, tx, &commit) == ERR_NONE) {
            sum += 20;
            told += db_settle(&b->c, b->db, commit) != ERR_NONE;
        } else {
            sum = rows(b); /* carried over, or taken back */
        }
        if (i % 100 == 0)
            assert_int_equal(rows_found(b), rows(b));
        arena_reset(b->arena);
    }
    assert_true(told > 100);
    assert_int_equal(rows(b), sum);
    assert_int_equal(rows_found(b), sum);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_next_begins_while_one_waits_for_the_disk, base_new, base_end),
        cmocka_unit_test_setup_teardown(nothing_written_has_nothing_of_its_own_to_wait_for, base_new, base_end),
        cmocka_unit_test_setup_teardown(a_sync_that_fails_is_told_and_loses_nothing, base_new, base_end),
        cmocka_unit_test_setup_teardown(a_log_that_another_program_began_anew_is_not_written_over, base_new, base_end),
        cmocka_unit_test_setup_teardown(a_large_transaction_is_not_kept_whole, base_new, base_end),
        cmocka_unit_test_setup_teardown(whatever_comes_between_nothing_is_written_over, base_new, base_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
