/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn/judge.h"

#include <math.h>

#include "learn/calibrate.h"
#include "stat/judge.h"

static const char *const verdicts[] = { [JUDGE_TOLD] = "told", [JUDGE_NO_OVERLAP] = "no_overlap", [JUDGE_TOO_FEW] = "too_few" };
static const char *const orders[] = { [JUDGE_FIRST_BETTER] = "first_better", [JUDGE_SECOND_BETTER] = "second_better",
                                      [JUDGE_NO_ORDER] = "no_order", [JUDGE_REFUSED] = "refused" };

static double of_fix(fix v)
{
    return (double)v / (double)FIX_ONE;
}

static void fix_put(struct json_out *o, const char *key, double v)
{
    fix f;

    json_key(o, key);
    if (learn_fix(v, &f))
        json_put_fix(o, f);
    else
        json_put_null(o);
}

static void figure_put(struct json_out *o, const char *key, struct sample_figure f)
{
    json_key(o, key);
    if (isnan(f.value)) {
        json_put_null(o);
        return;
    }
    json_begin(o);
    fix_put(o, "value", f.value);
    fix_put(o, "low", f.low);
    fix_put(o, "high", f.high);
    json_end(o);
}

static void side_put(struct json_out *o, const char *key, const struct judged *j)
{
    json_key(o, key);
    json_begin(o);
    json_key(o, "verdict");
    json_put_text(o, str_of(verdicts[j->verdict]));
    figure_put(o, "ips", j->ips);
    figure_put(o, "snips", j->snips);
    figure_put(o, "dr", j->dr);
    json_key(o, "effective");
    json_put_int(o, (int64_t)j->effective);
    fix_put(o, "unreached", j->unreached);
    json_end(o);
}

static struct judge_case case_of(const struct learn_decision *d, int which)
{
    return (struct judge_case){
        .reward = d->won, .logged = of_fix(d->logged), .target = of_fix(d->target[which]), .unreached = of_fix(d->unreached[which]),
        .taken = fmin(of_fix(d->chance) * of_fix(d->ratio), 1), .would = fmin(of_fix(d->chance) * of_fix(d->would[which]), 1),
    };
}

void learn_judge_json(struct arena *a, const struct learn_decision *list, size_t n, struct json_out *o)
{
    struct judge_case *sides[2] = { ARENA_ARRAY(a, struct judge_case, n + 1), ARENA_ARRAY(a, struct judge_case, n + 1) };
    struct judged first, second;
    struct judge_pair pair;

    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 2; k++)
            sides[k][i] = case_of(&list[i], k);
    first = judge(sides[0], n, 0, 1);
    second = judge(sides[1], n, 0, 1);
    pair = judge_compare(sides[0], sides[1], n, 0, 1);
    json_begin(o);
    json_key(o, "n");
    json_put_int(o, (int64_t)n);
    json_key(o, "need");
    json_put_int(o, JUDGE_EFFECTIVE);
    side_put(o, "first", &first);
    side_put(o, "second", &second);
    json_key(o, "order");
    json_put_text(o, str_of(orders[pair.order]));
    figure_put(o, "change", pair.change);
    json_end(o);
}
