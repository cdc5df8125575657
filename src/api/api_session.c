/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Set-up, sign-in, and what a person may change about themselves. Passwords are hashed and compared in `prepare`, before any transaction. */
#include "api/api_team.h"
#include "api/inner.h"
#include "api/live.h"
#include "api/rate.h"
#include "base/limits.h"
#include "flow/flow.h"
#include "flow/flow_demo.h"
#include "lead/lead.h"
#include "sys/crypto.h"
#include "sys/currency.h"
#include "sys/zone.h"
#include "task/task.h"
#include "team/audit.h"
#include "team/session.h"
#include "team/setting.h"

enum { PASSWORD_CHARS = 1024, EMAIL_CHARS = 254, NAME_CHARS = 200, COOKIE_SECONDS = 14 * 24 * 3600 };

/* ---- me --------------------------------------------------------------------------------------------------------------------- */

struct me {
    struct user_id id;
    int64_t version;
    struct str name, email;
    int role, lang;
    struct str theme, zone, csrf, rights, company, currency, thresholds, counts, live;
    int64_t sla_minutes;
    instant now;
    bool keys_off;
};

#define ME(member) offsetof(struct me, member)
const struct field me_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = ME(id), .prefix = PREFIX_USER, .flags = FIELD_NULLABLE,
      .help = "the user; null for a key" },
    { .name = "version", .kind = FIELD_INT, .offset = ME(version), .help = "for If-Match" },
    { .name = "name", .kind = FIELD_TEXT, .offset = ME(name), .help = "as others see it" },
    { .name = "email", .kind = FIELD_TEXT, .offset = ME(email), .help = "the name to sign in by" },
    { .name = "role", .kind = FIELD_ENUM, .offset = ME(role), .names = team_role_names, .help = "decides the rights" },
    { .name = "lang", .kind = FIELD_ENUM, .offset = ME(lang), .names = team_lang_names, .help = "of the interface" },
    { .name = "theme", .kind = FIELD_TEXT, .offset = ME(theme), .help = "system, light or dark" },
    { .name = "zone", .kind = FIELD_TEXT, .offset = ME(zone), .help = "IANA time zone" },
    { .name = "csrf", .kind = FIELD_TEXT, .offset = ME(csrf), .flags = FIELD_NULLABLE,
      .help = "for the header X-Gradus-Csrf of writes; null for keys" },
    { .name = "rights", .kind = FIELD_RAW, .offset = ME(rights), .help = "names of rights" },
    { .name = "company", .kind = FIELD_TEXT, .offset = ME(company), .help = "whose house this is" },
    { .name = "currency", .kind = FIELD_TEXT, .offset = ME(currency), .help = "ISO 4217" },
    { .name = "sla_minutes", .kind = FIELD_INT, .offset = ME(sla_minutes), .help = "first contact of a hot lead" },
    { .name = "now", .kind = FIELD_INSTANT, .offset = ME(now), .help = "the server's clock" },
    { .name = "keys_off", .kind = FIELD_BOOL, .offset = ME(keys_off), .help = "single-letter keys do nothing" },
    { .name = "thresholds", .kind = FIELD_RAW, .offset = ME(thresholds), .help = "warm and hot of the live model" },
    { .name = "counts", .kind = FIELD_RAW, .offset = ME(counts), .help = "today, leads, tasks_overdue; leads_is: at_least where counting stopped at leads, and there are more" },
    { .name = "live", .kind = FIELD_TEXT, .offset = ME(live),
      .help = "where the stream of events stands: as the Last-Event-ID of the first GET /live, nothing is missed of what happens after this answer" },
    { 0 }
};

static struct str rights_text(struct call *call)
{
    struct buf b = buf_new(call->ctx.arena, 4096);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (int r = RIGHT_LEAD_READ; r < RIGHTS; r++)
        if (team_right_has(&call->ctx.actor, (enum right)r))
            json_put_text(&o, str_of(team_right_names[r]));
    json_list_end(&o);
    return buf_str(&b);
}

static enum err thresholds_text(struct call *call, struct str *text)
{
    struct model *m;
    enum err e = flow_model(call->house->flow, &call->ctx, call->tx, &m);

    if (e)
        return e;
    *text = str_print(call->ctx.arena, "{\"warm\":%lld,\"hot\":%lld}", (long long)fix_round(m->warm),
                      (long long)fix_round(m->hot));
    score_model_drop(m);
    return ERR_NONE;
}

/* Of the list that the navigation leads to: a manager's is the own leads, everybody else's all. */
static enum err counts_text(struct call *call, const struct user *u, struct str *text)
{
    struct lead_filter f = { .any_owner = u->role != ROLE_MANAGER, .owner = u->id, .limit = 1 };
    struct lead_page page = { 0 };
    const struct zone *zone = zone_find(u->zone);
    instant from = 0, until = call->ctx.now + DAY_US;
    int64_t today, overdue;
    enum err e;

    if (zone)
        zone_day(zone, call->ctx.now, &from, &until);
    if ((e = task_count_open(&call->ctx, call->tx, u->id, until, &today)) ||
        (e = task_count_open(&call->ctx, call->tx, u->id, call->ctx.now, &overdue)) ||
        (e = lead_list(&call->ctx, call->tx, &f, &page)))
        return e;
    *text = str_print(call->ctx.arena, "{\"today\":%lld,\"leads\":%lld,%s\"tasks_overdue\":%lld}", (long long)today,
                      (long long)page.total, page.total_more ? "\"leads_is\":\"at_least\"," : "", (long long)overdue);
    return ERR_NONE;
}

static enum err reply_me(struct call *call, const struct user *u, bool made)
{
    struct setting s;
    struct me me = { .id = u->id, .version = u->version, .name = u->name, .email = u->email, .role = u->role,
                     .lang = u->lang, .theme = u->theme, .zone = u->zone, .keys_off = u->keys_off,
                     .now = call->ctx.now, .live = live_place(call->house->live, call->ctx.arena) };
    enum err e;

    if ((e = team_setting_get(&call->ctx, call->tx, &s)) || (e = thresholds_text(call, &me.thresholds)) ||
        (e = counts_text(call, u, &me.counts)))
        return e;
    me.csrf = call->session ? csrf_of(call) : STR_NULL;
    me.rights = rights_text(call);
    me.company = s.company;
    me.currency = s.currency;
    me.sla_minutes = s.sla_minutes;
    reply_etag(call, u->version);
    return made ? reply_made(call, &me) : reply_ok(call, &me);
}

/* A key has no person: it is told its own rights. */
static enum err reply_key(struct call *call)
{
    struct user nobody = { .name = STR("key"), .email = STR(""), .theme = STR("system"), .zone = STR("UTC"),
                           .role = ROLE_INTEGRATOR, .lang = (int)call->ctx.lang };

    return reply_me(call, &nobody, false);
}

enum err me_get(struct call *call)
{
    struct user u;
    enum err e;

    if (call->ctx.actor.kind != ACTOR_USER)
        return reply_key(call);
    e = team_user_get(&call->ctx, call->tx, call_user(call), &u);
    return e ? e : reply_me(call, &u, false);
}

/* ---- sign-in ------------------------------------------------------------------------------------------------------------------ */

struct sign_in {
    struct str email, password;
    struct user user;
};

const struct field session_fields[] = {
    { .name = "email", .kind = FIELD_TEXT, .offset = offsetof(struct sign_in, email), .flags = FIELD_REQUIRED,
      .max = EMAIL_CHARS, .help = "of the user" },
    { .name = "password", .kind = FIELD_TEXT, .offset = offsetof(struct sign_in, password), .flags = FIELD_REQUIRED,
      .max = PASSWORD_CHARS, .help = "of the user" },
    { 0 }
};

static void set_cookie(struct call *call, struct str token)
{
    bool secure = call->house->secure_cookies;

    reply_header(call, "Set-Cookie",
                 str_print(call->ctx.arena, STR_FMT "=" STR_FMT "; Path=/; HttpOnly; SameSite=Lax; Max-Age=%d%s",
                           STR_ARG(session_cookie_name(call->house)), STR_ARG(token),
                           token.len ? COOKIE_SECONDS : 0, secure ? "; Secure" : ""));
}

/* A new session, its cookie, and the answer. */
static enum err sign_in(struct call *call, const struct user *u)
{
    struct str token;
    enum err e = team_session_add(&call->ctx, call->tx, u->id, &token, &call->session);

    if (e)
        return e;
    call->ctx.actor = (struct actor){ ACTOR_USER, u->id.v, team_rights_of_role((enum role)u->role), false };
    call->ctx.lang = (enum lang)u->lang;
    set_cookie(call, token);
    e = team_audit_add(&call->ctx, call->tx, "session.begun", PREFIX_USER, u->id.v, STR_NULL);
    return e ? e : reply_me(call, u, true);
}

static enum err find_user(struct call *call, struct sign_in *in)
{
    struct db_tx *tx;
    enum err e = db_read(&call->ctx, call->house->db, &tx);

    if (e)
        return e;
    e = team_user_get_by_email(&call->ctx, tx, in->email, &in->user);
    db_drop(tx);
    return e;
}

/* A missing user, a disabled one and a wrong password cost the same and are answered alike. */
enum err session_prepare(struct call *call)
{
    struct sign_in *in = ARENA_NEW(call->ctx.arena, struct sign_in);
    enum err e = body_read(call, in, NULL);
    bool found, right;

    if (e == ERR_NONE)
        e = rate_check(call, in->email);
    if (e)
        return e;
    e = find_user(call, in);
    if (e && e != ERR_NOT_FOUND)
        return e;
    found = e == ERR_NONE && in->user.state == USER_ACTIVE;
    right = crypto_password_is(&call->ctx, found ? in->user.password : STR_NULL, in->password);
    if (!right) {
        rate_failed(call, in->email);
        return ERR_BAD_PASSWORD;
    }
    rate_passed(call, in->email);
    call->prepared = in;
    return ERR_NONE;
}

enum err session_begin(struct call *call)
{
    struct sign_in *in = call->prepared;
    struct user u;
    enum err e = team_user_get(&call->ctx, call->tx, in->user.id, &u);

    if (e)
        return e;
    if (u.state != USER_ACTIVE || !str_eq(u.password, in->user.password))
        return ERR_BAD_PASSWORD; /* changed while it was compared */
    if (call->session)
        e = team_session_del(&call->ctx, call->tx, call->session);
    call->actors_changed = true;
    return e ? e : sign_in(call, &u);
}

enum err session_finish(struct call *call)
{
    enum err e = team_session_del(&call->ctx, call->tx, call->session);

    if (e)
        return e;
    call->actors_changed = true;
    set_cookie(call, STR(""));
    return reply_none(call);
}

/* ---- set-up --------------------------------------------------------------------------------------------------------------------- */

struct setup {
    bool needed, demo;
    struct str version;
};

const struct field setup_fields[] = {
    { .name = "needed", .kind = FIELD_BOOL, .offset = offsetof(struct setup, needed), .help = "there is no user yet" },
    { .name = "demo", .kind = FIELD_BOOL, .offset = offsetof(struct setup, demo), .help = "it is the demonstration company" },
    { .name = "version", .kind = FIELD_TEXT, .offset = offsetof(struct setup, version), .help = "of the program" },
    { 0 }
};

struct setup_ask {
    struct str name, email, password, company, currency, zone;
    int lang;
    struct str hash;
};

#define ASK(member) offsetof(struct setup_ask, member)
const struct field setup_ask_fields[] = {
    { .name = "name", .kind = FIELD_TEXT, .offset = ASK(name), .flags = FIELD_REQUIRED, .min = 1, .max = NAME_CHARS, .help = "of the owner" },
    { .name = "email", .kind = FIELD_TEXT, .offset = ASK(email), .flags = FIELD_REQUIRED, .max = EMAIL_CHARS, .help = "of the owner" },
    { .name = "password", .kind = FIELD_TEXT, .offset = ASK(password), .flags = FIELD_REQUIRED, .max = PASSWORD_CHARS, .help = "8 bytes or more" },
    { .name = "company", .kind = FIELD_TEXT, .offset = ASK(company), .max = NAME_CHARS, .help = "its name" },
    { .name = "currency", .kind = FIELD_TEXT, .offset = ASK(currency), .max = 3, .help = "ISO 4217, RUB unless said" },
    { .name = "zone", .kind = FIELD_TEXT, .offset = ASK(zone), .max = 64, .help = "IANA time zone" },
    { .name = "lang", .kind = FIELD_ENUM, .offset = ASK(lang), .names = team_lang_names, .help = "of the interface" },
    { 0 }
};

static enum err users_exist(struct call *call, struct db_tx *tx, bool *exist)
{
    int64_t count;
    enum err e = team_user_count(&call->ctx, tx, &count);

    if (e == ERR_NONE)
        *exist = count > 0;
    return e;
}

enum err setup_get(struct call *call)
{
    bool exist;
    enum err e = users_exist(call, call->tx, &exist);
    struct setup s = { .version = call->house->version };
    struct user owner;

    if (e)
        return e;
    s.needed = !exist;
    e = team_user_get_by_email(&call->ctx, call->tx, STR(FLOW_DEMO_OWNER), &owner);
    if (e && e != ERR_NOT_FOUND)
        return e;
    s.demo = e == ERR_NONE;
    return reply_ok(call, &s);
}

static enum err check_setup(struct call *call, const struct setup_ask *ask)
{
    struct ctx *c = &call->ctx;

    if (!team_user_email_is_plausible(ask->email))
        return fault_field(c, ERR_BAD_FIELD, "/email");
    if (ask->zone.len > 0 && !zone_choose(ask->zone))
        return fault_field(c, ERR_BAD_FIELD, "/zone");
    if (ask->currency.len != 0 && !currency_is_known(ask->currency))
        return fault_field(c, ERR_BAD_FIELD, "/currency");
    return team_user_password_check(c, ask->password);
}

enum err setup_prepare(struct call *call)
{
    struct setup_ask *ask = ARENA_NEW(call->ctx.arena, struct setup_ask);
    struct db_tx *tx;
    bool exist = false;
    enum err e = db_read(&call->ctx, call->house->db, &tx);

    if (e)
        return e;
    e = users_exist(call, tx, &exist);
    db_drop(tx);
    if (e == ERR_NONE && exist)
        return ERR_NOT_FOUND;
    if (e == ERR_NONE)
        e = body_read(call, ask, NULL);
    if (e == ERR_NONE)
        e = check_setup(call, ask);
    if (e == ERR_NONE)
        e = crypto_password_hash(&call->ctx, ask->password, &ask->hash);
    call->prepared = ask;
    return e;
}

enum err setup_do(struct call *call)
{
    const struct setup_ask *ask = call->prepared;
    struct setting s;
    struct user u = { .name = ask->name, .email = ask->email, .password = ask->hash, .role = ROLE_OWNER,
                      .lang = ask->lang, .theme = STR("system"), .zone = ask->zone };
    bool exist;
    enum err e = users_exist(call, call->tx, &exist);

    if (e == ERR_NONE && exist)
        return ERR_NOT_FOUND;
    if (e == ERR_NONE)
        e = team_setting_get(&call->ctx, call->tx, &s);
    if (e)
        return e;
    s.company = ask->company.ptr ? ask->company : s.company;
    s.currency = ask->currency.len ? ask->currency : s.currency;
    s.zone = ask->zone.len ? ask->zone : s.zone;
    s.lang = ask->lang;
    u.zone = s.zone;
    if ((e = team_setting_put(&call->ctx, call->tx, &s)) || (e = flow_model_start(&call->ctx, call->tx))
        || (e = team_user_add(&call->ctx, call->tx, &u)))
        return e;
    return sign_in(call, &u);
}

/* ---- what a person changes about themselves ---------------------------------------------------------------------------------------- */

struct me_ask {
    struct str name, theme, zone, password, old_password, hash;
    int lang;
    bool keys_off;
    uint64_t set;
};

enum { SET_NAME, SET_LANG, SET_THEME, SET_ZONE, SET_KEYS_OFF, SET_PASSWORD };
#define PATCHED(member) offsetof(struct me_ask, member)
const struct field me_patch_fields[] = {
    [SET_NAME] = { .name = "name", .kind = FIELD_TEXT, .offset = PATCHED(name), .min = 1, .max = NAME_CHARS, .help = "as others see it" },
    [SET_LANG] = { .name = "lang", .kind = FIELD_ENUM, .offset = PATCHED(lang), .names = team_lang_names, .help = "of the interface" },
    [SET_THEME] = { .name = "theme", .kind = FIELD_TEXT, .offset = PATCHED(theme), .max = 10, .help = "system, light or dark" },
    [SET_ZONE] = { .name = "zone", .kind = FIELD_TEXT, .offset = PATCHED(zone), .max = 64, .help = "IANA time zone" },
    [SET_KEYS_OFF] = { .name = "keys_off", .kind = FIELD_BOOL, .offset = PATCHED(keys_off), .help = "single-letter keys do nothing" },
    [SET_PASSWORD] = { .name = "password", .kind = FIELD_TEXT, .offset = PATCHED(password), .max = PASSWORD_CHARS, .help = "a new one; ends the user's other sessions" },
    { .name = "old_password", .kind = FIELD_TEXT, .offset = PATCHED(old_password), .max = PASSWORD_CHARS, .help = "to go with it" },
    { 0 }
};

static bool is_set(uint64_t set, int field)
{
    return (set >> field & 1) != 0;
}

static bool theme_is_known(struct str theme)
{
    for (int i = 0; team_theme_names[i]; i++)
        if (str_eq(theme, str_of(team_theme_names[i])))
            return true;
    return false;
}

static enum err check_me(struct call *call, const struct me_ask *ask)
{
    if (is_set(ask->set, SET_THEME) && !theme_is_known(ask->theme))
        return fault_field(&call->ctx, ERR_BAD_FIELD, "/theme");
    if (is_set(ask->set, SET_ZONE) && !zone_choose(ask->zone))
        return fault_field(&call->ctx, ERR_BAD_FIELD, "/zone");
    if (is_set(ask->set, SET_NAME) && !str_trim(ask->name).len)
        return fault_field(&call->ctx, ERR_MISSING, "/name");
    return is_set(ask->set, SET_PASSWORD) ? team_user_password_check(&call->ctx, ask->password) : ERR_NONE;
}

/* A new password needs the old one: a cookie alone is not enough to take an account. */
static enum err prepare_password(struct call *call, struct me_ask *ask)
{
    struct user u;
    struct db_tx *tx;
    enum err e = db_read(&call->ctx, call->house->db, &tx);

    if (e)
        return e;
    e = team_user_get(&call->ctx, tx, call_user(call), &u);
    db_drop(tx);
    if (e)
        return e;
    e = rate_check(call, u.email);
    if (e)
        return e;
    if (!crypto_password_is(&call->ctx, u.password, ask->old_password)) {
        rate_failed(call, u.email);
        return fault_field(&call->ctx, ERR_BAD_FIELD, "/old_password");
    }
    return crypto_password_hash(&call->ctx, ask->password, &ask->hash);
}

enum err me_prepare(struct call *call)
{
    struct me_ask *ask = ARENA_NEW(call->ctx.arena, struct me_ask);
    enum err e = body_read(call, ask, &ask->set);

    if (e == ERR_NONE)
        e = check_me(call, ask);
    if (e == ERR_NONE && is_set(ask->set, SET_PASSWORD))
        e = prepare_password(call, ask);
    call->prepared = ask;
    return e;
}

enum err me_patch(struct call *call)
{
    const struct me_ask *ask = call->prepared;
    struct user u;
    enum err e = team_user_get(&call->ctx, call->tx, call_user(call), &u);

    if (e == ERR_NONE)
        e = match_version(call, u.version);
    if (e)
        return e;
    u.name = is_set(ask->set, SET_NAME) ? ask->name : u.name;
    u.lang = is_set(ask->set, SET_LANG) ? ask->lang : u.lang;
    u.theme = is_set(ask->set, SET_THEME) ? ask->theme : u.theme;
    u.zone = is_set(ask->set, SET_ZONE) ? ask->zone : u.zone;
    u.keys_off = is_set(ask->set, SET_KEYS_OFF) ? ask->keys_off : u.keys_off;
    u.password = ask->hash.len ? ask->hash : u.password;
    e = team_user_put(&call->ctx, call->tx, &u);
    if (e == ERR_NONE && ask->hash.len) {
        e = team_session_del_of(&call->ctx, call->tx, u.id, call->session);
        if (e == ERR_NONE)
            e = team_audit_add(&call->ctx, call->tx, "user.password_set", PREFIX_USER, u.id.v, STR_NULL);
    }
    call->actors_changed = true;
    call->ctx.lang = (enum lang)u.lang;
    return e ? e : reply_me(call, &u, false);
}
