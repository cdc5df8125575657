/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_lead.h"
#include "api/api_team.h"
#include "api/inner.h"
#include "base/limits.h"
#include "team/view.h"

static const char *const scope_names[] = { "me", "team", NULL };
enum { SCOPE_ME, SCOPE_TEAM };

struct view {
    struct view_id id;
    int64_t version;
    struct str name, query;
    int scope;
    bool pinned, own;
    struct str count, count_is;
};

enum { COUNTED_MAX = 30 };

#define VIEW(member) offsetof(struct view, member)
const struct field view_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = VIEW(id), .prefix = PREFIX_VIEW, .help = "the view" },
    { .name = "version", .kind = FIELD_INT, .offset = VIEW(version), .help = "for If-Match" },
    { .name = "name", .kind = FIELD_TEXT, .offset = VIEW(name), .help = "of the view" },
    { .name = "query", .kind = FIELD_TEXT, .offset = VIEW(query), .help = "query of the list of leads" },
    { .name = "scope", .kind = FIELD_ENUM, .offset = VIEW(scope), .names = scope_names, .help = "one's own, or the team's" },
    { .name = "pinned", .kind = FIELD_BOOL, .offset = VIEW(pinned), .help = "stands first" },
    { .name = "own", .kind = FIELD_BOOL, .offset = VIEW(own), .help = "made by the caller" },
    { .name = "count", .kind = FIELD_RAW, .offset = VIEW(count), .flags = FIELD_NULLABLE,
      .help = "leads that it shows the caller, exact up to 10,000; null when the query is none, and beyond the first views" },
    { .name = "count_is", .kind = FIELD_TEXT, .offset = VIEW(count_is), .flags = FIELD_NULLABLE,
      .help = "at_least where counting stopped at count, and there are more" },
    { 0 }
};

struct view_ask {
    struct str name, query;
    int scope;
    bool pinned;
};

enum { SET_NAME, SET_QUERY, SET_SCOPE, SET_PINNED };
#define ASK(member) offsetof(struct view_ask, member)
#define ASK_FIELDS(flag)                                                                                                          \
    [SET_NAME] = { .name = "name", .kind = FIELD_TEXT, .offset = ASK(name), .flags = (flag), .min = 1, .max = LIMIT_NAME_CHARS,  \
                   .help = "of the view" },                                                                                        \
    [SET_QUERY] = { .name = "query", .kind = FIELD_TEXT, .offset = ASK(query), .flags = (flag), .max = LIMIT_QUERY_BYTES,        \
                    .help = "query of the list of leads" },                                                                        \
    [SET_SCOPE] = { .name = "scope", .kind = FIELD_ENUM, .offset = ASK(scope), .names = scope_names, .help = "me unless said" }, \
    [SET_PINNED] = { .name = "pinned", .kind = FIELD_BOOL, .offset = ASK(pinned), .help = "stands first" }

const struct field view_draft_fields[] = { ASK_FIELDS(FIELD_REQUIRED), { 0 } };
const struct field view_patch_fields[] = { ASK_FIELDS(0), { 0 } };

static struct view view_of(const struct call *call, const struct saved_view *v)
{
    return (struct view){ v->id, v->version, v->name, v->query, v->team ? SCOPE_TEAM : SCOPE_ME, v->pinned,
                          v->user.v == call_user(call).v, STR("null"), STR_NULL };
}

/* A query that does not read any more has no count; the view still stands. */
static void count_view(struct call *call, struct view *view)
{
    struct lead_query q = { 0 };
    struct lead_filter f = { .limit = 1 };
    struct lead_page page = { 0 };
    enum err e = query_read_text(call, lead_list_query, view->query, &q);

    if (e == ERR_NONE)
        e = lead_filter_of(call, &q, &f);
    if (e == ERR_NONE && f.limit)
        e = lead_list(&call->ctx, call->tx, &f, &page);
    fault_clear(&call->ctx);
    if (e)
        return;
    view->count = str_print(call->ctx.arena, "%lld", (long long)page.total);
    view->count_is = page.total_more ? STR("at_least") : STR_NULL;
}

enum err view_list_get(struct call *call)
{
    struct saved_view *list;
    struct view *views;
    size_t count;
    enum err e = team_view_list(&call->ctx, call->tx, call_user(call), &list, &count);

    if (e)
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct view, count + 1);
    for (size_t i = 0; i < count; i++) {
        views[i] = view_of(call, &list[i]);
        if (i < COUNTED_MAX)
            count_view(call, &views[i]);
    }
    return reply_list(call, views, count, sizeof *views, STR_NULL, (int64_t)count);
}

enum err view_create(struct call *call)
{
    struct view_ask ask = { 0 };
    struct saved_view v;
    struct view view;
    enum err e = body_read(call, &ask, NULL);

    if (e)
        return e;
    if (ask.scope == SCOPE_TEAM && !team_right_has(&call->ctx.actor, RIGHT_VIEW_TEAM))
        return fault_field(&call->ctx, ERR_FORBIDDEN, "/scope");
    v = (struct saved_view){ .user = call_user(call), .name = ask.name, .query = ask.query,
                             .team = ask.scope == SCOPE_TEAM, .pinned = ask.pinned };
    e = team_view_add(&call->ctx, call->tx, &v);
    if (e)
        return e;
    view = view_of(call, &v);
    reply_etag(call, v.version);
    return reply_made(call, &view);
}

/* The view of {id}, which the caller may change: the own one, or the team's for who may make such. */
static enum err view_to_change(struct call *call, struct saved_view *v)
{
    struct view_id id;
    enum err e = param_id(call, "id", PREFIX_VIEW, &id.v);

    if (e == ERR_NONE)
        e = team_view_get(&call->ctx, call->tx, id, call_user(call), v);
    if (e)
        return e;
    if (v->team && !team_right_has(&call->ctx.actor, RIGHT_VIEW_TEAM))
        return ERR_FORBIDDEN;
    return match_version(call, v->version);
}

enum err view_patch(struct call *call)
{
    struct view_ask ask = { 0 };
    struct saved_view v;
    struct view view;
    uint64_t set = 0;
    enum err e = body_read(call, &ask, &set);

    if (e == ERR_NONE)
        e = view_to_change(call, &v);
    if (e)
        return e;
    v.name = set >> SET_NAME & 1 ? ask.name : v.name;
    v.query = set >> SET_QUERY & 1 ? ask.query : v.query;
    v.pinned = set >> SET_PINNED & 1 ? ask.pinned : v.pinned;
    if (set >> SET_SCOPE & 1) {
        if (ask.scope == SCOPE_TEAM && !team_right_has(&call->ctx.actor, RIGHT_VIEW_TEAM))
            return fault_field(&call->ctx, ERR_FORBIDDEN, "/scope");
        v.team = ask.scope == SCOPE_TEAM;
    }
    e = team_view_put(&call->ctx, call->tx, &v);
    if (e)
        return e;
    view = view_of(call, &v);
    reply_etag(call, v.version);
    return reply_ok(call, &view);
}

enum err view_delete(struct call *call)
{
    struct saved_view v;
    enum err e = view_to_change(call, &v);

    if (e == ERR_NONE)
        e = team_view_del(&call->ctx, call->tx, v.id);
    return e ? e : reply_none(call);
}
