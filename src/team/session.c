/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/session.h"

#include "base/base64.h"
#include "sys/crypto.h"

#define TERM_US (14 * DAY_US)

enum err team_session_add(struct ctx *c, struct db_tx *tx, struct user_id user, struct str *token, int64_t *id)
{
    static const char sql[] = "INSERT INTO session (id, token, user_id, created_at, ends_at) VALUES ($1, $2, $3, $4, $5)";
    uint8_t random[32], hash[32];
    struct str text;
    int64_t new_id = db_new_id(tx);
    enum err e;

    crypto_random(random, sizeof random);
    text = base64_url(c->arena, (struct str){ (const char *)random, sizeof random });
    crypto_sha256(text, hash);
    e = db_run(c, tx, sql,
               DB_ARGS(db_int(new_id), db_blob((struct str){ (const char *)hash, sizeof hash }), db_int(user.v),
                       db_at(c->now), db_at(c->now + TERM_US)),
               NULL);
    if (e)
        return e;
    *token = text;
    *id = new_id;
    return ERR_NONE;
}

enum err team_session_get(struct ctx *c, struct db_tx *tx, const uint8_t token[32], struct session *s)
{
    static const char sql[] = "SELECT s.id, s.user_id, u.role, u.lang FROM session s JOIN user_account u ON u.id = s.user_id"
                              " WHERE s.token = $1 AND s.ends_at > $2 AND u.state = $3";
    struct db_rows *row;
    enum err e = db_one(c, tx, sql,
                        DB_ARGS(db_blob((struct str){ (const char *)token, 32 }), db_at(c->now), db_int(USER_ACTIVE)),
                        &row);

    if (e)
        return e;
    *s = (struct session){ db_col_int(row, 0), { db_col_int(row, 1) }, (int)db_col_int(row, 2), (int)db_col_int(row, 3) };
    db_end(row);
    return ERR_NONE;
}

enum err team_session_del(struct ctx *c, struct db_tx *tx, int64_t id)
{
    static const char sql[] = "DELETE FROM session WHERE id = $1";

    return db_run(c, tx, sql, DB_ARGS(db_int(id)), NULL);
}

enum err team_session_del_of(struct ctx *c, struct db_tx *tx, struct user_id user, int64_t but)
{
    static const char sql[] = "DELETE FROM session WHERE user_id = $1 AND id <> $2";

    return db_run(c, tx, sql, DB_ARGS(db_int(user.v), db_int(but)), NULL);
}

enum err team_session_clean(struct ctx *c, struct db_tx *tx, int64_t *gone)
{
    static const char sql[] = "DELETE FROM session WHERE ends_at <= $1";

    return db_run(c, tx, sql, DB_ARGS(db_at(c->now)), gone);
}
