/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* gen_model.h - random models and random lives, for property tests. The same seed gives the same case on any machine.
 *
 * Instants lie on a coarse grid as often as not, so that edges of windows, steps and expiries are hit exactly; thresholds are low, so
 * that bands are entered and left; everything the ledger knows occurs.
 */
#ifndef TESTS_GEN_MODEL_H
#define TESTS_GEN_MODEL_H

#include <stdlib.h>

#include "score/replay.h"

#define GEN_START ((instant)1700000000 * SECOND_US)
#define GEN_SPAN  (40 * DAY_US)

struct gen {
    uint64_t seed;
    struct ctx *c;
    struct arena *a;
};

static inline uint64_t gen_bits(struct gen *g)
{
    uint64_t x = g->seed += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}
static inline int64_t gen_to(struct gen *g, int64_t most) /* 0..most-1 */
{
    return (int64_t)(gen_bits(g) % (uint64_t)most);
}
static inline bool gen_one_in(struct gen *g, int n)
{
    return gen_to(g, n) == 0;
}
static inline const char *gen_pick(struct gen *g, const char *const *list, size_t n)
{
    return list[gen_to(g, (int64_t)n)];
}
#define GEN_PICK(g, ...)                              \
    gen_pick((g), (const char *const[]){__VA_ARGS__}, \
             sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* ---- conditions ---- */

static inline void gen_match(struct gen *g, struct buf *b)
{
    switch (gen_to(g, 6)) {
    case 0:
        buf_print(b, "{\"page\":\"%s\"", GEN_PICK(g, "/p1*", "/p2", "/*/x", "*"));
        break;
    case 1:
        buf_print(b, "{\"event\":[\"A\",\"%s\"]", GEN_PICK(g, "B", "C"));
        break;
    default:
        buf_print(b, "{\"event\":\"%s\"", GEN_PICK(g, "A", "B", "C", "D"));
    }
    if (gen_one_in(g, 5))
        buf_print(b, ",\"where\":[{\"prop\":\"n\",\"op\":\"%s\",\"value\":%d}]",
                  GEN_PICK(g, ">=", "<", "eq", "ne"), (int)gen_to(g, 5));
    buf_char(b, '}');
}

static inline void gen_window(struct gen *g, struct buf *b)
{
    if (gen_one_in(g, 3))
        buf_print(b, "\"hours\":%d", (int)gen_to(g, 48) + 1);
    else
        buf_print(b, "\"days\":%d", (int)gen_to(g, 9) + 1);
}

static inline void gen_fact(struct gen *g, struct buf *b)
{
    switch (gen_to(g, 5)) {
    case 0:
        buf_print(b, "{\"fact\":\"title\",\"op\":\"has\",\"value\":\"%s\"}",
                  GEN_PICK(g, "CEO", "директор", "man"));
        break;
    case 1:
        buf_print(b, "{\"fact\":\"employees\",\"op\":\"%s\",\"value\":%d}", GEN_PICK(g, ">=", "<"),
                  (int)gen_to(g, 100));
        break;
    case 2:
        buf_print(b, "{\"fact\":\"budget\",\"op\":\"%s\"}", GEN_PICK(g, "exists", "empty"));
        break;
    case 3:
        buf_print(b, "{\"fact\":\"tags\",\"op\":\"in\",\"value\":[\"x\",\"y\"]}");
        break;
    default:
        buf_print(b, "{\"fact\":\"title\",\"op\":\"%s\",\"value\":\"ceo\"}",
                  GEN_PICK(g, "eq", "ne"));
    }
}

static inline void gen_state_leaf(struct gen *g, struct buf *b)
{
    switch (gen_to(g, 5)) {
    case 0:
        gen_fact(g, b);
        return;
    case 1:
        buf_print(b, "{\"count\":");
        gen_match(g, b);
        buf_print(b, ",\"op\":\"%s\",\"value\":%d,", GEN_PICK(g, ">=", "eq", "<", "<=", ">"),
                  (int)gen_to(g, 4) + 1);
        break;
    case 2:
        buf_print(b, "{\"within\":");
        gen_match(g, b);
        buf_char(b, ',');
        break;
    case 3:
        buf_print(b, "{\"silent\":");
        if (gen_one_in(g, 2))
            buf_print(b, "{}");
        else
            gen_match(g, b);
        buf_char(b, ',');
        break;
    default:
        buf_print(b, "{\"answered\":{\"ask\":");
        gen_match(g, b);
        buf_print(b, ",\"reply\":");
        gen_match(g, b);
        buf_print(b, "},");
    }
    gen_window(g, b);
    buf_char(b, '}');
}

static inline void gen_condition(struct gen *g, struct buf *b, int depth)
{
    int64_t kind = gen_to(g, depth > 2 ? 4 : 8);

    if (kind < 2) {
        gen_match(g, b);
    } else if (kind < 5) {
        gen_state_leaf(g, b);
    } else if (kind == 5) {
        buf_print(b, "{\"not\":");
        gen_state_leaf(g, b);
        buf_char(b, '}');
    } else {
        buf_print(b, "{\"%s\":[", kind == 6 ? "all" : "any");
        gen_condition(g, b, depth + 1);
        buf_char(b, ',');
        gen_state_leaf(g, b);
        buf_print(b, "]}");
    }
}

/* ---- models ---- */

static inline void gen_criterion(struct gen *g, struct buf *b, int i, int groups)
{
    int64_t points = gen_to(g, 25) - 7;

    buf_print(b, "{\"id\":\"c%d\",\"group\":\"g%d\",\"points\":%d,\"when\":", i,
              (int)gen_to(g, groups), (int)points);
    gen_condition(g, b, 0);
    if (gen_one_in(g, 2))
        buf_print(b, ",\"max_times\":%d", (int)gen_to(g, 4) + 1);
    if (gen_one_in(g, 3))
        buf_print(b, ",\"max_points\":%d", (int)gen_to(g, 40) + 1);
    if (gen_one_in(g, 3))
        buf_print(b, ",\"cooldown_hours\":%d", (int)gen_to(g, 30));
    switch (gen_to(g, 5)) {
    case 0:
        buf_print(b, ",\"ageing\":{\"kind\":\"half_life\",\"days\":%s}",
                  GEN_PICK(g, "1", "3.5", "14"));
        break;
    case 1:
        buf_print(b, ",\"ageing\":{\"kind\":\"linear\",\"percent\":%s,\"days\":%s}",
                  GEN_PICK(g, "10", "33", "100"), GEN_PICK(g, "1", "0.5", "4"));
        break;
    case 2:
        buf_print(b, ",\"ageing\":{\"kind\":\"expire\",\"days\":%s}", GEN_PICK(g, "1", "5", "10"));
        break;
    default:
        break;
    }
    buf_char(b, '}');
}

static inline void gen_gates(struct gen *g, struct buf *b)
{
    buf_print(b, ",\"gates\":[");
    if (gen_one_in(g, 3)) {
        buf_print(b, "{\"band\":\"%s\",\"group\":\"g0\",\"min\":%d}", GEN_PICK(g, "hot", "warm"),
                  (int)gen_to(g, 10) - 3);
    } else if (gen_one_in(g, 3)) {
        buf_print(b, "{\"band\":\"hot\",\"when\":");
        gen_condition(g, b, 2);
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

/* Drawn from a stream of its own, so that what else a seed gives does not hang on it. */
static inline void gen_axes(struct gen *from, struct buf *b)
{
    struct gen own = {.seed = from->seed ^ 0x5bf03635, .c = from->c, .a = from->a}, *g = &own;

    if (gen_one_in(g, 3))
        buf_print(b, ",\"axes\":{\"%s_groups\":[\"g0\"],\"fit\":[%d,%d]}",
                  GEN_PICK(g, "fit", "engagement"), (int)gen_to(g, 8) - 2, (int)gen_to(g, 12) + 6);
    if (!gen_one_in(g, 2))
        return;
    buf_print(b, ",\"icp\":{\"conditions\":[");
    for (int i = (int)gen_to(g, 3); i >= 0; i--) {
        buf_print(b, "{\"weight\":%d,\"when\":", (int)gen_to(g, 4) + 1);
        gen_state_leaf(g, b);
        buf_print(b, i ? "}," : "}");
    }
    buf_print(b, "]}");
}

/* The text of a model; some are refused (a condition that can never hold): ask again. */
static inline struct str gen_model_text(struct gen *g)
{
    struct buf b = buf_new(g->a, 1 << 20);
    int groups = (int)gen_to(g, 3) + 1, n = (int)gen_to(g, 9) + 1, warm = (int)gen_to(g, 15) + 3;

    buf_print(&b, "{\"floor\":%d,\"ceiling\":%d,\"warm\":%d,\"hot\":%d,\"hysteresis\":%d",
              gen_one_in(g, 2) ? 0 : -20, gen_one_in(g, 2) ? 100 : 60, warm,
              warm + (int)gen_to(g, 20) + 1, (int)gen_to(g, 6));
    if (gen_one_in(g, 2))
        buf_print(&b, ",\"public_ceiling\":%d", (int)gen_to(g, 25));
    buf_print(&b, ",\"groups\":[");
    for (int i = 0; i < groups; i++) {
        buf_print(&b, "%s{\"name\":\"g%d\"", i ? "," : "", i);
        if (gen_one_in(g, 3))
            buf_print(&b, ",\"floor\":%d", (int)-gen_to(g, 10));
        if (gen_one_in(g, 2))
            buf_print(&b, ",\"ceiling\":%d", (int)gen_to(g, 40) + 8);
        buf_char(&b, '}');
    }
    buf_print(&b, "],\"criteria\":[");
    for (int i = 0; i < n; i++) {
        if (i)
            buf_char(&b, ',');
        gen_criterion(g, &b, i, groups);
    }
    buf_char(&b, ']');
    gen_gates(g, &b);
    gen_axes(g, &b);
    buf_char(&b, '}');
    return buf_str(&b);
}

/* A model that was accepted; the caller drops it. */
static inline struct model *gen_model(struct gen *g)
{
    struct model *m;

    for (int i = 0; i < 100; i++) {
        fault_clear(g->c);
        if (score_model_parse(g->c, gen_model_text(g), &m) == ERR_NONE) {
            m->id.v = gen_to(g, 1000000) + 1;
            return m;
        }
    }
    abort();
}

/* ---- lives ---- */

static inline instant gen_instant(struct gen *g)
{
    int64_t grain = gen_one_in(g, 3) ? 1 : gen_one_in(g, 2) ? HOUR_US : 6 * HOUR_US;
    return GEN_START + gen_to(g, GEN_SPAN / grain) * grain;
}

static inline struct json *gen_json(struct gen *g, const char *text)
{
    struct json *v;
    if (json_read(g->c, str_of(text), &v) != ERR_NONE)
        abort();
    return v;
}

static inline instant gen_known(struct gen *g, instant at)
{
    if (gen_one_in(g, 4))
        return at + gen_to(g, 5 * DAY_US); /* late */
    if (gen_one_in(g, 10))
        return at - gen_to(g, 5 * MINUTE_US); /* a clock ahead of ours */
    return at + gen_to(g, 3) * SECOND_US / 2;
}

static inline struct past_event gen_event(struct gen *g)
{
    struct past_event e = {.at = gen_instant(g), .tie = gen_bits(g)};

    e.known_at = gen_known(g, e.at);
    e.unverified = gen_one_in(g, 3);
    e.bot = gen_one_in(g, 12);
    e.kind = gen_one_in(g, 3) ? EVENT_PAGE : gen_one_in(g, 12) ? EVENT_DEED : EVENT_TRACK;
    e.name = e.kind == EVENT_PAGE ? STR_NULL : str_of(GEN_PICK(g, "A", "B", "C", "D", "E"));
    e.path = e.kind == EVENT_PAGE ? str_of(GEN_PICK(g, "/p1", "/p1/a?b=c", "/p2/", "/q/x", "/blog"))
                                  : STR_NULL;
    e.body = gen_json(g, GEN_PICK(g, "{}", "{\"properties\":{\"n\":1}}",
                                  "{\"properties\":{\"n\":3}}", "{\"properties\":{\"n\":\"4\"}}"));
    return e;
}

static inline struct past_profile gen_profile(struct gen *g)
{
    struct past_profile p = {.at = gen_instant(g), .tie = gen_bits(g)};

    p.known_at = gen_known(g, p.at);
    p.unverified = gen_one_in(g, 3);
    p.patch =
        gen_json(g, GEN_PICK(g, "{\"title\":\"CEO\"}", "{\"title\":\"Manager\",\"employees\":50}",
                             "{\"title\":null}", "{\"budget\":1000}",
                             "{\"budget\":null,\"tags\":[\"x\",\"z\"]}", "{\"employees\":\"70\"}",
                             "{\"title\":\"Директор\",\"tags\":[]}", "{\"other\":1}"));
    return p;
}

static inline int gen_event_cmp(const void *pa, const void *pb)
{
    const struct past_event *a = pa, *b = pb;
    return a->at != b->at ? (a->at > b->at) - (a->at < b->at)
                          : (a->tie > b->tie) - (a->tie < b->tie);
}
static inline int gen_profile_cmp(const void *pa, const void *pb)
{
    const struct past_profile *a = pa, *b = pb;
    return a->at != b->at ? (a->at > b->at) - (a->at < b->at)
                          : (a->tie > b->tie) - (a->tie < b->tie);
}

/* Ids in the order of arrival (known_at, then at, then tie), over both lists. */
static inline void gen_ids(struct past_event *events, size_t n, struct past_profile *profiles,
                           size_t k)
{
    for (size_t i = 0; i < n; i++) {
        int64_t id = 1;
        for (size_t j = 0; j < n; j++)
            id += events[j].known_at < events[i].known_at ||
                  (events[j].known_at == events[i].known_at && j < i);
        for (size_t j = 0; j < k; j++)
            id += profiles[j].known_at <= events[i].known_at;
        events[i].id = id;
    }
    for (size_t i = 0; i < k; i++) {
        int64_t id = 1;
        for (size_t j = 0; j < n; j++)
            id += events[j].known_at < profiles[i].known_at;
        for (size_t j = 0; j < k; j++)
            id += profiles[j].known_at < profiles[i].known_at ||
                  (profiles[j].known_at == profiles[i].known_at && j < i);
        profiles[i].id = id;
    }
}

static inline struct history gen_history(struct gen *g, size_t most)
{
    size_t n = (size_t)gen_to(g, (int64_t)most), k = (size_t)gen_to(g, 6);
    struct past_event *events = ARENA_ARRAY(g->a, struct past_event, n + 1);
    struct past_profile *profiles = ARENA_ARRAY(g->a, struct past_profile, k + 1);

    for (size_t i = 0; i < n; i++)
        events[i] = gen_event(g);
    for (size_t i = 0; i < k; i++)
        profiles[i] = gen_profile(g);
    qsort(events, n, sizeof *events, gen_event_cmp);
    qsort(profiles, k, sizeof *profiles, gen_profile_cmp);
    gen_ids(events, n, profiles, k);
    return (struct history){.born = GEN_START,
                            .events = events,
                            .event_count = n,
                            .profiles = profiles,
                            .profile_count = k};
}

/* Two lives made one; ids stay in the order of arrival of both. */
static inline struct history gen_merged(struct gen *g, const struct history *x,
                                        const struct history *y)
{
    size_t n = x->event_count + y->event_count, k = x->profile_count + y->profile_count;
    struct past_event *events = ARENA_ARRAY(g->a, struct past_event, n + 1);
    struct past_profile *profiles = ARENA_ARRAY(g->a, struct past_profile, k + 1);

    memcpy(events, x->events, x->event_count * sizeof *events);
    memcpy(events + x->event_count, y->events, y->event_count * sizeof *events);
    memcpy(profiles, x->profiles, x->profile_count * sizeof *profiles);
    memcpy(profiles + x->profile_count, y->profiles, y->profile_count * sizeof *profiles);
    qsort(events, n, sizeof *events, gen_event_cmp);
    qsort(profiles, k, sizeof *profiles, gen_profile_cmp);
    gen_ids(events, n, profiles, k);
    return (struct history){.born = GEN_START,
                            .events = events,
                            .event_count = n,
                            .profiles = profiles,
                            .profile_count = k};
}

#endif
