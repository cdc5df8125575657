/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_skill.h"

#include "flow/flow_act.h"
#include "flow/flow_choice.h"
#include "flow/flow_notice.h"
#include "flow/flow_person.h"
#include "flow/flow_score.h"
#include "flow/flow_task.h"
#include "team/audit.h"
#include "team/matrix.h"
#include "text/text.h"

enum { PLANS_LOOKED = 5000, MOST_LEADS = 5000, DRAIN_LEADS = 50, OPEN_CALLS = 200 };

static void tell(struct messages *out, struct user_id user)
{
    if (out)
        messages_add(out, (struct message){ .kind = MESSAGE_SKILL_CHANGED, .user = user });
}

static struct str detail_of(struct ctx *c, const struct certificate *x, struct str reason)
{
    struct buf b = buf_new(c->arena, 16 * 1024);
    struct json_out o = json_to(&b);

    json_begin(&o);
    json_key(&o, "user_id");
    json_put_id(&o, PREFIX_USER, x->user.v);
    json_key(&o, "product_id");
    json_put_id(&o, PREFIX_PRODUCT, x->product.v);
    json_key(&o, "until");
    json_put_instant(&o, x->until);
    json_key(&o, "by");
    json_put_text(&o, x->attempt.v ? STR("test") : STR("hand"));
    json_key(&o, "reason");
    json_put_text(&o, reason);
    json_end(&o);
    return buf_str(&b);
}

/* On the screen, and by the channels that the person chose. mark: what is told of. */
static enum err say_it(struct ctx *c, struct db_tx *tx, struct certificate_notice *n, int64_t mark, struct messages *out)
{
    struct product product;
    struct user user;
    enum err e;

    tell(out, n->user);
    if ((e = team_notice_add(c, tx, n)) || (e = team_user_get(c, tx, n->user, &user)) || (e = team_product_get(c, tx, n->product, &product)))
        return e;
    return flow_notice_skill(c, tx, &(struct notice_skill){ .to = &user, .word = str_of(team_certificate_words[n->word]), .product = product.name,
                                                            .until = n->until, .mark = mark }, out);
}

static enum err say(struct ctx *c, struct db_tx *tx, const struct certificate *x, enum certificate_word word, struct messages *out)
{
    struct certificate_notice n = { .user = x->user, .certificate = x->id, .product = x->product, .word = word, .until = x->until };

    return say_it(c, tx, &n, x->id.v, out);
}

/* ---- which leads ask for a product ---- */

static bool rules_name(const struct rules *rules, struct product_id product)
{
    for (size_t i = 0; i < rules->count; i++)
        if (rules->items[i].enabled && rules->items[i].product.v == product.v)
            return true;
    return false;
}

enum err flow_skill_asked(struct ctx *c, struct db_tx *tx, struct desk *d, const struct lead *lead, struct product_id product, bool *asks)
{
    struct product_id own;
    struct history history;
    struct choice x;
    enum err e = flow_lead_gate(c, tx, &d->products, lead, &own);

    *asks = !e && own.v == product.v;
    /* The rules are asked only where one of them could say so: that takes the lead's whole history. */
    if (e || *asks || !rules_name(&d->rules, product))
        return e;
    if ((e = flow_history(c, tx, lead->id, INSTANT_NEVER, &history)) || (e = flow_choice_begin(c, tx, d, &history, lead, &x)))
        return e;
    for (size_t i = 0; i < x.gate_count; i++)
        *asks |= x.gates[i].v == product.v;
    return ERR_NONE;
}

/* ---- a product is lost ---- */

struct loss {
    struct desk *desk;
    struct skill_plan plan;
    struct lead_id first; /* of those left to the head */
    struct messages *out;
};

static enum err lose_lead(struct ctx *c, struct db_tx *tx, struct loss *l, struct lead *lead, bool urgent)
{
    bool asks, served = false;
    enum err e = flow_skill_asked(c, tx, l->desk, lead, l->plan.product, &asks);

    if (e || !asks)
        return e;
    if (!urgent && lead->band != BAND_HOT) {
        if (!l->plan.leads++)
            l->first = lead->id;
        return ERR_NONE;
    }
    if ((e = flow_lead_pass(c, tx, l->desk, lead, STR("certificate"), l->out, &served)))
        return e;
    l->plan.hot_moved += served;
    l->plan.hot_waiting += !served;
    return ERR_NONE;
}

/* Read whole before the first is moved: a lead that has another owner is on no page of this one's. */
static enum err leads_of(struct ctx *c, struct db_tx *tx, struct user_id user, struct lead **leads, size_t *count)
{
    struct lead_filter f = { .owner = user, .stages = (1u << STAGE_WON) - 1, .limit = MOST_LEADS };
    struct lead_page page;
    enum err e = lead_list(c, tx, &f, &page);

    if (e)
        return e;
    *leads = page.items;
    *count = page.count;
    return ERR_NONE;
}

/* Urgent calls that the person has of leads that are somebody else's, or have cooled. */
static enum err lose_calls(struct ctx *c, struct db_tx *tx, struct loss *l)
{
    struct task_query q = { .assignee = l->plan.user, .state = TASK_OPEN, .kind = TASK_CALL_NOW, .due_by = INSTANT_NEVER, .limit = OPEN_CALLS };
    struct tasks open;
    enum err e = task_list(c, tx, &q, &open);

    for (size_t i = 0; !e && i < open.count; i++) {
        struct lead lead;

        if (!(e = lead_get(c, tx, open.items[i].lead, &lead)))
            e = lose_lead(c, tx, l, &lead, true);
    }
    return e;
}

static enum err alert_head(struct ctx *c, struct db_tx *tx, struct loss *l)
{
    struct desk_person *head = flow_head_on_duty(l->desk, c->now), *who = flow_desk_find(l->desk, l->plan.user);
    const struct product *product = team_product_of(&l->desk->products, l->plan.product);
    struct task t = { .kind = TASK_SKILL, .lead = l->first, .due_at = c->now + DAY_US };
    enum err e;

    if (!head || !l->plan.leads)
        return ERR_NONE;
    t.assignee = head->user.id;
    t.title = text_fill(c->arena, (enum lang)l->desk->setting.lang, "skill.alert",
                        TEXT_ARGS({ "user", who ? who->user.name : STR("?") }, { "product", product ? product->name : STR("?") },
                                  { "n", str_print(c->arena, "%lld", (long long)l->plan.leads) }));
    if ((e = task_add(c, tx, &t)))
        return e;
    l->plan.task = t.id;
    flow_task_tell(l->out, &t);
    return ERR_NONE;
}

/* x holds no more. The desk knows it: it was opened at this instant, after x had ended. */
static enum err lose(struct ctx *c, struct db_tx *tx, struct desk *d, const struct certificate *x, struct messages *out)
{
    struct loss l = { .desk = d, .plan = { .user = x->user, .product = x->product, .certificate = x->id }, .out = out };
    struct lead *leads;
    size_t count;
    enum err e = leads_of(c, tx, x->user, &leads, &count);

    for (size_t i = 0; !e && i < count; i++)
        e = lose_lead(c, tx, &l, &leads[i], false);
    if (e || (e = lose_calls(c, tx, &l)) || !(l.plan.hot_moved + l.plan.hot_waiting + l.plan.leads))
        return e;
    if ((e = alert_head(c, tx, &l)) || (e = team_plan_add(c, tx, &l.plan)))
        return e;
    return l.plan.leads ? ERR_NONE : team_plan_close(c, tx, l.plan.id, STR("empty"));
}

enum err flow_skill_plan_end(struct ctx *c, struct db_tx *tx, const struct skill_plan *plan, struct str why, struct messages *out)
{
    struct task_step step = { .to = TASK_CANCELLED, .reason = why };
    struct task t;
    enum err e = team_plan_close(c, tx, plan->id, why);

    if (e || !plan->task.v || (e = task_get(c, tx, plan->task, &t)) || t.state != TASK_OPEN)
        return e;
    if ((e = task_move(c, tx, step, &t)))
        return e;
    flow_task_tell(out, &t);
    return ERR_NONE;
}

enum err flow_skill_handed(struct ctx *c, struct db_tx *tx, struct user_id user, struct product_id product, int64_t left, struct messages *out)
{
    struct skill_plan plan;
    enum err e = team_plan_find(c, tx, user, product, &plan);

    if (e || !plan.id.v)
        return e;
    tell(out, user);
    return left ? team_plan_set_leads(c, tx, plan.id, left) : flow_skill_plan_end(c, tx, &plan, STR("transferred"), out);
}

/* ---- a product is closed, or opened ---- */

static enum err plans_close(struct ctx *c, struct db_tx *tx, struct product_id product, struct str why, struct messages *out)
{
    struct skill_plan *list;
    size_t n;
    enum err e = team_plan_list(c, tx, PLANS_LOOKED, &list, &n);

    for (size_t i = 0; i < n && !e; i++)
        if (list[i].product.v == product.v && list[i].closed_at == INSTANT_NONE)
            e = flow_skill_plan_end(c, tx, &list[i], why, out);
    return e;
}

/* Leads that a person has and that ask for the product. c: of scratch. */
static enum err leads_asking(struct ctx *c, struct db_tx *tx, struct desk *d, const struct desk_person *p, struct product_id product, int64_t *count)
{
    struct ctx each = *c;
    struct lead *leads;
    size_t n;
    enum err e = leads_of(c, tx, p->user.id, &leads, &n);

    each.arena = arena_new(0);
    for (size_t i = 0; i < n && !e; i++) {
        bool asks = false;

        arena_reset(each.arena);
        e = flow_skill_asked(&each, tx, d, &leads[i], product, &asks);
        *count += asks;
    }
    arena_free(each.arena);
    return e;
}

/* One that stands already and says the same stays, one for which there is nothing any more ends. */
static enum err plan_of_person(struct ctx *c, struct db_tx *tx, struct desk *d, const struct desk_person *p, struct product_id product, struct skill_plan *plan,
                               struct messages *out)
{
    struct ctx scratch = *c;
    struct skill_plan open;
    enum err e;

    *plan = (struct skill_plan){ .user = p->user.id, .product = product };
    scratch.arena = arena_new(0);
    e = leads_asking(&scratch, tx, d, p, product, &plan->leads);
    arena_free(scratch.arena);
    if (e || (e = team_plan_find(c, tx, plan->user, product, &open)))
        return e;
    if (!plan->leads)
        return open.id.v ? flow_skill_plan_end(c, tx, &open, STR("empty"), out) : ERR_NONE;
    return open.id.v && open.leads == plan->leads ? ERR_NONE : team_plan_add(c, tx, plan);
}

/* Of each who has leads of the product and no certificate. Adds to *plans and *leads. */
static enum err plans_make(struct ctx *c, struct db_tx *tx, struct desk *d, struct product_id product, struct messages *out, int64_t *plans, int64_t *leads)
{
    enum err e = flow_desk_ready(c, tx, d); /* nothing of it is to be made in scratch */

    for (size_t i = 0; i < d->count && !e; i++) {
        const struct desk_person *p = &d->people[i];
        struct skill_plan plan = { .leads = 0 };

        if (team_skill_at(p->skills, p->skill_count, product, c->now))
            continue;
        e = plan_of_person(c, tx, d, p, product, &plan, out);
        *plans += plan.leads > 0;
        *leads += plan.leads;
        if (plan.leads)
            tell(out, p->user.id);
    }
    return e;
}

enum err flow_skill_gated(struct ctx *c, struct db_tx *tx, const struct product *product, struct messages *out, int64_t *plans, int64_t *leads)
{
    struct desk desk;
    enum err e;

    *plans = *leads = 0;
    if (!product->gated)
        return plans_close(c, tx, product->id, STR("opened"), out);
    e = flow_desk_open(c, tx, DESK_DECIDE, &desk);
    return e ? e : plans_make(c, tx, &desk, product->id, out, plans, leads);
}

/* Which leads a rule closes a product for hangs on it and on those above it: the last that names the product, and so how many are asked at most. */
static size_t asked_for(const struct rules *rules, struct product_id product)
{
    size_t n = rules->count;

    while (n > 0 && !(rules->items[n - 1].enabled && rules->items[n - 1].product.v == product.v))
        n--;
    return n;
}

static bool asks_the_same(const struct rules *a, const struct rules *b, size_t n)
{
    bool same = a->count >= n && b->count >= n;

    for (size_t i = 0; i < n && same; i++)
        same = a->items[i].enabled == b->items[i].enabled && a->items[i].product.v == b->items[i].product.v
               && str_eq(a->items[i].condition, b->items[i].condition);
    return same;
}

enum err flow_skill_ruled(struct ctx *c, struct db_tx *tx, const struct rules *before, const struct rules *after, struct messages *out, int64_t *plans, int64_t *leads)
{
    struct products products;
    struct desk desk;
    bool opened = false;
    enum err e = team_product_list(c, tx, &products);

    *plans = *leads = 0;
    for (size_t i = 0; i < products.count && !e; i++) {
        const struct product *p = &products.items[i];
        size_t n = asked_for(after, p->id);

        if (n == asked_for(before, p->id) && asks_the_same(before, after, n))
            continue;
        if (!n && !p->gated)
            e = plans_close(c, tx, p->id, STR("opened"), out);
        if (e || !n)
            continue;
        if (!opened)
            e = flow_desk_open(c, tx, DESK_DECIDE, &desk);
        opened = true;
        if (!e)
            e = plans_make(c, tx, &desk, p->id, out, plans, leads);
    }
    return e;
}

/* ---- a test is to be taken ---- */

enum err flow_exam_order(struct ctx *c, struct db_tx *tx, struct exam_order *o, struct messages *out)
{
    struct certificate_notice n = { .user = o->user, .product = o->product, .word = WORD_EXAM, .until = o->due };
    const struct product *product;
    struct skill_matrix m;
    struct skill_cell cell;
    enum err e = team_matrix_read(c, tx, o->user, &m);

    if (e)
        return e;
    if (!(product = team_product_of(&m.products, o->product)))
        return fault_at(c, ERR_BAD_FIELD, STR("/product_id"), "no such product");
    cell = team_matrix_cell(&m, o->user, product, c->now, c->arena);
    if (cell.exam.may == EXAM_EMPTY)
        return fault_set(c, ERR_CONFLICT, "there is no question to be asked");
    if (cell.exam.may == EXAM_USED_UP && (e = team_attempt_reset(c, tx, o->user, o->product)))
        return e;
    if ((e = team_exam_order_add(c, tx, o)) || (e = say_it(c, tx, &n, o->id.v, out)))
        return e;
    return team_audit_add(c, tx, "exam.ordered", PREFIX_EXAM_ORDER, o->id.v, STR_NULL);
}

/* ---- given, revoked ---- */

enum err flow_skill_give(struct ctx *c, struct db_tx *tx, struct certificate *x, struct messages *out)
{
    struct skill_plan plan;
    int64_t served;
    enum err e;

    if ((e = team_certificate_add(c, tx, x)) || (e = say(c, tx, x, WORD_GIVEN, out))
        || (e = team_audit_add(c, tx, "certificate.given", PREFIX_CERTIFICATE, x->id.v, detail_of(c, x, x->reason)))
        || (e = team_exam_order_close(c, tx, x->user, x->product, x->attempt.v ? STR("passed") : STR("given")))
        || (e = team_plan_find(c, tx, x->user, x->product, &plan))
        || (plan.id.v && (e = flow_skill_plan_end(c, tx, &plan, STR("regained"), out))))
        return e;
    return flow_drain(c, tx, INSTANT_NEVER, DRAIN_LEADS, out, &served);
}

enum err flow_skill_revoke(struct ctx *c, struct db_tx *tx, struct certificate *x, struct str reason, struct messages *out)
{
    const struct desk_person *p;
    struct desk desk;
    enum err e = team_certificate_revoke(c, tx, x, reason);

    if (e || (e = say(c, tx, x, WORD_REVOKED, out))
        || (e = team_audit_add(c, tx, "certificate.revoked", PREFIX_CERTIFICATE, x->id.v, detail_of(c, x, reason)))
        || (e = flow_desk_open(c, tx, DESK_DECIDE, &desk)))
        return e;
    p = flow_desk_find(&desk, x->user);
    if (p && team_skill_at(p->skills, p->skill_count, x->product, c->now))
        return ERR_NONE; /* another one holds */
    return lose(c, tx, &desk, x, out);
}

/* ---- the clock ---- */

enum err flow_exam_finish(struct ctx *c, struct db_tx *tx, struct attempt *a, struct messages *out)
{
    struct certificate x = { .user = a->user, .product = a->product, .attempt = a->id, .reason = STR_NULL };
    struct product product;
    enum err e;

    if (a->finished_at != INSTANT_NONE)
        return ERR_NONE;
    if ((e = team_attempt_finish(c, tx, a)))
        return e;
    tell(out, a->user);
    if (!a->passed || (e = team_product_get(c, tx, a->product, &product)))
        return e;
    x.from = a->finished_at;
    x.until = product.valid_days > 0 ? x.from + product.valid_days * DAY_US : INSTANT_NEVER;
    return flow_skill_give(c, tx, &x, out);
}

static enum err ring(struct ctx *c, struct db_tx *tx, struct desk *d, struct certificate *x, struct messages *out)
{
    static const enum certificate_word words[CERTIFICATE_STEPS] = { WORD_MONTH, WORD_WEEK, WORD_DAY, WORD_ENDED };
    const struct desk_person *p = flow_desk_find(d, x->user);
    enum certificate_step step;
    unsigned told;
    instant until;
    enum err e;

    if (!team_certificate_ring(x, c->now, &step, &told))
        return ERR_NONE;
    x->told = told;
    x->next_at = team_certificate_next(x).at;
    until = p ? team_skill_until(p->skills, p->skill_count, x->product, c->now) : c->now;
    if ((e = team_certificate_told(c, tx, x)) || until > (x->until > c->now ? x->until : c->now))
        return e; /* renewed already: nothing is lost by this one */
    if ((e = say(c, tx, x, words[step], out)) || step != CERTIFICATE_ENDED)
        return e;
    e = team_audit_add(c, tx, "certificate.ended", PREFIX_CERTIFICATE, x->id.v, detail_of(c, x, x->reason));
    return e ? e : lose(c, tx, d, x, out);
}

enum err flow_skill_clock(struct ctx *c, struct db_tx *tx, int64_t limit, struct messages *out)
{
    struct certificates list;
    struct attempts over;
    struct desk desk;
    enum err e;

    if ((e = team_certificate_due(c, tx, c->now, limit, &list)) || (e = team_attempt_due(c, tx, c->now, limit, &over))
        || (list.count == 0 && over.count == 0))
        return e;
    /* Read again under the lock of distribution: another program may have done it meanwhile. A test that ends now may renew what ends now. */
    if ((e = route_lock(c, tx)) || (e = team_attempt_due(c, tx, c->now, limit, &over)))
        return e;
    for (size_t i = 0; !e && i < over.count; i++)
        e = flow_exam_finish(c, tx, &over.items[i], out);
    if (e || (e = flow_desk_open(c, tx, DESK_DECIDE, &desk)) || (e = team_certificate_due(c, tx, c->now, limit, &list)))
        return e;
    for (size_t i = 0; i < list.count && !e; i++)
        e = ring(c, tx, &desk, &list.items[i], out);
    return e;
}

enum err flow_skill_next(struct ctx *c, struct db_tx *tx, instant *at)
{
    instant over;
    enum err e = team_certificate_due_next(c, tx, at);

    if (e || (e = team_attempt_due_next(c, tx, &over)))
        return e;
    *at = over < *at ? over : *at;
    return ERR_NONE;
}
