/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The report of a simulation. Whatever is counted is counted in leads, each by its first turning hot of the period. Buckets: all, real|then|other.<row>,
 * .of.<user>, .late.<user>; moved, differs. */
#include <stdlib.h>

#include "base/map.h"
#include "flow/sim.h"
#include "learn/compare.h"
#include "learn/judge.h"
#include "route/transfer.h"

enum { REPORT_BYTES = 16 * 1024 * 1024, MOVED_MOST = 100, DIFFERS_MOST = 50, RUN_DIFFERS_MOST = 5, FIVE_MINUTES = 5, SALES_ENOUGH = 20 };

static const char *const side_names[SIDES] = { "real", "then", "other" };

/* The first turning hot of each lead that had one. */
struct once {
    const struct sim_spell **spells;
    size_t count;
};

struct writing {
    struct period *p;
    struct once once[SIDES];
    const struct sim_done *done;
    struct flow_simulated *out;
    struct json_out o;
    fix base_rate;              /* of leads of whom nothing is foretold; -1: not known */
    int64_t base_deal;          /* minor units; 0: not known */
};

/* ---- lists behind figures ---- */

static void bucket_put(struct writing *w, struct str name, const bool *in)
{
    struct period *p = w->p;
    struct flow_bucket b = { .name = name };
    size_t n = 0;

    for (size_t i = 0; i < p->lead_count; i++)
        n += in[i];
    b.places = ARENA_ARRAY(p->c->arena, int64_t, n + 1);
    b.leads = ARENA_ARRAY(p->c->arena, struct lead_id, n + 1);
    b.marks = ARENA_ARRAY(p->c->arena, unsigned char, n + 1);
    for (size_t i = 0; i < p->lead_count; i++) {
        if (!in[i])
            continue;
        b.places[b.count] = (int64_t)i;
        b.marks[b.count] = (unsigned char)p->marks[i];
        b.leads[b.count++] = p->leads[i].lead;
    }
    if (!b.count)
        return;
    w->out->buckets = arena_more(p->c->arena, w->out->buckets, w->out->bucket_count, sizeof b);
    w->out->buckets[w->out->bucket_count++] = b;
}

/* ---- what is counted of a lead ---- */

/* The first of each lead: whatever is counted is counted in leads, so that a figure and the list behind it have the same number. */
static struct once once_of(const struct period *p, const struct sim_output *side)
{
    struct once o = { ARENA_ARRAY(p->c->arena, const struct sim_spell *, p->lead_count + 1), 0 };
    bool *had = ARENA_ARRAY(p->c->arena, bool, p->lead_count + 1);

    for (size_t i = 0; i < side->spell_count; i++)
        if (!had[side->spells[i].lead]) {
            had[side->spells[i].lead] = true;
            o.spells[o.count++] = &side->spells[i];
        }
    return o;
}

typedef bool spell_fn(const struct period *p, const struct sim_spell *s);

static bool is_called(const struct sim_spell *s)
{
    return s->called_at != INSTANT_NEVER;
}

static bool is_five(UNUSED const struct period *p, const struct sim_spell *s)
{
    return is_called(s) && s->called_at - s->at <= FIVE_MINUTES * MINUTE_US;
}

static bool is_in_time(const struct period *p, const struct sim_spell *s)
{
    return is_called(s) && !is_five(p, s) && s->called_at <= s->due;
}

static bool is_after(const struct period *p, const struct sim_spell *s)
{
    return is_called(s) && !is_five(p, s) && s->called_at > s->due;
}

static bool is_missed(const struct period *p, const struct sim_spell *s)
{
    return !is_called(s) && s->first >= 0 && s->due < p->ask.until;
}

static bool is_pending(const struct period *p, const struct sim_spell *s)
{
    return !is_called(s) && s->first >= 0 && s->due >= p->ask.until;
}

static bool is_orphan(UNUSED const struct period *p, const struct sim_spell *s)
{
    return !is_called(s) && s->first < 0;
}

static bool is_late(const struct period *p, const struct sim_spell *s)
{
    return is_after(p, s) || is_missed(p, s);
}

static bool is_waited(UNUSED const struct period *p, const struct sim_spell *s)
{
    return s->waited;
}

static bool is_handed(UNUSED const struct period *p, const struct sim_spell *s)
{
    return s->hands > 1;
}

static const struct {
    const char *key;
    spell_fn *counts;
} rows[] = {
    /* each lead is in one of these, and they add up to all */
    { "five", is_five }, { "in_time", is_in_time }, { "after", is_after }, { "missed", is_missed }, { "pending", is_pending }, { "orphan", is_orphan },
    /* and, beside them, in any of these */
    { "waited", is_waited }, { "handed", is_handed },
};

static int64_t count_put(struct writing *w, const struct once *side, struct str name, int32_t person, spell_fn *counts)
{
    bool *in = ARENA_ARRAY(w->p->c->arena, bool, w->p->lead_count + 1);
    int64_t n = 0;

    for (size_t i = 0; i < side->count; i++)
        if ((person < 0 || side->spells[i]->first == person) && counts(w->p, side->spells[i])) {
            in[side->spells[i]->lead] = true;
            n++;
        }
    bucket_put(w, name, in);
    return n;
}

/* {"n", "share", "bucket"} */
static void figure(struct writing *w, const struct once *side, const char *side_name, const char *key, spell_fn *counts)
{
    struct str name = str_print(w->p->c->arena, "%s.%s", side_name, key);
    int64_t n = count_put(w, side, name, -1, counts);

    json_key(&w->o, key);
    json_begin(&w->o);
    json_key(&w->o, "n");
    json_put_int(&w->o, n);
    json_key(&w->o, "share");
    learn_share_json(&w->o, n, (int64_t)side->count, true);
    json_key(&w->o, "bucket");
    json_put_text(&w->o, name);
    json_end(&w->o);
}

/* ---- delay ---- */

static int delay_cmp(const void *pa, const void *pb)
{
    const int64_t *a = pa, *b = pb;

    return *a < *b ? -1 : *a > *b;
}

static void seconds_put(struct json_out *o, const char *key, int64_t us)
{
    json_key(o, key);
    if (us == INT64_MAX)
        json_put_null(o);
    else
        json_put_int(o, (us + SECOND_US / 2) / SECOND_US);
}

/* Of n delays, in any order; one who was not called is slower than all who were. */
static void delay_put(struct json_out *o, int64_t *list, size_t n)
{
    if (n > 1)
        qsort(list, n, sizeof *list, delay_cmp);
    json_key(o, "delay");
    json_begin(o);
    seconds_put(o, "p50", n ? list[(n - 1) / 2] : INT64_MAX);
    seconds_put(o, "p90", n ? list[(n - 1) * 9 / 10] : INT64_MAX);
    json_end(o);
}

static int64_t delay_of(const struct sim_spell *s)
{
    return s->called_at == INSTANT_NEVER ? INT64_MAX : s->called_at - s->at;
}

static void delays_put(struct writing *w, const struct once *side, int32_t person)
{
    int64_t *list = ARENA_ARRAY(w->p->c->arena, int64_t, side->count + 1);
    size_t n = 0;

    for (size_t i = 0; i < side->count; i++)
        if (person < 0 || side->spells[i]->first == person)
            list[n++] = delay_of(side->spells[i]);
    delay_put(&w->o, list, n);
}

/* ---- sales ---- */

struct sum {
    fix value, variance; /* of a count: millionths */
};

static fix chance_of(const struct writing *w, int32_t lead)
{
    return flow_chance_or(&w->p->chances[lead], w->base_rate);
}

static int64_t root(int64_t v)
{
    int64_t low = 0, high = INT64_C(3037000499);

    while (low < high) {
        int64_t middle = (low + high + 1) / 2;

        if (middle <= v / middle)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* Those that somebody called, each once: what they are expected to bring in those hands, and how far luck, and what is not known of the people,
 * may take that. */
static void sales_put(struct writing *w, const struct sim_output *side)
{
    bool *seen = ARENA_ARRAY(w->p->c->arena, bool, w->p->lead_count + 1);
    fix *own = ARENA_ARRAY(w->p->c->arena, fix, w->p->people_count + 1);
    struct sum sum = { 0, 0 };
    int64_t money = 0, apart, called = 0;

    json_key(&w->o, "sales");
    if (w->base_rate < 0) {
        json_put_null(&w->o);
        return;
    }
    for (size_t i = 0; i < side->spell_count; i++) {
        const struct sim_spell *s = &side->spells[i];
        fix chance = s->caller < 0 ? 0 : fix_clamp(fix_muldiv(chance_of(w, s->lead), w->p->people[s->caller].ratio, FIX_ONE), 0, FIX_ONE);
        int64_t deal = w->p->cards[s->lead].amount ? w->p->cards[s->lead].amount : w->base_deal;

        if (s->called_at == INSTANT_NEVER || seen[s->lead])
            continue;
        seen[s->lead] = true;
        called++;
        sum.value += chance;
        own[s->caller] += chance;
        sum.variance += fix_muldiv(chance, FIX_ONE - chance, FIX_ONE);
        money += fix_muldiv(deal, chance, FIX_ONE);
    }
    /* What is not known of a person is the same for all their leads: half an interval is 1.96 deviations. */
    for (size_t i = 0; i < w->p->people_count; i++) {
        const struct learn_fixes *r = &w->p->ratios[i];
        fix apart_of = fix_muldiv(fix_muldiv(own[i], r->high - r->low, 2 * r->value), 1000, 1960);

        sum.variance += fix_muldiv(apart_of, apart_of, FIX_ONE);
    }
    /* 1.96 standard deviations; the variance is in millionths, so its root in thousandths. */
    apart = fix_muldiv(root(sum.variance), 1960, 1000) * 1000;
    json_begin(&w->o);
    json_key(&w->o, "leads");
    json_put_int(&w->o, called);
    json_key(&w->o, "expected");
    json_put_fix(&w->o, sum.value);
    json_key(&w->o, "low");
    json_put_fix(&w->o, sum.value > apart ? sum.value - apart : 0);
    json_key(&w->o, "high");
    json_put_fix(&w->o, sum.value + apart);
    json_key(&w->o, "money");
    json_put_int(&w->o, money);
    json_end(&w->o);
}

/* Those that were hot in the period. A whole base that somebody handed over, or took back, has deeds in it too, clients of years ago among them:
 * how these ended says nothing of the period. */
static bool *were_hot(const struct period *p)
{
    bool *hot = ARENA_ARRAY(p->c->arena, bool, p->lead_count + 1);

    for (size_t i = 0; i < p->deed_count; i++)
        hot[p->deeds[i].lead] |= p->deeds[i].kind != SIM_BY_HAND && p->deeds[i].kind != SIM_BACK;
    return hot;
}

/* Hot leads of the period of whom it is known how they ended. */
static void bases_set(struct writing *w)
{
    const struct period *p = w->p;
    const bool *hot = were_hot(p);
    int64_t won = 0, decided = 0, deals = 0, sum = 0;

    for (size_t i = 0; i < p->lead_count; i++) {
        const struct outcome *o = &p->outcomes[i];

        if (!hot[i])
            continue;
        decided += o->state != OUTCOME_OPEN;
        won += o->state == OUTCOME_WON;
        if (o->state == OUTCOME_WON && o->amount) {
            deals++;
            sum += o->amount;
        }
    }
    w->base_rate = decided >= SALES_ENOUGH ? won * FIX_ONE / decided : -1;
    for (size_t i = 0; i < p->lead_count && w->base_rate < 0; i++)
        if (hot[i] && p->chances[i].is)
            w->base_rate = 0;
    w->base_deal = deals ? sum / deals : 0;
}

/* ---- people and rules ---- */

static bool *of_person(struct writing *w, const struct once *side, int32_t person, int64_t *leads, int64_t *called)
{
    bool *in = ARENA_ARRAY(w->p->c->arena, bool, w->p->lead_count + 1);

    *leads = *called = 0;
    for (size_t i = 0; i < side->count; i++) {
        const struct sim_spell *s = side->spells[i];

        if (s->first != person)
            continue;
        in[s->lead] = true;
        *leads += 1;
        *called += is_called(s);
    }
    return in;
}

static void people_put(struct writing *w, const struct once *side, const char *side_name)
{
    int64_t *shares = ARENA_ARRAY(w->p->c->arena, int64_t, w->p->people_count + 1);
    size_t n = 0;

    json_key(&w->o, "managers");
    json_list(&w->o);
    for (size_t i = 0; i < w->p->people_count; i++) {
        int64_t leads, called;
        bool *in = of_person(w, side, (int32_t)i, &leads, &called);
        char text[ID_TEXT_MAX];
        struct str id = id_print(PREFIX_USER, w->p->users[i].v, text), name, late;

        if (!leads)
            continue;
        name = str_print(w->p->c->arena, "%s.of." STR_FMT, side_name, STR_ARG(id));
        late = str_print(w->p->c->arena, "%s.late." STR_FMT, side_name, STR_ARG(id));
        bucket_put(w, name, in);
        shares[n++] = leads;
        json_begin(&w->o);
        json_key(&w->o, "manager_id");
        json_put_id(&w->o, PREFIX_USER, w->p->users[i].v);
        json_add_int(&w->o, "leads", leads);
        json_add_int(&w->o, "called", called);
        json_add_int(&w->o, "late", count_put(w, side, late, (int32_t)i, is_late));
        json_key(&w->o, "late_bucket");
        json_put_text(&w->o, late);
        delays_put(w, side, (int32_t)i);
        json_key(&w->o, "bucket");
        json_put_text(&w->o, name);
        json_end(&w->o);
    }
    json_list_end(&w->o);
    json_key(&w->o, "fairness");
    json_put_fix(&w->o, route_fairness(shares, n) * (FIX_ONE / 1000));
}

static void rules_put(struct writing *w, const struct once *side)
{
    json_key(&w->o, "rules");
    json_list(&w->o);
    for (int32_t k = -1; k < (int32_t)w->p->rule_count; k++) {
        int64_t n = 0;

        for (size_t i = 0; i < side->count; i++)
            n += side->spells[i]->first >= 0 && side->spells[i]->rule == k;
        if (!n)
            continue;
        json_begin(&w->o);
        json_key(&w->o, "name");
        json_put_text(&w->o, k < 0 ? STR_NULL : w->p->rules[k].name);
        json_add_int(&w->o, "leads", n);
        json_end(&w->o);
    }
    json_list_end(&w->o);
}

static void side_put(struct writing *w, enum sim_side which)
{
    const struct once *side = &w->once[which];
    const char *name = side_names[which];

    json_key(&w->o, name);
    json_begin(&w->o);
    json_add_int(&w->o, "leads", (int64_t)side->count);
    json_add_int(&w->o, "again", (int64_t)(w->done->sides[which].spell_count - side->count));
    delays_put(w, side, -1);
    for (size_t i = 0; i < countof(rows); i++)
        figure(w, side, name, rows[i].key, rows[i].counts);
    sales_put(w, &w->done->sides[which]);
    people_put(w, side, name);
    rules_put(w, side);
    json_end(&w->o);
}

/* ---- the proof ---- */

static void check_put(struct writing *w, const struct sim_output *of, size_t i)
{
    const struct sim_deed *d = &w->p->deeds[i];
    const struct sim_check *k = &of->checks[i];

    json_begin(&w->o);
    json_key(&w->o, "lead_id");
    json_put_id(&w->o, PREFIX_LEAD, w->p->leads[d->lead].lead.v);
    json_key(&w->o, "at");
    json_put_instant(&w->o, d->at);
    json_key(&w->o, "why");
    json_put_text(&w->o, str_of(route_sim_why_words[k->why]));
    json_key(&w->o, "manager_id");
    json_put_id(&w->o, PREFIX_USER, d->to < 0 ? 0 : w->p->users[d->to].v);
    json_key(&w->o, "about_id");
    json_put_id(&w->o, PREFIX_USER, k->person < 0 ? 0 : w->p->users[k->person].v);
    json_end(&w->o);
}

/* The first `most` decisions that came out otherwise. */
static void differs_put(struct writing *w, const char *key, const struct sim_output *of, size_t most)
{
    size_t told = 0;

    json_key(&w->o, key);
    json_list(&w->o);
    for (size_t i = 0; i < w->p->deed_count && told < most; i++)
        if (of->checks[i].why != SIM_SAME) {
            check_put(w, of, i);
            told++;
        }
    json_list_end(&w->o);
}

static void proof_put(struct writing *w)
{
    const struct sim_output *proof = &w->done->proof;
    bool *in = ARENA_ARRAY(w->p->c->arena, bool, w->p->lead_count + 1);
    int64_t whys[SIM_WHYS] = { 0 }, leads = 0;

    for (size_t i = 0; i < w->p->deed_count; i++) {
        whys[proof->checks[i].why]++;
        in[w->p->deeds[i].lead] |= proof->checks[i].why != SIM_SAME;
    }
    for (size_t i = 0; i < w->p->lead_count; i++)
        leads += in[i];
    bucket_put(w, STR("differs"), in);
    json_key(&w->o, "proof");
    json_begin(&w->o);
    json_add_int(&w->o, "decisions", (int64_t)proof->decided);
    json_add_int(&w->o, "same", (int64_t)proof->same);
    json_add_int(&w->o, "run_same", (int64_t)w->done->sides[SIDE_THEN].same);
    json_add_int(&w->o, "run_decisions", (int64_t)w->done->sides[SIDE_THEN].decided);
    json_key(&w->o, "why");
    json_begin(&w->o);
    for (int i = SIM_SAME + 1; i < SIM_WHYS; i++)
        if (whys[i])
            json_add_int(&w->o, route_sim_why_words[i], whys[i]);
    json_end(&w->o);
    json_key(&w->o, "bucket");
    json_put_text(&w->o, STR("differs"));
    json_add_int(&w->o, "leads", leads);
    differs_put(w, "differs", proof, DIFFERS_MOST);
    differs_put(w, "run_differs", &w->done->sides[SIDE_THEN], RUN_DIFFERS_MOST);
    json_end(&w->o);
}

/* ---- judged by what came of the real decisions ---- */

/* The first decision of each lead that was left to the rules, and whose end is known. */
static void judged_put(struct writing *w)
{
    struct period *p = w->p;
    struct learn_decision *list = ARENA_ARRAY(p->c->arena, struct learn_decision, p->lead_count + 1);
    bool *seen = ARENA_ARRAY(p->c->arena, bool, p->lead_count + 1);
    size_t n = 0;

    for (size_t i = 0; i < p->deed_count; i++) {
        const struct sim_deed *d = &p->deeds[i];
        const struct sim_choice *then = &w->done->asked[0].choices[i], *other = &w->done->asked[1].choices[i];
        fix logged = 0;

        for (size_t k = 0; k < d->seen_count; k++)
            if (d->seen[k].person == d->to && d->seen[k].probability > logged)
                logged = d->seen[k].probability;
        if (!then->asked || !other->asked || d->to < 0 || d->owner_kept || !logged || seen[d->lead] || p->marks[d->lead] < LEARN_MARK_NOT)
            continue;
        seen[d->lead] = true;
        list[n++] = (struct learn_decision){
            .won = p->marks[d->lead] == LEARN_MARK_WON, .logged = logged, .chance = w->base_rate < 0 ? 0 : chance_of(w, d->lead),
            .ratio = p->people[d->to].ratio, .target = { then->target, other->target }, .unreached = { then->unreached, other->unreached },
            .would = { then->ratio, other->ratio },
        };
    }
    json_key(&w->o, "judged");
    learn_judge_json(p->c->arena, list, n, &w->o);
}

/* ---- who would have got another ---- */

static void moved_put(struct writing *w)
{
    const struct once *real = &w->once[SIDE_REAL], *other = &w->once[SIDE_OTHER];
    bool *in = ARENA_ARRAY(w->p->c->arena, bool, w->p->lead_count + 1);
    int64_t n = 0, told = 0;

    for (size_t i = 0; i < other->count; i++)
        if (other->spells[i]->first != real->spells[i]->first) {
            in[other->spells[i]->lead] = true;
            n++;
        }
    bucket_put(w, STR("moved"), in);
    json_key(&w->o, "moved");
    json_begin(&w->o);
    json_add_int(&w->o, "n", n);
    json_key(&w->o, "bucket");
    json_put_text(&w->o, STR("moved"));
    json_key(&w->o, "first");
    json_list(&w->o);
    for (size_t i = 0; i < other->count && told < MOVED_MOST; i++) {
        const struct sim_spell *a = real->spells[i], *b = other->spells[i];

        if (a->first == b->first)
            continue;
        told++;
        json_begin(&w->o);
        json_key(&w->o, "lead_id");
        json_put_id(&w->o, PREFIX_LEAD, w->p->leads[b->lead].lead.v);
        json_key(&w->o, "at");
        json_put_instant(&w->o, b->at);
        json_key(&w->o, "real_id");
        json_put_id(&w->o, PREFIX_USER, a->first < 0 ? 0 : w->p->users[a->first].v);
        json_key(&w->o, "other_id");
        json_put_id(&w->o, PREFIX_USER, b->first < 0 ? 0 : w->p->users[b->first].v);
        seconds_put(&w->o, "real_delay", delay_of(a));
        seconds_put(&w->o, "other_delay", delay_of(b));
        json_end(&w->o);
    }
    json_list_end(&w->o);
    json_end(&w->o);
}

enum err flow_sim_report(struct period *p, const struct sim_done *done, struct flow_simulated *out)
{
    struct writing w = { .p = p, .done = done, .out = out };
    struct buf b = buf_new(p->c->arena, REPORT_BYTES);
    bool *all = ARENA_ARRAY(p->c->arena, bool, p->lead_count + 1);

    w.o = json_to(&b);
    bases_set(&w);
    for (int side = 0; side < SIDES; side++)
        w.once[side] = once_of(p, &done->sides[side]);
    for (size_t i = 0; i < w.once[SIDE_REAL].count; i++)
        all[w.once[SIDE_REAL].spells[i]->lead] = true;
    bucket_put(&w, STR("all"), all);
    json_begin(&w.o);
    json_key(&w.o, "from");
    json_put_instant(&w.o, p->ask.from);
    json_key(&w.o, "until");
    json_put_instant(&w.o, p->ask.until);
    proof_put(&w);
    for (int side = 0; side < SIDES; side++)
        side_put(&w, (enum sim_side)side);
    moved_put(&w);
    judged_put(&w);
    json_end(&w.o);
    if (b.full)
        return fault_set(p->c, ERR_TOO_LARGE, "the report is too long to keep");
    out->report = buf_str(&b);
    return ERR_NONE;
}
