/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A house that lives: people come, their events come late and in any order, models are published while they do, people are joined and parted
 * again in any order, events are marked as automatic and vouched for again, imports taken back, people written down by hand; the clock comes by when it comes
 * by, or much later. Whatever happened, and whenever it is asked, a replay from the database finds every kept score, state and crossing to the bit. On both
 * databases.
 * GRADUS_CASES houses (12 unless said). GRADUS_TEST_PG names a PostgreSQL in which the schema t_flow_turns may be dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "gen_model.h"
#include "house.h"

#include "base/limits.h"
#include "flow/flow_clock.h"
#include "flow/flow_event.h"
#include "flow/flow_film.h"
#include "flow/flow_lead.h"
#include "flow/flow_merge.h"
#include "flow/flow_quarantine.h"
#include "flow/flow_replay.h"
#include "flow/flow_score.h"
#include "flow/flow_withdraw.h"
#include "lead/identity.h"
#include "history/history.h"
#include "intake/mark.h"
#include "lead/profile.h"
#include "score/score_store.h"

enum { PEOPLE = 12, UNNAMED = 3, ALL = PEOPLE + UNNAMED, STEPS = 120, VISITORS = 4, SOURCES = 3, LOOK_EACH = 20 };
#define NOW (GEN_START + GEN_SPAN)

struct world {
    const char *kind;
    struct ctx c;        /* for the whole run */
    struct house_db house;
    struct db *db; /* the house's */
    struct flow flow;
};

#define OK(c, expr) HOUSE_OK(c, expr)


struct person {
    struct lead_id lead;
    struct str name;
    int messages;
};
struct house {
    struct world *w;
    struct gen g;
    struct ctx c;
    struct person people[ALL]; /* behind PEOPLE: written down by hand, known by nothing */
    int64_t seed;
    struct merge_id merges[STEPS];
    size_t merge_count;
    struct mark_id marks[STEPS];
    size_t mark_count;
    int64_t import;      /* that events come by now */
    int64_t before;      /* its leads have greater ids */
    bool imported;
    struct lead_id rescored;
    bool rescoring;
};

static void publish(struct house *h, struct db_tx *tx)
{
    struct model *draft = gen_model(&h->g), *m;
    struct json *body;
    struct model_id id;

    OK(&h->c, json_read(&h->c, score_model_print(draft, h->c.arena), &body));
    score_model_drop(draft);
    OK(&h->c, score_model_add(&h->c, tx, STR("random"), STR(""), body, &id));
    OK(&h->c, score_model_publish(&h->c, tx, id, &m));
    score_model_drop(m);
    h->rescoring = true;
    h->rescored.v = 0;
}

/* As a door would keep it: the visitor beside the properties. */
static const struct json *body_of(struct gen *g, const struct json *body, struct str visitor)
{
    struct json *out = ARENA_NEW(g->a, struct json);

    out->type = JSON_OBJECT;
    out->as.members = ARENA_ARRAY(g->a, struct json_member, (body ? body->count : 0) + 1);
    for (uint32_t i = 0; body && i < body->count; i++)
        out->as.members[out->count++] = body->as.members[i];
    if (visitor.len)
        out->as.members[out->count++] = (struct json_member){ STR("anonymousId"), { .type = JSON_TEXT, .as.text = visitor } };
    return out;
}

static struct event message(struct house *h, struct person *p)
{
    struct gen *g = &h->g;
    struct past_event e = gen_event(g);
    bool identify = gen_one_in(g, 4);
    struct event ev = {
        .kind = identify ? EVENT_IDENTIFY : e.kind, .name = identify ? STR_NULL : e.name,
        .path = identify ? STR_NULL : e.path, .at = e.at, .known_at = h->c.now, .unverified = e.unverified,
        .bot = e.bot && p->messages > 0, .source_id = 1 + 2 * gen_to(g, SOURCES) + (int64_t)e.unverified, .who.user_id = p->name,
        .message_id = str_print(g->a, STR_FMT "-%d", STR_ARG(p->name), p->messages++),
    };
    struct buf raw = buf_new(g->a, 1 << 16);
    struct json_out out = json_to(&raw);

    if (gen_one_in(g, 2))
        ev.who.anonymous_id = str_print(g->a, "v%lld-%lld", (long long)h->seed, (long long)gen_to(g, VISITORS));
    if (ev.who.anonymous_id.len && gen_one_in(g, 3)) /* a cookie of whom nobody knows more */
        ev.who.user_id = STR_NULL;
    if (gen_one_in(g, 6)) {
        ev.import_id = h->import;
        h->imported = true;
    }
    ev.body = body_of(g, e.body, ev.who.anonymous_id);
    if (gen_one_in(g, 2)) /* as it happens */
        ev.at = h->c.now - gen_to(g, HOUR_US);
    else if (gen_one_in(g, 8)) /* by a clock ahead of ours */
        ev.at = h->c.now + gen_to(g, 3 * DAY_US);
    if (identify)
        ev.traits = gen_profile(g).patch;
    json_put(&out, ev.body);
    ev.raw = buf_str(&raw);
    return ev;
}

static void events_come(struct house *h, struct db_tx *tx)
{
    size_t n = 1 + (size_t)gen_to(&h->g, 5);
    struct event *events = ARENA_ARRAY(h->c.arena, struct event, n);
    struct event_result *results = ARENA_ARRAY(h->c.arena, struct event_result, n);
    size_t *who = ARENA_ARRAY(h->c.arena, size_t, n);

    for (size_t i = 0; i < n; i++) {
        who[i] = (size_t)gen_to(&h->g, PEOPLE);
        events[i] = message(h, &h->people[who[i]]);
    }
    OK(&h->c, flow_events(&h->w->flow, &h->c, tx, events, n, results, NULL));
    for (size_t i = 0; i < n; i++)
        if (results[i].lead.v && !h->people[who[i]].lead.v)
            h->people[who[i]].lead = results[i].lead;
}

static void people_join(struct house *h, struct db_tx *tx)
{
    struct lead_id child = h->people[gen_to(&h->g, ALL)].lead, parent = h->people[gen_to(&h->g, ALL)].lead;

    if (!child.v || !parent.v)
        return;
    OK(&h->c, lead_root(&h->c, tx, child, &child));
    OK(&h->c, lead_root(&h->c, tx, parent, &parent));
    if (child.v != parent.v)
        OK(&h->c, flow_merge(&h->w->flow, &h->c, tx, child, parent, &h->merges[h->merge_count++], NULL));
}

/* Any of them: also one that another closes in. */
static void people_part(struct house *h, struct db_tx *tx)
{
    struct lead_merge undone;
    size_t i;

    if (!h->merge_count)
        return;
    i = (size_t)gen_to(&h->g, (int64_t)h->merge_count);
    OK(&h->c, flow_unmerge(&h->w->flow, &h->c, tx, h->merges[i], &undone, NULL));
    h->merges[i] = h->merges[--h->merge_count];
}

/* Somebody is written down, or something is said of somebody who was. */
static void a_person_writes(struct house *h, struct db_tx *tx)
{
    struct person *p = &h->people[PEOPLE + gen_to(&h->g, UNNAMED)];
    const struct json *facts = gen_profile(&h->g).patch;
    bool made;

    if (!p->lead.v)
        OK(&h->c, flow_lead_add(&h->w->flow, &h->c, tx, facts, &p->lead, &made, NULL));
    else if (gen_one_in(&h->g, 2))
        OK(&h->c, flow_lead_facts(&h->w->flow, &h->c, tx, p->lead, facts, NULL));
    else
        OK(&h->c, flow_deed(&h->w->flow, &h->c, tx, p->lead, STR("D"), NULL, NULL));
}

static bool mark_of(struct house *h, struct intake_mark *m, struct lead_id *lead)
{
    struct gen *g = &h->g;
    const int kinds[] = { MARK_SOURCE, MARK_VISITOR, MARK_LEAD, MARK_WHEN };

    *lead = h->people[gen_to(g, ALL)].lead;
    *m = (struct intake_mark){ .kind = kinds[gen_to(g, 4)], .reason = STR(""), .person = gen_one_in(g, 6), .undone_at = INSTANT_NONE };
    if (m->kind == MARK_SOURCE)
        m->value = str_print(g->a, "%lld", (long long)(1 + gen_to(g, 2 * SOURCES)));
    else if (m->kind == MARK_VISITOR)
        m->value = str_print(g->a, "v%lld-%lld", (long long)h->seed, (long long)gen_to(g, VISITORS));
    else if (m->kind == MARK_LEAD)
        m->value = str_print(g->a, "%lld", (long long)lead->v);
    else
        m->value = str_print(g->a, "{\"event\":\"%s\"}", GEN_PICK(g, "A", "B", "C", "D"));
    return lead->v != 0;
}

static void traffic_is_marked(struct house *h, struct db_tx *tx)
{
    struct intake_mark m;
    struct lead_id lead;
    enum err e;

    if (!mark_of(h, &m, &lead))
        return;
    e = flow_mark_add(&h->w->flow, &h->c, tx, &m, lead, NULL);
    if (e == ERR_CONFLICT || e == ERR_NOT_FOUND) { /* it stands already; or it went with an import */
        fault_clear(&h->c);
        return;
    }
    OK(&h->c, e);
    h->marks[h->mark_count++] = m.id;
}

static void traffic_is_unmarked(struct house *h, struct db_tx *tx)
{
    struct intake_mark m;
    size_t i;

    if (!h->mark_count)
        return;
    i = (size_t)gen_to(&h->g, (int64_t)h->mark_count);
    OK(&h->c, flow_mark_undo(&h->w->flow, &h->c, tx, h->marks[i], &m, NULL));
    h->marks[i] = h->marks[--h->mark_count];
}

/* A lead that nothing else was known of goes with it. */
static void import_is_taken_back(struct house *h, struct db_tx *tx)
{
    int64_t n = 1;

    while (h->imported && n > 0)
        OK(&h->c, flow_withdraw(&h->w->flow, &h->c, tx, h->import, 3, NULL, &n));
    h->import++;
    h->imported = false;
    for (int i = 0; i < ALL; i++) {
        struct lead lead;

        if (h->people[i].lead.v && lead_get(&h->c, tx, h->people[i].lead, &lead) == ERR_NOT_FOUND)
            h->people[i].lead.v = 0;
        fault_clear(&h->c);
    }
}

static void rescore_some(struct house *h, struct db_tx *tx)
{
    int done = 0;

    if (!h->rescoring)
        return;
    OK(&h->c, flow_rescore(&h->w->flow, &h->c, tx, &h->rescored, 3, NULL, &done));
    h->rescoring = done > 0;
}

static void clock_comes(struct house *h, struct db_tx *tx)
{
    int done = 0;
    bool more;

    OK(&h->c, flow_clock(&h->w->flow, &h->c, tx, 500, NULL, &done, &more));
}

/* The clock of the house looks several times a second, and then nothing that falls due is jumped over; or it did not look for a while. */
static void time_passes(struct house *h)
{
    instant until = h->w->c.now + 1 + gen_to(&h->g, gen_one_in(&h->g, 3) ? 2 * DAY_US : HOUR_US), at;
    bool looks = !gen_one_in(&h->g, 4);
    struct db_tx *tx;

    for (int guard = 0; looks && guard < 500; guard++) {
        OK(&h->c, db_read(&h->c, h->w->db, &tx));
        OK(&h->c, score_next_due(&h->c, tx, &at));
        db_drop(tx);
        if (at > until)
            break;
        h->c.now = at > h->w->c.now ? at : h->w->c.now + 1;
        h->w->c.now = h->c.now;
        OK(&h->c, db_write(&h->c, h->w->db, &tx));
        clock_comes(h, tx);
        OK(&h->c, db_commit(&h->c, tx));
    }
    h->w->c.now = until > h->w->c.now ? until : h->w->c.now + 1;
}

static void step(struct house *h)
{
    struct db_tx *tx;

    arena_reset(h->c.arena);
    time_passes(h);
    h->c.now = ++h->w->c.now; /* no two commits are of one instant (sys/clock.h) */
    OK(&h->c, db_write(&h->c, h->w->db, &tx));
    /* In every second house nothing is taken back, and every crossing can be told again. */
    switch (gen_to(&h->g, h->seed % 2 ? 15 : 18)) {
    case 0:
        publish(h, tx);
        break;
    case 1:
        people_join(h, tx);
        break;
    case 2:
        people_part(h, tx);
        break;
    case 3:
    case 4:
        rescore_some(h, tx);
        break;
    case 5:
    case 6:
        a_person_writes(h, tx);
        break;
    case 15:
        traffic_is_marked(h, tx);
        break;
    case 16:
        traffic_is_unmarked(h, tx);
        break;
    case 17:
        import_is_taken_back(h, tx);
        break;
    default:
        events_come(h, tx);
    }
    OK(&h->c, db_commit(&h->c, tx));
}

static void told(void *x, struct str text)
{
    (void)x;
    print_error(STR_FMT "\n", STR_ARG(text));
}

static void ignored(void *x, struct str text)
{
    (void)x;
    (void)text;
}

static void all_is_rescored(struct house *h)
{
    struct db_tx *tx;

    while (h->rescoring) {
        h->c.now = ++h->w->c.now;
        OK(&h->c, db_write(&h->c, h->w->db, &tx));
        rescore_some(h, tx);
        OK(&h->c, db_commit(&h->c, tx));
    }
}

static void marks_are_walked(struct house *h)
{
    bool worked = true;

    while (worked) {
        struct intake_mark m;
        struct db_tx *tx;

        h->c.now = ++h->w->c.now;
        OK(&h->c, db_write(&h->c, h->w->db, &tx));
        OK(&h->c, flow_mark_step(&h->w->flow, &h->c, tx, 5, NULL, &m, &worked));
        OK(&h->c, db_commit(&h->c, tx));
    }
}

/* Now, or later than the clock came by: the leads of this house, or of those before it too. */
static void replay_finds_nothing(struct house *h, uint64_t seed, struct lead_id after, int64_t *crossings)
{
    struct replay_sum sum = { 0 };
    struct db_tx *tx;
    bool more = true;

    h->c.now = h->w->c.now + gen_to(&h->g, gen_one_in(&h->g, 2) ? 1 : 9 * DAY_US);
    OK(&h->c, db_read(&h->c, h->w->db, &tx));
    while (more)
        OK(&h->c, flow_replay(&h->w->flow, &h->c, tx, &after, 100, told, NULL, &sum, &more));
    db_drop(tx);
    if (sum.differences)
        fail_msg("%s, house %d: %d differences", h->w->kind, (int)seed, (int)sum.differences);
    *crossings += sum.crossings;
}

/* A crossing of a lead that is part of another is told again too: one that says otherwise is found. */
static void a_changed_crossing_is_found(struct house *h, int64_t *changed)
{
    struct replay_sum sum = { 0 };
    struct lead_id after = { 0 };
    struct db_tx *tx;
    bool more = true;
    int64_t rows = 0;

    OK(&h->c, db_write(&h->c, h->w->db, &tx));
    OK(&h->c, db_run(&h->c, tx, "UPDATE crossing SET total = total + 1 WHERE lead_id IN (SELECT id FROM lead WHERE merged_into IS NOT NULL)"
                                " AND NOT EXISTS (SELECT 1 FROM score_turn t WHERE t.lead_id = crossing.lead_id AND t.lost = 1)",
                     DB_NO_ARGS, &rows));
    while (more)
        OK(&h->c, flow_replay(&h->w->flow, &h->c, tx, &after, 100, ignored, NULL, &sum, &more));
    db_drop(tx);
    if (sum.differences != rows)
        fail_msg("%s: %d crossings changed, %d differences", h->w->kind, (int)rows, (int)sum.differences);
    *changed += rows;
}

static void film_tells(struct house *h, struct db_tx *tx, struct flow_film *film, const struct model *m)
{
    struct score_sum *sums = ARENA_ARRAY(h->c.arena, struct score_sum, film->count + 1);

    OK(&h->c, flow_film_sums(film, &h->c, m, FILM_NOW, sums));
    for (size_t i = 0; i < film->count; i++) {
        struct history one;
        OK(&h->c, flow_history(&h->c, tx, film->leads[i].lead, INSTANT_NEVER, &one));
        struct score_sum must = score_sum_of(score_fold(m, &one, film->as_of, h->c.arena), film->as_of);
        if (must.total != sums[i].total || must.band != sums[i].band)
            fail_msg("film: %lld, fold: %lld, %d criteria", (long long)sums[i].total, (long long)must.total, (int)m->criterion_count);
    }
}

/* m's criteria again and again, each a little otherwise: more than there are places for columns. */
static struct model *wide_model(struct house *h, const struct model *m)
{
    struct buf b = buf_new(h->c.arena, LIMIT_MODEL_BYTES);
    struct model *wide;

    buf_print(&b, "{\"groups\":[{\"name\":\"g\"}],\"criteria\":[");
    for (size_t i = 0; i < 300; i++) {
        const struct criterion *k = &m->criteria[i % m->criterion_count];
        buf_print(&b, "%s{\"id\":\"c%d\",\"group\":\"g\",\"points\":%d,\"max_times\":%d,\"when\":" STR_FMT "}", i ? "," : "", (int)i, i % 2 ? -1 : 1,
                  (int)i + 1, STR_ARG(k->when_text));
    }
    buf_print(&b, "],\"public_ceiling\":9,\"gates\":[{\"band\":\"hot\",\"when\":" STR_FMT "}]}", STR_ARG(m->criteria[0].when_text));
    OK(&h->c, score_model_parse(&h->c, buf_str(&b), &wide));
    return wide;
}

/* A model that has more criteria than places is folded whole once; then another threshold folds nothing, and what is changed in one criterion is folded
 * for that one; when most of it has changed all is folded again. */
static void a_wide_film_is_right(struct house *h, struct db_tx *tx, struct flow_film *film, struct model *wide)
{
    const int64_t folds[] = { 1, 0, 1, 1, 1 };

    for (int round = 0; round < 5; round++) {
        int64_t before = flow_film_folds(film);

        if (round == 1)
            wide->hot = wide->warm + FIX_ONE;
        if (round == 2 || round == 3)
            wide->criteria[gen_to(&h->g, (int64_t)wide->criterion_count)].points += round * FIX_ONE;
        for (size_t i = 0; i < wide->criterion_count && round == 4; i += 3)
            wide->criteria[i].points += 5 * FIX_ONE;
        film_tells(h, tx, film, wide);
        if (flow_film_folds(film) - before != folds[round] * (int64_t)film->count)
            fail_msg("film: round %d, %d leads, folded %d times", round, (int)film->count, (int)(flow_film_folds(film) - before));
    }
}

/* The film's sums, from columns, are those of the histories folded whole: of a model, of the same with one criterion changed, and
 * of one that has more criteria than places. */
static void film_sums_are_right(struct house *h)
{
    struct model *m = gen_model(&h->g);
    struct model *wide = m->criterion_count ? wide_model(h, m) : score_model_hold(m);
    struct flow_film *film;
    struct db_tx *tx;

    OK(&h->c, db_read(&h->c, h->w->db, &tx));
    OK(&h->c, flow_film_get(&h->w->flow, &h->c, tx, m, wide, false, &film));
    for (int round = 0; round < 3; round++) {
        if (round && m->criterion_count)
            m->criteria[gen_to(&h->g, (int64_t)m->criterion_count)].points += FIX_ONE;
        film_tells(h, tx, film, m);
    }
    if (wide != m)
        a_wide_film_is_right(h, tx, film, wide);
    flow_film_drop(film);
    db_drop(tx);
    score_model_drop(wide);
    score_model_drop(m);
}

static int64_t before_all(struct house *h)
{
    struct db_tx *tx;
    int64_t id;

    OK(&h->c, db_write(&h->c, h->w->db, &tx));
    id = db_new_id(tx);
    db_drop(tx);
    return id;
}

static void every_score_and_crossing_can_be_told_again(void **state)
{
    struct world *w = *state;
    const char *cases = getenv("GRADUS_CASES");
    uint64_t houses = cases ? (uint64_t)atoll(cases) : 12;
    int64_t crossings = 0, changed = 0;

    for (uint64_t seed = 1; seed <= houses; seed++) {
        struct house *h = calloc(1, sizeof *h);
        struct arena *lasting = arena_new(0);

        h->w = w;
        h->c = w->c;
        h->c.arena = arena_new(0);
        h->g = (struct gen){ .seed = seed * 104729, .c = &h->c, .a = lasting };
        for (int i = 0; i < PEOPLE; i++)
            h->people[i].name = str_print(lasting, "h%d-%d", (int)seed, i);
        h->rescoring = true;
        h->seed = (int64_t)seed;
        h->before = before_all(h);
        h->import = (int64_t)seed * STEPS;
        for (int i = 1; i <= STEPS; i++) {
            h->g.a = lasting;
            step(h);
            if (i % LOOK_EACH)
                continue;
            all_is_rescored(h);
            marks_are_walked(h);
            replay_finds_nothing(h, seed, (struct lead_id){ i < STEPS ? h->before : 0 }, &crossings);
        }
        a_changed_crossing_is_found(h, &changed);
        film_sums_are_right(h);
        arena_free(h->c.arena);
        arena_free(lasting);
        free(h);
    }
    assert_true(crossings > 0 && changed > 0);
}

/* ---- the house ---- */

static int setup(void **state, bool pg)
{
    struct world *w = calloc(1, sizeof *w);

    w->kind = pg ? "postgresql" : "sqlite";
    w->c = (struct ctx){ .arena = arena_new(0), .now = NOW, .actor.kind = ACTOR_HOUSE };
    house_db_open(&w->c, "flow_turns", pg, &w->house);
    w->db = w->house.db;
    flow_init(&w->flow, "RU");
    *state = w;
    return 0;
}

static int setup_sqlite(void **state)
{
    return setup(state, false);
}

static int setup_pg(void **state)
{
    return setup(state, true);
}

static int teardown(void **state)
{
    struct world *w = *state;

    flow_free(&w->flow);
    house_db_close(&w->house);
    arena_free(w->c.arena);
    free(w);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        { "every_score_and_crossing_can_be_told_again (sqlite)", every_score_and_crossing_can_be_told_again, setup_sqlite, teardown, NULL },
        { "every_score_and_crossing_can_be_told_again (postgresql)", every_score_and_crossing_can_be_told_again, setup_pg, teardown, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
