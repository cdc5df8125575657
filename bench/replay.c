/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* replay.c - a draft over all stored events, as the preview does it, against the same work in memory.
 *
 *   replay DATABASE      (a database that gen has filled)
 *
 * Ceiling: as many events, each parsed from its text, through the draft, summed at the end of each lead. Medians of five.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/rows.h"
#include "flow/flow_model.h"
#include "score/replay.h"
#include "sys/clock.h"

enum { ROUNDS = 5 };

static struct str model_text(struct arena *a)
{
    struct buf b = buf_new(a, 1 << 20);
    buf_print(&b, "{\"groups\":[{\"name\":\"p\",\"ceiling\":50},{\"name\":\"i\",\"ceiling\":60}],\"criteria\":[");
    for (int i = 0; i < 30; i++) {
        buf_print(&b, "%s{\"id\":\"c%d\",\"group\":\"%s\",\"points\":%d,\"when\":", i ? "," : "", i,
                  i < 8 ? "p" : "i", 2 + i % 5);
        if (i < 8)
            buf_print(&b, "{\"fact\":\"f%d\",\"op\":\"has\",\"value\":\"x\"}}", i);
        else if (i < 20)
            buf_print(&b, "{\"event\":\"E%d\"},\"max_times\":5}", i);
        else
            buf_print(&b, "{\"page\":\"/p%s*\"},\"max_times\":5,\"ageing\":{\"kind\":\"half_life\",\"days\":30}}",
                      i % 2 ? "ricing" : "rofile");
    }
    buf_print(&b, "]}");
    return buf_str(&b);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double in_memory(const struct model *m, const struct str *bodies, size_t n, size_t each, instant now)
{
    struct ctx c = { .arena = arena_new(0) };
    struct past_event *events = calloc(each, sizeof *events);
    instant from = clock_wall();
    fix sum = 0;

    for (size_t i = 0; i + each <= n; i += each) {
        struct history h = { .born = now, .events = events, .event_count = each };
        for (size_t k = 0; k < each; k++) {
            struct json *body;
            bench_ok(&c, json_read(&c, bodies[i + k], &body));
            events[k] = (struct past_event){ .id = (int64_t)k, .kind = EVENT_PAGE, .path = STR("/pricing"),
                                             .at = now - (instant)(each - k) * HOUR_US, .tie = k, .body = body };
        }
        sum += score_sum_of(score_fold(m, &h, now, c.arena), now).total;
        arena_reset(c.arena);
    }
    double seconds = (double)(clock_wall() - from) / 1e6;
    free(events);
    arena_free(c.arena);
    return sum == INT64_MIN ? 0 : (double)n / seconds;
}

static struct str *bodies_read(struct ctx *c, struct db_tx *tx, size_t most, size_t *n)
{
    struct str *list = ARENA_ARRAY(c->arena, struct str, most);
    struct db_rows *rows;
    enum err e = db_rows(c, tx, "SELECT body FROM event LIMIT $1", DB_ARGS(db_int((int64_t)most)), &rows);

    bench_ok(c, e);
    for (*n = 0; *n < most && db_next(rows, &e);)
        list[(*n)++] = db_col_str(rows, 0, c->arena);
    db_end(rows);
    bench_ok(c, e);
    return list;
}

static int64_t events_count(struct ctx *c, struct db_tx *tx)
{
    struct db_rows *row;
    bench_ok(c, db_one(c, tx, "SELECT COUNT(*) FROM event", DB_NO_ARGS, &row));
    int64_t n = db_col_int(row, 0);
    db_end(row);
    return n;
}

int main(int argc, char **argv)
{
    struct ctx c = { .arena = arena_new(0), .now = clock_wall() };
    double stored[ROUNDS], memory[ROUNDS];
    struct flow flow;
    struct model *draft;
    struct db *db;
    struct db_tx *tx;
    size_t n;

    if (argc != 2)
        return 2;
    bench_ok(&c, db_open(&c, argv[1], 2, &db));
    bench_ok(&c, score_model_parse(&c, model_text(c.arena), &draft));
    flow_init(&flow, "RU");
    bench_ok(&c, db_read(&c, db, &tx));
    int64_t events = events_count(&c, tx);
    struct str *bodies = bodies_read(&c, tx, 100000, &n);
    for (int i = 0; i < ROUNDS; i++) {
        struct preview p;
        flow_free(&flow); /* nothing is in memory: the histories are read anew in each round */
        flow_init(&flow, "RU");
        instant from = clock_wall();
        bench_ok(&c, flow_preview(&flow, &c, tx, draft, false, &p));
        stored[i] = (double)events / ((double)(clock_wall() - from) / 1e6);
        memory[i] = in_memory(draft, bodies, n, 10, c.now);
    }
    db_drop(tx);
    qsort(stored, ROUNDS, sizeof *stored, by_value);
    qsort(memory, ROUNDS, sizeof *memory, by_value);
    printf("events: %lld\nstored_per_second: %.0f\nmemory_per_second: %.0f\nratio: %.3f\n", (long long)events,
           stored[ROUNDS / 2], memory[ROUNDS / 2], stored[ROUNDS / 2] / memory[ROUNDS / 2]);
    flow_free(&flow);
    score_model_drop(draft);
    db_close(db);
    arena_free(c.arena);
    return 0;
}
