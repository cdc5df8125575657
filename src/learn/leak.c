/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/leak.h"

#include <math.h>
#include <stdlib.h>

#include "base/map.h"
#include "learn/feature_row.h"

const char *const learn_leak_names[] = { "none", "after_outcome", "after_handover", "filled", "too_good", "buyers_only", NULL };

/* Alarms: the least share of late fills; the least AUC of presence when people fill it late; the least AUC of presence whoever fills it; the least AUC
 * of a number and of a list alone; by how much a lower bound may be lower; how much better than its presence a value must be to be told instead. */
#define MOST_LATE   0.5
#define TELLING_AUC 0.65
#define FILLED_AUC  0.62
#define NUMBER_AUC  0.78
#define LIST_AUC    0.69
#define SLACK       0.03
#define SAYS_MORE   0.06

/* Who has it bought: at least this share, with this lower bound; of the others at most half did. */
#define ALL_BOUGHT  0.98
#define SURELY      0.85
#define OTHERS_MOST 0.5

enum { IN_TIME_DAYS = 2 }; /* an outcome of which the house learned within them was not brought in afterwards, with a file */

enum { NUMBER_PARTS = 10, PART = 512 };

/* One lead's dealings with one fact, in 8 bytes: there are as many as leads times facts. A number is kept as a float: it only has to be put in order. */
struct dealing {
    uint32_t place : 28;  /* the lead's, in the order of adding */
    uint32_t number : 1, there : 1; /* there: filled at the judging instant */
    uint32_t after : 1, later : 1;  /* filled first after the outcome; after the hand-over */
    union {
        float number;
        uint32_t word;    /* a hash; of a number its tenth, later */
    } says;
};

/* Its dealings lie in parts that stay where they are: one list that doubles would leave its former places behind. */
struct fact {
    struct str name;
    struct dealing **parts;
    size_t count;
    struct dealing *open; /* of the lead in hand */
};

struct seen {
    struct lead_id lead;
    int64_t brought;
    uint32_t stratum;       /* from 0: leads of small files and of none; set by part_files */
    unsigned char mark;
    bool decided, handed;
};

struct learn_leaks {
    struct arena *a;
    struct map names;
    struct fact *facts[LEARN_LEAK_FACTS];
    size_t fact_count;
    struct seen *seen;
    size_t count;
    size_t stratum_count;
    struct learn_leak *told; /* of each fact: learn_leak_facts */
};

struct learn_leaks *learn_leak_begin(struct arena *a)
{
    struct learn_leaks *l = ARENA_NEW(a, struct learn_leaks);

    l->a = a;
    l->names = map_new(a, 64);
    return l;
}

instant learn_handed_at(const struct history *h)
{
    instant at = INSTANT_NEVER;

    for (size_t i = 0; i < h->event_count; i++)
        if (h->events[i].kind == EVENT_DEED && h->events[i].at < at)
            at = h->events[i].at;
    return at;
}

static struct fact *fact_of(struct learn_leaks *l, struct str name)
{
    struct fact *f = map_find(&l->names, name);

    if (f || l->fact_count == LEARN_LEAK_FACTS)
        return f;
    f = ARENA_NEW(l->a, struct fact);
    f->name = str_dup(l->a, name);
    map_put(&l->names, f->name, f);
    l->facts[l->fact_count++] = f;
    return f;
}

static struct dealing *dealing_at(const struct fact *f, size_t i)
{
    return &f->parts[i / PART][i % PART];
}

static struct dealing *dealing_of(struct learn_leaks *l, struct fact *f)
{
    if (f->open)
        return f->open;
    if (f->count % PART == 0) {
        f->parts = arena_more(l->a, f->parts, f->count / PART, sizeof *f->parts);
        f->parts[f->count / PART] = ARENA_ARRAY(l->a, struct dealing, PART);
    }
    f->open = dealing_at(f, f->count++);
    *f->open = (struct dealing){ .place = (uint32_t)l->count };
    return f->open;
}

static bool is_filled(const struct json *v)
{
    return v->type != JSON_NULL && !(v->type == JSON_TEXT && learn_says_nothing(v->as.text));
}

static void take_value(struct dealing *d, const struct json *v)
{
    fix number;

    d->there = is_filled(v);
    d->number = json_fix(v, &number);
    if (d->number)
        d->says.number = (float)number;
    else
        d->says.word = (uint32_t)str_hash(v->type == JSON_TEXT ? v->as.text : v->type == JSON_BOOL ? (v->as.truth ? STR("true") : STR("false")) : v->raw);
}

/* One patch in the order of instants: what a fact was at the judging instant, and when it was filled first. */
static void take_patch(struct learn_leaks *l, const struct past_profile *p, const struct learn_case *k, instant decided, instant handed)
{
    bool in_time = k->decided && k->decided_known - k->decided_at < IN_TIME_DAYS * DAY_US;

    for (uint32_t i = 0; i < p->patch->count; i++) {
        const struct json *v = &p->patch->as.members[i].value;
        struct fact *f = fact_of(l, p->patch->as.members[i].key);
        bool is_first;
        struct dealing *d;

        if (!f || (!f->open && !is_filled(v)))
            continue;
        is_first = !f->open;
        d = dealing_of(l, f);
        if (is_first) {
            d->after = p->at >= decided || (in_time && p->known_at > k->decided_known);
            d->later = p->at > handed;
        }
        if (p->at <= k->judged_at)
            take_value(d, v);
    }
}

void learn_leak_add(struct learn_leaks *l, const struct history *h, const struct learn_case *k)
{
    instant handed = learn_handed_at(h), decided = k->decided ? k->decided_at : INSTANT_NEVER;

    for (size_t i = 0; i < h->profile_count; i++)
        if (h->profiles[i].patch && h->profiles[i].patch->type == JSON_OBJECT)
            take_patch(l, &h->profiles[i], k, decided, handed);
    for (size_t i = 0; i < l->fact_count; i++)
        l->facts[i]->open = NULL;
    l->seen = arena_more(l->a, l->seen, l->count, sizeof *l->seen);
    l->seen[l->count++] = (struct seen){ .lead = k->lead, .brought = k->brought, .mark = (unsigned char)k->mark, .decided = k->decided != 0,
                                         .handed = handed != INSTANT_NEVER };
}

/* ---- a fact alone ---- */

static int by_value(const void *x, const void *y)
{
    float a = *(const float *)x, b = *(const float *)y;
    return (a > b) - (a < b);
}

/* Numbers become the tenth they fall in. */
static void cut_numbers(struct arena *a, struct fact *f)
{
    float *v = ARENA_ARRAY(a, float, f->count + 1);
    size_t n = 0;

    for (size_t i = 0; i < f->count; i++)
        if (dealing_at(f, i)->there && dealing_at(f, i)->number)
            v[n++] = dealing_at(f, i)->says.number;
    qsort(v, n, sizeof *v, by_value);
    for (size_t i = 0; i < f->count; i++) {
        struct dealing *d = dealing_at(f, i);
        size_t low = 0, high = n; /* how many are smaller */

        if (!d->there || !d->number)
            continue;
        while (low < high) {
            size_t mid = (low + high) / 2;
            if (v[mid] < d->says.number)
                low = mid + 1;
            else
                high = mid;
        }
        d->says.word = (uint32_t)(0x7e57 + low * NUMBER_PARTS / n);
    }
}

struct tally {
    double n[2], won[2]; /* by half */
};

/* The value of each counted lead; 0 where the fact is missing. */
static uint32_t *values_of(struct arena *a, const struct learn_leaks *l, const struct fact *f)
{
    uint32_t *v = ARENA_ARRAY(a, uint32_t, l->count + 1);

    for (size_t i = 0; i < f->count; i++) {
        const struct dealing *d = dealing_at(f, i);

        if (d->there)
            v[d->place] = d->says.word ? d->says.word : 1;
    }
    return v;
}

struct parted {
    struct sample_point *points;
    uint32_t *stratum;
    size_t n;
};

/* Pairs of a lead that bought and one that did not within each file, all of them together: the mean of the files' areas, each by its pairs. */
static struct sample_figure auc_within(struct arena *a, const struct learn_leaks *l, const struct parted *p)
{
    struct sample_point *own = ARENA_ARRAY(a, struct sample_point, p->n + 1);
    double sum = 0, variance = 0, pairs = 0;

    for (uint32_t s = 0; s < l->stratum_count; s++) {
        struct sample_figure f;
        double w, half;
        size_t n = 0, won = 0;

        for (size_t i = 0; i < p->n; i++)
            if (p->stratum[i] == s) {
                won += p->points[i].won;
                own[n++] = p->points[i];
            }
        if (!won || won == n || isnan((f = sample_auc(a, own, n)).value))
            continue;
        w = (double)won * (double)(n - won);
        half = (f.high - f.low) / 2;
        sum += w * f.value;
        variance += w * w * half * half;
        pairs += w;
    }
    if (pairs <= 0)
        return (struct sample_figure){ NAN, 0, 1 };
    return (struct sample_figure){ sum / pairs, fmax(0, (sum - sqrt(variance)) / pairs), fmin(1, (sum + sqrt(variance)) / pairs) };
}

static struct sample_figure auc_alone(struct arena *a, const struct learn_leaks *l, const uint32_t *values, bool presence, bool within)
{
    struct map m = map_new(a, 64);
    struct tally **of = ARENA_ARRAY(a, struct tally *, l->count + 1), all = { 0 };
    struct parted p = { ARENA_ARRAY(a, struct sample_point, l->count + 1), ARENA_ARRAY(a, uint32_t, l->count + 1), 0 };
    uint32_t *keys = ARENA_ARRAY(a, uint32_t, l->count + 1);

    for (size_t i = 0; i < l->count; i++) {
        struct str key = { (const char *)&keys[i], sizeof keys[i] };
        bool won = l->seen[i].mark == LEARN_MARK_WON;

        keys[i] = presence ? values[i] != 0 : values[i];
        if (l->seen[i].mark == LEARN_MARK_YOUNG)
            continue;
        if (!(of[i] = map_find(&m, key))) {
            of[i] = ARENA_NEW(a, struct tally);
            map_put(&m, key, of[i]);
        }
        of[i]->n[i % 2]++;
        of[i]->won[i % 2] += won;
        all.n[i % 2]++;
        all.won[i % 2] += won;
    }
    for (size_t i = 0; i < l->count; i++) {
        size_t other = 1 - i % 2;
        double base = (all.won[other] + .5) / (all.n[other] + 1);

        if (!of[i])
            continue;
        p.stratum[p.n] = l->seen[i].stratum;
        p.points[p.n++] = (struct sample_point){ (of[i]->won[other] + 2 * base) / (of[i]->n[other] + 2), l->seen[i].mark == LEARN_MARK_WON };
    }
    return within ? auc_within(a, l, &p) : sample_auc(a, p.points, p.n);
}

static void count_fact(const struct learn_leaks *l, const struct fact *f, const uint32_t *values, struct learn_leak *out)
{
    int64_t n[2] = { 0 }, won[2] = { 0 };

    out->fact = f->name;
    for (size_t i = 0; i < f->count; i++) {
        const struct dealing *d = dealing_at(f, i);

        out->leads++;
        out->decided += l->seen[d->place].decided;
        out->after += l->seen[d->place].decided && d->after;
        out->handed += l->seen[d->place].handed;
        out->later += l->seen[d->place].handed && d->later;
    }
    for (size_t i = 0; i < l->count; i++)
        if (l->seen[i].mark != LEARN_MARK_YOUNG) {
            n[values[i] != 0]++;
            won[values[i] != 0] += l->seen[i].mark == LEARN_MARK_WON;
        }
    out->with = learn_share_of(n[1], n[1], won[1]);
    out->without = learn_share_of(n[0], n[0], won[0]);
}

static bool reaches(struct sample_figure auc, double least)
{
    return auc.value >= least && auc.low >= least - SLACK;
}

static bool is_of_buyers(const struct learn_leak *k)
{
    return !isnan(k->presence.value) && k->with.enough && k->with.share.value >= ALL_BOUGHT && k->with.share.low >= SURELY && k->without.enough
        && k->without.share.value <= OTHERS_MOST;
}

static enum learn_leak_why why_of(const struct learn_leak *k, bool number, bool flag)
{
    bool gaps = !flag && reaches(k->presence, FILLED_AUC);

    if (k->after >= LEARN_ENOUGH_PART && (double)k->after >= MOST_LATE * (double)k->decided)
        return LEARN_LEAK_OUTCOME;
    if (k->later >= LEARN_ENOUGH_PART && (double)k->later >= MOST_LATE * (double)k->handed && k->presence.low >= TELLING_AUC)
        return LEARN_LEAK_HANDOVER;
    if (gaps && k->value.value < k->presence.value + SAYS_MORE)
        return LEARN_LEAK_FILLED;
    if (reaches(k->value, number ? NUMBER_AUC : LIST_AUC))
        return LEARN_LEAK_GOOD;
    return gaps ? LEARN_LEAK_FILLED : is_of_buyers(k) ? LEARN_LEAK_BUYERS : LEARN_LEAK_NONE;
}

/* Is what stands there mostly numbers? */
static bool is_number(const struct fact *f)
{
    size_t numbers = 0, there = 0;

    for (size_t i = 0; i < f->count; i++) {
        there += dealing_at(f, i)->there;
        numbers += dealing_at(f, i)->there && dealing_at(f, i)->number;
    }
    return 2 * numbers > there;
}

/* Does it say one thing, or nothing: "yes", or empty? Then its gaps are its value. */
static bool is_flag(const struct fact *f)
{
    const struct dealing *first = NULL;

    for (size_t i = 0; i < f->count; i++) {
        const struct dealing *d = dealing_at(f, i);

        if (!d->there)
            continue;
        if (first && d->says.word != first->says.word)
            return false;
        first = d;
    }
    return true;
}

/* Those behind the alarm: who got it late, or whoever has it. */
static void list_leads(const struct learn_leaks *l, const struct fact *f, struct learn_leak *out)
{
    struct lead_id *of = ARENA_ARRAY(l->a, struct lead_id, f->count + 1);
    unsigned char *marks = ARENA_ARRAY(l->a, unsigned char, f->count + 1);

    for (size_t i = 0; i < f->count; i++) {
        const struct dealing *d = dealing_at(f, i);

        if (out->why == LEARN_LEAK_OUTCOME && !(d->after && l->seen[d->place].decided))
            continue;
        if (out->why == LEARN_LEAK_HANDOVER && !d->later)
            continue;
        of[out->of_count] = l->seen[d->place].lead;
        marks[out->of_count++] = l->seen[d->place].mark;
    }
    out->of = of;
    out->marks = marks;
}

static struct learn_leak_rest rest_new(const struct learn_leaks *l)
{
    return (struct learn_leak_rest){ ARENA_ARRAY(l->a, struct lead_id, l->count + 1), ARENA_ARRAY(l->a, unsigned char, l->count + 1), 0 };
}

static void rest_add(struct learn_leak_rest *r, const struct learn_leaks *l, size_t i)
{
    r->of[r->count] = l->seen[i].lead;
    r->marks[r->count++] = l->seen[i].mark;
}

/* Those that count_fact counts without it: most of all leads, so only of the alarms that are told with them. */
static void list_rest(struct learn_leaks *l, struct arena *scratch, struct learn_leak *out)
{
    const uint32_t *values = values_of(scratch, l, fact_of(l, out->fact));

    out->rest = rest_new(l);
    for (size_t i = 0; i < l->count; i++)
        if (!values[i] && l->seen[i].mark != LEARN_MARK_YOUNG)
            rest_add(&out->rest, l, i);
}

/* NAN last. */
static int by_auc(const void *x, const void *y)
{
    const struct learn_leak *a = x, *b = y;
    double p = isnan(a->auc.value) ? 0 : a->auc.value, q = isnan(b->auc.value) ? 0 : b->auc.value;

    return p != q ? (p > q ? -1 : 1) : str_cmp(a->fact, b->fact);
}

/* ---- files ---- */

struct tell {
    int64_t n, won;
};
struct file {
    int64_t n;
    uint32_t stratum; /* 0: too few came with it so far */
};

/* Leads are parted by the file that brought them; where it brought few, and where none did, they stay together. */
static void part_files(struct learn_leaks *l, struct arena *a)
{
    struct file **of = ARENA_ARRAY(a, struct file *, l->count + 1), *f;
    struct map files = map_new(a, 64);

    l->stratum_count = 1;
    for (size_t i = 0; i < l->count; i++) {
        struct str key = { (const char *)&l->seen[i].brought, sizeof l->seen[i].brought };

        if (!l->seen[i].brought)
            continue;
        if (!(f = map_find(&files, key))) {
            f = ARENA_NEW(a, struct file);
            map_put(&files, key, f);
        }
        f->n += l->seen[i].mark != LEARN_MARK_YOUNG;
        if (f->n == LEARN_LEAK_FILE && !f->stratum)
            f->stratum = (uint32_t)l->stratum_count++;
        of[i] = f;
    }
    for (size_t i = 0; i < l->count; i++)
        l->seen[i].stratum = of[i] ? of[i]->stratum : 0;
}

static struct tell *tell_files(const struct learn_leaks *l, struct arena *a)
{
    struct tell *t = ARENA_ARRAY(a, struct tell, l->stratum_count + 1);

    for (size_t i = 0; i < l->count; i++)
        if (l->seen[i].mark != LEARN_MARK_YOUNG) {
            t[l->seen[i].stratum].n++;
            t[l->seen[i].stratum].won += l->seen[i].mark == LEARN_MARK_WON;
        }
    return t;
}

/* Of the leads that have the fact, did most come with files of which some leads bought and some did not? */
static bool can_be_told(const struct learn_leaks *l, const struct tell *files, const uint32_t *values)
{
    int64_t all = 0, mixed = 0;

    for (size_t i = 0; i < l->count; i++) {
        const struct tell *t = &files[l->seen[i].stratum];
        int64_t fewer = t->won < t->n - t->won ? t->won : t->n - t->won;

        if (!values[i] || l->seen[i].mark == LEARN_MARK_YOUNG)
            continue;
        all++;
        mixed += fewer >= LEARN_ENOUGH_PART && fewer * 50 >= t->n;
    }
    return 2 * mixed > all;
}

/* The file of most of those who have it. */
static int64_t file_of(const struct learn_leaks *l, const uint32_t *values, struct arena *a)
{
    int64_t *count = ARENA_ARRAY(a, int64_t, l->stratum_count + 1), brought = 0;
    uint32_t best = 0;

    for (size_t i = 0; i < l->count; i++)
        if (values[i] && ++count[l->seen[i].stratum] > count[best])
            best = l->seen[i].stratum;
    for (size_t i = 0; i < l->count && best; i++)
        if (l->seen[i].stratum == best)
            brought = l->seen[i].brought;
    return brought;
}

static void look(struct learn_leaks *l, struct fact *f, bool enough, struct arena *scratch, struct learn_leak *out)
{
    const struct sample_figure none = { NAN, 0, 1 };
    const uint32_t *values;
    bool number, flag;

    cut_numbers(scratch, f);
    values = values_of(scratch, l, f);
    *out = (struct learn_leak){ .fact = f->name, .value = none, .presence = none };
    count_fact(l, f, values, out);
    number = is_number(f);
    flag = is_flag(f);
    if (enough) {
        out->presence = auc_alone(scratch, l, values, true, false);
        out->value = auc_alone(scratch, l, values, false, false);
    }
    out->why = why_of(out, number, flag);
    if (out->why != LEARN_LEAK_NONE && out->why != LEARN_LEAK_OUTCOME && l->stratum_count > 1 && can_be_told(l, tell_files(l, scratch), values)) {
        out->presence = auc_alone(scratch, l, values, true, true);
        out->value = auc_alone(scratch, l, values, false, true);
        out->why = why_of(out, number, flag);
        out->by_file = out->why == LEARN_LEAK_NONE;
        out->brought = file_of(l, values, scratch);
    }
    out->auc = out->presence.value > out->value.value ? out->presence : out->value;
    if (out->why != LEARN_LEAK_NONE)
        list_leads(l, f, out);
}

size_t learn_leak_facts(struct learn_leaks *l, struct learn_leak **facts)
{
    struct learn_leak *list = ARENA_ARRAY(l->a, struct learn_leak, l->fact_count + 1);
    struct arena *scratch = arena_new(0);
    int64_t won = 0, counted = 0;

    part_files(l, scratch);
    for (size_t i = 0; i < l->count; i++) {
        won += l->seen[i].mark == LEARN_MARK_WON;
        counted += l->seen[i].mark != LEARN_MARK_YOUNG;
    }
    for (size_t i = 0; i < l->fact_count; i++) {
        arena_reset(scratch);
        look(l, l->facts[i], won >= LEARN_ENOUGH && counted - won >= LEARN_ENOUGH, scratch, &list[i]);
    }
    arena_free(scratch);
    qsort(list, l->fact_count, sizeof *list, by_auc);
    *facts = list;
    return l->fact_count;
}

size_t learn_leak_end(struct learn_leaks *l, struct learn_leak **leaks)
{
    size_t all = learn_leak_facts(l, &l->told), n = 0;
    struct arena *scratch = arena_new(0);

    *leaks = ARENA_ARRAY(l->a, struct learn_leak, all + 1);
    for (size_t i = 0; i < all; i++)
        if (l->told[i].why != LEARN_LEAK_NONE)
            (*leaks)[n++] = l->told[i];
    for (size_t i = 0; i < n && i < LEARN_LEAK_RESTS; i++) {
        arena_reset(scratch);
        list_rest(l, scratch, &(*leaks)[i]);
    }
    arena_free(scratch);
    return n;
}

static void file_fill(const struct learn_leaks *l, struct learn_leak_file *f)
{
    struct lead_id *of = ARENA_ARRAY(l->a, struct lead_id, l->count + 1);
    unsigned char *marks = ARENA_ARRAY(l->a, unsigned char, l->count + 1);
    struct tell in = { 0 }, out = { 0 };

    f->rest = rest_new(l);
    for (size_t i = 0; i < l->count; i++) {
        bool own = l->seen[i].brought == f->brought, counted = l->seen[i].mark != LEARN_MARK_YOUNG, won = l->seen[i].mark == LEARN_MARK_WON;
        struct tell *t = own ? &in : &out;

        t->n += counted;
        t->won += won;
        if (!own) {
            rest_add(&f->rest, l, i);
            continue;
        }
        of[f->of_count] = l->seen[i].lead;
        marks[f->of_count++] = l->seen[i].mark;
    }
    f->of = of;
    f->marks = marks;
    f->with = learn_share_of((int64_t)f->of_count, in.n, in.won);
    f->without = learn_share_of((int64_t)f->rest.count, out.n, out.won);
}

size_t learn_leak_files(struct learn_leaks *l, struct learn_leak_file **files)
{
    struct learn_leak_file *list = ARENA_ARRAY(l->a, struct learn_leak_file, l->fact_count + 1);
    size_t n = 0;

    for (size_t i = 0; i < l->fact_count && l->told; i++) {
        size_t k = 0;

        if (!l->told[i].by_file)
            continue;
        while (k < n && list[k].brought != l->told[i].brought)
            k++;
        if (k == n) {
            list[n] = (struct learn_leak_file){ .brought = l->told[i].brought, .facts = ARENA_ARRAY(l->a, struct str, l->fact_count + 1) };
            file_fill(l, &list[n++]);
        }
        list[k].facts[list[k].fact_count++] = l->told[i].fact;
    }
    *files = list;
    return n;
}
