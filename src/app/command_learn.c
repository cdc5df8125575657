/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/command_learn.h"

#include <stdio.h>

#include "flow/flow_learn.h"
#include "learn/report.h"
#include "sys/clock.h"

static bool go_on(void *x, int64_t done, int64_t total)
{
    int64_t *told = x;

    if (clock_mono_us() - *told > SECOND_US) {
        *told = clock_mono_us();
        fprintf(stderr, "leads: %lld of %lld\n", (long long)done, (long long)total);
    }
    return true;
}

static void print_fix(const char *name, fix v)
{
    char text[FIX_TEXT_MAX];

    printf("%s: " STR_FMT "\n", name, STR_ARG(fix_print(v, text)));
}

static void print_trial(const struct learn_predictor *p)
{
    printf("state: %s\nwhy: %s\nleads: %lld\nbought: %lld\nheld: %lld\n", learn_predictor_states[p->state], learn_why_names[p->why],
           (long long)p->n, (long long)p->won, (long long)p->held_n);
    if (!p->held_n)
        return;
    print_fix("auc", p->auc);
    print_fix("brier", p->brier);
    print_fix("ece", p->ece);
    print_fix("found20", p->found20);
}

static enum err keep_leads(struct ctx *c, struct db_tx *tx, const struct flow_tried *out)
{
    enum err e = ERR_NONE;

    for (size_t i = 0; i < out->bucket_count && out->trial.is.id.v && !e; i++) {
        const struct flow_bucket *b = &out->buckets[i];

        e = learn_report_put_at(c, tx, (struct report_id){ out->trial.is.id.v }, b->name, b->places, b->leads, b->marks, b->count);
    }
    return e;
}

static enum err keep(struct front *front, struct flow_tried *out)
{
    struct ctx *c = &front->ctx;
    struct db_tx *tx;
    enum err e = db_write(c, front->db, &tx);

    if (e)
        return e;
    if (!(e = flow_learn_keep(c, tx, &out->trial.is)) && !(e = keep_leads(c, tx, out)))
        return db_commit(c, tx);
    db_drop(tx);
    return e;
}

int run_learn(struct front *front, struct args *args)
{
    struct flow_tried out = { 0 };
    int64_t told = clock_mono_us();
    struct flow flow;
    struct db_tx *tx;
    bool tried = false;
    enum err e;

    if (args->count)
        return command_usage(front);
    if ((e = db_read(&front->ctx, front->db, &tx)))
        return command_failed(front, e);
    front->ctx.now = clock_now();
    flow_init(&flow, "RU"); /* no phone is read here */
    e = flow_learn(&flow, &front->ctx, tx, go_on, &told, &out, &tried);
    db_drop(tx);
    if (!e && tried)
        e = keep(front, &out);
    flow_free(&flow);
    if (e)
        return command_failed(front, e);
    if (!tried) {
        puts("tried: no");
        printf("bought: %lld\ndid not: %lld\nneed of each: %d\n", (long long)out.trial.is.won, (long long)(out.trial.is.n - out.trial.is.won),
               LEARN_PREDICT_ENOUGH);
        return 1;
    }
    print_trial(&out.trial.is);
    return 0;
}
