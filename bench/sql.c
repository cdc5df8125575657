/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sql.c - the first column of a query's first row: sql DATABASE QUERY. For the benches' scripts, on both databases. */
#include "bench/rows.h"

int main(int argc, char **argv)
{
    struct ctx c = { .arena = arena_new(0) };
    struct db *db;
    struct db_tx *tx;
    if (argc != 3)
        return 2;
    bench_ok(&c, db_open(&c, argv[1], 1, &db));
    bench_ok(&c, db_read(&c, db, &tx));
    printf("%lld\n", (long long)bench_number(&c, tx, argv[2]));
    db_drop(tx);
    db_close(db);
    return 0;
}
