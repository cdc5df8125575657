/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "task/task.h"

const char *const task_kinds[TASK_KINDS + 1] = { "call_now", "call", "meeting", "letter", "other", "no_one", "late", "skill", NULL };
const char *const task_states[TASK_STATES + 1] = { "open", "done", "cancelled", NULL };
const char *const task_results[TASK_RESULTS + 1] = {
    "none", "reached", "no_answer", "call_back", "wrong_number", "done", NULL
};

static const char *const titles[TASK_KINDS][LANG_COUNT] = {
    [TASK_CALL_NOW] = { "Срочно звонить: клиент готов!", "Call at once: the client is ready" },
    [TASK_CALL] = { "Позвонить", "Call" },
    [TASK_MEETING] = { "Встреча", "Meeting" },
    [TASK_LETTER] = { "Написать письмо", "Write a letter" },
    [TASK_OTHER] = { NULL, NULL },
    [TASK_NO_ONE] = { "Горячий лид ждёт: некому отдать", "A hot lead is waiting: nobody can take it" },
    [TASK_SKILL] = { "Аттестация закончилась: передайте лидов", "A certificate has ended: hand over the leads" },
    [TASK_LATE] = { "Горячему лиду не позвонили вовремя", "A hot lead was not called in time" },
};

bool task_is_alert(enum task_kind kind)
{
    return kind == TASK_NO_ONE || kind == TASK_LATE || kind == TASK_SKILL;
}

struct str task_title(enum task_kind kind, enum lang lang)
{
    return str_of(titles[kind][lang]);
}

/* A person who wrote no title means the kind's own; the house's tasks have no other. */
struct str task_shown_title(const struct task *t, enum lang lang)
{
    struct str own = task_title(t->kind, lang);

    if (own.ptr == NULL)
        return t->title;
    for (int i = 0; i < LANG_COUNT; i++)
        if (str_eq(t->title, task_title(t->kind, (enum lang)i)))
            return own;
    return t->title.len ? t->title : own;
}

static const bool may[TASK_STATES][TASK_STATES] = {
    [TASK_OPEN] = { [TASK_DONE] = true, [TASK_CANCELLED] = true },
    [TASK_DONE] = { [TASK_OPEN] = true },
    [TASK_CANCELLED] = { [TASK_OPEN] = true },
};

bool task_may(enum task_state from, enum task_state to)
{
    return may[from][to];
}
