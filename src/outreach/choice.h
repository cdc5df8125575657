/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* choice.h - what a person wants to hear of, by which channels, when not, and where each is reached.
 *
 * A choice is a bit a channel for each kind of which outreach_is_chosen(). Who has chosen nothing hears of everything by Telegram and by the
 * browser, as soon as there is a chat or a browser to reach; e-mail must be asked for. Webhooks are the company's, not a person's.
 *
 * Quiet hours are minutes of the person's own day and may run over midnight. What would be told then waits until they end; a hot lead does not,
 * unless the person says so.
 */
#ifndef OUTREACH_CHOICE_H
#define OUTREACH_CHOICE_H

#include "outreach/outreach.h"
#include "sys/zone.h"

struct outreach_choice {
    struct user_id user;
    int64_t version;                     /* 0: the defaults */
    unsigned channels[OUTREACH_KINDS];  /* bits 1 << enum outreach_channel */
    int64_t quiet_from, quiet_until;     /* minutes 0..1439; equal: none */
    bool quiet_hot;
};
struct outreach_choice outreach_choice_default(struct user_id user);
/* The default when nothing is kept. */
NODISCARD enum err outreach_choice_get(struct ctx *c, struct db_tx *tx, struct user_id user, struct outreach_choice *choice);
/* Raises the version. */
NODISCARD enum err outreach_choice_put(struct ctx *c, struct db_tx *tx, struct outreach_choice *choice);
/* When something of this kind may be told that happens at `at`: at itself, or the end of the quiet hours. Pure. */
instant outreach_choice_when(const struct outreach_choice *choice, const struct zone *zone, enum outreach_kind kind, instant at);

/* A way to a person. */
struct outreach_reach {
    struct reach_id id;
    struct user_id user;
    enum outreach_channel channel;
    struct str address, name;
    struct str extra;                    /* push: {"p256dh":..., "auth":...} */
    instant made_at, dead_at;            /* dead_at INSTANT_NONE: alive */
    struct str error;
};
struct outreach_reaches {
    struct outreach_reach *items;
    size_t count;
};
/* All of a person, dead ones too. */
NODISCARD enum err outreach_reach_list(struct ctx *c, struct db_tx *tx, struct user_id user, struct outreach_reaches *list);
/* The living one with this address; id 0 when there is none. */
NODISCARD enum err outreach_reach_find(struct ctx *c, struct db_tx *tx, enum outreach_channel channel, struct str address,
                                       struct outreach_reach *r);
/* New, or the same address taken over by r->user. At most OUTREACH_REACHES of a person and channel: the oldest goes. */
enum { OUTREACH_REACHES = 10 };
NODISCARD enum err outreach_reach_put(struct ctx *c, struct db_tx *tx, struct outreach_reach *r);
/* A person's own. ERR_NOT_FOUND. */
NODISCARD enum err outreach_reach_del(struct ctx *c, struct db_tx *tx, struct user_id user, struct reach_id id);
/* The other side says that it is no more. */
NODISCARD enum err outreach_reach_dead(struct ctx *c, struct db_tx *tx, enum outreach_channel channel, struct str address, struct str why);

/* A code for a link that ties a chat to the person: 43 letters of base64url, good for an hour, once. */
NODISCARD enum err outreach_code_new(struct ctx *c, struct db_tx *tx, struct user_id user, enum outreach_channel channel, struct str *code);
/* Whose it is, and it is used up; user 0: no such code. */
NODISCARD enum err outreach_code_use(struct ctx *c, struct db_tx *tx, enum outreach_channel channel, struct str code, struct user_id *user);

#endif
