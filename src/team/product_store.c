/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/product.h"

#include "base/utf8.h"
#include "db/list.h"

#define COLUMNS \
    "id, version, name, name_fold, note, gated, draw, pass_pct, minutes, attempts, cooldown_h, valid_days, show_answers"

static const char sql_list[] = "SELECT " COLUMNS " FROM product ORDER BY name_fold";
static const char sql_get[] = "SELECT " COLUMNS " FROM product WHERE id = $1";
static const char sql_add[] =
    "INSERT INTO product (" COLUMNS ") VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (name_fold) DO NOTHING";
static const char sql_set[] =
    "UPDATE product SET version = version + 1, name = $3, name_fold = $4, note = $5, gated = $6, draw = $7, pass_pct = $8, minutes = $9, "
    "attempts = $10, cooldown_h = $11, valid_days = $12, show_answers = $13 WHERE id = $1 AND (version = $2 OR $2 = 0)";
static const char sql_named[] = "SELECT id FROM product WHERE name_fold = $1 AND id <> $2";
static const char sql_used[] =
    "SELECT (SELECT count(*) FROM attempt WHERE product_id = $1) + (SELECT count(*) FROM certificate WHERE product_id = $1)";
static const char sql_del_questions[] = "DELETE FROM question WHERE product_id = $1";
static const char sql_del[] = "DELETE FROM product WHERE id = $1";

static void of_row(const struct db_rows *r, struct arena *a, void *product)
{
    *(struct product *)product = (struct product){
        .id = { db_col_int(r, 0) },
        .version = db_col_int(r, 1),
        .name = db_col_str(r, 2, a),
        .fold = db_col_str(r, 3, a),
        .note = db_col_str(r, 4, a),
        .gated = db_col_int(r, 5) == 1,
        .draw = db_col_int(r, 6),
        .pass_pct = db_col_int(r, 7),
        .minutes = db_col_int(r, 8),
        .attempts = db_col_int(r, 9),
        .cooldown_h = db_col_int(r, 10),
        .valid_days = db_col_int(r, 11),
        .show_answers = db_col_int(r, 12) == 1,
    };
}

enum err team_product_list(struct ctx *c, struct db_tx *tx, struct products *list)
{
    return db_list(c, tx, sql_list, DB_NO_ARGS, DB_LIST(of_row, list));
}

enum err team_product_get(struct ctx *c, struct db_tx *tx, struct product_id id, struct product *p)
{
    return db_get(c, tx, sql_get, DB_ARGS(db_int(id.v)), of_row, p);
}

/* ERR_TWICE when another one has that name. */
static enum err name_is_free(struct ctx *c, struct db_tx *tx, const struct product *p)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, sql_named, DB_ARGS(db_str(p->fold), db_int(p->id.v)), &row);

    if (e == ERR_NOT_FOUND) {
        fault_clear(c);
        return ERR_NONE;
    }
    if (e)
        return e;
    db_end(row);
    return fault_at(c, ERR_TWICE, STR("/name"), "there is a product of that name");
}

enum err team_product_put(struct ctx *c, struct db_tx *tx, struct product *p)
{
    int64_t changed = 0, id = p->id.v ? p->id.v : db_new_id(tx);
    enum err e;

    p->fold = team_product_fold(c->arena, p->name);
    if ((e = name_is_free(c, tx, p)))
        return e;
    if (p->id.v)
        e = db_run(c, tx, sql_set,
                   DB_ARGS(db_int(id), db_int(p->version), db_str(p->name), db_str(p->fold), db_str(p->note), db_bool(p->gated), db_int(p->draw),
                           db_int(p->pass_pct), db_int(p->minutes), db_int(p->attempts), db_int(p->cooldown_h), db_int(p->valid_days),
                           db_bool(p->show_answers)),
                   &changed);
    else
        e = db_run(c, tx, sql_add,
                   DB_ARGS(db_int(id), db_str(p->name), db_str(p->fold), db_str(p->note), db_bool(p->gated), db_int(p->draw), db_int(p->pass_pct),
                           db_int(p->minutes), db_int(p->attempts), db_int(p->cooldown_h), db_int(p->valid_days), db_bool(p->show_answers)),
                   &changed);
    if (e)
        return e;
    if (changed == 0)
        return p->id.v ? ERR_STALE : fault_at(c, ERR_TWICE, STR("/name"), "there is a product of that name");
    p->version = p->id.v ? p->version + 1 : 1;
    p->id.v = id;
    return ERR_NONE;
}

enum err team_product_del(struct ctx *c, struct db_tx *tx, struct product_id id)
{
    int64_t used, changed = 0;
    enum err e = db_get(c, tx, sql_used, DB_ARGS(db_int(id.v)), db_int_of_row, &used);

    if (e)
        return e;
    if (used)
        return fault_set(c, ERR_CONFLICT, "people were tested or certified for this product");
    if ((e = db_run(c, tx, sql_del_questions, DB_ARGS(db_int(id.v)), NULL)) || (e = db_run(c, tx, sql_del, DB_ARGS(db_int(id.v)), &changed)))
        return e;
    return changed ? ERR_NONE : ERR_NOT_FOUND;
}

struct str team_product_fold(struct arena *a, struct str name)
{
    return utf8_fold(a, str_trim(name));
}

const struct product *team_product_named(const struct products *list, struct str word, struct arena *a)
{
    struct str fold;

    if (list->count == 0 || word.len == 0)
        return NULL;
    fold = team_product_fold(a, word);
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->items[i].fold, fold))
            return &list->items[i];
    return NULL;
}

const struct product *team_product_of(const struct products *list, struct product_id id)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].id.v == id.v)
            return &list->items[i];
    return NULL;
}
