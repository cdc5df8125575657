/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "route/version.h"

#include "db/list.h"

const char *const route_version_states[VERSION_STATES + 1] = { "draft", "live", "past", NULL };

#define COLUMNS "id, version, state, at, by_id, note, rules, edit"

static const char sql_list[] = "SELECT " COLUMNS " FROM rule_version ORDER BY id DESC LIMIT $1";
static const char sql_get[] = "SELECT " COLUMNS ", items, policies FROM rule_version WHERE id = $1";
static const char sql_add[] =
    "INSERT INTO rule_version (id, version, state, at, by_id, note, rules, items, policies, edit) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
static const char sql_put[] =
    "UPDATE rule_version SET version = $2, state = $3, at = $4, by_id = $5, note = $6, rules = $7, items = $8, policies = $9, edit = $10 "
    "WHERE id = $1 AND state = 0";
static const char sql_live[] = "SELECT " COLUMNS ", items, policies FROM rule_version WHERE state = 1";
static const char sql_del[] = "DELETE FROM rule_version WHERE id = $1 AND state = 0";
static const char sql_retire[] = "UPDATE rule_version SET state = 2 WHERE state = 1";
static const char sql_last[] = "SELECT coalesce(max(version), 0) FROM rule_version";
static const char sql_through[] =
    "SELECT rule_id, max(rule_name), count(*), count(DISTINCT manager_id) FROM assignment WHERE at >= $1 AND counted = 1 "
    "GROUP BY rule_id ORDER BY count(*) DESC, coalesce(rule_id, 0)";
static const char sql_waited[] = "SELECT coalesce(rule_id, 0), count(*) FROM waiting WHERE since >= $1 GROUP BY 1";

static void of_row(const struct db_rows *r, struct arena *a, void *version)
{
    *(struct rule_version *)version = (struct rule_version){
        .id = { db_col_int(r, 0) }, .version = db_col_int(r, 1), .state = (enum version_state)db_col_int(r, 2),
        .at = db_col_at(r, 3), .by = { db_col_int(r, 4) }, .note = db_col_str(r, 5, a), .rules = db_col_int(r, 6), .edit = db_col_int(r, 7),
    };
}

static void whole_of_row(const struct db_rows *r, struct arena *a, void *version)
{
    of_row(r, a, version);
    ((struct rule_version *)version)->items = db_col_str(r, 8, a);
    ((struct rule_version *)version)->policies = db_col_str(r, 9, a);
}

enum err route_version_list(struct ctx *c, struct db_tx *tx, int64_t limit, struct rule_version **list, size_t *count)
{
    return db_list(c, tx, sql_list, DB_ARGS(db_int(limit)), DB_ITEMS(of_row, list, count));
}

enum err route_version_get(struct ctx *c, struct db_tx *tx, struct rule_id id, struct rule_version *v)
{
    return db_get(c, tx, sql_get, DB_ARGS(db_int(id.v)), whole_of_row, v);
}

enum err route_version_live(struct ctx *c, struct db_tx *tx, struct rule_version *v)
{
    return db_get(c, tx, sql_live, DB_NO_ARGS, whole_of_row, v);
}

enum err route_version_lock(struct ctx *c, struct db_tx *tx)
{
    /* Any number that nobody else locks: this one spells "rules". */
    static const int64_t key = 0x72756c6573;

    return db_lock_many(c, tx, &key, 1);
}

static enum err keep(struct ctx *c, struct db_tx *tx, struct rule_version *v)
{
    bool new = v->id.v == 0;
    int64_t changed = 0;
    enum err e = route_version_lock(c, tx);

    if (e)
        return e;
    v->edit = new ? 1 : v->edit + 1;
    if (new)
        v->id.v = db_new_id(tx);
    v->at = c->now;
    e = db_run(c, tx, new ? sql_add : sql_put,
               DB_ARGS(db_int(v->id.v), db_int(v->version), db_int(v->state), db_at(v->at), db_id(v->by.v), db_str(v->note),
                       db_int(v->rules), db_str(v->items), db_str(v->policies.ptr ? v->policies : STR("[]")), db_int(v->edit)),
               &changed);
    if (e || changed)
        return e;
    return fault_set(c, ERR_CONFLICT, "only a draft can be changed");
}

enum err route_draft_put(struct ctx *c, struct db_tx *tx, struct rule_version *v)
{
    v->version = 0;
    v->state = VERSION_DRAFT;
    return keep(c, tx, v);
}

enum err route_draft_del(struct ctx *c, struct db_tx *tx, struct rule_id id)
{
    int64_t changed = 0;
    enum err e = db_run(c, tx, sql_del, DB_ARGS(db_int(id.v)), &changed);

    return e || changed ? e : fault_set(c, ERR_CONFLICT, "only a draft can be dropped");
}

enum err route_version_publish(struct ctx *c, struct db_tx *tx, struct rule_version *v)
{
    struct db_rows *row;
    enum err e = route_version_lock(c, tx); /* one number after the other, and one that is live */

    if (e || (e = db_one(c, tx, sql_last, DB_NO_ARGS, &row)))
        return e;
    v->version = db_col_int(row, 0) + 1;
    v->state = VERSION_LIVE;
    db_end(row);
    e = db_run(c, tx, sql_retire, DB_NO_ARGS, NULL);
    return e ? e : keep(c, tx, v);
}

static enum err add_waits(struct ctx *c, struct db_tx *tx, instant since, struct route_through *list, size_t count)
{
    struct db_rows *rows;
    enum err e = db_rows(c, tx, sql_waited, DB_ARGS(db_at(since)), &rows);

    if (e)
        return e;
    while (db_next(rows, &e))
        for (size_t i = 0; i < count; i++)
            if (list[i].rule.v == db_col_int(rows, 0))
                list[i].waited = db_col_int(rows, 1);
    db_end(rows);
    return e;
}

static void through_of_row(const struct db_rows *r, struct arena *a, void *through)
{
    *(struct route_through *)through = (struct route_through){ { db_col_int(r, 0) }, db_col_str(r, 1, a), db_col_int(r, 2), db_col_int(r, 3), 0 };
}

enum err route_through_list(struct ctx *c, struct db_tx *tx, instant since, struct route_through **list, size_t *count)
{
    enum err e = db_list(c, tx, sql_through, DB_ARGS(db_at(since)), DB_ITEMS(through_of_row, list, count));

    return e ? e : add_waits(c, tx, since, *list, *count);
}
