/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outreach/closed.h"
#include "outreach/outreach.h"

#include "db/list.h"

enum { KEY_BYTES = 200, ADDRESS_BYTES = 2000, TAKE_MOST = 32 };

const char *const outreach_kind_names[] = { "hot", "reminder", "reassigned", "escalation", "queue", "test", "answer", "reply", "event", "skill", NULL };
const char *const outreach_channel_names[] = { "telegram", "mail", "push", "hook", NULL };
const char *const outreach_state_names[] = { "waiting", "sent", "dead", "withdrawn", NULL };

#define COLUMNS                                                                                     \
    "id, key, kind, channel, user_id, lead_id, task_id, hook_id, address, lang, subject, body, extra, ground, next_at, " \
    "state, tries, holder, made_at, done_at, seen_at, status, error, remote"

static const char sql_add[] =
    "INSERT INTO letter (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 0, NULL, $16, NULL,"
    " NULL, NULL, NULL, NULL) ON CONFLICT (key) DO NOTHING";
static const char sql_get[] = "SELECT " COLUMNS " FROM letter WHERE id = $1";
#define FILTER                                                                                      \
    " AND ($1 = 0 OR state = $1 - 1) AND ($2 = 0 OR channel = $2 - 1) AND ($3 = 1 OR kind <> 6) AND ($4 = 0 OR id < $4) "
static const char sql_list[] = "SELECT " COLUMNS " FROM letter WHERE id > 0" FILTER "ORDER BY id DESC LIMIT $5";
static const char sql_list_user[] = "SELECT " COLUMNS " FROM letter WHERE user_id = $6" FILTER "ORDER BY id DESC LIMIT $5";
static const char sql_list_hook[] = "SELECT " COLUMNS " FROM letter WHERE hook_id = $6" FILTER "ORDER BY id DESC LIMIT $5";
static const char sql_list_lead[] = "SELECT " COLUMNS " FROM letter WHERE lead_id = $6" FILTER "ORDER BY id DESC LIMIT $5";
static const char sql_again[] =
    "UPDATE letter SET state = 0, tries = 0, next_at = $2, holder = NULL, done_at = NULL, status = NULL, error = NULL"
    " WHERE id = $1 AND state <> 0";
static const char sql_seen[] = "UPDATE letter SET seen_at = $2 WHERE id = $1 AND seen_at IS NULL";
static const char sql_withdraw[] =
    "UPDATE letter SET state = 3, done_at = $3, error = $4 WHERE task_id = $1 AND (kind = $2 OR ($2 = 10 AND kind < 5)) AND state = 0 AND holder IS NULL";
_Static_assert(OUTREACH_KINDS == 10 && OUTREACH_QUEUE == 4, "as the statement says: of kinds that are about a task");
/* What waits is little: it is looked through. */
static const char sql_withdraw_lead[] =
    "UPDATE letter SET state = 3, done_at = $3, error = $4 WHERE lead_id = $1 AND kind = $2 AND state = 0 AND holder IS NULL";
static const char sql_due[] = "SELECT DISTINCT channel, hook_id FROM letter WHERE state = 0 AND next_at <= $1 LIMIT 64";
static const char sql_due_of[] =
    "SELECT " COLUMNS " FROM letter WHERE state = 0 AND channel = $1 AND hook_id IS NULL AND next_at <= $2 ORDER BY next_at, id LIMIT $3";
static const char sql_due_of_hook[] =
    "SELECT " COLUMNS " FROM letter WHERE state = 0 AND channel = $1 AND hook_id = $4 AND next_at <= $2 ORDER BY next_at, id LIMIT $3";
/* Only who sees the instant that he read has it: of two programs one changes nothing. */
static const char sql_take[] =
    "UPDATE letter SET holder = $3, next_at = $4, tries = tries + 1 WHERE id = $1 AND state = 0 AND next_at = $2";
static const char sql_put_sent[] =
    "UPDATE letter SET state = 1, done_at = $2, holder = NULL, status = $3, error = NULL, remote = $4 WHERE id = $1 AND state = 0";
static const char sql_put_other[] =
    "UPDATE letter SET state = $3, next_at = $4, done_at = $5, holder = NULL, status = $6, error = $7"
    " WHERE id = $1 AND holder = $2 AND state = 0";
static const char sql_returned[] = "UPDATE letter SET state = 2, done_at = $2, error = $3 WHERE id = $1 AND state = 1";
static const char sql_free[] = "UPDATE letter SET holder = NULL, next_at = $1 WHERE state = 0 AND holder IS NOT NULL";

static void letter_of_row(const struct db_rows *r, struct arena *a, void *letter)
{
    *(struct outreach_letter *)letter = (struct outreach_letter){
        .id = { db_col_int(r, 0) },
        .key = db_col_str(r, 1, a),
        .kind = (enum outreach_kind)db_col_int(r, 2),
        .channel = (enum outreach_channel)db_col_int(r, 3),
        .user = { db_col_int(r, 4) },
        .lead = { db_col_int(r, 5) },
        .task = { db_col_int(r, 6) },
        .hook = { db_col_int(r, 7) },
        .address = db_col_str(r, 8, a),
        .lang = (enum lang)db_col_int(r, 9),
        .subject = db_col_str(r, 10, a),
        .body = db_col_str(r, 11, a),
        .extra = db_col_str(r, 12, a),
        .ground = db_col_int(r, 13),
        .next_at = db_col_at(r, 14),
        .state = (enum outreach_state)db_col_int(r, 15),
        .tries = db_col_int(r, 16),
        .holder = db_col_int(r, 17),
        .made_at = db_col_at(r, 18),
        .done_at = db_col_at(r, 19),
        .seen_at = db_col_at(r, 20),
        .status = db_col_int(r, 21),
        .error = db_col_str(r, 22, a),
        .remote = db_col_str(r, 23, a),
    };
}

static struct str or_empty(struct str s)
{
    return s.ptr ? s : STR("");
}

static enum err letter_check(struct ctx *c, const struct outreach_letter *l)
{
    if (l->key.len == 0 || l->key.len > KEY_BYTES)
        return fault_set(c, ERR_TOO_LONG, "the key of a letter has 1 to %d bytes", KEY_BYTES);
    if (l->address.len > ADDRESS_BYTES)
        return fault_set(c, ERR_TOO_LONG, "the address of a letter is too long");
    for (size_t i = 0; i < l->address.len; i++)
        if ((unsigned char)l->address.ptr[i] < 32 || l->address.ptr[i] == 127)
            return fault_set(c, ERR_BAD_FIELD, "a control character in the address of a letter");
    for (size_t i = 0; i < l->subject.len; i++)
        if ((unsigned char)l->subject.ptr[i] < 32 || l->subject.ptr[i] == 127)
            return fault_set(c, ERR_BAD_FIELD, "a control character in the subject of a letter");
    return ERR_NONE;
}

enum err outreach_tell(struct ctx *c, struct db_tx *tx, struct outreach_letter *l, bool *new)
{
    instant at = l->next_at == INSTANT_NONE || l->next_at < c->now ? c->now : l->next_at;
    int64_t id = db_new_id(tx), changed = 0;
    enum err e = letter_check(c, l);

    if (!e)
        e = db_run(c, tx, sql_add,
                   DB_ARGS(db_int(id), db_str(l->key), db_int(l->kind), db_int(l->channel), db_id(l->user.v), db_id(l->lead.v),
                           db_id(l->task.v), db_id(l->hook.v), db_str(or_empty(l->address)), db_int(l->lang),
                           db_str(or_empty(l->subject)), db_str(or_empty(l->body)), db_str(l->extra.len ? l->extra : STR_NULL),
                           db_id(l->ground), db_int(at), db_int(c->now)),
                   &changed);
    if (e)
        return e;
    *new = changed > 0;
    if (!*new)
        return ERR_NONE;
    l->id.v = id;
    l->state = LETTER_WAITING;
    l->next_at = at;
    l->made_at = c->now;
    return ERR_NONE;
}

enum err outreach_letter_get(struct ctx *c, struct db_tx *tx, struct letter_id id, struct outreach_letter *l)
{
    return db_get(c, tx, sql_get, DB_ARGS(db_int(id.v)), letter_of_row, l);
}

struct str outreach_letter_name(struct arena *a, struct letter_id id)
{
    char text[ID_TEXT_MAX];

    return str_dup(a, id_print(PREFIX_LETTER, id.v, text));
}

enum err outreach_letter_list(struct ctx *c, struct db_tx *tx, const struct outreach_letter_query *q, struct outreach_letters *list)
{
    const char *sql = q->user.v ? sql_list_user : q->hook.v ? sql_list_hook : q->lead.v ? sql_list_lead : sql_list;
    struct db_value values[] = { db_int(q->state + 1), db_int(q->channel + 1), db_bool(q->answers), db_int(q->before), db_int(q->limit),
                                 db_int(q->user.v ? q->user.v : q->hook.v ? q->hook.v : q->lead.v) };

    return db_list(c, tx, sql, (struct db_args){ values, countof(values) - (sql == sql_list) }, DB_LIST(letter_of_row, list));
}

enum err outreach_again(struct ctx *c, struct db_tx *tx, struct outreach_letter *l)
{
    int64_t changed = 0;
    enum err e = db_run(c, tx, sql_again, DB_ARGS(db_int(l->id.v), db_int(c->now)), &changed);

    if (e)
        return e;
    if (!changed)
        return fault_set(c, ERR_CONFLICT, "the letter is on its way already");
    if (l->channel == OUTREACH_MAIL && (e = outreach_closed_del(c, tx, l->address)))
        return e;
    return outreach_letter_get(c, tx, l->id, l);
}

enum err outreach_seen(struct ctx *c, struct db_tx *tx, struct letter_id id)
{
    return db_run(c, tx, sql_seen, DB_ARGS(db_int(id.v), db_int(c->now)), NULL);
}

enum err outreach_withdraw_lead(struct ctx *c, struct db_tx *tx, struct lead_id lead, enum outreach_kind kind, struct str why)
{
    return db_run(c, tx, sql_withdraw_lead, DB_ARGS(db_int(lead.v), db_int(kind), db_int(c->now), db_str(why)), NULL);
}

enum err outreach_withdraw(struct ctx *c, struct db_tx *tx, struct task_id task, enum outreach_kind kind, struct str why)
{
    return db_run(c, tx, sql_withdraw, DB_ARGS(db_int(task.v), db_int(kind), db_int(c->now), db_str(why)), NULL);
}

enum err outreach_due(struct ctx *c, struct db_tx *tx, struct outreach_lane lanes[OUTREACH_LANES], size_t *count)
{
    struct db_rows *rows;
    size_t n = 0;
    enum err e = db_rows(c, tx, sql_due, DB_ARGS(db_int(c->now)), &rows);

    if (e)
        return e;
    while (n < OUTREACH_LANES && db_next(rows, &e))
        lanes[n++] = (struct outreach_lane){ (enum outreach_channel)db_col_int(rows, 0), { db_col_int(rows, 1) } };
    db_end(rows);
    if (!e)
        *count = n;
    return e;
}

enum err outreach_take(struct ctx *c, struct db_tx *tx, struct outreach_lane lane, int64_t holder, int64_t lease_us, int64_t limit,
                       struct outreach_letters *list)
{
    struct db_value due[] = { db_int(lane.channel), db_int(c->now), db_int(limit < TAKE_MOST ? limit : TAKE_MOST), db_int(lane.hook.v) };
    struct db_value values[TAKE_MOST * 4];
    struct outreach_letters all;
    int64_t changed[TAKE_MOST];
    size_t kept = 0;
    enum err e = db_list(c, tx, lane.hook.v ? sql_due_of_hook : sql_due_of, (struct db_args){ due, lane.hook.v ? 4 : 3 },
                         DB_LIST(letter_of_row, &all));

    if (e)
        return e;
    for (size_t i = 0; i < all.count; i++) {
        values[i * 4] = db_int(all.items[i].id.v);
        values[i * 4 + 1] = db_int(all.items[i].next_at);
        values[i * 4 + 2] = db_int(holder);
        values[i * 4 + 3] = db_int(c->now + lease_us);
    }
    if (all.count && (e = db_many(c, tx, sql_take, values, all.count, 4, changed)))
        return e;
    for (size_t i = 0; i < all.count; i++) {
        if (!changed[i])
            continue;
        all.items[kept] = all.items[i];
        all.items[kept].tries++;
        all.items[kept++].holder = holder;
    }
    *list = (struct outreach_letters){ all.items, kept };
    return ERR_NONE;
}

enum err outreach_put_down(struct ctx *c, struct db_tx *tx, const struct outreach_result *r)
{
    bool ends = r->state != LETTER_WAITING;

    if (r->state == LETTER_SENT)
        return db_run(c, tx, sql_put_sent,
                      DB_ARGS(db_int(r->id.v), db_int(c->now), db_id(r->status), db_str(r->remote)), NULL);
    return db_run(c, tx, sql_put_other,
                  DB_ARGS(db_int(r->id.v), db_int(r->holder), db_int(r->state), db_int(ends ? c->now : r->next_at),
                          db_at(ends ? c->now : INSTANT_NONE), db_id(r->status), db_str(r->error)),
                  NULL);
}

enum err outreach_returned(struct ctx *c, struct db_tx *tx, struct letter_id id, struct str why)
{
    return db_run(c, tx, sql_returned, DB_ARGS(db_int(id.v), db_int(c->now), db_str(why)), NULL);
}

enum err outreach_put_dead(struct ctx *c, struct db_tx *tx, struct letter_id id, int64_t holder, struct str why)
{
    struct outreach_result r = { .id = id, .holder = holder, .state = LETTER_DEAD, .error = why };

    return outreach_put_down(c, tx, &r);
}

enum err outreach_free_leases(struct ctx *c, struct db_tx *tx)
{
    return db_run(c, tx, sql_free, DB_ARGS(db_int(c->now)), NULL);
}
