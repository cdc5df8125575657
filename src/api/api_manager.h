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
extern const struct field board_fields[], breach_fields[], breach_query[];

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
    struct str median_answer_s, in_time_pct, today; /* JSON: a number or null; {assigned, calls} */
};
/* Everybody at the desk who is active and gets leads, by name. */
NODISCARD enum err manager_views(struct call *call, const struct desk *d, struct manager_view **views, size_t *count);
/* Whom people were given, or called, since the day began in the company's zone: each lead of a person once, by person. */
NODISCARD enum err manager_deeds(struct call *call, enum board_deeds kind, instant day, struct board_deed **list, size_t *count);
/* The instant at which the day began in the company's zone. */
instant manager_day(struct call *call, struct str zone);
/* The queue is offered again after something changed that may let somebody take a lead. */
NODISCARD enum err drain_after(struct call *call);

#endif
