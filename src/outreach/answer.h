/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* answer.h - may a letter go out by itself now? A pure decision, asked for each event that an automatic script waits for. */
#ifndef OUTREACH_ANSWER_H
#define OUTREACH_ANSWER_H

#include "base/instant.h"
#include "base/str.h"

/* An answer to what was asked long ago would be no answer; nor would a second one within the hour. */
#define REPLY_FRESH_US  HOUR_US
#define REPLY_SAME_US   DAY_US
#define REPLY_ANY_US    HOUR_US

enum answer_why {
    REPLY_GOES, REPLY_BY_FILE, REPLY_TO_BOT, REPLY_TO_OLD, REPLY_NO_ADDRESS, REPLY_CLOSED, REPLY_NO_CONSENT, REPLY_LATELY, REPLY_NO_MAIL,
    REPLY_WHYS
};
/* "goes", "by_file", ...; for logs and screens. */
extern const char *const outreach_answer_whys[];

struct answer_case {
    instant now, at;          /* at: of the event */
    bool automatic;           /* the event is a bot's, or a mark holds it */
    bool imported;
    struct str address;       /* of the lead; empty: none */
    bool closed;              /* and its server has said that nobody is there */
    bool consent;             /* to be answered, now */
    bool mail;                /* a mail server is set up: a letter that waited for one would come as no answer */
    instant same, any;        /* when this script, and any, answered the lead last; INSTANT_NONE */
};
/* The first reason against it, in the order of the enum; REPLY_GOES: none. */
enum answer_why outreach_answer_may(const struct answer_case *x);

#endif
