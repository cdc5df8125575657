/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/ends.h"

#include "db/list.h"

#define ENDED  "o.known_at - l.created_at BETWEEN 0 AND $2"
#define COUNTS "(l.created_at <= $1 OR " ENDED ")"
#define YOUNG  "(l.created_at > $1 AND o.state IS NOT NULL AND NOT " ENDED ")"

enum err report_ends(struct ctx *c, struct db_tx *tx, const struct report_ends_ask *ask, struct report_ends *ends)
{
    static const char sql[] =
        "SELECT count(CASE WHEN o.state IS NULL THEN 1 END), count(CASE WHEN o.state IS NULL AND l.created_at > $1 THEN 1 END),"
        " count(CASE WHEN " YOUNG " AND o.state = $3 THEN 1 END), count(CASE WHEN " YOUNG " AND o.state <> $3 THEN 1 END),"
        " count(CASE WHEN " COUNTS " THEN 1 END), count(CASE WHEN " COUNTS " AND o.state = $3 AND (o.undated = 1 OR o.at - l.created_at <= $4) THEN 1 END)"
        " FROM v_lead l LEFT JOIN v_outcome o ON o.lead_id = l.lead_id";
    struct db_rows *r;
    enum err e = db_one(c, tx, sql, DB_ARGS(db_int(ask->since), db_int(ask->at_once_us), db_int(ask->won), db_int(ask->maturity_us)), &r);

    if (e)
        return e;
    *ends = (struct report_ends){ db_col_int(r, 0), db_col_int(r, 1), db_col_int(r, 2), db_col_int(r, 3), db_col_int(r, 4), db_col_int(r, 5) };
    db_end(r);
    return ERR_NONE;
}

static void age_of_row(const struct db_rows *r, UNUSED struct arena *a, void *age)
{
    *(struct report_age *)age = (struct report_age){ db_col_int(r, 0), db_col_int(r, 1) != 0 };
}

enum err report_young_ages(struct ctx *c, struct db_tx *tx, const struct report_ends_ask *ask, struct report_age **ages, size_t *count)
{
    return db_list(c, tx,
                   "SELECT o.at - l.created_at, CASE WHEN o.state = $3 THEN 0 ELSE 1 END FROM v_lead l JOIN v_outcome o ON o.lead_id = l.lead_id WHERE " YOUNG,
                   DB_ARGS(db_int(ask->since), db_int(ask->at_once_us), db_int(ask->won)), DB_ITEMS(age_of_row, ages, count));
}

enum err report_open_since(struct ctx *c, struct db_tx *tx, instant since, int64_t most, int64_t *count)
{
    return db_get(c, tx,
                  "SELECT count(*) FROM (SELECT 1 AS one FROM v_lead l WHERE l.created_at <= $1"
                  " AND NOT EXISTS (SELECT 1 FROM v_outcome o WHERE o.lead_id = l.lead_id) LIMIT $2) few",
                  DB_ARGS(db_int(since), db_int(most)), db_int_of_row, count);
}

static void born_of_row(const struct db_rows *r, UNUSED struct arena *a, void *born)
{
    *(struct report_born *)born = (struct report_born){ db_col_int(r, 0), db_col_int(r, 1) };
}

enum err report_born_between(struct ctx *c, struct db_tx *tx, instant after, instant until, int limit, struct report_born **list, size_t *count)
{
    return db_list(c, tx, "SELECT l.lead_id, l.created_at FROM v_lead l WHERE l.created_at > $1 AND l.created_at <= $2 ORDER BY l.created_at DESC, l.lead_id DESC LIMIT $3",
                   DB_ARGS(db_int(after), db_int(until), db_int(limit)), DB_ITEMS(born_of_row, list, count));
}
