/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_report.h"

#include "learn/report.h"

/* Leads that were merged since are shown as their root. */
static enum err show_roots(struct ctx *c, struct db_tx *tx, struct lead *leads, size_t n)
{
    enum err e = ERR_NONE;

    for (size_t i = 0; i < n && !e; i++)
        if (leads[i].id.v && leads[i].merged_into.v)
            e = lead_get(c, tx, leads[i].merged_into, &leads[i]);
    return e;
}

enum err flow_report_leads(struct ctx *c, struct db_tx *tx, const struct flow_report_ask *ask, struct lead_page *page,
                           int64_t *last)
{
    struct learn_report_lead *rows;
    struct lead_id *ids;
    struct str bucket;
    size_t n, kept = 0;
    int mark;
    enum err e;

    learn_bucket_parse(ask->bucket, &bucket, &mark);
    if ((e = learn_report_leads(c, tx, ask->report, bucket, mark, ask->after, ask->limit + 1, &rows, &n)))
        return e;
    *page = (struct lead_page){ .items = ARENA_ARRAY(c->arena, struct lead, n + 1), .more = n > (size_t)ask->limit, .total = -1 };
    n -= page->more;
    ids = ARENA_ARRAY(c->arena, struct lead_id, n + 1);
    for (size_t i = 0; i < n; i++)
        ids[i] = rows[i].lead;
    if ((e = lead_get_many(c, tx, ids, n, page->items)) || (e = show_roots(c, tx, page->items, n)))
        return e;
    for (size_t i = 0; i < n; i++)
        if (page->items[i].id.v)
            page->items[kept++] = page->items[i];
    page->count = kept;
    *last = n ? rows[n - 1].place : ask->after;
    return ask->after < 0 ? learn_report_count(c, tx, ask->report, bucket, mark, &page->total) : ERR_NONE;
}
