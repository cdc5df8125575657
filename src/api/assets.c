/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The interface, from inside the program. What is under /assets/ has its hash in its name and may be kept for ever; the page is asked for anew
 * each time, by its ETag. Every path that is no file is a place within the interface and gets the page. */
#include "api/assets.h"

#include "api/inner.h"
#include "base/embed.h"

#define CSP                                                                                        \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "        \
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "                \
    "frame-src blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "                    \
    "frame-ancestors 'none'"

static const struct {
    const char *end, *type;
} types[] = {
    { ".html", "text/html; charset=utf-8" },      { ".js", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },        { ".svg", "image/svg+xml" },
    { ".png", "image/png" },                      { ".ico", "image/x-icon" },
    { ".woff2", "font/woff2" },                   { ".json", "application/json" },
    { ".webmanifest", "application/manifest+json" }, { ".txt", "text/plain; charset=utf-8" },
    { ".map", "application/json" },
};

static const char *type_of(struct str path)
{
    for (size_t i = 0; i < countof(types); i++)
        if (str_ends(path, str_of(types[i].end)))
            return types[i].type;
    return "application/octet-stream";
}

/* "gzip" among the codings, unless it is refused by ";q=0". */
static bool takes_gzip(const struct http_request *rq)
{
    struct str rest = http_header_find(rq, STR("accept-encoding")), piece;

    while (str_next(&rest, ',', &piece)) {
        piece = str_trim(piece);
        if (str_starts(piece, STR("gzip")))
            return !str_ends(piece, STR(";q=0"));
    }
    return false;
}

static void page_headers(struct call *call)
{
    reply_header(call, "Content-Security-Policy", STR(CSP));
    reply_header(call, "X-Frame-Options", STR("DENY"));
    reply_header(call, "Referrer-Policy", STR("same-origin"));
    reply_header(call, "Cross-Origin-Opener-Policy", STR("same-origin"));
    reply_header(call, "Permissions-Policy", STR("camera=(), microphone=(), geolocation=()"));
}

static void send_file(struct call *call, const struct embed *file)
{
    bool hashed = str_starts(file->path, STR("web/assets/"));
    bool gzip = file->gzip.ptr && takes_gzip(call->request);

    page_headers(call);
    reply_header(call, "Vary", STR("Accept-Encoding"));
    reply_header(call, "Cache-Control", hashed ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
    reply_header(call, "ETag", str_print(call->ctx.arena, "\"%.32s%s\"", file->hash, gzip ? "-gz" : ""));
    if (gzip)
        reply_header(call, "Content-Encoding", STR("gzip"));
    call_finish(call, reply_bytes(call, 200, type_of(file->path), gzip ? file->gzip : file->body));
}

static bool is_place(struct str path)
{
    struct str rest = path, piece, last = STR("");

    while (str_next(&rest, '/', &piece))
        last = piece;
    return str_find_char(last, '.') < 0 && !str_starts(path, STR("/assets/")) && !str_starts(path, STR("/v1/"));
}

void assets_answer(struct call *call)
{
    static const char absent[] = "<!doctype html><title>Gradus</title><p>Gradus runs. Its interface was not built: make web\n";
    struct str path = call->request->path;
    const struct embed *file = embed_find(str_print(call->ctx.arena, "web" STR_FMT, STR_ARG(path)));

    if (!file && is_place(path))
        file = embed_find(STR("web/index.html"));
    if (file) {
        send_file(call, file);
    } else if (is_place(path)) {
        page_headers(call);
        reply_header(call, "Cache-Control", STR("no-store"));
        call_finish(call, reply_bytes(call, 200, "text/html; charset=utf-8", str_of(absent)));
    } else {
        call_finish(call, ERR_NOT_FOUND);
    }
}
