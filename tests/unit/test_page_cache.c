/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page_cache.h: the cache below is asked to drop pages only when it can have such pages, and then it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "db/page_cache.h"

/* SQLite's own cache, with the times it was asked to drop counted. */
static sqlite3_pcache_methods2 real;
static int drops;

static void counted_truncate(sqlite3_pcache *p, unsigned first)
{
    drops++;
    real.xTruncate(p, first);
}

static int group_begin(void **state)
{
    sqlite3_pcache_methods2 counted;

    (void)state;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &real), SQLITE_OK);
    counted = real;
    counted.xTruncate = counted_truncate;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_PCACHE2, &counted), SQLITE_OK);
    assert_int_equal(page_cache_register(), SQLITE_OK);
    assert_int_equal(page_cache_register(), SQLITE_OK); /* not over itself */
    return 0;
}

static char path[64];

static sqlite3 *file_new(void)
{
    sqlite3 *db;

    snprintf(path, sizeof path, "/tmp/gradus-page-cache-%d", (int)getpid());
    unlink(path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA journal_mode = WAL; CREATE TABLE t (a INTEGER, b BLOB, PRIMARY KEY (a)) WITHOUT ROWID;"
                                      "CREATE INDEX t_b ON t (b);", NULL, NULL, NULL), SQLITE_OK);
    return db;
}

static void file_end(sqlite3 *db)
{
    char side[80];

    sqlite3_close(db);
    for (int i = 0; i < 3; i++) {
        static const char *const ends[] = { "", "-wal", "-shm" };

        snprintf(side, sizeof side, "%s%s", path, ends[i]);
        unlink(side);
    }
}

/* Rows in no order, so that nodes are split in the middle of their trees. */
static void rows_add(sqlite3 *db, uint64_t *seed, int n)
{
    char sql[128];

    for (int i = 0; i < n; i++) {
        *seed = *seed * 6364136223846793005u + 1442695040888963407u;
        snprintf(sql, sizeof sql, "INSERT OR IGNORE INTO t VALUES (%lld, zeroblob(%d) || %lld)", (long long)(*seed >> 20),
                 (int)(*seed >> 56), (long long)(*seed >> 13));
        assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    }
}

static int one(sqlite3 *db, const char *sql, char to[64])
{
    sqlite3_stmt *s;

    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    snprintf(to, 64, "%s", (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    return atoi(to);
}

static void a_commit_does_not_search_the_cache(void **state)
{
    sqlite3 *db = file_new();
    uint64_t seed = 7;
    char text[64];
    int before;

    (void)state;
    rows_add(db, &seed, 100);
    before = drops;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
        rows_add(db, &seed, 50);
        assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    }
    assert_int_equal(drops, before);
    one(db, "PRAGMA integrity_check", text);
    assert_string_equal(text, "ok");
    file_end(db);
}

static void what_was_taken_back_is_dropped(void **state)
{
    sqlite3 *db = file_new();
    uint64_t seed = 11;
    char text[64];
    int rows, before = drops;

    (void)state;
    rows_add(db, &seed, 500);
    for (int i = 0; i < 40; i++) {
        rows = one(db, "SELECT count(*) FROM t", text);
        assert_int_equal(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
        rows_add(db, &seed, 200); /* the file grows, and does not */
        assert_int_equal(sqlite3_exec(db, i % 2 ? "ROLLBACK" : "COMMIT", NULL, NULL, NULL), SQLITE_OK);
        if (i % 2)
            assert_int_equal(one(db, "SELECT count(*) FROM t", text), rows);
        one(db, "PRAGMA integrity_check", text);
        assert_string_equal(text, "ok");
    }
    assert_true(drops >= before + 20);
    file_end(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_commit_does_not_search_the_cache),
        cmocka_unit_test(what_was_taken_back_is_dropped),
    };

    return cmocka_run_group_tests(tests, group_begin, NULL);
}
