/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ledger.h - the score of a lead at an instant, and every line of it.
 *
 * A score is never a sum that is added to. It is a function of the model, the lead's profile and its events up
 * to t; so it can be explained, replayed under a draft, and set right when an event comes late. What the
 * store keeps is a cache of this function's answer.
 *
 * Invariants
 *   1. The order in which events arrived makes no difference; their own instants do.
 *   2. total = the groups, each within its floor and ceiling, then within the model's own.
 *   3. Between t and next_change the shown total and the band stay the same unless an event or a profile change arrives.
 *   4. score_at is a fold of score_take over the history: one event more and a whole replay are the same code, to the bit.
 *
 * How occurrences of a criterion of the EVENT kind count
 *   cool-down   an occurrence counts if at least the cool-down has passed since the last one that counted (rolling).
 *   limits      of those that passed the cool-down the latest max_times count, and no more of the latest than it takes to reach
 *               max_points; their sum is cut at max_points. So a limit bounds repeats at every instant, and a lead that comes back
 *               after its old points have aged earns fresh ones.
 *   ageing      half-life: the sum is carried from occurrence to occurrence, halved for the time between (fix_halve), time being counted
 *               in whole minutes of the clock (seconds for half-lives under a day): sums change at few, known instants.
 *               linear: an occurrence loses `percent` of its first points at the end of each whole period: steps, not a slope, so that
 *               the instants of change are known and few. expire: it counts while younger than its life. Without limits, linear and
 *               expire keep the latest 1,000 occurrences.
 * The STATE kind ages from the instant since when the condition holds; when it ceases and holds anew, it starts anew.
 *
 * Points from unverified sources: positive points of occurrences at events with a browser's key, or that rest on facts or windows filled
 * by one, share model.public_ceiling: granted to criteria in the model's order until it is used up. Negative ones count in full.
 *
 * Bots' events (and withdrawn ones) do not exist for the score.
 *
 * The incremental form. struct score_state is what a lead's past comes down to under one model: per criterion the instants that can
 * still count, the last one that counted, the carried sums, and what its condition remembers. What cannot matter any more is
 * folded away as items come: occurrences past the limits, expired ones, instants outside windows. An item that belongs
 * before one already taken (late), or before the lead's birth, cannot be added: score_take says SCORE_LATE and the caller
 * builds the state anew from the history.
 *
 * Units: points in millionths (base/fix.h), instants. Pure: no database, no clock, any thread.
 */
#ifndef SCORE_LEDGER_H
#define SCORE_LEDGER_H

#include "score/axes.h"
#include "score/model.h"

/* Why a line has fewer points than its occurrences would give. */
enum score_why { SCORE_WHOLE, SCORE_CUT_TIMES, SCORE_CUT_POINTS, SCORE_CUT_PUBLIC, SCORE_AGED };
extern const char *const score_why_names[]; /* "", "times", "points", "public", "aged" */

struct score_line {
    int criterion; /* index in model.criteria */
    int group;
    fix points;          /* now, after the criterion's limits, ageing and the public ceiling */
    fix full_points;     /* the same occurrences, un-aged and uncut by the public ceiling */
    int64_t count;       /* occurrences that count now (STATE kind: 1) */
    int64_t seen;        /* occurrences that passed the cool-down, ever (STATE kind: 1) */
    instant since, last; /* the first and the last of those that count */
    instant next_change; /* when its points, as shown, change by time alone; INSTANT_NEVER */
    enum score_why why;
};

struct score_group {
    fix raw, points; /* the sum of its lines; after floor and ceiling */
};

struct score_gate {
    bool met;
    instant since; /* conditions: has been met since; else INSTANT_NONE */
};

struct score_icp {
    bool met;
    instant since; /* has been met since; INSTANT_NONE */
};

struct score {
    instant at;
    fix total;                /* exact */
    int64_t shown;            /* fix_round(total) */
    enum band band;           /* by total and gates */
    instant next_change;      /* of shown or band, by time alone; INSTANT_NEVER */
    struct score_line *lines; /* largest first; those without any occurrence are left out */
    size_t line_count;
    struct score_group *groups; /* model.group_count */
    struct score_gate *gates;   /* model.gate_count */
    fix fit, engagement;        /* the two axes (axes.h) */
    int cell;                   /* of the grid, 0..SCORE_CELLS - 1 */
    int icp;                    /* match with the ideal customer, per cent; SCORE_ICP_NONE: the model knows of none */
    struct score_icp *ideal;    /* model.icp_count */
};

/* The score of one lead at t. Items of h after t are not looked at. The result lives in a. Cannot fail: a model that could
 * has been refused by score_model_read(). */
struct score score_at(const struct model *m, const struct history *h, instant t, struct arena *a);
/* Where a fold of h begins, by what was known at known: with the first item that counts, or with the making of the lead if that was before (by something that does
 * not count). Once an item has come, that is the birth, whatever is said here. */
instant score_born(const struct history *h, instant known, instant made);
/* h as the house knew it at known: items with known_at <= known. Views into h, list in a. */
struct history score_known(const struct history *h, instant known, struct arena *a);
/* The same by told_at: what the house had really been told by then, in a history that takes a file for a lived past. */
struct history score_told(const struct history *h, instant told, struct arena *a);
/* What each event of h gave at its own instant: points[i] for h->events[i], the sum over the criteria it counted for. */
fix *score_event_points(const struct model *m, const struct history *h, struct arena *a);

/* ---- the incremental form ---- */

struct score_state;

enum score_take {
    SCORE_TAKEN,
    SCORE_UNHEARD,
    SCORE_LATE
}; /* UNHEARD: nobody listens, the state is as before */

/* The state of a lead born at born: its creation. The first item is the birth once there is one. Lives in a. */
struct score_state *score_begin(const struct model *m, instant born, struct arena *a);
/* One item more. On SCORE_LATE the state is as before. */
enum score_take score_take_event(struct score_state *s, const struct past_event *e);
enum score_take score_take_profile(struct score_state *s, const struct past_profile *p);
/* All items of h with at <= upto. */
struct score_state *score_fold(const struct model *m, const struct history *h, instant upto,
                               struct arena *a);

/* The bytes of a state, in a; they begin with the model's id. Of one that would be above 8 MiB there are none ("", which is no state): such a lead
 * is folded anew each time. */
struct str score_state_print(const struct score_state *s, struct arena *a);
/* NULL when the bytes are not a state of m (another model, an older layout): fold the history. */
struct score_state *score_state_parse(const struct model *m, struct str bytes, struct arena *a);

/* The score of s at t with its lines, for t >= every item taken. */
struct score score_of(const struct score_state *s, instant t, struct arena *a);
/* The same without the search for what is to come, which is most of it: next_change, of the score and of each line, is INSTANT_NEVER. */
struct score score_lines_of(const struct score_state *s, instant t, struct arena *a);

/* The short form: what a walk needs. */
struct score_sum {
    fix total;
    enum band band;
    int cell, icp; /* as in struct score */
};
struct score_sum score_sum_of(const struct score_state *s, instant t);
/* A sum in its parts, so that another model's sum can be made of parts that were worked out one by one (flow/flow_film.h).
 * own, open: what a criterion gives after its own limits, from verified and from unverified sources; the ceiling for unverified
 * sources, groups and gates are not in it. Of a criterion that gives nothing both are 0. */
struct score_part {
    fix own, open;
};
/* parts: one a criterion of s's model; met: one a gate, true where its condition holds (gates on groups: false). */
void score_parts_of(const struct score_state *s, instant t, struct score_part *parts, bool *met);
/* The sum that m makes of such parts, which is score_sum_of(); but for the match with the ideal customer, which is no part of it. */
struct score_sum score_parts_sum(const struct model *m, const struct score_part *parts, const bool *met);
/* What may change by time alone: bits. REARM: total falls below hot - hysteresis. CELL: the cell, or the match. */
enum { SCORE_WATCH_SHOWN = 1, SCORE_WATCH_BAND = 2, SCORE_WATCH_REARM = 4, SCORE_WATCH_CELL = 8 };
/* The first instant in (t, until] at which one of the watched may differ from t's; INSTANT_NEVER if none does. Between t and it nothing
 * watched differs. */
instant score_next(const struct score_state *s, instant t, instant until, unsigned watch);
/* Both at one look: how s stands at t, and from t on without an end when that changes. */
struct score_sum score_stand_of(const struct score_state *s, instant t, unsigned watch, instant *next);

#endif
