/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bpi.c - people and policies on real decisions: who is told apart from what was expected of their cases, and whether giving more to the better
 * would have brought more, learnt on the earlier window and judged on the later one.
 *
 *   bpi FOLDER          (the folder of test data; GRADUS_TEST_DATA)
 *
 * BPI Challenge 2012: loan applications of a bank. A decision is who first completes an application with the client (the first START of
 * "Completeren aanvraag" by a person); it is won when the application is approved. Nobody knows the chances by which work was shared, so they are
 * taken from the day: whoever worked on it had it with the share of the day's cases that they took. Judged is the policy that gives half
 * of each day's cases twice over to the better half of those who were there, by what was learnt of them before.
 *
 * The fictitious CRM set goes the same way (a month for a day): its sellers do not differ beyond chance, so nobody may be told apart and no policy
 * be ranked. A method that finds something there finds it anywhere.
 */
#include <math.h>
#include <string.h>

#include "base/instant.h"
#include "bench/table.h"
#include "stat/judge.h"
#include "stat/share.h"

enum { PEOPLE_MOST = 200, BUCKETS = 5, TAUGHT = 60, SEEN_ENOUGH = 30 };

static struct arena *a;

struct decision {
    instant at;
    int64_t day;
    int person;
    bool won;
    double amount;          /* what is known of the case beforehand */
    double chance;
};
struct set {
    struct decision *list;
    size_t n, taught;       /* the first ones, by time */
    struct str names[PEOPLE_MOST];
    size_t people;
    double borders[BUCKETS - 1], rate[BUCKETS]; /* of the amount, and how often such cases were won */
    struct share_shrunk shrunk[PEOPLE_MOST];
    bool known[PEOPLE_MOST];
};

static int person_of(struct set *s, struct str name)
{
    for (size_t i = 0; i < s->people; i++)
        if (str_eq(s->names[i], name))
            return (int)i;
    if (s->people == PEOPLE_MOST)
        exit(1);
    s->names[s->people] = str_dup(a, name);
    return (int)s->people++;
}

static int by_time(const void *pa, const void *pb)
{
    const struct decision *x = pa, *y = pb;

    return x->at != y->at ? (x->at < y->at ? -1 : 1) : x->person - y->person;
}

static int by_number(const void *pa, const void *pb)
{
    const double *x = pa, *y = pb;

    return *x < *y ? -1 : *x > *y;
}

static double number(struct str s)
{
    char text[64];

    snprintf(text, sizeof text, STR_FMT, STR_ARG(s));
    return strtod(text, NULL);
}

/* ---- learning ---- */

static int bucket_of(const struct set *s, double amount)
{
    int k = 0;

    while (k < BUCKETS - 1 && amount > s->borders[k])
        k++;
    return k;
}

/* What a case led one to expect: how often cases of its size were won before, half a win and a loss added. */
static void chances_set(struct set *s)
{
    double *amounts = ARENA_ARRAY(a, double, s->taught), n[BUCKETS] = { 0 }, won[BUCKETS] = { 0 };

    for (size_t i = 0; i < s->taught; i++)
        amounts[i] = s->list[i].amount;
    qsort(amounts, s->taught, sizeof *amounts, by_number);
    for (int k = 0; k < BUCKETS - 1; k++)
        s->borders[k] = amounts[(size_t)(k + 1) * s->taught / BUCKETS];
    for (size_t i = 0; i < s->taught; i++) {
        n[bucket_of(s, s->list[i].amount)]++;
        won[bucket_of(s, s->list[i].amount)] += s->list[i].won;
    }
    for (int k = 0; k < BUCKETS; k++)
        s->rate[k] = (won[k] + .5) / (n[k] + 1);
    for (size_t i = 0; i < s->n; i++)
        s->list[i].chance = s->rate[bucket_of(s, s->list[i].amount)];
}

static int people_learn(struct set *s)
{
    struct share_group groups[PEOPLE_MOST] = { { 0 } };
    struct share_shrunk out[PEOPLE_MOST];
    int place[PEOPLE_MOST], apart = 0;
    size_t n = 0;

    for (size_t p = 0; p < s->people; p++) {
        struct share_group g = { 0 };

        for (size_t i = 0; i < s->taught; i++) {
            const struct decision *d = &s->list[i];

            if (d->person != (int)p)
                continue;
            g.n++;
            g.won += d->won;
            g.expected += d->chance;
            g.spread += d->chance * (1 - d->chance);
        }
        if (g.n > 0) {
            place[n] = (int)p;
            groups[n++] = g;
        }
    }
    share_shrink(groups, n, out);
    for (size_t k = 0; k < n; k++) {
        s->shrunk[place[k]] = out[k];
        s->known[place[k]] = true;
        apart += out[k].verdict != SHARE_UNCLEAR;
    }
    return apart;
}

static double ratio_of(const struct set *s, int person)
{
    return s->known[person] ? s->shrunk[person].ratio.value : 1;
}

/* People with enough later cases whose later count lies where the earlier window said, with the luck of the later one. */
static void later_told(const struct set *s, const char *name)
{
    int told = 0, inside = 0;

    for (size_t p = 0; p < s->people; p++) {
        double n = 0, won = 0, expected = 0, spread = 0, apart, half;

        for (size_t i = s->taught; i < s->n; i++)
            if (s->list[i].person == (int)p) {
                double chance = fmin(s->list[i].chance * ratio_of(s, (int)p), 1);

                n++;
                won += s->list[i].won;
                expected += chance;
                spread += chance * (1 - chance);
            }
        if (n < SEEN_ENOUGH || !s->known[p])
            continue;
        half = (s->shrunk[p].ratio.high - s->shrunk[p].ratio.low) / 2 / s->shrunk[p].ratio.value * expected / SAMPLE_Z95;
        apart = fabs(won - expected) / sqrt(spread + half * half);
        told++;
        inside += apart <= SAMPLE_Z95;
    }
    printf("%s_later_people: %d\n%s_later_inside: %d\n", name, told, name, inside);
}

/* ---- judging ---- */

/* Of one day: the shares that people took, and what the policy would have taken: twice as much by the better half. */
struct day {
    double share[PEOPLE_MOST], target[PEOPLE_MOST];
    int order[PEOPLE_MOST];
    size_t count;
};

static void day_set(const struct set *s, size_t from, size_t until, bool worse, struct day *d)
{
    double left = .5;

    *d = (struct day){ .count = 0 };
    for (size_t i = from; i < until; i++)
        d->share[s->list[i].person] += 1.0 / (double)(until - from);
    for (size_t p = 0; p < s->people; p++)
        if (d->share[p] > 0)
            d->order[d->count++] = (int)p;
    for (size_t i = 1; i < d->count; i++)
        for (size_t k = i; k > 0; k--) {
            double x = ratio_of(s, d->order[k - 1]), y = ratio_of(s, d->order[k]);
            int t = d->order[k];

            if (worse ? x <= y : x >= y)
                break;
            d->order[k] = d->order[k - 1];
            d->order[k - 1] = t;
        }
    for (size_t k = 0; k < d->count && left > 0; k++) {
        double take = fmin(left, d->share[d->order[k]]);

        d->target[d->order[k]] = 2 * take;
        left -= take;
    }
}

static void cases_of(const struct set *s, size_t from, size_t until, bool worse, struct judge_case *log, struct judge_case *policy)
{
    struct day day;
    double would_log = 0, would = 0;

    day_set(s, from, until, worse, &day);
    for (size_t p = 0; p < s->people; p++) {
        would_log += day.share[p] * ratio_of(s, (int)p);
        would += day.target[p] * ratio_of(s, (int)p);
    }
    for (size_t i = from; i < until; i++) {
        const struct decision *d = &s->list[i];
        double p = day.share[d->person];

        log[i] = (struct judge_case){ .reward = d->won, .logged = p, .target = p, .taken = fmin(d->chance * ratio_of(s, d->person), 1),
                                      .would = fmin(d->chance * would_log, 1) };
        policy[i] = log[i];
        policy[i].target = day.target[d->person];
        policy[i].would = fmin(d->chance * would, 1);
    }
}

static void figure(const char *name, const char *key, struct sample_figure f)
{
    printf("%s_%s: %.4f [%.4f, %.4f]\n", name, key, f.value, f.low, f.high);
}

static enum judge_order judged(const struct set *s, const char *name, bool worse)
{
    static const char *const orders[] = { "log_better", "policy_better", "no_order", "refused" };
    struct judge_case *log = ARENA_ARRAY(a, struct judge_case, s->n), *policy = ARENA_ARRAY(a, struct judge_case, s->n);
    struct judged was, would;
    struct judge_pair pair;
    size_t n = s->n - s->taught;

    for (size_t from = s->taught, until; from < s->n; from = until) {
        for (until = from; until < s->n && s->list[until].day == s->list[from].day;)
            until++;
        cases_of(s, from, until, worse, log, policy);
    }
    was = judge(log + s->taught, n, 0, 1);
    would = judge(policy + s->taught, n, 0, 1);
    pair = judge_compare(log + s->taught, policy + s->taught, n, 0, 1);
    if (!worse)
        figure(name, "log", was.ips);
    figure(name, worse ? "worse_ips" : "better_ips", would.ips);
    figure(name, worse ? "worse_snips" : "better_snips", would.snips);
    figure(name, worse ? "worse_dr" : "better_dr", would.dr);
    printf("%s_%s_effective: %.0f\n", name, worse ? "worse" : "better", would.effective);
    figure(name, worse ? "worse_change" : "better_change", pair.change);
    printf("%s_%s_order: %s\n", name, worse ? "worse" : "better", orders[pair.order]);
    return pair.order;
}

static void whole(struct set *s, const char *name, int *apart, enum judge_order *better, enum judge_order *worse)
{
    size_t won = 0;

    qsort(s->list, s->n, sizeof *s->list, by_time);
    s->taught = s->n * TAUGHT / 100;
    while (s->taught < s->n && s->list[s->taught].day == s->list[s->taught - 1].day)
        s->taught++;
    for (size_t i = 0; i < s->n; i++)
        won += s->list[i].won;
    chances_set(s);
    *apart = people_learn(s);
    printf("%s_decisions: %zu\n%s_won: %zu\n%s_people: %zu\n%s_taught: %zu\n%s_told_apart: %d\n", name, s->n, name, won, name, s->people, name,
           s->taught, name, *apart);
    later_told(s, name);
    *better = judged(s, name, false);
    *worse = judged(s, name, true);
}

/* ---- the sets ---- */

static const char *const steps[] = { "A_SUBMITTED", "A_PREACCEPTED", "A_ACCEPTED", "O_SENT", "O_SENT_BACK", "A_APPROVED", "A_DECLINED",
                                     "A_CANCELLED" };
enum { APPROVED = 5, DECLINED = 6, CANCELLED = 7 };

static size_t case_find(const struct table *cases, struct str id)
{
    size_t lo = 0, hi = cases->n;
    double wanted = number(id);

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (number(table_cell(cases, mid, 0)) < wanted)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* Counts of the log, as the expected file has them. */
static void funnel(const struct table *events, const bool *reached, size_t cases)
{
    printf("bpi_cases: %zu\nbpi_events: %zu\n", cases, events->n);
    for (size_t k = 0; k < countof(steps); k++) {
        size_t n = 0;

        for (size_t i = 0; i < cases; i++)
            n += reached[i * countof(steps) + k];
        printf("bpi_reached_%s: %zu\n", steps[k], n);
    }
}

static struct set bpi(const char *folder)
{
    struct table cases = table_read(a, folder, "bpi2012/cases_train.csv.gz"), events = table_read(a, folder, "bpi2012/events_train.csv.gz");
    bool *reached = ARENA_ARRAY(a, bool, cases.n * countof(steps));
    struct decision *first = ARENA_ARRAY(a, struct decision, cases.n);
    struct set s = { .list = ARENA_ARRAY(a, struct decision, cases.n) }, everybody = { 0 };

    for (size_t i = 0; i < events.n; i++) {
        size_t k = case_find(&cases, table_cell(&events, i, 0));
        struct str activity = table_cell(&events, i, 3), person = table_cell(&events, i, 5);
        instant at;

        if (person.len)
            person_of(&everybody, person);
        for (size_t j = 0; j < countof(steps); j++)
            reached[k * countof(steps) + j] |= str_eq(activity, str_of(steps[j]));
        if (!str_eq(activity, STR("W_Completeren aanvraag")) || !str_eq(table_cell(&events, i, 4), STR("START")) || !person.len
            || str_eq(person, STR("112")) || first[k].at)
            continue;
        if (!instant_parse(table_cell(&events, i, 2), &at))
            exit(1);
        first[k] = (struct decision){ .at = at, .person = person_of(&s, person), .day = (at + 3600 * SECOND_US) / DAY_US,
                                      .amount = number(table_cell(&cases, k, 2)) };
    }
    funnel(&events, reached, cases.n);
    printf("bpi_everybody: %zu\n", everybody.people);
    for (size_t k = 0; k < cases.n; k++) {
        const bool *r = reached + k * countof(steps);

        if (!first[k].at || !(r[APPROVED] || r[DECLINED] || r[CANCELLED]))
            continue;
        first[k].won = r[APPROVED];
        s.list[s.n++] = first[k];
    }
    return s;
}

static struct set crm(const char *folder)
{
    struct table deals = table_read(a, folder, "crm_sales_fictitious/sales_pipeline.csv.gz"),
                 products = table_read(a, folder, "crm_sales_fictitious/products.csv.gz");
    size_t agent = table_column(&deals, "sales_agent"), product = table_column(&deals, "product"), stage = table_column(&deals, "deal_stage"),
           date = table_column(&deals, "engage_date"), price = table_column(&products, "sales_price");
    struct set s = { .list = ARENA_ARRAY(a, struct decision, deals.n) };

    for (size_t i = 0; i < deals.n; i++) {
        struct str end = table_cell(&deals, i, stage), day = table_cell(&deals, i, date), name = table_cell(&deals, i, product);
        struct decision d = { .won = str_eq(end, STR("Won")) };

        if ((!d.won && !str_eq(end, STR("Lost"))) || !instant_parse(str_print(a, STR_FMT "T00:00:00Z", STR_ARG(day)), &d.at))
            continue;
        if (str_eq(name, STR("GTXPro")))
            name = STR("GTX Pro"); /* a slip of the set */
        for (size_t k = 0; k < products.n; k++)
            if (str_eq(table_cell(&products, k, 0), name))
                d.amount = number(table_cell(&products, k, price));
        d.person = person_of(&s, table_cell(&deals, i, agent));
        d.day = (int64_t)number(str_sub(day, 0, 4)) * 12 + (int64_t)number(str_sub(day, 5, 2));
        s.list[s.n++] = d;
    }
    return s;
}

int main(int argc, char **argv)
{
    struct set real, fictitious;
    enum judge_order better, worse;
    int apart, missed = 0;

    if (argc != 2) {
        fprintf(stderr, "usage: bpi FOLDER\n");
        return 2;
    }
    a = arena_new((size_t)4 << 30);
    real = bpi(argv[1]);
    whole(&real, "bpi", &apart, &better, &worse);
    missed |= better == JUDGE_REFUSED || worse == JUDGE_REFUSED || better == JUDGE_FIRST_BETTER;
    fictitious = crm(argv[1]);
    whole(&fictitious, "crm", &apart, &better, &worse);
    missed |= apart > 0 || better != JUDGE_NO_ORDER || worse != JUDGE_NO_ORDER;
    arena_free(a);
    return missed;
}
