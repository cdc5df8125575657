/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* channel.h - the ways out of the house: one table, a row a channel.
 *
 * A row says how a letter becomes a call (compose), what the other side's answer means (judge), and when it is tried again. All of it is pure:
 * the call is made elsewhere (net/client.h), by whoever holds the letter.
 *
 * When it is tried again: the row's table of waits, one an attempt, a tenth more or less by lot so that many do not come at once; what the other
 * side asks for (Retry-After, Telegram's retry_after) is waited for at least. After the last wait the letter is dead, and says why.
 *
 *   telegram, push   2 s, 5 s, 15 s, 1, 5, 15, 30 min, 1 h: what a person is to do at once is not worth telling the day after
 *   mail             1, 5, 15 min, 1, 4, 12, 24 h
 *   hook             5 s, 5, 30 min, 2, 5, 10, 14, 20, 24 h (Standard Webhooks)
 *
 * extra of a letter, a JSON object:
 *   telegram  {"buttons": ["take", "call", "later"], "path": "/leads/ld_..", "method": "editMessageText", "message_id": 7, ...}
 *   mail      {"path": ...}       push  {"path": ..., "keys": {"p256dh": ..., "auth": ...}}       hook  {}
 */
#ifndef OUTREACH_CHANNEL_H
#define OUTREACH_CHANNEL_H

#include "net/client.h"
#include "outreach/outreach.h"

/* What the channels are told: the operator's settings and the company's, read for each batch. */
struct outreach_way {
    instant now;
    struct str public_url;                 /* empty: letters carry no link */
    struct str telegram_api;               /* "https://api.telegram.org" */
    struct str telegram_token, telegram_name;
    bool telegram_webhook;                 /* Telegram calls the house instead of being asked */
    struct str telegram_secret;            /* what such a call bears */
    struct str telegram_hooked;            /* which bot was told to call where (outreach_telegram_hook_mark); empty: none */
    bool mail_set;
    struct str mail_host, mail_user, mail_password, mail_from, mail_name, mail_tls; /* tls: "starttls", "tls", "none" */
    int64_t mail_port;
    struct str push_keys;                  /* the house's own, see push.h */
    struct str leave_key;                  /* and of links that stop letters, see leave.h */
    struct str push_subject;               /* "mailto:..." or the public URL */
    bool plain_hooks;                      /* the operator allows http */
};

/* What goes out. Texts live in the arena of compose. */
struct outreach_outgoing {
    struct client_call call;
    struct client_header headers[8];
};

/* The webhook that a letter is for, as far as sending needs it. */
struct outreach_target {
    struct str url, secret, before; /* before: empty, or the old secret that still signs */
};

struct outreach_channel_row {
    const char *name;
    const int64_t *waits_s;                /* ended by 0 */
    int64_t most_at_once;                  /* letters of a lane on their way */
    /* ERR_CONFLICT with a note: the channel is not set up, or the letter cannot be told by it; the letter is dead. */
    enum err (*compose)(struct ctx *c, const struct outreach_way *way, const struct outreach_letter *l, const struct outreach_target *target,
                        struct outreach_outgoing *out);
    /* Fills state, status, error, remote, and next_at as a wait (0: by the table). gone: the address is no more. */
    void (*judge)(struct ctx *c, const struct client_reply *reply, struct outreach_result *r, bool *gone);
    const char *help;
};
extern const struct outreach_channel_row outreach_channels[OUTREACH_CHANNELS];

/* The wait before attempt number tries + 1, -1: there is none. luck: 0..1023. asked_us: what the other side asked for. Pure. */
int64_t outreach_wait_us(enum outreach_channel channel, int64_t tries, int64_t asked_us, unsigned luck);
/* How it went, in words that a person may see: never an address, never a secret. */
struct str outreach_end_word(enum client_end end);
/* What HTTP's statuses mean to every channel: 2xx sent; 429, 5xx and no answer again; others dead. */
void outreach_judge_http(const struct client_reply *reply, struct outreach_result *r);

#endif
