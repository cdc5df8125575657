/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_perform.h"

#include "api/api_manager.h"
#include "api/export.h"
#include "api/lead_view.h"
#include "learn/perform_store.h"
#include "team/setting.h"

enum { FIGURE_BYTES = 256 };

/* ---- as JSON ---- */

struct row_view {
    int64_t manager_id, segment, leads, n, won, young, deals;
    struct str name, source, bucket, deal_bucket;
    struct str rate, ratio, more, deal, worth; /* JSON */
    fix expected;
    bool enough, deal_enough;
    int verdict, deal_verdict;
};
static const char *const verdicts[] = { "unclear", "above", "below", NULL };
#define R(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct row_view, member), __VA_ARGS__ }
static const struct field row_fields[] = {
    R(manager_id, FIELD_ID, .prefix = PREFIX_USER, .flags = FIELD_NULLABLE, .help = "none: the team"),
    R(name, FIELD_TEXT, .flags = FIELD_NULLABLE),
    R(segment, FIELD_INT, .help = "0: leads of every source"),
    R(source, FIELD_TEXT, .help = "of the segment; empty: every"),
    R(leads, FIELD_INT, .help = "that the person had, or has"),
    R(n, FIELD_INT, .help = "of them that count: bought, or will not any more"),
    R(won, FIELD_INT),
    R(young, FIELD_INT, .help = "too young to tell: no losses"),
    R(expected, FIELD_FIX, .help = "sales that a usual person of the team would have made of the same leads"),
    R(enough, FIELD_BOOL, .help = "false: too few leads count, and no figure is told"),
    R(rate, FIELD_RAW, .flags = FIELD_NULLABLE, .help = "{value, low, high}: conversion, shrunk towards what was expected"),
    R(ratio, FIELD_RAW, .flags = FIELD_NULLABLE, .help = "{value, low, high}: of conversion to what was expected"),
    R(more, FIELD_RAW, .flags = FIELD_NULLABLE, .help = "{value, low, high}: sales over those expected, luck taken out"),
    R(verdict, FIELD_ENUM, .names = verdicts, .help = "to what was expected; for all people at once at most 5 % of false ones"),
    R(deals, FIELD_INT, .help = "sales with an amount"),
    R(deal_enough, FIELD_BOOL),
    R(deal, FIELD_RAW, .flags = FIELD_NULLABLE, .help = "{value, low, high}: the average deal in minor units, shrunk"),
    R(deal_verdict, FIELD_ENUM, .names = verdicts),
    R(worth, FIELD_RAW, .flags = FIELD_NULLABLE, .help = "what a usual lead of the team brings in these hands, minor units"),
    R(bucket, FIELD_TEXT, .help = "the leads: /leads?report=REPORT&bucket=BUCKET, or BUCKET:won, :not, :young"),
    R(deal_bucket, FIELD_TEXT),
    { 0 },
};

struct performance_view {
    int64_t report, maturity_days, need, need_leads, need_deals;
    struct str currency, by;
    instant made_at;
    bool enough, sampled;
    struct field_list items;
};
#define P(member, type, ...)                                                                       \
    { .name = #member, .kind = type, .offset = offsetof(struct performance_view, member), __VA_ARGS__ }
const struct field performance_fields[] = {
    P(report, FIELD_ID, .prefix = PREFIX_REPORT, .flags = FIELD_NULLABLE, .help = "none: nothing was made yet"),
    P(made_at, FIELD_INSTANT, .flags = FIELD_NULLABLE),
    P(maturity_days, FIELD_INT, .help = "a lead without an end is no loss before this age"),
    P(by, FIELD_TEXT, .help = "what was expected of a lead: by its probability or its score, as it was when it was given"),
    P(sampled, FIELD_BOOL, .help = "an even choice of a large base"),
    P(enough, FIELD_BOOL, .help = "false: too few leads have ended, and nothing is told of anybody"),
    P(need, FIELD_INT, .help = "leads that bought, and as many that did not"),
    P(need_leads, FIELD_INT, .help = "leads of one person that count"),
    P(need_deals, FIELD_INT, .help = "deals of one person"),
    P(currency, FIELD_TEXT),
    { .name = "items", .kind = FIELD_LIST, .offset = offsetof(struct performance_view, items), .fields = row_fields,
      .item_size = sizeof(struct row_view), .help = "by segment; in each the team first" },
    { 0 },
};

static struct str figure(struct arena *a, bool told, struct learn_fixes f, bool money)
{
    struct buf b = buf_new(a, FIGURE_BYTES);
    struct json_out o = json_to(&b);
    void (*put)(struct json_out *, int64_t) = money ? json_put_int : json_put_fix;

    if (!told)
        return STR("null");
    json_begin(&o);
    json_key(&o, "value");
    put(&o, f.value);
    json_key(&o, "low");
    put(&o, f.low);
    json_key(&o, "high");
    put(&o, f.high);
    json_end(&o);
    return buf_str(&b);
}

/* Sales over those expected: (rate - expected share) x n. */
static struct learn_fixes more_of(const struct learn_performed *p)
{
    return (struct learn_fixes){ p->rate.value * p->n - p->expected, p->rate.low * p->n - p->expected, p->rate.high * p->n - p->expected };
}

/* team: of the same segment. */
static struct row_view view_of(struct call *call, const struct learn_performed *p, const struct learn_performed *team, const struct names *names)
{
    struct arena *a = call->ctx.arena;
    char id[ID_TEXT_MAX];
    struct str who = p->user.v ? str_dup(a, id_print(PREFIX_USER, p->user.v, id)) : STR("all");
    struct str tail = p->segment ? str_print(a, ".%d", p->segment) : STR("");
    bool told = p->enough && team->enough, deal = p->deal_enough && p->deal.value > 0;
    fix won = fix_muldiv(team->rate.value, p->ratio.value, FIX_ONE);

    return (struct row_view){
        .manager_id = p->user.v, .name = names_find(names, p->user.v), .segment = p->segment, .source = p->source, .leads = p->leads,
        .n = p->n, .won = p->won, .young = p->leads - p->n, .expected = p->expected, .enough = told,
        .rate = figure(a, told, p->rate, false), .ratio = figure(a, told && p->user.v, p->ratio, false),
        .more = figure(a, told && p->user.v, more_of(p), false), .verdict = p->verdict, .deals = p->deals, .deal_enough = deal,
        .deal = figure(a, deal, p->deal, true), .deal_verdict = p->deal_verdict,
        .worth = told && p->deal.value > 0 ? str_print(a, "%lld", (long long)fix_muldiv(won, p->deal.value, FIX_ONE)) : STR("null"),
        .bucket = str_print(a, "%s" STR_FMT STR_FMT, p->user.v ? "m." : "", STR_ARG(who), STR_ARG(tail)),
        .deal_bucket = str_print(a, "d." STR_FMT STR_FMT, STR_ARG(who), STR_ARG(tail)),
    };
}

static enum err views_read(struct call *call, struct learn_performance_head *head, struct row_view **views, size_t *count)
{
    const struct learn_performed *team = NULL;
    struct learn_performed *rows;
    struct names names;
    enum err e;

    if ((e = learn_performance_get(&call->ctx, call->tx, head)) || (e = learn_performance_rows(&call->ctx, call->tx, head->id, &rows, count))
        || (e = names_read(call, &names)))
        return e;
    *views = ARENA_ARRAY(call->ctx.arena, struct row_view, *count + 1);
    for (size_t i = 0; i < *count; i++) {
        team = rows[i].user.v ? team : &rows[i];
        (*views)[i] = view_of(call, &rows[i], team, &names);
    }
    return ERR_NONE;
}

enum err performance_get(struct call *call)
{
    struct learn_performance_head head;
    struct performance_view v;
    struct row_view *views;
    struct setting setting;
    size_t n;
    enum err e;

    if ((e = views_read(call, &head, &views, &n)) || (e = team_setting_get(&call->ctx, call->tx, &setting)))
        return e;
    v = (struct performance_view){
        .report = head.id.v, .made_at = head.made_at, .maturity_days = head.maturity_days, .sampled = head.sampled,
        .by = head.by_chance ? STR("probability") : STR("score"), .need = LEARN_ENOUGH, .need_leads = LEARN_GIVEN_ENOUGH,
        .need_deals = LEARN_DEALS_ENOUGH, .currency = setting.currency, .enough = n && views[0].enough, .items = { views, n },
    };
    return reply_ok(call, &v);
}

/* ---- as a table ---- */

static const char *const columns[] = {
    "manager_id", "manager", "source", "leads", "counted", "won", "young", "expected", "rate", "rate_low", "rate_high", "ratio", "ratio_low",
    "ratio_high", "verdict", "deals", "deal", "deal_low", "deal_high", "deal_verdict",
};

static void put_int(struct export *x, int64_t v)
{
    csv_put(&x->csv, str_print(x->call->ctx.arena, "%lld", (long long)v));
}

static void put_figure(struct export *x, bool told, struct learn_fixes f, bool money)
{
    const int64_t three[] = { f.value, f.low, f.high };
    char text[FIX_TEXT_MAX];

    for (size_t i = 0; i < countof(three); i++) {
        if (told && money)
            put_int(x, three[i]);
        else
            csv_put(&x->csv, told ? str_dup(x->call->ctx.arena, fix_print(three[i], text)) : STR(""));
    }
}

static void put_row(struct export *x, const struct learn_performed *p, bool team, const struct names *names)
{
    char id[ID_TEXT_MAX], text[FIX_TEXT_MAX];
    bool told = team && p->enough;

    csv_put(&x->csv, p->user.v ? str_dup(x->call->ctx.arena, id_print(PREFIX_USER, p->user.v, id)) : STR(""));
    csv_put(&x->csv, names_find(names, p->user.v));
    csv_put(&x->csv, p->source);
    put_int(x, p->leads);
    put_int(x, p->n);
    put_int(x, p->won);
    put_int(x, p->leads - p->n);
    csv_put(&x->csv, str_dup(x->call->ctx.arena, fix_print(p->expected, text)));
    put_figure(x, told, p->rate, false);
    put_figure(x, told, p->ratio, false);
    csv_put(&x->csv, told ? str_of(verdicts[p->verdict]) : STR(""));
    put_int(x, p->deals);
    put_figure(x, p->deal_enough && p->deal.value, p->deal, true);
    csv_put(&x->csv, p->deal_enough && p->deal.value ? str_of(verdicts[p->deal_verdict]) : STR(""));
    csv_end(&x->csv);
}

enum err performance_export(struct call *call)
{
    struct learn_performance_head head;
    struct learn_performed *rows;
    struct names names;
    struct export *x;
    bool team = false;
    size_t n;
    enum err e;

    if ((e = learn_performance_get(&call->ctx, call->tx, &head)) || (e = learn_performance_rows(&call->ctx, call->tx, head.id, &rows, &n))
        || (e = names_read(call, &names)) || (e = export_begin(call, ';', &x)))
        return e;
    for (size_t i = 0; i < countof(columns); i++)
        csv_put(&x->csv, str_of(columns[i]));
    csv_end(&x->csv);
    for (size_t i = 0; i < n && !e; i++) {
        team = rows[i].user.v ? team : rows[i].enough;
        put_row(x, &rows[i], team, &names);
        e = export_flush(x);
    }
    return e ? e : export_end(x, "managers.csv");
}
