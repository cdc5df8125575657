/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lead/lead.h"

#include "db/list.h"
#include "lead/identity.h"
#include "lead/load.h"

const char *const lead_stage_names[] = { "new", "contact", "qualified", "offer", "talks", "won", "lost", NULL };
const char *const lead_sort_names[] = { "-score", "score", "-seen_at", "-created_at", "name", "cell", NULL };

static int index_of(const char *const *names, struct str name)
{
    for (int i = 0; names[i]; i++)
        if (str_eq(str_of(names[i]), name))
            return i;
    return -1;
}

int lead_stage_of(struct str name)
{
    return index_of(lead_stage_names, name);
}

int lead_band_of(struct str name)
{
    return index_of(band_names, name);
}

#define COLUMNS                                                                                    \
    "l.id, l.merged_into, l.version, l.name, l.email, l.phone, l.title, l.company, l.amount,"      \
    " l.currency, l.unverified, l.created_at, l.import_id,"                                        \
    " n.owner_id, n.stage, n.source, n.band, n.score, n.seen_at, coalesce(n.cell, 9), coalesce(n.icp, -1)," \
    " n.lead_id IS NULL AND l.merged_into IS NULL"

static void card_read(struct ctx *c, struct db_rows *r, struct lead *lead)
{
    *lead = (struct lead){
        .id = { db_col_int(r, 0) },
        .merged_into = { db_col_int(r, 1) },
        .version = db_col_int(r, 2),
        .name = db_col_str(r, 3, c->arena),
        .email = db_col_str(r, 4, c->arena),
        .phone = db_col_str(r, 5, c->arena),
        .title = db_col_str(r, 6, c->arena),
        .company = db_col_str(r, 7, c->arena),
        .amount = db_col_int(r, 8),
        .currency = db_col_str(r, 9, c->arena),
        .unverified = db_col_int(r, 10) != 0,
        .created_at = db_col_at(r, 11),
        .import_id = db_col_int(r, 12),
        .owner = { db_col_int(r, 13) },
        .stage = (int)db_col_int(r, 14),
        .source = db_col_str(r, 15, c->arena),
        .band = (int)db_col_int(r, 16),
        .score = db_col_int(r, 17),
        .seen_at = db_col_at(r, 18),
        .cell = (int)db_col_int(r, 19),
        .icp = (int)db_col_int(r, 20),
        .unlisted = db_col_int(r, 21) != 0,
    };
}

#define SQL_CARD                                                                                   \
    "SELECT " COLUMNS ", l.facts FROM lead l LEFT JOIN lead_now n ON n.lead_id = l.id WHERE l.id = $1"

static void card_read_whole(struct ctx *c, struct db_rows *r, struct lead *lead)
{
    card_read(c, r, lead);
    lead->facts = db_col_str(r, 22, c->arena);
}

enum err lead_get(struct ctx *c, struct db_tx *tx, struct lead_id id, struct lead *lead)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, SQL_CARD, DB_ARGS(db_int(id.v)), &row);

    if (e)
        return e;
    card_read_whole(c, row, lead);
    db_end(row);
    return ERR_NONE;
}

enum err lead_get_many(struct ctx *c, struct db_tx *tx, const struct lead_id *ids, size_t n,
                       struct lead *leads)
{
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, n + 1);
    struct db_rows *rows;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        values[i] = db_int(ids[i].v);
        leads[i] = (struct lead){ 0 };
    }
    if ((e = db_rows_many(c, tx, SQL_CARD, values, n, 1, &rows)))
        return e;
    while (db_next(rows, &e))
        card_read_whole(c, rows, &leads[db_row_index(rows)]);
    db_end(rows);
    return e;
}

enum err lead_user_ids(struct ctx *c, struct db_tx *tx, const struct lead_id *ids, size_t n, struct str *user_ids)
{
    static const char sql[] = "SELECT value FROM identity WHERE lead_id = $1 AND kind = 0 ORDER BY key LIMIT 1";
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, n + 1);
    struct db_rows *rows;
    enum err e;

    static_assert(IDENTITY_USER == 0, "as the statement says");
    for (size_t i = 0; i < n; i++) {
        values[i] = db_int(ids[i].v);
        user_ids[i] = STR("");
    }
    if (!n || (e = db_rows_many(c, tx, sql, values, n, 1, &rows)))
        return n ? e : ERR_NONE;
    while (db_next(rows, &e))
        user_ids[db_row_index(rows)] = db_col_str(rows, 0, c->arena);
    db_end(rows);
    return e;
}

enum err lead_call(struct ctx *c, struct db_tx *tx, struct lead *leads, size_t n)
{
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, n + 1);
    struct str *user_ids = ARENA_ARRAY(c->arena, struct str, n + 1);
    size_t *place = ARENA_ARRAY(c->arena, size_t, n + 1), nameless = 0;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        leads[i].called = leads[i].name.len ? leads[i].name : leads[i].email.len ? leads[i].email : leads[i].phone;
        if (!leads[i].called.len && leads[i].id.v) {
            ids[nameless] = leads[i].id;
            place[nameless++] = i;
        }
    }
    e = lead_user_ids(c, tx, ids, nameless, user_ids);
    for (size_t i = 0; i < nameless && !e; i++)
        leads[place[i]].called = user_ids[i].len ? user_ids[i] : leads[place[i]].company;
    return e;
}

enum err lead_get_called(struct ctx *c, struct db_tx *tx, const struct lead_id *ids, size_t n, struct lead **leads)
{
    enum err e;

    *leads = ARENA_ARRAY(c->arena, struct lead, n + 1);
    e = lead_get_many(c, tx, ids, n, *leads);
    return e ? e : lead_call(c, tx, *leads, n);
}

enum err lead_latest(struct ctx *c, struct db_tx *tx, size_t limit, struct lead_id *ids, struct str *facts,
                     size_t *n)
{
    static const char sql[] = "SELECT id, facts FROM lead WHERE merged_into IS NULL ORDER BY id DESC LIMIT $1";
    struct db_rows *rows;
    enum err e = db_rows(c, tx, sql, DB_ARGS(db_int((int64_t)limit)), &rows);

    *n = 0;
    if (e)
        return e;
    for (; *n < limit && db_next(rows, &e); (*n)++) {
        ids[*n].v = db_col_int(rows, 0);
        facts[*n] = db_col_str(rows, 1, c->arena);
    }
    db_end(rows);
    return e;
}

enum err lead_root(struct ctx *c, struct db_tx *tx, struct lead_id id, struct lead_id *root)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, "SELECT coalesce(merged_into, id) FROM lead WHERE id = $1",
                        DB_ARGS(db_int(id.v)), &row);

    if (e)
        return e;
    root->v = db_col_int(row, 0);
    db_end(row);
    return ERR_NONE;
}

enum err lead_lock_many(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n)
{
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, n + 1);
    struct lead_id *there = ARENA_ARRAY(c->arena, struct lead_id, n + 1), *roots = ARENA_ARRAY(c->arena, struct lead_id, n + 1);
    int64_t *keys = ARENA_ARRAY(c->arena, int64_t, n + 1);
    struct db_rows *rows;
    size_t count = 0;
    enum err e;

    if (!db_has_rivals(tx) || n == 0)
        return ERR_NONE;
    for (size_t i = 0; i < n; i++)
        values[i] = db_int(leads[i].v);
    if ((e = db_rows_many(c, tx, "SELECT coalesce(merged_into, id) FROM lead WHERE id = $1", values, n, 1, &rows)))
        return e;
    while (db_next(rows, &e)) {
        there[count] = leads[db_row_index(rows)];
        roots[count].v = keys[count] = db_col_int(rows, 0);
        count++;
    }
    db_end(rows);
    if (e || (e = db_lock_many(c, tx, keys, count)))
        return e;
    return lead_roots_stand(c, tx, there, roots, count);
}

enum err lead_roots_stand(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, const struct lead_id *roots,
                          size_t n)
{
    static const char sql[] = "SELECT coalesce(merged_into, id) FROM lead WHERE id = $1";
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, n + 1);
    struct db_rows *rows;
    bool stand = true;
    enum err e;

    if (!db_has_rivals(tx) || n == 0)
        return ERR_NONE;
    for (size_t i = 0; i < n; i++)
        values[i] = db_int(leads[i].v);
    if ((e = db_rows_many(c, tx, sql, values, n, 1, &rows)))
        return e;
    while (db_next(rows, &e))
        stand = stand && db_col_int(rows, 0) == roots[db_row_index(rows)].v;
    db_end(rows);
    if (e)
        return e;
    return stand ? ERR_NONE : fault_set(c, ERR_BUSY, "a lead was joined or parted meanwhile");
}

/* What each of the rows is now, held. Whom somebody takes in hand stands in the lists, whatever made it. */
static enum err hands_take(struct ctx *c, struct db_tx *tx, const struct lead_id *ids, size_t n, struct lead_hand *before)
{
    enum err e = lead_load_hold(c, tx, ids, n, before);

    for (size_t i = 0; i < n && !e; i++)
        if (!before[i].there && !(e = lead_enlist(c, tx, ids[i], INSTANT_NONE, NULL)))
            e = lead_load_hold(c, tx, &ids[i], 1, &before[i]);
    return e;
}

/* Stage and owner of the rows of the lists, as each change says. */
static enum err hands_set(struct ctx *c, struct db_tx *tx, const struct lead_id *ids, const struct lead_change *changes, size_t n)
{
    static const char sql[] = "UPDATE lead_now SET stage = $2, owner_id = $3 WHERE lead_id = $1";
    enum { HAND_COLUMNS = 3 };
    struct lead_hand *before = ARENA_ARRAY(c->arena, struct lead_hand, n + 1), *after = ARENA_ARRAY(c->arena, struct lead_hand, n + 1);
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, HAND_COLUMNS * n + 1);
    enum err e = hands_take(c, tx, ids, n, before);

    if (e)
        return e;
    for (size_t i = 0; i < n; i++) {
        after[i] = before[i];
        if (changes[i].set & LEAD_SET_STAGE)
            after[i].stage = changes[i].stage;
        if (changes[i].set & LEAD_SET_OWNER)
            after[i].owner = changes[i].owner;
        values[HAND_COLUMNS * i] = db_int(ids[i].v);
        values[HAND_COLUMNS * i + 1] = db_int(after[i].stage);
        values[HAND_COLUMNS * i + 2] = db_id(after[i].owner.v);
    }
    e = lead_load_moved(c, tx, before, after, n);
    return e ? e : db_many(c, tx, sql, values, n, HAND_COLUMNS, NULL);
}

enum err lead_set_stages(struct ctx *c, struct db_tx *tx, const struct lead_id *ids, const int *stages, size_t n)
{
    struct lead_change *changes = ARENA_ARRAY(c->arena, struct lead_change, n + 1);
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, n + 1);
    enum err e;

    for (size_t i = 0; i < n; i++) {
        changes[i] = (struct lead_change){ .set = LEAD_SET_STAGE, .stage = stages[i] };
        values[i] = db_int(ids[i].v);
    }
    e = db_many(c, tx, "UPDATE lead SET version = version + 1 WHERE id = $1", values, n, 1, NULL);
    return e ? e : hands_set(c, tx, ids, changes, n);
}

enum err lead_set(struct ctx *c, struct db_tx *tx, struct lead_id id, int64_t expected_version,
                  const struct lead_change *change)
{
    int64_t changed = 0;
    enum err e = db_run(c, tx,
                        "UPDATE lead SET version = version + 1,"
                        " amount = CASE WHEN $3 = 1 THEN $4 ELSE amount END,"
                        " currency = CASE WHEN $3 = 1 THEN $5 ELSE currency END"
                        " WHERE id = $1 AND ($2 = 0 OR version = $2)",
                        DB_ARGS(db_int(id.v), db_int(expected_version),
                                db_bool(change->set & LEAD_SET_AMOUNT), db_id(change->amount),
                                db_str(change->currency)),
                        &changed);

    if (e)
        return e;
    if (!changed) {
        struct lead_id root;

        if ((e = lead_root(c, tx, id, &root)))
            return e;
        return fault_set(c, ERR_STALE, "the lead has another version by now");
    }
    return change->set & (LEAD_SET_STAGE | LEAD_SET_OWNER) ? hands_set(c, tx, &id, change, 1) : ERR_NONE;
}

enum err lead_set_owner(struct ctx *c, struct db_tx *tx, struct lead_id id, struct user_id owner)
{
    struct lead_change change = { .set = LEAD_SET_OWNER, .owner = owner };

    return lead_set(c, tx, id, 0, &change);
}

enum err lead_enlist(struct ctx *c, struct db_tx *tx, struct lead_id id, instant seen_at, bool *new)
{
    static const char sql[] =
        "INSERT INTO lead_now (lead_id, stage, band, score, created_at, seen_at, seen_hour)"
        " SELECT id, 0, 0, 0, created_at, $2, $3 FROM lead WHERE id = $1 AND merged_into IS NULL ON CONFLICT (lead_id) DO NOTHING";
    int64_t changed = 0;
    enum err e = db_run(c, tx, sql, DB_ARGS(db_int(id.v), db_at(seen_at), db_int(lead_seen_hour(seen_at))), &changed);

    if (!e && new)
        *new = changed != 0;
    return e;
}

enum err lead_delist(struct ctx *c, struct db_tx *tx, struct lead_id id, bool *gone)
{
    /* An owner is counted in owner_load, and has it in hand: such a lead stays. */
    static const char sql[] =
        "DELETE FROM lead_now WHERE lead_id = $1 AND owner_id IS NULL AND stage = 0"
        " AND NOT EXISTS (SELECT 1 FROM identity i WHERE i.lead_id = $1 AND i.kind <> 3)"
        " AND NOT EXISTS (SELECT 1 FROM lead m JOIN identity i ON i.lead_id = m.id WHERE m.merged_into = $1 AND i.kind <> 3)";
    int64_t changed = 0;
    enum err e = db_run(c, tx, sql, DB_ARGS(db_int(id.v)), &changed);

    static_assert(IDENTITY_ANONYMOUS == 3, "as the statement says");
    if (!e && gone)
        *gone = changed != 0;
    return e;
}

enum err lead_unseen(struct ctx *c, struct db_tx *tx, int limit, struct lead_id *ids, size_t *count, struct lead_id *last)
{
    static const char sql[] = "SELECT lead_id, owner_id IS NULL AND stage = 0 AND seen_at IS NULL FROM lead_now WHERE lead_id > $1 ORDER BY lead_id LIMIT $2";
    struct db_rows *rows;
    int looked = 0;
    enum err e = db_rows(c, tx, sql, DB_ARGS(db_int(last->v), db_int(limit)), &rows);

    *count = 0;
    if (e)
        return e;
    while (db_next(rows, &e)) {
        last->v = db_col_int(rows, 0);
        looked++;
        if (db_col_int(rows, 1))
            ids[(*count)++] = *last;
    }
    db_end(rows);
    if (looked < limit)
        last->v = INT64_MAX;
    return e;
}

enum err lead_delisted_get(struct ctx *c, struct db_tx *tx, struct lead_id *last)
{
    last->v = 0;
    return db_find(c, tx, "SELECT lead_id FROM lead_delist_walk WHERE id = 1", DB_NO_ARGS, db_int_of_row, &last->v);
}

enum err lead_delisted_put(struct ctx *c, struct db_tx *tx, struct lead_id last)
{
    return db_run(c, tx, "INSERT INTO lead_delist_walk (id, lead_id) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET lead_id = excluded.lead_id",
                  DB_ARGS(db_int(last.v)), NULL);
}

enum err lead_del(struct ctx *c, struct db_tx *tx, struct lead_id id)
{
    static const char *const statements[] = {
        "DELETE FROM lead_word WHERE lead_id = $1",
        "DELETE FROM identity WHERE lead_id = $1",
        "DELETE FROM lead_now WHERE lead_id = $1",
        "DELETE FROM lead WHERE id = $1",
    };
    struct lead_hand before, gone = { .there = false };
    enum err e = lead_load_hold(c, tx, &id, 1, &before);

    if (!e)
        e = lead_load_moved(c, tx, &before, &gone, 1);
    for (size_t i = 0; i < countof(statements) && !e; i++)
        e = db_run(c, tx, statements[i], DB_ARGS(db_int(id.v)), NULL);
    return e;
}

/* Of those whose band is another, or may be. */
static enum err bands_count(struct ctx *c, struct db_tx *tx, const struct lead_standing *s, size_t n)
{
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, n + 1);
    struct lead_hand *before = ARENA_ARRAY(c->arena, struct lead_hand, n + 1), *after;
    enum band *to = ARENA_ARRAY(c->arena, enum band, n + 1);
    size_t count = 0;
    enum err e;

    for (size_t i = 0; i < n; i++)
        if (!s[i].stays) {
            to[count] = (enum band)s[i].band;
            ids[count++] = s[i].id;
        }
    if ((e = lead_load_hold(c, tx, ids, count, before)))
        return e;
    after = ARENA_ARRAY(c->arena, struct lead_hand, count + 1);
    for (size_t i = 0; i < count; i++) {
        after[i] = before[i];
        after[i].band = to[i];
    }
    return lead_load_moved(c, tx, before, after, count);
}

int64_t lead_seen_hour(instant at)
{
    return at > 0 ? at / HOUR_US : 0;
}

/* SQLite writes each index that has a column of SET, changed or not: so those whose band stays are written by a text that does not name it. */
static size_t stand_values(const struct lead_standing *s, size_t n, bool stays, struct db_value *v)
{
    size_t rows = 0;

    for (size_t i = 0; i < n; i++) {
        if (s[i].stays != stays)
            continue;
        *v++ = db_int(s[i].id.v);
        *v++ = db_int(s[i].score);
        *v++ = db_at(s[i].seen_at);
        *v++ = db_int(lead_seen_hour(s[i].seen_at));
        if (!stays) {
            *v++ = db_int(s[i].band);
            *v++ = db_int(s[i].cell);
            *v++ = db_int(s[i].icp);
        }
        rows++;
    }
    return rows;
}

/* For the same reason there are two texts about when a lead was seen: same takes those whose hour stands and does not name it, and what it did not
 * take goes to moved, which does. Where rivals write (PostgreSQL) an index is written when its column changes, and one text does for all. */
static enum err seen_run(struct ctx *c, struct db_tx *tx, const char *same, const char *moved, struct db_value *values, size_t rows,
                         size_t columns)
{
    int64_t *taken = ARENA_ARRAY(c->arena, int64_t, rows + 1);
    size_t left = 0;
    enum err e;

    if (db_has_rivals(tx))
        return db_many(c, tx, moved, values, rows, columns, NULL);
    if ((e = db_many(c, tx, same, values, rows, columns, taken)))
        return e;
    for (size_t i = 0; i < rows; i++)
        if (!taken[i])
            memmove(values + left++ * columns, values + i * columns, columns * sizeof *values);
    return db_many(c, tx, moved, values, left, columns, NULL);
}

enum err lead_stand_many(struct ctx *c, struct db_tx *tx, const struct lead_standing *s, size_t n)
{
#define STAND "UPDATE lead_now SET score = $2, seen_at = CASE WHEN $3 > coalesce(seen_at, 0) THEN $3 ELSE seen_at END"
#define HOUR ", seen_hour = CASE WHEN $4 > seen_hour THEN $4 ELSE seen_hour END"
    static const char sql_same[] = STAND " WHERE lead_id = $1 AND seen_hour >= $4", sql_later[] = STAND HOUR " WHERE lead_id = $1";
    static const char sql_moves[] = STAND HOUR ", band = $5, cell = $6, icp = $7 WHERE lead_id = $1";
#undef STAND
#undef HOUR
    enum { STAYS_COLUMNS = 4, MOVES_COLUMNS = 7 };
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, MOVES_COLUMNS * n + 1);
    size_t rows = stand_values(s, n, true, values);
    enum err e = seen_run(c, tx, sql_same, sql_later, values, rows, STAYS_COLUMNS);

    if (e || (e = bands_count(c, tx, s, n)))
        return e;
    rows = stand_values(s, n, false, values);
    return db_many(c, tx, sql_moves, values, rows, MOVES_COLUMNS, NULL);
}

enum err lead_seen_many(struct ctx *c, struct db_tx *tx, const struct lead_standing *s, size_t n)
{
    static const char sql_same[] = "UPDATE lead_now SET seen_at = $2 WHERE lead_id = $1 AND coalesce(seen_at, 0) < $2 AND seen_hour >= $3";
    static const char sql_later[] = "UPDATE lead_now SET seen_at = $2, seen_hour = $3 WHERE lead_id = $1 AND coalesce(seen_at, 0) < $2";
    enum { SEEN_COLUMNS = 3 };
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, SEEN_COLUMNS * n + 1);

    for (size_t i = 0; i < n; i++) {
        values[SEEN_COLUMNS * i] = db_int(s[i].id.v);
        values[SEEN_COLUMNS * i + 1] = db_at(s[i].seen_at);
        values[SEEN_COLUMNS * i + 2] = db_int(lead_seen_hour(s[i].seen_at));
    }
    return seen_run(c, tx, sql_same, sql_later, values, n, SEEN_COLUMNS);
}

enum err lead_of_company(struct ctx *c, struct db_tx *tx, struct str company, int limit,
                         struct lead **leads, size_t *count)
{
    struct lead *list = ARENA_ARRAY(c->arena, struct lead, (size_t)limit + 1);
    struct db_rows *rows;
    enum err e = db_rows(c, tx,
                         "SELECT " COLUMNS " FROM lead l JOIN lead_now n ON n.lead_id = l.id"
                         " WHERE l.company = $1 ORDER BY n.score DESC, l.id DESC LIMIT $2",
                         DB_ARGS(db_str(company), db_int(limit)), &rows);

    *count = 0;
    if (e)
        return e;
    while (db_next(rows, &e))
        card_read(c, rows, &list[(*count)++]);
    db_end(rows);
    *leads = list;
    return e;
}

enum err lead_ids(struct ctx *c, struct db_tx *tx, struct lead_id after, int limit, struct lead_id *ids,
                  size_t *count)
{
    struct db_rows *rows;
    enum err e = db_rows(c, tx, "SELECT lead_id FROM lead_now WHERE lead_id > $1 ORDER BY lead_id LIMIT $2",
                         DB_ARGS(db_int(after.v), db_int(limit)), &rows);

    *count = 0;
    if (e)
        return e;
    while (db_next(rows, &e))
        ids[(*count)++].v = db_col_int(rows, 0);
    db_end(rows);
    return e;
}

enum err lead_births(struct ctx *c, struct db_tx *tx, struct lead_id after, int limit, struct lead_birth *births,
                     size_t *count)
{
    struct db_rows *rows;
    enum err e = db_rows(c, tx, "SELECT lead_id, created_at FROM lead_now WHERE lead_id > $1 ORDER BY lead_id LIMIT $2",
                         DB_ARGS(db_int(after.v), db_int(limit)), &rows);

    *count = 0;
    if (e)
        return e;
    while (db_next(rows, &e))
        births[(*count)++] = (struct lead_birth){ { db_col_int(rows, 0) }, db_col_int(rows, 1) };
    db_end(rows);
    return e;
}

enum err lead_parts(struct ctx *c, struct db_tx *tx, struct lead_part **parts, size_t *count)
{
    struct lead_part *list = NULL;
    size_t n = 0, cap = 0;
    struct db_rows *rows;
    enum err e = db_rows(c, tx, "SELECT id, merged_into FROM lead WHERE merged_into IS NOT NULL ORDER BY id", DB_NO_ARGS,
                         &rows);

    if (e)
        return e;
    while (db_next(rows, &e)) {
        if (n == cap) {
            size_t more = cap ? 2 * cap : 64;

            list = arena_grow(c->arena, list, cap * sizeof *list, more * sizeof *list);
            cap = more;
        }
        list[n++] = (struct lead_part){ { db_col_int(rows, 0) }, { db_col_int(rows, 1) } };
    }
    db_end(rows);
    *parts = list;
    *count = n;
    return e;
}

static const char sql_holdings[] =
    "SELECT coalesce(n.owner_id, 0), n.band, n.stage = 5, count(*), coalesce(sum(l.amount), 0), coalesce(sum(($1 - n.created_at) / 1000000), 0) "
    "FROM lead_now n JOIN lead l ON l.id = n.lead_id WHERE n.stage <= 5 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";

enum err lead_holding_list(struct ctx *c, struct db_tx *tx, struct lead_holding **list, size_t *count)
{
    struct lead_holding *all = NULL;
    struct db_rows *rows;
    size_t n = 0;
    enum err e = db_rows(c, tx, sql_holdings, DB_ARGS(db_at(c->now)), &rows);

    if (e)
        return e;
    while (db_next(rows, &e)) {
        int64_t owner = db_col_int(rows, 0), band = db_col_int(rows, 1), leads = db_col_int(rows, 3);
        bool won = db_col_int(rows, 2) != 0;

        if (!n || all[n - 1].owner.v != owner) {
            all = arena_more(c->arena, all, n, sizeof *all);
            all[n++] = (struct lead_holding){ .owner = { owner } };
        }
        if (won) {
            all[n - 1].clients += leads;
        } else {
            all[n - 1].open[band] += leads;
            all[n - 1].age_us += db_col_int(rows, 5) * SECOND_US;
        }
        all[n - 1].amount += db_col_int(rows, 4);
    }
    db_end(rows);
    *list = all;
    *count = n;
    return e;
}

static void deal_of_row(const struct db_rows *r, UNUSED struct arena *a, void *deal)
{
    *(struct lead_deal *)deal = (struct lead_deal){ { db_col_int(r, 0) }, { db_col_int(r, 1) }, db_col_int(r, 2), db_col_at(r, 3) };
}

enum err lead_deal_list(struct ctx *c, struct db_tx *tx, int64_t limit, struct lead_deal **list, size_t *count)
{
    /* Every band is named, so that the index by band and stage is used: the new and the ended are not walked over. */
    static const char sql[] =
        "SELECT n.lead_id, n.owner_id, coalesce(l.amount, 0), n.created_at FROM lead_now n JOIN lead l ON l.id = n.lead_id "
        "WHERE n.band IN (0, 1, 2) AND n.stage IN (1, 2, 3, 4) ORDER BY coalesce(l.amount, 0) DESC, n.lead_id DESC LIMIT $1";

    return db_list(c, tx, sql, DB_ARGS(db_int(limit)), DB_ITEMS(deal_of_row, list, count));
}

enum err lead_count_import(struct ctx *c, struct db_tx *tx, int64_t import_id, int64_t *count)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, "SELECT COUNT(*) FROM lead WHERE import_id = $1", DB_ARGS(db_int(import_id)), &row);

    if (e)
        return e;
    *count = db_col_int(row, 0);
    db_end(row);
    return ERR_NONE;
}

enum err lead_count(struct ctx *c, struct db_tx *tx, int64_t *count)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, "SELECT COUNT(*) FROM lead_now", DB_NO_ARGS, &row);

    if (e)
        return e;
    *count = db_col_int(row, 0);
    db_end(row);
    return ERR_NONE;
}
