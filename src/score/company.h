/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* company.h - the score of a company from the scores of its people, by the model's own rule, with what each contributes.
 *
 *   max        its best person's score
 *   sum_top3   the sum of its three best, a floor of 0 for each, at most `cap` (the model's ceiling unless said)
 *   mean       the mean of all its people, rounded half away from zero
 *
 * In the model's body: "company": {"rule": "sum_top3", "cap": 100}; without it: max. It is told from people's scores as they stand, whenever it
 * is asked for, so it is right at every moment that they are, and nothing of it is kept.
 *
 * The score is whole points of people's whole points, so that a reader can add it up: contributions add up to the score. The band is that of the same
 * rule over people's exact points, as a lead's own is: of a lead shown as 71 that has 70.6 neither the lead nor the company is hot. Whom a gate holds
 * back counts there up to the end of the band that the lead is in, so by max a company is as warm as the warmest of its people, and a company of one is always
 * what its one lead is.
 *
 * Exact points cost a look at each lead's state. So people are told as bounds first: whoever is shown as 71 and is warm has from 70.5 to just below 71. Only
 * where the two ends of the bounds lie in different bands somebody must look (flow/flow_company.h). Pure.
 */
#ifndef SCORE_COMPANY_H
#define SCORE_COMPANY_H

#include "noun/band.h"
#include "score/model.h"

extern const char *const score_company_rule_names[]; /* "max", "sum_top3", "mean"; NULL */

/* The member "company" of a body into m. ERR_BAD_FIELD, ERR_UNKNOWN_FIELD, each with its place. */
NODISCARD enum err score_company_read(struct ctx *c, const struct json *body, struct str place, struct model *m);
/* Nothing where the body had none. */
void score_company_put(struct json_out *o, const struct model *m);

/* shown: n scores of people as shown, the largest first. parts[i] (n places, may be NULL): what each contributes, whole points. */
int64_t score_company(const struct model *m, const int64_t *shown, size_t n, int64_t *parts);

/* What is known of the exact points of a person, both ends within what they may be. */
struct score_bounds {
    fix least, most;
};
/* Of a lead in that band whose points are shown as so many; and of one that has exactly so many. */
struct score_bounds score_bounds_shown(const struct model *m, int64_t shown, enum band band);
struct score_bounds score_bounds_exact(const struct model *m, fix total, enum band band);

/* The lowest and the highest band that a company of these n people may be in: one and the same where that is enough to know. By the model's borders,
 * without hysteresis, for nothing of it is kept; of nobody: cold. */
struct score_company_bands {
    enum band least, most;
};
struct score_company_bands score_company_bands(const struct model *m, const struct score_bounds *people, size_t n);

#endif
