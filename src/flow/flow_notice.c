/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_notice.h"

#include "base/json.h"
#include "base/utf8.h"
#include "flow/flow_route.h"
#include "outreach/closed.h"
#include "outreach/telegram.h"
#include "text/text.h"

enum { BODY_BYTES = 4 * 1024, EXTRA_BYTES = 8 * 1024 };

/* The one table of what is said. */
static const struct notice_row {
    enum outreach_kind kind;
    const char *mark;    /* of the key */
    const char *subject; /* text; {name} and {other} are filled */
    bool due;            /* until when */
    bool contact;        /* phone and e-mail */
    int buttons[4];      /* acts, ended by -1 */
} rows[NOTICES] = {
    [NOTICE_HOT] = { OUTREACH_HOT, "hot", "notice.hot", true, true, { ACT_TAKE, ACT_CALL, ACT_LATER, -1 } },
    [NOTICE_REMINDER] = { OUTREACH_REMINDER, "remind", "notice.reminder", true, true, { ACT_CALL, ACT_LATER, -1 } },
    [NOTICE_TAKEN] = { OUTREACH_REASSIGNED, "taken", "notice.taken", false, false, { -1 } },
    [NOTICE_GIVEN] = { OUTREACH_REASSIGNED, "given", "notice.given", false, true, { -1 } },
    [NOTICE_LATE] = { OUTREACH_ESCALATION, "late", "notice.late", false, false, { -1 } },
    [NOTICE_NO_ONE] = { OUTREACH_QUEUE, "no_one", "notice.no_one", false, false, { -1 } },
    [NOTICE_CLAIM] = { OUTREACH_QUEUE, "claim", "notice.claim", true, false, { ACT_TAKE, -1 } },
};

/* ---- words ---- */

struct str flow_notice_time(struct arena *a, const struct zone *zone, enum lang lang, instant at, instant now)
{
    int64_t local = at + zone_offset_us(zone, at), today = now + zone_offset_us(zone, now);
    int64_t day = local / DAY_US, minute = local % DAY_US / MINUTE_US;
    int y, m, d;

    if (day == today / DAY_US)
        return str_print(a, "%02d:%02d", (int)(minute / 60), (int)(minute % 60));
    date_of_days(day, &y, &m, &d);
    return str_print(a, lang == LANG_RU ? "%02d.%02d %02d:%02d" : "%02d/%02d %02d:%02d", d, m, (int)(minute / 60), (int)(minute % 60));
}

static struct str lead_called(struct arena *a, enum lang lang, const struct lead *lead)
{
    struct str name = lead->name.len ? lead->name : lead->email.len ? lead->email : lead->phone;

    return name.len ? utf8_line(a, name, 120) : text_get(lang, "notice.nameless");
}

static void line(struct buf *b, struct str text)
{
    if (!text.len)
        return;
    if (b->len)
        buf_char(b, '\n');
    buf_add(b, text);
}

static struct str body_of(struct ctx *c, const struct notice_of *n, const struct zone *zone)
{
    const struct notice_row *row = &rows[n->what];
    const struct lead *l = n->lead;
    enum lang lang = (enum lang)n->to->lang;
    bool due = row->due && n->task && n->task->due_at != INSTANT_NEVER;
    const struct text_arg args[] = {
        { "score", str_print(c->arena, "%lld", (long long)l->score) },
        { "source", utf8_line(c->arena, l->source, 100) },
        { "time", due ? flow_notice_time(c->arena, zone, lang, n->task->due_at, c->now) : STR("") },
        { NULL, STR_NULL },
    };
    struct buf b = buf_new(c->arena, BODY_BYTES);

    line(&b, utf8_line(c->arena, l->company, 200));
    line(&b, text_fill(c->arena, lang, l->source.len ? "notice.score_source" : "notice.score", args));
    if (due)
        line(&b, text_fill(c->arena, lang, "notice.due", args));
    if (row->contact) {
        line(&b, utf8_line(c->arena, l->phone, 40));
        line(&b, utf8_line(c->arena, l->email, 254));
    }
    return buf_str(&b);
}

static struct str extra_of(struct ctx *c, const struct notice_of *n, const struct outreach_reach *reach)
{
    struct buf b = buf_new(c->arena, EXTRA_BYTES);
    struct json_out o = json_to(&b);
    char id[ID_TEXT_MAX];
    struct json *keys = NULL;

    json_begin(&o);
    if (n->path) {
        json_key(&o, "path");
        json_put_text(&o, str_of(n->path));
    } else if (n->lead) {
        json_key(&o, "path");
        json_put_text(&o, str_print(c->arena, "/leads/" STR_FMT, STR_ARG(id_print(PREFIX_LEAD, n->lead->id.v, id))));
    }
    if (n->task && rows[n->what].buttons[0] >= 0) {
        json_key(&o, "buttons");
        json_list(&o);
        for (const int *act = rows[n->what].buttons; *act >= 0; act++)
            json_put_text(&o, str_of(outreach_act_names[*act]));
        json_list_end(&o);
    }
    if (reach && reach->extra.len && json_read(c, reach->extra, &keys) == ERR_NONE) {
        json_key(&o, "keys");
        json_put(&o, keys);
    }
    json_end(&o);
    return buf_str(&b);
}

/* ---- letters ---- */

struct told {
    const struct user *to;
    struct outreach_letter letter; /* as it is by each channel, but for channel, address, key, extra */
    struct str key;
    struct messages *out;
    int64_t count;
};

static enum err put(struct ctx *c, struct db_tx *tx, struct told *t, const struct notice_of *n, enum outreach_channel channel, struct str address,
                    const struct outreach_reach *reach)
{
    struct outreach_letter l = t->letter;
    char id[ID_TEXT_MAX] = "";
    bool new;
    enum err e;

    l.channel = channel;
    l.address = address;
    l.extra = extra_of(c, n, channel == OUTREACH_PUSH ? reach : NULL);
    l.key = str_print(c->arena, STR_FMT ":%s:" STR_FMT, STR_ARG(t->key), outreach_channel_names[channel],
                      STR_ARG(reach ? id_print(PREFIX_REACH, reach->id.v, id) : STR("")));
    if ((e = outreach_tell(c, tx, &l, &new)))
        return e;
    t->count += new;
    if (t->out)
        t->out->posted = true;
    return ERR_NONE;
}

/* What is known of one person: at a desk it is read once, however many leads are given out at it. */
struct known {
    struct user_id user;
    struct outreach_choice choice;
    struct outreach_reaches ways;
};
struct notice_known {
    struct known *items;
    size_t count;
};

static enum err known_of(struct ctx *c, struct db_tx *tx, struct desk *d, struct user_id user, struct known *known)
{
    struct notice_known *all = d ? d->notices : NULL;
    enum err e;

    for (size_t i = 0; all && i < all->count; i++)
        if (all->items[i].user.v == user.v) {
            *known = all->items[i];
            return ERR_NONE;
        }
    known->user = user;
    if ((e = outreach_choice_get(c, tx, user, &known->choice)) || (e = outreach_reach_list(c, tx, user, &known->ways)) || !d)
        return e;
    if (!all)
        d->notices = all = ARENA_NEW(c->arena, struct notice_known);
    all->items = arena_more(c->arena, all->items, all->count, sizeof *all->items);
    all->items[all->count++] = *known;
    return ERR_NONE;
}

/* By each of the ways of the channels in bits. */
static enum err put_all(struct ctx *c, struct db_tx *tx, struct told *t, const struct notice_of *n, const struct outreach_reaches *ways,
                        unsigned bits)
{
    struct str host = STR("");
    enum err e = ERR_NONE;

    for (size_t i = 0; i < ways->count && !e; i++)
        if (ways->items[i].dead_at == INSTANT_NONE && bits >> ways->items[i].channel & 1)
            e = put(c, tx, t, n, ways->items[i].channel, ways->items[i].address, &ways->items[i]);
    if (e || !(bits >> OUTREACH_MAIL & 1) || (e = outreach_setting_get(c, tx, "mail_host", &host)) || !host.len)
        return e;
    return put(c, tx, t, n, OUTREACH_MAIL, t->to->email, NULL);
}

enum err flow_notice(struct ctx *c, struct db_tx *tx, const struct notice_of *n, struct messages *out)
{
    const struct notice_row *row = &rows[n->what];
    enum lang lang = (enum lang)n->to->lang;
    const struct text_arg args[] = {
        { "name", lead_called(c->arena, lang, n->lead) },
        { "other", utf8_line(c->arena, n->other, 120) },
        { NULL, STR_NULL },
    };
    struct told t = { .to = n->to, .out = out };
    struct known known;
    unsigned bits;
    enum err e;

    if (n->to->state != USER_ACTIVE)
        return ERR_NONE;
    if ((e = known_of(c, tx, n->desk, n->to->id, &known)))
        return e;
    bits = known.choice.channels[row->kind];
    if (!bits || (!known.ways.count && !(bits >> OUTREACH_MAIL & 1)))
        return ERR_NONE;
    t.letter = (struct outreach_letter){
        .kind = row->kind, .user = n->to->id, .lead = n->lead->id, .task = n->task ? n->task->id : (struct task_id){ 0 }, .lang = lang,
        .subject = text_fill(c->arena, lang, row->subject, args),
        .body = body_of(c, n, zone_or_utc(n->to->zone)),
        .next_at = outreach_choice_when(&known.choice, zone_or_utc(n->to->zone), row->kind, c->now),
    };
    t.key = str_print(c->arena, "%s:%lld:%lld:%lld", row->mark, (long long)n->mark, (long long)(n->task ? n->task->id.v : n->lead->id.v),
                      (long long)n->to->id.v);
    return put_all(c, tx, &t, n, &known.ways, bits);
}

enum err flow_notice_given(struct ctx *c, struct db_tx *tx, struct desk *d, const struct lead *lead, const struct task *t,
                           struct user_id before, const struct desk_person *to, int64_t mark, struct messages *out)
{
    struct notice_of now = { .desk = d, .what = t ? NOTICE_HOT : NOTICE_GIVEN, .to = &to->user, .lead = lead, .task = t, .mark = mark };
    struct notice_of past = { .desk = d, .what = NOTICE_TAKEN, .lead = lead, .task = t, .mark = mark };
    struct desk_person *who = before.v ? flow_desk_find(d, before) : NULL;
    enum err e = ERR_NONE;

    if (before.v == to->user.id.v && t)
        return ERR_NONE;
    if (t && (before.v || t->created_at < c->now))
        e = outreach_withdraw(c, tx, t->id, before.v ? OUTREACH_HOT : OUTREACH_QUEUE, STR("moved"));
    if (!e && ctx_user(c) != to->user.id.v)
        e = flow_notice(c, tx, &now, out);
    if (e || !who || ctx_user(c) == before.v)
        return e;
    past.to = &who->user;
    return flow_notice(c, tx, &past, out);
}

static const char *skill_subject(struct str word, bool day)
{
    if (str_eq(word, STR("ended")))
        return "notice.skill.ended";
    if (str_eq(word, STR("revoked")))
        return "notice.skill.revoked";
    if (str_eq(word, STR("given")))
        return "notice.skill.given";
    if (str_eq(word, STR("exam")))
        return day ? "notice.skill.exam_until" : "notice.skill.exam";
    return "notice.skill.ends"; /* a month, a week, a day before */
}

enum err flow_notice_plain(struct ctx *c, struct db_tx *tx, const struct user *to, struct str key, const struct outreach_letter *l,
                           struct messages *out)
{
    struct told t = { .to = to, .letter = *l, .key = key, .out = out };
    struct notice_of nothing = { .what = NOTICE_TAKEN, .to = to };
    struct outreach_reaches ways;
    enum err e = outreach_reach_list(c, tx, to->id, &ways);

    return e ? e : put_all(c, tx, &t, &nothing, &ways, 1u << OUTREACH_TELEGRAM | 1u << OUTREACH_MAIL | 1u << OUTREACH_PUSH);
}

enum err flow_notice_skill(struct ctx *c, struct db_tx *tx, const struct notice_skill *n, struct messages *out)
{
    enum lang lang = (enum lang)n->to->lang;
    bool day = n->until != INSTANT_NEVER, ends = !str_eq(n->word, STR("given")) && !str_eq(n->word, STR("exam"));
    const struct text_arg args[] = {
        { "product", utf8_line(c->arena, n->product, 200) },
        { "time", day ? flow_notice_time(c->arena, zone_or_utc(n->to->zone), lang, n->until, c->now) : STR("") },
        { NULL, STR_NULL },
    };
    struct told t = { .to = n->to, .out = out };
    struct notice_of of = { .what = NOTICE_TAKEN, .to = n->to, .path = "/exams" };
    struct known known;
    enum err e;

    if (n->to->state != USER_ACTIVE)
        return ERR_NONE;
    if ((e = known_of(c, tx, NULL, n->to->id, &known)))
        return e;
    t.letter = (struct outreach_letter){
        .kind = OUTREACH_SKILL, .user = n->to->id, .lang = lang,
        .subject = text_fill(c->arena, lang, skill_subject(n->word, day), args),
        .body = ends ? text_get(lang, "notice.skill.again") : STR(""),
        .next_at = outreach_choice_when(&known.choice, zone_or_utc(n->to->zone), OUTREACH_SKILL, c->now),
    };
    t.key = str_print(c->arena, "skill:" STR_FMT ":%lld:%lld", STR_ARG(n->word), (long long)n->mark, (long long)n->to->id.v);
    return put_all(c, tx, &t, &of, &known.ways, known.choice.channels[OUTREACH_SKILL]);
}

enum err flow_notice_test(struct ctx *c, struct db_tx *tx, const struct user *to, enum outreach_channel channel, struct messages *out,
                          int64_t *count)
{
    enum lang lang = (enum lang)to->lang;
    struct told t = { .to = to, .out = out };
    struct notice_of nothing = { .what = NOTICE_TAKEN, .to = to };
    struct outreach_reaches ways;
    enum err e = outreach_reach_list(c, tx, to->id, &ways);

    /* Who asks for a test letter says that the address is good again. */
    if (!e && channel == OUTREACH_MAIL)
        e = outreach_closed_del(c, tx, to->email);
    if (e)
        return e;
    t.letter = (struct outreach_letter){ .kind = OUTREACH_TEST, .user = to->id, .lang = lang, .subject = text_get(lang, "notice.test"),
                                         .body = text_get(lang, "notice.test.body"), .next_at = c->now };
    t.key = str_print(c->arena, "test:%lld", (long long)db_new_id(tx)); /* each is one of its own */
    e = put_all(c, tx, &t, &nothing, &ways, 1u << channel);
    if (!e && !t.count)
        e = fault_set(c, ERR_CONFLICT, "there is no way to reach you by this channel yet");
    *count = t.count;
    return e;
}
