/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_search.c - leads by the beginnings of words, for the palette; leads as a table, for a spreadsheet. */
#include "api/api_lead.h"
#include "api/export.h"

#include "base/limits.h"

/* ---- search ---- */

struct search_ask {
    struct str q;
};
const struct field search_query[] = {
    { .name = "q", .kind = FIELD_TEXT, .offset = offsetof(struct search_ask, q), .max = 200, .flags = FIELD_REQUIRED,
      .help = "beginnings of words" },
    { 0 },
};

struct found {
    int kind;
    int64_t id;
    struct str name, detail;
    int64_t score;
    int band;
};
static const char *const found_kinds[] = { "lead", NULL };
const struct field search_fields[] = {
    { .name = "kind", .kind = FIELD_ENUM, .offset = offsetof(struct found, kind), .names = found_kinds },
    { .name = "id", .kind = FIELD_ID, .offset = offsetof(struct found, id), .prefix = PREFIX_LEAD },
    { .name = "name", .kind = FIELD_TEXT, .offset = offsetof(struct found, name), .flags = FIELD_NULLABLE },
    { .name = "detail", .kind = FIELD_TEXT, .offset = offsetof(struct found, detail), .flags = FIELD_NULLABLE },
    { .name = "score", .kind = FIELD_INT, .offset = offsetof(struct found, score) },
    { .name = "band", .kind = FIELD_ENUM, .offset = offsetof(struct found, band), .names = band_names },
    { 0 },
};

static struct str first_of(struct str a, struct str b, struct str c)
{
    return a.len ? a : b.len ? b : c;
}

enum err search_get(struct call *call)
{
    enum { MOST = 20 };
    struct search_ask ask = { 0 };
    struct lead_query q = { .owner = STR("") };
    struct lead_filter f = { .limit = MOST };
    struct lead_page page = { 0 };
    struct found *found = ARENA_ARRAY(call->ctx.arena, struct found, MOST);
    enum err e = query_read(call, &ask);

    if (e)
        return e;
    q.q = ask.q;
    if (!str_trim(q.q).len)
        return reply_list(call, found, 0, sizeof *found, STR_NULL, 0);
    if ((e = lead_filter_of(call, &q, &f)) || (e = lead_list(&call->ctx, call->tx, &f, &page))
        || (e = lead_call(&call->ctx, call->tx, page.items, page.count)))
        return e;
    for (size_t i = 0; i < page.count; i++) {
        const struct lead *l = &page.items[i];

        found[i] = (struct found){
            0, l->id.v, l->called, first_of(l->company, l->email, l->phone),
            l->score, l->band,
        };
    }
    return reply_list_counted(call, found, page.count, sizeof *found, STR_NULL, (struct list_total){ page.total, page.total_more });
}

/* ---- the table ---- */

enum { EXPORT_PAGE = 200 }; /* as many of them as there are: a table that grows too large is refused as a whole (export.c) */

static const char *const columns[] = {
    "id", "name", "email", "phone", "title", "company", "source", "stage", "band", "score", "owner", "created_at", "seen_at",
    "cell", "icp", "user_id", "probability", "probability_low", "probability_high",
};

static void put_instant(struct csv_out *out, instant at)
{
    char text[INSTANT_TEXT_MAX];

    csv_put(out, at == INSTANT_NONE ? STR("") : instant_print(at, text));
}

static void put_chance(struct csv_out *out, const struct flow_chance *c)
{
    const fix all[] = { c->chance.value, c->chance.low, c->chance.high };
    char text[FIX_TEXT_MAX];

    for (size_t i = 0; i < countof(all); i++)
        csv_put(out, c->is ? fix_print(all[i], text) : STR(""));
}

/* Beside what stands in its own row. */
struct beside {
    struct str user_id;
    struct flow_chance chance;
};

static void put_row(struct call *call, struct csv_out *out, const struct lead *l, const struct names *names, const struct beside *b)
{
    char id[ID_TEXT_MAX];

    csv_put(out, id_print(PREFIX_LEAD, l->id.v, id));
    csv_put(out, l->name);
    csv_put(out, l->email);
    csv_put(out, l->phone);
    csv_put(out, l->title);
    csv_put(out, l->company);
    csv_put(out, l->source);
    csv_put(out, str_of(lead_stage_names[l->stage]));
    csv_put(out, str_of(band_names[l->band]));
    csv_put(out, str_print(call->ctx.arena, "%lld", (long long)l->score));
    csv_put(out, names_find(names, l->owner.v));
    put_instant(out, l->created_at);
    put_instant(out, l->seen_at);
    csv_put(out, l->cell < SCORE_CELLS ? str_of(score_cell_names[l->cell]) : STR(""));
    csv_put(out, l->icp < 0 ? STR("") : str_print(call->ctx.arena, "%d", l->icp));
    csv_put(out, b->user_id);
    put_chance(out, &b->chance);
    csv_end(out);
}

static enum err put_page(struct export *x, const struct lead_page *page)
{
    struct ctx *c = &x->call->ctx;
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, page->count + 1);
    struct str *user_ids = ARENA_ARRAY(c->arena, struct str, page->count + 1);
    struct flow_chance *chances = ARENA_ARRAY(c->arena, struct flow_chance, page->count + 1);
    struct names names;
    enum err e = names_of_owners(x->call, page->items, page->count, &names);

    for (size_t i = 0; i < page->count; i++)
        ids[i] = page->items[i].id;
    if (e || (e = lead_user_ids(c, x->call->tx, ids, page->count, user_ids)) || (e = lead_chances(x->call, page->items, page->count, chances)))
        return e;
    for (size_t i = 0; i < page->count; i++)
        put_row(x->call, &x->csv, &page->items[i], &names, &(struct beside){ user_ids[i], chances[i] });
    return export_flush(x);
}

static enum err put_pages(struct export *x, struct lead_filter *f, bool stepless)
{
    struct call *call = x->call;
    struct lead_page page = { .more = true };

    while (page.more) {
        enum err e;

        export_page(x);
        if ((e = lead_list(&call->ctx, call->tx, f, &page)))
            return e;
        if (page.count) {
            struct cursor last = lead_cursor(&page.items[page.count - 1], f->sort);

            if (last.text.len) /* the place outlives the page */
                last.text = str_dup(call->request->arena, last.text);
            lead_go_on_after(f, &last);
        }
        if ((stepless && (e = lead_drop_with_step(call, &page))) || (e = put_page(x, &page)))
            return e;
    }
    return ERR_NONE;
}

static enum err put_report(struct export *x, const struct lead_query *q)
{
    struct lead_page page = { .more = true };
    int64_t last = -1;
    enum err e = ERR_NONE;

    while (page.more && !e) {
        export_page(x);
        e = lead_report_page(x->call, q, EXPORT_PAGE, last, &page, &last);
        if (!e)
            e = put_page(x, &page);
    }
    return e;
}

enum err lead_export(struct call *call)
{
    struct lead_query q = { 0 };
    struct lead_filter f = { .limit = EXPORT_PAGE };
    struct export *x;
    enum err e;

    if ((e = query_read(call, &q)) || (e = lead_filter_of(call, &q, &f)) || (e = lead_figure_open(call, &q))
        || (e = export_begin(call, ';', &x)))
        return e;
    for (size_t i = 0; i < countof(columns); i++)
        csv_put(&x->csv, str_of(columns[i]));
    csv_end(&x->csv);
    if ((q.report || q.figure.len) && (e = put_report(x, &q)))
        return e;
    if (!q.report && !q.figure.len && f.limit && (e = put_pages(x, &f, q.step.len > 0)))
        return e;
    return export_end(x, "leads.csv");
}
