/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* curve.h - P-256 and AES-128-GCM, in our words over OpenSSL's libcrypto: what browsers' push services speak (RFC 8291, 8292). Any thread.
 *
 * libsodium, which does all else here, has neither. A public key is the uncompressed point: 0x04 and two coordinates.
 */
#ifndef SYS_CURVE_H
#define SYS_CURVE_H

#include "base/str.h"

struct curve_key {
    uint8_t secret[32], point[65];
};
/* A new pair. false: the library fails. */
bool curve_new(struct curve_key *key);
/* ECDH: the x coordinate of secret times point. false: the point is not on the curve. */
bool curve_agree(const struct curve_key *mine, const uint8_t point[65], uint8_t shared[32]);
/* ES256: r and s of ECDSA over the SHA-256 of text (RFC 7518, 3.4). */
bool curve_sign(const struct curve_key *mine, struct str text, uint8_t signature[64]);
/* Does that signature hold. */
bool curve_holds(const uint8_t point[65], struct str text, const uint8_t signature[64]);
/* AES-128-GCM without further data: text.len + 16 bytes into out, the tag behind. */
bool curve_seal(const uint8_t key[16], const uint8_t nonce[12], struct str text, uint8_t *out);

#endif
