/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/board.h"

#include <stdlib.h>

#include "db/list.h"

/* Kinds and states are those of task/: 0 call_now, 1 call; 0 open, 1 done, 2 cancelled. */
static const char *const sql_deeds[DEEDS_KINDS] = {
    [DEEDS_GIVEN] = "SELECT a.manager_id, x.root_id, a.id FROM v_assignment a JOIN v_lead_root x ON x.lead_id = a.lead_id "
                    "WHERE a.at >= $1 AND a.at < $2 AND a.reason <> 'undone' ORDER BY a.manager_id, x.root_id, a.id",
    [DEEDS_CALLED] = "SELECT t.done_by, x.root_id, 0 FROM v_task t JOIN v_lead_root x ON x.lead_id = t.lead_id "
                     "WHERE t.state > 0 AND t.state = 1 AND t.done_at >= $1 AND t.done_at < $2 AND t.kind < 2 AND t.done_by IS NOT NULL "
                     "ORDER BY t.done_by, x.root_id",
};
static const char sql_new[] = "SELECT owner_id, count(*) FROM v_lead WHERE created_at >= $1 AND created_at < $2 GROUP BY owner_id";
static const char sql_new_list[] =
    "SELECT lead_id, owner_id FROM v_lead WHERE created_at >= $1 AND created_at < $2 ORDER BY created_at DESC, lead_id DESC LIMIT $3";
static const char sql_hot[] = "SELECT owner_id, count(*) FROM v_lead WHERE band = 2 AND stage < $1 GROUP BY owner_id";
static const char sql_hot_list[] = "SELECT lead_id, owner_id FROM v_lead WHERE band = 2 AND stage < $1 ORDER BY lead_id DESC LIMIT $2";
/* Kinds from 5 on are alerts: no step. */
static const char sql_stepless[] =
    "SELECT count(*) FROM v_lead l WHERE l.owner_id = $1 AND l.band = $2 AND l.stage < $3 "
    "AND NOT EXISTS (SELECT 1 FROM v_task t WHERE t.lead_id = l.lead_id AND t.state = 0 AND t.kind < 5)";
static const char sql_feed_assigned[] =
    "SELECT at, lead_id, manager_id FROM v_assignment WHERE at >= $1 AND at < $2 ORDER BY at DESC, id DESC LIMIT $3";
static const char sql_feed_called[] =
    "SELECT done_at, lead_id, done_by, created_at, due_at FROM v_task WHERE state > 0 AND state = 1 AND kind = 0 "
    "AND done_at >= $1 AND done_at < $2 ORDER BY done_at DESC, id DESC LIMIT $3";
static const char sql_feed_queued[] =
    "SELECT since, lead_id, pool_id FROM v_waiting WHERE since >= $1 AND since < $2 ORDER BY since DESC, id DESC LIMIT $3";

static const char sql_feed_won[] =
    "SELECT o.at, o.lead_id, l.owner_id, coalesce(o.amount, m.amount, 0) FROM v_outcome o JOIN v_lead l ON l.lead_id = o.lead_id "
    "LEFT JOIN v_lead_amount m ON m.lead_id = o.lead_id WHERE o.at >= $1 AND o.at < $2 AND o.state = 1 "
    "ORDER BY o.at DESC, o.lead_id DESC LIMIT $3";

static void deed_of_row(const struct db_rows *r, UNUSED struct arena *a, void *deed)
{
    *(struct board_deed *)deed = (struct board_deed){ { db_col_int(r, 0) }, { db_col_int(r, 1) }, db_col_int(r, 2) };
}

enum err report_deeds(struct ctx *c, struct db_tx *tx, enum board_deeds kind, instant from, instant until, struct board_deed **list, size_t *count)
{
    return db_list(c, tx, sql_deeds[kind], DB_ARGS(db_int(from), db_int(until)), DB_ITEMS(deed_of_row, list, count));
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

size_t report_deeds_once(struct board_deed *list, size_t count, const int64_t *but, size_t but_count)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        if (but_count && bsearch(&list[i].decision, but, but_count, sizeof *but, by_number))
            continue;
        if (!n || list[n - 1].user.v != list[i].user.v || list[n - 1].lead.v != list[i].lead.v)
            list[n++] = list[i];
    }
    return n;
}

static void count_of_row(const struct db_rows *r, UNUSED struct arena *a, void *count)
{
    *(struct board_count *)count = (struct board_count){ { db_col_int(r, 0) }, db_col_int(r, 1) };
}

static void lead_of_row(const struct db_rows *r, UNUSED struct arena *a, void *lead)
{
    *(struct board_lead *)lead = (struct board_lead){ { db_col_int(r, 0) }, { db_col_int(r, 1) } };
}

enum err report_new_leads(struct ctx *c, struct db_tx *tx, instant from, instant until, struct board_count **list, size_t *count)
{
    return db_list(c, tx, sql_new, DB_ARGS(db_int(from), db_int(until)), DB_ITEMS(count_of_row, list, count));
}

enum err report_hot(struct ctx *c, struct db_tx *tx, int closed_stage, struct board_count **list, size_t *count)
{
    return db_list(c, tx, sql_hot, DB_ARGS(db_int(closed_stage)), DB_ITEMS(count_of_row, list, count));
}

enum err report_new_list(struct ctx *c, struct db_tx *tx, instant from, instant until, int64_t limit, struct board_lead **list, size_t *count)
{
    return db_list(c, tx, sql_new_list, DB_ARGS(db_int(from), db_int(until), db_int(limit)), DB_ITEMS(lead_of_row, list, count));
}

enum err report_hot_list(struct ctx *c, struct db_tx *tx, int closed_stage, int64_t limit, struct board_lead **list, size_t *count)
{
    return db_list(c, tx, sql_hot_list, DB_ARGS(db_int(closed_stage), db_int(limit)), DB_ITEMS(lead_of_row, list, count));
}

enum err report_stepless(struct ctx *c, struct db_tx *tx, struct user_id owner, int band, int closed_stage, int64_t *count)
{
    return db_get(c, tx, sql_stepless, DB_ARGS(db_int(owner.v), db_int(band), db_int(closed_stage)), db_int_of_row, count);
}

static struct board_item item_of_row(const struct db_rows *r, enum board_news kind)
{
    struct board_item item = { .kind = kind, .at = db_col_at(r, 0), .lead = { db_col_int(r, 1) } };

    *(kind == NEWS_QUEUED ? &item.pool : &item.user.v) = db_col_int(r, 2);
    if (kind == NEWS_CALLED) {
        item.seconds = (item.at - db_col_at(r, 3)) / SECOND_US;
        item.late = item.at > db_col_at(r, 4);
    }
    if (kind == NEWS_WON)
        item.amount = db_col_int(r, 3);
    return item;
}

static int newest_first(const void *a, const void *b)
{
    const struct board_item *x = a, *y = b;

    return x->at > y->at ? -1 : x->at < y->at;
}

/* A piece of news each. */
static size_t late_news(const struct board_call *calls, size_t count, instant from, instant until, struct board_item *items)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++)
        if (calls[i].late_at != INSTANT_NONE && calls[i].late_at >= from && calls[i].late_at < until)
            items[n++] = (struct board_item){ .kind = NEWS_LATE, .at = calls[i].late_at, .lead = calls[i].lead, .user = calls[i].late_by };
    return n;
}

enum err report_feed(struct ctx *c, struct db_tx *tx, instant from, instant until, const struct board_call *calls, size_t call_count, int64_t limit,
                     struct board_item **items, size_t *count)
{
    static const char *const sql[NEWS_LATE] = {
        [NEWS_ASSIGNED] = sql_feed_assigned, [NEWS_CALLED] = sql_feed_called, [NEWS_QUEUED] = sql_feed_queued,
        [NEWS_WON] = sql_feed_won,
    };
    struct board_item *all = ARENA_ARRAY(c->arena, struct board_item, (size_t)limit * NEWS_KINDS + call_count + 1);
    size_t n = late_news(calls, call_count, from, until, all);

    for (int kind = 0; kind < NEWS_LATE; kind++) {
        struct db_rows *rows;
        enum err e = db_rows(c, tx, sql[kind], DB_ARGS(db_int(from), db_int(until), db_int(limit)), &rows);

        if (e)
            return e;
        while (db_next(rows, &e))
            all[n++] = item_of_row(rows, (enum board_news)kind);
        db_end(rows);
        if (e)
            return e;
    }
    if (n > 1)
        qsort(all, n, sizeof *all, newest_first);
    *items = all;
    *count = n;
    return ERR_NONE;
}

/* n answers, in seconds, and how many were in time of those judged. */
static struct board_answer answer_sum(int64_t *seconds, size_t n, int64_t in_time, int64_t late)
{
    struct board_answer sum = { .in_time = in_time, .late = late, .has_median = n > 0, .has_share = in_time + late > 0 };

    if (n > 1)
        qsort(seconds, n, sizeof *seconds, by_number);
    if (n)
        sum.median_s = n % 2 ? seconds[n / 2] : (seconds[n / 2 - 1] + seconds[n / 2]) / 2;
    if (sum.has_share)
        sum.in_time_pct = (100 * in_time + (in_time + late) / 2) / (in_time + late);
    return sum;
}

struct board_answer report_answer(const struct board_call *calls, size_t count, instant from, instant until, struct arena *a)
{
    int64_t *seconds = ARENA_ARRAY(a, int64_t, count + 1), late = 0;
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        const struct board_call *call = &calls[i];

        if (call->done_at == INSTANT_NONE || call->created_at < from || call->created_at >= until)
            continue;
        seconds[n++] = (call->done_at - call->created_at) / SECOND_US;
        late += call->late_at != INSTANT_NONE;
    }
    return answer_sum(seconds, n, (int64_t)n - late, late);
}

struct board_answer report_answer_of(const struct board_call *calls, size_t count, struct user_id who, instant from, struct arena *a)
{
    int64_t *seconds = ARENA_ARRAY(a, int64_t, count + 1), in_time = 0, late = 0;
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        const struct board_call *call = &calls[i];
        bool broken = report_call_broken(call, who, INSTANT_NONE) != INSTANT_NONE;

        late += report_call_broken(call, who, from) != INSTANT_NONE;
        if (call->done_at == INSTANT_NONE || call->done_at < from || call->assignee.v != who.v)
            continue;
        seconds[n++] = (call->done_at - call->got_at) / SECOND_US;
        in_time += !broken;
    }
    return answer_sum(seconds, n, in_time, late);
}

struct board_late report_late(const struct board_call *calls, size_t count, instant from, instant until)
{
    struct board_late sum = { .open = 0 };

    for (size_t i = 0; i < count; i++)
        if (report_call_late_in(&calls[i], from, until))
            *(calls[i].ended_at == INSTANT_NONE ? &sum.open : &sum.ended) += 1;
    return sum;
}
