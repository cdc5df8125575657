/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pg.h - shared by the two files of the PostgreSQL driver: the connection (db_pg.c) and sets of rows (pg_set.c).
 *
 * Values travel in binary: a BIGINT is eight bytes both ways, and nothing is printed or parsed.
 */
#ifndef DB_PG_H
#define DB_PG_H

#include <libpq-fe.h>

#include "db/driver.h"

enum {
    PG_NOTES = 16,   /* commands that wait for a statement to travel with */
    PG_CHUNK = 256,  /* rows sent before their answers are read */
    PG_SET_ROWS = 4  /* from this many rows on, one statement over arrays is tried */
};

/* OIDs of pg_type that never change. */
enum {
    PG_BOOL = 16, PG_BYTEA = 17, PG_INT8 = 20, PG_INT2 = 21, PG_INT4 = 23, PG_TEXT = 25, PG_VARCHAR = 1043,
    PG_NUMERIC = 1700
};

struct pg_conn {
    struct db_conn base;
    PGconn *handle;
    struct arena *scratch; /* of one call */
    int names;             /* prepared so far */
    bool warned;           /* a WARNING came */
    bool unread;           /* a COMMIT was sent whose answer nobody has read */
    const char *notes[PG_NOTES];
    int noted, sent;
};

struct pg_prepared {
    char name[16];
    size_t count;
    Oid types[DB_PARAMS_MAX];
};

/* The form of an INSERT or UPDATE that takes arrays, made by pg_set.c. */
struct pg_set {
    enum { SET_UNKNOWN, SET_NO, SET_YES } state;
    bool each;        /* every row is one change: no need to ask which */
    bool once;        /* DO UPDATE: a key may stand once only */
    bool tells;       /* has a second form that returns the keys of the rows it touched */
    int key_count;
    uint8_t keys[4];  /* the placeholders (from 0) that hold the key of ON CONFLICT, or of WHERE */
    struct pg_prepared plain, telling;
};

struct pg_stmt {
    struct db_rows base;
    const char *text; /* in PostgreSQL's words */
    struct pg_prepared plain;
    struct pg_set *set;
    PGresult *single, **results, *now;
    int row;
    enum { ASK_UNKNOWN, ASK_NO, ASK_YES } ask; /* has a form of the query that takes arrays */
    struct pg_prepared asked;
    bool set_stands; /* the cursor is over the answer of that form: the last column is the number of the row of values */
};

enum err pg_prepare(struct ctx *c, struct pg_conn *k, const char *sql, const Oid *wanted, size_t count,
                    struct pg_prepared *p);
/* A one-dimensional array on the wire: count values, each step values apart. false: one is of another type. */
bool pg_array(struct arena *a, Oid type, const struct db_value *values, size_t count, size_t step,
              struct str *out);
/* Runs all rows as one statement over arrays if that means the same; *done tells. */
enum err pg_many_set(struct ctx *c, struct pg_conn *k, struct pg_stmt *s, const struct db_value *values,
                     size_t rows, size_t columns, int64_t *changed, bool *done);
/* Asks for all rows of values in one query if that means the same; *res is NULL if not. */
enum err pg_query_set(struct ctx *c, struct pg_conn *k, struct pg_stmt *s, const struct db_value *values,
                      size_t rows, size_t columns, PGresult **res);
/* One run of a prepared statement with values in binary; the caller clears *res. */
enum err pg_call(struct ctx *c, struct pg_conn *k, const struct pg_prepared *p, const char *const *ptrs,
                 const int *lens, const char *sql, PGresult **res);

#endif
