/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stat/survive.h"

#include <math.h>
#include <stdlib.h>

static int by_time(const void *a, const void *b)
{
    const struct survive_case *x = a, *y = b;

    return x->time < y->time ? -1 : x->time > y->time;
}

struct survive survive_of(struct arena *a, struct survive_case *cases, size_t n)
{
    struct survive s = { .steps = ARENA_ARRAY(a, struct survive_step, n + 1), .cases = cases, .n = n };
    double open = 1, spread = 0;

    if (n > 1)
        qsort(cases, n, sizeof *cases, by_time);
    for (size_t i = 0, next; i < n; i = next) {
        int64_t watched = (int64_t)(n - i), ended = 0;

        for (next = i; next < n && cases[next].time == cases[i].time; next++)
            ended += cases[next].ended;
        if (!ended)
            continue;
        open *= 1 - (double)ended / (double)watched;
        if (ended < watched)
            spread += (double)ended / ((double)watched * (double)(watched - ended));
        s.steps[s.count++] = (struct survive_step){ cases[i].time, watched, ended, ended == watched ? 0 : open, spread };
    }
    return s;
}

static const struct survive_step *step_by(const struct survive *s, int64_t t)
{
    size_t low = 0, high = s->count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (s->steps[mid].time <= t)
            low = mid + 1;
        else
            high = mid;
    }
    return low ? &s->steps[low - 1] : NULL;
}

static int64_t watched_for(const struct survive *s, int64_t t)
{
    size_t low = 0, high = s->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (s->cases[mid].time < t)
            low = mid + 1;
        else
            high = mid;
    }
    return (int64_t)(s->n - low);
}

struct sample_figure survive_ended_by(const struct survive *s, int64_t t, double z)
{
    const struct survive_step *step = step_by(s, t);
    double half;

    if (!step)
        return (struct sample_figure){ 0, 0, sample_wilson(0, watched_for(s, t), z).high };
    if (step->open <= 0) /* all of them: the scale has no place for it, so that of the last step's own cases */
        return (struct sample_figure){ 1, sample_wilson(step->watched, step->watched, z).low, 1 };
    half = z * sqrt(step->spread) / fabs(log(step->open));
    return (struct sample_figure){ 1 - step->open, 1 - pow(step->open, exp(-half)), 1 - pow(step->open, exp(half)) };
}

int64_t survive_time(const struct survive *s, double share)
{
    for (size_t i = 0; i < s->count; i++)
        if (1 - s->steps[i].open >= share - 1e-12)
            return s->steps[i].time;
    return -1;
}
