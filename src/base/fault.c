/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/ctx.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    int status;
    const char *slug;
} rows[ERR_COUNT] = {
    [ERR_NONE] = { 200, "none" },
#define ERR(code, http, name) [code] = { http, name },
#include "base/err.def"
#undef ERR
};

int err_status(enum err e)
{
    assert((unsigned)e < ERR_COUNT);
    return rows[e].status;
}

const char *err_slug(enum err e)
{
    assert((unsigned)e < ERR_COUNT);
    return rows[e].slug;
}

/* The next free item, or NULL when there are enough. */
static struct fault_item *item_new(struct fault *f, enum err code)
{
    if (f->count++ >= FAULTS_MAX)
        return NULL;
    struct fault_item *item = &f->items[f->count - 1];
    item->code = code;
    item->field[0] = '\0';
    item->note[0] = '\0';
    return item;
}

/* A place may hold a key that an outsider chose: cut to what fits, never in the middle of a character. */
static void field_put(struct fault_item *item, struct str field)
{
    size_t n = field.len < sizeof(item->field) ? field.len : sizeof(item->field) - 1;
    while (n < field.len && n > 0 && ((unsigned char)field.ptr[n] & 0xC0) == 0x80)
        n--;
    if (n)
        memcpy(item->field, field.ptr, n);
    item->field[n] = '\0';
}

static void note_put(struct fault_item *item, const char *fmt, va_list ap)
{
    if (!fmt)
        return;
    int n = vsnprintf(item->note, sizeof(item->note), fmt, ap);
    if (n < (int)sizeof(item->note))
        return;
    size_t end = sizeof(item->note) - 1;
    while (end > 0 && ((unsigned char)item->note[end - 1] & 0xC0) == 0x80)
        end--;
    item->note[end > 0 && (unsigned char)item->note[end - 1] >= 0xC0 ? end - 1 : end] = '\0';
}

enum err fault_set(struct ctx *c, enum err code, const char *note_fmt, ...)
{
    struct fault_item *item = item_new(&c->fault, code);
    va_list ap;
    va_start(ap, note_fmt);
    if (item)
        note_put(item, note_fmt, ap);
    va_end(ap);
    return code;
}

enum err fault_field(struct ctx *c, enum err code, const char *field)
{
    struct fault_item *item = item_new(&c->fault, code);
    if (item)
        field_put(item, str_of(field));
    return code;
}

enum err fault_at(struct ctx *c, enum err code, struct str field, const char *note_fmt, ...)
{
    struct fault_item *item = item_new(&c->fault, code);
    va_list ap;
    va_start(ap, note_fmt);
    if (item) {
        field_put(item, field);
        note_put(item, note_fmt, ap);
    }
    va_end(ap);
    return code;
}

void fault_clear(struct ctx *c)
{
    c->fault.count = 0;
}
