/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Each person's notifications: what by which channel, when not, and the ways to the person. */
#include "api/api_outreach.h"

#include "api/rate.h"
#include "base/limits.h"
#include "flow/flow_notice.h"
#include "outreach/push.h"
#include "team/audit.h"
#include "team/user.h"

enum { JSON_BYTES = 32 * 1024, DAY_MINUTES = 24 * 60, ENDPOINT_CHARS = 1000 };

/* ---- ways ---- */

struct reach_view {
    int64_t id;
    int channel;
    struct str name, error;
    instant made_at, dead_at;
};
#define R(member) offsetof(struct reach_view, member)
const struct field reach_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = R(id), .prefix = PREFIX_REACH, .help = "the way" },
    { .name = "channel", .kind = FIELD_ENUM, .offset = R(channel), .names = outreach_channel_names, .help = "telegram or push" },
    { .name = "name", .kind = FIELD_TEXT, .offset = R(name), .help = "a chat's or a browser's" },
    { .name = "made_at", .kind = FIELD_INSTANT, .offset = R(made_at), .help = "since when" },
    { .name = "dead_at", .kind = FIELD_INSTANT, .offset = R(dead_at), .flags = FIELD_NULLABLE, .help = "the other side said that it is no more" },
    { .name = "error", .kind = FIELD_TEXT, .offset = R(error), .flags = FIELD_NULLABLE, .help = "in its words" },
    { 0 }
};

static struct reach_view reach_view_of(const struct outreach_reach *r)
{
    return (struct reach_view){ .id = r->id.v, .channel = r->channel, .name = r->name, .error = r->error, .made_at = r->made_at, .dead_at = r->dead_at };
}

/* ---- one's own choice ---- */

struct notify_view {
    int64_t version;
    struct str channels, ready, ways; /* JSON */
    int64_t quiet_from, quiet_until;
    bool quiet_hot;
    struct str push_key;
};
#define V(member) offsetof(struct notify_view, member)
const struct field notify_fields[] = {
    { .name = "version", .kind = FIELD_INT, .offset = V(version), .help = "for If-Match; 0: nothing was chosen yet" },
    { .name = "channels", .kind = FIELD_RAW, .offset = V(channels), .help = "{hot: [\"telegram\", ...], reminder, reassigned, escalation, queue}" },
    { .name = "ready", .kind = FIELD_RAW, .offset = V(ready), .help = "channels that the company has set up" },
    { .name = "ways", .kind = FIELD_RAW, .offset = V(ways), .help = "[{id, channel, name, made_at, dead_at, error}]" },
    { .name = "quiet_from", .kind = FIELD_INT, .offset = V(quiet_from), .help = "minute of the person's day" },
    { .name = "quiet_until", .kind = FIELD_INT, .offset = V(quiet_until), .help = "the same as quiet_from: no quiet hours" },
    { .name = "quiet_hot", .kind = FIELD_BOOL, .offset = V(quiet_hot), .help = "hot leads wait for the end of quiet hours too" },
    { .name = "push_key", .kind = FIELD_TEXT, .offset = V(push_key), .flags = FIELD_NULLABLE, .help = "the server's key, for a browser's subscription" },
    { 0 }
};

struct notify_ask {
    const struct json *channels;
    int64_t quiet_from, quiet_until;
    bool quiet_hot;
};
#define A(member) offsetof(struct notify_ask, member)
const struct field notify_put_fields[] = {
    { .name = "channels", .kind = FIELD_JSON, .offset = A(channels), .flags = FIELD_REQUIRED, .help = "{hot: [\"telegram\", \"mail\", \"push\"], ...}; a kind that is not named: none" },
    { .name = "quiet_from", .kind = FIELD_INT, .offset = A(quiet_from), .min = 0, .max = DAY_MINUTES - 1, .help = "minute of the person's day" },
    { .name = "quiet_until", .kind = FIELD_INT, .offset = A(quiet_until), .min = 0, .max = DAY_MINUTES - 1, .help = "the same as quiet_from: none" },
    { .name = "quiet_hot", .kind = FIELD_BOOL, .offset = A(quiet_hot), .help = "hot leads wait too" },
    { 0 }
};

static int name_index(const char *const *names, int count, struct str name)
{
    for (int i = 0; i < count; i++)
        if (str_eq(name, str_of(names[i])))
            return i;
    return -1;
}

static struct str channels_text(struct call *call, const struct outreach_choice *choice)
{
    struct buf b = buf_new(call->ctx.arena, JSON_BYTES);
    struct json_out o = json_to(&b);

    json_begin(&o);
    for (int k = 0; k < OUTREACH_KINDS; k++) {
        if (!outreach_is_chosen((enum outreach_kind)k))
            continue;
        json_key(&o, outreach_kind_names[k]);
        json_list(&o);
        for (int ch = 0; ch < OUTREACH_HOOK; ch++)
            if (choice->channels[k] >> ch & 1)
                json_put_text(&o, str_of(outreach_channel_names[ch]));
        json_list_end(&o);
    }
    json_end(&o);
    return buf_str(&b);
}

static enum err ready_text(struct call *call, struct str *text, struct str *push_key)
{
    static const char *const names[] = { "telegram_name", "mail_host", "push_keys" };
    struct buf b = buf_new(call->ctx.arena, 200);
    struct json_out o = json_to(&b);
    struct str value;

    json_list(&o);
    for (int ch = 0; ch < OUTREACH_HOOK; ch++) {
        enum err e = outreach_setting_get(&call->ctx, call->tx, names[ch], &value);

        if (e)
            return e;
        if (value.len)
            json_put_text(&o, str_of(outreach_channel_names[ch]));
        if (ch == OUTREACH_PUSH)
            *push_key = outreach_push_point(value);
    }
    json_list_end(&o);
    *text = buf_str(&b);
    return ERR_NONE;
}

static enum err reply_notify(struct call *call, const struct outreach_choice *choice)
{
    struct notify_view v = { .version = choice->version, .channels = channels_text(call, choice), .quiet_from = choice->quiet_from,
                             .quiet_until = choice->quiet_until, .quiet_hot = choice->quiet_hot };
    struct buf b = buf_new(call->ctx.arena, JSON_BYTES);
    struct json_out o = json_to(&b);
    struct outreach_reaches ways;
    enum err e;

    if ((e = ready_text(call, &v.ready, &v.push_key)) || (e = outreach_reach_list(&call->ctx, call->tx, choice->user, &ways)))
        return e;
    json_list(&o);
    for (size_t i = 0; i < ways.count; i++) {
        struct reach_view way = reach_view_of(&ways.items[i]);

        field_write(&o, reach_fields, &way);
    }
    json_list_end(&o);
    v.ways = buf_str(&b);
    reply_etag(call, choice->version);
    return reply_ok(call, &v);
}

enum err notify_get(struct call *call)
{
    struct outreach_choice choice;
    enum err e = outreach_choice_get(&call->ctx, call->tx, call_user(call), &choice);

    return e ? e : reply_notify(call, &choice);
}

static enum err channels_read(struct call *call, const struct json *from, struct outreach_choice *choice)
{
    if (!json_is(from, JSON_OBJECT))
        return fault_field(&call->ctx, ERR_BAD_FIELD, "/channels");
    memset(choice->channels, 0, sizeof choice->channels);
    for (uint32_t i = 0; i < from->count; i++) {
        const struct json_member *m = &from->as.members[i];
        int kind = name_index(outreach_kind_names, OUTREACH_KINDS, m->key);
        struct str place = str_print(call->ctx.arena, "/channels/" STR_FMT, STR_ARG(str_sub(m->key, 0, 40)));

        if (kind < 0 || !outreach_is_chosen((enum outreach_kind)kind) || !json_is(&m->value, JSON_ARRAY))
            return fault_at(&call->ctx, ERR_BAD_FIELD, place, "not a kind with its list of channels");
        for (uint32_t k = 0; k < m->value.count; k++) {
            int channel = name_index(outreach_channel_names, OUTREACH_HOOK, json_text(&m->value.as.items[k]));

            if (channel < 0)
                return fault_at(&call->ctx, ERR_BAD_FIELD, place, "no such channel");
            choice->channels[kind] |= 1u << channel;
        }
    }
    return ERR_NONE;
}

enum err notify_put(struct call *call)
{
    struct notify_ask ask = { 0 };
    struct outreach_choice choice;
    enum err e;

    if ((e = body_read(call, &ask, NULL)) || (e = outreach_choice_get(&call->ctx, call->tx, call_user(call), &choice))
        || (e = match_version(call, choice.version)) || (e = channels_read(call, ask.channels, &choice)))
        return e;
    choice.quiet_from = ask.quiet_from;
    choice.quiet_until = ask.quiet_until;
    choice.quiet_hot = ask.quiet_hot;
    e = outreach_choice_put(&call->ctx, call->tx, &choice);
    return e ? e : reply_notify(call, &choice);
}

/* ---- the ways ---- */

struct code_view {
    struct str link, code;
    instant ends_at;
};
#define C(member) offsetof(struct code_view, member)
const struct field notify_code_fields[] = {
    { .name = "link", .kind = FIELD_TEXT, .offset = C(link), .help = "opens the bot, which then knows whose chat it is" },
    { .name = "code", .kind = FIELD_TEXT, .offset = C(code), .help = "of that link: /start CODE" },
    { .name = "ends_at", .kind = FIELD_INSTANT, .offset = C(ends_at), .help = "it is good once, until then" },
    { 0 }
};

enum err notify_code(struct call *call)
{
    struct code_view v = { .ends_at = call->ctx.now + HOUR_US };
    struct str bot;
    enum err e = outreach_setting_get(&call->ctx, call->tx, "telegram_name", &bot);

    if (e)
        return e;
    if (!bot.len)
        return fault_set(&call->ctx, ERR_CONFLICT, "the company has no bot yet");
    if ((e = outreach_code_new(&call->ctx, call->tx, call_user(call), OUTREACH_TELEGRAM, &v.code)))
        return e;
    v.link = str_print(call->ctx.arena, "https://t.me/" STR_FMT "?start=" STR_FMT, STR_ARG(bot), STR_ARG(v.code));
    return reply_made(call, &v);
}

struct push_ask {
    struct str endpoint, p256dh, auth, name;
};
#define P(member) offsetof(struct push_ask, member)
const struct field notify_push_fields[] = {
    { .name = "endpoint", .kind = FIELD_TEXT, .offset = P(endpoint), .flags = FIELD_REQUIRED, .min = 10, .max = ENDPOINT_CHARS, .help = "as the browser's subscription says" },
    { .name = "p256dh", .kind = FIELD_TEXT, .offset = P(p256dh), .flags = FIELD_REQUIRED, .min = 80, .max = 100, .help = "its key, base64url" },
    { .name = "auth", .kind = FIELD_TEXT, .offset = P(auth), .flags = FIELD_REQUIRED, .min = 16, .max = 40, .help = "its secret, base64url" },
    { .name = "name", .kind = FIELD_TEXT, .offset = P(name), .max = LIMIT_NAME_CHARS, .help = "what the person calls this browser" },
    { 0 }
};

enum err notify_push(struct call *call)
{
    struct push_ask ask = { .name = STR("") };
    struct buf b = buf_new(call->ctx.arena, 1000);
    struct json_out o = json_to(&b);
    struct outreach_reach way = { .channel = OUTREACH_PUSH, .user = call_user(call) };
    struct reach_view v;
    enum err e = body_read(call, &ask, NULL);

    if (e)
        return e;
    if (client_url_check(&call->ctx, call->house->post, ask.endpoint, call->house->plain_hooks)) {
        fault_clear(&call->ctx);
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/endpoint"), "address_not_allowed");
    }
    json_begin(&o);
    json_key(&o, "p256dh");
    json_put_text(&o, ask.p256dh);
    json_key(&o, "auth");
    json_put_text(&o, ask.auth);
    json_end(&o);
    way.address = ask.endpoint;
    way.name = ask.name;
    way.extra = buf_str(&b);
    if ((e = outreach_reach_put(&call->ctx, call->tx, &way)))
        return e;
    v = reach_view_of(&way);
    return reply_made(call, &v);
}

enum err notify_drop(struct call *call)
{
    struct reach_id id;
    enum err e = param_id(call, "id", PREFIX_REACH, &id.v);

    if (e || (e = outreach_reach_del(&call->ctx, call->tx, call_user(call), id)))
        return e;
    return reply_none(call);
}

struct test_ask {
    int channel;
    int64_t letters;
};
#define T(member) offsetof(struct test_ask, member)
const struct field notify_test_fields[] = {
    { .name = "channel", .kind = FIELD_ENUM, .offset = T(channel), .names = outreach_channel_names, .flags = FIELD_REQUIRED, .help = "telegram, mail or push" },
    { .name = "letters", .kind = FIELD_INT, .offset = T(letters), .flags = FIELD_READ_ONLY, .help = "how many ways it goes" },
    { 0 }
};

enum err notify_test(struct call *call)
{
    struct test_ask ask = { 0 };
    struct user user;
    enum err e = body_read(call, &ask, NULL);

    if (e || (e = rate_tests(call)))
        return e;
    if (ask.channel == OUTREACH_HOOK)
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/channel"), "a webhook is no person's");
    if ((e = team_user_get(&call->ctx, call->tx, call_user(call), &user))
        || (e = flow_notice_test(&call->ctx, call->tx, &user, (enum outreach_channel)ask.channel, &call->messages, &ask.letters)))
        return e;
    return reply_ok(call, &ask);
}
