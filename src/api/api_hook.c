/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Webhooks: where, of what, with which secret, and how it goes. */
#include "api/api_outreach.h"

#include "api/rate.h"
#include "base/limits.h"
#include "flow/flow_notice.h"
#include "outreach/hook.h"
#include "team/audit.h"

struct hook_view {
    int64_t id, version, made_by;
    struct str name, url, kinds, secret, why;
    int state;
    instant failing_at, before_until, made_at;
};
#define H(member) offsetof(struct hook_view, member)
const struct field hook_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = H(id), .prefix = PREFIX_HOOK, .help = "the webhook" },
    { .name = "version", .kind = FIELD_INT, .offset = H(version), .help = "for If-Match" },
    { .name = "name", .kind = FIELD_TEXT, .offset = H(name), .help = "as people call it" },
    { .name = "url", .kind = FIELD_TEXT, .offset = H(url), .help = "where events are posted" },
    { .name = "types", .kind = FIELD_RAW, .offset = H(kinds), .help = "of the events that it gets" },
    { .name = "state", .kind = FIELD_ENUM, .offset = H(state), .names = outreach_hook_state_names, .help = "stopped: by the house, see why" },
    { .name = "why", .kind = FIELD_TEXT, .offset = H(why), .flags = FIELD_NULLABLE, .help = "410: it said that it is gone; failing: nothing arrived for five days" },
    { .name = "failing_at", .kind = FIELD_INSTANT, .offset = H(failing_at), .flags = FIELD_NULLABLE, .help = "since when nothing has arrived" },
    { .name = "old_secret_until", .kind = FIELD_INSTANT, .offset = H(before_until), .flags = FIELD_NULLABLE, .help = "the secret before the last change signs too until then" },
    { .name = "made_at", .kind = FIELD_INSTANT, .offset = H(made_at), .help = "when made" },
    { .name = "secret", .kind = FIELD_TEXT, .offset = H(secret), .flags = FIELD_NULLABLE, .help = "only in the answer that made it" },
    { 0 }
};

struct hook_ask {
    struct str name, url;
    const struct json *kinds;
    bool on;
};
#define A(member) offsetof(struct hook_ask, member)
enum { SET_NAME, SET_URL, SET_TYPES, SET_ON };
const struct field hook_draft_fields[] = {
    { .name = "name", .kind = FIELD_TEXT, .offset = A(name), .flags = FIELD_REQUIRED, .min = 1, .max = LIMIT_NAME_CHARS, .help = "as people call it" },
    { .name = "url", .kind = FIELD_TEXT, .offset = A(url), .flags = FIELD_REQUIRED, .min = 8, .max = 2000, .help = "https, of a host that is not in a private network" },
    { .name = "types", .kind = FIELD_JSON, .offset = A(kinds), .flags = FIELD_REQUIRED, .help = "list of event types: lead.created, lead.updated, lead.won, lead.lost, lead.hot, lead.cooled, lead.assigned, lead.waiting, task.reminded, task.late, task.completed" },
    { 0 }
};
const struct field hook_patch_fields[] = {
    [SET_NAME] = { .name = "name", .kind = FIELD_TEXT, .offset = A(name), .min = 1, .max = LIMIT_NAME_CHARS, .help = "as people call it" },
    [SET_URL] = { .name = "url", .kind = FIELD_TEXT, .offset = A(url), .min = 8, .max = 2000, .help = "where events are posted" },
    [SET_TYPES] = { .name = "types", .kind = FIELD_JSON, .offset = A(kinds), .help = "list of event types" },
    [SET_ON] = { .name = "on", .kind = FIELD_BOOL, .offset = A(on), .help = "false: nothing is posted, and what happens meanwhile is not kept for it" },
    { 0 }
};

static struct hook_view view_of(const struct outreach_hook *h, bool with_secret)
{
    return (struct hook_view){ .id = h->id.v, .version = h->version, .name = h->name, .url = h->url, .kinds = h->kinds, .state = h->state,
                               .why = h->why, .failing_at = h->failing_at, .before_until = h->before_until, .made_at = h->made_at,
                               .secret = with_secret ? h->secret : STR_NULL };
}

static enum err reply_hook(struct call *call, const struct outreach_hook *h, bool with_secret, bool made)
{
    struct hook_view v = view_of(h, with_secret);

    reply_etag(call, h->version);
    return made ? reply_made(call, &v) : reply_ok(call, &v);
}

/* One wording for everything that may not be called. */
static enum err url_check(struct call *call, struct str url)
{
    if (client_url_check(&call->ctx, call->house->post, url, call->house->plain_hooks) == ERR_NONE)
        return ERR_NONE;
    fault_clear(&call->ctx);
    return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/url"), "address_not_allowed");
}

static enum err types_text(struct call *call, const struct json *from, struct str *text)
{
    struct buf b = buf_new(call->ctx.arena, 2000);
    struct json_out o = json_to(&b);

    if (!json_is(from, JSON_ARRAY) || from->count == 0)
        return fault_field(&call->ctx, ERR_BAD_FIELD, "/types");
    json_list(&o);
    for (uint32_t i = 0; i < from->count; i++) {
        struct str one = json_text(&from->as.items[i]);
        bool known = false;

        for (int k = 0; outreach_event_types[k]; k++)
            known = known || str_eq(one, str_of(outreach_event_types[k]));
        if (!known)
            return fault_at(&call->ctx, ERR_BAD_FIELD, str_print(call->ctx.arena, "/types/%u", i), "no such type");
        json_put_text(&o, one);
    }
    json_list_end(&o);
    *text = buf_str(&b);
    return b.full ? fault_field(&call->ctx, ERR_TOO_LONG, "/types") : ERR_NONE;
}

static enum err hook_of_call(struct call *call, struct outreach_hook *h)
{
    struct hook_id id;
    enum err e = param_id(call, "id", PREFIX_HOOK, &id.v);

    return e ? e : outreach_hook_get(&call->ctx, call->tx, id, h);
}

enum err hook_list_get(struct call *call)
{
    struct outreach_hooks hooks;
    struct hook_view *views;
    enum err e = outreach_hook_list(&call->ctx, call->tx, &hooks);

    if (e)
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct hook_view, hooks.count + 1);
    for (size_t i = 0; i < hooks.count; i++)
        views[i] = view_of(&hooks.items[i], false);
    return reply_list(call, views, hooks.count, sizeof *views, STR_NULL, (int64_t)hooks.count);
}

enum err hook_create(struct call *call)
{
    struct hook_ask ask = { .on = true };
    struct outreach_hook h = { .made_by = call_user(call) };
    enum err e;

    if ((e = body_read(call, &ask, NULL)) || (e = url_check(call, ask.url)) || (e = types_text(call, ask.kinds, &h.kinds)))
        return e;
    h.name = ask.name;
    h.url = ask.url;
    if ((e = outreach_hook_add(&call->ctx, call->tx, &h)) || (e = team_audit_add(&call->ctx, call->tx, "hook.added", PREFIX_HOOK, h.id.v, STR_NULL)))
        return e;
    return reply_hook(call, &h, true, true);
}

enum err hook_patch(struct call *call)
{
    struct hook_ask ask = { .on = true };
    struct outreach_hook h;
    uint64_t set = 0;
    enum err e;

    if ((e = body_read(call, &ask, &set)) || (e = hook_of_call(call, &h)) || (e = match_version(call, h.version)))
        return e;
    if (set >> SET_NAME & 1)
        h.name = ask.name;
    if (set >> SET_URL & 1) {
        if ((e = url_check(call, ask.url)))
            return e;
        h.url = ask.url;
    }
    if (set >> SET_TYPES & 1 && (e = types_text(call, ask.kinds, &h.kinds)))
        return e;
    if (set >> SET_ON & 1) {
        h.state = ask.on ? HOOK_ON : HOOK_OFF;
        h.why = STR_NULL;
        h.failing_at = INSTANT_NONE;
    }
    if ((e = outreach_hook_put(&call->ctx, call->tx, &h)) || (e = team_audit_add(&call->ctx, call->tx, "hook.changed", PREFIX_HOOK, h.id.v, STR_NULL)))
        return e;
    return reply_hook(call, &h, false, false);
}

enum err hook_delete(struct call *call)
{
    struct outreach_hook h;
    enum err e = hook_of_call(call, &h);

    if (e || (e = outreach_hook_del(&call->ctx, call->tx, h.id)) || (e = team_audit_add(&call->ctx, call->tx, "hook.deleted", PREFIX_HOOK, h.id.v, STR_NULL)))
        return e;
    return reply_none(call);
}

enum err hook_rotate(struct call *call)
{
    struct outreach_hook h;
    enum err e = hook_of_call(call, &h);

    if (e || (e = outreach_hook_rotate(&call->ctx, call->tx, &h)) || (e = team_audit_add(&call->ctx, call->tx, "hook.rotated", PREFIX_HOOK, h.id.v, STR_NULL)))
        return e;
    return reply_hook(call, &h, true, false);
}

struct done_view {
    int64_t letters, letter;
};
#define D(member) offsetof(struct done_view, member)
const struct field hook_test_fields[] = {
    { .name = "letter_id", .kind = FIELD_ID, .offset = D(letter), .prefix = PREFIX_LETTER, .help = "see /letters/{id} for how it went" },
    { 0 }
};
const struct field hook_replayed_fields[] = {
    { .name = "letters", .kind = FIELD_INT, .offset = D(letters), .help = "dead ones that wait again" },
    { 0 }
};

enum err hook_test(struct call *call)
{
    struct outreach_letter l;
    struct outreach_hook h;
    struct done_view v;
    enum err e = hook_of_call(call, &h);

    if (e || (e = rate_tests(call)) || (e = flow_notice_hook_test(&call->ctx, call->tx, h.id, &l, &call->messages)))
        return e;
    v.letter = l.id.v;
    return reply_ok(call, &v);
}

struct replay_ask {
    instant since;
};
const struct field hook_replay_fields[] = {
    { .name = "since", .kind = FIELD_INSTANT, .offset = 0, .flags = FIELD_REQUIRED, .help = "what is dead of this instant and later" },
    { 0 }
};

enum err hook_replay(struct call *call)
{
    struct replay_ask ask = { 0 };
    struct outreach_hook h;
    struct done_view v = { 0 };
    enum err e = body_read(call, &ask, NULL);

    if (e || (e = hook_of_call(call, &h)) || (e = outreach_hook_replay(&call->ctx, call->tx, h.id, ask.since, &v.letters)))
        return e;
    call->messages.posted = true;
    return reply_ok(call, &v);
}
