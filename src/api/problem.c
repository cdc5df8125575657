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

/* What a field may be told (base/field.c), a file (format/csv.c), whoever asks for what cannot be now (ERR_CONFLICT) and who lost a race
 * (ERR_BUSY), by its text: these notes come in the caller's language, others as they are. A text that ends with a colon has something behind
 * it, which stays; but where the row gives `words`, a word of the program, told by the text words + word. The house check holds that each
 * note of those two is here. */
static const struct {
    const char *key, *words;
} notes[] = {
    { "note.absence", NULL }, { "note.text", NULL }, { "note.long", NULL }, { "note.short", NULL }, { "note.whole", NULL }, { "note.number", NULL },
    { "note.range", NULL }, { "note.words", NULL }, { "note.list", NULL }, { "note.items", NULL }, { "note.truth", NULL }, { "note.instant", NULL },
    { "note.years", NULL }, { "note.id", NULL }, { "note.set", NULL }, { "note.null", NULL }, { "note.object", NULL }, { "note.unknown", NULL },
    { "note.required", NULL }, { "note.csv_quote", NULL }, { "note.csv_cell", NULL }, { "note.csv_unreadable", NULL }, { "note.csv_columns", NULL },
    { "note.csv_row", NULL }, { "note.csv_rows", NULL }, { "note.book", NULL },
    { "note.bot", NULL }, { "note.busy_clock", NULL }, { "note.busy_identity", NULL }, { "note.busy_lead", NULL }, { "note.busy_report", NULL },
    { "note.busy_row", NULL }, { "note.busy_task", NULL }, { "note.calendar", NULL }, { "note.certificate", NULL }, { "note.challenger", NULL }, { "note.closed", NULL },
    { "note.contest_over", NULL }, { "note.contest_publish", NULL }, { "note.contest_runs", NULL }, { "note.declined", NULL },
    { "note.draft_changes", NULL }, { "note.draft_drops", NULL }, { "note.draft_publishes", NULL }, { "note.draft_removes", NULL },
    { "note.draft_unnumbered", NULL }, { "note.exam_empty", NULL }, { "note.exam_nothing", NULL }, { "note.exam_over", NULL },
    { "note.exam_runs", NULL }, { "note.hooks", NULL }, { "note.import_mapped", NULL }, { "note.import_moved", NULL }, { "note.known", NULL },
    { "note.letter_way", NULL }, { "note.mail_closed", NULL }, { "note.mail_consent", NULL }, { "note.mail_none", NULL }, { "note.mail_relay", NULL },
    { "note.mail_sent", NULL }, { "note.mail_to_lead", NULL }, { "note.mark_stands", NULL }, { "note.mark_undone", NULL },
    { "note.merge_self", NULL }, { "note.merge_undone", NULL }, { "note.merged", NULL }, { "note.model_published", NULL }, { "note.next_task", NULL },
    { "note.no_report", NULL }, { "note.over", NULL }, { "note.owner", NULL }, { "note.pool_default", NULL }, { "note.pool_ruled", NULL },
    { "note.product_ruled", NULL }, { "note.product_tested", NULL }, { "note.products", NULL }, { "note.public_address", NULL },
    { "note.questions", NULL }, { "note.reach", NULL }, { "note.scripts", NULL }, { "note.task_closed", NULL }, { "note.task_queue", NULL },
    { "note.transfer_moved", NULL }, { "note.transfer_planned", NULL }, { "note.transfer_undone", NULL }, { "note.views", NULL },
    { "note.exam", "note.exam." },
    { "note.import", "note.import." },
    { "note.no_report_now", "note.no_report_now." },
    { "note.not_now", "note.not_now." },
    { "note.task", "note.task." },
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

/* What stands behind a text: the program's own word has one too. */
static struct str word_text(const struct call *call, const char *words, struct str rest)
{
    struct str word = str_trim(rest);
    struct str text = words && word.len ? text_find(call->ctx.lang, str_print(call->ctx.arena, "%s" STR_FMT, words, STR_ARG(word))) : STR_NULL;

    return text.ptr ? str_print(call->ctx.arena, " " STR_FMT, STR_ARG(text)) : rest;
}

static struct str note_text(const struct call *call, struct str note)
{
    for (size_t i = 0; i < countof(notes); i++) {
        struct str key = str_of(notes[i].key), english = text_find(LANG_EN, key);

        /* "one of: a, b": the words follow the text. */
        if (str_starts(note, english) && (note.len == english.len || english.ptr[english.len - 1] == ':'))
            return str_print(call->ctx.arena, STR_FMT STR_FMT, STR_ARG(text_find(call->ctx.lang, key)),
                             STR_ARG(word_text(call, notes[i].words, str_sub(note, english.len, note.len))));
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
