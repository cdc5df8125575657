/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/reply.h"

#include "db/list.h"
#include "stat/sample.h"

static const char sql_uses[] = "SELECT script_id, count(*), sum(CASE WHEN user_id IS NULL THEN 1 ELSE 0 END) FROM v_reply_use"
                               " GROUP BY script_id ORDER BY script_id";
/* $1 the window, $2 now. Kept states of an outcome: 1 won, 2 lost. */
static const char sql_leads[] =
    "SELECT f.script_id, sum(f.answered), sum(CASE WHEN f.answered = 1 OR f.at + $1 <= $2 THEN 1 ELSE 0 END),"
    " sum(CASE WHEN f.state = 1 THEN 1 ELSE 0 END), count(f.state) FROM"
    " (SELECT u.script_id, u.at, o.state, CASE WHEN EXISTS (SELECT 1 FROM v_act a WHERE a.lead_id = u.lead_id AND a.at > u.at"
    "   AND a.at <= u.at + $1) THEN 1 ELSE 0 END AS answered"
    "  FROM (SELECT script_id, lead_id, min(at) AS at FROM v_reply_use GROUP BY script_id, lead_id) u"
    "  LEFT JOIN v_outcome o ON o.lead_id = u.lead_id) f GROUP BY f.script_id ORDER BY f.script_id";

static struct report_share share_of(int64_t hits, int64_t n)
{
    struct report_share s = { .n = n, .hits = hits, .enough = n >= REPLY_ENOUGH };
    struct sample_figure f;

    if (!s.enough)
        return s;
    f = sample_wilson(hits, n, SAMPLE_Z95);
    s.value = fix_muldiv(hits, FIX_ONE, n);
    s.low = (fix)(f.low * FIX_ONE);
    s.high = (fix)(f.high * FIX_ONE);
    return s;
}

static void reply_of_row(const struct db_rows *r, UNUSED struct arena *a, void *reply)
{
    *(struct report_reply *)reply = (struct report_reply){ .script = { db_col_int(r, 0) }, .uses = db_col_int(r, 1), .automatic = db_col_int(r, 2) };
}

enum err report_replies(struct ctx *c, struct db_tx *tx, struct report_reply **list, size_t *count)
{
    struct report_reply *all;
    size_t n, at = 0;
    struct db_rows *rows;
    enum err e = db_list(c, tx, sql_uses, DB_NO_ARGS, DB_ITEMS(reply_of_row, &all, &n));

    if (e || (e = db_rows(c, tx, sql_leads, DB_ARGS(db_int(REPLY_WINDOW_US), db_int(c->now)), &rows)))
        return e;
    while (db_next(rows, &e)) {
        while (at < n && all[at].script.v < db_col_int(rows, 0))
            at++;
        if (at == n || all[at].script.v != db_col_int(rows, 0))
            continue;
        all[at].answered = share_of(db_col_int(rows, 1), db_col_int(rows, 2));
        all[at].won = share_of(db_col_int(rows, 3), db_col_int(rows, 4));
    }
    db_end(rows);
    *list = all;
    *count = n;
    return e;
}
