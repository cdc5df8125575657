/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/axes.h"

#include "base/limits.h"
#include "score/body.h"

enum { ICP_MAX = 40, WEIGHT_MAX = 1000 };
static const fix border_max = 1000000 * FIX_ONE;

const char *const score_cell_names[] = {"A1", "A2", "A3", "B1", "B2", "B3", "C1", "C2", "C3", NULL};

int score_cell_find(struct str name)
{
    for (int i = 0; i < SCORE_CELLS; i++)
        if (str_eq(name, str_of(score_cell_names[i])))
            return i;
    return -1;
}

/* 0 for the best third, 2 for the last. */
static int level(const fix border[2], fix v)
{
    return v >= border[1] ? 0 : v >= border[0] ? 1 : 2;
}

int score_cell_of(const struct model *m, fix fit, fix engagement)
{
    return 3 * level(m->borders[AXIS_FIT], fit) + level(m->borders[AXIS_ENGAGEMENT], engagement);
}

int score_icp_per_cent(int64_t held, int64_t whole)
{
    return (int)((2 * SCORE_ICP_MAX * held + whole) / (2 * whole));
}

/* ---- reading ---- */

static struct group *group_find(struct model *m, struct str name)
{
    for (size_t i = 0; i < m->group_count; i++)
        if (name.len && str_eq(m->groups[i].name, name))
            return &m->groups[i];
    return NULL;
}

static enum err groups_read(struct ctx *c, const struct json *list, struct str place, enum axis axis,
                            struct model *m)
{
    if (!json_is(list, JSON_ARRAY))
        return fault_at(c, ERR_BAD_FIELD, place, "must be a list of groups");
    for (uint32_t i = 0; i < list->count; i++) {
        struct group *g = group_find(m, json_text(&list->as.items[i]));
        struct str at = score_body_nth(c, place, i);
        if (!g)
            return fault_at(c, ERR_BAD_FIELD, at, "no group of this name");
        if (g->axis != AXIS_NONE)
            return fault_at(c, ERR_TWICE, at, "a group counts once: it is on an axis already");
        g->axis = axis;
    }
    return ERR_NONE;
}

static enum err borders_read(struct ctx *c, const struct json *list, struct str place, fix border[2])
{
    if (!json_is(list, JSON_ARRAY) || list->count != 2 || !json_fix(&list->as.items[0], &border[0]) ||
        !json_fix(&list->as.items[1], &border[1]))
        return fault_at(c, ERR_BAD_FIELD, place, "must be a list of two numbers");
    if (border[0] < -border_max || border[1] > border_max)
        return fault_at(c, ERR_OUT_OF_RANGE, place, "must be from -1000000 to 1000000");
    if (border[0] >= border[1])
        return fault_at(c, ERR_BAD_FIELD, place, "the first border must be below the second");
    return ERR_NONE;
}

static bool looks_at_events(const struct cond *p)
{
    const struct cond_listens *l = cond_listens(p);
    return l->event_count > 0 || l->any_event || l->birth;
}

static void groups_default(struct model *m)
{
    for (size_t g = 0; g < m->group_count; g++) {
        m->groups[g].axis = AXIS_FIT;
        for (size_t i = 0; i < m->criterion_count; i++)
            if (m->criteria[i].group == (int)g && looks_at_events(m->criteria[i].when))
                m->groups[g].axis = AXIS_ENGAGEMENT;
    }
}

/* The most that a criterion can give. */
static fix reach(const struct criterion *k)
{
    if (!k->enabled || k->points <= 0)
        return 0;
    if (k->max_points)
        return k->max_points;
    return fix_muldiv(k->points, k->per_event && k->max_times ? k->max_times : 1, 1);
}

static void borders_default(struct model *m, enum axis axis)
{
    fix most = 0;

    for (size_t g = 0; g < m->group_count; g++) {
        fix sum = 0;
        if (m->groups[g].axis != axis)
            continue;
        for (size_t i = 0; i < m->criterion_count; i++)
            sum += m->criteria[i].group == (int)g ? reach(&m->criteria[i]) : 0;
        most += m->groups[g].has_ceiling && m->groups[g].ceiling < sum ? m->groups[g].ceiling : sum;
    }
    most = most > m->ceiling ? m->ceiling : most;
    int64_t third = fix_round(most / 3), two = fix_round(most / 3 * 2);
    third = third < 1 ? 1 : third;
    m->borders[axis][0] = third * FIX_ONE;
    m->borders[axis][1] = (two > third ? two : third + 1) * FIX_ONE;
}

static const char *const group_members[AXES] = {"fit_groups", "engagement_groups"};
static const char *const border_members[AXES] = {"fit", "engagement"};

enum err score_axes_read(struct ctx *c, const struct json *body, struct str place, struct model *m)
{
    static const char *const members[] = {"fit_groups", "engagement_groups", "fit", "engagement", NULL};
    const struct json *axes = score_body_member(body, "axes");
    struct str at = score_body_below(c, place, "axes");
    enum err first = axes ? score_body_check(c, axes, at, members) : ERR_NONE;

    for (size_t g = 0; g < m->group_count; g++)
        m->groups[g].axis = AXIS_NONE;
    for (int a = 0; axes && !first && a < AXES; a++) {
        const struct json *list = score_body_member(axes, group_members[a]);
        m->has_axis_groups[a] = list != NULL;
        if (list)
            first = groups_read(c, list, score_body_below(c, at, group_members[a]), (enum axis)a, m);
    }
    if (!m->has_axis_groups[AXIS_FIT] && !m->has_axis_groups[AXIS_ENGAGEMENT])
        groups_default(m);
    for (int a = 0; a < AXES; a++) {
        const struct json *list = axes ? score_body_member(axes, border_members[a]) : NULL;
        enum err e = ERR_NONE;
        m->has_borders[a] = list != NULL;
        if (list)
            e = borders_read(c, list, score_body_below(c, at, border_members[a]), m->borders[a]);
        else
            borders_default(m, (enum axis)a);
        first = first ? first : e;
    }
    return first;
}

/* ---- the ideal customer ---- */

static enum err icp_one_read(struct ctx *c, const struct json *v, struct str place, struct model *m,
                             struct icp_condition *k)
{
    static const char *const members[] = {"title", "when", "weight", NULL};
    const struct json *weight;
    struct buf out = buf_new(m->arena, LIMIT_BODY_BYTES);
    struct json_out o = json_to(&out);
    enum err e = score_body_check(c, v, place, members);

    if (e || (e = score_body_title(c, v, place, m->arena, &k->title_ru, &k->title_en)))
        return e;
    weight = score_body_member(v, "weight");
    k->weight = 1;
    if (weight && (!json_int(weight, &k->weight) || k->weight < 1 || k->weight > WEIGHT_MAX))
        return fault_at(c, ERR_OUT_OF_RANGE, score_body_below(c, place, "weight"), "must be a whole number from 1 to %d",
                        WEIGHT_MAX);
    if (!score_body_member(v, "when"))
        return fault_at(c, ERR_MISSING, score_body_below(c, place, "when"), "a condition is needed");
    if ((e = score_body_condition(c, score_body_member(v, "when"), score_body_below(c, place, "when"), m->arena, &m->pattern_bytes, &k->when)))
        return e;
    if (cond_kind_of(k->when) == COND_EVENT_KIND)
        e = fault_at(c, ERR_BAD_FIELD, score_body_below(c, place, "when"),
                     "an ideal customer is told by what stands: a fact, a count, a silence; not by one event");
    cond_put(&o, score_body_member(v, "when")); /* in one order of members, as criteria are */
    k->when_text = buf_str(&out);
    return e;
}

enum err score_icp_read(struct ctx *c, const struct json *body, struct str place, struct model *m)
{
    static const char *const members[] = {"conditions", NULL};
    const struct json *icp = score_body_member(body, "icp"), *list;
    struct str at = score_body_below(c, place, "icp");
    enum err first = ERR_NONE, e;

    if (!icp)
        return ERR_NONE;
    if ((first = score_body_check(c, icp, at, members)))
        return first;
    list = score_body_member(icp, "conditions");
    at = score_body_below(c, at, "conditions");
    if (!json_is(list, JSON_ARRAY) || list->count == 0)
        return fault_at(c, list ? ERR_BAD_FIELD : ERR_MISSING, at, "must be a list of at least one condition");
    if (list->count > ICP_MAX)
        return fault_at(c, ERR_TOO_LARGE, at, "at most %d", ICP_MAX);
    m->icp = ARENA_ARRAY(m->arena, struct icp_condition, list->count);
    for (uint32_t i = 0; i < list->count; i++, m->icp_count++) {
        e = icp_one_read(c, &list->as.items[i], score_body_nth(c, at, i), m,
                         &m->icp[i]);
        m->icp_weight += m->icp[i].weight;
        first = first ? first : e;
    }
    return first;
}

/* ---- printing ---- */

static void groups_put(struct json_out *o, const struct model *m, enum axis axis)
{
    json_key(o, group_members[axis]);
    json_list(o);
    for (size_t g = 0; g < m->group_count; g++)
        if (m->groups[g].axis == axis)
            json_put_text(o, m->groups[g].name);
    json_list_end(o);
}

void score_axes_put(struct json_out *o, const struct model *m)
{
    bool any = false;

    for (int a = 0; a < AXES; a++)
        any = any || m->has_axis_groups[a] || m->has_borders[a];
    if (!any)
        return;
    json_key(o, "axes");
    json_begin(o);
    for (int a = 0; a < AXES; a++)
        if (m->has_axis_groups[a])
            groups_put(o, m, (enum axis)a);
    for (int a = 0; a < AXES; a++) {
        if (!m->has_borders[a])
            continue;
        json_key(o, border_members[a]);
        json_list(o);
        json_put_fix(o, m->borders[a][0]);
        json_put_fix(o, m->borders[a][1]);
        json_list_end(o);
    }
    json_end(o);
}

static void icp_one_put(struct json_out *o, const struct icp_condition *k)
{
    json_begin(o);
    if (k->title_ru.ptr || k->title_en.ptr) {
        json_key(o, "title");
        json_begin(o);
        if (k->title_ru.ptr) {
            json_key(o, "ru");
            json_put_text(o, k->title_ru);
        }
        if (k->title_en.ptr) {
            json_key(o, "en");
            json_put_text(o, k->title_en);
        }
        json_end(o);
    }
    json_key(o, "when");
    json_put_raw(o, k->when_text);
    if (k->weight != 1) {
        json_key(o, "weight");
        json_put_int(o, k->weight);
    }
    json_end(o);
}

void score_icp_put(struct json_out *o, const struct model *m)
{
    if (!m->icp_count)
        return;
    json_key(o, "icp");
    json_begin(o);
    json_key(o, "conditions");
    json_list(o);
    for (size_t i = 0; i < m->icp_count; i++)
        icp_one_put(o, &m->icp[i]);
    json_list_end(o);
    json_end(o);
}
