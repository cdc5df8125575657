/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The one table of endpoints, room by room. Its mechanism: dispatch.c; what a row may say: endpoint.h. */
#include "api/endpoint.h"

#include "api/api_calibrate.h"
#include "api/api_contest.h"
#include "api/api_axes.h"
#include "api/api_event.h"
#include "api/api_house.h"
#include "api/api_import.h"
#include "api/api_lead.h"
#include "api/api_manager.h"
#include "api/api_model.h"
#include "api/api_route.h"
#include "api/api_sla.h"
#include "api/api_task.h"
#include "api/api_team.h"
#include "api/live.h"
#include "api/metrics.h"

#define EVENT_BATCH(where)                                                                         \
    { POST, where, event_take, RIGHT_EVENT, TX_WRITE, .shape = REPLY_FREE, .door = DOOR_EVENTS,     \
      .prepare = event_batch_prepare, .many = event_take_many, .help = "Many events at once" }
#define EVENT_SINGLE(where)                                                                        \
    { POST, where, event_take, RIGHT_EVENT, TX_WRITE, .shape = REPLY_FREE, .door = DOOR_EVENTS,     \
      .prepare = event_single_prepare, .many = event_take_many, .help = "One event; its type is that of the path" }

const struct endpoint endpoints[] = {
    /* the program itself */
    { GET, "/healthz", healthz_get, RIGHT_NONE, TX_NONE, .reply = health_fields, .door = DOOR_BARE,
      .help = "Is the process alive" },
    { GET, "/readyz", readyz_get, RIGHT_NONE, TX_READ, .reply = health_fields, .door = DOOR_BARE,
      .help = "Does the database answer" },
    { GET, "/metrics", metrics_get, RIGHT_NONE, TX_NONE, .shape = REPLY_FREE, .door = DOOR_BARE,
      .help = "Figures for Prometheus" },
    { POST, "/test/clock", test_clock_set, RIGHT_NONE, TX_NONE, .body = test_clock_fields, .reply = test_clock_fields,
      .door = DOOR_BARE, .help = "Move the test clock; only with --test-clock" },
    { GET, "/live", live_stream, RIGHT_SIGNED_IN, TX_NONE, .shape = REPLY_FREE, .help = "What happens, as server-sent events" },

    { GET, "/openapi.json", openapi_get, RIGHT_NONE, TX_NONE, .shape = REPLY_FREE, .help = "This description" },

    /* the team */
    { GET, "/setup", setup_get, RIGHT_NONE, TX_READ, .reply = setup_fields, .help = "Is there an owner yet" },
    { POST, "/setup", setup_do, RIGHT_NONE, TX_WRITE, .body = setup_ask_fields, .reply = me_fields, .made = true,
      .on = ON_HASH, .prepare = setup_prepare, .help = "The first owner; not found once there is one" },
    { POST, "/session", session_begin, RIGHT_NONE, TX_WRITE, .body = session_fields, .reply = me_fields, .made = true,
      .on = ON_HASH, .prepare = session_prepare, .help = "Sign in: sets the session's cookie" },
    { DELETE, "/session", session_finish, RIGHT_PERSON, TX_WRITE, .shape = REPLY_EMPTY, .help = "Sign out" },
    { GET, "/me", me_get, RIGHT_SIGNED_IN, TX_READ, .reply = me_fields, .help = "Who calls, and what they may" },
    { PATCH, "/me", me_patch, RIGHT_PERSON, TX_WRITE, .body = me_patch_fields, .reply = me_fields, .on = ON_HASH,
      .prepare = me_prepare, .help = "Change one's own name, language, password" },
    { GET, "/users", user_list_get, RIGHT_USER_READ, TX_READ, .reply = user_fields, .shape = REPLY_LIST, .help = "Users" },
    { POST, "/users", user_create, RIGHT_USER_EDIT, TX_WRITE, .body = user_draft_fields, .reply = user_fields,
      .made = true, .on = ON_HASH, .prepare = user_create_prepare, .help = "Add a user" },
    { PATCH, "/users/{id}", user_patch, RIGHT_USER_EDIT, TX_WRITE, .body = user_patch_fields, .reply = user_fields,
      .on = ON_HASH, .prepare = user_patch_prepare, .help = "Change a user; the last owner stays" },
    { GET, "/keys", key_list_get, RIGHT_KEY, TX_READ, .reply = key_fields, .shape = REPLY_LIST, .help = "Keys of programs" },
    { POST, "/keys", key_create, RIGHT_KEY, TX_WRITE, .body = key_draft_fields, .reply = key_fields, .made = true,
      .help = "Make a key; it is shown once" },
    { DELETE, "/keys/{id}", key_revoke, RIGHT_KEY, TX_WRITE, .shape = REPLY_EMPTY, .help = "End a key" },
    { GET, "/audit", audit_get, RIGHT_AUDIT, TX_READ, .query = audit_query, .reply = audit_fields, .shape = REPLY_LIST,
      .help = "Who did what, latest first" },
    { GET, "/settings", setting_get_all, RIGHT_SIGNED_IN, TX_READ, .reply = setting_fields, .help = "The company's settings" },
    { PATCH, "/settings", setting_patch, RIGHT_SETTING, TX_WRITE, .body = setting_patch_fields, .reply = setting_fields,
      .help = "Change them" },
    { GET, "/views", view_list_get, RIGHT_PERSON, TX_READ, .reply = view_fields, .shape = REPLY_LIST, .help = "Saved views" },
    { POST, "/views", view_create, RIGHT_PERSON, TX_WRITE, .body = view_draft_fields, .reply = view_fields, .made = true,
      .help = "Save a view" },
    { PATCH, "/views/{id}", view_patch, RIGHT_PERSON, TX_WRITE, .body = view_patch_fields, .reply = view_fields,
      .help = "Change a view" },
    { DELETE, "/views/{id}", view_delete, RIGHT_PERSON, TX_WRITE, .shape = REPLY_EMPTY, .help = "Forget a view" },

    /* leads */
    { GET, "/leads", lead_list_get, RIGHT_LEAD_READ, TX_READ, .query = lead_list_query, .reply = lead_view_fields,
      .shape = REPLY_LIST, .help = "Leads, filtered and sorted" },
    { POST, "/leads", lead_create, RIGHT_LEAD_EDIT, TX_WRITE, .body = lead_draft_fields, .reply = lead_card_fields,
      .made = true, .help = "Add a lead; one known by e-mail, phone or external id gets the new facts (200)" },
    { POST, "/leads/batch", lead_create_batch, RIGHT_LEAD_EDIT, TX_WRITE, .body = lead_batch_fields,
      .reply = lead_batch_done_fields, .help = "Add many leads; the good ones are taken, each bad one is told with its place and reasons" },
    { GET, "/leads/{id}", lead_get_one, RIGHT_LEAD_READ, TX_READ, .reply = lead_card_fields, .help = "A lead's card" },
    { PATCH, "/leads/{id}", lead_patch, RIGHT_LEAD_EDIT, TX_WRITE, .body = lead_patch_fields, .reply = lead_card_fields,
      .help = "Change facts, stage, amount; If-Match guards against another's change" },
    { GET, "/leads/{id}/score", lead_score, RIGHT_LEAD_READ, TX_READ, .query = score_query, .reply = score_fields,
      .help = "The score line by line, now or as of any past instant" },
    { GET, "/leads/{id}/score/history", lead_score_history, RIGHT_LEAD_READ, TX_READ, .query = curve_query,
      .reply = curve_fields, .shape = REPLY_LIST, .help = "The curve of the score" },
    { GET, "/leads/{id}/icp", lead_icp, RIGHT_LEAD_READ, TX_READ, .reply = icp_fields,
      .help = "How like the ideal customer the lead is, and what is missing" },
    { GET, "/leads/{id}/checklists", lead_checklist_list, RIGHT_LEAD_READ, TX_READ, .reply = checklist_fields,
      .shape = REPLY_LIST, .help = "BANT and MEDDIC: what is known, what to ask" },
    { PUT, "/leads/{id}/checklists", lead_checklist_answer, RIGHT_LEAD_EDIT, TX_WRITE, .body = checklist_put_fields,
      .reply = checklist_fields, .shape = REPLY_LIST, .help = "Answer one item; kept as a deed, and a fact for criteria and rules" },
    { GET, "/leads/{id}/raise", lead_raise, RIGHT_LEAD_READ, TX_READ, .reply = raise_fields, .on = ON_LONG,
      .help = "What would make it hot: the smallest sets of answers and deeds" },
    { GET, "/leads/{id}/moment", lead_moment, RIGHT_LEAD_READ, TX_READ, .query = moment_query, .reply = moment_fields,
      .help = "What stood beside the score at an instant: tasks, hand-over, crossings, events" },
    { GET, "/leads/{id}/timeline", lead_timeline, RIGHT_LEAD_READ, TX_READ, .query = timeline_query,
      .reply = timeline_fields, .shape = REPLY_LIST, .help = "What happened, newest first" },
    { POST, "/leads/{id}/notes", lead_note, RIGHT_LEAD_EDIT, TX_WRITE, .body = note_fields, .shape = REPLY_EMPTY,
      .help = "Add a note" },
    { POST, "/leads/{id}/dispute", lead_dispute, RIGHT_LEAD_EDIT, TX_WRITE, .body = dispute_fields,
      .shape = REPLY_EMPTY, .help = "Say that the score ought to be higher or lower" },
    { POST, "/leads/{id}/merge", lead_merge_one, RIGHT_LEAD_MERGE, TX_WRITE, .body = merge_ask_fields,
      .reply = merge_made_fields, .made = true, .help = "Join another lead to this one" },
    { GET, "/leads/{id}/merges", lead_merge_list, RIGHT_LEAD_READ, TX_READ, .reply = merge_fields,
      .shape = REPLY_LIST, .help = "Merges of a lead, undone ones too" },
    { POST, "/merges/{id}/undo", lead_merge_undo, RIGHT_LEAD_MERGE, TX_WRITE, .shape = REPLY_EMPTY,
      .help = "Give both leads back, with all that has happened since" },
    { GET, "/search", search_get, RIGHT_LEAD_READ, TX_READ, .query = search_query, .reply = search_fields,
      .shape = REPLY_LIST, .help = "Leads by the beginnings of words" },
    { GET, "/export/leads.csv", lead_export, RIGHT_LEAD_EXPORT, TX_READ, .query = lead_list_query,
      .shape = REPLY_FREE, .on = ON_LONG, .help = "The list of leads as a table" },

    { GET, "/grid", grid_get, RIGHT_MODEL_READ, TX_READ, .reply = grid_fields, .on = ON_LONG,
      .help = "Leads by fit and engagement, and how many of each cell bought" },

    /* scoring models */
    { GET, "/models", model_list_get, RIGHT_MODEL_READ, TX_READ, .reply = model_row_fields, .shape = REPLY_LIST,
      .help = "Versions and drafts, newest first" },
    { POST, "/models", model_create, RIGHT_MODEL_EDIT, TX_WRITE, .body = model_draft_fields, .reply = model_fields,
      .made = true, .help = "A new draft" },
    { GET, "/models/live", model_live_get, RIGHT_MODEL_READ, TX_READ, .reply = model_fields, .help = "The live model" },
    { GET, "/models/{id}", model_get_one, RIGHT_MODEL_READ, TX_READ, .reply = model_fields, .help = "A model" },
    { PUT, "/models/{id}", model_put, RIGHT_MODEL_EDIT, TX_WRITE, .body = model_put_fields, .reply = model_fields,
      .help = "Change a draft" },
    { POST, "/models/{id}/publish", model_publish, RIGHT_MODEL_EDIT, TX_WRITE, .reply = model_fields,
      .help = "Make a draft the live model" },
    { POST, "/models/{id}/rollback", model_rollback, RIGHT_MODEL_EDIT, TX_WRITE, .reply = model_fields, .made = true,
      .help = "Publish a copy of an old version" },
    { POST, "/models/{id}/preview", model_preview, RIGHT_MODEL_READ, TX_READ, .body = preview_ask_fields,
      .reply = preview_fields, .on = ON_LONG, .help = "What a draft would change" },
    { GET, "/models/{id}/hits", model_hits, RIGHT_MODEL_READ, TX_READ, .reply = hit_fields, .shape = REPLY_LIST,
      .on = ON_LONG, .help = "For how many leads each criterion counts" },

    /* is the score honest */
    { GET, "/calibration", calibration_get_latest, RIGHT_LEAD_ALL, TX_READ, .query = calibration_query,
      .reply = calibration_fields, .help = "The newest report on this question, and how far a newer one is" },
    { POST, "/calibration", calibration_make, RIGHT_MODEL_EDIT, TX_WRITE, .body = calibration_ask_fields,
      .reply = calibration_fields, .made = true, .help = "Make a report in the background and keep it" },
    { GET, "/calibration/{id}", calibration_get_one, RIGHT_LEAD_ALL, TX_READ, .reply = calibration_fields,
      .help = "One report that was kept" },
    { POST, "/leads/{id}/feedback", lead_feedback, RIGHT_LEAD_EDIT, TX_WRITE, .body = feedback_fields, .shape = REPLY_EMPTY,
      .help = "A salesperson accepts the lead as good, or rejects it and says why" },
    { GET, "/feedback", feedback_list_get, RIGHT_LEAD_READ, TX_READ, .query = feedback_query, .reply = feedback_view_fields,
      .shape = REPLY_LIST, .help = "What salespeople said of leads, newest first" },

    /* two models side by side */
    { GET, "/contests", contest_list_get, RIGHT_LEAD_ALL, TX_READ, .reply = contest_fields, .shape = REPLY_LIST, .on = ON_LONG,
      .help = "Contests of models, newest first" },
    { POST, "/contests", contest_start, RIGHT_MODEL_EDIT, TX_WRITE, .body = contest_draft_fields, .reply = contest_fields,
      .made = true, .help = "Let a model challenge the live one on new leads; one at a time" },
    { GET, "/contests/{id}", contest_get_one, RIGHT_LEAD_ALL, TX_READ, .reply = contest_fields, .help = "How a contest stands" },
    { POST, "/contests/{id}/stop", contest_stop, RIGHT_MODEL_EDIT, TX_WRITE, .reply = contest_fields,
      .help = "End it without a verdict; all leads are scored by the live model again" },
    { GET, "/contests/{id}/leads", contest_lead_list, RIGHT_LEAD_ALL, TX_READ, .query = contest_lead_query,
      .reply = contest_lead_fields, .shape = REPLY_LIST, .help = "Which lead drew which lot, and with what chance" },

    /* files of leads and events */
    { POST, "/imports", import_create, RIGHT_IMPORT, TX_WRITE, .reply = import_fields, .query = import_create_query,
      .prepare = import_create_prepare, .file = true, .made = true, .help = "Upload a file; nothing is taken yet" },
    { GET, "/imports", import_list, RIGHT_IMPORT, TX_READ, .reply = import_fields, .query = import_list_query,
      .shape = REPLY_LIST, .help = "Imports, newest first" },
    { GET, "/imports/{id}", import_get, RIGHT_IMPORT, TX_READ, .reply = import_fields, .on = ON_LONG,
      .help = "One import, with what its mapping would do" },
    { PATCH, "/imports/{id}", import_change, RIGHT_IMPORT, TX_WRITE, .body = import_change_fields,
      .reply = import_fields, .help = "Say what each column means" },
    { POST, "/imports/{id}/run", import_run, RIGHT_IMPORT, TX_WRITE, .reply = import_fields,
      .help = "Take the rows, or go on with them" },
    { POST, "/imports/{id}/stop", import_stop, RIGHT_IMPORT, TX_WRITE, .reply = import_fields,
      .help = "Stop; what was taken stays" },
    { POST, "/imports/{id}/undo", import_undo, RIGHT_IMPORT, TX_WRITE, .reply = import_fields,
      .help = "Take back what it brought" },
    { GET, "/imports/{id}/rows", import_row_list, RIGHT_IMPORT, TX_READ, .reply = import_row_fields,
      .query = import_row_query, .shape = REPLY_LIST, .help = "What became of each row" },
    { GET, "/imports/{id}/errors.csv", import_errors_get, RIGHT_IMPORT, TX_READ, .shape = REPLY_FREE, .on = ON_LONG,
      .help = "The refused rows as they came, with their reasons" },
    { GET, "/rejects", reject_list, RIGHT_REJECTS, TX_READ, .reply = reject_fields, .query = reject_list_query,
      .shape = REPLY_LIST, .help = "Events that were refused at the door" },

    /* event collection: the Segment tracking API */
    EVENT_BATCH("/v1/batch"),
    EVENT_BATCH("/v1/b"),
    EVENT_BATCH("/v1/import"),
    EVENT_BATCH("/beacon/v1/batch"),
    EVENT_SINGLE("/v1/identify"),
    EVENT_SINGLE("/v1/i"),
    EVENT_SINGLE("/v1/track"),
    EVENT_SINGLE("/v1/t"),
    EVENT_SINGLE("/v1/page"),
    EVENT_SINGLE("/v1/p"),
    EVENT_SINGLE("/v1/screen"),
    EVENT_SINGLE("/v1/s"),
    EVENT_SINGLE("/v1/group"),
    EVENT_SINGLE("/v1/g"),
    EVENT_SINGLE("/v1/alias"),
    EVENT_SINGLE("/v1/a"),
    { POST, "/v1/m", event_metrics_drop, RIGHT_NONE, TX_NONE, .shape = REPLY_FREE, .door = DOOR_EVENTS,
      .help = "SDKs' figures about themselves: answered and dropped" },
    { GET, "/v1/pixel/{kind}", event_pixel_take, RIGHT_EVENT, TX_WRITE, .shape = REPLY_FREE, .door = DOOR_EVENTS,
      .prepare = event_pixel_prepare, .rescue = event_pixel_rescue, .help = "One event as a picture in a letter" },
    { GET, "/analytics.js/v1/{key}/analytics.min.js", event_tracker_get, RIGHT_NONE, TX_NONE, .shape = REPLY_FREE,
      .door = DOOR_EVENTS, .help = "The tracker for web pages" },
    { GET, "/v1/projects/{key}/settings", event_settings_get, RIGHT_NONE, TX_READ, .shape = REPLY_FREE,
      .door = DOOR_EVENTS, .help = "What browser SDKs ask before they send" },
    { GET, "/sourceConfig/", event_source_config_get, RIGHT_NONE, TX_READ, .shape = REPLY_FREE, .door = DOOR_EVENTS,
      .help = "The same, as RudderStack's SDK asks it" },
    { GET, "/sourceConfig", event_source_config_get, RIGHT_NONE, TX_READ, .shape = REPLY_FREE, .door = DOOR_EVENTS,
      .help = "The same without the slash" },

    /* tasks */
    { GET, "/tasks", task_list_get, RIGHT_TASK_READ, TX_READ, .query = task_list_query, .reply = task_view_fields,
      .shape = REPLY_LIST, .help = "Tasks by deadline" },
    { POST, "/tasks", task_create, RIGHT_TASK_EDIT, TX_WRITE, .body = task_draft_fields, .reply = task_view_fields,
      .made = true, .help = "Plan a task" },
    { GET, "/tasks/{id}", task_get_one, RIGHT_TASK_READ, TX_READ, .reply = task_view_fields, .help = "A task" },
    { PATCH, "/tasks/{id}", task_patch, RIGHT_TASK_EDIT, TX_WRITE, .body = task_patch_fields, .reply = task_view_fields,
      .help = "Postpone, rename or give an open task to another" },
    { POST, "/tasks/{id}/complete", task_complete, RIGHT_TASK_EDIT, TX_WRITE, .body = task_complete_fields,
      .reply = task_completed_fields, .help = "Log the result, and plan the next step with it" },
    { POST, "/tasks/{id}/reopen", task_reopen, RIGHT_TASK_EDIT, TX_WRITE, .reply = task_view_fields,
      .help = "Take the result back, and the next step that was planned with it" },
    { POST, "/tasks/{id}/decline", task_decline, RIGHT_TASK_EDIT, TX_WRITE, .body = task_decline_fields,
      .shape = REPLY_EMPTY, .help = "Not me: the lead goes to another and is never offered to this person again" },
    { POST, "/tasks/{id}/claim", task_claim, RIGHT_TASK_EDIT, TX_WRITE, .reply = task_view_fields,
      .help = "Take a call that waits in the queue" },
    { GET, "/today", today_get, RIGHT_PERSON, TX_READ, .reply = day_fields, .help = "The day's queue of who asks" },

    /* who gets which lead */
    { POST, "/leads/{id}/assign", lead_assign, RIGHT_LEAD_ASSIGN, TX_WRITE, .body = assign_fields,
      .reply = assignment_fields, .made = true, .help = "Give a lead and its open tasks to somebody" },
    { GET, "/leads/{id}/assignments", lead_assignment_list, RIGHT_LEAD_READ, TX_READ, .reply = assignment_fields,
      .shape = REPLY_LIST, .help = "Every decision on who got the lead, whole" },
    { GET, "/routing/rules", rule_list_get, RIGHT_ROUTE_READ, TX_READ, .reply = rule_fields, .shape = REPLY_LIST,
      .help = "Routing rules in order" },
    { PUT, "/routing/rules", rule_put_all, RIGHT_ROUTE_EDIT, TX_WRITE, .body = rules_put_fields, .reply = rule_fields,
      .shape = REPLY_LIST, .help = "All routing rules, in order" },
    { GET, "/routing/norms", sla_list_get, RIGHT_ROUTE_READ, TX_READ, .reply = sla_fields, .shape = REPLY_LIST,
      .help = "Norms of the first answer in order, and what follows when they are missed" },
    { PUT, "/routing/norms", sla_put_all, RIGHT_ROUTE_EDIT, TX_WRITE, .body = sla_put_fields, .reply = sla_fields,
      .shape = REPLY_LIST, .help = "All norms, in order" },
    { GET, "/routing/pools", pool_list_get, RIGHT_ROUTE_READ, TX_READ, .reply = pool_fields, .shape = REPLY_LIST,
      .help = "Pools of managers" },
    { POST, "/routing/pools", pool_create, RIGHT_ROUTE_EDIT, TX_WRITE, .body = pool_draft_fields, .reply = pool_fields,
      .made = true, .help = "A new pool" },
    { PATCH, "/routing/pools/{id}", pool_patch, RIGHT_ROUTE_EDIT, TX_WRITE, .body = pool_patch_fields,
      .reply = pool_fields, .help = "Name, policy, members of a pool" },
    { DELETE, "/routing/pools/{id}", pool_remove, RIGHT_ROUTE_EDIT, TX_WRITE, .shape = REPLY_EMPTY,
      .help = "Remove a pool that no rule names" },

    /* managers */
    { GET, "/managers", manager_list_get, RIGHT_MANAGER_READ, TX_READ, .reply = manager_fields, .shape = REPLY_LIST,
      .help = "The people who get leads, with load and results" },
    { GET, "/managers/{id}", manager_get_one, RIGHT_SIGNED_IN, TX_READ, .reply = manager_fields, .help = "One of them; oneself always" },
    { PATCH, "/managers/{id}", manager_patch, RIGHT_MANAGER_EDIT, TX_WRITE, .body = manager_patch_fields,
      .reply = manager_fields, .help = "Calendar, capacity, quotas, level, skills" },
    { POST, "/managers/{id}/duty", manager_duty, RIGHT_DUTY, TX_WRITE, .body = duty_fields, .reply = manager_fields,
      .help = "Go on duty or off; others only by a head" },
    { GET, "/calendars", calendar_list_get, RIGHT_ROUTE_READ, TX_READ, .reply = calendar_fields, .shape = REPLY_LIST,
      .help = "Working calendars" },
    { POST, "/calendars", calendar_create, RIGHT_ROUTE_EDIT, TX_WRITE, .body = calendar_draft_fields,
      .reply = calendar_fields, .made = true, .help = "A new calendar" },
    { PATCH, "/calendars/{id}", calendar_patch, RIGHT_ROUTE_EDIT, TX_WRITE, .body = calendar_patch_fields,
      .reply = calendar_fields, .help = "Change a calendar" },
    { DELETE, "/calendars/{id}", calendar_remove, RIGHT_ROUTE_EDIT, TX_WRITE, .shape = REPLY_EMPTY,
      .help = "Remove a calendar that nobody works by" },
    { GET, "/absences", absence_list_get, RIGHT_SIGNED_IN, TX_READ, .query = absence_query, .reply = absence_fields,
      .shape = REPLY_LIST, .help = "Who is or will be away; oneself for those who may not see others" },
    { POST, "/absences", absence_create, RIGHT_DUTY, TX_WRITE, .body = absence_draft_fields, .reply = absence_fields,
      .made = true, .help = "Plan an absence" },
    { DELETE, "/absences/{id}", absence_remove, RIGHT_DUTY, TX_WRITE, .shape = REPLY_EMPTY, .help = "It does not take place" },
    { GET, "/board", board_get, RIGHT_BOARD, TX_READ, .reply = board_fields, .on = ON_LONG, .help = "The live board of the head of sales" },

    { 0 }
};
