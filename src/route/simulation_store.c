/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "route/simulation.h"

#include "db/list.h"

const char *const route_simulation_states[] = { "waiting", "running", "done", "stopped", "failed", NULL };

#define HEAD "id, version_id, from_at, until_at, state, done, total, why, made_by, made_at, finished_at"

static const char sql_add[] =
    "INSERT INTO simulation (id, version_id, rules, policies, from_at, until_at, state, done, total, made_by, made_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, $7, $8)";
static const char sql_get[] = "SELECT " HEAD ", rules, policies, report FROM simulation WHERE id = $1";
static const char sql_list[] = "SELECT " HEAD " FROM simulation ORDER BY id DESC LIMIT $1";
static const char sql_next[] = "SELECT " HEAD ", rules, policies, report FROM simulation WHERE state < 2 ORDER BY id LIMIT 1";
static const char sql_step[] = "UPDATE simulation SET state = 1, done = $2, total = $3 WHERE id = $1 AND state < 2";
static const char sql_end[] = "UPDATE simulation SET state = $2, report = $3, why = $4, finished_at = $5 WHERE id = $1 AND state < 2";
static const char sql_del[] = "DELETE FROM simulation WHERE id = $1";

static void of_row(const struct db_rows *r, struct arena *a, void *simulation)
{
    *(struct simulation *)simulation = (struct simulation){
        .id = { db_col_int(r, 0) }, .version = { db_col_int(r, 1) }, .from = db_col_at(r, 2), .until = db_col_at(r, 3),
        .state = (int)db_col_int(r, 4), .done = db_col_int(r, 5), .total = db_col_int(r, 6), .why = db_col_str(r, 7, a),
        .made_by = { db_col_int(r, 8) }, .made_at = db_col_at(r, 9), .finished_at = db_col_at(r, 10),
    };
}

static void whole_of_row(const struct db_rows *r, struct arena *a, void *simulation)
{
    struct simulation *s = simulation;

    of_row(r, a, s);
    s->rules = db_col_str(r, 11, a);
    s->policies = db_col_str(r, 12, a);
    s->report = db_col_str(r, 13, a);
}

enum err route_simulation_add(struct ctx *c, struct db_tx *tx, struct simulation *s)
{
    s->id.v = db_new_id(tx);
    s->state = SIMULATION_WAITS;
    s->made_at = c->now;
    return db_run(c, tx, sql_add,
                  DB_ARGS(db_int(s->id.v), db_id(s->version.v), db_str(s->rules), db_str(s->policies), db_int(s->from), db_int(s->until),
                          db_id(s->made_by.v), db_int(s->made_at)),
                  NULL);
}

enum err route_simulation_get(struct ctx *c, struct db_tx *tx, struct report_id id, struct simulation *s)
{
    return db_get(c, tx, sql_get, DB_ARGS(db_int(id.v)), whole_of_row, s);
}

enum err route_simulation_list(struct ctx *c, struct db_tx *tx, int limit, struct simulation **list, size_t *count)
{
    return db_list(c, tx, sql_list, DB_ARGS(db_int(limit)), DB_ITEMS(of_row, list, count));
}

enum err route_simulation_next(struct ctx *c, struct db_tx *tx, struct simulation *s)
{
    *s = (struct simulation){ .state = SIMULATION_WAITS };
    return db_find(c, tx, sql_next, DB_NO_ARGS, whole_of_row, s);
}

enum err route_simulation_step(struct ctx *c, struct db_tx *tx, struct report_id id, int64_t done, int64_t total, bool *stands)
{
    int64_t changed = 0;
    enum err e = db_run(c, tx, sql_step, DB_ARGS(db_int(id.v), db_int(done), db_int(total)), &changed);

    *stands = changed > 0;
    return e;
}

enum err route_simulation_end(struct ctx *c, struct db_tx *tx, struct report_id id, enum simulation_state state, struct str report,
                              struct str why, bool *changed)
{
    int64_t n = 0;
    enum err e = db_run(c, tx, sql_end, DB_ARGS(db_int(id.v), db_int(state), db_str(report), db_str(why), db_int(c->now)), &n);

    *changed = n > 0;
    return e;
}

enum err route_simulation_cut(struct ctx *c, struct db_tx *tx, struct report_id *gone)
{
    struct simulation *list;
    size_t n;
    enum err e = route_simulation_list(c, tx, ROUTE_SIMULATIONS_KEPT + 1, &list, &n);

    gone->v = 0;
    if (e || n <= ROUTE_SIMULATIONS_KEPT)
        return e;
    *gone = list[n - 1].id;
    return db_run(c, tx, sql_del, DB_ARGS(db_int(gone->v)), NULL);
}
