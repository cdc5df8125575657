/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/predict.h"

#include <math.h>
#include <stdlib.h>

#include "db/list.h"
#include "learn/calibrate.h"

const char *const learn_predictor_states[] = { "refused", "live", "retired", NULL };
const char *const learn_why_names[] = { "first", "better", "not_better", "no_better_than_average", "only_by_leaks", NULL };

/* ---- deciding ---- */

static int by_judged(const void *a, const void *b)
{
    const struct learn_example *x = a, *y = b;

    if (x->judged_at != y->judged_at)
        return x->judged_at < y->judged_at ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

void learn_example_sort(struct learn_example *examples, size_t n)
{
    qsort(examples, n, sizeof *examples, by_judged);
}

int64_t learn_time_least(int64_t known)
{
    int64_t fifth = (known + 4) / 5;

    return fifth > LEARN_NEWS_LEAST ? fifth : LEARN_NEWS_LEAST;
}

enum { CALM_US = 4 * 1000000, PATIENCE_US = 600 * 1000000 };

bool learn_is_calm(const struct learn_fresh *fresh, instant now)
{
    return now - fresh->last >= CALM_US || now < fresh->last || learn_is_late(fresh, now);
}

bool learn_is_late(const struct learn_fresh *fresh, instant now)
{
    return now - fresh->first >= PATIENCE_US;
}

/* Examples parted into those learnt from and those held back. */
struct parted {
    struct learn_row *rows, *held;
    unsigned char *rows_won, *held_won;
    size_t n, won, held_n, held_won_count;
};

static void put(struct parted *p, const struct learn_example *e, bool held)
{
    if (held) {
        p->held[p->held_n] = e->row;
        p->held_won[p->held_n++] = e->won;
        p->held_won_count += e->won;
    } else {
        p->rows[p->n] = e->row;
        p->rows_won[p->n++] = e->won;
        p->won += e->won;
    }
}

static struct parted parted_new(struct arena *a, size_t n)
{
    return (struct parted){ .rows = ARENA_ARRAY(a, struct learn_row, n + 1), .held = ARENA_ARRAY(a, struct learn_row, n + 1),
                            .rows_won = ARENA_ARRAY(a, unsigned char, n + 1), .held_won = ARENA_ARRAY(a, unsigned char, n + 1) };
}

static bool has_enough(const struct parted *p)
{
    return p->held_won_count >= LEARN_HELD_ENOUGH && p->held_n - p->held_won_count >= LEARN_HELD_ENOUGH && p->won >= LEARN_HELD_ENOUGH
           && p->n - p->won >= LEARN_HELD_ENOUGH;
}

/* Logits as they come, each put right by the outcomes before it: so it would have been in use. */
static void corrected(struct arena *a, double *z, const unsigned char *won, size_t n)
{
    struct learn_recent *recent = ARENA_ARRAY(a, struct learn_recent, n + 1);

    for (size_t i = 0; i < n; i++) {
        struct arena *own = arena_new(0);
        struct fit_map m = learn_correct(own, recent, i);

        recent[i] = (struct learn_recent){ z[i], won[i] };
        z[i] = fit_map_value(&m, z[i]);
        arena_free(own);
    }
}

static void foretell_held(const struct learner *l, const struct parted *p, double *z)
{
    for (size_t i = 0; i < p->held_n; i++)
        z[i] = learn_foretell(l, &p->held[i]).z;
}

static void keep_figures(struct learn_predictor *is, const struct learn_figures *f, double rival)
{
    is->held_n = (int64_t)f->n;
    is->held_won = (int64_t)f->won;
    is->auc = learn_fix_or_0(f->auc.value);
    is->auc_low = learn_fix_or_0(f->auc.low);
    is->auc_high = learn_fix_or_0(f->auc.high);
    is->brier = learn_fix_or_0(f->brier);
    is->ece = learn_fix_or_0(f->ece);
    is->found20 = learn_fix_or_0(f->found20.value);
    is->loss = learn_fix_or_0(f->log_loss);
    is->loss_rival = learn_fix_or_0(rival);
}

static struct learn_options options_of(const struct learn_patience *patience)
{
    return (struct learn_options){ .seed = 20, .patience = patience };
}

/* Leads that neither has seen, in the order of time, with what each says of them. */
struct unseen {
    double *z, *other;
    unsigned char *won;
    size_t n;
};

static struct unseen unseen_new(struct arena *a, size_t n)
{
    return (struct unseen){ .z = ARENA_ARRAY(a, double, n + 1), .other = ARENA_ARRAY(a, double, n + 1), .won = ARENA_ARRAY(a, unsigned char, n + 1) };
}

/* Those of p that were held, foretold by a fit to the others of p, and by the rival (or the average, NULL), put at place[]. */
static bool foretell_both(struct arena *a, const struct parted *p, const struct learner *rival, const size_t *place,
                          const struct learn_patience *patience, struct unseen *u)
{
    const struct learn_options options = options_of(patience);
    struct learner *l = learn_fit(a, p->rows, p->rows_won, p->n, &options);
    double *z = ARENA_ARRAY(a, double, p->held_n + 1), *other = ARENA_ARRAY(a, double, p->held_n + 1);

    if (!l)
        return false;
    foretell_held(l, p, z);
    for (size_t i = 0; i < p->held_n; i++)
        other[i] = rival ? 0 : fit_logit((double)p->won / (double)p->n);
    if (rival)
        foretell_held(rival, p, other);
    for (size_t i = 0; i < p->held_n; i++) {
        u->z[place[i]] = z[i];
        u->other[place[i]] = other[i];
        u->won[place[i]] = p->held_won[i];
    }
    u->n += p->held_n;
    return true;
}

static bool is_better(struct arena *a, struct unseen *u, struct learn_predictor *is)
{
    struct learn_figures mine, its;

    corrected(a, u->z, u->won, u->n);
    corrected(a, u->other, u->won, u->n);
    mine = learn_measure(a, u->z, u->won, u->n);
    its = learn_measure(a, u->other, u->won, u->n);
    keep_figures(is, &mine, its.log_loss);
    return mine.log_loss < its.log_loss;
}

static bool spans_days(const struct learn_example *e, size_t n)
{
    return n && e[n - 1].judged_at - e[0].judged_at > 2 * DAY_US && e[n - 1 - n / 4].judged_at > e[0].judged_at;
}

/* Did those whose end became known since come of different days? */
static bool spans_fresh(const struct learn_example *e, size_t n, instant learned_at)
{
    instant first = INSTANT_NEVER, last = INSTANT_NONE;

    for (size_t i = 0; i < n; i++)
        if (e[i].known_at > learned_at) {
            first = e[i].judged_at < first ? e[i].judged_at : first;
            last = e[i].judged_at > last ? e[i].judged_at : last;
        }
    return first != INSTANT_NEVER && last - first > 2 * DAY_US;
}

/* On the latest quarter, foretold by a fit to what was before. */
static bool is_good_lately(struct arena *a, const struct parted *p, const struct learn_patience *patience, struct learn_predictor *is)
{
    struct unseen u = unseen_new(a, p->held_n);
    size_t *place = ARENA_ARRAY(a, size_t, p->held_n + 1);

    for (size_t i = 0; i < p->held_n; i++)
        place[i] = i;
    is->by_time = true;
    return foretell_both(a, p, NULL, place, patience, &u) && is_better(a, &u, is);
}

/* The first of all: the latest quarter; or each part by the others, also where the latest quarter is foretold no better than by the average though buyers are surely told
 * apart there: of some forty sales the loss turns by chance. */
static bool first(struct arena *a, const struct learn_example *e, size_t n, const struct learn_patience *patience, struct learn_trial *t)
{
    const struct learn_options options = options_of(patience);
    struct parted p = parted_new(a, n), all = parted_new(a, n);
    instant border = n ? e[n - 1 - n / 4].judged_at : 0;
    bool good = false, by_time;

    for (size_t i = 0; i < n; i++) {
        put(&p, &e[i], e[i].judged_at > border);
        put(&all, &e[i], false);
    }
    by_time = spans_days(e, n) && has_enough(&p);
    if (by_time) {
        good = is_good_lately(a, &p, patience, &t->is);
        by_time = t->is.by_time = good || t->is.auc_low <= FIX_ONE / 2;
    }
    t->held = ARENA_ARRAY(a, unsigned char, n + 1);
    for (size_t i = 0; i < n; i++)
        t->held[i] = !by_time || e[i].judged_at > border;
    if (good || !by_time)
        t->learner = learn_fit(a, all.rows, all.rows_won, all.n, &options);
    if (!by_time) {
        good = t->learner && t->learner->figures.log_loss < t->learner->figures.base_loss;
        if (t->learner)
            keep_figures(&t->is, &t->learner->figures, t->learner->figures.base_loss);
    }
    t->is.why = good ? LEARN_FIRST : LEARN_NO_USE;
    return good;
}

/* Which of the fresh ones (their places among n) judge, and what else teaches: the later half, by all before it; or each half by the other, when they are too
 * few for that, or a file brought all of them on one day. */
enum { HALVES = 2 };
static struct parted part_fresh(struct arena *a, const struct learn_example *e, size_t n, instant learned_at, bool by_time, size_t fresh, int half, size_t *place)
{
    struct parted p = parted_new(a, n);
    size_t at = 0;

    for (size_t i = 0; i < n; i++) {
        bool is_fresh = e[i].known_at > learned_at, held;

        held = is_fresh && (by_time ? at >= fresh / 2 : at % HALVES == (size_t)half);
        if (held)
            place[p.held_n] = by_time ? at - fresh / 2 : at;
        put(&p, &e[i], held);
        at += is_fresh;
    }
    return p;
}

/* The new one has learnt from what is new, or it would be the old one over again; it is judged on what neither has seen. */
static bool next(struct arena *a, const struct learn_example *e, size_t n, const struct learner *rival, instant learned_at,
                 const struct learn_patience *patience, struct learn_trial *t, bool *tried)
{
    const struct learn_options options = options_of(patience);
    size_t *place = ARENA_ARRAY(a, size_t, n + 1), fresh = 0;
    struct parted p, all = parted_new(a, n);
    struct unseen u = unseen_new(a, n);
    bool good = true;

    for (size_t i = 0; i < n; i++) {
        fresh += e[i].known_at > learned_at;
        put(&all, &e[i], false);
    }
    p = part_fresh(a, e, n, learned_at, true, fresh, 0, place);
    t->is.by_time = has_enough(&p) && spans_fresh(e, n, learned_at);
    if (!t->is.by_time)
        p = part_fresh(a, e, n, learned_at, false, fresh, 0, place);
    *tried = has_enough(&p);
    if (!*tried)
        return false;
    t->held = ARENA_ARRAY(a, unsigned char, n + 1);
    for (size_t i = 0, at = 0; i < n; i++)
        if (e[i].known_at > learned_at)
            t->held[i] = !t->is.by_time || at++ >= fresh / 2;
    for (int half = 0; half < (t->is.by_time ? 1 : HALVES) && good; half++) {
        if (half)
            p = part_fresh(a, e, n, learned_at, false, fresh, half, place);
        good = foretell_both(a, &p, rival, place, patience, &u);
    }
    good = good && is_better(a, &u, &t->is);
    t->is.why = good ? LEARN_BETTER : LEARN_NOT_BETTER;
    if (good)
        t->learner = learn_fit(a, all.rows, all.rows_won, all.n, &options);
    return good;
}

bool learn_try(struct arena *a, const struct learn_example *examples, size_t n, const struct learner *rival, instant learned_at,
               const struct learn_patience *patience, struct learn_trial *trial)
{
    bool tried = true, good;

    *trial = (struct learn_trial){ .is = { .n = (int64_t)n } };
    for (size_t i = 0; i < n; i++)
        trial->is.won += examples[i].won;
    if (trial->is.won < LEARN_PREDICT_ENOUGH || trial->is.n - trial->is.won < LEARN_PREDICT_ENOUGH)
        return false;
    good = rival ? next(a, examples, n, rival, learned_at, patience, trial, &tried) : first(a, examples, n, patience, trial);
    if (!good || !trial->learner)
        trial->learner = NULL;
    trial->is.state = trial->learner ? PREDICTOR_LIVE : PREDICTOR_REFUSED;
    return tried;
}

/* ---- showing ---- */

struct learn_chance learn_chance_of(struct learn_forecast f)
{
    struct sample_figure p = learn_probability(f);

    return (struct learn_chance){ learn_fix_or_0(p.value), learn_fix_or_0(p.low), learn_fix_or_0(p.high) };
}

bool learn_is_told(struct learn_forecast f)
{
    struct learn_chance chance = learn_chance_of(f);
    fix widest = f.facts && f.known * 4 >= f.facts * 3 ? LEARN_WIDEST_KNOWN : LEARN_WIDEST;

    return chance.high - chance.low <= widest && (!f.strange || f.strange * 2 < f.facts);
}

struct learn_chance learn_chance_at(const struct learner *l, const struct fit_map *correction, const struct learn_row *row)
{
    return learn_chance_of(learn_corrected(correction, learn_foretell(l, row)));
}

struct learn_recent learn_recent_of(const struct learner *l, const struct learn_row *row, bool won)
{
    return (struct learn_recent){ learn_foretell(l, row).z, won };
}

struct str learn_value_text(struct arena *a, const struct learn_row *row, struct str column)
{
    for (size_t i = 0; i < row->count; i++)
        if (str_eq(row->values[i].name, column))
            return row->values[i].kind == LEARN_TEXT ? str_dup(a, row->values[i].text) : str_print(a, "%.10g", row->values[i].number);
    return STR("");
}

struct ranked {
    size_t column;
    double effect;
};

static int strongest_first(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    if (fabs(x->effect) != fabs(y->effect))
        return fabs(x->effect) > fabs(y->effect) ? -1 : 1;
    return x->column < y->column ? -1 : 1;
}

size_t learn_reasons(struct arena *a, const struct learner *l, const struct fit_map *correction, const struct learn_row *row, size_t most,
                     struct learn_reason *reasons)
{
    double *effects = ARENA_ARRAY(a, double, l->schema.count + 1), z = fit_map_value(correction, learn_foretell(l, row).z);
    struct ranked *all = ARENA_ARRAY(a, struct ranked, l->schema.count + 1);
    size_t n = 0;

    learn_effects(l, row, effects);
    for (size_t c = 0; c < l->schema.count; c++)
        all[c] = (struct ranked){ c, fit_sigmoid(z) - fit_sigmoid(z - correction->b * effects[c]) };
    qsort(all, l->schema.count, sizeof *all, strongest_first);
    for (size_t i = 0; i < l->schema.count && n < most && fabs(all[i].effect) >= 0.005; i++)
        reasons[n++] = (struct learn_reason){ l->schema.columns[all[i].column].name, learn_fix_or_0(all[i].effect) };
    return n;
}

/* ---- store ---- */

#define COLUMNS \
    "id, version, state, why, model_id, made_at, learned_at, n, won, held_n, held_won, by_time, auc, auc_low, auc_high, brier, ece," \
    " found20, loss, loss_rival, left_out"

static void head_of_row(const struct db_rows *r, struct arena *a, void *predictor)
{
    *(struct learn_predictor *)predictor = (struct learn_predictor){
        .id = { db_col_int(r, 0) }, .version = db_col_int(r, 1), .state = (int)db_col_int(r, 2), .why = (int)db_col_int(r, 3),
        .model = { db_col_int(r, 4) }, .made_at = db_col_int(r, 5), .learned_at = db_col_int(r, 6), .n = db_col_int(r, 7),
        .won = db_col_int(r, 8), .held_n = db_col_int(r, 9), .held_won = db_col_int(r, 10), .by_time = db_col_int(r, 11) != 0,
        .auc = db_col_int(r, 12), .auc_low = db_col_int(r, 13), .auc_high = db_col_int(r, 14), .brier = db_col_int(r, 15),
        .ece = db_col_int(r, 16), .found20 = db_col_int(r, 17), .loss = db_col_int(r, 18), .loss_rival = db_col_int(r, 19),
        .left_out = db_col_str(r, 20, a),
    };
}

static void predictor_of_row(const struct db_rows *r, struct arena *a, void *predictor)
{
    head_of_row(r, a, predictor);
    ((struct learn_predictor *)predictor)->body = db_col_str(r, 21, a);
}

enum err learn_predictor_live(struct ctx *c, struct db_tx *tx, bool body, struct learn_predictor *p)
{
    *p = (struct learn_predictor){ 0 };
    return body ? db_find(c, tx, "SELECT " COLUMNS ", body FROM predictor WHERE state = 1", DB_NO_ARGS, predictor_of_row, p)
                : db_find(c, tx, "SELECT " COLUMNS " FROM predictor WHERE state = 1", DB_NO_ARGS, head_of_row, p);
}

enum err learn_predictor_last(struct ctx *c, struct db_tx *tx, struct learn_predictor *p)
{
    *p = (struct learn_predictor){ 0 };
    return db_find(c, tx, "SELECT " COLUMNS " FROM predictor ORDER BY version DESC LIMIT 1", DB_NO_ARGS, head_of_row, p);
}

enum err learn_predictor_list(struct ctx *c, struct db_tx *tx, int limit, struct learn_predictor **list, size_t *count)
{
    return db_list(c, tx, "SELECT " COLUMNS " FROM predictor ORDER BY version DESC LIMIT $1", DB_ARGS(db_int(limit)),
                   DB_ITEMS(head_of_row, list, count));
}

enum err learn_predictor_add(struct ctx *c, struct db_tx *tx, struct learn_predictor *p)
{
    struct learn_predictor last;
    enum err e = learn_predictor_last(c, tx, &last);

    if (!e && (p->state == PREDICTOR_LIVE || p->retires))
        e = db_run(c, tx, "UPDATE predictor SET state = 2, body = NULL WHERE state = 1", DB_NO_ARGS, NULL);
    if (e)
        return e;
    if (!p->id.v)
        p->id.v = db_new_id(tx);
    p->version = last.version + 1;
    return db_run(c, tx,
                  "INSERT INTO predictor (" COLUMNS ", body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,"
                  " $17, $18, $19, $20, $21, $22)",
                  DB_ARGS(db_int(p->id.v), db_int(p->version), db_int(p->state), db_int(p->why), db_int(p->model.v), db_int(p->made_at),
                          db_int(p->learned_at), db_int(p->n), db_int(p->won), db_int(p->held_n), db_int(p->held_won), db_bool(p->by_time),
                          db_int(p->auc), db_int(p->auc_low), db_int(p->auc_high), db_int(p->brier), db_int(p->ece), db_int(p->found20),
                          db_int(p->loss), db_int(p->loss_rival), db_str(p->left_out), db_blob(p->body)),
                  NULL);
}

static double units(const struct db_rows *r, int column)
{
    return (double)db_col_int(r, column) / (double)FIX_ONE;
}

static void correction_of_row(const struct db_rows *r, UNUSED struct arena *a, void *correction)
{
    *(struct learn_correction *)correction = (struct learn_correction){
        .predictor = { db_col_int(r, 0) }, .at = db_col_int(r, 1), .known_at = db_col_int(r, 2), .n = db_col_int(r, 3),
        .map = { .kind = FIT_MAP_LINE, .a = units(r, 4), .b = units(r, 5), .cov = { units(r, 6), units(r, 7), units(r, 8) } },
    };
}

enum err learn_correction_get(struct ctx *c, struct db_tx *tx, struct learn_correction *k)
{
    *k = (struct learn_correction){ .at = INSTANT_NONE, .known_at = INSTANT_NONE, .map = { .kind = FIT_MAP_LINE, .b = 1 } };
    return db_find(c, tx, "SELECT predictor_id, at, known_at, n, a, b, var_a, cov_ab, var_b FROM correction WHERE id = 1", DB_NO_ARGS,
                   correction_of_row, k);
}

enum err learn_correction_put(struct ctx *c, struct db_tx *tx, const struct learn_correction *k)
{
    return db_run(c, tx,
                  "INSERT INTO correction (id, predictor_id, at, known_at, n, a, b, var_a, cov_ab, var_b)"
                  " VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO UPDATE SET predictor_id = excluded.predictor_id,"
                  " at = excluded.at, known_at = excluded.known_at, n = excluded.n, a = excluded.a, b = excluded.b,"
                  " var_a = excluded.var_a, cov_ab = excluded.cov_ab, var_b = excluded.var_b",
                  DB_ARGS(db_int(k->predictor.v), db_int(k->at), db_int(k->known_at), db_int(k->n), db_int(learn_fix_or_0(k->map.a)),
                          db_int(learn_fix_or_0(k->map.b)), db_int(learn_fix_or_0(k->map.cov[0])), db_int(learn_fix_or_0(k->map.cov[1])),
                          db_int(learn_fix_or_0(k->map.cov[2]))),
                  NULL);
}

enum err learn_known_since(struct ctx *c, struct db_tx *tx, instant since, int64_t most, struct learn_fresh *fresh)
{
    /* Each by itself: SQLite finds a least or greatest at the end of an index only where nothing else is asked for. */
    static const char sql[] = "SELECT (SELECT count(*) FROM (SELECT 1 AS one FROM outcome WHERE known_at > $1 LIMIT $2) few),"
                              " (SELECT min(known_at) FROM outcome WHERE known_at > $1), (SELECT max(known_at) FROM outcome WHERE known_at > $1)";
    struct db_rows *r;
    enum err e = db_one(c, tx, sql, DB_ARGS(db_int(since), db_int(most)), &r);

    if (e)
        return e;
    *fresh = (struct learn_fresh){ db_col_int(r, 0), db_col_at(r, 1), db_col_at(r, 2) };
    db_end(r);
    return ERR_NONE;
}

enum err learn_put_off_get(struct ctx *c, struct db_tx *tx, instant *at)
{
    *at = INSTANT_NONE;
    return db_find(c, tx, "SELECT at FROM trial_put_off WHERE id = 1", DB_NO_ARGS, db_int_of_row, at);
}

enum err learn_put_off(struct ctx *c, struct db_tx *tx, instant at)
{
    return db_run(c, tx, "INSERT INTO trial_put_off (id, at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET at = excluded.at",
                  DB_ARGS(db_int(at)), NULL);
}
