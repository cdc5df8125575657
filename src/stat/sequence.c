/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stat/sequence.h"

#include <math.h>

#define GRID_END 1.3862943611198906  /* log 4 */
#define NULLS_END 2.0794415416798357 /* log 8 */
#define SPREAD 0.4

static double grid_log_ratio(int i)
{
    return GRID_END * (2.0 * i / (SEQUENCE_GRID - 1) - 1);
}

static double null_log_ratio(int i)
{
    return NULLS_END * (2.0 * i / (SEQUENCE_NULLS - 1) - 1);
}

static double null_ratio(int i)
{
    return i == 0 ? SEQUENCE_LEAST : i == SEQUENCE_NULLS - 1 ? SEQUENCE_MOST : exp(null_log_ratio(i));
}

/* log of the chance that a success had this arm, if the second succeeds exp(log_ratio) times as often. */
static double log_coin(double log_ratio, double p, bool second)
{
    double r = exp(log_ratio) * p;
    return second ? log(r / (r + 1 - p)) : log((1 - p) / (r + 1 - p));
}

static double log_sum(const double *x, const double *weight, int n)
{
    double top = -INFINITY, sum = 0;

    for (int i = 0; i < n; i++)
        if (x[i] > top)
            top = x[i];
    for (int i = 0; i < n; i++)
        sum += weight[i] * exp(x[i] - top);
    return top + log(sum);
}

/* log of the mixture's likelihood. */
static double log_mixture(const struct sequence *s)
{
    double weight[SEQUENCE_GRID], sum = 0;

    for (int i = 0; i < SEQUENCE_GRID; i++) {
        double z = grid_log_ratio(i) / SPREAD;
        sum += weight[i] = exp(-z * z / 2);
    }
    for (int i = 0; i < SEQUENCE_GRID; i++)
        weight[i] /= sum;
    return log_sum(s->log_alternative, weight, SEQUENCE_GRID);
}

void sequence_start(struct sequence *s)
{
    *s = (struct sequence){ 0 };
}

void sequence_add(struct sequence *s, bool second, double p)
{
    double mixture;

    assert(second ? p > 0 && p <= 1 : p >= 0 && p < 1);
    for (int i = 0; i < SEQUENCE_GRID; i++)
        s->log_alternative[i] += log_coin(grid_log_ratio(i), p, second);
    for (int i = 0; i < SEQUENCE_NULLS; i++)
        s->log_null[i] += log_coin(null_log_ratio(i), p, second);
    second ? s->second++ : s->first++;
    mixture = log_mixture(s);
    for (int i = 0; i < SEQUENCE_NULLS; i++)
        if (mixture - s->log_null[i] > s->greatest[i])
            s->greatest[i] = mixture - s->log_null[i];
}

double sequence_log_evidence(const struct sequence *s)
{
    return log_mixture(s) - s->log_null[SEQUENCE_NULLS / 2];
}

double sequence_p(const struct sequence *s)
{
    return exp(-s->greatest[SEQUENCE_NULLS / 2]);
}

void sequence_ratio(const struct sequence *s, double alpha, double *value, double *low, double *high)
{
    double border = -log(alpha);
    int best = SEQUENCE_NULLS / 2, first = SEQUENCE_NULLS, last = -1;

    for (int i = 0; i < SEQUENCE_NULLS; i++) {
        if (s->log_null[i] > s->log_null[best])
            best = i;
        if (s->greatest[i] >= border)
            continue;
        first = i < first ? i : first;
        last = i;
    }
    /* Everything rejected at some time: happens with a chance of at most alpha, and then only the likeliest is left to tell. */
    if (last < 0)
        first = last = best;
    best = best < first ? first : best > last ? last : best;
    *value = null_ratio(best);
    /* Each end is widened to the next rejected value, so that the grid never makes the interval narrower; but not over 1, which was
     * asked itself. */
    if (first > 0 && first != SEQUENCE_NULLS / 2 + 1)
        first--;
    if (last < SEQUENCE_NULLS - 1 && last != SEQUENCE_NULLS / 2 - 1)
        last++;
    *low = null_ratio(first);
    *high = null_ratio(last);
}
