/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_event.h"

#include "base/embed.h"

enum err event_tracker_get(struct call *call)
{
    const struct embed *file = embed_find(STR("tracker/gradus.js"));

    if (!file)
        return ERR_NOT_FOUND;
    reply_header(call, "Cache-Control", STR("public, max-age=3600"));
    return reply_bytes(call, 200, "text/javascript; charset=utf-8", file->body);
}
