/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* axes.h - who the lead is and what it does, as two numbers: fit and engagement, a grid A1 to C3; and how like the ideal customer it is.
 *
 * "axes": {"fit_groups": [..], "engagement_groups": [..], "fit": [a, b], "engagement": [a, b]}, all four optional. A number is the
 * sum of its groups' points after their floors and ceilings. Borders rise: fit below a is C, from a on B, from b on A; engagement
 * below a is 3, from a on 2, from b on 1. Unless said, a group none of whose criteria looks at an event is of fit, any other one of
 * engagement, and the borders stand at one and two thirds of the most that the axis can reach, in whole points. When one list of groups is
 * given, a group on neither counts for the total alone.
 *
 * "icp": {"conditions": [{"title": {..}, "when": C, "weight": 1}]}: conditions of the STATE kind. The match is the weight of those that hold
 * in per cent of the whole. Their states are kept beside those of the gates (index.h), so the match is right at every instant, as of any
 * past one, and changes by itself where a window passes.
 *
 * A cell and a match are shown, filtered by and routed by; they are not facts that the model's own criteria can see: a criterion asks
 * the conditions themselves.
 *
 * Pure.
 */
#ifndef SCORE_AXES_H
#define SCORE_AXES_H

#include "score/model.h"

enum { SCORE_CELLS = 9, SCORE_CELL_NONE = SCORE_CELLS, SCORE_ICP_NONE = -1, SCORE_ICP_MAX = 100 };
/* "A1", "A2", ..., "C3", NULL: the row's letter is fit, the number engagement. */
extern const char *const score_cell_names[];
/* The cell of that name, or -1. */
int score_cell_find(struct str name);
/* The cell for the two numbers. */
int score_cell_of(const struct model *m, fix fit, fix engagement);

/* Of the whole weight what part is held, in whole per cent, rounded to the nearest. whole > 0. */
int score_icp_per_cent(int64_t held, int64_t whole);

/* The members "axes" and "icp" of a body: read into m after its groups and criteria; defaults filled in. Faults noted below place; the
 * first one is returned. */
NODISCARD enum err score_axes_read(struct ctx *c, const struct json *body, struct str place, struct model *m);
NODISCARD enum err score_icp_read(struct ctx *c, const struct json *body, struct str place, struct model *m);
/* Written as they were given: nothing for what was left to the defaults. */
void score_axes_put(struct json_out *o, const struct model *m);
void score_icp_put(struct json_out *o, const struct model *m);

#endif
