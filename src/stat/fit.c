/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stat/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MOST = 60, HALVINGS = 30 };

double fit_sigmoid(double z)
{
    if (z >= 0)
        return 1 / (1 + exp(-z));
    return exp(z) / (1 + exp(z));
}

double fit_logit(double p)
{
    const double edge = 1e-9;

    p = p < edge ? edge : p > 1 - edge ? 1 - edge : p;
    return log(p / (1 - p));
}

void fit_ridge(double *penalty, size_t p, size_t i, double strength)
{
    penalty[i * p + i] += strength;
}

void fit_tie(double *penalty, size_t p, size_t i, size_t j, double strength)
{
    penalty[i * p + i] += strength;
    penalty[j * p + j] += strength;
    penalty[i * p + j] -= strength;
    penalty[j * p + i] -= strength;
}

/* ---- Cholesky ---- */

/* Lower factor in place; a pivot that vanishes makes it false. */
static bool factor(double *a, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        double *row = a + j * n;

        for (size_t i = 0; i <= j; i++) {
            const double *other = a + i * n;
            double s = row[i];

            for (size_t k = 0; k < i; k++)
                s -= row[k] * other[k];
            if (i < j)
                row[i] = s / other[i];
            else if (s > 1e-12)
                row[i] = sqrt(s);
            else
                return false;
        }
    }
    return true;
}

static void forth(const double *l, size_t n, double *x)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            x[i] -= l[i * n + k] * x[k];
        x[i] /= l[i * n + i];
    }
}

static void back(const double *l, size_t n, double *x)
{
    for (size_t i = n; i-- > 0;) {
        x[i] /= l[i * n + i];
        for (size_t k = 0; k < i; k++)
            x[k] -= l[i * n + k] * x[i];
    }
}

bool fit_solve(double *a, size_t n, const double *b, double *x)
{
    if (!factor(a, n))
        return false;
    if (x != b)
        memcpy(x, b, n * sizeof *x);
    forth(a, n, x);
    back(a, n, x);
    return true;
}

/* The inverse of a factored matrix, into out. */
static void inverse(const double *l, size_t n, double *out)
{
    memset(out, 0, n * n * sizeof *out);
    for (size_t i = 0; i < n; i++) {
        double *x = out + i * n;

        x[i] = 1;
        forth(l, n, x);
        back(l, n, x);
    }
}

/* ---- Newton ---- */

double fit_row_value(const struct fit_design *d, const double *beta, size_t i)
{
    double z = beta[0];

    for (uint32_t k = d->start[i]; k < d->start[i + 1]; k++)
        z += beta[d->index[k]] * (d->value ? d->value[k] : 1);
    return z;
}

struct newton {
    const struct fit_design *d;
    const unsigned char *won;
    const double *weight, *offset, *penalty;
    double *gradient, *hessian;
};

static double log_loss(double z, bool won)
{
    double m = won ? -z : z;

    return m > 0 ? m + log1p(exp(-m)) : log1p(exp(m));
}

static double loss_of(const struct newton *t, const double *beta, double *with_penalty)
{
    size_t p = t->d->p;
    double loss = 0, weights = 0, held = 0;

    for (size_t i = 0; i < t->d->n; i++) {
        double w = t->weight ? t->weight[i] : 1;
        double z = fit_row_value(t->d, beta, i) + (t->offset ? t->offset[i] : 0);

        loss += w * log_loss(z, t->won[i]);
        weights += w;
    }
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < p; j++)
            held += beta[i] * t->penalty[i * p + j] * beta[j];
    *with_penalty = loss + held / 2;
    return weights > 0 ? loss / weights : 0;
}

/* Lower triangle of the Hessian and the gradient at beta. */
static void slopes(const struct newton *t, const double *beta)
{
    const struct fit_design *d = t->d;
    size_t p = d->p;

    memset(t->gradient, 0, p * sizeof *t->gradient);
    memcpy(t->hessian, t->penalty, p * p * sizeof *t->hessian);
    for (size_t i = 0; i < d->n; i++) {
        double w = t->weight ? t->weight[i] : 1;
        double q = fit_sigmoid(fit_row_value(d, beta, i) + (t->offset ? t->offset[i] : 0));
        double g = w * (q - t->won[i]), h = w * q * (1 - q);

        t->gradient[0] += g;
        t->hessian[0] += h;
        for (uint32_t k = d->start[i]; k < d->start[i + 1]; k++) {
            uint32_t a = d->index[k];
            double va = d->value ? d->value[k] : 1;

            t->gradient[a] += g * va;
            t->hessian[(size_t)a * p] += h * va;
            for (uint32_t m = d->start[i]; m <= k; m++) {
                uint32_t b = d->index[m];
                size_t at = a > b ? (size_t)a * p + b : (size_t)b * p + a;

                t->hessian[at] += h * va * (d->value ? d->value[m] : 1);
            }
        }
    }
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < p; j++)
            t->gradient[i] += t->penalty[i * p + j] * beta[j];
}

/* A column that no row has and no penalty holds would make the matrix singular: it is held. */
static void hold_up(double *hessian, size_t p)
{
    for (size_t i = 0; i < p; i++)
        hessian[i * p + i] += 1e-9 + (hessian[i * p + i] < 1e-9 ? 1e-6 : 0);
}

struct fit_line fit_logistic(struct arena *a, const struct fit_design *d, const unsigned char *won, const double *weight,
                             const double *offset, const double *penalty)
{
    size_t p = d->p;
    struct newton t = { d, won, weight, offset, penalty, ARENA_ARRAY(a, double, p), ARENA_ARRAY(a, double, p * p) };
    struct fit_line line = { .p = p, .beta = ARENA_ARRAY(a, double, p), .cov = ARENA_ARRAY(a, double, p * p) };
    double *step = ARENA_ARRAY(a, double, p), *next = ARENA_ARRAY(a, double, p), now, then;

    line.loss = loss_of(&t, line.beta, &now);
    for (line.steps = 0; line.steps < STEPS_MOST && !line.converged; line.steps++) {
        double size = 1, drop = 0;

        slopes(&t, line.beta);
        hold_up(t.hessian, p);
        if (!fit_solve(t.hessian, p, t.gradient, step))
            break;
        for (size_t i = 0; i < p; i++)
            drop += step[i] * t.gradient[i];
        if (drop < 1e-10 * (1 + fabs(now))) {
            line.converged = true;
            break;
        }
        for (int k = 0; k < HALVINGS; k++, size /= 2) {
            for (size_t i = 0; i < p; i++)
                next[i] = line.beta[i] - size * step[i];
            line.loss = loss_of(&t, next, &then);
            if (then <= now - 1e-4 * size * drop)
                break;
        }
        if (then > now) {
            line.loss = loss_of(&t, line.beta, &now);
            break;
        }
        memcpy(line.beta, next, p * sizeof *next);
        now = then;
    }
    slopes(&t, line.beta);
    hold_up(t.hessian, p);
    if (factor(t.hessian, p))
        inverse(t.hessian, p, line.cov);
    return line;
}

/* ---- bins ---- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

struct fit_bins fit_bins_even(struct arena *a, const double *values, size_t n, int most, size_t least)
{
    struct fit_bins b = { 0 };
    double *sorted = ARENA_ARRAY(a, double, n + 1);
    size_t m = 0, in_bin = 0, left;

    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i]))
            sorted[m++] = values[i];
    if (!m)
        return b;
    qsort(sorted, m, sizeof *sorted, by_value);
    b.count = 1;
    left = m;
    for (size_t i = 0; i < m;) {
        size_t same = i + 1, want = left / (size_t)(most - b.count + 1);

        while (same < m && sorted[same] == sorted[i])
            same++;
        in_bin += same - i;
        if (want < least)
            want = least;
        if (same < m && in_bin >= want && m - same >= least && b.count < most) {
            b.cuts[b.count++ - 1] = sorted[same - 1] + (sorted[same] - sorted[same - 1]) / 2;
            left -= in_bin;
            in_bin = 0;
        }
        i = same;
    }
    return b;
}

int fit_bin_of(const struct fit_bins *b, double value)
{
    int low = 0, high = b->count - 1;

    if (isnan(value) || !b->count)
        return -1;
    while (low < high) {
        int mid = (low + high) / 2;

        if (value > b->cuts[mid])
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* How far apart two neighbouring shares are, in standard errors; the sign is that of the change. Half a case is added to each. */
static double apart(int64_t won1, int64_t n1, int64_t won2, int64_t n2)
{
    double p1 = ((double)won1 + 0.5) / ((double)n1 + 1), p2 = ((double)won2 + 0.5) / ((double)n2 + 1);

    return (p2 - p1) / sqrt(p1 * (1 - p1) / ((double)n1 + 1) + p2 * (1 - p2) / ((double)n2 + 1));
}

void fit_bins_join(struct fit_bins *b, int64_t *won, int64_t *total, int monotone)
{
    const double told_apart = 1.96;

    for (;;) {
        int worst = -1;
        double least = told_apart;

        for (int k = 0; k + 1 < b->count; k++) {
            double z = apart(won[k], total[k], won[k + 1], total[k + 1]);

            z = monotone ? z * monotone : fabs(z);
            if (z < least) {
                least = z;
                worst = k;
            }
        }
        if (worst < 0)
            return;
        won[worst] += won[worst + 1];
        total[worst] += total[worst + 1];
        for (int k = worst + 1; k + 1 < b->count; k++) {
            won[k] = won[k + 1];
            total[k] = total[k + 1];
        }
        for (int k = worst; k + 2 < b->count; k++)
            b->cuts[k] = b->cuts[k + 1];
        b->count--;
    }
}

void fit_isotonic(double *values, double *weights, size_t n)
{
    size_t blocks = 0, *size = NULL;
    struct arena *a = arena_new(0);

    size = ARENA_ARRAY(a, size_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        values[blocks] = values[i];
        weights[blocks] = weights[i];
        size[blocks++] = 1;
        while (blocks > 1 && values[blocks - 2] > values[blocks - 1]) {
            double w = weights[blocks - 2] + weights[blocks - 1];

            values[blocks - 2] = (values[blocks - 2] * weights[blocks - 2] + values[blocks - 1] * weights[blocks - 1]) / w;
            weights[blocks - 2] = w;
            size[blocks - 2] += size[blocks - 1];
            blocks--;
        }
    }
    for (size_t k = blocks, i = n; k-- > 0;) {
        double v = values[k];

        for (size_t m = 0; m < size[k]; m++)
            values[--i] = v;
    }
    arena_free(a);
}

/* ---- maps ---- */

/* Two or three columns beside the constant, given as lists. */
static struct fit_line fit_lists(struct arena *a, const double *const *lists, size_t k, const unsigned char *won,
                                 const double *weight, const double *offset, size_t n, const double *penalty)
{
    struct fit_design d = { .n = n, .p = k + 1 };
    uint32_t *start = ARENA_ARRAY(a, uint32_t, n + 1), *index = ARENA_ARRAY(a, uint32_t, n * k + 1);
    double *value = ARENA_ARRAY(a, double, n * k + 1);

    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < k; j++) {
            index[i * k + j] = (uint32_t)j + 1;
            value[i * k + j] = lists[j][i];
        }
        start[i + 1] = (uint32_t)((i + 1) * k);
    }
    d.start = start;
    d.index = index;
    d.value = value;
    return fit_logistic(a, &d, won, weight, offset, penalty);
}

/* Fitted as a change against the score itself, so that the ridge pulls towards a = 0, b = 1. A case weighs about a quarter in the Hessian at
 * its most, and z about one in spread. */
struct fit_map fit_map_line(struct arena *a, const double *z, const unsigned char *won, const double *weight, size_t n, double hold,
                            double hold_slope)
{
    struct fit_map m = { .kind = FIT_MAP_LINE, .b = 1 };
    double penalty[4] = { hold / 4, 0, 0, hold_slope / 4 };
    struct fit_line line;

    if (!n)
        return m;
    line = fit_lists(a, &z, 1, won, weight, z, n, penalty);
    m.a = line.beta[0];
    m.b = 1 + line.beta[1];
    m.cov[0] = line.cov[0];
    m.cov[1] = line.cov[1];
    m.cov[2] = line.cov[3];
    if (m.b < 0.05) { /* a score that orders no more, or the wrong way round: everybody is near the average, and the order stays */
        double flat[4] = { hold / 4, 0, 0, 1e12 }, *low = ARENA_ARRAY(a, double, n);

        for (size_t i = 0; i < n; i++)
            low[i] = 0.05 * z[i];
        line = fit_lists(a, &z, 1, won, weight, low, n, flat);
        m.a = line.beta[0];
        m.b = 0.05;
        m.cov[0] = line.cov[0];
    }
    return m;
}

struct fit_map fit_map_beta(struct arena *a, const double *z, const unsigned char *won, size_t n)
{
    struct fit_map m = fit_map_line(a, z, won, NULL, n, 1, 1);
    double penalty[9] = { 0, 0, 0, 0, 1e-3, 0, 0, 0, 1e-3 };
    double *up = ARENA_ARRAY(a, double, n + 1), *down = ARENA_ARRAY(a, double, n + 1);
    const double *lists[] = { up, down };
    struct fit_line line;

    for (size_t i = 0; i < n; i++) {
        up[i] = -log_loss(z[i], true);
        down[i] = log_loss(z[i], false);
    }
    line = fit_lists(a, lists, 2, won, NULL, NULL, n, penalty);
    if (!line.converged || line.beta[1] < 0 || line.beta[2] < 0)
        return m; /* it would not rise with z */
    m.kind = FIT_MAP_BETA;
    m.a = line.beta[0];
    m.b = line.beta[1];
    m.c = line.beta[2];
    return m;
}

struct placed {
    double z;
    unsigned char won;
};

static int by_z(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;

    return (x->z > y->z) - (x->z < y->z);
}

/* Groups of equal count, made not to fall, joined by straight lines through their middles. */
struct fit_map fit_map_steps(struct arena *a, const double *z, const unsigned char *won, size_t n)
{
    struct fit_map m = fit_map_line(a, z, won, NULL, n, 1, 1);
    struct placed *all = ARENA_ARRAY(a, struct placed, n + 1);
    double weights[FIT_MAP_KNOTS];
    size_t knots = n / 50 < FIT_MAP_KNOTS ? n / 50 : FIT_MAP_KNOTS;

    if (knots < 4)
        return m;
    for (size_t i = 0; i < n; i++)
        all[i] = (struct placed){ z[i], won[i] };
    qsort(all, n, sizeof *all, by_z);
    for (size_t k = 0; k < knots; k++) {
        size_t from = k * n / knots, to = (k + 1) * n / knots;
        double w = 0, s = 0;

        for (size_t i = from; i < to; i++) {
            w += all[i].won;
            s += all[i].z;
        }
        weights[k] = (double)(to - from);
        m.at[k] = s / weights[k];
        m.p[k] = (w + fit_sigmoid(m.a + m.b * m.at[k])) / (weights[k] + 1);
    }
    fit_isotonic(m.p, weights, knots);
    m.kind = FIT_MAP_STEPS;
    m.knots = (int)knots;
    return m;
}

double fit_map_value(const struct fit_map *m, double z)
{
    int k = 0;

    if (m->kind == FIT_MAP_LINE)
        return m->a + m->b * z;
    if (m->kind == FIT_MAP_BETA)
        return m->a - m->b * log_loss(z, true) + m->c * log_loss(z, false);
    if (z <= m->at[0] || z >= m->at[m->knots - 1]) {
        int edge = z <= m->at[0] ? 0 : m->knots - 1;

        return fit_logit(m->p[edge]) + 0.25 * (z - m->at[edge]); /* beyond what was seen it goes on, gently */
    }
    while (z > m->at[k + 1])
        k++;
    return m->at[k + 1] > m->at[k]
               ? fit_logit(m->p[k]) + (fit_logit(m->p[k + 1]) - fit_logit(m->p[k])) * (z - m->at[k]) / (m->at[k + 1] - m->at[k])
               : fit_logit(m->p[k]);
}
