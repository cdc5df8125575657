/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/right.h"

const char *const team_role_names[] = { "owner", "head", "marketer", "manager", "integrator", NULL };

enum { O = 1 << ROLE_OWNER, H = 1 << ROLE_HEAD, K = 1 << ROLE_MARKETER, M = 1 << ROLE_MANAGER, I = 1 << ROLE_INTEGRATOR };

/* The one table of rights. */
static const struct {
    unsigned roles;
} rights[RIGHTS] = {
    [RIGHT_NONE]         = { 0 },
    [RIGHT_SIGNED_IN]    = { 0 },
    [RIGHT_PERSON]       = { 0 },
    [RIGHT_LEAD_READ]    = { O | H | K | M | I },
    [RIGHT_LEAD_ALL]     = { O | H | K | I },
    [RIGHT_LEAD_EDIT]    = { O | H | K | M | I },
    [RIGHT_LEAD_ASSIGN]  = { O | H },
    [RIGHT_LEAD_MERGE]   = { O | H | K | M },
    [RIGHT_LEAD_EXPORT]  = { O | H | K },
    [RIGHT_TASK_READ]    = { O | H | K | M | I },
    [RIGHT_TASK_EDIT]    = { O | H | M | I },
    [RIGHT_MODEL_READ]   = { O | H | K | M | I },
    [RIGHT_MODEL_EDIT]   = { O | H | K },
    [RIGHT_ROUTE_READ]   = { O | H | K | I },
    [RIGHT_ROUTE_EDIT]   = { O | H },
    [RIGHT_MANAGER_READ] = { O | H | K | I },
    [RIGHT_MANAGER_EDIT] = { O | H },
    [RIGHT_DUTY]         = { O | H | M },
    [RIGHT_BOARD]        = { O | H },
    [RIGHT_IMPORT]       = { O | H | K | I },
    [RIGHT_REJECTS]      = { O | K | I },
    [RIGHT_USER_READ]    = { O | H },
    [RIGHT_USER_EDIT]    = { O },
    [RIGHT_KEY]          = { O | I },
    [RIGHT_AUDIT]        = { O },
    [RIGHT_SETTING]      = { O },
    [RIGHT_VIEW_TEAM]    = { O | H | K },
    [RIGHT_EVENT]        = { 0 },
};

const char *const team_right_names[] = {
    "none", "signed_in", "person", "lead.read", "lead.all", "lead.edit", "lead.assign", "lead.merge", "lead.export",
    "task.read", "task.edit", "model.read", "model.edit", "route.read", "route.edit", "manager.read", "manager.edit",
    "duty", "board", "import", "rejects", "user.read", "user.edit", "key", "audit", "setting", "view.team", "event", NULL
};

uint64_t team_right_bit(enum right r)
{
    return (uint64_t)1 << r;
}

uint64_t team_rights_of_role(enum role role)
{
    uint64_t bits = 0;

    for (int r = 0; r < RIGHTS; r++)
        if (rights[r].roles & (1u << role))
            bits |= team_right_bit((enum right)r);
    return bits;
}

bool team_right_has(const struct actor *a, enum right r)
{
    if (r == RIGHT_NONE || a->kind == ACTOR_HOUSE)
        return true;
    if (r == RIGHT_SIGNED_IN)
        return a->kind == ACTOR_USER || (a->kind == ACTOR_KEY && !(a->rights & team_right_bit(RIGHT_EVENT)));
    if (r == RIGHT_PERSON)
        return a->kind == ACTOR_USER;
    return (a->rights & team_right_bit(r)) != 0;
}

bool team_may_see(const struct actor *a, struct user_id owner)
{
    if (team_right_has(a, RIGHT_LEAD_ALL))
        return true;
    return a->kind == ACTOR_USER && team_right_has(a, RIGHT_LEAD_READ) && owner.v != 0 && owner.v == a->id;
}

struct user_id team_sees_only(const struct actor *a)
{
    if (team_right_has(a, RIGHT_LEAD_ALL))
        return (struct user_id){ 0 };
    return (struct user_id){ a->kind == ACTOR_USER && team_right_has(a, RIGHT_LEAD_READ) ? a->id : -1 };
}
