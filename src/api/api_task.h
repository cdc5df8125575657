/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_task.h - tasks at the door: lists, the day's queue, results. Rows: endpoints.c. */
#ifndef API_API_TASK_H
#define API_API_TASK_H

#include "api/task_view.h"

enum err task_list_get(struct call *call);
enum err task_create(struct call *call);
enum err task_get_one(struct call *call);
enum err task_patch(struct call *call);
enum err task_complete(struct call *call);
enum err task_reopen(struct call *call);
enum err task_decline(struct call *call);
enum err task_claim(struct call *call);
enum err claim_list_get(struct call *call);
enum err today_get(struct call *call);
enum err lead_assign(struct call *call);
enum err lead_assignment_list(struct call *call);
enum err lead_receiver_list(struct call *call);

extern const struct field task_list_query[], task_draft_fields[], task_patch_fields[];
extern const struct field task_complete_fields[], task_completed_fields[], task_decline_fields[];
extern const struct field day_fields[], assign_fields[], assignment_fields[], receiver_fields[];

#endif
