/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_calibrate.h"

#include <stdlib.h>

#include "flow/flow_event.h"
#include "flow/flow_score.h"
#include "flow/flow_turn.h"
#include "flow/flow_leak.h"
#include "intake/intake_store.h"
#include "lead/lead.h"
#include "learn/calibrate_json.h"
#include "learn/outcome.h"
#include "score/score_store.h"
#include "team/setting.h"

enum { OUTCOMES = 2000, IDS = 5000, EARLY_DAYS = 7 };

/* ---- maturity ---- */

static enum err win_ages(struct ctx *c, struct db_tx *tx, const struct outcome *list, size_t n, int64_t *ages, size_t *count)
{
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, n + 1);
    struct lead *leads = ARENA_ARRAY(c->arena, struct lead, n + 1);
    enum err e;

    for (size_t i = 0; i < n; i++)
        ids[i] = list[i].lead;
    if ((e = lead_get_many(c, tx, ids, n, leads)))
        return e;
    for (size_t i = 0; i < n; i++)
        if (list[i].state == OUTCOME_WON && leads[i].id.v && !list[i].undated)
            ages[(*count)++] = list[i].at > leads[i].created_at ? list[i].at - leads[i].created_at : 0; /* decided before the file that told of it */
    return ERR_NONE;
}

enum err flow_maturity(struct ctx *c, struct db_tx *tx, int *days)
{
    struct learn_ages ages;

    return flow_win_ages(c, tx, &ages, days);
}

static enum err all_win_ages(struct ctx *c, struct db_tx *tx, const struct flow_sale_ages *more, int64_t **all, size_t *all_count)
{
    struct ctx scratch = *c;
    struct lead_id after = { 0 };
    struct outcome *list;
    int64_t won, lost, *ages;
    size_t n = OUTCOMES, count = 0;
    enum err e = learn_outcome_count(c, tx, &won, &lost);

    if (e)
        return e;
    ages = ARENA_ARRAY(c->arena, int64_t, (size_t)won + OUTCOMES + more->count + 1);
    scratch.arena = arena_new(0);
    while (!e && n == OUTCOMES && count <= (size_t)won) {
        arena_reset(scratch.arena);
        if (!(e = learn_outcome_list(&scratch, tx, after, OUTCOMES, &list, &n)))
            e = win_ages(&scratch, tx, list, n, ages, &count);
        if (!e && n)
            after = list[n - 1].lead;
    }
    arena_free(scratch.arena);
    for (size_t i = 0; i < more->count; i++)
        ages[count++] = more->us[i];
    *all = ages;
    *all_count = count;
    return e;
}

static enum err days_of(struct ctx *c, struct db_tx *tx, int64_t *ages, size_t count, int *days)
{
    struct setting setting;
    enum err e = team_setting_get(c, tx, &setting);

    if (!e)
        *days = setting.outcome_days ? (int)setting.outcome_days : learn_maturity_days(ages, count);
    return e;
}

enum err flow_win_ages(struct ctx *c, struct db_tx *tx, struct learn_ages *of, int *days)
{
    struct flow_sale_ages none = { NULL, 0 };
    int64_t *ages;
    size_t count;
    enum err e = all_win_ages(c, tx, &none, &ages, &count);

    if (e)
        return e;
    *of = learn_ages_of(ages, count);
    return days_of(c, tx, ages, count, days);
}

enum err flow_maturity_with(struct ctx *c, struct db_tx *tx, const struct flow_sale_ages *more, int *days)
{
    int64_t *ages;
    size_t count;
    enum err e = all_win_ages(c, tx, more, &ages, &count);

    return e ? e : days_of(c, tx, ages, count, days);
}

/* ---- silence ---- */

bool flow_many_aged(const struct learn_case *cases, size_t n)
{
    size_t not = 0, aged = 0;

    for (size_t i = 0; i < n; i++) {
        not += cases[i].mark == LEARN_MARK_NOT;
        aged += cases[i].mark == LEARN_MARK_NOT && cases[i].decided != OUTCOME_LOST;
    }
    return aged * 10 > not;
}

bool flow_is_quiet(const struct criterion *k)
{
    return cond_listens(k->when)->birth;
}

static bool gives_for_silence(const struct model *m, int at)
{
    return at >= 0 && m->criteria[at].enabled && m->criteria[at].points && flow_is_quiet(&m->criteria[at]);
}

static void quiet_put(struct json_out *o, const struct criterion *k)
{
    const struct { const char *key; struct str v; } texts[] = { { "id", k->id }, { "ru", k->title_ru }, { "en", k->title_en } };

    json_begin(o);
    for (size_t i = 0; i < countof(texts); i++) {
        json_key(o, texts[i].key);
        json_put_text(o, texts[i].v);
    }
    json_end(o);
}

struct str flow_quiet_json(struct arena *a, const struct model *before, const struct model *after, bool aged)
{
    struct buf b = buf_new(a, FLOW_QUIET_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; aged && i < after->criterion_count; i++)
        if (gives_for_silence(after, (int)i))
            quiet_put(&o, &after->criteria[i]);
    for (size_t i = 0; aged && i < before->criterion_count; i++)
        if (gives_for_silence(before, (int)i) && !gives_for_silence(after, score_criterion_find(after, before->criteria[i].id)))
            quiet_put(&o, &before->criteria[i]);
    json_list_end(&o);
    return buf_str(&b);
}

/* ---- judging ---- */

struct judging {
    struct ctx *c;
    struct db_tx *tx;
    const struct learn_calibration *ask;
    struct model *m;
    int64_t maturity_us;
    struct learn_case *cases;
    struct learn_voice *voices;   /* beside cases */
    size_t count, cap;
    struct learn_leaks *leaks;
    int64_t base, seen, taken_of_1024;
};

static uint64_t mix(int64_t id)
{
    uint64_t z = (uint64_t)id * 0x9e3779b97f4a7c15u;
    return (z ^ (z >> 31)) * 0xbf58476d1ce4e5b9u >> 54;
}

static bool is_asked(const struct judging *j, const struct lead *lead)
{
    const struct learn_calibration *a = j->ask;

    return lead->id.v && !lead->merged_into.v && (!a->source.len || str_eq(a->source, lead->source))
        && (a->from == INSTANT_NONE || lead->created_at >= a->from)
        && (a->until == INSTANT_NONE || lead->created_at < a->until);
}

static struct learn_case *next_case(struct judging *j)
{
    struct arena *a = j->c->arena;

    if (j->count == j->cap) {
        size_t cap = j->cap ? 2 * j->cap : 1024;

        j->cases = arena_grow(a, j->cases, j->cap * sizeof *j->cases, cap * sizeof *j->cases);
        j->voices = arena_grow(a, j->voices, j->cap * sizeof *j->voices, cap * sizeof *j->voices);
        j->cap = cap;
    }
    j->cases[j->count] = (struct learn_case){ 0 };
    return &j->cases[j->count++];
}

static void keep_score(struct judging *j, const struct score *s, struct learn_case *k)
{
    struct learn_line *lines = ARENA_ARRAY(j->c->arena, struct learn_line, s->line_count + 1);

    for (size_t i = 0; i < s->line_count; i++)
        lines[k->line_count++] = (struct learn_line){ s->lines[i].criterion, s->lines[i].points };
    k->lines = lines;
    k->total = s->total;
    k->band = s->band;
}

/* The lead is young where its mark depends on others; that is settled at the end (learn_mark_cases). For the leak alarm its own label will do. */
static enum learn_mark own_mark(const struct outcome *o, const struct judging *j, instant born)
{
    switch (learn_label(o, born, j->c->now, j->maturity_us)) {
    case LABEL_WON: return LEARN_MARK_WON;
    case LABEL_NOT: return LEARN_MARK_NOT;
    default: return LEARN_MARK_YOUNG;
    }
}

static enum err judge(struct judging *j, struct ctx *c, const struct lead *lead, const struct outcome *o)
{
    struct history all, known;
    struct learn_case k = { .lead = lead->id, .born = lead->created_at, .decided = o->state, .decided_at = o->at,
                            .decided_known = o->known_at, .undated = o->undated, .brought = lead->import_id }, *kept;
    instant handed, early = lead->created_at + EARLY_DAYS * DAY_US;
    struct score s;
    enum err e = flow_history(c, j->tx, lead->id, INSTANT_NEVER, &all);

    if (e)
        return e;
    k.judged_at = learn_judged_at(o, k.born, c->now, j->maturity_us);
    handed = learn_handed_at(&all);
    if (j->ask->moment == CALIBRATION_HANDED) {
        if (handed == INSTANT_NEVER || handed - 1 > k.judged_at)
            return ERR_NONE; /* nobody had it before it was decided */
        k.judged_at = handed - 1;
    }
    known = o->state == OUTCOME_OPEN ? all : score_known(&all, learn_known_until(o, k.judged_at), c->arena);
    s = score_at(j->m, &known, k.judged_at, c->arena);
    keep_score(j, &s, &k);
    k.has_early = early <= c->now || o->state != OUTCOME_OPEN;
    k.early = k.total;
    if (k.has_early && early < k.judged_at)
        k.early = score_sum_of(score_fold(j->m, &known, early, c->arena), early).total;
    k.source = lead->source.len ? str_dup(j->c->arena, lead->source) : STR_NULL;
    k.mark = own_mark(o, j, k.born);
    learn_leak_add(j->leaks, &all, &k);
    kept = next_case(j);
    *kept = k;
    j->voices[j->count - 1] = learn_voice_of(&all);
    return ERR_NONE;
}

static enum err judge_many(struct judging *j, struct ctx *c, const struct lead_id *ids, size_t n)
{
    struct lead *leads = ARENA_ARRAY(c->arena, struct lead, n + 1);
    struct outcome *outcomes = ARENA_ARRAY(c->arena, struct outcome, n + 1);
    struct ctx one = *c;
    enum err e;

    if ((e = lead_get_many(c, j->tx, ids, n, leads)) || (e = learn_outcomes_of(c, j->tx, ids, n, outcomes)))
        return e;
    one.arena = arena_new(0);
    for (size_t i = 0; i < n && !e; i++) {
        j->seen++;
        if (!is_asked(j, &leads[i]))
            continue;
        j->base++;
        if ((int64_t)mix(ids[i].v) >= j->taken_of_1024)
            continue;
        arena_reset(one.arena);
        e = judge(j, &one, &leads[i], &outcomes[i]);
    }
    arena_free(one.arena);
    return e;
}

static enum err count_leads(struct ctx *c, struct db_tx *tx, int64_t *total)
{
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, IDS), after = { 0 };
    size_t n = IDS;
    enum err e = ERR_NONE;

    *total = 0;
    while (n == IDS && !(e = lead_ids(c, tx, after, IDS, ids, &n))) {
        *total += (int64_t)n;
        if (n)
            after = ids[n - 1];
    }
    return e;
}

static enum err judge_all(struct judging *j, flow_progress *told, void *x)
{
    struct ctx scratch = *j->c;
    struct lead_id ids[FLOW_JUDGED_STEP], after = { 0 };
    size_t n = FLOW_JUDGED_STEP;
    int64_t total;
    enum err e;

    scratch.arena = arena_new(0);
    if (!(e = count_leads(&scratch, j->tx, &total)))
        j->taken_of_1024 = total > FLOW_JUDGED_MOST ? (int64_t)FLOW_JUDGED_MOST * 1024 / total : 1024;
    while (!e && n == FLOW_JUDGED_STEP) {
        arena_reset(scratch.arena);
        if (!told(x, j->seen, total))
            e = fault_set(j->c, ERR_AWAY, "stopped");
        if (!e && !(e = lead_ids(&scratch, j->tx, after, FLOW_JUDGED_STEP, ids, &n)))
            e = judge_many(j, &scratch, ids, n);
        if (!e && n)
            after = ids[n - 1];
    }
    arena_free(scratch.arena);
    return e;
}

/* ---- the lists behind the figures ---- */

struct listing {
    struct arena *a;
    const struct learn_case *cases;
    const size_t *order;   /* places of cases, highest score first */
    size_t n;
    struct flow_calibrated *out;
    size_t cap;
};

static struct flow_bucket *next_bucket(struct listing *l, struct str name, size_t count)
{
    struct flow_calibrated *o = l->out;
    struct flow_bucket *b;

    if (o->bucket_count == l->cap) {
        size_t cap = l->cap ? 2 * l->cap : 64;

        o->buckets = arena_grow(l->a, o->buckets, l->cap * sizeof *o->buckets, cap * sizeof *o->buckets);
        l->cap = cap;
    }
    b = &o->buckets[o->bucket_count++];
    *b = (struct flow_bucket){ name, ARENA_ARRAY(l->a, int64_t, count + 1), ARENA_ARRAY(l->a, struct lead_id, count + 1),
                               ARENA_ARRAY(l->a, unsigned char, count + 1), 0 };
    return b;
}

/* The cases whose `of` is `which`, NULL: all; in the order of the list. */
static void list_equal(struct listing *l, struct str name, const unsigned char *of, unsigned char which)
{
    struct flow_bucket *b;
    size_t count = 0;

    for (size_t i = 0; i < l->n; i++)
        count += !of || of[i] == which;
    if (!count)
        return;
    b = next_bucket(l, name, count);
    for (size_t p = 0; p < l->n; p++) {
        size_t i = l->order[p];

        if (of && of[i] != which)
            continue;
        b->places[b->count] = (int64_t)p;
        b->leads[b->count] = l->cases[i].lead;
        b->marks[b->count++] = (unsigned char)l->cases[i].mark;
    }
}

struct by_score {
    fix total;
    int64_t lead;
    size_t place;
};

static int higher_first(const void *x, const void *y)
{
    const struct by_score *a = x, *b = y;

    if (a->total != b->total)
        return a->total > b->total ? -1 : 1;
    return a->lead < b->lead ? -1 : a->lead > b->lead;
}

static const size_t *order_of(struct arena *a, const struct learn_case *cases, size_t n)
{
    struct by_score *s = ARENA_ARRAY(a, struct by_score, n + 1);
    size_t *order = ARENA_ARRAY(a, size_t, n + 1);

    for (size_t i = 0; i < n; i++)
        s[i] = (struct by_score){ cases[i].total, cases[i].lead.v, i };
    qsort(s, n, sizeof *s, higher_first);
    for (size_t i = 0; i < n; i++)
        order[i] = s[i].place;
    return order;
}

static void list_criteria(struct listing *l, const struct model *m)
{
    unsigned char *has = ARENA_ARRAY(l->a, unsigned char, l->n + 1);

    for (size_t c = 0; c < m->criterion_count; c++) {
        for (size_t i = 0; i < l->n; i++) {
            has[i] = 0;
            for (size_t k = 0; k < l->cases[i].line_count; k++)
                has[i] |= l->cases[i].lines[k].criterion == (int)c;
        }
        list_equal(l, str_print(l->a, "criterion." STR_FMT, STR_ARG(m->criteria[c].id)), has, 1);
    }
}

static void list_voices(struct listing *l, const struct learn_voice *voices)
{
    unsigned char *verdict = ARENA_ARRAY(l->a, unsigned char, l->n + 1);
    unsigned char *reason = ARENA_ARRAY(l->a, unsigned char, l->n + 1);
    unsigned char *dispute = ARENA_ARRAY(l->a, unsigned char, l->n + 1);

    for (size_t i = 0; i < l->n; i++) {
        bool rejected = voices[i].spoken && voices[i].verdict == FEEDBACK_REJECTED;

        verdict[i] = (unsigned char)(voices[i].spoken ? 1 + rejected : 0);
        reason[i] = (unsigned char)(rejected ? 1 + voices[i].reason : 0);
        dispute[i] = (unsigned char)voices[i].dispute;
    }
    list_equal(l, STR("accepted"), verdict, 1);
    list_equal(l, STR("rejected"), verdict, 2);
    for (int r = 0; r < FEEDBACK_REASONS; r++)
        list_equal(l, str_print(l->a, "rejected.%s", learn_feedback_reasons[r]), reason, (unsigned char)(r + 1));
    list_equal(l, STR("disputed.higher"), dispute, VOICE_HIGHER);
    list_equal(l, STR("disputed.lower"), dispute, VOICE_LOWER);
}

static void list_given(struct listing *l, struct str name, const struct lead_id *leads, const unsigned char *marks, size_t n)
{
    struct flow_bucket *b = next_bucket(l, name, n);

    for (; b->count < n; b->count++) {
        b->places[b->count] = (int64_t)b->count;
        b->leads[b->count] = leads[b->count];
        b->marks[b->count] = marks[b->count];
    }
}

static void list_leaks(struct listing *l, const struct learn_leak *leaks, size_t n)
{
    for (size_t i = 0; i < n; i++)
        list_given(l, str_print(l->a, "leak.%d", (int)i + 1), leaks[i].of, leaks[i].marks, leaks[i].of_count);
    for (size_t i = 0; i < n && i < LEARN_LEAK_RESTS; i++)
        list_given(l, str_print(l->a, "leak.%d.rest", (int)i + 1), leaks[i].rest.of, leaks[i].rest.marks, leaks[i].rest.count);
}

static void list_files(struct listing *l, const struct learn_leak_file *files, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        list_given(l, str_print(l->a, "file.%d", (int)i + 1), files[i].of, files[i].marks, files[i].of_count);
        list_given(l, str_print(l->a, "file.%d.rest", (int)i + 1), files[i].rest.of, files[i].rest.marks, files[i].rest.count);
    }
}

/* ---- the whole ---- */

static enum err model_of(struct ctx *c, struct db_tx *tx, struct model_id id, struct learn_whole *w, struct model **m)
{
    struct model_row row;
    enum err e = score_model_get(c, tx, id, &row);

    if (e || (e = score_model_parse(c, row.body, m)))
        return e;
    (*m)->id = row.id;
    w->model_name = row.name;
    w->model_version = row.version;
    return ERR_NONE;
}

static void name_criteria(struct arena *a, const struct model *m, struct learn_whole *w, struct learn_claim **claims)
{
    struct learn_title *titles = ARENA_ARRAY(a, struct learn_title, m->criterion_count + 1);

    *claims = ARENA_ARRAY(a, struct learn_claim, m->criterion_count + 1);
    for (size_t i = 0; i < m->criterion_count; i++) {
        const struct criterion *k = &m->criteria[i];

        titles[i] = (struct learn_title){ str_dup(a, k->id), str_dup(a, k->title_ru), str_dup(a, k->title_en), flow_is_quiet(k) };
        (*claims)[i].points = k->enabled ? k->points : 0;
    }
    w->titles = titles;
}

/* The files whose columns tell which file it was, with their names; one that was taken back has none. */
static enum err name_files(struct judging *j, struct learn_whole *w)
{
    struct learn_leak_file *files;
    struct str *names;
    struct intake_import one;
    enum err e = ERR_NONE;

    w->file_count = learn_leak_files(j->leaks, &files);
    names = ARENA_ARRAY(j->c->arena, struct str, w->file_count + 1);
    for (size_t i = 0; i < w->file_count && !e; i++) {
        if (!(e = intake_import_get(j->c, j->tx, (struct import_id){ files[i].brought }, &one)))
            names[i] = one.name;
        else if (e == ERR_NOT_FOUND) {
            fault_clear(j->c);
            e = ERR_NONE;
        }
    }
    w->files = files;
    w->file_names = names;
    return e;
}

static enum err tell_all(struct judging *j, struct learn_whole *w, struct flow_calibrated *out)
{
    enum err e;
    struct arena *a = j->c->arena;
    struct listing l = { .a = a, .cases = j->cases, .order = order_of(a, j->cases, j->count), .n = j->count, .out = out };
    unsigned char *decile = ARENA_ARRAY(a, unsigned char, j->count + 1), *cohort = ARENA_ARRAY(a, unsigned char, j->count + 1);
    unsigned char *source = ARENA_ARRAY(a, unsigned char, j->count + 1), *band = ARENA_ARRAY(a, unsigned char, j->count + 1);
    struct learn_claim *claims;
    struct learn_leak *leaks;
    bool *used;

    name_criteria(a, j->m, w, &claims);
    learn_mark_cases(j->cases, j->count, j->c->now, j->maturity_us);
    w->base = j->base;
    w->aged = flow_many_aged(j->cases, j->count);
    w->report = learn_calibrate(a, j->cases, j->count, claims, j->m->criterion_count, decile);
    w->drift = learn_drift_of(a, j->cases, j->count, cohort, source);
    w->leak_count = learn_leak_end(j->leaks, &leaks);
    used = ARENA_ARRAY(a, bool, w->leak_count + 1);
    for (size_t i = 0; i < w->leak_count; i++)
        used[i] = flow_looks_at(j->m, -1, leaks[i].fact);
    w->leaks = leaks;
    w->leak_used = used;
    if ((e = name_files(j, w)))
        return e;
    for (size_t i = 0; i < j->count; i++) {
        learn_voice_add(&w->voices, j->voices[i], j->cases[i].mark);
        band[i] = (unsigned char)j->cases[i].band;
    }
    out->body = learn_whole_print(a, w);
    list_equal(&l, STR("all"), NULL, 0);
    for (int b = 0; b < BANDS; b++)
        list_equal(&l, str_print(a, "band.%s", band_names[b]), band, (unsigned char)b);
    for (size_t d = 1; d <= w->report.decile_count; d++)
        list_equal(&l, str_print(a, "decile.%d", (int)d), decile, (unsigned char)d);
    for (size_t s = 1; s <= w->drift.source_count; s++)
        list_equal(&l, str_print(a, "source.%d", (int)s), source, (unsigned char)s);
    for (size_t k = 1; k <= w->drift.cohort_count; k++)
        list_equal(&l, str_print(a, "cohort.%d", (int)k), cohort, (unsigned char)k);
    list_criteria(&l, j->m);
    list_voices(&l, j->voices);
    list_leaks(&l, leaks, w->leak_count);
    list_files(&l, w->files, w->file_count);
    return ERR_NONE;
}

enum err flow_calibrate(struct ctx *c, struct db_tx *tx, const struct learn_calibration *ask, flow_progress *told, void *x,
                        struct flow_calibrated *out)
{
    struct learn_whole w = { .ask = ask };
    struct judging j = { .c = c, .tx = tx, .ask = ask, .leaks = learn_leak_begin(c->arena) };
    enum err e;

    *out = (struct flow_calibrated){ 0 };
    if ((e = flow_maturity(c, tx, &w.maturity_days)) || (e = model_of(c, tx, ask->model, &w, &j.m)))
        return e;
    j.maturity_us = w.maturity_days * DAY_US;
    if (!(e = judge_all(&j, told, x)))
        e = tell_all(&j, &w, out);
    score_model_drop(j.m);
    return e;
}

/* ---- feedback ---- */

enum err flow_feedback(struct flow *f, struct ctx *c, struct db_tx *tx, struct learn_feedback *one, struct messages *messages)
{
    bool rejected = one->verdict == FEEDBACK_REJECTED;
    struct json_member members[2] = { { STR("note"), { .type = JSON_TEXT, .as.text = one->note.ptr ? one->note : STR("") } },
                                      { STR("reason"), { .type = JSON_TEXT, .as.text = str_of(learn_feedback_reasons[one->reason]) } } };
    struct json words = { .type = JSON_OBJECT, .count = rejected ? 2 : 1, .as.members = members };
    struct lead lead;
    enum err e;

    if (rejected && one->reason == FEEDBACK_NO_REASON)
        return fault_field(c, ERR_MISSING, "/reason");
    if ((e = lead_lock_many(c, tx, &one->lead, 1)) || (e = lead_get(c, tx, one->lead, &lead)) || (e = score_model_live_id(c, tx, &one->model.v)))
        return e;
    one->at = c->now;
    one->user = (struct user_id){ ctx_user(c) };
    one->band = lead.band;
    one->score = lead.score;
    if ((e = learn_feedback_add(c, tx, one)) || (e = flow_turn_settle(c, tx, lead.merged_into.v ? lead.merged_into : lead.id)))
        return e;
    e = flow_deed(f, c, tx, one->lead, rejected ? STR(LEARN_REJECTED_DEED) : STR(LEARN_ACCEPTED_DEED), &words, messages);
    if (!e && messages)
        messages_add(messages, (struct message){ .kind = MESSAGE_LEAD_CHANGED, .lead = one->lead });
    return e;
}

enum err flow_feedback_reopened(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id lead, struct messages *messages)
{
    struct learn_feedback again = { .lead = lead, .verdict = FEEDBACK_ACCEPTED }, *said;
    size_t count;
    enum err e = learn_feedback_list(c, tx, lead, (struct user_id){ 0 }, 0, 1, &said, &count);

    if (e || !count || said[0].verdict != FEEDBACK_REJECTED || said[0].reason != FEEDBACK_JUNK)
        return e;
    return flow_feedback(f, c, tx, &again, messages);
}
