/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ceiling_list.c - a page of the hottest leads by bare SQLite: ceiling_list FILE PAGES. The page's SELECT and its count, as lead_list.c asks
 * them for `band=hot&stage=...`, with every column read; prints microseconds a page.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv)
{
    static const char page[] =
        "SELECT l.id, l.version, l.name, l.email, l.phone, l.title, l.company, l.amount, l.currency, l.unverified, n.created_at,"
        " n.owner_id, n.stage, n.source, n.band, n.score, n.seen_at, n.cell, n.icp FROM lead_now n JOIN lead l ON l.id = n.lead_id"
        " WHERE n.stage IN (1, -1, -1, -1, -1, -1, -1) AND n.band = 2 ORDER BY n.score DESC, n.lead_id DESC LIMIT 51";
    static const char count[] = "SELECT count(*) FROM (SELECT 1 FROM lead_now n"
                                " WHERE n.stage IN (1, -1, -1, -1, -1, -1, -1) AND n.band = 2 LIMIT 10000) AS found";
    sqlite3 *db;
    sqlite3_stmt *s[2];
    struct timespec from, to;
    int pages = argc == 3 ? atoi(argv[2]) : 0;
    long bytes = 0;
    if (pages <= 0 || sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA cache_size = -4096", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, page, -1, &s[0], NULL) != SQLITE_OK || sqlite3_prepare_v2(db, count, -1, &s[1], NULL) != SQLITE_OK)
        return 2;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int i = 0; i < pages; i++)
        for (int j = 0; j < 2; j++) {
            while (sqlite3_step(s[j]) == SQLITE_ROW)
                for (int k = 0; k < sqlite3_column_count(s[j]); k++)
                    bytes += sqlite3_column_bytes(s[j], k);
            sqlite3_reset(s[j]);
        }
    clock_gettime(CLOCK_MONOTONIC, &to);
    printf("us_a_page: %.1f\nbytes: %ld\n",
           ((double)(to.tv_sec - from.tv_sec) * 1e6 + (double)(to.tv_nsec - from.tv_nsec) / 1e3) / pages, bytes / pages);
    return 0;
}
