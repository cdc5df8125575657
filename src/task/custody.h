/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* custody.h - at every instant a hot lead has somebody who answers for it and a running deadline, or a place in the queue with a promise.
 *
 * What must be covered are the hot spells: from the instant at which the house learned that a lead is hot to the instant at which it cooled,
 * was decided (won, lost) or went into another. What covers are the times in which a task of it had a person and a deadline, and its
 * stays in the queue. All are kept as facts when they happen (task_hold: a row with each change of person, deadline or state, written with
 * it and never changed afterwards), so that custody over any past period is a query, and its answer the same whatever happens later: what is
 * left when the second are taken away from the first. Of tasks older than those rows what is known was supplied once, by their migration.
 *
 * A deadline that has passed while an urgent call stayed open is a breach, not a gap: somebody still answers for it, or it stands in the queue.
 * It is told apart, and how the call ended makes no difference.
 * Spans are half open, [from, until); INSTANT_NEVER: still. The sweep is pure.
 */
#ifndef TASK_CUSTODY_H
#define TASK_CUSTODY_H

#include "task/task.h"

struct custody_span {
    instant from, until;
};

/* spells without covers, within [from, to), in order. Neither list need be sorted; both may overlap themselves. The result lives in a. */
struct custody_span *task_custody_gaps(const struct custody_span *spells, size_t spell_count,
                                       const struct custody_span *covers, size_t cover_count, instant from, instant to,
                                       struct arena *a, size_t *count);
/* How long the spells are within [from, to), each instant counted once; microseconds. */
int64_t task_custody_length(const struct custody_span *spells, size_t count, instant from, instant to, struct arena *a);

/* The lead is hot from c->now. Nothing changes when it was. *new: it was not. */
NODISCARD enum err task_hot_begin(struct ctx *c, struct db_tx *tx, struct lead_id lead, bool *new);
/* Leads that differ are no longer. Nothing changes for one that was not. */
NODISCARD enum err task_hot_end(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, struct str why);
/* Since when it has been hot, the times apart in which only a change of model had it out: the beginning of its last spell, or of the one before
 * if that one ended by TASK_BY_MODEL, and so on. A lead that is out for another reason, or never was hot: INSTANT_NEVER. */
NODISCARD enum err task_hot_since(struct ctx *c, struct db_tx *tx, struct lead_id lead, instant *since);
/* Whether it is now. */
NODISCARD enum err task_hot_is(struct ctx *c, struct db_tx *tx, struct lead_id lead, bool *hot);
/* Leads with a spell within [from, to), after `after`, rising; at most limit. In c->arena. */
NODISCARD enum err task_hot_leads(struct ctx *c, struct db_tx *tx, instant from, instant to, struct lead_id after, int64_t limit,
                                  struct lead_id **leads, size_t *count);
/* The spells of a lead, oldest first. In c->arena. */
NODISCARD enum err task_hot_spells(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct custody_span **spells,
                                   size_t *count);

/* A stretch of time in which a task stood so. */
struct custody_held {
    struct task_id task;
    struct custody_span span;
    struct task_hold hold;
    bool urgent;   /* TASK_CALL_NOW */
    bool supplied; /* known from before these rows were kept: as well as the tasks and decisions of then can tell */
};
/* Of every task of a lead, the house's alerts aside, by task and in order; a task that is gone too. In c->arena. */
NODISCARD enum err task_held_list(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct custody_held **list, size_t *count);

struct hot_end {
    struct lead_id lead;
    instant at;
    struct str why; /* cooled, decided, merged, or TASK_BY_MODEL */
};
/* Spells that ended in [from, until), by when. In c->arena. */
NODISCARD enum err task_hot_ends(struct ctx *c, struct db_tx *tx, instant from, instant until, struct hot_end **list, size_t *count);

#endif
