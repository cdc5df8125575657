/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The library's own complaints, in our words.
 *
 * A Content-Length that is no number, a broken chunk, a head above its limit: the library finds these itself, before anybody is asked, and answers
 * with a page of its own (and prints the head of some of them twice). It has no hook for that. But it queues the page by its own public
 * MHD_queue_response, and a program's definition of a public function stands before the library's. So the one below is called by the library
 * alone: our own replies go to the library's by its address (http_library_queue).
 *
 * What it does with a complaint: the request goes to the door as one with a trouble, as all other bad requests do (so it is answered
 * as problem+json, counted and logged), the answer is written to the socket here, and the library is told that nothing could be queued, upon which
 * it closes the connection. Were the library built so that it cannot be stood before, its own page would be sent, and tests/negative fail. */
#include "net/http_inner.h"
#include "base/buf.h"

#include <dlfcn.h>
#include <gnutls/gnutls.h>
#include <sys/socket.h>

enum { ANSWER_BYTES = 64 * 1024 };

http_queue_fn http_library_queue(void)
{
    return (http_queue_fn)(uintptr_t)dlsym(RTLD_NEXT, "MHD_queue_response");
}

static enum http_trouble trouble_of(unsigned status, bool in_body, const char **why)
{
    switch (status) {
    case MHD_HTTP_CONTENT_TOO_LARGE:
        *why = in_body ? "a chunk above 64 bits" : "Content-Length is above 64 bits";
        return in_body ? HTTP_BODY_LARGE : HTTP_BAD_HEAD; /* such a length is no number: nothing of that size was announced */
    case MHD_HTTP_URI_TOO_LONG:
        *why = "the first line has no end";
        return HTTP_LONG_TARGET;
    case MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE:
        *why = "the headers are too long";
        return HTTP_LONG_HEAD;
    case MHD_HTTP_HTTP_VERSION_NOT_SUPPORTED:
        *why = "not HTTP/1.0 or HTTP/1.1";
        return HTTP_BAD_HEAD;
    default:
        *why = in_body ? "a malformed chunk" : "a malformed head";
        return in_body ? HTTP_BODY_BROKEN : HTTP_BAD_HEAD;
    }
}

static void answer_write(const struct http_inner *in, gnutls_session_t tls)
{
    const struct http_reply *r = &in->reply;
    struct buf b = buf_new(in->rq.arena, ANSWER_BYTES);
    struct str text;

    buf_print(&b, "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Length: %zu\r\n", r->status,
              MHD_get_reason_phrase_for((unsigned)r->status), r->body.len);
    for (size_t i = 0; i < r->header_count; i++)
        buf_print(&b, STR_FMT ": " STR_FMT "\r\n", STR_ARG(r->headers[i].name), STR_ARG(r->headers[i].value));
    buf_add(&b, STR("\r\n"));
    buf_add(&b, r->body);
    text = buf_str(&b);
    if (tls)
        (void)!gnutls_record_send(tls, text.ptr, text.len);
    else
        (void)!send(in->conn->fd, text.ptr, text.len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* The library's stand-in, see above. Always MHD_NO: the connection is to be closed. */
__attribute__((visibility("default"))) enum MHD_Result MHD_queue_response(struct MHD_Connection *mhd, unsigned int status,
                                                                          struct MHD_Response *page)
{
    const union MHD_ConnectionInfo *own = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    const union MHD_ConnectionInfo *tls = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    struct http_conn *k = own ? own->socket_context : NULL;
    struct http_inner *in;
    bool line_read;

    if (!k) /* no connection of ours: somebody else in this program uses the library */
        return http_library_queue()(mhd, status, page);
    line_read = k->request != NULL;
    in = line_read ? k->request : http_request_begin(k, "", mhd);
    if (!in->handed) {
        bool in_body = in->headed;

        in->rq.trouble = trouble_of(status, in_body, &in->rq.why);
        if (!in_body)
            http_request_read(in, "-");
        if (in->rq.trouble == HTTP_BAD_HEAD && !http_length_is_plain(&in->rq))
            in->rq.why = HTTP_WHY_LENGTH;
        if (in_body || http_request_head(in))
            http_request_hand(in);
    }
    if (in->answered && !in->replied && !in->reply.stream && !in->reply.file) {
        in->replied = true;
        answer_write(in, tls ? (gnutls_session_t)tls->tls_session : NULL);
        http_linger(k);
    }
    if (!line_read)
        http_request_end(in);
    return MHD_NO;
}
