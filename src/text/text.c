/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "text/text.h"

#include "base/buf.h"
#include "base/embed.h"

enum { FILLED_BYTES = 64 * 1024 };

static const struct {
    const char *code;
    struct str path;
} languages[LANG_COUNT] = {
    [LANG_RU] = { "ru", { "text/ru.txt", 11 } },
    [LANG_EN] = { "en", { "text/en.txt", 11 } },
};

/* The line that holds offset at, without its end. */
static struct str line_around(struct str file, size_t at, size_t *start, size_t *next)
{
    while (at > 0 && file.ptr[at - 1] != '\n')
        at--;
    *start = at;
    ptrdiff_t end = str_find_char(str_sub(file, at, file.len), '\n');
    size_t len = end < 0 ? file.len - at : (size_t)end;
    *next = at + len + (end >= 0);
    return str_sub(file, at, len);
}

static struct str key_of(struct str line, struct str *text)
{
    ptrdiff_t at = str_find(line, STR(" = "));
    *text = at < 0 ? STR("") : str_sub(line, (size_t)at + 3, line.len);
    return at < 0 ? line : str_sub(line, 0, (size_t)at);
}

/* Halves the bytes of the file and looks at the line in the middle: the file is its own index. */
struct str text_find(enum lang lang, struct str key)
{
    const struct embed *f = embed_find(languages[lang].path);
    size_t low = 0, high = f ? f->body.len : 0;
    while (low < high) {
        size_t start, next;
        struct str text, line = line_around(f->body, low + (high - low) / 2, &start, &next);
        int d = str_cmp(key_of(line, &text), key);
        if (d == 0)
            return text;
        if (d < 0)
            low = next;
        else
            high = start;
    }
    return STR_NULL;
}

struct str text_either(enum lang lang, struct str ru, struct str en)
{
    struct str mine = lang == LANG_RU ? ru : en, other = lang == LANG_RU ? en : ru;

    return mine.len ? mine : other;
}

struct str text_fact(struct arena *a, enum lang lang, struct str fact)
{
    struct str known = text_find(lang, str_print(a, "learn.fact.%s", str_cz(a, fact)));
    char *own = str_cz(a, fact);

    if (known.len)
        return known;
    for (char *p = own; *p; p++)
        *p = *p == '_' ? ' ' : *p;
    if (*own >= 'a' && *own <= 'z')
        *own = (char)(*own - 'a' + 'A');
    return str_of(own);
}

struct str text_get(enum lang lang, const char *key)
{
    struct str text = text_find(lang, str_of(key));
    return str_is_null(text) ? str_of(key) : text;
}

static const struct text_arg *arg_find(const struct text_arg *args, struct str name)
{
    for (; args && args->name; args++)
        if (str_eq(str_of(args->name), name))
            return args;
    return NULL;
}

static struct str fill(struct arena *a, struct str text, const struct text_arg *args)
{
    struct buf b = buf_new(a, FILLED_BYTES);
    for (;;) {
        ptrdiff_t open = str_find_char(text, '{');
        ptrdiff_t close = open < 0 ? -1 : str_find_char(str_sub(text, (size_t)open, text.len), '}');
        if (close < 0)
            break;
        const struct text_arg *arg = arg_find(args, str_sub(text, (size_t)open + 1, (size_t)close - 1));
        buf_add(&b, str_sub(text, 0, (size_t)open));
        buf_add(&b, arg ? arg->value : str_sub(text, (size_t)open, (size_t)close + 1));
        text = str_sub(text, (size_t)(open + close) + 1, text.len);
    }
    buf_add(&b, text);
    return buf_str(&b);
}

struct str text_fill(struct arena *a, enum lang lang, const char *key, const struct text_arg *args)
{
    return fill(a, text_get(lang, key), args);
}

const char *text_form(enum lang lang, int64_t n)
{
    uint64_t m = n < 0 ? -(uint64_t)n : (uint64_t)n;
    if (lang == LANG_EN)
        return m == 1 ? "one" : "other";
    uint64_t tens = m % 100, ones = m % 10;
    if (tens >= 11 && tens <= 14)
        return "many";
    return ones == 1 ? "one" : ones >= 2 && ones <= 4 ? "few" : "many";
}

struct str text_count(struct arena *a, enum lang lang, const char *key, int64_t n, const struct text_arg *args)
{
    struct str text = text_find(lang, str_print(a, "%s.%s", key, text_form(lang, n)));
    if (str_is_null(text))
        return str_of(key);
    struct text_arg number[] = { { "n", str_print(a, "%lld", (long long)n) }, { NULL, STR_NULL } };
    return fill(a, fill(a, text, number), args);
}

enum lang text_lang(struct str code)
{
    for (int i = 0; i < LANG_COUNT; i++)
        if (str_eq(str_of(languages[i].code), code))
            return (enum lang)i;
    return LANG_RU;
}

const char *text_lang_code(enum lang lang)
{
    return languages[lang].code;
}
