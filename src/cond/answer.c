/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cond/node.h"

/* The first item that is no bot's, else the history's own word. */
static instant birth_of(const struct history *h)
{
    instant born = INSTANT_NEVER;
    size_t i = 0;

    while (i < h->event_count && h->events[i].bot)
        i++;
    if (i < h->event_count)
        born = h->events[i].at;
    if (h->profile_count && h->profiles[0].at < born)
        born = h->profiles[0].at;
    return born == INSTANT_NEVER ? h->born : born;
}

/* Takes all items up to t; returns the instant of the last event at which an event condition held. */
static instant take_all(const struct cond *p, struct cond_state *s, const struct history *h,
                        instant t, struct arena *a)
{
    size_t i = 0, j = 0;
    instant met = INSTANT_NONE;
    bool is_public;

    while (i < h->event_count || j < h->profile_count) {
        bool profile =
            j < h->profile_count && (i == h->event_count || h->profiles[j].at <= h->events[i].at);
        if ((profile ? h->profiles[j].at : h->events[i].at) > t)
            break;
        if (profile) {
            cond_take_profile(p, s, &h->profiles[j++], a);
            continue;
        }
        const struct past_event *e = &h->events[i++];
        if (!e->bot && cond_take_event(p, s, e, a, &is_public) == COND_HOLDS)
            met = e->at;
    }
    return met;
}

struct cond_answer cond_at(const struct cond *p, const struct history *h, instant t,
                           struct arena *a)
{
    struct cond_state s;
    instant born = birth_of(h), next;

    if (t < born)
        return (struct cond_answer){.since = INSTANT_NONE, .until = born};
    cond_begin(p, &s, born, a);
    instant met = take_all(p, &s, h, t, a);
    if (p->kind == COND_EVENT_KIND)
        return (struct cond_answer){
            .holds = met != INSTANT_NONE, .since = met, .until = INSTANT_NEVER};
    cond_advance(p, &s, t);
    struct cond_answer is = {.holds = s.holds, .since = s.since};
    while ((next = cond_next(p, &s)) != INSTANT_NEVER) {
        cond_advance(p, &s, next);
        if (s.holds != is.holds)
            break;
    }
    is.until = next;
    return is;
}

bool cond_holds_facts(const struct cond *p, const struct json *facts, instant t, struct arena *a)
{
    struct cond_state s;
    const struct past_profile patch = {.at = t, .known_at = t, .patch = facts};

    if (p->kind == COND_EVENT_KIND)
        return false;
    cond_begin(p, &s, t, a);
    if (facts)
        cond_take_profile(p, &s, &patch, a);
    return s.holds;
}

bool cond_of_event_alone(const struct cond *p)
{
    for (uint32_t i = 0; i < p->leaf_count; i++)
        if (p->nodes[p->leaf_nodes[i]].kind != NODE_EVENT)
            return false;
    return p->kind == COND_EVENT_KIND;
}

bool cond_holds_event(const struct cond *p, const struct past_event *e, struct arena *a)
{
    struct past_event one = *e;
    struct cond_state s;
    bool is_public;

    one.bot = false;
    cond_begin(p, &s, one.at, a);
    return cond_take_event(p, &s, &one, a, &is_public) == COND_HOLDS;
}
