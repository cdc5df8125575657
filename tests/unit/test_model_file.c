/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Models as files: printed, read and printed again they are the same bytes; mistakes are named at their line. Starter models are canonical
 * files without a fault or a doubt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "gen_model.h"

#include "base/limits.h"
#include "score/file.h"
#include "score/ledger.h"
#include "score/lint.h"
#include "score/starters.h"

static struct ctx ctx_new(void)
{
    return (struct ctx){.arena = arena_new(0)};
}

static void file_is_canonical(struct ctx *c, struct str file, const char *what)
{
    struct model_fitted fitted;
    struct model *m;
    struct str again;
    enum err e = score_file_read(c, file, &m, &fitted);

    if (e)
        fail_msg("%s: %s at %s: %s", what, err_slug(e), c->fault.items[0].field, c->fault.items[0].note);
    assert_int_equal(ERR_NONE, score_file_print(c, score_model_print(m, c->arena), fitted, &again));
    if (!str_eq(file, again))
        fail_msg("%s: printed again it differs:\n" STR_FMT "\n----\n" STR_FMT, what, STR_ARG(file), STR_ARG(again));
    score_model_drop(m);
}

static bool has_cyrillic(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] == 0xD0 || (unsigned char)s.ptr[i] == 0xD1)
            return true;
    return false;
}

/* Its own words: conditions and the name; titles are in both languages in every model. */
static void starter_speaks(const struct model *m, enum lang lang, const char *what)
{
    for (size_t i = 0; i < m->group_count; i++)
        assert_true(m->groups[i].title_ru.len && m->groups[i].title_en.len);
    for (size_t i = 0; i < m->criterion_count; i++)
        assert_true(m->criteria[i].title_ru.len && m->criteria[i].title_en.len);
    assert_true(m->icp_count > 0);
    for (size_t i = 0; i < m->icp_count; i++)
        assert_true(m->icp[i].title_ru.len && m->icp[i].title_en.len);
    assert_int_equal(has_cyrillic(m->name), lang == LANG_RU);
    for (size_t i = 0; lang == LANG_EN && i < m->criterion_count; i++)
        if (has_cyrillic(m->criteria[i].when_text))
            fail_msg("%s: " STR_FMT " has Russian words", what, STR_ARG(m->criteria[i].id));
    for (size_t i = 0; lang == LANG_EN && i < m->icp_count; i++)
        if (has_cyrillic(m->icp[i].when_text))
            fail_msg("%s: an ideal customer told in Russian words", what);
}

static void starters_are_canonical_and_without_doubt(void **state)
{
    (void)state;
    for (const struct score_trade *t = score_trades; t->id; t++)
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            struct ctx c = ctx_new();
            struct score_lint lints[SCORE_LINTS_MAX];
            struct model_fitted fitted;
            struct model *m;
            struct str file;

            assert_int_equal(ERR_NONE, score_trade_file(&c, str_of(t->id), (enum lang)lang, &file));
            file_is_canonical(&c, file, t->id);
            assert_int_equal(ERR_NONE, score_file_read(&c, file, &m, &fitted));
            assert_true(fitted.until == INSTANT_NONE);
            size_t n = score_lint(m, LANG_EN, c.arena, lints);
            if (n)
                fail_msg("%s: " STR_FMT ": " STR_FMT, t->id, STR_ARG(lints[0].pointer), STR_ARG(lints[0].detail));
            starter_speaks(m, (enum lang)lang, t->id);
            score_model_drop(m);
            arena_free(c.arena);
        }
}

static bool same_points(const struct criterion *a, const struct criterion *b)
{
    return str_eq(a->id, b->id) && a->group == b->group && a->points == b->points && a->max_times == b->max_times
           && a->max_points == b->max_points && a->cooldown_us == b->cooldown_us && a->ageing.kind == b->ageing.kind
           && a->ageing.span_us == b->ageing.span_us;
}

static void a_starter_differs_between_languages_in_words_alone(void **state)
{
    (void)state;
    for (const struct score_trade *t = score_trades; t->id; t++) {
        struct ctx c = ctx_new();
        struct model *ru, *en;

        assert_int_equal(ERR_NONE, score_trade_read(&c, str_of(t->id), LANG_RU, &ru));
        assert_int_equal(ERR_NONE, score_trade_read(&c, str_of(t->id), LANG_EN, &en));
        assert_int_equal(ru->criterion_count, en->criterion_count);
        assert_int_equal(ru->icp_count, en->icp_count);
        assert_int_equal(ru->icp_weight, en->icp_weight);
        for (size_t i = 0; i < ru->criterion_count; i++)
            if (!same_points(&ru->criteria[i], &en->criteria[i]))
                fail_msg("%s: " STR_FMT " differs", t->id, STR_ARG(ru->criteria[i].id));
        score_model_drop(ru);
        score_model_drop(en);
        arena_free(c.arena);
    }
}

/* The first group's points for a lead of that title alone, and whether it meets the ideal told as "Decides". */
static int64_t title_gives(struct ctx *c, const struct model *m, const char *title, bool *decides)
{
    struct past_profile p = {.at = DAY_US, .known_at = DAY_US};
    struct history h = {.born = DAY_US, .profiles = &p, .profile_count = 1};
    struct json *patch;

    assert_int_equal(ERR_NONE, json_read(c, str_print(c->arena, "{\"title\":\"%s\"}", title), &patch));
    p.patch = patch;
    struct score s = score_at(m, &h, 2 * DAY_US, c->arena);
    *decides = false;
    for (size_t i = 0; i < m->icp_count; i++)
        *decides |= s.ideal[i].met && str_eq(m->icp[i].title_en, STR("Decides"));
    return fix_round(s.groups[0].points);
}

static void a_director_of_something_is_no_chief_executive(void **state)
{
    static const struct {
        const char *title;
        enum lang lang;
        bool chief;
        int general, services;
    } rows[] = {
        {"Генеральный директор", LANG_RU, true, 15, 15}, {"Ген. директор", LANG_RU, true, 15, 15},
        {"гендиректор", LANG_RU, true, 15, 15}, {"Исполнительный директор", LANG_RU, true, 15, 15},
        {"Управляющий директор", LANG_RU, true, 15, 15}, {"Директор", LANG_RU, true, 15, 15},
        {"директор компании", LANG_RU, true, 15, 15}, {"Основатель и директор", LANG_RU, true, 15, 15},
        {"Владелец", LANG_RU, true, 15, 15}, {"CEO", LANG_RU, true, 15, 15}, {"Co-founder", LANG_RU, true, 15, 15},
        {"Директор по маркетингу", LANG_RU, false, 5, 8}, {"Коммерческий директор", LANG_RU, false, 5, 8},
        {"Заместитель генерального директора", LANG_RU, false, 5, 8}, {"Руководитель отдела", LANG_RU, false, 5, 8},
        {"Инженер", LANG_RU, false, 0, 0},
        {"Chief Executive Officer", LANG_EN, true, 15, 15}, {"Managing Director", LANG_EN, true, 15, 15},
        {"Executive director", LANG_EN, true, 15, 15}, {"Founder", LANG_EN, true, 15, 15},
        {"Marketing Director", LANG_EN, false, 5, 8}, {"Chief Marketing Officer", LANG_EN, false, 0, 8},
        {"Engineer", LANG_EN, false, 0, 0},
        {"Owner", LANG_EN, true, 15, 15}, {"Business Owner", LANG_EN, true, 15, 15}, {"Owner & Director", LANG_EN, true, 15, 15},
        {"Product Owner", LANG_EN, false, 0, 0}, {"Process owner", LANG_RU, false, 0, 0},
        {"Совладелец", LANG_RU, true, 15, 15}, {"Владелец и директор", LANG_RU, true, 15, 15}, {"Владелец компании", LANG_RU, true, 15, 15},
        {"Владелец продукта", LANG_RU, false, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < countof(rows); i++)
        for (int services = 0; services < 2; services++) {
            struct ctx c = ctx_new();
            struct model *m;
            bool decides;

            assert_int_equal(ERR_NONE, score_trade_read(&c, services ? STR("b2b_services") : STR("general"), rows[i].lang, &m));
            int64_t points = title_gives(&c, m, rows[i].title, &decides);
            if (points != (services ? rows[i].services : rows[i].general) || decides != rows[i].chief)
                fail_msg("%s, services %d: %d points, decides %d", rows[i].title, services, (int)points, decides);
            score_model_drop(m);
            arena_free(c.arena);
        }
}

static void any_model_goes_through_a_file_unchanged(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct ctx c = ctx_new();
        struct gen g = {.seed = seed, .c = &c, .a = c.arena};
        struct model *m = gen_model(&g), *again;
        struct str text = score_model_print(m, c.arena), file;
        /* a third of them of nobody's fit, the others of any microsecond and share */
        struct model_fitted is = seed % 3 ? (struct model_fitted){ 1764000000000000 + (int64_t)(seed * 7919 % 3000) * 333667, (fix)(seed * 104729 % 1000001) }
                                          : MODEL_NOT_FITTED, back;

        assert_int_equal(ERR_NONE, score_file_print(&c, text, is, &file));
        enum err e = score_file_read(&c, file, &again, &back);
        if (e)
            fail_msg("seed %d: %s %s\n" STR_FMT, (int)seed, c.fault.items[0].field, c.fault.items[0].note, STR_ARG(file));
        if (!str_eq(text, score_model_print(again, c.arena)))
            fail_msg("seed %d:\n" STR_FMT "\n" STR_FMT, (int)seed, STR_ARG(text), STR_ARG(score_model_print(again, c.arena)));
        assert_true(back.until == is.until && back.auc == is.auc);
        file_is_canonical(&c, file, "generated");
        score_model_drop(again);
        score_model_drop(m);
        arena_free(c.arena);
    }
}

/* ---- models of odd words ---- */

/* What a file might take for its own grammar, or a line for its end. */
static void odd_text(struct gen *g, struct json_out *o)
{
    static const char *const texts[] = {
        "all", "off", "at most 3 times", "a, b", "# no comment", "  two spaces", "ends in one ", "\"quoted\"", "back\\slash", "line\nbreak",
        "tab\tbed", "Заявка", "\xF0\x9F\x94\xA5", "\xE2\x80\xA8", "true", "5", "-0", "1e3", "null", "when", "{\"a\":1}", "of", "в день", "\x7f", "a.b", "a-b_c",
    };

    json_put_text(o, str_of(texts[gen_to(g, countof(texts))]));
}

static void odd_value(struct gen *g, struct json_out *o)
{
    static const char *const raw[] = { "5", "-7", "0", "1.5", "-0.000001", "true", "false", "9223372036854775807", "123456789012345678901234567890", "1e2", "\"\\u0041\"" };

    if (gen_one_in(g, 2))
        odd_text(g, o);
    else
        json_put_raw(o, str_of(raw[gen_to(g, countof(raw))]));
}

static void odd_test(struct gen *g, struct json_out *o, const char *named)
{
    int kind = (int)gen_to(g, 4);

    json_key(o, named);
    odd_text(g, o);
    json_key(o, "op");
    json_put_text(o, str_of((const char *const[]){ "eq", "in", "exists", "between" }[kind]));
    if (kind == 2)
        return;
    json_key(o, "value");
    if (kind == 0) {
        odd_value(g, o);
        return;
    }
    json_list(o);
    for (int64_t i = kind == 3 ? 2 : gen_to(g, 3) + 1; i > 0; i--)
        kind == 3 ? json_put_fix(o, 1000000 - i * 500001) : odd_value(g, o);
    json_list_end(o);
}

static void odd_event(struct gen *g, struct json_out *o, bool whole)
{
    if (whole)
        json_begin(o);
    json_key(o, "event");
    json_list(o);
    for (int64_t i = gen_to(g, 3); i >= 0; i--)
        odd_text(g, o);
    json_list_end(o);
    json_key(o, "where");
    json_list(o);
    for (int64_t i = gen_to(g, 3); i > 0; i--) {
        json_begin(o);
        odd_test(g, o, "prop");
        json_end(o);
    }
    json_list_end(o);
    if (whole)
        json_end(o);
}

static void odd_condition(struct gen *g, struct json_out *o, int deep)
{
    static const char *const windows[] = { "within", "silent", "count" };
    int64_t kind = gen_to(g, deep ? 6 : 4);

    json_begin(o);
    if (kind == 0) {
        odd_test(g, o, "fact");
    } else if (kind < 3) {
        int64_t window = gen_to(g, countof(windows));
        json_key(o, windows[window]);
        odd_event(g, o, true);
        json_key(o, GEN_PICK(g, "days", "hours", "minutes"));
        json_put_raw(o, str_of(GEN_PICK(g, "1", "0.5", "36.000001")));
        if (window == 2) {
            json_key(o, "op");
            json_put_text(o, STR(">="));
            json_key(o, "value");
            json_put_int(o, gen_to(g, 900) + 1);
        }
    } else if (kind == 3) {
        odd_event(g, o, false);
    } else {
        bool no = kind == 5;
        json_key(o, no ? "not" : GEN_PICK(g, "all", "any"));
        if (!no)
            json_list(o);
        for (int64_t i = no ? 1 : gen_to(g, 3) + 1; i > 0; i--)
            odd_condition(g, o, deep - 1);
        if (!no)
            json_list_end(o);
    }
    json_end(o);
}

static void odd_titles(struct gen *g, struct json_out *o)
{
    if (gen_one_in(g, 3))
        return;
    json_key(o, "title");
    json_begin(o);
    for (int lang = 0; lang < 2; lang++)
        if (gen_one_in(g, 2)) {
            json_key(o, lang ? "en" : "ru");
            odd_text(g, o);
        }
    json_end(o);
}

static struct str odd_model(struct gen *g)
{
    struct buf b = buf_new(g->a, 1 << 20);
    struct json_out out = json_to(&b), *o = &out;

    json_begin(o);
    json_key(o, "name");
    odd_text(g, o);
    json_key(o, "hot");
    json_put_raw(o, str_of(GEN_PICK(g, "71", "71.5", "70.000001")));
    json_key(o, "groups");
    json_put_raw(o, STR("[{\"name\":\"all\"},{\"name\":\"5\",\"ceiling\":9.5}]"));
    json_key(o, "company");
    json_put_raw(o, str_of(GEN_PICK(g, "{\"rule\":\"max\"}", "{\"rule\":\"sum_top3\",\"cap\":90}", "{\"rule\":\"mean\"}")));
    json_key(o, "axes");
    json_put_raw(o, str_of(GEN_PICK(g, "{\"fit_groups\":[],\"engagement\":[0.5,1]}", "{\"engagement_groups\":[\"5\"]}", "{}")));
    json_key(o, "criteria");
    json_list(o);
    for (int64_t i = gen_to(g, 4); i >= 0; i--) {
        json_begin(o);
        json_key(o, "id");
        json_put_text(o, str_print(g->a, "%s-%d", GEN_PICK(g, "off", "when", "9", "_"), (int)i));
        odd_titles(g, o);
        json_key(o, "group");
        json_put_text(o, str_of(GEN_PICK(g, "all", "5")));
        json_key(o, "points");
        json_put_int(o, gen_to(g, 21) - 10);
        json_key(o, "enabled");
        json_put_bool(o, gen_one_in(g, 2));
        json_key(o, "when");
        odd_condition(g, o, 3);
        json_end(o);
    }
    json_list_end(o);
    json_key(o, "gates");
    json_list(o);
    json_begin(o);
    json_key(o, "band");
    json_put_text(o, STR("warm"));
    json_key(o, "when");
    odd_condition(g, o, 2);
    json_end(o);
    json_list_end(o);
    json_end(o);
    assert_false(b.full);
    return buf_str(&b);
}

/* Whatever words people use, a model that is taken goes out as a file and comes back as it was. */
static void odd_words_go_through_a_file_unchanged(void **state)
{
    int taken = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        struct ctx c = ctx_new();
        struct gen g = {.seed = seed * 77, .c = &c, .a = c.arena};
        struct model *m, *again;
        struct model_fitted fitted;
        struct str text, file;

        if (score_model_parse(&c, odd_model(&g), &m) == ERR_NONE) {
            taken++;
            text = score_model_print(m, c.arena);
            assert_int_equal(ERR_NONE, score_file_print(&c, text, MODEL_NOT_FITTED, &file));
            if (score_file_read(&c, file, &again, &fitted))
                fail_msg("seed %d: %s %s\n" STR_FMT, (int)seed, c.fault.items[0].field, c.fault.items[0].note, STR_ARG(file));
            if (!str_eq(text, score_model_print(again, c.arena)))
                fail_msg("seed %d:\n" STR_FMT "\n" STR_FMT, (int)seed, STR_ARG(text), STR_ARG(score_model_print(again, c.arena)));
            file_is_canonical(&c, file, "of odd words");
            score_model_drop(again);
            score_model_drop(m);
        }
        arena_free(c.arena);
    }
    assert_true(taken > 1000);
}

static void mistakes_are_named_at_their_line(void **state)
{
    static const char head[] = "gradus model 1\n\ngroup g\n\ncriterion a\n  group g\n  points 5\n";
    static const struct {
        const char *rest, *place;
    } cases[] = {
        {"  when fact title resembles \"x\"\n", "8:19"},
        {"  when fact title has x\n", "8:23"},
        {"  when any\n", "8:11"},
        {"  when any\n    fact title exists\n      fact title empty\n", "10:7"},
        {"  when event \"A\" \"B\"\n", "8:18"},
        {"  when page \"pricing\"\n", "8:8 /criteria/0/when/page"},
        {"  when count >= 3 in 7 weeks of event \"A\"\n", "8:24"},
        {"  # a comment\n", "8:3"},
        {"  when fact title exists\n  at most many times\n", "9:11"},
        {"  when fact title exists\n  at most 4 times a day\n", "9:19"},
        {"  when fact title exists\n  at most 4 points, or so\n", "9:19"},
        {"  when fact title exists\n  at most 4000 times\n", "9:11 /criteria/0/max_times"},
        {"  when fact title exists\n  title ru \"\xD0\"\n", "9:1"},
        {"  when fact title exists\n  colour 3\n", "9:3 /criteria/0/colour"},
        {"  when fact title exists\n\n\tgate hot\n", "10:1"},
        {"  when fact title exists\nhot 200\n", "9:1 /hot"},
        {"  when fact title exists\n  points 6\n", "9:3 /criteria/0/points"},
        {"  when fact title exists\nfitted 3\n", "9:8"},
        {"  when fact title exists\nfitted until \"soon\" auc 0.8\n", "9:14"},
        {"  when fact title exists\nfitted until \"2026-11-01T09:00:00Z\"\n", "9:36"},
        {"  when fact title exists\nfitted until \"2026-11-01T09:00:00Z\" auc 1.1\n", "9:41"},
        {"  when fact title exists\nfitted until \"2026-11-01\" auc 1\nfitted until \"2026-11-01\" auc 1\n", "10:8"},
    };

    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct ctx c = ctx_new();
        struct model_fitted fitted;
        struct model *m = NULL;
        struct str text = str_print(c.arena, "%s%s", head, cases[i].rest);

        assert_int_not_equal(ERR_NONE, score_file_read(&c, text, &m, &fitted));
        if (strcmp(c.fault.items[0].field, cases[i].place) != 0)
            fail_msg("case %zu: %s (%s), must be %s", i, c.fault.items[0].field, c.fault.items[0].note, cases[i].place);
        arena_free(c.arena);
    }
}

/* One criterion whose condition lies so many alls deep; n lines of it. */
static struct str nested(struct arena *a, int deep)
{
    struct buf b = buf_new(a, 1 << 20);

    buf_add(&b, STR("gradus model 1\n\ngroup g\n\ncriterion a\n  group g\n  points 5\n  when all\n"));
    for (int i = 1; i <= deep; i++) {
        for (int k = 0; k < i + 1; k++)
            buf_add(&b, STR("  "));
        buf_add(&b, i < deep ? STR("all\n") : STR("event \"A\"\n"));
    }
    return buf_str(&b);
}

static void conditions_nest_in_a_file_as_deep_as_in_the_language(void **state)
{
    (void)state;
    for (int deep = 1; deep < 80; deep++) {
        struct ctx c = ctx_new();
        struct model_fitted fitted;
        struct model *m = NULL;
        enum err e = score_file_read(&c, nested(c.arena, deep), &m, &fitted);

        assert_int_equal(e != ERR_NONE, deep >= LIMIT_CONDITION_DEPTH);
        if (e)
            assert_string_equal(c.fault.items[0].field, "28:43"); /* the first line too deep */
        score_model_drop(m);
        arena_free(c.arena);
    }
}

static void a_file_of_more_than_a_model_can_be_is_refused(void **state)
{
    struct ctx c = ctx_new();
    struct buf b = buf_new(c.arena, 4 << 20);
    struct model_fitted fitted;
    struct model *m;

    (void)state;
    buf_add(&b, STR("gradus model 1\n\ngroup g\n"));
    for (int i = 0; i < 20000; i++)
        buf_print(&b, "\ncriterion c%d\n  group g\n  points 5\n  when event \"A\"\n", i);
    assert_int_equal(ERR_TOO_LARGE, score_file_read(&c, buf_str(&b), &m, &fitted));
    arena_free(c.arena);
}

static void a_mark_of_byte_order_before_the_first_line_is_no_part_of_it(void **state)
{
    struct ctx c = ctx_new();
    struct model_fitted fitted;
    struct model *m;

    (void)state;
    assert_int_equal(ERR_NONE, score_file_read(&c, STR("\xEF\xBB\xBFgradus model 1\r\n\r\ngroup g\r\n"), &m, &fitted));
    assert_int_equal(1, m->group_count);
    score_model_drop(m);
    arena_free(c.arena);
}

/* What is said never to hold has never been seen to hold. */
static void a_condition_called_impossible_never_holds(void **state)
{
    int impossible = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        struct ctx c = ctx_new();
        struct gen g = {.seed = seed * 31, .c = &c, .a = c.arena};
        struct buf text = buf_new(c.arena, 1 << 16);
        struct cond_doubt doubts[8];
        struct json *tree;
        struct cond *cond;

        buf_add(&text, STR("{\"all\":["));
        for (int i = 0; i < 3; i++) {
            buf_add(&text, i ? STR(",") : STR(""));
            gen_condition(&g, &text, 2);
        }
        buf_add(&text, STR("]}"));
        assert_int_equal(ERR_NONE, json_read(&c, buf_str(&text), &tree));
        if (cond_compile(&c, tree, STR(""), c.arena, &cond) == ERR_NONE) {
            size_t n = cond_doubts(cond, STR(""), LANG_EN, c.arena, doubts, countof(doubts));
            bool never = n && doubts[n - 1].kind == COND_DOUBT_NEVER;
            impossible += never;
            for (int life = 0; never && life < 20; life++) {
                struct history h = gen_history(&g, 12);
                for (int k = 0; k < 20; k++) {
                    instant t = GEN_START + gen_to(&g, GEN_SPAN);
                    if (cond_at(cond, &h, t, c.arena).holds)
                        fail_msg("it holds: " STR_FMT " though " STR_FMT " / " STR_FMT, STR_ARG(buf_str(&text)),
                                 STR_ARG(doubts[n - 1].first), STR_ARG(doubts[n - 1].second));
                }
            }
            cond_free(cond);
        }
        arena_free(c.arena);
    }
    assert_true(impossible > 50);
}

static void doubts_are_found(void **state)
{
    static const struct {
        const char *when, *place; /* place absent: nothing to say */
    } cases[] = {
        {"{'all':[{'fact':'employees','op':'>=','value':50},{'fact':'employees','op':'<','value':10}]}", "/all/1"},
        {"{'all':[{'fact':'employees','op':'>=','value':50},{'fact':'employees','op':'<=','value':50}]}", NULL},
        {"{'all':[{'fact':'employees','op':'>','value':50},{'fact':'employees','op':'<=','value':50}]}", "/all/1"},
        {"{'all':[{'fact':'employees','op':'>','value':9223372036854775807},{'fact':'employees','op':'<','value':10}]}", "/all/1"},
        {"{'all':[{'fact':'employees','op':'<','value':-9223372036854775808},{'fact':'employees','op':'>','value':10}]}", "/all/1"},
        {"{'all':[{'fact':'title','op':'eq','value':'CEO'},{'fact':'title','op':'eq','value':'ceo'}]}", NULL},
        {"{'all':[{'fact':'title','op':'eq','value':'ceo'},{'fact':'title','op':'has','value':'manager'}]}", "/all/1"},
        {"{'all':[{'fact':'title','op':'in','value':['a','b']},{'fact':'title','op':'in','value':['c']}]}", "/all/1"},
        {"{'all':[{'fact':'title','op':'empty'},{'fact':'title','op':'has','value':'x'}]}", "/all/1"},
        {"{'all':[{'fact':'title','op':'has','value':'x'},{'not':{'fact':'title','op':'exists'}}]}", "/all/1/not"},
        {"{'all':[{'fact':'title','op':'empty'},{'fact':'city','op':'exists'}]}", NULL},
        {"{'all':[{'within':{'event':'A'},'days':7},{'silent':{'event':'A'},'days':30}]}", "/all/1"},
        {"{'all':[{'within':{'event':'A'},'days':30},{'silent':{'event':'A'},'days':7}]}", NULL},
        {"{'all':[{'within':{'page':'/a'},'days':7},{'silent':{},'days':7}]}", "/all/1"},
        {"{'all':[{'within':{'event':'A'},'days':7},{'silent':{},'days':7}]}", NULL},
        {"{'all':[{'count':{'event':'A'},'op':'>=','value':5,'days':7},{'count':{'event':'A'},'op':'<=','value':3,'days':30}]}", "/all/1"},
        {"{'all':[{'count':{'event':'A'},'op':'>=','value':5,'days':30},{'count':{'event':'A'},'op':'<=','value':3,'days':7}]}", NULL},
        {"{'all':[{'event':'A'},{'event':'B'}]}", "/all/1"},
        {"{'all':[{'page':'/a'},{'page':'/b'}]}", "/all/1"},
        {"{'all':[{'page':'/a*'},{'page':'/b'}]}", NULL},
        {"{'event':'A','where':[{'prop':'plan','op':'eq','value':'x'},{'prop':'plan','op':'eq','value':'y'}]}", ""},
        {"{'all':[{'fact':'a','op':'>','value':5},{'any':[{'fact':'a','op':'<','value':3},{'fact':'b','op':'exists'}]}]}", "/all/1/any/0"},
        {"{'all':[{'fact':'a','op':'>','value':5},{'any':[{'fact':'a','op':'<','value':3},{'fact':'a','op':'<','value':1}]}]}", "/all/1/any/1"},
    };

    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct ctx c = ctx_new();
        char *text = str_cz(c.arena, str_of(cases[i].when));
        struct cond_doubt doubts[8];
        struct json *tree;
        struct cond *cond;

        for (char *p = text; *p; p++)
            *p = *p == '\'' ? '"' : *p;
        assert_int_equal(ERR_NONE, json_read(&c, str_of(text), &tree));
        if (cond_compile(&c, tree, STR(""), c.arena, &cond)) { /* plain ranges are refused at once */
            if (!cases[i].place || strcmp(c.fault.items[0].field, cases[i].place) != 0)
                fail_msg("%s: %s %s", cases[i].when, c.fault.items[0].field, c.fault.items[0].note);
            arena_free(c.arena);
            continue;
        }
        size_t n = cond_doubts(cond, STR(""), LANG_RU, c.arena, doubts, countof(doubts));
        if (n != (cases[i].place ? 1 : 0) || (n && !str_eq(doubts[0].place, str_of(cases[i].place))))
            fail_msg("%s: %zu doubts, " STR_FMT, cases[i].when, n, STR_ARG(n ? doubts[0].place : STR("-")));
        cond_free(cond);
        arena_free(c.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starters_are_canonical_and_without_doubt),
        cmocka_unit_test(a_starter_differs_between_languages_in_words_alone),
        cmocka_unit_test(a_director_of_something_is_no_chief_executive),
        cmocka_unit_test(any_model_goes_through_a_file_unchanged),
        cmocka_unit_test(odd_words_go_through_a_file_unchanged),
        cmocka_unit_test(mistakes_are_named_at_their_line),
        cmocka_unit_test(conditions_nest_in_a_file_as_deep_as_in_the_language),
        cmocka_unit_test(a_file_of_more_than_a_model_can_be_is_refused),
        cmocka_unit_test(a_mark_of_byte_order_before_the_first_line_is_no_part_of_it),
        cmocka_unit_test(doubts_are_found),
        cmocka_unit_test(a_condition_called_impossible_never_holds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
