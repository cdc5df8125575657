/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_merge.c - leads joined by hand, told why, and given back. */
#include "api/api_lead.h"
#include "flow/flow_merge.h"

struct merge_ask {
    int64_t lead_id;
};
const struct field merge_ask_fields[] = {
    { .name = "lead_id", .kind = FIELD_ID, .offset = offsetof(struct merge_ask, lead_id), .prefix = PREFIX_LEAD,
      .flags = FIELD_REQUIRED, .help = "the lead that comes to this one" },
    { 0 },
};
struct merge_made {
    int64_t merge_id;
};
const struct field merge_made_fields[] = {
    { .name = "merge_id", .kind = FIELD_ID, .offset = offsetof(struct merge_made, merge_id), .prefix = PREFIX_MERGE },
    { 0 },
};

struct merge_view {
    int64_t id, from_id, into_id;
    struct str from_name, by_name, reason;
    instant at, undone_at;
};
const struct field merge_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = offsetof(struct merge_view, id), .prefix = PREFIX_MERGE },
    { .name = "from_id", .kind = FIELD_ID, .offset = offsetof(struct merge_view, from_id), .prefix = PREFIX_LEAD },
    { .name = "from_name", .kind = FIELD_TEXT, .offset = offsetof(struct merge_view, from_name), .flags = FIELD_NULLABLE },
    { .name = "into_id", .kind = FIELD_ID, .offset = offsetof(struct merge_view, into_id), .prefix = PREFIX_LEAD },
    { .name = "at", .kind = FIELD_INSTANT, .offset = offsetof(struct merge_view, at) },
    { .name = "by_name", .kind = FIELD_TEXT, .offset = offsetof(struct merge_view, by_name), .flags = FIELD_NULLABLE },
    { .name = "reason", .kind = FIELD_TEXT, .offset = offsetof(struct merge_view, reason), .help = "identity, alias, by_hand" },
    { .name = "undone_at", .kind = FIELD_INSTANT, .offset = offsetof(struct merge_view, undone_at), .flags = FIELD_NULLABLE },
    { 0 },
};

enum err lead_merge_one(struct call *call)
{
    struct merge_ask ask = { 0 };
    struct merge_made made;
    struct lead parent, child;
    struct merge_id id;
    enum err e;

    if ((e = body_read(call, &ask, NULL)) || (e = lead_of_call(call, &parent))
        || (e = lead_get(&call->ctx, call->tx, (struct lead_id){ ask.lead_id }, &child)))
        return e;
    if (!team_may_see(&call->ctx.actor, child.owner))
        return ERR_NOT_FOUND;
    e = flow_merge(call->house->flow, &call->ctx, call->tx, child.id, parent.id, &id, &call->messages);
    if (e)
        return e;
    made.merge_id = id.v;
    return reply_made(call, &made);
}

enum err lead_merge_list(struct call *call)
{
    struct ctx *c = &call->ctx;
    struct lead_merge *merges;
    struct merge_view *views;
    struct names names;
    struct lead lead;
    size_t n;
    enum err e;

    if ((e = lead_of_call(call, &lead)) || (e = names_read(call, &names))
        || (e = lead_merges(c, call->tx, lead.id, &merges, &n)))
        return e;
    views = ARENA_ARRAY(c->arena, struct merge_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct lead from;

        if ((e = lead_get(c, call->tx, merges[i].child, &from)) || (e = lead_call(c, call->tx, &from, 1)))
            return e;
        views[i] = (struct merge_view){
            merges[i].id.v, merges[i].child.v, merges[i].parent.v, from.called,
            names_find(&names, merges[i].by.v), merges[i].reason, merges[i].at, merges[i].undone_at,
        };
    }
    return reply_list(call, views, n, sizeof *views, STR_NULL, (int64_t)n);
}

enum err lead_merge_undo(struct call *call)
{
    struct lead_merge undone;
    struct merge_id id;
    struct lead root;
    enum err e;

    if ((e = param_id(call, "id", PREFIX_MERGE, &id.v))
        || (e = flow_unmerge(call->house->flow, &call->ctx, call->tx, id, &undone, &call->messages))
        || (e = lead_get(&call->ctx, call->tx, undone.root, &root)))
        return e;
    return team_may_see(&call->ctx.actor, root.owner) ? reply_none(call) : ERR_NOT_FOUND;
}
