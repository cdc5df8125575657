/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Keys of programs, the audit log, the company's settings. */
#include "api/api_team.h"
#include "api/inner.h"
#include "base/limits.h"
#include "lead/normal.h"
#include "sys/currency.h"
#include "sys/zone.h"
#include "team/audit.h"
#include "team/key.h"
#include "team/setting.h"

enum { KEYS_MAX = 1000, NAME_CHARS = 200 };

/* ---- keys --------------------------------------------------------------------------------------------------------------------- */

struct key_view {
    struct api_key k;
    struct str rights, text;
};

#define KEY(member) offsetof(struct key_view, member)
const struct field key_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = KEY(k.id), .prefix = PREFIX_KEY, .help = "the key" },
    { .name = "name", .kind = FIELD_TEXT, .offset = KEY(k.name), .help = "what it is for" },
    { .name = "scope", .kind = FIELD_ENUM, .offset = KEY(k.scope), .names = team_key_scope_names, .help = "event collection, or the API" },
    { .name = "public", .kind = FIELD_BOOL, .offset = KEY(k.is_public), .help = "stands in web pages: what comes with it is unverified" },
    { .name = "prefix", .kind = FIELD_TEXT, .offset = KEY(k.prefix), .help = "its first letters" },
    { .name = "rights", .kind = FIELD_RAW, .offset = KEY(rights), .help = "names of rights, of the API's keys" },
    { .name = "created_at", .kind = FIELD_INSTANT, .offset = KEY(k.created_at), .help = "when made" },
    { .name = "last_used_at", .kind = FIELD_INSTANT, .offset = KEY(k.used_at), .flags = FIELD_NULLABLE, .help = "to the minute" },
    { .name = "key", .kind = FIELD_TEXT, .offset = KEY(text), .flags = FIELD_NULLABLE, .help = "itself: only in the answer that made it" },
    { 0 }
};

struct key_ask {
    struct str name;
    int scope;
    bool is_public;
    struct json *rights;
    uint64_t set;
};

enum { SET_NAME, SET_SCOPE, SET_PUBLIC, SET_RIGHTS };
#define ASK(member) offsetof(struct key_ask, member)
const struct field key_draft_fields[] = {
    [SET_NAME] = { .name = "name", .kind = FIELD_TEXT, .offset = ASK(name), .flags = FIELD_REQUIRED, .min = 1, .max = NAME_CHARS, .help = "what it is for" },
    [SET_SCOPE] = { .name = "scope", .kind = FIELD_ENUM, .offset = ASK(scope), .flags = FIELD_REQUIRED, .names = team_key_scope_names, .help = "event collection, or the API" },
    [SET_PUBLIC] = { .name = "public", .kind = FIELD_BOOL, .offset = ASK(is_public), .help = "for web pages; only of scope events, and there unless said" },
    [SET_RIGHTS] = { .name = "rights", .kind = FIELD_JSON, .offset = ASK(rights), .help = "names of rights; all that the maker has unless said" },
    { 0 }
};

static struct key_view view_of(struct call *call, const struct api_key *k)
{
    struct buf b = buf_new(call->ctx.arena, 4096);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (int r = RIGHT_LEAD_READ; r < RIGHTS; r++)
        if (k->rights & team_right_bit((enum right)r))
            json_put_text(&o, str_of(team_right_names[r]));
    json_list_end(&o);
    return (struct key_view){ .k = *k, .rights = buf_str(&b), .text = STR_NULL };
}

enum err key_list_get(struct call *call)
{
    struct api_key *list;
    struct key_view *views;
    size_t count;
    enum err e = team_key_list(&call->ctx, call->tx, KEYS_MAX, &list, &count);

    if (e)
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct key_view, count + 1);
    for (size_t i = 0; i < count; i++)
        views[i] = view_of(call, &list[i]);
    return reply_list(call, views, count, sizeof *views, STR_NULL, (int64_t)count);
}

static int right_index(struct str name)
{
    for (int r = RIGHT_LEAD_READ; r < RIGHT_EVENT; r++)
        if (str_eq(name, str_of(team_right_names[r])))
            return r;
    return -1;
}

/* The names asked for, none of which the maker lacks. */
static enum err rights_of(struct call *call, const struct key_ask *ask, uint64_t *rights)
{
    const struct json *list = ask->rights;

    *rights = call->ctx.actor.rights;
    if (!(ask->set >> SET_RIGHTS & 1) || !list || list->type == JSON_NULL)
        return ERR_NONE;
    if (list->type != JSON_ARRAY)
        return fault_field(&call->ctx, ERR_BAD_FIELD, "/rights");
    *rights = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        struct str place = str_print(call->ctx.arena, "/rights/%u", i);
        int r = right_index(json_text(&list->as.items[i]));

        if (r < 0)
            return fault_at(&call->ctx, ERR_BAD_FIELD, place, "no such right");
        if (!team_right_has(&call->ctx.actor, (enum right)r))
            return fault_at(&call->ctx, ERR_FORBIDDEN, place, "a key has no right that its maker lacks");
        *rights |= team_right_bit((enum right)r);
    }
    return ERR_NONE;
}

enum err key_create(struct call *call)
{
    struct key_ask ask = { 0 };
    struct api_key k = { 0 };
    struct key_view view;
    struct str text;
    enum err e = body_read(call, &ask, &ask.set);

    if (e)
        return e;
    if (ask.scope == KEY_API && ask.is_public)
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/public"), "a key of the API is a secret");
    k.name = ask.name;
    k.scope = ask.scope;
    k.is_public = ask.scope == KEY_EVENTS && (ask.is_public || !(ask.set >> SET_PUBLIC & 1));
    k.user = call_user(call);
    if (ask.scope == KEY_API)
        e = rights_of(call, &ask, &k.rights);
    if (e == ERR_NONE)
        e = team_key_add(&call->ctx, call->tx, &k, &text);
    if (e == ERR_NONE)
        e = team_audit_add(&call->ctx, call->tx, "key.added", PREFIX_KEY, k.id.v, STR_NULL);
    if (e)
        return e;
    view = view_of(call, &k);
    view.text = text;
    return reply_made(call, &view);
}

enum err key_revoke(struct call *call)
{
    struct key_id id;
    enum err e = param_id(call, "id", PREFIX_KEY, &id.v);

    if (e == ERR_NONE)
        e = team_key_del(&call->ctx, call->tx, id);
    if (e == ERR_NONE)
        e = team_audit_add(&call->ctx, call->tx, "key.revoked", PREFIX_KEY, id.v, STR_NULL);
    call->actors_changed = true;
    return e ? e : reply_none(call);
}

/* ---- audit --------------------------------------------------------------------------------------------------------------------- */

struct audit_query {
    struct page_query page;
};
const struct field audit_query[] = { PAGE_FIELDS(struct audit_query), { 0 } };

static const char *const actor_names[] = { "nobody", "user", "key", "house", NULL };

struct audit_view {
    int64_t number;
    instant at;
    int actor_kind;
    struct str actor, actor_name, action, subject, detail;
};

#define AUDIT(member) offsetof(struct audit_view, member)
const struct field audit_fields[] = {
    { .name = "number", .kind = FIELD_INT, .offset = AUDIT(number), .help = "counts from 1 without a gap" },
    { .name = "at", .kind = FIELD_INSTANT, .offset = AUDIT(at), .help = "when" },
    { .name = "actor_kind", .kind = FIELD_ENUM, .offset = AUDIT(actor_kind), .names = actor_names, .help = "what kind of actor" },
    { .name = "actor_id", .kind = FIELD_TEXT, .offset = AUDIT(actor), .flags = FIELD_NULLABLE, .help = "who" },
    { .name = "actor_name", .kind = FIELD_TEXT, .offset = AUDIT(actor_name), .flags = FIELD_NULLABLE, .help = "by name" },
    { .name = "action", .kind = FIELD_TEXT, .offset = AUDIT(action), .help = "what, as noun.past" },
    { .name = "subject", .kind = FIELD_TEXT, .offset = AUDIT(subject), .flags = FIELD_NULLABLE, .help = "to whom or what" },
    { .name = "detail", .kind = FIELD_RAW, .offset = AUDIT(detail), .flags = FIELD_NULLABLE, .help = "more of it" },
    { 0 }
};

static struct audit_view audit_view_of(struct call *call, const struct audit *a)
{
    char id[ID_TEXT_MAX];
    const char *prefix = a->actor_kind == ACTOR_USER ? PREFIX_USER : PREFIX_KEY;

    return (struct audit_view){
        .number = a->id,
        .at = a->at,
        .actor_kind = (int)a->actor_kind,
        .actor = a->actor_id ? str_dup(call->ctx.arena, id_print(prefix, a->actor_id, id)) : STR_NULL,
        .actor_name = a->actor_name,
        .action = a->action,
        .subject = a->subject,
        .detail = a->detail.ptr ? a->detail : STR("null"),
    };
}

enum err audit_get(struct call *call)
{
    struct audit_query q = { 0 };
    struct cursor after, last = { .stands = true };
    struct audit *list;
    struct audit_view *views;
    int64_t limit;
    size_t count;
    enum err e = query_read(call, &q);

    if (e == ERR_NONE)
        e = page_read(call, &q.page, &limit, &after);
    if (e == ERR_NONE)
        e = team_audit_list(&call->ctx, call->tx, after.stands ? after.id : 0, limit + 1, &list, &count);
    if (e)
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct audit_view, count + 1);
    for (size_t i = 0; i < count; i++)
        views[i] = audit_view_of(call, &list[i]);
    if ((int64_t)count <= limit)
        return reply_list(call, views, count, sizeof *views, STR_NULL, -1);
    last.id = list[limit - 1].id;
    return reply_list(call, views, (size_t)limit, sizeof *views, cursor_print(call, &last), -1);
}

/* ---- settings --------------------------------------------------------------------------------------------------------------------- */

#define SETTING(member) offsetof(struct setting, member)
enum { SET_COMPANY, SET_CURRENCY, SET_ZONE, SET_LANG, SET_REGION, SET_SLA, SET_CATCH_UP, SET_LEADERS, SET_KEEPS, SET_BOOKS, SET_OUTCOME_DAYS };
#define SETTING_FIELDS                                                                                                       \
    [SET_COMPANY] = { .name = "company", .kind = FIELD_TEXT, .offset = SETTING(company), .max = NAME_CHARS,                  \
                      .help = "whose house this is" },                                                                        \
    [SET_CURRENCY] = { .name = "currency", .kind = FIELD_TEXT, .offset = SETTING(currency), .min = 3, .max = 3,              \
                       .help = "ISO 4217" },                                                                                  \
    [SET_ZONE] = { .name = "zone", .kind = FIELD_TEXT, .offset = SETTING(zone), .max = 64, .help = "IANA time zone" },       \
    [SET_LANG] = { .name = "lang", .kind = FIELD_ENUM, .offset = SETTING(lang), .names = team_lang_names,                         \
                   .help = "of those who have not chosen" },                                                                  \
    [SET_REGION] = { .name = "phone_region", .kind = FIELD_TEXT, .offset = SETTING(phone_region), .min = 2, .max = 2,        \
                     .help = "country of phone numbers that name none" },                                                     \
    [SET_SLA] = { .name = "sla_minutes", .kind = FIELD_INT, .offset = SETTING(sla_minutes), .min = 1, .max = 10080,          \
                  .help = "first contact of a hot lead" },                                                                    \
    [SET_CATCH_UP] = { .name = "catch_up", .kind = FIELD_BOOL, .offset = SETTING(catch_up),                                  \
                       .help = "the share that an absence missed is given back, unless the absence says otherwise" }, \
    [SET_LEADERS] = { .name = "leaders", .kind = FIELD_ENUM, .offset = SETTING(leaders), .names = team_leaders_names,        \
                      .help = "what salespeople see of the leaderboard: off, own row and place, all" }, \
    [SET_KEEPS] = { .name = "company_keeps", .kind = FIELD_BOOL, .offset = SETTING(company_keeps),                           \
                    .help = "a lead of a company that somebody has goes to that person first, if they may" }, \
    [SET_BOOKS] = { .name = "bookkeeping", .kind = FIELD_ENUM, .offset = SETTING(books), .names = team_books_names,          \
                    .help = "contact: each person's deeds and purchases alone; company: those of a company's people at the company too" }, \
    [SET_OUTCOME_DAYS] = { .name = "outcome_days", .kind = FIELD_INT, .offset = SETTING(outcome_days), .min = 0, .max = 1095, \
                           .help = "the age by which a lead without an outcome counts as not bought; 0: when nine of ten wins had come" }

const struct field setting_fields[] = { SETTING_FIELDS, { 0 } };
const struct field setting_patch_fields[] = { SETTING_FIELDS, { 0 } };

enum err setting_get_all(struct call *call)
{
    struct setting s;
    enum err e = team_setting_get(&call->ctx, call->tx, &s);

    return e ? e : reply_ok(call, &s);
}

enum err setting_patch(struct call *call)
{
    struct setting s;
    uint64_t set = 0;
    enum err e = team_setting_get(&call->ctx, call->tx, &s);

    if (e == ERR_NONE)
        e = body_read(call, &s, &set); /* what the text does not hold stays */
    if (e)
        return e;
    if (set & 1u << SET_ZONE && !zone_choose(s.zone))
        return fault_field(&call->ctx, ERR_BAD_FIELD, "/zone");
    if (set & 1u << SET_CURRENCY && !currency_is_known(s.currency))
        return fault_field(&call->ctx, ERR_BAD_FIELD, "/currency");
    if (set & 1u << SET_REGION && !lead_region_is_known(s.phone_region)) /* it would be kept and do nothing */
        return fault_field(&call->ctx, ERR_BAD_FIELD, "/phone_region");
    if (!s.company.ptr) /* null: it has no name any more */
        s.company = STR("");
    e = team_setting_put(&call->ctx, call->tx, &s);
    if (e == ERR_NONE)
        e = team_audit_add(&call->ctx, call->tx, "setting.changed", PREFIX_USER, 0, STR_NULL);
    return e ? e : reply_ok(call, &s);
}
