/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Turns: where a lead's score was told anew. */
#include "score/score_store.h"

#include "db/list.h"

static const char sql_add[] = "INSERT INTO score_turn (lead_id, id, at, model_id, fresh, lost, band, armed) "
                              "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

enum err score_turns_add(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, const struct score_walked *walked,
                         const bool *fresh, const bool *lost, size_t count)
{
    enum { COLUMNS = 8 };
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, count * COLUMNS + 1), *v = values;

    for (size_t i = 0; i < count; i++) {
        if (!walked[i].turned)
            continue;
        *v++ = db_int(leads[i].v);
        *v++ = db_int(db_new_id(tx));
        *v++ = db_int(walked[i].turned_at);
        *v++ = db_int(walked[i].kept.model.v);
        *v++ = db_bool(fresh[i]);
        *v++ = db_bool(lost[i]);
        *v++ = db_int(walked[i].turned_band.band);
        *v++ = db_bool(walked[i].turned_band.armed);
    }
    size_t rows = (size_t)(v - values) / COLUMNS;
    return rows ? db_many(c, tx, sql_add, values, rows, COLUMNS, NULL) : ERR_NONE;
}

enum err score_turn_end(struct ctx *c, struct db_tx *tx, struct lead_id lead, instant at)
{
    return db_run(c, tx, sql_add,
                  DB_ARGS(db_int(lead.v), db_int(db_new_id(tx)), db_at(at), db_int(0), db_bool(false), db_bool(false),
                          db_int(BAND_COLD), db_bool(true)),
                  NULL);
}

enum err score_turns_lose(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n)
{
    enum { COLUMNS = 8 };
    struct score_kept *kept = ARENA_ARRAY(c->arena, struct score_kept, n + 1);
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, n * COLUMNS + 1), *v = values;
    enum err e = n ? score_load(c, tx, leads, n, kept) : ERR_NONE;

    if (e || !n)
        return e;
    for (size_t i = 0; i < n; i++) {
        bool whole = kept[i].model.v != 0;

        *v++ = db_int(leads[i].v);
        *v++ = db_int(db_new_id(tx));
        *v++ = db_at(whole ? kept[i].band.told : c->now);
        *v++ = db_int(kept[i].model.v);
        *v++ = db_bool(false);
        *v++ = db_bool(true);
        *v++ = db_int(whole ? kept[i].band.band : BAND_COLD);
        *v++ = db_bool(!whole || kept[i].band.armed);
    }
    return db_many(c, tx, sql_add, values, n, COLUMNS, NULL);
}

static void row_of_row(const struct db_rows *r, UNUSED struct arena *a, void *row)
{
    *(struct score_turn_row *)row = (struct score_turn_row){
        .at = db_col_at(r, 0),
        .model = {db_col_int(r, 1)},
        .fresh = db_col_int(r, 2) != 0,
        .lost = db_col_int(r, 3) != 0,
        .band = {(enum band)db_col_int(r, 4), db_col_int(r, 5) != 0, db_col_at(r, 0)},
    };
}

enum err score_turn_list(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct score_turn_row **rows, size_t *count)
{
    return db_list(c, tx, "SELECT at, model_id, fresh, lost, band, armed FROM score_turn WHERE lead_id = $1 ORDER BY id",
                   DB_ARGS(db_int(lead.v)), DB_ITEMS(row_of_row, rows, count));
}
