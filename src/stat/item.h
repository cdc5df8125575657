/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* item.h - what the answers to one question of tests say about the question.
 *
 * Share: of the answers that were right, with Wilson's 95 % interval; a high share is an easy question. Discrimination: the correlation of "right"
 * with the share of the rest of the same test that was right (corrected item-total, point-biserial; Henrysson 1963). Near 0 or below it the
 * question does not tell those who know from those who do not. Figures in thousandths. Below ITEM_ENOUGH answers there are too few to say
 * anything. Pure.
 */
#ifndef STAT_ITEM_H
#define STAT_ITEM_H

#include "base/compiler.h"

enum { ITEM_ENOUGH = 20 };

struct item_answer {
    bool right;
    int64_t rest, rest_full; /* points of the rest of that test, and how many there were to be had */
};
struct item_figures {
    int64_t shown, right;
    bool enough;                /* else what follows says nothing */
    int64_t share, low, high;   /* per mille */
    bool tells;                 /* discrimination could be counted: answers and rests differ */
    int64_t discrimination;     /* per mille, -1000..1000 */
};
struct item_figures item_look(const struct item_answer *answers, size_t n);

#endif
