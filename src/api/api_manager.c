/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_manager.h"

#include "api/api_rule.h"
#include "api/report_json.h"
#include "flow/flow_act.h"
#include "flow/flow_place.h"
#include "route/transfer.h"

enum { LIST_BYTES = 64 * 1024, IN_TIME_BYTES = 400, LIST_ITEMS = 100, DRAIN_MAX = 200 };

static const char *const levels[] = { "trainee", "regular", "senior", NULL };

#define M(member) offsetof(struct manager_view, member)
const struct field manager_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = M(id), .prefix = PREFIX_USER, .help = "the user" },
    { .name = "user_id", .kind = FIELD_ID, .offset = M(id), .prefix = PREFIX_USER, .help = "the same" },
    { .name = "version", .kind = FIELD_INT, .offset = M(version), .help = "for If-Match" },
    { .name = "name", .kind = FIELD_TEXT, .offset = M(name), .help = "of the user" },
    { .name = "email", .kind = FIELD_TEXT, .offset = M(email), .help = "of the user" },
    { .name = "role", .kind = FIELD_ENUM, .offset = M(role), .names = team_role_names, .help = "of the user" },
    { .name = "state", .kind = FIELD_ENUM, .offset = M(state), .names = team_manager_states, .help = "on; off: outside working hours; away: within them but not on duty; holiday: an absence" },
    { .name = "away_why", .kind = FIELD_TEXT, .offset = M(away_why), .flags = FIELD_NULLABLE, .help = "of the absence that is on: its reason" },
    { .name = "away_until", .kind = FIELD_INSTANT, .offset = M(away_until), .flags = FIELD_NULLABLE, .help = "of the absence that is on: its end" },
    { .name = "on_duty", .kind = FIELD_BOOL, .offset = M(on_duty), .help = "takes leads in working hours" },
    { .name = "duty_at", .kind = FIELD_INSTANT, .offset = M(duty_at), .flags = FIELD_NULLABLE, .help = "since when" },
    { .name = "duty_mode", .kind = FIELD_ENUM, .offset = M(duty_mode), .names = team_duty_modes, .help = "manual: as switched; automatic: who goes off is on again with the next working day" },
    { .name = "duty_back_at", .kind = FIELD_INSTANT, .offset = M(back_at), .flags = FIELD_NULLABLE, .help = "off duty until then; absent: until switched on" },
    { .name = "calendar_id", .kind = FIELD_ID, .offset = M(calendar_id), .prefix = PREFIX_CALENDAR, .flags = FIELD_NULLABLE, .help = "absent: at work at every hour" },
    { .name = "capacity", .kind = FIELD_INT, .offset = M(capacity), .help = "units of load; 0: no limit" },
    { .name = "load", .kind = FIELD_INT, .offset = M(load), .help = "units: a hot lead in hand is 2, a warm one 1" },
    { .name = "hot", .kind = FIELD_INT, .offset = M(hot), .help = "hot leads in hand" },
    { .name = "daily_quota", .kind = FIELD_INT, .offset = M(daily_quota), .help = "leads in any 24 hours; 0: no limit" },
    { .name = "hourly_quota", .kind = FIELD_INT, .offset = M(hourly_quota), .help = "leads in any hour; 0: no limit" },
    { .name = "level", .kind = FIELD_ENUM, .offset = M(level), .names = levels, .help = "a trainee gets no hot lead" },
    { .name = "weight", .kind = FIELD_INT, .offset = M(weight), .help = "share under the weighted policy" },
    { .name = "products", .kind = FIELD_RAW, .offset = M(products), .help = "list of texts; empty: all" },
    { .name = "regions", .kind = FIELD_RAW, .offset = M(regions), .help = "list of texts; empty: all" },
    { .name = "languages", .kind = FIELD_RAW, .offset = M(languages), .help = "list of texts; empty: all" },
    { .name = "sees", .kind = FIELD_RAW, .offset = M(sees), .flags = FIELD_NULLABLE, .help = "a condition: which leads this person may be given at all; null: any" },
    { .name = "pools", .kind = FIELD_RAW, .offset = M(pools), .help = "ids of the pools" },
    { .name = "median_answer_s", .kind = FIELD_RAW, .offset = M(median_answer_s), .flags = FIELD_NULLABLE, .help = "seconds from getting an urgent call to doing it, of 30 days" },
    { .name = "in_time_pct", .kind = FIELD_RAW, .offset = M(in_time_pct), .flags = FIELD_NULLABLE, .help = "per cent, of 30 days: urgent calls done in time, of those and the ones whose deadline passed in this person's hands" },
    { .name = "in_time", .kind = FIELD_RAW, .offset = M(in_time), .flags = FIELD_NULLABLE, .help = "{n, of, share: {value, low, high} or null}: what in_time_pct is told from; the share with its interval (Wilson, 95 %), null where it is told from fewer than five" },
    { .name = "today", .kind = FIELD_RAW, .offset = M(today), .help = "{assigned, calls}: leads given to this person, and leads called, since the day began in the company's zone; on the board in its period" },
    { 0 }
};

enum err drain_after(struct call *call)
{
    int64_t served;

    return flow_drain(&call->ctx, call->tx, INSTANT_NEVER, DRAIN_MAX, &call->messages, &served);
}

/* ---- showing ---- */

static enum err pools_of_all(struct call *call, struct pools *pools, struct pool_members **members)
{
    enum err e = route_pool_list(&call->ctx, call->tx, pools);

    if (e)
        return e;
    *members = ARENA_ARRAY(call->ctx.arena, struct pool_members, pools->count + 1);
    for (size_t i = 0; i < pools->count && !e; i++)
        e = route_member_list(&call->ctx, call->tx, pools->items[i].id, &(*members)[i]);
    return e;
}

static bool belongs(const struct desk *d, const struct desk_person *p, const struct pool *pool,
                    const struct pool_members *members)
{
    if (pool->everyone)
        return flow_desk_everyone(d, p);
    for (size_t i = 0; i < members->count; i++)
        if (members->items[i].user.v == p->user.id.v)
            return members->items[i].member;
    return false;
}

static struct str pools_text(struct call *call, const struct desk *d, const struct desk_person *p,
                             const struct pools *pools, const struct pool_members *members)
{
    struct buf b = buf_new(call->ctx.arena, LIST_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < pools->count; i++)
        if (belongs(d, p, &pools->items[i], &members[i]))
            json_put_id(&o, PREFIX_POOL, pools->items[i].id.v);
    json_list_end(&o);
    return buf_str(&b);
}

struct figures {
    struct board_call *calls;
    size_t call_count;
    struct board_deed *deeds[DEEDS_KINDS];
    size_t deed_count[DEEDS_KINDS];
};

static int64_t deeds_of(const struct figures *f, enum board_deeds kind, int64_t user)
{
    int64_t n = 0;

    for (size_t i = 0; i < f->deed_count[kind]; i++)
        n += f->deeds[kind][i].user.v == user;
    return n;
}

struct str manager_in_time(struct arena *a, struct board_answer sum)
{
    struct buf b = buf_new(a, IN_TIME_BYTES);
    struct json_out o = json_to(&b);

    if (!sum.has_share)
        return STR("null");
    json_begin(&o);
    json_put_number(&o, "n", sum.in_time);
    json_put_number(&o, "of", sum.in_time + sum.late);
    json_put_share(&o, "share", report_share(sum.in_time, sum.in_time + sum.late));
    json_end(&o);
    return buf_str(&b);
}

static void figures_put(struct call *call, const struct figures *f, struct manager_view *v)
{
    struct arena *a = call->ctx.arena;
    struct user_id user = { v->id };
    struct board_answer sum = report_answer_of(f->calls, f->call_count, user, call->ctx.now - CALL_DAYS * DAY_US, a);

    v->median_answer_s = number_or_null(a, sum.has_median, sum.median_s);
    v->in_time_pct = number_or_null(a, sum.has_share, sum.in_time_pct);
    v->in_time = manager_in_time(a, sum);
    v->today = str_print(a, "{\"assigned\":%lld,\"calls\":%lld}", (long long)deeds_of(f, DEEDS_GIVEN, v->id),
                         (long long)deeds_of(f, DEEDS_CALLED, v->id));
}

static struct manager_view view_of(const struct desk_person *p, instant now)
{
    const struct manager *m = &p->manager;

    return (struct manager_view){
        .id = p->user.id.v, .version = m->version, .calendar_id = m->calendar.v, .name = p->user.name,
        .email = p->user.email, .role = p->user.role, .state = (int)flow_desk_state(p, now), .level = (int)m->level,
        .on_duty = m->on_duty, .duty_at = m->duty_at, .capacity = m->capacity, .load = p->load, .hot = p->hot,
        .daily_quota = m->daily_quota, .hourly_quota = m->hourly_quota, .weight = m->weight,
        .away_why = p->away_why, .away_until = p->away_until,
        .products = m->products, .regions = m->regions, .languages = m->languages, .duty_mode = (int)m->duty_mode,
        .back_at = p->back_at == INSTANT_NEVER || m->on_duty ? INSTANT_NONE : p->back_at, .sees = m->sees.len ? m->sees : STR("null"),
    };
}

enum err manager_deeds(struct call *call, enum board_deeds kind, instant from, instant until, struct board_deed **list, size_t *count)
{
    struct assignment_id *back = NULL;
    size_t back_count = 0;
    enum err e = report_deeds(&call->ctx, call->tx, kind, from, until, list, count);

    if (e || (kind == DEEDS_GIVEN && (e = route_transfer_taken_back(&call->ctx, call->tx, from, &back, &back_count))))
        return e;
    *count = report_deeds_once(*list, *count, back ? &back->v : NULL, back_count);
    return ERR_NONE;
}

static enum err figures_read(struct call *call, const struct board_scope *s, struct figures *f)
{
    enum err e = report_call_list(&call->ctx, call->tx, call->ctx.now - CALL_DAYS * DAY_US, CALLS_MAX, &f->calls, &f->call_count);

    for (int kind = 0; !e && kind < DEEDS_KINDS; kind++)
        e = manager_deeds(call, (enum board_deeds)kind, s->from, s->until, &f->deeds[kind], &f->deed_count[kind]);
    return e;
}

/* Managers always; heads and owners when they are in a pool, or hold leads. */
static bool shown(const struct desk_person *p, struct str pools)
{
    return p->user.state == USER_ACTIVE && (p->user.role == ROLE_MANAGER || pools.len > 2 || p->load > 0);
}

enum err manager_views(struct call *call, const struct desk *d, const struct board_scope *s, struct manager_view **views, size_t *count)
{
    struct pool_members *members;
    struct figures figures;
    struct pools pools;
    size_t n = 0;
    enum err e;

    if ((e = pools_of_all(call, &pools, &members)) || (e = figures_read(call, s, &figures)))
        return e;
    *views = ARENA_ARRAY(call->ctx.arena, struct manager_view, d->count + 1);
    for (size_t i = 0; i < d->count; i++) {
        struct str in = pools_text(call, d, &d->people[i], &pools, members);
        struct manager_view *v = &(*views)[n];

        if (!shown(&d->people[i], in) || !board_scope_has(s, d->people[i].user.id))
            continue;
        *v = view_of(&d->people[i], call->ctx.now);
        v->pools = in;
        figures_put(call, &figures, v);
        n++;
    }
    *count = n;
    return ERR_NONE;
}

/* Everybody, today. */
static const struct board_ask all_today = { .period = -1, .from = INSTANT_NONE, .until = INSTANT_NONE };

enum err manager_list_get(struct call *call)
{
    struct manager_view *views;
    struct board_scope scope;
    struct desk desk;
    size_t count;
    enum err e;

    if ((e = flow_desk_open(&call->ctx, call->tx, DESK_SHOW, &desk)) || (e = board_scope_read(call, &all_today, &scope))
        || (e = manager_views(call, &desk, &scope, &views, &count)))
        return e;
    return reply_list(call, views, count, sizeof *views, STR_NULL, (int64_t)count);
}

/* The path's {id} as it stands: also somebody who is not in the list. */
static enum err reply_manager(struct call *call, struct user_id id)
{
    struct pool_members *members;
    struct board_scope scope;
    struct figures figures;
    struct manager_view view;
    struct desk_person *p;
    struct pools pools;
    struct desk desk;
    enum err e;

    if ((e = flow_desk_open(&call->ctx, call->tx, DESK_SHOW, &desk)))
        return e;
    p = flow_desk_find(&desk, id);
    if (!p)
        return ERR_NOT_FOUND;
    if ((e = pools_of_all(call, &pools, &members)) || (e = board_scope_read(call, &all_today, &scope)) || (e = figures_read(call, &scope, &figures)))
        return e;
    view = view_of(p, call->ctx.now);
    view.pools = pools_text(call, &desk, p, &pools, members);
    figures_put(call, &figures, &view);
    reply_etag(call, view.version);
    return reply_ok(call, &view);
}

static enum err manager_id(struct call *call, struct user_id *id)
{
    enum err e = param_id(call, "id", PREFIX_USER, &id->v);

    if (e)
        return e;
    if (id->v != call_user(call).v && !team_right_has(&call->ctx.actor, RIGHT_MANAGER_READ))
        return ERR_NOT_FOUND;
    return ERR_NONE;
}

enum err manager_get_one(struct call *call)
{
    struct user_id id;
    enum err e = manager_id(call, &id);

    return e ? e : reply_manager(call, id);
}

/* ---- the own place in the queue ---- */

struct place_view {
    int64_t pool_id, before, of, weight, load, capacity;
    int64_t given_day, given_hour, daily_quota, hourly_quota;
    struct str pool, why, first; /* the last JSON */
    int policy;
    bool eligible;
    instant again_at, last_at;
    fix turns;
};
#define Q(member) offsetof(struct place_view, member)
const struct field place_fields[] = {
    { .name = "pool_id", .kind = FIELD_ID, .offset = Q(pool_id), .prefix = PREFIX_POOL, .help = "the pool" },
    { .name = "pool", .kind = FIELD_TEXT, .offset = Q(pool), .help = "its name" },
    { .name = "policy", .kind = FIELD_ENUM, .offset = Q(policy), .names = route_policy_words, .help = "which of those who may gets the lead" },
    { .name = "eligible", .kind = FIELD_BOOL, .offset = Q(eligible), .help = "may get a hot lead now" },
    { .name = "why", .kind = FIELD_TEXT, .offset = Q(why), .help = "ok, or why not now" },
    { .name = "again_at", .kind = FIELD_INSTANT, .offset = Q(again_at), .flags = FIELD_NULLABLE, .help = "when the reason passes by itself" },
    { .name = "before", .kind = FIELD_INT, .offset = Q(before), .help = "how many of those who may go first; -1: whoever takes it first" },
    { .name = "of", .kind = FIELD_INT, .offset = Q(of), .help = "how many may get a hot lead now" },
    { .name = "last_at", .kind = FIELD_INSTANT, .offset = Q(last_at), .flags = FIELD_NULLABLE, .help = "the last lead of this pool" },
    { .name = "weight", .kind = FIELD_INT, .offset = Q(weight), .help = "share under the weighted policy" },
    { .name = "turns", .kind = FIELD_FIX, .offset = Q(turns), .help = "weighted: how many turns of weight 1 behind whoever is next; below 0: ahead" },
    { .name = "load", .kind = FIELD_INT, .offset = Q(load), .help = "units of load" },
    { .name = "capacity", .kind = FIELD_INT, .offset = Q(capacity), .help = "units; 0: no limit" },
    { .name = "first", .kind = FIELD_RAW, .offset = Q(first), .flags = FIELD_NULLABLE, .help = "{last_at, load, capacity} of whoever is next, unnamed; null: nobody may" },
    { .name = "given_day", .kind = FIELD_INT, .offset = Q(given_day), .help = "leads given in the last 24 hours, of all pools" },
    { .name = "given_hour", .kind = FIELD_INT, .offset = Q(given_hour), .help = "in the last 60 minutes" },
    { .name = "daily_quota", .kind = FIELD_INT, .offset = Q(daily_quota), .help = "of 24 hours; 0: no limit" },
    { .name = "hourly_quota", .kind = FIELD_INT, .offset = Q(hourly_quota), .help = "of 60 minutes; 0: no limit" },
    { 0 }
};

static struct str first_text(struct arena *a, const struct queue_place *p)
{
    struct buf b = buf_new(a, 400);
    struct json_out o = json_to(&b);

    if (p->of == 0)
        return STR("null");
    json_begin(&o);
    if (p->first_last_at != INSTANT_NONE) {
        json_key(&o, "last_at");
        json_put_instant(&o, p->first_last_at);
    }
    json_key(&o, "load");
    json_put_int(&o, p->first_load);
    json_key(&o, "capacity");
    json_put_int(&o, p->first_capacity);
    json_end(&o);
    return buf_str(&b);
}

enum err manager_place_list(struct call *call)
{
    struct queue_place *list;
    struct place_view *views;
    struct user_id id;
    struct desk desk;
    size_t n;
    enum err e = manager_id(call, &id);

    if (e || (e = flow_desk_open(&call->ctx, call->tx, DESK_SHOW, &desk)) || (e = flow_place(&call->ctx, call->tx, &desk, id, &list, &n)))
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct place_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct queue_place *p = &list[i];

        views[i] = (struct place_view){
            .pool_id = p->pool.id.v, .pool = p->pool.name, .policy = (int)p->pool.policy, .eligible = p->self.why == CANDIDATE_OK,
            .why = str_of(candidate_why_word(p->self.why)), .again_at = p->self.again_at == INSTANT_NEVER ? INSTANT_NONE : p->self.again_at,
            .before = p->before, .of = p->of, .last_at = p->self.last_at, .weight = p->self.weight, .turns = p->turns,
            .load = p->self.load, .capacity = p->self.capacity, .first = first_text(call->ctx.arena, p), .given_day = p->given_day,
            .given_hour = p->given_hour, .daily_quota = p->day_quota, .hourly_quota = p->hour_quota,
        };
    }
    return reply_list(call, views, n, sizeof *views, STR_NULL, (int64_t)n);
}

/* ---- changing ---- */

struct manager_ask {
    int64_t calendar_id, capacity, daily_quota, hourly_quota, weight;
    int level, duty_mode;
    const struct json *products, *regions, *languages, *sees;
};
#define K(member) offsetof(struct manager_ask, member)
enum { SET_CALENDAR, SET_CAPACITY, SET_DAY, SET_HOUR, SET_LEVEL, SET_WEIGHT, SET_PRODUCTS, SET_REGIONS, SET_LANGUAGES, SET_MODE, SET_SEES };
const struct field manager_patch_fields[] = {
    [SET_CALENDAR] = { .name = "calendar_id", .kind = FIELD_ID, .offset = K(calendar_id), .prefix = PREFIX_CALENDAR, .flags = FIELD_NULLABLE, .help = "null: at work at every hour" },
    [SET_CAPACITY] = { .name = "capacity", .kind = FIELD_INT, .offset = K(capacity), .min = 0, .max = 100000, .help = "units of load; 0: no limit" },
    [SET_DAY] = { .name = "daily_quota", .kind = FIELD_INT, .offset = K(daily_quota), .min = 0, .max = 100000, .help = "leads in any 24 hours; 0: no limit" },
    [SET_HOUR] = { .name = "hourly_quota", .kind = FIELD_INT, .offset = K(hourly_quota), .min = 0, .max = 100000, .help = "leads in any hour; 0: no limit" },
    [SET_LEVEL] = { .name = "level", .kind = FIELD_ENUM, .offset = K(level), .names = levels, .help = "a trainee gets no hot lead" },
    [SET_WEIGHT] = { .name = "weight", .kind = FIELD_INT, .offset = K(weight), .min = 1, .max = ROUTE_WEIGHT_MAX, .help = "share under the weighted policy" },
    [SET_PRODUCTS] = { .name = "products", .kind = FIELD_JSON, .offset = K(products), .help = "list of texts; empty: all" },
    [SET_REGIONS] = { .name = "regions", .kind = FIELD_JSON, .offset = K(regions), .help = "list of texts; empty: all" },
    [SET_LANGUAGES] = { .name = "languages", .kind = FIELD_JSON, .offset = K(languages), .help = "list of texts; empty: all" },
    [SET_MODE] = { .name = "duty_mode", .kind = FIELD_ENUM, .offset = K(duty_mode), .names = team_duty_modes, .help = "whether duty begins again by itself with the working day" },
    [SET_SEES] = { .name = "sees", .kind = FIELD_JSON, .offset = K(sees), .help = "a condition of the language of rules: which leads this person may be given at all; null: any" },
    { 0 }
};

/* A list of short texts, as JSON to keep. */
static enum err texts_keep(struct call *call, const struct json *list, const char *pointer, struct str *kept)
{
    struct buf b = buf_new(call->ctx.arena, LIST_BYTES);
    struct json_out o = json_to(&b);

    if (!json_is(list, JSON_ARRAY) || list->count > LIST_ITEMS)
        return fault_at(&call->ctx, ERR_BAD_FIELD, str_of(pointer), "a list of at most %d texts", LIST_ITEMS);
    json_list(&o);
    for (uint32_t i = 0; i < list->count; i++) {
        struct str text = str_trim(json_text(&list->as.items[i]));

        if (text.len == 0 || text.len > 200)
            return fault_at(&call->ctx, ERR_BAD_FIELD, str_print(call->ctx.arena, "%s/%u", pointer, i),
                            "a text of 1 to 200 bytes");
        json_put_text(&o, text);
    }
    json_list_end(&o);
    *kept = buf_str(&b);
    return ERR_NONE;
}

static enum err skills_put(struct call *call, const struct manager_ask *ask, uint64_t set, struct manager *m)
{
    const struct {
        int field;
        const struct json *from;
        const char *pointer;
        struct str *to;
    } lists[] = {
        { SET_PRODUCTS, ask->products, "/products", &m->products },
        { SET_REGIONS, ask->regions, "/regions", &m->regions },
        { SET_LANGUAGES, ask->languages, "/languages", &m->languages },
    };
    enum err e = ERR_NONE;

    for (size_t i = 0; i < countof(lists) && !e; i++)
        if (set >> lists[i].field & 1)
            e = texts_keep(call, lists[i].from, lists[i].pointer, lists[i].to);
    return e;
}

static enum err sees_put(struct call *call, const struct json *sees, struct manager *m)
{
    if (sees && !json_is(sees, JSON_NULL))
        return condition_keep(call, sees, STR("/sees"), NULL, &m->sees);
    m->sees = STR("");
    return ERR_NONE;
}

static enum err calendar_put(struct call *call, int64_t id, struct manager *m)
{
    struct calendar cal;
    enum err e = id ? team_calendar_get(&call->ctx, call->tx, (struct calendar_id){ id }, &cal) : ERR_NONE;

    if (e == ERR_NOT_FOUND) {
        fault_clear(&call->ctx);
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/calendar_id"), "no such calendar");
    }
    m->calendar.v = id;
    return e;
}

/* The row of a user who is to get leads, made when it is not there yet. */
static enum err manager_row(struct call *call, struct user_id id, struct manager *m)
{
    struct user user;
    enum err e = team_user_get(&call->ctx, call->tx, id, &user);

    if (e)
        return e;
    if (user.role != ROLE_MANAGER && user.role != ROLE_HEAD && user.role != ROLE_OWNER)
        return ERR_NOT_FOUND;
    e = team_manager_ensure(&call->ctx, call->tx, id);
    return e ? e : team_manager_get(&call->ctx, call->tx, id, m);
}

enum err manager_patch(struct call *call)
{
    struct manager_ask ask = { .capacity = 0 };
    struct manager m;
    struct user_id id;
    uint64_t set = 0;
    enum err e;

    if ((e = body_read(call, &ask, &set)) || (e = manager_id(call, &id)) || (e = manager_row(call, id, &m))
        || (e = match_version(call, m.version)))
        return e;
    if (set >> SET_CALENDAR & 1 && (e = calendar_put(call, ask.calendar_id, &m)))
        return e;
    m.capacity = set >> SET_CAPACITY & 1 ? ask.capacity : m.capacity;
    m.daily_quota = set >> SET_DAY & 1 ? ask.daily_quota : m.daily_quota;
    m.hourly_quota = set >> SET_HOUR & 1 ? ask.hourly_quota : m.hourly_quota;
    m.weight = set >> SET_WEIGHT & 1 && ask.weight ? ask.weight : m.weight;
    m.level = set >> SET_LEVEL & 1 && ask.level >= 0 ? ask.level : m.level;
    m.duty_mode = set >> SET_MODE & 1 && ask.duty_mode >= 0 ? ask.duty_mode : m.duty_mode;
    if (set >> SET_SEES & 1 && (e = sees_put(call, ask.sees, &m)))
        return e;
    if ((e = skills_put(call, &ask, set, &m)) || (e = team_manager_put(&call->ctx, call->tx, &m))
        || (e = drain_after(call)))
        return e;
    return reply_manager(call, id);
}

struct duty_ask {
    bool on_duty;
};
const struct field duty_fields[] = {
    { .name = "on_duty", .kind = FIELD_BOOL, .offset = offsetof(struct duty_ask, on_duty), .flags = FIELD_REQUIRED, .help = "takes leads in working hours" },
    { 0 }
};

enum err manager_duty(struct call *call)
{
    struct duty_ask ask = { false };
    struct user_id id;
    struct manager m;
    bool changed;
    enum err e;

    if ((e = body_read(call, &ask, NULL)) || (e = manager_id(call, &id)) || (e = manager_row(call, id, &m)))
        return e;
    if (id.v != call_user(call).v && !team_right_has(&call->ctx.actor, RIGHT_MANAGER_EDIT))
        return ERR_FORBIDDEN;
    e = team_manager_set_duty(&call->ctx, call->tx, id, ask.on_duty, &changed);
    if (!e && changed && ask.on_duty)
        e = drain_after(call);
    return e ? e : reply_manager(call, id);
}
