/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/log.h"

#include <stdatomic.h>
#include <unistd.h>

#include "base/id.h"
#include "sys/clock.h"

/* A rule broken on purpose (S4): the process has one log. */
static _Atomic int level_now = LOG_LEVEL_INFO;

enum { LINE_BYTES = 2048, TEXT_BYTES = 300 };

/* A line of fixed size: the log needs no memory, so it can speak of the want of it. */
struct line {
    char text[LINE_BYTES];
    size_t len;
};

static void add(struct line *l, struct str s)
{
    size_t room = LINE_BYTES - 4 - l->len;
    size_t n = s.len < room ? s.len : room;

    memcpy(l->text + l->len, s.ptr ? s.ptr : "", n);
    l->len += n;
}

static void add_quoted(struct line *l, struct str s)
{
    static const char hex[] = "0123456789abcdef";

    add(l, STR("\""));
    s = str_sub(s, 0, TEXT_BYTES);
    for (size_t i = 0; i < s.len && l->len < LINE_BYTES - 16; i++) {
        unsigned char ch = (unsigned char)s.ptr[i];
        char esc[6] = { '\\', 'u', '0', '0', hex[ch >> 4], hex[ch & 15] };

        if (ch == '"' || ch == '\\')
            add(l, (struct str){ (char[]){ '\\', (char)ch }, 2 });
        else if (ch < 0x20 || ch >= 0x7f)
            add(l, (struct str){ esc, 6 }); /* bytes that are no ASCII are shown as their numbers */
        else
            add(l, (struct str){ s.ptr + i, 1 });
    }
    add(l, STR("\""));
}

static void add_number(struct line *l, int64_t n)
{
    char text[24];
    size_t at = sizeof text;
    uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

    do
        text[--at] = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (n < 0)
        text[--at] = '-';
    add(l, (struct str){ text + at, sizeof text - at });
}

static void add_word(struct line *l, const struct log_word *w)
{
    char text[ID_TEXT_MAX];

    add(l, STR(","));
    add_quoted(l, str_of(w->name));
    add(l, STR(":"));
    if (!w->prefix)
        add_quoted(l, w->text);
    else if (w->prefix[0] == 0)
        add_number(l, w->number);
    else
        add_quoted(l, id_print(w->prefix, w->number, text));
}

void log_set_level(enum log_level level)
{
    atomic_store(&level_now, level);
}

enum log_level log_level_now(void)
{
    return (enum log_level)atomic_load(&level_now);
}

void log_write(enum log_level level, const struct ctx *c, const char *event, const struct log_word *words)
{
    static const char *const names[] = { "error", "warn", "info", "debug" };
    struct line l = { .len = 0 };
    char at[INSTANT_TEXT_MAX];

    add(&l, STR("{\"at\":\""));
    add(&l, instant_print(clock_now(), at));
    add(&l, STR("\",\"level\":\""));
    add(&l, str_of(names[level]));
    add(&l, STR("\",\"event\":"));
    add_quoted(&l, str_of(event));
    if (c && c->actor.id) {
        struct log_word who = LOG_ID("actor", c->actor.kind == ACTOR_USER ? "us" : "ky", c->actor.id);

        add_word(&l, &who);
    }
    for (; words->name; words++)
        add_word(&l, words);
    l.text[l.len++] = '}';
    l.text[l.len++] = '\n';
    (void)!write(STDERR_FILENO, l.text, l.len);
}
