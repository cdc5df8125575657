/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* rows.h - what the server wrote, read back for the ceilings: they write the same rows again, into a copy of the database as it was before.
 *
 * Events come in the order of their ids, with their rows of message and with the identity by which the server found the lead. For each lead
 * that has events there are its row of score_state and its moving columns of lead_now as they were in the end; they are rewritten
 * once a batch in which the lead stands, as the server does.
 */
#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H

#include <stdio.h>
#include <stdlib.h>

#include "db/db.h"

enum { BATCH = 1000, EVENT_COLUMNS = 14, STATE_COLUMNS = 9, NOW_COLUMNS = 4 };

struct bench_event {
    struct db_value v[EVENT_COLUMNS];
    int64_t key, mark; /* of message */
    int64_t identity;  /* key of the identity that was looked up */
    size_t lead;
};

struct bench_lead {
    int64_t id, batch; /* the batch that has rewritten it last */
    struct db_value state[STATE_COLUMNS], now[NOW_COLUMNS];
};

struct bench_rows {
    struct arena *arena;
    struct bench_event *events;
    struct bench_lead *leads; /* by id */
    size_t event_count, lead_count;
};

static inline void bench_ok(struct ctx *c, enum err e)
{
    if (!e)
        return;
    fprintf(stderr, "%s: %s\n", err_slug(e), c->fault.count ? c->fault.items[0].note : "");
    exit(2);
}

static inline struct db_value bench_value(const struct db_rows *r, int column, bool text, struct arena *a)
{
    if (db_col_null(r, column))
        return db_null();
    return text ? db_str(db_col_str(r, column, a)) : db_int(db_col_int(r, column));
}

static inline int64_t bench_number(struct ctx *c, struct db_tx *tx, const char *sql)
{
    struct db_rows *r;
    bench_ok(c, db_one(c, tx, sql, DB_NO_ARGS, &r));
    int64_t n = db_col_int(r, 0);
    db_end(r);
    return n;
}

static inline size_t bench_lead_find(const struct bench_rows *b, int64_t id)
{
    size_t low = 0, high = b->lead_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (b->leads[mid].id < id)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static inline void bench_leads_read(struct ctx *c, struct db_tx *tx, struct bench_rows *b)
{
    struct db_rows *r;
    enum err e;
    size_t room = (size_t)bench_number(c, tx, "SELECT count(*) FROM score_state") + 1;
    b->leads = ARENA_ARRAY(b->arena, struct bench_lead, room);
    bench_ok(c, db_rows(c, tx,
                        "SELECT s.lead_id, s.model_id, s.total, s.band, s.armed, s.computed_at, s.next_change, s.due, s.state,"
                        " n.band, n.score, n.seen_at FROM score_state s JOIN lead_now n ON n.lead_id = s.lead_id ORDER BY s.lead_id",
                        DB_NO_ARGS, &r));
    while (db_next(r, &e)) {
        struct bench_lead *lead = &b->leads[b->lead_count++];
        lead->id = db_col_int(r, 0);
        lead->batch = -1;
        for (int i = 0; i < 8; i++)
            lead->state[i] = db_int(db_col_int(r, i));
        lead->state[8] = db_blob(db_col_str(r, 8, b->arena));
        lead->now[0] = db_int(lead->id);
        for (int i = 0; i < 3; i++)
            lead->now[i + 1] = bench_value(r, 9 + i, false, b->arena);
    }
    db_end(r);
}

static inline void bench_events_read(struct ctx *c, struct db_tx *tx, struct bench_rows *b, int64_t after)
{
    struct db_rows *r;
    enum err e;
    b->events = ARENA_ARRAY(b->arena, struct bench_event, (size_t)bench_number(c, tx, "SELECT count(*) FROM message") + 1);
    bench_ok(c, db_rows(c, tx,
                        "SELECT e.lead_id, e.at, e.id, e.known_at, e.source_id, e.kind, e.flags, e.name, e.path, e.message_id,"
                        " e.user_id, e.cause_id, e.import_id, e.body, m.key, m.mark,"
                        " (SELECT min(i.key) FROM identity i WHERE i.lead_id = e.lead_id)"
                        " FROM message m JOIN event e ON e.id = m.event_id WHERE m.event_id > $1 ORDER BY e.id",
                        DB_ARGS(db_int(after)), &r));
    while (db_next(r, &e)) {
        struct bench_event *ev = &b->events[b->event_count++];
        for (int i = 0; i < EVENT_COLUMNS; i++)
            ev->v[i] = bench_value(r, i, i == 7 || i == 8 || i == 9 || i == 13, b->arena);
        ev->key = db_col_int(r, 14);
        ev->mark = db_col_int(r, 15);
        ev->identity = db_col_int(r, 16);
        ev->lead = bench_lead_find(b, db_col_int(r, 0));
        if (ev->lead == b->lead_count || b->leads[ev->lead].id != db_col_int(r, 0)) {
            fprintf(stderr, "an event of a lead without a score\n");
            exit(2);
        }
    }
    db_end(r);
}

/* All events of url whose id is above `after`. */
static inline struct bench_rows bench_read(const char *url, int64_t after)
{
    struct ctx c = { .arena = arena_new((size_t)1 << 40) };
    struct bench_rows b = { .arena = c.arena };
    struct db *db;
    struct db_tx *tx;
    bench_ok(&c, db_open(&c, url, 1, &db));
    bench_ok(&c, db_read(&c, db, &tx));
    bench_leads_read(&c, tx, &b);
    bench_events_read(&c, tx, &b, after);
    db_drop(tx);
    db_close(db);
    return b;
}

#endif
