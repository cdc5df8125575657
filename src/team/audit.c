/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/audit.h"

#include "base/buf.h"
#include "db/list.h"
#include "sys/crypto.h"

enum { WORDS_BYTES = 64 * 1024, CHAIN_BYTES = 32 };

static void chain_of(struct ctx *c, struct str before, const struct audit *a, uint8_t chain[CHAIN_BYTES])
{
    struct buf b = buf_new(c->arena, WORDS_BYTES);

    buf_add(&b, before);
    buf_print(&b, "%lld %lld %lld %lld ", (long long)a->id, (long long)a->at, (long long)a->actor_kind,
              (long long)a->actor_id);
    buf_print(&b, "%zu " STR_FMT " %zu " STR_FMT " %zu " STR_FMT, a->action.len, STR_ARG(a->action), a->subject.len,
              STR_ARG(a->subject), a->detail.len, STR_ARG(a->detail));
    crypto_sha256(buf_str(&b), chain);
}

/* Writers on PostgreSQL take turns, or two rows would hang on the same one. */
static enum err last_chain(struct ctx *c, struct db_tx *tx, struct str *chain)
{
    static const char turn[] = "INSERT INTO setting (name, value) VALUES ('audit_turn', '')"
                               " ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    static const char sql[] = "SELECT chain FROM audit ORDER BY id DESC LIMIT 1";
    struct db_rows *row;
    enum err e = db_run(c, tx, turn, DB_NO_ARGS, NULL);

    if (e)
        return e;
    e = db_one(c, tx, sql, DB_NO_ARGS, &row);
    *chain = STR("");
    if (e == ERR_NOT_FOUND)
        return ERR_NONE;
    if (e)
        return e;
    *chain = db_col_str(row, 0, c->arena);
    db_end(row);
    return ERR_NONE;
}

enum err team_audit_add(struct ctx *c, struct db_tx *tx, const char *action, const char *prefix, int64_t id, struct str detail)
{
    static const char sql[] = "INSERT INTO audit (id, at, actor_kind, actor_id, action, subject, detail, chain)"
                              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    static const char next[] = "SELECT COALESCE(MAX(id), 0) + 1 FROM audit";
    char text[ID_TEXT_MAX];
    struct str before, subject = id ? str_dup(c->arena, id_print(prefix, id, text)) : STR_NULL;
    struct audit a = { .at = c->now, .actor_kind = c->actor.kind, .actor_id = c->actor.id, .action = str_of(action),
                       .subject = subject, .detail = detail };
    uint8_t chain[CHAIN_BYTES];
    struct db_rows *row;
    enum err e = last_chain(c, tx, &before);

    if (e == ERR_NONE)
        e = db_one(c, tx, next, DB_NO_ARGS, &row);
    if (e)
        return e;
    a.id = db_col_int(row, 0);
    db_end(row);
    chain_of(c, before, &a, chain);
    return db_run(c, tx, sql,
                  DB_ARGS(db_int(a.id), db_at(a.at), db_int(a.actor_kind), db_id(a.actor_id), db_str(a.action), db_str(a.subject),
                          db_str(a.detail), db_blob((struct str){ (const char *)chain, CHAIN_BYTES })),
                  NULL);
}

static void audit_of_row(const struct db_rows *r, struct arena *a, void *audit)
{
    *(struct audit *)audit = (struct audit){
        .id = db_col_int(r, 0),
        .at = db_col_at(r, 1),
        .actor_kind = db_col_int(r, 2),
        .actor_id = db_col_int(r, 3),
        .action = db_col_str(r, 4, a),
        .subject = db_col_str(r, 5, a),
        .detail = db_col_str(r, 6, a),
        .actor_name = db_col_str(r, 7, a),
    };
}

enum err team_audit_list(struct ctx *c, struct db_tx *tx, int64_t before, int64_t limit, struct audit **list, size_t *count)
{
    static const char sql[] = "SELECT a.id, a.at, a.actor_kind, a.actor_id, a.action, a.subject, a.detail, COALESCE(u.name, k.name)"
                              " FROM audit a LEFT JOIN user_account u ON u.id = a.actor_id AND a.actor_kind = $3"
                              " LEFT JOIN api_key k ON k.id = a.actor_id AND a.actor_kind = $4"
                              " WHERE $1 = 0 OR a.id < $1 ORDER BY a.id DESC LIMIT $2";

    return db_list(c, tx, sql, DB_ARGS(db_int(before), db_int(limit), db_int(ACTOR_USER), db_int(ACTOR_KEY)),
                   DB_ITEMS(audit_of_row, list, count));
}

enum err team_audit_check(struct ctx *c, struct db_tx *tx, int64_t *rows, int64_t *broken)
{
    static const char sql[] = "SELECT id, at, actor_kind, actor_id, action, subject, detail, NULL, chain FROM audit ORDER BY id";
    struct db_rows *r;
    uint8_t chain[CHAIN_BYTES];
    struct str before = STR("");
    enum err e = db_rows(c, tx, sql, DB_NO_ARGS, &r);

    *rows = *broken = 0;
    if (e)
        return e;
    while (*broken == 0 && db_next(r, &e)) {
        struct audit a;
        struct str kept = db_col_str(r, 8, c->arena);

        audit_of_row(r, c->arena, &a);
        chain_of(c, before, &a, chain);
        if (a.id != *rows + 1 || !str_eq(kept, (struct str){ (const char *)chain, CHAIN_BYTES }))
            *broken = a.id;
        ++*rows;
        before = kept;
    }
    db_end(r);
    return e;
}
