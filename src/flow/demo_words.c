/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/demo_words.h"

const struct demo_name flow_demo_men[DEMO_MEN] = {
    { "Александр", "aleksandr" }, { "Алексей", "aleksey" }, { "Андрей", "andrey" }, { "Антон", "anton" },
    { "Артём", "artem" }, { "Борис", "boris" }, { "Вадим", "vadim" }, { "Виктор", "viktor" },
    { "Глеб", "gleb" }, { "Денис", "denis" }, { "Дмитрий", "dmitry" }, { "Евгений", "evgeny" },
    { "Захар", "zakhar" }, { "Игорь", "igor" }, { "Илья", "ilya" }, { "Кирилл", "kirill" },
    { "Максим", "maksim" }, { "Никита", "nikita" }, { "Олег", "oleg" }, { "Павел", "pavel" },
    { "Роман", "roman" }, { "Сергей", "sergey" }, { "Тимур", "timur" }, { "Фёдор", "fedor" },
};

const struct demo_name flow_demo_women[DEMO_WOMEN] = {
    { "Алина", "alina" }, { "Алла", "alla" }, { "Анна", "anna" }, { "Вера", "vera" },
    { "Виктория", "viktoria" }, { "Галина", "galina" }, { "Дарья", "darya" }, { "Диана", "diana" },
    { "Екатерина", "ekaterina" }, { "Елена", "elena" }, { "Жанна", "zhanna" }, { "Инна", "inna" },
    { "Ирина", "irina" }, { "Ксения", "ksenia" }, { "Лариса", "larisa" }, { "Марина", "marina" },
    { "Мария", "maria" }, { "Надежда", "nadezhda" }, { "Нина", "nina" }, { "Ольга", "olga" },
    { "Полина", "polina" }, { "Светлана", "svetlana" }, { "Софья", "sofya" }, { "Юлия", "yulia" },
};

/* Families whose feminine form only adds an "а". */
const struct demo_name flow_demo_families[DEMO_FAMILIES] = {
    { "Абрамов", "abramov" }, { "Агапов", "agapov" }, { "Баранов", "baranov" }, { "Белов", "belov" },
    { "Блинов", "blinov" }, { "Васильев", "vasilyev" }, { "Власов", "vlasov" }, { "Галеев", "galeev" },
    { "Гончаров", "goncharov" }, { "Гущин", "gushchin" }, { "Дроздов", "drozdov" }, { "Егоров", "egorov" },
    { "Ермолаев", "ermolaev" }, { "Жуков", "zhukov" }, { "Завьялов", "zavyalov" }, { "Зимин", "zimin" },
    { "Ильин", "ilyin" }, { "Казаков", "kazakov" }, { "Карпов", "karpov" }, { "Климов", "klimov" },
    { "Кравцов", "kravtsov" }, { "Лапин", "lapin" }, { "Лебедев", "lebedev" }, { "Логинов", "loginov" },
    { "Макаров", "makarov" }, { "Мальцев", "maltsev" }, { "Миронов", "mironov" }, { "Назаров", "nazarov" },
    { "Нечаев", "nechaev" }, { "Никитин", "nikitin" }, { "Орлов", "orlov" }, { "Осипов", "osipov" },
    { "Панов", "panov" }, { "Рогов", "rogov" }, { "Рябов", "ryabov" }, { "Савин", "savin" },
    { "Соколов", "sokolov" }, { "Соловьёв", "solovyev" }, { "Титов", "titov" }, { "Уваров", "uvarov" },
    { "Усачёв", "usachev" }, { "Файзуллин", "fayzullin" }, { "Фролов", "frolov" }, { "Цветков", "tsvetkov" },
    { "Чернов", "chernov" }, { "Шевцов", "shevtsov" }, { "Юдин", "yudin" }, { "Яковлев", "yakovlev" },
};

const struct demo_name flow_demo_companies[DEMO_COMPANIES] = {
    { "Орион Логистик", "orion-logistic" }, { "Кварц Энерго", "kvarts-energo" }, { "Полюс Мед", "polus-med" },
    { "Вектор Трейд", "vector-trade" }, { "Гранит Строй", "granit-stroy" }, { "Лотос Фарм", "lotos-farm" },
    { "Янтарь Софт", "yantar-soft" }, { "Север Агро", "sever-agro" }, { "Маяк Мед", "mayak-med" },
    { "Альтаир Энерго", "altair-energo" }, { "Кварц Фарм", "kvarts-farm" }, { "Орбита Мед", "orbita-med" },
    { "Янтарь Трейд", "yantar-trade" }, { "Маяк Агро", "mayak-agro" }, { "Вектор Софт", "vector-soft" },
    { "Сокол Логистик", "sokol-logistic" }, { "Гранит Энерго", "granit-energo" }, { "Лотос Трейд", "lotos-trade" },
    { "Полюс Строй", "polus-stroy" }, { "Орион Агро", "orion-agro" }, { "Альтаир Софт", "altair-soft" },
    { "Север Строй", "sever-stroy" }, { "Сокол Мед", "sokol-med" }, { "Кедр Трейд", "kedr-trade" },
    { "Кедр Логистик", "kedr-logistic" }, { "Заря Фарм", "zarya-farm" }, { "Заря Энерго", "zarya-energo" },
    { "Прибой Софт", "priboy-soft" }, { "Прибой Агро", "priboy-agro" }, { "Исток Строй", "istok-stroy" },
    { "Исток Мед", "istok-med" }, { "Ладья Трейд", "ladya-trade" },
};

/* By the second word of a company's name, in the order of the table above (index modulo). */
const char *const flow_demo_industries[DEMO_INDUSTRIES] = {
    "логистика", "энергетика", "медицина", "торговля", "строительство", "фармацевтика", "ИТ", "сельское хозяйство",
};

static const struct {
    const char *job;
    const char *titles[3];
} titles[] = {
    { "management", { "Генеральный директор", "Коммерческий директор", "Руководитель отдела закупок" } },
    { "entrepreneur", { "Генеральный директор", "Основатель", "CEO" } },
    { "self-employed", { "Индивидуальный предприниматель", "Основатель", "Консультант" } },
    { "technician", { "Инженер", "Менеджер по закупкам", "Начальник производства" } },
    { "admin.", { "Менеджер", "Офис-менеджер", "Менеджер по продажам" } },
    { "services", { "Менеджер по сервису", "Менеджер", "Администратор" } },
    { "blue-collar", { "Снабженец", "Мастер участка", "Менеджер по логистике" } },
    { "housemaid", { "Администратор", "Офис-менеджер", "Управляющий" } },
    { "retired", { "Консультант", "Эксперт", "Советник" } },
    { "student", { "Студент", "Стажёр", "Студент" } },
    { "unemployed", { "Соискатель", "HR-менеджер", "Соискатель" } },
};

const char *flow_demo_title(struct str job, unsigned choice)
{
    for (size_t i = 0; i < countof(titles); i++)
        if (str_eq(job, str_of(titles[i].job)))
            return titles[i].titles[choice % 3];
    return "Менеджер";
}

const char *flow_demo_source(int64_t traffic)
{
    static const char *const sources[] = {
        "yandex", "google", "email", "telegram", "referral", "vk", "exhibition", "direct",
    };

    return sources[(uint64_t)traffic % countof(sources)];
}
