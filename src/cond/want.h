/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* want.h - what could be answered or done so that a condition comes out otherwise.
 *
 * A condition is a formula over tests; each test over a fact has finitely many values that matter, and each look for events has an event that is
 * seen by it. This room makes one of each kind: values on both sides of every test, and an event for every name that is looked for, with
 * the properties that are asked for. Whoever searches (score/raise.c) tries them on the real ledger; nothing here tells what they are worth.
 *
 * What is not made: a value for a regular expression that its own text does not match, and an event whose properties contradict each other.
 *
 * Pure. Results live in a.
 */
#ifndef COND_WANT_H
#define COND_WANT_H

#include "cond/cond.h"

struct cond_want {
    struct str fact; /* absent: an event */
    const struct json *value;
    struct past_event event; /* kind, name, path, body; without instants and ids */
};
/* All of p's, one after another; the same may come twice. */
void cond_want_list(const struct cond *p, struct arena *a, struct cond_want **list, size_t *count);

/* Two values of a fact (NULL: not filled) that add the same to a signature are the same to p. Begin with any number; go on over the conditions
 * of a model. */
uint64_t cond_want_sign_fact(const struct cond *p, struct str fact, const struct json *value, uint64_t signature,
                             struct arena *a);
/* The same for events. */
uint64_t cond_want_sign_event(const struct cond *p, const struct past_event *e, uint64_t signature, struct arena *a);

/* What p asks of the fact that is true of the value, told: "Должность содержит «директор»"; empty when nothing is. */
struct str cond_fact_words(const struct cond *p, struct str fact, const struct json *value, enum lang lang,
                           struct arena *a);
/* "Открыл страницу /pricing*": as p looks for e; empty when it does not. */
struct str cond_event_words(const struct cond *p, const struct past_event *e, enum lang lang, struct arena *a);
/* "Должность", "Title"; quoted when it is a company's own. */
struct str cond_fact_name(struct str fact, enum lang lang, struct arena *a);

#endif
