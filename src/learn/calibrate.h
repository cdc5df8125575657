/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* calibrate.h - is the score honest? What became of leads, held against the scores they had before it was known.
 *
 * A case is one lead with its score at the instant at which it is judged: just before its outcome, or, when there is none, the
 * day it came of age (or now). So nothing that became known with the outcome or after it is in the score.
 *
 * Who counts. Maturity is the time by which most wins have come (learn/outcome.h). A lead older than it is decided: bought within it, or
 * not (a sale that comes later is none for the window). A younger one is too young to be a loss; and when younger leads are not nearly all
 * decided (under LEARN_UNDECIDED per mille are open), their early sales do not count either, because sales would be counted at once and
 * their absence only later, and new leads would look better than they are. Two things say that there is nothing of the kind to fear:
 *   a lead came with its end      (an undated row of a file: when it came the house knew how it ended.) Its age says nothing, so it is never young, and
 *                                 those of the same file whose end is not told keep nobody from learning.
 *   losses come as soon as sales  of a house that has not yet LEARN_PLENTY of each otherwise, and half of whose young leads are decided: a loss told
 *                                 later than a sale in no more than LEARN_LATER per mille of pairs. Then which of them are decided by now is no matter of how.
 *
 * Honesty. Without LEARN_ENOUGH leads that bought and as many that did not the report has counts and no figures; a figure of fewer than
 * LEARN_ENOUGH_PART leads says so (enough false). Intervals are of 95 %: Wilson for shares, DeLong for AUC, Mantel-Haenszel over
 * a hundred layers of the risk that the other criteria give (adjust.h) for what a criterion does among leads that are alike otherwise, bootstrap with a fixed seed for the share
 * found at the top. A verdict on a criterion must hold for all criteria at once: its interval is widened for their number (Bonferroni).
 *
 * `expected` is what the band or decile would convert if each point meant the same odds: a logistic curve over the score fitted to
 * all counted cases. Where bars leave it, the scale is bent: points there mean less, or more, than elsewhere.
 *
 * Pure. Shares and ratios are doubles here; they leave the room as millionths (learn_fix).
 */
#ifndef LEARN_CALIBRATE_H
#define LEARN_CALIBRATE_H

#include "base/fix.h"
#include "learn/report.h"
#include "noun/band.h"
#include "stat/sample.h"

enum { LEARN_ENOUGH = 30, LEARN_ENOUGH_PART = 10, LEARN_UNDECIDED = 50, LEARN_DECILES = 10, LEARN_STEPS = 100, LEARN_PLENTY = 100, LEARN_LATER = 550 };
/* What the house learns of a lead within it is told with it, not of it. */
#define LEARN_AT_ONCE_US SECOND_US

struct learn_line {
    int criterion;
    fix points;
};

struct learn_case {
    struct lead_id lead;
    instant born;
    int decided;               /* 0 open, 1 won, 2 lost */
    instant decided_at;
    instant decided_known;     /* when the house learned of it */
    bool undated;              /* nobody told when it was decided (learn/outcome.h) */
    instant judged_at;
    fix total;                 /* at judged_at */
    enum band band;
    bool has_early;
    fix early;                 /* a week after birth: of equal age for all, so that times can be compared */
    struct str source;
    int64_t brought;           /* the import that made the lead; 0: none */
    const struct learn_line *lines; /* criteria that counted at judged_at */
    size_t line_count;
    enum learn_mark mark;      /* set by learn_mark_cases */
};

/* Young leads that did not come with their end, and those that count beside them: grown ones, and who came with their end. */
struct learn_young {
    int64_t open, won, lost;
    int64_t counted_won, counted_not;
};
/* Do the young count? UNSURE: by the ages at which they were decided (learn_losses_come_soon). */
enum learn_answer { LEARN_NO, LEARN_YES, LEARN_UNSURE };
enum learn_answer learn_counts_young(const struct learn_young *y);
/* Of the young that are decided: at what age. */
struct learn_end {
    int64_t age_us;
    bool lost;
};
bool learn_losses_come_soon(const struct learn_end *ends, size_t n);
/* Sets the mark of each case by the rule above. Returns how many are too young. */
int64_t learn_mark_cases(struct learn_case *cases, size_t n, instant now, int64_t maturity_us);

/* won of n that count; those too young beside them. */
struct learn_share {
    int64_t leads, n, won, young;
    struct sample_figure share;
    bool enough;
};
struct learn_share learn_share_of(int64_t leads, int64_t n, int64_t won);

struct learn_bar {
    int64_t from, to;          /* shown scores that were met there */
    struct learn_share is;
    double expected;           /* NAN when nothing can be said */
    double lift;               /* its share over that of all */
};

enum learn_direction { LEARN_UNCLEAR, LEARN_RIGHT, LEARN_WRONG, LEARN_USELESS, LEARN_DIRECTIONS };
extern const char *const learn_direction_names[]; /* "unclear", "right", "wrong", "useless", NULL */

struct learn_criterion {
    int criterion;
    fix points;                /* what the model gives: its sign is the direction that it claims */
    struct learn_share with, without;
    struct sample_figure difference; /* share with less share without, Newcombe */
    struct sample_figure lift;       /* share with over share without, as they are */
    struct sample_figure adjusted;   /* the same among leads alike in all other criteria; value NAN when no layer has both */
    enum learn_direction direction;
    bool enough;
};

struct learn_report {
    int64_t leads, n, won, young;
    bool enough;
    struct learn_bar bands[BANDS], deciles[LEARN_DECILES];
    size_t decile_count;       /* fewer when scores have few values */
    struct sample_figure auc;
    double average_precision, brier, ece;
    struct sample_figure lift10, found20;
    double intercept, slope;   /* log odds = intercept + slope * points */
    struct sample_step *steps;
    int64_t *step_leads;       /* of all leads, too young ones as well: so many have the step's score or more */
    size_t step_count;
    int64_t fifth_leads;       /* of all leads: so many have the score, or more, with which the top fifth of those that count ends; 0: no figures */
    struct learn_criterion *criteria;
    size_t criterion_count;
};

/* What the model claims of each criterion, by its index. */
struct learn_claim {
    fix points;
};

/* cases: marked; *decile (n of them, may be NULL) gets each case's decile from 1, 0 for those that do not count. */
struct learn_report learn_calibrate(struct arena *a, const struct learn_case *cases, size_t n, const struct learn_claim *claims,
                                    size_t claim_count, unsigned char *decile);

/* Nearest millionth; NAN and what is too large: false. */
bool learn_fix(double v, fix *out);
/* The same where 0 stands for what cannot be told. */
fix learn_fix_or_0(double v);

/* A logistic curve over x: log odds = b[0] + b[1] * x, by Newton with a ridge of 1e-6 on the slope (in units of x's deviation), so that
 * it stands still when the outcome can be told from x alone. false when all or none won. */
bool learn_logit(const struct sample_point *points, size_t n, double b[2]);

#endif
