/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* share.h - how good each of several groups is when each has few cases: shares and averages shrunk to what the groups have in common.
 *
 * A raw share of a small group is mostly luck, and the best of many raw shares mostly the luckiest. What the groups differ by in truth is
 * itself estimated, from how much more they differ than luck alone would make them; each group is then moved towards what was expected of
 * it by as much as luck explains, and its interval says what is left to tell.
 *
 * Shares: a group's true share is Beta(s e, s (1 - e)) with e the share that its own cases led one to expect (the mean of their chances: for
 * cases of which nothing is known the share of all), so groups with easier cases are not praised for them. Its count is then beta-binomial
 * (Skellam 1948; Griffiths 1973). Cases are not all alike: a count of cases with chances p has the variance sum p (1 - p), less than that of as
 * many like ones; n and won are scaled so that the variance is right. Averages: logarithms of amounts are normal about the group's own mean, these
 * means normal about a common one (Efron and Morris 1975).
 *
 * How much groups differ (s, or the variance of means) and where their centre lies is not put at one best value, which for few groups is often "not
 * at all" with intervals of no width: it is averaged over a grid by the marginal likelihood, with a prior even in the variance, for which intervals
 * cover at their rate (Morris 1983; Morris and Lysy 2012). A group's distribution is so a mixture, and its intervals are equal-tailed
 * quantiles of it.
 *
 * A verdict (above, below what was expected) is given for all groups at once: the chance of being wrong about which side is held under SHARE_ALPHA /
 * groups for each, so that among groups which are all alike anybody is told apart at most SHARE_ALPHA of the time. Pure.
 */
#ifndef STAT_SHARE_H
#define STAT_SHARE_H

#include "stat/sample.h"

#define SHARE_ALPHA 0.05

struct share_group {
    double n, won;
    double expected;          /* sum of the chances of its cases */
    double spread;            /* sum of p (1 - p) over them */
};
enum share_verdict { SHARE_UNCLEAR, SHARE_ABOVE, SHARE_BELOW };
struct share_shrunk {
    struct sample_figure rate;  /* of its own cases */
    struct sample_figure ratio; /* to what was expected of them */
    enum share_verdict verdict;
};
/* groups: n > 0 each, 0 <= won <= n, 0 < expected < n; expected of all should sum to won of all. */
void share_shrink(const struct share_group *groups, size_t count, struct share_shrunk *out);
struct share_amounts {
    double n, mean, squares;  /* amounts; mean of their logarithms; sum of squares about it */
};
struct share_average {
    struct sample_figure amount; /* the group's average, not of logarithms */
    enum share_verdict verdict;  /* to the common average */
};
/* Groups of n 0 get the common average with the interval of a group of which nothing is known. all: the common average, may be NULL. false: too few
 * amounts (under SHARE_AMOUNTS beyond one a group) to say anything. */
enum { SHARE_AMOUNTS = 5 };
bool share_averages(const struct share_amounts *groups, size_t count, struct share_average *out, struct sample_figure *all);

#endif
