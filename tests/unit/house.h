/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* house.h - a database for one test: a new SQLite file, or a new schema of the PostgreSQL that GRADUS_TEST_PG names; migrated, and gone afterwards.
 */
#ifndef TESTS_HOUSE_H
#define TESTS_HOUSE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/driver.h"

struct house_db {
    struct db *db;
    char dir[64]; /* of the SQLite file; empty on PostgreSQL */
};

static inline void house_ok(struct ctx *c, enum err e, const char *what, int line)
{
    if (e)
        fail_msg("line %d: %s: %s: %s", line, what, err_slug(e), c->fault.count ? c->fault.items[0].note : "");
}
#define HOUSE_OK(c, expr) house_ok((c), (expr), #expr, __LINE__)

/* Statements on a database of that address, in a connection of their own. */
static inline void house_script(struct ctx *c, const char *url, const char *sql)
{
    struct db *db;
    struct db_tx *tx;

    HOUSE_OK(c, db_open(c, url, 1, &db));
    HOUSE_OK(c, db_write(c, db, &tx));
    HOUSE_OK(c, db->driver->script(c, tx->conn, str_of(sql)));
    HOUSE_OK(c, db_commit(c, tx));
    db_close(db);
}

/* name: of the test, the same for no other: tests may run side by side. */
static inline void house_db_open(struct ctx *c, const char *name, bool pg, struct house_db *h)
{
    const char *base = getenv("GRADUS_TEST_PG");
    char url[512], sql[256];

    if (!base)
        base = "postgresql:///g_test?host=/var/run/postgresql";
    h->dir[0] = 0;
    if (pg) {
        snprintf(sql, sizeof sql, "DROP SCHEMA IF EXISTS t_%s CASCADE; CREATE SCHEMA t_%s;", name, name);
        house_script(c, base, sql);
        snprintf(url, sizeof url, "%s%soptions=-csearch_path%%3Dt_%s", base, strchr(base, '?') ? "&" : "?", name);
    } else {
        snprintf(h->dir, sizeof h->dir, "/tmp/test_%s.XXXXXX", name);
        assert_non_null(mkdtemp(h->dir));
        snprintf(url, sizeof url, "sqlite:%s/gradus.db", h->dir);
    }
    HOUSE_OK(c, db_open(c, url, 2, &h->db));
    HOUSE_OK(c, db_migrate(c, h->db));
}

static inline void house_db_close(struct house_db *h)
{
    char command[128];

    db_close(h->db);
    if (!h->dir[0])
        return;
    snprintf(command, sizeof command, "rm -r %s", h->dir);
    assert_int_equal(0, system(command));
}

/* The two cases of one test; on(pg, test) of the file opens the database and runs it. */
#define ON_BOTH(test)                                                                              \
    static void test##_sqlite(void **state)                                                        \
    {                                                                                              \
        (void)state;                                                                               \
        on(false, test);                                                                           \
    }                                                                                              \
    static void test##_postgresql(void **state)                                                    \
    {                                                                                              \
        (void)state;                                                                               \
        on(true, test);                                                                            \
    }

#endif
