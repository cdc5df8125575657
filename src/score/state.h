/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* state.h - what a lead's past comes down to under one model. score/ alone includes this.
 *
 * A unit is a criterion or a gate's condition (index.h). Those that birth alone can make true are begun with the state, the others
 * when they first hear something.
 */
#ifndef SCORE_STATE_H
#define SCORE_STATE_H

#include "score/index.h"
#include "score/ledger.h"

/* An occurrence is kept as a mark: its instant doubled, plus one if it is public (rests on something unverified). */
struct unit_state {
    struct cond_state cond;
    bool begun, touched; /* touched: has heard something, so it must be stored */
    int64_t *marks; /* the latest occurrences that can matter, rising; none where none are needed */
    uint32_t count, cap;
    int64_t seen;        /* occurrences that passed the cool-down */
    instant first, last; /* of those */
    int64_t plain[2];    /* no limit, no ageing: how many, by verified and public */
    fix carried[2];      /* half-life: the sums as of last, by verified and public */
};

/* What one criterion gives around an instant: constant, or halving from `from` on. */
struct piece {
    uint32_t criterion;
    bool halves;
    fix value[2]; /* verified, public */
    instant from; /* halves: on the grain */
    int64_t span_us, grain_us;
    instant memo_at[2]; /* halves: the two instants looked at last, and the values there */
    fix memo[2][2];
    int memo_last;
    int64_t count;
    instant since, last;
    instant next; /* when this piece ceases to be right */
};

struct score_state {
    const struct model *m;
    struct arena *a;
    instant born; /* 0 when it matters to nobody, so that equal states are equal bytes */
    bool fresh;   /* nobody but the caller has said when birth was */
    instant upto; /* the last item heard: its instant, whether it is an event, its tie */
    bool upto_event;
    uint64_t upto_tie;
    instant
        ahead; /* the soonest item known that lies in the future of the last walk; INSTANT_NEVER */
    struct unit_state *units;
    fix *trace;              /* score_event_points: where to add what an occurrence gave */
    struct cond_state *work; /* scratch of score_next and the sums: conditions moved ahead */
    struct piece *pieces;
};

/* A half-life is counted in whole minutes of the clock (seconds when it is under a day), so that sums change at few instants. */
static inline int64_t score_grain(int64_t span_us)
{
    return span_us >= DAY_US ? MINUTE_US : SECOND_US;
}
static inline instant score_on_grain(instant at, int64_t grain_us)
{
    int64_t rest = at % grain_us;
    return at - rest - (rest < 0 ? grain_us : 0);
}

/* Would this item be late? */
bool score_is_late_event(const struct score_state *s, const struct past_event *e);
bool score_is_late_profile(const struct score_state *s, const struct past_profile *p);
/* Folds the items with at <= upto of which the flags are true (NULL: all). */
struct score_state *score_fold_some(const struct model *m, const struct history *h, instant upto,
                                    const bool *events, const bool *profiles, struct arena *a);

#endif
