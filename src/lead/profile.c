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

/* Folded words of two characters and more; a phone is one word of its digits. */
static enum err keep_words(struct ctx *c, struct db_tx *tx, struct lead_id id, const struct profile *p)
{
    static const char *const names[] = { "name", "company", "email", "phone" };
    enum { MOST = 24 };
    struct db_value values[2 * MOST];
    size_t rows = 0;
    enum err e = db_run(c, tx, "DELETE FROM lead_word WHERE lead_id = $1", DB_ARGS(db_int(id.v)), NULL);

    for (size_t i = 0; i < countof(names); i++) {
        struct str rest = utf8_fold(c->arena, shown(p, names[i])), word;

        while (rest.len && rows < MOST && str_next(&rest, ' ', &word)) {
            word = str_sub(word, 0, 64);
            if (word.len < 2)
                continue;
            values[2 * rows] = db_blob(word);
            values[2 * rows++ + 1] = db_int(id.v);
        }
    }
    if (!e)
        e = db_many(c, tx, "INSERT INTO lead_word (word, lead_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                    values, rows, 2, NULL);
    return e;
}

enum err lead_profile_keep(struct ctx *c, struct db_tx *tx, const struct lead *lead, const struct profile *p)
{
    bool unverified = true;
    enum err e;

    for (size_t i = 0; i < p->count; i++)
        unverified = unverified && p->facts[i].unverified;
    e = db_run(c, tx,
               "UPDATE lead SET name = $2, email = $3, phone = $4, title = $5, company = $6, facts = $7,"
               " unverified = $8, version = version + 1 WHERE id = $1",
               DB_ARGS(db_int(lead->id.v), shown_value(p, "name"), shown_value(p, "email"),
                       shown_value(p, "phone"), shown_value(p, "title"), shown_value(p, "company"),
                       db_str(lead_profile_print(c->arena, p)), db_bool(p->count ? unverified : lead->unverified)),
               NULL);
    if (!e && shown(p, "source").len)
        e = db_run(c, tx, "UPDATE lead_now SET source = $2 WHERE lead_id = $1",
                   DB_ARGS(db_int(lead->id.v), db_str(shown(p, "source"))), NULL);
    return e ? e : keep_words(c, tx, lead->id, p);
}
