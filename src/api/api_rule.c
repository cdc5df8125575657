/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_rule.h"

#include "api/api_version.h"
#include "api/lead_view.h"
#include "base/limits.h"
#include "cond/cond.h"
#include "flow/flow_try.h"
#include "team/product.h"

enum { RULES_MAX = 200, SLA_MAX = 30 * 24 * 60 };

/* ---- rules ---- */

#define R(member) offsetof(struct rule_view, member)
#define RULE_TAIL                                                                                  \
    { .name = "pool_id", .kind = FIELD_ID, .offset = R(pool_id), .prefix = PREFIX_POOL, .flags = FIELD_REQUIRED, .help = "who gets the lead" }, \
    { .name = "sla_minutes", .kind = FIELD_INT, .offset = R(sla_minutes), .min = 0, .max = SLA_MAX, .help = "working minutes until the call; 0: the company's norm" }, \
    { .name = "fallback_pool_id", .kind = FIELD_ID, .offset = R(fallback_pool_id), .prefix = PREFIX_POOL, .flags = FIELD_NULLABLE, .help = "asked when nobody of the pool may" }, \
    { .name = "product_id", .kind = FIELD_ID, .offset = R(product_id), .prefix = PREFIX_PRODUCT, .flags = FIELD_NULLABLE, .help = "its people must be certified for this product, whatever the lead says" }, \
    { .name = "explore", .kind = FIELD_INT, .offset = R(explore), .min = 0, .max = ROUTE_EXPLORE_MOST, .help = "per cent of its decisions drawn by lot among all who may" }
const struct field rule_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = R(id), .prefix = PREFIX_RULE, .help = "the rule" },
    { .name = "name", .kind = FIELD_TEXT, .offset = R(name), .help = "as people call it" },
    { .name = "condition", .kind = FIELD_RAW, .offset = R(condition), .help = "of the one language of conditions" },
    RULE_TAIL,
    { .name = "match", .kind = FIELD_RAW, .offset = R(match), .help = "which of product, region, language the manager must have" },
    { .name = "enabled", .kind = FIELD_BOOL, .offset = R(enabled), .help = "false: passed over" },
    { 0 }
};
const struct field rule_ask_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = R(id), .prefix = PREFIX_RULE, .flags = FIELD_NULLABLE, .help = "of a rule that stays" },
    { .name = "name", .kind = FIELD_TEXT, .offset = R(name), .flags = FIELD_REQUIRED, .min = 1, .max = LIMIT_NAME_CHARS, .help = "as people call it" },
    { .name = "condition", .kind = FIELD_JSON, .offset = offsetof(struct rule_ask, condition), .flags = FIELD_REQUIRED, .help = "of the one language of conditions" },
    RULE_TAIL,
    { .name = "match", .kind = FIELD_JSON, .offset = offsetof(struct rule_ask, match), .help = "which of product, region, language the manager must have" },
    { .name = "enabled", .kind = FIELD_BOOL, .offset = R(enabled), .flags = FIELD_REQUIRED, .help = "false: passed over" },
    { 0 }
};
const struct field rules_put_fields[] = {
    { .name = "items", .kind = FIELD_LIST, .offset = offsetof(struct rules_ask, items), .fields = rule_ask_fields, .item_size = sizeof(struct rule_ask),
      .flags = FIELD_REQUIRED, .help = "all rules, in order" },
    POLICIES_FIELD(offsetof(struct rules_ask, policies), .help = "by which each pool picks; one that is not named stays as it is"),
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

static struct rule_view view_of(struct arena *a, const struct rule *r)
{
    return (struct rule_view){ r->id.v, r->pool.v, r->fallback.v, r->product.v, r->sla_minutes, r->explore, r->name, r->condition,
                               match_text(a, r->demands), r->enabled };
}

static enum err reply_rules(struct call *call, const struct rules *rules)
{
    struct rule_view *views = ARENA_ARRAY(call->ctx.arena, struct rule_view, rules->count + 1);

    for (size_t i = 0; i < rules->count; i++)
        views[i] = view_of(call->ctx.arena, &rules->items[i]);
    return reply_list(call, views, rules->count, sizeof *views, STR_NULL, (int64_t)rules->count);
}

enum err rule_list_get(struct call *call)
{
    struct rules rules;
    int64_t number;
    enum err e;

    if ((e = rules_number(call, &number)) || (e = route_rule_list(&call->ctx, call->tx, &rules)))
        return e;
    reply_etag(call, number);
    return reply_rules(call, &rules);
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

static enum err product_exists(struct call *call, int64_t id, struct str at)
{
    struct products products;
    enum err e = team_product_list(&call->ctx, call->tx, &products);

    if (e || team_product_of(&products, (struct product_id){ id }))
        return e;
    return fault_at(&call->ctx, ERR_BAD_FIELD, at, "no such product");
}

enum err condition_keep(struct call *call, const struct json *from, struct str at, size_t *pattern_bytes, struct str *kept)
{
    struct buf b = buf_new(call->ctx.arena, LIMIT_BODY_BYTES);
    struct json_out o = json_to(&b);
    struct cond *cond;
    enum err e = cond_compile(&call->ctx, from, at, call->ctx.arena, &cond);

    if (e)
        return e;
    if (pattern_bytes)
        *pattern_bytes += cond_pattern_bytes(cond);
    cond_free(cond);
    if (pattern_bytes && *pattern_bytes > LIMIT_PATTERN_BYTES)
        return fault_at(&call->ctx, ERR_TOO_LARGE, at, "the patterns of all rules take at most %d bytes", LIMIT_PATTERN_BYTES);
    json_put(&o, from);
    *kept = buf_str(&b);
    return ERR_NONE;
}

/* One rule checked; every fault of it is noted. */
static enum err rule_check(struct call *call, const struct rule_ask *ask, size_t i, const struct rules *stood,
                           const struct pools *pools, size_t *pattern_bytes, struct rule *r)
{
    const struct rule_view *v = &ask->rule;
    enum err faults[6] = { ERR_NONE };
    bool known = v->id == 0;

    *r = (struct rule){ .id = { v->id }, .name = v->name, .pool = { v->pool_id }, .fallback = { v->fallback_pool_id },
                        .product = { v->product_id },
                        .sla_minutes = v->sla_minutes, .explore = v->explore, .enabled = v->enabled };
    for (size_t k = 0; k < stood->count; k++)
        known |= stood->items[k].id.v == v->id;
    if (!known)
        faults[0] = fault_at(&call->ctx, ERR_BAD_FIELD, place(call, i, "id"), "no such rule");
    faults[1] = condition_keep(call, ask->condition, place(call, i, "condition"), pattern_bytes, &r->condition);
    faults[2] = pool_exists(call, pools, v->pool_id, place(call, i, "pool_id"));
    if (v->fallback_pool_id)
        faults[3] = pool_exists(call, pools, v->fallback_pool_id, place(call, i, "fallback_pool_id"));
    if (v->product_id)
        faults[5] = product_exists(call, v->product_id, place(call, i, "product_id"));
    faults[4] = match_read(call, ask->match, place(call, i, "match"), &r->demands);
    for (size_t k = 0; k < countof(faults); k++)
        if (faults[k])
            return faults[k];
    return ERR_NONE;
}

/* Compiled, and with each decision they are, short values take a hundred times their bytes. */
static enum err size_check(struct call *call, const struct rule_ask *asks, size_t count)
{
    size_t bytes = 0;

    if (count > RULES_MAX)
        return fault_at(&call->ctx, ERR_OUT_OF_RANGE, STR("/items"), "at most %d rules", RULES_MAX);
    for (size_t i = 0; i < count; i++)
        bytes += asks[i].condition ? asks[i].condition->raw.len : 0;
    return bytes <= LIMIT_RULES_BYTES ? ERR_NONE : fault_at(&call->ctx, ERR_TOO_LARGE, STR("/items"), "conditions of at most %d bytes in all", LIMIT_RULES_BYTES);
}

enum err rules_check(struct call *call, const struct field_list *body, struct rules *rules)
{
    struct rules stood;
    struct pools pools;
    size_t pattern_bytes = 0;
    enum err e, first = ERR_NONE;

    *rules = (struct rules){ ARENA_ARRAY(call->ctx.arena, struct rule, body->count + 1), 0 };
    if ((e = size_check(call, body->items, body->count)) || (e = route_rule_list(&call->ctx, call->tx, &stood)) || (e = route_pool_list(&call->ctx, call->tx, &pools)))
        return e;
    for (; rules->count < body->count; rules->count++) {
        const struct rule_ask *asks = body->items;

        e = rule_check(call, &asks[rules->count], rules->count, &stood, &pools, &pattern_bytes, &rules->items[rules->count]);
        for (size_t k = 0; !e && k < rules->count; k++)
            if (rules->items[k].id.v && rules->items[k].id.v == rules->items[rules->count].id.v)
                e = fault_at(&call->ctx, ERR_BAD_FIELD, place(call, rules->count, "id"), "named twice");
        if (e && !first)
            first = e;
    }
    return first;
}

struct str rules_text(struct arena *a, const struct rules *rules)
{
    struct buf b = buf_new(a, LIMIT_BODY_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < rules->count; i++) {
        struct rule_view view = view_of(a, &rules->items[i]);

        field_write(&o, rule_fields, &view);
    }
    json_list_end(&o);
    return buf_str(&b);
}

enum err rule_put_all(struct call *call)
{
    struct rules_ask ask = { .items = { NULL, 0 } };
    struct rule_version version = { .by = { ctx_user(&call->ctx) } };
    struct rules rules;
    int64_t number;
    enum err e;

    if ((e = body_read(call, &ask, NULL)) || (e = route_version_lock(&call->ctx, call->tx)) || (e = rules_number(call, &number))
        || (e = match_version(call, number)) || (e = policies_check(call, &ask.policies)) || (e = rules_check(call, &ask.items, &rules))
        || (e = rules_publish(call, &rules, &ask.policies, &version)))
        return e;
    reply_etag(call, version.version);
    return reply_rules(call, &rules);
}

/* ---- one lead tried ---- */

struct try_ask {
    int64_t lead_id, version_id;
    struct field_list items, policies;
    bool free;
};
#define TRY(member) offsetof(struct try_ask, member)
const struct field rule_try_fields[] = {
    { .name = "lead_id", .kind = FIELD_ID, .offset = TRY(lead_id), .prefix = PREFIX_LEAD, .flags = FIELD_REQUIRED, .help = "the lead" },
    { .name = "version_id", .kind = FIELD_ID, .offset = TRY(version_id), .prefix = PREFIX_RULE, .flags = FIELD_NULLABLE, .help = "by these rules; none: by the live ones" },
    { .name = "items", .kind = FIELD_LIST, .offset = TRY(items), .fields = rule_ask_fields, .item_size = sizeof(struct rule_ask), .help = "or by these" },
    { .name = "free", .kind = FIELD_BOOL, .offset = TRY(free), .help = "as if the lead had no owner, who would keep it" },
    POLICIES_FIELD(TRY(policies), .help = "pools under another policy; those of the version count for the pools that are not named"),
    { 0 }
};
enum { SET_TRY_LEAD, SET_TRY_VERSION, SET_TRY_ITEMS };
struct tried_view {
    int64_t manager_id;
    struct str manager_name, policy, rule, pool, why, rules, candidates; /* the last two JSON */
    int64_t sla_minutes;
    struct str waits_for;
    instant promise_due, again_at;
};
#define D(member) offsetof(struct tried_view, member)
const struct field rule_tried_fields[] = {
    { .name = "manager_id", .kind = FIELD_ID, .offset = D(manager_id), .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "who would get it; none: it would wait" },
    { .name = "manager_name", .kind = FIELD_TEXT, .offset = D(manager_name), .flags = FIELD_NULLABLE, .help = "who would get it" },
    { .name = "why", .kind = FIELD_TEXT, .offset = D(why), .help = "owner_keeps, company_keeps, by_policy, claim (whoever is first), nobody (it would wait)" },
    { .name = "rule", .kind = FIELD_TEXT, .offset = D(rule), .flags = FIELD_NULLABLE, .help = "the rule that holds; none: the default pool" },
    { .name = "pool", .kind = FIELD_TEXT, .offset = D(pool), .flags = FIELD_NULLABLE, .help = "the pool that was asked last" },
    { .name = "policy", .kind = FIELD_TEXT, .offset = D(policy), .flags = FIELD_NULLABLE, .help = "the policy that picked" },
    { .name = "sla_minutes", .kind = FIELD_INT, .offset = D(sla_minutes), .help = "working minutes until the call" },
    { .name = "rules", .kind = FIELD_RAW, .offset = D(rules), .help = "[{name, holds}]: each rule asked, in order" },
    { .name = "candidates", .kind = FIELD_RAW, .offset = D(candidates), .help = "everybody who would be considered, as in an assignment" },
    { .name = "waits_for", .kind = FIELD_TEXT, .offset = D(waits_for), .flags = FIELD_NULLABLE, .help = "of a lead that would wait: the reason that passes first, a word of a candidate's why, or claim, nobody" },
    { .name = "promise_due", .kind = FIELD_INSTANT, .offset = D(promise_due), .flags = FIELD_NULLABLE, .help = "of a lead that would wait: by when it would be promised a call" },
    { .name = "again_at", .kind = FIELD_INSTANT, .offset = D(again_at), .flags = FIELD_NULLABLE, .help = "of a lead that would wait: when the queue would be asked again by the clock" },
    { 0 }
};

static struct str asked_text(struct call *call, const struct route_tried *tried)
{
    struct buf b = buf_new(call->ctx.arena, LIMIT_BODY_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < tried->rule_count; i++) {
        json_begin(&o);
        json_key(&o, "name");
        json_put_text(&o, tried->rules[i].name);
        json_key(&o, "holds");
        json_put_bool(&o, tried->holds[i]);
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

static struct str tried_candidates(struct call *call, const struct route_tried *tried)
{
    struct buf b = buf_new(call->ctx.arena, LIMIT_BODY_BYTES);
    struct json_out o = json_to(&b);

    route_candidates_print(tried->candidates, &o);
    return buf_str(&b);
}

enum err rule_try(struct call *call)
{
    struct try_ask ask = { .lead_id = 0 };
    struct field_list policies;
    struct route_tried tried;
    struct tried_view view;
    struct rules rules;
    uint64_t set;
    struct names names;
    enum err e = body_read(call, &ask, &set);

    if (!e)
        e = rules_asked(call, set & 1u << SET_TRY_ITEMS ? &ask.items : NULL, ask.version_id, &rules, &policies);
    if (e || (e = policies_check(call, &ask.policies)))
        return e;
    policies = policies_over(call->ctx.arena, &ask.policies, &policies);
    if ((e = flow_route_try(&call->ctx, call->tx, &(struct route_try){ { ask.lead_id }, &rules, policies.items, policies.count, ask.free }, &tried)) || (e = names_read(call, &names)))
        return e;
    view = (struct tried_view){
        .manager_id = tried.manager.v, .manager_name = names_find(&names, tried.manager.v), .policy = tried.policy,
        .rule = tried.rule ? tried.rule->name : STR_NULL, .pool = tried.pool, .why = tried.why, .sla_minutes = tried.minutes,
        .rules = asked_text(call, &tried), .candidates = tried_candidates(call, &tried),
        .waits_for = tried.waits.why, .promise_due = tried.waits.why.len ? tried.waits.promise_due : INSTANT_NONE,
        .again_at = tried.waits.why.len ? tried.waits.next_at : INSTANT_NONE,
    };
    return reply_ok(call, &view);
}

/* ---- what went through each rule ---- */

struct through_view {
    int64_t rule_id, given, waited, people;
    struct str name;
};
#define H(member) offsetof(struct through_view, member)
const struct field rule_through_fields[] = {
    { .name = "rule_id", .kind = FIELD_ID, .offset = H(rule_id), .prefix = PREFIX_RULE, .flags = FIELD_NULLABLE, .help = "the rule; none: no rule held" },
    { .name = "name", .kind = FIELD_TEXT, .offset = H(name), .flags = FIELD_NULLABLE, .help = "as it was called" },
    { .name = "given", .kind = FIELD_INT, .offset = H(given), .help = "leads that got somebody by it in the last 30 days" },
    { .name = "people", .kind = FIELD_INT, .offset = H(people), .help = "to how many people" },
    { .name = "waited", .kind = FIELD_INT, .offset = H(waited), .help = "stays in the queue under it in the last 30 days" },
    { 0 }
};

enum err rule_through_list(struct call *call)
{
    struct through_view *views;
    struct route_through *list;
    size_t count;
    enum err e = route_through_list(&call->ctx, call->tx, call->ctx.now - 30 * DAY_US, &list, &count);

    if (e)
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct through_view, count + 1);
    for (size_t i = 0; i < count; i++)
        views[i] = (struct through_view){ list[i].rule.v, list[i].given, list[i].waited, list[i].people, list[i].name };
    return reply_list(call, views, count, sizeof *views, STR_NULL, (int64_t)count);
}
