/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_event.h"

#include <stdlib.h>

#include "api/metrics.h"
#include "api/rate.h"
#include "base/base64.h"
#include "base/limits.h"
#include "flow/flow_event.h"
#include "intake/intake_store.h"
#include "lead/normal.h"
#include "net/url.h"

/* The last part of a path, long or short, and the kind of its events. */
static const struct {
    const char *word;
    enum event_kind kind;
} path_kinds[] = {
    { "track", EVENT_TRACK },       { "t", EVENT_TRACK },    { "page", EVENT_PAGE },
    { "p", EVENT_PAGE },            { "screen", EVENT_SCREEN }, { "s", EVENT_SCREEN },
    { "identify", EVENT_IDENTIFY }, { "i", EVENT_IDENTIFY }, { "group", EVENT_GROUP },
    { "g", EVENT_GROUP },           { "alias", EVENT_ALIAS },   { "a", EVENT_ALIAS },
};

static bool kind_of_word(struct str word, enum event_kind *kind)
{
    for (size_t i = 0; i < countof(path_kinds); i++) {
        if (str_eq(word, str_of(path_kinds[i].word))) {
            *kind = path_kinds[i].kind;
            return true;
        }
    }
    return false;
}

static struct intake_call call_of(struct call *call)
{
    const struct http_request *rq = call->request;
    struct str purpose = http_header_find(rq, STR("sec-purpose"));

    if (!purpose.len)
        purpose = http_header_find(rq, STR("purpose"));
    return (struct intake_call){
        .path = INTAKE_BATCH,
        .received = call->ctx.now,
        .sent_at = http_header_find(rq, STR("sentat")),
        .anonymous_id = http_header_find(rq, STR("anonymousid")),
        .user_agent = http_header_find(rq, STR("user-agent")),
        .purpose = purpose,
    };
}

/* Reads the body and finds whose key it came with: header, then body, then query. */
static enum err prepare(struct call *call, const struct intake_call *how, struct str body)
{
    struct intake_events *events = ARENA_NEW(call->ctx.arena, struct intake_events);
    struct str key = url_find_pair(call->ctx.arena, call->request->query, STR("writeKey"));
    enum err e = intake_segment_read(&call->ctx, how, body, events);

    if (e)
        return e;
    if (events->write_key.len)
        key = events->write_key;
    e = write_key_use(call, key);
    if (e)
        return e;
    e = rate_events(call, (int64_t)events->sent);
    if (e)
        return e;
    intake_segment_own(call->ctx.arena, events, call->ctx.actor.id, call->ctx.actor.unverified);
    call->prepared = events;
    return ERR_NONE;
}

enum err event_batch_prepare(struct call *call)
{
    struct intake_call how = call_of(call);

    return prepare(call, &how, call->request->body);
}

enum err event_single_prepare(struct call *call)
{
    struct intake_call how = call_of(call);
    struct str rest = str_of(call->endpoint->path), word = STR_NULL;

    while (str_next(&rest, '/', &word)) {
    }
    how.path = INTAKE_SINGLE;
    if (!kind_of_word(word, &how.kind))
        return ERR_NOT_FOUND;
    return prepare(call, &how, call->request->body);
}

enum err event_pixel_prepare(struct call *call)
{
    struct intake_call how = call_of(call);
    struct str data = url_find_pair(call->ctx.arena, call->request->query, STR("data")), body;

    /* Base64 in an address: a '+' that was not escaped has become a space. */
    char *text = data.len ? str_cz(call->ctx.arena, data) : NULL;
    for (size_t i = 0; i < data.len; i++)
        text[i] = text[i] == ' ' ? '+' : text[i];
    data = (struct str){ text, data.len };
    how.path = INTAKE_SINGLE;
    how.letter = true;
    if (!kind_of_word(param_text(call, "kind"), &how.kind))
        return ERR_NOT_FOUND;
    if (!data.len || !base64_parse(call->ctx.arena, data, &body))
        return fault_field(&call->ctx, ERR_BAD_REQUEST, "data");
    return prepare(call, &how, body);
}

/* What the walk would not take joins what the reader refused. */
static void sort_results(struct intake_events *events, const struct event_result *results,
                         struct intake_refusal *refused, size_t *refused_count, int64_t *kept,
                         int64_t *repeated)
{
    size_t n = events->refused_count;

    for (size_t i = 0; i < n; i++)
        refused[i] = events->refused[i];
    for (size_t i = 0; i < events->count; i++) {
        *kept += results[i].code == ERR_NONE;
        *repeated += results[i].code == ERR_TWICE;
        if (results[i].code != ERR_NONE && results[i].code != ERR_TWICE)
            refused[n++] = (struct intake_refusal){ .index = events->index[i],
                                                    .code = results[i].code,
                                                    .field = STR("/userId"),
                                                    .message_id = events->events[i].message_id };
    }
    *refused_count = n;
}

static enum err reply_taken(struct call *call, const struct intake_refusal *refused, size_t count)
{
    struct buf b;
    struct json_out o = reply_begin(call, &b);

    json_begin(&o);
    json_key(&o, "success");
    json_put_bool(&o, true);
    if (count) {
        json_key(&o, "rejected");
        json_list(&o);
        for (size_t i = 0; i < count; i++) {
            json_begin(&o);
            json_key(&o, "index");
            json_put_int(&o, (int64_t)refused[i].index);
            json_key(&o, "code");
            json_put_text(&o, str_of(err_slug(refused[i].code)));
            json_key(&o, "field");
            json_put_text(&o, refused[i].field.len ? refused[i].field : STR_NULL);
            json_end(&o);
        }
        json_list_end(&o);
    }
    json_end(&o);
    return reply_json(call, 200, &b);
}

static int by_index(const void *a, const void *b)
{
    const struct intake_refusal *x = a, *y = b;

    return x->index < y->index ? -1 : x->index > y->index;
}

/* Events that are kept, but whose e-mail is none: their clients are not to send them again, so it is only shown among the refusals. */
static size_t no_addresses(struct ctx *c, const struct intake_events *events, const struct event_result *results, struct intake_refusal *list)
{
    struct lead_email email;
    size_t n = 0;

    for (size_t i = 0; i < events->count; i++) {
        const struct event *ev = &events->events[i];

        if (results[i].code == ERR_NONE && ev->who.email.len && lead_email_parse(c->arena, ev->who.email, &email) != LEAD_NORMAL_OK)
            list[n++] = (struct intake_refusal){ events->index[i], ERR_BAD_FIELD, STR("/traits/email"), ev->message_id, ev->who.email };
    }
    return n;
}

/* What became of one call's events: figures, the refusals kept, the reply. */
static enum err take_end(struct call *call, const struct event_result *results)
{
    struct intake_events *events = call->prepared;
    struct ctx *c = &call->ctx;
    struct intake_refusal *refused = ARENA_ARRAY(c->arena, struct intake_refusal, events->sent + events->count + 1);
    int64_t kept = 0, repeated = 0;
    size_t n = 0;
    enum err e;

    sort_results(events, results, refused, &n, &kept, &repeated);
    /* One event alone is refused as a whole: its client drops it, as it should. */
    bool single = events->sent == 1 && n == 1 && call->endpoint->prepare != event_batch_prepare;
    metrics_event(call->house, METRICS_ACCEPTED, kept);
    metrics_event(call->house, METRICS_REPEATED, repeated);
    metrics_event(call->house, METRICS_REJECTED, (int64_t)n);
    if (single) {
        (void)fault_at(c, refused[0].code, refused[0].field, "the event was not taken");
        return ERR_BAD_REQUEST;
    }
    if (n > 1)
        qsort(refused, n, sizeof *refused, by_index);
    e = intake_rejects_add(c, call->tx, c->actor.id, refused, n + no_addresses(c, events, results, refused + n));
    return e ? e : reply_taken(call, refused, n);
}

/* The house has learned of an event when it keeps it: that is when its walk was, which a replay must find again. */
static void known_now(struct event *events, size_t n, instant now)
{
    for (size_t i = 0; i < n; i++)
        events[i].known_at = now;
}

enum err event_take(struct call *call)
{
    struct intake_events *events = call->prepared;
    struct event_result *results = ARENA_ARRAY(call->ctx.arena, struct event_result, events->count + 1);
    enum err e = ERR_NONE;

    known_now(events->events, events->count, call->ctx.now);
    if (events->count)
        e = flow_events(call->house->flow, &call->ctx, call->tx, events->events, events->count, results,
                        &call->messages);
    return e ? e : take_end(call, results);
}

/* The events of calls [0, n) in one walk, in an arena that ends with it: results are numbers, messages are calls[0]'s. */
static enum err walk_many(struct call **calls, size_t n, enum err *own, struct ctx *c)
{
    struct event_result *results;
    struct event *all;
    size_t count = 0;
    enum err e = ERR_NONE;

    for (size_t i = 0; i < n; i++)
        count += ((struct intake_events *)calls[i]->prepared)->count;
    all = ARENA_ARRAY(c->arena, struct event, count + 1);
    results = ARENA_ARRAY(c->arena, struct event_result, count + 1);
    count = 0;
    for (size_t i = 0; i < n; i++) {
        const struct intake_events *events = calls[i]->prepared;

        if (events->count)
            memcpy(all + count, events->events, events->count * sizeof *all);
        count += events->count;
    }
    known_now(all, count, c->now);
    if (count)
        e = flow_events(calls[0]->house->flow, c, calls[0]->tx, all, count, results, &calls[0]->messages);
    for (size_t i = 0; i < n && !e; i++) {
        own[i] = take_end(calls[i], results);
        results += ((struct intake_events *)calls[i]->prepared)->count;
        e = own[i] == ERR_BAD_REQUEST ? ERR_NONE : own[i];
    }
    return e;
}

enum err event_take_many(struct call **calls, size_t n, enum err *own)
{
    enum { MOST = 4000 }; /* events a walk, so that what it needs stays within an arena */
    enum err e = ERR_NONE;

    for (size_t i = 0, next; i < n && !e; i = next) {
        struct ctx c = calls[i]->ctx;
        size_t count = ((struct intake_events *)calls[i]->prepared)->count;

        for (next = i + 1; next < n; next++) {
            count += ((struct intake_events *)calls[next]->prepared)->count;
            if (count > MOST)
                break;
        }
        c.arena = arena_new(0);
        e = walk_many(calls + i, next - i, own + i, &c);
        arena_free(c.arena);
    }
    return e;
}

/* ---- pixels ---- */

static enum err reply_pixel(struct call *call)
{
    static const char gif[] = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00"
                              "\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02" "D\x01\x00;";

    reply_header(call, "Cache-Control", STR("no-store"));
    return reply_bytes(call, 200, "image/gif", (struct str){ gif, sizeof gif - 1 });
}

enum err event_pixel_take(struct call *call)
{
    enum err e = event_take(call);

    return e ? e : reply_pixel(call);
}

enum err event_pixel_rescue(struct call *call, enum err e)
{
    (void)e;
    return reply_pixel(call);
}

/* ---- what SDKs ask first ---- */

enum err event_metrics_drop(struct call *call)
{
    return reply_taken(call, NULL, 0);
}

/* The address by which the client reached us, without a scheme, and the scheme. */
static struct str own_host(struct call *call, const char **scheme)
{
    struct str url = call->house->public_url;
    bool tls = call->house->secure_cookies;

    *scheme = tls ? "https" : "http";
    if (str_starts(url, STR("https://"))) {
        *scheme = "https";
        return str_sub(url, 8, url.len);
    }
    if (str_starts(url, STR("http://"))) {
        *scheme = "http";
        return str_sub(url, 7, url.len);
    }
    struct str forwarded = http_header_find(call->request, STR("x-forwarded-proto"));
    if (str_eq(forwarded, STR("https")))
        *scheme = "https";
    return http_header_find(call->request, STR("host"));
}

enum err event_settings_get(struct call *call)
{
    const char *scheme;
    struct str key = param_text(call, "key"), host = own_host(call, &scheme);
    struct buf b;
    enum err e = write_key_use(call, key);

    if (e)
        return e == ERR_SIGN_IN ? ERR_NOT_FOUND : e;
    struct json_out o = reply_begin(call, &b);
    json_begin(&o);
    json_key(&o, "integrations");
    json_begin(&o);
    json_key(&o, "Segment.io"); /* the name by which the SDK knows its own sender */
    json_begin(&o);
    json_key(&o, "apiKey");
    json_put_text(&o, key);
    json_key(&o, "apiHost");
    json_put_text(&o, str_print(call->ctx.arena, STR_FMT "/v1", STR_ARG(host)));
    json_key(&o, "protocol");
    json_put_text(&o, str_of(scheme));
    json_end(&o);
    json_end(&o);
    json_key(&o, "metrics");
    json_put_raw(&o, STR("{\"sampleRate\":0}"));
    static const char *const empty[] = { "plan", "edgeFunction", "middlewareSettings", "enabledMiddleware" };
    for (size_t i = 0; i < countof(empty); i++) {
        json_key(&o, empty[i]);
        json_put_raw(&o, STR("{}"));
    }
    json_key(&o, "remotePlugins");
    json_put_raw(&o, STR("[]"));
    json_key(&o, "analyticsNextEnabled");
    json_put_bool(&o, true);
    json_key(&o, "legacyVideoPluginsEnabled");
    json_put_bool(&o, false);
    json_end(&o);
    return reply_json(call, 200, &b);
}

enum err event_source_config_get(struct call *call)
{
    struct str key = url_find_pair(call->ctx.arena, call->request->query, STR("writeKey"));
    struct buf b;
    enum err e = write_key_use(call, key);

    if (e)
        return e;
    char id[ID_TEXT_MAX];
    struct str source = id_print(PREFIX_KEY, call->ctx.actor.id, id);
    struct json_out o = reply_begin(call, &b);
    json_begin(&o);
    json_key(&o, "source");
    json_begin(&o);
    json_key(&o, "id");
    json_put_text(&o, source);
    json_key(&o, "name");
    json_put_text(&o, source);
    json_key(&o, "writeKey");
    json_put_text(&o, key);
    json_key(&o, "enabled");
    json_put_bool(&o, true);
    json_key(&o, "workspaceId");
    json_put_text(&o, STR("gradus"));
    json_key(&o, "config");
    json_put_raw(&o, STR("{\"statsCollection\":{\"errors\":{\"enabled\":false},\"metrics\":{\"enabled\":false}}}"));
    json_key(&o, "destinations");
    json_put_raw(&o, STR("[]"));
    json_key(&o, "connections");
    json_put_raw(&o, STR("[]"));
    json_key(&o, "dataplanes");
    json_put_raw(&o, STR("{}"));
    json_end(&o);
    json_key(&o, "updatedAt");
    json_put_text(&o, STR("2026-01-01T00:00:00Z"));
    json_end(&o);
    return reply_json(call, 200, &b);
}

/* ---- the view of refused events ---- */

struct reject_query {
    struct page_query page;
};

const struct field reject_list_query[] = { PAGE_FIELDS(struct reject_query), { 0 } };

const struct field reject_fields[] = {
    { .name = "at", .kind = FIELD_INSTANT, .offset = offsetof(struct intake_reject, at), .help = "when it came" },
    { .name = "source", .kind = FIELD_ID, .offset = offsetof(struct intake_reject, source_id), .prefix = PREFIX_KEY,
      .help = "the key it came with" },
    { .name = "code", .kind = FIELD_TEXT, .offset = offsetof(struct intake_reject, code), .help = "the reason" },
    { .name = "detail", .kind = FIELD_TEXT, .offset = offsetof(struct intake_reject, detail),
      .help = "the place in the event, as a JSON pointer" },
    { .name = "message_id", .kind = FIELD_TEXT, .offset = offsetof(struct intake_reject, message_id),
      .flags = FIELD_NULLABLE, .help = "its messageId, if it had a readable one" },
    { .name = "snippet", .kind = FIELD_TEXT, .offset = offsetof(struct intake_reject, snippet),
      .flags = FIELD_NULLABLE, .help = "how it began" },
    { 0 }
};

enum err reject_list(struct call *call)
{
    struct reject_query q = { 0 };
    struct intake_reject *list;
    struct cursor after;
    int64_t limit;
    size_t count;
    enum err e;

    if ((e = query_read(call, &q)) || (e = page_read(call, &q.page, &limit, &after)) ||
        (e = intake_rejects_list(&call->ctx, call->tx, after.stands ? after.id : 0, limit + 1, &list, &count)))
        return e;
    struct str next = STR_NULL;
    if (count > (size_t)limit) {
        count = (size_t)limit;
        struct cursor at = { .stands = true, .id = list[count - 1].id };
        next = cursor_print(call, &at);
    }
    return reply_list(call, list, count, sizeof *list, next, -1);
}
