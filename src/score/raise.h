/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* raise.h - what would make a lead hot: the smallest sets of answers and deeds that would take it over the threshold, and what stands
 * in the way for good.
 *
 * A step is an answer (a fact that nobody vouches for yet gets this value, told to a person of ours, so verified) or a deed of the lead
 * (this event comes, verified). Steps are made from the model's own conditions (cond/want.h): values on both sides of every test (and texts and deeds that do for up to three conditions at once), an event for
 * every name looked for; of steps that no condition can tell apart one is kept. A set is a bag of steps: a deed may stand in it several
 * times, a fact is answered once.
 *
 * A set is tried on the real ledger: a copy of the lead's state takes its answers, then its deeds in the order of their numbers, all at the
 * instant asked about (one microsecond later if something lies there already), and the band is read. So limits, cool-downs, the ceilings of
 * groups, the public ceiling, gates and ageing are what they are for a score; a deed that must wait for a cool-down counts as not coming.
 *
 * The search goes by size, smallest first, and leaves out what holds a set already found. Sets that cannot reach the threshold whatever else is
 * true are not tried: each step is bounded by the most that the criteria which hear it could add. So every set told is minimal (no smaller
 * part of it does it) and up to the size `searched` none is missing. The bounds of the search: RAISE_SIZE_MAX steps, RAISE_TRIES_MAX trials,
 * RAISE_LOOKS_MAX looks; it says how far it came. `never` is stronger: not by any number of these steps.
 *
 * Pure: a function of model, history and instant.
 */
#ifndef SCORE_RAISE_H
#define SCORE_RAISE_H

#include "score/ledger.h"

enum { RAISE_SIZE_MAX = 5, RAISE_SETS_MAX = 24, RAISE_STEPS_MAX = 200, RAISE_TRIES_MAX = 20000, RAISE_LOOKS_MAX = 4000000 };

struct raise_step {
    bool ask;        /* an answer; else a deed of the lead */
    bool confirm;    /* ask: this very value is there, from a source that nobody vouches for */
    struct str fact; /* ask */
    const struct json *value;
    struct past_event event; /* deed */
    struct str words;        /* in the language asked for; of an answer: what is to be true of it */
    int criterion;           /* whose words they are; -1: a gate's, or the mere name of the fact */
};

struct raise_set {
    int count; /* with repeats */
    uint16_t steps[RAISE_SIZE_MAX]; /* indices, rising */
    fix total;
    int64_t shown;
    enum band band;
};

enum raise_why {
    RAISE_KNOWN,   /* a fact is known, and is otherwise */
    RAISE_PAST,    /* what has happened cannot be undone */
    RAISE_LIMIT,   /* has given all it may */
    RAISE_CEILING, /* its group has given all it may */
    RAISE_GATE,    /* a gate that no step opens */
    RAISE_WHYS
};
extern const char *const score_raise_why_names[]; /* "known", "past", "limit", "ceiling", "gate", NULL */

struct raise_fixed {
    enum raise_why why;
    int criterion; /* -1: a gate, or a group */
    int group;     /* RAISE_CEILING; -1 */
    int gate;      /* RAISE_GATE; -1 */
    fix points;    /* what it costs: taken now (below 0), or not to be had */
};

struct raise {
    bool hot; /* it is hot already: nothing is searched */
    struct score now;
    fix need; /* points up to the threshold; 0: only gates are in the way */
    struct raise_step *steps;
    size_t step_count;
    struct raise_set *sets; /* smallest first; of one size those that ask more and do less first */
    size_t set_count;
    int searched; /* all sets up to this size have been looked at */
    bool never;   /* not by any number of these steps */
    bool cut;     /* the model has more steps than RAISE_STEPS_MAX: the rest were not looked at; or the lead's state is too large to be tried on */
    struct raise_fixed *fixed;
    size_t fixed_count;
};

/* The value of a fact that stands at `at` (noun/history.h) and whether somebody vouches for it; NULL: it is not filled. */
const struct json *score_fact_at(const struct history *h, struct str fact, instant at, bool *verified);
/* How much of the ideal customer's weight, in per cent, is known to be otherwise: conditions that do not hold though all their facts are
 * filled. s: the score of h. SCORE_ICP_NONE: the model knows of no ideal customer. */
int score_icp_against(const struct model *m, const struct score *s, const struct history *h);
/* What would make the lead hot at `now`. Words in lang. The result lives in a. */
struct raise score_raise(const struct model *m, const struct history *h, instant now, enum lang lang, struct arena *a);
/* The trial of one set of r.steps alone: score and band when it has been done. */
struct score_sum score_raise_try(const struct model *m, const struct history *h, instant now, const struct raise *r,
                                 const uint16_t *steps, int count, struct arena *a);

#endif
