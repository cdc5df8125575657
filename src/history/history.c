/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "history/history_inner.h"

#include <stdlib.h>

#include "sys/crypto.h"

/* Hashes of (source, message id): the key of table message, and the mark beside it. Two keys for siphash keep the two apart;
 * they are part of the data's format and never change. */
static const unsigned char key_secret[16] = "gradus.message.k";
static const unsigned char mark_secret[16] = "gradus.message.m";

static int64_t hash63(const unsigned char secret[16], struct str text)
{
    return (int64_t)(crypto_siphash(secret, text) & INT64_MAX);
}

/* A key that is led by the millisecond in which the message was made: then those that come together lie together in the table, and a batch
 * rewrites a page or two of it instead of one an event. */
enum { TIME_BITS = 41, HASH_BITS = 21 };

struct claim {
    int64_t key, hashed, mark, id; /* hashed: the key without a time */
    int64_t made_ms;               /* 0: the message id does not tell */
    size_t event;
};

static struct claim claim_of(struct arena *a, const struct event *ev, int64_t id, size_t i)
{
    struct str text = str_print(a, "%lld:" STR_FMT, (long long)ev->source_id, STR_ARG(ev->message_id));
    int64_t hash = hash63(key_secret, text), ms = history_message_ms(ev->message_id), key = hash;

    if (ms)
        key = (int64_t)1 << (TIME_BITS + HASH_BITS) | ms << HASH_BITS | (hash & (((int64_t)1 << HASH_BITS) - 1));
    return (struct claim){ key, hash, hash63(mark_secret, text), id, ms, i };
}

#define SQL_CLAIM                                                                                  \
    "INSERT INTO message (key, mark, event_id) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING"

/* A key that was taken: a repeat if the mark is the same, else a true collision, which tries the next key. */
static enum err claim_again(struct ctx *c, struct db_tx *tx, struct claim *claim)
{
    for (;;) {
        struct db_rows *row;
        enum err e = db_one(c, tx, "SELECT mark FROM message WHERE key = $1",
                            DB_ARGS(db_int(claim->key)), &row);
        int64_t changed = 0;

        if (!e) {
            bool same = db_col_int(row, 0) == claim->mark;

            db_end(row);
            if (same) {
                claim->id = 0;
                return ERR_NONE;
            }
            claim->key = (claim->key + 1) & INT64_MAX;
        } else if (e != ERR_NOT_FOUND) {
            return e;
        }
        e = db_run(c, tx, SQL_CLAIM,
                   DB_ARGS(db_int(claim->key), db_int(claim->mark), db_int(claim->id)), &changed);
        if (e || changed)
            return e;
    }
}

/* The newest event with a key of the hash alone whatever its message id; 0 in a database that never had any. */
static enum err hashed_until(struct ctx *c, struct db_tx *tx, int64_t *event_id)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, "SELECT event_id FROM message_hashed", DB_NO_ARGS, &row);

    *event_id = 0;
    if (e)
        return e == ERR_NOT_FOUND ? ERR_NONE : e;
    *event_id = db_col_int(row, 0);
    db_end(row);
    return ERR_NONE;
}

/* Those that were kept before keys were led by time have ids[..] 0 now. */
static enum err drop_hashed(struct ctx *c, struct db_tx *tx, struct claim *claims, size_t n, int64_t *ids)
{
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, 2 * n + 1);
    size_t *which = ARENA_ARRAY(c->arena, size_t, n + 1), rows = 0;
    int64_t until;
    struct db_rows *r;
    enum err e = hashed_until(c, tx, &until);

    if (e || !until)
        return e;
    for (size_t i = 0; i < n; i++)
        if (claims[i].made_ms && claims[i].made_ms * 1000 <= id_instant(until) + DAY_US) {
            values[2 * rows] = db_int(claims[i].hashed);
            values[2 * rows + 1] = db_int(claims[i].mark);
            which[rows++] = i;
        }
    if (!rows)
        return ERR_NONE;
    e = db_rows_many(c, tx, "SELECT 1 FROM message WHERE key = $1 AND mark = $2", values, rows, 2, &r);
    if (e)
        return e;
    while (db_next(r, &e)) {
        struct claim *claim = &claims[which[db_row_index(r)]];

        ids[claim->event] = claim->id = 0;
    }
    db_end(r);
    return e;
}

/* Draws together those that are no repeats, and their values. */
static size_t claims_values(struct claim *claims, size_t n, struct db_value *values)
{
    size_t rows = 0;

    for (size_t i = 0; i < n; i++) {
        if (!claims[i].id)
            continue;
        claims[rows] = claims[i];
        values[3 * rows] = db_int(claims[rows].key);
        values[3 * rows + 1] = db_int(claims[rows].mark);
        values[3 * rows + 2] = db_int(claims[rows].id);
        rows++;
    }
    return rows;
}

enum err history_claim(struct ctx *c, struct db_tx *tx, const struct event *events, size_t n,
                       int64_t *ids)
{
    struct claim *claims = ARENA_ARRAY(c->arena, struct claim, n + 1);
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, 3 * n + 1);
    int64_t *changed = ARENA_ARRAY(c->arena, int64_t, n + 1);
    size_t rows = 0;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        ids[i] = db_new_id(tx);
        if (!events[i].message_id.len)
            continue;
        claims[rows++] = claim_of(c->arena, &events[i], ids[i], i);
    }
    if ((e = drop_hashed(c, tx, claims, rows, ids)))
        return e;
    rows = claims_values(claims, rows, values);
    if ((e = db_many(c, tx, SQL_CLAIM, values, rows, 3, changed)))
        return e;
    for (size_t i = 0; i < rows; i++) {
        if (changed[i])
            continue;
        if ((e = claim_again(c, tx, &claims[i])))
            return e;
        ids[claims[i].event] = claims[i].id;
    }
    return ERR_NONE;
}

#define SQL_KEEP                                                                                   \
    "INSERT INTO event (lead_id, at, id, known_at, source_id, kind, flags, name, path, message_id,"  \
    " user_id, cause_id, import_id, body, mark_id, signal)"                                        \
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
enum { KEEP_COLUMNS = 16 };

static void keep_values(struct arena *a, const struct event *ev, int64_t id, struct lead_id lead,
                        struct db_value *v)
{
    char text[ID_TEXT_MAX];
    int flags = (ev->unverified ? HISTORY_UNVERIFIED : 0) | (ev->bot ? HISTORY_BOT : 0) | (ev->mark ? HISTORY_HELD : 0);

    v[0] = db_int(lead.v);
    v[1] = db_int(ev->at);
    v[2] = db_int(id);
    v[3] = db_int(ev->known_at);
    v[4] = db_id(ev->source_id);
    v[5] = db_int(ev->kind);
    v[6] = db_int(flags);
    v[7] = db_str(ev->name);
    v[8] = db_str(ev->path);
    v[9] = db_str(ev->message_id.len ? ev->message_id
                                     : str_dup(a, id_print(PREFIX_EVENT, id, text)));
    v[10] = db_id(ev->user);
    v[11] = db_id(ev->cause);
    v[12] = db_id(ev->import_id);
    v[13] = db_str(ev->raw);
    v[14] = db_id(ev->mark);
    v[15] = db_id(ev->signal);
}

enum err history_keep(struct ctx *c, struct db_tx *tx, const struct event *events,
                      const int64_t *ids, const struct lead_id *leads, size_t n)
{
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, KEEP_COLUMNS * n + 1);
    size_t rows = 0;

    for (size_t i = 0; i < n; i++)
        if (ids[i])
            keep_values(c->arena, &events[i], ids[i], leads[i], values + KEEP_COLUMNS * rows++);
    return db_many(c, tx, SQL_KEEP, values, rows, KEEP_COLUMNS, NULL);
}

/* profile_change.undone: 0 it counts, 1 withdrawn with its import, 2 it came with an event that does not count. */
enum { HISTORY_PATCH_WITHDRAWN = 1, HISTORY_PATCH_IDLE = 2 };

enum err history_profile_add(struct ctx *c, struct db_tx *tx, struct profile_entry *e, size_t n)
{
    enum { COLUMNS = 11 };
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, COLUMNS * n + 1);

    for (size_t i = 0; i < n; i++) {
        struct db_value *v = values + COLUMNS * i;
        struct buf text = buf_new(c->arena, 1 << 20);
        struct json_out out = json_to(&text);

        json_put(&out, e[i].patch);
        v[0] = db_int(e[i].lead.v);
        v[1] = db_int(e[i].at);
        e[i].id = db_new_id(tx);
        e[i].tie = str_hash(buf_str(&text));
        v[2] = db_int(e[i].id);
        v[3] = db_int(e[i].known_at);
        v[4] = db_id(e[i].source_id);
        v[5] = db_id(e[i].user_id);
        v[6] = db_bool(e[i].unverified);
        v[7] = db_id(e[i].import_id);
        v[8] = db_int(e[i].idle ? HISTORY_PATCH_IDLE : 0);
        v[9] = db_str(buf_str(&text));
        v[10] = db_id(e[i].event_id);
    }
    return db_many(c, tx,
                   "INSERT INTO profile_change (lead_id, at, id, known_at, source_id, user_id, unverified,"
                   " import_id, undone, patch, event_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                   values, n, COLUMNS, NULL);
}

uint64_t history_tie(struct str message_id, int64_t source_id)
{
    return crypto_siphash(mark_secret, message_id) ^ (uint64_t)source_id;
}

enum err history_profile_ends(struct ctx *c, struct db_tx *tx, struct history_end *ends, size_t n)
{
    static const char sql[] =
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM profile_change WHERE lead_id = $1 AND at >= $2 AND id < $3 AND undone = 0)";
    enum { COLUMNS = 3 };
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, COLUMNS * n + 1);
    struct db_rows *rows;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        values[COLUMNS * i] = db_int(ends[i].lead.v);
        values[COLUMNS * i + 1] = db_int(ends[i].at);
        values[COLUMNS * i + 2] = db_int(ends[i].before_id);
        ends[i].last = true;
    }
    if ((e = db_rows_many(c, tx, sql, values, n, COLUMNS, &rows)))
        return e;
    while (db_next(rows, &e))
        ends[db_row_index(rows)].last = false;
    db_end(rows);
    return e;
}

/* Lists that grow while they are read. */
struct loading {
    struct ctx *c;
    struct past_event *events;
    size_t event_count, event_cap;
    struct past_profile *profiles;
    size_t profile_count, profile_cap;
    bool bodies;
};

static struct past_event *event_slot(struct loading *l)
{
    if (l->event_count == l->event_cap) {
        size_t cap = l->event_cap ? 2 * l->event_cap : 64;

        l->events = arena_grow(l->c->arena, l->events, l->event_cap * sizeof *l->events,
                               cap * sizeof *l->events);
        l->event_cap = cap;
    }
    return &l->events[l->event_count++];
}

static struct past_profile *profile_slot(struct loading *l)
{
    if (l->profile_count == l->profile_cap) {
        size_t cap = l->profile_cap ? 2 * l->profile_cap : 8;

        l->profiles = arena_grow(l->c->arena, l->profiles, l->profile_cap * sizeof *l->profiles,
                                 cap * sizeof *l->profiles);
        l->profile_cap = cap;
    }
    return &l->profiles[l->profile_count++];
}

#define SQL_PAST "SELECT id, at, known_at, source_id, kind, flags, name, path, message_id, body FROM event WHERE lead_id = $1"

static enum err read_event(struct loading *l, const struct db_rows *rows)
{
    struct ctx *c = l->c;
    struct past_event *p = event_slot(l);
    int64_t flags = db_col_int(rows, 5);
    struct json *body = NULL;
    enum err e;

    *p = (struct past_event){
        .id = db_col_int(rows, 0),
        .at = db_col_int(rows, 1),
        .known_at = db_col_int(rows, 2),
        .told_at = db_col_int(rows, 2),
        .source_id = db_col_int(rows, 3),
        .kind = (enum event_kind)db_col_int(rows, 4),
        .unverified = flags & HISTORY_UNVERIFIED,
        .bot = flags & HISTORY_BOT,
        .name = db_col_str(rows, 6, c->arena),
        .path = db_col_str(rows, 7, c->arena),
    };
    p->tie = history_tie(db_col_str(rows, 8, c->arena), p->source_id);
    if (l->bodies && !db_col_null(rows, 9) && (e = json_read(c, db_col_str(rows, 9, c->arena), &body)))
        return e;
    p->body = body;
    return ERR_NONE;
}

static enum err load_events(struct loading *l, struct db_tx *tx, struct lead_id lead, instant known)
{
    struct db_rows *rows;
    enum err e = db_rows(l->c, tx, SQL_PAST " AND known_at <= $2 AND flags < 4 ORDER BY at, id",
                         DB_ARGS(db_int(lead.v), db_int(known)), &rows);

    if (e)
        return e;
    while (db_next(rows, &e) && !(e = read_event(l, rows)))
        continue;
    db_end(rows);
    return e;
}

static enum err load_profiles(struct loading *l, struct db_tx *tx, struct lead_id lead, instant known)
{
    struct ctx *c = l->c;
    struct db_rows *rows;
    enum err e = db_rows(c, tx,
                         "SELECT id, at, known_at, unverified, patch, source_id FROM profile_change"
                         " WHERE lead_id = $1 AND known_at <= $2 AND undone = 0 ORDER BY at, id",
                         DB_ARGS(db_int(lead.v), db_int(known)), &rows);

    if (e)
        return e;
    while (db_next(rows, &e)) {
        struct past_profile *p = profile_slot(l);
        struct str text;
        struct json *patch;

        *p = (struct past_profile){
            .id = db_col_int(rows, 0),
            .at = db_col_int(rows, 1),
            .known_at = db_col_int(rows, 2),
            .told_at = db_col_int(rows, 2),
            .unverified = db_col_int(rows, 3) != 0,
            .source_id = db_col_int(rows, 5),
        };
        text = db_col_str(rows, 4, c->arena);
        p->tie = str_hash(text);
        if ((e = json_read(c, text, &patch)))
            break;
        p->patch = patch;
    }
    db_end(rows);
    return e;
}

static int by_time(const void *a, const void *b)
{
    const struct past_event *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->tie != y->tie)
        return x->tie < y->tie ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static int by_patch_time(const void *a, const void *b)
{
    const struct past_profile *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->tie != y->tie)
        return x->tie < y->tie ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

void history_sort_events(struct past_event *events, size_t n)
{
    if (n > 1)
        qsort(events, n, sizeof *events, by_time);
}

void history_sort_profiles(struct past_profile *profiles, size_t n)
{
    if (n > 1)
        qsort(profiles, n, sizeof *profiles, by_patch_time);
}

enum err history_load(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n,
                      instant known, bool bodies, struct history *h)
{
    struct loading l = { .c = c, .bodies = bodies };
    enum err e;

    for (size_t i = 0; i < n; i++) {
        if ((e = load_events(&l, tx, leads[i], known)))
            return e;
        if ((e = load_profiles(&l, tx, leads[i], known)))
            return e;
    }
    history_sort_events(l.events, l.event_count);
    history_sort_profiles(l.profiles, l.profile_count);
    *h = (struct history){
        .born = INSTANT_NEVER,
        .events = l.events,
        .event_count = l.event_count,
        .profiles = l.profiles,
        .profile_count = l.profile_count,
    };
    if (l.event_count)
        h->born = l.events[0].at;
    if (l.profile_count && l.profiles[0].at < h->born)
        h->born = l.profiles[0].at;
    return ERR_NONE;
}

/* Each has its stretch of events: they were read family by family. counts: how many of each. */
static void deeds_part(struct past_event *events, const size_t *counts, size_t n, struct history *of)
{
    for (size_t i = 0; i < n; i++) {
        history_sort_events(events, counts[i]);
        of[i] = (struct history){ .born = counts[i] ? events[0].at : INSTANT_NEVER, .events = events, .event_count = counts[i] };
        events += counts[i];
    }
}

enum err history_load_deeds(struct ctx *c, struct db_tx *tx, const struct family *families, size_t n, struct str name,
                            struct history *of)
{
    static const char sql[] = SQL_PAST " AND kind = $2 AND name = $3 AND flags < 4 ORDER BY at, id";
    enum { COLUMNS = 3 };
    struct loading l = { .c = c, .bodies = true };
    size_t *counts = arena_zalloc(c->arena, n + 1, sizeof *counts), *whose, rows = 0, all = 0;
    struct db_value *values;
    struct db_rows *r;
    enum err e;

    for (size_t i = 0; i < n; i++)
        all += families[i].count;
    values = ARENA_ARRAY(c->arena, struct db_value, COLUMNS * all + 1);
    whose = ARENA_ARRAY(c->arena, size_t, all + 1);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < families[i].count; k++) {
            whose[rows] = i;
            values[COLUMNS * rows] = db_int(families[i].leads[k].v);
            values[COLUMNS * rows + 1] = db_int(EVENT_DEED);
            values[COLUMNS * rows++ + 2] = db_str(name);
        }
    if ((e = db_rows_many(c, tx, sql, values, rows, COLUMNS, &r)))
        return e;
    while (db_next(r, &e) && !(e = read_event(&l, r)))
        counts[whose[db_row_index(r)]]++;
    db_end(r);
    if (!e)
        deeds_part(l.events, counts, n, of);
    return e;
}

/* ---- withdrawing ---- */

static enum err touched(struct ctx *c, struct db_tx *tx, int64_t import_id, int64_t limit,
                        struct lead_id *list, size_t *n)
{
    struct db_rows *rows;
    enum err e = db_rows(c, tx,
                         "SELECT lead_id FROM event WHERE import_id = $1 AND (flags & 4) = 0"
                         " UNION SELECT lead_id FROM profile_change WHERE import_id = $1 AND undone <> 1"
                         " LIMIT $2",
                         DB_ARGS(db_int(import_id), db_int(limit)), &rows);

    *n = 0;
    if (e)
        return e;
    while (db_next(rows, &e))
        list[(*n)++] = (struct lead_id){ db_col_int(rows, 0) };
    db_end(rows);
    return e;
}

/* The message ids of one lead's events of an import are free again, so that the file may come once more. */
static enum err unclaim(struct ctx *c, struct db_tx *tx, struct lead_id lead, int64_t import_id)
{
    size_t n = 0;
    struct db_value *values = NULL;
    struct db_rows *rows;
    enum err e = db_rows(c, tx,
                         "SELECT source_id, message_id FROM event"
                         " WHERE lead_id = $1 AND import_id = $2 AND (flags & 4) = 0",
                         DB_ARGS(db_int(lead.v), db_int(import_id)), &rows);

    if (e)
        return e;
    while (db_next(rows, &e)) {
        struct event ev = { .source_id = db_col_int(rows, 0), .message_id = db_col_str(rows, 1, c->arena) };
        struct claim claim = claim_of(c->arena, &ev, 0, 0);

        values = arena_more(c->arena, values, n, 4 * sizeof *values);
        /* twice the same where there is no time in the message id */
        values[4 * n] = db_int(claim.key);
        values[4 * n + 2] = db_int(claim.hashed);
        values[4 * n + 1] = values[4 * n + 3] = db_int(claim.mark);
        n++;
    }
    db_end(rows);
    return e ? e : db_many(c, tx, "DELETE FROM message WHERE key = $1 AND mark = $2", values, 2 * n, 2, NULL);
}

static enum err withdraw_one(struct ctx *c, struct db_tx *tx, struct lead_id lead, int64_t import_id)
{
    struct db_args args = DB_ARGS(db_int(lead.v), db_int(import_id));
    enum err e = unclaim(c, tx, lead, import_id);

    if (!e)
        e = db_run(c, tx,
                   "UPDATE event SET flags = flags + 4 WHERE lead_id = $1 AND import_id = $2 AND (flags & 4) = 0",
                   args, NULL);
    if (!e)
        e = db_run(c, tx,
                   "UPDATE profile_change SET undone = 1 WHERE lead_id = $1 AND import_id = $2", args, NULL);
    return e;
}

enum err history_withdraw(struct ctx *c, struct db_tx *tx, int64_t import_id, int64_t limit,
                          struct lead_id **leads, size_t *count)
{
    enum err e;

    *leads = ARENA_ARRAY(c->arena, struct lead_id, (size_t)limit + 1);
    e = touched(c, tx, import_id, limit, *leads, count);
    for (size_t i = 0; i < *count && !e; i++)
        e = withdraw_one(c, tx, (*leads)[i], import_id);
    return e;
}

enum err history_is_empty(struct ctx *c, struct db_tx *tx, struct lead_id lead, bool *empty)
{
    struct db_rows *row;
    enum err e = db_one(c, tx,
                        "SELECT (SELECT count(*) FROM event WHERE lead_id = $1 AND (flags & 4) = 0)"
                        " + (SELECT count(*) FROM profile_change WHERE lead_id = $1 AND undone <> 1)",
                        DB_ARGS(db_int(lead.v)), &row);

    if (e)
        return e;
    *empty = db_col_int(row, 0) == 0;
    db_end(row);
    return ERR_NONE;
}

enum err history_count(struct ctx *c, struct db_tx *tx, int64_t *events, int64_t *messages)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, "SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM message)",
                        DB_NO_ARGS, &row);

    if (e)
        return e;
    *events = db_col_int(row, 0);
    *messages = db_col_int(row, 1);
    db_end(row);
    return ERR_NONE;
}
