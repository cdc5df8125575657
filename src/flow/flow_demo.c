/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_demo.h"

#include <stdlib.h>

#include "flow/demo_words.h"
#include "flow/flow_event.h"
#include "format/csv.h"
#include "stat/sample.h"

/* The columns of demo/people.csv, in their order. */
enum column { JOB, EDUCATION, AGE, BALANCE, CONTACT, CAMPAIGN, POUTCOME, BOUGHT, TRAFFIC, SESSIONS, COLUMNS };

/* A_ROW: how many people do what one row of the file did, each at a time, under a name and with a company of their own: so many that more of them buy
 * than a probability is learnt from (learn/predict.h), whatever day it is. */
enum { PEOPLE_MAX = 3700, EVENTS_MAX = 75000, VISIT_PAGES = 4, A_ROW = 5 };

/* The k-th number of person i, below n. */
static uint64_t pick(size_t i, unsigned k, uint64_t n)
{
    return sample_scatter(sample_scatter(i * 1000003u) + k) % n;
}

struct planning {
    struct ctx *c;
    struct demo_plan *plan;
    instant until;
};

static void add(struct planning *p, size_t person, instant at, enum event_kind kind, const char *name,
                const char *path)
{
    if (p->plan->event_count < EVENTS_MAX && at < p->until)
        p->plan->events[p->plan->event_count++] = (struct demo_event){ at, person, kind, name, path };
}

/* ---- people ---- */

static struct demo_person person_of(struct arena *a, size_t i, const struct str *cells)
{
    bool woman = pick(i, 1, 2);
    const struct demo_name *given = woman ? &flow_demo_women[pick(i, 2, DEMO_WOMEN)] : &flow_demo_men[pick(i, 2, DEMO_MEN)];
    const struct demo_name *family = &flow_demo_families[pick(i, 3, DEMO_FAMILIES)];
    uint64_t where = pick(i, 4, DEMO_COMPANIES * DEMO_TRADES);
    const struct demo_name *company = &flow_demo_companies[where / DEMO_TRADES];
    const struct demo_trade *trade = &flow_demo_trades[where % DEMO_TRADES];
    bool student = str_eq(cells[JOB], STR("student")) || str_eq(cells[JOB], STR("unemployed"));
    int64_t balance = 0, traffic = 0;
    struct demo_person p = {
        .name = str_print(a, "%s %s%s", given->word, family->word, woman ? "а" : ""),
        .title = str_of(flow_demo_title(cells[JOB], (unsigned)pick(i, 5, 3))),
        .anonymous = str_print(a, "demo-visitor-%zu", i),
        .bought = str_eq(cells[BOUGHT], STR("yes")),
    };

    str_to_int(cells[BALANCE], &balance);
    str_to_int(cells[TRAFFIC], &traffic);
    p.source = str_of(flow_demo_source(traffic));
    p.has_budget = balance > 1500;
    if (student || pick(i, 6, 5) == 0) {
        p.email = str_print(a, "gradus-demo-%s-%zu@gmail.com", family->latin, i);
    } else {
        p.email = str_print(a, "%s.%s.%zu@%s-%s.example", given->latin, family->latin, i, company->latin, trade->name.latin);
        p.company = str_print(a, "%s %s", company->word, trade->name.word);
        p.industry = str_of(trade->industry);
        p.employees = 10 + (int64_t)pick((size_t)where, 7, 400);
    }
    if (pick(i, 8, 5) < 2)
        p.product = pick(i, 8, 5) ? STR("Склад") : STR("Касса");
    if (!str_eq(cells[CONTACT], STR("unknown")))
        p.phone = str_print(a, "+7900000%04zu", i % 10000);
    return p;
}

/* ---- visits ---- */

struct visit {
    int64_t admin, info, product, seconds, value, bought;
};

static bool visit_read(struct str text, struct visit *v)
{
    int64_t *fields[] = { &v->admin, &v->info, &v->product, &v->seconds, &v->value, &v->bought };
    struct str part;

    for (size_t i = 0; i < countof(fields); i++)
        if (!str_next(&text, ':', &part) || !str_to_int(part, fields[i]))
            return false;
    return true;
}

static int64_t few(int64_t n)
{
    return n < 0 ? 0 : n > VISIT_PAGES ? VISIT_PAGES : n;
}

/* Pages in the proportions of the visit, the deeds that its value and its end stand for. */
static instant plan_visit(struct planning *p, size_t i, unsigned k, const struct visit *v, instant at)
{
    static const char *const info[] = { "/blog/lead-scoring", "/blog/crm-choice", "/cases/logistics", "/blog/b2b-sales" };
    static const char *const product[] = { "/product", "/product/scoring", "/pricing", "/product/routing", "/integrations" };
    static const char *const admin[] = { "/contacts", "/about", "/careers" };
    int64_t step = 20 * SECOND_US + v->seconds * SECOND_US / (1 + v->admin + v->info + v->product);

    for (int64_t n = 0; n < few(v->info); n++, at += step)
        add(p, i, at, EVENT_PAGE, "", info[pick(i, 100 * k + (unsigned)n, countof(info))]);
    for (int64_t n = 0; n < few(v->product / 4); n++, at += step)
        add(p, i, at, EVENT_PAGE, "", product[pick(i, 100 * k + 20 + (unsigned)n, countof(product))]);
    for (int64_t n = 0; n < few(v->admin / 3); n++, at += step)
        add(p, i, at, EVENT_PAGE, "", admin[pick(i, 100 * k + 40 + (unsigned)n, pick(i, 8, 6) ? 2 : 3)]);
    if (v->value > 0 || v->product > 60)
        add(p, i, at += step, EVENT_TRACK, "Price List Downloaded", "/pricing");
    if (v->bought || (v->value > 0 && pick(i, 100 * k + 60, 3) == 0))
        add(p, i, at += step, EVENT_TRACK, "Form Submitted", "/contacts");
    if (v->bought) {
        add(p, i, at += step, EVENT_PAGE, "", "/pricing");
        add(p, i, at += step, EVENT_TRACK, "Demo Requested", "/demo");
        if (pick(i, 100 * k + 61, 2))
            add(p, i, at + DAY_US, EVENT_TRACK, "Webinar Attended", "");
    }
    return at;
}

/* Working hours are likelier than nights: an hour of a Moscow day, in UTC. */
static instant visit_at(size_t i, unsigned k, instant day)
{
    int64_t hour = pick(i, 200 + k, 10) < 8 ? 6 + (int64_t)pick(i, 220 + k, 11) : (int64_t)pick(i, 240 + k, 24);

    return day + hour * HOUR_US + (int64_t)pick(i, 260 + k, 3600) * SECOND_US;
}

static void plan_person(struct planning *p, size_t i, const struct str *cells)
{
    instant day = p->until - DAY_US * DEMO_DAYS + (int64_t)pick(i, 9, DEMO_DAYS) * DAY_US;
    struct str rest = cells[SESSIONS], text;
    int64_t letters = 0;
    unsigned k = 0;

    day -= day % DAY_US;
    str_to_int(cells[CAMPAIGN], &letters);
    for (; rest.len && str_next(&rest, ' ', &text); k++) {
        struct visit v;
        instant at, end;

        if (!visit_read(text, &v))
            continue;
        at = visit_at(i, k, day);
        end = plan_visit(p, i, k, &v, at);
        if (k == 0)
            add(p, i, end + 30 * SECOND_US, EVENT_IDENTIFY, "", "/");
        day += (1 + (int64_t)pick(i, 280 + k, 4)) * DAY_US;
        if (k < (unsigned)few(letters) && k < 3)
            add(p, i, visit_at(i, 300 + k, day), EVENT_TRACK, pick(i, 320 + k, 3) ? "Email Opened" : "Email Link Clicked", "");
    }
    if (str_eq(cells[POUTCOME], STR("success")))
        add(p, i, visit_at(i, 340, day - DAY_US), EVENT_TRACK, "Webinar Attended", "");
}

static int by_instant(const void *a, const void *b)
{
    const struct demo_event *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->person < y->person ? -1 : x->person > y->person;
}

enum err flow_demo_plan(struct ctx *c, struct str csv, instant until, struct demo_plan *plan)
{
    struct planning p = { c, plan, until };
    struct csv *reader = csv_open((struct csv_shape){ CSV_UTF8, ',' });
    struct csv_row row;
    enum err e = csv_feed(c, reader, csv, true);

    *plan = (struct demo_plan){
        .people = ARENA_ARRAY(c->arena, struct demo_person, PEOPLE_MAX),
        .events = ARENA_ARRAY(c->arena, struct demo_event, EVENTS_MAX),
    };
    for (bool heading = true; !e && csv_next(reader, &row); heading = false) {
        if (heading)
            continue;
        if (row.count != COLUMNS || plan->person_count > PEOPLE_MAX - A_ROW) {
            e = fault_set(c, ERR_BAD_FIELD, "row %lld of the demonstration's people", (long long)row.number);
            break;
        }
        for (int n = 0; n < A_ROW; n++) {
            plan->people[plan->person_count] = person_of(c->arena, plan->person_count, row.cells);
            plan_person(&p, plan->person_count++, row.cells);
        }
    }
    csv_close(reader);
    qsort(plan->events, plan->event_count, sizeof *plan->events, by_instant);
    return e;
}

/* ---- down the walk ---- */

static void put_text(struct json_out *o, const char *key, struct str value)
{
    if (!value.len)
        return;
    json_key(o, key);
    json_put_text(o, value);
}

static void put_traits(struct json_out *o, const struct demo_person *p)
{
    json_key(o, "traits");
    json_begin(o);
    put_text(o, "name", p->name);
    put_text(o, "email", p->email);
    put_text(o, "phone", p->phone);
    put_text(o, "title", p->title);
    put_text(o, "company", p->company);
    put_text(o, "industry", p->industry);
    put_text(o, "product", p->product);
    if (p->employees) {
        json_key(o, "employees");
        json_put_int(o, p->employees);
    }
    if (p->has_budget)
        put_text(o, "budget", STR("подтверждён"));
    json_end(o);
}

static struct str body_of(struct arena *a, const struct demo_person *p, const struct demo_event *ev)
{
    struct buf b = buf_new(a, 1 << 16);
    struct json_out o = json_to(&b);

    json_begin(&o);
    if (ev->kind == EVENT_IDENTIFY)
        put_traits(&o, p);
    json_key(&o, "properties");
    json_begin(&o);
    put_text(&o, "path", str_of(ev->path));
    json_end(&o);
    json_key(&o, "context");
    json_begin(&o);
    json_key(&o, "campaign");
    json_begin(&o);
    put_text(&o, "source", p->source);
    json_end(&o);
    json_key(&o, "page");
    json_begin(&o);
    put_text(&o, "path", str_of(ev->path));
    put_text(&o, "url", str_print(a, "https://demo.example%s", ev->path));
    json_end(&o);
    json_end(&o);
    json_end(&o);
    return buf_str(&b);
}

static enum err send(struct flow *f, struct ctx *c, struct db_tx *tx, const struct demo_person *p,
                     const struct demo_event *ev, int64_t source_id, struct messages *messages)
{
    struct event event = {
        .kind = ev->kind, .name = str_of(ev->name), .path = str_of(ev->path), .at = ev->at,
        .known_at = ev->at, .source_id = source_id, .who.anonymous_id = p->anonymous,
        .raw = body_of(c->arena, p, ev),
    };
    struct event_result result;
    struct json *body;
    enum err e = json_read(c, event.raw, &body);

    if (e)
        return e;
    event.body = body;
    if (ev->kind == EVENT_IDENTIFY) {
        event.traits = json_find(body, STR("traits"));
        event.who.email = p->email;
        event.who.phone = p->phone;
    }
    return flow_events(f, c, tx, &event, 1, &result, messages);
}

enum err flow_demo_step(struct flow *f, struct ctx *c, struct db_tx *tx, const struct demo_plan *plan, size_t i,
                        int64_t source_id, struct messages *messages)
{
    const struct demo_event *ev = &plan->events[i];

    c->now = ev->at;
    return send(f, c, tx, &plan->people[ev->person], ev, source_id, messages);
}

/* Mostly pages; now and then something that a buyer does. Those who have been here lately come oftener. */
enum err flow_demo_trickle(struct flow *f, struct ctx *c, struct db_tx *tx, const struct demo_plan *plan, uint64_t n,
                           int64_t source_id, struct messages *messages)
{
    static const struct {
        enum event_kind kind;
        const char *name, *path;
    } deeds[] = {
        { EVENT_PAGE, "", "/pricing" },       { EVENT_PAGE, "", "/product/scoring" },
        { EVENT_PAGE, "", "/cases/logistics" }, { EVENT_PAGE, "", "/blog/b2b-sales" },
        { EVENT_TRACK, "Price List Downloaded", "/pricing" }, { EVENT_PAGE, "", "/product" },
        { EVENT_TRACK, "Email Link Clicked", "" }, { EVENT_TRACK, "Demo Requested", "/demo" },
    };
    uint64_t r = sample_scatter(n);
    size_t recent = plan->event_count < 400 ? plan->event_count : 400;
    struct demo_event ev = { .at = c->now };

    if (!recent)
        return ERR_NONE;
    ev.person = plan->events[plan->event_count - 1 - r % recent].person;
    ev.kind = deeds[(r >> 32) % countof(deeds)].kind;
    ev.name = deeds[(r >> 32) % countof(deeds)].name;
    ev.path = deeds[(r >> 32) % countof(deeds)].path;
    return send(f, c, tx, &plan->people[ev.person], &ev, source_id, messages);
}
