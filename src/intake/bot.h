/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bot.h - what is not a person: recognised by how it names itself, kept with the reason, never scored.
 *
 * Two kinds of program send events on purpose and are no bots: SDKs on servers and in apps. Their request names a library; the person's
 * browser, if there is one, is named in context.userAgent, and that is what is judged. A browser's own call is judged by the
 * request's header when the body names no agent.
 *
 * Only what names itself is caught here; what gives itself away by its deeds is told by signal.h.
 * Pure: a table and its matcher.
 */
#ifndef INTAKE_BOT_H
#define INTAKE_BOT_H

#include "base/str.h"

enum intake_bot {
    INTAKE_BOT_NO,
    INTAKE_BOT_CRAWLER,   /* search engines, link previews, SEO, AI collectors */
    INTAKE_BOT_MONITOR,   /* uptime and speed checks */
    INTAKE_BOT_HEADLESS,  /* browsers driven by programs */
    INTAKE_BOT_TOOL,      /* curl and libraries, on a browser's key */
    INTAKE_BOT_SCANNER,   /* mail and link scanners */
    INTAKE_BOT_NO_AGENT,  /* a browser names itself */
    INTAKE_BOT_PREFETCH,  /* fetched ahead of a person who may never look */
    /* By what it did: signal.h. Kept in the table as these numbers: new ones go to the end. */
    INTAKE_BOT_PROXY,     /* a letter opened by a mail service on its own: an open that tells nothing of a person */
    INTAKE_BOT_TOO_SOON,  /* a letter opened or clicked within seconds of its sending */
    INTAKE_BOT_ALL_LINKS, /* several links of one letter at once */
    INTAKE_BOT_TRAP,      /* a field or a link that no person sees */
    INTAKE_BOT_TOO_FAST,  /* a form filled faster than hands can */
    INTAKE_BOT_DISPOSABLE, /* a form sent with an address that lives for minutes */
    INTAKE_BOT_GIBBERISH, /* a form filled with noise or with links */
    INTAKE_BOT_PACE,      /* more pages than eyes can follow */
    INTAKE_BOTS
};

struct intake_agent {
    struct str header;    /* User-Agent of the request; STR_NULL when absent */
    struct str context;   /* context.userAgent of the event; STR_NULL when absent */
    struct str library;   /* context.library.name */
    struct str purpose;   /* Sec-Purpose, Purpose or X-Moz of the request */
    bool browser_key;     /* came with a browser's write key */
    bool letter;          /* a letter's pixel or link: the bare "Mozilla/5.0" of mail proxies counts */
};

enum intake_bot intake_bot_of(const struct intake_agent *agent);
/* "crawler"; "" for none. */
const char *intake_bot_slug(enum intake_bot b);
/* INTAKE_BOT_NO when it is no slug. */
enum intake_bot intake_bot_find(struct str slug);

#endif
