/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* metrics.h - what handlers count for /metrics. */
#ifndef API_METRICS_H
#define API_METRICS_H

#include "api/endpoint.h"

enum metrics_event { METRICS_ACCEPTED, METRICS_REPEATED, METRICS_REJECTED, METRICS_EVENTS };

/* After the fact, from any thread. */
void metrics_event(const struct house *house, enum metrics_event what, int64_t count);
/* GET /metrics */
enum err metrics_get(struct call *call);

#endif
