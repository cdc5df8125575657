/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bodies: gathered in the request's arena or in a file without a name, inflated on the way, never beyond the limits. */
#include "net/http_inner.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

enum {
    FIRST_BYTES = 16 * 1024,
    INFLATE_BYTES = 64 * 1024
};

struct inflater {
    z_stream z;
    bool begun, done;
    char out[INFLATE_BYTES];
};

static void *zalloc_in(void *arena, unsigned count, unsigned size)
{
    return arena_zalloc(arena, count, size);
}

static void zfree_in(void *arena, void *ptr)
{
    (void)arena;
    (void)ptr;
}

int http_spool_open(struct http_request *rq)
{
    struct http_inner *in = (struct http_inner *)rq;
    char *path = str_cz(rq->arena, str_print(rq->arena, STR_FMT "/body.XXXXXX", STR_ARG(in->server->conf.spool_dir)));
    int fd = mkostemp(path, O_CLOEXEC);

    if (fd >= 0)
        unlink(path);
    return fd;
}

static bool spool_write(struct http_inner *in, const char *data, size_t len)
{
    if (in->spool_fd < 0) {
        in->spool_fd = http_spool_open(&in->rq);
        if (in->spool_fd < 0)
            return false;
    }
    while (len) {
        ssize_t n = write(in->spool_fd, data, len);

        if (n <= 0)
            return false;
        data += n;
        len -= (size_t)n;
        in->body_len += (size_t)n;
    }
    return true;
}

static void keep(struct http_inner *in, const char *data, size_t len)
{
    int64_t max = in->gzip ? in->rq.max_inflated : in->rq.max_bytes;

    if ((int64_t)(in->body_len + len) > max) {
        in->rq.trouble = HTTP_BODY_LARGE;
        return;
    }
    if (in->rq.spool) {
        if (!spool_write(in, data, len))
            in->rq.trouble = HTTP_BODY_LARGE; /* no room on the disk */
        return;
    }
    if (in->body_len + len > in->body_cap) {
        size_t cap = in->body_cap ? in->body_cap * 2 : FIRST_BYTES;

        if (in->body_cap == 0 && !in->gzip && in->length_bytes > 0)
            cap = (size_t)in->length_bytes;
        while (cap < in->body_len + len)
            cap *= 2;
        in->body = in->body_cap ? arena_grow(in->rq.arena, in->body, in->body_cap, cap)
                                : arena_alloc(in->rq.arena, cap);
        in->body_cap = cap;
    }
    memcpy(in->body + in->body_len, data, len);
    in->body_len += len;
}

static void inflate_piece(struct http_inner *in, const char *data, size_t len)
{
    struct inflater *f = in->inflater;

    if (!f) {
        f = in->inflater = ARENA_NEW(in->rq.arena, struct inflater);
        f->z.zalloc = zalloc_in;
        f->z.zfree = zfree_in;
        f->z.opaque = in->rq.arena;
        f->begun = inflateInit2(&f->z, 15 + 16) == Z_OK;
    }
    if (!f->begun || f->done) {
        in->rq.trouble = HTTP_BODY_BROKEN; /* something behind the end of the stream */
        return;
    }
    f->z.next_in = (Bytef *)(uintptr_t)data;
    f->z.avail_in = (unsigned)len;
    while (in->rq.trouble == HTTP_FINE && !f->done) {
        int got;

        f->z.next_out = (Bytef *)f->out;
        f->z.avail_out = sizeof f->out;
        got = inflate(&f->z, Z_NO_FLUSH);
        if (got != Z_OK && got != Z_STREAM_END && got != Z_BUF_ERROR) {
            in->rq.trouble = HTTP_BODY_BROKEN;
            return;
        }
        keep(in, f->out, sizeof f->out - f->z.avail_out);
        f->done = got == Z_STREAM_END;
        if (f->z.avail_out != 0 && f->z.avail_in == 0)
            break;
    }
    if (f->done && f->z.avail_in > 0)
        in->rq.trouble = HTTP_BODY_BROKEN;
}

bool http_body_take(struct http_inner *in, const char *data, size_t len)
{
    in->came_bytes += (int64_t)len;
    atomic_store(&in->conn->body_bytes, in->came_bytes);
    if (in->rq.trouble != HTTP_FINE)
        return in->came_bytes <= in->rq.max_bytes + HTTP_SWALLOW_BYTES;
    if (in->came_bytes > in->rq.max_bytes)
        in->rq.trouble = HTTP_BODY_LARGE;
    else if (in->gzip)
        inflate_piece(in, data, len);
    else
        keep(in, data, len);
    return true;
}

void http_body_end(struct http_inner *in)
{
    if (in->rq.trouble != HTTP_FINE)
        return;
    if (in->gzip && in->came_bytes > 0 && !(in->inflater && in->inflater->done)) {
        in->rq.trouble = HTTP_BODY_BROKEN;
        return;
    }
    if (in->spool_fd >= 0 && in->body_len > 0) {
        in->map = mmap(NULL, in->body_len, PROT_READ, MAP_PRIVATE, in->spool_fd, 0);
        if (in->map == MAP_FAILED) {
            in->map = NULL;
            in->rq.trouble = HTTP_BODY_LARGE;
            return;
        }
        in->map_len = in->body_len;
        in->rq.body = (struct str){ in->map, in->body_len };
        return;
    }
    in->rq.body = (struct str){ in->body ? in->body : "", in->body_len };
}

void http_body_free(struct http_inner *in)
{
    if (in->inflater && in->inflater->begun)
        inflateEnd(&in->inflater->z);
    if (in->map)
        munmap(in->map, in->map_len);
    if (in->spool_fd >= 0)
        close(in->spool_fd);
}
