/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_film.h - the histories of all leads in memory, kept while somebody edits a model, so that a changed point shows its effect at once.
 *
 * A score is made of parts: what each criterion gives by itself (score_parts_of), then limits, groups and gates over them. A part depends on its
 * criterion alone. So the film keeps a column of parts for each criterion that was asked for, found again by the criterion's own text: a
 * change of points, limits or condition of one criterion folds the histories for that one and takes all others as they are; a change
 * of groups, gates or thresholds folds nothing.
 *
 * A large model (of more criteria than a fourth of the places, some sixty: draft and live model at two moments have one each) is folded whole once; what
 * its criteria give is kept in rows (film_sheet.h), and columns are made of those criteria alone in which a model differs from such a sheet.
 *
 * There are two columns a criterion: the parts now, and those at the instant at which each lead is judged (learn/outcome.h), which say how well a
 * model told buyers from others.
 *
 * Memory: the film holds at most FILM_BYTES; of a base that would need more it holds an even part of the leads (by a hash of their ids), and
 * says so. Columns and sheets have bounds of their own, the least used go first; rows that would take more than theirs are folded each time. It is thrown away when it is old or nobody has asked for a while.
 * What came in a file is known when it happened: so an imported past can be tried as if it had been lived. The score at which a lead is judged takes only
 * what the house had been told before it knew of the end (score_told), as the calibration does: a file of facts that came behind the outcomes is none of it.
 *
 * Threads: built once, then shared and immutable but for the columns, which have a lock. Counted.
 */
#ifndef FLOW_FLOW_FILM_H
#define FLOW_FLOW_FILM_H

#include "flow/flow.h"
#include "learn/report.h"
#include "noun/history.h"
#include "score/ledger.h"

struct film_lead {
    struct lead_id lead;
    instant created_at;
    struct history h;
    bool late;               /* the house was told of something in it behind known_until */
    int state;               /* OUTCOME_*: learn/outcome.h */
    instant decided_at;
    bool undated;
    enum learn_mark mark;
    instant judged_at, known_until; /* learn_known_until */
};

struct film_columns;

/* Won or lost, and silent since: there is nobody to call. */
bool flow_film_decided(const struct film_lead *l);
/* Whole days since the first of its leads, at most `most`: how long there has been anything to live through. */
struct flow_film;
int64_t flow_film_days(const struct flow_film *film, int64_t most);

struct flow_film {
    struct arena *arena;
    struct film_lead *leads; /* by id */
    size_t count;
    int64_t all_leads;       /* of the base */
    int64_t events;          /* held */
    bool part;               /* not all leads are here */
    instant as_of;
    int maturity_days;
    bool aged;               /* flow_many_aged of its leads */
    struct map *bodied;      /* names of events whose bodies are here */
    bool bodied_all;
    struct film_columns *columns;
    int holders;
};

/* The film, held once for the caller: the one that is there, or a new one. quick: a small part of a large base is enough, when there is none yet. The
 * bodies that both models look into are in it (b may be NULL). */
NODISCARD enum err flow_film_get(struct flow *f, struct ctx *c, struct db_tx *tx, const struct model *a, const struct model *b, bool quick,
                                 struct flow_film **film);
void flow_film_drop(struct flow_film *film);
/* Lets go of the flow's own film when nobody has asked for a while. */
void flow_film_rest(struct flow *f);

enum film_moment { FILM_NOW, FILM_JUDGED, FILM_MOMENTS };
/* sums[i]: of leads[i] under m, at film->as_of, or at its judged_at. From columns, or a sheet; those that are not there are made. */
NODISCARD enum err flow_film_sums(struct flow_film *film, struct ctx *c, const struct model *m, enum film_moment moment,
                                  struct score_sum *sums);
/* How many histories were folded for columns and sheets so far: what a change cost. */
int64_t flow_film_folds(const struct flow_film *film);

/* Calls one(x, i, arena) for i from 0 to n - 1 on a few threads; arena is reset between calls. */
void flow_film_each(size_t n, void (*one)(void *x, size_t i, struct arena *a), void *x);

#endif
