/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_version.h"

#include "api/api_manager.h"
#include "api/lead_view.h"
#include "base/limits.h"
#include "flow/flow_skill.h"
#include "team/audit.h"

enum { VERSIONS_SHOWN = 100 };

/* ---- what is live ---- */

/* Kept as the version that is live, and the queue is offered again. id 0: a new version, else that one is it. */
static enum err version_keep(struct call *call, const struct rules *rules, struct rule_version *version)
{
    struct field_list none = { NULL, 0 }, policies;
    enum err e = policies_whole(call, &none, &policies);

    if (e)
        return e;
    version->items = rules_text(call->ctx.arena, rules);
    version->rules = (int64_t)rules->count;
    version->policies = policies_print(call->ctx.arena, &policies);
    if ((e = route_version_publish(&call->ctx, call->tx, version))
        || (e = team_audit_add(&call->ctx, call->tx, "rules.changed", PREFIX_RULE, version->id.v, version->note)))
        return e;
    return drain_after(call);
}

enum err rules_number(struct call *call, int64_t *number)
{
    struct rule_version live = { .version = 0 };
    enum err e = route_version_live(&call->ctx, call->tx, &live);

    *number = e ? 0 : live.version;
    return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

/* Are these the live version, which is live? Filled then. */
static enum err stands(struct call *call, const struct rules *rules, const struct field_list *policies, struct rule_version *live, bool *same)
{
    struct field_list other;
    struct rules stood;
    enum err e = route_version_live(&call->ctx, call->tx, live);

    *same = false;
    if (e)
        return e == ERR_NOT_FOUND ? ERR_NONE : e;
    if ((e = route_rule_list(&call->ctx, call->tx, &stood)) || (e = policies_other(call, policies, &other)))
        return e;
    *same = other.count == 0 && str_eq(rules_text(call->ctx.arena, rules), rules_text(call->ctx.arena, &stood));
    return ERR_NONE;
}

enum err rules_publish(struct call *call, struct rules *rules, const struct field_list *policies, struct rule_version *version)
{
    struct rule_version live;
    struct rules before;
    bool same = false;
    enum err e = route_rule_list(&call->ctx, call->tx, &before);

    if (e)
        return e;
    if (!version->id.v && (e = stands(call, rules, policies, &live, &same)))
        return e;
    if (same) {
        *version = live;
        return ERR_NONE;
    }
    if ((e = route_rule_put_all(&call->ctx, call->tx, rules)) || (e = policies_set(&call->ctx, call->tx, policies)))
        return e;
    e = version_keep(call, rules, version);
    return e ? e : flow_skill_ruled(&call->ctx, call->tx, &before, rules, &call->messages, &version->plans, &version->plan_leads);
}

enum err rules_stand(struct call *call)
{
    struct rule_version version = { .by = { ctx_user(&call->ctx) } };
    struct rules rules;
    enum err e = route_version_lock(&call->ctx, call->tx);

    return e || (e = route_rule_list(&call->ctx, call->tx, &rules)) ? e : version_keep(call, &rules, &version);
}

/* ---- drafts and versions ---- */

struct version_view {
    int64_t id, by_id, version, rules, edit, plans, plan_leads;
    int state;
    struct str by_name, note, items, policies; /* the last two JSON */
    instant at;
};
#define V(member) offsetof(struct version_view, member)
#define VERSION_HEAD                                                                               \
    { .name = "id", .kind = FIELD_ID, .offset = V(id), .prefix = PREFIX_RULE, .help = "the version" }, \
    { .name = "version", .kind = FIELD_INT, .offset = V(version), .help = "its number; 0 for a draft" }, \
    { .name = "state", .kind = FIELD_ENUM, .offset = V(state), .names = route_version_states, .help = "draft, live or past" }, \
    { .name = "at", .kind = FIELD_INSTANT, .offset = V(at), .help = "when it was published, or last changed" }, \
    { .name = "by_id", .kind = FIELD_ID, .offset = V(by_id), .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "by whom" }, \
    { .name = "by_name", .kind = FIELD_TEXT, .offset = V(by_name), .flags = FIELD_NULLABLE, .help = "by whom" }, \
    { .name = "note", .kind = FIELD_TEXT, .offset = V(note), .flags = FIELD_NULLABLE, .help = "why, in words" }, \
    { .name = "rules", .kind = FIELD_INT, .offset = V(rules), .help = "how many rules it has" },    \
    { .name = "edit", .kind = FIELD_INT, .offset = V(edit), .help = "how often it was written: its ETag" }
const struct field rule_version_row_fields[] = { VERSION_HEAD, { 0 } };
const struct field rule_version_fields[] = {
    VERSION_HEAD,
    { .name = "items", .kind = FIELD_RAW, .offset = V(items), .help = "its rules, as /routing/rules tells them" },
    { .name = "policies", .kind = FIELD_RAW, .offset = V(policies), .help = "[{pool_id, policy}]: by which each pool picks; a pool that is not named stays as it is" },
    { .name = "plans", .kind = FIELD_INT, .offset = V(plans), .help = "of the call that published it: people for whose leads a plan was made, for a rule closes a product that they are not certified for" },
    { .name = "plan_leads", .kind = FIELD_INT, .offset = V(plan_leads), .help = "their leads" },
    { 0 }
};
struct version_ask {
    struct field_list items, policies;
    struct str note;
};
enum { SET_ITEMS, SET_NOTE, SET_POLICIES };
const struct field rule_draft_fields[] = {
    [SET_ITEMS] = { .name = "items", .kind = FIELD_LIST, .offset = offsetof(struct version_ask, items), .fields = rule_ask_fields,
      .item_size = sizeof(struct rule_ask), .flags = FIELD_REQUIRED, .help = "all rules, in order" },
    [SET_NOTE] = { .name = "note", .kind = FIELD_TEXT, .offset = offsetof(struct version_ask, note), .max = LIMIT_TEXT_CHARS, .help = "why, in words" },
    [SET_POLICIES] = POLICIES_FIELD(offsetof(struct version_ask, policies), .help = "by which each pool picks; one that is not named: as in this draft, or as it is"),
    { 0 }
};

static struct version_view version_view_of(const struct rule_version *v, const struct names *names)
{
    return (struct version_view){ v->id.v, v->by.v, v->version, v->rules, v->edit, v->plans, v->plan_leads, v->state, names_find(names, v->by.v), v->note, v->items, v->policies, v->at };
}

static enum err reply_version(struct call *call, const struct rule_version *version, bool made)
{
    struct version_view view;
    struct names names;
    enum err e = names_read(call, &names);

    if (e)
        return e;
    reply_etag(call, version->edit);
    view = version_view_of(version, &names);
    return made ? reply_made(call, &view) : reply_ok(call, &view);
}

enum err rule_version_list(struct call *call)
{
    struct version_view *views;
    struct rule_version *list;
    struct names names;
    size_t count;
    enum err e;

    if ((e = route_version_list(&call->ctx, call->tx, VERSIONS_SHOWN, &list, &count)) || (e = names_read(call, &names)))
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct version_view, count + 1);
    for (size_t i = 0; i < count; i++)
        views[i] = version_view_of(&list[i], &names);
    return reply_list(call, views, count, sizeof *views, STR_NULL, (int64_t)count);
}

static enum err version_of_call(struct call *call, struct rule_version *version)
{
    struct rule_id id;
    enum err e = param_id(call, "id", PREFIX_RULE, &id.v);

    return e ? e : route_version_get(&call->ctx, call->tx, id, version);
}

enum err rule_version_get(struct call *call)
{
    struct rule_version version;
    enum err e = version_of_call(call, &version);

    return e ? e : reply_version(call, &version, false);
}

/* To be written, if it stands as it was read. */
static enum err version_to_write(struct call *call, struct rule_version *version)
{
    enum err e = route_version_lock(&call->ctx, call->tx);

    return e || (e = version_of_call(call, version)) ? e : match_version(call, version->edit);
}

/* A draft may name pools and rules as they are now: checked as if it were published. What is not said of a draft that stands (its policies, its note)
 * stays. */
static enum err draft_read(struct call *call, struct rule_version *version)
{
    struct version_ask ask = { .note = version->note };
    struct rules rules;
    uint64_t set = 0;
    enum err e;

    if ((e = body_read(call, &ask, &set)))
        return e;
    if (!(set >> SET_POLICIES & 1) && version->policies.len && (e = policies_parse(&call->ctx, version->policies, &ask.policies)))
        return e;
    if (set >> SET_POLICIES & 1 && (e = policies_check(call, &ask.policies)))
        return e;
    if ((e = rules_check(call, &ask.items, &rules)) || (e = policies_whole(call, &ask.policies, &ask.policies)))
        return e;
    version->by.v = ctx_user(&call->ctx);
    version->note = ask.note;
    version->rules = (int64_t)rules.count;
    version->items = rules_text(call->ctx.arena, &rules);
    version->policies = policies_print(call->ctx.arena, &ask.policies);
    return ERR_NONE;
}

enum err rule_draft_create(struct call *call)
{
    struct rule_version version = { .version = 0 };
    enum err e = draft_read(call, &version);

    if (e || (e = route_draft_put(&call->ctx, call->tx, &version)))
        return e;
    return reply_version(call, &version, true);
}

enum err rule_draft_put(struct call *call)
{
    struct rule_version version;
    enum err e = version_to_write(call, &version);

    if (e || (e = draft_read(call, &version)) || (e = route_draft_put(&call->ctx, call->tx, &version)))
        return e;
    return reply_version(call, &version, false);
}

enum err rule_draft_remove(struct call *call)
{
    struct rule_version version;
    enum err e = version_to_write(call, &version);

    if (e || (e = route_draft_del(&call->ctx, call->tx, version.id)))
        return e;
    return reply_none(call);
}

/* A rule of a version that has no place among the live ones (any more) becomes a new one. */
static void forget_gone(const struct rules *stood, struct rule_ask *ask)
{
    bool stands = false;

    for (size_t i = 0; i < stood->count; i++)
        stands |= stood->items[i].id.v == ask->rule.id;
    if (!stands)
        ask->rule.id = 0;
}

/* The rules of a version as asked for, so that they are checked against what pools there are today. */
static enum err version_rules(struct call *call, const struct rule_version *version, struct rules *rules)
{
    struct rules_ask ask = { .items = { NULL, 0 } };
    struct rules stood;
    struct json *items, whole = { .type = JSON_OBJECT, .count = 1 };
    struct json_member member = { .key = STR("items") };
    enum err e = json_read(&call->ctx, version->items, &items);

    if (e)
        return e;
    member.value = *items;
    whole.as.members = &member;
    if ((e = field_read(&call->ctx, rules_put_fields, &whole, &ask, NULL)) || (e = route_rule_list(&call->ctx, call->tx, &stood)))
        return e;
    for (size_t i = 0; i < ask.items.count; i++)
        forget_gone(&stood, &((struct rule_ask *)ask.items.items)[i]);
    return rules_check(call, &ask.items, rules);
}

struct publish_ask {
    struct field_list policies;
};
const struct field rule_publish_fields[] = {
    POLICIES_FIELD(offsetof(struct publish_ask, policies), .help = "pools under another policy than this version has for them, as a simulation tried them"),
    { 0 }
};

enum err rule_version_publish(struct call *call)
{
    struct publish_ask ask = { .policies = { NULL, 0 } };
    struct rule_version version;
    struct field_list policies;
    struct rules rules;
    enum err e = body_read(call, &ask, NULL);

    if (e || (e = version_to_write(call, &version)) || (e = policies_check(call, &ask.policies)) || (e = version_rules(call, &version, &rules))
        || (e = policies_parse(&call->ctx, version.policies, &policies)))
        return e;
    policies = policies_over(call->ctx.arena, &ask.policies, &policies);
    /* An old one is published as a new version. */
    if (version.state != VERSION_DRAFT)
        version.id.v = 0;
    version.by.v = ctx_user(&call->ctx);
    if ((e = rules_publish(call, &rules, &policies, &version)))
        return e;
    return reply_version(call, &version, false);
}

enum err rules_asked(struct call *call, const struct field_list *items, int64_t version_id, struct rules *rules, struct field_list *policies)
{
    struct rule_version version;
    enum err e;

    *policies = (struct field_list){ NULL, 0 };
    if (items)
        return rules_check(call, items, rules);
    if (!version_id)
        return route_rule_list(&call->ctx, call->tx, rules);
    if ((e = route_version_get(&call->ctx, call->tx, (struct rule_id){ version_id }, &version))
        || (e = policies_parse(&call->ctx, version.policies, policies)) || (e = policies_other(call, policies, policies)))
        return e;
    return version_rules(call, &version, rules);
}
