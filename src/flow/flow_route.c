/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_route.h"

#include "cond/cond.h"
#include "lead/profile.h"
#include "route/transfer.h"
#include "score/axes.h"

/* Somebody may have been hired, or a calendar changed, by another program: the queue is offered again at least this often. */
#define RETRY_US (15 * MINUTE_US)
/* The promise when nobody can be expected by the clock: the head has been told and must see to it within the hour. */
#define PROMISE_US (60 * MINUTE_US)

/* One decision under way: people of the pools that were asked, in order. */
struct choice {
    struct desk *desk;
    struct need need, wish;      /* what must be had; what would fit */
    const struct user_id *declined;
    size_t declined_count;
    struct user_id except;       /* as if they had declined, this time */
    const struct rule *rule;     /* NULL: none held */
    struct pool pool;            /* the one that gave the answer, or the last asked */
    int64_t minutes;             /* owed */
    struct candidate *candidates;
    size_t count;
    struct desk_person *picked;
    struct str policy;
    bool claim, claim_over;      /* it is for whoever of the pool takes it first; nobody has in time */
};

/* ---- what the lead is and needs ---- */

static struct str fact_text(const struct profile *p, const char *name)
{
    const struct profile_fact *fact = lead_profile_find(p, str_of(name));

    return fact ? json_text(fact->value) : STR_NULL;
}

static enum err rule_holds(struct ctx *c, const struct rule *rule, const struct history *h, bool *holds)
{
    struct json *tree;
    struct cond *cond;
    enum err e = json_read(c, rule->condition, &tree);

    if (e || (e = cond_compile(c, tree, STR(""), c->arena, &cond)))
        return e;
    *holds = cond_at(cond, h, c->now, c->arena).holds;
    cond_free(cond);
    return ERR_NONE;
}

static enum err rule_pick(struct ctx *c, const struct history *h, struct choice *x)
{
    const struct rules *rules = &x->desk->rules;

    for (size_t i = 0; i < rules->count; i++) {
        bool holds = false;
        enum err e;

        if (!rules->items[i].enabled)
            continue;
        e = rule_holds(c, &rules->items[i], h, &holds);
        if (e)
            return e;
        if (holds) {
            x->rule = &rules->items[i];
            return ERR_NONE;
        }
    }
    return ERR_NONE;
}

static void put_member(struct json *object, const char *name, struct json value)
{
    object->as.members[object->count++] = (struct json_member){ str_of(name), value };
}

/* The history with what the house itself counts of the lead, for rules alone: "cell" ("A1") and "icp.match" (per cent). The model's own
 * criteria cannot see them (score/axes.h). */
static struct history with_counted(struct arena *a, const struct history *h, const struct lead *lead, instant now)
{
    struct past_profile *list = ARENA_ARRAY(a, struct past_profile, h->profile_count + 1);
    struct json *patch = ARENA_NEW(a, struct json);
    struct history out = *h;
    size_t at = h->profile_count;

    patch->type = JSON_OBJECT;
    patch->as.members = ARENA_ARRAY(a, struct json_member, 2);
    if (lead->cell < SCORE_CELLS)
        put_member(patch, "cell", (struct json){ .type = JSON_TEXT, .as.text = str_of(score_cell_names[lead->cell]) });
    if (lead->icp >= 0)
        put_member(patch, "icp.match", (struct json){ .type = JSON_INT, .as.integer = lead->icp });
    while (at > 0 && h->profiles[at - 1].at > now)
        at--;
    for (size_t i = 0; i < h->profile_count; i++)
        list[i + (i >= at)] = h->profiles[i];
    list[at] = (struct past_profile){ .at = now, .known_at = now, .tie = UINT64_MAX, .patch = patch };
    out.profiles = list;
    out.profile_count++;
    return out;
}

static enum err choice_begin(struct ctx *c, struct db_tx *tx, struct desk *d, const struct history *h,
                             const struct lead *lead, struct choice *x)
{
    struct user_id *declined;
    struct profile profile;
    enum err e;

    struct history told = with_counted(c->arena, h, lead, c->now);

    *x = (struct choice){ .desk = d, .pool = d->everyone };
    if ((e = rule_pick(c, &told, x)) || (e = lead_profile_read(c, lead->facts, &profile))
        || (e = route_declined_list(c, tx, lead->id, &declined, &x->declined_count)))
        return e;
    x->declined = declined;
    x->need = (struct need){ .at = c->now, .band = BAND_HOT, .units = flow_load_units(BAND_HOT), .now = true };
    x->wish = x->need;
    x->wish.product = fact_text(&profile, "product");
    x->wish.region = fact_text(&profile, "region");
    x->wish.language = fact_text(&profile, "language");
    if (x->rule && x->rule->demands & ROUTE_MATCH_PRODUCT)
        x->need.product = x->wish.product;
    if (x->rule && x->rule->demands & ROUTE_MATCH_REGION)
        x->need.region = x->wish.region;
    if (x->rule && x->rule->demands & ROUTE_MATCH_LANGUAGE)
        x->need.language = x->wish.language;
    x->minutes = flow_norm(d, lead, x->rule ? x->rule->sla_minutes : 0).minutes;
    return ERR_NONE;
}

/* ---- people ---- */

static struct texts texts_read(struct ctx *c, struct str text)
{
    struct texts list = { NULL, 0 };
    struct str *items;
    struct json *tree;

    if (json_read(c, text, &tree) || tree->type != JSON_ARRAY) {
        fault_clear(c);
        return list;
    }
    items = ARENA_ARRAY(c->arena, struct str, tree->count + 1);
    for (uint32_t i = 0; i < tree->count; i++)
        items[list.count++] = json_text(&tree->as.items[i]);
    list.items = items;
    return list;
}

static struct person person_of(struct ctx *c, const struct choice *x, const struct desk_person *p)
{
    struct person one = {
        .user = p->user.id,
        .active = p->user.state == USER_ACTIVE,
        .on_duty = p->manager.on_duty,
        .cal = &p->cal,
        .absences = p->absences,
        .absence_count = p->absence_count,
        .level = (enum level)p->manager.level,
        .weight = p->manager.weight,
        .load = p->load,
        .capacity = p->manager.capacity,
        .day_quota = p->manager.daily_quota,
        .hour_quota = p->manager.hourly_quota,
        .given = p->given,
        .given_count = p->given_count,
        .last_at = INSTANT_NONE,
        .catch_up = p->catch_up,
        .declined = x->except.v && x->except.v == p->user.id.v,
    };

    if (x->wish.product.len)
        one.products = texts_read(c, p->manager.products);
    if (x->wish.region.len)
        one.regions = texts_read(c, p->manager.regions);
    if (x->wish.language.len)
        one.languages = texts_read(c, p->manager.languages);
    for (size_t i = 0; i < x->declined_count; i++)
        one.declined |= x->declined[i].v == one.user.v;
    one.fit = route_fit(&one, &x->wish);
    return one;
}

static const struct pool_member *member_find(const struct pool_members *list, struct user_id user)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].user.v == user.v)
            return &list->items[i];
    return NULL;
}

/* Where somebody begins who never had a place in this pool: with the one who is next. */
static int64_t first_place(const struct pool_members *list, bool everyone)
{
    int64_t least = INT64_MAX;

    for (size_t i = 0; i < list->count; i++)
        if ((everyone || list->items[i].member) && list->items[i].pass < least)
            least = list->items[i].pass;
    return least == INT64_MAX ? 0 : least;
}

static int64_t weight_within(int64_t weight)
{
    return weight < 1 ? 1 : weight > ROUTE_WEIGHT_MAX ? ROUTE_WEIGHT_MAX : weight;
}

/* The people of a pool with their places in it. */
static size_t pool_people(struct ctx *c, const struct choice *x, const struct pool_members *members,
                          struct person *people, struct desk_person **who)
{
    int64_t first = first_place(members, x->pool.everyone);
    size_t count = 0;

    for (size_t i = 0; i < x->desk->count; i++) {
        struct desk_person *p = &x->desk->people[i];
        const struct pool_member *m = member_find(members, p->user.id);

        if (x->pool.everyone ? !flow_desk_everyone(x->desk, p) : !m || !m->member)
            continue;
        people[count] = person_of(c, x, p);
        people[count].pass = m ? m->pass : first;
        people[count].last_at = m ? m->last_at : INSTANT_NONE;
        people[count].weight = weight_within(m && m->weight ? m->weight : p->manager.weight);
        who[count++] = p;
    }
    return count;
}

/* Writes the places that the pick has moved. */
static enum err places_keep(struct ctx *c, struct db_tx *tx, struct pool_id pool,
                            const struct pool_members *members, const struct person *people, size_t count)
{
    enum err e = ERR_NONE;

    for (size_t i = 0; i < count && !e; i++) {
        const struct pool_member *m = member_find(members, people[i].user);
        struct pool_member kept = { .user = people[i].user, .pass = people[i].pass,
                                    .last_at = people[i].last_at };

        if (!m || m->pass != kept.pass || m->last_at != kept.last_at)
            e = route_member_keep(c, tx, pool, &kept);
    }
    return e;
}

static void candidates_add(struct ctx *c, struct choice *x, const struct candidate *more, size_t count)
{
    struct candidate *all = ARENA_ARRAY(c->arena, struct candidate, x->count + count + 1);

    for (size_t i = 0; i < x->count; i++)
        all[i] = x->candidates[i];
    for (size_t i = 0; i < count; i++)
        all[x->count + i] = more[i];
    x->candidates = all;
    x->count += count;
}

static enum err ask_pool(struct ctx *c, struct db_tx *tx, struct choice *x)
{
    size_t room = x->desk->count + 1;
    struct person *people = ARENA_ARRAY(c->arena, struct person, room);
    struct candidate *candidates = ARENA_ARRAY(c->arena, struct candidate, room);
    struct desk_person **who = ARENA_ARRAY(c->arena, struct desk_person *, room);
    struct pool_members members;
    bool somebody = false;
    size_t count;
    ptrdiff_t pick;
    enum err e = route_member_list(c, tx, x->pool.id, &members);

    if (e)
        return e;
    count = pool_people(c, x, &members, people, who);
    for (size_t i = 0; i < count; i++) {
        candidates[i] = route_eligible(&people[i], &x->need);
        somebody |= candidates[i].why == CANDIDATE_OK;
    }
    if (x->pool.policy == POLICY_CLAIM && somebody && !x->claim_over) {
        x->claim = true;
        candidates_add(c, x, candidates, count);
        return ERR_NONE;
    }
    pick = route_pick(x->pool.policy, people, candidates, count, c->now);
    if (pick >= 0) {
        candidates[pick].picked = true;
        x->picked = who[pick];
        x->policy = str_of(route_policy_words[x->pool.policy]);
        e = places_keep(c, tx, x->pool.id, &members, people, count);
    }
    candidates_add(c, x, candidates, count);
    return e;
}

/* The owner, if there is one who may. The lead is in the load already. */
static void ask_owner(struct ctx *c, const struct lead *lead, struct choice *x)
{
    struct desk_person *p = lead->owner.v ? flow_desk_find(x->desk, lead->owner) : NULL;
    struct person person;
    struct candidate candidate;

    if (!p)
        return;
    person = person_of(c, x, p);
    person.load -= x->need.units;
    person.day_quota = person.hour_quota = 0; /* what one has is not given anew */
    candidate = route_eligible(&person, &x->need);
    candidate.load = p->load;
    if (candidate.why != CANDIDATE_OK)
        return;
    candidate.picked = true;
    x->picked = p;
    x->policy = STR("owner");
    candidates_add(c, x, &candidate, 1);
}

/* Adds what the people of a pool are worth to the lead. */
static enum err fits_of_pool(struct ctx *c, struct db_tx *tx, struct choice *x, struct route_fit_list *fits)
{
    struct person *people = ARENA_ARRAY(c->arena, struct person, x->desk->count + 1);
    struct desk_person **who = ARENA_ARRAY(c->arena, struct desk_person *, x->desk->count + 1);
    struct pool_members members = { NULL, 0 };
    size_t count;
    enum err e = x->pool.id.v ? route_member_list(c, tx, x->pool.id, &members) : ERR_NONE;

    if (e)
        return e;
    count = pool_people(c, x, &members, people, who);
    for (size_t i = 0; i < count; i++) {
        struct person *p = &people[i];

        p->capacity = p->day_quota = p->hour_quota = 0;
        if (route_eligible(p, &x->need).why == CANDIDATE_OK)
            fits->fit[who[i] - x->desk->people] = route_fit(p, &x->wish);
    }
    return ERR_NONE;
}

enum err flow_route_fits(struct ctx *c, struct db_tx *tx, struct desk *d, const struct history *history,
                         const struct lead *lead, struct route_fit_list *fits)
{
    struct choice x;
    enum err e = choice_begin(c, tx, d, history, lead, &x);

    fits->fit = ARENA_ARRAY(c->arena, int64_t, d->count + 1);
    if (e)
        return e;
    x.pool.everyone |= !x.rule;
    x.need.band = (enum band)lead->band;
    x.need.units = flow_load_units(x.need.band);
    x.need.now = x.need.band == BAND_HOT;
    x.wish.band = x.need.band;
    if (x.rule && (e = route_pool_get(c, tx, x.rule->pool, &x.pool)))
        return e;
    if ((e = fits_of_pool(c, tx, &x, fits)) || !x.rule || !x.rule->fallback.v
        || (e = route_pool_get(c, tx, x.rule->fallback, &x.pool)))
        return e;
    return fits_of_pool(c, tx, &x, fits);
}

static enum err choose(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct choice *x)
{
    enum err e;

    ask_owner(c, lead, x);
    if (x->picked)
        return ERR_NONE;
    if (x->rule && (e = route_pool_get(c, tx, x->rule->pool, &x->pool)))
        return e;
    e = ask_pool(c, tx, x);
    if (e || x->picked || x->claim || !x->rule || !x->rule->fallback.v)
        return e;
    if ((e = route_pool_get(c, tx, x->rule->fallback, &x->pool)))
        return e;
    return ask_pool(c, tx, x);
}

/* ---- the answer is kept ---- */

struct sla_norm flow_norm(const struct desk *d, const struct lead *lead, int64_t rule_minutes)
{
    struct sla_norm norm = task_sla_norm(&d->norms, BAND_HOT, lead->source, d->setting.sla_minutes);

    if (rule_minutes > 0)
        norm.minutes = rule_minutes;
    return norm;
}

void flow_alarm_set(struct ctx *c, const struct desk *d, const struct lead *lead, struct task *t)
{
    const struct desk_person *p = flow_desk_find(d, t->assignee);
    struct sla_norm norm = flow_norm(d, lead, t->sla_minutes);

    t->alarms = 0;
    t->alarm_at = INSTANT_NEVER;
    if (t->kind != TASK_CALL_NOW || !p)
        return;
    struct cal cal = cal_without(&p->cal, p->absences, p->absence_count, c->arena);
    t->alarm_at = task_sla_alarm(&norm, &cal, t->due_at, 0).at;
}

/* Later decisions at the same desk see what this one has done. */
static void desk_gave(struct ctx *c, struct desk *d, struct desk_person *to, const struct lead *lead, bool counted)
{
    struct desk_person *before = lead->owner.v ? flow_desk_find(d, lead->owner) : NULL;
    int64_t units = flow_load_units((enum band)lead->band);

    if (before != to) {
        if (before)
            before->load -= units;
        to->load += units;
    }
    if (counted) {
        instant *given = ARENA_ARRAY(c->arena, instant, to->given_count + 1);

        for (size_t i = 0; i < to->given_count; i++)
            given[i] = to->given[i];
        given[to->given_count++] = c->now;
        to->given = given;
    }
}

static void tell(struct messages *out, enum message_kind kind, const struct lead *lead, struct task_id task,
                 struct user_id user)
{
    if (out)
        messages_add(out, (struct message){ .kind = kind, .lead = lead->id, .task = task, .user = user,
                                            .before = lead->owner });
}

/* Owner, task and deadline move to a person, with the decision a. t may be NULL. */
static enum err give(struct ctx *c, struct db_tx *tx, struct desk *d, struct desk_person *to, struct lead *lead,
                     struct task *t, int64_t minutes, struct assignment *a, struct messages *out)
{
    bool decided = false;
    enum err e = ERR_NONE;

    if (t) {
        t->assignee = to->user.id;
        if (minutes > 0) {
            struct cal cal = cal_without(&to->cal, to->absences, to->absence_count, c->arena);

            t->due_at = task_sla_due(&cal, c->now, minutes);
            t->sla_minutes = minutes;
        }
        flow_alarm_set(c, d, lead, t);
        if ((e = task_put(c, tx, t)) || (e = route_assignment_has(c, tx, t->id, &decided)))
            return e;
    }
    a->lead = lead->id;
    a->at = c->now;
    a->manager = to->user.id;
    if (t && decided)
        a->moved_task = t->id;
    else if (t)
        a->task = t->id;
    if ((e = route_assignment_add(c, tx, a))
        || (lead->owner.v != to->user.id.v && (e = lead_set_owner(c, tx, lead->id, to->user.id)))
        || (e = flow_wait_end(c, tx, lead->id, out)))
        return e;
    desk_gave(c, d, to, lead, a->counted);
    if (t)
        tell(out, MESSAGE_TASK_CHANGED, lead, t->id, to->user.id);
    tell(out, MESSAGE_LEAD_ASSIGNED, lead, t ? t->id : (struct task_id){ 0 }, to->user.id);
    if (t && t->kind == TASK_CALL_NOW)
        tell(out, MESSAGE_LEAD_HOT, lead, t->id, to->user.id);
    lead->owner = to->user.id;
    return ERR_NONE;
}

enum err flow_give(struct ctx *c, struct db_tx *tx, struct desk *d, struct lead *lead, struct task *t,
                   struct by_hand hand, struct messages *out)
{
    struct desk_person *to = flow_desk_find(d, hand.manager);
    struct choice x = { .desk = d, .need = { .at = c->now, .band = (enum band)lead->band, .now = true } };
    struct person person;
    struct candidate candidate;
    struct assignment a = { .policy = hand.policy, .reason = hand.reason, .note = hand.note, .by = hand.by,
                            .counted = lead->owner.v != hand.manager.v };
    bool waited = t && t->assignee.v == 0;

    if (!to || to->user.state != USER_ACTIVE)
        return fault_at(c, ERR_BAD_FIELD, STR("/manager_id"), "nobody who may be given leads");
    person = person_of(c, &x, to);
    candidate = route_eligible(&person, &x.need);
    candidate.picked = true;
    a.candidates = &candidate;
    a.candidate_count = 1;
    return give(c, tx, d, to, lead, t, waited ? t->sla_minutes : 0, &a, out);
}

/* ---- the queue ---- */

struct desk_person *flow_head_on_duty(struct desk *d, instant now)
{
    struct desk_person *best = NULL;
    int best_rank = 0;

    for (size_t i = 0; i < d->count; i++) {
        struct desk_person *p = &d->people[i];
        int rank = p->user.role == ROLE_HEAD ? 3 : p->user.role == ROLE_OWNER ? 1 : 0;

        if (p->user.state != USER_ACTIVE || rank == 0)
            continue;
        rank += flow_desk_state(p, now) == MANAGER_ON;
        if (rank > best_rank) {
            best = p;
            best_rank = rank;
        }
    }
    return best;
}

/* One open alert a head: it stands for all that waits. */
static enum err alert_head(struct ctx *c, struct db_tx *tx, struct desk *d, const struct lead *lead,
                           int64_t minutes, struct task_id *alert, struct messages *out)
{
    struct desk_person *head = flow_head_on_duty(d, c->now);
    struct task_query q = { .state = TASK_OPEN, .kind = TASK_NO_ONE, .due_by = INSTANT_NEVER, .limit = 1 };
    struct task t = { .kind = TASK_NO_ONE, .lead = lead->id, .sla_minutes = minutes };
    struct tasks open;
    enum err e;

    *alert = (struct task_id){ 0 };
    if (!head)
        return ERR_NONE;
    q.assignee = head->user.id;
    if ((e = task_list(c, tx, &q, &open)))
        return e;
    if (open.count) {
        *alert = open.items[0].id;
        return ERR_NONE;
    }
    t.assignee = head->user.id;
    t.title = task_title(TASK_NO_ONE, (enum lang)d->setting.lang);
    t.due_at = c->now + minutes * MINUTE_US;
    if ((e = task_add(c, tx, &t)))
        return e;
    *alert = t.id;
    tell(out, MESSAGE_TASK_CHANGED, lead, t.id, t.assignee);
    return ERR_NONE;
}

/* Of a lead that is for whoever takes it first: by the deadline of those who may, somebody gets it. */
static void promise_claim(struct ctx *c, const struct choice *x, struct waiting *w)
{
    instant due = INSTANT_NEVER;

    for (size_t i = 0; i < x->count; i++) {
        const struct desk_person *p = flow_desk_find(x->desk, x->candidates[i].user);

        if (x->candidates[i].why != CANDIDATE_OK || !p)
            continue;
        struct cal cal = cal_without(&p->cal, p->absences, p->absence_count, c->arena);
        instant by = task_sla_due(&cal, c->now, x->minutes);

        due = by < due ? by : due;
    }
    if (!w->id || !str_eq(w->why, STR("claim")) || due < w->promise_due)
        w->promise_due = due;
    w->why = STR("claim");
    w->next_at = w->promise_due;
}

/* Reason, promise and next try of a lead that nobody may take now. */
static void promise(struct ctx *c, const struct choice *x, struct waiting *w)
{
    const struct candidate *first = NULL, *full = NULL;
    instant due = INSTANT_NEVER;

    for (size_t i = 0; i < x->count; i++) {
        const struct candidate *one = &x->candidates[i];
        const struct desk_person *p = flow_desk_find(x->desk, one->user);

        if (one->why == CANDIDATE_FULL || (!full && one->why == CANDIDATE_OFF_DUTY))
            full = one;
        if (one->again_at == INSTANT_NEVER || !p)
            continue;
        struct cal cal = cal_without(&p->cal, p->absences, p->absence_count, c->arena);
        instant by = task_sla_due(&cal, one->again_at, x->minutes);

        if (by < due)
            due = by;
        if (!first || one->again_at < first->again_at)
            first = one;
    }
    if (!first)
        first = full ? full : x->count ? &x->candidates[0] : NULL;
    w->why = first ? str_of(route_why_word(first->why)) : STR("nobody");
    w->next_at = c->now + RETRY_US;
    if (first && first->again_at < w->next_at)
        w->next_at = first->again_at;
    if (due == INSTANT_NEVER)
        due = c->now + PROMISE_US;
    /* A promise once given is not put off. */
    if (!w->id || due < w->promise_due)
        w->promise_due = due;
}

static enum err wait(struct ctx *c, struct db_tx *tx, struct choice *x, struct lead *lead, struct task *t,
                     struct messages *out)
{
    struct waiting w;
    bool had_owner = lead->owner.v != 0, new;
    enum err e = route_waiting_find(c, tx, lead->id, &w);

    if (e)
        return e;
    new = w.id == 0;
    if (new)
        w = (struct waiting){ .lead = lead->id, .since = c->now, .until = INSTANT_NONE };
    w.task = t->id;
    w.rule = x->rule ? x->rule->id : (struct rule_id){ 0 };
    w.pool = x->pool.id;
    if (x->claim)
        promise_claim(c, x, &w);
    else
        promise(c, x, &w);
    if (w.alert.v == 0 && !x->claim && (e = alert_head(c, tx, x->desk, lead, x->minutes, &w.alert, out)))
        return e;
    if ((e = route_waiting_put(c, tx, &w)))
        return e;
    if (t->assignee.v || t->due_at != w.promise_due || t->sla_minutes != x->minutes) {
        t->assignee = (struct user_id){ 0 };
        t->due_at = w.promise_due;
        t->sla_minutes = x->minutes;
        flow_alarm_set(c, x->desk, lead, t); /* nobody's: the queue has its own clock */
        if ((e = task_put(c, tx, t)))
            return e;
    }
    /* An owner who cannot answer keeps the client in name: the call alone waits for anybody. */
    if (new || had_owner)
        tell(out, MESSAGE_TASK_CHANGED, lead, t->id, (struct user_id){ 0 });
    if (new)
        tell(out, MESSAGE_LEAD_WAITING, lead, t->id, (struct user_id){ 0 });
    return ERR_NONE;
}

enum err flow_wait_end(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct messages *out)
{
    struct task_step step = { .to = TASK_CANCELLED, .reason = STR("queue_empty") };
    struct waiting w;
    struct task alert;
    int64_t others = 0;
    enum err e = route_waiting_find(c, tx, lead, &w);

    if (e || !w.id)
        return e;
    if ((e = route_waiting_close(c, tx, w.id)) || !w.alert.v
        || (e = route_waiting_count(c, tx, w.alert, &others)) || others)
        return e;
    e = task_get(c, tx, w.alert, &alert);
    if (e || alert.state != TASK_OPEN)
        return e;
    if ((e = task_move(c, tx, step, &alert)))
        return e;
    if (out)
        messages_add(out, (struct message){ .kind = MESSAGE_TASK_CHANGED, .lead = alert.lead, .task = alert.id,
                                            .user = alert.assignee });
    return ERR_NONE;
}

/* Whether the lead has waited to be claimed for as long as was promised. */
static enum err claim_time(struct ctx *c, struct db_tx *tx, struct lead_id lead, bool *over)
{
    struct waiting w;
    enum err e = route_waiting_find(c, tx, lead, &w);

    if (!e)
        *over = w.id && str_eq(w.why, STR("claim")) && c->now >= w.promise_due;
    return e;
}

enum err flow_claim_may(struct ctx *c, struct db_tx *tx, struct desk *d, const struct history *history, const struct lead *lead,
                        struct user_id user)
{
    const struct desk_person *p = flow_desk_find(d, user);
    struct pool_members members = { NULL, 0 };
    const struct pool_member *m;
    struct waiting w;
    struct choice x;
    struct person person;
    struct candidate candidate;
    enum err e = choice_begin(c, tx, d, history, lead, &x);

    /* A head takes what there is to take: the rules are theirs. */
    if (e || !p || p->user.role != ROLE_MANAGER)
        return e;
    if ((e = route_waiting_find(c, tx, lead->id, &w)))
        return e;
    if (!w.id || !str_eq(w.why, STR("claim")))
        return ERR_NOT_FOUND;
    if (w.pool.v && ((e = route_pool_get(c, tx, w.pool, &x.pool)) || (e = route_member_list(c, tx, w.pool, &members))))
        return e;
    m = member_find(&members, user);
    if (w.pool.v && !x.pool.everyone && (!m || !m->member))
        return ERR_NOT_FOUND;
    x.need.now = false; /* one may work late by one's own will */
    person = person_of(c, &x, p);
    candidate = route_eligible(&person, &x.need);
    return candidate.why == CANDIDATE_OK ? ERR_NONE : fault_set(c, ERR_CONFLICT, "not for this person now: %s", route_why_word(candidate.why));
}

enum err flow_route(struct ctx *c, struct db_tx *tx, struct desk *d, const struct history *history,
                    struct lead *lead, struct task *t, struct route_how how, struct messages *out, bool *served)
{
    struct assignment a = { .reason = how.reason };
    struct choice x;
    enum err e;

    *served = false;
    if ((e = choice_begin(c, tx, d, history, lead, &x)))
        return e;
    x.except = how.except;
    if ((e = claim_time(c, tx, lead->id, &x.claim_over)) || (e = choose(c, tx, lead, &x)) || (!x.picked && how.or_stay))
        return e;
    if (!x.picked)
        return wait(c, tx, &x, lead, t, out);
    a.policy = x.policy;
    if (str_eq(x.policy, STR("owner")))
        a.reason = STR("owner_keeps");
    else
        a.counted = true;
    if (x.rule) {
        a.rule = x.rule->id;
        a.rule_name = x.rule->name;
    }
    a.pool = a.counted ? x.pool.id : (struct pool_id){ 0 };
    a.candidates = x.candidates;
    a.candidate_count = x.count;
    *served = true;
    return give(c, tx, d, x.picked, lead, t, x.minutes, &a, out);
}
