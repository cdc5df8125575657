/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* segment_api.h - the Segment HTTP tracking API and its RudderStack dialect: one body -> events.
 *
 * Clients cannot be changed, so what real ones send decides: JSON under any Content-Type, the type from the path, `userId: null`
 * and `""`, time in `timestamp` or `originalTimestamp`, sentAt in the envelope, the event or a header, an anonymous id in base64 in a
 * header. Unknown keys never refuse an event.
 *
 * What is kept of a message is its own `properties`, `context` and `traits` with these added where they are missing:
 *   context.page      for page calls, from properties; path, search and referrer from url
 *   context.campaign  source, medium, name, term, content from utm_* of the page's query
 *   context.click     gclid, yclid, fbclid, ymclid, msclkid, vkclid, ttclid, rb_clickid of the page's query
 * Envelope keys (integrations, _metadata, sentAt, writeKey, timestamps) are dropped. The kept text parses to the kept tree.
 *
 * Time: at = received - (sentAt - stated), never later than received + 5 minutes; where a part is missing or unreadable, what is there is
 * used; an event is never refused for its time.
 *
 * Invariants
 *   1. A body yields events + refused = sent; each refused one has its index in the batch and a code.
 *   2. The same body and call give the same events, to the byte.
 *   3. An unreadable whole is an error, never an empty success.
 *
 * Pure: no database, no clock (received is told), any thread.
 */
#ifndef INTAKE_SEGMENT_API_H
#define INTAKE_SEGMENT_API_H

#include "intake/bot.h"
#include "noun/event.h"

enum intake_path { INTAKE_BATCH, INTAKE_SINGLE };

struct intake_call {
    enum intake_path path;
    enum event_kind kind;      /* SINGLE: what the path says, when the body does not */
    instant received;
    struct str sent_at;        /* SentAt header */
    struct str anonymous_id;   /* AnonymousId header, base64 */
    struct str user_agent;     /* header; STR_NULL when absent */
    struct str purpose;        /* Sec-Purpose, Purpose */
    bool letter;               /* the pixel of a letter */
};

struct intake_refusal {
    size_t index;              /* in the batch, from 0 */
    enum err code;
    struct str field;          /* JSON pointer within the event */
    struct str message_id;     /* if it had a readable one */
    struct str snippet;        /* its beginning, for the debug view */
};

struct intake_events {
    struct event *events;
    size_t *index;             /* where each stood in the batch */
    struct intake_agent *agents; /* who sent each: judged by intake_segment_own once the key is known */
    size_t count;
    struct intake_refusal *refused;
    size_t refused_count;
    size_t sent;
    struct str write_key;      /* of the body, or STR_NULL */
};

/* Reads one body. ERR_BAD_JSON, ERR_BAD_UTF8, ERR_NUL, ERR_DUPLICATE_KEY, ERR_BAD_REQUEST (not an object, no batch, too many) for the whole.
 * A single event that is refused is in `refused` with index 0: the door answers 400 for it. Views live in c->arena and
 * in body, which must outlive them. */
NODISCARD enum err intake_segment_read(struct ctx *c, const struct intake_call *call, struct str body,
                                       struct intake_events *out);

/* The key's own words on the events: source, unverified, and whether a bot sent each (its reason is kept in the body as "bot").
 * Results live in a. */
void intake_segment_own(struct arena *a, struct intake_events *events, int64_t source_id,
                        bool unverified);

/* A stated time as SDKs write it: RFC 3339, milliseconds or seconds since 1970 as number or text; INSTANT_NONE if unreadable. */
instant intake_time(const struct json *v);
/* The rule above. sent, stated: INSTANT_NONE when unknown. */
instant intake_time_correct(instant received, instant sent, instant stated);

#endif
