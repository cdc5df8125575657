/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_leak.h"

#define CRITERION STR("criterion.")

struct flow_leaks flow_leak_begin(struct arena *a)
{
    return (struct flow_leaks){ .watch = learn_leak_begin(a) };
}

void flow_leak_see(struct flow_leaks *w, const struct flow_example *e)
{
    struct learn_case k = { .lead = e->lead, .born = e->born, .decided = e->outcome->state, .decided_at = e->outcome->at,
                            .decided_known = e->outcome->known_at, .judged_at = e->judged_at, .brought = e->brought, .mark = e->won ? LEARN_MARK_WON : LEARN_MARK_NOT };

    learn_leak_add(w->watch, e->known, &k);
}

void flow_leak_end(struct flow_leaks *w)
{
    w->leak_count = learn_leak_end(w->watch, &w->leaks);
}

bool flow_leak_has(const struct flow_leaks *w, struct str fact)
{
    for (size_t i = 0; i < w->leak_count; i++)
        if (str_eq(w->leaks[i].fact, fact))
            return true;
    return false;
}

bool flow_leak_is_out(const struct flow_leaks *w, const struct model *m, struct str prefix, struct str name)
{
    int at;

    if (m && str_starts(name, CRITERION)) {
        at = score_criterion_find(m, str_sub(name, CRITERION.len, name.len));
        for (size_t i = 0; at >= 0 && i < w->leak_count; i++)
            if (flow_looks_at(m, at, w->leaks[i].fact))
                return true;
        return false;
    }
    return str_starts(name, prefix) && flow_leak_has(w, str_sub(name, prefix.len, name.len));
}

struct learn_row flow_leak_clean(struct arena *a, const struct flow_leaks *w, const struct model *m, struct str prefix, const struct learn_row *row)
{
    struct learn_value *values;
    size_t n = 0;

    if (!w->leak_count)
        return *row;
    values = ARENA_ARRAY(a, struct learn_value, row->count + 1);
    for (size_t i = 0; i < row->count; i++)
        if (!flow_leak_is_out(w, m, prefix, row->values[i].name))
            values[n++] = row->values[i];
    return (struct learn_row){ values, n };
}

void flow_leak_put(struct json_out *o, const struct flow_leaks *w)
{
    json_list(o);
    for (size_t i = 0; i < w->leak_count; i++) {
        json_begin(o);
        json_key(o, "fact");
        json_put_text(o, w->leaks[i].fact);
        json_key(o, "why");
        json_put_text(o, str_of(learn_leak_names[w->leaks[i].why]));
        json_end(o);
    }
    json_list_end(o);
}

bool flow_looks_at(const struct model *m, int at, struct str fact)
{
    for (size_t i = 0; i < m->criterion_count; i++) {
        const struct cond_listens *h = cond_listens(m->criteria[i].when);

        for (size_t k = 0; (at < 0 ? m->criteria[i].enabled : i == (size_t)at) && k < h->fact_count; k++)
            if (str_eq(h->facts[k], fact))
                return true;
    }
    return false;
}
