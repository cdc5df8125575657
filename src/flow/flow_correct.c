/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_correct.h"

#include "flow/flow_learn.h"
#include "learn/recent.h"
#include "report/ends.h"

enum { FRESH_SOME = 500, FRESH_MOST = 4000, NOW_MOST = 50, REST_US = 2 * 1000000 };
#define AGED_US HOUR_US /* leads come of age without a word: it is looked so often */

/* ---- due ---- */

static enum err are_told(struct ctx *c, struct db_tx *tx, const struct learn_predictor *live, bool *told)
{
    int64_t lost, not_won = live->n - live->won;
    enum err e = learn_outcome_some(c, tx, OUTCOME_LOST, not_won, &lost);

    if (!e)
        *told = learn_losses_are_told(lost, not_won);
    return e;
}

enum err flow_correction_due(struct ctx *c, struct db_tx *tx, bool *due)
{
    struct learn_predictor live;
    struct learn_correction k;
    struct learn_fresh fresh;
    bool kept, told;
    enum err e = learn_predictor_live(c, tx, false, &live);

    *due = false;
    if (e || !live.id.v || (e = learn_correction_get(c, tx, &k)))
        return e;
    kept = k.predictor.v == live.id.v;
    if ((e = learn_known_since(c, tx, kept && k.known_at > live.learned_at ? k.known_at : live.learned_at, 1, &fresh)))
        return e;
    *due = fresh.count > 0 && (!kept || c->now - k.at >= REST_US || c->now < k.at);
    if (*due || c->now - (kept ? k.at : live.learned_at) < AGED_US || (e = are_told(c, tx, &live, &told)))
        return e;
    *due = !told;
    return ERR_NONE;
}

/* ---- which leads ---- */

/* Outcomes that became known since, newest first. */
static enum err list_told(struct ctx *c, struct db_tx *tx, const struct flow_learnt *l, struct outcome **list, size_t *n)
{
    enum err e = learn_outcome_fresh(c, tx, l->is.learned_at, FRESH_SOME, list, n);

    if (!e && *n == FRESH_SOME && learn_recent_has_bulk(*list, *n))
        e = learn_outcome_fresh(c, tx, l->is.learned_at, FRESH_MOST, list, n);
    if (!e && *n)
        *n = learn_recent_choose(*list, *n);
    return e;
}

/* Leads that came of age since, the youngest first: each is known by then, whatever became of it. */
static enum err list_aged(struct ctx *c, struct db_tx *tx, const struct flow_learnt *l, struct outcome **list, size_t *n)
{
    struct report_born *born;
    struct lead_id *ids;
    enum err e = report_born_between(c, tx, l->is.learned_at - l->maturity_us, c->now - l->maturity_us, LEARN_WINDOW, &born, n);

    if (e)
        return e;
    ids = ARENA_ARRAY(c->arena, struct lead_id, *n + 1);
    *list = ARENA_ARRAY(c->arena, struct outcome, *n + 1);
    for (size_t i = 0; i < *n; i++)
        ids[i].v = born[i].lead;
    if ((e = learn_outcomes_of(c, tx, ids, *n, *list)))
        return e;
    for (size_t i = 0; i < *n; i++)
        if ((*list)[i].state == OUTCOME_OPEN)
            (*list)[i].known_at = born[i].born + l->maturity_us;
    return ERR_NONE;
}

/* ---- what was said of them ---- */

static const struct flow_recent *recent_find(const struct flow_learnt *l, const struct outcome *o)
{
    for (size_t i = 0; i < l->recent_count; i++)
        if (l->recent[i].lead.v == o->lead.v && l->recent[i].known_at == o->known_at)
            return &l->recent[i];
    return NULL;
}

static enum err recent_of(struct ctx *c, struct db_tx *tx, const struct flow_learnt *l, const struct outcome *o, struct learn_recent *r,
                          bool *is)
{
    struct history known;
    struct learn_row row;
    struct lead lead;
    instant at;
    bool won;
    enum err e = lead_get(c, tx, o->lead, &lead);

    *is = false;
    if (e == ERR_NOT_FOUND) {
        fault_clear(c);
        return ERR_NONE;
    }
    if (e || lead.merged_into.v || (e = flow_judged(c, tx, &lead, o, l->maturity_us, &known, &at)))
        return e;
    won = learn_label(o, lead.created_at, c->now, l->maturity_us) == LABEL_WON;
    if (!won)
        at = learn_looked_at(&l->ages, lead.id, lead.created_at, at);
    if ((e = flow_learn_row(c, l->model, &known, at, &row)))
        return e;
    *r = learn_recent_of(l->learner, &row, won);
    *is = true;
    return ERR_NONE;
}

/* Of each of n, newest first, what had been said of it; oldest first. */
static enum err recall(struct ctx *c, struct db_tx *tx, const struct flow_learnt *l, const struct outcome *list, size_t n, struct flow_recent *out, size_t *count)
{
    struct ctx own = *c;
    enum err e = ERR_NONE;

    own.arena = arena_new(0);
    *count = 0;
    for (size_t i = n; i-- > 0 && !e;) {
        const struct flow_recent *had = recent_find(l, &list[i]);
        struct flow_recent one = { list[i].lead, list[i].known_at, { 0 } };
        bool is = had != NULL;

        arena_reset(own.arena);
        if (had)
            one = *had;
        else
            e = recent_of(&own, tx, l, &list[i], &one.is, &is);
        if (!e && is)
            out[(*count)++] = one;
    }
    if (e)
        c->fault = own.fault;
    arena_free(own.arena);
    return e;
}

/* ---- the correction ---- */

struct correcting {
    struct learn_correction k;
    struct flow_recent *recent;
    size_t count;
};

static enum err correct(struct ctx *c, struct db_tx *tx, const struct flow_learnt *l, struct correcting *w)
{
    struct learn_recent *is;
    struct learn_fresh fresh;
    struct outcome *list;
    size_t n = 0;
    bool told;
    enum err e;

    if ((e = are_told(c, tx, &l->is, &told)) || (e = learn_known_since(c, tx, l->is.learned_at, 1, &fresh))
        || (e = (told ? list_told : list_aged)(c, tx, l, &list, &n)))
        return e;
    w->recent = ARENA_ARRAY(c->arena, struct flow_recent, n + 1);
    if ((e = recall(c, tx, l, list, n, w->recent, &w->count)))
        return e;
    is = ARENA_ARRAY(c->arena, struct learn_recent, n + 1);
    for (size_t i = 0; i < w->count; i++)
        is[i] = w->recent[i].is;
    w->k = (struct learn_correction){ .predictor = l->is.id, .at = c->now, .known_at = fresh.count ? fresh.last : l->is.learned_at, .n = (int64_t)w->count,
                                      .map = learn_correct(c->arena, is, w->count) };
    return ERR_NONE;
}

enum err flow_correction(struct flow *f, struct ctx *c, struct db_tx *tx, struct learn_correction *k)
{
    struct correcting w = { 0 };
    struct flow_learnt *l;
    enum err e = flow_learnt(f, c, tx, &l);

    *k = (struct learn_correction){ 0 };
    if (e || !l)
        return e;
    if (!(e = correct(c, tx, l, &w))) {
        *k = w.k;
        l = flow_learnt_put_right(f, l, &w.k, w.recent, w.count);
    }
    flow_learnt_drop(f, l);
    return e;
}

enum err flow_learnt_now(struct flow *f, struct ctx *c, struct db_tx *tx, struct flow_learnt **l)
{
    struct correcting w = { 0 };
    struct learn_fresh fresh;
    enum err e = flow_learnt(f, c, tx, l);

    if (e || !*l)
        return e;
    e = learn_known_since(c, tx, (*l)->correction.known_at > (*l)->is.learned_at ? (*l)->correction.known_at : (*l)->is.learned_at, NOW_MOST + 1, &fresh);
    if (!e && fresh.count && fresh.count <= NOW_MOST && !(e = correct(c, tx, *l, &w)))
        *l = flow_learnt_put_right(f, *l, &w.k, w.recent, w.count);
    if (e) {
        flow_learnt_drop(f, *l);
        *l = NULL;
    }
    return e;
}
