/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* session.h - who is signed in. A cookie holds 256 random bits; the database holds their SHA-256.
 *
 * A new session is made at every sign-in; it ends by signing out, by its term, when its user is disabled or changes the password (all
 * others of that user) or the role (all).
 */
#ifndef TEAM_SESSION_H
#define TEAM_SESSION_H

#include "team/user.h"

enum { SESSION_TOKEN_TEXT = 44 };

struct session {
    int64_t id;
    struct user_id user;
    int role, lang;
};

/* A new one for user. *token: its text, for the cookie, in c->arena. */
NODISCARD enum err team_session_add(struct ctx *c, struct db_tx *tx, struct user_id user, struct str *token, int64_t *id);
/* By SHA-256 of the token; ERR_NOT_FOUND: none, ended, or its user is disabled. */
NODISCARD enum err team_session_get(struct ctx *c, struct db_tx *tx, const uint8_t token[32], struct session *s);
NODISCARD enum err team_session_del(struct ctx *c, struct db_tx *tx, int64_t id);
/* All of a user's but one (0: all). */
NODISCARD enum err team_session_del_of(struct ctx *c, struct db_tx *tx, struct user_id user, int64_t but);
/* Those whose term is over; *gone: how many. */
NODISCARD enum err team_session_clean(struct ctx *c, struct db_tx *tx, int64_t *gone);

#endif
