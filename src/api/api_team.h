/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_team.h - set-up, sign-in, users, keys, the audit log, settings, saved views. Rows: endpoints.c. */
#ifndef API_API_TEAM_H
#define API_API_TEAM_H

#include "api/endpoint.h"

/* api_session.c */
enum err setup_get(struct call *call);
enum err setup_prepare(struct call *call);
enum err setup_do(struct call *call);
enum err session_prepare(struct call *call);
enum err session_begin(struct call *call);
enum err session_finish(struct call *call);
enum err me_get(struct call *call);
enum err me_prepare(struct call *call);
enum err me_patch(struct call *call);
extern const struct field setup_fields[], setup_ask_fields[], session_fields[], me_fields[], me_patch_fields[];

/* api_user.c */
enum err user_list_get(struct call *call);
enum err user_create_prepare(struct call *call);
enum err user_create(struct call *call);
enum err user_patch_prepare(struct call *call);
enum err user_patch(struct call *call);
extern const struct field user_fields[], user_draft_fields[], user_patch_fields[];

/* api_key.c */
enum err key_list_get(struct call *call);
enum err key_create(struct call *call);
enum err key_revoke(struct call *call);
enum err audit_get(struct call *call);
enum err setting_get_all(struct call *call);
enum err setting_patch(struct call *call);
extern const struct field key_fields[], key_draft_fields[], audit_query[], audit_fields[], setting_fields[], setting_patch_fields[];

/* api_view.c */
enum err view_list_get(struct call *call);
enum err view_create(struct call *call);
enum err view_patch(struct call *call);
enum err view_delete(struct call *call);
extern const struct field view_fields[], view_draft_fields[], view_patch_fields[];

#endif
