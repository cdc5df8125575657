/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/score_store.h"

#include "base/limits.h"
#include "db/list.h"
#include "score/starters.h"

enum { MODELS_MAX = 1000 };

const char *const score_model_state_names[] = {"draft", "live", "retired", "challenger", NULL};

/* ---- models ---- */

#define HEAD_COLUMNS "id, version, state, name, author_id, note, created_at, published_at, retired_at, revision, fitted_until, fitted_auc"
#define MODEL        "SELECT " HEAD_COLUMNS ", body FROM model "

static void head_of_row(const struct db_rows *r, struct arena *a, void *row)
{
    *(struct model_row *)row = (struct model_row){
        .id.v = db_col_int(r, 0),
        .version = db_col_int(r, 1),
        .state = (enum model_state)db_col_int(r, 2),
        .name = db_col_str(r, 3, a),
        .author.v = db_col_int(r, 4),
        .note = db_col_str(r, 5, a),
        .created_at = db_col_at(r, 6),
        .published_at = db_col_at(r, 7),
        .retired_at = db_col_at(r, 8),
        .revision = db_col_int(r, 9),
        .fitted = { db_col_at(r, 10), db_col_int(r, 11) },
    };
}

static void model_of_row(const struct db_rows *r, struct arena *a, void *row)
{
    head_of_row(r, a, row);
    ((struct model_row *)row)->body = db_col_str(r, 12, a);
}

enum err score_model_list(struct ctx *c, struct db_tx *tx, struct model_row **rows, size_t *count)
{
    return db_list(c, tx, "SELECT " HEAD_COLUMNS " FROM model ORDER BY id DESC LIMIT $1", DB_ARGS(db_int(MODELS_MAX)),
                   DB_ITEMS(head_of_row, rows, count));
}

enum err score_model_get(struct ctx *c, struct db_tx *tx, struct model_id id, struct model_row *row)
{
    return db_get(c, tx, MODEL "WHERE id = $1", DB_ARGS(db_int(id.v)), model_of_row, row);
}

enum err score_model_numbered(struct ctx *c, struct db_tx *tx, int64_t version, struct model_row *row)
{
    return db_get(c, tx, MODEL "WHERE version = $1", DB_ARGS(db_int(version)), model_of_row, row);
}

enum err score_model_live(struct ctx *c, struct db_tx *tx, struct model_row *row)
{
    return db_get(c, tx, MODEL "WHERE state = 1", DB_NO_ARGS, model_of_row, row);
}

enum err score_model_then(struct ctx *c, struct db_tx *tx, instant at, struct model_row *row)
{
    *row = (struct model_row){ .id = { 0 } };
    enum err e = db_find(c, tx, MODEL "WHERE published_at <= $1 ORDER BY published_at DESC, version DESC LIMIT 1",
                         DB_ARGS(db_int(at)), model_of_row, row);

    if (e || row->id.v)
        return e;
    return db_get(c, tx, MODEL "WHERE published_at IS NOT NULL ORDER BY published_at, version LIMIT 1", DB_NO_ARGS,
                  model_of_row, row);
}

enum err score_model_live_id(struct ctx *c, struct db_tx *tx, int64_t *id)
{
    return db_get(c, tx, "SELECT id FROM model WHERE state = 1", DB_NO_ARGS, db_int_of_row, id);
}

static enum err model_compile(struct ctx *c, const struct model_row *row, struct model **m)
{
    enum err e = score_model_parse(c, row->body, m);

    if (e)
        return e;
    (*m)->id = row->id;
    (*m)->version = row->version;
    return ERR_NONE;
}

static void two_ids_of_row(const struct db_rows *r, UNUSED struct arena *a, void *ids)
{
    ((int64_t *)ids)[0] = db_col_int(r, 0);
    ((int64_t *)ids)[1] = db_col_int(r, 1);
}

enum err score_model_live_ids(struct ctx *c, struct db_tx *tx, int64_t *id, int64_t *rival)
{
    int64_t ids[2];
    enum err e = db_get(c, tx, "SELECT id, rival_id FROM model WHERE state = 1", DB_NO_ARGS, two_ids_of_row, ids);

    if (e)
        return e;
    *id = ids[0];
    *rival = ids[1];
    return ERR_NONE;
}

/* The rival of a compiled live model, where it has one. */
static enum err rival_compile(struct ctx *c, struct db_tx *tx, struct model *m)
{
    int64_t ids[2] = {0, 0}; /* the rival, the contest */
    struct model_row row;
    enum err e = db_find(c, tx, "SELECT rival_id, contest_id FROM model WHERE id = $1 AND rival_id IS NOT NULL",
                         DB_ARGS(db_int(m->id.v)), two_ids_of_row, ids);

    m->contest.v = ids[1];
    if (e || !ids[0] || (e = score_model_get(c, tx, (struct model_id){ids[0]}, &row)))
        return e;
    return model_compile(c, &row, &m->rival);
}

enum err score_model_live_compiled(struct ctx *c, struct db_tx *tx, struct model **m)
{
    struct model_row row;
    struct model *made;
    enum err e = score_model_live(c, tx, &row);

    if (e || (e = model_compile(c, &row, &made)))
        return e;
    if ((e = rival_compile(c, tx, made))) {
        score_model_drop(made);
        return e;
    }
    *m = made;
    return ERR_NONE;
}

enum err score_model_lock(struct ctx *c, struct db_tx *tx)
{
    /* Any number that nobody else locks: this one spells "models". */
    static const int64_t key = 0x6d6f64656c73;

    return db_lock_many(c, tx, &key, 1);
}

static enum err next_version(struct ctx *c, struct db_tx *tx, int64_t *version)
{
    int64_t last;
    enum err e = db_get(c, tx, "SELECT COALESCE(MAX(version), 0) FROM model", DB_NO_ARGS, db_int_of_row, &last);

    if (!e)
        *version = last + 1;
    return e;
}

enum err score_rival_set(struct ctx *c, struct db_tx *tx, struct model_id rival, struct contest_id contest)
{
    static const char freeze[] = "UPDATE model SET state = 3, version = $2 WHERE id = $1";
    static const char name[] = "UPDATE model SET rival_id = $1, contest_id = $2 WHERE state = 1 AND rival_id IS NULL";
    struct model_row row;
    int64_t changed;
    enum err e = score_model_lock(c, tx);

    if (e || (e = score_model_get(c, tx, rival, &row)))
        return e;
    if (row.state != MODEL_DRAFT && row.state != MODEL_RETIRED)
        return fault_set(c, ERR_CONFLICT, "only a draft or a retired version can challenge");
    if (!row.version && (e = next_version(c, tx, &row.version)))
        return e;
    if ((e = db_run(c, tx, freeze, DB_ARGS(db_int(rival.v), db_int(row.version)), NULL)) ||
        (e = db_run(c, tx, name, DB_ARGS(db_int(rival.v), db_int(contest.v)), &changed)))
        return e;
    return changed ? ERR_NONE : fault_set(c, ERR_CONFLICT, "a contest runs already");
}

enum err score_rival_del(struct ctx *c, struct db_tx *tx)
{
    static const char retire[] = "UPDATE model SET state = 2, retired_at = $1 WHERE state = 3";
    static const char forget[] = "UPDATE model SET rival_id = NULL, contest_id = NULL WHERE rival_id IS NOT NULL";
    enum err e = db_run(c, tx, retire, DB_ARGS(db_at(c->now)), NULL);

    if (e || (e = db_run(c, tx, forget, DB_NO_ARGS, NULL)))
        return e;
    return score_applied_put(c, tx, 0);
}

/* Checks body and gives its canonical text. */
static enum err body_text(struct ctx *c, const struct json *body, struct str *text)
{
    struct model *m;
    enum err e = score_model_read(c, body, STR("/body"), &m);

    if (e)
        return e;
    *text = score_model_print(m, c->arena);
    score_model_drop(m);
    return ERR_NONE;
}

static struct str or_empty(struct str s)
{
    return s.ptr ? s : STR("");
}

static enum err model_insert(struct ctx *c, struct db_tx *tx, struct str name, struct str note,
                             struct str body, struct model_id *id)
{
    static const char sql[] =
        "INSERT INTO model (id, version, state, name, author_id, note, body, created_at) "
        "VALUES ($1, 0, 0, $2, $3, $4, $5, $6)";
    struct model_id made = {db_new_id(tx)};
    enum err e = db_run(c, tx, sql,
                        DB_ARGS(db_int(made.v), db_str(or_empty(name)),
                                db_id(ctx_user(c)),
                                db_str(or_empty(note)), db_str(body), db_at(c->now)),
                        NULL);
    if (!e)
        *id = made;
    return e;
}

enum err score_model_add(struct ctx *c, struct db_tx *tx, struct str name, struct str note,
                         const struct json *body, struct model_id *id)
{
    struct str text;
    enum err e = body_text(c, body, &text);

    return e ? e : model_insert(c, tx, name, note, text, id);
}

enum err score_model_put(struct ctx *c, struct db_tx *tx, struct model_id id, struct str name,
                         struct str note, const struct json *body)
{
    static const char sql[] =
        "UPDATE model SET name = $2, note = $3, body = $4, revision = revision + 1 WHERE id = $1 AND state = 0";
    struct model_row row;
    struct str text;
    int64_t changed;
    enum err e = score_model_get(c, tx, id, &row);

    if (e)
        return e;
    text = row.body;
    if (body && (e = body_text(c, body, &text)))
        return e;
    e = db_run(c, tx, sql,
               DB_ARGS(db_int(id.v), db_str(name.ptr ? name : row.name),
                       db_str(note.ptr ? note : row.note), db_str(text)),
               &changed);
    if (!e && changed == 0)
        return fault_set(c, ERR_CONFLICT, "a published model does not change: make a draft of it");
    return e;
}

enum err score_model_set_fitted(struct ctx *c, struct db_tx *tx, struct model_id id, struct model_fitted fitted)
{
    static const char sql[] = "UPDATE model SET fitted_until = $2, fitted_auc = $3 WHERE id = $1";

    return db_run(c, tx, sql, DB_ARGS(db_int(id.v), db_at(fitted.until), db_int(fitted.auc)), NULL);
}

enum err score_model_del(struct ctx *c, struct db_tx *tx, struct model_id id)
{
    static const char sql[] = "DELETE FROM model WHERE id = $1 AND state = 0";
    struct model_row row;
    int64_t gone;
    enum err e = score_model_get(c, tx, id, &row);

    if (e || (e = db_run(c, tx, sql, DB_ARGS(db_int(id.v)), &gone)))
        return e;
    return gone ? ERR_NONE : fault_set(c, ERR_CONFLICT, "only a draft can be removed");
}

enum err score_model_publish(struct ctx *c, struct db_tx *tx, struct model_id id, struct model **m)
{
    static const char retire[] = "UPDATE model SET state = 2, retired_at = $1 WHERE state = 1";
    static const char publish[] =
        "UPDATE model SET state = 1, version = $2, published_at = $3 WHERE id = $1 AND state = 0";
    struct model_row row;
    struct model *made;
    int64_t live, rival = 0;
    enum err e = score_model_lock(c, tx);

    if (e || (e = score_model_get(c, tx, id, &row)))
        return e;
    if (row.state != MODEL_DRAFT)
        return fault_set(c, ERR_CONFLICT, "only a draft can be published");
    if ((e = score_model_live_ids(c, tx, &live, &rival)) == ERR_NOT_FOUND) {
        fault_clear(c); /* the first one */
        e = ERR_NONE;
    }
    if (e || (e = next_version(c, tx, &row.version)))
        return e;
    if (rival)
        return fault_set(c, ERR_CONFLICT, "a contest of models runs: stop it first");
    if ((e = db_run(c, tx, retire, DB_ARGS(db_at(c->now)), NULL)) ||
        (e = db_run(c, tx, publish, DB_ARGS(db_int(id.v), db_int(row.version), db_at(c->now)),
                    NULL)) ||
        (e = model_compile(c, &row, &made)))
        return e;
    *m = made;
    return ERR_NONE;
}

enum err score_model_rollback(struct ctx *c, struct db_tx *tx, struct model_id old,
                              struct model_id *id, struct model **m)
{
    struct model_row row;
    struct model_id made;
    enum err e = score_model_get(c, tx, old, &row);

    if (e)
        return e;
    if (row.state == MODEL_DRAFT)
        return fault_set(c, ERR_CONFLICT, "a draft has no version yet: publish it");
    struct str note = str_print(c->arena, "= %lld", (long long)row.version);
    if ((e = model_insert(c, tx, row.name, note, row.body, &made)) ||
        (e = score_model_set_fitted(c, tx, made, row.fitted)) ||
        (e = score_model_publish(c, tx, made, m)))
        return e;
    *id = made;
    return ERR_NONE;
}

static enum err starter_publish(struct ctx *c, struct db_tx *tx, enum lang lang)
{
    struct model_id id;
    struct model *m;
    enum err e = score_trade_read(c, SCORE_TRADE_FIRST, lang, &m);

    if (e)
        return e;
    struct str name = str_dup(c->arena, m->name), body = score_model_print(m, c->arena);
    score_model_drop(m);
    if ((e = model_insert(c, tx, name, STR(""), body, &id)) || (e = score_model_publish(c, tx, id, &m)))
        return e;
    score_model_drop(m);
    return ERR_NONE;
}

/* Is this the starter model of another language? */
static enum err is_other_starter(struct ctx *c, struct str body, enum lang lang, bool *other)
{
    *other = false;
    for (int l = 0; l < LANG_COUNT && !*other; l++) {
        struct model *m;
        enum err e;

        if (l == (int)lang)
            continue;
        if ((e = score_trade_read(c, SCORE_TRADE_FIRST, (enum lang)l, &m)))
            return e;
        *other = str_eq(body, score_model_print(m, c->arena));
        score_model_drop(m);
    }
    return ERR_NONE;
}

enum err score_model_start(struct ctx *c, struct db_tx *tx, enum lang lang)
{
    static const char sql[] = "SELECT body FROM model ORDER BY id LIMIT 2";
    static const char drop[] = "DELETE FROM model WHERE NOT EXISTS (SELECT 1 FROM score_state)";
    struct str body = STR_NULL;
    struct db_rows *r;
    int64_t models = 0, gone;
    bool other;
    enum err e = db_rows(c, tx, sql, DB_NO_ARGS, &r);

    if (e)
        return e;
    for (; db_next(r, &e); models++)
        body = db_col_str(r, 0, c->arena);
    db_end(r);
    if (e || models > 1)
        return e;
    if (models && ((e = is_other_starter(c, body, lang, &other)) || !other
                   || (e = db_run(c, tx, drop, DB_NO_ARGS, &gone)) || !gone))
        return e;
    return starter_publish(c, tx, lang);
}

/* ---- what is kept of each lead ---- */

enum err score_load(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t count,
                    struct score_kept *kept)
{
    static const char sql[] = "SELECT model_id, total, band, armed, computed_at, next_change, "
                              "due, state, cell, icp FROM score_state WHERE lead_id = $1";
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, count + 1);
    struct db_rows *r;
    enum err e;

    for (size_t i = 0; i < count; i++) {
        kept[i] = (struct score_kept){.band = score_band_begin(),
                                      .cell = SCORE_CELL_NONE,
                                      .icp = SCORE_ICP_NONE,
                                      .next_change = INSTANT_NEVER};
        values[i] = db_int(leads[i].v);
    }
    if ((e = db_rows_many(c, tx, sql, values, count, 1, &r)))
        return e;
    while (db_next(r, &e))
        kept[db_row_index(r)] = (struct score_kept){
            .model.v = db_col_int(r, 0),
            .total = db_col_int(r, 1),
            .band = {(enum band)db_col_int(r, 2), db_col_int(r, 3) == 1, db_col_int(r, 4)},
            .next_change = db_col_int(r, 5),
            .due = db_col_int(r, 6),
            .state = db_col_str(r, 7, c->arena),
            .cell = (int)db_col_int(r, 8),
            .icp = (int)db_col_int(r, 9),
        };
    db_end(r);
    return e;
}

enum { STATE_COLUMNS = 11 };

static size_t states_of(const struct lead_id *leads, const struct score_walked *walked, size_t count, bool due_moved,
                        struct db_value *v)
{
    size_t rows = 0;

    for (size_t i = 0; i < count; i++) {
        const struct score_kept *k = &walked[i].kept;
        if (!walked[i].changed || walked[i].due_moved != due_moved)
            continue;
        *v++ = db_int(leads[i].v);
        *v++ = db_int(k->model.v);
        *v++ = db_int(k->total);
        *v++ = db_int(k->band.band);
        *v++ = db_bool(k->band.armed);
        *v++ = db_int(k->band.told);
        *v++ = db_int(k->next_change);
        *v++ = db_int(k->due);
        *v++ = db_blob(k->state);
        *v++ = db_int(k->cell);
        *v++ = db_int(k->icp);
        rows++;
    }
    return rows;
}

/* Two texts: one that does not name due leaves its index alone. */
static enum err states_put(struct ctx *c, struct db_tx *tx, const struct lead_id *leads,
                           const struct score_walked *walked, size_t count)
{
#define STATE_PUT                                                                                  \
    "INSERT INTO score_state (lead_id, model_id, total, band, armed, computed_at, next_change, due, state, cell, icp) " \
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (lead_id) DO "              \
    "UPDATE SET model_id = excluded.model_id, total = excluded.total, band = excluded.band, "      \
    "armed = excluded.armed, computed_at = excluded.computed_at, "                                 \
    "next_change = excluded.next_change, state = excluded.state, cell = excluded.cell, icp = excluded.icp"
    static const char sql_same[] = STATE_PUT, sql_moved[] = STATE_PUT ", due = excluded.due";
#undef STATE_PUT
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, count * STATE_COLUMNS + 1);
    size_t rows = states_of(leads, walked, count, false, values);
    enum err e = db_many(c, tx, sql_same, values, rows, STATE_COLUMNS, NULL);

    if (e)
        return e;
    rows = states_of(leads, walked, count, true, values);
    return db_many(c, tx, sql_moved, values, rows, STATE_COLUMNS, NULL);
}

static enum err crossings_add(struct ctx *c, struct db_tx *tx, const struct lead_id *leads,
                              const struct score_walked *walked, size_t count, size_t crossings,
                              struct crossing_id *ids)
{
    static const char sql[] = "INSERT INTO crossing (id, lead_id, at, from_band, to_band, "
                              "model_id, total, lines, cause_event_id) "
                              "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    enum { COLUMNS = 9 };
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, crossings * COLUMNS + 1),
                    *v = values;

    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < walked[i].crossing_count; k++) {
            const struct score_crossing *x = &walked[i].crossings[k];
            int64_t id = db_new_id(tx);
            *v++ = db_int(id);
            *v++ = db_int(leads[i].v);
            *v++ = db_int(x->at);
            *v++ = db_int(x->from);
            *v++ = db_int(BAND_HOT);
            *v++ = db_int(walked[i].kept.model.v);
            *v++ = db_int(x->total);
            *v++ = db_str(or_empty(x->lines));
            *v++ = db_id(x->cause.v);
            if (ids)
                ids[i].v = id;
        }
    return crossings ? db_many(c, tx, sql, values, crossings, COLUMNS, NULL) : ERR_NONE;
}

enum err score_keep(struct ctx *c, struct db_tx *tx, const struct lead_id *leads,
                    const struct score_walked *walked, size_t count, struct crossing_id *ids)
{
    size_t crossings = 0;
    enum err e;

    for (size_t i = 0; i < count; i++) {
        crossings += walked[i].crossing_count;
        if (ids)
            ids[i].v = 0;
    }
    if ((e = states_put(c, tx, leads, walked, count)))
        return e;
    return crossings_add(c, tx, leads, walked, count, crossings, ids);
}

enum err score_applied_get(struct ctx *c, struct db_tx *tx, int64_t *model)
{
    return db_get(c, tx, "SELECT coalesce(max(model_id), 0) FROM score_applied", DB_NO_ARGS, db_int_of_row, model);
}

enum err score_applied_put(struct ctx *c, struct db_tx *tx, int64_t model)
{
    static const char sql[] = "INSERT INTO score_applied (id, model_id) VALUES (1, $1) "
                              "ON CONFLICT (id) DO UPDATE SET model_id = excluded.model_id";

    return db_run(c, tx, sql, DB_ARGS(db_int(model)), NULL);
}

/* Until when it was told: what time alone would have changed since is told to nobody any more, when the clock has not come by yet. */
static instant told_until(const struct score_kept *kept, instant now)
{
    instant until = kept->next_change <= now ? kept->next_change - 1 : now;

    return until > kept->band.told ? until : kept->band.told;
}

enum err score_forget(struct ctx *c, struct db_tx *tx, struct lead_id lead)
{
    static const char sql[] = "DELETE FROM score_state WHERE lead_id = $1";
    struct score_kept kept;
    enum err e = score_load(c, tx, &lead, 1, &kept);

    if (e || !kept.model.v)
        return e;
    e = db_run(c, tx, sql, DB_ARGS(db_int(lead.v)), NULL);
    return e ? e : score_turn_end(c, tx, lead, told_until(&kept, c->now));
}

enum err score_due(struct ctx *c, struct db_tx *tx, instant now, int64_t limit, struct lead_id **leads, size_t *count)
{
    return db_list(c, tx,
                   "SELECT lead_id FROM score_state WHERE due <= $1 AND due < 9223372036854775807 ORDER BY due, lead_id LIMIT $2",
                   DB_ARGS(db_int(now), db_int(limit)), DB_ITEMS(db_int_of_row, leads, count));
}

enum err score_next_due(struct ctx *c, struct db_tx *tx, instant *at)
{
    return db_get(c, tx,
                  "SELECT COALESCE(MIN(due), 9223372036854775807) FROM score_state WHERE due < 9223372036854775807",
                  DB_NO_ARGS, db_int_of_row, at);
}

static void crossing_of_row(const struct db_rows *r, struct arena *a, void *crossing)
{
    *(struct crossing_row *)crossing = (struct crossing_row){
        .id.v = db_col_int(r, 0),
        .lead.v = db_col_int(r, 1),
        .model.v = db_col_int(r, 4),
        .is = {.at = db_col_at(r, 2),
               .from = (enum band)db_col_int(r, 3),
               .total = db_col_int(r, 5),
               .lines = db_col_str(r, 6, a),
               .cause.v = db_col_int(r, 7)},
    };
}

enum err score_crossing_list(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct crossing_row **rows, size_t *count)
{
    return db_list(c, tx,
                   "SELECT id, lead_id, at, from_band, model_id, total, NULL, cause_event_id FROM crossing "
                   "WHERE lead_id = $1 ORDER BY at, id",
                   DB_ARGS(db_int(lead.v)), DB_ITEMS(crossing_of_row, rows, count));
}

enum err score_crossing_records(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct crossing_row **rows, size_t *count)
{
    return db_list(c, tx,
                   "SELECT id, lead_id, at, from_band, model_id, total, lines, cause_event_id FROM crossing "
                   "WHERE lead_id = $1 ORDER BY at, id",
                   DB_ARGS(db_int(lead.v)), DB_ITEMS(crossing_of_row, rows, count));
}

enum err score_crossing_page(struct ctx *c, struct db_tx *tx, struct lead_id lead, instant before, struct crossing_id before_id,
                             size_t limit, struct crossing_row **rows, size_t *count)
{
    return db_list(c, tx,
                   "SELECT id, lead_id, at, from_band, model_id, total, lines, cause_event_id FROM crossing "
                   "WHERE lead_id = $1 AND at <= $2 AND (at < $2 OR id < $3) ORDER BY at DESC, id DESC LIMIT $4",
                   DB_ARGS(db_int(lead.v), db_int(before), db_int(before_id.v), db_int((int64_t)limit)),
                   DB_ITEMS(crossing_of_row, rows, count));
}

enum err score_crossing_after(struct ctx *c, struct db_tx *tx, struct lead_id lead, instant after, struct crossing_row **rows, size_t *count)
{
    return db_list(c, tx,
                   "SELECT id, lead_id, at, from_band, model_id, total, lines, cause_event_id FROM crossing "
                   "WHERE lead_id = $1 AND at > $2 ORDER BY at, id LIMIT 1",
                   DB_ARGS(db_int(lead.v), db_int(after)), DB_ITEMS(crossing_of_row, rows, count));
}
