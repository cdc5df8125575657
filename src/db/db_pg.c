/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <endian.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "db/pg.h"
#include "db/pg_copy.h"

/* A connection lives in pipeline mode. BEGIN, SAVEPOINT, RELEASE and ROLLBACK TO are only noted, and travel with the statement
 * that follows: they cost no round trip, and none at all when nothing follows. The COMMIT of a snapshot is sent but not waited
 * for. So a request that reads one thing costs one round trip, and a batch of three statements four. */

static const char sql_begin_read[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
static const char sql_begin_write[] = "BEGIN ISOLATION LEVEL READ COMMITTED";
static const char sql_commit[] = "COMMIT";
static const char sql_rollback[] = "ROLLBACK";

/* ---- errors ---- */

static enum err pg_code(const char *state)
{
    static const struct {
        const char *state; /* its beginning */
        enum err code;
    } codes[] = {
        { "23505", ERR_TWICE }, /* unique_violation */
        { "40001", ERR_BUSY },  /* serialization_failure */
        { "40P01", ERR_BUSY },  /* deadlock_detected */
        { "55P03", ERR_BUSY },  /* lock_not_available */
        { "08", ERR_AWAY },     /* the connection */
        { "53", ERR_AWAY },     /* no room, no memory, too many connections */
        { "57", ERR_AWAY },     /* shut down, cancelled, starting up */
        { "58", ERR_AWAY },     /* an I/O error of the server */
        { "XX001", ERR_AWAY },  /* damaged data */
        { "XX002", ERR_AWAY },  /* a damaged index */
        { "25006", ERR_AWAY },  /* the primary became a standby */
        { "25P02", ERR_AWAY },  /* the transaction had failed before: the end of the last one, that nobody waited for, was cancelled */
    };
    for (size_t i = 0; state && i < countof(codes); i++)
        if (strncmp(state, codes[i].state, strlen(codes[i].state)) == 0)
            return codes[i].code;
    return ERR_INTERNAL;
}

static enum err pg_lost(struct ctx *c, struct pg_conn *k)
{
    k->base.tx.broken = true;
    return fault_set(c, ERR_AWAY, "PostgreSQL: %.160s", PQerrorMessage(k->handle));
}

/* The primary message only: the detail quotes values, and those are people's. */
static enum err pg_fail(struct ctx *c, struct pg_conn *k, const PGresult *res, const char *sql)
{
    if (PQstatus(k->handle) == CONNECTION_BAD)
        return pg_lost(c, k);
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    enum err e = pg_code(state);
    if (e == ERR_AWAY)
        k->base.tx.broken = true;
    if (state && strcmp(state, "53100") == 0)
        db_trouble_note(k->base.db, DB_FULL);
    return fault_set(c, e, "%s (%s): %.80s", text ? text : "no answer", state ? state : "-", sql);
}

/* A commit that was not waited for by the standby comes with a warning, and is no success. */
static void pg_notice(void *arg, const PGresult *res)
{
    struct pg_conn *k = arg;
    const char *severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity && strcmp(severity, "WARNING") == 0)
        k->warned = true;
}

/* ---- sending and reading ---- */

/* Reads what belongs to one command. *out is NULL when the caller does not want it. */
static enum err pg_take(struct ctx *c, struct pg_conn *k, const char *sql, PGresult **out)
{
    PGresult *res = PQgetResult(k->handle), *more;
    ExecStatusType status = PQresultStatus(res);
    enum err e = ERR_NONE;
    if (status == PGRES_PIPELINE_ABORTED)
        e = ERR_INTERNAL; /* the one before it has been told */
    else if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        e = pg_fail(c, k, res, sql);
    while (PQstatus(k->handle) == CONNECTION_OK && (more = PQgetResult(k->handle)))
        PQclear(more);
    if (out && !e)
        *out = res;
    else
        PQclear(res);
    return e;
}

/* Reads up to the sync, and past it. */
static void pg_take_sync(struct pg_conn *k)
{
    while (PQstatus(k->handle) == CONNECTION_OK) {
        PGresult *res = PQgetResult(k->handle);
        bool end = PQresultStatus(res) == PGRES_PIPELINE_SYNC;
        PQclear(res);
        if (end)
            return;
    }
}

static bool pg_send_text(struct pg_conn *k, const char *sql)
{
    return PQsendQueryParams(k->handle, sql, 0, NULL, NULL, NULL, NULL, 1) == 1;
}

/* What was noted goes first. */
static bool pg_send_noted(struct pg_conn *k)
{
    if (k->unread) {
        pg_take_sync(k);
        k->unread = false;
    }
    for (; k->sent < k->noted; k->sent++)
        if (!pg_send_text(k, k->notes[k->sent]))
            return false;
    return true;
}

static enum err pg_take_noted(struct ctx *c, struct pg_conn *k)
{
    enum err first = ERR_NONE;
    for (int i = 0; i < k->sent; i++) {
        enum err e = pg_take(c, k, k->notes[i], NULL);
        first = first ? first : e;
    }
    k->noted = k->sent = 0;
    return first;
}

/* Sends the sync and reads the answers of all that was sent: the noted, then count wanted ones. */
static enum err pg_finish(struct ctx *c, struct pg_conn *k, const char *sql, PGresult **out, size_t count)
{
    if (!PQpipelineSync(k->handle))
        return pg_lost(c, k);
    enum err first = pg_take_noted(c, k);
    size_t i = 0;
    for (; i < count; i++) {
        PGresult *res = NULL;
        enum err e = pg_take(c, k, sql, &res);
        first = first ? first : e;
        out[i] = res;
    }
    pg_take_sync(k);
    if (!first && PQstatus(k->handle) != CONNECTION_OK)
        first = pg_lost(c, k);
    for (size_t j = 0; first && j < count; j++)
        PQclear(out[j]);
    return first;
}

/* Notes a command for later. */
static enum err pg_note(struct ctx *c, struct pg_conn *k, const char *sql)
{
    if (k->noted == PG_NOTES) {
        if (!pg_send_noted(k))
            return pg_lost(c, k);
        enum err e = pg_finish(c, k, sql, NULL, 0);
        if (e)
            return e;
    }
    k->notes[k->noted++] = sql;
    return ERR_NONE;
}

static enum err pg_exec(struct ctx *c, struct pg_conn *k, const char *sql, char tag[16])
{
    PGresult *res;
    if (!pg_send_noted(k) || !pg_send_text(k, sql))
        return pg_lost(c, k);
    enum err e = pg_finish(c, k, sql, &res, 1);
    if (e)
        return e;
    snprintf(tag, 16, "%s", PQcmdStatus(res));
    PQclear(res);
    return ERR_NONE;
}

/* ---- statements ---- */

static const Oid type_of[] = { [DB_NULL] = 0, [DB_INT] = PG_INT8, [DB_TEXT] = PG_TEXT, [DB_BLOB] = PG_BYTEA };

/* Prepares under a new name, and asks which types its placeholders have. */
enum err pg_prepare(struct ctx *c, struct pg_conn *k, const char *sql, const Oid *wanted, size_t count,
                    struct pg_prepared *p)
{
    PGresult *res[2];
    snprintf(p->name, sizeof p->name, "g%d", ++k->names);
    if (!pg_send_noted(k) || !PQsendPrepare(k->handle, p->name, sql, (int)count, wanted) ||
        !PQsendDescribePrepared(k->handle, p->name))
        return pg_lost(c, k);
    enum err e = pg_finish(c, k, sql, res, 2);
    if (e)
        return e;
    p->count = (size_t)PQnparams(res[1]);
    for (size_t i = 0; i < p->count && i < DB_PARAMS_MAX; i++)
        p->types[i] = PQparamtype(res[1], (int)i);
    PQclear(res[0]);
    PQclear(res[1]);
    return ERR_NONE;
}

/* The types of the first values are told to the server, so that `$1 = 0` is not of 32 bits. */
static enum err pg_stmt(struct ctx *c, struct pg_conn *k, const char *sql, const struct db_value *values,
                        size_t count, struct pg_stmt **out)
{
    struct db_rows *r = db_stmt_find(&k->base, sql);
    if (r) {
        *out = (struct pg_stmt *)r;
        assert((*out)->plain.count == count); /* as many values as the text has placeholders */
        return ERR_NONE;
    }
    Oid wanted[DB_PARAMS_MAX];
    assert(count <= DB_PARAMS_MAX);
    for (size_t i = 0; i < count; i++)
        wanted[i] = type_of[values[i].type];
    struct pg_stmt *s = ARENA_NEW(k->base.arena, struct pg_stmt);
    s->base.sql = sql;
    s->text = str_cz(k->base.arena, db_dialect(k->base.arena, DB_POSTGRES, str_of(sql)));
    enum err e = pg_prepare(c, k, s->text, wanted, count, &s->plain);
    if (e)
        return e;
    assert(s->plain.count == count);
    db_stmt_add(&k->base, &s->base);
    *out = s;
    return ERR_NONE;
}

/* One value as bytes on the wire, in the type the server wants. false: it cannot be that type. */
static bool pg_encode(const struct db_value *v, Oid type, char room[24], const char **ptr, int *len)
{
    uint64_t big = htobe64((uint64_t)v->integer);
    if (v->type == DB_NULL) {
        *ptr = NULL;
        *len = 0;
        return true;
    }
    *ptr = room;
    if (v->type != DB_INT) {
        *ptr = v->text.ptr;
        *len = (int)v->text.len;
        return type == PG_TEXT || type == PG_BYTEA || type == PG_VARCHAR;
    }
    switch (type) {
    case PG_INT8:
        memcpy(room, &big, 8);
        *len = 8;
        return true;
    case PG_INT4:
        memcpy(room, (char *)&big + 4, 4);
        *len = 4;
        return v->integer >= INT32_MIN && v->integer <= INT32_MAX;
    case PG_BOOL:
        room[0] = v->integer != 0;
        *len = 1;
        return true;
    case PG_TEXT:
        *len = snprintf(room, 24, "%lld", (long long)v->integer);
        return true;
    default:
        return false;
    }
}

static enum err pg_send(struct ctx *c, struct pg_conn *k, const struct pg_stmt *s, const struct db_value *values,
                        size_t count)
{
    const char *ptrs[DB_PARAMS_MAX];
    int lens[DB_PARAMS_MAX], formats[DB_PARAMS_MAX];
    char room[DB_PARAMS_MAX][24];
    for (size_t i = 0; i < count; i++) {
        formats[i] = 1;
        if (!pg_encode(&values[i], s->plain.types[i], room[i], &ptrs[i], &lens[i]))
            return fault_set(c, ERR_INTERNAL, "$%zu is of another type: %.80s", i + 1, s->base.sql);
    }
    if (!PQsendQueryPrepared(k->handle, s->plain.name, (int)count, ptrs, lens, formats, 1))
        return pg_lost(c, k);
    return ERR_NONE;
}

enum err pg_call(struct ctx *c, struct pg_conn *k, const struct pg_prepared *p, const char *const *ptrs,
                 const int *lens, const char *sql, PGresult **res)
{
    int formats[DB_PARAMS_MAX];
    for (size_t i = 0; i < p->count; i++)
        formats[i] = 1;
    if (!pg_send_noted(k) || !PQsendQueryPrepared(k->handle, p->name, (int)p->count, ptrs, lens, formats, 1))
        return pg_lost(c, k);
    return pg_finish(c, k, sql, res, 1);
}

static int64_t changed_of(PGresult *res)
{
    return strtoll(PQcmdTuples(res), NULL, 10);
}

static enum err pg_run(struct ctx *c, struct db_conn *base, const char *sql, struct db_args args,
                       int64_t *changed)
{
    struct pg_conn *k = (struct pg_conn *)base;
    struct pg_stmt *s;
    PGresult *res;
    enum err e = pg_stmt(c, k, sql, args.values, args.count, &s);
    if (e)
        return e;
    if (!pg_send_noted(k))
        return pg_lost(c, k);
    if ((e = pg_send(c, k, s, args.values, args.count)) != ERR_NONE)
        return e;
    if ((e = pg_finish(c, k, sql, &res, 1)) != ERR_NONE)
        return e;
    if (changed)
        *changed = changed_of(res);
    PQclear(res);
    return ERR_NONE;
}

/* Pipelined: count rows are sent, then their answers are read. */
static enum err pg_many_chunk(struct ctx *c, struct pg_conn *k, struct pg_stmt *s, const struct db_value *values,
                              size_t rows, size_t columns, PGresult **out)
{
    if (!pg_send_noted(k))
        return pg_lost(c, k);
    for (size_t i = 0; i < rows; i++) {
        enum err e = pg_send(c, k, s, values + i * columns, columns);
        if (e) { /* what was sent is answered all the same */
            PGresult **drop = ARENA_ARRAY(c->arena, PGresult *, i + 1);
            if (PQstatus(k->handle) == CONNECTION_OK && pg_finish(c, k, s->base.sql, drop, i) == ERR_NONE)
                for (size_t j = 0; j < i; j++)
                    PQclear(drop[j]);
            return e;
        }
    }
    return pg_finish(c, k, s->base.sql, out, rows);
}

static enum err pg_many(struct ctx *c, struct db_conn *base, const char *sql, const struct db_value *values,
                        size_t rows, size_t columns, int64_t *changed)
{
    struct pg_conn *k = (struct pg_conn *)base;
    struct pg_stmt *s;
    enum err e = pg_stmt(c, k, sql, values, columns, &s);
    if (e)
        return e;
    bool done = false;
    if (rows >= PG_SET_ROWS && (e = pg_many_set(c, k, s, values, rows, columns, changed, &done)) != ERR_NONE)
        return e;
    for (size_t from = 0; !done && from < rows; from += PG_CHUNK) {
        PGresult *out[PG_CHUNK];
        size_t n = rows - from < PG_CHUNK ? rows - from : PG_CHUNK;
        if ((e = pg_many_chunk(c, k, s, values + from * columns, n, columns, out)) != ERR_NONE)
            return e;
        for (size_t i = 0; i < n; i++) {
            if (changed)
                changed[from + i] = changed_of(out[i]);
            PQclear(out[i]);
        }
    }
    return ERR_NONE;
}

/* ---- cursors: all answers are held, so that other statements may run while one is read ---- */

/* Row by row, pipelined. */
static enum err pg_query_each(struct ctx *c, struct pg_conn *k, struct pg_stmt *s, const struct db_value *values,
                              size_t rows, size_t columns)
{
    enum err e = ERR_NONE;
    size_t done = 0;
    while (done < rows && !e) {
        size_t n = rows - done < PG_CHUNK ? rows - done : PG_CHUNK;
        e = pg_many_chunk(c, k, s, values + done * columns, n, columns, s->results + done);
        done += e ? 0 : n;
    }
    for (size_t i = 0; e && i < done; i++)
        PQclear(s->results[i]);
    return e;
}

/* No rows of values, no answers; and no types of values by which a statement could be prepared. */
static struct db_rows *pg_query_none(struct ctx *c, struct pg_conn *k, const char *sql)
{
    struct pg_stmt *s = ARENA_NEW(c->arena, struct pg_stmt);
    s->base.sql = sql;
    s->base.conn = &k->base;
    s->base.ctx = c;
    db_stmt_open(&k->base, &s->base);
    return &s->base;
}

static enum err pg_query(struct ctx *c, struct db_conn *base, const char *sql, const struct db_value *values,
                         size_t rows, size_t columns, struct db_rows **out)
{
    struct pg_conn *k = (struct pg_conn *)base;
    struct pg_stmt *s;
    if (rows == 0) {
        *out = pg_query_none(c, k, sql);
        return ERR_NONE;
    }
    enum err e = pg_stmt(c, k, sql, values, columns, &s);
    if (e)
        return e;
    PGresult *all = NULL;
    if (rows >= PG_SET_ROWS && (e = pg_query_set(c, k, s, values, rows, columns, &all)) != ERR_NONE)
        return e;
    s->set_stands = all != NULL;
    s->results = rows == 1 || all ? &s->single : ARENA_ARRAY(c->arena, PGresult *, rows + 1);
    if (all)
        s->single = all;
    else if ((e = pg_query_each(c, k, s, values, rows, columns)) != ERR_NONE)
        return e;
    if (all)
        rows = 1; /* answers */
    s->row = -1;
    s->base.rows = rows;
    s->base.index = 0;
    s->base.ctx = c;
    s->now = rows ? s->results[0] : NULL;
    db_stmt_open(&k->base, &s->base);
    *out = &s->base;
    return ERR_NONE;
}

static int64_t pg_integer(const struct db_rows *r, int column);

static bool pg_next(struct db_rows *r, enum err *e)
{
    struct pg_stmt *s = (struct pg_stmt *)r;
    *e = ERR_NONE;
    if (s->set_stands) {
        if (s->row + 1 >= PQntuples(s->now))
            return false;
        s->row++;
        r->index = (size_t)pg_integer(r, PQnfields(s->now) - 1) - 1;
        return true;
    }
    while (r->index < r->rows) {
        if (++s->row < PQntuples(s->now))
            return true;
        s->row = -1;
        if (++r->index < r->rows)
            s->now = s->results[r->index];
    }
    return false;
}

static void pg_end(struct db_rows *r)
{
    struct pg_stmt *s = (struct pg_stmt *)r;
    for (size_t i = 0; i < r->rows; i++)
        PQclear(s->results[i]);
    s->results = NULL;
    s->now = NULL;
    r->rows = 0;
}

static bool pg_is_null(const struct db_rows *r, int column)
{
    const struct pg_stmt *s = (const struct pg_stmt *)r;
    return PQgetisnull(s->now, s->row, column) == 1;
}

static int64_t int_of_numeric(const unsigned char *p)
{
    /* int16 each: digits of base 10,000; the weight of the first; sign; scale; then the digits. sum(bigint) is one. */
    int digits = p[0] << 8 | p[1], weight = (int16_t)(p[2] << 8 | p[3]), sign = p[4] << 8 | p[5];
    int64_t v = 0;
    for (int i = 0; i <= weight; i++) {
        int digit = i < digits ? p[8 + 2 * i] << 8 | p[9 + 2 * i] : 0;
        if (__builtin_mul_overflow(v, 10000, &v) || __builtin_add_overflow(v, digit, &v))
            return sign == 0x4000 ? INT64_MIN : INT64_MAX;
    }
    return sign == 0x4000 ? -v : v;
}

static int64_t pg_integer(const struct db_rows *r, int column)
{
    const struct pg_stmt *s = (const struct pg_stmt *)r;
    const char *p = PQgetvalue(s->now, s->row, column);
    uint64_t big;
    uint32_t small;
    uint16_t tiny;
    int64_t v = 0;
    if (PQgetisnull(s->now, s->row, column))
        return 0;
    switch (PQftype(s->now, column)) {
    case PG_INT8:
        memcpy(&big, p, 8);
        return (int64_t)be64toh(big);
    case PG_INT4:
        memcpy(&small, p, 4);
        return (int32_t)be32toh(small);
    case PG_INT2:
        memcpy(&tiny, p, 2);
        return (int16_t)be16toh(tiny);
    case PG_BOOL:
        return *p != 0;
    case PG_NUMERIC:
        return int_of_numeric((const unsigned char *)p);
    default:
        return str_to_int((struct str){ p, (size_t)PQgetlength(s->now, s->row, column) }, &v) ? v : 0;
    }
}

static struct str pg_text(const struct db_rows *r, int column)
{
    const struct pg_stmt *s = (const struct pg_stmt *)r;
    return (struct str){ PQgetvalue(s->now, s->row, column), (size_t)PQgetlength(s->now, s->row, column) };
}

/* ---- connections ---- */

static enum err pg_open(struct ctx *c, struct db *db)
{
    (void)c, (void)db;
    return ERR_NONE;
}

static void pg_close(struct db *db)
{
    (void)db;
}

static void pg_disconnect(struct db_conn *base)
{
    struct pg_conn *k = (struct pg_conn *)base;
    arena_free(k->scratch);
    PQfinish(k->handle);
}

static enum err pg_connect(struct ctx *c, struct db *db, struct arena *a, bool write, struct db_conn **out)
{
    /* What stands before dbname may be said otherwise in the address; what stands behind it may not. */
    static const char *const names[] = { "connect_timeout", "fallback_application_name", "dbname",
                                         "client_encoding", NULL };
    const char *const values[] = { "10", "gradus", db->place, "UTF8", NULL };
    struct pg_conn *k = ARENA_NEW(a, struct pg_conn);
    k->base.db = db;
    k->base.arena = a;
    k->scratch = arena_new(0);
    k->handle = PQconnectdbParams(names, values, 1);
    if (PQstatus(k->handle) != CONNECTION_OK) {
        enum err e = pg_lost(c, k);
        pg_disconnect(&k->base);
        return e;
    }
    PQsetNoticeReceiver(k->handle, pg_notice, k);
    /* JIT costs more than it brings on statements of microseconds. A 2xx follows a commit on disk, whatever the server's default. Writers find rows
     * by their keys: one plan is right for all values, and with arrays (pg_set.c) planning anew would cost more than the rows. */
    static const char settings[] = "SET jit = off; SELECT set_config('synchronous_commit', 'on', false)"
                                   " WHERE current_setting('synchronous_commit') = 'off'";
    PGresult *res = PQexec(k->handle, write ? str_print(k->scratch, "SET plan_cache_mode = force_generic_plan; %s", settings).ptr : settings);
    bool good = PQresultStatus(res) == PGRES_TUPLES_OK && PQenterPipelineMode(k->handle) == 1;
    PQclear(res);
    if (!good) {
        enum err e = pg_lost(c, k);
        pg_disconnect(&k->base);
        return e;
    }
    *out = &k->base;
    return ERR_NONE;
}

/* A server that ended the session said so: the socket can be read though nothing was asked. */
static bool pg_alive(struct db_conn *base)
{
    struct pg_conn *k = (struct pg_conn *)base;
    if (k->unread) {
        pg_take_sync(k);
        k->unread = false;
    }
    if (PQstatus(k->handle) != CONNECTION_OK)
        return false;
    struct pollfd p = { .fd = PQsocket(k->handle), .events = POLLIN };
    if (poll(&p, 1, 0) == 0)
        return true;
    return PQconsumeInput(k->handle) == 1 && PQstatus(k->handle) == CONNECTION_OK && poll(&p, 1, 0) == 0;
}

/* ---- transactions ---- */

static enum err pg_begin(struct ctx *c, struct db_conn *base, bool write)
{
    struct pg_conn *k = (struct pg_conn *)base;
    k->noted = k->sent = 0;
    return pg_note(c, k, write ? sql_begin_write : sql_begin_read);
}

/* True while the server knows nothing of the transaction: its BEGIN is still a note. */
static bool pg_unsaid(const struct pg_conn *k)
{
    return k->noted > 0 && (k->notes[0] == sql_begin_read || k->notes[0] == sql_begin_write);
}

static void pg_rollback(struct db_conn *base)
{
    struct pg_conn *k = (struct pg_conn *)base;
    struct ctx none = { .arena = k->scratch };
    char tag[16];
    bool unsaid = pg_unsaid(k);
    k->noted = k->sent = 0;
    if (!unsaid && PQstatus(k->handle) == CONNECTION_OK && pg_exec(&none, k, sql_rollback, tag) != ERR_NONE)
        fault_clear(&none); /* a connection that cannot even do that is found dead when it is taken again */
}

static enum err pg_commit(struct ctx *c, struct db_conn *base, int64_t *commit)
{
    struct pg_conn *k = (struct pg_conn *)base;
    (void)commit;
    char tag[16];
    if (pg_unsaid(k)) {
        k->noted = k->sent = 0;
        return ERR_NONE;
    }
    if (!base->tx.write) { /* a snapshot has nothing to lose: nobody waits for its end */
        k->noted = k->sent = 0;
        if (!pg_send_text(k, sql_commit) || !PQpipelineSync(k->handle))
            return ERR_NONE;
        k->unread = true;
        return ERR_NONE;
    }
    k->warned = false;
    enum err e = pg_exec(c, k, sql_commit, tag);
    if (e) {
        pg_rollback(base);
        return e == ERR_INTERNAL ? ERR_AWAY : e;
    }
    if (strcmp(tag, "COMMIT") != 0)
        return fault_set(c, ERR_AWAY, "PostgreSQL answered %s to COMMIT", tag);
    if (k->warned)
        return fault_set(c, ERR_AWAY, "PostgreSQL committed with a warning: the standby may not have it");
    db_trouble_over(base->db);
    return ERR_NONE;
}

static enum err pg_save(struct ctx *c, struct db_conn *base, enum db_save_step step, int depth)
{
    struct pg_conn *k = (struct pg_conn *)base;
    if (step == DB_SAVE_BEGIN)
        return pg_note(c, k, db_sql_save[depth]);
    /* Nothing was sent since it was noted: it never was. */
    int at = k->noted;
    while (at > k->sent && k->notes[at - 1] != db_sql_save[depth])
        at--;
    if (at > k->sent) {
        k->noted = at - 1;
        return ERR_NONE;
    }
    if (step == DB_SAVE_UNDO) {
        enum err e = pg_note(c, k, db_sql_back[depth]);
        if (e)
            return e;
    }
    return pg_note(c, k, db_sql_release[depth]);
}

/* ---- the rest ---- */

static enum err pg_script(struct ctx *c, struct db_conn *base, struct str text)
{
    struct pg_conn *k = (struct pg_conn *)base;
    enum err e = ERR_NONE;
    if (!pg_send_noted(k))
        return pg_lost(c, k);
    if ((e = pg_finish(c, k, "BEGIN", NULL, 0)) != ERR_NONE)
        return e;
    if (!PQexitPipelineMode(k->handle)) /* several statements in one text: the simple protocol */
        return pg_lost(c, k);
    PGresult *res = PQexec(k->handle, str_cz(c->arena, text));
    if (PQresultStatus(res) != PGRES_COMMAND_OK && PQresultStatus(res) != PGRES_TUPLES_OK)
        e = pg_fail(c, k, res, "a script");
    PQclear(res);
    if (!PQenterPipelineMode(k->handle))
        return pg_lost(c, k);
    return e;
}

static const char sql_lock[] = "SELECT pg_advisory_xact_lock(k) FROM unnest($1::bigint[]) AS k";
static const char sql_try_lock[] = "SELECT pg_try_advisory_xact_lock(k) FROM unnest($1::bigint[]) AS k";

/* Of a statement that tried: one byte a row, 0 where another has the key. */
static bool has_all(const PGresult *res)
{
    for (int i = 0; i < PQntuples(res); i++)
        if (!*PQgetvalue(res, i, 0))
            return false;
    return true;
}

static enum err pg_lock(struct ctx *c, struct db_conn *base, const int64_t *keys, size_t count, bool wait)
{
    const char *sql = wait ? sql_lock : sql_try_lock;
    struct pg_conn *k = (struct pg_conn *)base;
    struct db_value *values = ARENA_ARRAY(k->scratch, struct db_value, count);
    PGresult *res;
    for (size_t i = 0; i < count; i++)
        values[i] = db_int(keys[i]);
    struct str array;
    enum err e = ERR_INTERNAL;
    if (pg_array(k->scratch, PG_INT8, values, count, 1, &array)) {
        const char *ptr = array.ptr;
        int len = (int)array.len, format = 1;
        if (!pg_send_noted(k) ||
            !PQsendQueryParams(k->handle, sql, 1, NULL, &ptr, &len, &format, 1)) {
            e = pg_lost(c, k);
        } else if ((e = pg_finish(c, k, sql, &res, 1)) == ERR_NONE) {
            if (!wait && !has_all(res))
                e = fault_set(c, ERR_BUSY, "another transaction is at it");
            PQclear(res);
        }
    }
    arena_reset(k->scratch);
    return e;
}

static const char sql_has_table[] = "SELECT 1 WHERE to_regclass($1) IS NOT NULL";

static enum err pg_has_table(struct ctx *c, struct db_conn *base, const char *name, bool *has)
{
    struct db_value v = db_str(str_of(name));
    struct db_rows *r;
    enum err e = pg_query(c, base, sql_has_table, &v, 1, 1, &r);
    if (e)
        return e;
    *has = pg_next(r, &e);
    db_end(r);
    return e;
}

static enum err pg_backup(struct ctx *c, struct db_conn *base, const char *path)
{
    return pg_copy_backup(c, ((struct pg_conn *)base)->handle, path);
}

/* Its disk is not ours to measure: whoever writes finds out. */
static bool pg_room(struct db *db)
{
    (void)db;
    return true;
}

/* SET LOCAL ends with the snapshot, and travels with the statement that follows. A note is a literal: so there are a few lengths. */
static enum err pg_limit(struct ctx *c, struct db_conn *base, int64_t limit_us)
{
#define LIMIT(ms) { ms * 1000, "SET LOCAL statement_timeout = " #ms }
    static const struct {
        int64_t most_us;
        const char *sql;
    } limits[] = { LIMIT(1), LIMIT(10), LIMIT(100), LIMIT(1000), LIMIT(5000), LIMIT(10000), LIMIT(20000), LIMIT(60000), LIMIT(600000) };
#undef LIMIT
    size_t i = 0;
    while (i + 1 < countof(limits) && limit_us > limits[i].most_us)
        i++;
    return pg_note(c, (struct pg_conn *)base, limits[i].sql);
}

const struct db_driver db_driver_pg = {
    .kind = DB_POSTGRES,
    .open = pg_open,
    .close = pg_close,
    .connect = pg_connect,
    .disconnect = pg_disconnect,
    .alive = pg_alive,
    .begin = pg_begin,
    .commit = pg_commit,
    .rollback = pg_rollback,
    .save = pg_save,
    .run = pg_run,
    .many = pg_many,
    .query = pg_query,
    .next = pg_next,
    .end = pg_end,
    .is_null = pg_is_null,
    .integer = pg_integer,
    .text = pg_text,
    .script = pg_script,
    .lock = pg_lock,
    .has_table = pg_has_table,
    .backup = pg_backup,
    .restore = pg_copy_restore,
    .room = pg_room,
    .limit = pg_limit,
};
