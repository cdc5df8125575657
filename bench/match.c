/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* match.c - a backlog given out at once, against solvers that know nothing of ours.
 *
 *   match LEADS MANAGERS [glpk]
 *
 * Each pair has a chance to sell of its own around the manager's skill, times the lead's worth; one pair in eight is not allowed; there is room
 * for nine leads in ten. All must find the same sum. `glpk` also asks GLPK's solver for networks, out-of-kilter (Fulkerson 1961), which
 * needs hours at 10,000 x 500 (its simplex more); LEMON's network simplex is asked always.
 */
#include <glpk.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "stat/match.h"

int64_t peer_sum(int rows, int columns, const int64_t *cost, const int64_t *wait, const int64_t *room, int64_t never,
                 int64_t fault);

static uint64_t seed = 1;

static int64_t below(int64_t n)
{
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return (int64_t)(seed % (uint64_t)n);
}

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct match game(struct arena *a, size_t rows, size_t columns)
{
    int64_t *cost = ARENA_ARRAY(a, int64_t, rows * columns), *wait = ARENA_ARRAY(a, int64_t, rows);
    int64_t *room = ARENA_ARRAY(a, int64_t, columns), *skill = ARENA_ARRAY(a, int64_t, columns);

    for (size_t k = 0; k < columns; k++)
        skill[k] = 50 + below(100);
    for (size_t i = 0; i < rows; i++) {
        int64_t worth = 1 + below(100);

        for (size_t k = 0; k < columns; k++)
            cost[i * columns + k] = below(8) ? -(worth * (skill[k] + below(60)) / 10) : MATCH_NEVER;
        wait[i] = 0;
    }
    for (size_t left = rows * 9 / 10; left > 0; left--)
        room[below((int64_t)columns)]++;
    return (struct match){ .rows = rows, .columns = columns, .cost = cost, .wait = wait, .room = room };
}

struct arc {
    double low, cap, cost, x;
};
struct node {
    double supply;
};

static void arc_add(glp_graph *g, int from, int to, double cap, double cost)
{
    glp_arc *e = glp_add_arc(g, from, to);

    *(struct arc *)e->data = (struct arc){ 0, cap, cost, 0 };
}

/* Leads supply one each; managers and waiting pass it to one sink. */
static double peer(const struct match *m)
{
    glp_graph *g = glp_create_graph(sizeof(struct node), sizeof(struct arc));
    int wait = (int)(m->rows + m->columns) + 1, sink = wait + 1, code;
    double sum = 0;

    glp_add_vertices(g, sink);
    for (size_t i = 0; i < m->rows; i++) {
        ((struct node *)g->v[i + 1]->data)->supply = 1;
        for (size_t k = 0; k < m->columns; k++)
            if (m->cost[i * m->columns + k] != MATCH_NEVER)
                arc_add(g, (int)i + 1, (int)(m->rows + k) + 1, 1, (double)m->cost[i * m->columns + k]);
        arc_add(g, (int)i + 1, wait, 1, (double)m->wait[i]);
    }
    for (size_t k = 0; k < m->columns; k++)
        arc_add(g, (int)(m->rows + k) + 1, sink, (double)m->room[k], 0);
    arc_add(g, wait, sink, (double)m->rows, 0);
    ((struct node *)g->v[sink]->data)->supply = -(double)m->rows;
    code = glp_mincost_okalg(g, offsetof(struct node, supply), offsetof(struct arc, low), offsetof(struct arc, cap),
                              offsetof(struct arc, cost), &sum, offsetof(struct arc, x), -1);
    glp_delete_graph(g);
    if (code) {
        fprintf(stderr, "GLPK: code %d\n", code);
        exit(1);
    }
    return sum;
}

int main(int argc, char **argv)
{
    size_t rows = (size_t)atol(argc > 1 ? argv[1] : "10000"), columns = (size_t)atol(argc > 2 ? argv[2] : "500");
    struct arena *a = arena_new((size_t)2 << 30);
    struct match m = game(a, rows, columns);
    double t0 = now_s(), ours;
    struct matched answer = match_best(&m, a);
    bool same;

    ours = now_s() - t0;
    printf("ours_s: %.4f\nsum: %lld\nplaced: %zu\n", ours, (long long)answer.sum, answer.placed);
    t0 = now_s();
    same = match_proved(&m, &answer, a)
        && answer.sum == peer_sum((int)rows, (int)columns, m.cost, m.wait, m.room, MATCH_NEVER, INT64_MIN);
    printf("lemon_times: %.1f\n", (now_s() - t0) / ours);
    if (argc > 3) {
        t0 = now_s();
        same = same && (double)answer.sum == peer(&m);
        printf("glpk_times: %.1f\n", (now_s() - t0) / ours);
    }
    printf("same: %s\n", same ? "yes" : "no");
    arena_free(a);
    return same ? 0 : 1;
}
