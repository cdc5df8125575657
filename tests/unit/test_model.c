/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Models: what is refused and where, what is printed back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "score/model.h"
#include "score/starters.h"

#define GROUPS "\"groups\":[{\"name\":\"g\",\"ceiling\":50}]"
#define WHEN   "\"group\":\"g\",\"points\":5,\"when\":{\"event\":\"A\"}"

static void faults_name_their_place(void **state)
{
    static const struct {
        const char *text, *place;
        enum err code;
    } rows[] = {
        {"[]", "", ERR_BAD_FIELD},
        {"{}", "/groups", ERR_MISSING},
        {"{" GROUPS ",\"hots\":1}", "/hots", ERR_UNKNOWN_FIELD},
        {"{" GROUPS ",\"warm\":71}", "/warm", ERR_BAD_FIELD},
        {"{" GROUPS ",\"hot\":101}", "/hot", ERR_BAD_FIELD},
        {"{" GROUPS ",\"floor\":100}", "/floor", ERR_BAD_FIELD},
        {"{" GROUPS ",\"ceiling\":\"100\"}", "/ceiling", ERR_BAD_FIELD},
        {"{" GROUPS ",\"hysteresis\":-1}", "/hysteresis", ERR_OUT_OF_RANGE},
        {"{\"groups\":[{\"name\":\"g\"},{\"name\":\"g\"}]}", "/groups/1/name", ERR_TWICE},
        {"{\"groups\":[{\"name\":\"Группа\"}]}", "/groups/0/name", ERR_BAD_FIELD},
        {"{\"groups\":[{\"name\":\"g\",\"floor\":5,\"ceiling\":1}]}", "/groups/0/floor",
         ERR_BAD_FIELD},
        {"{" GROUPS ",\"criteria\":[{" WHEN "}]}", "/criteria/0/id", ERR_MISSING},
        {"{" GROUPS ",\"criteria\":[{\"id\":\"a\"," WHEN "},{\"id\":\"a\"," WHEN "}]}",
         "/criteria/1/id", ERR_TWICE},
        {"{" GROUPS
         ",\"criteria\":[{\"id\":\"a\",\"group\":\"x\",\"points\":5,\"when\":{\"event\":\"A\"}}]}",
         "/criteria/0/group", ERR_BAD_FIELD},
        {"{" GROUPS ",\"criteria\":[{\"id\":\"a\",\"group\":\"g\",\"points\":5}]}",
         "/criteria/0/when", ERR_MISSING},
        {"{" GROUPS ",\"criteria\":[{\"id\":\"a\",\"group\":\"g\",\"when\":{\"event\":\"A\"}}]}",
         "/criteria/0/points", ERR_MISSING},
        {"{" GROUPS ",\"criteria\":[{\"id\":\"a\",\"group\":\"g\",\"points\":1.5,\"when\":{"
                    "\"event\":\"A\"}}]}",
         "/criteria/0/points", ERR_BAD_FIELD},
        {"{" GROUPS ",\"criteria\":[{\"id\":\"a\",\"group\":\"g\",\"points\":1001,\"when\":{"
                    "\"event\":\"A\"}}]}",
         "/criteria/0/points", ERR_OUT_OF_RANGE},
        {"{" GROUPS ",\"criteria\":[{\"id\":\"a\",\"group\":\"g\",\"points\":1,\"when\":{\"all\":[{"
                    "\"event\":\"A\"},{\"fact\":\"x\",\"op\":\"hass\"}]}}]}",
         "/criteria/0/when/all/1/op", ERR_BAD_FIELD},
        {"{" GROUPS ",\"criteria\":[{\"id\":\"a\"," WHEN ",\"max_times\":0}]}",
         "/criteria/0/max_times", ERR_OUT_OF_RANGE},
        {"{" GROUPS ",\"criteria\":[{\"id\":\"a\"," WHEN ",\"max_points\":-1}]}",
         "/criteria/0/max_points", ERR_OUT_OF_RANGE},
        {"{" GROUPS ",\"criteria\":[{\"id\":\"a\"," WHEN ",\"enabled\":1}]}", "/criteria/0/enabled",
         ERR_BAD_FIELD},
        {"{" GROUPS ",\"criteria\":[{\"id\":\"a\"," WHEN ",\"enabled\":255}]}", "/criteria/0/enabled",
         ERR_BAD_FIELD},
        {"{" GROUPS ",\"criteria\":[{\"id\":\"a\"," WHEN ",\"title\":\"x\"}]}", "/criteria/0/title",
         ERR_BAD_FIELD},
        {"{" GROUPS ",\"icp\":{\"conditions\":[{\"title\":{\"ru\":5},\"when\":{\"fact\":\"x\",\"op\":\"exists\"}}]}}",
         "/icp/conditions/0/title/ru", ERR_BAD_FIELD},
        {"{" GROUPS ",\"company\":null,\"company_rule\":1}", "/company_rule", ERR_UNKNOWN_FIELD},
        {"{" GROUPS ",\"company\":{\"rule\":\"max\",\"cap\":null,\"top\":3}}", "/company/top", ERR_UNKNOWN_FIELD},
        {"{" GROUPS ",\"criteria\":[{\"id\":\"a\"," WHEN ",\"ageing\":{\"kind\":\"rot\"}}]}",
         "/criteria/0/ageing/kind", ERR_BAD_FIELD},
        {"{" GROUPS ",\"criteria\":[{\"id\":\"a\"," WHEN ",\"ageing\":{\"kind\":\"half_life\"}}]}",
         "/criteria/0/ageing/days", ERR_MISSING},
        {"{" GROUPS ",\"criteria\":[{\"id\":\"a\"," WHEN
         ",\"ageing\":{\"kind\":\"linear\",\"days\":1}}]}",
         "/criteria/0/ageing/percent", ERR_MISSING},
        {"{" GROUPS ",\"criteria\":[{\"id\":\"a\"," WHEN
         ",\"ageing\":{\"kind\":\"expire\",\"days\":1,\"percent\":5}}]}",
         "/criteria/0/ageing/percent", ERR_UNKNOWN_FIELD},
        {"{" GROUPS ",\"gates\":[{\"band\":\"cold\",\"group\":\"g\",\"min\":1}]}", "/gates/0/band",
         ERR_BAD_FIELD},
        {"{" GROUPS ",\"gates\":[{\"band\":\"hot\",\"group\":\"g\",\"min\":51}]}", "/gates/0/min",
         ERR_BAD_FIELD},
        {"{" GROUPS
         ",\"gates\":[{\"band\":\"hot\",\"group\":\"g\",\"min\":1,\"when\":{\"event\":\"A\"}}]}",
         "/gates/0", ERR_BAD_FIELD},
        {"{" GROUPS ",\"gates\":[{\"band\":\"hot\",\"group\":\"g\"}]}", "/gates/0/min",
         ERR_MISSING},
    };

    (void)state;
    for (size_t i = 0; i < countof(rows); i++) {
        struct ctx c = {.arena = arena_new(0)};
        struct model *m;
        enum err e = score_model_parse(&c, str_of(rows[i].text), &m);
        if (e != rows[i].code || strcmp(c.fault.items[0].field, rows[i].place) != 0) {
            print_error("%s: %s at %s (%s)\n", rows[i].text, err_slug(e), c.fault.items[0].field,
                        c.fault.items[0].note);
            fail();
        }
        arena_free(c.arena);
    }
}

static void every_fault_is_told(void **state)
{
    struct ctx c = {.arena = arena_new(0)};
    struct model *m;

    (void)state;
    assert_int_not_equal(
        score_model_parse(&c,
                          STR("{" GROUPS ",\"x\":1,\"hot\":-5,\"criteria\":[{\"id\":\"A\","
                                         "\"group\":\"q\",\"points\":\"5\",\"when\":{}}]}"),
                          &m),
        ERR_NONE);
    assert_int_equal(c.fault.count, 6);
    arena_free(c.arena);
}

static void the_starter_model_is_taken_and_reads_back(void **state)
{
    struct ctx c = {.arena = arena_new(0)};
    struct model *m, *again;

    (void)state;
    assert_int_equal(score_trade_read(&c, SCORE_TRADE_FIRST, LANG_RU, &m), ERR_NONE);
    struct str text = score_model_print(m, c.arena);
    assert_int_equal(score_model_parse(&c, text, &again), ERR_NONE);
    assert_true(str_eq(text, score_model_print(again, c.arena)));
    for (size_t i = 0; i < m->criterion_count; i++)
        assert_true(m->criteria[i].title_ru.len && m->criteria[i].title_en.len);
    assert_int_equal(m->warm, 31 * FIX_ONE);
    assert_int_equal(m->hot, 71 * FIX_ONE);
    assert_true(score_criterion_find(m, STR("demo")) >= 0 &&
                score_criterion_find(m, STR("none")) < 0);
    score_model_drop(score_model_hold(m));
    score_model_drop(m);
    score_model_drop(again);
    arena_free(c.arena);
}

/* Short values cost a hundred times their bytes once they are compiled. */
static void a_model_is_refused_before_it_fills_its_memory(void **state)
{
    struct ctx c = {.arena = arena_new(0)};

    (void)state;
    for (int criteria = 12; criteria < 30; criteria += 8) {
        struct buf b = buf_new(c.arena, 8 << 20);
        struct model *m = NULL;

        buf_print(&b, "{" GROUPS ",\"criteria\":[");
        for (int i = 0; i < criteria; i++) {
            buf_print(&b, "%s{\"id\":\"c%d\",\"group\":\"g\",\"points\":5,\"when\":{\"any\":[", i ? "," : "", i);
            for (int k = 0; k < 190; k++) {
                buf_print(&b, "%s{\"fact\":\"f\",\"op\":\"in\",\"value\":[1", k ? "," : "");
                for (int v = 1; v < 199; v++)
                    buf_add(&b, STR(",1"));
                buf_add(&b, STR("]}"));
            }
            buf_add(&b, STR("]}}"));
        }
        buf_add(&b, STR("]}"));
        assert_int_equal(b.len > LIMIT_MODEL_BYTES ? ERR_TOO_LARGE : ERR_NONE, score_model_parse(&c, buf_str(&b), &m));
        score_model_drop(m);
        arena_reset(c.arena);
        fault_clear(&c);
    }
    arena_free(c.arena);
}

static void a_model_may_listen_to_as_many_names_as_it_holds(void **state)
{
    struct ctx c = {.arena = arena_new(0)};
    struct buf b = buf_new(c.arena, LIMIT_MODEL_BYTES);
    struct model *m;
    bool body;

    (void)state;
    buf_print(&b, "{" GROUPS ",\"criteria\":[");
    for (int i = 0; i < LIMIT_CRITERIA; i++) {
        buf_print(&b, "%s{\"id\":\"c%d\",\"group\":\"g\",\"points\":5,\"when\":{\"any\":[", i ? "," : "", i);
        for (int k = 0; k < 4; k++) {
            buf_print(&b, "%s{\"event\":[\"", k ? "," : "");
            for (int n = 0; n < 50; n++)
                buf_print(&b, "%s%05x", n ? "\",\"" : "", (i * 4 + k) * 50 + n);
            buf_add(&b, STR("\"]}"));
        }
        buf_add(&b, STR("]}}"));
    }
    buf_add(&b, STR("]}"));
    assert_false(b.full);
    assert_int_equal(ERR_NONE, score_model_parse(&c, buf_str(&b), &m));
    assert_true(score_listens_event(m, EVENT_TRACK, STR("00000"), &body) && score_listens_event(m, EVENT_TRACK, STR("1869f"), &body));
    assert_false(score_listens_event(m, EVENT_TRACK, STR("186a0"), &body));
    score_model_drop(m);
    arena_free(c.arena);
}

struct patterned {
    const char *head, *pattern, *tail; /* of one test */
    int criteria, n;                   /* n tests in each, any of which is enough */
    bool icp;                          /* and in a condition of the ideal customer */
    const char *place;                 /* of the fault; NULL: it is taken */
};

static void put_patterns(struct buf *b, const struct patterned *x)
{
    buf_print(b, "{\"any\":[");
    for (int i = 0; i < x->n; i++)
        buf_print(b, "%s%s%s%s", i ? "," : "", x->head, x->pattern, x->tail);
    buf_print(b, "]}");
}

static struct str patterned_body(const struct patterned *x, struct arena *a)
{
    struct buf b = buf_new(a, 4 * LIMIT_MODEL_BYTES);

    buf_print(&b, "{" GROUPS ",\"criteria\":[");
    for (int i = 0; i < x->criteria; i++) {
        buf_print(&b, "%s{\"id\":\"c%d\",\"group\":\"g\",\"points\":1,\"when\":", i ? "," : "", i);
        put_patterns(&b, x);
        buf_print(&b, "}");
    }
    buf_print(&b, "]");
    if (x->icp) {
        buf_print(&b, ",\"icp\":{\"conditions\":[{\"when\":");
        put_patterns(&b, x);
        buf_print(&b, "}]}");
    }
    buf_print(&b, "}");
    return buf_str(&b);
}

#define FACT  "{\"fact\":\"a\",\"op\":\"matches\",\"value\":\""
#define EVENT "{\"event\":\"A\",\"where\":[{\"prop\":\"a\",\"op\":\"matches\",\"value\":\""
#define NEST  "((((a{1,60}){60}){60}))" /* 51 KB */
#define DENSE "[а-я][а-я][а-я][а-я][а-я][а-я][а-я][а-я][а-я][а-я][а-я][а-я][а-я][а-я]"

/* Compiled, a repeat of repeats takes thousands of times its bytes: a model of 1 MiB would hold 900 MB. */
static void patterns_take_no_more_than_a_model_may(void **state)
{
    static const struct patterned rows[] = {
        {FACT, NEST, "\"}", 1, 190, false, NULL},
        {FACT, NEST, "\"}", 3, 190, false, "/criteria/1/when"},
        {FACT, NEST, "\"}", 1, 190, true, "/icp/conditions/0/when"},
        {EVENT, NEST, "\"}]}", 8, 60, false, "/criteria/5/when"},
        {FACT, DENSE DENSE, "\"}", 22, 190, false, NULL}, /* 1 MB of the dearest that repeats nothing */
    };

    (void)state;
    for (size_t i = 0; i < countof(rows); i++) {
        struct ctx c = {.arena = arena_new(0)};
        struct model *m = NULL;

        assert_int_equal(score_model_parse(&c, patterned_body(&rows[i], c.arena), &m), rows[i].place ? ERR_TOO_LARGE : ERR_NONE);
        assert_int_equal(c.fault.count, rows[i].place ? 1 : 0);
        assert_string_equal(rows[i].place ? c.fault.items[0].field : "", rows[i].place ? rows[i].place : "");
        score_model_drop(m);
        arena_free(c.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_name_their_place),
        cmocka_unit_test(every_fault_is_told),
        cmocka_unit_test(patterns_take_no_more_than_a_model_may),
        cmocka_unit_test(the_starter_model_is_taken_and_reads_back),
        cmocka_unit_test(a_model_is_refused_before_it_fills_its_memory),
        cmocka_unit_test(a_model_may_listen_to_as_many_names_as_it_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
