/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* push.h - a letter to a browser, by the push service that the browser has chosen (RFC 8030).
 *
 * The words are sealed for the browser alone (RFC 8291, one record of aes128gcm), the house is known to the service by its own key (RFC 8292). The
 * letter's name is the topic: one that is sent again takes the place of the first while the browser is away. 404 and 410 mean that the
 * browser wants to hear no more.
 */
#ifndef OUTREACH_PUSH_H
#define OUTREACH_PUSH_H

#include "outreach/channel.h"
#include "sys/curve.h"

NODISCARD enum err outreach_push_compose(struct ctx *c, const struct outreach_way *way, const struct outreach_letter *l,
                                         const struct outreach_target *target, struct outreach_outgoing *out);
void outreach_push_judge(struct ctx *c, const struct client_reply *reply, struct outreach_result *r, bool *gone);

/* The body of RFC 8291 for the browser's point and secret; key and salt are fresh for each. STR_NULL: a point that is none, or too long a
 * text (3,993 bytes). Pure. */
struct str outreach_push_seal(struct arena *a, const uint8_t browser[65], struct str secret, const struct curve_key *key, const uint8_t salt[16],
                              struct str text);
/* A new key of the house as it is kept: "secret.point" in base64url; and back. */
struct str outreach_push_key_new(struct arena *a);
bool outreach_push_key_parse(struct arena *a, struct str kept, struct curve_key *key);
/* The point of it, as browsers want it; STR_NULL: no key. */
struct str outreach_push_point(struct str kept);

#endif
