/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The live board of the head of sales: does any hot lead wait, who is overloaded, how fast are we today. */
#include "api/api_manager.h"

#include "api/lead_view.h"
#include "api/report_json.h"
#include "base/map.h"
#include "base/sorted.h"

/* Of a team as many are looked at as are likely to hold what is shown of it. */
enum { FEED_MAX = 30, WAITING_MAX = 100, TEAM_LOOK = 2000, HOURS_MAX = 25, BOARD_BYTES = 1024 * 1024, WEEK_DAYS = 7 };

#define Q(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct board_ask, member), __VA_ARGS__ }
const struct field board_query[] = {
    Q(period, FIELD_ENUM, .names = board_periods, .help = "by the company's clock; today unless said. What is told of now (who waits, who is hot, loads) is no affair of it"),
    Q(from, FIELD_INSTANT, .help = "another period: since when"),
    Q(until, FIELD_INSTANT, .help = "and until when, at most 366 days; now unless said"),
    Q(pool, FIELD_ID, .prefix = PREFIX_POOL, .help = "of the people of this pool alone: what they have, had last, or what waits for them"),
    { 0 }
};

struct board_view {
    instant now, from, until;
    int64_t new_today, hot_active, hot_waiting, sla_minutes;
    struct str goes_on_minutes, new_trend_pct, answer_median_s, in_time_pct; /* a number or null */
    struct str in_time; /* as manager_in_time() tells it */
    struct str breaches, waiting, hours, feed, suggestion, queue; /* JSON */
    struct field_list managers;
    bool cut;
};
#define B(member) offsetof(struct board_view, member)
const struct field board_fields[] = {
    { .name = "now", .kind = FIELD_INSTANT, .offset = B(now), .help = "the server's clock" },
    { .name = "from", .kind = FIELD_INSTANT, .offset = B(from), .help = "the period: since when" },
    { .name = "until", .kind = FIELD_INSTANT, .offset = B(until), .help = "until when" },
    { .name = "cut", .kind = FIELD_BOOL, .offset = B(cut), .help = "the period has more urgent calls than are looked at: what is told of calls is of the latest" },
    { .name = "new_today", .kind = FIELD_INT, .offset = B(new_today), .help = "leads that came in the period" },
    { .name = "new_trend_pct", .kind = FIELD_RAW, .offset = B(new_trend_pct), .flags = FIELD_NULLABLE, .help = "against the same hours of the same days a week ago; null: nothing came then, or the period is longer than a week" },
    { .name = "hot_active", .kind = FIELD_INT, .offset = B(hot_active), .help = "hot leads in open stages" },
    { .name = "hot_waiting", .kind = FIELD_INT, .offset = B(hot_waiting), .help = "leads whose urgent call is not done" },
    { .name = "answer_median_s", .kind = FIELD_RAW, .offset = B(answer_median_s), .flags = FIELD_NULLABLE, .help = "seconds, of the period" },
    { .name = "sla_minutes", .kind = FIELD_INT, .offset = B(sla_minutes), .help = "the norm" },
    { .name = "goes_on_minutes", .kind = FIELD_RAW, .offset = B(goes_on_minutes), .flags = FIELD_NULLABLE,
      .help = "working minutes after which a hot lead that nobody has called goes to another, unless its source has a norm of its own; null: it stays" },
    { .name = "in_time_pct", .kind = FIELD_RAW, .offset = B(in_time_pct), .flags = FIELD_NULLABLE, .help = "per cent, of the period" },
    { .name = "in_time", .kind = FIELD_RAW, .offset = B(in_time), .flags = FIELD_NULLABLE, .help = "{n, of, share: {value, low, high} or null}, as of a manager" },
    { .name = "breaches", .kind = FIELD_RAW, .offset = B(breaches), .help = "{open, closed_late}: urgent calls that stood late at some instant of the period, whoever has them now; /board/breaches lists them" },
    { .name = "waiting", .kind = FIELD_RAW, .offset = B(waiting), .help = "urgent calls by the deadline of whoever has them; first_due_at and late_at are the lead's own" },
    { .name = "managers", .kind = FIELD_LIST, .offset = B(managers), .fields = manager_fields, .item_size = sizeof(struct manager_view), .help = "as in /managers" },
    { .name = "hours", .kind = FIELD_RAW, .offset = B(hours), .help = "[{hour, in_time, late, waiting}] of the period, by the company's clock, its days together: leads, each by its last urgent call" },
    { .name = "feed", .kind = FIELD_RAW, .offset = B(feed), .help = "the latest of the period, newest first: [{at, kind, lead_id, lead_name, score, manager_id, manager_name, seconds, late, amount}]; kind: assigned, called, queued, won (whose lead, for how much), late (in whose hands a deadline passed)" },
    { .name = "suggestion", .kind = FIELD_RAW, .offset = B(suggestion), .flags = FIELD_NULLABLE, .help = "who is overloaded, and who has room" },
    { .name = "queue", .kind = FIELD_RAW, .offset = B(queue), .help = "hot leads that nobody may take now" },
    { 0 }
};

/* What one board is made of. */
struct board {
    struct call *call;
    struct desk desk;
    struct board_scope scope;
    struct board_call *calls; /* of the scope: open, or ended since its period began; the newest first */
    size_t call_count;
    bool cut;
    struct names names;
};

static void put_person(struct json_out *o, const struct board *b, const char *id_key, const char *name_key, struct user_id user)
{
    json_key(o, id_key);
    json_put_id(o, PREFIX_USER, user.v);
    json_key(o, name_key);
    json_put_text(o, names_find(&b->names, user.v));
}

/* The newest first. */
static const struct board_call *call_find(const struct board *b, struct task_id task)
{
    size_t i = sorted_at(b->calls, b->call_count, sizeof *b->calls, SORTED_FALLING, task.v);

    return i < b->call_count && b->calls[i].task.v == task.v ? &b->calls[i] : NULL;
}

/* The lead's own wait, whoever has the call now. NULL: not known. */
static void put_wait(struct json_out *o, const struct board *b, const struct board_call *call)
{
    json_add_instant(o, "first_due_at", call ? call->first_due : INSTANT_NONE);
    json_add_instant(o, "late_at", call ? call->late_at : INSTANT_NONE);
    put_person(o, b, "late_by_id", "late_by_name", call ? call->late_by : (struct user_id){ 0 });
}

/* How many of a list are read so that `most` are left of the scope. */
static int64_t look(const struct board *b, int64_t most)
{
    return b->scope.team ? TEAM_LOOK : most;
}

/* Those of the scope; how many. */
static size_t tasks_keep(const struct board *b, struct task *list, size_t count)
{
    size_t n = 0;

    for (size_t i = 0; i < count && n < WAITING_MAX; i++)
        if (board_scope_task(&b->scope, list[i].id, list[i].assignee))
            list[n++] = list[i];
    return n;
}

/* Urgent calls not done yet, whenever they were made. */
static enum err waiting_text(struct board *b, struct str *text)
{
    struct task_query q = { .state = TASK_OPEN, .kind = TASK_CALL_NOW, .due_by = INSTANT_NEVER, .limit = look(b, WAITING_MAX) };
    struct ctx *c = &b->call->ctx;
    struct buf buf = buf_new(c->arena, BOARD_BYTES);
    struct json_out o = json_to(&buf);
    struct lead_id *ids;
    struct lead *leads;
    struct tasks open;
    enum err e = task_list(c, b->call->tx, &q, &open);

    if (e)
        return e;
    open.count = tasks_keep(b, open.items, open.count);
    ids = ARENA_ARRAY(c->arena, struct lead_id, open.count + 1);
    for (size_t i = 0; i < open.count; i++)
        ids[i] = open.items[i].lead;
    if ((e = lead_get_called(c, b->call->tx, ids, open.count, &leads)))
        return e;
    json_list(&o);
    for (size_t i = 0; i < open.count; i++) {
        json_begin(&o);
        json_key(&o, "task_id");
        json_put_id(&o, PREFIX_TASK, open.items[i].id.v);
        json_key(&o, "lead_id");
        json_put_id(&o, PREFIX_LEAD, ids[i].v);
        json_key(&o, "name");
        json_put_text(&o, leads[i].called);
        json_key(&o, "company");
        json_put_text(&o, leads[i].company);
        json_key(&o, "phone");
        json_put_text(&o, leads[i].phone);
        json_key(&o, "score");
        json_put_int(&o, leads[i].score);
        json_key(&o, "created_at");
        json_put_instant(&o, open.items[i].created_at);
        json_key(&o, "due_at");
        json_put_instant(&o, open.items[i].due_at);
        json_key(&o, "sla_minutes");
        json_put_int(&o, open.items[i].sla_minutes);
        put_person(&o, b, "assignee_id", "assignee_name", open.items[i].assignee);
        put_wait(&o, b, call_find(b, open.items[i].id));
        json_end(&o);
    }
    json_list_end(&o);
    *text = buf_str(&buf);
    return ERR_NONE;
}

static enum err queue_text(struct board *b, struct str *text)
{
    struct ctx *c = &b->call->ctx;
    struct buf buf = buf_new(c->arena, BOARD_BYTES);
    struct json_out o = json_to(&buf);
    struct waitings list;
    size_t n = 0;
    enum err e = route_waiting_list(c, b->call->tx, INSTANT_NEVER, look(b, WAITING_MAX), &list);

    if (e)
        return e;
    json_list(&o);
    for (size_t i = 0; i < list.count && n < WAITING_MAX; i++) {
        struct lead lead;

        if (b->scope.team && list.items[i].pool.v != b->scope.pool.v)
            continue;
        n++;
        if ((e = lead_get(c, b->call->tx, list.items[i].lead, &lead)) || (e = lead_call(c, b->call->tx, &lead, 1)))
            return e;
        json_begin(&o);
        json_key(&o, "lead_id");
        json_put_id(&o, PREFIX_LEAD, lead.id.v);
        json_key(&o, "task_id");
        json_put_id(&o, PREFIX_TASK, list.items[i].task.v);
        json_key(&o, "name");
        json_put_text(&o, lead.called);
        json_key(&o, "since");
        json_put_instant(&o, list.items[i].since);
        json_key(&o, "promise_due");
        json_put_instant(&o, list.items[i].promise_due);
        json_key(&o, "why");
        json_put_text(&o, list.items[i].why);
        json_end(&o);
    }
    json_list_end(&o);
    *text = buf_str(&buf);
    return ERR_NONE;
}

/* Of its local day, from its beginning also where clocks change. */
static int64_t hour_of(const struct zone *z, instant at)
{
    instant day, next;

    zone_day(z, at, &day, &next);
    return (at - day) / HOUR_US;
}

/* Leads by the hour in which their last urgent call was made: until now of a day that is not over, else all. */
static struct str hours_text(struct board *b)
{
    struct ctx *c = &b->call->ctx;
    struct buf buf = buf_new(c->arena, BOARD_BYTES);
    struct json_out o = json_to(&buf);
    int64_t in_time[HOURS_MAX] = { 0 }, late[HOURS_MAX] = { 0 }, open[HOURS_MAX] = { 0 };
    const struct zone *z = zone_or_utc(b->desk.setting.zone);
    int64_t last = c->now < b->scope.until && c->now - b->scope.from < HOURS_MAX * HOUR_US ? hour_of(z, c->now) : HOURS_MAX - 2;
    struct map seen = map_new(c->arena, b->call_count + 1);

    for (size_t i = 0; i < b->call_count; i++) { /* the newest first */
        const struct board_call *call = &b->calls[i];
        struct str key = { (const char *)&call->lead.v, sizeof call->lead.v };
        int64_t hour;

        if (call->cancelled || call->created_at < b->scope.from || call->created_at >= b->scope.until || map_find(&seen, key))
            continue;
        map_put(&seen, key, b);
        hour = hour_of(z, call->created_at);
        last = hour > last ? hour : last;
        if (call->done_at == INSTANT_NONE)
            open[hour]++;
        else if (call->late_at == INSTANT_NONE)
            in_time[hour]++;
        else
            late[hour]++;
    }
    json_list(&o);
    for (int64_t hour = 0; hour <= last && hour < HOURS_MAX; hour++) {
        json_begin(&o);
        json_key(&o, "hour");
        json_put_int(&o, hour);
        json_key(&o, "in_time");
        json_put_int(&o, in_time[hour]);
        json_key(&o, "late");
        json_put_int(&o, late[hour]);
        json_key(&o, "waiting");
        json_put_int(&o, open[hour]);
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&buf);
}

static enum err feed_leads(struct board *b, const struct board_item *items, size_t count, struct lead **leads)
{
    struct ctx *c = &b->call->ctx;
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, count + 1);

    for (size_t i = 0; i < count; i++)
        ids[i] = items[i].lead;
    return lead_get_called(c, b->call->tx, ids, count, leads);
}

/* Of the scope; how many. */
static size_t items_keep(const struct board *b, struct board_item *items, size_t count)
{
    const struct board_scope *s = &b->scope;
    size_t n = 0;

    for (size_t i = 0; i < count && n < FEED_MAX; i++)
        if (board_scope_has(s, items[i].user) || (items[i].kind == NEWS_QUEUED && items[i].pool == s->pool.v))
            items[n++] = items[i];
    return n;
}

static enum err feed_text(struct board *b, struct str *text)
{
    static const char *const kinds[NEWS_KINDS] = { "assigned", "called", "queued", "won", "late" };
    static const char *const keys[NEWS_KINDS] = { "feed.assigned", "feed.called", "feed.queued", "feed.won", "feed.late" };
    struct ctx *c = &b->call->ctx;
    struct buf buf = buf_new(c->arena, BOARD_BYTES);
    struct json_out o = json_to(&buf);
    struct board_item *items;
    struct lead *leads;
    size_t count;
    enum err e = report_feed(c, b->call->tx, b->scope.from, b->scope.until, b->calls, b->call_count, look(b, FEED_MAX), &items, &count);

    if (e)
        return e;
    count = items_keep(b, items, count);
    if ((e = feed_leads(b, items, count, &leads)))
        return e;
    json_list(&o);
    for (size_t i = 0; i < count; i++) {
        json_begin(&o);
        json_key(&o, "at");
        json_put_instant(&o, items[i].at);
        json_key(&o, "kind");
        json_put_text(&o, str_of(kinds[items[i].kind]));
        json_key(&o, "text_key");
        json_put_text(&o, str_of(keys[items[i].kind]));
        json_key(&o, "lead_id");
        json_put_id(&o, PREFIX_LEAD, leads[i].id.v);
        json_key(&o, "lead_name");
        json_put_text(&o, leads[i].called);
        json_key(&o, "score");
        json_put_int(&o, leads[i].score);
        put_person(&o, b, "manager_id", "manager_name", items[i].user);
        json_key(&o, "seconds");
        json_put_int(&o, items[i].seconds);
        json_key(&o, "late");
        json_put_bool(&o, items[i].late);
        json_key(&o, "amount");
        json_put_int(&o, items[i].amount);
        json_end(&o);
    }
    json_list_end(&o);
    *text = buf_str(&buf);
    return ERR_NONE;
}

/* The most overloaded person and, at work now, the one with the most room: an offer, never done by itself. */
static struct str suggestion_text(struct board *b)
{
    struct arena *a = b->call->ctx.arena;
    const struct desk_person *from = NULL, *to = NULL;
    struct buf buf = buf_new(a, BOARD_BYTES);
    struct json_out o = json_to(&buf);
    int64_t units;

    for (size_t i = 0; i < b->desk.count; i++) {
        const struct desk_person *p = &b->desk.people[i];
        int64_t room = p->manager.capacity - p->load;

        if (p->user.state != USER_ACTIVE || p->manager.capacity <= 0 || !board_scope_has(&b->scope, p->user.id))
            continue;
        if (room < 0 && (!from || room < from->manager.capacity - from->load))
            from = p;
        if (room > 0 && flow_desk_everyone(&b->desk, p) && flow_desk_state(p, b->call->ctx.now) == MANAGER_ON
            && (!to || room > to->manager.capacity - to->load))
            to = p;
    }
    if (!from || !to)
        return STR("null");
    units = from->load - from->manager.capacity;
    if (units > to->manager.capacity - to->load)
        units = to->manager.capacity - to->load;
    json_begin(&o);
    json_key(&o, "kind");
    json_put_text(&o, STR("overload"));
    put_person(&o, b, "from_id", "from_name", from->user.id);
    json_key(&o, "load");
    json_put_int(&o, from->load);
    json_key(&o, "capacity");
    json_put_int(&o, from->manager.capacity);
    put_person(&o, b, "to_id", "to_name", to->user.id);
    json_key(&o, "units");
    json_put_int(&o, units);
    json_end(&o);
    return buf_str(&buf);
}

static enum err board_open(struct call *call, struct board *b)
{
    struct board_ask ask = { .period = -1, .from = INSTANT_NONE, .until = INSTANT_NONE };
    enum err e;

    b->call = call;
    if ((e = query_read(call, &ask)) || (e = flow_desk_open(&call->ctx, call->tx, DESK_SHOW, &b->desk)) || (e = names_read(call, &b->names))
        || (e = board_scope_read(call, &ask, &b->scope))
        || (e = report_call_list(&call->ctx, call->tx, b->scope.from, CALLS_MAX, &b->calls, &b->call_count)))
        return e;
    b->cut = b->call_count == CALLS_MAX;
    b->call_count = board_scope_calls(&b->scope, b->calls, b->call_count);
    return ERR_NONE;
}

/* Those of the scope. */
static int64_t sum_of(const struct board *b, const struct board_count *list, size_t count)
{
    int64_t n = 0;

    for (size_t i = 0; i < count; i++)
        n += board_scope_has(&b->scope, list[i].user) ? list[i].leads : 0;
    return n;
}

static enum err new_count(struct board *b, instant from, instant until, int64_t *n)
{
    struct board_count *list;
    size_t count;
    enum err e = report_new_leads(&b->call->ctx, b->call->tx, from, until, &list, &count);

    if (!e)
        *n = sum_of(b, list, count);
    return e;
}

/* Leads that are hot, and leads whose urgent call is open. */
static enum err hot_put(struct board *b, struct board_view *v)
{
    int64_t *waiting = ARENA_ARRAY(b->call->ctx.arena, int64_t, b->call_count + 1);
    struct board_count *list;
    size_t count, n = 0;
    enum err e = report_hot(&b->call->ctx, b->call->tx, STAGE_WON, &list, &count);

    if (e)
        return e;
    for (size_t i = 0; i < b->call_count; i++)
        if (b->calls[i].ended_at == INSTANT_NONE)
            waiting[n++] = b->calls[i].lead.v;
    v->hot_active = sum_of(b, list, count);
    v->hot_waiting = (int64_t)sorted_once(waiting, n, sizeof *waiting, SORTED_RISING);
    return ERR_NONE;
}

/* Counts of the period, and the trend against the same part of it a week ago. */
static enum err figures_put(struct board *b, struct board_view *v)
{
    struct ctx *c = &b->call->ctx;
    const instant from = b->scope.from, until = b->scope.until, seen = until < c->now + 1 ? until : c->now + 1, week = WEEK_DAYS * DAY_US;
    struct board_answer sum = report_answer(b->calls, b->call_count, from, until, c->arena);
    struct board_late late = report_late(b->calls, b->call_count, from, until);
    int64_t before;
    enum err e;

    if ((e = new_count(b, from, until, &v->new_today)) || (e = new_count(b, from - week, seen - week, &before)) || (e = hot_put(b, v)))
        return e;
    if (until - from > week + HOUR_US) /* an hour longer where clocks were put back */
        before = 0;
    v->new_trend_pct = number_or_null(c->arena, before > 0, before ? (v->new_today - before) * 100 / before : 0);
    v->answer_median_s = number_or_null(c->arena, sum.has_median, sum.median_s);
    v->in_time_pct = number_or_null(c->arena, sum.has_share, sum.in_time_pct);
    v->in_time = manager_in_time(c->arena, sum);
    v->breaches = str_print(c->arena, "{\"open\":%lld,\"closed_late\":%lld}", (long long)late.open, (long long)late.ended);
    return ERR_NONE;
}

/* What a hot lead is owed whose source has no norm of its own, and when it goes on by itself. */
static void norm_put(struct board *b, struct board_view *v)
{
    struct sla_norm norm = task_sla_norm(&b->desk.norms, BAND_HOT, STR_NULL, b->desk.setting.sla_minutes);

    v->sla_minutes = norm.minutes;
    v->goes_on_minutes = number_or_null(b->call->ctx.arena, norm.minutes > 0 && norm.reassign != SLA_OFF, norm.minutes + norm.reassign);
}

enum err board_get(struct call *call)
{
    struct board b = { .call_count = 0 };
    struct board_view v = { .now = call->ctx.now };
    struct manager_view *managers;
    size_t count;
    enum err e = board_open(call, &b);

    if (e)
        return e;
    v.from = b.scope.from;
    v.until = b.scope.until;
    v.cut = b.cut;
    norm_put(&b, &v);
    if ((e = figures_put(&b, &v)) || (e = waiting_text(&b, &v.waiting)) || (e = queue_text(&b, &v.queue))
        || (e = feed_text(&b, &v.feed)) || (e = manager_views(call, &b.desk, &b.scope, &managers, &count)))
        return e;
    v.managers = (struct field_list){ managers, count };
    v.hours = hours_text(&b);
    v.suggestion = suggestion_text(&b);
    return reply_ok(call, &v);
}
