/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "route/transfer.h"

#define COLUMNS "id, at, by_id, kind, from_id, leads, undone_at, product_id"

static const char sql_add[] = "INSERT INTO transfer (id, at, by_id, kind, from_id, leads, product_id) VALUES ($1, $2, $3, $4, $5, $6, $7)";
static const char sql_add_lead[] = "INSERT INTO transfer_lead (transfer_id, lead_id, from_id, to_id) VALUES ($1, $2, $3, $4)";
static const char sql_get[] = "SELECT " COLUMNS " FROM transfer WHERE id = $1";
static const char sql_list[] = "SELECT " COLUMNS " FROM transfer ORDER BY id DESC LIMIT $1";
static const char sql_leads[] = "SELECT lead_id, from_id, to_id FROM transfer_lead WHERE transfer_id = $1 ORDER BY lead_id";
static const char sql_undone[] = "UPDATE transfer SET undone_at = $2 WHERE id = $1";

enum err route_transfer_add(struct ctx *c, struct db_tx *tx, struct transfer *t, const struct transfer_lead *leads, size_t n)
{
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, 4 * n + 1);
    enum err e;

    t->id.v = db_new_id(tx);
    t->at = c->now;
    t->leads = (int64_t)n;
    t->undone_at = INSTANT_NONE;
    for (size_t i = 0; i < n; i++) {
        values[4 * i] = db_int(t->id.v);
        values[4 * i + 1] = db_int(leads[i].lead.v);
        values[4 * i + 2] = db_id(leads[i].from.v);
        values[4 * i + 3] = db_int(leads[i].to.v);
    }
    e = db_run(c, tx, sql_add,
               DB_ARGS(db_int(t->id.v), db_at(t->at), db_id(t->by.v), db_int(t->kind), db_id(t->from.v), db_int(t->leads),
                       db_id(t->product.v)), NULL);
    return e || !n ? e : db_many(c, tx, sql_add_lead, values, n, 4, NULL);
}

static struct transfer of_row(const struct db_rows *r)
{
    return (struct transfer){
        .id = { db_col_int(r, 0) }, .at = db_col_at(r, 1), .by = { db_col_int(r, 2) },
        .kind = (enum transfer_kind)db_col_int(r, 3), .from = { db_col_int(r, 4) }, .leads = db_col_int(r, 5),
        .undone_at = db_col_at(r, 6), .product = { db_col_int(r, 7) },
    };
}

enum err route_transfer_get(struct ctx *c, struct db_tx *tx, struct transfer_id id, struct transfer *t)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, sql_get, DB_ARGS(db_int(id.v)), &row);

    if (e)
        return e;
    *t = of_row(row);
    db_end(row);
    return ERR_NONE;
}

enum err route_transfer_list(struct ctx *c, struct db_tx *tx, int64_t limit, struct transfer **list, size_t *count)
{
    struct transfer *all = ARENA_ARRAY(c->arena, struct transfer, (size_t)limit + 1);
    struct db_rows *rows;
    size_t n = 0;
    enum err e = db_rows(c, tx, sql_list, DB_ARGS(db_int(limit)), &rows);

    if (e)
        return e;
    while (db_next(rows, &e))
        all[n++] = of_row(rows);
    db_end(rows);
    *list = all;
    *count = n;
    return e;
}

enum err route_transfer_leads(struct ctx *c, struct db_tx *tx, struct transfer_id id, struct transfer_lead **list, size_t *count)
{
    struct transfer_lead *all = NULL;
    struct db_rows *rows;
    size_t n = 0;
    enum err e = db_rows(c, tx, sql_leads, DB_ARGS(db_int(id.v)), &rows);

    if (e)
        return e;
    while (db_next(rows, &e)) {
        all = arena_more(c->arena, all, n, sizeof *all);
        all[n++] = (struct transfer_lead){ { db_col_int(rows, 0) }, { db_col_int(rows, 1) }, { db_col_int(rows, 2) } };
    }
    db_end(rows);
    *list = all;
    *count = n;
    return e;
}

enum err route_transfer_undone(struct ctx *c, struct db_tx *tx, struct transfer_id id)
{
    return db_run(c, tx, sql_undone, DB_ARGS(db_int(id.v), db_at(c->now)), NULL);
}
