/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stat/item.h"

#include <math.h>

#include "stat/sample.h"

static int64_t mille(double x)
{
    return (int64_t)llround(x * 1000);
}

/* Answers of tests with nothing but this question tell nothing of the rest, and are left out. */
static void discriminate(const struct item_answer *answers, size_t n, struct item_figures *f)
{
    double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0, m = 0, vx, vy;

    for (size_t i = 0; i < n; i++) {
        double x = answers[i].right, y;

        if (answers[i].rest_full <= 0)
            continue;
        y = (double)answers[i].rest / (double)answers[i].rest_full;
        m++;
        sx += x;
        sy += y;
        sxx += x * x;
        syy += y * y;
        sxy += x * y;
    }
    if (m < ITEM_ENOUGH)
        return;
    vx = sxx - sx * sx / m;
    vy = syy - sy * sy / m;
    if (vx < 1e-9 || vy < 1e-9)
        return;
    f->tells = true;
    f->discrimination = mille((sxy - sx * sy / m) / sqrt(vx * vy));
}

struct item_figures item_look(const struct item_answer *answers, size_t n)
{
    struct item_figures f = { .shown = (int64_t)n };
    struct sample_figure share;

    for (size_t i = 0; i < n; i++)
        f.right += answers[i].right;
    if (n < ITEM_ENOUGH)
        return f;
    share = sample_wilson(f.right, f.shown, SAMPLE_Z95);
    f.enough = true;
    f.share = mille(share.value);
    f.low = mille(share.low);
    f.high = mille(share.high);
    discriminate(answers, n, &f);
    return f;
}
