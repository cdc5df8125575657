/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_event.h"

#include <stdlib.h>

#include "base/map.h"
#include "flow/flow_merge.h"
#include "flow/flow_outcome.h"
#include "flow/flow_quarantine.h"
#include "flow/flow_reply.h"
#include "flow/flow_score.h"
#include "flow/flow_watch.h"
#include "history/history.h"
#include "lead/identity.h"
#include "lead/lead.h"
#include "lead/profile.h"
#include "sys/clock.h"
#include "sys/crypto.h"

/* The batch as it is worked on: the events that are new, in the order of their instants. */
struct walk {
    struct flow *f;
    struct ctx *c;
    struct db_tx *tx;
    instant was;                       /* the call's now before this walk */
    const struct model *model;
    struct event *events;              /* new ones */
    size_t *place;                     /* where each stood in the caller's list */
    int64_t *ids;
    struct identity_result *who;
    struct lead_id *born;
    struct lead_joins joins;
    bool *changed;                     /* what was kept of the lead of this event counts otherwise than before */
    size_t count;
    struct flow_lead *leads;           /* one a root */
    size_t lead_count;
    struct map by_root;                /* 8 bytes of the id -> struct flow_lead */
    struct flow_watch watch;           /* leads of which other programs may be told */
};

/* ---- order ---- */

struct ordered {
    instant at;
    uint64_t tie;
    size_t place;
};

static int by_instant(const void *a, const void *b)
{
    const struct ordered *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->tie != y->tie)
        return x->tie < y->tie ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static int by_place(const void *a, const void *b)
{
    const struct flow_lead *x = a, *y = b;

    return x->place < y->place ? -1 : x->place > y->place;
}

static bool says_who(const struct who *w)
{
    return w->lead.v || w->nobody || w->user_id.len || w->anonymous_id.len || w->email.len || w->phone.len;
}

/* An event without a message id gets one of its own, so that its place among others of one instant is its own too. It tells its time, as
 * those of SDKs do. */
static void name_message(struct walk *w, struct event *ev)
{
    unsigned long long bytes;

    if (ev->message_id.len)
        return;
    crypto_random(&bytes, sizeof bytes);
    ev->message_id = str_print(w->c->arena, "gradus-%lld-%016llx", (long long)(w->c->now / 1000), bytes);
}

/* Takes those that say whom they are about, in the order of (at, tie). */
static enum err take_in_order(struct walk *w, const struct event *events, size_t n,
                              struct event_result *results)
{
    struct ordered *order = ARENA_ARRAY(w->c->arena, struct ordered, n + 1);
    struct event *named = ARENA_ARRAY(w->c->arena, struct event, n + 1);
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        results[i] = (struct event_result){ 0 };
        if (!says_who(&events[i].who)) {
            results[i].code = ERR_MISSING;
            continue;
        }
        named[i] = events[i];
        if (named[i].known_at == w->was)
            named[i].known_at = w->c->now;
        name_message(w, &named[i]);
        order[count++] = (struct ordered){
            events[i].at, history_tie(named[i].message_id, events[i].source_id), i,
        };
    }
    qsort(order, count, sizeof *order, by_instant);
    w->events = ARENA_ARRAY(w->c->arena, struct event, count + 1);
    w->place = ARENA_ARRAY(w->c->arena, size_t, count + 1);
    for (size_t i = 0; i < count; i++) {
        w->events[i] = named[order[i].place];
        w->place[i] = order[i].place;
    }
    w->count = count;
    return ERR_NONE;
}

/* Repeats end here. */
static enum err drop_repeats(struct walk *w, struct event_result *results)
{
    size_t kept = 0;
    enum err e;

    w->ids = ARENA_ARRAY(w->c->arena, int64_t, w->count + 1);
    if ((e = history_claim(w->c, w->tx, w->events, w->count, w->ids)))
        return e;
    for (size_t i = 0; i < w->count; i++) {
        if (!w->ids[i]) {
            results[w->place[i]].code = ERR_TWICE;
            continue;
        }
        w->events[kept] = w->events[i];
        w->place[kept] = w->place[i];
        w->ids[kept++] = w->ids[i];
    }
    w->count = kept;
    return ERR_NONE;
}

/* ---- identity ---- */

static struct flow_lead *lead_of(struct walk *w, struct lead_id root)
{
    struct str key = { (const char *)&root.v, sizeof root.v };
    struct flow_lead *lead = map_find(&w->by_root, key);

    if (lead)
        return lead;
    lead = &w->leads[w->lead_count++];
    *lead = (struct flow_lead){ .root = root, .born = INSTANT_NEVER, .seen_at = INSTANT_NONE };
    map_put(&w->by_root, (struct str){ (const char *)&lead->root.v, sizeof root.v }, lead);
    return lead;
}

/* A lead found early in the batch may have been joined to another one later in it. */
static struct lead_id root_now(const struct walk *w, struct lead_id root)
{
    for (size_t i = 0; i < w->joins.count; i++)
        if (w->joins.items[i].child.v == root.v)
            root = w->joins.items[i].parent;
    return root;
}

/* Two programs on one PostgreSQL must not score one lead at once: each waits for the other's commit. */
static enum err lock_roots(struct walk *w)
{
    int64_t *keys = ARENA_ARRAY(w->c->arena, int64_t, w->lead_count + 1);

    for (size_t i = 0; i < w->lead_count; i++)
        keys[i] = w->leads[i].root.v;
    enum err e = db_lock_many(w->c, w->tx, keys, w->lead_count);
    if (e)
        return e;
    /* Behind the lock it is asked again whose each event is: a rival may have joined two leads between our look and our turn. */
    struct lead_id *roots = ARENA_ARRAY(w->c->arena, struct lead_id, w->count + 1);
    for (size_t i = 0; i < w->count; i++)
        roots[i] = w->who[i].root;
    return lead_roots_stand(w->c, w->tx, w->born, roots, w->count);
}

static enum err resolve(struct walk *w, struct event_result *results)
{
    enum err e;

    w->who = ARENA_ARRAY(w->c->arena, struct identity_result, w->count + 1);
    w->born = ARENA_ARRAY(w->c->arena, struct lead_id, w->count + 1);
    w->leads = ARENA_ARRAY(w->c->arena, struct flow_lead, w->count + 1);
    w->by_root = map_new(w->c->arena, w->count);
    if ((e = lead_resolve(w->c, w->tx, w->f->phone_region, w->events, w->count, w->who, &w->joins)))
        return e;
    for (size_t i = 0; i < w->count; i++) {
        struct flow_lead *lead;

        w->who[i].root = root_now(w, w->who[i].root);
        lead = lead_of(w, w->who[i].root);
        w->born[i] = w->who[i].born;
        lead->walk = lead->walk || w->who[i].made;
        lead->made = lead->made || (w->who[i].made && w->who[i].born.v == lead->root.v);
        lead->whole = lead->whole || w->who[i].joined;
        lead->place = w->place[i] > lead->place ? w->place[i] : lead->place;
        results[w->place[i]].id = w->ids[i];
        results[w->place[i]].lead = w->who[i].root;
        results[w->place[i]].made = w->who[i].made;
    }
    return lock_roots(w);
}

/* A visit of a program makes a lead, so that the event is kept with its reason and counts if somebody vouches for it; but a cookie that only programs
 * have shown is nobody to call, and stands in no list until it does something that counts or says who it is. Whom other events name (an address, an
 * id) is found, so that a person can look. */
static enum err enlist(struct walk *w)
{
    bool *stands = arena_zalloc(w->c->arena, w->lead_count + 1, sizeof *stands), *asks = arena_zalloc(w->c->arena, w->lead_count + 1, sizeof *asks);
    enum err e = ERR_NONE;

    for (size_t i = 0; i < w->count; i++) {
        const struct event *ev = &w->events[i];
        size_t place = (size_t)(lead_of(w, w->who[i].root) - w->leads);

        if ((ev->bot || ev->mark) && !ev->who.nobody && !ev->who.user_id.len && !ev->who.email.len && !ev->who.phone.len)
            continue;
        stands[place] = true;
        /* Whose cookie has done something before is in the lists already. */
        asks[place] = asks[place] || w->who[i].first || ev->who.lead.v;
    }
    for (size_t i = 0; i < w->lead_count && !e; i++) {
        struct flow_lead *lead = &w->leads[i];

        if (lead->made && !stands[i])
            e = lead_delist(w->c, w->tx, lead->root, &lead->unlisted);
        else if (!lead->made && asks[i])
            e = lead_enlist(w->c, w->tx, lead->root, INSTANT_NONE, &lead->listed);
        lead->walk = !lead->unlisted && (lead->walk || lead->listed);
    }
    return e;
}

/* Leads that are made, joined or judged anew, and those of whom something is said. */
static enum err watch(struct walk *w)
{
    struct flow_watched *list = ARENA_ARRAY(w->c->arena, struct flow_watched, w->lead_count + 1);
    struct map said = map_new(w->c->arena, w->count);
    size_t n = 0;

    for (size_t i = 0; i < w->count; i++)
        if (w->events[i].traits || (w->events[i].kind == EVENT_DEED && str_eq(w->events[i].name, STR(FLOW_STAGE_DEED))))
            map_put(&said, (struct str){ (const char *)&w->who[i].root.v, sizeof w->who[i].root.v }, w);
    for (size_t i = 0; i < w->lead_count; i++) {
        const struct flow_lead *lead = &w->leads[i];

        if (lead->unlisted)
            continue;
        if (lead->made || lead->listed || lead->whole || lead->anew || map_find(&said, (struct str){ (const char *)&lead->root.v, sizeof lead->root.v }))
            list[n++] = (struct flow_watched){ lead->root, lead->made || lead->listed };
    }
    return flow_watch_begin(w->c, w->tx, list, n, &w->watch);
}

/* ---- facts ---- */

static void add_item(struct walk *w, struct flow_lead *lead, struct score_item item, instant at)
{
    if (lead->count == lead->cap) {
        size_t cap = lead->cap ? 2 * lead->cap : 4;

        lead->items = arena_grow(w->c->arena, lead->items, lead->cap * sizeof *lead->items,
                                 cap * sizeof *lead->items);
        lead->cap = cap;
    }
    lead->items[lead->count++] = item;
    if (at < lead->born)
        lead->born = at;
    lead->walk = true;
}

/* While a contest runs, what either side listens to is taken down to the score. */
static bool anybody_listens(const struct model *m, const struct event *ev)
{
    bool body;

    return score_listens_event(m, ev->kind, ev->name, &body)
        || (m->rival && score_listens_event(m->rival, ev->kind, ev->name, &body));
}

static bool counts(const struct event *ev)
{
    return !ev->bot && !ev->mark;
}

/* Of events that counted while it was asked whose they are, some do not: their identities were seen doing nothing yet, and whatever else comes of those leads
 * may be the first thing they did. */
static enum err unsee(struct walk *w, const bool *counted)
{
    struct lead_id *leads = ARENA_ARRAY(w->c->arena, struct lead_id, w->count + 1);
    size_t n = 0;

    for (size_t i = 0; i < w->count; i++) {
        if (!counted[i] || counts(&w->events[i]))
            continue;
        leads[n++] = w->born[i];
        for (size_t k = 0; k < w->count; k++)
            w->who[k].first |= w->born[k].v == w->born[i].v;
    }
    return n ? lead_identity_unseen(w->c, w->tx, leads, n) : ERR_NONE;
}

/* Which of the events are nobody's, and which of those kept before; their leads are told anew. */
static enum err judge(struct walk *w, const struct intake_marks *marks)
{
    struct lead_id *roots = ARENA_ARRAY(w->c->arena, struct lead_id, w->count + 1);
    bool *joined = ARENA_ARRAY(w->c->arena, bool, w->count + 1), *counted = ARENA_ARRAY(w->c->arena, bool, w->count + 1);
    enum err e;

    w->changed = ARENA_ARRAY(w->c->arena, bool, w->count + 1);
    for (size_t i = 0; i < w->count; i++) {
        roots[i] = w->who[i].root;
        joined[i] = lead_of(w, roots[i])->whole;
        counted[i] = counts(&w->events[i]);
    }
    e = flow_judge_after(w->f, w->c, w->tx, marks, w->events, w->ids, w->born, roots, joined, w->count, w->changed);
    if (!e)
        e = unsee(w, counted);
    for (size_t i = 0; i < w->count && !e; i++)
        if (w->changed[i])
            lead_of(w, roots[i])->anew = lead_of(w, roots[i])->walk = true;
    return e;
}

/* What a criterion would see of this event. Bots' events and those that nobody listens to are kept and not walked; but the first thing a
 * lead did is its birth, which conditions count from. */
static void score_event(struct walk *w, struct flow_lead *lead, size_t i)
{
    const struct event *ev = &w->events[i];
    struct past_event *past;

    /* One that a mark holds has not come; but a lead made by it was made then. */
    if (ev->at < lead->born && (!ev->mark || w->who[i].made))
        lead->born = ev->at;
    if (ev->bot || ev->mark)
        return;
    if (ev->kind != EVENT_DEED && ev->at > lead->seen_at)
        lead->seen_at = ev->at;
    if (!anybody_listens(w->model, ev) && !w->who[i].first)
        return;
    past = ARENA_NEW(w->c->arena, struct past_event);
    *past = (struct past_event){
        .id = w->ids[i],
        .kind = ev->kind,
        .name = ev->name,
        .path = ev->path,
        .at = ev->at,
        .known_at = ev->known_at,
        .unverified = ev->unverified,
        .source_id = ev->source_id,
        .tie = history_tie(ev->message_id, ev->source_id),
        .body = ev->body,
    };
    add_item(w, lead, (struct score_item){ .event = past }, ev->at);
}

static void score_patch(struct walk *w, struct flow_lead *lead, const struct profile_entry *entry)
{
    struct past_profile *past;

    if (!score_listens_profile(w->model, entry->patch)
        && !(w->model->rival && score_listens_profile(w->model->rival, entry->patch)))
        return;
    past = ARENA_NEW(w->c->arena, struct past_profile);
    *past = (struct past_profile){
        .id = entry->id,
        .tie = entry->tie,
        .at = entry->at,
        .known_at = entry->known_at,
        .source_id = entry->source_id,
        .unverified = entry->unverified,
        .patch = entry->patch,
    };
    add_item(w, lead, (struct score_item){ .profile = past }, entry->at);
}

/* The changes of profiles in hand, and the cards that they go to. */
struct cards {
    const struct profile_entry *entries;
    const struct lead_id *roots; /* of each entry */
    size_t entry_count;
    struct lead_id *ids;         /* a root each */
    size_t *from;                /* its first entry */
    bool *last;                  /* its card may be folded on: see comes_last */
    size_t count;
};

/* Does each change of the root come at an instant of its own, in order? */
static bool entries_rise(const struct cards *k, size_t card)
{
    instant before = k->entries[k->from[card]].at - 1;

    for (size_t i = k->from[card]; i < k->entry_count; i++)
        if (k->roots[i].v == k->ids[card].v) {
            if (k->entries[i].at <= before)
                return false;
            before = k->entries[i].at;
        }
    return true;
}

/* Do the changes of a root come after all that was said of it before, each at an instant of its own? Then the card may be folded on; else it is
 * folded anew, for what an unverified source said is not in the card and may count after all. */
static enum err comes_last(struct walk *w, struct cards *k)
{
    struct lead_id *asked = ARENA_ARRAY(w->c->arena, struct lead_id, k->count + 1);
    struct family *families = ARENA_ARRAY(w->c->arena, struct family, k->count + 1);
    size_t *card = ARENA_ARRAY(w->c->arena, size_t, k->count + 1), *whose = NULL, n = 0, members = 0;
    struct history_end *ends = NULL;
    enum err e;

    for (size_t i = 0; i < k->count; i++) {
        k->last[i] = entries_rise(k, i);
        if (!k->last[i] || lead_of(w, k->ids[i])->made)
            continue;
        asked[n] = k->ids[i];
        card[n++] = i;
    }
    if ((e = lead_families(w->c, w->tx, asked, n, INSTANT_NEVER, families)))
        return e;
    for (size_t i = 0; i < n; i++)
        for (size_t m = 0; m < families[i].count; m++) {
            const struct profile_entry *first = &k->entries[k->from[card[i]]];

            ends = arena_more(w->c->arena, ends, members, sizeof *ends);
            whose = arena_more(w->c->arena, whose, members, sizeof *whose);
            whose[members] = card[i];
            ends[members++] = (struct history_end){ .lead = families[i].leads[m], .at = first->at, .before_id = first->id };
        }
    if ((e = history_profile_ends(w->c, w->tx, ends, members)))
        return e;
    for (size_t i = 0; i < members; i++)
        k->last[whose[i]] &= ends[i].last;
    return ERR_NONE;
}

/* The card after the changes that are of its root. *changed: it is another. */
static enum err fold_card(struct walk *w, const struct cards *k, size_t card, const struct lead *lead, struct profile *p, bool *changed)
{
    enum err e = lead_profile_read(w->c, lead->facts, p);

    *changed = false;
    for (size_t i = k->from[card]; i < k->entry_count && !e; i++)
        if (k->roots[i].v == k->ids[card].v)
            *changed |= lead_profile_fold(w->c->arena, p, k->entries[i].patch, k->entries[i].source_id, k->entries[i].at, k->entries[i].unverified, NULL);
    return e;
}

/* The cards as they stand; one made in this walk has nothing on it yet. */
static enum err cards_read(struct walk *w, const struct cards *k, struct lead *leads)
{
    struct lead_id *asked = ARENA_ARRAY(w->c->arena, struct lead_id, k->count + 1);
    struct lead *found = ARENA_ARRAY(w->c->arena, struct lead, k->count + 1);
    size_t n = 0;
    enum err e;

    for (size_t i = 0; i < k->count; i++) {
        leads[i] = (struct lead){ .id = k->ids[i] };
        if (!lead_of(w, k->ids[i])->made)
            asked[n++] = k->ids[i];
    }
    e = lead_get_many(w->c, w->tx, asked, n, found);
    for (size_t i = 0, at = 0; i < k->count && at < n && !e; i++)
        if (k->ids[i].v == asked[at].v)
            leads[i] = found[at++];
    return e;
}

/* Cards after the changes in hand. (One whose family has grown is folded anew by take_joins.) */
static enum err keep_cards(struct walk *w, struct cards *k)
{
    struct lead *leads = ARENA_ARRAY(w->c->arena, struct lead, k->count + 1);
    struct profile *profiles = ARENA_ARRAY(w->c->arena, struct profile, k->count + 1);
    struct lead_kept *kept = ARENA_ARRAY(w->c->arena, struct lead_kept, k->count + 1);
    size_t n = 0;
    bool changed;
    enum err e;

    if ((e = comes_last(w, k)) || (e = cards_read(w, k, leads)))
        return e;
    for (size_t i = 0; i < k->count && !e; i++) {
        if (!k->last[i])
            e = flow_facts(w->c, w->tx, k->ids[i]);
        else if (!(e = fold_card(w, k, i, &leads[i], &profiles[i], &changed)) && changed)
            kept[n++] = (struct lead_kept){ &leads[i], &profiles[i] };
    }
    return e ? e : lead_profile_keep(w->c, w->tx, kept, n);
}

/* Where a lead came from: the first campaign named, until something better is said. */
static const struct json *with_source(struct walk *w, size_t i, const struct json *patch)
{
    const struct json *from = json_path(w->events[i].body, STR("context.campaign.source"));
    struct json *out;

    if (!json_text(from).len || !w->who[i].made || (patch && json_find(patch, STR("source"))))
        return patch;
    out = ARENA_NEW(w->c->arena, struct json);
    out->type = JSON_OBJECT;
    out->count = (patch ? patch->count : 0) + 1;
    out->as.members = ARENA_ARRAY(w->c->arena, struct json_member, out->count);
    if (patch)
        memcpy(out->as.members, patch->as.members, patch->count * sizeof *patch->as.members);
    out->as.members[out->count - 1] = (struct json_member){ STR("source"), *from };
    return out;
}

/* The changes of the profile that events bring: those of events that count first, *counting of them; the others wait with their events. */
static size_t profiles_of(struct walk *w, struct profile_entry *entries, struct lead_id *roots, size_t *counting)
{
    size_t n = 0;

    for (int idle = 0; idle <= 1; idle++) {
        for (size_t i = 0; i < w->count; i++) {
            const struct event *ev = &w->events[i];
            const struct json *patch;

            if ((ev->bot || ev->mark) != (idle == 1)
                || !(patch = with_source(w, i, lead_profile_patch(w->c->arena, ev->traits, w->f->phone_region))))
                continue;
            roots[n] = w->who[i].root;
            entries[n++] = (struct profile_entry){
                .lead = w->born[i], .at = ev->at, .known_at = ev->known_at, .source_id = ev->source_id, .event_id = w->ids[i],
                .user_id = ev->user, .import_id = ev->import_id, .unverified = ev->unverified, .idle = idle == 1, .patch = patch,
            };
        }
        *counting = idle ? *counting : n;
    }
    return n;
}

static enum err keep_profiles(struct walk *w)
{
    struct profile_entry *entries = ARENA_ARRAY(w->c->arena, struct profile_entry, w->count + 1);
    struct lead_id *roots = ARENA_ARRAY(w->c->arena, struct lead_id, w->count + 1);
    struct map done = map_new(w->c->arena, w->count);
    size_t n = 0, all = profiles_of(w, entries, roots, &n);
    struct cards k = {
        .entries = entries, .roots = roots, .entry_count = n, .ids = ARENA_ARRAY(w->c->arena, struct lead_id, n + 1),
        .from = ARENA_ARRAY(w->c->arena, size_t, n + 1), .last = ARENA_ARRAY(w->c->arena, bool, n + 1),
    };
    enum err e;

    if ((e = history_profile_add(w->c, w->tx, entries, all)))
        return e;
    for (size_t i = 0; i < n; i++) {
        struct str key = { (const char *)&roots[i].v, sizeof roots[i].v };

        score_patch(w, lead_of(w, roots[i]), &entries[i]);
        if (map_find(&done, key) || lead_of(w, roots[i])->whole || lead_of(w, roots[i])->anew)
            continue;
        map_put(&done, key, w);
        k.ids[k.count] = roots[i];
        k.from[k.count++] = i;
    }
    e = keep_cards(w, &k);
    for (size_t i = 0; i < w->lead_count && !e; i++)
        if (w->leads[i].anew && !w->leads[i].whole)
            e = flow_facts(w->c, w->tx, w->leads[i].root);
    return e;
}

/* Merges that the identities caused: each room does its part; the cards of grown families are folded anew. */
static enum err take_joins(struct walk *w, struct messages *messages)
{
    enum err e = ERR_NONE;

    for (size_t i = 0; i < w->joins.count && !e; i++)
        e = flow_merge_rooms(w->c, w->tx, w->joins.items[i].child, w->joins.items[i].parent, messages);
    for (size_t i = 0; i < w->lead_count && !e; i++)
        if (w->leads[i].whole) {
            w->leads[i].walk = true;
            e = flow_facts(w->c, w->tx, w->leads[i].root);
        }
    return e;
}

/* Whose stage was told, and whose family has grown: stage and outcome follow the deeds. */
static enum err settle_outcomes(struct walk *w, struct messages *messages)
{
    struct lead_id *roots = ARENA_ARRAY(w->c->arena, struct lead_id, w->lead_count + 1);
    struct map told = map_new(w->c->arena, w->lead_count);
    size_t n = 0;

    for (size_t i = 0; i < w->count; i++)
        if (w->events[i].kind == EVENT_DEED && str_eq(w->events[i].name, STR(FLOW_STAGE_DEED)))
            map_put(&told, (struct str){ (const char *)&w->who[i].root.v, sizeof w->who[i].root.v }, w);
    for (size_t i = 0; i < w->lead_count; i++)
        if (w->leads[i].whole || map_find(&told, (struct str){ (const char *)&w->leads[i].root.v, sizeof w->leads[i].root.v }))
            roots[n++] = w->leads[i].root;
    return flow_outcome_settle(w->c, w->tx, roots, n, messages);
}

/* Consents are kept, and who asked for the usual is answered: last, when facts and owners stand. */
static enum err reply(struct walk *w, struct messages *messages)
{
    struct lead_id *roots = ARENA_ARRAY(w->c->arena, struct lead_id, w->count + 1);
    struct flow_reply_news news = { .events = w->events, .ids = w->ids, .born = w->born, .roots = roots, .count = w->count };

    for (size_t i = 0; i < w->count; i++)
        roots[i] = w->who[i].root;
    return flow_reply_after(w->f, w->c, w->tx, &news, messages);
}

/* ---- the walk ---- */

enum err flow_events(struct flow *f, struct ctx *c, struct db_tx *tx, const struct event *events,
                     size_t n, struct event_result *results, struct messages *messages)
{
    struct walk w = { .f = f, .c = c, .tx = tx, .was = c->now };
    struct intake_marks *marks = NULL;
    struct model *model;
    enum err e = flow_model(f, c, tx, &model);

    if (e)
        return e;
    c->now = clock_unspent(c->now); /* a call may walk more than once: no two walks are of one instant */
    w.model = model;
    e = flow_marks(f, c, tx, &marks);
    if (!e)
        e = take_in_order(&w, events, n, results);
    if (!e)
        e = drop_repeats(&w, results);
    if (!e) {
        flow_judge_before(c->arena, marks, w.events, w.count);
        e = resolve(&w, results);
    }
    if (!e)
        e = judge(&w, marks);
    if (!e)
        e = enlist(&w);
    if (!e)
        e = watch(&w);
    if (!e)
        e = history_keep(c, tx, w.events, w.ids, w.born, w.count);
    for (size_t i = 0; i < w.count && !e; i++)
        score_event(&w, lead_of(&w, w.who[i].root), i);
    if (!e)
        e = keep_profiles(&w);
    if (!e)
        e = take_joins(&w, messages);
    if (!e)
        e = settle_outcomes(&w, messages);
    /* Events of one instant stand in an order that a replay finds again; people are called about in the order in which they came. */
    if (!e) {
        qsort(w.leads, w.lead_count, sizeof *w.leads, by_place);
        e = flow_score(c, tx, model, w.leads, w.lead_count, messages);
    }
    if (!e)
        e = flow_watch_end(c, tx, &w.watch, messages);
    if (!e)
        e = reply(&w, messages);
    if (marks)
        intake_marks_drop(marks);
    score_model_drop(model);
    return e;
}

enum err flow_deed(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id lead, struct str name,
                   const struct json *properties, struct messages *messages)
{
    struct buf text = buf_new(c->arena, 1 << 20);
    struct json_out out = json_to(&text);
    struct json *body;
    struct event ev = { .kind = EVENT_DEED, .who.lead = lead, .name = name, .at = c->now, .known_at = c->now };
    struct event_result result;
    enum err e;

    json_begin(&out);
    json_key(&out, "properties");
    if (properties)
        json_put(&out, properties);
    else
        json_put_raw(&out, STR("{}"));
    json_end(&out);
    ev.raw = buf_str(&text);
    if ((e = json_read(c, ev.raw, &body)))
        return e;
    ev.body = body;
    ev.user = ctx_user(c);
    ev.source_id = c->actor.kind == ACTOR_KEY ? c->actor.id : 0;
    return flow_events(f, c, tx, &ev, 1, &result, messages);
}
