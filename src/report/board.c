/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/board.h"

#include <stdlib.h>

#include "db/list.h"

/* Kinds and states are those of task/: 0 call_now, 1 call; 0 open, 1 done, 2 cancelled. */
static const char sql_calls[] =
    "SELECT id, lead_id, assignee_id, created_at, due_at, done_at, state FROM v_task "
    "WHERE created_at >= $1 AND kind = 0 ORDER BY created_at DESC, id DESC LIMIT $2";
static const char sql_assigned[] =
    "SELECT manager_id, count(*) FROM v_assignment WHERE at >= $1 AND reason <> 'undone' GROUP BY manager_id "
    "ORDER BY manager_id";
static const char sql_done[] =
    "SELECT done_by, count(*) FROM v_task WHERE state > 0 AND state = 1 AND done_at >= $1 AND kind < 2 "
    "AND done_by IS NOT NULL GROUP BY done_by ORDER BY done_by";
static const char sql_new[] = "SELECT count(*) FROM v_lead WHERE created_at >= $1 AND created_at < $2";
static const char sql_hot[] = "SELECT count(*) FROM v_lead WHERE band = 2 AND stage < $1";
static const char sql_hot_waiting[] =
    "SELECT count(DISTINCT lead_id) FROM v_task WHERE state = 0 AND kind = 0";
static const char sql_feed_assigned[] =
    "SELECT at, lead_id, manager_id FROM v_assignment WHERE at >= $1 ORDER BY at DESC, id DESC LIMIT $2";
static const char sql_feed_called[] =
    "SELECT done_at, lead_id, done_by, created_at, due_at FROM v_task WHERE state > 0 AND state = 1 AND kind = 0 "
    "AND done_at >= $1 ORDER BY done_at DESC, id DESC LIMIT $2";
static const char sql_feed_queued[] =
    "SELECT since, lead_id FROM v_waiting WHERE since >= $1 ORDER BY since DESC, id DESC LIMIT $2";

static void call_of_row(const struct db_rows *r, UNUSED struct arena *a, void *call)
{
    *(struct board_call *)call = (struct board_call){
        .task = { db_col_int(r, 0) },
        .lead = { db_col_int(r, 1) },
        .assignee = { db_col_int(r, 2) },
        .created_at = db_col_at(r, 3),
        .due_at = db_col_at(r, 4),
        .done_at = db_col_int(r, 6) == 1 ? db_col_at(r, 5) : INSTANT_NONE,
        .cancelled = db_col_int(r, 6) == 2,
    };
}

enum err report_call_list(struct ctx *c, struct db_tx *tx, instant since, int64_t limit,
                          struct board_call **calls, size_t *count)
{
    return db_list(c, tx, sql_calls, DB_ARGS(db_int(since), db_int(limit)), DB_ITEMS(call_of_row, calls, count));
}

static struct board_deeds *deeds_find(struct board_deeds *list, size_t *count, int64_t user)
{
    for (size_t i = 0; i < *count; i++)
        if (list[i].user.v == user)
            return &list[i];
    list[*count] = (struct board_deeds){ .user = { user } };
    return &list[(*count)++];
}

#define PEOPLE_MAX 5000

static enum err deeds_read(struct ctx *c, struct db_tx *tx, const char *sql, instant since, bool calls,
                           struct board_deeds *list, size_t *count)
{
    struct db_rows *rows;
    enum err e = db_rows(c, tx, sql, DB_ARGS(db_int(since)), &rows);

    if (e)
        return e;
    while (db_next(rows, &e) && *count < PEOPLE_MAX) {
        struct board_deeds *one = deeds_find(list, count, db_col_int(rows, 0));

        *(calls ? &one->calls : &one->assigned) = db_col_int(rows, 1);
    }
    db_end(rows);
    return e;
}

enum err report_deeds(struct ctx *c, struct db_tx *tx, instant since, struct board_deeds **list, size_t *count)
{
    enum err e;

    *list = ARENA_ARRAY(c->arena, struct board_deeds, PEOPLE_MAX + 1);
    *count = 0;
    e = deeds_read(c, tx, sql_assigned, since, false, *list, count);
    return e ? e : deeds_read(c, tx, sql_done, since, true, *list, count);
}

static enum err one_number(struct ctx *c, struct db_tx *tx, const char *sql, struct db_args args, int64_t *number)
{
    return db_get(c, tx, sql, args, db_int_of_row, number);
}

enum err report_new_leads(struct ctx *c, struct db_tx *tx, instant from, instant until, int64_t *count)
{
    return one_number(c, tx, sql_new, DB_ARGS(db_int(from), db_int(until)), count);
}

enum err report_hot(struct ctx *c, struct db_tx *tx, int closed_stage, int64_t *active, int64_t *waiting)
{
    enum err e = one_number(c, tx, sql_hot, DB_ARGS(db_int(closed_stage)), active);

    return e ? e : one_number(c, tx, sql_hot_waiting, DB_NO_ARGS, waiting);
}

static struct board_item item_of_row(const struct db_rows *r, enum board_news kind)
{
    struct board_item item = { .kind = kind, .at = db_col_at(r, 0), .lead = { db_col_int(r, 1) } };

    if (kind != NEWS_QUEUED)
        item.user.v = db_col_int(r, 2);
    if (kind == NEWS_CALLED) {
        item.seconds = (item.at - db_col_at(r, 3)) / SECOND_US;
        item.late = item.at > db_col_at(r, 4);
    }
    return item;
}

static int newest_first(const void *a, const void *b)
{
    const struct board_item *x = a, *y = b;

    return x->at > y->at ? -1 : x->at < y->at;
}

enum err report_feed(struct ctx *c, struct db_tx *tx, instant since, int64_t limit, struct board_item **items,
                     size_t *count)
{
    static const char *const sql[NEWS_KINDS] = {
        [NEWS_ASSIGNED] = sql_feed_assigned, [NEWS_CALLED] = sql_feed_called, [NEWS_QUEUED] = sql_feed_queued,
    };
    struct board_item *all = ARENA_ARRAY(c->arena, struct board_item, (size_t)limit * NEWS_KINDS + 1);
    size_t n = 0;

    for (int kind = 0; kind < NEWS_KINDS; kind++) {
        struct db_rows *rows;
        enum err e = db_rows(c, tx, sql[kind], DB_ARGS(db_int(since), db_int(limit)), &rows);

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
    *count = n < (size_t)limit ? n : (size_t)limit;
    return ERR_NONE;
}

static int rising(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

struct board_answer report_answer(const struct board_call *calls, size_t count, struct user_id assignee, instant now,
                                  struct arena *a)
{
    int64_t *seconds = ARENA_ARRAY(a, int64_t, count + 1);
    struct board_answer sum = { .median_s = 0 };
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        const struct board_call *call = &calls[i];

        if (call->cancelled || (assignee.v && call->assignee.v != assignee.v))
            continue;
        if (call->done_at == INSTANT_NONE) {
            sum.open++;
            sum.open_late += call->due_at <= now;
            continue;
        }
        seconds[n++] = (call->done_at - call->created_at) / SECOND_US;
        *(call->done_at <= call->due_at ? &sum.in_time : &sum.late) += 1;
    }
    if (n == 0)
        return sum;
    if (n > 1)
        qsort(seconds, n, sizeof *seconds, rising);
    sum.has_median = sum.has_share = true;
    sum.median_s = n % 2 ? seconds[n / 2] : (seconds[n / 2 - 1] + seconds[n / 2]) / 2;
    sum.in_time_pct = (100 * sum.in_time + (int64_t)n / 2) / (int64_t)n;
    return sum;
}
