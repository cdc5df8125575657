/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/report.h"

#include "db/list.h"
#include "learn/calibrate_store.h"
#include "learn/suggest_store.h"

const char *const learn_mark_names[] = { "", "young", "not", "won", "counted", NULL };

bool learn_mark_is(int asked, enum learn_mark mark)
{
    if (asked == LEARN_MARK_COUNTED)
        return mark == LEARN_MARK_NOT || mark == LEARN_MARK_WON;
    return asked < 0 || asked == (int)mark;
}

void learn_bucket_parse(struct str text, struct str *bucket, int *mark)
{
    *bucket = text;
    *mark = -1;
    for (int m = LEARN_MARK_YOUNG; m <= LEARN_MARK_COUNTED; m++) {
        struct str name = str_of(learn_mark_names[m]);

        if (text.len > name.len && str_ends(text, name) && text.ptr[text.len - name.len - 1] == ':') {
            *bucket = str_sub(text, 0, text.len - name.len - 1);
            *mark = m;
        }
    }
}

enum { PUT_COLUMNS = 5, PUT_ROWS = 2000 };

enum err learn_report_put(struct ctx *c, struct db_tx *tx, struct report_id report, struct str bucket, int64_t place,
                          const struct lead_id *leads, const unsigned char *marks, size_t n)
{
    int64_t *places = ARENA_ARRAY(c->arena, int64_t, n + 1);

    for (size_t i = 0; i < n; i++)
        places[i] = place + (int64_t)i;
    return learn_report_put_at(c, tx, report, bucket, places, leads, marks, n);
}

enum err learn_report_put_at(struct ctx *c, struct db_tx *tx, struct report_id report, struct str bucket, const int64_t *places,
                             const struct lead_id *leads, const unsigned char *marks, size_t n)
{
    struct db_value *v = ARENA_ARRAY(c->arena, struct db_value, PUT_COLUMNS * PUT_ROWS);
    enum err e = ERR_NONE;

    assert(bucket.len > 0 && bucket.len <= LEARN_BUCKET_BYTES);
    for (size_t i = 0; i < n && !e;) {
        size_t rows = 0;

        for (; i < n && rows < PUT_ROWS; i++, rows++) {
            struct db_value *row = v + PUT_COLUMNS * rows;

            row[0] = db_int(report.v);
            row[1] = db_str(bucket);
            row[2] = db_int(places[i]);
            row[3] = db_int(leads[i].v);
            row[4] = db_int(marks ? marks[i] : LEARN_MARK_NONE);
        }
        e = db_many(c, tx, "INSERT INTO report_lead (report_id, bucket, place, lead_id, mark) VALUES ($1, $2, $3, $4, $5)",
                    v, rows, PUT_COLUMNS, NULL);
    }
    return e;
}

#define WITHOUT                                                                                    \
    " FROM report_lead a WHERE a.report_id = $1 AND a.bucket = 'all' AND NOT EXISTS (SELECT 1 FROM report_lead b"   \
    " WHERE b.report_id = $1 AND b.bucket = $2 AND b.place = a.place)"
#define WITH " FROM report_lead a WHERE a.report_id = $1 AND a.bucket = $2"
/* 4: LEARN_MARK_COUNTED, 2 and 3 are of such leads. */
#define NARROWED " AND a.place > $3 AND a.place < $5 AND ($4 < 0 OR a.mark = $4 OR ($4 = 4 AND a.mark IN (2, 3)))"

/* The bucket as it is kept, and the place at which it ends. */
struct kept_bucket {
    struct str name;
    bool without;
    int64_t end;
};

static struct kept_bucket kept_of(struct str bucket)
{
    struct kept_bucket k = { bucket, bucket.len > 0 && bucket.ptr[0] == '!', INT64_MAX };
    int64_t first;

    k.name = str_sub(bucket, k.without, bucket.len);
    if (!k.without && str_starts(bucket, STR("top.")) && str_to_int(str_sub(bucket, 4, bucket.len), &first))
        k = (struct kept_bucket){ STR("all"), false, first };
    return k;
}

static const char with_sql[] = "SELECT a.place, a.lead_id, a.mark" WITH NARROWED " ORDER BY a.place LIMIT $6";
static const char without_sql[] = "SELECT a.place, a.lead_id, a.mark" WITHOUT NARROWED " ORDER BY a.place LIMIT $6";

static void lead_of_row(const struct db_rows *r, UNUSED struct arena *a, void *lead)
{
    *(struct learn_report_lead *)lead = (struct learn_report_lead){ db_col_int(r, 0), { db_col_int(r, 1) }, (enum learn_mark)db_col_int(r, 2) };
}

enum err learn_report_leads(struct ctx *c, struct db_tx *tx, struct report_id report, struct str bucket, int mark,
                            int64_t after, int limit, struct learn_report_lead **leads, size_t *count)
{
    const struct kept_bucket k = kept_of(bucket);

    return db_list(c, tx, k.without ? without_sql : with_sql,
                   DB_ARGS(db_int(report.v), db_str(k.name), db_int(after), db_int(mark), db_int(k.end), db_int(limit)),
                   DB_ITEMS(lead_of_row, leads, count));
}

enum err learn_report_count(struct ctx *c, struct db_tx *tx, struct report_id report, struct str bucket, int mark,
                            int64_t *count)
{
    const struct kept_bucket k = kept_of(bucket);

    return db_get(c, tx, k.without ? "SELECT count(*)" WITHOUT NARROWED : "SELECT count(*)" WITH NARROWED,
                  DB_ARGS(db_int(report.v), db_str(k.name), db_int(-1), db_int(mark), db_int(k.end)), db_int_of_row, count);
}

enum err learn_report_del(struct ctx *c, struct db_tx *tx, struct report_id report)
{
    return db_run(c, tx, "DELETE FROM report_lead WHERE report_id = $1", DB_ARGS(db_int(report.v)), NULL);
}

enum err learn_report_next(struct ctx *c, struct db_tx *tx, struct report_id after, struct report_id *report)
{
    return db_get(c, tx, "SELECT coalesce(min(report_id), 0) FROM report_lead WHERE report_id > $1", DB_ARGS(db_int(after.v)), db_int_of_row, report);
}

enum err learn_report_is_own(struct ctx *c, struct db_tx *tx, struct report_id report, bool *own)
{
    static const char sql[] =
        "SELECT (SELECT count(*) FROM calibration WHERE id = $1 AND state < 3) + (SELECT count(*) FROM suggestion WHERE id = $1 AND state < 2)"
        " + (SELECT count(*) FROM predictor WHERE id = $1) + (SELECT count(*) FROM performance WHERE id = $1)";
    int64_t count;
    enum err e = db_get(c, tx, sql, DB_ARGS(db_int(report.v)), db_int_of_row, &count);

    static_assert(CALIBRATION_FAILED == 3 && SUGGESTION_FAILED == 2, "as the statement says");
    if (!e)
        *own = count > 0;
    return e;
}
