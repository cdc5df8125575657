/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_forecast.h"

#include "api/api_report.h"
#include "api/lead_view.h"
#include "api/report_json.h"
#include "flow/flow_forecast.h"
#include "team/audit.h"
#include "team/setting.h"
#include "team/user.h"

enum { FORECAST_BYTES = 2 * 1024 * 1024, MONTH_CHARS = 7 };
#define MONEY_MOST INT64_C(1000000000000000)

/* ---- a month as text: "2026-11" ---- */

/* 0: no month. */
static int month_parse(struct str s)
{
    int64_t year, month;

    if (s.len != MONTH_CHARS || s.ptr[4] != '-' || !str_to_int(str_sub(s, 0, 4), &year) || !str_to_int(str_sub(s, 5, 2), &month) || year < 1970
        || month < 1 || month > 12)
        return 0;
    return (int)(year * 100 + month);
}

static struct str month_print(struct arena *a, int month)
{
    return str_print(a, "%04d-%02d", month / 100, month % 100);
}

/* An empty text: the running one. */
static enum err month_read(struct call *call, struct str text, int *month)
{
    *month = text.len ? month_parse(text) : 0;
    return text.len && !*month ? fault_field(&call->ctx, ERR_BAD_QUERY, "month") : ERR_NONE;
}

/* ---- read ---- */

struct forecast_ask {
    struct str month;
};
const struct field forecast_query[] = {
    { .name = "month", .kind = FIELD_TEXT, .offset = offsetof(struct forecast_ask, month), .max = MONTH_CHARS,
      .help = "as 2026-11, of the company's calendar; the running one unless said" },
    { 0 },
};

struct forecast_view {
    struct str month, currency, all, items, days;
    instant from, until, now;
    int silence;
    int64_t today, mean;
    bool summed, cut;
};
#define V(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct forecast_view, member), __VA_ARGS__ }
const struct field forecast_fields[] = {
    V(month, FIELD_TEXT, .help = "as 2026-11"), V(from, FIELD_INSTANT), V(until, FIELD_INSTANT), V(now, FIELD_INSTANT),
    V(currency, FIELD_TEXT, .help = "of every sum, in minor units"),
    V(silence, FIELD_ENUM, .names = flow_silences, .help = "told; no_predictor: too little is known of how leads end; not_now: only the running month is foretold"),
    V(summed, FIELD_BOOL, .help = "the company has no target of its own: it is the sum of people's"),
    V(cut, FIELD_BOOL, .help = "more deals are in work than are looked at: the dearest are counted"),
    V(mean, FIELD_INT, .help = "at which deals without a sum are counted; 0: too few wins have a sum, and they are in numbers alone"),
    V(all, FIELD_RAW, .help = "the company: {target_money, target_deals, won, money, unknown, deals, assumed, without, averaged, more_money, more_deals}; of `won` wins "
                              "`unknown` have no sum; of `deals` in work `assumed` are at the mean, of `averaged` too little is known and each counts as the average lead; more_*: {value, low, high} expected of them until the month's end "
                              "(deals in hundredths), null when nothing is foretold"),
    V(items, FIELD_RAW, .help = "the same of each person who has a target, a win or a deal, with {user_id, name}"),
    V(days, FIELD_RAW, .help = "[{day, won, money}] of each day of the month until now"),
    V(today, FIELD_INT, .help = "day of the month; 0: it is another month"),
    { 0 },
};

static void put_target(struct json_out *o, const char *key, int64_t value)
{
    json_key(o, key);
    if (value)
        json_put_int(o, value);
    else
        json_put_null(o);
}

static void put_range(struct json_out *o, const char *key, bool told, struct expect_range r)
{
    json_key(o, key);
    if (!told) {
        json_put_null(o);
        return;
    }
    json_begin(o);
    json_put_number(o, "value", r.value);
    json_put_number(o, "low", r.low);
    json_put_number(o, "high", r.high);
    json_end(o);
}

/* The members of a row, its object being open. */
static void put_row(struct json_out *o, const struct flow_plan_row *row, bool told)
{
    put_target(o, "target_money", row->target.money);
    put_target(o, "target_deals", row->target.deals);
    json_put_number(o, "won", row->won);
    json_put_number(o, "money", row->money);
    json_put_number(o, "unknown", row->unknown);
    json_put_number(o, "deals", row->more.n);
    json_put_number(o, "assumed", row->more.assumed);
    json_put_number(o, "without", row->more.without);
    json_put_number(o, "averaged", row->averaged);
    put_range(o, "more_money", told, expect_money(&row->more));
    put_range(o, "more_deals", told, expect_count(&row->more));
    json_end(o);
}

static struct str items_text(struct call *call, const struct flow_plan *p, const struct names *names)
{
    struct buf b = buf_new(call->ctx.arena, FORECAST_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < p->count; i++) {
        json_begin(&o);
        json_key(&o, "user_id");
        json_put_id(&o, PREFIX_USER, p->items[i].user.v);
        json_key(&o, "name");
        json_put_text(&o, names_find(names, p->items[i].user.v));
        put_row(&o, &p->items[i], p->silence == FORECAST_TOLD);
    }
    json_list_end(&o);
    return buf_str(&b);
}

static struct str all_text(struct call *call, const struct flow_plan *p)
{
    struct buf b = buf_new(call->ctx.arena, FORECAST_BYTES);
    struct json_out o = json_to(&b);

    json_begin(&o);
    put_row(&o, &p->all, p->silence == FORECAST_TOLD);
    return buf_str(&b);
}

static struct str days_text(struct call *call, const struct flow_plan *p)
{
    struct buf b = buf_new(call->ctx.arena, FORECAST_BYTES);
    struct json_out o = json_to(&b);
    int until = p->today >= 0 ? p->today + 1 : p->until <= call->ctx.now ? p->day_count : 0;

    json_list(&o);
    for (int i = 0; i < until; i++) {
        json_begin(&o);
        json_put_number(&o, "day", i + 1);
        json_put_number(&o, "won", p->days[i].won);
        json_put_number(&o, "money", p->days[i].money);
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

enum err forecast_get(struct call *call)
{
    struct forecast_ask a = { STR_NULL };
    struct forecast_view v;
    struct setting setting;
    struct flow_plan p;
    struct names names;
    int month = 0;
    enum err e;

    if ((e = query_read(call, &a)) || (e = month_read(call, a.month, &month)) || (e = team_setting_get(&call->ctx, call->tx, &setting)) || (e = names_read(call, &names))
        || (e = flow_plan(call->house->flow, &call->ctx, call->tx, month, &p)))
        return e;
    v = (struct forecast_view){
        .month = month_print(call->ctx.arena, p.month), .from = p.from, .until = p.until, .now = call->ctx.now, .currency = setting.currency,
        .silence = (int)p.silence, .summed = p.summed, .cut = p.cut, .mean = p.mean, .all = all_text(call, &p), .items = items_text(call, &p, &names),
        .days = days_text(call, &p), .today = p.today + 1,
    };
    return reply_ok(call, &v);
}

/* ---- put ---- */

struct target_view {
    int64_t user, money, deals;
};
#define T(json, member, type, ...)                                                                 \
    { .name = json, .kind = type, .offset = offsetof(struct target_view, member), __VA_ARGS__ }
static const struct field target_fields[] = {
    T("user_id", user, FIELD_ID, .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "null: the company"),
    T("money", money, FIELD_INT, .flags = FIELD_NULLABLE, .min = 0, .max = MONEY_MOST, .help = "minor units; null: not in money"),
    T("deals", deals, FIELD_INT, .flags = FIELD_NULLABLE, .min = 0, .max = 1000000, .help = "null: not in deals"),
    { 0 },
};
struct target_put {
    struct str month;
    struct field_list items;
};
const struct field target_put_fields[] = {
    { .name = "month", .kind = FIELD_TEXT, .offset = offsetof(struct target_put, month), .flags = FIELD_REQUIRED, .min = MONTH_CHARS, .max = MONTH_CHARS,
      .help = "as 2026-11" },
    { .name = "items", .kind = FIELD_LIST, .offset = offsetof(struct target_put, items), .fields = target_fields, .item_size = sizeof(struct target_view),
      .flags = FIELD_REQUIRED, .help = "all targets of the month: who is not among them has none" },
    { 0 },
};

static enum err target_check(struct call *call, const struct target *list, size_t at)
{
    struct str place = str_print(call->ctx.arena, "/items/%zu/user_id", at);
    struct user user;
    enum err e = list[at].user.v ? team_user_get(&call->ctx, call->tx, list[at].user, &user) : ERR_NONE;

    if (e == ERR_NOT_FOUND)
        return fault_at(&call->ctx, ERR_BAD_FIELD, place, "nobody");
    for (size_t k = 0; !e && k < at; k++)
        if (list[k].user.v == list[at].user.v)
            return fault_at(&call->ctx, ERR_BAD_FIELD, place, "twice");
    return e;
}

enum err target_put_all(struct call *call)
{
    struct target_put body = { .month = STR_NULL };
    struct targets list = { NULL, 0 };
    const struct target_view *views;
    int month;
    enum err e = body_read(call, &body, NULL);

    if (e)
        return e;
    if (!(month = month_parse(body.month)))
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/month"), "as 2026-11");
    if (body.items.count > TARGETS_MAX)
        return fault_at(&call->ctx, ERR_OUT_OF_RANGE, STR("/items"), "at most %d", TARGETS_MAX);
    views = body.items.items;
    list.items = ARENA_ARRAY(call->ctx.arena, struct target, body.items.count + 1);
    for (; list.count < body.items.count; list.count++) {
        const struct target_view *v = &views[list.count];

        list.items[list.count] = (struct target){ { v->user }, v->money, v->deals };
        if ((e = target_check(call, list.items, list.count)))
            return e;
    }
    if ((e = team_target_put_all(&call->ctx, call->tx, month, &list))
        || (e = team_audit_add(&call->ctx, call->tx, "targets.changed", PREFIX_USER, 0, month_print(call->ctx.arena, month))))
        return e;
    return reply_none(call);
}

/* ---- the leads of a figure ---- */

struct figure_ask {
    struct str month, bucket;
    int64_t manager;
};
#define F(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct figure_ask, member), __VA_ARGS__ }
static const struct field figure_query[] = {
    F(month, FIELD_TEXT, .max = MONTH_CHARS), F(manager, FIELD_ID, .prefix = PREFIX_USER), F(bucket, FIELD_TEXT, .max = 20), { 0 },
};

enum err report_forecast_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads)
{
    struct figure_ask a = { .month = STR_NULL };
    struct lead_id *found;
    size_t n;
    int month = 0;
    enum err e;

    if ((e = query_read_text(call, figure_query, query, &a)) || (e = month_read(call, a.month, &month)))
        return e;
    if (!team_right_has(&call->ctx.actor, RIGHT_LEAD_ALL))
        a.manager = call_user(call).v;
    if (str_eq(a.bucket, STR("won")))
        e = flow_plan_won(&call->ctx, call->tx, month, (struct user_id){ a.manager }, &found, &n);
    else if (str_eq(a.bucket, STR("deals")))
        e = flow_plan_deals(&call->ctx, call->tx, (struct user_id){ a.manager }, &found, &n);
    else
        return ERR_BAD_QUERY;
    if (e)
        return e;
    *leads = lead_ids_keep(keep, found, n);
    return ERR_NONE;
}
