/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/ends.h"

#include "db/list.h"

enum err report_ends(struct ctx *c, struct db_tx *tx, instant since, int64_t maturity_us, int won, struct report_ends *ends)
{
    static const char sql[] =
        "SELECT count(CASE WHEN o.state IS NULL THEN 1 END), count(CASE WHEN o.state IS NULL AND l.created_at > $1 THEN 1 END),"
        " count(CASE WHEN l.created_at <= $1 THEN 1 END), count(CASE WHEN l.created_at <= $1 AND o.state = $3 AND o.at - l.created_at <= $2 THEN 1 END),"
        " count(CASE WHEN l.created_at > $1 AND o.state IS NOT NULL THEN 1 END),"
        " count(CASE WHEN l.created_at > $1 AND o.state = $3 AND o.at - l.created_at <= $2 THEN 1 END)"
        " FROM v_lead l LEFT JOIN v_outcome o ON o.lead_id = l.lead_id";
    struct db_rows *r;
    enum err e = db_one(c, tx, sql, DB_ARGS(db_int(since), db_int(maturity_us), db_int(won)), &r);

    if (e)
        return e;
    *ends = (struct report_ends){ db_col_int(r, 0), db_col_int(r, 1), db_col_int(r, 2), db_col_int(r, 3), db_col_int(r, 4), db_col_int(r, 5) };
    db_end(r);
    return ERR_NONE;
}

enum err report_open_since(struct ctx *c, struct db_tx *tx, instant since, int64_t most, int64_t *count)
{
    return db_get(c, tx,
                  "SELECT count(*) FROM (SELECT 1 AS one FROM v_lead l WHERE l.created_at <= $1"
                  " AND NOT EXISTS (SELECT 1 FROM v_outcome o WHERE o.lead_id = l.lead_id) LIMIT $2) few",
                  DB_ARGS(db_int(since), db_int(most)), db_int_of_row, count);
}
