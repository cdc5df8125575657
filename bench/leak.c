/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* leak.c - the leak alarm on the columns of published sets: which it names, and by which figures.
 *
 *   leak FOLDER        (the folder of test data; GRADUS_TEST_DATA)
 *
 * A row is a lead whose facts all came with it, as they do from a file, so the two alarms that go by times are silent and the other three stand alone.
 * What is known of the columns (by those who published them, or since they exist for winners alone) is written beside each: a leak, honest, or asked in the
 * very talk that decides, of which either may be said. The goal: every leak that shows is named, and no honest column.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/map.h"
#include "bench/table.h"
#include "learn/leak.h"

enum kind { HONEST, LEAK, ASKED, HIDDEN };
static const char *const kinds[] = { "honest", "leak", "asked", "leak that does not show" };

struct known {
    const char *column;
    enum kind is;
};

static struct arena *a;
static struct ctx ctx;
static int missed;

static enum kind kind_of(const struct known *k, struct str column)
{
    for (; k->column; k++)
        if (str_eq(column, str_of(k->column)))
            return k->is;
    return HONEST;
}

/* A cell as the import would keep it. */
static void put_cell(struct json_out *o, struct str name, struct str text)
{
    fix number;

    json_key_str(o, name);
    if (text.len <= 24 && fix_parse(text, &number))
        json_put_fix(o, number);
    else
        json_put_text(o, text);
}

static void add(struct learn_leaks *l, const struct table *t, size_t row, const struct table *more, size_t more_row, const char *unknown, const char *outcome,
                bool won)
{
    const instant born = (instant)1700000000 * SECOND_US + (instant)row * HOUR_US;
    struct buf b = buf_new(a, 1 << 20);
    struct json_out o = json_to(&b);
    struct past_profile *p = ARENA_NEW(a, struct past_profile);
    struct history h = { .born = born, .profiles = p, .profile_count = 1 };
    struct learn_case k = { .lead = { (int64_t)row + 1 }, .born = born, .decided = won ? 1 : 2, .decided_at = born + DAY_US,
                            .judged_at = born + DAY_US - 1, .mark = won ? LEARN_MARK_WON : LEARN_MARK_NOT };
    struct json *v;

    json_begin(&o);
    for (int side = 0; side < 2; side++) {
        const struct table *of = side ? more : t;

        for (size_t c = 0; of && c < of->columns && (!side || more_row != SIZE_MAX); c++) {
            struct str text = table_cell(of, side ? more_row : row, c);

            if (text.len && !str_eq(text, str_of(unknown)) && !str_eq(of->heads[c], str_of(outcome)) && !(side && c == 0))
                put_cell(&o, of->heads[c], text);
        }
    }
    json_end(&o);
    if (json_read(&ctx, buf_str(&b), &v))
        exit(1);
    *p = (struct past_profile){ .at = born, .patch = v };
    learn_leak_add(l, &h, &k);
}

static void tell(const char *set, struct learn_leaks *l, const struct known *known)
{
    struct learn_leak *facts;
    size_t n = learn_leak_facts(l, &facts);

    printf("%s\n    %-46s %6s %7s %7s %7s %7s  %-12s %s\n", set, "column", "filled", "bought", "else", "AUC of", "filled", "named", "known to be");
    for (size_t i = 0; i < n; i++) {
        const struct learn_leak *f = &facts[i];
        enum kind is = kind_of(known, f->fact);
        bool named = f->why != LEARN_LEAK_NONE, wrong = (is == HONEST && named) || (is == LEAK && !named);

        printf("    %-46.*s %6lld %7.3f %7.3f %7.3f %7.3f  %-12s %s%s\n", STR_ARG(f->fact), (long long)f->with.n, f->with.share.value,
               f->without.share.value, f->value.value, f->presence.value, named ? learn_leak_names[f->why] : "-", kinds[is], wrong ? "  WRONG" : "");
        missed += wrong;
    }
}

static void of_file(const char *folder, const char *name, const char *file, const char *unknown, const char *outcome, const char *yes, const struct known *known)
{
    struct table t = table_read(a, folder, file);
    struct learn_leaks *l = learn_leak_begin(a);
    size_t won = table_column(&t, outcome);

    for (size_t i = 0; i < t.n; i++)
        add(l, &t, i, NULL, 0, unknown, outcome, str_eq(table_cell(&t, i, won), str_of(yes)));
    tell(name, l, known);
}

/* A lead without a deal has none of the deal's columns. */
static void olist(const char *folder)
{
    static const struct known known[] = {
        { "seller_id", LEAK }, { "sdr_id", LEAK }, { "sr_id", LEAK }, { "won_date", LEAK }, { "business_segment", LEAK }, { "lead_type", LEAK },
        { "lead_behaviour_profile", LEAK }, { "has_company", LEAK }, { "has_gtin", LEAK }, { "average_stock", LEAK }, { "business_type", LEAK },
        { "declared_product_catalog_size", LEAK }, { "declared_monthly_revenue", LEAK }, { 0 },
    };
    struct table t = table_read(a, folder, "olist_funnel/marketing_qualified_leads_train.csv.gz");
    struct table deals = table_read(a, folder, "olist_funnel/closed_deals_train.csv.gz");
    struct learn_leaks *l = learn_leak_begin(a);
    struct map of = map_new(a, 1024);
    size_t from = table_column(&t, "first_contact_date");

    for (size_t i = 0; i < deals.n; i++)
        map_put(&of, table_cell(&deals, i, 0), &deals.cells[i * deals.columns]);
    for (size_t i = 0; i < t.n; i++) {
        const struct str *deal = map_find(&of, table_cell(&t, i, 0));

        if (str_cmp(table_cell(&t, i, from), STR("2018-01-01")) >= 0)
            add(l, &t, i, &deals, deal ? (size_t)(deal - deals.cells) / deals.columns : SIZE_MAX, "unknown", "mql_id", deal != NULL);
    }
    tell("olist, contacts of 2018", l, known);
}

int main(int argc, char **argv)
{
    static const struct known x[] = {
        { "Tags", LEAK }, { "Lead Quality", LEAK }, { "Lead Profile", LEAK }, { "Last Notable Activity", LEAK },
        { "Asymmetrique Activity Index", HIDDEN }, { "Asymmetrique Profile Index", HIDDEN }, { "Asymmetrique Activity Score", HIDDEN },
        { "Asymmetrique Profile Score", HIDDEN }, { "Last Activity", ASKED }, { "What is your current occupation", ASKED },
        { "What matters most to you in choosing a course", ASKED }, { "Specialization", ASKED }, { "City", ASKED },
        { "How did you hear about X Education", ASKED }, { 0 },
    };
    static const struct known bank[] = { { "duration", LEAK }, { 0 } };
    static const struct known shop[] = { { "PageValues", LEAK }, { 0 } };

    if (argc < 2) {
        fprintf(stderr, "leak FOLDER\n");
        return 1;
    }
    a = arena_new((size_t)8 << 30);
    ctx.arena = a;
    of_file(argv[1], "x_education", "x_education/leads_train.csv.gz", "Select", "Converted", "1", x);
    of_file(argv[1], "bank", "bank_marketing/bank_full_train.csv.gz", "unknown", "y", "yes", bank);
    of_file(argv[1], "online shoppers", "online_shoppers/sessions.csv.gz", "", "Revenue", "TRUE", shop);
    olist(argv[1]);
    arena_free(a);
    return missed ? 1 : 0;
}
