/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* assign.c - how many leads find their person in a second.
 *
 *   assign URL MANAGERS LEADS
 *
 * decision  the decision alone, in memory: everybody of the pool asked, the policy's pick, the places moved
 * bulk      the whole of it, leads entering hot a hundred a transaction: task, decision kept whole, owner, custody
 * single    the same, a transaction for each lead, each from a desk opened anew
 * commit    what the disk allows a single one at most: a transaction that writes one small row
 *
 * All managers work by calendars with a break, with capacity, quotas for one in ten, shares of 1 to 5, and three rules stand before the one that holds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "flow/flow.h"
#include "flow/flow_act.h"
#include "flow/flow_route.h"
#include "lead/identity.h"
#include "route/policy.h"
#include "score/score_store.h"

enum { BATCH = 100 };

struct world {
    struct ctx c;
    struct db *db;
    struct flow flow;
    struct user_id *users;
    size_t managers;
    struct lead_id *leads;
    size_t count;
    struct history history;
};

static void must(struct ctx *c, enum err e, const char *what)
{
    if (!e)
        return;
    fprintf(stderr, "%s: %s %s\n", what, err_slug(e), c->fault.count ? c->fault.items[0].note : "");
    exit(1);
}
#define OK(c, expr) must((c), (expr), #expr)

static double seconds(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double now_s(void)
{
    return seconds(CLOCK_MONOTONIC);
}

/* Of all threads: what others on the machine do is not in it. */
static double cpu_s(void)
{
    return seconds(CLOCK_PROCESS_CPUTIME_ID);
}

/* ---- the house ---- */

static void people(struct world *w, struct db_tx *tx)
{
    static const char body[] = "{\"zone\":\"Europe/Moscow\",\"hours\":{\"mon\":[[\"09:00\",\"13:00\"],[\"14:00\",\"18:00\"]],"
                               "\"tue\":[[\"09:00\",\"18:00\"]]},\"holidays\":[\"2026-01-01\"]}";
    struct ctx *c = &w->c;
    struct calendar cal = { .name = STR("office") };
    struct json *tree;

    OK(c, json_read(c, str_of(body), &tree));
    OK(c, cal_parse(c, tree, &cal.cal));
    OK(c, team_calendar_put(c, tx, &cal));
    w->users = ARENA_ARRAY(c->arena, struct user_id, w->managers);
    for (size_t i = 0; i < w->managers; i++) {
        struct user u = { .email = str_print(c->arena, "m%zu@example.org", i), .name = STR("M"), .password = STR("x"),
                          .theme = STR("system"), .zone = STR("Europe/Moscow"), .role = ROLE_MANAGER };
        struct manager m;

        OK(c, team_user_add(c, tx, &u));
        OK(c, team_manager_get(c, tx, u.id, &m));
        w->users[i] = u.id;
        m.calendar = cal.id;
        m.capacity = 1000000;
        m.daily_quota = i % 10 ? 0 : 100000;
        m.weight = 1 + (int64_t)i % 5;
        m.languages = STR("[\"ru\",\"en\"]");
        OK(c, team_manager_put(c, tx, &m));
    }
}

static void rules(struct world *w, struct db_tx *tx)
{
    static const char *const conditions[] = {
        "{\"fact\":\"industry\",\"op\":\"eq\",\"value\":\"ships\"}",
        "{\"all\":[{\"fact\":\"title\",\"op\":\"has\",\"value\":\"CEO\"},{\"fact\":\"region\",\"op\":\"eq\",\"value\":\"east\"}]}",
        "{\"count\":{\"event\":\"Demo Requested\"},\"op\":\">=\",\"value\":3,\"days\":7}",
        "{\"fact\":\"email\",\"op\":\"exists\"}",
    };
    struct pool_members members = { ARENA_ARRAY(w->c.arena, struct pool_member, w->managers), w->managers };
    struct pool pool = { .name = STR("all"), .policy = POLICY_WEIGHTED };
    struct rule items[countof(conditions)];
    struct rules list = { items, countof(items) };

    for (size_t i = 0; i < w->managers; i++)
        members.items[i] = (struct pool_member){ .user = w->users[i], .member = true };
    OK(&w->c, route_pool_put(&w->c, tx, &pool, &members));
    for (size_t i = 0; i < countof(items); i++)
        items[i] = (struct rule){ .name = STR("r"), .condition = str_of(conditions[i]), .pool = pool.id, .enabled = true };
    OK(&w->c, route_rule_put_all(&w->c, tx, &list));
}

static void house_open(struct world *w, const char *url)
{
    static const char facts[] = "{\"email\":\"a@works.example\",\"title\":\"CEO\",\"industry\":\"machines\",\"language\":\"ru\"}";
    struct ctx *c = &w->c;
    struct past_profile *profile;
    struct json *patch;
    struct db_tx *tx;

    *c = (struct ctx){ .arena = arena_new((size_t)2 << 30), .actor = { .kind = ACTOR_HOUSE } };
    if (!instant_parse(STR("2026-11-23T07:00:00Z"), &c->now))
        exit(1);
    OK(c, db_open(c, url, 2, &w->db));
    OK(c, db_migrate(c, w->db));
    flow_init(&w->flow, "RU");
    OK(c, db_write(c, w->db, &tx));
    people(w, tx);
    rules(w, tx);
    OK(c, score_model_start(c, tx, LANG_RU));
    w->leads = ARENA_ARRAY(c->arena, struct lead_id, w->count + 1);
    for (size_t i = 0; i < w->count; i++) {
        struct lead_standing s = { .band = BAND_HOT, .score = 80, .seen_at = c->now };

        OK(c, lead_add(c, tx, false, c->now, 0, &w->leads[i]));
        s.id = w->leads[i];
        OK(c, lead_stand_many(c, tx, &s, 1));
    }
    OK(c, db_commit(c, tx));
    OK(c, json_read(c, str_of(facts), &patch));
    profile = ARENA_NEW(c->arena, struct past_profile);
    *profile = (struct past_profile){ .at = c->now - DAY_US, .known_at = c->now - DAY_US, .patch = patch };
    w->history = (struct history){ .born = c->now - DAY_US, .profiles = profile, .profile_count = 1 };
}

/* ---- measured ---- */

/* The next n leads turn hot, so many a transaction. Told: leads a second, microseconds of CPU and statements a lead; name NULL: nothing. */
static void enter_hot(struct world *w, const char *name, const char *times, size_t *next, size_t n, size_t at_once)
{
    double t0 = now_s(), cpu = cpu_s();
    int64_t statements = db_statements(w->db);
    size_t end = *next + n;

    while (*next < end) {
        struct ctx one = { .arena = arena_new(0), .actor = w->c.actor, .now = w->c.now += 1000 };
        struct messages out = { .arena = one.arena };
        struct desk *desk = NULL;
        struct db_tx *tx;

        OK(&one, db_write(&one, w->db, &tx));
        for (size_t i = 0; i < at_once && *next < end; i++, ++*next) {
            struct move move = { .lead = w->leads[*next], .from = BAND_WARM, .to = BAND_HOT, .at = one.now, .total = 80 * FIX_ONE,
                                 .crossing = { db_new_id(tx) } };
            struct moves moves = { &move, 1, 1 };

            OK(&one, flow_act(&one, tx, &desk, &w->history, &moves, &out));
        }
        OK(&one, db_commit(&one, tx));
        arena_free(one.arena);
    }
    if (!name)
        return;
    printf("%s_per_s_%s: %.0f\n", name, times, (double)n / (now_s() - t0));
    printf("%s_cpu_us_%s: %.0f\n", name, times, (cpu_s() - cpu) * 1e6 / (double)n);
    printf("%s_statements_%s: %.1f\n", name, times, (double)(db_statements(w->db) - statements) / (double)n);
}

/* A second of CPU, for there is nothing to wait for. */
static double decisions(struct world *w, size_t n)
{
    struct ctx *c = &w->c;
    struct person *people = ARENA_ARRAY(c->arena, struct person, w->managers);
    struct candidate *candidates = ARENA_ARRAY(c->arena, struct candidate, w->managers);
    struct desk desk;
    struct db_tx *tx;
    double t0;
    uint64_t seen = 0;

    OK(c, db_read(c, w->db, &tx));
    OK(c, flow_desk_open(c, tx, DESK_SHOW, &desk));
    for (size_t i = 0; i < w->managers; i++) {
        const struct desk_person *p = &desk.people[i];

        people[i] = (struct person){ .user = p->user.id, .active = true, .on_duty = true, .back_at = INSTANT_NEVER, .cal = p->cal, .open = p->open,
                                     .level = LEVEL_REGULAR, .weight = p->manager.weight, .capacity = p->manager.capacity,
                                     .certified = true, .last_at = INSTANT_NONE };
    }
    t0 = cpu_s();
    for (size_t k = 0; k < n; k++) {
        const struct need need = { .at = c->now + (instant)k, .band = BAND_HOT, .units = 2, .now = true };
        ptrdiff_t pick;

        for (size_t i = 0; i < w->managers; i++)
            candidates[i] = route_eligible(&people[i], &need);
        pick = route_pick(POLICY_WEIGHTED, people, candidates, w->managers, need.at);
        if (pick < 0)
            exit(1);
        people[pick].load += 2;
        seen += (uint64_t)pick;
    }
    t0 = cpu_s() - t0;
    db_drop(tx);
    if (!seen && w->managers > 1)
        exit(1);
    return (double)n / t0;
}

static double commits(struct world *w, size_t n)
{
    static const char sql[] = "INSERT INTO setting (name, value) VALUES ('bench', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    double t0 = now_s();

    for (size_t i = 0; i < n; i++) {
        struct db_tx *tx;

        OK(&w->c, db_write(&w->c, w->db, &tx));
        OK(&w->c, db_run(&w->c, tx, sql, DB_ARGS(db_str(str_print(w->c.arena, "%zu", i))), NULL));
        OK(&w->c, db_commit(&w->c, tx));
    }
    return (double)n / (now_s() - t0);
}

/* How many bytes of candidates a decision costs that keeps everybody who was asked: its own, and its part of the frames. */
static int64_t decision_bytes(struct world *w)
{
    struct db_rows *row;
    struct db_tx *tx;
    int64_t bytes;

    OK(&w->c, db_read(&w->c, w->db, &tx));
    OK(&w->c, db_one(&w->c, tx, "SELECT sum(length(packed)) / count(*) + (SELECT sum(length(body)) FROM candidate_frame) / count(*) FROM assignment", DB_NO_ARGS, &row));
    bytes = db_col_int(row, 0);
    db_end(row);
    db_drop(tx);
    return bytes;
}

int main(int argc, char **argv)
{
    size_t leads = (size_t)atol(argc > 3 ? argv[3] : "1000"), next = 0;
    struct world w = { .managers = (size_t)atol(argc > 2 ? argv[2] : "500"), .count = leads * 14 + leads / 5 * 3 };

    if (argc < 2)
        return 2;
    house_open(&w, argv[1]);
    printf("decision_per_s: %.0f\n", decisions(&w, 20000));
    /* Before anything was given, and when 3 and 10 times as much was. */
    for (size_t i = 0; i < 3; i++) {
        static const char *const times[] = { "1x", "3x", "10x" };
        static const size_t given[] = { 0, 2, 6 };

        enter_hot(&w, NULL, NULL, &next, leads * given[i], BATCH);
        enter_hot(&w, "bulk", times[i], &next, leads, BATCH);
        enter_hot(&w, "single", times[i], &next, leads / 5, 1);
    }
    printf("commit_per_s: %.0f\n", commits(&w, 300));
    printf("decision_bytes: %lld\n", (long long)decision_bytes(&w));
    flow_free(&w.flow);
    db_close(w.db);
    arena_free(w.c.arena);
    return 0;
}
