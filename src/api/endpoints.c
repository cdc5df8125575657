/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The one table of endpoints, room by room. Its mechanism: dispatch.c; what a row may say: endpoint.h. */
#include "api/endpoint.h"

#include "api/api_house.h"
#include "api/live.h"
#include "api/metrics.h"

const struct endpoint endpoints[] = {
    /* the program itself */
    { GET, "/healthz", healthz_get, RIGHT_NONE, TX_NONE, .reply = health_fields, .door = DOOR_BARE,
      .help = "Is the process alive" },
    { GET, "/readyz", readyz_get, RIGHT_NONE, TX_READ, .reply = health_fields, .door = DOOR_BARE,
      .help = "Does the database answer" },
    { GET, "/metrics", metrics_get, RIGHT_NONE, TX_NONE, .shape = REPLY_FREE, .door = DOOR_BARE,
      .help = "Figures for Prometheus" },
    { POST, "/test/clock", test_clock_set, RIGHT_NONE, TX_NONE, .body = test_clock_fields, .reply = test_clock_fields,
      .door = DOOR_BARE, .help = "Move the test clock; only with --test-clock" },
    { GET, "/live", live_stream, RIGHT_SIGNED_IN, TX_NONE, .shape = REPLY_FREE, .help = "What happens, as server-sent events" },

    { 0 }
};
