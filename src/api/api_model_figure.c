/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The leads behind the figures of the workshop, which are counted anew and kept nowhere: what a draft would change, and whom a criterion counts for. */
#include "api/api_model.h"
#include "api/api_report.h"
#include "flow/flow_model.h"
#include "score/score_store.h"

struct figure_ask {
    int64_t model;
    struct str bucket, criterion;
};
static const struct field figure_query[] = {
    { .name = "model", .kind = FIELD_ID, .offset = offsetof(struct figure_ask, model), .prefix = PREFIX_MODEL, .flags = FIELD_REQUIRED },
    { .name = "bucket", .kind = FIELD_TEXT, .offset = offsetof(struct figure_ask, bucket), .max = 100 },
    { .name = "criterion", .kind = FIELD_TEXT, .offset = offsetof(struct figure_ask, criterion), .max = 100 },
    { 0 },
};

/* *m: held once by the caller. */
static enum err asked(struct call *call, struct str query, struct figure_ask *a, struct model **m)
{
    struct model_row row;
    enum err e = query_read_text(call, figure_query, query, a);

    if (e)
        return e;
    if (!report_of_models_may(call))
        return ERR_FORBIDDEN;
    e = score_model_get(&call->ctx, call->tx, (struct model_id){ a->model }, &row);
    return e ? e : score_model_parse(&call->ctx, row.body, m);
}

enum err report_preview_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads)
{
    struct figure_ask a = { 0 };
    struct lead_id *ids;
    struct model *m;
    size_t n;
    enum err e = asked(call, query, &a, &m);

    if (e)
        return e;
    e = flow_preview_leads(call->house->flow, &call->ctx, call->tx, m, a.bucket, keep, &ids, &n);
    score_model_drop(m);
    if (!e)
        *leads = (struct lead_ids){ ids, n };
    return e;
}

enum err report_hits_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads)
{
    struct figure_ask a = { 0 };
    struct lead_id *ids;
    struct model *m;
    int criterion;
    size_t n;
    enum err e = asked(call, query, &a, &m);

    if (e)
        return e;
    criterion = score_criterion_find(m, a.criterion);
    e = criterion < 0 ? fault_set(&call->ctx, ERR_BAD_QUERY, "no such criterion")
                      : flow_hits_leads(call->house->flow, &call->ctx, call->tx, m, criterion, keep, &ids, &n);
    score_model_drop(m);
    if (!e)
        *leads = (struct lead_ids){ ids, n };
    return e;
}
