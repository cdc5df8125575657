/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_demo_skill.h"

#include "flow/flow_choice.h"
#include "flow/flow_person.h"
#include "format/csv.h"

enum { PRODUCTS = 3, KNOWS_ALL = 100, KNOWS_LITTLE = 20, HAND_DAYS = 400, GIVEN = 4 };

/* What a test is like; and how much each manager knows of the product at the beginning, in per cent (0: takes no test). */
static const struct {
    const char *name, *note;
    bool gated, show_answers;
    int draw, minutes, valid_days;
    int knows[8];
} products[PRODUCTS] = {
    { "Касса", "Кассы и всё, что к ним положено по закону", true, false, 8, 20, 100, { 100, 100, 100, 0, 20 } },
    { "Склад", "Учёт товаров и остатков", true, true, 6, 15, 60, { 100, 0, 100, 100, 0 } },
    { "Витрина", "Онлайн-витрина для небольших магазинов", false, true, 4, 10, 365, { 0, 100, 0, 100, 100 } },
};

static enum err question_add(struct ctx *c, struct db_tx *tx, const struct csv_row *row, const int *places, const struct products *list)
{
    const struct product *p = row->count ? team_product_named(list, row->cells[0], c->arena) : NULL;
    struct question q;
    enum err e = team_question_of_cells(c, row->cells, row->count, places, &q);

    if (e || !p)
        return e ? e : fault_set(c, ERR_BAD_FIELD, "row %lld of the demonstration's questions names no product", (long long)row->number);
    q.product = p->id;
    return team_question_put(c, tx, &q);
}

static enum err banks_add(struct ctx *c, struct db_tx *tx, struct str text, const struct products *list)
{
    struct csv *csv = csv_open((struct csv_shape){ CSV_UTF8, ';' });
    int places[QUESTION_COLUMNS];
    struct csv_row row;
    bool heading = false;
    enum err e = csv_feed(c, csv, text, true);

    while (!e && csv_next(csv, &row)) {
        if (heading)
            e = question_add(c, tx, &row, places, list);
        else if (!team_question_heading(row.cells, row.count, places))
            e = fault_set(c, ERR_BAD_FIELD, "the demonstration's questions have no heading");
        heading = true;
    }
    csv_close(csv);
    return e;
}

/* Answers so much of a test rightly, by the answers kept with it. */
static enum err answer(struct ctx *c, struct db_tx *tx, const struct attempt *a, int knows)
{
    struct attempt_items items;
    enum err e = team_attempt_items(c, tx, a->id, &items);

    for (size_t i = 0; !e && i < items.count; i++) {
        const struct question *q = &items.items[i].question;
        struct json *right, typed = { .type = JSON_TEXT };

        if ((int)(i * 100 / items.count) >= knows)
            continue;
        if ((e = json_read(c, q->answer, &right)))
            return e;
        if (q->kind == QUESTION_NUMBER)
            typed.as.text = json_find(right, STR("value"))->type == JSON_INT
                                ? str_print(c->arena, "%lld", (long long)json_find(right, STR("value"))->as.integer)
                                : STR("0");
        else if (q->kind == QUESTION_TEXT)
            typed.as.text = json_text(&right->as.items[0]);
        e = team_attempt_answer(c, tx, a, items.items[i].place,
                                q->kind == QUESTION_ONE ? &right->as.items[0] : q->kind == QUESTION_SEVERAL ? right : &typed);
    }
    return e;
}

static enum err take(struct ctx *c, struct db_tx *tx, const struct product *p, struct user_id who, int knows, struct messages *out)
{
    struct actor house = c->actor;
    struct attempt a;
    enum err e;

    c->actor = (struct actor){ .kind = ACTOR_USER, .id = who.v };
    e = team_attempt_begin(c, tx, p, who, &a);
    if (!e)
        e = answer(c, tx, &a, knows);
    if (!e)
        e = flow_exam_finish(c, tx, &a, out);
    c->actor = house;
    return e;
}

enum err flow_demo_skill_begin(struct ctx *c, struct db_tx *tx, struct str csv, const struct user_id *managers, size_t count,
                               struct messages *out)
{
    struct certificate by_hand = { .from = c->now, .until = c->now + HAND_DAYS * DAY_US, .reason = STR("Вёл продукт с самого начала") };
    struct products list;
    enum err e = ERR_NONE;

    for (int i = 0; i < PRODUCTS && !e; i++) {
        struct product p = { .name = str_of(products[i].name), .note = str_of(products[i].note), .gated = products[i].gated,
                             .show_answers = products[i].show_answers, .draw = products[i].draw, .pass_pct = 75,
                             .minutes = products[i].minutes, .attempts = 3, .cooldown_h = 24, .valid_days = products[i].valid_days };

        e = team_product_put(c, tx, &p);
    }
    if (e || (e = team_product_list(c, tx, &list)) || (e = banks_add(c, tx, csv, &list)))
        return e;
    for (int i = 0; i < PRODUCTS; i++) {
        const struct product *p = team_product_named(&list, str_of(products[i].name), c->arena);

        for (size_t k = 0; k < count && k < countof(products[i].knows); k++)
            if (products[i].knows[k] && (e = take(c, tx, p, managers[k], products[i].knows[k], out)))
                return e;
    }
    if (count < 2)
        return ERR_NONE;
    /* Somebody holds the one that runs out for the others, all the time. */
    by_hand.user = managers[1];
    by_hand.product = team_product_named(&list, str_of(products[1].name), c->arena)->id;
    return flow_skill_give(c, tx, &by_hand, out);
}

/* Warm leads that ask for the product go to this person. */
static enum err give_some(struct flow *f, struct ctx *c, struct db_tx *tx, const struct products *list, const struct product *p,
                          struct user_id who, struct messages *out)
{
    struct lead_filter filter = { .bands = 1u << BAND_WARM, .any_owner = true, .sort = LEAD_BY_SCORE_DOWN, .limit = 200 };
    struct lead_page page;
    int given = 0;
    enum err e = lead_list(c, tx, &filter, &page);

    for (size_t i = 0; !e && i < page.count && given < GIVEN; i++) {
        struct product_id gate;

        if ((e = flow_lead_gate(c, tx, list, &page.items[i], &gate)) || gate.v != p->id.v || page.items[i].owner.v || page.items[i].stage >= STAGE_WON)
            continue;
        e = flow_lead_assign(f, c, tx, page.items[i].id, who, STR("Просят этот продукт"), out);
        given++;
    }
    return e;
}

static enum err revoke_one(struct flow *f, struct ctx *c, struct db_tx *tx, const struct products *list, struct user_id who, struct messages *out)
{
    const struct product *p = team_product_named(list, str_of(products[0].name), c->arena);
    struct actor house = c->actor;
    struct certificates held;
    struct user *users;
    size_t count;
    enum err e;

    if ((e = team_user_list(c, tx, 100, &users, &count)) || !p || (e = team_certificate_list(c, tx, who, p->id, 1, &held)) || !held.count)
        return e;
    for (size_t i = 0; i < count; i++)
        if (users[i].role == ROLE_HEAD)
            c->actor = (struct actor){ .kind = ACTOR_USER, .id = users[i].id.v };
    e = give_some(f, c, tx, list, p, who, out);
    if (!e)
        e = flow_skill_revoke(c, tx, &held.items[0], STR("Вышла новая версия: нужен повторный тест"), out);
    c->actor = house;
    return e;
}

enum err flow_demo_skill_now(struct flow *f, struct ctx *c, struct db_tx *tx, const struct user_id *managers, size_t count, struct messages *out)
{
    struct products list;
    enum err e = team_product_list(c, tx, &list);

    if (e || count < 3)
        return e;
    for (int i = 0; i < 2; i++) {
        const struct product *p = team_product_named(&list, str_of(products[1].name), c->arena);

        if (p && (e = take(c, tx, p, managers[i ? 2 : 0], i ? KNOWS_LITTLE : KNOWS_ALL, out)))
            return e;
    }
    return revoke_one(f, c, tx, &list, managers[2], out);
}
