/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/ledger.h"

#include "base/pack.h"
#include "score/state.h"

enum { IS_EVENT = 1, IS_FRESH = 2, LAYOUT = 1, STATE_BYTES_MAX = 8 * 1024 * 1024 };

/* ---- beginning ---- */

static void unit_begin(struct score_state *s, uint32_t u)
{
    struct unit_state *unit = &s->units[u];

    if (unit->begun)
        return;
    cond_begin(s->m->index->conds[u], &unit->cond, s->born, s->a);
    unit->begun = true;
}

/* Everything that birth makes true, from born on. Nothing has been heard yet. */
static void births_begin(struct score_state *s, instant born)
{
    const struct unit_list *births = &s->m->index->births;

    s->born = births->count ? born : 0;
    for (uint32_t i = 0; i < births->count; i++) {
        s->units[births->units[i]].begun = false;
        unit_begin(s, births->units[i]);
    }
}

struct score_state *score_begin(const struct model *m, instant born, struct arena *a)
{
    struct score_state *s = ARENA_NEW(a, struct score_state);
    uint32_t units = m->index->unit_count;

    s->m = m;
    s->a = a;
    s->upto = INSTANT_NONE;
    s->ahead = INSTANT_NEVER;
    s->units = ARENA_ARRAY(a, struct unit_state, units + 1);
    s->work = arena_alloc(a, (units + 1) * sizeof *s->work);
    s->pieces = arena_alloc(a, (m->criterion_count + 1) * sizeof *s->pieces);
    s->fresh = m->index->births.count > 0;
    births_begin(s, born);
    return s;
}

/* ---- one occurrence ---- */

static void mark_drop(struct unit_state *unit, uint32_t how_many)
{
    unit->count -= how_many;
    memmove(unit->marks, unit->marks + how_many, unit->count * sizeof *unit->marks);
}

/* Those that have nothing left at t. */
static uint32_t marks_spent(const struct criterion *k, const struct unit_state *unit, instant t)
{
    uint32_t n = 0;
    int64_t life = k->ageing.span_us;

    if (k->ageing.kind == AGEING_LINEAR)
        life *= (100 + k->ageing.percent - 1) / k->ageing.percent;
    else if (k->ageing.kind != AGEING_EXPIRE)
        return 0;
    while (n < unit->count && t - (unit->marks[n] >> 1) >= life)
        n++;
    return n;
}

static void mark_push(struct score_state *s, const struct criterion *k, struct unit_state *unit,
                      int64_t mark)
{
    uint32_t spent = marks_spent(k, unit, mark >> 1);

    if (spent)
        mark_drop(unit, spent);
    if (unit->count == (uint32_t)k->keep)
        mark_drop(unit, 1);
    if (unit->count == unit->cap) {
        uint32_t cap = unit->cap ? unit->cap * 2 : 4;
        unit->marks =
            arena_grow(s->a, unit->marks, unit->cap * sizeof(int64_t), cap * sizeof(int64_t));
        unit->cap = cap;
    }
    unit->marks[unit->count++] = mark;
}

static void carry(const struct criterion *k, struct unit_state *unit, instant from, instant at,
                  int is_public)
{
    int64_t grain = score_grain(k->ageing.span_us);
    int64_t age = score_on_grain(at, grain) - score_on_grain(from, grain);

    for (int i = 0; i < 2; i++)
        if (unit->carried[i])
            unit->carried[i] = fix_halve(unit->carried[i], age, k->ageing.span_us);
    unit->carried[is_public] += k->points;
}

/* With a limit the carried sums are those of the kept occurrences alone: the dropped one takes its points with it. */
static void carry_again(const struct criterion *k, struct unit_state *unit)
{
    unit->carried[0] = unit->carried[1] = 0;
    for (uint32_t i = 0; i < unit->count; i++) {
        instant at = unit->marks[i] >> 1;
        carry(k, unit, i ? unit->marks[i - 1] >> 1 : at, at, (int)(unit->marks[i] & 1));
    }
}

static void occur(struct score_state *s, uint32_t u, instant at, bool is_public)
{
    const struct criterion *k = &s->m->criteria[u];
    struct unit_state *unit = &s->units[u];
    instant before = unit->last;

    if (unit->seen && at - before < k->cooldown_us)
        return;
    if (unit->seen++ == 0)
        unit->first = before = at;
    unit->last = at;
    if (s->trace)
        *s->trace += k->points;
    if (k->keep)
        mark_push(s, k, unit, at * 2 + is_public);
    else if (k->ageing.kind == AGEING_NONE)
        unit->plain[is_public]++;
    if (k->ageing.kind == AGEING_HALF_LIFE) {
        if (k->keep)
            carry_again(k, unit);
        else
            carry(k, unit, before, at, is_public);
    }
}

/* ---- one item ---- */

static bool is_before_last(const struct score_state *s, instant at, bool event, uint64_t tie)
{
    if (at != s->upto)
        return at < s->upto;
    if (event != s->upto_event)
        return s->upto_event;
    return tie < s->upto_tie;
}

static bool is_before_birth(const struct score_state *s, instant at)
{
    return s->m->index->births.count && at < s->born;
}

/* The first item is the birth, wherever the caller's guess lay; an earlier one moves it while nothing has been heard. */
static bool birth_move(struct score_state *s, instant at)
{
    if (!s->fresh && !is_before_birth(s, at))
        return false;
    s->fresh = false;
    births_begin(s, at);
    return true;
}

bool score_is_late_event(const struct score_state *s, const struct past_event *e)
{
    const struct model_index *x = s->m->index;

    if (e->bot)
        return false;
    if (is_before_birth(s, e->at) && s->upto != INSTANT_NONE)
        return true;
    if (!is_before_last(s, e->at, true, e->tie))
        return false;
    const struct unit_list *heard = score_index_find(x, cond_event_name(e->kind, e->name));
    for (uint32_t i = 0; i < heard->count; i++)
        if (cond_hears_event(x->conds[heard->units[i]], e, s->a))
            return true;
    return false;
}

bool score_is_late_profile(const struct score_state *s, const struct past_profile *p)
{
    if (is_before_birth(s, p->at) && s->upto != INSTANT_NONE)
        return true;
    return is_before_last(s, p->at, false, p->tie) && score_listens_profile(s->m, p->patch);
}

static void upto_set(struct score_state *s, instant at, bool event, uint64_t tie)
{
    if (is_before_last(s, at, event, tie))
        return;
    s->upto = at;
    s->upto_event = event;
    s->upto_tie = tie;
}

static bool unit_take_event(struct score_state *s, uint32_t u, const struct past_event *e)
{
    const struct cond *cond = s->m->index->conds[u];
    struct unit_state *unit = &s->units[u];
    bool is_public = false;

    if (!unit->begun) {
        if (!cond_hears_event(cond, e, s->a))
            return false;
        unit_begin(s, u);
    }
    enum cond_heard heard = cond_take_event(cond, &unit->cond, e, s->a, &is_public);
    if (heard == COND_DEAF)
        return false;
    unit->touched = true;
    if (heard == COND_HOLDS && u < s->m->criterion_count)
        occur(s, u, e->at, is_public);
    else if (heard == COND_HOLDS && unit->seen++ == 0)
        unit->first = e->at;
    return true;
}

enum score_take score_take_event(struct score_state *s, const struct past_event *e)
{
    if (e->bot)
        return SCORE_UNHEARD;
    if (score_is_late_event(s, e))
        return SCORE_LATE;
    bool taken = birth_move(s, e->at);
    if (is_before_last(s, e->at, true, e->tie))
        return taken ? SCORE_TAKEN : SCORE_UNHEARD;
    const struct unit_list *list = score_index_find(s->m->index, cond_event_name(e->kind, e->name));
    bool heard = false;
    for (uint32_t i = 0; i < list->count; i++)
        heard |= unit_take_event(s, list->units[i], e);
    if (heard)
        upto_set(s, e->at, true, e->tie);
    return heard || taken ? SCORE_TAKEN : SCORE_UNHEARD;
}

enum score_take score_take_profile(struct score_state *s, const struct past_profile *p)
{
    const struct unit_list *list = &s->m->index->facts;
    bool heard = false;

    if (score_is_late_profile(s, p))
        return SCORE_LATE;
    bool taken = birth_move(s, p->at);
    if (is_before_last(s, p->at, false, p->tie))
        return taken ? SCORE_TAKEN : SCORE_UNHEARD;
    for (uint32_t i = 0; i < list->count; i++) {
        uint32_t u = list->units[i];
        if (!cond_hears_profile(s->m->index->conds[u], p->patch))
            continue;
        unit_begin(s, u);
        cond_take_profile(s->m->index->conds[u], &s->units[u].cond, p, s->a);
        s->units[u].touched = heard = true;
    }
    if (heard)
        upto_set(s, p->at, false, p->tie);
    return heard || taken ? SCORE_TAKEN : SCORE_UNHEARD;
}

/* ---- whole histories ---- */

/* The next item in the order of things: a profile change before events of its instant. false at the end. */
static bool item_next(const struct history *h, size_t *i, size_t *j, bool *profile)
{
    if (*i == h->event_count && *j == h->profile_count)
        return false;
    *profile =
        *j < h->profile_count && (*i == h->event_count || h->profiles[*j].at <= h->events[*i].at);
    return true;
}

static void fold_items(struct score_state *s, const struct history *h, instant upto,
                       const bool *events, const bool *profiles)
{
    size_t i = 0, j = 0;
    bool profile;

    while (item_next(h, &i, &j, &profile)) {
        enum score_take took = SCORE_UNHEARD;
        if ((profile ? h->profiles[j].at : h->events[i].at) > upto)
            break;
        if (profile) {
            if (!profiles || profiles[j])
                took = score_take_profile(s, &h->profiles[j]);
            j++;
        } else {
            if (!events || events[i])
                took = score_take_event(s, &h->events[i]);
            i++;
        }
        assert(took != SCORE_LATE); /* a history is sorted */
    }
}

struct score_state *score_fold_some(const struct model *m, const struct history *h, instant upto,
                                    const bool *events, const bool *profiles, struct arena *a)
{
    struct score_state *s = score_begin(m, h->born, a);

    fold_items(s, h, upto, events, profiles);
    return s;
}

struct score_state *score_fold(const struct model *m, const struct history *h, instant upto,
                               struct arena *a)
{
    return score_fold_some(m, h, upto, NULL, NULL, a);
}

struct score score_at(const struct model *m, const struct history *h, instant t, struct arena *a)
{
    return score_of(score_fold(m, h, t, a), t, a);
}

instant score_born(const struct history *h, instant known, instant made)
{
    instant born = made;

    for (size_t i = 0; i < h->event_count; i++)
        if (!h->events[i].bot && h->events[i].known_at <= known && h->events[i].at < born)
            born = h->events[i].at;
    for (size_t i = 0; i < h->profile_count; i++)
        if (h->profiles[i].known_at <= known && h->profiles[i].at < born)
            born = h->profiles[i].at;
    return born;
}

/* told: by when the house was told, whatever a replay takes it for. */
static struct history known_by(const struct history *h, instant known, bool told, struct arena *a)
{
    struct past_event *events = ARENA_ARRAY(a, struct past_event, h->event_count + 1);
    struct past_profile *profiles = ARENA_ARRAY(a, struct past_profile, h->profile_count + 1);
    struct history out = {.born = h->born, .events = events, .profiles = profiles};

    for (size_t i = 0; i < h->event_count; i++)
        if ((told ? h->events[i].told_at : h->events[i].known_at) <= known)
            events[out.event_count++] = h->events[i];
    for (size_t i = 0; i < h->profile_count; i++)
        if ((told ? h->profiles[i].told_at : h->profiles[i].known_at) <= known)
            profiles[out.profile_count++] = h->profiles[i];
    return out;
}

struct history score_known(const struct history *h, instant known, struct arena *a)
{
    return known_by(h, known, false, a);
}

struct history score_told(const struct history *h, instant told, struct arena *a)
{
    return known_by(h, told, true, a);
}

fix *score_event_points(const struct model *m, const struct history *h, struct arena *a)
{
    fix *points = ARENA_ARRAY(a, fix, h->event_count + 1);
    struct score_state *s = score_begin(m, h->born, a);
    size_t i = 0, j = 0;
    bool profile;

    while (item_next(h, &i, &j, &profile)) {
        s->trace = profile ? NULL : &points[i];
        enum score_take took = profile ? score_take_profile(s, &h->profiles[j++])
                                       : score_take_event(s, &h->events[i++]);
        assert(took != SCORE_LATE);
    }
    return points;
}

/* ---- bytes ---- */

static bool is_counted(const struct model *m, uint32_t u)
{
    return u < m->criterion_count && m->criteria[u].per_event;
}

static void unit_write(const struct score_state *s, uint32_t u, struct buf *to)
{
    const struct unit_state *unit = &s->units[u];
    const struct criterion *k = is_counted(s->m, u) ? &s->m->criteria[u] : NULL;

    cond_state_write(s->m->index->conds[u], &unit->cond, to);
    pack_uint(to, (uint64_t)unit->seen);
    if (unit->seen == 0)
        return;
    pack_int(to, s->upto - unit->first);
    if (!k)
        return;
    pack_int(to, s->upto - unit->last);
    if (k->keep) {
        int64_t before = unit->last * 2;
        pack_uint(to, unit->count);
        for (uint32_t i = 0; i < unit->count; before = unit->marks[i++])
            pack_int(to, unit->marks[i] - before);
    }
    for (int i = 0; i < 2; i++) {
        if (k->ageing.kind == AGEING_HALF_LIFE)
            pack_int(to, unit->carried[i]);
        else if (!k->keep)
            pack_int(to, unit->plain[i]);
    }
}

struct str score_state_print(const struct score_state *s, struct arena *a)
{
    struct buf to = buf_new(a, STATE_BYTES_MAX);
    uint32_t before = 0;

    buf_char(&to, LAYOUT);
    pack_int(&to, s->m->id.v);
    pack_int(&to, s->born);
    pack_int(&to, s->upto);
    buf_char(&to, (char)((s->upto_event ? IS_EVENT : 0) | (s->fresh ? IS_FRESH : 0)));
    pack_uint(&to, s->upto_tie);
    pack_int(&to, s->ahead);
    for (uint32_t u = 0; u < s->m->index->unit_count; u++) {
        if (!s->units[u].touched)
            continue;
        pack_uint(&to, u + 1 - before);
        before = u + 1;
        unit_write(s, u, &to);
    }
    pack_uint(&to, 0);
    return to.full ? STR("") : buf_str(&to);
}

static bool marks_read(struct score_state *s, const struct criterion *k, struct unit_state *unit,
                       struct str *from)
{
    uint64_t count;
    int64_t step, mark = unit->last * 2;

    if (!unpack_uint(from, &count) || count > (uint64_t)k->keep)
        return false;
    unit->cap = count < 4 ? 4 : (uint32_t)count;
    unit->marks = arena_alloc(s->a, unit->cap * sizeof(int64_t));
    for (uint64_t i = 0; i < count; i++) {
        if (!unpack_int(from, &step))
            return false;
        unit->marks[unit->count++] = mark += step;
    }
    return true;
}

static bool unit_read(struct score_state *s, uint32_t u, struct str *from)
{
    struct unit_state *unit = &s->units[u];
    const struct criterion *k = is_counted(s->m, u) ? &s->m->criteria[u] : NULL;
    uint64_t seen;
    int64_t span;

    unit_begin(s, u);
    unit->touched = true;
    if (!cond_state_read(s->m->index->conds[u], from, &unit->cond, s->a) ||
        !unpack_uint(from, &seen))
        return false;
    if ((unit->seen = (int64_t)seen) == 0)
        return true;
    if (!unpack_int(from, &span))
        return false;
    unit->first = s->upto - span;
    if (!k)
        return true;
    if (!unpack_int(from, &span))
        return false;
    unit->last = s->upto - span;
    if (k->keep && !marks_read(s, k, unit, from))
        return false;
    for (int i = 0; i < 2; i++) {
        if (k->ageing.kind == AGEING_HALF_LIFE ? !unpack_int(from, &unit->carried[i])
                                               : !k->keep && !unpack_int(from, &unit->plain[i]))
            return false;
    }
    return true;
}

struct score_state *score_state_parse(const struct model *m, struct str bytes, struct arena *a)
{
    int64_t model, born, upto, ahead;
    uint64_t tie, step;
    struct str from = bytes;
    uint32_t next = 0;
    char flags;

    if (from.len < 2 || from.ptr[0] != LAYOUT)
        return NULL;
    from.ptr++, from.len--;
    if (!unpack_int(&from, &model) || model != m->id.v || !unpack_int(&from, &born) ||
        !unpack_int(&from, &upto) || from.len == 0)
        return NULL;
    flags = *from.ptr;
    from.ptr++, from.len--;
    if (!unpack_uint(&from, &tie) || !unpack_int(&from, &ahead))
        return NULL;
    struct score_state *s = score_begin(m, born, a);
    s->upto = upto, s->upto_event = flags & IS_EVENT, s->upto_tie = tie, s->ahead = ahead;
    s->fresh = flags & IS_FRESH;
    while (unpack_uint(&from, &step)) {
        if (step == 0)
            return from.len == 0 ? s : NULL;
        if (step > m->index->unit_count - next || !m->index->conds[next + step - 1])
            return NULL;
        next += (uint32_t)step;
        if (!unit_read(s, next - 1, &from))
            return NULL;
    }
    return NULL;
}
