/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_company.h"

#include <stdlib.h>

#include "api/api_lead.h"
#include "api/export.h"
#include "api/lead_view.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "flow/flow.h"
#include "flow/flow_company.h"
#include "lead/company.h"
#include "learn/outcome.h"
#include "score/company.h"
#include "team/setting.h"

enum { PEOPLE_MAX = 500, TIMELINE_PEOPLE = 100 };

struct company_ask {
    struct page_query page;
    struct str q;
};
const struct field company_query[] = {
    PAGE_FIELDS(struct company_ask),
    { .name = "q", .kind = FIELD_TEXT, .offset = offsetof(struct company_ask, q), .max = 200, .help = "a piece of the name" },
    { 0 },
};

struct contribution_view {
    int64_t lead, owner;
    struct str name, title, owner_name;
    int64_t score, points;
    int band, stage;
};
#define P(member, type, ...) { .name = #member, .kind = type, .offset = offsetof(struct contribution_view, member), __VA_ARGS__ }
static const struct field contribution_fields[] = {
    { .name = "lead_id", .kind = FIELD_ID, .offset = offsetof(struct contribution_view, lead), .prefix = PREFIX_LEAD, .flags = FIELD_NULLABLE,
      .help = "null: not the caller's to see" },
    P(name, FIELD_TEXT, .flags = FIELD_NULLABLE),
    P(title, FIELD_TEXT, .flags = FIELD_NULLABLE),
    P(score, FIELD_INT),
    P(points, FIELD_INT, .help = "of the company's score"),
    P(band, FIELD_ENUM, .names = band_names),
    P(stage, FIELD_ENUM, .names = lead_stage_names),
    { .name = "owner_id", .kind = FIELD_ID, .offset = offsetof(struct contribution_view, owner), .prefix = PREFIX_USER, .flags = FIELD_NULLABLE },
    P(owner_name, FIELD_TEXT, .flags = FIELD_NULLABLE),
    { 0 },
};

struct company_view {
    int64_t id, owner;
    struct str name, owner_name;
    int64_t score, people, hot, cap;
    int band, rule, books;
    struct str purchases, amount; /* JSON */
    struct field_list contributions;
};
#define V(member, type, ...) { .name = #member, .kind = type, .offset = offsetof(struct company_view, member), __VA_ARGS__ }
#define VIEW                                                                                       \
    V(id, FIELD_ID, .prefix = PREFIX_COMPANY), V(name, FIELD_TEXT),                                 \
        V(score, FIELD_INT, .help = "by the model's rule, of its people's scores now"),             \
        V(band, FIELD_ENUM, .names = band_names, .help = "by the model's rule, of its people's exact points"), \
        V(rule, FIELD_ENUM, .names = score_company_rule_names),                                     \
        V(cap, FIELD_INT, .help = "of sum_top3; 0: of no other rule"),                              \
        V(people, FIELD_INT, .help = "leads that name it"), V(hot, FIELD_INT, .help = "of them hot"), \
        { .name = "owner_id", .kind = FIELD_ID, .offset = offsetof(struct company_view, owner), .prefix = PREFIX_USER, \
          .flags = FIELD_NULLABLE, .help = "who has its best lead that anybody has" },              \
        V(owner_name, FIELD_TEXT, .flags = FIELD_NULLABLE)
const struct field company_fields[] = { VIEW, { 0 } };
const struct field company_page_fields[] = {
    VIEW,
    V(books, FIELD_ENUM, .names = team_books_names, .help = "the setting bookkeeping: at the company too, or each person's alone"),
    V(purchases, FIELD_RAW, .flags = FIELD_NULLABLE, .help = "how many of its people have bought; null: kept by contact"),
    V(amount, FIELD_RAW, .flags = FIELD_NULLABLE, .help = "for how much in all, minor units; null: kept by contact"),
    V(contributions, FIELD_LIST, .fields = contribution_fields, .item_size = sizeof(struct contribution_view),
      .help = "its people, the best first (500 at most), with what each adds to its score"),
    { 0 },
};

/* The company's own people may be others': it is shown to whoever has one of its leads. */
static bool may_see(const struct call *call, const struct lead_company *company)
{
    for (size_t i = 0; i < company->count; i++)
        if (team_may_see(&call->ctx.actor, company->people[i].owner))
            return true;
    return false;
}

static int64_t *shown_of(struct arena *a, const struct lead_company *company)
{
    int64_t *shown = ARENA_ARRAY(a, int64_t, company->count + 1);

    for (size_t i = 0; i < company->count; i++)
        shown[i] = company->people[i].score;
    return shown;
}

static struct company_view view_of(struct call *call, const struct model *m, const struct names *names,
                                   const struct lead_company *company, enum band band, int64_t *parts)
{
    struct company_view v = {
        .id = company->id.v, .name = company->name, .people = (int64_t)company->count, .owner = company->owner.v,
        .owner_name = names_find(names, company->owner.v), .rule = m->company_rule, .band = (int)band,
        .score = score_company(m, shown_of(call->ctx.arena, company), company->count, parts),
    };

    if (m->company_rule == COMPANY_SUM_TOP3)
        v.cap = m->company_cap ? m->company_cap : fix_round(m->ceiling);
    for (size_t i = 0; i < company->count; i++)
        v.hot += company->people[i].band == BAND_HOT;
    return v;
}

static int by_score(const void *a, const void *b)
{
    const struct company_view *x = a, *y = b;

    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static bool is_behind(const struct company_view *v, const struct cursor *after)
{
    return !after->stands || v->score < after->key || (v->score == after->key && v->id > after->id);
}

/* Those whom the caller may see and whose name holds the words, the highest score first. */
static enum err ranked(struct call *call, struct str asked, struct company_view **out, size_t *count)
{
    struct arena *a = call->ctx.arena;
    struct str words = utf8_fold(a, str_trim(asked));
    struct lead_company *companies;
    struct company_view *views;
    enum band *bands;
    struct model *m;
    struct names names;
    size_t n, kept = 0;
    enum err e;

    if ((e = names_read(call, &names)) || (e = lead_companies(&call->ctx, call->tx, &companies, &n))
        || (e = flow_model(call->house->flow, &call->ctx, call->tx, &m)))
        return e;
    for (size_t i = 0; i < n; i++)
        if (may_see(call, &companies[i]) && (!words.len || str_find(utf8_fold(a, companies[i].name), words) >= 0))
            companies[kept++] = companies[i];
    views = ARENA_ARRAY(a, struct company_view, kept + 1);
    bands = ARENA_ARRAY(a, enum band, kept + 1);
    e = flow_company_bands(&call->ctx, call->tx, m, companies, kept, bands);
    for (size_t i = 0; i < kept && !e; i++)
        views[i] = view_of(call, m, &names, &companies[i], bands[i], NULL);
    score_model_drop(m);
    if (e)
        return e;
    if (kept)
        qsort(views, kept, sizeof *views, by_score);
    *out = views;
    *count = kept;
    return ERR_NONE;
}

enum err company_list(struct call *call)
{
    struct company_ask ask = { 0 };
    struct company_view *views;
    struct cursor after, next = { .stands = true };
    size_t kept, from = 0;
    int64_t limit;
    enum err e;

    if ((e = query_read(call, &ask)) || (e = page_read(call, &ask.page, &limit, &after)) || (e = ranked(call, ask.q, &views, &kept)))
        return e;
    while (from < kept && !is_behind(&views[from], &after))
        from++;
    size_t count = kept - from > (size_t)limit ? (size_t)limit : kept - from;
    bool more = from + count < kept;
    if (more) {
        next.key = views[from + count - 1].score;
        next.id = views[from + count - 1].id;
    }
    return reply_list(call, views + from, count, sizeof *views, more ? cursor_print(call, &next) : STR_NULL, (int64_t)kept);
}

static enum err contributions_of(struct call *call, const struct names *names, const struct lead_company *company, const int64_t *parts,
                                 struct field_list *list)
{
    size_t n = company->count < PEOPLE_MAX ? company->count : PEOPLE_MAX;
    struct contribution_view *views = ARENA_ARRAY(call->ctx.arena, struct contribution_view, n + 1);
    struct lead_id *ids = ARENA_ARRAY(call->ctx.arena, struct lead_id, n + 1);
    struct lead *leads;
    enum err e;

    for (size_t i = 0; i < n; i++)
        ids[i] = company->people[i].id;
    if ((e = lead_get_called(&call->ctx, call->tx, ids, n, &leads)))
        return e;
    for (size_t i = 0; i < n; i++) {
        const struct lead_person *p = &company->people[i];
        bool mine = team_may_see(&call->ctx.actor, p->owner);

        views[i] = (struct contribution_view){
            .lead = mine ? p->id.v : 0, .owner = p->owner.v, .owner_name = names_find(names, p->owner.v), .score = p->score,
            .points = parts[i], .band = p->band, .stage = p->stage, .title = leads[i].title,
            .name = mine ? leads[i].called : STR_NULL,
        };
    }
    *list = (struct field_list){ views, n };
    return ERR_NONE;
}

/* By contact nothing is added up. */
static enum err purchases_of(struct call *call, const struct lead_company *company, struct company_view *v)
{
    struct lead_id *ids = ARENA_ARRAY(call->ctx.arena, struct lead_id, company->count + 1);
    struct outcome *outcomes = ARENA_ARRAY(call->ctx.arena, struct outcome, company->count + 1);
    int64_t bought = 0, amount = 0;
    struct setting setting;
    enum err e = team_setting_get(&call->ctx, call->tx, &setting);

    v->books = setting.books;
    v->purchases = v->amount = STR("null");
    if (e || setting.books != BOOKS_COMPANY)
        return e;
    for (size_t i = 0; i < company->count; i++)
        ids[i] = company->people[i].id;
    if ((e = learn_outcomes_of(&call->ctx, call->tx, ids, company->count, outcomes)))
        return e;
    for (size_t i = 0; i < company->count; i++)
        if (outcomes[i].state == OUTCOME_WON) {
            bought++;
            amount += outcomes[i].amount;
        }
    v->purchases = str_print(call->ctx.arena, "%lld", (long long)bought);
    v->amount = str_print(call->ctx.arena, "%lld", (long long)amount);
    return ERR_NONE;
}

/* The company, if the caller has one of its leads. */
static enum err company_of_call(struct call *call, struct lead_company *company)
{
    struct company_id id;
    enum err e;

    if ((e = param_id(call, "id", PREFIX_COMPANY, &id.v)) || (e = lead_company_get(&call->ctx, call->tx, id, company)))
        return e;
    return may_see(call, company) ? ERR_NONE : ERR_NOT_FOUND;
}

enum err company_timeline(struct call *call)
{
    struct lead_company company;
    struct setting setting;
    struct lead_id *people;
    size_t n = 0;
    enum err e;

    if ((e = company_of_call(call, &company)) || (e = team_setting_get(&call->ctx, call->tx, &setting)))
        return e;
    if (setting.books != BOOKS_COMPANY)
        return fault_set(&call->ctx, ERR_CONFLICT, "deeds are kept by contact: the setting bookkeeping");
    people = ARENA_ARRAY(call->ctx.arena, struct lead_id, company.count + 1);
    for (size_t i = 0; i < company.count && n < TIMELINE_PEOPLE; i++)
        if (team_may_see(&call->ctx.actor, company.people[i].owner))
            people[n++] = company.people[i].id;
    return timeline_of_many(call, people, n);
}

enum err company_get(struct call *call)
{
    struct lead_company company;
    struct company_view v;
    struct names names;
    struct model *m;
    int64_t *parts;
    enum band band;
    enum err e;

    if ((e = company_of_call(call, &company)) || (e = names_read(call, &names)))
        return e;
    parts = ARENA_ARRAY(call->ctx.arena, int64_t, company.count + 1);
    if ((e = flow_model(call->house->flow, &call->ctx, call->tx, &m)))
        return e;
    if (!(e = flow_company_bands(&call->ctx, call->tx, m, &company, 1, &band)))
        v = view_of(call, m, &names, &company, band, parts);
    score_model_drop(m);
    if (!e && !(e = contributions_of(call, &names, &company, parts, &v.contributions)))
        e = purchases_of(call, &company, &v);
    return e ? e : reply_ok(call, &v);
}

/* ---- as tables ---- */

static void put_numbers(struct export *x, const int64_t *numbers, size_t n)
{
    for (size_t i = 0; i < n; i++)
        csv_put(&x->csv, str_print(x->call->ctx.arena, "%lld", (long long)numbers[i]));
}

static void put_titles(struct export *x, const char *const *titles, size_t n)
{
    for (size_t i = 0; i < n; i++)
        csv_put(&x->csv, str_of(titles[i]));
    csv_end(&x->csv);
}

static void put_person(struct export *x, const struct contribution_view *p)
{
    char id[ID_TEXT_MAX];

    csv_put(&x->csv, p->lead ? id_print(PREFIX_LEAD, p->lead, id) : STR(""));
    csv_put(&x->csv, p->name);
    csv_put(&x->csv, p->title);
    csv_put(&x->csv, str_of(band_names[p->band]));
    csv_put(&x->csv, str_of(lead_stage_names[p->stage]));
    put_numbers(x, (const int64_t[]){ p->score, p->points }, 2);
    csv_put(&x->csv, p->owner_name);
    csv_end(&x->csv);
}

static enum err people_export(struct call *call, struct company_id id)
{
    static const char *const titles[] = { "id", "name", "title", "band", "stage", "score", "points", "owner" };
    struct lead_company company;
    struct field_list people;
    struct names names;
    struct export *x;
    struct model *m;
    enum err e;

    if ((e = lead_company_get(&call->ctx, call->tx, id, &company)) || (e = may_see(call, &company) ? ERR_NONE : ERR_NOT_FOUND)
        || (e = names_read(call, &names)) || (e = flow_model(call->house->flow, &call->ctx, call->tx, &m)))
        return e;
    int64_t *parts = ARENA_ARRAY(call->ctx.arena, int64_t, company.count + 1);
    (void)score_company(m, shown_of(call->ctx.arena, &company), company.count, parts);
    score_model_drop(m);
    if ((e = contributions_of(call, &names, &company, parts, &people)) || (e = export_begin(call, ';', &x)))
        return e;
    put_titles(x, titles, countof(titles));
    for (size_t i = 0; i < people.count && !e; i++) {
        put_person(x, (const struct contribution_view *)people.items + i);
        e = export_flush(x);
    }
    return e ? e : export_end(x, "company.csv");
}

struct company_table_ask {
    struct str q;
    int64_t company;
};
const struct field company_table_query[] = {
    { .name = "q", .kind = FIELD_TEXT, .offset = offsetof(struct company_table_ask, q), .max = 200, .help = "a piece of the name" },
    { .name = "company", .kind = FIELD_ID, .offset = offsetof(struct company_table_ask, company), .prefix = PREFIX_COMPANY,
      .help = "the people of this one, and what each adds" },
    { 0 },
};

enum err company_export(struct call *call)
{
    static const char *const titles[] = { "id", "name", "band", "score", "people", "hot", "owner" };
    struct company_table_ask ask = { 0 };
    struct company_view *views;
    char id[ID_TEXT_MAX];
    struct export *x;
    size_t n;
    enum err e = query_read(call, &ask);

    if (e)
        return e;
    if (ask.company)
        return people_export(call, (struct company_id){ ask.company });
    if ((e = ranked(call, ask.q, &views, &n)) || (e = export_begin(call, ';', &x)))
        return e;
    put_titles(x, titles, countof(titles));
    for (size_t i = 0; i < n && !e; i++) {
        csv_put(&x->csv, id_print(PREFIX_COMPANY, views[i].id, id));
        csv_put(&x->csv, views[i].name);
        csv_put(&x->csv, str_of(band_names[views[i].band]));
        put_numbers(x, (const int64_t[]){ views[i].score, views[i].people, views[i].hot }, 3);
        csv_put(&x->csv, views[i].owner_name);
        csv_end(&x->csv);
        e = export_flush(x);
    }
    return e ? e : export_end(x, "companies.csv");
}
