/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The workshop of models: mistakes at their place, differences in words, files, models to begin with. */
#include "api/api_model.h"
#include "flow/flow_words.h"
#include "score/diff.h"
#include "score/file.h"
#include "score/lint.h"
#include "score/score_store.h"
#include "score/starters.h"

/* ---- mistakes ---- */

struct lint_view {
    struct str pointer, code, detail;
};
#define L(member, ...) { .name = #member, .kind = FIELD_TEXT, .offset = offsetof(struct lint_view, member), __VA_ARGS__ }
static const struct field lint_fields[] = {
    L(pointer, .help = "JSON pointer within the body"),
    L(code),
    L(detail, .help = "told to a person"),
    { 0 },
};

struct check_view {
    struct field_list errors, warnings;
};
#define C(member, ...)                                                                             \
    { .name = #member, .kind = FIELD_LIST, .offset = offsetof(struct check_view, member), .fields = lint_fields,         \
      .item_size = sizeof(struct lint_view), __VA_ARGS__ }
const struct field model_check_fields[] = {
    C(errors, .help = "what can never be meant: the model cannot be read, or a part of it never counts"),
    C(warnings, .help = "what was probably not meant"),
    { 0 },
};

struct body_ask {
    struct json *body;
};
const struct field model_check_ask_fields[] = {
    { .name = "body", .kind = FIELD_JSON, .offset = offsetof(struct body_ask, body), .flags = FIELD_REQUIRED, .help = "a whole model" },
    { 0 },
};

/* Errors come first. */
static struct check_view check_view_of(struct arena *a, const struct score_lint *lints, size_t n)
{
    struct lint_view *views = ARENA_ARRAY(a, struct lint_view, n + 1);
    size_t errors = 0;

    for (size_t i = 0; i < n; i++) {
        views[i] = (struct lint_view){ lints[i].pointer, str_of(lints[i].code), lints[i].detail };
        errors += lints[i].error;
    }
    return (struct check_view){ { views, errors }, { views + errors, n - errors } };
}

static struct score_names names_of(struct arena *a, const struct flow_word *words, size_t n)
{
    struct str *names = ARENA_ARRAY(a, struct str, n + 1);

    for (size_t i = 0; i < n; i++)
        names[i] = words[i].text;
    return (struct score_names){ names, n };
}

/* Warnings of names that the latest leads and their events do not have. */
static enum err names_check(struct call *call, const struct json *body, struct score_lint *lints, size_t *n)
{
    enum { ENOUGH_LEADS = 100 };
    struct arena *a = call->ctx.arena;
    struct str tested[SCORE_TESTED_MAX];
    struct score_event_known known_events[SCORE_TESTED_MAX];
    struct flow_event_words of_events[SCORE_TESTED_MAX];
    size_t count = score_lint_tested(body, a, tested);
    struct score_known known;
    struct flow_words words;
    enum err e = flow_words_read(&call->ctx, call->tx, tested, count, &words, of_events);

    if (e)
        return e;
    for (size_t i = 0; i < count; i++)
        known_events[i] = (struct score_event_known){ of_events[i].event, of_events[i].seen, of_events[i].part, { of_events[i].properties, of_events[i].count } };
    known = (struct score_known){ names_of(a, words.facts, words.fact_count), names_of(a, words.names, words.name_count),
                                  words.fact_count && words.facts[0].leads >= ENOUGH_LEADS, known_events, count };
    *n = score_lint_names(body, &known, call->ctx.lang, a, lints, *n);
    return ERR_NONE;
}

enum err model_check(struct call *call)
{
    struct score_lint *lints = ARENA_ARRAY(call->ctx.arena, struct score_lint, SCORE_LINTS_MAX);
    struct ctx probe = call->ctx;
    struct body_ask ask = { 0 };
    struct check_view view;
    struct model *m;
    size_t n;
    enum err e = body_read(call, &ask, NULL);

    if (e)
        return e;
    fault_clear(&probe);
    if (score_model_read(&probe, ask.body, STR(""), &m)) {
        n = score_lint_faults(&probe, call->ctx.lang, call->ctx.arena, lints);
    } else {
        n = score_lint(m, call->ctx.lang, call->ctx.arena, lints);
        score_model_drop(m);
        if ((e = names_check(call, ask.body, lints, &n)))
            return e;
    }
    view = check_view_of(call->ctx.arena, lints, n);
    return reply_ok(call, &view);
}

/* ---- differences ---- */

struct change_view {
    int kind;
    struct str place, text, before, after;
};
#define D(member, type, ...) { .name = #member, .kind = type, .offset = offsetof(struct change_view, member), __VA_ARGS__ }
const struct field model_change_fields[] = {
    D(kind, FIELD_ENUM, .names = score_change_names),
    D(place, FIELD_TEXT, .help = "hot, groups/NAME/ceiling, criteria/ID/points, gates"),
    D(text, FIELD_TEXT, .help = "the whole, in words"),
    D(before, FIELD_TEXT, .flags = FIELD_NULLABLE),
    D(after, FIELD_TEXT, .flags = FIELD_NULLABLE),
    { 0 },
};

struct diff_query {
    int64_t with;
};
const struct field model_diff_query[] = {
    { .name = "with", .kind = FIELD_ID, .offset = offsetof(struct diff_query, with), .prefix = PREFIX_MODEL,
      .help = "the version before; the live one unless said" },
    { 0 },
};

static enum err compiled(struct call *call, int64_t id, struct model **m)
{
    struct model_row row;
    enum err e = id ? score_model_get(&call->ctx, call->tx, (struct model_id){ id }, &row)
                    : score_model_live(&call->ctx, call->tx, &row);

    return e ? e : score_model_parse(&call->ctx, row.body, m);
}

enum err model_diff(struct call *call)
{
    struct ctx *c = &call->ctx;
    struct diff_query q = { 0 };
    struct change_view *views;
    struct score_change *list;
    struct model *before, *after;
    struct model_id id;
    size_t n;
    enum err e;

    if ((e = param_id(call, "id", PREFIX_MODEL, &id.v)) || (e = query_read(call, &q)) || (e = compiled(call, id.v, &after)))
        return e;
    if ((e = compiled(call, q.with, &before))) {
        score_model_drop(after);
        return e;
    }
    list = score_diff(before, after, c->lang, c->arena, &n);
    score_model_drop(before);
    score_model_drop(after);
    views = ARENA_ARRAY(c->arena, struct change_view, n + 1);
    for (size_t i = 0; i < n; i++)
        views[i] = (struct change_view){ list[i].kind, list[i].place, list[i].text, list[i].before, list[i].after };
    return reply_list(call, views, n, sizeof *views, STR_NULL, (int64_t)n);
}

/* ---- files ---- */

static const char file_type[] = "text/plain; charset=utf-8";

enum err model_file_get(struct call *call)
{
    struct model_row row;
    struct model_id id;
    struct str file;
    enum err e;

    if ((e = param_id(call, "id", PREFIX_MODEL, &id.v)) || (e = score_model_get(&call->ctx, call->tx, id, &row))
        || (e = score_file_print(&call->ctx, row.body, row.fitted, &file)))
        return e;
    reply_header(call, "Content-Disposition", STR("attachment; filename=\"gradus.model\""));
    return reply_bytes(call, 200, file_type, file);
}

enum err model_file_put(struct call *call)
{
    struct ctx *c = &call->ctx;
    struct model_row row;
    struct model_id id;
    struct model_fitted fitted;
    struct model *m;
    struct json *body;
    enum err e;

    if ((e = param_id(call, "id", PREFIX_MODEL, &id.v)) || (e = model_to_write(call, id, &row))
        || (e = score_file_read(c, call->request->body, &m, &fitted)))
        return e;
    struct str text = score_model_print(m, c->arena);
    score_model_drop(m);
    if ((e = json_read(c, text, &body)) || (e = score_model_put(c, call->tx, id, STR_NULL, STR_NULL, body))
        || (e = score_model_set_fitted(c, call->tx, id, score_fitted_later(row.fitted, fitted))))
        return e;
    return model_show(call, id, false);
}

/* ---- models to begin with ---- */

struct trade_view {
    struct str id, title, note;
};
#define T(member) { .name = #member, .kind = FIELD_TEXT, .offset = offsetof(struct trade_view, member) }
const struct field model_trade_fields[] = { T(id), T(title), T(note), { 0 } };

enum err model_starters(struct call *call)
{
    struct trade_view views[16];
    bool ru = call->ctx.lang == LANG_RU;
    size_t n = 0;

    for (const struct score_trade *t = score_trades; t->id && n < countof(views); t++)
        views[n++] = (struct trade_view){ str_of(t->id), str_of(ru ? t->title_ru : t->title_en), str_of(ru ? t->note_ru : t->note_en) };
    return reply_list(call, views, n, sizeof *views, STR_NULL, (int64_t)n);
}
