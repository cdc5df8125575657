/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "db/wire.h"

#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "db/driver.h"
#include "sys/clock.h"

#define CHANNEL "gradus"

enum { AGAIN_US = 1000000 }; /* between two tries to connect */

struct db_wire {
    struct arena *arena;
    const char *place;
    PGconn *handle; /* NULL: not connected */
    int wake;
    int64_t tried_us;
    bool lost;
    char word[DB_WIRE_BYTES + 1];
};

void db_wire_open(struct db *db, struct db_wire **wire)
{
    struct arena *a;

    *wire = NULL;
    if (db_kind_of(db) != DB_POSTGRES)
        return;
    a = arena_new(0);
    *wire = ARENA_NEW(a, struct db_wire);
    (*wire)->arena = a;
    (*wire)->place = db->place;
    (*wire)->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    assert((*wire)->wake >= 0);
}

static void hang_up(struct db_wire *w)
{
    PQfinish(w->handle);
    w->handle = NULL;
    w->lost = true;
}

void db_wire_close(struct db_wire *w)
{
    if (!w)
        return;
    PQfinish(w->handle);
    close(w->wake);
    arena_free(w->arena);
}

void db_wire_wake(struct db_wire *w)
{
    uint64_t one = 1;

    (void)!write(w->wake, &one, sizeof one);
}

static void dial(struct db_wire *w)
{
    static const char *const names[] = { "connect_timeout", "fallback_application_name", "dbname", "client_encoding", NULL };
    const char *const values[] = { "3", "gradus wire", w->place, "UTF8", NULL };
    PGresult *res;

    if (w->tried_us && clock_mono_us() - w->tried_us < AGAIN_US)
        return;
    w->tried_us = clock_mono_us();
    w->handle = PQconnectdbParams(names, values, 1);
    /* A notice is no use to anybody, and its commit need not wait for the disk. */
    res = PQexec(w->handle, "SET client_min_messages = error; SET synchronous_commit = off; LISTEN " CHANNEL);
    if (PQstatus(w->handle) != CONNECTION_OK || PQresultStatus(res) != PGRES_COMMAND_OK)
        hang_up(w);
    PQclear(res);
}

static void hear_all(struct db_wire *w, void (*hear)(void *self, struct str text), void *self)
{
    PGnotify *n;

    while ((n = PQnotifies(w->handle)) != NULL) {
        if (n->be_pid != PQbackendPID(w->handle))
            hear(self, str_of(n->extra));
        PQfreemem(n);
    }
}

bool db_wire_wait(struct db_wire *w, int64_t timeout_us, void (*hear)(void *self, struct str text), void *self)
{
    struct pollfd p[2] = { { .fd = w->wake, .events = POLLIN }, { .fd = -1, .events = POLLIN } };
    uint64_t many;
    bool whole;

    if (!w->handle)
        dial(w);
    if (w->handle) {
        hear_all(w, hear, self); /* what came with the answer to a word of ours */
        p[1].fd = PQsocket(w->handle);
    }
    (void)poll(p, 2, (int)(timeout_us / 1000));
    (void)!read(w->wake, &many, sizeof many);
    if (w->handle && p[1].revents) {
        if (PQconsumeInput(w->handle) != 1)
            hang_up(w);
        else
            hear_all(w, hear, self);
    }
    whole = !w->lost;
    if (w->handle)
        w->lost = false;
    return whole;
}

bool db_wire_say(struct db_wire *w, struct str text)
{
    const char *const values[] = { w->word };
    PGresult *res;
    bool said;

    if (!w->handle || text.len > DB_WIRE_BYTES)
        return false;
    memcpy(w->word, text.ptr, text.len);
    w->word[text.len] = 0;
    res = PQexecParams(w->handle, "SELECT pg_notify('" CHANNEL "', $1)", 1, NULL, values, NULL, NULL, 1);
    said = PQresultStatus(res) == PGRES_TUPLES_OK;
    PQclear(res);
    if (!said && PQstatus(w->handle) != CONNECTION_OK)
        hang_up(w);
    return said;
}
