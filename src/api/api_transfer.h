/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_transfer.h - many leads at once, at the door: a backlog, a leaver's base, a balance; who holds what. Rows: endpoints.c. */
#ifndef API_API_TRANSFER_H
#define API_API_TRANSFER_H

#include "api/endpoint.h"

enum err transfer_create(struct call *call);
enum err transfer_list(struct call *call);
enum err transfer_get_one(struct call *call);
enum err transfer_run(struct call *call);
enum err transfer_undo(struct call *call);
enum err transfer_remove(struct call *call);
enum err balance_get(struct call *call);

extern const struct field transfer_ask_fields[], transfer_fields[], transfer_whole_fields[], balance_fields[];

#endif
