/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_try.h"

#include "flow/flow_choice.h"
#include "flow/flow_score.h"

/* The pools stand at the desk under what is tried. */
static enum err policies_try(struct ctx *c, struct db_tx *tx, struct desk *d, const struct route_try *ask)
{
    struct choice x = { .desk = d };
    enum err e = ERR_NONE;

    for (size_t i = 0; i < ask->policy_count && !e; i++) {
        e = flow_choice_pool(c, tx, &x, ask->policies[i].pool);
        if (!e)
            x.asked->pool.policy = ask->policies[i].policy;
    }
    return e;
}

enum err flow_route_try(struct ctx *c, struct db_tx *tx, const struct route_try *ask, struct route_tried *tried)
{
    const struct rules *rules = ask->rules;
    struct history history;
    struct desk desk;
    struct lead lead;
    struct choice x;
    enum err e;

    if ((e = lead_get(c, tx, ask->lead, &lead)) || (e = flow_desk_open(c, tx, DESK_SHOW, &desk))
        || (e = flow_history(c, tx, ask->lead, INSTANT_NEVER, &history)))
        return e;
    desk.rules = *rules;
    if (ask->free)
        lead.owner.v = 0;
    if ((e = policies_try(c, tx, &desk, ask)) || (e = flow_choice_begin(c, tx, &desk, &history, &lead, &x)))
        return e;
    x.dry = true;
    if ((e = flow_choose(c, tx, &lead, &x)))
        return e;
    *tried = (struct route_tried){ .rules = rules->items, .rule = x.rule, .pool = x.pool.name, .policy = x.policy, .minutes = x.minutes,
                                   .candidates = { x.candidates, x.count } };
    /* The first that holds is the last that is asked; rules that are off are not asked, and hold nothing. */
    tried->rule_count = x.rule ? (size_t)(x.rule - desk.rules.items) + 1 : rules->count;
    tried->holds = ARENA_ARRAY(c->arena, bool, tried->rule_count + 1);
    if (x.rule)
        tried->holds[tried->rule_count - 1] = true;
    tried->manager.v = x.picked ? x.picked->user.id.v : 0;
    if (!x.picked)
        flow_choice_promise(c, &x, &tried->waits);
    tried->why = !x.picked ? (x.claim ? STR("claim") : STR("nobody")) : str_eq(x.policy, STR("owner")) ? STR("owner_keeps")
                 : str_eq(x.policy, STR("company")) ? STR("company_keeps") : STR("by_policy");
    return ERR_NONE;
}

enum err flow_receivers(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct receiver **list, size_t *count)
{
    struct user_id *declined;
    struct desk desk;
    struct choice x;
    enum err e;

    if ((e = flow_desk_open(c, tx, DESK_SHOW, &desk)) || (e = flow_choice_by_word(c, tx, &desk, lead, &x))
        || (e = route_declined_list(c, tx, lead->id, &declined, &x.declined_count)))
        return e;
    x.declined = declined;
    *list = ARENA_ARRAY(c->arena, struct receiver, desk.count + 1);
    *count = 0;
    for (size_t i = 0; i < desk.count; i++) {
        struct person person = flow_choice_person(c, &x, &desk.people[i]);
        struct receiver one = { desk.people[i].user.name, !x.need.gated || person.certified, route_eligible(&person, &x.need) };

        if (!one.may)
            one.is.why = CANDIDATE_CERTIFICATE;
        if (person.active)
            (*list)[(*count)++] = one;
    }
    return ERR_NONE;
}
