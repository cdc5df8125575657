/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the library lets through and a strict server must not. */
#include "net/http_inner.h"
#include "net/url.h"

enum { TARGET_MAX = 8192 };

static bool is_token(struct str s)
{
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (c <= 0x20 || c >= 0x7f || strchr("()<>@,;:\\\"/[]?={}", c))
            return false;
    }
    return true;
}

static bool is_value(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static bool headers_are_plain(const struct http_request *rq)
{
    for (size_t i = 0; i < rq->header_count; i++)
        if (!is_token(rq->headers[i].name) || !is_value(rq->headers[i].value))
            return false;
    return true;
}

static enum http_trouble bad_head(struct http_request *rq, const char *why)
{
    rq->why = why;
    return HTTP_BAD_HEAD;
}

/* Content-Length: digits only, once. -1 when absent, -2 when bad. */
static int64_t length_of(const struct http_request *rq)
{
    struct str s = http_header_find(rq, STR("content-length"));
    int64_t v;

    if (str_is_null(s))
        return -1;
    if (http_header_count(rq, STR("content-length")) > 1 || s.len == 0 || s.len > 18)
        return -2;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return -2;
    return str_to_int(s, &v) ? v : -2;
}

bool http_length_is_plain(const struct http_request *rq)
{
    return length_of(rq) != -2;
}

/* What follows a chunk's length the library skips unread, up to the first line end. Whoever stood before us and held that end for a part of a quoted
 * text would see one request where we see two: so nothing behind a body in chunks is read. */
static enum http_trouble check_framing(struct http_inner *in)
{
    struct http_request *rq = &in->rq;
    struct str coding = http_header_find(rq, STR("transfer-encoding"));

    in->length_bytes = length_of(rq);
    if (in->length_bytes == -2)
        return bad_head(rq, HTTP_WHY_LENGTH);
    if (str_is_null(coding))
        return HTTP_FINE;
    if (in->length_bytes >= 0 || http_header_count(rq, STR("transfer-encoding")) > 1)
        return bad_head(rq, "the length of the body is said twice");
    in->in_chunks = str_eq_nocase(coding, STR("chunked"));
    if (in->in_chunks)
        return HTTP_FINE;
    return str_find_char(coding, ',') >= 0 ? bad_head(rq, "one transfer coding is wanted") : HTTP_BAD_CODING;
}

static enum http_trouble check_target(struct http_request *rq)
{
    struct str path;

    if (rq->target.len > TARGET_MAX)
        return HTTP_LONG_TARGET;
    url_split(rq->target, &path, &rq->query);
    if (rq->method == OPTIONS && str_eq(path, STR("*"))) {
        rq->path = path;
        return HTTP_FINE;
    }
    if (!url_decode(rq->arena, path, false, &path))
        return bad_head(rq, "the path cannot be decoded");
    if (rq->method == HTTP_KNOWN || rq->method == HTTP_UNKNOWN) {
        rq->path = path; /* CONNECT names a host, not a path; it is refused for its method */
        return HTTP_FINE;
    }
    if (!url_path_is_clean(path))
        return bad_head(rq, "the path is not a plain one");
    rq->path = path;
    return HTTP_FINE;
}

/* The library takes bare LF, folded lines and NUL in its stride, and says nothing of them. But its strings are the bytes that came, cut by NULs
 * in place: behind a value two bytes (CR and LF) lie before the next name, and the head is as long as these add up to. Anything else
 * between them is what must not be there. Only addresses are compared; no byte is read that is not a string's own. */
static bool lines_are_plain(const struct http_inner *in)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(in->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    const char *end = in->version + strlen(in->version);

    if (in->url + in->rq.target.len + 1 != in->version)
        return false;
    for (size_t i = 0; i < in->rq.header_count; i++) {
        if (in->rq.headers[i].name.ptr != end + 2)
            return false;
        end = in->rq.headers[i].value.ptr + in->rq.headers[i].value.len;
    }
    return info && in->rq.method_name.ptr + info->header_size == end + 4;
}

void http_check_head(struct http_inner *in)
{
    struct http_request *rq = &in->rq;
    struct str coding = http_header_find(rq, STR("content-encoding"));
    int hosts = http_header_count(rq, STR("host"));
    enum http_trouble t = check_target(rq);

    if (t == HTTP_FINE)
        t = check_framing(in);
    if (hosts > 1 || (hosts == 0 && str_eq(str_of(in->version), STR(MHD_HTTP_VERSION_1_1))))
        t = bad_head(rq, "one Host header is wanted");
    if (!headers_are_plain(rq) || !lines_are_plain(in))
        t = bad_head(rq, "a line of the head is malformed");
    if (t == HTTP_FINE && !str_is_null(coding) && !str_eq_nocase(coding, STR("identity"))) {
        in->gzip = str_eq_nocase(coding, STR("gzip")) || str_eq_nocase(coding, STR("x-gzip"));
        if (!in->gzip)
            t = HTTP_BODY_TYPE;
    }
    rq->trouble = t;
}
