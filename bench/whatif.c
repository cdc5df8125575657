/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* whatif.c - a marketer changes one criterion: how long until the new picture of all leads is there?
 *
 *   whatif DATABASE [CRITERIA]      (a database that gen has filled; a model of so many criteria, 30 unless said)
 *
 * first_seconds     the first answer, on a base that nobody has loaded (of a part of it when it is large)
 * load_seconds      the whole base, exactly: histories read, a column made for each criterion of both models, or a sheet
 * points_seconds    then another number of points for one criterion; median of nine criteria, exact, over all leads
 * threshold_seconds then another threshold; median of nine
 * memory_seconds    ceiling: as many events through the draft in memory, summed at the end of each lead
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/rows.h"
#include "flow/flow_film.h"
#include "flow/flow_model.h"
#include "score/replay.h"
#include "sys/clock.h"

enum { ROUNDS = 9, CRITERIA = 30 };
static int criteria = CRITERIA;

/* One criterion's points, and hot, as asked for. Behind the first thirty they come again, each with another limit. */
static struct str model_text(struct arena *a, int changed, int points, int hot)
{
    struct buf b = buf_new(a, 1 << 20);
    buf_print(&b, "{\"hot\":%d,\"groups\":[{\"name\":\"p\",\"ceiling\":50},{\"name\":\"i\",\"ceiling\":60}],\"criteria\":[", hot);
    for (int i = 0; i < criteria; i++) {
        int kind = i % CRITERIA, again = i / CRITERIA;
        buf_print(&b, "%s{\"id\":\"c%d\",\"group\":\"%s\",\"points\":%d,\"when\":", i ? "," : "", i, kind < 8 ? "p" : "i",
                  i == changed ? points : 2 + i % 5);
        if (kind < 8)
            buf_print(&b, "{\"fact\":\"f%d\",\"op\":\"has\",\"value\":\"x\"}}", i);
        else if (kind < 20)
            buf_print(&b, "{\"event\":\"E%d\"},\"max_times\":%d}", kind, 5 + again);
        else if (kind == 29)
            buf_print(&b, "{\"count\":{\"event\":\"Page Viewed\"},\"op\":\">=\",\"value\":%d,\"days\":7}}", 3 + again);
        else
            buf_print(&b, "{\"page\":\"/p%s*\"},\"max_times\":%d,\"ageing\":{\"kind\":\"half_life\",\"days\":30}}",
                      i % 2 ? "ricing" : "rofile", 5 + again);
    }
    buf_print(&b, "]}");
    return buf_str(&b);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double preview(struct flow *flow, struct ctx *c, struct db_tx *tx, struct str text, bool quick, struct preview *p)
{
    struct ctx scratch = *c;
    struct model *draft;
    scratch.arena = arena_new(0);
    bench_ok(&scratch, score_model_parse(&scratch, text, &draft));
    instant from = clock_wall();
    bench_ok(&scratch, flow_preview(flow, &scratch, tx, draft, quick, p));
    double seconds = (double)(clock_wall() - from) / 1e6;
    score_model_drop(draft);
    arena_free(scratch.arena);
    return seconds;
}

static double in_memory(struct ctx *c, struct str text, int64_t leads, size_t each)
{
    struct past_event *events = calloc(each, sizeof *events);
    struct arena *a = arena_new(0);
    struct model *m;
    fix sum = 0;

    bench_ok(c, score_model_parse(c, text, &m));
    instant from = clock_wall();
    for (int64_t i = 0; i < leads; i++) {
        struct history h = { .born = c->now, .events = events, .event_count = each };
        for (size_t k = 0; k < each; k++)
            events[k] = (struct past_event){ .id = (int64_t)k, .kind = EVENT_PAGE, .path = STR("/pricing"),
                                             .at = c->now - (instant)(each - k) * HOUR_US, .tie = k };
        sum += score_sum_of(score_fold(m, &h, c->now, a), c->now).total;
        arena_reset(a);
    }
    double seconds = (double)(clock_wall() - from) / 1e6;
    score_model_drop(m);
    arena_free(a);
    free(events);
    return sum == INT64_MIN ? 0 : seconds;
}

int main(int argc, char **argv)
{
    struct ctx c = { .arena = arena_new(0), .now = clock_wall() };
    double points[ROUNDS], thresholds[ROUNDS];
    struct preview p;
    struct flow flow;
    struct db *db;
    struct db_tx *tx;

    if (argc != 2 && argc != 3)
        return 2;
    criteria = argc == 3 ? atoi(argv[2]) : CRITERIA;
    bench_ok(&c, db_open(&c, argv[1], 2, &db));
    flow_init(&flow, "RU");
    bench_ok(&c, db_read(&c, db, &tx));
    double first = preview(&flow, &c, tx, model_text(c.arena, -1, 0, 71), true, &p);
    int64_t first_leads = p.leads;
    double load = preview(&flow, &c, tx, model_text(c.arena, -1, 0, 71), false, &p);
    for (int i = 0; i < ROUNDS; i++)
        points[i] = preview(&flow, &c, tx, model_text(c.arena, CRITERIA - 1 - i * 3, 11 + i, 71), false, &p);
    for (int i = 0; i < ROUNDS; i++)
        thresholds[i] = preview(&flow, &c, tx, model_text(c.arena, -1, 0, 40 + i), false, &p);
    qsort(points, ROUNDS, sizeof *points, by_value);
    qsort(thresholds, ROUNDS, sizeof *thresholds, by_value);
    double memory = in_memory(&c, model_text(c.arena, -1, 0, 71), p.leads, 10);
    printf("criteria: %d\nleads: %lld\nall_leads: %lld\nexact: %s\nfirst_leads: %lld\nfirst_seconds: %.3f\nload_seconds: %.3f\npoints_seconds: %.3f\n"
           "points_worst_seconds: %.3f\nthreshold_seconds: %.3f\nmemory_seconds: %.3f\nratio: %.3f\n",
           criteria, (long long)p.leads, (long long)p.all_leads, p.sampled ? "no" : "yes", (long long)first_leads, first, load, points[ROUNDS / 2],
           points[ROUNDS - 1], thresholds[ROUNDS / 2], memory, points[ROUNDS / 2] / memory);
    db_drop(tx);
    flow_free(&flow);
    db_close(db);
    arena_free(c.arena);
    return 0;
}
