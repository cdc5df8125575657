/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_transfer.h"

#include "api/lead_view.h"
#include "base/limits.h"
#include "flow/flow_transfer.h"
#include "team/audit.h"

enum { SHOWN_MOVES = 200, SHOWN_TRANSFERS = 100, JSON_BYTES = 1 << 20 };

/* ---- what is asked ---- */

struct ask {
    int kind;
    int64_t from_id, product_id, limit;
    struct field_list to;
};
struct to_ask {
    int64_t user_id;
};
static const struct field to_fields[] = {
    { .name = "user_id", .kind = FIELD_ID, .offset = offsetof(struct to_ask, user_id), .prefix = PREFIX_USER, .flags = FIELD_REQUIRED, .help = "a manager" },
    { 0 }
};
const struct field transfer_ask_fields[] = {
    { .name = "kind", .kind = FIELD_ENUM, .offset = offsetof(struct ask, kind), .names = route_transfer_kinds, .flags = FIELD_REQUIRED,
      .help = "leads of nobody, all that one person has, what that person has too much of, or what a lost certificate closes to them" },
    { .name = "from_id", .kind = FIELD_ID, .offset = offsetof(struct ask, from_id), .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "whose leads; none for a backlog" },
    { .name = "product_id", .kind = FIELD_ID, .offset = offsetof(struct ask, product_id), .prefix = PREFIX_PRODUCT, .flags = FIELD_NULLABLE, .help = "certificate: the product that was lost" },
    { .name = "to", .kind = FIELD_LIST, .offset = offsetof(struct ask, to), .fields = to_fields, .item_size = sizeof(struct to_ask), .help = "only to these; empty: whoever the rules allow" },
    { .name = "limit", .kind = FIELD_INT, .offset = offsetof(struct ask, limit), .min = 1, .max = TRANSFER_LEADS, .help = "how many leads at most" },
    { 0 }
};

static enum err plan_read(struct call *call, enum desk_use use, struct transfer_plan *plan)
{
    struct ask ask = { .limit = TRANSFER_LEADS };
    struct transfer_ask what;
    struct user_id *to;
    enum err e = body_read(call, &ask, NULL);

    if (e)
        return e;
    to = ARENA_ARRAY(call->ctx.arena, struct user_id, ask.to.count + 1);
    for (size_t i = 0; i < ask.to.count; i++)
        to[i].v = ((const struct to_ask *)ask.to.items)[i].user_id;
    what = (struct transfer_ask){ (enum transfer_kind)ask.kind, { ask.from_id }, { ask.product_id }, to, ask.to.count, ask.limit };
    return flow_transfer_plan(&call->ctx, call->tx, use, &what, plan);
}

/* ---- a plan shown ---- */

struct plan_view {
    int64_t leads, placed, gain_pct;
    bool more;
    struct str shares, moves; /* JSON */
};
#define P(member) offsetof(struct plan_view, member)
const struct field transfer_plan_fields[] = {
    { .name = "leads", .kind = FIELD_INT, .offset = P(leads), .help = "that were looked at" },
    { .name = "placed", .kind = FIELD_INT, .offset = P(placed), .help = "that would get somebody; the rest stay where they are" },
    { .name = "more", .kind = FIELD_BOOL, .offset = P(more), .help = "there are leads beyond the limit" },
    { .name = "gain_pct", .kind = FIELD_INT, .offset = P(gain_pct), .help = "how much more worth x fit than by giving out in turn" },
    { .name = "shares", .kind = FIELD_RAW, .offset = P(shares), .help = "[{manager_id, name, load, capacity, leads, amount}]: what each would get" },
    { .name = "moves", .kind = FIELD_RAW, .offset = P(moves), .help = "[{lead_id, name, band, score, to_id, to_name}]: the first 200" },
    { 0 }
};

static struct str shares_text(struct call *call, const struct transfer_plan *plan)
{
    struct buf b = buf_new(call->ctx.arena, JSON_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t k = 0; k < plan->desk.count; k++) {
        const struct desk_person *p = plan->shares[k].person;

        if (!plan->shares[k].leads)
            continue;
        json_begin(&o);
        json_key(&o, "manager_id");
        json_put_id(&o, PREFIX_USER, p->user.id.v);
        json_key(&o, "name");
        json_put_text(&o, p->user.name);
        json_key(&o, "load");
        json_put_int(&o, p->load);
        json_key(&o, "capacity");
        json_put_int(&o, p->manager.capacity);
        json_key(&o, "leads");
        json_put_int(&o, plan->shares[k].leads);
        json_key(&o, "amount");
        json_put_int(&o, plan->shares[k].amount);
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

static struct str moves_text(struct call *call, const struct transfer_plan *plan)
{
    struct buf b = buf_new(call->ctx.arena, JSON_BYTES);
    struct json_out o = json_to(&b);
    size_t shown = 0;

    json_list(&o);
    for (size_t i = 0; i < plan->count && shown < SHOWN_MOVES; i++) {
        const struct user *to = plan->answer.to[i] < 0 ? NULL : &plan->desk.people[plan->answer.to[i]].user;

        if (!to)
            continue;
        shown++;
        json_begin(&o);
        json_key(&o, "lead_id");
        json_put_id(&o, PREFIX_LEAD, plan->leads[i].id.v);
        json_key(&o, "name");
        json_put_text(&o, plan->leads[i].name);
        json_key(&o, "band");
        json_put_text(&o, str_of(band_names[plan->leads[i].band]));
        json_key(&o, "score");
        json_put_int(&o, plan->leads[i].score);
        json_key(&o, "to_id");
        json_put_id(&o, PREFIX_USER, to->id.v);
        json_key(&o, "to_name");
        json_put_text(&o, to->name);
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

enum err transfer_preview(struct call *call)
{
    struct transfer_plan plan;
    struct plan_view v;
    enum err e = plan_read(call, DESK_SHOW, &plan);

    if (e)
        return e;
    v = (struct plan_view){
        .leads = (int64_t)plan.count, .placed = (int64_t)plan.answer.placed, .more = plan.more,
        .gain_pct = plan.answer.in_turn > 0 ? (plan.answer.sum - plan.answer.in_turn) * 100 / plan.answer.in_turn : 0,
        .shares = shares_text(call, &plan), .moves = moves_text(call, &plan),
    };
    return reply_ok(call, &v);
}

/* ---- those that were carried out ---- */

struct transfer_view {
    int64_t id, from_id, by_id, leads;
    int kind;
    struct str from_name, by_name;
    instant at, undone_at;
};
#define T(member) offsetof(struct transfer_view, member)
const struct field transfer_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = T(id), .prefix = PREFIX_TRANSFER, .help = "the transfer" },
    { .name = "kind", .kind = FIELD_ENUM, .offset = T(kind), .names = route_transfer_kinds, .help = "what was given out" },
    { .name = "at", .kind = FIELD_INSTANT, .offset = T(at), .help = "when" },
    { .name = "leads", .kind = FIELD_INT, .offset = T(leads), .help = "how many went" },
    { .name = "from_id", .kind = FIELD_ID, .offset = T(from_id), .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "whose they were; none: nobody's" },
    { .name = "from_name", .kind = FIELD_TEXT, .offset = T(from_name), .flags = FIELD_NULLABLE, .help = "whose they were" },
    { .name = "by_id", .kind = FIELD_ID, .offset = T(by_id), .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "who did it" },
    { .name = "by_name", .kind = FIELD_TEXT, .offset = T(by_name), .flags = FIELD_NULLABLE, .help = "who did it" },
    { .name = "undone_at", .kind = FIELD_INSTANT, .offset = T(undone_at), .flags = FIELD_NULLABLE, .help = "when it was taken back" },
    { 0 }
};

static struct transfer_view view_of(const struct transfer *t, const struct names *names)
{
    return (struct transfer_view){ t->id.v, t->from.v, t->by.v, t->leads, t->kind, names_find(names, t->from.v),
                                   names_find(names, t->by.v), t->at, t->undone_at };
}

enum err transfer_create(struct call *call)
{
    struct transfer_plan plan;
    struct transfer_view view;
    struct transfer t;
    struct names names;
    enum err e = plan_read(call, DESK_DECIDE, &plan);

    if (e || (e = flow_transfer_do(&call->ctx, call->tx, &plan, &t, &call->messages))
        || (e = team_audit_add(&call->ctx, call->tx, "leads.transferred", PREFIX_TRANSFER, t.id.v, STR_NULL))
        || (e = names_read(call, &names)))
        return e;
    view = view_of(&t, &names);
    return reply_made(call, &view);
}

enum err transfer_list(struct call *call)
{
    struct transfer_view *views;
    struct transfer *list;
    struct names names;
    size_t count;
    enum err e;

    if ((e = route_transfer_list(&call->ctx, call->tx, SHOWN_TRANSFERS, &list, &count)) || (e = names_read(call, &names)))
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct transfer_view, count + 1);
    for (size_t i = 0; i < count; i++)
        views[i] = view_of(&list[i], &names);
    return reply_list(call, views, count, sizeof *views, STR_NULL, (int64_t)count);
}

struct undone_view {
    int64_t back;
};
const struct field transfer_undone_fields[] = {
    { .name = "back", .kind = FIELD_INT, .offset = offsetof(struct undone_view, back), .help = "leads that went back: those that their new owners still had" },
    { 0 }
};

enum err transfer_undo(struct call *call)
{
    struct undone_view v = { 0 };
    struct transfer_id id;
    enum err e = param_id(call, "id", PREFIX_TRANSFER, &id.v);

    if (e || (e = flow_transfer_undo(&call->ctx, call->tx, id, &v.back, &call->messages))
        || (e = team_audit_add(&call->ctx, call->tx, "transfer.undone", PREFIX_TRANSFER, id.v, STR_NULL)))
        return e;
    return reply_ok(call, &v);
}

/* ---- who holds what ---- */

struct balance_view {
    fix fairness_load, fairness_amount;
    struct str people, suggestion; /* JSON */
};
#define B(member) offsetof(struct balance_view, member)
const struct field balance_fields[] = {
    { .name = "fairness_load", .kind = FIELD_FIX, .offset = B(fairness_load), .help = "Jain's index of load against capacity: 1 when all are equal, 1/n when one has all" },
    { .name = "fairness_amount", .kind = FIELD_FIX, .offset = B(fairness_amount), .help = "the same of what their leads and clients are worth" },
    { .name = "people", .kind = FIELD_RAW, .offset = B(people), .help = "[{manager_id, name, cold, warm, hot, clients, amount, age_days, load, capacity}]; without manager_id: leads of nobody" },
    { .name = "suggestion", .kind = FIELD_RAW, .offset = B(suggestion), .help = "{from_id, from_name, load, mean}: whose load a transfer would bring to the mean; null" },
    { 0 }
};

static void put_holding(struct json_out *o, const struct lead_holding *h, const struct desk_person *p)
{
    int64_t open = 0;

    json_begin(o);
    if (p) {
        json_key(o, "manager_id");
        json_put_id(o, PREFIX_USER, p->user.id.v);
        json_key(o, "name");
        json_put_text(o, p->user.name);
        json_key(o, "load");
        json_put_int(o, p->load);
        json_key(o, "capacity");
        json_put_int(o, p->manager.capacity);
    }
    for (int band = 0; band < BANDS; band++) {
        json_key(o, band_names[band]);
        json_put_int(o, h->open[band]);
        open += h->open[band];
    }
    json_key(o, "clients");
    json_put_int(o, h->clients);
    json_key(o, "amount");
    json_put_int(o, h->amount);
    json_key(o, "age_days");
    json_put_int(o, open ? h->age_us / open / DAY_US : 0);
    json_end(o);
}

static const struct lead_holding *holding_of(const struct lead_holding *list, size_t n, int64_t owner)
{
    static const struct lead_holding none = { .clients = 0 };

    for (size_t i = 0; i < n; i++)
        if (list[i].owner.v == owner)
            return &list[i];
    return &none;
}

/* Whoever is furthest over the mean, if by more than a quarter. */
static struct str suggestion_text(struct call *call, const struct desk_person *most, int64_t mean)
{
    struct buf b = buf_new(call->ctx.arena, 4096);
    struct json_out o = json_to(&b);

    if (!most || most->load * 4 <= mean * 5 || most->load - mean < 2)
        return STR("null");
    json_begin(&o);
    json_key(&o, "from_id");
    json_put_id(&o, PREFIX_USER, most->user.id.v);
    json_key(&o, "from_name");
    json_put_text(&o, most->user.name);
    json_key(&o, "load");
    json_put_int(&o, most->load);
    json_key(&o, "mean");
    json_put_int(&o, mean);
    json_end(&o);
    return buf_str(&b);
}

enum err balance_get(struct call *call)
{
    struct buf b = buf_new(call->ctx.arena, JSON_BYTES);
    struct json_out o = json_to(&b);
    const struct desk_person *most = NULL;
    struct lead_holding *list;
    struct balance_view v;
    struct desk desk;
    size_t n, people = 0;
    int64_t *load, *amount, sum = 0;
    enum err e;

    if ((e = flow_desk_open(&call->ctx, call->tx, DESK_SHOW, &desk)) || (e = lead_holding_list(&call->ctx, call->tx, &list, &n)))
        return e;
    load = ARENA_ARRAY(call->ctx.arena, int64_t, desk.count + 1);
    amount = ARENA_ARRAY(call->ctx.arena, int64_t, desk.count + 1);
    json_list(&o);
    for (size_t k = 0; k < desk.count; k++) {
        const struct desk_person *p = &desk.people[k];
        const struct lead_holding *h = holding_of(list, n, p->user.id.v);

        if (p->user.state != USER_ACTIVE ? h->clients + h->open[0] + h->open[1] + h->open[2] == 0 : !flow_desk_everyone(&desk, p))
            continue;
        put_holding(&o, h, p);
        if (p->user.state != USER_ACTIVE)
            continue;
        load[people] = p->manager.capacity > 0 ? p->load * 1000 / p->manager.capacity : p->load;
        amount[people++] = h->amount;
        sum += p->load;
        if (!most || p->load > most->load)
            most = p;
    }
    put_holding(&o, holding_of(list, n, 0), NULL);
    json_list_end(&o);
    v = (struct balance_view){
        .fairness_load = route_fairness(load, people) * (FIX_ONE / 1000), .fairness_amount = route_fairness(amount, people) * (FIX_ONE / 1000),
        .people = buf_str(&b), .suggestion = suggestion_text(call, most, people ? sum / (int64_t)people : 0),
    };
    return reply_ok(call, &v);
}
