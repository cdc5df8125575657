/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/target.h"

#include "db/list.h"

static const char sql_list[] = "SELECT user_id, money, deals FROM sales_target WHERE month = $1 ORDER BY user_id LIMIT $2";
static const char sql_clear[] = "DELETE FROM sales_target WHERE month = $1";
static const char sql_add[] = "INSERT INTO sales_target (month, user_id, money, deals, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6)";

static void of_row(const struct db_rows *r, UNUSED struct arena *a, void *target)
{
    *(struct target *)target = (struct target){ { db_col_int(r, 0) }, db_col_int(r, 1), db_col_int(r, 2) };
}

enum err team_target_list(struct ctx *c, struct db_tx *tx, int month, struct targets *list)
{
    return db_list(c, tx, sql_list, DB_ARGS(db_int(month), db_int(TARGETS_MAX)), DB_LIST(of_row, list));
}

enum err team_target_put_all(struct ctx *c, struct db_tx *tx, int month, const struct targets *list)
{
    enum err e = db_run(c, tx, sql_clear, DB_ARGS(db_int(month)), NULL);

    for (size_t i = 0; i < list->count && !e; i++) {
        const struct target *t = &list->items[i];

        if (t->money || t->deals)
            e = db_run(c, tx, sql_add,
                       DB_ARGS(db_int(month), db_int(t->user.v), db_id(t->money), db_id(t->deals), db_id(ctx_user(c)), db_at(c->now)), NULL);
    }
    return e;
}
