/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* predict.h - versions of what foretells, kept with their figures; which of them is used; the running correction.
 *
 * Nothing is said until LEARN_PREDICT_ENOUGH leads bought and as many did not. A version is judged on leads that it has not seen. The first: on the latest
 * quarter in time when leads ended on different days, else (or where buyers are surely told apart there and the loss is no lower all the same: of few sales it turns by
 * chance) on all of them, each part foretold by a fit to the others. A later one on leads whose end became known after its
 * rival had learnt: on the later half of them, foretold by a fit to all before; else each half of them by a fit to the other and to what was known before. (A fit to
 * what was known before alone is the rival over again: it would never be better, and a file of another kind of leads would never be learnt from.)
 * It replaces what is used only if its log loss there is lower: the first must beat the average.
 *   live -> retired       when a better one came, or when it rests on facts that seem to know the end (flow_learn.h): then it is silent rather than wrong,
 *                         even when nothing better is there (only_by_leaks)
 *   refused               kept with its figures and why; never used
 *
 * Numbers leave the room as millionths.
 */
#ifndef LEARN_PREDICT_H
#define LEARN_PREDICT_H

#include "base/fix.h"
#include "db/db.h"
#include "learn/learner.h"
#include "noun/ids.h"

enum { LEARN_PREDICT_ENOUGH = 100, LEARN_SUGGEST_ENOUGH = 50, LEARN_HELD_ENOUGH = 30, LEARN_NEWS_LEAST = 50 };

enum { PREDICTOR_REFUSED, PREDICTOR_LIVE, PREDICTOR_RETIRED, PREDICTOR_STATES };
extern const char *const learn_predictor_states[]; /* "refused", "live", "retired" */
enum learn_why { LEARN_FIRST, LEARN_BETTER, LEARN_NOT_BETTER, LEARN_NO_USE, LEARN_ONLY_LEAKS, LEARN_WHYS };
extern const char *const learn_why_names[]; /* "first", "better", "not_better", "no_better_than_average", "only_by_leaks" */

struct learn_predictor {
    struct predictor_id id;
    int64_t version;
    int state, why;
    struct model_id model;
    instant made_at, learned_at;
    int64_t n, won, held_n, held_won;
    bool by_time;
    fix auc, auc_low, auc_high, brier, ece, found20, loss, loss_rival;
    struct str left_out;     /* JSON: [{fact, why}], facts that seem to know the end; NULL: none were watched for */
    struct str body;         /* only where asked for */
    bool retires;            /* refused, and yet the one in use goes */
};

/* ---- deciding, pure ---- */

/* One lead whose end is known. */
struct learn_example {
    struct learn_row row;
    unsigned char won;
    instant judged_at, known_at; /* when its end became known */
    int64_t order;               /* of those of one instant */
};

struct learn_trial {
    struct learner *learner;     /* fitted to all examples; NULL when it is refused */
    unsigned char *held;         /* of each example: it was among those that judged; NULL: none did */
    struct learn_predictor is;   /* figures, why, n, won, held_n, by_time */
};

/* Tries a new version against the one in use (NULL: none; learned_at is its) on examples sorted by learn_example_sort. false: not to be tried yet, for too few
 * are new. What patience ended says nothing. Everything lives in a. */
bool learn_try(struct arena *a, const struct learn_example *examples, size_t n, const struct learner *rival, instant learned_at,
               const struct learn_patience *patience, struct learn_trial *trial);
/* By the instant at which they were judged. */
void learn_example_sort(struct learn_example *examples, size_t n);
/* How many ends must have become known since the last trial for another one, which learnt from so many. */
int64_t learn_time_least(int64_t known);

/* ---- showing ---- */

struct learn_chance {
    fix value, low, high;
};
struct learn_chance learn_chance_of(struct learn_forecast f);

/* A chance is told only if its interval is no wider than this, and if fewer than half of the facts that it goes by are missing though hardly any lead learnt from
 * lacked them: else it says nothing of the lead, however firm its middle looks (docs/calibration.md). Of a lead of whom three quarters of the facts are known there is
 * little to find out: it may be wider, for what is rare about the lead makes it so. */
#define LEARN_WIDEST       (FIX_ONE * 6 / 10)
#define LEARN_WIDEST_KNOWN (FIX_ONE * 8 / 10)
bool learn_is_told(struct learn_forecast f);

struct learn_chance learn_chance_at(const struct learner *l, const struct fit_map *correction, const struct learn_row *row);
struct learn_recent learn_recent_of(const struct learner *l, const struct learn_row *row, bool won);
/* A column's value in the row, as people read it; empty: not known. */
struct str learn_value_text(struct arena *a, const struct learn_row *row, struct str column);

/* What moves a lead's probability: the strongest first, by how much it would differ without it. */
struct learn_reason {
    struct str column;
    fix effect;
};
size_t learn_reasons(struct arena *a, const struct learner *l, const struct fit_map *correction, const struct learn_row *row, size_t most,
                     struct learn_reason *reasons);

/* ---- store ---- */

/* version is given here, and id unless it has one; a live one retires the one before. */
NODISCARD enum err learn_predictor_add(struct ctx *c, struct db_tx *tx, struct learn_predictor *p);
/* Newest first, without bodies, at most limit. */
NODISCARD enum err learn_predictor_list(struct ctx *c, struct db_tx *tx, int limit, struct learn_predictor **list, size_t *count);
/* The one in use, with its body if asked; id 0: none. */
NODISCARD enum err learn_predictor_live(struct ctx *c, struct db_tx *tx, bool body, struct learn_predictor *p);
/* The newest tried, refused ones too; id 0: none. */
NODISCARD enum err learn_predictor_last(struct ctx *c, struct db_tx *tx, struct learn_predictor *p);

struct learn_correction {
    struct predictor_id predictor;
    instant at, known_at;
    int64_t n;
    struct fit_map map;
};
/* predictor 0: none is kept; the map is then the one that changes nothing. */
NODISCARD enum err learn_correction_get(struct ctx *c, struct db_tx *tx, struct learn_correction *k);
NODISCARD enum err learn_correction_put(struct ctx *c, struct db_tx *tx, const struct learn_correction *k);

/* A trial was put off, for too few new leads bought or did not: what was known by then is not counted again. INSTANT_NONE: never. */
NODISCARD enum err learn_put_off_get(struct ctx *c, struct db_tx *tx, instant *at);
NODISCARD enum err learn_put_off(struct ctx *c, struct db_tx *tx, instant at);

/* Ends that became known after `since`: how many, counted up to `most`, and when the first and the last of them did (INSTANT_NONE). Asked twice a second: it
 * costs no more however many there are. */
struct learn_fresh {
    int64_t count;
    instant first, last;
};
NODISCARD enum err learn_known_since(struct ctx *c, struct db_tx *tx, instant since, int64_t most, struct learn_fresh *fresh);
/* Ends come in hundreds with a file: it is better to wait until they have stopped coming, but not for ever. */
bool learn_is_calm(const struct learn_fresh *fresh, instant now);
bool learn_is_late(const struct learn_fresh *fresh, instant now); /* it has waited long enough, calm or not */

#endif
