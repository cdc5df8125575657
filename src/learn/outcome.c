/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/outcome.h"

#include <stdlib.h>

#include "db/list.h"

const char *const learn_outcome_names[] = { "open", "won", "lost", NULL };

static bool won_in_time(const struct outcome *o, instant born, int64_t maturity_us)
{
    return o && o->state == OUTCOME_WON && (o->undated || o->at - born <= maturity_us);
}

enum learn_label learn_label(const struct outcome *o, instant born, instant now, int64_t maturity_us)
{
    if (won_in_time(o, born, maturity_us))
        return LABEL_WON;
    if (o && o->state == OUTCOME_LOST)
        return LABEL_NOT;
    return now - born >= maturity_us ? LABEL_NOT : LABEL_YOUNG;
}

instant learn_known_until(const struct outcome *o, instant judged_at)
{
    if (!o || o->state == OUTCOME_OPEN)
        return INSTANT_NEVER;
    return o->known_at > judged_at ? o->known_at : judged_at;
}

instant learn_judged_at(const struct outcome *o, instant born, instant now, int64_t maturity_us)
{
    instant at = now - born > maturity_us ? born + maturity_us : now;

    if (won_in_time(o, born, maturity_us) || (o && o->state == OUTCOME_LOST))
        at = o->at - 1;
    return at < born ? born : at;
}

static int by_age(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

int learn_maturity_days(int64_t *ages, size_t n)
{
    int64_t days;

    if (!n)
        return LEARN_MATURITY_UNKNOWN;
    qsort(ages, n, sizeof *ages, by_age);
    days = (ages[(9 * n - 1) / 10] + DAY_US - 1) / DAY_US;
    return days < LEARN_MATURITY_LEAST ? LEARN_MATURITY_LEAST : days > LEARN_MATURITY_MOST ? LEARN_MATURITY_MOST : (int)days;
}

struct learn_ages learn_ages_of(int64_t *ages, size_t n)
{
    struct learn_ages a = { .any = n > 0 };

    qsort(ages, n, sizeof *ages, by_age);
    for (size_t i = 0; n && i < LEARN_AGES; i++)
        a.us[i] = ages[i * (n - 1) / (LEARN_AGES - 1)];
    return a;
}

instant learn_looked_at(const struct learn_ages *ages, struct lead_id lead, instant born, instant at)
{
    uint64_t z = (uint64_t)lead.v * 0x9e3779b97f4a7c15u;
    int64_t age;

    if (!ages->any)
        return at;
    z = (z ^ (z >> 32)) * 0xd6e8feb86659fd93u;
    age = ages->us[(z >> 33) % LEARN_AGES] - 1;
    return born + (age > 0 ? age : 0) < at ? born + (age > 0 ? age : 0) : at;
}

/* ---- store ---- */

#define COLUMNS "lead_id, state, at, known_at, amount, reason, undated"

static void outcome_of_row(const struct db_rows *r, struct arena *a, void *outcome)
{
    *(struct outcome *)outcome = (struct outcome){
        .lead = { db_col_int(r, 0) },
        .state = (int)db_col_int(r, 1),
        .at = db_col_int(r, 2),
        .known_at = db_col_int(r, 3),
        .amount = db_col_int(r, 4),
        .reason = db_col_str(r, 5, a),
        .undated = db_col_int(r, 6) != 0,
    };
}

enum err learn_outcome_list(struct ctx *c, struct db_tx *tx, struct lead_id after, int limit, struct outcome **list,
                            size_t *count)
{
    return db_list(c, tx, "SELECT " COLUMNS " FROM outcome WHERE lead_id > $1 ORDER BY lead_id LIMIT $2",
                         DB_ARGS(db_int(after.v), db_int(limit)), DB_ITEMS(outcome_of_row, list, count));
}

enum err learn_outcome_latest(struct ctx *c, struct db_tx *tx, instant until, int limit, struct outcome **list,
                              size_t *count)
{
    return db_list(c, tx, "SELECT " COLUMNS " FROM outcome WHERE at <= $1 ORDER BY at DESC, lead_id DESC LIMIT $2",
                         DB_ARGS(db_int(until), db_int(limit)), DB_ITEMS(outcome_of_row, list, count));
}

enum err learn_outcome_fresh(struct ctx *c, struct db_tx *tx, instant since, int limit, struct outcome **list, size_t *count)
{
    return db_list(c, tx,
                         "SELECT " COLUMNS " FROM outcome WHERE known_at > $1 ORDER BY known_at DESC, lead_id DESC LIMIT $2",
                         DB_ARGS(db_int(since), db_int(limit)), DB_ITEMS(outcome_of_row, list, count));
}

enum err learn_outcomes_of(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, struct outcome *out)
{
    struct db_value *v = ARENA_ARRAY(c->arena, struct db_value, n + 1);
    struct db_rows *r;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        out[i] = (struct outcome){ .lead = leads[i] };
        v[i] = db_int(leads[i].v);
    }
    if (!n)
        return ERR_NONE;
    if ((e = db_rows_many(c, tx, "SELECT " COLUMNS " FROM outcome WHERE lead_id = $1", v, n, 1, &r)))
        return e;
    while (db_next(r, &e))
        outcome_of_row(r, c->arena, &out[db_row_index(r)]);
    db_end(r);
    return e;
}

enum err learn_outcomes_put(struct ctx *c, struct db_tx *tx, const struct outcome *list, size_t n)
{
    static const char sql_put[] =
        "INSERT INTO outcome (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (lead_id) DO UPDATE SET"
        " state = excluded.state, at = excluded.at, known_at = excluded.known_at, amount = excluded.amount,"
        " reason = excluded.reason, undated = excluded.undated";
    enum { PUT_COLUMNS = 7 };
    struct db_value *puts = ARENA_ARRAY(c->arena, struct db_value, PUT_COLUMNS * n + 1), *opens = ARENA_ARRAY(c->arena, struct db_value, n + 1);
    size_t put_count = 0, open_count = 0;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        const struct outcome *o = &list[i];
        struct db_value *v = puts + PUT_COLUMNS * put_count;

        if (o->state == OUTCOME_OPEN) {
            opens[open_count++] = db_int(o->lead.v);
            continue;
        }
        v[0] = db_int(o->lead.v);
        v[1] = db_int(o->state);
        v[2] = db_int(o->at);
        v[3] = db_int(o->known_at);
        v[4] = db_id(o->amount);
        v[5] = o->reason.len ? db_str(o->reason) : db_null();
        v[6] = db_bool(o->undated);
        put_count++;
    }
    e = db_many(c, tx, "DELETE FROM outcome WHERE lead_id = $1", opens, open_count, 1, NULL);
    return e ? e : db_many(c, tx, sql_put, puts, put_count, PUT_COLUMNS, NULL);
}

enum err learn_outcome_count(struct ctx *c, struct db_tx *tx, int64_t *won, int64_t *lost)
{
    struct db_rows *r;
    enum err e = db_rows(c, tx, "SELECT state, count(*) FROM outcome GROUP BY state", DB_NO_ARGS, &r);

    *won = *lost = 0;
    if (e)
        return e;
    while (db_next(r, &e))
        *(db_col_int(r, 0) == OUTCOME_WON ? won : lost) = db_col_int(r, 1);
    db_end(r);
    return e;
}

enum err learn_outcome_some(struct ctx *c, struct db_tx *tx, int state, int64_t most, int64_t *count)
{
    return db_get(c, tx, "SELECT count(*) FROM (SELECT 1 AS one FROM outcome WHERE state = $1 LIMIT $2) few", DB_ARGS(db_int(state), db_int(most)),
                  db_int_of_row, count);
}

enum err learn_walked_get(struct ctx *c, struct db_tx *tx, struct lead_id *last)
{
    last->v = 0;
    return db_find(c, tx, "SELECT lead_id FROM outcome_walk WHERE id = 1", DB_NO_ARGS, db_int_of_row, &last->v);
}

enum err learn_walked_put(struct ctx *c, struct db_tx *tx, struct lead_id last)
{
    return db_run(c, tx,
                  "INSERT INTO outcome_walk (id, lead_id) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET lead_id = excluded.lead_id",
                  DB_ARGS(db_int(last.v)), NULL);
}
