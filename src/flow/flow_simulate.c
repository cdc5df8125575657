/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_simulate.h"

#include "flow/sim.h"

/* Half of what is told is the reading; the rest the six runs. */
enum { RUNS = 6 };
struct telling {
    flow_progress *told;
    void *x;
    size_t deeds;
    int run;
};

static bool tell(void *x, size_t done)
{
    const struct telling *t = x;
    int64_t total = (int64_t)t->deeds;

    return !t->told || t->told(t->x, RUNS * total + t->run * total + (int64_t)done, 2 * RUNS * total);
}

/* Who bought, by the rule of all reports (learn/calibrate.h). */
static enum err marks_set(struct period *p)
{
    struct learn_case *cases = ARENA_ARRAY(p->c->arena, struct learn_case, p->lead_count + 1);
    int days;
    enum err e = flow_maturity(p->c, p->tx, &days);

    if (e)
        return e;
    for (size_t i = 0; i < p->lead_count; i++)
        cases[i] = (struct learn_case){ .lead = p->leads[i].lead, .born = p->cards[i].created_at, .decided = p->outcomes[i].state,
                                        .decided_at = p->outcomes[i].at, .decided_known = p->outcomes[i].known_at, .undated = p->outcomes[i].undated,
                                        .judged_at = p->ask.until };
    learn_mark_cases(cases, p->lead_count, p->c->now, days * DAY_US);
    p->marks = ARENA_ARRAY(p->c->arena, enum learn_mark, p->lead_count + 1);
    for (size_t i = 0; i < p->lead_count; i++)
        p->marks[i] = cases[i].mark;
    return ERR_NONE;
}

static enum err outcomes_read(struct period *p)
{
    struct lead_id *ids = ARENA_ARRAY(p->c->arena, struct lead_id, p->lead_count + 1);
    enum err e;

    for (size_t i = 0; i < p->lead_count; i++)
        ids[i] = p->leads[i].lead;
    p->cards = ARENA_ARRAY(p->c->arena, struct lead, p->lead_count + 1);
    p->outcomes = ARENA_ARRAY(p->c->arena, struct outcome, p->lead_count + 1);
    p->chances = ARENA_ARRAY(p->c->arena, struct flow_chance, p->lead_count + 1);
    if ((e = lead_get_many(p->c, p->tx, ids, p->lead_count, p->cards))
        || (e = learn_outcomes_of(p->c, p->tx, ids, p->lead_count, p->outcomes)))
        return e;
    if ((e = flow_foretell(p->flow, p->c, p->tx, p->cards, p->lead_count, p->chances)))
        return e;
    return marks_set(p);
}

static void input_set(struct period *p)
{
    p->in.people = p->people;
    p->in.people_count = p->people_count;
    p->in.pools = p->pools;
    p->in.pool_count = p->pool_count;
    p->in.leads = p->leads;
    p->in.lead_count = p->lead_count;
    p->in.deeds = p->deeds;
    p->in.deed_count = p->deed_count;
    p->in.until = p->ask.until;
    p->in.hot_units = flow_load_units(BAND_HOT);
}

/* How many calls were in hand when another came, as it really was. */
static void open_means(struct period *p, const struct sim_output *real)
{
    int64_t sum = 0, got = 0;

    for (size_t i = 0; i < p->people_count; i++) {
        p->people[i].open_mean = real->got[i] ? 1000 * real->open_sum[i] / real->got[i] : 0;
        sum += real->open_sum[i];
        got += real->got[i];
    }
    p->in.team_open_mean = got ? 1000 * sum / got : 0;
}

static enum err runs(struct period *p, struct telling *t, struct sim_done *done)
{
    struct arena *a = p->c->arena;

    if (!route_simulate(&p->in, SIM_PROVE, false, a, tell, t, &done->proof))
        return ERR_AWAY;
    t->run++;
    if (!route_simulate(&p->in, SIM_REAL, false, a, tell, t, &done->sides[SIDE_REAL]))
        return ERR_AWAY;
    open_means(p, &done->sides[SIDE_REAL]);
    t->run++;
    if (!route_simulate(&p->in, SIM_RUN, false, a, tell, t, &done->sides[SIDE_THEN]))
        return ERR_AWAY;
    t->run++;
    if (!route_simulate(&p->in, SIM_RUN, true, a, tell, t, &done->sides[SIDE_OTHER]))
        return ERR_AWAY;
    for (int i = 0; i < 2; i++) {
        t->run++;
        if (!route_simulate(&p->in, SIM_ASK, i == 1, a, tell, t, &done->asked[i]))
            return ERR_AWAY;
    }
    return ERR_NONE;
}

enum err flow_simulate(struct flow *f, struct ctx *c, struct db_tx *tx, const struct flow_simulate_ask *ask, flow_progress *told, void *x,
                       struct flow_simulated *out)
{
    struct period p = { .c = c, .tx = tx, .flow = f, .ask = *ask };
    struct telling t = { told, x, 0, 0 };
    struct sim_done done;
    enum err e;

    if ((e = flow_desk_open(c, tx, DESK_SHOW, &p.desk)) || (e = flow_sim_people_read(&p)) || (e = flow_sim_deeds_read(&p))
        || (e = outcomes_read(&p)) || (e = flow_sim_ways_read(&p, told, x)) || (e = flow_sim_habits_read(&p)))
        return e;
    input_set(&p);
    t.deeds = p.deed_count;
    if ((e = runs(&p, &t, &done)))
        return e;
    *out = (struct flow_simulated){ .decisions = (int64_t)done.proof.decided };
    return flow_sim_report(&p, &done, out);
}
