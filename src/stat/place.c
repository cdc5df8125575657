/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stat/place.h"

#include "stat/sample.h"

#define WRONG_ONCE_IN 20.

void place_of_counts(const int64_t *x, size_t n, struct place *places)
{
    for (size_t i = 0; i < n; i++) {
        places[i] = (struct place){ 1, 0 };
        for (size_t k = 0; k < n; k++) {
            places[i].best += x[k] > x[i];
            places[i].worst += x[k] >= x[i];
        }
    }
}

void place_of_shares(const struct place_share *x, size_t n, struct place *places)
{
    double pairs = 0, z;
    int64_t placed = 0;

    for (size_t i = 0; i < n; i++)
        placed += x[i].n > 0;
    pairs = (double)(placed * (placed - 1) / 2);
    z = pairs > 0 ? sample_normal_quantile(1 - 1 / WRONG_ONCE_IN / 2 / pairs) : SAMPLE_Z95;
    for (size_t i = 0; i < n; i++) {
        places[i] = (struct place){ 0, 0 };
        if (x[i].n <= 0)
            continue;
        places[i] = (struct place){ 1, placed };
        for (size_t k = 0; k < n; k++) {
            struct sample_figure d;

            if (k == i || x[k].n <= 0)
                continue;
            d = sample_newcombe(x[k].won, x[k].n, x[i].won, x[i].n, z);
            places[i].best += d.low > 0;
            places[i].worst -= d.high < 0;
        }
    }
}

int64_t place_jain(const int64_t *x, size_t n)
{
    int64_t sum = 0, most = 0;
    __int128 squares = 0;

    /* Scaled, so that the squares of money fit. */
    for (size_t i = 0; i < n; i++)
        most = x[i] > most ? x[i] : most;
    for (size_t i = 0; i < n; i++) {
        int64_t y = most > 1000000 ? x[i] / (most / 1000000) : x[i];

        sum += y;
        squares += (__int128)y * y;
    }
    return squares == 0 ? 1000 : (int64_t)((__int128)sum * sum * 1000 / (squares * (__int128)n));
}

/* The mean of all differences over twice the mean. */
int64_t place_gini(const int64_t *x, size_t n)
{
    double sum = 0, apart = 0;

    for (size_t i = 0; i < n; i++) {
        sum += (double)x[i];
        for (size_t k = 0; k < n; k++)
            apart += x[i] > x[k] ? (double)(x[i] - x[k]) : (double)(x[k] - x[i]);
    }
    return sum > 0 ? (int64_t)(1000 * apart / (2 * (double)n * sum) + .5) : 0;
}
