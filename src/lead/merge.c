/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* merge.c - edges between leads: drawn, closed, listed; the caches that follow them. */
#include "lead/identity.h"
#include "base/sorted.h"
#include "db/list.h"
#include "lead/lead.h"
#include "lead/load.h"

/* Everything under child now answers to root: cards and identities. */
static enum err set_root(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct lead_id root)
{
    bool self = lead.v == root.v;
    enum err e = db_run(c, tx, "UPDATE lead SET merged_into = $2, version = version + 1 WHERE id = $1",
                        DB_ARGS(db_int(lead.v), self ? db_null() : db_int(root.v)), NULL);

    if (e)
        return e;
    return db_run(c, tx, "UPDATE identity SET root_id = $2 WHERE lead_id = $1",
                  DB_ARGS(db_int(lead.v), db_int(root.v)), NULL);
}

static enum err is_root(struct ctx *c, struct db_tx *tx, struct lead_id lead)
{
    struct lead_id root;
    enum err e = lead_root(c, tx, lead, &root);

    if (!e && root.v != lead.v)
        e = fault_set(c, ERR_CONFLICT, "the lead is merged into another one");
    return e;
}

enum err lead_merge(struct ctx *c, struct db_tx *tx, struct lead_id child, struct lead_id parent,
                        struct str reason, struct merge_id *merge)
{
    const struct lead_id both[] = { child, parent };
    struct lead_hand before[countof(both)], after[countof(both)] = { { .there = false } };
    struct lead_id *leads;
    size_t n;
    enum err e;

    if (child.v == parent.v)
        return fault_set(c, ERR_CONFLICT, "a lead cannot be merged into itself");
    /* Whoever is at work on one of the two is waited for, so that its events are in the history that is read next. */
    int64_t keys[] = { child.v, parent.v };
    if ((e = db_lock_many(c, tx, keys, countof(keys))))
        return e;
    if ((e = is_root(c, tx, child)) || (e = is_root(c, tx, parent))
        || (e = lead_family(c, tx, child, INSTANT_NEVER, &leads, &n)))
        return e;
    for (size_t i = 0; i < n && !e; i++)
        e = set_root(c, tx, leads[i], parent);
    if (!e)
        e = lead_load_hold(c, tx, both, countof(both), before);
    /* The owner of the one must not go with the lists' row that the other has not. */
    if (!e && before[0].there && !before[1].there && !(e = lead_enlist(c, tx, parent, INSTANT_NONE, NULL)))
        e = lead_load_hold(c, tx, both, countof(both), before);
    if (e)
        return e;
    merge->v = db_new_id(tx);
    e = db_run(c, tx,
               "INSERT INTO lead_merge (id, child_id, parent_id, at, user_id, reason, child_owner_id, parent_owner_id)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
               DB_ARGS(db_int(merge->v), db_int(child.v), db_int(parent.v), db_at(c->now),
                       db_id(ctx_user(c)), db_str(reason), db_id(before[0].owner.v), db_id(before[1].owner.v)),
               NULL);
    if (e)
        return e;
    after[1] = before[1];
    after[1].owner = before[1].owner.v ? before[1].owner : before[0].owner;
    if (!(e = lead_load_moved(c, tx, before, after, countof(both))))
        e = db_run(c, tx,
                   "UPDATE lead_now SET"
                   " owner_id = coalesce(owner_id, (SELECT owner_id FROM lead_now WHERE lead_id = $1)),"
                   " source = coalesce(source, (SELECT source FROM lead_now WHERE lead_id = $1))"
                   " WHERE lead_id = $2",
                   DB_ARGS(db_int(child.v), db_int(parent.v)), NULL);
    if (!e)
        e = db_run(c, tx, "DELETE FROM lead_now WHERE lead_id = $1", DB_ARGS(db_int(child.v)), NULL);
    return e;
}

static void merge_of_row(const struct db_rows *r, struct arena *a, void *merge)
{
    *(struct lead_merge *)merge = (struct lead_merge){
        .id = { db_col_int(r, 0) },
        .child = { db_col_int(r, 1) },
        .parent = { db_col_int(r, 2) },
        .at = db_col_at(r, 3),
        .by = { db_col_int(r, 4) },
        .reason = db_col_str(r, 5, a),
        .undone_at = db_col_at(r, 6),
        .child_owner = { db_col_int(r, 7) },
        .parent_owner = { db_col_int(r, 8) },
    };
}

#define SQL_MERGE                                                                                  \
    "SELECT id, child_id, parent_id, at, user_id, reason, undone_at, child_owner_id, parent_owner_id FROM lead_merge"

enum err lead_unmerge(struct ctx *c, struct db_tx *tx, struct merge_id id, struct lead_merge *merge)
{
    struct lead_id *leads, root;
    size_t n;
    enum err e = db_get(c, tx, SQL_MERGE " WHERE id = $1", DB_ARGS(db_int(id.v)), merge_of_row, merge);

    if (e || (e = lead_root(c, tx, merge->parent, &root)))
        return e;
    /* An inner merge of several: what the child leaves is the family of the root. */
    int64_t keys[] = { merge->child.v, merge->parent.v, root.v };
    if ((e = db_lock_many(c, tx, keys, countof(keys))) ||
        (e = db_get(c, tx, SQL_MERGE " WHERE id = $1", DB_ARGS(db_int(id.v)), merge_of_row, merge)) ||
        (e = lead_root(c, tx, merge->parent, &merge->root)))
        return e;
    if (merge->root.v != root.v)
        return fault_set(c, ERR_BUSY, "a lead was joined or parted meanwhile");
    if (merge->undone_at != INSTANT_NONE)
        return fault_set(c, ERR_CONFLICT, "the merge is undone already");
    e = db_run(c, tx, "UPDATE lead_merge SET undone_at = $2, undone_by = $3 WHERE id = $1",
               DB_ARGS(db_int(id.v), db_at(c->now),
                       db_id(ctx_user(c))),
               NULL);
    if (e || (e = lead_family(c, tx, merge->child, INSTANT_NEVER, &leads, &n)))
        return e;
    for (size_t i = 0; i < n && !e; i++)
        e = set_root(c, tx, leads[i], merge->child);
    return e ? e : lead_enlist(c, tx, merge->child, INSTANT_NONE, NULL);
}

enum err lead_merges(struct ctx *c, struct db_tx *tx, struct lead_id lead,
                         struct lead_merge **merges, size_t *count)
{
    return db_list(c, tx, SQL_MERGE " WHERE child_id = $1 OR parent_id = $1 ORDER BY id DESC LIMIT 100", DB_ARGS(db_int(lead.v)),
                   DB_ITEMS(merge_of_row, merges, count));
}

enum err lead_merge_set_owners(struct ctx *c, struct db_tx *tx, const struct lead_merge *merge)
{
    return db_run(c, tx, "UPDATE lead_merge SET child_owner_id = $2, parent_owner_id = $3 WHERE id = $1",
                  DB_ARGS(db_int(merge->id.v), db_id(merge->child_owner.v), db_id(merge->parent_owner.v)), NULL);
}

static void family_add(struct arena *a, struct family *f, struct lead_id lead)
{
    f->leads = arena_more(a, f->leads, f->count, sizeof *f->leads);
    f->leads[f->count++] = lead;
}

/* Whose children are asked for next: leads[i] is of families[of[i]]. */
struct generation {
    struct lead_id *leads;
    size_t *of, count;
};

static void generation_add(struct arena *a, struct generation *g, struct lead_id lead, size_t of)
{
    g->leads = arena_more(a, g->leads, g->count, sizeof *g->leads);
    g->of = arena_more(a, g->of, g->count, sizeof *g->of);
    g->leads[g->count] = lead;
    g->of[g->count++] = of;
}

static enum err generation_next(struct ctx *c, struct db_tx *tx, instant known, struct family *families, struct generation *g)
{
    static const char sql[] = "SELECT child_id FROM lead_merge WHERE parent_id = $1 AND at <= $2 AND (undone_at IS NULL OR undone_at > $2) ORDER BY id";
    struct db_value *values = ARENA_ARRAY(c->arena, struct db_value, 2 * g->count + 1);
    struct generation next = { .count = 0 };
    struct db_rows *rows;
    enum err e;

    for (size_t i = 0; i < g->count; i++) {
        values[2 * i] = db_int(g->leads[i].v);
        values[2 * i + 1] = db_int(known);
    }
    if ((e = db_rows_many(c, tx, sql, values, g->count, 2, &rows)))
        return e;
    while (db_next(rows, &e)) {
        struct lead_id child = { db_col_int(rows, 0) };
        size_t of = g->of[db_row_index(rows)];

        family_add(c->arena, &families[of], child);
        generation_add(c->arena, &next, child, of);
    }
    db_end(rows);
    *g = next;
    return e;
}

/* Walks the edges downwards, a generation at a time. Edges are few, and circles cannot be: only roots are joined. */
enum err lead_families(struct ctx *c, struct db_tx *tx, const struct lead_id *roots, size_t n, instant known, struct family *families)
{
    struct generation g = { .count = 0 };
    enum err e = ERR_NONE;

    for (size_t i = 0; i < n; i++) {
        families[i] = (struct family){ .count = 0 };
        family_add(c->arena, &families[i], roots[i]);
        generation_add(c->arena, &g, roots[i], i);
    }
    while (g.count && !e)
        e = generation_next(c, tx, known, families, &g);
    return e;
}

enum err lead_family(struct ctx *c, struct db_tx *tx, struct lead_id root, instant known, struct lead_id **leads, size_t *count)
{
    struct family family;
    enum err e = lead_families(c, tx, &root, 1, known, &family);

    if (e)
        return e;
    *leads = family.leads;
    *count = family.count;
    return ERR_NONE;
}

static void parent_of_row(const struct db_rows *r, UNUSED struct arena *a, void *parent)
{
    *(struct lead_id *)parent = (struct lead_id){ db_col_int(r, 0) };
}

/* Upwards, level by level: one look a lead, and few leads were ever merged into others. */
enum err lead_family_ever(struct ctx *c, struct db_tx *tx, const struct lead_id *leads, size_t n, struct lead_id **all, size_t *count)
{
    size_t cap = n + 8, have = n;
    struct lead_id *list = ARENA_ARRAY(c->arena, struct lead_id, cap);

    memcpy(list, leads, n * sizeof *list);
    for (size_t i = 0; i < have; i++) {
        struct lead_id *parents;
        size_t found;
        enum err e = db_list(c, tx, "SELECT DISTINCT parent_id FROM lead_merge WHERE child_id = $1", DB_ARGS(db_int(list[i].v)),
                             DB_ITEMS(parent_of_row, &parents, &found));

        if (e)
            return e;
        for (size_t k = 0; k < found; k++) {
            size_t at = 0;

            while (at < have && list[at].v != parents[k].v)
                at++;
            if (at < have)
                continue;
            if (have == cap) {
                list = arena_grow(c->arena, list, cap * sizeof *list, 2 * cap * sizeof *list);
                cap *= 2;
            }
            list[have++] = parents[k];
        }
    }
    *all = list;
    *count = sorted_once(list, have, sizeof *list, SORTED_RISING);
    return ERR_NONE;
}
