/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_bot.h - what people write to the bot and which buttons they press: a walk of the third kind (flow_person.h), from another door.
 *
 * A chat is tied to a person by a code that the person's own screen gave (/start CODE). From then on a press is the person's deed, done with
 * the person's rights by the functions that a click goes through, and answered by letters of the outbox: a short word on the button, and
 * the message itself changed to say what was done.
 *
 * Each update is done once: the place up to which they were done is put down in the same transaction. Two presses of one button are two updates,
 * and the second does nothing: what it would write as its answer has a key (the letter and the act), and where that is there already all of it is
 * undone.
 */
#ifndef FLOW_FLOW_BOT_H
#define FLOW_FLOW_BOT_H

#include "flow/flow.h"
#include "noun/change.h"
#include "outreach/telegram.h"

/* In order. place: updates below it were done already. c->actor is the house; it is again when this returns. */
NODISCARD enum err flow_bot(struct flow *f, struct ctx *c, struct db_tx *tx, const struct outreach_updates *updates, int64_t place,
                            struct messages *out);

#endif
