/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The one table of endpoints, room by room. Its mechanism: dispatch.c; what a row may say: endpoint.h. */
#include "api/endpoint.h"

#include "api/api_house.h"
#include "api/api_lead.h"
#include "api/api_model.h"
#include "api/live.h"
#include "api/metrics.h"

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

    /* leads */
    { GET, "/leads", lead_list_get, RIGHT_LEAD_READ, TX_READ, .query = lead_list_query, .reply = lead_view_fields,
      .shape = REPLY_LIST, .help = "Leads, filtered and sorted" },
    { POST, "/leads", lead_create, RIGHT_LEAD_EDIT, TX_WRITE, .body = lead_draft_fields, .reply = lead_card_fields,
      .made = true, .help = "Add a lead; one known by e-mail, phone or external id gets the new facts (200)" },
    { GET, "/leads/{id}", lead_get_one, RIGHT_LEAD_READ, TX_READ, .reply = lead_card_fields, .help = "A lead's card" },
    { PATCH, "/leads/{id}", lead_patch, RIGHT_LEAD_EDIT, TX_WRITE, .body = lead_patch_fields, .reply = lead_card_fields,
      .help = "Change facts, stage, amount; If-Match guards against another's change" },
    { GET, "/leads/{id}/score", lead_score, RIGHT_LEAD_READ, TX_READ, .query = score_query, .reply = score_fields,
      .help = "The score line by line, now or as of any past instant" },
    { GET, "/leads/{id}/score/history", lead_score_history, RIGHT_LEAD_READ, TX_READ, .query = curve_query,
      .reply = curve_fields, .shape = REPLY_LIST, .help = "The curve of the score" },
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

    { 0 }
};
