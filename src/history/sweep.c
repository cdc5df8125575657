/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Many leads in two queries: their rows come in the order of the tables' keys, and are cut where the lead changes. */
#include "history/history_inner.h"

struct sweep {
    struct ctx *c;
    const struct history_sweep *ask;
    struct history_of *list;
    size_t count, cap;
    size_t event_cap, profile_cap; /* of the last of list */
};

static struct history_of *lead_slot(struct sweep *s, struct lead_id lead)
{
    if (s->count && s->list[s->count - 1].lead.v == lead.v)
        return &s->list[s->count - 1];
    if (s->count == s->cap) {
        size_t cap = s->cap ? 2 * s->cap : 256;
        s->list = arena_grow(s->c->arena, s->list, s->cap * sizeof *s->list, cap * sizeof *s->list);
        s->cap = cap;
    }
    s->event_cap = s->profile_cap = 0;
    s->list[s->count] = (struct history_of){ .lead = lead };
    return &s->list[s->count++];
}

static struct str word_of(struct sweep *s, struct str view)
{
    struct map *words = s->ask->words;
    struct str *kept;

    if (!view.len)
        return view.ptr ? STR("") : STR_NULL;
    if (!words)
        return str_dup(s->c->arena, view);
    if ((kept = map_find(words, view)))
        return *kept;
    kept = ARENA_NEW(words->arena, struct str);
    *kept = str_dup(words->arena, view);
    map_put(words, *kept, kept);
    return *kept;
}

static struct past_event *event_slot(struct sweep *s, struct history_of *of)
{
    if (of->event_count == s->event_cap) {
        size_t cap = s->event_cap ? 2 * s->event_cap : 8;
        of->events = arena_grow(s->c->arena, of->events, s->event_cap * sizeof *of->events, cap * sizeof *of->events);
        s->event_cap = cap;
    }
    return &of->events[of->event_count++];
}

static enum err event_read(struct sweep *s, const struct db_rows *rows, struct past_event *p)
{
    int64_t flags = db_col_int(rows, 6);
    struct json *body = NULL;
    enum err e = ERR_NONE;

    *p = (struct past_event){
        .id = db_col_int(rows, 1),
        .at = db_col_int(rows, 2),
        .known_at = db_col_int(rows, 3),
        .told_at = db_col_int(rows, 3),
        .source_id = db_col_int(rows, 4),
        .kind = (enum event_kind)db_col_int(rows, 5),
        .unverified = flags & HISTORY_UNVERIFIED,
        .bot = flags & HISTORY_BOT,
        .name = word_of(s, db_col_view(rows, 7)),
        .path = word_of(s, db_col_view(rows, 8)),
    };
    p->tie = history_tie(db_col_view(rows, 9), p->source_id);
    if (s->ask->imported_then && !db_col_null(rows, 10))
        p->known_at = p->at;
    if (s->ask->body && s->ask->body(s->ask->x, p->kind, p->name) && !db_col_null(rows, 11))
        e = json_read(s->c, db_col_str(rows, 11, s->c->arena), &body);
    p->body = body;
    return e;
}

/* Two texts, so that bodies nobody looks into do not leave the database. */
static enum err sweep_events(struct sweep *s, struct db_tx *tx)
{
    static const char with[] =
        "SELECT lead_id, id, at, known_at, source_id, kind, flags, name, path, message_id, import_id, body FROM event"
        " WHERE lead_id > $1 AND lead_id <= $2 AND flags < 4 ORDER BY lead_id, at, id";
    static const char without[] =
        "SELECT lead_id, id, at, known_at, source_id, kind, flags, name, path, message_id, import_id FROM event"
        " WHERE lead_id > $1 AND lead_id <= $2 AND flags < 4 ORDER BY lead_id, at, id";
    struct db_args args = DB_ARGS(db_int(s->ask->after.v), db_int(s->ask->upto.v));
    struct db_rows *rows;
    enum err e, bad = ERR_NONE;

    if ((e = s->ask->body ? db_rows(s->c, tx, with, args, &rows) : db_rows(s->c, tx, without, args, &rows)))
        return e;
    while (!bad && db_next(rows, &e)) {
        struct history_of *of = lead_slot(s, (struct lead_id){ db_col_int(rows, 0) });
        bad = event_read(s, rows, event_slot(s, of));
    }
    db_end(rows);
    return bad ? bad : e;
}

static enum err profile_read(struct sweep *s, const struct db_rows *rows, struct past_profile *p)
{
    struct str text = db_col_str(rows, 5, s->c->arena);
    struct json *patch;
    enum err e = json_read(s->c, text, &patch);

    *p = (struct past_profile){
        .id = db_col_int(rows, 1),
        .at = db_col_int(rows, 2),
        .known_at = db_col_int(rows, 3),
        .told_at = db_col_int(rows, 3),
        .unverified = db_col_int(rows, 4) != 0,
        .source_id = db_col_int(rows, 6),
        .tie = str_hash(text),
        .patch = e ? NULL : patch,
    };
    if (s->ask->imported_then && !db_col_null(rows, 7))
        p->known_at = p->at;
    return e;
}

static struct past_profile *profile_slot(struct sweep *s, struct history_of *of)
{
    if (of->profile_count == s->profile_cap) {
        size_t cap = s->profile_cap ? 2 * s->profile_cap : 2;
        of->profiles = arena_grow(s->c->arena, of->profiles, s->profile_cap * sizeof *of->profiles, cap * sizeof *of->profiles);
        s->profile_cap = cap;
    }
    return &of->profiles[of->profile_count++];
}

static enum err sweep_profiles(struct sweep *s, struct db_tx *tx)
{
    struct db_rows *rows;
    enum err bad = ERR_NONE;
    enum err e = db_rows(s->c, tx,
                         "SELECT lead_id, id, at, known_at, unverified, patch, source_id, import_id FROM profile_change"
                         " WHERE lead_id > $1 AND lead_id <= $2 AND undone = 0 ORDER BY lead_id, at, id",
                         DB_ARGS(db_int(s->ask->after.v), db_int(s->ask->upto.v)), &rows);

    if (e)
        return e;
    while (!bad && db_next(rows, &e)) {
        struct history_of *of = lead_slot(s, (struct lead_id){ db_col_int(rows, 0) });
        bad = profile_read(s, rows, profile_slot(s, of));
    }
    db_end(rows);
    return bad ? bad : e;
}

/* Leads of the one list and of the other, by id. */
static void weave(struct sweep *events, const struct sweep *profiles, struct history_of **list, size_t *count)
{
    struct history_of *out = ARENA_ARRAY(events->c->arena, struct history_of, events->count + profiles->count + 1);
    size_t i = 0, k = 0, n = 0;

    while (i < events->count || k < profiles->count) {
        const struct history_of *x = i < events->count ? &events->list[i] : NULL;
        const struct history_of *y = k < profiles->count ? &profiles->list[k] : NULL;
        bool take_x = x && (!y || x->lead.v <= y->lead.v), take_y = y && (!x || y->lead.v <= x->lead.v);

        out[n] = take_x ? *x : *y;
        if (take_x && take_y) {
            out[n].profiles = y->profiles;
            out[n].profile_count = y->profile_count;
        }
        i += take_x;
        k += take_y;
        history_sort_events(out[n].events, out[n].event_count);
        history_sort_profiles(out[n].profiles, out[n].profile_count);
        n++;
    }
    *list = out;
    *count = n;
}

enum err history_load_sweep(struct ctx *c, struct db_tx *tx, const struct history_sweep *ask, struct history_of **list,
                            size_t *count)
{
    struct sweep events = { .c = c, .ask = ask }, profiles = { .c = c, .ask = ask };
    enum err e;

    if ((e = sweep_events(&events, tx)) || (e = sweep_profiles(&profiles, tx)))
        return e;
    weave(&events, &profiles, list, count);
    return ERR_NONE;
}

void history_join(struct arena *a, struct history_of *to, const struct history_of *from)
{
    struct past_event *events = arena_alloc(a, (to->event_count + from->event_count + 1) * sizeof *events);
    struct past_profile *profiles = arena_alloc(a, (to->profile_count + from->profile_count + 1) * sizeof *profiles);

    if (to->event_count)
        memcpy(events, to->events, to->event_count * sizeof *events);
    if (from->event_count)
        memcpy(events + to->event_count, from->events, from->event_count * sizeof *events);
    if (to->profile_count)
        memcpy(profiles, to->profiles, to->profile_count * sizeof *profiles);
    if (from->profile_count)
        memcpy(profiles + to->profile_count, from->profiles, from->profile_count * sizeof *profiles);
    to->events = events;
    to->profiles = profiles;
    to->event_count += from->event_count;
    to->profile_count += from->profile_count;
    history_sort_events(events, to->event_count);
    history_sort_profiles(profiles, to->profile_count);
}

enum err history_latest(struct ctx *c, struct db_tx *tx, instant *known_at)
{
    static const char *const texts[] = {
        "SELECT MAX(known_at) FROM event WHERE flags < 4",
        "SELECT MAX(known_at) FROM profile_change WHERE undone = 0",
    };
    instant latest = INSTANT_NONE;

    for (size_t i = 0; i < countof(texts); i++) {
        struct db_rows *row;
        enum err e = db_one(c, tx, texts[i], DB_NO_ARGS, &row);

        if (e)
            return e;
        instant at = db_col_at(row, 0);
        db_end(row);
        if (at != INSTANT_NONE && (latest == INSTANT_NONE || at > latest))
            latest = at;
    }
    *known_at = latest;
    return ERR_NONE;
}

enum err history_count_events(struct ctx *c, struct db_tx *tx, int64_t *count)
{
    struct db_rows *row;
    enum err e = db_one(c, tx, "SELECT COUNT(*) FROM event", DB_NO_ARGS, &row);

    if (e)
        return e;
    *count = db_col_int(row, 0);
    db_end(row);
    return ERR_NONE;
}
