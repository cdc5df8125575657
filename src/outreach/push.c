/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outreach/push.h"

#include "base/base64.h"
#include "base/json.h"
#include "base/utf8.h"
#include "sys/crypto.h"

#define CONNECT_US (5 * SECOND_US)
#define WHOLE_US   (15 * SECOND_US)
enum { RECORD_BYTES = 4096, HEAD_BYTES = 16 + 4 + 1 + 65, TEXT_MOST = RECORD_BYTES - HEAD_BYTES - 17, TTL_S = 3600, TOKEN_S = 12 * 3600,
       BODY_CHARS = 600 };

/* HKDF-SHA-256 (RFC 5869) of at most 32 bytes: extract, then the one block of expand. */
static void derive(struct str salt, struct str input, struct str info, uint8_t out[32])
{
    static const char one = 1;
    struct str second[] = { info, { &one, 1 } };
    uint8_t middle[32];

    crypto_hmac_sha256(salt, &input, 1, middle);
    crypto_hmac_sha256((struct str){ (const char *)middle, 32 }, second, 2, out);
}

static struct str bytes_of(const void *p, size_t n)
{
    return (struct str){ p, n };
}

struct str outreach_push_seal(struct arena *a, const uint8_t browser[65], struct str secret, const struct curve_key *key, const uint8_t salt[16],
                              struct str text)
{
    uint8_t shared[32], input[32], cek[32], nonce[32], *out;
    char info[14 + 130] = "WebPush: info";
    struct str plain;

    if (text.len > TEXT_MOST || !curve_agree(key, browser, shared))
        return STR_NULL;
    memcpy(info + 14, browser, 65);
    memcpy(info + 14 + 65, key->point, 65);
    derive(secret, bytes_of(shared, 32), bytes_of(info, sizeof info), input);
    derive(bytes_of(salt, 16), bytes_of(input, 32), bytes_of("Content-Encoding: aes128gcm", 28), cek);
    derive(bytes_of(salt, 16), bytes_of(input, 32), bytes_of("Content-Encoding: nonce", 24), nonce);
    plain = str_print(a, STR_FMT "\x02", STR_ARG(text));
    out = arena_alloc(a, HEAD_BYTES + plain.len + 16);
    memcpy(out, salt, 16);
    memcpy(out + 16, "\x00\x00\x10\x00\x41", 5);
    memcpy(out + 21, key->point, 65);
    return curve_seal(cek, nonce, plain, out + HEAD_BYTES) ? bytes_of(out, HEAD_BYTES + plain.len + 16) : STR_NULL;
}

struct str outreach_push_key_new(struct arena *a)
{
    struct curve_key key;

    if (!curve_new(&key))
        return STR_NULL;
    return str_print(a, STR_FMT "." STR_FMT, STR_ARG(base64_url(a, bytes_of(key.secret, 32))), STR_ARG(base64_url(a, bytes_of(key.point, 65))));
}

struct str outreach_push_point(struct str kept)
{
    ptrdiff_t dot = str_find_char(kept, '.');

    return dot < 0 ? STR_NULL : str_sub(kept, (size_t)dot + 1, kept.len);
}

bool outreach_push_key_parse(struct arena *a, struct str kept, struct curve_key *key)
{
    struct str point = outreach_push_point(kept), secret, bytes;

    if (!point.ptr || !base64_parse(a, str_sub(kept, 0, kept.len - point.len - 1), &secret) || !base64_parse(a, point, &bytes)
        || secret.len != 32 || bytes.len != 65)
        return false;
    memcpy(key->secret, secret.ptr, 32);
    memcpy(key->point, bytes.ptr, 65);
    return true;
}

/* "https://push.example.net" of its endpoint. */
static struct str origin_of(struct str url)
{
    ptrdiff_t slashes = str_find(url, STR("://")), path;

    if (slashes < 0)
        return url;
    path = str_find_char(str_sub(url, (size_t)slashes + 3, url.len), '/');
    return path < 0 ? url : str_sub(url, 0, (size_t)slashes + 3 + (size_t)path);
}

static struct str vapid(struct ctx *c, const struct outreach_way *way, const struct curve_key *house, struct str endpoint)
{
    struct buf b = buf_new(c->arena, 4000);
    struct json_out o = json_to(&b);
    struct str head = base64_url(c->arena, STR("{\"typ\":\"JWT\",\"alg\":\"ES256\"}")), text;
    uint8_t signature[64];

    json_begin(&o);
    json_key(&o, "aud");
    json_put_text(&o, origin_of(endpoint));
    json_key(&o, "exp");
    json_put_int(&o, way->now / SECOND_US + TOKEN_S);
    json_key(&o, "sub");
    json_put_text(&o, way->push_subject);
    json_end(&o);
    text = str_print(c->arena, STR_FMT "." STR_FMT, STR_ARG(head), STR_ARG(base64_url(c->arena, buf_str(&b))));
    if (!curve_sign(house, text, signature))
        return STR_NULL;
    return str_print(c->arena, "vapid t=" STR_FMT "." STR_FMT ", k=" STR_FMT, STR_ARG(text), STR_ARG(base64_url(c->arena, bytes_of(signature, 64))),
                     STR_ARG(outreach_push_point(way->push_keys)));
}

static struct str payload(struct ctx *c, const struct outreach_letter *l, const struct json *extra)
{
    struct buf b = buf_new(c->arena, RECORD_BYTES * 2);
    struct json_out o = json_to(&b);

    json_begin(&o);
    json_key(&o, "id");
    json_put_id(&o, PREFIX_LETTER, l->id.v);
    json_key(&o, "kind");
    json_put_text(&o, str_of(outreach_kind_names[l->kind]));
    json_key(&o, "title");
    json_put_text(&o, utf8_cut(l->subject, 200));
    json_key(&o, "body");
    json_put_text(&o, utf8_cut(l->body, BODY_CHARS));
    json_key(&o, "path");
    json_put_text(&o, json_text(json_find(extra, STR("path"))));
    json_end(&o);
    return buf_str(&b);
}

enum err outreach_push_compose(struct ctx *c, const struct outreach_way *way, const struct outreach_letter *l,
                               const struct outreach_target *target, struct outreach_outgoing *out)
{
    struct str point, secret, body, token;
    struct json *extra = NULL;
    struct curve_key house, once;
    uint8_t salt[16];
    enum err e;

    (void)target;
    if ((e = json_read(c, l->extra, &extra)))
        return e;
    if (!outreach_push_key_parse(c->arena, way->push_keys, &house) || !curve_new(&once))
        return fault_set(c, ERR_CONFLICT, "no_key");
    if (!base64_parse(c->arena, json_text(json_path(extra, STR("keys.p256dh"))), &point) || point.len != 65
        || !base64_parse(c->arena, json_text(json_path(extra, STR("keys.auth"))), &secret) || secret.len != 16)
        return fault_set(c, ERR_CONFLICT, "bad_subscription");
    crypto_random(salt, sizeof salt);
    body = outreach_push_seal(c->arena, (const uint8_t *)point.ptr, secret, &once, salt, payload(c, l, extra));
    token = vapid(c, way, &house, l->address);
    if (!body.ptr || !token.ptr)
        return fault_set(c, ERR_CONFLICT, "bad_subscription");
    *out = (struct outreach_outgoing){
        .call = { .url = l->address, .guarded = true, .header_count = 6, .body = body, .connect_us = CONNECT_US, .whole_us = WHOLE_US, .keep_bytes = 500 },
        .headers = { { "Content-Type", STR("application/octet-stream") }, { "Content-Encoding", STR("aes128gcm") },
                     { "TTL", str_print(c->arena, "%d", TTL_S) }, { "Urgency", STR("high") },
                     { "Topic", outreach_letter_name(c->arena, l->id) }, { "Authorization", token } },
    };
    return ERR_NONE;
}

void outreach_push_judge(struct ctx *c, const struct client_reply *reply, struct outreach_result *r, bool *gone)
{
    (void)c;
    outreach_judge_http(reply, r);
    *gone = reply->end == CLIENT_ANSWERED && (reply->status == 404 || reply->status == 410);
    if (reply->end == CLIENT_ANSWERED && r->state != LETTER_SENT)
        r->error = *gone ? STR("gone") : STR("refused");
}
