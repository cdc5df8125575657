/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stat/expect.h"

#include <math.h>

#include "stat/sample.h"

/* The share of which it had happened by that age: the quantiles joined by straight lines. */
static double happened_by(const int64_t *ages, size_t n, int64_t age_us)
{
    size_t low = 0, high = n - 1;

    if (age_us < ages[0])
        return 0;
    if (age_us >= ages[n - 1])
        return 1;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;

        if (ages[middle] <= age_us)
            low = middle;
        else
            high = middle;
    }
    return ((double)low + (double)(age_us - ages[low]) / (double)(ages[high] - ages[low])) / (double)(n - 1);
}

fix expect_part(const int64_t *ages, size_t n, int64_t age_us, int64_t left_us)
{
    double now, then;

    if (n < 2)
        return FIX_ONE;
    now = happened_by(ages, n, age_us);
    then = happened_by(ages, n, age_us + left_us);
    return now >= 1 ? 0 : (fix)llround((then - now) / (1 - now) * FIX_ONE);
}

void expect_add(struct expect *f, fix of_one, int64_t amount, int64_t mean)
{
    double sum = (double)(amount > 0 ? amount : mean), chance = (double)of_one / FIX_ONE;

    f->n++;
    f->assumed += amount <= 0 && mean > 0;
    f->without += amount <= 0 && mean <= 0;
    f->count += chance;
    f->count_var += chance * (1 - chance);
    f->money += chance * sum;
    f->money_var += chance * (1 - chance) * sum * sum;
}

static struct expect_range range_of(double value, double var, double unit)
{
    double by = SAMPLE_Z95 * sqrt(var), low = value > by ? value - by : 0;

    return (struct expect_range){ llround(value * unit), llround(low * unit), llround((value + by) * unit) };
}

struct expect_range expect_money(const struct expect *f)
{
    return range_of(f->money, f->money_var, 1);
}

struct expect_range expect_count(const struct expect *f)
{
    return range_of(f->count, f->count_var, 100);
}
