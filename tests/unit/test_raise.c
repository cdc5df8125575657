/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What would make it hot: each set crosses when it is done to a copy of the history, no part of it does, and no set of its size or
 * smaller is missing, by brute force over all bags of steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "gen_model.h"

#include "base/limits.h"
#include "score/raise.h"

static int64_t cases(void)
{
    const char *n = getenv("GRADUS_CASES");
    return n ? atoll(n) / 10 : 1500;
}

#define CHECK(seed, is)                                                      \
    do {                                                                     \
        if (!(is)) {                                                         \
            print_error("seed %llu: %s\n", (unsigned long long)(seed), #is); \
            fail();                                                          \
        }                                                                    \
    } while (0)

/* The history with the steps done, by nothing but the history: score_at folds it from the start. */
static struct score done(const struct model *m, const struct history *h, instant at, const struct raise *r,
                         const uint16_t *steps, int count, struct arena *a)
{
    struct past_event *events = ARENA_ARRAY(a, struct past_event, h->event_count + (size_t)count);
    struct past_profile *profiles = ARENA_ARRAY(a, struct past_profile, h->profile_count + 1);
    struct json_member *members = ARENA_ARRAY(a, struct json_member, (size_t)count + 1);
    struct json *patch = ARENA_NEW(a, struct json);
    struct history with = {.born = h->born, .events = events, .profiles = profiles};

    *patch = (struct json){.type = JSON_OBJECT, .as.members = members};
    for (size_t i = 0; i < h->event_count && h->events[i].at < at; i++)
        events[with.event_count++] = h->events[i];
    for (size_t i = 0; i < h->profile_count && h->profiles[i].at < at; i++)
        profiles[with.profile_count++] = h->profiles[i];
    for (int i = 0; i < count; i++) {
        const struct raise_step *s = &r->steps[steps[i]];
        struct past_event e = s->event;
        e.at = e.known_at = at;
        e.tie = (uint64_t)i;
        if (s->ask)
            members[patch->count++] = (struct json_member){s->fact, *s->value};
        else
            events[with.event_count++] = e;
    }
    if (patch->count)
        profiles[with.profile_count++] = (struct past_profile){.at = at, .known_at = at, .patch = patch};
    return score_at(m, &with, at, a);
}

struct brute {
    const struct model *m;
    const struct history *h;
    instant at;
    const struct raise *r;
    struct arena *a;
    uint64_t seed;
    int64_t found;
};

/* Does a found set lie within this bag, and is it the whole of it? */
static int found_within(const struct raise *r, const uint16_t *steps, int count, bool *whole)
{
    int n = 0;

    for (size_t f = 0; f < r->set_count; f++) {
        int k = 0;
        for (int i = 0; i < count && k < r->sets[f].count; i++)
            k += steps[i] == r->sets[f].steps[k];
        if (k != r->sets[f].count)
            continue;
        n++;
        *whole = *whole || k == count;
    }
    return n;
}

/* Every bag up to the size searched: hot if and only if it holds a found set, or is hot by more than one minimal part; and minimal ones are
 * found themselves. */
static void bags(struct brute *b, uint16_t *steps, int count, int size, bool part_hot)
{
    if (count > 0) {
        bool whole = false, hot = done(b->m, b->h, b->at, b->r, steps, count, b->a).band == BAND_HOT;
        int within = found_within(b->r, steps, count, &whole);
        if (whole)
            CHECK(b->seed, hot);
        if (hot && within == 0)
            CHECK(b->seed, !"a set is missing");
        if (whole)
            CHECK(b->seed, !part_hot && within == 1);
        b->found += whole;
    }
    for (size_t next = count ? steps[count - 1] : 0; count < size && next < b->r->step_count; next++) {
        bool twice = false;
        for (int i = 0; i < count; i++)
            twice = twice || (b->r->steps[next].ask && b->r->steps[steps[i]].ask &&
                              str_eq(b->r->steps[next].fact, b->r->steps[steps[i]].fact));
        if (twice)
            continue;
        steps[count] = (uint16_t)next;
        bags(b, steps, count + 1, size, part_hot);
    }
}

static int sum_to(size_t n, int size)
{
    int64_t all = 1, of = 1;
    for (int k = 1; k <= size; k++) {
        of = of * (int64_t)(n + (size_t)k - 1) / k;
        all += of;
    }
    return all > 100000 ? 100000 : (int)all;
}

static instant after_all(const struct history *h, instant now)
{
    for (size_t i = 0; i < h->event_count; i++)
        if (h->events[i].at == now)
            return now + 1;
    for (size_t i = 0; i < h->profile_count; i++)
        if (h->profiles[i].at == now)
            return now + 1;
    return now;
}

static void every_set_crosses_and_no_smaller_one_does_and_none_is_missing(void **state)
{
    int64_t sets = 0, never = 0, looked = 0, deep = 0;

    (void)state;
    for (int64_t i = 0; i < cases(); i++) {
        uint64_t seed = (uint64_t)i + 1;
        struct ctx c = {.arena = arena_new(0)};
        struct gen g = {.seed = seed * 7919, .c = &c, .a = c.arena};
        struct model *m = gen_model(&g);
        struct history h = gen_history(&g, 25);
        instant now = gen_instant(&g) + gen_to(&g, 5 * DAY_US);
        struct raise r = score_raise(m, &h, now, i % 2 ? LANG_RU : LANG_EN, c.arena);
        uint16_t steps[RAISE_SIZE_MAX];
        struct brute b = {.m = m, .h = &h, .at = r.now.at, .r = &r, .a = c.arena, .seed = seed};
        int size = r.searched;

        CHECK(seed, r.hot || r.now.at >= now);
        CHECK(seed, after_all(&h, now) <= r.now.at || r.now.at == now);
        while (size > 1 && sum_to(r.step_count, size) > 1500)
            size--;
        if (!r.hot && sum_to(r.step_count, size) <= 1500) {
            bags(&b, steps, 0, size, false);
            looked++;
            deep += size > 2;
        }
        CHECK(seed, !r.never || r.set_count == 0);
        for (size_t k = 0; k < r.set_count; k++) {
            const struct raise_set *s = &r.sets[k];
            struct score is = done(m, &h, r.now.at, &r, s->steps, s->count, c.arena);
            struct score_sum sum = score_raise_try(m, &h, now, &r, s->steps, s->count, c.arena);
            CHECK(seed, is.band == BAND_HOT && is.total == s->total && is.shown == s->shown);
            CHECK(seed, sum.total == s->total && sum.band == BAND_HOT);
            CHECK(seed, k == 0 || r.sets[k - 1].count <= s->count);
            for (int out = 0; out < s->count; out++) { /* one step less: not hot */
                uint16_t less[RAISE_SIZE_MAX];
                int n = 0;
                for (int x = 0; x < s->count; x++)
                    if (x != out)
                        less[n++] = s->steps[x];
                CHECK(seed, done(m, &h, r.now.at, &r, less, n, c.arena).band != BAND_HOT);
            }
        }
        for (size_t k = 0; k < r.step_count; k++)
            CHECK(seed, r.steps[k].words.len > 0);
        sets += (int64_t)r.set_count;
        never += r.never;
        score_model_drop(m);
        arena_free(c.arena);
    }
    print_message("%lld sets, %lld looked through, %lld of them deeper than pairs, %lld never\n", (long long)sets, (long long)looked,
                  (long long)deep, (long long)never);
    assert_true(sets > cases() && looked > cases() / 4 && deep > 10 && never > 10);
}

/* ---- one model, by hand ---- */

#define MODEL                                                                                                  \
    "{\"hot\":50,\"warm\":20,\"groups\":[{\"name\":\"who\",\"ceiling\":30},{\"name\":\"did\"}],\"criteria\":["  \
    "{\"id\":\"title\",\"group\":\"who\",\"points\":20,\"when\":{\"any\":[{\"fact\":\"title\",\"op\":\"has\",\"value\":\"директор\"}," \
    "{\"fact\":\"title\",\"op\":\"has\",\"value\":\"ceo\"}]}},"                                                 \
    "{\"id\":\"size\",\"group\":\"who\",\"points\":20,\"when\":{\"fact\":\"employees\",\"op\":\">=\",\"value\":50}}," \
    "{\"id\":\"demo\",\"group\":\"did\",\"points\":25,\"cooldown_hours\":24,\"when\":{\"event\":\"Demo\"}},"    \
    "{\"id\":\"student\",\"group\":\"did\",\"points\":-5,\"when\":{\"fact\":\"title\",\"op\":\"has\",\"value\":\"студент\"}}]," \
    "\"gates\":[{\"band\":\"hot\",\"when\":{\"fact\":\"bant.budget\",\"op\":\"eq\",\"value\":true}}]}"

static void a_gate_a_ceiling_and_a_cool_down_are_respected(void **state)
{
    struct ctx c = {.arena = arena_new(0)};
    struct json *patch;
    struct model *m;
    struct past_event e = {.at = 5 * DAY_US, .known_at = 5 * DAY_US, .name = STR("Demo")};
    struct past_profile p = {.at = 5 * DAY_US, .known_at = 5 * DAY_US};
    struct history h = {.born = 5 * DAY_US, .events = &e, .event_count = 1, .profiles = &p, .profile_count = 1};

    (void)state;
    assert_int_equal(score_model_parse(&c, STR(MODEL), &m), ERR_NONE);
    assert_int_equal(json_read(&c, STR("{\"title\":\"CEO\"}"), &patch), ERR_NONE);
    p.patch = patch;
    /* 45 points; an hour later another demo does not count yet: the size (30 at most of the group) and the budget must be asked */
    struct raise r = score_raise(m, &h, 5 * DAY_US + HOUR_US, LANG_EN, c.arena);
    assert_int_equal(r.need, 5 * FIX_ONE);
    assert_int_equal(r.set_count, 1);
    assert_int_equal(r.sets[0].count, 2);
    assert_int_equal(r.sets[0].shown, 55);
    assert_true(r.steps[r.sets[0].steps[0]].ask && r.steps[r.sets[0].steps[1]].ask);
    assert_int_equal(r.searched, RAISE_SIZE_MAX);
    /* two days later a demo does it as well, with the budget */
    r = score_raise(m, &h, 7 * DAY_US, LANG_EN, c.arena);
    assert_int_equal(r.set_count, 2);
    assert_true(r.steps[r.sets[0].steps[0]].ask && r.steps[r.sets[0].steps[1]].ask);
    assert_true(r.steps[r.sets[1].steps[0]].ask != r.steps[r.sets[1].steps[1]].ask);
    /* the budget is known to be absent: a gate that nothing opens */
    struct past_profile two[2] = {p, {.at = 6 * DAY_US, .known_at = 6 * DAY_US}};
    assert_int_equal(json_read(&c, STR("{\"bant.budget\":false}"), &patch), ERR_NONE);
    two[1].patch = patch;
    h.profiles = two, h.profile_count = 2;
    r = score_raise(m, &h, 7 * DAY_US, LANG_RU, c.arena);
    assert_true(r.never && r.set_count == 0);
    assert_int_equal(r.fixed[0].why, RAISE_GATE);
    score_model_drop(m);
    arena_free(c.arena);
}

/* Criteria each of five facts out of `facts`, all of which must be so. */
static struct model *large_model(struct ctx *c, int criteria, int facts, int points)
{
    struct buf b = buf_new(c->arena, 1 << 20);
    struct model *m;

    buf_add(&b, STR("{\"groups\":[{\"name\":\"g\"}],\"hot\":50,\"criteria\":["));
    for (int i = 0; i < criteria; i++) {
        buf_print(&b, "%s{\"id\":\"c%d\",\"group\":\"g\",\"points\":%d,\"when\":{\"all\":[", i ? "," : "", i, points);
        for (int k = 0; k < 5; k++)
            buf_print(&b, "%s{\"fact\":\"a%d\",\"op\":\"eq\",\"value\":\"x\"}", k ? "," : "", (5 * i + k) % facts);
        buf_add(&b, STR("]}}"));
    }
    buf_add(&b, STR("]}"));
    assert_int_equal(score_model_parse(c, buf_str(&b), &m), ERR_NONE);
    return m;
}

/* A model as large as may be is searched within the memory of a request. */
static void the_largest_model_is_searched(void **state)
{
    struct ctx c = {.arena = arena_new(64 << 20)};
    struct history h = {.born = DAY_US};
    struct model *m = large_model(&c, LIMIT_CRITERIA, 10, 1);

    (void)state;
    struct raise r = score_raise(m, &h, 2 * DAY_US, LANG_RU, c.arena);
    assert_int_equal(r.step_count, 10);
    assert_int_equal(r.set_count, 2); /* a0 to a4, a5 to a9: 250 criteria each */
    assert_int_equal(r.sets[0].count, 5);
    score_model_drop(m);
    arena_reset(c.arena);
    m = large_model(&c, 200, 1000, 0);
    r = score_raise(m, &h, 2 * DAY_US, LANG_RU, c.arena);
    assert_int_equal(r.step_count, RAISE_STEPS_MAX);
    assert_true(r.cut && r.never);
    score_model_drop(m);
    arena_free(c.arena);
}

/* Steps are made of values on both sides of every number: of the largest there is only one. */
static void a_number_at_the_edge_is_looked_at(void **state)
{
    static const char *const edges[] = {"9223372036854775807", "-9223372036854775808"};

    (void)state;
    for (size_t i = 0; i < countof(edges); i++) {
        struct ctx c = {.arena = arena_new(0)};
        struct history h = {.born = DAY_US};
        struct model *m;

        assert_int_equal(score_model_parse(&c, str_print(c.arena, "{\"groups\":[{\"name\":\"g\"}],\"hot\":50,\"criteria\":[{\"id\":\"a\","
                                                         "\"group\":\"g\",\"points\":50,\"when\":{\"fact\":\"f\",\"op\":\"%s\",\"value\":%s}}]}",
                                                         i ? "<=" : ">=", edges[i]), &m), ERR_NONE);
        struct raise r = score_raise(m, &h, 2 * DAY_US, LANG_RU, c.arena);
        assert_false(r.hot);
        assert_int_equal(r.now.line_count, 0);
        score_model_drop(m);
        arena_free(c.arena);
    }
}

/* ---- answers and deeds that the model was not asked for ---- */

#define EVERY_KIND(g) GEN_PICK((g), \
    "{\"fact\":\"title\",\"op\":\"has\",\"value\":\"директор\"}", \
    "{\"fact\":\"title\",\"op\":\"starts\",\"value\":\"ce\"}", \
    "{\"fact\":\"title\",\"op\":\"ne\",\"value\":\"man\"}", \
    "{\"fact\":\"title\",\"op\":\"ends\",\"value\":\"снабжению\"}", \
    "{\"fact\":\"company\",\"op\":\"eq\",\"value\":\"acme ltd\"}", \
    "{\"fact\":\"company\",\"op\":\"exists\"}", \
    "{\"fact\":\"industry\",\"op\":\"in\",\"value\":[\"it\",\"логистика\"]}", \
    "{\"fact\":\"employees\",\"op\":\"between\",\"value\":[51,300]}", \
    "{\"fact\":\"employees\",\"op\":\"<\",\"value\":50}", \
    "{\"fact\":\"budget\",\"op\":\"empty\"}", \
    "{\"fact\":\"budget\",\"op\":\">\",\"value\":0}", \
    "{\"fact\":\"bant.budget\",\"op\":\"eq\",\"value\":true}", \
    "{\"fact\":\"tags\",\"op\":\"in\",\"value\":[\"x\",\"y\"]}", \
    "{\"all\":[{\"fact\":\"title\",\"op\":\"has\",\"value\":\"ceo\"},{\"fact\":\"employees\",\"op\":\">=\",\"value\":50}]}", \
    "{\"not\":{\"fact\":\"industry\",\"op\":\"eq\",\"value\":\"retail\"}}", \
    "{\"event\":\"A\"}", \
    "{\"event\":\"A\",\"where\":[{\"prop\":\"n\",\"op\":\">=\",\"value\":3}]}", \
    "{\"event\":\"A\",\"where\":[{\"prop\":\"plan\",\"op\":\"has\",\"value\":\"pro\"}]}", \
    "{\"event\":\"A\",\"where\":[{\"prop\":\"plan\",\"op\":\"starts\",\"value\":\"pro\"},{\"prop\":\"n\",\"op\":\"empty\"}]}", \
    "{\"event\":[\"A\",\"B\"],\"where\":[{\"prop\":\"n\",\"op\":\"between\",\"value\":[2,4]}]}", \
    "{\"event\":\"B\",\"where\":[{\"prop\":\"plan\",\"op\":\"exists\"}]}", \
    "{\"page\":\"/p1*\"}", \
    "{\"page\":\"/p2\"}", \
    "{\"count\":{\"event\":\"A\"},\"op\":\">=\",\"value\":2,\"days\":3}", \
    "{\"count\":{\"event\":\"A\",\"where\":[{\"prop\":\"n\",\"op\":\"<\",\"value\":4}]},\"op\":\">=\",\"value\":2,\"days\":3}", \
    "{\"within\":{\"page\":\"*\"},\"days\":2}", \
    "{\"silent\":{\"event\":\"B\"},\"days\":4}", \
    "{\"not\":{\"silent\":{},\"days\":1}}", \
    "{\"all\":[{\"event\":\"A\"},{\"fact\":\"company\",\"op\":\"exists\"}]}", \
    "{\"any\":[{\"event\":\"B\"},{\"within\":{\"event\":\"C\"},\"days\":5}]}", \
    "{\"all\":[{\"page\":\"/q/*\"},{\"fact\":\"employees\",\"op\":\">\",\"value\":50}]}", \
    "{\"answered\":{\"ask\":{\"event\":\"B\"},\"reply\":{\"event\":\"A\"}},\"minutes\":60}")

/* Facts of people and companies, counts, windows, properties by every operator; limits, gates and points that take. */
static struct model *model_of_every_kind(struct gen *g)
{
    struct model *m;

    for (int tries = 0; tries < 100; tries++) {
        struct buf b = buf_new(g->a, 1 << 16);

        buf_print(&b, "{\"floor\":%d,\"ceiling\":100,\"warm\":5,\"hot\":%d,\"groups\":[{\"name\":\"g0\",\"ceiling\":%d},{\"name\":\"g1\",\"floor\":%d}],\"criteria\":[",
                  (int)-gen_to(g, 30), 12 + (int)gen_to(g, 25), 8 + (int)gen_to(g, 30), (int)-gen_to(g, 12));
        for (int64_t i = 0, n = 3 + gen_to(g, 5); i < n; i++) {
            const char *when = EVERY_KIND(g);
            int points = (int)gen_to(g, 30) - 8;
            if (strstr(when, "where") || strstr(when, "answered")) /* neither properties nor the order of deeds are chosen to get round a criterion */
                points = abs(points) + 1;
            buf_print(&b, "%s{\"id\":\"c%d\",\"group\":\"g%d\",\"points\":%d,\"when\":%s", i ? "," : "", (int)i, (int)gen_to(g, 2), points, when);
            if (gen_one_in(g, 3))
                buf_print(&b, ",\"max_times\":%d", 1 + (int)gen_to(g, 3));
            if (gen_one_in(g, 4))
                buf_print(&b, ",\"cooldown_hours\":%d", 1 + (int)gen_to(g, 30));
            if (gen_one_in(g, 3))
                buf_print(&b, ",\"ageing\":%s", GEN_PICK(g, "{\"kind\":\"half_life\",\"days\":2}", "{\"kind\":\"linear\",\"percent\":30,\"days\":1}", "{\"kind\":\"expire\",\"days\":3}"));
            buf_char(&b, '}');
        }
        buf_print(&b, "]");
        if (gen_one_in(g, 3))
            buf_print(&b, ",\"gates\":[{\"band\":\"hot\",\"when\":%s}]", EVERY_KIND(g));
        buf_char(&b, '}');
        fault_clear(g->c);
        if (score_model_parse(g->c, buf_str(&b), &m) == ERR_NONE)
            return m;
    }
    abort();
}

/* What anybody might answer or do, whatever the model asks. */
static size_t everything(struct gen *g, struct raise_step *list)
{
    static const char *const facts[][2] = {
        {"title", "\"CEO\""}, {"title", "\"Директор по снабжению\""}, {"title", "\"man\""}, {"company", "\"Acme Ltd\""}, {"company", "\"Other\""},
        {"industry", "\"it\""}, {"industry", "\"retail\""}, {"employees", "5"}, {"employees", "50"}, {"employees", "51"}, {"employees", "300"},
        {"budget", "0"}, {"budget", "1000"}, {"bant.budget", "true"}, {"bant.budget", "false"}, {"tags", "[\"x\"]"}, {"tags", "[\"z\",\"y\"]"}};
    static const char *const events[][2] = {
        {"A", "{}"}, {"A", "{\"properties\":{\"n\":1}}"}, {"A", "{\"properties\":{\"n\":3}}"}, {"A", "{\"properties\":{\"n\":7}}"}, {"A", "{\"properties\":{\"plan\":\"Pro year\"}}"},
        {"A", "{\"properties\":{\"plan\":\"basic\",\"n\":4}}"}, {"A", "{\"properties\":{\"plan\":\"my pro\",\"n\":2}}"}, {"B", "{}"}, {"B", "{\"properties\":{\"n\":4,\"plan\":\"pro\"}}"}, {"C", "{}"}, {"E", "{}"}};
    static const char *const pages[] = {"/p1", "/p1/a", "/p2", "/q/x"};
    size_t n = 0;

    for (size_t i = 0; i < countof(facts); i++)
        list[n++] = (struct raise_step){.ask = true, .fact = str_of(facts[i][0]), .value = gen_json(g, facts[i][1])};
    for (size_t i = 0; i < countof(events); i++)
        list[n++] = (struct raise_step){.event = {.name = str_of(events[i][0]), .body = gen_json(g, events[i][1])}};
    for (size_t i = 0; i < countof(pages); i++)
        list[n++] = (struct raise_step){.event = {.kind = EVENT_PAGE, .path = str_of(pages[i]), .body = gen_json(g, "{}")}};
    return n;
}

static bool may_be_asked(const struct history *h, const struct raise_step *s, instant at)
{
    bool verified = false;

    return !s->ask || !score_fact_at(h, s->fact, at, &verified) || !verified;
}

/* Whatever takes the lead there, something of no greater size is told. */
static void nothing_smaller_than_what_is_told_does_it_whatever_one_thinks_of(void **state)
{
    enum { ALL = 64 };
    int64_t ones = 0, twos = 0, never = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= (uint64_t)cases() / 4; seed++) {
        struct ctx c = {.arena = arena_new(0)};
        struct gen g = {.seed = seed * 6151, .c = &c, .a = c.arena};
        struct model *m = model_of_every_kind(&g);
        struct history h = gen_history(&g, 6);
        struct raise_step list[ALL];
        struct raise r = score_raise(m, &h, gen_instant(&g), LANG_EN, c.arena), any = {.steps = list};
        int least = r.set_count ? r.sets[0].count : RAISE_SIZE_MAX + 1;
        size_t n = everything(&g, list);

        never += r.never;
        for (uint16_t i = 0; i < n && !r.hot; i++) {
            if (!may_be_asked(&h, &list[i], r.now.at))
                continue;
            uint16_t two[2] = {i, i};
            bool one = done(m, &h, r.now.at, &any, two, 1, c.arena).band == BAND_HOT;
            CHECK(seed, !one || (!r.never && least <= 1));
            ones += one;
            for (two[1] = i; two[1] < n && least > 2 && r.searched >= 2; two[1]++) {
                const struct raise_step *x = &list[i], *y = &list[two[1]];
                if (!may_be_asked(&h, y, r.now.at) || (x->ask && y->ask && str_eq(x->fact, y->fact)))
                    continue;
                CHECK(seed, done(m, &h, r.now.at, &any, two, 2, c.arena).band != BAND_HOT);
            }
        }
        twos += least == 2;
        score_model_drop(m);
        arena_free(c.arena);
    }
    if (getenv("GRADUS_TELL"))
        print_message("%lld ones, %lld twos, %lld never\n", (long long)ones, (long long)twos, (long long)never);
    assert_true(ones > 10 && twos > 5 && never > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gate_a_ceiling_and_a_cool_down_are_respected),
        cmocka_unit_test(the_largest_model_is_searched),
        cmocka_unit_test(a_number_at_the_edge_is_looked_at),
        cmocka_unit_test(every_set_crosses_and_no_smaller_one_does_and_none_is_missing),
        cmocka_unit_test(nothing_smaller_than_what_is_told_does_it_whatever_one_thinks_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
