/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_route.h"

#include "api/api_manager.h"
#include "api/api_version.h"
#include "base/limits.h"
#include "team/audit.h"

enum { MEMBERS_MAX = 1000 };

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
    enum policy before;
    uint64_t set = 0;
    enum err e;

    if ((e = body_read(call, &ask, &set)) || (e = pool_of_call(call, &pool)) || (e = match_version(call, pool.version)))
        return e;
    if (!(set >> SET_MEMBERS & 1) && (e = members_as_asked(call, &pool, &ask.members)))
        return e;
    before = pool.policy;
    if (set >> SET_NAME & 1 && ask.name.len)
        pool.name = ask.name;
    if (set >> SET_POLICY & 1 && ask.policy >= 0)
        pool.policy = (enum policy)ask.policy;
    if ((e = pool_keep(call, &pool, &ask.members)) || (pool.policy != before && (e = rules_stand(call))))
        return e;
    return reply_pool(call, &pool, false);
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
