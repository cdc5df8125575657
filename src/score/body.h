/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* body.h - what the readers of a model's body share: model.c, axes.c and company.c read a part each, by the same rules. Of these alone.
 *
 * A member that is null is absent. An object has no members but those that are named. Each fault is noted at the JSON pointer of its place and the
 * reading goes on, so that all of them are told at once. Texts and titles are copied into the arena that is handed over, which is the model's.
 */
#ifndef SCORE_BODY_H
#define SCORE_BODY_H

#include "base/ctx.h"
#include "base/json.h"
#include "cond/cond.h"

/* The pointer of a member of place; of its i-th item. In c->arena. */
struct str score_body_below(struct ctx *c, struct str place, const char *member);
struct str score_body_nth(struct ctx *c, struct str place, uint32_t i);

/* NULL: absent. */
const struct json *score_body_member(const struct json *v, const char *name);

/* v must be an object of no other members than allowed (NULL-terminated). ERR_BAD_FIELD: it is none; ERR_UNKNOWN_FIELD. */
NODISCARD enum err score_body_check(struct ctx *c, const struct json *v, struct str place, const char *const *allowed);

/* A text of at most LIMIT_NAME_CHARS; STR_NULL: absent. ERR_BAD_FIELD. */
NODISCARD enum err score_body_text(struct ctx *c, const struct json *v, struct str place, const char *name, struct arena *a, struct str *text);
/* The member title, {"ru":..,"en":..}; either may be absent, and the whole. ERR_BAD_FIELD, ERR_UNKNOWN_FIELD. */
NODISCARD enum err score_body_title(struct ctx *c, const struct json *v, struct str place, struct arena *a, struct str *ru, struct str *en);

/* A condition, compiled (cond_compile, with its faults). What its patterns take is added to *pattern_bytes, which is of all conditions of the model:
 * the one with which it is above LIMIT_PATTERN_BYTES is ERR_TOO_LARGE, and those behind it are not compiled any more: ERR_TOO_LARGE, not noted. */
NODISCARD enum err score_body_condition(struct ctx *c, const struct json *from, struct str place, struct arena *a, size_t *pattern_bytes,
                                        struct cond **when);

#endif
