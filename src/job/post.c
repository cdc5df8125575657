/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "job/post.h"

#include <stdatomic.h>

#include "flow/flow_bot.h"
#include "outreach/leave.h"
#include "outreach/push.h"
#include "sys/clock.h"
#include "sys/crypto.h"
#include "sys/log.h"

#define LEASE_US      (60 * SECOND_US) /* longer than the longest call */
#define TURN_US       (90 * SECOND_US) /* of whoever asks for updates: longer than one asking */
#define LOOK_US       (200 * 1000)
#define TEST_LOOK_US  (20 * 1000)
#define REST_US       (5 * SECOND_US)
enum { POLL_S = 50, TRIES = 5 };

/* One letter on its way: what is needed to put down how it went. */
struct carried {
    struct post *post;
    struct arena *arena;
    struct post_end end;
    struct carried *next;
};

struct post {
    struct arena *arena;
    struct db *db;
    struct flow *flow;
    struct job_ear ear;
    struct post_conf conf;
    struct client *client;
    pthread_t thread;
    _Atomic bool stopping;
    int64_t holder;
    struct carried *on_way;
    struct poll {
        bool on;              /* a call to the bot is under way */
        int64_t rest_until, look_at; /* by the running clock */
        uint64_t token;       /* whose bot is asked: a hash */
        enum asking {
            ASK_NOTHING, ASK_NAME, ASK_HOOK, ASK_UPDATES
        } what;               /* getMe, setWebhook or deleteWebhook, getUpdates */
        struct str mark;      /* ASK_HOOK: what is put down when it is done */
        char mark_text[32];
        struct str body;      /* its answer, while it is read */
    } poll;
};

/* ---- transactions ---- */

struct step {
    struct ctx ctx;
    struct db_tx *tx;
    struct messages messages;
};
typedef enum err deed(struct post *p, struct step *s, void *what);

static void failed(const struct ctx *c, const char *what, enum err e)
{
    log_error(c, "post.failed", LOG_STR("step", str_of(what)), LOG_STR("code", str_of(err_slug(e))),
              LOG_STR("why", c->fault.count ? str_of(c->fault.items[0].note) : STR("")));
}

/* One short writing. In a, which is emptied first. */
static enum err write(struct post *p, struct arena *a, const char *name, deed *d, void *what)
{
    enum err e = ERR_BUSY;

    for (int k = 0; k < TRIES && e == ERR_BUSY; k++) {
        arena_reset(a);
        struct step s = { .ctx = { .arena = a, .now = clock_now(), .actor = { .kind = ACTOR_HOUSE } }, .messages = { .arena = a } };

        if ((e = db_write(&s.ctx, p->db, &s.tx)))
            continue;
        s.ctx.now = clock_now();
        e = d(p, &s, what);
        if (e)
            db_drop(s.tx);
        else
            e = db_commit(&s.ctx, s.tx);
        if (e && e != ERR_BUSY)
            failed(&s.ctx, name, e);
        if (!e && s.messages.count && p->ear.publish)
            p->ear.publish(p->ear.self, &s.messages);
        if (!e && s.messages.posted)
            client_wake(p->client);
    }
    return e;
}

/* ---- letters out ---- */

static int64_t carried_of(const struct post *p, struct outreach_lane lane)
{
    int64_t n = 0;

    for (const struct carried *one = p->on_way; one; one = one->next)
        n += one->end.channel == lane.channel && one->end.hook.v == lane.hook.v;
    return n;
}

struct round {
    struct outreach_lane lanes[OUTREACH_LANES];
    int64_t room[OUTREACH_LANES];
    size_t count;
    struct post_items items;
};

static enum err take(struct post *p, struct step *s, void *what)
{
    struct round *r = what;

    return flow_post_take(&s->ctx, s->tx, &p->conf, p->holder, LEASE_US, r->lanes, r->room, r->count, &r->items);
}

/* Is there a letter that there is room for? */
static bool look(struct post *p, struct arena *a, struct round *r)
{
    struct ctx c = { .arena = a, .now = clock_now(), .actor = { .kind = ACTOR_HOUSE } };
    struct db_tx *tx;
    bool any = false;

    arena_reset(a);
    if (db_read(&c, p->db, &tx) != ERR_NONE)
        return false;
    if (outreach_due(&c, tx, r->lanes, &r->count) != ERR_NONE)
        r->count = 0;
    db_drop(tx);
    for (size_t i = 0; i < r->count; i++) {
        r->room[i] = outreach_channels[r->lanes[i].channel].most_at_once - carried_of(p, r->lanes[i]);
        any = any || r->room[i] > 0;
    }
    return any;
}

static enum err put_end(struct post *p, struct step *s, void *what)
{
    struct carried *one = what;
    enum outreach_state state = LETTER_WAITING;
    enum err e = flow_post_end(&s->ctx, s->tx, &one->end, &state, &s->messages);

    (void)p;
    if (!e && state != LETTER_SENT)
        log_warn(&s->ctx, state == LETTER_DEAD ? "letter.dead" : "letter.delayed", LOG_ID("letter", PREFIX_LETTER, one->end.id.v),
                 LOG_STR("channel", str_of(outreach_channel_names[one->end.channel])), LOG_STR("end", outreach_end_word(one->end.reply.end)),
                 LOG_INT("status", one->end.reply.status), LOG_INT("try", one->end.tries));
    return e;
}

static void carry(struct post *p, const struct post_item *item)
{
    struct arena *a = arena_new(0);
    struct carried *one = ARENA_NEW(a, struct carried);
    struct ctx c = { .arena = a, .now = clock_now(), .actor = { .kind = ACTOR_HOUSE } };

    one->post = p;
    one->arena = a;
    one->end = (struct post_end){ .id = item->letter.id, .channel = item->letter.channel, .hook = item->letter.hook,
                                  .address = str_dup(a, item->letter.address), .holder = p->holder, .tries = item->letter.tries,
                                  .once = item->letter.kind == OUTREACH_REPLY };
    one->next = p->on_way;
    p->on_way = one;
    if (client_begin(&c, p->client, &item->out.call, one) == ERR_NONE)
        return;
    one->end.reply = (struct client_reply){ .end = CLIENT_FORBIDDEN };
    p->on_way = one->next;
    (void)write(p, c.arena = arena_new(0), "put_end", put_end, one);
    arena_free(c.arena);
    arena_free(a);
}

/* ---- what people answer ---- */

struct asked {
    struct outreach_way way;
    bool mine;
    int64_t place;
};

static enum err turn(struct post *p, struct step *s, void *what)
{
    struct asked *asked = what;
    enum err e = flow_post_way(&s->ctx, s->tx, &p->conf, &asked->way);

    asked->mine = false;
    if (e || !asked->way.telegram_token.len)
        return e;
    return outreach_turn_take(&s->ctx, s->tx, STR("telegram"), p->holder, TURN_US, &asked->mine, &asked->place);
}

static enum err take_updates(struct post *p, struct step *s, void *what)
{
    struct asked *asked = what;
    struct outreach_updates updates;
    enum err e = outreach_telegram_updates(&s->ctx, p->poll.body, false, &updates);

    if (e || (e = turn(p, s, what)) || !asked->mine || !updates.count)
        return e;
    return flow_bot(p->flow, &s->ctx, s->tx, &updates, asked->place, &s->messages);
}

/* The bot's token as it stands, empty: there is none. Asked on a snapshot, so that a house without a bot writes nothing. */
static struct str token_now(struct post *p, struct arena *a)
{
    struct ctx c = { .arena = a, .now = clock_now(), .actor = { .kind = ACTOR_HOUSE } };
    struct str token = STR("");
    struct db_tx *tx;
    enum err e;

    arena_reset(a);
    if (db_read(&c, p->db, &tx) != ERR_NONE)
        return token;
    e = outreach_setting_get(&c, tx, "telegram_token", &token);
    db_drop(tx);
    return e ? STR("") : token;
}

static enum asking asking_of(struct post *p, struct arena *a);

/* Another bot, or none any more: nobody waits for the answer of the one before. */
static void ask_no_more(struct post *p, struct arena *a)
{
    if (!p->poll.on || clock_mono_us() < p->poll.look_at)
        return;
    p->poll.look_at = clock_mono_us() + SECOND_US;
    if (str_hash(token_now(p, a)) == p->poll.token && (p->poll.what != ASK_UPDATES || asking_of(p, a) == ASK_UPDATES))
        return;
    client_cancel(p->client, &p->poll);
    p->poll.on = false;
    p->poll.rest_until = 0;
}

static enum err take_name(struct post *p, struct step *s, void *what)
{
    struct str *name = what;

    (void)p;
    return outreach_setting_put(&s->ctx, s->tx, "telegram_name", *name);
}

static enum err take_mark(struct post *p, struct step *s, void *what)
{
    (void)what;
    return outreach_setting_put(&s->ctx, s->tx, "telegram_hooked", p->poll.mark);
}

/* What there is to ask the bot; ASK_NOTHING: Telegram calls by itself. */
static enum asking asking_of(struct post *p, struct arena *a)
{
    struct ctx c = { .arena = a, .now = clock_now(), .actor = { .kind = ACTOR_HOUSE } };
    struct outreach_way way = { .now = 0 };
    struct db_tx *tx;
    enum err e;

    arena_reset(a);
    if (db_read(&c, p->db, &tx) != ERR_NONE)
        return ASK_NOTHING;
    e = flow_post_way(&c, tx, &p->conf, &way);
    db_drop(tx);
    if (e || !way.telegram_token.len)
        return ASK_NOTHING;
    if (!way.telegram_name.len)
        return ASK_NAME;
    if (!str_eq(outreach_telegram_hook_mark(a, &way), way.telegram_hooked))
        return ASK_HOOK;
    return way.telegram_hooked.len ? ASK_NOTHING : ASK_UPDATES;
}

static void ask(struct post *p, struct arena *a)
{
    struct asked asked = { .mine = false };
    struct outreach_outgoing out;
    struct ctx c = { .now = clock_now() };

    ask_no_more(p, a);
    if (p->poll.on || clock_mono_us() < p->poll.rest_until)
        return;
    p->poll.rest_until = clock_mono_us() + REST_US;
    p->poll.what = asking_of(p, a);
    if (p->poll.what == ASK_NOTHING || write(p, a, "turn", turn, &asked) != ERR_NONE || !asked.mine)
        return;
    c.arena = a;
    p->poll.token = str_hash(asked.way.telegram_token);
    p->poll.look_at = clock_mono_us() + SECOND_US;
    if (p->poll.what == ASK_HOOK) {
        struct str mark = outreach_telegram_hook_mark(a, &asked.way);

        memcpy(p->poll.mark_text, mark.ptr, mark.len);
        p->poll.mark = (struct str){ p->poll.mark_text, mark.len };
        outreach_telegram_hook(a, &asked.way, mark.len > 0, &out);
    } else if (p->poll.what == ASK_NAME)
        outreach_telegram_me(a, &asked.way, &out);
    else
        outreach_telegram_poll(a, &asked.way, asked.place, POLL_S, &out);
    p->poll.on = client_begin(&c, p->client, &out.call, &p->poll) == ERR_NONE;
}

static void answered(struct post *p, struct arena *a, const struct client_reply *reply)
{
    struct asked asked;

    p->poll.on = false;
    if (reply->end != CLIENT_ANSWERED || reply->status != 200) {
        int64_t rest = reply->retry_after_us > REST_US ? reply->retry_after_us : REST_US;

        log_warn(NULL, "telegram.silent", LOG_STR("end", outreach_end_word(reply->end)), LOG_INT("status", reply->status));
        p->poll.rest_until = clock_mono_us() + rest;
        return;
    }
    if (p->poll.what == ASK_HOOK) {
        p->poll.rest_until = write(p, a, "hooked", take_mark, NULL) == ERR_NONE ? 0 : clock_mono_us() + REST_US;
        return;
    }
    if (p->poll.what == ASK_NAME) {
        struct arena *b = arena_new(0);
        struct ctx c = { .arena = b, .now = clock_now() };
        struct str name = outreach_telegram_name(&c, reply->body);

        p->poll.rest_until = name.len && write(p, a, "name", take_name, &name) == ERR_NONE ? 0 : clock_mono_us() + REST_US;
        arena_free(b);
        return;
    }
    p->poll.body = reply->body;
    p->poll.rest_until = write(p, a, "updates", take_updates, &asked) == ERR_NONE ? 0 : clock_mono_us() + REST_US;
    p->poll.body = STR_NULL;
}

/* ---- the thread ---- */

static void ended(void *self, void *of, const struct client_reply *reply)
{
    struct post *p = self;
    struct arena *a = arena_new(0);
    struct carried **at = &p->on_way, *one = of;

    if (of == &p->poll) {
        answered(p, a, reply);
    } else {
        one->end.reply = *reply;
        (void)write(p, a, "put_end", put_end, one);
        while (*at != one)
            at = &(*at)->next;
        *at = one->next;
        arena_free(one->arena);
    }
    arena_free(a);
}

/* Once at the start: leases of a program that is no more; in a new house a key for browsers, and one for links that stop letters. */
static enum err begin(struct post *p, struct step *s, void *what)
{
    struct str keys = outreach_push_key_new(s->ctx.arena), leave = outreach_leave_key_new(s->ctx.arena);
    enum err e = keys.ptr ? outreach_setting_add(&s->ctx, s->tx, "push_keys", &keys) : ERR_NONE;

    (void)what;
    if (!e)
        e = outreach_setting_add(&s->ctx, s->tx, OUTREACH_LEAVE_KEY, &leave);
    if (e || db_kind_of(p->db) != DB_SQLITE)
        return e;
    return outreach_free_leases(&s->ctx, s->tx);
}

static void *work(void *self)
{
    struct post *p = self;
    struct arena *a = arena_new(0);
    struct round r;

    (void)write(p, a, "begin", begin, NULL);
    while (!atomic_load(&p->stopping)) {
        if (look(p, a, &r) && write(p, a, "take", take, &r) == ERR_NONE)
            for (size_t i = 0; i < r.items.count; i++)
                carry(p, &r.items.items[i]);
        ask(p, a);
        client_wait(p->client, clock_is_test() ? TEST_LOOK_US : LOOK_US, ended, p);
    }
    arena_free(a);
    return NULL;
}

enum err job_post_start(struct ctx *c, const struct post_conf *conf, const struct client_conf *wires, struct db *db, struct flow *flow,
                        const struct job_ear *ear, struct post **post)
{
    struct arena *a = arena_new(0);
    struct post *p = ARENA_NEW(a, struct post);
    enum err e = client_open(c, wires, &p->client);

    if (e) {
        arena_free(a);
        return e;
    }
    p->arena = a;
    p->conf = *conf;
    p->db = db;
    p->flow = flow;
    p->ear = *ear;
    crypto_random(&p->holder, sizeof p->holder);
    p->holder &= INT64_MAX;
    if (pthread_create(&p->thread, NULL, work, p) != 0) {
        client_close(p->client);
        arena_free(a);
        return fault_set(c, ERR_AWAY, "no thread for letters");
    }
    *post = p;
    return ERR_NONE;
}

void job_post_stop(struct post *p)
{
    atomic_store(&p->stopping, true);
    client_wake(p->client);
    pthread_join(p->thread, NULL);
    client_close(p->client);
    while (p->on_way) {
        struct carried *one = p->on_way;

        p->on_way = one->next;
        arena_free(one->arena);
    }
    arena_free(p->arena);
}

struct client *job_post_client(const struct post *p)
{
    return p->client;
}
