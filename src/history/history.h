/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* history.h - what happened: events, and changes of the profile, in their own order; kept once, for ever.
 *
 * A repeat of a message id (of the same source) is known by 126 bits of its hash and ends here. Everything else in the house
 * is derived from what this room keeps.
 *
 * A history is read for a family of leads (a root and all merged into it) "as known at" an instant.
 */
#ifndef HISTORY_HISTORY_H
#define HISTORY_HISTORY_H

#include "base/map.h"
#include "db/db.h"
#include "noun/history.h"

/* BOT: a signal told it from a person's: kept and seen, gives nothing. HELD: a mark holds it: as if it had never come. */
enum { HISTORY_UNVERIFIED = 1, HISTORY_BOT = 2, HISTORY_WITHDRAWN = 4, HISTORY_HELD = 8 };

/* When a message was made, if its id tells: SDKs put the milliseconds since 1970 into it ("ajs-next-1716000000000-..."), as a UUID of version
 * 7 does. Below 2^41; 0: it does not. */
int64_t history_message_ms(struct str message_id);

/* Claims the message ids of n events: ids[i] is the new event's id, or 0 when it is a repeat of one kept before or earlier in this
 * batch. An empty message id is never a repeat. */
NODISCARD enum err history_claim(struct ctx *c, struct db_tx *tx, const struct event *events, size_t n,
                                 int64_t *ids);
/* Keeps those with ids[i] != 0 under leads[i]. */
NODISCARD enum err history_keep(struct ctx *c, struct db_tx *tx, const struct event *events,
                                const int64_t *ids, const struct lead_id *leads, size_t n);

/* The tie of an event (noun/history.h): depends on the message id and its source alone. */
uint64_t history_tie(struct str message_id, int64_t source_id);

struct profile_entry {
    int64_t id;              /* given by history_profile_add, as is the tie */
    uint64_t tie;
    struct lead_id lead;
    instant at, known_at;
    int64_t source_id, user_id, import_id;
    int64_t event_id;        /* the event it came with; 0 */
    bool unverified;
    bool idle;               /* its event does not count: neither does it, until the event does */
    const struct json *patch;
};
NODISCARD enum err history_profile_add(struct ctx *c, struct db_tx *tx, struct profile_entry *e,
                                       size_t n);

/* last, which is set: does every profile change of the lead with an id below before_id come before the instant at? */
struct history_end {
    struct lead_id lead;
    instant at;
    int64_t before_id;
    bool last;
};
NODISCARD enum err history_profile_ends(struct ctx *c, struct db_tx *tx, struct history_end *ends, size_t n);

/* The history of a family as known at `known` (INSTANT_NEVER: all), sorted by (at, tie). bodies: events carry their parsed
 * body. Lives in c->arena. */
NODISCARD enum err history_load(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n,
                                instant known, bool bodies, struct history *h);

/* Of each of n families the deeds of one name alone, with their bodies; no profile changes. born is their first. */
NODISCARD enum err history_load_deeds(struct ctx *c, struct db_tx *tx, const struct family *families, size_t n,
                                      struct str name, struct history *of);

/* What events of these leads are called: kinds, names and paths, each once a lead, at most `each` of a lead. *words is an array of *count in
 * c->arena. */
struct history_word {
    size_t lead; /* which of leads */
    enum event_kind kind;
    struct str name, path; /* NULL where there is none */
};
NODISCARD enum err history_words(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, size_t each,
                                 struct history_word **words, size_t *count);

/* What the events of these leads hold: of each of n asks the latest, at most `each`, parsed. *bodies is an array of *count in c->arena. */
struct history_ask {
    struct lead_id lead;
    enum event_kind kind;
    struct str name; /* NULL: any */
};
struct history_body {
    size_t ask; /* which of asks */
    const struct json *body;
};
NODISCARD enum err history_bodies(struct ctx *c, struct db_tx *tx, const struct history_ask *asks, size_t n, size_t each,
                                  struct history_body **bodies, size_t *count);

/* Histories of many leads in one sweep: those with after < id <= upto that have any item, by id, each sorted as history_load sorts. */
struct history_of {
    struct lead_id lead;
    struct past_event *events;
    size_t event_count;
    struct past_profile *profiles;
    size_t profile_count;
};
struct history_sweep {
    struct lead_id after, upto;
    bool (*body)(void *x, enum event_kind kind, struct str name); /* whose bodies are parsed; NULL: nobody's */
    void *x;
    bool imported_then;      /* what came in a file counts as known when it happened */
    struct map *words;       /* names and paths are kept once, in the map's arena; may be NULL */
};
/* In c->arena. */
NODISCARD enum err history_load_sweep(struct ctx *c, struct db_tx *tx, const struct history_sweep *s,
                                      struct history_of **list, size_t *count);
/* Two histories of one family made one; the result in a. */
void history_join(struct arena *a, struct history_of *to, const struct history_of *from);
/* How many events there are, withdrawn ones too. */
NODISCARD enum err history_count_events(struct ctx *c, struct db_tx *tx, int64_t *count);
/* When the house learned of the latest item; INSTANT_NONE when it knows nothing. Reads every row. */
NODISCARD enum err history_latest(struct ctx *c, struct db_tx *tx, instant *known_at);

/* One entry of a timeline, newest first. */
struct history_row {
    struct lead_id lead;
    int64_t id;
    instant at, known_at;
    enum event_kind kind;
    int flags;
    struct str name, path;
    int64_t source_id, user_id, mark_id;
    int signal;
    struct str body;
};
/* Before (at, id) (INSTANT_NEVER: the newest), at most limit; kinds: bits 1 << event_kind, 0: all. */
NODISCARD enum err history_list(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n,
                                unsigned kinds, instant before, int64_t before_id, int limit,
                                struct history_row **rows, size_t *count);
/* The last event of each lead (not a bot's), without its body; id 0 where there is none. */
NODISCARD enum err history_last(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n,
                                struct history_row *rows);

/* Withdraws what an import brought to at most limit leads: its events count no more and their message ids are free again, its profile
 * changes are as if never made. Gives the leads touched (born ones); none: nothing is left. */
NODISCARD enum err history_withdraw(struct ctx *c, struct db_tx *tx, int64_t import_id, int64_t limit,
                                    struct lead_id **leads, size_t *count);
/* ---- what counts and what does not ---- */

/* One event as those see it who judge whether it is a person's. Deeds of users and of the house are never among them. */
struct history_sight {
    struct lead_id lead;
    int64_t id;
    instant at;
    enum event_kind kind;
    int flags;
    int64_t source_id, mark_id;
    int signal;
    struct str name, path;
    const struct json *body; /* NULL where there is none */
};
/* Of the leads, with at in [from, to], by (lead, at, id). In c->arena. */
NODISCARD enum err history_sights(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, instant from,
                                  instant to, struct history_sight **sights, size_t *count);
/* Keeps flags (BOT and HELD), mark_id and signal of each as they stand in it now; the profile's changes that came with them count or not,
 * as they do. */
NODISCARD enum err history_judge(struct ctx *c, struct db_tx *tx, const struct history_sight *sights, size_t n);
/* Which of the leads have an event of the source; or whose kept text holds piece (lower case, letters aside that JSON would escape). leads is cut
 * to them, in their order. */
NODISCARD enum err history_with_source(struct ctx *c, struct db_tx *tx, int64_t source_id, struct lead_id *leads, size_t *n);
NODISCARD enum err history_with_piece(struct ctx *c, struct db_tx *tx, struct str piece, struct lead_id *leads, size_t *n);
/* Leads with events that the mark holds, those after `after`, rising; at most limit. */
NODISCARD enum err history_of_mark(struct ctx *c, struct db_tx *tx, int64_t mark_id, struct lead_id after, int64_t limit,
                                   struct lead_id *leads, size_t *n);
/* Where an event of a family lies. ERR_NOT_FOUND. */
NODISCARD enum err history_find(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, int64_t event_id,
                                struct history_sight *sight);

struct history_held {
    int64_t key, events, leads;
    instant last;            /* the latest of them; INSTANT_NONE: none */
};
/* How much each mark holds: key is given, the rest is set. */
NODISCARD enum err history_held_by(struct ctx *c, struct db_tx *tx, struct history_held *marks, size_t n);
/* How much each signal told, by signal; at most n. */
NODISCARD enum err history_signals(struct ctx *c, struct db_tx *tx, struct history_held *signals, size_t n, size_t *count);

/* Does anything stand that this lead did or that was said of it? */
NODISCARD enum err history_is_empty(struct ctx *c, struct db_tx *tx, struct lead_id lead, bool *empty);

/* Counts, for replay and tests. */
NODISCARD enum err history_count(struct ctx *c, struct db_tx *tx, int64_t *events, int64_t *messages);

#endif
