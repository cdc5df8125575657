/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* crypto.h - hashes, secrets and passwords, in our words over libsodium. Any thread.
 *
 * Passwords: argon2id, 19 MiB, two passes: tens of milliseconds and 19 MiB each, so never inside a transaction, and at most two at a time
 * in the whole process (a third waits here; the door keeps the queue before it short).
 */
#ifndef SYS_CRYPTO_H
#define SYS_CRYPTO_H

#include "base/ctx.h"

void crypto_random(void *to, size_t size_bytes);
void crypto_sha256(struct str in, uint8_t out[32]);
/* Of all that the file holds, from its beginning; false: it cannot be read. */
bool crypto_sha256_fd(int fd, uint8_t out[32]);
/* A mark that only who has the key can make (BLAKE2b, 16 bytes). */
void crypto_mac(const uint8_t key[32], struct str in, uint8_t mark[16]);
/* RFC 2104 with SHA-256 over the parts one behind the other; any length of key. */
void crypto_hmac_sha256(struct str key, const struct str *parts, size_t count, uint8_t mark[32]);
/* SipHash-2-4 of text that outsiders choose. */
uint64_t crypto_siphash(const uint8_t key[16], struct str in);
/* In a time that does not depend on where they differ. */
bool crypto_equal(const void *a, const void *b, size_t size_bytes);

/* The text to keep: "$argon2id$v=19$m=...". ERR_AWAY: no memory for it. */
NODISCARD enum err crypto_password_hash(struct ctx *c, struct str password, struct str *kept);
/* An empty kept (no such user) takes the same time and is false. */
bool crypto_password_is(struct ctx *c, struct str kept, struct str password);
/* Hashes computed so far, and the most that ever ran at once. */
void crypto_password_figures(int64_t *hashes, int64_t *most_at_once);

#endif
