/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/leaders.h"

#include "db/list.h"

/* Kinds and states are those of task/: 0 call_now ... 3 letter; 1 done. Of outcomes 1 is won. */
static const char sql_processed[] =
    "SELECT p.user_id, p.lead_id, 0 FROM ("
    "SELECT t.done_by AS user_id, x.root_id AS lead_id FROM v_task t JOIN v_lead_root x ON x.lead_id = t.lead_id "
    "WHERE t.state > 0 AND t.state = 1 AND t.done_at >= $1 AND t.done_at < $2 AND t.kind < 4 AND t.done_by IS NOT NULL "
    "UNION SELECT r.user_id, x.root_id FROM v_lead l JOIN v_lead_root x ON x.root_id = l.lead_id "
    "JOIN v_reply r ON r.lead_id = x.lead_id WHERE r.at >= $1 AND r.at < $2) p ORDER BY p.user_id, p.lead_id";
static const char sql_sold[] =
    "SELECT l.owner_id, o.lead_id, coalesce(o.amount, m.amount, 0) FROM v_outcome o JOIN v_lead l ON l.lead_id = o.lead_id "
    "LEFT JOIN v_lead_amount m ON m.lead_id = o.lead_id WHERE o.state = 1 AND o.at >= $1 AND o.at < $2 AND l.owner_id IS NOT NULL "
    "ORDER BY l.owner_id, o.lead_id";

static void lead_of_row(const struct db_rows *r, UNUSED struct arena *a, void *lead)
{
    *(struct leader_lead *)lead = (struct leader_lead){ { db_col_int(r, 0) }, { db_col_int(r, 1) }, db_col_int(r, 2) };
}

static enum err list_read(struct ctx *c, struct db_tx *tx, const char *sql, instant from, instant until, struct leader_lead **list,
                          size_t *count)
{
    return db_list(c, tx, sql, DB_ARGS(db_int(from), db_int(until)), DB_ITEMS(lead_of_row, list, count));
}

enum err report_processed(struct ctx *c, struct db_tx *tx, instant from, instant until, struct leader_lead **list, size_t *count)
{
    return list_read(c, tx, sql_processed, from, until, list, count);
}

enum err report_sold(struct ctx *c, struct db_tx *tx, instant from, instant until, struct leader_lead **list, size_t *count)
{
    return list_read(c, tx, sql_sold, from, until, list, count);
}
