/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outreach/script.h"

#include "base/utf8.h"

const char *const outreach_script_kinds[] = { "call", "letter", "chat", NULL };

const struct script_blank outreach_blanks[] = {
    { "name", "имя клиента", "the lead's name" },
    { "company", "компания клиента", "the lead's company" },
    { "title", "должность клиента", "the lead's title" },
    { "email", "почта клиента", "the lead's e-mail" },
    { "phone", "телефон клиента", "the lead's phone" },
    { "product", "о каком продукте речь", "the product asked about" },
    { "source", "откуда пришёл клиент", "where the lead came from" },
    { "manager", "имя менеджера", "the manager's name" },
    { "manager.email", "почта менеджера", "the manager's e-mail" },
    { "us", "название нашей компании", "our company's name" },
    { NULL, NULL, NULL },
};

static const char open_mark[] = "{{", close_mark[] = "}}";

/* One piece of a text: what stands before a blank, and the blank; closed false: it is not closed. */
struct piece {
    struct str before, word, instead;
    bool blank, closed;
};

static struct piece piece_next(struct str *rest)
{
    struct piece p = { .before = *rest, .closed = true };
    ptrdiff_t from = str_find(*rest, STR("{{")), to;
    struct str inner;

    if (from < 0) {
        rest->len = 0;
        return p;
    }
    p.before.len = (size_t)from;
    p.blank = true;
    inner = str_sub(*rest, (size_t)from + sizeof open_mark - 1, rest->len);
    to = str_find(inner, STR("}}"));
    if (to < 0) {
        p.closed = false;
        rest->len = 0;
        return p;
    }
    *rest = str_sub(inner, (size_t)to + sizeof close_mark - 1, inner.len);
    inner.len = (size_t)to;
    p.word = inner;
    if ((to = str_find_char(inner, '|')) >= 0) {
        p.word = str_sub(inner, 0, (size_t)to);
        p.instead = str_trim(str_sub(inner, (size_t)to + 1, inner.len));
    }
    p.word = str_trim(p.word);
    return p;
}

static bool known(struct str word)
{
    if (str_starts(word, STR("fact.")) && word.len > 5)
        return true;
    for (const struct script_blank *b = outreach_blanks; b->word; b++)
        if (str_eq(word, str_of(b->word)))
            return true;
    return false;
}

/* Where byte at stands: line and column from 1, in characters. */
static void locate(struct str text, size_t at, size_t *line, size_t *column)
{
    *line = *column = 1;
    for (size_t i = 0; i < at && i < text.len; i++) {
        if (text.ptr[i] == '\n') {
            *line += 1;
            *column = 1;
        } else if (((unsigned char)text.ptr[i] & 0xc0) != 0x80) {
            *column += 1;
        }
    }
}

enum err outreach_script_check(struct ctx *c, struct str text, struct str place)
{
    struct str rest = text;

    while (rest.len) {
        struct str from = rest;
        struct piece p = piece_next(&rest);
        size_t line, column;

        if (!p.blank || (p.closed && known(p.word)))
            continue;
        locate(text, (size_t)(from.ptr - text.ptr) + p.before.len, &line, &column);
        if (!p.closed)
            return fault_at(c, ERR_BAD_FIELD, place, "line %zu, column %zu: {{ is not closed", line, column);
        return fault_at(c, ERR_BAD_FIELD, place, "line %zu, column %zu: no blank is called " STR_FMT, line, column, STR_ARG(p.word));
    }
    return ERR_NONE;
}

static struct str value_of(const struct script_values *values, struct str word)
{
    for (size_t i = 0; i < values->count; i++)
        if (str_eq(values->items[i].word, word))
            return values->items[i].value;
    return STR_NULL;
}

struct str outreach_script_fill(struct arena *a, struct str text, const struct script_values *values, struct str *missing)
{
    /* A blank of four bytes ("{{a}}" has five) gives a value of at most 4 bytes a character. */
    struct buf out = buf_new(a, text.len + (text.len / 5 + 1) * (size_t)SCRIPT_VALUE_CHARS * 4);
    struct buf holes = buf_new(a, text.len * 2 + 2);
    struct str rest = text;

    while (rest.len) {
        struct piece p = piece_next(&rest);
        struct str value;

        buf_add(&out, p.before);
        if (!p.blank)
            continue;
        value = str_trim(value_of(values, p.word));
        if (value.len == 0)
            value = p.instead;
        if (value.len == 0 && p.closed) {
            buf_add(&holes, holes.len ? STR(", ") : STR(""));
            buf_add(&holes, p.word);
        }
        buf_add(&out, utf8_line(a, value, SCRIPT_VALUE_CHARS));
    }
    if (missing)
        *missing = holes.len ? buf_str(&holes) : STR_NULL;
    return buf_str(&out);
}
