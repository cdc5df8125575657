/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_contest.h"

#include "score/score_store.h"
#include "text/text.h"

enum { EARLY = 10 };

enum err flow_contest_start(struct ctx *c, struct db_tx *tx, struct learn_contest *k)
{
    struct learn_contest running;
    enum err e = learn_contest_running(c, tx, &running);

    if (e)
        return e;
    if (running.id.v)
        return fault_set(c, ERR_CONFLICT, "a contest runs already");
    if ((e = score_model_live_id(c, tx, &k->champion.v)) || (e = learn_contest_add(c, tx, k)))
        return e;
    return score_rival_set(c, tx, k->challenger, k->id);
}

enum err flow_contest_end(struct ctx *c, struct db_tx *tx, const struct learn_contest *k, int winner, struct messages *messages)
{
    enum err e = learn_contest_end(c, tx, k->id, winner);

    if (e || (e = score_rival_del(c, tx)))
        return e;
    if (messages)
        messages_add(messages, (struct message){ .kind = MESSAGE_MODEL_PUBLISHED });
    return ERR_NONE;
}

enum err flow_contest_stand(struct ctx *c, struct db_tx *tx, const struct learn_contest *k, struct learn_standing *s)
{
    struct learn_success *list;
    int64_t leads[2];
    size_t n;
    enum err e = learn_contest_counts(c, tx, k->id, leads);

    if (e || (e = learn_contest_successes(c, tx, k, &list, &n)))
        return e;
    /* What came after the end is not what was judged. */
    while (k->ended_at != INSTANT_NONE && n > 0 && list[n - 1].known_at > k->ended_at)
        n--;
    *s = learn_contest_judge(k, list, n, leads);
    if (k->state != CONTEST_RUNS)
        s->verdict = k->winner;
    return ERR_NONE;
}

enum err flow_contest_watch(struct ctx *c, struct db_tx *tx, struct messages *messages, bool *ended)
{
    struct learn_contest k;
    struct learn_standing s;
    enum err e = learn_contest_running(c, tx, &k);

    *ended = false;
    if (e || !k.id.v || (e = flow_contest_stand(c, tx, &k, &s)) || s.verdict < 0)
        return e;
    *ended = true;
    return flow_contest_end(c, tx, &k, s.verdict, messages);
}

/* ---- the sentence ---- */

/* "1,45": two decimals; whole when there are none. The end of the scale of ratios is told as such. */
static struct str number(struct arena *a, enum lang lang, fix v)
{
    long long hundredths = (long long)fix_round(v * 100);

    if (hundredths == 800)
        return STR("8+");
    if (hundredths % 100 == 0)
        return str_print(a, "%lld", hundredths / 100);
    return str_print(a, "%lld%c%02lld", hundredths / 100, lang == LANG_RU ? ',' : '.', hundredths % 100);
}

static struct str percent(struct arena *a, enum lang lang, fix share)
{
    long long tenths = (long long)fix_round(share * 1000);

    if (tenths % 10 == 0)
        return str_print(a, "%lld", tenths / 10);
    return str_print(a, "%lld%c%lld", tenths / 10, lang == LANG_RU ? ',' : '.', tenths % 10);
}

static fix inverse(fix v)
{
    return v > 0 ? fix_muldiv(FIX_ONE, FIX_ONE, v) : 0;
}

static struct str count(struct arena *a, int64_t n)
{
    return str_print(a, "%lld", (long long)n);
}

struct str flow_contest_verdict(struct arena *a, enum lang lang, const struct learn_contest *k, const struct learn_standing *s)
{
    bool turned = s->verdict == CONTEST_CHAMPION;
    const struct text_arg *args = TEXT_ARGS(
        { "what", k->metric == CONTEST_WON ? text_get(lang, "contest.what.won") : text_get(lang, "contest.what.accepted") },
        { "ratio", number(a, lang, turned ? inverse(s->ratio) : s->ratio) },
        { "low", number(a, lang, turned ? inverse(s->high) : s->low) },
        { "high", number(a, lang, turned ? inverse(s->low) : s->high) },
        { "alpha", percent(a, lang, k->alpha) }, { "margin", percent(a, lang, k->margin) },
        { "first", count(a, s->successes[0]) }, { "second", count(a, s->successes[1]) },
        { "first_leads", count(a, s->leads[0]) }, { "second_leads", count(a, s->leads[1]) });

    if (k->state == CONTEST_STOPPED)
        return text_fill(a, lang, "contest.verdict.stopped", args);
    if (s->verdict == CONTEST_CHALLENGER)
        return text_fill(a, lang, "contest.verdict.challenger", args);
    if (s->verdict == CONTEST_CHAMPION)
        return text_fill(a, lang, "contest.verdict.champion", args);
    if (s->verdict == CONTEST_NEITHER)
        return text_fill(a, lang, "contest.verdict.neither", args);
    if (s->successes[0] + s->successes[1] < EARLY)
        return text_fill(a, lang, "contest.verdict.early", args);
    return text_fill(a, lang, "contest.verdict.open", args);
}
