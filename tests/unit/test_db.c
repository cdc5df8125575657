/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Everything here holds on both databases. GRADUS_TEST_PG names a PostgreSQL whose tables of these tests may be dropped; script/test
 * always gives one. */
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/driver.h"
#include "db/list.h"
#include "sys/clock.h"

#define TEXT(s) { (s), sizeof(s) - 1 }

struct house {
    const char *url;
    struct ctx c;
    struct db *db;
    char dir[64];
};

static const char *pg_url(void)
{
    const char *url = getenv("GRADUS_TEST_PG");
    return url ? url : "postgresql:///g_test?host=/var/run/postgresql";
}

#define OK(expr)                                                                                   \
    do {                                                                                           \
        enum err e_ = (expr);                                                                      \
        if (e_)                                                                                    \
            fail_msg("%s: %s: %s", #expr, err_slug(e_), h->c.fault.count ? h->c.fault.items[0].note : ""); \
    } while (0)
#define FAILS(code, expr)                                                                          \
    do {                                                                                           \
        assert_int_equal(code, expr);                                                              \
        fault_clear(&h->c);                                                                        \
    } while (0)

static const char sql_scratch[] =
    "DROP TABLE IF EXISTS t_thing; DROP TABLE IF EXISTS t_word; DROP TABLE IF EXISTS node; DROP TABLE IF EXISTS migration;"
    "DROP TABLE IF EXISTS t_one; DROP TABLE IF EXISTS t_two;"
    "CREATE TABLE t_thing (id INTEGER PRIMARY KEY, n INTEGER, s TEXT, b BLOB);"
    "CREATE TABLE t_word (word BLOB NOT NULL, id INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (word, id));"
    "CREATE TABLE node (id INTEGER PRIMARY KEY, holder TEXT NOT NULL, until INTEGER NOT NULL);";

static void house_open(struct house *h, int readers)
{
    OK(db_open(&h->c, h->url, readers, &h->db));
}

static void house_script(struct house *h, const char *sql)
{
    struct db_tx *tx;
    OK(db_write(&h->c, h->db, &tx));
    OK(h->db->driver->script(&h->c, tx->conn, db_dialect(h->c.arena, h->db->driver->kind, str_of(sql))));
    OK(db_commit(&h->c, tx));
}

static int setup(struct house *h)
{
    h->c = (struct ctx){ .arena = arena_new(0) };
    house_open(h, 3);
    house_script(h, sql_scratch);
    return 0;
}

static int setup_sqlite(void **state)
{
    struct house *h = calloc(1, sizeof *h);
    snprintf(h->dir, sizeof h->dir, "/tmp/gradus-db-XXXXXX");
    assert_non_null(mkdtemp(h->dir));
    char *url = malloc(128);
    snprintf(url, 128, "sqlite:%s/g.db", h->dir);
    h->url = url;
    *state = h;
    return setup(h);
}

static int setup_pg(void **state)
{
    struct house *h = calloc(1, sizeof *h);
    h->url = strdup(pg_url());
    *state = h;
    return setup(h);
}

static int teardown(void **state)
{
    struct house *h = *state;
    db_close(h->db);
    arena_free(h->c.arena);
    if (h->dir[0]) {
        char command[128];
        snprintf(command, sizeof command, "rm -r %s", h->dir);
        assert_int_equal(0, system(command));
    }
    free((char *)h->url);
    free(h);
    return 0;
}

static const char sql_put[] = "INSERT INTO t_thing (id, n, s, b) VALUES ($1, $2, $3, $4)";
static const char sql_get[] = "SELECT id, n, s, b FROM t_thing WHERE id = $1";
static const char sql_count[] = "SELECT count(*), sum(n), min(s) FROM t_thing";
static const char sql_all[] = "SELECT id, n FROM t_thing ORDER BY id";

static int64_t count(struct house *h, struct db_tx *tx)
{
    struct db_rows *r;
    OK(db_one(&h->c, tx, sql_count, DB_NO_ARGS, &r));
    int64_t n = db_col_int(r, 0);
    db_end(r);
    return n;
}

static void values_come_back_as_they_went(void **state)
{
    struct house *h = *state;
    static const struct {
        int64_t id, n;
        struct str s, b;
    } cases[] = {
        { 1, 0, TEXT(""), TEXT("") },
        { 2, INT64_MAX, TEXT("обычный текст"), TEXT("\0\1\xff\0") },
        { 3, INT64_MIN, TEXT("👍 emoji 'quoted' \"twice\" $1 \\x"), TEXT("\xff\xfe") },
        { INT64_MAX, -1, TEXT("a\nb\tc"), TEXT("text") },
        { INT64_MIN, 4294967296, { NULL, 0 }, { NULL, 0 } },
    };
    struct db_tx *tx;
    struct db_rows *r;
    int64_t changed;
    OK(db_write(&h->c, h->db, &tx));
    for (size_t i = 0; i < countof(cases); i++) {
        OK(db_run(&h->c, tx, sql_put, DB_ARGS(db_int(cases[i].id), db_int(cases[i].n), db_str(cases[i].s), db_blob(cases[i].b)),
                  &changed));
        assert_int_equal(1, changed);
    }
    OK(db_commit(&h->c, tx));
    OK(db_read(&h->c, h->db, &tx));
    for (size_t i = 0; i < countof(cases); i++) {
        OK(db_one(&h->c, tx, sql_get, DB_ARGS(db_int(cases[i].id)), &r));
        assert_int_equal(cases[i].id, db_col_int(r, 0));
        assert_int_equal(cases[i].n, db_col_int(r, 1));
        struct str s = db_col_str(r, 2, h->c.arena), b = db_col_str(r, 3, h->c.arena);
        assert_int_equal(str_is_null(cases[i].s), str_is_null(s));
        assert_true(str_eq(cases[i].s, s));
        assert_int_equal(str_is_null(cases[i].b), db_col_null(r, 3));
        assert_true(str_eq(cases[i].b, b));
        db_end(r);
    }
    db_drop(tx);
}

static void nulls_are_null(void **state)
{
    struct house *h = *state;
    struct db_tx *tx;
    struct db_rows *r;
    OK(db_write(&h->c, h->db, &tx));
    OK(db_run(&h->c, tx, sql_put, DB_ARGS(db_int(1), db_at(INSTANT_NONE), db_null(), db_id(0)), NULL));
    OK(db_one(&h->c, tx, sql_get, DB_ARGS(db_int(1)), &r));
    assert_true(db_col_null(r, 1));
    assert_int_equal(0, db_col_int(r, 1));
    assert_true(INSTANT_NONE == db_col_at(r, 1));
    assert_true(str_is_null(db_col_view(r, 2)));
    db_end(r);
    OK(db_one(&h->c, tx, "SELECT count(*) FROM t_thing WHERE ($1 = 0 OR n IS NULL) AND id < $2 + 1",
              DB_ARGS(db_bool(true), db_int(5000000000)), &r));
    assert_int_equal(1, db_col_int(r, 0));
    db_end(r);
    db_drop(tx);
}

static void sums_of_bigints_are_numbers(void **state)
{
    static const int64_t n[] = { 5, -12, 123456789012345678, 10000, -1, 0, 99990000 };
    struct house *h = *state;
    struct db_tx *tx;
    struct db_rows *r;
    for (size_t i = 0; i < countof(n); i++) {
        OK(db_write(&h->c, h->db, &tx));
        OK(db_run(&h->c, tx, sql_put, DB_ARGS(db_int(1), db_int(n[i]), db_null(), db_null()), NULL));
        OK(db_one(&h->c, tx, sql_count, DB_NO_ARGS, &r));
        assert_int_equal(n[i], db_col_int(r, 1));
        db_end(r);
        db_drop(tx);
    }
}

static void a_broken_unique_is_twice_and_no_row_is_not_found(void **state)
{
    struct house *h = *state;
    struct db_tx *tx;
    struct db_rows *r;
    OK(db_write(&h->c, h->db, &tx));
    OK(db_run(&h->c, tx, sql_put, DB_ARGS(db_int(1), db_int(1), db_null(), db_null()), NULL));
    FAILS(ERR_NOT_FOUND, db_one(&h->c, tx, sql_get, DB_ARGS(db_int(2)), &r));
    OK(db_save(&h->c, tx));
    FAILS(ERR_TWICE, db_run(&h->c, tx, sql_put, DB_ARGS(db_int(1), db_int(2), db_null(), db_null()), NULL));
    db_save_undo(&h->c, tx);
    OK(db_one(&h->c, tx, sql_get, DB_ARGS(db_int(1)), &r));
    assert_int_equal(1, db_col_int(r, 1));
    db_end(r);
    OK(db_save(&h->c, tx));
    FAILS(ERR_INTERNAL, db_run(&h->c, tx, "INSERT INTO t_word (word, id, n) VALUES ($1, 1, NULL)", DB_ARGS(db_blob(STR("w"))), NULL));
    db_save_undo(&h->c, tx);
    FAILS(ERR_INTERNAL, db_run(&h->c, tx, "SELECT nonsense FROM nowhere", DB_NO_ARGS, NULL));
    db_drop(tx);
}

static void savepoints_nest(void **state)
{
    struct house *h = *state;
    struct db_tx *tx;
    OK(db_write(&h->c, h->db, &tx));
    for (int i = 0; i < DB_SAVES_MAX; i++) {
        OK(db_save(&h->c, tx));
        OK(db_run(&h->c, tx, sql_put, DB_ARGS(db_int(i), db_int(i), db_null(), db_null()), NULL));
    }
    for (int i = DB_SAVES_MAX - 1; i >= 2; i--)
        OK(db_save_keep(&h->c, tx)); /* into the second */
    db_save_undo(&h->c, tx);
    assert_int_equal(1, count(h, tx));
    OK(db_save_keep(&h->c, tx));
    for (int i = 0; i < 40; i++) { /* more than may wait unsent */
        OK(db_save(&h->c, tx));
        if (i % 3 == 0)
            OK(db_run(&h->c, tx, sql_put, DB_ARGS(db_int(100 + i), db_int(i), db_null(), db_null()), NULL));
        if (i % 2)
            db_save_undo(&h->c, tx);
        else
            OK(db_save_keep(&h->c, tx));
    }
    assert_int_equal(1 + 7, count(h, tx));
    OK(db_commit(&h->c, tx));
    OK(db_read(&h->c, h->db, &tx));
    assert_int_equal(8, count(h, tx));
    db_drop(tx);
}

static void an_empty_savepoint_changes_nothing(void **state)
{
    struct house *h = *state;
    struct db_tx *tx;
    OK(db_write(&h->c, h->db, &tx));
    OK(db_save(&h->c, tx));
    OK(db_save(&h->c, tx));
    db_save_undo(&h->c, tx);
    OK(db_run(&h->c, tx, sql_put, DB_ARGS(db_int(1), db_int(1), db_null(), db_null()), NULL));
    OK(db_save(&h->c, tx));
    OK(db_save_keep(&h->c, tx));
    db_save_undo(&h->c, tx);
    assert_int_equal(0, count(h, tx));
    OK(db_commit(&h->c, tx));
}

static void what_is_dropped_is_gone(void **state)
{
    struct house *h = *state;
    struct db_tx *tx;
    struct db_rows *r;
    OK(db_write(&h->c, h->db, &tx));
    OK(db_run(&h->c, tx, sql_put, DB_ARGS(db_int(1), db_int(1), db_null(), db_null()), NULL));
    OK(db_rows(&h->c, tx, sql_all, DB_NO_ARGS, &r)); /* a cursor that nobody ended */
    enum err e;
    assert_true(db_next(r, &e));
    db_drop(tx);
    OK(db_read(&h->c, h->db, &tx));
    assert_int_equal(0, count(h, tx));
    OK(db_commit(&h->c, tx));
}

static struct db_value *things(struct arena *a, int64_t from, size_t rows)
{
    struct db_value *v = ARENA_ARRAY(a, struct db_value, rows * 4 + 1);
    for (size_t i = 0; i < rows; i++) {
        v[4 * i] = db_int(from + (int64_t)i);
        v[4 * i + 1] = i % 7 ? db_int((int64_t)i) : db_null();
        v[4 * i + 2] = i % 5 ? db_str(str_print(a, "текст %zu", i)) : db_null();
        v[4 * i + 3] = i % 3 ? db_blob(STR("\0x\xff")) : db_null();
    }
    return v;
}

static void many_rows_are_what_one_by_one_is(void **state)
{
    struct house *h = *state;
    static const size_t sizes[] = { 1, 3, 4, 255, 256, 257, 1000, 5000 };
    struct db_tx *tx;
    struct db_rows *r;
    int64_t id = 0;
    OK(db_write(&h->c, h->db, &tx));
    for (size_t i = 0; i < countof(sizes); i++) {
        int64_t *changed = ARENA_ARRAY(h->c.arena, int64_t, sizes[i]);
        OK(db_many(&h->c, tx, sql_put, things(h->c.arena, id, sizes[i]), sizes[i], 4, changed));
        for (size_t j = 0; j < sizes[i]; j++)
            assert_int_equal(1, changed[j]);
        id += (int64_t)sizes[i];
    }
    assert_int_equal(id, count(h, tx));
    for (int64_t at = id - 5000; at < id; at += 333) {
        int64_t i = at - (id - 5000);
        OK(db_one(&h->c, tx, sql_get, DB_ARGS(db_int(at)), &r));
        assert_int_equal(i % 7 == 0, db_col_null(r, 1));
        assert_int_equal(i % 7 ? i : 0, db_col_int(r, 1));
        assert_int_equal(i % 5 == 0, db_col_null(r, 2));
        assert_true(i % 5 == 0 || str_eq(str_print(h->c.arena, "текст %d", (int)i), db_col_view(r, 2)));
        assert_true(i % 3 == 0 ? db_col_null(r, 3) : str_eq(STR("\0x\xff"), db_col_view(r, 3)));
        db_end(r);
    }
    OK(db_save(&h->c, tx));
    FAILS(ERR_TWICE, db_many(&h->c, tx, sql_put, things(h->c.arena, 500, 10), 10, 4, NULL));
    db_save_undo(&h->c, tx);
    OK(db_many(&h->c, tx, sql_put, NULL, 0, 4, NULL));
    assert_int_equal(id, count(h, tx));
    db_drop(tx);
}

static const char sql_word_nothing[] =
    "INSERT INTO t_word (word, id, n) VALUES ($2, $1, 1) ON CONFLICT (word, id) DO NOTHING";
static const char sql_word_update[] =
    "INSERT INTO t_word (word, id, n) VALUES ($1, $2, $3) ON CONFLICT (word, id) DO UPDATE SET n = excluded.n";
static const char sql_word_greater[] =
    "INSERT INTO t_word (word, id, n) VALUES ($1, $2, $3)"
    " ON CONFLICT (word, id) DO UPDATE SET n = excluded.n WHERE t_word.n < excluded.n";
static const char sql_word_any[] =
    "INSERT INTO t_word (word, id, n) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
static const char sql_word_n[] = "SELECT n FROM t_word WHERE word = $1 AND id = $2";

static int64_t word_n(struct house *h, struct db_tx *tx, struct str word, int64_t id)
{
    struct db_rows *r;
    OK(db_one(&h->c, tx, sql_word_n, DB_ARGS(db_blob(word), db_int(id)), &r));
    int64_t n = db_col_int(r, 0);
    db_end(r);
    return n;
}

/* rows of (word, id, n), told by a text: a letter a word */
static struct db_value *words(struct arena *a, const char *letters, int64_t n)
{
    size_t len = strlen(letters);
    struct db_value *v = ARENA_ARRAY(a, struct db_value, len * 3);
    for (size_t i = 0; i < len; i++) {
        v[3 * i] = db_blob((struct str){ letters + i, 1 });
        v[3 * i + 1] = db_int(letters[i]);
        v[3 * i + 2] = db_int(n + (int64_t)i);
    }
    return v;
}

static void expect_changed(struct house *h, struct db_tx *tx, const char *sql, const char *letters, int64_t n,
                           const char *expected)
{
    size_t len = strlen(letters);
    int64_t changed[32];
    struct db_value *v = words(h->c.arena, letters, n);
    if (sql == sql_word_nothing) { /* two placeholders, in another order */
        struct db_value *w = ARENA_ARRAY(h->c.arena, struct db_value, 2 * len);
        for (size_t i = 0; i < len; i++) {
            w[2 * i] = v[3 * i + 1];
            w[2 * i + 1] = v[3 * i];
        }
        OK(db_many(&h->c, tx, sql, w, len, 2, changed));
    } else {
        OK(db_many(&h->c, tx, sql, v, len, 3, changed));
    }
    for (size_t i = 0; i < len; i++)
        if (changed[i] != expected[i] - '0')
            fail_msg("%s: row %zu of %s: changed %lld, expected %c", sql, i, letters, (long long)changed[i], expected[i]);
}

static void conflicts_are_told_row_by_row(void **state)
{
    struct house *h = *state;
    struct db_tx *tx;
    OK(db_write(&h->c, h->db, &tx));
    expect_changed(h, tx, sql_word_nothing, "abcdef", 0, "111111");
    expect_changed(h, tx, sql_word_nothing, "abxcyd", 0, "001010");
    expect_changed(h, tx, sql_word_nothing, "pqpaqrp", 0, "1100010"); /* twice in one call: the first wins */
    expect_changed(h, tx, sql_word_nothing, "aaaaaa", 0, "000000");
    expect_changed(h, tx, sql_word_update, "fedcbaz", 10, "1111111");
    assert_int_equal(10, word_n(h, tx, STR("f"), 'f'));
    assert_int_equal(16, word_n(h, tx, STR("z"), 'z'));
    expect_changed(h, tx, sql_word_update, "abcabca", 20, "1111111"); /* twice: the last wins */
    assert_int_equal(26, word_n(h, tx, STR("a"), 'a'));
    expect_changed(h, tx, sql_word_greater, "abczw", 17, "00011");
    expect_changed(h, tx, sql_word_greater, "mmmmm", 17, "11111");
    expect_changed(h, tx, sql_word_any, "abkal", 0, "00101");
    OK(db_commit(&h->c, tx));
}

/* The largest of what is told stands, whatever the order, twice in one call or not; what is absent does not come to be. */
static void many_updates_are_what_one_by_one_is(void **state)
{
    static const char sql[] = "UPDATE t_word SET n = CASE WHEN $2 > coalesce(n, 0) THEN $2 ELSE n END WHERE id = $1 AND n < $3";
    struct house *h = *state;
    struct db_tx *tx;
    struct db_value v[3 * 8];
    int64_t changed[8];
    OK(db_write(&h->c, h->db, &tx));
    expect_changed(h, tx, sql_word_nothing, "abcdefg", 0, "1111111");
    OK(db_many(&h->c, tx, sql_word_update, words(h->c.arena, "abcdefg", 100), 7, 3, NULL));
    for (int round = 0; round < 3; round++) {
        static const char *const letters[] = { "abcdefgz", "ababcdef", "gfedcbaz" };
        for (int i = 0; i < 8; i++) {
            v[3 * i] = db_int(letters[round][i]);
            v[3 * i + 1] = db_int(200 + 10 * round - i);
            v[3 * i + 2] = db_int(i == 3 ? 0 : 1000);
        }
        OK(db_many(&h->c, tx, sql, v, 8, 3, round == 2 ? changed : NULL));
    }
    assert_int_equal(214, word_n(h, tx, STR("a"), 'a'));
    assert_int_equal(215, word_n(h, tx, STR("b"), 'b'));
    assert_int_equal(216, word_n(h, tx, STR("c"), 'c'));
    assert_int_equal(205, word_n(h, tx, STR("d"), 'd')); /* told twice by a bound that it does not pass */
    assert_int_equal(220, word_n(h, tx, STR("g"), 'g'));
    assert_true(changed[0] == 1 && changed[3] == 0 && changed[7] == 0);
    FAILS(ERR_NOT_FOUND, db_one(&h->c, tx, sql_word_n, DB_ARGS(db_blob(STR("z")), db_int('z')), &(struct db_rows *){ NULL }));
    db_drop(tx);
}

/* What stands twice in one call is gone once; what is absent, or does not pass the bound, changes nothing. */
static void many_deletes_are_what_one_by_one_is(void **state)
{
    static const char sql[] = "DELETE FROM t_word WHERE id = $1 AND n < $2";
    static const char *const letters[] = { "abcz", "ddefz", "bgbhz" };
    static const char *const expected[] = { "1110", "10110", "01010" };
    struct house *h = *state;
    struct db_tx *tx;
    OK(db_write(&h->c, h->db, &tx));
    expect_changed(h, tx, sql_word_nothing, "abcdefghi", 0, "111111111");
    OK(db_many(&h->c, tx, sql_word_update, words(h->c.arena, "abcdefghi", 100), 9, 3, NULL));
    for (size_t round = 0; round < countof(letters); round++) {
        size_t n = strlen(letters[round]);
        int64_t changed[8];
        struct db_value v[2 * 8];
        for (size_t i = 0; i < n; i++) {
            v[2 * i] = db_int(letters[round][i]);
            v[2 * i + 1] = db_int(1000);
        }
        if (round == 0)
            v[1] = db_int(100); /* its own number: it stays */
        OK(db_many(&h->c, tx, sql, v, n, 2, round ? changed : NULL));
        for (size_t i = 0; round && i < n; i++)
            assert_int_equal(expected[round][i] - '0', changed[i]);
    }
    assert_int_equal(100, word_n(h, tx, STR("a"), 'a'));
    assert_int_equal(108, word_n(h, tx, STR("i"), 'i'));
    for (const char *gone = "bcdefgh"; *gone; gone++)
        FAILS(ERR_NOT_FOUND, db_one(&h->c, tx, sql_word_n, DB_ARGS(db_blob((struct str){ gone, 1 }), db_int(*gone)), &(struct db_rows *){ NULL }));
    db_drop(tx);
}

static void one_query_for_many_rows_tells_whose_answer_it_is(void **state)
{
    struct house *h = *state;
    static const char sql[] = "SELECT id, n FROM t_thing WHERE id >= $1 AND id < $1 + $2 ORDER BY id DESC";
    struct db_value v[2 * 600];
    struct db_tx *tx;
    struct db_rows *r;
    enum err e;
    for (size_t i = 0; i < 600; i++) {
        v[2 * i] = db_int((int64_t)i * 2);
        v[2 * i + 1] = db_int((int64_t)(i % 4));
    }
    OK(db_write(&h->c, h->db, &tx));
    OK(db_many(&h->c, tx, sql_put, things(h->c.arena, 0, 2000), 2000, 4, NULL));
    OK(db_rows_many(&h->c, tx, sql, v, 600, 2, &r));
    for (size_t i = 0; i < 600; i++)
        for (int64_t j = (int64_t)(i % 4) - 1; j >= 0; j--) {
            assert_true(db_next(r, &e));
            assert_int_equal(i, db_row_index(r));
            assert_int_equal((int64_t)i * 2 + j, db_col_int(r, 0));
            assert_int_equal(1, count(h, tx) > 0); /* others may ask in between */
        }
    assert_false(db_next(r, &e));
    assert_int_equal(ERR_NONE, e);
    db_end(r);
    OK(db_rows_many(&h->c, tx, sql, v, 0, 2, &r));
    assert_false(db_next(r, &e));
    db_end(r);
    /* Also when it is the first time that it is asked: there is no value then whose type could be told. */
    memset(v + 2, 0xff, sizeof *v);
    static const char fresh[] = "SELECT id FROM t_thing WHERE id = $1 OR id = $2";
    OK(db_rows_many(&h->c, tx, fresh, v + 2, 0, 2, &r));
    assert_false(db_next(r, &e));
    db_end(r);
    OK(db_rows_many(&h->c, tx, fresh, v, 1, 2, &r));
    db_end(r);
    db_drop(tx);
}

struct thing {
    int64_t id, n;
    struct str s;
};

static void thing_of_row(const struct db_rows *r, struct arena *a, void *thing)
{
    *(struct thing *)thing = (struct thing){ db_col_int(r, 0), db_col_int(r, 1), db_col_str(r, 2, a) };
}

static void a_list_is_every_row_in_its_order(void **state)
{
    static const size_t sizes[] = { 0, 1, 2, 3, 4, 5, 64, 1000 };
    static const char sql[] = "SELECT id, n, s FROM t_thing WHERE id < $1 ORDER BY id DESC";
    struct house *h = *state;
    struct { struct thing *items; size_t count; } list;
    const struct db_value *values = things(h->c.arena, 0, 1000);
    struct db_tx *tx;
    int64_t *ids;
    size_t n;
    OK(db_write(&h->c, h->db, &tx));
    OK(db_many(&h->c, tx, sql_put, values, 1000, 4, NULL));
    for (size_t i = 0; i < countof(sizes); i++) {
        struct db_args args = DB_ARGS(db_int((int64_t)sizes[i]));
        OK(db_list(&h->c, tx, sql, args, DB_LIST(thing_of_row, &list)));
        OK(db_list(&h->c, tx, sql, args, DB_ITEMS(db_int_of_row, &ids, &n)));
        assert_int_equal(sizes[i], list.count);
        assert_int_equal(sizes[i], n);
        assert_true((list.items == NULL) == (n == 0));
        for (size_t j = 0; j < n; j++) {
            size_t of = n - 1 - j;
            assert_int_equal(of, list.items[j].id);
            assert_int_equal(of, ids[j]);
            assert_int_equal(values[4 * of + 1].integer, list.items[j].n);
            assert_true(str_eq(values[4 * of + 2].text, list.items[j].s));
        }
    }
    db_drop(tx);
}

static void a_list_is_taken_from_where_the_query_stands(void **state)
{
    struct house *h = *state;
    static const struct db_value asked[] = { { DB_INT, 7, { NULL, 0 } }, { DB_INT, 100, { NULL, 0 } }, { DB_INT, 3, { NULL, 0 } } };
    struct { struct thing *items; size_t count; } list;
    struct db_tx *tx;
    struct db_rows *r;
    enum err e;
    OK(db_write(&h->c, h->db, &tx));
    OK(db_many(&h->c, tx, sql_put, things(h->c.arena, 0, 10), 10, 4, NULL));
    OK(db_rows_many(&h->c, tx, "SELECT id, n, s FROM t_thing WHERE id = $1", asked, countof(asked), 1, &r));
    OK(db_take(&h->c, r, DB_LIST(thing_of_row, &list)));
    assert_int_equal(2, list.count);
    assert_int_equal(7, list.items[0].id);
    assert_int_equal(3, list.items[1].id);
    OK(db_rows(&h->c, tx, "SELECT id, n, s FROM t_thing ORDER BY id", DB_NO_ARGS, &r));
    assert_true(db_next(r, &e));
    OK(db_take(&h->c, r, DB_LIST(thing_of_row, &list)));
    assert_int_equal(9, list.count);
    assert_int_equal(1, list.items[0].id);
    db_drop(tx);
}

static void one_row_is_there_or_is_told(void **state)
{
    struct house *h = *state;
    static const char sql[] = "SELECT id, n, s FROM t_thing WHERE id >= $1 ORDER BY id";
    struct thing kept = { 77, 78, TEXT("as it was") }, t = kept;
    struct db_tx *tx;
    OK(db_write(&h->c, h->db, &tx));
    OK(db_many(&h->c, tx, sql_put, things(h->c.arena, 0, 10), 10, 4, NULL));
    FAILS(ERR_NOT_FOUND, db_get(&h->c, tx, sql, DB_ARGS(db_int(10)), thing_of_row, &t));
    assert_memory_equal(&kept, &t, sizeof t);
    OK(db_find(&h->c, tx, sql, DB_ARGS(db_int(10)), thing_of_row, &t));
    assert_memory_equal(&kept, &t, sizeof t);
    OK(db_get(&h->c, tx, sql, DB_ARGS(db_int(4)), thing_of_row, &t));
    assert_int_equal(4, t.id);
    OK(db_find(&h->c, tx, sql, DB_ARGS(db_int(5)), thing_of_row, &t));
    assert_int_equal(5, t.id);
    db_drop(tx);
}

static void an_error_in_the_middle_writes_no_list(void **state)
{
    struct house *h = *state;
    struct thing was = { .id = 5 };
    struct { struct thing *items; size_t count; } list = { &was, 1 };
    struct db_tx *tx;
    OK(db_write(&h->c, h->db, &tx));
    OK(db_many(&h->c, tx, sql_put, things(h->c.arena, 0, 10), 10, 4, NULL));
    OK(db_run(&h->c, tx, sql_put, DB_ARGS(db_int(100), db_int(INT64_MIN), db_null(), db_null()), NULL));
    assert_true(db_list(&h->c, tx, "SELECT id, abs(n), s FROM t_thing ORDER BY id", DB_NO_ARGS, DB_LIST(thing_of_row, &list)) != ERR_NONE);
    assert_ptr_equal(&was, list.items);
    assert_int_equal(1, list.count);
    fault_clear(&h->c);
    db_drop(tx);
}

static void the_same_query_may_stand_twice(void **state)
{
    struct house *h = *state;
    struct db_tx *tx;
    struct db_rows *outer, *inner;
    enum err e;
    int64_t pairs = 0;
    OK(db_write(&h->c, h->db, &tx));
    OK(db_many(&h->c, tx, sql_put, things(h->c.arena, 0, 10), 10, 4, NULL));
    for (int round = 0; round < 2; round++) {
        OK(db_rows(&h->c, tx, sql_all, DB_NO_ARGS, &outer));
        while (db_next(outer, &e)) {
            OK(db_rows(&h->c, tx, sql_all, DB_NO_ARGS, &inner));
            while (db_next(inner, &e))
                pairs++;
            db_end(inner);
        }
        db_end(outer);
    }
    assert_int_equal(200, pairs);
    db_drop(tx);
}

static void returning_stands_when_its_cursor_is_ended(void **state)
{
    struct house *h = *state;
    struct db_tx *tx;
    struct db_rows *r;
    OK(db_write(&h->c, h->db, &tx));
    OK(db_one(&h->c, tx, "INSERT INTO t_thing (id, n) VALUES ($1, 7) RETURNING n + 1", DB_ARGS(db_int(5)), &r));
    assert_int_equal(8, db_col_int(r, 0));
    db_end(r);
    OK(db_commit(&h->c, tx));
    OK(db_read(&h->c, h->db, &tx));
    assert_int_equal(1, count(h, tx));
    db_drop(tx);
}

static void a_reader_sees_one_moment(void **state)
{
    struct house *h = *state;
    struct db_tx *reader, *writer, *later;
    OK(db_read(&h->c, h->db, &reader));
    assert_int_equal(0, count(h, reader));
    OK(db_write(&h->c, h->db, &writer));
    OK(db_run(&h->c, writer, sql_put, DB_ARGS(db_int(1), db_int(1), db_null(), db_null()), NULL));
    assert_int_equal(0, count(h, reader));
    OK(db_commit(&h->c, writer));
    assert_int_equal(0, count(h, reader));
    OK(db_read(&h->c, h->db, &later));
    assert_int_equal(1, count(h, later));
    assert_int_equal(0, count(h, reader));
    db_drop(later);
    db_drop(reader);
}

static void a_reader_may_not_write(void **state)
{
    struct house *h = *state;
    struct db_tx *tx;
    OK(db_read(&h->c, h->db, &tx));
    assert_int_not_equal(ERR_NONE, db_run(&h->c, tx, sql_put, DB_ARGS(db_int(1), db_int(1), db_null(), db_null()), NULL));
    db_drop(tx);
    OK(db_read(&h->c, h->db, &tx));
    assert_int_equal(0, count(h, tx));
    db_drop(tx);
}

/* ---- programs beside each other ---- */

static const char sql_add_one[] = "UPDATE t_thing SET n = n + 1 WHERE id = $1";

enum { CHILDREN = 4, ROUNDS = 25 };

/* Another program on the same database: this one again, from its beginning (main). A mere fork of a process that has threads (SQLite's log is
 * carried over by one) may find the allocator's lock held by a thread that it does not have. */
static pid_t program_begin(const struct house *h, const char *what)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        execl("/proc/self/exe", "test_db", what, h->url, (char *)NULL);
        _exit(127);
    }
    return pid;
}

static void program_end(void)
{
    int status;
    assert_true(wait(&status) > 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void programs_end(void)
{
    for (int i = 0; i < CHILDREN; i++)
        program_end();
}

static int child_adds(const char *url)
{
    struct house child = { .url = url, .c = { .arena = arena_new(0) } }, *h = &child;
    house_open(h, 1);
    for (int i = 0; i < ROUNDS; i++) {
        struct db_tx *tx;
        int64_t id;
        OK(db_write(&h->c, h->db, &tx));
        OK(db_run(&h->c, tx, sql_add_one, DB_ARGS(db_int(1)), NULL));
        for (int j = 0; j < 20; j++) {
            id = db_new_id(tx);
            OK(db_run(&h->c, tx, sql_put, DB_ARGS(db_int(id), db_int(0), db_null(), db_null()), NULL));
        }
        OK(db_commit(&h->c, tx));
    }
    db_close(h->db);
    arena_free(h->c.arena);
    return 0;
}

static void programs_write_side_by_side_and_their_ids_differ(void **state)
{
    struct house *h = *state;
    struct db_tx *tx;
    struct db_rows *r;
    OK(db_write(&h->c, h->db, &tx));
    OK(db_run(&h->c, tx, sql_put, DB_ARGS(db_int(1), db_int(0), db_null(), db_null()), NULL));
    OK(db_commit(&h->c, tx));
    for (int i = 0; i < CHILDREN; i++)
        program_begin(h, "adds");
    programs_end();
    OK(db_read(&h->c, h->db, &tx));
    OK(db_one(&h->c, tx, sql_get, DB_ARGS(db_int(1)), &r));
    assert_int_equal(CHILDREN * ROUNDS, db_col_int(r, 1));
    db_end(r);
    assert_int_equal(1 + CHILDREN * ROUNDS * 20, count(h, tx)); /* each id was new */
    db_drop(tx);
}

enum { CROWD_US = 20000, CROWD_MOST = 2000, CALLS = 10 };

static int64_t number_of(struct house *h, struct db_tx *tx, int64_t id)
{
    struct db_rows *r;
    int64_t n = -1;
    enum err e = db_one(&h->c, tx, sql_get, DB_ARGS(db_int(id)), &r);
    if (e == ERR_NONE) {
        n = db_col_int(r, 1);
        db_end(r);
    }
    return n;
}

/* Transaction upon transaction, nothing in between, until the other program has said its last word. */
static int child_crowds(const char *url)
{
    struct house child = { .url = url, .c = { .arena = arena_new(0) } }, *h = &child;
    house_open(h, 1);
    for (int i = 0, done = 0; i < CROWD_MOST && !done; i++) {
        struct db_tx *tx;
        OK(db_write(&h->c, h->db, &tx));
        OK(db_run(&h->c, tx, sql_add_one, DB_ARGS(db_int(1)), NULL));
        done = number_of(h, tx, 2) == CALLS;
        clock_sleep_us(CROWD_US);
        OK(db_commit(&h->c, tx));
    }
    db_close(h->db);
    arena_free(h->c.arena);
    return 0;
}

static void a_program_that_writes_on_and_on_lets_others_write(void **state)
{
    struct house *h = *state;
    struct db_tx *tx;
    int64_t crowd = 0;
    bool wanted = db_kind_of(h->db) == DB_POSTGRES; /* where nobody waits for another */
    OK(db_write(&h->c, h->db, &tx));
    OK(db_run(&h->c, tx, sql_put, DB_ARGS(db_int(1), db_int(0), db_null(), db_null()), NULL));
    OK(db_run(&h->c, tx, sql_put, DB_ARGS(db_int(2), db_int(0), db_null(), db_null()), NULL));
    OK(db_commit(&h->c, tx));
    pid_t pid = program_begin(h, "crowds");
    while (crowd < 5) {
        OK(db_read(&h->c, h->db, &tx));
        crowd = number_of(h, tx, 1);
        db_drop(tx);
    }
    for (int i = 0; i < CALLS; i++) {
        OK(db_write(&h->c, h->db, &tx));
        while (!wanted) { /* the other one is back at once, and is seen to wait, if not before it gives up */
            int status;
            assert_int_equal(0, waitpid(pid, &status, WNOHANG));
            wanted = db_is_wanted(tx);
            clock_sleep_us(1000);
        }
        OK(db_run(&h->c, tx, sql_add_one, DB_ARGS(db_int(2)), NULL));
        OK(db_commit(&h->c, tx));
    }
    program_end();
}

/* It has its turn and does not take it: one transaction waits for that, and not each. */
static void a_program_that_is_stopped_while_it_waits_holds_nobody_up(void **state)
{
    struct house *h = *state;
    struct db_tx *tx;
    OK(db_write(&h->c, h->db, &tx));
    pid_t pid = program_begin(h, "adds");
    while (!db_is_wanted(tx))
        clock_sleep_us(1000);
    int status;
    assert_int_equal(0, kill(pid, SIGSTOP));
    assert_int_equal(pid, waitpid(pid, &status, WUNTRACED));
    assert_true(WIFSTOPPED(status));
    OK(db_commit(&h->c, tx));
    int64_t waited[CALLS];
    bool wanted[CALLS]; /* nobody can be given way to */
    for (int i = 0; i < CALLS; i++) {
        int64_t since = clock_mono_us();
        OK(db_write(&h->c, h->db, &tx));
        waited[i] = clock_mono_us() - since;
        wanted[i] = db_is_wanted(tx);
        OK(db_commit(&h->c, tx));
    }
    assert_int_equal(0, kill(pid, SIGCONT));
    program_end();
    for (int i = 0; i < CALLS; i++) {
        assert_false(wanted[i]);
        assert_true(i == 0 || waited[i] < waited[0]);
    }
}

static void a_node_set_free_is_used_again_with_later_ids(void **state)
{
    struct house *h = *state;
    struct db_tx *tx;
    int64_t last = 0;
    for (int i = 0; i < 5; i++) {
        OK(db_write(&h->c, h->db, &tx));
        int64_t id = db_new_id(tx);
        assert_true(id > last);
        for (int j = 0; j < 1000; j++) {
            last = db_new_id(tx);
            assert_true(last > id);
            id = last;
        }
        OK(db_commit(&h->c, tx));
        db_close(h->db);
        house_open(h, 1);
    }
}

struct thread_job {
    struct house *h;
    pthread_t thread;
    int64_t seen;
};

static void *thread_reads(void *arg)
{
    struct thread_job *job = arg;
    struct house mine = { .c = { .arena = arena_new(0) }, .db = job->h->db }, *h = &mine;
    for (int i = 0; i < 200; i++) {
        struct db_tx *tx;
        OK(db_read(&h->c, h->db, &tx));
        int64_t n = count(h, tx);
        assert_true(n >= job->seen && n % 2 == 0); /* two rows a commit */
        job->seen = n;
        OK(db_commit(&h->c, tx));
        arena_reset(h->c.arena);
    }
    arena_free(h->c.arena);
    return NULL;
}

static void *thread_writes(void *arg)
{
    struct thread_job *job = arg;
    struct house mine = { .c = { .arena = arena_new(0) }, .db = job->h->db }, *h = &mine;
    for (int i = 0; i < 40; i++) {
        struct db_tx *tx;
        OK(db_write(&h->c, h->db, &tx));
        for (int j = 0; j < 2; j++)
            OK(db_run(&h->c, tx, sql_put, DB_ARGS(db_int(db_new_id(tx)), db_int(0), db_null(), db_null()), NULL));
        OK(db_commit(&h->c, tx));
    }
    arena_free(h->c.arena);
    return NULL;
}

static void threads_read_and_write_at_once(void **state)
{
    struct house *h = *state;
    struct thread_job jobs[6];
    for (size_t i = 0; i < countof(jobs); i++) {
        jobs[i] = (struct thread_job){ .h = h };
        assert_int_equal(0, pthread_create(&jobs[i].thread, NULL, i < 4 ? thread_reads : thread_writes, &jobs[i]));
    }
    for (size_t i = 0; i < countof(jobs); i++)
        pthread_join(jobs[i].thread, NULL);
    struct db_tx *tx;
    OK(db_read(&h->c, h->db, &tx));
    assert_int_equal(160, count(h, tx));
    db_drop(tx);
    assert_true(db_statements(h->db) >= 4 * 200 + 2 * 80);
}

struct waiting_write {
    struct house *h;
    pthread_t thread;
    atomic_int *turn;
    int had; /* which turn it was */
};

static void *thread_waits_to_write(void *arg)
{
    struct waiting_write *job = arg;
    struct house mine = { .c = { .arena = arena_new(0) }, .db = job->h->db }, *h = &mine;
    struct db_tx *tx;
    OK(db_write(&h->c, h->db, &tx));
    job->had = atomic_fetch_add(job->turn, 1);
    OK(db_commit(&h->c, tx));
    arena_free(h->c.arena);
    return NULL;
}

static int queue_of(struct db *db)
{
    pthread_mutex_lock(&db->lock);
    int n = (int)(db->writers.tickets - db->writers.served);
    pthread_mutex_unlock(&db->lock);
    return n;
}

/* SQLite has one connection that writes: who has it is told that it is wanted, and who comes again at once stands behind those who waited. */
static void the_writer_is_had_in_the_order_of_asking(void **state)
{
    enum { ROUNDS_OF_TURNS = 20, WAITERS = 3 };
    struct house *h = *state;
    struct db_tx *tx;
    if (strncmp(h->url, "sqlite:", 7) != 0)
        skip();
    for (int i = 0; i < ROUNDS_OF_TURNS; i++) {
        struct waiting_write jobs[WAITERS];
        atomic_int turn = 1;
        OK(db_write(&h->c, h->db, &tx));
        assert_false(db_is_wanted(tx));
        for (int k = 0; k < WAITERS; k++) {
            jobs[k] = (struct waiting_write){ .h = h, .turn = &turn };
            assert_int_equal(0, pthread_create(&jobs[k].thread, NULL, thread_waits_to_write, &jobs[k]));
            while (queue_of(h->db) <= k)
                sched_yield();
        }
        assert_true(db_is_wanted(tx));
        OK(db_commit(&h->c, tx));
        OK(db_write(&h->c, h->db, &tx));
        assert_int_equal(1 + WAITERS, atomic_load(&turn));
        OK(db_commit(&h->c, tx));
        for (int k = 0; k < WAITERS; k++) {
            pthread_join(jobs[k].thread, NULL);
            assert_int_equal(1 + k, jobs[k].had);
        }
    }
}

/* ---- migrations ---- */

static const struct db_file steps[] = {
    { "0001_one.sql", TEXT("-- an INTEGER; and a 'BLOB'\nCREATE TABLE t_one (id INTEGER PRIMARY KEY, b BLOB, s TEXT DEFAULT 'INTEGER');") },
    { "0002_two.sql", TEXT("CREATE TABLE t_two (id INTEGER PRIMARY KEY);\nINSERT INTO t_two (id) VALUES (7);") },
};

static void migrations_are_applied_once_and_in_order(void **state)
{
    struct house *h = *state;
    struct db_tx *tx;
    struct db_rows *r;
    OK(db_migrate_files(&h->c, h->db, steps, 1));
    OK(db_migrate_files(&h->c, h->db, steps, 2));
    OK(db_migrate_files(&h->c, h->db, steps, 2));
    OK(db_write(&h->c, h->db, &tx));
    OK(db_one(&h->c, tx, "SELECT id FROM t_two", DB_NO_ARGS, &r));
    assert_int_equal(7, db_col_int(r, 0));
    db_end(r);
    OK(db_run(&h->c, tx, "INSERT INTO t_one (id, b) VALUES ($1, $2)", DB_ARGS(db_int(INT64_MAX), db_blob(STR("\0"))), NULL));
    OK(db_one(&h->c, tx, "SELECT s FROM t_one", DB_NO_ARGS, &r));
    assert_true(str_eq(STR("INTEGER"), db_col_view(r, 0)));
    db_end(r);
    db_drop(tx);
}

/* What the program carries stands on an empty database. */
static void the_house_s_own_migrations_apply(void **state)
{
    struct house *h = *state;
    struct db_tx *tx;
    if (h->db->driver->kind == DB_POSTGRES) {
        house_script(h, "DROP SCHEMA IF EXISTS gradus_test CASCADE; CREATE SCHEMA gradus_test");
        db_close(h->db);
        char *url = malloc(400);
        snprintf(url, 400, "%s%soptions=-csearch_path%%3Dgradus_test", h->url, strchr(h->url, '?') ? "&" : "?");
        free((char *)h->url);
        h->url = url;
        house_open(h, 1);
    } else {
        house_script(h, "DROP TABLE node");
    }
    OK(db_migrate(&h->c, h->db));
    OK(db_migrate(&h->c, h->db));
    OK(db_write(&h->c, h->db, &tx));
    int64_t first = db_new_id(tx);
    assert_true(first < db_new_id(tx));
    db_drop(tx);
    if (h->db->driver->kind == DB_POSTGRES)
        house_script(h, "DROP SCHEMA gradus_test CASCADE");
}

static void a_changed_migration_stops_the_start(void **state)
{
    struct house *h = *state;
    OK(db_migrate_files(&h->c, h->db, steps, 2));
    struct db_file edited[] = { steps[0], steps[1] };
    edited[0].text = str_print(h->c.arena, STR_FMT " ", STR_ARG(steps[0].text));
    assert_int_equal(ERR_CONFLICT, db_migrate_files(&h->c, h->db, edited, 2));
    assert_non_null(strstr(h->c.fault.items[0].note, "0001_one.sql"));
}

static void a_missing_migration_stops_the_start(void **state)
{
    struct house *h = *state;
    OK(db_migrate_files(&h->c, h->db, steps, 2));
    assert_int_equal(ERR_CONFLICT, db_migrate_files(&h->c, h->db, steps, 1));
    assert_non_null(strstr(h->c.fault.items[0].note, "0002_two.sql"));
}

static void a_broken_migration_leaves_nothing(void **state)
{
    struct house *h = *state;
    const struct db_file broken[] = { steps[0], { "0002_two.sql", TEXT("CREATE TABLE t_two (id INTEGER PRIMARY KEY); NONSENSE;") } };
    FAILS(ERR_INTERNAL, db_migrate_files(&h->c, h->db, broken, 2));
    OK(db_migrate_files(&h->c, h->db, steps, 2)); /* t_two was not left behind */
}

static int child_migrates(const char *url)
{
    struct house child = { .url = url, .c = { .arena = arena_new(0) } }, *h = &child;
    house_open(h, 1);
    OK(db_migrate_files(&h->c, h->db, steps, 2));
    db_close(h->db);
    arena_free(h->c.arena);
    return 0;
}

static void programs_migrate_at_the_same_time(void **state)
{
    struct house *h = *state;
    for (int i = 0; i < CHILDREN; i++)
        program_begin(h, "migrates");
    programs_end();
}

/* ---- one database only ---- */

static void a_full_disk_is_away_and_passes(void **state)
{
    struct house *h = *state;
    struct db_tx *tx;
    struct db_rows *r;
    OK(db_write(&h->c, h->db, &tx));
    OK(db_run(&h->c, tx, sql_put, DB_ARGS(db_int(1), db_int(1), db_null(), db_null()), NULL));
    OK(db_commit(&h->c, tx));
    char big[8192];
    memset(big, 'x', sizeof big);
    /* Until the disk has no more: the limit on a file's size says the same to the driver as a full disk does. */
    OK(db_write(&h->c, h->db, &tx));
    OK(db_one(&h->c, tx, "PRAGMA page_count", DB_NO_ARGS, &r));
    const char *pragma = str_print(h->c.arena, "PRAGMA max_page_count = %d", (int)db_col_int(r, 0) + 50).ptr;
    db_end(r);
    OK(db_run(&h->c, tx, pragma, DB_NO_ARGS, NULL));
    enum err e = ERR_NONE;
    for (int i = 10; i < 200 && !e; i++)
        e = db_run(&h->c, tx, sql_put, DB_ARGS(db_int(i), db_int(i), db_str((struct str){ big, sizeof big }), db_null()), NULL);
    assert_int_equal(ERR_AWAY, e);
    FAILS(ERR_AWAY, db_commit(&h->c, tx));
    OK(db_read(&h->c, h->db, &tx)); /* who reads goes on reading */
    assert_int_equal(1, count(h, tx));
    db_drop(tx);
    OK(db_write(&h->c, h->db, &tx));
    OK(db_run(&h->c, tx, "PRAGMA max_page_count = 1000000", DB_NO_ARGS, NULL));
    OK(db_many(&h->c, tx, sql_put, things(h->c.arena, 1000, 500), 500, 4, NULL));
    OK(db_commit(&h->c, tx));
    OK(db_read(&h->c, h->db, &tx));
    assert_int_equal(501, count(h, tx));
    db_drop(tx);
}

static void a_backup_is_the_database_at_one_moment(void **state)
{
    struct house *h = *state;
    struct db_tx *tx;
    OK(db_write(&h->c, h->db, &tx));
    OK(db_many(&h->c, tx, sql_put, things(h->c.arena, 0, 3000), 3000, 4, NULL));
    OK(db_commit(&h->c, tx));
    OK(db_write(&h->c, h->db, &tx));
    OK(db_many(&h->c, tx, sql_put, things(h->c.arena, 5000, 100), 100, 4, NULL));
    const char *path = str_print(h->c.arena, "%s/copy.db", h->dir).ptr;
    OK(db_backup(&h->c, h->db, path)); /* while one writes */
    OK(db_commit(&h->c, tx));
    FAILS(ERR_CONFLICT, db_backup(&h->c, h->db, path));
    FAILS(ERR_AWAY, db_backup(&h->c, h->db, str_print(h->c.arena, "%s/no/such/folder", h->dir).ptr));
    struct house copy = { .c = h->c, .url = str_print(h->c.arena, "sqlite:%s", path).ptr };
    house_open(&copy, 1);
    OK(db_read(&h->c, copy.db, &tx));
    assert_int_equal(3000, count(h, tx));
    db_drop(tx);
    db_close(copy.db);
}

static void an_unknown_address_is_away(void **state)
{
    struct house *h = *state;
    struct db *db;
    FAILS(ERR_AWAY, db_open(&h->c, "mysql://x", 1, &db));
    FAILS(ERR_AWAY, db_open(&h->c, "sqlite:", 1, &db));
    FAILS(ERR_AWAY, db_open(&h->c, "sqlite:/no/such/folder/g.db", 1, &db));
    FAILS(ERR_AWAY, db_open(&h->c, "postgresql:///x?host=/no/such/folder", 1, &db));
}

static int64_t backend_of(struct house *h, struct db_tx *tx)
{
    struct db_rows *r;
    OK(db_one(&h->c, tx, "SELECT pg_backend_pid()", DB_NO_ARGS, &r));
    int64_t pid = db_col_int(r, 0);
    db_end(r);
    return pid;
}

static void kill_backend(struct house *h, int64_t pid)
{
    struct db_tx *tx;
    struct db_rows *r;
    OK(db_read(&h->c, h->db, &tx));
    OK(db_one(&h->c, tx, "SELECT pg_terminate_backend(CAST($1 AS int4), 5000)", DB_ARGS(db_int(pid)), &r));
    db_end(r);
    db_drop(tx);
}

static void a_killed_connection_is_away_and_the_next_one_works(void **state)
{
    struct house *h = *state;
    struct db_tx *tx;
    OK(db_write(&h->c, h->db, &tx)); /* killed within a transaction */
    OK(db_run(&h->c, tx, sql_put, DB_ARGS(db_int(1), db_int(1), db_null(), db_null()), NULL));
    kill_backend(h, backend_of(h, tx));
    FAILS(ERR_AWAY, db_run(&h->c, tx, sql_put, DB_ARGS(db_int(2), db_int(1), db_null(), db_null()), NULL));
    FAILS(ERR_AWAY, db_commit(&h->c, tx));
    OK(db_write(&h->c, h->db, &tx)); /* killed before its commit */
    OK(db_run(&h->c, tx, sql_put, DB_ARGS(db_int(3), db_int(1), db_null(), db_null()), NULL));
    int64_t pid = backend_of(h, tx);
    kill_backend(h, pid);
    FAILS(ERR_AWAY, db_commit(&h->c, tx));
    OK(db_write(&h->c, h->db, &tx)); /* killed while it was idle */
    pid = backend_of(h, tx);
    db_drop(tx);
    kill_backend(h, pid);
    OK(db_write(&h->c, h->db, &tx));
    assert_int_not_equal(pid, backend_of(h, tx));
    OK(db_run(&h->c, tx, sql_put, DB_ARGS(db_int(4), db_int(1), db_null(), db_null()), NULL));
    OK(db_commit(&h->c, tx));
    OK(db_read(&h->c, h->db, &tx));
    assert_int_equal(1, count(h, tx));
    db_drop(tx);
}

static void a_deadlock_is_busy(void **state)
{
    struct house *h = *state;
    struct db_tx *one, *two;
    static const int64_t a[] = { 1 }, b[] = { 2 };
    OK(db_write(&h->c, h->db, &one));
    OK(db_run(&h->c, one, "SET LOCAL lock_timeout = 200", DB_NO_ARGS, NULL));
    OK(db_write(&h->c, h->db, &two));
    OK(db_lock_many(&h->c, one, a, 1));
    OK(db_lock_many(&h->c, two, b, 1));
    FAILS(ERR_BUSY, db_lock_many(&h->c, one, b, 1));
    db_drop(one);
    OK(db_lock_many(&h->c, two, a, 1));
    db_drop(two);
}

/* A commit that the standby has not confirmed ends with a warning. */
static void a_commit_with_a_warning_is_no_success(void **state)
{
    struct house *h = *state;
    struct db_tx *tx;
    OK(db_write(&h->c, h->db, &tx));
    OK(db_run(&h->c, tx, "CREATE TEMP TABLE t_warn (id INTEGER PRIMARY KEY)", DB_NO_ARGS, NULL));
    OK(db_run(&h->c, tx,
              "CREATE FUNCTION pg_temp.warn() RETURNS trigger LANGUAGE plpgsql AS "
              "$$BEGIN RAISE WARNING 'standby'; RETURN NEW; END$$", DB_NO_ARGS, NULL));
    OK(db_run(&h->c, tx,
              "CREATE CONSTRAINT TRIGGER t_warn AFTER INSERT ON t_warn DEFERRABLE INITIALLY DEFERRED"
              " FOR EACH ROW EXECUTE FUNCTION pg_temp.warn()", DB_NO_ARGS, NULL));
    OK(db_run(&h->c, tx, "INSERT INTO t_warn (id) VALUES (1)", DB_NO_ARGS, NULL));
    FAILS(ERR_AWAY, db_commit(&h->c, tx));
}

#define BOTH(f)                                                                                    \
    cmocka_unit_test_prestate_setup_teardown_named(f, "sqlite", setup_sqlite),                     \
        cmocka_unit_test_prestate_setup_teardown_named(f, "postgresql", setup_pg)
#define cmocka_unit_test_prestate_setup_teardown_named(f, on, setup_on)                            \
    { #f " [" on "]", f, setup_on, teardown, NULL }
#define ONLY(f, on, setup_on) cmocka_unit_test_prestate_setup_teardown_named(f, on, setup_on)

int main(int argc, char **argv)
{
    if (argc == 3)
        return strcmp(argv[1], "adds") == 0     ? child_adds(argv[2])
               : strcmp(argv[1], "crowds") == 0 ? child_crowds(argv[2])
                                                : child_migrates(argv[2]);
    const struct CMUnitTest tests[] = {
        BOTH(values_come_back_as_they_went),
        BOTH(nulls_are_null),
        BOTH(sums_of_bigints_are_numbers),
        BOTH(a_broken_unique_is_twice_and_no_row_is_not_found),
        BOTH(savepoints_nest),
        BOTH(an_empty_savepoint_changes_nothing),
        BOTH(what_is_dropped_is_gone),
        BOTH(many_rows_are_what_one_by_one_is),
        BOTH(many_updates_are_what_one_by_one_is),
        BOTH(many_deletes_are_what_one_by_one_is),
        BOTH(conflicts_are_told_row_by_row),
        BOTH(one_query_for_many_rows_tells_whose_answer_it_is),
        BOTH(a_list_is_every_row_in_its_order),
        BOTH(a_list_is_taken_from_where_the_query_stands),
        BOTH(one_row_is_there_or_is_told),
        BOTH(an_error_in_the_middle_writes_no_list),
        BOTH(the_same_query_may_stand_twice),
        BOTH(returning_stands_when_its_cursor_is_ended),
        BOTH(a_reader_sees_one_moment),
        BOTH(a_reader_may_not_write),
        BOTH(programs_write_side_by_side_and_their_ids_differ),
        BOTH(a_program_that_writes_on_and_on_lets_others_write),
        ONLY(a_program_that_is_stopped_while_it_waits_holds_nobody_up, "sqlite", setup_sqlite),
        BOTH(a_node_set_free_is_used_again_with_later_ids),
        BOTH(threads_read_and_write_at_once),
        BOTH(the_writer_is_had_in_the_order_of_asking),
        BOTH(migrations_are_applied_once_and_in_order),
        BOTH(the_house_s_own_migrations_apply),
        BOTH(a_changed_migration_stops_the_start),
        BOTH(a_missing_migration_stops_the_start),
        BOTH(a_broken_migration_leaves_nothing),
        BOTH(programs_migrate_at_the_same_time),
        ONLY(a_full_disk_is_away_and_passes, "sqlite", setup_sqlite),
        ONLY(a_backup_is_the_database_at_one_moment, "sqlite", setup_sqlite),
        ONLY(an_unknown_address_is_away, "sqlite", setup_sqlite),
        ONLY(a_killed_connection_is_away_and_the_next_one_works, "postgresql", setup_pg),
        ONLY(a_deadlock_is_busy, "postgresql", setup_pg),
        ONLY(a_commit_with_a_warning_is_no_success, "postgresql", setup_pg),
    };
    return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
