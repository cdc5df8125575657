/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/question.h"

#include "db/list.h"

#define COLUMNS "id, version, product_id, kind, text, options, answer, topics, weight, active"

static const char sql_list[] =
    "SELECT " COLUMNS " FROM question WHERE product_id = $1 AND (active = 1 OR $2 = 0) ORDER BY topics, id";
static const char sql_get[] = "SELECT " COLUMNS " FROM question WHERE id = $1";
static const char sql_find[] = "SELECT " COLUMNS " FROM question WHERE product_id = $1 AND text_fold = $2";
static const char sql_count[] = "SELECT count(*) FROM question WHERE product_id = $1";
static const char sql_add[] =
    "INSERT INTO question (" COLUMNS ", text_fold) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (product_id, text_fold) DO NOTHING";
static const char sql_set[] =
    "UPDATE question SET version = version + 1, kind = $3, text = $4, options = $5, answer = $6, topics = $7, weight = $8, active = $9, "
    "text_fold = $10 WHERE id = $1 AND (version = $2 OR $2 = 0)";
static const char sql_del[] = "DELETE FROM question WHERE id = $1";

static void of_row(const struct db_rows *r, struct arena *a, void *question)
{
    *(struct question *)question = (struct question){
        .id = { db_col_int(r, 0) },
        .version = db_col_int(r, 1),
        .product = { db_col_int(r, 2) },
        .kind = (int)db_col_int(r, 3),
        .text = db_col_str(r, 4, a),
        .options = db_col_str(r, 5, a),
        .answer = db_col_str(r, 6, a),
        .topics = db_col_str(r, 7, a),
        .weight = db_col_int(r, 8),
        .active = db_col_int(r, 9) == 1,
    };
}

enum err team_question_list(struct ctx *c, struct db_tx *tx, struct product_id product, bool active, struct questions *list)
{
    return db_list(c, tx, sql_list, DB_ARGS(db_int(product.v), db_bool(active)), DB_LIST(of_row, list));
}

enum err team_question_get(struct ctx *c, struct db_tx *tx, struct question_id id, struct question *q)
{
    return db_get(c, tx, sql_get, DB_ARGS(db_int(id.v)), of_row, q);
}

enum err team_question_find(struct ctx *c, struct db_tx *tx, struct product_id product, struct str text, struct question *q)
{
    *q = (struct question){ .version = 0 };
    return db_find(c, tx, sql_find, DB_ARGS(db_int(product.v), db_str(team_answer_fold(c->arena, text))), of_row, q);
}

static enum err room_for_one(struct ctx *c, struct db_tx *tx, struct product_id product)
{
    int64_t count;
    enum err e = db_get(c, tx, sql_count, DB_ARGS(db_int(product.v)), db_int_of_row, &count);

    if (e)
        return e;
    return count < QUESTIONS_MAX ? ERR_NONE : fault_set(c, ERR_CONFLICT, "no more questions can be added to a product than: %d", QUESTIONS_MAX);
}

enum err team_question_put(struct ctx *c, struct db_tx *tx, struct question *q)
{
    int64_t id = q->id.v ? q->id.v : db_new_id(tx), changed = 0;
    struct str fold = team_answer_fold(c->arena, q->text);
    struct question same;
    enum err e = team_question_find(c, tx, q->product, q->text, &same);

    if (!e && same.id.v && same.id.v != q->id.v)
        return fault_at(c, ERR_TWICE, STR("/text"), "the product has that question already");
    if (e || (q->id.v == 0 && (e = room_for_one(c, tx, q->product))))
        return e;
    if (q->id.v)
        e = db_run(c, tx, sql_set,
                   DB_ARGS(db_int(id), db_int(q->version), db_int(q->kind), db_str(q->text), db_str(q->options), db_str(q->answer),
                           db_str(q->topics), db_int(q->weight), db_bool(q->active), db_str(fold)),
                   &changed);
    else
        e = db_run(c, tx, sql_add,
                   DB_ARGS(db_int(id), db_int(q->product.v), db_int(q->kind), db_str(q->text), db_str(q->options), db_str(q->answer),
                           db_str(q->topics), db_int(q->weight), db_bool(q->active), db_str(fold)),
                   &changed);
    if (e)
        return e;
    if (changed == 0)
        return q->id.v ? ERR_STALE : fault_at(c, ERR_TWICE, STR("/text"), "the product has that question already");
    q->version = q->id.v ? q->version + 1 : 1;
    q->id.v = id;
    return ERR_NONE;
}

enum err team_question_del(struct ctx *c, struct db_tx *tx, struct question_id id)
{
    int64_t changed = 0;
    enum err e = db_run(c, tx, sql_del, DB_ARGS(db_int(id.v)), &changed);

    if (e)
        return e;
    return changed ? ERR_NONE : ERR_NOT_FOUND;
}
