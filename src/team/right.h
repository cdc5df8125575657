/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* right.h - who may do what: one table, role by right, behind every door.
 *
 * A user's rights are those of the role. A key's are those it was given, cut to those its maker has. Row-level visibility is a right
 * too: who has RIGHT_LEAD_READ without RIGHT_LEAD_ALL sees the leads and tasks that are his own, and learns nothing of others: to him they
 * do not exist (404, never 403).
 */
#ifndef TEAM_RIGHT_H
#define TEAM_RIGHT_H

#include "base/ctx.h"
#include "noun/ids.h"

/* Kept in tables as these numbers: new ones go to the end. */
enum role { ROLE_OWNER, ROLE_HEAD, ROLE_MARKETER, ROLE_MANAGER, ROLE_INTEGRATOR, ROLES };

enum right {
    RIGHT_NONE,         /* anybody, signed in or not */
    RIGHT_SIGNED_IN,    /* any user or key of the API */
    RIGHT_PERSON,       /* any user, no key */
    RIGHT_LEAD_READ,    /* leads, their scores, timelines: own ones */
    RIGHT_LEAD_ALL,     /* ... everybody's */
    RIGHT_LEAD_EDIT,
    RIGHT_LEAD_ASSIGN,  /* give a lead to somebody */
    RIGHT_LEAD_MERGE,
    RIGHT_LEAD_EXPORT,
    RIGHT_TASK_READ,
    RIGHT_TASK_EDIT,
    RIGHT_MODEL_READ,
    RIGHT_MODEL_EDIT,   /* drafts, publish, roll back */
    RIGHT_ROUTE_READ,   /* rules, pools, calendars */
    RIGHT_ROUTE_EDIT,
    RIGHT_MANAGER_READ, /* the people who get leads, and their load */
    RIGHT_MANAGER_EDIT,
    RIGHT_DUTY,         /* go on and off duty, own absences */
    RIGHT_BOARD,        /* the live board */
    RIGHT_IMPORT,
    RIGHT_REJECTS,      /* refused events */
    RIGHT_USER_READ,
    RIGHT_USER_EDIT,
    RIGHT_KEY,          /* keys of the API and of event collection */
    RIGHT_AUDIT,
    RIGHT_SETTING,
    RIGHT_VIEW_TEAM,    /* saved views of the team */
    RIGHT_EVENT,        /* event collection; no role has it, keys of scope events do */
    RIGHTS
};

/* Words of the API, in the order of the enums; NULL at the end. */
extern const char *const team_role_names[];
extern const char *const team_right_names[];

uint64_t team_right_bit(enum right r);
uint64_t team_rights_of_role(enum role role);
/* RIGHT_NONE always; RIGHT_SIGNED_IN and RIGHT_PERSON by the actor's kind; the house may do all. */
bool team_right_has(const struct actor *a, enum right r);

/* May this actor see what belongs to owner (0: to nobody)? */
bool team_may_see(const struct actor *a, struct user_id owner);
/* The user whose rows alone this actor may see; 0: no such limit. For lists: WHERE $1 = 0 OR owner_id = $1. A key without RIGHT_LEAD_ALL
 * gets an id that nobody has. */
struct user_id team_sees_only(const struct actor *a);

#endif
