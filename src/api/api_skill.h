/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_skill.h - products, their banks of questions, certificates and tests, at the door. Rows: endpoints.c.
 *
 * The right answers of a test leave by the bank (whoever edits it) and by nothing else, until the test is over.
 */
#ifndef API_API_SKILL_H
#define API_API_SKILL_H

#include "api/endpoint.h"
#include "team/matrix.h"

enum err product_list_get(struct call *call);
enum err product_create(struct call *call);
enum err product_patch(struct call *call);
enum err product_remove(struct call *call);
enum err question_list_get(struct call *call);
enum err question_create(struct call *call);
enum err question_patch(struct call *call);
enum err question_remove(struct call *call);
enum err question_import(struct call *call);
enum err question_export(struct call *call);
enum err certification_get(struct call *call);
enum err certification_export(struct call *call);
enum err certificate_list_get(struct call *call);
enum err certificate_create(struct call *call);
enum err certificate_revoke(struct call *call);
enum err attempt_reset_do(struct call *call);
enum err exam_order_create(struct call *call);
enum err exam_order_remove(struct call *call);
enum err plan_close_do(struct call *call);
enum err exam_list_get(struct call *call);
enum err exam_begin(struct call *call);
enum err exam_get_one(struct call *call);
enum err exam_answer(struct call *call);
enum err exam_finish(struct call *call);
enum err notice_list_get(struct call *call);
enum err notice_seen(struct call *call);

extern const struct field product_fields[], product_draft_fields[], product_patch_fields[];
extern const struct field question_fields[], question_draft_fields[], question_patch_fields[], question_import_fields[], question_imported_fields[],
    question_query[];
extern const struct field certification_fields[], certificate_fields[], certificate_draft_fields[], certificate_revoke_fields[], certificate_query[],
    attempt_reset_fields[], exam_order_fields[], exam_order_draft_fields[];
extern const struct field exam_row_fields[], exam_begin_fields[], exam_fields[], exam_answer_fields[], notice_fields[];

/* {state, until, certificate, exam, last}: one cell for JSON that is open as an object. */
void cell_write(struct json_out *o, const struct skill_cell *cell);

#endif
