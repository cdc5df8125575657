/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The table of a criterion (SPEC.md), word by word, over whole lists of events with nothing folded or remembered: the ledger says the same, at random instants and
 * at the very edges of windows, cool-downs, periods and lives. GRADUS_CASES and GRADUS_SEED change how many and which. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "gen_model.h"

#include "score/ledger.h"

enum { CRITERIA = 6, EVENTS = 40, PATCHES = 8, GROUPS = 2, NAMES = 3 };
#define START ((instant)1700000000 * SECOND_US)

enum kind { ON_EVENT, ON_COUNT, ON_WITHIN, ON_SILENT, ON_FACT, KINDS };
enum age { AGE_NONE, AGE_HALF, AGE_LINEAR, AGE_EXPIRE, AGES };

struct rule {
    enum kind kind;
    enum age age;
    int name, group, points, times, most, cool_hours, days, percent, age_days;
    int64_t than;
    bool below;
};
struct world {
    struct rule rules[CRITERIA];
    int rule_count;
    int floor[GROUPS], ceiling[GROUPS];
    struct past_event events[EVENTS];
    struct past_profile patches[PATCHES];
    int64_t facts[PATCHES];
    struct history h;
    instant birth;
};

static const char *const names[NAMES] = { "A", "B", "C" };

/* ---- the world ---- */

static struct rule rule_make(struct gen *g)
{
    struct rule r = { .kind = (enum kind)gen_to(g, KINDS), .name = (int)gen_to(g, NAMES), .group = (int)gen_to(g, GROUPS),
                      .points = (int)gen_to(g, 41) - 15, .days = 1 + (int)gen_to(g, 6), .than = gen_to(g, 4) + 1 };

    r.points = r.points ? r.points : 7;
    r.below = gen_one_in(g, 3);
    if (r.kind != ON_EVENT)
        return r;
    r.times = gen_one_in(g, 2) ? 1 + (int)gen_to(g, 4) : 0;
    r.most = gen_one_in(g, 3) ? 1 + (int)gen_to(g, 60) : 0;
    r.cool_hours = gen_one_in(g, 3) ? 1 + (int)gen_to(g, 30) : 0;
    r.age = (enum age)gen_to(g, AGES);
    r.age_days = 1 + (int)gen_to(g, 5);
    r.percent = 1 + (int)gen_to(g, 60);
    return r;
}

static void rule_put(struct buf *b, const struct rule *r, int i)
{
    buf_print(b, "%s{\"id\":\"c%d\",\"group\":\"g%d\",\"points\":%d,\"when\":", i ? "," : "", i, r->group, r->points);
    if (r->kind == ON_EVENT)
        buf_print(b, "{\"event\":\"%s\"}", names[r->name]);
    else if (r->kind == ON_COUNT)
        buf_print(b, "{\"count\":{\"event\":\"%s\"},\"op\":\"%s\",\"value\":%d,\"days\":%d}", names[r->name], r->below ? "<" : ">=", (int)r->than, r->days);
    else if (r->kind == ON_FACT)
        buf_print(b, "{\"fact\":\"f\",\"op\":\"%s\",\"value\":%d}", r->below ? "<" : ">=", (int)r->than);
    else
        buf_print(b, "{\"%s\":{\"event\":\"%s\"},\"days\":%d}", r->kind == ON_WITHIN ? "within" : "silent", names[r->name], r->days);
    if (r->times)
        buf_print(b, ",\"max_times\":%d", r->times);
    if (r->most)
        buf_print(b, ",\"max_points\":%d", r->most);
    if (r->cool_hours)
        buf_print(b, ",\"cooldown_hours\":%d", r->cool_hours);
    if (r->age == AGE_HALF)
        buf_print(b, ",\"ageing\":{\"kind\":\"half_life\",\"days\":%d}", r->age_days);
    else if (r->age == AGE_LINEAR)
        buf_print(b, ",\"ageing\":{\"kind\":\"linear\",\"percent\":%d,\"days\":%d}", r->percent, r->age_days);
    else if (r->age == AGE_EXPIRE)
        buf_print(b, ",\"ageing\":{\"kind\":\"expire\",\"days\":%d}", r->age_days);
    buf_char(b, '}');
}

static struct model *model_make(struct gen *g, struct world *w)
{
    struct buf b = buf_new(g->a, 1 << 16);
    struct model *m;

    w->rule_count = 1 + (int)gen_to(g, CRITERIA);
    buf_print(&b, "{\"floor\":-50,\"ceiling\":200,\"warm\":10,\"hot\":30,\"groups\":[");
    for (int i = 0; i < GROUPS; i++) {
        w->floor[i] = gen_one_in(g, 3) ? -(int)gen_to(g, 20) : -1000;
        w->ceiling[i] = gen_one_in(g, 2) ? 5 + (int)gen_to(g, 60) : 1000;
        buf_print(&b, "%s{\"name\":\"g%d\",\"floor\":%d,\"ceiling\":%d}", i ? "," : "", i, w->floor[i], w->ceiling[i]);
    }
    buf_print(&b, "],\"criteria\":[");
    for (int i = 0; i < w->rule_count; i++) {
        w->rules[i] = rule_make(g);
        rule_put(&b, &w->rules[i], i);
    }
    buf_print(&b, "]}");
    fault_clear(g->c);
    if (score_model_parse(g->c, buf_str(&b), &m))
        fail_msg(STR_FMT ": %s %s", STR_ARG(buf_str(&b)), g->c->fault.items[0].field, g->c->fault.items[0].note);
    return m;
}

/* Instants that meet each other's edges: whole hours, often the same one. */
static instant when(struct gen *g)
{
    return START + gen_to(g, 30 * 24) * HOUR_US + (gen_one_in(g, 4) ? gen_to(g, 5) - 2 : 0);
}

static void life_make(struct gen *g, struct world *w)
{
    size_t n = (size_t)gen_to(g, EVENTS + 1), p = (size_t)gen_to(g, PATCHES + 1);

    for (size_t i = 0; i < n; i++)
        w->events[i] = (struct past_event){ .kind = EVENT_TRACK, .name = str_of(names[gen_to(g, NAMES)]), .at = when(g), .tie = gen_bits(g), .bot = gen_one_in(g, 10) };
    for (size_t i = 0; i < p; i++)
        w->patches[i] = (struct past_profile){ .at = when(g), .tie = gen_bits(g) };
    qsort(w->events, n, sizeof *w->events, gen_event_cmp);
    qsort(w->patches, p, sizeof *w->patches, gen_profile_cmp);
    for (size_t i = 0; i < p; i++) {
        w->facts[i] = gen_one_in(g, 5) ? -1 : gen_to(g, 7); /* -1: cleared */
        w->patches[i].patch = gen_json(g, w->facts[i] < 0 ? "{\"f\":null}" : str_print(g->a, "{\"f\":%d}", (int)w->facts[i]).ptr);
    }
    w->h = (struct history){ .born = when(g), .events = w->events, .event_count = n, .profiles = w->patches, .profile_count = p };
}

/* ---- the table, word by word ---- */

/* The first item is the birth, once there is one; a robot's is none. */
static instant birth_at(const struct world *w, instant t)
{
    instant first = INSTANT_NEVER;

    for (size_t i = 0; i < w->h.event_count; i++)
        if (!w->events[i].bot && w->events[i].at <= t && w->events[i].at < first)
            first = w->events[i].at;
    for (size_t i = 0; i < w->h.profile_count; i++)
        if (w->patches[i].at <= t && w->patches[i].at < first)
            first = w->patches[i].at;
    return first == INSTANT_NEVER ? w->h.born : first;
}

static bool is_of(const struct world *w, const struct rule *r, size_t i, instant t)
{
    return !w->events[i].bot && w->events[i].at <= t && str_eq(w->events[i].name, str_of(names[r->name]));
}

static double aged(const struct rule *r, instant at, instant t)
{
    int64_t span = r->age_days * DAY_US, left;

    switch (r->age) {
    case AGE_HALF:
        return r->points * exp2(-(double)(t / MINUTE_US - at / MINUTE_US) * MINUTE_US / (double)span);
    case AGE_LINEAR:
        left = 100 - (t - at) / span * r->percent;
        return left > 0 ? r->points * (double)left / 100 : 0;
    case AGE_EXPIRE:
        return t - at < span ? r->points : 0;
    default:
        return r->points;
    }
}

static double counted(const struct world *w, const struct rule *r, instant t)
{
    instant passed[EVENTS], last = INSTANT_NONE;
    int n = 0, keep;
    double sum = 0;

    for (size_t i = 0; i < w->h.event_count; i++)
        if (is_of(w, r, i, t) && (n == 0 || w->events[i].at - last >= r->cool_hours * HOUR_US))
            passed[n++] = last = w->events[i].at;
    keep = r->times && r->times < n ? r->times : n;
    if (r->most) {
        int reach = (r->most + abs(r->points) - 1) / abs(r->points);
        keep = reach < keep ? reach : keep;
    }
    for (int i = n - keep; i < n; i++)
        sum += aged(r, passed[i], t);
    if (r->most)
        sum = fmin(fmax(sum, -r->most), r->most);
    return sum;
}

static bool holds(const struct world *w, const struct rule *r, instant t)
{
    int64_t in = 0, span = r->days * DAY_US, fact = -1;
    instant last = birth_at(w, t);

    for (size_t i = 0; i < w->h.event_count; i++)
        if (is_of(w, r, i, t)) {
            in += w->events[i].at > t - span;
            last = w->events[i].at;
        }
    for (size_t i = 0; i < w->h.profile_count; i++)
        fact = w->patches[i].at <= t ? w->facts[i] : fact;
    switch (r->kind) {
    case ON_COUNT: return r->below ? in < r->than : in >= r->than;
    case ON_WITHIN: return in > 0;
    case ON_SILENT: return t - last >= span;
    case ON_FACT: return fact >= 0 && (r->below ? fact < r->than : fact >= r->than);
    default: return false;
    }
}

static double total(const struct world *w, instant t)
{
    double groups[GROUPS] = { 0 }, sum = 0;

    for (int i = 0; i < w->rule_count; i++) {
        const struct rule *r = &w->rules[i];
        groups[r->group] += r->kind == ON_EVENT ? counted(w, r, t) : holds(w, r, t) ? r->points : 0;
    }
    for (int i = 0; i < GROUPS; i++)
        sum += fmin(fmax(groups[i], w->floor[i]), w->ceiling[i]);
    return fmin(fmax(sum, -50), 200);
}

/* ---- held against it ---- */

/* Anything, or the very edge of something, a microsecond before it, or behind it. */
static instant edge(struct gen *g, const struct world *w)
{
    const struct rule *r = &w->rules[gen_to(g, w->rule_count)];
    instant at = w->h.event_count ? w->events[gen_to(g, (int64_t)w->h.event_count)].at : w->h.born;
    const int64_t spans[] = { 0, r->days * DAY_US, r->cool_hours * HOUR_US, r->age_days * DAY_US, 2 * r->age_days * DAY_US };

    return gen_one_in(g, 3) ? when(g) + gen_to(g, 10) * DAY_US : at + spans[gen_to(g, 5)] + gen_to(g, 3) - 1;
}

static int64_t number(const char *name, int64_t otherwise)
{
    const char *n = getenv(name);
    return n ? atoll(n) : otherwise;
}

static void the_ledger_says_what_the_table_says(void **state)
{
    int64_t cases = number("GRADUS_CASES", 4000), first = number("GRADUS_SEED", 1);

    (void)state;
    for (int64_t seed = first; seed < first + cases; seed++) {
        struct ctx c = { .arena = arena_new(0) };
        struct gen g = { .seed = (uint64_t)seed * 1000003, .c = &c, .a = c.arena };
        struct world *w = ARENA_NEW(c.arena, struct world);
        struct model *m = model_make(&g, w);

        life_make(&g, w);
        for (int i = 0; i < 12; i++) {
            instant t = edge(&g, w);
            if (t < birth_at(w, t))
                continue;
            struct score s = score_at(m, &w->h, t, c.arena);
            double must = total(w, t);

            if (fabs((double)s.total / (double)FIX_ONE - must) > 1e-4)
                fail_msg("seed %lld at %lld: %f, must be %f\n" STR_FMT, (long long)seed, (long long)(t - START), (double)s.total / (double)FIX_ONE, must,
                         STR_ARG(score_model_print(m, c.arena)));
        }
        score_model_drop(m);
        arena_free(c.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ledger_says_what_the_table_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
