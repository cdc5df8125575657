/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The record of a period as deeds: decisions and stays in the queue by their ids, and between them what leads ceased to weigh. */
#include <stdlib.h>

#include "flow/sim.h"
#include "task/custody.h"

/* A deed with what is known of it before places are given. */
struct raw {
    int64_t id;
    instant at;
    struct lead_id lead;
    struct task_id task;
    struct user_id to;
    int64_t rule;          /* -1: not told */
    enum sim_kind kind;
    bool owner_kept, stays, counted, claim;
    int64_t units;
    instant given_at;      /* SIM_BACK */
    struct route_kin kin;
    struct route_kept kept;
};
struct reading {
    struct period *p;
    struct raw *list;
    size_t count;
    struct tasks calls;             /* made for a crossing */
    struct sim_place_of *by_task, *by_call_lead; /* of calls */
    struct sim_place_of *by_hand_over;           /* of the list: deeds at which somebody got a task, by task */
    size_t hand_over_count;
    struct route_stay *stays;
    size_t stay_count;
    struct route_refusal *refusals; /* by lead, then time */
    size_t refusal_count;
};

static struct raw *add(struct reading *r, struct raw one)
{
    r->list = arena_more(r->p->c->arena, r->list, r->count, sizeof *r->list);
    r->list[r->count] = one;
    return &r->list[r->count++];
}

/* ---- what kind of decision it was ---- */

static const struct task *call_of(const struct reading *r, struct task_id task)
{
    int32_t i = flow_sim_find(r->by_task, r->calls.count, task.v);

    return i < 0 ? NULL : &r->calls.items[i];
}

static bool refused_at(const struct reading *r, struct lead_id lead, instant at)
{
    size_t lo = 0, hi = r->refusal_count;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (r->refusals[mid].lead.v < lead.v)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < r->refusal_count && r->refusals[lo].lead.v == lead.v; lo++)
        if (r->refusals[lo].at == at)
            return true;
    return false;
}

/* The decision with which the call of a crossing was made. */
static bool entered(const struct reading *r, const struct assignment *a)
{
    const struct task *t = a->task.v ? call_of(r, a->task) : NULL;

    return t && t->created_at == a->at && !str_eq(a->reason, STR("from_queue"));
}

static enum sim_kind kind_of(const struct reading *r, const struct assignment *a)
{
    static const struct {
        const char *reason;
        enum sim_kind kind;
    } words[] = { { "declined", SIM_DECLINED }, { "silent", SIM_DECLINED }, { "left", SIM_LEFT }, { "claimed", SIM_CLAIMED },
                  { "from_queue", SIM_OFFERED } };

    for (size_t i = 0; i < countof(words); i++)
        if (str_eq(a->reason, str_of(words[i].reason)))
            return words[i].kind;
    if (entered(r, a))
        return SIM_ENTERED;
    if (str_eq(a->reason, STR("company_keeps")) && refused_at(r, a->lead, a->at))
        return SIM_DECLINED;
    return str_eq(a->reason, STR("owner_keeps")) || str_eq(a->reason, STR("company_keeps")) ? SIM_OFFERED : SIM_BY_HAND;
}

static enum err decisions_read(struct reading *r)
{
    struct period *p = r->p;
    struct assignments list;
    enum err e = route_record_list(p->c, p->tx, p->ask.from, p->ask.until, &list);

    for (size_t i = 0; i < list.count && !e; i++) {
        const struct assignment *a = &list.items[i];

        add(r, (struct raw){ .id = a->id.v, .at = a->at, .lead = a->lead, .task = a->task.v ? a->task : a->moved_task, .to = a->manager,
                             .rule = a->rule.v, .kind = kind_of(r, a), .owner_kept = str_eq(a->reason, STR("owner_keeps")),
                             .stays = str_eq(a->reason, STR("silent")),
                             .claim = str_eq(a->policy, str_of(route_policy_words[POLICY_CLAIM])), .counted = a->counted,
                             .kin = a->kin, .kept = a->kept });
    }
    return e;
}

/* The call that was made when a stay began; NULL: it began with one that was there already. */
static const struct task *call_at(const struct reading *r, struct lead_id lead, instant at)
{
    for (size_t k = flow_sim_from(r->by_call_lead, r->calls.count, lead.v); k < r->calls.count && r->by_call_lead[k].id == lead.v; k++) {
        const struct task *t = &r->calls.items[r->by_call_lead[k].place];

        if (t->created_at == at)
            return t;
    }
    return NULL;
}

/* A stay began with a decision that found nobody. */
static void stays_add(struct reading *r)
{
    for (size_t i = 0; i < r->stay_count; i++) {
        const struct route_stay *s = &r->stays[i];
        const struct task *t = call_at(r, s->lead, s->since);
        enum sim_kind kind = t ? SIM_ENTERED : refused_at(r, s->lead, s->since) ? SIM_DECLINED : SIM_LEFT;

        add(r, (struct raw){ .id = s->id, .at = s->since, .lead = s->lead, .task = t ? t->id : (struct task_id){ 0 }, .rule = -1,
                             .kind = kind, .claim = str_eq(s->why, STR("claim")), .kin = s->kin, .kept = s->kept });
    }
}

static int raw_cmp(const void *pa, const void *pb)
{
    const struct raw *a = pa, *b = pb;

    return a->id < b->id ? -1 : a->id > b->id;
}

/* What is no decision has no id to go by: it stands before the first decision that is later, behind those of its instant's past. others: by at. */
static void others_merge(struct reading *r, const struct raw *others, size_t n)
{
    struct raw *all = ARENA_ARRAY(r->p->c->arena, struct raw, r->count + n + 1);
    size_t count = 0, k = 0;
    int64_t last = 0;

    for (size_t i = 0; i <= r->count; i++) {
        for (; k < n && (i == r->count || others[k].at <= r->list[i].at); k++) {
            all[count] = others[k];
            all[count++].id = last + 1;
        }
        if (i < r->count) {
            all[count++] = r->list[i];
            last = r->list[i].id;
        }
    }
    r->list = all;
    r->count = count;
}

static int at_cmp(const void *pa, const void *pb)
{
    const struct raw *a = pa, *b = pb;

    return a->at != b->at ? (a->at < b->at ? -1 : 1) : a->id < b->id ? -1 : a->id > b->id; /* id: as they were read */
}

/* Leads that ceased to weigh what they did, and gifts that an undone transfer took back. */
static enum err others_read(struct reading *r)
{
    struct period *p = r->p;
    struct given_back *back;
    struct hot_end *ends;
    struct raw *all;
    size_t n, k;
    enum err e = task_hot_ends(p->c, p->tx, p->ask.from, p->ask.until, &ends, &n);

    if (e || (e = route_given_back_list(p->c, p->tx, p->ask.from, p->ask.until, &back, &k)))
        return e;
    all = ARENA_ARRAY(p->c->arena, struct raw, n + k + 1);
    for (size_t i = 0; i < n; i++)
        all[i] = (struct raw){ .id = (int64_t)i, .at = ends[i].at, .lead = ends[i].lead, .kind = SIM_UNITS,
                               .units = str_eq(ends[i].why, STR("cooled")) || str_eq(ends[i].why, STR(TASK_BY_MODEL)) ? flow_load_units(BAND_WARM) : 0 };
    for (size_t i = 0; i < k; i++)
        all[n + i] = (struct raw){ .id = (int64_t)(n + i), .at = back[i].at, .lead = back[i].lead, .kind = SIM_BACK, .to = back[i].user,
                                   .given_at = back[i].given_at };
    if (n + k > 1)
        qsort(all, n + k, sizeof *all, at_cmp);
    others_merge(r, all, n + k);
    return ERR_NONE;
}

/* ---- leads ---- */

static int lead_cmp(const void *pa, const void *pb)
{
    const struct lead_id *a = pa, *b = pb;

    return a->v < b->v ? -1 : a->v > b->v;
}

int32_t flow_sim_lead_of(const struct period *p, struct lead_id lead)
{
    return flow_sim_find(p->by_lead, p->lead_count, lead.v);
}

/* An owner whom no decision gave the lead (it came so with a file, or from before decisions were kept) is known from the first decision that left it to
 * them. */
static void owners_of_old(struct reading *r)
{
    struct period *p = r->p;
    bool *seen = ARENA_ARRAY(p->c->arena, bool, p->lead_count + 1);

    for (size_t k = 0; k < r->count; k++) {
        int32_t i = flow_sim_lead_of(p, r->list[k].lead);

        if (!seen[i] && p->leads[i].owner < 0 && r->list[k].owner_kept)
            p->leads[i].owner = flow_sim_person_of(p, r->list[k].to);
        seen[i] |= r->list[k].kind < SIM_UNITS;
    }
}

static enum err leads_read(struct reading *r)
{
    struct period *p = r->p;
    struct lead_id *ids = ARENA_ARRAY(p->c->arena, struct lead_id, r->count + 1);
    size_t n = 0;
    struct given *had;
    enum err e;

    for (size_t i = 0; i < r->count; i++)
        ids[i] = r->list[i].lead;
    if (r->count > 1)
        qsort(ids, r->count, sizeof *ids, lead_cmp);
    for (size_t i = 0; i < r->count; i++)
        if (!n || ids[n - 1].v != ids[i].v)
            ids[n++] = ids[i];
    p->leads = ARENA_ARRAY(p->c->arena, struct sim_lead, n + 1);
    p->by_lead = ARENA_ARRAY(p->c->arena, struct sim_place_of, n + 1);
    p->lead_count = n;
    if ((e = route_had_before(p->c, p->tx, ids, n, p->ask.from, &had)))
        return e;
    for (size_t i = 0; i < n; i++) {
        p->leads[i] = (struct sim_lead){ .lead = ids[i], .owner = had[i].user.v ? flow_sim_person_of(p, had[i].user) : -1 };
        p->by_lead[i] = (struct sim_place_of){ ids[i].v, (int32_t)i };
    }
    owners_of_old(r);
    /* Who gave it back since they got it has it no more, and is not asked again. */
    for (size_t k = 0; k < r->refusal_count && r->refusal_count; k++) {
        int32_t i = flow_sim_find(p->by_lead, n, r->refusals[k].lead.v), who = flow_sim_person_of(p, r->refusals[k].user);
        struct sim_lead *l = i < 0 ? NULL : &p->leads[i];

        if (!l || who < 0 || r->refusals[k].at >= p->ask.from)
            continue;
        if (l->owner == who && r->refusals[k].at >= had[i].at)
            l->owner = -1;
        int32_t *refused = arena_more(p->c->arena, (int32_t *)l->refused, l->refused_count, sizeof *refused);
        refused[l->refused_count++] = who;
        l->refused = refused;
    }
    return ERR_NONE;
}

/* ---- deeds ---- */

/* scratch: whatever the reading needs. An owner who might not keep it is told, but is nobody of the pools. */
static enum err seen_read(struct period *p, struct ctx *scratch, const struct route_kept *kept, struct sim_deed *d)
{
    struct candidates list;
    struct sim_seen *seen;
    size_t n = 0;
    enum err e = route_kept_read(scratch, kept, &list);

    if (e)
        return e;
    seen = ARENA_ARRAY(p->c->arena, struct sim_seen, list.count + 1);
    for (size_t i = 0; i < list.count; i++) {
        const struct candidate *one = &list.items[i];

        if (one->owner && one->why != CANDIDATE_OK)
            continue;
        seen[n++] = (struct sim_seen){
            .person = flow_sim_person_of(p, one->user), .why = one->picked ? CANDIDATE_OK : one->why, .load = one->load, .pass = one->pass,
            .credit = one->credit, .value = one->value, .last_at = one->last_at, .kin = one->kin, .probability = one->probability,
        };
    }
    d->seen = seen;
    d->seen_count = n;
    return ERR_NONE;
}

/* It waits for whoever takes it first, if somebody may have it and nobody got it. What the stay says of itself is its latest reason. */
static void claim_set(struct sim_deed *d)
{
    if (d->to >= 0 || !d->seen_count)
        return;
    d->claim = false;
    for (size_t k = 0; k < d->seen_count; k++)
        d->claim |= d->seen[k].why == CANDIDATE_OK;
}

/* When whoever got the task by this decision called, or (*left) until when they had not: it went to another, was called off, or is theirs still. */
static enum err called(struct reading *r, size_t i, instant *at, instant *left)
{
    const struct raw *one = &r->list[i];
    const struct task *t = one->task.v ? call_of(r, one->task) : NULL;
    struct task read;
    enum err e;

    *at = INSTANT_NEVER;
    *left = INSTANT_NONE;
    if (!one->task.v || one->kind >= SIM_UNITS)
        return ERR_NONE;
    for (size_t k = flow_sim_from(r->by_hand_over, r->hand_over_count, one->task.v);
         k < r->hand_over_count && r->by_hand_over[k].id == one->task.v; k++)
        if (r->by_hand_over[k].place > (int32_t)i) {
            *left = r->list[r->by_hand_over[k].place].at;
            return ERR_NONE;
        }
    if (!t) {
        e = task_get(r->p->c, r->p->tx, one->task, &read);
        if (e)
            return e;
        t = &read;
    }
    if (t->state == TASK_DONE)
        *at = t->done_at;
    else
        *left = t->state == TASK_OPEN ? r->p->c->now : t->done_at;
    return ERR_NONE;
}

static enum err deeds_make(struct reading *r)
{
    struct period *p = r->p;
    struct ctx scratch = *p->c;
    int32_t *holder = ARENA_ARRAY(p->c->arena, int32_t, p->lead_count + 1);
    enum err e = ERR_NONE;

    scratch.arena = arena_new(0);
    for (size_t i = 0; i < p->lead_count; i++)
        holder[i] = p->leads[i].owner;
    p->deeds = ARENA_ARRAY(p->c->arena, struct sim_deed, r->count + 1);
    p->left = ARENA_ARRAY(p->c->arena, instant, r->count + 1);
    p->kin = ARENA_ARRAY(p->c->arena, struct route_kin, r->count + 1);
    for (size_t i = 0; i < r->count && !e; i++) {
        const struct raw *one = &r->list[i];
        struct sim_deed *d = &p->deeds[p->deed_count++];
        int32_t lead = flow_sim_lead_of(p, one->lead);

        *d = (struct sim_deed){
            .id = one->id, .at = one->at, .kind = one->kind, .lead = lead, .from = -1, .to = one->to.v ? flow_sim_person_of(p, one->to) : -1,
            .owner_kept = one->owner_kept, .stays = one->stays, .counted = one->counted, .claim = one->claim, .units = one->units, .given_at = one->given_at,
            .rule_was = one->rule < 0 ? -2 : flow_sim_rule_of(p, one->rule, STR_NULL),
        };
        p->kin[i] = one->kin;
        if (one->kind == SIM_DECLINED || one->kind == SIM_LEFT)
            d->from = holder[lead];
        if (one->to.v)
            holder[lead] = one->kind == SIM_BACK ? -1 : d->to;
        arena_reset(scratch.arena);
        if (!(e = seen_read(p, &scratch, &one->kept, d))) {
            claim_set(d);
            e = called(r, i, &d->called_at, &p->left[i]);
        }
    }
    if (e)
        p->c->fault = scratch.fault;
    arena_free(scratch.arena);
    return e;
}

enum err flow_sim_deeds_read(struct period *p)
{
    struct reading r = { .p = p };
    enum err e;

    if ((e = task_crossing_list(p->c, p->tx, p->ask.from, p->ask.until, &r.calls)))
        return e;
    r.by_task = ARENA_ARRAY(p->c->arena, struct sim_place_of, r.calls.count + 1);
    for (size_t i = 0; i < r.calls.count; i++)
        r.by_task[i] = (struct sim_place_of){ r.calls.items[i].id.v, (int32_t)i };
    flow_sim_sort(r.by_task, r.calls.count);
    r.by_call_lead = ARENA_ARRAY(p->c->arena, struct sim_place_of, r.calls.count + 1);
    for (size_t i = 0; i < r.calls.count; i++)
        r.by_call_lead[i] = (struct sim_place_of){ r.calls.items[i].lead.v, (int32_t)i };
    flow_sim_sort(r.by_call_lead, r.calls.count);
    if ((e = route_refusal_list(p->c, p->tx, p->ask.until, &r.refusals, &r.refusal_count)) || (e = decisions_read(&r))
        || (e = route_stay_list(p->c, p->tx, p->ask.from, p->ask.until, &r.stays, &r.stay_count)))
        return e;
    stays_add(&r);
    if (r.count)
        qsort(r.list, r.count, sizeof *r.list, raw_cmp);
    if ((e = others_read(&r)))
        return e;
    r.by_hand_over = ARENA_ARRAY(p->c->arena, struct sim_place_of, r.count + 1);
    for (size_t i = 0; i < r.count; i++)
        if (r.list[i].task.v && r.list[i].to.v)
            r.by_hand_over[r.hand_over_count++] = (struct sim_place_of){ r.list[i].task.v, (int32_t)i };
    flow_sim_sort(r.by_hand_over, r.hand_over_count);
    if ((e = leads_read(&r)))
        return e;
    return deeds_make(&r);
}
