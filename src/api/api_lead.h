/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_lead.h - leads at the door: lists, cards, changes, scores, timelines, merges. Rows: endpoints.c. */
#ifndef API_API_LEAD_H
#define API_API_LEAD_H

#include "api/api_report.h"
#include "api/lead_view.h"

bool lead_list_heavy(const struct call *call);
enum err lead_list_get(struct call *call);
enum err lead_create(struct call *call);
enum err lead_create_batch(struct call *call);
enum err lead_get_one(struct call *call);
enum err lead_patch(struct call *call);
enum err lead_export(struct call *call);
enum err lead_score(struct call *call);
enum err lead_score_history(struct call *call);
enum err lead_timeline(struct call *call);
/* The same of n leads together, each with its name: the timeline of a company. */
enum err timeline_of_many(struct call *call, const struct lead_id *ids, size_t n);
enum err lead_note(struct call *call);
enum err lead_dispute(struct call *call);
enum err lead_merge_one(struct call *call);
enum err lead_merge_list(struct call *call);
enum err lead_merge_undo(struct call *call);
enum err search_get(struct call *call);

extern const struct field lead_list_query[], lead_draft_fields[], lead_patch_fields[];
extern const struct field lead_batch_fields[], lead_batch_done_fields[];
extern const struct field score_query[], score_fields[], curve_query[], curve_fields[];
extern const struct field timeline_query[], timeline_fields[];
extern const struct field note_fields[], dispute_fields[], merge_ask_fields[], merge_made_fields[], merge_fields[];
extern const struct field search_query[], search_fields[];

/* A list's filter from its query: bands, owner, stages, source, q, sort. ERR_BAD_QUERY. */
struct lead_query {
    struct page_query page;
    struct str band, owner, q, stage, source, sort, step, cell;
    int64_t icp;            /* least match, per cent; 0: any */
    int64_t report;         /* 0: none; else the other filters are not asked */
    struct str bucket;
    struct str figure;      /* the name of a live report's figure (api_report.h); empty: none */
    struct lead_ids ids;    /* of that figure, once it is opened */
};
NODISCARD enum err lead_filter_of(struct call *call, const struct lead_query *q, struct lead_filter *f);
/* The leads of q->figure, if there is one, into q->ids: once a call. Lives as long as the request. */
NODISCARD enum err lead_figure_open(struct call *call, struct lead_query *q);
/* One page of the leads behind a figure of a report; *last is where the next one goes on. ERR_FORBIDDEN for who may not see all leads;
 * ERR_BAD_QUERY without a bucket or with another filter beside it. */
NODISCARD enum err lead_report_page(struct call *call, const struct lead_query *q, int limit, int64_t after,
                                    struct lead_page *page, int64_t *last);
/* Keeps of a page those without an open task. */
NODISCARD enum err lead_drop_with_step(struct call *call, struct lead_page *page);

/* Where a list by sort goes on behind last; and a filter set to go on there. */
struct cursor lead_cursor(const struct lead *last, enum lead_sort sort);
void lead_go_on_after(struct lead_filter *f, const struct cursor *at);

#endif
