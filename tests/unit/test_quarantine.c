/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Marks, and their undoing, through the whole walk, on both databases: random models over random lives of several visitors, sources and programs,
 * delivered in random order, some before a mark is made, some while it stands, some after it is undone. At each of these moments
 *   - what is kept of each lead is, to the bit, what score_at() says of the life without the events that marks hold;
 *   - so are the facts of its card;
 *   - a replay of everything from the database finds no difference.
 * GRADUS_CASES lives (2,000 unless said). GRADUS_TEST_PG names a PostgreSQL in which the schema t_quarantine may be dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "cond/cond.h"
#include "gen_model.h"
#include "house.h"

#include "flow/flow_event.h"
#include "flow/flow_quarantine.h"
#include "flow/flow_replay.h"
#include "history/history.h"
#include "intake/bot.h"
#include "lead/lead.h"
#include "lead/profile.h"
#include "score/score_store.h"

enum { MODELS = 20, MESSAGES_MAX = 12, TIMES_MAX = 3, SOURCES = 4, AGENTS = 3, VISITORS = 3, MARKS_MAX = 40 };
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
    struct lead_id lead;
    bool staff;          /* some of its calls give an address at staff.example */
    bool sent[MESSAGES_MAX];
};

static void write_profile(struct gen *g, struct life *life, const struct event *ev)
{
    struct past_profile *p = &life->profiles[life->profile_count];
    struct buf text = buf_new(g->a, 1 << 16);
    struct json_out out = json_to(&text);
    const struct json *patch = lead_profile_patch(g->a, ev->traits, "RU");

    if (!patch)
        return;
    json_put(&out, patch);
    *p = (struct past_profile){ .at = ev->at, .known_at = ev->known_at, .source_id = ev->source_id,
                                .unverified = ev->unverified, .patch = patch, .tie = str_hash(buf_str(&text)) };
    p->id = (int64_t)life->count + 1; /* of the message it came with */
    life->profile_count++;
}

/* The body as a door would keep it: who and with what beside the properties. */
static const struct json *body_of(struct gen *g, const struct json *body, const struct event *ev)
{
    struct json *out = ARENA_NEW(g->a, struct json);

    out->type = JSON_OBJECT;
    out->as.members = ARENA_ARRAY(g->a, struct json_member, (body ? body->count : 0) + 2);
    for (uint32_t i = 0; body && i < body->count; i++)
        out->as.members[out->count++] = body->as.members[i];
    out->as.members[out->count++] = (struct json_member){ STR("anonymousId"), { .type = JSON_TEXT, .as.text = ev->who.anonymous_id } };
    out->as.members[out->count++] = (struct json_member){ STR("agent"), { .type = JSON_TEXT, .as.text = ev->agent } };
    return out;
}

static void write_message(struct gen *g, struct life *life, struct str who)
{
    struct past_event e = gen_event(g);
    struct event *ev = &life->messages[life->count];
    bool identify = gen_one_in(g, 4);

    if (e.kind == EVENT_DEED) /* those are never held */
        e.kind = EVENT_TRACK;

    *ev = (struct event){
        .kind = identify ? EVENT_IDENTIFY : e.kind, .name = identify ? STR_NULL : e.name,
        .path = identify ? STR_NULL : e.path, .at = e.at, .known_at = NOW, .unverified = e.unverified,
        .bot = e.bot && life->count > 0, /* somebody has been here: who has only bots has no life to be judged */
        .source_id = 1 + 2 * gen_to(g, SOURCES) + (int64_t)e.unverified, .who.user_id = who,
        .who.anonymous_id = str_print(g->a, STR_FMT "-v%lld", STR_ARG(who), (long long)gen_to(g, VISITORS)),
        .agent = str_print(g->a, "Agent/%lld", (long long)gen_to(g, AGENTS)),
        .message_id = str_print(g->a, STR_FMT "-%zu", STR_ARG(who), life->count),
    };
    ev->signal = ev->bot ? INTAKE_BOT_CRAWLER : 0;
    ev->body = body_of(g, e.body, ev);
    if (identify)
        ev->traits = gen_profile(g).patch;
    if (identify && life->staff && !ev->unverified && gen_one_in(g, 2))
        ev->who.email = str_print(g->a, STR_FMT "@staff.example", STR_ARG(who));
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

    life->staff = gen_one_in(g, 3);
    while (n-- > 0)
        write_message(g, life, who);
}

/* ---- sending ---- */

struct sent {
    struct life *life;
    const struct event *message;
};

/* Messages of all lives in any order, each once. */
static struct sent *shuffle(struct gen *g, struct life *lives, size_t n, size_t *count)
{
    struct sent *all = ARENA_ARRAY(g->a, struct sent, n * MESSAGES_MAX);

    *count = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < lives[i].count; k++)
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
        all[i].life->sent[all[i].message - all[i].life->messages] = true;
    }
    OK(c, flow_events(&w->flow, c, tx, events, n, results, NULL));
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(results[i].code, ERR_NONE);
        all[i].life->lead = results[i].lead;
    }
}

static void send_some(struct world *w, struct gen *g, const struct sent *all, size_t count)
{
    struct ctx c = w->c;
    struct db_tx *tx;
    size_t step;

    c.arena = arena_new(0);
    for (size_t i = 0; i < count; i += step) {
        step = 1 + (size_t)gen_to(g, 40);
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

/* ---- marks ---- */

struct marked {
    struct intake_mark mark;
    struct life *life;            /* of VISITOR, EVENT, LEAD, EMAIL */
    size_t message;               /* of EVENT */
    struct str value;             /* as the test knows it */
    struct cond *when;            /* of WHEN */
    int64_t source;
};

static struct arena *scratch; /* of conditions asked once */

/* A condition that asks an event alone. */
static struct str condition_of(struct gen *g)
{
    struct buf b = buf_new(g->a, 4096);
    int64_t kind = gen_to(g, 4);

    if (kind < 2) {
        gen_match(g, &b);
        return buf_str(&b);
    }
    buf_print(&b, "{\"%s\":[", kind == 2 ? "any" : "all");
    gen_match(g, &b);
    buf_print(&b, kind == 2 ? "," : ",{\"not\":");
    gen_match(g, &b);
    buf_print(&b, kind == 2 ? "]}" : "}]}");
    return buf_str(&b);
}

/* Has the life given its address? */
static bool has_address(const struct life *life)
{
    for (size_t i = 0; i < life->count; i++)
        if (life->sent[i] && life->messages[i].who.email.len)
            return true;
    return false;
}

static bool is_about(const struct marked *m, const struct life *life, size_t i)
{
    const struct event *ev = &life->messages[i];

    switch (m->mark.kind) {
    case MARK_SOURCE:
        return ev->source_id == m->source;
    case MARK_VISITOR:
        return str_eq(ev->who.anonymous_id, m->value);
    case MARK_AGENT:
        return str_eq(ev->agent, m->value);
    case MARK_EVENT:
        return life == m->life && i == m->message;
    case MARK_WHEN:
        return cond_holds_event(m->when, &life->events[i], scratch);
    case MARK_LEAD:
        return life == m->life;
    case MARK_EMAIL:
        return life == m->life && has_address(life);
    default:
        return has_address(life);
    }
}

/* 0: counts; 1: seen, gives nothing; 2: as if it had never come. */
static int standing(const struct marked *marks, size_t n, const struct life *life, size_t i)
{
    bool held = false, person = false;

    for (size_t k = 0; k < n; k++)
        if (marks[k].mark.undone_at == INSTANT_NONE && is_about(&marks[k], life, i)) {
            person = person || marks[k].mark.person;
            held = held || !marks[k].mark.person;
        }
    return person ? 0 : held ? 2 : life->messages[i].signal ? 1 : 0;
}

/* The number of the event of a message, as the database has it. */
static int64_t event_of(struct ctx *c, struct db_tx *tx, const struct life *life, size_t i)
{
    struct db_rows *row;
    int64_t id;

    OK(c, db_one(c, tx, "SELECT id FROM event WHERE lead_id = $1 AND message_id = $2",
                 DB_ARGS(db_int(life->lead.v), db_str(life->messages[i].message_id)), &row));
    id = db_col_int(row, 0);
    db_end(row);
    return id;
}

static void choose(struct gen *g, struct ctx *c, struct db_tx *tx, struct life *lives, size_t n, struct marked *m)
{
    size_t i = (size_t)gen_to(g, (int64_t)n);

    while (!lives[i].lead.v)
        i = (i + 1) % n;
    m->life = &lives[i];
    m->message = 0;
    while (!m->life->sent[m->message])
        m->message++;
    m->mark = (struct intake_mark){ .kind = (int)gen_to(g, MARK_KINDS), .person = gen_one_in(g, 5), .reason = STR("") };
    const struct event *ev = &m->life->messages[m->message];
    m->source = ev->source_id;
    m->value = m->mark.kind == MARK_AGENT ? ev->agent : ev->who.anonymous_id;
    switch (m->mark.kind) {
    case MARK_SOURCE:
        m->mark.value = str_print(g->a, "%lld", (long long)m->source);
        break;
    case MARK_VISITOR: case MARK_AGENT:
        m->mark.value = m->value;
        break;
    case MARK_EMAIL:
        m->mark.value = str_print(g->a, STR_FMT "@staff.example", STR_ARG(m->life->messages[0].who.user_id));
        break;
    case MARK_DOMAIN:
        m->mark.value = STR("staff.example");
        break;
    case MARK_LEAD:
        m->mark.value = str_print(g->a, "%lld", (long long)m->life->lead.v);
        break;
    case MARK_WHEN:
        do {
            struct str text;
            struct json *v;

            m->mark.value = condition_of(g);
            OK(c, json_read(c, m->mark.value, &v));
            if (!intake_mark_when(c, v, STR("/when"), g->a, &m->when, &text))
                break;
            fault_clear(c); /* it could never hold */
        } while (true);
        break;
    default:
        m->mark.value = str_print(g->a, "%lld", (long long)event_of(c, tx, m->life, m->message));
        break;
    }
}

/* The job's part. */
static void walk_through(struct world *w, struct gen *g)
{
    struct ctx c = w->c;
    bool worked = true;

    c.arena = arena_new(0);
    while (worked) {
        struct intake_mark m;
        struct db_tx *tx;

        arena_reset(c.arena);
        c.now = ++w->c.now;
        OK(&c, db_write(&c, w->db, &tx));
        OK(&c, flow_mark_step(&w->flow, &c, tx, 1 + (int)gen_to(g, 30), NULL, &m, &worked));
        OK(&c, db_commit(&c, tx));
    }
    arena_free(c.arena);
}

static void make_marks(struct world *w, struct gen *g, struct life *lives, size_t n, struct marked *marks, size_t *count)
{
    struct ctx c = w->c;
    int64_t wanted = 1 + gen_to(g, 8);

    c.arena = g->a;
    for (int64_t i = 0; i < wanted && *count < MARKS_MAX; i++) {
        struct marked *m = &marks[*count];
        struct db_tx *tx;
        enum err e;

        c.now = ++w->c.now;
        OK(&c, db_write(&c, w->db, &tx));
        choose(g, &c, tx, lives, n, m);
        e = flow_mark_add(&w->flow, &c, tx, &m->mark, m->life->lead, NULL);
        if (e == ERR_CONFLICT) { /* it stands already */
            fault_clear(&c);
            db_drop(tx);
            continue;
        }
        OK(&c, e);
        OK(&c, db_commit(&c, tx));
        (*count)++;
    }
    walk_through(w, g);
}

static void undo_marks(struct world *w, struct gen *g, struct marked *marks, size_t n, bool all)
{
    struct ctx c = w->c;

    c.arena = g->a;
    for (size_t i = 0; i < n; i++) {
        struct db_tx *tx;

        if (marks[i].mark.undone_at != INSTANT_NONE || (!all && gen_one_in(g, 2)))
            continue;
        c.now = ++w->c.now;
        OK(&c, db_write(&c, w->db, &tx));
        OK(&c, flow_mark_undo(&w->flow, &c, tx, marks[i].mark.id, &marks[i].mark, NULL));
        OK(&c, db_commit(&c, tx));
    }
    walk_through(w, g);
}

/* ---- judging ---- */

/* The life as it counts. */
static struct history counted(struct arena *a, const struct marked *marks, size_t n, const struct life *life, bool *alive)
{
    struct past_event *events = ARENA_ARRAY(a, struct past_event, MESSAGES_MAX);
    struct past_profile *profiles = ARENA_ARRAY(a, struct past_profile, MESSAGES_MAX);
    struct history h = { .born = INSTANT_NEVER, .events = events, .profiles = profiles };

    *alive = false;
    for (size_t i = 0; i < life->count; i++) {
        int how = standing(marks, n, life, i);

        if (!life->sent[i] || how == 2)
            continue;
        events[h.event_count] = life->events[i];
        events[h.event_count++].bot = how == 1;
        *alive = *alive || how == 0;
        for (size_t k = 0; k < life->profile_count && how == 0; k++)
            if (life->profiles[k].id == (int64_t)i + 1)
                profiles[h.profile_count++] = life->profiles[k];
    }
    if (h.event_count) {
        qsort(events, h.event_count, sizeof *events, gen_event_cmp);
        h.born = events[0].at;
    }
    if (h.profile_count)
        qsort(profiles, h.profile_count, sizeof *profiles, gen_profile_cmp);
    return h;
}

static void judge(struct world *w, struct ctx *c, struct db_tx *tx, const struct model *m, const struct marked *marks, size_t n,
                  struct life *life, const char *when)
{
    struct history must_be, is;
    struct score_kept kept;
    struct score must;
    bool alive;

    if (!life->lead.v)
        return;
    must_be = counted(c->arena, marks, n, life, &alive);
    OK(c, history_load(c, tx, &life->lead, 1, INSTANT_NEVER, true, &is));
    if (is.event_count != must_be.event_count || is.profile_count != must_be.profile_count)
        fail_msg("%s, %s: " STR_FMT ": %zu events and %zu patches count, must be %zu and %zu", w->kind, when,
                 STR_ARG(life->messages[0].who.user_id), is.event_count, is.profile_count, must_be.event_count, must_be.profile_count);
    if (!alive)
        return; /* its birth is nobody's deed: left to the replay */
    OK(c, score_load(c, tx, &life->lead, 1, &kept));
    must = score_at(m, &must_be, kept.band.told, c->arena);
    if (kept.total != must.total || kept.band.band != must.band)
        fail_msg("%s, %s: " STR_FMT ": kept %lld %s, must be %lld %s", w->kind, when, STR_ARG(life->messages[0].who.user_id),
                 (long long)kept.total, band_names[kept.band.band], (long long)must.total, band_names[must.band]);
}

static void told(void *x, struct str text)
{
    (void)x;
    print_error(STR_FMT "\n", STR_ARG(text));
}

/* The leads of the last model: those before it are still scored by their own. */
static void replay_finds_nothing(struct world *w, struct lead_id after, const char *when)
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
    if (sum.differences)
        fail_msg("%s, %s: %lld differences", w->kind, when, (long long)sum.differences);
}

struct case_ {
    struct world *w;
    struct gen *g;
    const struct model *m;
    struct life *lives;
    size_t lives_count;
    struct marked marks[MARKS_MAX];
    size_t mark_count;
    struct lead_id before;
};

static void judge_all(struct case_ *x, const char *when)
{
    struct ctx c = x->w->c;
    struct db_tx *tx;

    c.arena = arena_new(0);
    OK(&c, db_read(&c, x->w->db, &tx));
    for (size_t i = 0; i < x->lives_count; i++) {
        arena_reset(c.arena);
        judge(x->w, &c, tx, x->m, x->marks, x->mark_count, &x->lives[i], when);
    }
    db_drop(tx);
    arena_free(c.arena);
    replay_finds_nothing(x->w, x->before, when);
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
    OK(c, db_read(c, w->db, &tx));
    db_drop(tx);
}

static struct lead_id last_lead(struct world *w, struct ctx *c)
{
    struct db_rows *row;
    struct lead_id last;
    struct db_tx *tx;

    OK(c, db_read(c, w->db, &tx));
    OK(c, db_one(c, tx, "SELECT coalesce(max(id), 0) FROM lead", DB_NO_ARGS, &row));
    last.v = db_col_int(row, 0);
    db_end(row);
    db_drop(tx);
    return last;
}

static void one_model(struct world *w, uint64_t seed, size_t lives_count)
{
    struct ctx c = w->c;
    struct gen g = { .seed = seed * 104729, .c = &c };
    struct case_ *x;
    struct sent *all;
    struct model *m;
    size_t count, half;

    g.a = c.arena = scratch = arena_new(0);
    x = ARENA_NEW(c.arena, struct case_);
    *x = (struct case_){ .w = w, .g = &g, .lives = ARENA_ARRAY(c.arena, struct life, lives_count), .lives_count = lives_count };
    publish(w, &c, &g, &m);
    x->m = m;
    x->before = last_lead(w, &c);
    for (size_t i = 0; i < lives_count; i++)
        write_life(&g, &x->lives[i], str_print(c.arena, "u%llu-%zu", (unsigned long long)seed, i));
    all = shuffle(&g, x->lives, lives_count, &count);
    half = count / 3;
    send_some(w, &g, all, half);
    judge_all(x, "before any mark");
    make_marks(w, &g, x->lives, lives_count, x->marks, &x->mark_count);
    judge_all(x, "marked");
    send_some(w, &g, all + half, half);
    judge_all(x, "more has come while the marks stand");
    undo_marks(w, &g, x->marks, x->mark_count, false);
    judge_all(x, "some marks are undone");
    make_marks(w, &g, x->lives, lives_count, x->marks, &x->mark_count);
    judge_all(x, "marked again");
    undo_marks(w, &g, x->marks, x->mark_count, true);
    judge_all(x, "all marks are undone");
    send_some(w, &g, all + 2 * half, count - 2 * half);
    judge_all(x, "the rest has come");
    for (size_t i = 0; i < x->mark_count; i++)
        cond_free(x->marks[i].when);
    score_model_drop(m);
    arena_free(c.arena);
}

static void a_mark_and_its_undoing_give_the_score_of_a_history_without_and_with(void **state)
{
    const char *n = getenv("GRADUS_CASES");
    size_t lives = (size_t)(n ? atoll(n) : 800) / MODELS;

    for (uint64_t seed = 1; seed <= MODELS; seed++)
        one_model(*state, seed, lives ? lives : 1);
}

/* ---- the house ---- */

static int setup(void **state, bool pg)
{
    struct world *w = calloc(1, sizeof *w);

    w->kind = pg ? "postgresql" : "sqlite";
    w->c = (struct ctx){ .arena = arena_new(0), .now = NOW, .actor.kind = ACTOR_HOUSE };
    house_db_open(&w->c, "quarantine", pg, &w->house);
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
        { "a_mark_and_its_undoing_give_the_score_of_a_history_without_and_with (sqlite)", a_mark_and_its_undoing_give_the_score_of_a_history_without_and_with, setup_sqlite, teardown, NULL },
        { "a_mark_and_its_undoing_give_the_score_of_a_history_without_and_with (postgresql)", a_mark_and_its_undoing_give_the_score_of_a_history_without_and_with, setup_pg, teardown, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
