/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_foretell.h"

#include "flow/flow_chance.h"
#include "flow/flow_correct.h"
#include "flow/flow_learn.h"
#include "learn/news.h"
#include "learn/outcome.h"
#include "score/score_store.h"

/* ---- the snapshot ---- */

enum { SNAPSHOT_BYTES = 512 << 20 };

static void unhold(struct flow_learnt *l)
{
    if (!l->base)
        score_model_drop(l->model);
    arena_free(l->arena);
}

void flow_learnt_drop(struct flow *f, struct flow_learnt *l)
{
    while (l) {
        struct flow_learnt *base = l->base;
        bool last;

        pthread_mutex_lock(&f->lock);
        last = --l->holders == 0;
        pthread_mutex_unlock(&f->lock);
        if (!last)
            return;
        unhold(l);
        l = base;
    }
}

static struct flow_learnt *hold(struct flow *f)
{
    struct flow_learnt *l;

    pthread_mutex_lock(&f->lock);
    if ((l = f->learnt))
        l->holders++;
    pthread_mutex_unlock(&f->lock);
    return l;
}

/* Does it know all that the kept correction does? It may know more: outcomes that came since. */
static bool is_behind(const struct flow_learnt *l, const struct learn_correction *k)
{
    if (k->predictor.v != l->is.id.v)
        return false;
    return l->correction.known_at != k->known_at ? l->correction.known_at < k->known_at : l->correction.at < k->at;
}

static struct flow_recent *recent_copy(struct arena *a, const struct flow_recent *recent, size_t count)
{
    struct flow_recent *copy = ARENA_ARRAY(a, struct flow_recent, count + 1);

    for (size_t i = 0; i < count; i++)
        copy[i] = recent[i];
    return copy;
}

static void replace(struct flow *f, struct flow_learnt *l)
{
    struct flow_learnt *old;

    pthread_mutex_lock(&f->lock);
    old = f->learnt;
    f->learnt = l;
    l->holders++;
    pthread_mutex_unlock(&f->lock);
    flow_learnt_drop(f, old);
}

static enum err model_of(struct ctx *c, struct db_tx *tx, struct model_id id, struct model **m)
{
    struct model_row row;
    enum err e = score_model_get(c, tx, id, &row);

    if (e || (e = score_model_parse(c, row.body, m)))
        return e;
    (*m)->id = row.id;
    (*m)->version = row.version;
    return ERR_NONE;
}

static enum err load(struct ctx *c, struct db_tx *tx, const struct learn_correction *k, struct flow_learnt **out)
{
    struct arena *a = arena_new(SNAPSHOT_BYTES);
    struct flow_learnt *l = ARENA_NEW(a, struct flow_learnt);
    int days = 0;
    enum err e = learn_predictor_live(c, tx, true, &l->is);

    l->arena = a;
    l->holders = 1;
    if (!e && !(l->learner = learn_parse(a, l->is.body)))
        e = fault_set(c, ERR_INTERNAL, "the predictor in use cannot be read");
    if (!e)
        e = model_of(c, tx, l->is.model, &l->model);
    if (!e && (e = flow_win_ages(c, tx, &l->ages, &days)))
        score_model_drop(l->model);
    if (e) {
        arena_free(a);
        return e;
    }
    l->is.body = STR_NULL;
    if (l->is.left_out.ptr)
        l->is.left_out = str_dup(a, l->is.left_out);
    l->maturity_us = days * DAY_US;
    l->correction = *k;
    if (k->predictor.v != l->is.id.v) /* of another one: nothing is put right yet */
        l->correction = (struct learn_correction){ .at = INSTANT_NONE, .map = { .kind = FIT_MAP_LINE, .b = 1 } };
    *out = l;
    return ERR_NONE;
}

enum err flow_learnt(struct flow *f, struct ctx *c, struct db_tx *tx, struct flow_learnt **l)
{
    struct learn_predictor live;
    struct learn_correction k;
    struct flow_learnt *old;
    enum err e = learn_predictor_live(c, tx, false, &live);

    *l = NULL;
    if (e || !live.id.v || (e = learn_correction_get(c, tx, &k)))
        return e;
    old = hold(f);
    if (old && old->is.id.v == live.id.v && !is_behind(old, &k)) {
        *l = old;
        return ERR_NONE;
    }
    if (!(e = load(c, tx, &k, l))) {
        if (old && old->is.id.v == live.id.v) {
            (*l)->recent = recent_copy((*l)->arena, old->recent, old->recent_count);
            (*l)->recent_count = old->recent_count;
        }
        replace(f, *l);
    }
    flow_learnt_drop(f, old);
    return e;
}

struct flow_learnt *flow_learnt_put_right(struct flow *f, struct flow_learnt *l, const struct learn_correction *k, const struct flow_recent *recent, size_t count)
{
    struct arena *a = arena_new(0);
    struct flow_learnt *new = ARENA_NEW(a, struct flow_learnt);

    pthread_mutex_lock(&f->lock);
    *new = *l; /* its holders too, whom others count */
    new->base = l->base ? l->base : l;
    new->base->holders++;
    pthread_mutex_unlock(&f->lock);
    new->arena = a;
    new->holders = 1;
    new->correction = *k;
    new->recent = recent_copy(a, recent, count);
    new->recent_count = count;
    replace(f, new);
    flow_learnt_drop(f, l);
    return new;
}

/* ---- without a flow ---- */

static void let_go(void *x)
{
    struct arena *a = x;

    arena_free(a);
}

enum err flow_predictor_read(struct ctx *c, struct db_tx *tx, struct flow_predictor **p)
{
    struct flow_predictor *new = ARENA_NEW(c->arena, struct flow_predictor);
    struct learn_predictor live;
    struct learn_correction k;
    struct model *m;
    struct arena *a;
    enum err e = learn_predictor_live(c, tx, true, &live);

    *p = NULL;
    if (e || !live.id.v || (e = learn_correction_get(c, tx, &k)) || (e = model_of(c, tx, live.model, &m)))
        return e;
    score_model_until(c->arena, m);
    a = arena_new(SNAPSHOT_BYTES);
    arena_with(c->arena, let_go, a);
    *new = (struct flow_predictor){ learn_parse(a, live.body), m, { .kind = FIT_MAP_LINE, .b = 1 } };
    if (k.predictor.v == live.id.v)
        new->correction = k.map;
    if (!new->learner)
        return fault_set(c, ERR_INTERNAL, "the predictor in use cannot be read");
    *p = new;
    return ERR_NONE;
}

enum err flow_predictor_ask(struct ctx *c, const struct flow_predictor *p, const struct history *known, instant at, fix *chance)
{
    struct learn_forecast forecast;
    struct learn_row row;
    enum err e = flow_learn_row(c, p->model, known, at, &row);

    if (e)
        return e;
    forecast = learn_corrected(&p->correction, learn_foretell(p->learner, &row));
    if (learn_is_told(forecast))
        *chance = learn_chance_of(forecast).value;
    return ERR_NONE;
}

/* ---- asking ---- */

static enum err row_of(struct ctx *c, struct db_tx *tx, const struct flow_learnt *l, const struct lead *lead, const struct outcome *o,
                       struct learn_row *row)
{
    struct history known;
    instant at;
    enum err e = flow_judged(c, tx, lead, o, o->state == OUTCOME_OPEN ? INSTANT_NEVER / 2 : l->maturity_us, &known, &at);

    return e ? e : flow_learn_row(c, l->model, &known, at, row);
}

static struct flow_chance chance_of(const struct flow_learnt *l, struct learn_forecast forecast)
{
    struct learn_forecast right = learn_corrected(&l->correction.map, forecast);
    struct flow_chance out = { .is = learn_is_told(right), .chance = learn_chance_of(right) };

    if (!out.is && l->is.n)
        out.average = l->is.won * FIX_ONE / l->is.n;
    return out;
}

fix flow_chance_or(const struct flow_chance *chance, fix other)
{
    return chance->is ? chance->chance.value : chance->average ? chance->average : other;
}

static struct flow_chances *chances_in(struct flow *f)
{
    struct flow_chances *k;

    pthread_mutex_lock(&f->lock);
    if (!f->chances)
        f->chances = flow_chances_open();
    k = f->chances;
    pthread_mutex_unlock(&f->lock);
    return k;
}

/* Many leads asked about at once. */
struct asking {
    struct flow_chances *kept;
    const struct flow_learnt *l;
    int64_t *stamps;
    struct outcome *outcomes;
};

static enum err asking_begin(struct ctx *c, struct db_tx *tx, const struct lead *leads, size_t n, struct asking *a)
{
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, n + 1);
    enum err e;

    for (size_t i = 0; i < n; i++)
        ids[i] = leads[i].id;
    a->stamps = ARENA_ARRAY(c->arena, int64_t, n + 1);
    a->outcomes = ARENA_ARRAY(c->arena, struct outcome, n + 1);
    e = learn_news_of(c, tx, ids, n, a->stamps);
    return e ? e : learn_outcomes_of(c, tx, ids, n, a->outcomes);
}

static enum err ask(struct ctx *c, struct db_tx *tx, const struct asking *a, const struct lead *lead, size_t i, struct flow_chance *chance)
{
    struct flow_chance_key key = { a->l->is.id, lead->id, a->stamps[i] };
    bool open = a->outcomes[i].state == OUTCOME_OPEN;
    struct learn_forecast forecast;
    struct learn_row row;
    enum err e;

    if (!open || !flow_chance_find(a->kept, key, c->now, &forecast)) {
        if ((e = row_of(c, tx, a->l, lead, &a->outcomes[i], &row)))
            return e;
        forecast = learn_foretell(a->l->learner, &row);
        if (open)
            flow_chance_keep(a->kept, key, c->now, forecast);
    }
    *chance = chance_of(a->l, forecast);
    return ERR_NONE;
}

enum err flow_foretell(struct flow *f, struct ctx *c, struct db_tx *tx, const struct lead *leads, size_t n, struct flow_chance *chances)
{
    struct asking a;
    struct flow_learnt *l;
    struct ctx own = *c;
    enum err e = flow_learnt_now(f, c, tx, &l);

    for (size_t i = 0; i < n; i++)
        chances[i] = (struct flow_chance){ 0 };
    if (e || !l)
        return e;
    a = (struct asking){ .kept = chances_in(f), .l = l };
    own.arena = arena_new(0);
    e = asking_begin(c, tx, leads, n, &a);
    for (size_t i = 0; i < n && !e; i++) {
        if (!leads[i].id.v || leads[i].merged_into.v)
            continue;
        arena_reset(own.arena);
        if ((e = ask(&own, tx, &a, &leads[i], i, &chances[i])))
            c->fault = own.fault;
    }
    arena_free(own.arena);
    flow_learnt_drop(f, l);
    return e;
}

/* The criterion's titles, copied: the snapshot may go. */
static void name_criterion(struct arena *a, const struct model *m, struct flow_reason *r)
{
    struct str id = str_starts(r->is.column, STR("criterion.")) ? str_sub(r->is.column, 10, r->is.column.len) : STR_NULL;
    int at = id.len ? score_criterion_find(m, id) : -1;

    if (at < 0)
        return;
    r->title_ru = str_dup(a, m->criteria[at].title_ru);
    r->title_en = str_dup(a, m->criteria[at].title_en);
}

enum err flow_foretell_one(struct flow *f, struct ctx *c, struct db_tx *tx, const struct lead *lead, struct flow_foretold *out)
{
    struct learn_reason reasons[FLOW_REASONS];
    struct learn_forecast forecast;
    struct learn_row row;
    struct flow_learnt *l;
    struct outcome o;
    enum err e = flow_learnt_now(f, c, tx, &l);

    *out = (struct flow_foretold){ 0 };
    if (e || !l)
        return e;
    out->predictor = l->is;
    if (l->is.left_out.ptr) /* the snapshot may go */
        out->predictor.left_out = str_dup(c->arena, l->is.left_out);
    out->corrected_by = l->correction.n;
    if (!lead->merged_into.v && !(e = learn_outcomes_of(c, tx, &lead->id, 1, &o)) && !(e = row_of(c, tx, l, lead, &o, &row))) {
        forecast = learn_foretell(l->learner, &row);
        out->chance = chance_of(l, forecast);
        out->facts = forecast.facts;
        out->facts_known = forecast.known;
        if (out->chance.is)
            out->reason_count = learn_reasons(c->arena, l->learner, &l->correction.map, &row, FLOW_REASONS, reasons);
        for (size_t i = 0; i < out->reason_count; i++) {
            out->reasons[i] = (struct flow_reason){ .is = reasons[i], .value = learn_value_text(c->arena, &row, reasons[i].column) };
            out->reasons[i].is.column = str_dup(c->arena, reasons[i].column);
            name_criterion(c->arena, l->model, &out->reasons[i]);
        }
    }
    flow_learnt_drop(f, l);
    return e;
}
