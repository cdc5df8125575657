/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* telegram.h - Telegram's Bot API: letters as its requests, its answers, and what people write or press. Pure.
 *
 * A message of a hot lead has a button for each thing that can be done about it. What a button holds is an act and the letter's own name
 * ("take:lt_..."), so that a message that came twice is the same message, and a press can be checked against whom the letter was for.
 * Texts are HTML with the three characters escaped that it knows.
 *
 * What comes in is read with patience: an update of a kind that is not known here is passed over, its number counts all the same.
 */
#ifndef OUTREACH_TELEGRAM_H
#define OUTREACH_TELEGRAM_H

#include "outreach/channel.h"

enum { OUTREACH_TELEGRAM_CHARS = 4096 };

/* What a button does. */
enum outreach_act { ACT_TAKE, ACT_CALL, ACT_LATER, ACT_REACHED, ACT_NO_ANSWER, ACT_CALL_BACK, ACTS };
extern const char *const outreach_act_names[ACTS + 1];

NODISCARD enum err outreach_telegram_compose(struct ctx *c, const struct outreach_way *way, const struct outreach_letter *l,
                                             const struct outreach_target *target, struct outreach_outgoing *out);
void outreach_telegram_judge(struct ctx *c, const struct client_reply *reply, struct outreach_result *r, bool *gone);
/* getUpdates from offset on, waiting at most wait_s for the first. */
void outreach_telegram_poll(struct arena *a, const struct outreach_way *way, int64_t offset, int64_t wait_s, struct outreach_outgoing *out);
/* getMe: is the token good, and what is the bot called. */
void outreach_telegram_me(struct arena *a, const struct outreach_way *way, struct outreach_outgoing *out);
/* setWebhook to the house's own door, one call at a time so that updates come in order; deleteWebhook. */
void outreach_telegram_hook(struct arena *a, const struct outreach_way *way, bool on, struct outreach_outgoing *out);
/* Names the bot and the door that it is to call; empty when it is to call none. */
struct str outreach_telegram_hook_mark(struct arena *a, const struct outreach_way *way);
#define OUTREACH_TELEGRAM_DOOR "/hooks/telegram"
/* What it says: the bot's name without '@', empty when it is no answer. */
struct str outreach_telegram_name(struct ctx *c, struct str body);
/* "42:ABC...": digits, a colon, letters, digits, '-' and '_'. */
bool outreach_telegram_token_is_plausible(struct str token);
/* The text with & < > escaped. */
struct str outreach_telegram_escape(struct arena *a, struct str text);

enum outreach_update_kind { UPDATE_OTHER, UPDATE_START, UPDATE_TEXT, UPDATE_PRESS, UPDATE_BLOCKED };

struct outreach_update {
    int64_t id;
    enum outreach_update_kind kind;
    struct str chat;       /* of a person; empty for groups and channels, which are not spoken to */
    struct str name;       /* how the person is called there */
    struct str text;       /* START: the code, may be empty */
    /* PRESS */
    struct str press_id;
    enum outreach_act act;
    struct letter_id letter; /* 0: the button is none of ours */
    int64_t message_id;
    struct str message_text; /* as the message stands; empty when Telegram does not say */
};
struct outreach_updates {
    struct outreach_update *items;
    size_t count;
    int64_t next;          /* offset of the next getUpdates; 0: nothing came */
};
/* The answer to getUpdates, or (single) the body of a webhook's call. ERR_BAD_JSON, ERR_BAD_FIELD: not the API's answer. */
NODISCARD enum err outreach_telegram_updates(struct ctx *c, struct str body, bool single, struct outreach_updates *updates);

#endif
