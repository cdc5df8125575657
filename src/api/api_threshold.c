/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The threshold that fits the team: POST /models/{id}/threshold. */
#include "api/api_model.h"

#include "flow/flow_room.h"

struct threshold_ask {
    struct json *body;
    int64_t calls_a_day;
    bool exact;
};
#define A(member, type, ...) { .name = #member, .kind = type, .offset = offsetof(struct threshold_ask, member), __VA_ARGS__ }
const struct field threshold_ask_fields[] = {
    A(body, FIELD_JSON, .flags = FIELD_NULLABLE, .help = "the draft as it is on screen; as it is stored unless said"),
    A(calls_a_day, FIELD_INT, .min = 0, .max = 100000, .help = "hot leads that people can call on a working day; 0 or not told: by their quotas"),
    A(exact, FIELD_BOOL, .help = "as in /models/{id}/preview"),
    { 0 },
};

struct threshold_view {
    int silence;
    int64_t calls_a_day, days, working_days, played, all_leads, now_leads;
    bool by_quotas;
    fix now_a_day;
    struct str told;
};
#define T(member, type, ...) { .name = #member, .kind = type, .offset = offsetof(struct threshold_view, member), __VA_ARGS__ }
const struct field threshold_fields[] = {
    T(silence, FIELD_ENUM, .names = flow_threshold_names,
      .help = "told; no_quotas: nobody said how many calls, and somebody has no quota; few: too few turned hot, or the history is too short, to tell; nowhere: more turn hot even at the ceiling"),
    T(calls_a_day, FIELD_INT, .help = "calls of a working day, as asked or by quotas; 0: not known"),
    T(by_quotas, FIELD_BOOL),
    T(days, FIELD_INT, .help = "how many days it is told from"),
    T(working_days, FIELD_INT, .help = "of those, on which anybody works; where nothing is told of any, of the last 30"),
    T(played, FIELD_INT, .help = "leads whose days were lived through again; of all_leads"),
    T(all_leads, FIELD_INT),
    T(now_a_day, FIELD_FIX, .help = "how many turn hot a working day where the draft has hot now"),
    T(now_leads, FIELD_INT, .help = "who they are, each once, of those played: the figure preview, bucket turned"),
    T(told, FIELD_RAW, .flags = FIELD_NULLABLE,
      .help = "{hot, a_day, leads, below_a_day, below_leads}: at hot so many turn hot a working day, no more than calls_a_day; one point below it more do (null: nothing lower may be); leads: who they are, each once, of those played: the figure preview, bucket turned.HOT"),
    { 0 },
};

static struct str told_json(struct arena *a, const struct flow_threshold *t)
{
    struct buf b = buf_new(a, 256);
    struct json_out o = json_to(&b);

    if (t->is != THRESHOLD_TOLD)
        return STR("null");
    json_begin(&o);
    json_key(&o, "hot");
    json_put_int(&o, t->hot);
    json_key(&o, "a_day");
    json_put_fix(&o, t->a_day);
    json_key(&o, "leads");
    json_put_int(&o, t->leads);
    json_key(&o, "below_leads");
    json_put_int(&o, t->below_leads);
    json_key(&o, "below_a_day");
    if (t->below_a_day < 0)
        json_put_null(&o);
    else
        json_put_fix(&o, t->below_a_day);
    json_end(&o);
    return buf_str(&b);
}

enum err model_threshold(struct call *call)
{
    struct threshold_ask ask = { 0 };
    struct threshold_view v;
    struct flow_threshold t;
    struct model *draft;
    enum err e = body_read(call, &ask, NULL);

    if (e || (e = model_on_screen(call, ask.body, &draft)))
        return e;
    e = flow_threshold(call->house->flow, &call->ctx, call->tx, draft, ask.calls_a_day, !ask.exact, &t);
    score_model_drop(draft);
    if (e)
        return e;
    v = (struct threshold_view){
        .silence = t.is, .calls_a_day = t.calls_a_day, .by_quotas = t.by_quotas, .working_days = t.working_days, .days = t.days,
        .played = t.played, .all_leads = t.all_leads, .now_a_day = t.now_a_day, .now_leads = t.now_leads, .told = told_json(call->ctx.arena, &t),
    };
    return reply_ok(call, &v);
}
