/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_notice.h - people told outside of their screens: in the transaction of what is told, by the channels that each has chosen.
 *
 * One call writes one letter a channel and way (a person may have several browsers) into the outbox (outreach/outreach.h), in the person's
 * language and with the person's clock, or none, when the person wants to hear nothing or there is no way. What is told is fixed then: an
 * attempt tomorrow says the same.
 *
 * `mark` names the thing itself (the assignment, the alert, the deadline): with the person and the channel it is the letter's key, so telling it
 * again, by another program or after a walk done twice, writes nothing.
 */
#ifndef FLOW_FLOW_NOTICE_H
#define FLOW_FLOW_NOTICE_H

#include "lead/lead.h"
#include "noun/change.h"
#include "outreach/choice.h"
#include "task/task.h"
#include "team/user.h"

/* What is said, and with which buttons. */
enum notice {
    NOTICE_HOT, NOTICE_REMINDER, NOTICE_TAKEN, NOTICE_GIVEN, NOTICE_LATE, NOTICE_NO_ONE, NOTICE_CLAIM, NOTICES
};

struct desk;
struct desk_person;
struct notice_of {
    struct desk *desk;        /* NULL, or where what is read of people is kept for the next of them */
    enum notice what;
    const struct user *to;
    const struct lead *lead;
    const struct task *task;  /* NULL: none */
    int64_t mark;             /* with task or lead and person: what is told once */
    struct str other;         /* LATE: who has the call; else not looked at */
    const char *path;         /* of the interface; NULL: the lead's */
};
/* out (NULL allowed): is told that something waits to be sent. */
NODISCARD enum err flow_notice(struct ctx *c, struct db_tx *tx, const struct notice_of *n, struct messages *out);
/* The call t of a lead (NULL: the lead alone) has gone from one person (0: nobody) to another: who has it now hears of it, who had it too, and
 * what waits to be told about it before is told no more. Who does it is told nothing. mark: of the decision. */
NODISCARD enum err flow_notice_given(struct ctx *c, struct db_tx *tx, struct desk *d, const struct lead *lead, const struct task *t,
                                     struct user_id before, const struct desk_person *to, int64_t mark, struct messages *out);
/* Something happened that other programs may want to know: a letter for each webhook that does. type: one of outreach_event_types; lead is
 * told as ids and the few figures that say how it stands, t may be NULL; d as in notice_of. mark: what makes it one thing. */
NODISCARD enum err flow_notice_event(struct ctx *c, struct db_tx *tx, struct desk *d, const char *type, const struct lead *lead,
                                     const struct task *t, int64_t mark, struct messages *out);
/* The same for webhooks that were read before, with what else its data says. more.key NULL: nothing. */
struct notice_more {
    const char *key;
    struct str value;          /* JSON */
};
struct notice_event {
    const char *type;
    const struct lead *lead;
    const struct task *task;
    int64_t mark;
    struct notice_more more;
};
struct outreach_hooks;
NODISCARD enum err flow_notice_event_to(struct ctx *c, struct db_tx *tx, const struct outreach_hooks *hooks, const struct notice_event *ev,
                                        struct messages *out);
/* A webhook tried by hand: an event of type "test". *l is the letter. */
NODISCARD enum err flow_notice_hook_test(struct ctx *c, struct db_tx *tx, struct hook_id hook, struct outreach_letter *l, struct messages *out);
/* A webhook has been stopped: owners and integrators hear of it by each way they have, and by mail. */
NODISCARD enum err flow_notice_stopped(struct ctx *c, struct db_tx *tx, struct hook_id hook, struct messages *out);
/* A letter of one's own words, by every way to the person and by mail. */
NODISCARD enum err flow_notice_plain(struct ctx *c, struct db_tx *tx, const struct user *to, struct str key, const struct outreach_letter *l,
                                     struct messages *out);
/* A person hears of the own certificate or test, by the channels that they chose for it. word: of team_certificate_words; until: of the certificate, or the day
 * until which the test is to be taken; INSTANT_NEVER: none. mark: of the certificate or the order, which with the word is told once. */
struct notice_skill {
    const struct user *to;
    struct str word, product;
    instant until;
    int64_t mark;
};
NODISCARD enum err flow_notice_skill(struct ctx *c, struct db_tx *tx, const struct notice_skill *n, struct messages *out);
/* "Test" by one channel, to all ways of it. *count letters were written. ERR_CONFLICT: there is no way. */
NODISCARD enum err flow_notice_test(struct ctx *c, struct db_tx *tx, const struct user *to, enum outreach_channel channel,
                                    struct messages *out, int64_t *count);
/* An instant on a person's clock: "14:35", with the date when it is not of the day of `now`. */
struct str flow_notice_time(struct arena *a, const struct zone *zone, enum lang lang, instant at, instant now);

#endif
