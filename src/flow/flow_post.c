/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_post.h"

#include "flow/flow_notice.h"
#include "outreach/choice.h"
#include "outreach/closed.h"
#include "outreach/hook.h"
#include "outreach/leave.h"
#include "sys/crypto.h"

enum err flow_post_way(struct ctx *c, struct db_tx *tx, const struct post_conf *conf, struct outreach_way *way)
{
    struct str port = STR(""), by = STR("");
    struct {
        const char *name;
        struct str *to;
    } texts[] = {
        { "telegram_token", &way->telegram_token }, { "telegram_name", &way->telegram_name }, { "telegram_way", &by },
        { "telegram_secret", &way->telegram_secret }, { "telegram_hooked", &way->telegram_hooked }, { "mail_host", &way->mail_host },
        { "mail_port", &port }, { "mail_user", &way->mail_user }, { "mail_password", &way->mail_password }, { "mail_from", &way->mail_from },
        { "mail_name", &way->mail_name }, { "mail_tls", &way->mail_tls }, { "push_keys", &way->push_keys },
        { OUTREACH_LEAVE_KEY, &way->leave_key },
    };
    enum err e = ERR_NONE;

    *way = (struct outreach_way){ .now = c->now, .public_url = conf->public_url, .telegram_api = conf->telegram_api,
                                  .plain_hooks = conf->plain_hooks };
    for (size_t i = 0; i < countof(texts) && !e; i++)
        e = outreach_setting_get(c, tx, texts[i].name, texts[i].to);
    if (e)
        return e;
    way->telegram_webhook = str_eq(by, STR("webhook"));
    way->mail_set = way->mail_host.len > 0;
    if (!str_to_int(port, &way->mail_port))
        way->mail_port = 587;
    way->push_subject = str_starts(conf->public_url, STR("https://")) ? conf->public_url : STR("mailto:admin@localhost");
    return ERR_NONE;
}

/* ---- taken ---- */

/* The webhook of a lane; an empty address when it is not on, or is gone. */
static enum err target_of(struct ctx *c, struct db_tx *tx, struct hook_id id, struct outreach_target *target)
{
    struct outreach_hook h;
    enum err e = id.v ? outreach_hook_get(c, tx, id, &h) : ERR_NOT_FOUND;

    *target = (struct outreach_target){ STR(""), STR(""), STR("") };
    if (e || h.state != HOOK_ON)
        return e == ERR_NOT_FOUND ? ERR_NONE : e;
    target->url = h.url;
    target->secret = h.secret;
    if (h.before.len && h.before_until != INSTANT_NONE && h.before_until > c->now)
        target->before = h.before;
    return ERR_NONE;
}

/* The call that carries the letter. ERR_CONFLICT, as compose says it, also for an address that is written to no more. */
static enum err compose(struct ctx *c, struct db_tx *tx, const struct outreach_way *way, const struct outreach_target *target,
                        struct post_item *item)
{
    struct str why = STR_NULL;
    enum err e = item->letter.channel == OUTREACH_MAIL ? outreach_closed_find(c, tx, item->letter.address, &why) : ERR_NONE;

    if (e)
        return e;
    if (why.ptr)
        return fault_set(c, ERR_CONFLICT, "address_closed");
    return outreach_channels[item->letter.channel].compose(c, way, &item->letter, target, &item->out);
}

static enum err lane_take(struct ctx *c, struct db_tx *tx, const struct outreach_way *way, int64_t holder, int64_t lease_us,
                          struct outreach_lane lane, int64_t room, struct post_items *list)
{
    struct outreach_target target;
    struct outreach_letters letters;
    enum err e = outreach_take(c, tx, lane, holder, lease_us, room, &letters);

    if (!e)
        e = target_of(c, tx, lane.hook, &target);
    for (size_t i = 0; i < letters.count && !e; i++) {
        struct post_item *item;

        list->items = arena_more(c->arena, list->items, list->count, sizeof *list->items);
        item = &list->items[list->count];
        *item = (struct post_item){ .letter = letters.items[i] };
        e = compose(c, tx, way, &target, item);
        if (!e) {
            list->count++;
            continue;
        }
        struct str why = c->fault.count ? str_dup(c->arena, str_of(c->fault.items[0].note)) : str_of(err_slug(e));

        fault_clear(c);
        e = outreach_put_dead(c, tx, item->letter.id, holder, why);
    }
    return e;
}

enum err flow_post_take(struct ctx *c, struct db_tx *tx, const struct post_conf *conf, int64_t holder, int64_t lease_us,
                        const struct outreach_lane *lanes, const int64_t *room, size_t count, struct post_items *list)
{
    struct outreach_way way;
    enum err e = flow_post_way(c, tx, conf, &way);

    *list = (struct post_items){ NULL, 0 };
    for (size_t i = 0; i < count && !e; i++)
        if (room[i] > 0 && outreach_channels[lanes[i].channel].compose)
            e = lane_take(c, tx, &way, holder, lease_us, lanes[i], room[i], list);
    /* The list has moved while it grew: each call points at its own headers again. */
    for (size_t i = 0; i < list->count && !e; i++)
        list->items[i].out.call.headers = list->items[i].out.headers;
    return e;
}

/* ---- put down ---- */

enum err flow_post_end(struct ctx *c, struct db_tx *tx, const struct post_end *end, enum outreach_state *state,
                       struct messages *out)
{
    const struct outreach_channel_row *row = &outreach_channels[end->channel];
    struct outreach_result r = { .id = end->id, .holder = end->holder };
    bool gone = false, stopped;
    uint16_t luck;
    enum err e;

    row->judge(c, &end->reply, &r, &gone);
    if (r.state == LETTER_WAITING && end->once && end->reply.handed_over && end->reply.end != CLIENT_ANSWERED) {
        r.state = LETTER_DEAD;
        r.error = STR("unknown");
    }
    if (r.state == LETTER_WAITING) {
        crypto_random(&luck, sizeof luck);
        int64_t wait = outreach_wait_us(end->channel, end->tries, r.next_at, luck);

        if (wait < 0)
            r.state = LETTER_DEAD;
        r.next_at = c->now + wait;
    }
    if (end->hook.v) {
        if ((e = outreach_hook_went(c, tx, end->hook, r.state == LETTER_SENT, gone, &stopped))
            || (stopped && (e = flow_notice_stopped(c, tx, end->hook, out))))
            return e;
        if (gone)
            r.state = LETTER_DEAD;
    } else if (gone && end->channel == OUTREACH_MAIL) {
        r.state = LETTER_DEAD;
        if ((e = outreach_closed_add(c, tx, end->address, r.error, end->id)))
            return e;
    } else if (gone) {
        r.state = LETTER_DEAD;
        if ((e = outreach_reach_dead(c, tx, end->channel, end->address, r.error.ptr ? r.error : STR("gone"))))
            return e;
    }
    *state = r.state;
    return outreach_put_down(c, tx, &r);
}
