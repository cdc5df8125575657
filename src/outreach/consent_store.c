/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "db/list.h"
#include "outreach/consent.h"

static const char sql_list[] = "SELECT id, lead_id, at, known_at, purpose, given, words, place, event_id, source_id, user_id FROM consent"
                               " WHERE lead_id = $1";
static const char sql_add[] = "INSERT INTO consent (id, lead_id, at, known_at, purpose, given, words, place, event_id, source_id, user_id)"
                              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

static int newest_first(const void *a, const void *b)
{
    const struct consent *x = a, *y = b;

    if (x->at != y->at)
        return x->at > y->at ? -1 : 1;
    return x->id > y->id ? -1 : x->id < y->id;
}

static void consent_of_row(const struct db_rows *r, struct arena *a, void *consent)
{
    *(struct consent *)consent = (struct consent){
        .id = db_col_int(r, 0), .lead = { db_col_int(r, 1) }, .at = db_col_int(r, 2), .known_at = db_col_int(r, 3),
        .purpose = (int)db_col_int(r, 4), .given = db_col_int(r, 5) != 0, .words = db_col_str(r, 6, a),
        .place = db_col_str(r, 7, a), .event_id = db_col_int(r, 8), .source_id = db_col_int(r, 9),
        .user = { db_col_int(r, 10) },
    };
}

enum err outreach_consent_list(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, struct consents *list)
{
    struct db_value *args = ARENA_ARRAY(c->arena, struct db_value, n + 1);
    struct db_rows *r;
    enum err e;

    for (size_t i = 0; i < n; i++)
        args[i] = db_int(leads[i].v);
    if ((e = db_rows_many(c, tx, sql_list, args, n, 1, &r)) || (e = db_take(c, r, DB_LIST(consent_of_row, list))))
        return e;
    if (list->count)
        qsort(list->items, list->count, sizeof *list->items, newest_first);
    return ERR_NONE;
}

/* Not null, and no longer than a text may be. */
static struct db_value text_kept(struct str s)
{
    return db_str(s.ptr ? utf8_cut(s, LIMIT_TEXT_CHARS) : STR(""));
}

enum err outreach_consent_add(struct ctx *c, struct db_tx *tx, struct consent *one)
{
    one->id = db_new_id(tx);
    one->known_at = c->now;
    return db_run(c, tx, sql_add,
                  DB_ARGS(db_int(one->id), db_int(one->lead.v), db_int(one->at), db_int(one->known_at), db_int(one->purpose),
                          db_bool(one->given), text_kept(one->words), text_kept(one->place), db_id(one->event_id),
                          db_id(one->source_id), db_id(one->user.v)), NULL);
}
