/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* expect.h - what things that each have a chance are to bring together, and by when.
 *
 * A chance that something happens some day is cut to what falls within a time by the ages at which it has happened to others: of those to whom it
 * happened later than this one is old, the share to whom it did in time. Sums and numbers are those of independent chances; their interval is the
 * normal one, with 95 %, and never below 0.
 */
#ifndef STAT_EXPECT_H
#define STAT_EXPECT_H

#include <stddef.h>

#include "base/fix.h"

/* ages: n quantiles, evenly spaced from the youngest to the oldest, rising. 0 for what is older than the oldest; 1 when n < 2: nothing is known of ages. */
fix expect_part(const int64_t *ages, size_t n, int64_t age_us, int64_t left_us);

struct expect {
    int64_t n;
    int64_t assumed;          /* of them at the mean */
    int64_t without;          /* of them with no sum: in numbers alone */
    double count, count_var, money, money_var;
};
/* One more. amount 0: not known; mean 0: not known either. */
void expect_add(struct expect *f, fix of_one, int64_t amount, int64_t mean);
struct expect_range {
    int64_t value, low, high;
};
struct expect_range expect_money(const struct expect *f);
/* In hundredths. */
struct expect_range expect_count(const struct expect *f);

#endif
