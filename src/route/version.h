/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* version.h - the routing rules, and by which policy each pool picks, as drafts and versions; and what went through each rule.
 *
 * A version is the whole of how leads are shared out, but for the people: who is in a pool changes with the team. A draft can be changed and dropped; publishing makes it the live version and the one before a past one. Past ones stay as they were; taking
 * one up again publishes a copy.
 */
#ifndef ROUTE_VERSION_H
#define ROUTE_VERSION_H

#include "db/db.h"
#include "noun/ids.h"

enum version_state { VERSION_DRAFT, VERSION_LIVE, VERSION_PAST, VERSION_STATES };
extern const char *const route_version_states[VERSION_STATES + 1]; /* "draft", "live", "past", NULL */

struct rule_version {
    struct rule_id id;
    int64_t version;
    enum version_state state;
    instant at;
    struct user_id by;
    struct str note, items, policies; /* the last two JSON: rules as the API tells them, [{pool_id, policy}] */
    int64_t rules;
    int64_t edit; /* how often it was written */
    int64_t plans, plan_leads; /* not kept: what publishing it has led to */
};

/* Newest first, without items and policies. In c->arena. */
NODISCARD enum err route_version_list(struct ctx *c, struct db_tx *tx, int64_t limit, struct rule_version **list, size_t *count);
/* ERR_NOT_FOUND. */
NODISCARD enum err route_version_get(struct ctx *c, struct db_tx *tx, struct rule_id id, struct rule_version *v);
/* The live one, with all of it. ERR_NOT_FOUND before the first. */
NODISCARD enum err route_version_live(struct ctx *c, struct db_tx *tx, struct rule_version *v);
/* Until the transaction ends no other program changes rules, drafts or versions: what is read behind it stands. Before route_lock. Whatever writes here takes
 * it too. */
NODISCARD enum err route_version_lock(struct ctx *c, struct db_tx *tx);
/* New when id is 0; ERR_CONFLICT when it is no draft. Fills id, at, state, edit. */
NODISCARD enum err route_draft_put(struct ctx *c, struct db_tx *tx, struct rule_version *v);
/* ERR_CONFLICT when it is no draft. */
NODISCARD enum err route_draft_del(struct ctx *c, struct db_tx *tx, struct rule_id id);
/* Live from now on: the draft of that id, or a new one when id is 0. Fills id, version, at, state, edit. */
NODISCARD enum err route_version_publish(struct ctx *c, struct db_tx *tx, struct rule_version *v);

struct route_through {
    struct rule_id rule;  /* 0: no rule held */
    struct str name;
    int64_t given, people, waited;
};
/* By given, most first. In c->arena. */
NODISCARD enum err route_through_list(struct ctx *c, struct db_tx *tx, instant since, struct route_through **list, size_t *count);

#endif
