/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_report.h"

/* Reports whose figures open: one row each. */
static const struct {
    const char *name;
    enum err (*leads)(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads);
} reports[] = {
    { "speed", report_speed_figure },
    { "leaderboard", report_leaders_figure },
    { "fairness", report_fair_figure },
    { "board", report_board_figure },
    { "forecast", report_forecast_figure },
    { "preview", report_preview_figure },
    { "hits", report_hits_figure },
    { "mark", report_mark_figure },
    { "import", report_import_figure },
    { "grid", report_grid_figure },
    { "contest", report_contest_figure },
};

bool report_of_models_may(const struct call *call)
{
    return team_right_has(&call->ctx.actor, RIGHT_LEAD_ALL) && team_right_has(&call->ctx.actor, RIGHT_MODEL_READ);
}

struct lead_ids lead_ids_keep(struct arena *keep, const struct lead_id *ids, size_t n)
{
    struct lead_id *kept = ARENA_ARRAY(keep, struct lead_id, n + 1);

    if (n)
        memcpy(kept, ids, n * sizeof *ids);
    return (struct lead_ids){ kept, n };
}

enum err report_figure(struct call *call, struct str name, struct arena *keep, struct lead_ids *leads)
{
    struct str query = name, report;

    if (str_next(&query, '?', &report))
        for (size_t i = 0; i < countof(reports); i++)
            if (str_eq(report, str_of(reports[i].name))) {
                enum err e = reports[i].leads(call, query, keep, leads);

                return e == ERR_BAD_QUERY ? fault_field(&call->ctx, ERR_BAD_QUERY, "figure") : e;
            }
    return fault_field(&call->ctx, ERR_BAD_QUERY, "figure");
}
