/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow/flow_turn.h"

#include "intake/mark.h"
#include "lead/identity.h"
#include "learn/calibrate_store.h"
#include "route/route.h"

/* The newest word on any of the family counts. */
static enum err is_junk(struct ctx *c, struct db_tx *tx, const struct lead_id *family, size_t n, bool *junk)
{
    struct learn_feedback newest = { .id = 0 };
    bool held;
    enum err e = intake_mark_holds_any(c, tx, family, n, &held);

    for (size_t i = 0; i < n && !e; i++) {
        struct learn_feedback *said;
        size_t count;

        e = learn_feedback_list(c, tx, family[i], (struct user_id){ 0 }, 0, 1, &said, &count);
        if (!e && count && said[0].id > newest.id)
            newest = said[0];
    }
    *junk = !e && (held || (newest.id && newest.verdict == FEEDBACK_REJECTED && newest.reason == FEEDBACK_JUNK));
    return e;
}

enum err flow_turn_settle(struct ctx *c, struct db_tx *tx, struct lead_id root)
{
    struct route_turn *turns;
    struct lead_id *family;
    size_t n, count = 0;
    bool junk, other = false;
    enum err e;

    if ((e = lead_family(c, tx, root, INSTANT_NEVER, &family, &n)) || (e = route_turn_list(c, tx, family, n, &turns, &count)) || !count
        || (e = is_junk(c, tx, family, n, &junk)))
        return e;
    for (size_t i = 0; i < count; i++)
        other |= turns[i].back != junk;
    if (!other || (e = route_lock(c, tx)))
        return e;
    for (size_t i = 0; i < count && !e; i++)
        if (turns[i].back != junk)
            e = route_turn_set(c, tx, &turns[i], junk);
    return e;
}
