/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The lists behind the figures of the board and of the managers: urgent calls that stood late, and leads. */
#include "api/api_manager.h"

#include <stdlib.h>

#include "api/api_report.h"
#include "api/lead_view.h"
#include "base/sorted.h"
#include "team/setting.h"

enum { BREACHES_SHOWN = 500, NEW_MAX = 200000 };

/* ---- breaches ---- */

struct breach_ask {
    instant from;
    int64_t manager;
};
#define Q(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct breach_ask, member), __VA_ARGS__ }
const struct field breach_query[] = {
    Q(from, FIELD_INSTANT, .help = "since when; the beginning of the company's day unless said, with `manager` 30 days ago"),
    Q(manager, FIELD_ID, .prefix = PREFIX_USER, .help = "only those of which a deadline passed in this person's hands"),
    { 0 },
};

struct breach_view {
    int64_t task, lead, late_by, assignee;
    struct str lead_name, company, late_by_name, assignee_name;
    int state, band;
    int64_t score;
    instant at, created_at, first_due, late_at, due_at, ended_at;
};
#define V(json, member, type, ...)                                                                 \
    { .name = json, .kind = type, .offset = offsetof(struct breach_view, member), __VA_ARGS__ }
const struct field breach_fields[] = {
    V("task_id", task, FIELD_ID, .prefix = PREFIX_TASK), V("lead_id", lead, FIELD_ID, .prefix = PREFIX_LEAD),
    V("lead_name", lead_name, FIELD_TEXT, .flags = FIELD_NULLABLE), V("company", company, FIELD_TEXT, .flags = FIELD_NULLABLE),
    V("score", score, FIELD_INT), V("band", band, FIELD_ENUM, .names = band_names),
    V("state", state, FIELD_ENUM, .names = task_states, .help = "of the call now"),
    V("at", at, FIELD_INSTANT, .help = "when the deadline passed: the lead's, or the one of the manager asked about"),
    V("created_at", created_at, FIELD_INSTANT, .help = "since when the lead has waited"),
    V("first_due_at", first_due, FIELD_INSTANT, .flags = FIELD_NULLABLE, .help = "the first deadline it had"),
    V("late_at", late_at, FIELD_INSTANT, .help = "since when the lead was late"),
    V("late_by_id", late_by, FIELD_ID, .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "who had it then; null: it was in the queue"),
    V("late_by_name", late_by_name, FIELD_TEXT, .flags = FIELD_NULLABLE),
    V("assignee_id", assignee, FIELD_ID, .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "who has it now, or had it last"),
    V("assignee_name", assignee_name, FIELD_TEXT, .flags = FIELD_NULLABLE),
    V("due_at", due_at, FIELD_INSTANT, .help = "the deadline of that person"),
    V("ended_at", ended_at, FIELD_INSTANT, .flags = FIELD_NULLABLE, .help = "done or cancelled"),
    { 0 },
};

static int latest_first(const void *x, const void *y)
{
    const struct breach_view *a = x, *b = y;

    return a->at > b->at ? -1 : a->at < b->at;
}

static struct breach_view view_of(const struct board_call *k, instant at, const struct names *names)
{
    return (struct breach_view){
        .task = k->task.v, .lead = k->lead.v, .late_by = k->late_by.v, .assignee = k->assignee.v, .at = at,
        .late_by_name = names_find(names, k->late_by.v), .assignee_name = names_find(names, k->assignee.v),
        .state = k->ended_at == INSTANT_NONE ? TASK_OPEN : k->cancelled ? TASK_CANCELLED : TASK_DONE,
        .created_at = k->created_at, .first_due = k->first_due, .late_at = k->late_at, .due_at = k->due_at, .ended_at = k->ended_at,
    };
}

static enum err leads_put(struct call *call, struct breach_view *views, size_t n)
{
    struct lead_id *ids = ARENA_ARRAY(call->ctx.arena, struct lead_id, n + 1);
    struct lead *leads;
    enum err e;

    for (size_t i = 0; i < n; i++)
        ids[i].v = views[i].lead;
    if ((e = lead_get_called(&call->ctx, call->tx, ids, n, &leads)))
        return e;
    for (size_t i = 0; i < n; i++) {
        views[i].lead_name = leads[i].called;
        views[i].company = leads[i].company;
        views[i].score = leads[i].score;
        views[i].band = leads[i].band;
    }
    return ERR_NONE;
}

/* The day's beginning in the company's zone, or that of the days over which people are told. */
static enum err since_put(struct call *call, bool month, instant *from)
{
    struct setting setting;
    enum err e = *from == INSTANT_NONE ? team_setting_get(&call->ctx, call->tx, &setting) : ERR_NONE;

    if (e || *from != INSTANT_NONE)
        return e;
    *from = month ? call->ctx.now - CALL_DAYS * DAY_US : manager_day(call, setting.zone);
    return ERR_NONE;
}

enum err board_breach_list(struct call *call)
{
    struct breach_ask a = { .from = INSTANT_NONE };
    struct breach_view *views;
    struct board_call *calls;
    struct names names;
    size_t count, n = 0, shown;
    enum err e;

    if ((e = query_read(call, &a)) || (e = since_put(call, a.manager != 0, &a.from)) || (e = names_read(call, &names))
        || (e = report_call_list(&call->ctx, call->tx, a.from, CALLS_MAX, &calls, &count)))
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct breach_view, count + 1);
    for (size_t i = 0; i < count; i++) {
        instant at = a.manager ? report_call_broken(&calls[i], (struct user_id){ a.manager }, a.from) : calls[i].late_at;

        if (at != INSTANT_NONE && (a.manager || report_call_late_in(&calls[i], a.from)))
            views[n++] = view_of(&calls[i], at, &names);
    }
    if (n > 1)
        qsort(views, n, sizeof *views, latest_first);
    shown = n < BREACHES_SHOWN ? n : BREACHES_SHOWN;
    if ((e = leads_put(call, views, shown)))
        return e;
    return reply_list(call, views, shown, sizeof *views, STR_NULL, (int64_t)n);
}

/* ---- the leads of a figure ---- */

struct board_ask {
    instant from;
    int64_t manager;
    struct str bucket;
};
#define B(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct board_ask, member), __VA_ARGS__ }
static const struct field figure_query[] = {
    B(from, FIELD_INSTANT), B(manager, FIELD_ID, .prefix = PREFIX_USER), B(bucket, FIELD_TEXT, .max = 20), { 0 },
};

/* Which calls a bucket holds. Of one person, or (0) of all. */
static bool is_made(const struct board_call *k, struct user_id who, instant from)
{
    return !k->cancelled && k->created_at >= from && (!who.v || k->assignee.v == who.v);
}

static bool is_waiting(const struct board_call *k, struct user_id who, UNUSED instant from)
{
    return k->ended_at == INSTANT_NONE && (!who.v || k->assignee.v == who.v);
}

static bool is_answered(const struct board_call *k, struct user_id who, instant from)
{
    if (k->done_at == INSTANT_NONE)
        return false;
    return who.v ? k->assignee.v == who.v && k->done_at >= from : k->created_at >= from;
}

static bool is_judged(const struct board_call *k, struct user_id who, instant from)
{
    if (who.v && report_call_broken(k, who, from) != INSTANT_NONE)
        return true;
    return is_answered(k, who, from) && !(who.v && report_call_broken(k, who, INSTANT_NONE) != INSTANT_NONE);
}

static bool is_late(const struct board_call *k, struct user_id who, instant from)
{
    return who.v ? report_call_broken(k, who, from) != INSTANT_NONE : report_call_late_in(k, from);
}

static const struct {
    const char *name;
    bool (*in)(const struct board_call *call, struct user_id who, instant from);
} call_buckets[] = { { "made", is_made }, { "waiting", is_waiting }, { "answered", is_answered }, { "judged", is_judged }, { "late", is_late } };

static const struct {
    const char *name;
    enum board_deeds kind;
} deed_buckets[] = { { "given", DEEDS_GIVEN }, { "called", DEEDS_CALLED } };

/* Each once, the newest first. */
static struct lead_ids ids_once(struct lead_id *ids, size_t n)
{
    return (struct lead_ids){ ids, sorted_once(ids, n, sizeof *ids, SORTED_FALLING) };
}

static enum err calls_figure(struct call *call, const struct board_ask *a, size_t bucket, struct arena *keep, struct lead_ids *leads)
{
    struct board_call *calls;
    struct lead_id *ids;
    size_t count, n = 0;
    enum err e = report_call_list(&call->ctx, call->tx, a->from, CALLS_MAX, &calls, &count);

    if (e)
        return e;
    ids = ARENA_ARRAY(keep, struct lead_id, count + 1);
    for (size_t i = 0; i < count; i++)
        if (call_buckets[bucket].in(&calls[i], (struct user_id){ a->manager }, a->from))
            ids[n++] = calls[i].lead;
    *leads = ids_once(ids, n);
    return ERR_NONE;
}

static enum err deeds_figure(struct call *call, const struct board_ask *a, enum board_deeds kind, struct arena *keep, struct lead_ids *leads)
{
    struct board_deed *list;
    struct lead_id *ids;
    size_t count, n = 0;
    enum err e = manager_deeds(call, kind, a->from, &list, &count);

    if (e)
        return e;
    ids = ARENA_ARRAY(keep, struct lead_id, count + 1);
    for (size_t i = 0; i < count; i++)
        if (!a->manager || list[i].user.v == a->manager)
            ids[n++] = list[i].lead;
    *leads = ids_once(ids, n);
    return ERR_NONE;
}

static enum err new_figure(struct call *call, const struct board_ask *a, struct arena *keep, struct lead_ids *leads)
{
    struct lead_id *ids;
    size_t n;
    enum err e = report_new_list(&call->ctx, call->tx, a->from, call->ctx.now + 1, NEW_MAX, &ids, &n);

    if (e)
        return e;
    *leads = lead_ids_keep(keep, ids, n);
    return ERR_NONE;
}

enum err report_board_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads)
{
    struct board_ask a = { .from = INSTANT_NONE };
    enum err e;

    if ((e = query_read_text(call, figure_query, query, &a)))
        return e;
    if (!team_right_has(&call->ctx.actor, RIGHT_LEAD_ALL))
        a.manager = call_user(call).v;
    for (size_t i = 0; i < countof(deed_buckets); i++)
        if (str_eq(a.bucket, str_of(deed_buckets[i].name)))
            return (e = since_put(call, false, &a.from)) ? e : deeds_figure(call, &a, deed_buckets[i].kind, keep, leads);
    for (size_t i = 0; i < countof(call_buckets); i++)
        if (str_eq(a.bucket, str_of(call_buckets[i].name)))
            return (e = since_put(call, a.manager != 0, &a.from)) ? e : calls_figure(call, &a, i, keep, leads);
    if (!str_eq(a.bucket, STR("new")))
        return ERR_BAD_QUERY;
    if (a.manager) /* they came to nobody in particular */
        return ERR_FORBIDDEN;
    return (e = since_put(call, false, &a.from)) ? e : new_figure(call, &a, keep, leads);
}
