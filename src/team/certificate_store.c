/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/certificate.h"

#include "db/list.h"

#define COLUMNS \
    "id, user_id, product_id, from_at, until_at, revoked_at, revoked_by, revoke_reason, attempt_id, given_by, reason, told, next_at"

static const char sql_add[] = "INSERT INTO certificate (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, NULL, NULL, NULL, $6, $7, $8, $9, $10)";
static const char sql_get[] = "SELECT " COLUMNS " FROM certificate WHERE id = $1";
static const char sql_list[] =
    "SELECT " COLUMNS " FROM certificate WHERE (user_id = $1 OR $1 = 0) AND (product_id = $2 OR $2 = 0) ORDER BY id DESC LIMIT $3";
static const char sql_all[] =
    "SELECT " COLUMNS " FROM certificate WHERE user_id = $1 OR $1 = 0 ORDER BY user_id, product_id, id DESC LIMIT $2";
static const char sql_revoke[] =
    "UPDATE certificate SET revoked_at = $2, revoked_by = $3, revoke_reason = $4, next_at = $5 WHERE id = $1 AND revoked_at IS NULL";
static const char sql_told[] = "UPDATE certificate SET told = $2, next_at = $3 WHERE id = $1";
static const char sql_due[] = "SELECT " COLUMNS " FROM certificate WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2";
static const char sql_due_next[] = "SELECT min(next_at) FROM certificate";
static const char sql_skills[] =
    "SELECT user_id, product_id, from_at, until_at, revoked_at FROM certificate WHERE revoked_at IS NULL AND until_at > $1 ORDER BY user_id, id";

static void of_row(const struct db_rows *r, struct arena *a, void *certificate)
{
    *(struct certificate *)certificate = (struct certificate){
        .id = { db_col_int(r, 0) },
        .user = { db_col_int(r, 1) },
        .product = { db_col_int(r, 2) },
        .from = db_col_int(r, 3),
        .until = db_col_int(r, 4),
        .revoked_at = db_col_at(r, 5),
        .revoked_by = { db_col_int(r, 6) },
        .revoke_reason = db_col_str(r, 7, a),
        .attempt = { db_col_int(r, 8) },
        .given_by = { db_col_int(r, 9) },
        .reason = db_col_str(r, 10, a),
        .told = (unsigned)db_col_int(r, 11),
        .next_at = db_col_int(r, 12),
    };
}

enum err team_certificate_add(struct ctx *c, struct db_tx *tx, struct certificate *x)
{
    if (x->until <= x->from)
        return fault_at(c, ERR_BAD_FIELD, STR("/until"), "it would end before it begins");
    x->id.v = db_new_id(tx);
    x->revoked_at = INSTANT_NONE;
    x->next_at = team_certificate_next(x).at;
    return db_run(c, tx, sql_add,
                  DB_ARGS(db_int(x->id.v), db_int(x->user.v), db_int(x->product.v), db_int(x->from), db_int(x->until), db_id(x->attempt.v),
                          db_id(x->given_by.v), db_str(x->reason), db_int(x->told), db_int(x->next_at)),
                  NULL);
}

enum err team_certificate_get(struct ctx *c, struct db_tx *tx, struct certificate_id id, struct certificate *x)
{
    return db_get(c, tx, sql_get, DB_ARGS(db_int(id.v)), of_row, x);
}

enum err team_certificate_list(struct ctx *c, struct db_tx *tx, struct user_id user, struct product_id product, int64_t limit,
                               struct certificates *list)
{
    return db_list(c, tx, sql_list, DB_ARGS(db_int(user.v), db_int(product.v), db_int(limit)), DB_LIST(of_row, list));
}

enum err team_certificate_all(struct ctx *c, struct db_tx *tx, struct user_id user, int64_t limit, struct certificates *list)
{
    return db_list(c, tx, sql_all, DB_ARGS(db_int(user.v), db_int(limit)), DB_LIST(of_row, list));
}

enum err team_certificate_revoke(struct ctx *c, struct db_tx *tx, struct certificate *x, struct str reason)
{
    int64_t changed = 0;
    enum err e;

    if (team_certificate_state(x, c->now) != CERTIFICATE_VALID)
        return fault_set(c, ERR_CONFLICT, "it is not valid any more");
    e = db_run(c, tx, sql_revoke,
               DB_ARGS(db_int(x->id.v), db_at(c->now), db_id(ctx_user(c)), db_str(reason), db_int(INSTANT_NEVER)), &changed);
    if (e)
        return e;
    if (changed == 0)
        return ERR_BUSY; /* another program was first: read anew */
    x->revoked_at = c->now;
    x->revoked_by.v = ctx_user(c);
    x->revoke_reason = reason;
    x->next_at = INSTANT_NEVER;
    return ERR_NONE;
}

enum err team_certificate_told(struct ctx *c, struct db_tx *tx, const struct certificate *x)
{
    return db_run(c, tx, sql_told, DB_ARGS(db_int(x->id.v), db_int(x->told), db_int(x->next_at)), NULL);
}

enum err team_certificate_due(struct ctx *c, struct db_tx *tx, instant by, int64_t limit, struct certificates *list)
{
    return db_list(c, tx, sql_due, DB_ARGS(db_int(by), db_int(limit)), DB_LIST(of_row, list));
}

enum err team_certificate_due_next(struct ctx *c, struct db_tx *tx, instant *at)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, sql_due_next, DB_NO_ARGS, &row);

    if (e)
        return e;
    *at = db_col_null(row, 0) ? INSTANT_NEVER : db_col_int(row, 0);
    db_end(row);
    return ERR_NONE;
}

static void skill_of_row(const struct db_rows *r, UNUSED struct arena *a, void *skill)
{
    *(struct skill *)skill = (struct skill){ { db_col_int(r, 0) }, { db_col_int(r, 1) }, db_col_int(r, 2), db_col_int(r, 3), db_col_at(r, 4) };
}

enum err team_skill_list(struct ctx *c, struct db_tx *tx, instant at, struct skill **list, size_t *count)
{
    return db_list(c, tx, sql_skills, DB_ARGS(db_int(at)), DB_ITEMS(skill_of_row, list, count));
}

/* ---- what people are told ---- */

static const char sql_notice_away[] =
    "UPDATE certificate_notice SET seen_at = $3 WHERE user_id = $1 AND product_id = $2 AND seen_at IS NULL";
static const char sql_notice_add[] =
    "INSERT INTO certificate_notice (id, user_id, certificate_id, product_id, kind, at, until_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)";
static const char sql_notice_list[] =
    "SELECT id, user_id, certificate_id, product_id, kind, at, until_at FROM certificate_notice WHERE user_id = $1 AND seen_at IS NULL "
    "ORDER BY id DESC LIMIT 100";
static const char sql_notice_seen[] = "UPDATE certificate_notice SET seen_at = coalesce(seen_at, $3) WHERE id = $1 AND user_id = $2";

enum err team_notice_add(struct ctx *c, struct db_tx *tx, struct certificate_notice *n)
{
    enum err e = db_run(c, tx, sql_notice_away, DB_ARGS(db_int(n->user.v), db_int(n->product.v), db_at(c->now)), NULL);

    if (e)
        return e;
    n->id.v = db_new_id(tx);
    n->at = c->now;
    return db_run(c, tx, sql_notice_add,
                  DB_ARGS(db_int(n->id.v), db_int(n->user.v), db_int(n->certificate.v), db_int(n->product.v), db_int(n->word), db_at(n->at),
                          db_int(n->until)),
                  NULL);
}

static void notice_of_row(const struct db_rows *r, UNUSED struct arena *a, void *notice)
{
    *(struct certificate_notice *)notice = (struct certificate_notice){
        { db_col_int(r, 0) }, { db_col_int(r, 1) }, { db_col_int(r, 2) }, { db_col_int(r, 3) },
        (enum certificate_word)db_col_int(r, 4), db_col_at(r, 5), db_col_int(r, 6),
    };
}

enum err team_notice_list(struct ctx *c, struct db_tx *tx, struct user_id user, struct certificate_notice **list, size_t *count)
{
    return db_list(c, tx, sql_notice_list, DB_ARGS(db_int(user.v)), DB_ITEMS(notice_of_row, list, count));
}

enum err team_notice_seen(struct ctx *c, struct db_tx *tx, struct notice_id id, struct user_id user)
{
    int64_t changed = 0;
    enum err e = db_run(c, tx, sql_notice_seen, DB_ARGS(db_int(id.v), db_int(user.v), db_at(c->now)), &changed);

    if (e)
        return e;
    return changed ? ERR_NONE : ERR_NOT_FOUND;
}

/* ---- plans ---- */

#define PLAN_COLUMNS "id, user_id, product_id, certificate_id, at, hot_moved, hot_waiting, leads, task_id, closed_at, closed_why"

static const char sql_plan_add[] = "INSERT INTO skill_plan (" PLAN_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, NULL)";
static const char sql_plan_get[] = "SELECT " PLAN_COLUMNS " FROM skill_plan WHERE id = $1";
static const char sql_plan_find[] = "SELECT " PLAN_COLUMNS " FROM skill_plan WHERE user_id = $1 AND product_id = $2 AND closed_at IS NULL";
static const char sql_plan_list[] =
    "SELECT " PLAN_COLUMNS " FROM skill_plan ORDER BY CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END, id DESC LIMIT $1";
static const char sql_plan_leads[] = "UPDATE skill_plan SET leads = $2 WHERE id = $1";
static const char sql_plan_close[] = "UPDATE skill_plan SET closed_at = $2, closed_why = $3 WHERE id = $1 AND closed_at IS NULL";

static void plan_of_row(const struct db_rows *r, struct arena *a, void *plan)
{
    *(struct skill_plan *)plan = (struct skill_plan){
        .id = { db_col_int(r, 0) },
        .user = { db_col_int(r, 1) },
        .product = { db_col_int(r, 2) },
        .certificate = { db_col_int(r, 3) },
        .at = db_col_at(r, 4),
        .hot_moved = db_col_int(r, 5),
        .hot_waiting = db_col_int(r, 6),
        .leads = db_col_int(r, 7),
        .task = { db_col_int(r, 8) },
        .closed_at = db_col_at(r, 9),
        .closed_why = db_col_str(r, 10, a),
    };
}

enum err team_plan_add(struct ctx *c, struct db_tx *tx, struct skill_plan *p)
{
    struct skill_plan open;
    enum err e = team_plan_find(c, tx, p->user, p->product, &open);

    if (e || (open.id.v && (e = team_plan_close(c, tx, open.id, STR("anew")))))
        return e;
    p->id.v = db_new_id(tx);
    p->at = c->now;
    p->closed_at = INSTANT_NONE;
    return db_run(c, tx, sql_plan_add,
                  DB_ARGS(db_int(p->id.v), db_int(p->user.v), db_int(p->product.v), db_int(p->certificate.v), db_at(p->at), db_int(p->hot_moved),
                          db_int(p->hot_waiting), db_int(p->leads), db_id(p->task.v)),
                  NULL);
}

enum err team_plan_get(struct ctx *c, struct db_tx *tx, struct plan_id id, struct skill_plan *p)
{
    return db_get(c, tx, sql_plan_get, DB_ARGS(db_int(id.v)), plan_of_row, p);
}

enum err team_plan_find(struct ctx *c, struct db_tx *tx, struct user_id user, struct product_id product, struct skill_plan *p)
{
    *p = (struct skill_plan){ .closed_at = INSTANT_NONE };
    return db_find(c, tx, sql_plan_find, DB_ARGS(db_int(user.v), db_int(product.v)), plan_of_row, p);
}

enum err team_plan_list(struct ctx *c, struct db_tx *tx, int64_t limit, struct skill_plan **list, size_t *count)
{
    return db_list(c, tx, sql_plan_list, DB_ARGS(db_int(limit)), DB_ITEMS(plan_of_row, list, count));
}

enum err team_plan_set_leads(struct ctx *c, struct db_tx *tx, struct plan_id id, int64_t leads)
{
    return db_run(c, tx, sql_plan_leads, DB_ARGS(db_int(id.v), db_int(leads)), NULL);
}

enum err team_plan_close(struct ctx *c, struct db_tx *tx, struct plan_id id, struct str why)
{
    return db_run(c, tx, sql_plan_close, DB_ARGS(db_int(id.v), db_at(c->now), db_str(why)), NULL);
}
