/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_forecast.h - a month of the company at the door: targets, what was won, what is foretold. Rows: endpoints.c. */
#ifndef API_API_FORECAST_H
#define API_API_FORECAST_H

#include "api/endpoint.h"

enum err forecast_get(struct call *call);
enum err target_put_all(struct call *call);

extern const struct field forecast_query[], forecast_fields[], target_put_fields[];

#endif
