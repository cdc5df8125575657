/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/diff.h"
#include "text/text.h"

enum { WORDS_MAX = 16 * 1024 };

const char *const score_change_names[] = {"added", "removed", "changed", NULL};

struct diff {
    const struct model *before, *after;
    enum lang lang;
    struct arena *a;
    struct score_change *list;
    size_t count, cap;
};

static const char *in(enum lang lang, const char *ru, const char *en)
{
    return lang == LANG_RU ? ru : en;
}

static void add(struct diff *d, struct score_change is)
{
    if (d->count == d->cap) {
        size_t cap = d->cap ? 2 * d->cap : 16;
        d->list = arena_grow(d->a, d->list, d->cap * sizeof is, cap * sizeof is);
        d->cap = cap;
    }
    d->list[d->count++] = is;
}

/* ---- words ---- */

static struct str number(struct arena *a, fix v)
{
    char text[FIX_TEXT_MAX];
    return str_dup(a, fix_print(v, text));
}

static struct str signed_number(struct arena *a, fix v)
{
    return str_print(a, "%s" STR_FMT, v > 0 ? "+" : "", STR_ARG(number(a, v)));
}

static struct str limit_words(bool has, fix v, enum lang lang, struct arena *a)
{
    return has ? number(a, v) : str_of(in(lang, "нет", "none"));
}

static struct str ageing_words(const struct ageing *is, enum lang lang, struct arena *a)
{
    struct str days = number(a, fix_muldiv(is->span_us, FIX_ONE, DAY_US));

    switch (is->kind) {
    case AGEING_HALF_LIFE:
        return str_print(a, in(lang, "вдвое меньше через " STR_FMT " дн.", "half after " STR_FMT " days"), STR_ARG(days));
    case AGEING_LINEAR:
        return str_print(a, in(lang, "минус %d %% каждые " STR_FMT " дн.", "%d %% less every " STR_FMT " days"),
                         (int)is->percent, STR_ARG(days));
    case AGEING_EXPIRE:
        return str_print(a, in(lang, "сгорают через " STR_FMT " дн.", "gone after " STR_FMT " days"), STR_ARG(days));
    default:
        return str_of(in(lang, "не стареют", "no ageing"));
    }
}

static struct str times_words(int64_t times, enum lang lang, struct arena *a)
{
    return times ? str_print(a, "%lld", (long long)times) : str_of(in(lang, "без предела", "no limit"));
}

static struct str cooldown_words(int64_t us, enum lang lang, struct arena *a)
{
    if (!us)
        return str_of(in(lang, "нет", "none"));
    return str_print(a, in(lang, STR_FMT " ч", STR_FMT " h"), STR_ARG(number(a, fix_muldiv(us, FIX_ONE, HOUR_US))));
}

struct str score_criterion_words(const struct criterion *k, enum lang lang, struct arena *a)
{
    struct buf b = buf_new(a, WORDS_MAX);

    buf_add(&b, signed_number(a, k->points));
    if (k->per_event)
        buf_add(&b, str_of(in(lang, " за каждый раз", " each time")));
    if (k->max_times)
        buf_print(&b, in(lang, ", не больше %lld раз", ", at most %lld times"), (long long)k->max_times);
    if (k->max_points)
        buf_print(&b, in(lang, ", не больше " STR_FMT " баллов", ", at most " STR_FMT " points"), STR_ARG(number(a, k->max_points)));
    if (k->cooldown_us)
        buf_print(&b, in(lang, ", не чаще раза в " STR_FMT, ", at most once in " STR_FMT),
                  STR_ARG(cooldown_words(k->cooldown_us, lang, a)));
    if (k->ageing.kind != AGEING_NONE)
        buf_print(&b, ", " STR_FMT, STR_ARG(ageing_words(&k->ageing, lang, a)));
    buf_print(&b, ": " STR_FMT, STR_ARG(cond_explain(k->when, lang, a)));
    return buf_str(&b);
}

static struct str title(struct diff *d, struct str ru, struct str en, struct str id)
{
    struct str t = text_either(d->lang, ru, en);
    return str_print(d->a, in(d->lang, "«" STR_FMT "»", "“" STR_FMT "”"), STR_ARG(t.len ? t : id));
}

/* "what: name before → after", unless they are the same. */
static void compare(struct diff *d, struct str what, const char *name, struct str place, struct str before, struct str after)
{
    if (str_eq(before, after))
        return;
    const char *colon = what.len ? ": " : "";
    add(d, (struct score_change){
               .kind = SCORE_CHANGED,
               .place = place,
               .before = before,
               .after = after,
               .text = str_print(d->a, STR_FMT "%s%s " STR_FMT " → " STR_FMT, STR_ARG(what), colon, name, STR_ARG(before),
                                 STR_ARG(after)),
           });
}

/* ---- the parts ---- */

static void thresholds(struct diff *d)
{
    const struct model *x = d->before, *y = d->after;
    const struct {
        const char *place, *ru, *en;
        bool had, has;
        fix before, after;
    } rows[] = {
        {"warm", "Порог «тёплый»", "Warm from", true, true, x->warm, y->warm},
        {"hot", "Порог «горячий»", "Hot from", true, true, x->hot, y->hot},
        {"hysteresis", "Гистерезис", "Hysteresis", true, true, x->hysteresis, y->hysteresis},
        {"floor", "Нижний предел балла", "Floor of the score", true, true, x->floor, y->floor},
        {"ceiling", "Потолок балла", "Ceiling of the score", true, true, x->ceiling, y->ceiling},
        {"public_ceiling", "Потолок непроверенных источников", "Ceiling for unverified sources", x->has_public_ceiling,
         y->has_public_ceiling, x->public_ceiling, y->public_ceiling},
    };

    for (size_t i = 0; i < countof(rows); i++)
        compare(d, STR(""), in(d->lang, rows[i].ru, rows[i].en), str_of(rows[i].place),
                limit_words(rows[i].had, rows[i].before, d->lang, d->a), limit_words(rows[i].has, rows[i].after, d->lang, d->a));
}

static void come_or_gone(struct diff *d, enum score_change_kind kind, struct str place, const char *ru, const char *en,
                         struct str what, struct str words)
{
    struct str text = str_print(d->a, "%s%s" STR_FMT "%s" STR_FMT, in(d->lang, ru, en), what.len ? " " : "", STR_ARG(what),
                                words.len ? ": " : "", STR_ARG(words));
    add(d, (struct score_change){.kind = kind,
                                 .place = place,
                                 .text = text,
                                 .before = kind == SCORE_REMOVED ? words : STR_NULL,
                                 .after = kind == SCORE_ADDED ? words : STR_NULL});
}

static const struct group *group_find(const struct model *m, struct str name)
{
    for (size_t i = 0; i < m->group_count; i++)
        if (str_eq(m->groups[i].name, name))
            return &m->groups[i];
    return NULL;
}

static struct str under(struct diff *d, const char *list, struct str id, const char *member)
{
    return str_print(d->a, "%s/" STR_FMT "%s", list, STR_ARG(id), member);
}

static void group_compare(struct diff *d, const struct group *x, const struct group *y)
{
    struct str what = str_print(d->a, "%s " STR_FMT, in(d->lang, "Группа", "Group"),
                                STR_ARG(title(d, y->title_ru, y->title_en, y->name)));

    compare(d, what, in(d->lang, "название", "title"), under(d, "groups", y->name, "/title"),
            title(d, x->title_ru, x->title_en, x->name), title(d, y->title_ru, y->title_en, y->name));
    compare(d, what, in(d->lang, "нижний предел", "floor"), under(d, "groups", y->name, "/floor"),
            limit_words(x->has_floor, x->floor, d->lang, d->a), limit_words(y->has_floor, y->floor, d->lang, d->a));
    compare(d, what, in(d->lang, "потолок", "ceiling"), under(d, "groups", y->name, "/ceiling"),
            limit_words(x->has_ceiling, x->ceiling, d->lang, d->a), limit_words(y->has_ceiling, y->ceiling, d->lang, d->a));
}

static void groups(struct diff *d)
{
    for (size_t i = 0; i < d->after->group_count; i++) {
        const struct group *y = &d->after->groups[i], *x = group_find(d->before, y->name);
        if (x)
            group_compare(d, x, y);
        else
            come_or_gone(d, SCORE_ADDED, under(d, "groups", y->name, ""), "Добавлена группа", "Group added",
                         title(d, y->title_ru, y->title_en, y->name), STR(""));
    }
    for (size_t i = 0; i < d->before->group_count; i++) {
        const struct group *x = &d->before->groups[i];
        if (!group_find(d->after, x->name))
            come_or_gone(d, SCORE_REMOVED, under(d, "groups", x->name, ""), "Убрана группа", "Group removed",
                         title(d, x->title_ru, x->title_en, x->name), STR(""));
    }
}

static struct str group_title(struct diff *d, const struct model *m, int g)
{
    return title(d, m->groups[g].title_ru, m->groups[g].title_en, m->groups[g].name);
}

static void criterion_compare(struct diff *d, const struct criterion *x, const struct criterion *y)
{
    struct str what = title(d, y->title_ru, y->title_en, y->id);
    enum lang lang = d->lang;
    struct arena *a = d->a;
    const struct {
        const char *member, *ru, *en;
        struct str before, after;
    } rows[] = {
        {"/title", "название", "title", title(d, x->title_ru, x->title_en, x->id), what},
        {"/enabled", "включён", "enabled", str_of(x->enabled ? in(lang, "да", "yes") : in(lang, "нет", "no")),
         str_of(y->enabled ? in(lang, "да", "yes") : in(lang, "нет", "no"))},
        {"/points", "баллы", "points", signed_number(a, x->points), signed_number(a, y->points)},
        {"/max_times", "не больше раз", "times at most", times_words(x->max_times, lang, a), times_words(y->max_times, lang, a)},
        {"/max_points", "не больше баллов", "points at most", limit_words(x->max_points != 0, x->max_points, lang, a),
         limit_words(y->max_points != 0, y->max_points, lang, a)},
        {"/cooldown_hours", "пауза", "cool-down", cooldown_words(x->cooldown_us, lang, a), cooldown_words(y->cooldown_us, lang, a)},
        {"/ageing", "старение", "ageing", ageing_words(&x->ageing, lang, a), ageing_words(&y->ageing, lang, a)},
        {"/group", "группа", "group", group_title(d, d->before, x->group), group_title(d, d->after, y->group)},
    };

    for (size_t i = 0; i < countof(rows); i++)
        compare(d, what, in(lang, rows[i].ru, rows[i].en), under(d, "criteria", y->id, rows[i].member), rows[i].before,
                rows[i].after);
    if (!str_eq(x->when_text, y->when_text))
        compare(d, what, in(lang, "условие", "condition"), under(d, "criteria", y->id, "/when"),
                cond_explain(x->when, lang, a), cond_explain(y->when, lang, a));
}

static void criteria(struct diff *d)
{
    for (size_t i = 0; i < d->after->criterion_count; i++) {
        const struct criterion *y = &d->after->criteria[i];
        int at = score_criterion_find(d->before, y->id);
        if (at >= 0)
            criterion_compare(d, &d->before->criteria[at], y);
        else
            come_or_gone(d, SCORE_ADDED, under(d, "criteria", y->id, ""), "Добавлен критерий", "Criterion added",
                         title(d, y->title_ru, y->title_en, y->id), score_criterion_words(y, d->lang, d->a));
    }
    for (size_t i = 0; i < d->before->criterion_count; i++) {
        const struct criterion *x = &d->before->criteria[i];
        if (score_criterion_find(d->after, x->id) < 0)
            come_or_gone(d, SCORE_REMOVED, under(d, "criteria", x->id, ""), "Убран критерий", "Criterion removed",
                         title(d, x->title_ru, x->title_en, x->id), score_criterion_words(x, d->lang, d->a));
    }
}

/* "в горячие: группа «Интерес» не меньше 10" */
static struct str gate_words(struct diff *d, const struct model *m, const struct gate *g)
{
    const char *band = g->band == BAND_HOT ? in(d->lang, "в горячие", "to hot") : in(d->lang, "в тёплые", "to warm");

    if (g->group < 0)
        return str_print(d->a, "%s: " STR_FMT, band, STR_ARG(cond_explain(g->when, d->lang, d->a)));
    return str_print(d->a, in(d->lang, "%s: группа " STR_FMT " не меньше " STR_FMT, "%s: group " STR_FMT " at least " STR_FMT),
                     band, STR_ARG(group_title(d, m, g->group)), STR_ARG(number(d->a, g->min)));
}

static void gates_of(struct diff *d, const struct model *x, const struct model *y, enum score_change_kind kind)
{
    for (size_t i = 0; i < y->gate_count; i++) {
        struct str words = gate_words(d, y, &y->gates[i]);
        size_t k = 0;
        while (k < x->gate_count && !str_eq(gate_words(d, x, &x->gates[k]), words))
            k++;
        if (k == x->gate_count)
            come_or_gone(d, kind, STR("gates"), kind == SCORE_ADDED ? "Добавлен допуск" : "Убран допуск",
                         kind == SCORE_ADDED ? "Gate added" : "Gate removed", STR(""), words);
    }
}

/* "«Профиль», «Интерес»; границы 10 и 30" */
static struct str axis_words(struct diff *d, const struct model *m, enum axis axis)
{
    struct buf b = buf_new(d->a, WORDS_MAX);

    for (size_t g = 0; g < m->group_count; g++) {
        if (m->groups[g].axis != axis)
            continue;
        buf_add(&b, b.len ? STR(", ") : STR(""));
        buf_add(&b, group_title(d, m, (int)g));
    }
    if (!b.len)
        buf_add(&b, str_of(in(d->lang, "без групп", "no groups")));
    buf_print(&b, in(d->lang, "; границы " STR_FMT " и " STR_FMT, "; borders " STR_FMT " and " STR_FMT),
              STR_ARG(number(d->a, m->borders[axis][0])), STR_ARG(number(d->a, m->borders[axis][1])));
    return buf_str(&b);
}

/* What is left to the defaults in both moves with the criteria, and is no change of its own. */
static void axes(struct diff *d)
{
    static const char *const names[AXES][3] = {{"axes/fit", "Соответствие", "Fit"}, {"axes/engagement", "Интерес", "Engagement"}};
    const struct model *x = d->before, *y = d->after;

    for (int i = 0; i < AXES; i++)
        if (x->has_borders[i] || y->has_borders[i] || x->has_axis_groups[i] || y->has_axis_groups[i])
            compare(d, STR(""), in(d->lang, names[i][1], names[i][2]), str_of(names[i][0]), axis_words(d, x, (enum axis)i),
                    axis_words(d, y, (enum axis)i));
}

static struct str company_words(struct diff *d, const struct model *m)
{
    static const char *const words[][2] = {
        [COMPANY_MAX] = {"балл лучшего человека", "the best person's score"},
        [COMPANY_SUM_TOP3] = {"сумма трёх лучших", "the sum of the three best"},
        [COMPANY_MEAN] = {"среднее по всем людям", "the mean of all its people"},
    };
    const char *rule = in(d->lang, words[m->company_rule][0], words[m->company_rule][1]);

    if (!m->company_cap)
        return str_of(rule);
    return str_print(d->a, in(d->lang, "%s, не больше %lld", "%s, at most %lld"), rule, (long long)m->company_cap);
}

static struct str icp_words(struct diff *d, const struct icp_condition *k)
{
    struct str words = cond_explain(k->when, d->lang, d->a);

    return str_print(d->a, in(d->lang, STR_FMT ": " STR_FMT ", вес %lld", STR_FMT ": " STR_FMT ", weight %lld"),
                     STR_ARG(title(d, k->title_ru, k->title_en, words)), STR_ARG(words), (long long)k->weight);
}

static void icp_of(struct diff *d, const struct model *x, const struct model *y, enum score_change_kind kind)
{
    for (size_t i = 0; i < y->icp_count; i++) {
        struct str words = icp_words(d, &y->icp[i]);
        size_t k = 0;
        while (k < x->icp_count && !str_eq(icp_words(d, &x->icp[k]), words))
            k++;
        if (k == x->icp_count)
            come_or_gone(d, kind, STR("icp"),
                         kind == SCORE_ADDED ? "Идеальный клиент, добавлено" : "Идеальный клиент, убрано",
                         kind == SCORE_ADDED ? "Ideal customer, added" : "Ideal customer, removed", STR(""), words);
    }
}

struct score_change *score_diff(const struct model *before, const struct model *after, enum lang lang, struct arena *a,
                                size_t *count)
{
    struct diff d = {.before = before, .after = after, .lang = lang, .a = a};

    d.list = ARENA_ARRAY(a, struct score_change, 1);
    thresholds(&d);
    groups(&d);
    criteria(&d);
    gates_of(&d, before, after, SCORE_ADDED);
    gates_of(&d, after, before, SCORE_REMOVED);
    axes(&d);
    compare(&d, STR(""), in(lang, "Балл компании:", "Score of a company:"), STR("company"), company_words(&d, before), company_words(&d, after));
    icp_of(&d, before, after, SCORE_ADDED);
    icp_of(&d, after, before, SCORE_REMOVED);
    *count = d.count;
    return d.list;
}
