/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Products and the settings of their tests. */
#include "api/api_skill.h"

#include "base/limits.h"
#include "flow/flow_skill.h"
#include "team/audit.h"

enum { DAYS_MAX = 3650, MINUTES_MAX = 480, HOURS_MAX = 24 * 90, DRAW_MAX = 200, ATTEMPTS_MAX = 100 };

struct product_view {
    int64_t id, version, draw, pass_pct, minutes, attempts, cooldown_hours, valid_days, questions, holders, plans, plan_leads;
    struct str name, note;
    bool gated, show_answers;
};
#define P(member) offsetof(struct product_view, member)
#define PRODUCT_SETTINGS                                                                           \
    { .name = "note", .kind = FIELD_TEXT, .offset = P(note), .max = LIMIT_NOTE_CHARS, .help = "what it is, for people" },                                              \
    { .name = "gated", .kind = FIELD_BOOL, .offset = P(gated), .help = "its leads are for holders of a valid certificate only" },                                      \
    { .name = "draw", .kind = FIELD_INT, .offset = P(draw), .min = 1, .max = DRAW_MAX, .help = "questions of a test, drawn by lot; all, when the bank has fewer" },    \
    { .name = "pass_pct", .kind = FIELD_INT, .offset = P(pass_pct), .min = 1, .max = 100, .help = "per cent of the points that a test is passed with" },               \
    { .name = "minutes", .kind = FIELD_INT, .offset = P(minutes), .min = 1, .max = MINUTES_MAX, .help = "time of a test" },                                            \
    { .name = "attempts", .kind = FIELD_INT, .offset = P(attempts), .min = 0, .max = ATTEMPTS_MAX, .help = "tests that may fail one after another; 0: no limit" },     \
    { .name = "cooldown_hours", .kind = FIELD_INT, .offset = P(cooldown_hours), .min = 0, .max = HOURS_MAX, .help = "after a failed one" },                            \
    { .name = "valid_days", .kind = FIELD_INT, .offset = P(valid_days), .min = 0, .max = DAYS_MAX, .help = "of a certificate; 0: without end" },                       \
    { .name = "show_answers", .kind = FIELD_BOOL, .offset = P(show_answers), .help = "afterwards the right answers are shown" }

const struct field product_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = P(id), .prefix = PREFIX_PRODUCT, .help = "the product" },
    { .name = "version", .kind = FIELD_INT, .offset = P(version), .help = "for If-Match" },
    { .name = "name", .kind = FIELD_TEXT, .offset = P(name), .help = "as leads name it in their fact `product`" },
    PRODUCT_SETTINGS,
    { .name = "questions", .kind = FIELD_INT, .offset = P(questions), .help = "active ones of its bank" },
    { .name = "holders", .kind = FIELD_INT, .offset = P(holders), .help = "people who are certified for it now" },
    { .name = "plans", .kind = FIELD_INT, .offset = P(plans), .help = "as it becomes gated: people who have open leads of it and no certificate; each has a plan (/certification)" },
    { .name = "plan_leads", .kind = FIELD_INT, .offset = P(plan_leads), .help = "as it becomes gated: these leads" },
    { 0 }
};
const struct field product_draft_fields[] = {
    { .name = "name", .kind = FIELD_TEXT, .offset = P(name), .flags = FIELD_REQUIRED, .min = 1, .max = LIMIT_NAME_CHARS, .help = "as leads name it in their fact `product`" },
    PRODUCT_SETTINGS,
    { 0 }
};
enum { SET_NAME, SET_NOTE, SET_GATED, SET_DRAW, SET_PASS, SET_MINUTES, SET_ATTEMPTS, SET_COOLDOWN, SET_VALID, SET_SHOW };
const struct field product_patch_fields[] = {
    { .name = "name", .kind = FIELD_TEXT, .offset = P(name), .min = 1, .max = LIMIT_NAME_CHARS, .help = "as leads name it in their fact `product`" },
    PRODUCT_SETTINGS,
    { 0 }
};

static struct product_view view_of(const struct product *p, const struct skill *skills, size_t n, const struct product_count *counts, size_t m,
                                   instant now)
{
    struct product_view v = {
        .id = p->id.v, .version = p->version, .draw = p->draw, .pass_pct = p->pass_pct, .minutes = p->minutes, .attempts = p->attempts,
        .cooldown_hours = p->cooldown_h, .valid_days = p->valid_days, .name = p->name, .note = p->note, .gated = p->gated,
        .show_answers = p->show_answers,
    };

    for (size_t i = 0; i < m; i++)
        if (counts[i].product.v == p->id.v)
            v.questions = counts[i].count;
    /* The list is by user: each is counted once. */
    for (size_t i = 0; i < n;) {
        size_t from = i;

        while (i < n && skills[i].user.v == skills[from].user.v)
            i++;
        v.holders += team_skill_at(&skills[from], i - from, p->id, now);
    }
    return v;
}

static enum err views_of(struct call *call, const struct product *list, size_t count, struct product_view *views)
{
    struct product_count *counts;
    struct skill *skills;
    size_t n, m;
    enum err e;

    if ((e = team_skill_list(&call->ctx, call->tx, call->ctx.now, &skills, &n)) || (e = team_question_counts(&call->ctx, call->tx, &counts, &m)))
        return e;
    for (size_t i = 0; i < count; i++)
        views[i] = view_of(&list[i], skills, n, counts, m, call->ctx.now);
    return ERR_NONE;
}

enum err product_list_get(struct call *call)
{
    struct product_view *views;
    struct products list;
    enum err e = team_product_list(&call->ctx, call->tx, &list);

    if (e)
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct product_view, list.count + 1);
    if ((e = views_of(call, list.items, list.count, views)))
        return e;
    return reply_list(call, views, list.count, sizeof *views, STR_NULL, (int64_t)list.count);
}

/* was_gated: before this call. */
static enum err reply_product(struct call *call, const struct product *p, bool made, bool was_gated)
{
    struct product_view view;
    int64_t plans = 0, leads = 0;
    enum err e = p->gated != was_gated ? flow_skill_gated(&call->ctx, call->tx, p, &call->messages, &plans, &leads) : ERR_NONE;

    if (e || (e = views_of(call, p, 1, &view)))
        return e;
    view.plans = plans;
    view.plan_leads = leads;
    reply_etag(call, p->version);
    return made ? reply_made(call, &view) : reply_ok(call, &view);
}

static void take(const struct product_view *v, uint64_t set, struct product *p)
{
    if (set >> SET_NAME & 1 && v->name.len)
        p->name = str_trim(v->name);
    if (set >> SET_NOTE & 1)
        p->note = v->note.ptr ? v->note : STR("");
    p->gated = set >> SET_GATED & 1 ? v->gated : p->gated;
    p->draw = set >> SET_DRAW & 1 ? v->draw : p->draw;
    p->pass_pct = set >> SET_PASS & 1 ? v->pass_pct : p->pass_pct;
    p->minutes = set >> SET_MINUTES & 1 ? v->minutes : p->minutes;
    p->attempts = set >> SET_ATTEMPTS & 1 ? v->attempts : p->attempts;
    p->cooldown_h = set >> SET_COOLDOWN & 1 ? v->cooldown_hours : p->cooldown_h;
    p->valid_days = set >> SET_VALID & 1 ? v->valid_days : p->valid_days;
    p->show_answers = set >> SET_SHOW & 1 ? v->show_answers : p->show_answers;
}

/* null would leave what must have a number without one. */
static enum err whole(struct call *call, const struct product *p)
{
    if (str_trim(p->name).len == 0)
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/name"), "a name");
    if (p->draw < 1 || p->pass_pct < 1 || p->minutes < 1)
        return fault_at(&call->ctx, ERR_BAD_FIELD, p->draw < 1 ? STR("/draw") : p->pass_pct < 1 ? STR("/pass_pct") : STR("/minutes"), "a number");
    return ERR_NONE;
}

enum err product_create(struct call *call)
{
    struct product p = { .note = STR(""), .draw = 20, .pass_pct = 80, .minutes = 30, .attempts = 3, .cooldown_h = 24, .valid_days = 365 };
    struct product_view ask = { .id = 0 };
    struct products list;
    uint64_t set = 0;
    enum err e;

    if ((e = body_read(call, &ask, &set)) || (e = team_product_list(&call->ctx, call->tx, &list)))
        return e;
    if (list.count >= PRODUCTS_MAX)
        return fault_set(&call->ctx, ERR_CONFLICT, "no more products can be added than: %d", PRODUCTS_MAX);
    take(&ask, set, &p);
    if ((e = whole(call, &p)) || (e = team_product_put(&call->ctx, call->tx, &p))
        || (e = team_audit_add(&call->ctx, call->tx, "product.added", PREFIX_PRODUCT, p.id.v, STR_NULL)))
        return e;
    return reply_product(call, &p, true, false);
}

static enum err product_of_call(struct call *call, struct product *p)
{
    struct product_id id;
    enum err e = param_id(call, "id", PREFIX_PRODUCT, &id.v);

    return e ? e : team_product_get(&call->ctx, call->tx, id, p);
}

enum err product_patch(struct call *call)
{
    struct product_view ask = { .id = 0 };
    struct product p;
    uint64_t set = 0;
    bool was_gated;
    enum err e;

    if ((e = body_read(call, &ask, &set)) || (e = product_of_call(call, &p)) || (e = match_version(call, p.version)))
        return e;
    was_gated = p.gated;
    take(&ask, set, &p);
    if ((e = whole(call, &p)) || (e = team_product_put(&call->ctx, call->tx, &p))
        || (e = team_audit_add(&call->ctx, call->tx, "product.changed", PREFIX_PRODUCT, p.id.v, STR_NULL)))
        return e;
    return reply_product(call, &p, false, was_gated);
}

enum err product_remove(struct call *call)
{
    struct rules rules;
    struct product p;
    enum err e;

    if ((e = product_of_call(call, &p)) || (e = match_version(call, p.version)) || (e = route_rule_list(&call->ctx, call->tx, &rules)))
        return e;
    for (size_t i = 0; i < rules.count; i++)
        if (rules.items[i].product.v == p.id.v)
            return fault_set(&call->ctx, ERR_CONFLICT, "a routing rule names this product");
    if ((e = team_product_del(&call->ctx, call->tx, p.id))
        || (e = team_audit_add(&call->ctx, call->tx, "product.removed", PREFIX_PRODUCT, p.id.v, STR_NULL)))
        return e;
    return reply_none(call);
}
