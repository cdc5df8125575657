/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* history.h - a lead's profile over time and its events, as pure code sees them.
 *
 * Both lists are sorted by (at, tie, id): the order of things themselves, whatever the order in which they arrived. Ids are
 * given on arrival, so of two items at one instant `tie` decides: a hash of the message id that the sender gave,
 * or of the text where the house made the id. Two with the same tie say the same, and their order makes no difference.
 * At one instant a profile change stands before events.
 * `known_at` is when the house learned of it; a history "as known at k" leaves out what came after k. Where an imported past is tried as if it had been
 * lived (history_sweep.imported_then), what came in a file has known_at = at; `told_at` is then still when the house learned of it, else the same.
 *
 * A profile is a list of patches. The value of a fact at t is that of the last patch with at <= t that names it;
 * a patch of an unverified source counts only where no verified one has filled the fact (and never replaces
 * a filled one).
 */
#ifndef NOUN_HISTORY_H
#define NOUN_HISTORY_H

#include "noun/event.h"

struct past_event {
    int64_t id;
    enum event_kind kind;
    struct str name;
    struct str path;
    instant at, known_at, told_at;
    bool unverified, bot;
    int64_t source_id;
    uint64_t tie;            /* order of events of one instant, whatever order they came in: a hash of the message id */
    const struct json *body; /* may be NULL when the model listens to no property of it */
};

struct past_profile {
    int64_t id;
    instant at, known_at, told_at;
    int64_t source_id;
    uint64_t tie;            /* as above: a hash of the patch's text */
    bool unverified;
    const struct json *patch; /* object: fact -> value, null clears */
};

struct history {
    instant born; /* when the lead was first known; counts while there is no item: the first one is its birth */
    const struct past_event *events;
    size_t event_count;
    const struct past_profile *profiles;
    size_t profile_count;
};

/* The leads whose histories are read as one: a root first, then all that were merged into it. */
struct family {
    struct lead_id *leads;
    size_t count;
};

#endif
