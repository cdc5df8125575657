/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_simulate.h - weeks of distribution lived through again under other rules: asked for, watched, stopped, read. Rows: endpoints.c. */
#ifndef API_API_SIMULATE_H
#define API_API_SIMULATE_H

#include "api/endpoint.h"

enum err simulation_create(struct call *call);
enum err simulation_list(struct call *call);
enum err simulation_get(struct call *call);
enum err simulation_stop(struct call *call);
enum err simulation_report(struct call *call);
enum err simulation_csv(struct call *call);

extern const struct field simulation_row_fields[], simulation_fields[], simulation_ask_fields[];

#endif
