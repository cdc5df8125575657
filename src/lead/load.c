/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lead/load.h"

#include <stdlib.h>

#include "lead/lead.h"

/* So many changes wait before they are added up, and so many are added up at once. */
enum { FOLD_LEAST = 64, FOLD_MOST = 4000, LOAD_COLUMNS = 4 };

static_assert(BANDS == 3, "a column for each band");

static const char sql_read[] = "SELECT owner_id, stage, band FROM lead_now WHERE lead_id = $1";
/* Held and not written: a row that was written anew for it would be in every index once more. */
static const char sql_hold[] = "SELECT owner_id, stage, band FROM lead_now WHERE lead_id = $1 FOR UPDATE";
static const char sql_add[] =
    "INSERT INTO owner_load (owner_id, cold, warm, hot) VALUES ($1, $2, $3, $4) ON CONFLICT (owner_id) DO UPDATE SET "
    "cold = owner_load.cold + excluded.cold, warm = owner_load.warm + excluded.warm, hot = owner_load.hot + excluded.hot";
static const char sql_change[] = "INSERT INTO owner_load_change (id, owner_id, cold, warm, hot) VALUES ($1, $2, $3, $4, $5)";
/* One statement, one moment: between two of them another program might have added up. */
static const char sql_list[] =
    "SELECT owner_id, cold, warm, hot, 0 FROM owner_load UNION ALL SELECT owner_id, cold, warm, hot, id FROM owner_load_change";
static const char sql_change_del[] = "DELETE FROM owner_load_change WHERE id = $1";
static const char sql_recount[] =
    "SELECT owner_id, sum(CASE WHEN band = 0 THEN 1 ELSE 0 END), sum(CASE WHEN band = 1 THEN 1 ELSE 0 END), "
    "sum(CASE WHEN band = 2 THEN 1 ELSE 0 END), 0 FROM lead_now WHERE owner_id IS NOT NULL AND stage < 5 GROUP BY owner_id";
/* What a count gives without what the counters say: one statement, so that a change is in both or in neither. */
static const char sql_missing[] =
    "SELECT owner_id, sum(CASE WHEN band = 0 THEN 1 ELSE 0 END), sum(CASE WHEN band = 1 THEN 1 ELSE 0 END), "
    "sum(CASE WHEN band = 2 THEN 1 ELSE 0 END), 0 FROM lead_now WHERE owner_id IS NOT NULL AND stage < 5 GROUP BY owner_id "
    "UNION ALL SELECT owner_id, -cold, -warm, -hot, 0 FROM owner_load UNION ALL SELECT owner_id, -cold, -warm, -hot, 0 FROM owner_load_change";

/* ---- changes ---- */

enum err lead_load_hold(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, struct lead_hand *hands)
{
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, n + 1);
    struct db_rows *rows;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        values[i] = db_int(leads[i].v);
        hands[i] = (struct lead_hand){ .there = false };
    }
    if (!n || (e = db_rows_many(c, tx, db_has_rivals(tx) ? sql_hold : sql_read, values, n, 1, &rows)))
        return n ? e : ERR_NONE;
    while (db_next(rows, &e))
        hands[db_row_index(rows)] = (struct lead_hand){ true, { db_col_int(rows, 0) }, (int)db_col_int(rows, 1), (enum band)db_col_int(rows, 2) };
    db_end(rows);
    return e;
}

static bool is_counted(const struct lead_hand *h)
{
    return h->there && h->owner.v && h->stage < STAGE_WON;
}

static void change_add(struct lead_load *list, size_t *n, const struct lead_hand *h, int by)
{
    if (!is_counted(h))
        return;
    for (size_t i = 0; i < *n; i++)
        if (list[i].owner.v == h->owner.v) {
            list[i].count[h->band] += by;
            return;
        }
    list[*n] = (struct lead_load){ .owner = h->owner };
    list[(*n)++].count[h->band] += by;
}

static bool is_nothing(const struct lead_load *l)
{
    return !l->count[BAND_COLD] && !l->count[BAND_WARM] && !l->count[BAND_HOT];
}

static void load_values(const struct lead_load *l, struct db_value *v)
{
    v[0] = db_int(l->owner.v);
    for (int band = 0; band < BANDS; band++)
        v[1 + band] = db_int(l->count[band]);
}

static enum err loads_add(struct ctx *c, struct db_tx *tx, const struct lead_load *list, size_t n)
{
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, LOAD_COLUMNS * n + 1);

    for (size_t i = 0; i < n; i++)
        load_values(&list[i], values + LOAD_COLUMNS * i);
    return n ? db_many(c, tx, sql_add, values, n, LOAD_COLUMNS, NULL) : ERR_NONE;
}

static enum err changes_add(struct ctx *c, struct db_tx *tx, const struct lead_load *list, size_t n)
{
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, (1 + LOAD_COLUMNS) * n + 1);

    for (size_t i = 0; i < n; i++) {
        values[(1 + LOAD_COLUMNS) * i] = db_int(db_new_id(tx));
        load_values(&list[i], values + (1 + LOAD_COLUMNS) * i + 1);
    }
    return n ? db_many(c, tx, sql_change, values, n, 1 + LOAD_COLUMNS, NULL) : ERR_NONE;
}

enum err lead_load_moved(struct ctx *c, struct db_tx *tx, const struct lead_hand *before, const struct lead_hand *after, size_t n)
{
    struct lead_load *list = ARENA_ARRAY(c->arena, struct lead_load, 2 * n + 1);
    size_t all = 0, count = 0;

    for (size_t i = 0; i < n; i++) {
        change_add(list, &all, &before[i], -1);
        change_add(list, &all, &after[i], 1);
    }
    for (size_t i = 0; i < all; i++)
        if (!is_nothing(&list[i]))
            list[count++] = list[i];
    return db_has_rivals(tx) ? changes_add(c, tx, list, count) : loads_add(c, tx, list, count);
}

/* ---- asked ---- */

struct loads {
    struct lead_load *items;
    size_t count;
    struct lead_load *changes; /* of the items, those that have not been added up */
    struct db_value *ids;
    size_t change_count;
};

static enum err loads_read(struct ctx *c, struct db_tx *tx, const char *sql, struct loads *list)
{
    struct db_rows *r;
    enum err e = db_rows(c, tx, sql, DB_NO_ARGS, &r);

    *list = (struct loads){ .count = 0 };
    if (e)
        return e;
    while (db_next(r, &e)) {
        struct lead_load one = { { db_col_int(r, 0) }, { db_col_int(r, 1), db_col_int(r, 2), db_col_int(r, 3) } };

        list->items = arena_more(c->arena, list->items, list->count, sizeof *list->items);
        list->items[list->count++] = one;
        if (!db_col_int(r, 4))
            continue;
        list->changes = arena_more(c->arena, list->changes, list->change_count, sizeof *list->changes);
        list->ids = arena_more(c->arena, list->ids, list->change_count, sizeof *list->ids);
        list->ids[list->change_count] = db_int(db_col_int(r, 4));
        list->changes[list->change_count++] = one;
    }
    db_end(r);
    return e;
}

static int by_owner(const void *a, const void *b)
{
    const struct lead_load *x = a, *y = b;

    return x->owner.v < y->owner.v ? -1 : x->owner.v > y->owner.v;
}

/* One for each owner, by owner; how many. */
static size_t loads_sum(struct lead_load *list, size_t n)
{
    size_t count = 0;

    if (n)
        qsort(list, n, sizeof *list, by_owner);
    for (size_t i = 0; i < n; i++) {
        if (!count || list[count - 1].owner.v != list[i].owner.v) {
            list[count++] = list[i];
            continue;
        }
        for (int band = 0; band < BANDS; band++)
            list[count - 1].count[band] += list[i].count[band];
    }
    return count;
}

static enum err fold(struct ctx *c, struct db_tx *tx, struct loads *all)
{
    size_t n = all->change_count < FOLD_MOST ? all->change_count : FOLD_MOST;
    enum err e = db_many(c, tx, sql_change_del, all->ids, n, 1, NULL);

    return e ? e : loads_add(c, tx, all->changes, loads_sum(all->changes, n));
}

enum err lead_load_list(struct ctx *c, struct db_tx *tx, enum lead_load_use use, struct lead_load **list, size_t *count)
{
    struct loads all;
    enum err e = loads_read(c, tx, sql_list, &all);

    if (e || (use == LOAD_FOLD && all.change_count >= FOLD_LEAST && (e = fold(c, tx, &all))))
        return e;
    *list = all.items;
    *count = loads_sum(all.items, all.count);
    return ERR_NONE;
}

enum err lead_load_recount(struct ctx *c, struct db_tx *tx, struct lead_load **list, size_t *count)
{
    struct loads all;
    enum err e = loads_read(c, tx, sql_recount, &all);

    if (e)
        return e;
    *list = all.items;
    *count = loads_sum(all.items, all.count);
    return ERR_NONE;
}

enum err lead_load_mend(struct ctx *c, struct db_tx *tx)
{
    size_t n, count = 0;
    struct loads all;
    enum err e = loads_read(c, tx, sql_missing, &all);

    if (e)
        return e;
    n = loads_sum(all.items, all.count);
    for (size_t i = 0; i < n; i++)
        if (!is_nothing(&all.items[i]))
            all.items[count++] = all.items[i];
    return db_has_rivals(tx) ? changes_add(c, tx, all.items, count) : loads_add(c, tx, all.items, count);
}
