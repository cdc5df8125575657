/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_leaver.h"

#include "flow/flow_person.h"
#include "flow/flow_transfer.h"
#include "team/audit.h"
#include "team/session.h"

enum err flow_leaver_is(struct ctx *c, struct db_tx *tx, struct user_id user, bool *left)
{
    struct manager m;
    struct user u;
    instant at = INSTANT_NONE;
    enum err e = team_user_get(c, tx, user, &u);

    if (e || !team_user_takes_leads(&u)) {
        *left = !e;
        return e;
    }
    e = team_manager_get(c, tx, user, &m);
    if (e == ERR_NOT_FOUND) { /* nothing was ever said of their duty */
        fault_clear(c);
        *left = false;
        return ERR_NONE;
    }
    if (e)
        return e;
    if (!m.on_duty && m.duty_mode == DUTY_MANUAL)
        e = route_transfer_left(c, tx, user, &at);
    *left = at > 0 && at >= m.duty_at;
    return e;
}

static enum err audit(struct ctx *c, struct db_tx *tx, struct user_id user, const char *deed, struct transfer_id why)
{
    char id[ID_TEXT_MAX];

    return team_audit_add(c, tx, deed, PREFIX_USER, user.v,
                          str_print(c->arena, "{\"transfer_id\":\"" STR_FMT "\"}", STR_ARG(id_print(PREFIX_TRANSFER, why.v, id))));
}

static enum err duty_end(struct ctx *c, struct db_tx *tx, struct transfer *t)
{
    struct manager m;
    bool changed;
    enum err e = team_manager_ensure(c, tx, t->from);

    if (e || (e = team_manager_get(c, tx, t->from, &m)))
        return e;
    if (m.on_duty)
        t->leaver_was |= LEAVER_WAS_ON_DUTY;
    /* Or it would begin again by itself with the next working day. */
    if (m.duty_mode == DUTY_AUTOMATIC) {
        t->leaver_was |= LEAVER_WAS_AUTOMATIC;
        m.duty_mode = DUTY_MANUAL;
        if ((e = team_manager_put(c, tx, &m)))
            return e;
    }
    e = team_manager_set_duty(c, tx, t->from, false, &changed);
    return e || !t->leaver_was ? e : audit(c, tx, t->from, "user.off_duty", t->id);
}

static enum err disable(struct ctx *c, struct db_tx *tx, struct transfer *t)
{
    struct user u;
    enum err e = team_user_get(c, tx, t->from, &u);

    if (e || u.state != USER_ACTIVE)
        return e;
    t->leaver_was |= LEAVER_WAS_ACTIVE;
    u.state = USER_DISABLED;
    if ((e = team_user_put(c, tx, &u)) || (e = team_session_del_of(c, tx, t->from, 0)))
        return e;
    return audit(c, tx, t->from, "user.disabled", t->id);
}

enum err flow_leaver_goes(struct ctx *c, struct db_tx *tx, struct transfer *t)
{
    enum err e;

    if (t->leaver == LEAVER_STAYS)
        return ERR_NONE;
    if ((e = duty_end(c, tx, t)) || (t->leaver == LEAVER_DISABLED && (e = disable(c, tx, t))))
        return e;
    return route_transfer_leaver_set(c, tx, t);
}

/* Somebody else has it now, or nobody: it went with the transfer. */
static enum err went(struct ctx *c, struct db_tx *tx, struct transfer *t, const struct lead *before, const struct transfer_lead *passed, size_t n)
{
    struct transfer_lead one = { .lead = before->id, .from = before->owner, .amount = before->amount };
    struct lead now;
    enum err e = lead_get(c, tx, before->id, &now);

    if (e || now.owner.v == before->owner.v)
        return e;
    one.to = now.owner;
    for (size_t i = 0; i < n; i++)
        t->passed -= passed[i].lead.v == before->id.v;
    t->moved++;
    return route_transfer_lead_went(c, tx, t->id, &one);
}

enum err flow_leaver_gone(struct ctx *c, struct db_tx *tx, struct transfer *t, struct messages *out)
{
    struct lead_filter f = flow_leaves_behind(t->from, TRANSFER_LEADS);
    struct transfer_lead *passed;
    struct lead_page left;
    size_t n;
    enum err e;

    if (!(t->leaver_was & LEAVER_WAS_ACTIVE))
        return ERR_NONE;
    if ((e = lead_list(c, tx, &f, &left)) || (e = flow_user_leave(c, tx, t->from, out))
        || (e = route_transfer_leads(c, tx, t->id, TRANSFER_LEAD_PASSED, TRANSFER_LEADS, &passed, &n)))
        return e;
    for (size_t i = 0; i < left.count && !e; i++)
        e = went(c, tx, t, &left.items[i], passed, n);
    return e;
}

static enum err enable(struct ctx *c, struct db_tx *tx, const struct transfer *t)
{
    struct user u;
    enum err e = team_user_get(c, tx, t->from, &u);

    if (e || u.state == USER_ACTIVE)
        return e;
    u.state = USER_ACTIVE;
    if ((e = team_user_put(c, tx, &u)))
        return e;
    return audit(c, tx, t->from, "user.enabled", t->id);
}

static enum err duty_begin(struct ctx *c, struct db_tx *tx, const struct transfer *t)
{
    struct manager m;
    bool changed;
    enum err e = team_manager_get(c, tx, t->from, &m);

    if (e)
        return e;
    if (t->leaver_was & LEAVER_WAS_AUTOMATIC && m.duty_mode == DUTY_MANUAL) {
        m.duty_mode = DUTY_AUTOMATIC;
        if ((e = team_manager_put(c, tx, &m)))
            return e;
    }
    if (!(t->leaver_was & LEAVER_WAS_ON_DUTY))
        return ERR_NONE;
    e = team_manager_set_duty(c, tx, t->from, true, &changed);
    return e ? e : audit(c, tx, t->from, "user.on_duty", t->id);
}

enum err flow_leaver_returns(struct ctx *c, struct db_tx *tx, const struct transfer *t)
{
    enum err e = ERR_NONE;

    if (t->leaver_was & LEAVER_WAS_ACTIVE)
        e = enable(c, tx, t);
    return e || !t->leaver_was ? e : duty_begin(c, tx, t);
}
