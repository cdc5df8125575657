/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lint.h - what is wrong with a model although it can be read: each mistake at its place, told to a person.
 *
 * An error is what makes a part of the model say nothing: a condition that can never hold, a threshold or a gate out of reach. A warning is
 * what its author probably did not mean: points that no limit stops, a criterion that stands twice. What keeps a model from being
 * read at all (unknown member, unknown operator) is found by score_model_read; score_lint_faults tells it in the same shape.
 *
 * Pure.
 */
#ifndef SCORE_LINT_H
#define SCORE_LINT_H

#include "score/model.h"

struct score_lint {
    bool error;          /* else a warning */
    struct str pointer;  /* within the body */
    const char *code;    /* "never_holds" and the like: lint.c */
    struct str detail;   /* in the language asked for */
};
enum { SCORE_LINTS_MAX = 200 };

/* At most SCORE_LINTS_MAX into out; how many: errors first, then by place. In a. */
size_t score_lint(const struct model *m, enum lang lang, struct arena *a, struct score_lint *out);
/* Names that leads have been seen to have. */
struct score_names {
    const struct str *items;
    size_t count;
};
/* An event whose properties are tested: how many of it were looked at (0: nobody has it), and what any of them holds, in the way conditions
 * ask for it: "plan", "page.path". */
struct score_event_known {
    struct str event; /* empty: whatever a lead does */
    int64_t seen;
    bool part;        /* of whatever it does: not each of its events was looked at */
    struct score_names properties;
};
enum { SCORE_TESTED_MAX = 40, SCORE_EVENTS_ENOUGH = 100 };
struct score_known {
    struct score_names facts, events;
    bool enough; /* so many leads that what none of them has deserves a word; else only what is a slip of a known name does */
    const struct score_event_known *tested;
    size_t tested_count;
};
/* The events (what they go by) whose properties the body's conditions test, each once, at most SCORE_TESTED_MAX into out; how many. A test of whatever a lead
 * does ({} with where) is of an event without a name. */
size_t score_lint_tested(const struct json *body, struct arena *a, struct str *out);
/* Warnings of names in the body's conditions that are not known, each with the closest that is; out holds `count` already, returns how many it holds then. */
size_t score_lint_names(const struct json *body, const struct score_known *known, enum lang lang, struct arena *a, struct score_lint *out, size_t count);
/* The faults noted in c, of a body read with place "". */
size_t score_lint_faults(const struct ctx *c, enum lang lang, struct arena *a, struct score_lint *out);

#endif
