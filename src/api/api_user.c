/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_team.h"
#include "api/api_manager.h"
#include "api/inner.h"
#include "flow/flow_person.h"
#include "sys/crypto.h"
#include "team/audit.h"
#include "team/session.h"
#include "team/setting.h"

enum { PASSWORD_CHARS = 1024, EMAIL_CHARS = 254, NAME_CHARS = 200, USERS_MAX = 10000 };

#define USER(member) offsetof(struct user, member)
const struct field user_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = USER(id), .prefix = PREFIX_USER, .help = "the user" },
    { .name = "version", .kind = FIELD_INT, .offset = USER(version), .help = "for If-Match" },
    { .name = "name", .kind = FIELD_TEXT, .offset = USER(name), .help = "as others see it" },
    { .name = "email", .kind = FIELD_TEXT, .offset = USER(email), .help = "the name to sign in by" },
    { .name = "role", .kind = FIELD_ENUM, .offset = USER(role), .names = team_role_names, .help = "decides the rights" },
    { .name = "state", .kind = FIELD_ENUM, .offset = USER(state), .names = team_user_state_names, .help = "a disabled user cannot sign in" },
    { .name = "lang", .kind = FIELD_ENUM, .offset = USER(lang), .names = team_lang_names, .help = "of the interface" },
    { .name = "created_at", .kind = FIELD_INSTANT, .offset = USER(created_at), .help = "when added" },
    { 0 }
};

struct user_ask {
    struct str name, email, password, hash;
    int role, lang, state;
    uint64_t set;
};

enum { SET_NAME, SET_EMAIL, SET_ROLE, SET_PASSWORD, SET_LANG, SET_STATE };
#define ASK(member) offsetof(struct user_ask, member)
const struct field user_draft_fields[] = {
    { .name = "name", .kind = FIELD_TEXT, .offset = ASK(name), .flags = FIELD_REQUIRED, .min = 1, .max = NAME_CHARS, .help = "as others see it" },
    { .name = "email", .kind = FIELD_TEXT, .offset = ASK(email), .flags = FIELD_REQUIRED, .max = EMAIL_CHARS, .help = "the name to sign in by" },
    { .name = "role", .kind = FIELD_ENUM, .offset = ASK(role), .flags = FIELD_REQUIRED, .names = team_role_names, .help = "decides the rights" },
    { .name = "password", .kind = FIELD_TEXT, .offset = ASK(password), .flags = FIELD_REQUIRED, .max = PASSWORD_CHARS, .help = "8 bytes or more" },
    { .name = "lang", .kind = FIELD_ENUM, .offset = ASK(lang), .names = team_lang_names, .help = "of the interface" },
    { 0 }
};
const struct field user_patch_fields[] = {
    [SET_NAME] = { .name = "name", .kind = FIELD_TEXT, .offset = ASK(name), .min = 1, .max = NAME_CHARS, .help = "as others see it" },
    [SET_EMAIL] = { .name = "email", .kind = FIELD_TEXT, .offset = ASK(email), .max = EMAIL_CHARS, .help = "the name to sign in by" },
    [SET_ROLE] = { .name = "role", .kind = FIELD_ENUM, .offset = ASK(role), .names = team_role_names, .help = "decides the rights" },
    [SET_PASSWORD] = { .name = "password", .kind = FIELD_TEXT, .offset = ASK(password), .max = PASSWORD_CHARS, .help = "ends the user's sessions" },
    [SET_LANG] = { .name = "lang", .kind = FIELD_ENUM, .offset = ASK(lang), .names = team_lang_names, .help = "of the interface" },
    [SET_STATE] = { .name = "state", .kind = FIELD_ENUM, .offset = ASK(state), .names = team_user_state_names, .help = "disabled: sessions and keys end" },
    { 0 }
};

enum err user_list_get(struct call *call)
{
    struct user *list;
    size_t count;
    enum err e = team_user_list(&call->ctx, call->tx, USERS_MAX, &list, &count);

    return e ? e : reply_list(call, list, count, sizeof *list, STR_NULL, (int64_t)count);
}

static enum err check_and_hash(struct call *call, struct user_ask *ask)
{
    enum err e;

    if (ask->email.ptr && !team_user_email_is_plausible(ask->email))
        return fault_field(&call->ctx, ERR_BAD_FIELD, "/email");
    if (!ask->password.ptr)
        return ERR_NONE;
    e = team_user_password_check(&call->ctx, ask->password);
    return e ? e : crypto_password_hash(&call->ctx, ask->password, &ask->hash);
}

enum err user_create_prepare(struct call *call)
{
    struct user_ask *ask = ARENA_NEW(call->ctx.arena, struct user_ask);
    enum err e;

    ask->lang = (int)call->ctx.lang;
    e = body_read(call, ask, NULL);
    call->prepared = ask;
    return e ? e : check_and_hash(call, ask);
}

/* Whoever takes leads no more hands the hot ones on; whoever begins to may find some waiting. */
static enum err leads_follow(struct call *call, const struct user *before, const struct user *after)
{
    if (team_user_takes_leads(before) && !team_user_takes_leads(after))
        return flow_user_leave(&call->ctx, call->tx, after->id, &call->messages);
    return !team_user_takes_leads(before) && team_user_takes_leads(after) ? drain_after(call) : ERR_NONE;
}

enum err user_create(struct call *call)
{
    const struct user_ask *ask = call->prepared;
    struct setting s;
    struct user u = { .name = ask->name, .email = ask->email, .password = ask->hash, .role = ask->role,
                      .lang = ask->lang, .theme = STR("system") };
    enum err e = team_setting_get(&call->ctx, call->tx, &s);

    if (e)
        return e;
    u.zone = s.zone;
    if ((e = team_user_add(&call->ctx, call->tx, &u)) ||
        (e = leads_follow(call, &(struct user){ .state = USER_DISABLED }, &u)) ||
        (e = team_audit_add(&call->ctx, call->tx, "user.added", PREFIX_USER, u.id.v, STR_NULL)))
        return e;
    reply_etag(call, u.version);
    return reply_made(call, &u);
}

enum err user_patch_prepare(struct call *call)
{
    struct user_ask *ask = ARENA_NEW(call->ctx.arena, struct user_ask);
    enum err e = body_read(call, ask, &ask->set);

    call->prepared = ask;
    return e ? e : check_and_hash(call, ask);
}

static bool is_set(uint64_t set, int field)
{
    return (set >> field & 1) != 0;
}

/* What of a change ends sessions: a password, a lesser or other role, being disabled. */
static bool ends_sessions(const struct user *before, const struct user *after)
{
    return before->role != after->role || before->state != after->state || !str_eq(before->password, after->password);
}

enum err user_patch(struct call *call)
{
    const struct user_ask *ask = call->prepared;
    struct user_id id;
    struct user before, u;
    struct str detail;
    enum err e = param_id(call, "id", PREFIX_USER, &id.v);

    if (e == ERR_NONE)
        e = team_user_get(&call->ctx, call->tx, id, &before);
    if (e == ERR_NONE)
        e = match_version(call, before.version);
    if (e)
        return e;
    u = before;
    u.name = is_set(ask->set, SET_NAME) ? ask->name : u.name;
    u.email = is_set(ask->set, SET_EMAIL) ? ask->email : u.email;
    u.role = is_set(ask->set, SET_ROLE) ? ask->role : u.role;
    u.lang = is_set(ask->set, SET_LANG) ? ask->lang : u.lang;
    u.state = is_set(ask->set, SET_STATE) ? ask->state : u.state;
    u.password = ask->hash.len ? ask->hash : u.password;
    e = team_user_put(&call->ctx, call->tx, &u);
    if (e == ERR_NONE && ends_sessions(&before, &u))
        e = team_session_del_of(&call->ctx, call->tx, id, 0);
    if (e == ERR_NONE)
        e = leads_follow(call, &before, &u);
    if (e)
        return e;
    detail = str_print(call->ctx.arena, "{\"role\":\"%s\",\"state\":\"%s\",\"password\":%s}", team_role_names[u.role],
                       team_user_state_names[u.state], ask->hash.len ? "true" : "false");
    e = team_audit_add(&call->ctx, call->tx, "user.changed", PREFIX_USER, id.v, detail);
    call->actors_changed = true;
    reply_etag(call, u.version);
    return e ? e : reply_ok(call, &u);
}
