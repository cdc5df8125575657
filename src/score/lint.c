/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/lint.h"

#include "text/text.h"

static const fix unbounded = INT64_MAX;

struct linting {
    const struct model *m;
    enum lang lang;
    struct arena *a;
    struct score_lint *out;
    size_t count;
    bool *dead; /* criteria that can never hold */
};

static void add(struct linting *l, bool error, struct str pointer, const char *code, const char *key,
                const struct text_arg *args)
{
    if (l->count == SCORE_LINTS_MAX)
        return;
    l->out[l->count++] = (struct score_lint){
        .error = error,
        .pointer = pointer,
        .code = code,
        .detail = args ? text_fill(l->a, l->lang, key, args) : text_get(l->lang, key),
    };
}

static struct str at_criterion(struct linting *l, size_t i, const char *member)
{
    return str_print(l->a, "/criteria/%zu%s", i, member);
}

static struct str number(struct linting *l, fix v)
{
    char text[FIX_TEXT_MAX];
    return str_dup(l->a, fix_print(v, text));
}

static struct str title_of(const struct linting *l, const struct criterion *k)
{
    struct str t = text_either(l->lang, k->title_ru, k->title_en);
    return t.len ? t : k->id;
}

/* ---- conditions ---- */

/* true: the whole can never hold. */
static bool condition_lint(struct linting *l, const struct cond *when, struct str place)
{
    struct cond_doubt doubts[16];
    size_t n = when ? cond_doubts(when, place, l->lang, l->a, doubts, countof(doubts)) : 0;
    bool never = false;

    for (size_t i = 0; i < n; i++) {
        bool whole = doubts[i].kind == COND_DOUBT_NEVER;
        const struct text_arg *args = TEXT_ARGS({"first", doubts[i].first}, {"second", doubts[i].second});
        never |= whole;
        if (doubts[i].first.ptr)
            add(l, whole, doubts[i].place, whole ? "never_holds" : "branch_never_holds",
                whole ? "lint.never_holds" : "lint.branch_never_holds", args);
        else
            add(l, whole, doubts[i].place, whole ? "never_holds" : "branch_never_holds", "lint.excludes_itself", args);
    }
    return never;
}

/* ---- criteria ---- */

/* The most that the criterion can bring (points above 0) or take. */
static fix most_of(const struct criterion *k)
{
    fix each = k->points < 0 ? -k->points : k->points, most = each;

    if (k->per_event)
        most = k->max_times ? fix_muldiv(each, k->max_times, 1) : unbounded;
    return k->max_points && k->max_points < most ? k->max_points : most;
}

static void limits_lint(struct linting *l, size_t i)
{
    const struct criterion *k = &l->m->criteria[i];
    const struct group *g = &l->m->groups[k->group];
    bool bounded = k->points >= 0 ? g->has_ceiling : g->has_floor;

    if (k->points == 0)
        add(l, false, at_criterion(l, i, "/points"), "no_points", "lint.no_points", NULL);
    else if (most_of(k) == unbounded && !bounded)
        add(l, false, at_criterion(l, i, ""), "no_limit", k->points > 0 ? "lint.no_limit" : "lint.no_limit_below",
            TEXT_ARGS({"title", title_of(l, k)}));
    if (!k->per_event && (k->max_times || k->cooldown_us))
        add(l, false, at_criterion(l, i, k->max_times ? "/max_times" : "/cooldown_hours"), "no_effect", "lint.no_effect", NULL);
}

static void twins_lint(struct linting *l, size_t i)
{
    const struct criterion *k = &l->m->criteria[i];

    for (size_t n = 0; n < i; n++)
        if (l->m->criteria[n].enabled && str_eq(l->m->criteria[n].when_text, k->when_text)) {
            add(l, false, at_criterion(l, i, "/when"), "duplicate", "lint.duplicate",
                TEXT_ARGS({"title", title_of(l, &l->m->criteria[n])}));
            return;
        }
}

static void criteria_lint(struct linting *l)
{
    for (size_t i = 0; i < l->m->criterion_count; i++) {
        if (!l->m->criteria[i].enabled)
            continue;
        l->dead[i] = condition_lint(l, l->m->criteria[i].when, at_criterion(l, i, "/when"));
        limits_lint(l, i);
        twins_lint(l, i);
    }
}

/* ---- what the whole can reach ---- */

/* Of criteria and groups: each a million points at most (model.c), and not a thousand of them. */
static fix plus(fix a, fix b)
{
    return a == unbounded || b == unbounded ? unbounded : a + b;
}

/* The most points that a group can have. */
static fix group_most(const struct linting *l, size_t g)
{
    const struct group *is = &l->m->groups[g];
    fix most = 0;

    for (size_t i = 0; i < l->m->criterion_count; i++) {
        const struct criterion *k = &l->m->criteria[i];
        if (k->enabled && k->group == (int)g && k->points > 0 && !l->dead[i])
            most = plus(most, most_of(k));
    }
    if (is->has_floor && most < is->floor)
        most = is->floor;
    return is->has_ceiling && most > is->ceiling ? is->ceiling : most;
}

static void thresholds_lint(struct linting *l)
{
    const struct model *m = l->m;
    fix most = 0;

    for (size_t g = 0; g < m->group_count; g++)
        most = plus(most, group_most(l, g));
    if (most < m->warm)
        add(l, true, STR("/warm"), "out_of_reach", "lint.warm_out_of_reach",
            TEXT_ARGS({"most", number(l, most)}, {"threshold", number(l, m->warm)}));
    if (most < m->hot)
        add(l, true, STR("/hot"), "out_of_reach", "lint.hot_out_of_reach",
            TEXT_ARGS({"most", number(l, most)}, {"threshold", number(l, m->hot)}));
    if (m->hot - m->hysteresis <= m->floor)
        add(l, true, STR("/hysteresis"), "never_rearmed", "lint.never_rearmed",
            TEXT_ARGS({"floor", number(l, m->floor)}));
}

static void gates_lint(struct linting *l)
{
    for (size_t g = 0; g < l->m->gate_count; g++) {
        const struct gate *gate = &l->m->gates[g];
        if (gate->group < 0) {
            condition_lint(l, gate->when, str_print(l->a, "/gates/%zu/when", g));
            continue;
        }
        fix most = group_most(l, (size_t)gate->group);
        if (most < gate->min)
            add(l, true, str_print(l->a, "/gates/%zu/min", g), "gate_out_of_reach", "lint.gate_out_of_reach",
                TEXT_ARGS({"most", number(l, most)}, {"least", number(l, gate->min)}));
    }
}

static void groups_lint(struct linting *l)
{
    for (size_t g = 0; g < l->m->group_count; g++) {
        size_t i = 0;
        while (i < l->m->criterion_count && l->m->criteria[i].group != (int)g)
            i++;
        if (i == l->m->criterion_count)
            add(l, false, str_print(l->a, "/groups/%zu", g), "empty_group", "lint.empty_group", NULL);
    }
}

size_t score_lint(const struct model *m, enum lang lang, struct arena *a, struct score_lint *out)
{
    struct linting l = {.m = m, .lang = lang, .a = a, .out = out};
    struct score_lint *sorted = ARENA_ARRAY(a, struct score_lint, SCORE_LINTS_MAX);
    size_t n = 0;

    l.dead = ARENA_ARRAY(a, bool, m->criterion_count + 1);
    criteria_lint(&l);
    thresholds_lint(&l);
    gates_lint(&l);
    groups_lint(&l);
    for (int errors = 1; errors >= 0; errors--)
        for (size_t i = 0; i < l.count; i++)
            if (out[i].error == (errors == 1))
                sorted[n++] = out[i];
    memcpy(out, sorted, n * sizeof *out);
    return n;
}

/* ---- what could not be read ---- */

/* The notes of whatever reads a model (model.c, axes.c, company.c, file_*.c, cond/) are English, for the log; here each is in a marketer's
 * words, % standing for what differs. The first row that reads like a note is its own. tests/house/notes.sh: none is missing. */
static const struct {
    const char *note, *key;
} notes[] = {
    {"unknown operator", "lint.note.operator"},
    {"an operator is needed", "lint.note.operator_needed"},
    {"the operator % needs a value", "lint.note.value_needed"},
    {"the operator % takes no value", "lint.note.no_value"},
    {"not a member", "lint.note.member"},
    {"names no condition%", "lint.note.no_condition"},
    {"a condition is needed", "lint.note.condition_needed"},
    {"must be a condition: an object", "lint.note.condition_needed"},
    {"must be a list of at least one condition", "lint.note.empty_list"},
    {"a window is needed%", "lint.note.window"},
    {"must be a number above 0", "lint.note.above_zero"},
    {"must be a number", "lint.note.number"},
    {"must be a number with up to 6 decimals", "lint.note.number"},
    {"must be a whole number", "lint.note.whole"},
    {"must be a whole number from % to %", "lint.note.whole"},
    {"must be a text", "lint.note.text"},
    {"must be a name", "lint.note.name"},
    {"must be from % to %", "lint.note.from_to"},
    {"no group of this name", "lint.note.group"},
    {"a group of this name is there already", "lint.note.twice"},
    {"a criterion of this id is there already", "lint.note.twice"},
    {"points are needed", "lint.note.points"},
    {"can never hold: the first number is above the second", "lint.note.pair"},
    {"can never hold%", "lint.note.never"},
    {"can never be reached: above the ceiling", "lint.note.hot_ceiling"},
    {"can never be met: above the group's ceiling", "lint.note.gate_ceiling"},
    {"must be below hot", "lint.note.warm_hot"},
    {"must be below the ceiling", "lint.note.floor_ceiling"},
    {"above the ceiling", "lint.note.floor_ceiling"},
    {"a path begins with / or *", "lint.note.path"},
    {"must be one of: %", "lint.note.one_of"},
    {"must be above 0, at most 3650", "lint.note.days"},
    {"must be % to % of a-z, 0-9, _ and -", "lint.note.id"},
    {"must be a text of at most % characters", "lint.note.chars"},
    {"must be a text, a number or true or false", "lint.note.file_value"},
    {"must not be empty%", "lint.note.not_empty"},
    {"must be a list of 1 to % values", "lint.note.list_to"},
    {"must be a name or a list of 1 to % names", "lint.note.list_to"},
    {"must be a list of at most % tests", "lint.note.at_most"},
    {"must be a list of two numbers", "lint.note.two_numbers"},
    {"must be a list%", "lint.note.list"},
    {"must be an object%", "lint.note.object"},
    {"a condition has at most % parts", "lint.note.parts"},
    {"conditions nest at most % deep", "lint.note.depth"},
    {"a model has at most % bytes", "lint.note.bytes"},
    {"a model file has at most % bytes", "lint.note.bytes"},
    {"a pattern has at most % bytes", "lint.note.bytes"},
    {"the patterns of a model take at most % bytes", "lint.note.patterns"},
    {"a name has at most % characters", "lint.note.chars"},
    {"at most % characters", "lint.note.chars"},
    {"at most 3650 days", "lint.note.span"},
    {"at most %", "lint.note.at_most"},
    {"bad pattern at byte %: %", "lint.note.pattern"},
    {"counts are compared by %", "lint.note.counts"},
    {"either event or page", "lint.note.either"},
    {"either when, or group and min", "lint.note.either"},
    {"one of days, hours and minutes", "lint.note.either"},
    {"at least one group is needed", "lint.note.a_group"},
    {"a group's least points are needed", "lint.note.least"},
    {"a group counts once%", "lint.note.axis_twice"},
    {"the first border must be below the second", "lint.note.borders"},
    {"linear ageing loses % to % per cent a period", "lint.note.percent"},
    {"only linear ageing has it", "lint.note.only_linear"},
    {"a whole number from 1, of sum_top3 alone", "lint.note.cap"},
    {"an ideal customer is told by what stands%", "lint.note.ideal"},
    /* of a model's file (file_*.c) */
    {"expected a condition: %", "lint.note.file_expected"},
    {"expected: %", "lint.note.file_expected"},
    {"expected a text in quotes, a number%", "lint.note.file_value"},
    {"expected a name", "lint.note.name"},
    {"the line should end here", "lint.note.file_end"},
    {"a comma is followed by a space and a value", "lint.note.file_comma"},
    {"nothing stands below the line above%", "lint.note.file_deep"},
    {"two spaces a level, no tabs", "lint.note.file_indent"},
    {"its parts stand on the lines below%", "lint.note.file_below"},
    {"what must not hold stands on the line below%", "lint.note.file_below"},
    {"a title in this language is there already", "lint.note.file_twice"},
    {"it stands in the file already", "lint.note.file_twice"},
    {"the first line is: %", "lint.note.file_first"},
    {"expected on the line% below: %", "lint.note.file_expected_below"},
    {"expected a member and its value", "lint.note.file_member"},
    {"a comment has no place in a model%", "lint.note.comment"},
    {"the line is not UTF-8", "error.bad_utf8"},
};

/* Does note read like pattern? What stands for the first two % goes to a and b. */
static bool reads_like(struct str note, const char *pattern, struct str args[2])
{
    int n = 0;

    while (*pattern) {
        if (*pattern != '%') {
            if (!note.len || note.ptr[0] != *pattern)
                return false;
            note = str_sub(note, 1, note.len);
            pattern++;
            continue;
        }
        size_t len = 0;
        pattern++;
        while (len < note.len && (!*pattern || note.ptr[len] != *pattern))
            len++;
        if (n < 2)
            args[n++] = str_sub(note, 0, len);
        note = str_sub(note, len, note.len);
    }
    return note.len == 0;
}

static struct str note_fill(struct arena *a, enum lang lang, const char *key, const struct str values[2])
{
    const struct text_arg args[] = {{"a", values[0]}, {"b", values[1]}, {NULL, {NULL, 0}}};

    return text_fill(a, lang, key, args);
}

static struct str fault_detail(const struct fault_item *item, enum lang lang, struct arena *a)
{
    struct str note = str_of(item->note), args[2] = {STR(""), STR("")};

    for (size_t i = 0; i < countof(notes); i++)
        if (reads_like(note, notes[i].note, args))
            return note_fill(a, lang, notes[i].key, args);
    if (lang == LANG_EN && note.len)
        return str_dup(a, note);
    struct str text = text_find(lang, str_print(a, "error.%s", err_slug(item->code)));
    return text.ptr ? text : str_dup(a, note);
}

size_t score_lint_faults(const struct ctx *c, enum lang lang, struct arena *a, struct score_lint *out)
{
    int n = c->fault.count < FAULTS_MAX ? c->fault.count : FAULTS_MAX;

    for (int i = 0; i < n; i++)
        out[i] = (struct score_lint){.error = true,
                                     .pointer = str_dup(a, str_of(c->fault.items[i].field)),
                                     .code = err_slug(c->fault.items[i].code),
                                     .detail = fault_detail(&c->fault.items[i], lang, a)};
    return (size_t)n;
}
