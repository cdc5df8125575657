/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/suggest_store.h"

#include "db/list.h"
#include "learn/report.h"

const char *const learn_suggestion_states[] = { "waiting", "done", "failed", NULL };

#define COLUMNS "id, model_id, state, monotone, from_at, until_at, made_by, asked_at, made_at, body, draft, done, total"

static void suggestion_of_row(const struct db_rows *r, struct arena *a, void *suggestion)
{
    *(struct learn_suggestion *)suggestion = (struct learn_suggestion){
        .id = db_col_int(r, 0), .model = { db_col_int(r, 1) }, .state = (int)db_col_int(r, 2), .monotone = db_col_int(r, 3) != 0,
        .from = db_col_at(r, 4), .until = db_col_at(r, 5), .made_by = { db_col_int(r, 6) }, .asked_at = db_col_at(r, 7),
        .made_at = db_col_at(r, 8), .body = db_col_str(r, 9, a), .draft = db_col_str(r, 10, a), .done = db_col_int(r, 11), .total = db_col_int(r, 12),
    };
}

enum err learn_suggestion_of(struct ctx *c, struct db_tx *tx, struct model_id model, int state, struct learn_suggestion *s)
{
    *s = (struct learn_suggestion){ .from = INSTANT_NONE, .until = INSTANT_NONE };
    return db_find(c, tx,
                   "SELECT " COLUMNS " FROM suggestion WHERE model_id = $1 AND ($2 < 0 OR state = $2) ORDER BY id DESC LIMIT 1",
                   DB_ARGS(db_int(model.v), db_int(state)), suggestion_of_row, s);
}

enum err learn_suggestion_next(struct ctx *c, struct db_tx *tx, struct learn_suggestion *s)
{
    *s = (struct learn_suggestion){ .from = INSTANT_NONE, .until = INSTANT_NONE };
    return db_find(c, tx, "SELECT " COLUMNS " FROM suggestion WHERE state = 0 ORDER BY id LIMIT 1", DB_NO_ARGS, suggestion_of_row, s);
}

enum err learn_suggestion_add(struct ctx *c, struct db_tx *tx, struct learn_suggestion *s)
{
    struct learn_suggestion waits;
    enum err e = learn_suggestion_of(c, tx, s->model, SUGGESTION_WAITS, &waits);

    if (e)
        return e;
    if (waits.id) {
        *s = waits;
        return ERR_NONE;
    }
    s->id = db_new_id(tx);
    s->asked_at = c->now;
    s->made_at = INSTANT_NONE;
    s->state = SUGGESTION_WAITS;
    return db_run(c, tx,
                  "INSERT INTO suggestion (id, model_id, state, monotone, from_at, until_at, made_by, asked_at)"
                  " VALUES ($1, $2, 0, $3, $4, $5, $6, $7)",
                  DB_ARGS(db_int(s->id), db_int(s->model.v), db_bool(s->monotone), db_at(s->from), db_at(s->until), db_id(s->made_by.v),
                          db_int(s->asked_at)),
                  NULL);
}

enum err learn_suggestion_step(struct ctx *c, struct db_tx *tx, int64_t id, int64_t done, int64_t total, bool *stands)
{
    int64_t changed = 0;
    enum err e = db_run(c, tx, "UPDATE suggestion SET done = $2, total = $3 WHERE id = $1 AND state = 0",
                        DB_ARGS(db_int(id), db_int(done), db_int(total)), &changed);

    *stands = changed > 0;
    return e;
}

enum err learn_suggestion_end(struct ctx *c, struct db_tx *tx, int64_t id, struct str body, struct str draft, bool *stands, bool *gone)
{
    int64_t changed = 0, there = 1;
    enum err e = db_run(c, tx,
                        "UPDATE suggestion SET state = $2, made_at = $3, body = $4, draft = $5, done = total WHERE id = $1 AND state = 0",
                        DB_ARGS(db_int(id), db_int(body.ptr ? SUGGESTION_DONE : SUGGESTION_FAILED), db_int(c->now), db_str(body), db_str(draft)),
                        &changed);

    if (!e && !changed)
        e = db_get(c, tx, "SELECT count(*) FROM suggestion WHERE id = $1", DB_ARGS(db_int(id)), db_int_of_row, &there);
    *stands = changed > 0;
    *gone = !there;
    return e;
}

enum err learn_suggestion_stop(struct ctx *c, struct db_tx *tx, struct model_id model)
{
    struct learn_suggestion s;
    enum err e = learn_suggestion_of(c, tx, model, SUGGESTION_WAITS, &s);
    int64_t changed = 0;

    if (e || (s.id && (e = db_run(c, tx, "DELETE FROM suggestion WHERE id = $1 AND state = 0", DB_ARGS(db_int(s.id)), &changed))))
        return e;
    return changed ? learn_report_del(c, tx, (struct report_id){ s.id }) : fault_set(c, ERR_CONFLICT, "it is over already");
}
