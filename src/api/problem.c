/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A fault as application/problem+json (RFC 9457), in the caller's language. Nothing else turns errors into text for people.
 *
 * `title` and `detail` are texts of codes; the note (English in the log) is added to an item only where the caller is at fault and it
 * helps to find the place: never for what failed inside. */
#include "api/inner.h"

#include "text/text.h"

enum { PROBLEM_BYTES = 64 * 1024, RETRY_S = 1 };

/* The sentence that tells it to a person, in the caller's language. */
static struct str text_of(const struct call *call, enum err e)
{
    struct str text = text_find(call->ctx.lang, str_print(call->ctx.arena, "error.%s", err_slug(e)));

    return text.ptr ? text : str_of(err_slug(e));
}

/* What a field may be told (base/field.c) and a file (format/csv.c), by its text: these notes come in the caller's language, others as
 * they are. */
static const char *const note_keys[] = {
    "note.absence", "note.text", "note.long", "note.short", "note.whole", "note.number", "note.range", "note.words", "note.list", "note.items", "note.truth",
    "note.instant", "note.years", "note.id", "note.set", "note.null", "note.object", "note.unknown", "note.required",
    "note.csv_quote", "note.csv_cell", "note.csv_unreadable",
};

/* "row 2: ..." without its place, which is given apart; 0 where there is none. */
static int64_t row_of(struct str *note)
{
    ptrdiff_t end = str_find_char(*note, ':');
    struct str word = STR("row ");
    int64_t row = 0;

    if (end < 0 || !str_starts(*note, word) || !str_to_int(str_sub(*note, word.len, (size_t)end - word.len), &row))
        return 0;
    *note = str_sub(*note, (size_t)end + 2, note->len);
    return row;
}

static struct str note_text(const struct call *call, struct str note)
{
    for (size_t i = 0; i < countof(note_keys); i++) {
        struct str key = str_of(note_keys[i]), english = text_find(LANG_EN, key);

        /* "one of: a, b": the words follow the text. */
        if (str_starts(note, english) && (note.len == english.len || english.ptr[english.len - 1] == ':'))
            return str_print(call->ctx.arena, STR_FMT STR_FMT, STR_ARG(text_find(call->ctx.lang, key)), STR_ARG(str_sub(note, english.len, note.len)));
    }
    return note;
}

static struct str note_of(const struct call *call, struct str note)
{
    struct str said = note;
    int64_t row = row_of(&said);
    struct str text = note_text(call, said);

    if (!row || text.ptr == said.ptr)
        return row ? note : text;
    return str_print(call->ctx.arena, STR_FMT " %lld: " STR_FMT, STR_ARG(text_find(call->ctx.lang, STR("note.row"))), (long long)row, STR_ARG(text));
}

static void write_items(const struct call *call, struct json_out *o, struct str at)
{
    const struct fault *f = &call->ctx.fault;
    int count = f->count < FAULTS_MAX ? f->count : FAULTS_MAX;

    json_list(o);
    for (int i = 0; i < count; i++) {
        json_begin(o);
        json_key(o, "pointer");
        json_put_text(o, str_print(call->ctx.arena, STR_FMT "%s", STR_ARG(at), f->items[i].field));
        json_key(o, "code");
        json_put_text(o, str_of(err_slug(f->items[i].code)));
        json_key(o, "detail");
        json_put_text(o, text_of(call, f->items[i].code));
        if (f->items[i].note[0]) {
            json_key(o, "note");
            json_put_text(o, note_of(call, str_of(f->items[i].note)));
        }
        json_end(o);
    }
    json_list_end(o);
}

struct str problem_items(struct call *call, struct str at)
{
    struct buf b = buf_new(call->ctx.arena, PROBLEM_BYTES);
    struct json_out o = json_to(&b);

    write_items(call, &o, at);
    return buf_str(&b);
}

void problem_write(struct call *call, enum err e)
{
    struct buf b = buf_new(call->ctx.arena, PROBLEM_BYTES);
    struct json_out o = json_to(&b);
    int status = err_status(e);

    json_begin(&o);
    json_key(&o, "type");
    json_put_text(&o, str_print(call->ctx.arena, "/problems/%s", err_slug(e)));
    json_key(&o, "title");
    json_put_text(&o, text_of(call, e));
    json_key(&o, "status");
    json_put_int(&o, status);
    if (status < 500 && call->ctx.fault.count > 0) {
        json_key(&o, "detail");
        json_put_text(&o, text_of(call, call->ctx.fault.items[0].code));
        json_key(&o, "errors");
        write_items(call, &o, STR(""));
    }
    json_key(&o, "request_id");
    json_put_text(&o, call->request_id);
    json_end(&o);
    call->status = status;
    call->reply_type = "application/problem+json";
    call->reply_body = buf_str(&b);
    call->reply_stream = NULL;
    if (status == 401 && (!call->endpoint || call->endpoint->door == DOOR_API))
        reply_header(call, "WWW-Authenticate", STR("Bearer"));
    if (status == 429 || status == 503) {
        for (size_t i = 0; i < call->reply_header_count; i++)
            if (str_eq(call->reply_headers[i].name, STR("Retry-After")))
                return;
        reply_header(call, "Retry-After", str_print(call->ctx.arena, "%d", RETRY_S));
    }
}
