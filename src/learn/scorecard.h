/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* scorecard.h - points fitted to outcomes, in the model's own criteria.
 *
 * How often each criterion counted for a lead when it was judged, and what is known of the lead, are put beside whether it bought; a logistic regression
 * with a ridge gives each criterion its weight beside all the others, so that of two criteria that say the same neither counts twice. A criterion that
 * cannot be told from nothing (95 %) gets no points; one with fewer than LEARN_CARD_FEW leads keeps what it has, for nothing can be said.
 *
 * Facts that the model does not use are offered as criteria: numbers in bins (joined where their shares cannot be told apart; when asked, so that
 * they rise or fall throughout), texts by their levels. The lowest of a fact is its zero, with all that cannot be told from it (95 %); the others get what
 * they are worth above it, each with the interval of that difference, so that what is not known costs nothing.
 *
 * Points. Weights become points by one factor, chosen so that as many leads reach the model's threshold of hot as reach it today (or a tenth, when
 * hardly anyone or nearly everyone does). Points are whole.
 *
 * Whether it is better is told on leads that were held back: the later third when leads ended on different days, else one of three by chance;
 * the card is then fitted to all.
 *
 * Pure; doubles stay inside, figures leave as millionths.
 */
#ifndef LEARN_SCORECARD_H
#define LEARN_SCORECARD_H

#include "learn/calibrate.h"
#include "learn/feature.h"

enum { LEARN_CARD_FEW = 10, LEARN_CARD_OFFERS = 60 };

struct learn_card_example {
    double *times;           /* how often each criterion counted, its ageing and limits taken into account */
    fix total;               /* by the model as it is */
    struct learn_row row;    /* facts the model does not look at */
    unsigned char won;
    instant judged_at;
    int64_t order;
};
/* One line of a score. */
struct learn_tally {
    int criterion;
    fix points;
    int64_t count;
};
/* Sets e->times from the lines of the lead's score. points: of each criterion. */
void learn_card_times(struct arena *a, const fix *points, size_t criteria, const struct learn_tally *lines, size_t n,
                      struct learn_card_example *e);

struct learn_card_ask {
    const fix *points;       /* of each criterion today; 0 where it is off */
    size_t criteria;
    fix hot;
    bool monotone;
    const int *group;        /* of each criterion */
    size_t groups;
};

enum learn_card_why { CARD_RAISED, CARD_LOWERED, CARD_KEPT, CARD_USELESS, CARD_TURNED, CARD_FEW, CARD_WHYS };
extern const char *const learn_card_whys[]; /* "raised", "lowered", "kept", "useless", "turned", "few" */

struct learn_card_item {
    int64_t count;           /* leads for which it counted */
    fix now;
    int64_t points, low, high;
    int why;
};
struct learn_card_offer {
    struct str fact;         /* "city" */
    bool number;
    bool has_from, has_to;
    fix from, to;            /* above from, up to to */
    struct str level;
    int64_t count, won, points, low, high;
    const uint8_t *codes;    /* of each example: those with `code` are counted */
    int code;
};
struct learn_card {
    int64_t n, won, held_n, held_won;
    unsigned char *held;     /* of each example: it was held back */
    bool by_time;
    fix auc_now, auc_now_low, auc_now_high, auc, auc_low, auc_high, change, change_low, change_high;
    fix lift_now, lift_now_low, lift_now_high, lift, lift_low, lift_high; /* of the top tenth of the leads held back */
    struct learn_card_item *items;
    struct learn_card_offer *offers;
    size_t offer_count;
    int64_t *group_top, *group_bottom; /* what a hundredth of the leads would pass, by group: for its limits */
    int64_t offers_top;
};

/* Everything lives in a. examples are sorted. false: nothing can be fitted. */
bool learn_card_make(struct arena *a, struct learn_card_example *examples, size_t n, const struct learn_card_ask *ask,
                     struct learn_card *card);

#endif
