/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* board.h - figures of a day, or another period, for the head of sales, from what other rooms have published as views.
 *
 * The house's answer is the time from the making of an urgent call to its being done: the lead's own wait, whoever had it meanwhile; in time is
 * what was done and never late (call.h). A person's answer is the time from getting the call as its last holder to doing it; in time is what
 * the person answered without a breach of their own, and late each call of which a deadline passed in their hands, whoever answered it in
 * the end. Medians are of what was measured and are not told (has_* false) when nothing was.
 */
#ifndef REPORT_BOARD_H
#define REPORT_BOARD_H

#include "report/call.h"

/* A lead that somebody was given, or called. */
struct board_deed {
    struct user_id user;
    struct lead_id lead; /* what it is part of by now */
    int64_t decision;    /* GIVEN: its id */
};
enum board_deeds { DEEDS_GIVEN, DEEDS_CALLED, DEEDS_KINDS };
/* In [from, until), by user and lead, one for each decision or call. What an undo brought back was not given anew. In c->arena. */
NODISCARD enum err report_deeds(struct ctx *c, struct db_tx *tx, enum board_deeds kind, instant from, instant until, struct board_deed **list,
                                size_t *count);
/* Each lead of a person once, and without the decisions `but` (rising), which were taken back. Pure: the list is made shorter. */
size_t report_deeds_once(struct board_deed *list, size_t count, const int64_t *but, size_t but_count);
/* How many leads somebody has now; user 0: nobody. Each once. */
struct board_count {
    struct user_id user;
    int64_t leads;
};
/* Leads that came in [from, until), by whose they are now. In c->arena. */
NODISCARD enum err report_new_leads(struct ctx *c, struct db_tx *tx, instant from, instant until, struct board_count **list, size_t *count);
/* Leads in hand that are hot now. Stages behind closed_stage are closed. In c->arena. */
NODISCARD enum err report_hot(struct ctx *c, struct db_tx *tx, int closed_stage, struct board_count **list, size_t *count);
/* The same leads, the newest first, at most limit. In c->arena. */
struct board_lead {
    struct lead_id lead;
    struct user_id owner;
};
NODISCARD enum err report_new_list(struct ctx *c, struct db_tx *tx, instant from, instant until, int64_t limit, struct board_lead **list, size_t *count);
NODISCARD enum err report_hot_list(struct ctx *c, struct db_tx *tx, int closed_stage, int64_t limit, struct board_lead **list, size_t *count);
/* Leads in hand of a band for which nobody has anything to do: one person's. */
NODISCARD enum err report_stepless(struct ctx *c, struct db_tx *tx, struct user_id owner, int band, int closed_stage, int64_t *count);

enum board_news { NEWS_ASSIGNED, NEWS_CALLED, NEWS_QUEUED, NEWS_WON, NEWS_LATE, NEWS_KINDS };
struct board_item {
    enum board_news kind;
    instant at;
    struct lead_id lead;
    struct user_id user; /* who did it; WON: whose the lead is; LATE: who had the call when its deadline passed, 0: it was in the queue */
    int64_t pool;        /* QUEUED: the pool whose people could not have it */
    int64_t seconds; /* CALLED: since it was made */
    int64_t amount;  /* WON: minor units; 0: not known */
    bool late;       /* CALLED: after its deadline */
};
/* The latest of [from, until) of each kind, at most limit; newest first. calls: those of report_call_list since then, of which the late ones are told. */
NODISCARD enum err report_feed(struct ctx *c, struct db_tx *tx, instant from, instant until, const struct board_call *calls, size_t call_count,
                               int64_t limit, struct board_item **items, size_t *count);

struct board_answer {
    bool has_median, has_share;
    int64_t median_s, in_time_pct;
    int64_t in_time, late;
};
/* Of the calls made in [from, until): the leads' own waits. Pure. */
struct board_answer report_answer(const struct board_call *calls, size_t count, instant from, instant until, struct arena *a);
/* Of one person, since `from`. Pure. */
struct board_answer report_answer_of(const struct board_call *calls, size_t count, struct user_id who, instant from, struct arena *a);
/* Calls that stood late at some instant of [from, until): open ones, and those that have ended. Pure. */
struct board_late {
    int64_t open, ended;
};
struct board_late report_late(const struct board_call *calls, size_t count, instant from, instant until);

#endif
