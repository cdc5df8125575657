/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_manager.h - the people who get leads: duty, capacity, calendars, absences; the head's board. Rows: endpoints.c. */
#ifndef API_API_MANAGER_H
#define API_API_MANAGER_H

#include "api/endpoint.h"
#include "flow/flow_route.h"
#include "report/board.h"

enum err manager_list_get(struct call *call);
enum err manager_get_one(struct call *call);
enum err manager_place_list(struct call *call);
enum err manager_patch(struct call *call);
enum err manager_duty(struct call *call);
enum err calendar_list_get(struct call *call);
enum err calendar_create(struct call *call);
enum err calendar_patch(struct call *call);
enum err calendar_remove(struct call *call);
enum err absence_list_get(struct call *call);
enum err absence_create(struct call *call);
enum err absence_remove(struct call *call);
enum err board_get(struct call *call);
enum err board_breach_list(struct call *call);

extern const struct field manager_fields[], manager_patch_fields[], place_fields[], duty_fields[];
extern const struct field calendar_fields[], calendar_draft_fields[], calendar_patch_fields[];
extern const struct field absence_fields[], absence_draft_fields[], absence_query[];
extern const struct field board_fields[], board_query[], breach_fields[], breach_query[];

/* How many urgent calls are looked at, and over how many days people are told by them. */
enum { CALLS_MAX = 20000, CALL_DAYS = 30 };

/* A manager as the API shows one. */
struct manager_view {
    int64_t id, version, calendar_id;
    struct str name, email;
    int role, state, level, duty_mode;
    bool on_duty;
    instant duty_at, back_at, away_until;
    struct str away_why;
    int64_t capacity, load, hot, daily_quota, hourly_quota, weight;
    struct str products, regions, languages, pools, sees; /* JSON */
    struct str median_answer_s, in_time_pct, in_time, today; /* JSON: a number or null; as manager_in_time() tells it; {assigned, calls} */
};
/* The part of the board that is asked: a period, and a team, which is the people of a pool. Of a team is a call that one of them has, or had last, or
 * that waits for one of them in the queue; a lead is of whose it is now. */
struct board_ask {
    int period;               /* a place in board_periods; -1: from..until */
    instant from, until;      /* INSTANT_NONE: not said */
    int64_t pool, manager;
    struct str bucket;
};
extern const char *const board_periods[];
struct board_scope {
    instant from, until;      /* [from, until) */
    bool team;                /* of one pool alone: */
    struct pool_id pool;
    const int64_t *people;    /* rising */
    size_t people_count;
    const int64_t *queue;     /* calls that wait for them, rising */
    size_t queue_count;
};
/* Nothing said: the company's day, and everybody. ERR_BAD_QUERY. */
NODISCARD enum err board_scope_read(struct call *call, const struct board_ask *ask, struct board_scope *s);
bool board_scope_has(const struct board_scope *s, struct user_id user);
/* assignee: of the call; 0: nobody's. */
bool board_scope_task(const struct board_scope *s, struct task_id task, struct user_id assignee);
/* The calls of the scope are put first; how many. */
size_t board_scope_calls(const struct board_scope *s, struct board_call *calls, size_t count);

/* {n, of, share} of urgent calls in time, as JSON in a; null: none has been judged. */
struct str manager_in_time(struct arena *a, struct board_answer sum);
/* Those at the desk who are active, get leads and are of the scope, by name; what they did in its period. */
NODISCARD enum err manager_views(struct call *call, const struct desk *d, const struct board_scope *s, struct manager_view **views, size_t *count);
/* Whom people were given, or called, in [from, until): each lead of a person once, by person. */
NODISCARD enum err manager_deeds(struct call *call, enum board_deeds kind, instant from, instant until, struct board_deed **list, size_t *count);
/* The queue is offered again after something changed that may let somebody take a lead. */
NODISCARD enum err drain_after(struct call *call);

#endif
