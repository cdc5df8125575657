/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_model.h"

#include <stdlib.h>

#include "flow/flow_score.h"
#include "lead/lead.h"
#include "score/replay.h"

enum { STEP = 200 };

/* Calls one(x, ctx of a scratch arena, lead) for at most `most` leads, in the order of their ids. */
struct base_walk {
    struct ctx *c;
    struct db_tx *tx;
    int64_t most, seen;
    bool more;
};
typedef enum err base_visit(void *x, struct ctx *c, struct db_tx *tx, struct lead_id lead);

static enum err visit_base(struct base_walk *w, base_visit *one, void *x)
{
    struct ctx scratch = *w->c;
    struct lead_id ids[STEP], after = { 0 };
    size_t n = STEP;
    enum err e = ERR_NONE;

    scratch.arena = arena_new(0);
    while (!e && n == STEP && w->seen < w->most) {
        e = lead_ids(w->c, w->tx, after, STEP, ids, &n);
        for (size_t i = 0; i < n && !e && w->seen < w->most; i++, w->seen++) {
            arena_reset(scratch.arena);
            e = one(x, &scratch, w->tx, ids[i]);
        }
        if (n)
            after = ids[n - 1];
    }
    w->more = n == STEP && w->seen >= w->most;
    arena_free(scratch.arena);
    return e;
}

/* ---- preview ---- */

struct previewing {
    const struct model *live, *draft;
    bool bodies; /* one of the two looks into them */
    struct preview *p;
    struct arena *keep;
};

static int bin_of(const struct preview *p, int64_t shown)
{
    int64_t i = (shown - p->from) / p->width;

    return shown < p->from ? 0 : i >= PREVIEW_BINS ? PREVIEW_BINS - 1 : (int)i;
}

static int64_t jump(const struct preview_mover *m)
{
    return llabs(m->after - m->before);
}

/* Keeps the largest; the list is short. */
static void add_mover(struct preview *p, struct preview_mover m)
{
    size_t i = p->mover_count;

    if (i == PREVIEW_MOVERS && jump(&p->movers[i - 1]) >= jump(&m))
        return;
    if (i == PREVIEW_MOVERS)
        i--;
    else
        p->mover_count++;
    for (; i > 0 && jump(&p->movers[i - 1]) < jump(&m); i--)
        p->movers[i] = p->movers[i - 1];
    p->movers[i] = m;
}

static enum err preview_one(void *x, struct ctx *c, struct db_tx *tx, struct lead_id id)
{
    struct previewing *v = x;
    struct history h;
    struct score_sum before, after;
    struct lead lead;
    enum err e = flow_history_for(c, tx, id, v->bodies, &h);

    if (e)
        return e;
    before = score_sum_of(score_fold(v->live, &h, c->now, c->arena), c->now);
    after = score_sum_of(score_fold(v->draft, &h, c->now, c->arena), c->now);
    int64_t shown_before = fix_round(before.total), shown_after = fix_round(after.total);

    v->p->bands[before.band][0]++;
    v->p->bands[after.band][1]++;
    v->p->bins[bin_of(v->p, shown_before)][0]++;
    v->p->bins[bin_of(v->p, shown_after)][1]++;
    if (before.band == after.band)
        return ERR_NONE;
    v->p->into_hot += after.band == BAND_HOT;
    v->p->out_of_hot += before.band == BAND_HOT;
    if ((e = lead_get(c, tx, id, &lead)))
        return e;
    add_mover(v->p, (struct preview_mover){
                        id, str_dup(v->keep, lead.name.len ? lead.name : lead.email), shown_before,
                        shown_after, before.band, after.band,
                    });
    return ERR_NONE;
}

enum err flow_preview(struct flow *f, struct ctx *c, struct db_tx *tx, const struct model *draft, int64_t most,
                      struct preview *p)
{
    struct base_walk w = { .c = c, .tx = tx, .most = most };
    struct previewing v = { .draft = draft, .p = p, .keep = c->arena };
    struct model *live;
    enum err e = flow_model(f, c, tx, &live);

    if (e)
        return e;
    *p = (struct preview){ .from = fix_round(live->floor) };
    p->width = (fix_round(live->ceiling) - p->from + PREVIEW_BINS - 1) / PREVIEW_BINS;
    if (p->width < 1)
        p->width = 1;
    v.live = live;
    v.bodies = score_needs_bodies(live) || score_needs_bodies(draft);
    e = visit_base(&w, preview_one, &v);
    p->leads = w.seen;
    p->sampled = w.more;
    score_model_drop(live);
    return e;
}

/* ---- hits ---- */

struct hitting {
    const struct model *m;
    int64_t *hits;
};

static enum err hit_one(void *x, struct ctx *c, struct db_tx *tx, struct lead_id id)
{
    struct hitting *v = x;
    struct history h;
    struct score s;
    enum err e = flow_history_for(c, tx, id, score_needs_bodies(v->m), &h);

    if (e)
        return e;
    s = score_at(v->m, &h, c->now, c->arena);
    score_hits(&s, v->hits);
    return ERR_NONE;
}

enum err flow_hits(struct ctx *c, struct db_tx *tx, const struct model *m, int64_t most, int64_t *hits,
                   int64_t *leads)
{
    struct base_walk w = { .c = c, .tx = tx, .most = most };
    struct hitting v = { m, hits };
    enum err e = visit_base(&w, hit_one, &v);

    *leads = w.seen;
    return e;
}
