/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* event.h - what a lead did: who, what, where, when, details. The shape that every door hands to the walk.
 *
 * Views point into the request's arena.
 */
#ifndef NOUN_EVENT_H
#define NOUN_EVENT_H

#include "base/json.h"
#include "noun/ids.h"

enum event_kind {
    EVENT_TRACK, EVENT_PAGE, EVENT_SCREEN, EVENT_IDENTIFY, EVENT_GROUP, EVENT_ALIAS, EVENT_DEED,
    EVENT_KINDS
};

/* By what a lead may be known. Empty views are absent. Values as they came; lead/identity.c normalises. */
struct who {
    struct str user_id;      /* external id (Segment userId) */
    struct str anonymous_id;
    struct str previous_id;  /* alias only */
    struct str email;
    struct str phone;
    struct lead_id lead;     /* known already (a deed of a user, an API call); 0 otherwise */
    bool nobody;             /* nothing says who it is: a lead of its own is made for it */
};

struct event {
    enum event_kind kind;
    struct who who;
    int64_t source_id;       /* key_id of the write key, or 0 for the house */
    bool unverified;         /* came with a browser's write key */
    bool bot;                /* recognised as automatic: kept, never scored */
    int signal;              /* by which signal (intake/bot.h); 0: none */
    int64_t mark;            /* the standing mark that holds it (intake/mark.h): kept, counts for nothing at all; 0: none */
    struct str agent;        /* how its sender names itself; empty: not known */
    struct str message_id;   /* empty: the walk makes one */
    struct str name;         /* track: event; page, screen: name */
    struct str path;         /* context.page.path or properties.path */
    instant at;              /* corrected */
    instant known_at;        /* received */
    const struct json *body; /* the message: properties, context, traits */
    struct str raw;          /* its text, as it is kept */
    const struct json *traits;  /* identify, group, or context.traits; NULL if none */
    int64_t user;            /* user who did it, for EVENT_DEED; else 0 */
    int64_t import_id;       /* the import it came with; 0 */
    int64_t cause;           /* event id that led to this one; 0 */
    int depth;
};

#endif
