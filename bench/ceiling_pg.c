/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ceiling_pg.c - the rows that the server wrote, written again by a bare loop over libpq: one statement over arrays of 1,000 for each
 * table, a durable commit a batch, and nothing else.
 *
 *   ceiling_pg WRITTEN COPY AFTER    addresses of databases; events with an id above AFTER; COPY has the leads
 *
 * Arrays go as text, made before the clock starts: what a loop spends on making them is not counted against the server.
 */
#include <libpq-fe.h>
#include <time.h>

#include "base/buf.h"
#include "bench/rows.h"

static PGconn *pg;

struct call {
    const char *name;
    int count;
    const char *values[EVENT_COLUMNS];
};

static void expect(PGresult *r)
{
    ExecStatusType s = PQresultStatus(r);
    if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK) {
        fprintf(stderr, "%s", PQresultErrorMessage(r));
        exit(2);
    }
    PQclear(r);
}

static void array_add(struct buf *b, const struct db_value *v)
{
    buf_char(b, b->len == 1 ? ' ' : ',');
    if (v->type == DB_NULL) {
        buf_add(b, STR("NULL"));
    } else if (v->type == DB_INT) {
        buf_int(b, v->integer);
    } else if (v->type == DB_BLOB) {
        buf_add(b, STR("\"\\\\x"));
        for (size_t i = 0; i < v->text.len; i++)
            buf_print(b, "%02x", (unsigned char)v->text.ptr[i]);
        buf_char(b, '"');
    } else {
        buf_char(b, '"');
        for (size_t i = 0; i < v->text.len; i++) {
            if (v->text.ptr[i] == '"' || v->text.ptr[i] == '\\')
                buf_char(b, '\\');
            buf_char(b, v->text.ptr[i]);
        }
        buf_char(b, '"');
    }
}

/* One column of rows that lie step values apart. */
static const char *array(struct arena *a, const struct db_value *const *rows, size_t count, int column)
{
    struct buf b = buf_new(a, (size_t)64 << 20);
    buf_char(&b, '{');
    for (size_t i = 0; i < count; i++)
        array_add(&b, &rows[i][column]);
    buf_char(&b, '}');
    return str_cz(a, buf_str(&b));
}

static struct call call_make(struct arena *a, const char *name, const struct db_value *const *rows, size_t count, int columns)
{
    struct call call = { .name = name, .count = columns };
    for (int i = 0; i < columns; i++)
        call.values[i] = array(a, rows, count, i);
    return call;
}

static void prepare(const char *name, const char *sql)
{
    expect(PQprepare(pg, name, sql, 0, NULL));
}

static void prepare_all(void)
{
    prepare("claim", "INSERT INTO message (key, mark, event_id) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])"
                     " ON CONFLICT (key) DO NOTHING RETURNING key");
    prepare("who", "SELECT i.kind, i.value, i.lead_id, i.root_id, i.unverified FROM unnest($1::bigint[]) AS u(key)"
                   " JOIN identity i ON i.key = u.key");
    prepare("keep", "INSERT INTO event (lead_id, at, id, known_at, source_id, kind, flags, name, path, message_id, user_id, cause_id,"
                    " import_id, body) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],"
                    " $6::bigint[], $7::bigint[], $8::text[], $9::text[], $10::text[], $11::bigint[], $12::bigint[], $13::bigint[],"
                    " $14::text[])");
    prepare("load", "SELECT s.* FROM unnest($1::bigint[]) AS u(id) JOIN score_state s ON s.lead_id = u.id");
    prepare("state", "INSERT INTO score_state (lead_id, model_id, total, band, armed, computed_at, next_change, due, state)"
                     " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],"
                     " $7::bigint[], $8::bigint[], $9::bytea[]) ON CONFLICT (lead_id) DO UPDATE SET model_id = excluded.model_id,"
                     " total = excluded.total, band = excluded.band, armed = excluded.armed, computed_at = excluded.computed_at,"
                     " next_change = excluded.next_change, state = excluded.state");
    prepare("stand", "UPDATE lead_now n SET band = u.band, score = u.score, seen_at = greatest(n.seen_at, u.seen_at)"
                     " FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) AS u(id, band, score, seen_at)"
                     " WHERE n.lead_id = u.id");
}

static size_t batch_make(struct bench_rows *b, struct arena *a, size_t at, struct call calls[6])
{
    size_t count = at + BATCH < b->event_count ? BATCH : b->event_count - at, leads = 0;
    const struct db_value *claims[BATCH], *keeps[BATCH], *states[BATCH], *nows[BATCH], *whos[BATCH];
    for (size_t i = 0; i < count; i++) {
        struct bench_event *ev = &b->events[at + i];
        struct bench_lead *lead = &b->leads[ev->lead];
        struct db_value *claim = ARENA_ARRAY(a, struct db_value, 4);
        claim[0] = db_int(ev->key);
        claim[1] = db_int(ev->mark);
        claim[2] = ev->v[2];
        claim[3] = db_int(ev->identity);
        claims[i] = claim;
        whos[i] = claim + 3;
        keeps[i] = ev->v;
        if (lead->batch == (int64_t)at)
            continue;
        lead->batch = (int64_t)at;
        states[leads] = lead->state;
        nows[leads++] = lead->now;
    }
    calls[0] = call_make(a, "claim", claims, count, 3);
    calls[1] = call_make(a, "who", whos, count, 1);
    calls[2] = call_make(a, "keep", keeps, count, EVENT_COLUMNS);
    calls[3] = call_make(a, "load", states, leads, 1);
    calls[4] = call_make(a, "state", states, leads, STATE_COLUMNS);
    calls[5] = call_make(a, "stand", nows, leads, NOW_COLUMNS);
    return count;
}

int main(int argc, char **argv)
{
    double seconds = 0;
    if (argc != 4)
        return 2;
    struct bench_rows b = bench_read(argv[1], atoll(argv[3]));
    pg = PQconnectdb(argv[2]);
    if (PQstatus(pg) != CONNECTION_OK) {
        fprintf(stderr, "%s", PQerrorMessage(pg));
        return 2;
    }
    prepare_all();
    struct arena *a = arena_new((size_t)1 << 32);
    for (size_t at = 0; at < b.event_count; at += BATCH) {
        struct call calls[6];
        struct timespec from, to;
        arena_reset(a);
        batch_make(&b, a, at, calls);
        clock_gettime(CLOCK_MONOTONIC, &from);
        expect(PQexec(pg, "BEGIN"));
        for (size_t i = 0; i < countof(calls); i++)
            expect(PQexecPrepared(pg, calls[i].name, calls[i].count, calls[i].values, NULL, NULL, 0));
        expect(PQexec(pg, "COMMIT"));
        clock_gettime(CLOCK_MONOTONIC, &to);
        seconds += (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    }
    printf("events: %zu\nper_second: %.0f\n", b.event_count, (double)b.event_count / seconds);
    return 0;
}
