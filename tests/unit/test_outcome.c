/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How a lead ended: folded from deeds, what it counts as at an age, when it is judged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "flow/flow_outcome.h"
#include "lead/lead.h"

static struct arena *a;

/* "talks>won@5": a deed from talks to won at 5; without '>' it does not say from where. */
static struct past_event deed_of(struct str text)
{
    struct ctx c = { .arena = a };
    struct str rest = text, words, at, from, to;
    struct json *body;
    int64_t when;

    assert_true(str_next(&rest, '@', &words) && str_next(&rest, '@', &at) && str_to_int(at, &when));
    to = words;
    from = STR("");
    if (str_find_char(words, '>') > 0)
        assert_true(str_next(&words, '>', &from) && str_next(&words, '>', &to));
    assert_int_equal(json_read(&c, str_print(a, "{\"properties\":{\"from\":\"" STR_FMT "\",\"to\":\"" STR_FMT "\",\"amount\":700}}", STR_ARG(from),
                                             STR_ARG(to)), &body), ERR_NONE);
    return (struct past_event){ .kind = EVENT_DEED, .name = STR(FLOW_STAGE_DEED), .at = when, .known_at = when + 1, .body = body };
}

static const struct {
    const char *deeds;
    int stage, state;
    instant at;
} folds[] = {
    { "", STAGE_NEW, OUTCOME_OPEN, 0 },
    { "new>talks@3", STAGE_TALKS, OUTCOME_OPEN, 0 },
    { "new>talks@3 talks>won@5", STAGE_WON, OUTCOME_WON, 5 },
    { "new>lost@3 lost>won@5", STAGE_WON, OUTCOME_WON, 5 },
    { "won@3 won@9", STAGE_WON, OUTCOME_WON, 3 },               /* said again: decided when it was first said */
    { "new>won@3 won>talks@5", STAGE_TALKS, OUTCOME_OPEN, 0 },  /* opened again */
    { "new>won@3 won>talks@5 talks>won@7", STAGE_WON, OUTCOME_WON, 7 },
    { "new>won@3 contact>talks@5", STAGE_WON, OUTCOME_WON, 3 }, /* another lead's path, joined: no purchase is undone */
    { "new>won@3 talks@5", STAGE_TALKS, OUTCOME_OPEN, 0 },      /* a file that says where it stands now */
    { "new>nowhere@3", STAGE_NEW, OUTCOME_OPEN, 0 },
};

static void outcome_is_folded_from_deeds(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(folds); i++) {
        struct past_event events[8];
        struct history h = { .events = events };
        struct str rest = str_of(folds[i].deeds), one;
        struct outcome o;
        int stage;

        while (str_next(&rest, ' ', &one))
            if (one.len)
                events[h.event_count++] = deed_of(one);
        flow_outcome_fold(&h, &o, &stage);
        if (stage != folds[i].stage || o.state != folds[i].state || o.at != folds[i].at)
            fail_msg("%s: stage %d state %d at %lld", folds[i].deeds, stage, o.state, (long long)o.at);
        assert_true(o.state == OUTCOME_OPEN || (o.known_at == o.at + 1 && o.amount == 700));
    }
}

enum { BORN = 1000, MATURITY = 100 };
static const struct {
    int state;
    instant at, now;
    enum learn_label label;
    instant judged;
} labels[] = {
    { OUTCOME_OPEN, 0, BORN + 50, LABEL_YOUNG, BORN + 50 },
    { OUTCOME_OPEN, 0, BORN + 100, LABEL_NOT, BORN + 100 },
    { OUTCOME_OPEN, 0, BORN + 500, LABEL_NOT, BORN + 100 },
    { OUTCOME_LOST, BORN + 10, BORN + 50, LABEL_NOT, BORN + 9 },
    { OUTCOME_LOST, BORN + 300, BORN + 500, LABEL_NOT, BORN + 299 },
    { OUTCOME_WON, BORN + 10, BORN + 50, LABEL_WON, BORN + 9 },
    { OUTCOME_WON, BORN + 100, BORN + 500, LABEL_WON, BORN + 99 },
    { OUTCOME_WON, BORN + 101, BORN + 500, LABEL_NOT, BORN + 100 }, /* too late for the window */
    { OUTCOME_WON, BORN, BORN + 50, LABEL_WON, BORN },
};

static void a_young_lead_is_no_loss_and_a_late_sale_is_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(labels); i++) {
        struct outcome o = { .state = labels[i].state, .at = labels[i].at };

        assert_int_equal(learn_label(&o, BORN, labels[i].now, MATURITY), labels[i].label);
        assert_int_equal(learn_judged_at(&o, BORN, labels[i].now, MATURITY), labels[i].judged);
    }
    assert_int_equal(learn_label(NULL, BORN, BORN + 50, MATURITY), LABEL_YOUNG);
}

static void maturity_is_the_day_by_which_nine_of_ten_had_bought(void **state)
{
    int64_t ages[100];

    (void)state;
    for (int i = 0; i < 100; i++)
        ages[i] = (int64_t)(100 - i) * DAY_US;
    assert_int_equal(learn_maturity_days(ages, 100), 90);
    for (int i = 0; i < 100; i++)
        ages[i] = i < 95 ? 1 : 4000 * DAY_US;
    assert_int_equal(learn_maturity_days(ages, 100), LEARN_MATURITY_LEAST);
    for (int i = 0; i < 100; i++)
        ages[i] = 4000 * DAY_US;
    assert_int_equal(learn_maturity_days(ages, 100), LEARN_MATURITY_MOST);
    assert_int_equal(learn_maturity_days(ages, 0), LEARN_MATURITY_UNKNOWN);
}

/* Those who did not buy are looked at as old as buyers were, and never behind their own end. */
static void others_are_looked_at_as_old_as_buyers(void **state)
{
    int64_t ages[1000], sum = 0;
    struct learn_ages of;

    (void)state;
    for (int i = 0; i < 1000; i++)
        ages[i] = (i + 1) * 10;
    of = learn_ages_of(ages, 1000);
    for (int64_t id = 1; id <= 5000; id++) {
        instant at = learn_looked_at(&of, (struct lead_id){ id * 7919 }, BORN, BORN + 100000);

        assert_true(at >= BORN && at <= BORN + 10000);
        assert_true(learn_looked_at(&of, (struct lead_id){ id * 7919 }, BORN, BORN + 30) <= BORN + 30);
        sum += at - BORN;
    }
    assert_in_range(sum / 5000, 4700, 5300);
    of = learn_ages_of(ages, 0);
    assert_int_equal(learn_looked_at(&of, (struct lead_id){ 1 }, BORN, BORN + 30), BORN + 30);
}

static int begin(void **state)
{
    (void)state;
    a = arena_new(0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(outcome_is_folded_from_deeds, begin, end),
        cmocka_unit_test(a_young_lead_is_no_loss_and_a_late_sale_is_none),
        cmocka_unit_test(maturity_is_the_day_by_which_nine_of_ten_had_bought),
        cmocka_unit_test(others_are_looked_at_as_old_as_buyers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
