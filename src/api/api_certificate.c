/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Who is certified for what: the head's matrix, certificates given and revoked by hand, and plans for the leads. */
#include "api/api_skill.h"

#include "api/export.h"
#include "api/lead_view.h"
#include "base/limits.h"
#include "flow/flow_skill.h"
#include "team/audit.h"

enum { JSON_BYTES = 8 << 20, USERS_MOST = 5000, PLANS_SHOWN = 50, CERTIFICATES_SHOWN = 200 };

/* ---- the matrix ---- */

struct certification_view {
    struct str products, people, plans; /* JSON */
};
const struct field certification_fields[] = {
    { .name = "products", .kind = FIELD_RAW, .offset = offsetof(struct certification_view, products), .help = "[{id, name, gated, questions}], by name" },
    { .name = "people", .kind = FIELD_RAW, .offset = offsetof(struct certification_view, people), .help = "[{user_id, name, cells: [{state, until, certificate, may, again_at, used, left, runs_id, order, last}]}], cells in the order of products" },
    { .name = "plans", .kind = FIELD_RAW, .offset = offsetof(struct certification_view, plans), .help = "[{id, user_id, user_name, product_id, product_name, at, hot_moved, hot_waiting, leads, task_id, closed_at, closed_why}]: what became of the leads of who lost a product; open ones first" },
    { 0 }
};

static struct str products_text(struct call *call, const struct skill_matrix *m)
{
    struct buf b = buf_new(call->ctx.arena, JSON_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < m->products.count; i++) {
        const struct product *p = &m->products.items[i];

        json_begin(&o);
        json_key(&o, "id");
        json_put_id(&o, PREFIX_PRODUCT, p->id.v);
        json_key(&o, "name");
        json_put_text(&o, p->name);
        json_key(&o, "gated");
        json_put_bool(&o, p->gated);
        json_key(&o, "questions");
        json_put_int(&o, team_matrix_questions(m, p->id));
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

/* Managers always; heads and owners who hold or tried something. */
static bool shown(const struct skill_matrix *m, const struct user *u)
{
    bool any = u->role == ROLE_MANAGER;

    if (u->state != USER_ACTIVE || (u->role != ROLE_MANAGER && u->role != ROLE_HEAD && u->role != ROLE_OWNER))
        return false;
    for (size_t i = 0; i < m->certificates.count && !any; i++)
        any = m->certificates.items[i].user.v == u->id.v;
    for (size_t i = 0; i < m->attempts.count && !any; i++)
        any = m->attempts.items[i].user.v == u->id.v;
    return any;
}

static struct str people_text(struct call *call, const struct skill_matrix *m, const struct user *users, size_t count)
{
    struct buf b = buf_new(call->ctx.arena, JSON_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < count; i++) {
        if (!shown(m, &users[i]))
            continue;
        json_begin(&o);
        json_key(&o, "user_id");
        json_put_id(&o, PREFIX_USER, users[i].id.v);
        json_key(&o, "name");
        json_put_text(&o, users[i].name);
        json_key(&o, "cells");
        json_list(&o);
        for (size_t k = 0; k < m->products.count; k++) {
            struct skill_cell cell = team_matrix_cell(m, users[i].id, &m->products.items[k], call->ctx.now, call->ctx.arena);

            json_begin(&o);
            cell_write(&o, &cell);
            json_end(&o);
        }
        json_list_end(&o);
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

static struct str user_name(const struct user *users, size_t count, struct user_id id)
{
    for (size_t i = 0; i < count; i++)
        if (users[i].id.v == id.v)
            return users[i].name;
    return STR_NULL;
}

static void plan_write(struct json_out *o, const struct skill_plan *plan, struct str user, const struct product *product)
{
    json_begin(o);
    json_key(o, "id");
    json_put_id(o, PREFIX_PLAN, plan->id.v);
    json_key(o, "user_id");
    json_put_id(o, PREFIX_USER, plan->user.v);
    json_key(o, "user_name");
    json_put_text(o, user);
    json_key(o, "product_id");
    json_put_id(o, PREFIX_PRODUCT, plan->product.v);
    json_key(o, "product_name");
    json_put_text(o, product ? product->name : STR_NULL);
    json_key(o, "at");
    json_put_instant(o, plan->at);
    json_key(o, "hot_moved");
    json_put_int(o, plan->hot_moved);
    json_key(o, "hot_waiting");
    json_put_int(o, plan->hot_waiting);
    json_key(o, "leads");
    json_put_int(o, plan->leads);
    json_key(o, "task_id");
    json_put_id(o, PREFIX_TASK, plan->task.v);
    json_key(o, "closed_at");
    json_put_instant(o, plan->closed_at);
    json_key(o, "closed_why");
    json_put_text(o, plan->closed_why);
    json_end(o);
}

static enum err plans_text(struct call *call, const struct skill_matrix *m, const struct user *users, size_t count, struct str *text)
{
    struct buf b = buf_new(call->ctx.arena, JSON_BYTES);
    struct json_out o = json_to(&b);
    struct skill_plan *plans;
    size_t n;
    enum err e = team_plan_list(&call->ctx, call->tx, PLANS_SHOWN, &plans, &n);

    if (e)
        return e;
    json_list(&o);
    for (size_t i = 0; i < n; i++)
        plan_write(&o, &plans[i], user_name(users, count, plans[i].user), team_product_of(&m->products, plans[i].product));
    json_list_end(&o);
    *text = buf_str(&b);
    return ERR_NONE;
}

enum err certification_get(struct call *call)
{
    struct certification_view v;
    struct skill_matrix m;
    struct user *users;
    size_t count;
    enum err e;

    if ((e = team_matrix_read(&call->ctx, call->tx, (struct user_id){ 0 }, &m))
        || (e = team_user_list(&call->ctx, call->tx, USERS_MOST, &users, &count)) || (e = plans_text(call, &m, users, count, &v.plans)))
        return e;
    v.products = products_text(call, &m);
    v.people = people_text(call, &m, users, count);
    return reply_ok(call, &v);
}

static struct str at_text(struct arena *a, instant at)
{
    char text[INSTANT_TEXT_MAX];

    if (at == INSTANT_NONE || at == INSTANT_NEVER)
        return STR("");
    return str_dup(a, instant_print(at, text));
}

/* A row a person and product. */
enum err certification_export(struct call *call)
{
    static const char *const heading[] = { "user", "product", "gated", "state", "valid_until", "by", "attempts_used", "last_test_at", "last_test_pct" };
    struct skill_matrix m;
    struct export *x;
    struct user *users;
    size_t count;
    enum err e;

    if ((e = team_matrix_read(&call->ctx, call->tx, (struct user_id){ 0 }, &m))
        || (e = team_user_list(&call->ctx, call->tx, USERS_MOST, &users, &count)) || (e = export_begin(call, ';', &x)))
        return e;
    for (size_t i = 0; i < countof(heading); i++)
        csv_put(&x->csv, str_of(heading[i]));
    csv_end(&x->csv);
    for (size_t i = 0; i < count && !e; i++) {
        for (size_t k = 0; shown(&m, &users[i]) && k < m.products.count; k++) {
            struct arena *a = call->ctx.arena;
            struct skill_cell cell = team_matrix_cell(&m, users[i].id, &m.products.items[k], call->ctx.now, a);

            csv_put(&x->csv, users[i].name);
            csv_put(&x->csv, m.products.items[k].name);
            csv_put(&x->csv, m.products.items[k].gated ? STR("yes") : STR("no"));
            csv_put(&x->csv, str_of(team_cell_states[cell.state]));
            csv_put(&x->csv, at_text(a, cell.until));
            csv_put(&x->csv, !cell.latest ? STR("") : cell.latest->attempt.v ? STR("test") : STR("hand"));
            csv_put(&x->csv, str_print(a, "%lld", (long long)cell.exam.used));
            csv_put(&x->csv, cell.last ? at_text(a, cell.last->finished_at) : STR(""));
            csv_put(&x->csv, cell.last && cell.last->full ? str_print(a, "%lld", (long long)(cell.last->score * 100 / cell.last->full)) : STR(""));
            csv_end(&x->csv);
        }
        e = export_flush(x);
    }
    return e ? e : export_end(x, "certification.csv");
}

/* ---- certificates ---- */

struct certificate_view {
    int64_t id, user_id, product_id, attempt_id, given_by_id, revoked_by_id;
    struct str user_name, product_name, given_by_name, revoked_by_name, reason, revoke_reason;
    int state;
    instant from, until, revoked_at;
};
#define C(member) offsetof(struct certificate_view, member)
const struct field certificate_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = C(id), .prefix = PREFIX_CERTIFICATE, .help = "the certificate" },
    { .name = "user_id", .kind = FIELD_ID, .offset = C(user_id), .prefix = PREFIX_USER, .help = "whose" },
    { .name = "user_name", .kind = FIELD_TEXT, .offset = C(user_name), .flags = FIELD_NULLABLE, .help = "whose" },
    { .name = "product_id", .kind = FIELD_ID, .offset = C(product_id), .prefix = PREFIX_PRODUCT, .help = "for which product" },
    { .name = "product_name", .kind = FIELD_TEXT, .offset = C(product_name), .flags = FIELD_NULLABLE, .help = "for which product" },
    { .name = "state", .kind = FIELD_ENUM, .offset = C(state), .names = team_certificate_states, .help = "now" },
    { .name = "from", .kind = FIELD_INSTANT, .offset = C(from), .help = "the first instant" },
    { .name = "until", .kind = FIELD_INSTANT, .offset = C(until), .flags = FIELD_NULLABLE, .help = "the first instant without it; none: no end" },
    { .name = "attempt_id", .kind = FIELD_ID, .offset = C(attempt_id), .prefix = PREFIX_ATTEMPT, .flags = FIELD_NULLABLE, .help = "the test; none: given by hand" },
    { .name = "given_by_id", .kind = FIELD_ID, .offset = C(given_by_id), .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "by whose hand" },
    { .name = "given_by_name", .kind = FIELD_TEXT, .offset = C(given_by_name), .flags = FIELD_NULLABLE, .help = "by whose hand" },
    { .name = "reason", .kind = FIELD_TEXT, .offset = C(reason), .flags = FIELD_NULLABLE, .help = "why by hand" },
    { .name = "revoked_at", .kind = FIELD_INSTANT, .offset = C(revoked_at), .flags = FIELD_NULLABLE, .help = "when it was revoked" },
    { .name = "revoked_by_id", .kind = FIELD_ID, .offset = C(revoked_by_id), .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "by whom" },
    { .name = "revoked_by_name", .kind = FIELD_TEXT, .offset = C(revoked_by_name), .flags = FIELD_NULLABLE, .help = "by whom" },
    { .name = "revoke_reason", .kind = FIELD_TEXT, .offset = C(revoke_reason), .flags = FIELD_NULLABLE, .help = "why it was revoked" },
    { 0 }
};

static struct certificate_view view_of(const struct certificate *x, const struct products *products, const struct names *names, instant now)
{
    const struct product *p = team_product_of(products, x->product);

    return (struct certificate_view){
        .id = x->id.v, .user_id = x->user.v, .product_id = x->product.v, .attempt_id = x->attempt.v, .given_by_id = x->given_by.v,
        .revoked_by_id = x->revoked_by.v, .user_name = names_find(names, x->user.v), .product_name = p ? p->name : STR_NULL,
        .given_by_name = names_find(names, x->given_by.v), .revoked_by_name = names_find(names, x->revoked_by.v), .reason = x->reason,
        .revoke_reason = x->revoke_reason, .state = (int)team_certificate_state(x, now), .from = x->from, .until = x->until,
        .revoked_at = x->revoked_at,
    };
}

static enum err reply_certificate(struct call *call, const struct certificate *x, bool made)
{
    struct certificate_view view;
    struct products products;
    struct names names;
    enum err e;

    if ((e = team_product_list(&call->ctx, call->tx, &products)) || (e = names_read(call, &names)))
        return e;
    view = view_of(x, &products, &names, call->ctx.now);
    return made ? reply_made(call, &view) : reply_ok(call, &view);
}

struct certificate_ask {
    int64_t user, product;
};
const struct field certificate_query[] = {
    { .name = "user", .kind = FIELD_ID, .offset = offsetof(struct certificate_ask, user), .prefix = PREFIX_USER, .help = "of one person" },
    { .name = "product", .kind = FIELD_ID, .offset = offsetof(struct certificate_ask, product), .prefix = PREFIX_PRODUCT, .help = "for one product" },
    { 0 }
};

/* Of others only for who sees managers. */
enum err certificate_list_get(struct call *call)
{
    struct certificate_ask ask = { 0 };
    struct certificate_view *views;
    struct certificates list;
    struct products products;
    struct names names;
    enum err e = query_read(call, &ask);

    if (e)
        return e;
    if (!team_right_has(&call->ctx.actor, RIGHT_MANAGER_READ))
        ask.user = call_user(call).v ? call_user(call).v : -1;
    if ((e = team_certificate_list(&call->ctx, call->tx, (struct user_id){ ask.user }, (struct product_id){ ask.product }, CERTIFICATES_SHOWN, &list))
        || (e = team_product_list(&call->ctx, call->tx, &products)) || (e = names_read(call, &names)))
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct certificate_view, list.count + 1);
    for (size_t i = 0; i < list.count; i++)
        views[i] = view_of(&list.items[i], &products, &names, call->ctx.now);
    return reply_list(call, views, list.count, sizeof *views, STR_NULL, (int64_t)list.count);
}

const struct field certificate_draft_fields[] = {
    { .name = "user_id", .kind = FIELD_ID, .offset = C(user_id), .prefix = PREFIX_USER, .flags = FIELD_REQUIRED, .help = "to whom" },
    { .name = "product_id", .kind = FIELD_ID, .offset = C(product_id), .prefix = PREFIX_PRODUCT, .flags = FIELD_REQUIRED, .help = "for which product" },
    { .name = "until", .kind = FIELD_INSTANT, .offset = C(until), .flags = FIELD_REQUIRED, .help = "the first instant without it" },
    { .name = "reason", .kind = FIELD_TEXT, .offset = C(reason), .flags = FIELD_REQUIRED, .min = 3, .max = LIMIT_TEXT_CHARS, .help = "why without a test" },
    { 0 }
};

static enum err both_exist(struct call *call, struct user_id user, struct product_id product)
{
    struct products products;
    struct user *users;
    size_t count;
    bool known = false;
    enum err e;

    if ((e = team_product_list(&call->ctx, call->tx, &products)) || (e = team_user_list(&call->ctx, call->tx, USERS_MOST, &users, &count)))
        return e;
    for (size_t i = 0; i < count; i++)
        known |= users[i].id.v == user.v && users[i].state == USER_ACTIVE
                 && (users[i].role == ROLE_MANAGER || users[i].role == ROLE_HEAD || users[i].role == ROLE_OWNER);
    if (!known)
        e = fault_at(&call->ctx, ERR_BAD_FIELD, STR("/user_id"), "nobody who gets leads");
    if (!team_product_of(&products, product))
        e = fault_at(&call->ctx, ERR_BAD_FIELD, STR("/product_id"), "no such product");
    return e;
}

enum err certificate_create(struct call *call)
{
    struct certificate_view ask = { .until = INSTANT_NONE };
    struct certificate x;
    enum err e = body_read(call, &ask, NULL);

    if (e || (e = both_exist(call, (struct user_id){ ask.user_id }, (struct product_id){ ask.product_id })))
        return e;
    x = (struct certificate){ .user = { ask.user_id }, .product = { ask.product_id }, .from = call->ctx.now, .until = ask.until,
                              .given_by = call_user(call), .reason = ask.reason };
    if ((e = flow_skill_give(&call->ctx, call->tx, &x, &call->messages)))
        return e;
    return reply_certificate(call, &x, true);
}

struct revoke_ask {
    struct str reason;
};
const struct field certificate_revoke_fields[] = {
    { .name = "reason", .kind = FIELD_TEXT, .offset = offsetof(struct revoke_ask, reason), .flags = FIELD_REQUIRED, .min = 3, .max = LIMIT_TEXT_CHARS, .help = "why" },
    { 0 }
};

enum err certificate_revoke(struct call *call)
{
    struct revoke_ask ask = { STR_NULL };
    struct certificate_id id;
    struct certificate x;
    enum err e;

    if ((e = body_read(call, &ask, NULL)) || (e = param_id(call, "id", PREFIX_CERTIFICATE, &id.v))
        || (e = team_certificate_get(&call->ctx, call->tx, id, &x))
        || (e = flow_skill_revoke(&call->ctx, call->tx, &x, ask.reason, &call->messages)))
        return e;
    return reply_certificate(call, &x, false);
}

const struct field attempt_reset_fields[] = {
    { .name = "user_id", .kind = FIELD_ID, .offset = C(user_id), .prefix = PREFIX_USER, .flags = FIELD_REQUIRED, .help = "who may try again" },
    { .name = "product_id", .kind = FIELD_ID, .offset = C(product_id), .prefix = PREFIX_PRODUCT, .flags = FIELD_REQUIRED, .help = "for which product" },
    { 0 }
};

enum err attempt_reset_do(struct call *call)
{
    struct certificate_view ask = { .user_id = 0 };
    enum err e = body_read(call, &ask, NULL);

    if (e || (e = both_exist(call, (struct user_id){ ask.user_id }, (struct product_id){ ask.product_id }))
        || (e = team_attempt_reset(&call->ctx, call->tx, (struct user_id){ ask.user_id }, (struct product_id){ ask.product_id }))
        || (e = team_audit_add(&call->ctx, call->tx, "attempts.reset", PREFIX_USER, ask.user_id, STR_NULL)))
        return e;
    messages_add(&call->messages, (struct message){ .kind = MESSAGE_SKILL_CHANGED, .user = { ask.user_id } });
    return reply_none(call);
}

/* ---- tests that are to be taken ---- */

#define O(member) offsetof(struct exam_order, member)
#define ORDER_OF                                                                                   \
    { .name = "user_id", .kind = FIELD_ID, .offset = O(user), .prefix = PREFIX_USER, .flags = FIELD_REQUIRED, .help = "who is to take it" },   \
    { .name = "product_id", .kind = FIELD_ID, .offset = O(product), .prefix = PREFIX_PRODUCT, .flags = FIELD_REQUIRED, .help = "of which product" }
const struct field exam_order_draft_fields[] = {
    ORDER_OF,
    { .name = "due", .kind = FIELD_INSTANT, .offset = O(due), .flags = FIELD_NULLABLE, .help = "until when; none: no day" },
    { 0 }
};
const struct field exam_order_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = O(id), .prefix = PREFIX_EXAM_ORDER, .help = "the order" },
    ORDER_OF,
    { .name = "at", .kind = FIELD_INSTANT, .offset = O(at), .help = "since when" },
    { .name = "due", .kind = FIELD_INSTANT, .offset = O(due), .flags = FIELD_NULLABLE, .help = "until when; none: no day" },
    { 0 }
};

enum err exam_order_create(struct call *call)
{
    struct exam_order o = { .due = INSTANT_NONE };
    enum err e = body_read(call, &o, NULL);

    if (e || (e = both_exist(call, o.user, o.product)))
        return e;
    if (o.due == INSTANT_NONE)
        o.due = INSTANT_NEVER;
    if (o.due <= call->ctx.now)
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/due"), "a day to come");
    if ((e = flow_exam_order(&call->ctx, call->tx, &o, &call->messages)))
        return e;
    return reply_made(call, &o);
}

enum err exam_order_remove(struct call *call)
{
    struct exam_order o;
    enum err e = param_id(call, "id", PREFIX_EXAM_ORDER, &o.id.v);

    if (e || (e = team_exam_order_get(&call->ctx, call->tx, o.id, &o))
        || (e = team_exam_order_close(&call->ctx, call->tx, o.user, o.product, STR("withdrawn")))
        || (e = team_audit_add(&call->ctx, call->tx, "exam.order_withdrawn", PREFIX_EXAM_ORDER, o.id.v, STR_NULL)))
        return e;
    messages_add(&call->messages, (struct message){ .kind = MESSAGE_SKILL_CHANGED, .user = o.user });
    return reply_none(call);
}

enum err plan_close_do(struct call *call)
{
    struct skill_plan plan;
    struct plan_id id;
    enum err e;

    if ((e = param_id(call, "id", PREFIX_PLAN, &id.v)) || (e = team_plan_get(&call->ctx, call->tx, id, &plan)))
        return e;
    if (plan.closed_at != INSTANT_NONE)
        return fault_set(&call->ctx, ERR_CONFLICT, "it is closed already");
    if ((e = flow_skill_plan_end(&call->ctx, call->tx, &plan, STR("by_hand"), &call->messages))
        || (e = team_audit_add(&call->ctx, call->tx, "plan.closed", PREFIX_PLAN, plan.id.v, STR_NULL)))
        return e;
    return reply_none(call);
}
