/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_quarantine.h"

#include "base/json.h"
#include "base/sorted.h"
#include "base/utf8.h"
#include "cond/cond.h"
#include "flow/flow_score.h"
#include "flow/flow_turn.h"
#include "flow/flow_void.h"
#include "flow/flow_watch.h"
#include "history/history.h"
#include "intake/signal.h"
#include "lead/identity.h"
#include "lead/lead.h"
#include "lead/normal.h"
#include "team/audit.h"
#include "team/user.h"

#define THROUGH ((struct lead_id){ INT64_MAX })

/* ---- the snapshot ---- */

static struct intake_marks *hold_if(struct flow *f, int64_t stamp)
{
    struct intake_marks *m = NULL;

    pthread_mutex_lock(&f->lock);
    if (f->marks && intake_marks_stamp(f->marks) == stamp)
        m = intake_marks_hold(f->marks);
    pthread_mutex_unlock(&f->lock);
    return m;
}

enum err flow_marks(struct flow *f, struct ctx *c, struct db_tx *tx, struct intake_marks **m)
{
    struct intake_marks *old;
    int64_t stamp;
    enum err e = intake_marks_stamp_get(c, tx, &stamp);

    if (e || (*m = hold_if(f, stamp)))
        return e;
    if ((e = intake_marks_load(c, tx, m)))
        return e;
    pthread_mutex_lock(&f->lock);
    old = f->marks;
    f->marks = intake_marks_hold(*m);
    pthread_mutex_unlock(&f->lock);
    if (old)
        intake_marks_drop(old);
    return ERR_NONE;
}

void flow_quarantine_close(struct flow *f)
{
    if (f->marks)
        intake_marks_drop(f->marks);
    intake_pace_free(f->pace);
}

/* ---- one piece of a mark ---- */

/* One that went with the import it came by has none. */
static enum err roots_of(struct ctx *c, struct db_tx *tx, struct lead_id *leads, size_t *n)
{
    size_t found = 0;

    for (size_t i = 0; i < *n; i++) {
        enum err e = lead_root(c, tx, leads[i], &leads[found]);

        if (e && e != ERR_NOT_FOUND)
            return e;
        found += e == ERR_NONE;
    }
    fault_clear(c);
    *n = sorted_once(leads, found, sizeof *leads, SORTED_RISING);
    return ERR_NONE;
}

enum err flow_mark_leads(struct ctx *c, struct db_tx *tx, struct mark_id id, int64_t most, struct lead_id **leads, size_t *n)
{
    enum err e;

    *leads = ARENA_ARRAY(c->arena, struct lead_id, (size_t)most + 1);
    e = history_of_mark(c, tx, id.v, (struct lead_id){ 0 }, most, *leads, n);
    return e ? e : roots_of(c, tx, *leads, n);
}

static enum err lock_roots(struct ctx *c, struct db_tx *tx, const struct lead_id *roots, size_t n)
{
    int64_t *keys = ARENA_ARRAY(c->arena, int64_t, n + 1);
    enum err e;

    for (size_t i = 0; i < n; i++)
        keys[i] = roots[i].v;
    e = db_lock_many(c, tx, keys, n);
    return e ? e : lead_roots_stand(c, tx, roots, roots, n);
}

/* The families of these roots by the standing marks: verdicts, facts, scores. */
static enum err judge_roots(struct flow *f, struct ctx *c, struct db_tx *tx, struct lead_id *roots, size_t n,
                            struct messages *messages)
{
    struct flow_lead *leads = ARENA_ARRAY(c->arena, struct flow_lead, n + 1);
    struct flow_watched *watched = ARENA_ARRAY(c->arena, struct flow_watched, n + 1);
    struct flow_watch watch;
    struct intake_marks *marks = NULL;
    struct model *model = NULL;
    size_t count = 0;
    enum err e;

    if (!n || (e = lock_roots(c, tx, roots, n)))
        return n ? e : ERR_NONE;
    for (size_t i = 0; i < n; i++)
        watched[i] = (struct flow_watched){ .lead = roots[i] };
    if (!(e = flow_watch_begin(c, tx, watched, n, &watch)) && !(e = flow_marks(f, c, tx, &marks)))
        e = flow_model(f, c, tx, &model);
    for (size_t i = 0; i < n && !e; i++) {
        bool changed;

        if ((e = flow_turn_settle(c, tx, roots[i])) || (e = flow_judge_family(c, tx, marks, roots[i], &changed)) || !changed)
            continue;
        leads[count++] = (struct flow_lead){ .root = roots[i], .born = c->now, .seen_at = INSTANT_NONE, .walk = true, .anew = true };
        e = flow_facts(c, tx, roots[i]);
    }
    if (!e && count)
        e = flow_score(c, tx, model, leads, count, messages);
    if (!e)
        e = flow_watch_end(c, tx, &watch, messages);
    if (marks)
        intake_marks_drop(marks);
    if (model)
        score_model_drop(model);
    return e;
}

/* Text that stands in JSON as it is, and in LIKE. */
static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < 0x20 || s.ptr[i] > 0x7e || s.ptr[i] == '"' || s.ptr[i] == '\\' || s.ptr[i] == '/')
            return false;
    return s.len > 0;
}

/* Of some leads those that the mark may concern. */
static enum err sift(struct ctx *c, struct db_tx *tx, const struct intake_mark *m, struct lead_id *leads, size_t *n)
{
    int64_t source;

    switch (m->kind) {
    case MARK_SOURCE:
        return str_to_int(m->value, &source) ? history_with_source(c, tx, source, leads, n) : ERR_INTERNAL;
    case MARK_VISITOR: case MARK_AGENT:
        return is_plain(m->value) ? history_with_piece(c, tx, str_lower(c->arena, m->value), leads, n) : ERR_NONE;
    case MARK_DOMAIN:
        return lead_at_domain(c, tx, m->value, leads, n);
    default:
        return ERR_NONE;
    }
}

/* Leads under a mark of people, with those they are merged into. */
static enum err hold(struct ctx *c, struct db_tx *tx, struct mark_id mark, const struct lead_id *leads, const struct lead_id *roots,
                     size_t n)
{
    struct intake_held_lead *held = ARENA_ARRAY(c->arena, struct intake_held_lead, 2 * n + 1);

    for (size_t i = 0; i < n; i++) {
        held[2 * i] = (struct intake_held_lead){ leads[i], mark };
        held[2 * i + 1] = (struct intake_held_lead){ roots[i], mark };
    }
    return intake_mark_hold_leads(c, tx, held, 2 * n, NULL);
}

/* The next leads that a mark concerns, as it is made; *seen: how many were looked at. */
static enum err next_made(struct ctx *c, struct db_tx *tx, const struct intake_mark *m, int limit, struct lead_id *leads,
                          size_t *n, size_t *seen, struct lead_id *place)
{
    struct lead_id *roots = ARENA_ARRAY(c->arena, struct lead_id, (size_t)limit + 1);
    enum err e = lead_ids_all(c, tx, m->place, limit, leads, roots, n);

    *seen = *n;
    *place = *n == (size_t)limit ? leads[*n - 1] : THROUGH;
    if (e || (e = sift(c, tx, m, leads, n)) || m->kind != MARK_DOMAIN || !intake_mark_stands(m))
        return e;
    memcpy(roots, leads, *n * sizeof *leads);
    for (size_t i = 0; i < *n && !e; i++)
        e = lead_root(c, tx, leads[i], &roots[i]);
    return e ? e : hold(c, tx, m->id, leads, roots, *n);
}

/* The same, as it is undone: what it holds is known. */
static enum err next_undone(struct ctx *c, struct db_tx *tx, const struct intake_mark *m, int limit, struct lead_id *leads,
                            size_t *n, size_t *seen, struct lead_id *place)
{
    struct lead_id *held;
    enum err e = ERR_NONE;

    if (intake_mark_of_people(m->kind)) {
        e = intake_mark_leads(c, tx, m->id, m->place, limit, &held, n);
        if (!e && *n)
            memcpy(leads, held, *n * sizeof *held);
    } else if (!m->person) {
        e = history_of_mark(c, tx, m->id.v, m->place, limit, leads, n);
    } else {
        return next_made(c, tx, m, limit, leads, n, seen, place);
    }
    *seen = *n;
    *place = !e && *n == (size_t)limit ? leads[*n - 1] : THROUGH;
    return e;
}

static enum err piece(struct flow *f, struct ctx *c, struct db_tx *tx, int limit, struct messages *messages, struct intake_mark *m)
{
    struct lead_id *leads = ARENA_ARRAY(c->arena, struct lead_id, (size_t)limit + 1), place = THROUGH;
    size_t n = 0, seen = 0;
    enum err e;

    if (intake_mark_stands(m))
        e = next_made(c, tx, m, limit, leads, &n, &seen, &place);
    else
        e = next_undone(c, tx, m, limit, leads, &n, &seen, &place);
    if (e || (e = roots_of(c, tx, leads, &n)) || (e = judge_roots(f, c, tx, leads, n, messages)))
        return e;
    m->place = place;
    m->done += (int64_t)seen;
    if (place.v == INT64_MAX || m->done > m->total)
        m->total = m->done;
    return intake_mark_advance(c, tx, m);
}

enum err flow_mark_step(struct flow *f, struct ctx *c, struct db_tx *tx, int limit, struct messages *messages, struct intake_mark *m,
                        bool *worked)
{
    enum err e = intake_mark_due(c, tx, m);

    *worked = e == ERR_NONE;
    if (e == ERR_NOT_FOUND) {
        fault_clear(c);
        return ERR_NONE;
    }
    return e ? e : piece(f, c, tx, limit, messages, m);
}

enum err flow_delist_walk(struct ctx *c, struct db_tx *tx, int limit, bool *done)
{
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, (size_t)limit + 1), last;
    struct history h;
    size_t n = 0;
    instant seen;
    enum err e = lead_delisted_get(c, tx, &last);

    *done = true;
    if (e || last.v == INT64_MAX)
        return e;
    if ((e = lead_unseen(c, tx, limit, ids, &n, &last)) || (n && (e = lock_roots(c, tx, ids, n))))
        return e;
    for (size_t i = 0; i < n && !e; i++) {
        bool gone = false;

        if (!(e = flow_history_for(c, tx, ids[i], false, &h)) && !flow_anything_counts(&h, &seen))
            e = lead_delist(c, tx, ids[i], &gone);
        if (!e && gone)
            e = flow_void_leave(c, tx, ids[i], NULL);
    }
    *done = last.v == INT64_MAX;
    return e ? e : lead_delisted_put(c, tx, last);
}

/* ---- looked at before ---- */

static enum err look_at(struct ctx *c, struct db_tx *tx, const struct cond *when, const struct lead_id *leads, const struct lead_id *roots, size_t n,
                        struct flow_mark_look *look)
{
    struct history_sight *sights;
    size_t count, at = 0;
    enum err e = history_sights(c, tx, leads, n, 0, INSTANT_NEVER, &sights, &count);

    for (size_t i = 0; i < count && !e; i++) {
        const struct past_event one = flow_sight_event(&sights[i]);

        if (!cond_holds_event(when, &one, c->arena))
            continue;
        while (leads[at].v != sights[i].lead.v) /* both rise */
            at++;
        look->events++;
        look->counting += !(sights[i].flags & (HISTORY_BOT | HISTORY_HELD));
        look->last = one.at > look->last ? one.at : look->last;
        if (!look->count || look->leads[look->count - 1].v != roots[at].v)
            look->leads[look->count++] = roots[at];
    }
    return e;
}

enum err flow_mark_look(struct ctx *c, struct db_tx *tx, const struct cond *when, int64_t most, struct arena *keep, struct flow_mark_look *look)
{
    struct lead_id leads[QUARANTINE_LEADS], roots[QUARANTINE_LEADS], after = { 0 };
    struct ctx own = *c;
    size_t n = QUARANTINE_LEADS;
    enum err e;

    *look = (struct flow_mark_look){ .last = INSTANT_NONE, .leads = ARENA_ARRAY(keep, struct lead_id, (size_t)most + QUARANTINE_LEADS) };
    e = lead_count_all(c, tx, &look->all);
    own.arena = arena_new(0);
    while (!e && n == QUARANTINE_LEADS && look->looked < most) {
        arena_reset(own.arena);
        if (!(e = lead_ids_all(&own, tx, after, QUARANTINE_LEADS, leads, roots, &n)))
            e = look_at(&own, tx, when, leads, roots, n, look);
        look->looked += (int64_t)n;
        if (n)
            after = leads[n - 1];
    }
    arena_free(own.arena);
    look->count = sorted_once(look->leads, look->count, sizeof *look->leads, SORTED_RISING);
    return e;
}

/* ---- making ---- */

static enum err bad_value(struct ctx *c, const char *why)
{
    (void)fault_at(c, ERR_BAD_FIELD, STR("/value"), why);
    return ERR_BAD_FIELD;
}

static enum err as_domain(struct ctx *c, struct intake_mark *m)
{
    struct str text = str_trim(m->value);
    struct lead_email email;

    if (text.len && text.ptr[0] == '@')
        text = str_sub(text, 1, text.len);
    if (lead_email_parse(c->arena, str_print(c->arena, "x@" STR_FMT, STR_ARG(text)), &email) != LEAD_NORMAL_OK)
        return bad_value(c, "not a domain");
    if (email.free)
        return bad_value(c, "anybody gets a mailbox there");
    m->value = email.domain;
    return ERR_NONE;
}

static enum err as_condition(struct ctx *c, struct intake_mark *m)
{
    struct cond *cond;
    struct json *v;
    enum err e = json_read(c, m->value, &v);

    if (e || (e = intake_mark_when(c, v, STR("/when"), c->arena, &cond, &m->value)))
        return e;
    cond_free(cond);
    return ERR_NONE;
}

/* The value as it is compared; *direct: the one lead it concerns, 0: the base is to be walked. */
static enum err normalise(struct ctx *c, struct db_tx *tx, struct intake_mark *m, struct lead_id lead, struct lead_id *direct)
{
    struct lead_email email;
    struct history_sight sight;
    struct lead_id *family;
    int64_t id;
    size_t n;
    enum err e;

    *direct = lead;
    m->value = str_trim(m->value);
    switch (m->kind) {
    case MARK_EMAIL:
        if (lead_email_parse(c->arena, m->value, &email) != LEAD_NORMAL_OK)
            return bad_value(c, "not an address");
        m->value = email.key;
        return ERR_NONE;
    case MARK_DOMAIN:
        return as_domain(c, m);
    case MARK_AGENT:
        m->value = str_lower(c->arena, m->value);
        return utf8_count(m->value) < INTAKE_MARK_AGENT_MIN ? bad_value(c, "too short: it would hold everybody") : ERR_NONE;
    case MARK_WHEN:
        return as_condition(c, m);
    case MARK_EVENT:
        if (!str_to_int(m->value, &id))
            return ERR_NOT_FOUND;
        if ((e = lead_family(c, tx, lead, INSTANT_NEVER, &family, &n)) || (e = history_find(c, tx, family, n, id, &sight)))
            return e;
        if (sight.kind == EVENT_DEED)
            return bad_value(c, "a deed of a person of the house");
        m->value = str_print(c->arena, "%lld:%lld:%lld", (long long)sight.lead.v, (long long)sight.at, (long long)id);
        return ERR_NONE;
    default:
        return m->value.len ? ERR_NONE : bad_value(c, "empty");
    }
}

/* Marks of one lead or address put that lead under them. *n: 0 where nobody is known by it. */
static enum err hold_direct(struct ctx *c, struct db_tx *tx, const struct intake_mark *m, struct lead_id direct, struct lead_id *root,
                            size_t *n)
{
    struct lead_id born = direct;
    enum err e = ERR_NONE;

    *n = 1;
    *root = direct;
    if (m->kind == MARK_EMAIL)
        e = lead_of_identity(c, tx, IDENTITY_EMAIL, m->value, &born, root);
    else
        e = lead_root(c, tx, direct, root);
    if (e == ERR_NOT_FOUND && m->kind == MARK_EMAIL) {
        *n = 0;
        fault_clear(c);
        return ERR_NONE;
    }
    return e || m->kind == MARK_EVENT ? e : hold(c, tx, m->id, &born, root, 1);
}

static enum err note_deed(struct ctx *c, struct db_tx *tx, const struct intake_mark *m, const char *action)
{
    struct buf b = buf_new(c->arena, 4096);
    struct json_out o = json_to(&b);

    json_begin(&o);
    json_key(&o, "kind");
    json_put_text(&o, str_of(intake_mark_kinds[m->kind]));
    json_key(&o, "person");
    json_put_bool(&o, m->person);
    json_end(&o);
    return team_audit_add(c, tx, action, PREFIX_MARK, m->id.v, buf_str(&b));
}

enum err flow_mark_add(struct flow *f, struct ctx *c, struct db_tx *tx, struct intake_mark *m, struct lead_id lead,
                       struct messages *messages)
{
    bool one = m->kind == MARK_EMAIL || m->kind == MARK_LEAD || m->kind == MARK_EVENT;
    struct lead_id direct, root;
    size_t n;
    enum err e;

    m->place = one ? THROUGH : (struct lead_id){ 0 };
    m->done = m->total = 0;
    if ((e = normalise(c, tx, m, lead, &direct)) || (!one && (e = lead_count_all(c, tx, &m->total))) || (e = intake_mark_add(c, tx, m))
        || (e = note_deed(c, tx, m, "mark.added")))
        return e;
    if (!one)
        return piece(f, c, tx, QUARANTINE_LEADS, messages, m);
    if (m->kind == MARK_LEAD && (!str_to_int(m->value, &direct.v)))
        return ERR_NOT_FOUND;
    if ((e = hold_direct(c, tx, m, direct, &root, &n)) || (e = judge_roots(f, c, tx, &root, n, messages)))
        return e;
    m->done = m->total = (int64_t)n;
    return intake_mark_advance(c, tx, m);
}

enum err flow_mark_undo(struct flow *f, struct ctx *c, struct db_tx *tx, struct mark_id id, struct intake_mark *m,
                        struct messages *messages)
{
    struct history_held held = { .key = id.v };
    enum err e;

    if ((e = intake_mark_get(c, tx, id, m)) || (e = history_held_by(c, tx, &held, 1)))
        return e;
    m->place = (struct lead_id){ 0 };
    m->done = 0;
    m->total = m->person ? m->total : held.leads;
    if ((e = intake_mark_undo(c, tx, m)) || (e = note_deed(c, tx, m, "mark.undone")))
        return e;
    if (m->kind != MARK_EVENT || !m->person)
        return piece(f, c, tx, QUARANTINE_LEADS, messages, m);
    /* One event that was a person's all the same: its lead is in the value. */
    struct str rest = m->value, word = STR_NULL;
    struct lead_id lead;
    if (!str_next(&rest, ':', &word) || !str_to_int(word, &lead.v))
        return ERR_INTERNAL;
    size_t one = 1;
    if ((e = roots_of(c, tx, &lead, &one)) || (e = judge_roots(f, c, tx, &lead, one, messages)))
        return e;
    m->place = THROUGH;
    m->done = m->total = 1;
    return intake_mark_advance(c, tx, m);
}

enum err flow_mark_staff(struct flow *f, struct ctx *c, struct db_tx *tx, int limit, struct messages *messages, bool *more)
{
    enum { USERS_MAX = 10000 };
    struct user *users;
    size_t n, made = 0;
    enum err e = team_user_list(c, tx, USERS_MAX, &users, &n);

    *more = false;
    for (size_t i = 0; i < n && !e; i++) {
        struct intake_mark m = { .kind = MARK_EMAIL, .value = users[i].email, .reason = STR("staff") };
        struct lead_email email;
        bool was;

        if (lead_email_parse(c->arena, users[i].email, &email) != LEAD_NORMAL_OK
            || (e = intake_mark_was(c, tx, MARK_EMAIL, email.key, &was)) || was)
            continue;
        if (made++ == (size_t)limit) {
            *more = true;
            return ERR_NONE;
        }
        e = flow_mark_add(f, c, tx, &m, (struct lead_id){ 0 }, messages);
    }
    return e;
}
