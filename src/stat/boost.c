/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stat/boost.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stat/fit.h"
#include "stat/sample.h"

struct sum {
    double g, h;
};

struct split {
    double gain;
    int column;
    uint64_t set[4];
};

struct growing {
    const struct boost_column *columns;
    size_t column_count;
    const struct boost_options *o;
    const double *g, *h;     /* of each row, by its number */
    uint32_t *rows, *spare;  /* the sample, parted in place */
    unsigned char *use;      /* columns of this tree */
    struct sum *sums;        /* codes of one column */
    struct boost *b;
    size_t node_cap;
    struct arena *a;
};

static bool in_set(const uint64_t set[4], unsigned code)
{
    return set[code >> 6] >> (code & 63) & 1;
}

static void set_add(uint64_t set[4], unsigned code)
{
    set[code >> 6] |= (uint64_t)1 << (code & 63);
}

static double worth(double g, double h, double ridge)
{
    return g * g / (h + ridge);
}

static struct sum sum_codes(struct growing *w, const struct boost_column *col, const uint32_t *rows, size_t n)
{
    struct sum all = { 0, 0 };

    memset(w->sums, 0, sizeof *w->sums * (size_t)col->count);
    for (size_t i = 0; i < n; i++) {
        struct sum *s = &w->sums[col->codes[rows[i]]];

        s->g += w->g[rows[i]];
        s->h += w->h[rows[i]];
    }
    for (int k = 0; k < col->count; k++) {
        all.g += w->sums[k].g;
        all.h += w->sums[k].h;
    }
    return all;
}

/* Number: everything up to a code goes left; the unknown goes to either side. */
static void split_number(struct growing *w, int column, struct sum all, struct split *best)
{
    const struct boost_column *col = &w->columns[column];
    const struct boost_options *o = w->o;
    double had = worth(all.g, all.h, o->ridge);

    for (int unknown_left = 0; unknown_left < 2; unknown_left++) {
        struct sum left = { 0, 0 };

        if (unknown_left && !w->sums[0].h)
            break;
        if (unknown_left)
            left = w->sums[0];
        for (int k = 1; k + 1 < col->count || (unknown_left == 0 && k < col->count); k++) {
            double gain;

            left.g += w->sums[k].g;
            left.h += w->sums[k].h;
            if (left.h < o->least || all.h - left.h < o->least)
                continue;
            gain = worth(left.g, left.h, o->ridge) + worth(all.g - left.g, all.h - left.h, o->ridge) - had;
            if (gain > best->gain) {
                *best = (struct split){ .gain = gain, .column = column };
                if (unknown_left)
                    set_add(best->set, 0);
                for (int c = 1; c <= k; c++)
                    set_add(best->set, (unsigned)c);
            }
        }
    }
}

struct ranked {
    double rank;
    int code;
};

static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    return x->rank != y->rank ? (x->rank > y->rank) - (x->rank < y->rank) : x->code - y->code;
}

/* Levels: sorted by their own gradient, a prefix goes left. */
static void split_levels(struct growing *w, int column, struct sum all, struct split *best)
{
    const struct boost_column *col = &w->columns[column];
    const struct boost_options *o = w->o;
    double ridge = o->ridge + o->level_ridge, had = worth(all.g, all.h, ridge);
    struct ranked order[BOOST_CODES];
    struct sum left = { 0, 0 };
    int n = 0;

    for (int k = 0; k < col->count; k++)
        if (w->sums[k].h > 0)
            order[n++] = (struct ranked){ w->sums[k].g / (w->sums[k].h + ridge), k };
    qsort(order, (size_t)n, sizeof *order, by_rank);
    for (int i = 0; i + 1 < n; i++) {
        double gain;

        left.g += w->sums[order[i].code].g;
        left.h += w->sums[order[i].code].h;
        if (left.h < o->least || all.h - left.h < o->least)
            continue;
        gain = worth(left.g, left.h, ridge) + worth(all.g - left.g, all.h - left.h, ridge) - had;
        if (gain > best->gain) {
            *best = (struct split){ .gain = gain, .column = column };
            for (int k = 0; k <= i; k++)
                set_add(best->set, (unsigned)order[k].code);
        }
    }
}

static int32_t node_new(struct growing *w)
{
    struct boost *b = w->b;

    if (b->node_count == w->node_cap) {
        size_t cap = 2 * w->node_cap;

        b->nodes = arena_grow(w->a, b->nodes, w->node_cap * sizeof *b->nodes, cap * sizeof *b->nodes);
        w->node_cap = cap;
    }
    b->nodes[b->node_count] = (struct boost_node){ .left = -1, .right = -1, .column = -1 };
    return (int32_t)b->node_count++;
}

static size_t part(struct growing *w, const struct split *s, size_t from, size_t n)
{
    const uint8_t *codes = w->columns[s->column].codes;
    size_t left = 0, right = 0;

    for (size_t i = from; i < from + n; i++) {
        uint32_t row = w->rows[i];

        if (in_set(s->set, codes[row]))
            w->rows[from + left++] = row;
        else
            w->spare[right++] = row;
    }
    memcpy(w->rows + from + left, w->spare, right * sizeof *w->rows);
    return left;
}

static int32_t grow(struct growing *w, size_t from, size_t n, int depth)
{
    int32_t node = node_new(w), left, right;
    struct split best = { .gain = 1e-6, .column = -1 };
    struct sum all = { 0, 0 };
    size_t on_left;

    for (size_t i = from; i < from + n; i++) {
        all.g += w->g[w->rows[i]];
        all.h += w->h[w->rows[i]];
    }
    w->b->nodes[node].cover = all.h;
    w->b->nodes[node].value = -w->o->rate * all.g / (all.h + w->o->ridge);
    if (depth == 0 || all.h < 2 * w->o->least)
        return node;
    for (size_t c = 0; c < w->column_count; c++) {
        if (!w->use[c])
            continue;
        struct sum told = sum_codes(w, &w->columns[c], w->rows + from, n);

        if (w->columns[c].levels)
            split_levels(w, (int)c, told, &best);
        else
            split_number(w, (int)c, told, &best);
    }
    if (best.column < 0)
        return node;
    on_left = part(w, &best, from, n);
    left = grow(w, from, on_left, depth - 1);
    right = grow(w, from + on_left, n - on_left, depth - 1);
    memcpy(w->b->nodes[node].left_set, best.set, sizeof best.set);
    w->b->nodes[node].column = best.column;
    w->b->nodes[node].left = left;
    w->b->nodes[node].right = right;
    return node;
}

static double leaf_value(const struct boost *b, int32_t node, const struct boost_column *columns, uint32_t row)
{
    while (b->nodes[node].left >= 0) {
        const struct boost_node *n = &b->nodes[node];

        node = in_set(n->left_set, columns[n->column].codes[row]) ? n->left : n->right;
    }
    return b->nodes[node].value;
}

/* The sample of one tree: rows, and columns (at least one). */
static size_t draw(struct growing *w, const uint32_t *rows, size_t n, uint64_t *chance)
{
    size_t taken = 0, columns = 0;

    for (size_t i = 0; i < n; i++)
        if (w->o->row_share >= 1 || sample_chance(chance) < w->o->row_share)
            w->rows[taken++] = rows[i];
    for (size_t c = 0; c < w->column_count; c++) {
        w->use[c] = w->o->column_share >= 1 || sample_chance(chance) < w->o->column_share;
        columns += w->use[c];
    }
    if (!columns && w->column_count)
        w->use[sample_random(chance) % w->column_count] = 1;
    return taken;
}

/* What a fit keeps of each row while it goes on. */
struct progress {
    double *z, *g, *h;
    const unsigned char *won;
    const uint32_t *rows, *held;
    size_t n, held_count;
};

static void tell(const struct progress *p, float *held_z, size_t at, size_t stride)
{
    for (size_t i = 0; i < p->held_count; i++)
        held_z[i * stride + at] = (float)p->z[p->held[i]];
}

static void begin(struct progress *p, double base)
{
    for (size_t i = 0; i < p->n; i++)
        p->z[p->rows[i]] = base;
    for (size_t i = 0; i < p->held_count; i++)
        p->z[p->held[i]] = base;
}

static void slopes(struct progress *p)
{
    for (size_t i = 0; i < p->n; i++) {
        uint32_t r = p->rows[i];
        double q = fit_sigmoid(p->z[r]);

        p->g[r] = q - p->won[r];
        p->h[r] = q * (1 - q);
    }
}

static void take_step(struct progress *p, const struct boost *b, int32_t root, const struct boost_column *columns)
{
    for (size_t i = 0; i < p->n; i++)
        p->z[p->rows[i]] += leaf_value(b, root, columns, p->rows[i]);
    for (size_t i = 0; i < p->held_count; i++)
        p->z[p->held[i]] += leaf_value(b, root, columns, p->held[i]);
}

static double base_of(const unsigned char *won, const uint32_t *rows, size_t n)
{
    double sum = 0.5;

    for (size_t i = 0; i < n; i++)
        sum += won[rows[i]];
    return fit_logit(sum / ((double)n + 1));
}

struct boost boost_fit(struct arena *a, const struct boost_column *columns, size_t column_count, const unsigned char *won,
                       const uint32_t *rows, size_t n, const struct boost_options *o, const uint32_t *held, size_t held_count,
                       int every, float *held_z)
{
    struct boost b = { .base = base_of(won, rows, n), .trees = o->trees, .roots = ARENA_ARRAY(a, int32_t, (size_t)o->trees + 1) };
    struct arena *own = arena_new((size_t)4 << 30);
    struct progress p = { .won = won, .rows = rows, .held = held, .n = n, .held_count = held_count };
    struct growing w = { .columns = columns, .column_count = column_count, .o = o, .b = &b, .node_cap = 256, .a = a };
    uint64_t chance = o->seed;
    size_t most = 0;

    for (size_t i = 0; i < n; i++)
        most = rows[i] > most ? rows[i] : most;
    for (size_t i = 0; i < held_count; i++)
        most = held[i] > most ? held[i] : most;
    p.z = ARENA_ARRAY(own, double, most + 1);
    p.g = ARENA_ARRAY(own, double, most + 1);
    p.h = ARENA_ARRAY(own, double, most + 1);
    w.g = p.g;
    w.h = p.h;
    w.rows = ARENA_ARRAY(own, uint32_t, n + 1);
    w.spare = ARENA_ARRAY(own, uint32_t, n + 1);
    w.use = ARENA_ARRAY(own, unsigned char, column_count + 1);
    w.sums = ARENA_ARRAY(own, struct sum, BOOST_CODES);
    b.nodes = ARENA_ARRAY(a, struct boost_node, w.node_cap);
    begin(&p, b.base);
    for (int t = 0; t < o->trees; t++) {
        slopes(&p);
        b.roots[t] = grow(&w, 0, draw(&w, rows, n, &chance), o->depth);
        take_step(&p, &b, b.roots[t], columns);
        if (held_count && (t + 1) % every == 0)
            tell(&p, held_z, (size_t)(t + 1) / (size_t)every - 1, (size_t)(o->trees / every));
    }
    arena_free(own);
    return b;
}

double boost_value(const struct boost *b, const uint8_t *codes)
{
    double z = b->base;

    for (int t = 0; t < b->trees; t++) {
        int32_t node = b->roots[t];

        while (b->nodes[node].left >= 0)
            node = in_set(b->nodes[node].left_set, codes[b->nodes[node].column]) ? b->nodes[node].left : b->nodes[node].right;
        z += b->nodes[node].value;
    }
    return z;
}

/* ---- effects ---- */

/* The columns of a path from the root, each once: how much of the average goes on along it, and whether the row does. */
struct path {
    int count;
    int column[BOOST_DEPTH];
    double share[BOOST_DEPTH];
    bool with[BOOST_DEPTH];
};

static const double factorial[] = { 1, 1, 2, 6, 24, 120, 720 };

/* Shapley's value of each column of the path for one leaf: the mean over the orders in which columns become known. */
static void leaf_effects(const struct path *p, double value, double *effects, double *mean)
{
    double all = value;

    for (int i = 0; i < p->count; i++)
        all *= p->share[i];
    *mean += all;
    for (int i = 0; i < p->count; i++) {
        double sum = 0;

        for (unsigned set = 0; set < 1u << p->count; set++) {
            double part = 1;
            int known = 0;

            if (set >> i & 1)
                continue;
            for (int j = 0; j < p->count; j++) {
                if (j == i)
                    continue;
                part *= set >> j & 1 ? (p->with[j] ? 1 : 0) : p->share[j];
                known += set >> j & 1;
            }
            sum += part * factorial[known] * factorial[p->count - known - 1] / factorial[p->count];
        }
        effects[p->column[i]] += sum * value * ((p->with[i] ? 1 : 0) - p->share[i]);
    }
}

static void go(const struct boost *b, int32_t node, struct path p, const uint8_t *codes, double *effects, double *mean)
{
    const struct boost_node *n = &b->nodes[node];
    int at = 0;

    if (n->left < 0) {
        leaf_effects(&p, n->value, effects, mean);
        return;
    }
    while (at < p.count && p.column[at] != n->column)
        at++;
    if (at == p.count) {
        p.column[p.count] = n->column;
        p.share[p.count] = 1;
        p.with[p.count++] = true;
    }
    for (int side = 0; side < 2; side++) {
        int32_t to = side ? n->right : n->left;
        struct path next = p;

        next.share[at] *= n->cover > 0 ? b->nodes[to].cover / n->cover : 0.5;
        next.with[at] = next.with[at] && in_set(n->left_set, codes[n->column]) == !side;
        go(b, to, next, codes, effects, mean);
    }
}

void boost_effects(const struct boost *b, const uint8_t *codes, size_t column_count, double *effects, double *mean)
{
    memset(effects, 0, column_count * sizeof *effects);
    *mean = b->base;
    for (int t = 0; t < b->trees; t++)
        go(b, b->roots[t], (struct path){ 0 }, codes, effects, mean);
}
