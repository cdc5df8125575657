/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/perform_store.h"

#include "base/buf.h"
#include "base/json.h"
#include "db/list.h"

enum { CURVE_BYTES = 4096, COLUMNS = 22 };

static struct str curve_text(struct arena *a, const fix curve[LEARN_CURVE])
{
    struct buf b = buf_new(a, CURVE_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (int i = 0; i < LEARN_CURVE; i++)
        json_put_int(&o, curve[i]);
    json_list_end(&o);
    return buf_str(&b);
}

static void curve_read(struct ctx *c, struct str text, fix curve[LEARN_CURVE])
{
    struct json *list;

    if (json_read(c, text, &list) || !json_is(list, JSON_ARRAY) || list->count != LEARN_CURVE) {
        fault_clear(c);
        return;
    }
    for (int i = 0; i < LEARN_CURVE; i++)
        (void)json_int(&list->as.items[i], &curve[i]);
}

enum err learn_performance_begin(struct ctx *c, struct db_tx *tx, struct learn_performance_head *head)
{
    head->id.v = db_new_id(tx);
    return db_run(c, tx,
                  "INSERT INTO performance (id, state, made_at, maturity_days, by_chance, sampled, curve) VALUES ($1, 0, $2, 0, 0, 0, '[]')",
                  DB_ARGS(db_int(head->id.v), db_at(head->made_at)), NULL);
}

enum err learn_performance_end(struct ctx *c, struct db_tx *tx, const struct learn_performance_head *head,
                               const struct learn_performed *rows, size_t n)
{
    struct db_value *v = ARENA_ARRAY(c->arena, struct db_value, COLUMNS * n + 1);
    enum err e;

    for (size_t i = 0; i < n; i++) {
        const struct learn_performed *r = &rows[i];
        const struct db_value row[COLUMNS] = {
            db_int(head->id.v), db_int(r->user.v), db_int(r->segment), db_str(r->source), db_int(r->leads), db_int(r->n), db_int(r->won),
            db_int(r->expected), db_bool(r->enough), db_int(r->rate.value), db_int(r->rate.low), db_int(r->rate.high),
            db_int(r->ratio.value), db_int(r->ratio.low), db_int(r->ratio.high), db_int(r->verdict), db_int(r->deals),
            db_bool(r->deal_enough), db_int(r->deal.value), db_int(r->deal.low), db_int(r->deal.high), db_int(r->deal_verdict),
        };

        memcpy(v + COLUMNS * i, row, sizeof row);
    }
    e = db_many(c, tx,
                "INSERT INTO performance_row (report_id, user_id, segment, source, leads, n, won, expected, enough, rate, rate_low,"
                " rate_high, ratio, ratio_low, ratio_high, verdict, deals, deal_enough, deal, deal_low, deal_high, deal_verdict)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
                v, n, COLUMNS, NULL);
    if (e)
        return e;
    return db_run(c, tx, "UPDATE performance SET state = 1, maturity_days = $2, by_chance = $3, sampled = $4, curve = $5 WHERE id = $1",
                  DB_ARGS(db_int(head->id.v), db_int(head->maturity_days), db_bool(head->by_chance), db_bool(head->sampled),
                          db_str(curve_text(c->arena, head->curve))),
                  NULL);
}

enum err learn_performance_get(struct ctx *c, struct db_tx *tx, struct learn_performance_head *head)
{
    struct db_rows *r;
    enum err e = db_rows(c, tx,
                         "SELECT id, made_at, maturity_days, by_chance, sampled, curve FROM performance WHERE state = 1"
                         " ORDER BY id DESC LIMIT 1",
                         DB_NO_ARGS, &r);
    struct str curve = STR_NULL;

    *head = (struct learn_performance_head){ .made_at = INSTANT_NONE };
    if (e)
        return e;
    if (db_next(r, &e)) {
        head->id.v = db_col_int(r, 0);
        head->made_at = db_col_at(r, 1);
        head->maturity_days = db_col_int(r, 2);
        head->by_chance = db_col_int(r, 3) == 1;
        head->sampled = db_col_int(r, 4) == 1;
        curve = db_col_str(r, 5, c->arena);
    }
    db_end(r);
    if (!e && curve.len)
        curve_read(c, curve, head->curve);
    return e;
}

static void performed_of_row(const struct db_rows *r, struct arena *a, void *performed)
{
    *(struct learn_performed *)performed = (struct learn_performed){
        .user = { db_col_int(r, 0) }, .segment = (int)db_col_int(r, 1), .source = db_col_str(r, 2, a), .leads = db_col_int(r, 3),
        .n = db_col_int(r, 4), .won = db_col_int(r, 5), .expected = db_col_int(r, 6), .enough = db_col_int(r, 7) == 1,
        .rate = { db_col_int(r, 8), db_col_int(r, 9), db_col_int(r, 10) },
        .ratio = { db_col_int(r, 11), db_col_int(r, 12), db_col_int(r, 13) }, .verdict = (int)db_col_int(r, 14),
        .deals = db_col_int(r, 15), .deal_enough = db_col_int(r, 16) == 1,
        .deal = { db_col_int(r, 17), db_col_int(r, 18), db_col_int(r, 19) }, .deal_verdict = (int)db_col_int(r, 20),
    };
}

enum err learn_performance_rows(struct ctx *c, struct db_tx *tx, struct report_id id, struct learn_performed **rows, size_t *n)
{
    return db_list(c, tx,
                   "SELECT user_id, segment, source, leads, n, won, expected, enough, rate, rate_low, rate_high, ratio, ratio_low,"
                   " ratio_high, verdict, deals, deal_enough, deal, deal_low, deal_high, deal_verdict FROM performance_row"
                   " WHERE report_id = $1 ORDER BY segment, user_id", DB_ARGS(db_int(id.v)), DB_ITEMS(performed_of_row, rows, n));
}

enum err learn_performance_cut(struct ctx *c, struct db_tx *tx)
{
    enum { LOOK = 50 };
    struct report_id old[LOOK];
    struct db_rows *r;
    size_t n = 0;
    enum err e = db_rows(c, tx, "SELECT id FROM performance ORDER BY id DESC LIMIT $1", DB_ARGS(db_int(LOOK)), &r);

    if (e)
        return e;
    while (n < LOOK && db_next(r, &e))
        old[n++].v = db_col_int(r, 0);
    db_end(r);
    for (size_t i = PERFORMANCE_KEPT; i < n && !e; i++) {
        if ((e = learn_report_del(c, tx, old[i]))
            || (e = db_run(c, tx, "DELETE FROM performance_row WHERE report_id = $1", DB_ARGS(db_int(old[i].v)), NULL)))
            return e;
        e = db_run(c, tx, "DELETE FROM performance WHERE id = $1", DB_ARGS(db_int(old[i].v)), NULL);
    }
    return e;
}
