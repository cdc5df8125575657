/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cond.h - the one language of conditions: criteria, gates, routing rules, segments, branches.
 *
 *   {"all":[C..]} {"any":[C..]} {"not":C}
 *   {"fact":"title","op":"has","value":"директор"}              a fact of the profile
 *   {"event":"Demo Requested","where":[{"prop":"plan","op":"eq","value":"pro"}]}   one event; "event" may be a list of names
 *   {"page":"/pricing*"}                                        a page viewed, by its path; * stands for anything
 *   {"count":E,"op":">=","value":3,"days":7}                    how many in the last days (or hours, minutes)
 *   {"within":E,"days":7}                                       at least one in the last days
 *   {"silent":E,"days":30}                                      none for that long; {} is anything that the lead did
 *   {"answered":{"ask":E,"reply":E},"minutes":60}               the last settled ask had its reply in time
 *
 * E is {"event":..} or {"page":..} with an optional "where", or {} for any act of the lead.
 *
 * Two kinds. A condition with an event leaf outside count, within, silent and answered is of the EVENT kind: it holds at single
 * events. All others are of the STATE kind: they hold over stretches of time, and begin and cease to hold by themselves as
 * windows pass. When, is solved, never polled.
 *
 * Event names are compared byte by byte, as Segment does. A page call goes by the name "Page Viewed", a screen call "Screen
 * Viewed", identify "Identified", group "Grouped". A property is looked for in properties, then traits, then context, then
 * the message itself. A path is compared without query, fragment and closing slash.
 * {} is anything but an alias and a deed of our own people.
 *
 * Windows are half open: at t a window of w holds what happened in (t - w, t]. An ask is settled by a reply (in time) or by the
 * passing of its window (not in time); asks made while one waits join it; before the first is settled the condition does not hold.
 * Silence is counted from the last event that matches, else from the lead's birth.
 *
 * A condition does not read the history: it takes items one after another, in the order of noun/history.h, and remembers what it
 * must (struct cond_state): the last few instants of a count, the last of a recency, whether each fact's test holds. So the
 * same code serves one event more and a whole replay, and cannot differ from itself.
 *
 * Unverified sources: an unverified patch fills a fact only while it is empty. cond_public() tells whether what holds now rests
 * on anything unverified.
 *
 * A compiled condition is immutable and may be shared by threads. A state belongs to one thread.
 */
#ifndef COND_COND_H
#define COND_COND_H

#include "noun/history.h"

struct cond;

enum cond_kind { COND_STATE_KIND, COND_EVENT_KIND };

/* Compiles from; place is the JSON pointer of from, put before the pointer of each fault. All faults are noted: ERR_UNKNOWN_FIELD,
 * ERR_MISSING, ERR_BAD_FIELD, ERR_OUT_OF_RANGE, ERR_TOO_LARGE; a condition that can never hold is ERR_BAD_FIELD. The result lives in a,
 * keeps no view into from, and must be let go by cond_free before a is. */
NODISCARD enum err cond_compile(struct ctx *c, const struct json *from, struct str place,
                                struct arena *a, struct cond **cond);
/* What its compiled patterns take, outside of any arena: of one pattern up to 64 KiB, whatever its text is like. */
size_t cond_pattern_bytes(const struct cond *cond);
/* NULL is allowed. */
void cond_free(struct cond *cond);
enum cond_kind cond_kind_of(const struct cond *p);

/* What it listens to. Names are those that events go by (see above). */
struct cond_listens {
    struct str *events;
    size_t event_count;
    bool any_event;  /* it listens to every act */
    bool properties; /* it looks into bodies */
    struct str *facts;
    size_t fact_count;
    bool birth; /* the instant of birth matters to it */
};
const struct cond_listens *cond_listens(const struct cond *p);
/* The name that an event goes by; empty for those that have none (alias). */
struct str cond_event_name(enum event_kind kind, struct str name);

/* The whole question at once: p over h at t. */
struct cond_answer {
    bool holds;
    instant
        since; /* it has held since; INSTANT_NONE when it does not. Event kind: the last event at which it held */
    instant
        until; /* by time alone it stays so at least until then; INSTANT_NEVER for the EVENT kind, where
                      holds tells whether any event has met it */
};
struct cond_answer cond_at(const struct cond *p, const struct history *h, instant t,
                           struct arena *a);
/* The facts alone, for decisions that know no history: windows are those of a lead without events, born at t. facts: object of
 * fact -> value. The EVENT kind never holds. */
bool cond_holds_facts(const struct cond *p, const struct json *facts, instant t, struct arena *a);

/* Is it of the EVENT kind and asks nothing but the event itself: no fact, no window? Then whether it holds at an event depends on nothing else. */
bool cond_of_event_alone(const struct cond *p);
/* Such a condition at one event; whether it is a bot's is not looked at. Scratch from a. */
bool cond_holds_event(const struct cond *p, const struct past_event *e, struct arena *a);

/* ---- item by item: what the ledger is built of ---- */

struct cond_leaf;
struct cond_state {
    struct cond_leaf *leaves;
    bool holds;
    instant since;
    instant upto; /* holds and since are those of this instant */
};

/* Begins; memory from a, now and later. */
void cond_begin(const struct cond *p, struct cond_state *s, instant born, struct arena *a);
/* Takes one event that is no bot's. DEAF: it is not what this listens to, the state is as before. HOLDS (event kind only): the condition
 * holds at this event, and then *is_public tells whether it rests on anything unverified. */
enum cond_heard { COND_DEAF, COND_HEARD, COND_HOLDS };
enum cond_heard cond_take_event(const struct cond *p, struct cond_state *s,
                                const struct past_event *e, struct arena *a, bool *is_public);
/* Would cond_take_event hear it? */
bool cond_hears_event(const struct cond *p, const struct past_event *e, struct arena *a);
bool cond_hears_profile(const struct cond *p, const struct json *patch);
void cond_take_profile(const struct cond *p, struct cond_state *s, const struct past_profile *patch,
                       struct arena *a);
/* State kind: moves holds and since on to t by time alone. t >= upto. Touches nothing but *s, not its leaves, so a copy of *s may
 * be moved while the original stays. */
void cond_advance(const struct cond *p, struct cond_state *s, instant t);
/* State kind: the next instant after s->upto at which cond_advance may find something else; INSTANT_NEVER. */
instant cond_next(const struct cond *p, const struct cond_state *s);
/* State kind, after cond_advance: what holds rests on something unverified. */
bool cond_public(const struct cond *p, const struct cond_state *s);

/* The state as bytes, and back into one that cond_begin made; false when the bytes are not those of such a state (s is then of no use). */
void cond_state_write(const struct cond *p, const struct cond_state *s, struct buf *to);
bool cond_state_read(const struct cond *p, struct str *from, struct cond_state *s, struct arena *a);

/* from, which has been compiled, as JSON in one way: equal conditions become equal texts. */
void cond_put(struct json_out *o, const struct json *from);

/* What is wrong with a condition although it compiles. NEVER: it cannot hold, whatever the lead does; BRANCH: one of its alternatives cannot. */
enum cond_doubt_kind { COND_DOUBT_NEVER, COND_DOUBT_BRANCH };
struct cond_doubt {
    enum cond_doubt_kind kind;
    struct str place;         /* the JSON pointer of the part that excludes what stands before it */
    struct str first, second; /* the two in words; first absent: the part excludes itself */
};
/* At most max, in order; how many. place: the pointer of the condition. Pure; in a. */
size_t cond_doubts(const struct cond *p, struct str place, enum lang lang, struct arena *a,
                   struct cond_doubt *out, size_t max);

/* Told to a person: "Открыл страницу /pricing* не менее 3 раз за 7 дней". */
struct str cond_explain(const struct cond *p, enum lang lang, struct arena *a);

#endif
