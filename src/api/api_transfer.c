/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_transfer.h"

#include "api/lead_view.h"
#include "base/limits.h"
#include "flow/flow_leaver.h"
#include "flow/flow_transfer.h"
#include "team/audit.h"

enum { SHOWN_MOVES = 200, SHOWN_TRANSFERS = 100, JSON_BYTES = 1 << 20 };

/* ---- what is asked ---- */

struct ask {
    int kind, leaver;
    int64_t from_id, product_id, limit;
    struct field_list to;
    bool by_word, cold;
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
    { .name = "by_word", .kind = FIELD_BOOL, .offset = offsetof(struct ask, by_word), .help = "to those of `to` whatever rules and pools say; certificates, level, capacity and quotas are asked all the same" },
    { .name = "cold", .kind = FIELD_BOOL, .offset = offsetof(struct ask, cold), .help = "backlog: cold leads too; else they stay nobody's, for cold leads are not handed over" },
    { .name = "leaver", .kind = FIELD_ENUM, .offset = offsetof(struct ask, leaver), .names = route_transfer_leavers,
      .help = "handover: whose leads these are goes off duty as it is carried out, or has the account disabled (the right to change users); an undo puts it back" },
    { .name = "limit", .kind = FIELD_INT, .offset = offsetof(struct ask, limit), .min = 1, .max = TRANSFER_LEADS, .help = "how many leads at most" },
    { 0 }
};

static struct str ids_text(struct call *call, const struct field_list *to)
{
    struct buf b = buf_new(call->ctx.arena, JSON_BYTES);
    struct json_out o = json_to(&b);

    if (!to->count)
        return STR("");
    json_list(&o);
    for (size_t i = 0; i < to->count; i++)
        json_put_id(&o, PREFIX_USER, ((const struct to_ask *)to->items)[i].user_id);
    json_list_end(&o);
    return buf_str(&b);
}

/* ---- one of them shown ---- */

struct transfer_view {
    int64_t id, from_id, by_id, looked, leads, clients, lost, gain_pct, moved, passed, back, closed, kept;
    int kind, state, leaver;
    bool more, by_word, cold;
    struct str from_name, by_name, why, stay_why, bands, shares, moves, stayed, stays; /* JSON but for the names */
    instant at, undone_at;
};
#define T(member) offsetof(struct transfer_view, member)
#define TRANSFER_FIELDS                                                                                                                       \
    { .name = "id", .kind = FIELD_ID, .offset = T(id), .prefix = PREFIX_TRANSFER, .help = "the transfer" },                                   \
    { .name = "kind", .kind = FIELD_ENUM, .offset = T(kind), .names = route_transfer_kinds, .help = "what is given out" },                    \
    { .name = "state", .kind = FIELD_ENUM, .offset = T(state), .names = route_transfer_states,                                                \
      .help = "planning; planned: nothing has moved; running; done; undoing; undone; failed: no plan could be made" },                        \
    { .name = "at", .kind = FIELD_INSTANT, .offset = T(at), .help = "when it was asked for" },                                                \
    { .name = "looked", .kind = FIELD_INT, .offset = T(looked), .help = "leads that were looked at" },                                        \
    { .name = "leads", .kind = FIELD_INT, .offset = T(leads), .help = "leads that get somebody by the plan; the rest stay where they are" },  \
    { .name = "clients", .kind = FIELD_INT, .offset = T(clients), .help = "of leads: won; they take nobody's capacity" },                     \
    { .name = "lost", .kind = FIELD_INT, .offset = T(lost), .help = "of leads: lost; they take nobody's capacity" },                          \
    { .name = "stay_why", .kind = FIELD_RAW, .offset = T(stay_why), .help = "[{why, leads}]: of those that stay, the commonest reason first: room, pool, nobody, mean, changed, or why most people may not have it (certificate, visibility, ...)" }, \
    { .name = "by_word", .kind = FIELD_BOOL, .offset = T(by_word), .help = "to named people, whatever rules and pools say" },                 \
    { .name = "cold", .kind = FIELD_BOOL, .offset = T(cold), .help = "backlog: cold leads were asked for too" },                              \
    { .name = "leaver", .kind = FIELD_ENUM, .offset = T(leaver), .names = route_transfer_leavers, .help = "what becomes of whose leads these were" }, \
    { .name = "more", .kind = FIELD_BOOL, .offset = T(more), .help = "there are leads beyond the limit" },                                    \
    { .name = "gain_pct", .kind = FIELD_INT, .offset = T(gain_pct), .help = "how much more worth x fit than by giving out in turn" },         \
    { .name = "moved", .kind = FIELD_INT, .offset = T(moved), .help = "leads that went" },                                                    \
    { .name = "passed", .kind = FIELD_INT, .offset = T(passed), .help = "left where they were: something had changed since the plan" },       \
    { .name = "back", .kind = FIELD_INT, .offset = T(back), .help = "leads that went back: those that their new owners still had" },          \
    { .name = "closed", .kind = FIELD_INT, .offset = T(closed), .help = "leads of the plan that would not go back: no certificate for their product" }, \
    { .name = "kept", .kind = FIELD_INT, .offset = T(kept), .help = "undone: leads that did not go back" },                                   \
    { .name = "kept_why", .kind = FIELD_RAW, .offset = T(why), .help = "[{why, leads}]: certificate (none for the product), changed, gone (the former owner)" }, \
    { .name = "from_id", .kind = FIELD_ID, .offset = T(from_id), .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "whose they were; none: nobody's" }, \
    { .name = "from_name", .kind = FIELD_TEXT, .offset = T(from_name), .flags = FIELD_NULLABLE, .help = "whose they were" },                  \
    { .name = "by_id", .kind = FIELD_ID, .offset = T(by_id), .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "who did it" },          \
    { .name = "by_name", .kind = FIELD_TEXT, .offset = T(by_name), .flags = FIELD_NULLABLE, .help = "who did it" },                           \
    { .name = "undone_at", .kind = FIELD_INSTANT, .offset = T(undone_at), .flags = FIELD_NULLABLE, .help = "when it was taken back" }
const struct field transfer_fields[] = { TRANSFER_FIELDS, { 0 } };
const struct field transfer_whole_fields[] = {
    TRANSFER_FIELDS,
    { .name = "bands", .kind = FIELD_RAW, .offset = T(bands), .help = "planned: {cold, warm, hot}, the open ones of leads as they stand now; else null" },
    { .name = "shares", .kind = FIELD_RAW, .offset = T(shares), .help = "[{manager_id, name, load, capacity, leads, amount}]: what each gets by the plan" },
    { .name = "moves", .kind = FIELD_RAW, .offset = T(moves), .help = "[{lead_id, name, band, score, to_id, to_name}]: the first 200 of the plan" },
    { .name = "stayed", .kind = FIELD_RAW, .offset = T(stayed), .help = "[{lead_id, name, band, score, to_id, to_name, why}]: the first 200 that did not go back" },
    { .name = "stays", .kind = FIELD_RAW, .offset = T(stays), .help = "[{lead_id, name, band, score, why}]: the first 200 for whom the plan has nobody, or that were passed over" },
    { 0 }
};

static struct transfer_view view_of(const struct transfer *t, const struct names *names)
{
    return (struct transfer_view){
        .id = t->id.v, .from_id = t->from.v, .by_id = t->by.v, .looked = t->looked, .leads = t->leads, .gain_pct = t->gain, .moved = t->moved,
        .passed = t->passed, .back = t->back, .clients = t->clients, .lost = t->lost, .by_word = t->word, .cold = t->cold, .bands = STR("null"), .leaver = t->leaver, .stay_why = STR("[]"),
        .stays = STR("[]"), .kind = t->kind, .state = t->state, .more = t->more, .from_name = names_find(names, t->from.v),
        .by_name = names_find(names, t->by.v), .at = t->at, .undone_at = t->undone_at, .shares = STR("[]"), .moves = STR("[]"),
        .closed = t->closed, .kept = t->state == TRANSFER_UNDONE ? t->moved - t->back : 0, .why = STR("[]"), .stayed = STR("[]"),
    };
}

static enum err shares_text(struct call *call, struct transfer_id id, struct str *text)
{
    struct buf b = buf_new(call->ctx.arena, JSON_BYTES);
    struct json_out o = json_to(&b);
    struct transfer_sum *sums;
    struct desk desk;
    size_t n;
    enum err e = flow_desk_open(&call->ctx, call->tx, DESK_SHOW, &desk);

    if (e || (e = route_transfer_sums(&call->ctx, call->tx, id, &sums, &n)))
        return e;
    json_list(&o);
    for (size_t k = 0; k < n; k++) {
        const struct desk_person *p = flow_desk_find(&desk, sums[k].to);

        if (!p)
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
        json_put_int(&o, sums[k].leads);
        json_key(&o, "amount");
        json_put_int(&o, sums[k].amount);
        json_end(&o);
    }
    json_list_end(&o);
    *text = buf_str(&b);
    return ERR_NONE;
}

/* How warm those are that a plan gives out; once they go, people change them. */
static enum err bands_text(struct call *call, struct transfer_view *v)
{
    struct buf b = buf_new(call->ctx.arena, 256);
    struct json_out o = json_to(&b);
    int64_t counts[BANDS];
    enum err e;

    if (v->state != TRANSFER_PLANNED)
        return ERR_NONE;
    if ((e = flow_transfer_bands(&call->ctx, call->tx, (struct transfer_id){ v->id }, counts)))
        return e;
    json_begin(&o);
    for (int band = 0; band < BANDS; band++) {
        json_key(&o, band_names[band]);
        json_put_int(&o, counts[band]);
    }
    json_end(&o);
    v->bands = buf_str(&b);
    return ERR_NONE;
}

/* How many did not go back, by why. */
static enum err why_text(struct call *call, struct transfer_view *v)
{
    struct buf b = buf_new(call->ctx.arena, 4096);
    struct json_out o = json_to(&b);
    int64_t counts[TRANSFER_LEAD_STATES];
    enum err e;

    if (!v->kept)
        return ERR_NONE;
    if ((e = route_transfer_states_count(&call->ctx, call->tx, (struct transfer_id){ v->id }, counts)))
        return e;
    json_list(&o);
    for (int k = TRANSFER_LEAD_CHANGED; k <= TRANSFER_LEAD_GONE; k++) {
        if (!counts[k])
            continue;
        json_begin(&o);
        json_key(&o, "why");
        json_put_text(&o, str_of(route_transfer_kept[k - TRANSFER_LEAD_CHANGED]));
        json_key(&o, "leads");
        json_put_int(&o, counts[k]);
        json_end(&o);
    }
    json_list_end(&o);
    v->why = buf_str(&b);
    return ERR_NONE;
}

/* How many stay where they are, by why. */
static enum err stay_why_text(struct call *call, struct transfer_view *v)
{
    struct buf b = buf_new(call->ctx.arena, 4096);
    struct json_out o = json_to(&b);
    struct transfer_why *list;
    size_t n;
    enum err e = route_transfer_whys(&call->ctx, call->tx, (struct transfer_id){ v->id }, &list, &n);

    json_list(&o);
    for (size_t i = 0; !e && i < n; i++) {
        json_begin(&o);
        json_key(&o, "why");
        json_put_text(&o, list[i].why);
        json_key(&o, "leads");
        json_put_int(&o, list[i].leads);
        json_end(&o);
    }
    json_list_end(&o);
    v->stay_why = buf_str(&b);
    return e;
}

/* state -1: that go; else that an undo left, or that stay, with the reason. */
static enum err moves_text(struct call *call, struct transfer_id id, const struct names *names, int state, struct str *text)
{
    struct buf b = buf_new(call->ctx.arena, JSON_BYTES);
    struct json_out o = json_to(&b);
    struct transfer_lead *list;
    struct lead_id ids[SHOWN_MOVES];
    struct lead *leads;
    size_t n;
    enum err e = route_transfer_leads(&call->ctx, call->tx, id, state, SHOWN_MOVES, &list, &n);

    for (size_t i = 0; !e && i < n; i++)
        ids[i] = list[i].lead;
    if (e || (e = lead_get_called(&call->ctx, call->tx, ids, n, &leads)))
        return e;
    json_list(&o);
    for (size_t i = 0; i < n; i++) {
        if (!leads[i].id.v)
            continue;
        json_begin(&o);
        json_key(&o, "lead_id");
        json_put_id(&o, PREFIX_LEAD, leads[i].id.v);
        json_key(&o, "name");
        json_put_text(&o, leads[i].called);
        json_key(&o, "band");
        json_put_text(&o, str_of(band_names[leads[i].band]));
        json_key(&o, "score");
        json_put_int(&o, leads[i].score);
        if (state != TRANSFER_LEAD_STAYS) {
            json_key(&o, "to_id");
            json_put_id(&o, PREFIX_USER, list[i].to.v);
            json_key(&o, "to_name");
            json_put_text(&o, names_find(names, list[i].to.v));
        }
        if (state >= 0) {
            json_key(&o, "why");
            json_put_text(&o, state == TRANSFER_LEAD_STAYS ? list[i].why : str_of(route_transfer_kept[list[i].state - TRANSFER_LEAD_CHANGED]));
        }
        json_end(&o);
    }
    json_list_end(&o);
    *text = buf_str(&b);
    return ERR_NONE;
}

static enum err reply_transfer(struct call *call, struct transfer_id id)
{
    struct transfer_view view;
    struct transfer t;
    struct names names;
    enum err e;

    if ((e = route_transfer_get(&call->ctx, call->tx, id, &t)) || (e = names_read(call, &names)))
        return e;
    view = view_of(&t, &names);
    if ((e = bands_text(call, &view)) || (e = shares_text(call, id, &view.shares)) || (e = moves_text(call, id, &names, -1, &view.moves)) || (e = why_text(call, &view))
        || (e = stay_why_text(call, &view)) || (e = moves_text(call, id, &names, TRANSFER_LEAD_STAYS, &view.stays))
        || (view.kept && (e = moves_text(call, id, &names, TRANSFER_LEAD_CHANGED, &view.stayed))))
        return e;
    return reply_ok(call, &view);
}

/* ---- planned, shown, carried out, taken back ---- */

/* Who may only give leads out may do so with a leaver's, but not what users and managers are changed by. ERR_ACCOUNTS says whom to ask. */
static enum err leaver_may(struct call *call, enum transfer_leaver leaver)
{
    static const enum right rights[LEAVERS] = { [LEAVER_STAYS] = RIGHT_LEAD_ASSIGN, [LEAVER_OFF_DUTY] = RIGHT_MANAGER_EDIT, [LEAVER_DISABLED] = RIGHT_USER_EDIT };

    if (team_right_has(&call->ctx.actor, rights[leaver]))
        return ERR_NONE;
    return leaver == LEAVER_DISABLED ? fault_set(&call->ctx, ERR_ACCOUNTS, "accounts are an owner's affair") : ERR_FORBIDDEN;
}

enum err transfer_create(struct call *call)
{
    struct ask ask = { .limit = TRANSFER_LEADS };
    struct transfer_view view;
    struct transfer t;
    struct names names;
    enum err e = body_read(call, &ask, NULL);

    if (e)
        return e;
    t = (struct transfer){ .kind = (enum transfer_kind)ask.kind, .from = { ask.from_id }, .product = { ask.product_id },
                             .most = ask.limit, .to = ids_text(call, &ask.to), .word = ask.by_word, .cold = ask.cold, .leaver = (enum transfer_leaver)ask.leaver };
    if ((e = leaver_may(call, t.leaver)) || (e = flow_transfer_ask(&call->ctx, call->tx, &t)) || (e = names_read(call, &names)))
        return e;
    view = view_of(&t, &names);
    return reply_made(call, &view);
}

enum err transfer_get_one(struct call *call)
{
    struct transfer_id id;
    enum err e = param_id(call, "id", PREFIX_TRANSFER, &id.v);

    return e ? e : reply_transfer(call, id);
}

/* The transfer begins, or is taken back: so does what becomes of the leaver. */
static enum err step(struct call *call, enum transfer_state from, enum transfer_state to, const char *deed, const char *why_not)
{
    struct transfer_id id;
    struct transfer t;
    bool moved;
    enum err e = param_id(call, "id", PREFIX_TRANSFER, &id.v);

    if (e || (e = route_transfer_get(&call->ctx, call->tx, id, &t)) || (e = route_transfer_step(&call->ctx, call->tx, id, from, to, &moved)))
        return e;
    if (!moved)
        return fault_set(&call->ctx, ERR_CONFLICT, "%s", why_not);
    if ((e = leaver_may(call, t.leaver)))
        return e;
    e = to == TRANSFER_RUNNING ? flow_leaver_goes(&call->ctx, call->tx, &t) : flow_leaver_returns(&call->ctx, call->tx, &t);
    call->actors_changed = t.leaver_was & LEAVER_WAS_ACTIVE;
    e = e ? e : team_audit_add(&call->ctx, call->tx, deed, PREFIX_TRANSFER, id.v, STR_NULL);
    return e ? e : reply_transfer(call, id);
}

enum err transfer_run(struct call *call)
{
    return step(call, TRANSFER_PLANNED, TRANSFER_RUNNING, "leads.transferred", "it is not a plan that waits to be carried out");
}

enum err transfer_undo(struct call *call)
{
    return step(call, TRANSFER_DONE, TRANSFER_UNDOING, "transfer.undone", "it is not done, or was undone already");
}

enum err transfer_remove(struct call *call)
{
    struct transfer_id id;
    struct transfer t;
    enum err e = param_id(call, "id", PREFIX_TRANSFER, &id.v);

    if (e || (e = route_transfer_get(&call->ctx, call->tx, id, &t)) || (e = route_transfer_del(&call->ctx, call->tx, id)))
        return e;
    return reply_none(call);
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
    for (size_t i = 0; i < count; i++) {
        views[i] = view_of(&list[i], &names);
        if ((e = why_text(call, &views[i])) || (e = stay_why_text(call, &views[i])))
            return e;
    }
    return reply_list(call, views, count, sizeof *views, STR_NULL, (int64_t)count);
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
