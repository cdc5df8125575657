/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_contest.h - contests of models at the door. Rows: endpoints.c. */
#ifndef API_API_CONTEST_H
#define API_API_CONTEST_H

#include "api/endpoint.h"

enum err contest_list_get(struct call *call);
enum err contest_start(struct call *call);
enum err contest_get_one(struct call *call);
enum err contest_stop(struct call *call);
enum err contest_lead_list(struct call *call);
enum err contest_export(struct call *call);

extern const struct field contest_draft_fields[], contest_fields[], contest_lead_query[], contest_lead_fields[], contest_table_query[];

#endif
