/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ctx.h - what a piece of work carries: memory, the instant, who acts, in which language, and what went wrong.
 *
 * Five members; a sixth must be argued for in its commit.
 */
#ifndef BASE_CTX_H
#define BASE_CTX_H

#include "base/fault.h"
#include "base/instant.h"

enum lang { LANG_RU, LANG_EN, LANG_COUNT };

enum actor_kind { ACTOR_NOBODY, ACTOR_USER, ACTOR_KEY, ACTOR_HOUSE };

struct actor {
    enum actor_kind kind;
    int64_t id;      /* user_id or key_id; 0 for the house */
    uint64_t rights; /* bits of team/right.h */
    bool unverified; /* a browser's write key: adds, never overwrites */
};

struct ctx {
    struct arena *arena;
    instant now;
    struct actor actor;
    enum lang lang;
    struct fault fault;
};

/* The user who acts; 0 when it is a key or the house. */
static inline int64_t ctx_user(const struct ctx *c)
{
    return c->actor.kind == ACTOR_USER ? c->actor.id : 0;
}

/* Each adds one item to c->fault and returns its code, so that `return fault_...;` reads as it should. */
enum err fault_set(struct ctx *c, enum err code, const char *note_fmt, ...) PRINTF_LIKE(3, 4);
enum err fault_field(struct ctx *c, enum err code, const char *field);
enum err fault_at(struct ctx *c, enum err code, struct str field, const char *note_fmt, ...)
    PRINTF_LIKE(4, 5);
/* Forgets what was noted: before a try whose failure is an answer. */
void fault_clear(struct ctx *c);

#endif
