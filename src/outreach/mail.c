/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outreach/mail.h"

#include "base/base64.h"
#include "base/json.h"
#include "outreach/leave.h"
#include "sys/idn.h"
#include "text/text.h"

#define CONNECT_US (10 * SECOND_US)
#define WHOLE_US   (45 * SECOND_US)
enum { MESSAGE_BYTES = 512 * 1024, WORD_BYTES = 39, LINE_CHARS = 75, KEEP_BYTES = 4096 };

struct str outreach_mail_address(struct arena *a, struct str address)
{
    ptrdiff_t at = str_find_char(address, '@');
    struct str host;

    if (at < 1 || at > 64 || address.len > 254)
        return STR_NULL;
    host = str_sub(address, (size_t)at + 1, address.len);
    for (size_t i = 0; i < address.len; i++) {
        unsigned char ch = (unsigned char)address.ptr[i];

        if (ch <= 32 || ch == 127 || strchr("\"(),:;<>[\\]", ch) || (ch == '@' && i != (size_t)at))
            return STR_NULL;
    }
    if (str_find_char(host, '.') < 1 || host.ptr[host.len - 1] == '.' || address.ptr[0] == '.' || address.ptr[at - 1] == '.')
        return STR_NULL;
    host = idn_ascii(a, host);
    return host.len ? str_print(a, STR_FMT "@" STR_FMT, STR_ARG(str_sub(address, 0, (size_t)at)), STR_ARG(host)) : STR_NULL;
}

static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 32 || (unsigned char)text.ptr[i] > 126)
            return false;
    return str_find(text, STR("=?")) < 0;
}

struct str outreach_mail_words(struct arena *a, struct str text)
{
    struct buf b = buf_new(a, text.len * 3 + 200);

    if (is_plain(text) && text.len <= LINE_CHARS - 15)
        return text;
    while (text.len) {
        size_t n = text.len < WORD_BYTES ? text.len : WORD_BYTES;

        while (n > 1 && n < text.len && ((unsigned char)text.ptr[n] & 0xc0) == 0x80)
            n--; /* a character is not cut in two */
        buf_print(&b, "%s=?UTF-8?B?" STR_FMT "?=", b.len ? "\r\n " : "", STR_ARG(base64_standard(a, str_sub(text, 0, n))));
        text = str_sub(text, n, text.len);
    }
    return buf_str(&b);
}

struct str outreach_mail_quoted(struct arena *a, struct str text)
{
    static const char hex[] = "0123456789ABCDEF";
    struct buf b = buf_new(a, text.len * 4 + 16);
    size_t line = 0;

    for (size_t i = 0; i < text.len; i++) {
        unsigned char ch = (unsigned char)text.ptr[i];
        bool last = i + 1 == text.len || text.ptr[i + 1] == '\n' || text.ptr[i + 1] == '\r';
        bool plain = (ch > 32 && ch < 127 && ch != '=' && !(ch == '.' && line == 0)) || ((ch == ' ' || ch == '\t') && !last);

        if (ch == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n')
            continue;
        if (ch == '\n' || ch == '\r') {
            buf_add(&b, STR("\r\n"));
            line = 0;
            continue;
        }
        if (line + (plain ? 1 : 3) > LINE_CHARS) {
            buf_add(&b, STR("=\r\n"));
            line = 0;
            plain = plain && ch != '.';
        }
        if (plain)
            buf_char(&b, (char)ch);
        else
            buf_print(&b, "=%c%c", hex[ch >> 4], hex[ch & 15]);
        line += plain ? 1 : 3;
    }
    buf_add(&b, STR("\r\n"));
    return buf_str(&b);
}

/* "Thu, 26 Nov 2026 09:00:00 +0000" */
static void put_date(struct buf *b, instant at)
{
    static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    int64_t day = at / DAY_US, second = at % DAY_US / SECOND_US;
    int y, m, d;

    date_of_days(day, &y, &m, &d);
    buf_print(b, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[day % 7], d, months[m - 1], y, (int)(second / 3600),
              (int)(second / 60 % 60), (int)(second % 60));
}

static struct str path_of(struct ctx *c, const struct outreach_letter *l)
{
    struct json *extra = NULL;

    if (!l->extra.len || json_read(c, l->extra, &extra)) {
        fault_clear(c);
        return STR("");
    }
    return json_text(json_find(extra, STR("path")));
}

/* The name before an address: a quoted string, or encoded words. */
static struct str name_words(struct arena *a, struct str name)
{
    struct buf b = buf_new(a, name.len * 2 + 3);

    if (!is_plain(name))
        return outreach_mail_words(a, name);
    buf_char(&b, '"');
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '"' || name.ptr[i] == '\\')
            buf_char(&b, '\\');
        buf_char(&b, name.ptr[i]);
    }
    buf_char(&b, '"');
    return buf_str(&b);
}

struct str outreach_mail_html(struct arena *a, struct str text)
{
    struct buf b = buf_new(a, text.len * 8 + 100);
    struct str line;
    bool open = false;

    while (str_next(&text, '\n', &line)) {
        if (line.len && line.ptr[line.len - 1] == '\r')
            line.len--;
        if (line.len == 0) {
            buf_add(&b, open ? STR("</p>\n") : STR(""));
            open = false;
            continue;
        }
        buf_add(&b, open ? STR("<br>\n") : STR("<p>"));
        buf_markup(&b, line);
        open = true;
    }
    buf_add(&b, open ? STR("</p>\n") : STR(""));
    return buf_str(&b);
}

/* The link that stops letters to a lead; empty: there is none. */
static struct str leave_of(struct ctx *c, const struct outreach_way *way, const struct outreach_letter *l)
{
    struct str token = outreach_leave_token(c->arena, way->leave_key, l->id);

    if (!token.ptr || !str_starts(way->public_url, STR("https://")))
        return STR("");
    return str_print(c->arena, STR_FMT OUTREACH_LEAVE_PATH STR_FMT, STR_ARG(way->public_url), STR_ARG(token));
}

static void put_part(struct buf *b, struct arena *a, const char *type, struct str text)
{
    buf_print(b, "Content-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", type);
    buf_add(b, outreach_mail_quoted(a, text));
}

/* To a lead: text and HTML, and how to get no more of it. The boundary has what quoted-printable never makes. */
static void put_for_lead(struct ctx *c, const struct outreach_way *way, const struct outreach_letter *l, struct str from, struct buf *b)
{
    struct str leave = leave_of(c, way, l), words = text_get(l->lang, "letter.leave"), mark = outreach_letter_name(c->arena, l->id);
    struct buf text = buf_new(c->arena, MESSAGE_BYTES / 8), html = buf_new(c->arena, MESSAGE_BYTES);

    if (leave.len)
        buf_print(b, "List-Unsubscribe: <" STR_FMT ">,\r\n <mailto:" STR_FMT "?subject=unsubscribe>\r\n"
                     "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", STR_ARG(leave), STR_ARG(from));
    else
        buf_print(b, "List-Unsubscribe: <mailto:" STR_FMT "?subject=unsubscribe>\r\n", STR_ARG(from));
    buf_add(&text, l->body);
    buf_print(&html, "<!doctype html>\n<html lang=\"%s\"><body>\n", text_lang_code(l->lang));
    buf_add(&html, outreach_mail_html(c->arena, l->body));
    if (leave.len) {
        buf_print(&text, "\n\n--\n" STR_FMT ": " STR_FMT, STR_ARG(words), STR_ARG(leave));
        buf_add(&html, STR("<hr>\n<p><a href=\""));
        buf_markup(&html, leave);
        buf_print(&html, "\">" STR_FMT "</a></p>\n", STR_ARG(words));
    }
    buf_add(&html, STR("</body></html>\n"));
    buf_print(b, "Content-Type: multipart/alternative; boundary=\"=_" STR_FMT "\"\r\n\r\n--=_" STR_FMT "\r\n", STR_ARG(mark), STR_ARG(mark));
    put_part(b, c->arena, "text/plain", buf_str(&text));
    buf_print(b, "--=_" STR_FMT "\r\n", STR_ARG(mark));
    put_part(b, c->arena, "text/html", buf_str(&html));
    buf_print(b, "--=_" STR_FMT "--\r\n", STR_ARG(mark));
    b->full = b->full || text.full || html.full;
}

static void put_for_house(struct ctx *c, const struct outreach_way *way, const struct outreach_letter *l, struct buf *b)
{
    struct buf body = buf_new(c->arena, MESSAGE_BYTES / 8);
    struct str path = path_of(c, l);

    buf_add(&body, l->body);
    if (path.len && way->public_url.len)
        buf_print(&body, "\n\n" STR_FMT STR_FMT, STR_ARG(way->public_url), STR_ARG(path));
    put_part(b, c->arena, "text/plain", buf_str(&body));
    b->full = b->full || body.full;
}

static struct str message(struct ctx *c, const struct outreach_way *way, const struct outreach_letter *l, struct str from, struct str to)
{
    struct buf b = buf_new(c->arena, MESSAGE_BYTES);
    struct str host = str_sub(from, (size_t)str_find_char(from, '@') + 1, from.len);
    char id[ID_TEXT_MAX];

    if (way->mail_name.len)
        buf_print(&b, "From: " STR_FMT "\r\n <" STR_FMT ">\r\n", STR_ARG(name_words(c->arena, way->mail_name)), STR_ARG(from));
    else
        buf_print(&b, "From: <" STR_FMT ">\r\n", STR_ARG(from));
    buf_print(&b, "To: <" STR_FMT ">\r\nSubject: " STR_FMT "\r\n", STR_ARG(to), STR_ARG(outreach_mail_words(c->arena, l->subject)));
    put_date(&b, l->made_at);
    buf_print(&b, "Message-ID: <" STR_FMT "@" STR_FMT ">\r\n", STR_ARG(id_print(PREFIX_LETTER, l->id.v, id)), STR_ARG(host));
    buf_add(&b, STR("MIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n"));
    if (l->kind == OUTREACH_REPLY)
        put_for_lead(c, way, l, from, &b);
    else
        put_for_house(c, way, l, &b);
    return b.full ? STR_NULL : buf_str(&b);
}

enum err outreach_mail_compose(struct ctx *c, const struct outreach_way *way, const struct outreach_letter *l,
                               const struct outreach_target *target, struct outreach_outgoing *out)
{
    struct str from = outreach_mail_address(c->arena, way->mail_from), to = outreach_mail_address(c->arena, l->address), text;
    bool tls = str_eq(way->mail_tls, STR("tls"));

    (void)target;
    if (!way->mail_set)
        return fault_set(c, ERR_CONFLICT, "no_relay");
    if (!from.len || !to.len)
        return fault_set(c, ERR_CONFLICT, "bad_address");
    text = message(c, way, l, from, to);
    if (!text.ptr)
        return fault_set(c, ERR_CONFLICT, "too_long");
    *out = (struct outreach_outgoing){
        .call = { .url = str_print(c->arena, "%s://" STR_FMT ":%lld/" STR_FMT, tls ? "smtps" : "smtp", STR_ARG(way->mail_host),
                                   (long long)way->mail_port, STR_ARG(str_sub(from, (size_t)str_find_char(from, '@') + 1, from.len))),
                  .guarded = true, .body = text, .connect_us = CONNECT_US, .whole_us = WHOLE_US, .keep_bytes = KEEP_BYTES,
                  .from = from, .to = to, .user = way->mail_user, .password = way->mail_password,
                  .need_tls = !tls && !str_eq(way->mail_tls, STR("none")) },
    };
    return ERR_NONE;
}

/* The enhanced code of a line "550 5.1.1 no such user", or of "550-5.1.1 ..."; empty: it has none. */
static struct str enhanced_of(struct str note)
{
    size_t end = 4;

    if (note.len < 9 || note.ptr[4] != '5' || note.ptr[5] != '.')
        return STR("");
    while (end < note.len && (note.ptr[end] == '.' || (note.ptr[end] >= '0' && note.ptr[end] <= '9')))
        end++;
    return str_sub(note, 4, end - 4);
}

bool outreach_mail_is_nobody(int64_t status, struct str note)
{
    static const char *const codes[] = { "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1" };
    struct str code = enhanced_of(note);

    if (status < 500 || status > 599)
        return false;
    if (code.len == 0)
        return status == 550 || status == 551;
    for (size_t i = 0; i < countof(codes); i++)
        if (str_eq(code, str_of(codes[i])))
            return true;
    return false;
}

void outreach_mail_judge(struct ctx *c, const struct client_reply *reply, struct outreach_result *r, bool *gone)
{
    (void)c;
    *gone = reply->end == CLIENT_ANSWERED && outreach_mail_is_nobody(reply->status, reply->note);
    r->status = reply->status;
    r->state = LETTER_WAITING;
    if (reply->end == CLIENT_FORBIDDEN)
        r->state = LETTER_DEAD;
    if (reply->end != CLIENT_ANSWERED) {
        r->error = outreach_end_word(reply->end);
        return;
    }
    if (reply->status >= 200 && reply->status < 400)
        r->state = LETTER_SENT;
    else if (reply->status >= 500)
        r->state = LETTER_DEAD;
    r->error = reply->note;
}
