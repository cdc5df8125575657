/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lead/identity.h"

#include "base/map.h"
#include "lead/lead.h"
#include "lead/normal.h"
#include "sys/crypto.h"

static const unsigned char key_secret[16] = "gradus.identity1";

/* One identity of this batch: what the database or an earlier event of the batch says of it. */
struct known {
    enum identity_kind kind;
    struct str value;
    int64_t key;
    struct lead_id lead, root;
    bool fresh;        /* to be written */
    bool collides;     /* its key is another identity's */
    bool unverified;
    instant at;
};

/* What is known of a root while a batch is resolved. */
struct person {
    struct lead_id root;
    enum identity_kind strongest;
    struct str user;
    bool looked;       /* strongest and user are true */
};

/* A lead made in this batch, that is to be written. */
struct birth {
    struct lead_id lead;
    bool unverified;
    instant at;
    int64_t import_id;
};

struct resolver {
    struct ctx *c;
    struct db_tx *tx;
    struct map known;   /* "kind:value" -> struct known */
    struct map people;  /* id text -> struct person */
    struct known **fresh;
    size_t fresh_count, fresh_cap;
    struct birth *births;
    size_t birth_count;
    struct lead_joins *joins;
};

static struct str label(struct arena *a, int kind, struct str value)
{
    char *p = arena_alloc(a, value.len + 2);

    p[0] = (char)('0' + kind);
    p[1] = ':';
    memcpy(p + 2, value.ptr, value.len);
    return (struct str){ p, value.len + 2 };
}

static int64_t key_of(struct str name)
{
    return (int64_t)(crypto_siphash(key_secret, name) & INT64_MAX);
}

int64_t lead_identity_key(struct arena *a, enum identity_kind kind, struct str value)
{
    return key_of(label(a, (int)kind, value));
}

/* ---- claims ---- */

/* An external id may carry anything but must not be empty; "null" and "undefined" are what broken pages send. */
static bool id_is_usable(struct str s)
{
    return s.len && s.len <= 255 && !str_eq(s, STR("null")) && !str_eq(s, STR("undefined"))
           && !str_eq(s, STR("[object Object]"));
}

static struct identity_claim claim_of(struct arena *a, const struct event *ev, const char *region)
{
    struct identity_claim claim = { .lead = ev->who.lead, .unverified = ev->unverified };
    struct lead_email email;
    struct lead_phone phone;

    if (id_is_usable(ev->who.user_id))
        claim.value[IDENTITY_USER] = ev->who.user_id;
    if (id_is_usable(ev->who.anonymous_id))
        claim.value[IDENTITY_ANONYMOUS] = ev->who.anonymous_id;
    if (ev->kind == EVENT_ALIAS && id_is_usable(ev->who.previous_id))
        claim.previous = ev->who.previous_id;
    if (lead_email_parse(a, ev->who.email, &email) == LEAD_NORMAL_OK)
        claim.value[IDENTITY_EMAIL] = email.key;
    if (lead_phone_parse(a, ev->who.phone, region, &phone) == LEAD_NORMAL_OK)
        claim.value[IDENTITY_PHONE] = str_dup(a, str_of(phone.e164));
    return claim;
}

/* ---- looking up ---- */

static enum err look_up(struct resolver *r, struct known *k)
{
    struct ctx *c = r->c;

    for (;;) {
        struct db_rows *row;
        enum err e = db_one(c, r->tx,
                            "SELECT kind, value, lead_id, root_id, unverified, at FROM identity WHERE key = $1",
                            DB_ARGS(db_int(k->key)), &row);
        bool same;

        if (e == ERR_NOT_FOUND)
            return ERR_NONE;
        if (e)
            return e;
        same = db_col_int(row, 0) == (int64_t)k->kind
               && str_eq(db_col_str(row, 1, c->arena), k->value);
        if (same) {
            k->lead.v = db_col_int(row, 2);
            k->root.v = db_col_int(row, 3);
            k->unverified = db_col_int(row, 4) != 0;
            k->at = db_col_int(row, 5);
        }
        db_end(row);
        if (same)
            return ERR_NONE;
        k->key = (k->key + 1) & INT64_MAX;
    }
}

/* The batch's one struct known for an identity; found = its lead is not 0. */
static enum err know(struct resolver *r, enum identity_kind kind, struct str value, struct known **out)
{
    struct str name = label(r->c->arena, kind, value);
    struct known *k = map_find(&r->known, name);

    if (!k) {
        enum err e;

        k = ARENA_NEW(r->c->arena, struct known);
        k->kind = kind;
        k->value = value;
        k->key = key_of(name);
        if ((e = look_up(r, k)))
            return e;
        map_put(&r->known, name, k);
    }
    *out = k;
    return ERR_NONE;
}

/* What the database says of all identities that the batch names, in one call: one by one it would be a round trip each. One whose key
 * belongs to another identity (a true collision) is looked for again, alone. */
static enum err know_all(struct resolver *r, const struct identity_claim *claims, size_t n)
{
    struct ctx *c = r->c;
    struct known **list = ARENA_ARRAY(c->arena, struct known *, n * IDENTITY_KINDS + 1);
    struct str *names = ARENA_ARRAY(c->arena, struct str, n * IDENTITY_KINDS + 1);
    struct db_value *keys = ARENA_ARRAY(c->arena, struct db_value, n * IDENTITY_KINDS + 1);
    struct db_rows *rows;
    size_t count = 0;
    enum err e;

    for (size_t i = 0; i < n * IDENTITY_KINDS; i++) {
        int kind = (int)(i % IDENTITY_KINDS);
        struct str value = claims[i / IDENTITY_KINDS].value[kind];
        struct known *k;

        if (!value.len || claims[i / IDENTITY_KINDS].lead.v)
            continue;
        names[count] = label(c->arena, kind, value);
        if (map_find(&r->known, names[count]))
            continue;
        k = ARENA_NEW(c->arena, struct known);
        *k = (struct known){ .kind = (enum identity_kind)kind, .value = value, .key = key_of(names[count]) };
        map_put(&r->known, names[count], k);
        keys[count] = db_int(k->key);
        list[count++] = k;
    }
    e = db_rows_many(c, r->tx,
                     "SELECT kind, value, lead_id, root_id, unverified, at FROM identity WHERE key = $1",
                     keys, count, 1, &rows);
    if (e)
        return e;
    while (db_next(rows, &e)) {
        struct known *k = list[db_row_index(rows)];

        if (db_col_int(rows, 0) != (int64_t)k->kind || !str_eq(db_col_view(rows, 1), k->value)) {
            k->collides = true;
            continue;
        }
        k->lead.v = db_col_int(rows, 2);
        k->root.v = db_col_int(rows, 3);
        k->unverified = db_col_int(rows, 4) != 0;
        k->at = db_col_int(rows, 5);
    }
    db_end(rows);
    for (size_t i = 0; i < count && !e; i++)
        if (list[i]->collides)
            e = look_up(r, list[i]);
    return e;
}

static struct person *person_of(struct resolver *r, struct lead_id root)
{
    struct str name = str_dup(r->c->arena, (struct str){ (const char *)&root.v, sizeof root.v });
    struct person *p = map_find(&r->people, name);

    if (!p) {
        p = ARENA_NEW(r->c->arena, struct person);
        p->root = root;
        p->strongest = IDENTITY_ANONYMOUS;
        map_put(&r->people, name, p);
    }
    return p;
}

/* All identities of a root's family, to know how it is known at all. */
static enum err person_look(struct resolver *r, struct person *p)
{
    struct db_rows *rows;
    enum err e;

    if (p->looked)
        return ERR_NONE;
    e = db_rows(r->c, r->tx,
                "SELECT i.kind, i.value FROM identity i WHERE i.lead_id = $1"
                " UNION ALL SELECT i.kind, i.value FROM lead l JOIN identity i ON i.lead_id = l.id"
                " WHERE l.merged_into = $1",
                DB_ARGS(db_int(p->root.v)), &rows);
    if (e)
        return e;
    while (db_next(rows, &e)) {
        enum identity_kind kind = (enum identity_kind)db_col_int(rows, 0);

        if (kind < p->strongest)
            p->strongest = kind;
        if (kind == IDENTITY_USER)
            p->user = db_col_str(rows, 1, r->c->arena);
    }
    db_end(rows);
    p->looked = true;
    return e;
}

/* ---- deciding ---- */

enum identity_act lead_identity_decide(const struct identity_found *strong, const struct identity_found *weak,
                                  bool unverified, bool alias)
{
    if (strong->root.v == weak->root.v)
        return IDENTITY_STAY;
    if (weak->strongest == IDENTITY_ANONYMOUS)
        return IDENTITY_JOIN;
    if (unverified)
        return IDENTITY_STAY;
    if (alias)
        return IDENTITY_JOIN;
    if (weak->user.len && strong->user.len && !str_eq(weak->user, strong->user))
        return IDENTITY_STAY;
    return IDENTITY_JOIN;
}

static struct identity_found found_of(const struct known *k, const struct person *p)
{
    return (struct identity_found){ k->lead, p->root, p->strongest, p->user };
}

/* ---- writing ---- */

static void bind(struct resolver *r, struct known *k, struct lead_id lead, struct lead_id root,
                 bool unverified, instant at)
{
    struct person *p = person_of(r, root);

    k->lead = lead;
    k->root = root;
    k->unverified = unverified;
    k->at = at;
    k->fresh = true;
    if (k->kind < p->strongest)
        p->strongest = k->kind;
    if (k->kind == IDENTITY_USER)
        p->user = k->value;
    if (r->fresh_count == r->fresh_cap) {
        size_t cap = r->fresh_cap ? 2 * r->fresh_cap : 32;

        r->fresh = arena_grow(r->c->arena, r->fresh, r->fresh_cap * sizeof *r->fresh,
                              cap * sizeof *r->fresh);
        r->fresh_cap = cap;
    }
    r->fresh[r->fresh_count++] = k;
}

/* Cards and rows of the lists. */
static enum err births_write(struct ctx *c, struct db_tx *tx, const struct birth *births, size_t n)
{
    static const char sql_card[] = "INSERT INTO lead (id, version, unverified, facts, created_at, import_id) VALUES ($1, 1, $2, $3, $4, $5)";
    static const char sql_now[] = "INSERT INTO lead_now (lead_id, stage, band, score, created_at) VALUES ($1, 0, 0, 0, $2)";
    enum { CARD_COLUMNS = 5, NOW_COLUMNS = 2 };
    struct db_value *cards = ARENA_ARRAY(c->arena, struct db_value, CARD_COLUMNS * n + 1), *now = ARENA_ARRAY(c->arena, struct db_value, NOW_COLUMNS * n + 1);
    enum err e;

    for (size_t i = 0; i < n; i++) {
        struct db_value *v = cards + CARD_COLUMNS * i;

        v[0] = now[NOW_COLUMNS * i] = db_int(births[i].lead.v);
        v[1] = db_bool(births[i].unverified);
        v[2] = db_str(STR(""));
        v[3] = now[NOW_COLUMNS * i + 1] = db_int(births[i].at);
        v[4] = db_id(births[i].import_id);
    }
    e = db_many(c, tx, sql_card, cards, n, CARD_COLUMNS, NULL);
    return e ? e : db_many(c, tx, sql_now, now, n, NOW_COLUMNS, NULL);
}

/* Writes the leads made and the identities bound so far. One that another program made at this moment is ERR_BUSY. */
static enum err flush(struct resolver *r)
{
    enum { COLUMNS = 7 };
    struct db_value *values = ARENA_ARRAY(r->c->arena, struct db_value, COLUMNS * r->fresh_count + 1);
    int64_t *changed = ARENA_ARRAY(r->c->arena, int64_t, r->fresh_count + 1);
    enum err e = births_write(r->c, r->tx, r->births, r->birth_count);

    r->birth_count = 0;
    if (e)
        return e;
    for (size_t i = 0; i < r->fresh_count; i++) {
        const struct known *k = r->fresh[i];
        struct db_value *v = values + COLUMNS * i;

        v[0] = db_int(k->key);
        v[1] = db_int(k->kind);
        v[2] = db_str(k->value);
        v[3] = db_int(k->lead.v);
        v[4] = db_int(k->root.v);
        v[5] = db_bool(k->unverified);
        v[6] = db_int(k->at);
    }
    e = db_many(r->c, r->tx,
                "INSERT INTO identity (key, kind, value, lead_id, root_id, unverified, at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (key) DO NOTHING",
                values, r->fresh_count, COLUMNS, changed);
    for (size_t i = 0; !e && i < r->fresh_count; i++)
        if (!changed[i])
            e = fault_set(r->c, ERR_BUSY, "an identity was made by another program at this moment");
    r->fresh_count = 0;
    return e;
}

enum err lead_add(struct ctx *c, struct db_tx *tx, bool unverified, instant at,
                           int64_t import_id, struct lead_id *lead)
{
    struct birth birth = { { db_new_id(tx) }, unverified, at, import_id };

    *lead = birth.lead;
    return births_write(c, tx, &birth, 1);
}

/* After a merge inside the batch: what is known in memory follows. */
static void follow(struct resolver *r, struct lead_id child, struct lead_id parent)
{
    struct person *from = person_of(r, child), *into = person_of(r, parent);
    size_t at = 0;
    struct str name;
    void *value;

    if (from->strongest < into->strongest)
        into->strongest = from->strongest;
    if (!into->user.len)
        into->user = from->user;
    while (map_next(&r->known, &at, &name, &value)) {
        struct known *k = value;

        if (k->root.v == child.v)
            k->root = parent;
    }
}

static enum err join(struct resolver *r, struct known *strong, struct known *weak, bool unverified,
                     bool alias, struct identity_result *result)
{
    struct person *s = person_of(r, strong->root), *w = person_of(r, weak->root);
    struct identity_found sf, wf;
    struct merge_id merge;
    struct lead_id child = weak->root;
    enum err e;

    if (strong->root.v == weak->root.v)
        return ERR_NONE;
    if ((e = flush(r)) || (e = person_look(r, s)) || (e = person_look(r, w)))
        return e;
    sf = found_of(strong, s);
    wf = found_of(weak, w);
    if (lead_identity_decide(&sf, &wf, unverified, alias) == IDENTITY_STAY)
        return ERR_NONE;
    e = lead_merge(r->c, r->tx, child, strong->root, alias ? STR("alias") : STR("identity"), &merge);
    if (e == ERR_CONFLICT)
        e = ERR_BUSY; /* a rival joined one of them between our look and our turn: all is read again */
    if (e)
        return e;
    r->joins->items = arena_grow(r->c->arena, r->joins->items,
                                 r->joins->count * sizeof *r->joins->items,
                                 (r->joins->count + 1) * sizeof *r->joins->items);
    r->joins->items[r->joins->count++] = (struct lead_joined){ child, strong->root };
    follow(r, child, strong->root);
    result->joined = true;
    return ERR_NONE;
}

/* ---- one event ---- */

static enum err known_lead(struct resolver *r, struct lead_id lead, struct identity_result *result)
{
    enum err e = lead_root(r->c, r->tx, lead, &result->root);

    result->born = lead;
    result->first = true; /* it may be: all that is known of the lead may be dated ahead of our clock */
    return e;
}

/* The identities of the claim, strongest first; found ones and new ones. */
static enum err gather(struct resolver *r, const struct identity_claim *claim, struct known **list,
                       size_t *count)
{
    *count = 0;
    for (int kind = 0; kind < IDENTITY_KINDS; kind++) {
        enum err e;

        if (!claim->value[kind].len)
            continue;
        if ((e = know(r, (enum identity_kind)kind, claim->value[kind], &list[*count])))
            return e;
        (*count)++;
    }
    return ERR_NONE;
}

/* alias: the lead of previousId, looked for as an external id, then as an anonymous one; bound to this lead when new. */
static enum err take_previous(struct resolver *r, const struct identity_claim *claim,
                              struct known *strong, instant at, struct identity_result *result)
{
    struct known *k;
    enum err e = know(r, IDENTITY_USER, claim->previous, &k);

    if (!e && !k->lead.v)
        e = know(r, IDENTITY_ANONYMOUS, claim->previous, &k);
    if (e)
        return e;
    if (!k->lead.v) {
        bind(r, k, strong->lead, strong->root, claim->unverified, at);
        return ERR_NONE;
    }
    return join(r, strong, k, claim->unverified, true, result);
}

/* A browser may not hang a strong identity of its choosing on a lead that people are known by: it adds those only where the lead
 * was not identified before this event, and an anonymous id anywhere. */
static enum err may_name(struct resolver *r, const struct identity_claim *claim,
                         const struct known *strong, bool *may)
{
    struct person *p = person_of(r, strong->root);
    enum err e;

    *may = true;
    if (!claim->unverified)
        return ERR_NONE;
    if ((e = person_look(r, p)))
        return e;
    *may = p->strongest == IDENTITY_ANONYMOUS;
    return ERR_NONE;
}

/* New identities are bound to the strong one's lead, found ones joined to it where that is allowed. */
static enum err bind_all(struct resolver *r, const struct event *ev, const struct identity_claim *claim,
                         struct known **list, size_t n, struct known *strong,
                         struct identity_result *result)
{
    instant since = ev->bot || ev->mark ? INSTANT_NEVER : ev->at;
    bool may;
    enum err e = may_name(r, claim, strong, &may);

    for (size_t i = 0; i < n && !e; i++) {
        if (list[i]->lead.v)
            e = join(r, strong, list[i], claim->unverified, false, result);
        else if (may || list[i]->kind == IDENTITY_ANONYMOUS)
            bind(r, list[i], strong->lead, strong->root, claim->unverified, since);
    }
    if (!e && claim->previous.len)
        e = take_previous(r, claim, strong, since, result);
    return e;
}

static enum err resolve_one(struct resolver *r, const struct event *ev,
                            const struct identity_claim *claim, struct identity_result *result)
{
    struct known *list[IDENTITY_KINDS], *strong = NULL;
    size_t n;
    enum err e;

    if (claim->lead.v)
        return known_lead(r, claim->lead, result);
    if ((e = gather(r, claim, list, &n)))
        return e;
    for (size_t i = 0; i < n && !strong; i++)
        if (list[i]->lead.v)
            strong = list[i];
    if (!strong) {
        result->born.v = db_new_id(r->tx);
        result->made = true;
        r->births[r->birth_count++] = (struct birth){ result->born, claim->unverified, ev->at, ev->import_id };
        person_of(r, result->born)->looked = true;
        strong = ARENA_NEW(r->c->arena, struct known);
        strong->lead = strong->root = result->born;
    }
    if ((e = bind_all(r, ev, claim, list, n, strong, result)))
        return e;
    result->born = strong->lead;
    result->root = strong->root;
    result->first = result->made || ev->at < strong->at;
    return ERR_NONE;
}

enum err lead_are_known(struct ctx *c, struct db_tx *tx, const char *phone_region, const struct event *events, size_t n, bool *known)
{
    struct resolver r = { .c = c, .tx = tx, .known = map_new(c->arena, 2 * n) };
    struct identity_claim *claims = ARENA_ARRAY(c->arena, struct identity_claim, n + 1);
    enum err e;

    for (size_t i = 0; i < n; i++) {
        claims[i] = claim_of(c->arena, &events[i], phone_region);
        known[i] = false;
    }
    if ((e = know_all(&r, claims, n)))
        return e;
    for (size_t i = 0; i < n * IDENTITY_KINDS && !e; i++) {
        struct str value = claims[i / IDENTITY_KINDS].value[i % IDENTITY_KINDS];
        struct known *k;

        if (value.len && !(e = know(&r, (enum identity_kind)(i % IDENTITY_KINDS), value, &k)))
            known[i / IDENTITY_KINDS] |= k->lead.v != 0;
    }
    return e;
}

enum err lead_resolve(struct ctx *c, struct db_tx *tx, const char *phone_region,
                          const struct event *events, size_t n, struct identity_result *results,
                      struct lead_joins *joins)
{
    struct resolver r = {
        .c = c,
        .tx = tx,
        .known = map_new(c->arena, 2 * n),
        .people = map_new(c->arena, n),
        .births = ARENA_ARRAY(c->arena, struct birth, n + 1),
        .joins = joins,
    };
    struct identity_claim *claims = ARENA_ARRAY(c->arena, struct identity_claim, n + 1);
    enum err e;

    *joins = (struct lead_joins){ 0 };
    for (size_t i = 0; i < n; i++) {
        claims[i] = claim_of(c->arena, &events[i], phone_region);
        results[i] = (struct identity_result){ 0 };
    }
    e = know_all(&r, claims, n);
    for (size_t i = 0; i < n && !e; i++)
        e = resolve_one(&r, &events[i], &claims[i], &results[i]);
    return e ? e : flush(&r);
}
