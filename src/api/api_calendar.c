/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Working calendars, and the absences of people. */
#include "api/api_manager.h"

#include "base/limits.h"
#include "sys/zone.h"

enum { ABSENCES_MAX = 1000 };

/* ---- calendars ---- */

struct calendar_view {
    int64_t id, version;
    struct str name, zone, hours, holidays, days; /* the last three JSON */
};
#define V(member) offsetof(struct calendar_view, member)
const struct field calendar_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = V(id), .prefix = PREFIX_CALENDAR, .help = "the calendar" },
    { .name = "version", .kind = FIELD_INT, .offset = V(version), .help = "for If-Match" },
    { .name = "name", .kind = FIELD_TEXT, .offset = V(name), .help = "as people call it" },
    { .name = "zone", .kind = FIELD_TEXT, .offset = V(zone), .help = "IANA name of the time zone" },
    { .name = "hours", .kind = FIELD_RAW, .offset = V(hours), .help = "{mon: [[\"09:00\", \"13:00\"], ...], ...}; an end not after its beginning is next morning" },
    { .name = "holidays", .kind = FIELD_RAW, .offset = V(holidays), .help = "dates on which no shift begins" },
    { .name = "days", .kind = FIELD_RAW, .offset = V(days), .help = "{date: [[from, until], ...]}: days with hours of their own" },
    { 0 }
};

struct calendar_ask {
    struct str name;
    const struct json *zone, *hours, *holidays, *days;
};
#define Q(member) offsetof(struct calendar_ask, member)
#define HOURS_FIELDS                                                                               \
    { .name = "holidays", .kind = FIELD_JSON, .offset = Q(holidays), .help = "list of dates" },    \
    { .name = "days", .kind = FIELD_JSON, .offset = Q(days), .help = "{date: [[from, until], ...]}" }
const struct field calendar_draft_fields[] = {
    { .name = "name", .kind = FIELD_TEXT, .offset = Q(name), .flags = FIELD_REQUIRED, .min = 1, .max = LIMIT_NAME_CHARS, .help = "as people call it" },
    { .name = "zone", .kind = FIELD_JSON, .offset = Q(zone), .flags = FIELD_REQUIRED, .help = "IANA name of the time zone" },
    { .name = "hours", .kind = FIELD_JSON, .offset = Q(hours), .flags = FIELD_REQUIRED, .help = "{mon: [[from, until], ...], ...}" },
    HOURS_FIELDS,
    { 0 }
};
const struct field calendar_patch_fields[] = {
    { .name = "name", .kind = FIELD_TEXT, .offset = Q(name), .min = 1, .max = LIMIT_NAME_CHARS, .help = "as people call it" },
    { .name = "zone", .kind = FIELD_JSON, .offset = Q(zone), .help = "IANA name of the time zone" },
    { .name = "hours", .kind = FIELD_JSON, .offset = Q(hours), .help = "{mon: [[from, until], ...], ...}" },
    HOURS_FIELDS,
    { 0 }
};

static struct str raw_of(const struct json *body, const char *key, struct str otherwise)
{
    const struct json *v = json_find(body, str_of(key));

    return v && v->raw.ptr ? v->raw : otherwise;
}

static enum err view_of(struct call *call, const struct calendar *cal, struct calendar_view *v)
{
    struct json *body;
    enum err e = json_read(&call->ctx, cal->body, &body);

    if (e)
        return e;
    *v = (struct calendar_view){ cal->id.v, cal->version, cal->name, zone_name(cal->cal.zone),
                                 raw_of(body, "hours", STR("{}")), raw_of(body, "holidays", STR("[]")),
                                 raw_of(body, "days", STR("{}")) };
    return ERR_NONE;
}

static enum err reply_calendar(struct call *call, const struct calendar *cal, bool made)
{
    struct calendar_view view;
    enum err e = view_of(call, cal, &view);

    if (e)
        return e;
    reply_etag(call, cal->version);
    return made ? reply_made(call, &view) : reply_ok(call, &view);
}

/* What was asked, and for what was not: what stood. */
static enum err cal_of_ask(struct call *call, const struct calendar_ask *ask, const struct json *stood, struct cal *cal)
{
    const struct {
        const char *name;
        const struct json *asked;
    } parts[] = { { "zone", ask->zone }, { "hours", ask->hours }, { "holidays", ask->holidays }, { "days", ask->days } };
    struct json_member members[countof(parts)];
    struct json object = { .type = JSON_OBJECT, .as.members = members };
    enum err e;

    for (size_t i = 0; i < countof(parts); i++) {
        const struct json *v = parts[i].asked ? parts[i].asked : json_find(stood, str_of(parts[i].name));

        if (v)
            members[object.count++] = (struct json_member){ str_of(parts[i].name), *v };
    }
    if ((e = cal_parse(&call->ctx, &object, cal)) || !ask->zone || zone_choose(json_text(ask->zone)))
        return e;
    return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/zone"), "a time zone by its IANA name, as Europe/Moscow");
}

enum err calendar_list_get(struct call *call)
{
    struct calendar_view *views;
    struct calendars list;
    enum err e = team_calendar_list(&call->ctx, call->tx, &list);

    if (e)
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct calendar_view, list.count + 1);
    for (size_t i = 0; i < list.count && !e; i++)
        e = view_of(call, &list.items[i], &views[i]);
    return e ? e : reply_list(call, views, list.count, sizeof *views, STR_NULL, (int64_t)list.count);
}

enum err calendar_create(struct call *call)
{
    struct calendar_ask ask = { .zone = NULL };
    struct calendar cal = { .version = 0 };
    enum err e = body_read(call, &ask, NULL);

    if (e || (e = cal_of_ask(call, &ask, NULL, &cal.cal)))
        return e;
    cal.name = ask.name;
    e = team_calendar_put(&call->ctx, call->tx, &cal);
    return e ? e : reply_calendar(call, &cal, true);
}

static enum err calendar_of_call(struct call *call, struct calendar *cal)
{
    struct calendar_id id;
    enum err e = param_id(call, "id", PREFIX_CALENDAR, &id.v);

    return e ? e : team_calendar_get(&call->ctx, call->tx, id, cal);
}

enum err calendar_patch(struct call *call)
{
    struct calendar_ask ask = { .zone = NULL };
    struct calendar cal;
    struct json *stood;
    enum err e;

    if ((e = body_read(call, &ask, NULL)) || (e = calendar_of_call(call, &cal))
        || (e = match_version(call, cal.version)) || (e = json_read(&call->ctx, cal.body, &stood))
        || (e = cal_of_ask(call, &ask, stood, &cal.cal)))
        return e;
    if (ask.name.len)
        cal.name = ask.name;
    if ((e = team_calendar_put(&call->ctx, call->tx, &cal)) || (e = drain_after(call)))
        return e;
    return reply_calendar(call, &cal, false);
}

enum err calendar_remove(struct call *call)
{
    struct calendar cal;
    enum err e = calendar_of_call(call, &cal);

    if (e || (e = match_version(call, cal.version)) || (e = team_calendar_del(&call->ctx, call->tx, cal.id)))
        return e;
    return reply_none(call);
}

/* ---- absences ---- */

struct absence_view {
    int64_t id, user_id;
    struct str user_name, reason;
    instant from, until;
    bool catch_up;
};
#define B(member) offsetof(struct absence_view, member)
#define ABSENCE_FIELDS                                                                             \
    { .name = "from", .kind = FIELD_INSTANT, .offset = B(from), .flags = FIELD_REQUIRED, .help = "the first instant" }, \
    { .name = "until", .kind = FIELD_INSTANT, .offset = B(until), .flags = FIELD_REQUIRED, .help = "the first instant behind it" }, \
    { .name = "reason", .kind = FIELD_TEXT, .offset = B(reason), .max = LIMIT_NAME_CHARS, .help = "vacation, illness, ..." }, \
    { .name = "catch_up", .kind = FIELD_BOOL, .offset = B(catch_up), .help = "leads missed are given back afterwards (weighted policy)" }
const struct field absence_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = B(id), .prefix = PREFIX_ABSENCE, .help = "the absence" },
    { .name = "user_id", .kind = FIELD_ID, .offset = B(user_id), .prefix = PREFIX_USER, .help = "who is away" },
    { .name = "user_name", .kind = FIELD_TEXT, .offset = B(user_name), .flags = FIELD_NULLABLE, .help = "who is away" },
    ABSENCE_FIELDS,
    { 0 }
};
const struct field absence_draft_fields[] = {
    { .name = "user_id", .kind = FIELD_ID, .offset = B(user_id), .prefix = PREFIX_USER, .help = "who is away; oneself unless said" },
    ABSENCE_FIELDS,
    { 0 }
};

struct absence_ask {
    int64_t user;
    instant after;
};
const struct field absence_query[] = {
    { .name = "user", .kind = FIELD_ID, .offset = offsetof(struct absence_ask, user), .prefix = PREFIX_USER, .help = "of one person" },
    { .name = "after", .kind = FIELD_INSTANT, .offset = offsetof(struct absence_ask, after), .help = "those that end after it; now unless said" },
    { 0 }
};

static struct absence_view absence_show(struct call *call, const struct absence *a)
{
    struct user user = { .name = STR_NULL };

    if (team_user_get(&call->ctx, call->tx, a->user, &user))
        fault_clear(&call->ctx);
    return (struct absence_view){ a->id.v, a->user.v, user.name, a->reason, a->from, a->until, a->catch_up };
}

/* Own ones are everybody's affair, others' those of whoever sets managers. */
static enum err may_see_absence(struct call *call, int64_t user, enum right right)
{
    if (user && user == call_user(call).v)
        return ERR_NONE;
    return team_right_has(&call->ctx.actor, right) ? ERR_NONE : ERR_FORBIDDEN;
}

enum err absence_list_get(struct call *call)
{
    struct absence_ask ask = { .after = call->ctx.now };
    struct absence_view *views;
    struct absences list;
    enum err e = query_read(call, &ask);

    if (e)
        return e;
    if (!team_right_has(&call->ctx.actor, RIGHT_MANAGER_READ))
        ask.user = call_user(call).v;
    e = team_absence_list(&call->ctx, call->tx, (struct user_id){ ask.user }, ask.after, &list);
    if (e)
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct absence_view, list.count + 1);
    if (list.count > ABSENCES_MAX)
        list.count = ABSENCES_MAX;
    for (size_t i = 0; i < list.count; i++)
        views[i] = absence_show(call, &list.items[i]);
    return reply_list(call, views, list.count, sizeof *views, STR_NULL, (int64_t)list.count);
}

enum err absence_create(struct call *call)
{
    struct absence_view ask = { .user_id = call_user(call).v };
    struct setting setting;
    struct absence a;
    struct user user;
    enum err e = team_setting_get(&call->ctx, call->tx, &setting);

    if (e)
        return e;
    ask.catch_up = setting.catch_up;
    if ((e = body_read(call, &ask, NULL)) || (e = may_see_absence(call, ask.user_id, RIGHT_MANAGER_EDIT)))
        return e;
    e = team_user_get(&call->ctx, call->tx, (struct user_id){ ask.user_id }, &user);
    if (e == ERR_NOT_FOUND) {
        fault_clear(&call->ctx);
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/user_id"), "no such user");
    }
    a = (struct absence){ .user = { ask.user_id }, .from = ask.from, .until = ask.until, .reason = ask.reason,
                          .catch_up = ask.catch_up };
    if (e || (e = team_absence_add(&call->ctx, call->tx, &a)))
        return e;
    ask = absence_show(call, &a);
    return reply_made(call, &ask);
}

enum err absence_remove(struct call *call)
{
    struct absence_id id;
    struct absence a;
    enum err e = param_id(call, "id", PREFIX_ABSENCE, &id.v);

    if (e || (e = team_absence_get(&call->ctx, call->tx, id, &a))
        || (e = may_see_absence(call, a.user.v, RIGHT_MANAGER_EDIT))
        || (e = team_absence_del(&call->ctx, call->tx, id)) || (e = drain_after(call)))
        return e;
    return reply_none(call);
}
