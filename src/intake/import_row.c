/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One row of a file -> one event, or the reasons why it is none. */
#include <sodium.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "intake/import.h"
#include "sys/zone.h"

enum { DETAIL_CHARS = 60, ROW_HASH_BYTES = 16 };

/* Where a column's value goes in the message. */
struct placing {
    const char *field, *trait;
};
static const struct placing lead_traits[] = {
    { "email", "email" },           { "phone", "phone" },          { "name", "name" },
    { "first_name", "firstName" },  { "last_name", "lastName" },   { "middle_name", "middleName" },
    { "title", "title" },           { "company", "company" },      { "industry", "industry" },
    { "revenue", "revenue" },       { "employees", "employees" },  { "region", "region" },
    { "city", "city" },             { "country", "country" },      { "source", "source" },
    { "budget", "budget" },
};

void intake_row_fault(struct intake_row *row, int column, const char *code, struct str detail)
{
    if (row->fault_count < INTAKE_ROW_FAULTS)
        row->faults[row->fault_count] =
            (struct intake_cell_fault){ column, code, utf8_cut(detail, DETAIL_CHARS) };
    row->fault_count += row->fault_count < INTAKE_ROW_FAULTS;
}

/* ---- values ---- */

static bool among(const struct str *words, size_t count, struct str fold)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(words[i], fold))
            return true;
    return false;
}

/* Spaces of any kind, group marks and a currency or per cent sign off; '.' before the decimals. */
static bool number_text(struct arena *a, struct str s, char decimal, struct str *out)
{
    struct buf b = buf_new(a, 64);
    size_t commas = 0, stops = 0, at = 0, last_mark = 0;

    for (size_t i = 0; i < s.len; i++) {
        commas += s.ptr[i] == ',';
        stops += s.ptr[i] == '.';
        if (s.ptr[i] == ',' || s.ptr[i] == '.')
            last_mark = i;
    }
    /* Either may be the decimal mark: the last one is, unless it stands there twice or splits off three digits as a comma. */
    if (!decimal && commas && stops)
        decimal = s.ptr[last_mark];
    else if (!decimal && commas == 1)
        decimal = s.len - last_mark == 4 && s.ptr[0] != '0' ? '.' : ',';
    else if (!decimal)
        decimal = stops > 1 ? ',' : '.';
    while (at < s.len) {
        uint32_t cp = utf8_next(s, &at);
        if ((cp >= '0' && cp <= '9') || (cp == '-' && b.len == 0))
            buf_char(&b, (char)cp);
        else if (cp == 0x2212 && b.len == 0)
            buf_char(&b, '-');
        else if (cp == (uint32_t)decimal)
            buf_char(&b, '.');
        else if (cp != ' ' && cp != 0xA0 && cp != 0x202F && cp != 0x2009 && cp != '\'' && cp != ',' &&
                 cp != '.' && cp != 0x20BD && cp != '$' && cp != 0x20AC && !(cp == '%' && at == s.len))
            return false;
    }
    *out = buf_str(&b);
    return !b.full && b.len > 0;
}

static bool read_number(struct arena *a, struct str s, char decimal, struct json *v)
{
    struct str text;
    char shown[FIX_TEXT_MAX];
    fix value;

    if (!number_text(a, s, decimal, &text) || !fix_parse(text, &value))
        return false;
    text = str_dup(a, fix_print(value, shown));
    *v = (struct json){ .type = JSON_NUM, .as.text = text, .raw = text };
    int64_t whole;
    if (str_to_int(text, &whole)) {
        v->type = JSON_INT;
        v->as.integer = whole;
    }
    return true;
}

static bool read_boolean(const struct intake_mapping *m, struct str fold, struct json *v)
{
    static const char *const yes[] = { "1", "y", "yes", "true", "on", "да", "д", "истина", "+", "есть" };
    static const char *const no[] = { "0", "n", "no", "false", "off", "нет", "н", "ложь", "-" };

    *v = (struct json){ .type = JSON_BOOL, .as.truth = true };
    if (among(m->yes, m->yes_count, fold))
        return true;
    v->as.truth = false;
    if (among(m->no, m->no_count, fold))
        return true;
    for (size_t i = 0; i < countof(no); i++)
        if (str_eq(fold, str_of(no[i])))
            return true;
    v->as.truth = true;
    for (size_t i = 0; i < countof(yes); i++)
        if (str_eq(fold, str_of(yes[i])))
            return true;
    return false;
}

/* Takes up to max digits off *s. */
static bool take_digits(struct str *s, size_t max, int *value)
{
    size_t n = 0;

    *value = 0;
    while (n < s->len && n < max && s->ptr[n] >= '0' && s->ptr[n] <= '9')
        *value = *value * 10 + (s->ptr[n++] - '0');
    *s = str_sub(*s, n, s->len);
    return n > 0;
}

static bool take_char(struct str *s, const char *any)
{
    if (!s->len || !s->ptr[0] || !strchr(any, s->ptr[0]))
        return false;
    *s = str_sub(*s, 1, s->len);
    return true;
}

static bool day_is_real(int year, int month, int day)
{
    int y, m, d;

    if (year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    date_of_days(date_to_days(year, month, day), &y, &m, &d);
    return y == year && m == month && d == day;
}

/* " 23:59[:59]" or nothing. */
static bool take_clock(struct str s, int64_t *us)
{
    int h, m, sec = 0;

    *us = 0;
    s = str_trim(s);
    if (!s.len)
        return true;
    if (!take_digits(&s, 2, &h) || !take_char(&s, ":") || !take_digits(&s, 2, &m))
        return false;
    if (take_char(&s, ":") && !take_digits(&s, 2, &sec))
        return false;
    *us = (h * 60 + m) * MINUTE_US + sec * SECOND_US;
    return s.len == 0 && h < 24 && m < 60 && sec < 60;
}

/* The instant at which the wall of the file's zone showed this: where clocks were put back the first, where they were put forward that of the change. */
static instant at_wall(const struct intake_mapping *m, int64_t local_us)
{
    return m->zone ? zone_at_local(m->zone, local_us).first : local_us - m->zone_minutes * MINUTE_US;
}

/* "31.12.2025 23:59", "12/31/2025", in the mapping's order. */
static bool read_local_date(const struct intake_mapping *m, struct str s, instant *at)
{
    int first, second, year;
    int64_t clock;
    struct str rest = s;

    if (!take_digits(&rest, 2, &first) || !take_char(&rest, "./-") || !take_digits(&rest, 2, &second) ||
        !take_char(&rest, "./-") || !take_digits(&rest, 4, &year) || !take_clock(rest, &clock))
        return false;
    if (year < 100)
        year += year < 70 ? 2000 : 1900;
    int day = m->dates == INTAKE_MDY ? second : first, month = m->dates == INTAKE_MDY ? first : second;
    if (!day_is_real(year, month, day))
        return false;
    *at = at_wall(m, date_to_days(year, month, day) * DAY_US + clock);
    return true;
}

/* Days since 1899-12-30, as Excel counts: 1955 to 2119, so that a plain number is not taken for a date. */
static bool read_serial(const struct intake_mapping *m, struct str s, instant *at)
{
    fix value;

    if (s.len > 16 || str_find_char(s, '-') >= 0 || !fix_parse(s, &value) || value < 20000 * FIX_ONE ||
        value > 80000 * FIX_ONE)
        return false;
    int64_t days = value / FIX_ONE - 25569;
    int64_t part = value % FIX_ONE * (DAY_US / FIX_ONE);
    /* A spreadsheet keeps a day's part to about a second. */
    part = (part + SECOND_US / 2) / SECOND_US * SECOND_US;
    *at = at_wall(m, days * DAY_US + part);
    return true;
}

static bool has_zone(struct str s)
{
    return str_ends(s, STR("Z")) || str_ends(s, STR("z")) ||
           (s.len > 6 && (s.ptr[s.len - 6] == '+' || s.ptr[s.len - 6] == '-') && s.ptr[s.len - 3] == ':');
}

static bool read_date(struct arena *a, const struct intake_mapping *m, struct str s, instant *at)
{
    if (str_ends(s, STR(" UTC")) || str_ends(s, STR(" GMT")))
        s = str_print(a, STR_FMT "Z", STR_ARG(str_sub(s, 0, s.len - 4)));
    if (has_zone(s) && instant_parse(s, at))
        return true;
    if (read_local_date(m, s, at) || read_serial(m, s, at))
        return true;
    if (s.len == 10 && instant_parse(s, at)) {
        *at = at_wall(m, *at);
        return true;
    }
    /* Without a zone: the mapping's. Some write no seconds. */
    if (instant_parse(str_print(a, STR_FMT "Z", STR_ARG(s)), at) ||
        instant_parse(str_print(a, STR_FMT ":00Z", STR_ARG(s)), at)) {
        *at = at_wall(m, *at);
        return true;
    }
    return false;
}

/* ---- the row ---- */

struct row_reader {
    struct ctx *c;
    const struct intake_mapping *m;
    struct intake_row *row;
    struct json traits, properties, context;
    size_t room; /* members that one object may come to have: each column and constant brings one */
    struct str type;
};

static void put_member(struct json *object, struct str key, struct json value)
{
    object->as.members[object->count++] = (struct json_member){ key, value };
}

/* "page.path": nested, as SDKs send it and conditions look for it. */
static void put_nested(struct row_reader *r, struct json *object, struct str name, struct json value)
{
    ptrdiff_t dot = str_find_char(name, '.');
    struct json *inner;

    if (dot <= 0 || (size_t)dot + 1 == name.len) {
        put_member(object, name, value);
        return;
    }
    struct str first = str_sub(name, 0, (size_t)dot);
    inner = (struct json *)json_find(object, first);
    if (!inner || inner->type != JSON_OBJECT) {
        put_member(object, first, (struct json){ .type = JSON_OBJECT,
                                                 .as.members = ARENA_ARRAY(r->c->arena, struct json_member, r->room) });
        inner = &object->as.members[object->count - 1].value;
    }
    put_nested(r, inner, str_sub(name, (size_t)dot + 1, name.len), value);
}

static const char *value_of(struct row_reader *r, enum intake_format format, struct str s, struct json *v,
                            instant *at)
{
    char text[INSTANT_TEXT_MAX];

    *v = (struct json){ .type = JSON_TEXT, .as.text = s };
    switch (format) {
    case INTAKE_NUMBER:
        return read_number(r->c->arena, s, r->m->decimal, v) ? NULL : "bad_number";
    case INTAKE_BOOLEAN:
        return read_boolean(r->m, utf8_fold(r->c->arena, s), v) ? NULL : "bad_boolean";
    case INTAKE_DATE:
        if (!read_date(r->c->arena, r->m, s, at))
            return "bad_date";
        v->as.text = str_dup(r->c->arena, instant_print(*at, text));
        return NULL;
    default:
        return utf8_count(s) > LIMIT_TEXT_CHARS ? "too_long" : NULL;
    }
}

static bool is_empty_word(struct arena *a, const struct intake_mapping *m, struct str cell)
{
    return m->empty_count && among(m->empty, m->empty_count, utf8_fold(a, cell));
}

static bool is_stage(const struct intake_mapping *m, struct str field)
{
    return m->kind == INTAKE_LEADS && (str_eq(field, STR("outcome")) || str_eq(field, STR("stage")));
}

bool intake_cell_becomes(struct ctx *c, const struct intake_mapping *m, const struct intake_map_column *column, struct str cell, struct json *v)
{
    struct intake_row row = { .stage = STR("") };
    struct row_reader r = { .c = c, .m = m, .row = &row };
    struct str s = str_trim(cell);
    struct buf b = buf_new(c->arena, 8 * LIMIT_TEXT_CHARS);
    struct json_out o = json_to(&b);
    instant at;

    if (!s.len)
        return false;
    *v = (struct json){ .type = JSON_TEXT, .as.text = STR("") };
    if (is_empty_word(c->arena, m, s))
        return true;
    if (is_stage(m, column->field)) {
        if (intake_row_stage(c->arena, m, column->field, s, &row))
            return false;
        v->as.text = row.stage;
        return !str_eq(row.stage, s);
    }
    if (column->format == INTAKE_TEXT || value_of(&r, column->format, s, v, &at))
        return false;
    if (v->type == JSON_TEXT)
        return !str_eq(v->as.text, s);
    json_put(&o, v);
    return !str_eq(buf_str(&b), s);
}

static void place_lead(struct row_reader *r, int column, struct str field, struct json v, instant at)
{
    struct event *ev = &r->row->event;

    if (str_eq(field, STR("user_id")))
        ev->who.user_id = v.as.text;
    else if (str_eq(field, STR("anonymous_id")))
        ev->who.anonymous_id = v.as.text;
    else if (str_eq(field, STR("created_at")))
        ev->at = at;
    else if (str_eq(field, STR("outcome_at")))
        r->row->stage_at = at;
    if (str_eq(field, STR("email"))) {
        ev->who.email = v.as.text;
        r->row->email_column = column;
    }
    if (str_eq(field, STR("phone"))) {
        ev->who.phone = v.as.text;
        r->row->phone_column = column;
    }
    for (size_t i = 0; i < countof(lead_traits); i++)
        if (str_eq(field, str_of(lead_traits[i].field)))
            put_member(&r->traits, str_of(lead_traits[i].trait), v);
    if (str_starts(field, STR("fact.")))
        put_member(&r->traits, str_sub(field, 5, field.len), v);
}

static void place_event(struct row_reader *r, int column, struct str field, struct json v, instant at)
{
    struct event *ev = &r->row->event;

    if (str_eq(field, STR("messageId"))) {
        ev->message_id = v.as.text;
        if (v.as.text.len > LIMIT_MESSAGE_ID_BYTES)
            intake_row_fault(r->row, column, "too_long", v.as.text);
    } else if (str_eq(field, STR("type"))) {
        r->type = v.as.text;
    } else if (str_eq(field, STR("event"))) {
        ev->name = v.as.text;
        if (utf8_count(v.as.text) > LIMIT_NAME_CHARS)
            intake_row_fault(r->row, column, "too_long", v.as.text);
    } else if (str_eq(field, STR("userId"))) {
        ev->who.user_id = v.as.text;
    } else if (str_eq(field, STR("anonymousId"))) {
        ev->who.anonymous_id = v.as.text;
    } else if (str_eq(field, STR("timestamp"))) {
        ev->at = at;
    } else if (str_eq(field, STR("email"))) {
        ev->who.email = v.as.text;
        r->row->email_column = column;
        put_member(&r->traits, STR("email"), v);
    } else if (str_eq(field, STR("phone"))) {
        ev->who.phone = v.as.text;
        r->row->phone_column = column;
        put_member(&r->traits, STR("phone"), v);
    } else if (str_starts(field, STR("properties."))) {
        put_nested(r, &r->properties, str_sub(field, 11, field.len), v);
    } else if (str_starts(field, STR("traits."))) {
        put_member(&r->traits, str_sub(field, 7, field.len), v);
    } else if (str_starts(field, STR("context."))) {
        put_nested(r, &r->context, str_sub(field, 8, field.len), v);
    }
}

static void place(struct row_reader *r, int column, struct str field, enum intake_format format, struct str s)
{
    struct json v;
    instant at = INSTANT_NONE;
    const char *bad = is_stage(r->m, field) ? intake_row_stage(r->c->arena, r->m, field, s, r->row)
                                         : value_of(r, format, s, &v, &at);

    if (bad) {
        intake_row_fault(r->row, column, bad, s);
        return;
    }
    if (is_stage(r->m, field))
        return;
    if (r->m->kind == INTAKE_LEADS)
        place_lead(r, column, field, v, at);
    else
        place_event(r, column, field, v, at);
}

/* What a column says in the row; nothing where the cell is empty or a word that stands for it. */
static struct str said(struct row_reader *r, const struct csv_row *from, const struct intake_map_column *column)
{
    struct str s = column->index < from->count ? str_trim(from->cells[column->index]) : STR_NULL;

    return s.len && is_empty_word(r->c->arena, r->m, s) ? STR_NULL : s;
}

static void read_cells(struct row_reader *r, const struct csv_row *from)
{
    const struct intake_mapping *m = r->m;
    size_t widest = 0;

    for (size_t i = 0; i < m->count; i++) {
        const struct intake_map_column *column = &m->columns[i];
        if (column->index > widest)
            widest = column->index;
        struct str s = said(r, from, column);
        if (!s.len)
            continue;
        place(r, (int)column->index, column->field, column->format, s);
    }
    for (uint32_t i = 0; m->constants && i < m->constants->count; i++) {
        const struct json_member *one = &m->constants->as.members[i];
        bool had = false;
        for (size_t k = 0; k < m->count; k++)
            had = had || (str_eq(m->columns[k].field, one->key) && said(r, from, &m->columns[k]).len);
        if (!had)
            place(r, -1, one->key,
                  str_eq(one->key, STR("created_at")) || str_eq(one->key, STR("timestamp"))
                          || str_eq(one->key, STR("outcome_at"))
                      ? INTAKE_DATE
                      : INTAKE_TEXT,
                  one->value.as.text);
    }
}

static void read_type(struct row_reader *r)
{
    static const struct {
        const char *name;
        enum event_kind kind;
    } kinds[] = { { "track", EVENT_TRACK }, { "page", EVENT_PAGE }, { "screen", EVENT_SCREEN },
                  { "identify", EVENT_IDENTIFY } };
    struct event *ev = &r->row->event;

    ev->kind = EVENT_TRACK;
    for (size_t i = 0; r->type.len && i < countof(kinds); i++) {
        if (str_eq_nocase(r->type, str_of(kinds[i].name))) {
            ev->kind = kinds[i].kind;
            r->type = STR_NULL;
        }
    }
    if (r->type.len)
        intake_row_fault(r->row, -1, "bad_type", r->type);
    if (ev->kind == EVENT_TRACK && !ev->name.len)
        intake_row_fault(r->row, -1, "no_event", STR_NULL);
    ev->path = json_text(json_find(&r->properties, STR("path")));
    if (!ev->path.len)
        ev->path = STR_NULL;
}

static void keep_body(struct row_reader *r)
{
    struct event *ev = &r->row->event;
    struct json *body = ARENA_NEW(r->c->arena, struct json);
    struct buf b = buf_new(r->c->arena, 8 * LIMIT_EVENT_BYTES);
    struct json_out o = json_to(&b);

    *body = (struct json){ .type = JSON_OBJECT, .as.members = ARENA_ARRAY(r->c->arena, struct json_member, 5) };
    if (ev->who.user_id.len)
        put_member(body, STR("userId"), (struct json){ .type = JSON_TEXT, .as.text = ev->who.user_id });
    if (ev->who.anonymous_id.len)
        put_member(body, STR("anonymousId"), (struct json){ .type = JSON_TEXT, .as.text = ev->who.anonymous_id });
    if (r->properties.count)
        put_member(body, STR("properties"), r->properties);
    if (r->context.count)
        put_member(body, STR("context"), r->context);
    if (r->traits.count)
        put_member(body, STR("traits"), r->traits);
    json_put(&o, body);
    ev->body = body;
    ev->raw = buf_str(&b);
    if (ev->raw.len > LIMIT_EVENT_BYTES)
        intake_row_fault(r->row, -1, "too_large", STR_NULL);
    const struct json *traits = json_find(body, STR("traits"));
    ev->traits = traits;
}

/* The same words make the same id, in whichever file and row they stand: kind, name, stated time, body, who. */
static struct str row_message_id(struct row_reader *r, bool stated)
{
    const struct event *ev = &r->row->event;
    unsigned char hash[ROW_HASH_BYTES];
    char hex[2 * ROW_HASH_BYTES + 1];
    char at[INSTANT_TEXT_MAX];
    struct str when = stated ? instant_print(ev->at, at) : STR("");
    struct str text = str_print(r->c->arena, "%d\n" STR_FMT "\n" STR_FMT "\n" STR_FMT, (int)ev->kind,
                                STR_ARG(ev->name), STR_ARG(when), STR_ARG(ev->raw));

    crypto_generichash(hash, sizeof hash, (const unsigned char *)text.ptr, text.len, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    return str_print(r->c->arena, "row-%s", hex);
}

static void settle(struct row_reader *r, const struct csv_row *from)
{
    struct event *ev = &r->row->event;
    bool stated = r->row->dated = ev->at != INSTANT_NONE;

    if (from->broken_text)
        intake_row_fault(r->row, -1, "bad_text", STR_NULL);
    if (r->m->kind == INTAKE_LEADS)
        ev->kind = EVENT_IDENTIFY;
    else
        read_type(r);
    if (stated && ev->at > r->c->now)
        ev->at = r->c->now; /* a spreadsheet's clock is no reason to refuse a person */
    keep_body(r);
    struct str id = ev->message_id;
    if (!id.len)
        id = row_message_id(r, stated);
    ev->message_id = id;
    struct who *who = &ev->who;
    if (!who->user_id.len && !who->anonymous_id.len && !who->email.len && !who->phone.len) {
        /* Somebody who can only be told by name is a lead all the same; an event of nobody is none. */
        bool named = r->m->kind == INTAKE_LEADS &&
                     (json_find(&r->traits, STR("name")) || json_find(&r->traits, STR("firstName")) ||
                      json_find(&r->traits, STR("lastName")) || json_find(&r->traits, STR("company")));
        if (named)
            who->anonymous_id = id;
        else
            intake_row_fault(r->row, -1, "no_identity", STR_NULL);
    }
    if (!stated)
        ev->at = r->c->now;
    /* How it ended is known after what is told of it. */
    if (r->row->stage.len && ev->at >= r->c->now)
        ev->at = r->c->now - 1;
}

void intake_row_read(struct ctx *c, const struct intake_mapping *m, const struct csv_row *from,
                     struct intake_row *row)
{
    struct row_reader r = { .c = c, .m = m, .row = row, .room = m->count + (m->constants ? m->constants->count : 0) + 2 };
    struct json *objects[] = { &r.traits, &r.properties, &r.context };

    *row = (struct intake_row){ .number = from->number, .email_column = -1, .phone_column = -1,
                                 .stage = STR(""), .stage_at = INSTANT_NONE };
    row->event = (struct event){ .at = INSTANT_NONE, .known_at = c->now };
    for (size_t i = 0; i < countof(objects); i++)
        *objects[i] = (struct json){ .type = JSON_OBJECT,
                                     .as.members = ARENA_ARRAY(c->arena, struct json_member, r.room) };
    read_cells(&r, from);
    settle(&r, from);
}

void intake_row_set_phone(struct arena *a, struct intake_row *row, struct str phone)
{
    struct event *ev = &row->event;
    struct json *had = (struct json *)json_find(ev->traits, STR("phone"));
    struct buf b = buf_new(a, 8 * LIMIT_EVENT_BYTES);
    struct json_out o = json_to(&b);

    ev->who.phone = phone;
    if (!had)
        return;
    *had = (struct json){ .type = JSON_TEXT, .as.text = phone };
    json_put(&o, ev->body);
    ev->raw = buf_str(&b);
}
