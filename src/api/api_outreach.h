/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_outreach.h - each person's notifications, the company's channels, and what left the house. */
#ifndef API_API_OUTREACH_H
#define API_API_OUTREACH_H

#include "api/endpoint.h"

extern const struct field notify_fields[], notify_put_fields[], notify_code_fields[], notify_push_fields[], notify_test_fields[];
extern const struct field reach_fields[], letter_fields[], letter_query[], letter_own_query[], channel_fields[], channel_patch_fields[];

extern const struct field hook_fields[], hook_draft_fields[], hook_patch_fields[], hook_test_fields[], hook_replay_fields[], hook_replayed_fields[];
extern const struct field letter_whole_fields[], letter_return_fields[];

NODISCARD enum err notify_get(struct call *call);
NODISCARD enum err notify_put(struct call *call);
NODISCARD enum err notify_code(struct call *call);
NODISCARD enum err notify_push(struct call *call);
NODISCARD enum err notify_drop(struct call *call);
NODISCARD enum err notify_test(struct call *call);
NODISCARD enum err letter_list_own(struct call *call);
NODISCARD enum err letter_list_get(struct call *call);
NODISCARD enum err letter_again(struct call *call);
NODISCARD enum err letter_get(struct call *call);
NODISCARD enum err letter_return(struct call *call);
NODISCARD enum err leave_page(struct call *call);
NODISCARD enum err leave_post(struct call *call);
NODISCARD enum err hook_list_get(struct call *call);
NODISCARD enum err hook_create(struct call *call);
NODISCARD enum err hook_patch(struct call *call);
NODISCARD enum err hook_delete(struct call *call);
NODISCARD enum err hook_rotate(struct call *call);
NODISCARD enum err hook_test(struct call *call);
NODISCARD enum err hook_replay(struct call *call);
NODISCARD enum err telegram_update(struct call *call);
NODISCARD enum err channel_get(struct call *call);
NODISCARD enum err channel_patch(struct call *call);

#endif
