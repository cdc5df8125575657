/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_past.h"

#define PART_BYTES (1024 * 1024)

/* ---- sums ---- */

/* FNV's step on eight bytes at a time: whether anything is another is asked of every person at every decision. */
static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * 0x9e3779b97f4a7c15u;
    return h ^ h >> 29;
}

static uint64_t mix_bytes(uint64_t h, const void *from, size_t bytes)
{
    const unsigned char *p = from;
    uint64_t v;

    for (; bytes >= sizeof v; bytes -= sizeof v, p += sizeof v) {
        memcpy(&v, p, sizeof v);
        h = mix(h, v);
    }
    v = bytes;
    for (size_t i = 0; i < bytes; i++)
        v = v << 8 | p[i];
    return mix(h, v);
}

static uint64_t mix_str(uint64_t h, struct str s)
{
    return s.len ? mix_bytes(mix(h, s.len), s.ptr, s.len) : mix(h, 0);
}

static uint64_t mix_cal(uint64_t h, const struct cal *cal)
{
    h = mix_str(h, zone_name(cal->zone));
    for (int day = 0; day < 7; day++)
        h = mix_bytes(mix(h, (uint64_t)cal->week[day].count), cal->week[day].shifts,
                      (size_t)cal->week[day].count * sizeof(struct cal_shift));
    h = mix_bytes(h, cal->holidays, cal->holiday_count * sizeof *cal->holidays);
    for (size_t i = 0; i < cal->own_day_count; i++)
        h = mix_bytes(mix(h, (uint64_t)cal->own_days[i].date), cal->own_days[i].hours.shifts,
                      (size_t)cal->own_days[i].hours.count * sizeof(struct cal_shift));
    return mix(h, cal->own_day_count);
}

static uint64_t sum_person(const struct desk_person *p)
{
    const struct manager *m = &p->manager;
    const int64_t figures[] = { p->user.role, p->user.state, m->on_duty, m->level, m->weight, m->capacity, m->daily_quota,
                                m->hourly_quota, p->back_at };
    uint64_t h = mix_bytes((uint64_t)p->user.id.v, figures, sizeof figures);

    h = mix_str(mix_str(mix_str(mix_str(h, m->sees), m->products), m->regions), m->languages);
    h = mix_cal(h, p->cal);
    for (size_t i = 0; i < p->skill_count; i++)
        h = mix(mix(mix(h, (uint64_t)p->skills[i].product.v), (uint64_t)p->skills[i].from), (uint64_t)p->skills[i].until);
    h = mix_bytes(mix(h, p->absence_count), p->absences, p->absence_count * sizeof *p->absences);
    return mix(h, p->catch_up);
}

static uint64_t sum_rules(const struct rules *rules)
{
    uint64_t h = mix(PAST_RULES, rules->count);

    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *r = &rules->items[i];
        const int64_t figures[] = { r->id.v, r->pool.v, r->fallback.v, r->sla_minutes, r->demands, r->explore, r->product.v, r->enabled };

        h = mix_str(mix_str(mix_bytes(h, figures, sizeof figures), r->name), r->condition);
    }
    return h;
}

static uint64_t sum_norms(const struct desk *d)
{
    uint64_t h = mix(PAST_NORMS, (uint64_t)d->setting.sla_minutes);

    for (size_t i = 0; i < d->norms.count; i++) {
        const struct sla_norm *n = &d->norms.items[i];
        const int64_t figures[] = { n->band, n->minutes, n->remind, n->reassign, n->escalate };

        h = mix_str(mix_bytes(h, figures, sizeof figures), n->source);
    }
    for (size_t i = 0; i < d->products.count; i++)
        if (d->products.items[i].gated)
            h = mix_str(mix(h, (uint64_t)d->products.items[i].id.v), d->products.items[i].fold);
    return h;
}

/* ---- kept ---- */

static void put_list(struct json_out *o, const char *key, struct str json)
{
    json_key(o, key);
    json_put_raw(o, json.len ? json : STR("[]"));
}

void flow_past_print(const struct desk_person *p, struct json_out *o)
{
    const struct manager *m = &p->manager;

    json_begin(o);
    json_add_int(o, "role", p->user.role);
    json_add_int(o, "active", p->user.state == USER_ACTIVE);
    json_add_int(o, "on_duty", m->on_duty);
    json_add_int(o, "back_at", p->back_at);
    json_add_int(o, "level", m->level);
    json_add_int(o, "weight", m->weight);
    json_add_int(o, "capacity", m->capacity);
    json_add_int(o, "day_quota", m->daily_quota);
    json_add_int(o, "hour_quota", m->hourly_quota);
    put_list(o, "products", m->products);
    put_list(o, "regions", m->regions);
    put_list(o, "languages", m->languages);
    if (m->sees.len) {
        json_key(o, "sees");
        json_put_raw(o, m->sees);
    }
    json_add_int(o, "catch_up", p->catch_up);
    json_key(o, "absences");
    json_list(o);
    for (size_t i = 0; i < p->absence_count; i++) {
        json_list(o);
        json_put_int(o, p->absences[i].from);
        json_put_int(o, p->absences[i].until);
        json_list_end(o);
    }
    json_list_end(o);
    json_key(o, "skills");
    json_list(o);
    for (size_t i = 0; i < p->skill_count; i++) {
        json_list(o);
        json_put_id(o, PREFIX_PRODUCT, p->skills[i].product.v);
        json_put_int(o, p->skills[i].from);
        json_put_int(o, p->skills[i].until);
        json_list_end(o);
    }
    json_list_end(o);
    json_key(o, "calendar");
    json_begin(o);
    cal_print(p->cal, o);
    json_end(o);
    json_end(o);
}

void flow_past_print_rules(const struct rules *rules, struct json_out *o)
{
    json_list(o);
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *r = &rules->items[i];

        json_begin(o);
        json_key(o, "id");
        json_put_id(o, PREFIX_RULE, r->id.v);
        json_key(o, "name");
        json_put_text(o, r->name);
        json_key(o, "condition");
        json_put_raw(o, r->condition);
        json_key(o, "pool_id");
        json_put_id(o, PREFIX_POOL, r->pool.v);
        json_key(o, "fallback_pool_id");
        json_put_id(o, PREFIX_POOL, r->fallback.v);
        json_key(o, "product_id");
        json_put_id(o, PREFIX_PRODUCT, r->product.v);
        json_add_int(o, "sla_minutes", r->sla_minutes);
        json_add_int(o, "demands", r->demands);
        json_add_int(o, "explore", r->explore);
        json_add_int(o, "enabled", r->enabled);
        json_end(o);
    }
    json_list_end(o);
}

static void print_norms(const struct desk *d, struct json_out *o)
{
    json_begin(o);
    json_add_int(o, "sla_minutes", d->setting.sla_minutes);
    json_key(o, "norms");
    json_list(o);
    for (size_t i = 0; i < d->norms.count; i++) {
        const struct sla_norm *n = &d->norms.items[i];

        json_begin(o);
        json_add_int(o, "band", n->band);
        json_key(o, "source");
        json_put_text(o, n->source.ptr ? n->source : STR(""));
        json_add_int(o, "minutes", n->minutes);
        json_add_int(o, "remind", n->remind);
        json_add_int(o, "reassign", n->reassign);
        json_add_int(o, "escalate", n->escalate);
        json_end(o);
    }
    json_list_end(o);
    json_key(o, "gated");
    json_list(o);
    for (size_t i = 0; i < d->products.count; i++)
        if (d->products.items[i].gated) {
            json_list(o);
            json_put_id(o, PREFIX_PRODUCT, d->products.items[i].id.v);
            json_put_text(o, d->products.items[i].name);
            json_list_end(o);
        }
    json_list_end(o);
    json_end(o);
}

static enum err keep(struct ctx *c, struct db_tx *tx, enum past_kind kind, int64_t ref, const struct desk *d, const struct desk_person *p,
                     uint64_t digest)
{
    struct buf text = buf_new(c->arena, PART_BYTES);
    struct json_out o = json_to(&text);

    if (kind == PAST_PERSON)
        flow_past_print(p, &o);
    else if (kind == PAST_RULES)
        flow_past_print_rules(&d->rules, &o);
    else
        print_norms(d, &o);
    if (text.full)
        return fault_set(c, ERR_TOO_LARGE, "too much to keep of what a decision saw");
    return route_past_put(c, tx, &(struct past_part){ .kind = kind, .ref = ref, .body = buf_str(&text) }, digest);
}

enum err flow_past_keep(struct ctx *c, struct db_tx *tx, const struct desk *d)
{
    uint64_t rules = sum_rules(&d->rules), norms = sum_norms(d), all = mix(rules, norms);
    bool same, known;
    enum err e;

    for (size_t i = 0; i < d->count; i++)
        all = mix(all, sum_person(&d->people[i]));
    if ((e = route_past_same(c, tx, all, &same, &known)) || same)
        return e;
    for (size_t i = 0; i < d->count && !e; i++)
        e = keep(c, tx, PAST_PERSON, d->people[i].user.id.v, d, &d->people[i], sum_person(&d->people[i]));
    if (e || (e = keep(c, tx, PAST_RULES, 0, d, NULL, rules)) || (e = keep(c, tx, PAST_NORMS, 0, d, NULL, norms))
        || (!known && (e = route_past_pools(c, tx))))
        return e;
    return route_past_all(c, tx, all);
}

/* ---- read again ---- */

static int64_t number(const struct json *from, const char *key)
{
    int64_t v = 0;

    (void)json_int(json_find(from, str_of(key)), &v);
    return v;
}

static int64_t id_at(const struct json *from, const char *key, const char *prefix)
{
    int64_t v = 0;

    (void)id_parse(prefix, json_text(json_find(from, str_of(key))), &v);
    return v;
}

static struct texts texts_of(struct ctx *c, const struct json *list)
{
    struct texts out = { NULL, 0 };
    struct str *items;

    if (!json_is(list, JSON_ARRAY))
        return out;
    items = ARENA_ARRAY(c->arena, struct str, list->count + 1);
    for (uint32_t i = 0; i < list->count; i++)
        items[out.count++] = json_text(&list->as.items[i]);
    out.items = items;
    return out;
}

static void skills_of(struct ctx *c, const struct json *list, struct past_person *p)
{
    if (!json_is(list, JSON_ARRAY))
        return;
    p->skills = ARENA_ARRAY(c->arena, struct skill, list->count + 1);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct json *one = &list->as.items[i];
        struct skill *s = &p->skills[p->skill_count];

        *s = (struct skill){ .revoked = INSTANT_NONE };
        if (json_is(one, JSON_ARRAY) && one->count == 3 && id_parse(PREFIX_PRODUCT, json_text(&one->as.items[0]), &s->product.v)
            && json_int(&one->as.items[1], &s->from) && json_int(&one->as.items[2], &s->until))
            p->skill_count++;
    }
}

enum err flow_past_person(struct ctx *c, struct str body, struct past_person *p)
{
    struct json *tree;
    const struct json *list, *sees;
    enum err e = json_read(c, body, &tree);

    if (e)
        return e;
    sees = json_find(tree, STR("sees"));
    *p = (struct past_person){
        .back_at = json_find(tree, STR("back_at")) ? number(tree, "back_at") : INSTANT_NEVER, .sees = sees ? sees->raw : STR_NULL,
        .role = (int)number(tree, "role"), .active = number(tree, "active"), .on_duty = number(tree, "on_duty"),
        .level = (enum level)number(tree, "level"), .weight = number(tree, "weight"), .capacity = number(tree, "capacity"),
        .day_quota = number(tree, "day_quota"), .hour_quota = number(tree, "hour_quota"), .catch_up = number(tree, "catch_up"),
        .products = texts_of(c, json_find(tree, STR("products"))), .regions = texts_of(c, json_find(tree, STR("regions"))),
        .languages = texts_of(c, json_find(tree, STR("languages"))),
    };
    list = json_find(tree, STR("absences"));
    if (json_is(list, JSON_ARRAY)) {
        p->absences = ARENA_ARRAY(c->arena, struct cal_span, list->count + 1);
        for (uint32_t i = 0; i < list->count; i++) {
            const struct json *pair = &list->as.items[i];

            if (!json_is(pair, JSON_ARRAY) || pair->count != 2)
                continue;
            (void)json_int(&pair->as.items[0], &p->absences[p->absence_count].from);
            (void)json_int(&pair->as.items[1], &p->absences[p->absence_count++].until);
        }
    }
    skills_of(c, json_find(tree, STR("skills")), p);
    list = json_find(tree, STR("calendar"));
    return list ? cal_parse(c, list, &p->cal) : fault_set(c, ERR_BAD_JSON, "no calendar");
}

enum err flow_past_rules(struct ctx *c, struct str body, struct rules *rules)
{
    struct json *tree;
    enum err e = json_read(c, body, &tree);

    if (e || !json_is(tree, JSON_ARRAY))
        return e ? e : ERR_BAD_JSON;
    *rules = (struct rules){ ARENA_ARRAY(c->arena, struct rule, tree->count + 1), 0 };
    for (uint32_t i = 0; i < tree->count; i++) {
        const struct json *one = &tree->as.items[i], *condition = json_find(one, STR("condition"));

        rules->items[rules->count++] = (struct rule){
            .id = { id_at(one, "id", PREFIX_RULE) }, .name = json_text(json_find(one, STR("name"))),
            .condition = condition ? condition->raw : STR_NULL, .pool = { id_at(one, "pool_id", PREFIX_POOL) },
            .fallback = { id_at(one, "fallback_pool_id", PREFIX_POOL) }, .product = { id_at(one, "product_id", PREFIX_PRODUCT) }, .sla_minutes = number(one, "sla_minutes"),
            .demands = (unsigned)number(one, "demands"), .explore = number(one, "explore"), .enabled = number(one, "enabled"),
        };
    }
    return ERR_NONE;
}

enum err flow_past_norms(struct ctx *c, struct str body, struct sla_norms *norms, int64_t *sla_minutes)
{
    struct json *tree;
    const struct json *list;
    enum err e = json_read(c, body, &tree);

    if (e)
        return e;
    *sla_minutes = number(tree, "sla_minutes");
    list = json_find(tree, STR("norms"));
    if (!json_is(list, JSON_ARRAY))
        return ERR_BAD_JSON;
    *norms = (struct sla_norms){ ARENA_ARRAY(c->arena, struct sla_norm, list->count + 1), 0 };
    for (uint32_t i = 0; i < list->count; i++) {
        const struct json *one = &list->as.items[i];

        norms->items[norms->count++] = (struct sla_norm){
            .band = (int)number(one, "band"), .source = json_text(json_find(one, STR("source"))), .minutes = number(one, "minutes"),
            .remind = number(one, "remind"), .reassign = number(one, "reassign"), .escalate = number(one, "escalate"),
        };
    }
    return ERR_NONE;
}

enum err flow_past_gated(struct ctx *c, struct str norms_body, struct products *gated)
{
    const struct json *list;
    struct json *tree;
    enum err e = json_read(c, norms_body, &tree);

    if (e)
        return e;
    list = json_find(tree, STR("gated"));
    *gated = (struct products){ NULL, 0 };
    if (!json_is(list, JSON_ARRAY))
        return ERR_NONE; /* kept before there were any */
    gated->items = ARENA_ARRAY(c->arena, struct product, list->count + 1);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct json *one = &list->as.items[i];
        struct product *p = &gated->items[gated->count];

        if (!json_is(one, JSON_ARRAY) || one->count != 2 || !id_parse(PREFIX_PRODUCT, json_text(&one->as.items[0]), &p->id.v))
            continue;
        p->gated = true;
        p->name = json_text(&one->as.items[1]);
        p->fold = team_product_fold(c->arena, p->name);
        gated->count++;
    }
    return ERR_NONE;
}

enum err flow_past_pool(struct ctx *c, struct str body, struct pool *pool, struct pool_members *members)
{
    struct json *tree;
    const struct json *list, *everyone;
    struct str policy;
    enum err e = json_read(c, body, &tree);

    if (e)
        return e;
    list = json_find(tree, STR("members"));
    everyone = json_find(tree, STR("everyone"));
    policy = json_text(json_find(tree, STR("policy")));
    pool->name = json_text(json_find(tree, STR("name")));
    pool->everyone = json_is(everyone, JSON_BOOL) && everyone->as.truth;
    for (int i = 0; i < POLICIES; i++)
        if (str_eq(policy, str_of(route_policy_words[i])))
            pool->policy = (enum policy)i;
    *members = (struct pool_members){ NULL, 0 };
    if (!json_is(list, JSON_ARRAY))
        return ERR_NONE;
    members->items = ARENA_ARRAY(c->arena, struct pool_member, list->count + 1);
    for (uint32_t i = 0; i < list->count; i++)
        members->items[members->count++] = (struct pool_member){
            .user = { id_at(&list->as.items[i], "user_id", PREFIX_USER) }, .weight = number(&list->as.items[i], "weight"), .member = true,
        };
    return ERR_NONE;
}
