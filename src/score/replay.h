/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* replay.h - a model over whole histories: what would have happened, and what has.
 *
 * AS_HAPPENED takes every item at its own instant: what the model would have said in a house that learns at once. It is what the
 * preview of a draft and the curve on the card show. AS_KNOWN takes items as the house learned of them (band.h): it
 * reproduces the crossings that the live house recorded.
 *
 * Both are exact, crossings by time alone included. Pure; a driver over many leads gives each call an arena and resets it.
 */
#ifndef SCORE_REPLAY_H
#define SCORE_REPLAY_H

#include "score/band.h"

enum replay_order { REPLAY_AS_HAPPENED, REPLAY_AS_KNOWN };

struct replayed {
    struct score_sum sum; /* at `to` */
    struct score_band band;
    const struct score_crossing *crossings; /* all up to `to`, without lines */
    size_t crossing_count;
    instant hot_us; /* time spent with band hot, up to `to` */
};

/* From birth to `to`. The result lives in a. */
struct replayed score_replay(const struct model *m, const struct history *h,
                             enum replay_order order, instant to, struct arena *a);

/* One point of the curve: the score from `at` on. */
struct score_point {
    instant at;
    fix total;
    enum band band;
    struct event_id cause; /* the event; 0: time alone or a profile change */
    bool profile;
};
/* All points in [from, to] at which the shown total or the band differs, the first at from; at most `most` of them, the latest. Lives in a. */
struct score_point *score_curve(const struct model *m, const struct history *h, instant from,
                                instant to, size_t most, struct arena *a, size_t *count);

/* How often each criterion counts for this lead at t: hits[criterion] += 1 where it has a line. */
void score_hits(const struct score *s, int64_t *hits);

/* Where a lead's score was told anew (sql/0221_score.sql): h is the history of its family as it was joined then, all that is known of it. */
struct score_turn {
    instant at;
    const struct model *m;   /* NULL: it became part of another lead */
    const struct history *h;
    bool fresh;
    bool given;              /* begin here, with band as it was remembered: what was before cannot be told again */
    struct score_band band;
    instant heard_until;     /* when another model was published: what came later and it does not listen to was told to nobody */
};
/* What the live house should keep at now, and every crossing that it should have made, from the first turn on. turns rise; the last has a model.
 * Items known before a turn are folded in silence there, as the house did; those known since are told one by one. */
struct score_walked score_rebuild_turns(const struct score_turn *turns, size_t count, instant now, struct arena *a);

/* What the live house should keep of this lead at now, made from nothing but its history (AS_KNOWN): for gradus replay and rebuilding.
 * Under one model throughout. crossings as score_replay's. */
struct score_walked score_rebuild(const struct model *m, const struct history *h, instant now,
                                  struct arena *a);

#endif
