/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "route/transfer.h"

#include <stdlib.h>

#include "noun/candidate.h"
#include "stat/match.h"
#include "stat/place.h"

const char *const route_transfer_kinds[TRANSFER_KINDS + 1] = { "backlog", "handover", "balance", "certificate", NULL };
const char *const route_transfer_states[TRANSFER_STATES + 1] = { "planning", "planned", "running", "done", "undoing", "undone", "failed", NULL };
const char *const route_transfer_kept[TRANSFER_LEAD_GONE - TRANSFER_LEAD_CHANGED + 2] = { "changed", "certificate", "gone", NULL };
const char *const route_transfer_leavers[LEAVERS + 1] = { "stays", "off_duty", "disabled", NULL };

enum { FIT_USUAL = 100, FIT_SKILL = 20, FIT_SENIOR = 10 };
/* Among ways that are worth the same, leads are dealt out in turn, the worthiest first, so that the worthy are not all with one: a pair costs its
 * place in the turn besides. A point of worth x fit costs more than all places together, so that they never outweigh it. */
static int64_t point_of(const struct transfer_problem *p)
{
    int64_t point = 1;

    while (point <= (int64_t)(p->leads * p->people))
        point *= 2;
    return point;
}

/* What it costs to leave a lead where it is: more than any pair is worth, so that room is used up first. */
#define STAYS ((int64_t)1 << 47)

static bool names(const struct texts *list, struct str word)
{
    for (size_t i = 0; word.len && i < list->count; i++)
        if (str_eq(list->items[i], word))
            return true;
    return false;
}

int64_t route_fit(const struct person *p, const struct need *need)
{
    int64_t fit = FIT_USUAL;

    fit += names(&p->products, need->product) ? FIT_SKILL : 0;
    fit += names(&p->regions, need->region) ? FIT_SKILL : 0;
    fit += names(&p->languages, need->language) ? FIT_SKILL : 0;
    return fit + (p->level == LEVEL_SENIOR && need->band == BAND_HOT ? FIT_SENIOR : 0);
}

static bool takes_any(const struct transfer_problem *p, size_t person)
{
    for (size_t i = 0; i < p->leads; i++)
        if (p->may[i * p->people + person] > 0)
            return true;
    return false;
}

/* An even share and a quarter, at least one; what does not fit with some is left to the others. */
static int64_t *fair_room(const struct transfer_problem *p, struct arena *a)
{
    int64_t *room = ARENA_ARRAY(a, int64_t, p->people + 1), share, all = 0, low = 1, high = (int64_t)p->leads + 1;

    for (size_t k = 0; k < p->people; k++)
        room[k] = !takes_any(p, k) ? 0 : p->room[k] < (int64_t)p->leads ? p->room[k] : (int64_t)p->leads;
    /* The smallest share with which everything that fits is placed. */
    for (size_t k = 0; k < p->people; k++)
        all += room[k];
    all = all < (int64_t)p->leads ? all : (int64_t)p->leads;
    while (low < high) {
        int64_t middle = (low + high) / 2, placed = 0;

        for (size_t k = 0; k < p->people; k++)
            placed += room[k] < middle ? room[k] : middle;
        if (placed >= all)
            high = middle;
        else
            low = middle + 1;
    }
    share = low + (low + 3) / 4;
    for (size_t k = 0; k < p->people; k++)
        room[k] = room[k] < share ? room[k] : share;
    return room;
}

struct worthy {
    int64_t worth;
    size_t lead;
};

static int worthiest_first(const void *x, const void *y)
{
    const struct worthy *a = x, *b = y;

    if (a->worth != b->worth)
        return a->worth > b->worth ? -1 : 1;
    return a->lead < b->lead ? -1 : 1;
}

static struct worthy *queue_of(const struct transfer_problem *p, struct arena *a)
{
    struct worthy *queue = ARENA_ARRAY(a, struct worthy, p->leads + 1);

    for (size_t i = 0; i < p->leads; i++)
        queue[i] = (struct worthy){ p->worth[i], i };
    qsort(queue, p->leads, sizeof *queue, worthiest_first);
    return queue;
}

/* The worthiest first, each to the next person in turn who may and has room. */
static int64_t give_in_turn(const struct transfer_problem *p, const struct worthy *queue, const int64_t *room,
                            struct arena *a)
{
    int64_t *left = ARENA_ARRAY(a, int64_t, p->people + 1), sum = 0;
    size_t turn = 0;

    for (size_t k = 0; k < p->people; k++)
        left[k] = room[k];
    for (size_t n = 0; n < p->leads; n++) {
        const int64_t *may = &p->may[queue[n].lead * p->people];

        for (size_t tried = 0; tried < p->people; tried++) {
            size_t k = (turn + tried) % p->people;

            if (!may[k] || !left[k])
                continue;
            left[k]--;
            sum += queue[n].worth * may[k];
            turn = k + 1;
            break;
        }
    }
    return sum;
}

/* Places in the turn of those who may get anything at all; the number of them. */
static size_t seats_of(const struct transfer_problem *p, const int64_t *room, size_t *seat)
{
    size_t count = 0;

    for (size_t k = 0; k < p->people; k++) {
        seat[k] = count;
        count += room[k] > 0;
    }
    return count ? count : 1;
}

struct transfer_answer route_transfer_best(const struct transfer_problem *p, struct arena *a)
{
    int64_t *cost = ARENA_ARRAY(a, int64_t, p->leads * p->people + 1), *wait = ARENA_ARRAY(a, int64_t, p->leads + 1);
    int64_t *room = fair_room(p, a);
    struct match m = { .rows = p->leads, .columns = p->people, .cost = cost, .wait = wait, .room = room };
    struct worthy *queue = queue_of(p, a);
    struct transfer_answer answer = { .in_turn = give_in_turn(p, queue, room, a) };
    size_t *seat = ARENA_ARRAY(a, size_t, p->people + 1), seats = seats_of(p, room, seat);
    int64_t point = point_of(p);
    struct matched matched;

    for (size_t n = 0; n < p->leads; n++) {
        size_t i = queue[n].lead;

        wait[i] = STAYS;
        for (size_t k = 0; k < p->people; k++) {
            int64_t fit = p->may[i * p->people + k], turn = (int64_t)((seat[k] + seats - n % seats) % seats);

            cost[i * p->people + k] = fit ? turn - p->worth[i] * fit * point : MATCH_NEVER;
        }
    }
    matched = match_best(&m, a);
    answer.to = matched.column;
    answer.placed = matched.placed;
    for (size_t i = 0; i < p->leads; i++)
        if (answer.to[i] >= 0)
            answer.sum += p->worth[i] * p->may[i * p->people + (size_t)answer.to[i]];
    return answer;
}

struct str route_transfer_why(const int64_t *may, const enum candidate_why *why, const bool *wanted, size_t people)
{
    size_t count[CANDIDATE_WHYS] = { 0 }, asked = 0;
    enum candidate_why most = CANDIDATE_OK;

    for (size_t k = 0; k < people; k++) {
        if (!wanted[k])
            continue;
        if (may[k])
            return STR("room");
        asked++;
        count[why[k]]++;
    }
    for (int i = CANDIDATE_OK + 1; i < CANDIDATE_WHYS; i++)
        if (count[i] && (most == CANDIDATE_OK || count[i] > count[most]))
            most = (enum candidate_why)i;
    if (most == CANDIDATE_OK) /* to whoever is in no pool of the lead's nothing else applies */
        return asked ? STR("pool") : STR("nobody");
    return str_of(candidate_why_word(most));
}

int64_t route_fairness(const int64_t *x, size_t n)
{
    return place_jain(x, n);
}
