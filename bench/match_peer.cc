/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The referee of the largest backlog: LEMON's network simplex, which knows nothing of how ours works. */
#include <cstdint>

#include <lemon/network_simplex.h>
#include <lemon/static_graph.h>

using namespace lemon;

/* The least sum of costs. never: the cost of what is not allowed; fault: nothing was found. */
extern "C" int64_t peer_sum(int rows, int columns, const int64_t *cost, const int64_t *wait, const int64_t *room,
                            int64_t never, int64_t fault)
{
    typedef StaticDigraph G;
    std::vector<std::pair<int, int>> ends;
    std::vector<int64_t> costs, most;
    int waiting = rows + columns, sink = waiting + 1;

    for (int i = 0; i < rows; i++) {
        for (int k = 0; k < columns; k++)
            if (cost[(int64_t)i * columns + k] != never) {
                ends.emplace_back(i, rows + k);
                costs.push_back(cost[(int64_t)i * columns + k]);
                most.push_back(1);
            }
        ends.emplace_back(i, waiting);
        costs.push_back(wait[i]);
        most.push_back(1);
    }
    for (int k = 0; k <= columns; k++) {
        ends.emplace_back(rows + k, sink);
        costs.push_back(0);
        most.push_back(k < columns ? room[k] : rows);
    }

    G g;
    g.build(sink + 1, ends.begin(), ends.end());
    G::ArcMap<int64_t> cost_of(g), most_of(g);
    G::NodeMap<int64_t> supply(g, 0);
    for (int e = 0; e < (int)ends.size(); e++) {
        cost_of[g.arc(e)] = costs[(size_t)e];
        most_of[g.arc(e)] = most[(size_t)e];
    }
    for (int i = 0; i < rows; i++)
        supply[g.node(i)] = 1;
    supply[g.node(sink)] = -rows;

    NetworkSimplex<G, int64_t, int64_t> ns(g);
    ns.upperMap(most_of).costMap(cost_of).supplyMap(supply);
    return ns.run() == NetworkSimplex<G, int64_t, int64_t>::OPTIMAL ? ns.totalCost<int64_t>() : fault;
}
