/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sequence.h - which of two is better, asked after every answer.
 *
 * Two treatments are given by lot. What is counted are successes, one by one, as they come. If the treatment changes nothing, then which of the two a
 * success had is a coin whose probability the lots alone say, given the successes before it: that of the lot where each is drawn for itself, that of the
 * urn less the successes so far where lots are drawn from one without putting back; whatever the case was, whenever its success came, and however long
 * successes take. So
 *
 *     M = prod over successes of  q(arm) / p(arm)
 *
 * with p that probability and q any other coin is a nonnegative martingale that starts at 1, and by Ville's
 * inequality (1939) it ever reaches 1 / alpha with a chance of at most alpha: it may be looked at after each success, and stopped at any
 * time. This holds exactly, at any size, with any base rate that changes over time: the chance is that of the lot alone.
 *
 * q is the coin of "the second succeeds r times as often": r p / (r p + 1 - p); M is the mean over a fixed grid of r (mixture after
 * Robbins 1970; mSPRT of Johari, Pekelis and Walsh 2017 is the same idea with a normal likelihood): log r normal around 0 with deviation 0.4,
 * cut to 61 values within [1/4, 4]. The confidence sequence is the set of r0 that are not rejected when p is replaced by the coin of r0; it
 * holds at all times together with a chance of 1 - alpha (Howard, Ramdas, McAuliffe and Sekhon 2021).
 *
 * A running contest is a few sums, told anew from the successes in the order in which they became known.
 */
#ifndef STAT_SEQUENCE_H
#define STAT_SEQUENCE_H

#include "base/compiler.h"

enum { SEQUENCE_GRID = 61, SEQUENCE_NULLS = 241 };
/* The ends of the ratios that are asked about: "at least that far". */
#define SEQUENCE_LEAST (1.0 / 8)
#define SEQUENCE_MOST 8.0

struct sequence {
    double log_alternative[SEQUENCE_GRID]; /* log likelihood of the arms seen, for each r of the grid */
    double log_null[SEQUENCE_NULLS];       /* the same for each r0 that the confidence sequence asks about */
    double greatest[SEQUENCE_NULLS];       /* the largest log evidence against each r0 so far: what was rejected once stays rejected */
    int64_t first, second;                 /* successes of each */
};

void sequence_start(struct sequence *s);
/* One more success: of the second treatment or not, whose chance of the second was 0 <= p <= 1; a certain one is counted and says nothing. */
void sequence_add(struct sequence *s, bool second, double p);
/* log M at present. */
double sequence_log_evidence(const struct sequence *s);
/* The always-valid p-value: min(1, 1 / largest M). */
double sequence_p(const struct sequence *s);
/* The ratio of success rates, second over first: the r of highest likelihood on a fine grid within [1/8, 8], and the ends of the
 * confidence sequence of level 1 - alpha there (1/8 and 8 when it reaches so far): all that was never rejected, so that it only narrows and
 * leaves 1 out exactly when sequence_p is at most alpha. The value lies within. */
void sequence_ratio(const struct sequence *s, double alpha, double *value, double *low, double *high);

#endif
