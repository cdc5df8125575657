/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/key.h"

#include "base/base64.h"
#include "db/list.h"
#include "sys/crypto.h"

const char *const team_key_scope_names[] = { "events", "api", NULL };

enum { SHOWN_LETTERS = 4 };

#define KEY_COLUMNS "k.id, k.name, k.prefix, k.scope, k.public, k.rights, k.user_id, k.created_at, k.used_at, k.revoked_at, k.paid_until"

static void key_of_row(const struct db_rows *r, struct arena *a, void *key)
{
    *(struct api_key *)key = (struct api_key){
        .id = { db_col_int(r, 0) },
        .name = db_col_str(r, 1, a),
        .prefix = db_col_str(r, 2, a),
        .scope = (int)db_col_int(r, 3),
        .is_public = db_col_int(r, 4) != 0,
        .rights = (uint64_t)db_col_int(r, 5),
        .user = { db_col_int(r, 6) },
        .created_at = db_col_at(r, 7),
        .used_at = db_col_at(r, 8),
        .revoked_at = db_col_at(r, 9),
        .paid_until = db_col_at(r, 10),
    };
}

enum err team_key_add(struct ctx *c, struct db_tx *tx, struct api_key *k, struct str *text)
{
    static const char sql[] = "INSERT INTO api_key (id, token, prefix, name, scope, public, rights, user_id, created_at)"
                              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    const char *head = k->scope == KEY_API ? "gradus_pat_" : "gradus_wk_";
    uint8_t random[32], hash[32];
    enum err e;

    crypto_random(random, sizeof random);
    *text = str_print(c->arena, "%s" STR_FMT, head,
                      STR_ARG(base64_url(c->arena, (struct str){ (const char *)random, sizeof random })));
    crypto_sha256(*text, hash);
    k->id.v = db_new_id(tx);
    k->prefix = str_sub(*text, 0, strlen(head) + SHOWN_LETTERS);
    k->created_at = c->now;
    k->used_at = k->revoked_at = k->paid_until = INSTANT_NONE;
    e = db_run(c, tx, sql,
               DB_ARGS(db_int(k->id.v), db_blob((struct str){ (const char *)hash, sizeof hash }), db_str(k->prefix),
                       db_str(k->name), db_int(k->scope), db_bool(k->is_public), db_int((int64_t)k->rights),
                       db_id(k->user.v), db_at(c->now)),
               NULL);
    return e;
}

enum err team_key_get(struct ctx *c, struct db_tx *tx, const uint8_t token[32], struct api_key *k)
{
    static const char sql[] = "SELECT " KEY_COLUMNS " FROM api_key k LEFT JOIN user_account u ON u.id = k.user_id"
                              " WHERE k.token = $1 AND k.revoked_at IS NULL AND (u.id IS NULL OR u.state = $2)";

    return db_get(c, tx, sql, DB_ARGS(db_blob((struct str){ (const char *)token, 32 }), db_int(USER_ACTIVE)), key_of_row, k);
}

enum err team_key_list(struct ctx *c, struct db_tx *tx, int64_t limit, struct api_key **keys, size_t *count)
{
    static const char sql[] = "SELECT " KEY_COLUMNS " FROM api_key k WHERE k.revoked_at IS NULL ORDER BY k.id LIMIT $1";

    return db_list(c, tx, sql, DB_ARGS(db_int(limit)), DB_ITEMS(key_of_row, keys, count));
}

enum err team_key_del(struct ctx *c, struct db_tx *tx, struct key_id id)
{
    static const char sql[] = "UPDATE api_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    int64_t changed = 0;
    enum err e = db_run(c, tx, sql, DB_ARGS(db_int(id.v), db_at(c->now)), &changed);

    if (e)
        return e;
    return changed ? ERR_NONE : ERR_NOT_FOUND;
}

enum err team_key_set_used(struct ctx *c, struct db_tx *tx, struct key_use use)
{
    static const char sql[] = "UPDATE api_key SET used_at = $2, paid_until = $3 WHERE id = $1";

    return db_run(c, tx, sql, DB_ARGS(db_int(use.id.v), db_at(c->now), db_at(use.paid_until)), NULL);
}
