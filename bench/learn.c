/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* learn.c - the learner of the product on real published sets, beside what others do on the same splits.
 *
 *   learn FOLDER        (the folder of test data; GRADUS_TEST_DATA)
 *
 * Cross-validated in five parts, each foretold by a learner that has not seen it, with everything that a learner chooses chosen again inside. Beside
 * it, on the same parts: Odoo's naive Bayes (frequencies of each field's values, as addons/crm's predictive lead scoring counts them) and plain
 * logistic regression (levels one-hot, numbers standardised). Out of time: the first 70 % of the rows teach, the rest come one after another and
 * each outcome is known before the next row; with the running correction and without. The figures' own code is held against the set's golden
 * answers.
 *
 * Where a goal is missed, what other learners reach on the very same parts stands beside it (docs/calibration.md tells how that was measured): the
 * goals are of rows that are held back, and those are easier than the rows that are here.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/map.h"
#include "bench/table.h"
#include "learn/learner.h"

enum { FOLDS = 5, CELLS = 200 };

static struct arena *a;
static const char *folder;
static int missed;

/* ---- sets ---- */

struct set {
    const char *name;
    struct learn_row *rows;
    unsigned char *won;
    size_t n;
    unsigned char *fold;
};

/* names: columns that are taken, NULL-terminated; a cell that is empty or is `unknown` is left out. */
static struct set set_of(const char *name, const struct table *t, const char *const *names, const char *outcome, const char *yes,
                         const char *unknown)
{
    struct set s = { .name = name, .n = t->n };
    size_t won = table_column(t, outcome);
    uint64_t chance = 20261;

    s.rows = ARENA_ARRAY(a, struct learn_row, t->n);
    s.won = ARENA_ARRAY(a, unsigned char, t->n);
    s.fold = ARENA_ARRAY(a, unsigned char, t->n);
    for (size_t i = 0; i < t->n; i++) {
        struct learn_value *v = ARENA_ARRAY(a, struct learn_value, CELLS);
        size_t n = 0;

        for (const char *const *k = names; *k; k++) {
            struct str text = table_cell(t, i, table_column(t, *k));

            if (text.len && !str_eq(text, str_of(unknown)))
                v[n++] = (struct learn_value){ .name = str_of(*k), .kind = LEARN_TEXT, .text = text };
        }
        s.rows[i] = (struct learn_row){ v, n };
        s.won[i] = str_eq(table_cell(t, i, won), str_of(yes));
        s.fold[i] = (unsigned char)(sample_random(&chance) % FOLDS);
    }
    return s;
}

/* ---- what others do ---- */

/* Odoo: for each field, how often each value stood among the won and the lost, a tenth added to each; the product over the fields, against the
 * totals of the field; kept within 0.01 and 99.99 %. A value never seen says nothing. */
struct seen {
    double won, lost;
};
struct bayes {
    struct map values;       /* "name\nvalue" */
    struct map fields;
    struct seen all;
};

static struct seen *seen_of(struct map *m, struct arena *to, struct str key, bool make)
{
    struct seen *s = map_find(m, key);

    if (!s && make) {
        s = ARENA_NEW(to, struct seen);
        map_put(m, str_dup(to, key), s);
    }
    return s;
}

static struct bayes bayes_fit(struct arena *to, const struct set *s, int fold)
{
    struct bayes b = { .values = map_new(to, 1000), .fields = map_new(to, 100) };

    for (size_t i = 0; i < s->n; i++) {
        if (s->fold[i] == fold)
            continue;
        *(s->won[i] ? &b.all.won : &b.all.lost) += 1;
        for (size_t k = 0; k < s->rows[i].count; k++) {
            const struct learn_value *v = &s->rows[i].values[k];
            struct str key = str_print(to, STR_FMT "\n" STR_FMT, STR_ARG(v->name), STR_ARG(v->text));
            struct seen *one = map_find(&b.values, key), *field = seen_of(&b.fields, to, v->name, true);

            if (!one) {
                one = seen_of(&b.values, to, key, true);
                *one = (struct seen){ 0.1, 0.1 };
                field->won += 0.1;
                field->lost += 0.1;
            }
            *(s->won[i] ? &one->won : &one->lost) += 1;
            *(s->won[i] ? &field->won : &field->lost) += 1;
        }
    }
    return b;
}

static double bayes_value(struct arena *to, struct bayes *b, const struct learn_row *row)
{
    double won = b->all.won / (b->all.won + b->all.lost), lost = 1 - won, p;

    for (size_t k = 0; k < row->count; k++) {
        const struct learn_value *v = &row->values[k];
        struct seen *one = map_find(&b->values, str_print(to, STR_FMT "\n" STR_FMT, STR_ARG(v->name), STR_ARG(v->text)));
        struct seen *field = map_find(&b->fields, v->name);

        if (!one)
            continue;
        won *= one->won / field->won;
        lost *= one->lost / field->lost;
    }
    p = won / (won + lost);
    return fit_logit(p < 0.0001 ? 0.0001 : p > 0.9999 ? 0.9999 : p);
}

static void bayes_held(const struct set *s, double *z)
{
    for (int f = 0; f < FOLDS; f++) {
        struct arena *own = arena_new((size_t)4 << 30);
        struct bayes b = bayes_fit(own, s, f);

        for (size_t i = 0; i < s->n; i++)
            if (s->fold[i] == f)
                z[i] = bayes_value(own, &b, &s->rows[i]);
        arena_free(own);
    }
}

/* Plain logistic regression: levels one-hot, numbers standardised and the unknown put at the mean; a ridge of 1. */
struct plain {
    struct learn_schema schema;
    double mean[LEARN_COLUMNS], spread[LEARN_COLUMNS];
    uint32_t at[LEARN_COLUMNS];
    size_t p;
};

static bool number_in(const struct learn_row *row, struct str name, double *x)
{
    for (size_t k = 0; k < row->count; k++)
        if (str_eq(row->values[k].name, name))
            return learn_number_of(row->values[k].text, x);
    return false;
}

static void plain_prepare(struct plain *m, const struct learn_row *rows, size_t n)
{
    m->p = 1;
    for (size_t c = 0; c < m->schema.count; c++) {
        double sum = 0, squares = 0, x;
        size_t filled = 0;

        m->at[c] = (uint32_t)m->p;
        m->p += m->schema.columns[c].levels ? (size_t)learn_codes_of(&m->schema.columns[c], false) : 1;
        for (size_t i = 0; i < n && !m->schema.columns[c].levels; i++)
            if (number_in(&rows[i], m->schema.columns[c].name, &x)) {
                sum += x;
                squares += x * x;
                filled++;
            }
        m->mean[c] = filled ? sum / (double)filled : 0;
        m->spread[c] = filled ? sqrt(fmax(squares / (double)filled - m->mean[c] * m->mean[c], 1e-12)) : 1;
    }
}

static void plain_row(const struct plain *m, const struct learn_row *row, uint32_t *index, double *value)
{
    uint8_t wide[LEARN_COLUMNS];

    learn_encode(&m->schema, row, wide, NULL);
    for (size_t c = 0; c < m->schema.count; c++) {
        double x = m->mean[c];

        if (m->schema.columns[c].levels) {
            index[c] = m->at[c] + wide[c];
            value[c] = 1;
            continue;
        }
        (void)number_in(row, m->schema.columns[c].name, &x);
        index[c] = m->at[c];
        value[c] = (x - m->mean[c]) / m->spread[c];
    }
}

static void plain_held(const struct set *s, double *z)
{
    for (int f = 0; f < FOLDS; f++) {
        struct arena *own = arena_new((size_t)4 << 30);
        struct learn_row *rows = ARENA_ARRAY(own, struct learn_row, s->n);
        unsigned char *won = ARENA_ARRAY(own, unsigned char, s->n);
        struct plain m;
        struct fit_line line;
        size_t n = 0, count;

        for (size_t i = 0; i < s->n; i++)
            if (s->fold[i] != f) {
                rows[n] = s->rows[i];
                won[n++] = s->won[i];
            }
        m.schema = learn_schema(own, rows, n);
        count = m.schema.count;
        plain_prepare(&m, rows, n);
        uint32_t *start = ARENA_ARRAY(own, uint32_t, n + 1), *index = ARENA_ARRAY(own, uint32_t, n * count + count);
        double *value = ARENA_ARRAY(own, double, n * count + count), *penalty = ARENA_ARRAY(own, double, m.p * m.p);
        for (size_t i = 0; i < n; i++) {
            plain_row(&m, &rows[i], index + i * count, value + i * count);
            start[i + 1] = (uint32_t)((i + 1) * count);
        }
        for (size_t i = 1; i < m.p; i++)
            fit_ridge(penalty, m.p, i, 1);
        line = fit_logistic(own, &(struct fit_design){ n, m.p, start, index, value }, won, NULL, NULL, penalty);
        for (size_t i = 0; i < s->n; i++)
            if (s->fold[i] == f) {
                plain_row(&m, &s->rows[i], index, value);
                z[i] = line.beta[0];
                for (size_t c = 0; c < count; c++)
                    z[i] += line.beta[index[c]] * value[c];
            }
        arena_free(own);
    }
}

/* ---- the product's learner ---- */

static void learner_held(const struct set *s, bool line_only, double *z)
{
    for (int f = 0; f < FOLDS; f++) {
        struct arena *own = arena_new((size_t)4 << 30);
        struct learn_row *rows = ARENA_ARRAY(own, struct learn_row, s->n);
        unsigned char *won = ARENA_ARRAY(own, unsigned char, s->n);
        struct learn_options o = { .seed = 1, .line_only = line_only };
        struct learner *l;
        size_t n = 0;

        for (size_t i = 0; i < s->n; i++)
            if (s->fold[i] != f) {
                rows[n] = s->rows[i];
                won[n++] = s->won[i];
            }
        l = learn_fit(own, rows, won, n, &o);
        for (size_t i = 0; i < s->n; i++)
            if (s->fold[i] == f)
                z[i] = learn_foretell(l, &s->rows[i]).z;
        if (getenv("BENCH_TELL"))
            fprintf(stderr, "  part %d: columns %zu, ridge %g, depth %d, trees %d, share of the sum %.1f, map %d\n", f, l->schema.count, l->ridge,
                    l->depth, l->boost.trees, l->share, l->map.kind);
        arena_free(own);
    }
}

static struct learn_figures show(const char *set, const char *who, const double *z, const unsigned char *won, size_t n)
{
    struct arena *own = arena_new((size_t)1 << 30);
    struct learn_figures f = learn_measure(own, z, won, n);

    printf("%-22s %-28s auc %.4f (%.4f to %.4f)  brier %.4f  ece %.4f  log loss %.4f  top 20 %% find %.4f\n", set, who, f.auc.value, f.auc.low,
           f.auc.high, f.brier, f.ece, f.log_loss, f.found20.value);
    fflush(stdout);
    arena_free(own);
    return f;
}

/* goal: at least (above) or at most. */
static void goal(const char *what, double is, double must, bool above)
{
    bool ok = above ? is >= must : is <= must;

    printf("    %-24s %.4f  goal %s %.4f  %s\n", what, is, above ? ">=" : "<=", must, ok ? "reached" : "MISSED");
    missed += !ok;
}

static struct learn_figures compare(const struct set *s)
{
    double *z = ARENA_ARRAY(a, double, s->n);

    bayes_held(s, z);
    show(s->name, "Odoo's naive Bayes", z, s->won, s->n);
    plain_held(s, z);
    show(s->name, "plain logistic regression", z, s->won, s->n);
    learner_held(s, true, z);
    show(s->name, "Gradus, sum of effects alone", z, s->won, s->n);
    learner_held(s, false, z);
    return show(s->name, "Gradus", z, s->won, s->n);
}

/* ---- the sets ---- */

static const char *const x_columns[] = {
    "Lead Origin", "Lead Source", "Do Not Email", "Do Not Call", "TotalVisits", "Total Time Spent on Website", "Page Views Per Visit", "Search",
    "Magazine", "Newspaper Article", "X Education Forums", "Newspaper", "Digital Advertisement", "Through Recommendations",
    "Receive More Updates About Our Courses", "Update me on Supply Chain Content", "Get updates on DM Content",
    "I agree to pay the amount through cheque", "A free copy of Mastering The Interview", NULL };
static const char *const bank_columns[] = { "age", "job", "marital", "education", "default", "balance", "housing", "loan", "contact", "day",
                                            "month", "campaign", "pdays", "previous", "poutcome", NULL };

static void x_education(void)
{
    struct table t = table_read(a, folder, "x_education/leads_train.csv.gz");
    struct set s = set_of("x_education strict", &t, x_columns, "Converted", "1", "Select");
    struct learn_figures f = compare(&s);

    goal("auc", f.auc.value, 0.83, true);
    goal("brier", f.brier, 0.155, false);
    goal("ece", f.ece, 0.022, false);
    goal("top 20 % find", f.found20.value, 0.42, true);
    printf("    of others on the same parts: XGBoost 0.8194 to 0.8212, brier 0.1578 to 0.1595, top 20 %% find 0.4131 to 0.4203"
           " (eight settings); random forest 0.8164\n");
}

/* Judged as the published baselines are ("OUT OF TIME (shared only, by Lead Number), strict"): the first seven tenths by the serial number teach. */
static void x_out_of_time(void)
{
    struct table t = table_read(a, folder, "x_education/leads_train.csv.gz");
    struct set s = set_of("x_education out of time", &t, x_columns, "Converted", "1", "Select");
    struct learn_row *rows = ARENA_ARRAY(a, struct learn_row, s.n);
    unsigned char *won = ARENA_ARRAY(a, unsigned char, s.n);
    size_t serial = table_column(&t, "Lead Number"), first = s.n * 7 / 10;
    double *z = ARENA_ARRAY(a, double, s.n);
    struct learn_options o = { .seed = 1 };
    struct learner *l;

    for (size_t i = 0; i < s.n; i++) {
        size_t place = 0;
        for (size_t j = 0; j < s.n; j++)
            place += fix_cut(table_cell(&t, j, serial)) < fix_cut(table_cell(&t, i, serial));
        rows[place] = s.rows[i];
        won[place] = s.won[i];
    }
    l = learn_fit(a, rows, won, first, &o);
    for (size_t i = first; i < s.n; i++)
        z[i] = learn_foretell(l, &rows[i]).z;
    show(s.name, "Gradus", z + first, won + first, s.n - first);
    printf("    of others on the same rows (expected/): points 0.8288, regression 0.8166, trees 0.8333\n");
}

static void bank(void)
{
    struct table t = table_read(a, folder, "bank_marketing/bank_full_train.csv.gz");
    struct set s = set_of("bank without duration", &t, bank_columns, "y", "yes", "unknown");
    struct learn_figures f = compare(&s);

    goal("auc", f.auc.value, 0.78, true);
    goal("brier", f.brier, 0.084, false);
    goal("ece", f.ece, 0.015, false);
}

static void bank_out_of_time(void)
{
    struct table t = table_read(a, folder, "bank_marketing/bank_full_train.csv.gz");
    struct set s = set_of("bank out of time", &t, bank_columns, "y", "yes", "unknown");
    size_t first = s.n * 7 / 10, n = s.n - first;
    struct learn_options o = { .seed = 1 };
    struct learner *l = learn_fit(a, s.rows, s.won, first, &o);
    struct learn_recent *recent = ARENA_ARRAY(a, struct learn_recent, n);
    double *raw = ARENA_ARRAY(a, double, n), *right = ARENA_ARRAY(a, double, n);
    struct learn_figures f;

    for (size_t i = 0; i < n; i++) {
        struct arena *own = arena_new((size_t)1 << 30);
        struct fit_map m = learn_correct(own, recent, i);

        raw[i] = learn_foretell(l, &s.rows[first + i]).z;
        right[i] = fit_map_value(&m, raw[i]);
        recent[i] = (struct learn_recent){ raw[i], s.won[first + i] };
        arena_free(own);
    }
    show(s.name, "Gradus, never corrected", raw, s.won + first, n);
    f = show(s.name, "Gradus, running correction", right, s.won + first, n);
    goal("ece", f.ece, 0.015, false);
}

/* Contacts from 2018 on, won if their id is among the deals. */
static void olist(void)
{
    static const char *const columns[] = { "landing_page_id", "origin", NULL };
    struct table t = table_read(a, folder, "olist_funnel/marketing_qualified_leads_train.csv.gz");
    struct table deals = table_read(a, folder, "olist_funnel/closed_deals_train.csv.gz");
    struct map won = map_new(a, deals.n);
    size_t date = table_column(&t, "first_contact_date"), id = table_column(&t, "mql_id"), kept = 0;
    struct set s;
    struct learn_figures f;

    for (size_t i = 0; i < deals.n; i++)
        map_put(&won, table_cell(&deals, i, table_column(&deals, "mql_id")), &won);
    for (size_t i = 0; i < t.n; i++) {
        if (strncmp(table_cell(&t, i, date).ptr, "2018", 4))
            continue;
        memmove(t.cells + kept * t.columns, t.cells + i * t.columns, t.columns * sizeof *t.cells);
        kept++;
    }
    t.n = kept;
    s = set_of("olist, contacts of 2018", &t, columns, "mql_id", "", "unknown");
    for (size_t i = 0; i < s.n; i++)
        s.won[i] = map_find(&won, table_cell(&t, i, id)) != NULL;
    f = compare(&s);
    goal("auc", f.auc.value, 0.67, true);
    printf("    of others on the same parts: XGBoost 0.6456 to 0.6601, regression 0.6592 to 0.6598 (with and without the shares bought of each level)\n");
}

/* ---- golden answers ---- */

static const struct json *golden_of(const char *file)
{
    struct ctx c = { .arena = a };
    struct json *v;

    if (json_read(&c, table_file(folder, file), &v))
        exit(1);
    return v;
}

static double number_at(const struct json *v, const char *key)
{
    const struct json *x = json_find(v, str_of(key));

    return x ? (double)fix_cut(x->type == JSON_INT || x->type == JSON_NUM ? x->raw : STR("0")) / 1e6 : NAN;
}

static void check(const char *what, double is, double must, double slack)
{
    bool ok = isnan(must) || fabs(is - must) <= slack;

    if (!isnan(must))
        printf("    %-36s %.6f  golden %.6f  %s\n", what, is, must, ok ? "equal" : "DIFFERS");
    missed += !ok;
}

static void golden(const char *file, const char *set, const char *outcome, const char *column, const char *key, bool points, double pdo, double base)
{
    struct table t = table_read(a, folder, file);
    const struct json *must = json_find(golden_of("expected/metrics_golden.json"), str_of(key));
    size_t at = table_column(&t, column), won = table_column(&t, outcome);
    struct sample_point *p = ARENA_ARRAY(a, struct sample_point, t.n);

    printf("%s\n", set);
    for (size_t i = 0; i < t.n; i++) {
        fix x = fix_cut(table_cell(&t, i, at));

        p[i].score = (double)x / 1e6;
        if (points)
            p[i].score = 1 / (1 + exp2(-(base + p[i].score) / pdo));
        p[i].won = str_eq(table_cell(&t, i, won), STR("1"));
    }
    check("auc", sample_auc(a, p, t.n).value, number_at(must, "auc"), 2e-6);
    check("brier", sample_brier(p, t.n), number_at(must, "brier"), 2e-6);
    check("log loss", sample_log_loss(p, t.n), number_at(must, "logloss"), 2e-6);
    check("ece, equal width", sample_ece_width(p, t.n, 10), number_at(must, "ece10w"), 2e-6);
    sample_sort(a, p, t.n);
    check("lift of the top 10 %", sample_lift(p, t.n, 0.1), number_at(must, "lift10"), 2e-5);
    check("top 20 % find", sample_found(p, t.n, 0.2), number_at(must, "found20"), 2e-5);
}

/* The card of points itself: each row's points by the card against the points that stand beside it. */
static double card_of(const struct table *t, size_t row, const struct json *card)
{
    const struct json *fields = json_find(card, STR("categorical")), *numbers = json_find(card, STR("numeric"));
    double sum = 0;

    for (uint32_t i = 0; i < fields->count; i++) {
        const struct json *points = json_find(&fields->as.members[i].value, STR("points"));
        const struct json *kept = json_find(&fields->as.members[i].value, STR("levels_kept"));
        struct str level = table_cell(t, row, table_column(t, str_print(a, STR_FMT, STR_ARG(fields->as.members[i].key)).ptr));
        bool known = false;

        if (str_eq(level, STR("Select")) || str_eq(level, STR("unknown")))
            level = STR("");
        for (uint32_t k = 0; k < kept->count; k++)
            known = known || str_eq(json_text(&kept->as.items[k]), level);
        if (!json_find(points, known ? level : STR("OTHER")))
            continue;
        sum += number_at(points, known ? str_print(a, STR_FMT, STR_ARG(level)).ptr : "OTHER");
    }
    for (uint32_t i = 0; i < numbers->count; i++) {
        struct str name = numbers->as.members[i].key;
        bool days = str_eq(name, STR("pdays_n"));
        struct str text = table_cell(t, row, table_column(t, days ? "pdays" : str_print(a, STR_FMT, STR_ARG(name)).ptr));
        const struct json *one = &numbers->as.members[i].value, *cuts = json_find(one, STR("cuts"));
        bool missing = !text.len || (days && str_eq(text, STR("-1")));
        double x = missing ? 0 : (double)fix_cut(text) / 1e6;
        int bin = 0;

        for (uint32_t k = 0; k < cuts->count; k++)
            bin += x > (double)fix_cut(cuts->as.items[k].raw) / 1e6;
        sum += number_at(json_find(one, STR("points")), missing ? "missing" : str_print(a, "%d", bin).ptr);
    }
    return sum;
}

static void golden_card(const char *scores, const char *set, const char *card_file, bool x)
{
    struct table t = table_read(a, folder, set), s = table_read(a, folder, scores);
    const struct json *card = golden_of(card_file);
    size_t points = table_column(&s, "scorecard_points"), same = 0, with_base = 0;
    double base = number_at(card, "base");

    for (size_t i = 0; i < t.n; i++) {
        double must = (double)fix_cut(table_cell(&s, i, points)) / 1e6, is = card_of(&t, i, card);

        same += is == must;
        with_base += is + base == must;
    }
    check(x ? "x_education: rows of equal points" : "bank: rows of equal points", (double)(same > with_base ? same : with_base), (double)t.n, 0);
}

static void goldens(void)
{
    golden("expected/x_education_scores_train.csv.gz", "golden: x_education, Odoo's forecasts", "converted", "odoo_nb", "x_education_odoo_nb", false, 0, 0);
    golden("expected/bank_scores_train.csv.gz", "golden: bank, Odoo's forecasts", "bought", "odoo_nb", "bank_odoo_nb", false, 0, 0);
    golden("expected/x_education_scores_train.csv.gz", "golden: x_education, points", "converted", "scorecard_points", "x_education_scorecard", true, 20, 0);
    golden("expected/bank_scores_train.csv.gz", "golden: bank, points", "bought", "scorecard_points", "bank_scorecard", true, 20, 0);
    golden_card("expected/x_education_scores_train.csv.gz", "x_education/leads_train.csv.gz", "expected/scorecard_x_education.json", true);
    golden_card("expected/bank_scores_train.csv.gz", "bank_marketing/bank_full_train.csv.gz", "expected/scorecard_bank.json", false);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } parts[] = { { "golden", goldens }, { "x_education", x_education }, { "x_out_of_time", x_out_of_time }, { "bank", bank }, { "bank_out_of_time", bank_out_of_time }, { "olist", olist } };

    if (argc < 2) {
        fprintf(stderr, "learn FOLDER [PART ...]\n");
        return 1;
    }
    folder = argv[1];
    a = arena_new((size_t)4 << 30);
    for (size_t i = 0; i < countof(parts); i++) {
        bool asked = argc == 2;

        for (int k = 2; k < argc; k++)
            asked = asked || !strcmp(argv[k], parts[i].name);
        if (asked)
            parts[i].run();
    }
    arena_free(a);
    return missed ? 1 : 0;
}
