/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* outreach.h - letters that leave the house: to its people, to leads, to other programs. The outbox.
 *
 * A letter is written by outreach_tell in the very transaction of what it tells (the crossing, the assignment, the alarm): it is there exactly
 * when that is. It leaves afterwards, by a thread that holds no transaction while it waits for the other side (job/post.h):
 *
 *              outreach_tell                  accepted
 *    (new) ---------------> WAITING -------------------------> SENT
 *                           |  ^ |      refused for good, or    | outreach_returned
 *           tried, to be    +--+ |      tried often enough      v
 *           tried again          +---------------------------> DEAD  --+
 *                                |      no longer true                 | outreach_again
 *                                +---------------------------> WITHDRAWN  (back to WAITING, same key)
 *
 * At least once. The key is the letter's name for ever: a second outreach_tell with it writes nothing, each attempt carries the letter's id to
 * the other side (outreach_letter_name), and what the other side answers is put down by it. An attempt that was made and not put down
 * (the program was killed in between) is made again with the same name.
 *
 * Leases. Who tries a letter takes it for a while (holder, next_at) in a short transaction; another program, or the next start, may take it when
 * that has passed. So several programs at one database do not send the same at once, and nothing waits for a program that is dead.
 *
 * What a channel is, and when it tries again: channel.h. What people want to hear: choice.h. Times are instants, texts UTF-8.
 */
#ifndef OUTREACH_OUTREACH_H
#define OUTREACH_OUTREACH_H

#include "db/db.h"
#include "noun/ids.h"

ID_TYPE(letter);
ID_TYPE(hook);
ID_TYPE(reach);
#define PREFIX_LETTER "lt"
#define PREFIX_HOOK   "wh"
#define PREFIX_REACH  "rc"

/* Kept in the table as these numbers: new ones go to the end. */
enum outreach_kind {
    OUTREACH_HOT,        /* a hot lead is yours to call */
    OUTREACH_REMINDER,   /* the call is due soon */
    OUTREACH_REASSIGNED, /* a lead went to another, or came to you */
    OUTREACH_ESCALATION, /* to the head: a call is late */
    OUTREACH_QUEUE,      /* to the head: nobody may take it. To those who may: it is for whoever takes it first */
    OUTREACH_TEST,
    OUTREACH_ANSWER,     /* the bot answers a button */
    OUTREACH_REPLY,      /* to a lead, by the house itself */
    OUTREACH_EVENT,      /* to a program */
    OUTREACH_SKILL,      /* of one's own certificates and tests */
    OUTREACH_KINDS
};
/* Does a person choose channels for it? */
static inline bool outreach_is_chosen(enum outreach_kind kind)
{
    return kind <= OUTREACH_QUEUE || kind == OUTREACH_SKILL;
}

enum outreach_channel { OUTREACH_TELEGRAM, OUTREACH_MAIL, OUTREACH_PUSH, OUTREACH_HOOK, OUTREACH_CHANNELS };
enum outreach_state { LETTER_WAITING, LETTER_SENT, LETTER_DEAD, LETTER_WITHDRAWN, LETTER_STATES };

/* Words of the API, in the order of the enums, NULL at the end. */
extern const char *const outreach_kind_names[OUTREACH_KINDS + 1];
extern const char *const outreach_channel_names[OUTREACH_CHANNELS + 1];
extern const char *const outreach_state_names[LETTER_STATES + 1];

struct outreach_letter {
    struct letter_id id;
    struct str key;         /* at most 200 bytes */
    enum outreach_kind kind;
    enum outreach_channel channel;
    struct user_id user;    /* 0: for nobody of the house */
    struct lead_id lead;
    struct task_id task;
    struct hook_id hook;
    struct str address;     /* a chat, an e-mail address, an endpoint of a browser; empty for a webhook */
    enum lang lang;
    struct str subject;     /* one line, no markup */
    struct str body;        /* text, lines by \n, no markup; JSON for a webhook */
    struct str extra;       /* JSON object, see channel.h; empty: none */
    int64_t ground;         /* id of the consent; 0: none needed */
    instant next_at;        /* outreach_tell: not before; INSTANT_NONE: at once */
    /* as it went */
    enum outreach_state state;
    int64_t tries;
    int64_t holder;
    instant made_at, done_at, seen_at;
    int64_t status;
    struct str error, remote;
};

/* Writes the letter into the outbox: sets id, state, made_at. *new false (and l as it was): one with this key is there already, whatever became
 * of it. ERR_TOO_LONG for a key, ERR_BAD_FIELD for an address with a control character. */
NODISCARD enum err outreach_tell(struct ctx *c, struct db_tx *tx, struct outreach_letter *l, bool *new);
/* ERR_NOT_FOUND. */
NODISCARD enum err outreach_letter_get(struct ctx *c, struct db_tx *tx, struct letter_id id, struct outreach_letter *l);
/* The name that goes to the other side with each attempt: "lt_..." */
struct str outreach_letter_name(struct arena *a, struct letter_id id);

struct outreach_letters {
    struct outreach_letter *items;
    size_t count;
};
struct outreach_letter_query {
    struct user_id user;  /* 0: any */
    struct hook_id hook;  /* 0: any */
    struct lead_id lead;  /* 0: any */
    int state, channel;   /* -1: any */
    bool answers;         /* the bot's answers to buttons too */
    int64_t before;       /* id; 0: from the newest */
    int64_t limit;
};
/* Newest first. */
NODISCARD enum err outreach_letter_list(struct ctx *c, struct db_tx *tx, const struct outreach_letter_query *q,
                                        struct outreach_letters *list);
/* Dead, sent or withdrawn: waits again, with its key and no tries; an e-mail address that was closed is open again. ERR_CONFLICT when it waits
 * already. */
NODISCARD enum err outreach_again(struct ctx *c, struct db_tx *tx, struct outreach_letter *l);
/* A letter that was accepted came back: it is dead of this. One that is in another state stays in it. */
NODISCARD enum err outreach_returned(struct ctx *c, struct db_tx *tx, struct letter_id id, struct str why);
/* The person has seen the letter (a button was pressed). */
NODISCARD enum err outreach_seen(struct ctx *c, struct db_tx *tx, struct letter_id id);
/* What waits about a task and is of this kind (OUTREACH_KINDS: of any that a person chooses) is true no more. */
NODISCARD enum err outreach_withdraw(struct ctx *c, struct db_tx *tx, struct task_id task, enum outreach_kind kind, struct str why);
/* What waits for a lead and is of this kind is not to be sent any more. */
NODISCARD enum err outreach_withdraw_lead(struct ctx *c, struct db_tx *tx, struct lead_id lead, enum outreach_kind kind, struct str why);

/* ---- for whoever carries them ---- */

/* A lane is a channel, or one webhook: what is slow in one does not hold up another. */
struct outreach_lane {
    enum outreach_channel channel;
    struct hook_id hook;
};
enum { OUTREACH_LANES = 64 };
/* The lanes that have something due by c->now, at most OUTREACH_LANES of them. */
NODISCARD enum err outreach_due(struct ctx *c, struct db_tx *tx, struct outreach_lane lanes[OUTREACH_LANES], size_t *count);
/* Takes at most limit letters of a lane that are due, for holder until c->now + lease_us; tries counts up. What another took meanwhile is not
 * in the list. */
NODISCARD enum err outreach_take(struct ctx *c, struct db_tx *tx, struct outreach_lane lane, int64_t holder, int64_t lease_us,
                                 int64_t limit, struct outreach_letters *list);
/* What became of an attempt. Sent is put down whoever holds the letter by now; else only for the holder that took it. */
struct outreach_result {
    struct letter_id id;
    int64_t holder;
    enum outreach_state state; /* WAITING: again at next_at */
    instant next_at;
    int64_t status;            /* 0: none */
    struct str error, remote;
};
NODISCARD enum err outreach_put_down(struct ctx *c, struct db_tx *tx, const struct outreach_result *r);
/* What a letter that cannot be told or sent is dead of, before any attempt. */
NODISCARD enum err outreach_put_dead(struct ctx *c, struct db_tx *tx, struct letter_id id, int64_t holder, struct str why);
/* Leases of programs that cannot be alive (SQLite has one program): their letters are due now. */
NODISCARD enum err outreach_free_leases(struct ctx *c, struct db_tx *tx);

/* Whose turn it is to do `name`: taken or kept by holder until c->now + lease_us unless another has it. *place: how far it came. */
NODISCARD enum err outreach_turn_take(struct ctx *c, struct db_tx *tx, struct str name, int64_t holder, int64_t lease_us,
                                      bool *mine, int64_t *place);
/* How far it came, and nobody else may put it until the transaction ends. */
NODISCARD enum err outreach_turn_lock(struct ctx *c, struct db_tx *tx, struct str name, int64_t *place);
NODISCARD enum err outreach_turn_put(struct ctx *c, struct db_tx *tx, struct str name, int64_t place);

/* Company settings of the channels; absent ones are empty. */
NODISCARD enum err outreach_setting_get(struct ctx *c, struct db_tx *tx, const char *name, struct str *value);
/* Only when there is none yet; *value: the one that is there now. */
NODISCARD enum err outreach_setting_add(struct ctx *c, struct db_tx *tx, const char *name, struct str *value);
NODISCARD enum err outreach_setting_put(struct ctx *c, struct db_tx *tx, const char *name, struct str value);

/* Is a mail server set up? */
NODISCARD enum err outreach_mail_ready(struct ctx *c, struct db_tx *tx, bool *ready);

#endif
