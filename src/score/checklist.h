/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* checklist.h - BANT and MEDDIC: what a salesperson must find out before a lead is worth an offer.
 *
 * Each item is a fact ("bant.budget") that criteria, gates and rules see like any other: true for yes, false for no, a text where the answer
 * is neither; unknown clears it. The words of a person beside a yes or a no are the fact with ".note" behind its name.
 *
 * Constant tables; pure.
 */
#ifndef SCORE_CHECKLIST_H
#define SCORE_CHECKLIST_H

#include "base/ctx.h"
#include "base/json.h"

enum checklist_answer { ANSWER_NONE, ANSWER_YES, ANSWER_NO, ANSWER_UNKNOWN, ANSWER_TEXT, ANSWERS };
extern const char *const score_answer_names[]; /* "none", "yes", "no", "unknown", "text", NULL */

struct checklist_item {
    const char *fact;
    const char *name_ru, *name_en;
    const char *question_ru, *question_en; /* as it may be put to the lead */
};
struct checklist {
    const char *id, *title;
    const struct checklist_item *items;
    size_t count;
};

/* The two lists. */
const struct checklist *score_checklists(size_t *count);
/* NULL when no list has this fact. */
const struct checklist_item *score_checklist_find(struct str fact);
/* What a fact's value says: NULL or null: NONE. */
enum checklist_answer score_checklist_answer(const struct json *value);
/* What to ask to learn a fact: of a list's item, or a well-known one ("title"); STR_NULL when there is no ready question. */
struct str score_question(struct str fact, enum lang lang);

#endif
