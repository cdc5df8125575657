/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/command_lead.h"

#include <stdio.h>

#include "base/utf8.h"
#include "flow/flow_lead.h"
#include "flow/flow_mend.h"
#include "lead/lead.h"
#include "lead/load.h"
#include "sys/clock.h"

enum { REPLAY_LEADS = 500, SHOWN_DIFFERENCES = 100, MEND_TRIES = 6, MEND_AGAIN_US = 5000 };

static void flow_of(struct front *front, struct flow *flow)
{
    char region[3] = "RU";

    if (front->config.phone_region.len == 2)
        memcpy(region, front->config.phone_region.ptr, 2);
    flow_init(flow, region);
}

/* ---- explain ---- */

/* An id, or words (an e-mail, a name) that find one lead. */
static enum err find_lead(struct front *front, struct db_tx *tx, struct str text, struct lead_id *id)
{
    struct lead_filter filter = { .any_owner = true, .limit = 2,
                                  .words = utf8_fold(front->ctx.arena, text) };
    struct lead_page page;

    if (id_parse(PREFIX_LEAD, text, &id->v))
        return lead_root(&front->ctx, tx, *id, id);
    enum err e = lead_list(&front->ctx, tx, &filter, &page);
    if (e)
        return e;
    if (page.count != 1)
        return fault_set(&front->ctx, ERR_NOT_FOUND, page.count ? "several leads are found by that" : "no such lead");
    *id = page.items[0].id;
    return ERR_NONE;
}

static void print_instant(const char *name, instant at)
{
    char text[INSTANT_TEXT_MAX];

    if (at != INSTANT_NONE && at != INSTANT_NEVER)
        printf("%s" STR_FMT, name, STR_ARG(instant_print(at, text)));
}

static void print_score(const struct model *m, const struct score *s, bool russian)
{
    char text[FIX_TEXT_MAX];

    print_instant("at: ", s->at);
    printf("\nmodel: %lld " STR_FMT "\n", (long long)m->version, STR_ARG(m->name));
    printf("total: %lld\n", (long long)s->shown);
    printf("total_exact: " STR_FMT "\n", STR_ARG(fix_print(s->total, text)));
    printf("band: %s\n", band_names[s->band]);
    for (size_t g = 0; g < m->group_count; g++) {
        printf("group " STR_FMT ": " STR_FMT, STR_ARG(m->groups[g].name), STR_ARG(fix_print(s->groups[g].points, text)));
        if (s->groups[g].raw != s->groups[g].points)
            printf(" (before its limits " STR_FMT ")", STR_ARG(fix_print(s->groups[g].raw, text)));
        putchar('\n');
    }
    for (size_t i = 0; i < s->line_count; i++) {
        const struct score_line *l = &s->lines[i];
        const struct criterion *k = &m->criteria[l->criterion];
        printf("line " STR_FMT ": " STR_FMT "  " STR_FMT ", %lld times", STR_ARG(k->id),
               STR_ARG(fix_print(l->points, text)), STR_ARG(russian ? k->title_ru : k->title_en), (long long)l->count);
        print_instant(", since ", l->since);
        if (l->last != l->since)
            print_instant(", last ", l->last);
        if (l->why != SCORE_WHOLE)
            printf(", %s", score_why_names[l->why]);
        print_instant(", changes ", l->next_change);
        putchar('\n');
    }
    for (size_t i = 0; i < m->gate_count; i++)
        printf("gate %zu: %s\n", i + 1, s->gates[i].met ? "met" : "not met");
    if (s->next_change != INSTANT_NEVER)
        print_instant("next_change: ", s->next_change);
    else
        printf("next_change: never");
    putchar('\n');
}

int run_explain(struct front *front, struct args *args)
{
    const char *at_text = args_option(args, "--at"), *known = args_option(args, "--known");
    bool then = known && strcmp(known, "then") == 0;
    const char *who = args_next(args);
    char text[ID_TEXT_MAX];
    struct lead_id lead;
    struct model *m;
    struct history history;
    struct score score;
    struct flow flow;
    struct db_tx *tx;
    instant at;
    enum err e;

    if (!who || args->count || (known && !then && strcmp(known, "now") != 0))
        return command_usage(front);
    e = db_read(&front->ctx, front->db, &tx);
    if (e)
        return command_failed(front, e);
    at = front->ctx.now = clock_now();
    flow_of(front, &flow);
    if (at_text && !instant_parse(str_of(at_text), &at))
        e = fault_field(&front->ctx, ERR_BAD_FIELD, "--at");
    if (e == ERR_NONE)
        e = find_lead(front, tx, str_of(who), &lead);
    if (e == ERR_NONE)
        e = flow_explain(&flow, &front->ctx, tx, lead, at, then, &m, &history, &score);
    if (e == ERR_NONE) {
        printf("lead: " STR_FMT "\n", STR_ARG(id_print(PREFIX_LEAD, lead.v, text)));
        print_score(m, &score, !str_eq(front->config.lang, STR("en")));
        score_model_drop(m);
    }
    db_drop(tx);
    flow_free(&flow);
    return e ? command_failed(front, e) : 0;
}

/* ---- replay ---- */

static void print_difference(void *x, struct str text)
{
    int64_t *shown = x;

    if ((*shown)-- > 0)
        printf("difference: " STR_FMT "\n", STR_ARG(text));
}

/* All leads in one snapshot, a few hundred in one arena; the first `shown` differences are printed. */
static enum err replay_all(struct front *front, struct flow *flow, int64_t shown, struct replay_sum *sum)
{
    struct arena *work;
    struct lead_id after = { 0 };
    bool more = true;
    struct db_tx *tx;
    enum err e = db_read(&front->ctx, front->db, &tx);

    if (e)
        return e;
    front->ctx.now = clock_now();
    work = arena_new(0);

    while (e == ERR_NONE && more) {
        struct ctx c = front->ctx;
        c.arena = work;
        e = flow_replay(flow, &c, tx, &after, REPLAY_LEADS, print_difference, &shown, sum, &more);
        if (e)
            front->ctx.fault = c.fault;
        arena_reset(work);
    }
    if (!e)
        e = flow_replay_loads(&front->ctx, tx, print_difference, &shown, sum);
    arena_free(work);
    db_drop(tx);
    return e;
}

/* One lead, or what owners have in hand (wrong NULL), in a context and a transaction of its own. */
static enum err mend_one(struct front *front, struct flow *flow, const struct replay_wrong *wrong)
{
    struct ctx c = front->ctx;
    struct db_tx *tx;
    enum err e;

    c.arena = arena_new(0);
    c.now = clock_now();
    if (!(e = db_write(&c, front->db, &tx))) {
        e = wrong ? flow_mend(flow, &c, tx, wrong, NULL) : lead_load_mend(&c, tx);
        if (e)
            db_drop(tx);
        else
            e = db_commit(&c, tx);
    }
    front->ctx.fault = c.fault;
    arena_free(c.arena);
    return e;
}

/* The same, again when a server was at the lead. */
static enum err mend_surely(struct front *front, struct flow *flow, const struct replay_wrong *wrong)
{
    enum err e = mend_one(front, flow, wrong);

    for (int tries = 0; e == ERR_BUSY && tries < MEND_TRIES; tries++) {
        fault_clear(&front->ctx);
        clock_sleep_us(MEND_AGAIN_US << tries);
        e = mend_one(front, flow, wrong);
    }
    return e;
}

/* Everything that was found wrong; then how much is left, which is told. */
static enum err mend_all(struct front *front, struct flow *flow, const struct replay_sum *found, struct replay_sum *left)
{
    enum err e = ERR_NONE;

    for (size_t i = 0; i < found->wrong_count && !e; i++)
        e = mend_surely(front, flow, &found->wrong[i]);
    if (!e && found->loads)
        e = mend_surely(front, flow, NULL);
    if (e)
        return e;
    printf("mended: %zu\n", found->wrong_count + found->loads);
    return replay_all(front, flow, found->differences ? SHOWN_DIFFERENCES : 0, left);
}

static void print_sum(const struct replay_sum *sum)
{
    printf("leads: %lld\n", (long long)sum->leads);
    printf("events: %lld\n", (long long)sum->events);
    printf("crossings: %lld\n", (long long)sum->crossings);
    printf("differences: %lld\n", (long long)sum->differences);
}

int run_replay(struct front *front, struct args *args)
{
    bool mend = args_flag(args, "--mend");
    struct replay_sum sum = { .arena = mend ? front->ctx.arena : NULL }, left = { 0 };
    struct flow flow;
    enum err e;

    if (args->count)
        return command_usage(front);
    flow_of(front, &flow);
    e = replay_all(front, &flow, mend ? INT64_MAX : SHOWN_DIFFERENCES, &sum); /* whoever changes a base is told all that is changed */
    if (!e)
        print_sum(&sum);
    if (!e && mend && !(e = mend_all(front, &flow, &sum, &left)))
        printf("left: %lld\n", (long long)left.differences);
    flow_free(&flow);
    if (e)
        return command_failed(front, e);
    return (mend ? left : sum).differences ? 1 : 0;
}
