/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outreach/starter.h"

struct words {
    const char *name, *subject, *body;
};

/* A row a script, in two languages. */
static const struct {
    enum script_kind kind;
    bool automatic;
    const char *condition, *triggers;
    struct words ru, en;
} starters[] = {
    { SCRIPT_CALL, false, "", "[]",
      { "Первый звонок по заявке", "",
        "{{name|Здравствуйте}}, добрый день! Это {{manager}}, {{us}}.\n"
        "Вы оставили заявку — удобно поговорить две минуты?\n\n"
        "1. Что хотите решить и почему сейчас?\n2. Кто ещё принимает решение?\n3. К какому сроку нужен результат?\n4. Заложен ли бюджет?\n\n"
        "Договоритесь о следующем шаге и его дате." },
      { "First call about a request", "",
        "{{name|Hello}}, this is {{manager}} from {{us}}.\n"
        "You sent us a request. Is this a good moment for two minutes?\n\n"
        "1. What do you want to solve, and why now?\n2. Who else decides?\n3. By when is a result needed?\n4. Is there a budget?\n\n"
        "Agree on the next step and its date." } },
    { SCRIPT_CALL, false, "{\"within\":{\"page\":\"/pricing*\"},\"days\":14}", "[]",
      { "Смотрел цены", "",
        "{{name|Здравствуйте}}, это {{manager}}, {{us}}. Вы смотрели наши цены.\n"
        "Подскажу, какой вариант подойдёт {{company|вам}}: сколько человек будет работать и что уже пробовали?" },
      { "Looked at prices", "",
        "{{name|Hello}}, this is {{manager}} from {{us}}. You looked at our prices.\n"
        "I can tell which option fits {{company|you}}: how many people will use it, and what have you tried?" } },
    { SCRIPT_LETTER, false, "", "[]",
      { "Не дозвонились", "{{us}}: не дозвонились до вас",
        "{{name|Здравствуйте}}, добрый день!\n\nМы пытались до вас дозвониться по вашей заявке. Когда удобно поговорить?\n"
        "Ответьте на это письмо — перезвоню в назначенное время.\n\n{{manager}}, {{us}}\n{{manager.email}}" },
      { "Could not reach you", "{{us}}: we could not reach you",
        "Hello {{name|there}},\n\nWe tried to call you about your request. When is a good time?\n"
        "Answer this letter and I will call you then.\n\n{{manager}}, {{us}}\n{{manager.email}}" } },
    { SCRIPT_LETTER, true, "", "[\"Demo Requested\",\"Form Submitted\"]",
      { "Заявка получена", "{{us}}: мы получили вашу заявку",
        "{{name|Здравствуйте}}, добрый день!\n\nМы получили вашу заявку. {{manager|Наш сотрудник}} свяжется с вами в рабочее время.\n"
        "Если срочно — ответьте на это письмо.\n\n{{us}}" },
      { "Request received", "{{us}}: we have your request",
        "Hello {{name|there}},\n\nWe have your request. {{manager|One of us}} will be in touch within working hours.\n"
        "If it is urgent, just answer this letter.\n\n{{us}}" } },
    { SCRIPT_CHAT, false, "", "[]",
      { "Ответ в мессенджере", "",
        "{{name|Здравствуйте}}, добрый день! Это {{manager}}, {{us}}. Вижу вашу заявку. Удобнее созвониться или переписываться здесь?" },
      { "Answer in a messenger", "",
        "Hello {{name|there}}, this is {{manager}} from {{us}}. I have your request. Would you rather talk or write here?" } },
};
const size_t outreach_starter_count = countof(starters);

struct script outreach_starter(size_t i, enum lang lang)
{
    const struct words *w = lang == LANG_RU ? &starters[i].ru : &starters[i].en;

    return (struct script){
        .place = (int64_t)i, .name = str_of(w->name), .kind = starters[i].kind, .condition = str_of(starters[i].condition),
        .subject = str_of(w->subject), .body = str_of(w->body), .automatic = starters[i].automatic, .enabled = !starters[i].automatic,
        .triggers = str_of(starters[i].triggers),
    };
}
