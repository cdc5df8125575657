/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* policy.h - the one table of policies: which of those who may gets the lead.
 *
 *   round_robin   whoever has waited longest since the pool last gave them a lead
 *   weighted      shares in proportion to weights, smooth: between two people who may both get every lead of an interval, counts
 *                 divided by weights differ by at most one
 *   least_loaded  the smallest load relative to capacity
 *   best_match    who fits the lead best by stated weights (transfer.h), among equals the least loaded
 *   value         in whose hands the lead is expected to bring most (value.h), among equals the least loaded
 *   claim         nobody is picked: whoever of the pool takes it first has it, within capacity and quotas; when nobody has by the deadline,
 *                 the least loaded gets it
 *
 * Ties go to whoever has waited longest, never to the order of a list; those who never got one wait since for ever, and among them
 * the smaller weight, then the older account goes first.
 *
 * The place under `weighted` is a number, pass: it grows by ROUTE_STRIDE / weight with each lead, and the smallest is next. Weights are
 * 1..20 and ROUTE_STRIDE is divisible by each, so that nothing is rounded. Whoever may not get a lead keeps the place: their pass is
 * moved along with that of the pool, so that nobody is flooded after an absence; unless the team chose
 * to give back what an absence missed (catch_up). That is of `weighted` alone, which has shares to be missed: in turn, whoever comes back has waited
 * longest and is next, once; under the others a lead goes where the load or the fit is, which an absence leaves as it was or makes better.
 *
 * Under `round_robin` and `weighted` a person may be owed turns (credit), for leads that were junk: who is owed goes first, and such a lead moves
 * no place. Who owes one (a word on a lead was taken back after its turn had been made good) pays it when it would be theirs: the place moves as
 * if they had got the lead, and the next one gets it. So counts without junk are what they would have been. Pure.
 */
#ifndef ROUTE_POLICY_H
#define ROUTE_POLICY_H

#include "route/eligible.h"

#define ROUTE_WEIGHT_MAX 20
#define ROUTE_STRIDE     ((int64_t)232792560) /* least common multiple of 1..20 */

enum policy { POLICY_ROUND_ROBIN, POLICY_WEIGHTED, POLICY_LEAST_LOADED, POLICY_BEST_MATCH, POLICY_CLAIM, POLICY_VALUE, POLICIES };

/* Words of the API in the order of the enum, NULL at the end. */
extern const char *const route_policy_words[POLICIES + 1];

struct policy_row {
    const char *name;
    /* <0: a goes before b. 0: a tie. */
    int (*cmp)(const struct person *a, const struct person *b);
    const char *help;
};
extern const struct policy_row route_policies[POLICIES];

/* Index of who gets it (under `claim`: when the time to claim is over) among people whose candidates[i].why is CANDIDATE_OK, or -1 when there is none. The picked one's pass and
 * last_at move on, and the pass of those who were ruled out moves with the pool's (how that is kept: struct pool_member). */
ptrdiff_t route_pick(enum policy policy, struct person *people, const struct candidate *candidates,
                      size_t count, instant now);

/* The two halves of it: who is first, with nothing moved; and the places moved because the one at `picked` got it: by how much the pool's own did, and
 * with it that of those who were ruled out. */
ptrdiff_t route_first(enum policy policy, const struct person *people, const struct candidate *candidates, size_t count);
/* How many of those who may go before the one at `who`, who may or may not. */
size_t route_before(enum policy policy, const struct person *people, const struct candidate *candidates, size_t count, size_t who);
int64_t route_took(enum policy policy, struct person *people, const struct candidate *candidates, size_t count, ptrdiff_t picked, instant now);

#endif
