/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The file's blocks and members into the model's JSON. What a line says is checked here only as far as its grammar goes. */
#include "base/limits.h"
#include "base/utf8.h"
#include "score/file_words.h"

enum { FILE_BYTES_MAX = 4 * 1024 * 1024 };

/* ---- members ---- */

/* `member VALUE`, VALUE being JSON to the end of the line. */
static enum err any_member(struct score_words *w, struct str place, struct json_out *o)
{
    struct ctx probe = {.arena = w->c->arena};
    struct json *v;
    size_t n = 0;

    while (n < w->rest.len && score_words_bare(w->rest.ptr[n]))
        n++;
    if (n == 0 || n + 1 >= w->rest.len || w->rest.ptr[n] != ' ')
        return score_words_wrong(w, w->rest.len && w->rest.ptr[0] == '#' ? "a comment has no place in a model: it would be lost"
                                                             : "expected a member and its value");
    struct str key = str_sub(w->rest, 0, n);
    score_words_place(w, str_print(w->c->arena, STR_FMT "/" STR_FMT, STR_ARG(place), STR_ARG(key)));
    score_words_skip(w, n + 1);
    if (json_read(&probe, w->rest, &v))
        return score_words_wrong(w, "expected a text in quotes, a number, or other JSON");
    json_key_str(o, key);
    json_put_raw(o, w->rest);
    w->rest = str_sub(w->rest, w->rest.len, w->rest.len);
    return ERR_NONE;
}

/* title ru "..": gathered, since in JSON both are one member. */
struct titles {
    struct str ru, en;
};

static enum err title_read(struct score_words *w, struct titles *t)
{
    bool ru = score_words_take(w, "ru");
    struct str *to = ru ? &t->ru : &t->en;

    if (!ru && !score_words_take(w, "en"))
        return score_words_wrong(w, "expected: ru, en");
    if (to->ptr)
        return score_words_wrong(w, "a title in this language is there already");
    return score_words_scalar(w, to);
}

static void titles_put(const struct titles *t, struct json_out *o)
{
    if (!t->ru.ptr && !t->en.ptr)
        return;
    json_key(o, "title");
    json_begin(o);
    if (t->ru.ptr) {
        json_key(o, "ru");
        json_put_raw(o, t->ru);
    }
    if (t->en.ptr) {
        json_key(o, "en");
        json_put_raw(o, t->en);
    }
    json_end(o);
}

static enum err limit_read(struct score_words *w, struct str place, struct json_out *o)
{
    struct str raw, number;
    enum err e = score_words_need(w, "most");

    number = w->rest;
    if (e || (e = score_words_scalar(w, &raw)))
        return e;
    bool times = score_words_take(w, "times");
    if (!times && !score_words_take(w, "points"))
        return score_words_wrong(w, "expected: times, points");
    const char *member = times ? "max_times" : "max_points";
    score_words_place_at(w, number, score_words_below(w, place, member));
    json_key(o, member);
    json_put_raw(o, raw);
    return ERR_NONE;
}

static enum err cooldown_read(struct score_words *w, struct str place, struct json_out *o)
{
    struct str raw;
    enum err e;

    score_words_place(w, score_words_below(w, place, "cooldown_hours"));
    if ((e = score_words_need(w, "per")) || (e = score_words_scalar(w, &raw)) || (e = score_words_need(w, "hours")))
        return e;
    json_key(o, "cooldown_hours");
    json_put_raw(o, raw);
    return ERR_NONE;
}

static enum err ageing_read(struct score_words *w, struct str place, struct json_out *o)
{
    struct str percent = STR_NULL, days;
    enum err e;

    score_words_place(w, score_words_below(w, place, "ageing"));
    struct str kind = score_words_next(w);
    if (str_eq(kind, STR("linear")) &&
        ((e = score_words_scalar(w, &percent)) || (e = score_words_need(w, "percent")) || (e = score_words_need(w, "every"))))
        return e;
    if ((e = score_words_scalar(w, &days)) || (e = score_words_need(w, "days")))
        return e;
    json_key(o, "ageing");
    json_begin(o);
    json_key(o, "kind");
    json_put_text(o, kind);
    if (percent.ptr) {
        json_key(o, "percent");
        json_put_raw(o, percent);
    }
    json_key(o, "days");
    json_put_raw(o, days);
    json_end(o);
    return ERR_NONE;
}

static enum err when_read(struct score_words *w, struct str place, struct json_out *o)
{
    json_key(o, "when");
    return score_file_when(w, 2, score_words_below(w, place, "when"), o);
}

static enum err group_ref_read(struct score_words *w, struct str place, bool gate, struct json_out *o)
{
    struct str raw, least;
    enum err e;

    score_words_place(w, score_words_below(w, place, "group"));
    if ((e = score_words_name(w, &raw)))
        return e;
    json_key(o, "group");
    json_put_raw(o, raw);
    if (!gate)
        return ERR_NONE;
    if ((e = score_words_need(w, "at")) || (e = score_words_need(w, "least")))
        return e;
    score_words_place(w, score_words_below(w, place, "min"));
    if ((e = score_words_scalar(w, &least)))
        return e;
    json_key(o, "min");
    json_put_raw(o, least);
    return ERR_NONE;
}

static enum err off_read(struct score_words *w, struct str place, struct json_out *o)
{
    score_words_place(w, score_words_below(w, place, "enabled"));
    json_key(o, "enabled");
    json_put_bool(o, false);
    return score_words_end(w);
}

enum block { BLOCK_GROUP, BLOCK_CRITERION, BLOCK_GATE, BLOCK_IDEAL, BLOCKS };
/* id: the member that stands in the block's own line; NULL: none does. */
static const struct {
    const char *word, *list, *id;
} blocks[BLOCKS] = {
    [BLOCK_GROUP] = {"group", "groups", "name"},
    [BLOCK_CRITERION] = {"criterion", "criteria", "id"},
    [BLOCK_GATE] = {"gate", "gates", "band"},
    [BLOCK_IDEAL] = {"ideal", "icp/conditions", NULL},
};

static enum err member_read(struct score_words *w, enum block block, struct str place, struct titles *t, struct json_out *o)
{
    enum err e;

    if (block != BLOCK_GATE && score_words_take(w, "title"))
        e = title_read(w, t);
    else if ((block == BLOCK_CRITERION || block == BLOCK_GATE) && score_words_take(w, "group"))
        e = group_ref_read(w, place, block == BLOCK_GATE, o);
    else if (block != BLOCK_GROUP && score_words_take(w, "when"))
        return when_read(w, place, o);
    else if (block == BLOCK_CRITERION && str_eq(w->rest, STR("off")) && score_words_take(w, "off"))
        e = off_read(w, place, o);
    else if (block == BLOCK_CRITERION && score_words_take(w, "at"))
        e = limit_read(w, place, o);
    else if (block == BLOCK_CRITERION && score_words_take(w, "once"))
        e = cooldown_read(w, place, o);
    else if (block == BLOCK_CRITERION && score_words_take(w, "ageing"))
        e = ageing_read(w, place, o);
    else
        e = any_member(w, place, o);
    if (e || (e = score_words_end(w)))
        return e;
    return score_words_no_deeper(w);
}

static enum err block_read(struct score_words *w, enum block block, uint32_t n, struct json_out *o)
{
    struct str place = str_print(w->c->arena, "/%s/%u", blocks[block].list, n), raw;
    struct titles titles = {0};
    enum err e = ERR_NONE;

    score_words_place(w, place);
    json_begin(o);
    if (blocks[block].id) {
        json_key(o, blocks[block].id);
        if (!(e = score_words_name(w, &raw)))
            json_put_raw(o, raw);
    }
    if (!e)
        e = score_words_end(w);
    while (!e && score_words_line(w, 1))
        e = member_read(w, block, place, &titles, o);
    if (e)
        return e;
    titles_put(&titles, o);
    json_end(o);
    return score_words_no_deeper(w);
}

/* until "2026-11-01T09:00:00Z" auc 0.82 */
static enum err fitted_read(struct score_words *w)
{
    struct model_fitted is;
    struct str until, auc, value;
    enum err e;

    if (w->fitted.until != INSTANT_NONE)
        return score_words_wrong(w, "it stands in the file already");
    if ((e = score_words_need(w, "until")))
        return e;
    value = w->rest;
    if ((e = score_words_scalar(w, &until)))
        return e;
    if (until.len < 2 || !instant_parse(str_sub(until, 1, until.len - 2), &is.until) || is.until == INSTANT_NONE)
        return score_words_wrong_at(w, value, "expected: \"2026-11-01T09:00:00Z\"");
    if ((e = score_words_need(w, "auc")))
        return e;
    value = w->rest;
    if ((e = score_words_scalar(w, &auc)))
        return e;
    if (!fix_parse(auc, &is.auc) || is.auc < 0 || is.auc > FIX_ONE)
        return score_words_wrong_at(w, value, "must be from 0 to 1");
    w->fitted = is;
    return (e = score_words_end(w)) ? e : score_words_no_deeper(w);
}
/* ---- the whole ---- */

static enum err body_read(struct score_words *w, struct json_out *o, struct buf lists[BLOCKS])
{
    struct json_out to[BLOCKS];
    uint32_t n[BLOCKS] = {0};
    enum err e = ERR_NONE;

    for (int b = 0; b < BLOCKS; b++) {
        to[b] = json_to(&lists[b]);
        json_list(&to[b]);
    }
    while (!e && score_words_line(w, 0)) {
        int b = 0;
        while (b < BLOCKS && !score_words_take(w, blocks[b].word))
            b++;
        if (b < BLOCKS)
            e = block_read(w, (enum block)b, n[b]++, &to[b]);
        else if (score_words_take(w, "fitted"))
            e = fitted_read(w);
        else if (!(e = any_member(w, STR(""), o)))
            e = score_words_no_deeper(w);
    }
    if (e)
        return e;
    for (int b = 0; b < BLOCKS; b++)
        json_list_end(&to[b]);
    return w->at + 1 < w->count ? score_words_no_deeper(w) : ERR_NONE;
}

static enum err file_read(struct score_words *w, struct buf *out)
{
    struct json_out o = json_to(out);
    struct buf lists[BLOCKS];
    enum err e;

    w->at = 0;
    w->rest = w->lines[0].text;
    if (!str_eq(w->rest, STR("gradus model 1")) || w->lines[0].level)
        return score_words_wrong(w, "the first line is: gradus model 1");
    for (int b = 0; b < BLOCKS; b++)
        lists[b] = buf_new(w->c->arena, LIMIT_MODEL_BYTES);
    json_begin(&o);
    if ((e = body_read(w, &o, lists)))
        return e;
    for (int b = 0; b < BLOCK_IDEAL; b++) {
        json_key(&o, blocks[b].list);
        json_put_raw(&o, buf_str(&lists[b]));
    }
    if (!str_eq(buf_str(&lists[BLOCK_IDEAL]), STR("[]"))) {
        json_key(&o, "icp");
        json_begin(&o);
        json_key(&o, "conditions");
        json_put_raw(&o, buf_str(&lists[BLOCK_IDEAL]));
        json_end(&o);
    }
    json_end(&o);
    bool full = out->full;
    for (int b = 0; b < BLOCKS; b++)
        full = full || lists[b].full;
    return full ? fault_set(w->c, ERR_TOO_LARGE, "a model has at most %d bytes", LIMIT_MODEL_BYTES) : ERR_NONE;
}

/* At the line where the text stops being UTF-8. */
static enum err utf8_wrong(struct ctx *c, struct str file)
{
    struct str line;
    int number = 1;

    while (str_next(&file, '\n', &line) && utf8_is_valid(line))
        number++;
    return fault_at(c, ERR_BAD_UTF8, str_print(c->arena, "%d:1", number), "the line is not UTF-8");
}

enum err score_file_parse(struct ctx *c, struct str file, struct str *body, struct model_fitted *fitted, struct score_file_places *places)
{
    struct score_words w = {.c = c, .fitted = MODEL_NOT_FITTED};
    struct buf out = buf_new(c->arena, LIMIT_MODEL_BYTES);
    enum err e;

    *fitted = MODEL_NOT_FITTED;
    *places = (struct score_file_places){0};
    if (file.len > FILE_BYTES_MAX)
        return fault_set(c, ERR_TOO_LARGE, "a model file has at most %d bytes", FILE_BYTES_MAX);
    if (!utf8_is_valid(file))
        return utf8_wrong(c, file);
    if (str_starts(file, STR("\xEF\xBB\xBF"))) /* what some editors put before the first line */
        file = str_sub(file, 3, file.len);
    if (str_starts(file, STR("{"))) {
        *body = file;
        return ERR_NONE;
    }
    if ((e = score_words_cut(&w, file)))
        return e;
    if (w.count == 0)
        return fault_at(c, ERR_BAD_FIELD, STR("1:1"), "the first line is: gradus model 1");
    if ((e = file_read(&w, &out)))
        return e;
    *body = buf_str(&out);
    *fitted = w.fitted;
    *places = (struct score_file_places){w.places, w.place_count};
    return ERR_NONE;
}
