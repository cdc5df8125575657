/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_sla.h - norms of the first answer, at the door. Rows: endpoints.c. */
#ifndef API_API_SLA_H
#define API_API_SLA_H

#include "api/endpoint.h"

enum err sla_list_get(struct call *call);
enum err sla_put_all(struct call *call);

extern const struct field sla_fields[], sla_put_fields[];

#endif
