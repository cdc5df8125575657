/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The report of a trial. Buckets: into_hot, out_of_hot, entered.before|after, band.NAME.before|after, bin.N.before|after,
 * day.2026-11-25.before|after, wins, caught.before|after. */
#include "flow/trial.h"

#include <stdlib.h>

#include "learn/compare.h"
#include "learn/outcome.h"
#include "sys/zone.h"

enum { BINS = 12, REPORT_BYTES = 16 * 1024 * 1024, DAYS_MAX = 400, BY_DAY_MAX = 120, MOVERS_MAX = 100, DAY_TEXT = 16 };

static const char *const sides[2] = { "before", "after" };

struct day {
    instant from, until;
    char name[DAY_TEXT];
    int64_t crossings[2]; /* a lead may turn hot twice a day: its list has it once */
};

struct report {
    struct arena *a;
    const struct trial *t;
    struct flow_trial_out *out;
    struct json_out o;
    const struct trial_lead **list; /* scratch of one list after another: room for all leads */
    int64_t from, width;   /* of the histogram */
    struct day *days;
    size_t day_count;
    struct learn_compared judged;
};

/* ---- lists ---- */

typedef bool counts_fn(const struct report *r, const struct trial_lead *l, int side, int64_t n);

static int by_after(const void *pa, const void *pb)
{
    const struct trial_lead *a = *(const struct trial_lead *const *)pa, *b = *(const struct trial_lead *const *)pb;

    if (a->total[1] != b->total[1])
        return a->total[1] < b->total[1] ? 1 : -1;
    return (a->lead.v > b->lead.v) - (a->lead.v < b->lead.v);
}

/* The leads of which counts() is true, highest score of the draft first; how many. */
static int64_t bucket(struct report *r, struct str name, counts_fn *counts, int side, int64_t n)
{
    const struct trial_lead **list = r->list;
    struct flow_bucket b = { .name = name };

    for (size_t i = 0; i < r->t->count; i++)
        if (counts(r, &r->t->leads[i], side, n))
            list[b.count++] = &r->t->leads[i];
    if (!b.count)
        return 0;
    qsort(list, b.count, sizeof *list, by_after);
    b.places = arena_alloc(r->a, b.count * sizeof *b.places);
    b.leads = arena_alloc(r->a, b.count * sizeof *b.leads);
    b.marks = arena_alloc(r->a, b.count * sizeof *b.marks);
    for (size_t i = 0; i < b.count; i++) {
        b.places[i] = (int64_t)i;
        b.leads[i] = list[i]->lead;
        b.marks[i] = (unsigned char)list[i]->mark;
    }
    r->out->buckets = arena_more(r->a, r->out->buckets, r->out->bucket_count, sizeof b);
    r->out->buckets[r->out->bucket_count++] = b;
    return (int64_t)b.count;
}

static bool is_into(const struct report *r, const struct trial_lead *l, int side, int64_t n)
{
    (void)r, (void)side, (void)n;
    return l->first[1] != INSTANT_NONE && l->first[0] == INSTANT_NONE;
}
static bool is_out(const struct report *r, const struct trial_lead *l, int side, int64_t n)
{
    (void)r, (void)side, (void)n;
    return l->first[0] != INSTANT_NONE && l->first[1] == INSTANT_NONE;
}
static bool has_entered(const struct report *r, const struct trial_lead *l, int side, int64_t n)
{
    (void)r, (void)n;
    return l->first[side] != INSTANT_NONE;
}
static bool is_band(const struct report *r, const struct trial_lead *l, int side, int64_t n)
{
    (void)r;
    return l->band[side] == (enum band)n;
}
static bool is_bin(const struct report *r, const struct trial_lead *l, int side, int64_t n)
{
    int64_t shown = fix_round(l->total[side]), i = shown < r->from ? 0 : (shown - r->from) / r->width;

    return (i >= BINS ? BINS - 1 : i) == n;
}
static bool is_ended(const struct report *r, const struct trial_lead *l, int side, int64_t n)
{
    (void)r, (void)side, (void)n;
    return l->mark == LEARN_MARK_WON || l->mark == LEARN_MARK_NOT;
}

static bool is_win(const struct report *r, const struct trial_lead *l, int side, int64_t n)
{
    (void)r, (void)side, (void)n;
    return l->mark == LEARN_MARK_WON;
}
static bool is_caught(const struct report *r, const struct trial_lead *l, int side, int64_t n)
{
    (void)r, (void)n;
    return l->mark == LEARN_MARK_WON && l->judged_hot[side];
}
static bool turned_between(const struct trial_lead *l, int side, instant from, instant until)
{
    for (uint32_t i = 0; i < l->crossing_count[side]; i++)
        if (l->crossings[side][i] >= from && l->crossings[side][i] < until)
            return true;
    return false;
}
static bool is_of_day(const struct report *r, const struct trial_lead *l, int side, int64_t n)
{
    return turned_between(l, side, r->days[n].from, r->days[n].until);
}
/* n: its first day. */
static bool is_of_week(const struct report *r, const struct trial_lead *l, int side, int64_t n)
{
    size_t last = (size_t)n + 6 < r->day_count ? (size_t)n + 6 : r->day_count - 1;

    return turned_between(l, side, r->days[n].from, r->days[last].until);
}

/* ---- pieces of the report ---- */

static void put_int(struct report *r, const char *key, int64_t v)
{
    json_key(&r->o, key);
    json_put_int(&r->o, v);
}

static void put_instant(struct report *r, const char *key, instant at)
{
    json_key(&r->o, key);
    json_put_instant(&r->o, at);
}

static void put_bucket(struct report *r, const char *key, struct str name)
{
    json_key(&r->o, key);
    json_put_text(&r->o, name);
}

/* {before, after} of how many, with the names of their lists. */
static void put_sides(struct report *r, const char *key, const char *name, counts_fn *counts, int64_t n)
{
    json_key(&r->o, key);
    json_begin(&r->o);
    for (int side = 0; side < 2; side++)
        put_int(r, sides[side], bucket(r, str_print(r->a, "%s.%s", name, sides[side]), counts, side, n));
    put_bucket(r, "bucket", str_dup(r->a, str_of(name)));
    json_end(&r->o);
}

static void put_histogram(struct report *r)
{
    json_key(&r->o, "histogram");
    json_list(&r->o);
    for (int i = 0; i < BINS; i++) {
        struct str name = str_print(r->a, "bin.%d", i);
        json_begin(&r->o);
        put_int(r, "from", r->from + i * r->width);
        put_int(r, "to", r->from + (i + 1) * r->width - 1);
        for (int side = 0; side < 2; side++)
            put_int(r, sides[side], bucket(r, str_print(r->a, STR_FMT ".%s", STR_ARG(name), sides[side]), is_bin, side, i));
        put_bucket(r, "bucket", name);
        json_end(&r->o);
    }
    json_list_end(&r->o);
}

/* Of those who entered hot in the period: how many bought. */
static void put_entered(struct report *r)
{
    json_key(&r->o, "entered");
    json_begin(&r->o);
    for (int side = 0; side < 2; side++) {
        int64_t n = 0, won = 0, young = 0, crossings = 0;
        for (size_t i = 0; i < r->t->count; i++) {
            const struct trial_lead *l = &r->t->leads[i];
            crossings += l->crossing_count[side];
            if (l->first[side] == INSTANT_NONE)
                continue;
            n += l->mark == LEARN_MARK_WON || l->mark == LEARN_MARK_NOT;
            won += l->mark == LEARN_MARK_WON;
            young += l->mark == LEARN_MARK_YOUNG;
        }
        struct str name = str_print(r->a, "entered.%s", sides[side]);
        json_key(&r->o, sides[side]);
        json_begin(&r->o);
        put_int(r, "leads", bucket(r, name, has_entered, side, 0));
        put_int(r, "crossings", crossings);
        put_int(r, "young", young);
        json_key(&r->o, "won");
        learn_share_json(&r->o, won, n, r->judged.enough);
        put_bucket(r, "bucket", name);
        json_end(&r->o);
    }
    json_end(&r->o);
}

static void put_caught(struct report *r)
{
    int64_t wins = bucket(r, STR("wins"), is_win, 0, 0);

    json_key(&r->o, "caught");
    json_begin(&r->o);
    put_int(r, "wins", wins);
    put_bucket(r, "bucket", STR("wins"));
    for (int side = 0; side < 2; side++) {
        struct str name = str_print(r->a, "caught.%s", sides[side]);
        int64_t n = bucket(r, name, is_caught, side, 0);
        json_key(&r->o, sides[side]);
        json_begin(&r->o);
        put_int(r, "leads", n);
        json_key(&r->o, "share");
        learn_share_json(&r->o, n, wins, r->judged.enough);
        put_bucket(r, "bucket", name);
        json_end(&r->o);
    }
    json_end(&r->o);
}

static struct learn_compared compare(const struct report *r)
{
    struct learn_pair *pairs = ARENA_ARRAY(r->a, struct learn_pair, r->t->count + 1);
    size_t n = 0;

    for (size_t i = 0; i < r->t->count; i++) {
        const struct trial_lead *l = &r->t->leads[i];
        if (l->mark == LEARN_MARK_WON || l->mark == LEARN_MARK_NOT)
            pairs[n++] = (struct learn_pair){ l->judged[0], l->judged[1], l->mark == LEARN_MARK_WON };
    }
    return learn_compare(r->a, pairs, n);
}

static void put_judged(struct report *r)
{
    json_key(&r->o, "judged");
    json_begin(&r->o);
    learn_compared_json(&r->o, &r->judged);
    put_int(r, "maturity_days", r->t->maturity_days);
    json_key(&r->o, "quiet");
    json_put_raw(&r->o, flow_quiet_json(r->a, r->t->ask.before, r->t->ask.after, r->t->aged));
    put_bucket(r, "bucket", STR("ended"));
    (void)bucket(r, STR("ended"), is_ended, 0, 0);
    json_end(&r->o);
}

/* ---- days ---- */

static int by_time(const void *pa, const void *pb)
{
    instant a = *(const instant *)pa, b = *(const instant *)pb;

    return (a > b) - (a < b);
}

/* All crossings of both sides, rising. */
static size_t crossings_of(struct report *r, instant **list)
{
    size_t n = 0, room = 0;

    for (size_t i = 0; i < r->t->count; i++)
        room += r->t->leads[i].crossing_count[0] + r->t->leads[i].crossing_count[1];
    *list = arena_alloc(r->a, (room + 1) * sizeof **list);
    for (size_t i = 0; i < r->t->count; i++)
        for (int side = 0; side < 2; side++)
            for (uint32_t k = 0; k < r->t->leads[i].crossing_count[side]; k++)
                (*list)[n++] = r->t->leads[i].crossings[side][k];
    qsort(*list, n, sizeof **list, by_time);
    return n;
}

/* The stretch of at most DAYS_MAX days in which most crossings lie, the latest such: a past that came by a file may lie years before the file. */
static void busiest(const instant *list, size_t n, instant *first, instant *last)
{
    size_t from = 0, most = 0;

    for (size_t to = 0; to < n; to++) {
        while (list[to] - list[from] > DAYS_MAX * DAY_US)
            from++;
        if (to - from + 1 < most)
            continue;
        most = to - from + 1;
        *first = list[from];
        *last = list[to];
    }
}

/* The days of the company's zone that are shown. */
static void days_find(struct report *r)
{
    const struct zone *zone = zone_or_utc(r->t->zone);
    instant *list, first = INSTANT_NEVER, last = INSTANT_NONE, from, until;
    size_t n = crossings_of(r, &list), days = 0;

    if (!n)
        return;
    busiest(list, n, &first, &last);
    r->days = ARENA_ARRAY(r->a, struct day, DAYS_MAX + 3);
    for (instant at = first; days < DAYS_MAX + 2; at = until) {
        char text[INSTANT_TEXT_MAX];
        zone_day(zone, at, &from, &until);
        if (from > last)
            break;
        r->days[days].from = from;
        r->days[days].until = until;
        struct str printed = instant_print(from + zone_offset_us(zone, from), text);
        memcpy(r->days[days].name, printed.ptr, 10);
        days++;
    }
    r->day_count = days;
}

static size_t day_of(const struct report *r, instant at)
{
    size_t lo = 0, hi = r->day_count;

    while (hi - lo > 1) {
        size_t mid = (lo + hi) / 2;
        if (r->days[mid].from <= at)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

/* How often leads turned hot in a day, or in the week that begins with it, and which. */
static void put_turns(struct report *r, const char *kind, size_t first, const int64_t *crossings, counts_fn *counts)
{
    struct str name = str_print(r->a, "%s.%s", kind, r->days[first].name);
    int64_t leads[2] = { 0 };

    json_begin(&r->o);
    json_key(&r->o, "day");
    json_put_text(&r->o, str_of(r->days[first].name));
    for (int side = 0; side < 2; side++) {
        put_int(r, sides[side], crossings[side]);
        if (crossings[side])
            leads[side] = bucket(r, str_print(r->a, STR_FMT ".%s", STR_ARG(name), sides[side]), counts, side, (int64_t)first);
    }
    json_key(&r->o, "leads");
    json_begin(&r->o);
    for (int side = 0; side < 2; side++)
        put_int(r, sides[side], leads[side]);
    json_end(&r->o);
    put_bucket(r, "bucket", name);
    json_end(&r->o);
}

/* Long histories are drawn by weeks: seven days, or what is left of them. */
static void put_weeks(struct report *r)
{
    json_key(&r->o, "weeks");
    json_list(&r->o);
    for (size_t i = 0; i < r->day_count; i += 7) {
        int64_t crossings[2] = { 0 };

        for (size_t d = i; d < i + 7 && d < r->day_count; d++)
            for (int side = 0; side < 2; side++)
                crossings[side] += r->days[d].crossings[side];
        put_turns(r, "week", i, crossings, is_of_week);
    }
    json_list_end(&r->o);
}

static void put_days(struct report *r)
{
    days_find(r);
    for (size_t i = 0; i < r->t->count; i++)
        for (int side = 0; side < 2; side++)
            for (uint32_t k = 0; k < r->t->leads[i].crossing_count[side]; k++) {
                instant at = r->t->leads[i].crossings[side][k];
                if (at >= r->days[0].from && at < r->days[r->day_count - 1].until)
                    r->days[day_of(r, at)].crossings[side]++;
            }
    json_key(&r->o, "days");
    json_list(&r->o);
    for (size_t i = 0; i < r->day_count; i++)
        put_turns(r, "day", i, r->days[i].crossings, is_of_day);
    json_list_end(&r->o);
    if (r->day_count > BY_DAY_MAX)
        put_weeks(r);
}

/* ---- movers ---- */

static int move_class(const struct trial_lead *l)
{
    return is_into(NULL, l, 0, 0) ? 0 : is_out(NULL, l, 0, 0) ? 1 : l->band[0] != l->band[1] ? 2 : 3;
}

static int by_move(const void *pa, const void *pb)
{
    const struct trial_lead *a = *(const struct trial_lead *const *)pa, *b = *(const struct trial_lead *const *)pb;
    int class_a = move_class(a), class_b = move_class(b);
    fix jump_a = llabs(a->total[1] - a->total[0]), jump_b = llabs(b->total[1] - b->total[0]);

    if (class_a != class_b)
        return class_a - class_b;
    if (jump_a != jump_b)
        return jump_a < jump_b ? 1 : -1;
    return (a->lead.v > b->lead.v) - (a->lead.v < b->lead.v);
}

static void put_mover(struct report *r, const struct trial_lead *l)
{
    static const char *const classes[] = { "into_hot", "out_of_hot", "band" };

    json_begin(&r->o);
    json_key(&r->o, "lead_id");
    json_put_id(&r->o, PREFIX_LEAD, l->lead.v);
    json_key(&r->o, "move");
    json_put_text(&r->o, str_of(classes[move_class(l)]));
    for (int side = 0; side < 2; side++) {
        put_int(r, sides[side], fix_round(l->total[side]));
        json_key(&r->o, side ? "band_after" : "band_before");
        json_put_text(&r->o, str_of(band_names[l->band[side]]));
        put_instant(r, side ? "hot_after" : "hot_before", l->first[side]);
    }
    json_key(&r->o, "outcome");
    json_put_text(&r->o, str_of(learn_outcome_names[l->state]));
    put_instant(r, "decided_at", l->state ? l->decided_at : INSTANT_NONE);
    json_end(&r->o);
}

static void put_movers(struct report *r)
{
    const struct trial_lead **list = r->list;
    size_t n = 0;

    put_int(r, "into_hot", bucket(r, STR("into_hot"), is_into, 0, 0));
    put_int(r, "out_of_hot", bucket(r, STR("out_of_hot"), is_out, 0, 0));
    for (size_t i = 0; i < r->t->count; i++)
        if (move_class(&r->t->leads[i]) < 3)
            list[n++] = &r->t->leads[i];
    if (n)
        qsort(list, n, sizeof *list, by_move);
    json_key(&r->o, "movers");
    json_list(&r->o);
    for (size_t i = 0; i < n && i < MOVERS_MAX; i++)
        put_mover(r, list[i]);
    json_list_end(&r->o);
}

void flow_trial_report(struct arena *a, const struct trial *t, struct flow_trial_out *out)
{
    struct buf buf = buf_new(a, REPORT_BYTES);
    struct report r = { .a = a, .t = t, .out = out, .o = json_to(&buf), .from = fix_round(t->ask.before->floor) };
    int64_t ceiling = fix_round(t->ask.before->ceiling);

    r.list = arena_alloc(a, (t->count + 1) * sizeof *r.list);
    r.width = (ceiling - r.from + BINS - 1) / BINS;
    r.width = r.width < 1 ? 1 : r.width;
    r.judged = compare(&r);
    json_begin(&r.o);
    put_instant(&r, "from", t->ask.from);
    put_instant(&r, "until", t->ask.until);
    put_bucket(&r, "zone", t->zone);
    put_int(&r, "leads", (int64_t)t->count);
    put_int(&r, "events", t->events);
    put_movers(&r);
    put_entered(&r);
    put_caught(&r);
    put_judged(&r);
    json_key(&r.o, "bands");
    json_begin(&r.o);
    for (int64_t b = 0; b < BANDS; b++)
        put_sides(&r, band_names[b], str_cz(a, str_print(a, "band.%s", band_names[b])), is_band, b);
    json_end(&r.o);
    put_histogram(&r);
    put_days(&r);
    json_end(&r.o);
    out->report = buf_str(&buf);
}
