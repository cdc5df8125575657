/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_policy.h"

#include "base/limits.h"

enum { POLICIES_MOST = 100 };

const struct field policy_ask_fields[] = {
    { .name = "pool_id", .kind = FIELD_ID, .offset = offsetof(struct pool_policy, pool), .prefix = PREFIX_POOL, .flags = FIELD_REQUIRED, .help = "the pool" },
    { .name = "policy", .kind = FIELD_ENUM, .offset = offsetof(struct pool_policy, policy), .names = route_policy_words, .flags = FIELD_REQUIRED, .help = "which of those who may gets the lead" },
    { 0 }
};
struct kept {
    struct field_list items;
};
static const struct field kept_fields[] = {
    { .name = "items", .kind = FIELD_LIST, .offset = 0, .fields = policy_ask_fields, .item_size = sizeof(struct pool_policy), .flags = FIELD_REQUIRED },
    { 0 }
};

static const struct pool_policy *policy_of(const struct field_list *list, int64_t pool)
{
    const struct pool_policy *items = list->items;

    for (size_t i = 0; i < list->count; i++)
        if (items[i].pool.v == pool)
            return &items[i];
    return NULL;
}

enum err policies_check(struct call *call, const struct field_list *asked)
{
    const struct pool_policy *items = asked->items;
    struct pools pools;
    enum err e;

    if (asked->count > POLICIES_MOST)
        return fault_at(&call->ctx, ERR_OUT_OF_RANGE, STR("/policies"), "at most %d", POLICIES_MOST);
    if ((e = route_pool_list(&call->ctx, call->tx, &pools)))
        return e;
    for (size_t i = 0; i < asked->count; i++) {
        struct str at = str_print(call->ctx.arena, "/policies/%zu/pool_id", i);
        bool stands = false;

        for (size_t k = 0; k < pools.count; k++)
            stands |= pools.items[k].id.v == items[i].pool.v;
        if (!stands)
            return fault_at(&call->ctx, ERR_BAD_FIELD, at, "no such pool");
        if (policy_of(asked, items[i].pool.v) != &items[i])
            return fault_at(&call->ctx, ERR_BAD_FIELD, at, "named twice");
    }
    return ERR_NONE;
}

enum err policies_whole(struct call *call, const struct field_list *asked, struct field_list *all)
{
    struct pool_policy *items;
    struct pools pools;
    enum err e = route_pool_list(&call->ctx, call->tx, &pools);

    if (e)
        return e;
    items = ARENA_ARRAY(call->ctx.arena, struct pool_policy, pools.count + 1);
    for (size_t i = 0; i < pools.count; i++) {
        const struct pool_policy *one = policy_of(asked, pools.items[i].id.v);

        items[i] = one ? *one : (struct pool_policy){ pools.items[i].id, pools.items[i].policy };
    }
    *all = (struct field_list){ items, pools.count };
    return ERR_NONE;
}

enum err policies_other(struct call *call, const struct field_list *asked, struct field_list *other)
{
    struct pool_policy *items = ARENA_ARRAY(call->ctx.arena, struct pool_policy, asked->count + 1);
    struct pools pools;
    size_t n = 0;
    enum err e = route_pool_list(&call->ctx, call->tx, &pools);

    if (e)
        return e;
    for (size_t i = 0; i < pools.count; i++) {
        const struct pool_policy *one = policy_of(asked, pools.items[i].id.v);

        if (one && one->policy != pools.items[i].policy)
            items[n++] = *one;
    }
    *other = (struct field_list){ items, n };
    return ERR_NONE;
}

struct field_list policies_over(struct arena *a, const struct field_list *asked, const struct field_list *base)
{
    struct pool_policy *items = ARENA_ARRAY(a, struct pool_policy, asked->count + base->count + 1);
    const struct pool_policy *mine = asked->items, *below = base->items;
    size_t n = 0;

    for (size_t i = 0; i < asked->count; i++)
        items[n++] = mine[i];
    for (size_t i = 0; i < base->count; i++)
        if (!policy_of(asked, below[i].pool.v))
            items[n++] = below[i];
    return (struct field_list){ items, n };
}

struct str policies_print(struct arena *a, const struct field_list *list)
{
    struct buf b = buf_new(a, LIMIT_BODY_BYTES);
    struct json_out o = json_to(&b);
    const struct pool_policy *items = list->items;

    json_list(&o);
    for (size_t i = 0; i < list->count; i++)
        field_write(&o, policy_ask_fields, &items[i]);
    json_list_end(&o);
    return buf_str(&b);
}

enum err policies_parse(struct ctx *c, struct str kept, struct field_list *list)
{
    struct json_member member = { .key = STR("items") };
    struct json *tree, whole = { .type = JSON_OBJECT, .count = 1, .as.members = &member };
    struct kept out = { { NULL, 0 } };
    enum err e = json_read(c, kept, &tree);

    if (e)
        return e;
    member.value = *tree;
    e = field_read(c, kept_fields, &whole, &out, NULL);
    *list = out.items;
    return e;
}

enum err policies_set(struct ctx *c, struct db_tx *tx, const struct field_list *list)
{
    struct pools pools;
    enum err e = route_pool_list(c, tx, &pools);

    for (size_t i = 0; !e && i < pools.count; i++) {
        const struct pool_policy *one = policy_of(list, pools.items[i].id.v);

        if (!one || one->policy == pools.items[i].policy)
            continue;
        pools.items[i].policy = one->policy;
        e = route_pool_policy_set(c, tx, &pools.items[i]);
    }
    return e;
}
