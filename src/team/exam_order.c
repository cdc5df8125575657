/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/exam_order.h"

#include "db/list.h"

#define COLUMNS "id, user_id, product_id, by_id, at, due_at"

static const char sql_add[] = "INSERT INTO exam_order (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6)";
static const char sql_list[] =
    "SELECT " COLUMNS " FROM exam_order WHERE closed_at IS NULL AND (user_id = $1 OR $1 = 0) ORDER BY user_id, product_id";
static const char sql_get[] = "SELECT " COLUMNS " FROM exam_order WHERE id = $1 AND closed_at IS NULL";
static const char sql_close[] =
    "UPDATE exam_order SET closed_at = $3, closed_why = $4 WHERE user_id = $1 AND product_id = $2 AND closed_at IS NULL";

static void of_row(const struct db_rows *r, UNUSED struct arena *a, void *order)
{
    *(struct exam_order *)order = (struct exam_order){
        .id = { db_col_int(r, 0) }, .user = { db_col_int(r, 1) }, .product = { db_col_int(r, 2) }, .by = { db_col_int(r, 3) },
        .at = db_col_at(r, 4), .due = db_col_int(r, 5),
    };
}

enum err team_exam_order_add(struct ctx *c, struct db_tx *tx, struct exam_order *o)
{
    enum err e = team_exam_order_close(c, tx, o->user, o->product, STR("anew"));

    if (e)
        return e;
    o->id.v = db_new_id(tx);
    o->by.v = ctx_user(c);
    o->at = c->now;
    return db_run(c, tx, sql_add,
                  DB_ARGS(db_int(o->id.v), db_int(o->user.v), db_int(o->product.v), db_id(o->by.v), db_at(o->at), db_int(o->due)), NULL);
}

enum err team_exam_order_list(struct ctx *c, struct db_tx *tx, struct user_id user, struct exam_order **list, size_t *count)
{
    return db_list(c, tx, sql_list, DB_ARGS(db_int(user.v)), DB_ITEMS(of_row, list, count));
}

enum err team_exam_order_get(struct ctx *c, struct db_tx *tx, struct exam_order_id id, struct exam_order *o)
{
    return db_get(c, tx, sql_get, DB_ARGS(db_int(id.v)), of_row, o);
}

enum err team_exam_order_close(struct ctx *c, struct db_tx *tx, struct user_id user, struct product_id product, struct str why)
{
    return db_run(c, tx, sql_close, DB_ARGS(db_int(user.v), db_int(product.v), db_at(c->now), db_str(why)), NULL);
}
