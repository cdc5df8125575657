/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* People, pools, rules and norms of a period, as they stood from decision to decision. */
#include <stdlib.h>

#include "flow/sim.h"

/* ---- indices ---- */

static int place_cmp(const void *pa, const void *pb)
{
    const struct sim_place_of *a = pa, *b = pb;

    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    return a->place - b->place;
}

size_t flow_sim_from(const struct sim_place_of *list, size_t count, int64_t id)
{
    size_t lo = 0, hi = count;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (list[mid].id < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

int32_t flow_sim_find(const struct sim_place_of *list, size_t count, int64_t id)
{
    size_t i = flow_sim_from(list, count, id);

    return i < count && list[i].id == id ? list[i].place : -1;
}

void flow_sim_sort(struct sim_place_of *list, size_t count)
{
    if (count)
        qsort(list, count, sizeof *list, place_cmp);
}

int32_t flow_sim_person_of(const struct period *p, struct user_id user)
{
    return flow_sim_find(p->by_user, p->people_count, user.v);
}

int32_t flow_sim_pool_of(const struct period *p, struct pool_id pool)
{
    for (size_t i = 0; i < p->pool_count; i++)
        if (p->pools[i].id.v == pool.v)
            return (int32_t)i;
    return -1;
}

int32_t flow_sim_rule_of(struct period *p, int64_t id, struct str name)
{
    if (!id)
        return -1;
    for (size_t i = 0; i < p->rule_count; i++)
        if (p->rules[i].id == id) {
            if (!p->rules[i].name.len)
                p->rules[i].name = name;
            return (int32_t)i;
        }
    p->rules = arena_more(p->c->arena, p->rules, p->rule_count, sizeof *p->rules);
    p->rules[p->rule_count] = (struct sim_name){ id, name };
    return (int32_t)p->rule_count++;
}

/* ---- people ---- */

static void user_add(struct period *p, int64_t id)
{
    for (size_t i = 0; i < p->people_count; i++)
        if (p->users[i].v == id)
            return;
    p->users[p->people_count++].v = id;
}

/* Places of the people: those of the desk in its order, then those who are there no more. */
static void users_list(struct period *p, const struct past_part *parts, size_t count)
{
    p->users = ARENA_ARRAY(p->c->arena, struct user_id, p->desk.count + count + 1);
    for (size_t i = 0; i < p->desk.count; i++)
        user_add(p, p->desk.people[i].user.id.v);
    for (size_t i = 0; i < count; i++)
        if (parts[i].kind == PAST_PERSON)
            user_add(p, parts[i].ref);
    p->people = ARENA_ARRAY(p->c->arena, struct sim_person, p->people_count + 1);
    p->by_user = ARENA_ARRAY(p->c->arena, struct sim_place_of, p->people_count + 1);
    for (size_t i = 0; i < p->people_count; i++)
        p->by_user[i] = (struct sim_place_of){ p->users[i].v, (int32_t)i };
    flow_sim_sort(p->by_user, p->people_count);
}

/* Those of the lowest rank that has somebody active belong to a pool of everybody (flow_desk_everyone). */
static int rank_of(int role)
{
    return role == ROLE_MANAGER ? 0 : role == ROLE_HEAD ? 1 : 2;
}

static struct sim_facts *facts_add(struct period *p, int32_t i)
{
    struct sim_person *one = &p->people[i];
    struct sim_facts *list = arena_more(p->c->arena, (struct sim_facts *)one->facts, one->count, sizeof *list);

    one->facts = list;
    return &list[one->count++];
}

static void facts_put(struct period *p, int32_t i, const struct past_part *part, const struct past_person *was)
{
    struct cal *cal = ARENA_NEW(p->c->arena, struct cal);
    struct sim_facts *f = facts_add(p, i);

    *cal = was->cal;
    *f = (struct sim_facts){
        .since = part->id, .at = part->at, .rank = rank_of(was->role),
        .p = { .user = p->users[i], .active = was->active, .on_duty = was->on_duty, .back_at = was->back_at, .cal = cal,
               .absences = was->absences, .absence_count = was->absence_count, .level = was->level, .weight = was->weight,
               .capacity = was->capacity, .day_quota = was->day_quota, .hour_quota = was->hour_quota, .products = was->products,
               .regions = was->regions, .languages = was->languages, .catch_up = was->catch_up, .last_at = INSTANT_NONE },
        .whole = cal_without(&was->cal, was->absences, was->absence_count, p->c->arena),
    };
}

static enum err sees_put(struct period *p, int32_t i, int64_t since, struct str text)
{
    struct cond *cond = NULL;
    enum err e = text.len ? flow_cond(p->c, text, &cond) : ERR_NONE;
    bool any = cond != NULL;

    for (size_t k = 0; k < p->sees_count; k++)
        any |= p->sees[k].person == i;
    if (e || !any)
        return e;
    p->sees = arena_more(p->c->arena, p->sees, p->sees_count, sizeof *p->sees);
    p->sees[p->sees_count++] = (struct sim_sees){ since, i, cond };
    return ERR_NONE;
}

static enum err person_part(struct period *p, const struct past_part *part)
{
    int32_t i = flow_sim_person_of(p, (struct user_id){ part->ref });
    struct past_person was;
    enum err e = flow_past_person(p->c, part->body, &was);

    if (e)
        return e;
    facts_put(p, i, part, &was);
    p->skills = arena_more(p->c->arena, p->skills, p->skill_count, sizeof *p->skills);
    p->skills[p->skill_count++] = (struct sim_skills){ part->id, i, was.skills, was.skill_count };
    return sees_put(p, i, part->id, was.sees);
}

/* Of whom nothing was kept yet stands as they are now. */
static enum err people_of_now(struct period *p)
{
    for (size_t i = 0; i < p->desk.count; i++) {
        const struct desk_person *d = &p->desk.people[i];
        struct buf b = buf_new(p->c->arena, (size_t)1 << 20);
        struct json_out o = json_to(&b);
        struct past_part part = { .kind = PAST_PERSON, .ref = d->user.id.v };
        enum err e;

        p->people[i].load = d->load;
        if (p->people[i].count)
            continue;
        flow_past_print(d, &o);
        part.body = buf_str(&b);
        if ((e = person_part(p, &part)))
            return e;
    }
    return ERR_NONE;
}

/* Leads counted before the period, for the quotas of its first day. */
static enum err given_read(struct period *p)
{
    struct given *list;
    size_t n;
    enum err e = route_given_list(p->c, p->tx, p->ask.from - DAY_US, &list, &n);

    for (size_t k = 0; k < n && !e; k++) {
        int32_t i = flow_sim_person_of(p, list[k].user);
        struct sim_person *one = i < 0 ? NULL : &p->people[i];
        instant *given;

        if (!one || list[k].at >= p->ask.from || (list[k].back_at != INSTANT_NONE && list[k].back_at < p->ask.from))
            continue;
        given = arena_more(p->c->arena, (instant *)one->given, one->given_count, sizeof *given);
        given[one->given_count++] = list[k].at;
        one->given = given;
    }
    return e;
}

/* How people convert against what their leads led one to expect; who is new is as the team is. */
static enum err ratios_read(struct period *p)
{
    struct learn_performance_head head;
    struct learn_performed *rows;
    size_t n;
    enum err e = learn_performance_get(p->c, p->tx, &head);

    p->ratios = ARENA_ARRAY(p->c->arena, struct learn_fixes, p->people_count + 1);
    for (size_t i = 0; i < p->people_count; i++)
        p->ratios[i] = (struct learn_fixes){ FIX_ONE, FIX_ONE, FIX_ONE };
    if (e || (e = learn_performance_rows(p->c, p->tx, head.id, &rows, &n)))
        return e;
    for (size_t k = 0; k < n; k++) {
        int32_t i = rows[k].user.v && !rows[k].segment ? flow_sim_person_of(p, rows[k].user) : -1;

        if (i >= 0 && rows[k].ratio.value > 0)
            p->ratios[i] = rows[k].ratio;
    }
    for (size_t i = 0; i < p->people_count; i++)
        p->people[i].ratio = p->ratios[i].value;
    return ERR_NONE;
}

/* ---- pools ---- */

static void pool_put(struct period *p, int32_t i, int64_t since, instant at, const struct pool *pool, const struct pool_members *members)
{
    struct sim_pool *one = &p->pools[i];
    struct sim_pool_state *list = arena_more(p->c->arena, (struct sim_pool_state *)one->states, one->count, sizeof *list);
    int64_t *weight = ARENA_ARRAY(p->c->arena, int64_t, p->people_count + 1);

    for (size_t k = 0; k < p->people_count; k++)
        weight[k] = -1;
    for (size_t k = 0; k < members->count; k++) {
        int32_t who = flow_sim_person_of(p, members->items[k].user);

        if (who >= 0 && members->items[k].member)
            weight[who] = members->items[k].weight;
    }
    list[one->count++] = (struct sim_pool_state){ since, at, pool->policy, pool->everyone, weight };
    one->states = list;
    p->pool_names[i].name = pool->name;
}

static int32_t pool_add(struct period *p, struct pool_id id)
{
    int32_t i = flow_sim_pool_of(p, id);

    if (i >= 0)
        return i;
    p->pools[p->pool_count].id = id;
    p->pools[p->pool_count].twin = -1;
    p->pool_names[p->pool_count].id = id.v;
    return (int32_t)p->pool_count++;
}

static enum err pool_part(struct period *p, const struct past_part *part)
{
    int32_t i = pool_add(p, (struct pool_id){ part->ref });
    struct pool pool = { .id = { part->ref } };
    struct pool_members members;
    enum err e;

    if (part->body.len == 0)
        return ERR_NONE; /* gone: no rule names it any more */
    if ((e = flow_past_pool(p->c, part->body, &pool, &members)))
        return e;
    pool_put(p, i, part->id, part->at, &pool, &members);
    return ERR_NONE;
}

static enum err pools_of_now(struct period *p, const struct pools *now)
{
    enum err e = ERR_NONE;

    for (size_t k = 0; k < now->count && !e; k++) {
        int32_t i = pool_add(p, now->items[k].id);
        struct pool_members members;
        struct sim_place *places = ARENA_ARRAY(p->c->arena, struct sim_place, p->people_count + 1);

        if ((e = route_member_list(p->c, p->tx, now->items[k].id, &members)))
            return e;
        for (size_t m = 0; m < members.count; m++) {
            int32_t who = flow_sim_person_of(p, members.items[m].user);

            if (who >= 0)
                places[who] = (struct sim_place){ route_member_pass(&members, &members.items[m]), members.items[m].last_at, members.items[m].credit, true };
        }
        p->pools[i].places = places;
        if (!p->pools[i].count)
            pool_put(p, i, 0, INSTANT_NONE, &now->items[k], &members);
        if (now->items[k].everyone)
            p->everyone = i;
    }
    return e;
}

/* ---- rules and norms ---- */

static void rules_index(struct period *p, struct sim_rules *r)
{
    r->index = ARENA_ARRAY(p->c->arena, int32_t, r->rules.count + 1);
    r->conds = ARENA_ARRAY(p->c->arena, struct cond *, r->rules.count + 1);
    for (size_t i = 0; i < r->rules.count; i++)
        /* A rule of a draft that was never kept has no id yet. */
        r->index[i] = flow_sim_rule_of(p, r->rules.items[i].id.v ? r->rules.items[i].id.v : -(int64_t)i - 1, r->rules.items[i].name);
}

static enum err rules_part(struct period *p, const struct past_part *part)
{
    struct sim_rules one = { .since = part->id };
    enum err e = flow_past_rules(p->c, part->body, &one.rules);

    if (e)
        return e;
    rules_index(p, &one);
    p->then = arena_more(p->c->arena, p->then, p->then_count, sizeof *p->then);
    p->then[p->then_count++] = one;
    return ERR_NONE;
}

static enum err norms_part(struct period *p, const struct past_part *part)
{
    struct sim_norms one = { .since = part->id };
    enum err e = flow_past_norms(p->c, part->body, &one.norms, &one.sla_minutes);

    if (e || (e = flow_past_gated(p->c, part->body, &one.gated)))
        return e;
    p->norms = arena_more(p->c->arena, p->norms, p->norm_count, sizeof *p->norms);
    p->norms[p->norm_count++] = one;
    return ERR_NONE;
}

static enum err (*const readers[PAST_KINDS])(struct period *p, const struct past_part *part) = {
    [PAST_PERSON] = person_part, [PAST_POOL] = pool_part, [PAST_RULES] = rules_part, [PAST_NORMS] = norms_part,
};

/* Where nothing was kept at the beginning of the period, what was kept first stood before it too: there is nothing better to go by. */
static void begin_earlier(struct past_part *parts, size_t n, instant from)
{
    for (size_t i = 0; i < n; i++)
        if (parts[i].at <= from)
            return;
    for (size_t i = 0; i < n && parts[i].at == parts[0].at; i++) {
        parts[i].id = 0;
        parts[i].at = INSTANT_NONE;
    }
}

static void policies_try(struct period *p)
{
    for (size_t k = 0; k < p->ask.policy_count; k++) {
        int32_t i = flow_sim_pool_of(p, p->ask.policies[k].pool);
        struct sim_pool *from = i < 0 ? NULL : &p->pools[i], *to = &p->pools[p->pool_count];
        struct sim_pool_state *states;

        if (!from)
            continue;
        states = ARENA_ARRAY(p->c->arena, struct sim_pool_state, from->count + 1);
        for (size_t s = 0; s < from->count; s++) {
            states[s] = from->states[s];
            states[s].policy = p->ask.policies[k].policy;
        }
        *to = *from;
        to->states = states;
        to->twin = i;
        to->id.v = -from->id.v; /* the same pool, under the policy that is tried */
        p->pool_names[p->pool_count++] = p->pool_names[i];
    }
}

enum err flow_sim_people_read(struct period *p)
{
    struct past_part *parts;
    struct pools pools;
    size_t n;
    enum err e;

    if ((e = route_past_list(p->c, p->tx, p->ask.from, p->ask.until, &parts, &n)) || (e = route_pool_list(p->c, p->tx, &pools)))
        return e;
    begin_earlier(parts, n, p->ask.from);
    users_list(p, parts, n);
    p->everyone = -1;
    p->pools = ARENA_ARRAY(p->c->arena, struct sim_pool, n + pools.count + p->ask.policy_count + 1);
    p->pool_names = ARENA_ARRAY(p->c->arena, struct sim_name, n + pools.count + p->ask.policy_count + 1);
    for (size_t i = 0; i < n && !e; i++)
        e = readers[parts[i].kind] ? readers[parts[i].kind](p, &parts[i]) : ERR_NONE;
    if (e || (e = people_of_now(p)) || (e = given_read(p)) || (e = pools_of_now(p, &pools)))
        return e;
    if ((e = ratios_read(p)))
        return e;
    policies_try(p);
    for (size_t i = 0; i < p->pool_count; i++)
        for (size_t k = 0; k < p->pools[i].count; k++)
            p->asks_value |= p->pools[i].states[k].policy == POLICY_VALUE;
    p->other.rules = p->ask.rules;
    rules_index(p, &p->other);
    return ERR_NONE;
}
