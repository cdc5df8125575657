/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* contest.h - champion and challenger: two models side by side on live leads.
 *
 * A lead born while a contest runs draws a lot at its first score: champion or challenger. The arm is kept with the chance it had, and
 * the lead is scored by its arm's model as long as the contest runs: its band, its task, its place in the day come from it. So what is
 * compared is what matters: do those whom a model steers buy oftener.
 *
 * The lot is stratified by source and by the band under the champion: each stratum has an urn, filled for CONTEST_BLOCK leads at a time with as many of
 * either arm as the share says (permuted blocks; Zelen 1974), and drawn empty before it is filled again. So no arm gets the better source, nor the hotter leads.
 *
 * Successes are counted one by one as they become known and judged by stat/sequence.h: a test that may be looked at after each. If the challenger changes
 * nothing, then whatever leads succeed, and in whatever order that becomes known, the arms of those of one block are drawn from its urn without putting back:
 * the next success is of the challenger with the chance (seconds - of the challenger so far) / (all - so far), those of the block. That is exact
 * at any size, with sales that come late. (The chance with which the lot was drawn would not do: it tells how earlier lots of the block fell whose successes are still to
 * come.) It is the partial likelihood of Cox (1972) by blocks, and the test is the anytime-valid logrank test of ter Schure, Pérez-Ortiz, Ly and Grünwald (2024). What it
 * finds is the ratio of the paces at which leads that are still without success succeed; it is told as that of the shares that succeed, at the share of
 * the champion's so far. That the test of "no difference" is exact does not hang on this; that the interval holds other ratios does, as far as the ratio of
 * paces is the same at all times.
 *
 * So the contest may end itself the moment it is decided:
 *   - the always-valid p-value reaches alpha: the better one has won
 *   - the confidence sequence of the ratio lies within 1/(1 + margin) and 1 + margin: there is no difference worth a name
 *
 * Leads that came with a file, or were born before, take no part. A lead merged into another counts no more on its own. After the end
 * all are scored by the live model again; arms stay as facts.
 */
#ifndef LEARN_CONTEST_H
#define LEARN_CONTEST_H

#include "base/fix.h"
#include "db/db.h"
#include "noun/band.h"
#include "noun/ids.h"
#include "stat/sequence.h"

enum { CONTEST_BLOCK = 20 };
enum { CONTEST_RUNS, CONTEST_DECIDED, CONTEST_STOPPED, CONTEST_STATES };
extern const char *const learn_contest_states[];  /* "running", "decided", "stopped", NULL */
enum { CONTEST_WON, CONTEST_ACCEPTED, CONTEST_METRICS };
extern const char *const learn_contest_metrics[]; /* "won", "accepted", NULL */
enum { CONTEST_CHAMPION, CONTEST_CHALLENGER, CONTEST_NEITHER, CONTEST_WINNERS };
extern const char *const learn_contest_winners[]; /* "champion", "challenger", "neither", NULL */

struct learn_contest {
    struct contest_id id;
    struct str name;
    struct model_id champion, challenger;
    fix share, alpha, margin;
    int metric, state, winner;   /* winner: -1 unless decided */
    struct user_id made_by;
    instant started_at, ended_at;
};

struct learn_arm {
    struct lead_id lead;
    struct contest_id contest;   /* 0: the lead takes part in none */
    int arm;
    fix chance;                  /* of the challenger, as the lot was drawn */
    instant at;                  /* when that was */
};

/* A block of lots: those that were put in, and those that are left, by arm. */
struct learn_urn {
    int64_t block;               /* its name; 0: none was filled yet */
    int64_t lots[2], left[2];
};

/* ---- pure ---- */

/* Is the urn empty, so that learn_urn_fill comes before the next lot? */
bool learn_urn_is_empty(const struct learn_urn *u);
/* A new block for a share of the challenger. Where that is no whole number of lots the last one is drawn by `random`. */
void learn_urn_fill(struct learn_urn *u, int64_t block, fix share, uint32_t random);
/* One lot out of an urn that is not empty; the arm. *chance: what the challenger's was. random: from small to great the challenger comes first. */
int learn_urn_draw(struct learn_urn *u, uint32_t random, fix *chance);

/* One success, in the order in which they became known. */
struct learn_success {
    instant known_at;
    struct lead_id lead;
    int arm;
    double chance;               /* that it is of the challenger, if that changes nothing, knowing the successes before it; 0 and 1 are possible */
    int64_t block, lots[2];      /* that its lot was of; 0: one of before there were blocks, whose chance is that of the lot */
};
/* Sets the chances of those that have a block. */
void learn_contest_chances(struct arena *a, struct learn_success *list, size_t n);
struct learn_standing {
    int64_t leads[2], successes[2];
    fix p;                       /* always-valid p-value */
    bool has_ratio;              /* something was seen */
    fix ratio, low, high;        /* challenger's rate over the champion's, and its confidence sequence; 1/8 and 8 are "at least that far" */
    int verdict;                 /* -1: not decided; else enum of winners */
};
struct learn_standing learn_contest_judge(const struct learn_contest *k, const struct learn_success *list, size_t n,
                                          const int64_t leads[2]);

/* ---- store ---- */

/* A new one that runs; id and started_at are set. ERR_TWICE: one runs already. */
NODISCARD enum err learn_contest_add(struct ctx *c, struct db_tx *tx, struct learn_contest *k);
NODISCARD enum err learn_contest_get(struct ctx *c, struct db_tx *tx, struct contest_id id, struct learn_contest *k);
/* The one that runs; id 0: none. */
NODISCARD enum err learn_contest_running(struct ctx *c, struct db_tx *tx, struct learn_contest *k);
NODISCARD enum err learn_contest_list(struct ctx *c, struct db_tx *tx, int limit, struct learn_contest **list, size_t *count);
/* runs -> decided (winner) or stopped (winner -1). ERR_CONFLICT: it does not run. */
NODISCARD enum err learn_contest_end(struct ctx *c, struct db_tx *tx, struct contest_id id, int winner);

/* The arms of n leads, in the order asked. */
NODISCARD enum err learn_contest_arms(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, struct learn_arm *arms);
/* Draws the lead's lot and keeps it; source and band under the champion are its stratum. `random`: 64 bits that nobody could foresee. */
NODISCARD enum err learn_contest_draw(struct ctx *c, struct db_tx *tx, const struct learn_contest *k, struct lead_id lead, struct str source, enum band band,
                                      uint64_t random, int *arm);
/* How many leads each arm has; those of one arm behind `after`, by id. */
NODISCARD enum err learn_contest_counts(struct ctx *c, struct db_tx *tx, struct contest_id id, int64_t leads[2]);
NODISCARD enum err learn_contest_leads(struct ctx *c, struct db_tx *tx, struct contest_id id, struct lead_id after, int limit,
                                       struct learn_arm **arms, size_t *count);
/* All leads of one arm, by id. In c->arena. */
NODISCARD enum err learn_contest_arm_leads(struct ctx *c, struct db_tx *tx, struct contest_id id, int arm, struct lead_id **leads, size_t *count);
/* The successes so far, as they became known, with their chances. */
NODISCARD enum err learn_contest_successes(struct ctx *c, struct db_tx *tx, const struct learn_contest *k,
                                           struct learn_success **list, size_t *count);

#endif
