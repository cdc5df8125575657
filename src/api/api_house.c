/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_house.h"

#include "api/inner.h"
#include "sys/clock.h"

struct health {
    struct str status, version;
};

const struct field health_fields[] = {
    { .name = "status", .kind = FIELD_TEXT, .offset = offsetof(struct health, status), .help = "ok" },
    { .name = "version", .kind = FIELD_TEXT, .offset = offsetof(struct health, version), .help = "of the program" },
    { 0 }
};

enum err healthz_get(struct call *call)
{
    struct health h = { STR("ok"), call->house->version };

    return reply_ok(call, &h);
}

/* The row opens a snapshot: answering at all says that the database does. */
enum err readyz_get(struct call *call)
{
    static const char sql[] = "SELECT 1";
    struct db_rows *row;
    enum err e = db_one(&call->ctx, call->tx, sql, DB_NO_ARGS, &row);

    if (e)
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
