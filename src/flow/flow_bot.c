/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_bot.h"

#include "base/json.h"
#include "flow/flow_notice.h"
#include "flow/flow_person.h"
#include "lead/lead.h"
#include "team/right.h"
#include "team/setting.h"
#include "text/text.h"

#define LATER_US (15 * MINUTE_US)
enum { EXTRA_BYTES = 2000, BODY_BYTES = 8 * 1024 };

/* One update being answered. */
struct bot {
    struct flow *flow;
    const struct outreach_update *u;
    struct user user;
    const struct zone *zone;
    enum lang lang;
    struct messages *out;
    int said;
    /* a press */
    struct outreach_letter letter;
    struct task task;
    struct lead lead;
    struct str word;        /* on the button */
    struct str refusal;     /* why it was not done, where that is more than the fault says */
    struct str done;        /* the line that the message gets; empty: it stays as it is */
    const int *buttons;     /* that it has afterwards */
    struct str more;        /* a message of its own */
    const int *more_buttons;
};

static const int none[] = { -1 };
static const int after_take[] = { ACT_CALL, ACT_LATER, -1 };
static const int after_later[] = { ACT_CALL, -1 };
static const int results[] = { ACT_REACHED, ACT_NO_ANSWER, ACT_CALL_BACK, -1 };

/* ---- letters ---- */

static struct str extra_of(struct arena *a, const struct bot *b, const char *method, const int *buttons)
{
    struct buf buf = buf_new(a, EXTRA_BYTES);
    struct json_out o = json_to(&buf);

    json_begin(&o);
    if (method) {
        json_key(&o, "method");
        json_put_text(&o, str_of(method));
        if (strcmp(method, "answerCallbackQuery") == 0) {
            json_key(&o, "callback_query_id");
            json_put_text(&o, b->u->press_id);
        } else {
            json_key(&o, "message_id");
            json_put_int(&o, b->u->message_id);
        }
    }
    json_key(&o, "buttons");
    json_list(&o);
    for (; *buttons >= 0; buttons++)
        json_put_text(&o, str_of(outreach_act_names[*buttons]));
    json_list_end(&o);
    json_end(&o);
    return buf_str(&buf);
}

static enum err say(struct ctx *c, struct db_tx *tx, struct bot *b, struct str key, struct str subject, struct str body, struct str extra, bool *new)
{
    struct outreach_letter l = { .key = key, .kind = OUTREACH_ANSWER, .channel = OUTREACH_TELEGRAM, .user = b->user.id, .lead = b->letter.lead,
                                 .task = b->letter.task, .address = b->u->chat, .lang = b->lang, .subject = subject, .body = body,
                                 .extra = extra, .next_at = c->now };

    b->out->posted = true;
    return outreach_tell(c, tx, &l, new);
}

/* A plain message, once an update. */
static enum err reply(struct ctx *c, struct db_tx *tx, struct bot *b, struct str text)
{
    bool new;

    if (!b->u->chat.len)
        return ERR_NONE;
    return say(c, tx, b, str_print(c->arena, "reply:" STR_FMT ":%lld", STR_ARG(b->u->chat), (long long)b->u->id), STR(""), text,
               extra_of(c->arena, b, NULL, none), &new);
}

static enum err answer_press(struct ctx *c, struct db_tx *tx, struct bot *b, struct str text)
{
    bool new;

    if (!b->u->press_id.len || b->u->press_id.len > 100 || !b->u->chat.len)
        return ERR_NONE;
    return say(c, tx, b, str_print(c->arena, "press:" STR_FMT ":%lld", STR_ARG(b->u->press_id), (long long)b->u->id), STR(""), text,
               extra_of(c->arena, b, "answerCallbackQuery", none), &new);
}

/* ---- acts ---- */

static struct str time_of(struct ctx *c, const struct bot *b, instant at)
{
    return flow_notice_time(c->arena, b->zone, b->lang, at, c->now);
}

static struct str fill_time(struct ctx *c, const struct bot *b, const char *key, instant at)
{
    const struct text_arg args[] = { { "time", time_of(c, b, at) }, { NULL, STR_NULL } };

    return text_fill(c->arena, b->lang, key, args);
}

static enum err take(struct ctx *c, struct db_tx *tx, struct bot *b)
{
    enum err e = ERR_NONE;

    if (b->task.state != TASK_OPEN)
        return ERR_CONFLICT;
    if (!b->task.assignee.v)
        e = flow_task_claim(b->flow, c, tx, &b->task, b->out);
    else if (b->task.assignee.v != b->user.id.v)
        e = ERR_CONFLICT;
    if (e)
        return e;
    b->word = fill_time(c, b, "bot.taken", b->task.due_at);
    b->done = fill_time(c, b, "bot.taken.line", c->now);
    b->buttons = after_take;
    return ERR_NONE;
}

static enum err call(struct ctx *c, struct db_tx *tx, struct bot *b)
{
    struct text_arg args[] = { { "phone", STR_NULL }, { NULL, STR_NULL } };

    (void)tx;
    if (b->task.state != TASK_OPEN)
        return ERR_CONFLICT;
    b->word = b->lead.phone.len ? b->lead.phone : text_get(b->lang, "bot.no_phone");
    args[0].value = b->word;
    b->more = text_fill(c->arena, b->lang, "bot.call", args);
    b->more_buttons = results;
    return ERR_NONE;
}

/* An urgent call is put off once: the deadline that the house promised, and not what a person has made of it. Each reminder has this button,
 * and moving the deadline begins the alarms anew, so that a call could else be put off for ever and its head hear nothing. */
static enum err later(struct ctx *c, struct db_tx *tx, struct bot *b)
{
    struct task_plan plan = { .due_at = c->now + LATER_US };
    enum err e;

    if (b->task.kind == TASK_CALL_NOW && b->task.state == TASK_OPEN && !b->task.sla_minutes) {
        b->refusal = fill_time(c, b, "bot.later.once", b->task.due_at);
        return ERR_CONFLICT;
    }
    if (b->task.due_at != INSTANT_NEVER && b->task.due_at > c->now)
        plan.due_at = b->task.due_at + LATER_US;
    e = flow_task_set(b->flow, c, tx, &b->task, TASK_SET_DUE, &plan, b->out);
    if (e)
        return e;
    b->word = fill_time(c, b, "bot.later", b->task.due_at);
    b->done = b->word;
    b->buttons = b->task.kind == TASK_CALL_NOW ? after_later : after_take;
    return ERR_NONE;
}

static enum err finish(struct ctx *c, struct db_tx *tx, struct bot *b, enum task_result result, const char *key)
{
    struct task_outcome outcome = { .result = result, .note = STR("") };
    struct task next;
    enum err e = flow_task_complete(b->flow, c, tx, &b->task, &outcome, &next, b->out);

    if (e)
        return e;
    b->word = text_get(b->lang, "bot.done");
    b->done = fill_time(c, b, key, c->now);
    return ERR_NONE;
}

static enum err reached(struct ctx *c, struct db_tx *tx, struct bot *b)
{
    return finish(c, tx, b, TASK_REACHED, "bot.reached");
}
static enum err no_answer(struct ctx *c, struct db_tx *tx, struct bot *b)
{
    return finish(c, tx, b, TASK_NO_ANSWER, "bot.no_answer");
}
static enum err call_back(struct ctx *c, struct db_tx *tx, struct bot *b)
{
    return finish(c, tx, b, TASK_CALL_BACK, "bot.call_back");
}

static enum err (*const acts[ACTS])(struct ctx *c, struct db_tx *tx, struct bot *b) = {
    [ACT_TAKE] = take, [ACT_CALL] = call, [ACT_LATER] = later,
    [ACT_REACHED] = reached, [ACT_NO_ANSWER] = no_answer, [ACT_CALL_BACK] = call_back,
};

/* ---- a press ---- */

/* The task and its lead, if this person may see them: what is nobody's may be claimed, which asks for itself. */
static enum err press_task(struct ctx *c, struct db_tx *tx, struct bot *b)
{
    enum err e;

    if (!team_right_has(&c->actor, RIGHT_TASK_EDIT))
        return ERR_FORBIDDEN;
    if ((e = task_get(c, tx, b->letter.task, &b->task)) || (e = lead_get(c, tx, b->task.lead, &b->lead)))
        return e;
    if (team_may_see(&c->actor, b->task.assignee) || team_may_see(&c->actor, b->lead.owner))
        return ERR_NONE;
    return b->task.state == TASK_OPEN && !b->task.assignee.v && b->u->act == ACT_TAKE ? ERR_NONE : ERR_NOT_FOUND;
}

static enum err press_do(struct ctx *c, struct db_tx *tx, struct bot *b, bool *new)
{
    struct str key = str_print(c->arena, "did:%lld:%s", (long long)b->letter.id.v, outreach_act_names[b->u->act]);
    struct buf body = buf_new(c->arena, BODY_BYTES);
    enum err e;

    *new = true;
    b->buttons = none;
    if ((e = press_task(c, tx, b)) || (e = acts[b->u->act](c, tx, b)) || (e = outreach_seen(c, tx, b->letter.id)))
        return e;
    if (b->more.len)
        return say(c, tx, b, key, STR(""), b->more, extra_of(c->arena, b, NULL, b->more_buttons), new);
    buf_add(&body, b->letter.body);
    buf_print(&body, "%s\xe2\x9c\x93 " STR_FMT, body.len ? "\n" : "", STR_ARG(b->done));
    return say(c, tx, b, key, b->letter.subject, buf_str(&body), extra_of(c->arena, b, "editMessageText", b->buttons), new);
}

/* Whose chat and letter it is; false: nobody's who may press it. */
static enum err press_whose(struct ctx *c, struct db_tx *tx, struct bot *b, bool *known)
{
    struct outreach_reach way;
    enum err e;

    *known = false;
    if (!b->u->chat.len || !b->u->letter.v)
        return ERR_NONE;
    e = outreach_letter_get(c, tx, b->u->letter, &b->letter);
    if (!e)
        e = outreach_reach_find(c, tx, OUTREACH_TELEGRAM, b->u->chat, &way);
    if (!e && way.id.v && way.user.v == b->letter.user.v && !(e = team_user_get(c, tx, way.user, &b->user)))
        *known = b->user.state == USER_ACTIVE;
    if (e == ERR_NOT_FOUND) {
        fault_clear(c);
        return ERR_NONE;
    }
    return e;
}

static const char *refused(enum err e)
{
    return e == ERR_FORBIDDEN ? "bot.forbidden" : e == ERR_NOT_FOUND ? "bot.not_yours" : "bot.too_late";
}

static enum err press(struct ctx *c, struct db_tx *tx, struct bot *b)
{
    const struct actor house = c->actor;
    struct zone const *zone;
    bool known, new = false;
    enum err e = press_whose(c, tx, b, &known);

    if (e || !known) {
        b->letter = (struct outreach_letter){ .id = { 0 } };
        return e ? e : answer_press(c, tx, b, text_get(b->lang, "bot.not_yours"));
    }
    zone = zone_find(b->user.zone);
    b->zone = zone ? zone : b->zone;
    b->lang = (enum lang)b->user.lang;
    if ((e = db_save(c, tx)))
        return e;
    c->actor = (struct actor){ .kind = ACTOR_USER, .id = b->user.id.v, .rights = team_rights_of_role((enum role)b->user.role) };
    e = press_do(c, tx, b, &new);
    c->actor = house;
    if (e == ERR_BUSY || e == ERR_AWAY || e == ERR_INTERNAL)
        return e;
    if (!e && new)
        return (e = db_save_keep(c, tx)) ? e : answer_press(c, tx, b, b->word);
    db_save_undo(c, tx);
    fault_clear(c);
    if (e && b->refusal.len)
        return answer_press(c, tx, b, b->refusal);
    return answer_press(c, tx, b, e ? text_get(b->lang, refused(e)) : b->u->act == ACT_CALL ? b->word : text_get(b->lang, "bot.already"));
}

/* ---- other updates ---- */

static enum err start(struct ctx *c, struct db_tx *tx, struct bot *b)
{
    struct outreach_reach way = { .channel = OUTREACH_TELEGRAM, .address = b->u->chat, .name = b->u->name.ptr ? b->u->name : STR("") };
    struct text_arg args[] = { { "name", STR_NULL }, { NULL, STR_NULL } };
    enum err e;

    if (!b->u->chat.len)
        return ERR_NONE;
    if ((e = outreach_code_use(c, tx, OUTREACH_TELEGRAM, b->u->text, &way.user)))
        return e;
    if (!way.user.v || (e = team_user_get(c, tx, way.user, &b->user))) {
        fault_clear(c);
        return e && e != ERR_NOT_FOUND ? e : reply(c, tx, b, text_get(b->lang, "bot.bad_code"));
    }
    b->lang = (enum lang)b->user.lang;
    if ((e = outreach_reach_put(c, tx, &way)))
        return e;
    args[0].value = b->user.name;
    return reply(c, tx, b, text_fill(c->arena, b->lang, "bot.linked", args));
}

static enum err one(struct ctx *c, struct db_tx *tx, struct bot *b)
{
    switch (b->u->kind) {
    case UPDATE_START:
        return start(c, tx, b);
    case UPDATE_PRESS:
        return press(c, tx, b);
    case UPDATE_BLOCKED:
        return outreach_reach_dead(c, tx, OUTREACH_TELEGRAM, b->u->chat, STR("blocked"));
    case UPDATE_TEXT:
        return reply(c, tx, b, text_get(b->lang, "bot.help"));
    default:
        return ERR_NONE;
    }
}

enum err flow_bot(struct flow *f, struct ctx *c, struct db_tx *tx, const struct outreach_updates *updates, int64_t place, struct messages *out)
{
    struct setting setting;
    const struct zone *zone;
    enum err e = team_setting_get(c, tx, &setting);

    if (e)
        return e;
    zone = zone_or_utc(setting.zone);
    for (size_t i = 0; i < updates->count && !e; i++) {
        struct bot b = { .flow = f, .u = &updates->items[i], .zone = zone, .lang = (enum lang)setting.lang, .out = out };

        if (b.u->id >= place)
            e = one(c, tx, &b);
    }
    return e || updates->next <= place ? e : outreach_turn_put(c, tx, STR("telegram"), updates->next);
}
