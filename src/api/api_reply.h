/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_reply.h - quick replies at the door: scripts, what they are for a lead, their use; what a lead has agreed to. Rows: endpoints.c. */
#ifndef API_API_REPLY_H
#define API_API_REPLY_H

#include "api/endpoint.h"

enum err script_list_get(struct call *call);
enum err script_create(struct call *call);
enum err script_put(struct call *call);
enum err script_delete(struct call *call);
enum err script_starters(struct call *call);
enum err script_blank_list(struct call *call);
enum err lead_reply_list(struct call *call);
enum err lead_reply_use(struct call *call);
enum err lead_reply_preview(struct call *call);
enum err lead_reply_uses(struct call *call);
enum err lead_consent_list(struct call *call);
enum err lead_consent_put(struct call *call);

extern const struct field script_fields[], script_ask_fields[], script_starter_fields[], script_blank_fields[];
extern const struct field lead_reply_fields[], reply_ask_fields[], reply_preview_fields[], reply_text_fields[], reply_use_fields[];
extern const struct field consent_fields[], consent_ask_fields[];

#endif
