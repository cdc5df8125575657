/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/exam.h"

#include "stat/sample.h"

const char *const team_attempt_ends[ATTEMPT_ENDS + 1] = { "runs", "person", "clock", NULL };
const char *const team_exam_mays[EXAM_MAYS + 1] = { "may", "runs", "held", "cooling", "used_up", "empty", NULL };

/* Fisher and Yates 1938, as far as it is needed. */
void team_exam_draw(uint64_t seed, size_t n, size_t take, size_t *picked)
{
    uint64_t state = seed;

    for (size_t i = 0; i < n; i++)
        picked[i] = i;
    for (size_t i = 0; i < take && i + 1 < n; i++) {
        size_t other = i + (size_t)(sample_random(&state) % (n - i)), one = picked[i];

        picked[i] = picked[other];
        picked[other] = one;
    }
}

static enum err options_shuffled(struct ctx *c, uint64_t seed, const struct question *q, struct question *out)
{
    struct buf options = buf_new(c->arena, 64 * 1024), answer = buf_new(c->arena, 1024);
    struct json_out o = json_to(&options), r = json_to(&answer);
    size_t order[OPTIONS_MAX];
    struct json *list, *right;
    enum err e;

    if ((e = json_read(c, q->options, &list)) || (e = json_read(c, q->answer, &right)))
        return e;
    if (list->count > OPTIONS_MAX)
        return fault_set(c, ERR_INTERNAL, "a kept question has too many options");
    team_exam_draw(seed, list->count, list->count, order);
    json_list(&o);
    json_list(&r);
    for (uint32_t i = 0; i < list->count; i++) {
        json_put_text(&o, json_text(&list->as.items[order[i]]));
        for (uint32_t k = 0; k < right->count; k++) {
            int64_t place;

            if (json_int(&right->as.items[k], &place) && place == (int64_t)order[i])
                json_put_int(&r, i);
        }
    }
    json_list_end(&o);
    json_list_end(&r);
    out->options = buf_str(&options);
    out->answer = buf_str(&answer);
    return ERR_NONE;
}

enum err team_exam_item(struct ctx *c, uint64_t seed, int64_t place, const struct question *q, struct attempt_item *item)
{
    uint64_t state = seed ^ ((uint64_t)place + 1) * 0x9e3779b97f4a7c15u;

    *item = (struct attempt_item){ .place = place, .question = *q, .given = STR_NULL, .points = -1 };
    if (q->kind != QUESTION_ONE && q->kind != QUESTION_SEVERAL)
        return ERR_NONE;
    return options_shuffled(c, sample_random(&state), q, &item->question);
}

bool team_exam_passed(int64_t score, int64_t full, int64_t pass_pct)
{
    return full > 0 && score * 100 >= pass_pct * full;
}

struct exam_state team_exam_state(const struct product *p, size_t questions, const struct attempt *attempts, size_t n, instant reset_at,
                                  instant held_until, instant now)
{
    struct exam_state s = { .may = EXAM_MAY, .again_at = INSTANT_NEVER };
    instant failed_at = INSTANT_NONE;
    size_t i = 0;

    if (n && attempts[0].finished_at == INSTANT_NONE) {
        s.runs = attempts[0].id;
        i = 1;
    }
    for (; i < n && !attempts[i].passed && (reset_at == INSTANT_NONE || attempts[i].started_at >= reset_at); i++) {
        failed_at = attempts[i].finished_at > failed_at ? attempts[i].finished_at : failed_at;
        s.used++;
    }
    s.left = p->attempts <= 0 ? -1 : p->attempts > s.used ? p->attempts - s.used : 0;
    if (s.runs.v) {
        s.may = EXAM_RUNS;
    } else if (held_until == INSTANT_NEVER || held_until - CERTIFICATE_MONTH_US > now) {
        s.may = EXAM_HELD;
        s.again_at = held_until == INSTANT_NEVER ? INSTANT_NEVER : held_until - CERTIFICATE_MONTH_US;
    } else if (questions == 0) {
        s.may = EXAM_EMPTY;
    } else if (s.left == 0) {
        s.may = EXAM_USED_UP;
    } else if (failed_at != INSTANT_NONE && failed_at + p->cooldown_h * HOUR_US > now) {
        s.may = EXAM_COOLING;
        s.again_at = failed_at + p->cooldown_h * HOUR_US;
    }
    return s;
}

instant team_reset_at(const struct attempt_reset *list, size_t n, struct user_id user, struct product_id product)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].user.v == user.v && list[i].product.v == product.v)
            return list[i].at;
    return INSTANT_NONE;
}
