/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/view.h"

#include "db/list.h"

enum { LIST_MAX = 1000 };

#define VIEW_COLUMNS "id, version, user_id, name, query, team, pinned"

static void view_of_row(const struct db_rows *r, struct arena *a, void *view)
{
    *(struct saved_view *)view = (struct saved_view){
        .id = { db_col_int(r, 0) },
        .version = db_col_int(r, 1),
        .user = { db_col_int(r, 2) },
        .name = db_col_str(r, 3, a),
        .query = db_col_str(r, 4, a),
        .team = db_col_int(r, 5) != 0,
        .pinned = db_col_int(r, 6) != 0,
    };
}

static enum err room_for_one(struct ctx *c, struct db_tx *tx, struct user_id user)
{
    static const char sql[] = "SELECT COUNT(*) FROM saved_view WHERE user_id = $1";
    int64_t count;
    enum err e = db_get(c, tx, sql, DB_ARGS(db_int(user.v)), db_int_of_row, &count);

    if (e)
        return e;
    return count < VIEWS_MAX ? ERR_NONE : fault_set(c, ERR_CONFLICT, "no more views can be kept than: %d", VIEWS_MAX);
}

enum err team_view_add(struct ctx *c, struct db_tx *tx, struct saved_view *v)
{
    static const char sql[] = "INSERT INTO saved_view (" VIEW_COLUMNS ", created_at) VALUES ($1, 1, $2, $3, $4, $5, $6, $7)";
    enum err e = room_for_one(c, tx, v->user);

    if (e)
        return e;
    v->id.v = db_new_id(tx);
    v->version = 1;
    return db_run(c, tx, sql,
                  DB_ARGS(db_int(v->id.v), db_int(v->user.v), db_str(v->name), db_str(v->query), db_bool(v->team),
                          db_bool(v->pinned), db_at(c->now)),
                  NULL);
}

enum err team_view_get(struct ctx *c, struct db_tx *tx, struct view_id id, struct user_id user, struct saved_view *v)
{
    static const char sql[] = "SELECT " VIEW_COLUMNS " FROM saved_view WHERE id = $1 AND (user_id = $2 OR team = 1)";
    return db_get(c, tx, sql, DB_ARGS(db_int(id.v), db_int(user.v)), view_of_row, v);
}

enum err team_view_put(struct ctx *c, struct db_tx *tx, struct saved_view *v)
{
    static const char sql[] = "UPDATE saved_view SET version = version + 1, name = $3, query = $4, team = $5, pinned = $6"
                              " WHERE id = $1 AND version = $2";
    int64_t changed = 0;
    enum err e = db_run(c, tx, sql,
                        DB_ARGS(db_int(v->id.v), db_int(v->version), db_str(v->name), db_str(v->query),
                                db_bool(v->team), db_bool(v->pinned)),
                        &changed);

    if (e)
        return e;
    if (changed == 0)
        return ERR_STALE;
    v->version++;
    return ERR_NONE;
}

enum err team_view_del(struct ctx *c, struct db_tx *tx, struct view_id id)
{
    static const char sql[] = "DELETE FROM saved_view WHERE id = $1";

    return db_run(c, tx, sql, DB_ARGS(db_int(id.v)), NULL);
}

enum err team_view_list(struct ctx *c, struct db_tx *tx, struct user_id user, struct saved_view **list, size_t *count)
{
    static const char sql[] = "SELECT " VIEW_COLUMNS " FROM saved_view WHERE user_id = $1 OR team = 1"
                              " ORDER BY pinned DESC, name, id LIMIT $2";

    return db_list(c, tx, sql, DB_ARGS(db_int(user.v), db_int(LIST_MAX)), DB_ITEMS(view_of_row, list, count));
}
