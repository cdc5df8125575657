/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* automatic.h - why an event does not count, told to a person: of the timeline and of the screens of marks.
 */
#ifndef API_AUTOMATIC_H
#define API_AUTOMATIC_H

#include "api/endpoint.h"
#include "intake/bot.h"
#include "intake/mark.h"

struct automatic_marks {
    const struct intake_mark *items;
    size_t count;
};
/* The marks that stand. */
NODISCARD enum err automatic_marks_read(struct call *call, struct automatic_marks *marks);
/* By its mark (0: none), else by its signal (0: by the word "bot" of its body). In the caller's language. */
struct str automatic_why(struct call *call, const struct automatic_marks *marks, int64_t mark, int signal, const struct json *body);

extern const struct field mark_ask_fields[], mark_fields[], mark_list_query[], mark_look_ask_fields[], mark_look_fields[], mark_source_fields[], signal_fields[], automatic_fields[];

enum err mark_list(struct call *call);
enum err mark_get(struct call *call);
enum err mark_add(struct call *call);
enum err mark_undo(struct call *call);
enum err mark_look(struct call *call);
enum err mark_source_list(struct call *call);
enum err signal_list(struct call *call);
enum err lead_automatic(struct call *call);

#endif
