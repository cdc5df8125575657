/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* band.h - cold, warm, hot: the band of a lead through time, and the crossing into hot that happens once.
 *
 * The band shown at an instant is a function of the score alone: the highest band whose threshold the exact total has reached
 * and whose gates hold; warm's gates are asked for hot too. It leaves a band when the total is below its threshold or a gate fails.
 *
 * The crossing into hot is an event, and has a memory of one bit, `armed` (true at birth):
 *   - band hot, armed            a crossing; armed becomes false
 *   - total < hot - hysteresis   armed becomes true (gates do not arm: a lead that lost only its gate is not called twice)
 * So a lead that hovers about the threshold makes one crossing, and one that cooled off for good makes another.
 *
 * When the band is told. An item takes effect for the house at max(at, known_at): when it was learned, or, if a clock ahead of ours
 * dated it later, when it happened. The band is told
 *   - at each instant at which time alone changes band or re-arming (solved by score_next), and
 *   - at each item's effect, at that instant, one after another in the order of (effect, known_at, at, tie);
 *     neighbouring late items of one effect (SCORE_LATE: they belong before one already taken) are told once, together.
 * Nothing else is looked at: not when a job ran, not how requests were batched. So a replay over the same items makes the crossings
 * that the live house made.
 *
 * A crossing is a fact: a task was made of it. A late event never takes one back. A late event that would have made an earlier crossing
 * makes one at the instant of knowing, if the band is hot then.
 *
 * Pure.
 */
#ifndef SCORE_BAND_H
#define SCORE_BAND_H

#include "score/ledger.h"

/* What is remembered between two tellings. */
struct score_band {
    enum band band;
    bool armed;
    instant told; /* told up to here; INSTANT_NONE: never */
};

struct score_band score_band_begin(void);
/* Tells sum at t. True when this is a crossing into hot. */
bool score_band_step(const struct model *m, struct score_band *b, struct score_sum sum, instant t);

struct score_crossing {
    instant at;
    enum band from; /* the band before; to is always hot */
    fix total;
    struct event_id cause; /* the event that did it; 0: time alone, or a profile change */
    struct str lines;      /* JSON: [{"criterion":..,"points":..,"count":..}], largest first */
};

/* One item that a walk brings: an event or a profile change. */
struct score_item {
    const struct past_event *event;
    const struct past_profile *profile;
};

/* What is kept of a lead's score: one row of score_state. */
struct score_kept {
    struct model_id model;
    fix total;
    struct score_band band;
    int cell, icp; /* axes.h: SCORE_CELL_NONE and SCORE_ICP_NONE where nothing was counted yet */
    instant
        next_change; /* walk again then: shown, band, cell, match or re-arming may change, or an item of the future takes effect */
    instant due; /* the clock looks then: never after next_change; before it when next_change was put off and due left, which
                    spares the write of an index */
    struct str state; /* bytes of the state */
};

struct score_news {
    instant now;
    instant born; /* used for a lead that has no state */
    const struct score_item
        *items; /* new ones, ids rising. Best sorted by (at, tie) before ids are given */
    size_t count;
};

struct score_walked {
    struct score_kept kept;
    bool changed;       /* kept differs from what was there: store it */
    bool shown_changed; /* the shown total, the band, the cell or the match differ */
    bool due_moved;     /* kept.due differs from what was there */
    struct score_crossing *crossings;
    size_t crossing_count;
    instant left_at;    /* when it was last told hot no more, before now for a clock that was late; 0: not in this walk */
    bool turned;        /* told anew: the first time, or from the history under another model or with another family */
    instant turned_at;
    struct score_band turned_band; /* remembered right behind the turn */
};

enum score_walk { SCORE_WALKED, SCORE_NEEDS_HISTORY };

/* One walk of one lead: time caught up from kept.band.told to now, then the items, each told. kept NULL: a lead without a row.
 * h NULL: go by the kept state; SCORE_NEEDS_HISTORY (nothing written) when that cannot do: another model, an item that is late, an item of
 * the future whose time has come. Then call again with the lead's whole history, the new items among it (by id), as known now.
 * The clock's walk is the same with no items. news->now must not be before kept.band.told; if it is, told is used.
 * The result lives in a. */
enum score_walk score_walk(const struct model *m, const struct score_kept *kept,
                           const struct score_news *news, const struct history *h, struct arena *a,
                           struct score_walked *out);

/* A line list as JSON for crossings and live messages: at most `most` lines. */
struct str score_lines_json(const struct model *m, const struct score *s, size_t most,
                            struct arena *a);

#endif
