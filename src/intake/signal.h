/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* signal.h - what gives a program away by its deeds: letters opened by mail services and scanners, forms filled by robots, a pace no person keeps.
 *
 * Events of letters are those of the names below (Segment's for e-mail), whoever sends them; of the properties are read
 *   the letter   email_id, letter_id, message_id, campaign_id (the first that is there)
 *   the link     link_url, url, href, link_id
 *   hidden       true on a link that people do not see ("hidden", "honeypot")
 * Of forms ("Form Submitted", and what stands in form_names): a trap field that is filled (honeypot, hp, _gotcha, website_url_2), and
 * how long filling took (filled_ms; or rendered_at against the event's instant).
 *
 * Two looks, both pure:
 *   intake_signal_one   at one event, before the transaction
 *   intake_signal_many  at the neighbours of an event in time, all of one lead: a verdict is a function of what lies within a minute of the
 *                       event, so the order in which things came makes no difference.
 * The limits:
 *   TOO_SOON   within 3 s of the letter's sending or delivery
 *   ALL_LINKS  3 different links of one letter within 2 s, or 20 clicks on it
 *   TRAP       a hidden link: all clicks of that letter within 60 s of it; a trap field: that form
 *   TOO_FAST   a form in less than 2 s
 *   PACE       15 pages within 5 s: each of those
 * A page of the same lead viewed in a browser within 60 s after a click makes the click a person's, unless it fell into a trap: scanners
 * fetch links and do not stay. What names itself (bot.h) is never made a person's by it.
 */
#ifndef INTAKE_SIGNAL_H
#define INTAKE_SIGNAL_H

#include "intake/bot.h"
#include "noun/event.h"

enum { INTAKE_SIGNAL_SPAN_US = 120 * 1000000 }; /* neighbours further away say nothing */

enum intake_deed { INTAKE_DEED_OTHER, INTAKE_DEED_PAGE, INTAKE_DEED_SENT, INTAKE_DEED_OPENED, INTAKE_DEED_CLICKED, INTAKE_DEED_FORM };

/* One event as neighbours see it. */
struct intake_sight {
    instant at;
    enum intake_deed deed;
    struct str letter, link;
    bool hidden;
    enum intake_bot alone;     /* what it is by itself */
    enum intake_bot verdict;   /* set by intake_signal_many */
};

enum intake_deed intake_deed_of(enum event_kind kind, struct str name);
/* An event's part of a sight; body may be NULL. alone is as told. Views of body. */
struct intake_sight intake_sight_of(enum event_kind kind, struct str name, instant at, const struct json *body,
                                    enum intake_bot alone);
/* Does it take neighbours to judge such an event? */
bool intake_signal_needs_many(enum intake_deed deed);
/* Was that signal told by neighbours (so that neighbours may also take it back)? */
bool intake_signal_of_many(enum intake_bot b);

/* What one event is by itself: letters' proxies, forms. agent: as the sender names itself. browser: it came with a browser's key. */
enum intake_bot intake_signal_one(const struct event *ev, struct str agent, bool browser);
/* Sets the verdict of each of n sights of one lead, sorted by at. */
void intake_signal_many(struct intake_sight *sights, size_t n);

/* An address that lives for minutes: the part behind '@', lower case. */
bool intake_domain_is_disposable(struct str domain);
/* Noise typed where words are asked for. */
bool intake_text_is_gibberish(struct str text);

/* ---- pace ----
 * Whether to look at neighbours at all, without asking the database: pages of the last seconds by lead, in memory. A slot is one lead's; another
 * lead that falls into it takes it over and begins anew, so a crowd never makes anybody look, and at worst a robot in a crowd is told later.
 * On several servers each sees its own share.
 *
 * A lead at a pace is looked at once a second at most: what comes in between is taken for what the last look told, and the next look
 * sees it again. So a robot cannot make the house read its past with each page. */
enum { INTAKE_PACE_PAGES = 15, INTAKE_PACE_US = 5 * 1000000 };
enum intake_pace_say { INTAKE_PACE_QUIET, INTAKE_PACE_LOOK, INTAKE_PACE_ROBOT };
struct intake_pace;
struct intake_pace *intake_pace_new(void);
void intake_pace_free(struct intake_pace *p); /* NULL is allowed */
/* A page of the lead at now. ROBOT: the look of this second has told. */
enum intake_pace_say intake_pace_step(struct intake_pace *p, struct lead_id lead, instant now);
/* What a look at now has told. */
void intake_pace_told(struct intake_pace *p, struct lead_id lead, instant now, bool robot);
/* A letter's event of the lead at at; and whether a page at at may speak for a click of one. After a start, and on another server, such
 * pages are not looked at until the letter's next event: the verdict then errs on the side of the robot. */
void intake_pace_letter(struct intake_pace *p, struct lead_id lead, instant at);
bool intake_pace_after_letter(const struct intake_pace *p, struct lead_id lead, instant at);

#endif
