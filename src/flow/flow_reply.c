/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_reply.h"

#include "cond/cond.h"
#include "flow/flow_event.h"
#include "flow/flow_route.h"
#include "flow/flow_score.h"
#include "lead/identity.h"
#include "lead/profile.h"
#include "outreach/answer.h"
#include "outreach/closed.h"
#include "outreach/outreach.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "team/setting.h"
#include "team/user.h"

const char *const flow_reply_ways[] = { "hand", "letter", NULL };

/* ---- what blanks are filled with ---- */

struct voice {
    struct script_values values;
    size_t cap;
    struct arena *arena;
};

static void put(struct voice *v, struct str word, struct str value)
{
    v->values.items = arena_more(v->arena, v->values.items, v->values.count, sizeof *v->values.items);
    v->values.items[v->values.count++] = (struct script_value){ word, value };
}

static struct str value_text(struct arena *a, const struct json *value)
{
    struct buf b;
    struct json_out o;

    if (!value || json_is(value, JSON_NULL))
        return STR_NULL;
    if (json_is(value, JSON_TEXT))
        return json_text(value);
    b = buf_new(a, 4096);
    o = json_to(&b);
    json_put(&o, value);
    return buf_str(&b);
}

/* Who speaks: the user, else the lead's owner. */
static enum err put_speaker(struct ctx *c, struct db_tx *tx, struct voice *v, struct user_id speaker)
{
    struct user user;
    enum err e;

    if (!speaker.v)
        return ERR_NONE;
    if ((e = team_user_get(c, tx, speaker, &user)))
        return e;
    put(v, STR("manager"), user.name);
    put(v, STR("manager.email"), user.email);
    return ERR_NONE;
}

static enum err voice_of(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct user_id speaker, struct voice *v)
{
    struct profile profile;
    struct setting setting;
    enum err e;

    *v = (struct voice){ .arena = c->arena };
    if ((e = lead_profile_read(c, lead->facts, &profile)) || (e = team_setting_get(c, tx, &setting)))
        return e;
    put(v, STR("name"), lead->name);
    put(v, STR("company"), lead->company);
    put(v, STR("title"), lead->title);
    put(v, STR("email"), lead->email);
    put(v, STR("phone"), lead->phone);
    put(v, STR("source"), lead->source);
    put(v, STR("us"), setting.company);
    for (size_t i = 0; i < profile.count; i++) {
        struct str value = value_text(c->arena, profile.facts[i].value);

        if (str_eq(profile.facts[i].name, STR("product")))
            put(v, STR("product"), value);
        put(v, str_print(c->arena, "fact." STR_FMT, STR_ARG(profile.facts[i].name)), value);
    }
    return put_speaker(c, tx, v, speaker.v ? speaker : lead->owner);
}

static void fill(struct arena *a, const struct voice *v, struct flow_reply *r)
{
    struct str holes;

    r->subject = outreach_script_fill(a, r->script.subject, &v->values, &holes);
    r->body = outreach_script_fill(a, r->script.body, &v->values, &r->missing);
    if (holes.len)
        r->missing = r->missing.len ? str_print(a, STR_FMT ", " STR_FMT, STR_ARG(holes), STR_ARG(r->missing)) : holes;
}

static enum err holds_of(struct ctx *c, const struct script *s, const struct history *h, bool *holds)
{
    struct cond *cond;
    enum err e;

    *holds = true;
    if (s->condition.len == 0)
        return ERR_NONE;
    if ((e = flow_cond(c, s->condition, &cond)))
        return e;
    *holds = cond_at(cond, h, c->now, c->arena).holds;
    return ERR_NONE;
}

enum err flow_replies(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct user_id speaker, struct flow_reply **list,
                      size_t *count)
{
    struct scripts scripts;
    struct history h;
    struct voice voice;
    enum err e;

    if ((e = outreach_script_list(c, tx, &scripts)) || (e = flow_history(c, tx, lead->id, INSTANT_NEVER, &h))
        || (e = voice_of(c, tx, lead, speaker, &voice)))
        return e;
    *list = ARENA_ARRAY(c->arena, struct flow_reply, scripts.count + 1);
    *count = 0;
    for (size_t i = 0; i < scripts.count; i++) {
        struct flow_reply *r = &(*list)[*count];
        bool holds = false;

        if (!scripts.items[i].enabled)
            continue;
        if ((e = holds_of(c, &scripts.items[i], &h, &holds)))
            return e;
        if (!holds)
            continue;
        r->script = scripts.items[i];
        fill(c->arena, &voice, r);
        *count += 1;
    }
    return ERR_NONE;
}

enum err flow_reply_preview(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct user_id speaker, struct str subject,
                            struct str body, struct flow_reply *reply)
{
    struct voice voice;
    enum err e = voice_of(c, tx, lead, speaker, &voice);

    if (e)
        return e;
    *reply = (struct flow_reply){ .script = { .subject = subject, .body = body } };
    fill(c->arena, &voice, reply);
    return ERR_NONE;
}

/* ---- consent ---- */

enum err flow_consents(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct consents *list)
{
    struct lead_id *family;
    size_t n;
    enum err e = lead_family(c, tx, lead, INSTANT_NEVER, &family, &n);

    return e ? e : outreach_consent_list(c, tx, family, n, list);
}

/* Letters that wait for these leads and answer them are not sent any more. */
static enum err stop_letters(struct ctx *c, struct db_tx *tx, struct lead_id lead)
{
    struct lead_id root, *family;
    size_t n;
    enum err e;

    if ((e = lead_root(c, tx, lead, &root)) || (e = lead_family(c, tx, root, INSTANT_NEVER, &family, &n)))
        return e;
    for (size_t i = 0; i < n && !e; i++)
        e = outreach_withdraw_lead(c, tx, family[i], OUTREACH_REPLY, STR("consent was taken back"));
    return e;
}

enum err flow_consent_put(struct ctx *c, struct db_tx *tx, struct consent *one)
{
    enum err e = outreach_consent_add(c, tx, one);

    return e || one->given || one->purpose != CONSENT_ANSWER ? e : stop_letters(c, tx, one->lead);
}

static enum err keep_consents(struct ctx *c, struct db_tx *tx, const struct event *ev, int64_t id, struct lead_id born)
{
    struct consent said[CONSENT_PURPOSES];
    size_t n = ev->bot || ev->mark ? 0 : outreach_consent_of(ev->body, said);
    enum err e = ERR_NONE;

    for (size_t i = 0; i < n && !e; i++) {
        said[i].lead = born;
        said[i].at = ev->at;
        said[i].event_id = id;
        said[i].source_id = ev->source_id;
        e = flow_consent_put(c, tx, &said[i]);
    }
    return e;
}

/* ---- a person's reply ---- */

enum err flow_reply_may_write(struct ctx *c, struct db_tx *tx, const struct lead *lead, const struct consent **ground)
{
    struct consents list;
    struct consent_state state;
    struct str closed;
    bool ready;
    enum err e;

    if ((e = outreach_mail_ready(c, tx, &ready)) || (e = flow_consents(c, tx, lead->id, &list)))
        return e;
    state = outreach_consent_at(&list, CONSENT_ANSWER, c->now);
    *ground = state.ground;
    if (!ready)
        return fault_set(c, ERR_CONFLICT, "no mail server is set up: write from your own mail program");
    if (lead->email.len == 0)
        return fault_set(c, ERR_CONFLICT, "the lead has no e-mail address");
    if (!state.given)
        return fault_set(c, ERR_CONFLICT, "the lead has not agreed to be answered by letter");
    if ((e = outreach_closed_find(c, tx, lead->email, &closed)))
        return e;
    return closed.ptr ? fault_set(c, ERR_CONFLICT, "the address takes no letters: " STR_FMT, STR_ARG(closed)) : ERR_NONE;
}

static enum err letter_write(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct str key, struct str subject, struct str body,
                             const struct consent *ground, struct outreach_letter *letter)
{
    struct setting setting;
    bool new;
    enum err e = team_setting_get(c, tx, &setting);

    if (e)
        return e;
    *letter = (struct outreach_letter){
        .key = key, .kind = OUTREACH_REPLY, .channel = OUTREACH_MAIL, .lead = lead->id, .address = lead->email,
        .lang = (enum lang)setting.lang, .subject = subject, .body = body, .ground = ground->id, .next_at = INSTANT_NONE,
    };
    return outreach_tell(c, tx, letter, &new);
}

/* The carrier of letters is woken after the commit. */
static void wake(struct messages *messages)
{
    if (messages)
        messages->posted = true;
}

static const struct json *deed_body(struct arena *a, const struct script *script, const struct flow_reply_said *said)
{
    struct json_member members[] = {
        { STR("script"), { .type = JSON_TEXT, .as.text = script->name } },
        { STR("way"), { .type = JSON_TEXT, .as.text = str_of(flow_reply_ways[said->way]) } },
        { STR("subject"), { .type = JSON_TEXT, .as.text = said->subject } },
    };
    struct json *body = ARENA_NEW(a, struct json);

    body->type = JSON_OBJECT;
    body->count = said->subject.len ? 3 : 2;
    body->as.members = ARENA_ARRAY(a, struct json_member, countof(members));
    memcpy(body->as.members, members, sizeof members);
    return body;
}

enum err flow_reply_use(struct flow *f, struct ctx *c, struct db_tx *tx, const struct lead *lead, const struct script *script,
                        const struct flow_reply_said *said, struct messages *messages)
{
    struct script_use use = { .script = script->id, .lead = lead->id, .user = { ctx_user(c) } };
    struct outreach_letter letter = { 0 };
    const struct consent *ground;
    enum err e = ERR_NONE;

    if (said->way == FLOW_REPLY_LETTER) {
        struct str key = str_print(c->arena, "reply-%lld", (long long)db_new_id(tx));

        if ((e = flow_reply_may_write(c, tx, lead, &ground)) || (e = letter_write(c, tx, lead, key, said->subject, said->body, ground, &letter)))
            return e;
        use.letter = letter.id.v;
        wake(messages);
    }
    if ((e = outreach_use_add(c, tx, &use)))
        return e;
    return flow_deed(f, c, tx, lead->id, STR(FLOW_REPLY_DEED), deed_body(c->arena, script, said), messages);
}

enum err flow_reply_uses(struct ctx *c, struct db_tx *tx, struct lead_id lead, int64_t limit, struct script_use **uses, size_t *count)
{
    struct lead_id *family;
    size_t n;
    enum err e = lead_family(c, tx, lead, INSTANT_NEVER, &family, &n);

    return e ? e : outreach_use_list(c, tx, family, n, limit, uses, count);
}

/* ---- the letter that answers by itself ---- */

/* Another program's change is seen within this time; one of this program at once. Asked of the running clock: it is no fact of any lead. */
enum { LOOK_US = 1000000 };

void flow_reply_changed(struct flow *f)
{
    pthread_mutex_lock(&f->lock);
    f->autos_looked_at = 0;
    pthread_mutex_unlock(&f->lock);
}

/* Is any automatic script in force? Most companies have none, and walks are many. */
static enum err autos_of(struct flow *f, struct ctx *c, struct db_tx *tx, struct scripts *autos)
{
    int64_t now = clock_mono_us();
    bool none;
    enum err e;

    *autos = (struct scripts){ NULL, 0 };
    pthread_mutex_lock(&f->lock);
    none = f->autos_looked_at && now - f->autos_looked_at < LOOK_US && !f->autos;
    pthread_mutex_unlock(&f->lock);
    if (none || (e = outreach_script_autos(c, tx, autos)))
        return none ? ERR_NONE : e;
    pthread_mutex_lock(&f->lock);
    f->autos_looked_at = now;
    f->autos = autos->count > 0;
    pthread_mutex_unlock(&f->lock);
    return ERR_NONE;
}

static enum err is_trigger(struct ctx *c, const struct script *s, const struct event *ev, bool *is)
{
    struct str name = cond_event_name(ev->kind, ev->name);
    struct json *list;
    enum err e = json_read(c, s->triggers, &list);

    *is = false;
    if (e || ev->kind == EVENT_DEED || name.len == 0)
        return e;
    for (uint32_t i = 0; i < list->count; i++)
        *is |= str_eq(json_text(&list->as.items[i]), name);
    return ERR_NONE;
}

/* What one event asks of one script. */
struct auto_try {
    const struct script *script;
    const struct event *event;
    int64_t event_id;
    struct lead lead;
    struct lead_id *family;
    size_t family_count;
};

static enum err try_read(struct ctx *c, struct db_tx *tx, struct lead_id root, struct auto_try *x)
{
    enum err e = lead_get(c, tx, root, &x->lead);

    return e ? e : lead_family(c, tx, root, INSTANT_NEVER, &x->family, &x->family_count);
}

static enum err auto_may(struct ctx *c, struct db_tx *tx, const struct auto_try *x, enum answer_why *why, const struct consent **ground)
{
    struct answer_case question = {
        .now = c->now, .at = x->event->at, .automatic = x->event->bot || x->event->mark, .imported = x->event->import_id != 0,
        .address = x->lead.email,
    };
    struct consents list;
    struct consent_state state;
    struct str closed;
    enum err e;

    if ((e = outreach_consent_list(c, tx, x->family, x->family_count, &list)) || (e = outreach_closed_find(c, tx, x->lead.email, &closed))
        || (e = outreach_mail_ready(c, tx, &question.mail))
        || (e = outreach_use_last(c, tx, x->family, x->family_count, x->script->id, &question.same, &question.any)))
        return e;
    state = outreach_consent_at(&list, CONSENT_ANSWER, c->now);
    *ground = state.ground;
    question.consent = state.given;
    question.closed = closed.ptr != NULL;
    *why = outreach_answer_may(&question);
    return ERR_NONE;
}

/* *gone: the letter is written. */
static enum err auto_answer(struct ctx *c, struct db_tx *tx, const struct auto_try *x, bool *gone)
{
    struct flow_reply reply = { .script = *x->script };
    struct script_use use = { .script = x->script->id, .lead = x->lead.id };
    struct outreach_letter letter;
    const struct consent *ground = NULL;
    enum answer_why why;
    struct history h;
    struct voice voice;
    bool holds;
    struct str key = str_print(c->arena, "auto-%lld-%lld", (long long)x->event_id, (long long)x->script->id.v);
    enum err e = auto_may(c, tx, x, &why, &ground);

    if (e || why != REPLY_GOES) {
        if (!e)
            log_debug(c, "reply.held_back", LOG_ID("script", PREFIX_SCRIPT, x->script->id.v), LOG_STR("why", str_of(outreach_answer_whys[why])));
        return e;
    }
    if ((e = flow_history_of(c, tx, x->lead.id, x->family, x->family_count, &h)) || (e = holds_of(c, x->script, &h, &holds)) || !holds
        || (e = voice_of(c, tx, &x->lead, (struct user_id){ 0 }, &voice)))
        return e;
    fill(c->arena, &voice, &reply);
    if ((e = letter_write(c, tx, &x->lead, key, reply.subject, reply.body, ground, &letter)))
        return e;
    use.letter = letter.id.v;
    *gone = true;
    return outreach_use_add(c, tx, &use);
}

static enum err answer_event(struct ctx *c, struct db_tx *tx, const struct scripts *autos, const struct event *ev, int64_t id,
                             struct lead_id root, bool *gone)
{
    struct auto_try x = { .event = ev, .event_id = id };
    bool read = false;
    enum err e = ERR_NONE;

    for (size_t i = 0; i < autos->count && !e && !*gone; i++) {
        bool is;

        if ((e = is_trigger(c, &autos->items[i], ev, &is)) || !is)
            continue;
        if (!read && (e = try_read(c, tx, root, &x)))
            break;
        read = true;
        x.script = &autos->items[i];
        e = auto_answer(c, tx, &x, gone);
    }
    return e;
}

enum err flow_reply_after(struct flow *f, struct ctx *c, struct db_tx *tx, const struct flow_reply_news *news,
                          struct messages *messages)
{
    struct scripts autos;
    enum err e = ERR_NONE;

    for (size_t i = 0; i < news->count && !e; i++)
        e = keep_consents(c, tx, &news->events[i], news->ids[i], news->born[i]);
    if (e || (e = autos_of(f, c, tx, &autos)))
        return e;
    for (size_t i = 0; autos.count && i < news->count && !e; i++) {
        bool gone = false;

        e = answer_event(c, tx, &autos, &news->events[i], news->ids[i], news->roots[i], &gone);
        if (gone)
            wake(messages);
    }
    return e;
}
