/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_watch.h"

#include "base/json.h"
#include "flow/flow_notice.h"
#include "lead/profile.h"
#include "learn/outcome.h"

enum { CHANGED_BYTES = 16 * 1024, VALUE_BYTES = 2000, FACT_BYTES = 64 * 1024, OUTCOME_BYTES = 8 * 1024 };

static bool anybody_wants(struct ctx *c, const struct outreach_hooks *hooks)
{
    static const char *const types[] = { "lead.created", "lead.updated", "lead.won", "lead.lost" };

    for (size_t i = 0; i < hooks->count; i++)
        for (size_t k = 0; hooks->items[i].state != HOOK_OFF && k < countof(types); k++)
            if (outreach_hook_wants(c, hooks->items[i].kinds, str_of(types[k])))
                return true;
    return false;
}

static enum err cards(struct ctx *c, struct db_tx *tx, const struct flow_watched *watched, size_t n, struct lead **list)
{
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, n + 1);

    for (size_t i = 0; i < n; i++)
        ids[i] = watched[i].lead;
    *list = ARENA_ARRAY(c->arena, struct lead, n + 1);
    return lead_get_many(c, tx, ids, n, *list);
}

enum err flow_watch_begin(struct ctx *c, struct db_tx *tx, const struct flow_watched *watched, size_t n, struct flow_watch *w)
{
    enum err e;

    *w = (struct flow_watch){ .watched = watched, .count = n };
    if (!n || (e = outreach_hook_list(c, tx, &w->hooks)) || !anybody_wants(c, &w->hooks))
        return n ? e : ERR_NONE;
    return cards(c, tx, watched, n, &w->before);
}

/* ---- what differs ---- */

static struct str value_text(struct ctx *c, const struct json *value)
{
    struct buf b = buf_new(c->arena, FACT_BYTES);
    struct json_out o = json_to(&b);

    if (!value)
        return STR("null");
    json_put(&o, value);
    return buf_str(&b);
}

/* The object is begun with its first member. */
static void put_change(struct buf *b, struct json_out *o, struct str name, struct str from, struct str to)
{
    bool told = from.len <= VALUE_BYTES && to.len <= VALUE_BYTES && b->len + name.len + from.len + to.len + 100 < CHANGED_BYTES;

    if (str_eq(from, to) || b->len + 6 * name.len + 100 >= CHANGED_BYTES)
        return;
    if (!b->len)
        json_begin(o);
    json_key_str(o, name);
    json_begin(o);
    if (told) {
        json_key(o, "from");
        json_put_raw(o, from);
        json_key(o, "to");
        json_put_raw(o, to);
    }
    json_end(o);
}

static struct str text_or_null(struct ctx *c, struct str text)
{
    struct json value = { .type = JSON_TEXT, .as.text = text };

    return text.len ? value_text(c, &value) : STR("null");
}

static struct str amount_text(struct arena *a, int64_t amount)
{
    return amount ? str_print(a, "%lld", (long long)amount) : STR("null");
}

/* A fact of such a name is not told: the card's own column is. */
static bool is_of_card(struct str name)
{
    return str_eq(name, STR("stage")) || str_eq(name, STR("amount")) || str_eq(name, STR("currency"));
}

static void put_facts(struct ctx *c, struct buf *b, struct json_out *o, const struct profile *x, const struct profile *y)
{
    for (size_t i = 0, k = 0; i < x->count || k < y->count;) {
        int order = i == x->count ? 1 : k == y->count ? -1 : str_cmp(x->facts[i].name, y->facts[k].name);
        const struct profile_fact *from = order <= 0 ? &x->facts[i++] : NULL, *to = order >= 0 ? &y->facts[k++] : NULL;

        if (is_of_card(from ? from->name : to->name))
            continue;
        put_change(b, o, from ? from->name : to->name, value_text(c, from ? from->value : NULL), value_text(c, to ? to->value : NULL));
    }
}

enum err flow_watch_changed(struct ctx *c, const struct lead *before, const struct lead *after, struct str *changed)
{
    struct buf b = buf_new(c->arena, CHANGED_BYTES + FACT_BYTES);
    struct json_out o = json_to(&b);
    struct profile x, y;
    enum err e;

    *changed = STR_NULL;
    if ((e = lead_profile_read(c, before->facts, &x)) || (e = lead_profile_read(c, after->facts, &y)))
        return e;
    put_change(&b, &o, STR("stage"), text_or_null(c, str_of(lead_stage_names[before->stage])), text_or_null(c, str_of(lead_stage_names[after->stage])));
    put_change(&b, &o, STR("amount"), amount_text(c->arena, before->amount), amount_text(c->arena, after->amount));
    put_change(&b, &o, STR("currency"), text_or_null(c, before->currency), text_or_null(c, after->currency));
    put_facts(c, &b, &o, &x, &y);
    if (!b.len)
        return ERR_NONE;
    json_end(&o);
    *changed = buf_str(&b);
    return ERR_NONE;
}

/* ---- told ---- */

static enum err outcome_text(struct ctx *c, struct db_tx *tx, const struct lead *lead, struct str *text)
{
    struct buf b = buf_new(c->arena, OUTCOME_BYTES);
    struct json_out o = json_to(&b);
    struct outcome out;
    enum err e = learn_outcomes_of(c, tx, &lead->id, 1, &out);

    if (e)
        return e;
    json_begin(&o);
    json_key(&o, "at");
    json_put_instant(&o, out.state == OUTCOME_OPEN ? c->now : out.at);
    json_key(&o, "amount");
    json_put_raw(&o, amount_text(c->arena, out.amount ? out.amount : lead->amount));
    json_key(&o, "currency");
    json_put_raw(&o, text_or_null(c, lead->currency));
    json_key(&o, "reason");
    json_put_raw(&o, text_or_null(c, str_sub(out.reason, 0, VALUE_BYTES / 2)));
    json_end(&o);
    *text = buf_str(&b);
    return ERR_NONE;
}

static enum err tell(struct ctx *c, struct db_tx *tx, const struct flow_watch *w, const char *type, const struct lead *lead,
                     struct notice_more more, struct messages *messages)
{
    return flow_notice_event_to(c, tx, &w->hooks, &(struct notice_event){ type, lead, NULL, lead->version, more }, messages);
}

static enum err tell_end(struct ctx *c, struct db_tx *tx, const struct flow_watch *w, const struct lead *after, struct messages *messages)
{
    struct str text;
    enum err e = outcome_text(c, tx, after, &text);

    return e ? e : tell(c, tx, w, after->stage == STAGE_WON ? "lead.won" : "lead.lost", after, (struct notice_more){ "outcome", text }, messages);
}

static enum err tell_change(struct ctx *c, struct db_tx *tx, const struct flow_watch *w, const struct lead *before, const struct lead *after,
                            struct messages *messages)
{
    struct str changed;
    enum err e = flow_watch_changed(c, before, after, &changed);

    if (e || !changed.len || (e = tell(c, tx, w, "lead.updated", after, (struct notice_more){ "changed", changed }, messages)))
        return e;
    return after->stage != before->stage && after->stage >= STAGE_WON ? tell_end(c, tx, w, after, messages) : ERR_NONE;
}

enum err flow_watch_end(struct ctx *c, struct db_tx *tx, const struct flow_watch *w, struct messages *messages)
{
    struct lead *after;
    enum err e = w->before ? cards(c, tx, w->watched, w->count, &after) : ERR_NONE;

    for (size_t i = 0; w->before && i < w->count && !e; i++) {
        if (!after[i].id.v || after[i].merged_into.v)
            continue;
        if (w->watched[i].made)
            e = tell(c, tx, w, "lead.created", &after[i], (struct notice_more){ NULL, STR_NULL }, messages);
        else if (w->before[i].id.v)
            e = tell_change(c, tx, w, &w->before[i], &after[i], messages);
    }
    return e;
}
