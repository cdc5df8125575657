/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Conditions: the cases of tests/cond, the places of faults, the sentences.
 *
 * A .case file holds three lines a case, with a blank line behind and `#` comments between:
 *   the condition          JSON
 *   the history            steps with `;` between, each begun by its day (or 3d4h, 5m): `1d event Demo Requested {"n":1}`,
 *                          `2d page /pricing`, `1d facts {"title":"CEO"}`, `2d unverified facts {..}`, `2d deed Call`, `3d identify`,
 *                          `4d bot A`; `at 7d` is the instant asked for; a lead is born at 0d
 *   what is expected       `holds since 3d`, `holds since 3d until 10d`, `no`, `no until 5d`
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cond/cond.h"
#include "cond/op.h"

enum { ITEMS_MAX = 64 };
static const instant start = (instant)1700000000 * SECOND_US;

struct scene {
    struct ctx *c;
    struct past_event events[ITEMS_MAX];
    struct past_profile profiles[ITEMS_MAX];
    struct history h;
    instant at;
};

/* "3d4h", "90m", "10s" */
static bool span_parse(struct str s, int64_t *span)
{
    int64_t sum = 0, number = 0;
    bool any = false;

    for (size_t i = 0; i < s.len; i++) {
        char ch = s.ptr[i];
        int64_t unit = ch == 'd'   ? DAY_US
                       : ch == 'h' ? HOUR_US
                       : ch == 'm' ? MINUTE_US
                       : ch == 's' ? SECOND_US
                       : ch == 'u' ? 1
                                   : 0;
        if (ch >= '0' && ch <= '9') {
            number = number * 10 + (ch - '0');
        } else if (unit) {
            sum += number * unit, number = 0, any = true;
        } else {
            return false;
        }
    }
    *span = sum;
    return any;
}

static bool word_take(struct str *rest, struct str *word)
{
    *rest = str_trim(*rest);
    ptrdiff_t space = str_find_char(*rest, ' ');
    *word = space < 0 ? *rest : str_sub(*rest, 0, (size_t)space);
    *rest = str_sub(*rest, word->len, rest->len);
    return word->len > 0;
}

static const struct json *json_of(struct ctx *c, struct str text)
{
    struct json *v;
    assert_int_equal(json_read(c, text, &v), ERR_NONE);
    return v;
}

static void facts_add(struct scene *s, instant at, bool unverified, struct str json)
{
    s->profiles[s->h.profile_count++] = (struct past_profile){.at = at,
                                                              .tie = s->h.profile_count,
                                                              .unverified = unverified,
                                                              .patch = json_of(s->c, json)};
}

static void event_add(struct scene *s, instant at, bool unverified, struct str kind,
                      struct str rest)
{
    ptrdiff_t brace = str_find_char(rest, '{');
    struct str name = str_trim(brace < 0 ? rest : str_sub(rest, 0, (size_t)brace));
    struct past_event e = {
        .at = at, .tie = s->h.event_count, .unverified = unverified, .name = name};

    e.kind = str_eq(kind, STR("page"))       ? EVENT_PAGE
             : str_eq(kind, STR("deed"))     ? EVENT_DEED
             : str_eq(kind, STR("identify")) ? EVENT_IDENTIFY
             : str_eq(kind, STR("alias"))    ? EVENT_ALIAS
                                             : EVENT_TRACK;
    e.bot = str_eq(kind, STR("bot"));
    e.path = e.kind == EVENT_PAGE ? name : STR_NULL;
    if (brace >= 0)
        e.body = json_of(s->c, str_print(s->c->arena, "{\"properties\":" STR_FMT "}",
                                         STR_ARG(str_sub(rest, (size_t)brace, rest.len))));
    s->events[s->h.event_count++] = e;
}

static bool step_parse(struct scene *s, struct str step)
{
    struct str when, word;
    int64_t span;
    bool unverified = false;

    if (!word_take(&step, &when))
        return true;
    if (str_eq(when, STR("at"))) {
        if (!word_take(&step, &word) || !span_parse(word, &span))
            return false;
        s->at = start + span;
        return true;
    }
    if (!span_parse(when, &span) || !word_take(&step, &word))
        return false;
    if (str_eq(word, STR("unverified")) && (unverified = true) && !word_take(&step, &word))
        return false;
    step = str_trim(step);
    if (str_eq(word, STR("facts")))
        facts_add(s, start + span, unverified, step);
    else
        event_add(s, start + span, unverified, word, step);
    return true;
}

static struct str day_print(instant at, struct arena *a)
{
    int64_t span = at - start;
    struct buf b = buf_new(a, 100);
    static const struct {
        int64_t us;
        char ch;
    } units[] = {{DAY_US, 'd'}, {HOUR_US, 'h'}, {MINUTE_US, 'm'}, {SECOND_US, 's'}, {1, 'u'}};

    for (size_t i = 0; i < countof(units); i++) {
        if (span / units[i].us)
            buf_print(&b, "%lld%c", (long long)(span / units[i].us), units[i].ch);
        span %= units[i].us;
    }
    return b.len ? buf_str(&b) : STR("0d");
}

static struct str answer_print(struct cond_answer x, struct arena *a)
{
    struct buf b = buf_new(a, 200);

    buf_print(&b, x.holds ? "holds since " STR_FMT : "no",
              STR_ARG(x.holds ? day_print(x.since, a) : STR("")));
    if (x.until != INSTANT_NEVER)
        buf_print(&b, " until " STR_FMT, STR_ARG(day_print(x.until, a)));
    return buf_str(&b);
}

/* false, and says why, when the case fails. */
static bool case_run(const char *file, int line, struct str condition, struct str history,
                     struct str want)
{
    struct ctx c = {.arena = arena_new(0)};
    struct scene s = {.c = &c, .at = start};
    struct cond *p = NULL;
    struct str step, got = STR("the condition is refused");
    bool good = true;

    s.h = (struct history){.born = start, .events = s.events, .profiles = s.profiles};
    while (good && str_next(&history, ';', &step))
        good = step_parse(&s, step);
    if (!good)
        got = STR("the history cannot be read");
    else if (cond_compile(&c, json_of(&c, condition), STR(""), c.arena, &p) == ERR_NONE)
        got = answer_print(cond_at(p, &s.h, s.at, c.arena), c.arena);
    good = good && str_eq(got, want);
    if (!good)
        print_error("%s:%d: " STR_FMT "\n  want " STR_FMT "\n  got  " STR_FMT " %s\n", file, line,
                    STR_ARG(condition), STR_ARG(want), STR_ARG(got),
                    c.fault.count ? c.fault.items[0].note : "");
    cond_free(p);
    arena_free(c.arena);
    return good;
}

static int file_run(const char *path, int *cases)
{
    char text[3][4096];
    int line = 0, have = 0, bad = 0;
    FILE *f = fopen(path, "r");

    assert_non_null(f);
    while (fgets(text[have], sizeof text[have], f)) {
        struct str s = str_trim(str_of(text[have]));
        line++;
        if (s.len == 0 || s.ptr[0] == '#')
            continue;
        if (++have < 3)
            continue;
        have = 0;
        ++*cases;
        bad += !case_run(path, line, str_trim(str_of(text[0])), str_trim(str_of(text[1])), s);
    }
    fclose(f);
    if (have)
        print_error("%s: the last case has %d lines of three\n", path, have);
    return bad + have;
}

static bool covers(const char *file, const char *op)
{
    static const struct {
        const char *op, *file;
    } names[] = {
        {">=", "at_least.case"},
        {"<=", "at_most.case"},
        {">", "more.case"},
        {"<", "less.case"},
    };
    char own[64];

    for (size_t i = 0; i < countof(names); i++)
        if (strcmp(names[i].op, op) == 0)
            return strcmp(file, names[i].file) == 0;
    snprintf(own, sizeof own, "%s.case", op);
    return strcmp(file, own) == 0;
}

/* Each operator has its file, and every case in every file holds. */
static void cases_hold(void **state)
{
    DIR *dir = opendir("tests/cond");
    struct dirent *entry;
    size_t ops;
    const struct op *list = op_list(&ops);
    bool seen[64] = {false};
    int cases = 0, bad = 0;
    char path[512];

    (void)state;
    assert_non_null(dir);
    while ((entry = readdir(dir))) {
        if (!str_ends(str_of(entry->d_name), STR(".case")))
            continue;
        snprintf(path, sizeof path, "tests/cond/%s", entry->d_name);
        bad += file_run(path, &cases);
        for (size_t i = 0; i < ops; i++)
            seen[i] = seen[i] || covers(entry->d_name, list[i].word);
    }
    closedir(dir);
    for (size_t i = 0; i < ops; i++)
        if (!seen[i]) {
            print_error("the operator %s has no file of cases\n", list[i].word);
            bad++;
        }
    assert_int_equal(bad, 0);
    assert_true(cases > 80);
}

static void faults_name_their_place(void **state)
{
    static const struct {
        const char *text, *place;
        enum err code;
    } rows[] = {
        {"1", "/w", ERR_BAD_FIELD},
        {"{}", "/w", ERR_BAD_FIELD},
        {"{\"fact\":\"t\",\"op\":\"likes\",\"value\":1}", "/w/op", ERR_BAD_FIELD},
        {"{\"fact\":\"t\",\"value\":1}", "/w/op", ERR_MISSING},
        {"{\"fact\":\"t\",\"op\":\"has\"}", "/w/value", ERR_MISSING},
        {"{\"fact\":\"\",\"op\":\"exists\"}", "/w/fact", ERR_BAD_FIELD},
        {"{\"fact\":\"t\",\"op\":\"exists\",\"value\":1}", "/w/value", ERR_UNKNOWN_FIELD},
        {"{\"fact\":\"t\",\"op\":\">=\",\"value\":\"много\"}", "/w/value", ERR_BAD_FIELD},
        {"{\"fact\":\"t\",\"op\":\"between\",\"value\":[5,1]}", "/w/value", ERR_BAD_FIELD},
        {"{\"fact\":\"t\",\"op\":\"between\",\"value\":[5]}", "/w/value", ERR_BAD_FIELD},
        {"{\"fact\":\"t\",\"op\":\"in\",\"value\":[]}", "/w/value", ERR_BAD_FIELD},
        {"{\"fact\":\"t\",\"op\":\"in\",\"value\":[\"a\",{}]}", "/w/value/1", ERR_BAD_FIELD},
        {"{\"fact\":\"t\",\"op\":\"matches\",\"value\":\"(\"}", "/w/value", ERR_BAD_FIELD},
        {"{\"fact\":\"t\",\"op\":\"eq\",\"value\":1,\"days\":3}", "/w/days", ERR_UNKNOWN_FIELD},
        {"{\"all\":[]}", "/w/all", ERR_BAD_FIELD},
        {"{\"all\":[{\"event\":\"A\"},{\"not\":{\"fact\":1,\"op\":\"exists\"}}]}",
         "/w/all/1/not/fact", ERR_BAD_FIELD},
        {"{\"event\":[]}", "/w/event", ERR_BAD_FIELD},
        {"{\"event\":\"A\",\"where\":[{\"prop\":\"x\",\"op\":\"eq\"}]}", "/w/where/0/value",
         ERR_MISSING},
        {"{\"page\":\"pricing\"}", "/w/page", ERR_BAD_FIELD},
        {"{\"count\":{\"event\":\"A\"},\"op\":\">=\",\"value\":3}", "/w/days", ERR_MISSING},
        {"{\"count\":{\"event\":\"A\"},\"op\":\"has\",\"value\":\"3\",\"days\":1}", "/w/op",
         ERR_BAD_FIELD},
        {"{\"count\":{\"event\":\"A\"},\"op\":\">=\",\"value\":2.5,\"days\":1}", "/w/value",
         ERR_OUT_OF_RANGE},
        {"{\"count\":{\"event\":\"A\"},\"op\":\"<\",\"value\":0,\"days\":1}", "/w/value",
         ERR_BAD_FIELD},
        {"{\"within\":{\"event\":\"A\"},\"days\":0}", "/w/days", ERR_BAD_FIELD},
        {"{\"within\":{\"event\":\"A\"},\"days\":1,\"hours\":1}", "/w/hours", ERR_BAD_FIELD},
        {"{\"silent\":{},\"days\":4000}", "/w/days", ERR_OUT_OF_RANGE},
        {"{\"answered\":{\"ask\":{\"event\":\"A\"}},\"hours\":1}", "/w/answered/reply",
         ERR_MISSING},
        {"{\"not\":{\"event\":\"A\"}}", "/w", ERR_BAD_FIELD},
        {"{\"all\":[{\"event\":\"A\"},{\"event\":\"B\"}]}", "/w/all/1", ERR_BAD_FIELD},
        {"{\"all\":[{\"event\":\"A\"},{\"page\":\"/x\"}]}", "/w/all/1", ERR_BAD_FIELD},
        {"{\"any\":[{\"all\":[{\"fact\":\"n\",\"op\":\">\",\"value\":5},{\"fact\":\"n\",\"op\":\"<="
         "\",\"value\":5}]}]}",
         "/w/any/0/all/1", ERR_BAD_FIELD},
        {"{\"all\":[{\"fact\":\"city\",\"op\":\"eq\",\"value\":\"a\"},{\"fact\":\"city\",\"op\":"
         "\"eq\",\"value\":\"b\"}]}",
         "/w/all/1", ERR_BAD_FIELD},
        {"{\"all\":[{\"fact\":\"x\",\"op\":\"empty\"},{\"fact\":\"x\",\"op\":\"has\",\"value\":"
         "\"b\"}]}",
         "/w/all/1", ERR_BAD_FIELD},
    };

    (void)state;
    for (size_t i = 0; i < countof(rows); i++) {
        struct ctx c = {.arena = arena_new(0)};
        struct cond *p;
        enum err e = cond_compile(&c, json_of(&c, str_of(rows[i].text)), STR("/w"), c.arena, &p);
        if (e != rows[i].code || strcmp(c.fault.items[0].field, rows[i].place) != 0) {
            print_error("%s: %s at %s (%s)\n", rows[i].text, err_slug(e), c.fault.items[0].field,
                        c.fault.items[0].note);
            fail();
        }
        arena_free(c.arena);
    }
}

static void all_faults_are_told_at_once_and_sizes_are_bounded(void **state)
{
    struct ctx c = {.arena = arena_new(0)};
    struct cond *p;
    struct buf b = buf_new(c.arena, 1 << 20);
    struct str text = STR(
        "{\"all\":[{\"fact\":\"a\",\"op\":\"?\"},{\"event\":3},{\"within\":{},\"days\":\"x\"}]}");

    (void)state;
    assert_int_equal(cond_compile(&c, json_of(&c, text), STR(""), c.arena, &p), ERR_BAD_FIELD);
    assert_int_equal(c.fault.count, 3);
    fault_clear(&c);
    buf_print(&b, "{\"any\":[");
    for (int i = 0; i < 300; i++)
        buf_print(&b, "%s{\"event\":\"A\"}", i ? "," : "");
    buf_print(&b, "]}");
    assert_int_equal(cond_compile(&c, json_of(&c, buf_str(&b)), STR(""), c.arena, &p),
                     ERR_TOO_LARGE);
    assert_int_equal(c.fault.count, 1);
    fault_clear(&c);
    b = buf_new(c.arena, 1 << 20);
    for (int i = 0; i < 30; i++)
        buf_print(&b, "{\"not\":");
    buf_print(&b, "{\"event\":\"A\"}");
    for (int i = 0; i < 30; i++)
        buf_char(&b, '}');
    assert_int_equal(cond_compile(&c, json_of(&c, buf_str(&b)), STR(""), c.arena, &p),
                     ERR_TOO_LARGE);
    arena_free(c.arena);
}

static void sentences_read_as_people_speak(void **state)
{
    static const struct {
        const char *text, *ru, *en;
    } rows[] = {
        {"{\"fact\":\"title\",\"op\":\"has\",\"value\":\"директор\"}",
         "Должность содержит «директор»", "Title contains “директор”"},
        {"{\"any\":[{\"fact\":\"title\",\"op\":\"has\",\"value\":\"CEO\"},{\"fact\":\"title\",\"op\":\"has\",\"value\":"
         "\"owner\"},{\"fact\":\"title\",\"op\":\"has\",\"value\":\"founder\"}]}",
         "Должность содержит «CEO», «owner» или «founder»", "Title contains “CEO”, “owner” or “founder”"},
        {"{\"all\":[{\"any\":[{\"fact\":\"city\",\"op\":\"eq\",\"value\":\"A\"},{\"fact\":\"city\",\"op\":\"eq\",\"value\":\"B\"}]},"
         "{\"any\":[{\"fact\":\"city\",\"op\":\"eq\",\"value\":\"A\"},{\"fact\":\"region\",\"op\":\"eq\",\"value\":\"B\"}]}]}",
         "Город: «A» или «B» и (Город: «A» или Регион: «B»)", "City is “A” or “B” and (City is “A” or Region is “B”)"},
        {"{\"fact\":\"employees\",\"op\":\"between\",\"value\":[10,50]}", "Сотрудников от 10 до 50",
         "Employees is from 10 to 50"},
        {"{\"fact\":\"time_on_site\",\"op\":\">\",\"value\":925.5}", "«time on site» больше 925,5", "“time on site” is more than 925.5"},
        {"{\"event\":[\"A\",\"B\"]}", "Событие «A» или «B»", "Event “A” or “B”"},
        {"{\"page\":\"/pricing*\"}", "Открыл страницу /pricing*", "Opened the page /pricing*"},
        {"{\"count\":{\"page\":\"/pricing\"},\"op\":\"eq\",\"value\":3,\"days\":7}",
         "Открыл страницу /pricing 3 раза за 7 дней", "Opened the page /pricing 3 times in 7 days"},
        {"{\"count\":{\"page\":\"/p\"},\"op\":\">=\",\"value\":1,\"hours\":21}",
         "Открыл страницу /p не меньше 1 раза за 21 час",
         "Opened the page /p at least 1 time in 21 hours"},
        {"{\"within\":{\"event\":\"A\"},\"days\":2}", "Событие «A» за последние 2 дня",
         "Event “A” in the last 2 days"},
        {"{\"silent\":{},\"days\":30}", "Ничего не делал 30 дней", "Did nothing for 30 days"},
        {"{\"silent\":{\"page\":\"/p\"},\"minutes\":1}", "Не открывал страницу /p 1 минуту",
         "Has not opened the page /p for 1 minute"},
        {"{\"answered\":{\"ask\":{\"event\":\"Q\"},\"reply\":{\"event\":\"R\"}},\"minutes\":60}",
         "На «Q» ответил («R») за 60 минут", "Answered “Q” (“R”) within 60 minutes"},
        {"{\"any\":[{\"all\":[{\"event\":\"A\"},{\"fact\":\"city\",\"op\":\"exists\"}]},{\"event\":"
         "\"B\"}]}",
         "(Событие «A» и Город: указано) или Событие «B»",
         "(Event “A” and City is filled) or Event “B”"},
        {"{\"not\":{\"fact\":\"email.free\",\"op\":\"eq\",\"value\":true}}",
         "Неверно, что: Бесплатная почта: да", "Not: Free e-mail is yes"},
        {"{\"event\":\"A\",\"where\":[{\"prop\":\"plan\",\"op\":\"eq\",\"value\":\"pro\"}]}",
         "Событие «A» (plan: «pro»)", "Event “A” (plan is “pro”)"},
    };

    (void)state;
    for (size_t i = 0; i < countof(rows); i++) {
        struct ctx c = {.arena = arena_new(0)};
        struct cond *p;
        assert_int_equal(cond_compile(&c, json_of(&c, str_of(rows[i].text)), STR(""), c.arena, &p),
                         ERR_NONE);
        assert_string_equal(str_cz(c.arena, cond_explain(p, LANG_RU, c.arena)), rows[i].ru);
        assert_string_equal(str_cz(c.arena, cond_explain(p, LANG_EN, c.arena)), rows[i].en);
        cond_free(p);
        arena_free(c.arena);
    }
}

static void facts_alone_decide_without_a_history(void **state)
{
    struct ctx c = {.arena = arena_new(0)};
    struct cond *p;

    (void)state;
    assert_int_equal(
        cond_compile(
            &c,
            json_of(&c, STR("{\"all\":[{\"fact\":\"city\",\"op\":\"eq\",\"value\":\"Казань\"},"
                            "{\"not\":{\"within\":{},\"days\":1}}]}")),
            STR(""), c.arena, &p),
        ERR_NONE);
    assert_true(cond_holds_facts(p, json_of(&c, STR("{\"city\":\"КАЗАНЬ\"}")), start, c.arena));
    assert_false(cond_holds_facts(p, json_of(&c, STR("{\"city\":\"Пермь\"}")), start, c.arena));
    assert_false(cond_holds_facts(p, NULL, start, c.arena));
    cond_free(p);
    arena_free(c.arena);
}

/* A pattern that backtracks for ever is one that does not match. */
static void a_runaway_pattern_stops(void **state)
{
    struct ctx c = {.arena = arena_new(0)};
    struct cond *p;
    struct str facts =
        STR("{\"title\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\"}");

    (void)state;
    assert_int_equal(
        cond_compile(
            &c, json_of(&c, STR("{\"fact\":\"title\",\"op\":\"matches\",\"value\":\"^(a+)+$\"}")),
            STR(""), c.arena, &p),
        ERR_NONE);
    assert_false(cond_holds_facts(p, json_of(&c, facts), start, c.arena));
    cond_free(p);
    arena_free(c.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_hold),
        cmocka_unit_test(faults_name_their_place),
        cmocka_unit_test(all_faults_are_told_at_once_and_sizes_are_bounded),
        cmocka_unit_test(sentences_read_as_people_speak),
        cmocka_unit_test(facts_alone_decide_without_a_history),
        cmocka_unit_test(a_runaway_pattern_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
