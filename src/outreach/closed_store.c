/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/utf8.h"
#include "db/list.h"
#include "outreach/closed.h"
#include "outreach/mail.h"

enum { WHY_CHARS = 500 };

static const char sql_find[] = "SELECT why FROM closed_address WHERE address = $1";
static const char sql_add[] = "INSERT INTO closed_address (address, at, why, letter_id) VALUES ($1, $2, $3, $4) ON CONFLICT (address) DO NOTHING";
static const char sql_del[] = "DELETE FROM closed_address WHERE address = $1";

static struct str key_of(struct arena *a, struct str address)
{
    struct str plain = outreach_mail_address(a, address);

    return utf8_fold(a, plain.ptr ? plain : address);
}

enum err outreach_closed_find(struct ctx *c, struct db_tx *tx, struct str address, struct str *why)
{
    *why = STR_NULL;
    return db_find(c, tx, sql_find, DB_ARGS(db_str(key_of(c->arena, address))), db_str_of_row, why);
}

enum err outreach_closed_add(struct ctx *c, struct db_tx *tx, struct str address, struct str why, struct letter_id letter)
{
    return db_run(c, tx, sql_add,
                  DB_ARGS(db_str(key_of(c->arena, address)), db_int(c->now), db_str(utf8_line(c->arena, why, WHY_CHARS)), db_id(letter.v)), NULL);
}

enum err outreach_closed_del(struct ctx *c, struct db_tx *tx, struct str address)
{
    return db_run(c, tx, sql_del, DB_ARGS(db_str(key_of(c->arena, address))), NULL);
}
