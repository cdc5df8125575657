/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The rows of speed.h, read by lead from what the owners have published, list beside list. */
#include "report/speed.h"

#include "db/list.h"

/* Kinds, states and results are those of task/: 0 call_now ... 3 letter; 1 done, 2 cancelled; 1 reached, 3 to be called back, 5 done. Bands:
 * 2 hot. All lists by lead, then by time. */
static const char sql_hot[] =
    "SELECT l.lead_id, h.at, l.created_at, l.owner_id, l.source, l.band FROM ("
    "SELECT x.root_id AS lead_id, min(k.at) AS at FROM v_crossing k JOIN v_lead_root x ON x.lead_id = k.lead_id "
    "WHERE k.to_band = 2 AND k.at >= $1 AND k.at < $2 GROUP BY x.root_id) h JOIN v_lead l ON l.lead_id = h.lead_id "
    "ORDER BY l.lead_id LIMIT $3";
static const char sql_came[] =
    "SELECT lead_id, created_at, created_at, owner_id, source, band FROM v_lead WHERE created_at >= $1 AND created_at < $2 "
    "ORDER BY lead_id LIMIT $3";
static const char sql_contacts[] =
    "SELECT x.root_id, t.done_at, t.done_by FROM v_task t JOIN v_lead_root x ON x.lead_id = t.lead_id "
    "WHERE t.state > 0 AND t.state = 1 AND t.done_at >= $1 AND t.kind < 4 AND t.done_by IS NOT NULL "
    "AND ($2 = 0 OR t.result = 1 OR t.result = 3 OR t.result = 5) ORDER BY x.root_id, t.done_at, t.id";
static const char sql_replies[] =
    "SELECT x.root_id, r.at, r.user_id FROM v_lead l JOIN v_lead_root x ON x.root_id = l.lead_id "
    "JOIN v_reply r ON r.lead_id = x.lead_id WHERE r.at >= $1 ORDER BY x.root_id, r.at, r.user_id";
static const char sql_given[] =
    "SELECT x.root_id, a.at, a.manager_id FROM v_decision a JOIN v_lead_root x ON x.lead_id = a.lead_id WHERE a.at >= $1 "
    "ORDER BY x.root_id, a.at, a.id";
static const char sql_norms[] =
    "SELECT x.root_id, t.created_at, t.due_at, t.sla_minutes, t.state, t.done_at FROM v_task t "
    "JOIN v_lead_root x ON x.lead_id = t.lead_id WHERE t.created_at >= $1 AND t.kind = 0 AND t.void = 0 ORDER BY x.root_id, t.created_at, t.id";
static const char sql_ends[] =
    "SELECT o.lead_id, o.state, o.at, coalesce(o.amount, m.amount, 0) FROM v_outcome o LEFT JOIN v_lead_amount m ON m.lead_id = o.lead_id "
    "WHERE o.at >= $1 ORDER BY o.lead_id";

static void lead_of_row(const struct db_rows *r, struct arena *a, void *lead)
{
    *(struct speed_row *)lead = (struct speed_row){
        .lead = { db_col_int(r, 0) }, .start = db_col_at(r, 1), .born = db_col_at(r, 2), .owner = { db_col_int(r, 3) },
        .source = db_col_str(r, 4, a), .band = (enum band)db_col_int(r, 5), .answered = INSTANT_NONE,
        .asked = INSTANT_NONE, .due = INSTANT_NONE, .dropped = INSTANT_NONE, .ended = INSTANT_NONE,
    };
}

static enum err rows_read(struct ctx *c, struct db_tx *tx, const struct speed_question *q, struct speed_row **list, size_t *count)
{
    return db_list(c, tx, q->start == SPEED_HOT ? sql_hot : sql_came, DB_ARGS(db_int(q->from), db_int(q->until), db_int(SPEED_ROWS_MAX)),
                   DB_ITEMS(lead_of_row, list, count));
}

/* What one row of a list means for its lead. */
typedef void speed_take(struct speed_row *r, const struct db_rows *row);

static void take_contact(struct speed_row *r, const struct db_rows *row)
{
    instant at = db_col_at(row, 1);

    if (at < r->start || (r->answered != INSTANT_NONE && r->answered <= at))
        return;
    r->answered = at;
    r->answered_by.v = db_col_int(row, 2);
}

static void take_given(struct speed_row *r, const struct db_rows *row)
{
    if (db_col_at(row, 1) >= r->start && !r->given_to.v)
        r->given_to.v = db_col_int(row, 2);
}

static void take_norm(struct speed_row *r, const struct db_rows *row)
{
    if (db_col_at(row, 1) < r->start || r->asked != INSTANT_NONE)
        return;
    r->asked = db_col_at(row, 1);
    r->due = db_col_at(row, 2);
    r->norm_minutes = db_col_int(row, 3);
    if (db_col_int(row, 4) == 2)
        r->dropped = db_col_at(row, 5);
}

static void take_end(struct speed_row *r, const struct db_rows *row)
{
    if (db_col_at(row, 2) < r->start)
        return;
    r->end = (int)db_col_int(row, 1);
    r->ended = db_col_at(row, 2);
    r->amount = r->end == 1 ? db_col_int(row, 3) : 0;
}

/* Both are by lead. */
static enum err list_take(struct ctx *c, struct db_tx *tx, const char *sql, struct db_args args, speed_take *take,
                          struct speed_row *list, size_t count)
{
    struct db_rows *rows;
    size_t i = 0;
    enum err e = db_rows(c, tx, sql, args, &rows);

    if (e)
        return e;
    while (db_next(rows, &e)) {
        int64_t lead = db_col_int(rows, 0);

        while (i < count && list[i].lead.v < lead)
            i++;
        if (i < count && list[i].lead.v == lead)
            take(&list[i], rows);
    }
    db_end(rows);
    return e;
}

enum err report_speed_rows(struct ctx *c, struct db_tx *tx, const struct speed_question *q, struct speed_row **rows, size_t *count)
{
    struct db_args since = DB_ARGS(db_int(q->from));
    enum err e = rows_read(c, tx, q, rows, count);

    if (e || !*count)
        return e;
    if ((e = list_take(c, tx, sql_contacts, DB_ARGS(db_int(q->from), db_int(q->answer == SPEED_REACHED)), take_contact, *rows, *count))
        || (e = list_take(c, tx, sql_replies, since, take_contact, *rows, *count))
        || (e = list_take(c, tx, sql_given, since, take_given, *rows, *count))
        || (e = list_take(c, tx, sql_norms, since, take_norm, *rows, *count)))
        return e;
    return list_take(c, tx, sql_ends, since, take_end, *rows, *count);
}
