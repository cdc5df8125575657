/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_tables.h - the kept reports of scoring as tables (report_csv.h): a calibration, a replay, suggested points. Rows: endpoints.c. */
#ifndef API_API_TABLES_H
#define API_API_TABLES_H

#include "api/endpoint.h"

enum err calibration_export(struct call *call);
enum err trial_export(struct call *call);
enum err preview_export(struct call *call);
enum err suggestion_export(struct call *call);

extern const struct field table_report_query[], table_model_query[];

#endif
