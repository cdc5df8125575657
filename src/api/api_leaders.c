/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The leaderboard: what each salesperson did in a period, and which place that is. */
#include "api/api_report.h"

#include <stdlib.h>

#include "api/export.h"
#include "api/lead_view.h"
#include "api/report_json.h"
#include "flow/flow_leaders.h"
#include "team/setting.h"

enum { LEADERS_BYTES = 1024 * 1024, DAYS = 30, FAST_MINUTES = 5 };

struct leaders_ask {
    instant from, until;
    int64_t manager;
    struct str bucket;
};
#define Q(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct leaders_ask, member), __VA_ARGS__ }
const struct field report_leaders_query[] = {
    Q(from, FIELD_INSTANT, .help = "30 days before `until` unless said"),
    Q(until, FIELD_INSTANT, .help = "now unless said"),
    Q(manager, FIELD_ID, .prefix = PREFIX_USER, .help = "in the name of a figure: whose"),
    Q(bucket, FIELD_TEXT, .max = 20, .help = "in the name of a figure: processed, sold, given, decided or won"),
    { 0 },
};

struct leaders_view {
    instant from, until;
    int shows;
    int64_t people, me, fast_minutes;
    struct str currency, items;
};
#define V(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct leaders_view, member), __VA_ARGS__ }
const struct field report_leaders_fields[] = {
    V(from, FIELD_INSTANT), V(until, FIELD_INSTANT),
    V(shows, FIELD_ENUM, .names = team_leaders_names, .help = "what the caller is shown"),
    V(people, FIELD_INT, .help = "how many are placed, shown or not"),
    V(me, FIELD_ID, .prefix = PREFIX_USER, .flags = FIELD_NULLABLE),
    V(fast_minutes, FIELD_INT), V(currency, FIELD_TEXT),
    V(items, FIELD_RAW, .help = "[{user_id, name, processed, sold, money, unknown, speed, given, decided, won, share, load, capacity, hot, places: "
                                "{processed, money, speed, share: {best, worst} or null}}]"),
    { 0 },
};

static enum err question_of(struct call *call, struct leaders_ask *a)
{
    if (a->until == INSTANT_NONE)
        a->until = call->ctx.now + 1;
    if (a->from == INSTANT_NONE)
        a->from = a->until - DAYS * DAY_US;
    return a->from < a->until ? ERR_NONE : fault_field(&call->ctx, ERR_BAD_QUERY, "until");
}

static const struct leaders_ask nothing_asked = { .from = INSTANT_NONE, .until = INSTANT_NONE };

static void put_place(struct json_out *o, const char *key, struct place p)
{
    json_key(o, key);
    if (!p.best) {
        json_put_null(o);
        return;
    }
    json_begin(o);
    json_put_number(o, "best", p.best);
    json_put_number(o, "worst", p.worst);
    json_end(o);
}

static void put_leader(struct json_out *o, const struct flow_leader *l, const struct names *names)
{
    json_begin(o);
    json_key(o, "user_id");
    json_put_id(o, PREFIX_USER, l->user.v);
    json_key(o, "name");
    json_put_text(o, l->name.len ? l->name : names_find(names, l->user.v));
    json_put_number(o, "processed", l->processed);
    json_put_number(o, "sold", l->sold);
    json_put_number(o, "money", l->money);
    json_put_number(o, "unknown", l->unknown);
    json_key(o, "speed");
    json_begin(o);
    json_put_number(o, "leads", l->speed.leads);
    json_put_wait(o, "median_s", l->speed.median_us);
    json_put_share(o, "fast", l->speed.fast);
    json_put_number(o, "norm_in", l->speed.norm_in);
    json_put_number(o, "norm_n", l->speed.norm_n);
    json_put_share(o, "norm", l->speed.norm);
    json_end(o);
    json_put_number(o, "given", l->given);
    json_put_number(o, "decided", l->decided);
    json_put_number(o, "won", l->won);
    json_put_share(o, "share", l->share);
    json_put_number(o, "load", l->load);
    json_put_number(o, "capacity", l->capacity);
    json_put_number(o, "hot", l->hot);
    json_key(o, "places");
    json_begin(o);
    put_place(o, "processed", l->by_processed);
    put_place(o, "money", l->by_money);
    put_place(o, "speed", l->by_speed);
    put_place(o, "share", l->by_share);
    json_end(o);
    json_end(o);
}

enum err report_leaders_get(struct call *call)
{
    struct leaders_ask a = nothing_asked;
    struct buf b = buf_new(call->ctx.arena, LEADERS_BYTES);
    struct json_out o = json_to(&b);
    struct flow_leader *list;
    struct leaders_view v;
    struct setting setting;
    struct names names;
    size_t n;
    enum err e;

    if ((e = query_read(call, &a)) || (e = question_of(call, &a)) || (e = team_setting_get(&call->ctx, call->tx, &setting))
        || (e = names_read(call, &names))
        || (e = flow_leaders(&call->ctx, call->tx, &(struct flow_leaders_ask){ a.from, a.until, FAST_MINUTES * MINUTE_US }, &list, &n)))
        return e;
    v = (struct leaders_view){ .from = a.from, .until = a.until, .people = (int64_t)n, .me = call_user(call).v, .fast_minutes = FAST_MINUTES,
                               .currency = setting.currency,
                               .shows = team_right_has(&call->ctx.actor, RIGHT_MANAGER_READ) ? (int)LEADERS_ALL : setting.leaders };
    json_list(&o);
    for (size_t i = 0; i < n; i++)
        if (v.shows == LEADERS_ALL || (v.shows == LEADERS_OWN && list[i].user.v == v.me))
            put_leader(&o, &list[i], &names);
    json_list_end(&o);
    v.items = buf_str(&b);
    return reply_ok(call, &v);
}

enum err report_leaders_export(struct call *call)
{
    static const char *const columns[] = { "manager", "processed", "sold", "money", "currency", "given", "decided", "won", "conversion",
                                           "conversion_low", "conversion_high", "hot", "norm_in", "norm_n", "median_s", "load", "capacity" };
    struct leaders_ask a = nothing_asked;
    struct flow_leader *list;
    struct setting setting;
    struct names names;
    struct export *x;
    size_t n;
    enum err e;

    if ((e = query_read(call, &a)) || (e = question_of(call, &a)) || (e = team_setting_get(&call->ctx, call->tx, &setting))
        || (e = names_read(call, &names))
        || (e = flow_leaders(&call->ctx, call->tx, &(struct flow_leaders_ask){ a.from, a.until, FAST_MINUTES * MINUTE_US }, &list, &n))
        || (e = export_begin(call, ';', &x)))
        return e;
    for (size_t i = 0; i < countof(columns); i++)
        csv_put(&x->csv, str_of(columns[i]));
    csv_end(&x->csv);
    for (size_t i = 0; i < n; i++) {
        const struct flow_leader *l = &list[i];

        csv_put(&x->csv, l->name.len ? l->name : names_find(&names, l->user.v));
        csv_put_number(&x->csv, l->processed);
        csv_put_number(&x->csv, l->sold);
        csv_put_number(&x->csv, l->money);
        csv_put(&x->csv, setting.currency);
        csv_put_number(&x->csv, l->given);
        csv_put_number(&x->csv, l->decided);
        csv_put_number(&x->csv, l->won);
        csv_put_share(&x->csv, l->share);
        csv_put_number(&x->csv, l->speed.leads);
        csv_put_number(&x->csv, l->speed.norm_in);
        csv_put_number(&x->csv, l->speed.norm_n);
        csv_put_number(&x->csv, l->speed.median_us < 0 ? -1 : l->speed.median_us / SECOND_US);
        csv_put_number(&x->csv, l->load);
        csv_put_number(&x->csv, l->capacity);
        csv_end(&x->csv);
    }
    return (e = export_flush(x)) ? e : export_end(x, "leaderboard.csv");
}

/* ---- the leads of a figure ---- */

static enum err deeds_figure(struct call *call, const struct leaders_ask *a, bool sold, struct arena *keep, struct lead_ids *leads)
{
    struct leader_lead *list;
    struct lead_id *ids;
    size_t n, kept = 0;
    enum err e = (sold ? report_sold : report_processed)(&call->ctx, call->tx, a->from, a->until, &list, &n);

    if (e)
        return e;
    ids = ARENA_ARRAY(keep, struct lead_id, n + 1);
    for (size_t i = 0; i < n; i++)
        if (list[i].user.v == a->manager)
            ids[kept++] = list[i].lead;
    *leads = (struct lead_ids){ ids, kept };
    return ERR_NONE;
}

enum err report_leaders_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads)
{
    static const struct {
        const char *bucket;
        unsigned ends;
    } cohort[] = { { "given", 7 }, { "decided", 1u << SPEED_NOT | 1u << SPEED_WON }, { "won", 1u << SPEED_WON } };
    struct leaders_ask a = nothing_asked;
    struct flow_speed_ask q;
    struct speed_lead *list;
    struct lead_id *ids;
    unsigned ends = 0;
    size_t n, kept = 0;
    bool cut;
    enum err e;

    if ((e = query_read_text(call, report_leaders_query, query, &a)) || (e = question_of(call, &a)))
        return e;
    if (!team_right_has(&call->ctx.actor, RIGHT_LEAD_ALL))
        a.manager = call_user(call).v;
    if (str_eq(a.bucket, STR("processed")) || str_eq(a.bucket, STR("sold")))
        return deeds_figure(call, &a, str_eq(a.bucket, STR("sold")), keep, leads);
    for (size_t i = 0; i < countof(cohort); i++)
        if (str_eq(a.bucket, str_of(cohort[i].bucket)))
            ends = cohort[i].ends;
    if (!ends)
        return ERR_BAD_QUERY;
    q = (struct flow_speed_ask){ .question = { a.from, a.until, SPEED_CAME, SPEED_TRIED }, .clock = FLOW_WALL, .band = -1, .hours = -1,
                                 .who = { a.manager } };
    if ((e = flow_speed(&call->ctx, call->tx, &q, &list, &n, &cut)))
        return e;
    ids = ARENA_ARRAY(keep, struct lead_id, n + 1);
    for (size_t i = n; i-- > 0;)
        if (ends >> list[i].end & 1)
            ids[kept++] = list[i].lead;
    *leads = (struct lead_ids){ ids, kept };
    return ERR_NONE;
}
