/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "route/past.h"

#include "db/list.h"
#include "route/route.h"

#define POOL_BYTES (256 * 1024)

static const char sql_digest[] = "SELECT digest FROM past_now WHERE kind = $1 AND ref = $2";
static const char sql_digest_put[] =
    "INSERT INTO past_now (kind, ref, digest) VALUES ($1, $2, $3) ON CONFLICT (kind, ref) DO UPDATE SET digest = excluded.digest";
static const char sql_add[] = "INSERT INTO past (id, at, kind, ref, body) VALUES ($1, $2, $3, $4, $5)";
static const char sql_list[] =
    "SELECT id, at, kind, ref, body FROM past p WHERE at < $2 AND at >= coalesce((SELECT max(at) FROM past q WHERE q.kind = p.kind "
    "AND q.ref = p.ref AND q.at <= $1), 0) ORDER BY id";

static enum err digest_find(struct ctx *c, struct db_tx *tx, enum past_kind kind, int64_t ref, uint64_t *digest, bool *known)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, sql_digest, DB_ARGS(db_int(kind), db_int(ref)), &row);

    *known = e == ERR_NONE;
    if (e == ERR_NOT_FOUND) {
        fault_clear(c);
        return ERR_NONE;
    }
    if (e)
        return e;
    *digest = (uint64_t)db_col_int(row, 0);
    db_end(row);
    return ERR_NONE;
}

enum err route_past_same(struct ctx *c, struct db_tx *tx, uint64_t digest, bool *same, bool *known)
{
    uint64_t stood = 0;
    enum err e = digest_find(c, tx, PAST_ALL, 0, &stood, known);

    if (!e)
        *same = *known && stood == digest;
    return e;
}

static enum err digest_put(struct ctx *c, struct db_tx *tx, enum past_kind kind, int64_t ref, uint64_t digest)
{
    return db_run(c, tx, sql_digest_put, DB_ARGS(db_int(kind), db_int(ref), db_int((int64_t)digest)), NULL);
}

enum err route_past_all(struct ctx *c, struct db_tx *tx, uint64_t digest)
{
    return digest_put(c, tx, PAST_ALL, 0, digest);
}

enum err route_past_put(struct ctx *c, struct db_tx *tx, const struct past_part *part, uint64_t digest)
{
    uint64_t stood = 0;
    bool known;
    enum err e = digest_find(c, tx, part->kind, part->ref, &stood, &known);

    if (e || (known && stood == digest))
        return e;
    e = db_run(c, tx, sql_add,
               DB_ARGS(db_int(db_new_id(tx)), db_at(c->now), db_int(part->kind), db_int(part->ref),
                       db_str(part->body.ptr ? part->body : STR(""))),
               NULL);
    return e ? e : digest_put(c, tx, part->kind, part->ref, digest);
}

static void part_of_row(const struct db_rows *r, struct arena *a, void *part)
{
    *(struct past_part *)part = (struct past_part){ db_col_int(r, 0), db_col_at(r, 1), (enum past_kind)db_col_int(r, 2), db_col_int(r, 3),
                                   db_col_str(r, 4, a) };
}

enum err route_past_list(struct ctx *c, struct db_tx *tx, instant from, instant until, struct past_part **list, size_t *count)
{
    return db_list(c, tx, sql_list, DB_ARGS(db_int(from), db_int(until)), DB_ITEMS(part_of_row, list, count));
}

enum err route_past_pool(struct ctx *c, struct db_tx *tx, const struct pool *pool)
{
    struct buf text = buf_new(c->arena, POOL_BYTES);
    struct json_out o = json_to(&text);
    struct pool_members list = { NULL, 0 };
    enum err e = pool->everyone ? ERR_NONE : route_member_list(c, tx, pool->id, &list);

    if (e)
        return e;
    json_begin(&o);
    json_key(&o, "name");
    json_put_text(&o, pool->name);
    json_key(&o, "policy");
    json_put_text(&o, str_of(route_policy_words[pool->policy]));
    json_key(&o, "everyone");
    json_put_bool(&o, pool->everyone);
    json_key(&o, "members");
    json_list(&o);
    for (size_t i = 0; i < list.count; i++) {
        if (!list.items[i].member)
            continue;
        json_begin(&o);
        json_key(&o, "user_id");
        json_put_id(&o, PREFIX_USER, list.items[i].user.v);
        json_key(&o, "weight");
        json_put_int(&o, list.items[i].weight);
        json_end(&o);
    }
    json_list_end(&o);
    json_end(&o);
    if (text.full)
        return fault_set(c, ERR_TOO_LARGE, "a pool is too large to keep");
    return route_past_put(c, tx, &(struct past_part){ .kind = PAST_POOL, .ref = pool->id.v, .body = buf_str(&text) },
                          str_hash(buf_str(&text)));
}

enum err route_past_pools(struct ctx *c, struct db_tx *tx)
{
    struct pools pools;
    enum err e = route_pool_list(c, tx, &pools);

    for (size_t i = 0; i < pools.count && !e; i++)
        e = route_past_pool(c, tx, &pools.items[i]);
    return e;
}
