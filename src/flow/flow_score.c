/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_score.h"

#include "flow/flow_act.h"
#include "flow/flow_void.h"
#include "history/history.h"
#include "lead/identity.h"
#include "lead/lead.h"
#include "lead/profile.h"
#include "learn/contest.h"
#include "learn/news.h"
#include "score/score_store.h"
#include "sys/clock.h"
#include "sys/crypto.h"

enum { CLOCKS_APART_US = 50000 };

/* A lead of which nothing that counts had come by then was born when the house made it, if not with what is still to come: nothing it did can tell. What
 * comes with this very call had not. */
static enum err born_unseen(struct ctx *c, struct db_tx *tx, struct lead_id root, instant by, struct history *h)
{
    struct lead lead;
    enum err e;

    for (size_t i = 0; i < h->event_count && h->events[i].at <= by; i++)
        if (!h->events[i].bot && h->events[i].known_at < c->now)
            return ERR_NONE;
    for (size_t i = 0; i < h->profile_count && h->profiles[i].at <= by; i++)
        if (h->profiles[i].known_at < c->now)
            return ERR_NONE;
    if ((e = lead_get(c, tx, root, &lead)) == ERR_NOT_FOUND)
        return ERR_NONE;
    if (!e)
        h->born = score_born(h, INSTANT_NEVER, lead.created_at);
    return e;
}

static enum err family_history(struct ctx *c, struct db_tx *tx, struct lead_id root, instant known, bool bodies,
                               struct history *h)
{
    struct lead_id *family;
    size_t n;
    enum err e = lead_family(c, tx, root, known, &family, &n);

    if (e || (e = history_load(c, tx, family, n, known, bodies, h)))
        return e;
    return born_unseen(c, tx, root, known < c->now ? known : c->now, h);
}

enum err flow_history_of(struct ctx *c, struct db_tx *tx, struct lead_id root, const struct lead_id *family, size_t n,
                         struct history *h)
{
    enum err e = history_load(c, tx, family, n, INSTANT_NEVER, true, h);

    return e ? e : born_unseen(c, tx, root, c->now, h);
}

enum err flow_history(struct ctx *c, struct db_tx *tx, struct lead_id root, instant known, struct history *h)
{
    return family_history(c, tx, root, known, true, h);
}

enum err flow_history_for(struct ctx *c, struct db_tx *tx, struct lead_id root, bool bodies, struct history *h)
{
    return family_history(c, tx, root, INSTANT_NEVER, bodies, h);
}

bool flow_anything_counts(const struct history *h, instant *seen)
{
    bool counts = h->profile_count > 0;

    *seen = INSTANT_NONE;
    for (size_t i = 0; i < h->event_count; i++) {
        const struct past_event *ev = &h->events[i];

        counts |= !ev->bot;
        if (!ev->bot && ev->kind != EVENT_DEED && ev->at > *seen)
            *seen = ev->at;
    }
    return counts;
}

/* Whom only programs have touched stands in no list; as soon as something of it counts, it does. */
static enum err list_or_not(struct ctx *c, struct db_tx *tx, const struct lead *lead, const struct history *h)
{
    instant seen;

    if (!flow_anything_counts(h, &seen))
        return lead->unlisted ? ERR_NONE : lead_delist(c, tx, lead->id, NULL);
    return lead->unlisted ? lead_enlist(c, tx, lead->id, seen, NULL) : ERR_NONE;
}

enum err flow_facts(struct ctx *c, struct db_tx *tx, struct lead_id root)
{
    struct profile p = { 0 };
    struct history h;
    struct lead lead;
    enum err e;

    if ((e = lead_get(c, tx, root, &lead)) || (e = flow_history(c, tx, root, INSTANT_NEVER, &h)) || (e = list_or_not(c, tx, &lead, &h)))
        return e;
    for (size_t i = 0; i < h.profile_count; i++)
        lead_profile_fold(c->arena, &p, h.profiles[i].patch, h.profiles[i].source_id,
                          h.profiles[i].at, h.profiles[i].unverified, NULL);
    return lead_profile_keep(c, tx, &(struct lead_kept){ &lead, &p }, 1);
}

/* ---- moves ---- */

static void move_lines(struct ctx *c, const struct score_crossing *x, struct move *move)
{
    struct json *tree;
    struct move_line *lines;

    if (json_read(c, x->lines, &tree) || tree->type != JSON_ARRAY)
        return;
    lines = ARENA_ARRAY(c->arena, struct move_line, tree->count + 1);
    for (uint32_t i = 0; i < tree->count; i++) {
        lines[i].criterion = json_text(json_find(&tree->as.items[i], STR("criterion")));
        json_fix(json_find(&tree->as.items[i], STR("points")), &lines[i].points);
    }
    move->lines = lines;
    move->line_count = tree->count;
}

static struct move *next_move(struct ctx *c, struct moves *moves)
{
    if (moves->count == moves->cap) {
        size_t cap = moves->cap ? 2 * moves->cap : 4;

        moves->items = arena_grow(c->arena, moves->items, moves->cap * sizeof *moves->items,
                                  cap * sizeof *moves->items);
        moves->cap = cap;
    }
    moves->items[moves->count] = (struct move){ 0 };
    return &moves->items[moves->count++];
}

/* The crossings of one walk have the newest ids of their lead; more than one in a walk is rare (a clock that was late). */
static enum err crossing_ids(struct ctx *c, struct db_tx *tx, struct lead_id lead, struct crossing_id last,
                             struct crossing_id *ids, size_t count)
{
    struct crossing_row *rows;
    size_t all;
    enum err e;

    if (count == 1) {
        ids[0] = last;
        return ERR_NONE;
    }
    if ((e = score_crossing_page(c, tx, lead, INSTANT_NEVER, (struct crossing_id){ INT64_MAX }, count, &rows, &all)))
        return e;
    assert(all == count);
    for (size_t i = 0; i < count; i++)
        ids[i] = rows[count - 1 - i].id;
    return ERR_NONE;
}

/* other: the lead was told by another model before. It turned hot with the turn to this one, or was no longer hot right behind it. */
static enum err moves_of(struct ctx *c, struct db_tx *tx, struct lead_id lead, enum band before, bool other,
                         const struct score_walked *w, struct crossing_id last, struct moves *moves)
{
    struct crossing_id *ids = ARENA_ARRAY(c->arena, struct crossing_id, w->crossing_count + 1);
    bool into = other && w->turned && w->turned_band.band == BAND_HOT, out = other && w->turned && !into;
    enum band band = before;
    enum err e;

    if (w->crossing_count
        && (e = crossing_ids(c, tx, lead, last, ids, w->crossing_count)))
        return e;
    for (size_t i = 0; i < w->crossing_count; i++) {
        struct move *move = next_move(c, moves);

        *move = (struct move){
            .lead = lead,
            .from = w->crossings[i].from,
            .to = BAND_HOT,
            .at = w->crossings[i].at,
            .crossing = ids[i],
            .total = w->crossings[i].total,
            .by_model = into && w->crossings[i].at == w->turned_at && !w->crossings[i].cause.v,
        };
        move_lines(c, &w->crossings[i], move);
        band = BAND_HOT;
    }
    if (band != w->kept.band.band)
        *next_move(c, moves) = (struct move){
            .lead = lead, .from = band, .to = w->kept.band.band,
            .at = band == BAND_HOT && w->left_at && w->left_at < c->now ? w->left_at : c->now, .total = w->kept.total,
            .by_model = w->kept.band.band == BAND_HOT ? into : out,
        };
    return ERR_NONE;
}

/* Cold and warm leads are nobody's affair: of such a move nothing comes (flow_act.c). */
static bool any_hot(const struct moves *moves)
{
    for (size_t i = 0; i < moves->count; i++)
        if (moves->items[i].from == BAND_HOT || moves->items[i].to == BAND_HOT)
            return true;
    return false;
}

static enum err act(struct ctx *c, struct db_tx *tx, struct lead_id lead, enum band before, bool other,
                    const struct score_walked *w, struct crossing_id last, struct desk **desk,
                    struct messages *messages)
{
    struct moves moves = { 0 };
    struct history h;
    enum err e = moves_of(c, tx, lead, before, other, w, last, &moves);

    if (e || !any_hot(&moves))
        return e;
    if ((e = flow_history(c, tx, lead, INSTANT_NEVER, &h)))
        return e;
    return flow_act(c, tx, desk, &h, &moves, messages);
}

/* ---- the walk of scores ---- */

/* The model that a row was last walked by. */
static enum err model_before(struct ctx *c, struct db_tx *tx, const struct model *m, struct model_id id, struct model **old)
{
    struct model_row row;
    enum err e;

    if (m->id.v == id.v) {
        *old = score_model_hold((struct model *)(uintptr_t)m);
        return ERR_NONE;
    }
    if ((e = score_model_get(c, tx, id, &row)) || (e = score_model_parse(c, row.body, old)))
        return e;
    (*old)->id = row.id;
    return ERR_NONE;
}

/* A row that is about to be told anew was due: what time did to it before is told first, by the model of then and to the family of then, so that it does
 * not matter how soon the clock came by. Its crossings go to *first. */
static enum err catch_up(struct ctx *c, struct db_tx *tx, const struct model *m, const struct flow_lead *lead, struct score_kept *kept,
                         struct score_walked *first)
{
    struct score_news news = { c->now, lead->born, NULL, 0 };
    struct history h;
    struct model *old;
    enum err e = model_before(c, tx, m, kept->model, &old);

    if (e)
        return e;
    if (score_walk(old, kept, &news, NULL, c->arena, first) != SCORE_WALKED) /* an item of the future has come with time */
        if (!(e = flow_history(c, tx, lead->root, c->now - 1, &h)) && score_walk(old, kept, &news, &h, c->arena, first) != SCORE_WALKED)
            e = fault_set(c, ERR_INTERNAL, "a walk over the whole history asked for history");
    if (!e && !first->turned)
        *kept = first->kept;
    else
        *first = (struct score_walked){ 0 }; /* what was kept cannot be read: there is nothing to go on from */
    score_model_drop(old);
    return e;
}

static void crossings_join(struct ctx *c, const struct score_walked *first, struct score_walked *w)
{
    size_t n = first->crossing_count + w->crossing_count;
    struct score_crossing *all = ARENA_ARRAY(c->arena, struct score_crossing, n + 1);

    if (first->crossing_count)
        memcpy(all, first->crossings, first->crossing_count * sizeof *all);
    if (w->crossing_count)
        memcpy(all + first->crossing_count, w->crossings, w->crossing_count * sizeof *all);
    w->crossings = all;
    w->crossing_count = n;
    w->changed = true;
    w->shown_changed |= first->shown_changed;
    w->left_at = w->left_at ? w->left_at : first->left_at;
}

/* One that comes to the lists with this walk was made before. */
static enum err born_listed(struct ctx *c, struct db_tx *tx, const struct flow_lead *lead, instant *born)
{
    struct lead card;
    enum err e = lead_get(c, tx, lead->root, &card);

    if (!e && card.created_at < *born)
        *born = card.created_at;
    return e;
}

static enum err walk_one(struct ctx *c, struct db_tx *tx, const struct model *m,
                         const struct flow_lead *lead, struct score_kept *kept, struct score_walked *w)
{
    struct score_news news = { c->now, lead->born, lead->items, lead->count };
    const struct score_kept *before = kept->model.v ? kept : NULL;
    bool turns = before && (lead->whole || kept->model.v != m->id.v);
    enum band stood = kept->band.band;
    struct score_walked first = { 0 };
    struct history h;
    enum err e;

    if (lead->anew) {
        e = flow_void_walk(c, tx, m, lead->root, before, w);
        if (!e) {
            w->crossing_count = lead->mended ? 0 : w->crossing_count;
            w->turned = true;
            w->turned_at = c->now;
            w->turned_band = w->kept.band;
        }
        return e;
    }
    if (turns && kept->next_change <= c->now && (e = catch_up(c, tx, m, lead, kept, &first)))
        return e;
    if (lead->whole && before)
        kept->state = STR_NULL;
    if (lead->listed && !before && (e = born_listed(c, tx, lead, &news.born)))
        return e;
    if (!lead->whole && score_walk(m, before, &news, NULL, c->arena, w) == SCORE_WALKED)
        return ERR_NONE;
    if ((e = flow_history(c, tx, lead->root, INSTANT_NEVER, &h)))
        return e;
    if (h.born < news.born)
        news.born = h.born;
    if (score_walk(m, before, &news, &h, c->arena, w) != SCORE_WALKED)
        return fault_set(c, ERR_INTERNAL, "a walk over the whole history asked for history");
    if (turns)
        crossings_join(c, &first, w);
    kept->band.band = stood;
    return ERR_NONE;
}

/* ---- a contest ---- */

/* A lead that is scored for the first time draws its lot, if it came alive by itself since the contest began. What it is under the champion
 * tells the stratum. */
static enum err draw_lot(struct ctx *c, struct db_tx *tx, const struct model *m, const struct learn_contest *contest,
                         const struct flow_lead *lead, const struct model **of)
{
    struct score_kept none = { .band = score_band_begin(), .next_change = INSTANT_NEVER };
    struct score_walked first;
    struct lead card;
    uint64_t random;
    int arm;
    enum err e = lead_get(c, tx, lead->root, &card);

    if (e || card.created_at < contest->started_at || card.import_id)
        return e;
    if ((e = walk_one(c, tx, m, lead, &none, &first)))
        return e;
    crypto_random(&random, sizeof random);
    e = learn_contest_draw(c, tx, contest, lead->root, card.source, first.kept.band.band, random, &arm);
    if (!e && arm == CONTEST_CHALLENGER)
        *of = m->rival;
    return e;
}

/* By which model each of the leads is walked. */
static enum err choose_models(struct ctx *c, struct db_tx *tx, const struct model *m, const struct flow_lead *leads,
                              const struct lead_id *ids, const struct score_kept *kept, size_t n, const struct model **of)
{
    struct learn_contest contest = { .id = { 0 } };
    struct learn_arm *arms;
    enum err e = flow_models_of(c, tx, m, ids, n, of);

    if (e || !m->rival)
        return e;
    arms = ARENA_ARRAY(c->arena, struct learn_arm, n + 1);
    if ((e = learn_contest_arms(c, tx, ids, n, arms)))
        return e;
    for (size_t i = 0; i < n && !e; i++) {
        if (kept[i].model.v || arms[i].contest.v == m->contest.v)
            continue;
        if (!contest.id.v && (e = learn_contest_get(c, tx, m->contest, &contest)))
            return e;
        e = draw_lot(c, tx, m, &contest, &leads[i], &of[i]);
    }
    return e;
}

/* Is all but the score itself what the lists have already? */
static bool only_score_moves(const struct flow_lead *lead, const struct score_kept *kept, const struct score_kept *now)
{
    return !lead->whole && !lead->anew && !lead->listed && kept->model.v && kept->model.v == now->model.v && kept->band.band == now->band.band &&
           kept->cell == now->cell && kept->icp == now->icp;
}

/* The rows of the lists: a new score where it shows, else only when the lead was last seen. */
static enum err stand(struct ctx *c, struct db_tx *tx, const struct flow_lead *leads, const struct score_kept *kept,
                      const struct score_walked *walked, size_t n)
{
    struct lead_standing *moved = ARENA_ARRAY(c->arena, struct lead_standing, n + 1);
    struct lead_standing *seen = ARENA_ARRAY(c->arena, struct lead_standing, n + 1);
    size_t moved_count = 0, seen_count = 0;
    enum err e;

    for (size_t i = 0; i < n; i++) {
        struct lead_standing s = { .id = leads[i].root, .seen_at = leads[i].seen_at };

        if (leads[i].walk && (walked[i].shown_changed || leads[i].whole || leads[i].anew || leads[i].listed)) {
            s.band = (int)walked[i].kept.band.band;
            s.score = fix_round(walked[i].kept.total);
            s.cell = walked[i].kept.cell;
            s.icp = walked[i].kept.icp;
            s.stays = only_score_moves(&leads[i], &kept[i], &walked[i].kept);
            moved[moved_count++] = s;
        } else if (s.seen_at != INSTANT_NONE) {
            seen[seen_count++] = s;
        }
    }
    e = lead_stand_many(c, tx, moved, moved_count);
    return e ? e : lead_seen_many(c, tx, seen, seen_count);
}

/* Those that are walked come first, so that what is kept of them lies in rows side by side. */
static size_t part(struct flow_lead *leads, size_t n)
{
    size_t walking = 0;

    for (size_t i = 0; i < n; i++)
        if (leads[i].walk) {
            struct flow_lead swap = leads[walking];

            leads[walking++] = leads[i];
            leads[i] = swap;
        }
    return walking;
}

static enum err turns_keep(struct ctx *c, struct db_tx *tx, const struct flow_lead *leads, const struct lead_id *ids,
                           const struct score_kept *kept, const struct score_walked *walked, size_t n)
{
    bool *fresh = ARENA_ARRAY(c->arena, bool, n + 1), *lost = ARENA_ARRAY(c->arena, bool, n + 1);

    for (size_t i = 0; i < n; i++) {
        fresh[i] = !kept[i].model.v;
        lost[i] = leads[i].anew;
    }
    return score_turns_add(c, tx, ids, walked, fresh, lost, n);
}

/* One of the leads was told of at an instant that we have not reached: by another writer while we waited for the lead, or by another program whose
 * clock is a little ahead of ours. What was known before us must be known before us in a replay too: the call is made again when our clock has
 * come there. A clock that is far ahead is not waited for. */
static enum err wait_for_clock(struct ctx *c, const struct score_kept *kept, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (kept[i].model.v && kept[i].band.told != INSTANT_NONE && kept[i].band.told > c->now && kept[i].band.told - c->now < CLOCKS_APART_US)
            return fault_set(c, ERR_BUSY, "the clock is behind that of another program");
    return ERR_NONE;
}

/* What was foretold of them holds no longer, whether their score listens or not. */
static enum err news_tell(struct ctx *c, struct db_tx *tx, const struct flow_lead *leads, size_t n)
{
    struct lead_id *all = ARENA_ARRAY(c->arena, struct lead_id, n + 1);

    for (size_t i = 0; i < n; i++)
        all[i] = leads[i].root;
    return learn_news_mark(c, tx, all, n);
}

static enum err score_all(struct ctx *c, struct db_tx *tx, const struct model *m, struct flow_lead *leads,
                          size_t n, struct messages *messages)
{
    size_t walking = part(leads, n);
    struct lead_id *ids = ARENA_ARRAY(c->arena, struct lead_id, walking + 1);
    struct score_kept *kept = ARENA_ARRAY(c->arena, struct score_kept, walking + 1);
    struct score_walked *walked = ARENA_ARRAY(c->arena, struct score_walked, walking + 1);
    struct crossing_id *last = ARENA_ARRAY(c->arena, struct crossing_id, walking + 1);
    const struct model **of = ARENA_ARRAY(c->arena, const struct model *, walking + 1);
    struct desk *desk = NULL;
    enum err e;

    for (size_t i = 0; i < walking; i++)
        ids[i] = leads[i].root;
    if (walking)
        clock_spend(c->now);
    if ((e = score_load(c, tx, ids, walking, kept)) || (e = wait_for_clock(c, kept, walking)) || (e = choose_models(c, tx, m, leads, ids, kept, walking, of)))
        return e;
    for (size_t i = 0; i < walking && !e; i++)
        e = walk_one(c, tx, of[i], &leads[i], &kept[i], &walked[i]);
    if (e || (e = score_keep(c, tx, ids, walked, walking, last)) || (e = turns_keep(c, tx, leads, ids, kept, walked, walking))
        || (e = stand(c, tx, leads, kept, walked, n)) || (e = news_tell(c, tx, leads, n)))
        return e;
    for (size_t i = 0; i < walking && !e; i++) {
        enum band before = kept[i].model.v ? kept[i].band.band : BAND_COLD;
        bool other = kept[i].model.v && kept[i].model.v != walked[i].kept.model.v;

        if (leads[i].anew && (e = flow_void_tasks(c, tx, ids[i], walked[i].kept.band.band, messages)))
            break;
        e = act(c, tx, ids[i], before, other, &walked[i], last[i], &desk, messages);
        if (messages && walked[i].shown_changed)
            messages_add(messages, (struct message){ .kind = MESSAGE_LEAD_CHANGED, .lead = ids[i] });
    }
    return e;
}

/* Of those told anew some may stand in no list any more. */
static enum err leave_out(struct ctx *c, struct db_tx *tx, struct flow_lead *leads, size_t n, struct messages *messages)
{
    struct lead card;
    enum err e = ERR_NONE;

    for (size_t i = 0; i < n && !e; i++) {
        if (!leads[i].walk || leads[i].stands || !(leads[i].whole || leads[i].anew) || (e = lead_get(c, tx, leads[i].root, &card)) || !card.unlisted)
            continue;
        leads[i].walk = false;
        leads[i].unlisted = true;
        e = flow_void_leave(c, tx, leads[i].root, messages);
    }
    return e;
}

enum err flow_score(struct ctx *c, struct db_tx *tx, const struct model *m, struct flow_lead *leads,
                    size_t n, struct messages *messages)
{
    enum err e = leave_out(c, tx, leads, n, messages);

    return e ? e : score_all(c, tx, m, leads, n, messages);
}

static enum err score_anew(struct ctx *c, struct db_tx *tx, const struct model *m, struct lead_id root, bool mended, struct messages *messages)
{
    struct flow_lead lead = {
        .root = root, .born = c->now, .seen_at = INSTANT_NONE, .walk = true, .anew = true, .mended = mended,
    };

    return flow_score(c, tx, m, &lead, 1, messages);
}

enum err flow_score_whole(struct ctx *c, struct db_tx *tx, const struct model *m, struct lead_id root, struct messages *messages)
{
    return score_anew(c, tx, m, root, false, messages);
}

enum err flow_score_mend(struct ctx *c, struct db_tx *tx, const struct model *m, struct lead_id root, struct messages *messages)
{
    return score_anew(c, tx, m, root, true, messages);
}
