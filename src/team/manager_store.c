/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/manager.h"

#include "db/list.h"

#define COLUMNS                                                                                    \
    "user_id, version, on_duty, duty_at, calendar_id, capacity, daily_quota, hourly_quota, level, " \
    "weight, products, regions, languages, duty_mode, sees"

static const char sql_ensure[] =
    "INSERT INTO manager (" COLUMNS ") VALUES ($1, 1, 1, $2, NULL, $3, 0, 0, 1, 1, '[]', '[]', '[]', 0, '') "
    "ON CONFLICT (user_id) DO NOTHING";
static const char sql_get[] = "SELECT " COLUMNS " FROM manager WHERE user_id = $1";
static const char sql_list[] = "SELECT " COLUMNS " FROM manager ORDER BY user_id";
static const char sql_put[] =
    "UPDATE manager SET version = version + 1, calendar_id = $3, capacity = $4, daily_quota = $5, "
    "hourly_quota = $6, level = $7, weight = $8, products = $9, regions = $10, languages = $11, duty_mode = $12, sees = $13 "
    "WHERE user_id = $1 AND (version = $2 OR $2 = 0)";
static const char sql_duty[] =
    "UPDATE manager SET version = version + 1, on_duty = $2, duty_at = $3 "
    "WHERE user_id = $1 AND (on_duty <> $2 OR duty_mode = 1)";

static void manager_of_row(const struct db_rows *r, struct arena *a, void *manager)
{
    *(struct manager *)manager = (struct manager){
        .user = { db_col_int(r, 0) },
        .version = db_col_int(r, 1),
        .on_duty = db_col_int(r, 2) == 1,
        .duty_at = db_col_at(r, 3),
        .calendar = { db_col_int(r, 4) },
        .capacity = db_col_int(r, 5),
        .daily_quota = db_col_int(r, 6),
        .hourly_quota = db_col_int(r, 7),
        .level = db_col_int(r, 8),
        .weight = db_col_int(r, 9),
        .products = db_col_str(r, 10, a),
        .regions = db_col_str(r, 11, a),
        .languages = db_col_str(r, 12, a),
        .duty_mode = db_col_int(r, 13),
        .sees = db_col_str(r, 14, a),
    };
}

enum err team_manager_ensure(struct ctx *c, struct db_tx *tx, struct user_id user)
{
    return db_run(c, tx, sql_ensure,
                  DB_ARGS(db_int(user.v), db_at(c->now), db_int(MANAGER_CAPACITY)), NULL);
}

enum err team_manager_get(struct ctx *c, struct db_tx *tx, struct user_id user, struct manager *m)
{
    return db_get(c, tx, sql_get, DB_ARGS(db_int(user.v)), manager_of_row, m);
}

enum err team_manager_list(struct ctx *c, struct db_tx *tx, struct managers *list)
{
    return db_list(c, tx, sql_list, DB_NO_ARGS, DB_LIST(manager_of_row, list));
}

enum err team_manager_put(struct ctx *c, struct db_tx *tx, struct manager *m)
{
    int64_t changed = 0;
    enum err e = db_run(c, tx, sql_put,
                        DB_ARGS(db_int(m->user.v), db_int(m->version), db_id(m->calendar.v),
                                db_int(m->capacity), db_int(m->daily_quota), db_int(m->hourly_quota),
                                db_int(m->level), db_int(m->weight), db_str(m->products),
                                db_str(m->regions), db_str(m->languages), db_int(m->duty_mode), db_str(m->sees)),
                        &changed);

    if (e)
        return e;
    if (changed == 0)
        return ERR_STALE;
    m->version++;
    return ERR_NONE;
}

enum err team_manager_set_duty(struct ctx *c, struct db_tx *tx, struct user_id user, bool on_duty,
                               bool *changed)
{
    int64_t rows = 0;
    enum err e = db_run(c, tx, sql_duty,
                        DB_ARGS(db_int(user.v), db_bool(on_duty), db_at(c->now)), &rows);

    if (!e)
        *changed = rows > 0;
    return e;
}
