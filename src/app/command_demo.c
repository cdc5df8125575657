/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/command_demo.h"

#include <stdio.h>

#include "api/api_policy.h"
#include "api/api_rule.h"
#include "base/embed.h"
#include "flow/flow_clock.h"
#include "flow/flow_demo.h"
#include "flow/flow_demo_desk.h"
#include "flow/flow_demo_skill.h"
#include "outreach/starter.h"
#include "route/route.h"
#include "route/version.h"
#include "sys/clock.h"
#include "sys/crypto.h"
#include "team/key.h"
#include "team/manager.h"
#include "team/setting.h"
#include "team/user.h"

#define DEMO_PASSWORD "demonstration"
#define DEMO_ZONE     "Europe/Moscow"

enum { COMMIT_EVENTS = 100, DESK_US = 120000000, CLOCK_LEADS = 500, CAPACITY = 400 };

static const struct {
    const char *email, *name;
    enum role role;
    int64_t level, weight;
    bool always; /* is there at every hour, so that a demonstration at night has somebody to call */
} people[] = {
    { FLOW_DEMO_OWNER, "Елена Орлова", ROLE_OWNER, 0, 0 },
    { "head@demo.example", "Дмитрий Соколов", ROLE_HEAD, 0, 0 },
    { "marketer@demo.example", "Ольга Кузнецова", ROLE_MARKETER, 0, 0 },
    { "anna@demo.example", "Анна Морозова", ROLE_MANAGER, 2, 2 },
    { "pavel@demo.example", "Павел Лебедев", ROLE_MANAGER, 1, 1, true },
    { "irina@demo.example", "Ирина Волкова", ROLE_MANAGER, 1, 1 },
    { "timur@demo.example", "Тимур Ахметов", ROLE_MANAGER, 1, 1 },
    { "maria@demo.example", "Мария Новикова", ROLE_MANAGER, 0, 1 },
};

static const char hours[] =
    "{\"zone\":\"" DEMO_ZONE "\",\"hours\":{\"mon\":[[\"09:00\",\"19:00\"]],\"tue\":[[\"09:00\",\"19:00\"]],"
    "\"wed\":[[\"09:00\",\"19:00\"]],\"thu\":[[\"09:00\",\"19:00\"]],\"fri\":[[\"09:00\",\"19:00\"]],"
    "\"sat\":[[\"10:00\",\"18:00\"]],\"sun\":[[\"10:00\",\"18:00\"]]},\"holidays\":[]}";

struct telling {
    struct front *front;
    struct flow flow;
    struct demo_plan plan;
    int64_t source_id;
    instant desk_at, now;
    struct user_id managers[countof(people)];
    size_t manager_count;
};

static enum err add_calendar(struct ctx *c, struct db_tx *tx, struct calendar_id *id)
{
    struct calendar cal = { .name = STR("Рабочие часы отдела продаж") };
    struct json *v;
    enum err e = json_read(c, str_of(hours), &v);

    if (e == ERR_NONE)
        e = cal_parse(c, v, &cal.cal);
    if (e == ERR_NONE)
        e = team_calendar_put(c, tx, &cal);
    *id = cal.id;
    return e;
}

static enum err add_manager(struct ctx *c, struct db_tx *tx, struct user_id user, size_t i, struct calendar_id cal)
{
    struct manager m;
    enum err e = team_manager_ensure(c, tx, user);

    if (e == ERR_NONE)
        e = team_manager_get(c, tx, user, &m);
    if (e)
        return e;
    if (!people[i].always)
        m.calendar = cal;
    m.capacity = CAPACITY;
    m.level = people[i].level;
    m.weight = people[i].weight;
    return team_manager_put(c, tx, &m);
}

/* Large companies go to the two most experienced, a tenth of them by lot, so that what other rules would have brought can be told. */
static enum err add_rules(struct ctx *c, struct db_tx *tx, const struct user_id *managers)
{
    struct pool_member seniors[] = { { .user = managers[0], .weight = 2, .member = true }, { .user = managers[1], .weight = 1, .member = true } };
    struct pool key = { .name = STR("Ключевые клиенты"), .policy = POLICY_WEIGHTED }, all;
    struct rule items[] = {
        { .name = STR("Крупные компании"), .condition = STR("{\"fact\":\"employees\",\"op\":\">=\",\"value\":280}"), .explore = 10, .enabled = true },
        { .name = STR("Все остальные"), .condition = STR("{\"fact\":\"email\",\"op\":\"exists\"}"), .explore = 10, .enabled = true },
    };
    struct rules rules = { items, countof(items) };
    struct pool_policy policies[2];
    struct rule_version version = { .note = STR("Первые правила"), .rules = countof(items) };
    enum err e;

    if ((e = route_pool_put(c, tx, &key, &(struct pool_members){ seniors, countof(seniors) }))
        || (e = route_pool_default(c, tx, STR("Все менеджеры"), &all)))
        return e;
    items[0].pool = key.id;
    items[0].fallback = items[1].pool = all.id;
    policies[0] = (struct pool_policy){ key.id, key.policy };
    policies[1] = (struct pool_policy){ all.id, all.policy };
    if ((e = route_rule_put_all(c, tx, &rules)))
        return e;
    version.items = rules_text(c->arena, &rules);
    version.policies = policies_print(c->arena, &(struct field_list){ policies, countof(policies) });
    return route_version_publish(c, tx, &version);
}

/* The company as it stood before its first lead. */
static enum err add_skills(struct ctx *c, struct db_tx *tx, const struct telling *t)
{
    const struct embed *file = embed_find(STR("demo/questions.csv"));
    struct messages messages = { .arena = c->arena };

    return file ? flow_demo_skill_begin(c, tx, file->body, t->managers, t->manager_count, &messages) : ERR_NONE;
}

static enum err add_company(struct ctx *c, struct db_tx *tx, struct str password, struct telling *t)
{
    struct setting s;
    struct calendar_id cal;
    struct api_key key = { .name = STR("Сайт"), .scope = KEY_EVENTS };
    struct str text;
    enum err e = team_setting_get(c, tx, &s);

    if (e)
        return e;
    s.company = STR("Градус-Демо");
    s.currency = STR("RUB");
    s.zone = STR(DEMO_ZONE);
    if ((e = team_setting_put(c, tx, &s)) || (e = flow_model_start(c, tx)) || (e = add_calendar(c, tx, &cal)))
        return e;
    for (size_t i = 0; e == ERR_NONE && i < countof(people); i++) {
        struct user u = { .email = str_of(people[i].email), .name = str_of(people[i].name), .role = people[i].role,
                          .lang = LANG_RU, .theme = STR("system"), .zone = STR(DEMO_ZONE), .password = password };
        e = team_user_add(c, tx, &u);
        if (e == ERR_NONE && people[i].role == ROLE_MANAGER) {
            t->managers[t->manager_count++] = u.id;
            e = add_manager(c, tx, u.id, i, cal);
        }
    }
    if (e == ERR_NONE)
        e = add_rules(c, tx, t->managers);
    for (size_t i = 0; e == ERR_NONE && i < outreach_starter_count; i++) {
        struct script script = outreach_starter(i, LANG_RU);

        e = outreach_script_put(c, tx, &script);
    }
    if (e == ERR_NONE)
        e = add_skills(c, tx, t);
    if (e == ERR_NONE)
        e = team_key_add(c, tx, &key, &text);
    t->source_id = key.id.v;
    return e;
}

/* Whatever happens by the clock alone up to an instant: scores that age, queues that are served, people who do their tasks. */
static enum err pass_time(struct flow *f, struct ctx *c, struct db_tx *tx, instant until, instant *desk_at,
                          struct messages *messages)
{
    enum err e = ERR_NONE;

    while (e == ERR_NONE) {
        instant next = INSTANT_NEVER;
        int done = 0;
        bool more;
        e = flow_clock_next(c, tx, &next);
        if (e || (next > until && *desk_at > until))
            return e;
        if (next <= *desk_at) {
            c->now = next > c->now ? next : c->now;
            e = flow_clock(f, c, tx, CLOCK_LEADS, messages, &done, &more);
        } else {
            c->now = *desk_at > c->now ? *desk_at : c->now;
            *desk_at += DESK_US;
            e = flow_demo_desk(f, c, tx, messages);
        }
    }
    return e;
}

/* Events from `from` on, one commit; *to is where it ended. */
static enum err tell_piece(struct telling *t, size_t from, size_t *to)
{
    struct ctx c = t->front->ctx;
    struct db_tx *tx;
    size_t i = from;

    c.arena = arena_new(0);
    c.now = t->now;
    struct messages messages = { .arena = c.arena };
    enum err e = db_write(&c, t->front->db, &tx);
    if (e == ERR_NONE) {
        for (; e == ERR_NONE && i < t->plan.event_count && i < from + COMMIT_EVENTS; i++) {
            e = pass_time(&t->flow, &c, tx, t->plan.events[i].at, &t->desk_at, &messages);
            if (e == ERR_NONE)
                e = flow_demo_step(&t->flow, &c, tx, &t->plan, i, t->source_id, &messages);
        }
        if (e)
            db_drop(tx);
        else
            e = db_commit(&c, tx);
    }
    t->now = c.now;
    if (e)
        t->front->ctx.fault = c.fault;
    arena_free(c.arena);
    *to = i;
    return e;
}

/* The present: what those who open the demonstration find to do. */
static enum err leave_today(struct telling *t)
{
    struct ctx *c = &t->front->ctx;
    struct messages messages = { .arena = c->arena };
    struct db_tx *tx;
    enum err e = db_write(c, t->front->db, &tx);

    if (e)
        return e;
    c->now = clock_now();
    e = pass_time(&t->flow, c, tx, c->now, &t->desk_at, &messages);
    if (e == ERR_NONE) {
        c->now = clock_now();
        e = flow_demo_skill_now(&t->flow, c, tx, t->managers, t->manager_count, &messages);
    }
    if (e == ERR_NONE) {
        c->now = clock_now();
        e = flow_demo_today(&t->flow, c, tx, t->managers, t->manager_count, &messages);
    }
    if (e) {
        db_drop(tx);
        return e;
    }
    return db_commit(c, tx);
}

static enum err tell_all(struct telling *t)
{
    struct ctx *c = &t->front->ctx;
    struct db_tx *tx;
    struct str password;
    enum err e = crypto_password_hash(c, STR(DEMO_PASSWORD), &password);

    if (e == ERR_NONE)
        e = db_write(c, t->front->db, &tx);
    if (e)
        return e;
    c->now = t->now;
    e = add_company(c, tx, password, t);
    if (e) {
        db_drop(tx);
        return e;
    }
    e = db_commit(c, tx);
    for (size_t i = 0; e == ERR_NONE && i < t->plan.event_count;)
        e = tell_piece(t, i, &i);
    return e ? e : leave_today(t);
}

static enum err count_users(struct front *front, int64_t *count)
{
    struct db_tx *tx;
    enum err e = db_read(&front->ctx, front->db, &tx);

    if (e)
        return e;
    e = team_user_count(&front->ctx, tx, count);
    db_drop(tx);
    return e;
}

static void print_people(void)
{
    for (size_t i = 0; i < countof(people); i++)
        printf("sign in: %s (%s), password: %s\n", people[i].email, team_role_names[people[i].role], DEMO_PASSWORD);
}

int run_demo(struct front *front, struct args *args)
{
    const struct embed *file = embed_find(STR("demo/people.csv"));
    struct telling t = { .front = front };
    int64_t users = 0;
    enum err e = count_users(front, &users);

    if (args->count || !file)
        return command_usage(front);
    if (e == ERR_NONE && users > 0) {
        puts("demo: there is a company already; if it is the demonstration, the way in is");
        print_people();
        return 0;
    }
    if (e == ERR_NONE)
        e = flow_demo_plan(&front->ctx, file->body, clock_now(), &t.plan);
    if (e)
        return command_failed(front, e);
    t.now = t.desk_at = t.plan.event_count ? t.plan.events[0].at - DAY_US : clock_now();
    flow_init(&t.flow, "RU");
    e = tell_all(&t);
    flow_free(&t.flow);
    if (e)
        return command_failed(front, e);
    printf("people: %zu\nevents: %zu\n", t.plan.person_count, t.plan.event_count);
    print_people();
    return 0;
}
