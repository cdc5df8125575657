/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/ends.h"

enum err report_open(struct ctx *c, struct db_tx *tx, instant since, int64_t *open, int64_t *young)
{
    static const char sql[] = "SELECT count(*), count(CASE WHEN l.created_at > $1 THEN 1 END) FROM v_lead l"
                              " WHERE NOT EXISTS (SELECT 1 FROM v_outcome o WHERE o.lead_id = l.lead_id)";
    struct db_rows *r;
    enum err e = db_one(c, tx, sql, DB_ARGS(db_int(since)), &r);

    if (e)
        return e;
    *open = db_col_int(r, 0);
    *young = db_col_int(r, 1);
    db_end(r);
    return ERR_NONE;
}
