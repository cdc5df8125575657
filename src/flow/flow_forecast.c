/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_forecast.h"

#include "base/sorted.h"
#include "flow/flow_foretell.h"
#include "sys/zone.h"
#include "team/setting.h"

enum { PIECE = 250, YEAR_LEAST = 1970, YEAR_MOST = 9999 };

const char *const flow_silences[] = { "told", "no_predictor", "not_now", NULL };

/* ---- the month ---- */

struct month {
    int number;
    int64_t first, end;          /* days since 1970 */
    instant from, until;
};

static instant day_begins(const struct zone *zone, int64_t day)
{
    return zone_at_local(zone, day * DAY_US).first;
}

static enum err month_find(struct ctx *c, const struct zone *zone, int number, struct month *m)
{
    int year = number / 100, month = number % 100, day;

    if (!number)
        date_of_days((c->now + zone_offset_us(zone, c->now)) / DAY_US, &year, &month, &day);
    if (year < YEAR_LEAST || year > YEAR_MOST || month < 1 || month > 12)
        return fault_set(c, ERR_OUT_OF_RANGE, "no month");
    *m = (struct month){ .number = year * 100 + month, .first = date_to_days(year, month, 1),
                         .end = month == 12 ? date_to_days(year + 1, 1, 1) : date_to_days(year, month + 1, 1) };
    m->from = day_begins(zone, m->first);
    m->until = day_begins(zone, m->end);
    return ERR_NONE;
}

static enum err month_of(struct ctx *c, struct db_tx *tx, int number, const struct zone **zone, struct month *m)
{
    struct setting setting;
    enum err e = team_setting_get(c, tx, &setting);

    if (e)
        return e;
    *zone = zone_or_utc(setting.zone);
    return month_find(c, *zone, number, m);
}

/* ---- rows ---- */

/* The person's row, made in its place when there is none yet. */
static struct flow_plan_row *row_of(struct ctx *c, struct flow_plan *p, struct user_id user)
{
    size_t low = sorted_at(p->items, p->count, sizeof *p->items, SORTED_RISING, user.v);

    if (low < p->count && p->items[low].user.v == user.v)
        return &p->items[low];
    p->items = arena_more(c->arena, p->items, p->count, sizeof *p->items);
    memmove(p->items + low + 1, p->items + low, (p->count - low) * sizeof *p->items);
    p->count++;
    p->items[low] = (struct flow_plan_row){ .user = user, .target = { .user = user } };
    return &p->items[low];
}

static enum err targets_take(struct ctx *c, struct db_tx *tx, struct flow_plan *p)
{
    struct target sum = { .user = { 0 } };
    struct targets list;
    enum err e = team_target_list(c, tx, p->month, &list);

    for (size_t i = 0; !e && i < list.count; i++) {
        const struct target *t = &list.items[i];

        if (!t->user.v) {
            p->all.target = *t;
            continue;
        }
        row_of(c, p, t->user)->target = *t;
        sum.money += t->money;
        sum.deals += t->deals;
    }
    p->summed = !e && !p->all.target.money && !p->all.target.deals && (sum.money || sum.deals);
    if (p->summed)
        p->all.target = sum;
    return e;
}

/* Until now, of a month that runs. */
static enum err wins_read(struct ctx *c, struct db_tx *tx, const struct month *m, struct forecast_win **list, size_t *n)
{
    return report_win_list(c, tx, m->from, m->until < c->now + 1 ? m->until : c->now + 1, list, n);
}

static void win_add(struct flow_plan_row *row, const struct forecast_win *w)
{
    row->won++;
    row->money += w->amount;
    row->unknown += w->amount <= 0;
}

static enum err wins_take(struct ctx *c, struct db_tx *tx, const struct zone *zone, const struct month *m, struct flow_plan *p)
{
    struct forecast_win *list;
    size_t n;
    enum err e = wins_read(c, tx, m, &list, &n);

    for (size_t i = 0; !e && i < n; i++) {
        int64_t day = (list[i].at + zone_offset_us(zone, list[i].at)) / DAY_US - m->first;

        win_add(&p->all, &list[i]);
        if (list[i].owner.v)
            win_add(row_of(c, p, list[i].owner), &list[i]);
        if (day >= 0 && day < p->day_count) {
            p->days[day].won++;
            p->days[day].money += list[i].amount;
        }
    }
    return e;
}

/* ---- what is still to come ---- */

/* Of n deals the chances; their cards are forgotten at once. */
static enum err foretold(struct flow *f, struct ctx *c, struct db_tx *tx, const struct lead_deal *deals, size_t n, struct flow_chance *chances)
{
    struct ctx own = *c;
    struct lead_id *ids;
    struct lead *leads;
    enum err e;

    own.arena = arena_new(0);
    ids = ARENA_ARRAY(own.arena, struct lead_id, n + 1);
    leads = ARENA_ARRAY(own.arena, struct lead, n + 1);
    for (size_t i = 0; i < n; i++)
        ids[i] = deals[i].lead;
    if ((e = lead_get_many(&own, tx, ids, n, leads)) || (e = flow_foretell(f, &own, tx, leads, n, chances)))
        c->fault = own.fault;
    arena_free(own.arena);
    return e;
}

/* A deal of which too little is known counts as the average one. */
static void deal_take(struct flow_plan_row *row, const struct flow_chance *chance, fix part, const struct lead_deal *deal, int64_t mean)
{
    row->averaged += !chance->is && chance->average;
    expect_add(&row->more, flow_chance_or(chance, 0) * part / FIX_ONE, deal->amount, mean);
}

/* One piece of the deals: chances, cut to what falls into the month. */
static enum err piece_take(struct flow *f, struct ctx *c, struct db_tx *tx, const struct flow_learnt *l, const struct lead_deal *deals, size_t n,
                           struct flow_plan *p)
{
    struct flow_chance chances[PIECE];
    enum err e = foretold(f, c, tx, deals, n, chances);

    if (e)
        return e;
    for (size_t i = 0; i < n; i++) {
        fix part = expect_part(l->ages.us, l->ages.any ? LEARN_AGES : 0, c->now - deals[i].created_at, p->until - c->now);
        deal_take(&p->all, &chances[i], part, &deals[i], p->mean);
        if (deals[i].owner.v)
            deal_take(row_of(c, p, deals[i].owner), &chances[i], part, &deals[i], p->mean);
    }
    return ERR_NONE;
}

static enum err deals_take(struct flow *f, struct ctx *c, struct db_tx *tx, struct flow_plan *p)
{
    struct lead_deal *deals;
    struct flow_learnt *l;
    size_t n;
    enum err e = flow_learnt(f, c, tx, &l);

    if (e || !l) {
        p->silence = FORECAST_NO_PREDICTOR;
        return e;
    }
    p->silence = FORECAST_TOLD;
    e = lead_deal_list(c, tx, FLOW_DEALS_MOST + 1, &deals, &n);
    if (!e)
        e = report_mean_deal(c, tx, c->now, &p->mean);
    p->cut = !e && n > FLOW_DEALS_MOST;
    n = !e && p->cut ? FLOW_DEALS_MOST : n;
    for (size_t i = 0; !e && i < n; i += PIECE)
        e = piece_take(f, c, tx, l, deals + i, n - i < PIECE ? n - i : PIECE, p);
    flow_learnt_drop(f, l);
    return e;
}

enum err flow_plan(struct flow *f, struct ctx *c, struct db_tx *tx, int number, struct flow_plan *p)
{
    const struct zone *zone;
    struct month m;
    enum err e = month_of(c, tx, number, &zone, &m);

    if (e)
        return e;
    *p = (struct flow_plan){ .month = m.number, .from = m.from, .until = m.until, .silence = FORECAST_NOT_NOW, .day_count = (int)(m.end - m.first),
                             .today = -1 };
    if ((e = targets_take(c, tx, p)) || (e = wins_take(c, tx, zone, &m, p)) || c->now < m.from || c->now >= m.until)
        return e;
    p->today = (int)((c->now + zone_offset_us(zone, c->now)) / DAY_US - m.first);
    return deals_take(f, c, tx, p);
}

/* ---- the leads behind it ---- */

enum err flow_plan_won(struct ctx *c, struct db_tx *tx, int number, struct user_id user, struct lead_id **leads, size_t *count)
{
    const struct zone *zone;
    struct forecast_win *list;
    struct month m;
    size_t n;
    enum err e = month_of(c, tx, number, &zone, &m);

    if (e || (e = wins_read(c, tx, &m, &list, &n)))
        return e;
    *leads = ARENA_ARRAY(c->arena, struct lead_id, n + 1);
    *count = 0;
    for (size_t i = n; i-- > 0;) /* the latest first */
        if (!user.v || list[i].owner.v == user.v)
            (*leads)[(*count)++] = list[i].lead;
    return ERR_NONE;
}

enum err flow_plan_deals(struct ctx *c, struct db_tx *tx, struct user_id user, struct lead_id **leads, size_t *count)
{
    struct lead_deal *list;
    size_t n;
    enum err e = lead_deal_list(c, tx, FLOW_DEALS_MOST, &list, &n);

    if (e)
        return e;
    *leads = ARENA_ARRAY(c->arena, struct lead_id, n + 1);
    *count = 0;
    for (size_t i = 0; i < n; i++)
        if (!user.v || list[i].owner.v == user.v)
            (*leads)[(*count)++] = list[i].lead;
    return ERR_NONE;
}
