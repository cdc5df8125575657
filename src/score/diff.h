/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* diff.h - the difference between two models, told to a person: "«Открыл страницу цен»: баллы 5 → 8".
 *
 * Criteria are the same by id, groups by name, gates by what they ask for. Order is that of the new model: thresholds, groups, criteria, gates,
 * then what was taken away. Moving criteria about is no difference: the order of two does not change a score but under the
 * ceiling for unverified sources.
 *
 * Pure.
 */
#ifndef SCORE_DIFF_H
#define SCORE_DIFF_H

#include "score/model.h"

enum score_change_kind { SCORE_ADDED, SCORE_REMOVED, SCORE_CHANGED };
extern const char *const score_change_names[]; /* "added", "removed", "changed", NULL */

struct score_change {
    enum score_change_kind kind;
    struct str place;         /* "hot", "groups/interest/ceiling", "criteria/demo/points", "gates" */
    struct str text;          /* the whole in words */
    struct str before, after; /* in words; absent where there is none */
};

/* All of them, in a. */
struct score_change *score_diff(const struct model *before, const struct model *after, enum lang lang,
                                struct arena *a, size_t *count);
/* A criterion in words: "+5, за каждый раз, не больше 4 раз, не чаще раза в 1 ч, вдвое меньше через 14 дн.: Открыл страницу /pricing*". In a. */
struct str score_criterion_words(const struct criterion *k, enum lang lang, struct arena *a);

#endif
