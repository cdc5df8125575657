/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A person's own tests, and what a person is told of certificates. */
#include "api/api_skill.h"

#include "flow/flow_skill.h"

enum { JSON_BYTES = 4 << 20, TOPICS_SHOWN = 100 };

static void put_fix_share(struct json_out *o, const char *key, int64_t part, int64_t whole)
{
    json_key(o, key);
    json_put_fix(o, whole > 0 ? fix_muldiv(part, FIX_ONE, whole) : 0);
}

static void order_write(struct json_out *o, const struct exam_order *order)
{
    if (!order) {
        json_put_null(o);
        return;
    }
    json_begin(o);
    json_key(o, "id");
    json_put_id(o, PREFIX_EXAM_ORDER, order->id.v);
    json_key(o, "at");
    json_put_instant(o, order->at);
    json_key(o, "due");
    json_put_instant(o, order->due);
    json_end(o);
}

void cell_write(struct json_out *o, const struct skill_cell *cell)
{
    json_key(o, "state");
    json_put_text(o, str_of(team_cell_states[cell->state]));
    json_key(o, "until");
    json_put_instant(o, cell->until);
    json_key(o, "certificate");
    if (cell->latest) {
        json_begin(o);
        json_key(o, "id");
        json_put_id(o, PREFIX_CERTIFICATE, cell->latest->id.v);
        json_key(o, "from");
        json_put_instant(o, cell->latest->from);
        json_key(o, "until");
        json_put_instant(o, cell->latest->until);
        json_key(o, "revoked_at");
        json_put_instant(o, cell->latest->revoked_at);
        json_key(o, "by");
        json_put_text(o, cell->latest->attempt.v ? STR("test") : STR("hand"));
        json_end(o);
    } else {
        json_put_null(o);
    }
    json_key(o, "may");
    json_put_text(o, str_of(team_exam_mays[cell->exam.may]));
    json_key(o, "again_at");
    json_put_instant(o, cell->exam.again_at);
    json_key(o, "used");
    json_put_int(o, cell->exam.used);
    json_key(o, "left");
    if (cell->exam.left < 0)
        json_put_null(o);
    else
        json_put_int(o, cell->exam.left);
    json_key(o, "runs_id");
    json_put_id(o, PREFIX_ATTEMPT, cell->exam.runs.v);
    json_key(o, "order");
    order_write(o, cell->order);
    json_key(o, "last");
    if (cell->last) {
        json_begin(o);
        json_key(o, "id");
        json_put_id(o, PREFIX_ATTEMPT, cell->last->id.v);
        json_key(o, "at");
        json_put_instant(o, cell->last->finished_at);
        json_key(o, "passed");
        json_put_bool(o, cell->last->passed);
        put_fix_share(o, "share", cell->last->score, cell->last->full);
        json_end(o);
    } else {
        json_put_null(o);
    }
}

/* ---- my products ---- */

struct exam_row {
    int64_t product_id, questions, pass_pct, minutes, attempts, cooldown_hours, valid_days;
    struct str product_name, note, cell; /* the last JSON */
    bool gated;
};
#define R(member) offsetof(struct exam_row, member)
const struct field exam_row_fields[] = {
    { .name = "product_id", .kind = FIELD_ID, .offset = R(product_id), .prefix = PREFIX_PRODUCT, .help = "the product" },
    { .name = "product_name", .kind = FIELD_TEXT, .offset = R(product_name), .help = "the product" },
    { .name = "note", .kind = FIELD_TEXT, .offset = R(note), .help = "what it is" },
    { .name = "gated", .kind = FIELD_BOOL, .offset = R(gated), .help = "its leads are for holders of a certificate only" },
    { .name = "questions", .kind = FIELD_INT, .offset = R(questions), .help = "of a test" },
    { .name = "pass_pct", .kind = FIELD_INT, .offset = R(pass_pct), .help = "per cent of the points that a test is passed with" },
    { .name = "minutes", .kind = FIELD_INT, .offset = R(minutes), .help = "time of a test" },
    { .name = "attempts", .kind = FIELD_INT, .offset = R(attempts), .help = "that may fail one after another; 0: no limit" },
    { .name = "cooldown_hours", .kind = FIELD_INT, .offset = R(cooldown_hours), .help = "after a failed one" },
    { .name = "valid_days", .kind = FIELD_INT, .offset = R(valid_days), .help = "of a certificate; 0: without end" },
    { .name = "cell", .kind = FIELD_RAW, .offset = R(cell), .help = "{state, until, certificate, may, again_at, used, left, runs_id, order: {id, at, due}, last}: where one stands, and whether a test may be begun (may), or why not" },
    { 0 }
};

static struct str cell_text(struct call *call, const struct skill_cell *cell)
{
    struct buf b = buf_new(call->ctx.arena, 4096);
    struct json_out o = json_to(&b);

    json_begin(&o);
    cell_write(&o, cell);
    json_end(&o);
    return buf_str(&b);
}

enum err exam_list_get(struct call *call)
{
    struct skill_matrix m;
    struct exam_row *rows;
    struct user_id me = call_user(call);
    enum err e;

    if (!me.v)
        return ERR_FORBIDDEN;
    if ((e = team_matrix_read(&call->ctx, call->tx, me, &m)))
        return e;
    rows = ARENA_ARRAY(call->ctx.arena, struct exam_row, m.products.count + 1);
    for (size_t i = 0; i < m.products.count; i++) {
        const struct product *p = &m.products.items[i];
        struct skill_cell cell = team_matrix_cell(&m, me, p, call->ctx.now, call->ctx.arena);
        int64_t bank = team_matrix_questions(&m, p->id);

        rows[i] = (struct exam_row){ p->id.v, bank < p->draw ? bank : p->draw, p->pass_pct, p->minutes, p->attempts, p->cooldown_h, p->valid_days,
                                     p->name, p->note, cell_text(call, &cell), p->gated };
    }
    return reply_list(call, rows, m.products.count, sizeof *rows, STR_NULL, (int64_t)m.products.count);
}

/* ---- one test ---- */

struct exam_view {
    int64_t id, product_id, user_id, pass_pct, questions, answered, score, full;
    struct str product_name, user_name, items, topics; /* the last two JSON */
    int state;
    instant now, started_at, due_at, finished_at, until;
    bool passed, show_answers;
};
#define V(member) offsetof(struct exam_view, member)
const struct field exam_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = V(id), .prefix = PREFIX_ATTEMPT, .help = "the test" },
    { .name = "product_id", .kind = FIELD_ID, .offset = V(product_id), .prefix = PREFIX_PRODUCT, .help = "of which product" },
    { .name = "product_name", .kind = FIELD_TEXT, .offset = V(product_name), .flags = FIELD_NULLABLE, .help = "of which product" },
    { .name = "user_id", .kind = FIELD_ID, .offset = V(user_id), .prefix = PREFIX_USER, .help = "whose it is" },
    { .name = "user_name", .kind = FIELD_TEXT, .offset = V(user_name), .flags = FIELD_NULLABLE, .help = "whose it is" },
    { .name = "state", .kind = FIELD_ENUM, .offset = V(state), .names = team_attempt_ends, .help = "runs; ended by the person; ended by the clock" },
    { .name = "now", .kind = FIELD_INSTANT, .offset = V(now), .help = "the server's clock, by which the time is counted" },
    { .name = "started_at", .kind = FIELD_INSTANT, .offset = V(started_at), .help = "when it was begun" },
    { .name = "due_at", .kind = FIELD_INSTANT, .offset = V(due_at), .help = "until when answers are taken" },
    { .name = "finished_at", .kind = FIELD_INSTANT, .offset = V(finished_at), .flags = FIELD_NULLABLE, .help = "when it ended" },
    { .name = "pass_pct", .kind = FIELD_INT, .offset = V(pass_pct), .help = "per cent of the points that it is passed with" },
    { .name = "questions", .kind = FIELD_INT, .offset = V(questions), .help = "how many" },
    { .name = "answered", .kind = FIELD_INT, .offset = V(answered), .help = "how many have an answer" },
    { .name = "score", .kind = FIELD_INT, .offset = V(score), .help = "points; 0 while it runs" },
    { .name = "full", .kind = FIELD_INT, .offset = V(full), .help = "points of all right answers" },
    { .name = "passed", .kind = FIELD_BOOL, .offset = V(passed), .help = "false while it runs" },
    { .name = "until", .kind = FIELD_INSTANT, .offset = V(until), .flags = FIELD_NULLABLE, .help = "passed: until when the certificate holds; none: without end" },
    { .name = "show_answers", .kind = FIELD_BOOL, .offset = V(show_answers), .help = "afterwards the right answers are shown" },
    { .name = "items", .kind = FIELD_RAW, .offset = V(items), .help = "[{place, kind, text, options, weight, given}]; when it is over and answers are shown {right, answer, topics} too; over and not shown: []" },
    { .name = "topics", .kind = FIELD_RAW, .offset = V(topics), .help = "when it is over: [{topic, right, of}] in points; null: without a topic" },
    { 0 }
};

/* Judged ones show what was right; running ones nothing that the bank knows. */
static void item_write(struct json_out *o, const struct attempt_item *item, bool judged)
{
    const struct question *q = &item->question;

    json_begin(o);
    json_key(o, "place");
    json_put_int(o, item->place);
    json_key(o, "kind");
    json_put_text(o, str_of(team_question_kinds[q->kind]));
    json_key(o, "text");
    json_put_text(o, q->text);
    json_key(o, "options");
    json_put_raw(o, q->options);
    json_key(o, "weight");
    json_put_int(o, q->weight);
    json_key(o, "given");
    json_put_raw(o, item->given.ptr ? item->given : STR("null"));
    if (judged) {
        json_key(o, "right");
        json_put_bool(o, item->points > 0);
        json_key(o, "answer");
        json_put_raw(o, q->answer);
        json_key(o, "topics");
        json_put_raw(o, q->topics);
    }
    json_end(o);
}

static struct str items_text(struct call *call, const struct attempt *a, const struct attempt_items *list)
{
    bool runs = a->finished_at == INSTANT_NONE;
    /* Who edits the bank sees of others' tests what the bank says anyway. */
    bool open = a->show_answers || (a->user.v != call_user(call).v && team_right_has(&call->ctx.actor, RIGHT_MANAGER_EDIT));
    struct buf b = buf_new(call->ctx.arena, JSON_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < list->count && (runs || open); i++)
        item_write(&o, &list->items[i], !runs);
    json_list_end(&o);
    return buf_str(&b);
}

struct topic_sum {
    struct str name;
    int64_t right, of;
};

static void topic_add(struct topic_sum *sums, size_t *n, struct str name, const struct attempt_item *item)
{
    size_t i = 0;

    while (i < *n && !str_eq(sums[i].name, name))
        i++;
    if (i == TOPICS_SHOWN)
        return;
    if (i == *n)
        sums[(*n)++] = (struct topic_sum){ .name = name };
    sums[i].right += item->points > 0 ? item->points : 0;
    sums[i].of += item->question.weight;
}

static enum err topics_text(struct call *call, const struct attempt *a, const struct attempt_items *list, struct str *text)
{
    struct topic_sum *sums = ARENA_ARRAY(call->ctx.arena, struct topic_sum, TOPICS_SHOWN);
    struct buf b = buf_new(call->ctx.arena, JSON_BYTES);
    struct json_out o = json_to(&b);
    size_t n = 0;

    for (size_t i = 0; a->finished_at != INSTANT_NONE && i < list->count; i++) {
        struct json *topics;
        enum err e = json_read(&call->ctx, list->items[i].question.topics, &topics);

        if (e)
            return e;
        for (uint32_t k = 0; k < topics->count; k++)
            topic_add(sums, &n, json_text(&topics->as.items[k]), &list->items[i]);
        if (topics->count == 0)
            topic_add(sums, &n, STR_NULL, &list->items[i]);
    }
    json_list(&o);
    for (size_t i = 0; i < n; i++) {
        json_begin(&o);
        json_key(&o, "topic");
        json_put_text(&o, sums[i].name);
        json_key(&o, "right");
        json_put_int(&o, sums[i].right);
        json_key(&o, "of");
        json_put_int(&o, sums[i].of);
        json_end(&o);
    }
    json_list_end(&o);
    *text = buf_str(&b);
    return ERR_NONE;
}

static enum err names_put(struct call *call, const struct attempt *a, struct exam_view *v)
{
    struct product product = { .name = STR_NULL };
    struct user user = { .name = STR_NULL };
    enum err e = team_product_get(&call->ctx, call->tx, a->product, &product);

    if (e && e != ERR_NOT_FOUND)
        return e;
    if ((e = team_user_get(&call->ctx, call->tx, a->user, &user)) && e != ERR_NOT_FOUND)
        return e;
    fault_clear(&call->ctx);
    v->product_name = product.name;
    v->user_name = user.name;
    return ERR_NONE;
}

static enum err until_put(struct call *call, const struct attempt *a, struct exam_view *v)
{
    struct certificates list;
    enum err e = a->passed ? team_certificate_list(&call->ctx, call->tx, a->user, a->product, 100, &list) : ERR_NONE;

    v->until = INSTANT_NONE;
    for (size_t i = 0; !e && a->passed && i < list.count; i++)
        if (list.items[i].attempt.v == a->id.v)
            v->until = list.items[i].until;
    return e;
}

static enum err reply_exam(struct call *call, const struct attempt *a, bool made)
{
    struct exam_view v = {
        .id = a->id.v, .product_id = a->product.v, .user_id = a->user.v, .pass_pct = a->pass_pct, .questions = a->questions, .score = a->score,
        .full = a->full, .state = (int)a->ended_by, .now = call->ctx.now, .started_at = a->started_at, .due_at = a->due_at,
        .finished_at = a->finished_at, .passed = a->passed, .show_answers = a->show_answers,
    };
    struct attempt_items list;
    enum err e;

    if ((e = team_attempt_items(&call->ctx, call->tx, a->id, &list)) || (e = names_put(call, a, &v)) || (e = until_put(call, a, &v))
        || (e = topics_text(call, a, &list, &v.topics)))
        return e;
    for (size_t i = 0; i < list.count; i++)
        v.answered += list.items[i].given.ptr != NULL;
    v.items = items_text(call, a, &list);
    return made ? reply_made(call, &v) : reply_ok(call, &v);
}

/* One's own; another's for who edits managers, when it is over. */
static enum err exam_of_call(struct call *call, bool own, struct attempt *a)
{
    struct attempt_id id;
    enum err e = param_id(call, "id", PREFIX_ATTEMPT, &id.v);

    if (e || (e = team_attempt_get(&call->ctx, call->tx, id, a)))
        return e;
    if (a->user.v == call_user(call).v)
        return ERR_NONE;
    return !own && a->finished_at != INSTANT_NONE && team_right_has(&call->ctx.actor, RIGHT_MANAGER_EDIT) ? ERR_NONE : ERR_NOT_FOUND;
}

enum err exam_get_one(struct call *call)
{
    struct attempt a;
    enum err e = exam_of_call(call, false, &a);

    return e ? e : reply_exam(call, &a, false);
}

struct begin_ask {
    int64_t product_id;
};
const struct field exam_begin_fields[] = {
    { .name = "product_id", .kind = FIELD_ID, .offset = offsetof(struct begin_ask, product_id), .prefix = PREFIX_PRODUCT, .flags = FIELD_REQUIRED, .help = "for which product; the one that runs already is gone on with" },
    { 0 }
};

enum err exam_begin(struct call *call)
{
    struct begin_ask ask = { 0 };
    struct user_id me = call_user(call);
    struct skill_matrix m;
    struct skill_cell cell;
    struct attempt a;
    const struct product *p;
    enum err e = body_read(call, &ask, NULL);

    if (e || !me.v)
        return e ? e : ERR_FORBIDDEN;
    if ((e = db_lock_many(&call->ctx, call->tx, &me.v, 1)) || (e = team_matrix_read(&call->ctx, call->tx, me, &m)))
        return e;
    p = team_product_of(&m.products, (struct product_id){ ask.product_id });
    if (!p)
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/product_id"), "no such product");
    cell = team_matrix_cell(&m, me, p, call->ctx.now, call->ctx.arena);
    if (cell.exam.may == EXAM_RUNS) {
        e = team_attempt_get(&call->ctx, call->tx, cell.exam.runs, &a);
        return e ? e : reply_exam(call, &a, true);
    }
    if (cell.exam.may != EXAM_MAY)
        return fault_set(&call->ctx, ERR_CONFLICT, "no test may be begun now: %s", team_exam_mays[cell.exam.may]);
    e = team_attempt_begin(&call->ctx, call->tx, p, me, &a);
    return e ? e : reply_exam(call, &a, true);
}

struct answer_ask {
    const struct json *answer;
};
const struct field exam_answer_fields[] = {
    { .name = "answer", .kind = FIELD_JSON, .offset = offsetof(struct answer_ask, answer), .help = "one: a place; several: places; number and text: as typed; null takes it back" },
    { 0 }
};

enum err exam_answer(struct call *call)
{
    struct answer_ask ask = { NULL };
    struct attempt a;
    int64_t place;
    enum err e = body_read(call, &ask, NULL);

    if (e || (e = exam_of_call(call, true, &a)))
        return e;
    if (!str_to_int(param_text(call, "place"), &place))
        return ERR_NOT_FOUND;
    if ((e = team_attempt_answer(&call->ctx, call->tx, &a, place, ask.answer)))
        return e;
    return reply_none(call);
}

enum err exam_finish(struct call *call)
{
    struct attempt a;
    enum err e = exam_of_call(call, true, &a);

    if (e || (e = flow_exam_finish(&call->ctx, call->tx, &a, &call->messages)))
        return e;
    return reply_exam(call, &a, false);
}

/* ---- what one is told ---- */

struct notice_view {
    int64_t id, product_id;
    struct str product_name;
    int kind;
    instant at, until;
};
#define N(member) offsetof(struct notice_view, member)
const struct field notice_fields[] = {
    { .name = "id", .kind = FIELD_ID, .offset = N(id), .prefix = PREFIX_NOTICE, .help = "the notice" },
    { .name = "kind", .kind = FIELD_ENUM, .offset = N(kind), .names = team_certificate_words, .help = "ends within a month, a week, a day; ended; revoked; given; exam: a test is to be taken" },
    { .name = "product_id", .kind = FIELD_ID, .offset = N(product_id), .prefix = PREFIX_PRODUCT, .help = "of which product" },
    { .name = "product_name", .kind = FIELD_TEXT, .offset = N(product_name), .flags = FIELD_NULLABLE, .help = "of which product" },
    { .name = "at", .kind = FIELD_INSTANT, .offset = N(at), .help = "since when" },
    { .name = "until", .kind = FIELD_INSTANT, .offset = N(until), .flags = FIELD_NULLABLE, .help = "the certificate's end, or the day until which the test is to be taken; none: without one" },
    { 0 }
};

enum err notice_list_get(struct call *call)
{
    struct certificate_notice *list;
    struct notice_view *views;
    struct products products;
    size_t count;
    enum err e;

    if ((e = team_notice_list(&call->ctx, call->tx, call_user(call), &list, &count)) || (e = team_product_list(&call->ctx, call->tx, &products)))
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct notice_view, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct product *p = team_product_of(&products, list[i].product);

        views[i] = (struct notice_view){ list[i].id.v, list[i].product.v, p ? p->name : STR_NULL, (int)list[i].word, list[i].at, list[i].until };
    }
    return reply_list(call, views, count, sizeof *views, STR_NULL, (int64_t)count);
}

enum err notice_seen(struct call *call)
{
    struct notice_id id;
    enum err e = param_id(call, "id", PREFIX_NOTICE, &id.v);

    if (e || (e = team_notice_seen(&call->ctx, call->tx, id, call_user(call))))
        return e;
    return reply_none(call);
}
