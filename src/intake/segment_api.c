/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "intake/segment_api.h"

#include "base/base64.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "intake/signal.h"
#include "net/url.h"

enum {
    ID_BYTES_MAX = 512,
    SNIPPET_CHARS = 200,
    QUERY_VALUE_CHARS = 300,
    FUTURE_US = 5 * 60 * 1000000
};

static const char *const kind_names[] = {
    [EVENT_TRACK] = "track",       [EVENT_PAGE] = "page",   [EVENT_SCREEN] = "screen",
    [EVENT_IDENTIFY] = "identify", [EVENT_GROUP] = "group", [EVENT_ALIAS] = "alias",
};

/* utm_* of an address, and what Segment calls them. */
static const struct {
    const char *parameter, *name;
} campaign_names[] = {
    { "utm_source", "source" }, { "utm_medium", "medium" },   { "utm_campaign", "name" },
    { "utm_term", "term" },     { "utm_content", "content" }, { "utm_id", "id" },
};

/* Marks that ad systems put on a click: no SDK lifts them. */
static const char *const click_names[] = {
    "gclid", "gbraid", "wbraid", "yclid", "fbclid", "ymclid", "msclkid", "vkclid", "ttclid",
    "rb_clickid", "roistat_visit",
};

/* One event while it is read. */
struct reading {
    struct ctx *c;
    const struct intake_call *call;
    const struct json *v;
    struct event *event;
    struct str field; /* JSON pointer of what refuses it */
};

/* ---- small readers ---- */

static instant time_of_number(int64_t n)
{
    const int64_t last_ms = 253402300799999; /* the end of year 9999 */

    if (n < 0)
        return INSTANT_NONE;
    if (n < 100000000000)
        return n * SECOND_US;
    return n <= last_ms ? n * 1000 : INSTANT_NONE;
}

instant intake_time(const struct json *v)
{
    struct str text = json_text(v);
    int64_t number;
    instant at;

    if (json_is(v, JSON_INT))
        return time_of_number(v->as.integer);
    text = str_trim(text);
    if (text.len == 0)
        return INSTANT_NONE;
    if (str_to_int(text, &number))
        return time_of_number(number);
    return instant_parse(text, &at) ? at : INSTANT_NONE;
}

instant intake_time_correct(instant received, instant sent, instant stated)
{
    instant at = received;

    if (stated != INSTANT_NONE)
        at = sent == INSTANT_NONE ? stated : received - (sent - stated);
    if (at > received + FUTURE_US)
        at = received + FUTURE_US;
    return at < 0 ? 0 : at;
}

static bool add_member(struct json *object, size_t cap, struct str key, struct json value)
{
    if (object->count >= cap)
        return false;
    object->as.members[object->count++] = (struct json_member){ key, value };
    return true;
}

static struct json new_object(struct arena *a, size_t cap)
{
    return (struct json){ .type = JSON_OBJECT,
                          .as.members = ARENA_ARRAY(a, struct json_member, cap) };
}

static struct json text_json(struct str s)
{
    return (struct json){ .type = JSON_TEXT, .as.text = s };
}

static const struct json *object_at(const struct json *v, const char *key)
{
    const struct json *found = json_find(v, str_of(key));
    return json_is(found, JSON_OBJECT) ? found : NULL;
}

/* ---- where it happened ---- */

struct place {
    struct str url, path, search, referrer, title;
};

static struct str page_text(const struct json *page, const struct json *properties, const char *key)
{
    struct str s = json_text(json_find(page, str_of(key)));
    return s.len || !properties ? s : json_text(json_find(properties, str_of(key)));
}

/* The page's words, with path and search taken from the url where nobody says them. */
static struct place place_of(const struct json *context, const struct json *properties, bool page_call)
{
    const struct json *page = object_at(context, "page");
    const struct json *more = page_call ? properties : NULL;
    struct place p = {
        .url = page_text(page, more, "url"),
        .path = page_text(page, more, "path"),
        .search = page_text(page, more, "search"),
        .referrer = page_text(page, more, "referrer"),
        .title = page_text(page, more, "title"),
    };
    struct str rest = p.url;
    ptrdiff_t at = str_find(rest, STR("://"));

    if (at >= 0) {
        rest = str_sub(rest, (size_t)at + 3, rest.len);
        at = str_find_char(rest, '/');
        ptrdiff_t ask = str_find_char(rest, '?');
        rest = at >= 0 && (ask < 0 || at < ask) ? str_sub(rest, (size_t)at, rest.len)
               : ask >= 0                       ? str_sub(rest, (size_t)ask, rest.len)
                                                : STR("/");
        at = str_find_char(rest, '#');
        if (at >= 0)
            rest.len = (size_t)at;
        at = str_find_char(rest, '?');
        if (!p.path.len)
            p.path = at > 0 ? str_sub(rest, 0, (size_t)at) : at == 0 ? STR("/") : rest;
        if (!p.search.len && at >= 0)
            p.search = str_sub(rest, (size_t)at, rest.len);
    }
    if (!p.path.len && properties)
        p.path = json_text(json_find(properties, STR("path")));
    return p;
}

/* What is named in the query, under the names of the table; the object has no members when nothing is. */
static void lift(struct arena *a, struct str search, struct json *campaign, struct json *click)
{
    struct str rest = search, name, value;

    if (rest.len && rest.ptr[0] == '?')
        rest = str_sub(rest, 1, rest.len);
    rest = str_sub(rest, 0, LIMIT_QUERY_BYTES);
    if (!rest.len)
        return;
    for (int more; (more = url_next_pair(a, &rest, &name, &value)) != 0;) {
        if (more < 0)
            return;
        value = utf8_cut(str_trim(value), QUERY_VALUE_CHARS);
        if (!value.len)
            continue;
        for (size_t i = 0; i < countof(campaign_names); i++)
            if (str_eq_nocase(name, str_of(campaign_names[i].parameter)) &&
                !json_find(campaign, str_of(campaign_names[i].name)))
                add_member(campaign, countof(campaign_names), str_of(campaign_names[i].name),
                           text_json(value));
        for (size_t i = 0; i < countof(click_names); i++)
            if (str_eq_nocase(name, str_of(click_names[i])) &&
                !json_find(click, str_of(click_names[i])))
                add_member(click, countof(click_names), str_of(click_names[i]), text_json(value));
    }
}

/* Members of page with the missing ones of place behind them. */
static struct json full_page(struct arena *a, const struct json *page, const struct place *p)
{
    const struct {
        const char *name;
        struct str text;
    } words[] = {
        { "path", p->path },         { "url", p->url },     { "search", p->search },
        { "referrer", p->referrer }, { "title", p->title },
    };
    size_t cap = (page ? page->count : 0) + countof(words);
    struct json full = new_object(a, cap);

    for (size_t i = 0; page && i < page->count; i++)
        full.as.members[full.count++] = page->as.members[i];
    for (size_t i = 0; i < countof(words); i++) {
        struct json *had = (struct json *)json_find(&full, str_of(words[i].name));
        if (!words[i].text.len)
            continue;
        if (!had)
            add_member(&full, cap, str_of(words[i].name), text_json(words[i].text));
        else if (!json_text(had).len)
            *had = text_json(words[i].text);
    }
    return full;
}

/* The context as it is kept: the same one when there is nothing to add, NULL when there is none. */
static const struct json *full_context(struct arena *a, const struct json *context,
                                       const struct place *p)
{
    struct json campaign = new_object(a, countof(campaign_names));
    struct json click = new_object(a, countof(click_names));
    const struct json *page = object_at(context, "page");
    const struct json *had = object_at(context, "campaign");
    bool page_lacks = (p->path.len && !json_text(json_find(page, STR("path"))).len) ||
                      (p->search.len && !json_text(json_find(page, STR("search"))).len);

    lift(a, p->search, &campaign, &click);
    if (had && had->count)
        campaign.count = 0;
    if (!page_lacks && !campaign.count && !click.count)
        return context;
    struct json *full = ARENA_NEW(a, struct json);
    *full = new_object(a, (context ? context->count : 0) + 3);
    for (size_t i = 0; context && i < context->count; i++) {
        struct str key = context->as.members[i].key;
        if ((page_lacks && str_eq(key, STR("page"))) ||
            (campaign.count && str_eq(key, STR("campaign"))) ||
            (click.count && str_eq(key, STR("click"))))
            continue;
        full->as.members[full->count++] = context->as.members[i];
    }
    if (page_lacks)
        full->as.members[full->count++] = (struct json_member){ STR("page"), full_page(a, page, p) };
    if (campaign.count)
        full->as.members[full->count++] = (struct json_member){ STR("campaign"), campaign };
    if (click.count)
        full->as.members[full->count++] = (struct json_member){ STR("click"), click };
    return full;
}

/* ---- what is kept ---- */

static void put_value(struct json_out *o, const struct json *v)
{
    if (v->raw.len)
        json_put_raw(o, v->raw);
    else
        json_put(o, v);
}

/* The kept message: its tree and its text, of the same members in the same order. */
static void keep_body(struct arena *a, struct event *ev, const struct json *v,
                      const struct json *properties, const struct json *context)
{
    static const char *const words[] = { "groupId", "category" };
    struct json *body = ARENA_NEW(a, struct json);
    struct buf b = buf_new(a, 4 * LIMIT_EVENT_BYTES);
    struct json_out o = json_to(&b);

    *body = new_object(a, 8);
    if (ev->who.user_id.len)
        add_member(body, 8, STR("userId"), text_json(ev->who.user_id));
    if (ev->who.anonymous_id.len)
        add_member(body, 8, STR("anonymousId"), text_json(ev->who.anonymous_id));
    if (ev->who.previous_id.len)
        add_member(body, 8, STR("previousId"), text_json(ev->who.previous_id));
    for (size_t i = 0; i < countof(words); i++) {
        struct str text = json_text(json_find(v, str_of(words[i])));
        if (text.len)
            add_member(body, 8, str_of(words[i]), text_json(text));
    }
    if (properties)
        add_member(body, 8, STR("properties"), *properties);
    if (context)
        add_member(body, 8, STR("context"), *context);
    if (object_at(v, "traits"))
        add_member(body, 8, STR("traits"), *object_at(v, "traits"));
    json_begin(&o);
    for (uint32_t i = 0; i < body->count; i++) {
        json_key_str(&o, body->as.members[i].key);
        put_value(&o, &body->as.members[i].value);
    }
    json_end(&o);
    ev->body = body;
    ev->raw = buf_str(&b);
}

/* ---- one event ---- */

static enum err refuse(struct reading *r, enum err code, const char *field)
{
    r->field = str_of(field);
    return code;
}

static enum err read_kind(struct reading *r)
{
    const struct json *type = json_find(r->v, STR("type"));

    if (r->call->path == INTAKE_SINGLE) {
        r->event->kind = r->call->kind;
        return ERR_NONE;
    }
    if (!type || json_is(type, JSON_NULL))
        return refuse(r, ERR_MISSING, "/type");
    for (int k = 0; k < (int)countof(kind_names); k++) {
        if (str_eq(json_text(type), str_of(kind_names[k]))) {
            r->event->kind = (enum event_kind)k;
            return ERR_NONE;
        }
    }
    return refuse(r, ERR_BAD_FIELD, "/type");
}

/* Text or whole number; null and "" are absent. */
static enum err read_id(struct reading *r, const char *key, const char *pointer, struct str *id)
{
    const struct json *v = json_find(r->v, str_of(key));

    *id = STR_NULL;
    if (!v || json_is(v, JSON_NULL))
        return ERR_NONE;
    if (json_is(v, JSON_INT))
        *id = str_print(r->c->arena, "%lld", (long long)v->as.integer);
    else if (json_is(v, JSON_TEXT))
        *id = str_trim(v->as.text);
    else
        return refuse(r, ERR_BAD_FIELD, pointer);
    if (id->len > ID_BYTES_MAX)
        return refuse(r, ERR_TOO_LONG, pointer);
    if (!id->len)
        *id = STR_NULL;
    return ERR_NONE;
}

static enum err read_message_id(struct reading *r)
{
    const struct json *v = json_find(r->v, STR("messageId"));

    if (!v || json_is(v, JSON_NULL))
        return ERR_NONE;
    if (!json_is(v, JSON_TEXT))
        return refuse(r, ERR_BAD_FIELD, "/messageId");
    if (v->as.text.len == 0)
        return refuse(r, ERR_MISSING, "/messageId");
    if (v->as.text.len > LIMIT_MESSAGE_ID_BYTES)
        return refuse(r, ERR_TOO_LONG, "/messageId");
    r->event->message_id = v->as.text;
    return ERR_NONE;
}

static enum err read_who(struct reading *r)
{
    struct who *who = &r->event->who;
    enum err e;

    if ((e = read_id(r, "userId", "/userId", &who->user_id)) ||
        (e = read_id(r, "anonymousId", "/anonymousId", &who->anonymous_id)) ||
        (e = read_id(r, "previousId", "/previousId", &who->previous_id)))
        return e;
    if (!who->anonymous_id.len && r->call->anonymous_id.len) {
        struct str bytes;
        if (base64_parse(r->c->arena, r->call->anonymous_id, &bytes) && utf8_is_valid(bytes) &&
            bytes.len <= ID_BYTES_MAX)
            who->anonymous_id = bytes;
    }
    if (!who->user_id.len && !who->anonymous_id.len)
        return refuse(r, ERR_MISSING, "/userId");
    if (r->event->kind != EVENT_ALIAS) {
        who->previous_id = STR_NULL;
        return ERR_NONE;
    }
    if (!who->user_id.len)
        return refuse(r, ERR_MISSING, "/userId");
    if (!who->previous_id.len)
        who->previous_id = who->anonymous_id;
    if (str_eq(who->previous_id, who->user_id))
        who->previous_id = STR_NULL;
    return ERR_NONE;
}

/* What a group call says of the company, as facts of the person in it: its name is `company`, what has no well-known name of its own goes
 * under "company." */
static const struct json *group_traits(struct arena *a, const struct json *own, struct str group_id)
{
    static const char *const plain[] = { "industry", "employees", "revenue" };
    struct json *traits = ARENA_NEW(a, struct json);
    size_t cap = (own ? own->count : 0) + 1;

    *traits = new_object(a, cap);
    for (size_t i = 0; own && i < own->count; i++) {
        struct str key = own->as.members[i].key;
        struct str name = str_print(a, "company." STR_FMT, STR_ARG(key));
        if (str_eq(key, STR("name")))
            name = STR("company");
        for (size_t k = 0; k < countof(plain); k++)
            if (str_eq(key, str_of(plain[k])))
                name = key;
        add_member(traits, cap, name, own->as.members[i].value);
    }
    if (group_id.len && !json_find(traits, STR("company.id")))
        add_member(traits, cap, STR("company.id"), text_json(group_id));
    return traits;
}

/* A company's traits are not the person's. */
static void read_traits(struct reading *r, const struct json *context)
{
    struct event *ev = r->event;
    const struct json *own = object_at(r->v, "traits");
    const struct json *person = object_at(context, "traits");

    if (ev->kind == EVENT_IDENTIFY && own)
        person = own;
    ev->traits = person;
    if (ev->kind == EVENT_GROUP)
        ev->traits = group_traits(r->c->arena, own, json_text(json_find(r->v, STR("groupId"))));
    if (ev->traits && !ev->traits->count)
        ev->traits = NULL;
    ev->who.email = json_text(json_find(person, STR("email")));
    ev->who.phone = json_text(json_find(person, STR("phone")));
}

static enum err read_name(struct reading *r)
{
    bool track = r->event->kind == EVENT_TRACK;
    const char *key = track ? "event" : "name";
    const struct json *v = json_find(r->v, str_of(key));
    struct str name = str_trim(json_text(v));

    if (track && !name.len)
        return refuse(r, v && !json_is(v, JSON_TEXT) && !json_is(v, JSON_NULL) ? ERR_BAD_FIELD : ERR_MISSING,
                      "/event");
    if (name.len > 4 * LIMIT_NAME_CHARS || utf8_count(name) > LIMIT_NAME_CHARS)
        return refuse(r, ERR_TOO_LONG, track ? "/event" : "/name");
    if (track || r->event->kind == EVENT_PAGE || r->event->kind == EVENT_SCREEN)
        r->event->name = name;
    return ERR_NONE;
}

/* Names in an object and below, up to the limit and one. */
static uint32_t count_names(const struct json *v, uint32_t had)
{
    if (!v || (v->type != JSON_OBJECT && v->type != JSON_ARRAY))
        return had;
    if (v->type == JSON_OBJECT)
        had += v->count;
    for (uint32_t i = 0; i < v->count && had <= LIMIT_EVENT_PROPERTIES; i++)
        had = count_names(v->type == JSON_OBJECT ? &v->as.members[i].value : &v->as.items[i], had);
    return had;
}

static instant read_time(const struct reading *r, instant batch_sent)
{
    const struct json *stated = json_find(r->v, STR("originalTimestamp"));
    instant sent = intake_time(json_find(r->v, STR("sentAt")));
    instant at = intake_time(stated);

    if (at == INSTANT_NONE)
        at = intake_time(json_find(r->v, STR("timestamp")));
    if (batch_sent != INSTANT_NONE)
        sent = batch_sent;
    if (sent == INSTANT_NONE && r->call->sent_at.len) {
        struct json header = text_json(r->call->sent_at);
        sent = intake_time(&header);
    }
    return intake_time_correct(r->call->received, sent, at);
}

static enum err read_event(struct reading *r, instant batch_sent, struct intake_agent *agent)
{
    const struct json *properties = object_at(r->v, "properties");
    const struct json *context = object_at(r->v, "context");
    struct event *ev = r->event;
    enum err e;

    if (!json_is(r->v, JSON_OBJECT))
        return refuse(r, ERR_BAD_FIELD, "");
    if (r->v->raw.len > LIMIT_EVENT_BYTES)
        return refuse(r, ERR_TOO_LARGE, "");
    if ((e = read_kind(r)) || (e = read_message_id(r)) || (e = read_who(r)) || (e = read_name(r)))
        return e;
    if (count_names(r->v, 0) > LIMIT_EVENT_PROPERTIES)
        return refuse(r, ERR_OUT_OF_RANGE, "/properties");
    ev->known_at = r->call->received;
    ev->at = read_time(r, batch_sent);
    read_traits(r, context);
    struct place place = place_of(context, properties, ev->kind == EVENT_PAGE);
    ev->path = place.path.len ? place.path : STR_NULL;
    *agent = (struct intake_agent){
        .header = r->call->user_agent,
        .context = json_text(json_find(context, STR("userAgent"))),
        .library = json_text(json_path(context, STR("library.name"))),
        .purpose = r->call->purpose,
        .letter = r->call->letter,
    };
    context = full_context(r->c->arena, context, &place);
    keep_body(r->c->arena, ev, r->v, properties, context);
    return ERR_NONE;
}

/* ---- the whole ---- */

static void take(struct ctx *c, const struct intake_call *call, const struct json *v, size_t index,
                 enum err bad, instant sent, struct intake_events *out)
{
    struct reading r = { .c = c, .call = call, .v = v, .event = &out->events[out->count] };
    enum err e = bad ? bad : read_event(&r, sent, &out->agents[out->count]);

    if (e == ERR_NONE) {
        out->index[out->count++] = index;
        return;
    }
    struct str id = json_text(json_find(v, STR("messageId")));
    *r.event = (struct event){ .kind = EVENT_TRACK };
    out->refused[out->refused_count++] = (struct intake_refusal){
        .index = index,
        .code = e,
        .field = r.field,
        .message_id = id.len <= LIMIT_MESSAGE_ID_BYTES ? id : STR_NULL,
        .snippet = utf8_cut(str_sub(v->raw, 0, 4 * SNIPPET_CHARS), SNIPPET_CHARS),
    };
}

static void make_room(struct arena *a, struct intake_events *out, size_t n)
{
    out->events = ARENA_ARRAY(a, struct event, n + 1);
    out->index = ARENA_ARRAY(a, size_t, n + 1);
    out->agents = ARENA_ARRAY(a, struct intake_agent, n + 1);
    out->refused = ARENA_ARRAY(a, struct intake_refusal, n + 1);
}

static enum err read_batch(struct ctx *c, const struct intake_call *call, struct str body,
                           struct intake_events *out)
{
    struct json *v;
    enum err *bad;
    enum err e = json_read_batch(c, body, STR("batch"), &v, &bad);

    if (e)
        return e;
    const struct json *list = json_find(v, STR("batch"));
    if (!json_is(list, JSON_ARRAY))
        return fault_field(c, ERR_BAD_REQUEST, "/batch");
    if (list->count > LIMIT_BATCH_EVENTS)
        return fault_set(c, ERR_BAD_REQUEST, "a batch of %u events", list->count);
    instant sent = intake_time(json_find(v, STR("sentAt")));
    make_room(c->arena, out, list->count);
    out->sent = list->count;
    out->write_key = json_text(json_find(v, STR("writeKey")));
    for (uint32_t i = 0; i < list->count; i++)
        take(c, call, &list->as.items[i], i, bad[i], sent, out);
    return ERR_NONE;
}

static enum err read_single(struct ctx *c, const struct intake_call *call, struct str body,
                            struct intake_events *out)
{
    struct json *v;
    enum err e = json_read(c, body, &v);

    if (e)
        return e;
    if (!json_is(v, JSON_OBJECT))
        return fault_set(c, ERR_BAD_REQUEST, "the body is no object");
    make_room(c->arena, out, 1);
    out->sent = 1;
    out->write_key = json_text(json_find(v, STR("writeKey")));
    take(c, call, v, 0, ERR_NONE, INSTANT_NONE, out);
    return ERR_NONE;
}

enum err intake_segment_read(struct ctx *c, const struct intake_call *call, struct str body,
                             struct intake_events *out)
{
    struct intake_events events = { .count = 0 };
    enum err e;

    if (call->path == INTAKE_SINGLE)
        e = read_single(c, call, body, &events);
    else
        e = read_batch(c, call, body, &events);
    if (e == ERR_NONE)
        *out = events;
    return e;
}

/* One more word in the kept message: its tree and its text. */
static void add_word(struct arena *a, struct event *ev, struct str key, struct str text)
{
    struct json *body = ARENA_NEW(a, struct json);
    uint32_t n = ev->body->count;
    struct buf b = buf_new(a, 4 * LIMIT_EVENT_BYTES + 8 * LIMIT_QUERY_BYTES);
    struct json_out o = json_to(&b);

    *body = new_object(a, n + 1);
    for (uint32_t i = 0; i < n; i++)
        body->as.members[i] = ev->body->as.members[i];
    body->as.members[n] = (struct json_member){ key, text_json(text) };
    body->count = n + 1;
    json_begin(&o);
    json_key_str(&o, key);
    json_put_text(&o, text);
    json_end(&o);
    struct str word = str_sub(buf_str(&b), 1, b.len);
    ev->raw = str_print(a, "%.*s%s" STR_FMT, (int)ev->raw.len - 1, ev->raw.ptr, n ? "," : "", STR_ARG(word));
    ev->body = body;
}

/* The reason stands beside the event, and in its body for those who read that. */
static void mark_bot(struct arena *a, struct event *ev, enum intake_bot what)
{
    add_word(a, ev, STR("bot"), str_of(intake_bot_slug(what)));
    ev->bot = true;
    ev->signal = (int)what;
}

/* How the person's program names itself: an SDK on a server names the person's browser in the event, and itself in the header. A
 * browser that names itself in the header alone is written down, so that a mark may still find it. */
static void name_agent(struct arena *a, struct event *ev, const struct intake_agent *agent)
{
    struct str header = str_trim(agent->header);

    ev->agent = str_trim(agent->context);
    if (ev->agent.len || !header.len || !(agent->browser_key || agent->letter))
        return;
    ev->agent = str_sub(header, 0, 512);
    if (utf8_is_valid(ev->agent))
        add_word(a, ev, STR("agent"), ev->agent);
}

static bool same_agent(const struct intake_agent *a, const struct intake_agent *b)
{
    return str_eq(a->context, b->context) && str_eq(a->library, b->library);
}

void intake_segment_own(struct arena *a, struct intake_events *events, int64_t source_id,
                        bool unverified)
{
    enum intake_bot what = INTAKE_BOT_NO;

    for (size_t i = 0; i < events->count; i++) {
        events->events[i].source_id = source_id;
        events->events[i].unverified = unverified;
        events->agents[i].browser_key = unverified;
        /* One sender's batch names one agent: it is looked up once. */
        if (i == 0 || !same_agent(&events->agents[i], &events->agents[i - 1]))
            what = intake_bot_of(&events->agents[i]);
        name_agent(a, &events->events[i], &events->agents[i]);
        enum intake_bot is = what ? what : intake_signal_one(&events->events[i], events->events[i].agent, unverified);
        if (is != INTAKE_BOT_NO)
            mark_bot(a, &events->events[i], is);
    }
}
