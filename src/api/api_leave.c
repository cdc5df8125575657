/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What comes back of a letter: the link that stops letters, and that one did not arrive. */
#include "api/api_outreach.h"

#include "flow/flow_return.h"
#include "outreach/leave.h"
#include "text/text.h"

enum { PAGE_BYTES = 8 * 1024, WHY_CHARS = 500 };

/* The letter that the link came with. ERR_NOT_FOUND: no token of ours, or the letter is no more. */
static enum err letter_of_link(struct call *call, struct outreach_letter *l)
{
    struct letter_id id;
    struct str key;
    enum err e = outreach_setting_get(&call->ctx, call->tx, OUTREACH_LEAVE_KEY, &key);

    if (e)
        return e;
    if (!outreach_leave_parse(call->ctx.arena, key, param_text(call, "token"), &id))
        return ERR_NOT_FOUND;
    return outreach_letter_get(&call->ctx, call->tx, id, l);
}

/* A page for whoever has no part in the house: no script, no style of ours, nothing kept on the way. */
static enum err reply_page(struct call *call, enum lang lang, const char *words, bool button)
{
    struct buf b = buf_new(call->ctx.arena, PAGE_BYTES);

    buf_print(&b, "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
                  "<meta name=\"robots\" content=\"noindex\"><title>", text_lang_code(lang));
    buf_markup(&b, text_get(lang, "leave.title"));
    buf_add(&b, STR("</title></head><body>\n<p>"));
    buf_markup(&b, text_get(lang, words));
    buf_add(&b, STR("</p>\n"));
    if (button) {
        buf_add(&b, STR("<form method=\"post\"><input type=\"hidden\" name=\"List-Unsubscribe\" value=\"One-Click\"><button>"));
        buf_markup(&b, text_get(lang, "leave.button"));
        buf_add(&b, STR("</button></form>\n"));
    }
    buf_add(&b, STR("</body></html>\n"));
    reply_header(call, "Content-Security-Policy", STR("default-src 'none'; form-action 'self'; frame-ancestors 'none'"));
    reply_header(call, "Cache-Control", STR("no-store"));
    reply_header(call, "Referrer-Policy", STR("no-referrer"));
    return reply_bytes(call, 200, "text/html; charset=utf-8", buf_str(&b));
}

enum err leave_page(struct call *call)
{
    struct outreach_letter l;
    enum err e = letter_of_link(call, &l);

    return e ? e : reply_page(call, l.lang, "leave.ask", true);
}

enum err leave_post(struct call *call)
{
    struct outreach_letter l;
    enum err e = letter_of_link(call, &l);

    if (e)
        return e;
    if (!outreach_leave_is_said(call->request->body))
        return fault_set(&call->ctx, ERR_BAD_REQUEST, "List-Unsubscribe=One-Click is what is posted here");
    call->ctx.actor = (struct actor){ .kind = ACTOR_HOUSE };
    e = flow_leave(&call->ctx, call->tx, &l);
    return e ? e : reply_page(call, l.lang, "leave.done", false);
}

struct return_ask {
    int how;
    struct str why;
};
#define R(member) offsetof(struct return_ask, member)
const struct field letter_return_fields[] = {
    { .name = "how", .kind = FIELD_ENUM, .offset = R(how), .names = flow_return_names, .flags = FIELD_REQUIRED,
      .help = "nobody: there is none at the address, which is closed; later: it may be there another time; complaint: called spam, consent ends and the address is closed" },
    { .name = "why", .kind = FIELD_TEXT, .offset = R(why), .flags = FIELD_REQUIRED, .min = 1, .max = WHY_CHARS, .help = "in the other side's words" },
    { 0 }
};

enum err letter_return(struct call *call)
{
    struct return_ask ask = { 0 };
    struct outreach_letter l;
    struct letter_id id;
    enum err e = param_id(call, "id", PREFIX_LETTER, &id.v);

    if (e || (e = body_read(call, &ask, NULL)) || (e = outreach_letter_get(&call->ctx, call->tx, id, &l)))
        return e;
    e = flow_returned(&call->ctx, call->tx, &l, (enum flow_return)ask.how, ask.why);
    return e ? e : reply_none(call);
}
