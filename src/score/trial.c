/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/trial.h"

#include "db/list.h"

const char *const score_trial_states[] = {"waiting", "running", "done", "stopped", "failed", NULL};

#define HEAD "id, model_id, from_at, until_at, state, done, total, why, made_by, made_at, finished_at"

static void head_of_row(const struct db_rows *r, struct arena *a, void *trial)
{
    *(struct score_trial *)trial = (struct score_trial){
        .id = {db_col_int(r, 0)},
        .model = {db_col_int(r, 1)},
        .from = db_col_at(r, 2),
        .until = db_col_at(r, 3),
        .state = (int)db_col_int(r, 4),
        .done = db_col_int(r, 5),
        .total = db_col_int(r, 6),
        .why = db_col_str(r, 7, a),
        .made_by = {db_col_int(r, 8)},
        .made_at = db_col_at(r, 9),
        .finished_at = db_col_at(r, 10),
    };
}

enum err score_trial_add(struct ctx *c, struct db_tx *tx, struct score_trial *t)
{
    t->id.v = db_new_id(tx);
    t->state = TRIAL_WAITS;
    t->made_at = c->now;
    return db_run(c, tx,
                  "INSERT INTO replay (id, model_id, body, from_at, until_at, state, done, total, made_by, made_at)"
                  " VALUES ($1, $2, $3, $4, $5, 0, 0, 0, $6, $7)",
                  DB_ARGS(db_int(t->id.v), db_int(t->model.v), db_str(t->body), db_at(t->from), db_at(t->until),
                          db_id(t->made_by.v), db_at(t->made_at)),
                  NULL);
}

enum err score_trial_get(struct ctx *c, struct db_tx *tx, struct report_id id, struct score_trial *t)
{
    struct db_rows *r;
    enum err e = db_one(c, tx, "SELECT " HEAD ", body, report FROM replay WHERE id = $1", DB_ARGS(db_int(id.v)), &r);

    if (e)
        return e;
    head_of_row(r, c->arena, t);
    t->body = db_col_str(r, 11, c->arena);
    t->report = db_col_str(r, 12, c->arena);
    db_end(r);
    return ERR_NONE;
}

enum err score_trial_list(struct ctx *c, struct db_tx *tx, struct model_id model, int limit, struct score_trial **list, size_t *count)
{
    return db_list(c, tx, "SELECT " HEAD " FROM replay WHERE $1 = 0 OR model_id = $1 ORDER BY id DESC LIMIT $2",
                   DB_ARGS(db_int(model.v), db_int(limit)), DB_ITEMS(head_of_row, list, count));
}

enum err score_trial_next(struct ctx *c, struct db_tx *tx, struct score_trial *t)
{
    struct db_rows *r;
    enum err e = db_one(c, tx, "SELECT " HEAD ", body FROM replay WHERE state IN (0, 1) ORDER BY id LIMIT 1", DB_NO_ARGS, &r);

    *t = (struct score_trial){0};
    if (e)
        return e == ERR_NOT_FOUND ? ERR_NONE : e;
    head_of_row(r, c->arena, t);
    t->body = db_col_str(r, 11, c->arena);
    db_end(r);
    return ERR_NONE;
}

enum err score_trial_step(struct ctx *c, struct db_tx *tx, struct report_id id, int64_t done, int64_t total, bool *stands)
{
    int64_t changed = 0;
    enum err e = db_run(c, tx, "UPDATE replay SET state = 1, done = $2, total = $3 WHERE id = $1 AND state IN (0, 1)",
                        DB_ARGS(db_int(id.v), db_int(done), db_int(total)), &changed);

    *stands = changed > 0;
    return e;
}

enum err score_trial_end(struct ctx *c, struct db_tx *tx, struct report_id id, enum score_trial_state state, struct str report,
                         struct str why, bool *changed)
{
    int64_t n = 0;
    enum err e = db_run(c, tx,
                        "UPDATE replay SET state = $2, report = $3, why = $4, finished_at = $5 WHERE id = $1 AND state IN (0, 1)",
                        DB_ARGS(db_int(id.v), db_int(state), db_str(report), db_str(why), db_at(c->now)), &n);

    *changed = n > 0;
    return e;
}

enum err score_trial_cut(struct ctx *c, struct db_tx *tx, struct report_id *gone)
{
    struct score_trial *list;
    size_t n;
    enum err e = score_trial_list(c, tx, (struct model_id){0}, SCORE_TRIALS_KEPT + 1, &list, &n);

    gone->v = 0;
    if (e || n <= SCORE_TRIALS_KEPT)
        return e;
    *gone = list[n - 1].id;
    return db_run(c, tx, "DELETE FROM replay WHERE id = $1", DB_ARGS(db_int(gone->v)), NULL);
}
