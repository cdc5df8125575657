/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lead/profile.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "lead/normal.h"

/* Many names, one fact. Traits of Segment's reserved list, of common forms, and of people's files. */
static const struct {
    const char *from, *to;
} aliases[] = {
    { "first_name", "firstName" }, { "last_name", "lastName" },   { "firstname", "firstName" },
    { "lastname", "lastName" },    { "full_name", "name" },       { "fullName", "name" },
    { "Email", "email" },          { "e-mail", "email" },         { "Phone", "phone" },
    { "phone_number", "phone" },   { "phoneNumber", "phone" },    { "tel", "phone" },
    { "position", "title" },       { "job_title", "title" },      { "jobTitle", "title" },
    { "company.name", "company" }, { "company_name", "company" }, { "companyName", "company" },
    { "organization", "company" }, { "company.industry", "industry" },
    { "company.employees", "employees" }, { "company.employee_count", "employees" },
    { "address.city", "city" },    { "address.country", "country" },
};

static struct str one_name(struct str name)
{
    for (size_t i = 0; i < countof(aliases); i++)
        if (str_eq(name, str_of(aliases[i].from)))
            return str_of(aliases[i].to);
    return name;
}

/* ---- the cache's text ---- */

static bool fact_of(const struct json_member *m, struct profile_fact *f)
{
    const struct json *v = json_find(&m->value, STR("v")), *u = json_find(&m->value, STR("u"));
    int64_t source = 0, at = 0;

    json_int(json_find(&m->value, STR("s")), &source);
    if (!v || !json_int(json_find(&m->value, STR("at")), &at))
        return false;
    *f = (struct profile_fact){ m->key, v, source, at, u != NULL };
    return true;
}

enum err lead_profile_read(struct ctx *c, struct str text, struct profile *p)
{
    struct json *tree;
    enum err e;

    *p = (struct profile){ 0 };
    if (!text.len)
        return ERR_NONE;
    if ((e = json_read(c, text, &tree)))
        return e;
    if (tree->type != JSON_OBJECT)
        return fault_set(c, ERR_BAD_JSON, "the facts of a lead are no object");
    p->facts = ARENA_ARRAY(c->arena, struct profile_fact, tree->count + 1);
    for (uint32_t i = 0; i < tree->count; i++)
        if (fact_of(&tree->as.members[i], &p->facts[p->count]))
            p->count++;
    return ERR_NONE;
}

struct str lead_profile_print(struct arena *a, const struct profile *p)
{
    struct buf b = buf_new(a, 4 << 20);
    struct json_out o = json_to(&b);

    json_begin(&o);
    for (size_t i = 0; i < p->count; i++) {
        const struct profile_fact *f = &p->facts[i];

        json_key_str(&o, f->name);
        json_begin(&o);
        json_key(&o, "v");
        json_put(&o, f->value);
        json_key(&o, "s");
        json_put_int(&o, f->source_id);
        json_key(&o, "at");
        json_put_int(&o, f->at);
        if (f->unverified) {
            json_key(&o, "u");
            json_put_int(&o, 1);
        }
        json_end(&o);
    }
    json_end(&o);
    return buf_str(&b);
}

/* Where name stands, or would. */
static size_t place(const struct profile *p, struct str name, bool *found)
{
    size_t low = 0, high = p->count;

    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = str_cmp(p->facts[mid].name, name);

        if (order == 0) {
            *found = true;
            return mid;
        }
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    *found = false;
    return low;
}

const struct profile_fact *lead_profile_find(const struct profile *p, struct str name)
{
    bool found;
    size_t at = place(p, name, &found);

    return found && p->facts[at].value->type != JSON_NULL ? &p->facts[at] : NULL;
}

/* ---- folding ---- */

static bool same_value(struct arena *a, const struct json *x, const struct json *y)
{
    struct buf bx = buf_new(a, 1 << 20), by = buf_new(a, 1 << 20);
    struct json_out ox = json_to(&bx), oy = json_to(&by);

    if (x->type == JSON_TEXT && y->type == JSON_TEXT)
        return str_eq(x->as.text, y->as.text);
    json_put(&ox, x);
    json_put(&oy, y);
    return str_eq(buf_str(&bx), buf_str(&by));
}

/* Does a change at `at` win over what stands? See the header. */
static bool wins(const struct profile_fact *stands, instant at, bool unverified)
{
    if (!unverified)
        return stands->unverified || stands->at <= at;
    if (!stands->unverified)
        return stands->value->type == JSON_NULL && stands->at < at;
    return at < stands->at;
}

static struct profile_fact *insert(struct arena *a, struct profile *p, size_t at)
{
    p->facts = arena_grow(a, p->facts, p->count * sizeof *p->facts, (p->count + 1) * sizeof *p->facts);
    memmove(p->facts + at + 1, p->facts + at, (p->count - at) * sizeof *p->facts);
    p->count++;
    return &p->facts[at];
}

enum folded { FOLD_NOTHING, FOLD_SAME_VALUE, FOLD_NEW_VALUE };

static enum folded fold_one(struct arena *a, struct profile *p, const struct profile_fact *change)
{
    bool found, differs;
    size_t at = place(p, change->name, &found);
    struct profile_fact *f;

    if (!found) {
        if (change->value->type == JSON_NULL && change->unverified)
            return FOLD_NOTHING;
        f = insert(a, p, at);
        *f = *change;
        return change->value->type == JSON_NULL ? FOLD_SAME_VALUE : FOLD_NEW_VALUE;
    }
    f = &p->facts[at];
    if (!wins(f, change->at, change->unverified))
        return FOLD_NOTHING;
    differs = !same_value(a, f->value, change->value);
    *f = *change;
    return differs ? FOLD_NEW_VALUE : FOLD_SAME_VALUE;
}

bool lead_profile_fold(struct arena *a, struct profile *p, const struct json *patch, int64_t source_id,
                       instant at, bool unverified, const struct json **changed)
{
    struct json *out = ARENA_NEW(a, struct json);
    bool any = false;

    out->type = JSON_OBJECT;
    out->as.members = ARENA_ARRAY(a, struct json_member, patch->count + 1);
    for (uint32_t i = 0; i < patch->count; i++) {
        const struct json_member *m = &patch->as.members[i];
        struct profile_fact f = { m->key, &m->value, source_id, at, unverified };
        enum folded folded = fold_one(a, p, &f);

        any = any || folded != FOLD_NOTHING;
        if (folded == FOLD_NEW_VALUE)
            out->as.members[out->count++] = *m;
    }
    if (changed)
        *changed = out->count ? out : NULL;
    return any;
}

/* ---- traits -> patch ---- */

struct patching {
    struct arena *a;
    struct json *patch;
    struct str first, last;
    const char *region;
    uint32_t cap;
};

static void put(struct patching *x, struct str name, struct json value)
{
    for (uint32_t i = 0; i < x->patch->count; i++)
        if (str_eq(x->patch->as.members[i].key, name)) {
            x->patch->as.members[i].value = value;
            return;
        }
    if (x->patch->count < x->cap)
        x->patch->as.members[x->patch->count++] = (struct json_member){ name, value };
}

static struct json text_value(struct str s)
{
    return (struct json){ .type = JSON_TEXT, .as.text = s };
}

/* The e-mail in its one form, with its domain and whether that is a free mail service. A bad one is no fact. */
static void put_email(struct patching *x, struct str raw)
{
    struct lead_email email;

    if (lead_email_parse(x->a, raw, &email) != LEAD_NORMAL_OK)
        return;
    put(x, STR("email"), text_value(email.shown));
    put(x, STR("email.domain"), text_value(email.domain));
    put(x, STR("email.free"), (struct json){ .type = JSON_BOOL, .as.truth = email.free });
}

/* The phone in its one form. What cannot be read as one is no phone: nobody is found by it and no button dials it; what was typed stays
 * beside, for a person to make sense of. */
static void put_phone(struct patching *x, struct str raw)
{
    struct lead_phone phone;

    if (lead_phone_parse(x->a, raw, x->region, &phone) == LEAD_NORMAL_OK)
        put(x, STR("phone"), text_value(str_dup(x->a, str_of(phone.e164))));
    else
        put(x, STR("phone.raw"), text_value(raw));
}

/* What stands on one line of a card, of a letter's head, of a table. A program that sends two lines is not refused its event: they are joined. */
static bool is_line_fact(struct str name)
{
    static const char *const names[] = { "name", "firstName", "lastName", "title", "company", "source" };

    for (size_t i = 0; i < countof(names); i++)
        if (str_eq(name, str_of(names[i])))
            return true;
    return false;
}

static void put_text(struct patching *x, struct str name, struct str value)
{
    value = str_trim(utf8_cut(value, LIMIT_TEXT_CHARS));
    if (is_line_fact(name) && !utf8_is_line(value))
        value = str_trim(utf8_line(x->a, value, LIMIT_TEXT_CHARS));
    if (!value.len)
        return;
    if (str_eq(name, STR("firstName")))
        x->first = value;
    if (str_eq(name, STR("lastName")))
        x->last = value;
    if (str_eq(name, STR("email")))
        put_email(x, value);
    else if (str_eq(name, STR("phone")))
        put_phone(x, value);
    else
        put(x, name, text_value(value));
}

static void flatten(struct patching *x, struct str prefix, const struct json *v, int depth)
{
    for (uint32_t i = 0; i < v->count; i++) {
        const struct json_member *m = &v->as.members[i];
        struct str name = prefix.len
                              ? str_print(x->a, STR_FMT "." STR_FMT, STR_ARG(prefix), STR_ARG(m->key))
                              : m->key;

        if (name.len > LIMIT_NAME_CHARS)
            continue;
        name = one_name(name);
        if (m->value.type == JSON_OBJECT && depth < 4)
            flatten(x, name, &m->value, depth + 1);
        else if (m->value.type == JSON_TEXT)
            put_text(x, name, m->value.as.text);
        else if (m->value.type == JSON_INT && str_eq(name, STR("phone"))) /* as some programs keep it */
            put_phone(x, str_print(x->a, "%lld", (long long)m->value.as.integer));
        else if (m->value.type != JSON_OBJECT && m->value.type != JSON_ARRAY)
            put(x, name, m->value);
    }
}

const struct json *lead_profile_patch(struct arena *a, const struct json *traits, const char *phone_region)
{
    struct patching x = { .a = a, .region = phone_region, .cap = LIMIT_EVENT_PROPERTIES + 8 };

    if (!traits || traits->type != JSON_OBJECT)
        return NULL;
    x.patch = ARENA_NEW(a, struct json);
    x.patch->type = JSON_OBJECT;
    x.patch->as.members = ARENA_ARRAY(a, struct json_member, x.cap);
    flatten(&x, STR_NULL, traits, 0);
    if ((x.first.len || x.last.len) && !json_find(x.patch, STR("name")))
        put(&x, STR("name"),
            text_value(str_trim(str_print(a, STR_FMT " " STR_FMT, STR_ARG(x.first), STR_ARG(x.last)))));
    return x.patch->count ? x.patch : NULL;
}

/* ---- the card ---- */

static struct str shown(const struct profile *p, const char *name)
{
    const struct profile_fact *f = lead_profile_find(p, str_of(name));

    return f && f->value->type == JSON_TEXT ? utf8_cut(f->value->as.text, LIMIT_TEXT_CHARS) : STR_NULL;
}

static struct db_value shown_value(const struct profile *p, const char *name)
{
    struct str s = shown(p, name);

    return s.len ? db_str(s) : db_null();
}

/* What the lists are searched by; each has a column of the card, in which it stands as it was written last. */
static const char *const word_facts[] = { "name", "company", "email", "phone" };

static bool words_stand(const struct lead_kept *k)
{
    const struct str stood[] = { k->lead->name, k->lead->company, k->lead->email, k->lead->phone };

    static_assert(countof(stood) == countof(word_facts), "a column for each");
    for (size_t i = 0; i < countof(stood); i++)
        if (!str_eq(stood[i], shown(k->profile, word_facts[i])))
            return false;
    return true;
}

enum { WORDS_MOST = 24 }; /* of a lead */

/* Folded words of two characters and more; a phone is one word of its digits. How many rows of values. */
static size_t words_values(struct arena *a, const struct lead_kept *k, struct db_value *values)
{
    size_t rows = 0;

    for (size_t i = 0; i < countof(word_facts); i++) {
        struct str rest = utf8_fold(a, shown(k->profile, word_facts[i])), word;

        while (rest.len && rows < WORDS_MOST && str_next(&rest, ' ', &word)) {
            word = str_sub(word, 0, 64);
            if (word.len < 2)
                continue;
            values[2 * rows] = db_blob(word);
            values[2 * rows++ + 1] = db_int(k->lead->id.v);
        }
    }
    return rows;
}

static enum err keep_words(struct ctx *c, struct db_tx *tx, const struct lead_kept *list, size_t n)
{
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, 2 * WORDS_MOST * n + 1), *gone = ARENA_ARRAY(c->arena, struct db_value, n + 1);
    size_t rows = 0, left = 0;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        if (words_stand(&list[i]))
            continue;
        gone[left++] = db_int(list[i].lead->id.v);
        rows += words_values(c->arena, &list[i], values + 2 * rows);
    }
    e = db_many(c, tx, "DELETE FROM lead_word WHERE lead_id = $1", gone, left, 1, NULL);
    return e ? e : db_many(c, tx, "INSERT INTO lead_word (word, lead_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", values, rows, 2, NULL);
}

static void card_values(struct arena *a, const struct lead_kept *k, struct db_value *v)
{
    const struct profile *p = k->profile;
    bool unverified = true;

    for (size_t i = 0; i < p->count; i++)
        unverified = unverified && p->facts[i].unverified;
    v[0] = db_int(k->lead->id.v);
    v[1] = shown_value(p, "name");
    v[2] = shown_value(p, "email");
    v[3] = shown_value(p, "phone");
    v[4] = shown_value(p, "title");
    v[5] = shown_value(p, "company");
    v[6] = db_str(lead_profile_print(a, p));
    v[7] = db_bool(p->count ? unverified : k->lead->unverified);
}

enum err lead_profile_keep(struct ctx *c, struct db_tx *tx, const struct lead_kept *list, size_t n)
{
    static const char sql_card[] =
        "UPDATE lead SET name = $2, email = $3, phone = $4, title = $5, company = $6, facts = $7, unverified = $8, version = version + 1 WHERE id = $1";
    static const char sql_source[] = "UPDATE lead_now SET source = $2 WHERE lead_id = $1";
    enum { CARD_COLUMNS = 8, SOURCE_COLUMNS = 2 };
    struct db_value *cards = ARENA_ARRAY(c->arena, struct db_value, CARD_COLUMNS * n + 1), *sources = ARENA_ARRAY(c->arena, struct db_value, SOURCE_COLUMNS * n + 1);
    size_t rows = 0;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        struct str source = shown(list[i].profile, "source");

        card_values(c->arena, &list[i], cards + CARD_COLUMNS * i);
        if (!source.len || str_eq(source, list[i].lead->source))
            continue;
        sources[SOURCE_COLUMNS * rows] = db_int(list[i].lead->id.v);
        sources[SOURCE_COLUMNS * rows++ + 1] = db_str(source);
    }
    if ((e = db_many(c, tx, sql_card, cards, n, CARD_COLUMNS, NULL)) || (e = db_many(c, tx, sql_source, sources, rows, SOURCE_COLUMNS, NULL)))
        return e;
    return keep_words(c, tx, list, n);
}
