/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A learner as bytes and back. All numbers are little-endian and exact; a reader never goes past the end, and counts are checked before they are used. */
#include <string.h>

#include "learn/learner.h"

#define FORMAT "gradus-learner-1"
enum { BYTES_MOST = 64 << 20 };

static void put(struct buf *b, const void *value, size_t size)
{
    buf_add(b, (struct str){ value, size });
}

static void put_int(struct buf *b, int64_t v)
{
    put(b, &v, sizeof v);
}

static void put_text(struct buf *b, struct str s)
{
    put_int(b, (int64_t)s.len);
    buf_add(b, s);
}

static void put_bins(struct buf *b, const struct fit_bins *bins)
{
    put_int(b, bins->count);
    if (bins->count > 1)
        put(b, bins->cuts, (size_t)(bins->count - 1) * sizeof *bins->cuts);
}

static void put_column(struct buf *b, const struct learn_column *c)
{
    put_text(b, c->name);
    put_int(b, c->levels);
    put_int(b, c->level_count);
    for (int i = 0; i < c->level_count; i++)
        put_text(b, c->level[i]);
    put_bins(b, &c->bins);
    put_bins(b, &c->fine);
}

struct str learn_print(struct arena *a, const struct learner *l)
{
    struct buf b = buf_new(a, BYTES_MOST);

    put_text(&b, STR(FORMAT));
    put_int(&b, (int64_t)l->schema.count);
    for (size_t i = 0; i < l->schema.count; i++) {
        put_column(&b, &l->schema.columns[i]);
        put_int(&b, l->offset[i]);
        put(&b, &l->mean[i], sizeof l->mean[i]);
    }
    put_int(&b, (int64_t)l->schema.skipped_count);
    for (size_t i = 0; i < l->schema.skipped_count; i++) {
        put_text(&b, l->schema.skipped[i].name);
        put_int(&b, l->schema.skipped[i].why);
    }
    put_int(&b, (int64_t)l->line.p);
    put(&b, l->line.beta, l->line.p * sizeof *l->line.beta);
    for (size_t i = 0; i < l->line.p; i++)
        put(&b, l->line.cov + i * l->line.p, (i + 1) * sizeof *l->line.cov);
    put(&b, &l->boost.base, sizeof l->boost.base);
    put_int(&b, l->boost.trees);
    put(&b, l->boost.roots, (size_t)l->boost.trees * sizeof *l->boost.roots);
    put_int(&b, (int64_t)l->boost.node_count);
    put(&b, l->boost.nodes, l->boost.node_count * sizeof *l->boost.nodes);
    put(&b, &l->share, sizeof l->share);
    put(&b, &l->map, sizeof l->map);
    put(&b, &l->figures, sizeof l->figures);
    put(&b, &l->ridge, sizeof l->ridge);
    put_int(&b, l->depth);
    return b.full ? STR_NULL : buf_str(&b);
}

/* ---- reading ---- */

struct reader {
    struct arena *a;
    struct str rest;
    bool bad;
};

static void take(struct reader *r, void *to, size_t size)
{
    r->bad = r->bad || size > r->rest.len;
    if (r->bad) {
        memset(to, 0, size);
        return;
    }
    memcpy(to, r->rest.ptr, size);
    r->rest = str_sub(r->rest, size, r->rest.len);
}

/* A count of things of at least `size` bytes each. */
static size_t take_count(struct reader *r, size_t most, size_t size)
{
    int64_t n;

    take(r, &n, sizeof n);
    if (n < 0 || (uint64_t)n > most || (uint64_t)n * size > r->rest.len)
        r->bad = true;
    return r->bad ? 0 : (size_t)n;
}

static int64_t take_int(struct reader *r, int64_t least, int64_t most)
{
    int64_t n;

    take(r, &n, sizeof n);
    if (n < least || n > most)
        r->bad = true;
    return r->bad ? least : n;
}

static struct str take_text(struct reader *r)
{
    size_t n = take_count(r, 100000, 1);
    struct str s = str_dup(r->a, str_sub(r->rest, 0, n));

    r->rest = str_sub(r->rest, n, r->rest.len);
    return s;
}

static void take_bins(struct reader *r, struct fit_bins *b)
{
    b->count = (int)take_int(r, 0, FIT_BINS);
    if (b->count > 1)
        take(r, b->cuts, (size_t)(b->count - 1) * sizeof *b->cuts);
}

static void take_column(struct reader *r, struct learn_column *c)
{
    c->name = take_text(r);
    c->levels = take_int(r, 0, 1) != 0;
    c->level_count = (int)take_int(r, 0, LEARN_LEVELS);
    c->level = ARENA_ARRAY(r->a, struct str, (size_t)c->level_count + 1);
    for (int i = 0; i < c->level_count; i++)
        c->level[i] = take_text(r);
    take_bins(r, &c->bins);
    take_bins(r, &c->fine);
}

static void take_schema(struct reader *r, struct learner *l)
{
    size_t n = take_count(r, LEARN_COLUMNS, 1);

    l->schema.columns = ARENA_ARRAY(r->a, struct learn_column, n + 1);
    l->offset = ARENA_ARRAY(r->a, uint32_t, n + 1);
    l->mean = ARENA_ARRAY(r->a, double, n + 1);
    l->schema.count = n;
    for (size_t i = 0; i < n && !r->bad; i++) {
        take_column(r, &l->schema.columns[i]);
        l->offset[i] = (uint32_t)take_int(r, 0, 1 << 20);
        take(r, &l->mean[i], sizeof l->mean[i]);
    }
    l->schema.skipped_count = take_count(r, 100000, 2);
    l->schema.skipped = ARENA_ARRAY(r->a, struct learn_skipped, l->schema.skipped_count + 1);
    for (size_t i = 0; i < l->schema.skipped_count && !r->bad; i++) {
        l->schema.skipped[i].name = take_text(r);
        l->schema.skipped[i].why = (enum learn_left_out)take_int(r, 0, LEARN_LEFT_OUTS - 1);
    }
}

static void take_line(struct reader *r, struct fit_line *line)
{
    size_t p = take_count(r, 1 << 16, sizeof(double));

    line->p = p;
    r->bad = r->bad || p * (p + 1) / 2 * sizeof(double) > r->rest.len;
    if (r->bad)
        return;
    line->beta = ARENA_ARRAY(r->a, double, p + 1);
    line->cov = ARENA_ARRAY(r->a, double, p * p + 1);
    line->converged = true;
    take(r, line->beta, p * sizeof *line->beta);
    for (size_t i = 0; i < p; i++) {
        take(r, line->cov + i * p, (i + 1) * sizeof *line->cov);
        for (size_t j = 0; j < i; j++)
            line->cov[j * p + i] = line->cov[i * p + j];
    }
}

static void take_boost(struct reader *r, struct learner *l)
{
    struct boost *b = &l->boost;

    take(r, &b->base, sizeof b->base);
    b->trees = (int)take_count(r, 100000, sizeof *b->roots);
    b->roots = ARENA_ARRAY(r->a, int32_t, (size_t)b->trees + 1);
    take(r, b->roots, (size_t)b->trees * sizeof *b->roots);
    b->node_count = take_count(r, 1 << 26, sizeof *b->nodes);
    b->nodes = ARENA_ARRAY(r->a, struct boost_node, b->node_count + 1);
    take(r, b->nodes, b->node_count * sizeof *b->nodes);
    for (int t = 0; t < b->trees; t++)
        r->bad = r->bad || b->roots[t] < 0 || (size_t)b->roots[t] >= b->node_count;
    /* Children stand behind their parent: a walk ends. */
    for (size_t i = 0; i < b->node_count && !r->bad; i++) {
        const struct boost_node *n = &b->nodes[i];

        if (n->left < 0)
            continue;
        r->bad = (size_t)n->left <= i || (size_t)n->left >= b->node_count || n->right <= (int32_t)i || (size_t)n->right >= b->node_count
                 || n->column < 0 || (size_t)n->column >= l->schema.count;
    }
}

static bool fits(const struct learner *l)
{
    for (size_t i = 0; i < l->schema.count; i++)
        if (l->offset[i] < 1 || l->offset[i] + (uint32_t)learn_codes_of(&l->schema.columns[i], false) > l->line.p)
            return false;
    return l->line.p > 0 && l->map.knots >= 0 && l->map.knots <= FIT_MAP_KNOTS && (l->map.kind != FIT_MAP_STEPS || l->map.knots > 1);
}

struct learner *learn_parse(struct arena *a, struct str bytes)
{
    struct reader r = { .a = a, .rest = bytes };
    struct learner *l = ARENA_NEW(a, struct learner);

    if (!str_eq(take_text(&r), STR(FORMAT)))
        return NULL;
    take_schema(&r, l);
    if (!r.bad)
        take_line(&r, &l->line);
    if (!r.bad)
        take_boost(&r, l);
    take(&r, &l->share, sizeof l->share);
    take(&r, &l->map, sizeof l->map);
    take(&r, &l->figures, sizeof l->figures);
    take(&r, &l->ridge, sizeof l->ridge);
    l->depth = (int)take_int(&r, 0, BOOST_DEPTH);
    return r.bad || r.rest.len || !fits(l) ? NULL : l;
}
