/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/lead_view.h"

#include "base/limits.h"
#include "flow/flow_foretell.h"
#include "team/user.h"
#include "text/text.h"

#define VIEW_FIELDS                                                                                \
    { .name = "id", .kind = FIELD_ID, .offset = offsetof(struct lead_view, id), .prefix = PREFIX_LEAD }, \
    { .name = "version", .kind = FIELD_INT, .offset = offsetof(struct lead_view, version) },       \
    { .name = "name", .kind = FIELD_TEXT, .offset = offsetof(struct lead_view, name), .flags = FIELD_NULLABLE }, \
    { .name = "called", .kind = FIELD_TEXT, .offset = offsetof(struct lead_view, called), .flags = FIELD_NULLABLE, \
      .help = "the name, or where none is known the address, the phone, the id that the sender knows it by, the company" },         \
    { .name = "email", .kind = FIELD_TEXT, .offset = offsetof(struct lead_view, email), .flags = FIELD_NULLABLE }, \
    { .name = "phone", .kind = FIELD_TEXT, .offset = offsetof(struct lead_view, phone), .flags = FIELD_NULLABLE, .help = "E.164" }, \
    { .name = "title", .kind = FIELD_TEXT, .offset = offsetof(struct lead_view, title), .flags = FIELD_NULLABLE, .help = "position at work" }, \
    { .name = "company", .kind = FIELD_TEXT, .offset = offsetof(struct lead_view, company), .flags = FIELD_NULLABLE }, \
    { .name = "source", .kind = FIELD_TEXT, .offset = offsetof(struct lead_view, source), .flags = FIELD_NULLABLE }, \
    { .name = "stage", .kind = FIELD_ENUM, .offset = offsetof(struct lead_view, stage), .names = lead_stage_names }, \
    { .name = "band", .kind = FIELD_ENUM, .offset = offsetof(struct lead_view, band), .names = band_names }, \
    { .name = "score", .kind = FIELD_INT, .offset = offsetof(struct lead_view, score), .help = "as shown: the nearest whole number" }, \
    { .name = "owner_id", .kind = FIELD_ID, .offset = offsetof(struct lead_view, owner_id), .prefix = PREFIX_USER, .flags = FIELD_NULLABLE }, \
    { .name = "owner_name", .kind = FIELD_TEXT, .offset = offsetof(struct lead_view, owner_name), .flags = FIELD_NULLABLE }, \
    { .name = "created_at", .kind = FIELD_INSTANT, .offset = offsetof(struct lead_view, created_at) }, \
    { .name = "seen_at", .kind = FIELD_INSTANT, .offset = offsetof(struct lead_view, seen_at), .flags = FIELD_NULLABLE }, \
    { .name = "last_event", .kind = FIELD_RAW, .offset = offsetof(struct lead_view, last_event), .flags = FIELD_NULLABLE }, \
    { .name = "reasons", .kind = FIELD_RAW, .offset = offsetof(struct lead_view, reasons), .help = "the two strongest lines of the score" }, \
    { .name = "next_task", .kind = FIELD_RAW, .offset = offsetof(struct lead_view, next_task), .flags = FIELD_NULLABLE }, \
    { .name = "probability", .kind = FIELD_RAW, .offset = offsetof(struct lead_view, probability), .flags = FIELD_NULLABLE, \
      .help = "{value, low, high} of buying; null while too few leads have ended, where too little is known of this one, and for those that have ended" }, \
    { .name = "amount", .kind = FIELD_INT, .offset = offsetof(struct lead_view, amount), .help = "minor units by ISO 4217: of RUB hundredths, of JPY whole yen, of KWD thousandths; 0: not known" }, \
    { .name = "currency", .kind = FIELD_TEXT, .offset = offsetof(struct lead_view, currency), .flags = FIELD_NULLABLE }, \
    { .name = "verified", .kind = FIELD_BOOL, .offset = offsetof(struct lead_view, verified) }, \
    { .name = "cell", .kind = FIELD_TEXT, .offset = offsetof(struct lead_view, cell), .flags = FIELD_NULLABLE, \
      .help = "A1 to C3: the letter is fit, the number engagement" }, \
    { .name = "icp", .kind = FIELD_RAW, .offset = offsetof(struct lead_view, icp), .flags = FIELD_NULLABLE, \
      .help = "match with the ideal customer, per cent" }

const struct field lead_view_fields[] = { VIEW_FIELDS, { 0 } };
const struct field lead_card_fields[] = {
    VIEW_FIELDS,
    { .name = "merged_into", .kind = FIELD_ID, .offset = offsetof(struct lead_view, merged_into),
      .prefix = PREFIX_LEAD, .flags = FIELD_NULLABLE },
    { .name = "automatic", .kind = FIELD_BOOL, .offset = offsetof(struct lead_view, automatic),
      .help = "only programs have touched it: it stands in no list until something of it counts" },
    { .name = "facts", .kind = FIELD_RAW, .offset = offsetof(struct lead_view, facts),
      .help = "{fact: {value, source, at, verified}}" },
    { .name = "company_id", .kind = FIELD_ID, .offset = offsetof(struct lead_view, company_id), .prefix = PREFIX_COMPANY, .flags = FIELD_NULLABLE,
      .help = "of the company that it names" },
    { .name = "people", .kind = FIELD_RAW, .offset = offsetof(struct lead_view, people),
      .help = "other leads of the same company" },
    { .name = "priority", .kind = FIELD_RAW, .offset = offsetof(struct lead_view, priority),
      .help = "{level: low|normal|high|urgent, base, reasons: [{code, step, value, text}]}: base is the band's, each reason moves it by one" },
    { .name = "lost_at", .kind = FIELD_INSTANT, .offset = offsetof(struct lead_view, lost_at), .flags = FIELD_NULLABLE, .help = "of a lost lead: when" },
    { .name = "lost_reason", .kind = FIELD_TEXT, .offset = offsetof(struct lead_view, lost_reason), .flags = FIELD_NULLABLE,
      .help = "why: a word as of PATCH, or the words of the file it came with" },
    { .name = "lost_note", .kind = FIELD_TEXT, .offset = offsetof(struct lead_view, lost_note), .flags = FIELD_NULLABLE, .help = "in a few words" },
    { 0 },
};

enum { NAMES_MAX = 1000 };

enum err names_read(struct call *call, struct names *names)
{
    struct user *users;
    struct user_name *list;
    enum err e = team_user_list(&call->ctx, call->tx, NAMES_MAX, &users, &names->count);

    if (e)
        return e;
    list = ARENA_ARRAY(call->ctx.arena, struct user_name, names->count + 1);
    for (size_t i = 0; i < names->count; i++)
        list[i] = (struct user_name){ users[i].id, users[i].name };
    names->users = list;
    return ERR_NONE;
}

enum err names_of_owners(struct call *call, const struct lead *leads, size_t n, struct names *names)
{
    struct arena *a = call->ctx.arena;
    struct user_id *owners = ARENA_ARRAY(a, struct user_id, n + 1);
    struct user_name *list = ARENA_ARRAY(a, struct user_name, n + 1);

    for (size_t i = 0; i < n; i++)
        owners[i] = leads[i].owner;
    names->users = list;
    return team_user_names(&call->ctx, call->tx, owners, n, list, &names->count);
}

struct str names_find(const struct names *names, int64_t user)
{
    for (size_t i = 0; user && i < names->count; i++)
        if (names->users[i].id.v == user)
            return names->users[i].name;
    return STR_NULL;
}

void reasons_write(struct json_out *o, const struct model *m, const struct score_line *lines, size_t n,
                   enum lang lang)
{
    json_list(o);
    for (size_t i = 0; i < n; i++) {
        const struct criterion *cr = &m->criteria[lines[i].criterion];

        json_begin(o);
        json_key(o, "criterion");
        json_put_text(o, cr->id);
        json_key(o, "name");
        json_put_text(o, text_either(lang, cr->title_ru, cr->title_en));
        json_key(o, "points");
        json_put_fix(o, lines[i].points);
        json_end(o);
    }
    json_list_end(o);
}

static struct str reasons_json(struct ctx *c, const struct flow_card *card)
{
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    reasons_write(&o, card->model, card->reasons, card->reason_count, c->lang);
    return buf_str(&b);
}

static struct str last_json(struct ctx *c, const struct history_row *last)
{
    static const char *const kinds[EVENT_KINDS] = {
        "track", "page", "screen", "identify", "group", "alias", "deed",
    };
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    if (!last->id)
        return STR("null");
    json_begin(&o);
    json_key(&o, "name");
    json_put_text(&o, last->name);
    json_key(&o, "kind");
    json_put_text(&o, str_of(kinds[last->kind]));
    json_key(&o, "at");
    json_put_instant(&o, last->at);
    json_key(&o, "path");
    json_put_text(&o, last->path);
    json_end(&o);
    return buf_str(&b);
}

static struct str task_json(struct ctx *c, const struct task *t)
{
    struct buf b = buf_new(c->arena, REPLY_PART_BYTES);
    struct json_out o = json_to(&b);

    if (!t->id.v)
        return STR("null");
    json_begin(&o);
    json_key(&o, "id");
    json_put_id(&o, PREFIX_TASK, t->id.v);
    json_key(&o, "kind");
    json_put_text(&o, str_of(task_kinds[t->kind]));
    json_key(&o, "title");
    json_put_text(&o, t->kind == TASK_OTHER || !task_title(t->kind, c->lang).len ? t->title
                                                                                  : task_title(t->kind, c->lang));
    json_key(&o, "due_at");
    json_put_instant(&o, t->due_at);
    json_key(&o, "state");
    json_put_text(&o, str_of(task_states[t->state]));
    if (t->cooled_at != INSTANT_NONE) {
        json_key(&o, "cooled_at");
        json_put_instant(&o, t->cooled_at);
    }
    json_end(&o);
    return buf_str(&b);
}

static struct str chance_json(struct arena *a, const struct flow_chance *c)
{
    struct buf b = buf_new(a, 300);
    struct json_out o = json_to(&b);

    if (!c->is)
        return STR("null");
    json_begin(&o);
    json_key(&o, "value");
    json_put_fix(&o, c->chance.value);
    json_key(&o, "low");
    json_put_fix(&o, c->chance.low);
    json_key(&o, "high");
    json_put_fix(&o, c->chance.high);
    json_end(&o);
    return buf_str(&b);
}

static void view_of(struct ctx *c, const struct flow_card *card, const struct names *names, const struct flow_chance *chance,
                    struct lead_view *v)
{
    const struct lead *l = &card->lead;

    *v = (struct lead_view){
        .id = l->id.v, .version = l->version, .name = l->name, .called = l->called, .email = l->email, .phone = l->phone,
        .title = l->title, .company = l->company, .source = l->source, .stage = l->stage,
        .band = l->band, .score = l->score, .owner_id = l->owner.v,
        .owner_name = names_find(names, l->owner.v), .created_at = l->created_at,
        .seen_at = l->seen_at, .last_event = last_json(c, &card->last),
        .probability = chance_json(c->arena, chance),
        .reasons = reasons_json(c, card), .next_task = task_json(c, &card->next),
        .amount = l->amount, .currency = l->currency, .verified = !l->unverified,
        .merged_into = l->merged_into.v, .automatic = l->unlisted,
        .cell = l->cell < SCORE_CELLS ? str_of(score_cell_names[l->cell]) : STR_NULL,
        .icp = l->icp < 0 ? STR("null") : str_print(c->arena, "%d", l->icp),
    };
}

enum err lead_chances(struct call *call, const struct lead *leads, size_t n, struct flow_chance *chances)
{
    struct lead *open = ARENA_ARRAY(call->ctx.arena, struct lead, n + 1);

    for (size_t i = 0; i < n; i++)
        if (leads[i].stage < STAGE_WON)
            open[i] = leads[i];
    return flow_foretell(call->house->flow, &call->ctx, call->tx, open, n, chances);
}

enum err lead_views(struct call *call, const struct lead *leads, size_t n, struct lead_view *views)
{
    struct ctx *c = &call->ctx;
    struct flow_card *cards = ARENA_ARRAY(c->arena, struct flow_card, n + 1);
    struct flow_chance *chances = ARENA_ARRAY(c->arena, struct flow_chance, n + 1);
    struct lead *called = ARENA_ARRAY(c->arena, struct lead, n + 1);
    struct names names;
    struct model *m;
    enum err e = names_of_owners(call, leads, n, &names);

    if (e || (e = flow_model(call->house->flow, c, call->tx, &m)))
        return e;
    for (size_t i = 0; i < n; i++)
        called[i] = leads[i];
    if (!(e = lead_call(c, call->tx, called, n)) && !(e = flow_cards(c, call->tx, m, called, n, cards)))
        e = lead_chances(call, leads, n, chances);
    for (size_t i = 0; i < n && !e; i++)
        view_of(c, &cards[i], &names, &chances[i], &views[i]);
    score_model_drop(m);
    return e;
}

enum err lead_of_call(struct call *call, struct lead *lead)
{
    struct lead_id id;
    struct lead root;
    enum err e = param_id(call, "id", PREFIX_LEAD, &id.v);

    if (e || (e = lead_get(&call->ctx, call->tx, id, lead)))
        return e;
    root = *lead;
    if (lead->merged_into.v && (e = lead_get(&call->ctx, call->tx, lead->merged_into, &root)))
        return e;
    return team_may_see(&call->ctx.actor, root.owner) ? ERR_NONE : ERR_NOT_FOUND;
}
