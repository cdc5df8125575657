/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_tables.h"

#include "api/api_model.h"
#include "api/report_csv.h"
#include "learn/calibrate_store.h"
#include "learn/suggest_store.h"
#include "score/trial.h"

struct table_ask {
    int64_t report, model;
};
const struct field table_report_query[] = {
    { .name = "report", .kind = FIELD_ID, .offset = offsetof(struct table_ask, report), .prefix = PREFIX_REPORT, .help = "which; needed" },
    { 0 },
};
const struct field table_model_query[] = {
    { .name = "model", .kind = FIELD_ID, .offset = offsetof(struct table_ask, model), .prefix = PREFIX_MODEL, .help = "of which model; needed" },
    { 0 },
};

static enum err asked(struct call *call, bool by_model, struct table_ask *q)
{
    enum err e = query_read(call, q);

    return e || (by_model ? q->model : q->report) ? e : fault_field(&call->ctx, ERR_BAD_QUERY, by_model ? "model" : "report");
}

static enum err told(struct call *call, struct str body, const struct report_column *columns, size_t n, const struct report_part *parts,
                     const char *name)
{
    struct json *report;
    enum err e;

    if (!body.len)
        return fault_set(&call->ctx, ERR_CONFLICT, "there is no report yet");
    e = json_read(&call->ctx, body, &report);
    return e ? e : report_csv(call, report, columns, n, parts, name);
}

/* ---- calibration ---- */

enum { C_LEADS, C_COUNTED, C_WON, C_YOUNG, C_SHARE, C_ENOUGH, C_FROM, C_TO, C_POINTS, C_EXPECTED, C_LIFT, C_ADJUSTED, C_DIFFERENCE, C_VERDICT, C_AFTER, C_LATER, C_AUC,
       C_MEAN, C_PSI, C_PSI_SOURCE, C_FOUND20, C_AVERAGE, C_BRIER, C_ECE, C_X, C_Y, C_COLUMNS };
static const struct report_column calibration_columns[C_COLUMNS] = {
    [C_LEADS] = { "leads", false }, [C_COUNTED] = { "counted", false }, [C_WON] = { "won", false }, [C_YOUNG] = { "young", false },
    [C_SHARE] = { "share", true }, [C_ENOUGH] = { "enough", false }, [C_FROM] = { "from", false }, [C_TO] = { "to", false },
    [C_POINTS] = { "points", false }, [C_EXPECTED] = { "expected", false }, [C_LIFT] = { "lift", true },
    [C_ADJUSTED] = { "lift_adjusted", true }, [C_DIFFERENCE] = { "difference", true }, [C_VERDICT] = { "verdict", false },
    [C_AFTER] = { "filled_after_end", false }, [C_LATER] = { "filled_after_handover", false }, [C_AUC] = { "auc", true }, [C_MEAN] = { "mean", false }, [C_PSI] = { "psi", false }, [C_PSI_SOURCE] = { "psi_source", false },
    [C_FOUND20] = { "found20", true }, [C_AVERAGE] = { "average_precision", false }, [C_BRIER] = { "brier", false }, [C_ECE] = { "ece", false },
    [C_X] = { "x", false }, [C_Y] = { "y", false },
};
#define SHARE_AT(of)                                                                               \
    [C_LEADS] = of ".leads_total", [C_COUNTED] = of ".n", [C_WON] = of ".won", [C_YOUNG] = of ".young", [C_SHARE] = of, [C_ENOUGH] = of ".enough"
#define SHARE_ITSELF                                                                               \
    [C_LEADS] = "leads_total", [C_COUNTED] = "n", [C_WON] = "won", [C_YOUNG] = "young", [C_SHARE] = "", [C_ENOUGH] = "enough"
static const char *const total_paths[C_COLUMNS] = {
    [C_LEADS] = "leads_total", [C_COUNTED] = "n", [C_WON] = "won", [C_YOUNG] = "young", [C_ENOUGH] = "enough", [C_AUC] = "auc", [C_LIFT] = "lift10",
    [C_FOUND20] = "found20", [C_AVERAGE] = "average_precision", [C_BRIER] = "brier", [C_ECE] = "ece",
};
static const char *const bar_paths[C_COLUMNS] = {
    SHARE_AT("share"), [C_FROM] = "from", [C_TO] = "to", [C_EXPECTED] = "expected", [C_LIFT] = "lift",
};
static const char *const with_paths[C_COLUMNS] = {
    SHARE_AT("with"), [C_POINTS] = "points", [C_LIFT] = "lift", [C_ADJUSTED] = "adjusted", [C_DIFFERENCE] = "difference", [C_VERDICT] = "direction",
};
static const char *const without_paths[C_COLUMNS] = { SHARE_AT("without") };
static const char *const cohort_paths[C_COLUMNS] = {
    SHARE_AT("share"), [C_FROM] = "from", [C_TO] = "until", [C_PSI] = "psi", [C_PSI_SOURCE] = "psi_source", [C_VERDICT] = "level",
};
static const char *const source_paths[C_COLUMNS] = { SHARE_AT("share"), [C_AUC] = "auc", [C_MEAN] = "mean" };
static const char *const leak_paths[C_COLUMNS] = { SHARE_AT("with"), [C_VERDICT] = "why", [C_AFTER] = "share_after", [C_LATER] = "share_later", [C_AUC] = "auc_alone" };
static const char *const file_paths[C_COLUMNS] = { SHARE_AT("with") };
static const char *const voice_paths[C_COLUMNS] = { SHARE_ITSELF };
static const char *const count_paths[C_COLUMNS] = { [C_LEADS] = "n" };
static const char *const curve_paths[C_COLUMNS] = { [C_LEADS] = "leads_total", [C_COUNTED] = "n", [C_WON] = "won", [C_X] = "x", [C_Y] = "y" };
static const char *const lift10_paths[C_COLUMNS] = { [C_LIFT] = "" };
static const struct report_part calibration_parts[] = {
    { "all", "", NULL, true, total_paths },
    { "lift10_range", "lift10_range", NULL, true, lift10_paths },
    { "band", "bands", "band", false, bar_paths },
    { "decile", "deciles", "decile", false, bar_paths },
    { "criterion_with", "criteria", "name.@", false, with_paths },
    { "criterion_without", "criteria", "name.@", false, without_paths },
    { "period", "drift.items", "from", false, cohort_paths },
    { "source", "by_source", "source", false, source_paths },
    { "leak", "leaks", "fact", false, leak_paths },
    { "leak_without", "leaks", "fact", false, without_paths },
    { "file", "files", "name", false, file_paths },
    { "file_without", "files", "name", false, without_paths },
    { "accepted", "feedback.accepted", NULL, true, voice_paths },
    { "rejected", "feedback.rejected_all", NULL, true, voice_paths },
    { "rejected_because", "feedback.rejected", "reason", false, count_paths },
    { "disputed", "feedback.disputed", "direction", false, count_paths },
    { "roc", "roc", "score", false, curve_paths },
    { "precision", "pr", "score", false, curve_paths },
    { 0 },
};

enum err calibration_export(struct call *call)
{
    struct table_ask q = { 0 };
    struct learn_calibration k;
    enum err e = asked(call, false, &q);

    if (e || (e = learn_calibration_get(&call->ctx, call->tx, (struct report_id){ q.report }, &k)))
        return e;
    return told(call, k.body, calibration_columns, C_COLUMNS, calibration_parts, "calibration.csv");
}

/* ---- a replay ---- */

enum { R_BEFORE, R_AFTER, R_LEADS, R_CROSSINGS, R_YOUNG, R_COUNTED, R_WON, R_SHARE, R_FROM, R_TO, R_VALUE, R_MOVE, R_BAND_BEFORE, R_BAND_AFTER,
       R_HOT_BEFORE, R_HOT_AFTER, R_OUTCOME, R_COLUMNS };
static const struct report_column trial_columns[R_COLUMNS] = {
    [R_BEFORE] = { "before", true }, [R_AFTER] = { "after", true }, [R_LEADS] = { "leads", false }, [R_CROSSINGS] = { "crossings", false },
    [R_YOUNG] = { "young", false }, [R_COUNTED] = { "counted", false }, [R_WON] = { "won", false }, [R_SHARE] = { "share", true },
    [R_FROM] = { "from", false }, [R_TO] = { "to", false }, [R_VALUE] = { "value", true }, [R_MOVE] = { "move", false },
    [R_BAND_BEFORE] = { "band_before", false }, [R_BAND_AFTER] = { "band_after", false }, [R_HOT_BEFORE] = { "hot_before", false },
    [R_HOT_AFTER] = { "hot_after", false }, [R_OUTCOME] = { "outcome", false },
};
static const char *const trial_paths[R_COLUMNS] = { [R_LEADS] = "leads", [R_FROM] = "from", [R_TO] = "until" };
static const char *const judged_paths[R_COLUMNS] = { [R_COUNTED] = "n", [R_WON] = "won", [R_VALUE] = "auc_change" };
static const char *const sides_paths[R_COLUMNS] = { [R_BEFORE] = "before", [R_AFTER] = "after" };
static const char *const entered_paths[R_COLUMNS] = {
    [R_LEADS] = "leads", [R_CROSSINGS] = "crossings", [R_YOUNG] = "young", [R_COUNTED] = "won.n", [R_WON] = "won.won", [R_SHARE] = "won",
};
static const char *const caught_paths[R_COLUMNS] = { [R_LEADS] = "leads", [R_SHARE] = "share" };
static const char *const bin_paths[R_COLUMNS] = { [R_FROM] = "from", [R_TO] = "to", [R_BEFORE] = "before", [R_AFTER] = "after" };
static const char *const mover_paths[R_COLUMNS] = {
    [R_BEFORE] = "before", [R_AFTER] = "after", [R_MOVE] = "move", [R_BAND_BEFORE] = "band_before", [R_BAND_AFTER] = "band_after",
    [R_HOT_BEFORE] = "hot_before", [R_HOT_AFTER] = "hot_after", [R_OUTCOME] = "outcome",
};
#define COUNT_PATHS(name, of) static const char *const name[R_COLUMNS] = { [R_LEADS] = of }
COUNT_PATHS(into_paths, "into_hot");
COUNT_PATHS(out_paths, "out_of_hot");
static const char *const all_wins_paths[R_COLUMNS] = { [R_WON] = "wins" };
static const struct report_part trial_parts[] = {
    { "all", "", NULL, true, trial_paths },
    { "into_hot", "", NULL, true, into_paths },
    { "out_of_hot", "", NULL, true, out_paths },
    { "wins", "caught", NULL, true, all_wins_paths },
    { "entered", "entered", NULL, false, entered_paths },
    { "caught", "caught", NULL, false, caught_paths },
    { "judged", "judged", NULL, true, judged_paths },
    { "auc", "judged.auc", NULL, true, sides_paths },
    { "lift10", "judged.lift10", NULL, true, sides_paths },
    { "lift10_range", "judged.lift10_range", NULL, true, sides_paths },
    { "found20", "judged.found20", NULL, true, sides_paths },
    { "band", "bands", NULL, false, sides_paths },
    { "score", "histogram", "from", false, bin_paths },
    { "day", "days", "day", false, sides_paths },
    { "week", "weeks", "day", false, sides_paths },
    { "mover", "movers", "lead_id", false, mover_paths },
    { 0 },
};

/* A preview counts the same at this moment: its rows stand in the same columns. */
static const char *const base_sides_paths[R_COLUMNS] = { [R_LEADS] = "leads" };
static const char *const wins_paths[R_COLUMNS] = { [R_WON] = "wins", [R_BEFORE] = "before", [R_AFTER] = "after" };
static const char *const won_paths[R_COLUMNS] = { [R_COUNTED] = "n", [R_WON] = "won", [R_SHARE] = "" };
static const char *const moved_paths[R_COLUMNS] = {
    [R_BEFORE] = "before", [R_AFTER] = "after", [R_BAND_BEFORE] = "band_before", [R_BAND_AFTER] = "band_after", [R_OUTCOME] = "outcome",
};
COUNT_PATHS(into_open_paths, "into_hot_open");
COUNT_PATHS(hot_decided_paths, "hot_decided");
COUNT_PATHS(days_paths, "days");
COUNT_PATHS(working_paths, "working_days");
COUNT_PATHS(capacity_paths, "capacity");
static const struct report_part preview_parts[] = {
    { "all", "", NULL, true, base_sides_paths },
    { "into_hot", "", NULL, true, into_paths },
    { "into_hot_open", "", NULL, true, into_open_paths },
    { "hot_decided", "", NULL, true, hot_decided_paths },
    { "out_of_hot", "", NULL, true, out_paths },
    { "caught", "caught", NULL, true, wins_paths },
    { "caught_share", "caught.share", NULL, false, won_paths },
    { "hot_a_working_day", "hot_per_day", NULL, true, sides_paths },
    { "crossed", "hot_per_day.leads", NULL, true, sides_paths },
    { "days", "hot_per_day", NULL, true, days_paths },
    { "working_days", "hot_per_day", NULL, true, working_paths },
    { "calls_a_working_day", "hot_per_day", NULL, true, capacity_paths },
    { "judged", "judged", NULL, true, judged_paths },
    { "auc", "judged.auc", NULL, true, sides_paths },
    { "lift10", "judged.lift10", NULL, true, sides_paths },
    { "lift10_range", "judged.lift10_range", NULL, true, sides_paths },
    { "found20", "judged.found20", NULL, true, sides_paths },
    { "band", "bands", NULL, false, sides_paths },
    { "band_hot_won", "bands.hot.won", NULL, false, won_paths },
    { "band_warm_won", "bands.warm.won", NULL, false, won_paths },
    { "band_cold_won", "bands.cold.won", NULL, false, won_paths },
    { "score", "histogram", "from", false, bin_paths },
    { "mover", "movers", "lead_id", false, moved_paths },
    { 0 },
};

enum err preview_export(struct call *call)
{
    struct table_ask q = { 0 };
    struct str body;
    enum err e = asked(call, true, &q);

    if (e || (e = model_preview_print(call, (struct model_id){ q.model }, &body)))
        return e;
    return told(call, body, trial_columns, R_COLUMNS, preview_parts, "what-if.csv");
}

enum err trial_export(struct call *call)
{
    struct table_ask q = { 0 };
    struct score_trial t;
    enum err e = asked(call, false, &q);

    if (e || (e = score_trial_get(&call->ctx, call->tx, (struct report_id){ q.report }, &t)))
        return e;
    return told(call, t.report, trial_columns, R_COLUMNS, trial_parts, "replay.csv");
}

/* ---- suggested points ---- */

enum { S_NOW, S_SUGGESTED, S_LOW, S_HIGH, S_LEADS, S_WON, S_SHARE, S_VALUE, S_WHY, S_COLUMNS };
static const struct report_column suggestion_columns[S_COLUMNS] = {
    [S_NOW] = { "points_now", false }, [S_SUGGESTED] = { "points", false }, [S_LOW] = { "points_low", false }, [S_HIGH] = { "points_high", false },
    [S_LEADS] = { "leads", false }, [S_WON] = { "won", false }, [S_SHARE] = { "share", true }, [S_VALUE] = { "value", true }, [S_WHY] = { "why", false },
};
static const char *const base_paths[S_COLUMNS] = { [S_LEADS] = "n", [S_WON] = "won" };
static const char *const held_paths[S_COLUMNS] = { [S_LEADS] = "held_n", [S_WON] = "held_won" };
static const char *const figure_paths[S_COLUMNS] = { [S_VALUE] = "" };
static const char *const hot_paths[S_COLUMNS] = { [S_NOW] = "hot_now", [S_SUGGESTED] = "hot" };
static const char *const warm_paths[S_COLUMNS] = { [S_NOW] = "warm_now", [S_SUGGESTED] = "warm" };
static const char *const threshold_paths[S_COLUMNS] = { [S_LEADS] = "leads", [S_WON] = "won", [S_SHARE] = "share" };
static const char *const item_paths[S_COLUMNS] = {
    [S_NOW] = "points_now", [S_SUGGESTED] = "points", [S_LOW] = "low", [S_HIGH] = "high", [S_LEADS] = "count", [S_WHY] = "why",
};
static const char *const offer_paths[S_COLUMNS] = {
    [S_SUGGESTED] = "points", [S_LOW] = "low", [S_HIGH] = "high", [S_LEADS] = "count", [S_WON] = "won", [S_WHY] = "value",
};
static const char *const left_out_paths[S_COLUMNS] = { [S_WHY] = "why" };
static const struct report_part suggestion_parts[] = {
    { "all", "", NULL, true, base_paths },
    { "held_back", "", NULL, true, held_paths },
    { "auc", "auc", NULL, false, figure_paths },
    { "lift10", "lift10", NULL, false, figure_paths },
    { "lift10_range", "lift10_range", NULL, false, figure_paths },
    { "threshold_hot", "bands", NULL, true, hot_paths },
    { "threshold_warm", "bands", NULL, true, warm_paths },
    { "band", "bands.items", "band", false, threshold_paths },
    { "criterion", "items", "criterion", false, item_paths },
    { "offer", "offers", "fact", false, offer_paths },
    { "left_out", "left_out", "fact", false, left_out_paths },
    { 0 },
};

enum err suggestion_export(struct call *call)
{
    struct table_ask q = { 0 };
    struct learn_suggestion s;
    enum err e = asked(call, true, &q);

    if (e || (e = learn_suggestion_of(&call->ctx, call->tx, (struct model_id){ q.model }, SUGGESTION_DONE, &s)))
        return e;
    if (!s.id)
        return fault_set(&call->ctx, ERR_NOT_FOUND, "no points were suggested for this model");
    return told(call, s.body, suggestion_columns, S_COLUMNS, suggestion_parts, "suggested-points.csv");
}
