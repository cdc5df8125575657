/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_house.h - endpoints about the program itself. */
#ifndef API_API_HOUSE_H
#define API_API_HOUSE_H

#include "api/endpoint.h"

enum err healthz_get(struct call *call);
enum err readyz_get(struct call *call);
enum err openapi_get(struct call *call);
/* Only with the test clock: {now} moves it. */
enum err test_clock_set(struct call *call);

extern const struct field health_fields[];
extern const struct field test_clock_fields[];

/* The document, for `gradus openapi`. */
void openapi_print(const struct endpoint *table, struct str version, struct buf *to);

#endif
