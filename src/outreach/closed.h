/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* closed.h - e-mail addresses that are written to no more.
 *
 *   OPEN --- its server refused it for good (mail.h), or a letter came back so (flow/flow_return.h) ---> CLOSED
 *   CLOSED --- a person sends such a letter again (outreach_again), or a test letter to the own address ---> OPEN
 *
 * A relay that sees many letters to nobody believes no other letter of the company either. What is for a closed address goes dead as
 * "address_closed", with no attempt. Addresses are compared as SMTP takes them (outreach_mail_address), letter case aside.
 */
#ifndef OUTREACH_CLOSED_H
#define OUTREACH_CLOSED_H

#include "outreach/outreach.h"

/* *why: in the other side's words; a NULL view: it is open. In c->arena. */
NODISCARD enum err outreach_closed_find(struct ctx *c, struct db_tx *tx, struct str address, struct str *why);
/* One that is closed already stays as it is. */
NODISCARD enum err outreach_closed_add(struct ctx *c, struct db_tx *tx, struct str address, struct str why, struct letter_id letter);
NODISCARD enum err outreach_closed_del(struct ctx *c, struct db_tx *tx, struct str address);

#endif
