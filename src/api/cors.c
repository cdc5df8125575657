/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Other sites' pages may send events: every answer of event collection says so, errors too, or a browser hides them and its SDK takes
 * them for a broken network. Names are listed, because a `*` does not cover Authorization; Retry-After is exposed, or SDKs retry
 * at once. */
#include "api/inner.h"

static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 0x20 || (unsigned char)s.ptr[i] >= 0x7f)
            return false;
    return s.len > 0 && s.len < 1000;
}

void cors_headers(struct call *call)
{
    struct str origin = http_header_find(call->request, STR("origin"));
    struct str wanted = http_header_find(call->request, STR("access-control-request-headers"));

    reply_header(call, "Vary", STR("Origin"));
    if (!is_plain(origin))
        return;
    reply_header(call, "Access-Control-Allow-Origin", origin);
    reply_header(call, "Access-Control-Expose-Headers", STR("Retry-After"));
    if (call->request->method != OPTIONS)
        return;
    reply_header(call, "Access-Control-Allow-Methods", STR("GET, POST, OPTIONS"));
    reply_header(call, "Access-Control-Allow-Headers",
                 is_plain(wanted) ? wanted : STR("authorization, content-type, x-retry-count, anonymousid, sentat"));
    reply_header(call, "Access-Control-Max-Age", STR("86400"));
}
