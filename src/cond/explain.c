/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <inttypes.h>

#include "cond/node.h"
#include "cond/want.h"

enum { EXPLAIN_MAX = 8000 };

struct say {
    struct buf *out;
    enum lang lang;
    const struct cond *p;
};

static void put(struct say *s, const char *ru, const char *en)
{
    buf_add(s->out, str_of(s->lang == LANG_RU ? ru : en));
}

static void quote(struct say *s, struct str text)
{
    put(s, "«", "“");
    buf_add(s->out, text);
    put(s, "»", "”");
}

static const struct {
    const char *fact, *ru, *en;
} fact_names[] = {
    {"name", "Имя", "Name"},
    {"email", "Почта", "E-mail"},
    {"email.domain", "Домен почты", "E-mail domain"},
    {"email.free", "Бесплатная почта", "Free e-mail"},
    {"phone", "Телефон", "Phone"},
    {"title", "Должность", "Title"},
    {"company", "Компания", "Company"},
    {"industry", "Отрасль", "Industry"},
    {"revenue", "Выручка", "Revenue"},
    {"employees", "Сотрудников", "Employees"},
    {"region", "Регион", "Region"},
    {"city", "Город", "City"},
    {"country", "Страна", "Country"},
    {"source", "Источник", "Source"},
    {"budget", "Бюджет", "Budget"},
    {"campaign.source", "Источник кампании", "Campaign source"},
    {"bant.budget", "BANT: бюджет", "BANT: budget"},
    {"bant.authority", "BANT: полномочия", "BANT: authority"},
    {"bant.need", "BANT: потребность", "BANT: need"},
    {"bant.timing", "BANT: сроки", "BANT: timing"},
    {"meddic.metrics", "MEDDIC: измеримый результат", "MEDDIC: metrics"},
    {"meddic.economic_buyer", "MEDDIC: кто платит", "MEDDIC: economic buyer"},
    {"meddic.decision_criteria", "MEDDIC: по чему выбирают", "MEDDIC: decision criteria"},
    {"meddic.decision_process", "MEDDIC: как принимают решение", "MEDDIC: decision process"},
    {"meddic.identify_pain", "MEDDIC: что болит", "MEDDIC: identified pain"},
    {"meddic.champion", "MEDDIC: союзник внутри", "MEDDIC: champion"},
    {"icp.match", "Совпадение с идеальным клиентом", "Match with the ideal customer"},
    {"cell", "Клетка сетки", "Cell of the grid"},
    {"campaign.name", "Кампания", "Campaign"},
};

static void say_fact_name(struct say *s, struct str fact)
{
    for (size_t i = 0; i < countof(fact_names); i++)
        if (str_eq(fact, str_of(fact_names[i].fact))) {
            put(s, fact_names[i].ru, fact_names[i].en);
            return;
        }
    put(s, "«", "“"); /* a column of somebody's table: its name with spaces */
    for (size_t i = 0; i < fact.len; i++)
        buf_char(s->out, fact.ptr[i] == '_' ? ' ' : fact.ptr[i]);
    put(s, "»", "”");
}

static void say_value(struct say *s, const struct op_value *v)
{
    if (v->is_truth)
        put(s, v->truth ? "да" : "нет", v->truth ? "yes" : "no");
    else if (v->is_text)
        quote(s, v->text);
    else
        for (size_t i = 0; i < v->text.len; i++)
            buf_char(s->out, s->lang == LANG_RU && v->text.ptr[i] == '.' ? ',' : v->text.ptr[i]);
}

/* Behind a name: " содержит «директор»", " от 10 до 50", ": «a», «b»" */
static void say_test(struct say *s, const struct cond_test *t)
{
    if (s->lang == LANG_EN || t->op->takes == OP_TAKES_PAIR || t->op->words_ru[0] != ':')
        buf_char(s->out, ' ');
    if (t->op->takes == OP_TAKES_PAIR) {
        put(s, "от ", "is from ");
        say_value(s, &t->args.values[0]);
        put(s, " до ", " to ");
        say_value(s, &t->args.values[1]);
        return;
    }
    put(s, t->op->words_ru, t->op->words_en);
    for (size_t i = 0; i < t->args.count; i++) {
        buf_add(s->out, i ? STR(", ") : STR(" "));
        say_value(s, &t->args.values[i]);
    }
}

/* Which of one, few, many: 1 день, 3 дня, 5 дней, 1,5 дня. English: 1 day, 3 days. */
static const char *plural(enum lang lang, fix number, const char *const forms[3])
{
    int64_t n = number / FIX_ONE;

    if (lang == LANG_EN)
        return number == FIX_ONE ? forms[0] : forms[1];
    if (number % FIX_ONE)
        return forms[1];
    if (n % 10 == 1 && n % 100 != 11)
        return forms[0];
    if (n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14))
        return forms[1];
    return forms[2];
}

static void say_number(struct say *s, fix number, const char *const ru[3], const char *const en[3])
{
    char text[FIX_TEXT_MAX];

    buf_add(s->out, fix_print(number, text));
    buf_char(s->out, ' ');
    buf_add(s->out, str_of(plural(s->lang, number, s->lang == LANG_RU ? ru : en)));
}

static void say_window(struct say *s, const struct cond_node *n)
{
    static const char *const ru[][3] = {
        {"день", "дня", "дней"}, {"час", "часа", "часов"}, {"минуту", "минуты", "минут"}};
    static const char *const en[][3] = {{"day", "days"}, {"hour", "hours"}, {"minute", "minutes"}};
    say_number(s, n->window_number, ru[n->window_unit], en[n->window_unit]);
}

enum voice { VOICE_DID, VOICE_DID_NOT, VOICE_NAME };

static void say_names(struct say *s, const struct cond_match *m)
{
    for (size_t i = 0; i < m->name_count; i++) {
        if (i)
            put(s, " или ", " or ");
        quote(s, m->names[i]);
    }
}

/* "Открыл страницу /pricing*", "Событие «Demo Requested» (plan равно «pro»)" */
static void say_match(struct say *s, const struct cond_match *m, enum voice voice)
{
    if (m->path.ptr) {
        static const char *const ru[] = {"Открыл страницу ", "Не открывал страницу ", "страница "};
        static const char *const en[] = {"Opened the page ", "Has not opened the page ",
                                         "the page "};
        put(s, ru[voice], en[voice]);
        buf_add(s->out, m->path);
    } else if (m->name_count == 0) {
        static const char *const ru[] = {"Что-либо делал", "Ничего не делал", "любое действие"};
        static const char *const en[] = {"Did anything", "Did nothing", "any act"};
        put(s, ru[voice], en[voice]);
    } else {
        static const char *const ru[] = {"Событие ", "Не было события ", ""};
        static const char *const en[] = {"Event ", "No event ", ""};
        put(s, ru[voice], en[voice]);
        say_names(s, m);
    }
    for (size_t i = 0; i < m->where_count; i++) {
        buf_add(s->out, i ? STR(", ") : STR(" ("));
        buf_add(s->out, m->where[i].name);
        say_test(s, &m->where[i]);
    }
    if (m->where_count)
        buf_char(s->out, ')');
}

/* "3 раза", "не больше 2 раз", "от 2 до 4 раз" */
static void say_times(struct say *s, const struct cond_test *t)
{
    static const char *const ru[3] = {"раз", "раза", "раз"}, *const en[3] = {"time", "times"};
    static const char *const ru_of[3] = {"раза", "раз", "раз"};
    const struct op_value *v = t->args.values;

    if (t->op->takes == OP_TAKES_PAIR) {
        put(s, "от ", "from ");
        buf_add(s->out, v[0].text);
        put(s, " до ", " to ");
        say_number(s, v[1].number, ru_of, en);
        return;
    }
    if (strcmp(t->op->word, ">=") == 0)
        put(s, "не меньше ", "at least ");
    else if (strcmp(t->op->word, "<=") == 0)
        put(s, "не больше ", "at most ");
    else if (strcmp(t->op->word, ">") == 0)
        put(s, "больше ", "more than ");
    else if (strcmp(t->op->word, "<") == 0)
        put(s, "меньше ", "fewer than ");
    else if (strcmp(t->op->word, "ne") == 0)
        put(s, "не ", "not ");
    bool exact = t->op->word[0] == 'e' || t->op->word[0] == 'n';
    say_number(s, v[0].number, exact ? ru : ru_of, en);
}

static void say_node(struct say *s, uint32_t at, bool inside);
static void say_leaf(struct say *s, const struct cond_node *n);

/* Is this list one fact tried with several values by one word? */
static bool one_fact(const struct cond_node *nodes, const struct cond_node *n, uint32_t at)
{
    const struct cond_test *first = &nodes[at + 1].test;

    for (uint32_t i = at + 1; i < n->end; i = nodes[i].end)
        if (nodes[i].kind != NODE_FACT || nodes[i].test.op != first->op || nodes[i].test.args.count != 1
            || !str_eq(nodes[i].test.name, first->name))
            return false;
    return n->kind == NODE_ANY && nodes[at + 1].end < n->end && first->op->takes != OP_TAKES_PAIR;
}

/* "Должность содержит «CEO», «owner» или «founder»": the same words are not said for each value. */
static void say_one_fact(struct say *s, const struct cond_node *n, uint32_t at)
{
    say_leaf(s, &s->p->nodes[at + 1]);
    for (uint32_t i = s->p->nodes[at + 1].end; i < n->end; i = s->p->nodes[i].end) {
        if (s->p->nodes[i].end < n->end)
            buf_add(s->out, STR(", "));
        else
            put(s, " или ", " or ");
        say_value(s, &s->p->nodes[i].test.args.values[0]);
    }
}

static void say_list(struct say *s, const struct cond_node *n, uint32_t at, bool inside)
{
    bool many = n->end > at + 1 && s->p->nodes[at + 1].end < n->end;

    if (many && one_fact(s->p->nodes, n, at)) {
        say_one_fact(s, n, at);
        return;
    }
    if (inside && many)
        buf_char(s->out, '(');
    for (uint32_t i = at + 1; i < n->end; i = s->p->nodes[i].end) {
        if (i > at + 1)
            put(s, n->kind == NODE_ALL ? " и " : " или ", n->kind == NODE_ALL ? " and " : " or ");
        say_node(s, i, many);
    }
    if (inside && many)
        buf_char(s->out, ')');
}

static void say_leaf(struct say *s, const struct cond_node *n)
{
    switch (n->kind) {
    case NODE_FACT:
        say_fact_name(s, n->test.name);
        say_test(s, &n->test);
        break;
    case NODE_COUNT:
        say_match(s, &n->match, VOICE_DID);
        buf_char(s->out, ' ');
        say_times(s, &n->test);
        put(s, " за ", " in ");
        say_window(s, n);
        break;
    case NODE_WITHIN:
        say_match(s, &n->match, VOICE_DID);
        put(s, " за последние ", " in the last ");
        say_window(s, n);
        break;
    case NODE_SILENT:
        say_match(s, &n->match, VOICE_DID_NOT);
        put(s, " ", " for ");
        say_window(s, n);
        break;
    case NODE_ANSWERED:
        put(s, "На ", "Answered ");
        say_match(s, &n->match, VOICE_NAME);
        put(s, " ответил (", " (");
        say_match(s, &n->reply, VOICE_NAME);
        put(s, ") за ", ") within ");
        say_window(s, n);
        break;
    default:
        say_match(s, &n->match, VOICE_DID);
    }
}

static void say_node(struct say *s, uint32_t at, bool inside)
{
    const struct cond_node *n = &s->p->nodes[at];

    if (n->kind == NODE_ALL || n->kind == NODE_ANY) {
        say_list(s, n, at, inside);
    } else if (n->kind == NODE_NOT) {
        put(s, "Неверно, что: ", "Not: ");
        say_node(s, at + 1, true);
    } else {
        say_leaf(s, n);
    }
}

/* What of the tree rests on this fact alone and is true of the value, told; the rest is left out. */
static void say_pure(struct say *s, const struct cond_pure *pure, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!pure[i].holds)
            continue;
        if (s->out->len)
            put(s, " и ", " and ");
        say_node(s, pure[i].node, count > 1);
    }
}

struct str cond_fact_words(const struct cond *p, struct str fact, const struct json *value, enum lang lang,
                           struct arena *a)
{
    struct buf out = buf_new(a, EXPLAIN_MAX);
    struct say s = {.out = &out, .lang = lang, .p = p};
    struct cond_pure *pure = ARENA_ARRAY(a, struct cond_pure, p->count + 1);

    say_pure(&s, pure, cond_pure_list(p, fact, value, pure, a));
    return buf_str(&out);
}

struct str cond_fact_name(struct str fact, enum lang lang, struct arena *a)
{
    struct buf out = buf_new(a, EXPLAIN_MAX);
    struct say s = {.out = &out, .lang = lang};

    say_fact_name(&s, fact);
    return buf_str(&out);
}

struct str cond_event_words(const struct cond *p, const struct past_event *e, enum lang lang, struct arena *a)
{
    struct buf out = buf_new(a, EXPLAIN_MAX);
    struct say s = {.out = &out, .lang = lang, .p = p};

    for (uint32_t i = 0; i < p->leaf_count && out.len == 0; i++) {
        const struct cond_node *n = &p->nodes[p->leaf_nodes[i]];
        if (n->kind < NODE_EVENT)
            continue;
        if (cond_match_holds(&n->match, e, a))
            say_match(&s, &n->match, VOICE_DID);
        else if (n->kind == NODE_ANSWERED && cond_match_holds(&n->reply, e, a))
            say_match(&s, &n->reply, VOICE_DID);
    }
    return buf_str(&out);
}

struct str cond_explain(const struct cond *p, enum lang lang, struct arena *a)
{
    struct buf out = buf_new(a, EXPLAIN_MAX);
    struct say s = {.out = &out, .lang = lang, .p = p};

    say_node(&s, 0, false);
    return buf_str(&out);
}

struct str cond_explain_node(const struct cond *p, uint32_t at, bool negated, enum lang lang, struct arena *a)
{
    struct buf out = buf_new(a, EXPLAIN_MAX);
    struct say s = {.out = &out, .lang = lang, .p = p};

    if (negated)
        put(&s, "не ", "not ");
    say_node(&s, at, true);
    return buf_str(&out);
}
