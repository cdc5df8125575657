/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Who got a lead and why, and giving it to somebody by hand. */
#include "api/api_task.h"

#include "api/lead_view.h"
#include "base/limits.h"
#include "flow/flow_person.h"
#include "flow/flow_try.h"
#include "route/record.h"
#include "team/user.h"

enum { ASSIGNMENTS_MAX = 200 };

struct assign_ask {
    int64_t manager_id;
    struct str reason;
};
const struct field assign_fields[] = {
    { .name = "manager_id", .kind = FIELD_ID, .offset = offsetof(struct assign_ask, manager_id), .prefix = PREFIX_USER,
      .flags = FIELD_REQUIRED, .help = "who gets it" },
    { .name = "reason", .kind = FIELD_TEXT, .offset = offsetof(struct assign_ask, reason), .max = LIMIT_TEXT_CHARS, .help = "why, in words" },
    { 0 }
};

struct assignment_view {
    int64_t id, lead_id, task_id, moved_task_id, manager_id, rule_id, by_id;
    struct str manager_name, by_name, policy, reason, note, rule, candidates;
    fix probability, lot_share;
    bool lot;
    instant at, until_at, turn_back_at;
};
#define A(member) offsetof(struct assignment_view, member)
const struct field assignment_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = A(id), .prefix = PREFIX_ASSIGNMENT, .help = "the decision" },
    { .name = "lead_id", .kind = FIELD_ID, .offset = A(lead_id), .prefix = PREFIX_LEAD, .help = "the lead" },
    { .name = "task_id", .kind = FIELD_ID, .offset = A(task_id), .prefix = PREFIX_TASK, .flags = FIELD_NULLABLE, .help = "the task made with it: a task has one such decision" },
    { .name = "moved_task_id", .kind = FIELD_ID, .offset = A(moved_task_id), .prefix = PREFIX_TASK, .flags = FIELD_NULLABLE, .help = "a task that was handed over with it" },
    { .name = "manager_id", .kind = FIELD_ID, .offset = A(manager_id), .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "who got it; null: nobody, it waits or has waited" },
    { .name = "manager_name", .kind = FIELD_TEXT, .offset = A(manager_name), .flags = FIELD_NULLABLE, .help = "who got it" },
    { .name = "at", .kind = FIELD_INSTANT, .offset = A(at), .help = "when" },
    { .name = "until_at", .kind = FIELD_INSTANT, .offset = A(until_at), .flags = FIELD_NULLABLE, .help = "of a wait: when it ended; null: it lasts" },
    { .name = "policy", .kind = FIELD_TEXT, .offset = A(policy), .flags = FIELD_NULLABLE, .help = "round_robin, weighted, least_loaded, best_match, value, claim, owner, company, manual" },
    { .name = "reason", .kind = FIELD_TEXT, .offset = A(reason), .help = "by_policy, owner_keeps, company_keeps, from_queue, declined, silent, left, by_hand, claimed; of a wait: "
      "nobody (who was considered could not have it, each for what its why tells), offered (for whoever of those who may takes it first)" },
    { .name = "note", .kind = FIELD_TEXT, .offset = A(note), .flags = FIELD_NULLABLE, .help = "what the person wrote who gave it by hand" },
    { .name = "by_id", .kind = FIELD_ID, .offset = A(by_id), .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "who gave it by hand" },
    { .name = "by_name", .kind = FIELD_TEXT, .offset = A(by_name), .flags = FIELD_NULLABLE, .help = "who gave it by hand" },
    { .name = "rule_id", .kind = FIELD_ID, .offset = A(rule_id), .prefix = PREFIX_RULE, .flags = FIELD_NULLABLE, .help = "the rule that held" },
    { .name = "rule", .kind = FIELD_TEXT, .offset = A(rule), .flags = FIELD_NULLABLE, .help = "its name then" },
    { .name = "probability", .kind = FIELD_FIX, .offset = A(probability), .help = "with which it fell on this person; 1: nothing was left to chance" },
    { .name = "lot_share", .kind = FIELD_FIX, .offset = A(lot_share), .help = "share of such decisions drawn by lot; 0: none" },
    { .name = "lot", .kind = FIELD_BOOL, .offset = A(lot), .help = "the lot decided, not the policy" },
    { .name = "turn_back_at", .kind = FIELD_INSTANT, .offset = A(turn_back_at), .flags = FIELD_NULLABLE, .help = "when the turn that it took was given back, for the lead was junk" },
    { .name = "candidates", .kind = FIELD_RAW, .offset = A(candidates),
      .help = "[{manager_id, name, eligible, why, load, capacity, weight, fit, value or sales, probability, owner, company, fallback, pass, last_at, again_at}]: everybody who was considered, in the order "
              "they were asked; owner, company, fallback: in which step, else as one of the pool" },
    { 0 }
};

/* The kept list with today's names put in. */
static enum err candidates_text(struct call *call, const struct route_kept *kept, const struct names *names, struct str *text)
{
    struct buf raw = buf_new(call->ctx.arena, LIMIT_BODY_BYTES), b = buf_new(call->ctx.arena, 4 * LIMIT_BODY_BYTES);
    struct json_out told = json_to(&raw), o = json_to(&b);
    struct candidates list;
    struct json *tree;
    enum err e = route_kept_read(&call->ctx, kept, &list);

    if (e)
        return e;
    route_candidates_print(list, &told);
    if ((e = json_read(&call->ctx, buf_str(&raw), &tree)))
        return e;
    json_list(&o);
    for (size_t i = 0; i < list.count; i++) {
        const struct json *one = &tree->as.items[i];

        json_begin(&o);
        for (uint32_t k = 0; k < one->count; k++) {
            json_key_str(&o, one->as.members[k].key);
            json_put(&o, &one->as.members[k].value);
        }
        json_key(&o, "name");
        json_put_text(&o, names_find(names, list.items[i].user.v));
        json_end(&o);
    }
    json_list_end(&o);
    *text = buf_str(&b);
    return ERR_NONE;
}

static enum err view_of(struct call *call, const struct assignment *a, const struct names *names, struct assignment_view *v)
{
    *v = (struct assignment_view){
        .id = a->id.v, .lead_id = a->lead.v, .task_id = a->task.v, .moved_task_id = a->moved_task.v,
        .manager_id = a->manager.v, .manager_name = names_find(names, a->manager.v), .at = a->at,
        .policy = a->policy, .reason = a->reason, .note = a->note, .by_id = a->by.v,
        .by_name = names_find(names, a->by.v), .rule_id = a->rule.v, .rule = a->rule_name,
        .probability = a->probability, .lot_share = a->lot_share, .lot = a->lot, .turn_back_at = a->turn_back_at, .until_at = INSTANT_NONE,
    };
    return candidates_text(call, &a->kept, names, &v->candidates);
}

/* A decision that found nobody, as it stood when the wait began: nothing of that changes while it lasts, nor afterwards. */
static enum err view_of_stay(struct call *call, const struct route_stay *w, const struct names *names, struct assignment_view *v)
{
    struct candidates list;
    bool offered = false;
    enum err e = route_kept_read(&call->ctx, &w->kept, &list);

    for (size_t i = 0; !e && i < list.count; i++)
        offered |= list.items[i].why == CANDIDATE_OK;
    *v = (struct assignment_view){
        .id = w->id, .lead_id = w->lead.v, .at = w->since, .until_at = w->until, .reason = offered ? STR("offered") : STR("nobody"),
        .rule_id = w->rule.v, .rule = w->rule_name, .probability = FIX_ONE, .turn_back_at = INSTANT_NONE,
    };
    return e ? e : candidates_text(call, &w->kept, names, &v->candidates);
}

struct told {
    struct assignments given;
    struct route_stay *stays;
    size_t stay_count;
};

/* Both newest first: the ids of one database rise. */
static enum err views_of(struct call *call, const struct told *t, const struct names *names, struct assignment_view *views, size_t n)
{
    size_t g = 0, s = 0;
    enum err e = ERR_NONE;

    for (size_t i = 0; i < n && !e; i++) {
        bool stay = s < t->stay_count && (g == t->given.count || t->stays[s].id > t->given.items[g].id.v);

        e = stay ? view_of_stay(call, &t->stays[s++], names, &views[i]) : view_of(call, &t->given.items[g++], names, &views[i]);
    }
    return e;
}

enum err lead_assignment_list(struct call *call)
{
    struct assignment_view *views;
    struct names names;
    struct lead lead;
    struct told told;
    size_t n;
    enum err e;

    if ((e = lead_of_call(call, &lead)) || (e = names_read(call, &names))
        || (e = route_assignment_list(&call->ctx, call->tx, lead.id, ASSIGNMENTS_MAX, &told.given))
        || (e = route_stay_list_of(&call->ctx, call->tx, lead.id, ASSIGNMENTS_MAX, &told.stays, &told.stay_count)))
        return e;
    n = told.given.count + told.stay_count;
    n = n < ASSIGNMENTS_MAX ? n : ASSIGNMENTS_MAX;
    views = ARENA_ARRAY(call->ctx.arena, struct assignment_view, n + 1);
    e = views_of(call, &told, &names, views, n);
    return e ? e : reply_list(call, views, n, sizeof *views, STR_NULL, (int64_t)n);
}

enum err lead_assign(struct call *call)
{
    struct assign_ask ask = { .manager_id = 0 };
    struct assignment_view view;
    struct assignments list;
    struct names names;
    struct lead lead;
    enum err e;

    if ((e = body_read(call, &ask, NULL)) || (e = lead_of_call(call, &lead)))
        return e;
    if (lead.merged_into.v)
        return fault_set(&call->ctx, ERR_CONFLICT, "the lead is merged into another one");
    e = flow_lead_assign(call->house->flow, &call->ctx, call->tx, lead.id, (struct user_id){ ask.manager_id },
                         ask.reason, &call->messages);
    if (e || (e = names_read(call, &names))
        || (e = route_assignment_list(&call->ctx, call->tx, lead.id, 1, &list)))
        return e;
    e = view_of(call, &list.items[0], &names, &view);
    return e ? e : reply_made(call, &view);
}

struct receiver_view {
    int64_t manager_id, load, capacity;
    struct str name, why;
    bool may;
};
#define R(member) offsetof(struct receiver_view, member)
const struct field receiver_fields[] = {
    { .name = "manager_id", .kind = FIELD_ID, .offset = R(manager_id), .prefix = PREFIX_USER, .help = "who" },
    { .name = "name", .kind = FIELD_TEXT, .offset = R(name), .help = "who" },
    { .name = "may", .kind = FIELD_BOOL, .offset = R(may), .help = "a person's word can give it to them; no: it is refused, for what why tells" },
    { .name = "why", .kind = FIELD_TEXT, .offset = R(why), .help = "a word of a candidate's why: ok, or what the word overrules" },
    { .name = "load", .kind = FIELD_INT, .offset = R(load), .help = "units" },
    { .name = "capacity", .kind = FIELD_INT, .offset = R(capacity), .help = "units; 0: no limit" },
    { 0 }
};

enum err lead_receiver_list(struct call *call)
{
    struct receiver_view *views;
    struct receiver *list;
    size_t count;
    struct lead lead;
    enum err e;

    if ((e = lead_of_call(call, &lead)) || (e = flow_receivers(&call->ctx, call->tx, &lead, &list, &count)))
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct receiver_view, count + 1);
    for (size_t i = 0; i < count; i++)
        views[i] = (struct receiver_view){ list[i].is.user.v, list[i].is.load, list[i].is.capacity, list[i].name,
                                           str_of(candidate_why_word(list[i].is.why)), list[i].may };
    return reply_list(call, views, count, sizeof *views, STR_NULL, (int64_t)count);
}
