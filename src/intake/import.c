/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* States, guesses and mappings; rows are read in import_row.c. */
#include "base/limits.h"
#include "base/utf8.h"
#include "intake/import.h"
#include "sys/zone.h"

const char *const intake_kind_names[] = { "leads", "events", NULL };
const char *const intake_state_names[] = { "preview", "running", "done", "failed", "stopped",
                                           "undoing", "undone", NULL };
const char *const intake_status_names[] = { "accepted", "updated", "repeated", "refused", NULL };
const char *const intake_format_names[] = { "text", "number", "boolean", "date", NULL };

static const char *const dates_names[] = { "dmy", "mdy", "iso", NULL };

static const bool may[INTAKE_STATES][INTAKE_STATES] = {
    [INTAKE_PREVIEW] = { [INTAKE_RUNNING] = true },
    [INTAKE_RUNNING] = { [INTAKE_DONE] = true, [INTAKE_FAILED] = true, [INTAKE_STOPPED] = true },
    [INTAKE_STOPPED] = { [INTAKE_RUNNING] = true, [INTAKE_UNDOING] = true },
    [INTAKE_FAILED] = { [INTAKE_RUNNING] = true, [INTAKE_UNDOING] = true },
    [INTAKE_DONE] = { [INTAKE_UNDOING] = true },
    [INTAKE_UNDOING] = { [INTAKE_UNDONE] = true },
};

bool intake_may(enum intake_state from, enum intake_state to)
{
    return may[from][to];
}

/* Fields by kind, and the format that each has whatever the mapping says: who a lead is is a text, also where it is written in digits. Only a name of
 * the file's own is read as the mapping tells. */
struct field_name {
    const char *name;
    enum intake_format format;
};
static const struct field_name lead_fields[] = {
    { "user_id", INTAKE_TEXT },      { "anonymous_id", INTAKE_TEXT }, { "email", INTAKE_TEXT },
    { "phone", INTAKE_TEXT },        { "name", INTAKE_TEXT },         { "first_name", INTAKE_TEXT },
    { "last_name", INTAKE_TEXT },    { "middle_name", INTAKE_TEXT },  { "title", INTAKE_TEXT },
    { "company", INTAKE_TEXT },      { "industry", INTAKE_TEXT },     { "revenue", INTAKE_NUMBER },
    { "employees", INTAKE_NUMBER },  { "region", INTAKE_TEXT },       { "city", INTAKE_TEXT },
    { "country", INTAKE_TEXT },      { "source", INTAKE_TEXT },       { "budget", INTAKE_NUMBER },
    { "created_at", INTAKE_DATE },   { "outcome", INTAKE_TEXT },      { "outcome_at", INTAKE_DATE },
    { "stage", INTAKE_TEXT },
};
static const struct field_name event_fields[] = {
    { "messageId", INTAKE_TEXT },   { "type", INTAKE_TEXT },  { "event", INTAKE_TEXT },
    { "userId", INTAKE_TEXT },      { "anonymousId", INTAKE_TEXT }, { "email", INTAKE_TEXT },
    { "phone", INTAKE_TEXT },       { "timestamp", INTAKE_DATE },
};
/* What may have a name of its own behind the dot. */
static const char *const lead_open[] = { "fact.", NULL };
static const char *const event_open[] = { "properties.", "context.", "traits.", NULL };

static const struct field_name *field_find(enum intake_kind kind, struct str name)
{
    static const struct field_name open = { "", INTAKE_TEXT };
    const struct field_name *list = kind == INTAKE_LEADS ? lead_fields : event_fields;
    size_t n = kind == INTAKE_LEADS ? countof(lead_fields) : countof(event_fields);
    const char *const *prefixes = kind == INTAKE_LEADS ? lead_open : event_open;

    for (size_t i = 0; i < n; i++)
        if (str_eq(name, str_of(list[i].name)))
            return &list[i];
    for (; *prefixes; prefixes++)
        if (str_starts(name, str_of(*prefixes)) && name.len > strlen(*prefixes) &&
            name.len <= LIMIT_NAME_CHARS)
            return &open;
    return NULL;
}

/* ---- guessing ---- */

/* Folded headings, '|' between them. The whole heading must be one of these. */
static const struct {
    enum intake_kind kind;
    const char *field, *headings;
} guesses[] = {
    { INTAKE_LEADS, "email", "email|e-mail|e mail|mail|почта|эл. почта|электронная почта|емейл|имейл|email address|адрес электронной почты|рабочий e-mail" },
    { INTAKE_LEADS, "phone", "phone|phone number|телефон|тел|тел.|номер телефона|mobile|mobile phone|моб|моб.|мобильный|мобильный телефон|сотовый|рабочий телефон" },
    { INTAKE_LEADS, "name", "name|full name|имя|фио|ф.и.о.|фамилия имя отчество|имя и фамилия|контакт|contact|contact name|клиент|lead name|lead|лид" },
    { INTAKE_LEADS, "first_name", "first name|firstname|first_name|given name" },
    { INTAKE_LEADS, "last_name", "last name|lastname|last_name|surname|family name|фамилия" },
    { INTAKE_LEADS, "middle_name", "middle name|middle_name|отчество" },
    { INTAKE_LEADS, "title", "title|job title|position|role|должность" },
    { INTAKE_LEADS, "company", "company|company name|account|organization|organisation|компания|название компании|организация|фирма|юр. лицо|юрлицо|предприятие" },
    { INTAKE_LEADS, "industry", "industry|sector|отрасль|сфера|сфера деятельности" },
    { INTAKE_LEADS, "revenue", "revenue|annual revenue|turnover|выручка|оборот" },
    { INTAKE_LEADS, "employees", "employees|headcount|number of employees|company size|сотрудники|сотрудников|число сотрудников|количество сотрудников|численность" },
    { INTAKE_LEADS, "region", "region|state|province|регион|область" },
    { INTAKE_LEADS, "city", "city|town|город" },
    { INTAKE_LEADS, "country", "country|страна" },
    { INTAKE_LEADS, "source", "source|lead source|utm_source|channel|origin|источник|источник лида|канал" },
    { INTAKE_LEADS, "budget", "budget|бюджет" },
    { INTAKE_LEADS, "user_id", "id|user id|userid|user_id|external id|external_id|lead id|contact id|prospect id|customer id|client id|внешний id|код клиента|ид" },
    { INTAKE_LEADS, "created_at", "created|created at|created_at|date created|create date|first contact|first contact date|first_contact_date|registered at|registration date|дата создания|дата заявки|дата обращения|дата регистрации|создан|дата" },
    { INTAKE_LEADS, "outcome", "outcome|converted|is converted|won|is won|closed won|bought|y|target|исход|результат|итог|результат сделки|куплено|купил|выигран" },
    { INTAKE_LEADS, "outcome_at", "outcome at|outcome_at|decided|decided at|won date|won_date|close date|closed at|closed_at|close_date|date closed|дата исхода|дата закрытия|дата сделки|когда решилось|закрыт|закрыта" },
    { INTAKE_LEADS, "stage", "stage|lead stage|deal stage|status|lead status|этап|стадия|статус|этап сделки|стадия сделки|статус лида" },
    { INTAKE_EVENTS, "messageId", "messageid|message id|message_id" },
    { INTAKE_EVENTS, "type", "type|тип" },
    { INTAKE_EVENTS, "event", "event|event name|event_name|event type|event_type|событие" },
    { INTAKE_EVENTS, "userId", "userid|user id|user_id|customer id|client id|id клиента" },
    { INTAKE_EVENTS, "anonymousId", "anonymousid|anonymous id|anonymous_id|visitor id|visitor_id" },
    { INTAKE_EVENTS, "email", "email|e-mail|почта" },
    { INTAKE_EVENTS, "phone", "phone|телефон" },
    { INTAKE_EVENTS, "timestamp", "timestamp|time|event time|event_time|date|datetime|время|дата|дата и время" },
};

static bool has_piece(const char *list, struct str word)
{
    struct str rest = str_of(list), piece;

    while (str_next(&rest, '|', &piece))
        if (str_eq(piece, word))
            return true;
    return false;
}

static bool mostly(const struct str *samples, size_t count, bool (*is)(struct str))
{
    size_t filled = 0, fit = 0;

    for (size_t i = 0; i < count; i++) {
        struct str s = str_trim(samples[i]);
        filled += s.len > 0;
        fit += s.len > 0 && is(s);
    }
    return filled > 0 && fit * 10 >= filled * 8;
}

static bool looks_email(struct str s)
{
    ptrdiff_t at = str_find_char(s, '@');
    return at > 0 && str_find_char(str_sub(s, (size_t)at, s.len), '.') > 0 &&
           str_find_char(s, ' ') < 0;
}

static bool looks_phone(struct str s)
{
    size_t digits = 0;

    for (size_t i = 0; i < s.len; i++) {
        digits += s.ptr[i] >= '0' && s.ptr[i] <= '9';
        if (!strchr("0123456789+-() .", s.ptr[i]) || !s.ptr[i])
            return false;
    }
    return digits >= 10 && digits <= 13 && (s.ptr[0] == '+' || s.ptr[0] == '8' || s.ptr[0] == '7' || s.ptr[0] == '(');
}

/* "-5", "1 234" no, "1.234.567,8": a minus stands first, and between two marks there are thousands. "20-50", "31.12.2025" and "192.168.1.1" are texts: taken
 * for numbers their rows would be refused. */
static bool looks_number(struct str s)
{
    size_t digits = 0, since = 0, marks = 0;

    s = s.ptr[0] == '-' ? str_sub(s, 1, s.len) : s;
    for (size_t i = 0; i < s.len; i++, since++) {
        bool mark = s.ptr[i] == '.' || s.ptr[i] == ',';
        if (!mark && (s.ptr[i] < '0' || s.ptr[i] > '9'))
            return false;
        if (mark && marks++ && since != 3)
            return false;
        if (mark)
            since = (size_t)-1;
        digits += !mark;
    }
    return digits > 0 && digits <= 15 && !(s.len > 1 && s.ptr[0] == '0' && s.ptr[1] != '.' && s.ptr[1] != ',');
}

static bool looks_common(struct str s)
{
    return s.ptr[0] >= 'a' && s.ptr[0] <= 'z';
}

static bool has_no_digit(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
            return false;
    return true;
}

/* "Status" may be anything: it is a stage if its words are. */
static bool says_stage(struct arena *a, struct str field, const struct str *samples, size_t count)
{
    size_t filled = 0, fit = 0;

    for (size_t i = 0; i < count; i++) {
        filled += str_trim(samples[i]).len > 0;
        fit += str_trim(samples[i]).len > 0 && intake_says_stage(a, field, samples[i]);
    }
    return fit == filled;
}

struct str intake_guess(enum intake_kind kind, struct str heading, const struct str *samples,
                        size_t count, enum intake_format *format)
{
    struct arena *a = arena_new(64 * 1024);
    struct str word = utf8_fold(a, str_trim(utf8_cut(heading, LIMIT_NAME_CHARS)));
    struct str field = STR("");

    for (size_t i = 0; i < countof(guesses) && !field.len; i++)
        if (guesses[i].kind == kind && has_piece(guesses[i].headings, word))
            field = str_of(guesses[i].field);
    if ((str_eq(field, STR("outcome")) || str_eq(field, STR("stage"))) && !says_stage(a, field, samples, count))
        field = STR("");
    /* "Contact" is a person, or by what people are reached ("cellular"). */
    if (str_eq(word, STR("contact")) && mostly(samples, count, looks_common))
        field = STR("");
    arena_free(a);
    const struct field_name *known = field.len ? field_find(kind, field) : NULL;
    if (known && known->format != INTAKE_TEXT && mostly(samples, count, has_no_digit)) /* "Budget: yes" is no sum, and would refuse its rows */
        field = STR("");
    if (!field.len && kind == INTAKE_LEADS && mostly(samples, count, looks_email))
        field = STR("email");
    if (!field.len && kind == INTAKE_LEADS && mostly(samples, count, looks_phone))
        field = STR("phone");
    known = field.len ? field_find(kind, field) : NULL;
    *format = known ? known->format : mostly(samples, count, looks_number) ? INTAKE_NUMBER : INTAKE_TEXT;
    return field;
}

static bool is_identity(struct str field)
{
    static const char *const ids = "email|phone|user_id|anonymous_id";

    return field.len && has_piece(ids, field);
}

/* "mql_id", "№": what a table numbers its rows by, where every one of the samples is another. */
static bool numbers_rows(struct str heading, const struct str *samples, size_t count)
{
    struct arena *a = arena_new(16 * 1024);
    struct str word = utf8_fold(a, str_trim(utf8_cut(heading, LIMIT_NAME_CHARS)));
    bool is = str_ends(word, STR("_id")) || str_ends(word, STR(" id")) || has_piece("row|row number|no|n|number|номер|номер строки|№|№ п/п", word);

    arena_free(a);
    for (size_t i = 0; is && i < count; i++) {
        is = str_trim(samples[i]).len > 0;
        for (size_t k = 0; is && k < i; k++)
            is = !str_eq(samples[i], samples[k]);
    }
    return is && count > 0;
}

/* The samples of one column. */
static size_t column_samples(const struct csv_row *rows, size_t row_count, size_t column, struct str *to,
                             size_t max)
{
    size_t n = 0;

    for (size_t r = 0; r < row_count && n < max; r++)
        if (column < rows[r].count)
            to[n++] = rows[r].cells[column];
    return n;
}

struct str intake_mapping_guess(struct ctx *c, enum intake_kind kind, const struct str *headings,
                                size_t count, const struct csv_row *rows, size_t row_count)
{
    struct buf b = buf_new(c->arena, 256 * 1024);
    struct json_out o = json_to(&b);
    struct str samples[20], *fields = ARENA_ARRAY(c->arena, struct str, count + 1);
    enum intake_format *formats = ARENA_ARRAY(c->arena, enum intake_format, count + 1);
    bool surname = false, whose = kind != INTAKE_LEADS;

    for (size_t i = 0; i < count; i++) {
        size_t n = column_samples(rows, row_count, i, samples, countof(samples));
        fields[i] = intake_guess(kind, headings[i], samples, n, &formats[i]);
        for (size_t k = 0; k < i; k++) /* the first column of a name has it */
            if (str_eq(fields[k], fields[i]))
                fields[i] = STR("");
        surname = surname || str_eq(fields[i], STR("last_name"));
        whose = whose || is_identity(fields[i]);
    }
    for (size_t i = 0; i < count && !whose; i++) { /* nothing says whose a row is: the first column that could */
        whose = !fields[i].len && numbers_rows(headings[i], samples, column_samples(rows, row_count, i, samples, countof(samples)));
        fields[i] = whose ? STR("user_id") : fields[i];
        formats[i] = whose ? INTAKE_TEXT : formats[i];
    }
    json_begin(&o);
    json_key(&o, "columns");
    json_list(&o);
    for (size_t i = 0; i < count; i++) {
        /* Beside a surname, "Имя" is the first name. */
        if (surname && str_eq(fields[i], STR("name")))
            fields[i] = STR("first_name");
        if (kind == INTAKE_EVENTS && !fields[i].len && headings[i].len)
            fields[i] = str_print(c->arena, "properties." STR_FMT, STR_ARG(utf8_cut(headings[i], 100)));
        json_begin(&o);
        json_key(&o, "index");
        json_put_int(&o, (int64_t)i);
        json_key(&o, "field");
        json_put_text(&o, fields[i].ptr ? fields[i] : STR(""));
        json_key(&o, "format");
        json_put_text(&o, str_of(intake_format_names[formats[i]]));
        json_end(&o);
    }
    json_list_end(&o);
    json_end(&o);
    return buf_str(&b);
}

/* ---- reading a mapping ---- */

struct map_reader {
    struct ctx *c;
    enum intake_kind kind;
    const struct str *headings;
    size_t count;
    enum err first;
};

static void map_fault(struct map_reader *r, enum err code, struct str pointer, const char *note)
{
    enum err e = fault_at(r->c, code, pointer, "%s", note);
    if (!r->first)
        r->first = e;
}

/* The column by `index` or by `name`; false when neither leads to one. */
static bool column_of(struct map_reader *r, const struct json *item, size_t *index)
{
    struct str name = json_text(json_find(item, STR("name")));
    int64_t i;

    if (json_int(json_find(item, STR("index")), &i)) {
        *index = (size_t)i;
        return i >= 0 && i < LIMIT_IMPORT_COLUMNS && (!r->headings || (size_t)i < r->count);
    }
    for (size_t k = 0; name.ptr && k < r->count; k++) {
        if (str_eq(str_trim(r->headings[k]), str_trim(name))) {
            *index = k;
            return true;
        }
    }
    return false;
}

static int word_index(const char *const *names, struct str word)
{
    for (int i = 0; names[i]; i++)
        if (str_eq(word, str_of(names[i])))
            return i;
    return -1;
}

/* Whether one stands inside the other, or both are one place: a text at properties.a leaves no room for properties.a.b. */
static bool is_in_the_way(struct str x, struct str y)
{
    struct str inner = x.len > y.len ? x : y, outer = x.len > y.len ? y : x;
    bool nested = str_starts(outer, STR("properties.")) || str_starts(outer, STR("context."));

    if (nested && str_starts(inner, outer) && (inner.len == outer.len || inner.ptr[outer.len] == '.'))
        return true;
    return str_starts(inner, STR("traits.")) && str_eq(str_sub(inner, 7, inner.len), outer);
}

static void read_column(struct map_reader *r, const struct json *item, uint32_t at, struct intake_mapping *m)
{
    struct str field = json_text(json_find(item, STR("field")));
    struct str format = json_text(json_find(item, STR("format")));
    struct arena *a = r->c->arena;
    struct intake_map_column column = { .field = field };
    const struct field_name *known = field_find(r->kind, field);

    if (!column_of(r, item, &column.index)) {
        map_fault(r, ERR_BAD_FIELD, str_print(a, "/columns/%u/index", at), "no such column");
        return;
    }
    if (!field.len)
        return;
    if (!known) {
        map_fault(r, ERR_BAD_FIELD, str_print(a, "/columns/%u/field", at), "no such field");
        return;
    }
    for (size_t i = 0; i < m->count; i++)
        if (str_eq(m->columns[i].field, field) || is_in_the_way(m->columns[i].field, field))
            map_fault(r, ERR_TWICE, str_print(a, "/columns/%u/field", at), "the field has a column already");
    column.format = known->format;
    int f = format.len ? word_index(intake_format_names, format) : (int)known->format;
    if (f < 0)
        map_fault(r, ERR_BAD_FIELD, str_print(a, "/columns/%u/format", at), "no such format");
    else if (!known->name[0])
        column.format = (enum intake_format)f;
    m->columns[m->count++] = column;
}

/* A list of words, folded for comparing. */
static struct str *read_words(struct map_reader *r, const struct json *v, const char *key, size_t *count)
{
    const struct json *list = json_find(v, str_of(key));
    struct str *words = ARENA_ARRAY(r->c->arena, struct str, (list ? list->count : 0) + 1);

    *count = 0;
    if (!list || json_is(list, JSON_NULL))
        return words;
    if (!json_is(list, JSON_ARRAY)) {
        map_fault(r, ERR_BAD_FIELD, str_print(r->c->arena, "/%s", key), "not a list");
        return words;
    }
    for (uint32_t i = 0; i < list->count; i++)
        if (json_is(&list->as.items[i], JSON_TEXT))
            words[(*count)++] = utf8_fold(r->c->arena, str_trim(list->as.items[i].as.text));
    return words;
}

/* A constant stands where a column of the same field has nothing; inside another field there is no such place. */
static bool constant_fits(const struct intake_mapping *m, const struct json *before, struct str field)
{
    bool fits = true;

    for (size_t i = 0; i < m->count; i++)
        fits &= str_eq(m->columns[i].field, field) || !is_in_the_way(m->columns[i].field, field);
    for (size_t i = 0; i < before->count; i++)
        fits &= !is_in_the_way(before->as.members[i].key, field);
    return fits;
}

static void read_constants(struct map_reader *r, const struct json *v, struct intake_mapping *m)
{
    const struct json *constants = json_find(v, STR("constants"));
    struct str source = json_text(json_find(v, STR("source")));
    size_t n = constants && constants->type == JSON_OBJECT ? constants->count : 0;
    struct json *all = ARENA_NEW(r->c->arena, struct json);

    if (n > LIMIT_IMPORT_COLUMNS) {
        map_fault(r, ERR_OUT_OF_RANGE, STR("/constants"), "more than a file may have columns");
        n = 0;
    }
    *all = (struct json){ .type = JSON_OBJECT,
                          .as.members = ARENA_ARRAY(r->c->arena, struct json_member, n + 1) };
    for (size_t i = 0; i < n; i++) {
        const struct json_member *one = &constants->as.members[i];
        if (!field_find(r->kind, one->key) || one->value.type != JSON_TEXT)
            map_fault(r, ERR_BAD_FIELD, str_print(r->c->arena, "/constants/" STR_FMT, STR_ARG(one->key)),
                      "no such field, or no text");
        else if (!constant_fits(m, all, one->key))
            map_fault(r, ERR_TWICE, str_print(r->c->arena, "/constants/" STR_FMT, STR_ARG(one->key)), "another field stands in its place");
        else if (one->value.as.text.len)
            all->as.members[all->count++] = *one;
    }
    if (source.len && r->kind == INTAKE_LEADS && !json_find(all, STR("source")))
        all->as.members[all->count++] =
            (struct json_member){ STR("source"), { .type = JSON_TEXT, .as.text = source } };
    m->constants = all;
}

static void read_manner(struct map_reader *r, const struct json *v, struct intake_mapping *m)
{
    struct str decimal = json_text(json_find(v, STR("decimal")));
    struct str dates = json_text(json_find(v, STR("dates")));
    struct str region = json_text(json_find(v, STR("region")));
    struct str zone_said = json_text(json_find(v, STR("zone")));
    int64_t zone = 0;

    if (decimal.len == 1 && (decimal.ptr[0] == '.' || decimal.ptr[0] == ','))
        m->decimal = decimal.ptr[0];
    else if (decimal.len)
        map_fault(r, ERR_BAD_FIELD, STR("/decimal"), "a full stop or a comma");
    if (dates.len && word_index(dates_names, dates) < 0)
        map_fault(r, ERR_BAD_FIELD, STR("/dates"), "dmy, mdy or iso");
    else if (dates.len)
        m->dates = (enum intake_dates)word_index(dates_names, dates);
    if (region.len && region.len != 2)
        map_fault(r, ERR_BAD_FIELD, STR("/region"), "two letters");
    else if (region.len)
        memcpy(m->region, region.ptr, 2);
    if (json_int(json_find(v, STR("zone_minutes")), &zone) && (zone < -900 || zone > 900))
        map_fault(r, ERR_OUT_OF_RANGE, STR("/zone_minutes"), "at most 15 hours");
    m->zone_minutes = (int32_t)zone;
    if (zone_said.len && !(m->zone = zone_find(zone_said)))
        map_fault(r, ERR_BAD_FIELD, STR("/zone"), "a zone's name, as Europe/Moscow");
    m->yes = read_words(r, v, "yes", &m->yes_count);
    m->no = read_words(r, v, "no", &m->no_count);
    m->empty = read_words(r, v, "empty", &m->empty_count);
}

enum err intake_mapping_read(struct ctx *c, enum intake_kind kind, const struct json *v,
                             const struct str *headings, size_t count,
                             struct intake_mapping *mapping)
{
    static const char *const keys[] = { "columns", "constants", "source", "decimal", "dates", "zone", "zone_minutes",
                                        "yes", "no", "empty", "region", NULL };
    struct map_reader r = { .c = c, .kind = kind, .headings = headings, .count = count };
    struct intake_mapping m = { .kind = kind, .region = "" };
    const struct json *columns = json_find(v, STR("columns"));

    if (!json_is(v, JSON_OBJECT))
        return fault_set(c, ERR_BAD_FIELD, "a mapping is an object");
    r.first = json_members_check(c, v, STR(""), keys);
    if (!json_is(columns, JSON_ARRAY) || columns->count > LIMIT_IMPORT_COLUMNS)
        return fault_field(c, columns ? ERR_BAD_FIELD : ERR_MISSING, "/columns");
    m.columns = ARENA_ARRAY(c->arena, struct intake_map_column, columns->count + 1);
    for (uint32_t i = 0; i < columns->count; i++)
        read_column(&r, &columns->as.items[i], i, &m);
    read_constants(&r, v, &m);
    read_manner(&r, v, &m);
    if (!r.first && m.count == 0)
        map_fault(&r, ERR_MISSING, STR("/columns"), "no column has a field");
    if (r.first)
        return r.first;
    *mapping = m;
    return ERR_NONE;
}
