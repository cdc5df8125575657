/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_import.h - files of leads and events: upload, mapping, run, stop, undo, errors. */
#ifndef API_API_IMPORT_H
#define API_API_IMPORT_H

#include "api/endpoint.h"

/* POST /imports: the file is read through before the transaction. */
enum err import_create_prepare(struct call *call);
enum err import_create(struct call *call);
enum err import_list(struct call *call);
enum err import_get(struct call *call);
/* PATCH: {mapping}. */
enum err import_change(struct call *call);
enum err import_run(struct call *call);
enum err import_stop(struct call *call);
enum err import_undo(struct call *call);
enum err import_row_list(struct call *call);
enum err import_errors_get(struct call *call);

extern const struct field import_fields[];
extern const struct field import_change_fields[];
extern const struct field import_create_query[];
extern const struct field import_list_query[];
extern const struct field import_row_fields[];
extern const struct field import_row_query[];

#endif
