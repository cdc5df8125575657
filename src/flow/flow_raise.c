/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_raise.h"

#include "flow/flow_event.h"
#include "flow/flow_lead.h"
#include "history/history.h"
#include "lead/identity.h"

/* ---- checklists ---- */

static struct json text_value(struct str text)
{
    return (struct json){ .type = JSON_TEXT, .as.text = text };
}

static struct json value_of(enum checklist_answer answer, struct str text)
{
    if (answer == ANSWER_YES || answer == ANSWER_NO)
        return (struct json){ .type = JSON_BOOL, .as.truth = answer == ANSWER_YES };
    return answer == ANSWER_TEXT ? text_value(text) : (struct json){ .type = JSON_NULL };
}

static struct json *object_of(struct arena *a, const struct json_member *members, uint32_t count)
{
    struct json *v = ARENA_NEW(a, struct json);

    v->type = JSON_OBJECT;
    v->count = count;
    v->as.members = ARENA_ARRAY(a, struct json_member, count + 1);
    memcpy(v->as.members, members, count * sizeof *members);
    return v;
}

enum err flow_checklist_answer(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id lead,
                               const struct checklist_item *item, enum checklist_answer answer, struct str text,
                               struct messages *messages)
{
    struct str fact = str_of(item->fact), note = str_print(c->arena, "%s.note", item->fact), said = str_trim(text);
    bool noted = said.len && answer != ANSWER_TEXT;
    struct json_member facts[] = {
        { fact, value_of(answer, said) },
        { note, noted ? text_value(said) : (struct json){ .type = JSON_NULL } },
    };
    struct json_member deed[] = {
        { STR("item"), text_value(fact) },
        { STR("answer"), text_value(str_of(score_answer_names[answer])) },
        { STR("text"), text_value(said) },
    };
    enum err e;

    if (answer == ANSWER_TEXT && !said.len)
        return fault_at(c, ERR_MISSING, STR("/text"), "an answer in words needs the words");
    e = flow_deed(f, c, tx, lead, STR(FLOW_CHECKLIST_DEED), object_of(c->arena, deed, said.len ? 3 : 2), messages);
    return e ? e : flow_lead_facts(f, c, tx, lead, object_of(c->arena, facts, countof(facts)), messages);
}

static struct flow_answered *answered_of(struct flow_answered *list, size_t *count, const struct checklist_item *item)
{
    for (size_t i = 0; i < *count; i++)
        if (list[i].item == item)
            return &list[i];
    list[*count] = (struct flow_answered){ .item = item, .at = INSTANT_NONE };
    return &list[(*count)++];
}

static enum checklist_answer answer_named(struct str name)
{
    for (int i = 0; i < ANSWERS; i++)
        if (str_eq(name, str_of(score_answer_names[i])))
            return (enum checklist_answer)i;
    return ANSWER_NONE;
}

static void deed_read(struct ctx *c, const struct history_row *r, struct flow_answered *list, size_t *count)
{
    struct json *body;
    const struct checklist_item *item;

    if (json_read(c, r->body, &body)) {
        fault_clear(c);
        return;
    }
    item = score_checklist_find(json_text(json_path(body, STR("properties.item"))));
    if (!item)
        return;
    struct flow_answered *x = answered_of(list, count, item);
    if (x->at != INSTANT_NONE)
        return; /* rows are newest first */
    x->at = r->at;
    x->by = (struct user_id){ r->user_id };
    x->answer = answer_named(json_text(json_path(body, STR("properties.answer"))));
}

enum err flow_checklist_deeds(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct flow_answered **list,
                              size_t *count)
{
    enum { DEEDS_MAX = 1000, ITEMS_MAX = 32 };
    struct history_row *rows;
    struct lead_id *family;
    size_t n, found;
    enum err e;

    *list = ARENA_ARRAY(c->arena, struct flow_answered, ITEMS_MAX);
    *count = 0;
    if ((e = lead_family(c, tx, lead, INSTANT_NEVER, &family, &n))
        || (e = history_list(c, tx, family, n, 1u << EVENT_DEED, INSTANT_NEVER, INT64_MAX, DEEDS_MAX, &rows, &found)))
        return e;
    for (size_t i = 0; i < found; i++)
        if (str_eq(rows[i].name, STR(FLOW_CHECKLIST_DEED)) && !(rows[i].flags & HISTORY_WITHDRAWN))
            deed_read(c, &rows[i], *list, count);
    return ERR_NONE;
}

/* ---- priority ---- */

/* By how much the shown score has moved in these days, and what speaks against the lead. */
static enum err past_of(struct ctx *c, struct db_tx *tx, const struct model *m, struct lead_id lead, struct priority_case *x)
{
    struct history h;
    struct score s;
    enum err e = flow_history_for(c, tx, lead, score_needs_bodies(m), &h);

    if (e)
        return e;
    s = score_at(m, &h, c->now, c->arena);
    x->change = s.shown - score_at(m, &h, c->now - PRIORITY_DAYS * DAY_US, c->arena).shown;
    x->unlike = score_icp_against(m, &s, &h);
    return ERR_NONE;
}

enum err flow_priorities(struct ctx *c, struct db_tx *tx, const struct model *m, const struct lead *leads, size_t n,
                         struct priority *out)
{
    const struct model **of = ARENA_ARRAY(c->arena, const struct model *, n + 1);
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, n + 1);
    enum err e;

    for (size_t i = 0; i < n; i++)
        ids[i] = leads[i].id;
    if ((e = flow_models_of(c, tx, m, ids, n, of)))
        return e;
    for (size_t i = 0; i < n; i++) {
        const struct lead *l = &leads[i];
        struct priority_case x = {
            .band = (enum band)l->band, .open = l->stage < STAGE_WON, .icp = l->icp,
            .unlike = SCORE_ICP_NONE, .born = l->created_at,
            .seen_at = l->seen_at, .now = c->now,
        };

        if (x.open && l->id.v)
            e = past_of(c, tx, of[i], l->id, &x);
        if (e)
            return e;
        out[i] = score_priority(&x);
    }
    return ERR_NONE;
}

/* ---- what would make it hot ---- */

enum err flow_raise(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id lead, struct model **m, struct raise *r)
{
    struct history h;
    enum err e = flow_model_now(f, c, tx, lead, m);

    if (e)
        return e;
    if ((e = flow_history(c, tx, lead, INSTANT_NEVER, &h))) {
        score_model_drop(*m);
        return e;
    }
    *r = score_raise(*m, &h, c->now, c->lang, c->arena);
    return ERR_NONE;
}
