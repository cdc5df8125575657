/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_simulate.h"

#include "api/api_version.h"
#include "api/export.h"
#include "api/lead_view.h"
#include "base/limits.h"
#include "flow/flow_past.h"
#include "lead/lead.h"
#include "route/simulation.h"
#include "team/user.h"

enum { LIST_MOST = 50, DAYS = 28, DAYS_MOST = 92 };

struct simulation_view {
    int64_t id, version_id;
    int state;
    instant from, until, made_at, finished_at;
    int64_t done, total;
    struct str why, made_by;
    /* of one */
    struct str rules, policies, report, names;
};
#define V(member, type, ...) { .name = #member, .kind = type, .offset = offsetof(struct simulation_view, member), __VA_ARGS__ }
#define SIMULATION_ROW                                                                             \
    V(id, FIELD_ID, .prefix = PREFIX_REPORT),                                                      \
        V(version_id, FIELD_ID, .prefix = PREFIX_RULE, .flags = FIELD_NULLABLE, .help = "the version that is tried; none: rules as they were on screen"), \
        V(state, FIELD_ENUM, .names = route_simulation_states), V(from, FIELD_INSTANT), V(until, FIELD_INSTANT), \
        V(made_at, FIELD_INSTANT), V(finished_at, FIELD_INSTANT, .flags = FIELD_NULLABLE),         \
        V(made_by, FIELD_TEXT, .flags = FIELD_NULLABLE), V(done, FIELD_INT), V(total, FIELD_INT),  \
        V(why, FIELD_TEXT, .flags = FIELD_NULLABLE, .help = "of a failure")
const struct field simulation_row_fields[] = { SIMULATION_ROW, { 0 } };
const struct field simulation_fields[] = {
    SIMULATION_ROW,
    V(rules, FIELD_RAW, .help = "the rules that are tried"),
    V(policies, FIELD_RAW, .help = "{pool_id: policy}: pools whose policy is tried too"),
    V(report, FIELD_RAW, .flags = FIELD_NULLABLE, .help = "when done; report.json is the same bytes"),
    V(names, FIELD_RAW, .help = "{id: name} of the report's people and leads, as they are called today"),
    { 0 },
};

struct simulation_ask {
    int64_t version_id;
    struct field_list items, policies;
    instant from, until;
};
#define A(member) offsetof(struct simulation_ask, member)
const struct field simulation_ask_fields[] = {
    { .name = "version_id", .kind = FIELD_ID, .offset = A(version_id), .prefix = PREFIX_RULE, .flags = FIELD_NULLABLE, .help = "try these rules; none: the live ones" },
    { .name = "items", .kind = FIELD_LIST, .offset = A(items), .fields = rule_ask_fields, .item_size = sizeof(struct rule_ask), .help = "or these, all of them, in order" },
    POLICIES_FIELD(A(policies), .help = "pools under another policy; those of the version that is tried count for the pools that are not named"),
    { .name = "from", .kind = FIELD_INSTANT, .offset = A(from), .flags = FIELD_NULLABLE, .help = "28 days before the end unless said" },
    { .name = "until", .kind = FIELD_INSTANT, .offset = A(until), .flags = FIELD_NULLABLE, .help = "now unless said" },
    { 0 }
};
enum { SET_VERSION, SET_ITEMS };

static struct simulation_view view_of(const struct simulation *s, const struct names *names)
{
    return (struct simulation_view){
        .id = s->id.v, .version_id = s->version.v, .state = s->state, .from = s->from, .until = s->until, .made_at = s->made_at,
        .finished_at = s->finished_at, .done = s->done, .total = s->total, .why = s->why, .made_by = names_find(names, s->made_by.v),
        .rules = s->rules, .policies = s->policies, .report = s->report,
    };
}

/* ---- one ---- */

static enum err lead_names(struct call *call, const struct json *list, struct json_out *o)
{
    struct ctx *c = &call->ctx;
    size_t n = json_is(list, JSON_ARRAY) ? list->count : 0;
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, n + 1);
    struct lead *leads;
    enum err e;

    for (size_t i = 0; i < n; i++)
        if (!id_parse(PREFIX_LEAD, json_text(json_find(&list->as.items[i], STR("lead_id"))), &ids[i].v))
            ids[i].v = 0;
    if ((e = lead_get_called(c, call->tx, ids, n, &leads)))
        return e;
    for (size_t i = 0; i < n; i++) {
        bool before = false;

        for (size_t k = 0; k < i; k++)
            before |= ids[k].v == ids[i].v;
        if (!leads[i].id.v || before)
            continue;
        json_key_str(o, json_text(json_find(&list->as.items[i], STR("lead_id"))));
        json_put_text(o, leads[i].called);
    }
    return ERR_NONE;
}

/* The report has ids alone, so that it is the same bytes whatever people are called. */
static enum err names_json(struct call *call, const struct simulation *s, const struct names *names, struct str *out)
{
    struct ctx *c = &call->ctx;
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);
    struct json *tree = NULL;
    enum err e = s->report.ptr ? json_read(c, s->report, &tree) : ERR_NONE;

    if (e)
        return e;
    json_begin(&o);
    for (size_t i = 0; tree && i < names->count; i++) {
        char id[ID_TEXT_MAX];

        json_key_str(&o, id_print(PREFIX_USER, names->users[i].id.v, id));
        json_put_text(&o, names->users[i].name);
    }
    if (tree && (e = lead_names(call, json_path(tree, STR("moved.first")), &o)))
        return e;
    json_end(&o);
    *out = buf_str(&b);
    return ERR_NONE;
}

static enum err simulation_show(struct call *call, struct report_id id, bool made)
{
    struct simulation s;
    struct simulation_view v;
    struct names names;
    enum err e;

    if ((e = names_read(call, &names)) || (e = route_simulation_get(&call->ctx, call->tx, id, &s)))
        return e;
    v = view_of(&s, &names);
    if ((e = names_json(call, &s, &names, &v.names)))
        return e;
    return made ? reply_made(call, &v) : reply_ok(call, &v);
}

static enum err simulation_of_call(struct call *call, struct simulation *s)
{
    struct report_id id;
    enum err e = param_id(call, "id", PREFIX_REPORT, &id.v);

    return e ? e : route_simulation_get(&call->ctx, call->tx, id, s);
}

enum err simulation_get(struct call *call)
{
    struct simulation s;
    enum err e = simulation_of_call(call, &s);

    return e ? e : simulation_show(call, s.id, false);
}

static enum err report_of_call(struct call *call, struct simulation *s)
{
    enum err e = simulation_of_call(call, s);

    if (e || s->report.ptr)
        return e;
    return fault_set(&call->ctx, ERR_CONFLICT, "there is no report: %s", route_simulation_states[s->state]);
}

enum err simulation_report(struct call *call)
{
    struct simulation s;
    enum err e = report_of_call(call, &s);

    return e ? e : reply_bytes(call, 200, "application/json", s.report);
}

static void csv_number(struct export *x, const struct json *from, const char *path)
{
    const struct json *one = json_path(from, str_of(path));

    csv_put(&x->csv, one && one->type != JSON_NULL ? one->raw.ptr ? one->raw : json_text(one) : STR(""));
}

/* A row a person and side. */
static void csv_people(struct export *x, const struct json *report, const char *side, const struct names *names)
{
    const struct json *list = json_path(report, str_print(x->call->ctx.arena, "%s.managers", side));

    for (uint32_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
        const struct json *one = &list->as.items[i];
        struct user_id user = { 0 };

        (void)id_parse(PREFIX_USER, json_text(json_find(one, STR("manager_id"))), &user.v);
        csv_put(&x->csv, str_of(side));
        csv_put(&x->csv, names_find(names, user.v));
        csv_number(x, one, "leads");
        csv_number(x, one, "called");
        csv_number(x, one, "late");
        csv_number(x, one, "delay.p50");
        csv_number(x, one, "delay.p90");
        csv_end(&x->csv);
    }
}

enum err simulation_csv(struct call *call)
{
    static const char *const heads[] = { "side", "manager", "leads", "called", "late", "delay_p50_seconds", "delay_p90_seconds" };
    static const char *const sides[] = { "real", "then", "other" };
    struct simulation s;
    struct names names;
    struct export *x;
    struct json *report;
    enum err e;

    if ((e = report_of_call(call, &s)) || (e = names_read(call, &names)) || (e = json_read(&call->ctx, s.report, &report))
        || (e = export_begin(call, ';', &x)))
        return e;
    for (size_t i = 0; i < countof(heads); i++)
        csv_put(&x->csv, str_of(heads[i]));
    csv_end(&x->csv);
    for (size_t i = 0; i < countof(sides); i++)
        csv_people(x, report, sides[i], &names);
    e = export_flush(x);
    return e ? e : export_end(x, "simulation.csv");
}

/* ---- all ---- */

enum err simulation_list(struct call *call)
{
    struct simulation_view *views;
    struct simulation *list;
    struct names names;
    size_t n;
    enum err e;

    if ((e = names_read(call, &names)) || (e = route_simulation_list(&call->ctx, call->tx, LIST_MOST, &list, &n)))
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct simulation_view, n + 1);
    for (size_t i = 0; i < n; i++)
        views[i] = view_of(&list[i], &names);
    return reply_list(call, views, n, sizeof *views, STR_NULL, (int64_t)n);
}

static enum err period_check(struct call *call, struct simulation_ask *ask)
{
    if (ask->until == INSTANT_NONE || ask->until > call->ctx.now)
        ask->until = call->ctx.now;
    if (ask->from == INSTANT_NONE)
        ask->from = ask->until - DAYS * DAY_US;
    if (ask->from >= ask->until)
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/until"), "must be after from");
    if (ask->until - ask->from > DAYS_MOST * DAY_US)
        return fault_at(&call->ctx, ERR_OUT_OF_RANGE, STR("/from"), "at most %d days", DAYS_MOST);
    return ERR_NONE;
}

/* {pool id: policy}, as the run reads it. */
static struct str policies_text(struct call *call, const struct field_list *tried)
{
    struct buf b = buf_new(call->ctx.arena, LIMIT_BODY_BYTES);
    struct json_out o = json_to(&b);
    const struct pool_policy *list = tried->items;
    char id[ID_TEXT_MAX];

    json_begin(&o);
    for (size_t i = 0; i < tried->count; i++) {
        json_key_str(&o, id_print(PREFIX_POOL, list[i].pool.v, id));
        json_put_text(&o, str_of(route_policy_words[list[i].policy]));
    }
    json_end(&o);
    return buf_str(&b);
}

enum err simulation_create(struct call *call)
{
    struct simulation_ask ask = { .from = INSTANT_NONE, .until = INSTANT_NONE };
    struct simulation s = { .state = SIMULATION_WAITS };
    struct buf b = buf_new(call->ctx.arena, LIMIT_BODY_BYTES);
    struct json_out o = json_to(&b);
    struct field_list of_version;
    struct rules rules;
    uint64_t set = 0;
    enum err e;

    if ((e = body_read(call, &ask, &set)) || (e = period_check(call, &ask))
        || (e = rules_asked(call, set >> SET_ITEMS & 1 ? &ask.items : NULL, ask.version_id, &rules, &of_version))
        || (e = policies_check(call, &ask.policies)))
        return e;
    of_version = policies_over(call->ctx.arena, &ask.policies, &of_version);
    s.policies = policies_text(call, &of_version);
    flow_past_print_rules(&rules, &o);
    s.rules = buf_str(&b);
    s.version.v = set >> SET_ITEMS & 1 ? 0 : ask.version_id;
    s.from = ask.from;
    s.until = ask.until;
    s.made_by.v = call_user(call).v;
    if ((e = route_simulation_add(&call->ctx, call->tx, &s)))
        return e;
    return simulation_show(call, s.id, true);
}

enum err simulation_stop(struct call *call)
{
    struct simulation s;
    bool changed;
    enum err e;

    if ((e = simulation_of_call(call, &s))
        || (e = route_simulation_end(&call->ctx, call->tx, s.id, SIMULATION_STOPPED, STR_NULL, STR_NULL, &changed)))
        return e;
    if (!changed)
        return fault_set(&call->ctx, ERR_CONFLICT, "it is over already");
    return simulation_show(call, s.id, false);
}
