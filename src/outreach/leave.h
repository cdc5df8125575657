/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* leave.h - how who gets letters stops them: the link in each letter to a lead, and what mail programs press by themselves (RFC 8058).
 *
 * The link bears a token: the letter's name and a mark by the house's own key, so that nobody makes one up for another's letter. It
 * does not end and may be used often: who does not want letters does not want them, whenever that is said. Opening the link changes nothing, since
 * scanners of mail open everything; what is posted to it does.
 *
 *   token = lt_0123456789abc "." base64url(first 16 bytes of HMAC-SHA256(key, "leave." name))
 */
#ifndef OUTREACH_LEAVE_H
#define OUTREACH_LEAVE_H

#include "outreach/outreach.h"

/* The path before the token, under the public address. */
#define OUTREACH_LEAVE_PATH "/u/"
/* The company's setting that holds the key, 32 random bytes in base64url. */
#define OUTREACH_LEAVE_KEY "leave_key"

struct str outreach_leave_key_new(struct arena *a);
/* STR_NULL: the key is none. In a. */
struct str outreach_leave_token(struct arena *a, struct str key, struct letter_id letter);
/* false: no token by this key. */
bool outreach_leave_parse(struct arena *a, struct str key, struct str token, struct letter_id *letter);
/* Is this what a mail program posts, or the page's button: List-Unsubscribe=One-Click, as a form of either coding? */
bool outreach_leave_is_said(struct str body);

#endif
