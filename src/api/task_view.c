/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/task_view.h"

#include "api/lead_view.h"
#include "flow/flow_lead.h"
#include "team/user.h"

enum { REASONS_BYTES = 64 * 1024 };

const char *const task_group_names[] = { "none", "sla", "overdue", "hot_no_step", "today", NULL };

#define T(member) offsetof(struct task_view, member)
#define TASK_FIELDS                                                                                \
    { .name = "id", .kind = FIELD_ID, .offset = T(id), .prefix = PREFIX_TASK, .flags = FIELD_NULLABLE, \
      .help = "absent for a hot lead without a step, which is no task yet" },                      \
    { .name = "version", .kind = FIELD_INT, .offset = T(version), .help = "for If-Match" },        \
    { .name = "lead_id", .kind = FIELD_ID, .offset = T(lead_id), .prefix = PREFIX_LEAD, .help = "whom it is about" }, \
    { .name = "lead_name", .kind = FIELD_TEXT, .offset = T(lead_name), .flags = FIELD_NULLABLE, .help = "or the address, or the id that the sender knows it by, where no name is known" }, \
    { .name = "company", .kind = FIELD_TEXT, .offset = T(company), .flags = FIELD_NULLABLE, .help = "of the lead" }, \
    { .name = "phone", .kind = FIELD_TEXT, .offset = T(phone), .flags = FIELD_NULLABLE, .help = "E.164" }, \
    { .name = "band", .kind = FIELD_ENUM, .offset = T(band), .names = band_names, .help = "of the lead now" }, \
    { .name = "score", .kind = FIELD_INT, .offset = T(score), .help = "of the lead now" },         \
    { .name = "kind", .kind = FIELD_ENUM, .offset = T(kind), .names = task_kinds, .help = "call_now: a lead has become hot" }, \
    { .name = "title", .kind = FIELD_TEXT, .offset = T(title), .help = "in the reader's language where the house wrote it" }, \
    { .name = "created_at", .kind = FIELD_INSTANT, .offset = T(created_at), .flags = FIELD_NULLABLE, .help = "when made" }, \
    { .name = "due_at", .kind = FIELD_INSTANT, .offset = T(due_at), .flags = FIELD_NULLABLE, .help = "the deadline" }, \
    { .name = "done_at", .kind = FIELD_INSTANT, .offset = T(done_at), .flags = FIELD_NULLABLE, .help = "when done or cancelled" }, \
    { .name = "assignee_id", .kind = FIELD_ID, .offset = T(assignee_id), .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, \
      .help = "absent: it waits in the queue" },                                                   \
    { .name = "assignee_name", .kind = FIELD_TEXT, .offset = T(assignee_name), .flags = FIELD_NULLABLE, .help = "of the assignee" }, \
    { .name = "state", .kind = FIELD_ENUM, .offset = T(state), .names = task_states, .help = "open, done, cancelled" }, \
    { .name = "result", .kind = FIELD_ENUM, .offset = T(result), .names = task_results, .flags = FIELD_NULLABLE, .help = "absent until it is done" }, \
    { .name = "note", .kind = FIELD_TEXT, .offset = T(note), .flags = FIELD_NULLABLE, .help = "written with the result" }, \
    { .name = "reason", .kind = FIELD_TEXT, .offset = T(reason), .flags = FIELD_NULLABLE, .help = "why it was cancelled" }, \
    { .name = "cooled_at", .kind = FIELD_INSTANT, .offset = T(cooled_at), .flags = FIELD_NULLABLE, \
      .help = "when the lead ceased to be hot while the call was still open" },                    \
    { .name = "reasons", .kind = FIELD_RAW, .offset = T(reasons), .help = "the two strongest lines of the score" }, \
    { .name = "sla_minutes", .kind = FIELD_INT, .offset = T(sla_minutes), .help = "what the deadline was counted from; 0: set by a person" }

const struct field task_view_fields[] = { TASK_FIELDS, { 0 } };
const struct field today_fields[] = {
    TASK_FIELDS,
    { .name = "group", .kind = FIELD_ENUM, .offset = T(group), .names = task_group_names, .help = "where it stands in the day's queue" },
    { .name = "priority", .kind = FIELD_RAW, .offset = T(priority), .help = "of the lead: {level, base, reasons}; by it a group is sorted, but for sla" },
    { 0 }
};

static struct str reasons_text(struct ctx *c, const struct flow_card *card)
{
    struct buf b = buf_new(c->arena, REASONS_BYTES);
    struct json_out o = json_to(&b);

    if (!card->model)
        return STR("[]");
    reasons_write(&o, card->model, card->reasons, card->reason_count, c->lang);
    return buf_str(&b);
}

static void view_of(struct ctx *c, const struct task *t, const struct flow_card *card, const struct names *names,
                    struct task_view *v)
{
    const struct lead *l = &card->lead;

    *v = (struct task_view){
        .id = t->id.v, .version = t->version, .lead_id = t->lead.v,
        .lead_name = l->called,
        .company = l->company, .phone = l->phone, .band = l->band, .score = l->score,
        .kind = t->kind, .state = t->state, .result = t->result == TASK_NO_RESULT ? -1 : (int)t->result, .title = task_shown_title(t, c->lang),
        .created_at = t->created_at, .due_at = t->due_at, .done_at = t->done_at, .cooled_at = t->cooled_at,
        .assignee_id = t->assignee.v, .assignee_name = names_find(names, t->assignee.v),
        .note = t->note, .reason = t->reason, .reasons = reasons_text(c, card), .sla_minutes = t->sla_minutes,
    };
}

enum err task_views(struct ctx *c, struct db_tx *tx, const struct model *m, const struct task *tasks, size_t n,
                    struct task_view *views)
{
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, n + 1);
    struct lead *leads;
    struct flow_card *cards = ARENA_ARRAY(c->arena, struct flow_card, n + 1);
    struct user_id *people = ARENA_ARRAY(c->arena, struct user_id, n + 1);
    struct user_name *list = ARENA_ARRAY(c->arena, struct user_name, n + 1);
    struct names names = { .users = list };
    enum err e;

    for (size_t i = 0; i < n; i++) {
        ids[i] = tasks[i].lead;
        people[i] = tasks[i].assignee;
    }
    e = team_user_names(c, tx, people, n, list, &names.count);
    if (e || (e = lead_get_called(c, tx, ids, n, &leads)) || (e = flow_cards(c, tx, m, leads, n, cards)))
        return e;
    for (size_t i = 0; i < n; i++)
        view_of(c, &tasks[i], &cards[i], &names, &views[i]);
    return ERR_NONE;
}

enum err task_of_call(struct call *call, struct task *t)
{
    struct task_id id;
    struct lead lead;
    enum err e = param_id(call, "id", PREFIX_TASK, &id.v);

    if (e || (e = task_get(&call->ctx, call->tx, id, t)))
        return e;
    if (team_may_see(&call->ctx.actor, t->assignee))
        return ERR_NONE;
    e = lead_get(&call->ctx, call->tx, t->lead, &lead);
    if (e)
        return e;
    return team_may_see(&call->ctx.actor, lead.owner) ? ERR_NONE : ERR_NOT_FOUND;
}

enum err task_reply(struct call *call, const struct task *t, bool made)
{
    struct task_view view;
    struct model *m;
    enum err e = flow_model(call->house->flow, &call->ctx, call->tx, &m);

    if (e)
        return e;
    e = task_views(&call->ctx, call->tx, m, t, 1, &view);
    score_model_drop(m);
    if (e)
        return e;
    reply_etag(call, t->version);
    return made ? reply_made(call, &view) : reply_ok(call, &view);
}
