/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* user.h - the people of the house.
 *
 * An e-mail address names a user, ASCII letters' case aside, and nothing else is done to it: no Unicode folding, so that no other
 * address can be mistaken for it. A password is known as its argon2id hash only; hashing takes tens of milliseconds and is never done
 * inside a transaction.
 *
 * Invariant: there is always an active owner (ERR_CONFLICT for what would end that).
 */
#ifndef TEAM_USER_H
#define TEAM_USER_H

#include "base/field.h"
#include "db/db.h"
#include "team/right.h"

enum user_state { USER_ACTIVE, USER_DISABLED };
extern const char *const team_user_state_names[];
extern const char *const team_lang_names[];
extern const char *const team_theme_names[];

struct user {
    struct user_id id;
    int64_t version;
    struct str email, name;
    int role;             /* enum role */
    int state;
    int lang;             /* enum lang */
    struct str theme;     /* "system", "light", "dark" */
    struct str zone;      /* IANA name */
    bool keys_off;
    struct str password;  /* the hash */
    instant created_at;
};

/* Adds u, whose password is a hash. ERR_TWICE: that address is known. Sets id and version. */
NODISCARD enum err team_user_add(struct ctx *c, struct db_tx *tx, struct user *u);
NODISCARD enum err team_user_get(struct ctx *c, struct db_tx *tx, struct user_id id, struct user *u);
NODISCARD enum err team_user_get_by_email(struct ctx *c, struct db_tx *tx, struct str email, struct user *u);
/* Writes all of u but its id, raises the version. ERR_STALE when u->version is not the row's; ERR_CONFLICT: the last owner. */
NODISCARD enum err team_user_put(struct ctx *c, struct db_tx *tx, struct user *u);
/* By name, then id; at most limit. */
NODISCARD enum err team_user_list(struct ctx *c, struct db_tx *tx, int64_t limit, struct user **users, size_t *count);
/* The names of those users, each asked for once; who is not there is left out. In names n places, in no order. */
struct user_name {
    struct user_id id;
    struct str name;
};
NODISCARD enum err team_user_names(struct ctx *c, struct db_tx *tx, const struct user_id *ids, size_t n,
                                   struct user_name *names, size_t *count);
NODISCARD enum err team_user_count(struct ctx *c, struct db_tx *tx, int64_t *count);

/* May this person have leads: an account that is active, of a role that sells. Pure. */
bool team_user_takes_leads(const struct user *u);

/* Plausible by shape: one '@', something on both sides, a dot behind, no blanks, at most 254 bytes of printable ASCII or UTF-8. */
bool team_user_email_is_plausible(struct str email);
/* 8 to 1,024 bytes without NUL: ERR_NONE, or ERR_BAD_FIELD/ERR_TOO_LONG noted at /password. */
NODISCARD enum err team_user_password_check(struct ctx *c, struct str password);

#endif
