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

static enum http_trouble check_framing(struct http_inner *in)
{
    const struct http_request *rq = &in->rq;
    struct str coding = http_header_find(rq, STR("transfer-encoding"));

    in->length_bytes = length_of(rq);
    if (in->length_bytes == -2)
        return HTTP_BAD_HEAD;
    if (str_is_null(coding))
        return HTTP_FINE;
    if (in->length_bytes >= 0 || http_header_count(rq, STR("transfer-encoding")) > 1)
        return HTTP_BAD_HEAD;
    if (str_eq_nocase(coding, STR("chunked")))
        return HTTP_FINE;
    return str_find_char(coding, ',') >= 0 ? HTTP_BAD_HEAD : HTTP_BAD_CODING;
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
        return HTTP_BAD_HEAD;
    if (rq->method == HTTP_KNOWN || rq->method == HTTP_UNKNOWN) {
        rq->path = path; /* CONNECT names a host, not a path; it is refused for its method */
        return HTTP_FINE;
    }
    if (!url_path_is_clean(path))
        return HTTP_BAD_HEAD;
    rq->path = path;
    return HTTP_FINE;
}

void http_check_head(struct http_inner *in, bool version_1_1)
{
    struct http_request *rq = &in->rq;
    struct str coding = http_header_find(rq, STR("content-encoding"));
    int hosts = http_header_count(rq, STR("host"));
    enum http_trouble t = check_target(rq);

    if (t == HTTP_FINE)
        t = check_framing(in);
    if (!headers_are_plain(rq) || hosts > 1 || (hosts == 0 && version_1_1))
        t = HTTP_BAD_HEAD;
    if (t == HTTP_FINE && !str_is_null(coding) && !str_eq_nocase(coding, STR("identity"))) {
        in->gzip = str_eq_nocase(coding, STR("gzip")) || str_eq_nocase(coding, STR("x-gzip"));
        if (!in->gzip)
            t = HTTP_BODY_TYPE;
    }
    rq->trouble = t;
}

/* The library takes bare LF, folded lines and NUL in its stride, and says nothing of them. But its strings are the bytes that came, cut by NULs
 * in place: behind a value two bytes (CR and LF) lie before the next name, and the head is as long as these add up to. Anything else
 * between them is what must not be there. Only addresses are compared; no byte is read that is not a string's own. */
bool http_check_lines(const struct http_inner *in, const char *method, const char *url, const char *version)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(in->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    const char *end = version + strlen(version);

    if (url + in->rq.target.len + 1 != version)
        return false;
    for (size_t i = 0; i < in->rq.header_count; i++) {
        if (in->rq.headers[i].name.ptr != end + 2)
            return false;
        end = in->rq.headers[i].value.ptr + in->rq.headers[i].value.len;
    }
    return info && method + info->header_size == end + 4;
}
