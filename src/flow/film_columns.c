/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Columns: made by folding a model of one criterion (or one gate) over all histories, on a few threads. */
#include "flow/film_columns.h"

#include <pthread.h>

#include "flow/flow_film.h"

enum { COLUMNS_MAX = 256, THREADS_MAX = 4, CHUNK = 256, TEXT_MAX = 1 << 20 };
static const size_t column_bytes = 400u * 1024 * 1024;

struct column {
    struct arena *arena;
    struct str key;
    enum film_moment moment;
    struct score_part *parts;
    int64_t used;
    int users; /* a column in use is not thrown away */
};

struct film_columns {
    struct arena *arena;
    pthread_mutex_t lock;
    struct column items[COLUMNS_MAX];
    size_t count, most, leads;
    int64_t turn, folds;
};

struct film_columns *flow_columns_new(size_t leads)
{
    struct arena *a = arena_new(0);
    struct film_columns *k = ARENA_NEW(a, struct film_columns);
    size_t most = column_bytes / ((leads + 1) * sizeof(struct score_part));

    k->arena = a;
    k->leads = leads;
    k->most = most > COLUMNS_MAX ? COLUMNS_MAX : most < 2 ? 2 : most;
    pthread_mutex_init(&k->lock, NULL);
    return k;
}

void flow_columns_free(struct film_columns *k)
{
    for (size_t i = 0; i < k->count; i++)
        arena_free(k->items[i].arena);
    pthread_mutex_destroy(&k->lock);
    arena_free(k->arena);
}

int64_t flow_film_folds(const struct flow_film *film)
{
    return film->columns->folds;
}

/* ---- threads ---- */

struct each {
    void (*one)(void *x, size_t i, struct arena *a);
    void *x;
    size_t n, next;
};

static void *each_run(void *self)
{
    struct each *e = self;
    struct arena *a = arena_new(0);

    for (;;) {
        size_t from = __atomic_fetch_add(&e->next, CHUNK, __ATOMIC_RELAXED);
        if (from >= e->n)
            break;
        for (size_t i = from; i < e->n && i < from + CHUNK; i++) {
            arena_reset(a);
            e->one(e->x, i, a);
        }
    }
    arena_free(a);
    return NULL;
}

void flow_film_each(size_t n, void (*one)(void *x, size_t i, struct arena *a), void *x)
{
    struct each e = { one, x, n, 0 };
    pthread_t threads[THREADS_MAX];
    size_t count = 0, want = n / (8 * CHUNK);

    while (count < want && count < THREADS_MAX - 1 && pthread_create(&threads[count], NULL, each_run, &e) == 0)
        count++;
    each_run(&e);
    for (size_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}

/* ---- one column ---- */

static void fix_member(struct buf *b, const char *key, fix v)
{
    char text[FIX_TEXT_MAX];

    buf_print(b, ",\"%s\":" STR_FMT, key, STR_ARG(fix_print(v, text)));
}

/* A model of this criterion alone; also what its column is found by. */
static struct str criterion_text(const struct criterion *k, struct arena *a)
{
    static const char *const kinds[] = { [AGEING_NONE] = "none", [AGEING_HALF_LIFE] = "half_life", [AGEING_LINEAR] = "linear",
                                         [AGEING_EXPIRE] = "expire" };
    struct buf b = buf_new(a, TEXT_MAX);

    buf_print(&b, "{\"groups\":[{\"name\":\"g\"}],\"criteria\":[{\"id\":\"c\",\"group\":\"g\",\"when\":");
    buf_add(&b, k->when_text);
    fix_member(&b, "points", k->points);
    if (k->max_times)
        fix_member(&b, "max_times", k->max_times * FIX_ONE);
    if (k->max_points)
        fix_member(&b, "max_points", k->max_points);
    if (k->cooldown_us)
        fix_member(&b, "cooldown_hours", fix_muldiv(k->cooldown_us, FIX_ONE, HOUR_US));
    if (k->ageing.kind != AGEING_NONE) {
        buf_print(&b, ",\"ageing\":{\"kind\":\"%s\"", kinds[k->ageing.kind]);
        fix_member(&b, "days", fix_muldiv(k->ageing.span_us, FIX_ONE, DAY_US));
        if (k->ageing.kind == AGEING_LINEAR)
            fix_member(&b, "percent", k->ageing.percent * FIX_ONE);
        buf_char(&b, '}');
    }
    buf_print(&b, "}]}");
    return buf_str(&b);
}

static struct str gate_text(const struct gate *g, struct arena *a)
{
    return str_print(a, "{\"groups\":[{\"name\":\"g\"}],\"gates\":[{\"band\":\"hot\",\"when\":" STR_FMT "}]}", STR_ARG(g->when_text));
}

struct folding {
    struct flow_film *film;
    const struct model *unit;
    enum film_moment moment;
    struct score_part *parts;
};

static void fold_one(void *x, size_t i, struct arena *a)
{
    struct folding *f = x;
    const struct film_lead *l = &f->film->leads[i];
    instant t = f->moment == FILM_NOW ? f->film->as_of : l->judged_at;
    struct history then = l->h;
    struct score_part part = { 0, 0 };
    bool met = false;

    if (f->moment == FILM_JUDGED && l->mark != LEARN_MARK_WON && l->mark != LEARN_MARK_NOT)
        return;
    if (l->late && f->moment == FILM_JUDGED)
        then = score_told(&l->h, l->known_until, a);
    score_parts_of(score_fold(f->unit, &then, t, a), t, &part, &met);
    f->parts[i] = f->unit->criterion_count ? part : (struct score_part){ met, 0 };
}

static struct column *column_find(struct film_columns *k, struct str key, enum film_moment moment)
{
    for (size_t i = 0; i < k->count; i++)
        if (k->items[i].moment == moment && str_eq(k->items[i].key, key)) {
            k->items[i].used = ++k->turn;
            k->items[i].users++;
            return &k->items[i];
        }
    return NULL;
}

/* A place for one more: a free one, or that of the least used. */
static struct column *column_place(struct film_columns *k)
{
    struct column *least = NULL;

    if (k->count < k->most)
        return &k->items[k->count++];
    for (size_t i = 0; i < k->count; i++)
        if (!k->items[i].users && (!least || k->items[i].used < least->used))
            least = &k->items[i];
    if (least)
        arena_free(least->arena);
    else if (k->count < COLUMNS_MAX)
        least = &k->items[k->count++];
    return least;
}

/* What all criteria and gates of a model give a lead: its history is folded once for all of them. parts and met are cleared; of a lead that is not
 * judged they stay so. */
static void fold_whole(const struct flow_film *film, const struct model *m, enum film_moment moment, size_t i, struct score_part *parts, bool *met,
                       struct arena *a)
{
    const struct film_lead *l = &film->leads[i];
    instant t = moment == FILM_NOW ? film->as_of : l->judged_at;
    struct history then = l->h;

    if (moment == FILM_JUDGED && l->mark != LEARN_MARK_WON && l->mark != LEARN_MARK_NOT)
        return;
    if (l->late && moment == FILM_JUDGED)
        then = score_told(&l->h, l->known_until, a);
    score_parts_of(score_fold(m, &then, t, a), t, parts, met);
}

/* Several columns of one model in one go. */
struct folding_all {
    struct flow_film *film;
    const struct model *m;
    enum film_moment moment;
    struct score_part **parts; /* of each criterion and gate; NULL: not wanted */
};

static void fold_all(void *x, size_t i, struct arena *a)
{
    struct folding_all *f = x;
    const struct model *m = f->m;
    struct score_part *parts = ARENA_ARRAY(a, struct score_part, m->criterion_count + 1);
    bool *met = ARENA_ARRAY(a, bool, m->gate_count + 1);

    fold_whole(f->film, m, f->moment, i, parts, met, a);
    for (size_t k = 0; k < m->criterion_count; k++)
        if (f->parts[k])
            f->parts[k][i] = parts[k];
    for (size_t g = 0; g < m->gate_count; g++)
        if (f->parts[m->criterion_count + g])
            f->parts[m->criterion_count + g][i] = (struct score_part){ met[g], 0 };
}

static struct column column_new(const struct flow_film *film, struct str key, enum film_moment moment)
{
    struct arena *arena = arena_new((film->count + 1) * sizeof(struct score_part) + key.len + 65536);

    return (struct column){ .arena = arena, .key = str_dup(arena, key), .moment = moment, .users = 1,
                            .parts = ARENA_ARRAY(arena, struct score_part, film->count + 1) };
}

/* Among the kept ones, or, when there is no place, in *own, which goes when it is left. */
static struct column *column_keep(struct film_columns *k, struct column made, struct column *own)
{
    struct column *place;

    pthread_mutex_lock(&k->lock);
    k->folds += (int64_t)k->leads;
    place = column_place(k);
    if (place) {
        made.used = ++k->turn;
        *place = made;
    }
    pthread_mutex_unlock(&k->lock);
    if (!place)
        *own = made;
    return place ? place : own;
}

struct wanted {
    size_t n;              /* criteria and gates */
    struct str *keys;      /* absent: nothing to fold */
    struct column **used;  /* in use until columns_leave */
    struct column *own;
};

/* Those that are there. How many are not. */
static size_t columns_find(struct film_columns *k, const struct wanted *w, enum film_moment moment)
{
    size_t missing = 0;

    pthread_mutex_lock(&k->lock);
    for (size_t i = 0; i < w->n; i++)
        if (w->keys[i].ptr && !(w->used[i] = column_find(k, w->keys[i], moment)))
            missing++;
    pthread_mutex_unlock(&k->lock);
    return missing;
}

static enum err column_make_one(struct flow_film *film, struct ctx *c, const struct wanted *w, size_t i, enum film_moment moment)
{
    struct folding f = { .film = film, .moment = moment };
    struct column made;
    struct model *unit;
    enum err e = score_model_parse(c, w->keys[i], &unit);

    if (e)
        return e;
    made = column_new(film, w->keys[i], moment);
    f.unit = unit;
    f.parts = made.parts;
    flow_film_each(film->count, fold_one, &f);
    score_model_drop(unit);
    w->used[i] = column_keep(film->columns, made, &w->own[i]);
    return ERR_NONE;
}

static void columns_make_all(struct flow_film *film, struct ctx *c, const struct model *m, const struct wanted *w, enum film_moment moment)
{
    struct folding_all f = { .film = film, .m = m, .moment = moment };
    struct column *made = ARENA_ARRAY(c->arena, struct column, w->n + 1);

    f.parts = ARENA_ARRAY(c->arena, struct score_part *, w->n + 1);
    for (size_t i = 0; i < w->n; i++)
        if (w->keys[i].ptr && !w->used[i]) {
            made[i] = column_new(film, w->keys[i], moment);
            f.parts[i] = made[i].parts;
        }
    flow_film_each(film->count, fold_all, &f);
    for (size_t i = 0; i < w->n; i++)
        if (f.parts[i])
            w->used[i] = column_keep(film->columns, made[i], &w->own[i]);
}

static void columns_leave(struct film_columns *k, const struct wanted *w)
{
    pthread_mutex_lock(&k->lock);
    for (size_t i = 0; i < w->n; i++) {
        if (w->used[i])
            w->used[i]->users--;
        if (w->own[i].arena)
            arena_free(w->own[i].arena);
    }
    pthread_mutex_unlock(&k->lock);
}

/* ---- sums ---- */

struct summing {
    struct flow_film *film;
    const struct model *m;
    const struct score_part **columns; /* criteria, then gates; NULL: none */
    struct score_sum *sums;
};

static void sum_one(void *x, size_t i, struct arena *a)
{
    struct summing *s = x;
    const struct model *m = s->m;
    struct score_part *parts = arena_alloc(a, (m->criterion_count + 1) * sizeof *parts);
    bool *met = arena_alloc(a, m->gate_count + 1);

    for (size_t k = 0; k < m->criterion_count; k++)
        parts[k] = s->columns[k] ? s->columns[k][i] : (struct score_part){ 0, 0 };
    for (size_t g = 0; g < m->gate_count; g++)
        met[g] = s->columns[m->criterion_count + g] && s->columns[m->criterion_count + g][i].own;
    s->sums[i] = score_parts_sum(m, parts, met);
}

/* Of more columns than have a place each change would make most of them anew, that is fold all histories whole; the sums come of that as they are,
 * without the columns: of 500 criteria and 100,000 leads these would be 800 MB. */
struct summing_whole {
    const struct flow_film *film;
    const struct model *m;
    enum film_moment moment;
    struct score_sum *sums;
};

static void sum_whole(void *x, size_t i, struct arena *a)
{
    struct summing_whole *s = x;
    struct score_part *parts = ARENA_ARRAY(a, struct score_part, s->m->criterion_count + 1);
    bool *met = ARENA_ARRAY(a, bool, s->m->gate_count + 1);

    fold_whole(s->film, s->m, s->moment, i, parts, met, a);
    s->sums[i] = score_parts_sum(s->m, parts, met);
}

static void sums_whole(struct flow_film *film, const struct model *m, enum film_moment moment, struct score_sum *sums)
{
    struct summing_whole s = { .film = film, .m = m, .moment = moment, .sums = sums };

    pthread_mutex_lock(&film->columns->lock);
    film->columns->folds += (int64_t)film->count;
    pthread_mutex_unlock(&film->columns->lock);
    flow_film_each(film->count, sum_whole, &s);
}

enum err flow_film_sums(struct flow_film *film, struct ctx *c, const struct model *m, enum film_moment moment, struct score_sum *sums)
{
    struct wanted w = { .n = m->criterion_count + m->gate_count };
    struct summing s = { .film = film, .m = m, .sums = sums };
    size_t wanted = 0;
    enum err e = ERR_NONE;

    w.keys = ARENA_ARRAY(c->arena, struct str, w.n + 1);
    w.used = ARENA_ARRAY(c->arena, struct column *, w.n + 1);
    w.own = ARENA_ARRAY(c->arena, struct column, w.n + 1);
    s.columns = ARENA_ARRAY(c->arena, const struct score_part *, w.n + 1);
    for (size_t i = 0; i < w.n; i++) {
        const struct gate *g = i < m->criterion_count ? NULL : &m->gates[i - m->criterion_count];
        if (g ? g->group < 0 : m->criteria[i].enabled)
            w.keys[i] = g ? gate_text(g, c->arena) : criterion_text(&m->criteria[i], c->arena);
        wanted += w.keys[i].ptr != NULL;
    }
    if (wanted > film->columns->most + 1) { /* one too many is made alone, which is cheap */
        sums_whole(film, m, moment, sums);
        return ERR_NONE;
    }
    size_t missing = columns_find(film->columns, &w, moment);
    if (missing > 1)
        columns_make_all(film, c, m, &w, moment);
    for (size_t i = 0; i < w.n && !e && missing == 1; i++)
        if (w.keys[i].ptr && !w.used[i])
            e = column_make_one(film, c, &w, i, moment);
    for (size_t i = 0; i < w.n && !e; i++)
        s.columns[i] = w.used[i] ? w.used[i]->parts : NULL;
    if (!e)
        flow_film_each(film->count, sum_one, &s);
    columns_leave(film->columns, &w);
    return e;
}
