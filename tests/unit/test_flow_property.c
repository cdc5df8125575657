/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The ledger's three properties through the whole walk, on both databases: random models over random lives, delivered in random order, in
 * random batches, some of them several times. Afterwards
 *   - what is kept of each lead is, to the bit, what score_at() says of the life as it was written down;
 *   - each message is kept once, and no line counts more often than its limit allows;
 *   - a replay of everything from the database finds no difference.
 * Under every second model a contest runs against another random one: the same holds of each lead by the model that its lot gave it.
 * GRADUS_CASES lives (10,000 unless said). GRADUS_TEST_PG names a PostgreSQL in which the schema t_flow_property may be dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "gen_model.h"
#include "house.h"

#include "flow/flow_contest.h"
#include "flow/flow_event.h"
#include "flow/flow_replay.h"
#include "history/history.h"
#include "lead/profile.h"
#include "score/score_store.h"

enum { MODELS = 40, MESSAGES_MAX = 9, TIMES_MAX = 3 };
#define NOW (GEN_START + GEN_SPAN + 10 * DAY_US)

struct world {
    const char *kind;
    struct ctx c;        /* for the whole run */
    struct house_db house;
    struct db *db; /* the house's */
    struct flow flow;
};

#define OK(c, expr) HOUSE_OK(c, expr)

/* One life: messages as they will be sent, and the same as pure code sees them. */
struct life {
    struct event messages[MESSAGES_MAX];
    size_t count;
    struct past_event events[MESSAGES_MAX];
    struct past_profile profiles[MESSAGES_MAX];
    size_t profile_count;
    struct history history;
    struct lead_id lead;
};

static void write_profile(struct gen *g, struct life *life, const struct event *ev)
{
    struct past_profile *p = &life->profiles[life->profile_count];
    struct buf text = buf_new(g->a, 1 << 16);
    struct json_out out = json_to(&text);
    const struct json *patch = lead_profile_patch(g->a, ev->traits, "RU");

    if (!patch || ev->bot)
        return;
    json_put(&out, patch);
    *p = (struct past_profile){ .at = ev->at, .known_at = ev->known_at, .source_id = ev->source_id,
                                .unverified = ev->unverified, .patch = patch, .tie = str_hash(buf_str(&text)) };
    p->id = (int64_t)++life->profile_count;
}

static void write_message(struct gen *g, struct life *life, struct str who)
{
    struct past_event e = gen_event(g);
    struct event *ev = &life->messages[life->count];
    bool identify = gen_one_in(g, 4);

    *ev = (struct event){
        .kind = identify ? EVENT_IDENTIFY : e.kind, .name = identify ? STR_NULL : e.name,
        .path = identify ? STR_NULL : e.path, .at = e.at, .known_at = NOW, .unverified = e.unverified,
        .bot = e.bot && life->count > 0, /* somebody has been here: who has only bots has no life to be judged */
        .source_id = 1 + (int64_t)e.unverified, .who.user_id = who, .body = e.body,
        .message_id = str_print(g->a, STR_FMT "-%zu", STR_ARG(who), life->count),
    };
    if (identify)
        ev->traits = gen_profile(g).patch;
    struct buf raw = buf_new(g->a, 1 << 16);
    struct json_out out = json_to(&raw);
    json_put(&out, ev->body);
    ev->raw = buf_str(&raw);
    life->events[life->count] = (struct past_event){
        .id = (int64_t)life->count + 1, .kind = ev->kind, .name = ev->name, .path = ev->path, .at = ev->at,
        .known_at = NOW, .unverified = ev->unverified, .bot = ev->bot, .source_id = ev->source_id,
        .tie = history_tie(ev->message_id, ev->source_id), .body = ev->body,
    };
    write_profile(g, life, ev);
    life->count++;
}

static void write_life(struct gen *g, struct life *life, struct str who)
{
    int64_t n = 1 + gen_to(g, MESSAGES_MAX);

    while (n-- > 0)
        write_message(g, life, who);
    qsort(life->events, life->count, sizeof *life->events, gen_event_cmp);
    qsort(life->profiles, life->profile_count, sizeof *life->profiles, gen_profile_cmp);
    life->history = (struct history){ .born = life->events[0].at, .events = life->events, .event_count = life->count,
                                      .profiles = life->profiles, .profile_count = life->profile_count };
}

/* ---- sending ---- */

struct sent {
    struct life *life;
    const struct event *message;
};

/* Every message one to three times, in any order. */
static struct sent *shuffle(struct gen *g, struct life *lives, size_t n, size_t *count)
{
    struct sent *all = ARENA_ARRAY(g->a, struct sent, n * MESSAGES_MAX * TIMES_MAX);

    *count = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < lives[i].count; k++)
            for (int64_t times = gen_one_in(g, 4) ? 1 + gen_to(g, TIMES_MAX) : 1; times > 0; times--)
                all[(*count)++] = (struct sent){ &lives[i], &lives[i].messages[k] };
    for (size_t i = *count; i > 1; i--) {
        size_t j = (size_t)gen_to(g, (int64_t)i);
        struct sent swap = all[i - 1];

        all[i - 1] = all[j];
        all[j] = swap;
    }
    return all;
}

static void send_batch(struct world *w, struct db_tx *tx, struct ctx *c, const struct sent *all, size_t n)
{
    struct event *events = ARENA_ARRAY(c->arena, struct event, n);
    struct event_result *results = ARENA_ARRAY(c->arena, struct event_result, n);

    for (size_t i = 0; i < n; i++) {
        events[i] = *all[i].message;
        events[i].known_at = c->now;
    }
    OK(c, flow_events(&w->flow, c, tx, events, n, results, NULL));
    for (size_t i = 0; i < n; i++) {
        assert_true(results[i].code == ERR_NONE || results[i].code == ERR_TWICE);
        if (results[i].lead.v)
            all[i].life->lead = results[i].lead;
    }
}

static void send_all(struct world *w, struct gen *g, struct life *lives, size_t n)
{
    struct ctx c = w->c;
    struct db_tx *tx;
    size_t count, step;
    struct sent *all = shuffle(g, lives, n, &count);

    c.arena = arena_new(0);
    for (size_t i = 0; i < count; i += step) {
        step = 1 + (size_t)gen_to(g, 60);
        if (step > count - i)
            step = count - i;
        arena_reset(c.arena);
        c.now = ++w->c.now; /* no two commits are of one instant */
        OK(&c, db_write(&c, w->db, &tx));
        send_batch(w, tx, &c, all + i, step);
        OK(&c, db_commit(&c, tx));
    }
    arena_free(c.arena);
}

/* ---- judging ---- */

static void judge(struct world *w, struct ctx *c, struct db_tx *tx, const struct model *m, struct life *life)
{
    struct score must;
    struct score_kept kept;
    struct history h;

    OK(c, score_load(c, tx, &life->lead, 1, &kept));
    must = score_at(m, &life->history, kept.band.told, c->arena);
    OK(c, history_load(c, tx, &life->lead, 1, INSTANT_NEVER, true, &h));
    if (kept.total != must.total || kept.band.band != must.band)
        fail_msg("%s: " STR_FMT ": kept %lld %s, must be %lld %s", w->kind, STR_ARG(life->messages[0].who.user_id),
                 (long long)kept.total, band_names[kept.band.band], (long long)must.total, band_names[must.band]);
    assert_int_equal(h.event_count, life->count);
    for (size_t i = 0; i < must.line_count; i++) {
        const struct criterion *cr = &m->criteria[must.lines[i].criterion];

        if (cr->per_event && cr->max_times)
            assert_true(must.lines[i].count <= cr->max_times);
        if (cr->max_points)
            assert_true(llabs(must.lines[i].points) <= cr->max_points);
    }
}

static void told(void *x, struct str text)
{
    (void)x;
    print_error(STR_FMT "\n", STR_ARG(text));
}

/* In a contest both sides must have had leads, or nothing is tried. */
static void judge_all(struct world *w, const struct model *live, struct life *lives, size_t n)
{
    struct ctx c = w->c;
    const struct model *of;
    struct db_tx *tx;
    struct model *m;
    size_t rivals = 0;

    c.arena = arena_new(0);
    OK(&c, db_read(&c, w->db, &tx));
    OK(&c, flow_model(&w->flow, &c, tx, &m));
    assert_int_equal(m->id.v, live->id.v);
    for (size_t i = 0; i < n; i++) {
        arena_reset(c.arena);
        OK(&c, flow_model_of(&c, tx, m, lives[i].lead, &of));
        rivals += of != m;
        judge(w, &c, tx, of, &lives[i]);
    }
    assert_true(m->rival ? n < 50 || (rivals > n / 5 && rivals < n * 4 / 5) : rivals == 0);
    score_model_drop(m);
    db_drop(tx);
    arena_free(c.arena);
}

/* The leads of the last model: those before it are still scored by their own. */
static void replay_finds_nothing(struct world *w, struct lead_id after)
{
    struct replay_sum sum = { 0 };
    struct ctx c = w->c;
    struct db_tx *tx;
    bool more = true;

    OK(&c, db_read(&c, w->db, &tx));
    while (more)
        OK(&c, flow_replay(&w->flow, &c, tx, &after, 100, told, NULL, &sum, &more));
    db_drop(tx);
    assert_true(sum.leads > 0);
    assert_int_equal(sum.differences, 0);
}

static void publish(struct world *w, struct ctx *c, struct gen *g, struct model **m)
{
    struct json *body;
    struct model_id id;
    struct db_tx *tx;
    struct model *draft = gen_model(g);

    OK(c, json_read(c, score_model_print(draft, g->a), &body));
    score_model_drop(draft);
    OK(c, db_write(c, w->db, &tx));
    OK(c, score_model_add(c, tx, STR("random"), STR(""), body, &id));
    OK(c, score_model_publish(c, tx, id, m));
    OK(c, db_commit(c, tx));
}

/* Lives began long ago: so must the contest, for them to take part. */
static void challenge(struct world *w, struct ctx *c, struct gen *g, struct learn_contest *k)
{
    struct model *draft = gen_model(g);
    struct ctx before = *c;
    struct json *body;
    struct db_tx *tx;

    before.now = GEN_START - 1;
    OK(c, json_read(c, score_model_print(draft, g->a), &body));
    score_model_drop(draft);
    *k = (struct learn_contest){ .share = FIX_ONE / 2, .alpha = FIX_ONE / 20, .margin = FIX_ONE / 10 };
    OK(c, db_write(c, w->db, &tx));
    OK(c, score_model_add(c, tx, STR("rival"), STR(""), body, &k->challenger));
    OK(&before, flow_contest_start(&before, tx, k));
    OK(c, db_commit(c, tx));
}

static void give_up(struct world *w, struct ctx *c, const struct learn_contest *k)
{
    struct db_tx *tx;

    OK(c, db_write(c, w->db, &tx));
    OK(c, flow_contest_end(c, tx, k, -1, NULL));
    OK(c, db_commit(c, tx));
}

static void one_model(struct world *w, uint64_t seed, size_t lives_count)
{
    struct ctx c = w->c;
    struct gen g = { .seed = seed * 7919, .c = &c };
    struct life *lives;
    struct lead_id before = { 0 };
    struct learn_contest contest;
    struct model *m;

    g.a = c.arena = arena_new(0);
    lives = ARENA_ARRAY(c.arena, struct life, lives_count);
    publish(w, &c, &g, &m);
    if (seed % 2 == 0)
        challenge(w, &c, &g, &contest);
    for (size_t i = 0; i < lives_count; i++)
        write_life(&g, &lives[i], str_print(c.arena, "u%llu-%zu", (unsigned long long)seed, i));
    send_all(w, &g, lives, lives_count);
    judge_all(w, m, lives, lives_count);
    before.v = lives[0].lead.v;
    for (size_t i = 1; i < lives_count; i++)
        if (lives[i].lead.v < before.v)
            before.v = lives[i].lead.v;
    before.v--;
    replay_finds_nothing(w, before);
    if (seed % 2 == 0)
        give_up(w, &c, &contest);
    score_model_drop(m);
    arena_free(c.arena);
}

static void what_is_kept_is_what_the_ledger_says(void **state)
{
    const char *n = getenv("GRADUS_CASES");
    size_t lives = (size_t)(n ? atoll(n) : 10000) / MODELS;

    for (uint64_t seed = 1; seed <= MODELS; seed++)
        one_model(*state, seed, lives ? lives : 1);
}

/* ---- the house ---- */

static int setup(void **state, bool pg)
{
    struct world *w = calloc(1, sizeof *w);

    w->kind = pg ? "postgresql" : "sqlite";
    w->c = (struct ctx){ .arena = arena_new(0), .now = NOW, .actor.kind = ACTOR_HOUSE };
    house_db_open(&w->c, "flow_property", pg, &w->house);
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
        { "what_is_kept_is_what_the_ledger_says (sqlite)", what_is_kept_is_what_the_ledger_says, setup_sqlite, teardown, NULL },
        { "what_is_kept_is_what_the_ledger_says (postgresql)", what_is_kept_is_what_the_ledger_says, setup_pg, teardown, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
