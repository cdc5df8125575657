/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/model.h"

#include "base/limits.h"
#include "score/axes.h"
#include "score/body.h"
#include "score/company.h"
#include "score/index.h"

enum {
    MODEL_BYTES = 512 * 1024 * 1024,
    ID_MAX = 64,
    GATES_MAX = 32,
    TIMES_MAX = 1000,
    PRINT_MAX = 4 * 1024 * 1024
};
static const fix points_max = 1000 * FIX_ONE, total_max = 1000000 * FIX_ONE;

struct read {
    struct ctx *c;
    struct model *m;
    enum err e; /* the first fault */
};

static void bad(struct read *r, enum err e)
{
    r->e = r->e ? r->e : e;
}

static struct str below(struct read *r, struct str place, const char *member)
{
    return score_body_below(r->c, place, member);
}

/* A number within [lo, hi]; absent: false and *out as it was. */
static bool number_read(struct read *r, const struct json *v, struct str place, const char *name,
                        fix lo, fix hi, fix *out)
{
    const struct json *n = score_body_member(v, name);
    fix value;

    if (!n)
        return false;
    if (!json_fix(n, &value)) {
        bad(r, fault_at(r->c, ERR_BAD_FIELD, below(r, place, name),
                        "must be a number with up to 6 decimals"));
        return false;
    }
    if (value < lo || value > hi) {
        bad(r, fault_at(r->c, ERR_OUT_OF_RANGE, below(r, place, name), "must be from %lld to %lld",
                        (long long)(lo / FIX_ONE), (long long)(hi / FIX_ONE)));
        return false;
    }
    *out = value;
    return true;
}

static bool whole_read(struct read *r, const struct json *v, struct str place, const char *name,
                       int64_t lo, int64_t hi, int64_t *out)
{
    fix value;

    if (!number_read(r, v, place, name, lo * FIX_ONE, hi * FIX_ONE, &value))
        return false;
    if (value % FIX_ONE) {
        bad(r, fault_at(r->c, ERR_BAD_FIELD, below(r, place, name), "must be a whole number"));
        return false;
    }
    *out = value / FIX_ONE;
    return true;
}

static bool id_is_good(struct str id)
{
    for (size_t i = 0; i < id.len; i++) {
        char ch = id.ptr[i];
        if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '_' || ch == '-'))
            return false;
    }
    return id.len > 0 && id.len <= ID_MAX;
}

static struct str id_read(struct read *r, const struct json *v, struct str place, const char *name)
{
    struct str id = json_text(score_body_member(v, name));

    if (!id_is_good(id)) {
        bad(r, fault_at(r->c, score_body_member(v, name) ? ERR_BAD_FIELD : ERR_MISSING, below(r, place, name),
                        "must be 1 to %d of a-z, 0-9, _ and -", ID_MAX));
        return STR_NULL;
    }
    return str_dup(r->m->arena, id);
}

static void title_read(struct read *r, const struct json *v, struct str place, struct str *ru,
                       struct str *en)
{
    bad(r, score_body_title(r->c, v, place, r->m->arena, ru, en));
}

/* A list of at most max objects; its length, 0 after a fault. */
static uint32_t list_read(struct read *r, const struct json *body, struct str place,
                          const char *name, uint32_t max, const struct json **items)
{
    const struct json *list = score_body_member(body, name);

    *items = NULL;
    if (!list)
        return 0;
    if (!json_is(list, JSON_ARRAY)) {
        bad(r, fault_at(r->c, ERR_BAD_FIELD, below(r, place, name), "must be a list"));
        return 0;
    }
    if (list->count > max) {
        bad(r, fault_at(r->c, ERR_TOO_LARGE, below(r, place, name), "at most %u", max));
        return 0;
    }
    *items = list->as.items;
    return list->count;
}

/* false: it is no object, and there is nothing to read. */
static bool object_check(struct read *r, const struct json *v, struct str place,
                         const char *const *members)
{
    bad(r, score_body_check(r->c, v, place, members));
    return json_is(v, JSON_OBJECT);
}

static int group_find(const struct model *m, struct str name)
{
    for (size_t i = 0; i < m->group_count; i++)
        if (str_eq(m->groups[i].name, name))
            return (int)i;
    return -1;
}

static void group_read(struct read *r, const struct json *v, struct str place, struct group *g)
{
    static const char *const members[] = {"name", "title", "floor", "ceiling", NULL};

    if (!object_check(r, v, place, members))
        return;
    struct str name = id_read(r, v, place, "name");
    if (name.len && group_find(r->m, name) >= 0)
        bad(r, fault_at(r->c, ERR_TWICE, below(r, place, "name"),
                        "a group of this name is there already"));
    title_read(r, v, place, &g->title_ru, &g->title_en);
    g->has_floor = number_read(r, v, place, "floor", -total_max, total_max, &g->floor);
    g->has_ceiling = number_read(r, v, place, "ceiling", -total_max, total_max, &g->ceiling);
    if (g->has_floor && g->has_ceiling && g->floor > g->ceiling)
        bad(r, fault_at(r->c, ERR_BAD_FIELD, below(r, place, "floor"), "above the ceiling"));
    g->name = name;
}

static void group_ref_read(struct read *r, const struct json *v, struct str place, int *group)
{
    struct str name = json_text(score_body_member(v, "group"));

    *group = group_find(r->m, name);
    if (*group < 0)
        bad(r, fault_at(r->c, score_body_member(v, "group") ? ERR_BAD_FIELD : ERR_MISSING,
                        below(r, place, "group"), "no group of this name"));
}

static void ageing_read(struct read *r, const struct json *v, struct str place, struct ageing *a)
{
    static const char *const members[] = {"kind", "days", "percent", NULL};
    static const char *const kinds[] = {[AGEING_NONE] = "none",
                                        [AGEING_HALF_LIFE] = "half_life",
                                        [AGEING_LINEAR] = "linear",
                                        [AGEING_EXPIRE] = "expire"};
    const struct json *ageing = score_body_member(v, "ageing");
    struct str at = below(r, place, "ageing"), word;
    fix days = 0;
    int64_t percent = 0;
    size_t kind = 0;

    if (!ageing || !object_check(r, ageing, at, members))
        return;
    word = json_text(score_body_member(ageing, "kind"));
    while (kind < countof(kinds) && !str_eq(word, str_of(kinds[kind])))
        kind++;
    if (kind == countof(kinds)) {
        bad(r, fault_at(r->c, ERR_BAD_FIELD, below(r, at, "kind"),
                        "must be one of: none, half_life, linear, expire"));
        return;
    }
    if (kind == AGEING_NONE)
        return;
    if (!number_read(r, ageing, at, "days", 0, 3650 * FIX_ONE, &days) || days < 100)
        bad(r, fault_at(r->c, score_body_member(ageing, "days") ? ERR_OUT_OF_RANGE : ERR_MISSING,
                        below(r, at, "days"), "must be above 0, at most 3650"));
    if (kind == AGEING_LINEAR && !whole_read(r, ageing, at, "percent", 1, 100, &percent) &&
        !score_body_member(ageing, "percent"))
        bad(r, fault_at(r->c, ERR_MISSING, below(r, at, "percent"),
                        "linear ageing loses 1 to 100 per cent a period"));
    if (kind != AGEING_LINEAR && score_body_member(ageing, "percent"))
        bad(r, fault_at(r->c, ERR_UNKNOWN_FIELD, below(r, at, "percent"),
                        "only linear ageing has it"));
    *a = (struct ageing){.kind = (enum ageing_kind)kind,
                         .span_us = fix_muldiv(days, DAY_US, FIX_ONE),
                         .percent = (int32_t)percent};
}

/* The condition at "when": compiled, and as text. */
static void when_read(struct read *r, const struct json *v, struct str place, struct cond **when,
                      struct str *text)
{
    const struct json *from = score_body_member(v, "when");
    struct str at = below(r, place, "when");
    struct buf out;
    struct json_out o;
    enum err e;

    if (!from) {
        bad(r, fault_at(r->c, ERR_MISSING, at, "a condition is needed"));
        return;
    }
    if ((e = score_body_condition(r->c, from, at, r->m->arena, &r->m->pattern_bytes, when))) {
        bad(r, e);
        return;
    }
    out = buf_new(r->m->arena, LIMIT_BODY_BYTES);
    o = json_to(&out);
    cond_put(&o, from);
    *text = buf_str(&out);
}

/* How many of the latest occurrences can matter at all. */
static int64_t keep_of(const struct criterion *k)
{
    int64_t keep = k->max_times;
    fix each = k->points < 0 ? -k->points : k->points;

    if (k->max_points && each) {
        int64_t enough = (k->max_points + each - 1) / each;
        keep = keep == 0 || enough < keep ? enough : keep;
    }
    if (keep == 0 && (k->ageing.kind == AGEING_LINEAR || k->ageing.kind == AGEING_EXPIRE))
        keep = TIMES_MAX;
    return keep > TIMES_MAX ? TIMES_MAX : keep;
}

static void criterion_read(struct read *r, const struct json *v, struct str place,
                           struct criterion *k)
{
    static const char *const members[] = {
        "id",        "title",      "group",          "enabled", "when", "points",
        "max_times", "max_points", "cooldown_hours", "ageing",  NULL};
    int64_t points = 0;
    fix hours = 0;

    if (!object_check(r, v, place, members))
        return;
    struct str id = id_read(r, v, place, "id");
    if (id.len && score_criterion_find(r->m, id) >= 0)
        bad(r, fault_at(r->c, ERR_TWICE, below(r, place, "id"),
                        "a criterion of this id is there already"));
    title_read(r, v, place, &k->title_ru, &k->title_en);
    group_ref_read(r, v, place, &k->group);
    const struct json *enabled = score_body_member(v, "enabled");
    bool said = enabled && json_is(enabled, JSON_BOOL);
    if (enabled && !said)
        bad(r, fault_at(r->c, ERR_BAD_FIELD, below(r, place, "enabled"), "must be one of: true, false"));
    k->enabled = !said || enabled->as.truth;
    when_read(r, v, place, &k->when, &k->when_text);
    if (!whole_read(r, v, place, "points", -points_max / FIX_ONE, points_max / FIX_ONE, &points) &&
        !score_body_member(v, "points"))
        bad(r, fault_at(r->c, ERR_MISSING, below(r, place, "points"), "points are needed"));
    k->points = points * FIX_ONE;
    whole_read(r, v, place, "max_times", 1, TIMES_MAX, &k->max_times);
    number_read(r, v, place, "max_points", FIX_ONE, total_max, &k->max_points);
    number_read(r, v, place, "cooldown_hours", 0, 24 * 3650 * FIX_ONE, &hours);
    k->cooldown_us = fix_muldiv(hours, HOUR_US, FIX_ONE);
    ageing_read(r, v, place, &k->ageing);
    k->per_event = k->when && cond_kind_of(k->when) == COND_EVENT_KIND;
    k->keep = k->per_event ? keep_of(k) : 1;
    k->id = id;
}

static void gate_read(struct read *r, const struct json *v, struct str place, struct gate *g)
{
    static const char *const members[] = {"band", "group", "min", "when", NULL};

    g->group = -1;
    if (!object_check(r, v, place, members))
        return;
    struct str band = json_text(score_body_member(v, "band"));
    if (str_eq(band, STR("hot")) || str_eq(band, STR("warm")))
        g->band = str_eq(band, STR("hot")) ? BAND_HOT : BAND_WARM;
    else
        bad(r, fault_at(r->c, ERR_BAD_FIELD, below(r, place, "band"), "must be one of: warm, hot"));
    if (score_body_member(v, "when")) {
        if (score_body_member(v, "group") || score_body_member(v, "min"))
            bad(r, fault_at(r->c, ERR_BAD_FIELD, place, "either when, or group and min"));
        when_read(r, v, place, &g->when, &g->when_text);
        return;
    }
    group_ref_read(r, v, place, &g->group);
    if (!number_read(r, v, place, "min", -total_max, total_max, &g->min) && !score_body_member(v, "min"))
        bad(r, fault_at(r->c, ERR_MISSING, below(r, place, "min"),
                        "a group's least points are needed"));
    if (g->group >= 0 && r->m->groups[g->group].has_ceiling &&
        r->m->groups[g->group].ceiling < g->min)
        bad(r, fault_at(r->c, ERR_BAD_FIELD, below(r, place, "min"),
                        "can never be met: above the group's ceiling"));
}

static void limits_read(struct read *r, const struct json *body, struct str place)
{
    struct model *m = r->m;

    m->ceiling = 100 * FIX_ONE, m->warm = 31 * FIX_ONE, m->hot = 71 * FIX_ONE,
    m->hysteresis = 5 * FIX_ONE;
    number_read(r, body, place, "floor", -total_max, total_max, &m->floor);
    number_read(r, body, place, "ceiling", -total_max, total_max, &m->ceiling);
    number_read(r, body, place, "warm", -total_max, total_max, &m->warm);
    number_read(r, body, place, "hot", -total_max, total_max, &m->hot);
    number_read(r, body, place, "hysteresis", 0, total_max, &m->hysteresis);
    m->has_public_ceiling =
        number_read(r, body, place, "public_ceiling", 0, total_max, &m->public_ceiling);
    if (m->floor >= m->ceiling)
        bad(r,
            fault_at(r->c, ERR_BAD_FIELD, below(r, place, "floor"), "must be below the ceiling"));
    if (m->warm >= m->hot)
        bad(r, fault_at(r->c, ERR_BAD_FIELD, below(r, place, "warm"), "must be below hot"));
    if (m->hot > m->ceiling)
        bad(r, fault_at(r->c, ERR_BAD_FIELD, below(r, place, "hot"),
                        "can never be reached: above the ceiling"));
}

static void lists_read(struct read *r, const struct json *body, struct str place)
{
    struct model *m = r->m;
    const struct json *items;
    uint32_t n;

    n = list_read(r, body, place, "groups", LIMIT_GROUPS, &items);
    if (n == 0)
        bad(r,
            fault_at(r->c, ERR_MISSING, below(r, place, "groups"), "at least one group is needed"));
    m->groups = ARENA_ARRAY(m->arena, struct group, n + 1);
    for (uint32_t i = 0; i < n; i++, m->group_count++)
        group_read(r, &items[i], score_body_nth(r->c, below(r, place, "groups"), i), &m->groups[i]);
    n = list_read(r, body, place, "criteria", LIMIT_CRITERIA, &items);
    m->criteria = ARENA_ARRAY(m->arena, struct criterion, n + 1);
    for (uint32_t i = 0; i < n; i++, m->criterion_count++)
        criterion_read(r, &items[i], score_body_nth(r->c, below(r, place, "criteria"), i), &m->criteria[i]);
    n = list_read(r, body, place, "gates", GATES_MAX, &items);
    m->gates = ARENA_ARRAY(m->arena, struct gate, n + 1);
    for (uint32_t i = 0; i < n; i++, m->gate_count++)
        gate_read(r, &items[i], score_body_nth(r->c, below(r, place, "gates"), i), &m->gates[i]);
}

enum err score_model_read(struct ctx *c, const struct json *body, struct str place,
                          struct model **m)
{
    static const char *const members[] = {
        "name",           "floor",  "ceiling",  "warm",  "hot", "hysteresis",
        "public_ceiling", "groups", "criteria", "gates", "axes", "icp", "company", NULL};
    struct arena *arena = arena_new(MODEL_BYTES);
    struct read r = {.c = c, .m = ARENA_NEW(arena, struct model)};

    r.m->arena = arena;
    r.m->holders = 1;
    if (body && body->raw.len > LIMIT_MODEL_BYTES) {
        bad(&r, fault_at(c, ERR_TOO_LARGE, place, "a model has at most %d bytes", LIMIT_MODEL_BYTES));
    } else if (object_check(&r, body, place, members)) {
        bad(&r, score_body_text(c, body, place, "name", arena, &r.m->name));
        limits_read(&r, body, place);
        lists_read(&r, body, place);
        if (!r.e)
            bad(&r, score_axes_read(c, body, place, r.m));
        bad(&r, score_icp_read(c, body, place, r.m));
        bad(&r, score_company_read(c, body, place, r.m));
    }
    if (r.e) {
        score_model_drop(r.m);
        return r.e;
    }
    score_index_build(r.m);
    *m = r.m;
    return ERR_NONE;
}

enum err score_model_parse(struct ctx *c, struct str text, struct model **m)
{
    struct json *body;
    enum err e = json_read(c, text, &body);

    return e ? e : score_model_read(c, body, STR(""), m);
}

struct model *score_model_hold(struct model *m)
{
    __atomic_add_fetch(&m->holders, 1, __ATOMIC_RELAXED);
    return m;
}

void score_model_drop(struct model *m)
{
    if (!m || __atomic_sub_fetch(&m->holders, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    score_model_drop(m->rival);
    for (size_t i = 0; i < m->criterion_count; i++)
        cond_free(m->criteria[i].when);
    for (size_t i = 0; i < m->gate_count; i++)
        cond_free(m->gates[i].when);
    for (size_t i = 0; i < m->icp_count; i++)
        cond_free(m->icp[i].when);
    arena_free(m->arena);
}

static void let_go(void *model)
{
    score_model_drop(model);
}

struct model *score_model_until(struct arena *a, struct model *m)
{
    arena_with(a, let_go, m);
    return m;
}

int score_criterion_find(const struct model *m, struct str id)
{
    for (size_t i = 0; i < m->criterion_count; i++)
        if (str_eq(m->criteria[i].id, id))
            return (int)i;
    return -1;
}

/* ---- printing ---- */

static void title_put(struct json_out *o, struct str ru, struct str en)
{
    if (!ru.ptr && !en.ptr)
        return;
    json_key(o, "title");
    json_begin(o);
    if (ru.ptr)
        json_add_text(o, "ru", ru);
    if (en.ptr)
        json_add_text(o, "en", en);
    json_end(o);
}

static void ageing_put(struct json_out *o, const struct ageing *a)
{
    static const char *const kinds[] = {
        [AGEING_HALF_LIFE] = "half_life", [AGEING_LINEAR] = "linear", [AGEING_EXPIRE] = "expire"};
    if (a->kind == AGEING_NONE)
        return;
    json_key(o, "ageing");
    json_begin(o);
    json_add_text(o, "kind", str_of(kinds[a->kind]));
    if (a->kind == AGEING_LINEAR)
        json_add_int(o, "percent", a->percent);
    json_add_fix(o, "days", fix_muldiv(a->span_us, FIX_ONE, DAY_US));
    json_end(o);
}

static void criterion_put(struct json_out *o, const struct model *m, const struct criterion *k)
{
    json_begin(o);
    json_add_text(o, "id", k->id);
    title_put(o, k->title_ru, k->title_en);
    json_add_text(o, "group", m->groups[k->group].name);
    json_add_bool(o, "enabled", k->enabled);
    json_key(o, "when");
    json_put_raw(o, k->when_text);
    json_add_fix(o, "points", k->points);
    if (k->max_times)
        json_add_int(o, "max_times", k->max_times);
    if (k->max_points)
        json_add_fix(o, "max_points", k->max_points);
    if (k->cooldown_us)
        json_add_fix(o, "cooldown_hours", fix_muldiv(k->cooldown_us, FIX_ONE, HOUR_US));
    ageing_put(o, &k->ageing);
    json_end(o);
}

static void group_put(struct json_out *o, const struct group *g)
{
    json_begin(o);
    json_add_text(o, "name", g->name);
    title_put(o, g->title_ru, g->title_en);
    if (g->has_floor)
        json_add_fix(o, "floor", g->floor);
    if (g->has_ceiling)
        json_add_fix(o, "ceiling", g->ceiling);
    json_end(o);
}

static void gate_put(struct json_out *o, const struct model *m, const struct gate *g)
{
    json_begin(o);
    json_add_text(o, "band", str_of(band_names[g->band]));
    if (g->group < 0) {
        json_key(o, "when");
        json_put_raw(o, g->when_text);
    } else {
        json_add_text(o, "group", m->groups[g->group].name);
        json_add_fix(o, "min", g->min);
    }
    json_end(o);
}

struct str score_model_print(const struct model *m, struct arena *a)
{
    struct buf out = buf_new(a, PRINT_MAX);
    struct json_out o = json_to(&out);

    json_begin(&o);
    if (m->name.ptr)
        json_add_text(&o, "name", m->name);
    json_add_fix(&o, "floor", m->floor);
    json_add_fix(&o, "ceiling", m->ceiling);
    json_add_fix(&o, "warm", m->warm);
    json_add_fix(&o, "hot", m->hot);
    json_add_fix(&o, "hysteresis", m->hysteresis);
    if (m->has_public_ceiling)
        json_add_fix(&o, "public_ceiling", m->public_ceiling);
    json_key(&o, "groups");
    json_list(&o);
    for (size_t i = 0; i < m->group_count; i++)
        group_put(&o, &m->groups[i]);
    json_list_end(&o);
    json_key(&o, "criteria");
    json_list(&o);
    for (size_t i = 0; i < m->criterion_count; i++)
        criterion_put(&o, m, &m->criteria[i]);
    json_list_end(&o);
    json_key(&o, "gates");
    json_list(&o);
    for (size_t i = 0; i < m->gate_count; i++)
        gate_put(&o, m, &m->gates[i]);
    json_list_end(&o);
    score_axes_put(&o, m);
    score_icp_put(&o, m);
    score_company_put(&o, m);
    json_end(&o);
    return buf_str(&out);
}

struct model_fitted score_fitted_later(struct model_fitted a, struct model_fitted b)
{
    if (a.until == INSTANT_NONE || b.until == INSTANT_NONE)
        return a.until == INSTANT_NONE ? b : a;
    return b.until > a.until ? b : a;
}
