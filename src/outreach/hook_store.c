/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outreach/hook.h"

#include "base/base64.h"
#include "db/list.h"
#include "sys/crypto.h"

#define FAILING_US (5 * DAY_US)
#define BEFORE_US  (1 * DAY_US)
enum { SECRET_BYTES = 32 };

#define COLUMNS "id, version, name, url, kinds, secret, before, before_until, state, why, failing_at, made_by, made_at"
static const char sql_list[] = "SELECT " COLUMNS " FROM hook ORDER BY id";
static const char sql_get[] = "SELECT " COLUMNS " FROM hook WHERE id = $1";
static const char sql_count[] = "SELECT count(*) FROM hook";
static const char sql_add[] =
    "INSERT INTO hook (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL, $7, NULL, NULL, $8, $9)";
static const char sql_put[] =
    "UPDATE hook SET version = version + 1, name = $3, url = $4, kinds = $5, state = $6, why = $7, failing_at = $8 WHERE id = $1 AND version = $2";
static const char sql_rotate[] =
    "UPDATE hook SET version = version + 1, secret = $3, before = $4, before_until = $5 WHERE id = $1 AND version = $2";
static const char sql_del[] = "DELETE FROM hook WHERE id = $1";
static const char sql_withdraw[] =
    "UPDATE letter SET state = 3, done_at = $2, holder = NULL, error = 'hook_deleted' WHERE hook_id = $1 AND state = 0";
static const char sql_arrived[] = "UPDATE hook SET failing_at = NULL WHERE id = $1 AND failing_at IS NOT NULL";
static const char sql_failing[] = "UPDATE hook SET failing_at = $2 WHERE id = $1 AND failing_at IS NULL";
static const char sql_stop[] =
    "UPDATE hook SET version = version + 1, state = 2, why = $2 WHERE id = $1 AND state = 0 AND ($4 = 1 OR failing_at <= $3)";
static const char sql_replay[] =
    "UPDATE letter SET state = 0, tries = 0, next_at = $3, holder = NULL, done_at = NULL, status = NULL, error = NULL"
    " WHERE hook_id = $1 AND state = 2 AND made_at >= $2";

static void hook_of_row(const struct db_rows *r, struct arena *a, void *hook)
{
    *(struct outreach_hook *)hook = (struct outreach_hook){
        .id = { db_col_int(r, 0) }, .version = db_col_int(r, 1), .name = db_col_str(r, 2, a), .url = db_col_str(r, 3, a),
        .kinds = db_col_str(r, 4, a), .secret = db_col_str(r, 5, a), .before = db_col_str(r, 6, a),
        .before_until = db_col_at(r, 7), .state = (enum outreach_hook_state)db_col_int(r, 8),
        .why = db_col_str(r, 9, a), .failing_at = db_col_at(r, 10), .made_by = { db_col_int(r, 11) },
        .made_at = db_col_at(r, 12),
    };
}

enum err outreach_hook_list(struct ctx *c, struct db_tx *tx, struct outreach_hooks *list)
{
    return db_list(c, tx, sql_list, DB_NO_ARGS, DB_LIST(hook_of_row, list));
}

enum err outreach_hook_get(struct ctx *c, struct db_tx *tx, struct hook_id id, struct outreach_hook *h)
{
    return db_get(c, tx, sql_get, DB_ARGS(db_int(id.v)), hook_of_row, h);
}

static struct str secret_new(struct arena *a)
{
    uint8_t bytes[SECRET_BYTES];

    crypto_random(bytes, sizeof bytes);
    return str_print(a, "whsec_" STR_FMT, STR_ARG(base64_standard(a, (struct str){ (const char *)bytes, sizeof bytes })));
}

enum err outreach_hook_add(struct ctx *c, struct db_tx *tx, struct outreach_hook *h)
{
    int64_t count;
    enum err e = db_get(c, tx, sql_count, DB_NO_ARGS, db_int_of_row, &count);

    if (e)
        return e;
    if (count >= OUTREACH_HOOKS)
        return fault_set(c, ERR_CONFLICT, "no more webhooks can be added than: %d", OUTREACH_HOOKS);
    h->id.v = db_new_id(tx);
    h->version = 1;
    h->secret = secret_new(c->arena);
    h->before = STR_NULL;
    h->before_until = h->failing_at = INSTANT_NONE;
    h->made_at = c->now;
    h->state = HOOK_ON;
    return db_run(c, tx, sql_add,
                  DB_ARGS(db_int(h->id.v), db_int(h->version), db_str(h->name), db_str(h->url), db_str(h->kinds), db_str(h->secret),
                          db_int(h->state), db_id(h->made_by.v), db_int(h->made_at)),
                  NULL);
}

enum err outreach_hook_put(struct ctx *c, struct db_tx *tx, struct outreach_hook *h)
{
    int64_t changed = 0;
    enum err e = db_run(c, tx, sql_put,
                        DB_ARGS(db_int(h->id.v), db_int(h->version), db_str(h->name), db_str(h->url), db_str(h->kinds), db_int(h->state),
                                db_str(h->why), db_at(h->failing_at)),
                        &changed);

    if (e || !changed)
        return e ? e : ERR_STALE;
    h->version++;
    return ERR_NONE;
}

enum err outreach_hook_rotate(struct ctx *c, struct db_tx *tx, struct outreach_hook *h)
{
    struct str fresh = secret_new(c->arena);
    int64_t changed = 0;
    enum err e = db_run(c, tx, sql_rotate,
                        DB_ARGS(db_int(h->id.v), db_int(h->version), db_str(fresh), db_str(h->secret), db_int(c->now + BEFORE_US)), &changed);

    if (e || !changed)
        return e ? e : ERR_STALE;
    h->version++;
    h->before = h->secret;
    h->before_until = c->now + BEFORE_US;
    h->secret = fresh;
    return ERR_NONE;
}

enum err outreach_hook_del(struct ctx *c, struct db_tx *tx, struct hook_id id)
{
    int64_t changed = 0;
    enum err e = db_run(c, tx, sql_del, DB_ARGS(db_int(id.v)), &changed);

    if (e || !changed)
        return e ? e : ERR_NOT_FOUND;
    return db_run(c, tx, sql_withdraw, DB_ARGS(db_int(id.v), db_int(c->now)), NULL);
}

enum err outreach_hook_went(struct ctx *c, struct db_tx *tx, struct hook_id id, bool arrived, bool gone, bool *stopped)
{
    struct str why = gone ? STR("410") : STR("failing");
    int64_t changed = 0;
    enum err e = db_run(c, tx, arrived ? sql_arrived : sql_failing,
                        arrived ? DB_ARGS(db_int(id.v)) : DB_ARGS(db_int(id.v), db_int(c->now)), NULL);

    *stopped = false;
    if (e || arrived)
        return e;
    e = db_run(c, tx, sql_stop, DB_ARGS(db_int(id.v), db_str(why), db_int(c->now - FAILING_US), db_bool(gone)), &changed);
    *stopped = !e && changed;
    return e;
}

enum err outreach_hook_replay(struct ctx *c, struct db_tx *tx, struct hook_id id, instant since, int64_t *count)
{
    return db_run(c, tx, sql_replay, DB_ARGS(db_int(id.v), db_int(since), db_int(c->now)), count);
}
