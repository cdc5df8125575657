/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "db/list.h"
#include "outreach/outreach.h"

static const char sql_turn_new[] =
    "INSERT INTO outreach_turn (name, holder, until, place) VALUES ($1, 0, 0, 0) ON CONFLICT (name) DO NOTHING";
static const char sql_turn_take[] =
    "UPDATE outreach_turn SET holder = $2, until = $4 WHERE name = $1 AND (holder = $2 OR until <= $3)";
static const char sql_turn_lock[] = "UPDATE outreach_turn SET place = place WHERE name = $1";
static const char sql_turn_place[] = "SELECT place FROM outreach_turn WHERE name = $1";
static const char sql_turn_put[] = "UPDATE outreach_turn SET place = $2 WHERE name = $1";
static const char sql_setting_get[] = "SELECT value FROM outreach_setting WHERE name = $1";
static const char sql_setting_add[] = "INSERT INTO outreach_setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
static const char sql_setting_put[] =
    "INSERT INTO outreach_setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

enum err outreach_turn_take(struct ctx *c, struct db_tx *tx, struct str name, int64_t holder, int64_t lease_us, bool *mine,
                            int64_t *place)
{
    struct db_rows *row;
    int64_t changed = 0;
    enum err e = db_run(c, tx, sql_turn_new, DB_ARGS(db_str(name)), NULL);

    if (e
        || (e = db_run(c, tx, sql_turn_take, DB_ARGS(db_str(name), db_int(holder), db_int(c->now), db_int(c->now + lease_us)), &changed))
        || (e = db_one(c, tx, sql_turn_place, DB_ARGS(db_str(name)), &row)))
        return e;
    *place = db_col_int(row, 0);
    db_end(row);
    *mine = changed > 0;
    return ERR_NONE;
}

enum err outreach_turn_lock(struct ctx *c, struct db_tx *tx, struct str name, int64_t *place)
{
    struct db_rows *row;
    enum err e = db_run(c, tx, sql_turn_new, DB_ARGS(db_str(name)), NULL);

    if (e || (e = db_run(c, tx, sql_turn_lock, DB_ARGS(db_str(name)), NULL)) || (e = db_one(c, tx, sql_turn_place, DB_ARGS(db_str(name)), &row)))
        return e;
    *place = db_col_int(row, 0);
    db_end(row);
    return ERR_NONE;
}

enum err outreach_turn_put(struct ctx *c, struct db_tx *tx, struct str name, int64_t place)
{
    return db_run(c, tx, sql_turn_put, DB_ARGS(db_str(name), db_int(place)), NULL);
}

enum err outreach_setting_get(struct ctx *c, struct db_tx *tx, const char *name, struct str *value)
{
    *value = STR("");
    return db_find(c, tx, sql_setting_get, DB_ARGS(db_str(str_of(name))), db_str_of_row, value);
}

enum err outreach_setting_add(struct ctx *c, struct db_tx *tx, const char *name, struct str *value)
{
    enum err e = db_run(c, tx, sql_setting_add, DB_ARGS(db_str(str_of(name)), db_str(*value)), NULL);

    return e ? e : outreach_setting_get(c, tx, name, value);
}

enum err outreach_setting_put(struct ctx *c, struct db_tx *tx, const char *name, struct str value)
{
    return db_run(c, tx, sql_setting_put, DB_ARGS(db_str(str_of(name)), db_str(value)), NULL);
}

enum err outreach_mail_ready(struct ctx *c, struct db_tx *tx, bool *ready)
{
    struct str host;
    enum err e = outreach_setting_get(c, tx, "mail_host", &host);

    if (!e)
        *ready = host.len > 0;
    return e;
}
