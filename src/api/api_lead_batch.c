/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Many leads at once: the good ones are taken, in one walk, each bad one is told with its place and reasons. */
#include "api/api_lead.h"
#include "api/lead_draft.h"

#include "base/limits.h"
#include "flow/flow_lead.h"
#include "lead/lead.h"

struct batch_ask {
    struct field_list leads;
};
const struct field lead_batch_fields[] = {
    { .name = "leads", .kind = FIELD_LIST, .offset = offsetof(struct batch_ask, leads), .fields = lead_draft_fields,
      .item_size = sizeof(struct lead_draft), .flags = FIELD_REQUIRED, .min = 1, .max = LIMIT_BATCH_LEADS,
      .help = "each as of POST /leads" },
    { 0 },
};

enum fate { FATE_MADE, FATE_KNOWN, FATE_REFUSED };
static const char *const fate_names[] = { "made", "known", "refused", NULL };

struct item {
    int64_t index;
    int fate;
    int64_t id;
    struct str errors;         /* JSON */
    const struct json *traits; /* of a good one */
};
static const struct field item_fields[] = {
    { .name = "index", .kind = FIELD_INT, .offset = offsetof(struct item, index), .help = "from 0" },
    { .name = "status", .kind = FIELD_ENUM, .offset = offsetof(struct item, fate), .names = fate_names,
      .help = "known: the lead was there, and has the new facts" },
    { .name = "id", .kind = FIELD_ID, .offset = offsetof(struct item, id), .prefix = PREFIX_LEAD, .flags = FIELD_NULLABLE },
    { .name = "errors", .kind = FIELD_RAW, .offset = offsetof(struct item, errors), .help = "as of a problem" },
    { 0 },
};

struct batch_done {
    int64_t counts[3];
    struct field_list results;
};
#define DONE_COUNT(word, fate)                                                                     \
    { .name = word, .kind = FIELD_INT, .offset = offsetof(struct batch_done, counts[fate]) }
const struct field lead_batch_done_fields[] = {
    DONE_COUNT("made", FATE_MADE),
    DONE_COUNT("known", FATE_KNOWN),
    DONE_COUNT("refused", FATE_REFUSED),
    { .name = "results", .kind = FIELD_LIST, .offset = offsetof(struct batch_done, results), .fields = item_fields,
      .item_size = sizeof(struct item), .help = "one a lead, in the order they came" },
    { 0 },
};

/* What the fault says becomes the item's own; the call's is clear for the next. */
static void refuse(struct call *call, struct item *it)
{
    it->fate = FATE_REFUSED;
    it->id = 0;
    it->traits = NULL;
    it->errors = problem_items(call, str_print(call->ctx.arena, "/leads/%lld", (long long)it->index));
    fault_clear(&call->ctx);
}

static void look(struct call *call, const struct json *from, enum err bad, struct item *it)
{
    struct lead_draft d = { 0 };
    enum err e = bad ? fault_at(&call->ctx, bad, STR(""), "this lead cannot be read") : ERR_NONE;

    if (!e)
        e = field_read(&call->ctx, lead_draft_fields, from, &d, NULL);
    if (!e)
        e = lead_draft_check(call, &d);
    if (!e)
        e = lead_draft_names_one(call, &d);
    if (e)
        refuse(call, it);
    else
        it->traits = lead_draft_traits(call, &d, 0);
}

static enum err ask_read(struct call *call, struct item **items, size_t *count)
{
    static const char *const members[] = { "leads", NULL };
    struct json *body;
    const struct json *list;
    enum err *bad;
    enum err e = json_read_batch(&call->ctx, call->request->body, STR("leads"), &body, &bad);

    if (e)
        return e;
    if ((e = json_members_check(&call->ctx, body, STR(""), members)))
        return e;
    list = json_find(body, STR("leads"));
    if (!list)
        return fault_at(&call->ctx, ERR_MISSING, STR("/leads"), "a list of leads");
    if (list->type != JSON_ARRAY)
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/leads"), "a list of leads");
    if (list->count == 0 || list->count > LIMIT_BATCH_LEADS)
        return fault_at(&call->ctx, ERR_OUT_OF_RANGE, STR("/leads"), "1 to %d leads", LIMIT_BATCH_LEADS);
    *count = list->count;
    *items = ARENA_ARRAY(call->ctx.arena, struct item, list->count);
    for (size_t i = 0; i < list->count; i++) {
        (*items)[i] = (struct item){ .index = (int64_t)i, .errors = STR("[]") };
        look(call, &list->as.items[i], bad[i], &(*items)[i]);
    }
    return ERR_NONE;
}

static void outcome_of(struct call *call, const struct flow_lead_added *added, struct item *it)
{
    if (added->code) {
        (void)fault_at(&call->ctx, added->code, STR(""), "the lead was refused");
        refuse(call, it);
        return;
    }
    it->id = added->lead.v;
    it->fate = added->made ? FATE_MADE : FATE_KNOWN;
}

static enum err add(struct call *call, struct item *items, size_t count, struct messages *messages)
{
    const struct json **traits = ARENA_ARRAY(call->ctx.arena, const struct json *, count);
    struct flow_lead_added *added = ARENA_ARRAY(call->ctx.arena, struct flow_lead_added, count);
    size_t n = 0;
    enum err e;

    for (size_t i = 0; i < count; i++)
        if (items[i].traits)
            traits[n++] = items[i].traits;
    if (n == 0)
        return ERR_NONE;
    e = flow_lead_add_many(call->house->flow, &call->ctx, call->tx, traits, n, added, messages);
    n = 0;
    for (size_t i = 0; i < count && !e; i++)
        if (items[i].traits)
            outcome_of(call, &added[n++], &items[i]);
    return e;
}

/* Who sees his own leads only gets those he made. */
static enum err own_made(struct call *call, const struct item *items, size_t count, struct lead *leads)
{
    struct lead_change own = { .set = LEAD_SET_OWNER, .owner = call_user(call) };
    enum err e = ERR_NONE;

    for (size_t i = 0; i < count && !e; i++) {
        if (!items[i].id || items[i].fate != FATE_MADE)
            continue;
        e = lead_set(&call->ctx, call->tx, (struct lead_id){ items[i].id }, 0, &own);
        for (size_t k = 0; k < count; k++)
            if (items[k].id == items[i].id)
                leads[k].owner = own.owner;
    }
    return e;
}

/* And may not touch another's. *foreign: there were such, now refused. */
static enum err own_only(struct call *call, struct item *items, size_t count, bool *foreign)
{
    struct lead_id *ids = ARENA_ARRAY(call->ctx.arena, struct lead_id, count);
    struct lead *leads = ARENA_ARRAY(call->ctx.arena, struct lead, count);
    enum err e;

    for (size_t i = 0; i < count; i++)
        ids[i] = (struct lead_id){ items[i].id };
    if ((e = lead_get_many(&call->ctx, call->tx, ids, count, leads))
        || (call_user(call).v && (e = own_made(call, items, count, leads))))
        return e;
    for (size_t i = 0; i < count; i++)
        if (items[i].id && !team_may_see(&call->ctx.actor, leads[i].owner)) {
            *foreign = true;
            (void)fault_at(&call->ctx, ERR_CONFLICT, STR(""), "this person is known already and is another's lead");
            refuse(call, &items[i]);
        }
    return ERR_NONE;
}

enum err lead_create_batch(struct call *call)
{
    struct batch_done done = { 0 };
    struct item *items = NULL;
    size_t count = 0;
    bool foreign = true;
    struct messages before = call->messages;
    enum err e = ask_read(call, &items, &count);

    /* Others' leads are known only when the walk has found them: then all is undone and walked again without them. */
    while (!e && foreign) {
        foreign = false;
        call->messages = before;
        if (!team_sees_only(&call->ctx.actor).v) {
            e = add(call, items, count, &call->messages);
            continue;
        }
        if ((e = db_save(&call->ctx, call->tx)) || (e = add(call, items, count, &call->messages))
            || (e = own_only(call, items, count, &foreign)))
            return e;
        if (foreign)
            db_save_undo(&call->ctx, call->tx);
        else
            e = db_save_keep(&call->ctx, call->tx);
    }
    if (e)
        return e;
    for (size_t i = 0; i < count; i++)
        done.counts[items[i].fate]++;
    done.results = (struct field_list){ items, count };
    return reply_ok(call, &done);
}
