/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/export.h"

#include "api/inner.h"

#include <errno.h>
#include <unistd.h>

enum {
    EXPORT_BYTES = 256 << 20,
    PIECE_BYTES = 64 << 10,    /* so much is written at once */
    TEXT_BYTES = 16 << 20,     /* a page of rows, at most */
    RETRY_S = 10
};

/* Each reader of a table holds a place until it has left, however slowly; one caller a few, so that he cannot keep the others away. */
static int place_take(struct api *api, int64_t actor)
{
    int found = -1, own = 0;

    pthread_mutex_lock(&api->export_lock);
    for (int i = 0; i < EXPORTS_MOST; i++) {
        if (api->exports[i] == 0)
            found = i;
        else if (api->exports[i] == actor)
            own++;
    }
    if (own >= EXPORTS_OF_ONE)
        found = -1;
    if (found >= 0)
        api->exports[found] = actor;
    pthread_mutex_unlock(&api->export_lock);
    return found;
}

static void place_give(void *self)
{
    struct export *x = self;
    struct api *api = x->call->house->api;

    pthread_mutex_lock(&api->export_lock);
    api->exports[x->slot] = 0;
    pthread_mutex_unlock(&api->export_lock);
}

enum err export_begin(struct call *call, char delimiter, struct export **made)
{
    struct export *x = ARENA_NEW(call->request->arena, struct export);

    x->call = call;
    x->slot = place_take(call->house->api, call->ctx.actor.id);
    if (x->slot < 0) {
        reply_header(call, "Retry-After", str_print(call->request->arena, "%d", RETRY_S));
        return fault_set(&call->ctx, ERR_SLOW_DOWN, "%d tables at once, %d of one caller", EXPORTS_MOST, EXPORTS_OF_ONE);
    }
    x->file = (struct http_file){ .fd = http_spool_open(call->request), .end = place_give, .self = x };
    if (x->file.fd < 0) {
        place_give(x);
        return fault_set(&call->ctx, ERR_AWAY, "no file for the table: %s", strerror(errno));
    }
    x->page = arena_new(0);
    x->text = buf_new(call->request->arena, TEXT_BYTES);
    x->csv = csv_to(&x->text, delimiter, true);
    call->export = x;
    *made = x;
    return ERR_NONE;
}

void export_page(struct export *x)
{
    arena_reset(x->page);
    x->call->ctx.arena = x->page;
}

static enum err write_out(struct export *x)
{
    struct str rest = buf_str(&x->text);

    if (x->text.full || x->file.size_bytes + (int64_t)rest.len > EXPORT_BYTES)
        return fault_set(&x->call->ctx, ERR_TOO_LARGE, "the table is over %d MiB: narrow the filter", EXPORT_BYTES >> 20);
    while (rest.len) {
        ssize_t n = write(x->file.fd, rest.ptr, rest.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return fault_set(&x->call->ctx, ERR_AWAY, "the table cannot be written: %s", strerror(errno));
        x->file.size_bytes += n;
        rest = str_sub(rest, (size_t)n, rest.len);
    }
    x->text.len = 0;
    return ERR_NONE;
}

enum err export_flush(struct export *x)
{
    return x->text.len < PIECE_BYTES ? ERR_NONE : write_out(x);
}

static void page_free(struct export *x)
{
    x->call->ctx.arena = x->call->request->arena;
    arena_free(x->page);
    x->page = NULL;
}

enum err export_end(struct export *x, const char *name)
{
    struct call *call = x->call;
    enum err e = write_out(x);

    if (e)
        return e;
    page_free(x);
    reply_header(call, "Content-Disposition", str_print(call->ctx.arena, "attachment; filename=\"%s\"", name));
    return reply_file(call, "text/csv; charset=utf-8", &x->file);
}

void export_drop(struct call *call)
{
    struct export *x = call->export;

    if (!x || call->reply_file)
        return;
    call->export = NULL;
    page_free(x);
    close(x->file.fd);
    place_give(x);
}
