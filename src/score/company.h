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
 * Contributions add up to the score. Pure.
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

/* The band that a company's score falls in: by the model's borders, without hysteresis, for nothing of it is kept. */
enum band score_company_band(const struct model *m, int64_t score);

#endif
