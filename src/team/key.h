/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* key.h - keys of programs: of the API (gradus_pat_...) and of event collection (gradus_wk_...).
 *
 * Shown once, when made; kept as SHA-256 with the first letters. A key of scope events may add events and nothing else. A public one is in
 * web pages for all to read: a name, not a secret; what comes with it is unverified.
 */
#ifndef TEAM_KEY_H
#define TEAM_KEY_H

#include "team/user.h"

enum key_scope { KEY_EVENTS, KEY_API };
extern const char *const team_key_scope_names[];

struct api_key {
    struct key_id id;
    struct str name, prefix;
    int scope;
    bool is_public;
    uint64_t rights;
    struct user_id user;
    instant created_at, used_at, revoked_at;
    instant paid_until;    /* of its calls, by the rate it may be used at; INSTANT_NONE: nothing is held against it */
};

/* That a key was used. */
struct key_use {
    struct key_id id;
    instant paid_until;
};

/* Makes k (name, scope, is_public, rights, user given) and sets the rest; *text: the key itself, in c->arena. */
NODISCARD enum err team_key_add(struct ctx *c, struct db_tx *tx, struct api_key *k, struct str *text);
/* By SHA-256 of its text; ERR_NOT_FOUND also for a revoked one and for one whose maker is disabled. */
NODISCARD enum err team_key_get(struct ctx *c, struct db_tx *tx, const uint8_t token[32], struct api_key *k);
NODISCARD enum err team_key_list(struct ctx *c, struct db_tx *tx, int64_t limit, struct api_key **keys, size_t *count);
/* Revokes; ERR_NOT_FOUND. */
NODISCARD enum err team_key_del(struct ctx *c, struct db_tx *tx, struct key_id id);
/* Now. */
NODISCARD enum err team_key_set_used(struct ctx *c, struct db_tx *tx, struct key_use use);

#endif
