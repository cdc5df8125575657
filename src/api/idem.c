/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Idempotency-Key: the answer to a POST is kept in the transaction that did the work, so that a repeat, even one after a crash
 * between commit and answer, gets that answer and does nothing.
 *
 * A key belongs to its actor and path. The same key with another body is ERR_IDEM_REUSED. Two at once: the second waits behind the first
 * in the writer, or on PostgreSQL loses the race (ERR_BUSY), is tried again, and finds the answer. */
#include "api/inner.h"

#include "sys/crypto.h"
#include "team/idem.h"

enum { KEY_BYTES = 255 };

static bool has_key(const struct call *call, struct str *key)
{
    *key = http_header_find(call->request, STR("idempotency-key"));
    return !str_is_null(*key) && call->request->method == POST && call->endpoint->tx == TX_WRITE &&
           call->endpoint->door == DOOR_API && call->endpoint->right != RIGHT_NONE;
}

static struct str etag_of(const struct call *call)
{
    for (size_t i = 0; i < call->reply_header_count; i++)
        if (str_eq(call->reply_headers[i].name, STR("ETag")))
            return call->reply_headers[i].value;
    return STR_NULL;
}

static struct idem place_of(struct call *call, struct str key, uint8_t hash[32])
{
    crypto_sha256(call->request->body, hash);
    return (struct idem){
        .actor = str_print(call->ctx.arena, "%d:%lld", (int)call->ctx.actor.kind, (long long)call->ctx.actor.id),
        .path = call->request->path,
        .key = key,
        .body = { (const char *)hash, 32 },
    };
}

enum err idem_before(struct call *call, bool *answered)
{
    struct str key;
    struct idem kept, place;
    uint8_t hash[32];
    enum err e;

    if (!has_key(call, &key))
        return ERR_NONE;
    if (key.len == 0 || key.len > KEY_BYTES)
        return fault_set(&call->ctx, ERR_BAD_REQUEST, "Idempotency-Key is to have 1 to %d bytes", KEY_BYTES);
    place = place_of(call, key, hash);
    e = team_idem_get(&call->ctx, call->tx, &place, &kept);
    if (e == ERR_NOT_FOUND)
        return ERR_NONE;
    if (e)
        return e;
    if (!str_eq(kept.body, place.body))
        return fault_set(&call->ctx, ERR_IDEM_REUSED, "this key came with another body");
    *answered = true;
    if (kept.etag.len > 0)
        reply_header(call, "ETag", kept.etag);
    reply_header(call, "Idempotency-Replayed", STR("true"));
    return reply_bytes(call, (int)kept.status, kept.reply.len ? "application/json" : NULL, kept.reply);
}

enum err idem_after(struct call *call)
{
    struct str key;
    struct idem kept;
    uint8_t hash[32];
    enum err e;

    if (!has_key(call, &key))
        return ERR_NONE;
    kept = place_of(call, key, hash);
    kept.status = call->status;
    kept.reply = call->reply_body.ptr ? call->reply_body : STR("");
    kept.etag = etag_of(call);
    e = team_idem_add(&call->ctx, call->tx, &kept);
    return e == ERR_TWICE ? ERR_BUSY : e;
}
