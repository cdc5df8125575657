/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_lead.h"

#include "flow/flow_act.h"
#include "flow/flow_event.h"
#include "flow/flow_outcome.h"
#include "flow/flow_person.h"
#include "lead/identity.h"
#include "flow/flow_score.h"
#include "flow/flow_watch.h"
#include "learn/contest.h"
#include "score/score_store.h"

enum { DRAIN_LEADS = 20 };

/* ---- cards ---- */

static void strongest(const struct score *s, struct flow_card *card)
{
    for (size_t i = 0; i < s->line_count && card->reason_count < CARD_REASONS; i++)
        if (s->lines[i].points)
            card->reasons[card->reason_count++] = s->lines[i];
}

static enum err reasons_of(struct ctx *c, struct db_tx *tx, const struct model *m, const struct score_kept *kept,
                           struct lead_id lead, struct flow_card *card)
{
    struct score_state *state = kept->model.v ? score_state_parse(m, kept->state, c->arena) : NULL;
    struct history h;
    struct score s;
    enum err e;

    card->model = m;
    if (state) {
        /* The snapshot may be younger than the call that reads it: a state is not asked about the time before it. */
        s = score_lines_of(state, kept->band.told > c->now ? kept->band.told : c->now, c->arena);
    } else {
        if ((e = flow_history(c, tx, lead, INSTANT_NEVER, &h)))
            return e;
        s = score_at(m, &h, c->now, c->arena);
    }
    strongest(&s, card);
    return ERR_NONE;
}

enum err flow_cards(struct ctx *c, struct db_tx *tx, const struct model *m, const struct lead *leads, size_t n,
                    struct flow_card *cards)
{
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, n + 1);
    struct score_kept *kept = ARENA_ARRAY(c->arena, struct score_kept, n + 1);
    struct history_row *last = ARENA_ARRAY(c->arena, struct history_row, n + 1);
    struct task *next = ARENA_ARRAY(c->arena, struct task, n + 1);
    const struct model **of = ARENA_ARRAY(c->arena, const struct model *, n + 1);
    enum err e;

    for (size_t i = 0; i < n; i++)
        ids[i] = leads[i].id;
    if ((e = score_load(c, tx, ids, n, kept)) || (e = history_last(c, tx, ids, n, last))
        || (e = task_next_of(c, tx, ids, n, next)) || (e = flow_models_of(c, tx, m, ids, n, of)))
        return e;
    for (size_t i = 0; i < n && !e; i++) {
        cards[i] = (struct flow_card){ .lead = leads[i], .last = last[i], .next = next[i] };
        e = reasons_of(c, tx, of[i], &kept[i], ids[i], &cards[i]);
    }
    return e;
}

/* ---- what a person changes ---- */

static struct event spoken(const struct ctx *c, const struct json *traits)
{
    return (struct event){
        .kind = EVENT_IDENTIFY,
        .at = c->now,
        .known_at = c->now,
        .traits = traits,
        .source_id = c->actor.kind == ACTOR_KEY ? c->actor.id : 0,
        .user = ctx_user(c),
    };
}

/* The message as it is kept: {"traits":{...}}. */
static enum err body_of(struct ctx *c, const struct json *traits, struct event *ev)
{
    struct buf text = buf_new(c->arena, 1 << 20);
    struct json_out out = json_to(&text);
    struct json *body;
    enum err e;

    json_begin(&out);
    json_key(&out, "traits");
    json_put(&out, traits);
    json_end(&out);
    ev->raw = buf_str(&text);
    e = json_read(c, ev->raw, &body);
    ev->body = body;
    return e;
}

/* The event by which a lead is written down. */
static enum err added_event(struct ctx *c, const struct json *facts, struct event *ev)
{
    enum err e;

    *ev = spoken(c, facts);
    if ((e = body_of(c, facts, ev)))
        return e;
    ev->who.email = json_text(json_find(facts, STR("email")));
    ev->who.phone = json_text(json_find(facts, STR("phone")));
    ev->who.user_id = json_text(json_find(facts, STR("external_id")));
    ev->who.nobody = !ev->who.email.len && !ev->who.phone.len && !ev->who.user_id.len;
    return ERR_NONE;
}

enum err flow_lead_add_many(struct flow *f, struct ctx *c, struct db_tx *tx, const struct json *const *facts, size_t n,
                            struct flow_lead_added *added, struct messages *messages)
{
    struct event *events = ARENA_ARRAY(c->arena, struct event, n + 1);
    struct event_result *results = ARENA_ARRAY(c->arena, struct event_result, n + 1);
    enum err e = ERR_NONE;

    for (size_t i = 0; i < n && !e; i++)
        e = added_event(c, facts[i], &events[i]);
    if (e || (e = flow_events(f, c, tx, events, n, results, messages)))
        return e;
    for (size_t i = 0; i < n; i++) {
        added[i].code = results[i].code;
        added[i].lead = results[i].lead;
        added[i].made = results[i].made;
    }
    return ERR_NONE;
}

enum err flow_lead_add(struct flow *f, struct ctx *c, struct db_tx *tx, const struct json *facts,
                       struct lead_id *lead, bool *made, struct messages *messages)
{
    struct flow_lead_added added;
    enum err e = flow_lead_add_many(f, c, tx, &facts, 1, &added, messages);

    if (e)
        return e;
    if (added.code)
        return fault_set(c, added.code, "the new lead was refused");
    *lead = added.lead;
    *made = added.made;
    return ERR_NONE;
}

enum err flow_lead_facts(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id lead,
                         const struct json *facts, struct messages *messages)
{
    struct event ev = spoken(c, facts);
    struct event_result result;
    enum err e = body_of(c, facts, &ev);

    if (e)
        return e;
    ev.who.lead = lead;
    if ((e = flow_events(f, c, tx, &ev, 1, &result, messages)))
        return e;
    if (messages)
        messages_add(messages, (struct message){ .kind = MESSAGE_LEAD_CHANGED, .lead = lead });
    return ERR_NONE;
}

static void put_word(struct json *v, struct str name, struct str text)
{
    if (text.len)
        v->as.members[v->count++] = (struct json_member){ name, { .type = JSON_TEXT, .as.text = text } };
}

static struct json *stage_words(struct arena *a, int from, const struct lead_change *to, int64_t amount)
{
    struct json *v = ARENA_NEW(a, struct json);

    v->type = JSON_OBJECT;
    v->as.members = ARENA_ARRAY(a, struct json_member, 5);
    put_word(v, STR("from"), str_of(lead_stage_names[from]));
    put_word(v, STR("to"), str_of(lead_stage_names[to->stage]));
    if (amount)
        v->as.members[v->count++] = (struct json_member){ STR("amount"), { .type = JSON_INT, .as.integer = amount } };
    put_word(v, STR("reason"), to->reason);
    put_word(v, STR("note"), to->note);
    return v;
}

enum err flow_lead_set(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id id,
                       int64_t expected_version, const struct lead_change *change, struct messages *messages)
{
    const struct flow_watched watched = { .lead = id };
    struct flow_watch watch;
    struct lead before;
    int64_t served;
    enum err e = lead_lock_many(c, tx, &id, 1);

    if (e || (e = lead_get(c, tx, id, &before)) || (e = flow_watch_begin(c, tx, &watched, 1, &watch)) || (e = lead_set(c, tx, id, expected_version, change)))
        return e;
    if (change->set & LEAD_SET_STAGE && change->stage != before.stage)
        e = flow_deed(f, c, tx, id, STR(FLOW_STAGE_DEED),
                      stage_words(c->arena, before.stage, change,
                                  change->set & LEAD_SET_AMOUNT ? change->amount : before.amount),
                      messages);
    if (!e)
        e = flow_watch_end(c, tx, &watch, messages);
    if (!e && messages)
        messages_add(messages, (struct message){ .kind = MESSAGE_LEAD_CHANGED, .lead = id,
                                                 .user = before.owner });
    /* A lead that is closed is no load any more: somebody may be free for one that waits. */
    if (!e && change->set & LEAD_SET_STAGE && change->stage >= STAGE_WON && before.owner.v)
        e = flow_drain(c, tx, INSTANT_NEVER, DRAIN_LEADS, messages, &served);
    return e;
}

/* ---- the arithmetic ---- */

/* The model that was live at an instant; of one lead: its arm's, if it was in a contest that ran then. */
static enum err model_then(struct ctx *c, struct db_tx *tx, struct lead_id lead, instant at, struct model **m)
{
    struct learn_contest contest;
    struct model_row row;
    struct learn_arm arm;
    bool rival = false;
    enum err e = learn_contest_arms(c, tx, &lead, 1, &arm);

    if (!e && arm.contest.v && arm.arm == CONTEST_CHALLENGER && at >= arm.at) {
        if ((e = learn_contest_get(c, tx, arm.contest, &contest)))
            return e;
        rival = contest.ended_at == INSTANT_NONE || at < contest.ended_at;
    }
    if (!e)
        e = rival ? score_model_get(c, tx, contest.challenger, &row) : score_model_then(c, tx, at, &row);
    if (e || (e = score_model_parse(c, row.body, m)))
        return e;
    (*m)->id = row.id;
    (*m)->version = row.version;
    return ERR_NONE;
}

enum err flow_model_now(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id lead, struct model **m)
{
    const struct model *of;
    struct model *live;
    enum err e = flow_model(f, c, tx, &live);

    if (e)
        return e;
    if ((e = flow_model_of(c, tx, live, lead, &of)) || of == live) {
        *m = live;
        if (e)
            score_model_drop(live);
        return e;
    }
    *m = score_model_hold(live->rival);
    score_model_drop(live);
    return ERR_NONE;
}

enum err flow_explain(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id lead, instant at,
                      bool then, struct model **m, struct history *h, struct score *score)
{
    enum err e = then ? model_then(c, tx, lead, at, m) : flow_model_now(f, c, tx, lead, m);

    if (e)
        return e;
    if ((e = flow_history(c, tx, lead, then ? at : INSTANT_NEVER, h))) {
        score_model_drop(*m);
        return e;
    }
    *score = score_at(*m, h, at, c->arena);
    return ERR_NONE;
}
