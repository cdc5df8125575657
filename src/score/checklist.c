/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "score/checklist.h"

const char *const score_answer_names[] = {"none", "yes", "no", "unknown", "text", NULL};

static const struct checklist_item bant[] = {
    {"bant.budget", "Бюджет", "Budget", "Заложены ли на это деньги, и сколько?", "Is there money set aside for this, and how much?"},
    {"bant.authority", "Полномочия", "Authority", "Кто принимает решение о покупке? Решаете ли вы сами?",
     "Who decides on the purchase? Is it you?"},
    {"bant.need", "Потребность", "Need", "Какую задачу вы хотите решить и что будет, если её не решить?",
     "What problem do you want solved, and what happens if it is not?"},
    {"bant.timing", "Сроки", "Timing", "К какому сроку это должно заработать?", "By when must it be working?"},
};
static const struct checklist_item meddic[] = {
    {"meddic.metrics", "Измеримый результат", "Metrics", "По какому показателю вы поймёте, что получилось?",
     "By which figure will you know that it has worked?"},
    {"meddic.economic_buyer", "Кто платит", "Economic buyer", "Кто распоряжается этими деньгами и говорили ли мы с ним?",
     "Who holds the money, and have we spoken with them?"},
    {"meddic.decision_criteria", "По чему выбирают", "Decision criteria", "По каким признакам вы будете сравнивать предложения?",
     "What will you compare offers by?"},
    {"meddic.decision_process", "Как принимают решение", "Decision process", "Какие шаги и чьи подписи нужны до договора?",
     "Which steps and whose signatures stand before a contract?"},
    {"meddic.identify_pain", "Что болит", "Identified pain", "Во что вам обходится то, как это устроено сейчас?",
     "What does the present way of doing it cost you?"},
    {"meddic.champion", "Союзник внутри", "Champion", "Кто у вас больше всех заинтересован, чтобы это состоялось?",
     "Who on your side wants this to happen the most?"},
};
static const struct checklist lists[] = {
    {"bant", "BANT", bant, countof(bant)},
    {"meddic", "MEDDIC", meddic, countof(meddic)},
};

/* Facts that everybody knows. */
static const struct checklist_item common[] = {
    {"title", "", "", "Какую должность вы занимаете?", "What is your position?"},
    {"company", "", "", "В какой компании вы работаете?", "Which company do you work for?"},
    {"industry", "", "", "Чем занимается ваша компания?", "What does your company do?"},
    {"employees", "", "", "Сколько человек у вас работает?", "How many people work for you?"},
    {"revenue", "", "", "Какой у компании оборот за год?", "What is the company's yearly revenue?"},
    {"budget", "", "", "Какой бюджет вы на это закладываете?", "What budget do you plan for this?"},
    {"region", "", "", "В каком вы регионе?", "Which region are you in?"},
    {"city", "", "", "В каком вы городе?", "Which city are you in?"},
    {"country", "", "", "В какой вы стране?", "Which country are you in?"},
    {"phone", "", "", "По какому номеру вам удобно звонить?", "On which number may we call you?"},
    {"email", "", "", "На какой адрес вам писать?", "At which address may we write to you?"},
    {"name", "", "", "Как к вам обращаться?", "What is your name?"},
};

const struct checklist *score_checklists(size_t *count)
{
    *count = countof(lists);
    return lists;
}

const struct checklist_item *score_checklist_find(struct str fact)
{
    for (size_t l = 0; l < countof(lists); l++)
        for (size_t i = 0; i < lists[l].count; i++)
            if (str_eq(fact, str_of(lists[l].items[i].fact)))
                return &lists[l].items[i];
    return NULL;
}

enum checklist_answer score_checklist_answer(const struct json *value)
{
    struct str text = json_text(value);

    if (!value || value->type == JSON_NULL || (value->type == JSON_TEXT && !text.len))
        return ANSWER_NONE;
    if (value->type == JSON_BOOL)
        return value->as.truth ? ANSWER_YES : ANSWER_NO;
    /* Files and forms write yes and no as words. */
    if (str_eq_nocase(text, STR("true")) || str_eq_nocase(text, STR("yes")))
        return ANSWER_YES;
    if (str_eq_nocase(text, STR("false")) || str_eq_nocase(text, STR("no")))
        return ANSWER_NO;
    return ANSWER_TEXT;
}

struct str score_question(struct str fact, enum lang lang)
{
    const struct checklist_item *item = score_checklist_find(fact);

    for (size_t i = 0; !item && i < countof(common); i++)
        if (str_eq(fact, str_of(common[i].fact)))
            item = &common[i];
    return item ? str_of(lang == LANG_RU ? item->question_ru : item->question_en) : STR_NULL;
}
