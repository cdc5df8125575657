/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outreach/telegram.h"

#include "base/json.h"
#include "text/text.h"

#define CONNECT_US (5 * SECOND_US)
#define WHOLE_US   (15 * SECOND_US)
enum { KEEP_BYTES = 16 * 1024, UPDATES_BYTES = 1024 * 1024, UPDATES_MOST = 100, BODY_BYTES = 64 * 1024 };

const char *const outreach_act_names[] = { "take", "call", "later", "reached", "no_answer", "call_back", NULL };

struct str outreach_telegram_escape(struct arena *a, struct str text)
{
    struct buf b = buf_new(a, text.len * 6 + 1);

    buf_markup(&b, text);
    return buf_str(&b);
}

bool outreach_telegram_token_is_plausible(struct str token)
{
    ptrdiff_t colon = str_find_char(token, ':');

    if (colon < 1 || token.len > 100 || (size_t)colon + 1 >= token.len)
        return false;
    for (size_t i = 0; i < token.len; i++) {
        char ch = token.ptr[i];
        bool digit = ch >= '0' && ch <= '9';

        if (i < (size_t)colon ? !digit
                              : i > (size_t)colon && !digit && !((ch | 32) >= 'a' && (ch | 32) <= 'z') && ch != '-' && ch != '_')
            return false;
    }
    return true;
}

static void request(struct arena *a, const struct outreach_way *way, const char *method, struct str body, struct outreach_outgoing *out)
{
    *out = (struct outreach_outgoing){
        .call = { .url = str_print(a, STR_FMT "/bot" STR_FMT "/%s", STR_ARG(way->telegram_api), STR_ARG(way->telegram_token), method),
                  .header_count = 1, .body = body, .connect_us = CONNECT_US, .whole_us = WHOLE_US, .keep_bytes = KEEP_BYTES },
        .headers = { { "Content-Type", STR("application/json") } },
    };
    out->call.headers = out->headers;
}

/* ---- out ---- */

static void put_button(struct json_out *o, struct arena *a, const struct outreach_letter *l, struct str act)
{
    char key[64] = "telegram.button.";

    memcpy(key + strlen(key), act.ptr, act.len < 40 ? act.len : 40);
    json_begin(o);
    json_key(o, "text");
    json_put_text(o, text_find(l->lang, str_of(key)));
    json_key(o, "callback_data");
    json_put_text(o, str_print(a, STR_FMT ":" STR_FMT, STR_ARG(act), STR_ARG(outreach_letter_name(a, l->id))));
    json_end(o);
}

static void put_keyboard(struct json_out *o, struct ctx *c, const struct outreach_way *way, const struct outreach_letter *l, const struct json *extra)
{
    const struct json *buttons = json_find(extra, STR("buttons"));
    struct str path = json_text(json_find(extra, STR("path")));
    bool link = path.len && str_starts(way->public_url, STR("https://"));

    json_key(o, "reply_markup");
    json_begin(o);
    json_key(o, "inline_keyboard");
    json_list(o);
    if (json_is(buttons, JSON_ARRAY) && buttons->count) {
        json_list(o);
        for (size_t i = 0; i < buttons->count; i++)
            if (json_is(&buttons->as.items[i], JSON_TEXT))
                put_button(o, c->arena, l, buttons->as.items[i].as.text);
        json_list_end(o);
    }
    if (link) {
        json_list(o);
        json_begin(o);
        json_key(o, "text");
        json_put_text(o, text_get(l->lang, "telegram.button.open"));
        json_key(o, "url");
        json_put_text(o, str_print(c->arena, STR_FMT STR_FMT, STR_ARG(way->public_url), STR_ARG(path)));
        json_end(o);
        json_list_end(o);
    }
    json_list_end(o);
    json_end(o);
}

/* The words, cut so that what Telegram counts stays below its limit: a bold first line, then the rest. */
static struct str words(struct arena *a, const struct outreach_letter *l)
{
    struct str subject = outreach_telegram_escape(a, l->subject), body = l->body;

    if (body.len > 3 * 1024) {
        body.len = 3 * 1024;
        while (body.len && ((unsigned char)body.ptr[body.len] & 0xc0) == 0x80)
            body.len--;
    }
    body = outreach_telegram_escape(a, body);
    if (!subject.len)
        return body;
    return str_print(a, "<b>" STR_FMT "</b>%s" STR_FMT, STR_ARG(subject), body.len ? "\n" : "", STR_ARG(body));
}

enum err outreach_telegram_compose(struct ctx *c, const struct outreach_way *way, const struct outreach_letter *l,
                                   const struct outreach_target *target, struct outreach_outgoing *out)
{
    struct buf b = buf_new(c->arena, BODY_BYTES);
    struct json_out o = json_to(&b);
    struct json *extra = NULL;
    const struct json *press, *message;
    struct str method;
    enum err e;

    (void)target;
    if (!way->telegram_token.len)
        return fault_set(c, ERR_CONFLICT, "no_bot");
    if (l->extra.len && (e = json_read(c, l->extra, &extra)))
        return e;
    press = json_find(extra, STR("callback_query_id"));
    message = json_find(extra, STR("message_id"));
    method = json_text(json_find(extra, STR("method")));
    json_begin(&o);
    if (press) {
        json_key(&o, "callback_query_id");
        json_put(&o, press);
        json_key(&o, "text");
        json_put_text(&o, l->body);
    } else {
        json_key(&o, "chat_id");
        json_put_raw(&o, l->address);
        if (message) {
            json_key(&o, "message_id");
            json_put(&o, message);
        }
        json_key(&o, "text");
        json_put_text(&o, words(c->arena, l));
        json_key(&o, "parse_mode");
        json_put_text(&o, STR("HTML"));
        json_key(&o, "link_preview_options");
        json_put_raw(&o, STR("{\"is_disabled\":true}"));
        put_keyboard(&o, c, way, l, extra);
    }
    json_end(&o);
    if (b.full)
        return fault_set(c, ERR_CONFLICT, "too_long");
    request(c->arena, way, method.len ? str_cz(c->arena, method) : "sendMessage", buf_str(&b), out);
    /* Telegram has no word for it; a server of one's own before it may. */
    out->headers[out->call.header_count++] = (struct client_header){ "Idempotency-Key", outreach_letter_name(c->arena, l->id) };
    return ERR_NONE;
}

void outreach_telegram_judge(struct ctx *c, const struct client_reply *reply, struct outreach_result *r, bool *gone)
{
    struct json *answer = NULL;
    int64_t number = 0;

    *gone = false;
    outreach_judge_http(reply, r);
    if (reply->end != CLIENT_ANSWERED || json_read(c, reply->body, &answer)) {
        fault_clear(c);
        if (reply->end == CLIENT_ANSWERED && r->state == LETTER_SENT)
            r->state = LETTER_WAITING; /* somebody answers who is not Telegram */
        if (!r->error.ptr && r->state != LETTER_SENT)
            r->error = STR("not_telegram");
        return;
    }
    if (json_int(json_path(answer, STR("parameters.retry_after")), &number) && number > 0 && number < 86400)
        r->next_at = number * SECOND_US;
    if (r->state == LETTER_SENT) {
        if (json_int(json_path(answer, STR("result.message_id")), &number))
            r->remote = str_print(c->arena, "%lld", (long long)number);
        return;
    }
    r->error = json_text(json_find(answer, STR("description")));
    /* What is there already, or is too late to be answered, is no failure. */
    if (str_find(r->error, STR("message is not modified")) >= 0 || str_find(r->error, STR("query is too old")) >= 0)
        r->state = LETTER_SENT;
    *gone = reply->status == 403 || (reply->status == 400 && str_find(r->error, STR("chat not found")) >= 0);
}

void outreach_telegram_poll(struct arena *a, const struct outreach_way *way, int64_t offset, int64_t wait_s, struct outreach_outgoing *out)
{
    request(a, way, "getUpdates",
            str_print(a, "{\"offset\":%lld,\"timeout\":%lld,\"limit\":%d,\"allowed_updates\":[\"message\",\"callback_query\",\"my_chat_member\"]}",
                      (long long)offset, (long long)wait_s, UPDATES_MOST),
            out);
    out->call.whole_us = (wait_s + 15) * SECOND_US;
    out->call.keep_bytes = UPDATES_BYTES;
}

void outreach_telegram_me(struct arena *a, const struct outreach_way *way, struct outreach_outgoing *out)
{
    request(a, way, "getMe", STR("{}"), out);
}

void outreach_telegram_hook(struct arena *a, const struct outreach_way *way, bool on, struct outreach_outgoing *out)
{
    struct buf b = buf_new(a, 4000);
    struct json_out o = json_to(&b);

    json_begin(&o);
    if (on) {
        json_key(&o, "url");
        json_put_text(&o, str_print(a, STR_FMT OUTREACH_TELEGRAM_DOOR, STR_ARG(way->public_url)));
        json_key(&o, "secret_token");
        json_put_text(&o, way->telegram_secret);
        json_key(&o, "allowed_updates");
        json_put_raw(&o, STR("[\"message\",\"callback_query\",\"my_chat_member\"]"));
        json_key(&o, "max_connections");
        json_put_int(&o, 1);
    }
    json_key(&o, "drop_pending_updates");
    json_put_bool(&o, false);
    json_end(&o);
    request(a, way, on ? "setWebhook" : "deleteWebhook", buf_str(&b), out);
}

struct str outreach_telegram_hook_mark(struct arena *a, const struct outreach_way *way)
{
    struct str text = str_print(a, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(way->telegram_token), STR_ARG(way->public_url), STR_ARG(way->telegram_secret));

    return way->telegram_webhook && way->public_url.len ? str_print(a, "%016llx", (unsigned long long)str_hash(text)) : STR("");
}

struct str outreach_telegram_name(struct ctx *c, struct str body)
{
    struct json *answer = NULL;
    struct str name;

    if (json_read(c, body, &answer))
        return STR("");
    name = json_text(json_path(answer, STR("result.username")));
    for (size_t i = 0; i < name.len; i++)
        if (!((name.ptr[i] | 32) >= 'a' && (name.ptr[i] | 32) <= 'z') && !(name.ptr[i] >= '0' && name.ptr[i] <= '9') && name.ptr[i] != '_')
            return STR("");
    return name.len && name.len <= 64 ? name : STR("");
}

/* ---- in ---- */

/* A private chat's id as text: whom we may speak to. */
static struct str private_chat(struct arena *a, const struct json *chat)
{
    int64_t id;

    if (!str_eq(json_text(json_find(chat, STR("type"))), STR("private")) || !json_int(json_find(chat, STR("id")), &id) || id <= 0)
        return STR("");
    return str_print(a, "%lld", (long long)id);
}

static struct str person_name(struct arena *a, const struct json *from)
{
    struct str user = json_text(json_find(from, STR("username"))), first = json_text(json_find(from, STR("first_name")));

    if (user.len)
        return str_print(a, "@" STR_FMT, STR_ARG(str_sub(user, 0, 64)));
    first.len = first.len < 200 ? first.len : 0;
    return first.len ? first : STR("");
}

static void read_press(struct arena *a, const struct json *press, struct outreach_update *u)
{
    const struct json *message = json_find(press, STR("message"));
    struct str data = json_text(json_find(press, STR("data")));
    ptrdiff_t colon = str_find_char(data, ':');
    int64_t from = 0;

    u->kind = UPDATE_PRESS;
    u->press_id = json_text(json_find(press, STR("id")));
    u->chat = private_chat(a, json_find(message, STR("chat")));
    u->message_text = json_text(json_find(message, STR("text")));
    if (!json_int(json_find(message, STR("message_id")), &u->message_id))
        u->message_id = 0;
    /* In a private chat the person and the chat have one number; a press from elsewhere is nobody's. */
    if (!json_int(json_path(press, STR("from.id")), &from) || !str_eq(u->chat, str_print(a, "%lld", (long long)from)))
        u->chat = STR("");
    u->letter.v = 0;
    if (colon < 0 || !id_parse(PREFIX_LETTER, str_sub(data, (size_t)colon + 1, data.len), &u->letter.v))
        return;
    for (int i = 0; i < ACTS; i++)
        if (str_eq(str_sub(data, 0, (size_t)colon), str_of(outreach_act_names[i]))) {
            u->act = (enum outreach_act)i;
            return;
        }
    u->letter.v = 0;
}

static void read_update(struct arena *a, const struct json *from, struct outreach_update *u)
{
    const struct json *message = json_find(from, STR("message")), *press = json_find(from, STR("callback_query"));
    const struct json *member = json_find(from, STR("my_chat_member"));

    if (press) {
        read_press(a, press, u);
    } else if (message) {
        struct str text = json_text(json_find(message, STR("text")));

        u->kind = UPDATE_TEXT;
        u->chat = private_chat(a, json_find(message, STR("chat")));
        u->name = person_name(a, json_find(message, STR("from")));
        u->text = text;
        if (str_eq(text, STR("/start")) || str_starts(text, STR("/start "))) {
            u->kind = UPDATE_START;
            u->text = str_trim(str_sub(text, 6, text.len));
        }
    } else if (str_eq(json_text(json_path(member, STR("new_chat_member.status"))), STR("kicked"))) {
        u->kind = UPDATE_BLOCKED;
        u->chat = private_chat(a, json_find(member, STR("chat")));
    }
}

enum err outreach_telegram_updates(struct ctx *c, struct str body, bool single, struct outreach_updates *updates)
{
    struct json *answer;
    const struct json *list;
    size_t count;
    enum err e = json_read(c, body, &answer);

    if (e)
        return e;
    list = single ? answer : json_find(answer, STR("result"));
    if (!json_is(list, single ? JSON_OBJECT : JSON_ARRAY))
        return fault_set(c, ERR_BAD_FIELD, "not an answer of the Bot API");
    count = single ? 1 : list->count;
    *updates = (struct outreach_updates){ ARENA_ARRAY(c->arena, struct outreach_update, count + 1), 0, 0 };
    for (size_t i = 0; i < count; i++) {
        const struct json *one = single ? list : &list->as.items[i];
        struct outreach_update *u = &updates->items[updates->count];

        if (!json_int(json_find(one, STR("update_id")), &u->id) || u->id < 0 || u->id == INT64_MAX)
            continue;
        read_update(c->arena, one, u);
        updates->count++;
        if (u->id >= updates->next)
            updates->next = u->id + 1;
    }
    return ERR_NONE;
}
