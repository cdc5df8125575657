/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/command_custody.h"

#include <stdio.h>

#include "flow/flow_custody.h"
#include "sys/clock.h"

enum { CHECK_LEADS = 500, SHOWN_GAPS = 100 };

static void print_gap(void *x, const struct custody_gap *gap)
{
    char lead[ID_TEXT_MAX], from[INSTANT_TEXT_MAX], until[INSTANT_TEXT_MAX];
    int64_t *shown = x;

    if ((*shown)++ >= SHOWN_GAPS)
        return;
    printf("gap: " STR_FMT " " STR_FMT " " STR_FMT "\n", STR_ARG(id_print(PREFIX_LEAD, gap->lead.v, lead)),
           STR_ARG(instant_print(gap->span.from, from)), STR_ARG(instant_print(gap->span.until, until)));
}

/* All leads in one snapshot, a few hundred in one arena. */
static enum err check_all(struct front *front, struct db_tx *tx, instant from, instant to, struct custody_sum *sum)
{
    struct arena *work = arena_new(0);
    struct lead_id after = { 0 };
    int64_t shown = 0;
    bool more = true;
    enum err e = ERR_NONE;

    while (e == ERR_NONE && more) {
        struct ctx c = front->ctx;

        c.arena = work;
        e = flow_custody_check(&c, tx, from, to, &after, CHECK_LEADS, print_gap, &shown, sum, &more);
        if (e)
            front->ctx.fault = c.fault;
        arena_reset(work);
    }
    arena_free(work);
    return e;
}

static enum err period(struct front *front, struct args *args, instant *from, instant *to)
{
    const char *from_text = args_option(args, "--from"), *to_text = args_option(args, "--to");

    *from = INSTANT_NONE + 1;
    *to = front->ctx.now;
    if (from_text && !instant_parse(str_of(from_text), from))
        return fault_field(&front->ctx, ERR_BAD_FIELD, "--from");
    if (to_text && !instant_parse(str_of(to_text), to))
        return fault_field(&front->ctx, ERR_BAD_FIELD, "--to");
    return *from < *to ? ERR_NONE : fault_field(&front->ctx, ERR_OUT_OF_RANGE, "--from");
}

int run_check_custody(struct front *front, struct args *args)
{
    struct custody_sum sum = { 0 };
    struct db_tx *tx;
    instant from, to;
    enum err e;

    front->ctx.now = clock_now();
    e = period(front, args, &from, &to);
    if (e)
        return command_failed(front, e);
    if (args->count)
        return command_usage(front);
    e = db_read(&front->ctx, front->db, &tx);
    if (e)
        return command_failed(front, e);
    e = check_all(front, tx, from, to, &sum);
    db_drop(tx);
    if (e)
        return command_failed(front, e);
    printf("leads: %lld\nspells: %lld\nhot_seconds: %lld\n", (long long)sum.leads, (long long)sum.spells,
           (long long)(sum.hot_us / SECOND_US));
    printf("breaches: %lld\nbreach_seconds: %lld\n", (long long)sum.breaches, (long long)(sum.breach_us / SECOND_US));
    if (sum.supplied)
        printf("leads_known_by_what_was_left: %lld\n", (long long)sum.supplied);
    printf("gaps: %lld\nuncovered_seconds: %lld\n", (long long)sum.gaps,
           (long long)((sum.uncovered_us + SECOND_US - 1) / SECOND_US));
    return sum.gaps ? 1 : 0;
}
