/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_model.h - scoring models at the door: versions, drafts, previews, publishing. Rows: endpoints.c. */
#ifndef API_API_MODEL_H
#define API_API_MODEL_H

#include "api/endpoint.h"
#include "noun/ids.h"

enum err model_list_get(struct call *call);
enum err model_live_get(struct call *call);
enum err model_get_one(struct call *call);
enum err model_create(struct call *call);
enum err model_put(struct call *call);
enum err model_delete(struct call *call);
enum err model_publish(struct call *call);
enum err model_rollback(struct call *call);
enum err model_preview(struct call *call);
enum err model_threshold(struct call *call);
enum err model_hits(struct call *call);

enum err words_get(struct call *call);
enum err model_check(struct call *call);
enum err model_diff(struct call *call);
enum err model_file_get(struct call *call);
enum err model_file_put(struct call *call);
enum err model_starters(struct call *call);
/* The reply that shows a model; made: 201. */
enum err model_show(struct call *call, struct model_id id, bool made);
struct model;
struct model_row;
/* The version of the path, or the body that is on screen in its place. */
NODISCARD enum err model_on_screen(struct call *call, const struct json *body, struct model **m);
/* What model_preview replies of the version as it is stored, all its leads looked at. */
NODISCARD enum err model_preview_print(struct call *call, struct model_id id, struct str *out);
/* Locked, if it stands as it was read (If-Match). */
NODISCARD enum err model_to_write(struct call *call, struct model_id id, struct model_row *row);

extern const struct field model_check_fields[], model_check_ask_fields[], model_change_fields[], model_diff_query[], model_trade_fields[];
extern const struct field model_row_fields[], model_fields[], model_draft_fields[], model_put_fields[];
extern const struct field words_fields[];
extern const struct field preview_ask_fields[], preview_fields[], threshold_ask_fields[], threshold_fields[], hit_fields[];

#endif
