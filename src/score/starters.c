/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/starters.h"

#include "base/embed.h"
#include "base/limits.h"
#include "score/file.h"

const struct score_trade score_trades[] = {
    {"general", "Стартовая модель", "Starter model",
     "Общая: кто решает, компания подходящего размера и отрасли; горячим делают запрос демонстрации, прайс-листа и страница цен. С неё начинает новая компания.",
     "A general one: who decides, a company of a fitting size and trade; a demo asked for, the price list and the prices make hot. A new company begins with it."},
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

/* The part of line that is of lang, or a NULL view. */
static struct str line_tell(struct arena *a, struct str line, enum lang lang)
{
    static const char *const marks[LANG_COUNT] = {[LANG_RU] = "ru: ", [LANG_EN] = "en: "};
    size_t indent = 0;

    while (indent < line.len && line.ptr[indent] == ' ')
        indent++;
    for (int l = 0; l < LANG_COUNT; l++) {
        struct str text = str_sub(line, indent, line.len), mark = str_of(marks[l]);
        if (!str_starts(text, mark))
            continue;
        text = str_sub(text, mark.len, text.len);
        return l == (int)lang ? str_print(a, "%*s" STR_FMT, (int)indent, "", STR_ARG(text)) : STR_NULL;
    }
    return line;
}

enum err score_trade_file(struct ctx *c, struct str id, enum lang lang, struct str *file)
{
    const struct score_trade *trade = score_trade_find(id);
    const struct embed *packed = trade ? embed_find(str_print(c->arena, "models/%s.model", trade->id)) : NULL;
    struct str rest = packed ? packed->body : STR_NULL, line;
    struct buf out = buf_new(c->arena, LIMIT_BODY_BYTES);

    if (!packed)
        return fault_set(c, ERR_NOT_FOUND, "no starter model of that name");
    while (str_next(&rest, '\n', &line)) {
        struct str told = line_tell(c->arena, line, lang);
        buf_add(&out, told);
        if (told.ptr && rest.ptr)
            buf_char(&out, '\n');
    }
    *file = buf_str(&out);
    return ERR_NONE;
}

enum err score_trade_read(struct ctx *c, struct str id, enum lang lang, struct model **m)
{
    struct model_fitted none;
    struct str file;
    enum err e = score_trade_file(c, id, lang, &file);

    return e ? e : score_file_read(c, file, m, &none);
}
