/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/file_words.h"

enum { FILE_BYTES_MAX = 8 * 1024 * 1024 };

struct print {
    struct buf out;
    struct json_out json;
};

static void line(struct print *p, int level, const char *word)
{
    for (int i = 0; i < level; i++)
        buf_add(&p->out, STR("  "));
    buf_add(&p->out, str_of(word));
}

static void value(struct print *p, const struct json *v)
{
    struct json_out o = json_to(&p->out);
    json_put(&o, v);
}

static void end(struct print *p)
{
    buf_char(&p->out, '\n');
}

static bool is_bare(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!score_words_bare(s.ptr[i]))
            return false;
    return s.len > 0;
}

static void name(struct print *p, const struct json *v)
{
    buf_char(&p->out, ' ');
    if (is_bare(json_text(v)))
        buf_add(&p->out, v->as.text);
    else
        value(p, v);
}

/* " a, b" of a list, " a" of one. */
static void values(struct print *p, const struct json *v)
{
    if (!v)
        return;
    for (uint32_t i = 0; i < (v->type == JSON_ARRAY ? v->count : 1); i++) {
        buf_add(&p->out, i ? STR(", ") : STR(" "));
        value(p, v->type == JSON_ARRAY ? &v->as.items[i] : v);
    }
}

/* ---- conditions ---- */

static void test(struct print *p, const struct json *from)
{
    buf_char(&p->out, ' ');
    buf_add(&p->out, json_text(json_find(from, STR("op"))));
    values(p, json_find(from, STR("value")));
}

static void wheres(struct print *p, int level, const struct json *match)
{
    const struct json *list = json_find(match, STR("where"));

    end(p);
    for (uint32_t i = 0; list && i < list->count; i++) {
        line(p, level, "where");
        name(p, json_find(&list->as.items[i], STR("prop")));
        test(p, &list->as.items[i]);
        end(p);
    }
}

/* "event ..", "page ..", "anything" and the end of the line, its tests below. */
static void match(struct print *p, int level, const struct json *m)
{
    const struct json *names = json_find(m, STR("event")), *path = json_find(m, STR("page"));

    buf_add(&p->out, names ? STR("event") : path ? STR("page") : STR("anything"));
    values(p, names ? names : path);
    wheres(p, level, m);
}

static void window(struct print *p, const struct json *from)
{
    static const char *const units[] = {"days", "hours", "minutes"};

    for (size_t i = 0; i < countof(units); i++) {
        const struct json *v = json_find(from, str_of(units[i]));
        if (!v)
            continue;
        buf_char(&p->out, ' ');
        value(p, v);
        buf_char(&p->out, ' ');
        buf_add(&p->out, str_of(units[i]));
    }
}

static void condition(struct print *p, int level, const struct json *k);

static void windowed(struct print *p, int level, const struct json *k)
{
    const struct json *m;

    if ((m = json_find(k, STR("count")))) {
        buf_add(&p->out, STR("count"));
        test(p, k);
        buf_add(&p->out, STR(" in"));
        window(p, k);
        buf_add(&p->out, STR(" of "));
        match(p, level, m);
    } else if ((m = json_find(k, STR("answered")))) {
        buf_add(&p->out, STR("answered in"));
        window(p, k);
        end(p);
        line(p, level, "ask ");
        match(p, level + 1, json_find(m, STR("ask")));
        line(p, level, "reply ");
        match(p, level + 1, json_find(m, STR("reply")));
    } else {
        m = json_find(k, STR("within"));
        buf_add(&p->out, m ? STR("within") : STR("silent"));
        window(p, k);
        buf_char(&p->out, ' ');
        match(p, level, m ? m : json_find(k, STR("silent")));
    }
}

/* The rest of a line that has begun; level is that of the lines below it. */
static void condition(struct print *p, int level, const struct json *k)
{
    const struct json *all = json_find(k, STR("all")), *list = all ? all : json_find(k, STR("any"));
    const struct json *inner = json_find(k, STR("not"));

    if (list || inner) {
        buf_add(&p->out, inner && !list ? STR("not") : all ? STR("all") : STR("any"));
        end(p);
        for (uint32_t i = 0; i < (list ? list->count : 1); i++) {
            line(p, level, "");
            condition(p, level + 1, list ? &list->as.items[i] : inner);
        }
    } else if (json_find(k, STR("fact"))) {
        buf_add(&p->out, STR("fact"));
        name(p, json_find(k, STR("fact")));
        test(p, k);
        end(p);
    } else if (json_find(k, STR("event")) || json_find(k, STR("page"))) {
        match(p, level, k);
    } else {
        windowed(p, level, k);
    }
}

/* ---- members ---- */

/* Its own words, or false: then it is told as `member VALUE`. */
typedef bool member_print(struct print *p, const struct json *of, struct str key, const struct json *v);

static bool title_print(struct print *p, struct str key, const struct json *v)
{
    if (!str_eq(key, STR("title")) || !json_is(v, JSON_OBJECT) || v->count == 0)
        return false;
    for (uint32_t i = 0; i < v->count; i++) {
        line(p, 1, "title ");
        buf_add(&p->out, v->as.members[i].key);
        buf_char(&p->out, ' ');
        value(p, &v->as.members[i].value);
        end(p);
    }
    return true;
}

static bool group_member(struct print *p, const struct json *of, struct str key, const struct json *v)
{
    (void)of;
    return title_print(p, key, v);
}

static void counted(struct print *p, const char *before, const struct json *v, const char *after)
{
    line(p, 1, before);
    value(p, v);
    buf_add(&p->out, str_of(after));
    end(p);
}

static void ageing_print(struct print *p, const struct json *v)
{
    const struct json *percent = json_find(v, STR("percent"));

    line(p, 1, "ageing ");
    buf_add(&p->out, json_text(json_find(v, STR("kind"))));
    buf_char(&p->out, ' ');
    if (percent) {
        value(p, percent);
        buf_add(&p->out, STR(" percent every "));
    }
    value(p, json_find(v, STR("days")));
    buf_add(&p->out, STR(" days\n"));
}

static void when_print(struct print *p, const struct json *v)
{
    line(p, 1, "when ");
    condition(p, 2, v);
}

static bool criterion_member(struct print *p, const struct json *of, struct str key, const struct json *v)
{
    (void)of;
    if (title_print(p, key, v))
        return true;
    if (str_eq(key, STR("group"))) {
        line(p, 1, "group");
        name(p, v);
        end(p);
    } else if (str_eq(key, STR("enabled"))) {
        if (!v->as.truth)
            line(p, 1, "off\n");
    } else if (str_eq(key, STR("max_times"))) {
        counted(p, "at most ", v, " times");
    } else if (str_eq(key, STR("max_points"))) {
        counted(p, "at most ", v, " points");
    } else if (str_eq(key, STR("cooldown_hours"))) {
        counted(p, "once per ", v, " hours");
    } else if (str_eq(key, STR("ageing"))) {
        ageing_print(p, v);
    } else if (str_eq(key, STR("when"))) {
        when_print(p, v);
    } else {
        return false;
    }
    return true;
}

static bool gate_member(struct print *p, const struct json *of, struct str key, const struct json *v)
{
    if (str_eq(key, STR("min")))
        return true;
    if (str_eq(key, STR("when"))) {
        when_print(p, v);
        return true;
    }
    if (!str_eq(key, STR("group")))
        return false;
    line(p, 1, "group");
    name(p, v);
    buf_add(&p->out, STR(" at least "));
    value(p, json_find(of, STR("min")));
    end(p);
    return true;
}

static bool ideal_member(struct print *p, const struct json *of, struct str key, const struct json *v)
{
    (void)of;
    if (title_print(p, key, v))
        return true;
    if (!str_eq(key, STR("when")))
        return false;
    when_print(p, v);
    return true;
}

static void members(struct print *p, int level, const struct json *of, const char *but, member_print *own)
{
    for (uint32_t i = 0; i < of->count; i++) {
        const struct json_member *m = &of->as.members[i];
        if (str_eq(m->key, str_of(but)) || (own && own(p, of, m->key, &m->value)))
            continue;
        line(p, level, "");
        buf_add(&p->out, m->key);
        buf_char(&p->out, ' ');
        value(p, &m->value);
        end(p);
    }
}

/* id: the member in the block's own line; "": none is. */
static void blocks(struct print *p, const struct json *list, const char *word, const char *id, member_print *own)
{
    for (uint32_t i = 0; list && i < list->count; i++) {
        end(p);
        line(p, 0, word);
        if (*id)
            name(p, json_find(&list->as.items[i], str_of(id)));
        end(p);
        members(p, 1, &list->as.items[i], id, own);
    }
}

/* Lists have blocks of their own. */
static bool is_block(struct print *p, const struct json *of, struct str key, const struct json *v)
{
    (void)p;
    (void)of;
    (void)v;
    return str_eq(key, STR("groups")) || str_eq(key, STR("criteria")) || str_eq(key, STR("gates")) || str_eq(key, STR("icp"));
}

static void fitted_print(struct print *p, struct model_fitted fitted)
{
    char until[INSTANT_TEXT_MAX], auc[FIX_TEXT_MAX];

    if (fitted.until == INSTANT_NONE)
        return;
    line(p, 0, "fitted until \"");
    buf_add(&p->out, instant_print(fitted.until, until));
    buf_add(&p->out, STR("\" auc "));
    buf_add(&p->out, fix_print(fitted.auc, auc));
    end(p);
}

enum err score_file_print(struct ctx *c, struct str body, struct model_fitted fitted, struct str *file)
{
    struct print p = {.out = buf_new(c->arena, FILE_BYTES_MAX)};
    struct json *tree;
    enum err e = json_read(c, body, &tree);

    if (e)
        return e;
    buf_add(&p.out, STR("gradus model 1\n\n"));
    members(&p, 0, tree, "", is_block);
    fitted_print(&p, fitted);
    blocks(&p, json_find(tree, STR("groups")), "group", "name", group_member);
    blocks(&p, json_find(tree, STR("criteria")), "criterion", "id", criterion_member);
    blocks(&p, json_find(tree, STR("gates")), "gate", "band", gate_member);
    blocks(&p, json_find(json_find(tree, STR("icp")), STR("conditions")), "ideal", "", ideal_member);
    if (p.out.full)
        return fault_set(c, ERR_TOO_LARGE, "the file would be above %d bytes", FILE_BYTES_MAX);
    *file = buf_str(&p.out);
    return ERR_NONE;
}
