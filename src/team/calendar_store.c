/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/calendar.h"

#include "db/list.h"

#define CALENDAR_BYTES (256 * 1024)

static const char sql_list[] = "SELECT id, version, name, body FROM calendar ORDER BY name, id";
static const char sql_get[] = "SELECT id, version, name, body FROM calendar WHERE id = $1";
static const char sql_add[] =
    "INSERT INTO calendar (id, version, name, body, changed_at) VALUES ($1, 1, $2, $3, $4)";
static const char sql_set[] =
    "UPDATE calendar SET version = version + 1, name = $3, body = $4, changed_at = $5 "
    "WHERE id = $1 AND (version = $2 OR $2 = 0)";
static const char sql_del[] = "DELETE FROM calendar WHERE id = $1";
static const char sql_users[] = "SELECT count(*) FROM manager WHERE calendar_id = $1";

static const char sql_absence_list[] =
    "SELECT id, user_id, from_at, until_at, reason, catch_up FROM absence "
    "WHERE until_at > $1 AND (user_id = $2 OR $2 = 0) ORDER BY user_id, from_at, id";
static const char sql_absence_get[] =
    "SELECT id, user_id, from_at, until_at, reason, catch_up FROM absence WHERE id = $1";
static const char sql_absence_within[] =
    "SELECT id, user_id, from_at, until_at, reason, catch_up FROM absence "
    "WHERE user_id = $1 AND until_at > $2 AND from_at < $3 ORDER BY from_at, id LIMIT 1";
static const char sql_absence_add[] =
    "INSERT INTO absence (id, user_id, from_at, until_at, reason, catch_up) "
    "VALUES ($1, $2, $3, $4, $5, $6)";
static const char sql_absence_del[] = "DELETE FROM absence WHERE id = $1";

static void calendar_of_row(const struct db_rows *r, struct arena *a, void *calendar)
{
    *(struct calendar *)calendar = (struct calendar){
        .id = { db_col_int(r, 0) }, .version = db_col_int(r, 1), .name = db_col_str(r, 2, a), .body = db_col_str(r, 3, a),
    };
}

static enum err body_read(struct ctx *c, struct calendar *cal)
{
    struct json *body;
    enum err e = json_read(c, cal->body, &body);

    return e ? e : cal_parse(c, body, &cal->cal);
}

enum err team_calendar_list(struct ctx *c, struct db_tx *tx, struct calendars *list)
{
    struct calendars all;
    enum err e = db_list(c, tx, sql_list, DB_NO_ARGS, DB_LIST(calendar_of_row, &all));

    for (size_t i = 0; !e && i < all.count; i++)
        e = body_read(c, &all.items[i]);
    if (!e)
        *list = all;
    return e;
}

enum err team_calendar_get(struct ctx *c, struct db_tx *tx, struct calendar_id id,
                           struct calendar *cal)
{
    enum err e = db_get(c, tx, sql_get, DB_ARGS(db_int(id.v)), calendar_of_row, cal);

    return e ? e : body_read(c, cal);
}

enum err team_calendar_put(struct ctx *c, struct db_tx *tx, struct calendar *cal)
{
    struct buf text = buf_new(c->arena, CALENDAR_BYTES);
    struct json_out o = json_to(&text);
    int64_t changed = 0, id;
    enum err e;

    json_begin(&o);
    cal_print(&cal->cal, &o);
    json_end(&o);
    if (text.full)
        return fault_set(c, ERR_TOO_LARGE, "the calendar is too long");
    cal->body = buf_str(&text);
    if (cal->id.v == 0) {
        id = db_new_id(tx);
        e = db_run(c, tx, sql_add,
                   DB_ARGS(db_int(id), db_str(cal->name), db_str(cal->body), db_at(c->now)), NULL);
        if (e)
            return e;
        cal->id.v = id;
        cal->version = 1;
        return ERR_NONE;
    }
    e = db_run(c, tx, sql_set,
               DB_ARGS(db_int(cal->id.v), db_int(cal->version), db_str(cal->name), db_str(cal->body),
                       db_at(c->now)),
               &changed);
    if (e)
        return e;
    if (changed == 0)
        return ERR_STALE;
    cal->version++;
    return ERR_NONE;
}

enum err team_calendar_del(struct ctx *c, struct db_tx *tx, struct calendar_id id)
{
    int64_t users, changed = 0;
    enum err e = db_get(c, tx, sql_users, DB_ARGS(db_int(id.v)), db_int_of_row, &users);

    if (e)
        return e;
    if (users)
        return fault_set(c, ERR_CONFLICT, "managers work by this calendar: %d", (int)users);
    e = db_run(c, tx, sql_del, DB_ARGS(db_int(id.v)), &changed);
    if (e)
        return e;
    return changed ? ERR_NONE : ERR_NOT_FOUND;
}

static void absence_of_row(const struct db_rows *r, struct arena *a, void *absence)
{
    *(struct absence *)absence = (struct absence){
        .id = { db_col_int(r, 0) },
        .user = { db_col_int(r, 1) },
        .from = db_col_at(r, 2),
        .until = db_col_at(r, 3),
        .reason = db_col_str(r, 4, a),
        .catch_up = db_col_int(r, 5) == 1,
    };
}

enum err team_absence_list(struct ctx *c, struct db_tx *tx, struct user_id user, instant after,
                           struct absences *list)
{
    return db_list(c, tx, sql_absence_list, DB_ARGS(db_int(after), db_int(user.v)), DB_LIST(absence_of_row, list));
}

enum err team_absence_get(struct ctx *c, struct db_tx *tx, struct absence_id id, struct absence *a)
{
    return db_get(c, tx, sql_absence_get, DB_ARGS(db_int(id.v)), absence_of_row, a);
}

/* ERR_CONFLICT: one of theirs covers a part of it. Two programs that add one each look one after the other. */
static enum err absence_fits(struct ctx *c, struct db_tx *tx, const struct absence *a)
{
    char from[INSTANT_TEXT_MAX], until[INSTANT_TEXT_MAX];
    struct absences there;
    enum err e = db_lock_many(c, tx, &a->user.v, 1);

    if (e || (e = db_list(c, tx, sql_absence_within, DB_ARGS(db_int(a->user.v), db_at(a->from), db_at(a->until)),
                          DB_LIST(absence_of_row, &there))) || !there.count)
        return e;
    return fault_at(c, ERR_CONFLICT, STR("/from"), "there is an absence at that time already: " STR_FMT " \xe2\x80\x93 " STR_FMT "%s" STR_FMT,
                    STR_ARG(instant_print(there.items[0].from, from)), STR_ARG(instant_print(there.items[0].until, until)),
                    there.items[0].reason.len ? ", " : "", STR_ARG(there.items[0].reason));
}

enum err team_absence_add(struct ctx *c, struct db_tx *tx, struct absence *a)
{
    int64_t id;
    enum err e;

    if (a->until <= a->from)
        return fault_at(c, ERR_BAD_FIELD, STR("/until"), "an absence ends after it begins");
    if ((e = absence_fits(c, tx, a)))
        return e;
    id = db_new_id(tx);
    e = db_run(c, tx, sql_absence_add,
               DB_ARGS(db_int(id), db_int(a->user.v), db_at(a->from), db_at(a->until),
                       db_str(a->reason.ptr ? a->reason : STR("")), db_bool(a->catch_up)),
               NULL);
    if (!e)
        a->id.v = id;
    return e;
}

enum err team_absence_del(struct ctx *c, struct db_tx *tx, struct absence_id id)
{
    int64_t changed = 0;
    enum err e = db_run(c, tx, sql_absence_del, DB_ARGS(db_int(id.v)), &changed);

    if (e)
        return e;
    return changed ? ERR_NONE : ERR_NOT_FOUND;
}
