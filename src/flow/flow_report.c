/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_report.h"

#include "learn/report.h"
#include "score/trial.h"

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

/* Nobody's: no room has it, or the one that has it shows no lists of it. */
static enum err is_nobodys(struct ctx *c, struct db_tx *tx, struct report_id id, bool *nobodys)
{
    struct score_trial t;
    bool own;
    enum err e = learn_report_is_own(c, tx, id, &own);

    *nobodys = false;
    if (e || own)
        return e;
    e = score_trial_get(c, tx, id, &t);
    if (e && e != ERR_NOT_FOUND)
        return e;
    *nobodys = e ? id_instant(id.v) < c->now - DAY_US : t.state == TRIAL_STOPPED || t.state == TRIAL_FAILED;
    fault_clear(c);
    return ERR_NONE;
}

enum err flow_report_sweep(struct ctx *c, struct db_tx *tx, int64_t *swept)
{
    struct report_id id = { 0 };
    bool nobodys;
    enum err e;

    *swept = 0;
    while (!(e = learn_report_next(c, tx, id, &id)) && id.v) {
        if ((e = is_nobodys(c, tx, id, &nobodys)) || (nobodys && (e = learn_report_del(c, tx, id))))
            return e;
        *swept += nobodys;
    }
    return e;
}
