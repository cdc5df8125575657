/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_return.h - what comes back of a letter to a lead: it is not wanted, or it did not arrive.
 *
 * The house reads no mailbox. That a letter came back it is told by whoever gets that report: the relay, a provider's callback, a
 * person (POST /letters/{id}/returned). The letter's name is the first half of its Message-ID, which each such report repeats.
 *
 *   RETURN_NOBODY     nobody is there: the letter is dead, the address closed (outreach/closed.h)
 *   RETURN_LATER      a full box, a server that stayed away: the letter is dead
 *   RETURN_COMPLAINT  the person called it spam: as if it had been left by its link, and the address is closed
 */
#ifndef FLOW_FLOW_RETURN_H
#define FLOW_FLOW_RETURN_H

#include "outreach/outreach.h"

enum flow_return { RETURN_NOBODY, RETURN_LATER, RETURN_COMPLAINT, RETURNS };
/* "nobody", "later", "complaint"; NULL at the end. */
extern const char *const flow_return_names[];

/* Who got the letter wants no more: both purposes are taken back, each once, and what waits for the lead is not sent. ERR_CONFLICT: a letter to nobody's
 * lead. */
NODISCARD enum err flow_leave(struct ctx *c, struct db_tx *tx, const struct outreach_letter *l);
/* ERR_CONFLICT: no e-mail, or it was not sent. The same told twice changes nothing more. */
NODISCARD enum err flow_returned(struct ctx *c, struct db_tx *tx, const struct outreach_letter *l, enum flow_return how, struct str why);

#endif
