/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What other programs are told, and who is told when one of them does not listen. */
#include "flow/flow_notice.h"

#include "base/json.h"
#include "flow/flow_route.h"
#include "outreach/hook.h"
#include "text/text.h"

enum { EVENT_BYTES = 20 * 1024, USERS_MAX = 1000 };

static void put_lead(struct json_out *o, const struct lead *l)
{
    json_key(o, "lead");
    json_begin(o);
    json_key(o, "id");
    json_put_id(o, PREFIX_LEAD, l->id.v);
    json_key(o, "version");
    json_put_int(o, l->version);
    json_key(o, "score");
    json_put_int(o, l->score);
    json_key(o, "band");
    json_put_text(o, str_of(band_names[l->band]));
    json_key(o, "stage");
    json_put_text(o, str_of(lead_stage_names[l->stage]));
    json_key(o, "owner_id");
    json_put_id(o, PREFIX_USER, l->owner.v);
    json_key(o, "source");
    json_put_text(o, l->source);
    json_end(o);
}

static void put_task(struct json_out *o, const struct task *t)
{
    json_key(o, "task");
    json_begin(o);
    json_key(o, "id");
    json_put_id(o, PREFIX_TASK, t->id.v);
    json_key(o, "version");
    json_put_int(o, t->version);
    json_key(o, "kind");
    json_put_text(o, str_of(task_kinds[t->kind]));
    json_key(o, "state");
    json_put_text(o, str_of(task_states[t->state]));
    json_key(o, "assignee_id");
    json_put_id(o, PREFIX_USER, t->assignee.v);
    json_key(o, "due_at");
    json_put_instant(o, t->due_at);
    json_key(o, "result");
    json_put_text(o, t->result ? str_of(task_results[t->result]) : STR_NULL);
    json_end(o);
}

static struct str event_body(struct ctx *c, const struct notice_event *ev)
{
    struct buf b = buf_new(c->arena, EVENT_BYTES);
    struct json_out o = json_to(&b);

    json_begin(&o);
    json_key(&o, "type");
    json_put_text(&o, str_of(ev->type));
    json_key(&o, "timestamp");
    json_put_instant(&o, c->now);
    json_key(&o, "data");
    json_begin(&o);
    if (ev->lead)
        put_lead(&o, ev->lead);
    if (ev->task)
        put_task(&o, ev->task);
    if (ev->more.key) {
        json_key(&o, ev->more.key);
        json_put_raw(&o, ev->more.value);
    }
    json_end(&o);
    json_end(&o);
    return buf_str(&b);
}

static enum err hooks_of(struct ctx *c, struct db_tx *tx, struct desk *d, struct outreach_hooks *hooks)
{
    enum err e;

    if (d && d->hooks) {
        *hooks = *d->hooks;
        return ERR_NONE;
    }
    e = outreach_hook_list(c, tx, hooks);
    if (e || !d)
        return e;
    d->hooks = ARENA_NEW(c->arena, struct outreach_hooks);
    *d->hooks = *hooks;
    return ERR_NONE;
}

enum err flow_notice_event_to(struct ctx *c, struct db_tx *tx, const struct outreach_hooks *hooks, const struct notice_event *ev,
                              struct messages *out)
{
    struct str body = STR_NULL;
    enum err e = ERR_NONE;

    for (size_t i = 0; i < hooks->count && !e; i++) {
        const struct outreach_hook *h = &hooks->items[i];
        bool new;

        if (h->state == HOOK_OFF || !outreach_hook_wants(c, h->kinds, str_of(ev->type)))
            continue;
        if (!body.ptr)
            body = event_body(c, ev);
        struct outreach_letter l = { .key = str_print(c->arena, "%s:%lld:%lld:%lld", ev->type, (long long)ev->lead->id.v, (long long)ev->mark, (long long)h->id.v),
                                     .kind = OUTREACH_EVENT, .channel = OUTREACH_HOOK, .hook = h->id, .lead = ev->lead->id,
                                     .task = ev->task ? ev->task->id : (struct task_id){ 0 }, .subject = str_of(ev->type), .body = body, .next_at = c->now };

        e = outreach_tell(c, tx, &l, &new);
        if (out)
            out->posted = true;
    }
    return e;
}

enum err flow_notice_event(struct ctx *c, struct db_tx *tx, struct desk *d, const char *type, const struct lead *lead, const struct task *t,
                           int64_t mark, struct messages *out)
{
    struct outreach_hooks hooks;
    enum err e = hooks_of(c, tx, d, &hooks);

    return e ? e : flow_notice_event_to(c, tx, &hooks, &(struct notice_event){ .type = type, .lead = lead, .task = t, .mark = mark }, out);
}

enum err flow_notice_hook_test(struct ctx *c, struct db_tx *tx, struct hook_id hook, struct outreach_letter *l, struct messages *out)
{
    bool new;

    *l = (struct outreach_letter){ .key = str_print(c->arena, "hook_test:%lld", (long long)db_new_id(tx)), .kind = OUTREACH_TEST,
                                   .channel = OUTREACH_HOOK, .hook = hook, .subject = STR("test"), .body = event_body(c, &(struct notice_event){ .type = "test" }),
                                   .next_at = c->now };
    out->posted = true;
    return outreach_tell(c, tx, l, &new);
}

enum err flow_notice_stopped(struct ctx *c, struct db_tx *tx, struct hook_id hook, struct messages *out)
{
    struct outreach_hook h;
    struct user *users;
    size_t count;
    enum err e = outreach_hook_get(c, tx, hook, &h);

    if (e || (e = team_user_list(c, tx, USERS_MAX, &users, &count)))
        return e;
    for (size_t i = 0; i < count && !e; i++) {
        enum lang lang = (enum lang)users[i].lang;
        const struct text_arg args[] = { { "name", h.name }, { NULL, STR_NULL } };

        if (users[i].state != USER_ACTIVE || (users[i].role != ROLE_OWNER && users[i].role != ROLE_INTEGRATOR))
            continue;
        struct outreach_letter l = { .kind = OUTREACH_ESCALATION, .user = users[i].id, .hook = { 0 }, .lang = lang,
                                     .subject = text_fill(c->arena, lang, "notice.hook_stopped", args),
                                     .body = text_get(lang, "notice.hook_stopped.body"), .next_at = c->now };

        e = flow_notice_plain(c, tx, &users[i], str_print(c->arena, "stopped:%lld:%lld:%lld", (long long)hook.v, (long long)h.version, (long long)users[i].id.v), &l, out);
    }
    return e;
}
