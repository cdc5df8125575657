/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_model.h"

#include <stdlib.h>
#include <string.h>

#include "flow/flow_calibrate.h"
#include "flow/flow_film.h"
#include "flow/flow_room.h"
#include "flow/flow_score.h"
#include "lead/lead.h"
#include "learn/outcome.h"
#include "score/replay.h"

/* ---- preview ---- */

enum { CLASS_INTO, CLASS_OUT, CLASS_OTHER, CLASSES };
static const size_t class_most[CLASSES] = { 50, 30, 20 };

struct movers {
    struct preview_mover items[CLASSES][50];
    size_t count[CLASSES];
};

struct preview_scale flow_preview_scale(const struct model *live)
{
    struct preview_scale s = { fix_round(live->floor), 1 };
    int64_t width = (fix_round(live->ceiling) - s.from + PREVIEW_BINS - 1) / PREVIEW_BINS;

    s.width = width < 1 ? 1 : width;
    return s;
}

int flow_preview_bin(struct preview_scale s, int64_t shown)
{
    int64_t i = (shown - s.from) / s.width;

    return shown < s.from ? 0 : i >= PREVIEW_BINS ? PREVIEW_BINS - 1 : (int)i;
}

static int64_t jump(const struct preview_mover *m)
{
    return llabs(m->after - m->before);
}

/* Keeps the largest of each class; the lists are short. */
static void mover_add(struct movers *all, struct preview_mover m)
{
    int class = m.band_after == BAND_HOT ? CLASS_INTO : m.band_before == BAND_HOT ? CLASS_OUT : CLASS_OTHER;
    struct preview_mover *items = all->items[class];
    size_t i = all->count[class];

    if (i == class_most[class] && jump(&items[i - 1]) >= jump(&m))
        return;
    if (i == class_most[class])
        i--;
    else
        all->count[class]++;
    for (; i > 0 && jump(&items[i - 1]) < jump(&m); i--)
        items[i] = items[i - 1];
    items[i] = m;
}

static enum err movers_name(struct ctx *c, struct db_tx *tx, const struct movers *all, struct preview *p)
{
    struct lead_id ids[PREVIEW_MOVERS];
    struct lead *leads;
    struct outcome *outcomes = ARENA_ARRAY(c->arena, struct outcome, PREVIEW_MOVERS);
    enum err e;

    for (int class = 0; class < CLASSES; class++)
        for (size_t i = 0; i < all->count[class]; i++) {
            ids[p->mover_count] = all->items[class][i].lead;
            p->movers[p->mover_count++] = all->items[class][i];
        }
    if ((e = lead_get_called(c, tx, ids, p->mover_count, &leads)) || (e = learn_outcomes_of(c, tx, ids, p->mover_count, outcomes)))
        return e;
    for (size_t i = 0; i < p->mover_count; i++) {
        p->movers[i].name = leads[i].called;
        p->movers[i].company = leads[i].company;
        p->movers[i].outcome = outcomes[i].state;
    }
    return ERR_NONE;
}

/* The picture now. */
static enum err now_fill(struct flow_film *film, struct ctx *c, struct db_tx *tx, const struct model *of[2], struct preview *p)
{
    struct movers *all = ARENA_NEW(c->arena, struct movers);
    struct score_sum *sums[2];
    enum err e = ERR_NONE;

    for (int side = 0; side < 2 && !e; side++) {
        sums[side] = ARENA_ARRAY(c->arena, struct score_sum, film->count + 1);
        e = flow_film_sums(film, c, of[side], FILM_NOW, sums[side]);
    }
    for (size_t i = 0; i < film->count && !e; i++) {
        struct preview_mover m = { .lead = film->leads[i].lead,
                                   .before = fix_round(sums[0][i].total), .after = fix_round(sums[1][i].total),
                                   .band_before = sums[0][i].band, .band_after = sums[1][i].band };
        p->bands[m.band_before][0]++;
        p->bands[m.band_after][1]++;
        p->bins[flow_preview_bin(p->scale, m.before)][0]++;
        p->bins[flow_preview_bin(p->scale, m.after)][1]++;
        bool hot = m.band_after == BAND_HOT, decided = hot && flow_film_decided(&film->leads[i]);
        p->hot_decided += decided;
        if (m.band_before == m.band_after)
            continue;
        p->into_hot += hot;
        p->into_hot_open += hot && !decided;
        p->out_of_hot += m.band_before == BAND_HOT;
        mover_add(all, m);
    }
    return e ? e : movers_name(c, tx, all, p);
}

/* How well each tells buyers from others. */
static enum err judged_fill(struct flow_film *film, struct ctx *c, const struct model *of[2], struct preview *p)
{
    struct learn_pair *pairs = ARENA_ARRAY(c->arena, struct learn_pair, film->count + 1);
    struct score_sum *sums[2];
    size_t n = 0;
    enum err e = ERR_NONE;

    p->maturity_days = film->maturity_days;
    p->quiet = flow_quiet_json(c->arena, of[0], of[1], film->aged);
    for (size_t i = 0; i < film->count; i++)
        p->wins += film->leads[i].mark == LEARN_MARK_WON;
    if (!p->wins)
        return ERR_NONE;
    for (int side = 0; side < 2 && !e; side++) {
        sums[side] = ARENA_ARRAY(c->arena, struct score_sum, film->count + 1);
        e = flow_film_sums(film, c, of[side], FILM_JUDGED, sums[side]);
    }
    for (size_t i = 0; i < film->count && !e; i++) {
        bool won = film->leads[i].mark == LEARN_MARK_WON;
        if (!won && film->leads[i].mark != LEARN_MARK_NOT)
            continue;
        pairs[n++] = (struct learn_pair){ sums[0][i].total, sums[1][i].total, won };
        for (int side = 0; side < 2; side++) {
            p->judged[sums[side][i].band][side]++;
            p->won[sums[side][i].band][side] += won;
            p->caught[side] += won && sums[side][i].band == BAND_HOT;
        }
    }
    if (!e)
        p->compared = learn_compare(c->arena, pairs, n);
    return e;
}

struct playing {
    const struct flow_film *film;
    const struct model *const *of;
    size_t step;
    instant from;
    int64_t crossings[2], crossed[2];
};

static void play_one(void *x, size_t n, struct arena *a)
{
    struct playing *p = x;
    const struct film_lead *l = &p->film->leads[n * p->step];

    for (int side = 0; side < 2; side++) {
        struct replayed r = score_replay(p->of[side], &l->h, REPLAY_AS_KNOWN, p->film->as_of, a);
        int64_t count = 0;
        for (size_t i = 0; i < r.crossing_count; i++)
            count += r.crossings[i].at > p->from;
        __atomic_fetch_add(&p->crossings[side], count, __ATOMIC_RELAXED);
        __atomic_fetch_add(&p->crossed[side], count > 0, __ATOMIC_RELAXED);
    }
}

size_t flow_preview_step(const struct flow_film *film)
{
    return film->events > PREVIEW_PLAYED ? (size_t)(film->events / PREVIEW_PLAYED) + 1 : 1;
}

/* The last weeks as they were lived, of every so many-th lead. */
static void days_fill(const struct flow_film *film, const struct model *const of[2], const struct team_room *room, struct preview *p)
{
    struct playing play = { .film = film, .of = of, .step = flow_preview_step(film), .from = film->as_of - PREVIEW_DAYS * DAY_US };

    if (!film->count)
        return;
    size_t n = (film->count + play.step - 1) / play.step;
    flow_film_each(n, play_one, &play);
    p->played = (int64_t)n;
    p->days = flow_film_days(film, PREVIEW_DAYS);
    p->days = p->days ? p->days : 1;
    p->working_days = flow_team_span(room, p->days).working_days;
    int64_t days = p->working_days ? p->working_days : p->days;
    for (int side = 0; side < 2; side++) {
        p->crossings[side] = play.crossings[side];
        p->crossed[side] = play.crossed[side];
        p->hot_per_day[side] = fix_muldiv(play.crossings[side] * FIX_ONE, film->all_leads, days * (int64_t)n);
    }
}

enum err flow_preview(struct flow *f, struct ctx *c, struct db_tx *tx, const struct model *draft, bool quick, struct preview *p)
{
    const struct model *of[2] = { NULL, draft };
    struct flow_film *film;
    struct team_room room;
    struct model *live;
    enum err e = flow_model(f, c, tx, &live);

    if (e)
        return e;
    if ((e = flow_film_get(f, c, tx, live, draft, quick, &film))) {
        score_model_drop(live);
        return e;
    }
    of[0] = live;
    *p = (struct preview){ .as_of = film->as_of, .leads = (int64_t)film->count, .all_leads = film->all_leads, .sampled = film->part,
                           .scale = flow_preview_scale(live) };
    if (!(e = now_fill(film, c, tx, of, p)) && !(e = judged_fill(film, c, of, p)))
        e = flow_team_room(c, tx, &room);
    if (!e) {
        p->calls_a_day = room.calls_a_day;
        p->holds_hot = room.holds_hot;
        days_fill(film, of, &room, p);
    }
    flow_film_drop(film);
    score_model_drop(live);
    return e;
}

/* ---- hits ---- */

struct hitting {
    const struct flow_film *film;
    const struct model *m;
    int64_t *hits;      /* how many leads each criterion counts for; NULL: */
    int criterion;
    bool *has;          /* for which of the film it does */
};

static void hit_one(void *x, size_t i, struct arena *a)
{
    struct hitting *v = x;
    bool *met = arena_alloc(a, v->m->criterion_count + 1);
    struct score s = score_at(v->m, &v->film->leads[i].h, v->film->as_of, a);

    memset(met, 0, v->m->criterion_count);
    for (size_t k = 0; k < s.line_count; k++)
        met[s.lines[k].criterion] = true;
    for (size_t k = 0; v->hits && k < v->m->criterion_count; k++)
        if (met[k])
            __atomic_fetch_add(&v->hits[k], 1, __ATOMIC_RELAXED);
    if (v->has)
        v->has[i] = met[v->criterion];
}

/* The film that the figures beside it go by, so that they count the same leads. */
static enum err hits_film(struct flow *f, struct ctx *c, struct db_tx *tx, const struct model *m, struct flow_film **film)
{
    struct model *live;
    enum err e = flow_model(f, c, tx, &live);

    if (e)
        return e;
    e = flow_film_get(f, c, tx, live, m, false, film);
    score_model_drop(live);
    return e;
}

enum err flow_hits(struct flow *f, struct ctx *c, struct db_tx *tx, const struct model *m, int64_t *hits, int64_t *leads, int64_t *all)
{
    struct flow_film *film;
    enum err e = hits_film(f, c, tx, m, &film);

    if (e)
        return e;
    memset(hits, 0, m->criterion_count * sizeof *hits);
    flow_film_each(film->count, hit_one, &(struct hitting){ .film = film, .m = m, .hits = hits });
    *leads = (int64_t)film->count;
    *all = film->all_leads;
    flow_film_drop(film);
    return ERR_NONE;
}

enum err flow_hits_leads(struct flow *f, struct ctx *c, struct db_tx *tx, const struct model *m, int criterion, struct arena *keep,
                         struct lead_id **leads, size_t *count)
{
    struct flow_film *film;
    struct hitting v = { .m = m, .criterion = criterion };
    enum err e = hits_film(f, c, tx, m, &film);

    if (e)
        return e;
    v.film = film;
    v.has = ARENA_ARRAY(c->arena, bool, film->count + 1);
    flow_film_each(film->count, hit_one, &v);
    *count = 0;
    *leads = ARENA_ARRAY(keep, struct lead_id, film->count + 1);
    for (size_t i = 0; i < film->count; i++)
        if (v.has[i])
            (*leads)[(*count)++] = film->leads[i].lead;
    flow_film_drop(film);
    return ERR_NONE;
}
