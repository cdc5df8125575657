/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_learn.h - outcomes, the probability that a lead will buy, suggested points. Rows: endpoints.c.
 */
#ifndef API_API_LEARN_H
#define API_API_LEARN_H

#include "api/endpoint.h"

extern const struct field outcome_summary_fields[];
extern const struct field probability_fields[];
extern const struct field predictor_fields[];

enum err outcome_summary_get(struct call *call);
enum err lead_probability_get(struct call *call);
enum err predictor_list_get(struct call *call);

#endif
