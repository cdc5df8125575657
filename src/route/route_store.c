/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "route/route.h"

#include "db/list.h"
#include "route/past.h"

static const char sql_pool_add[] =
    "INSERT INTO pool (id, version, name, policy, everyone) VALUES ($1, 1, $2, $3, $4)";
static const char sql_pool_default[] =
    "SELECT id, version, name, policy, everyone FROM pool WHERE everyone = 1";
static const char sql_pool_get[] =
    "SELECT id, version, name, policy, everyone FROM pool WHERE id = $1";
static const char sql_pool_list[] =
    "SELECT id, version, name, policy, everyone FROM pool ORDER BY name, id";
static const char sql_pool_set[] =
    "UPDATE pool SET version = version + 1, name = $3, policy = $4 "
    "WHERE id = $1 AND (version = $2 OR $2 = 0)";
static const char sql_pool_del[] = "DELETE FROM pool WHERE id = $1 AND everyone IS NULL";
static const char sql_pool_ruled[] =
    "SELECT count(*) FROM rule WHERE pool_id = $1 OR fallback_id = $1";
static const char sql_pool_empty[] = "DELETE FROM pool_member WHERE pool_id = $1";

static const char sql_member_list[] =
    "SELECT user_id, weight, pass, last_at, member, credit, away, since FROM pool_member WHERE pool_id = $1 ORDER BY user_id";
static const char sql_pool_moved[] = "SELECT moved FROM pool WHERE id = $1";
static const char sql_pool_move[] = "UPDATE pool SET moved = moved + $2 WHERE id = $1";
/* A place that is not asked for stands still. */
static const char sql_member_drop[] =
    "UPDATE pool_member SET member = 0, away = 0, pass = CASE WHEN away = 1 THEN pass + (SELECT moved FROM pool WHERE id = $1) - since ELSE pass END "
    "WHERE pool_id = $1";
static const char sql_member_put[] =
    "INSERT INTO pool_member (pool_id, user_id, member, weight, pass, last_at) "
    "VALUES ($1, $2, 1, $3, $4, NULL) "
    "ON CONFLICT (pool_id, user_id) DO UPDATE SET member = 1, weight = excluded.weight";
static const char sql_member_keep[] =
    "INSERT INTO pool_member (pool_id, user_id, member, weight, pass, last_at, credit, away, since) "
    "VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8) "
    "ON CONFLICT (pool_id, user_id) DO UPDATE SET pass = excluded.pass, last_at = excluded.last_at, credit = excluded.credit, "
    "away = excluded.away, since = excluded.since";
static const char sql_member_place[] =
    "SELECT COALESCE(min(CASE WHEN m.away = 1 THEN m.pass + p.moved - m.since ELSE m.pass END), 0) "
    "FROM pool_member m JOIN pool p ON p.id = m.pool_id WHERE m.pool_id = $1 AND m.member = 1";

static const char sql_rule_list[] =
    "SELECT id, name, condition, pool_id, fallback_id, sla_minutes, demands, enabled, explore, product_id "
    "FROM rule ORDER BY place, id";
static const char sql_rule_clear[] = "DELETE FROM rule";
static const char sql_rule_add[] =
    "INSERT INTO rule (id, place, name, condition, pool_id, fallback_id, sla_minutes, demands, enabled, explore, product_id) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

static const char sql_declined_add[] =
    "INSERT INTO declined (lead_id, user_id, at, reason) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (lead_id, user_id) DO NOTHING";
static const char sql_declined_list[] = "SELECT user_id FROM declined WHERE lead_id = $1 ORDER BY user_id";

static void pool_of_row(const struct db_rows *r, struct arena *a, void *pool)
{
    *(struct pool *)pool = (struct pool){
        .id = { db_col_int(r, 0) },
        .version = db_col_int(r, 1),
        .name = db_col_str(r, 2, a),
        .policy = (enum policy)db_col_int(r, 3),
        .everyone = db_col_int(r, 4) == 1,
    };
}

enum err route_lock(struct ctx *c, struct db_tx *tx)
{
    /* Any number that nobody else locks: this one spells "route". */
    static const int64_t key = 0x726f757465;

    return db_lock_last(c, tx, key);
}

enum err route_pool_default(struct ctx *c, struct db_tx *tx, struct str name, struct pool *pool)
{
    struct pool new = { .id = { 0 }, .name = name, .policy = POLICY_LEAST_LOADED, .everyone = true };
    enum err e = db_get(c, tx, sql_pool_default, DB_NO_ARGS, pool_of_row, pool);

    if (e != ERR_NOT_FOUND)
        return e;
    fault_clear(c);
    new.id.v = db_new_id(tx);
    new.version = 1;
    e = db_run(c, tx, sql_pool_add,
               DB_ARGS(db_int(new.id.v), db_str(name), db_int(new.policy), db_int(1)), NULL);
    if (e)
        return e;
    *pool = new;
    return route_past_pool(c, tx, pool);
}

enum err route_pool_find_default(struct ctx *c, struct db_tx *tx, struct pool *pool)
{
    *pool = (struct pool){ .policy = POLICY_LEAST_LOADED, .everyone = true };
    return db_find(c, tx, sql_pool_default, DB_NO_ARGS, pool_of_row, pool);
}

enum err route_pool_get(struct ctx *c, struct db_tx *tx, struct pool_id id, struct pool *pool)
{
    return db_get(c, tx, sql_pool_get, DB_ARGS(db_int(id.v)), pool_of_row, pool);
}

enum err route_pool_list(struct ctx *c, struct db_tx *tx, struct pools *list)
{
    return db_list(c, tx, sql_pool_list, DB_NO_ARGS, DB_LIST(pool_of_row, list));
}

static enum err members_put(struct ctx *c, struct db_tx *tx, struct pool_id pool,
                            const struct pool_members *members)
{
    int64_t place;
    enum err e = db_get(c, tx, sql_member_place, DB_ARGS(db_int(pool.v)), db_int_of_row, &place);

    if (e)
        return e;
    e = db_run(c, tx, sql_member_drop, DB_ARGS(db_int(pool.v)), NULL);
    for (size_t i = 0; !e && i < members->count; i++)
        e = db_run(c, tx, sql_member_put,
                   DB_ARGS(db_int(pool.v), db_int(members->items[i].user.v),
                           db_int(members->items[i].weight), db_int(place)),
                   NULL);
    return e;
}

/* ERR_STALE when it is no longer pool->version. */
static enum err pool_set(struct ctx *c, struct db_tx *tx, struct pool *pool)
{
    int64_t changed = 0;
    enum err e = db_run(c, tx, sql_pool_set,
                        DB_ARGS(db_int(pool->id.v), db_int(pool->version), db_str(pool->name), db_int(pool->policy)), &changed);

    if (e || changed == 0)
        return e ? e : ERR_STALE;
    pool->version++;
    return ERR_NONE;
}

enum err route_pool_policy_set(struct ctx *c, struct db_tx *tx, struct pool *pool)
{
    enum err e = pool_set(c, tx, pool);

    return e ? e : route_past_pool(c, tx, pool);
}

enum err route_pool_put(struct ctx *c, struct db_tx *tx, struct pool *pool,
                        const struct pool_members *members)
{
    enum err e;

    if (pool->id.v == 0) {
        int64_t id = db_new_id(tx);

        e = db_run(c, tx, sql_pool_add,
                   DB_ARGS(db_int(id), db_str(pool->name), db_int(pool->policy), db_null()), NULL);
        if (!e) {
            pool->id.v = id;
            pool->version = 1;
            pool->everyone = false;
        }
    } else {
        e = pool_set(c, tx, pool);
    }
    if (e || (!pool->everyone && (e = members_put(c, tx, pool->id, members))))
        return e;
    return route_past_pool(c, tx, pool);
}

enum err route_pool_del(struct ctx *c, struct db_tx *tx, struct pool_id id)
{
    struct db_rows *row;
    struct pool pool;
    int64_t rules;
    enum err e = route_pool_get(c, tx, id, &pool);

    if (e)
        return e;
    if (pool.everyone)
        return fault_set(c, ERR_CONFLICT, "the default pool stays");
    e = db_one(c, tx, sql_pool_ruled, DB_ARGS(db_int(id.v)), &row);
    if (e)
        return e;
    rules = db_col_int(row, 0);
    db_end(row);
    if (rules)
        return fault_set(c, ERR_CONFLICT, "a rule sends leads to this pool");
    e = route_past_put(c, tx, &(struct past_part){ .kind = PAST_POOL, .ref = id.v, .body = STR("") }, 0);
    if (!e)
        e = db_run(c, tx, sql_pool_empty, DB_ARGS(db_int(id.v)), NULL);
    return e ? e : db_run(c, tx, sql_pool_del, DB_ARGS(db_int(id.v)), NULL);
}

static void member_of_row(const struct db_rows *r, UNUSED struct arena *a, void *member)
{
    *(struct pool_member *)member = (struct pool_member){
        .user = { db_col_int(r, 0) },
        .weight = db_col_int(r, 1),
        .pass = db_col_int(r, 2),
        .last_at = db_col_at(r, 3),
        .member = db_col_int(r, 4) == 1,
        .credit = db_col_int(r, 5),
        .away = db_col_int(r, 6) == 1,
        .since = db_col_int(r, 7),
    };
}

int64_t route_member_pass(const struct pool_members *list, const struct pool_member *m)
{
    return m->away ? m->pass + list->moved - m->since : m->pass;
}

enum err route_pool_move(struct ctx *c, struct db_tx *tx, struct pool_id pool, int64_t by)
{
    return db_run(c, tx, sql_pool_move, DB_ARGS(db_int(pool.v), db_int(by)), NULL);
}

enum err route_member_list(struct ctx *c, struct db_tx *tx, struct pool_id pool,
                           struct pool_members *list)
{
    enum err e = db_list(c, tx, sql_member_list, DB_ARGS(db_int(pool.v)), DB_LIST(member_of_row, list));

    list->moved = 0;
    return e ? e : db_find(c, tx, sql_pool_moved, DB_ARGS(db_int(pool.v)), db_int_of_row, &list->moved);
}

enum err route_member_keep(struct ctx *c, struct db_tx *tx, struct pool_id pool,
                           const struct pool_member *m)
{
    return db_run(c, tx, sql_member_keep,
                  DB_ARGS(db_int(pool.v), db_int(m->user.v), db_int(m->weight), db_int(m->pass),
                          db_at(m->last_at), db_int(m->credit), db_bool(m->away), db_int(m->since)),
                  NULL);
}

static void rule_of_row(const struct db_rows *r, struct arena *a, void *rule)
{
    *(struct rule *)rule = (struct rule){
        .id = { db_col_int(r, 0) },
        .name = db_col_str(r, 1, a),
        .condition = db_col_str(r, 2, a),
        .pool = { db_col_int(r, 3) },
        .fallback = { db_col_int(r, 4) },
        .sla_minutes = db_col_int(r, 5),
        .demands = (unsigned)db_col_int(r, 6),
        .enabled = db_col_int(r, 7) == 1,
        .explore = db_col_int(r, 8),
        .product = { db_col_int(r, 9) },
    };
}

enum err route_rule_list(struct ctx *c, struct db_tx *tx, struct rules *list)
{
    return db_list(c, tx, sql_rule_list, DB_NO_ARGS, DB_LIST(rule_of_row, list));
}

enum err route_rule_put_all(struct ctx *c, struct db_tx *tx, struct rules *list)
{
    enum err e = db_run(c, tx, sql_rule_clear, DB_NO_ARGS, NULL);

    for (size_t i = 0; !e && i < list->count; i++) {
        struct rule *r = &list->items[i];

        if (r->id.v == 0)
            r->id.v = db_new_id(tx);
        e = db_run(c, tx, sql_rule_add,
                   DB_ARGS(db_int(r->id.v), db_int((int64_t)i), db_str(r->name), db_str(r->condition),
                           db_int(r->pool.v), db_id(r->fallback.v), db_int(r->sla_minutes),
                           db_int(r->demands), db_bool(r->enabled), db_int(r->explore),
                           db_id(r->product.v)),
                   NULL);
    }
    return e;
}

enum err route_declined_add(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct user_id user,
                            struct str reason)
{
    return db_run(c, tx, sql_declined_add,
                  DB_ARGS(db_int(lead.v), db_int(user.v), db_at(c->now),
                          db_str(reason.ptr ? reason : STR(""))),
                  NULL);
}

enum err route_declined_list(struct ctx *c, struct db_tx *tx, struct lead_id lead,
                             struct user_id **users, size_t *count)
{
    return db_list(c, tx, sql_declined_list, DB_ARGS(db_int(lead.v)), DB_ITEMS(db_int_of_row, users, count));
}
