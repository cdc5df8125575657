/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* learn_kept.h - what a figure can be expected to be on rows that are kept apart, from what others' figures are known to be there.
 *
 * Which rows were kept apart was left to chance, and chance made them easier or harder for everybody at once: on samples of the rows that are here the
 * figures of all learners rise and fall together. So the figures of others on the rows kept apart say where ours is. Of many samples, as large as the
 * part kept apart, each learner's figure is taken from forecasts of rows it had not seen; ours is a straight line in theirs by least squares (the
 * regression estimator with control variates: Cochran, Sampling Techniques, 1977, chapter 7; Glasserman, Monte Carlo Methods, 2003, 4.1), and
 * the published figures of theirs are put into it. What the line leaves over is the error.
 *
 * A sample takes no row twice: a figure that grows with chance itself (ECE) would have the chance of the rows and of the draw at once. Its spread is then
 * smaller than that of a fresh sample by sqrt(1 - m / n), which is made good. That each learner teaches itself from more rows there than here (all,
 * not four fifths) is left out of account.
 */
#ifndef BENCH_LEARN_KEPT_H
#define BENCH_LEARN_KEPT_H

#include "base/json.h"
#include "bench/learn_peers.h"

enum { KEPT_AUC, KEPT_BRIER, KEPT_ECE, KEPT_FOUND, KEPT_FIGURES };
enum { KEPT_DRAWS = 1000, KEPT_OTHERS = 4 };

struct kept_learner {
    double *z;                       /* a logit for each row, of one that had not seen it */
    double known[KEPT_FIGURES];      /* of others: on the rows kept apart */
};
struct kept_figure {
    double value, error;             /* expected, and its standard error */
};

/* Figures of the rows rows[0..m). */
static inline void kept_measure(struct arena *a, const struct set *s, const double *z, const uint32_t *rows, size_t m, double *figures)
{
    struct sample_point *p = ARENA_ARRAY(a, struct sample_point, m + 1);

    for (size_t i = 0; i < m; i++)
        p[i] = (struct sample_point){ fit_sigmoid(z[rows[i]]), s->won[rows[i]] };
    figures[KEPT_AUC] = sample_auc(a, p, m).value;
    figures[KEPT_BRIER] = sample_brier(p, m);
    figures[KEPT_ECE] = sample_ece(a, p, m, 10);
    sample_sort(a, p, m);
    figures[KEPT_FOUND] = sample_found(p, m, 0.2);
}

/* The value at x of the line in k variables that is nearest to n points (y; x by row), and the spread of what it leaves over. */
static inline struct kept_figure kept_line(struct arena *a, const double *y, const double *x, size_t n, int k, const double *at)
{
    double mean[KEPT_OTHERS + 1] = { 0 }, *normal = ARENA_ARRAY(a, double, (size_t)(k * k) + 1), right[KEPT_OTHERS] = { 0 }, slope[KEPT_OTHERS] = { 0 };
    struct kept_figure f = { 0, 0 };

    for (size_t i = 0; i < n; i++) {
        for (int c = 0; c < k; c++)
            mean[c] += x[i * (size_t)k + (size_t)c] / (double)n;
        mean[k] += y[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++)
        for (int c = 0; c < k; c++) {
            double d = x[i * (size_t)k + (size_t)c] - mean[c];

            right[c] += d * (y[i] - mean[k]);
            for (int e = 0; e < k; e++)
                normal[c * k + e] += d * (x[i * (size_t)k + (size_t)e] - mean[e]);
        }
    if (k && !fit_solve(normal, (size_t)k, right, slope))
        abort();
    f.value = mean[k];
    for (int c = 0; c < k; c++)
        f.value += slope[c] * (at[c] - mean[c]);
    for (size_t i = 0; i < n; i++) {
        double left = y[i] - mean[k];

        for (int c = 0; c < k; c++)
            left -= slope[c] * (x[i * (size_t)k + (size_t)c] - mean[c]);
        f.error += left * left / (double)n;
    }
    f.error = sqrt(f.error);
    return f;
}

/* out: the figures of ours on m rows kept apart, m less than s->n, where those of the others are known. */
static inline void kept_expect(const struct set *s, const double *ours, const struct kept_learner *others, int count, size_t m,
                               struct kept_figure out[KEPT_FIGURES])
{
    struct arena *a = arena_new((size_t)4 << 30);
    uint32_t *rows = ARENA_ARRAY(a, uint32_t, s->n);
    double *y = ARENA_ARRAY(a, double, KEPT_DRAWS * KEPT_FIGURES), *x = ARENA_ARRAY(a, double, KEPT_DRAWS * KEPT_FIGURES * KEPT_OTHERS);
    uint64_t chance = 77;

    for (size_t i = 0; i < s->n; i++)
        rows[i] = (uint32_t)i;
    for (size_t d = 0; d < KEPT_DRAWS; d++) {
        struct arena *own = arena_new((size_t)1 << 30);
        double figures[KEPT_FIGURES];

        for (size_t i = 0; i < m; i++) {
            size_t j = i + sample_random(&chance) % (s->n - i);
            uint32_t swap = rows[i];

            rows[i] = rows[j];
            rows[j] = swap;
        }
        kept_measure(own, s, ours, rows, m, figures);
        for (int k = 0; k < KEPT_FIGURES; k++)
            y[(size_t)k * KEPT_DRAWS + d] = figures[k];
        for (int c = 0; c < count; c++) {
            kept_measure(own, s, others[c].z, rows, m, figures);
            for (int k = 0; k < KEPT_FIGURES; k++)
                x[((size_t)k * KEPT_DRAWS + d) * (size_t)count + (size_t)c] = figures[k];
        }
        arena_free(own);
    }
    for (int k = 0; k < KEPT_FIGURES; k++) {
        double at[KEPT_OTHERS];

        for (int c = 0; c < count; c++)
            at[c] = others[c].known[k];
        out[k] = kept_line(a, y + (size_t)k * KEPT_DRAWS, x + (size_t)k * KEPT_DRAWS * (size_t)count, KEPT_DRAWS, count, at);
        out[k].error /= sqrt(1 - (double)m / (double)s->n);
    }
    arena_free(a);
}

/* The chance that a figure expected so is at least (above) or at most a goal. */
static inline double kept_chance(struct kept_figure f, double goal, bool above)
{
    double z = (f.value - goal) / f.error;

    return 0.5 * erfc((above ? -z : z) / sqrt(2));
}

/* What is published of a learner (its name, the set, the columns) on the rows kept apart; false if nothing is. rows: how many they are. */
static inline bool kept_published(const struct json *all, const char *name, const char *data, const char *columns, double known[KEPT_FIGURES],
                                  size_t *rows)
{
    static const char *const keys[KEPT_FIGURES] = { "auc", "brier", "ece10", "found20" };

    for (uint32_t i = 0; i < all->count; i++) {
        const struct json *one = &all->as.items[i];

        if (!str_eq(json_text(json_find(one, STR("model"))), str_of(name)) || !str_eq(json_text(json_find(one, STR("data"))), str_of(data)) ||
            !str_eq(json_text(json_find(one, STR("features"))), str_of(columns)))
            continue;
        for (int k = 0; k < KEPT_FIGURES; k++)
            known[k] = (double)fix_cut(json_find(one, str_of(keys[k]))->raw) / 1e6;
        *rows = (size_t)(fix_cut(json_find(one, STR("n_test"))->raw) / 1000000);
        return true;
    }
    return false;
}

#endif
