/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_route.h - pools of people at the door; rules: api_rule.h. Rows: endpoints.c. */
#ifndef API_API_ROUTE_H
#define API_API_ROUTE_H

#include "api/endpoint.h"

enum err pool_list_get(struct call *call);
enum err pool_create(struct call *call);
enum err pool_patch(struct call *call);
enum err pool_remove(struct call *call);

extern const struct field pool_fields[], pool_draft_fields[], pool_patch_fields[];

#endif
