/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_perform.h - how people did with the leads they were given, as JSON and as a table.
 */
#ifndef API_API_PERFORM_H
#define API_API_PERFORM_H

#include "api/endpoint.h"

extern const struct field performance_fields[];

NODISCARD enum err performance_get(struct call *call);
NODISCARD enum err performance_export(struct call *call);

#endif
