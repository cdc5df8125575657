/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Checklists and their answers, what would make a lead hot, and who comes first. */
#include "api/api_axes.h"

#include "api/api_lead.h"
#include "api/lead_view.h"
#include "base/limits.h"
#include "cond/want.h"
#include "flow/flow_raise.h"
#include "lead/profile.h"
#include "text/text.h"

static struct str in_lang(enum lang lang, const char *ru, const char *en)
{
    return str_of(lang == LANG_RU ? ru : en);
}

/* ---- checklists ---- */

struct checklist_view {
    struct str id, title, items;
    int64_t answered, total;
};
#define K(member) offsetof(struct checklist_view, member)
const struct field checklist_fields[] = {
    { .name = "id", .kind = FIELD_TEXT, .offset = K(id), .help = "bant, meddic" },
    { .name = "title", .kind = FIELD_TEXT, .offset = K(title), .help = "as people call it" },
    { .name = "answered", .kind = FIELD_INT, .offset = K(answered), .help = "items with an answer; unknown is none" },
    { .name = "total", .kind = FIELD_INT, .offset = K(total), .help = "items" },
    { .name = "items", .kind = FIELD_RAW, .offset = K(items),
      .help = "[{fact, name, question, answer: none|yes|no|unknown|text, text, at, by_id, by_name, verified}]" },
    { 0 },
};

struct checklist_put {
    struct str item, text;
    int answer;
};
const struct field checklist_put_fields[] = {
    { .name = "item", .kind = FIELD_TEXT, .offset = offsetof(struct checklist_put, item), .max = LIMIT_NAME_CHARS,
      .flags = FIELD_REQUIRED, .help = "bant.budget, ..." },
    { .name = "answer", .kind = FIELD_ENUM, .offset = offsetof(struct checklist_put, answer), .names = score_answer_names,
      .flags = FIELD_REQUIRED, .help = "none takes an answer back; text: in words" },
    { .name = "text", .kind = FIELD_TEXT, .offset = offsetof(struct checklist_put, text), .max = LIMIT_TEXT_CHARS,
      .flags = FIELD_NULLABLE, .help = "the answer in words, or a note to a yes or a no" },
    { 0 },
};

struct sheet {
    struct ctx *c;
    struct profile profile;
    struct flow_answered *deeds;
    size_t deed_count;
    struct names names;
};

static const struct flow_answered *deed_of(const struct sheet *s, const struct checklist_item *item)
{
    for (size_t i = 0; i < s->deed_count; i++)
        if (s->deeds[i].item == item)
            return &s->deeds[i];
    return NULL;
}

/* The fact is what counts; the deed tells who said it, as long as nothing later said otherwise. true: it is answered. */
static bool item_write(struct json_out *o, const struct sheet *s, const struct checklist_item *item)
{
    struct str name = str_of(item->fact);
    const struct profile_fact *fact = lead_profile_find(&s->profile, name);
    const struct profile_fact *note =
        lead_profile_find(&s->profile, str_print(s->c->arena, "%s.note", item->fact));
    const struct flow_answered *deed = deed_of(s, item);
    enum checklist_answer answer = score_checklist_answer(fact ? fact->value : NULL);

    if (answer == ANSWER_NONE && deed && deed->answer == ANSWER_UNKNOWN)
        answer = ANSWER_UNKNOWN;
    if (deed && fact && deed->answer != answer)
        deed = NULL;
    json_begin(o);
    json_add_text(o, "fact", name);
    json_add_text(o, "name", in_lang(s->c->lang, item->name_ru, item->name_en));
    json_add_text(o, "question", in_lang(s->c->lang, item->question_ru, item->question_en));
    json_add_text(o, "answer", str_of(score_answer_names[answer]));
    json_add_text(o, "text", answer == ANSWER_TEXT ? json_text(fact->value) : note ? json_text(note->value) : STR_NULL);
    json_key(o, "at");
    json_put_instant(o, answer == ANSWER_NONE ? INSTANT_NONE : deed ? deed->at : fact ? fact->at : INSTANT_NONE);
    json_key(o, "by_id");
    json_put_id(o, PREFIX_USER, deed && answer != ANSWER_NONE ? deed->by.v : 0);
    json_add_text(o, "by_name", deed && answer != ANSWER_NONE ? names_find(&s->names, deed->by.v) : STR_NULL);
    json_add_bool(o, "verified", !fact || !fact->unverified);
    json_end(o);
    return answer != ANSWER_NONE && answer != ANSWER_UNKNOWN;
}

static struct checklist_view checklist_of(const struct sheet *s, const struct checklist *list)
{
    struct buf b = buf_new(s->c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);
    struct checklist_view v = { .id = str_of(list->id), .title = str_of(list->title), .total = (int64_t)list->count };

    json_list(&o);
    for (size_t i = 0; i < list->count; i++)
        v.answered += item_write(&o, s, &list->items[i]);
    json_list_end(&o);
    v.items = buf_str(&b);
    return v;
}

static enum err sheets_reply(struct call *call, struct lead_id id)
{
    struct ctx *c = &call->ctx;
    struct sheet s = { .c = c };
    struct checklist_view *views;
    const struct checklist *lists;
    struct lead lead;
    size_t n;
    enum err e;

    if ((e = lead_get(c, call->tx, id, &lead)) || (e = lead_profile_read(c, lead.facts, &s.profile))
        || (e = flow_checklist_deeds(c, call->tx, id, &s.deeds, &s.deed_count)) || (e = names_read(call, &s.names)))
        return e;
    lists = score_checklists(&n);
    views = ARENA_ARRAY(c->arena, struct checklist_view, n + 1);
    for (size_t i = 0; i < n; i++)
        views[i] = checklist_of(&s, &lists[i]);
    return reply_list(call, views, n, sizeof *views, STR_NULL, (int64_t)n);
}

enum err lead_checklist_list(struct call *call)
{
    struct lead lead;
    enum err e = lead_of_call(call, &lead);

    return e ? e : sheets_reply(call, lead.id);
}

enum err lead_checklist_answer(struct call *call)
{
    struct checklist_put ask = { .answer = ANSWER_NONE };
    const struct checklist_item *item;
    struct lead lead;
    enum err e;

    if ((e = body_read(call, &ask, NULL)) || (e = lead_of_call(call, &lead)))
        return e;
    if (lead.merged_into.v)
        return fault_set(&call->ctx, ERR_CONFLICT, "the lead is merged into another one");
    if (!(item = score_checklist_find(ask.item)))
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/item"), "no list has this item");
    e = flow_checklist_answer(call->house->flow, &call->ctx, call->tx, lead.id, item, (enum checklist_answer)ask.answer,
                              ask.text, &call->messages);
    return e ? e : sheets_reply(call, lead.id);
}

/* ---- what would make it hot ---- */

struct raise_view {
    bool hot, never, cut;
    int64_t total, need, searched, size_max;
    int band;
    struct str sets, fixed;
};
#define R(member) offsetof(struct raise_view, member)
const struct field raise_fields[] = {
    { .name = "hot", .kind = FIELD_BOOL, .offset = R(hot), .help = "it is hot already: nothing was searched" },
    { .name = "total", .kind = FIELD_INT, .offset = R(total), .help = "the score now, as shown" },
    { .name = "band", .kind = FIELD_ENUM, .offset = R(band), .names = band_names },
    { .name = "need", .kind = FIELD_FIX, .offset = R(need), .help = "points up to the threshold; 0: only gates are in the way" },
    { .name = "sets", .kind = FIELD_RAW, .offset = R(sets),
      .help = "[{kind: ask|do|both, size, total, band, steps: [{kind: ask|do, title, fact, name, value, words, question, confirm, event, path, times}]}]: "
              "smallest first; each crosses the threshold, and no part of it does; title: of the criterion that the words are of, null of a gate" },
    { .name = "fixed", .kind = FIELD_RAW, .offset = R(fixed),
      .help = "[{why: known|past|limit|ceiling|gate, name, words, points}]: what cannot be changed" },
    { .name = "searched", .kind = FIELD_INT, .offset = R(searched), .help = "no set of up to so many steps is missing" },
    { .name = "size_max", .kind = FIELD_INT, .offset = R(size_max), .help = "larger sets are not looked for" },
    { .name = "never", .kind = FIELD_BOOL, .offset = R(never), .help = "not by any number of these steps" },
    { .name = "cut", .kind = FIELD_BOOL, .offset = R(cut), .help = "the model has more steps than were looked at" },
    { 0 },
};

static void step_write(struct json_out *o, const struct ctx *c, const struct model *m, const struct raise_step *s, int times)
{
    struct str title = s->criterion < 0 ? STR_NULL : text_either(c->lang, m->criteria[s->criterion].title_ru, m->criteria[s->criterion].title_en);

    json_begin(o);
    json_add_text(o, "kind", s->ask ? STR("ask") : STR("do"));
    json_add_text(o, "title", title.len ? title : STR_NULL);
    json_add_text(o, "words", s->words);
    json_add_int(o, "times", times);
    if (s->ask) {
        json_add_text(o, "fact", s->fact);
        json_add_text(o, "name", cond_fact_name(s->fact, c->lang, c->arena));
        json_key(o, "value");
        json_put(o, s->value);
        json_add_text(o, "question", score_question(s->fact, c->lang));
        json_add_bool(o, "confirm", s->confirm);
    } else {
        json_add_text(o, "event", cond_event_name(s->event.kind, s->event.name));
        json_add_text(o, "path", s->event.path);
    }
    json_end(o);
}

static void set_write(struct json_out *o, const struct ctx *c, const struct model *m, const struct raise *r, const struct raise_set *set)
{
    int asks = 0;

    for (int i = 0; i < set->count; i++)
        asks += r->steps[set->steps[i]].ask;
    json_begin(o);
    json_add_text(o, "kind", asks == set->count ? STR("ask") : asks ? STR("both") : STR("do"));
    json_add_int(o, "size", set->count);
    json_add_int(o, "total", set->shown);
    json_add_text(o, "band", str_of(band_names[set->band]));
    json_key(o, "steps");
    json_list(o);
    for (int i = 0, k; i < set->count; i = k) {
        for (k = i + 1; k < set->count && set->steps[k] == set->steps[i]; k++) {
        }
        step_write(o, c, m, &r->steps[set->steps[i]], k - i);
    }
    json_list_end(o);
    json_end(o);
}

static struct str sets_json(struct ctx *c, const struct model *m, const struct raise *r)
{
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < r->set_count; i++)
        set_write(&o, c, m, r, &r->sets[i]);
    json_list_end(&o);
    return buf_str(&b);
}

static void fixed_write(struct json_out *o, struct ctx *c, const struct model *m, const struct raise_fixed *x)
{
    struct str name = STR_NULL, words = STR_NULL;

    if (x->criterion >= 0) {
        const struct criterion *k = &m->criteria[x->criterion];
        name = text_either(c->lang, k->title_ru, k->title_en);
        words = cond_explain(k->when, c->lang, c->arena);
    } else if (x->group >= 0) {
        name = text_either(c->lang, m->groups[x->group].title_ru, m->groups[x->group].title_en);
    } else {
        words = cond_explain(m->gates[x->gate].when, c->lang, c->arena);
    }
    json_begin(o);
    json_add_text(o, "why", str_of(score_raise_why_names[x->why]));
    json_add_text(o, "name", name.len ? name : words);
    json_add_text(o, "words", words);
    json_key(o, "points");
    json_put_fix(o, x->points);
    json_end(o);
}

static struct str fixed_json(struct ctx *c, const struct model *m, const struct raise *r)
{
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < r->fixed_count; i++)
        fixed_write(&o, c, m, &r->fixed[i]);
    json_list_end(&o);
    return buf_str(&b);
}

enum err lead_raise(struct call *call)
{
    struct ctx *c = &call->ctx;
    struct raise_view v;
    struct raise r;
    struct model *m;
    struct lead lead;
    enum err e;

    if ((e = lead_of_call(call, &lead)) || (e = flow_raise(call->house->flow, c, call->tx, lead.id, &m, &r)))
        return e;
    v = (struct raise_view){
        .hot = r.hot, .never = r.never, .cut = r.cut, .total = r.now.shown, .band = (int)r.now.band, .need = r.need,
        .searched = r.searched, .size_max = RAISE_SIZE_MAX, .sets = sets_json(c, m, &r), .fixed = fixed_json(c, m, &r),
    };
    score_model_drop(m);
    return reply_ok(call, &v);
}

/* ---- who comes first ---- */

static struct str reason_text(struct ctx *c, const struct priority_reason *r)
{
    static const char *const keys[PRIORITY_WHYS] = {
        [PRIORITY_CLOSED] = "priority.closed", [PRIORITY_ROSE] = "priority.rose", [PRIORITY_FITS] = "priority.icp",
        [PRIORITY_FELL] = "priority.fell", [PRIORITY_STRANGE] = "priority.not_icp", [PRIORITY_QUIET] = "priority.silent",
        [PRIORITY_AGED] = "priority.old",
    };

    return text_fill(c->arena, c->lang, keys[r->why],
                     TEXT_ARGS({ "n", str_print(c->arena, "%lld", (long long)r->value) }));
}

struct str priority_text(struct ctx *c, const struct priority *p)
{
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    json_begin(&o);
    json_add_text(&o, "level", str_of(score_priority_names[p->level]));
    json_add_text(&o, "base", str_of(score_priority_names[p->base]));
    json_key(&o, "reasons");
    json_list(&o);
    for (int i = 0; i < p->reason_count; i++) {
        json_begin(&o);
        json_add_text(&o, "code", str_of(score_priority_why_names[p->reasons[i].why]));
        json_add_int(&o, "step", p->reasons[i].step);
        json_add_int(&o, "value", p->reasons[i].value);
        json_add_text(&o, "text", reason_text(c, &p->reasons[i]));
        json_end(&o);
    }
    json_list_end(&o);
    json_end(&o);
    return buf_str(&b);
}
