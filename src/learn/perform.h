/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* perform.h - how people did with the leads they were given: conversion and average deal, against what those leads led one to expect.
 *
 * Whose a lead is: of whom it was when it was decided (else now). What was given and taken back was never theirs, and whom an undo brings it back to
 * has had it since before. What it looked like is taken from the moment at which that person got it, so that nothing the person did with it is in
 * what was expected; where nobody wrote that moment down (leads of a file), from a week after its birth. Its sign then is its probability by the
 * predictor in use, as log odds, or without one its score; a logistic curve over the sign, fitted to all leads that count, makes it the chance in
 * the hands of a usual person: the team as a whole is expected to do exactly what it did.
 *
 * Which leads count is the calibration report's rule (learn_mark_cases): a lead too young to tell is no loss.
 *
 * A segment is a source. The LEARN_SEGMENTS largest with enough leads have figures of their own, held against what the team makes of leads of that
 * source.
 *
 * Figures are shrunk (stat/share.h). Of fewer than LEARN_GIVEN_ENOUGH leads, or LEARN_DEALS_ENOUGH deals, none is told; decisions go by the shrunk
 * ones all the same, which are then near those of the team. Without LEARN_ENOUGH leads that bought and as many that did not nothing is told of
 * anybody. Pure; doubles end here.
 */
#ifndef LEARN_PERFORM_H
#define LEARN_PERFORM_H

#include "learn/calibrate.h"
#include "noun/ids.h"
#include "stat/share.h"

enum { LEARN_GIVEN_ENOUGH = 10, LEARN_DEALS_ENOUGH = 5, LEARN_SEGMENTS = 8, LEARN_CURVE_LOW = -100, LEARN_CURVE_STEP = 5, LEARN_CURVE = 81 };

/* One lead that somebody had. */
struct learn_given {
    struct lead_id lead;
    struct user_id user;
    struct str source;
    enum learn_mark mark;
    double sign, score;        /* as it looked when given */
    int64_t amount;            /* of a won one, minor units; 0: not known */
    double chance;             /* set by learn_perform: of those that count */
    int segment;               /* set by learn_perform: from 1; 0: its source has none */
};

/* Figures in millionths; money in minor units. */
struct learn_fixes {
    fix value, low, high;
};
struct learn_performed {
    struct user_id user;       /* 0: the team */
    int segment;               /* 0: all leads */
    struct str source;         /* of the segment; empty: all */
    int64_t leads, n, won, deals;
    fix expected;              /* wins; 0 where nothing can be told */
    bool enough, deal_enough;
    struct learn_fixes rate, ratio, deal; /* deal 0: no amounts are known */
    int verdict, deal_verdict; /* enum share_verdict */
};
struct learn_performance {
    struct learn_performed *rows; /* by segment; in each the team first, then people by id */
    size_t count;
    bool enough;               /* of the whole */
    fix curve[LEARN_CURVE];    /* the chance of a lead of score LEARN_CURVE_LOW + i * LEARN_CURVE_STEP */
};

/* Its score and sign: chance is its probability, in millionths; below 0: there is none, and the score is the sign. */
void learn_given_look(struct learn_given *g, fix score, fix chance);

/* given: any order. Everything lives in a. */
struct learn_performance learn_perform(struct arena *a, struct learn_given *given, size_t n);
/* Between its points the curve is straight; outside it is level. */
fix learn_curve_at(const fix curve[LEARN_CURVE], int64_t score);

#endif
