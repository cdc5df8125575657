/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "route/policy.h"

const char *const route_policy_words[POLICIES + 1] = { "round_robin", "weighted", "least_loaded", "best_match", "claim", "value", NULL };

static int cmp(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

/* Those who never got one (INSTANT_NONE is the least of all) have waited longest. */
static int cmp_waited(const struct person *a, const struct person *b)
{
    int order = cmp(a->last_at, b->last_at);

    if (order == 0)
        order = cmp(a->weight, b->weight);
    return order ? order : cmp(a->user.v, b->user.v);
}

static int cmp_pass(const struct person *a, const struct person *b)
{
    return cmp(a->pass, b->pass);
}

/* load / capacity, multiplied out; without a limit the share is nothing, and the plain load tells two such apart. */
static int cmp_load(const struct person *a, const struct person *b)
{
    if (a->capacity <= 0 && b->capacity <= 0)
        return cmp(a->load, b->load);
    if (a->capacity <= 0 || b->capacity <= 0)
        return a->capacity <= 0 ? -1 : 1;
    return cmp(a->load * b->capacity, b->load * a->capacity);
}

static int cmp_fit(const struct person *a, const struct person *b)
{
    return a->fit != b->fit ? cmp(b->fit, a->fit) : cmp_load(a, b);
}

static int cmp_value(const struct person *a, const struct person *b)
{
    return a->value != b->value ? cmp(b->value, a->value) : cmp_load(a, b);
}

const struct policy_row route_policies[POLICIES] = {
    [POLICY_ROUND_ROBIN] = { "round_robin", cmp_waited, "in turn: whoever has waited longest" },
    [POLICY_WEIGHTED] = { "weighted", cmp_pass, "shares in proportion to weights" },
    [POLICY_LEAST_LOADED] = { "least_loaded", cmp_load, "the smallest load relative to capacity" },
    [POLICY_BEST_MATCH] = { "best_match", cmp_fit, "who fits best by product, region, language and level; among equals the least loaded" },
    [POLICY_CLAIM] = { "claim", cmp_load, "whoever takes it first, within capacity and quotas; by the deadline the least loaded" },
    [POLICY_VALUE] = { "value", cmp_value, "in whose hands it is expected to bring most: its chance x the person's conversion x the average deal" },
};

/* The smallest pass among those who may: the pool's own place. */
static int64_t pool_place(const struct person *people, const struct candidate *candidates, size_t count)
{
    int64_t least = INT64_MAX;

    for (size_t i = 0; i < count; i++)
        if (candidates[i].why == CANDIDATE_OK && people[i].pass < least)
            least = people[i].pass;
    return least;
}

/* Turns are told apart also within one instant: a batch of leads is given out at one `now`. */
static instant turn_after_all(const struct person *people, size_t count, instant now)
{
    for (size_t i = 0; i < count; i++)
        if (people[i].last_at >= now)
            now = people[i].last_at + 1;
    return now;
}

static bool by_turn(enum policy policy)
{
    return policy == POLICY_ROUND_ROBIN || policy == POLICY_WEIGHTED;
}

/* By their places alone. */
static bool stands_before(enum policy policy, const struct person *a, const struct person *b)
{
    int order = route_policies[policy].cmp(a, b);

    return (order ? order : cmp_waited(a, b)) < 0;
}

/* Who is owed a turn goes first, who owes one last. */
static bool goes_before(enum policy policy, const struct person *a, const struct person *b)
{
    int owed_a = (a->credit > 0) - (a->credit < 0), owed_b = (b->credit > 0) - (b->credit < 0);

    return by_turn(policy) && owed_a != owed_b ? owed_a > owed_b : stands_before(policy, a, b);
}

ptrdiff_t route_first(enum policy policy, const struct person *people, const struct candidate *candidates, size_t count)
{
    ptrdiff_t best = -1;

    for (size_t i = 0; i < count; i++)
        if (candidates[i].why == CANDIDATE_OK && (best < 0 || goes_before(policy, &people[i], &people[best])))
            best = (ptrdiff_t)i;
    return best;
}

size_t route_before(enum policy policy, const struct person *people, const struct candidate *candidates, size_t count, size_t who)
{
    size_t before = 0;

    for (size_t i = 0; i < count; i++)
        before += candidates[i].why == CANDIDATE_OK && i != who && goes_before(policy, &people[i], &people[who]);
    return before;
}

static void place_moves(struct person *one, instant at)
{
    one->pass += ROUTE_STRIDE / one->weight;
    one->last_at = at;
}

int64_t route_took(enum policy policy, struct person *people, const struct candidate *candidates, size_t count, ptrdiff_t picked, instant now)
{
    int64_t before = pool_place(people, candidates, count), moved;
    const struct person one = people[picked];

    if (by_turn(policy) && one.credit > 0) {
        people[picked].credit--;
        return 0;
    }
    for (size_t i = 0; by_turn(policy) && i < count; i++)
        if ((ptrdiff_t)i != picked && candidates[i].why == CANDIDATE_OK && people[i].credit < 0 && stands_before(policy, &people[i], &one)) {
            people[i].credit++;
            place_moves(&people[i], turn_after_all(people, count, now));
        }
    place_moves(&people[picked], turn_after_all(people, count, now));
    moved = pool_place(people, candidates, count) - before;
    for (size_t i = 0; i < count; i++)
        if (candidates[i].why != CANDIDATE_OK && !people[i].catch_up)
            people[i].pass += moved;
    return moved;
}

ptrdiff_t route_pick(enum policy policy, struct person *people, const struct candidate *candidates,
                      size_t count, instant now)
{
    ptrdiff_t best = route_first(policy, people, candidates, count);

    if (best >= 0)
        (void)route_took(policy, people, candidates, count, best, now);
    return best;
}
