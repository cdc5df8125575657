/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "db/pg_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "db/copy.h"
#include "sys/clock.h"
#include "sys/program.h"

enum { WORDS_BYTES = 16 * 1024, LIST_BYTES = 1024 * 1024, LEAVE_TRIES = 20, LEAVE_US = 100000 };

/* ---- the way to the database, for another program ---- */

struct way {
    const char *dbname; /* --dbname=... */
    const char **env;
};

/* A value of a connection string. */
static void quoted_put(struct buf *b, const char *name, const char *value)
{
    buf_print(b, " %s='", name);
    for (; *value; value++) {
        if (*value == '\'' || *value == '\\')
            buf_print(b, "\\");
        buf_print(b, "%c", *value);
    }
    buf_print(b, "'");
}

static bool is_of(const PQconninfoOption *all, const char *entry)
{
    for (const PQconninfoOption *o = all; o->keyword; o++) {
        size_t len = o->envvar ? strlen(o->envvar) : 0;

        if (len && strncmp(entry, o->envvar, len) == 0 && entry[len] == '=')
            return true;
    }
    return false;
}

/* Everything goes by the environment that has a name there, for a service or a variable of the surroundings would come before it otherwise. */
static enum err way_put(struct ctx *c, const PQconninfoOption *all, struct buf *words, struct way *way)
{
    size_t count = 0, options = 0;

    for (char **p = environ; *p; p++)
        count++;
    for (const PQconninfoOption *o = all; o->keyword; o++)
        options++;
    way->env = ARENA_ARRAY(c->arena, const char *, count + options + 1);
    count = 0;
    for (const PQconninfoOption *o = all; o->keyword; o++) {
        if (!o->val || !*o->val || strcmp(o->keyword, "dbname") == 0 || strcmp(o->keyword, "service") == 0 ||
            strcmp(o->keyword, "fallback_application_name") == 0)
            continue;
        if (o->envvar)
            way->env[count++] = str_print(c->arena, "%s=%s", o->envvar, o->val).ptr;
        else if (o->dispchar[0] == '*')
            return fault_set(c, ERR_BAD_REQUEST, "%s cannot be handed to another program unseen: use another way to sign in", o->keyword);
        else
            quoted_put(words, o->keyword, o->val);
    }
    for (char **p = environ; *p; p++)
        if (!is_of(all, *p))
            way->env[count++] = *p;
    return ERR_NONE;
}

/* To the database that the connection is to. */
static enum err way_of(struct ctx *c, PGconn *handle, struct way *way)
{
    struct buf words = buf_new(c->arena, WORDS_BYTES);
    PQconninfoOption *all = PQconninfo(handle);
    enum err e;

    if (!all)
        return fault_set(c, ERR_AWAY, "no memory");
    buf_print(&words, "--dbname=");
    quoted_put(&words, "dbname", PQdb(handle));
    e = way_put(c, all, &words, way);
    PQconninfoFree(all);
    way->dbname = str_cz(c->arena, buf_str(&words));
    return e;
}

static enum err run(struct ctx *c, const char *const *words, const char *const *env, int in, int out)
{
    struct program p = { words, env, in, out };
    enum err e = program_run(c, &p);

    return e == ERR_NOT_FOUND ? fault_set(c, e, "it is one of PostgreSQL's client programs (postgresql-client), not older than the server") : e;
}

enum err pg_copy_backup(struct ctx *c, PGconn *handle, const char *path)
{
    struct way way;
    struct copy copy;
    enum err e = way_of(c, handle, &way);

    if (e || (e = copy_begin(c, path, &copy)))
        return e;
    const char *const words[] = { "pg_dump", "--format=custom", "--no-password", way.dbname, NULL };
    return copy_end(c, &copy, run(c, words, way.env, -1, copy.fd));
}

/* ---- is it one of ours ---- */

static enum err list_read(struct ctx *c, int fd, struct str *list)
{
    struct stat s;
    char *text;

    if (fstat(fd, &s) != 0 || s.st_size > LIST_BYTES)
        return fault_set(c, ERR_CONFLICT, "the copy is no database of this program");
    text = arena_alloc(c->arena, (size_t)s.st_size + 1);
    if (pread(fd, text, (size_t)s.st_size, 0) != s.st_size)
        return fault_set(c, ERR_AWAY, "the list of migrations: %s", strerror(errno));
    *list = (struct str){ text, (size_t)s.st_size };
    return ERR_NONE;
}

/* As pg_restore writes a table: COPY schema.migration (name, hash, at) FROM stdin; a row a line, tabs between its columns; \. */
static enum err list_look(struct ctx *c, struct str list)
{
    struct copy_look look = copy_look_begin(c->arena);
    struct str line, name, hash;
    bool inside = false;
    enum err e = ERR_NONE;

    while (!e && str_next(&list, '\n', &line)) {
        if (str_eq(line, STR("\\.")))
            inside = false;
        else if (inside && str_next(&line, '\t', &name) && str_next(&line, '\t', &hash))
            e = copy_look_at(c, &look, name, hash);
        else if (str_starts(line, STR("COPY ")))
            inside = str_find(line, STR("migration (name, hash, at) FROM stdin;")) >= 0;
    }
    return e ? e : copy_look_end(c, &look);
}

static enum err archive_look(struct ctx *c, int from)
{
    static const char *const words[] = { "pg_restore", "--data-only", "--table=migration", "--file=-", NULL };
    int out = memfd_create("migrations", MFD_CLOEXEC);
    struct str list;
    enum err e = out < 0 ? fault_set(c, ERR_AWAY, "%s", strerror(errno)) : ERR_NONE;

    if (!e && (e = run(c, words, (const char *const *)(uintptr_t)environ, from, out)) == ERR_AWAY)
        e = fault_set(c, ERR_CONFLICT, "the copy is no database of this program");
    if (!e && !(e = list_read(c, out, &list)))
        e = list_look(c, list);
    if (out >= 0)
        close(out);
    return e;
}

/* ---- PostgreSQL, asked directly: nothing here goes on beside anything else ---- */

static enum err said_no(struct ctx *c, PGconn *handle)
{
    char said[160];
    size_t n = 0;

    for (const char *p = PQerrorMessage(handle); *p && n + 1 < sizeof said; p++)
        said[n++] = *p == '\n' ? ' ' : *p;
    said[n] = 0;
    return fault_set(c, PQstatus(handle) == CONNECTION_OK ? ERR_CONFLICT : ERR_AWAY, "PostgreSQL: %s", said);
}

/* May be several statements. */
static enum err tell(struct ctx *c, PGconn *handle, const char *sql)
{
    PGresult *r = PQexec(handle, sql);
    enum err e = PQresultStatus(r) == PGRES_COMMAND_OK ? ERR_NONE : said_no(c, handle);

    PQclear(r);
    return e;
}

/* database: NULL is the address's own. */
static enum err dial(struct ctx *c, const char *url, const char *database, PGconn **handle)
{
    static const char *const names[] = { "connect_timeout", "fallback_application_name", "dbname", "client_encoding", "dbname", NULL };
    const char *const values[] = { "10", "gradus restore", url, "UTF8", database, NULL };
    enum err e;

    *handle = PQconnectdbParams(names, values, 1);
    e = PQstatus(*handle) == CONNECTION_OK ? tell(c, *handle, "SET client_min_messages = error") : said_no(c, *handle);
    if (!e)
        return ERR_NONE;
    PQfinish(*handle);
    *handle = NULL;
    return e;
}

/* One row of texts: count of them, in c->arena. */
static enum err ask(struct ctx *c, PGconn *handle, const char *sql, const char *const *values, const char **answers, int count)
{
    PGresult *r = PQexecParams(handle, sql, values ? 1 : 0, NULL, values, NULL, NULL, 0);
    enum err e = PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1 && PQnfields(r) == count ? ERR_NONE : said_no(c, handle);

    for (int i = 0; i < count && !e; i++)
        answers[i] = str_cz(c->arena, str_of(PQgetvalue(r, 0, i)));
    PQclear(r);
    return e;
}

/* What an extension brought does not count. */
static const char sql_is_empty[] =
    "SELECT NOT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'"
    " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))";
/* Those that PostgreSQL runs by itself have no user. */
static const char sql_others[] = "SELECT count(*) FROM pg_stat_activity"
                                 " WHERE datname = current_database() AND usesysid IS NOT NULL AND pid <> pg_backend_pid()";

/* A session that was just ended is there for some moments more. */
static enum err alone_check(struct ctx *c, PGconn *handle)
{
    const char *others = "0";
    enum err e = ERR_NONE;

    for (int i = 0; i < LEAVE_TRIES && !e; i++) {
        if ((e = ask(c, handle, sql_others, NULL, &others, 1)) || strcmp(others, "0") == 0)
            return e;
        clock_sleep_us(LEAVE_US);
    }
    return fault_set(c, ERR_CONFLICT, "a server, a command or another program has the database %.60s open (%s sessions): end it first", PQdb(handle), others);
}

/* All of the copy or nothing of it. Rights of other roles are not the copy's to give. */
static enum err fill(struct ctx *c, PGconn *handle, int from)
{
    struct way way;
    enum err e = way_of(c, handle, &way);
    const char *const words[] = { "pg_restore", "--single-transaction", "--no-owner", "--no-privileges", "--no-comments", "--no-password", way.dbname, NULL };

    if (!e)
        e = run(c, words, way.env, from, -1);
    return e ? e : tell(c, handle, "ANALYZE");
}

/* ---- beside what is there, and then in its place ---- */

enum swap { SWAP_OWN, SWAP_FRESH, SWAP_BEFORE, SWAP_MAKE, SWAP_UNMAKE, SWAP_NAMES, SWAP_WORDS };

/* Alike in all that is fixed when a database is made. */
static const char sql_swap[] =
    "SELECT datname, fresh, before,"
    " format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L', fresh, pg_encoding_to_char(encoding), datcollate, datctype)"
    " || CASE more ->> 'datlocprovider' WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L', coalesce(more ->> 'daticulocale', more ->> 'datlocale'))"
    " WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', more ->> 'datlocale') ELSE '' END,"
    " format('DROP DATABASE IF EXISTS %I', fresh),"
    " format('BEGIN; ALTER DATABASE %I RENAME TO %I; ALTER DATABASE %I RENAME TO %I; COMMIT', datname, before, fresh, datname)"
    " FROM (SELECT *, to_jsonb(d) AS more, left(datname, 40) || '_restored' AS fresh, left(datname, 40) || '_before_' || $1 AS before"
    " FROM pg_database d WHERE datname = current_database()) d";

/* A connection to neither. */
static enum err dial_third(struct ctx *c, const char *url, const char *own, PGconn **handle)
{
    if (strcmp(own, "postgres") != 0 && dial(c, url, "postgres", handle) == ERR_NONE)
        return ERR_NONE;
    fault_clear(c);
    return dial(c, url, "template1", handle);
}

static enum err fill_fresh(struct ctx *c, const char *url, const char *fresh, int from)
{
    PGconn *handle;
    enum err e = dial(c, url, fresh, &handle);

    if (e)
        return e;
    e = fill(c, handle, from);
    PQfinish(handle);
    return e;
}

static enum err replace(struct ctx *c, const char *url, const char *const words[SWAP_WORDS], int from)
{
    PGconn *third;
    enum err e = dial_third(c, url, words[SWAP_OWN], &third);

    if (e)
        return e;
    if ((e = tell(c, third, words[SWAP_MAKE]))) {
        PQfinish(third);
        return fault_set(c, e, "the database of the address is not empty, and none could be made beside it; an empty one would be filled as it is");
    }
    if ((e = fill_fresh(c, url, words[SWAP_FRESH], from)) || (e = tell(c, third, words[SWAP_NAMES]))) {
        PQclear(PQexec(third, "ROLLBACK"));
        PQclear(PQexec(third, words[SWAP_UNMAKE]));
    }
    PQfinish(third);
    return e;
}

/* handle: the address's own database; closed before its name changes. */
static enum err into_place(struct ctx *c, const char *url, PGconn *handle, int from, const char **kept)
{
    const char *empty, *words[SWAP_WORDS], *const at[] = { str_print(c->arena, "%lld", (long long)clock_wall()).ptr };
    enum err e = ask(c, handle, sql_is_empty, NULL, &empty, 1);

    if (!e && empty[0] == 't') {
        e = fill(c, handle, from);
        PQfinish(handle);
        return e;
    }
    if (!e && !(e = alone_check(c, handle)))
        e = ask(c, handle, sql_swap, at, words, SWAP_WORDS);
    PQfinish(handle);
    if (!e && !(e = replace(c, url, words, from)))
        *kept = str_print(c->arena, "the database %s", words[SWAP_BEFORE]).ptr;
    return e;
}

enum err pg_copy_restore(struct ctx *c, const char *url, const char *path, const char **kept)
{
    PGconn *handle;
    int from = open(path, O_RDONLY | O_CLOEXEC);
    enum err e;

    if (from < 0)
        return fault_set(c, ERR_NOT_FOUND, "%.120s: %s", path, strerror(errno));
    if (!(e = copy_sum_check(c, path, from)) && !(e = archive_look(c, from)) &&
        !(e = lseek(from, 0, SEEK_SET) == 0 ? ERR_NONE : fault_set(c, ERR_AWAY, "%s", strerror(errno))) && !(e = dial(c, url, NULL, &handle)))
        e = into_place(c, url, handle, from, kept);
    close(from);
    return e;
}
