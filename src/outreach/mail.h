/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* mail.h - a letter as e-mail: one address, plain text, by SMTP to the relay that the company names. Pure.
 *
 * Header texts that are not ASCII are encoded words (RFC 2047), the body is quoted-printable (RFC 2045), every line ends with CRLF and is short
 * (RFC 5322). The Message-ID is the letter's own name, so that a letter that came twice is one. A host's name in other letters goes as xn--.
 */
#ifndef OUTREACH_MAIL_H
#define OUTREACH_MAIL_H

#include "outreach/channel.h"

NODISCARD enum err outreach_mail_compose(struct ctx *c, const struct outreach_way *way, const struct outreach_letter *l,
                                         const struct outreach_target *target, struct outreach_outgoing *out);
void outreach_mail_judge(struct ctx *c, const struct client_reply *reply, struct outreach_result *r, bool *gone);
/* The address as SMTP takes it, STR_NULL when it is not one that is written to: one '@', a local part of 1 to 64 bytes without blanks, quotes,
 * brackets, commas and control characters, and a host's name with a dot. In a. */
struct str outreach_mail_address(struct arena *a, struct str address);
/* A header's text: as it is when it is short ASCII, else encoded words of at most 75 characters, one a folded line (RFC 2047). */
struct str outreach_mail_words(struct arena *a, struct str text);
/* Quoted-printable with CRLF, lines of at most 76 characters (RFC 2045, 6.7). A dot at the beginning of a line is encoded too. */
struct str outreach_mail_quoted(struct arena *a, struct str text);

#endif
