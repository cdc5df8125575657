/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_trial.h - drafts tried over the whole history: asked for, watched, stopped, read. Rows: endpoints.c. */
#ifndef API_API_TRIAL_H
#define API_API_TRIAL_H

#include "api/endpoint.h"

enum err trial_create(struct call *call);
enum err trial_list(struct call *call);
enum err trial_get(struct call *call);
enum err trial_stop(struct call *call);
enum err trial_report(struct call *call);

extern const struct field trial_ask_fields[], trial_query[], trial_row_fields[], trial_fields[];

#endif
