/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/calibrate_store.h"

#include "db/list.h"
#include "learn/report.h"

const char *const learn_calibration_states[] = { "waiting", "running", "done", "failed", NULL };
const char *const learn_calibration_moments[] = { "judged", "handed", NULL };
const char *const learn_feedback_verdicts[] = { "accepted", "rejected", NULL };
const char *const learn_feedback_reasons[] = {
    "none", "not_fit", "no_need", "no_budget", "not_now", "unreachable", "junk", "other", NULL
};

#define HEAD "id, model_id, source, from_at, until_at, moment, state, done, total, why, made_by, made_at, finished_at"

static void head_of_row(const struct db_rows *r, struct arena *a, void *calibration)
{
    *(struct learn_calibration *)calibration = (struct learn_calibration){
        .id = { db_col_int(r, 0) },
        .model = { db_col_int(r, 1) },
        .source = db_col_str(r, 2, a),
        .from = db_col_at(r, 3),
        .until = db_col_at(r, 4),
        .moment = (int)db_col_int(r, 5),
        .state = (int)db_col_int(r, 6),
        .done = db_col_int(r, 7),
        .total = db_col_int(r, 8),
        .why = db_col_str(r, 9, a),
        .made_by = { db_col_int(r, 10) },
        .made_at = db_col_at(r, 11),
        .finished_at = db_col_at(r, 12),
    };
}

static void calibration_of_row(const struct db_rows *r, struct arena *a, void *calibration)
{
    head_of_row(r, a, calibration);
    ((struct learn_calibration *)calibration)->body = db_col_str(r, 13, a);
}

enum err learn_calibration_add(struct ctx *c, struct db_tx *tx, struct learn_calibration *k)
{
    k->id.v = db_new_id(tx);
    k->made_at = c->now;
    k->state = CALIBRATION_WAITS;
    return db_run(c, tx,
                  "INSERT INTO calibration (id, model_id, source, from_at, until_at, moment, state, done, total, made_by, made_at)"
                  " VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, $7, $8)",
                  DB_ARGS(db_int(k->id.v), db_int(k->model.v), k->source.len ? db_str(k->source) : db_null(), db_at(k->from),
                          db_at(k->until), db_int(k->moment), db_id(k->made_by.v), db_at(k->made_at)),
                  NULL);
}

enum err learn_calibration_get(struct ctx *c, struct db_tx *tx, struct report_id id, struct learn_calibration *k)
{
    return db_get(c, tx, "SELECT " HEAD ", body FROM calibration WHERE id = $1", DB_ARGS(db_int(id.v)), calibration_of_row, k);
}

enum err learn_calibration_find(struct ctx *c, struct db_tx *tx, const struct learn_calibration *ask, unsigned states,
                                struct learn_calibration *k)
{
    struct db_value in[CALIBRATION_STATES];

    for (int i = 0; i < CALIBRATION_STATES; i++)
        in[i] = db_int(states & 1u << i ? i : -1);
    *k = (struct learn_calibration){ .id = { 0 } };
    return db_find(c, tx,
                   "SELECT " HEAD ", body FROM calibration WHERE state IN ($1, $2, $3, $4) AND model_id = $5"
                   " AND coalesce(source, '') = $6 AND coalesce(from_at, 0) = $7 AND coalesce(until_at, 0) = $8 AND moment = $9"
                   " ORDER BY id DESC LIMIT 1",
                   DB_ARGS(in[0], in[1], in[2], in[3], db_int(ask->model.v), db_str(ask->source.len ? ask->source : STR("")),
                           db_int(ask->from == INSTANT_NONE ? 0 : ask->from), db_int(ask->until == INSTANT_NONE ? 0 : ask->until),
                           db_int(ask->moment)),
                   calibration_of_row, k);
}

enum err learn_calibration_next(struct ctx *c, struct db_tx *tx, struct learn_calibration *k)
{
    *k = (struct learn_calibration){ .id = { 0 } };
    return db_find(c, tx,
                   "SELECT " HEAD " FROM calibration WHERE state = 0 OR (state = 1 AND coalesce(beat_at, 0) < $1)"
                   " ORDER BY id LIMIT 1",
                   DB_ARGS(db_at(c->now - CALIBRATION_SILENT_US)), head_of_row, k);
}

enum err learn_calibration_claim(struct ctx *c, struct db_tx *tx, struct report_id id)
{
    int64_t changed;
    enum err e = db_run(c, tx,
                        "UPDATE calibration SET state = 1, beat_at = $2"
                        " WHERE id = $1 AND (state = 0 OR (state = 1 AND coalesce(beat_at, 0) < $3))",
                        DB_ARGS(db_int(id.v), db_at(c->now), db_at(c->now - CALIBRATION_SILENT_US)), &changed);

    if (!e && !changed)
        return fault_set(c, ERR_BUSY, "another program makes this report");
    return e;
}

enum err learn_calibration_step(struct ctx *c, struct db_tx *tx, struct report_id id, int64_t done, int64_t total, bool *stands)
{
    int64_t changed = 0;
    enum err e = db_run(c, tx, "UPDATE calibration SET state = 1, done = $2, total = $3, beat_at = $4 WHERE id = $1 AND state IN (0, 1)",
                        DB_ARGS(db_int(id.v), db_int(done), db_int(total), db_at(c->now)), &changed);

    *stands = changed > 0;
    return e;
}

enum err learn_calibration_end(struct ctx *c, struct db_tx *tx, struct report_id id, struct str body, struct str why, bool *changed)
{
    int state = body.ptr ? CALIBRATION_DONE : CALIBRATION_FAILED;
    int64_t rows = 0;
    enum err e = db_run(c, tx,
                        "UPDATE calibration SET state = $2, body = $3, why = $4, finished_at = $5, done = total"
                        " WHERE id = $1 AND state IN (0, 1)",
                        DB_ARGS(db_int(id.v), db_int(state), db_str(body), db_str(why), db_at(c->now)), &rows);

    *changed = rows > 0;
    return e;
}

enum err learn_calibration_stop(struct ctx *c, struct db_tx *tx, struct report_id id)
{
    struct learn_calibration k;
    int64_t rows = 0;
    enum err e;

    if ((e = learn_calibration_get(c, tx, id, &k))
        || (e = db_run(c, tx, "DELETE FROM calibration WHERE id = $1 AND state IN (0, 1)", DB_ARGS(db_int(id.v)), &rows)))
        return e;
    return rows ? learn_report_del(c, tx, id) : fault_set(c, ERR_CONFLICT, "it is over already");
}

enum err learn_calibration_list(struct ctx *c, struct db_tx *tx, int limit, struct learn_calibration **list, size_t *count)
{
    return db_list(c, tx, "SELECT " HEAD " FROM calibration ORDER BY id DESC LIMIT $1", DB_ARGS(db_int(limit)),
                   DB_ITEMS(head_of_row, list, count));
}

enum err learn_calibration_cut(struct ctx *c, struct db_tx *tx, bool *more)
{
    struct learn_calibration *k;
    size_t n;
    enum err e = learn_calibration_list(c, tx, CALIBRATION_KEPT + 100, &k, &n);

    *more = n > CALIBRATION_KEPT + 1;
    if (e || n <= CALIBRATION_KEPT)
        return e;
    if ((e = learn_report_del(c, tx, k[n - 1].id)))
        return e;
    return db_run(c, tx, "DELETE FROM calibration WHERE id = $1", DB_ARGS(db_int(k[n - 1].id.v)), NULL);
}

/* ---- feedback ---- */

enum err learn_feedback_add(struct ctx *c, struct db_tx *tx, struct learn_feedback *f)
{
    f->id = db_new_id(tx);
    return db_run(c, tx,
                  "INSERT INTO feedback (id, lead_id, at, user_id, verdict, reason, note, model_id, band, score)"
                  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                  DB_ARGS(db_int(f->id), db_int(f->lead.v), db_at(f->at), db_id(f->user.v), db_int(f->verdict), db_int(f->reason),
                          db_str(f->note.ptr ? f->note : STR("")), db_int(f->model.v), db_int(f->band), db_int(f->score)),
                  NULL);
}

static void feedback_of_row(const struct db_rows *r, struct arena *a, void *feedback)
{
    *(struct learn_feedback *)feedback = (struct learn_feedback){
        .id = db_col_int(r, 0), .lead = { db_col_int(r, 1) }, .at = db_col_at(r, 2), .user = { db_col_int(r, 3) },
        .verdict = (int)db_col_int(r, 4), .reason = (int)db_col_int(r, 5), .note = db_col_str(r, 6, a),
        .model = { db_col_int(r, 7) }, .band = (int)db_col_int(r, 8), .score = db_col_int(r, 9),
    };
}

enum err learn_feedback_list(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct user_id user, int64_t before, int limit,
                             struct learn_feedback **list, size_t *count)
{
    return db_list(c, tx,
                   "SELECT id, lead_id, at, user_id, verdict, reason, note, model_id, band, score FROM feedback"
                   " WHERE ($1 = 0 OR lead_id = $1) AND ($2 = 0 OR user_id = $2) AND id < $3 ORDER BY id DESC LIMIT $4",
                   DB_ARGS(db_int(lead.v), db_int(user.v), db_int(before ? before : INT64_MAX), db_int(limit)),
                   DB_ITEMS(feedback_of_row, list, count));
}
