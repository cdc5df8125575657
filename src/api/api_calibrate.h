/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_calibrate.h - calibration reports and salespeople's words at the door. Rows: endpoints.c. */
#ifndef API_API_CALIBRATE_H
#define API_API_CALIBRATE_H

#include "api/endpoint.h"

enum err calibration_get_latest(struct call *call);
enum err calibration_make(struct call *call);
enum err calibration_stop(struct call *call);
enum err calibration_get_one(struct call *call);
enum err lead_feedback(struct call *call);
enum err feedback_list_get(struct call *call);

extern const struct field calibration_query[], calibration_ask_fields[], calibration_fields[];
extern const struct field feedback_fields[], feedback_query[], feedback_view_fields[];

#endif
