/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_judge.c - verdicts on events: by standing marks, and by their neighbours. */
#include "flow/flow_quarantine.h"

#include <stdlib.h>

#include "flow/flow_void.h"
#include "history/history.h"
#include "intake/signal.h"
#include "lead/identity.h"
#include "lead/normal.h"

enum { ADDRESS_MARKS = 4 };

/* ---- what is kept ---- */

/* The row's signal; of one kept before signals were, the word in its body. */
static int signal_of(const struct history_sight *s)
{
    enum intake_bot said;

    if (s->signal || !(s->flags & HISTORY_BOT))
        return s->signal;
    said = intake_bot_find(json_text(json_find(s->body, STR("bot"))));
    return said ? said : INTAKE_BOT_TOOL;
}

struct past_event flow_sight_event(const struct history_sight *s)
{
    return (struct past_event){ .id = s->id, .kind = s->kind, .name = s->name, .path = s->path, .at = s->at, .known_at = s->at,
                                .source_id = s->source_id, .body = s->body };
}

/* event: of the sight, as conditions see it. */
static struct intake_seen seen_of(struct arena *a, const struct history_sight *s, const struct past_event *event, struct lead_id root)
{
    struct str agent = json_text(json_path(s->body, STR("context.userAgent")));

    return (struct intake_seen){
        .id = s->id, .source = s->source_id, .visitor = json_text(json_find(s->body, STR("anonymousId"))),
        .agent = agent.len ? agent : json_text(json_find(s->body, STR("agent"))), .born = s->lead, .root = root,
        .event = event, .arena = a,
    };
}

/* The row as the marks and its signal have it. True when it is another than before. */
static bool settle(struct arena *a, const struct intake_marks *m, struct history_sight *s, struct lead_id root, int signal)
{
    const struct past_event event = flow_sight_event(s);
    struct intake_seen seen = seen_of(a, s, &event, root);
    struct intake_verdict v = intake_mark_judge(m, &seen);
    int flags = s->flags & ~(HISTORY_BOT | HISTORY_HELD);
    bool same;

    if (signal && !v.person)
        flags |= HISTORY_BOT;
    if (v.mark)
        flags |= HISTORY_HELD;
    same = flags == s->flags && v.mark == s->mark_id && signal == s->signal;
    s->flags = flags;
    s->mark_id = v.mark;
    s->signal = signal;
    return !same;
}

/* Keeps those of sights for which other[i]; their identities have done nothing that is sure any more. root is told anew. */
static enum err keep_verdicts(struct ctx *c, struct db_tx *tx, struct lead_id root, const struct history_sight *sights, const bool *other, size_t n,
                              bool *changed)
{
    struct history_sight *list = ARENA_ARRAY(c->arena, struct history_sight, n + 1);
    struct lead_id *leads = ARENA_ARRAY(c->arena, struct lead_id, n + 1);
    size_t count = 0, lead_count = 0;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        if (!other[i])
            continue;
        list[count++] = sights[i];
        if (!lead_count || leads[lead_count - 1].v != sights[i].lead.v)
            leads[lead_count++] = sights[i].lead;
    }
    *changed = count > 0;
    if (!count || (e = history_judge(c, tx, list, count)) || (e = flow_void_turns(c, tx, leads, lead_count, root)))
        return count ? e : ERR_NONE;
    return lead_identity_unseen(c, tx, leads, lead_count);
}

enum err flow_judge_family(struct ctx *c, struct db_tx *tx, const struct intake_marks *m, struct lead_id root, bool *changed)
{
    struct lead_id *family;
    struct history_sight *sights;
    size_t n, count;
    bool *other;
    enum err e;

    if ((e = lead_family(c, tx, root, INSTANT_NEVER, &family, &n))
        || (e = history_sights(c, tx, family, n, 0, INSTANT_NEVER, &sights, &count)))
        return e;
    other = ARENA_ARRAY(c->arena, bool, count + 1);
    for (size_t i = 0; i < count; i++)
        other[i] = settle(c->arena, m, &sights[i], root, signal_of(&sights[i]));
    return keep_verdicts(c, tx, root, sights, other, count, changed);
}

/* ---- on the way in ---- */

static struct past_event past_of(const struct event *ev)
{
    return (struct past_event){ .kind = ev->kind, .name = ev->name, .path = ev->path, .at = ev->at, .known_at = ev->at, .source_id = ev->source_id,
                                .body = ev->body };
}

static void take(struct event *ev, struct intake_verdict v)
{
    ev->mark = v.mark;
    ev->bot = v.person ? false : ev->bot || ev->signal;
}

/* By the marks that stand, on the way in. */
static void take_marks(struct arena *a, const struct intake_marks *m, struct event *ev, int64_t id, struct lead_id born, struct lead_id root)
{
    const struct past_event event = past_of(ev);
    const struct intake_seen seen = { .id = id, .source = ev->source_id, .visitor = ev->who.anonymous_id, .agent = ev->agent,
                                      .born = born, .root = root, .event = &event, .arena = a };

    take(ev, intake_mark_judge(m, &seen));
}

void flow_judge_before(struct arena *a, const struct intake_marks *m, struct event *events, size_t n)
{
    if (!intake_marks_any(m))
        return;
    for (size_t i = 0; i < n; i++)
        if (events[i].kind != EVENT_DEED)
            take_marks(a, m, &events[i], 0, (struct lead_id){ 0 }, (struct lead_id){ 0 });
}

/* The batch, as it is judged. */
struct judging {
    struct flow *f;
    struct ctx *c;
    struct db_tx *tx;
    const struct intake_marks *m;
    struct event *events;
    const int64_t *ids;
    const struct lead_id *born, *roots;
    const bool *joined;
    size_t n;
    bool *changed;
    struct intake_marks *newer; /* loaded because this batch has put leads under a mark; m is it then */
};

/* Leads that give an address under a mark are held from now on. *any: there are new ones. */
static enum err hold_new(struct judging *j, bool *any)
{
    struct intake_held_lead *held = ARENA_ARRAY(j->c->arena, struct intake_held_lead, 2 * ADDRESS_MARKS * j->n + 1);
    size_t count = 0;

    for (size_t i = 0; i < j->n; i++) {
        struct mark_id marks[ADDRESS_MARKS];
        struct lead_id owner, root;
        struct lead_email email;
        enum err e;
        size_t n;

        /* One that a mark holds already comes under this one too: the other may be undone, or this one say that it is a person. */
        if (!j->events[i].who.email.len || lead_email_parse(j->c->arena, j->events[i].who.email, &email) != LEAD_NORMAL_OK)
            continue;
        n = intake_marks_of_address(j->m, email.key, marks, countof(marks));
        if (!n || (e = lead_of_identity(j->c, j->tx, IDENTITY_EMAIL, email.key, &owner, &root)) == ERR_NOT_FOUND)
            continue;
        if (e)
            return e;
        /* A stranger who only says the address has not become its owner (lead/identity.h). */
        for (size_t k = 0; k < n && root.v == j->roots[i].v; k++) {
            held[count++] = (struct intake_held_lead){ owner, marks[k] };
            held[count++] = (struct intake_held_lead){ root, marks[k] };
        }
    }
    fault_clear(j->c);
    *any = false;
    return count ? intake_mark_hold_leads(j->c, j->tx, held, count, any) : ERR_NONE;
}

/* Each lead whose standing under the marks of people may be new: its past is judged anew, once. */
static enum err judge_pasts(struct judging *j, bool held_new)
{
    struct map done = map_new(j->c->arena, j->n);
    enum err e = ERR_NONE;

    for (size_t i = 0; i < j->n && !e; i++) {
        struct str key = { (const char *)&j->roots[i].v, sizeof j->roots[i].v };

        if (!(j->joined[i] || (held_new && j->events[i].who.email.len)) || !intake_marks_holds(j->m, j->roots[i])
            || map_find(&done, key))
            continue;
        map_put(&done, key, j);
        e = flow_judge_family(j->c, j->tx, j->m, j->roots[i], &j->changed[i]);
    }
    return e;
}

static enum err judge_people(struct judging *j)
{
    bool any;
    enum err e = hold_new(j, &any);

    if (!e && any && !(e = intake_marks_load(j->c, j->tx, &j->newer)))
        j->m = j->newer;
    if (!e)
        e = judge_pasts(j, any);
    for (size_t i = 0; i < j->n && !e; i++)
        if (j->events[i].kind != EVENT_DEED)
            take_marks(j->c->arena, j->m, &j->events[i], j->ids[i], j->born[i], j->roots[i]);
    return e;
}

/* ---- neighbours ---- */

/* One lead's stretch of time: what is kept of it, and what is on its way. */
struct stretch {
    struct intake_sight *sights;
    size_t count;
    struct history_sight *kept;
    size_t kept_count;
    struct {
        size_t place;
        bool kept;               /* place in kept, else in the batch */
    } *of;
};

struct order {
    instant at;
    size_t i;
};

static int by_at(const void *a, const void *b)
{
    const struct order *x = a, *y = b;

    return x->at != y->at ? (x->at < y->at ? -1 : 1) : x->i < y->i ? -1 : x->i > y->i;
}

/* What an event is by itself: what its neighbours said before is asked of them again. */
static enum intake_bot alone_of(enum event_kind kind, struct str name, int signal)
{
    enum intake_deed deed = intake_deed_of(kind, name);
    bool asks = deed == INTAKE_DEED_PAGE || intake_signal_needs_many(deed);

    return asks && intake_signal_of_many((enum intake_bot)signal) ? INTAKE_BOT_NO : (enum intake_bot)signal;
}

static struct intake_sight sight_at(const struct judging *j, const struct stretch *s, size_t i)
{
    if (i < s->kept_count) {
        const struct history_sight *k = &s->kept[i];

        return intake_sight_of(k->kind, k->name, k->at, k->body, alone_of(k->kind, k->name, signal_of(k)));
    }
    const struct event *ev = &j->events[i - s->kept_count];
    return intake_sight_of(ev->kind, ev->name, ev->at, ev->body, alone_of(ev->kind, ev->name, ev->signal));
}

/* Both lists as one, by their instants. */
static void weave(const struct judging *j, struct lead_id root, struct stretch *s)
{
    struct order *order = ARENA_ARRAY(j->c->arena, struct order, s->kept_count + j->n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s->kept_count; i++)
        order[n++] = (struct order){ s->kept[i].at, i };
    for (size_t i = 0; i < j->n; i++)
        if (j->roots[i].v == root.v && j->events[i].kind != EVENT_DEED)
            order[n++] = (struct order){ j->events[i].at, s->kept_count + i };
    if (n)
        qsort(order, n, sizeof *order, by_at);
    s->sights = ARENA_ARRAY(j->c->arena, struct intake_sight, n + 1);
    s->of = arena_zalloc(j->c->arena, n + 1, sizeof *s->of);
    s->count = n;
    for (size_t i = 0; i < n; i++) {
        s->sights[i] = sight_at(j, s, order[i].i);
        s->of[i].kept = order[i].i < s->kept_count;
        s->of[i].place = s->of[i].kept ? order[i].i : order[i].i - s->kept_count;
    }
}

/* A look at the neighbours of a lead's events in [from, to], so far to both sides. */
struct look {
    struct lead_id root;
    instant from, to;
    int64_t far;
};

static enum err apply(struct judging *j, const struct look *look, struct stretch *s, bool *changed)
{
    bool *other = ARENA_ARRAY(j->c->arena, bool, s->kept_count + 1);

    for (size_t i = 0; i < s->count; i++) {
        size_t place = s->of[i].place;

        /* Further away not all neighbours are in sight; nor can what came now reach so far. A short look is at pages alone. */
        if (look->far < INTAKE_SIGNAL_SPAN_US && s->sights[i].deed != INTAKE_DEED_PAGE)
            continue;
        if (s->sights[i].at < look->from - look->far / 2 || s->sights[i].at > look->to + look->far / 2)
            continue;
        if (s->of[i].kept) {
            other[place] = settle(j->c->arena, j->m, &s->kept[place], look->root, (int)s->sights[i].verdict);
        } else {
            struct event *ev = &j->events[place];

            ev->signal = (int)s->sights[i].verdict;
            ev->bot = ev->signal != INTAKE_BOT_NO;
            take_marks(j->c->arena, j->m, ev, j->ids[place], j->born[place], look->root);
        }
    }
    return keep_verdicts(j->c, j->tx, look->root, s->kept, other, s->kept_count, changed);
}

static enum err judge_stretch(struct judging *j, const struct look *look, bool *changed)
{
    struct stretch s = { 0 };
    struct lead_id *family;
    size_t n;
    enum err e;

    if ((e = lead_family(j->c, j->tx, look->root, INSTANT_NEVER, &family, &n))
        || (e = history_sights(j->c, j->tx, family, n, look->from - look->far, look->to + look->far, &s.kept, &s.kept_count)))
        return e;
    weave(j, look->root, &s);
    intake_signal_many(s.sights, s.count);
    return apply(j, look, &s, changed);
}

/* How far to look for the neighbours of an event; 0: not at all. */
static int64_t how_far(struct judging *j, size_t i)
{
    struct event *ev = &j->events[i];
    enum intake_deed deed = intake_deed_of(ev->kind, ev->name);
    bool letter = intake_signal_needs_many(deed);
    enum intake_pace_say say = INTAKE_PACE_QUIET;

    /* A file tells of long ago: its rows are not the pace of anybody. */
    if (ev->import_id || ev->kind == EVENT_DEED || (!letter && deed != INTAKE_DEED_PAGE))
        return 0;
    pthread_mutex_lock(&j->f->lock);
    if (!j->f->pace)
        j->f->pace = intake_pace_new();
    if (letter)
        intake_pace_letter(j->f->pace, j->roots[i], ev->at);
    else if (!(letter = intake_pace_after_letter(j->f->pace, j->roots[i], ev->at)))
        say = intake_pace_step(j->f->pace, j->roots[i], j->c->now);
    pthread_mutex_unlock(&j->f->lock);
    if (say == INTAKE_PACE_ROBOT && ev->signal == INTAKE_BOT_NO) {
        ev->signal = INTAKE_BOT_PACE;
        take_marks(j->c->arena, j->m, ev, j->ids[i], j->born[i], j->roots[i]);
    }
    return letter ? INTAKE_SIGNAL_SPAN_US : say == INTAKE_PACE_LOOK ? 2 * (int64_t)INTAKE_PACE_US : 0;
}

/* What the look at root has told of its pace. */
static void note_pace(struct judging *j, struct lead_id root)
{
    bool robot = false;

    for (size_t i = 0; i < j->n; i++)
        robot = robot || (j->roots[i].v == root.v && j->events[i].signal == INTAKE_BOT_PACE);
    pthread_mutex_lock(&j->f->lock);
    intake_pace_told(j->f->pace, root, j->c->now, robot);
    pthread_mutex_unlock(&j->f->lock);
}

static enum err judge_neighbours(struct judging *j)
{
    int64_t *far = ARENA_ARRAY(j->c->arena, int64_t, j->n + 1);
    struct map done = map_new(j->c->arena, j->n);
    enum err e = ERR_NONE;

    for (size_t i = 0; i < j->n; i++)
        far[i] = how_far(j, i);
    for (size_t i = 0; i < j->n && !e; i++) {
        struct str key = { (const char *)&j->roots[i].v, sizeof j->roots[i].v };
        struct look look = { .root = j->roots[i], .from = j->events[i].at, .to = j->events[i].at, .far = far[i] };
        bool changed = false;

        if (!far[i] || map_find(&done, key))
            continue;
        map_put(&done, key, j);
        for (size_t k = i; k < j->n; k++)
            if (far[k] && j->roots[k].v == look.root.v) {
                look.to = j->events[k].at > look.to ? j->events[k].at : look.to;
                look.far = far[k] > look.far ? far[k] : look.far;
            }
        e = judge_stretch(j, &look, &changed);
        j->changed[i] = j->changed[i] || changed;
        note_pace(j, look.root);
    }
    return e;
}

enum err flow_judge_after(struct flow *f, struct ctx *c, struct db_tx *tx, const struct intake_marks *m, struct event *events,
                          const int64_t *ids, const struct lead_id *born, const struct lead_id *roots, const bool *joined, size_t n,
                          bool *changed)
{
    struct judging j = { f, c, tx, m, events, ids, born, roots, joined, n, changed, NULL };
    enum err e = ERR_NONE;

    if (intake_marks_people(m))
        e = judge_people(&j);
    if (!e)
        e = judge_neighbours(&j);
    if (j.newer)
        intake_marks_drop(j.newer);
    return e;
}
