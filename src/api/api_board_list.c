/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The lists behind the figures of the board and of the managers: urgent calls that stood late, and leads. */
#include "api/api_manager.h"

#include <stdlib.h>

#include "api/api_report.h"
#include "api/lead_view.h"
#include "base/sorted.h"

enum { BREACHES_SHOWN = 500, NEW_MAX = 200000 };

/* ---- breaches ---- */

#define Q(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct board_ask, member), __VA_ARGS__ }
const struct field breach_query[] = {
    Q(period, FIELD_ENUM, .names = board_periods, .help = "as of the board"),
    Q(from, FIELD_INSTANT, .help = "since when; the beginning of the company's day unless said, with `manager` 30 days ago"),
    Q(until, FIELD_INSTANT, .help = "until when; now unless said"),
    Q(pool, FIELD_ID, .prefix = PREFIX_POOL, .help = "as of the board"),
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

static const struct board_ask nothing_said = { .period = -1, .from = INSTANT_NONE, .until = INSTANT_NONE };

/* What people are told over is, unless it is said, the days up to now. */
static enum err scope_of(struct call *call, struct board_ask *a, bool month, struct board_scope *s)
{
    if (month && a->period < 0 && a->from == INSTANT_NONE)
        a->from = call->ctx.now - CALL_DAYS * DAY_US;
    return board_scope_read(call, a, s);
}

enum err board_breach_list(struct call *call)
{
    struct board_ask a = nothing_said;
    struct breach_view *views;
    struct board_call *calls;
    struct board_scope s;
    struct names names;
    size_t count, n = 0, shown;
    enum err e;

    if ((e = query_read(call, &a)) || (e = scope_of(call, &a, a.manager != 0, &s)) || (e = names_read(call, &names))
        || (e = report_call_list(&call->ctx, call->tx, s.from, CALLS_MAX, &calls, &count)))
        return e;
    count = board_scope_calls(&s, calls, count);
    views = ARENA_ARRAY(call->ctx.arena, struct breach_view, count + 1);
    for (size_t i = 0; i < count; i++) {
        instant at = a.manager ? report_call_broken(&calls[i], (struct user_id){ a.manager }, s.from) : calls[i].late_at;

        if (at != INSTANT_NONE && at < s.until && (a.manager || report_call_late_in(&calls[i], s.from, s.until)))
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

static const struct field figure_query[] = {
    Q(period, FIELD_ENUM, .names = board_periods), Q(from, FIELD_INSTANT), Q(until, FIELD_INSTANT), Q(pool, FIELD_ID, .prefix = PREFIX_POOL),
    Q(manager, FIELD_ID, .prefix = PREFIX_USER), Q(bucket, FIELD_TEXT, .max = 20), { 0 },
};

static bool is_in(const struct board_scope *s, instant at)
{
    return at >= s->from && at < s->until;
}

/* Which calls a bucket holds. Of one person, or (0) of all. */
static bool is_made(const struct board_call *k, struct user_id who, const struct board_scope *s)
{
    return !k->cancelled && is_in(s, k->created_at) && (!who.v || k->assignee.v == who.v);
}

static bool is_waiting(const struct board_call *k, struct user_id who, UNUSED const struct board_scope *s)
{
    return k->ended_at == INSTANT_NONE && (!who.v || k->assignee.v == who.v);
}

static bool is_answered(const struct board_call *k, struct user_id who, const struct board_scope *s)
{
    if (k->done_at == INSTANT_NONE)
        return false;
    return who.v ? k->assignee.v == who.v && is_in(s, k->done_at) : is_in(s, k->created_at);
}

static bool is_judged(const struct board_call *k, struct user_id who, const struct board_scope *s)
{
    if (who.v && report_call_broken(k, who, s->from) != INSTANT_NONE)
        return true;
    return is_answered(k, who, s) && !(who.v && report_call_broken(k, who, INSTANT_NONE) != INSTANT_NONE);
}

static bool is_late(const struct board_call *k, struct user_id who, const struct board_scope *s)
{
    return who.v ? report_call_broken(k, who, s->from) != INSTANT_NONE : report_call_late_in(k, s->from, s->until);
}

static const struct {
    const char *name;
    bool (*in)(const struct board_call *call, struct user_id who, const struct board_scope *s);
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

static enum err calls_figure(struct call *call, const struct board_ask *a, const struct board_scope *s, size_t bucket, struct arena *keep,
                             struct lead_ids *leads)
{
    struct board_call *calls;
    struct lead_id *ids;
    size_t count, n = 0;
    enum err e = report_call_list(&call->ctx, call->tx, s->from, CALLS_MAX, &calls, &count);

    if (e)
        return e;
    count = a->manager ? count : board_scope_calls(s, calls, count);
    ids = ARENA_ARRAY(keep, struct lead_id, count + 1);
    for (size_t i = 0; i < count; i++)
        if (call_buckets[bucket].in(&calls[i], (struct user_id){ a->manager }, s))
            ids[n++] = calls[i].lead;
    *leads = ids_once(ids, n);
    return ERR_NONE;
}

static enum err deeds_figure(struct call *call, const struct board_ask *a, const struct board_scope *s, enum board_deeds kind, struct arena *keep,
                             struct lead_ids *leads)
{
    struct board_deed *list;
    struct lead_id *ids;
    size_t count, n = 0;
    enum err e = manager_deeds(call, kind, s->from, s->until, &list, &count);

    if (e)
        return e;
    ids = ARENA_ARRAY(keep, struct lead_id, count + 1);
    for (size_t i = 0; i < count; i++)
        if (a->manager ? list[i].user.v == a->manager : board_scope_has(s, list[i].user))
            ids[n++] = list[i].lead;
    *leads = ids_once(ids, n);
    return ERR_NONE;
}

/* Whose the leads are tells whether they are of the scope; as they come. */
static struct lead_ids owned_of(const struct board_scope *s, const struct board_lead *list, size_t count, struct arena *keep)
{
    struct lead_id *ids = ARENA_ARRAY(keep, struct lead_id, count + 1);
    size_t n = 0;

    for (size_t i = 0; i < count; i++)
        if (board_scope_has(s, list[i].owner))
            ids[n++] = list[i].lead;
    return (struct lead_ids){ ids, n };
}

static enum err new_figure(struct call *call, const struct board_scope *s, struct arena *keep, struct lead_ids *leads)
{
    struct board_lead *list;
    size_t n;
    enum err e = report_new_list(&call->ctx, call->tx, s->from, s->until, NEW_MAX, &list, &n);

    if (!e)
        *leads = owned_of(s, list, n, keep);
    return e;
}

static enum err hot_figure(struct call *call, const struct board_scope *s, struct arena *keep, struct lead_ids *leads)
{
    struct board_lead *list;
    size_t n;
    enum err e = report_hot_list(&call->ctx, call->tx, STAGE_WON, NEW_MAX, &list, &n);

    if (!e)
        *leads = owned_of(s, list, n, keep);
    return e;
}

static const struct {
    const char *name;
    enum err (*leads)(struct call *call, const struct board_scope *s, struct arena *keep, struct lead_ids *leads);
} lead_buckets[] = { { "new", new_figure }, { "hot", hot_figure } };

enum err report_board_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads)
{
    struct board_ask a = nothing_said;
    struct board_scope s;
    enum err e;

    if ((e = query_read_text(call, figure_query, query, &a)))
        return e;
    if (!team_right_has(&call->ctx.actor, RIGHT_LEAD_ALL))
        a.manager = call_user(call).v;
    for (size_t i = 0; i < countof(deed_buckets); i++)
        if (str_eq(a.bucket, str_of(deed_buckets[i].name)))
            return (e = scope_of(call, &a, false, &s)) ? e : deeds_figure(call, &a, &s, deed_buckets[i].kind, keep, leads);
    for (size_t i = 0; i < countof(call_buckets); i++)
        if (str_eq(a.bucket, str_of(call_buckets[i].name)))
            return (e = scope_of(call, &a, a.manager != 0, &s)) ? e : calls_figure(call, &a, &s, i, keep, leads);
    for (size_t i = 0; i < countof(lead_buckets); i++)
        if (str_eq(a.bucket, str_of(lead_buckets[i].name))) {
            if (a.manager) /* they came to nobody in particular */
                return ERR_FORBIDDEN;
            return (e = scope_of(call, &a, false, &s)) ? e : lead_buckets[i].leads(call, &s, keep, leads);
        }
    return ERR_BAD_QUERY;
}
