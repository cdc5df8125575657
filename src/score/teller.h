/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* teller.h - the fold of band.h: items taken one after another, time caught up between them, the band told. score/ alone includes this.
 */
#ifndef SCORE_TELLER_H
#define SCORE_TELLER_H

#include "score/band.h"
#include "score/state.h"

/* One item and the instant at which it takes effect for the house. index: its place in the history; unused without one. */
struct agenda_item {
    instant effect;
    int64_t id;
    const struct past_event *event;
    const struct past_profile *profile;
    size_t index;
};

struct teller {
    const struct model *m;
    struct arena *a;
    struct score_state *s;
    struct score_band band;
    instant first; /* replay: when the house first heard of the lead; INSTANT_NONE in a walk */
    instant sure;  /* nothing changes by time alone before it */
    const struct history *h; /* to fold anew when an item is late; may be NULL */
    bool *events, *profiles; /* which items of h have been taken */
    bool with_lines;
    bool as_walked; /* what nobody listens to is not told, as walks are not even shown it */
    bool heard; /* something was taken */
    struct score_crossing *crossings;
    size_t crossing_count, crossing_cap;
    int64_t hot_us;
    instant left_at; /* the last leaving of hot; 0: none */
};

/* Does anything in m listen to it? */
bool score_is_heard(const struct model *m, const struct past_event *e, const struct past_profile *p);
/* The soonest item that is still to come: of those that something in m listens to, and of all. What nobody listens to may matter too, as the birth
 * that something in m counts from, but only while nothing has come. So what is ahead is a function of the history and the instant, whoever looks. */
struct soonest {
    instant heard, any;
    bool begun; /* something has come */
};
#define SOONEST_NONE ((struct soonest){INSTANT_NEVER, INSTANT_NEVER, false})
/* One item more, which comes at `at`; upto: what has come by then has come. */
void score_soonest_add(struct soonest *s, const struct model *m, const struct agenda_item *item, instant at, instant upto);
instant score_soonest(const struct soonest *s, const struct model *m);
/* Tells the band at t. */
void score_tell(struct teller *q, instant t, struct event_id cause);
/* Time alone, up to t. */
void score_catch_up(struct teller *q, instant t);
/* All of items, sorted. false: one is late and there is no history. */
bool score_tell_items(struct teller *q, const struct agenda_item *items, size_t count);
/* By (effect, known_at, at, tie), a profile change before events of its instant. */
void score_agenda_sort(struct agenda_item *items, size_t count);
/* What to keep at now, when all has been told. */
void score_walked_fill(struct teller *q, instant now, struct score_walked *out);

#endif
