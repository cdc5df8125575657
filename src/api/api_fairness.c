/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The ledger of fairness: who got how many leads, how many were due, why others went past; and the decisions behind each figure. */
#include "api/api_report.h"

#include <stdlib.h>

#include "api/export.h"
#include "api/lead_view.h"
#include "base/limits.h"
#include "api/report_json.h"
#include "report/fairness.h"
#include "team/setting.h"

enum { FAIR_BYTES = 2 * 1024 * 1024, DAYS = 30 };

struct fair_ask {
    struct page_query page;
    instant from, until;
    int64_t pool, manager;
    struct str bucket;
};
#define Q(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct fair_ask, member), __VA_ARGS__ }
#define ASK                                                                                        \
    Q(from, FIELD_INSTANT, .help = "decisions at or after; 30 days before `until` unless said"),    \
        Q(until, FIELD_INSTANT, .help = "and before; now unless said"),                              \
        Q(pool, FIELD_ID, .prefix = PREFIX_POOL, .help = "of this pool alone")
#define FIGURE                                                                                     \
    Q(manager, FIELD_ID, .prefix = PREFIX_USER, .help = "whose row"),                               \
        Q(bucket, FIELD_TEXT, .max = 40,                                                            \
          .help = "which figure: got, got.policy, got.kept, got.hand, got.claim, urgent, lot, drawn, back; of a person also asked, could, passed, passed.WHY")
const struct field report_fair_query[] = { ASK, FIGURE, { 0 } };
const struct field report_fair_list_query[] = { PAGE_FIELDS(struct fair_ask), ASK, FIGURE, { 0 } };

static const struct fair_ask nothing_asked = { .from = INSTANT_NONE, .until = INSTANT_NONE };

static enum err question_of(struct call *call, struct fair_ask *a, struct fair_question *q)
{
    if (a->until == INSTANT_NONE)
        a->until = call->ctx.now + 1;
    if (a->from == INSTANT_NONE)
        a->from = a->until - DAYS * DAY_US;
    if (a->from >= a->until)
        return fault_field(&call->ctx, ERR_BAD_QUERY, "until");
    *q = (struct fair_question){ a->from, a->until, { a->pool } };
    /* Who may not see others sees himself. */
    if (!team_right_has(&call->ctx.actor, RIGHT_MANAGER_READ)) {
        a->manager = call_user(call).v;
        if (!a->manager)
            return ERR_FORBIDDEN;
    }
    return ERR_NONE;
}

/* ---- the ledger ---- */

struct fair_view {
    instant from, until;
    int64_t pool, me, compared, jain, gini, drawn, lots, back;
    bool cut;
    struct str currency, decisions, items;
};
#define V(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct fair_view, member), __VA_ARGS__ }
const struct field report_fair_fields[] = {
    V(from, FIELD_INSTANT), V(until, FIELD_INSTANT), V(pool, FIELD_ID, .prefix = PREFIX_POOL, .flags = FIELD_NULLABLE),
    V(me, FIELD_ID, .prefix = PREFIX_USER, .flags = FIELD_NULLABLE),
    V(compared, FIELD_INT, .help = "people to whom at least one lead was due: of them the two indexes"),
    V(jain, FIELD_INT, .help = "of got over due, per mille: 1000 when all are equal"),
    V(gini, FIELD_INT, .help = "of got over due, per mille: 0 when all are equal"),
    V(drawn, FIELD_INT, .help = "decisions in which a lot was drawn"), V(lots, FIELD_INT, .help = "which it decided"),
    V(back, FIELD_INT, .help = "turns given back for junk"),
    V(cut, FIELD_BOOL, .help = "there were more decisions than are looked at"),
    V(currency, FIELD_TEXT),
    V(decisions, FIELD_RAW, .help = "{policy, kept, hand, claim}"),
    V(items, FIELD_RAW, .help = "[{user_id, name, due, got, ways, asked, could, urgent, money, known, lots, back, passed: [{why, n}]}]; of oneself alone for who may not see others"),
    { 0 },
};

static void put_ways(struct json_out *o, const char *key, const int64_t *n)
{
    json_key(o, key);
    json_begin(o);
    for (int way = 0; way < FAIR_WAYS; way++)
        json_put_number(o, report_fair_ways[way], n[way]);
    json_end(o);
}

static void put_row(struct json_out *o, const struct fair_row *r, const struct names *names)
{
    json_begin(o);
    json_key(o, "user_id");
    json_put_id(o, PREFIX_USER, r->user.v);
    json_key(o, "name");
    json_put_text(o, names_find(names, r->user.v));
    json_key(o, "due");
    json_put_fix(o, r->due);
    json_put_number(o, "got", r->got[FAIR_POLICY]);
    put_ways(o, "ways", r->got);
    json_put_number(o, "asked", r->asked);
    json_put_number(o, "could", r->could);
    json_put_number(o, "urgent", r->urgent);
    json_put_number(o, "money", r->money);
    json_put_number(o, "known", r->known);
    json_put_number(o, "lots", r->lots);
    json_put_number(o, "back", r->back);
    json_key(o, "passed");
    json_list(o);
    for (size_t i = 0; i < r->whys; i++) {
        json_begin(o);
        json_key(o, "why");
        json_put_text(o, r->passed[i].why);
        json_put_number(o, "n", r->passed[i].n);
        json_end(o);
    }
    json_list_end(o);
    json_end(o);
}

struct fair_made {
    struct fair_ask ask;
    struct fair_decision *list;
    size_t count;
    struct names names;
};

static enum err ledger_make(struct call *call, struct fair_made *m)
{
    struct fair_question q;
    enum err e;

    m->ask = nothing_asked;
    if ((e = query_read(call, &m->ask)) || (e = question_of(call, &m->ask, &q)) || (e = names_read(call, &m->names)))
        return e;
    return report_fair_decisions(&call->ctx, call->tx, &q, &m->list, &m->count);
}

enum err report_fair_get(struct call *call)
{
    struct buf b = buf_new(call->ctx.arena, FAIR_BYTES), ways = buf_new(call->ctx.arena, FAIR_BYTES);
    struct json_out o = json_to(&b), w = json_to(&ways);
    struct fair_made m;
    struct fair_ledger l;
    struct fair_view v;
    struct setting setting;
    enum err e;

    if ((e = ledger_make(call, &m)) || (e = team_setting_get(&call->ctx, call->tx, &setting)))
        return e;
    l = report_fair_ledger(m.list, m.count, call->ctx.arena);
    v = (struct fair_view){ .from = m.ask.from, .until = m.ask.until, .pool = m.ask.pool, .me = call_user(call).v, .compared = l.compared,
                            .jain = l.jain, .gini = l.gini, .drawn = l.drawn, .lots = l.lots, .back = l.back,
                            .cut = m.count == FAIR_DECISIONS_MAX, .currency = setting.currency };
    json_list(&o);
    for (size_t i = 0; i < l.count; i++)
        if (!m.ask.manager || l.rows[i].user.v == m.ask.manager)
            put_row(&o, &l.rows[i], &m.names);
    json_list_end(&o);
    json_begin(&w);
    for (int way = 0; way < FAIR_WAYS; way++)
        json_put_number(&w, report_fair_ways[way], l.decisions[way]);
    json_end(&w);
    v.items = buf_str(&b);
    v.decisions = buf_str(&ways);
    return reply_ok(call, &v);
}

enum err report_fair_export(struct call *call)
{
    static const char *const columns[] = { "manager", "due", "got", "kept", "hand", "claim", "asked", "could", "urgent", "money", "by_lot", "given_back" };
    char text[FIX_TEXT_MAX];
    struct fair_made m;
    struct fair_ledger l;
    struct export *x;
    enum err e;

    if ((e = ledger_make(call, &m)) || (e = export_begin(call, ';', &x)))
        return e;
    l = report_fair_ledger(m.list, m.count, call->ctx.arena);
    for (size_t i = 0; i < countof(columns); i++)
        csv_put(&x->csv, str_of(columns[i]));
    csv_end(&x->csv);
    for (size_t i = 0; i < l.count; i++) {
        const struct fair_row *r = &l.rows[i];
        const int64_t rest[] = { r->asked, r->could, r->urgent, r->money, r->lots, r->back };

        if (m.ask.manager && r->user.v != m.ask.manager)
            continue;
        csv_put(&x->csv, names_find(&m.names, r->user.v));
        csv_put(&x->csv, fix_print(r->due, text));
        for (int way = 0; way < FAIR_WAYS; way++)
            csv_put_number(&x->csv, r->got[way]);
        for (size_t k = 0; k < countof(rest); k++)
            csv_put_number(&x->csv, rest[k]);
        csv_end(&x->csv);
    }
    return (e = export_flush(x)) ? e : export_end(x, "fairness.csv");
}

/* ---- the decisions and the leads of a figure ---- */

struct fair_item {
    int64_t id, lead, manager, pool;
    instant at;
    struct str lead_name, manager_name, policy, reason, way, why;
    int64_t could, looked;
    bool lot;
};
#define I(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct fair_item, member), __VA_ARGS__ }
const struct field report_fair_item_fields[] = {
    I(id, FIELD_ID, .prefix = PREFIX_ASSIGNMENT), I(at, FIELD_INSTANT),
    I(lead, FIELD_ID, .prefix = PREFIX_LEAD, .flags = FIELD_NULLABLE, .help = "null: another's lead, for who sees his own alone"),
    I(lead_name, FIELD_TEXT, .flags = FIELD_NULLABLE),
    I(manager, FIELD_ID, .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "who got it; null: another, for who may not see others"),
    I(manager_name, FIELD_TEXT, .flags = FIELD_NULLABLE),
    I(pool, FIELD_ID, .prefix = PREFIX_POOL, .flags = FIELD_NULLABLE), I(policy, FIELD_TEXT), I(reason, FIELD_TEXT),
    I(way, FIELD_TEXT, .help = "policy, kept, hand, claim"),
    I(why, FIELD_TEXT, .flags = FIELD_NULLABLE, .help = "of the person asked about: picked, ok (might have, another was first), or why not"),
    I(looked, FIELD_INT, .help = "candidates"), I(could, FIELD_INT, .help = "of them those who might have had it"),
    I(lot, FIELD_BOOL, .help = "the lot decided"),
    { 0 },
};

static enum err item_of(struct call *call, const struct fair_made *m, const struct fair_decision *d, struct fair_item *item)
{
    bool all = team_right_has(&call->ctx.actor, RIGHT_MANAGER_READ);
    struct lead lead = { .name = STR_NULL };
    enum err e = lead_get(&call->ctx, call->tx, d->lead, &lead);

    if (e && e != ERR_NOT_FOUND)
        return e;
    *item = (struct fair_item){ .id = d->id.v, .at = d->at, .pool = d->pool.v, .policy = d->policy, .reason = d->reason, .lot = d->lot,
                                .way = str_of(report_fair_ways[report_fair_way(d)]), .looked = (int64_t)d->count };
    if (!e && team_may_see(&call->ctx.actor, lead.owner)) {
        item->lead = d->lead.v;
        if ((e = lead_call(&call->ctx, call->tx, &lead, 1)))
            return e;
        item->lead_name = lead.called;
    }
    if (all || d->manager.v == m->ask.manager) {
        item->manager = d->manager.v;
        item->manager_name = names_find(&m->names, d->manager.v);
    }
    for (size_t i = 0; i < d->count; i++) {
        item->could += d->candidates[i].may;
        if (m->ask.manager && d->candidates[i].user.v == m->ask.manager)
            item->why = d->manager.v == m->ask.manager ? STR("picked") : d->candidates[i].why;
    }
    return ERR_NONE;
}

enum err report_fair_list_get(struct call *call)
{
    struct cursor after, next = { .stands = true };
    struct fair_item *items;
    struct fair_made m;
    int64_t limit, total = 0;
    size_t kept = 0;
    bool more = false;
    enum err e;

    if ((e = ledger_make(call, &m)) || (e = page_read(call, &m.ask.page, &limit, &after)))
        return e;
    items = ARENA_ARRAY(call->ctx.arena, struct fair_item, (size_t)limit + 1);
    for (size_t i = m.count; i-- > 0 && !e;) { /* the latest first */
        const struct fair_decision *d = &m.list[i];

        if (!report_fair_in(d, (struct user_id){ m.ask.manager }, m.ask.bucket.len ? m.ask.bucket : STR("got")))
            continue;
        total++;
        if (after.stands && (d->at > after.key || (d->at == after.key && d->id.v >= after.id)))
            continue;
        if (kept == (size_t)limit) {
            more = true;
            continue;
        }
        next.key = d->at;
        next.id = d->id.v;
        e = item_of(call, &m, d, &items[kept++]);
    }
    return e ? e : reply_list(call, items, kept, sizeof *items, more ? cursor_print(call, &next) : STR_NULL, total);
}

/* A lead and where it stands; the first place of each lead is kept. */
struct placed {
    struct lead_id lead;
    size_t at;
};
static int by_lead(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;

    return x->lead.v != y->lead.v ? (x->lead.v < y->lead.v ? -1 : 1) : x->at < y->at ? -1 : x->at > y->at;
}
static size_t once_each(struct lead_id *ids, size_t n, struct arena *a)
{
    struct placed *all = ARENA_ARRAY(a, struct placed, n + 1);
    bool *again = ARENA_ARRAY(a, bool, n + 1);
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        all[i] = (struct placed){ ids[i], i };
    qsort(all, n, sizeof *all, by_lead);
    for (size_t i = 1; i < n; i++)
        again[all[i].at] = all[i].lead.v == all[i - 1].lead.v;
    for (size_t i = 0; i < n; i++)
        if (!again[i])
            ids[kept++] = ids[i];
    return kept;
}

enum err report_fair_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads)
{
    struct fair_ask a = nothing_asked;
    struct fair_decision *list;
    struct fair_question q;
    struct lead_id *ids;
    size_t n, kept = 0;
    enum err e;

    if ((e = query_read_text(call, report_fair_query, query, &a)) || (e = question_of(call, &a, &q))
        || (e = report_fair_decisions(&call->ctx, call->tx, &q, &list, &n)))
        return e;
    ids = ARENA_ARRAY(keep, struct lead_id, n + 1);
    for (size_t i = n; i-- > 0;)
        if (report_fair_in(&list[i], (struct user_id){ a.manager }, a.bucket.len ? a.bucket : STR("got")))
            ids[kept++] = list[i].root;
    *leads = (struct lead_ids){ ids, once_each(ids, kept, call->ctx.arena) };
    return ERR_NONE;
}
