/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What left the house, or did not, and why; the company's channels. */
#include "api/api_outreach.h"

#include "base/base64.h"
#include "base/limits.h"
#include "flow/flow_bot.h"
#include "outreach/telegram.h"
#include "sys/crypto.h"
#include "team/audit.h"
#include "team/user.h"

/* ---- letters ---- */

struct letter_view {
    int64_t id, user, lead, task, hook, tries, status;
    int kind, channel, state;
    struct str subject, user_name, error;
    instant made_at, done_at, seen_at, next_at;
};
#define L(member) offsetof(struct letter_view, member)
const struct field letter_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = L(id), .prefix = PREFIX_LETTER, .help = "the letter: each attempt carries it to the other side" },
    { .name = "kind", .kind = FIELD_ENUM, .offset = L(kind), .names = outreach_kind_names, .help = "what it tells" },
    { .name = "channel", .kind = FIELD_ENUM, .offset = L(channel), .names = outreach_channel_names, .help = "how" },
    { .name = "state", .kind = FIELD_ENUM, .offset = L(state), .names = outreach_state_names, .help = "waiting, sent, dead or withdrawn" },
    { .name = "subject", .kind = FIELD_TEXT, .offset = L(subject), .help = "its first line; of a webhook the event" },
    { .name = "user_id", .kind = FIELD_ID, .offset = L(user), .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "the person it is for" },
    { .name = "user_name", .kind = FIELD_TEXT, .offset = L(user_name), .flags = FIELD_NULLABLE, .help = "and the name" },
    { .name = "lead_id", .kind = FIELD_ID, .offset = L(lead), .prefix = PREFIX_LEAD, .flags = FIELD_NULLABLE, .help = "the lead it is about, or for" },
    { .name = "task_id", .kind = FIELD_ID, .offset = L(task), .prefix = PREFIX_TASK, .flags = FIELD_NULLABLE, .help = "the task it is about" },
    { .name = "hook_id", .kind = FIELD_ID, .offset = L(hook), .prefix = PREFIX_HOOK, .flags = FIELD_NULLABLE, .help = "the webhook it is for" },
    { .name = "made_at", .kind = FIELD_INSTANT, .offset = L(made_at), .help = "with what it tells" },
    { .name = "next_at", .kind = FIELD_INSTANT, .offset = L(next_at), .flags = FIELD_NULLABLE, .help = "when it is tried (again); null while it is on its way" },
    { .name = "done_at", .kind = FIELD_INSTANT, .offset = L(done_at), .flags = FIELD_NULLABLE, .help = "when it was accepted, or given up" },
    { .name = "seen_at", .kind = FIELD_INSTANT, .offset = L(seen_at), .flags = FIELD_NULLABLE, .help = "when the person answered it" },
    { .name = "tries", .kind = FIELD_INT, .offset = L(tries), .help = "attempts so far" },
    { .name = "status", .kind = FIELD_INT, .offset = L(status), .help = "the other side's last word as a number; 0: none" },
    { .name = "error", .kind = FIELD_TEXT, .offset = L(error), .flags = FIELD_NULLABLE, .help = "why it is not there, as a word or in the other side's words" },
    { 0 }
};

struct letter_whole {
    struct letter_view view;
    struct str body;
};
const struct field letter_whole_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = offsetof(struct letter_whole, view.id), .prefix = PREFIX_LETTER, .help = "the letter" },
    { .name = "state", .kind = FIELD_ENUM, .offset = offsetof(struct letter_whole, view.state), .names = outreach_state_names, .help = "waiting, sent, dead or withdrawn" },
    { .name = "subject", .kind = FIELD_TEXT, .offset = offsetof(struct letter_whole, view.subject), .help = "its first line; of a webhook the event" },
    { .name = "body", .kind = FIELD_TEXT, .offset = offsetof(struct letter_whole, body), .help = "its words; of a webhook what is posted" },
    { .name = "status", .kind = FIELD_INT, .offset = offsetof(struct letter_whole, view.status), .help = "the other side's last word as a number; 0: none" },
    { .name = "error", .kind = FIELD_TEXT, .offset = offsetof(struct letter_whole, view.error), .flags = FIELD_NULLABLE, .help = "and in words" },
    { .name = "tries", .kind = FIELD_INT, .offset = offsetof(struct letter_whole, view.tries), .help = "attempts so far" },
    { 0 }
};

struct letter_ask {
    struct page_query page;
    int state, channel;
    int64_t lead, user, hook;
};
static const char *const state_asks[] = { "waiting", "sent", "dead", "withdrawn", "any", NULL };
#define Q(member) offsetof(struct letter_ask, member)
#define OWN_FIELDS                                                                                  \
    { .name = "state", .kind = FIELD_ENUM, .offset = Q(state), .names = state_asks, .help = "any unless said" }, \
    { .name = "channel", .kind = FIELD_ENUM, .offset = Q(channel), .names = outreach_channel_names, .help = "one channel only" }, \
    PAGE_FIELDS(struct letter_ask)
const struct field letter_own_query[] = { OWN_FIELDS, { 0 } };
const struct field letter_query[] = {
    { .name = "lead", .kind = FIELD_ID, .offset = Q(lead), .prefix = PREFIX_LEAD, .help = "about one lead" },
    { .name = "user", .kind = FIELD_ID, .offset = Q(user), .prefix = PREFIX_USER, .help = "to one person" },
    { .name = "hook", .kind = FIELD_ID, .offset = Q(hook), .prefix = PREFIX_HOOK, .help = "to one webhook" },
    OWN_FIELDS,
    { 0 }
};

/* What a webhook answered is for those who may manage webhooks. */
static struct letter_view view_of(const struct call *call, const struct outreach_letter *l)
{
    bool waits = l->state == LETTER_WAITING, hidden = l->hook.v && !team_right_has(&call->ctx.actor, RIGHT_KEY);

    return (struct letter_view){ .id = l->id.v, .user = l->user.v, .lead = l->lead.v, .task = l->task.v, .hook = l->hook.v, .tries = l->tries,
                                 .status = l->status, .kind = l->kind, .channel = l->channel, .state = l->state, .subject = l->subject,
                                 .error = hidden ? STR_NULL : l->error, .made_at = l->made_at, .done_at = l->done_at, .seen_at = l->seen_at,
                                 .next_at = waits && !l->holder ? l->next_at : INSTANT_NONE };
}

static enum err names_fill(struct call *call, struct letter_view *views, size_t n)
{
    struct user_id *ids = ARENA_ARRAY(call->ctx.arena, struct user_id, n + 1);
    struct user_name *names = ARENA_ARRAY(call->ctx.arena, struct user_name, n + 1);
    size_t count = 0, known = 0;
    enum err e;

    for (size_t i = 0; i < n; i++)
        if (views[i].user)
            ids[count++].v = views[i].user;
    if ((e = team_user_names(&call->ctx, call->tx, ids, count, names, &known)))
        return e;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < known; k++)
            if (names[k].id.v == views[i].user)
                views[i].user_name = names[k].name;
    return ERR_NONE;
}

static enum err list(struct call *call, struct user_id only)
{
    struct letter_ask ask = { .state = LETTER_STATES, .channel = -1 };
    struct outreach_letter_query q;
    struct outreach_letters letters;
    struct letter_view *views;
    struct str next = STR_NULL;
    struct cursor after;
    int64_t limit;
    enum err e;

    if ((e = query_read(call, &ask)) || (e = page_read(call, &ask.page, &limit, &after)))
        return e;
    q = (struct outreach_letter_query){ .user = only.v ? only : (struct user_id){ ask.user }, .hook = { ask.hook }, .lead = { ask.lead },
                                        .state = ask.state == LETTER_STATES ? -1 : ask.state, .channel = ask.channel,
                                        .before = after.stands ? after.id : 0, .limit = limit + 1 };
    if ((e = outreach_letter_list(&call->ctx, call->tx, &q, &letters)))
        return e;
    if ((int64_t)letters.count > limit) {
        struct cursor at = { .stands = true, .id = letters.items[limit - 1].id.v };

        letters.count = (size_t)limit;
        next = cursor_print(call, &at);
    }
    views = ARENA_ARRAY(call->ctx.arena, struct letter_view, letters.count + 1);
    for (size_t i = 0; i < letters.count; i++)
        views[i] = view_of(call, &letters.items[i]);
    e = names_fill(call, views, letters.count);
    return e ? e : reply_list(call, views, letters.count, sizeof *views, next, -1);
}

enum err letter_list_own(struct call *call)
{
    return list(call, call_user(call));
}

enum err letter_list_get(struct call *call)
{
    return list(call, (struct user_id){ 0 });
}

enum err letter_again(struct call *call)
{
    struct outreach_letter l;
    struct letter_view view;
    struct letter_id id;
    enum err e = param_id(call, "id", PREFIX_LETTER, &id.v);

    if (e || (e = outreach_letter_get(&call->ctx, call->tx, id, &l)) || (e = outreach_again(&call->ctx, call->tx, &l))
        || (e = team_audit_add(&call->ctx, call->tx, "letter.again", PREFIX_LETTER, id.v, STR_NULL)))
        return e;
    call->messages.posted = true;
    view = view_of(call, &l);
    e = names_fill(call, &view, 1);
    return e ? e : reply_ok(call, &view);
}

enum err letter_get(struct call *call)
{
    struct letter_whole whole;
    struct outreach_letter l;
    struct letter_id id;
    enum err e = param_id(call, "id", PREFIX_LETTER, &id.v);

    if (e || (e = outreach_letter_get(&call->ctx, call->tx, id, &l)))
        return e;
    whole = (struct letter_whole){ .view = view_of(call, &l), .body = l.body };
    return reply_ok(call, &whole);
}

/* ---- the company's channels ---- */

struct channel_view {
    struct str telegram_token, telegram_name, mail_host, mail_user, mail_password, mail_from, mail_name;
    int64_t mail_port;
    int mail_tls;
    int telegram_way;
    bool telegram_set, mail_password_set, push_set;
};
static const char *const way_names[] = { "polling", "webhook", NULL };
static const char *const tls_names[] = { "starttls", "tls", "none", NULL };
#define W(member) offsetof(struct channel_view, member)
#define MAIL_FIELDS                                                                                 \
    { .name = "mail_host", .kind = FIELD_TEXT, .offset = W(mail_host), .max = 253, .help = "the relay; empty: no mail" }, \
    { .name = "mail_port", .kind = FIELD_INT, .offset = W(mail_port), .min = 1, .max = 65535, .help = "587 for starttls, 465 for tls" }, \
    { .name = "mail_tls", .kind = FIELD_ENUM, .offset = W(mail_tls), .names = tls_names, .help = "none: only to a relay in a network of one's own" }, \
    { .name = "mail_user", .kind = FIELD_TEXT, .offset = W(mail_user), .max = LIMIT_NAME_CHARS, .help = "empty: no sign-in" }, \
    { .name = "mail_from", .kind = FIELD_TEXT, .offset = W(mail_from), .max = 254, .help = "the address it comes from" }, \
    { .name = "mail_name", .kind = FIELD_TEXT, .offset = W(mail_name), .max = 100, .help = "and the name before it" }
const struct field channel_fields[] = {
    { .name = "telegram_name", .kind = FIELD_TEXT, .offset = W(telegram_name), .flags = FIELD_NULLABLE, .help = "the bot's, as Telegram says; null: it has not answered yet" },
    { .name = "telegram_way", .kind = FIELD_ENUM, .offset = W(telegram_way), .names = way_names, .help = "polling: the house asks Telegram; webhook: Telegram calls the house, which needs a public https address" },
    { .name = "telegram_set", .kind = FIELD_BOOL, .offset = W(telegram_set), .help = "there is a token" },
    MAIL_FIELDS,
    { .name = "mail_password_set", .kind = FIELD_BOOL, .offset = W(mail_password_set), .help = "there is a password" },
    { .name = "push_set", .kind = FIELD_BOOL, .offset = W(push_set), .help = "the server has a key for browsers" },
    { 0 }
};
enum { SET_TOKEN, SET_WAY, SET_PASSWORD, SET_MAIL };
const struct field channel_patch_fields[] = {
    [SET_TOKEN] = { .name = "telegram_token", .kind = FIELD_TEXT, .offset = W(telegram_token), .max = 100, .help = "of the bot; never told again; empty: no bot" },
    [SET_WAY] = { .name = "telegram_way", .kind = FIELD_ENUM, .offset = W(telegram_way), .names = way_names, .help = "polling or webhook" },
    [SET_PASSWORD] = { .name = "mail_password", .kind = FIELD_TEXT, .offset = W(mail_password), .max = LIMIT_NAME_CHARS, .help = "never told again" },
    MAIL_FIELDS,
    { 0 }
};

static const char *const mail_names[] = { "mail_host", "mail_port", "mail_tls", "mail_user", "mail_from", "mail_name" };

static enum err channel_read(struct call *call, struct channel_view *v)
{
    struct str port, tls, token, password, push, by;
    struct {
        const char *name;
        struct str *to;
    } texts[] = { { "telegram_name", &v->telegram_name }, { "telegram_token", &token }, { "mail_host", &v->mail_host }, { "mail_port", &port },
                  { "mail_tls", &tls }, { "mail_user", &v->mail_user }, { "mail_password", &password }, { "mail_from", &v->mail_from },
                  { "mail_name", &v->mail_name }, { "push_keys", &push }, { "telegram_way", &by } };

    for (size_t i = 0; i < countof(texts); i++) {
        enum err e = outreach_setting_get(&call->ctx, call->tx, texts[i].name, texts[i].to);

        if (e)
            return e;
    }
    if (!str_to_int(port, &v->mail_port))
        v->mail_port = 587;
    v->mail_tls = str_eq(tls, STR("tls")) ? 1 : str_eq(tls, STR("none")) ? 2 : 0;
    v->telegram_name = v->telegram_name.len ? v->telegram_name : STR_NULL;
    v->telegram_way = str_eq(by, STR("webhook"));
    v->telegram_set = token.len > 0;
    v->mail_password_set = password.len > 0;
    v->push_set = push.len > 0;
    return ERR_NONE;
}

enum err channel_get(struct call *call)
{
    struct channel_view v = { 0 };
    enum err e = channel_read(call, &v);

    return e ? e : reply_ok(call, &v);
}

static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 32 || s.ptr[i] == 127)
            return true;
    return false;
}

static enum err mail_check(struct call *call, const struct channel_view *v)
{
    const struct {
        const char *field;
        struct str value;
    } texts[] = { { "/mail_host", v->mail_host }, { "/mail_user", v->mail_user }, { "/mail_password", v->mail_password },
                  { "/mail_from", v->mail_from }, { "/mail_name", v->mail_name } };

    for (size_t i = 0; i < countof(texts); i++)
        if (has_control(texts[i].value))
            return fault_field(&call->ctx, ERR_BAD_FIELD, texts[i].field);
    for (size_t i = 0; i < v->mail_host.len; i++) {
        char ch = v->mail_host.ptr[i];

        if (!((ch | 32) >= 'a' && (ch | 32) <= 'z') && !(ch >= '0' && ch <= '9') && ch != '.' && ch != '-' && ch != ':' && ch != '[' && ch != ']')
            return fault_field(&call->ctx, ERR_BAD_FIELD, "/mail_host");
    }
    if (v->mail_host.len && !team_user_email_is_plausible(v->mail_from))
        return fault_field(&call->ctx, ERR_BAD_FIELD, "/mail_from");
    return ERR_NONE;
}

static enum err token_put(struct call *call, struct str token)
{
    enum err e;

    if (token.len && !outreach_telegram_token_is_plausible(token))
        return fault_field(&call->ctx, ERR_BAD_FIELD, "/telegram_token");
    /* Another bot: its name is asked for, and its updates are counted from the beginning. */
    if ((e = outreach_setting_put(&call->ctx, call->tx, "telegram_token", token))
        || (e = outreach_setting_put(&call->ctx, call->tx, "telegram_name", STR(""))))
        return e;
    return outreach_turn_put(&call->ctx, call->tx, STR("telegram"), 0);
}

/* The secret that Telegram's calls bear is made anew with each change. */
static enum err way_put(struct call *call, int by)
{
    uint8_t bytes[32];
    struct str secret;
    enum err e;

    if (by && !str_starts(call->house->public_url, STR("https://")))
        return fault_set(&call->ctx, ERR_CONFLICT, "Telegram calls public https addresses only: the operator has set none");
    crypto_random(bytes, sizeof bytes);
    secret = base64_url(call->ctx.arena, (struct str){ (const char *)bytes, sizeof bytes });
    e = outreach_setting_put(&call->ctx, call->tx, "telegram_secret", secret);
    return e ? e : outreach_setting_put(&call->ctx, call->tx, "telegram_way", str_of(way_names[by]));
}

/* POST /hooks/telegram, by Telegram itself. */
enum err telegram_update(struct call *call)
{
    struct str given = http_header_find(call->request, STR("x-telegram-bot-api-secret-token")), secret, by;
    struct outreach_updates updates;
    int64_t place;
    enum err e;

    if ((e = outreach_setting_get(&call->ctx, call->tx, "telegram_way", &by)) || (e = outreach_setting_get(&call->ctx, call->tx, "telegram_secret", &secret)))
        return e;
    if (!str_eq(by, STR("webhook")))
        return ERR_NOT_FOUND;
    if (!secret.len || given.len != secret.len || !crypto_equal(given.ptr, secret.ptr, secret.len))
        return ERR_SIGN_IN;
    if ((e = outreach_telegram_updates(&call->ctx, call->request->body, true, &updates))
        || (e = outreach_turn_lock(&call->ctx, call->tx, STR("telegram"), &place)))
        return e;
    call->ctx.actor = (struct actor){ .kind = ACTOR_HOUSE };
    e = flow_bot(call->house->flow, &call->ctx, call->tx, &updates, place, &call->messages);
    return e ? e : reply_none(call);
}

enum err channel_patch(struct call *call)
{
    struct channel_view v = { 0 };
    struct str values[6];
    uint64_t set = 0;
    enum err e;

    if ((e = channel_read(call, &v)))
        return e;
    if ((e = body_read(call, &v, &set)) || (e = mail_check(call, &v)))
        return e;
    if (set >> SET_TOKEN & 1 && (e = token_put(call, v.telegram_token)))
        return e;
    if (set >> SET_WAY & 1 && (e = way_put(call, v.telegram_way)))
        return e;
    if (set >> SET_PASSWORD & 1 && (e = outreach_setting_put(&call->ctx, call->tx, "mail_password", v.mail_password)))
        return e;
    values[0] = v.mail_host;
    values[1] = str_print(call->ctx.arena, "%lld", (long long)v.mail_port);
    values[2] = str_of(tls_names[v.mail_tls]);
    values[3] = v.mail_user;
    values[4] = v.mail_from;
    values[5] = v.mail_name;
    for (int i = 0; i < 6; i++)
        if (set >> (SET_MAIL + i) & 1 && (e = outreach_setting_put(&call->ctx, call->tx, mail_names[i], values[i])))
            return e;
    if ((e = team_audit_add(&call->ctx, call->tx, "channels.changed", NULL, 0, STR_NULL)))
        return e;
    call->messages.posted = true;
    v = (struct channel_view){ 0 };
    e = channel_read(call, &v);
    return e ? e : reply_ok(call, &v);
}
