/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/crypto.h"

#include <pthread.h>
#include <sodium.h>
#include <unistd.h>

enum { AT_ONCE = 2, MEMORY_BYTES = 19 * 1024 * 1024, PASSES = 2 };

/* A rule broken on purpose (S4): the limit is of the process. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t free;
    int64_t running, most, hashes;
} gate = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, 0 };

/* libsodium allows it any number of times, from any thread. */
static void ready(void)
{
    if (sodium_init() < 0)
        assert(!"libsodium does not start");
}

void crypto_random(void *to, size_t size_bytes)
{
    ready();
    randombytes_buf(to, size_bytes);
}

void crypto_sha256(struct str in, uint8_t out[32])
{
    crypto_hash_sha256(out, (const unsigned char *)(in.ptr ? in.ptr : ""), in.len);
}

bool crypto_sha256_fd(int fd, uint8_t out[32])
{
    unsigned char piece[65536];
    crypto_hash_sha256_state s;
    off_t at = 0;
    ssize_t n;

    crypto_hash_sha256_init(&s);
    while ((n = pread(fd, piece, sizeof piece, at)) > 0) {
        crypto_hash_sha256_update(&s, piece, (unsigned long long)n);
        at += n;
    }
    crypto_hash_sha256_final(&s, out);
    return n == 0;
}

void crypto_mac(const uint8_t key[32], struct str in, uint8_t mark[16])
{
    crypto_generichash(mark, 16, (const unsigned char *)(in.ptr ? in.ptr : ""), in.len, key, 32);
}

void crypto_hmac_sha256(struct str key, const struct str *parts, size_t count, uint8_t mark[32])
{
    crypto_auth_hmacsha256_state state;

    crypto_auth_hmacsha256_init(&state, (const unsigned char *)key.ptr, key.len);
    for (size_t i = 0; i < count; i++)
        crypto_auth_hmacsha256_update(&state, (const unsigned char *)(parts[i].ptr ? parts[i].ptr : ""), parts[i].len);
    crypto_auth_hmacsha256_final(&state, mark);
}

uint64_t crypto_siphash(const uint8_t key[16], struct str in)
{
    uint64_t h;

    crypto_shorthash((unsigned char *)&h, (const unsigned char *)(in.ptr ? in.ptr : ""), in.len, key);
    return h;
}

bool crypto_equal(const void *a, const void *b, size_t size_bytes)
{
    return sodium_memcmp(a, b, size_bytes) == 0;
}

static void gate_enter(void)
{
    ready();
    pthread_mutex_lock(&gate.lock);
    while (gate.running >= AT_ONCE)
        pthread_cond_wait(&gate.free, &gate.lock);
    gate.running++;
    gate.hashes++;
    if (gate.running > gate.most)
        gate.most = gate.running;
    pthread_mutex_unlock(&gate.lock);
}

static void gate_leave(void)
{
    pthread_mutex_lock(&gate.lock);
    gate.running--;
    pthread_cond_signal(&gate.free);
    pthread_mutex_unlock(&gate.lock);
}

enum err crypto_password_hash(struct ctx *c, struct str password, struct str *kept)
{
    char text[crypto_pwhash_STRBYTES];
    int bad;

    gate_enter();
    bad = crypto_pwhash_str_alg(text, password.ptr, password.len, PASSES, MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13);
    gate_leave();
    if (bad)
        return fault_set(c, ERR_AWAY, "no memory to hash a password");
    *kept = str_dup(c->arena, str_of(text));
    return ERR_NONE;
}

bool crypto_password_is(struct ctx *c, struct str kept, struct str password)
{
    char text[crypto_pwhash_STRBYTES] = { 0 };
    bool same = false;

    (void)c;
    if (kept.len >= sizeof text)
        return false;
    if (kept.len)
        memcpy(text, kept.ptr, kept.len);
    gate_enter();
    if (kept.len)
        same = crypto_pwhash_str_verify(text, password.ptr ? password.ptr : "", password.len) == 0;
    else /* a missing user costs what a present one costs */
        (void)!crypto_pwhash_str_alg(text, password.ptr ? password.ptr : "", password.len, PASSES, MEMORY_BYTES,
                                    crypto_pwhash_ALG_ARGON2ID13);
    gate_leave();
    return same;
}

void crypto_password_figures(int64_t *hashes, int64_t *most_at_once)
{
    pthread_mutex_lock(&gate.lock);
    *hashes = gate.hashes;
    *most_at_once = gate.most;
    pthread_mutex_unlock(&gate.lock);
}
