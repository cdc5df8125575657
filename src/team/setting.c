/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/setting.h"

#include "base/base64.h"
#include "sys/crypto.h"

const char *const team_books_names[] = { "contact", "company", NULL };
const char *const team_leaders_names[] = { "off", "own", "all", NULL };

static enum err value_get(struct ctx *c, struct db_tx *tx, const char *name, struct str *value)
{
    static const char sql[] = "SELECT value FROM setting WHERE name = $1";
    struct db_rows *row;
    enum err e = db_one(c, tx, sql, DB_ARGS(db_str(str_of(name))), &row);

    if (e == ERR_NOT_FOUND)
        return ERR_NONE;
    if (e)
        return e;
    *value = db_col_str(row, 0, c->arena);
    db_end(row);
    return ERR_NONE;
}

static enum err value_put(struct ctx *c, struct db_tx *tx, const char *name, struct str value)
{
    static const char sql[] = "INSERT INTO setting (name, value) VALUES ($1, $2)"
                              " ON CONFLICT (name) DO UPDATE SET value = excluded.value";

    return db_run(c, tx, sql, DB_ARGS(db_str(str_of(name)), db_str(value)), NULL);
}

/* One of them, by its name in the table. What cannot be read stays as it was. */
static void setting_take(struct setting *s, struct str name, struct str value)
{
    const struct {
        const char *name;
        struct str *text;
        int64_t *number;
        bool *is;
    } known[] = {
        { "company", .text = &s->company },         { "currency", .text = &s->currency },
        { "zone", .text = &s->zone },               { "phone_region", .text = &s->phone_region },
        { "sla_minutes", .number = &s->sla_minutes }, { "outcome_days", .number = &s->outcome_days },
        { "catch_up", .is = &s->catch_up },         { "company_keeps", .is = &s->company_keeps },
    };
    int64_t number;

    for (size_t i = 0; i < countof(known); i++) {
        if (!str_eq(name, str_of(known[i].name)))
            continue;
        if (known[i].text)
            *known[i].text = value;
        else if (known[i].is)
            *known[i].is = str_eq(value, STR("1"));
        else if (str_to_int(value, &number))
            *known[i].number = number;
    }
    if (str_eq(name, STR("lang")))
        s->lang = str_eq(value, STR("en")) ? LANG_EN : LANG_RU;
    if (str_eq(name, STR("books")))
        s->books = str_eq(value, STR("company")) ? BOOKS_COMPANY : BOOKS_CONTACT;
    for (int i = 0; str_eq(name, STR("leaders")) && team_leaders_names[i]; i++)
        if (str_eq(value, str_of(team_leaders_names[i])))
            s->leaders = i;
}

/* In one question: each decision, and most of what people do, asks for them. */
enum err team_setting_get(struct ctx *c, struct db_tx *tx, struct setting *s)
{
    static const char sql[] = "SELECT name, value FROM setting";
    struct db_rows *rows;
    enum err e = db_rows(c, tx, sql, DB_NO_ARGS, &rows);

    if (e)
        return e;
    *s = (struct setting){ STR(""), STR("RUB"), STR("Europe/Moscow"), LANG_RU, STR("RU"), 5, true, false, LEADERS_OWN, BOOKS_CONTACT, 0 };
    while (db_next(rows, &e))
        setting_take(s, db_col_str(rows, 0, c->arena), db_col_str(rows, 1, c->arena));
    db_end(rows);
    return e;
}

enum err team_setting_put(struct ctx *c, struct db_tx *tx, const struct setting *s)
{
    struct str sla = str_print(c->arena, "%lld", (long long)s->sla_minutes);
    enum err e;

    if ((e = value_put(c, tx, "company", s->company)) || (e = value_put(c, tx, "currency", s->currency)) ||
        (e = value_put(c, tx, "zone", s->zone)) || (e = value_put(c, tx, "phone_region", s->phone_region)) ||
        (e = value_put(c, tx, "lang", s->lang == LANG_EN ? STR("en") : STR("ru")))
        || (e = value_put(c, tx, "catch_up", s->catch_up ? STR("1") : STR("0")))
        || (e = value_put(c, tx, "leaders", str_of(team_leaders_names[s->leaders])))
        || (e = value_put(c, tx, "books", str_of(team_books_names[s->books])))
        || (e = value_put(c, tx, "company_keeps", s->company_keeps ? STR("1") : STR("0")))
        || (e = value_put(c, tx, "outcome_days", str_print(c->arena, "%lld", (long long)s->outcome_days))))
        return e;
    return value_put(c, tx, "sla_minutes", sla);
}

enum err team_setting_secret(struct ctx *c, struct db_tx *tx, uint8_t secret[32])
{
    static const char sql[] = "INSERT INTO setting (name, value) VALUES ('secret', $1) ON CONFLICT (name) DO NOTHING";
    struct str text = STR_NULL, bytes;
    uint8_t fresh[32];
    enum err e = value_get(c, tx, "secret", &text); /* all but the first start only read */

    crypto_random(fresh, sizeof fresh);
    if (!e && !text.ptr)
        e = db_run(c, tx, sql, DB_ARGS(db_str(base64_url(c->arena, (struct str){ (const char *)fresh, sizeof fresh }))), NULL);
    if (!e && !text.ptr)
        e = value_get(c, tx, "secret", &text);
    if (e)
        return e;
    if (!base64_parse(c->arena, text, &bytes) || bytes.len != 32)
        return fault_set(c, ERR_INTERNAL, "the house's secret is damaged");
    memcpy(secret, bytes.ptr, 32);
    return ERR_NONE;
}
