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
    { "Азимут", "azimut" }, { "Альтаир", "altair" }, { "Арсенал", "arsenal" }, { "Атлант", "atlant" }, { "Берег", "bereg" },
    { "Вектор", "vector" }, { "Восток", "vostok" }, { "Гранит", "granit" }, { "Дельта", "delta" }, { "Заря", "zarya" },
    { "Зенит", "zenit" }, { "Импульс", "impuls" }, { "Исток", "istok" }, { "Каскад", "kaskad" }, { "Кварц", "kvarts" },
    { "Кедр", "kedr" }, { "Компас", "kompas" }, { "Контур", "kontur" }, { "Ладья", "ladya" }, { "Лотос", "lotos" },
    { "Магистраль", "magistral" }, { "Маяк", "mayak" }, { "Меридиан", "meridian" }, { "Опора", "opora" }, { "Орбита", "orbita" },
    { "Орион", "orion" }, { "Парус", "parus" }, { "Полюс", "polus" }, { "Прибой", "priboy" }, { "Радуга", "raduga" },
    { "Ритм", "ritm" }, { "Родник", "rodnik" }, { "Север", "sever" }, { "Сокол", "sokol" }, { "Союз", "soyuz" },
    { "Спектр", "spektr" }, { "Старт", "start" }, { "Уран", "uran" }, { "Фарватер", "farvater" }, { "Янтарь", "yantar" },
};

const struct demo_trade flow_demo_trades[DEMO_TRADES] = {
    { { "Логистик", "logistic" }, "логистика" }, { { "Энерго", "energo" }, "энергетика" },
    { { "Мед", "med" }, "медицина" }, { { "Трейд", "trade" }, "торговля" },
    { { "Строй", "stroy" }, "строительство" }, { { "Фарм", "farm" }, "фармацевтика" },
    { { "Софт", "soft" }, "ИТ" }, { { "Агро", "agro" }, "сельское хозяйство" },
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
