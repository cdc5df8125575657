/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* rules.c - what an event costs in memory: parse, 30 criteria, score. One core, nothing stored.
 *
 *   rules [EVENTS]
 *
 * The ceiling that the replay and the ingest are held against. Printed as ns an event: `fold` takes ready events and sums at the end of each
 * lead; `told` tells the band after each (AS_HAPPENED replay, crossings by time alone included); `parsed` reads each event's JSON
 * as well; `walk` is the live house's: state from its bytes, one event, told, next change solved, bytes again. At 1x, 3x and 10x the events
 * of a lead, for cost must not grow with its past.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "score/replay.h"

static uint64_t seed = 1;

static uint64_t bits(void)
{
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return seed;
}

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static struct str model_text(struct arena *a)
{
    struct buf b = buf_new(a, 1 << 20);
    buf_print(&b, "{\"public_ceiling\":60,\"groups\":[{\"name\":\"p\",\"ceiling\":50},{\"name\":"
                  "\"i\",\"ceiling\":60}],\"criteria\":[");
    for (int i = 0; i < 30; i++) {
        buf_print(&b, "%s{\"id\":\"c%d\",\"group\":\"%s\",\"points\":%d,", i ? "," : "", i,
                  i < 8 ? "p" : "i", i % 7 ? 2 + i % 5 : -3);
        if (i < 8)
            buf_print(&b, "\"when\":{\"fact\":\"f%d\",\"op\":\"has\",\"value\":\"x\"}}", i);
        else if (i < 12)
            buf_print(
                &b,
                "\"when\":{\"count\":{\"event\":\"E%d\"},\"op\":\">=\",\"value\":3,\"days\":7}}",
                i - 8);
        else if (i == 12)
            buf_print(&b, "\"when\":{\"silent\":{},\"days\":30}}");
        else
            buf_print(&b,
                      "\"when\":{%s},\"max_times\":5,\"cooldown_hours\":1,\"ageing\":{\"kind\":\"%"
                      "s\",\"days\":30}}",
                      i % 3 ? str_cz(a, str_print(a, "\"event\":\"E%d\"", i - 13))
                            : str_cz(a, str_print(a, "\"page\":\"/p%d*\"", i)),
                      i % 2 ? "half_life" : "expire");
    }
    buf_print(&b, "]}");
    return buf_str(&b);
}

struct lead {
    struct past_event *events;
    struct str *texts;
    struct past_profile profile;
    size_t count;
};

static void lead_make(struct ctx *c, struct lead *l, size_t count, int64_t *id)
{
    struct json *patch;
    instant at = (instant)1700000000 * SECOND_US;

    l->events = ARENA_ARRAY(c->arena, struct past_event, count);
    l->texts = ARENA_ARRAY(c->arena, struct str, count);
    l->count = count;
    for (size_t i = 0; i < count; i++) {
        at += (instant)(bits() % (uint64_t)(4 * HOUR_US));
        bool page = bits() % 3 == 0;
        unsigned which = (unsigned)(bits() % 30);
        struct str name =
            page ? str_print(c->arena, "/p%u", which) : str_print(c->arena, "E%u", which);
        l->events[i] = (struct past_event){.id = ++*id,
                                           .kind = page ? EVENT_PAGE : EVENT_TRACK,
                                           .name = page ? STR("") : name,
                                           .path = page ? name : STR_NULL,
                                           .at = at,
                                           .known_at = at,
                                           .tie = bits()};
        l->texts[i] = str_print(
            c->arena,
            "{\"type\":\"%s\",\"event\":\"" STR_FMT "\",\"userId\":\"u%d\",\"messageId\":\"m%llx\","
            "\"timestamp\":\"2026-01-01T00:00:00Z\",\"properties\":{\"path\":\"" STR_FMT
            "\",\"plan\":\"pro\",\"n\":%u},"
            "\"context\":{\"library\":{\"name\":\"x\",\"version\":\"1\"},\"ip\":\"127.0.0.1\"}}",
            page ? "page" : "track", STR_ARG(name), (int)(*id % 1000), (unsigned long long)bits(),
            STR_ARG(name), which);
    }
    if (json_read(c, STR("{\"f1\":\"xyz\",\"f2\":\"abc\",\"f5\":\"x\"}"), &patch) == ERR_NONE)
        l->profile = (struct past_profile){.id = ++*id, .at = l->events[0].at, .patch = patch};
}

enum kind { FOLD, TOLD, PARSED, WALK };

static int64_t run_lead(const struct model *m, const struct lead *l, enum kind kind,
                        struct arena *a)
{
    struct history h = {.born = l->events[0].at,
                        .events = l->events,
                        .event_count = l->count,
                        .profiles = &l->profile,
                        .profile_count = 1};
    instant end = l->events[l->count - 1].at;
    struct score_kept kept = {0};

    if (kind == FOLD)
        return score_sum_of(score_fold(m, &h, end, a), end).total;
    if (kind == PARSED) {
        struct ctx c = {.arena = a};
        for (size_t i = 0; i < l->count; i++) {
            struct json *body;
            if (json_read(&c, l->texts[i], &body) == ERR_NONE)
                l->events[i].body = body;
        }
    }
    if (kind != WALK)
        return score_replay(m, &h, REPLAY_AS_HAPPENED, end, a).sum.total;
    char bytes[16384];
    for (size_t i = 0; i < l->count; i++, arena_reset(a)) {
        struct score_item item = {.event = &l->events[i]};
        struct score_news news = {
            .now = l->events[i].at, .born = l->events[0].at, .items = &item, .count = 1};
        struct score_walked out;
        if (score_walk(m, i ? &kept : NULL, &news, NULL, a, &out) != SCORE_WALKED)
            abort();
        if (out.changed)
            kept = out.kept;
        if (kept.state.len > sizeof bytes)
            abort();
        memmove(bytes, kept.state.ptr, kept.state.len); /* as a row would hold it */
        kept.state.ptr = bytes;
    }
    return kept.total;
}

static double measure(const struct model *m, const struct lead *leads, size_t n, enum kind kind)
{
    struct arena *a = arena_new(0);
    size_t events = 0;
    int64_t sum = 0;
    double best = 1e18;

    for (int round = 0; round < 5; round++) {
        double from = now_ns();
        events = 0;
        for (size_t i = 0; i < n; i++) {
            sum += run_lead(m, &leads[i], kind, a);
            events += leads[i].count;
            arena_reset(a);
        }
        double took = (now_ns() - from) / (double)events;
        best = took < best ? took : best;
    }
    arena_free(a);
    return sum == INT64_MIN ? 0 : best;
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"fold", "told", "parsed", "walk"};
    size_t total = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
    struct ctx c = {.arena = arena_new(0)};
    struct model *m;
    int64_t id = 0;

    if (score_model_parse(&c, model_text(c.arena), &m)) {
        fprintf(stderr, "%s %s\n", c.fault.items[0].field, c.fault.items[0].note);
        return 1;
    }
    m->id.v = 1;
    for (size_t times = 1; times <= 10; times = times == 1 ? 3 : times == 3 ? 10 : 11) {
        size_t each = 30 * times, n = total / each;
        struct lead *leads = ARENA_ARRAY(c.arena, struct lead, n + 1);
        for (size_t i = 0; i < n; i++)
            lead_make(&c, &leads[i], each, &id);
        for (int kind = FOLD; kind <= WALK; kind++)
            printf("%s_ns_%zux: %.0f\n", names[kind], times, measure(m, leads, n, kind));
    }
    score_model_drop(m);
    arena_free(c.arena);
    return 0;
}
