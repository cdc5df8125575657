/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* learn_peers.h - what others do with the same rows: naive Bayes as Odoo counts it, the same with numbers in tenths, plain logistic regression, XGBoost.
 *
 * The names are those of the published baselines, so that a peer here can be held against its figure there.
 */
#ifndef BENCH_LEARN_PEERS_H
#define BENCH_LEARN_PEERS_H

#include <math.h>
#include <string.h>
#include <xgboost/c_api.h>

#include "base/map.h"
#include "bench/learn_set.h"

/* ---- naive Bayes ---- */

/* Odoo (addons/crm's predictive lead scoring): for each field, how often each value stood among the won and the lost, a tenth added to each; the product
 * over the fields, against the totals of the field; kept within 0.01 and 99.99 %. A value never seen says nothing. Numbers are no fields of it. */
struct seen {
    double won, lost;
};
struct bayes {
    struct map values;       /* "name\nvalue" */
    struct map fields;
    struct seen all;
};

static inline struct seen *seen_of(struct map *m, struct arena *to, struct str key)
{
    struct seen *s = map_find(m, key);

    if (!s) {
        s = ARENA_NEW(to, struct seen);
        map_put(m, str_dup(to, key), s);
    }
    return s;
}

static inline void bayes_take(struct arena *to, struct bayes *b, const struct learn_value *v, bool won)
{
    struct str key = str_print(to, STR_FMT "\n" STR_FMT, STR_ARG(v->name), STR_ARG(v->text));
    struct seen *one = map_find(&b->values, key), *field = seen_of(&b->fields, to, v->name);

    if (!one) {
        one = seen_of(&b->values, to, key);
        *one = (struct seen){ 0.1, 0.1 };
        field->won += 0.1;
        field->lost += 0.1;
    }
    *(won ? &one->won : &one->lost) += 1;
    *(won ? &field->won : &field->lost) += 1;
}

static inline double bayes_value(struct arena *to, struct bayes *b, const struct learn_row *row)
{
    double won = b->all.won / (b->all.won + b->all.lost), lost = 1 - won, p;

    for (size_t k = 0; k < row->count; k++) {
        const struct learn_value *v = &row->values[k];
        struct seen *one = map_find(&b->values, str_print(to, STR_FMT "\n" STR_FMT, STR_ARG(v->name), STR_ARG(v->text)));
        struct seen *field = map_find(&b->fields, v->name);

        if (!one)
            continue;
        won *= one->won / field->won;
        lost *= one->lost / field->lost;
    }
    p = won / (won + lost);
    return fit_logit(p < 0.0001 ? 0.0001 : p > 0.9999 ? 0.9999 : p);
}

static inline struct bayes bayes_fit(struct arena *own, const struct set *s, const unsigned char *teach)
{
    struct bayes b = { .values = map_new(own, 1000), .fields = map_new(own, 100) };

    for (size_t i = 0; i < s->n; i++) {
        if (!teach[i])
            continue;
        *(s->won[i] ? &b.all.won : &b.all.lost) += 1;
        for (size_t k = 0; k < s->rows[i].count; k++)
            bayes_take(own, &b, &s->rows[i].values[k], s->won[i]);
    }
    return b;
}

static inline int by_double(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static inline bool number_in(const struct learn_row *row, struct str name, double *x)
{
    for (size_t k = 0; k < row->count; k++)
        if (str_eq(row->values[k].name, name))
            return learn_number_of(row->values[k].text, x);
    return false;
}

/* The nine cuts between tenths, each a point between the two nearest numbers (Hyndman and Fan 1996, type 7); equal ones once. Returns how many. */
static inline int tenths(double *x, size_t n, double *cuts)
{
    int count = 0;

    qsort(x, n, sizeof *x, by_double);
    for (int k = 1; k < 10 && n; k++) {
        double at = (double)(n - 1) * k / 10, low = floor(at);
        double next = x[(size_t)low + 1 < n ? (size_t)low + 1 : n - 1], cut = x[(size_t)low] + (at - low) * (next - x[(size_t)low]);

        if (!count || cut > cuts[count - 1])
            cuts[count++] = cut;
    }
    return count;
}

/* A column of numbers, cut by the teaching rows. */
struct cut_number {
    struct str name;
    double cuts[9];
    int count;
};

static inline size_t cut_numbers(struct arena *own, const struct set *s, const unsigned char *teach, struct cut_number *numbers)
{
    struct learn_row *rows;
    unsigned char *won;
    size_t n = set_taught(own, s, teach, &rows, &won), count = 0;
    struct learn_schema schema = learn_schema(own, rows, n);
    double *x = ARENA_ARRAY(own, double, n + 1);

    for (size_t c = 0; c < schema.count; c++) {
        size_t filled = 0;

        if (schema.columns[c].levels)
            continue;
        numbers[count].name = schema.columns[c].name;
        for (size_t i = 0; i < n; i++)
            filled += number_in(&rows[i], numbers[count].name, &x[filled]);
        numbers[count].count = tenths(x, filled, numbers[count].cuts);
        count++;
    }
    return count;
}

/* The row without its numbers (keep false), or each named by its tenth. */
static inline struct learn_row row_cut(struct arena *own, const struct learn_row *row, const struct cut_number *numbers, size_t count, bool keep)
{
    static const char *const names[] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" };
    struct learn_value *v = ARENA_ARRAY(own, struct learn_value, row->count + 1);
    size_t n = 0;

    for (size_t k = 0; k < row->count; k++) {
        size_t c = 0;
        double number;
        int bin = 0;

        while (c < count && !str_eq(numbers[c].name, row->values[k].name))
            c++;
        if (c < count && (!keep || !learn_number_of(row->values[k].text, &number)))
            continue;
        v[n] = row->values[k];
        while (c < count && bin < numbers[c].count && number > numbers[c].cuts[bin])
            bin++;
        if (c < count)
            v[n].text = str_of(names[bin]);
        n++;
    }
    return (struct learn_row){ v, n };
}

static inline struct set set_cut(struct arena *own, const struct set *s, const unsigned char *teach, bool keep)
{
    struct cut_number numbers[LEARN_COLUMNS];
    size_t count = cut_numbers(own, s, teach, numbers);
    struct set cut = *s;

    cut.rows = ARENA_ARRAY(own, struct learn_row, s->n);
    for (size_t i = 0; i < s->n; i++)
        cut.rows[i] = row_cut(own, &s->rows[i], numbers, count, keep);
    return cut;
}

static inline void bayes_foretell(struct arena *own, const struct set *s, const unsigned char *teach, bool keep, double *z)
{
    struct set cut = set_cut(own, s, teach, keep);
    struct bayes b = bayes_fit(own, &cut, teach);

    for (size_t i = 0; i < s->n; i++)
        if (!teach[i])
            z[i] = bayes_value(own, &b, &cut.rows[i]);
}

static inline void peer_bayes(struct arena *own, const struct set *s, const unsigned char *teach, double *z)
{
    bayes_foretell(own, s, teach, false, z);
}

static inline void peer_bayes_tenths(struct arena *own, const struct set *s, const unsigned char *teach, double *z)
{
    bayes_foretell(own, s, teach, true, z);
}

/* ---- plain logistic regression and XGBoost: the same columns ---- */

/* Levels one-hot; a number standardised, the unknown put at the mean, and whether it is unknown. */
struct plain {
    struct learn_schema schema;
    double mean[LEARN_COLUMNS], spread[LEARN_COLUMNS];
    uint32_t at[LEARN_COLUMNS];
    size_t p;
};

static inline struct plain plain_of(struct arena *own, const struct learn_row *rows, size_t n)
{
    struct plain m = { .schema = learn_schema(own, rows, n), .p = 1 };

    for (size_t c = 0; c < m.schema.count; c++) {
        double sum = 0, squares = 0, x;
        size_t filled = 0;

        m.at[c] = (uint32_t)m.p;
        m.p += m.schema.columns[c].levels ? (size_t)learn_codes_of(&m.schema.columns[c], false) : 2;
        for (size_t i = 0; i < n && !m.schema.columns[c].levels; i++)
            if (number_in(&rows[i], m.schema.columns[c].name, &x)) {
                sum += x;
                squares += x * x;
                filled++;
            }
        m.mean[c] = filled ? sum / (double)filled : 0;
        m.spread[c] = filled ? sqrt(fmax(squares / (double)filled - m.mean[c] * m.mean[c], 1e-12)) : 1;
    }
    return m;
}

static inline void plain_row(const struct plain *m, const struct learn_row *row, uint32_t *index, double *value)
{
    uint8_t wide[LEARN_COLUMNS];

    learn_encode(&m->schema, row, wide, NULL);
    for (size_t c = 0; c < m->schema.count; c++) {
        double x;

        index[c] = m->at[c];
        value[c] = 1;
        if (m->schema.columns[c].levels)
            index[c] += wide[c];
        else if (number_in(row, m->schema.columns[c].name, &x))
            value[c] = (x - m->mean[c]) / m->spread[c];
        else
            index[c]++;
    }
}

/* A ridge of 1 on all but the constant. */
static inline void peer_plain(struct arena *own, const struct set *s, const unsigned char *teach, double *z)
{
    struct learn_row *rows;
    unsigned char *won;
    size_t n = set_taught(own, s, teach, &rows, &won);
    struct plain m = plain_of(own, rows, n);
    size_t count = m.schema.count;
    uint32_t *start = ARENA_ARRAY(own, uint32_t, n + 1), *index = ARENA_ARRAY(own, uint32_t, n * count + count);
    double *value = ARENA_ARRAY(own, double, n * count + count), *penalty = ARENA_ARRAY(own, double, m.p * m.p);
    struct fit_line line;

    for (size_t i = 0; i < n; i++) {
        plain_row(&m, &rows[i], index + i * count, value + i * count);
        start[i + 1] = (uint32_t)((i + 1) * count);
    }
    for (size_t i = 1; i < m.p; i++)
        fit_ridge(penalty, m.p, i, 1);
    line = fit_logistic(own, &(struct fit_design){ n, m.p, start, index, value }, won, NULL, NULL, penalty);
    for (size_t i = 0; i < s->n; i++) {
        if (teach[i])
            continue;
        plain_row(&m, &s->rows[i], index, value);
        z[i] = line.beta[0];
        for (size_t c = 0; c < count; c++)
            z[i] += line.beta[index[c]] * value[c];
    }
}

static inline void boosted_matrix(struct arena *own, const struct plain *m, const struct learn_row *rows, size_t n, DMatrixHandle *out)
{
    float *x = ARENA_ARRAY(own, float, n * m->p);
    uint32_t index[LEARN_COLUMNS];
    double value[LEARN_COLUMNS];

    for (size_t i = 0; i < n; i++) {
        plain_row(m, &rows[i], index, value);
        for (size_t c = 0; c < m->schema.count; c++)
            if (!m->schema.columns[c].levels && index[c] != m->at[c])
                x[i * m->p + m->at[c]] = NAN;
            else
                x[i * m->p + index[c]] = (float)value[c];
    }
    if (XGDMatrixCreateFromMat(x, n, m->p, NAN, out))
        abort();
}

/* 300 trees of depth 3, a rate of 0.05, four fifths of rows and of columns for each: of the settings tried the best on rows held back in time (the
 * published ones are not told). */
static inline void peer_xgboost(struct arena *own, const struct set *s, const unsigned char *teach, double *z)
{
    static const char *const settings[][2] = { { "objective", "binary:logistic" }, { "max_depth", "3" }, { "eta", "0.05" },
                                               { "subsample", "0.8" }, { "colsample_bytree", "0.8" }, { "min_child_weight", "5" },
                                               { "seed", "1" }, { "nthread", "1" }, { "verbosity", "0" } };
    struct learn_row *rows;
    unsigned char *won;
    size_t n = set_taught(own, s, teach, &rows, &won);
    struct plain m = plain_of(own, rows, n);
    float *label = ARENA_ARRAY(own, float, n);
    const float *told;
    bst_ulong many;
    DMatrixHandle taught, asked;
    BoosterHandle trees;

    boosted_matrix(own, &m, rows, n, &taught);
    boosted_matrix(own, &m, s->rows, s->n, &asked);
    for (size_t i = 0; i < n; i++)
        label[i] = won[i];
    if (XGDMatrixSetFloatInfo(taught, "label", label, n) || XGBoosterCreate(&taught, 1, &trees))
        abort();
    for (size_t k = 0; k < countof(settings); k++)
        if (XGBoosterSetParam(trees, settings[k][0], settings[k][1]))
            abort();
    for (int round = 0; round < 300; round++)
        if (XGBoosterUpdateOneIter(trees, round, taught))
            abort();
    if (XGBoosterPredict(trees, asked, 1 /* logits */, 0, 0, &many, &told) || many != s->n)
        abort();
    for (size_t i = 0; i < s->n; i++)
        if (!teach[i])
            z[i] = told[i];
    XGBoosterFree(trees);
    XGDMatrixFree(taught);
    XGDMatrixFree(asked);
}

/* The set of them. published: its name among the baselines, when it gives the figure that is published wherever both can be had. */
struct peer {
    const char *name, *published;
    set_foretell *foretell;
};
static const struct peer peers[] = {
    { "Odoo's naive Bayes", "Odoo naive Bayes", peer_bayes },
    { "the same, numbers in tenths", "Odoo naive Bayes + decile bins", peer_bayes_tenths },
    { "plain logistic regression", "logistic regression", peer_plain },
    { "XGBoost", NULL, peer_xgboost },
};

#endif
