/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/starters.h"

#include "base/embed.h"
#include "score/file.h"

const struct score_trade score_trades[] = {
    {"b2b_services", "Услуги для бизнеса", "B2B services",
     "Решает первое лицо или руководитель; горячим делает запрос предложения или звонка, подкреплённый интересом к ценам и примерам работ.",
     "The chief or a head decides; a request for an offer or a call makes hot, backed by interest in prices and cases."},
    {"saas", "Сервис по подписке (SaaS)", "Software by subscription (SaaS)",
     "Главное — что человек делает в самом сервисе: пробный период, первая польза, приглашённые коллеги, частые входы.",
     "What counts is what people do in the product: the trial, the first value, colleagues invited, frequent visits."},
    {"education", "Обучение", "Education",
     "Заявка, пробный урок и открытое занятие важнее профиля; интерес остывает за две-три недели.",
     "The application, the trial lesson and the open day weigh more than the profile; interest cools in two or three weeks."},
    {"manufacturing", "Производство", "Manufacturing",
     "Долгая сделка: чертёж, расчёт и образец стареют медленно; горячим нельзя стать без подходящего предприятия.",
     "A long sale: drawings, quotations and samples age slowly; nobody turns hot without a fitting plant."},
    {"property", "Недвижимость", "Property",
     "Просмотр, ипотека и срок покупки решают; интерес остывает за неделю, агенты отсеиваются.",
     "Viewings, the mortgage and the date decide; interest cools in a week, agents are set aside."},
    {0},
};

const struct score_trade *score_trade_find(struct str id)
{
    for (const struct score_trade *t = score_trades; t->id; t++)
        if (str_eq(id, str_of(t->id)))
            return t;
    return NULL;
}

enum err score_trade_body(struct ctx *c, struct str id, struct str *body)
{
    const struct score_trade *trade = score_trade_find(id);
    const struct embed *file = trade ? embed_find(str_print(c->arena, "models/%s.model", trade->id)) : NULL;
    struct model *m;
    enum err e;

    if (!file)
        return fault_set(c, ERR_NOT_FOUND, "no starter model of that name");
    if ((e = score_file_read(c, file->body, &m)))
        return e;
    *body = score_model_print(m, c->arena);
    score_model_drop(m);
    return ERR_NONE;
}
