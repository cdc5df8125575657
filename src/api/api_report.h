/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_report.h - reports at the door, and the leads behind their figures. Rows: endpoints.c.
 *
 * A figure is named by the report's own question with the report's name before it and the bucket in it:
 * "speed?from=...&until=...&manager=us_...&bucket=fast". GET /leads?figure= and the export of leads take that name: the report is made anew and its
 * leads are listed, so that nothing is kept for it and what opens is what the same question answers now.
 */
#ifndef API_API_REPORT_H
#define API_API_REPORT_H

#include "api/endpoint.h"

enum err report_speed_get(struct call *call);
enum err report_speed_export(struct call *call);
enum err report_leaders_get(struct call *call);
enum err report_leaders_export(struct call *call);
enum err report_fair_get(struct call *call);
enum err report_fair_export(struct call *call);
enum err report_fair_list_get(struct call *call);

extern const struct field report_speed_query[], report_speed_fields[];
extern const struct field report_leaders_query[], report_leaders_fields[];
extern const struct field report_fair_query[], report_fair_list_query[], report_fair_fields[], report_fair_item_fields[];

/* Those of single reports, for the table of report_figure. */
struct lead_ids;
enum err report_speed_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads);
enum err report_leaders_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads);
enum err report_fair_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads);
enum err report_board_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads);
enum err report_forecast_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads);
enum err report_preview_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads);
enum err report_mark_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads);
enum err report_hits_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads);
enum err report_import_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads);
enum err report_grid_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads);
enum err report_contest_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads);

struct lead_ids {
    const struct lead_id *items;
    size_t count;
};
/* Figures of models count everybody's leads: who may see both. */
bool report_of_models_may(const struct call *call);
/* A copy in keep. */
struct lead_ids lead_ids_keep(struct arena *keep, const struct lead_id *ids, size_t n);
/* The leads of a figure, in the report's order, in `keep`. Who may not see everybody's leads gets figures about himself alone. ERR_BAD_QUERY noted at
 * `figure` for a name that no report gave; ERR_FORBIDDEN. */
NODISCARD enum err report_figure(struct call *call, struct str name, struct arena *keep, struct lead_ids *leads);

#endif
