/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_learn.h - outcomes, the probability that a lead will buy, suggested points. Rows: endpoints.c.
 */
#ifndef API_API_LEARN_H
#define API_API_LEARN_H

#include "api/endpoint.h"

extern const struct field outcome_summary_fields[];
extern const struct field probability_fields[];
extern const struct field predictor_fields[];

extern const struct field suggest_ask_fields[];
extern const struct field suggestion_fields[];
extern const struct field suggestion_draft_fields[];

enum err model_suggest(struct call *call);
enum err model_suggestion_get(struct call *call);
enum err model_suggestion_stop(struct call *call);
enum err model_suggestion_draft(struct call *call);
enum err outcome_summary_get(struct call *call);
enum err lead_probability_get(struct call *call);
enum err predictor_list_get(struct call *call);

#endif
