/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "intake/mark.h"

#include "base/json.h"
#include "cond/cond.h"

const char *const intake_mark_kinds[] = {
    [MARK_SOURCE] = "source", [MARK_VISITOR] = "visitor", [MARK_EMAIL] = "email", [MARK_DOMAIN] = "domain",
    [MARK_AGENT] = "agent", [MARK_LEAD] = "lead", [MARK_EVENT] = "event", [MARK_WHEN] = "when", [MARK_KINDS] = NULL,
};

bool intake_mark_of_people(int kind)
{
    return kind == MARK_EMAIL || kind == MARK_DOMAIN || kind == MARK_LEAD;
}

/* What one thing is under: the oldest mark of each verdict. */
struct held {
    int64_t id;               /* of a source, a lead, an event */
    int64_t automatic, person;
};

struct intake_marks {
    int64_t stamp;
    int holders;
    bool any, people;
    struct map ids[MARK_KINDS];   /* 8 bytes of an id -> struct held: SOURCE, LEAD (all marks of people), EVENT */
    struct map texts[MARK_KINDS]; /* VISITOR, EMAIL, DOMAIN -> struct held */
    struct agent {
        struct str piece;
        int64_t mark;
        bool person;
    } *agents;
    size_t agent_count;
    struct when {
        struct cond *cond;
        int64_t mark;
        bool person;
    } *whens;
    size_t when_count;
    struct arena *arena;
};

static void older(int64_t *slot, int64_t mark)
{
    if (!*slot || mark < *slot)
        *slot = mark;
}

static void note(struct held *h, const struct intake_mark *mark)
{
    older(mark->person ? &h->person : &h->automatic, mark->id.v);
}

static void put_id(struct intake_marks *m, int kind, int64_t id, const struct intake_mark *mark)
{
    struct held *h = map_find(&m->ids[kind], (struct str){ (const char *)&id, sizeof id });

    if (!h) {
        h = ARENA_NEW(m->arena, struct held);
        h->id = id;
        map_put(&m->ids[kind], (struct str){ (const char *)&h->id, sizeof h->id }, h);
    }
    note(h, mark);
}

static void put_text(struct intake_marks *m, const struct intake_mark *mark)
{
    struct held *h = map_find(&m->texts[mark->kind], mark->value);

    if (!h) {
        h = ARENA_NEW(m->arena, struct held);
        map_put(&m->texts[mark->kind], str_dup(m->arena, mark->value), h);
    }
    note(h, mark);
}

/* The last number of "lead:at:id". */
static int64_t event_of(struct str value)
{
    struct str rest = value, word = STR_NULL;
    int64_t id = 0;

    while (str_next(&rest, ':', &word)) {
    }
    return str_to_int(word, &id) ? id : 0;
}

enum err intake_mark_when(struct ctx *c, const struct json *from, struct str place, struct arena *a, struct cond **cond, struct str *text)
{
    struct buf b = buf_new(c->arena, INTAKE_MARK_WHEN_MAX);
    struct json_out o = json_to(&b);
    enum err e = cond_compile(c, from, place, a, cond);

    if (e)
        return e;
    cond_put(&o, from);
    if (!cond_of_event_alone(*cond))
        e = fault_at(c, ERR_BAD_FIELD, place, "only what one event says of itself can be asked: no facts, no counts, no silence");
    else if (b.full)
        e = fault_at(c, ERR_TOO_LARGE, place, "the condition is too long");
    if (e) {
        cond_free(*cond);
        return e;
    }
    *text = buf_str(&b);
    return ERR_NONE;
}

/* What is kept has been compiled before. */
static void put_when(struct intake_marks *m, const struct intake_mark *mark)
{
    struct ctx c = { .arena = m->arena };
    struct when *w = &m->whens[m->when_count];
    struct json *v;
    struct str text;

    if (!json_read(&c, mark->value, &v) && !intake_mark_when(&c, v, STR(""), m->arena, &w->cond, &text)) {
        w->mark = mark->id.v;
        w->person = mark->person;
        m->when_count++;
    }
}

static void put(struct intake_marks *m, const struct intake_mark *mark)
{
    int64_t id = 0;

    m->any = true;
    m->people = m->people || intake_mark_of_people(mark->kind);
    switch (mark->kind) {
    case MARK_SOURCE:
        if (str_to_int(mark->value, &id))
            put_id(m, MARK_SOURCE, id, mark);
        break;
    case MARK_EVENT:
        put_id(m, MARK_EVENT, event_of(mark->value), mark);
        break;
    case MARK_AGENT:
        m->agents[m->agent_count++] = (struct agent){ str_dup(m->arena, mark->value), mark->id.v, mark->person };
        break;
    case MARK_VISITOR: case MARK_EMAIL: case MARK_DOMAIN:
        put_text(m, mark);
        break;
    case MARK_WHEN:
        put_when(m, mark);
        break;
    default:
        break; /* LEAD: by its row of mark_lead */
    }
}

static const struct intake_mark *mark_of(const struct intake_mark *marks, size_t n, struct mark_id id)
{
    for (size_t i = 0; i < n; i++)
        if (marks[i].id.v == id.v)
            return &marks[i];
    return NULL;
}

struct intake_marks *intake_marks_new(int64_t stamp, const struct intake_mark *marks, size_t n,
                                      const struct intake_held_lead *held, size_t held_count)
{
    struct arena *a = arena_new(0);
    struct intake_marks *m = ARENA_NEW(a, struct intake_marks);

    *m = (struct intake_marks){ .stamp = stamp, .holders = 1, .arena = a };
    for (int k = 0; k < MARK_KINDS; k++) {
        m->ids[k] = map_new(a, k == MARK_LEAD ? held_count : 8);
        m->texts[k] = map_new(a, 8);
    }
    m->agents = ARENA_ARRAY(a, struct agent, n + 1);
    m->whens = ARENA_ARRAY(a, struct when, n + 1);
    for (size_t i = 0; i < n; i++)
        if (intake_mark_stands(&marks[i]))
            put(m, &marks[i]);
    for (size_t i = 0; i < held_count; i++) {
        const struct intake_mark *mark = mark_of(marks, n, held[i].mark);

        if (mark && intake_mark_stands(mark))
            put_id(m, MARK_LEAD, held[i].lead.v, mark);
    }
    return m;
}

struct intake_marks *intake_marks_hold(struct intake_marks *m)
{
    __atomic_add_fetch(&m->holders, 1, __ATOMIC_RELAXED);
    return m;
}

void intake_marks_drop(struct intake_marks *m)
{
    if (__atomic_sub_fetch(&m->holders, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    for (size_t i = 0; i < m->when_count; i++)
        cond_free(m->whens[i].cond);
    arena_free(m->arena);
}

int64_t intake_marks_stamp(const struct intake_marks *m)
{
    return m->stamp;
}

bool intake_marks_any(const struct intake_marks *m)
{
    return m->any;
}

bool intake_marks_people(const struct intake_marks *m)
{
    return m->people;
}

/* ---- the verdict ---- */

static void add(struct held *sum, const struct held *h)
{
    if (h && h->automatic)
        older(&sum->automatic, h->automatic);
    if (h && h->person)
        older(&sum->person, h->person);
}

static const struct held *by_id(const struct intake_marks *m, int kind, int64_t id)
{
    return id && m->ids[kind].count ? map_find(&m->ids[kind], (struct str){ (const char *)&id, sizeof id }) : NULL;
}

static const struct held *by_text(const struct intake_marks *m, int kind, struct str text)
{
    return text.len && m->texts[kind].count ? map_find(&m->texts[kind], text) : NULL;
}

static void by_agent(const struct intake_marks *m, struct str agent, struct held *sum)
{
    char text[512];
    size_t len = agent.len < sizeof text ? agent.len : sizeof text;

    if (!m->agent_count || !len)
        return;
    for (size_t i = 0; i < len; i++)
        text[i] = (char)(agent.ptr[i] >= 'A' && agent.ptr[i] <= 'Z' ? agent.ptr[i] | 32 : agent.ptr[i]);
    for (size_t i = 0; i < m->agent_count; i++)
        if (str_find((struct str){ text, len }, m->agents[i].piece) >= 0)
            older(m->agents[i].person ? &sum->person : &sum->automatic, m->agents[i].mark);
}

static void by_condition(const struct intake_marks *m, const struct intake_seen *seen, struct held *sum)
{
    for (size_t i = 0; seen->event && i < m->when_count; i++)
        if (cond_holds_event(m->whens[i].cond, seen->event, seen->arena))
            older(m->whens[i].person ? &sum->person : &sum->automatic, m->whens[i].mark);
}

struct intake_verdict intake_mark_judge(const struct intake_marks *m, const struct intake_seen *seen)
{
    struct held sum = { 0 };

    if (!m->any)
        return (struct intake_verdict){ 0 };
    add(&sum, by_id(m, MARK_SOURCE, seen->source));
    add(&sum, by_id(m, MARK_EVENT, seen->id));
    add(&sum, by_text(m, MARK_VISITOR, seen->visitor));
    add(&sum, by_id(m, MARK_LEAD, seen->born.v));
    add(&sum, by_id(m, MARK_LEAD, seen->root.v));
    by_agent(m, seen->agent, &sum);
    by_condition(m, seen, &sum);
    if (sum.person)
        return (struct intake_verdict){ .person = true };
    return (struct intake_verdict){ .mark = sum.automatic };
}

size_t intake_marks_of_address(const struct intake_marks *m, struct str email, struct mark_id *marks, size_t max)
{
    ptrdiff_t at = str_find_char(email, '@');
    const struct held *found[2] = { by_text(m, MARK_EMAIL, email),
                                    at < 0 ? NULL : by_text(m, MARK_DOMAIN, str_sub(email, (size_t)at + 1, email.len)) };
    size_t n = 0;

    for (int i = 0; i < 2; i++) {
        if (found[i] && found[i]->automatic && n < max)
            marks[n++].v = found[i]->automatic;
        if (found[i] && found[i]->person && n < max)
            marks[n++].v = found[i]->person;
    }
    return n;
}

bool intake_marks_holds(const struct intake_marks *m, struct lead_id lead)
{
    return by_id(m, MARK_LEAD, lead.v) != NULL;
}
