/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/user.h"

#include "base/utf8.h"
#include "db/list.h"
#include "team/manager.h"

const char *const team_user_state_names[] = { "active", "disabled", NULL };
const char *const team_lang_names[] = { "ru", "en", NULL };
const char *const team_theme_names[] = { "system", "light", "dark", NULL };

enum { EMAIL_BYTES = 254, PASSWORD_MIN = 8, PASSWORD_MAX = 1024 };

#define USER_COLUMNS                                                                                                   \
    "id, version, email, name, role, state, lang, theme, zone, keys_off, password, created_at"

static void user_of_row(const struct db_rows *r, struct arena *a, void *user)
{
    *(struct user *)user = (struct user){
        .id = { db_col_int(r, 0) },
        .version = db_col_int(r, 1),
        .email = db_col_str(r, 2, a),
        .name = db_col_str(r, 3, a),
        .role = (int)db_col_int(r, 4),
        .state = (int)db_col_int(r, 5),
        .lang = (int)db_col_int(r, 6),
        .theme = db_col_str(r, 7, a),
        .zone = db_col_str(r, 8, a),
        .keys_off = db_col_int(r, 9) != 0,
        .password = db_col_str(r, 10, a),
        .created_at = db_col_at(r, 11),
    };
}

/* Managers and heads of sales may get leads. */
static bool takes_leads(const struct user *u)
{
    return u->role == ROLE_MANAGER || u->role == ROLE_HEAD;
}

enum err team_user_add(struct ctx *c, struct db_tx *tx, struct user *u)
{
    static const char sql[] = "INSERT INTO user_account (" USER_COLUMNS ", email_fold)"
                              " VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    int64_t id = db_new_id(tx);
    enum err e = db_run(c, tx, sql,
                        DB_ARGS(db_id(id), db_str(u->email), db_str(u->name), db_int(u->role), db_int(u->state),
                                db_int(u->lang), db_str(u->theme), db_str(u->zone), db_bool(u->keys_off),
                                db_str(u->password), db_at(c->now), db_str(str_lower(c->arena, u->email))),
                        NULL);

    if (e == ERR_TWICE)
        return fault_field(c, ERR_TWICE, "/email");
    if (e)
        return e;
    u->id.v = id;
    u->version = 1;
    u->created_at = c->now;
    return takes_leads(u) ? team_manager_ensure(c, tx, u->id) : ERR_NONE;
}

static enum err get_one(struct ctx *c, struct db_tx *tx, const char *sql, struct db_value key, struct user *u)
{
    return db_get(c, tx, sql, DB_ARGS(key), user_of_row, u);
}

enum err team_user_get(struct ctx *c, struct db_tx *tx, struct user_id id, struct user *u)
{
    static const char sql[] = "SELECT " USER_COLUMNS " FROM user_account WHERE id = $1";

    return get_one(c, tx, sql, db_int(id.v), u);
}

enum err team_user_get_by_email(struct ctx *c, struct db_tx *tx, struct str email, struct user *u)
{
    static const char sql[] = "SELECT " USER_COLUMNS " FROM user_account WHERE email_fold = $1";

    return get_one(c, tx, sql, db_str(str_lower(c->arena, email)), u);
}

/* What takes the last owner away is refused; where there is none already, as when people were added by the command alone, nobody else's row is held
 * by it. On PostgreSQL the update of all owners' rows makes two such changes wait for each other; u's own row cannot become an owner's in between,
 * for its version would not be u's any more. */
static enum err owner_stays(struct ctx *c, struct db_tx *tx, const struct user *u)
{
    static const char lock[] = "UPDATE user_account SET state = state WHERE role = $1";
    static const char counted[] = "SELECT COUNT(*) FROM user_account WHERE role = $1 AND state = $2";
    static const char was[] = "SELECT COUNT(*) FROM user_account WHERE role = $1 AND state = $2 AND id = $3";
    int64_t owners, is_one;
    enum err e;

    if (u->role == ROLE_OWNER && u->state == USER_ACTIVE)
        return ERR_NONE;
    e = db_get(c, tx, was, DB_ARGS(db_int(ROLE_OWNER), db_int(USER_ACTIVE), db_int(u->id.v)), db_int_of_row, &is_one);
    if (e || !is_one)
        return e;
    e = db_run(c, tx, lock, DB_ARGS(db_int(ROLE_OWNER)), NULL);
    if (e == ERR_NONE)
        e = db_get(c, tx, counted, DB_ARGS(db_int(ROLE_OWNER), db_int(USER_ACTIVE)), db_int_of_row, &owners);
    if (e)
        return e;
    return owners > 1 ? ERR_NONE : fault_set(c, ERR_CONFLICT, "the last owner stays");
}

enum err team_user_put(struct ctx *c, struct db_tx *tx, struct user *u)
{
    static const char sql[] = "UPDATE user_account SET version = version + 1, email = $3, name = $4, role = $5, state = $6,"
                              " lang = $7, theme = $8, zone = $9, keys_off = $10, password = $11, email_fold = $12"
                              " WHERE id = $1 AND version = $2";
    int64_t changed = 0;
    enum err e = owner_stays(c, tx, u);

    if (e)
        return e;
    e = db_run(c, tx, sql,
               DB_ARGS(db_int(u->id.v), db_int(u->version), db_str(u->email), db_str(u->name), db_int(u->role),
                       db_int(u->state), db_int(u->lang), db_str(u->theme), db_str(u->zone), db_bool(u->keys_off),
                       db_str(u->password), db_str(str_lower(c->arena, u->email))),
               &changed);
    if (e)
        return e;
    if (changed == 0)
        return ERR_STALE;
    u->version++;
    return takes_leads(u) ? team_manager_ensure(c, tx, u->id) : ERR_NONE;
}

enum err team_user_list(struct ctx *c, struct db_tx *tx, int64_t limit, struct user **users, size_t *count)
{
    static const char sql[] = "SELECT " USER_COLUMNS " FROM user_account ORDER BY name, id LIMIT $1";

    return db_list(c, tx, sql, DB_ARGS(db_int(limit)), DB_ITEMS(user_of_row, users, count));
}

static bool is_asked(const struct db_value *ids, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (ids[i].integer == id)
            return true;
    return false;
}

enum err team_user_names(struct ctx *c, struct db_tx *tx, const struct user_id *ids, size_t n, struct user_name *names,
                         size_t *count)
{
    static const char sql[] = "SELECT id, name FROM user_account WHERE id = $1";
    struct db_value *asked = ARENA_ARRAY(c->arena, struct db_value, n + 1);
    struct db_rows *rows;
    size_t many = 0, found = 0;
    enum err e;

    for (size_t i = 0; i < n; i++)
        if (ids[i].v && !is_asked(asked, many, ids[i].v))
            asked[many++] = db_int(ids[i].v);
    *count = 0;
    if (many == 0)
        return ERR_NONE;
    e = db_rows_many(c, tx, sql, asked, many, 1, &rows);
    if (e)
        return e;
    while (db_next(rows, &e))
        names[found++] = (struct user_name){ { db_col_int(rows, 0) }, db_col_str(rows, 1, c->arena) };
    db_end(rows);
    if (e)
        return e;
    *count = found;
    return ERR_NONE;
}

enum err team_user_count(struct ctx *c, struct db_tx *tx, int64_t *count)
{
    static const char sql[] = "SELECT COUNT(*) FROM user_account";
    return db_get(c, tx, sql, DB_NO_ARGS, db_int_of_row, count);
}

bool team_user_takes_leads(const struct user *u)
{
    return u->state == USER_ACTIVE && (u->role == ROLE_MANAGER || u->role == ROLE_HEAD || u->role == ROLE_OWNER);
}

bool team_user_email_is_plausible(struct str email)
{
    ptrdiff_t at = str_find_char(email, '@');
    struct str host;

    if (email.len > EMAIL_BYTES || at < 1 || !utf8_is_valid(email))
        return false;
    host = str_sub(email, (size_t)at + 1, email.len);
    for (size_t i = 0; i < email.len; i++)
        if ((unsigned char)email.ptr[i] <= 0x20 || email.ptr[i] == 0x7f || strchr("<>,;\"()", email.ptr[i]))
            return false;
    return str_find_char(host, '@') < 0 && str_find_char(host, '.') > 0 && !str_ends(host, STR("."));
}

enum err team_user_password_check(struct ctx *c, struct str password)
{
    if (password.len > PASSWORD_MAX)
        return fault_field(c, ERR_TOO_LONG, "/password");
    if (password.len < PASSWORD_MIN || memchr(password.ptr, 0, password.len))
        return fault_at(c, ERR_BAD_FIELD, STR("/password"), "8 bytes or more, without NUL");
    return ERR_NONE;
}
