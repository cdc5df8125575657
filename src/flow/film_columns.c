/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Columns: made by folding a model of one criterion (or one gate) over all histories, on a few threads. Sheets: by folding a large model whole. */
#include "flow/film_columns.h"

#include <pthread.h>

#include "flow/film_sheet.h"
#include "flow/flow_film.h"

/* Two models at two moments: a fourth of the columns is a model's at one. UNLIKE_MAX: of how many criteria a model may differ from that of a sheet: a
 * column is made for each. */
enum { COLUMNS_MAX = 256, SHARE = 4, SHEETS_MAX = 4, UNLIKE_MAX = 8, THREADS_MAX = 4, CHUNK = 256, TEXT_MAX = 1 << 20 };
static const size_t column_bytes = 400u * 1024 * 1024, sheet_bytes = 100u * 1024 * 1024;

struct column {
    struct arena *arena;
    struct str key;
    enum film_moment moment;
    struct score_part *parts;
    int64_t used;
    int users; /* a column in use is not thrown away */
};

/* What a large model gives, at one moment. */
struct kept_sheet {
    struct film_sheet *sheet; /* NULL: a free place */
    enum film_moment moment;
    int64_t used;
    int users;
};

struct film_columns {
    struct arena *arena;
    pthread_mutex_t lock;
    struct column items[COLUMNS_MAX];
    size_t count, most, leads;
    struct kept_sheet sheets[SHEETS_MAX];
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
    for (size_t i = 0; i < SHEETS_MAX; i++)
        if (k->sheets[i].sheet)
            flow_sheet_free(k->sheets[i].sheet);
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

/* ---- sheets ---- */

/* Its criteria and gates take more columns than a fourth, and would drive each other out: each change would make most of them anew. */
static bool is_large(const struct film_columns *k, size_t wanted)
{
    return wanted > k->most / SHARE;
}

/* How many of the wanted are not on it. */
static size_t sheet_lacks(const struct film_sheet *sheet, const struct wanted *w)
{
    size_t lacks = 0;

    for (size_t i = 0; i < w->n; i++)
        lacks += w->keys[i].ptr && flow_sheet_place(sheet, w->keys[i]) < 0;
    return lacks;
}

/* The one that has most of what is wanted, in use until sheet_leave; NULL: none has nearly all of it. */
static struct kept_sheet *sheet_find(struct film_columns *k, const struct wanted *w, enum film_moment moment)
{
    struct kept_sheet *best = NULL;
    size_t least = UNLIKE_MAX + 1;

    pthread_mutex_lock(&k->lock);
    for (size_t i = 0; i < SHEETS_MAX; i++) {
        struct kept_sheet *one = &k->sheets[i];
        size_t lacks = one->sheet && one->moment == moment ? sheet_lacks(one->sheet, w) : least;

        if (lacks < least) {
            best = one;
            least = lacks;
        }
    }
    if (best) {
        best->users++;
        best->used = ++k->turn;
    }
    pthread_mutex_unlock(&k->lock);
    return best;
}

static void sheet_leave(struct film_columns *k, struct kept_sheet *one)
{
    pthread_mutex_lock(&k->lock);
    if (one)
        one->users--;
    pthread_mutex_unlock(&k->lock);
}

/* In a free place, or that of the least used. One that is not whole, or for which there is no place, goes. */
static void sheet_keep(struct film_columns *k, struct film_sheet *sheet, enum film_moment moment)
{
    struct kept_sheet *place = NULL;
    struct film_sheet *old = sheet;

    pthread_mutex_lock(&k->lock);
    k->folds += (int64_t)k->leads;
    for (size_t i = 0; i < SHEETS_MAX && flow_sheet_is_whole(sheet); i++)
        if (!k->sheets[i].users && (!place || (place->sheet && (!k->sheets[i].sheet || k->sheets[i].used < place->used))))
            place = &k->sheets[i];
    if (place) {
        old = place->sheet;
        *place = (struct kept_sheet){ .sheet = sheet, .moment = moment, .used = ++k->turn };
    }
    pthread_mutex_unlock(&k->lock);
    if (old)
        flow_sheet_free(old);
}

struct summing_whole {
    const struct flow_film *film;
    const struct model *m;
    enum film_moment moment;
    struct film_sheet *sheet;
    struct score_sum *sums;
};

static void sum_whole(void *x, size_t i, struct arena *a)
{
    struct summing_whole *s = x;
    size_t criteria = s->m->criterion_count, gates = s->m->gate_count;
    struct score_part *given = ARENA_ARRAY(a, struct score_part, criteria + gates + 1);
    bool *met = ARENA_ARRAY(a, bool, gates + 1);

    fold_whole(s->film, s->m, s->moment, i, given, met, a);
    s->sums[i] = score_parts_sum(s->m, given, met);
    for (size_t g = 0; g < gates; g++)
        given[criteria + g].own = met[g];
    flow_sheet_put(s->sheet, i, given, a);
}

/* All histories are folded whole; what comes of it is kept as a sheet, for the next change. */
static void sums_whole(struct flow_film *film, const struct model *m, const struct wanted *w, enum film_moment moment, struct score_sum *sums)
{
    struct summing_whole s = { .film = film, .m = m, .moment = moment, .sums = sums };

    s.sheet = flow_sheet_new(film->count, w->keys, w->n, sheet_bytes);
    flow_film_each(film->count, sum_whole, &s);
    sheet_keep(film->columns, s.sheet, moment);
}

/* ---- sums ---- */

struct summing {
    struct flow_film *film;
    const struct model *m;
    const struct score_part **columns; /* criteria, then gates; NULL: none */
    const struct film_sheet *sheet;    /* NULL: all is in columns */
    const int *places;                 /* on the sheet; -1: it is in a column, or gives nothing */
    struct score_sum *sums;
};

static void sum_one(void *x, size_t i, struct arena *a)
{
    struct summing *s = x;
    const struct model *m = s->m;
    size_t n = m->criterion_count + m->gate_count;
    struct score_part *given = arena_alloc(a, (n + 1) * sizeof *given), *on_sheet = NULL;
    bool *met = arena_alloc(a, m->gate_count + 1);

    if (s->sheet) {
        on_sheet = arena_alloc(a, (flow_sheet_places(s->sheet) + 1) * sizeof *on_sheet);
        flow_sheet_row(s->sheet, i, on_sheet);
    }
    for (size_t k = 0; k < n; k++)
        given[k] = s->columns[k] ? s->columns[k][i] : on_sheet && s->places[k] >= 0 ? on_sheet[s->places[k]] : (struct score_part){ 0, 0 };
    for (size_t g = 0; g < m->gate_count; g++)
        met[g] = given[m->criterion_count + g].own != 0;
    s->sums[i] = score_parts_sum(m, given, met);
}

static struct wanted wanted_of(struct ctx *c, const struct model *m, size_t *count)
{
    struct wanted w = { .n = m->criterion_count + m->gate_count };

    w.keys = ARENA_ARRAY(c->arena, struct str, w.n + 1);
    w.used = ARENA_ARRAY(c->arena, struct column *, w.n + 1);
    w.own = ARENA_ARRAY(c->arena, struct column, w.n + 1);
    *count = 0;
    for (size_t i = 0; i < w.n; i++) {
        const struct gate *g = i < m->criterion_count ? NULL : &m->gates[i - m->criterion_count];

        if (g ? g->group < 0 : m->criteria[i].enabled)
            w.keys[i] = g ? gate_text(g, c->arena) : criterion_text(&m->criteria[i], c->arena);
        *count += w.keys[i].ptr != NULL;
    }
    return w;
}

/* What the sheet has needs no column. */
static const int *sheet_places(struct ctx *c, const struct film_sheet *sheet, const struct wanted *w)
{
    int *places = ARENA_ARRAY(c->arena, int, w->n + 1);

    for (size_t i = 0; i < w->n; i++) {
        places[i] = w->keys[i].ptr ? flow_sheet_place(sheet, w->keys[i]) : -1;
        if (places[i] >= 0)
            w->keys[i] = STR_NULL;
    }
    return places;
}

/* Those that are not there are made: one alone, or those that a sheet lacks, each by its own model; else all in one go. */
static enum err columns_get(struct flow_film *film, struct ctx *c, const struct model *m, const struct wanted *w, enum film_moment moment, bool alone)
{
    size_t missing = columns_find(film->columns, w, moment);
    enum err e = ERR_NONE;

    if (missing > 1 && !alone)
        columns_make_all(film, c, m, w, moment);
    for (size_t i = 0; i < w->n && !e; i++)
        if (w->keys[i].ptr && !w->used[i])
            e = column_make_one(film, c, w, i, moment);
    return e;
}

enum err flow_film_sums(struct flow_film *film, struct ctx *c, const struct model *m, enum film_moment moment, struct score_sum *sums)
{
    size_t wanted;
    struct wanted w = wanted_of(c, m, &wanted);
    struct summing s = { .film = film, .m = m, .sums = sums };
    struct kept_sheet *kept = NULL;
    enum err e;

    if (is_large(film->columns, wanted)) {
        if (!(kept = sheet_find(film->columns, &w, moment))) {
            sums_whole(film, m, &w, moment, sums);
            return ERR_NONE;
        }
        s.sheet = kept->sheet;
        s.places = sheet_places(c, kept->sheet, &w);
    }
    e = columns_get(film, c, m, &w, moment, kept != NULL);
    s.columns = ARENA_ARRAY(c->arena, const struct score_part *, w.n + 1);
    for (size_t i = 0; i < w.n && !e; i++)
        s.columns[i] = w.used[i] ? w.used[i]->parts : NULL;
    if (!e)
        flow_film_each(film->count, sum_one, &s);
    columns_leave(film->columns, &w);
    sheet_leave(film->columns, kept);
    return e;
}
