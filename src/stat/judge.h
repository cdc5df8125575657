/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* judge.h - what another way of deciding would have brought, told from decisions that were made by one whose chances are known.
 *
 * Of each case is known: the reward of what was done; with what probability that was done then (the log); with what probability the judged
 * policy would have done it; and, for the doubly robust figure, what a model foretells for what was done and on average for what the policy
 * would have done.
 *
 *   ips    mean of w r, w = target / logged: unbiased, and wide (Horvitz and Thompson 1952)
 *   snips  the same divided by the mean of w: slightly biased, never outside the rewards, mostly narrower (Hajek 1971; Swaminathan and Joachims 2015)
 *   dr     mean of model(target) + w (r - model(taken)): right if either the probabilities or the model are, and narrow when both
 *          are (Robins, Rotnitzky and Zhao 1994; Dudik, Langford and Li 2011). With a model of 0 it is ips.
 *
 * Intervals are of level 95 %, from the sampling variance of the cases (of the linearised ratio for snips), by Student's t with as
 * many degrees as the weights are worth cases: (sum w)^2 / sum w^2, the effective sample size (Kong 1992).
 *
 * Nothing is told where the log does not hold it. Where the judged policy would do what the log never did (probability zero), its reward was not
 * seen: such cases are counted, up to JUDGE_UNREACHED of them widen the interval by all that rewards can be, and beyond that there is no
 * figure (JUDGE_NO_OVERLAP). Fewer than JUDGE_EFFECTIVE cases' worth of weight is JUDGE_TOO_FEW. Two policies are ranked only where neither is refused and
 * the interval of their paired difference leaves out 0. Pure.
 */
#ifndef STAT_JUDGE_H
#define STAT_JUDGE_H

#include "stat/sample.h"

#define JUDGE_UNREACHED 0.02
enum { JUDGE_EFFECTIVE = 30 };

struct judge_case {
    double reward;
    double logged;          /* probability of what was done, > 0 */
    double target;          /* with which the policy would have done the same */
    double taken, would;    /* foretold: for what was done; for what the policy would do, on average. 0: no model */
    double unreached;       /* of the policy's probability, what lies on deeds that had none in the log: 0 to 1 */
};

enum judge_verdict { JUDGE_TOLD, JUDGE_NO_OVERLAP, JUDGE_TOO_FEW };
struct judged {
    enum judge_verdict verdict;
    struct sample_figure ips, snips, dr; /* NAN with the whole range unless it is told */
    double effective;       /* cases' worth of weight */
    double unreached;       /* share of cases, by the policy's own probability */
    double weight;          /* mean of w: about 1 when the probabilities are right */
};
/* low, high: between which a reward lies. */
struct judged judge(const struct judge_case *cases, size_t n, double low, double high);

enum judge_order { JUDGE_FIRST_BETTER, JUDGE_SECOND_BETTER, JUDGE_NO_ORDER, JUDGE_REFUSED };
struct judge_pair {
    enum judge_order order;
    struct sample_figure change; /* second less first, doubly robust; NAN when refused */
};
/* first[i] and second[i] are one case under two policies. */
struct judge_pair judge_compare(const struct judge_case *first, const struct judge_case *second, size_t n, double low, double high);

#endif
