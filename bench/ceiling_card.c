/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ceiling_card.c - a card opened and its score explained by bare SQLite: the statements that the server asks for GET /leads/{id} and
 * GET /leads/{id}/score, in a snapshot each, with every column read.
 *
 *   ceiling_card FILE card|score PAGES    microseconds a page, leads in turn
 *   ceiling_card FILE paths SUFFIX        the paths of those leads, for load
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "noun/ids.h"

enum { LEADS = 1000 };

#define LEAD_COLUMNS                                                                               \
    "l.id, l.merged_into, l.version, l.name, l.email, l.phone, l.title, l.company, l.amount, l.currency, l.unverified, l.created_at," \
    " l.import_id, n.owner_id, n.stage, n.source, n.band, n.score, n.seen_at, coalesce(n.cell, 9), coalesce(n.icp, -1)"
#define LEAD "SELECT " LEAD_COLUMNS ", l.facts FROM lead l LEFT JOIN lead_now n ON n.lead_id = l.id WHERE l.id = ?1"
#define MODEL "SELECT id, rival_id FROM model WHERE state = 1"
#define PAST                                                                                       \
    "SELECT child_id FROM lead_merge WHERE parent_id = ?1 AND at <= 9223372036854775807"           \
    " AND (undone_at IS NULL OR undone_at > 9223372036854775807) ORDER BY id",                     \
    "SELECT id, at, known_at, source_id, kind, flags, name, path, message_id, body FROM event"     \
    " WHERE lead_id = ?1 AND known_at <= 9223372036854775807 AND flags < 4 ORDER BY at, id",       \
    "SELECT id, at, known_at, unverified, patch, source_id FROM profile_change"                    \
    " WHERE lead_id = ?1 AND known_at <= 9223372036854775807 AND undone = 0 ORDER BY at, id"

static const char *const card[] = {
    "BEGIN", LEAD, LEAD, MODEL,
    "SELECT model_id, total, band, armed, computed_at, next_change, due, state, cell, icp FROM score_state WHERE lead_id = ?1",
    "SELECT lead_id, id, at, known_at, kind, flags, name, path, source_id, user_id FROM event WHERE lead_id = ?1 AND flags < 2"
    " ORDER BY at DESC, id DESC LIMIT 1",
    "SELECT id, version, lead_id, kind, state, title, created_at, due_at, done_at, assignee_id, made_by, done_by, result, note, reason,"
    " sla_minutes, crossing_id, parent_id FROM task WHERE state = 0 AND kind < 5 AND lead_id IN (?1, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
    "SELECT " LEAD_COLUMNS " FROM lead l JOIN lead_now n ON n.lead_id = l.id WHERE l.company = (SELECT company FROM lead WHERE id = ?1)"
    " ORDER BY n.score DESC, l.id DESC LIMIT 20",
    MODEL, PAST, "COMMIT", NULL,
};
static const char *const score[] = { "BEGIN", LEAD, MODEL, PAST, "COMMIT", NULL };

static void ok(sqlite3 *db, int rc)
{
    if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
        return;
    fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    exit(2);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s;
    ok(db, sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL));
    return s;
}

static size_t leads_read(sqlite3 *db, sqlite3_int64 ids[LEADS])
{
    sqlite3_stmt *s = prepare(db, "SELECT lead_id FROM score_state ORDER BY lead_id LIMIT ?1");
    size_t n = 0;
    sqlite3_bind_int(s, 1, LEADS);
    while (sqlite3_step(s) == SQLITE_ROW)
        ids[n++] = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return n;
}

static void pages_read(sqlite3 *db, const char *const *texts, const sqlite3_int64 *ids, size_t n, int pages)
{
    struct timespec from = { 0 }, to;
    sqlite3_stmt *s[24];
    size_t count = 0, bytes = 0;
    for (; texts[count]; count++)
        s[count] = prepare(db, texts[count]);
    for (int i = -(int)n; i < pages; i++) { /* each lead once before the clock starts */
        if (i == 0)
            clock_gettime(CLOCK_MONOTONIC, &from);
        for (size_t j = 0; j < count; j++) {
            if (sqlite3_bind_parameter_count(s[j]))
                ok(db, sqlite3_bind_int64(s[j], 1, ids[(size_t)(i + (int)n) % n]));
            while (sqlite3_step(s[j]) == SQLITE_ROW)
                for (int k = 0; k < sqlite3_column_count(s[j]); k++)
                    bytes += (size_t)sqlite3_column_bytes(s[j], k);
            ok(db, sqlite3_reset(s[j]));
        }
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    printf("us_a_page: %.1f\nbytes: %zu\n",
           ((double)(to.tv_sec - from.tv_sec) * 1e6 + (double)(to.tv_nsec - from.tv_nsec) / 1e3) / pages, bytes / (size_t)pages);
}

int main(int argc, char **argv)
{
    sqlite3 *db;
    sqlite3_int64 ids[LEADS];
    if (argc != 4 || sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return 2;
    ok(db, sqlite3_exec(db, "PRAGMA cache_size = -4096", NULL, NULL, NULL));
    size_t n = leads_read(db, ids);
    if (n == 0)
        return 2;
    for (size_t i = 0; strcmp(argv[2], "paths") == 0 && i < n; i++) {
        char text[ID_TEXT_MAX];
        printf("/api/v1/leads/" STR_FMT "%s\n", STR_ARG(id_print(PREFIX_LEAD, ids[i], text)), argv[3]);
    }
    if (strcmp(argv[2], "paths") != 0)
        pages_read(db, strcmp(argv[2], "card") == 0 ? card : score, ids, n, atoi(argv[3]));
    return 0;
}
