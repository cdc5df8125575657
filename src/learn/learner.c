/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/learner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows as codes, and what is fitted to them. */
struct work {
    const unsigned char *won;
    size_t n;
    const struct learn_schema *s;
    uint32_t *offset;
    size_t p;
    uint8_t *wide;           /* n x columns */
    uint8_t *fine;           /* columns x n */
    struct boost_column *columns;
    unsigned char *fold;     /* of each row */
    int folds;
    const struct learn_options *o;
    bool *ended;             /* patience is at its end: what is left undone says nothing */
};

static bool goes_on(const struct work *w)
{
    const struct learn_patience *p = w->o->patience;

    if (p && !*w->ended)
        *w->ended = !p->goes_on(p->x);
    return !*w->ended;
}

/* ---- preparing ---- */

static void encode_all(struct arena *a, struct work *w, const struct learn_row *rows)
{
    size_t count = w->s->count;
    uint8_t *fine = ARENA_ARRAY(a, uint8_t, count + 1);

    w->wide = ARENA_ARRAY(a, uint8_t, w->n * count + 1);
    w->fine = ARENA_ARRAY(a, uint8_t, w->n * count + 1);
    w->columns = ARENA_ARRAY(a, struct boost_column, count + 1);
    for (size_t i = 0; i < w->n; i++) {
        learn_encode(w->s, &rows[i], w->wide + i * count, fine);
        for (size_t c = 0; c < count; c++)
            w->fine[c * w->n + i] = fine[c];
    }
    for (size_t c = 0; c < count; c++)
        w->columns[c] = (struct boost_column){ w->fine + c * w->n, learn_codes_of(&w->s->columns[c], true), w->s->columns[c].levels };
}

/* Each outcome is dealt out evenly over the folds, in an order of chance. */
static void deal(struct arena *a, struct work *w)
{
    uint32_t *order = ARENA_ARRAY(a, uint32_t, w->n);
    uint64_t chance = w->o->seed ^ 0x666f6c64;
    size_t next[2] = { 0, 0 };

    w->fold = ARENA_ARRAY(a, unsigned char, w->n);
    for (size_t i = 0; i < w->n; i++)
        order[i] = (uint32_t)i;
    for (size_t i = w->n; i > 1; i--) {
        size_t j = sample_random(&chance) % i;
        uint32_t swap = order[i - 1];

        order[i - 1] = order[j];
        order[j] = swap;
    }
    for (size_t i = 0; i < w->n; i++)
        w->fold[order[i]] = (unsigned char)(next[w->won[order[i]]]++ % (size_t)w->folds);
}

/* The rows outside of a fold (-1: all), and those inside. */
static size_t pick_rows(const struct work *w, int fold, bool inside, uint32_t *rows)
{
    size_t n = 0;

    for (size_t i = 0; i < w->n; i++)
        if ((w->fold[i] == fold) == inside)
            rows[n++] = (uint32_t)i;
    return n;
}

/* ---- the sum of effects ---- */

static struct fit_design design_of(struct arena *a, const struct work *w, const uint32_t *rows, size_t n, unsigned char *won)
{
    size_t count = w->s->count;
    uint32_t *start = ARENA_ARRAY(a, uint32_t, n + 1), *index = ARENA_ARRAY(a, uint32_t, n * count + 1);

    for (size_t i = 0; i < n; i++) {
        for (size_t c = 0; c < count; c++)
            index[i * count + c] = w->offset[c] + w->wide[rows[i] * count + c];
        start[i + 1] = (uint32_t)((i + 1) * count);
        won[i] = w->won[rows[i]];
    }
    return (struct fit_design){ n, w->p, start, index, NULL };
}

/* Levels are held towards nothing; bins of a number towards their neighbours, and a little towards nothing. */
static double *penalty_of(struct arena *a, const struct work *w, double ridge)
{
    double *penalty = ARENA_ARRAY(a, double, w->p * w->p);

    for (size_t c = 0; c < w->s->count; c++) {
        const struct learn_column *col = &w->s->columns[c];
        int codes = learn_codes_of(col, false);

        for (int k = 0; k < codes; k++)
            fit_ridge(penalty, w->p, w->offset[c] + (size_t)k, col->levels || k == 0 ? ridge : 0.2 * ridge);
        for (int k = 1; !col->levels && k + 1 < codes; k++)
            fit_tie(penalty, w->p, w->offset[c] + (size_t)k, w->offset[c] + (size_t)k + 1, 2 * ridge);
    }
    return penalty;
}

static double line_value(const struct work *w, const double *beta, size_t row)
{
    double z = beta[0];

    for (size_t c = 0; c < w->s->count; c++)
        z += beta[w->offset[c] + w->wide[row * w->s->count + c]];
    return z;
}

static struct fit_line line_fit(struct arena *a, const struct work *w, const uint32_t *rows, size_t n, double ridge)
{
    unsigned char *won = ARENA_ARRAY(a, unsigned char, n + 1);
    struct fit_design d = design_of(a, w, rows, n, won);

    return fit_logistic(a, &d, won, NULL, NULL, penalty_of(a, w, ridge));
}

static double loss_of(const double *z, const unsigned char *won, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        double m = won[i] ? -z[i] : z[i];

        sum += m > 0 ? m + log1p(exp(-m)) : log1p(exp(m));
    }
    return n ? sum / (double)n : 0;
}

static void line_held(const struct work *w, double ridge, double *z)
{
    for (int f = 0; f < w->folds && goes_on(w); f++) {
        struct arena *a = arena_new((size_t)4 << 30);
        uint32_t *rows = ARENA_ARRAY(a, uint32_t, w->n + 1);
        size_t n = pick_rows(w, f, false, rows);
        struct fit_line line = line_fit(a, w, rows, n, ridge);

        for (size_t i = 0; i < w->n; i++)
            if (w->fold[i] == f)
                z[i] = line_value(w, line.beta, i);
        arena_free(a);
    }
}

static double line_choose(struct arena *a, const struct work *w, double *z)
{
    static const double ridges[] = { 1, 4, 15, 60 };
    double *try = ARENA_ARRAY(a, double, w->n), least = INFINITY, best = ridges[0];

    for (size_t k = 0; k < countof(ridges); k++) {
        double loss;

        line_held(w, ridges[k], try);
        loss = loss_of(try, w->won, w->n);
        if (loss >= least)
            break; /* the loss has one valley: behind it it only rises */
        least = loss;
        best = ridges[k];
        memcpy(z, try, w->n * sizeof *z);
    }
    return best;
}

/* ---- trees ---- */

enum { TREES = 400, EVERY = 20 };

static struct boost_options boost_options_of(const struct work *w, int depth, int trees, uint64_t salt)
{
    return (struct boost_options){
        .trees = trees, .depth = depth, .rate = 0.05, .ridge = 3, .level_ridge = 10, .least = w->n > 5000 ? 5 : 3,
        .row_share = 0.8, .column_share = 0.7, .seed = w->o->seed * 31 + salt,
    };
}

/* The values of unseen rows after every EVERY trees: n x (TREES / EVERY). */
static void boost_held(const struct work *w, int depth, float *z)
{
    size_t stride = TREES / EVERY;

    for (int f = 0; f < w->folds && goes_on(w); f++) {
        struct arena *a = arena_new((size_t)4 << 30);
        uint32_t *rows = ARENA_ARRAY(a, uint32_t, w->n + 1), *held = ARENA_ARRAY(a, uint32_t, w->n + 1);
        size_t n = pick_rows(w, f, false, rows), m = pick_rows(w, f, true, held);
        float *told = ARENA_ARRAY(a, float, m * stride + 1);
        struct boost_options o = boost_options_of(w, depth, TREES, (uint64_t)f);

        (void)boost_fit(a, w->columns, w->s->count, w->won, rows, n, &o, held, m, EVERY, told);
        for (size_t i = 0; i < m; i++)
            memcpy(z + held[i] * stride, told + i * stride, stride * sizeof *z);
        arena_free(a);
    }
}

/* Depth and number of trees by what they do on unseen rows. */
static void boost_choose(struct arena *a, const struct work *w, double *z, int *depth, int *trees)
{
    static const int depths[] = { 2, 4, 6 };
    size_t stride = TREES / EVERY;
    float *all = ARENA_ARRAY(a, float, w->n * stride);
    double *try = ARENA_ARRAY(a, double, w->n), least = INFINITY;

    for (size_t k = 0; k < countof(depths); k++) {
        bool better = false;

        boost_held(w, depths[k], all);
        for (size_t t = 0; t < stride; t++) {
            double loss;

            for (size_t i = 0; i < w->n; i++)
                try[i] = all[i * stride + t];
            loss = loss_of(try, w->won, w->n);
            if (loss < least) {
                least = loss;
                *depth = depths[k];
                *trees = (int)(t + 1) * EVERY;
                memcpy(z, try, w->n * sizeof *z);
                better = true;
            }
        }
        if (!better)
            break;
    }
}

/* ---- both together, as a probability ---- */

static double blend_choose(struct arena *a, const struct work *w, const double *line, const double *boost, double *z)
{
    double *try = ARENA_ARRAY(a, double, w->n), least = INFINITY, best = 1;

    for (int k = 10; k >= 0; k--) {
        double share = k / 10.0, loss;

        for (size_t i = 0; i < w->n; i++)
            try[i] = share * line[i] + (1 - share) * boost[i];
        loss = loss_of(try, w->won, w->n);
        if (loss < least) {
            least = loss;
            best = share;
            memcpy(z, try, w->n * sizeof *z);
        }
    }
    return best;
}

static struct fit_map map_of(struct arena *a, int kind, const double *z, const unsigned char *won, size_t n)
{
    if (kind == FIT_MAP_BETA)
        return fit_map_beta(a, z, won, n);
    if (kind == FIT_MAP_STEPS)
        return fit_map_steps(a, z, won, n);
    return fit_map_line(a, z, won, NULL, n, 4, 4);
}

/* Each fold through a map fitted to the others. */
static void map_held(const struct work *w, int kind, const double *z, double *out)
{
    struct arena *a = arena_new((size_t)4 << 30);
    double *others = ARENA_ARRAY(a, double, w->n);
    unsigned char *won = ARENA_ARRAY(a, unsigned char, w->n);

    for (int f = 0; f < w->folds; f++) {
        struct fit_map m;
        size_t n = 0;

        for (size_t i = 0; i < w->n; i++)
            if (w->fold[i] != f) {
                others[n] = z[i];
                won[n++] = w->won[i];
            }
        m = map_of(a, kind, others, won, n);
        for (size_t i = 0; i < w->n; i++)
            if (w->fold[i] == f)
                out[i] = fit_map_value(&m, z[i]);
    }
    arena_free(a);
}

/* The plain line unless a freer curve is better on unseen rows by more than chance would have it. */
static struct fit_map map_choose(struct arena *a, const struct work *w, const double *z, double *out)
{
    double *try = ARENA_ARRAY(a, double, w->n), least;
    int best = FIT_MAP_LINE;

    map_held(w, FIT_MAP_LINE, z, out);
    least = loss_of(out, w->won, w->n);
    for (int kind = FIT_MAP_BETA; kind <= FIT_MAP_STEPS; kind++) {
        double loss;

        map_held(w, kind, z, try);
        loss = loss_of(try, w->won, w->n);
        if (loss < least - 1.0 / (double)w->n) {
            least = loss;
            best = kind;
            memcpy(out, try, w->n * sizeof *out);
        }
    }
    return map_of(a, best, z, w->won, w->n);
}

/* ---- the learner ---- */

static void keep_means(struct arena *a, const struct work *w, struct learner *l)
{
    l->mean = ARENA_ARRAY(a, double, w->s->count + 1);
    for (size_t c = 0; c < w->s->count; c++) {
        for (size_t i = 0; i < w->n; i++)
            l->mean[c] += l->line.beta[w->offset[c] + w->wide[i * w->s->count + c]];
        l->mean[c] /= (double)w->n;
    }
}

static void copy_line(struct arena *a, const struct fit_line *from, struct fit_line *to)
{
    *to = *from;
    to->beta = ARENA_ARRAY(a, double, from->p);
    to->cov = ARENA_ARRAY(a, double, from->p * from->p);
    memcpy(to->beta, from->beta, from->p * sizeof *to->beta);
    memcpy(to->cov, from->cov, from->p * from->p * sizeof *to->cov);
}

/* Everything anew on all rows, by what was chosen. */
static void fit_whole(struct arena *a, struct arena *own, const struct work *w, struct learner *l, int trees)
{
    uint32_t *rows = ARENA_ARRAY(own, uint32_t, w->n + 1);
    size_t n = pick_rows(w, -1, false, rows);
    struct fit_line line = line_fit(own, w, rows, n, l->ridge);

    copy_line(a, &line, &l->line);
    if (l->share < 1) {
        struct boost_options o = boost_options_of(w, l->depth, trees, 99);

        l->boost = boost_fit(a, w->columns, w->s->count, w->won, rows, n, &o, NULL, 0, EVERY, NULL);
    }
    keep_means(a, w, l);
}

static bool has_both(const unsigned char *won, size_t n)
{
    size_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += won[i];
    return sum >= 2 && n - sum >= 2;
}

struct learner *learn_fit_told(struct arena *a, const struct learn_row *rows, const unsigned char *won, size_t n,
                               const struct learn_options *o, double *z_held)
{
    struct arena *own = arena_new((size_t)4 << 30);
    struct learner *l = ARENA_NEW(a, struct learner);
    struct work w = { .won = won, .n = n, .s = &l->schema, .o = o, .folds = o->folds ? o->folds : n < 1500 ? 10 : 5 };
    double *line, *boost, *z, *out;
    bool ended = false;
    int trees = 0;

    l->schema = learn_schema(a, rows, n);
    if (!l->schema.count || !has_both(won, n)) {
        arena_free(own);
        return NULL;
    }
    w.ended = &ended;
    w.offset = l->offset = ARENA_ARRAY(a, uint32_t, l->schema.count + 1);
    w.p = 1;
    for (size_t c = 0; c < l->schema.count; c++) {
        w.offset[c] = (uint32_t)w.p;
        w.p += (size_t)learn_codes_of(&l->schema.columns[c], false);
    }
    encode_all(own, &w, rows);
    deal(own, &w);
    line = ARENA_ARRAY(own, double, n);
    boost = ARENA_ARRAY(own, double, n);
    z = ARENA_ARRAY(own, double, n);
    out = ARENA_ARRAY(own, double, n);
    l->share = 1;
    l->ridge = line_choose(own, &w, line);
    memcpy(z, line, n * sizeof *z);
    if (!o->line_only) {
        boost_choose(own, &w, boost, &l->depth, &trees);
        l->share = blend_choose(own, &w, line, boost, z);
    }
    l->map = map_choose(a, &w, z, out);
    l->figures = learn_measure(own, out, won, n);
    if (z_held)
        memcpy(z_held, out, n * sizeof *out);
    if (goes_on(&w))
        fit_whole(a, own, &w, l, trees);
    arena_free(own);
    return ended ? NULL : l;
}

struct learner *learn_fit(struct arena *a, const struct learn_row *rows, const unsigned char *won, size_t n,
                          const struct learn_options *o)
{
    return learn_fit_told(a, rows, won, n, o, NULL);
}

/* ---- foretelling ---- */

enum { CODES_MOST = LEARN_COLUMNS };

static double blended(const struct learner *l, const uint8_t *wide, const uint8_t *fine)
{
    double z = l->line.beta[0];

    for (size_t c = 0; c < l->schema.count; c++)
        z += l->line.beta[l->offset[c] + wide[c]];
    return l->share < 1 ? l->share * z + (1 - l->share) * boost_value(&l->boost, fine) : z;
}

static double map_slope(const struct fit_map *m, double z)
{
    const double step = 0.1;

    return (fit_map_value(m, z + step) - fit_map_value(m, z - step)) / (2 * step);
}

/* Of a coefficient of which the data say nothing what holds it small is all that its variance knows. */
static bool is_strange(const struct learner *l, size_t i)
{
    return l->line.cov[i * l->line.p + i] * l->ridge > 0.9;
}

static void facts_count(const struct learner *l, const uint8_t *wide, struct learn_forecast *f)
{
    for (size_t c = 0; c < l->schema.count; c++) {
        if (!str_starts(l->schema.columns[c].name, STR("fact.")))
            continue;
        f->facts++;
        f->known += wide[c] != 0;
        f->strange += wide[c] == 0 && is_strange(l, l->offset[c]);
    }
}

struct learn_forecast learn_foretell(const struct learner *l, const struct learn_row *row)
{
    uint8_t wide[CODES_MOST], fine[CODES_MOST];
    size_t p = l->line.p, count = l->schema.count;
    double z, slope, variance = l->line.cov[0];
    struct learn_forecast f = { 0 };

    learn_encode(&l->schema, row, wide, fine);
    z = blended(l, wide, fine);
    for (size_t c = 0; c < count; c++) {
        size_t i = l->offset[c] + wide[c];

        variance += l->line.cov[i * p + i] + 2 * l->line.cov[i * p];
        for (size_t d = 0; d < c; d++)
            variance += 2 * l->line.cov[i * p + l->offset[d] + wide[d]];
    }
    slope = map_slope(&l->map, z);
    f.z = fit_map_value(&l->map, z);
    f.variance = slope * slope * fmax(variance, 0) + fmax(0, l->map.cov[0] + 2 * z * l->map.cov[1] + z * z * l->map.cov[2]);
    facts_count(l, wide, &f);
    return f;
}

struct sample_figure learn_probability(struct learn_forecast f)
{
    double half = SAMPLE_Z95 * sqrt(fmax(f.variance, 0));

    return (struct sample_figure){ fit_sigmoid(f.z), fit_sigmoid(f.z - half), fit_sigmoid(f.z + half) };
}

void learn_effects(const struct learner *l, const struct learn_row *row, double *effects)
{
    uint8_t wide[CODES_MOST], fine[CODES_MOST];
    double trees[CODES_MOST], mean, slope;

    learn_encode(&l->schema, row, wide, fine);
    memset(trees, 0, sizeof trees);
    if (l->share < 1)
        boost_effects(&l->boost, fine, l->schema.count, trees, &mean);
    slope = map_slope(&l->map, blended(l, wide, fine));
    for (size_t c = 0; c < l->schema.count; c++)
        effects[c] = slope * (l->share * (l->line.beta[l->offset[c] + wide[c]] - l->mean[c]) + (1 - l->share) * trees[c]);
}

struct learn_figures learn_measure(struct arena *a, const double *z, const unsigned char *won, size_t n)
{
    struct sample_point *points = ARENA_ARRAY(a, struct sample_point, n + 1);
    struct learn_figures f = { .n = n };
    double share;

    for (size_t i = 0; i < n; i++) {
        points[i] = (struct sample_point){ fit_sigmoid(z[i]), won[i] };
        f.won += won[i];
    }
    f.auc = sample_auc(a, points, n);
    f.brier = sample_brier(points, n);
    f.ece = sample_ece(a, points, n, 10);
    f.log_loss = loss_of(z, won, n);
    share = n ? (double)f.won / (double)n : 0;
    f.base_loss = share > 0 && share < 1 ? -share * log(share) - (1 - share) * log(1 - share) : 0;
    sample_sort(a, points, n);
    f.found20 = sample_found_interval(a, points, n, 0.2, 200, 7);
    return f;
}

/* ---- running correction ---- */

struct fit_map learn_correct(struct arena *a, const struct learn_recent *recent, size_t n)
{
    const double half_life = 200, hold = 10, hold_slope = 5;
    size_t from = n > LEARN_WINDOW ? n - LEARN_WINDOW : 0;
    double *z = ARENA_ARRAY(a, double, n + 1), *weight = ARENA_ARRAY(a, double, n + 1);
    unsigned char *won = ARENA_ARRAY(a, unsigned char, n + 1);

    for (size_t i = from; i < n; i++) {
        z[i - from] = recent[i].z;
        won[i - from] = recent[i].won;
        weight[i - from] = exp2(-(double)(n - 1 - i) / half_life);
    }
    return fit_map_line(a, z, won, weight, n - from, hold, hold_slope);
}

struct learn_forecast learn_corrected(const struct fit_map *m, struct learn_forecast f)
{
    struct learn_forecast out = f;

    out.z = fit_map_value(m, f.z);
    out.variance = m->b * m->b * f.variance + fmax(0, m->cov[0] + 2 * f.z * m->cov[1] + f.z * f.z * m->cov[2]);
    return out;
}
