/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_event.h - event collection: the Segment tracking API, and what its clients ask for before they send.
 */
#ifndef API_API_EVENT_H
#define API_API_EVENT_H

#include "api/endpoint.h"

/* The body becomes events, in the server's own thread: /v1/batch and its like, /v1/track and its like. */
enum err event_batch_prepare(struct call *call);
enum err event_single_prepare(struct call *call);
/* GET /v1/pixel/{kind}?data=base64 */
enum err event_pixel_prepare(struct call *call);
/* The events go down the walk. */
enum err event_take(struct call *call);
/* The events of many calls go down it together (endpoint.h: many). */
enum err event_take_many(struct call **calls, size_t n, enum err *own);
enum err event_pixel_take(struct call *call);
/* A picture, whatever happened. */
enum err event_pixel_rescue(struct call *call, enum err e);
/* SDKs' figures about themselves: answered and dropped. */
enum err event_metrics_drop(struct call *call);
/* What SDKs of browsers ask before they send anything. */
enum err event_settings_get(struct call *call);
enum err event_source_config_get(struct call *call);
/* Our own small tracker, under the name that the official snippet asks for. */
enum err event_tracker_get(struct call *call);

/* GET /rejects */
enum err reject_list(struct call *call);
extern const struct field reject_fields[];
extern const struct field reject_list_query[];

#endif
