/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* board.h - figures of the day for the head of sales, from what other rooms have published as views.
 *
 * An answer is the time from the making of an urgent call to its being done; in time is done by its deadline. Medians are of what was
 * measured and are not told (has_* false) when nothing was.
 */
#ifndef REPORT_BOARD_H
#define REPORT_BOARD_H

#include "db/db.h"
#include "noun/ids.h"

/* One urgent call. done_at INSTANT_NONE: not done yet. */
struct board_call {
    struct task_id task;
    struct lead_id lead;
    struct user_id assignee;
    instant created_at, due_at, done_at;
    bool cancelled;
};
/* Made since, newest first, at most limit. */
NODISCARD enum err report_call_list(struct ctx *c, struct db_tx *tx, instant since, int64_t limit,
                                    struct board_call **calls, size_t *count);

/* What one person did since an instant. What an undo brought back was not given anew. */
struct board_deeds {
    struct user_id user;
    int64_t assigned, calls;
};
NODISCARD enum err report_deeds(struct ctx *c, struct db_tx *tx, instant since, struct board_deeds **list, size_t *count);
/* Leads that came in [from, until). */
NODISCARD enum err report_new_leads(struct ctx *c, struct db_tx *tx, instant from, instant until, int64_t *count);
/* Leads in hand that are hot now, and how many of them wait for their call. Stages behind closed_stage are closed. */
NODISCARD enum err report_hot(struct ctx *c, struct db_tx *tx, int closed_stage, int64_t *active, int64_t *waiting);

enum board_news { NEWS_ASSIGNED, NEWS_CALLED, NEWS_QUEUED, NEWS_KINDS };
struct board_item {
    enum board_news kind;
    instant at;
    struct lead_id lead;
    struct user_id user;
    int64_t seconds; /* CALLED: since it was made */
    bool late;       /* CALLED: after its deadline */
};
/* The latest since, newest first, at most limit. */
NODISCARD enum err report_feed(struct ctx *c, struct db_tx *tx, instant since, int64_t limit, struct board_item **items,
                               size_t *count);

/* Answers of calls, of one assignee (0: of all). Pure. */
struct board_answer {
    bool has_median, has_share;
    int64_t median_s, in_time_pct;
    int64_t in_time, late, open, open_late; /* open_late: open and past the deadline */
};
struct board_answer report_answer(const struct board_call *calls, size_t count, struct user_id assignee, instant now,
                                  struct arena *a);

#endif
