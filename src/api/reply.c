/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Replies: what handlers say, and how it leaves. */
#include "api/inner.h"

#include "sys/clock.h"
#include "sys/log.h"

#define TYPE_JSON "application/json"

void reply_header(struct call *call, const char *name, struct str value)
{
    for (size_t i = 0; i < call->reply_header_count; i++)
        if (str_eq_nocase(call->reply_headers[i].name, str_of(name))) {
            call->reply_headers[i].value = value;
            return;
        }
    assert(call->reply_header_count < countof(call->reply_headers));
    call->reply_headers[call->reply_header_count++] = (struct http_header){ str_of(name), value };
}

enum err reply_bytes(struct call *call, int status, const char *type, struct str bytes)
{
    call->status = status;
    call->reply_type = type;
    call->reply_body = bytes;
    return ERR_NONE;
}

struct json_out reply_begin(struct call *call, struct buf *buf)
{
    *buf = buf_new(call->ctx.arena, REPLY_BYTES);
    return json_to(buf);
}

enum err reply_json(struct call *call, int status, const struct buf *buf)
{
    if (buf->full)
        return fault_set(&call->ctx, ERR_INTERNAL, "a reply above %d bytes", REPLY_BYTES);
    return reply_bytes(call, status, TYPE_JSON, buf_str(buf));
}

static enum err reply_value(struct call *call, int status, const void *value)
{
    struct buf b;
    struct json_out o = reply_begin(call, &b);

    field_write(&o, call->endpoint->reply, value);
    return reply_json(call, status, &b);
}

enum err reply_ok(struct call *call, const void *value)
{
    return reply_value(call, 200, value);
}

enum err reply_made(struct call *call, const void *value)
{
    return reply_value(call, 201, value);
}

enum err reply_none(struct call *call)
{
    return reply_bytes(call, 204, NULL, STR_NULL);
}

enum err reply_list(struct call *call, const void *items, size_t count, size_t item_size, struct str next, int64_t total)
{
    return reply_list_counted(call, items, count, item_size, next, (struct list_total){ total, false });
}

enum err reply_list_counted(struct call *call, const void *items, size_t count, size_t item_size, struct str next, struct list_total total)
{
    struct buf b;
    struct json_out o = reply_begin(call, &b);

    json_begin(&o);
    json_key(&o, "items");
    json_list(&o);
    for (size_t i = 0; i < count; i++)
        field_write(&o, call->endpoint->reply, (const char *)items + i * item_size);
    json_list_end(&o);
    json_key(&o, "next");
    json_put_text(&o, next);
    json_key(&o, "total");
    if (total.count < 0)
        json_put_null(&o);
    else
        json_put_int(&o, total.count);
    if (total.at_least) {
        json_key(&o, "total_is");
        json_put_text(&o, STR("at_least"));
    }
    json_end(&o);
    return reply_json(call, 200, &b);
}

enum err reply_stream(struct call *call, const char *type, const struct http_stream *stream)
{
    struct http_stream *kept = arena_alloc(call->ctx.arena, sizeof *kept);

    *kept = *stream;
    call->status = 200;
    call->reply_type = type;
    call->reply_stream = kept;
    return ERR_NONE;
}

enum err reply_file(struct call *call, const char *type, const struct http_file *file)
{
    call->status = 200;
    call->reply_type = type;
    call->reply_file = file;
    return ERR_NONE;
}

/* ---- versions -------------------------------------------------------------------------------------------------------- */

static struct str etag_print(struct call *call, int64_t version)
{
    return str_print(call->ctx.arena, "\"%lld\"", (long long)version);
}

void reply_etag(struct call *call, int64_t version)
{
    reply_header(call, "ETag", etag_print(call, version));
}

static bool names_tag(struct str list, struct str tag)
{
    struct str piece;

    while (str_next(&list, ',', &piece)) {
        piece = str_trim(piece);
        if (str_eq(piece, tag) || str_eq(piece, STR("*")))
            return true;
    }
    return false;
}

enum err match_version(struct call *call, int64_t version)
{
    struct str want = http_header_find(call->request, STR("if-match"));

    if (str_is_null(want) || names_tag(want, etag_print(call, version)))
        return ERR_NONE;
    return fault_set(&call->ctx, ERR_STALE, "the row is at version %lld", (long long)version);
}

static bool is_known_already(const struct call *call)
{
    struct str none = http_header_find(call->request, STR("if-none-match"));

    if (str_is_null(none) || call->status != 200 || (call->request->method != GET && call->request->method != HEAD))
        return false;
    for (size_t i = 0; i < call->reply_header_count; i++)
        if (str_eq(call->reply_headers[i].name, STR("ETag")))
            return names_tag(none, call->reply_headers[i].value);
    return false;
}

/* ---- leaving ----------------------------------------------------------------------------------------------------------- */

/* Event collection: clients drop what is answered 4xx, so a passing fault of ours is never one, and no size is 413. */
static enum err manners_of_events(enum err e)
{
    switch (e) {
    case ERR_INTERNAL:
    case ERR_BUSY:
    case ERR_STALE:
        return ERR_AWAY;
    case ERR_TOO_LARGE:
        return ERR_BAD_REQUEST;
    case ERR_NUL:
        return ERR_BAD_UTF8;
    default:
        return e;
    }
}

static void log_call(const struct call *call, enum err e, int64_t spent_us)
{
    const char *path = call->endpoint ? call->endpoint->path : "-";
    struct str why = e && call->ctx.fault.count ? str_of(call->ctx.fault.items[0].note) : STR("");

    if (call->status >= 500)
        log_error(&call->ctx, "call.failed", LOG_STR("request", call->request_id),
                  LOG_STR("method", call->request->method_name), LOG_STR("path", str_of(path)),
                  LOG_INT("status", call->status), LOG_STR("code", str_of(err_slug(e))), LOG_STR("why", why),
                  LOG_INT("us", spent_us));
    else if (call->endpoint && call->endpoint->door != DOOR_API && call->status < 400)
        log_debug(&call->ctx, "call.done", LOG_STR("request", call->request_id), LOG_STR("path", str_of(path)),
                  LOG_INT("status", call->status), LOG_INT("us", spent_us));
    else
        log_info(&call->ctx, "call.done", LOG_STR("request", call->request_id),
                 LOG_STR("method", call->request->method_name), LOG_STR("path", str_of(path)),
                 LOG_INT("status", call->status), LOG_STR("code", str_of(e ? err_slug(e) : "")),
                 LOG_INT("us", spent_us));
}

static void common_headers(struct call *call)
{
    reply_header(call, "X-Content-Type-Options", STR("nosniff"));
    reply_header(call, "X-Request-Id", call->request_id);
    if (call->house->secure_cookies)
        reply_header(call, "Strict-Transport-Security", STR("max-age=31536000"));
    if (call->reply_type)
        reply_header(call, "Content-Type", str_of(call->reply_type));
    if (!call->endpoint || call->endpoint->door == DOOR_API) {
        for (size_t i = 0; i < call->reply_header_count; i++)
            if (str_eq(call->reply_headers[i].name, STR("Cache-Control")))
                return;
        reply_header(call, "Cache-Control", STR("no-store"));
        reply_header(call, "Content-Security-Policy", STR("default-src 'none'; frame-ancestors 'none'"));
        reply_header(call, "Referrer-Policy", STR("same-origin"));
    }
}

void call_finish(struct call *call, enum err e)
{
    const struct endpoint *row = call->endpoint;
    struct http_reply reply;
    int64_t spent_us = clock_mono_us() - call->request->started;

    export_drop(call);
    if (row && row->door == DOOR_EVENTS) {
        e = manners_of_events(e);
        cors_headers(call);
    }
    if (e && row && row->rescue && row->rescue(call, e) == ERR_NONE)
        e = ERR_NONE;
    if (e)
        problem_write(call, e);
    if (is_known_already(call)) {
        call->status = 304;
        call->reply_body = STR_NULL;
    }
    common_headers(call);
    metrics_count(call, call->status, spent_us);
    log_call(call, e, spent_us);
    reply = (struct http_reply){ .status = call->status,
                                 .headers = call->reply_headers,
                                 .header_count = call->reply_header_count,
                                 .body = call->reply_body,
                                 .stream = call->reply_stream,
                                 .file = call->reply_file,
                                 .close = call->reply_close };
    if (call->reply_held)
        http_answer_held(call->request, &reply);
    else
        http_answer(call->request, &reply);
}
