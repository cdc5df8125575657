/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ceiling_sqlite.c - the rows that the server wrote, written again by a bare loop over sqlite3.h: the same statements, batches of 1,000,
 * a durable commit each, and nothing else.
 *
 *   ceiling_sqlite WRITTEN.db COPY.db AFTER    events of WRITTEN with an id above AFTER go into COPY, which has the leads
 */
#include <sqlite3.h>
#include <time.h>

#include "bench/rows.h"

static sqlite3 *db;

static void ok(int rc)
{
    if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
        return;
    fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    exit(2);
}

static sqlite3_stmt *prepare(const char *sql)
{
    sqlite3_stmt *s;
    ok(sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL));
    return s;
}

static void bind(sqlite3_stmt *s, int at, const struct db_value *v)
{
    if (v->type == DB_INT)
        sqlite3_bind_int64(s, at, v->integer);
    else if (v->type == DB_TEXT)
        sqlite3_bind_text(s, at, v->text.ptr, (int)v->text.len, SQLITE_STATIC);
    else if (v->type == DB_BLOB)
        sqlite3_bind_blob(s, at, v->text.ptr, (int)v->text.len, SQLITE_STATIC);
    else
        sqlite3_bind_null(s, at);
}

static int once(sqlite3_stmt *s)
{
    int rows = 0, rc;
    while ((rc = sqlite3_step(s)) == SQLITE_ROW)
        rows += sqlite3_column_bytes(s, 0) > 0;
    ok(rc);
    ok(sqlite3_reset(s));
    return rows;
}

int main(int argc, char **argv)
{
    struct timespec from, to;
    if (argc != 4)
        return 2;
    char url[1024];
    snprintf(url, sizeof url, "sqlite:%s", argv[1]);
    struct bench_rows b = bench_read(url, atoll(argv[3]));
    ok(sqlite3_open_v2(argv[2], &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL));
    ok(sqlite3_exec(db,
                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = OFF; PRAGMA temp_store = MEMORY;"
                    "PRAGMA cache_size = -98304; PRAGMA wal_autocheckpoint = 10000",
                    NULL, NULL, NULL));
    sqlite3_stmt *begin = prepare("BEGIN IMMEDIATE"), *commit = prepare("COMMIT");
    sqlite3_stmt *claim = prepare("INSERT INTO message (key, mark, event_id) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING");
    sqlite3_stmt *who = prepare("SELECT kind, value, lead_id, root_id, unverified FROM identity WHERE key = $1");
    sqlite3_stmt *keep = prepare("INSERT INTO event (lead_id, at, id, known_at, source_id, kind, flags, name, path, message_id,"
                                 " user_id, cause_id, import_id, body)"
                                 " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)");
    sqlite3_stmt *load = prepare("SELECT lead_id, model_id, total, band, armed, computed_at, next_change, due, state FROM score_state"
                                 " WHERE lead_id = $1");
    sqlite3_stmt *state = prepare(
        "INSERT INTO score_state (lead_id, model_id, total, band, armed, computed_at, next_change, due, state)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (lead_id) DO UPDATE SET model_id = excluded.model_id,"
        " total = excluded.total, band = excluded.band, armed = excluded.armed, computed_at = excluded.computed_at,"
        " next_change = excluded.next_change, state = excluded.state");
/* By number: SQLite takes $2 for a name, and counts names as they come. */
#define SEEN_AT "seen_at = CASE WHEN ?4 > coalesce(seen_at, 0) THEN ?4 ELSE seen_at END WHERE lead_id = ?1"
    sqlite3_stmt *moves = prepare("UPDATE lead_now SET band = ?2, score = ?3, " SEEN_AT); /* at most one move a lead and run */
    sqlite3_stmt *stays = prepare("UPDATE lead_now SET score = ?3, " SEEN_AT);
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (size_t at = 0; at < b.event_count; at += BATCH) {
        size_t end = at + BATCH < b.event_count ? at + BATCH : b.event_count;
        once(begin);
        for (size_t i = at; i < end; i++) {
            sqlite3_bind_int64(claim, 1, b.events[i].key);
            sqlite3_bind_int64(claim, 2, b.events[i].mark);
            bind(claim, 3, &b.events[i].v[2]);
            once(claim);
        }
        for (size_t i = at; i < end; i++) {
            sqlite3_bind_int64(who, 1, b.events[i].identity);
            once(who);
        }
        for (size_t i = at; i < end; i++) {
            for (int j = 0; j < EVENT_COLUMNS; j++)
                bind(keep, j + 1, &b.events[i].v[j]);
            once(keep);
        }
        for (size_t i = at; i < end; i++) { /* once a lead and batch */
            struct bench_lead *lead = &b.leads[b.events[i].lead];
            if (lead->batch == (int64_t)at)
                continue;
            sqlite3_stmt *stand = lead->batch < 0 ? moves : stays;
            lead->batch = (int64_t)at;
            bind(load, 1, &lead->state[0]);
            once(load);
            for (int j = 0; j < STATE_COLUMNS; j++)
                bind(state, j + 1, &lead->state[j]);
            once(state);
            for (int j = 0; j < NOW_COLUMNS; j++)
                bind(stand, j + 1, &lead->now[j]);
            once(stand);
        }
        once(commit);
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    double seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    printf("events: %zu\nper_second: %.0f\n", b.event_count, (double)b.event_count / seconds);
    return 0;
}
