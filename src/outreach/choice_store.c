/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outreach/choice.h"

#include "base/base64.h"
#include "db/list.h"
#include "sys/crypto.h"

enum { CODE_BYTES = 32, DAY_MINUTES = 24 * 60 };

static const char sql_choice_get[] =
    "SELECT version, hot, reminder, reassigned, escalation, queue, skill, quiet_from, quiet_until, quiet_hot FROM reach_choice WHERE user_id = $1";
static const char sql_choice_put[] =
    "INSERT INTO reach_choice (user_id, version, hot, reminder, reassigned, escalation, queue, quiet_from, quiet_until, quiet_hot, skill)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (user_id) DO UPDATE SET version = excluded.version, hot = excluded.hot,"
    " reminder = excluded.reminder, reassigned = excluded.reassigned, escalation = excluded.escalation, queue = excluded.queue,"
    " quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, quiet_hot = excluded.quiet_hot,"
    " skill = excluded.skill";
#define REACH_COLUMNS "id, user_id, channel, address, name, extra, made_at, dead_at, error"
static const char sql_reach_list[] = "SELECT " REACH_COLUMNS " FROM reach WHERE user_id = $1 ORDER BY id";
static const char sql_reach_find[] = "SELECT " REACH_COLUMNS " FROM reach WHERE channel = $1 AND address = $2 AND dead_at IS NULL";
static const char sql_reach_put[] =
    "INSERT INTO reach (id, user_id, channel, address, name, extra, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    " ON CONFLICT (channel, address) DO UPDATE SET user_id = excluded.user_id, name = excluded.name, extra = excluded.extra,"
    " made_at = excluded.made_at, dead_at = NULL, error = NULL";
static const char sql_reach_cut[] =
    "DELETE FROM reach WHERE user_id = $1 AND channel = $2 AND id NOT IN"
    " (SELECT id FROM reach WHERE user_id = $1 AND channel = $2 ORDER BY made_at DESC, id DESC LIMIT $3)";
static const char sql_reach_del[] = "DELETE FROM reach WHERE id = $1 AND user_id = $2";
static const char sql_reach_dead[] =
    "UPDATE reach SET dead_at = $3, error = $4 WHERE channel = $1 AND address = $2 AND dead_at IS NULL";
static const char sql_code_clean[] = "DELETE FROM reach_code WHERE ends_at <= $1";
static const char sql_code_add[] = "INSERT INTO reach_code (code, user_id, channel, ends_at) VALUES ($1, $2, $3, $4)";
static const char sql_code_get[] = "SELECT user_id FROM reach_code WHERE code = $1 AND channel = $2 AND ends_at > $3";
static const char sql_code_del[] = "DELETE FROM reach_code WHERE code = $1";

struct outreach_choice outreach_choice_default(struct user_id user)
{
    struct outreach_choice choice = { .user = user };

    for (int k = 0; k < OUTREACH_KINDS; k++)
        choice.channels[k] = !outreach_is_chosen((enum outreach_kind)k) ? 0 : 1u << OUTREACH_TELEGRAM | 1u << OUTREACH_PUSH;
    return choice;
}

enum err outreach_choice_get(struct ctx *c, struct db_tx *tx, struct user_id user, struct outreach_choice *choice)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, sql_choice_get, DB_ARGS(db_int(user.v)), &row);

    if (e && e != ERR_NOT_FOUND)
        return e;
    *choice = outreach_choice_default(user);
    if (e)
        return ERR_NONE;
    choice->version = db_col_int(row, 0);
    for (int k = 0, column = 1; k < OUTREACH_KINDS; k++)
        if (outreach_is_chosen((enum outreach_kind)k))
            choice->channels[k] = (unsigned)db_col_int(row, column++);
    choice->quiet_from = db_col_int(row, 7);
    choice->quiet_until = db_col_int(row, 8);
    choice->quiet_hot = db_col_int(row, 9) != 0;
    db_end(row);
    return ERR_NONE;
}

enum err outreach_choice_put(struct ctx *c, struct db_tx *tx, struct outreach_choice *choice)
{
    enum err e = db_run(c, tx, sql_choice_put,
                        DB_ARGS(db_int(choice->user.v), db_int(choice->version + 1), db_int(choice->channels[OUTREACH_HOT]),
                                db_int(choice->channels[OUTREACH_REMINDER]), db_int(choice->channels[OUTREACH_REASSIGNED]),
                                db_int(choice->channels[OUTREACH_ESCALATION]), db_int(choice->channels[OUTREACH_QUEUE]),
                                db_int(choice->quiet_from), db_int(choice->quiet_until), db_bool(choice->quiet_hot),
                                db_int(choice->channels[OUTREACH_SKILL])),
                        NULL);

    if (!e)
        choice->version++;
    return e;
}

instant outreach_choice_when(const struct outreach_choice *choice, const struct zone *zone, enum outreach_kind kind, instant at)
{
    int64_t local, midnight, minute, until;

    if (choice->quiet_from == choice->quiet_until || (kind == OUTREACH_HOT && !choice->quiet_hot) || !outreach_is_chosen(kind))
        return at;
    local = at + zone_offset_us(zone, at);
    midnight = local - ((local % DAY_US) + DAY_US) % DAY_US;
    minute = (local - midnight) / MINUTE_US;
    until = choice->quiet_until;
    if (choice->quiet_from < choice->quiet_until) {
        if (minute < choice->quiet_from || minute >= choice->quiet_until)
            return at;
    } else {
        if (minute >= choice->quiet_until && minute < choice->quiet_from)
            return at;
        if (minute >= choice->quiet_from)
            until += DAY_MINUTES;
    }
    at = zone_at_local(zone, midnight + until * MINUTE_US).first;
    return at;
}

static void reach_of_row(const struct db_rows *r, struct arena *a, void *reach)
{
    *(struct outreach_reach *)reach = (struct outreach_reach){
        .id = { db_col_int(r, 0) }, .user = { db_col_int(r, 1) }, .channel = (enum outreach_channel)db_col_int(r, 2),
        .address = db_col_str(r, 3, a), .name = db_col_str(r, 4, a), .extra = db_col_str(r, 5, a), .made_at = db_col_at(r, 6),
        .dead_at = db_col_at(r, 7), .error = db_col_str(r, 8, a),
    };
}

enum err outreach_reach_list(struct ctx *c, struct db_tx *tx, struct user_id user, struct outreach_reaches *list)
{
    return db_list(c, tx, sql_reach_list, DB_ARGS(db_int(user.v)), DB_LIST(reach_of_row, list));
}

enum err outreach_reach_find(struct ctx *c, struct db_tx *tx, enum outreach_channel channel, struct str address, struct outreach_reach *r)
{
    *r = (struct outreach_reach){ .id = { 0 } };
    return db_find(c, tx, sql_reach_find, DB_ARGS(db_int(channel), db_str(address)), reach_of_row, r);
}

enum err outreach_reach_put(struct ctx *c, struct db_tx *tx, struct outreach_reach *r)
{
    enum err e;

    r->id.v = db_new_id(tx);
    r->made_at = c->now;
    r->dead_at = INSTANT_NONE;
    e = db_run(c, tx, sql_reach_put,
               DB_ARGS(db_int(r->id.v), db_int(r->user.v), db_int(r->channel), db_str(r->address), db_str(r->name),
                       db_str(r->extra.len ? r->extra : STR_NULL), db_int(r->made_at)),
               NULL);
    return e ? e : db_run(c, tx, sql_reach_cut, DB_ARGS(db_int(r->user.v), db_int(r->channel), db_int(OUTREACH_REACHES)), NULL);
}

enum err outreach_reach_del(struct ctx *c, struct db_tx *tx, struct user_id user, struct reach_id id)
{
    int64_t changed = 0;
    enum err e = db_run(c, tx, sql_reach_del, DB_ARGS(db_int(id.v), db_int(user.v)), &changed);

    return e ? e : changed ? ERR_NONE : ERR_NOT_FOUND;
}

enum err outreach_reach_dead(struct ctx *c, struct db_tx *tx, enum outreach_channel channel, struct str address, struct str why)
{
    return db_run(c, tx, sql_reach_dead, DB_ARGS(db_int(channel), db_str(address), db_int(c->now), db_str(why)), NULL);
}

static struct str code_hash(struct arena *a, struct str code)
{
    uint8_t *hash = arena_alloc(a, 32);

    crypto_sha256(code, hash);
    return (struct str){ (const char *)hash, 32 };
}

enum err outreach_code_new(struct ctx *c, struct db_tx *tx, struct user_id user, enum outreach_channel channel, struct str *code)
{
    uint8_t bytes[CODE_BYTES];
    enum err e = db_run(c, tx, sql_code_clean, DB_ARGS(db_int(c->now)), NULL);

    if (e)
        return e;
    crypto_random(bytes, sizeof bytes);
    *code = base64_url(c->arena, (struct str){ (const char *)bytes, sizeof bytes });
    return db_run(c, tx, sql_code_add,
                  DB_ARGS(db_blob(code_hash(c->arena, *code)), db_int(user.v), db_int(channel), db_int(c->now + HOUR_US)), NULL);
}

enum err outreach_code_use(struct ctx *c, struct db_tx *tx, enum outreach_channel channel, struct str code, struct user_id *user)
{
    struct str hash = code_hash(c->arena, code);
    struct db_rows *row;
    enum err e = db_one(c, tx, sql_code_get, DB_ARGS(db_blob(hash), db_int(channel), db_int(c->now)), &row);

    if (e == ERR_NOT_FOUND) {
        user->v = 0;
        return ERR_NONE;
    }
    if (e)
        return e;
    user->v = db_col_int(row, 0);
    db_end(row);
    return db_run(c, tx, sql_code_del, DB_ARGS(db_blob(hash)), NULL);
}
