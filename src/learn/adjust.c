/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/adjust.h"

#include <math.h>

enum { ROUNDS = 30 };

/* Unknowns: the intercept first, then one a criterion. */
struct newton {
    size_t k;         /* unknowns */
    double *b, *g, *h; /* h: k x k, lower half */
};

static void gather(struct newton *w, const struct learn_case *cases, const size_t *counted, size_t n)
{
    size_t k = w->k;

    memset(w->g, 0, k * sizeof *w->g);
    memset(w->h, 0, k * k * sizeof *w->h);
    for (size_t i = 0; i < n; i++) {
        const struct learn_case *c = &cases[counted[i]];
        double x = w->b[0], p, v;

        for (size_t l = 0; l < c->line_count; l++)
            x += w->b[c->lines[l].criterion + 1];
        p = 1 / (1 + exp(-x));
        v = p * (1 - p);
        w->g[0] += (c->mark == LEARN_MARK_WON) - p;
        w->h[0] += v;
        for (size_t l = 0; l < c->line_count; l++) {
            size_t at = (size_t)c->lines[l].criterion + 1;

            w->g[at] += (c->mark == LEARN_MARK_WON) - p;
            w->h[at * k] += v;
            for (size_t m = 0; m < c->line_count; m++) {
                size_t other = (size_t)c->lines[m].criterion + 1;
                if (other <= at)
                    w->h[at * k + other] += v;
            }
        }
    }
    w->h[0] += 1e-9;
    for (size_t i = 1; i < k; i++) {
        w->g[i] -= w->b[i];
        w->h[i * k + i] += 1;
    }
}

/* h = L L', then g becomes the solution of h x = g. h is positive: a ridge stands on its diagonal. */
static void solve(struct newton *w)
{
    size_t k = w->k;
    double *h = w->h, *g = w->g;

    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j <= i; j++) {
            double s = h[i * k + j];
            for (size_t m = 0; m < j; m++)
                s -= h[i * k + m] * h[j * k + m];
            h[i * k + j] = i == j ? sqrt(s > 1e-12 ? s : 1e-12) : s / h[j * k + j];
        }
    for (size_t i = 0; i < k; i++) {
        for (size_t m = 0; m < i; m++)
            g[i] -= h[i * k + m] * g[m];
        g[i] /= h[i * k + i];
    }
    for (size_t i = k; i-- > 0;) {
        for (size_t m = i + 1; m < k; m++)
            g[i] -= h[m * k + i] * g[m];
        g[i] /= h[i * k + i];
    }
}

bool learn_adjust(struct arena *a, const struct learn_case *cases, const size_t *counted, size_t n, size_t k, double *b)
{
    struct newton w = { .k = k + 1 };
    size_t won = 0;

    memset(b, 0, k * sizeof *b);
    for (size_t i = 0; i < n; i++)
        won += cases[counted[i]].mark == LEARN_MARK_WON;
    if (!won || won == n || k > LEARN_ADJUST_MOST)
        return false;
    w.b = ARENA_ARRAY(a, double, w.k);
    w.g = ARENA_ARRAY(a, double, w.k);
    w.h = ARENA_ARRAY(a, double, w.k * w.k);
    w.b[0] = log((double)won / (double)(n - won));
    for (int round = 0; round < ROUNDS; round++) {
        double most = 0, shrink;

        gather(&w, cases, counted, n);
        solve(&w);
        for (size_t i = 0; i < w.k; i++)
            most = fabs(w.g[i]) > most ? fabs(w.g[i]) : most;
        shrink = most > 3 ? 3 / most : 1;
        for (size_t i = 0; i < w.k; i++)
            w.b[i] += shrink * w.g[i];
        if (most < 1e-6)
            break;
    }
    memcpy(b, w.b + 1, k * sizeof *b);
    return true;
}
