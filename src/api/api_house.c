/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_house.h"

#include "api/inner.h"
#include "sys/clock.h"

struct health {
    struct str status, version;
};

const struct field health_fields[] = {
    { .name = "status", .kind = FIELD_TEXT, .offset = offsetof(struct health, status), .help = "ok; storage_full: what would be kept is refused until the disk has room; storage_damaged: restore a copy" },
    { .name = "version", .kind = FIELD_TEXT, .offset = offsetof(struct health, version), .help = "of the program" },
    { 0 }
};

enum err healthz_get(struct call *call)
{
    static const char *const names[] = { [DB_WELL] = "ok", [DB_FULL] = "storage_full", [DB_DAMAGED] = "storage_damaged" };
    struct health h = { str_of(names[db_trouble_of(call->house->db)]), call->house->version };

    return reply_ok(call, &h);
}

/* The row opens a snapshot: answering at all says that the database does. Who may not be written to is not ready. */
enum err readyz_get(struct call *call)
{
    static const char sql[] = "SELECT 1";
    struct db_rows *row;
    enum err e = db_one(&call->ctx, call->tx, sql, DB_NO_ARGS, &row);

    if (e || db_trouble_of(call->house->db) != DB_WELL)
        return ERR_AWAY;
    db_end(row);
    return healthz_get(call);
}

struct test_clock {
    instant now;
    bool runs;
};

const struct field test_clock_fields[] = {
    { .name = "now", .kind = FIELD_INSTANT, .offset = offsetof(struct test_clock, now), .flags = FIELD_REQUIRED,
      .help = "what the clock shows from now on" },
    { .name = "runs", .kind = FIELD_BOOL, .offset = offsetof(struct test_clock, runs), .help = "and goes on from there" },
    { 0 }
};

enum err test_clock_set(struct call *call)
{
    struct test_clock t = { 0 };
    enum err e;

    if (!call->house->test_clock)
        return ERR_NOT_FOUND;
    e = body_read(call, &t, NULL);
    if (e)
        return e;
    clock_test_set(t.now, t.runs);
    return reply_ok(call, &t);
}
