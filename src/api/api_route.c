/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_route.h"

#include "api/api_manager.h"
#include "base/limits.h"
#include "cond/cond.h"
#include "team/audit.h"

enum { RULES_MAX = 200, MEMBERS_MAX = 1000, SLA_MAX = 30 * 24 * 60 };

/* ---- rules ---- */

struct rule_view {
    int64_t id, pool_id, fallback_pool_id, sla_minutes;
    struct str name, condition, match; /* the last two JSON */
    bool enabled;
};
#define R(member) offsetof(struct rule_view, member)
#define RULE_TAIL                                                                                  \
    { .name = "pool_id", .kind = FIELD_ID, .offset = R(pool_id), .prefix = PREFIX_POOL, .flags = FIELD_REQUIRED, .help = "who gets the lead" }, \
    { .name = "sla_minutes", .kind = FIELD_INT, .offset = R(sla_minutes), .min = 0, .max = SLA_MAX, .help = "working minutes until the call; 0: the company's norm" }, \
    { .name = "fallback_pool_id", .kind = FIELD_ID, .offset = R(fallback_pool_id), .prefix = PREFIX_POOL, .flags = FIELD_NULLABLE, .help = "asked when nobody of the pool may" }
const struct field rule_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = R(id), .prefix = PREFIX_RULE, .help = "the rule" },
    { .name = "name", .kind = FIELD_TEXT, .offset = R(name), .help = "as people call it" },
    { .name = "condition", .kind = FIELD_RAW, .offset = R(condition), .help = "of the one language of conditions" },
    RULE_TAIL,
    { .name = "match", .kind = FIELD_RAW, .offset = R(match), .help = "which of product, region, language the manager must have" },
    { .name = "enabled", .kind = FIELD_BOOL, .offset = R(enabled), .help = "false: passed over" },
    { 0 }
};
struct rule_ask {
    struct rule_view rule;
    const struct json *condition, *match;
};
static const struct field rule_ask_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = R(id), .prefix = PREFIX_RULE, .flags = FIELD_NULLABLE, .help = "of a rule that stays" },
    { .name = "name", .kind = FIELD_TEXT, .offset = R(name), .flags = FIELD_REQUIRED, .min = 1, .max = LIMIT_NAME_CHARS, .help = "as people call it" },
    { .name = "condition", .kind = FIELD_JSON, .offset = offsetof(struct rule_ask, condition), .flags = FIELD_REQUIRED, .help = "of the one language of conditions" },
    RULE_TAIL,
    { .name = "match", .kind = FIELD_JSON, .offset = offsetof(struct rule_ask, match), .help = "which of product, region, language the manager must have" },
    { .name = "enabled", .kind = FIELD_BOOL, .offset = R(enabled), .flags = FIELD_REQUIRED, .help = "false: passed over" },
    { 0 }
};
const struct field rules_put_fields[] = {
    { .name = "items", .kind = FIELD_LIST, .offset = 0, .fields = rule_ask_fields, .item_size = sizeof(struct rule_ask),
      .flags = FIELD_REQUIRED, .help = "all rules, in order" },
    { 0 }
};

static const struct {
    const char *word;
    unsigned bit;
} matches[] = {
    { "product", ROUTE_MATCH_PRODUCT },
    { "region", ROUTE_MATCH_REGION },
    { "language", ROUTE_MATCH_LANGUAGE },
};

static struct str match_text(struct arena *a, unsigned demands)
{
    struct buf b = buf_new(a, 200);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < countof(matches); i++)
        if (demands & matches[i].bit)
            json_put_text(&o, str_of(matches[i].word));
    json_list_end(&o);
    return buf_str(&b);
}

static enum err match_read(struct call *call, const struct json *list, struct str place, unsigned *demands)
{
    *demands = 0;
    if (!list || json_is(list, JSON_NULL))
        return ERR_NONE;
    if (!json_is(list, JSON_ARRAY))
        return fault_at(&call->ctx, ERR_BAD_FIELD, place, "a list of product, region, language");
    for (uint32_t i = 0; i < list->count; i++) {
        unsigned bit = 0;

        for (size_t k = 0; k < countof(matches); k++)
            if (str_eq(json_text(&list->as.items[i]), str_of(matches[k].word)))
                bit = matches[k].bit;
        if (!bit)
            return fault_at(&call->ctx, ERR_BAD_FIELD, str_print(call->ctx.arena, STR_FMT "/%u", STR_ARG(place), i),
                            "product, region or language");
        *demands |= bit;
    }
    return ERR_NONE;
}

static enum err reply_rules(struct call *call, const struct rules *rules)
{
    struct rule_view *views = ARENA_ARRAY(call->ctx.arena, struct rule_view, rules->count + 1);

    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *r = &rules->items[i];

        views[i] = (struct rule_view){ r->id.v, r->pool.v, r->fallback.v, r->sla_minutes, r->name, r->condition,
                                       match_text(call->ctx.arena, r->demands), r->enabled };
    }
    return reply_list(call, views, rules->count, sizeof *views, STR_NULL, (int64_t)rules->count);
}

enum err rule_list_get(struct call *call)
{
    struct rules rules;
    enum err e = route_rule_list(&call->ctx, call->tx, &rules);

    return e ? e : reply_rules(call, &rules);
}

static struct str place(struct call *call, size_t i, const char *field)
{
    return str_print(call->ctx.arena, "/items/%zu/%s", i, field);
}

static enum err pool_exists(struct call *call, const struct pools *pools, int64_t id, struct str at)
{
    for (size_t i = 0; i < pools->count; i++)
        if (pools->items[i].id.v == id)
            return ERR_NONE;
    return fault_at(&call->ctx, ERR_BAD_FIELD, at, "no such pool");
}

static enum err condition_keep(struct call *call, const struct json *from, struct str at, struct str *kept)
{
    struct buf b = buf_new(call->ctx.arena, LIMIT_BODY_BYTES);
    struct json_out o = json_to(&b);
    struct cond *cond;
    enum err e = cond_compile(&call->ctx, from, at, call->ctx.arena, &cond);

    if (e)
        return e;
    cond_free(cond);
    json_put(&o, from);
    *kept = buf_str(&b);
    return ERR_NONE;
}

/* One rule checked; every fault of it is noted. */
static enum err rule_check(struct call *call, const struct rule_ask *ask, size_t i, const struct rules *stood,
                           const struct pools *pools, struct rule *r)
{
    const struct rule_view *v = &ask->rule;
    enum err faults[5] = { ERR_NONE };
    bool known = v->id == 0;

    *r = (struct rule){ .id = { v->id }, .name = v->name, .pool = { v->pool_id }, .fallback = { v->fallback_pool_id },
                        .sla_minutes = v->sla_minutes, .enabled = v->enabled };
    for (size_t k = 0; k < stood->count; k++)
        known |= stood->items[k].id.v == v->id;
    if (!known)
        faults[0] = fault_at(&call->ctx, ERR_BAD_FIELD, place(call, i, "id"), "no such rule");
    faults[1] = condition_keep(call, ask->condition, place(call, i, "condition"), &r->condition);
    faults[2] = pool_exists(call, pools, v->pool_id, place(call, i, "pool_id"));
    if (v->fallback_pool_id)
        faults[3] = pool_exists(call, pools, v->fallback_pool_id, place(call, i, "fallback_pool_id"));
    faults[4] = match_read(call, ask->match, place(call, i, "match"), &r->demands);
    for (size_t k = 0; k < countof(faults); k++)
        if (faults[k])
            return faults[k];
    return ERR_NONE;
}

enum err rule_put_all(struct call *call)
{
    struct field_list body = { NULL, 0 };
    struct rules stood, new = { NULL, 0 };
    struct pools pools;
    enum err e, first = ERR_NONE;

    if ((e = body_read(call, &body, NULL)) || (e = route_rule_list(&call->ctx, call->tx, &stood))
        || (e = route_pool_list(&call->ctx, call->tx, &pools)))
        return e;
    if (body.count > RULES_MAX)
        return fault_at(&call->ctx, ERR_OUT_OF_RANGE, STR("/items"), "at most %d rules", RULES_MAX);
    new.items = ARENA_ARRAY(call->ctx.arena, struct rule, body.count + 1);
    for (; new.count < body.count; new.count++) {
        const struct rule_ask *asks = body.items;

        e = rule_check(call, &asks[new.count], new.count, &stood, &pools, &new.items[new.count]);
        for (size_t k = 0; !e && k < new.count; k++)
            if (new.items[k].id.v && new.items[k].id.v == new.items[new.count].id.v)
                e = fault_at(&call->ctx, ERR_BAD_FIELD, place(call, new.count, "id"), "named twice");
        if (e && !first)
            first = e;
    }
    if (first)
        return first;
    if ((e = route_rule_put_all(&call->ctx, call->tx, &new))
        || (e = team_audit_add(&call->ctx, call->tx, "rules.changed", PREFIX_RULE, 0, STR_NULL)) || (e = drain_after(call)))
        return e;
    return reply_rules(call, &new);
}

/* ---- pools ---- */

struct member_view {
    int64_t user_id, weight;
    struct str name;
};
struct pool_view {
    int64_t id, version;
    struct str name;
    int policy;
    bool everyone;
    struct field_list members;
};
#define P(member) offsetof(struct pool_view, member)
#define W(member) offsetof(struct member_view, member)
static const struct field member_fields[] = {
    { .name = "user_id", .kind = FIELD_ID, .offset = W(user_id), .prefix = PREFIX_USER, .help = "the manager" },
    { .name = "name", .kind = FIELD_TEXT, .offset = W(name), .flags = FIELD_NULLABLE, .help = "the manager" },
    { .name = "weight", .kind = FIELD_INT, .offset = W(weight), .help = "share in this pool; 0: the manager's own" },
    { 0 }
};
static const struct field member_ask_fields[] = {
    { .name = "user_id", .kind = FIELD_ID, .offset = W(user_id), .prefix = PREFIX_USER, .flags = FIELD_REQUIRED, .help = "the manager" },
    { .name = "weight", .kind = FIELD_INT, .offset = W(weight), .min = 0, .max = ROUTE_WEIGHT_MAX, .help = "share in this pool; 0: the manager's own" },
    { 0 }
};
const struct field pool_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = P(id), .prefix = PREFIX_POOL, .help = "the pool" },
    { .name = "version", .kind = FIELD_INT, .offset = P(version), .help = "for If-Match" },
    { .name = "name", .kind = FIELD_TEXT, .offset = P(name), .help = "as people call it" },
    { .name = "policy", .kind = FIELD_ENUM, .offset = P(policy), .names = route_policy_words, .help = "which of those who may gets the lead" },
    { .name = "everyone", .kind = FIELD_BOOL, .offset = P(everyone), .help = "the default pool: all managers belong to it" },
    { .name = "members", .kind = FIELD_LIST, .offset = P(members), .fields = member_fields, .item_size = sizeof(struct member_view), .help = "who belongs to it" },
    { 0 }
};
enum { SET_NAME, SET_POLICY, SET_MEMBERS };
#define POOL_ASK(flag)                                                                             \
    [SET_NAME] = { .name = "name", .kind = FIELD_TEXT, .offset = P(name), .flags = flag, .min = 1, .max = LIMIT_NAME_CHARS, .help = "as people call it" }, \
    [SET_POLICY] = { .name = "policy", .kind = FIELD_ENUM, .offset = P(policy), .flags = flag, .names = route_policy_words, .help = "which of those who may gets the lead" }, \
    [SET_MEMBERS] = { .name = "members", .kind = FIELD_LIST, .offset = P(members), .flags = flag, .fields = member_ask_fields, .item_size = sizeof(struct member_view), .help = "all of them" }
const struct field pool_draft_fields[] = { POOL_ASK(FIELD_REQUIRED), { 0 } };
const struct field pool_patch_fields[] = { POOL_ASK(0), { 0 } };

static enum err pool_show(struct call *call, const struct desk *d, const struct pool *pool, struct pool_view *v)
{
    struct member_view *views = ARENA_ARRAY(call->ctx.arena, struct member_view, d->count + 1);
    struct pool_members list;
    size_t n = 0;
    enum err e = route_member_list(&call->ctx, call->tx, pool->id, &list);

    if (e)
        return e;
    for (size_t i = 0; i < d->count; i++) {
        const struct desk_person *p = &d->people[i];
        bool in = pool->everyone && flow_desk_everyone(d, p) && p->user.state == USER_ACTIVE;
        int64_t weight = 0;

        for (size_t k = 0; k < list.count; k++)
            if (list.items[k].user.v == p->user.id.v && list.items[k].member && !pool->everyone) {
                in = true;
                weight = list.items[k].weight;
            }
        if (in)
            views[n++] = (struct member_view){ p->user.id.v, weight, p->user.name };
    }
    *v = (struct pool_view){ pool->id.v, pool->version, pool->name, (int)pool->policy, pool->everyone, { views, n } };
    return ERR_NONE;
}

static enum err reply_pool(struct call *call, const struct pool *pool, bool made)
{
    struct pool_view view;
    struct desk desk;
    enum err e = flow_desk_open(&call->ctx, call->tx, DESK_SHOW, &desk);

    if (e || (e = pool_show(call, &desk, pool, &view)))
        return e;
    reply_etag(call, pool->version);
    return made ? reply_made(call, &view) : reply_ok(call, &view);
}

enum err pool_list_get(struct call *call)
{
    struct pool_view *views;
    struct pools pools;
    struct desk desk;
    enum err e;

    if ((e = flow_desk_open(&call->ctx, call->tx, DESK_SHOW, &desk)) || (e = route_pool_list(&call->ctx, call->tx, &pools)))
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct pool_view, pools.count + 1);
    for (size_t i = 0; i < pools.count && !e; i++)
        e = pool_show(call, &desk, &pools.items[i], &views[i]);
    return e ? e : reply_list(call, views, pools.count, sizeof *views, STR_NULL, (int64_t)pools.count);
}

static enum err members_check(struct call *call, const struct field_list *asked, struct pool_members *members)
{
    const struct member_view *asks = asked->items;
    struct desk desk;
    enum err e = flow_desk_open(&call->ctx, call->tx, DESK_SHOW, &desk);

    if (e)
        return e;
    if (asked->count > MEMBERS_MAX)
        return fault_at(&call->ctx, ERR_OUT_OF_RANGE, STR("/members"), "at most %d people", MEMBERS_MAX);
    members->items = ARENA_ARRAY(call->ctx.arena, struct pool_member, asked->count + 1);
    for (size_t i = 0; i < asked->count; i++) {
        struct str at = str_print(call->ctx.arena, "/members/%zu/user_id", i);

        if (!flow_desk_find(&desk, (struct user_id){ asks[i].user_id }))
            return fault_at(&call->ctx, ERR_BAD_FIELD, at, "nobody who may be given leads");
        for (size_t k = 0; k < i; k++)
            if (asks[k].user_id == asks[i].user_id)
                return fault_at(&call->ctx, ERR_BAD_FIELD, at, "named twice");
        members->items[members->count++] = (struct pool_member){ .user = { asks[i].user_id },
                                                                 .weight = asks[i].weight };
    }
    return ERR_NONE;
}

static enum err pool_keep(struct call *call, struct pool *pool, const struct field_list *asked)
{
    struct pool_members members = { NULL, 0 };
    enum err e = members_check(call, asked, &members);

    if (e || (e = route_pool_put(&call->ctx, call->tx, pool, &members))
        || (e = team_audit_add(&call->ctx, call->tx, "pool.changed", PREFIX_POOL, pool->id.v, STR_NULL)))
        return e;
    return drain_after(call);
}

enum err pool_create(struct call *call)
{
    struct pool_view ask = { .policy = 0 };
    struct pool pool = { .version = 0 };
    enum err e = body_read(call, &ask, NULL);

    if (e)
        return e;
    pool.name = ask.name;
    pool.policy = (enum policy)ask.policy;
    e = pool_keep(call, &pool, &ask.members);
    return e ? e : reply_pool(call, &pool, true);
}

static enum err pool_of_call(struct call *call, struct pool *pool)
{
    struct pool_id id;
    enum err e = param_id(call, "id", PREFIX_POOL, &id.v);

    return e ? e : route_pool_get(&call->ctx, call->tx, id, pool);
}

/* The members as they stand, in the form in which they are asked. */
static enum err members_as_asked(struct call *call, const struct pool *pool, struct field_list *asked)
{
    struct pool_members list;
    struct member_view *views;
    size_t n = 0;
    enum err e = route_member_list(&call->ctx, call->tx, pool->id, &list);

    if (e)
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct member_view, list.count + 1);
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].member)
            views[n++] = (struct member_view){ .user_id = list.items[i].user.v, .weight = list.items[i].weight };
    *asked = (struct field_list){ views, n };
    return ERR_NONE;
}

enum err pool_patch(struct call *call)
{
    struct pool_view ask = { .policy = -1 };
    struct pool pool;
    uint64_t set = 0;
    enum err e;

    if ((e = body_read(call, &ask, &set)) || (e = pool_of_call(call, &pool)) || (e = match_version(call, pool.version)))
        return e;
    if (!(set >> SET_MEMBERS & 1) && (e = members_as_asked(call, &pool, &ask.members)))
        return e;
    if (set >> SET_NAME & 1 && ask.name.len)
        pool.name = ask.name;
    if (set >> SET_POLICY & 1 && ask.policy >= 0)
        pool.policy = (enum policy)ask.policy;
    e = pool_keep(call, &pool, &ask.members);
    return e ? e : reply_pool(call, &pool, false);
}

enum err pool_remove(struct call *call)
{
    struct pool pool;
    enum err e = pool_of_call(call, &pool);

    if (e || (e = match_version(call, pool.version)) || (e = route_pool_del(&call->ctx, call->tx, pool.id))
        || (e = team_audit_add(&call->ctx, call->tx, "pool.removed", PREFIX_POOL, pool.id.v, STR_NULL)))
        return e;
    return reply_none(call);
}
