/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_reply.h - quick replies on a lead: which scripts are for it, filled in; their use; the letter that answers by itself.
 *
 * A script is for a lead when its condition holds of the lead's whole history now. Whoever uses one leaves a deed, FLOW_REPLY_DEED, in the
 * history: it is an answer of a person, and counts as such. What a person sends as a letter goes by the outbox, in the same transaction.
 *
 * By itself a letter goes out in the transaction of the event that asked for it, and only if all of this holds (outreach/answer.h has the
 * decision): the event is fresh, a person's and came by itself, not in a file; the lead has an address and has agreed to be answered;
 * it was not answered by this script within a day nor by any within an hour. The answer is no deed: no person has answered yet.
 *
 * What a message says of consent is kept as it comes in; taking one back stops what waits in the outbox for that purpose, in the same
 * transaction.
 */
#ifndef FLOW_FLOW_REPLY_H
#define FLOW_FLOW_REPLY_H

#include "flow/flow.h"
#include "lead/lead.h"
#include "noun/change.h"
#include "outreach/consent.h"
#include "outreach/script.h"

#define FLOW_REPLY_DEED "Reply Sent"

struct flow_reply {
    struct script script;
    struct str subject, body; /* filled in */
    struct str missing;       /* blanks that stayed empty */
};

/* The enabled scripts that are for the lead, in order, as spoken by speaker (0: by the lead's owner). In c->arena. */
NODISCARD enum err flow_replies(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct user_id speaker,
                                struct flow_reply **list, size_t *count);
/* A subject and a body that nobody has saved yet, filled in for the lead. */
NODISCARD enum err flow_reply_preview(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct user_id speaker, struct str subject,
                                      struct str body, struct flow_reply *reply);

/* May the house send a letter to the lead now? *ground: the consent it rests on. ERR_CONFLICT: there is no address, it is closed, there is no consent,
 * or no mail is set up; the note says which. */
NODISCARD enum err flow_reply_may_write(struct ctx *c, struct db_tx *tx, const struct lead *lead, const struct consent **ground);

/* By what way a reply went: the person's own telephone or mail program, or a letter that the house sends. */
enum flow_reply_way { FLOW_REPLY_HAND, FLOW_REPLY_LETTER, FLOW_REPLY_WAYS };
extern const char *const flow_reply_ways[]; /* "hand", "letter"; NULL */
/* What was said, in the end. Of a letter ERR_CONFLICT as above. */
struct flow_reply_said {
    enum flow_reply_way way;
    struct str subject, body;
};
NODISCARD enum err flow_reply_use(struct flow *f, struct ctx *c, struct db_tx *tx, const struct lead *lead, const struct script *script,
                                  const struct flow_reply_said *said, struct messages *messages);

/* Of the lead's whole family, newest first, at most limit. In c->arena. */
NODISCARD enum err flow_reply_uses(struct ctx *c, struct db_tx *tx, struct lead_id lead, int64_t limit, struct script_use **uses,
                                   size_t *count);

/* What happened to a lead's consents and answers with these new events, whose leads were born[i] and are roots[i] now. Keeps consents; sends
 * automatic letters. Called by the walk of events, in its transaction, when the leads' facts and owners stand. */
struct flow_reply_news {
    const struct event *events;
    const int64_t *ids;
    const struct lead_id *born, *roots;
    size_t count;
};
NODISCARD enum err flow_reply_after(struct flow *f, struct ctx *c, struct db_tx *tx, const struct flow_reply_news *news,
                                    struct messages *messages);
/* After a script was saved or is gone: the walks of this program look again. */
void flow_reply_changed(struct flow *f);

/* The words of a lead's family on consent, newest first. */
NODISCARD enum err flow_consents(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct consents *list);
/* One more, told by a user of this lead. */
NODISCARD enum err flow_consent_put(struct ctx *c, struct db_tx *tx, struct consent *one);

#endif
