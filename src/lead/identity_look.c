/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* identity_look.c - who is behind an address, and what an identity no longer tells. */
#include "lead/identity.h"

#include "lead/lead.h"

enum err lead_identity_unseen(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n)
{
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, 2 * n + 1);

    for (size_t i = 0; i < n; i++) {
        values[2 * i] = db_int(leads[i].v);
        values[2 * i + 1] = db_int(INSTANT_NEVER);
    }
    return db_many(c, tx, "UPDATE identity SET at = $2 WHERE lead_id = $1", values, n, 2, NULL);
}

enum err lead_of_identity(struct ctx *c, struct db_tx *tx, enum identity_kind kind, struct str value, struct lead_id *born,
                          struct lead_id *root)
{
    int64_t key = lead_identity_key(c->arena, kind, value);

    for (;; key = (key + 1) & INT64_MAX) {
        struct db_rows *row;
        enum err e = db_one(c, tx, "SELECT kind, value, lead_id, root_id FROM identity WHERE key = $1", DB_ARGS(db_int(key)), &row);
        bool same;

        if (e)
            return e;
        same = db_col_int(row, 0) == (int64_t)kind && str_eq(db_col_str(row, 1, c->arena), value);
        born->v = db_col_int(row, 2);
        root->v = db_col_int(row, 3);
        db_end(row);
        if (same)
            return ERR_NONE;
    }
}

enum err lead_at_domain(struct ctx *c, struct db_tx *tx, struct str domain, struct lead_id *leads, size_t *n)
{
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, 2 * *n + 1);
    bool *is = ARENA_ARRAY(c->arena, bool, *n + 1);
    size_t kept = 0;
    struct db_rows *rows;
    enum err e;

    for (size_t i = 0; i < *n; i++) {
        values[2 * i] = db_int(leads[i].v);
        values[2 * i + 1] = db_int(IDENTITY_EMAIL);
    }
    if ((e = db_rows_many(c, tx, "SELECT value FROM identity WHERE lead_id = $1 AND kind = $2", values, *n, 2, &rows)))
        return e;
    while (db_next(rows, &e)) {
        struct str value = db_col_str(rows, 0, c->arena);
        ptrdiff_t at = str_find_char(value, '@');

        if (at >= 0 && str_eq(str_sub(value, (size_t)at + 1, value.len), domain))
            is[db_row_index(rows)] = true;
    }
    db_end(rows);
    for (size_t i = 0; i < *n; i++)
        if (is[i])
            leads[kept++] = leads[i];
    *n = kept;
    return e;
}

enum err lead_ids_all(struct ctx *c, struct db_tx *tx, struct lead_id after, int limit, struct lead_id *ids, struct lead_id *roots,
                      size_t *count)
{
    struct db_rows *rows;
    enum err e = db_rows(c, tx, "SELECT id, coalesce(merged_into, id) FROM lead WHERE id > $1 ORDER BY id LIMIT $2",
                         DB_ARGS(db_int(after.v), db_int(limit)), &rows);

    *count = 0;
    if (e)
        return e;
    while (db_next(rows, &e)) {
        ids[*count].v = db_col_int(rows, 0);
        roots[(*count)++].v = db_col_int(rows, 1);
    }
    db_end(rows);
    return e;
}

enum err lead_count_all(struct ctx *c, struct db_tx *tx, int64_t *count)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, "SELECT count(*) FROM lead", DB_NO_ARGS, &row);

    if (e)
        return e;
    *count = db_col_int(row, 0);
    db_end(row);
    return ERR_NONE;
}
