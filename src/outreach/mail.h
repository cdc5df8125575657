/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* mail.h - a letter as e-mail: one address, by SMTP to the relay that the company names. Pure.
 *
 * Header texts that are not ASCII are encoded words (RFC 2047), the body is quoted-printable (RFC 2045), every line ends with CRLF and is short
 * (RFC 5322). The Message-ID is the letter's own name, so that a letter that came twice is one. A host's name in other letters goes as xn--.
 *
 * People of the house get plain text. A lead gets the text and the same as HTML (multipart/alternative), and a way to stop it: a link
 * below the text, and List-Unsubscribe with List-Unsubscribe-Post for mail programs (RFC 8058), where the operator told the public https address;
 * without it List-Unsubscribe names the sender's own address. In the HTML everything is text: what fills a script's blanks came from outside, and an
 * address in it is no link of ours. Nothing is signed here: the relay signs (DKIM) for the domain that it sends for.
 *
 * Refused for good is an address of which its server says so: the enhanced codes 5.1.1, 5.1.2, 5.1.3, 5.1.6, 5.1.10, 5.2.1 (RFC 3463), or
 * 550 and 551 without any. All else of 5xx is the letter's fault, the relay's or the sender's: the letter is dead, the address stays.
 */
#ifndef OUTREACH_MAIL_H
#define OUTREACH_MAIL_H

#include "outreach/channel.h"

NODISCARD enum err outreach_mail_compose(struct ctx *c, const struct outreach_way *way, const struct outreach_letter *l,
                                         const struct outreach_target *target, struct outreach_outgoing *out);
void outreach_mail_judge(struct ctx *c, const struct client_reply *reply, struct outreach_result *r, bool *gone);
/* Does the relay's answer say that nobody is at the address? note: its last line, "550 5.1.1 no such user". */
bool outreach_mail_is_nobody(int64_t status, struct str note);
/* The text as HTML: a paragraph for what stands between empty lines, everything in it escaped. In a. */
struct str outreach_mail_html(struct arena *a, struct str text);
/* The address as SMTP takes it, STR_NULL when it is not one that is written to: one '@', a local part of 1 to 64 bytes without blanks, quotes,
 * brackets, commas and control characters, and a host's name with a dot. In a. */
struct str outreach_mail_address(struct arena *a, struct str address);
/* A header's text: as it is when it is short ASCII, else encoded words of at most 75 characters, one a folded line (RFC 2047). */
struct str outreach_mail_words(struct arena *a, struct str text);
/* Quoted-printable with CRLF, lines of at most 76 characters (RFC 2045, 6.7). A dot at the beginning of a line is encoded too. */
struct str outreach_mail_quoted(struct arena *a, struct str text);

#endif
