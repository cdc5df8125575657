/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/idem.h"

enum err team_idem_get(struct ctx *c, struct db_tx *tx, const struct idem *place, struct idem *kept)
{
    static const char sql[] = "SELECT body, status, etag, reply FROM idem"
                              " WHERE actor = $1 AND path = $2 AND key = $3 AND at > $4";
    struct db_rows *row;
    enum err e = db_one(c, tx, sql,
                        DB_ARGS(db_str(place->actor), db_str(place->path), db_str(place->key), db_at(c->now - DAY_US)),
                        &row);

    if (e)
        return e;
    *kept = *place;
    kept->body = db_col_str(row, 0, c->arena);
    kept->status = db_col_int(row, 1);
    kept->etag = db_col_str(row, 2, c->arena);
    kept->reply = db_col_str(row, 3, c->arena);
    db_end(row);
    return ERR_NONE;
}

enum err team_idem_add(struct ctx *c, struct db_tx *tx, const struct idem *kept)
{
    static const char drop[] = "DELETE FROM idem WHERE actor = $1 AND path = $2 AND key = $3 AND at <= $4";
    static const char sql[] = "INSERT INTO idem (actor, path, key, body, status, etag, reply, at)"
                              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    enum err e = db_run(c, tx, drop,
                        DB_ARGS(db_str(kept->actor), db_str(kept->path), db_str(kept->key), db_at(c->now - DAY_US)),
                        NULL);

    if (e)
        return e;
    return db_run(c, tx, sql,
                  DB_ARGS(db_str(kept->actor), db_str(kept->path), db_str(kept->key), db_blob(kept->body),
                          db_int(kept->status), db_str(kept->etag), db_str(kept->reply), db_at(c->now)),
                  NULL);
}

enum err team_idem_clean(struct ctx *c, struct db_tx *tx, int64_t *gone)
{
    static const char sql[] = "DELETE FROM idem WHERE at <= $1";

    return db_run(c, tx, sql, DB_ARGS(db_at(c->now - DAY_US)), gone);
}
