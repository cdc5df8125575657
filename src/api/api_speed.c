/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The report on speed: how fast leads are answered, and what goes along with it. */
#include "api/api_report.h"

#include <stdlib.h>

#include "api/export.h"
#include "api/lead_view.h"
#include "api/report_json.h"
#include "base/limits.h"
#include "flow/flow_speed.h"
#include "team/setting.h"

enum { SPEED_BYTES = 4 * 1024 * 1024, DAYS = 30, FAST_MINUTES = 5, CURVE_POINTS = 60 };

static const char *const starts[] = { "hot", "came", NULL };
static const char *const clocks[] = { "work", "wall", NULL };
static const char *const answers[] = { "tried", "reached", NULL };

struct speed_ask {
    instant from, until;
    int start, clock, answer, band;
    int64_t fast_minutes, hours, manager;
    struct str source, bucket;
};
#define Q(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct speed_ask, member), __VA_ARGS__ }
const struct field report_speed_query[] = {
    Q(from, FIELD_INSTANT, .help = "clocks that started at or after; 30 days before `until` unless said"),
    Q(until, FIELD_INSTANT, .help = "and before; now unless said"),
    Q(start, FIELD_ENUM, .names = starts, .help = "what starts the clock: the lead turns hot, or comes"),
    Q(clock, FIELD_ENUM, .names = clocks, .help = "working time of whom the lead was given to, or the wall's"),
    Q(answer, FIELD_ENUM, .names = answers, .help = "what stops it: a contact tried, or only one that reached the lead"),
    Q(fast_minutes, FIELD_INT, .min = 1, .max = 1440, .help = "up to how many minutes an answer is fast; 5 unless said"),
    Q(band, FIELD_ENUM, .names = band_names, .help = "leads of this band alone, as it is today"),
    Q(source, FIELD_TEXT, .max = LIMIT_NAME_CHARS, .help = "of this source alone; none: of no known one"),
    Q(manager, FIELD_ID, .prefix = PREFIX_USER, .help = "of this person alone"),
    Q(hours, FIELD_INT, .min = 0, .max = SPEED_HOURS - 1, .help = "that came in these three hours of the company's day: 0 is from midnight"),
    Q(bucket, FIELD_TEXT, .max = 100, .help = "in the name of a figure: which of its leads"),
    { 0 },
};

static enum err question_of(struct call *call, struct speed_ask *a, struct flow_speed_ask *q)
{
    if (a->until == INSTANT_NONE)
        a->until = call->ctx.now + 1;
    if (a->from == INSTANT_NONE)
        a->from = a->until - DAYS * DAY_US;
    if (a->from >= a->until)
        return fault_field(&call->ctx, ERR_BAD_QUERY, "until");
    *q = (struct flow_speed_ask){
        .question = { a->from, a->until, (enum speed_start)a->start, (enum speed_answer)a->answer },
        .clock = (enum flow_clock)a->clock, .band = a->band, .by_source = a->source.len > 0,
        .source = str_eq(a->source, STR("none")) ? STR_NULL : a->source, .who = { a->manager }, .hours = (int)a->hours,
    };
    return ERR_NONE;
}

static const struct speed_ask nothing_asked = { .from = INSTANT_NONE, .until = INSTANT_NONE, .band = -1, .hours = -1,
                                                .fast_minutes = FAST_MINUTES };

/* ---- the answer ---- */

struct speed_view {
    instant from, until;
    int start, clock, answer;
    int64_t fast_minutes, leads, answered;
    bool cut;
    struct str currency, figures, waits, curve, bands, sources, managers, hours, weeks, effect;
};
#define V(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct speed_view, member), __VA_ARGS__ }
#define GROUP "[{key, name, leads, answered, median_s, p90_s, fast, norm_in, norm_n, norm}]"
const struct field report_speed_fields[] = {
    V(from, FIELD_INSTANT), V(until, FIELD_INSTANT),
    V(start, FIELD_ENUM, .names = starts), V(clock, FIELD_ENUM, .names = clocks), V(answer, FIELD_ENUM, .names = answers),
    V(fast_minutes, FIELD_INT), V(leads, FIELD_INT), V(answered, FIELD_INT),
    V(cut, FIELD_BOOL, .help = "there were more leads than are looked at"),
    V(currency, FIELD_TEXT),
    V(figures, FIELD_RAW, .help = "of all: as in a group; shares {value, low, high} are null where there are too few; open leads are watched, not dropped"),
    V(waits, FIELD_RAW, .help = "[{bucket, from_s, until_s, leads}] of those answered"),
    V(curve, FIELD_RAW, .help = "[{s, share}]: answered by then, open ones minded"),
    V(bands, FIELD_RAW, .help = GROUP), V(sources, FIELD_RAW, .help = GROUP), V(managers, FIELD_RAW, .help = GROUP),
    V(hours, FIELD_RAW, .help = GROUP), V(weeks, FIELD_RAW, .help = GROUP),
    V(effect, FIELD_RAW, .help = "what goes along with speed at equal hours of arrival: classes, ratio, crude, deals, cost of the slow and of those never answered"),
    { 0 },
};

static void put_figures(struct json_out *o, const struct speed_figures *f)
{
    json_put_number(o, "leads", f->leads);
    json_put_number(o, "answered", f->answered);
    json_put_wait(o, "median_s", f->median_us);
    json_put_wait(o, "p90_s", f->p90_us);
    json_put_share(o, "fast", f->fast);
    json_put_number(o, "norm_in", f->norm_in);
    json_put_number(o, "norm_n", f->norm_n);
    json_put_share(o, "norm", f->norm);
}

static void put_group(struct json_out *o, const struct speed_group *g, enum speed_key key, const struct names *names)
{
    json_begin(o);
    json_key(o, "key");
    if (key == SPEED_BY_BAND)
        json_put_text(o, str_of(band_names[g->key]));
    else if (key == SPEED_BY_SOURCE)
        json_put_text(o, g->name.len ? g->name : STR("none"));
    else if (key == SPEED_BY_MANAGER)
        json_put_id(o, PREFIX_USER, g->key);
    else if (key == SPEED_BY_WEEK)
        json_put_instant(o, g->key);
    else
        json_put_int(o, g->key);
    json_key(o, "name");
    json_put_text(o, key == SPEED_BY_MANAGER && g->key ? names_find(names, g->key) : key == SPEED_BY_SOURCE && g->name.len ? g->name : STR_NULL);
    put_figures(o, &g->f);
    json_end(o);
}

struct speed_made {
    struct call *call;
    struct names names;
    struct speed_lead *leads;
    size_t count;
    int64_t fast_us;
};

static struct str groups_text(struct speed_made *m, enum speed_key key)
{
    struct arena *a = m->call->ctx.arena;
    struct buf b = buf_new(a, SPEED_BYTES);
    struct json_out o = json_to(&b);
    struct speed_group *groups;
    size_t count;

    report_speed_groups(m->leads, m->count, key, m->fast_us, a, &groups, &count);
    json_list(&o);
    for (size_t i = 0; i < count; i++)
        put_group(&o, &groups[i], key, &m->names);
    json_list_end(&o);
    return buf_str(&b);
}

static struct str figures_text(struct speed_made *m)
{
    struct buf b = buf_new(m->call->ctx.arena, SPEED_BYTES);
    struct json_out o = json_to(&b);
    struct speed_figures f = report_speed_figures(m->leads, m->count, m->fast_us, m->call->ctx.arena);

    json_begin(&o);
    put_figures(&o, &f);
    json_end(&o);
    return buf_str(&b);
}

static struct str waits_text(struct speed_made *m)
{
    struct buf b = buf_new(m->call->ctx.arena, SPEED_BYTES);
    struct json_out o = json_to(&b);
    int64_t counts[SPEED_BINS] = { 0 };

    for (size_t i = 0; i < m->count; i++)
        for (int k = 0; k < SPEED_BINS; k++)
            counts[k] += m->leads[i].answered && m->leads[i].wait_us >= report_speed_bins[k] && m->leads[i].wait_us < report_speed_bins[k + 1];
    json_list(&o);
    for (int k = 0; k < SPEED_BINS; k++) {
        json_begin(&o);
        json_key(&o, "bucket");
        json_put_text(&o, str_print(m->call->ctx.arena, "wait.%d", k));
        json_put_wait(&o, "from_s", report_speed_bins[k]);
        json_put_wait(&o, "until_s", k + 1 == SPEED_BINS ? -1 : report_speed_bins[k + 1]);
        json_put_number(&o, "leads", counts[k]);
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

static struct str curve_text(struct speed_made *m)
{
    struct arena *a = m->call->ctx.arena;
    struct buf b = buf_new(a, SPEED_BYTES);
    struct json_out o = json_to(&b);
    struct speed_point *points;
    size_t count;

    report_speed_curve(m->leads, m->count, CURVE_POINTS, a, &points, &count);
    json_list(&o);
    for (size_t i = 0; i < count; i++) {
        json_begin(&o);
        json_put_wait(&o, "s", points[i].us);
        json_key(&o, "share");
        json_put_fix(&o, points[i].share);
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

static void put_cost(struct json_out *o, const char *key, const struct speed_cost *cost)
{
    json_key(o, key);
    json_begin(o);
    json_put_number(o, "leads", cost->leads);
    json_put_number(o, "won", cost->won);
    json_put_number(o, "compared", cost->compared);
    json_put_number(o, "fast", cost->fast);
    json_put_share(o, "less", cost->less);
    json_put_share(o, "crude", cost->crude);
    json_key(o, "enough");
    json_put_bool(o, cost->enough);
    if (cost->enough) {
        json_put_number(o, "wins_hundredths", cost->wins);
        json_put_number(o, "wins_low", cost->wins_low);
        json_put_number(o, "wins_high", cost->wins_high);
        json_put_number(o, "money", cost->money);
        json_put_number(o, "money_low", cost->money_low);
        json_put_number(o, "money_high", cost->money_high);
    }
    json_end(o);
}

static void put_classes(struct json_out *o, const struct speed_effect *e, struct arena *a)
{
    json_key(o, "classes");
    json_list(o);
    for (size_t k = 0; k < e->classes; k++) {
        const struct speed_class *class = &e->class[k];
        bool never = k + 1 == e->classes, last = k + 2 == e->classes;

        json_begin(o);
        json_key(o, "bucket");
        json_put_text(o, str_print(a, "class.%zu", k));
        json_put_wait(o, "from_s", never ? -1 : class->from_us < 0 ? 0 : class->from_us);
        json_put_wait(o, "until_s", never || last ? -1 : class->until_us);
        json_put_number(o, "leads", class->leads);
        json_put_number(o, "decided", class->decided);
        json_put_number(o, "won", class->won);
        json_put_share(o, "share", class->share);
        json_put_share(o, "ratio", class->ratio);
        json_end(o);
    }
    json_list_end(o);
}

static struct str effect_text(struct speed_made *m)
{
    struct arena *a = m->call->ctx.arena;
    struct buf b = buf_new(a, SPEED_BYTES);
    struct json_out o = json_to(&b);
    struct speed_effect e = report_speed_effect(m->leads, m->count, m->fast_us, a);

    json_begin(&o);
    put_classes(&o, &e, a);
    json_put_share(&o, "ratio", e.ratio);
    json_put_share(&o, "crude", e.crude);
    json_put_number(&o, "compared", e.compared);
    json_put_number(&o, "left_out", e.left_out);
    json_put_number(&o, "least", SPEED_LEAST);
    json_put_number(&o, "least_deals", SPEED_DEALS);
    json_put_number(&o, "deals", e.deals);
    json_put_number(&o, "deal", e.deal);
    json_put_number(&o, "deal_low", e.deal_low);
    json_put_number(&o, "deal_high", e.deal_high);
    put_cost(&o, "slow", &e.slow);
    put_cost(&o, "never", &e.never);
    json_end(&o);
    return buf_str(&b);
}

enum err report_speed_get(struct call *call)
{
    struct speed_ask a = nothing_asked;
    struct speed_made m = { .call = call };
    struct flow_speed_ask q;
    struct setting setting;
    struct speed_view v;
    enum err e;

    if ((e = query_read(call, &a)) || (e = question_of(call, &a, &q)) || (e = team_setting_get(&call->ctx, call->tx, &setting))
        || (e = names_read(call, &m.names)))
        return e;
    v = (struct speed_view){ .from = a.from, .until = a.until, .start = a.start, .clock = a.clock, .answer = a.answer,
                             .fast_minutes = a.fast_minutes, .currency = setting.currency };
    m.fast_us = a.fast_minutes * MINUTE_US;
    if ((e = flow_speed(&call->ctx, call->tx, &q, &m.leads, &m.count, &v.cut)))
        return e;
    v.leads = (int64_t)m.count;
    for (size_t i = 0; i < m.count; i++)
        v.answered += m.leads[i].answered;
    v.figures = figures_text(&m);
    v.waits = waits_text(&m);
    v.curve = curve_text(&m);
    v.bands = groups_text(&m, SPEED_BY_BAND);
    v.sources = groups_text(&m, SPEED_BY_SOURCE);
    v.managers = groups_text(&m, SPEED_BY_MANAGER);
    v.hours = groups_text(&m, SPEED_BY_HOURS);
    v.weeks = groups_text(&m, SPEED_BY_WEEK);
    v.effect = effect_text(&m);
    return reply_ok(call, &v);
}

/* ---- the table, as a file ---- */

static struct str key_text(struct arena *a, enum speed_key key, const struct speed_group *g, const struct names *names)
{
    char text[INSTANT_TEXT_MAX];

    switch (key) {
    case SPEED_BY_BAND:
        return str_of(band_names[g->key]);
    case SPEED_BY_SOURCE:
        return g->name;
    case SPEED_BY_MANAGER:
        return g->key ? names_find(names, g->key) : STR("");
    case SPEED_BY_WEEK:
        return str_dup(a, instant_print(g->key, text));
    default:
        return str_print(a, "%02d:00", (int)(g->key * 24 / SPEED_HOURS));
    }
}

static void csv_put_group(struct csv_out *csv, struct arena *a, enum speed_key key, const struct speed_group *g, const struct names *names)
{
    static const char *const words[SPEED_KEYS] = { "band", "source", "manager", "hour", "week" };

    csv_put(csv, str_of(words[key]));
    csv_put(csv, key_text(a, key, g, names));
    csv_put_number(csv, g->f.leads);
    csv_put_number(csv, g->f.answered);
    csv_put_number(csv, g->f.median_us < 0 ? -1 : g->f.median_us / SECOND_US);
    csv_put_number(csv, g->f.p90_us < 0 ? -1 : g->f.p90_us / SECOND_US);
    csv_put_share(csv, g->f.fast);
    csv_put_number(csv, g->f.norm_in);
    csv_put_number(csv, g->f.norm_n);
    csv_put_share(csv, g->f.norm);
    csv_end(csv);
}

enum err report_speed_export(struct call *call)
{
    static const char *const columns[] = { "by", "key", "leads", "answered", "median_s", "p90_s", "fast", "fast_low", "fast_high",
                                           "norm_in", "norm_n", "norm", "norm_low", "norm_high" };
    struct speed_ask a = nothing_asked;
    struct speed_made m = { .call = call };
    struct flow_speed_ask q;
    struct export *x;
    bool cut;
    enum err e;

    if ((e = query_read(call, &a)) || (e = question_of(call, &a, &q)) || (e = names_read(call, &m.names))
        || (e = flow_speed(&call->ctx, call->tx, &q, &m.leads, &m.count, &cut)) || (e = export_begin(call, ';', &x)))
        return e;
    m.fast_us = a.fast_minutes * MINUTE_US;
    for (size_t i = 0; i < countof(columns); i++)
        csv_put(&x->csv, str_of(columns[i]));
    csv_end(&x->csv);
    for (int key = 0; key < SPEED_KEYS && !e; key++) {
        struct speed_group *groups;
        size_t count;

        report_speed_groups(m.leads, m.count, (enum speed_key)key, m.fast_us, call->ctx.arena, &groups, &count);
        for (size_t i = 0; i < count; i++)
            csv_put_group(&x->csv, call->ctx.arena, (enum speed_key)key, &groups[i], &m.names);
        e = export_flush(x);
    }
    return e ? e : export_end(x, "speed.csv");
}

/* ---- its leads ---- */

static int latest_first(const void *a, const void *b)
{
    const struct speed_lead *x = a, *y = b;

    return x->start > y->start ? -1 : x->start < y->start ? 1 : x->lead.v > y->lead.v ? -1 : x->lead.v < y->lead.v;
}

enum err report_speed_figure(struct call *call, struct str query, struct arena *keep, struct lead_ids *leads)
{
    struct speed_ask a = nothing_asked;
    struct flow_speed_ask q;
    struct speed_lead *all;
    struct lead_id *ids;
    size_t count, n = 0;
    bool cut;
    enum err e;

    if ((e = query_read_text(call, report_speed_query, query, &a)) || (e = question_of(call, &a, &q)))
        return e;
    if (!team_right_has(&call->ctx.actor, RIGHT_LEAD_ALL))
        q.who = call_user(call);
    if ((e = flow_speed(&call->ctx, call->tx, &q, &all, &count, &cut)))
        return e;
    qsort(all, count, sizeof *all, latest_first);
    ids = ARENA_ARRAY(keep, struct lead_id, count + 1);
    for (size_t i = 0; i < count; i++)
        if (report_speed_in(&all[i], a.fast_minutes * MINUTE_US, a.bucket.len ? a.bucket : STR("all")))
            ids[n++] = all[i].lead;
    *leads = (struct lead_ids){ ids, n };
    return ERR_NONE;
}
