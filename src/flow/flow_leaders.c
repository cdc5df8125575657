/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_leaders.h"

#include "flow/flow_route.h"

struct sheet {
    struct flow_leader *people;
    size_t count;
    const struct desk *desk;
};

/* The person's row, made when there is none yet. */
static struct flow_leader *row_of(struct ctx *c, struct sheet *s, struct user_id user)
{
    const struct desk_person *p;
    struct flow_leader *row;

    for (size_t i = 0; i < s->count; i++)
        if (s->people[i].user.v == user.v)
            return &s->people[i];
    s->people = arena_more(c->arena, s->people, s->count, sizeof *s->people);
    row = &s->people[s->count++];
    *row = (struct flow_leader){ .user = user, .speed = { .median_us = -1, .p90_us = -1 } };
    p = flow_desk_find(s->desk, user);
    if (p) {
        row->name = p->user.name;
        row->active = p->user.state == USER_ACTIVE;
        row->load = p->load;
        row->capacity = p->manager.capacity;
        row->hot = p->hot;
    }
    return row;
}

static enum err deeds_take(struct ctx *c, struct db_tx *tx, const struct flow_leaders_ask *ask, struct sheet *s)
{
    struct leader_lead *list;
    size_t n;
    enum err e = report_processed(c, tx, ask->from, ask->until, &list, &n);

    for (size_t i = 0; !e && i < n; i++)
        row_of(c, s, list[i].user)->processed++;
    if (e || (e = report_sold(c, tx, ask->from, ask->until, &list, &n)))
        return e;
    for (size_t i = 0; i < n; i++) {
        struct flow_leader *row = row_of(c, s, list[i].user);

        row->sold++;
        row->money += list[i].amount;
        row->unknown += list[i].amount <= 0;
    }
    return ERR_NONE;
}

static enum err speed_take(struct ctx *c, struct db_tx *tx, const struct flow_leaders_ask *ask, struct sheet *s)
{
    struct flow_speed_ask q = { .question = { ask->from, ask->until, SPEED_HOT, SPEED_TRIED }, .clock = FLOW_WORKING, .band = -1, .hours = -1 };
    struct speed_lead *leads;
    struct speed_group *groups;
    size_t n, count;
    bool cut;
    enum err e = flow_speed(c, tx, &q, &leads, &n, &cut);

    if (e)
        return e;
    report_speed_groups(leads, n, SPEED_BY_MANAGER, ask->fast_us, c->arena, &groups, &count);
    for (size_t i = 0; i < count; i++)
        if (groups[i].key)
            row_of(c, s, (struct user_id){ groups[i].key })->speed = groups[i].f;
    q.question.start = SPEED_CAME;
    if ((e = flow_speed(c, tx, &q, &leads, &n, &cut)))
        return e;
    for (size_t i = 0; i < n; i++) {
        struct flow_leader *row;

        if (!leads[i].who.v)
            continue;
        row = row_of(c, s, leads[i].who);
        row->given++;
        row->decided += leads[i].end != SPEED_YOUNG;
        row->won += leads[i].end == SPEED_WON;
    }
    return ERR_NONE;
}

static void places_put(struct ctx *c, struct sheet *s)
{
    size_t n = s->count;
    int64_t *counts = ARENA_ARRAY(c->arena, int64_t, n + 1);
    struct place_share *shares = ARENA_ARRAY(c->arena, struct place_share, n + 1);
    struct place *places = ARENA_ARRAY(c->arena, struct place, n + 1);

    for (size_t i = 0; i < n; i++)
        counts[i] = s->people[i].processed;
    place_of_counts(counts, n, places);
    for (size_t i = 0; i < n; i++) {
        s->people[i].by_processed = places[i];
        counts[i] = s->people[i].money;
    }
    place_of_counts(counts, n, places);
    for (size_t i = 0; i < n; i++) {
        s->people[i].by_money = places[i];
        shares[i] = (struct place_share){ s->people[i].speed.norm_in, s->people[i].speed.norm_n };
    }
    place_of_shares(shares, n, places);
    for (size_t i = 0; i < n; i++) {
        s->people[i].by_speed = places[i];
        shares[i] = (struct place_share){ s->people[i].won, s->people[i].decided };
    }
    place_of_shares(shares, n, places);
    for (size_t i = 0; i < n; i++)
        s->people[i].by_share = places[i];
}

enum err flow_leaders(struct ctx *c, struct db_tx *tx, const struct flow_leaders_ask *ask, struct flow_leader **list, size_t *count)
{
    struct sheet s = { .count = 0 };
    struct desk desk;
    enum err e = flow_desk_open(c, tx, DESK_SHOW, &desk);

    if (e)
        return e;
    s.desk = &desk;
    for (size_t i = 0; i < desk.count; i++)
        if (desk.people[i].user.state == USER_ACTIVE && flow_desk_everyone(&desk, &desk.people[i]))
            row_of(c, &s, desk.people[i].user.id);
    if ((e = deeds_take(c, tx, ask, &s)) || (e = speed_take(c, tx, ask, &s)))
        return e;
    for (size_t i = 0; i < s.count; i++)
        s.people[i].share = report_share(s.people[i].won, s.people[i].decided);
    places_put(c, &s);
    *list = s.people;
    *count = s.count;
    return ERR_NONE;
}
