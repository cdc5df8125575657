/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_speed.h"

#include "base/sorted.h"
#include "flow/flow_calibrate.h"
#include "team/manager.h"
#include "team/setting.h"

/* Working hours of one person, with and without absences. */
struct hours {
    struct user_id user;
    struct cal norm, work;
};
struct office {
    struct hours *people; /* by user */
    size_t count;
    const struct zone *zone;
};

static enum err office_read(struct ctx *c, struct db_tx *tx, instant since, struct office *o)
{
    struct calendars calendars;
    struct absences absences;
    struct managers managers;
    struct setting setting;
    enum err e;

    if ((e = team_setting_get(c, tx, &setting)) || (e = team_calendar_list(c, tx, &calendars)) || (e = team_manager_list(c, tx, &managers))
        || (e = team_absence_list(c, tx, (struct user_id){ 0 }, since, &absences)))
        return e;
    o->zone = zone_or_utc(setting.zone);
    o->people = ARENA_ARRAY(c->arena, struct hours, managers.count + 1);
    for (size_t i = 0; i < managers.count; i++) {
        struct hours *h = &o->people[o->count++];
        struct cal_span *away = ARENA_ARRAY(c->arena, struct cal_span, absences.count + 1);
        size_t n = 0;

        *h = (struct hours){ .user = managers.items[i].user, .norm = cal_always(o->zone) };
        for (size_t k = 0; k < calendars.count; k++)
            if (managers.items[i].calendar.v && calendars.items[k].id.v == managers.items[i].calendar.v)
                h->norm = calendars.items[k].cal;
        for (size_t k = 0; k < absences.count; k++)
            if (absences.items[k].user.v == h->user.v)
                away[n++] = (struct cal_span){ absences.items[k].from, absences.items[k].until };
        h->work = cal_without(&h->norm, away, n, c->arena);
    }
    return ERR_NONE;
}

static const struct hours *hours_of(const struct office *o, struct user_id user)
{
    return sorted_find(o->people, o->count, sizeof *o->people, user.v);
}

static enum speed_end end_of(const struct speed_row *r, instant now, int64_t maturity_us)
{
    struct outcome o = { .lead = r->lead, .state = r->end, .at = r->ended, .amount = r->amount };
    enum learn_label label = learn_label(r->end ? &o : NULL, r->born, now, maturity_us);

    return label == LABEL_WON ? SPEED_WON : label == LABEL_NOT ? SPEED_NOT : SPEED_YOUNG;
}

static bool fits(const struct flow_speed_ask *ask, const struct speed_lead *l)
{
    return (ask->band < 0 || (int)l->band == ask->band) && (!ask->by_source || str_eq(l->source, ask->source))
           && (!ask->who.v || l->who.v == ask->who.v) && (ask->hours < 0 || l->hours == ask->hours);
}

enum err flow_speed(struct ctx *c, struct db_tx *tx, const struct flow_speed_ask *ask, struct speed_lead **leads, size_t *count, bool *cut)
{
    struct office office = { .count = 0 };
    struct speed_row *rows;
    struct speed_lead *all;
    size_t n, kept = 0;
    int days;
    enum err e;

    if ((e = office_read(c, tx, ask->question.from, &office)) || (e = flow_maturity(c, tx, &days))
        || (e = report_speed_rows(c, tx, &ask->question, &rows, &n)))
        return e;
    all = ARENA_ARRAY(c->arena, struct speed_lead, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct hours *h = hours_of(&office, report_speed_who(&rows[i]));
        struct speed_lead l = report_speed_lead(&rows[i], h ? &h->norm : NULL, h && ask->clock == FLOW_WORKING ? &h->work : NULL, office.zone,
                                                end_of(&rows[i], c->now, days * DAY_US), c->now);

        if (fits(ask, &l))
            all[kept++] = l;
    }
    *leads = all;
    *count = kept;
    *cut = n == SPEED_ROWS_MAX;
    return ERR_NONE;
}
